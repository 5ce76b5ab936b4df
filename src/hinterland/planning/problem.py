"""A plan's problem: what is asked for, and as numbers what choices cost and reach, what markets hold, and the rules."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from types import MappingProxyType
from typing import Literal, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import Field, model_validator
from scipy import sparse
from scipy.special import gammaincinv

from hinterland.config import Assumptions, FrozenConfig, Names, Share
from hinterland.errors import SettingsError
from hinterland.language import Control
from hinterland.messages.plans import CONTROLS, MAX_CREATORS, MIN_CREATORS, MUST, NEVER

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]

# sums of money that differ by less than this share are one sum
ROUNDING = 1e-9
# share of followers that sees one post, by tier; `Scenario.reach` replaces single ones
REACH: Mapping[str, float] = MappingProxyType(dict(Assumptions().reach_rate))


class Scenario(FrozenConfig):
    """One plan's budget and limits; every field may stand in a scenario file (TOML).

    `rates` says what one unit of another currency is worth in the plan's; `reach` the share of a creator's followers
    that sees a post, by tier, where it is to replace the preset; `must`, `never` and `only` are market ids, `only` the
    markets the plan may choose from beside those of `must`, if not from all. A text is parted at its commas.
    """

    budget: float = Field(gt=0)
    currency: str = "USD"
    rates: Mapping[str, float] = Field(default_factory=dict)
    price: Literal["low", "middle", "high"] = "middle"
    tiers: Names = ()
    must: Names = ()
    never: Names = ()
    only: Names = ()
    min_creators: int = Field(default=0, ge=0)
    max_creators: int | None = Field(default=None, ge=1)
    max_markets: int | None = Field(default=None, ge=1)
    market_share: Share = 1.0
    country_share: Share = 1.0
    cost_per_creator: float = Field(default=0, ge=0)
    recruit: str | None = "micro"
    reach: Mapping[str, Share] = Field(default_factory=dict)
    time_limit: float = Field(default=30, gt=0)
    gap: Share = 0.01

    @classmethod
    def _control(cls, path: Sequence[str | int]) -> str | Control:
        """Name a limit by its option, its label or its keyword; what only a file can set, by its key."""
        return CONTROLS.get(str(path[0])) or super()._control(path)

    @model_validator(mode="after")
    def _limits_in_order(self) -> Self:
        if self.max_creators is not None and self.max_creators < self.min_creators:
            raise SettingsError("{most} is below {least}", most=MAX_CREATORS, least=MIN_CREATORS)
        if both := sorted(set(self.must) & set(self.never)):
            raise SettingsError("{markets} cannot be in {must} and in {never}", markets=both, must=MUST, never=NEVER)
        return self


@dataclass(frozen=True)
class BudgetShare:
    """No group of choices may cost more than `cap`; `group` numbers the group of each choice, from 0."""

    limit: str
    group: Counts
    cap: float


@dataclass(frozen=True)
class Rules:
    """Limits of a plan: money, creators per chosen market, number of chosen markets, markets that must be chosen."""

    budget: float
    least: int = 0
    most: int | None = None
    markets: int | None = None
    must: tuple[int, ...] = ()
    shares: tuple[BudgetShare, ...] = ()

    @property
    def choosing(self) -> bool:
        """Whether it matters which markets count as chosen."""
        return self.least > 0 or self.markets is not None


@dataclass(frozen=True)
class Problem:
    """Choices (creators, or recruits of which several can be had) against markets.

    Parameters
    ----------
    price, units, home
        Of each choice: money for one, how many can be had, position of the market it is in.
    reach
        People one unit reaches, (choices, markets), sparse.
    widths, worths
        People to win in each market and what each is worth, in steps of falling worth, (markets, steps).
    """

    price: Floats
    units: Counts
    home: Counts
    reach: sparse.csr_array
    widths: Floats
    worths: Floats
    rules: Rules = field(default_factory=lambda: Rules(np.inf))

    @cached_property
    def edges(self) -> Floats:
        """People below each step, (markets, steps)."""
        return np.cumsum(self.widths, axis=1) - self.widths

    @property
    def markets(self) -> int:
        """How many markets there are."""
        return len(self.widths)

    def within(self, markets: Counts) -> tuple["Problem", Counts]:
        """Keep some markets, those that must be chosen among them, and the choices in them; give their numbers, too."""
        place = np.full(self.markets, -1)
        place[markets] = np.arange(len(markets))
        rows = np.flatnonzero(place[self.home] >= 0)
        must = tuple(place[list(self.rules.must)].tolist())
        shares = tuple(replace(share, group=share.group[rows]) for share in self.rules.shares)
        narrow = Problem(
            price=self.price[rows],
            units=self.units[rows],
            home=place[self.home[rows]],
            reach=self.reach[rows][:, markets],
            widths=self.widths[markets],
            worths=self.worths[markets],
            rules=replace(self.rules, must=must, shares=shares),
        )
        return narrow, rows

    def count(self, counts: Counts) -> Counts:
        """Count the creators chosen in each market."""
        return np.bincount(self.home, counts, self.markets).astype(np.int64)

    def won(self, counts: Counts) -> Floats:
        """Value what is newly reached in each market, whether it counts as chosen or not."""
        covered = self.reach.T @ counts.astype(float)
        filled = np.clip(covered[:, None] - self.edges, 0, self.widths)
        worth: Floats = (filled * self.worths).sum(axis=1)
        return worth

    def active_markets(self, counts: Counts) -> NDArray[np.bool_]:
        """Tell which markets count: those with creators, and the best of those reached from elsewhere if allowed."""
        has_creators = self.count(counts) > 0
        if not self.rules.choosing:
            return np.ones(self.markets, dtype=bool)
        if self.rules.least > 0:
            return has_creators
        room = max((self.rules.markets or 0) - int(has_creators.sum()), 0)
        elsewhere = np.where(has_creators, 0, self.won(counts))
        best = np.argsort(-elsewhere, kind="stable")[:room]
        is_active = has_creators.copy()
        is_active[best] = True
        return is_active

    def value(self, counts: Counts) -> float:
        """Sum the value of everyone newly reached in the markets that count."""
        return float(self.won(counts)[self.active_markets(counts)].sum())

    def allows(self, counts: Counts) -> bool:
        """Tell whether a plan keeps every rule."""
        rules, per_market = self.rules, self.count(counts)
        has_creators = per_market > 0
        money = self.price * counts
        return bool(
            _within(money.sum(), rules.budget)
            and (counts <= self.units).all()
            and (per_market[has_creators] >= rules.least).all()
            and (rules.most is None or (per_market <= rules.most).all())
            and (rules.markets is None or has_creators.sum() <= rules.markets)
            and has_creators[list(rules.must)].all()
            and all(_within(np.bincount(share.group, money).max(initial=0), share.cap) for share in rules.shares)
        )


def _within(money: float, limit: float) -> bool:
    return bool(money <= limit * (1 + ROUNDING))


STEPS = 8
POINTS = 64


def expected_gain(ranking: pd.DataFrame, dispersion: float) -> tuple[Floats, Floats]:
    """Cut the people to win in each market into steps of falling worth, (markets, steps): widths and worths.

    theta is Gamma with mean saturation / 100 and shape k + creators; a step is worth the share of it that is there to
    win, on average. Reaching r people is then worth E[min(r, U)], exact where steps meet: a market that surely lacks
    creators comes before one that may lack as many.

    Parameters
    ----------
    ranking
        RANKING table: creators, expected_creators, saturation, missing_creators, unmet_audience, internet_users.
    dispersion
        The model's k.

    Returns
    -------
    Eight steps for each market: widths in people, worths as shares, 0 to 1.
    """
    unmet = _quantiles(ranking, dispersion)
    ends = unmet[:, POINTS // STEPS - 1 :: POINTS // STEPS]
    below = np.stack([np.minimum(unmet, end[:, None]).mean(axis=1) for end in ends.T], axis=1)
    widths = np.diff(ends, axis=1, prepend=0)
    gained = np.diff(below, axis=1, prepend=0)
    return widths, np.divide(gained, widths, out=np.zeros_like(widths), where=widths > 0)


def _quantiles(ranking: pd.DataFrame, dispersion: float) -> Floats:
    """Give unmet audience at evenly spaced probabilities, rising, (markets, points)."""
    columns = ranking[["creators", "expected_creators", "saturation", "unmet_audience", "missing_creators"]].fillna(0)
    people = ranking["internet_users"].to_numpy(float)[:, None]
    creators, expected, saturation, unmet, missing = columns.to_numpy(float).T[:, :, None]
    shape = dispersion + creators
    chance = 1 - (np.arange(POINTS) + 0.5) / POINTS
    theta = gammaincinv(shape, chance) / shape * saturation / 100
    # the audience of a missing creator, from what the ranking made of it
    audience = -people * np.log1p(-np.minimum(unmet / people, 1 - 1e-12)) / np.maximum(missing, 1e-12)
    lacking = np.maximum(expected * (1 - theta), 0) * audience
    return np.asarray(people * -np.expm1(-lacking / people), dtype=np.float64)
