"""What may go wrong with a target, and the sentence that a person gets for it."""

from __future__ import annotations

import os
import re
import select
import signal
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from refscope.errors import Cancelled, CancelSignal, FreezeError, LaunchError, TargetExited
from refscope.session import freezing, launcher, memory
from refscope.session.memory import MemoryVerdict
from refscope.session.target import Target

Launch = Callable[..., Target]
GIB = 1 << 30


def samples_go_on(target: Target) -> bool:
    """Whether two more samples come."""
    wanted = len(target.series) + 2
    for _ in range(100):
        if len(target.series) >= wanted:
            return True
        target.output.wait_complete(0.1)
    return False


# Before the start


def test_a_missing_script_is_named(launch: Launch) -> None:
    with pytest.raises(LaunchError, match=r"The script does not exist\. no/such\.py"):
        launch("no/such.py")


def test_a_link_to_nothing_is_no_script(launch: Launch, tmp_path: Path) -> None:
    (tmp_path / "link.py").symlink_to("gone.py")
    with pytest.raises(LaunchError, match="does not exist"):
        launch("link.py", cwd=str(tmp_path))


def test_a_folder_is_suggested_to_be_run_as_a_module(launch: Launch, tmp_path: Path) -> None:
    (tmp_path / "pkg").mkdir()
    with pytest.raises(LaunchError, match=r"This is a folder.*-m pkg"):
        launch("pkg/", cwd=str(tmp_path))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_script_that_may_not_be_read_is_named(launch: Launch, tmp_path: Path) -> None:
    script = tmp_path / "secret.py"
    script.touch(mode=stat.S_IWUSR)
    with pytest.raises(LaunchError, match=r"cannot be read.*Permission denied"):
        launch(str(script))


def test_a_script_that_the_system_does_not_let_us_read_is_named(
    launch: Launch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = tmp_path / "secret.py"
    script.touch()

    def refuse(path: str, *rest: object) -> None:
        raise PermissionError(13, "Permission denied", path)

    monkeypatch.setattr(launcher, "open", refuse, raising=False)
    with pytest.raises(LaunchError, match=r"The script cannot be read\. .*secret.py: Permission denied"):
        launch(str(script))


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (b"x = 1\ny = (2,\n", r"bad\.py, line 2: '\(' was never closed\. Nothing was started"),
        (b"print 'hello'\n", r"bad\.py, line 1: Missing parentheses"),
        (b"a\0b", r"bad\.py: source code .*cannot contain null bytes|line 1"),
        (b"# coding: no-such-code\n", r"unknown encoding"),
    ],
)
def test_a_syntax_error_is_told_with_its_line(
    launch: Launch, tmp_path: Path, source: bytes, message: str
) -> None:
    (tmp_path / "bad.py").write_bytes(source)
    with pytest.raises(LaunchError, match=message) as caught:
        launch("bad.py", cwd=str(tmp_path))
    assert caught.value.title == "The script has a syntax error"
    assert os.listdir(tmp_path) == ["bad.py"]


@pytest.mark.parametrize("option", ["-I", "-E", "-S", "-BE", "-Im"])
def test_options_that_keep_the_agent_out_are_refused(launch: Launch, option: str) -> None:
    with pytest.raises(
        LaunchError, match=r"cannot look into a program run with -[IES]\. .*Leave -[IES] away"
    ):
        launch(option, "run_waits.py")


def test_other_options_reach_the_interpreter(launch: Launch) -> None:
    code = "import sys; print('FLAGS', sys.flags.utf8_mode, sys.flags.no_user_site, sys.warnoptions)"
    target = launch("-X", "utf8", "-sW", "error::ImportWarning", "-c", code)
    assert target.wait_for_output("FLAGS", 20).text == "FLAGS 1 1 ['error::ImportWarning']"


@pytest.mark.parametrize("argv", [(), ("-u",), ("-m",), ("-c",), ("-X",), ("-",)])
def test_nothing_to_run_is_said(argv: tuple[str, ...]) -> None:
    with pytest.raises(LaunchError, match="nothing to run"):
        Target.launch(launcher.LaunchRequest(argv))


def test_a_missing_working_folder_is_named(launch: Launch) -> None:
    with pytest.raises(LaunchError, match=r"working folder does not exist\. /nowhere"):
        launch("-c", "pass", cwd="/nowhere")


def test_a_missing_python_is_named(launch: Launch) -> None:
    with pytest.raises(LaunchError, match=r"Python does not exist\. /nowhere/python"):
        launch("-c", "pass", python="/nowhere/python")


