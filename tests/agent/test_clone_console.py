"""The console on the copy: statements run in a clone; whatever they do, program and copy stay as they are."""

from __future__ import annotations

import functools
import threading
import time
from typing import Any

import pytest
from guest_host import TARGETS
from heap_probes import minor

from refscope.api import Snapshot, launch
from refscope.api.console import Completion, Console, ConsoleAnswer
from refscope.errors import FreezeError

STATEMENTS = {
    "value": "1 + 1",
    "assign": "x = [1, 2]; y = 5",
    "kept": "x, y",
    "last": "_",
    "obj": "obj is NODES[0]",
    "main": "NODES[3].number",
    "loop": "for n in range(3):\n    print(n)",
    "block": "def double(n):\n    return 2 * n\n\ndouble(21)\n'end'",
    "raises": "double({})",
    "syntax": "1 +* 2",
    "count": "snapshot.count('Node'), snapshot.count('__main__.Node'), snapshot.count(type(obj))",
    "objects": "[each in NODES for each in snapshot.objects('Node', 2)] == [True, True]",
    "referrers": "[type(each).__name__ for each in snapshot.referrers(obj)]",
    "referents": "NODES in snapshot.referents(sys.modules['__main__'].__dict__)",
    "at": "snapshot.at(id(obj)) is obj",
    "types": "len(snapshot.types(4))",
    "stdin": "input()",
    "exit": "raise SystemExit(3)",
    "lock": "LOCK.acquire(timeout=0.05)",
    "threads": "len(list(__import__('os').scandir('/proc/self/task')))",
    "clear": "NODES.clear(); len(NODES)",
    "fork": "import os; (os.fork() or print('twice')) and 'parent'",
    "stderr": "print('to err', file=sys.stderr)",
    "flood": "print('y' * 300000)",
    "hostile": "NODES.append(HOSTILE) or HOSTILE",
    "closes": "os.closerange(3, 256) or 'open'",
}
ENDINGS = {
    "exits": "import os; os._exit(4)",
    "hangs": "import time; time.sleep(100)",
    "crashes": "import ctypes; ctypes.string_at(0)",
}
LOOPS = {
    "at once": "while True: pass",
    "in a function": "def f():\n    n = 0\n    while True:\n        n += 1\n\nf()",
    "in many": "def g(): return 1\nwhile True: g()",
    "printing": "while True: print('y')",
    "in a comprehension": "[0 for _ in iter(int, 1)]",
}
CATCHES = "try:\n    print('on')\n    while True: n = 0\nexcept KeyboardInterrupt:\n    'caught'"
WORDS = ("NO", "obj.", "obj.nu", "obj.bad.", "snapshot.co", "os.path.jo", "TABLE['al", "missing.x", "1 + pri")


@functools.cache
def scenario(python: str) -> dict[str, Any]:
    """Everything once: answers by name, completions, and what the program says afterwards."""
    with launch([str(TARGETS / "console_heap.py")], python=python) as session:
        session.wait_for_output("READY", timeout_s=30)
        snapshot = session.freeze("A")
        ids = snapshot.heap.ids[snapshot.find("Node")]
        by_number = {int(snapshot.evaluate("obj.number", int(each)).text): int(each) for each in ids}
        found: dict[str, Any] = {}
        with snapshot.console() as console:
            found["complete"] = {word: console.complete(word, by_number[0]) for word in WORDS}
            found["typed"] = console.run("for n in range(3):", is_typed=True)
            for name, source in STATEMENTS.items():
                found[name] = console.run(source, by_number[0])
            for name, source in ENDINGS.items():
                console.run("kept = 1")
                found[name] = console.run(source, deadline_s=0.5)
                found[f"after {name}"] = console.run("kept")
            for name, source in LOOPS.items():
                found[f"stopped {name}"] = stopped(console, source)
                found[f"after {name}"] = console.run("mine")
            found["caught"], _ = stopped(console, CATCHES, before="")
            found["stopped in native code"] = stopped(console, "import time; time.sleep(60)")
        with snapshot.console() as second:
            found["second"] = second.run("len(NODES)")
        found["copy"] = snapshot.evaluate("len(NODES)").text
        session.send_line("count")
        found["program"] = session.wait_for_output(r"NODES \d+", timeout_s=20)
        session.send_line("end")
        status = session.wait(20)
        found["code"] = None if status is None else status.code
    found["closed"] = error_of(snapshot, console)
    return found


