"""What a key of the gazetteer can mean."""

from dataclasses import dataclass

# rows of places with their weight, by country
Places = dict[str, list[tuple[float, int]]]


@dataclass(frozen=True, slots=True)
class Entry:
    """All that one key can mean: rows of places with their weight by country, regions, a country."""

    places: Places
    regions: tuple[str, ...] = ()
    country: str | None = None
    is_code: bool = False
