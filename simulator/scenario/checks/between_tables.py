"""Rules that hold between the tables of a scenario: one function a rule, each with the key at fault."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.errors import Problem
from simulator.law import ENDS
from simulator.quantities.distributions import Choices, Quantity
from simulator.quantities.percentiles import MedianInterval, TwoPercentiles
from simulator.scenario.key_paths import Path, dotted, key_path
from simulator.scenario.meant.near_names import suggest
from simulator.scenario.schema import Scenario
from simulator.scenario.schema.demand_tables import DRIVER_ORDER
from simulator.scenario.schema.scenario_table import NAME_PATTERN
from simulator.scenario.stated.months import fiscal_years_of, months_of
from simulator.scenario.stated.sources import exists


def check_names(scenario: Scenario) -> list[Problem]:
    """Names of levels, intents, channels, models and contracts are short and plain."""
    import re

    pattern = re.compile(NAME_PATTERN)
    tables = ("levels", "intents", "channels", "models", "contracts", "switches")
    return [
        Problem(
            (table, name), f"the name '{name[:40]}' cannot be used", "letters, digits, spaces, _ . and -, at most 200"
        )
        for table in tables
        for name in getattr(scenario, table)
        if not pattern.fullmatch(name)
    ]


def _references(scenario: Scenario) -> Iterator[tuple[Path, str, str, list[str]]]:
    """Yield each name that one table takes from another: where it stands, the name, what it is, and what is known."""
    levels, channels = list(scenario.levels), list(scenario.channels)
    for name, intent in scenario.intents.items():
        yield from ((("intents", name, "levels", level), level, "level", levels) for level in intent.levels)
        yield from ((("intents", name, "channels", each), each, "channel", channels) for each in intent.channels)
    for name, model in scenario.models.items():
        if isinstance(model.routing, dict):
            yield from ((("models", name, "routing", level), level, "level", levels) for level in model.routing)
    for index, name in enumerate(scenario.incidents.intents):
        yield ("incidents", "intents", index), name, "intent", list(scenario.intents)
    if scenario.levers.routing.to is not None:
        yield ("levers", "routing", "to"), scenario.levers.routing.to, "model", list(scenario.models)


def check_references(scenario: Scenario) -> list[Problem]:
    """Levels, channels, intents and models that a table names are there."""
    return [
        Problem(path, f"unknown {what} '{name}' in {dotted(path[:-1])}", suggest(name, known))
        for path, name, what, known in _references(scenario)
        if name not in known
    ]


def check_incidents(scenario: Scenario) -> list[Problem]:
    """An incident that some intents carry alone cannot shrink demand; an intent is named once."""
    incidents = scenario.incidents
    names = list(incidents.intents)
    twice = [name for name in dict.fromkeys(names) if names.count(name) > 1]
    problems = [
        Problem(("incidents", "intents"), f"incidents.intents names '{name}' twice", "name each intent once")
        for name in twice
    ]
    least = _least(incidents.factor)
    if names and least < 1:
        message = f"incidents.factor: must be 1 or more where intents are named, not {least:g}"
        problems.append(Problem(("incidents", "factor"), message, "without intents a factor below 1 acts on all"))
    return problems


def _least(quantity: Quantity) -> float:
    """Return the smallest value that a scenario names for a quantity."""
    if isinstance(quantity.law, TwoPercentiles | MedianInterval):
        return quantity.law.low
    return min(quantity.law.choices) if isinstance(quantity.law, Choices) else quantity.center


def check_forecast(scenario: Scenario) -> list[Problem]:
    """A forecast covers exactly the months of the horizon, in order."""
    forecast = scenario.volume.forecast
    if not forecast:
        return []
    expected = months_of(scenario)
    given = [row.month for row in forecast]
    problems = [
        Problem(
            ("volume", "forecast", index, "month"),
            f"volume.forecast: {month} is outside the horizon",
            f"the horizon is {expected[0]} to {expected[-1]}",
        )
        for index, month in enumerate(given)
        if month not in expected
    ]
    missing = [month for month in expected if month not in given]
    if missing:
        message = f"volume.forecast: no row for {', '.join(missing[:3])}{' ...' if len(missing) > 3 else ''}"
        problems.append(
            Problem(("volume", "forecast"), message, f"one row for each month from {expected[0]} to {expected[-1]}")
        )
    elif not problems and given != expected:
        problems.append(
            Problem(("volume", "forecast"), "volume.forecast: the months are not in order", "sort the rows by month")
        )
    return problems


def check_budget(scenario: Scenario) -> list[Problem]:
    """A budget by fiscal year has one amount for each fiscal year that the horizon touches."""
    given = () if scenario.budget is None else scenario.budget.by_fiscal_year
    years = fiscal_years_of(scenario)
    if not given or len(given) == len(years):
        return []
    named = [f"{year.name} ({year.months} month{'s' if year.months != 1 else ''})" for year in years]
    message = f"budget: {len(given)} amounts for {len(years)} fiscal year{'s' if len(years) != 1 else ''}"
    help_text = f"one amount for each of {', '.join(named)}, or one number for the whole horizon"
    return [Problem(("budget",), message, help_text)]


def check_turns(scenario: Scenario) -> list[Problem]:
    """A conversation has at least one turn, so no mean of level x factor x channel is below 1."""
    problems = []
    ends = {end: getattr(scenario.turns.factor, end).center for end in ENDS}
    end = min(ends, key=lambda each: ends[each])
    channel = min(scenario.channels, key=lambda each: scenario.channels[each].turns.center)
    for name, level in scenario.levels.items():
        mean = level.turns.center * ends[end] * scenario.channels[channel].turns.center
        if mean < 1:
            message = f"levels.{name}.turns: {level.turns.center:g} turns x {ends[end]:g} ({end}) x {scenario.channels[channel].turns.center:g} ({channel}) = {mean:.3g}, below 1"
            problems.append(
                Problem(
                    ("levels", name, "turns"), message, "a conversation has at least 1 turn; raise turns or a factor"
                )
            )
    return problems


def check_without_effect(scenario: Scenario) -> list[Problem]:
    """Nothing is set that cannot act: with direct tokens no lever or factor on a length does."""
    problems = []
    reason = 'tokens.form = "direct" has no calls on which it could act; remove it, or give the structure'
    if scenario.tokens.form == "direct":
        neutral = {"compression": 0.0, "retrieval": 1.0, "cache": 0.0, "reasoning": 1.0}
        for lever, setting in neutral.items():
            quantity = getattr(scenario.levers, lever).setting
            if not quantity.fixed or quantity.center != setting:
                problems.append(Problem(("levers", lever, "setting"), f"levers.{lever}.setting has no effect", reason))
        for name, model in scenario.models.items():
            for factor in ("answer_factor", "reasoning_factor"):
                quantity = getattr(model, factor)
                if not quantity.fixed or quantity.center != 1:
                    problems.append(Problem(("models", name, factor), f"models.{name}.{factor} has no effect", reason))
    return problems


def check_sources(scenario: Scenario) -> list[Problem]:
    """Every path under [sources] names a place of the scenario."""
    problems = []
    for key in scenario.sources:
        path = key_path(key)
        if path is None or not exists(scenario, path):
            known = [*type(scenario).model_fields, *(f"drivers.{name}" for name in DRIVER_ORDER)]
            problems.append(Problem(("sources", key), f"sources: nothing is named '{key}'", suggest(key, known)))
    return problems
