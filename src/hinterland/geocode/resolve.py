"""Profile locations to places: `resolve` for free text, `resolve_columns` for columns of city, region and country."""

import gc
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

import numpy as np
import pandas as pd

from hinterland.geocode.aliases import country_ids
from hinterland.geocode.candidates import (
    CITY,
    COUNTRY,
    MentionFeatures,
    Mentions,
    Readings,
    Rivals,
    list_candidates,
    take,
)
from hinterland.geocode.coordinates import place_coordinates
from hinterland.geocode.disambiguation import disambiguate
from hinterland.geocode.gazetteer import NONE, Entry, Flags, Floats, Gazetteer, Numbers
from hinterland.geocode.normalize import fold, fold_names
from hinterland.geocode.respelling import Unsettled, is_settled, respell
from hinterland.geocode.tokenize import ADDRESS, CountryEvidence, Split, names_in, split_texts
from hinterland.geocode.toponyms import Mention, find_mentions

# by number; the last is that of no reading
KINDS = ("country", "region", "city", "multi", "none")
MULTI = KINDS.index("multi")
# how a lead in score becomes confidence, set on labelled profile locations: at no lead one half
MOST_CONFIDENT, STEEPNESS = 0.97, 1.5
# a city without its country is believed by its size; words left over and slips of the pen cost; so do shared names
LONE_BASE, LONE_SLOPE = 0.35, 0.12
IN_DOUBT, SHARED_NAME = 0.85, 0.6


def build_answers(
    readings: Readings, rivals: Rivals, mentions: Mentions, *, texts: int, gazetteer: Gazetteer
) -> pd.DataFrame:
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


def build_table(answers: pd.DataFrame, gazetteer: Gazetteer) -> pd.DataFrame:
    """Write answers in numbers as the table of answers.

    Returns
    -------
    One row per row of `answers`, in order, with the columns of `resolve`.
    """
    row, region = answers["row"].to_numpy(), answers["region"].to_numpy()
    columns = {
        "kind": pd.array(KINDS, dtype="str").take(answers["kind"].to_numpy()),
        "place_id": pd.arrays.IntegerArray(gazetteer.ids[row], row == NONE),
        "place": gazetteer.place.take(row, allow_fill=True),
        "region_id": _take_names(gazetteer.region_codes, region),
        "admin1": _take_names([gazetteer.region.get(code) for code in gazetteer.region_codes], region),
        "country_code": _take_names(gazetteer.country_codes, answers["country"].to_numpy()),
        **{name: np.where(row == NONE, np.nan, of_row[row]) for name, of_row in gazetteer.axes.items()},
        "confidence": answers["confidence"].array,
        "alternatives": answers["alternatives"].array,
        "near_name": answers["near_name"].array,
        "candidates": answers["candidates"].array,
    }
    return pd.DataFrame(columns, copy=False)


def _first(readings: Readings, text: Numbers, texts: int) -> Numbers:
    """Find the first city of every text, or else its first reading, or -1."""
    first = np.full(texts, NONE)
    order = np.lexsort((readings.kind != CITY, text))
    distinct, place = np.unique(text[order], return_index=True)
    first[distinct] = order[place]
    return first


def _take_names(names: Sequence[str | None], numbers: Numbers) -> pd.api.extensions.ExtensionArray:
    """Take names by number; -1 stands for none."""
    return pd.array(names, dtype="str").take(numbers, allow_fill=True)


def _alternatives(readings: Readings, text: Numbers, is_multi: Flags, gazetteer: Gazetteer) -> list[str | None]:
    """List the GeoNames ids of all cities and countries of texts that name several."""
    of_country = np.array([country_ids().get(code, 0) for code in gazetteer.country_codes])[readings.country]
    of_area = np.where(readings.kind == COUNTRY, of_country, 0)
    ids = np.where(readings.row == NONE, of_area, gazetteer.ids[readings.row])
    mask = is_multi[text] & (ids != 0)
    ids_of_text: dict[int, dict[str, None]] = {}
    for number, place in zip(text[mask].tolist(), ids[mask].tolist(), strict=True):
        ids_of_text.setdefault(number, {})[str(place)] = None
    return [";".join(ids_of_text[number]) if number in ids_of_text else None for number in range(len(is_multi))]


