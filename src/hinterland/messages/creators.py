"""What is said of and to creators: reasons to look again, whose they are, how to approach them, what they sell."""

from collections import Counter
from collections.abc import Mapping, Sequence
from math import isnan

from hinterland.messages import Notice

COLLABORATE = "could we collaborate? Is there room for a trade, or another way we can work together?"
# saturation above which its number tells nobody anything
PLENTY = 125.0
TENTH = 0.1


def worth_checking(signs: Sequence[str], quotes: Mapping[str, float], *, sure: bool) -> str:
    """Give the reasons to look at an account again; a lone faint sign is named as such. Never a verdict."""
    reasons = "; ".join(_sign(name, quotes) for name in signs)
    return f"worth checking, because {reasons}" if sure else f"one faint sign, counted for nothing: {reasons}"


def _sign(name: str, quotes: Mapping[str, float]) -> str:
    rate, peers = _percent(quotes["rate"]), _percent(quotes["peers"])
    words = {
        "low": f"its engagement of {rate} is far below the {peers} usual among its peers",
        "high": f"its engagement of {rate} is far above the {peers} usual among its peers",
        "talk": "it gets {talk:.3f} comments per like where its peers get {talk_peers:.3f}",
        "following": "it follows {following:,.0f} accounts and has {followers:,.0f} followers",
        "growth": "its followers grow by {growth:.0%} a month",
        "vendor": "the list's own credibility score is {vendor:.0%}",
    }
    return words[name].format_map(quotes)


def _percent(share: float) -> str:
    """Write a share with two digits that mean something."""
    return f"{100 * share:,.0f} %" if share >= TENTH else f"{100 * share:.2g} %"


def approach(mode: str, tier: str, *, has_fee: bool) -> str:
    """Say why a creator is approached this way."""
    if tier == "unknown":
        return "its size is unknown: ask what would suit before any price is named"
    if has_fee:
        return f"{tier} with a listed fee: open with a trade, the fee is known if it comes to that"
    words = {
        "trade": "{tier} without a listed fee: small creators often do not charge yet, so trade or gifting first",
        "trade + fee": "{tier}: mostly professional, so a trade with a fee beside it",
        "fee": "{tier}: a business of its own, so a fee",
    }
    return words[mode].format(tier=tier)


def opening(who: str, niche: str | None, market: str | None, mode: str) -> str:
    """Open a conversation: an offer to work together or trade, never a request for prices."""
    where = f" from {market}" if market else ""
    about = f"your posts on {niche}{where}" if niche else f"what you post{where}"
    offers = {
        "trade": f"{COLLABORATE[0].upper()}{COLLABORATE[1:]}",
        "trade + fee": "Could we collaborate? We would love to trade, and pay for your work where that is fairer.",
        "fee": "Could we collaborate? Tell us what kind of work you enjoy, and we will make you a paid offer.",
    }
    return f"Hi {who}, we like {about}. {offers[mode]}"


def reason(tier: str, place: tuple[str, str], saturation: float) -> str:
    """Say why this creator is on the list to write to; `place` is market and country, empty where unknown."""
    market, country = place
    if not market:
        return (
            f"{tier} creator in {country}, city unknown" if country else f"{tier} creator; the list does not say where"
        )
    if isnan(saturation):
        return f"{tier} creator in {market}"
    if saturation > PLENTY:
        return f"{tier} creator in {market}, where creators are plentiful"
    return f"{tier} creator in {market}, which has {saturation:,.0f} % of the creators a place its size should have"


def counted_rows() -> str:
    """Refuse a list that holds counts instead of people."""
    return "the list counts creators and names none; give a list with one row per creator"


def fees_of_the_list(creators: int, currency: str, slope: float) -> Notice:
    """Word that fee ranges come from the list's own prices."""
    return Notice(
        "own_fees",
        f"Fee ranges in {currency} are drawn from the {creators:,} prices in this list: "
        f"fees grow with followers to the power {slope:.2f}.",
    )


def fees_assumed(currency: str) -> Notice:
    """Word that fee ranges come from the preset."""
    return Notice(
        "preset_fees",
        f"The list has too few prices to learn from: fee ranges in {currency} are reach x price per thousand people of "
        "the preset, which spreads 2-3 times; replace it by your own with --assumptions.",
    )


def currency_assumed(currency: str) -> Notice:
    """Word that prices without currency were read as one."""
    return Notice("currency_assumed", f"Prices without a currency were read as {currency}.")


