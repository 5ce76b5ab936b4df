"""Make the gazetteer's search keys out of main and alternate names."""

import unicodedata

import pandas as pd
import pyarrow as pa

from hinterland.geocode.normalise import fold_names, normalise_names

MAIN, ASCII, ALTERNATE = "main", "ascii", "alternate"
LONGEST = 80


def make_names(places: pd.DataFrame, alternates: pd.Series) -> pa.Table:
    """Make one row per key and place, sorted by key.

    Parameters
    ----------
    places
        With `place`, by place_id.
    alternates
        Alternate names by place_id (repeated).

    Returns
    -------
    pyarrow.Table
        key, place_id, kind: "main" for the place's own name, "ascii" for it without marks, "alternate" for the rest.
    """
    rows = pd.concat([_keys(places["place"], MAIN), _keys(alternates, ALTERNATE)])
    rows = rows[rows["key"].map(_is_name)]
    order = pd.Categorical(rows["kind"], [MAIN, ASCII, ALTERNATE], ordered=True)
    rows = rows.assign(order=order.codes).sort_values(["key", "place_id", "order"]).drop_duplicates(["key", "place_id"])
    return pa.table(
        {
            "key": pa.array(rows["key"], pa.string()),
            "place_id": pa.array(rows["place_id"], pa.int64()),
            "kind": pa.array(rows["kind"], pa.string()).dictionary_encode(),
        }
    )


def _keys(names: pd.Series, kind: str) -> pd.DataFrame:
    exact, folded = normalise_names(names), fold_names(names)
    rows = pd.DataFrame({"key": exact, "place_id": names.index, "kind": kind})
    folds = pd.DataFrame({"key": folded, "place_id": names.index, "kind": ASCII if kind == MAIN else kind})
    return pd.concat([rows, folds[rows["key"].ne(folds["key"])]], ignore_index=True)


def _is_name(key: str) -> bool:
    """Tell a name from a postal code, a web address or a lone letter."""
    if not key or len(key) > LONGEST or key.startswith(("http", "www ")):
        return False
    letters = sum(character.isalpha() for character in key)
    ideographs = any(unicodedata.category(character) == "Lo" for character in key)
    return letters > 1 or (letters == 1 and ideographs)
