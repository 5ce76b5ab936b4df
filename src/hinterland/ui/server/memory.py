"""Give memory back: what was freed stays with the process unless it is asked to return it."""

import ctypes
import ctypes.util
import gc
import sys

import pyarrow as pa


def give_back() -> None:
    """Return freed memory to the machine."""
    gc.collect()
    pa.default_memory_pool().release_unused()
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
        if trim is not None:  # musl has none
            trim(0)
