#!/usr/bin/env python3
"""Makes pictures of the window at every moment and in every look, by running programs. Needs no display.

scripts/pictures.py               those of the README, into assets/pictures
scripts/pictures.py --all FOLDER  every moment in every look, to look at
scripts/pictures.py FOLDER --only hunt,types --look dark,small
scripts/pictures.py --list        the moments and looks
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "scripts")]

from picturing import steps  # noqa: E402
from picturing.looks import BY_NAME, LOOKS, Look  # noqa: E402

STORIES = ("start", "attach", "hunt", "frame", "graph")
README = (
    "start-light", "start-dark", "watch-light", "one-freeze-light", "hunt-light", "hunt-dark", "hunt-small",
    "hunt-smallest", "hunt-contrast", "graph-10-light", "types-alone-light", "compare-runs-light",
    "copy-console-dark", "states-suspects-light", "attach-light", "attached-light",
)  # fmt: skip
"""Pictures in assets/pictures, beside the steps that are cut out of them."""
LIMIT_S = 420
"""For one story in one look."""


def main() -> int:
    """Make what is asked for; a process for each story and look, as Qt fixes the scale when it starts."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?", default=ROOT / "assets" / "pictures")
    parser.add_argument("--all", action="store_true", help="every moment in every look")
    parser.add_argument("--only", default="", help="moments, with commas between")
    parser.add_argument("--look", default="", help="looks, with commas between")
    parser.add_argument("--list", action="store_true", help="say what there is")
    parser.add_argument("--list-readme", action="store_true", help="name the pictures of the README")
    parser.add_argument("--shrink", type=Path, nargs="*", default=(), help="make these PNG files small")
    parser.add_argument("--here", default="", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.here:
        take(options.here, BY_NAME[options.look], options.only.split(","), options.folder)
        return 0
    if options.list or options.list_readme:
        print_list(options.list_readme)
        return 0
    unknown = set(filter(None, options.only.split(","))) - {
        each for story in STORIES for each in moments_of(story)
    }
    if unknown:
        parser.error(f"no such moment: {', '.join(sorted(unknown))}")
    for path in options.shrink:
        shrink(path)
    if not options.shrink:
        make(wanted(options), options.folder)
    return 0


def moments_of(story: str) -> tuple[str, ...]:
    """The moments that a story comes to."""
    return tuple(_story(story).MOMENTS)


def wanted(options: argparse.Namespace) -> list[tuple[str, Look]]:
    """Moments and looks that were asked for."""
    every = [(moment, look) for story in STORIES for moment in moments_of(story) for look in LOOKS]
    if options.only or options.look or options.all:
        moments, looks = options.only.split(","), options.look.split(",")
        return [
            (moment, look)
            for moment, look in every
            if (not options.only or moment in moments) and (not options.look or look.name in looks)
        ]
    return [(moment, look) for moment, look in every if f"{moment}-{look.name}" in README]


def make(pictures: Sequence[tuple[str, Look]], folder: Path) -> None:
    """Have each story told in each look, as far as its last picture that is wanted."""
    folder.mkdir(parents=True, exist_ok=True)
    for look in LOOKS:
        for story in STORIES:
            chosen = [moment for moment in moments_of(story) if (moment, look) in pictures]
            if chosen:
                command = [sys.executable, __file__, str(folder), "--here", story, "--look", look.name]
                subprocess.run(
                    [*command, "--only", ",".join(chosen)],
                    check=True,
                    env=_environment(look),
                    timeout=LIMIT_S,
                )
    steps.cut(folder)


def take(story: str, look: Look, moments: Sequence[str], folder: Path) -> None:
    """Tell a story and take its pictures; for a process of its own."""
    from picturing.small_png import save_small
    from picturing.stage import Stage

    left = set(moments)
    with tempfile.TemporaryDirectory() as settings:
        stage = Stage(look, Path(settings))
        for moment, seen in _story(story).tell(stage):
            if moment in left:
                stage.settle()
                image = (seen if hasattr(seen, "toImage") else (seen or stage.window).grab()).toImage()
                save_small(image, folder / look.file_of(moment))
                print(look.file_of(moment), flush=True)
                left.remove(moment)
            if not left:
                break
        stage.close()
    if left:
        raise SystemExit(f"the story {story} did not come to: {', '.join(sorted(left))}")


def shrink(path: Path) -> None:
    """Write a picture again, small."""
    from picturing.small_png import save_small
    from PySide6.QtGui import QImage

    save_small(QImage(str(path)), path)


def print_list(of_readme: bool) -> None:
    """Moments by story, then looks; or the files of the README."""
    if of_readme:
        numbers = range(1, len(steps.STEPS) + 1)
        print("\n".join([*(f"{name}.png" for name in README), *(f"step-{number}.png" for number in numbers)]))
        return
    for story in STORIES:
        print(f"{story}: {', '.join(moments_of(story))}")
    print(f"looks: {', '.join(look.name for look in LOOKS)}")


def _story(name: str):  # type: ignore[no-untyped-def]  # a module
    import importlib

    return importlib.import_module(f"picturing.{name}_story")


def _environment(look: Look) -> dict[str, str]:
    from picturing.stage import HOME

    (HOME / "bot").mkdir(parents=True, exist_ok=True)
    cache = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")  # compiled kernels
    return {
        **os.environ, "HOME": str(HOME), "XDG_CACHE_HOME": cache, "QT_QPA_PLATFORM": "offscreen",
        "QT_SCALE_FACTOR": str(look.scale), "QT_LOGGING_RULES": "qt.qpa.*=false",
    }  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
