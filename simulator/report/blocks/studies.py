"""What a study of definitions, and of intents, found, as blocks of the summary."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from simulator import risk
from simulator.contracts import unit_rate
from simulator.contracts.metering.meters import CASES
from simulator.decisions.anatomy import Anatomy, anatomy
from simulator.decisions.billed_again import SAMPLE_TRIALS, CountedAgain, count_in
from simulator.decisions.clause_bills import BilledByDefinition, StudyResults, bill_study, clause_bridge
from simulator.decisions.clauses import ClauseStudy
from simulator.decisions.levers import LeverEffect, lever_study
from simulator.decisions.token_parts import ModelParts, token_parts
from simulator.engine.results import METERS
from simulator.engine.storage.run_columns import Columns
from simulator.forecast.base_estimate import base_costs
from simulator.report.blocks.distribution import difference
from simulator.report.summary.anatomy import AnatomyNumbers, IntentAnatomy
from simulator.report.summary.clauses import (
    AsOffered,
    BilledBy,
    Bridge,
    BridgeStep,
    ClauseAxis,
    ClauseNumbers,
    ComparedDefinition,
)
from simulator.scenario.stated.compiled_terms import compile_terms

if TYPE_CHECKING:
    from simulator.engine.processes.pool import Workers
    from simulator.engine.results import Results
    from simulator.scenario.schema import Scenario


@dataclass(frozen=True, slots=True)
class Studies:
    """What was found out beside the forecast, for charts and the report; None where it was not, or cannot be.

    Attributes:
        anatomy: number of conversations drawn, and what those of each intent are made of.
        again: which share of their units contracts bill again.
        base: what every contract costs with all uncertain numbers at their middle.
        token_parts: shares of the tokens of each model by what they are.
        levers: what each lever on tokens changes under the recommended contract.
    """

    clauses: StudyResults | None = None
    anatomy: tuple[int, Mapping[str, Anatomy]] | None = None
    again: CountedAgain | None = None
    base: Mapping[str, float] | None = None
    token_parts: Mapping[str, ModelParts] | None = None
    levers: Sequence[LeverEffect] | None = None


@dataclass(frozen=True, slots=True)
class Samples:
    """What processes work out on their own while the caller prices; None where it is not asked for.

    Attributes:
        levers: lets a process move the levers under a contract, which is known when all are priced.
    """

    anatomy: Future[tuple[int, dict[str, Anatomy]]] | None = None
    again: Future[CountedAgain] | None = None
    base: Future[Mapping[str, float] | None] | None = None
    token_parts: Future[dict[str, ModelParts]] | None = None
    levers: Callable[[str], Future[list[LeverEffect]]] | None = None


class StudySamples:
    """Lets processes count samples of a scenario's conversations: what they are made of, and what is billed again.

    The second needs the cases of the first futures, and starts as soon as these are there.

    Args:
        workers: who counts; of this machine.
    """

    def __init__(self, scenario: Scenario, workers: Workers) -> None:
        self.scenario, self.workers = scenario, workers
        self.again: Future[CountedAgain] | None = None

    def look(self, columns: Columns) -> None:
        """Start to count what is billed again if the first futures are there."""
        if self.again is None and columns.has(futures := min(columns.trials, SAMPLE_TRIALS)):
            here = columns.some(f"{METERS}{CASES}", 0, futures).sum(axis=1)
            self.again = self.workers.submit(count_in, self.scenario, here)

    def start(self) -> Samples:
        """Start what needs no prices, and return all."""
        return Samples(
            self.workers.submit(anatomy_of, self.scenario),
            self.again,
            self.workers.submit(base_costs, self.scenario),
            self.workers.submit(token_parts, self.scenario),
            self._levers,
        )

    def _levers(self, contract: str) -> Future[list[LeverEffect]]:
        return self.workers.submit(lever_study, self.scenario, contract)


def make_studies(results: Results, study: ClauseStudy | None, samples: Samples, recommended: str) -> Studies:
    """Return what was found out beside the forecast, waiting for what others count.

    Args:
        results: of the run, with the units of all definitions of the study.
        study: of definitions, None where there is none.
        recommended: contract under which levers are moved.
    """
    levers = None if samples.levers is None else samples.levers(recommended)
    return Studies(
        clauses=None if study is None else bill_study(study, results),
        anatomy=None if samples.anatomy is None else samples.anatomy.result(),
        again=None if samples.again is None else samples.again.result(),
        base=None if samples.base is None else samples.base.result(),
        token_parts=None if samples.token_parts is None else samples.token_parts.result(),
        levers=None if levers is None else levers.result(),
    )


def anatomy_of(scenario: Scenario) -> tuple[int, dict[str, Anatomy]]:
    """Return what conversations are made of, counted under all definitions in use."""
    return anatomy(scenario, compile_terms(scenario).definitions)


def clause_numbers(results: StudyResults) -> ClauseNumbers:
    """Return what one contract bills by each definition of the grid, by whole definitions, and clause by clause."""
    study = results.study
    return ClauseNumbers(
        contract=study.contract,
        title=results.contract.title,
        definition=study.definition,
        definition_title=results.definitions[study.definition].title,
        trials=len(results.own.cost),
        as_offered=_as_offered(results),
        price=_one_price(results),
        axes=tuple(
            ClauseAxis(
                key=axis.key,
                question=axis.question,
                choices=tuple(choice.label for choice in axis.choices),
                own=axis.own,
            )
            for axis in study.axes
        ),
        cells=tuple(BilledBy(**_billed(results, results.grid[place])) for place in study.places),
        compared=tuple(_compared(results, name, billed) for name, billed in results.compared.items()),
        bridge=_bridge(results),
    )


def _as_offered(results: StudyResults) -> AsOffered:
    own, interval = results.own.cost, risk.quantile_interval(results.own.cost, 0.9, net=results.net)
    return AsOffered(
        mean=risk.mean(own),
        standard_error=risk.standard_error(own, results.net),
        p90=risk.quantile(own, 0.9),
        p90_interval=(interval.low, interval.high),
    )


def _compared(results: StudyResults, name: str, billed: BilledByDefinition) -> ComparedDefinition:
    return ComparedDefinition(
        name=name,
        title=results.definitions[name].title,
        words=results.definitions[name].words,
        own=name == results.study.definition,
        **_billed(results, billed),
        less_own=difference(billed.cost, results.own.cost),
    )


def _bridge(results: StudyResults) -> Bridge:
    found, p90 = clause_bridge(results), risk.quantile(results.own.cost, 0.9)
    return Bridge(
        start=found.start,
        steps=tuple(BridgeStep(label=label, amount=amount) for label, amount in found.steps),
        end=found.end,
        allowance=p90 - found.end,
        p90=p90,
    )


def _one_price(results: StudyResults) -> float | None:
    return unit_rate(results.contract) if len(results.contract.usage) == 1 else None


def _billed(results: StudyResults, billed: BilledByDefinition) -> dict[str, Any]:
    """Return the attributes of a `BilledBy`."""
    p10, p50, p90 = risk.quantiles(billed.cost, (0.1, 0.5, 0.9))
    price = _one_price(results)
    return {
        "mean": risk.mean(billed.cost),
        "standard_error": risk.standard_error(billed.cost, results.net),
        "less_own_error": risk.standard_error(billed.cost - results.own.cost, results.net),
        "p10": p10,
        "p50": p50,
        "p90": p90,
        "units": risk.mean(billed.units),
        "not_solved": risk.mean(billed.not_solved),
        "same_bill_factor": billed.factor,
        "same_bill_price": None if price is None or billed.factor is None else price * billed.factor,
    }


def anatomy_numbers(drawn: int, found: Mapping[str, Anatomy]) -> AnatomyNumbers:
    """Return tokens per conversation by intent and part, what the AI solved, and units; the heaviest intents first."""
    order = sorted(found, key=lambda name: (-sum(found[name].tokens.values()), name))
    return AnatomyNumbers(
        conversations=drawn,
        intents=tuple(
            IntentAnatomy(
                name=name,
                share=found[name].share,
                tokens=found[name].tokens,
                solved=found[name].solved,
                units=found[name].units,
            )
            for name in order
        ),
    )
