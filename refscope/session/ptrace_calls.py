"""Has the main thread of a process call C functions: stop it, call, put every register back, let it go on.

Run by path as `python -I -S ptrace_calls.py queue|run PID LIMIT_S TEXT ADDRESS…` (Linux on x86-64, standard
library only; the addresses are those of `FUNCTIONS`). A program of its own: a thread traces only what it has
stopped itself, and a host that ends in between would end the target. Other threads of the target go on.

queue: leave TEXT, Python source, as a pending call, which the main thread runs before its next instruction of
Python. run: have a main thread that waits in the kernel, without the interpreter lock, run pending calls now.
Prints one line, `done` or `CODE MESSAGE`, where CODE is gone, refused, busy or failed.
"""

from __future__ import annotations

import ctypes
import errno
import os
import signal
import sys
from types import FrameType, TracebackType
from typing import Any

FUNCTIONS = {
    "queue": ("mmap", "Py_AddPendingCall", "PyRun_SimpleString"),
    "run": ("PyGILState_Check", "PyGILState_Ensure", "Py_MakePendingCalls", "PyGILState_Release"),
}
(CONT, GETREGS, SETREGS, DETACH) = (7, 12, 13, 17)
(GETREGSET, SETREGSET, SEIZE, INTERRUPT, GETSIGMASK, SETSIGMASK) = (
    *(0x4204, 0x4205, 0x4206, 0x4207),
    *(0x420A, 0x420B),
)
EVENT_STOP = 128
VECTOR_STATE = 0x202  # NT_X86_XSTATE
VECTOR_ROOM = 1 << 16  # 11 KiB with the widest registers so far; gdb 13 has less room, and breaks programs
RED_ZONE = 128  # what a function may use below its stack pointer
PAGE, READ_WRITE, PRIVATE_ANONYMOUS = 4096, 3, 0x22
NO_SYSCALL = (1 << 64) - 1
# Calls in which a thread waits for something to happen, so with nothing of the C library half done:
# read, write, poll, select, accept, sendto, recvfrom, recvmsg, sendmsg, connect, nanosleep, pause, wait4,
# semop, msgsnd, msgrcv, rt_sigtimedwait, rt_sigsuspend, futex, epoll_wait, clock_nanosleep, waitid, pselect6,
# ppoll, epoll_pwait, accept4, recvmmsg, io_getevents, flock, epoll_pwait2, and restart_syscall, by which
# a poll or a wait with a limit goes on that was interrupted before, as by `queue`
WAITING = frozenset(
    (
        *(0, 1, 7, 23, 34, 35, 42, 43, 44, 45, 46, 47, 61, 65, 69, 70, 73, 128, 130, 202, 208, 230, 232, 247),
        *(270, 271, 281, 288, 299, 441, 219),
    )
)
REGISTERS = (
    *("r15", "r14", "r13", "r12", "rbp", "rbx", "r11", "r10", "r9", "r8", "rax", "rcx", "rdx", "rsi", "rdi"),
    *("orig_rax", "rip", "cs", "eflags", "rsp", "ss", "fs_base", "gs_base", "ds", "es", "fs", "gs"),
)


class Registers(ctypes.Structure):
    """The kernel's `user_regs_struct`."""

    _fields_ = [(name, ctypes.c_ulonglong) for name in REGISTERS]


class Vector(ctypes.Structure):
    """The kernel's `iovec`."""

    _fields_ = [("base", ctypes.c_void_p), ("length", ctypes.c_size_t)]


class Problem(Exception):
    """Why it was not done: code, message."""


