"""Attaching in a real window, by pointer and keys: a program that runs, its holder, and that it runs on."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from tests.screen.desktop import Desktop

pytestmark = pytest.mark.screen

SOME_MIB = 3.0
"""Of the program: what keeps so much is no usual share of its heap, and so much more is a leak."""

LEDGER = """
import time

class Entry:
    def __init__(self):
        self.text = bytearray(20_000)

class Ledger:
    pages = {}

for number in range(1_000_000):
    Ledger.pages[number] = Entry()
    time.sleep(0.02)
"""


def test_a_running_program_is_chosen_frozen_and_let_go(
    desktop: Desktop, window: psutil.Process, tmp_path: Path
) -> None:
    script = tmp_path / "ledger.py"
    script.write_text(LEDGER)
    desktop.wait_for_window("RefScope")
    with subprocess.Popen([sys.executable, str(script)]) as program:
        try:
            desktop.click(desktop.wait_for("page tab", "Attach to a running one"))
            desktop.wait_for("text", lambda name: "process id" in name.lower())
            desktop.type("ledger")
            desktop.wait_for("cell", lambda name: name.startswith("ledger.py"))
            desktop.press("Down")
            desktop.press("Return")
            desktop.wait_for_window(f"ledger.py (pid {program.pid}) - RefScope")
            desktop.wait_for_growth(SOME_MIB)
            desktop.click(desktop.wait_for("push button", "Freeze baseline"))
            desktop.wait_for("panel", lambda name: "One freeze only" in name)
            desktop.wait_for_growth(SOME_MIB)
            desktop.click(desktop.wait_for("push button", "Freeze"))
            desktop.wait_for("panel", lambda name: "__main__.Ledger.pages" in name and ". Leak." in name)
            window.kill()
            window.wait(10)
            assert program.poll() is None
        finally:
            program.kill()
