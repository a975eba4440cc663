"""Lines of source code by their place, as far as the file is at hand: for showing, never for deciding.

The file may be missing (a capture from elsewhere) or changed since the program ran; then there is no
line, or another. Nothing is kept, nothing is imported.
"""

from __future__ import annotations

import itertools
import os
import stat

from refscope.heap.traces import Place

MOST_BYTES = 4 << 20
"""Longer files are generated, and looking for a line of one takes longer than a person waits."""
MOST_CHARACTERS = 200


def line_of(place: Place) -> str:
    """The line at a place without indentation, 200 characters at most; "" = not at hand. Reads the file."""
    if place.line < 1 or not os.path.isabs(place.filename):
        return ""
    try:
        found = os.stat(place.filename)  # a pipe or a device may have that name by now
        if not stat.S_ISREG(found.st_mode) or found.st_size > MOST_BYTES:
            return ""
        with open(place.filename, "rb") as stream:
            line = next(itertools.islice(stream, place.line - 1, None), b"")
    except (OSError, ValueError):
        return ""
    return line.decode("utf-8", "replace").strip()[:MOST_CHARACTERS]
