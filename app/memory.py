"""Memory that a page gave back is kept for the next one."""

from __future__ import annotations

import ctypes
import platform

_TRIM_THRESHOLD, _MMAP_THRESHOLD, _ARENA_MAX = -1, -3, -8
"""Parameters of glibc's ``mallopt``."""
_MOST_KEPT = 1 << 30
"""Bytes that are free at the end of the heap before they go back to the system."""
_LARGEST = 32 << 20
"""Bytes of the largest block that comes from the heap: as many as glibc allows, and more than a page's darkness has."""


def keep_freed_memory() -> bool:
    """Have the C library keep the memory that is freed, from now on, for the whole process.

    By default glibc takes each picture of some megabytes from the system and gives it back when it is freed, so that
    every one of a page's dozens is cleared anew as it is written, on a virtual machine at great cost: a fifth of the
    time of a page of 12 megapixels. The process then stays as large as its largest page made it. One heap is shared by
    all threads, for each would keep as much.

    Best called before threads are started: heaps that threads have by then stay.

    Returns:
        Whether the C library can be told so; others than glibc are left as they are.
    """
    if platform.libc_ver()[0] != "glibc":
        return False
    mallopt = ctypes.CDLL(None).mallopt
    wanted = ((_MMAP_THRESHOLD, _LARGEST), (_TRIM_THRESHOLD, _MOST_KEPT), (_ARENA_MAX, 1))
    return all([mallopt(parameter, value) for parameter, value in wanted])
