"""The sample list: about 30,000 made-up creators over real metros, with the truth beside it.

Everything is drawn from one seed: handles are built from word lists, locations are the names of real markets
written the ways people write them. New York, Los Angeles and San Francisco are planted with three times the
creators of a place their size, and 25 metros of 50,000 to 1,000,000 people with a seventh; no larger metro has
fewer than expected, as brands and creators crowd into the large ones.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import gamma

from hinterland.reference import load_markets
from hinterland.schemas import MARKETS

Floats = NDArray[np.float64]
Planter = Callable[[pd.DataFrame, np.random.Generator], pd.DataFrame]

PLANTED_SHARE = 0.05
USUAL_FOLLOWERS, FOLLOWERS_SPREAD, LEAST, MOST = 9.2, 1.25, 800, 6e6
USUAL_ENGAGEMENT, ENGAGEMENT_SLOPE, ENGAGEMENT_SPREAD = -3.3, -0.12, 0.55
USUAL_TALK, TALK_SPREAD = -3.6, 0.6
FEE_LISTED, FEE_LEVEL, FEE_SLOPE, FEE_SPREAD = 0.25, -3.6, 0.92, 0.4
# of ten genuine accounts one lives by following back
FOLLOWS_BACK = 0.1


def make_accounts(count: int, rng: np.random.Generator) -> pd.DataFrame:
    """Draw accounts: followers, following, engagement, likes, comments, growth per month, fee, and `kind`.

    `kind` is empty for the genuine ones, and names how the others were made to look larger.

    Returns
    -------
    One row per account: followers, following, engagement (a fraction of followers), talk (comments per like), growth (a
    fraction), fee (missing for about three in four), kind, comments and likes.
    """
    genuine = _draw_genuine(count, rng)
    planted = rng.random(count) < PLANTED_SHARE
    kind = np.where(planted, rng.choice(list(KINDS), count), "")
    groups: list[pd.DataFrame] = [
        genuine.loc[kind == ""],
        *(plant(genuine.loc[kind == name], rng) for name, plant in KINDS.items()),
    ]
    accounts: pd.DataFrame = pd.concat(groups).sort_index().assign(kind=kind)
    reactions = accounts["engagement"] * accounts["followers"]
    comments = reactions * accounts["talk"] / (1 + accounts["talk"])
    return accounts.assign(comments=comments.round(), likes=(reactions - comments).round())


def _draw_genuine(count: int, rng: np.random.Generator) -> pd.DataFrame:
    followers = np.clip(np.exp(rng.normal(USUAL_FOLLOWERS, FOLLOWERS_SPREAD, count)), LEAST, MOST)
    middle = USUAL_ENGAGEMENT + ENGAGEMENT_SLOPE * (np.log(followers) - USUAL_FOLLOWERS)
    fee = np.exp(FEE_LEVEL + FEE_SLOPE * np.log(followers) + rng.normal(0, FEE_SPREAD, count))
    follows_back = rng.random(count) < FOLLOWS_BACK
    return pd.DataFrame(
        {
            "followers": followers,
            "following": np.exp(rng.normal(6.2, 0.7, count) + follows_back),
            "engagement": 1 / (1 + np.exp(-rng.normal(middle, ENGAGEMENT_SPREAD))),
            "talk": np.exp(rng.normal(USUAL_TALK, TALK_SPREAD, count)),
            "growth": rng.normal(0.02, 0.03, count),
            "fee": np.where(rng.random(count) < FEE_LISTED, fee.round(-1).clip(10), np.nan),
        }
    )


def _add_bought_followers(accounts: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Add bought followers, who never react: six to sixty times the real ones."""
    times = np.exp(rng.uniform(np.log(6), np.log(60), len(accounts)))
    return accounts.assign(
        followers=(accounts["followers"] * times).clip(upper=MOST), engagement=accounts["engagement"] / times
    )


