"""`snapshot` in a console on the copy: the frozen heap to look around in, read only.

Everything here runs in a throw-away clone of the image. What is listed is what the collector listed
at the freeze, without RefScope's own objects.
"""

from __future__ import annotations

import gc
import sys

from . import clone_work, descriptions, hidden, holders

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_HELP = """%d objects, frozen. All of it is a copy:
  snapshot.types(10)          the most common classes: [(name, count), ...]
  snapshot.count("Name")      how many instances of a class there are (a name, or the class)
  snapshot.objects("Name")    the first 100 of them; objects("Name", 5) the first five
  snapshot.referrers(obj)     what holds an object
  snapshot.referents(obj)     what an object holds
  snapshot.at(0x7f3a5c1e2b50) the object at an address"""


class Frozen:
    """The heap as it was at the freeze."""

    __slots__ = ("_heap", "_names")

    def __init__(self, heap: Any, names: Any) -> None:
        self._heap = heap
        self._names = names

    def __repr__(self) -> str:
        return _HELP % len(self._heap.objects)

    def types(self, limit: int = 10) -> list[tuple[str, int]]:
        """The most common classes, most objects first."""
        counts: dict[Any, int] = {}
        for item in clone_work.listing(self._heap):
            cls = type(item)
            counts[cls] = counts.get(cls, 0) + 1
        found = sorted(counts, key=counts.__getitem__, reverse=True)[:limit]
        return [(descriptions.class_name(cls), counts[cls]) for cls in found]

    def count(self, cls: Any) -> int:
        """How many instances of a class there are: the class, `module.Name` or `Name`."""
        return sum(1 for _ in self._instances(cls))

    def objects(self, cls: Any, limit: int = 100) -> list[Any]:
        """The first instances of a class."""
        found: list[Any] = []
        for item in self._instances(cls):
            if len(found) >= limit:
                break
            found.append(item)
        return found

    def referrers(self, target: Any) -> list[Any]:
        """What holds an object, as the collector sees it; RefScope's own left out."""
        found = gc.get_referrers(target)
        ours = set(holders.own_ids(self._heap)) | {id(self._names), id(self._heap.objects)}
        frame: Any = sys._getframe()
        while frame is not None:
            ours.add(id(frame))
            frame = frame.f_back
        return [item for item in found if id(item) not in ours]

    def referents(self, source: Any) -> list[Any]:
        """What an object holds, as the collector sees it."""
        return gc.get_referents(source)

    def at(self, address: int) -> Any:
        """The object at an address. Raises LookupError."""
        found = self._heap.objects_of([address])[0]
        if found is hidden.MISSING:
            raise LookupError("no object of the freeze is at %#x" % address)
        return found

    def _instances(self, cls: Any) -> Any:
        wanted = cls if isinstance(cls, str) else descriptions.class_name(cls)
        fits: dict[Any, bool] = {}
        for item in clone_work.listing(self._heap):
            kind = type(item)
            known = fits.get(kind)
            if known is None:
                name = descriptions.class_name(kind)
                known = fits[kind] = name == wanted or name.rpartition(".")[2] == wanted
            if known:
                yield item
