"""The ten claims of the public argument about prices of customer-service AI, each judged by numbers of a scenario.

docs/claims.md says what each claim is, how it is measured, and by which rule it is judged.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from simulator.decisions.claims.auditable_actions import auditable_actions_suit_resolutions
from simulator.decisions.claims.billed_twice import duplicate_work_is_billed_twice
from simulator.decisions.claims.complex_mixes import complex_mixes_are_punished
from simulator.decisions.claims.definition_moves import definition_moves_the_bill, vendor_turns_the_dial
from simulator.decisions.claims.ground import Ground, ground_of
from simulator.decisions.claims.outcomes_and_savings import levers_save_for_whom, resolutions_align_cost_with_outcomes
from simulator.decisions.claims.prepared import prepared
from simulator.decisions.claims.rule import VERDICTS, Claim, Part, Verdict
from simulator.decisions.claims.spreads import (
    buyer_carries_the_spread,
    conversations_lie_between,
    tokens_are_harder_to_forecast,
)
from simulator.decisions.same_futures import SameFutures

__all__ = ["CLAIMS", "VERDICTS", "Claim", "Claims", "Part", "ScenarioClaims", "Verdict", "claims_on", "prepared"]

CLAIMS: Final[tuple[Callable[[Ground], Claim], ...]] = (
    definition_moves_the_bill,
    complex_mixes_are_punished,
    duplicate_work_is_billed_twice,
    tokens_are_harder_to_forecast,
    conversations_lie_between,
    auditable_actions_suit_resolutions,
    levers_save_for_whom,
    resolutions_align_cost_with_outcomes,
    buyer_carries_the_spread,
    vendor_turns_the_dial,
)
"""The claims in their order, each a function of what it is judged on."""


@dataclass(frozen=True, slots=True)
class ScenarioClaims:
    """The claims on one scenario.

    Attributes:
        resolution, conversation: titles of the contracts that were looked at; None where there is no such one.
        claims: in their order.
    """

    scenario: str
    currency: str
    months: int
    trials: int
    seed: int
    resolution: str | None
    conversation: str | None
    claims: tuple[Claim, ...]


@dataclass(frozen=True, slots=True)
class Claims:
    """The claims on several scenarios, in the order in which they were asked about."""

    scenarios: tuple[ScenarioClaims, ...]


def claims_on(futures: SameFutures) -> ScenarioClaims:
    """Judge all claims on the futures of a scenario.

    Args:
        futures: best of the scenario as `prepared` returns it, as nothing is then counted twice.
    """
    ground = ground_of(futures)
    scenario, named = ground.scenario, ground.futures.forecast.contracts

    def title(name: str | None) -> str | None:
        return None if name is None else named[name].contract.title

    return ScenarioClaims(
        scenario.title, scenario.currency, scenario.months, scenario.trials, scenario.seed,
        title(ground.looked.resolution), title(ground.looked.conversation),
        tuple(each(ground) for each in CLAIMS),
    )  # fmt: skip
