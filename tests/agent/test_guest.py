"""The agent is a guest: a program cannot tell whether it runs under RefScope."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from guest_host import TARGETS, Start, run_alone

PROBE = str(TARGETS / "guest_probe.py")


def is_native_and_private(name: str, built_in: list[str]) -> bool:
    """Modules that may stay in sys.modules (docs/decisions.md): no program's file is called like that."""
    return name.startswith("_") or name in built_in


def allow_for_libffi(without: dict[str, Any], with_us: dict[str, Any]) -> None:
    """Some builds of libffi keep their own file open once `_ctypes` is loaded, which moves later numbers."""
    others = [entry for entry in with_us["descriptors"] if "libffi" not in entry[1]]
    if len(others) < len(with_us["descriptors"]):
        with_us["descriptors"] = [kind for _, kind in others]
        without["descriptors"] = [kind for _, kind in without["descriptors"]]


def read(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text())
    return found


def test_a_program_sees_no_difference(python: str, start: Start, tmp_path: Path) -> None:
    env = {**os.environ, "PYTHONPATH": str(tmp_path / "mine"), "PYTHONHASHSEED": "0"}
    alone, guest = tmp_path / "alone.json", tmp_path / "guest.json"
    arguments = ("-W", "error", PROBE)
    expected = run_alone(python, *arguments, str(alone), text="one\ntwo\n", env=env)

    target = start(python, *arguments, str(guest), env=env)
    assert target.read_line() == "READY"
    image = target.freeze()
    found = target.finish("one\ntwo\n")

    assert image.method == "clone"
    assert ("READY\n" + found[0], *found[1:]) == expected
    without, with_us = read(alone), read(guest)
    added = set(with_us.pop("modules")) - set(without.pop("modules"))
    assert not [name for name in added if not is_native_and_private(name, with_us["built_in"])]
    allow_for_libffi(without, with_us)
    for seen in (without, with_us):
        seen["argv"].remove(str(alone if seen is without else guest))
        seen["orig_argv"] = str(seen["orig_argv"]).replace("guest.json", "alone.json")
        for answer, _ in seen["children"].values():
            answer[2] = [argument for argument in answer[2] if not argument.endswith(".json")]
    assert with_us == without
