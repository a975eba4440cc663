"""Small programs end the same with the agent as without: output, errors, exit code, signals."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import pytest
from guest_host import SITE, Start, minor_of, run_alone

from tests.pythons import python_of

PROGRAMS = {
    "exit code": "import sys; print('x'); sys.exit(7)",
    "hard exit": "import os; os._exit(3)",
    "uncaught exception": "def f():\n    raise ValueError('no')\nf()",
    "killed by a signal": "import os, signal; os.kill(os.getpid(), signal.SIGTERM)",
    "interrupted": "import os, signal; os.kill(os.getpid(), signal.SIGINT)\nfor _ in range(10**6): pass",
    "closed pipe": "import signal, sys\nsignal.signal(signal.SIGPIPE, signal.SIG_DFL)\nprint('fine')",
    "stdin": "import sys; print(sys.stdin.read().upper())",
    "thread at exit": "import threading\nwait = threading.Event()\n"
    "threading.Thread(target=wait.wait, daemon=True).start()\nprint(threading.enumerate()[0].name)",
    "atexit": "import atexit; atexit.register(print, 'bye'); print(1 / 0)",
    "error with a name": "open('/absent')",
    "leaked file": "import os; f = open(os.devnull); del f",
    "default time limit": "import socket; socket.setdefaulttimeout(0.01); print('fine')",
    "no descriptors left": "import os; os.closerange(3, 5000); print(len(os.listdir('/proc/self/fd')))",
    "no terminal": "import sys; print(sys.stdout.isatty())",
}


def test_programs_end_the_same(python: str, start: Start) -> None:
    options = ("-X", "dev", "-W", "error")
    alone = {name: run_alone(python, *options, "-c", code, text="a\nb") for name, code in PROGRAMS.items()}
    guest = {name: start(python, *options, "-c", code).finish("a\nb") for name, code in PROGRAMS.items()}
    assert guest == alone
    assert guest["exit code"] == ("x\n", "", 7)
    assert guest["killed by a signal"][2] == -signal.SIGTERM


@pytest.mark.parametrize("minor", [7, 8])  # the last that end threads by pthread_exit
def test_no_library_is_opened_when_the_agents_thread_ends(minor: int, start: Start) -> None:
    text = start(python_of(minor), "-c", "print('libgcc_s' in open('/proc/self/maps').read())").finish()[0]
    assert text == "True\n"  # else glibc opens it then, and a program sees one more descriptor


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of the program's own, with modules named like the standard library's."""
    for name in ("json", "select", "array", "fcntl", "contextlib", "inspect", "ctypes", "datetime"):
        (tmp_path / f"{name}.py").write_text(f"print('{name} of the program')\n")
    return tmp_path


USES_OWN_MODULES = "import json, select, array, fcntl, inspect, ctypes, datetime\nprint(json.__file__)"


def test_modules_of_the_program_are_neither_run_early_nor_hidden(
    python: str, start: Start, folder: Path
) -> None:
    script = folder / "script.py"
    script.write_text("print('first line')\n" + USES_OWN_MODULES)
    env = {**os.environ, "PYTHONPATH": str(folder)}
    for arguments, environment in (((str(script),), os.environ), (("-c", USES_OWN_MODULES), env)):
        expected = run_alone(python, *arguments, env=environment)
        assert start(python, *arguments, env=environment).finish() == expected
        assert "json of the program" in expected[0]


SHOW_START = (
    "import sys, os; m = sys.modules.get('sitecustomize'); print(getattr(m, '__file__', m), sys.path);"
    "print(os.environ.get('PYTHONPATH'), list(os.environ), list(sys.path_importer_cache))"
)


def test_the_users_own_sitecustomize_runs_as_ever(start: Start, tmp_path: Path, python: str) -> None:
    for body in ("print('mine')", "raise ValueError('broken')", "import absent_module"):
        (tmp_path / "sitecustomize.py").write_text(body)
        env = {**os.environ, "PYTHONPATH": str(tmp_path)}
        expected = run_alone(python, "-c", SHOW_START, env=env)
        assert start(python, "-c", SHOW_START, env=env).finish() == expected
        assert str(SITE) not in expected[0]


def test_pythonpath_is_as_it_was(start: Start, python: str) -> None:
    for before in (None, "", "/one::/two", "/one:"):
        env = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
        if before is not None:
            env["PYTHONPATH"] = before
        expected = run_alone(python, "-c", SHOW_START, env=env)
        assert start(python, "-c", SHOW_START, env=env).finish() == expected


def test_without_a_working_channel_the_program_runs_silently(python: str) -> None:
    code = "import sys, os; print(sys.path, os.environ.get('PYTHONPATH')); sys.exit(3)"
    expected = run_alone(python, "-W", "error", "-c", code)
    for number in ("9999", "0", "nonsense", ""):
        env = {**os.environ, "PYTHONPATH": str(SITE), "REFSCOPE_FD": number}
        assert run_alone(python, "-W", "error", "-c", code, env=env) == expected


def test_code_of_the_agent_carries_no_file_name_that_a_coverage_tool_would_measure(start: Start) -> None:
    code = """if True:
        import gc, types
        functions = [each for each in gc.get_objects() if type(each) is types.FunctionType]
        files = {each.__code__.co_filename for each in functions}
        print(len([name for name in files if name.startswith("<refscope>/")]) > 5)
        print([name for name in files if name.startswith(AGENT) and "/site/" not in name])
    """.replace("AGENT", repr(str(SITE.parent)))
    assert start(sys.executable, "-c", code).finish()[0] == "True\n[]\n"


def test_hello_comes_before_the_first_line_of_the_program(python: str, start: Start) -> None:
    target = start(python, "-c", "import os; os._exit(0)")
    fields = target.hello.fields
    assert target.hello.kind == "hello"
    assert fields["python"][:2] == [3, minor_of(python)]
    assert fields["pid"] == target.process.pid
    assert (fields["freeze"], fields["freeze_reason"]) == ("clone", None)
