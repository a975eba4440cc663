"""A worker of a program, chosen in the menu of a real window by its keys."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from tests.screen.desktop import Desktop

pytestmark = pytest.mark.screen

FAMILY = """
import os, signal
read_end, write_end = os.pipe()
child = os.fork()
if child == 0:
    os.close(write_end)
    os.read(read_end, 1)  # until its parent goes
    os._exit(0)
print(child, flush=True)
signal.pause()
"""


def test_a_worker_is_chosen_in_the_menu_and_shown_in_a_window_of_its_own(
    desktop: Desktop, window: psutil.Process, tmp_path: Path
) -> None:
    script = tmp_path / "family.py"
    script.write_text(FAMILY)
    desktop.wait_for_window("RefScope")
    with subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, text=True) as program:
        try:
            assert program.stdout is not None
            worker = int(program.stdout.readline())
            desktop.click(desktop.wait_for("page tab", "Attach to a running one"))
            desktop.wait_for("text", lambda name: "process id" in name.lower())
            desktop.type(str(program.pid))
            desktop.press("Return")
            desktop.wait_for_window(f"family.py (pid {program.pid}) - RefScope")
            desktop.wait_for("push button", "Freeze baseline")
            desktop.press("alt+s")
            desktop.press("h")
            desktop.wait_for("menu item", lambda name: name.startswith(f"family.py (pid {worker})"))
            desktop.press("Down")  # round to itself, if it is chosen
            desktop.press("Return")
            desktop.wait_for_window(f"family.py (pid {worker}) - RefScope")
            window.kill()
            window.wait(10)
            assert program.poll() is None
            assert psutil.pid_exists(worker)
        finally:
            program.kill()
