"""What the how-tos about RefScope beside other tools show is run as it stands there; see `test_docs_run`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.doc_blocks import ROOT, RUN, TOOLS, run_page
from tests.warm_commands import WarmCommands


@pytest.mark.slow
@pytest.mark.parametrize("page", TOOLS, ids=lambda page: str(page.relative_to(ROOT)))
def test_the_examples_of_a_how_to_work_as_they_stand(page: Path, tmp_path: Path, warm: WarmCommands) -> None:
    assert page in RUN
    assert run_page(page, tmp_path, warm)
