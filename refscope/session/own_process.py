"""The agent in this very process: for tests that freeze the program they are part of.

The agent's modules are loaded from their files under a private name, as a target has them, and say
hello over a socket pair to the same host code. What differs is that RefScope's own objects are in
the heap as well: they are marked as such, so that nobody is shown them.
"""

from __future__ import annotations

import functools
import importlib
import importlib.util
import logging
import os
import socket
import sys
import threading
import time
from dataclasses import replace
from types import ModuleType, TracebackType
from typing import Any

import numpy as np

from refscope.errors import LaunchError
from refscope.heap.snapshot import HeapSnapshot
from refscope.heap.vocabulary import ObjectFlag
from refscope.session.image import Image
from refscope.session.launcher import AGENT_FOLDER
from refscope.session.observed import Observed
from refscope.session.reading import AGENT_PACKAGE

logger = logging.getLogger(__name__)

PRIVATE_NAME = f"{AGENT_PACKAGE}_here"
HELLO_LIMIT_S = 10.0
AGENT_ENDS_S = 5.0


class OwnProcess(Observed):
    """This process with an agent inside. Made by `OwnProcess.start` on the main thread."""

    def __init__(self, control: socket.socket, guest: Any, sample_hz: float) -> None:
        super().__init__(os.getpid(), control, time.monotonic(), sample_hz)
        self._guest = guest

    @classmethod
    def start(cls, sample_hz: float = 10.0) -> OwnProcess:
        """Start the agent's thread here. Raises LaunchError off the main thread; costs some 10 ms."""
        if threading.current_thread() is not threading.main_thread():
            raise LaunchError("This is not the main thread", "Start a session of this process from there.")
        host_end, agent_end = socket.socketpair()
        bootstrap = load_agent()
        guest = bootstrap.with_signals_blocked(lambda: bootstrap.start(agent_end.detach(), []))
        own = cls(host_end, guest, sample_hz)
        own._begin(own._control.wait_hello(HELLO_LIMIT_S))
        return own

    def freeze(self, name: str = "", method: str = "auto", **options: Any) -> Image:
        """As `Observed.freeze`; RefScope's own objects are marked in the snapshot."""
        image = super().freeze(name, method, **options)
        image.revise(mark_own(image.snapshot))
        return image

    def close(self) -> None:
        """Close images and end the agent. Snapshots stay. May be called twice."""
        if not self._begin_close():
            return
        self._sampler.stop()
        self._control.close()
        # The agent ends at the end of its channel; its lock is free once its thread has ended.
        if self._guest.stopped.acquire(True, AGENT_ENDS_S):
            self._guest.stopped.release()
        else:
            logger.warning("the agent in this process did not end")

    def __enter__(self) -> OwnProcess:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


@functools.cache
def load_agent() -> ModuleType:
    """The agent's `bootstrap`, loaded once per process; its modules do not stay in `sys.modules`."""
    spec = importlib.util.spec_from_file_location(
        PRIVATE_NAME, AGENT_FOLDER / "__init__.py", submodule_search_locations=[str(AGENT_FOLDER)]
    )
    if spec is None or spec.loader is None:
        raise LaunchError("RefScope's agent is missing", f"{AGENT_FOLDER} is incomplete. Install it again.")
    package = importlib.util.module_from_spec(spec)
    sys.modules[PRIVATE_NAME] = package
    try:
        spec.loader.exec_module(package)
        return importlib.import_module(f"{PRIVATE_NAME}.bootstrap")
    finally:
        for name in [each for each in sys.modules if each.partition(".")[0] == PRIVATE_NAME]:
            del sys.modules[name]


def mark_own(snapshot: HeapSnapshot) -> HeapSnapshot:
    """A snapshot of this process in which RefScope's modules, instances and frames are its own.

    What is reached only through them follows from that (`analysis.roots`).
    """
    types = [i for i, each in enumerate(snapshot.type_table) if _is_ours(each.module)]
    ours = np.isin(snapshot.types, types)
    modules = [each for each in snapshot.modules if _is_ours(each.name)]
    frames = [each for each in snapshot.frames if _is_ours(each.module)]
    named = [each.object_id for each in modules] + [each.dict_id for each in modules]
    named += [each.object_id for each in frames]
    ours |= np.isin(snapshot.ids, np.array(named, np.uint64))
    return replace(
        snapshot,
        flags=np.where(ours, snapshot.flags | ObjectFlag.OWN, snapshot.flags).astype(np.uint8),
        modules=tuple(each for each in snapshot.modules if not _is_ours(each.name)),
        frames=tuple(each for each in snapshot.frames if not _is_ours(each.module)),
        own_ids=snapshot.own_ids | frozenset(named),
    )


def _is_ours(module: str) -> bool:
    return module.partition(".")[0] in ("refscope", PRIVATE_NAME)
