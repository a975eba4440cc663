"""The hunt of the README in numbered steps, cut out of pictures of the whole window."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Step:
    """One step: which picture, which part of it (x, y, width, height in pixels)."""

    picture: str
    part: tuple[int, int, int, int]


STEPS = (
    Step("start-light.png", (300, 30, 1140, 516)),
    Step("watch-light.png", (0, 30, 1440, 560)),
    Step("one-freeze-light.png", (0, 30, 1440, 560)),
    Step("hunt-light.png", (0, 276, 1440, 568)),
)


def cut(folder: Path) -> None:
    """Write step-1.png and so on, where their pictures are."""
    from PySide6.QtGui import QImage

    from picturing.small_png import save_small

    for number, step in enumerate(STEPS, 1):
        whole = folder / step.picture
        if whole.exists():
            save_small(QImage(str(whole)).copy(*step.part), folder / f"step-{number}.png")