def conversions(what: str, tier: str, other_tier: str, ratio: tuple[float, float, float]) -> Notice:
    """Say whether two tiers do differently; `ratio` is middle, low and high of `tier` over `other_tier`."""
    middle, low, high = ratio
    if low <= 1 <= high:
        return Notice(
            "conversions",
            f"Your data cannot tell whether {tier} or {other_tier} creators bring more {what} "
            f"({middle:.1f}x, {low:.1f}-{high:.1f}).",
        )
    return Notice(
        "conversions",
        f"In your data, {tier} creators bring {middle:.1f}x the {what} of {other_tier} creators "
        f"({low:.1f}-{high:.1f}).",
    )


def nobody_to_write_to(creators: int) -> str:
    """Word that none of the creators wanted can be reached."""
    if creators == 0:
        return "no creator of the list is in the markets asked for; leave --market out, or name others"
    return f"none of the {creators:,} creators has a handle or an e-mail address: give a list with either"


def without_handle(creators: int) -> Notice:
    """Word how many creators cannot be written to."""
    return Notice("without_handle", f"{creators:,} creators have neither handle nor e-mail address and were left out.")


def contact_refused(creators: int) -> Notice:
    """Word how many creators are not written to because they did not agree to it."""
    return Notice(
        "contact_refused",
        f"{creators:,} creators asked not to be contacted, or gave no consent where the list has a column for it, "
        "and were left out.",
    )


def no_such_creators(numbers: Sequence[int]) -> str:
    """Refuse creators that are not of the list."""
    first = ", ".join(map(str, numbers[:3]))
    return f"creator_id {first} is not in this list: give the list, and the options, the plan was made with"


def no_plan_file(path: str, error: object) -> str:
    """Refuse a file that is no plan."""
    why = " ".join(str(error).split())
    return f"cannot read {path} as a plan ({why}): give the .csv or .parquet file `hinterland plan` wrote"


MOST_NAMED = 12


def brand_found(creators: int, placed: float, level: str) -> Notice:
    """Word how many creators of the list the brand already works with."""
    return Notice(
        "brand_found",
        f"Creators of the list that are the brand's own: {creators:,}; of them placed in a {level} market and "
        f"among the creators ranked: {placed:,.10g}.",
    )


def brand_nobody(lost: int, handles: int) -> Notice:
    """Word the handles that are not in the list."""
    return Notice("brand_nobody", f"{lost:,} of the {handles:,} handles of the brand's file match nobody in the list.")


def brand_later(marks: int) -> Notice:
    """Word the marks in rows that are not used."""
    return Notice(
        "brand_later",
        f"Marks of the brand in later rows of a creator, which are not used: {marks:,}. A creator is the brand's own "
        "only if the first of its rows is marked.",
    )


def brand_unclear(column: str, cells: int) -> str:
    """Refuse a column that holds anything but yes and no."""
    return (
        f"--brand {column}: {cells:,} cells of that column are neither yes nor no; "
        "write yes or no, or give a file of handles, one per line"
    )


def brand_unknown(brand: str, why: str) -> str:
    """Refuse what is neither a file nor a column."""
    return f"--brand {brand}: {why}; give a file of handles, one per line, or the name of a yes/no column of the list"


def nobody_in_segment(segment: Mapping[str, str], counts: Mapping[str, Counter[str]]) -> str:
    """Refuse a tier, platform or niche that no creator of the list is of, with those the list has."""
    folded = {name: {value.casefold() for value in values} for name, values in counts.items()}
    unknown = [name for name, value in segment.items() if value.casefold() not in folded[name]]
    if unknown:
        return "; ".join(_unknown(name, segment[name], counts[name]) for name in unknown)
    together = " and ".join(f"{name} {value!r}" for name, value in segment.items())
    return f"no creator of this list is of {together} at once: choose fewer of them"


def _unknown(name: str, value: str, counts: Counter[str]) -> str:
    if not counts:
        return f"{name} {value!r}: this list names no {name}, so none can be chosen"
    order = sorted(counts, key=lambda choice: (-counts[choice], choice))
    more = f" and {len(order) - MOST_NAMED:,} more" if len(order) > MOST_NAMED else ""
    names = ", ".join(f"{choice} ({counts[choice]:,})" for choice in order[:MOST_NAMED])
    return f"{name} {value!r}: no creator of this list is of that {name}; it has {names}{more}"
