"""Icons as SVG path data on a 24×24 grid, drawn with a 2 px line, round caps and joins, no fill.

One drawing for window, pictures and reports. `ICONS[name]` is a `d` attribute; `icon_of` says
which one a node wears. Only M, L, H, V, C, A, Z are used: every reader of SVG Tiny knows them.
"""

from __future__ import annotations

from refscope.present.scene import NodeKind, VisibleNode


def _circle(x: float, y: float, r: float) -> str:
    return f"M{x - r} {y}A{r} {r} 0 1 0 {x + r} {y}A{r} {r} 0 1 0 {x - r} {y}Z"


_EYE = "M2 12C5 7 8.3 5 12 5C15.7 5 19 7 22 12C19 17 15.7 19 12 19C8.3 19 5 17 2 12Z"

ICONS: dict[str, str] = {
    # kinds
    "cube": "M12 2.5L20.5 7.2V16.8L12 21.5L3.5 16.8V7.2ZM3.5 7.2L12 12L20.5 7.2M12 12V21.5",
    "braces": "M9 4H8C6.3 4 5.5 4.9 5.5 6.5V9.5C5.5 11 4.8 12 3.5 12C4.8 12 5.5 13 5.5 14.5V17.5"
    "C5.5 19.1 6.3 20 8 20H9M15 4H16C17.7 4 18.5 4.9 18.5 6.5V9.5C18.5 11 19.2 12 20.5 12"
    "C19.2 12 18.5 13 18.5 14.5V17.5C18.5 19.1 17.7 20 16 20H15",
    "brackets": "M9 4H5V20H9M15 4H19V20H15",
    "parens": "M9 3.5C5.2 7.5 5.2 16.5 9 20.5M15 3.5C18.8 7.5 18.8 16.5 15 20.5",
    "tree": "M9 3H15V8H9ZM3 16H9V21H3ZM15 16H21V21H15ZM12 8V12M6 16V12H18V16",
    "function": "M16.5 4.2C13.8 3.2 12.4 4.6 12 7.2L10.2 17.2C9.8 19.8 8.4 20.9 6.3 20.1M7.5 10.5H15.5",
    "rings": _circle(8.5, 12, 5.5) + _circle(15.5, 12, 5.5),
    "frame": "M3.5 5H20.5M3.5 10H20.5M3.5 15H10.5M3.5 20H10.5M14.5 14L20.5 17.5L14.5 21Z",
    "box": "M4 8.5V20.5H20V8.5M2.5 3.5H21.5V8.5H2.5ZM9.5 13H14.5",
    "gear": _circle(12, 12, 4.2)
    + "M12 2V5M12 19V22M2 12H5M19 12H22M4.9 4.9L7.1 7.1M16.9 16.9L19.1 19.1"
    + "M4.9 19.1L7.1 16.9M16.9 7.1L19.1 4.9",
    "chip": "M7 7H17V17H7ZM10 3V7M14 3V7M10 17V21M14 17V21M3 10H7M3 14H7M17 10H21M17 14H21",
    "cycle": "M20.5 11A8.6 8.6 0 0 0 5 7.2M4.5 3V7.5H9M3.5 13A8.6 8.6 0 0 0 19 16.8M19.5 21V16.5H15",
    # marks on nodes
    "target": _circle(12, 12, 9) + _circle(12, 12, 3.2),
    "anchor": _circle(12, 4.8, 2.5)
    + "M12 7.3V21.5M7.5 11H16.5M3.5 13.5C4 18.5 7.3 21 12 21.5C16.7 21 20 18.5 20.5 13.5",
    "pin": "M8 3H16L15 11L18 14.5H6L9 11ZM12 14.5V21.5",
    "globals": "M4 6.5H20M4 12H20M4 17.5H20",
    # verdicts and actions, for the window
    "drop": "M12 3C15.5 7.5 18.5 10.8 18.5 14.5A6.5 6.5 0 0 1 5.5 14.5C5.5 10.8 8.5 7.5 12 3Z",
    "eye": _EYE + _circle(12, 12, 3),
    "eye_off": _EYE + "M4 20L20 4",
    "check": _circle(12, 12, 9.5) + "M7.5 12.5L10.8 15.8L16.5 9",
    "cross": "M6 6L18 18M18 6L6 18",
    "plus": "M12 4.5V19.5M4.5 12H19.5",
    "minus": "M4.5 12H19.5",
    "snowflake": "M12 2.5V21.5M3.8 7.2L20.2 16.8M20.2 7.2L3.8 16.8"
    "M9.5 4L12 6.5L14.5 4M9.5 20L12 17.5L14.5 20",
    "flag": "M5 21.5V3.5H18.5L15.5 8L18.5 12.5H5",
    "recycle": "M20 11A8.2 8.2 0 0 0 5.5 7M5 3V7.2H9.2M4 13A8.2 8.2 0 0 0 18.5 17M19 21V16.8H14.8",
    "search": _circle(10.5, 10.5, 6.5) + "M15.5 15.5L21 21",
    "export": "M12 15V3M7.5 7L12 2.8L16.5 7M4 14V20.5H20V14",
    "open": "M3 19.5V4.5H9.5L12 7.5H20.5V11M3 19.5L6 11H22L19.5 19.5Z",
    "undo": "M8.5 5L4 9.5L8.5 14M4 9.5H14A5.5 5.5 0 0 1 14 20.5H9",
    "redo": "M15.5 5L20 9.5L15.5 14M20 9.5H10A5.5 5.5 0 0 0 10 20.5H15",
    "fit": "M3.5 8.5V3.5H8.5M15.5 3.5H20.5V8.5M20.5 15.5V20.5H15.5M8.5 20.5H3.5V15.5",
    "tidy": "M3 9H8V15H3ZM16 3H21V8H16ZM16 16H21V21H16ZM8 12H12V5.5H16M12 12V18.5H16",
    "scissors": _circle(6, 6, 3) + _circle(6, 18, 3) + "M8.6 7.6L20.5 17M8.6 16.4L20.5 7",
    "bulb": "M9 18H15M10 21.5H14M9 18C9 15 5.5 13.5 5.5 9.2A6.5 6.5 0 0 1 18.5 9.2C18.5 13.5 15 15 15 18",
    "copy": "M8 8H20.5V20.5H8ZM16 8V3.5H3.5V16H8",
    "file": "M5 2.5H14L19 7.5V21.5H5ZM14 2.5V7.5H19",
    "folder": "M2.5 20V4.5H9.5L12 7.5H21.5V20Z",
    "play": "M6.5 4L19.5 12L6.5 20Z",
    "stop": "M5.5 5.5H18.5V18.5H5.5Z",
    "terminal": "M2.5 4H21.5V20H2.5ZM6.5 9L9.5 12L6.5 15M12 15.5H17",
    "link": "M10 14A4.5 4.5 0 0 0 16.4 14L20 10.4A4.5 4.5 0 0 0 13.6 4L12 5.6"
    "M14 10A4.5 4.5 0 0 0 7.6 10L4 13.6"
    "A4.5 4.5 0 0 0 10.4 20L12 18.4",
    "chart": "M3.5 3V20.5H21M7 16L11 10.5L14.5 13.5L20 6",
    "table": "M3 4.5H21V19.5H3ZM3 9.5H21M9 9.5V19.5",
    "warning": "M12 3L22 20.5H2ZM12 9.5V14.5M12 17.3V17.6",
    "info": _circle(12, 12, 9.5) + "M12 11V17M12 7.2V7.5",
    "chevron_left": "M14.5 5L8 12L14.5 19",
    "chevron_right": "M9.5 5L16 12L9.5 19",
    "chevron_down": "M5 9L12 16L19 9",
    "chevron_up": "M5 15L12 8L19 15",
    "theme": _circle(12, 12, 9) + "M12 3V21",
    "settings": "M4 6.5H20M4 12H20M4 17.5H20M8 4.5V8.5M15.5 10V14M10.5 15.5V19.5",
    "clock": _circle(12, 12, 9.5) + "M12 6.5V12L16 14.5",
    "plug": "M9 2.5V7.5M15 2.5V7.5M6 7.5H18V11A6 6 0 0 1 6 11ZM12 17V21.5",
}

_BY_KIND = {
    NodeKind.INSTANCE: "cube",
    NodeKind.CONTAINER: "brackets",
    NodeKind.CLASS: "tree",
    NodeKind.FUNCTION: "function",
    NodeKind.FRAME: "frame",
    NodeKind.MODULE: "box",
    NodeKind.INTERPRETER: "gear",
    NodeKind.NATIVE: "chip",
}

_BRACES = ("dict", "set", "Dict", "Set", "mapping", "Counter")


def icon_of(node: VisibleNode) -> str:
    """Name of the icon that a node wears."""
    if node.is_target:
        return "target"
    if node.is_garbage:
        return "cycle"
    name = node.type_name.rpartition(".")[2]
    if node.kind is NodeKind.CONTAINER:
        if "tuple" in name:
            return "parens"
        return "braces" if any(part in name for part in _BRACES) else "brackets"
    if node.kind is NodeKind.FUNCTION and name == "cell":
        return "rings"
    return _BY_KIND[node.kind]
