"""The annex of a contract on its billable unit: what is counted, what is not, how a count is repeated and disputed.

All its statements are those that bill the simulation, and its worked cases are run through them. Nothing in it comes
from a forecast but the lengths of the worked cases, which bind nobody.
"""

from __future__ import annotations

from simulator.report.annex.agreed import meanings, no_unit, period, price, unit
from simulator.report.annex.case_tables import billed_cases, unbilled, worked_cases
from simulator.report.annex.document import Document
from simulator.report.annex.recounting import disputes, locked, records, recount, unknown
from simulator.report.annex.schedules import columns, periods, statements, terms
from simulator.report.annex.subject import Said, Subject, subject
from simulator.scenario.schema import Scenario

__all__ = ["Said", "annex"]


def annex(scenario: Scenario, name: str, said: Said) -> Document:
    """Return the annex of a contract.

    Args:
        name: key of the contract, or of a change of vendor, which is refused.

    Raises:
        ContractError: where there is no unit to write an annex on, with the reason.
    """
    return _written(subject(scenario, name, said))


def _written(of: Subject) -> Document:
    cases = billed_cases(of)
    lead = _lead(of)
    sections = (
        meanings(of), unit(of), no_unit(of, unbilled(of, cases)), price(of), period(of), records(of), recount(of),
        unknown(of), disputes(of), locked(of),
    )  # fmt: skip
    schedules = (statements(of), worked_cases(of, cases), terms(of), columns(of), periods(of))
    signatures = (_signature("Buyer"), _signature("Vendor"))
    return Document(
        title="Annex: the billable Unit, its count and its recount",
        lead=lead,
        sections=sections,
        schedules=schedules,
        signatures=signatures,
        blanks=tuple(of.blanks.asked),
    )


def _lead(of: Subject) -> tuple[str, ...]:
    buyer, vendor = of.blanks.of("name and address of the Buyer"), of.blanks.of("name and address of the Vendor")
    date = of.blanks.of("title and date of the Agreement")
    return (
        f'between {buyer} (the "Buyer") and {vendor} (the "Vendor"), a part of {date} (the "Agreement"), on the '
        f'price called "{of.contract.title}".',
        "It says what is counted for that price, how the count is repeated and how a dispute about it ends. It holds "
        "before other texts of the Agreement on these points.",
    )


def _signature(party: str) -> str:
    return f"For the {party}: place, date, name, signature"
