"""The files of an export: whole or not there, never in the place of what a run was given; the logo on its pages."""

import os
import stat
import sys
import tempfile
from base64 import b64encode
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from hinterland.errors import InputError, OutputError, explain_fault

MANIFEST, REJECTS = ".run.toml", ".rejects.csv"
# as an input it is standard input, as a target standard output
STANDARD_STREAM, STANDARD_INPUT = "-", 0
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
        Files to be written, with those written next to them; None is no file, "-" is standard output.
    inputs
        Files that are read; what does not exist is no file, "-" is standard input.

    Raises
    ------
    OutputError
        When a target is one of the inputs, by whatever name, or is named twice, or is a folder, pipe or device.
    """
    given = [Path(name) for name in inputs if name]
    read = {_identity(path): path for path in given if _exists(path)}
    if Path(STANDARD_STREAM) in given:
        read[_identity(STANDARD_INPUT)] = Path(STANDARD_STREAM)
    written: dict[object, Path] = {}
    for target in (Path(target) for target in targets if target is not None):
        is_stream = str(target) == STANDARD_STREAM
        if not is_stream:
            _refuse_special(target)
        identity = STANDARD_STREAM if is_stream else _identity(target)
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


def _exists(path: Path | int) -> bool:
    # a text that is no path at all, such as a long name of a column, is an error to pathlib
    return os.path.exists(path)  # noqa: PTH110 - see above


def _identity(path: Path | int) -> object:
    """Say which file a path or a stream is: by the file itself, else by its place, as systems do that know no case."""
    if _exists(path):
        status = os.stat(path)  # noqa: PTH116 - an open file has no path
        if status.st_ino or isinstance(path, int):
            return status.st_dev, status.st_ino
    return os.path.realpath(str(path)).casefold()


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
    if str(path) == STANDARD_STREAM:
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
            fault=explain_fault(error),
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


PICTURES = {b"\x89PNG": "image/png", b"\xff\xd8\xff": "image/jpeg"}
# bytes of a logo
LARGEST_PICTURE = 500_000


def embed_picture(content: bytes, name: object) -> str:
    """Write a logo as a data address, which a page carries in itself.

    Raises
    ------
    InputError
        For anything but a PNG or JPEG picture of at most `LARGEST_PICTURE` bytes.
    """
    kind = next((kind for mark, kind in PICTURES.items() if content.startswith(mark)), "")
    if not kind or len(content) > LARGEST_PICTURE:
        raise InputError(
            "{file} cannot be the logo: it is no PNG or JPEG picture of at most {size} kB",
            file=name,
            size=LARGEST_PICTURE // 1_000,
        )
    return f"data:{kind};base64,{b64encode(content).decode()}"


def read_logo(path: str | Path | None) -> str:
    """Read a logo from a file, as `embed_picture` does; nothing without one.

    Raises
    ------
    InputError
        When it cannot be read, or is no such picture.
    """
    try:
        return embed_picture(Path(path).read_bytes(), path) if path else ""
    except OSError as error:
        raise InputError("cannot read {file}: {fault}", file=path, fault=explain_fault(error)) from None