def test_another_program_is_no_python(launch: Launch) -> None:
    with pytest.raises(LaunchError, match="This is not a Python"):
        launch("-c", "pass", python="/bin/sh")


def test_a_python_without_our_agent_is_said_and_ended(launch: Launch, tmp_path: Path) -> None:
    wrapper = tmp_path / "python"
    wrapper.write_text(f'#!/bin/sh\nPYTHONPATH= exec {sys.executable} "$@"\n')
    wrapper.chmod(0o755)
    with pytest.raises(LaunchError, match=r"did not start within 0.5 s"):
        launch("run_waits.py", python=str(wrapper), hello_limit_s=0.5)


def test_a_missing_module_is_the_programs_own_error(launch: Launch) -> None:
    target = launch("-m", "no_such_module_here")
    status = target.wait(20)
    assert status is not None
    assert status.code == 1
    assert "No module named no_such_module_here" in target.output.last_line()


# Ends


def test_a_program_that_ended_says_how_and_its_last_line(launch: Launch) -> None:
    target = launch("run_fails.py")
    target.wait(20)
    with pytest.raises(TargetExited) as caught:
        target.freeze("A")
    assert caught.value.title == "The program ended before it could be frozen"
    wanted = r"Exit code 1 after \d.* Last line: ModuleNotFoundError: No module named 'no_such_module_at_all'"
    assert re.fullmatch(wanted, caught.value.text)


@pytest.mark.parametrize("code", [0, 1, 120, 255])
def test_the_exit_code_is_the_programs_own(launch: Launch, code: int) -> None:
    status = launch("run_exits.py", str(code)).wait(20)
    assert status is not None
    assert status.words == f"exit code {code}"


def test_a_crash_is_told_as_a_signal_and_keeps_what_there_is(launch: Launch) -> None:
    target = launch("run_crashes.py")
    target.wait_for_output("READY", 20)
    kept = target.freeze("A")
    target.send_line("")
    target.wait(20)
    with pytest.raises(TargetExited) as caught:
        target.freeze("B")
    assert caught.value.title == "The program crashed"
    wanted = r"Signal 11 \(segmentation fault\) at \d\d:\d\d\. Chart and freeze A are kept\. Last line: READY"
    assert re.fullmatch(wanted, caught.value.text)
    assert kept.snapshot.n_objects > 1000
    assert [mark.name for mark in target.marks] == ["A"]


# Output


def test_megabytes_of_output_are_drained_bounded_and_found(launch: Launch) -> None:
    target = launch("run_floods.py")
    assert target.wait_for_output("DONE", 60).number == 400_000
    assert target.output.n_dropped > 100_000
    assert target.output.lines()[0].text.startswith(f"line {target.output.n_dropped:06d}")


def test_a_program_without_output_can_still_be_talked_to_and_frozen(launch: Launch, tmp_path: Path) -> None:
    target = launch("run_closes_output.py", str(tmp_path / "answers"))
    target.wait_for_output("READY", 20)
    target.send_line("hello")
    assert target.freeze("A").snapshot.n_objects > 1000
    assert target.freeze("B").snapshot.n_objects > 1000  # by now a file of its own has the number 1
    target.streams.close_stdin()
    status = target.wait(20)
    assert status is not None
    assert status.code == 5
    assert (tmp_path / "answers").read_text() == "hello\n"


def test_a_program_that_replaced_its_stdout_can_be_frozen(launch: Launch) -> None:
    target = launch("run_replaces_stdout.py")
    target.wait_for_output("READY", 20)
    assert target.freeze("A").snapshot.n_objects > 1000
    target.send_line("hello")
    assert target.wait_for_output("GOT", 20).text == "GOT hello after 10"


# Processes and descriptors


@pytest.mark.parametrize("script", ["run_closes_everything.py", "run_execs.py"])
def test_a_program_that_shut_the_agent_out_is_charted_but_not_frozen(launch: Launch, script: str) -> None:
    target = launch(script, sample_hz=50)
    target.wait_for_output("READY", 20)
    target.send_line("go on")
    target.wait_for_output("SHELL|GOT", 20)
    target.send_signal(0)
    with pytest.raises(FreezeError, match=r"can no longer be frozen\. It became another program \(exec\)"):
        target.freeze("A")
    assert samples_go_on(target)


def test_a_fork_leaves_the_agent_with_the_parent(launch: Launch) -> None:
    target = launch("run_forks.py")
    target.wait_for_output("READY", 20)
    assert target.freeze("A").snapshot.n_objects > 1000
    target.send_line("hello")
    assert target.wait_for_output("GOT hello", 20)


