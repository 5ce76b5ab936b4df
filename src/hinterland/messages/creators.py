"""What is said of and to creators: reasons to look again, whose they are, how to approach them, what they sell."""

from collections import Counter
from collections.abc import Mapping, Sequence
from math import isnan

from hinterland.language import Country, Notice, Text, later
from hinterland.messages import ASSUMPTIONS, BRAND, join_faults, list_names, name_level, name_place

# saturation above which its number tells nobody anything
PLENTY = 125.0
SIGNS = {
    "low": later("its engagement of {rate:~%} is far below the {peers:~%} usual among its peers"),
    "high": later("its engagement of {rate:~%} is far above the {peers:~%} usual among its peers"),
    "talk": later("it gets {talk:.3f} comments per like where its peers get {talk_peers:.3f}"),
    "following": later("it follows {following} accounts and has {followers} followers"),
    "growth": later("its followers grow by {growth:%} a month"),
    "vendor": later("the list's own credibility score is {vendor:%}"),
}
APPROACHES = {
    "trade": later("{tier} without a listed fee: small creators often do not charge yet, so trade or gifting first"),
    "trade + fee": later("{tier}: mostly professional, so a trade and a fee"),
    "fee": later("{tier}: usually a full-time business, so expect a fee"),
}
OFFERS = {
    "trade": later(
        "Could we collaborate? Is there room for a trade, or another way we can work together?",
    ),
    "trade + fee": later(
        "Could we collaborate? We would love to trade, and pay for your work where that is fairer.",
    ),
    "fee": later("Could we collaborate? Tell us what kind of work you enjoy, and we will make you a paid offer."),
}
MEASURES = {
    "orders per click": later("orders per click"),
    "clicks per 1,000 followers": later("clicks per 1,000 followers"),
    "orders per 1,000 followers": later("orders per 1,000 followers"),
    "revenue per follower": later("revenue per follower"),
    "revenue per unit of cost": later("revenue per unit of cost"),
}


def worth_checking(signs: Sequence[str], quotes: Mapping[str, float], *, sure: bool) -> Text:
    """Give the reasons to look at an account again; a lone faint sign is named as such. Never a verdict."""
    reasons = [Text(SIGNS[name], **quotes) for name in signs]
    if sure:
        return Text("{reasons:;}", reasons=reasons)
    return Text("minor sign, ignored: {reasons:;}", reasons=reasons)


def approach(mode: str, tier: str, *, has_fee: bool) -> Text:
    """Say why a creator is approached this way."""
    if tier == "unknown":
        return Text("size unknown: ask what would suit them before you name a price")
    if has_fee:
        return Text("{tier} with a listed fee: offer a trade first; if that fails, you know the fee", tier=tier)
    return Text(APPROACHES[mode], tier=tier)


def opening(who: str, niche: str | None, market: str | None, mode: str) -> Text:
    """Open a conversation: an offer to work together or trade, never a request for prices."""
    offer = Text(OFFERS[mode])
    if niche and market:
        return Text(
            "Hi {who}, we like your posts on {niche} from {market}. {offer}",
            who=who,
            niche=niche,
            market=market,
            offer=offer,
        )
    if niche:
        return Text("Hi {who}, we like your posts on {niche}. {offer}", who=who, niche=niche, offer=offer)
    if market:
        return Text("Hi {who}, we like what you post from {market}. {offer}", who=who, market=market, offer=offer)
    return Text("Hi {who}, we like what you post. {offer}", who=who, offer=offer)


def reason(tier: str, place: tuple[str, Country | None], saturation: float) -> Text:
    """Say why this creator is on the list to write to; `place` is market and country, empty where unknown."""
    name, country = place
    market = name_place(name, country)
    if not market and not country:
        return Text("{tier} creator; the list does not say where", tier=tier)
    if not market:
        return Text("{tier} creator {country:in}, city unknown", tier=tier, country=country)
    if isnan(saturation):
        return Text("{tier} creator {market:in}", tier=tier, market=market)
    if saturation > PLENTY:
        return Text("{tier} creator {market:in}, where creators are plentiful", tier=tier, market=market)
    return Text(
        "{tier} creator {market:in}, which has {share:%} of the creators a place its size should have",
        tier=tier,
        market=market,
        share=saturation / 100,
    )


def counted_rows() -> Text:
    """Refuse a list that holds counts instead of people."""
    return Text("the list counts creators and names none; give a list with one row per creator")


def fees_of_the_list(creators: int, currency: str, slope: float) -> Notice:
    """Word that fee ranges come from the list's own prices."""
    return Notice(
        "own_fees",
        "Fee ranges in {currency} are estimated from the {prices} prices in this list: fees grow with followers to the "
        "power {slope:.2f}.",
        currency=currency,
        prices=creators,
        slope=slope,
    )


def fees_assumed(currency: str) -> Notice:
    """Word that fee ranges come from the preset."""
    return Notice(
        "preset_fees",
        "The list has too few prices to learn from: fee ranges in {currency} are reach x an assumed price per thousand "
        "people, and may be two to three times too low or too high. Replace them by your own: {assumptions}.",
        currency=currency,
        assumptions=ASSUMPTIONS,
    )


def currency_assumed(currency: str) -> Notice:
    """Word that prices without currency were read as one."""
    return Notice("currency_assumed", "Prices without a currency were read as {currency}.", currency=currency)


