"""Every number the analysis assumes, with unit and source; each can be replaced for a run."""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field, ValidationInfo, field_validator

from hinterland.config.base import FrozenConfig
from hinterland.config.platforms import canonical_platform
from hinterland.config.settings import LARGER, SMALL_TOWN, SMALLER
from hinterland.errors import SettingsError

if TYPE_CHECKING:
    import pandas as pd

TIERS: Mapping[str, Mapping[str, float]] = {
    "industry": {"nano": 0, "micro": 10_000, "mid": 50_000, "macro": 500_000, "mega": 1_000_000},
    "article": {"micro": 0, "mid": 5_000, "macro": 500_000, "mega": 1_000_000},
    "hypeauditor": {"nano": 0, "micro": 5_000, "mid": 20_000, "macro": 100_000, "mega": 1_000_000},
}

Share = Annotated[float, Field(ge=0, le=1)]


def assume(default: float, unit: str, source: str) -> Any:  # noqa: ANN401 - a dataclass-style field specifier
    """One assumed number: its default, its unit, and where it comes from."""
    return Field(default=default, description=source, json_schema_extra={"unit": unit})


def presets(default: Mapping[str, float], unit: str, source: str) -> Any:  # noqa: ANN401 - as `assume`
    """Several assumed numbers of one kind by name; a TOML table of the same name replaces single ones."""
    return Field(default=default, description=source, json_schema_extra={"unit": unit})


