"""Commands that ask a capture: tables for people, JSON for programs, one clear line for what is wrong."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from pathlib import Path

import networkx
import pytest

from refscope.api import compare, launch, open_capture, save_session
from refscope.errors import NotFound
from tests.cli.conftest import Run

LOADER = "__main__.ResourceLoader"
HOLDER = "__main__.Processor.instance_map"


def test_types_lists_classes_with_their_growth(run: Run, leaking: Path) -> None:
    rows = {row["type_name"]: row for row in run("types", leaking, "--json").json}
    assert rows[LOADER]["count"] == 25
    assert rows[LOADER]["growth"] == 20
    table = run("types", leaking, "--limit", 3)
    assert table.code == 0
    assert len(table.out.splitlines()) == 4
    assert "+" in table.out


def test_suspects_names_the_holder_first(run: Run, leaking: Path) -> None:
    first = run("suspects", leaking, "--json").json[0]
    assert (first["verdict"], first["holder"]) == ("leak", HOLDER)
    said = run("suspects", leaking)
    assert said.out.startswith("1. leak: ")
    assert HOLDER in said.out
    assert first["advice"] in said.out


def test_a_holder_that_the_user_calls_no_leak_is_left_out(run: Run, leaking: Path) -> None:
    answer = run("suspects", leaking, "--json", "--ignore", "*instance_map")
    assert HOLDER not in {suspect["holder"] for suspect in answer.json}


def test_paths_go_through_the_holder(run: Run, leaking: Path) -> None:
    paths = run("paths", leaking, LOADER, "--json").json
    assert HOLDER in {path["holder"] for path in paths}
    said = run("paths", leaking, "ResourceLoader", "--limit", 1)
    assert f"1. {HOLDER}: class attribute" in said.out
    assert "2. " not in said.out


def test_paths_of_one_object_are_asked_by_its_address(run: Run, leaking: Path) -> None:
    step = run("paths", leaking, LOADER, "--json").json[0]["steps"][-1]
    paths = run("paths", leaking, hex(step["object_id"]), "--json").json
    assert paths[0]["steps"][-1]["object_id"] == step["object_id"]


def test_graph_writes_what_its_ending_says(run: Run, leaking: Path, tmp_path: Path) -> None:
    picture, network = tmp_path / "graph.svg", tmp_path / "graph.graphml"
    said = run("graph", leaking, LOADER, "-o", picture)
    assert f"Wrote {picture}" in said.out
    assert ET.parse(picture).getroot().tag.endswith("svg")
    counted = run("graph", leaking, LOADER, "-o", network, "--json").json
    graph = networkx.read_graphml(network)
    assert (counted["nodes"], counted["references"]) == (len(graph), graph.number_of_edges())


def test_whatif_frees_what_the_first_suspect_holds(run: Run, leaking: Path) -> None:
    answer = run("whatif", leaking, "--json").json
    freed = {name: count for name, count, _ in answer["by_type"]}
    assert freed[LOADER] == 25
    retained = run("suspects", leaking, "--json").json[0]["retained_bytes"]
    assert answer["size_bytes"] == retained
    assert run("whatif", leaking, 1, "--json").json == answer
    assert run("whatif", leaking, HOLDER, "--json").json == answer
    assert "Would free " in run("whatif", leaking).out


def test_diff_of_one_capture_compares_its_first_and_last_freeze(run: Run, leaking: Path) -> None:
    told = run("diff", leaking, "--json").json
    rows = {row["type_name"]: row for row in told["types"]}
    assert (rows[LOADER]["count_before"], rows[LOADER]["count"], rows[LOADER]["growth"]) == (5, 25, 20)
    assert told["same_run"]
    text = run("diff", leaking, "--limit", 200).out
    assert LOADER in text
    assert text.startswith("Processor.instance_map grew from A to C; 5 ")


def test_diff_of_two_captures_tells_what_a_fix_did(run: Run, before_fix: Path, after_fix: Path) -> None:
    told = run("diff", before_fix, after_fix, "--json").json
    assert (told["outcome"], told["per"], told["same_run"]) == ("fixed", "round", False)
    (suspect,) = told["suspects"]
    assert (suspect["change"], suspect["before"]["count"], suspect["after"]["count"]) == ("gone", 120, 16)
    rows = {row["type_name"]: row for row in told["types"]}
    assert rows["__main__.Page"]["growth"] == -104
    text = run("diff", before_fix, after_fix).out
    assert text.startswith("Fixed: Site.pages no longer grows; 391 KiB per round before, 0 after.\n")
    assert re.search(r"Site.pages +Page +gone +120 +16 +391 KiB +0 B", text)


def test_diff_of_two_captures_the_other_way_round_finds_a_new_leak(
    run: Run, before_fix: Path, after_fix: Path
) -> None:
    text = run("diff", after_fix, before_fix).out
    assert text.startswith("Worse: Site.pages grows; 0 B per round before, 391 KiB after.")
    ignored = run("diff", after_fix, before_fix, "--ignore", "*Site.pages").out
    assert ignored.startswith("Nothing leaks in either run.")


def test_diff_needs_something_to_compare(run: Run, leaking: Path, tmp_path: Path) -> None:
    alone = open_capture(leaking)
    assert run("diff", tmp_path / "none.refscope", leaking).code == 2
    assert run("diff", leaking, leaking, leaking).code == 2
    with pytest.raises(NotFound, match="no two freezes"):
        compare(alone.snapshots[0])


def test_check_fails_on_a_leak_with_the_sentence_of_suspects(run: Run, leaking: Path) -> None:
    checked = run("check", leaking)
    assert checked.code == 1
    assert run("suspects", leaking, "--json").json[0]["sentence"] in checked.out
    assert [leak["verdict"] for leak in run("check", leaking, "--json").json] == ["leak"]


GROWS_A_LITTLE = """
kept = []
for number in range(3):
    kept += [bytearray(9000) for _ in range(9)]
    print("round", number, flush=True)
    input()
