"""One run of one program, as seen by the window, the terminal and tests.

A thin face over `session.program.Program`: every method is one call. Use it as a context manager, or
call `close`: leaving closes the program's stdin, waits 5 s, sends SIGTERM, waits 5 s, sends SIGKILL.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType

from refscope.api.snapshot import Snapshot
from refscope.errors import CancelSignal
from refscope.samples import Mark, SampleSeries
from refscope.session.attached import Attached, Waiting
from refscope.session.control import Collected
from refscope.session.ending import ExitStatus
from refscope.session.freezing import Notice
from refscope.session.launcher import LaunchRequest
from refscope.session.output import OutputLog
from refscope.session.program import Program, TargetState
from refscope.session.reading import Progress
from refscope.session.sampling import Watched
from refscope.session.target import Target
from refscope.session.traces import Tracing
from refscope.text import freeze_letter


class Session:
    """See the module. `snapshots`: all freezes so far, oldest first."""

    def __init__(self, target: Program) -> None:
        self.target = target
        self.snapshots: list[Snapshot] = []

    @classmethod
    def launch(cls, request: LaunchRequest, cancel: CancelSignal | None = None) -> Session:
        """Start a program; returns once the agent has said hello, before the program's first line."""
        return cls(Target.launch(request, cancel))

    @classmethod
    def attach(
        cls,
        pid: int,
        sample_hz: float = 10.0,
        *,
        cancel: CancelSignal | None = None,
        waiting: Waiting | None = None,
    ) -> Session:
        """Get into a Python program that runs already; see `attach`."""
        return cls(Attached.attach(pid, sample_hz, cancel=cancel, waiting=waiting))

    # --- what is known ----------------------------------------------------------------------------

    @property
    def title(self) -> str:
        """What a person calls this run: `train.py`, `-m pkg.job`."""
        return self.target.title

    @property
    def pid(self) -> int:
        """Process id of the program."""
        return self.target.pid

    @property
    def python(self) -> tuple[int, int, int]:
        """Version of the program's interpreter."""
        return self.target.interpreter.version

    @property
    def is_ours(self) -> bool:
        """Whether RefScope started the program, so has its output, and ends it in the end."""
        return self.target.is_ours

    @property
    def is_running(self) -> bool:
        """Whether the program runs."""
        return self.target.state is TargetState.RUNNING

    @property
    def exit(self) -> ExitStatus | None:
        """How the program ended; None = it runs. `exit.words`: "exit code 1", "signal 11 (…)"."""
        return self.target.exit

    @property
    def elapsed_s(self) -> float:
        """Seconds since the launch; stands still after the end."""
        return self.target.elapsed_s

    @property
    def samples(self) -> SampleSeries:
        """The live series; stays after the end."""
        return self.target.series

    @property
    def marks(self) -> tuple[Mark, ...]:
        """Marks and freezes so far, in the order of time."""
        return self.target.marks

    @property
    def output(self) -> OutputLog:
        """What the program printed, with listeners for more."""
        return self.target.output

    @property
    def is_ending(self) -> bool:
        """Whether the program waits at its end, to be frozen (`launch(waits_at_exit=True)`)."""
        return self.target.is_ending

    def add_ending_listener(self, listener: Callable[[], None]) -> None:
        """Call `listener` when the program waits at its end, on another thread; at once if it does."""
        self.target.add_ending_listener(listener)

    def let_end(self) -> None:
        """Let a program go that waits at its end, now or when it gets there."""
        self.target.let_end()

    def add_exit_listener(self, listener: Callable[[ExitStatus], None]) -> None:
        """Call `listener` once at the end of the program, on another thread; at once if it has ended."""
        self.target.add_exit_listener(listener)

    # --- what can be done -------------------------------------------------------------------------

    def wait_for_output(self, pattern: str, timeout_s: float | None = None) -> str:
        """The next line of output that matches a regular expression, after the last match, lines that
        have come already included. Raises `TimedOut`, `TargetExited`."""
        return self.target.wait_for_output(pattern, timeout_s).text

    def send_line(self, text: str) -> None:
        """Send one line to the program's stdin."""
        self.target.send_line(text)

    def mark(self, name: str) -> Mark:
        """Name this moment."""
        return self.target.mark(name)

    def freeze(
        self,
        mark: str = "",
        *,
        method: str = "auto",
        progress: Progress | None = None,
        cancel: CancelSignal | None = None,
        notice: Notice | None = None,
        in_any_memory: bool = False,
    ) -> Snapshot:
        """Freeze the heap and read it. The program stands still for milliseconds.

        mark: its name, "A", "B", … by default. method: "auto", "clone", "fork" or "in_process".
        in_any_memory: do not refuse when memory for a copy is short. Raises `FreezeError`,
        `TargetExited`, `Cancelled`. Cost: about a second per million objects.
        """
        image = self.target.freeze(
            mark or freeze_letter(len(self.snapshots)),
            method,
            cancel=cancel,
            progress=progress,
            notice=notice,
            in_any_memory=in_any_memory,
        )
        snapshot = Snapshot(image.snapshot, image, image)
        self.snapshots.append(snapshot)
        return snapshot

    def collect(self) -> Collected:
        """Run a full garbage collection in the program, finalizers included."""
        return self.target.collect()

    def watch(self, paths: Sequence[str]) -> list[Watched]:
        """Length and reference count of what dotted paths name, without running the program's code."""
        return self.target.watch(paths)

    def trace_allocations(self, frames: int = 5) -> Tracing:
        """Trace where objects are made from now on, with so many frames each (1 to 100), or no more (0).

        The program can see that, and pays for it in memory and speed. What the program itself started is
        used and never changed; the answer's `note` says so. Raises `FreezeError`, `TargetExited`.
        """
        return self.target.trace_allocations(frames)

    @property
    def tracing(self) -> Tracing:
        """Whether allocations are traced, as last heard; the program may do so by itself."""
        return self.target.tracing

    def watch_along(self, paths: Sequence[str]) -> None:
        """Read these dotted paths with every sample from now on, into traces of `samples`."""
        self.target.watch_along(paths)

    def wait(self, timeout_s: float | None = None) -> ExitStatus | None:
        """Wait for the end of the program; None = it still runs."""
        return self.target.wait(timeout_s)

    def stop(self) -> ExitStatus | None:
        """End the program; snapshots keep their copies. Raises `UserFacingError` for one attached to."""
        return self.target.stop()

    def leave(self) -> None:
        """End all copies and let the program run on; its output is dropped. Snapshots stay usable with what
        was fetched."""
        self.target.leave()

    def close(self) -> None:
        """End all copies, and the program, unless it was attached to: that goes on.

        Snapshots stay usable with what was fetched.
        """
        self.target.close()

    def __enter__(self) -> Session:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()


