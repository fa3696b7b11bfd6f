"""What stresses are called, what they must move, and why a scenario cannot have one."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from simulator.decisions.sensitivities.stressed import Reason
from simulator.decisions.sensitivities.stresses import TOGETHER, Check, Stresses
from simulator.report.words.figures import count, figures, percents

if TYPE_CHECKING:
    from collections.abc import Mapping

STRESSES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "outage": "The AI is out in the busiest month",
        "incident": "One more incident month a year",
        "model_prices": "Model prices double",
        "solving": "Solving falls ten points",
        "tightened": "Definition tightened",
        "loosened": "Definition loosened",
        "containment": "Pressure on containment",
        "narrower": "All ranges half as wide",
        "wider": "All ranges twice as wide",
        TOGETHER: "Everything goes wrong together",
    }
)
"""Titles of the stresses."""
MEANINGS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "outage": "no contact of that month reaches the AI",
        "incident": "the chance of an incident month is a twelfth higher",
        "model_prices": "every model costs twice as much a token",
        "solving": "at every level the AI solves ten points fewer of what it answers",
        "tightened": "from month {month} a return within 168 hours or a touch by people voids, duplicates merge",
        "loosened": "from month {month} silence counts at once, and nothing voids: no return, touch or duplicate",
        "containment": "the odds of handing over fall by 39 %, and five points fewer of the answers solve",
        "narrower": "every uncertain input lies half as far off the middle of its range, and what moves months",
        "wider": "the same doubled",
        TOGETHER: "{parts} at once; volume and all other uncertain inputs stay as they are, how far they may move "
        "stands in the next tables",
    }
)
"""What each changes; `month` is the first after the contract's term."""
FIGURES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "conversations": "conversations",
        "cases": "cases",
        "model_cost": "model cost",
        "solved_by_ai": "cases solved by the AI",
        "handoffs": "handoffs",
        "score": "mean score",
        "billed_after_renewal": "billed from then on",
        "cost": "mean cost",
        "spread": "P90 less P10",
    }
)
MONEY: Final = frozenset({"model_cost", "billed_after_renewal", "cost", "spread"})
REASONS: Final[Mapping[Reason, str]] = MappingProxyType(
    {
        "one_month": "the horizon has one month: set months = 12",
        "no_incident": "an incident month has no more cases than others here: set incidents.factor above 1",
        "no_definition": "the contract does not bill resolutions: ask with --contract about one that does",
        "own_predicate": "its definition is a condition in SQL, which has no clauses to move",
        "tightest": "its definition has these clauses already",
        "loosest": "its definition has these clauses already",
        "no_handoffs": "nothing is handed over to people here: set escalate of the levels above 0",
        "nothing_varies": "there is no uncertain input: give ranges, as volume.per_month = { p5 = 900, p95 = 1_100 }",
        "nothing_dearer": "fewer than two of the stresses make the contract dearer",
    }
)


def check_text(check: Check, code: str) -> str:
    """Return what a figure did: "cases 724K to 739K"; with a mark where it did not move as it must."""
    ends = [check.before, check.after]
    if check.figure in MONEY:
        first, last = figures(ends, code)
    elif check.figure == "score":
        first, last = (f"{each:.2f}" for each in ends)
    else:
        first, last = map(count, ends)
    text = f"{FIGURES[check.figure]} {first} to {last}"
    return text if check.as_expected else f"UNEXPECTED: {text}, must {'rise' if check.sign > 0 else 'fall'}"


def meaning(key: str, found: Stresses) -> str:
    """Return what a stress changes."""
    parts = next(each.parts for each in found.results if each.key == key)
    titles = [f'"{STRESSES[part]}"' for part in parts]
    return MEANINGS[key].format(month=found.renewal, parts=" and ".join((", ".join(titles[:-1]), titles[-1]))
                                if len(titles) > 1 else titles[0])  # fmt: skip


def chance_text(chance: float | None) -> str:
    """Return in which share of the futures all budgets are kept."""
    return "no budget" if chance is None else percents([chance], against=[0, 0.9, 1])[0]
