"""Modules that were imported, apart from those that are made under ever new names."""

from __future__ import annotations

import numpy as np
import pytest

from refscope.analysis.imports import are_imported, is_part_of_a_package
from tests.builders import heap


def are(*names: str) -> bool:
    """Whether modules of these names are told as imported."""
    built = heap("; ".join(f"{name} -> x{number}" for number, name in enumerate(names)), roots=list(names))
    rows = np.array([built.index(name) for name in names], np.int32)
    return are_imported(built.snapshot, rows)


@pytest.mark.parametrize(
    ("name", "is_imported"), [("json", True), ("shop.models", True), ("plugin", False), ("run_12", False)]
)
def test_parts_of_packages_and_of_the_standard_library_are_imported(name: str, is_imported: bool) -> None:
    assert is_part_of_a_package(name) is is_imported


def test_modules_of_a_package_are_imported_and_modules_with_running_numbers_are_made() -> None:
    assert are("json", "shop.models", "plugin")
    assert not are("run_1", "run_2", "run_3", "run_4", "run_5", "json")
    assert not are("one", "two", "json")


def test_what_is_no_module_is_not_imported() -> None:
    built = heap("json -> x", roots=["json"])
    assert not are_imported(built.snapshot, np.array([built.index("x")], np.int32))
