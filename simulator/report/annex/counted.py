"""What a contract counts, in the words of an annex: each unit with its statement, or why there is none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields

from simulator.audit.unit_statements import UnitStatement, unit_statement, why_uncounted
from simulator.contracts import Contract
from simulator.contracts.metering.meters import Sessions, own_of
from simulator.contracts.metering.segments import Chosen, whole_of
from simulator.definitions.text import number
from simulator.errors import ContractError
from simulator.report.annex.document import listed
from simulator.report.words.meter_words import meter_words, what_counts
from simulator.scenario.stated.compiled_terms import Terms


@dataclass(frozen=True, slots=True)
class Counted(UnitStatement):
    """A unit that a contract counts.

    Attributes:
        name: what the clauses call it: "Unit", or "Unit A" where there are several.
        label: what is counted, in words.
        words: what one is, in sentences.
        billed: whether a charge reads it; else a credit or a guarantee does.
    """

    name: str
    label: str
    words: str
    billed: bool

    @property
    def part(self) -> str:
        """Of which conversations it is counted, with every name of an intent and a channel; "" for all."""
        if self.segment is None:
            return ""
        pairs = (("intent", self.segment.intents), ("channel", self.segment.channels))
        told = [_told(column, chosen) for column, chosen in pairs if chosen is not None]
        return f"It is counted only in Conversations whose {listed(told)}."


def counted_units(contract: Contract, terms: Terms) -> tuple[Counted, ...]:
    """Return all that a contract counts in the conversations of a record, charges first.

    Raises:
        ContractError: if it counts nothing, or something that no statement counts, with the reason.
    """
    meters = contract.meters
    if not meters:
        raise ContractError(
            f"contract {contract.name!r} counts nothing: it bills seats and fees only, so that there is no unit to "
            "define or to recount; its terms need no annex"
        )
    names = ["Unit"] if len(meters) == 1 else [f"Unit {_letters(place)}" for place in range(len(meters))]
    titles = {name: each.title for name, each in terms.definitions.items()}
    return tuple(_counted(name, meter, contract, terms, titles) for name, meter in zip(names, meters, strict=True))


def _letters(place: int) -> str:
    """Return A to Z, then AA, AB ..."""
    return (_letters(place // 26 - 1) if place >= 26 else "") + chr(ord("A") + place % 26)


def _counted(name: str, meter: str, contract: Contract, terms: Terms, titles: Mapping[str, str]) -> Counted:
    made = unit_statement(meter, terms)
    if made is None:
        raise ContractError(f"contract {contract.name!r} bills {meter_words(meter, {})}, and {why_uncounted(meter)}")
    return Counted(
        **{each.name: getattr(made, each.name) for each in fields(made)}, name=name,
        label=meter_words(whole_of(meter), titles), words=_words(made, terms), billed=meter in contract.billed_meters,
    )  # fmt: skip


def _words(made: UnitStatement, terms: Terms) -> str:
    """Return what one unit is, in sentences."""
    if made.definition is not None:
        return made.definition.words
    if made.sessions is not None:
        return _sessions_words(made.sessions)
    own = own_of(made.meter)
    if own is not None:
        return f"Of each conversation counts, where it is above 0: {' '.join(terms.meters[own].text.split())}."
    return " ".join(what_counts((made.meter,)))


def _sessions_words(window: Sessions) -> str:
    """Return which conversation opens a session."""
    start = "the Conversation that opened the session" if window.anchor == "start" else "the Conversation before it"
    return (
        "The first Conversation of a Case opens a session. A Return joins the session if it comes less than "
        f"{number(window.hours)} hours after {start}, and opens another one if not. A Duplicate joins the session of "
        "its original if it is on the same channel, and is a session of its own if not. The Unit is the Conversation "
        "that opens a session."
    )


def _told(column: str, chosen: Chosen) -> str:
    return f"{column} is none of {listed(chosen.names)}" if chosen.but else f"{column} is {listed(chosen.names, 'or')}"
