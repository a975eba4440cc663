"""What end-to-end tests of more than one file share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.warm_commands import WarmCommands, warm_commands


@pytest.fixture(scope="module")
def warm() -> Iterator[WarmCommands]:
    """Commands of RefScope for the pages of one file."""
    with warm_commands() as made:
        yield made
