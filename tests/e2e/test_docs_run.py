"""What the README and the docs show is run as it stands there; every page in a folder of its own.

How-tos about RefScope beside other tools are in `test_docs_run_tools`: workers take a file each.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.doc_blocks import ROOT, RUN, TOOLS, blocks_of, commands_of, run_page
from tests.warm_commands import WarmCommands


@pytest.mark.slow
@pytest.mark.parametrize(
    "page", [page for page in RUN if page not in TOOLS], ids=lambda page: str(page.relative_to(ROOT))
)
def test_the_examples_of_a_page_work_as_they_stand(page: Path, tmp_path: Path, warm: WarmCommands) -> None:
    assert run_page(page, tmp_path, warm)


def test_the_tutorial_the_how_tos_and_the_readme_have_examples_that_run() -> None:
    names = {str(page.relative_to(ROOT)) for page in RUN}
    assert {"README.md", "docs/tutorial.md"} <= names
    how_tos = {f"docs/how-to/{page.name}" for page in (ROOT / "docs" / "how-to").glob("*.md")}
    assert len(how_tos) >= 7
    assert how_tos <= names


def test_an_example_that_does_not_do_what_it_says_is_noticed(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    for text in (
        "$ python -c 'print(1)'\n2\n",
        "$ python -c 'raise SystemExit(3)'\n",
        "$ python -c '' # exit code 1\n",
    ):
        page.write_text(f"```console run\n{text}```\n")
        with pytest.raises(AssertionError):
            run_page(page, tmp_path)
    page.write_text(
        "```console run\n$ python -c 'print(1); print(2); raise SystemExit(3)' # exit code 3\n…\n2\n```\n"
    )
    assert run_page(page, tmp_path) == ["python"]
    assert [command.exit_code for block in blocks_of(page) for command in commands_of(block)] == [3]
