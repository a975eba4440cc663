"""The colours of RefScope, light and dark, as plain hex strings: one table for window, pictures and reports.

No Qt here and no colour anywhere else. A token is asked for by name (`LIGHT["path"]`), the colours
of a node kind through `kind_colours`. Contrast was measured on `panel`.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from refscope.present.scene import NodeKind

Palette = Mapping[str, str]
"""Token → "#RRGGBB"."""

_TABLE: dict[str, tuple[str, str]] = {
    # ground
    "window": ("#F3F4F6", "#16191E"),
    "panel": ("#FFFFFF", "#1D2127"),
    "sunken": ("#F8F9FA", "#191C22"),
    "header": ("#ECEEF1", "#23282F"),
    "hover": ("#EDF1F7", "#272D36"),
    "sel": ("#DBE7FB", "#20395F"),
    "line": ("#DDE0E5", "#333A44"),
    "ctl": ("#858E9B", "#7A8594"),
    # words
    "text": ("#1A1E24", "#E8EBEF"),
    "text2": ("#464E5A", "#B6BEC9"),
    "text3": ("#626B78", "#95A0AE"),
    # meanings
    "accent": ("#1D5FD1", "#79AEFF"),
    "onaccent": ("#FFFFFF", "#0B1B33"),
    "accentbg": ("#E8F0FD", "#1C2E4A"),
    "path": ("#C2410C", "#FF9F4D"),
    "pathbg": ("#FFF1E6", "#3A2817"),
    "glob": ("#6B7200", "#C6CE4A"),
    "leak": ("#B91C2B", "#FF8A8F"),
    "leakbg": ("#FDEDEE", "#3B1E22"),
    "watch": ("#855C00", "#E8B84A"),
    "watchbg": ("#FDF4DC", "#362B14"),
    "ok": ("#18743A", "#63CF88"),
    "okbg": ("#E6F5EA", "#17301F"),
    # node kinds: outline and icon, fill
    "instance": ("#1455CA", "#6BA1FF"),
    "instance_fill": ("#EBF3FB", "#1B2B3C"),
    "container": ("#54575C", "#8F9BA8"),
    "container_fill": ("#F2F4F6", "#272C34"),
    "class": ("#892090", "#C27CCE"),
    "class_fill": ("#F6ECF9", "#2F2335"),
    "module": ("#0A5F38", "#39B172"),
    "module_fill": ("#E4F4EE", "#172F28"),
    "function": ("#776516", "#D3A737"),
    "function_fill": ("#FAF4DC", "#302A17"),
    "frame": ("#19738B", "#57DAE5"),
    "frame_fill": ("#E2F3F6", "#172E33"),
    "native": ("#1E1F21", "#F9FCFF"),
    "native_fill": ("#E9EBEE", "#2B3038"),
    # curves
    "curve_resident": ("#1D5FD1", "#79AEFF"),
    "curve_unique": ("#0A7A8A", "#58C7D8"),
    "curve_count": ("#8A3FA0", "#D79BE6"),
    "curve_second": ("#0A5F38", "#4CC084"),
    "curve_third": ("#A3386B", "#F08DB5"),
    "curve_fourth": ("#4B4BB8", "#A9A6FF"),
    "curve_threads": ("#8A5A12", "#D9A35C"),
    "curve_objects": ("#3F6B00", "#A4CC5A"),
    "curve_blocks": ("#7C6200", "#E0C04C"),
    "curve_cpu": ("#626B78", "#95A0AE"),
}

LIGHT: Palette = MappingProxyType({token: pair[0] for token, pair in _TABLE.items()})
DARK: Palette = MappingProxyType({token: pair[1] for token, pair in _TABLE.items()})


def palette(dark: bool = False) -> Palette:
    """All tokens of one theme."""
    return DARK if dark else LIGHT


_GROUNDS = ("window", "panel", "sunken", "header")
_KEPT = ("sel", "hover", "onaccent")


def high_contrast(colours: Palette) -> Palette:
    """The same tokens for eyes that need more: black and white words, no fills, each hue a third nearer to
    the words. What is selected keeps its ground."""
    is_dark = contrast(colours["panel"], "#000000") < contrast(colours["panel"], "#FFFFFF")
    ink, ground = ("#FFFFFF", "#000000") if is_dark else ("#000000", "#FFFFFF")
    made = {}
    for token, colour in colours.items():
        if token in _GROUNDS or token.endswith(("bg", "_fill")):
            made[token] = ground
        elif token in ("text", "text2", "ctl"):
            made[token] = ink
        elif token in ("text3", "line"):
            made[token] = mix(ink, ground, 0.8 if token == "text3" else 0.5)  # hairlines are no words
        else:
            made[token] = colour if token in _KEPT else mix(ink, colour, 0.34)
    return MappingProxyType(made)


def kind_colours(kind: NodeKind, colours: Palette) -> tuple[str, str]:
    """(outline and icon, fill) of a node kind. Interpreter and native are told apart by icon."""
    token = "native" if kind is NodeKind.INTERPRETER else kind.value
    return colours[token], colours[f"{token}_fill"]


def mix(over: str, under: str, share: float) -> str:
    """`over` laid on `under` with that opacity (0 to 1), as one opaque colour.

    Pictures use it in place of opacity, which PDF and SVG Tiny readers treat unlike each other.
    """
    channels = []
    for at in (1, 3, 5):
        a, b = int(over[at : at + 2], 16), int(under[at : at + 2], 16)
        channels.append(round(b + (a - b) * share))
    return "#{:02X}{:02X}{:02X}".format(*channels)


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours as WCAG 2 defines it, 1 to 21."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
