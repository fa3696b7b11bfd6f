"""What may be written of any charge: what is taken off it, where it ends, its months and its name.

`References` are the names that a charge or a contract takes from elsewhere in the scenario.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final

from pydantic import ValidationInfo, field_validator

from simulator.contracts.metering.contract_months import DatedTerms, Months
from simulator.contracts.prices.charge import NOTHING, Charge, ChargeAround
from simulator.contracts.rates.token_rates import TokenRates
from simulator.contracts.wording import number
from simulator.quantities.distributions import Quantity
from simulator.quantities.parameters import Nonnegative, Positive, Share, parameter

if TYPE_CHECKING:
    from simulator.arrays import Array
    from simulator.contracts.metering.meters import Meters, Values


@dataclass(frozen=True, slots=True)
class References:
    """The names a contract takes from elsewhere in the scenario, each with its key within the contract's table.

    Attributes:
        definitions: definitions it bills with.
        rates: own token rates by model name.
        own_meters: meters that the scenario says in SQL.
        batches: shares of tokens that run at the batch prices of the models, each with the own rates beside it.
    """

    definitions: tuple[tuple[tuple[str | int, ...], str], ...] = ()
    rates: tuple[tuple[tuple[str | int, ...], str, TokenRates], ...] = ()
    own_meters: tuple[tuple[tuple[str | int, ...], str], ...] = ()
    batches: tuple[tuple[tuple[str | int, ...], Mapping[str, TokenRates]], ...] = ()

    def within(self, *prefix: str | int) -> References:
        """Return the same references with their keys below a prefix."""
        return References(
            definitions=tuple(((*prefix, *key), name) for key, name in self.definitions),
            rates=tuple(((*prefix, *key), name, rates) for key, name, rates in self.rates),
            own_meters=tuple(((*prefix, *key), name) for key, name in self.own_meters),
            batches=tuple(((*prefix, *key), own) for key, own in self.batches),
        )

    @staticmethod
    def together(parts: Iterable[References]) -> References:
        """Return the references of several parts of a contract, in order."""
        listed = list(parts)
        return References(
            definitions=tuple(found for part in listed for found in part.definitions),
            rates=tuple(found for part in listed for found in part.rates),
            own_meters=tuple(found for part in listed for found in part.own_meters),
            batches=tuple(found for part in listed for found in part.batches),
        )


@dataclass(frozen=True, slots=True)
class Bounded(ChargeAround[Charge]):
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
class NamedCharge(ChargeAround[Charge]):
    """A charge under a name of its own on the invoice."""

    name: str

    @property
    def label(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class During(ChargeAround[Charge]):
    """A charge of some months: nothing is owed outside of them, and what is used there is not counted.

    Attributes:
        counts_outside: whether it counts use outside of its months all the same, as a share of other charges does.
    """

    months: Months
    counts_outside: bool = False

    def amount(self, meters: Meters, values: Values) -> Array:
        holds = self.months.hold(next(iter(meters.values())).shape[1])
        if self.counts_outside:
            return self.inner.amount(meters, values) * holds
        return (
            self.inner.amount({key: meters[key] * holds for key in _meters_or_any(self.inner, meters)}, values) * holds
        )


def _meters_or_any(charge: Charge, meters: Meters) -> tuple[str, ...]:
    """Return the meters that a charge reads, or any one for its shape where it reads none."""
    return charge.meters or (next(iter(meters)),)


MONEY_PER_MONTH: Final = "money per month"


class ChargeTerms(DatedTerms, defer_build=True):
    """One charge of a contract. A kind adds its `kind`, its prices and `priced`."""

    kind: str
    of_others: ClassVar[bool] = False
    """Whether it is made of other charges, which count their units themselves."""
    name: str | None = parameter("how the invoice and other charges call it", default=None, min_length=1, max_length=60)
    discount_amount: Nonnegative | None = parameter(
        "money off the charge of a month, which does not go below 0",
        unit=MONEY_PER_MONTH,
        typical=(10, 5_000),
        default=None,
    )
    discount_share: Share | None = parameter(
        "share off what is left after the amount", unit="share of the charge", typical=(0, 0.4), default=None
    )
    minimum: Nonnegative | None = parameter(
        "least that the charge of a month comes to", unit=MONEY_PER_MONTH, typical=(10, 50_000), default=None
    )
    maximum: Positive | None = parameter(
        "most that the charge of a month comes to", unit=MONEY_PER_MONTH, typical=(100, 100_000), default=None
    )

    @field_validator("maximum")
    @classmethod
    def _maximum_above_minimum(cls, value: Quantity | None, info: ValidationInfo) -> Quantity | None:
        least: Quantity | None = info.data.get("minimum")
        if value is not None and least is not None and least.center > value.center:
            raise ValueError(
                f"minimum ({number(least.center)}) must not exceed maximum ({number(value.center)}); "
                "lower one or raise the other"
            )
        return value

    @property
    def references(self) -> References:
        """The definitions and models it names."""
        return References()

    @abstractmethod
    def priced(self, models: Mapping[str, TokenRates]) -> Charge:
        """Return the price before what is taken off it; `models` are the scenario's models with their prices."""

    def charge(self, models: Mapping[str, TokenRates]) -> Charge:
        """Return the charge; `models` are the scenario's models with their prices."""
        return self.completed(self.priced(models))

    def completed(self, charge: Charge) -> Charge:
        """Return a price with what is taken off it, its bounds, its months and its name."""
        terms = (self.discount_amount, self.discount_share, self.minimum, self.maximum)
        if any(each is not None for each in terms):
            charge = Bounded(
                charge, self.discount_amount or NOTHING, self.discount_share or NOTHING, self.minimum, self.maximum
            )
        if self.from_month > 1 or self.to_month is not None:
            charge = During(charge, self.months, counts_outside=self.of_others)
        return charge if self.name is None else NamedCharge(charge, self.name)

    @property
    def label(self) -> str:
        """Its line on the invoice."""
        return self.charge({}).label
