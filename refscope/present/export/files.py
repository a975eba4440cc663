"""Writes a graph, or any text, to a file: the format from the suffix, whole or not at all.

PNG and PDF are rendered by whoever has a renderer (the window's Qt, a command line's Qt) and handed
in as a callable: no toolkit here. Errors of the file system become one sentence (`ExportError`).
"""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
from collections.abc import Callable, Iterator
from pathlib import Path

from refscope.errors import ExportError
from refscope.present.export.dot import to_dot, to_mermaid
from refscope.present.export.network_files import to_gexf, to_graphml, to_json
from refscope.present.export.svg import to_svg
from refscope.present.export.svg_parts import with_single_fonts
from refscope.present.export.table import to_csv
from refscope.present.scene import Scene
from refscope.text import format_bytes, short_path

Renderer = Callable[[str, str], bytes]
"""(SVG document with one font family each, "png" or "pdf") → the file's bytes."""

_WRITERS: dict[str, Callable[[Scene], str]] = {
    "dot": to_dot,
    "graphml": to_graphml,
    "gexf": to_gexf,
    "json": to_json,
    "mermaid": to_mermaid,
    "csv": to_csv,
}
_SUFFIXES = {
    ".svg": "svg", ".png": "png", ".pdf": "pdf", ".dot": "dot", ".gv": "dot", ".graphml": "graphml",
    ".gexf": "gexf", ".json": "json", ".mmd": "mermaid", ".mermaid": "mermaid", ".csv": "csv",
}  # fmt: skip
FORMATS = ("svg", "png", "pdf", "dot", "graphml", "gexf", "json", "mermaid", "csv")
"""What a graph can be saved as."""


def format_of(path: str | os.PathLike[str]) -> str:
    """The format that a file's suffix stands for; raises `ExportError` with the suffixes there are."""
    suffix = Path(path).suffix.lower()
    if suffix in _SUFFIXES:
        return _SUFFIXES[suffix]
    what = f"'{suffix}' is no format that a graph can have" if suffix else "The file name has no suffix"
    raise ExportError("The graph could not be saved", f"{what}. Use {', '.join(_SUFFIXES)}.")


def export(
    scene: Scene,
    path: str | os.PathLike[str],
    format: str | None = None,
    *,
    dark: bool = False,
    renderer: Renderer | None = None,
) -> Path:
    """Save a scene; the format is taken from the suffix unless given. Returns the path written.

    renderer: makes PNG and PDF from the SVG; without one those raise `ExportError`, as do an unknown
    format and whatever the file system refuses. An existing file is replaced only by a whole one.
    """
    chosen = format or format_of(path)
    if chosen == "svg":
        content = to_svg(scene, dark=dark).encode()
    elif chosen in ("png", "pdf"):
        if renderer is None:
            hint = "It needs the window's libraries: pip install 'refscope[gui]'. SVG works without."
            raise ExportError(f"No {chosen.upper()} can be made here", hint)
        content = renderer(with_single_fonts(to_svg(scene, dark=dark)), chosen)
    elif chosen in _WRITERS:
        content = _WRITERS[chosen](scene).encode("utf-8", errors="replace")
    else:
        raise ExportError("The graph could not be saved", f"'{chosen}' is none of {', '.join(FORMATS)}.")
    return write_whole(path, content, "The graph could not be saved")


def write_whole(path: str | os.PathLike[str], content: bytes, title: str) -> Path:
    """Write a file completely or leave what was there; see `whole_file`."""
    with whole_file(path, title, len(content)) as temporary:
        temporary.write_bytes(content)
    return Path(path)


@contextlib.contextmanager
def whole_file(path: str | os.PathLike[str], title: str, size_bytes: int = 0) -> Iterator[Path]:
    """A temporary file beside `path` to write to, not there yet; it becomes `path` at the end, and is
    removed when something fails: a reader never sees half a file.

    size_bytes: what is needed, where it is known. Raises `ExportError` with `title` and a sentence about
    what is in the way.
    """
    wanted = Path(path)
    temporary = wanted.with_name(f".{wanted.name[:40]}.{secrets.token_hex(4)}.tmp")
    try:
        yield temporary
        with temporary.open("rb") as file:
            os.fsync(file.fileno())
        temporary.replace(wanted)
    except OSError as exc:
        raise ExportError(title, _sentence(exc, wanted, size_bytes)) from exc
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)


def _sentence(exc: OSError, path: Path, size_bytes: int) -> str:
    """What the file system refused, and that nothing was lost."""
    folder = short_path(path.parent)
    if exc.errno in (errno.ENOSPC, errno.EDQUOT):
        needed = f" ({format_bytes(size_bytes)} needed)" if size_bytes else ""
        why = f"No space left in {folder}{needed}"
    elif exc.errno == errno.ENOENT:
        why = f"The folder {folder} does not exist"
    elif exc.errno == errno.ENOTDIR:
        why = f"{folder} is not a folder"
    elif exc.errno in (errno.EACCES, errno.EPERM):
        why = f"{folder} may not be written to"
    elif exc.errno == errno.EROFS:
        why = f"{folder} is on a read-only file system"
    elif exc.errno == errno.EISDIR:
        why = f"{short_path(path)} is a folder"
    elif exc.errno == errno.ENAMETOOLONG:
        why = "The file name is too long"
    else:
        why = exc.strerror or str(exc)
    return f"{why}. Nothing was overwritten."
