"""The house keeps its own rules: borders, sizes, light imports, nothing of one machine in the repository."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MODULES = sorted((ROOT / "refscope").rglob("*.py"))
SOURCES = [*MODULES, *sorted((ROOT / "tests").rglob("*.py")), *sorted((ROOT / "benchmarks").glob("*.py"))]
MOST_LINES = 600
EXPLAINED_LINES = 400
HEAVY = {"numpy", "numba", "networkx", "scipy", "PySide6", "pyqtgraph"}


def loaded_by(code: str) -> set[str]:
    """What a fresh interpreter has loaded after some code."""
    command = [sys.executable, "-c", f"{code}\nimport sys; print(*sys.modules)"]
    return set(subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout.split())


def test_borders_between_packages_are_kept() -> None:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=100, check=False)
    assert result.returncode == 0, result.stdout[-2000:]


@pytest.mark.parametrize(
    "code",
    [
        "import refscope; dir(refscope); refscope.__version__",
        "from refscope.cli import parser; parser.build().format_help()",
    ],
)
def test_importing_the_package_or_asking_for_help_loads_nothing_heavy(code: str) -> None:
    assert not loaded_by(code) & HEAVY


@pytest.mark.parametrize("module", ["refscope.api", "refscope.gui.app"])
def test_the_start_of_the_window_does_not_wait_for_kernels_to_load(module: str) -> None:
    assert not loaded_by(f"import {module}") & {"numba", "scipy"}


def test_the_start_of_the_window_does_not_wait_for_what_reads_heaps() -> None:
    assert not loaded_by("import refscope.gui.app") & {
        "networkx",
        "refscope.api",
        "refscope.gui.analysing",
        "refscope.analysis.suspects",
    }


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_has_a_size_that_can_be_read(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= MOST_LINES


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_opens_with_a_paragraph_on_what_it_is(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text()))


def test_nothing_names_a_path_of_one_machine() -> None:
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if tracked.returncode:
        pytest.skip("this is no git checkout")
    machine = re.compile(r"/(?:work|root|tmp/boot|home/[a-z]+)/[a-z.]")
    found = []
    for name in tracked.stdout.split():
        path = ROOT / name
        if path.suffix in (".py", ".md", ".toml", ".svg", "") and path.is_file() and path != Path(__file__):
            found += [f"{name}: {hit}" for hit in machine.findall(path.read_text(errors="replace"))]
    assert not found


def test_scripts_are_executable_and_stop_at_the_first_error() -> None:
    scripts = [ROOT / ".ci" / "run", ROOT / "benchmarks" / "run"]
    scripts += [ROOT / "scripts" / name for name in ("run", "setup", "test", "check")]
    for path in scripts:
        assert path.stat().st_mode & 0o111, path
        assert "set -euo pipefail" in path.read_text(), path
