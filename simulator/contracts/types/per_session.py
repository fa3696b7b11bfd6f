"""Per session: conversations of a case within a window bill once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from simulator.contracts.charges import Charge
from simulator.contracts.meters import Anchor, Sessions
from simulator.contracts.prices import TokenRates
from simulator.contracts.types.base import ContractSpec
from simulator.contracts.types.terms import UnitTerms
from simulator.parameters import parameter


class PerSession(UnitTerms, ContractSpec):
    """A price per session."""

    type: Literal["per_session"]
    window: Anchor = parameter(
        "from where a session's window runs: start, its own; inactivity, anew from each conversation in it"
    )
    window_hours: float = parameter(
        "length of the window; a conversation at exactly this many hours opens another session",
        unit="hours",
        typical=(0.25, 72),
        strict=True,
        gt=0,
        le=10_000,
    )

    @property
    def default_title(self) -> str:
        return f"Per session of {self.window_hours:g} h{' inactivity' if self.window == 'inactivity' else ''}"

    def usage_charges(self, models: Mapping[str, TokenRates]) -> tuple[Charge, ...]:
        return (self.charge(Sessions(self.window, self.window_hours).key),)
