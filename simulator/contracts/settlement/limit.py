"""A limit of units or of prepaid credits, at which the AI stops and people take over."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydantic import ValidationInfo, field_validator

from simulator.contracts.metering.contract_months import Span, renewed
from simulator.contracts.metering.meters import CONVERSATIONS
from simulator.contracts.prices.charge import Charge
from simulator.contracts.prices.metered import CARD_CREDITS, known_name
from simulator.contracts.prices.rate_card import CardEntry
from simulator.contracts.settlement.billable_units import (
    Countable,
    billed_schedule,
    choices,
    held_from,
    listed_words,
    names_of,
    several,
)
from simulator.contracts.wording import number, unknown
from simulator.distributions import Quantity
from simulator.errors import Problem
from simulator.parameters import Positive, Table, parameter

if TYPE_CHECKING:
    from simulator.arrays import Array
    from simulator.contracts.metering.meters import Meters, Values


@dataclass(frozen=True, slots=True)
class Limit:
    """Where the AI stops and people take over.

    Conversations are served in month order until the limit; what lies above it goes to people, bills nothing and costs
    human minutes. At 1,000 units a month and a share of 1.25, months of 1,000, 1,250 and 2,500 units are served whole,
    whole and by half.

    Credits of a rate card are counted by that card: at 25,000 credits, a share of 1.25, replies at 2 and actions at 5,
    a month of 50,000 replies and 5,000 actions wants 125,000 credits, of which 31,250, a quarter, are served.

    Attributes:
        units: units a span; None where the limit is that of the prepaid credits.
        span: how often they are given.
        at_share: share of the units, or of the credits at hand, at which service stops.
        counted: what counts against the units from a month of the contract on, counted from 1, until the next entry: a
            meter at one for each of its units, or the rate card of credits; nothing where nothing bills.
    """

    units: Quantity | None
    span: Span = "month"
    at_share: float = 1.0
    counted: tuple[tuple[int, tuple[CardEntry, ...]], ...] = ()

    @property
    def meters(self) -> tuple[str, ...]:
        """Keys of the meters that count against it."""
        return tuple(dict.fromkeys(entry.meter for _, entries in self.counted for entry in entries))


def units_against_limit(terms: Limit, meters: Meters) -> Array:
    """Return the units that count against a limit in each month (trial, month)."""
    import numpy as np

    trials, months = next(iter(meters.values())).shape
    total = np.zeros((trials, months))
    for held, entries in held_from(terms.counted, months):
        for entry in entries:
            total += entry.of(meters[entry.meter]) * held
    return total


def served_share(units: Array, terms: Limit, values: Values) -> Array:
    """Return the share of each month's units that is served under a limit of units (trial, month)."""
    import numpy as np

    assert terms.units is not None
    most = values(terms.units) * terms.at_share
    left = most
    share = np.ones(units.shape)
    for month in range(units.shape[1]):
        if renewed(terms.span, month):
            left = most
        wanted = units[:, month]
        share[:, month] = np.divide(left, wanted, out=np.ones(wanted.shape), where=wanted > left)
        left = np.maximum(left - wanted, 0.0)
    return share


class LimitSpec(Table):
    """Where the AI stops and people take over."""

    units: Positive | None = parameter(
        "units that are served; without it the limit is that of the prepaid credits",
        unit="units",
        typical=(100, 500_000),
        default=None,
    )
    meter: str | None = parameter(
        "what the units are of: a meter that the contract bills, credits for those of a rate card, or conversations; "
        "the one unit that the contract bills without it",
        default=None,
    )
    span: Span = parameter("given anew each month, each contract year, or once", default="month")
    at_share: float = parameter(
        "share of the units, or of the credits at hand, at which service stops",
        unit="share",
        typical=(1, 1.25),
        default=1.0,
        strict=True,
        gt=0,
        le=10,
    )

    @field_validator("meter")
    @classmethod
    def _meter_of_units(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value is not None and info.data.get("units", 1) is None:
            raise ValueError(f"meter = {value!r} says what the units are of; give units, or remove it")
        return known_name(value, CARD_CREDITS)

    @field_validator("span")
    @classmethod
    def _span_of_units(cls, value: Span, info: ValidationInfo) -> Span:
        if value != "month" and info.data.get("units", 1) is None:
            raise ValueError(f"span = {value!r} says how often units are given; give units, or remove it")
        return value


def limit_of(spec: LimitSpec, usage: Sequence[Charge]) -> Limit:
    """Return a limit with what it counts in each month; `limit_problems` says where that is not one thing."""
    if spec.units is None:
        return Limit(None, spec.span, spec.at_share)
    counted = tuple(
        (start, billed[0].entries if billed else ()) for start, billed in billed_schedule(usage, spec.meter)
    )
    return Limit(spec.units, spec.span, spec.at_share, counted)


def limit_problems(spec: LimitSpec | None, usage: Sequence[Charge]) -> Iterator[Problem]:
    """Yield what is wrong with the units that a limit counts."""
    if spec is None or spec.units is None:
        return
    schedule = billed_schedule(usage, spec.meter)
    found = several(schedule)
    if not any(billed for _, billed in schedule):
        names = [*names_of(usage), CONVERSATIONS]
        message = f"{unknown('meter', str(spec.meter), names)}; the contract bills no {spec.meter!r}"
        yield Problem(("limit", "meter"), message, "name a meter of its charges, or conversations")
    elif found and spec.meter is not None:
        message = f"the contract bills {spec.meter!r} in several ways: {listed_words(found)}"
        yield Problem(("limit", "meter"), message, _way_out(_limitable(found, usage)))
    elif found:
        message = f"limit.units ({number(spec.units.center)}) could count several units: {listed_words(found)}"
        yield Problem(("limit", "units"), message, _way_out(_limitable(found, usage)))


def _limitable(found: Sequence[Countable], usage: Sequence[Charge]) -> list[str]:
    """Return the names that a limit may give as its meter, of what could be meant, and conversations."""
    names = dict.fromkeys([*(each.name for each in found), *names_of(usage), CONVERSATIONS])
    return [name for name in names if not several(billed_schedule(usage, name))]


def _way_out(names: Sequence[str]) -> str:
    if not names:
        return "bill these as one charge, or remove the limit: a limit in units counts one thing"
    return f"say which: {choices(names)}; or bill what is counted together as one charge"
