"""Small builders of SVG Tiny 1.2: what browsers, Qt, Inkscape and librsvg all draw alike.

Attributes only: no style sheets, filters, masks or scripts. Texts are escaped, and characters that XML
forbids are replaced.
"""

from __future__ import annotations

import re
from xml.sax.saxutils import escape, quoteattr

from refscope.present.icons import ICONS
from refscope.present.text_width import TextRole, estimated_width, is_known

SANS = "Inter, 'Segoe UI', 'Helvetica Neue', Arial, 'Liberation Sans', 'DejaVu Sans Condensed', sans-serif"
MONO = "'JetBrains Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace"

_FORBIDDEN = re.compile(
    "[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|[\u200e\u200f\u202a-\u202e\u2066-\u2069]"
)


def xml_text(text: str) -> str:
    """The text without characters that XML forbids and without marks of direction, which could turn
    what stands beside it; each is replaced by U+FFFD."""
    return _FORBIDDEN.sub("\ufffd", text)


def number(value: float) -> str:
    """A coordinate with at most two decimals."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def element(name: str, **attributes: str | float) -> str:
    """An empty element; underscores in attribute names stand for hyphens."""
    return f"<{name}{_attributes(attributes)}/>"


def path(d: str, **attributes: str | float) -> str:
    """A path, by default not filled."""
    attributes.setdefault("fill", "none")
    return element("path", d=d, **attributes)


def text(content: str, x: float, y: float, role: TextRole, fill: str, **attributes: str | float) -> str:
    """One line of text; `y` is its baseline."""
    found: dict[str, str | float] = {"x": x, "y": y, **_font(role, fill), **_length(content, role)}
    found |= attributes
    return f"<text{_attributes(found)}>{escape(xml_text(content))}</text>"


def runs(pieces: list[tuple[str, TextRole, str]], x: float, y: float) -> str:
    """One line of texts in different roles and colours: (text, role, fill), one after the other."""
    spans = [
        f"<tspan{_attributes({**_font(role, fill), **_length(content, role)})}>"
        f"{escape(xml_text(content))}</tspan>"
        for content, role, fill in pieces
    ]
    return f'<text x="{number(x)}" y="{number(y)}" xml:space="preserve">{"".join(spans)}</text>'


def icon(name: str, x: float, y: float, size: float, colour: str) -> str:
    """A 24×24 icon scaled to `size`, its top-left corner at x, y."""
    return path(
        ICONS[name],
        transform=f"translate({number(x)} {number(y)}) scale({number(size / 24)})",
        stroke=colour,
        stroke_width=2.0,
        stroke_linecap="round",
        stroke_linejoin="round",
    )


def with_single_fonts(svg: str, sans: str = "Inter", mono: str = "JetBrains Mono") -> str:
    """The document for a renderer that knows no lists of families, such as Qt's: the first one only."""
    for families, one in ((SANS, sans), (MONO, mono)):
        svg = svg.replace(quoteattr(families), quoteattr(one))
    return svg


def group(parts: list[str], **attributes: str | float) -> str:
    """Elements under one set of attributes."""
    return f"<g{_attributes(attributes)}>{''.join(parts)}</g>"


def document(parts: list[str], width: float, height: float, title: str) -> str:
    """A whole file."""
    size = f'width="{number(width)}" height="{number(height)}" viewBox="0 0 {number(width)} {number(height)}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" version="1.2" baseProfile="tiny" {size}>'
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', head, f"<title>{escape(xml_text(title))}</title>"]
    return "\n".join([*lines, *parts, "</svg>", ""])


def _font(role: TextRole, fill: str) -> dict[str, str | float]:
    family = MONO if role.is_mono else SANS
    return {"fill": fill, "font_family": family, "font_size": role.size_px, "font_weight": role.weight}


def _length(content: str, role: TextRole) -> dict[str, str | float]:
    """The width that the text has in our fonts, so that another one stays within its box.

    Browsers narrow or widen the letters to it; Qt, which has the fonts, does not know the attribute.
    """
    if len(content) < 2 or not is_known(content):
        return {}
    return {"textLength": estimated_width(content, role), "lengthAdjust": "spacingAndGlyphs"}


def _attributes(attributes: dict[str, str | float]) -> str:
    pieces = []
    for name, value in attributes.items():
        written = value if isinstance(value, str) else number(value)
        pieces.append(f" {name.replace('_', '-')}={quoteattr(xml_text(written))}")
    return "".join(pieces)
