"""Claim 6: a price per resolution is right for narrow deployments with clean, auditable outcomes."""

from __future__ import annotations

from typing import Final

from simulator import risk
from simulator.contracts.metering.meters import CONVERSATIONS
from simulator.decisions.claims.ground import NO_CONVERSATION, NOTHING, Ground
from simulator.decisions.claims.prepared import ACTION
from simulator.decisions.claims.ratios import ratio_of_means
from simulator.decisions.claims.rule import Claim, Part, above, below, claim, part, untold, yes

CLEAN: Final = 0.9
"""Share of the billed units that must be solved."""
WHOLE: Final = 0.8
"""Share of the solved conversations that must be billed, for the action to stand for the outcome."""
NO_ACTION: Final = (
    "the scenario has no contract per resolution that requires an action in the system of record; add one, with "
    'definition = "action_in_system_of_record"'
)


def auditable_actions_suit_resolutions(ground: Ground) -> Claim:
    """Judge claim 6 by what an action in the system of record bills here, who can count it, and what it costs."""
    text = (
        "A price per resolution can be right where the outcome is clean and can be audited, as an action in the system "
        "of record: this deployment is such a one."
    )
    return claim(6, text, [_whole(ground), _clean(ground), _auditable(ground), _no_dearer(ground)])


def _whole(ground: Ground) -> Part:
    """Return the share of the conversations solved by the AI that end in an action, and the intents where most do."""
    share = ratio_of_means(
        ground.units(ACTION, "|solved_by_ai"), ground.total(f"{CONVERSATIONS}|solved_by_ai"), ground.net
    )
    if share is None:
        return untold("action_is_whole", "share", above(WHOLE), NOTHING)
    return part("action_is_whole", "share", share, above(WHOLE)).naming(_fitting(ground))


def _fitting(ground: Ground) -> list[str]:
    """Return the intents of which an action stands for most of what is solved, by a sample of conversations."""
    found = ground.intents
    named = ground.scenario.intents
    fits = [name for name, each in found.items() if each.solved > 0 and each.units[ACTION] / each.solved > WHOLE]
    return [getattr(named[name], "title", "") or name.replace("_", " ") for name in fits]


def _clean(ground: Ground) -> Part:
    """Return the share of the units that were solved, by the AI or a person."""
    share = ratio_of_means(ground.units(ACTION, "|solved"), ground.units(ACTION), ground.net)
    if share is None:
        return untold("action_is_clean", "share", above(CLEAN), NOTHING)
    return part("action_is_clean", "share", share, above(CLEAN))


def _auditable(ground: Ground) -> Part:
    countable = ground.terms.definitions[ACTION].verifiability.countable_by_buyer
    return part("action_is_auditable", "yes", yes(countable), above(0.5))


def _no_dearer(ground: Ground) -> Part:
    """Return the invoice of the contract by an action over that of the contract per conversation, as offered."""
    own, other = ground.looked.action, ground.looked.conversation
    if own is None or other is None:
        missing = NO_CONVERSATION if other is None else NO_ACTION
        return untold("action_no_dearer", "factor", below(1.0), missing)
    invoice, flat = ground.futures.invoice(own), ground.futures.invoice(other)
    ratio = ratio_of_means(invoice, flat, ground.net)
    if ratio is None:
        return untold("action_no_dearer", "factor", below(1.0), NOTHING)
    price = ground.average_price(own)
    return part(
        "action_no_dearer", "factor", ratio, below(1.0),
        flips={"price": price / ratio.value},
        beside={"price": price, "action": risk.mean(invoice), "conversation": risk.mean(flat)},
    )  # fmt: skip
