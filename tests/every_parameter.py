"""The walk over every parameter: leaves of scenario files, another value for each, the numbers it moves."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from simulator.engine.run import simulate
from simulator.errors import ScenarioError
from simulator.forecast.forecast import forecast
from simulator.report.blocks.summary import summary
from simulator.report.summary.plain import as_json
from simulator.scenario import Scenario, load_scenario
from simulator.scenario.key_paths import dotted

FOLDER = Path(__file__).parent / "scenario"
SMALL = {
    "everything": ("volume.per_month.mean=60", "volume.per_month.sd=8"),
    "everything_forecast": (),
    "every_contract": (),
    "everything_direct": ("volume.per_month.mean=60", "volume.per_month.sd=8"),
    "everything_settlement": ("volume.per_month.mean=60", "volume.per_month.sd=8"),
    "everything_heavy": ("volume.per_month=60",),
    "everything_heavy_minutes": (),
}
"""Each file with what makes it quick."""

ONLY = {"every_contract": "contracts", "everything_heavy_minutes": "people"}
"""Files of which only one table is walked: the rest is that of the others, smaller."""

ECHOES = (
    "unknowns",
    "most_of_the_spread",
    "discounting",
    "trials",
    "seed",
    "months",
    "unit_rate",
    "prices",
    "amount",
    "minor_units",
    "terms",
    "assumptions_to_sign",
)
"""Keys of the summary that repeat what the scenario says: a parameter that moves only these does nothing."""

Leaf = tuple[str | int, ...]

WITHOUT_EFFECT = {
    "title": "a text",
    "label": "a text",
    "note": "a text",
    "name": "a text",
    "currency": "the unit of all amounts, not a quantity",
    "trials": "how many futures are drawn, not what is assumed of them",
    "seed": "which futures are drawn",
    "type": "which terms a contract has: each type stands in the file, and its terms are walked",
    "kind": "which terms a charge has: each kind stands in the file, and its terms are walked",
    "form": "which terms the tokens have: each form has a file of its own",
    "meter": "which terms a charge has: its rate is walked",
}
"""Last keys that are not walked, and why."""

_PEOPLE = "cost_per_hour = 45, solve = 0.85, partial_factor = 0.7"
OTHERS: dict[str, tuple[str, ...]] = {
    "sampling": ("sampling='sobol'", "sampling='random'"),
    "budget.of": ("budget.of='invoice'",),
    "start": ("start='2027-10'",),
    "volume.unit": ("volume.unit='tickets'", "volume.unit='cases'"),
    "drivers.demand.law": ("drivers.demand.law='gamma'", "drivers.demand.law='lognormal'"),
    "drivers.tokens.law": ("drivers.tokens={ law = 'gamma', cv = 0.2, persistence = 0.5 }", "drivers.tokens.law='lognormal'"),  # noqa: E501
    "people.minutes_family": (
        f"people={{ {_PEOPLE}, minutes_sigma = 0.6, review_family = 'gamma', review_cv = 0.8 }}",
        f"people={{ {_PEOPLE}, minutes_sigma = 0.6, review_family = 'lomax', review_alpha = 3.5 }}",
    ),
    "people.review_family": (
        f"people={{ {_PEOPLE}, review_sigma = 0.6, minutes_family = 'gamma', minutes_cv = 0.8 }}",
        f"people={{ {_PEOPLE}, review_sigma = 0.6, minutes_family = 'lomax', minutes_alpha = 3.5 }}",
    ),
    "levers.routing.to": ("levers.routing.to='big'",),
    "models.small.token_kind": ("models.small.token_kind='audio'",),
    "models.small.price": ("models.small.price='openai:gpt-5'",),
    "meters.answered_service.sql": ("meters.answered_service.sql='answered'",),
    "meters.effort.sql": ("meters.effort.sql='case when action_completed then 3 else 1 end'",),
    "definitions.written.predicate": ("definitions.written.predicate=\"outcome = 'silent'\"",),
    "definitions.careful_again.extends": ("definitions.careful_again.extends='assumed_24h'",),
    "definitions.careful_again.return_window_hours": ("definitions.careful_again.return_window_hours=3",),
    "definitions.careful.human_touch": ("definitions.careful.human_touch='none'",),
    "definitions.careful.returns": ("definitions.careful.returns='void'",),
    "definitions.careful_again.returns": ("definitions.careful_again.returns='merge'",),
    "definitions.careful.duplicates": ("definitions.careful.duplicates='billed'",),
    "definitions.careful.at_most": ("definitions.careful.at_most='conversation'",),
    "today.contract": ("today.contract='conversation'",),
    "contracts.conversation.tiering": ("contracts.conversation.tiering='volume'",),
    "contracts.careful.true_up": ("contracts.careful.true_up='year_end'",),
    "contracts.committed.commitment.true_up": ("contracts.committed.commitment.true_up='at_end'",),
    "contracts.committed.commitment.compared": ("contracts.committed.commitment.compared='after_discount'",),
    "contracts.by_unit.commitment.true_up": ("contracts.by_unit.commitment.true_up='never'",),
    "contracts.prepaid.prepaid.pays": ("contracts.prepaid.prepaid.pays='usage'",),
    "contracts.overdrawn.prepaid.when_gone": ("contracts.overdrawn.prepaid.when_gone='stop'",),
    "contracts.committed.commitment.period": ("contracts.committed.commitment.period='month'",),
    "contracts.by_unit.commitment.period": ("contracts.by_unit.commitment.period='term'",),
    "contracts.prepaid.prepaid.packs.0.priority": ("contracts.prepaid.prepaid.packs.0.priority=30",),
    "contracts.prepaid.prepaid.packs.1.priority": ("contracts.prepaid.prepaid.packs.1.priority=5",),
    "contracts.prepaid.prepaid.packs.0.rollover.periods": ("contracts.prepaid.prepaid.packs.0.rollover.periods=1",),
    "contracts.topped.prepaid.packs.0.priority": ("contracts.topped.prepaid.packs.0.priority=5",),
    "contracts.topped.prepaid.top_up.priority": ("contracts.topped.prepaid.top_up.priority=30",),
    "contracts.topped.prepaid.top_up.valid_months": ("contracts.topped.prepaid.top_up.valid_months=1",),
    "switches.change.old": ("switches.change.old='by_unit'",),
    "switches.change.new": ("switches.change.new='prepaid'",),
    "contracts.limited.limit.span": ("contracts.limited.limit.span='year'",),
    "contracts.prepaid.free_units.0.span": ("contracts.prepaid.free_units=[{ units = 60, span = 'month' }]",),
    "contracts.guaranteed.guarantee.of": ("contracts.guaranteed.guarantee.of='cases'",),
    "definitions.careful.outcomes": ("definitions.careful.outcomes=['confirmed']",),
    "correlations.0.between": ("correlations.0.between=['outcomes.escalate_log_odds', 'people.cost_per_hour']",),
    "correlations.1.between": ("correlations.1.between=['outcomes.confirm_log_odds', 'returns.log_odds']",),
    "contracts.session.window": ("contracts.session.window='inactivity'",),
    "contracts.planned.window": ("contracts.planned.window='inactivity'",),
    "contracts.message.count": ("contracts.message.count='ai'",),
    "contracts.action.package.round": ("contracts.action.package.round='up'", "contracts.action.package.round='down'"),
    "contracts.seat.quota.span": ("contracts.seat.quota.span='month'",),
    "contracts.resolution.count_over": ("contracts.resolution.count_over='month'",),
    "contracts.resolution.price_changes.0.of": ("contracts.resolution.price_changes.0.of='fees'",),
    "contracts.resolution.escalator.of": ("contracts.resolution.escalator.of='fees'",),
    "contracts.own_keys.payee": ("contracts.own_keys={ type = 'per_token', platform_fee = 100 }",),
    "contracts.conversation.convert.round": ("contracts.conversation.convert.round='down'",),
    "contracts.conversation.free.span": ("contracts.conversation.free.span='month'",),
    "contracts.mixed.charges.6.contracted_rate": (
        "contracts.mixed.charges.6={ kind='included', meter='conversations', included=20, fee=15, overage_rate=2 }",
    ),
    **{
        f"contracts.mixed.charges.{key}": (f"contracts.mixed.charges.{key}={other}",)
        for key, other in (
            ("0.window", "'start'"), ("3.applies_to.intents", "['other']"), ("3.applies_to.channels", "['voice']"),
            ("4.applies_to.not_intents", "['other']"), ("4.applies_to.not_channels", "['voice']"),
            ("8.count_over", "'month'"), ("9.count_over", "'month'"), ("10.count_over", "'month'"),
            ("11.count_over", "'month'"), ("16.held", "'month'"),
        )
    },
}  # fmt: skip
"""Other values of leaves that are no numbers."""
_DELAYS = {"lognormal": "law = 'lognormal', median_hours = 24, sigma = 0.6",
           "weibull": "law = 'weibull', scale_hours = 20, shape = 1.4"}  # fmt: skip


def leaves(name: str) -> list[tuple[str, Any]]:
    """Return the dotted path and the written value of every leaf of a file that is walked."""
    raw = tomllib.loads((FOLDER / f"{name}.toml").read_text())
    return [
        (dotted(path), value)
        for path, value in _leaves(raw, ())
        if path[0] != "sources"
        and path[-1] not in WITHOUT_EFFECT
        and not (path[0] == "volume" and path[-1] == "month")  # names a row of the forecast; another is refused
        and path[0] == ONLY.get(name, path[0])
    ]


def _leaves(value: Any, path: Leaf) -> Iterator[tuple[Leaf, Any]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _leaves(inner, (*path, key))
    elif isinstance(value, list) and not all(isinstance(item, str) for item in value):
        for place, inner in enumerate(value):
            yield from _leaves(inner, (*path, place))
    else:
        yield path, value


CONTEXT: dict[str, tuple[str, ...]] = {
    "discount_rate.p5": ("months=13",),
    "discount_rate.p95": ("months=13",),
    "definitions.careful.planned_handoffs": ("definitions.careful.requires=[]",),
    "definitions.careful.return_window_hours": ("definitions.careful.at_most='conversation'",),
    "contracts.action.package.at_least_one": ("volume.per_month=0.4",),
    "contracts.mixed.charges.11.price_at_zero": ("volume.per_month=0.4",),
    "contracts.conversation.flat_fee_at_zero": ("volume.per_month.mean=0.4", "volume.per_month.sd=0.1"),
    "contracts.careful.maximum_per_month": ("volume.per_month.mean=900",),
}
"""What must hold beside for a clause to be able to act: where another clause is stricter it rightly does nothing."""


def other_values(path: str, value: Any) -> Iterator[str]:
    """Yield overrides that give a leaf another value; which of them a scenario allows is found by trying."""
    key = path.rpartition(".")[2]
    if path in OTHERS:
        yield from (other for other in OTHERS[path] if f"'{value}'" not in other)
    elif isinstance(value, bool):
        yield f"{path}={str(not value).lower()}"
    elif isinstance(value, int | float):
        yield from (f"{path}={new}" for new in _other_numbers(value))
    elif isinstance(value, list):
        yield f"{path}={value[:-1] or value * 2}"
    elif key == "family" and value == "lomax":
        yield f"{path.rpartition('.')[0]}={{ mean = 120, cv = 0.5 }}"
    elif key == "family":
        yield f"{path}='{'gamma' if value == 'lognormal' else 'lognormal'}'"
    elif key == "law":
        yield f"{path.rpartition('.')[0]}={{ {_DELAYS['weibull' if value == 'lognormal' else 'lognormal']} }}"
    elif key == "shape":
        yield f"{path.rpartition('.')[0]}={{ sd = 0.3, persistence = 0.3 }}"
    elif key == "definition":
        yield f"{path}='{'closed_by_customer' if value != 'closed_by_customer' else 'verified_72h'}'"


def _other_numbers(value: float) -> Iterator[float]:
    if isinstance(value, int):
        yield from (new for new in (round(value * 1.3), 2 * value, value + 1, value - 1) if new != value)
    else:
        yield from (round(value * factor, 6) for factor in (1.4, 0.7, 0.95) if value)
    yield value + 0.3


PARTNERS = {
    "intents.refund.channels": {"chat": "email", "email": "chat", "voice": "chat"},
    "intents.fault.channels": {"chat": "voice", "voice": "chat"},
    "channels.share": {"chat": "email", "email": "chat", "voice": "chat"},
    "models.routing": {"small": "big", "big": "small"},
}
"""Weights that must sum to 1: which other one gives way."""


def given_way(name: str, path: str, value: Any, override: str) -> list[str]:
    """Return the override of the other weight, so that the sum stays 1."""
    parts, written = path.split("."), dict(leaves(name))
    for family, others in PARTNERS.items():
        for place, part in enumerate(parts):
            rest = ".".join(parts[:place] + parts[place + 1 :])
            if part in others and rest.startswith(family):
                other = ".".join([*parts[:place], others[part], *parts[place + 1 :]])
                if other not in written:  # of two channels, where others have three
                    other = ".".join([*parts[:place], "voice", *parts[place + 1 :]])
                return [f"{other}={written[other] + value - float(override.partition('=')[2])!r}"]
    return []


def changed(name: str, path: str, value: Any) -> Scenario:
    """Return the scenario with another value of a leaf.

    Raises:
        LookupError: if no other value that is tried is allowed.
    """
    tried = []
    for override in other_values(path, value):
        try:
            return loaded(name, path, [override, *given_way(name, path, value, override)])
        except ScenarioError as error:
            tried.append(f"{override}: {error.problems[0].message}")
    raise LookupError(
        f"no other value of {path} = {value!r}; tried {tried}; give one in OTHERS of tests/every_parameter.py, which "
        "names charges by their place in the list: add a charge at its end"
    )


def loaded(name: str, path: str, overrides: Sequence[str] = ()) -> Scenario:
    """Return a file's scenario with what must hold for a leaf to act, and some overrides."""
    return load_scenario(FOLDER / f"{name}.toml", last_of_each(*SMALL[name], *CONTEXT.get(path, ()), *overrides))


