"""Colours, fonts, icons and the style sheet."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PySide6.QtGui import QFontInfo, QFontMetrics, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QLabel

import refscope.gui
from refscope.gui import icons, shapes, system_looks
from refscope.gui.fonts import FONT_FOLDER, ROLES, load_fonts
from refscope.gui.graph_ink import Ink
from refscope.gui.parts import label
from refscope.gui.style import style_sheet
from refscope.gui.theme import Theme, dress, wear
from refscope.present.palette import contrast
from refscope.present.scene import NodeKind

THEMES = (Theme.light(), Theme.dark())


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
@pytest.mark.parametrize("ground", ["panel", "sunken", "window", "header"])
@pytest.mark.parametrize("ink", ["text", "text2", "accent", "leak", "watch", "ok"])
def test_words_have_enough_contrast(theme: Theme, ink: str, ground: str) -> None:
    assert contrast(theme.hex(ink), theme.hex(ground)) >= 4.5


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
@pytest.mark.parametrize(
    ("ink", "ground"),
    [("text", "sel"), ("text2", "sel"), ("onaccent", "accent"), ("text2", "accentbg"), ("ok", "okbg"),
     ("leak", "leakbg"), ("watch", "watchbg"), ("path", "pathbg"), ("text3", "panel")],
)  # fmt: skip
def test_words_on_coloured_grounds_have_enough_contrast(theme: Theme, ink: str, ground: str) -> None:
    assert contrast(theme.hex(ink), theme.hex(ground)) >= 4.5


@pytest.mark.parametrize("role", ROLES)
def test_each_role_is_drawn_in_a_shipped_font(qapp: QApplication, role: str) -> None:
    load_fonts()
    font = Theme.light().font(role)
    info = QFontInfo(font)
    assert info.family() in ("Inter", "JetBrains Mono")
    assert info.weight() == ROLES[role].weight


def test_figures_have_one_width(qapp: QApplication) -> None:
    load_fonts()
    metrics = QFontMetrics(Theme.light().font("body"))
    assert metrics.horizontalAdvance("1111111") == metrics.horizontalAdvance("0000000")


def test_figures_keep_one_width_under_the_style_sheet(qapp: QApplication) -> None:
    Theme.light().apply_base(qapp)
    ones, noughts = label("11111111", "small"), label("00000000", "small")
    for each in (ones, noughts):
        wear(each, Theme.light())
        each.ensurePolished()
    assert ones.sizeHint() == noughts.sizeHint()


def test_two_hyphens_stay_two_hyphens(qapp: QApplication) -> None:
    load_fonts()
    metrics = QFontMetrics(Theme.light().font("mono"))
    assert metrics.horizontalAdvance("--") == 2 * metrics.horizontalAdvance("-")


@pytest.mark.parametrize("scale", [0.85, 1.0, 2.0])
def test_text_grows_with_the_scale_and_never_gets_too_small(qapp: QApplication, scale: float) -> None:
    load_fonts()
    theme = Theme.light(scale)
    assert theme.font("title").pixelSize() == round(22 * scale)
    assert min(theme.font(role).pixelSize() for role in ROLES) >= 10


def test_the_palette_follows_the_theme(qapp: QApplication) -> None:
    for theme in THEMES:
        theme.apply_base(qapp)
        assert qapp.palette().color(QPalette.ColorRole.Window) == theme.color("window")


def test_a_change_of_scale_reaches_labels_that_are_there(qapp: QApplication) -> None:
    Theme.light().apply_base(qapp)
    shown = label("61.0 MiB", "heading")
    wear(shown, Theme.light())
    shown.ensurePolished()
    before = shown.sizeHint().width()
    wear(shown, Theme.light(1.5))
    shown.ensurePolished()
    assert shown.sizeHint().width() > 1.3 * before


@pytest.mark.parametrize("name", icons.icon_names())
def test_every_icon_draws_something_in_its_colour(qapp: QApplication, name: str) -> None:
    image = icons.pixmap(name, "#ff0000", 16, 2.0).toImage()
    inked = [
        image.pixelColor(x, y).red()
        for x in range(32)
        for y in range(32)
        if image.pixelColor(x, y).alpha() > 200
    ]
    assert len(inked) > 10
    assert min(inked) > 200


def test_an_unknown_icon_is_an_error(qapp: QApplication) -> None:
    with pytest.raises(KeyError):
        icons.svg_of("no such icon", "#000000")


@pytest.mark.parametrize("name", shapes.SHAPES)
@pytest.mark.parametrize("is_dark", [False, True])
def test_the_shipped_shapes_are_those_of_the_tokens(name: str, is_dark: bool) -> None:
    shipped = shapes.shape_path(name, is_dark=is_dark).read_text()
    assert shipped == shapes.shape_text(name, is_dark=is_dark)


def test_no_widget_writes_a_colour_of_its_own() -> None:
    folder = Path(refscope.gui.__file__).parent
    literal = re.compile(r"""["']#[0-9a-fA-F]{3,8}["']""")
    guilty = [path.name for path in folder.glob("*.py") if literal.search(path.read_text())]
    assert not guilty


def test_fonts_are_small_and_come_with_their_licences() -> None:
    assert sum(path.stat().st_size for path in FONT_FOLDER.glob("*.[ot]tf")) < 1_500_000
    assert {"LICENSE-Inter.txt", "LICENSE-JetBrainsMono.txt", "OFL-1.1.txt"} <= {
        path.name for path in FONT_FOLDER.iterdir()
    }


def test_the_style_sheet_is_the_same_for_the_same_theme() -> None:
    assert style_sheet(Theme.dark()) == style_sheet(Theme.dark())
    assert style_sheet(Theme.dark()) != style_sheet(Theme.light())


def test_dress_tells_the_widget_and_everything_below(qapp: QApplication) -> None:
    told: list[str] = []

    class Painted(QLabel):
        def apply_theme(self, theme: Theme) -> None:
            told.append(theme.name)

    outer = Painted()
    inner = Painted()
    inner.setParent(outer)
    dress(outer, Theme.dark())
    assert told == ["dark", "dark"]


HIGH = tuple(theme.with_high_contrast() for theme in THEMES)


@pytest.mark.parametrize("theme", HIGH, ids=lambda theme: theme.name)
def test_high_contrast_has_no_fills_and_words_of_seven_to_one(theme: Theme) -> None:
    grounds = {token for token in theme.colors if token.endswith(("bg", "_fill"))}
    assert {theme.hex(token) for token in grounds} == {theme.hex("panel")}
    inks = theme.colors.keys() - grounds - {"window", "panel", "sunken", "header", "sel", "hover", "onaccent"}
    inks -= {"line"}  # hairlines
    for token in sorted(inks):
        assert contrast(theme.hex(token), theme.hex("panel")) >= 7, token
    for ink, ground in (("text", "sel"), ("text2", "sel"), ("text", "hover"), ("onaccent", "accent")):
        assert contrast(theme.hex(ink), theme.hex(ground)) >= 7


@pytest.mark.parametrize("theme", HIGH, ids=lambda theme: theme.name)
def test_high_contrast_has_outlines_of_two_pixels(theme: Theme) -> None:
    assert Ink(theme).pen[NodeKind.INSTANCE].widthF() == 2
    borders = re.findall(r"border(?:-\w+)?: (\d)px\s+solid (?!transparent)", style_sheet(theme))
    assert set(borders) <= {"2", "5"}  # 5: the ring of a radio button


def test_without_qts_word_on_contrast_there_is_none(
    qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Older:
        """Style hints as Qt 6.9 has them."""

    monkeypatch.setattr(QGuiApplication, "styleHints", Older)
    assert not system_looks.wants_contrast()
    system_looks.on_contrast(lambda _wanted: None)
