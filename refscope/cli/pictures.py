"""Pictures on the command line: PNG and PDF need what the entry point offers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from refscope.errors import ExportError

PictureMaker = Callable[[str, str, Path], None]
"""(SVG text, "png" or "pdf", file): renders one. Part of the window's packages."""


def need(make_picture: PictureMaker | None, path: Path) -> PictureMaker:
    """The maker, or a sentence on how to get one."""
    if make_picture is None:
        raise ExportError(
            f"{path.suffix[1:].upper()} needs the window's packages",
            "Install them with: pip install 'refscope[gui]'. SVG, DOT, GraphML, GEXF, JSON, Mermaid do not.",
        )
    return make_picture
