"""In which months a contract settles its minimums and commitments and bills what is owed once, read from its terms."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.contracts import Contract
from simulator.contracts.metering.contract_months import YEAR_MONTHS
from simulator.contracts.prices.charge import innermost
from simulator.contracts.prices.fees import OneTimeFee
from simulator.forecast.forecast import Forecast
from simulator.report.summary.settlement_months import SettledMonth, SettlementMonths
from simulator.scenario.stated.months import months_of


def settlement_months(forecast: Forecast) -> tuple[SettlementMonths, ...]:
    """Return the months in which each contract settles, in the order of the scenario.

    A change of vendor has none: its months are those of two contracts.
    """
    names = months_of(forecast.scenario)
    return tuple(
        SettlementMonths(name, tuple(SettledMonth(names[number - 1], number, what) for number, what in found))
        for name, priced in forecast.contracts.items()
        for found in [sorted(_settled(priced.contract, len(names)))]
    )


def _settled(contract: Contract, months: int) -> Iterator[tuple[int, str]]:
    """Yield the number of each month in which something is settled, and what."""
    if contract.switch is not None:
        return
    terms = contract.settlement
    if terms.yearly_minimum is not None and terms.true_up == "year_end":
        yield from ((month, "true-up of the yearly minimum") for month in _ends(YEAR_MONTHS, months))
    if terms.commitment is not None and terms.commitment.true_up == "at_end":
        length = terms.commitment.months(terms.term_months)
        if length > 1:
            yield from ((month, "true-up of the commitment") for month in _ends(length, months))
    for charge in map(innermost, contract.charges):
        if isinstance(charge, OneTimeFee) and charge.month <= months and charge.once.center > 0:
            yield charge.month, charge.label


def _ends(length: int, months: int) -> list[int]:
    """Return the last months of periods of so many months; the horizon's last month ends a part period."""
    ends = list(range(length, months + 1, length))
    return ends if ends and ends[-1] == months else [*ends, months]
