import re
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hinterland.config import Assumptions
from hinterland.synthetic.sample import KINDS, make_accounts
from hinterland.vetting import estimate_peer_norms, measure_peers, merge_peers, vet
from hinterland.vetting.peers import logit
from lists import creators, from_accounts

PEERS = 200


def many(rate=0.03, **more):
    rates = rate * np.exp(np.linspace(-0.8, 0.8, PEERS))
    return [{"platform": "tiktok", "followers": 5_000.0, "engagement_rate": one} | more for one in rates]


def vetted(rows, **more):
    table = creators(*rows)
    return vet(table, estimate_peer_norms(measure_peers(table)), **more)


def test_a_list_that_tells_nothing_is_taken_at_its_word():
    found = vet(creators({"followers": 9_999.0}, {"followers": 10_000.0}, {}))
    assert list(found["tier"]) == ["nano", "micro", "unknown"]
    assert (found["credible_share"] == 1).all()
    assert not found["worth_checking"].any()
    assert (found["reasons"] == "").all()


def test_engagement_far_below_its_peers_is_worth_checking_and_discounted():
    found = vetted([*many(), {"platform": "tiktok", "followers": 5_000.0, "engagement_rate": 0.0005}])
    last = found.iloc[-1]
    assert last["worth_checking"]
    assert last["engagement_z"] < -3
    assert 0.1 <= last["credible_share"] < 0.6
    assert last["reasons"].startswith("its engagement of 0.05% is far below the ")
    assert not found["worth_checking"].iloc[:-1].any()


def test_the_vendors_share_wins_over_ours_and_a_low_one_is_a_reason():
    found = vet(creators({"credible_share": 0.6}, {"credible_share": 0.9, "followers": 10.0, "following": 9e3}))
    assert list(found["credible_share"]) == [0.6, 0.9]
    assert found["worth_checking"].all()
    assert "60%" in found["reasons"].iloc[0]


def test_one_faint_sign_changes_nothing_and_is_told():
    found = vet(creators({"followers": 90_000.0, "following": 2_000.0}))
    assert found["reasons"].iloc[0].startswith("minor sign, ignored")
    assert found["credible_share"].iloc[0] == 1


def test_two_faint_signs_are_worth_checking():
    found = vet(creators({"followers": 1_000.0, "following": 1_600.0, "growth": 0.25}))
    assert found["worth_checking"].all()
    assert found["credible_share"].iloc[0] == pytest.approx(1_000 / 1_600 * 1.2 / 1.25)


def test_bases_are_never_mixed():
    per_view = many(0.3, engagement_basis="per view")
    rows = [*many(0.03, engagement_basis="likes/followers"), *per_view]
    found = vetted(rows)
    assert found["engagement_z"].abs().max() < 3
    alone = vetted([*many(engagement_basis="likes/followers"), per_view[0]])
    assert np.isnan(alone["engagement_z"].iloc[-1])


def test_peers_without_preset_and_too_few_are_not_compared():
    assert vetted(many()[:10])["engagement_z"].isna().all()


def test_presets_of_other_platforms_wait_for_a_basis_per_follower():
    rows = [{"platform": "tiktok", "followers": 2_000.0, "engagement_rate": 0.0154, "engagement_basis": "unknown"}]
    assert np.isnan(vetted(rows)["engagement_z"].iloc[0])
    said = vetted([rows[0] | {"engagement_basis": "likes+comments/followers"}])
    assert said["engagement_z"].iloc[0] == pytest.approx(0, abs=0.05)


def test_one_country_is_one_group_however_it_is_written():
    names = ["US", "usa", "United States", "Vereinigte Staaten", "Brasil", "BRA", "br", "Nowhereland", None]
    table = creators(*(row for name in names for row in many(country=name)[:20]))
    found = estimate_peer_norms(measure_peers(table), assumptions=Assumptions())
    assert list(found.index.get_level_values("country").unique()) == ["", "br", "us"]


def test_a_country_with_enough_peers_has_a_usual_rate_of_its_own():
    calm, lively = many(0.01, country="DE"), many(0.06, country="BR")
    few = many(0.01, country="NO")[:10]
    table = creators(*calm, *lively, *few)
    found = estimate_peer_norms(measure_peers(table), assumptions=Assumptions())["middle"].droplevel(
        ["measure", "tier", "basis"]
    )
    assert list(found.index.get_level_values("country")) == ["", "br", "de"]
    everywhere, lively_ones, calm_ones = found
    assert calm_ones < everywhere < lively_ones
    # 200 of its own against 30 of the wider group
    assert calm_ones == pytest.approx((200 * logit(np.array(0.01)) + 30 * everywhere) / 230, abs=0.05)
    z = vet(table, estimate_peer_norms(measure_peers(table)))["engagement_z"]
    assert abs(z.iloc[: len(calm)].mean()) < 0.3
    assert abs(z.iloc[len(calm) : len(calm) + len(lively)].mean()) < 0.3


