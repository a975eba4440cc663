"""Docs say what is there: commands and options, messages, names of the API, files linked."""

from __future__ import annotations

import argparse
import ast
import re
import shlex
from pathlib import Path

import pytest

import refscope.api
from refscope.cli import parser

ROOT = Path(__file__).parents[2]
DOCS = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
MESSAGE_KINDS = {
    "UserFacingError", "LaunchError", "TargetExited", "TimedOut", "FreezeError", "AttachRefused",
    "CaptureFileError", "ExportError", "NotFound",
}  # fmt: skip


def commands() -> dict[str, argparse.ArgumentParser]:
    actions = parser.build()._actions
    return next(action.choices for action in actions if isinstance(action, argparse._SubParsersAction))


def section(name: str) -> str:
    text = (ROOT / "docs" / "cli.md").read_text()
    assert f"\n## {name}\n" in text
    return text.split(f"\n## {name}\n")[1].split("\n## ")[0]


@pytest.mark.parametrize("name", commands())
def test_the_doc_of_a_command_has_its_options_and_no_others(name: str) -> None:
    there = {option for action in commands()[name]._actions for option in action.option_strings}
    told = set(re.findall(r"`(--?[a-z][a-z-]*)(?: [A-Z=]+)?`", section(name)))
    assert told == there - {"-h", "--help"}


@pytest.mark.parametrize("name", commands())
def test_the_readme_names_every_command(name: str) -> None:
    assert f"`refscope {name}" in (ROOT / "README.md").read_text()


def titles() -> set[str]:
    """The fixed words at the beginning of every title that the code can raise."""
    found = set()
    for file in (ROOT / "refscope").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and node.args:
                name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                if name in MESSAGE_KINDS:
                    found.add(words_of(node.args[0]))
    return {words for words in found if words}


def words_of(title: ast.expr) -> str:
    """A title as the doc has it, what varies as `…`; "" for one that is put together elsewhere."""
    if isinstance(title, ast.Constant):
        return str(title.value)
    if isinstance(title, ast.JoinedStr):
        parts = [part.value if isinstance(part, ast.Constant) else "…" for part in title.values]
        return "".join(map(str, parts))
    return ""


@pytest.mark.parametrize("title", sorted(titles()))
def test_every_message_stands_in_its_doc(title: str) -> None:
    assert f"**{title}**" in (ROOT / "docs" / "messages.md").read_text()


def test_no_message_stands_in_the_doc_that_the_code_does_not_have() -> None:
    sources = "\n".join(file.read_text() for file in (ROOT / "refscope").rglob("*.py"))
    told = re.findall(r"^\| \*\*(.+?)\*\* \|", (ROOT / "docs" / "messages.md").read_text(), re.MULTILINE)
    assert len(told) > 40
    missing = [
        title
        for title in told
        if not all(part.strip() in sources for part in title.split("…") if part.strip())
    ]
    assert missing == []


def test_the_api_doc_names_every_method_of_sessions_and_snapshots() -> None:
    text = (ROOT / "docs" / "api.md").read_text()
    less_used = {"launch", "attach", "add_exit_listener", "chains", "find", "freed", "reader", "open_graph"}
    for owner in (refscope.api.Session, refscope.api.Snapshot):
        names = {name for name in vars(owner) if not name.startswith("_")} - less_used
        assert not [name for name in names if not re.search(rf"`{name}[`(]|`{name}`", text)]


@pytest.mark.parametrize("doc", DOCS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_between_docs_lead_to_files(doc: Path) -> None:
    links = re.findall(r"\]\(([^)#]+)", doc.read_text())
    assert not [link for link in links if "://" not in link and not (doc.parent / link).exists()]


@pytest.mark.parametrize("doc", DOCS, ids=lambda path: str(path.relative_to(ROOT)))
def test_commands_in_docs_can_be_parsed(doc: Path) -> None:
    lines = re.findall(r"^(?:\$ | +- run: )?refscope (.+)$", doc.read_text(), re.MULTILINE)
    for line in lines:
        words = shlex.split(line.partition("  #")[0])
        if words[0] in commands():
            assert parser.parse(words).command == words[0]


def test_the_workflow_for_github_uses_options_that_are_there() -> None:
    """Of the plugin and of modules; the commands of RefScope are parsed above."""
    (workflow,) = re.findall(
        r"```yaml\n(.+?)```", (ROOT / "docs" / "how-to" / "ci.md").read_text(), re.DOTALL
    )
    runs = [shlex.split(line) for line in re.findall(r"^ +- run: (.+)$", workflow, re.MULTILINE)]
    plugin = (ROOT / "refscope" / "pytest_plugin.py").read_text()
    for words in runs:
        if words[0] == "pytest":
            ours = [word.partition("=")[0] for word in words if word.startswith("--refscope")]
            assert ours
            assert all(f'"{option}"' in plugin for option in ours)
        elif words[0] == "python":
            assert (ROOT / f"{words[2].replace('.', '/')}" / "__main__.py").exists()
        else:
            assert words[0] in ("pip", "refscope")
    written = {words[words.index("-o") + 1] for words in runs if "-o" in words} | {"leaks.json"}
    kept = re.search(r"path: \|\n((?: +\S+\n)+)", workflow)
    assert kept is not None
    assert set(kept[1].split()) == written