class Assumptions(FrozenConfig):
    """Every assumed number; replace any of them for one run."""

    underserved_below: Share = assume(
        0.5, "share of expected creators", "under-served means less than half; a choice of words"
    )
    class_false_share: Share = assume(
        0.10,
        "share",
        "false discoveries allowed in a class (Benjamini & Hochberg 1995, 10.1111/j.2517-6161.1995.tb02031.x)",
    )
    class_certainty: Share = assume(0.80, "probability", "least certainty of each single call; a choice")
    under_served_at: float = assume(80, "% of expected", "smaller gaps are not worth acting on, however sure; a choice")
    over_saturated_at: float = assume(125, "% of expected", "the mirror image of 80 %")
    interval: Share = assume(0.90, "probability", "width of every interval shown; the custom of decision reports")
    widest: float = assume(
        3.0, "times", "an interval from below a third to above three times what is expected decides nothing; a choice"
    )
    slope_prior: float = assume(
        1.1,
        "exponent",
        "between work in general and creative work in cities (1.0 and 1.15-1.27, Bettencourt et al. 2007, "
        "10.1073/pnas.0610172104), near communication's (1.12, Schlaepfer et al. 2014, 10.1098/rsif.2013.0789)",
    )
    slope_prior_sd: float = assume(
        0.15, "exponent", "the spread of those exponents: four in five published ones lie within 0.9 and 1.3; a choice"
    )
    spread_prior: float = assume(
        0.8, "ln creators", "spread between countries, worth one country; a choice between even and tenfold differences"
    )
    country_slope_sd: float = assume(
        0.1, "exponent", "spread of slopes between countries, worth one country; a choice; 0 gives all the same slope"
    )
    single_country_sd: float = assume(
        10.0, "ln creators", "keeps a level finite where a handful of creators cannot tell it; a choice"
    )
    covariate_prior_sd: float = assume(
        1.0, "ln creators", "effect of one standard deviation of a country's trait; deliberately weak"
    )
    spill_km: Mapping[str, float] = presets(
        {"nano": 10, "micro": 20, "mid": 40, "macro": 80, "mega": 160, "unknown": 20},
        "km",
        "how far an audience spreads around its creator, by tier: the smaller the more local; a choice",
    )
    spill_decay: float = assume(
        2.0, "exponent of distance", "the form is Huff 1964, 10.2307/1249154; the exponent a choice"
    )
    spill_farthest: float = assume(4.0, "multiple of spill_km", "beyond it no audience is looked for; a choice")
    dispersion_prior: float = assume(
        3.0, "k", "a choice: OECD metro patents give 0.8, even trades far more; read it with its spread"
    )
    dispersion_prior_sd: float = assume(1.0, "ln k", "a factor of 2.7 either way; deliberately weak")
    dispersion_tilt_sd: float = assume(
        0.15, "ln k per ln people", "larger cities may be more or less alike; weak; 0 keeps k the same for all sizes"
    )
    dispersion_cap: float = assume(200.0, "k", "beyond it cities differ by chance only")
    trim_share: Share = assume(
        0.01, "share of markets", "the largest are left out of the size curve: they are the ones suspected"
    )
    trim_share_check: Share = assume(0.05, "share of markets", "share left out in a second fit, which tests the first")
    trim_minimum: int = assume(300, "markets", "below it there are too few markets to leave any out")
    country_minimum: int = assume(10, "markets", "a country with fewer others keeps its giants in its own level")
    grid_below: float = assume(5, "creators", "below it a country's level is too skewed for a normal approximation")
    evidence_high_ratio: float = assume(
        3.0, "upper over lower end", "an interval within a factor of 3 is high evidence; a choice"
    )
    evidence_medium_ratio: float = assume(
        9.0, "upper over lower end", "an interval within a factor of 9 is medium evidence, beyond it low; a choice"
    )
    population_error: float = assume(
        0.25,
        "sd of ln population",
        "between two counts of the same metro: half of the bundled ones lie within a factor of 1.2 of the United "
        "Nations' (World Urbanization Prospects), a tenth beyond 1.7 (SOURCES.md); where the geography gives no value",
    )
    population_error_wide: float = assume(
        0.05, "sd of ln population", "of whole regions and countries, which censuses count; a choice"
    )
    platform_reach: Mapping[str, Share] = presets(
        {},
        "share of internet users by country code and platform, such as 'RU instagram'",
        "none: what is published stands with its sources in the table platform_reach.csv, and can be replaced; that "
        "a blocked platform reaches nobody is a choice",
    )
    audience_winsor: Share = assume(
        0.10, "share", "each tail of audience sizes drawn in before the mean is taken; a choice"
    )
    audience_shrinkage: float = assume(
        30, "creators", "a country's mean audience with this many creators counts half; a choice"
    )
    audience_unknown: float = assume(
        10_000, "people", "audience of a creator whose list gives no follower counts; the edge between nano and micro"
    )
    place_certainty: float = assume(
        2.0,
        "look-ups",
        "how sure the probabilities of a doubtful place are: as if so many such names had been looked up; a choice",
    )
    coarse_shrinkage: float = assume(
        30, "creators", "a region's share of creators who name no place in it counts half with this many; a choice"
    )
    weights_certainty: float = assume(
        20, "Dirichlet draws", "how sure a user is of weights: one of 50 % wanders between 32 and 68 %; a choice"
    )
    smaller_from: float = assume(
        50_000, "residents", "lower end of 'smaller cities'; UN Demographic Yearbook size class"
    )
    smaller_to: float = assume(
        1_000_000, "residents", "upper end of 'smaller cities'; UN World Urbanization Prospects size class"
    )
    language_spoken_from: Share = assume(
        0.3, "share of people", "a language this many speak at home counts as one of the brand's; a choice"
    )
    language_effect: float = assume(
        0.49,
        "ln audience, from nobody to everybody speaking a language of the home countries",
        "median of the published effects of a common language on trade (Head & Mayer 2014, table 4, all gravity, "
        "10.1016/B978-0-444-54314-1.00003-3; the figure is taken from others who copied that table); that audiences "
        "follow trade is a choice",
    )
    income_elasticity: float = assume(
        0.85,
        "ln audience per ln income per head",
        "median of the published elasticities of trade to the buyer's GDP (the same table, by the same way), taken for "
        "income per head, which is a choice",
    )
    distance_elasticity: float = assume(
        -0.31,
        "ln audience per ln km",
        "-0.89, the median for trade (the same table, by the same way), less the 65 % by which distance matters less "
        "online (Lendle et al. 2012, World Bank working paper 6253, abstract)",
    )
    market_minimum: int = assume(15_000, "residents", "smallest market of the bundled geography")
    snap_km: float = assume(3.0, "km", "generalised outlines miss this much of a coast")
    nearest_place_km: float = assume(50.0, "km", "a point farther from every known place is nowhere")
    centre_rows: int = assume(
        5, "rows", "one coordinate pair for all rows of a country, at least this many, is the country's centre"
    )
    unusable_warning: Share = assume(
        0.34, "share of rows", "one profile location in three is no place; more is unusual"
    )
    steep_warning: float = assume(
        1.4, "exponent", "no published urban exponent is so large (Bettencourt et al. 2007, 10.1073/pnas.0610172104)"
    )
    misplaced_warning: Share = assume(
        0.05,
        "share of creators who may live elsewhere than counted",
        "with twice as many misplaced in planted worlds, 86 % of the 90 % ranges hold the truth; a choice",
    )
    moran_warning: float = assume(0.1, "Moran's I", "above it neighbours are no longer independent evidence; a choice")

    usual_engagement: Mapping[str, float] = presets(
        {
            "instagram nano": 0.0219,
            **dict.fromkeys(("instagram micro", "instagram mid", "instagram macro", "instagram mega"), 0.0158),
            "tiktok nano": 0.0154,
            "tiktok micro": 0.0089,
            "tiktok mid": 0.0078,
            "tiktok macro": 0.0114,
            "tiktok mega": 0.0119,
            "youtube nano": 0.0110,
            "youtube micro": 0.0043,
            "youtube mid": 0.0025,
            "youtube macro": 0.0020,
            "youtube mega": 0.0015,
        },
        "likes and comments per follower",
        "Instagram nano: Statista 2023; from 20,000 followers: HypeAuditor blog 2018 (1.54-1.62 %); micro as those: a "
        "choice. TikTok, YouTube: geometric middles of the band called average on modash.io (TikTok: March 2023, 117 "
        "million accounts; YouTube: 8 million); not used where a list does not say that its rates are per follower",
    )
    engagement_spread: float = assume(
        0.8, "logit", "spread of engagement among like creators, where a file cannot tell it; a choice"
    )
    peers_shrinkage: float = assume(
        30, "creators", "the file's own median counts half beside a preset with this many peers; a choice"
    )
    min_peers: int = assume(30, "creators", "fewest peers to be compared with, without preset; a choice")
    flag_z: float = assume(2.5, "z", "engagement this far from its peers is a sign: 1 genuine account in 80")
    clear_flag_z: float = assume(3.1, "z", "a sign clear by itself: 1 genuine account in 500")
    following_many: float = assume(1_500, "accounts", "more is a sign of follow-for-follow (GRIN, Modash help)")
    growth_fast: Share = assume(0.20, "per month", "faster growth is a sign of bought followers (HypeAuditor AQS help)")
    credible_low: Share = assume(0.75, "share", "a vendor's credibility below this is a sign (Modash help)")
    credible_least: Share = assume(0.1, "share", "signs are no proof: this much of an audience always counts; a choice")
    reach_rate: Mapping[str, float] = presets(
        {"nano": 0.377, "micro": 0.229, "mid": 0.229, "macro": 0.229, "mega": 0.191},
        "people reached by a post per follower",
        "minter.io blog 2019, medians of 3 million Instagram posts by size; for other platforms a choice",
    )
    cpm: Mapping[str, float] = presets(
        {
            "nano": 14,
            "micro": 25,
            "mid": 30,
            "macro": 39,
            "mega": 57,
            "tiktok nano": 6.3,
            "tiktok micro": 12,
            "tiktok mid": 17,
            "tiktok macro": 28,
            "tiktok mega": 45,
            "youtube nano": 22,
            "youtube micro": 32,
            "youtube mid": 51,
            "youtube macro": 60,
            "youtube mega": 75,
        },
        "USD per thousand people reached",
        "geometric middles of the ranges of influencerradar.com, 2024 (TikTok; YouTube micro and mid; Instagram: "
        "between them and the 100 USD per 10,000 followers of inbeat.co, 2024, at reach_rate: the former alone give "
        "small accounts a third of what others publish); TikTok mega, YouTube nano, macro and mega, and Instagram's "
        "for other platforms: a choice",
    )
    cpm_country: Mapping[str, float] = presets({}, "multiple of cpm by country code", "1 everywhere; a choice")
    fee_ratio: float = assume(2.5, "highest fee over lowest", "published fees of like creators spread 2-3 times")
    fee_interval: Share = assume(0.80, "probability", "how many like creators ask a fee within the range; a choice")
    fee_slope_sd: float = assume(0.3, "exponent", "fees grow with followers to the power 1, give or take; a choice")
    fee_level_sd: float = assume(1.0, "ln fee", "a list's fees are 2.7 times the preset's, or a third; a choice")
    least_fee: float = assume(1.0, "units of money", "nobody asks for less; a choice")
    listed_ratio: float = assume(1.25, "times", "a listed fee is an opening, in either direction; a choice")
    growth_reliability: Share = assume(
        0.5, "share", "how much of what sets one creator's monthly growth apart lasts a year; a choice"
    )
    first_mover_most: float = assume(
        1.0,
        "share of the price",
        "no larger saving is shown: growth that doubles prices in a year seldom lasts; a choice",
    )
    lock_in_months: float = assume(12, "months", "how long a price agreed now is kept; a choice")

    @field_validator(
        "usual_engagement", "reach_rate", "cpm", "cpm_country", "spill_km", "platform_reach", mode="before"
    )
    @classmethod
    def _over_presets(cls, entries: object, info: ValidationInfo) -> object:
        """Let a TOML table replace single entries."""
        return {**cls.model_fields[str(info.field_name)].default, **entries} if isinstance(entries, dict) else entries

    @field_validator("platform_reach")
    @classmethod
    def _names_country_and_platform(cls, shares: Mapping[str, float]) -> Mapping[str, float]:
        wrong = [key for key in shares if not re.fullmatch(r"[A-Z]{2} \S.*", key)]
        if wrong:
            raise SettingsError(
                "{name!r} is not a country code with a platform; write it like 'RU instagram'", name=wrong[0]
            )
        return {f"{key[:2]} {canonical_platform(key[3:])}": share for key, share in shares.items()}

    @field_validator("usual_engagement", "cpm")
    @classmethod
    def _names_platforms(cls, presets: Mapping[str, float]) -> Mapping[str, float]:
        """Let platforms go by their one name: "twitter micro" is "x micro"."""
        parts = [(*key.rpartition(" ")[::2], value) for key, value in presets.items()]
        return {f"{canonical_platform(platform)} {tier}".strip(): value for platform, tier, value in parts}

    def smaller(self, population: "pd.Series[float]") -> "pd.Series[bool]":
        """Say which populations are those of smaller cities.

        Parameters
        ----------
        population
            Residents.

        Returns
        -------
        True from `smaller_from` to `smaller_to` residents.
        """
        return population.between(self.smaller_from, self.smaller_to)

    def size_band(self, population: "pd.Series[float]") -> "pd.Series[str]":
        """Return the size band of each population: small town, smaller or larger; empty where it is missing.

        Parameters
        ----------
        population
            Residents.

        Returns
        -------
        "small town", "smaller", "larger" or "".
        """
        smaller = self.smaller(population).map({True: SMALLER, False: LARGER})
        return smaller.mask(population < self.smaller_from, SMALL_TOWN).mask(population.isna(), "").astype("str")

    @property
    def tails(self) -> tuple[float, float]:
        """Give the lower and the upper probability of every interval shown."""
        return (1 - self.interval) / 2, (1 + self.interval) / 2


def list_numbers() -> Mapping[str, tuple[str, str]]:
    """List unit and source of every single number that is assumed, by name; tables of numbers are left out."""
    return {
        name: (str(field.json_schema_extra["unit"]), str(field.description))
        for name, field in Assumptions.model_fields.items()
        if isinstance(field.default, int | float) and isinstance(field.json_schema_extra, dict)
    }