def launch(
    argv: Sequence[str],
    *,
    python: str | None = None,
    cwd: str | None = None,
    env: Mapping[str, str] | None = None,
    terminal: str = "pipes",
    sample_hz: float = 10.0,
    waits_at_exit: bool = False,
    trace_allocations: int = 0,
    cancel: CancelSignal | None = None,
) -> Session:
    """Start a program under RefScope.

    argv: `["script.py", "arg"]`, `["-m", "module"]`, `["-c", "code"]`. python: path of the interpreter
    (3.7 or newer), RefScope's own by default. env: the complete environment. terminal: "pipes" or
    "pty". waits_at_exit: its end, after its own at-exit functions, waits for `let_end`, so that it can be
    frozen there; not an end by a signal, `os._exit` or `exec`. trace_allocations: frames of each place where
    it makes objects, from its first line on (1 to 100; 0 = not traced): see `Snapshot.made_at`. Raises
    `LaunchError` with what to do.
    """
    request = LaunchRequest(
        tuple(str(part) for part in argv),
        python=python or sys.executable,
        cwd=cwd,
        env=env,
        terminal=terminal,
        sample_hz=sample_hz,
        waits_at_exit=waits_at_exit,
        trace_frames=trace_allocations,
    )
    return Session.launch(request, cancel)


def attach(
    pid: int,
    *,
    sample_hz: float = 10.0,
    cancel: CancelSignal | None = None,
    waiting: Waiting | None = None,
) -> Session:
    """Get into a Python program that runs already, 3.7 or newer, of this user (root: of any) on this machine.

    Its main thread stands still for some milliseconds; its output stays where it is; closing the session lets
    go of it and never ends it. waiting: told how long a safe point has been waited for, in s. Raises
    `AttachRefused` with what to do, `TimedOut`, `TargetExited`, `Cancelled`. Costs half a second.
    """
    return Session.attach(pid, sample_hz, cancel=cancel, waiting=waiting)
