"""Pictures as small files: at most 256 colours, chosen for the picture, in a PNG with a palette."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
from PySide6.QtGui import QImage

COLOURS = 256
ROUNDS = 8
"""Of moving the palette towards what it stands for; later ones change nothing one sees."""

Pixels = npt.NDArray[np.uint32]


def save_small(image: QImage, path: Path) -> None:
    """Write it; flat colours and soft letters lose nothing one sees, and two thirds of the bytes."""
    image = image.convertToFormat(QImage.Format.Format_RGB32)
    width, height = image.width(), image.height()
    pixels = np.frombuffer(image.constBits(), np.uint32).reshape(height, width) | np.uint32(0xFF000000)
    colours, inverse, counts = np.unique(pixels, return_inverse=True, return_counts=True)
    chosen = _palette(colours, counts)
    places = _nearest(_channels(colours), chosen)
    room = -(-width // 4) * 4  # QImage wants lines of whole words
    lines = np.zeros((height, room), np.uint8)
    lines[:, :width] = places[inverse.reshape(height, width)]
    made = QImage(lines.data, width, height, room, QImage.Format.Format_Indexed8)
    made.setColorTable(
        [0xFF000000 | r << 16 | g << 8 | b for r, g, b in np.rint(chosen).astype(int).tolist()]
    )
    if not made.save(str(path), "PNG", 0):  # type: ignore[call-overload]  # 0: pressed hardest
        raise OSError(f"{path} could not be written")


def _palette(colours: Pixels, counts: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """k-means over the picture's colours, from those seen most; a rare colour counts by its root."""
    values, weights = _channels(colours), np.sqrt(counts)
    if len(values) <= COLOURS:
        return values
    chosen = values[_spread(values, weights)]
    for _ in range(ROUNDS):
        near = _nearest(values, chosen)
        total = np.bincount(near, weights, COLOURS)
        for channel in range(3):
            sums = np.bincount(near, weights * values[:, channel], COLOURS)
            chosen[:, channel] = np.where(total > 0, sums / np.maximum(total, 1e-9), chosen[:, channel])
    often = values[np.argsort(counts)[-64:]]  # grounds, lines and letters keep their exact colours
    chosen[_nearest(often, chosen)] = often
    return chosen


def _spread(values: npt.NDArray[np.float64], weights: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
    """Colours far from one another, the weightiest first."""
    taken = [int(np.argmax(weights))]
    far = ((values - values[taken[0]]) ** 2).sum(axis=1)
    while len(taken) < COLOURS:
        taken.append(int(np.argmax(far * weights)))
        far = np.minimum(far, ((values - values[taken[-1]]) ** 2).sum(axis=1))
    return np.array(taken)


def _channels(colours: Pixels) -> npt.NDArray[np.float64]:
    return np.stack([colours >> 16 & 255, colours >> 8 & 255, colours & 255], axis=1).astype(np.float64)


def _nearest(values: npt.NDArray[np.float64], chosen: npt.NDArray[np.float64]) -> npt.NDArray[np.uint8]:
    found = np.empty(len(values), np.uint8)
    for at in range(0, len(values), 4096):  # 4,096 × 256 distances at once
        apart = ((values[at : at + 4096, None, :] - chosen[None]) ** 2).sum(axis=2)
        found[at : at + 4096] = apart.argmin(axis=1)
    return found
