"""Conditions on the numbers of a run, as `p90 > budget`: a figure, a comparison, an amount. Nothing is evaluated.

A condition is [CONTRACT] MEASURE COMPARISON VALUE. Without a contract it is of the recommended one. MEASURE is mean, a
percentile (p50, p80, p90 ...) of the cost that the budget covers, or `probability`, the share of futures in which
it breaks the budget, or any of the budgets where each fiscal year has its own. VALUE is a number, or `budget` where
there is one. "Over" is strict: a P90 that equals the budget is not over it.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from simulator.errors import SimulatorError
from simulator.report.summary.distribution import LEVELS
from simulator.report.summary.summary import Summary
from simulator.report.words.figures import figures, percents
from simulator.report.words.sentences import doubtful
from simulator.scenario.meant.near_names import suggest
from simulator.scenario.meant.typed_numbers import read_number

COMPARISONS: Final[Mapping[str, Callable[[float, float], bool]]] = MappingProxyType(
    {">=": operator.ge, "<=": operator.le, ">": operator.gt, "<": operator.lt}
)
MEASURES: Final = ("mean", *(f"p{level}" for level in LEVELS), "probability")
_PARTS: Final = re.compile(r"(?P<left>[^<>=]+)(?P<sign>[<>]=?)(?P<right>[^<>=]+)")
_LEFT: Final = re.compile(r"(?:(?P<contract>.*\S)(?:\s*\.\s*|\s+))?(?P<measure>\w+)")
_EXAMPLE: Final = 'write for example "p90 > budget" or "per_token p90 > 500_000"'


class ConditionError(SimulatorError):
    """A condition that cannot be read, or that asks for what the scenario does not have."""


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition on the numbers of a run.

    Attributes:
        contract: name of the contract; None for the recommended one.
        amount: what the measure is compared with; None for the budget.
    """

    text: str
    contract: str | None
    measure: str
    sign: str
    amount: float | None

    def holds(self, summary: Summary) -> bool:
        """Return whether it is true of a run."""
        found, amount = self._values(summary)
        return COMPARISONS[self.sign](found, amount)

    def words(self, summary: Summary) -> str:
        """Return the condition with the figures that it compares."""
        found, amount = self._values(summary)
        contract = summary.contract(self.contract or summary.recommended)
        if self.measure == "probability":
            left, right = percents([found, amount])
        else:
            left, right = figures([found, amount], summary.currency)
        doubt = self.measure == "mean" and doubtful(contract.cost(summary.ranked_by))
        beware = ", which these futures do not determine" if doubt else ""
        return f"{self.text}  ({left} {self.sign} {right}, {contract.title}{beware})"

    def _values(self, summary: Summary) -> tuple[float, float]:
        contract = summary.contract(self.contract or summary.recommended)
        if self.measure == "probability":
            assert self.amount is not None and contract.chance_of_budgets is not None  # `condition` refuses it without
            return round(1.0 - contract.chance_of_budgets, 12), self.amount  # 1 - 0.9 is 0.1
        cost = contract.cost(summary.ranked_by).amount(self.measure)
        if self.amount is not None:
            return cost, self.amount
        assert summary.budget is not None  # `condition` refuses it without
        return cost, summary.budget.amount


def condition(text: str, contracts: Mapping[str, Any], *, budgets: int) -> Condition:
    """Read a condition.

    Args:
        contracts: the contracts of the scenario by name.
        budgets: how many the scenario has: none, one of the horizon, or one for each fiscal year.

    Raises:
        ConditionError: saying what cannot be read, and how it is written.
    """
    parts = _PARTS.fullmatch(text)
    left = _LEFT.fullmatch(parts["left"].strip()) if parts else None
    if parts is None or left is None:
        raise ConditionError(f"the condition '{text[:80]}' cannot be read; {_EXAMPLE}")
    measure, name = left["measure"], left["contract"]
    if measure not in MEASURES:
        raise ConditionError(
            f"'{measure}' in '{text[:80]}' is no measure; {suggest(measure, MEASURES, 'there are', 15)}"
        )
    if name is not None:
        name = name.strip().strip("'\"")
        if name not in contracts:
            raise ConditionError(f"there is no contract '{name[:60]}' for '{text[:80]}'; {suggest(name, contracts)}")
    amount = _amount(parts["right"].strip(), text, measure)
    if budgets > 1 and amount is None:
        raise ConditionError(
            f"'{text[:80]}' compares with one budget, and each fiscal year has its own; write for example "
            '"probability > 0.1", the share of futures in which any of them is broken'
        )
    if not budgets and (amount is None or measure == "probability"):
        raise ConditionError(
            f"'{text[:80]}' needs a budget; give --budget 500_000, or budget = 500_000 in the scenario"
        )
    return Condition(text.strip(), name, measure, parts["sign"], amount)


def _amount(written: str, text: str, measure: str) -> float | None:
    """Return the number on the right; None for the budget."""
    if written == "budget":
        if measure == "probability":
            raise ConditionError(f"a probability is compared with a share, not with the budget: '{text[:80]}'")
        return None
    try:
        number = float(written)
    except ValueError:
        read = read_number(written)
        help_text = f"write {read[0]}; {read[1]}" if read and read[1] else "write a number, or budget"
        raise ConditionError(f"'{written[:60]}' in '{text[:80]}' is not a number; {help_text}") from None
    if number != number or number in (float("inf"), float("-inf")):
        raise ConditionError(f"'{written[:60]}' in '{text[:80]}' is not a finite number")
    return number