def test_a_program_that_daemonises_has_ended_and_the_daemon_lives(launch: Launch, tmp_path: Path) -> None:
    told, ends = tmp_path / "told", tmp_path / "ends"
    os.mkfifo(ends)
    target = launch("run_daemonises.py", str(told), str(ends))
    status = target.wait(20)
    assert status is not None
    assert status.code == 0
    with open(ends) as fifo:  # the daemon opens it last: this waits for it, and lets it end
        fifo.read()
    daemon = int((tmp_path / "told.pid").read_text())
    assert daemon != target.pid
    with pytest.raises(TargetExited, match="ended before it could be frozen"):
        target.freeze("A")


# Freezing


def test_a_busy_program_is_waited_for_with_a_notice(launch: Launch, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(freezing, "NOTICE_EVERY_S", 0.2)
    target = launch("run_holds_lock.py", sample_hz=50)
    target.wait_for_output("READY", 20)
    assert samples_go_on(target)  # so a question about counters waits before the freeze
    notices: list[str] = []

    def on_notice(title: str, text: str) -> None:
        notices.append(f"{title}. {text}")
        if len(notices) == 2:
            target.send_line("")

    image = target.freeze("A", notice=on_notice)
    assert image.snapshot.n_objects > 1000
    assert len(notices) >= 2
    assert notices[0].startswith("No answer from the program for 0 s. Native code may hold")


def test_samples_go_on_while_the_program_is_busy(launch: Launch) -> None:
    target = launch("run_holds_lock.py", sample_hz=50)
    target.wait_for_output("READY", 20)
    assert samples_go_on(target)


def test_a_freeze_of_a_busy_program_can_be_cancelled_and_leaves_no_image(
    launch: Launch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(freezing, "NOTICE_EVERY_S", 0.1)
    target = launch("run_holds_lock.py", sample_hz=50)
    target.wait_for_output("READY", 20)
    cancel = CancelSignal()
    with pytest.raises(Cancelled):
        target.freeze("A", cancel=cancel, notice=lambda title, text: cancel.cancel())
    target.send_line("")
    target.wait_for_output("FREE", 20)
    second = target.freeze("B")  # answered after the one that was given up
    assert samples_go_on(target)
    assert children_of(target.pid) == {second.pid}
    assert [mark.name for mark in target.marks] == ["B"]


def children_of(pid: int) -> set[int]:
    tasks = Path(f"/proc/{pid}/task").iterdir()
    return {int(child) for task in tasks for child in (task / "children").read_text().split()}


def test_cancelling_while_the_heap_is_read_ends_the_image(launch: Launch) -> None:
    target = launch("run_waits.py")
    target.wait_for_output("READY", 20)
    cancel = CancelSignal()
    with pytest.raises(Cancelled):
        target.freeze("A", cancel=cancel, progress=lambda done, total: cancel.cancel())
    assert children_of(target.pid) == set()
    assert target.freeze("B").snapshot.n_objects > 1000


def test_a_thousand_threads_are_all_in_the_heap(launch: Launch) -> None:
    target = launch("run_threads.py", sample_hz=50)
    target.wait_for_output("READY", 60)
    snapshot = target.freeze("A").snapshot
    assert sum(frame.function.endswith("work") for frame in snapshot.frames) == 1000
    assert samples_go_on(target)
    assert target.series.column("threads")[-1] == 1001


def test_an_image_that_is_killed_while_it_is_read_is_a_sentence(launch: Launch) -> None:
    target = launch("run_waits.py")
    target.wait_for_output("READY", 20)

    def kill(done: int, total: int) -> None:
        for pid in children_of(target.pid):
            os.kill(pid, signal.SIGKILL)

    with pytest.raises(
        FreezeError, match=r"The copy ended before it was read.*your program was not affected"
    ):
        target.freeze("A", progress=kill)
    target.send_line("hello")
    assert target.wait_for_output("GOT hello", 20)
    assert children_of(target.pid) == set()


def test_a_program_that_is_killed_while_it_is_read_in_place_is_a_sentence(launch: Launch) -> None:
    target = launch("run_waits.py")
    target.wait_for_output("READY", 20)
    with pytest.raises(TargetExited, match=r"ended before it could be frozen\. Signal 9 \(killed\)"):
        target.freeze("A", "in_process", progress=lambda done, total: target.kill())


def stop_images(target: Target, times: int) -> Callable[[int, int], None]:
    """A progress listener that halts the image, so that it hangs, `times` times."""
    stopped: set[int] = set()

    def stop(done: int, total: int) -> None:
        for pid in children_of(target.pid) - stopped:
            if len(stopped) < times:
                stopped.add(pid)
                os.kill(pid, signal.SIGSTOP)

    return stop


def test_an_image_that_hangs_is_ended_and_made_once_more(launch: Launch, expected_logs: list[str]) -> None:
    target = launch("run_waits.py")
    target.wait_for_output("READY", 20)
    image = target.freeze("A", progress=stop_images(target, 1), deadline_s=1)
    assert image.snapshot.n_objects > 1000
    assert children_of(target.pid) == {image.pid}
    assert "attempt 1" in expected_logs[0]


def test_an_image_that_hangs_twice_is_a_sentence(launch: Launch, expected_logs: list[str]) -> None:
    target = launch("run_waits.py")
    target.wait_for_output("READY", 20)
    with pytest.raises(FreezeError, match=r"The copy did not answer and was ended\. It was tried twice"):
        target.freeze("A", progress=stop_images(target, 2), deadline_s=0.5)
    assert children_of(target.pid) == set()
    assert len(expected_logs) == 2


def test_too_little_memory_refuses_a_copy_but_not_reading_in_place(
    launch: Launch, monkeypatch: pytest.MonkeyPatch
) -> None:
    verdict = MemoryVerdict(int(3.1 * GIB), int(1.2 * GIB))
    monkeypatch.setattr(memory, "check_memory", lambda pid, required: verdict)
    target = launch("run_waits.py")
    target.wait_for_output("READY", 20)
    with pytest.raises(FreezeError) as caught:
        target.freeze("A")
    assert caught.value.title == "Too little free memory for a copy"
    assert caught.value.text.startswith("It may need up to 3.10 GiB, 1.20 GiB are free (")
    assert target.freeze("A", "in_process").method == "in_process"
    assert target.freeze("B", in_any_memory=True).method == "clone"


def test_a_group_that_would_be_ended_as_a_whole_is_never_risked(
    launch: Launch, monkeypatch: pytest.MonkeyPatch
) -> None:
    verdict = MemoryVerdict(2, 1, may_override=False)
    monkeypatch.setattr(memory, "check_memory", lambda pid, required: verdict)
    target = launch("run_waits.py")
    with pytest.raises(FreezeError, match="Too little free memory"):
        target.freeze("A", in_any_memory=True)


def test_an_interpreter_without_ctypes_is_read_in_place(launch: Launch, tmp_path: Path) -> None:
    (tmp_path / "_ctypes.py").write_text("raise ImportError('built without libffi')")
    code = "import sys; sys.modules['_ctypes'] = None; print('READY', flush=True); input()"
    target = launch("-c", code)
    target.wait_for_output("READY", 20)
    assert target.freeze("A", "in_process").snapshot.n_objects > 1000


def test_the_host_can_be_killed_while_the_program_goes_on(tmp_path: Path) -> None:
    """A program that does not need its pipes lives on, as it would after closing a terminal."""
    code = (
        "import os,sys; open(sys.argv[1],'w').write(str(os.getpid())); os.rename(sys.argv[1], sys.argv[2]);"
    )
    code += "print('READY', flush=True); open(sys.argv[3]).read()"
    told, pid_file, ends = (str(tmp_path / name) for name in ("told", "pid", "ends"))
    os.mkfifo(ends)
    host_code = (
        "import sys; from refscope.session.target import LaunchRequest, Target\n"
        "target = Target.launch(LaunchRequest(tuple(sys.argv[1:])))\n"
        "target.wait_for_output('READY', 20)\nprint('UP', flush=True)\nsys.stdin.read()\n"
    )
    command = [sys.executable, "-c", host_code, "-c", code, told, pid_file, ends]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as host:
        assert host.stdout is not None
        assert host.stdout.readline() == "UP\n"
        handle = os.pidfd_open(int(Path(pid_file).read_text()))
        host.kill()
        host.wait()
        assert not select.select([handle], [], [], 0)[0]
        with open(ends, "w"):  # the program waits for this: it is still there, and ends now
            pass
        assert select.select([handle], [], [], 10)[0]
        os.close(handle)


def test_an_interpreter_that_ends_before_the_agent_answers_says_its_last_line(launch: Launch) -> None:
    env = {**os.environ, "PYTHONHOME": "/nowhere"}
    with pytest.raises(
        LaunchError, match=r"ended before RefScope's agent answered\. Exit code 1 .*Last line: "
    ):
        launch("-c", "pass", env=env)