def conversions(what: str, tier: str, other_tier: str, ratio: tuple[float, float, float]) -> Notice:
    """Say whether two tiers do differently; `ratio` is middle, low and high of `tier` over `other_tier`."""
    middle, low, high = ratio
    values = {"tier": tier, "other_tier": other_tier, "what": Text(MEASURES[what])}
    values |= {"middle": middle, "low": low, "high": high}
    if low <= 1 <= high:
        return Notice(
            "conversions",
            "Your data cannot tell whether {tier} or {other_tier} creators bring more {what} ({middle:.1f}x, "
            "{low:.1f}-{high:.1f}).",
            **values,
        )
    return Notice(
        "conversions",
        "In your data, {tier} creators bring {middle:.1f}x the {what} of {other_tier} creators ({low:.1f}-{high:.1f}).",
        **values,
    )


def nobody_to_write_to(creators: int) -> Text:
    """Word that none of the creators wanted can be reached."""
    if creators == 0:
        return Text("no creator of the list is in these markets, or in the plan: choose others, or all")
    return Text(
        "the only creator has neither handle nor e-mail address: give a list with either",
        "none of the {count} creators has a handle or an e-mail address: give a list with either",
        count=creators,
    )


def without_handle(creators: int) -> Notice:
    """Word how many creators cannot be written to."""
    return Notice(
        "without_handle",
        "{count} creator has neither handle nor e-mail address and was left out.",
        "{count} creators have neither handle nor e-mail address and were left out.",
        count=creators,
    )


def contact_refused(creators: int) -> Notice:
    """Word how many creators are not written to because they did not agree to it."""
    return Notice(
        "contact_refused",
        "{count} creator asked not to be contacted, or gave no consent where the list has a column for it, and was "
        "left out.",
        "{count} creators asked not to be contacted, or gave no consent where the list has a column for it, and were "
        "left out.",
        count=creators,
    )


def no_such_creators(numbers: Sequence[int]) -> Text:
    """Refuse creators that are not of the list."""
    return Text(
        "creator_id {ids} is not in this list: give the list, and the options, the plan was made with",
        ids=[str(number) for number in numbers[:3]],
    )


def no_plan_file(path: str, error: object) -> Text:
    """Refuse a file that is no plan."""
    return Text(
        "cannot read {file} as a plan ({fault}): give the .csv or .parquet file `hinterland plan` wrote",
        file=path,
        fault=" ".join(str(error).split()),
    )


MOST_NAMED = 12


def brand_found(creators: int, placed: float, level: str) -> Notice:
    """Word how many creators of the list the brand already works with."""
    return Notice(
        "brand_found",
        "Creators of the list who work with the brand: {creators}. Of these, {placed} are placed in {level} and "
        "counted in the ranking.",
        creators=creators,
        placed=placed,
        level=name_level(level),
    )


def brand_nobody(lost: int, handles: int) -> Notice:
    """Word the handles that are not in the list."""
    return Notice(
        "brand_nobody",
        "{lost} of the {handles} handles in the brand's file match nobody in the list.",
        lost=lost,
        handles=handles,
    )


def brand_later(marks: int) -> Notice:
    """Word the marks in rows that are not used."""
    return Notice(
        "brand_later",
        "{count} mark of the brand is in a later row of a creator and does not count: only the first row of a creator "
        "is used.",
        "{count} marks of the brand are in later rows of a creator and do not count: only the first row of a creator "
        "is used.",
        count=marks,
    )


def brand_unclear(column: str, cells: int) -> Text:
    """Refuse a column that holds anything but yes and no."""
    return Text(
        "{control} {column}: {count} cell of that column is neither yes nor no; write yes or no, or give a file of "
        "handles, one per line",
        "{control} {column}: {count} cells of that column are neither yes nor no; write yes or no, or give a file of "
        "handles, one per line",
        control=BRAND,
        column=column,
        count=cells,
    )


def brand_unknown(brand: str, fault: Text) -> Text:
    """Refuse what is neither a file nor a column."""
    return Text(
        "{control} {brand}: no file of that name, and {fault}; give a file of handles, one per line, or the name of a "
        "yes/no column of the list",
        control=BRAND,
        brand=brand,
        fault=fault,
    )


SEGMENTS = {"tier": later("tier"), "platform": later("platform"), "niche": later("niche")}


def nobody_in_segment(segment: Mapping[str, str], counts: Mapping[str, Counter[str]]) -> Text:
    """Refuse a tier, platform or niche that no creator of the list is of, with those the list has."""
    folded = {name: {value.casefold() for value in values} for name, values in counts.items()}
    unknown = [name for name, value in segment.items() if value.casefold() not in folded[name]]
    if unknown:
        return join_faults([_unknown(name, segment[name], counts[name]) for name in unknown])
    together = [Text("{trait} {value!r}", trait=Text(SEGMENTS[name]), value=value) for name, value in segment.items()]
    return Text("no creator of this list is of {segment:and} at once: choose fewer of them", segment=together)


def _unknown(name: str, value: str, counts: Counter[str]) -> Text:
    trait = Text(SEGMENTS[name])
    if not counts:
        return Text("{trait} {value!r}: this list names no {trait}, so none can be chosen", trait=trait, value=value)
    order = sorted(counts, key=lambda choice: (-counts[choice], choice))
    choices = [Text("{choice} ({creators})", choice=choice, creators=counts[choice]) for choice in order]
    return Text(
        "{trait} {value!r}: no creator of this list is of that {trait}; it has {choices}",
        trait=trait,
        value=value,
        choices=list_names(choices, MOST_NAMED),
    )
