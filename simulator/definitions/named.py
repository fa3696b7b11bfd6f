"""The definitions that ship with the product. A scenario uses them by name or writes `extends = "..."`.

Over the same conversations each of closed_by_customer, no_human_touch and credited_on_return counts at most what
assumed_24h counts, because it has every one of its clauses or a stricter one.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from simulator.definitions.spec import DefinitionSpec

NAMED: Final[Mapping[str, DefinitionSpec]] = MappingProxyType(
    {
        "closed_by_customer": DefinitionSpec(
            title="Closed by the customer",
            note="The customer says so with a click or a word; silence never counts. "
            "Seen at vendors of the first generation, who billed an explicit click.",
            outcomes=("confirmed",),
            silence="never",
            human_touch="review",
        ),
        "action_in_system_of_record": DefinitionSpec(
            title="Action in the system of record",
            note="A refund, an order change or another write was completed by the AI without a handoff. "
            "Asked for by buyers; the nearest at vendors is a completed procedure.",
            outcomes=("confirmed", "silent"),
            human_touch="review",
            requires=("action_completed",),
        ),
        "no_human_touch": DefinitionSpec(
            title="No human ever touches it",
            note="No person touches the conversation, not even for a review, and the customer does not come back, "
            "for a return may end with a person whom this conversation does not show. "
            "Seen at vendors whose charge is void if a human steps in at any point.",
            human_touch="none",
            returns="void",
            return_window_hours="ever",
        ),
        "assumed_24h": DefinitionSpec(
            title="Assumed after 24 h of silence",
            note="The customer confirms, or is silent for 24 hours after an answer. "
            "Seen at most vendors of outcome prices, with 24 to 72 hours.",
            silence=24.0,
            human_touch="review",
        ),
        "verified_72h": DefinitionSpec(
            title="Verified after 72 h",
            note="An automatic judge of the vendor finds the conversation resolved, no human took part, and silence "
            "lasted 72 hours. Seen at helpdesk vendors who bill verified resolutions.",
            silence=72.0,
            human_touch="none",
            requires=("judged_resolved",),
        ),
        "credited_on_return": DefinitionSpec(
            title="Credited on return",
            note="As assumed after 24 hours, but a customer who ever comes back with the case voids the charge, even "
            "in a later month. Seen at vendors who deduct reopened conversations across billing periods.",
            silence=24.0,
            human_touch="review",
            returns="void",
            return_window_hours="ever",
        ),
    }
)
"""Specs of the named definitions by name."""
