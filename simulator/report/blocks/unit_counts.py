"""The units of a contract as a block of the summary: how many are billed, not solved, and billed again, and why not.

`billed_again` are units on cases that were billed before (all units of a case beyond its first), and
`billed_again_amount` what they cost at the average price of a unit in each future. They come from a sample of cases
(`decisions.billed_again`), so `billed_again_error` and `billed_again_amount_error` are their standard errors, from the
size of the sample. Where there is no number it is None, and `billed_again_missing` says why; `billed_again_not_by` has
the names of the units of which no number can be had.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

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
from simulator.report.blocks.distribution import brief, horizon
from simulator.report.words.summary_block import NewBlock


def units_block(forecast: Forecast, priced: Priced, counted: CountedAgain | None = None) -> NewBlock:
    """Return the units of a contract over the horizon.

    Args:
        counted: what a sample of cases says of what is billed again; None where none was drawn.
    """
    billed, amount = horizon(priced.units), priced.mean("billed_not_solved_amount")
    solved = priced.mean("units_solved")
    block: NewBlock = {
        "billed": brief(billed),
        "per_conversation": brief(divided(billed, horizon(forecast.results.meters[CONVERSATIONS]))),
        "billed_solved": None,
        "billed_not_solved": None,
        "solved_not_billed": None,
        "billed_not_solved_by_ai": None,
        "billed_not_solved_amount": amount,
        "not_split_by": None if amount is not None and solved is not None else _unit_names(priced.contract),
        **_again_block(forecast, priced, counted),
    }
    if solved is not None:
        names = ("billed_not_solved", "solved_not_billed", "billed_not_solved_by_ai")
        block |= {"billed_solved": solved, **{name: priced.mean(name) for name in names}}
    return block


def counted_block(counted: CountedAgain | None) -> NewBlock | None:
    """Return how many conversations were drawn to count what is billed again, and of how many futures."""
    return None if counted is None else {"conversations": counted.conversations, "futures": counted.futures}


def again_line(summary: Mapping[str, Any]) -> str:
    """Return where units billed again come from, and why some contracts have none; nothing if none were counted."""
    drawn = summary["billed_again"]
    if drawn is None:
        return ""
    blocks = [each["units"] for each in summary["contracts"]]
    names = dict.fromkeys(name for each in blocks for name in each["billed_again_not_by"] or ())
    others = [each["billed_again_missing"] for each in blocks if each["billed_again_not_by"] is None]
    return "; ".join(
        [
            "Units billed again: on cases that were billed before (returns, duplicates), at the average price of a "
            f"unit; their share comes from {drawn['conversations']:,} conversations drawn one by one, standard errors "
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


def _again_block(forecast: Forecast, priced: Priced, counted: CountedAgain | None) -> NewBlock:
    """Return the units billed again and what they cost, each with its standard error, or why there is no number."""
    keys = ("billed_again", "billed_again_error", "billed_again_amount", "billed_again_amount_error")
    block: NewBlock = {**dict.fromkeys(keys), "billed_again_not_by": None}
    names = untold(priced.contract)
    if names:
        return {**block, "billed_again_not_by": list(names), "billed_again_missing": _not_by(names)}
    if counted is None:
        return {**block, "billed_again_missing": "not counted, because this run draws no cases one by one"}
    found = _means_again(forecast, priced, counted.shares)
    if found is None:
        why = f"not counted, because none of the {counted.conversations:,} conversations drawn one by one is a unit"
        return {**block, "billed_again_missing": why}
    errors = None if counted.errors is None else _means_again(forecast, priced, counted.errors)
    return {
        **block,
        "billed_again": found[0],
        "billed_again_error": None if errors is None else errors[0],
        "billed_again_amount": found[1],
        "billed_again_amount_error": None if errors is None else errors[1],
        "billed_again_missing": None,
    }


def _means_again(forecast: Forecast, priced: Priced, shares: SharesBilledAgain) -> tuple[float, float] | None:
    """Return the mean units billed again and what they cost; None where a share is missing."""
    contract, keys = priced.contract, [*priced.contract.meters, *priced.contract.units, CONVERSATIONS]
    if any(rule not in shares for rule in rules_of(contract)):
        return None
    simple = is_proportional(contract)

    def again(some: Results) -> Array:
        values = values_of(some)
        bill = None if simple else invoice(contract, some.priced_meters(contract), values)
        usage = np.ones(some.trials) if bill is None else bill.usage.sum(axis=1)
        found = billed_again(contract, usage, None if bill is None else bill.served, some.meters, values, shares)
        assert found is not None  # no rule is missing
        return np.stack([found.units, found.amount], axis=1)

    found = forecast.results.each(keys, again)
    return risk.mean(found[:, 0]), risk.mean(found[:, 1] * (priced.usage if simple else 1.0))
