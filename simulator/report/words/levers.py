"""Levers on tokens in words: what a move does, and who keeps its saving."""

from __future__ import annotations

from simulator.decisions.levers import SHARES, Move
from simulator.report.summary.levers import Change, LeverSaving
from simulator.report.words.figures import figures, percents
from simulator.scenario.schema import Scenario


def move_words(move: Move, scenario: Scenario) -> str:
    """Return what a move does, in words."""
    now = f"{100 * move.after:g} %" if move.lever in SHARES else f"{move.after:g} times"
    to = scenario.levers.routing.to or next(iter(scenario.models))
    return {
        "routing": f"{now} of all conversations moved to {to}",
        "compression": f"{now} of system prompt, tools and history cut",
        "retrieval": f"{now} the retrieved passages",
        "cache": f"{now} of cache misses avoided",
        "reasoning": f"{now} the reasoning",
    }[move.lever]


def saving_words(saving: LeverSaving, code: str) -> str:
    """Return what a lever saves, what it costs in people's work, and who keeps the saving, as sentences."""
    what = saving.words[0].upper() + saving.words[1:]
    if saving.vendor_keeps is None:
        return f"{what}: no model cost is saved; people's work {_moves(saving.human_work, code)}."
    (saved,) = figures([-saving.model_cost.mean], code)
    free = ", because the scenario states no loss of quality for it" if saving.free else ""
    return (
        f"{what}: the models cost {saved} less, the invoice {_moves(saving.invoice, code)} and people's work "
        f"{_moves(saving.human_work, code)}{free}. {_kept(saving)} With people's work you pay "
        f"{_paid(saving.cost_to_serve, code)}."
    )


def _moves(change: Change, code: str) -> str:
    (amount,) = figures([abs(change.mean)], code)
    if not any(digit in amount for digit in "123456789"):
        return "stays as it is"
    return f"{'rises' if change.mean > 0 else 'falls'} by {amount}"


def _paid(change: Change, code: str) -> str:
    (amount,) = figures([abs(change.mean)], code)
    if not any(digit in amount for digit in "123456789"):
        return "the same"
    return f"{amount} {'more' if change.mean > 0 else 'less'}"


def _kept(saving: LeverSaving) -> str:
    """Return who keeps the saved model cost; shares outside of 0 to 1 mean that the invoice moves by more than it."""
    vendor, buyer = saving.vendor_keeps or 0.0, saving.buyer_keeps or 0.0
    if vendor > 1:
        return "The vendor keeps all of the saving, and the invoice rises besides."
    if buyer > 1:
        return "You keep all of the saving, and the invoice falls by more than it."
    shares = percents([vendor, buyer], against=[0, 1])
    if vendor == 1:
        return "The vendor keeps all of the saving."
    if buyer == 1:
        return "You keep all of the saving."
    return f"The vendor keeps {shares[0]} of the saving and you keep {shares[1]}."
