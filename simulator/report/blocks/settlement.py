"""What settlement adds to the summary of a contract: owed on leaving, prepaid credits, service that stops, worth."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from simulator import risk
from simulator.forecast.priced import Priced
from simulator.report.blocks.distribution import horizon
from simulator.report.summary.contract import ContractNumbers, Prepaid
from simulator.report.words.figures import figures

OWED_AFTER: Final = ("6", "12")
"""Months after which tables say what is owed if the contract is left."""


def owed_months(contracts: Sequence[ContractNumbers]) -> list[str]:
    """Return after which months, of "6" and "12", some contract is still owed something: tables show only these."""
    return [month for month in OWED_AFTER if any(contract.owed_if_stopped[month] for contract in contracts)]


def settlement_remarks(priced: Priced, currency: str) -> list[str]:
    """Say what a reader may not expect of a contract's settlement."""
    found = []
    served, prepaid = priced.served, priced.means("prepaid")
    if served is not None and (share := 1.0 - float(served.mean())) > 0:
        (work,) = figures([risk.mean(horizon(priced.human_work))], currency)
        found.append(
            f"{max(round(100 * share), 1)} % of conversations go to people, who take what the AI does not serve; human "
            f"work under it is {work}"
        )
    if prepaid and (lost := prepaid["lost"]) > 0:
        (money,) = figures([lost], currency)
        found.append(f"prepaid credits that cost {money} expire unused on average")
    return found


def prepaid_credits(priced: Priced) -> Prepaid | None:
    """Return what became of a contract's prepaid credits; None where it sells none."""
    means = priced.means("prepaid")
    if not means:
        return None
    return Prepaid(
        bought=means["bought"],
        granted=means["granted"],
        used=means["used"],
        expired=means["expired"],
        left=means["left"],
        paid_for_expired=means["lost"],
        paid_for_left=means["left_paid"],
    )
