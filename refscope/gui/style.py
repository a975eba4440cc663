"""The one style sheet of the application, built from a theme's tokens.

Widgets say what they are by dynamic properties, and only this file says how that looks (the ring
around the focused control is `focus_ring`'s):

- `kind` on buttons: "primary", "quiet" (no outline), "link", "segment" (in a `Segments` row), "tool";
  none is the normal outlined button.
- `role` on labels: title, heading, strong, small, caption, mono, mono_small, and `tone`: text2,
  text3, accent, leak, watch, ok, path.
- `surface` on plain widgets: window, panel, sunken, header, strip, card, callout.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from refscope.gui.fonts import MONO, ROLES, SANS, SMALLEST_PX
from refscope.gui.shapes import shape_path

if TYPE_CHECKING:
    from refscope.gui.theme import Theme


_OUTLINE = re.compile(r"(border(?:-\w+)?:) 1px\s+solid(?! transparent)")


def style_sheet(theme: Theme) -> str:
    """The style sheet for a theme. Pure text; the same theme gives the same sheet."""
    parts = (_surfaces, _labels, _buttons, _fields, _checks, _bars, _tabs, _lists, _scroll_bars, _details)
    sheet = "\n".join(part(theme) for part in parts)
    return _OUTLINE.sub(r"\1 2px solid", sheet) if theme.is_contrast else sheet


def _shape(theme: Theme, name: str) -> str:
    return f'url("{shape_path(name, is_dark=theme.is_dark).as_posix()}")'


def _font(theme: Theme, role: str) -> str:
    wanted = ROLES[role]
    family = f' font-family: "{MONO if wanted.mono else SANS}";' if not theme.system_font else ""
    pixels = round(max(SMALLEST_PX, wanted.pixels * theme.text_scale))
    return f"font-size: {pixels}px; font-weight: {wanted.weight};{family}"


def _surfaces(t: Theme) -> str:
    grounds = {
        "window": "window", "panel": "panel", "sunken": "sunken", "header": "header", "strip": "accentbg",
    }  # fmt: skip
    rules = [f'*[surface="{name}"] {{ background: {t.hex(token)}; }}' for name, token in grounds.items()]
    rules.append(
        f'*[surface="card"] {{ background: {t.hex("panel")}; border: 1px solid {t.hex("line")};'
        " border-radius: 8px; }"
        f' *[surface="callout"] {{ background: {t.hex("panel")}; border: 1px solid {t.hex("accent")};'
        " border-radius: 6px; }"
    )
    rules.append(
        f"QToolTip {{ background: {t.hex('panel')}; color: {t.hex('text')}; border: 1px solid"
        f" {t.hex('ctl')}; padding: 4px 8px; {_font(t, 'small')} }}"
    )
    rules.append(f"QMainWindow, QDialog {{ background: {t.hex('window')}; }}")
    rules.append(f"QMainWindow::separator {{ background: {t.hex('line')}; width: 1px; height: 1px; }}")
    rules.append(f"QMainWindow::separator:hover {{ background: {t.hex('accent')}; }}")
    rules.append(
        f'*[status="true"] {{ background: {t.hex("window")}; border-top: 1px solid {t.hex("line")}; }}'
        f' *[panel_header="true"] {{ border-bottom: 1px solid {t.hex("line")}; }}'
        f" Toolbar {{ border-bottom: 1px solid {t.hex('line')}; }}"
        f" HuntStrip {{ border-bottom: 1px solid {t.hex('line')}; }}"
    )
    rules.append(f'QFrame[line="true"] {{ background: {t.hex("line")}; border: none; }}')
    rules.append(f'QFrame[line="strong"] {{ background: {t.hex("ctl")}; border: none; }}')
    return "\n".join(rules)


def _labels(t: Theme) -> str:
    rules = [f'*[role="{role}"] {{ {_font(t, role)} }}' for role in ROLES]
    for tone in ("text", "text2", "text3", "accent", "leak", "watch", "ok", "path"):
        rules.append(f'*[tone="{tone}"] {{ color: {t.hex(tone)}; }}')
    return "\n".join(rules)


def _buttons(t: Theme) -> str:
    return f"""
QPushButton {{ outline: none; }}
QPushButton, QToolButton[kind="outlined"] {{ background: {t.hex("panel")}; color: {t.hex("text")};
    border: 1px solid {t.hex("ctl")}; border-radius: 5px; padding: 0 10px; min-height: 22px; }}