def stopped(console: Console, source: str, before: str = "print('on')\n") -> tuple[ConsoleAnswer, float]:
    """Run something without end and interrupt it once it runs."""
    console.run("mine = 7")
    started = threading.Event()
    timer = threading.Thread(target=lambda: started.wait(20) and console.interrupt())
    timer.start()
    began = time.monotonic()
    answer = console.run(before + source, on_output=lambda _stream, _text: started.set())
    timer.join()
    return answer, time.monotonic() - began


def error_of(snapshot: Snapshot, console: Console) -> list[str]:
    texts = []
    for ask in (lambda: console.run("1"), lambda: snapshot.console().run("1")):
        with pytest.raises(FreezeError) as caught:
            ask()
        texts.append(caught.value.title)
    return texts


def text(python: str, name: str) -> str:
    answer = scenario(python)[name]
    assert isinstance(answer, ConsoleAnswer)
    return answer.text


def test_values_are_shown_and_variables_stay(python: str) -> None:
    assert text(python, "value") == "2\n"
    assert text(python, "assign") == ""
    assert text(python, "kept") == text(python, "last") == "([1, 2], 5)\n"


def test_the_selected_object_and_names_of_the_program_are_bound(python: str) -> None:
    assert text(python, "obj") == "True\n"
    assert text(python, "main") == "3\n"


def test_blocks_wait_for_an_empty_line_when_typed_and_run_when_given_whole(python: str) -> None:
    assert scenario(python)["typed"].state == "incomplete"
    assert text(python, "loop") == "0\n1\n2\n"
    assert text(python, "block") == "42\n'end'\n"


def test_what_a_statement_raises_is_a_traceback_with_its_own_lines_only(python: str) -> None:
    answer = scenario(python)["raises"]
    assert answer.state == "failed"
    assert answer.text.startswith('Traceback (most recent call last):\n  File "<console')
    assert "return 2 * n" in answer.text
    assert answer.text.rstrip().endswith("TypeError: unsupported operand type(s) for *: 'int' and 'dict'")
    assert "_refscope" not in answer.text
    assert "SyntaxError" in text(python, "syntax")


def test_the_snapshot_counts_lists_and_names_holders(python: str) -> None:
    assert text(python, "count") == "(500, 500, 500)\n"
    assert text(python, "objects") == text(python, "referents") == text(python, "at") == "True\n"
    assert text(python, "referrers") == "['list']\n"
    assert text(python, "types") == "4\n"


def test_input_is_at_its_end_and_exit_is_an_exception(python: str) -> None:
    assert text(python, "stdin").rstrip().endswith("EOFError: EOF when reading a line")
    assert text(python, "exit").rstrip().endswith("SystemExit: 3")


def test_a_lock_that_another_thread_holds_stays_held_and_there_is_one_thread(python: str) -> None:
    assert text(python, "lock") == "False\n"
    assert text(python, "threads") == (
        "1\n" if minor(python) < 13 else "2\n"
    )  # one waits for the word to stop


def test_a_fork_in_a_statement_answers_once(python: str) -> None:
    assert text(python, "fork") == "'parent'\n"
    assert text(python, "stderr") == "to err\n"
    assert scenario(python)["stderr"].output[0][0] == "err"


def test_output_is_cut_and_the_answer_says_so(python: str) -> None:
    answer = scenario(python)["flood"]
    assert len(answer.text) == 200_000
    assert answer.note == "100,001 more characters were not shown."