def last_of_each(*overrides: str) -> list[str]:
    """Return overrides with the last value of each key: two values for one key are refused."""
    return list({override.partition("=")[0]: override for override in overrides}.values())


def numbers(scenario: Scenario) -> dict[Leaf, float | None]:
    """Return every number of the summary of a scenario by its path; texts and flags are left out."""
    return dict(_numbers(as_json(summary(forecast(simulate(scenario, engine="ledger")))), ()))


def _numbers(value: Any, path: Leaf) -> Iterator[tuple[Leaf, float | None]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _numbers(inner, (*path, key))
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from _numbers(inner, (*path, place))
    elif value is None or (isinstance(value, int | float) and not isinstance(value, bool)):
        yield path, value


@cache
def base_numbers(name: str, context_of: str = "") -> dict[Leaf, float | None]:
    """Return the numbers of a file as it stands, with what must hold for a leaf to act."""
    return numbers(loaded(name, context_of))


def moved(before: dict[Leaf, float | None], after: dict[Leaf, float | None]) -> set[Leaf]:
    """Return the paths whose number differs."""
    return {path for path in before.keys() & after.keys() if before[path] != after[path]}


def is_echo(path: Leaf) -> bool:
    """Return whether a number of the summary only repeats the scenario."""
    return any(part in ECHOES for part in path)
