"""How kernels are compiled: explicit signatures, GIL released, cached in the user's cache folder."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import numba
from numba import types as nbt

_config: Any = numba.config

_log = logging.getLogger(__name__)
_F = TypeVar("_F", bound=Callable[..., Any])


def _use_user_cache() -> bool:
    """Point numba at the user's cache folder; False where it cannot be written.

    Not through NUMBA_CACHE_DIR: a target started from here would inherit it.
    """
    if _config.CACHE_DIR:
        return True
    base = os.environ.get("XDG_CACHE_HOME", "")
    try:
        folder = (Path(base) if os.path.isabs(base) else Path.home() / ".cache") / "refscope" / "numba"
        folder.mkdir(parents=True, exist_ok=True)
    except (OSError, RuntimeError) as exc:
        _log.info("no cache folder, heap kernels are compiled anew in each process: %s", exc)
        return False
    if not os.access(folder, os.W_OK):
        _log.info("cannot write %s, heap kernels are compiled anew in each process", folder)
        return False
    _config.CACHE_DIR = str(folder)
    return True


_CACHE = _use_user_cache()


def _read_only(item: Any) -> Any:
    return nbt.Array(item, 1, "C", readonly=True)  # accepts writable arrays too


I32, I64, U64 = _read_only(nbt.int32), _read_only(nbt.int64), _read_only(nbt.uint64)
U8, BOOL = _read_only(nbt.uint8), _read_only(nbt.boolean)
I32W, I64W, U64W = nbt.int32[::1], nbt.int64[::1], nbt.uint64[::1]
U8W, BOOLW = nbt.uint8[::1], nbt.boolean[::1]


def kernel(signature: Any) -> Callable[[_F], _F]:
    """Decorator: compile for this one signature now, or load what an earlier process compiled."""
    decorator: Callable[[_F], _F] = numba.njit(signature, nogil=True, cache=_CACHE)
    return decorator


def part(function: _F) -> _F:
    """Decorator for helpers: compiled into the kernels of the same file, and cached with them."""
    compiled: _F = numba.njit(function, nogil=True)
    return compiled