QPushButton:hover, QToolButton[kind="outlined"]:hover {{ background: {t.hex("hover")}; }}
QPushButton:pressed, QToolButton[kind="outlined"]:pressed {{ background: {t.hex("sel")}; }}
QPushButton:disabled, QToolButton[kind="outlined"]:disabled {{ color: {t.hex("text3")};
    border-color: {t.hex("line")}; background: {t.hex("panel")}; }}
QPushButton[tall="true"] {{ min-height: 26px; }}
QPushButton[kind="primary"] {{ background: {t.hex("accent")}; color: {t.hex("onaccent")};
    border-color: {t.hex("accent")}; font-weight: 600; }}
QPushButton[kind="primary"]:hover {{ border-color: {t.hex("text")}; }}
QPushButton[kind="primary"]:disabled {{ background: {t.hex("header")}; color: {t.hex("text3")};
    border-color: {t.hex("line")}; }}
QPushButton[kind="quiet"], QToolButton {{ background: transparent; border: 1px solid transparent;
    border-radius: 5px; padding: 0 8px; min-height: 22px; }}
QPushButton[kind="quiet"]:hover, QToolButton:hover {{ background: {t.hex("hover")}; }}
QPushButton::menu-indicator {{ image: {_shape(t, "down")}; width: 11px; height: 11px; margin: 0 0 0 6px;
    subcontrol-origin: padding; subcontrol-position: right center; right: 9px; }}
QLineEdit > QToolButton {{ padding: 0; border: none; min-height: 0; background: transparent; }}
QToolButton[kind="tool"] {{ padding: 0; min-width: 20px; min-height: 0; }}
QToolButton:checked {{ background: {t.hex("sel")}; }}
QPushButton[kind="link"] {{ background: transparent; border: 1px solid transparent; border-radius: 5px;
    color: {t.hex("accent")}; padding: 0 2px; font-weight: 600; }}
QPushButton[kind="link"]:hover {{ text-decoration: underline; background: transparent; }}
QPushButton[kind="link"]:disabled {{ color: {t.hex("text3")}; }}
QPushButton[kind="segment"] {{ border-radius: 0; border-left-width: 0; min-height: 26px; padding: 0 12px; }}
QPushButton[kind="segment"][place="first"] {{ border-left-width: 1px;
    border-top-left-radius: 5px; border-bottom-left-radius: 5px; }}
QPushButton[kind="segment"][place="last"] {{ border-top-right-radius: 5px; border-bottom-right-radius: 5px; }}
QPushButton[kind="segment"]:checked {{ background: {t.hex("sel")}; font-weight: 600; }}
"""


def _fields(t: Theme) -> str:
    fields = 'QLineEdit, QComboBox, QSpinBox, *[kind="field"]'
    inside = 7 if t.is_contrast else 8  # a wide outline takes a pixel of the room, not of the words
    return f"""
{fields} {{ background: {t.hex("panel")}; color: {t.hex("text")}; border: 1px solid {t.hex("ctl")};
    border-radius: 5px; padding: 0 {inside}px; min-height: 22px; selection-background-color: {t.hex("sel")};
    selection-color: {t.hex("text")}; }}
QLineEdit, QPlainTextEdit {{ placeholder-text-color: {t.hex("text3")}; }}
QLineEdit[tall="true"], QComboBox[tall="true"] {{ min-height: 26px; }}
QLineEdit:disabled, QComboBox:disabled {{ color: {t.hex("text3")}; border-color: {t.hex("line")}; }}
QLineEdit[wrong="true"] {{ border: 1px solid {t.hex("leak")}; }}
QLineEdit[kind="bare"] {{ border: none; background: transparent; }}
QComboBox::drop-down {{ border: none; width: 24px; }}
QComboBox::down-arrow {{ image: {_shape(t, "down")}; width: 12px; height: 12px; }}
QSpinBox::up-button, QSpinBox::down-button {{ border: none; width: 18px; background: transparent; }}
QSpinBox::up-arrow {{ image: {_shape(t, "up")}; width: 9px; height: 9px; }}
QSpinBox::down-arrow {{ image: {_shape(t, "down")}; width: 9px; height: 9px; }}
QComboBox QAbstractItemView {{ background: {t.hex("panel")}; color: {t.hex("text")};
    border: 1px solid {t.hex("ctl")}; selection-background-color: {t.hex("sel")};
    selection-color: {t.hex("text")}; outline: none; padding: 4px; }}
QPlainTextEdit, QTextEdit {{ background: {t.hex("sunken")}; color: {t.hex("text")}; border: none;
    selection-background-color: {t.hex("sel")}; selection-color: {t.hex("text")}; }}
