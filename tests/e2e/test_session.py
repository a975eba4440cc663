"""One run of one real target: launch, output, samples, freezes, end."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from refscope.errors import Cancelled, FreezeError, TargetExited
from refscope.heap.snapshot import HeapSnapshot
from refscope.session.image import Image
from refscope.session.program import TargetState
from refscope.session.target import Target

Launch = Callable[..., Target]


def ids_of(snapshot: HeapSnapshot, type_name: str) -> list[int]:
    rows = [i for i, each in enumerate(snapshot.type_table) if each.name == type_name]
    return snapshot.ids[np.isin(snapshot.types, rows)].tolist()


def wait_for_samples(target: Target, wanted: Callable[[Target], bool]) -> bool:
    """Whether the series, which is not empty then, comes to be as wanted while the sampler runs."""
    for _ in range(100):
        if len(target.series) and wanted(target):
            return True
        target.output.wait_complete(0.1)  # ends early with the target, otherwise a pause of one sample
    return False


def test_a_script_runs_with_its_arguments_and_its_exit_code_is_kept(launch: Launch) -> None:
    target = launch("run_waits.py", "one", "two words")
    assert target.wait_for_output("READY", 20).text == "READY one two words"
    assert target.state is TargetState.RUNNING
    target.send_line("hello")
    assert target.wait_for_output("GOT", 20).text == "GOT hello"
    target.streams.close_stdin()
    status = target.wait(20)
    assert status is not None
    assert (status.code, status.words) == (3, "exit code 3")
    assert target.state is TargetState.EXITED


def test_code_and_modules_run_too(launch: Launch, tmp_path: Path) -> None:
    (tmp_path / "pkg").mkdir()
    (tmp_path / "pkg" / "__main__.py").write_text("print('MODULE', __name__)")
    assert launch("-c", "print('CODE')").wait_for_output("CODE", 20)
    assert launch("-m", "pkg", cwd=str(tmp_path)).wait_for_output("MODULE __main__", 20)
    assert launch("pkg", cwd=str(tmp_path)).wait_for_output("MODULE __main__", 20)


def test_the_environment_given_is_the_programs_whole_environment(launch: Launch) -> None:
    code = "import os; print('ENV', sorted(os.environ), os.environ.get('PYTHONPATH'))"
    target = launch("-c", code, env={"PYTHONPATH": "/elsewhere", "LC_CTYPE": "C.UTF-8", "A": "1"})
    assert target.wait_for_output("ENV", 20).text == "ENV ['A', 'LC_CTYPE', 'PYTHONPATH'] /elsewhere"


def test_the_agent_says_hello_before_the_first_line(launch: Launch) -> None:
    target = launch("run_waits.py")
    assert target.hello is not None
    assert target.hello.pid == target.pid
    assert target.hello.python == sys.version_info[:3]


def test_an_exit_listener_is_told_once_and_late_ones_at_once(launch: Launch) -> None:
    target = launch("run_waits.py")
    heard: list[str] = []
    target.add_exit_listener(lambda status: heard.append(status.words))
    target.streams.close_stdin()
    target.wait(20)
    target.close()
    target.add_exit_listener(lambda status: heard.append("late"))
    assert heard == ["exit code 3", "late"]


def test_samples_begin_with_the_program_and_stay_after_it(launch: Launch) -> None:
    target = launch("run_grows.py", sample_hz=50)
    target.wait_for_output("READY", 20)
    assert wait_for_samples(target, lambda target: len(target.series) > 3)
    before = target.series.column("uss_bytes")[-1]
    target.send_line("")
    target.wait_for_output("GREW", 20)
    grown = before + 60 * (1 << 20)
    assert wait_for_samples(target, lambda target: target.series.column("uss_bytes")[-1] > grown)
    target.close()
    assert target.series.column("time_s")[0] < 5
    assert np.all(np.diff(target.series.column("time_s")) > 0)
    assert set(target.series.column("threads")) == {1.0}


def test_counters_of_the_agent_are_among_the_samples(launch: Launch) -> None:
    target = launch("run_waits.py", sample_hz=50)
    assert wait_for_samples(target, lambda target: np.isfinite(target.series.column("collections")).any())
    assert target.series.column("allocated_blocks")[-1] > 1000


def test_a_freeze_reads_the_whole_heap_while_the_program_goes_on(launch: Launch) -> None:
    target = launch("run_waits.py")
    target.wait_for_output("READY", 20)
    seen: list[tuple[int, int]] = []
    image = target.freeze("A", progress=lambda done, total: seen.append((done, total)))
    snapshot = image.snapshot
    assert len(ids_of(snapshot, "__main__.Node")) == 500
    assert snapshot.name == "A"
    assert seen[-1] == (snapshot.n_objects, snapshot.n_objects)
    assert all(done <= total for done, total in seen)
    assert [(mark.name, mark.kind) for mark in target.marks] == [("A", "freeze")]
    target.send_line("still there")
    assert target.wait_for_output("GOT still there", 20)


def test_two_images_live_side_by_side_and_each_keeps_its_time(launch: Launch) -> None:
    target = launch("run_waits.py")
    target.wait_for_output("READY", 20)
    before = target.freeze("before")
    target.send_line("grow")
    target.wait_for_output("GOT", 20)
    after = target.freeze("after")
    assert len(ids_of(before.snapshot, "__main__.Node")) == 500
    assert len(ids_of(after.snapshot, "__main__.Node")) == 600
    assert target.images == (before, after)
    node = ids_of(before.snapshot, "__main__.Node")[0]
    assert before.describe([node])
    before.close()
    assert target.images == (after,)
    assert after.reprs([node])[0][0].startswith("<__main__.Node object")


def test_images_are_never_counted_in_the_chart(launch: Launch) -> None:
    target = launch("run_waits.py", sample_hz=50)
    target.wait_for_output("READY", 20)
    images = [target.freeze("A"), target.freeze("B")]
    at = target.elapsed_s + 1.5  # the sampler looks for children once a second
    assert wait_for_samples(target, lambda target: target.series.column("time_s")[-1] > at)
    assert set(target.series.column("processes")) == {1.0}
    memory = images[0].memory()
    assert memory is not None
    assert memory.private_bytes > 0


def test_children_of_the_program_are_counted(launch: Launch) -> None:
    target = launch("run_forks.py", sample_hz=50)
    child = int(target.wait_for_output("READY", 20).text.split()[1])
    assert wait_for_samples(target, lambda target: target.series.column("processes")[-1] == 2)
    assert {each.pid for each in target.processes} == {target.pid, child}


@pytest.mark.parametrize("method", ["clone", "in_process"])
def test_questions_are_answered_by_either_kind_of_image(launch: Launch, method: str) -> None:
    target = launch("run_waits.py")
    target.wait_for_output("READY", 20)
    image = target.freeze("A", method)
    node = ids_of(image.snapshot, "__main__.Node")[0]
    assert image.method == method
    referents, total = image.referents(node)
    assert total >= len(referents) > 0
    place = image.source(node)
    assert place is not None
    assert place.filename.endswith("run_waits.py")


def test_labels_that_were_fetched_outlive_the_image_and_the_program(launch: Launch) -> None:
    target = launch("run_waits.py")
    target.wait_for_output("READY", 20)
    image = target.freeze("A")
    node = ids_of(image.snapshot, "__main__.Node")[7]
    holder = holder_of(image.snapshot, node)
    labels = image.labels([(holder, node)])
    assert labels[0][0].kind == "index"
    words = image.describe([holder])
    target.close()
    assert image.labels([(holder, node), (1, 2)]) == [labels[0], ()]
    assert image.describe([holder, 1]) == [words[0], ""]
    with pytest.raises(FreezeError, match="copy behind freeze A is gone"):
        image.reprs([node])


def holder_of(snapshot: HeapSnapshot, object_id: int) -> int:
    index = int(np.flatnonzero(snapshot.ids == object_id)[0])
    edge = int(np.flatnonzero(snapshot.targets == index)[0])
    return int(snapshot.ids[np.searchsorted(snapshot.offsets, edge, "right") - 1])


def test_expressions_run_in_a_copy_of_the_copy(launch: Launch) -> None:
    target = launch("run_waits.py")
    target.wait_for_output("READY", 20)
    image = target.freeze("A")
    node = ids_of(image.snapshot, "__main__.Node")[0]
    assert image.evaluate("vars(obj).clear() or len(vars(obj))", node).text == "0"
    assert image.evaluate("len(vars(obj))", node).text == "1"


def test_an_image_outlives_its_program(launch: Launch) -> None:
    target = launch("run_waits.py")
    target.wait_for_output("READY", 20)
    image = target.freeze("A")
    node = ids_of(image.snapshot, "__main__.Node")[0]
    target.kill()
    status = target.wait(20)
    assert status is not None
    assert status.words == "signal 9 (killed)"
    assert "Node" in image.reprs([node])[0][0]
    assert process_has_ended(image, when=image.close)


def process_has_ended(image: Image, when: Callable[[], object]) -> bool:
    handle = os.pidfd_open(image.pid)
    try:
        when()
        return bool(select.select([handle], [], [], 10)[0])
    finally:
        os.close(handle)


def test_closing_an_image_leaves_no_zombie_below_the_program(launch: Launch) -> None:
    target = launch("run_waits.py")
    target.wait_for_output("READY", 20)
    image = target.freeze("A")
    image.close()
    assert not os.path.exists(f"/proc/{image.pid}")


def test_watches_and_collections_are_asked_of_the_running_program(launch: Launch) -> None:
    target = launch("run_waits.py")
    target.wait_for_output("READY", 20)
    kept, missing = target.watch(["__main__.keep", "__main__.nothing"])
    assert (kept.length, missing.length, missing.references) == (500, None, None)
    assert target.collect().elapsed_s >= 0


def test_leaving_ends_a_program_that_ignores_everything(launch: Launch) -> None:
    target = launch("run_stubborn.py")
    target.wait_for_output("READY", 20)
    status = target.stop(step_s=0.5)
    assert target.output.wait_for("TERM", 5)
    assert status is not None
    assert status.words == "signal 9 (killed)"


def test_in_a_terminal_the_program_believes_it_is_in_one(launch: Launch) -> None:
    target = launch("run_terminal.py", terminal="pty", window_size=(30, 99))
    first = target.wait_for_output("READY", 20)
    assert first.text == "READY True True os.terminal_size(columns=99, lines=30)"
    target.wait_for_output("name", 20)
    target.send_line("x y")
    assert target.wait_for_output("ANSWER", 20).text == "ANSWER x y"
    target.wait_for_output("again", 20)
    target.streams.send("\x03")
    assert target.wait_for_output("INTERRUPTED", 20).stream == "terminal"
    status = target.wait(20)
    assert status is not None
    assert status.code == 0


def test_ctrl_c_in_our_terminal_reaches_a_program_with_pipes_as_without_us(launch: Launch) -> None:
    with_pipes, with_terminal = launch("run_waits.py"), launch("run_waits.py", terminal="pty")
    assert os.getpgid(with_pipes.pid) == os.getpgid(0)
    assert os.getsid(with_terminal.pid) == with_terminal.pid


def test_an_image_that_is_ended_keeps_what_was_read(launch: Launch) -> None:
    target = launch("run_waits.py")
    target.wait_for_output("READY", 20)
    image = target.freeze("A")
    node = ids_of(image.snapshot, "__main__.Node")[0]
    os.kill(image.pid, signal.SIGKILL)
    with pytest.raises(FreezeError, match=r"The copy behind freeze A is gone\. Counts, paths and sizes stay"):
        image.reprs([node])
    assert image.describe([node]) == [""]
    assert not image.is_open
    assert target.freeze("B").is_open


def test_closing_a_session_while_it_reads_a_heap_leaves_no_image(launch: Launch) -> None:
    target = launch("run_waits.py")
    target.wait_for_output("READY", 20)
    with pytest.raises(Cancelled):
        target.freeze("A", progress=lambda done, total: target.close())
    assert target.images == ()


HOST = """
import sys
from refscope.session.target import LaunchRequest, Target
target = Target.launch(LaunchRequest((sys.argv[1],)))
target.wait_for_output("READY", 20)
images = [target.freeze("A"), target.freeze("B")]
print(target.pid, *[image.pid for image in images], flush=True)
sys.stdin.read()
"""


def test_killing_the_host_leaves_no_image_behind() -> None:
    script = str(Path(__file__).parent.parent / "targets" / "run_waits.py")
    command = [sys.executable, "-c", HOST, script]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as host:
        assert host.stdout is not None
        pids = [int(word) for word in host.stdout.readline().split()]
        handles = [os.pidfd_open(pid) for pid in pids]
        host.send_signal(signal.SIGKILL)
        ended = [bool(select.select([handle], [], [], 10)[0]) for handle in handles]
        for handle in handles:
            os.close(handle)
    assert ended == [True, True, True]  # the program too: its input has ended


def test_waiting_for_output_ends_with_the_program(launch: Launch) -> None:
    target = launch("run_fails.py")
    with pytest.raises(TargetExited, match="ended before it printed that"):
        target.wait_for_output("READY", 60)
