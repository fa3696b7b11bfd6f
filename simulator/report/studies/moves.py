"""The order of moves of a buyer who decides: which question comes next, and the answers as one short list."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from simulator.money import currency
from simulator.report.studies.made import Decided, key_of

MAP: Final = "breakeven --map price,volume"
ORDER: Final[Mapping[str, str]] = {
    "value": "What do I have to find out before anything else, and what is it worth?",
    "deal": "What do I offer, and at which price do I walk away?",
    "breakeven": "At which price, volume or other number do two contracts cost the same?",
    MAP: "Which contract would be right at another price and another volume?",
    "clauses": "Which clause do I ask for first, and what is each term of a contract worth?",
    "definitions --compare": "What would other definitions of a resolution bill, at which price is the bill the same?",
    "sensitivity": "Which assumptions carry the spread, and what breaks the budget?",
    "commitment": "How much do I commit?",
    "split": "Which conversations belong under which contract?",
    "claims": "Do the claims hold that are made about such prices?",
}
"""Questions by their commands, as the table of the README has them: find out, price, clauses, then what binds."""
STEPS: Final[Mapping[str, str]] = {
    "value": "Find out first",
    "deal": "Then the price",
    "clauses": "Then the clauses",
    "commitment": "Last, the commitment",
    "split": "Last, the split",
}
"""The moves that are made, by the command that answers each."""
_END: Final = re.compile(r"; |\. |: |, because |, if |\.$")
_LIMIT: Final = re.compile(r" Walk away above [^:;]+")
_QUOTED: Final = re.compile(r'"[^"]*"')


@dataclass(frozen=True, slots=True)
class Move:
    """A move: its step, what to do with its figure, and the key of the whole answer on the page."""

    step: str
    what: str
    key: str


def next_line(command: str) -> str:
    """Return which question comes after that of a command, with the command that answers it."""
    names = list(ORDER)
    place = names.index(MAP if " --map" in command else command) + 1
    if place == len(names):
        return "All answers in one report: simulate SCENARIO --decide"
    return f"Next: simulate {names[place]}. {ORDER[names[place]]}"


def moves(decided: Decided, code: str) -> tuple[Move, ...]:
    """Return the order of moves, of the questions that are answered."""
    found = {each.command: each for each in decided.studies}
    return tuple(
        Move(step, short(found[name].told.answer, code), key_of(name)) for name, step in STEPS.items() if name in found
    )


def short(answer: str, code: str) -> str:
    """Return an answer up to the end of the part that has its first amount of money; else its first sentence.

    Where to walk away is told too.
    """
    plain = _QUOTED.sub(lambda found: "x" * len(found[0]), answer)
    amount = re.search(rf"{re.escape(currency(code).symbol.strip())}\s?\d", plain)
    end = _END.search(plain, amount.end()) if amount else re.search(r"\. |\.$", plain)
    limit = _LIMIT.search(answer)
    return f"{answer[: end.start()] if end else answer}.{f'{limit[0]}.' if limit else ''}"
