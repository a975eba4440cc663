"""Is there room for a copy of the target's heap? Asked before each fork.

The answer is the least of what the system, every control group above the target, and the target's
own limits leave. Files are read below two folders that tests replace. Nothing is tried out.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

# A million tracked objects with 730,000 leaves made a copy keep 143 MB of its own: 83 bytes for each.
# Blocks include the keys of dicts and buffers up to 512 bytes, so the mean is taken a little higher.
BYTES_PER_BLOCK = 96
MARGIN = 1.1
BASE_BYTES = 16 << 20  # a copy's own stack, page tables, buffers
UNLIMITED = 1 << 60  # what version 1 writes for "no limit" is above it


@dataclass(frozen=True, slots=True)
class MemoryVerdict:
    """What a copy may need and what is free, in bytes. `bound`: which limit is the closest."""

    required_bytes: int
    free_bytes: int
    bound: str = "the system's free memory"
    may_override: bool = True  # False: the whole group would be ended with the copy

    @property
    def is_enough(self) -> bool:
        """Whether the copy fits."""
        return self.free_bytes >= self.required_bytes


def required_bytes(allocated_blocks: float, uss_bytes: float) -> int:
    """What a copy may need: the pages of all objects, never more than the target's own memory.

    Either figure may be NaN (not known).
    """
    by_blocks = allocated_blocks * BYTES_PER_BLOCK * MARGIN
    known = [value for value in (by_blocks, uss_bytes * MARGIN) if value == value]  # noqa: PLR0124 (NaN)
    return int(min(known, default=0.0)) + BASE_BYTES


def check_memory(
    pid: int, required: int, proc: Path = Path("/proc"), cgroups: Path = Path("/sys/fs/cgroup")
) -> MemoryVerdict:
    """Compare what a copy of process `pid` may need with what is free for it.

    Files that are missing or unreadable (not Linux, another mount) bound nothing.
    """
    bounds = [("the system's free memory", _system_free(proc))]
    groups = _groups(proc / str(pid) / "cgroup", cgroups)
    bounds += [(f"the limit of the control group {group.name}", _group_free(group)) for group in groups]
    bounds.append(("the program's own address space limit", _address_space_free(proc / str(pid))))
    if _integer(proc / "sys/vm/overcommit_memory") == 2:
        bounds.append(("strict overcommit (vm.overcommit_memory = 2)", 0))
    bound, free = min(bounds, key=lambda each: each[1])
    dies_together = any(_integer(group / "memory.oom.group") == 1 for group in groups)
    return MemoryVerdict(required, free, bound, may_override=not dies_together)


def _system_free(proc: Path) -> int:
    for line in _text(proc / "meminfo").splitlines():
        if line.startswith("MemAvailable:"):
            return int(line.split()[1]) * 1024
    return UNLIMITED


def _groups(membership: Path, cgroups: Path) -> list[Path]:
    """Folders of the memory groups that hold the process, innermost first: version 2, or version 1."""
    found: list[Path] = []
    for line in _text(membership).splitlines():
        _, controllers, path = line.split(":", 2)
        if controllers == "":
            root = cgroups / "unified" if (cgroups / "unified").is_dir() else cgroups
        elif "memory" in controllers.split(","):
            root = cgroups / "memory"
        else:
            continue
        group = root / path.lstrip("/")
        found += [each for each in (group, *group.parents) if each == root or root in each.parents]
    return found


def _group_free(group: Path) -> int:
    for limit_name, used_name, cache_name in (
        ("memory.max", "memory.current", "inactive_file"),
        ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"),
    ):
        limit, used = _integer(group / limit_name), _integer(group / used_name)
        if limit is not None and used is not None and limit < UNLIMITED:
            # File pages not used lately count as used and are given up on demand.
            return max(0, limit - used + _statistic(group / "memory.stat", cache_name))
    return UNLIMITED


def _address_space_free(process: Path) -> int:
    limit = UNLIMITED
    for line in _text(process / "limits").splitlines():
        if line.startswith("Max address space"):
            soft = line.removeprefix("Max address space").split()[0]
            limit = int(soft) if soft.isdigit() else UNLIMITED
    for line in _text(process / "status").splitlines():
        if line.startswith("VmSize:") and limit < UNLIMITED:
            return max(0, limit - int(line.split()[1]) * 1024)
    return limit


def _statistic(path: Path, name: str) -> int:
    for line in _text(path).splitlines():
        key, _, value = line.partition(" ")
        if key == name and value.isdigit():
            return int(value)
    return 0


def _integer(path: Path) -> int | None:
    text = _text(path).strip()
    return int(text) if text.isdigit() else None


def _text(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:  # not this kernel's, not this version's, not for us: bounds nothing
        return ""
