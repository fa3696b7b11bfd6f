"""What is taken off one charge and where it ends: discounts, then minimum and maximum; and who is paid."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from simulator.contracts.charges import NOTHING, Charge
from simulator.contracts.wrapped import Wrapped
from simulator.distributions import Quantity

if TYPE_CHECKING:
    from simulator.arrays import Array
    from simulator.contracts.meters import Meters, Values

Payee = Literal["vendor", "cloud"]


@dataclass(frozen=True, slots=True)
class Bounded(Wrapped[Charge]):
    """A charge less an amount, less a share of the rest, at least a minimum and at most a maximum, each month.

    Usage of 20 less 10 %, at least 50 and at most 500: 50. An amount takes no charge below 0. All numbers in money are
    prices of the charge: they scale with its rates where a tie price is sought.
    """

    discount_amount: Quantity = NOTHING
    discount_share: Quantity = NOTHING
    minimum: Quantity | None = None
    maximum: Quantity | None = None

    def amount(self, meters: Meters, values: Values) -> Array:
        import numpy as np

        amount = np.maximum(self.inner.amount(meters, values) - values(self.discount_amount)[:, None], 0.0)
        amount = amount * (1.0 - values(self.discount_share))[:, None]
        if self.minimum is not None:
            amount = np.maximum(amount, values(self.minimum)[:, None])
        return amount if self.maximum is None else np.minimum(amount, values(self.maximum)[:, None])


@dataclass(frozen=True, slots=True)
class PaidToCloud(Wrapped[Charge]):
    """A charge that the buyer pays to the cloud provider and not to the vendor, such as tokens under own model keys.

    The vendor's discount, minimums, maximum and tie price do not see it. Of a share that burns a commitment which the
    provider is owed anyway nothing further is paid: at 1,000 and a committed share of 0.4 it costs 600.
    """

    committed_share: Quantity = NOTHING
    settles = False

    @property
    def label(self) -> str:
        return f"{self.inner.label}, paid to the cloud provider"

    def amount(self, meters: Meters, values: Values) -> Array:
        return self.inner.amount(meters, values) * (1.0 - values(self.committed_share))[:, None]


@dataclass(frozen=True, slots=True)
class Named(Wrapped[Charge]):
    """A charge under a name of its own on the invoice."""

    name: str

    @property
    def label(self) -> str:
        return self.name
