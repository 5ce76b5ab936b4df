"""Twin markets: planted pairs are found, distances are symmetric and add up."""

import numpy as np
import pandas as pd
import pytest

from hinterland.errors import UnknownNameError
from hinterland.schemas import MARKETS, MIX
from hinterland.similar_markets import FAMILIES, WEIGHTS, explain_twins, find_twins

PAIRS = 150
LANGUAGES = ("en", "es", "pt", "fr", "de", "ar", "hi", "id", "ja", "ru", "sw", "tr")


def planted(seed, creators=60):
    """Plant pairs of markets that share size, income, language and creators, each with some noise."""
    rng = np.random.default_rng(seed)
    size, income = rng.normal(12, 1.2, PAIRS), rng.normal(9.8, 0.8, PAIRS)
    language = rng.choice(LANGUAGES, PAIRS)
    continent = rng.choice(["EU", "AS", "AF", "SA"], PAIRS)
    tastes = {family: rng.dirichlet(np.ones(kinds), PAIRS) for family, kinds in zip(FAMILIES, (8, 4, 5), strict=True)}
    pair = np.repeat(np.arange(PAIRS), 2)
    ids = pd.Index([f"city:{number}" for number in range(2 * PAIRS)], name="market_id")
    markets = pd.DataFrame(
        {
            "market": "a town",
            "region": "",
            "country": "",
            "country_code": [f"C{number}" for number in range(2 * PAIRS)],
            "level": "city",
            "boundary_kind": "",
            "latitude": 0.0,
            "longitude": 0.0,
            "population": np.exp(size[pair]),
            "internet_users": np.exp(size[pair] + rng.normal(0, 0.15, 2 * PAIRS)),
            "gdp_per_head_ppp": np.exp(income[pair] + rng.normal(0, 0.15, 2 * PAIRS)),
            "languages": language[pair],
            "continent": continent[pair],
        },
        index=ids,
    )
    return MARKETS.check(markets), mixed(rng, ids, tastes, pair, creators)


def mixed(rng, ids, tastes, pair, creators):
    seen = rng.poisson(creators, len(ids))
    rows = [
        (ids[at], family, f"kind {kind}", number * 1_000_000)
        for family, shares in tastes.items()
        for at in range(len(ids))
        for kind, number in enumerate(rng.multinomial(seen[at], shares[pair[at]]))
        if number
    ]
    table = pd.DataFrame(rows, columns=[*MIX.key, "creators_millionths"])
    return MIX.check(table.set_index(list(MIX.key)))


def top_five_share(seed, creators=60):
    markets, mix = planted(seed, creators)
    found = 0
    for at, market_id in enumerate(markets.index):
        found += markets.index[at ^ 1] in find_twins(market_id, markets, mix).index[:5]
    return found / len(markets)


def test_planted_twins_are_among_the_first_five():
    shares = [top_five_share(seed) for seed in range(2)]
    assert min(shares) >= 0.8


@pytest.mark.long
def test_planted_twins_in_twenty_worlds():
    shares = {creators: [top_five_share(seed, creators) for seed in range(20)] for creators in (5, 20, 60)}
    print({creators: (np.mean(of), min(of)) for creators, of in shares.items()})  # noqa: T201
    assert min(shares[60]) >= 0.8


def test_distances_are_symmetric_and_their_parts_add_up():
    markets, mix = planted(3)
    first, second = markets.index[[0, 7]]
    there, back = find_twins(first, markets, mix), find_twins(second, markets, mix)
    assert there.loc[second, "distance"] == pytest.approx(back.loc[first, "distance"], rel=1e-12)
    assert there["distance"].to_numpy() == pytest.approx(there[list(WEIGHTS)].sum(axis=1).to_numpy())
    assert there["distance"].is_monotonic_increasing
    assert first not in there.index


def test_the_same_market_twice_is_no_distance():
    markets, mix = planted(4)
    copy = markets.rename(index={"city:0": "city:copy"}).loc[["city:copy"]]
    own = mix.loc[["city:0"]].rename(index={"city:0": "city:copy"})
    twins = find_twins("city:0", pd.concat([markets, copy]), pd.concat([mix, own]))
    assert twins.index[0] == "city:copy"
    assert twins["distance"].iloc[0] == pytest.approx(0, abs=1e-6)


def test_without_creators_or_income_there_are_twins_all_the_same():
    markets, _ = planted(5)
    twins = find_twins("city:0", markets.assign(gdp_per_head_ppp=np.nan, languages=""), MIX.empty())
    assert twins["distance"].notna().all()
    assert (twins[["niche", "platform", "tier"]] == 0).all(axis=None)


def test_a_market_with_nobody_online_is_as_far_as_one_with_a_single_person():
    markets, mix = planted(6)
    nobody = markets.assign(internet_users=markets["internet_users"].where(markets.index != "city:5", 0))
    single = markets.assign(internet_users=markets["internet_users"].where(markets.index != "city:5", 1))
    pd.testing.assert_frame_equal(find_twins("city:0", nobody, mix), find_twins("city:0", single, mix))


def test_unknown_markets_are_named():
    markets, mix = planted(6)
    with pytest.raises(UnknownNameError, match="atlantis"):
        find_twins("atlantis", markets, mix)


def test_a_twin_is_explained_with_the_numbers_of_the_table():
    markets, mix = planted(7)
    markets.loc["city:0", ["internet_users", "gdp_per_head_ppp", "languages", "continent"]] = [
        200_000,
        9_000,
        "pt",
        "SA",
    ]
    markets.loc["city:1", ["internet_users", "gdp_per_head_ppp", "languages", "continent"]] = [
        300_000,
        np.nan,
        "en;pt",
        "AF",
    ]
    twins = find_twins("city:0", markets, mix).loc[["city:1"]]
    said = explain_twins("city:0", twins, markets).iloc[0]
    assert said.startswith(
        "300,000 internet users against 200,000 (50% more); income unknown; "
        "languages in common: Portuguese; another continent; "
    )
    assert said.count("creators") == 3
