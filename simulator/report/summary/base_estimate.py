"""The base estimate: what contracts cost with every uncertain input at its middle, and where that stands."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BaseEstimate:
    """What one contract costs over the horizon if nothing is uncertain, in the scenario's currency.

    Attributes:
        contract: its key in the scenario.
        amount: with every uncertain number at its middle, no month moved and none with an incident.
        share_over: of the futures, in which it costs more.
        mean_more: what it costs on average over the futures, less that amount.
    """

    contract: str
    amount: float
    share_over: float
    mean_more: float


@dataclass(frozen=True, slots=True)
class BaseEstimates:
    """The base estimates of all contracts.

    Attributes:
        of: what is estimated, what contracts are ranked by: "invoice" or "cost_to_serve".
        contracts: in the order of the scenario.
        sentence: of the recommended contract.
    """

    of: str
    contracts: tuple[BaseEstimate, ...]
    sentence: str
