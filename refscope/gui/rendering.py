"""SVG to PNG and PDF with Qt: the renderer that `present.export` is given, and the command line's.

Works without a window: where there is no QGuiApplication, one is made that draws nowhere.
"""

from __future__ import annotations

import os

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF, QRectF, QSizeF
from PySide6.QtGui import QGuiApplication, QImage, QPageLayout, QPageSize, QPainter, QPdfWriter
from PySide6.QtSvg import QSvgRenderer

from refscope.errors import ExportError
from refscope.gui.fonts import load_fonts

PNG_SCALE = 2.0
"""Pictures are made for dense screens."""
_MOST_PIXELS = 16_000
_made: list[QGuiApplication] = []


def render(svg: str, kind: str) -> bytes:
    """The bytes of a PNG (twice the size, at most 16,000 pixels wide) or a PDF of one page.

    Raises `ExportError` where Qt cannot read the SVG.
    """
    _ensure_application()
    load_fonts()
    renderer = QSvgRenderer(QByteArray(svg.encode()))
    if not renderer.isValid():
        raise ExportError("The picture could not be made", "Qt cannot read the SVG that RefScope wrote.")
    size = renderer.viewBoxF().size()
    return _pdf(renderer, size) if kind == "pdf" else _png(renderer, size)


def _png(renderer: QSvgRenderer, size: QSizeF) -> bytes:
    scale = min(PNG_SCALE, _MOST_PIXELS / max(1.0, size.width(), size.height()))
    image = QImage(
        max(1, round(size.width() * scale)), max(1, round(size.height() * scale)), QImage.Format.Format_ARGB32
    )
    image.fill(0)
    painter = QPainter(image)
    painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
    renderer.render(painter, QRectF(0, 0, image.width(), image.height()))
    painter.end()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    if not image.save(buffer, "PNG"):  # type: ignore[call-overload]
        raise ExportError("The picture could not be made", "Qt could not write a PNG.")
    return bytes(buffer.data().data())


def _pdf(renderer: QSvgRenderer, size: QSizeF) -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setResolution(96)
    points = QSizeF(max(1.0, size.width()) * 0.75, max(1.0, size.height()) * 0.75)
    page = QPageSize(points, QPageSize.Unit.Point, "", QPageSize.SizeMatchPolicy.ExactMatch)
    writer.setPageLayout(QPageLayout(page, QPageLayout.Orientation.Portrait, QMarginsF()))
    painter = QPainter(writer)
    renderer.render(painter, QRectF(0, 0, writer.width(), writer.height()))
    painter.end()
    return bytes(buffer.data().data())


def _ensure_application() -> None:
    if QGuiApplication.instance() is None:
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
        _made.append(QGuiApplication(["refscope"]))
