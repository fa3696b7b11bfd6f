"""The chances of section 4 for one month: levels, models, ends, returns; and the exact expectations of section 3."""

from __future__ import annotations

import math
from functools import cache
from types import SimpleNamespace
from typing import Final

from tests.reference.chance import moved, shares
from tests.reference.drivers import Moves

ENDS: Final = ("confirmed", "silent_solved", "silent_unsolved", "abandoned", "partial", "escalated")


class MonthLaw:
    """All chances of one month of one trial; every look-up is made once and remembered."""

    def __init__(self, values: SimpleNamespace, month: int, move: Moves) -> None:
        self.values, self.month, self.move = values, month, move
        self.level_names, self.channel_names = list(values.levels), list(values.channels)
        self.model_names = list(values.models)
        self.levels = cache(self._levels)
        self.channels = cache(self._channels)
        self.models = cache(self._models)
        self.ends = cache(self._ends)
        self.returns = cache(self._returns)
        self.class_shares = cache(self._class_shares)

    def _levels(self, intent: str) -> list[float]:
        """Return the probabilities of the levels, the simplest first."""
        written = self.values.intents[intent].levels
        stated = shares([written.get(name, 0.0) for name in self.level_names])
        shift = self.move.complexity + self.values.outcomes.complexity_log_odds
        tails = [1.0, *(moved(math.fsum(stated[k:]), shift) for k in range(1, len(stated))), 0.0]
        return [tails[k] - tails[k + 1] for k in range(len(stated))]

    def _channels(self, intent: str) -> list[float]:
        own = self.values.intents[intent].channels
        if own:
            return shares([own.get(name, 0.0) for name in self.channel_names])
        return shares([channel.share for channel in self.values.channels.values()])

    def _models(self, level: str) -> list[float]:
        """Return the probability that each model answers, routing lever included."""
        weights = [
            model.routing.get(level, 0.0) if isinstance(model.routing, dict) else model.routing
            for model in self.values.models.values()
        ]
        lever = self.values.levers.routing
        target = lever.to if lever.to is not None else self.model_names[0]
        return [
            share * (1.0 - lever.setting) + lever.setting * (name == target)
            for name, share in zip(self.model_names, shares(weights), strict=True)
        ]

    def lever_log_odds(self, of: str) -> float:
        """Return the log odds that all levers add, `of` is "solve_odds" or "escalate_odds"."""
        levers = self.values.levers
        by_share = (levers.routing, levers.compression, levers.cache)
        by_doubling = (levers.retrieval, levers.reasoning)
        return math.fsum(
            [lever.setting * math.log(getattr(lever, of)) for lever in by_share]
            + [math.log2(lever.setting) * math.log(getattr(lever, of)) for lever in by_doubling]
        )

    def _ends(self, intent: str, level: str, model: str, later: bool) -> list[float]:
        """Return the probabilities of the six kinds of end, in the order of ENDS."""
        what, how, who = self.values.intents[intent], self.values.levels[level], self.values.models[model]
        overall = self.values.outcomes
        escalate = moved(
            how.escalate,
            math.log(what.escalate_odds)
            + overall.escalate_log_odds
            + math.log(who.escalate_odds)
            + self.lever_log_odds("escalate_odds")
            + self.move.escalation
            + (math.log(overall.later_contact_escalate_odds) if later else 0.0),
        )
        solve = moved(
            how.solve,
            math.log(what.solve_odds)
            + overall.solve_log_odds
            + math.log(who.solve_odds)
            + self.lever_log_odds("solve_odds")
            + self.move.solving,
        )
        confirm = moved(what.confirm, overall.confirm_log_odds)
        answered = (1 - escalate) * (1 - what.abandon)
        return [
            answered * solve * confirm,
            answered * solve * (1 - confirm),
            answered * (1 - solve),
            (1 - escalate) * what.abandon,
            escalate * how.partial,
            escalate * (1 - how.partial),
        ]

    def _returns(self, intent: str, level: str, end: str) -> float:
        """Return the chance that the customer returns after this end."""
        return moved(
            getattr(self.values.returns.probability, end),
            math.log(self.values.levels[level].return_odds)
            + math.log(self.values.intents[intent].return_odds)
            + self.values.returns.log_odds
            + self.move.returning,
        )

    def _class_shares(self, intent: str) -> list[float]:
        """Return the chances of greeting, spam and test."""
        what = self.values.intents[intent]
        drawn = [what.greeting, what.spam, what.test]
        total = math.fsum(drawn)
        return [share / total for share in drawn] if total > 1.0 else drawn


def per_case(law: MonthLaw) -> tuple[float, float]:
    """Return the expected conversations and straight returns of a case, mixed over intents, levels and models."""
    conversations = straight = 0.0
    for intent, share in law.move.shares.items():
        for level, weight in zip(law.level_names, law.levels(intent), strict=True):
            if share * weight > 0.0:
                logged, unlogged = _from_contact(law, intent, level, 1)
                conversations += share * weight * logged
                straight += share * weight * unlogged
    return conversations, straight


def _from_contact(law: MonthLaw, intent: str, level: str, contact: int) -> tuple[float, float]:
    """Return expected conversations and straight returns from a contact on, the contact itself included."""
    values = law.values
    last = contact == values.returns.max_contacts
    after = (0.0, 0.0) if last else _from_contact(law, intent, level, contact + 1)
    conversations, straight = 1.0, 0.0
    for model, routed in zip(law.model_names, law.models(level), strict=True):
        for end, chance in zip(ENDS, law.ends(intent, level, model, contact > 1), strict=True):
            back = routed * chance * law.returns(intent, level, end)
            to_human = 1.0 if last else getattr(values.returns.straight_to_human, end)
            conversations += routed * chance * getattr(values.duplicates.probability, end)
            conversations += back * (1 - to_human) * after[0]
            straight += back * (to_human + (1 - to_human) * after[1])
    return conversations, straight