QTextEdit[kind="field"], QPlainTextEdit[kind="field"] {{ border: 1px solid {t.hex("ctl")};
    background: {t.hex("panel")}; padding: 4px; }}
"""


def _checks(t: Theme) -> str:
    return f"""
QCheckBox, QRadioButton {{ spacing: 7px; min-height: 24px; }}
QCheckBox:disabled, QRadioButton:disabled {{ color: {t.hex("text3")}; }}
QCheckBox::indicator {{ width: 15px; height: 15px; border: 1px solid {t.hex("ctl")}; border-radius: 4px;
    background: {t.hex("panel")}; }}
QCheckBox::indicator:checked {{ background: {t.hex("accent")}; border-color: {t.hex("accent")};
    image: {_shape(t, "tick")}; }}
QCheckBox::indicator:disabled {{ border-color: {t.hex("line")}; background: {t.hex("header")}; }}
QCheckBox::indicator:checked:disabled {{ background: {t.hex("text3")}; border-color: {t.hex("text3")}; }}
QRadioButton::indicator {{ width: 15px; height: 15px; border: 1px solid {t.hex("ctl")}; border-radius: 8px;
    background: {t.hex("panel")}; }}
QRadioButton::indicator:checked {{ width: 7px; height: 7px; border: 5px solid {t.hex("accent")}; }}
QProgressBar {{ background: {t.hex("header")}; border: none; border-radius: 3px; max-height: 6px;
    min-height: 6px; }}
QProgressBar::chunk {{ background: {t.hex("accent")}; border-radius: 3px; }}
QProgressBar[thin="true"] {{ max-height: 2px; min-height: 2px; border-radius: 0; background: transparent; }}
QProgressBar[thin="true"]::chunk {{ border-radius: 0; }}
"""


def _bars(t: Theme) -> str:
    return f"""
QMenuBar {{ background: {t.hex("window")}; color: {t.hex("text")}; border-bottom: 1px solid {t.hex("line")};
    padding: 0 6px; }}
QMenuBar::item {{ padding: 6px 10px; background: transparent; border-radius: 4px; }}
QMenuBar::item:selected {{ background: {t.hex("hover")}; }}
QMenuBar::item:pressed {{ background: {t.hex("sel")}; }}
QMenu {{ background: {t.hex("panel")}; color: {t.hex("text")}; border: 1px solid {t.hex("ctl")};
    padding: 4px; }}
QMenu::item {{ padding: 5px 24px 5px 24px; border-radius: 4px; }}
QMenu::item:selected {{ background: {t.hex("sel")}; }}
QMenu::item:disabled {{ color: {t.hex("text3")}; background: transparent; }}
QMenu::indicator {{ width: 14px; height: 14px; left: 5px; }}
QMenu::indicator:checked {{ image: {_shape(t, "tick_menu")}; }}
QMenu::right-arrow {{ image: {_shape(t, "right")}; width: 11px; height: 11px; right: 6px; }}
QMenu::separator {{ height: 1px; background: {t.hex("line")}; margin: 4px 8px; }}
QStatusBar {{ background: {t.hex("window")}; border-top: 1px solid {t.hex("line")};
    min-height: 23px; max-height: 23px; }}
QStatusBar::item {{ border: none; }}
"""


def _tabs(t: Theme) -> str:
    return f"""
QTabBar {{ background: {t.hex("header")}; qproperty-drawBase: 0; }}
QTabBar::tab {{ background: transparent; color: {t.hex("text2")}; padding: 0 12px; min-height: 30px;
    border: none; border-bottom: 2px solid transparent; }}
QTabBar::tab:selected {{ color: {t.hex("text")}; font-weight: 600;
    border-bottom: 2px solid {t.hex("accent")}; }}
QTabBar::tab:hover {{ color: {t.hex("text")}; }}
QTabBar::tab:disabled {{ color: {t.hex("text3")}; }}
QTabBar[tabs="underlined"] {{ background: transparent; outline: none; }}
QTabBar[tabs="underlined"]::tab {{ padding: 0 2px; min-height: 34px; margin-right: 20px; }}
QTabWidget::pane {{ border: none; }}
QDockWidget {{ background: {t.hex("panel")}; }}
"""


def _lists(t: Theme) -> str:
    return f"""
QTableView, QTreeView, QListView {{ background: {t.hex("panel")}; color: {t.hex("text")}; border: none;
    selection-background-color: {t.hex("sel")}; selection-color: {t.hex("text")}; outline: none;
    gridline-color: {t.hex("line")}; }}
