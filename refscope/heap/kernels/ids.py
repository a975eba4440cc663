"""From object ids to indexes: a dense page per stretch of addresses, found through a small hash table."""

# ruff: noqa: PLR0917  columns are passed one by one: numba specialises on each

from __future__ import annotations

from typing import Any

import numpy as np
from numba import types as nbt

from refscope.heap.kernels.compiler import I32, I32W, U64, U64W, kernel

SPREAD = np.uint64(0x9E3779B97F4A7C15)  # 2^64 / golden ratio: spreads consecutive pages


@kernel(nbt.int64(U64, nbt.uint64, nbt.int64, U64W, nbt.int64))
def fill_directory(ids: Any, page_shift: Any, directory_bits: Any, directory: Any, limit: Any) -> int:
    """Number the pages that `ids` lie on; how many, or −1 when they are more than `limit`.

    directory: uint64[2 << directory_bits], zeros at first: page + 1 and its number, alternating.
    """
    mask = (np.int64(1) << directory_bits) - 1
    shift = np.uint64(64 - directory_bits)
    count = 0
    last = np.uint64(0)
    for i in range(len(ids)):
        key = (ids[i] >> page_shift) + np.uint64(1)
        if key == last:
            continue
        last = key
        slot = np.int64((key * SPREAD) >> shift)
        while directory[2 * slot] != 0 and directory[2 * slot] != key:
            slot = (slot + 1) & mask
        if directory[2 * slot] == 0:
            if count == limit:
                return -1
            directory[2 * slot] = key
            directory[2 * slot + 1] = np.uint64(count)
            count += 1
    return count


@kernel(nbt.int64(U64, U64, nbt.uint64, nbt.uint64, nbt.int64, I32W))
def fill_pages(
    ids: Any, directory: Any, align_shift: Any, page_shift: Any, directory_bits: Any, pages: Any
) -> int:
    """Write each id's index to its slot; −1, or the first index whose id stood there already.

    pages: int32[number of pages << (page_shift − align_shift)], 0 at first; index + 1 where an id is, so
    that slots of no id are never touched and cost no memory.
    """
    mask = (np.int64(1) << directory_bits) - 1
    shift = np.uint64(64 - directory_bits)
    slot_bits = page_shift - align_shift
    slot_mask = (np.uint64(1) << slot_bits) - np.uint64(1)
    last = np.uint64(0)
    base = np.int64(0)
    for i in range(len(ids)):
        key = (ids[i] >> page_shift) + np.uint64(1)
        if key != last:
            slot = np.int64((key * SPREAD) >> shift)
            while directory[2 * slot] != key:
                slot = (slot + 1) & mask
            base = np.int64(directory[2 * slot + 1] << slot_bits)
            last = key
        place = base + np.int64((ids[i] >> align_shift) & slot_mask)
        if pages[place] != 0:
            return i
        pages[place] = np.int32(i + 1)
    return -1


@kernel(nbt.int64(U64, U64, nbt.uint64, nbt.uint64, nbt.int64, I32, I32W))
def look_up(
    ids: Any, directory: Any, align_shift: Any, page_shift: Any, directory_bits: Any, pages: Any, found: Any
) -> int:
    """found[i] = index of ids[i], −1 = unknown; how many are unknown."""
    mask = (np.int64(1) << directory_bits) - 1
    shift = np.uint64(64 - directory_bits)
    slot_bits = page_shift - align_shift
    slot_mask = (np.uint64(1) << slot_bits) - np.uint64(1)
    low_bits = (np.uint64(1) << align_shift) - np.uint64(1)
    unknown = 0
    last = np.uint64(0)
    base = np.int64(-1)
    for i in range(len(ids)):
        key = (ids[i] >> page_shift) + np.uint64(1)
        if key != last:
            slot = np.int64((key * SPREAD) >> shift)
            while directory[2 * slot] != 0 and directory[2 * slot] != key:
                slot = (slot + 1) & mask
            base = np.int64(-1)
            if directory[2 * slot] == key:
                base = np.int64(directory[2 * slot + 1] << slot_bits)
            last = key
        index = np.int32(-1)
        if base >= 0 and ids[i] & low_bits == 0:
            index = np.int32(pages[base + np.int64((ids[i] >> align_shift) & slot_mask)] - 1)
        found[i] = index
        if index < 0:
            unknown += 1
    return unknown
