"""Files that are whole or not there, and that never take the place of what a run was given."""

import os
import stat
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from hinterland.errors import OutputError

MANIFEST, REJECTS = ".run.toml", ".rejects.csv"
STANDARD_OUTPUT = "-"
# letters of a name that its temporary file bears too: a name may be as long as the system allows
NAME_LENGTH = 40


def manifest_path(path: Path) -> Path:
    """Name the run manifest of a result."""
    return path.with_name(path.name + MANIFEST)


def rejects_path(path: Path) -> Path:
    """Name the file of rejected rows of a result, if the user names none."""
    return path.with_name(path.name + REJECTS)


def check_targets(targets: Iterable[Path | None], inputs: Iterable[str | Path | None]) -> None:
    """Compare all files a run will write with one another and with those it reads, before any work is done.

    Parameters
    ----------
    targets
        Files to be written, with those written next to them; None and "-" are no files.
    inputs
        Files that are read; what does not exist is no file.

    Raises
    ------
    OutputError
        When a target is one of the inputs, by whatever name, or is named twice, or is a folder, pipe or device.
    """
    files = [Path(target) for target in targets if target is not None and str(target) != STANDARD_OUTPUT]
    given = [Path(name) for name in inputs if name]
    read = {_identity(path): path for path in given if _exists(path)}
    written: dict[object, Path] = {}
    for target in files:
        _refuse_special(target)
        identity = _identity(target)
        if identity in read:
            raise OutputError(
                "cannot write {file}: it is {input}, which this run reads; choose another name",
                file=target,
                input=read[identity],
            )
        if identity in written:
            raise OutputError(
                "cannot write both {first} and {file}: they are one file; choose two names",
                first=written[identity],
                file=target,
            )
        written[identity] = target


def _exists(path: Path) -> bool:
    # a text that is no path at all, such as a long name of a column, is an error to pathlib
    return os.path.exists(path)  # noqa: PTH110 - see above


def _identity(path: Path) -> object:
    """Say which file a path names: by the file itself, else by its place, as systems do that know no case."""
    if _exists(path):
        status = path.stat()
        return (status.st_dev, status.st_ino) if status.st_ino else str(path.resolve()).casefold()
    return str(Path(os.path.realpath(path))).casefold()


def _refuse_special(target: Path) -> None:
    if _exists(target) and not target.is_file():
        if target.is_dir():
            raise OutputError("cannot write {file}: it is a folder; choose another name", file=target)
        raise OutputError("cannot write {file}: it is not a regular file; choose another name", file=target)


@contextmanager
def writing(path: Path) -> Iterator[BinaryIO]:
    """Open a temporary file beside `path`, and give it that name once everything is written; "-" is standard output.

    A link stays a link to the file that is written, and a file that is replaced keeps its permissions.

    Raises
    ------
    OutputError
        When there is no room, no folder or no right to write, or `path` is a pipe or a device; an older file stays
        as it was.
    """
    if str(path) == STANDARD_OUTPUT:
        yield sys.stdout.buffer
        sys.stdout.flush()
        return
    _refuse_special(path)
    try:
        with _temporary_file(Path(os.path.realpath(path))) as stream:
            yield stream
    except OutputError:
        raise
    except OSError as error:
        raise OutputError(
            "cannot write {file}: {fault}; choose another place or free some room",
            file=path,
            fault=error.strerror or error,
        ) from None


@contextmanager
def _temporary_file(path: Path) -> Iterator[BinaryIO]:
    handle, name = tempfile.mkstemp(prefix=f".{path.name[:NAME_LENGTH]}.", dir=path.parent)
    try:
        with os.fdopen(handle, "w+b") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        Path(name).chmod(stat.S_IMODE(path.stat().st_mode) if path.exists() else 0o666 & ~_umask())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
