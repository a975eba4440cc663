"""Every leak case names its holder, told the class and untold; every repaired twin stays silent.

`python tests/e2e/test_leak_cases.py [NAME …]` prints a table instead, for looking at the sentences.
"""

from __future__ import annotations

import os
import sys
import time
from typing import Any

import pytest

import refscope

if __name__ == "__main__":
    sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", ".."))
from refscope.analysis.suspects import Suspect
from refscope.analysis.verdicts import Verdict
from tests.leak_cases import HEALTHY, LEAKS, NO_EXPRESSION, LeakCase
from tests.pythons import python_of

PAUSES = (20, 40, 60)


def answers(
    case: LeakCase, repaired: bool = False, told: bool = True, python: str | None = None
) -> dict[str, Any]:
    """What RefScope says of a case after three freezes."""
    env = dict(os.environ, REPAIRED="1" if repaired else "0")
    arguments = [str(case.script), str(PAUSES[-1]), ",".join(map(str, PAUSES))]
    with refscope.launch(arguments, env=env, python=python) as session:
        snapshots = []
        for number in PAUSES:
            session.wait_for_output(rf"PAUSED {number}\b", timeout_s=60)
            snapshots.append(session.freeze(mark=f"after {number}"))
            if number != PAUSES[-1]:
                session.send_line("")
        started = time.perf_counter()
        last = snapshots[-1]
        found = last.suspects(since=snapshots[:-1])
        suspects = [s.to_dict() for s in found]
        told = told and "." in case.leaked_type  # nobody asks why strings are alive
        named = last.paths(case.leaked_type, limit=1) if told else []
        seconds = time.perf_counter() - started
        values = values_of(last, [s for s in found if s.verdict is Verdict.LEAK][:1], named)
        paths = [p.to_dict() for p in named]
        first = [s for s in found if s.is_leak][:1]
        return {
            "suspects": suspects,
            "paths": paths,
            "values": values,
            "seconds": seconds,
            "freed": [(s.freed_bytes, last.what_if([s]).size_bytes) for s in first],
            "fewer": [_told(last.suspects(since=since)) for since in (snapshots[:1], snapshots[1:2])],
        }


def _told(found: list[Suspect]) -> list[tuple[str, str]]:
    """Class and holder of the first leak."""
    return [(s.type_name, s.holder) for s in found if s.is_leak][:1]


def values_of(
    snapshot: refscope.Snapshot, suspects: list[Suspect], paths: list[refscope.Path]
) -> list[tuple[str, int, int]]:
    """(expression, id of what it should give, id of what it gives in a clone) where there is one."""
    claims = [(s.named.expression, s.example) for s in suspects] + [
        (p.expression, p.indexes[-1]) for p in paths
    ]
    return [
        (text, int(snapshot.heap.ids[index]), snapshot.evaluate(text).object_id)
        for text, index in claims
        if text is not None
    ]


def is_named(case: LeakCase, *texts: object) -> bool:
    text = " ".join(str(t) for t in texts if t is not None).lower()
    return any(all(word.lower() in text for word in words) for words in case.words)


def is_right_suspect(case: LeakCase, suspect: dict[str, Any]) -> bool:
    types = [suspect["type_name"], *suspect["member_types"]]
    return case.leaked_type in types and is_named(
        case, suspect["holder"], suspect["mechanism"], suspect["path"]
    )


def leaks_in(answer: dict[str, Any]) -> list[dict[str, Any]]:
    return [s for s in answer["suspects"] if s["verdict"] == "leak"]


@pytest.mark.parametrize("case", LEAKS, ids=lambda case: case.name)
def test_the_holder_is_named_first(case: LeakCase) -> None:
    answer = answers(case)
    leaks = leaks_in(answer)
    assert leaks, answer["suspects"][:3]
    assert is_right_suspect(case, leaks[0]), leaks[0]
    for path in answer["paths"]:
        assert is_named(case, path["holder"], path["mechanism"], path["root"], path["expression"]), path
    assert bool(answer["values"]) is (case.name not in NO_EXPRESSION), answer["values"]
    assert [value for value in answer["values"] if value[1] != value[2]] == []
    assert [pair for pair in answer["freed"] if pair[0] != pair[1]] == []
    first = (leaks[0]["type_name"], leaks[0]["holder"])
    assert all(told == [first] for told in answer["fewer"]), (first, answer["fewer"])


@pytest.mark.pythons
@pytest.mark.parametrize("case", LEAKS, ids=lambda case: case.name)
def test_the_holder_is_named_on_the_newest_python(case: LeakCase) -> None:
    answer = answers(case, python=python_of(14))
    leaks = leaks_in(answer)
    assert leaks, answer["suspects"][:3]
    assert is_right_suspect(case, leaks[0]), leaks[0]
    assert [value for value in answer["values"] if value[1] != value[2]] == []
    assert [pair for pair in answer["freed"] if pair[0] != pair[1]] == []


@pytest.mark.pythons
@pytest.mark.parametrize("name", HEALTHY)
def test_healthy_growth_is_no_leak_on_the_newest_python(name: str) -> None:
    assert leaks_in(answers(LeakCase(name, "", ()), told=False, python=python_of(14))) == []


def test_most_leaks_can_be_written_as_an_expression() -> None:
    assert len(NO_EXPRESSION) <= 0.4 * len(LEAKS)


@pytest.mark.parametrize("name", ["event_emitter", "asyncio_tasks", "logging_handlers", "two_registries"])
def test_the_same_program_gives_the_same_suspects(name: str) -> None:
    case = next(case for case in LEAKS if case.name == name)
    keys = ("verdict", "holder", "mechanism", "type_name", "counts")
    first, second = (
        [[s[key] for key in keys] for s in answers(case, told=False)["suspects"] if s["verdict"] == "leak"]
        for _ in range(2)
    )
    assert first == second
    assert "0x" not in str(first)


@pytest.mark.parametrize("case", LEAKS, ids=lambda case: case.name)
def test_the_repaired_twin_is_silent(case: LeakCase) -> None:
    assert leaks_in(answers(case, repaired=True, told=False)) == []


@pytest.mark.parametrize("name", HEALTHY)
def test_healthy_growth_is_no_leak(name: str) -> None:
    assert leaks_in(answers(LeakCase(name, "", ()), told=False)) == []


def main(names: list[str]) -> None:
    good = 0
    cases = [case for case in LEAKS if not names or case.name in names]
    for case in cases:
        try:
            answer = answers(case)
            silent = not leaks_in(answers(case, repaired=True, told=False))
        except Exception as exc:
            print(f"ERR  {case.name:28} {exc!r}"[:160], flush=True)
            continue
        leaks = leaks_in(answer)
        blind = bool(leaks) and is_right_suspect(case, leaks[0])
        keys = ("holder", "mechanism", "root", "expression")
        path = (answer["paths"] or [dict.fromkeys(keys)])[0]
        told = not answer["paths"] or is_named(
            case, path["holder"], path["mechanism"], path["root"], path["expression"]
        )
        good += blind and told and silent
        first = leaks[0] if leaks else (answer["suspects"] or [{}])[0]
        print(
            f"{'ok  ' if blind and told and silent else 'MISS'} {case.name:28} blind={blind:d} told={told:d} "
            f"silent={silent:d} {answer['seconds']:.1f}s | {first.get('verdict')} {first.get('holder')} "
            f"[{first.get('mechanism')}] {first.get('type_name')} | {path['holder']} [{path['mechanism']}] "
            f"{path['expression']}"[:400],
            flush=True,
        )
    print(f"{good} of {len(cases)} right")


if __name__ == "__main__":
    main(sys.argv[1:])
