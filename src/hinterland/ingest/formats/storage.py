"""Where the bytes lie: a file, standard input, inside gz or zip; and what they are, whatever the name says."""

import gzip
import io
import lzma
import os
import re
import struct
import subprocess
import sys
import tempfile
import weakref
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from hinterland.errors import InputError, explain_fault
from hinterland.ingest.formats import reader_process
from hinterland.language import Text, later

HEAD = 65_536
# where Linux shows the files a process holds open
OPEN_FILES = "/proc/self/fd"
IN_MEMORY = 64 * 2**20
# text packs to a tenth; what grows more may be a list of few words, but not a large one
SUSPECT_SIZES = {100 * 2**20: 100, 2 * 2**30: 20}
SAVE_AGAIN = later("{file} is damaged: {fault}; save it again")
MAGIC = {b"PAR1": ".parquet", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": ".xls"}
PICTURE = later("a picture")
FOREIGN = {b"%PDF": later("a PDF"), b"\x89PNG": PICTURE, b"\xff\xd8\xff": PICTURE, b"SQLite": later("a database")}
DOCUMENTS = frozenset((".json", ".geojson", ".jsonl", ".ndjson"))
BINARY = frozenset((".parquet", ".pq", ".xls", ".xlsx", ".xlsm", ".ods"))
# what unpacking raises on damaged archives; RuntimeError also asks for a password, ValueError is for places before the
# start of the file and names in no encoding
DAMAGE = (
    *(RuntimeError, NotImplementedError, ValueError, OverflowError, EOFError, OSError),
    *(struct.error, zipfile.BadZipFile, zlib.error, lzma.LZMAError),
)
PACK_AGAIN = later("{file} is damaged: {fault}; pack it again")
EXTRACT_IT = later("cannot extract {file}: {fault}; extract it yourself and pass the file inside")
# JSON as part of a script: `window.part0 = [`, `callback({`
SCRIPT = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:(?:var|let|const)\s+)?[\w.$]+\s*[=(]\s*[\[{]")
BYTE_ORDER_MARKS = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, repr=False)
class FileContent:
    """Bytes that can be opened again and again: on disk, or here when they came out of an archive or a pipe."""

    name: str
    path: Path | None = None
    content: bytes = b""

    def open(self) -> io.BufferedReader | io.BytesIO:
        """Open for reading."""
        return io.BytesIO(self.content) if self.path is None else self.path.open("rb")

    def head(self, size: int = HEAD) -> bytes:
        """Read the first bytes."""
        with self.open() as stream:
            return stream.read(size)

    def read(self, start: int, length: int) -> bytes:
        """Read a range of bytes.

        Raises
        ------
        InputError
            If the file is no longer there, or shorter than it was.
        """
        try:
            with self.open() as stream:
                stream.seek(start)
                data = stream.read(length)
        except OSError as error:
            raise InputError(
                "cannot read {file} any more: {fault}; put it back and try again",
                file=self.name,
                fault=explain_fault(error),
            ) from None
        if len(data) < length:
            raise InputError("{file} became shorter while it was read: try again when it is complete", file=self.name)
        return data

    @property
    def suffix(self) -> str:
        """The name's last suffix, in small letters."""
        return Path(self.name).suffix.lower()


def store(path: Path | FileContent) -> FileContent:
    """Find the bytes of a path, `-` being standard input, or those handed over; unpacked if packed.

    Raises
    ------
    InputError
        If there is no such file, it is a folder, empty, unreadable, or a suspicious archive.
    """
    if isinstance(path, FileContent):
        return unpack(_require_content(path))
    if str(path) == "-":
        return unpack(_read_stream("standard input", None if sys.stdin is None else sys.stdin.buffer))
    try:
        if path.is_dir():
            raise InputError("{file} is a folder: name the files in it", file=path)
        if path.is_fifo() or path.is_socket():
            with path.open("rb") as stream:
                return unpack(_read_stream(str(path), stream))
        return unpack(_require_content(FileContent(str(path), path.absolute())))
    except FileNotFoundError:
        raise InputError("there is no file {file}: check the name and the folder", file=path) from None
    except OSError as error:
        raise InputError(
            "cannot read {file}: {fault}; check its name and its permissions", file=path, fault=explain_fault(error)
        ) from None


def _read_stream(name: str, stream: IO[bytes] | None) -> FileContent:
    """Read what comes through a pipe, once."""
    if stream is None:
        raise InputError("{file} is closed: give the list as a file, or through a pipe", file=name)
    try:
        return _buffer_stream(name, stream, None)
    except OSError as error:
        raise InputError(
            "cannot read {file}: {fault}; give the list as a file", file=name, fault=explain_fault(error)
        ) from None


def unpack(stored: FileContent) -> FileContent:
    """Unpack gz, and a zip of one file; anything else as it is."""
    head = stored.head(8)
    if head.startswith(b"\x1f\x8b"):
        return _from_gzip(stored)
    if head.startswith(b"PK\x03\x04"):
        return _from_zip(stored)
    return _require_content(stored)


def kind(stored: FileContent) -> str:
    """Name the suffix whose reader fits the content; the file's own name decides only between texts.

    Raises
    ------
    InputError
        If the content is no table at all.
    """
    head = stored.head(4_096)
    suffix = next((suffix for magic, suffix in MAGIC.items() if head.startswith(magic)), None)
    if head.startswith(b"PK\x03\x04"):
        return ".ods" if b"opendocument.spreadsheet" in head[:200] else ".xlsx"
    if suffix:
        return suffix
    _refuse_foreign(stored, head)
    start = b"[" if SCRIPT.match(head) else head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    if start in (b"{", b"["):
        first, _, rest = head.strip().partition(b"\n")
        is_lines = first.startswith(b"{") and first.rstrip().endswith(b"}") and rest.lstrip().startswith(b"{")
        return stored.suffix if stored.suffix in DOCUMENTS else ".jsonl" if is_lines else ".json"
    return ".csv" if stored.suffix in DOCUMENTS | BINARY else stored.suffix


def _refuse_foreign(stored: FileContent, head: bytes) -> None:
    what = next((name for magic, name in FOREIGN.items() if head.startswith(magic)), None)
    if head.lstrip()[:5].lower() in (b"<html", b"<!doc", b"<?xml", b"<tabl"):
        what = later("a web page or XML")
    if not what and head.count(0) > len(head) // 10 and not looks_utf16(head):
        what = later("not text")
    if what:
        raise InputError(
            "{file} is {kind}, not a table: save it as CSV, Excel or Parquet", file=stored.name, kind=Text(what)
        )


def one_line(error: object) -> str:
    """Say on one line what a library said on several."""
    return " ".join(str(error).split())


def looks_utf16(head: bytes) -> str | None:
    """Name the UTF-16 or UTF-32 encoding of a text, by its mark or by where zero bytes lie; None if it is neither."""
    if head.startswith((b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff")):
        return "utf-32-le" if head[0] else "utf-32-be"
    if head.startswith(BYTE_ORDER_MARKS):
        return "utf-16-le" if head[0] == 0xFF else "utf-16-be"  # noqa: PLR2004 - the mark's first byte
    even, odd, half = head[::2].count(0), head[1::2].count(0), max(len(head) // 2, 1)
    if max(even, odd) > 0.4 * half and min(even, odd) < 0.05 * half:
        return "utf-16-le" if odd > even else "utf-16-be"
    return None


def _require_content(stored: FileContent) -> FileContent:
    if not stored.head(1):
        raise InputError("{file} is empty: give a table with a header and at least one row", file=stored.name)
    return stored


def _from_gzip(stored: FileContent) -> FileContent:
    size = size_of(stored)
    whole = refusing_damage(PACK_AGAIN, stored.name)
    with whole, stored.open() as packed, gzip.open(packed) as stream:
        return _require_content(_buffer_stream(stored.name.removesuffix(".gz"), stream, size))


def _from_zip(stored: FileContent) -> FileContent:
    with stored.open() as packed:
        with refusing_damage(PACK_AGAIN, stored.name):
            archive = zipfile.ZipFile(packed)
        with archive:
            check_declared(stored.name, archive)
            names = [entry.filename for entry in archive.infolist()]
            if {"[Content_Types].xml", "mimetype"} & set(names):
                return stored
            files = [name for name in names if name and not name.endswith("/") and "__MACOSX" not in name]
            return _from_entries(stored, archive, files)


def _from_entries(stored: FileContent, archive: zipfile.ZipFile, files: list[str]) -> FileContent:
    if len(files) != 1:
        raise InputError(
            "{file} contains {count} files: extract it and pass the one to read", file=stored.name, count=len(files)
        )
    whole = refusing_damage(EXTRACT_IT, stored.name)
    with whole, archive.open(files[0]) as stream:
        return _require_content(_buffer_stream(f"{stored.name}/{files[0]}", stream, size_of(stored)))


@contextmanager
def refusing_damage(sentence: str, file: str | Path) -> Iterator[None]:
    """Turn what unpacking raises on damaged archives into one sentence.

    Raises
    ------
    InputError
        With that sentence, a template of `file` and `fault`.
    """
    try:
        yield
    except InputError:
        raise
    except DAMAGE as error:
        raise InputError(sentence, file=file, fault=one_line(error)) from None


def check_declared(name: str, archive: zipfile.ZipFile) -> None:
    """Refuse an archive that says it will grow beyond reason.

    Raises
    ------
    InputError
        If over 100 MB come out of less than a hundredth of that, or over 2 GB out of less than a twentieth.
    """
    declared = sum(entry.file_size for entry in archive.infolist())
    packed = sum(entry.compress_size for entry in archive.infolist())
    _refuse_bomb(name, declared, packed)


def _refuse_bomb(name: str, size: int, packed: int) -> None:
    if any(size > least and size > ratio * max(packed, 1) for least, ratio in SUSPECT_SIZES.items()):
        raise InputError(
            "{file} unpacks from {packed:.1f} to over {size:.0f} MB, which looks like a zip bomb: "
            "extract it yourself if you trust it",
            file=name,
            packed=packed / 1e6,
            size=size / 1e6,
        )


def size_of(stored: FileContent) -> int:
    """Give the bytes of a file."""
    return len(stored.content) if stored.path is None else stored.path.stat().st_size


def try_reading(stored: FileContent, form: str) -> None:
    """Have another process read a list that was handed over, before this one does: what it may hold is unknown.

    Raises
    ------
    InputError
        If that process ends early, or takes more memory or time than an honest list of this size.
    """
    if stored.path is not None and not stored.path.is_relative_to("/proc"):
        return
    command = [sys.executable, "-P", reader_process.__file__, form, str(size_of(stored))]
    with stored.open() as stream:
        done = subprocess.run(  # noqa: S603 - our own program
            command, input=stream.read(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False
        )
    if done.returncode:
        raise InputError(
            "cannot open {file}: it takes too much memory or time to read; save the list as CSV", file=stored.name
        )


def hold(name: str, data: bytes) -> FileContent:
    """Keep bytes made here as those of a pipe are kept."""
    return _buffer_stream(name, io.BytesIO(data), None)


def _buffer_stream(name: str, stream: IO[bytes] | gzip.GzipFile, packed: int | None) -> FileContent:
    """Keep a stream that can be read only once: in memory, past 64 MB in a temporary file."""
    start = stream.read(IN_MEMORY)
    if len(start) < IN_MEMORY:
        return FileContent(name, None, start)
    file, size = _hidden_file(), 0
    while start:
        size += file.write(start)
        _refuse_bomb(name, size, size if packed is None else packed)
        start = stream.read(IN_MEMORY)
    file.flush()
    own = f"/proc/{os.getpid()}/fd/{file.fileno()}"
    content = FileContent(name, Path(own if Path(OPEN_FILES).is_dir() else file.name))
    # with it goes the file
    weakref.finalize(content, file.close)
    return content


def _hidden_file() -> IO[bytes]:
    """Open a temporary file without a name: however this process ends, the system clears it away."""
    if Path(OPEN_FILES).is_dir():
        return tempfile.TemporaryFile(prefix="hinterland-")
    return tempfile.NamedTemporaryFile(prefix="hinterland-")  # gone as soon as it is closed


def unpacked_size(stored: FileContent) -> int:
    """Give the bytes a workbook holds when unpacked; refuse what declares, or turns out to hold, too much.

    A size that was understated fails its check sum.
    """
    with stored.open() as stream:
        if not zipfile.is_zipfile(stream):
            return stream.seek(0, io.SEEK_END)
        with refusing_damage(SAVE_AGAIN, stored.name):
            archive = zipfile.ZipFile(stream)
            check_declared(stored.name, archive)
            damaged = archive.testzip()
        if damaged:
            raise InputError("{file} is damaged in {damaged}: save it again", file=stored.name, damaged=damaged)
        return sum(entry.file_size for entry in archive.infolist())
