"""What each stress does to a scenario: a changed scenario of the same seed, or why the scenario cannot have it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np

from simulator.contracts.contract_types import DefinitionChange, PerResolution
from simulator.definitions import DefinitionSpec
from simulator.quantities.distributions import Quantity
from simulator.quantities.moved import moved
from simulator.quantities.parameters import known
from simulator.scenario.schema.token_tables import Model
from simulator.scenario.stated.changed import with_numbers
from simulator.scenario.stated.compiled_terms import compile_terms
from simulator.scenario.stated.model_prices import listed_in_currency

if TYPE_CHECKING:
    from simulator.engine.results import Results
    from simulator.scenario.schema import Scenario

Reason = Literal[
    "one_month", "no_incident", "no_definition", "own_predicate", "tightest", "loosest", "no_handoffs",
    "nothing_varies", "nothing_dearer",
]  # fmt: skip
"""Why a scenario cannot have a stress."""
Stressed = Callable[["Scenario", str, "Results"], "Scenario | Reason"]
"""From the scenario, the name of the contract that is asked about and a run of it to the scenario under stress."""

POINTS: Final = 0.10
"""By how much solving falls, as a share of what the AI answers."""
FEWER_HANDOFFS: Final = 0.5
"""By how much the log odds of handing over fall under pressure on containment: odds times 0.61."""
PRESSED: Final = 0.05
"""By how much solving falls there."""
MORE_INCIDENTS: Final = 1 / 12
"""By how much the chance of an incident month rises: one more a year."""
RENEWED: Final = "renewed_terms"
"""Name of the definition that a renewal brings."""
TIGHT: Final[Mapping[str, Any]] = MappingProxyType(
    {"returns": "void", "return_window_hours": 168.0, "human_touch": "none", "duplicates": "merged"}
)
LOOSE: Final[Mapping[str, Any]] = MappingProxyType(
    {"outcomes": ("confirmed", "silent"), "silence": "at_once", "returns": "bill_again", "human_touch": "handoff",
     "duplicates": "billed"}
)  # fmt: skip
"""Clauses of a definition that a renewal tightens or loosens, each to what vendors and buyers usually ask for."""


def outage(scenario: Scenario, contract: str, results: Results) -> Scenario | Reason:
    """Return the scenario in which the AI serves nobody in the busiest month."""
    if scenario.months == 1:
        return "one_month"
    rollout = [
        scenario.volume.rollout[min(month, len(scenario.volume.rollout) - 1)] for month in range(scenario.months)
    ]
    rollout[busiest(results) - 1] = known(0)
    return _with(scenario, volume=scenario.volume.model_copy(update={"rollout": tuple(rollout)}))


def busiest(results: Results) -> int:
    """Return the month with the most cases on average, counted from 1."""
    return int(np.argmax(results.meters["cases"].mean(axis=0))) + 1


def incident(scenario: Scenario, contract: str, results: Results) -> Scenario | Reason:
    """Return the scenario with one more incident month a year on average."""
    incidents = scenario.incidents
    if incidents.factor.fixed and incidents.factor.center <= 1:
        return "no_incident"
    more = moved(incidents.probability, added=MORE_INCIDENTS)
    return _with(scenario, incidents=incidents.model_copy(update={"probability": more}))


def model_prices(scenario: Scenario, contract: str, results: Results) -> Scenario | Reason:
    """Return the scenario in which every model costs twice as much a token."""
    return _with(scenario, models={name: _twice_as_dear(each, scenario) for name, each in scenario.models.items()})


def _twice_as_dear(model: Model, scenario: Scenario) -> Model:
    """Return a model with rates of its own at twice the price; a rate of exchange is at its middle in them."""
    rates = listed_in_currency(model, scenario) if model.rates is None else model.rates
    twice = with_numbers(rates, lambda price: moved(price, factor=2.0))
    return model.model_copy(update={"price": None, "token_kind": None, "rates": twice})


def solving(scenario: Scenario, contract: str, results: Results) -> Scenario | Reason:
    """Return the scenario in which the AI solves ten points fewer of what it answers, at every level."""
    return _solving_less(scenario, POINTS)


def _solving_less(scenario: Scenario, points: float) -> Scenario:
    levels = {
        name: level.model_copy(update={"solve": moved(level.solve, added=-points)})
        for name, level in scenario.levels.items()
    }
    return _with(scenario, levels=levels)


def containment(scenario: Scenario, contract: str, results: Results) -> Scenario | Reason:
    """Return the scenario in which the AI keeps conversations that it used to hand over, and solves fewer."""
    if not results.meters["touch:handoff"].any():
        return "no_handoffs"
    outcomes = scenario.outcomes
    fewer = moved(outcomes.escalate_log_odds, added=-FEWER_HANDOFFS)
    less = _solving_less(scenario, PRESSED)
    return _with(less, outcomes=outcomes.model_copy(update={"escalate_log_odds": fewer}))


def tightened(scenario: Scenario, contract: str, results: Results) -> Scenario | Reason:
    """Return the scenario in which the contract's definition bills fewer from its renewal on."""
    return _renewed(scenario, contract, TIGHT, "tightest")


