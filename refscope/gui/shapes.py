"""Small pictures that a style sheet can only take from files: ticks and chevrons, per theme.

The files in `icons/` are written by `python -m refscope.gui.shapes` and shipped; a test holds them equal
to what the tokens say.
"""

from __future__ import annotations

from pathlib import Path

from refscope.gui.icons import svg_of
from refscope.present import palette

FOLDER = Path(__file__).with_name("icons")

SHAPES = {
    "tick": ("tick", "onaccent"),
    "tick_menu": ("tick", "text"),
    "down": ("chevron_down", "text2"),
    "up": ("chevron_up", "text2"),
    "right": ("chevron_right", "text2"),
}
"""Name → (icon, token of its colour)."""


def shape_path(name: str, *, is_dark: bool) -> Path:
    """The file of a shape."""
    return FOLDER / f"{name}-{'dark' if is_dark else 'light'}.svg"


def shape_text(name: str, *, is_dark: bool) -> str:
    """What the file must contain."""
    drawing, token = SHAPES[name]
    return svg_of(drawing, palette.palette(is_dark)[token]) + "\n"


def write_shapes() -> None:
    """Write all files anew, after a change of tokens or drawings."""
    for name in SHAPES:
        for is_dark in (False, True):
            shape_path(name, is_dark=is_dark).write_text(shape_text(name, is_dark=is_dark))


if __name__ == "__main__":
    write_shapes()
