"""`scripts/setup` and `scripts/run` on machines that lack this and that, played by small stand-ins on PATH.

Nothing is installed: `python` of the environment notes what it is asked to do, and passes on to this
test's Python what starts RefScope. A clean clone on a bare Debian is tried by hand before a release.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PYTHONS = ("python3.11", "python3.12", "python3.13", "python3.14", "python3", "python")
INSTALLED = "echo ii"
ENVIRONMENT_PYTHON = f"""
echo "$@" >> "$CALLS"
case "$*" in
    *"-m pip"*|*"refscope.heap.kernels"*) exit 0 ;;
    *"tests.pythons"*) [ -n "${{HAS_NO_3_14:-}}" ] && exit 1; exit 0 ;;
    *) exec {sys.executable} "$@" ;;
esac
"""


class Machine:
    """A folder of stand-ins in front of PATH, an environment, and notes of what was called."""

    def __init__(self, folder: Path) -> None:
        self.bin, self.venv, self.home = folder / "bin", folder / "venv", folder / "home"
        self.calls_file = folder / "calls"
        self.more: dict[str, str] = {}  # variables of the environment
        for made in (self.bin, self.venv / "bin", self.home):
            made.mkdir(parents=True)
        self.stand_in("dpkg-query", INSTALLED)
        self.stand_in("apt-get", 'echo apt-get "$@" >> "$CALLS"')
        self.stand_in("id", "echo 0")

    def stand_in(self, name: str, script: str) -> None:
        self._write(self.bin / name, script)

    def has_environment(self) -> None:
        self._write(self.venv / "bin" / "python", ENVIRONMENT_PYTHON)

    def run(self, script: str, *arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
        self.calls_file.write_text("")
        environment = {
            "PATH": f"{self.bin}:{os.environ['PATH']}",
            "HOME": str(self.home),
            "XDG_CACHE_HOME": os.environ.get("XDG_CACHE_HOME", str(Path.home() / ".cache")),  # kernels
            "CALLS": str(self.calls_file),
            "REFSCOPE_VENV": str(self.venv),
            "REFSCOPE_PYTHONS": str(self.home / "pythons"),
            **self.more,
        }
        return subprocess.run(
            [str(ROOT / "scripts" / script), *arguments],
            cwd=cwd, env=environment, capture_output=True, text=True, timeout=100, check=False,
        )  # fmt: skip

    @property
    def calls(self) -> str:
        return self.calls_file.read_text()

    @staticmethod
    def _write(path: Path, script: str) -> None:
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_a_second_setup_does_nothing(machine: Machine) -> None:
    machine.has_environment()
    assert machine.run("setup", "run").returncode == 0
    assert "pip install" in machine.calls
    assert "refscope.heap.kernels" in machine.calls
    again = machine.run("setup", "run")
    assert (again.returncode, again.stderr, machine.calls) == (0, "", "")


def test_the_tests_need_more_than_the_program(machine: Machine) -> None:
    machine.has_environment()
    machine.run("setup", "run")
    assert ".[gui]" in machine.calls
    machine.run("setup", "test")
    assert ".[dev]" in machine.calls


def test_the_tests_get_a_python_3_14_or_are_told_that_they_have_none(machine: Machine) -> None:
    machine.has_environment()
    machine.more["HAS_NO_3_14"] = "1"
    machine.stand_in("patchelf", "exit 1")
    machine.stand_in("debootstrap", 'echo debootstrap "$@" >> "$CALLS"; echo no network; exit 1')
    result = machine.run("setup", "test")
    assert result.returncode == 0
    assert "debootstrap --variant=minbase --download-only" in machine.calls
    assert "no network" in result.stderr
    assert "no CPython 3.14 could be had; the tests leave it out" in result.stderr


def test_without_root_no_python_3_14_is_fetched(machine: Machine) -> None:
    machine.has_environment()
    machine.more["HAS_NO_3_14"] = "1"
    machine.stand_in("id", "echo 1000")
    machine.stand_in("debootstrap", 'echo debootstrap "$@" >> "$CALLS"')
    assert machine.run("setup", "test").returncode == 0
    assert "debootstrap" not in machine.calls


def test_packages_that_are_missing_are_installed_where_root(machine: Machine) -> None:
    machine.has_environment()
    machine.stand_in("dpkg-query", "exit 1")
    assert machine.run("setup", "run").returncode == 0
    assert "apt-get install" in machine.calls
    assert "libegl1" in machine.calls


def test_without_root_the_line_that_installs_what_is_missing_is_said(machine: Machine) -> None:
    machine.has_environment()
    machine.stand_in("dpkg-query", "exit 1")
    machine.stand_in("id", "echo 1000")
    result = machine.run("setup", "run")
    assert result.returncode == 0
    assert "sudo apt-get install libgl1 libegl1" in result.stderr
    assert "apt-get" not in machine.calls


def test_a_machine_without_a_python_is_told_what_to_install(machine: Machine) -> None:
    machine.stand_in("id", "echo 1000")
    for name in PYTHONS:
        machine.stand_in(name, "exit 1")
    result = machine.run("setup", "run")
    assert result.returncode == 1
    assert "needs Python 3.11 or newer" in result.stderr
    assert "sudo apt-get install python3 python3-venv" in result.stderr


@pytest.mark.parametrize(("user", "is_installed"), [("0", True), ("1000", False)])
def test_a_python_without_venv_gets_its_package_or_a_sentence(
    machine: Machine, user: str, is_installed: bool
) -> None:
    machine.stand_in("id", f"echo {user}")
    machine.stand_in("dpkg-query", 'case "$*" in *venv*) exit 1 ;; *) echo ii ;; esac')
    for name in PYTHONS:
        machine.stand_in(name, f'case "$*" in *ensurepip*) exit 1 ;; *) exec {sys.executable} "$@" ;; esac')
    result = machine.run("setup", "run")
    package = f"python3.{sys.version_info[1]}-venv"
    assert result.returncode == 1  # the stand-in for apt-get installs nothing
    assert "cannot make virtual environments" in result.stderr
    assert (f"apt-get install -y -qq --no-install-recommends {package}" in machine.calls) == is_installed
    assert (f"sudo apt-get install {package}" in result.stderr) != is_installed


def test_run_without_a_display_does_the_main_job_and_says_where_its_pictures_are(
    machine: Machine, tmp_path: Path
) -> None:
    machine.has_environment()
    result = machine.run("run", cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    assert "Processor.instance_map" in result.stdout
    for name in ("registry-graph.svg", "registry-chart.svg"):
        assert f"Wrote {tmp_path / name}" in result.stderr
        assert (tmp_path / name).stat().st_size > 1000


def test_run_passes_arguments_and_exit_code_on(machine: Machine, tmp_path: Path) -> None:
    machine.has_environment()
    machine.run("setup", "run")
    assert machine.run("run", "--version", cwd=tmp_path).stdout.startswith("refscope ")
    wrong = machine.run("run", "types", "none.refscope", cwd=tmp_path)
    assert wrong.returncode == 2
    assert "There is no file none.refscope" in wrong.stderr


def test_the_ci_runs_what_the_readme_calls_the_test_command() -> None:
    assert "./scripts/test" in (ROOT / "CONTRIBUTING.md").read_text()
    assert (ROOT / ".ci" / "run").read_text().splitlines()[-1] == "exec ./scripts/test"
