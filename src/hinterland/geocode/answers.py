"""Readings to the table of answers: one row per text."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from hinterland.geocode.candidates import list_candidates
from hinterland.geocode.codes import COUNTRY_IDS
from hinterland.geocode.gazetteer import Gazetteer
from hinterland.geocode.readings import Mentions, Readings, Rivals, take
from hinterland.geocode.senses import CITY, COUNTRY, NONE, Flags, Floats, Numbers

# by number; the last is that of no reading
KINDS = ("country", "region", "city", "multi", "none")
MULTI = KINDS.index("multi")
# how a lead in score becomes confidence, set on labelled profile locations: at no lead one half
MOST_CONFIDENT, STEEPNESS = 0.97, 1.5
# a city without its country is believed by its size; words left over and slips of the pen cost; so do shared names
LONE_BASE, LONE_SLOPE = 0.35, 0.12
IN_DOUBT, SHARED_NAME = 0.85, 0.6


def answer(readings: Readings, rivals: Rivals, mentions: Mentions, *, texts: int, gazetteer: Gazetteer) -> pd.DataFrame:
    """Tell what each of so many texts means, in numbers; of several places the first city stands in the columns."""
    text = mentions.text[readings.mention]
    at = _first(readings, text, texts)
    kind, country, region, row = (
        np.append(column, NONE)[at] for column in (readings.kind, readings.country, readings.region, readings.row)
    )
    is_multi = np.bincount(text, minlength=texts) > 1
    is_abroad = np.bincount(text[readings.country != country[text]], minlength=texts) > 0
    confidence = np.full(texts, np.inf)
    np.minimum.at(confidence, text, _confidence(readings, mentions, gazetteer))
    single = ~is_multi[text]
    candidates = list_candidates(take(readings, single), rivals, text[single], gazetteer)
    near = text[mentions.is_respelt[readings.mention]]
    return pd.DataFrame(
        {
            "kind": np.where(is_multi, MULTI, kind),
            "row": row,
            "region": region,
            "country": np.where(is_multi & is_abroad & (kind != CITY), NONE, country),
            "confidence": np.where(at == NONE, 0.0, confidence),
            "alternatives": pd.array(_alternatives(readings, text, is_multi, gazetteer), dtype="str"),
            "near_name": np.bincount(near, minlength=texts) > 0,
            "candidates": candidates.reindex(range(texts)).astype("str").array,
        }
    )


def write_down(found: pd.DataFrame, gazetteer: Gazetteer) -> pd.DataFrame:
    """Write answers in numbers as the table of answers."""
    row, region = found["row"].to_numpy(), found["region"].to_numpy()
    columns = {
        "kind": pd.array(KINDS, dtype="str").take(found["kind"].to_numpy()),
        "place_id": pd.arrays.IntegerArray(gazetteer.ids[row], row == NONE),
        "place": gazetteer.place.take(row, allow_fill=True),
        "region_id": _named(gazetteer.region_codes, region),
        "admin1": _named([gazetteer.region.get(code) for code in gazetteer.region_codes], region),
        "country_code": _named(gazetteer.country_codes, found["country"].to_numpy()),
        **{name: np.where(row == NONE, np.nan, of_row[row]) for name, of_row in gazetteer.axes.items()},
        "confidence": found["confidence"].array,
        "alternatives": found["alternatives"].array,
        "near_name": found["near_name"].array,
        "candidates": found["candidates"].array,
    }
    return pd.DataFrame(columns, copy=False)


def _first(readings: Readings, text: Numbers, texts: int) -> Numbers:
    """Find the first city of every text, or else its first reading, or -1."""
    first = np.full(texts, NONE)
    order = np.lexsort((readings.kind != CITY, text))
    told, place = np.unique(text[order], return_index=True)
    first[told] = order[place]
    return first


def _named(names: Sequence[str | None], numbers: Numbers) -> pd.api.extensions.ExtensionArray:
    """Take names by number; -1 stands for none."""
    return pd.array(names, dtype="str").take(numbers, allow_fill=True)


def _alternatives(readings: Readings, text: Numbers, is_multi: Flags, gazetteer: Gazetteer) -> list[str | None]:
    """List the GeoNames ids of all cities and countries of texts that name several."""
    of_country = np.array([COUNTRY_IDS.get(code, 0) for code in gazetteer.country_codes])[readings.country]
    of_area = np.where(readings.kind == COUNTRY, of_country, 0)
    ids = np.where(readings.row == NONE, of_area, gazetteer.ids[readings.row])
    listed = is_multi[text] & (ids != 0)
    told: dict[int, dict[str, None]] = {}
    for one, place in zip(text[listed].tolist(), ids[listed].tolist(), strict=True):
        told.setdefault(one, {})[str(place)] = None
    return [";".join(told[one]) if one in told else None for one in range(len(is_multi))]


def _confidence(readings: Readings, mentions: Mentions, gazetteer: Gazetteer) -> Floats:
    """Weigh the lead over the next best meaning, and how well the text says so."""
    mention, alone = readings.mention, readings.support < 1
    sure = MOST_CONFIDENT / (1 + np.exp(-STEEPNESS * readings.margin))
    believed = np.minimum(1.0, LONE_BASE + LONE_SLOPE * np.log10(gazetteer.population[readings.row] + 10))
    sure = np.where((readings.kind == CITY) & alone, sure * believed, sure)
    sure = np.where(mentions.is_respelt[mention] | ~mentions.fills_segment[mention], sure * IN_DOUBT, sure)
    is_shared = (readings.kind == COUNTRY) & mentions.is_ambiguous[mention] & alone
    return np.asarray(np.where(is_shared, sure * SHARED_NAME, sure).round(2))
