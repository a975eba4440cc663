"""Two runs drawn by hand and compared: which suspects are the same, their figures, and the one line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from refscope.analysis.compare import (
    Change,
    ComparedSide,
    ComparedSuspect,
    Comparison,
    Outcome,
    change_of,
    compared,
    compared_freezes,
    heaviest_first,
)
from refscope.analysis.compare_words import short_holder
from refscope.analysis.intervals import FreezeTimes, Interval, common_interval
from refscope.analysis.matching import NOTHING, RunHeaps, Standing, pairs_of, standing_of
from refscope.analysis.suspects import Suspect, find_suspects
from refscope.samples import Mark, Slope
from tests.unit.analysis.test_suspects import GROWING, HEAVY, Freeze, drawn, orders

STEADY = (GROWING[0], "", "")
LOADER = "mindmeld.components.nlp.Processor.instance_map"
MIB = 1 << 20


def suspects(freezes: Sequence[Freeze]) -> list[Suspect]:
    return find_suspects(freezes, freezes[-1])


def against(before: Sequence[str], after: Sequence[str]) -> list[ComparedSuspect]:
    """Both runs compared per freeze."""
    freezes = [drawn(*before), drawn(*after)]
    heaps = [RunHeaps(run, run[-1]) for run in freezes]
    interval = Interval("freeze", len(before) - 1, len(after) - 1)
    found = []
    for old, new in pairs_of(*(suspects(run) for run in freezes)):
        shown = new or old
        assert shown is not None
        sides = [
            standing_of(own) if own is not None else run.standing(shown)
            for own, run in zip((old, new), heaps, strict=True)
        ]
        found.append(compared(shown, *sides, interval, is_in_after=new is not None))
    return found


def test_what_no_longer_grows_is_gone_and_what_the_holder_still_keeps_is_counted() -> None:
    (found,) = against(GROWING, STEADY)
    assert (found.change, found.holder) == (Change.GONE, "root.registry")
    assert found.before.counts == (5, 10, 15)
    assert (found.after.counts, found.after.growth_bytes) == ((5, 5, 5), 0)
    assert found.after.retained_bytes == 5 * HEAVY
    assert found.rates == (5 * HEAVY, 0)


def test_a_holder_that_is_not_there_keeps_nothing() -> None:
    (found,) = against(GROWING, ("root -> g:dict -> o0:app.Order", "", ""))
    assert found.change is Change.GONE
    assert (found.after.count, found.after.retained_bytes) == (0, 0)


def test_what_only_grows_after_the_change_is_new() -> None:
    (found,) = against(STEADY, GROWING)
    assert (found.change, found.before.count, found.after.count) == (Change.NEW, 5, 15)


def test_the_same_leak_in_both_runs_is_one_suspect() -> None:
    slower = (GROWING[0], orders("registry", 10, 2), orders("registry", 20, 2))
    assert [each.change for each in against(GROWING, GROWING)] == [Change.SAME]
    assert [each.change for each in against(GROWING, slower)] == [Change.BETTER]
    assert [each.change for each in against(slower, GROWING)] == [Change.WORSE]


def test_suspects_pair_by_holder_then_by_holder_without_its_numbers() -> None:
    first = suspects(drawn(*GROWING))
    renamed = suspects(drawn(*(line.replace("registry", "registry7") for line in GROWING)))
    other = suspects(drawn(*(line.replace("registry", "registry8") for line in GROWING)))
    both = [*renamed, *other]
    assert pairs_of(first, first) == [(first[0], first[0])]
    assert pairs_of(renamed, other) == [(renamed[0], other[0])]
    assert pairs_of(other, both) == [(other[0], other[0]), (None, renamed[0])]


def test_a_holder_made_after_the_first_freeze_counts_from_then_on() -> None:
    late = ("root -> g:dict", f"g -> registry:dict; {orders('registry', 0)}", "")
    freezes = drawn(*late)
    standing = RunHeaps(freezes, freezes[-1]).standing(suspects(drawn(*GROWING))[0])
    assert (standing.counts, standing.growth_bytes) == ((5, 5, 5), 0)


def test_between_two_freezes_of_one_run_what_came_and_what_went_is_told() -> None:
    a, b = drawn(GROWING[0], orders("registry", 10))
    (found,) = find_suspects([a, b], b)
    grown, went = compared_freezes(found, is_grown=True), compared_freezes(found, is_grown=False)
    assert (grown.change, grown.before.count, grown.after.count) == (Change.WORSE, 5, 10)
    assert (went.change, went.before.count, went.after.count) == (Change.BETTER, 10, 5)
    assert grown.after.growth_bytes == -went.after.growth_bytes > 0


@pytest.mark.parametrize(
    ("before", "after", "was_leak", "is_leak", "change"),
    [
        (100.0, 0.0, True, False, Change.GONE),
        (100.0, 9.0, True, False, Change.GONE),
        (100.0, 9.0, True, True, Change.BETTER),  # less, but still called a leak
        (100.0, 60.0, True, True, Change.BETTER),
        (100.0, 90.0, True, True, Change.SAME),
        (60.0, 100.0, True, True, Change.WORSE),
        (0.0, 100.0, False, True, Change.NEW),
        (5.0, 100.0, False, True, Change.NEW),
        (50.0, 100.0, False, True, Change.WORSE),
        (0.0, 0.0, False, False, Change.SAME),
        (-50.0, 100.0, False, True, Change.NEW),
    ],
)
def test_rules_of_change(before: float, after: float, was_leak: bool, is_leak: bool, change: Change) -> None:
    assert change_of(before, after, was_leak, is_leak) is change


# --- what growth is divided by --------------------------------------------------------------------


def times(*names: str, marks: int = 0) -> FreezeTimes:
    moments = [10.0 * number for number in range(1, len(names) + 1)]
    return FreezeTimes(names, moments, [Mark(10.5 + n / 10, f"m{n}") for n in range(marks)])


@pytest.mark.parametrize(
    ("before", "after", "interval"),
    [
        (times("CHECKPOINT 5", "CHECKPOINT 25"), times("CHECKPOINT 1", "CHECKPOINT 9"), ("iteration", 20, 8)),
        (times("round 1", "round 3"), times("round 1", "round 7"), ("round", 2, 6)),
        (times("A", "B", marks=3), times("A", "B", marks=4), ("mark", 3, 4)),
        (times("A", "B", "C"), times("A", "B"), ("freeze", 2, 1)),
        (times("at 2 s", "at 4 s"), times("at 2 s", "at 4 s", "at 6 s"), ("minute", 1 / 6, 1 / 3)),
        (times("at 2 s", "at 4 s"), times("done 1", "done 5"), ("minute", 1 / 6, 1 / 6)),
        (times("at 0.4 s", "at 0.8 s"), times("at 1 s", "at 1 s (2)"), ("minute", 1 / 6, 1 / 6)),
    ],
)
def test_growth_is_told_per_what_both_runs_did(
    before: FreezeTimes, after: FreezeTimes, interval: tuple[str, float, float]
) -> None:
    found = common_interval(before, after)
    assert found is not None
    assert (found.per, found.before, found.after) == pytest.approx(interval)


def test_one_freeze_has_no_interval() -> None:
    assert common_interval(times("A"), times("A", "B")) is None


# --- the one line ---------------------------------------------------------------------------------


def item(
    change: Change, rates: tuple[float, float] | None = (1548 * 1024, 3 * 1024), holder: str = LOADER
) -> ComparedSuspect:
    suspect = replace(suspects(drawn(*GROWING))[0], holder=holder)
    leaking = standing_of(suspect)
    calm = Standing((3,), 0, 0)
    sides = (calm, leaking) if change is Change.NEW else (leaking, calm)
    return ComparedSuspect(
        change,
        suspect,
        *sides,
        is_in_after=change is Change.NEW,
        rates=rates,
        per="iteration" if rates else "",
    )


def told(
    *items: ComparedSuspect, per: str = "iteration", slopes: Sequence[Slope | None] = (None, None)
) -> Comparison:
    sides = [ComparedSide(title, ("A", "B"), slope=slope) for title, slope in zip("ab", slopes, strict=True)]
    return Comparison(sides[0], sides[1], is_same_run=False, suspects=items, per=per)


def test_a_fix_is_told_with_the_figures_of_both_runs() -> None:
    comparison = told(item(Change.GONE))
    assert comparison.outcome is Outcome.FIXED
    assert comparison.verdict == (
        "Fixed: Processor.instance_map no longer grows; 1.51 MiB per iteration before, 3.00 KiB after."
    )


def test_the_line_names_what_is_left_and_what_is_new() -> None:
    other = item(Change.SAME, holder="app.cache")
    better = told(item(Change.GONE), other)
    assert better.outcome is Outcome.BETTER
    assert better.verdict.endswith("3.00 KiB after. app.cache still grows.")
    worded = told(item(Change.GONE), item(Change.SAME, holder="the cache of app.load"))
    assert worded.verdict.endswith("3.00 KiB after. The cache of app.load still grows.")
    worse = told(item(Change.GONE), item(Change.NEW, (0.0, 2048.0), "app.cache"))
    assert worse.outcome is Outcome.WORSE
    assert worse.verdict == (
        "Worse: app.cache grows; 0 B per iteration before, 2.00 KiB after. Processor.instance_map is gone."
    )
    same = told(item(Change.SAME))
    assert same.outcome is Outcome.SAME
    assert same.verdict.startswith("Not fixed: Processor.instance_map still grows; 1.51 MiB")
    several = told(item(Change.GONE), item(Change.GONE), item(Change.GONE))
    assert several.verdict.startswith("Fixed: Processor.instance_map and 2 others no longer grow; ")


def test_with_one_freeze_each_counts_are_told_and_nothing_is_called_fixed() -> None:
    comparison = told(item(Change.GONE, None), per="")
    assert comparison.outcome is Outcome.BETTER
    assert comparison.verdict == (
        "Better: Processor.instance_map no longer keeps as much; 15 Order before, 3 after."
    )


def test_without_heaps_the_slopes_are_judged_by_their_errors() -> None:
    def slopes(before: float, after: float) -> Comparison:
        return told(per="", slopes=[Slope(each * MIB / 60, 0.2 * MIB / 60, 60) for each in (before, after)])

    assert slopes(16.8, 0.1).verdict == (
        "Memory no longer rises; 16.8 ± 0.2 MiB/min before, 0.100 ± 0.2 MiB/min after."
    )
    assert slopes(16.8, 16.9).outcome is Outcome.SAME
    assert slopes(0.1, 16.8).verdict.startswith("Memory rises faster; ")
    assert slopes(0.1, 0.1).verdict == "Memory is level in both runs."
    assert told(per="").outcome is Outcome.UNKNOWN
    assert told(per="").verdict == "How fast memory rises is not known: a run is too short."


def test_two_healthy_runs_are_told_as_such() -> None:
    assert told().verdict == "Nothing leaks in either run."


def test_a_holder_is_told_without_the_modules_before_its_class() -> None:
    assert short_holder(LOADER) == "Processor.instance_map"
    assert (
        short_holder("flask.signals.request_finished.receivers") == "flask.signals.request_finished.receivers"
    )
    assert short_holder("__main__.history") == "history"
    assert short_holder('handlers of logger "Job-1.x"') == 'handlers of logger "Job-1.x"'


def test_leaks_come_before_what_is_watched_and_heavy_ones_first() -> None:
    light, heavy = item(Change.GONE, holder="a"), item(Change.GONE, holder="b")
    calm = ComparedSuspect(Change.SAME, light.suspect, NOTHING, Standing((1,), 9 << 30, 0), is_in_after=True)
    heavier = Standing((1,), 1 << 30, 0, heavy.suspect)
    heavy = ComparedSuspect(Change.GONE, heavy.suspect, heavier, NOTHING, is_in_after=False)
    assert [each.holder for each in heaviest_first([calm, light, heavy])] == ["b", "a", "a"]
