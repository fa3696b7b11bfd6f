"""The units of a contract: how many are billed, not solved, and billed again, and why not.

`billed_again` are units on cases that were billed before (all units of a case beyond its first), and
`billed_again_amount` what they cost at the average price of a unit in each future. They come from a sample of cases
(`decisions.billed_again`), so `billed_again_error` and `billed_again_amount_error` are their standard errors, from the
size of the sample. Where there is no number it is None, and `billed_again_missing` says why; `billed_again_not_by` has
the names of the units of which no number can be had.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from simulator import risk
from simulator.arrays import Array, divided
from simulator.contracts import Contract, invoice
from simulator.contracts.contract import is_proportional
from simulator.contracts.invoices.billed_units import SharesBilledAgain, billed_again, rules_of, untold
from simulator.contracts.metering.meters import CONVERSATIONS, unit_name
from simulator.contracts.metering.segments import segment_of
from simulator.decisions.billed_again import CountedAgain
from simulator.engine.results import Results
from simulator.forecast.bills import values_of
from simulator.forecast.forecast import Forecast
from simulator.forecast.priced import Priced
from simulator.report.blocks.distribution import brief, brief_where_known, horizon
from simulator.report.summary.summary import Summary
from simulator.report.summary.units import BilledAgainSample, Units


def units_of(forecast: Forecast, priced: Priced, counted: CountedAgain | None = None) -> Units:
    """Return the units of a contract over the horizon.

    Args:
        counted: what a sample of cases says of what is billed again; None where none was drawn.
    """
    billed, amount = horizon(priced.units), priced.mean("billed_not_solved_amount")
    solved, again = priced.mean("units_solved"), _again(forecast, priced, counted)
    split = None if amount is not None and solved is not None else tuple(_unit_names(priced.contract))
    return Units(
        billed=brief(billed),
        per_conversation=brief_where_known(divided(billed, horizon(forecast.results.meters[CONVERSATIONS]))),
        billed_solved=solved,
        billed_not_solved=None if solved is None else priced.mean("billed_not_solved"),
        solved_not_billed=None if solved is None else priced.mean("solved_not_billed"),
        billed_not_solved_by_ai=None if solved is None else priced.mean("billed_not_solved_by_ai"),
        billed_not_solved_amount=amount,
        not_split_by=split,
        billed_again=again.means[0],
        billed_again_error=again.errors[0],
        billed_again_amount=again.means[1],
        billed_again_amount_error=again.errors[1],
        billed_again_not_by=again.not_by,
        billed_again_missing=again.missing,
    )


def sample_of(counted: CountedAgain | None) -> BilledAgainSample | None:
    """Return how many conversations were drawn to count what is billed again, and of how many futures."""
    return None if counted is None else BilledAgainSample(conversations=counted.conversations, futures=counted.futures)


def again_line(summary: Summary) -> str:
    """Return where units billed again come from, and why some contracts have none; nothing if none were counted."""
    drawn = summary.billed_again
    if drawn is None:
        return ""
    blocks = [each.units for each in summary.contracts]
    names = dict.fromkeys(name for each in blocks for name in each.billed_again_not_by or ())
    others = [each.billed_again_missing for each in blocks if each.billed_again_not_by is None]
    return "; ".join(
        [
            "Units billed again: on cases that were billed before (returns, duplicates), at the average price of a "
            f"unit; their share comes from {drawn.conversations:,} conversations drawn one by one, standard errors "
            "are in summary.json",
            *([_not_by(names)] if names else []),
            *dict.fromkeys(filter(None, others)),
        ]
    )


def _not_by(names: Iterable[str]) -> str:
    return (
        f"not counted by {', '.join(names)}, because only of conversations, resolutions and cases can it be told "
        "whether the case was billed before"
    )


def _unit_names(contract: Contract) -> list[str]:
    """Return what its units are called, of a change of vendor those of both contracts."""
    sides = [contract] if contract.switch is None else [contract.switch.before, contract.switch.after]
    named = [(unit_name(unit), segment_of(unit)) for side in sides for unit in side.units]
    return list(dict.fromkeys(name if part is None else f"{name} ({part.words})" for name, part in named))


@dataclass(frozen=True, slots=True)
class _Again:
    """Units billed again and what they cost, each with its standard error, or why there is no number."""

    means: tuple[float | None, float | None] = (None, None)
    errors: tuple[float | None, float | None] = (None, None)
    not_by: tuple[str, ...] | None = None
    missing: str | None = None


def _again(forecast: Forecast, priced: Priced, counted: CountedAgain | None) -> _Again:
    names = untold(priced.contract)
    if names:
        return _Again(not_by=tuple(names), missing=_not_by(names))
    if counted is None:
        return _Again(missing="not counted, because this run draws no cases one by one")
    found = _means_again(forecast, priced, counted.shares)
    if found is None:
        return _Again(
            missing=f"not counted, because none of the {counted.conversations:,} conversations drawn one by one is a "
            "unit"
        )
    errors = None if counted.errors is None else _means_again(forecast, priced, counted.errors)
    return _Again(found, errors or (None, None))


def _means_again(forecast: Forecast, priced: Priced, shares: SharesBilledAgain) -> tuple[float, float] | None:
    """Return the mean units billed again and what they cost; None where a share is missing."""
    contract, keys = priced.contract, [*priced.contract.meters, *priced.contract.units, CONVERSATIONS]
    if any(rule not in shares for rule in rules_of(contract)):
        return None
    simple = is_proportional(contract)

    def again(some: Results) -> Array:
        values = values_of(some)
        bill = None if simple else invoice(contract, some.priced_meters(contract), values)
        owed = np.ones(some.trials) if bill is None else bill.of_units
        found = billed_again(contract, owed, None if bill is None else bill.served, some.meters, values, shares)
        assert found is not None  # no rule is missing
        return np.stack([found.units, found.amount], axis=1)

    found = forecast.results.each(keys, again)
    return risk.mean(found[:, 0]), risk.mean(found[:, 1] * (priced.of_units if simple else 1.0))
