"""The people of an analysed list: one row per creator, and whom to write to. Handles appear only here."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from hinterland import reference
from hinterland.conversions import find_conversions
from hinterland.errors import InputError, SettingsError, UnknownNameError
from hinterland.language import IN_ENGLISH, Country, Language, Notice
from hinterland.messages import creators as creator_messages
from hinterland.messages import no_such_market
from hinterland.offers import opening_lines
from hinterland.pipeline.creators import People, list_people
from hinterland.schemas import CREATORS, OPTIONAL_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from hinterland.analysis.inputs import AnalyzedList

RESULT_COLUMNS = (
    *("tier", "engagement_rate", "engagement_z", "credible_share", "reasons", "market_id", "market", "saturation"),
    *("offer_mode", "fee_low", "fee_high", "currency", "first_mover_saving", "offer_why", "worth_checking"),
    *("first_mover_saving_low", "first_mover_saving_high"),
)
AS_PARSED = tuple(name for name in (*CREATORS.columns, *OPTIONAL_COLUMNS) if name not in {*RESULT_COLUMNS, "creators"})
MAIL = (
    *("handle", "platform", "name", "email", "niche", "tier", "followers", "market_id", "market", "country_code"),
    *("reason", "opening_line", "offer_mode", "offer_why", "fee_low", "fee_high", "currency", "reasons"),
    "creator_id",
)
DIGITS = {"engagement_rate": 4, "engagement_z": 2, "credible_share": 2, "saturation": 1, "growth": 4}


def find_people(analysis: AnalyzedList, *, level: str | None = None, language: Language = IN_ENGLISH) -> People:
    """Pass over an analysed list once more, and say of each creator what it is like and how to approach it.

    Raises
    ------
    InputError
        When rows of the list are counts.
    """
    findings = analysis.findings
    creators, geography = analysis.creator_input, analysis.geography
    level = level or findings.level
    return list_people(creators, geography, findings.settings, findings.assumptions, level=level, language=language)


def creators_table(analysis: AnalyzedList, people: People) -> pd.DataFrame:
    """Lay out one row per creator: the list's columns as parsed, then what was judged, in the order of the contract.

    Parameters
    ----------
    people
        Of this analysis, as `find_people` gives them.

    Returns
    -------
    One row per creator of the countries the run is about: creator_id; the columns of the list that hold anything; tier,
    engagement_rate (fraction), engagement_z, credible_share (0-1), reasons; market_id, market, saturation (percent of
    expected); offer_mode, fee_low and fee_high (in `currency`), first_mover_saving with its range (fractions as text,
    or "unknown"), offer_why, worth_checking ("yes" or "no").
    """
    parsed = [name for name in AS_PARSED if name in people.creators and people.creators[name].notna().any()]
    table = _of_countries(analysis, people.creators)[parsed].join(_results(analysis, people))
    for name in ("first_mover_saving", "first_mover_saving_low", "first_mover_saving_high"):
        # where fees fall, locking them in saves nothing
        saving = table[name].clip(lower=0.0).map("{:.3f}".format)
        table[name] = saving.where(table[name].notna(), "unknown").astype("str")
    return table.reset_index()[["creator_id", *parsed, *RESULT_COLUMNS]].round(DIGITS)


def outreach_table(
    analysis: AnalyzedList,
    people: People,
    *,
    markets: Sequence[str] = (),
    creator_ids: Collection[int] | None = None,
    language: Language = IN_ENGLISH,
) -> tuple[pd.DataFrame, tuple[Notice, ...]]:
    """List whom to write to, best market first: one row per creator that can be reached, with a first line to each.

    With `markets` only the creators there; with `creator_ids`, those of a plan say, only these.

    Parameters
    ----------
    people
        Of this analysis, as `find_people` gives them.
    markets
        Ids of markets; all without them.
    creator_ids
        Rows of the list to keep, from 1; all of them if None.

    Returns
    -------
    The table, columns of MAIL: who and where, reason, opening_line, how to approach and fees (in `currency`); then how
    many have neither handle nor address, and how many refuse to be contacted.

    Raises
    ------
    UnknownNameError
        For a market that is not of this analysis.
    SettingsError
        For a creator that is not in its list.
    InputError
        When nobody can be written to.
    """
    if unknown := [market_id for market_id in markets if market_id not in analysis.ranking.index]:
        raise UnknownNameError(no_such_market(unknown))
    if strangers := set(creator_ids or ()) - set(people.creators.index):
        raise SettingsError(creator_messages.no_such_creators(sorted(strangers)))
    parsed = _of_countries(analysis, people.creators).drop(columns=list(RESULT_COLUMNS), errors="ignore")
    texts = {name: _text(parsed, name) for name in ("name", "email", "do_not_contact")}
    table = parsed.assign(**texts).join(_results(analysis, people))
    selection = table.loc[table["market_id"].isin(markets)] if markets else table
    selection = selection if creator_ids is None else selection.loc[selection.index.isin(creator_ids)]
    refused = selection["do_not_contact"] == "yes"
    willing = selection.loc[~refused]
    reachable = willing.loc[willing["handle"].notna() | willing["email"].notna()]
    if reachable.empty:
        raise InputError(creator_messages.nobody_to_write_to(len(selection)))
    mail = reachable.assign(
        reason=_reasons(reachable, language),
        opening_line=opening_lines(reachable, _market_names(analysis, reachable), reachable["name"], language),
        market_rank=analysis.ranking["rank"].reindex(reachable["market_id"]).to_numpy(float, na_value=np.inf),
    ).sort_values(["market_rank", "creator_id"])
    silent = (creator_messages.without_handle(len(willing) - len(reachable)),) if len(reachable) < len(willing) else ()
    notices = (*silent, *((creator_messages.contact_refused(int(refused.sum())),) if refused.any() else ()))
    return mail.reset_index()[list(MAIL)].round(DIGITS), notices


def _of_countries(analysis: AnalyzedList, creators: pd.DataFrame) -> pd.DataFrame:
    """Keep the creators of the countries a run is about."""
    codes = analysis.findings.settings.countries
    return creators.loc[creators["country_code"].isin(codes)] if codes else creators


def first_lines(analysis: AnalyzedList, people: People, language: Language = IN_ENGLISH) -> pd.Series[str]:
    """Write the first line to each creator, as the mail merge has it; by creator_id.

    Parameters
    ----------
    analysis
        The analysed list.
    people
        Its creators, as `find_people` gives them.
    language
        In which the lines are written.

    Returns
    -------
    A text by creator_id.
    """
    names = _text(people.creators, "name")
    return opening_lines(people.offers, _market_names(analysis, people.creators), names, language)


def _market_names(analysis: AnalyzedList, creators: pd.DataFrame) -> pd.Series[str]:
    """Name each creator's market as those who live there do: without region, and not at all where it is a country."""
    names = analysis.ranking["market"].where(analysis.ranking["level"] != "country")
    return names.reindex(creators["market_id"]).astype("str").set_axis(creators.index)


