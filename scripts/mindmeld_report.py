#!/usr/bin/env python3
"""Makes assets/mindmeld-report.html: the leak that RefScope grew out of, before and after its fix, compared.

Usage: scripts/mindmeld_report.py [-o FILE] [--iterations N]. Needs LeakBench (LEAKBENCH, its folder) and
the environment of its MindMeld case (LEAKBENCH_VENVS, where score.py made it). The case is run as it is,
then with `Processor.instance_map` made a WeakValueDictionary, as MindMeld 4.3.5 did. Both are recorded
into captures, opened again, and reported; paths of the machine are left out.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from refscope.api import Run, compare, export_report, launch, open_capture, save_session  # noqa: E402

CASE = "mindmeld_apps.py"
FIX = (
    "\nimport weakref\nfrom mindmeld.components.nlp import Processor\n"
    "Processor.instance_map = weakref.WeakValueDictionary()\n"
)
AFTER = "from leakbench_hold import hold, iterations, tick  # noqa: E402\n"
"""The line of the case after which MindMeld is imported."""
KEPT = ("command", "python", "platform", "packages", "refscope", "exit")


def main() -> int:
    """Record both, compare, report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-o", "--output", type=Path, default=ROOT / "assets" / "mindmeld-report.html")
    parser.add_argument("--iterations", type=int, default=40)
    options = parser.parse_args()
    bench = Path(os.environ.get("LEAKBENCH", "leakbench"))
    venvs = Path(os.environ.get("LEAKBENCH_VENVS", Path(tempfile.gettempdir()) / "leakbench"))
    python = venvs / "public-mindmeld-leak" / "bin" / "python"
    if not (bench / "cases" / CASE).exists() or not python.exists():
        parser.error("LeakBench or its MindMeld environment is not here: see --help")
    with tempfile.TemporaryDirectory() as folder:
        runs = [
            recorded(Path(folder), bench, python, name, options.iterations)
            for name in ("mindmeld-4.3.4", "mindmeld-repaired")
        ]
        print(compare(*runs).verdict)
        export_report(runs[1], options.output, before=runs[0])
    print(f"Wrote {options.output}: {options.output.stat().st_size / 1024:.0f} KiB")
    return 0


def recorded(folder: Path, bench: Path, python: Path, name: str, iterations: int) -> Run:
    """One run, frozen at four checkpoints, saved and opened again, without paths of this machine."""
    place = folder / name
    place.mkdir()
    shutil.copy(bench / "cases" / "leakbench_hold.py", place)
    code = (bench / "cases" / CASE).read_text(encoding="utf-8")
    if AFTER not in code:
        raise SystemExit(f"{CASE} has changed: where does it import MindMeld?")
    if name.endswith("repaired"):
        code = code.replace(AFTER, AFTER + FIX)
    (place / CASE).write_text(code, encoding="utf-8")
    checkpoints = [iterations * quarter // 4 for quarter in (1, 2, 3, 4)]
    env = {
        **os.environ,
        "LEAKBENCH_N": str(iterations),
        "LEAKBENCH_CHECKPOINTS": ",".join(map(str, checkpoints)),
        "PYTHONHASHSEED": "0",
    }
    with launch([CASE], python=str(python), cwd=str(place), env=env) as session:
        for done in checkpoints:
            session.freeze(session.wait_for_output(f"CHECKPOINT {done}$", timeout_s=600))
            session.send_line("")
        session.wait_for_output("READY", timeout_s=600)
        save_session(session, folder / f"{name}.refscope")
    run = open_capture(folder / f"{name}.refscope")
    return replace(run, environment={key: run.environment[key] for key in KEPT if key in run.environment})


if __name__ == "__main__":
    raise SystemExit(main())
