"""The pictures of the README: each is made by the script, is a small file, and has the size of its look.

What a picture shows is looked at by people; here the script is held to its promises.
"""

from __future__ import annotations

import os
import re
import struct
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PICTURES = ROOT / "assets" / "pictures"
MOST_BYTES, MOST_BYTES_ALL = 250_000, 3_000_000
BY_OTHERS = {"mindmeld-light.png"}
"""Made by `tests/gui/test_mindmeld_hunt.py`, in the real MindMeld."""
LINK = re.compile(r"assets/pictures/([\w-]+\.png)")


def shown() -> set[str]:
    """Every picture that a document shows."""
    pages = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    return {name for page in pages for name in LINK.findall(page.read_text(encoding="utf-8"))}


def script(*arguments: str) -> str:
    """What `scripts/pictures.py` prints."""
    command = [sys.executable, str(ROOT / "scripts" / "pictures.py"), *arguments]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=110, check=False, env={**os.environ}
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def made_by_default() -> set[str]:
    """Pictures that the script makes without arguments."""
    return set(script("--list-readme").split())


def test_every_picture_that_a_document_shows_is_there() -> None:
    assert {name for name in shown() if not (PICTURES / name).is_file()} == set()


def test_every_picture_kept_is_shown_somewhere_or_cut_into_steps() -> None:
    assert {path.name for path in PICTURES.glob("*.png")} <= shown() | made_by_default()


def test_every_picture_shown_is_made_by_the_script() -> None:
    assert shown() <= made_by_default() | BY_OTHERS


def test_pictures_are_small_files() -> None:
    sizes = {path.name: path.stat().st_size for path in PICTURES.glob("*.png")}
    assert {name: size for name, size in sizes.items() if size > MOST_BYTES} == {}
    assert sum(sizes.values()) < MOST_BYTES_ALL


def test_a_moment_is_pictured_in_the_size_and_scale_of_its_look(tmp_path: Path) -> None:
    script(str(tmp_path), "--only", "start-first", "--look", "sharp")
    header = (tmp_path / "start-first-sharp.png").read_bytes()[:24]
    assert struct.unpack(">II", header[16:24]) == (2560, 1440)


def test_a_moment_that_no_story_comes_to_is_not_passed_over(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="no such moment: nowhere"):
        script(str(tmp_path), "--only", "nowhere")