def sales_notices(people: People) -> tuple[Notice, ...]:
    """Say what the list's own sales show of small creators against large ones."""
    return find_conversions(people.creators).notices


def _results(analysis: AnalyzedList, people: People) -> pd.DataFrame:
    at = analysis.ranking[["label", "saturation"]].reindex(people.creators["market_id"])
    # two significant digits: a range of fees deserves no more
    fees = people.offers[["fee_low", "fee_high"]]
    step = 10.0 ** (np.floor(np.log10(fees.clip(lower=0.01))) - 1)
    results = people.offers.assign(
        market_id=people.creators["market_id"],
        market=at["label"].astype("str").to_numpy(),
        saturation=at["saturation"].to_numpy(float),
        worth_checking=people.offers["worth_checking"].map({True: "yes", False: "no"}),
        **fees.div(step).round().mul(step).round(4),
    )
    return results[list(RESULT_COLUMNS)]


def _text(creators: pd.DataFrame, name: str) -> pd.Series[str]:
    return creators[name].astype("str") if name in creators else pd.Series(index=creators.index, dtype="str")


def _reasons(creators: pd.DataFrame, language: Language) -> pd.Series[str]:
    names = reference.load_countries()["country"]
    countries = {str(code): Country(str(code), name) for code, name in names.items()}
    places = zip(creators["market"].fillna("").astype(str), creators["country_code"].map(countries.get), strict=True)
    rows = zip(creators["tier"].astype(str), places, creators["saturation"], strict=True)
    return pd.Series([language.render(creator_messages.reason(*row)) for row in rows], creators.index, dtype="str")
