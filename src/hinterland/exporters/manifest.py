"""The run manifest: enough to repeat a run and to see what it rests on."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import BinaryIO

import tomlkit

from hinterland.pipeline import Findings

PIECE = 1 << 20
PACKAGES = ("hinterland", "numpy", "scipy", "pandas", "geopandas", "shapely")


@dataclass(frozen=True)
class Source:
    """An input file: its name without the folder, and the SHA-256 of its bytes."""

    name: str
    sha256: str

    @classmethod
    def of(cls, name: str, stream: BinaryIO) -> "Source":
        """Hash a stream, a piece at a time."""
        digest = hashlib.sha256()
        while piece := stream.read(PIECE):
            digest.update(piece)
        return cls(name, digest.hexdigest())


def manifest(findings: Findings, sources: Sequence[Source]) -> str:
    """Write inputs, settings, assumptions changed, versions, counts and warnings as TOML, without any clock."""
    return tomlkit.dumps(
        {
            "hinterland": {"level": findings.level, "seed": findings.settings.seed},
            "inputs": [{"name": source.name, "sha256": source.sha256} for source in sources],
            "settings": _set(findings.settings.model_dump()),
            "assumptions": findings.assumptions.model_dump(),
            "versions": {name: version(name) for name in PACKAGES},
            "counts": dict(findings.counts),
            "located": dict(findings.located),
            "model": {name: round(value, 6) for name, value in findings.model.items()},
            "comparable": findings.comparable,
            "self_check": dict(findings.self_check),
            "warnings": [notice._asdict() for notice in findings.warnings],
        }
    )


def _set(values: Mapping[str, object]) -> dict[str, object]:
    return {
        name: list(value) if isinstance(value, tuple) else value for name, value in values.items() if value is not None
    }
