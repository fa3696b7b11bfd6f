"""A clause of a contract: a minimum, a cap, an allowance, an edge of a tier, a commitment, a limit, a credit, a rise.

A clause is *reached* in a month where it does what it is there for: a minimum lifts the invoice, a cap cuts it, an
allowance is used up. At a monthly minimum of 1,000, months of 900 and 1,000 reach it and do not reach it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from simulator.contracts.contract import Contract
from simulator.contracts.invoices.invoice import charges_before_settlement, meters_to_price
from simulator.contracts.settlement.settlement import Charged, Settled, settle

if TYPE_CHECKING:
    from simulator.arrays import Array, Flags
    from simulator.contracts.metering.meters import Meters, Values


Kind = Literal[
    "monthly_minimum", "yearly_minimum", "commitment", "commitment_overage", "monthly_maximum", "limit",
    "limit_of_credits", "prepaid", "prepaid_overage", "guarantee", "guarantee_maximum", "clawback", "free_units",
    "included", "included_by_seat", "included_all_or_nothing", "tier", "tier_maximum", "plan", "largest_plan",
    "package_at_zero", "kept_packages", "charge_minimum", "charge_maximum", "seats_minimum", "price_change",
    "escalator", "escalator_cap", "escalator_floor",
]  # fmt: skip


_LEFT: Final = 1e-9
"""Share of an amount that arithmetic may leave where nothing is."""


@dataclass(frozen=True, slots=True)
class PricedMonths:
    """A contract on some months, as the states of its clauses are read from it.

    Attributes:
        meters: as they are counted, arrays (trial, month) by key.
        priced: those that are served and final, less what is free.
        total: the invoice in the scenario's currency, (trial, month).
    """

    contract: Contract
    meters: Meters
    priced: Meters
    values: Values
    charged: Charged
    settled: Settled
    total: Array

    @property
    def months(self) -> int:
        """Number of months."""
        return int(self.total.shape[1])


def price_months(contract: Contract, meters: Meters, values: Values, like: PricedMonths | None = None) -> PricedMonths:
    """Return a contract on some months.

    Args:
        meters: must hold at least one meter, and `contract.meters`.
        like: another contract on the same months; charges that are the same are not priced again.
    """
    if like is not None and _charges_alike(contract, like.contract):
        charged, priced = like.charged, like.priced
    else:
        charged = charges_before_settlement(contract, meters, values)
        priced = meters_to_price(contract, meters, values)[1]
    settled = settle(charged, contract.settlement, values, contract.rate_factor)
    rate = 1.0 if contract.exchange is None else contract.exchange.rates(values)
    return PricedMonths(contract, meters, priced, values, charged, settled, settled.total * rate)


def _charges_alike(one: Contract, other: Contract) -> bool:
    """Return whether two contracts have the same charges before settlement."""
    ours, theirs = one.settlement, other.settlement
    return (
        one.charges is other.charges
        and (ours.limit, ours.delay, ours.free_units) == (theirs.limit, theirs.delay, theirs.free_units)
        and ours.clawback == theirs.clawback
    )


State: TypeAlias = "Callable[[PricedMonths, PricedMonths], Flags]"
"""From the months with a clause and those without it to the months (trial, month) in which something holds of it."""


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause of a contract.

    Attributes:
        kind: what it is.
        without: the contract without it, all else the same. Without the edge of a tier, what lies above it costs what
            lies below.
        reached: months in which it does what it is there for.
        acts: months in which it changes anything; where there are none, it is worth nothing. An allowance acts where
            some of it is used, and is reached where all of it is used up.
        size: its number as stated, the middle where that is an interval: money, units, a factor or a share, as the kind
            says; None where it has no single one.
        meter: key of the meter that its units are of; empty where they are money or credits.
        span: over what it is taken: month, year, once, or term.
        month: first month of a price change, months between two rises of an escalator; 0 for all others.
    """

    kind: Kind
    without: Contract
    reached: State
    acts: State | None = None
    size: float | None = None
    meter: str = ""
    span: str = "month"
    month: int = 0


def clearly(amounts: Array, beside: Array) -> Flags:
    """Return whether amounts are more than arithmetic leaves of 0 beside others, same shape: a billionth of these."""
    import numpy as np

    more: Flags = np.abs(amounts) > _LEFT * np.maximum(np.abs(amounts), np.abs(beside))
    return more


def with_settlement(contract: Contract, **terms: object) -> Contract:
    """Return a contract with other terms of settlement."""
    return replace(contract, settlement=replace(contract.settlement, **terms))  # type: ignore[arg-type]