def test_a_hostile_value_is_a_traceback(python: str) -> None:
    assert text(python, "hostile").rstrip().endswith("KeyError: 'no repr'")


def test_closing_all_low_descriptors_does_not_end_it(python: str) -> None:
    assert text(python, "closes") == "'open'\n"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("exits", "It ended the copy (exit code 4)."),
        ("hangs", "It did not answer within 0.5 s and was ended."),
        ("crashes", "It crashed the copy (SIGSEGV)."),
    ],
)
def test_what_ends_the_clone_ends_nothing_else(python: str, name: str, words: str) -> None:
    answer = scenario(python)[name]
    assert answer.state == "ended"
    assert answer.note.startswith(words)
    assert "NameError" in text(python, f"after {name}")


@pytest.mark.parametrize("name", LOOPS)
def test_a_statement_that_is_stopped_leaves_the_variables(python: str, name: str) -> None:
    answer, took_s = scenario(python)[f"stopped {name}"]
    assert took_s < 5
    assert answer.state == "failed"
    assert answer.text.endswith("KeyboardInterrupt\n")
    assert answer.text.startswith("on\n")
    assert text(python, f"after {name}") == "7\n"


def test_a_statement_that_catches_being_stopped_goes_on(python: str) -> None:
    allowed = ["on\n'caught'\n"]
    if minor(python) == 13:  # whose 3.13.0 looks behind a backward jump for the handler
        allowed.append("on\nKeyboardInterrupt\n")
    assert text(python, "caught") in allowed


def test_native_code_that_takes_no_notice_is_ended(python: str) -> None:
    answer, took_s = scenario(python)["stopped in native code"]
    assert took_s < 10
    if answer.state == "ended":  # a signal wakes what sleeps; from 3.13 on it comes in time or not at all
        assert minor(python) >= 13
        assert answer.note.startswith("It was stopped.")
    else:
        assert answer.text == "on\nKeyboardInterrupt\n"


def test_neither_the_copy_nor_the_program_nor_another_console_is_touched(python: str) -> None:
    assert text(python, "clear") == "0\n"
    assert scenario(python)["copy"] == "500"
    assert text(python, "second") == "500\n"
    assert scenario(python)["program"] == "NODES 500"
    assert scenario(python)["code"] == 0


def test_names_attributes_and_keys_are_completed_without_running_properties(python: str) -> None:
    def words(word: str) -> tuple[str, ...]:
        found = scenario(python)["complete"][word]
        assert isinstance(found, Completion)
        return found.words

    assert {"NODES", "Node", "NotImplemented"} - set(words("NO")) == {"Node", "NotImplemented"}
    assert words("obj.") == ("bad", "number", "slot")
    assert words("obj.nu") == ("number",)
    assert words("obj.bad.") == ()
    assert words("snapshot.co") == ("count",)
    assert words("os.path.jo") == ("join",)
    assert words("TABLE['al") == ("alpha']",)
    assert words("missing.x") == ()
    assert "print" in words("1 + pri")
    assert scenario(python)["complete"]["1 + pri"].start == 4


def test_a_closed_console_and_one_without_its_copy_say_so(python: str) -> None:
    assert scenario(python)["closed"] == ["This console is closed", "The copy behind freeze A is gone"]


def test_what_a_console_takes_is_a_cost_of_its_copy() -> None:
    with launch([str(TARGETS / "console_heap.py")]) as session:
        session.wait_for_output("READY", timeout_s=30)
        snapshot = session.freeze("A")
        image = snapshot.image
        assert image is not None
        before = image.memory()
        with snapshot.console() as console:
            assert console.run("taken = bytearray(b'x') * 30_000_000").state == "done"
            during = image.memory()
        after = image.memory()
    assert before is not None
    assert during is not None
    assert after is not None
    assert during.private_bytes > before.private_bytes + 30_000_000
    assert after.private_bytes < before.private_bytes + 10_000_000
