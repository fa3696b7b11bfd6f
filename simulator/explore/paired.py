"""Two contracts on the same futures: the difference, not the difference of two summaries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from simulator import risk
from simulator.arrays import Array
from simulator.explore.shown import lines_of, page, table_html
from simulator.money import currency
from simulator.report.words.figures import changes, percents

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, eq=False)
class Paired:
    """What one contract costs more than another in the same future.

    Attributes:
        first, second: names; differences are of the first less the second.
        values: the differences over the horizon, (trial,), in the scenario's currency.
        currency: its ISO 4217 code.
        net: of each future; None where they are random.
    """

    first: str
    second: str
    values: Array
    currency: str
    net: risk.Net = None

    @property
    def mean(self) -> float:
        """Mean of the differences."""
        return risk.mean(self.values)

    @property
    def mean_ci(self) -> tuple[float, float]:
        """95 % sampling interval of the mean; NaN of a single future."""
        found = risk.mean_interval(self.values, net=self.net)
        return (np.nan, np.nan) if found is None else (found.low, found.high)

    def quantile(self, level: float) -> float:
        """Quantile of the differences: not the difference of the two contracts' quantiles."""
        return risk.quantile(self.values, level)

    @property
    def share_dearer(self) -> float:
        """Share of the futures in which the first costs more."""
        return float(np.mean(self.values > 0))

    @property
    def share_cheaper(self) -> float:
        """Share of the futures in which the first costs less."""
        return float(np.mean(self.values < 0))

    @property
    def differences(self) -> pd.Series[float]:
        """The differences by trial."""
        import pandas as pd

        index = pd.RangeIndex(len(self.values), name="trial")
        return pd.Series(self.values, index=index, name=f"{self.first} - {self.second}")

    @property
    def summary(self) -> pd.DataFrame:
        """One row: mean, its 95 % interval, p10, p50, p90, and the shares of the futures."""
        import pandas as pd

        low, high = self.mean_ci
        p10, p50, p90 = risk.quantiles(self.values, (0.1, 0.5, 0.9))
        row = {"mean": self.mean, "mean_ci_lower": low, "mean_ci_upper": high, "p10": p10, "p50": p50, "p90": p90,
               "share_dearer": self.share_dearer, "share_cheaper": self.share_cheaper}  # fmt: skip
        return pd.DataFrame([row], index=[f"{self.first} - {self.second}"])

    @property
    def sentence(self) -> str:
        """The comparison in one sentence."""
        smallest = 10.0 ** -currency(self.currency).minor_units
        amounts = [self.mean, *risk.quantiles(self.values, (0.1, 0.5, 0.9))]
        told = [0.0 if abs(amount) < smallest / 2 else amount for amount in amounts]
        mean, low, middle, high = changes(told, self.currency)
        dearer, cheaper = percents([self.share_dearer, self.share_cheaper], against=[0, 0.5, 1])
        futures = "1 future" if len(self.values) == 1 else f"{len(self.values):,} futures"
        return (
            f"{self.first} less {self.second}, same future: mean {mean}, P10 {low}, P50 {middle}, P90 {high}; dearer "
            f"in {dearer} of {futures}, cheaper in {cheaper}"
        )

    def __repr__(self) -> str:
        return "\n".join(lines_of([self.sentence]))

    def _repr_html_(self) -> str:
        return page(self.sentence, table_html(self.summary))
