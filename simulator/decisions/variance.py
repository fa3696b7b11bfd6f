"""How much of an invoice's variance comes from uncertain inputs, from the months, and from single conversations.

Shares of the variance of the horizon's invoice by the law of total variance. The two halves of a run's sample of
conversations share unknowns and months; expected values of a future in its own and in other months share the unknowns
alone. Half the mean square of the difference of two such invoices is the variance of the parts that differ (Saltelli et
al., Global Sensitivity Analysis, ch. 4, "pick and freeze"); what is left of the whole is that of uncertain inputs.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np

from simulator.arrays import Array
from simulator.contracts import Contract, invoice
from simulator.contracts.invoices.whole_units import with_whole_units
from simulator.engine.results import Results
from simulator.engine.sampling.sampled import EXPECTED, FIRST_HALF, OTHER_MONTHS, SECOND_HALF, SPLIT_TRIALS
from simulator.forecast.bills import at, values_of
from simulator.futures.unknowns import Unknowns
from simulator.risk.variance_shares import VarianceShares
from simulator.scenario.stated.compiled_terms import compile_terms

PARTS: Final = ("conversations", "months")
"""What two invoices of a future differ in, of which squares are kept."""


def variance_split(results: Results) -> dict[str, VarianceShares] | None:
    """Return the split of each contract's invoice, by name; None where the run did not look, or has too few futures.

    Args:
        results: of a run with `split`, with all meters or with the columns and the sums of `split_squares`.
    """
    contracts = compile_terms(results.scenario).contracts
    squares, columns = _sums(contracts, results), results.columns
    if not squares or results.trials < SPLIT_TRIALS:
        return None
    trial, month = _varies(results.unknowns), _varies(results.drivers)
    found = {}
    for name, contract in contracts.items():
        cost = _invoice(contract, results) if columns is None else columns.horizon(f"{at(name)}invoice")
        conversations, months = (squares[f"{at(name)}split/{part}"] / SPLIT_TRIALS / 2 for part in PARTS)
        found[name] = shares_of(cost, conversations, months, trial=trial, month=month)
    return found


def _sums(contracts: Mapping[str, Contract], results: Results) -> Mapping[str, float]:
    """Return the sums of `split_squares` over the first futures."""
    if results.columns is None:
        return {name: float(each.sum()) for name, each in split_squares(contracts, results).items()}
    return {name: value for name, value in results.columns.sums.items() if "/split/" in name}


def _varies(values: Mapping[str, Array]) -> bool:
    """Whether any of some numbers differs between futures or months."""
    return any(np.ptp(each) > 0 for each in values.values())


def _invoice(contract: Contract, results: Results) -> Array:
    return np.asarray(invoice(contract, results.priced_meters(contract), values_of(results)).total.sum(axis=1))


def split_squares(contracts: Mapping[str, Contract], results: Results) -> dict[str, Array]:
    """Return squares of the differences of two invoices of the same future, (future,) each, of the first futures.

    One of each contract is between the two halves of the sample, one between the future's own months and others.

    Args:
        results: of a run with `split`, with all meters; nothing is returned where it has none of the first futures.
    """
    if not results.split:
        return {}
    found: dict[str, Array] = {}
    for name, contract in contracts.items():
        levels = (FIRST_HALF, SECOND_HALF, EXPECTED, OTHER_MONTHS)
        first, second, expected, other = (_invoice_at(contract, results, level) for level in levels)
        squares = ((first - second) ** 2, (expected - other) ** 2)
        found |= {f"{at(name)}split/{part}": square for part, square in zip(PARTS, squares, strict=True)}
    return found


def _invoice_at(contract: Contract, results: Results, level: str) -> Array:
    """Return the horizon's invoice of a contract on the meters of a level, of the first futures, (trial,)."""
    meters = {key.removeprefix(f"{level}/"): values for key, values in results.split.items() if key.startswith(level)}
    futures = len(next(iter(meters.values())))
    unknowns = Unknowns(futures, {name: values[:futures] for name, values in results.unknowns.items()})
    assert results.sampling is not None
    share, rounding = results.sampling.share[:futures], results.sampling.level[:futures]
    found = meters if level in (EXPECTED, OTHER_MONTHS) else with_whole_units(contract, meters, share / 2, rounding)
    return np.asarray(invoice(contract, found, unknowns).total.sum(axis=1))


def split_of(
    cost: Array,
    halves: tuple[Array, Array],
    months: tuple[Array, Array],
    *,
    trial: bool = True,
    month: bool = True,
) -> VarianceShares:
    """Return the shares of the variance of a cost.

    Args:
        cost: of all futures, (trial,).
        halves: by the two halves of the sample, of the first futures.
        months: expected, in the future's own months and in others.
        trial: whether any input is uncertain; where nothing is, its share is 0 and no estimate.
        month: the same of the months.
    """
    return shares_of(cost, _half_square(*halves), _half_square(*months), trial=trial, month=month)


def shares_of(cost: Array, conversations: float, months: float, *, trial: bool, month: bool) -> VarianceShares:
    """Return the shares of the variance of a cost; see `split_of`.

    Args:
        conversations, months: the variance that comes from each.
    """
    in_all = float(cost.var(ddof=1))
    if in_all <= 0:
        return VarianceShares(0.0, 0.0, 0.0, 0.0)
    conversations = min(conversations / in_all, 1.0)
    between = min(months / in_all, 1.0 - conversations) if month else 0.0
    if not trial:
        conversations, between = (conversations, 1.0 - conversations) if month else (1.0, 0.0)
    return VarianceShares(
        trial=1.0 - conversations - between,
        month=between,
        conversation=conversations,
        error=(conversations + between) * float(np.sqrt(2 / SPLIT_TRIALS)) if trial or month else 0.0,
    )


def _half_square(cost: Array, other: Array) -> float:
    """Return half the mean square of the difference of two costs of the same futures."""
    return float(np.mean((cost - other) ** 2)) / 2
