"""Published ranges beside which implied figures are printed. Outside a range is a question, not an error."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from simulator.implied.implied_figures import Implied
from simulator.scenario.schema import Scenario

Unit = Literal["share", "count", "tokens", "money", "minutes"]


@dataclass(frozen=True, slots=True)
class Range:
    """A published range of one implied figure.

    Attributes:
        figure: the field of `Implied`.
        usual: a middle value, None where none is published.
        currency: the currency of the range for money, empty otherwise.
    """

    figure: str
    label: str
    unit: Unit
    low: float
    high: float
    usual: float | None
    source: str
    currency: str = ""


RANGES: Final[tuple[Range, ...]] = (
    Range("conversations_per_case", "conversations per case", "count", 1.0, 1.5, None, "repeat contact within 7 days 15 to 40 % (bank, surveys)"),
    Range("escalated", "handed to a person", "share", 0.05, 0.60, 0.35, "vendors' published rates and tau-bench transfers"),
    Range("abandoned", "abandoned", "share", 0.02, 0.26, 0.09, "Salesforce Help: 26 %, falling to 8-9 %"),
    Range("solved", "solved by the AI", "share", 0.38, 0.85, 0.55, "Comm100 45 % of chats (38-98 by industry), vendors' published rates"),
    Range("returns", "returns", "share", 0.011, 0.40, 0.13, "reopened 1.1-7 % (UCI, BPI), repeat contact within 7 days 15-40 %"),
    Range("turns", "customer messages", "count", 3.0, 9.0, 6.1, "520 tau conversations, mean 6.1; human chats 8.2 (MultiDoGO)"),
    Range("calls", "model calls", "count", 4.0, 20.0, 10.5, "520 tau conversations, P5 to P95"),
    Range("input_tokens", "prompt tokens", "tokens", 12_000, 60_000, 42_700, "101 recorded conversations, mean 42,656; reconstructed 53,019"),
    Range("output_tokens", "output tokens", "tokens", 400, 7_000, 1_500, "101 recorded conversations, mean 1,528; x 4.1 with reasoning"),
    Range("cached_share", "prompt read from cache", "share", 0.5, 0.95, 0.8, "implied by recorded costs; 0.92 in agent tickets"),
    Range("model_cost", "model cost", "money", 0.01, 0.72, 0.05, "tau2 0.027-0.44, leaderboard up to 0.72 a conversation", "USD"),
    Range("human_minutes", "minutes of people", "minutes", 0.3, 15.0, None, "bank calls 3.2 min a call; handoffs 6-22 min by level (judgement)"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Finding:
    """An implied figure beside its published range.

    Attributes:
        currency: of the figure, where it is money.
        rate: by which the range is multiplied to be in that currency; None where the scenario does not say it, and then
            the two are not compared.
    """

    range: Range
    value: float
    currency: str
    rate: float | None = 1.0

    @property
    def ends(self) -> tuple[float, float] | None:
        """The published range in the figure's currency; None where they are not compared."""
        return None if self.rate is None else (self.range.low * self.rate, self.range.high * self.rate)

    @property
    def outside(self) -> bool:
        """Whether the figure lies outside the published range; both ends are inside."""
        return self.ends is not None and not self.ends[0] <= self.value <= self.ends[1]


def findings(implied: Implied, scenario: Scenario) -> Iterator[Finding]:
    """Yield every implied figure with its published range, money at the stated exchange rate."""
    for each in RANGES:
        yield Finding(each, getattr(implied, each.figure), scenario.currency, _rate(each, scenario))


def _rate(found: Range, scenario: Scenario) -> float | None:
    if found.currency in ("", scenario.currency):
        return 1.0
    stated = scenario.exchange_rates.get(found.currency)
    return None if stated is None else stated.center
