"""What a plan is asked for: budget, limits, prices, and the few numbers it assumes."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, Self

from pydantic import Field, model_validator

from hinterland.config import Assumptions, FrozenConfig, Share

# share of followers that sees one post, by tier; `Scenario.reach` replaces single ones
REACH: Mapping[str, float] = MappingProxyType(dict(Assumptions().reach_rate))


class Scenario(FrozenConfig):
    """One plan's budget and limits; every field may stand in a scenario file (TOML).

    `rates` says what one unit of another currency is worth in the plan's; `reach` the share of a creator's followers
    that sees a post, by tier, where it is to replace the preset; `must` and `never` are market ids.
    """

    budget: float = Field(gt=0)
    currency: str = "USD"
    rates: Mapping[str, float] = Field(default_factory=dict)
    price: Literal["low", "middle", "high"] = "middle"
    tiers: tuple[str, ...] = ()
    must: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
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

    @model_validator(mode="after")
    def _limits_in_order(self) -> Self:
        if self.max_creators is not None and self.max_creators < self.min_creators:
            raise ValueError("max_creators is below min_creators")
        if both := sorted(set(self.must) & set(self.never)):
            raise ValueError(f"{', '.join(both)} cannot be in must and in never")
        return self