class Thread:
    """The stopped main thread of a process; `with` lets it go on as if nothing had been."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self._call = ctypes.CDLL(None, use_errno=True).ptrace
        self._call.restype = ctypes.c_long
        self._call.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
        self.registers, self._vectors = Registers(), (ctypes.c_char * VECTOR_ROOM)()
        self._vector = Vector(ctypes.addressof(self._vectors), VECTOR_ROOM)
        self._blocked = ctypes.c_ulonglong()  # signals; the kernel unblocks the one that ends a call
        self._is_stopped = False
        self._memory = os.open(f"/proc/{pid}/mem", os.O_RDWR | os.O_CLOEXEC)

    def __enter__(self) -> Thread:
        self._ptrace(SEIZE)
        self._interrupt()
        self._ptrace(GETREGS, None, ctypes.byref(self.registers))
        self._ptrace(GETREGSET, VECTOR_STATE, ctypes.byref(self._vector))
        self._ptrace(GETSIGMASK, ctypes.sizeof(self._blocked), ctypes.byref(self._blocked))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if not self._is_stopped:
            self._interrupt()
        self._ptrace(SETSIGMASK, ctypes.sizeof(self._blocked), ctypes.byref(self._blocked))
        self._ptrace(SETREGSET, VECTOR_STATE, ctypes.byref(self._vector))
        self._ptrace(SETREGS, None, ctypes.byref(self.registers))
        self._ptrace(DETACH)
        os.close(self._memory)

    def call(self, function: int, *arguments: int) -> int:
        """What a C function of the process returns. It returns to address 0, which stops the thread again."""
        stack = (self.registers.rsp - RED_ZONE - 128 & ~0xF) - 8
        self.write(stack, bytes(8))
        there = Registers.from_buffer_copy(self.registers)
        there.rip, there.rsp, there.rax, there.orig_rax = function, stack, 0, NO_SYSCALL
        for name, value in zip(("rdi", "rsi", "rdx", "rcx", "r8", "r9"), arguments, strict=False):
            setattr(there, name, value)
        self._ptrace(SETREGS, None, ctypes.byref(there))
        number = 0
        while True:
            self._go_on(number)
            number = self._wait()
            if number == signal.SIGSEGV:
                self._ptrace(GETREGS, None, ctypes.byref(there))
                if there.rip == 0:
                    return int(there.rax)
                raise Problem("failed", f"a function of the program crashed at {there.rip:#x}")

    def write(self, address: int, data: bytes) -> None:
        """Put bytes into the memory of the process."""
        os.pwrite(self._memory, data, address)

    def _interrupt(self) -> None:
        """Stop the thread, with signals that arrive on the way delivered."""
        self._ptrace(INTERRUPT)
        while True:
            number = self._wait()
            if number == 0:
                return
            self._go_on(number)

    def _go_on(self, number: int) -> None:
        self._is_stopped = False
        self._ptrace(CONT, None, number or None)

    def _wait(self) -> int:
        """Wait until the thread stops: the signal that is about to be delivered, 0 = none."""
        _, status = os.waitpid(self.pid, 0x40000000)
        if not os.WIFSTOPPED(status):
            raise Problem("gone", "the program ended")
        self._is_stopped = True
        return 0 if status >> 16 == EVENT_STOP else os.WSTOPSIG(status)

    def _ptrace(self, request: int, address: int | None = None, data: Any = None) -> None:
        if self._call(request, self.pid, address, data) < 0:
            number = ctypes.get_errno()
            raise OSError(number, f"ptrace {request:#x}: {os.strerror(number)}")


def queue(thread: Thread, text: str, mmap: int, add_pending_call: int, run_string: int) -> None:
    """Leave Python source as a pending call. Its page stays; the C library's allocator is not used."""
    page = thread.call(mmap, 0, PAGE, READ_WRITE, PRIVATE_ANONYMOUS, NO_SYSCALL, 0)
    if page % PAGE:
        raise Problem("failed", "the program got no page of memory")
    thread.write(page, text.encode() + b"\0")
    if thread.call(add_pending_call, run_string, page) & 0xFFFFFFFF:
        raise Problem("busy", "too many calls wait in the program already")


def run(thread: Thread, check: int, ensure: int, make_pending_calls: int, release: int) -> None:
    """Run pending calls in a thread that waits in the kernel, once the interpreter lock is free."""
    if thread.registers.orig_rax not in WAITING:
        raise Problem("busy", "the main thread does not wait")
    if thread.call(check) & 0xFFFFFFFF:
        raise Problem("busy", "the main thread is in native code and holds the interpreter lock")
    signal.setitimer(signal.ITIMER_REAL, 0)  # a thread cannot be taken out of its wait for the lock
    state = thread.call(ensure) & 0xFFFFFFFF
    thread.call(make_pending_calls)
    thread.call(release, state)


def too_late(number: int, frame: FrameType | None) -> None:
    """The function does not return: the thread goes back to where it was."""
    raise Problem("busy", "the program did not answer")


def say(*words: str) -> None:
    """Tell the host, in one line."""
    sys.stdout.write(" ".join(words) + "\n")


def main() -> None:
    """See the module."""
    action, pid, limit_s, text = sys.argv[1], int(sys.argv[2]), float(sys.argv[3]), sys.argv[4]
    addresses = [int(word) for word in sys.argv[5:]]
    signal.signal(signal.SIGALRM, too_late)
    try:
        with Thread(pid) as thread:
            signal.setitimer(signal.ITIMER_REAL, limit_s)
            try:
                if action == "queue":
                    queue(thread, text, *addresses)
                else:
                    run(thread, *addresses)
            finally:
                signal.setitimer(signal.ITIMER_REAL, 0)
        say("done")
    except Problem as exc:
        say(*exc.args)
    except OSError as exc:
        gone = exc.errno in (errno.ESRCH, errno.ENOENT, errno.ECHILD)
        say("gone" if gone else "refused" if exc.errno in (errno.EPERM, errno.EACCES) else "failed", str(exc))


if __name__ == "__main__":
    main()