"""


def test_check_names_what_grew_and_is_too_little_to_be_called_a_leak(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "little.refscope"
    with launch(["-c", GROWS_A_LITTLE]) as session:
        for number in range(3):
            session.freeze(session.wait_for_output(f"round {number}", timeout_s=60))
            session.send_line("")
        save_session(session, path)
    answer = run("check", path)
    assert answer.code == 0
    assert answer.out.startswith(
        "Nothing leaks over 3 freezes.\nWatched: 27 bytearray kept by __main__.kept."
    )


def test_check_passes_a_leak_that_brought_no_more_than_is_allowed(run: Run, leaking: Path) -> None:
    brought = sum(leak["growth_bytes"] for leak in run("check", leaking, "--json").json)
    allowed = run("check", leaking, "--max-growth", str(brought))
    assert allowed.code == 0
    assert "within the" in allowed.out
    assert "Processor.instance_map" in allowed.out
    too_much = run("check", leaking, "--max-growth", "512KiB")
    assert too_much.code == 1
    assert "more than the 512 KiB allowed." in too_much.out
    assert run("check", leaking, "--max-growth", str(brought), "--json").code == 0
    assert run("check", leaking, "--max-growth", "much").code == 2


def test_check_passes_where_nothing_leaks_or_all_is_ignored(run: Run, leaking: Path, healthy: Path) -> None:
    assert run("check", healthy).code == 0
    assert run("check", leaking, "--ignore", "*instance_map").code == 0
    assert run("check", healthy, "--json").json == []


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("types", "{folder}/none.refscope"), "There is no file"),
        (("types", __file__), "capture"),
        (("paths", "{capture}", "ResourceLoaders"), "Near: __main__.ResourceLoader"),
        (("paths", "{capture}", "0x1"), "No object at 0x1"),
        (("paths", "{capture}", "0xyz"), "is no address"),
        (("graph", "{capture}", "ResourceLoader", "-o", "{folder}/graph.gif"), ".svg"),
        (("graph", "{capture}", "ResourceLoader", "-o", "{folder}/none/graph.svg"), "does not exist"),
        (("graph", "{capture}", "ResourceLoader", "-o", "{folder}/graph.png"), "refscope[gui]"),
        (("whatif", "{capture}", "99"), "There is no suspect 99"),
        (("whatif", "{capture}", "0xq-0x1"), "is no address"),
        (("whatif", "{capture}", "NoSuchClass"), "No class named NoSuchClass"),
        (("whatif", "{capture}", "--try"), "needs the frozen copy"),
    ],
)
def test_what_cannot_be_answered_is_said_in_one_line_with_exit_code_2(
    run: Run, leaking: Path, tmp_path: Path, arguments: tuple[str, ...], sentence: str
) -> None:
    answer = run(*(part.format(folder=tmp_path, capture=leaking) for part in arguments))
    assert answer.code == 2
    assert answer.err.startswith("refscope: ")
    assert sentence in answer.err
    assert "Traceback" not in answer.err
    assert not answer.out


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("types",), "needs a .refscope capture, a process id, or --"),
        (("types", "a.refscope", "--", "script.py"), "needs a .refscope capture, a process id, or --"),
        (("record",), "record needs a program"),
        (("objgraph", "by_type", "--", "script.py"), "needs the name of a class"),
        (("diff", "a", "b", "c"), "two captures"),
        (("types", "a", "--limit", "0"), "'0' is no number above 0"),
        (("types", "--every", "soon", "--", "script.py"), "'soon' is no number above 0"),
        (("types", "--on-output", "(", "--", "script.py"), "'(' is no regular expression"),
        (("types", "--env", "NAME", "--", "script.py"), "'NAME' is not NAME=VALUE"),
        (("nonsense",), "invalid choice"),
    ],
)
def test_wrong_usage_is_exit_code_2(run: Run, arguments: tuple[str, ...], sentence: str) -> None:
    answer = run(*arguments)
    assert answer.code == 2
    assert sentence in answer.err
