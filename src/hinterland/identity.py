"""One normal form of what names a person: identity, forgetting, a brand's creators and suppression compare it."""

import re
import unicodedata
from itertools import pairwise

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

# invisible characters that come with copied text: zero-width ones, marks of direction, a byte order mark
_INVISIBLE = re.compile("[\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
# identifiers of YouTube channels: two of them may differ in case only
_CASED = "^UC[0-9A-Za-z_-]{22}$"
# what more than lower case and trimmed ends is needed for
_ODD = r"[^\x20-\x7e]|  "


def fold_name(text: str) -> str:
    """Give the normal form of a handle, name or e-mail address: NFKC, case folded, without `@` and invisible marks.

    Identifiers of YouTube channels keep their case.
    """
    plain = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text))
    trimmed = " ".join(plain.split()).strip("@ ")
    return trimmed if re.match(_CASED, trimmed) else unicodedata.normalize("NFKC", trimmed.casefold())


def fold_names(texts: pa.ChunkedArray) -> pa.ChunkedArray:
    """Give the normal form of a column of handles, names or e-mail addresses; nothing stays null.

    Parameters
    ----------
    texts
        Text as written.

    Returns
    -------
    pyarrow.ChunkedArray
        `fold_name` of each.
    """
    trimmed = pc.ascii_trim(texts, "@ ")
    plain = pc.ascii_lower(trimmed)
    if pc.any(pc.starts_with(trimmed, "UC")).as_py():
        plain = pc.if_else(pc.match_substring_regex(trimmed, _CASED), trimmed, plain)
    odd = pc.match_substring_regex(texts, _ODD)
    if pc.any(odd).as_py():
        folded = [fold_name(text) for text in texts.filter(odd).to_pylist()]
        plain = pc.replace_with_mask(_combined(plain), _combined(pc.fill_null(odd, fill_value=False)), pa.array(folded))
    return plain if isinstance(plain, pa.ChunkedArray) else pa.chunked_array([plain])


def fold_series(texts: "pd.Series[str]") -> "pd.Series[str]":
    """Give the normal form of a pandas column; its index stays.

    Parameters
    ----------
    texts
        Any texts; missing ones stay missing.

    Returns
    -------
    Texts in the normal form by which people and columns are matched.
    """
    column = pa.array(texts, pa.string())
    folded = fold_names(column if isinstance(column, pa.ChunkedArray) else pa.chunked_array([column]))
    return pd.Series(pd.array(folded, dtype=pd.StringDtype("pyarrow", na_value=np.nan)), texts.index)


def _combined(column: pa.ChunkedArray) -> pa.Array:
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


def identify_creators(creators: pd.DataFrame) -> pd.DataFrame:
    """Hash platform and handle of each row that has a handle, to 64 bits; say which name more than a country.

    Returns
    -------
    Table by creator_id: `who`, and `placed`, whether a city, a text or a point is named.
    """
    with_handle = creators.loc[creators["handle"].notna()]
    handle = pd.util.hash_array(fold_series(with_handle["handle"]).to_numpy(object), categorize=False)
    platforms, names = pd.factorize(with_handle["platform"].fillna("").str.casefold())
    # an odd factor: another platform is another number, and no two handles of one platform meet
    who = handle * (2 * pd.util.hash_array(np.asarray(names, object)) + 1)[platforms]
    placed = with_handle[["city", "location", "longitude"]].notna().any(axis="columns")
    return pd.DataFrame({"who": who, "placed": placed}, index=with_handle.index)


def split_identities(identities: pd.DataFrame, buckets: int) -> list[pd.DataFrame]:
    """Deal identities out to buckets, the same one to the same bucket in every part; rows stay in order.

    Parameters
    ----------
    identities
        As `identify_creators` gives them.
    """
    bucket = (identities["who"].to_numpy() % np.uint64(buckets)).astype(np.uint16)
    ends = np.cumsum(np.bincount(bucket, minlength=buckets)).tolist()
    ordered = identities.iloc[np.argsort(bucket, kind="stable")]
    return [ordered.iloc[start:end] for start, end in pairwise((0, *ends))]


def find_repeats(parts: list[pd.DataFrame]) -> pd.DataFrame:
    """Find the later rows of each creator, and which of them first name a place where the first row names none.

    Parameters
    ----------
    parts
        Identities of one bucket, part by part in the order of the list.

    Returns
    -------
    Table by creator_id: `placed`.
    """
    identities = pd.concat(parts)
    several = identities.loc[identities["who"].duplicated(keep=False)]
    is_later = several["who"].duplicated()
    nowhere = several.loc[~is_later & ~several["placed"], "who"]
    later = several.loc[is_later]
    placed = later.loc[later["placed"] & later["who"].isin(nowhere)].drop_duplicates("who")
    return pd.DataFrame({"placed": later.index.isin(placed.index)}, later.index)
