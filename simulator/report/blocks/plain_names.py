"""What numbers of a scenario and drivers are called in plain words: in tables to sign, in charts and in sentences."""

from __future__ import annotations

from calendar import month_name
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from pydantic.fields import FieldInfo

from simulator.implied.implied_shares import first_hard
from simulator.quantities.parameters import Table, unit_of
from simulator.scenario.key_paths import Path, key_path
from simulator.scenario.schema import Scenario
from simulator.scenario.schema.conversation_tables import ByOutcome, Delay, TurnFactors
from simulator.scenario.schema.token_tables import Length
from simulator.scenario.stated.sources import exists

HANDED_OVER: Final = "handed to a person"
SOLVES: Final = "the AI solves what it answers"
CONFIRMS: Final = "customers confirm a solved case"
COMES_BACK: Final = "customers come back"
TOKENS: Final = "tokens per conversation"
BY_MONTH: Final = " from month to month"
_NAMES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "volume.per_month": "volume per month",
        "volume.growth_per_year": "growth per year",
        "volume.ai_share": "share of contacts that reach the AI",
        "outcomes.escalate_log_odds": HANDED_OVER,
        "outcomes.solve_log_odds": SOLVES,
        "outcomes.confirm_log_odds": CONFIRMS,
        "outcomes.later_contact_escalate_odds": f"{HANDED_OVER}, through later contacts",
        "returns.log_odds": COMES_BACK,
        "tokens.factor": TOKENS,
        "people.cost_per_hour": "cost of people per hour",
        "demand from month to month": "demand from month to month",
        "escalation from month to month": f"{HANDED_OVER}{BY_MONTH}",
        "solving from month to month": f"{SOLVES}{BY_MONTH}",
        "returning from month to month": f"{COMES_BACK}{BY_MONTH}",
        "tokens from month to month": f"{TOKENS}{BY_MONTH}",
        "incidents from month to month": "months with an incident",
    }
)
"""Short names of numbers and drivers that often carry the spread."""
_ODDS: Final[Mapping[str, str]] = MappingProxyType(
    {"escalate_odds": HANDED_OVER, "solve_odds": SOLVES, "return_odds": COMES_BACK}
)
_WEIGHTS: Final[Mapping[tuple[str, ...], str]] = MappingProxyType(
    {
        ("intents", "share"): "share of the cases",
        ("intents", "levels"): "share of its cases",
        ("intents", "channels"): "share of its cases",
        ("channels", "share"): "share of the cases",
        ("models", "routing"): "share of the conversations",
    }
)
"""Weights that are divided by their sum, by the table and the key."""
_LENGTHS: Final[Mapping[str, str]] = MappingProxyType({"cv": "spread", "alpha": "alpha of a Lomax law"})
"""What a length has beside its mean."""
_WHAT: Final[Mapping[str, str]] = MappingProxyType(
    {"intents": "intent", "levels": "level", "channels": "channel", "models": "model", "levers": "lever"}
)
"""What stands in front of the names that an analyst chose."""


def plain_name(name: str, scenario: Scenario) -> str:
    """Return what a number or a driver is called in words; no key, and months by their names.

    Args:
        name: dotted path of a number, or a driver's name in the summary.
    """
    if name in _NAMES:
        return _NAMES[name]
    if name == "outcomes.complexity_log_odds":
        return hard_cases(scenario)
    if name == "complexity from month to month":
        return f"{hard_cases(scenario)}{BY_MONTH}"
    path = key_path(name)
    if path is None or not exists(scenario, path):
        return name
    return _from_the_schema(path, scenario)


def hard_cases(scenario: Scenario) -> str:
    """Return the cases of the harder half of the levels in words: complex or expert cases."""
    levels = list(scenario.levels)
    return f"{' or '.join(_spaced(each) for each in levels[first_hard(len(levels)) :] or levels)} cases"


