"""The markets a curve is fitted on, and those that are judged by it."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from hinterland.saturation.likelihood import Floats
from hinterland.saturation.spill import gather

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True)
class Sample:
    """The markets a curve is fitted on: counts, centred ln N and country codes 0..C-1, in one order.

    `traits` says what a typical country's level may depend on: (countries, traits), a column of ones first. Where
    audiences spill over, `homes` are the markets creators live in, and `inflow` (markets, homes) whom they reach.
    """

    counts: Floats
    size: Floats
    country: NDArray[np.intp]
    countries: int
    smallest: int = 0
    traits: Floats | None = None
    inflow: csr_array | None = None
    homes: "Sample | None" = None

    @property
    def design(self) -> Floats:
        """Traits of the countries; without any, all are alike."""
        return np.ones((self.countries, 1)) if self.traits is None else self.traits

    def where(self, kept: NDArray[np.bool_] | NDArray[np.intp] | slice) -> "Sample":
        """Keep some of the markets; countries keep their codes."""
        return replace(
            self,
            counts=self.counts[kept],
            size=self.size[kept],
            country=self.country[kept],
            inflow=None if self.inflow is None else self.inflow[kept],
        )

    def through(self, expected: "Callable[[Sample], Floats]") -> Floats:
        """Give what `expected` says of these markets or, where audiences spill over, of those that reach them."""
        homes = self.homes
        return expected(self) if homes is None else gather(self.inflow, lambda rows: expected(homes.where(rows)))

    def by_country(self, values: Floats) -> Floats:
        """Sum values per country."""
        return np.bincount(self.country, values, self.countries).astype(float)