def _add_burst(accounts: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Buy followers right now: growth jumps, engagement is diluted a little."""
    growth = rng.uniform(0.25, 1.2, len(accounts))
    return accounts.assign(growth=growth, engagement=accounts["engagement"] / (1 + 2 * growth))


def _add_follow_for_follow(accounts: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Follow thousands, who follow back and do not look."""
    following = rng.uniform(2_000, 7_500, len(accounts))
    followers = following * rng.uniform(0.5, 1.1, len(accounts))
    return accounts.assign(following=following, followers=followers, engagement=accounts["engagement"] * 0.4)


def _add_pod_reactions(accounts: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Trade reactions in a group: too many of them, and too much talk."""
    times = rng.uniform(4, 10, len(accounts))
    talk = accounts["talk"] * rng.uniform(4, 15, len(accounts))
    return accounts.assign(engagement=(accounts["engagement"] * times).clip(upper=0.9), talk=talk)


def _add_bought_likes(accounts: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Add bought followers and bought likes: engagement looks usual, but nobody says a word."""
    return accounts.assign(
        followers=(accounts["followers"] * 3).clip(upper=MOST),
        talk=accounts["talk"] / rng.uniform(8, 40, len(accounts)),
    )


KINDS: Mapping[str, Planter] = MappingProxyType(
    {
        "bought followers": _add_bought_followers,
        "burst of followers": _add_burst,
        "follow for follow": _add_follow_for_follow,
        "engagement pod": _add_pod_reactions,
        "bought likes": _add_bought_likes,
    }
)


CREATORS = 30_000
COUNTRIES = (
    *("US", "CA", "MX", "BR", "AR", "CO", "CL", "PE", "EC", "GB", "IE", "FR", "DE", "ES", "PT", "IT", "NL"),
    *("BE", "PL", "SE", "DK", "NO", "FI", "HU", "RO", "GR", "CZ", "AT", "CH", "TR", "EG", "MA", "NG", "GH"),
    *("KE", "ZA", "AE", "SA", "IN", "PK", "BD", "ID", "PH", "TH", "VN", "MY", "JP", "KR", "AU", "NZ"),
)
CROWDED = ("metro:5128581", "metro:5368361", "metro:5391959")
CROWDED_BY, OPEN_BY = 3.0, 1 / 7
OPEN_METROS, OPEN_FROM, OPEN_TO, OPEN_EXPECTED = 25, 50_000, 1_000_000, 14
# creators crowd into the largest places: the reason for this program
LARGEST_SHARE, LARGEST_BY = 0.01, 1.8
MILLION, THOUSAND = 1e6, 1e3
EXPONENT, SAMENESS, SPREAD = 1.12, 4.0, 0.6
PLATFORMS, PLATFORM_SHARES = ("instagram", "tiktok", "youtube"), (0.55, 0.33, 0.12)
NICHES = (
    "beauty",
    "fashion",
    "fitness",
    "food",
    "travel",
    "gaming",
    "parenting",
    "tech",
    "music",
    "home",
    "art",
    "pets",
)
FIRST = (
    "luna",
    "kai",
    "mara",
    "theo",
    "noa",
    "ivy",
    "sol",
    "remy",
    "juno",
    "ari",
    "lio",
    "zuri",
    "mika",
    "enzo",
    "cleo",
)
SECOND = ("bakes", "moves", "wears", "roams", "plays", "paints", "tests", "cooks", "lifts", "styles", "grows", "films")
NOWHERE = ("Earth", "everywhere", "she/her", "internet", "🌍", "somewhere sunny", "link below", "DM for collabs")


@dataclass(frozen=True)
class SampleList:
    """The list as a user would have it, and what was planted.

    `truth` holds saturation (1 = as expected) per metro, `planted` the kind of every account made to look fake.
    """

    creators: pd.DataFrame
    truth: pd.DataFrame
    planted: pd.DataFrame


def make_sample(metros: pd.DataFrame, *, seed: int = 20_260) -> SampleList:
    """Draw the sample list over the MARKETS table of metros.

    Parameters
    ----------
    metros
        MARKETS table; only metros of COUNTRIES have creators.

    Returns
    -------
    The list, and what was planted in it: the same for the same seed.
    """
    rng = np.random.default_rng(seed)
    covered = MARKETS.check(metros)[metros["country_code"].isin(COUNTRIES)].sort_index()
    truth = _plant_truth(covered, rng)
    home = covered.loc[rng.permutation(np.repeat(truth.index, rng.poisson(truth["expected"] * truth["saturation"])))]
    creators, accounts = _describe_creators(home.reset_index(), rng)
    planted = pd.DataFrame({"username": creators["username"], "kind": accounts["kind"]}).query("kind != ''")
    return SampleList(creators, truth, planted.reset_index(drop=True))


def write_sample(folder: Path) -> None:
    """Make the bundled sample list anew: `creators.csv`, its `truth.csv` and the `planted_accounts.csv`."""
    sample = make_sample(load_markets("metro", min_population=15_000))
    folder.mkdir(parents=True, exist_ok=True)
    sample.creators.to_csv(folder / "creators.csv", index=False, lineterminator="\n")
    sample.truth.round(4).to_csv(folder / "truth.csv", lineterminator="\n")
    sample.planted.to_csv(folder / "planted_accounts.csv", index=False, lineterminator="\n")


def _plant_truth(metros: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    country, codes = pd.factorize(metros["country_code"], sort=True)
    level = rng.normal(0, SPREAD, len(codes))[country]
    expected = np.exp(level + EXPONENT * np.log(metros["internet_users"].to_numpy(float)))
    saturation = pd.Series(rng.gamma(SAMENESS, 1 / SAMENESS, len(metros)), metros.index)
    largest = metros["internet_users"].nlargest(int(np.ceil(LARGEST_SHARE * len(metros)))).index
    saturation[largest] *= LARGEST_BY
    expected = pd.Series(expected * CREATORS / (expected * saturation).sum(), metros.index)
    eligible = metros.index[metros["population"].between(OPEN_FROM, OPEN_TO) & (expected >= OPEN_EXPECTED)]
    open_metros = rng.choice(eligible, min(OPEN_METROS, len(eligible)), replace=False)
    crowded = metros.index[metros.index.isin(CROWDED)]
    saturation[open_metros] = OPEN_BY
    saturation[crowded] = CROWDED_BY
    planted = pd.Series("chance", metros.index)
    planted[open_metros], planted[crowded] = "under-served", "over-saturated"
    return pd.DataFrame(
        {"market": metros["market"], "planted": planted, "saturation": saturation, "expected": expected}
    )


def _describe_creators(home: pd.DataFrame, rng: np.random.Generator) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Give every creator what an export holds, and say beside it which accounts were made to look fake, and how."""
    accounts = make_accounts(len(home), rng)
    count = len(home)
    columns = {
        "synthetic": "yes",
        "username": _make_handles(count, rng),
        "platform": rng.choice(PLATFORMS, count, p=PLATFORM_SHARES),
        "niche": rng.choice(NICHES, count),
        # some counts in full, some with thousands separators, some short
        "followers": [*map(_write_count, accounts["followers"].astype(float), rng.choice(3, count, p=(0.6, 0.1, 0.3)))],
        "following": accounts["following"].astype(int),
        "engagement_rate": (100 * accounts["engagement"]).round(2),
        "avg_likes": accounts["likes"].astype(int),
        "avg_comments": accounts["comments"].astype(int),
        "monthly_growth": (100 * accounts["growth"]).round(1).astype(str) + "%",
        "fee": accounts["fee"],
        "location": _write_locations(home, rng),
    }
    return pd.DataFrame(columns), accounts


def _make_handles(count: int, rng: np.random.Generator) -> list[str]:
    first, second = rng.choice(FIRST, count), rng.choice(SECOND, count)
    return [
        f"{prefix}.{suffix}.{number:05d}"
        for prefix, suffix, number in zip(first, second, rng.permutation(count), strict=True)
    ]


def _write_count(size: float, way: int) -> str:
    if way == 0:
        return str(int(size))
    if way == 1:
        return f"{int(size):,}"
    return f"{size / MILLION:.1f}M" if size >= MILLION else f"{size / THOUSAND:.1f}K"


def _write_locations(home: pd.DataFrame, rng: np.random.Generator) -> list[str]:
    """Write each home as profiles do: mostly city and country, some vague, some no place at all."""
    styles = ["city_country", "city_region", "city", "pinned", "lower", "country", "none", "empty"]
    way = rng.choice(styles, len(home), p=(0.34, 0.2, 0.1, 0.1, 0.08, 0.09, 0.05, 0.04))
    nowhere = rng.choice(NOWHERE, len(home))
    columns = (home[name].fillna("") for name in ("market", "region", "country"))
    return [_write_location(*row) for row in zip(way, nowhere, *columns, strict=True)]


def _write_location(way: str, nowhere: str, city: str, region: str, country: str) -> str:
    texts = {
        "city_country": f"{city}, {country}",
        "city_region": f"{city}, {region}" if region else city,
        "city": city,
        "pinned": f"📍 {city} | {country}",
        "lower": f"{city.lower()} {country.lower()}",
        "country": country,
        "none": nowhere,
        "empty": "",
    }
    return texts[way]


PER_RESIDENT = 1 / 4_000
TOWNS = 400
EXPECTED = (2, 10, 50, 250)


def even_towns(*, seed: int = 0) -> pd.DataFrame:
    """Draw towns that all truly have the same creators per head.

    Returns
    -------
    One row per town: residents, creators, creators_per_100k.
    """
    rng = np.random.default_rng(seed)
    residents = np.exp(rng.uniform(np.log(5_000), np.log(5_000_000), TOWNS)).round()
    creators = rng.poisson(residents * PER_RESIDENT)
    return pd.DataFrame(
        {"residents": residents, "creators": creators, "creators_per_100k": 100_000 * creators / residents}
    )


def half_of_expected(*, dispersion: float = 3.0, interval: float = 0.9) -> pd.DataFrame:
    """Give the posterior of markets that have half of the creators expected.

    Returns
    -------
    One row per market: expected, creators, saturation, saturation_low, saturation_high (percent of expected).
    """
    expected = np.array(EXPECTED, dtype=float)
    shape, rate = dispersion + expected / 2, dispersion + expected
    low, high = (100 * gamma.ppf(tail, shape, scale=1 / rate) for tail in ((1 - interval) / 2, (1 + interval) / 2))
    return pd.DataFrame(
        {
            "expected": expected,
            "creators": expected / 2,
            "saturation": 100 * shape / rate,
            "saturation_low": low,
            "saturation_high": high,
        }
    )