def loosened(scenario: Scenario, contract: str, results: Results) -> Scenario | Reason:
    """Return the scenario in which the contract's definition bills more from its renewal on."""
    return _renewed(scenario, contract, LOOSE, "loosest")


def renewal(scenario: Scenario, contract: str) -> int:
    """Return the first month after the contract's term, counted from 1; the middle of a horizon that ends before it."""
    month = _term(scenario, contract) + 1
    return month if month <= scenario.months else scenario.months // 2 + 1


def ends_within(scenario: Scenario, contract: str) -> bool:
    """Whether the contract's term ends within the horizon."""
    return _term(scenario, contract) < scenario.months


def _term(scenario: Scenario, contract: str) -> int:
    """Return the months of a contract's term, a year where it says less."""
    spec = scenario.contracts.get(contract)
    return max(12, 0 if spec is None or spec.term_months is None else spec.term_months)


def _renewed(scenario: Scenario, contract: str, clauses: Mapping[str, Any], already: Reason) -> Scenario | Reason:
    spec = scenario.contracts.get(contract)
    if not isinstance(spec, PerResolution):
        return "no_definition"
    month = renewal(scenario, contract)
    if month == 1:
        return "one_month"
    earlier = tuple(each for each in spec.definition_changes if each.from_month < month)
    own = compile_terms(scenario).definitions[earlier[-1].definition if earlier else spec.definition].spec
    if own.predicate is not None:
        return "own_predicate"
    other = with_clauses(own, clauses)
    if other == with_clauses(own, {}):
        return already
    change = DefinitionChange(from_month=month, definition=RENEWED)
    renewed = spec.model_copy(update={"definition_changes": (*earlier, change)})
    return _with(
        scenario,
        contracts={**scenario.contracts, contract: renewed},
        definitions={**scenario.definitions, RENEWED: other},
    )


def with_clauses(spec: DefinitionSpec, clauses: Mapping[str, Any]) -> DefinitionSpec:
    """Return a definition with some clauses in the place of its own; one without a name."""
    own = {key: getattr(spec, key) for key in spec.model_fields_set - {"title", "note", "extends"}} | dict(clauses)
    if own.get("returns", "bill_again") == "bill_again":
        own.pop("return_window_hours", None)
    return DefinitionSpec(**own)


def narrower(scenario: Scenario, contract: str, results: Results) -> Scenario | Reason:
    """Return the scenario with every range half as wide around its middle."""
    return _spread(scenario, 0.5)


def wider(scenario: Scenario, contract: str, results: Results) -> Scenario | Reason:
    """Return the scenario with every range twice as wide around its middle."""
    return _spread(scenario, 2.0)


def _spread(scenario: Scenario, factor: float) -> Scenario | Reason:
    """Return the scenario with the scores of all unknown numbers, and what moves months, a factor further out."""

    def change(number: Quantity) -> Quantity:
        driver = number.name.startswith("drivers.") and number.name.rpartition(".")[2] in ("sd", "cv", "log_sd")
        if driver:
            return moved(number, spread=factor, factor=factor) if number.center > 0 or not number.fixed else number
        return number if number.fixed else moved(number, spread=factor)

    found = with_numbers(scenario, change)
    rows = tuple(
        row.model_copy(update={key: row.base * (getattr(row, key) / row.base) ** factor for key in ("low", "high")})
        for row in scenario.volume.forecast
    )
    if rows != scenario.volume.forecast:
        return _with(found, volume=found.volume.model_copy(update={"forecast": rows}))
    return "nothing_varies" if found is scenario else found


def _with(scenario: Scenario, **parts: Any) -> Scenario:
    return scenario.model_copy(update=parts)
