"""Whether a contract is ready to sign, in the one line that the first screen has for it."""

from __future__ import annotations

from typing import Final

from simulator.report.summary.summary import Summary
from simulator.report.words.terms_words import assumed
from simulator.report.words.verdict_words import before_signing

_OPEN: Final = {
    "range": "no input is a range",
    "typical": "ranges are typical and not yours",
    "recount": "we cannot recount the bill",
    "clauses": "what counts is not agreed",
    "price": "prices assumed, no offer named",
    "quote": "the price is not quoted",
    "term": "more is owed after the forecast",
    "unit_cost": "the cost of a unit is unknown",
}
"""What is open, by the kind of the question, in a few words."""


def ready_line(summary: Summary) -> str:
    """Return in a line whether the recommended contract is ready to sign, and what is open in a few words."""
    found = summary.verdict
    if found.rule == "no_units":
        return before_signing(summary)
    open_now = list(dict.fromkeys(_OPEN[each.kind] for each in found.questions))
    guessed = sum(assumed(each) for each in summary.terms if each.contract != summary.recommended)
    told = f" {guessed} other {'prices are' if guessed > 1 else 'price is'} assumed."
    others = "" if not guessed or _OPEN["price"] in open_now else told
    if not open_now:
        return f"Ready to sign: nothing is open.{others}"
    return f"Not ready to sign: {'; '.join(open_now)}.{others}"
