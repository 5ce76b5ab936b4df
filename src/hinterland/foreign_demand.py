"""Markets abroad: what language, income and distance let expect of an audience there, beside what there is."""

from collections.abc import Collection

import numpy as np
import pandas as pd

from hinterland.config import Assumptions
from hinterland.errors import SettingsError
from hinterland.geo import EARTH_RADIUS_KM, on_sphere
from hinterland.messages import HOME
from hinterland.schemas import ABROAD, MARKETS, SATURATION

# a country is no nearer than this: half the width of a small one
NEAREST_KM = 100.0


def profile_countries(
    markets: pd.DataFrame,
    incomes: "pd.Series[float]",
    languages: pd.DataFrame,
    *,
    home: Collection[str],
    assumptions: Assumptions,
) -> pd.DataFrame:
    """Describe each country as seen from the home countries: language, income, distance.

    Parameters
    ----------
    markets
        MARKETS table: where people live.
    incomes
        GDP per head at purchasing power, in dollars, by country_code.
    languages
        Share of people who speak each language: country_code, language, share (0-1).
    home
        Codes of the countries where the brand sells.

    Returns
    -------
    Table by country_code: language_share, the share of people who speak the most spoken of the home languages, and
    shared_language, which that is; income_per_head (dollars); distance_km, from where most people live to the nearest
    home country's.

    Raises
    ------
    SettingsError
        When none of the home countries has markets.
    """
    MARKETS.check(markets)
    centres = _find_centres(markets)
    homes = centres.loc[centres.index.isin(list(home))]
    if homes.empty:
        raise SettingsError(
            "without home countries no country is abroad: say where the brand sells with {home}", home=HOME
        )
    spoken = languages[
        languages["country_code"].isin(list(home)) & (languages["share"] >= assumptions.language_spoken_from)
    ]
    shared = languages[languages["language"].isin(spoken["language"])].sort_values(["share", "language"])
    most = shared.drop_duplicates("country_code", keep="last").set_index("country_code")
    chords = np.linalg.norm(centres.to_numpy()[:, None, :] - homes.to_numpy()[None, :, :], axis=2).min(axis=1)
    return pd.DataFrame(
        {
            "language_share": most["share"].reindex(centres.index).fillna(0.0),
            "shared_language": most["language"].reindex(centres.index).astype("str"),
            "income_per_head": incomes.reindex(centres.index).astype(float),
            "distance_km": 2 * EARTH_RADIUS_KM * np.arcsin(np.minimum(chords / 2, 1.0)),
        }
    )


def _find_centres(markets: pd.DataFrame) -> pd.DataFrame:
    """Find the middle of the people of each country, as a point of the unit sphere."""
    spots = on_sphere(markets["longitude"].to_numpy(float), markets["latitude"].to_numpy(float))
    weighted = pd.DataFrame(spots * markets["population"].to_numpy(float)[:, None]).groupby(
        markets["country_code"].to_numpy()
    )
    sums = weighted.sum()
    return sums.div(np.linalg.norm(sums, axis=1), axis=0).rename_axis("country_code")


def predict_draw(profiles: pd.DataFrame, *, assumptions: Assumptions) -> "pd.Series[float]":
    """Predict how strongly a country is drawn to the brand, per person, as a multiple of a country in the middle.

    ln g = language_effect x share + income_elasticity x ln(income / middle) + distance_elasticity x ln(km / middle);
    an unknown income counts as the middle one.

    Parameters
    ----------
    profiles
        As `profile_countries` gives them.
    """
    income = profiles["income_per_head"].fillna(profiles["income_per_head"].median())
    distance = profiles["distance_km"].clip(lower=NEAREST_KM)
    logs = (
        assumptions.language_effect * profiles["language_share"]
        + assumptions.income_elasticity * np.log(income / income.median())
        + assumptions.distance_elasticity * np.log(distance / distance.median())
    )
    draw: pd.Series[float] = np.exp(logs)
    return draw


def count_effective(audience: pd.DataFrame) -> pd.DataFrame:
    """Sum creators' audiences by country, and say how many whole creators' audiences each sum is worth.

    People who follow one creator come together: a sum of audiences tells no more than as many creators as would give
    it at the mean audience, weighted by itself.

    Parameters
    ----------
    audience
        creator_id, country_code, people.

    Returns
    -------
    Table by country_code: people; creators, the sum in mean audiences.
    """
    sizes = audience.groupby("creator_id")["people"].sum()
    mean = float((sizes**2).sum() / sizes.sum()) if sizes.sum() else 1.0
    people = audience.groupby("country_code")["people"].sum()
    return pd.DataFrame({"people": people, "creators": people / mean})


def put_side_by_side(
    ranking: pd.DataFrame, profiles: pd.DataFrame, presence: pd.DataFrame | None, present: pd.DataFrame | None
) -> pd.DataFrame:
    """Lay out what is known of each ranked market abroad, in the order of the ranking; nothing is made one score.

    Parameters
    ----------
    ranking
        A national RANKING table with unmet_low and unmet_high, of markets outside the home countries.
    profiles
        As `profile_countries` gives them.
    presence
        SATURATION table by country_code, whose creators are the audience there is; None where splits are unknown.
    present
        As `count_effective` gives it, or None.

    Returns
    -------
    ABROAD table by market_id.
    """
    code = ranking["country_code"]
    table = ranking[["rank", "market", "country", "country_code", "population", "size_band", "class"]].assign(
        unmet_audience=ranking["unmet_audience"],
        unmet_audience_low=ranking["unmet_low"],
        unmet_audience_high=ranking["unmet_high"],
        **{str(name): profiles[name].reindex(code).to_numpy() for name in profiles},
    )
    for name in ("present_audience", "predicted_audience", "presence", "presence_low", "presence_high"):
        table[name] = np.nan
    if presence is not None and present is not None:
        SATURATION.check(presence.rename_axis("market_id"))
        scale = float(present["people"].sum() / present["creators"].sum())
        table = table.assign(
            present_audience=code.map(present["people"]).fillna(0.0),
            predicted_audience=code.map(presence["expected_creators"]) * scale,
            presence=code.map(presence["saturation"]),
            presence_low=code.map(presence["saturation_low"]),
            presence_high=code.map(presence["saturation_high"]),
        )
    return ABROAD.check(table)
