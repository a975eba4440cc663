"""Whether a copy fits, on made-up folders of /proc and control groups."""

from __future__ import annotations

from pathlib import Path

import pytest

from refscope.session.memory import BASE_BYTES, check_memory, required_bytes

MIB = 1 << 20
NAN = float("nan")


class Machine:
    """A fake /proc with process 7, and a fake folder of control groups."""

    def __init__(self, root: Path) -> None:
        self.proc, self.cgroups = root / "proc", root / "cgroup"
        self.cgroups.mkdir()
        self.write("proc/meminfo", f"MemTotal: 1 kB\nMemAvailable: {8192 * 1024} kB\n")
        self.write("proc/7/status", f"VmSize: {100 * 1024} kB\n")

    def write(self, name: str, text: object) -> None:
        path = self.proc.parent / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{text}\n")

    def check(self, required: int = 1000 * MIB):  # type: ignore[no-untyped-def]
        return check_memory(7, required, self.proc, self.cgroups)


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_the_system_bounds_when_nothing_else_does(machine: Machine) -> None:
    verdict = machine.check()
    assert (verdict.free_bytes, verdict.is_enough, verdict.may_override) == (8192 * MIB, True, True)


def test_the_tightest_group_up_the_hierarchy_bounds(machine: Machine) -> None:
    machine.write("proc/7/cgroup", "0::/pod/container")
    for group, limit, used in [("pod", 500 * MIB, 300 * MIB), ("pod/container", "max", 100 * MIB)]:
        machine.write(f"cgroup/{group}/memory.max", limit)
        machine.write(f"cgroup/{group}/memory.current", used)
    verdict = machine.check()
    assert verdict.free_bytes == 200 * MIB
    assert not verdict.is_enough
    assert "control group pod" in verdict.bound


def test_file_pages_that_can_be_given_up_count_as_free(machine: Machine) -> None:
    machine.write("proc/7/cgroup", "0::/a")
    machine.write("cgroup/a/memory.max", 500 * MIB)
    machine.write("cgroup/a/memory.current", 480 * MIB)
    machine.write("cgroup/a/memory.stat", f"anon 1\ninactive_file {300 * MIB}")
    assert machine.check().free_bytes == 320 * MIB


def test_version_one_groups_bound_too(machine: Machine) -> None:
    machine.write("proc/7/cgroup", "5:cpu:/other\n4:memory:/box\n0::/")
    machine.write("cgroup/memory/box/memory.limit_in_bytes", 300 * MIB)
    machine.write("cgroup/memory/box/memory.usage_in_bytes", 100 * MIB)
    machine.write("cgroup/memory/memory.limit_in_bytes", 2**63 - 4096)
    machine.write("cgroup/memory/memory.usage_in_bytes", 900 * MIB)
    assert machine.check().free_bytes == 200 * MIB


def test_the_address_space_limit_of_the_program_bounds(machine: Machine) -> None:
    machine.write("proc/7/limits", f"Max address space         {150 * MIB}  unlimited  bytes")
    verdict = machine.check()
    assert verdict.free_bytes == 50 * MIB
    assert "address space" in verdict.bound


def test_strict_overcommit_leaves_no_room_for_a_copy(machine: Machine) -> None:
    machine.write("proc/sys/vm/overcommit_memory", 2)
    verdict = machine.check()
    assert not verdict.is_enough
    assert "overcommit" in verdict.bound


def test_a_group_that_is_ended_as_a_whole_may_not_be_risked(machine: Machine) -> None:
    machine.write("proc/7/cgroup", "0::/pod/container")
    machine.write("cgroup/pod/container/memory.max", 200 * MIB)
    machine.write("cgroup/pod/container/memory.current", 100 * MIB)
    machine.write("cgroup/pod/memory.oom.group", 1)
    assert not machine.check().may_override


def test_a_system_without_these_files_bounds_nothing(tmp_path: Path) -> None:
    assert check_memory(7, 1 << 40, tmp_path / "none", tmp_path / "none").is_enough


@pytest.mark.parametrize(
    ("blocks", "uss", "expected"),
    [
        (1_000_000, 10_000 * MIB, int(1_000_000 * 96 * 1.1)),  # buffers are not copied
        (1_000_000, 10 * MIB, int(10 * MIB * 1.1)),  # no more can be copied than there is
        (NAN, 10 * MIB, int(10 * MIB * 1.1)),
        (NAN, NAN, 0),
    ],
)
def test_a_copy_needs_the_objects_and_not_the_buffers(blocks: float, uss: float, expected: int) -> None:
    assert required_bytes(blocks, uss) == expected + BASE_BYTES
