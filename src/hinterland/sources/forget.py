"""People who asked to be forgotten: their handles, one a line, leave the list before anything is computed."""

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from hinterland.errors import InputError
from hinterland.sources.dialect import guess_encoding
from hinterland.sources.parts import clean_text, plain_handles


def read_forgotten(path: str | None, fields: Iterable[str]) -> frozenset[str]:
    """Read the handles of a file, one a line, with or without `@` or the address of the profile.

    Raises
    ------
    InputError
        If the file cannot be read or names nobody, or the list has no handles by which to find anyone.
    """
    return frozenset() if path is None else read_handles(path, fields, option="--forget")


def read_handles(path: str, fields: Iterable[str], *, option: str) -> frozenset[str]:
    """Read the handles of a file, one a line, by which `option` finds people in a list with these fields.

    Raises
    ------
    InputError
        As `read_forgotten`.
    """
    if "handle" not in fields:
        raise InputError(
            f"the list has no handles, so {option} can find nobody: name their column, --map handle=COLUMN"
        )
    handles = frozenset(handle for handle in _plain(_lines(path, option)).to_pylist() if handle)
    if not handles:
        raise InputError(f"{path} names nobody: write one handle a line")
    return handles


def forgotten(handles: pa.ChunkedArray, gone: frozenset[str]) -> NDArray[np.bool_]:
    """Say row by row whether this person is to be forgotten."""
    found: NDArray[np.bool_] = pc.is_in(_plain(handles), pa.array(sorted(gone), pa.string())).to_numpy()
    return found


def _plain(handles: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.utf8_lower(plain_handles(clean_text(handles)))


def _lines(path: str, option: str) -> pa.ChunkedArray:
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        raise InputError(
            f"cannot read {path}: {error.strerror}; {option} wants a file of handles, one a line"
        ) from None
    lines = data.decode(guess_encoding(data), errors="replace").lstrip("\ufeff").splitlines()
    return pa.chunked_array([[line.strip(" ,;\t\"'") for line in lines]], pa.string())
