"""The verdict of a run in Python: what the rule found, with the sentences that every report prints."""

from __future__ import annotations

from dataclasses import dataclass

from simulator.explore.shown import lines_of, page
from simulator.forecast.verdict import Close, Premium, Question, Rival
from simulator.forecast.verdict import Verdict as Found
from simulator.report.summary.summary import Summary


@dataclass(frozen=True, slots=True)
class Verdict:
    """Which contract to sign, by which rule, and what stands against it.

    Attributes:
        found: the typed verdict of the rule (`simulator.forecast.verdict.Verdict`).
        sentence: the answer, as the terminal and the report print it.
        before_signing: whether it is ready to sign, or the open questions.
    """

    found: Found
    sentence: str
    before_signing: str

    @classmethod
    def of(cls, found: Found, numbers: Summary) -> Verdict:
        """Return the verdict of a run with the sentences of its summary."""
        return cls(found, numbers.sentence, numbers.verdict.before_signing)

    @property
    def recommended(self) -> str:
        """Name of the contract to sign."""
        return self.found.recommended

    @property
    def rule(self) -> str:
        """By which rule: `budget_kept`, `budget_missed`, `lowest_p90` or `no_units`."""
        return self.found.rule

    @property
    def ranking(self) -> tuple[str, ...]:
        """All names, the recommended one first."""
        return self.found.ranking

    @property
    def chance(self) -> float | None:
        """Share of the futures in which it keeps all budgets; None without a budget."""
        return self.found.chance

    @property
    def rivals(self) -> tuple[Rival, ...]:
        """At most two: the lowest mean, and the one that is cheaper in most futures, where they are others."""
        return self.found.rivals

    @property
    def premium(self) -> Premium | None:
        """What it costs more on average than the lowest mean, and what that buys."""
        return self.found.premium

    @property
    def close(self) -> Close | None:
        """The two contracts between which the figure that ranks does not decide; None where it does."""
        return self.found.close

    @property
    def questions(self) -> tuple[Question, ...]:
        """What is open before signing."""
        return self.found.questions

    def __repr__(self) -> str:
        return "\n".join(lines_of([self.sentence, self.before_signing]))

    def _repr_html_(self) -> str:
        return page(self.sentence, self.before_signing)