QListView[kind="pages"] {{ background: {t.hex("sunken")}; padding: 10px 8px; }}
QListView[kind="pages"]::item {{ min-height: 28px; padding: 0 10px; border-radius: 5px; }}
QListView[kind="pages"]::item:selected {{ background: {t.hex("sel")}; color: {t.hex("text")}; }}
QTableView[framed="true"] {{ border: 1px solid {t.hex("line")}; border-radius: 5px; }}
QTableView[framed="true"]::item, QTableView[kind="log"]::item {{ padding: 0 5px; }}
QTableView[framed="true"]::item:selected {{ background: {t.hex("sel")}; color: {t.hex("text")}; }}
QHeaderView {{ background: {t.hex("sunken")}; border: none; }}
QHeaderView::section {{ background: {t.hex("sunken")}; color: {t.hex("text2")}; border: none;
    border-bottom: 1px solid {t.hex("line")}; padding: 0 8px; min-height: 27px; {_font(t, "small")} }}
QHeaderView::up-arrow {{ image: {_shape(t, "up")}; width: 9px; height: 9px;
    subcontrol-position: top center; }}
QHeaderView::down-arrow {{ image: {_shape(t, "down")}; width: 9px; height: 9px;
    subcontrol-position: top center; }}
QTreeView::branch:has-children:closed {{ image: {_shape(t, "right")}; }}
QTreeView::branch:has-children:open {{ image: {_shape(t, "down")}; }}
QTableCornerButton::section {{ background: {t.hex("sunken")}; border: none; }}
"""


def _scroll_bars(t: Theme) -> str:
    return f"""
QScrollArea, QScrollArea > QWidget > QWidget {{ background: transparent; border: none; }}
QScrollBar:vertical {{ background: transparent; width: 12px; margin: 0; }}
QScrollBar:horizontal {{ background: transparent; height: 12px; margin: 0; }}
QScrollBar::handle {{ background: {t.hex("line")}; border-radius: 4px; margin: 2px; min-height: 28px;
    min-width: 28px; }}
QScrollBar::handle:hover {{ background: {t.hex("ctl")}; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
QAbstractScrollArea::corner {{ background: transparent; }}
"""


def _details(t: Theme) -> str:
    return f"""
*[card="example"], *[card="first"] {{ background: {t.hex("panel")}; border: 1px solid {t.hex("line")};
    border-radius: 8px; }}
*[card="example"]:hover {{ background: {t.hex("accentbg")}; border-color: {t.hex("accent")}; }}
*[card="first"] {{ background: {t.hex("accentbg")}; border-color: {t.hex("accent")}; }}
*[card="recent"] {{ background: transparent; border: none; border-radius: 8px; }}
*[card="recent"]:hover {{ background: {t.hex("hover")}; }}
*[card="recent"][chosen="true"] {{ background: {t.hex("accentbg")}; }}
*[chip="key"] {{ background: {t.hex("panel")}; color: {t.hex("text2")}; border: 1px solid {t.hex("line")};
    border-radius: 3px; padding: 0 5px; {_font(t, "caption")} }}
*[chip="code"] {{ background: {t.hex("sunken")}; color: {t.hex("text")}; border: 1px solid {t.hex("line")};
    border-radius: 5px; padding: 4px 10px; }}
*[chip="ok"] {{ background: {t.hex("okbg")}; color: {t.hex("ok")}; border-radius: 10px; }}
*[chip="leak"] {{ background: {t.hex("leakbg")}; color: {t.hex("leak")}; border-radius: 10px; }}
*[chip="watch"] {{ background: {t.hex("watchbg")}; color: {t.hex("watch")}; border-radius: 10px; }}
*[chip="plain"] {{ background: {t.hex("header")}; color: {t.hex("text2")}; border-radius: 10px; }}
*[verdict="ok"] {{ background: {t.hex("okbg")}; }}
*[verdict="leak"] {{ background: {t.hex("leakbg")}; }}
*[verdict="watch"] {{ background: {t.hex("watchbg")}; }}
QMessageBox QLabel#qt_msgbox_label {{ {_font(t, "heading")} }}
QMessageBox QPushButton:default {{ background: {t.hex("accent")}; color: {t.hex("onaccent")};
    border-color: {t.hex("accent")}; font-weight: 600; }}
*[notice] {{ border: 1px solid {t.hex("line")}; border-radius: 8px; }}
*[notice="error"] {{ background: {t.hex("leakbg")}; }}
*[notice="warning"] {{ background: {t.hex("watchbg")}; }}
*[notice="info"] {{ background: {t.hex("panel")}; }}
"""
