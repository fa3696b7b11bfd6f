"""What a workbook is written from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from simulator.forecast.forecast import Forecast
from simulator.report.contract_answers import ContractAnswers
from simulator.report.summary.contract import ContractNumbers
from simulator.report.summary.summary import Summary


@dataclass(frozen=True, slots=True)
class Content:
    """What a workbook is written from.

    Attributes:
        questions: the three questions of every contract (report.questions).
        hash: of the scenario and all that decides the numbers.
    """

    forecast: Forecast
    summary: Summary
    questions: Sequence[ContractAnswers]
    hash: str

    @property
    def contracts(self) -> Sequence[ContractNumbers]:
        """The contracts' numbers in the order of the ranking."""
        return [self.summary.contract(name) for name in self.summary.ranking]

    @property
    def compared(self) -> Sequence[ContractNumbers]:
        """The recommended contract, its rivals, and the next of the ranking: four at most, for charts."""
        rivals = [rival.name for rival in self.summary.verdict.rivals]
        names = dict.fromkeys([self.summary.recommended, *rivals, *self.summary.ranking])
        return [self.summary.contract(name) for name in list(names)[:4]]

    @property
    def cost(self) -> str:
        """What the budget covers, in words."""
        return "invoice" if self.summary.ranked_by == "invoice" else "invoice and people's work"

    @property
    def definitions(self) -> dict[str, str]:
        """Titles of the definitions that contracts bill by, by name."""
        return {each.name: each.title for block in self.questions for each in block.who_counts.definitions}
