"""What leaves a group of futures for all that is told of a run; it is worked out where the group was simulated."""

from __future__ import annotations

from dataclasses import dataclass, replace

from simulator.decisions.clause_bills import study_columns
from simulator.decisions.clauses import ClauseStudy, without_study
from simulator.decisions.variance import split_squares
from simulator.engine.results import Results
from simulator.engine.storage.run_columns import GroupPart, block_sums, compact
from simulator.forecast.bills import priced_part
from simulator.forecast.shared_arrays import Kept
from simulator.scenario.schema import Scenario
from simulator.scenario.stated.compiled_terms import Terms, compile_terms


@dataclass(frozen=True, slots=True)
class Leaving:
    """What leaves the groups of a run: its contracts priced, a study billed, and what the variance split looks at.

    Attributes:
        scenario: without the study's definitions.
        terms: of the scenario, compiled.
        study: of definitions; None where there is none.
        every_meter: whether single futures of all meters leave, and not only those that are read.
    """

    scenario: Scenario
    terms: Terms
    study: ClauseStudy | None = None
    every_meter: bool = False

    @classmethod
    def of(cls, scenario: Scenario, study: ClauseStudy | None = None, *, every_meter: bool = False) -> Leaving:
        """Return what leaves the groups of a scenario's run, or of its study's."""
        return cls(scenario, compile_terms(scenario), study, every_meter)

    def __call__(self, results: Results, first: int) -> GroupPart:
        """Return what leaves a group.

        Args:
            results: of the group, with all meters.
            first: place of its first future in the run.
        """
        own = results if self.study is None else without_study(results, self.study, self.scenario)
        part = priced_part(own, self.terms, first, every_meter=self.every_meter)
        sums = {name: block_sums(each) for name, each in split_squares(self.terms.contracts, own).items()}
        columns = {}
        if self.study is not None:
            found = study_columns(self.study, self.terms.contracts[self.study.contract], results)
            kept = Kept(found.values())
            columns = compact({name: kept.array(each) for name, each in found.items()})
        return replace(part, columns={**part.columns, **columns}, sums={**part.sums, **sums})