def _confidence(readings: Readings, mentions: Mentions, gazetteer: Gazetteer) -> Floats:
    """Weigh the lead over the next best meaning, and how well the text says so."""
    mention, alone = readings.mention, readings.support < 1
    sure = MOST_CONFIDENT / (1 + np.exp(-STEEPNESS * readings.margin))
    believed = np.minimum(1.0, LONE_BASE + LONE_SLOPE * np.log10(gazetteer.population[readings.row] + 10))
    sure = np.where((readings.kind == CITY) & alone, sure * believed, sure)
    sure = np.where(mentions.is_respelt[mention] | ~mentions.fills_segment[mention], sure * IN_DOUBT, sure)
    is_shared = (readings.kind == COUNTRY) & mentions.is_ambiguous[mention] & alone
    return np.asarray(np.where(is_shared, sure * SHARED_NAME, sure).round(2))


AT_ONCE = 16_000
# the place and address of what is said of the whole text, not in it
WHOLE_TEXT = (-1, -1)
TEXT, PIECE = 0, 1
# columns of places, and how closely each tells where somebody is; the same of kinds of answers (`KINDS`)
PLACE_COLUMNS: Mapping[str, int] = {"city": 3, "region": 2, "country": 1}
# residents of a city that a column of cities means, though a country has that name
CITY_NOT_COUNTRY = 100_000
PLACE_PRECISION, PRECISION = np.array([*PLACE_COLUMNS.values()]), np.array([1, 2, 3, 3, 0])
Answers = pd.DataFrame


