"""How figures, times and untrusted names are written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from refscope import text


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        (0, "0 B"),
        (812, "812 B"),
        (1023, "1023 B"),
        (1024, "1.00 KiB"),
        (1536, "1.50 KiB"),
        (1023 * 1024, "0.999 MiB"),
        (61 * 1024**2, "61.0 MiB"),
        (312 * 1024**2, "312 MiB"),
        (999 * 1024**2, "999 MiB"),
        (1000 * 1024**2, "0.977 GiB"),
        (-1536, "−1.50 KiB"),
        (5 * 1024**5, "5120 TiB"),
    ],
)
def test_bytes_have_three_significant_digits_and_a_binary_unit(size: int, expected: str) -> None:
    assert text.format_bytes(size) == expected


@pytest.mark.parametrize(
    ("typed", "size"),
    [
        ("4096", 4096),
        ("512 KiB", 512 * 1024),
        ("1.5mib", 3 * 512 * 1024),
        ("2G", 2 * 1024**3),
        ("812 B", 812),
    ],
)
def test_sizes_are_read_as_a_person_types_them(typed: str, size: int) -> None:
    assert text.bytes_of(typed) == size


@pytest.mark.parametrize("typed", ["", "-1", "much", "1.5.2 MiB", "MiB", "1e9"])
def test_what_is_no_size_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match="is no size"):
        text.bytes_of(typed)


def test_growth_carries_its_sign() -> None:
    assert text.format_signed(1204) == "+1,204"
    assert text.format_signed(-3) == "−3"
    assert text.format_signed(0) == "0"
    assert text.format_signed_bytes(2048) == "+2.00 KiB"
    assert text.format_signed_bytes(-2048) == "−2.00 KiB"
    assert text.format_signed_bytes(0) == "0 B"


def test_counts_have_separators() -> None:
    assert text.format_count(1204118) == "1,204,118"


@pytest.mark.parametrize(
    ("elapsed_s", "expected"),
    [
        (0, "0 ms"),
        (0.0004, "0.4 ms"),
        (0.004, "4 ms"),
        (0.9996, "1.0 s"),
        (2.81, "2.8 s"),
        (41.2, "41 s"),
        (59.6, "1 min"),
        (185, "3 min 5 s"),
        (7440, "2 h 4 min"),
    ],
)
def test_durations_use_the_unit_a_person_would(elapsed_s: float, expected: str) -> None:
    assert text.format_duration(elapsed_s) == expected


def test_moments_read_like_a_clock() -> None:
    assert text.format_clock(252.9) == "04:12"
    assert text.format_clock(3852) == "1:04:12"
    assert text.format_clock(-1) == "00:00"


@pytest.mark.parametrize(
    ("part", "whole", "expected"),
    [
        (0, 5, "0 %"),
        (1, 0, "0 %"),
        (1, 10_000, "<0.1 %"),
        (24, 1000, "2.4 %"),
        (38, 100, "38 %"),
        (5, 5, "100 %"),
    ],
)
def test_a_share_is_a_percentage(part: int, whole: int, expected: str) -> None:
    assert text.format_share(part, whole) == expected


def test_a_slope_is_mebibytes_per_minute_with_its_error() -> None:
    mib_per_min = (1 << 20) / 60
    assert text.format_rate(17 * mib_per_min, 0.3 * mib_per_min) == "17.0 ± 0.3 MiB/min"
    assert text.format_rate(-2 * mib_per_min) == "−2.00 MiB/min"
    assert text.format_rate(0) == "0 MiB/min"
    assert text.format_rate(1500 * mib_per_min, 30 * mib_per_min) == "1.46 ± 0.03 GiB/min"
    assert text.format_rate(-0.0006 * mib_per_min, 0.0004 * mib_per_min) == "0 ± 0.01 MiB/min"


def test_of_two_sizes_the_second_has_no_unit_where_it_is_that_of_the_first() -> None:
    assert text.format_bytes_pair(408 * 1024, 3 * 1024) == ("408 KiB", "3.00")
    assert text.format_bytes_pair(1548 * 1024, 3 * 1024) == ("1.51 MiB", "3.00 KiB")
    assert text.format_bytes_pair(30 << 20, 0) == ("30.0 MiB", "0")
    assert text.format_bytes_pair(0, 2048) == ("0 B", "2.00 KiB")
    assert text.format_bytes_pair(20 << 30, -(1 << 30)) == ("20.0 GiB", "−1.00")


@given(st.floats(min_value=0, max_value=900 * 2.0**40))
def test_no_size_and_no_rate_has_more_than_four_digits_before_its_point(size_bytes: float) -> None:
    rate = min(size_bytes, 900 * 2.0**30 / 60)  # bytes per second: 900 GiB a minute
    for told in (text.format_bytes(size_bytes), text.format_rate(rate)):
        assert len(told.partition(" ")[0].partition(".")[0]) <= 4


def test_control_characters_and_direction_marks_are_escaped() -> None:
    assert text.safe("a\nb\x1b[31m\u202egnp") == "a\\nb\\x1b[31m\\u202egnp"
    assert text.safe("naïve – 名前") == "naïve – 名前"
    assert text.safe("\ud800") == "\\ud800"


@given(st.text(max_size=400), st.integers(min_value=1, max_value=250))
def test_safe_text_is_one_short_printable_line(raw: str, limit: int) -> None:
    shown = text.safe(raw, limit)
    assert len(shown) <= limit
    assert shown.isprintable() or all(char.isspace() or char.isprintable() for char in shown)
    assert "\n" not in shown


def test_a_megabyte_of_text_is_cut() -> None:
    shown = text.safe("x" * 1_000_000)
    assert len(shown) == 200
    assert shown.endswith("…")


def test_the_last_component_of_a_name_is_never_cut_when_it_fits() -> None:
    assert text.elide_name("mindmeld.components.nlp.Processor", 22) == "mindmeld.co….Processor"
    assert text.elide_name("short.name", 22) == "short.name"
    assert text.elide_name("a.ExtraordinarilyLongName", 10) == "Extraordi…"


def test_names_are_split_where_the_module_ends() -> None:
    assert text.split_name("mindmeld.nlp.Processor") == ("mindmeld.nlp", "Processor")
    assert text.split_name("dict") == ("", "dict")
    assert text.split_name("m.f.<locals>.C") == ("", "m.f.<locals>.C")
    assert text.short_name("mindmeld.nlp.Processor") == "Processor"
    assert text.from_class_on("flask.app.Flask.wsgi_app") == "Flask.wsgi_app"
    assert text.from_class_on("app.views.<locals>.index") == "index"


def test_freezes_are_lettered_like_columns() -> None:
    assert [text.freeze_letter(n) for n in (0, 1, 25, 26, 51, 52, 701, 702)] == [
        "A", "B", "Z", "AA", "AZ", "BA", "ZZ", "AAA",
    ]  # fmt: skip


def test_one_thing_is_counted_as_one() -> None:
    assert [text.counted(number, "freeze") for number in (0, 1, 1204)] == [
        "0 freezes",
        "1 freeze",
        "1,204 freezes",
    ]


@pytest.mark.parametrize(
    ("home", "path", "shown"),
    [
        ("/users/ann", "/users/ann/app/models.py", "~/app/models.py"),
        ("/users/ann/", "/users/ann/app.py", "~/app.py"),
        ("/users/ann", "/users/ann", "~"),
        ("/users/ann", "/users/anna/app.py", "/users/anna/app.py"),
        ("/users/ann", "app.py", "app.py"),
        ("/", "/srv/app.py", "/srv/app.py"),
    ],
)
def test_a_path_is_shown_with_a_tilde_for_the_home_folder(
    monkeypatch: pytest.MonkeyPatch, home: str, path: str, shown: str
) -> None:
    monkeypatch.setenv("HOME", home)
    assert text.short_path(path) == shown
