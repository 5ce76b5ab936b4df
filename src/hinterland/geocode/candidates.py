"""What a text that names one place may mean instead, and how likely each meaning is."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from hinterland.geocode.codes import COUNTRY_IDS
from hinterland.geocode.gazetteer import Gazetteer
from hinterland.geocode.readings import Readings, Rivals, take
from hinterland.geocode.senses import COUNTRY, NONE, Numbers

MOST_CANDIDATES, LEAST_PROBABILITY = 5, 0.05
THOUSANDTHS = 1_000


def list_candidates(readings: Readings, rivals: Rivals, text: Numbers, gazetteer: Gazetteer) -> pd.Series:
    """List the meanings of doubtful readings with their probabilities.

    Parameters
    ----------
    readings, rivals
        One reading per text that names one place, and what else any mention may mean.
    text
        The text of every reading.

    Returns
    -------
    pandas.Series
        By text, "id:probability" joined by ";", the likeliest first; texts whose meaning is plain are left out.
    """
    rivals = take(rivals, np.isin(rivals.mention, readings.mention))
    is_doubtful = np.isin(readings.mention, rivals.mention)
    doubtful, text = take(readings, is_doubtful), text[is_doubtful]
    owner = pd.Index(doubtful.mention).get_indexer(pd.Index(rivals.mention))
    table = pd.DataFrame(
        {
            "text": np.concatenate([text, text[owner]]),
            "id": np.concatenate([_ids(one, gazetteer) for one in (doubtful, rivals)]),
            "odds": np.concatenate([np.ones(len(text)), rivals.odds]),
        }
    ).sort_values("text", kind="stable")
    likely = table.loc[(_share(table) >= LEAST_PROBABILITY) & (_rank(table) < MOST_CANDIDATES)]
    return _write(likely.loc[likely["text"].duplicated(keep=False)])


def _ids(one: Readings | Rivals, gazetteer: Gazetteer) -> npt.NDArray[np.object_]:
    """Write the GeoNames id of a city or a country, the code of a region."""
    countries = np.array([str(COUNTRY_IDS.get(code, code)) for code in gazetteer.country_codes], dtype=object)
    regions = np.array([*gazetteer.region_codes, ""], dtype=object)
    of_area = np.where(one.kind == COUNTRY, countries[one.country], regions[one.region])
    return np.where(one.row == NONE, of_area, gazetteer.ids[one.row].astype("str").astype(object))


def _share(table: pd.DataFrame) -> pd.Series:
    return table["odds"] / table.groupby("text")["odds"].transform("sum")


def _rank(table: pd.DataFrame) -> pd.Series:
    return table.groupby("text").cumcount()


def _write(table: pd.DataFrame) -> pd.Series:
    """Write shares in thousandths that add up: what rounding leaves goes to the likeliest."""
    parts = np.rint(_share(table) * THOUSANDTHS).astype("int64")
    rest = THOUSANDTHS - parts.groupby(table["text"]).transform("sum")
    shares = (parts + rest.where(_rank(table) == 0, 0)) / THOUSANDTHS
    told: dict[int, list[str]] = {}
    for text, place, share in zip(table["text"].tolist(), table["id"].tolist(), shares.tolist(), strict=True):
        told.setdefault(text, []).append(f"{place}:{share:.3f}")
    return pd.Series({text: ";".join(listed) for text, listed in told.items()}, dtype="object")