def test_a_small_group_is_drawn_to_the_preset_and_a_large_one_is_not():
    assumed = Assumptions()
    preset = float(logit(np.array(assumed.usual_engagement["instagram nano"])))
    for count, own in ((1, 1 / 31), (PEERS, PEERS / (PEERS + 30))):
        rows = [{"platform": "instagram", "followers": 2_000.0, "engagement_rate": 0.1}] * count
        middle = estimate_peer_norms(measure_peers(creators(*rows)), assumptions=assumed)["middle"].iloc[0]
        assert middle == pytest.approx(own * np.log(0.1 / 0.9) + (1 - own) * preset, abs=0.03)


def test_rates_are_worked_out_from_likes_and_comments_where_none_is_listed():
    found = vet(creators({"followers": 1_000.0, "likes": 40.0, "comments": 10.0}))
    assert found["engagement_rate"].iloc[0] == 0.05


def test_no_word_of_a_verdict_ever():
    rng = np.random.default_rng(1)
    accounts = make_accounts(3_000, rng)
    table = from_accounts(accounts, rng.choice(["instagram", "tiktok"], 3_000))
    reasons = " ".join(vet(table.assign(credible_share=0.3), estimate_peer_norms(measure_peers(table)))["reasons"])
    assert not re.search(r"fake|fraud|bot\b|cheat|bought|nan", reasons, re.IGNORECASE)


@settings(max_examples=25)
@given(st.integers(0, 2**32 - 1), st.lists(st.integers(0, 300), max_size=4))
def test_any_split_and_order_of_parts_gives_the_same_bytes(seed, cuts):
    rng = np.random.default_rng(seed)
    table = from_accounts(make_accounts(300, rng), rng.choice(["instagram", "tiktok"], 300))
    whole = measure_peers(table)
    edges = [0, *sorted(cuts), len(table)]
    parts = [measure_peers(table.iloc[low:high]) for low, high in pairwise(edges)]
    merged = merge_peers([parts[at] for at in rng.permutation(len(parts))])
    pd.testing.assert_frame_equal(whole, merged)
    shuffled = vet(table.iloc[rng.permutation(len(table))], estimate_peer_norms(merged)).sort_index()
    pd.testing.assert_frame_equal(vet(table, estimate_peer_norms(whole)), shuffled)


def test_planted_accounts_are_found_and_genuine_ones_left_in_peace():
    found = []
    for seed in range(3):
        rng = np.random.default_rng(seed)
        accounts = make_accounts(15_000, rng)
        table = from_accounts(accounts, rng.choice(["instagram", "tiktok", "youtube"], len(accounts)))
        before = table.copy()
        marked = vet(table, estimate_peer_norms(measure_peers(table)))["worth_checking"].to_numpy()
        pd.testing.assert_frame_equal(table, before)
        planted = (accounts["kind"] != "").to_numpy()
        found.append(((marked & planted).sum() / marked.sum(), (marked & planted).sum() / planted.sum()))
        assert marked[~planted].mean() < 0.02
        assert all(marked[(accounts["kind"] == kind).to_numpy()].mean() > 0.5 for kind in KINDS)
    precision, recall = np.mean(found, axis=0)
    assert precision >= 0.78
    assert recall >= 0.78


@settings(max_examples=50)
@given(st.integers(0, 2**32 - 1), st.floats(-12, 12), st.integers(1, 4))
def test_histograms_hold_what_numpy_counts_in_each_group(seed, level, groups):
    rng = np.random.default_rng(seed)
    likes = rng.integers(1, 1_000, 200).astype(float)
    comments = np.rint(likes * np.exp(level + rng.normal(0, 1, 200)))
    platform = rng.choice([f"platform {at}" for at in range(groups)], 200)
    rows = {"platform": platform, "followers": 5_000.0, "likes": likes, "comments": comments}
    peers = measure_peers(creators(*pd.DataFrame(rows).to_dict("records"))).loc["comments to likes"]
    ratio = np.log((comments + 0.5) / (likes + 0.5))
    assert peers["creators"].sum() == 200
    for name in np.unique(platform):
        counts = peers["creators"].xs(name, level="platform").groupby(level="bin").sum()
        bins, expected = np.unique(np.floor(32 * ratio[platform == name]).astype(int), return_counts=True)
        assert dict(counts[counts > 0]) == dict(zip(bins.tolist(), expected.tolist(), strict=True))


def test_more_comments_than_likes_everywhere_is_compared_all_the_same():
    rows = [
        {"platform": platform, "followers": 5_000.0, "likes": 10.0, "comments": 90.0}
        for platform in "ab"
        for _ in [0] * 40
    ]
    peers = measure_peers(creators(*rows)).loc["comments to likes", "creators"]
    assert peers.groupby(level="platform").sum().to_dict() == {"a": 40, "b": 40}
