"""What an engine hands on: meters by trial and month, and the trial's unknowns. No conversation leaves the engine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from simulator.scenario.schema import Scenario

Array = NDArray[np.float64]


_DESCRIBING: Final = (
    "intent:",
    "channel:",
    "class:greeting",
    "class:spam",
    "class:test",
    "handoff_planned",
    "csat_",
    "duration_seconds",
    "return_hours",
    "duplicate_hours",
)


def only_describes(meter: str) -> bool:
    """Return whether a meter tells what conversations are like and nothing bills it as it stands.

    The atlas gives such a meter its exact mean, and parts sum to their total, but its spread from month to month only
    about: that a case keeps its intent and channel over its contacts is left out.
    """
    return meter.startswith(_DESCRIBING)


@dataclass(frozen=True, slots=True)
class Results:
    """The meters of a run. Axis order of every meter: (trial, month).

    Attributes:
        scenario: what was simulated, as loaded.
        meters: name -> array (trial, month), sums over the conversations of the cases that opened in the month:
            cases, cases_solved (by the AI or a person), cases_solved_by_ai, tickets, unseen_tickets, straight_returns;
            rows (all conversations logged), conversations (handled: class service and at least one turn), returns
            (rows after which the customer came back), duplicates (rows);
            for every unit U ("rows", "conversations" and "resolutions:NAME" of each definition in use): U, U|solved
            (of these solved by the AI or a person), U|solved_by_ai;
            turns, messages, ai_replies, actions, calls, duration_seconds;
            input_tokens (cached and written inside), output_tokens (reasoning inside), of all models;
            for every layer, blocks and sessions that a contract reads, its key such as "output_tokens[500000:2000000]",
            "messages/70" and "sessions:start:24" (contracts.meters), and minutes where a contract reads these;
            own:NAME for the scenario's own meters;
            for every part that a contract reads, its key such as "conversations{intents=refund}" (contracts.part), with
            U|solved and U|solved_by_ai where it counts units; its handled conversations in any case;
            human_minutes and its parts handoff_minutes, review_minutes (the rest: straight returns);
            return_hours (sum of delays), duplicate_hours (from the opening of the case), csat_responses, csat_points;
            end:KIND for the six kinds of end; touch:review, touch:handoff;
            action_completed, judged_resolved, handoff_planned;
            class:NAME, channel:NAME, level:NAME, intent:NAME, model:NAME (rows);
            tokens:MODEL:CLASS and tokens_long:MODEL:CLASS with CLASS in input (uncached, unwritten), cached_input,
            cache_write, output; reasoning_tokens;
            today_minutes, today_solved (people only, only where the scenario has `today`).
        unknowns: dotted name of each number given as an interval -> array (trial,) of its values.
        drivers: demand, complexity, escalation, solving, returning, tokens, incident -> array (trial, month): factors,
            or shifts on the logit.
        engine: name of the engine: "atlas", "ledger", or "expected" for conditional means.
    """

    scenario: Scenario
    meters: Mapping[str, Array]
    unknowns: Mapping[str, Array]
    drivers: Mapping[str, Array]
    engine: str = field(default="ledger")

    @property
    def trials(self) -> int:
        """Number of futures."""
        return int(self.meters["cases"].shape[0])

    @property
    def months(self) -> int:
        """Number of months."""
        return int(self.meters["cases"].shape[1])