def resolve(
    strings: Sequence[str] | pd.Series, gazetteer: Gazetteer, *, countries: Sequence[str] | pd.Series | None = None
) -> pd.DataFrame:
    """Find the place each text means.

    Parameters
    ----------
    strings
        Free text as people write it; missing values mean nothing.
    gazetteer
        The names to find.
    countries
        For each text a country (name or code) from another column: evidence, not an order.

    Returns
    -------
    pandas.DataFrame
        One row per text, in order. kind ("city", "region", "country", "multi", "none"); place_id (GeoNames, of the
        first place when multi), place, region_id, admin1, country_code, latitude, longitude; confidence (0-1);
        alternatives: GeoNames ids joined by ";" of all places a "multi" text names; near_name: whether a name was
        read as one that is a letter away; candidates: what a text that names one place may mean, the likeliest first,
        as "id:probability" joined by ";" (GeoNames ids, of regions their `region_id`), missing where that is plain.
    """
    codes, distinct = _distinct(strings)
    texts = gazetteer.lost_letters.mend(distinct)
    country_names, country_numbers = [""], np.zeros(len(texts), "int64")
    if countries is not None:
        of_rows, country_names = _distinct(countries)
        codes, pairs = pd.factorize(codes * len(country_names) + of_rows)
        texts = [texts[text] for text in (pairs // len(country_names)).tolist()]
        country_numbers = pairs % len(country_names)
    with _no_collection():
        answers = _resolve_distinct(texts, country_names, country_numbers, gazetteer)
    return build_table(answers.take(codes), gazetteer)


@contextmanager
def _no_collection() -> Iterator[None]:
    """Put off the search for cycles: there are none among the many small tuples made here, and it takes a fifth."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _distinct(values: Sequence[str] | pd.Series) -> tuple[Numbers, list[str]]:
    """Give distinct texts numbers; a missing one is empty."""
    column = values if isinstance(values, pd.Series) else np.asarray(values, dtype="object")
    codes, distinct = pd.factorize(column, use_na_sentinel=False)
    return codes, [text if isinstance(text, str) else "" if pd.isna(text) else str(text) for text in distinct]


def _resolve_distinct(
    texts: list[str], countries: list[str], country_numbers: Numbers, gazetteer: Gazetteer
) -> Answers:
    """Resolve texts; `country_numbers` has the number in `countries` of each."""
    split = split_texts(texts)
    names = {name for keys in {piece.keys for piece in split.pieces} for name in names_in(keys)}
    entries = gazetteer.look_up([*names.union(map(fold, countries))])
    codes = [_country_code(country, entries, gazetteer) for country in countries]
    evidence = [flag for flag in split.flags if flag[1] in gazetteer.country]
    evidence += [
        (text, code, WHOLE_TEXT) for text, number in enumerate(country_numbers.tolist()) if (code := codes[number])
    ]
    mentions: list[Sequence[Mention]] = [find_mentions(piece, entries, gazetteer) for piece in split.pieces]
    segments = _respell(split, mentions, evidence, gazetteer)
    rows = np.concatenate([segments, _add_evidence(mentions, evidence)])
    return _at_coordinates(_disambiguate(MentionFeatures(mentions, gazetteer), rows, len(texts)), texts, gazetteer)


def _at_coordinates(answers: Answers, texts: Sequence[str], gazetteer: Gazetteer) -> Answers:
    """Put texts that hold coordinates at the nearest place, whatever else they name."""
    at, rows = place_coordinates(texts, gazetteer)
    if len(at):
        answers.loc[at, ["kind", "confidence"]] = CITY, MOST_CONFIDENT
        answers.loc[at, "row"], answers.loc[at, "region"] = rows, gazetteer.region_number[rows]
        answers.loc[at, "country"], answers.loc[at, "near_name"] = gazetteer.country_number[rows], False
        answers.loc[at, ["alternatives", "candidates"]] = None
    return answers


def _disambiguate(features: MentionFeatures, rows: Numbers, texts: int) -> Answers:
    """Disambiguate texts in parts, so that memory stays small."""
    rows = rows[np.argsort(rows[:, TEXT], kind="stable")]
    starts = range(0, max(texts, 1), AT_ONCE)
    parts = np.split(rows, np.searchsorted(rows[:, TEXT], starts[1:]))
    answers = []
    for start, part in zip(starts, parts, strict=True):
        mentions = features.place(part - np.array([start, 0, 0, 0, 0, 0]))
        readings, rivals = disambiguate(mentions, features.senses)
        count = min(AT_ONCE, texts - start)
        answers.append(build_answers(readings, rivals, mentions, texts=count, gazetteer=features.senses.gazetteer))
    return pd.concat(answers, ignore_index=True)


def _add_evidence(mentions: list[Sequence[Mention]], evidence: Sequence[CountryEvidence]) -> Numbers:
    """Add a mention for every country that flags and columns name, and list where it belongs."""
    codes = sorted({code for _, code, _ in evidence})
    numbers = {code: number for number, code in enumerate(codes, len(mentions))}
    mentions += [[Mention(Entry({}, (), code), is_outside=True)] for code in codes]
    rows = [(text, numbers[code], segment, ADDRESS, address, 0) for text, code, (segment, address) in evidence]
    return np.array(rows, dtype="int64").reshape(-1, 6)


def _respell(
    split: Split, mentions: list[Sequence[Mention]], evidence: Sequence[CountryEvidence], gazetteer: Gazetteer
) -> Numbers:
    """Add to `mentions` how open pieces read by what their texts state; number the pieces of the segments."""
    is_open = np.array([not is_settled(*pair) for pair in zip(split.pieces, mentions, strict=True)], dtype=bool)
    at = np.flatnonzero(is_open[split.segments[:, PIECE]])
    stated = _stated(split.segments, np.unique(split.segments[at, TEXT]), mentions, evidence)
    rows = [(piece, stated[text]) for text, piece in split.segments[at, : PIECE + 1].tolist()]
    unsettled = {key: Unsettled(split.pieces[key[0]], mentions[key[0]], key[1]) for key in dict.fromkeys(rows)}
    respelt = respell(unsettled, gazetteer)
    numbers = {key: number for number, key in enumerate(respelt, len(mentions))}
    mentions += respelt.values()
    segments = split.segments.copy()
    segments[at, PIECE] = [numbers.get(key, key[0]) for key in rows]
    return np.column_stack([segments, _follows_name(split, is_open)])


def _follows_name(split: Split, is_open: Flags) -> Flags:
    """Tell which pieces follow, in their address, a name that is not found: a code there is of a region."""
    is_name = np.array([piece.words[0][:1].isupper() for piece in split.pieces], dtype=bool) & is_open
    text, piece, _, joint, address = split.segments.T
    same_address = (np.diff(text, prepend=NONE) == 0) & (np.diff(address, prepend=NONE) == 0)
    return np.asarray(same_address & (joint == ADDRESS) & is_name[np.roll(piece, 1)])


def _stated(
    segments: Numbers, texts: Numbers, mentions: Sequence[Sequence[Mention]], evidence: Sequence[CountryEvidence]
) -> dict[int, frozenset[str]]:
    """List the countries and regions that some texts name, in words, by code or by a flag."""
    # a region is a segment of its own
    areas = [
        {
            *(mention.entry.country for mention in piece_mentions if mention.entry.country),
            *(region for mention in piece_mentions if mention.fills_segment for region in mention.entry.regions),
        }
        for piece_mentions in mentions
    ]
    rows = segments[np.isin(segments[:, TEXT], texts)]
    stated: dict[int, set[str]] = {text: set() for text in texts.tolist()}
    for text, piece in rows[:, [TEXT, PIECE]].tolist():
        stated[text].update(areas[piece])
    for text, code, end in evidence:
        if text in stated and end != WHOLE_TEXT:
            stated[text].add(code)
    return {text: frozenset(codes) for text, codes in stated.items()}


def _country_code(country: str, entries: Mapping[str, Entry], gazetteer: Gazetteer) -> str | None:
    """Read a country column: a name, a code, or the name of a part of a country ("England")."""
    entry = entries.get(fold(country)) if country else None
    if not country or (entry and entry.country):
        return entry.country if entry else None
    code = gazetteer.code(country.strip())
    homes = {gazetteer.region_country[region] for region in entry.regions} if entry else set()
    return (code.country if code else None) or (homes.pop() if len(homes) == 1 else None)


def resolve_columns(frame: pd.DataFrame, gazetteer: Gazetteer) -> pd.DataFrame:
    """Find the place that columns `city`, `region` and `country` name; values may be slugs, codes, in any language.

    Columns that do not settle the place ("Austin, TX" as a city) are read as one text. A city that is not found in its
    country gives the region or the country, never a place in another country.

    Returns
    -------
    One row per row, in order, with the columns of `resolve`.
    """
    cells = frame.reindex(columns=[*PLACE_COLUMNS]).astype("object")
    texts = cells.where(cells.notna(), "").astype("str")
    columns = [texts[name].str.replace("_", " ", regex=False).str.strip() for name in PLACE_COLUMNS]
    codes, distinct = pd.factorize(pd.MultiIndex.from_arrays(columns))
    written = pd.DataFrame([*distinct], columns=[*PLACE_COLUMNS], dtype="object").astype("str")
    addresses = pd.DataFrame(
        {name: gazetteer.lost_letters.mend(values) for name, values in written.items()}, dtype="str"
    )
    entries = gazetteer.look_up(sorted({*fold_names(pd.unique(addresses.to_numpy().ravel()))} - {""}))
    countries = [_country_code(country, entries, gazetteer) for country in addresses["country"]]
    mentions: list[Sequence[Mention]] = [
        _address(values, code, entries, gazetteer)
        for values, code in zip(addresses.itertuples(index=False), countries, strict=True)
    ]
    rows = np.array([(text, text, 0, ADDRESS, 0, 0) for text in range(len(addresses))], dtype="int64").reshape(-1, 6)
    answers = _disambiguate(MentionFeatures(mentions, gazetteer), rows, len(addresses))
    return build_table(_settle(answers, addresses, countries, gazetteer).take(codes), gazetteer)


def _settle(
    answers: Answers, addresses: pd.DataFrame, countries: Sequence[str | None], gazetteer: Gazetteer
) -> Answers:
    """Read columns that do not settle the place as one text; it must stay in the country, where that is known."""
    kind, is_given = answers["kind"].to_numpy(), (addresses != "").to_numpy()
    precision = PRECISION[kind]
    open_rows = np.flatnonzero((is_given * PLACE_PRECISION).max(axis=1, initial=0) > precision)
    if not len(open_rows):
        return answers
    texts = [", ".join(filter(None, values)) for values in addresses.iloc[open_rows].itertuples(index=False)]
    codes = [countries[row] or "" for row in open_rows.tolist()]
    country_numbers, country_codes = pd.factorize(np.array(codes, dtype=object))
    read = _resolve_distinct(texts, list(country_codes), country_numbers, gazetteer)
    stays = _stays(read, np.array([gazetteer.country_numbers.get(code, NONE) for code in codes]), gazetteer)
    is_finer = stays & (PRECISION[read["kind"].to_numpy()] > precision[open_rows])
    result: Answers = pd.concat([answers.drop(index=open_rows[is_finer]), read.set_axis(open_rows)[is_finer]])
    return result.sort_index()


def _stays(read: Answers, country: Numbers, gazetteer: Gazetteer) -> Flags:
    """Tell which answers lie in a country, all places of them; any do where no country is known. Several are cities."""
    alternatives = read["alternatives"].reset_index(drop=True).dropna().str.split(";").explode()
    home = pd.Series(gazetteer.country_number, index=gazetteer.ids).reindex(alternatives.astype("int64"))
    is_abroad = home.to_numpy() != country[alternatives.index]
    all_inside = ~np.isin(np.arange(len(read)), alternatives.index[is_abroad])
    is_clear = (read["kind"].to_numpy() != MULTI) | (np.bincount(alternatives.index, minlength=len(read)) > 1)
    return np.asarray(is_clear & ((country == NONE) | ((read["country"].to_numpy() == country) & all_inside)))


def _address(
    values: tuple[str, ...], code: str | None, entries: Mapping[str, Entry], gazetteer: Gazetteer
) -> list[Mention]:
    """Read an address: all it can mean inside its country; nothing if that is not known."""
    city, region, country = values
    entry = entries.get(fold(city)) if city else None
    if (country and code is None) or (not country and _is_rather_text(city, entry, gazetteer)):
        return []
    inside = {} if entry is None else {home: places for home, places in entry.places.items() if code in (None, home)}
    # a column of cities may name an island or a state, one of countries a part ("England")
    part_entry, code_entry = entries.get(fold(country)), gazetteer.code(country)
    is_part = (
        part_entry is not None and part_entry.country is None and (code_entry is None or code_entry.country is None)
    )
    part = country if is_part else ""
    regions = _regions(region or part or ("" if inside else city), code, entries, gazetteer)
    meanings = {"city": Entry(inside), "region": Entry({}, regions), "country": Entry({}, (), code)}
    return [Mention(meaning, key=key, is_outside=key != "city") for key, meaning in meanings.items()]


def _is_rather_text(city: str, entry: Entry | None, gazetteer: Gazetteer) -> bool:
    """Tell whether a city without a country has the name or code of one, and no large city has it ("Brazil")."""
    code_entry = gazetteer.code(city)
    country = (entry.country if entry else None) or (code_entry.country if code_entry else None)
    return bool(country) and not any(
        gazetteer.population[row] >= CITY_NOT_COUNTRY
        for places in (entry.places.values() if entry else ())
        for _, row in places
    )


def _regions(text: str, code: str | None, entries: Mapping[str, Entry], gazetteer: Gazetteer) -> tuple[str, ...]:
    name_entry, code_entry = entries.get(fold(text)), gazetteer.code(text)
    region_ids = [region for entry in (name_entry, code_entry) if entry for region in entry.regions]
    return tuple(region for region in dict.fromkeys(region_ids) if code in (None, gazetteer.region_country[region]))