def _from_the_schema(path: Path, scenario: Scenario) -> str:
    """Return what a number is by the declarations on its path, and of which intent, level, contract or month it is."""
    if path[:2] == ("volume", "season"):
        return f"volume in {month_name[int(path[2]) + 1]}"
    if path[0] == "contracts" and path[2:] == ("platform_fee",):
        return f"platform fee per month ({next(_named(path, scenario))})"
    if path[:2] == ("volume", "rollout"):
        return f"share of contacts that reach the AI, month {int(path[2]) + 1}"
    if path[0] == "drivers":
        return _of_a_driver(path, scenario)
    whose = ", ".join(_named(path, scenario))
    what = _ODDS.get(str(path[-1])) or _WEIGHTS.get((str(path[0]), *map(str, path[2:3]))) or _meaning(path, scenario)
    return f"{what} ({whose})" if whose else what


def _of_a_driver(path: Path, scenario: Scenario) -> str:
    """Return what a spread or a persistence of a driver is, by the driver's name."""
    driver, key = str(path[1]), str(path[2])
    of = f"cases of one intent{BY_MONTH}" if driver == "mix" else plain_name(driver_name(driver), scenario)
    if key == "persistence":
        return f"{of}: correlation of a month with the next"
    return of if key == "mean" else f"{of}: spread"


def driver_name(driver: str) -> str:
    """Return what the summary calls a driver: demand from month to month."""
    return "incidents from month to month" if driver == "incident" else f"{driver} from month to month"


def _meaning(path: Path, scenario: Scenario) -> str:
    """Return what the schema says of a number, up to where it explains how it is written.

    Where the number is one of a list of ends, of a delay or of a length, what this is of stands in front.
    """
    found = list(declared(path, scenario))
    inner = found[-1]
    meanings = [each.meaning.partition(";")[0] for each in found if each.meaning]
    if isinstance(inner.table, Length):
        return meanings[-2] if inner.key == "mean" else f"{meanings[-2]}, {_LENGTHS.get(inner.key, meanings[-1])}"
    if isinstance(inner.table, ByOutcome | TurnFactors | Delay):
        return ", ".join(meanings[-2:])
    return f"price per million {meanings[-1]}" if inner.unit.endswith("per million tokens") else meanings[-1]


@dataclass(frozen=True, slots=True)
class Declared:
    """A declared key on the path of a number, with the table in which it stands."""

    key: str
    table: Table
    field: FieldInfo

    @property
    def meaning(self) -> str:
        """What the schema says that it is."""
        return self.field.description or ""

    @property
    def unit(self) -> str:
        """The declared unit of the number, empty where it is a table."""
        return unit_of(self.field)


def declared(path: Path, scenario: Scenario) -> Iterator[Declared]:
    """Yield the declared keys on a path, outermost first; names that an analyst chose and places in lists are none."""
    value: Any = scenario
    for part in path:
        if isinstance(value, Table):
            yield Declared(str(part), value, type(value).model_fields[str(part)])
            value = getattr(value, str(part))
        else:
            value = value[part] if isinstance(value, Mapping) else value[int(part)]


def _named(path: Path, scenario: Scenario) -> Iterator[str]:
    """Yield whose number it is: names that an analyst chose, contracts by title, places in lists counted from 1."""
    value: Any = scenario
    for place, part in enumerate(path):
        if isinstance(value, Table):
            value = getattr(value, str(part))
            if path[0] == "levers" and place == 1:
                yield f"lever {part}"
            continue
        inner = value[part] if isinstance(value, Mapping) else value[int(part)]
        above = str(path[place - 1])
        if above == "contracts":
            yield inner.title or inner.default_title
        elif isinstance(value, Mapping):
            yield f"{_WHAT[above]} {_spaced(str(part))}" if above in _WHAT else _spaced(str(part))
        else:
            yield f"{'score' if path[0] == 'csat' else above.removesuffix('s')} {int(part) + 1}"
        value = inner


def _spaced(name: str) -> str:
    return name.replace("_", " ")
