"""Lines of an invoice against the charges of a contract, by the words of their descriptions.

A credit is told by its word or its sign, a tax by its word. Any other line goes to the charge whose words it has, and
of several to the one whose price it has; what has the words of none is not in the contract.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Final, Literal

from simulator.audit.recount.invoice_file import InvoiceLine
from simulator.contracts.contract import Contract
from simulator.contracts.exact.decimals import at_stated
from simulator.contracts.metering.meters import definition_of, family_of
from simulator.contracts.metering.segments import is_whole
from simulator.contracts.prices.charge import Charge
from simulator.contracts.settlement.billable_units import countables

Role = Literal["units", "other charge", "credit", "tax", "not in the contract"]
_CREDIT: Final = re.compile(r"\b(credits?|refund(ed|s)?|credit note|reversal|goodwill|gutschrift)\b", re.IGNORECASE)
_TAX: Final = re.compile(r"\b(tax|vat|gst|mwst|sales tax)\b", re.IGNORECASE)
_WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "resolutions": r"outcomes?|resolutions?|resolved|automated resolutions?",
        "conversations": r"conversations?|chats?|sessions?",
        "sessions": r"sessions?|conversations?",
        "cases": r"cases?|tickets?",
        "tickets": r"tickets?",
        "messages": r"messages?",
        "turns": r"messages?|turns?",
        "ai_replies": r"replies|reply|messages?",
        "actions": r"actions?|credits?",
        "minutes": r"minutes?",
        "tokens": r"tokens?|usage",
        "seats": r"seats?|licen[cs]es?|agents? \(?(?:full|lite)|users?",
        "fee": r"platform|subscription|base fee|monthly fee|plan|set-?up|onboarding|implementation",
    }
)
"""What invoices call what a charge bills, by the family of its meter."""
_FEE_WORDS: Final = "fee"
_SHORTEST_LABEL: Final = 4


@dataclass(frozen=True, slots=True)
class MatchedLine:
    """A line of an invoice with what it is.

    Attributes:
        charge: number of the contract's charge; None for credits, taxes and what is not in the contract.
        by_price: whether its price alone told it, and no word of its description.
    """

    line: InvoiceLine
    role: Role
    charge: int | None = None
    by_price: bool = False


def matched(lines: Sequence[InvoiceLine], contract: Contract) -> tuple[MatchedLine, ...]:
    """Return every line with the charge of the contract that it bills.

    Where no line has the words of the unit that lists name, those of its price are taken for it.
    """
    found = tuple(_matched(line, contract) for line in lines)
    if listed_unit(contract) is None or any(each.role == "units" for each in found):
        return found
    prices = {_price(charge): place for place, charge in enumerate(contract.charges) if is_of_unit(contract, place)}
    prices.pop(None, None)
    return tuple(
        MatchedLine(each.line, "units", prices[each.line.unit_price], by_price=True)
        if each.role == "not in the contract" and each.line.unit_price in prices else each
        for each in found
    )  # fmt: skip


def _matched(line: InvoiceLine, contract: Contract) -> MatchedLine:
    kind = line.category.casefold()
    if kind == "tax" or (not kind and _TAX.search(line.description)):
        return MatchedLine(line, "tax")
    negative = line.amount < 0 or (line.quantity is not None and line.quantity < 0)
    named = [place for place, charge in enumerate(contract.charges) if _named(charge, line.description)]
    if kind == "credit" or negative or (_CREDIT.search(line.description) and not named):
        return MatchedLine(line, "credit")
    if not named:
        return MatchedLine(line, "not in the contract")
    place = next((each for each in named if _price(contract.charges[each]) == line.unit_price), named[0])
    return MatchedLine(line, "units" if is_of_unit(contract, place) else "other charge", place)


def listed_unit(contract: Contract) -> str | None:
    """Return the unit of a contract that bills resolutions of one definition, of all conversations: lists have it."""
    unit = contract.unit
    return unit if definition_of(unit) is not None and is_whole(unit) and contract.units == (unit,) else None


def is_of_unit(contract: Contract, place: int) -> bool:
    """Return whether a charge bills the unit of its contract; where lists have none, whether it counts anything."""
    charge, unit = contract.charges[place], listed_unit(contract)
    if charge.is_fee:
        return False
    return bool(countables(charge)) if unit is None else unit in charge.meters


def _named(charge: Charge, description: str) -> bool:
    """Return whether a description has the label of a charge or what invoices call it."""
    text = description.casefold()
    label = charge.label.casefold()
    if len(label) >= _SHORTEST_LABEL and label in text:
        return True
    return re.search(rf"\b(?:{_words(charge)})\b", text) is not None


def _words(charge: Charge) -> str:
    if charge.is_fee:
        return _WORDS[_FEE_WORDS]
    family = family_of(charge.unit_meter)
    if "seat" in charge.label or family == "seats":
        return _WORDS["seats"]
    return _WORDS.get(family, re.escape(family.partition(":")[2] or family).replace("_", " "))


def _price(charge: Charge) -> Decimal | None:
    rate = charge.unit_rate
    return None if rate is None else at_stated(rate)
