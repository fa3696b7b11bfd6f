"""Random pairs of definitions of which one is looser, as text of a scenario."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from random import Random
from typing import Any, Final

from simulator.definitions.spec import PROVISOS

Clauses = dict[str, Any]

OUTCOMES: Final = ("confirmed", "silent", "abandoned", "partial", "escalated")
CLASSES: Final = ("service", "greeting", "spam", "test")
TOUCH: Final = ("none", "review", "handoff")
SILENCE: Final = (1, 24, 48, 72, 200)


def _outcomes(clauses: Clauses, random: Random) -> None:
    clauses["outcomes"] = sorted({*clauses["outcomes"], random.choice(OUTCOMES)})


def _classes(clauses: Clauses, random: Random) -> None:
    clauses["classes"] = sorted({*clauses["classes"], random.choice(CLASSES)})


def _touch(clauses: Clauses, random: Random) -> None:
    clauses["human_touch"] = TOUCH[random.randrange(TOUCH.index(clauses["human_touch"]), 3)]


def _proviso(name: str) -> Callable[[Clauses, Random], None]:
    """Return what takes a clause by a proviso away."""

    def loosen(clauses: Clauses, random: Random) -> None:
        clauses.pop(name, None)

    return loosen


def _provisos(random: Random) -> Clauses:
    """Return a choice of every clause by a proviso; without those that restrict nothing."""
    chosen = {name: random.choice(each.choices) for name, each in PROVISOS.items()}
    return {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in chosen.items()
        if value != PROVISOS[name].choices[0]
    }


def _silence(clauses: Clauses, random: Random) -> None:
    clauses["silence"] = random.choice([each for each in SILENCE if each <= clauses["silence"]])


def _planned(clauses: Clauses, random: Random) -> None:
    clauses["planned_handoffs"] = True


def _returns(clauses: Clauses, random: Random) -> None:
    clauses["returns"] = "bill_again"
    clauses.pop("return_window_hours", None)


def _at_most(clauses: Clauses, random: Random) -> None:
    clauses["at_most"] = "conversation"


LOOSER: Final[Mapping[str, Callable[[Clauses, Random], None]]] = {
    "outcomes": _outcomes,
    "classes": _classes,
    "human_touch": _touch,
    **{name: _proviso(name) for name in PROVISOS},
    "silence": _silence,
    "planned_handoffs": _planned,
    "returns": _returns,
    "at_most": _at_most,
}
"""What makes a definition count more, or as many, in every history of a case."""


def strict(random: Random) -> Clauses:
    """Return a random definition."""
    returns = {"returns": "void", "return_window_hours": random.choice((24, 72))}
    provisos = _provisos(random)
    only_first = any(PROVISOS[name].without_returns for name in provisos)
    return {
        "outcomes": sorted({"confirmed", *random.sample(OUTCOMES, 2)}),
        "classes": sorted({"service", random.choice(CLASSES)}),
        "human_touch": random.choice(TOUCH),
        "silence": random.choice(SILENCE),
        "planned_handoffs": random.random() < 0.5,
        **provisos,
        "at_most": "conversation" if only_first else random.choice(("conversation", "case")),
        **random.choice((returns, {"returns": "bill_again"})),
    }


def pair(random: Random) -> tuple[Clauses, Clauses]:
    """Return a definition, and one that is looser in one to three clauses."""
    first = strict(random)
    second = dict(first)
    for name in random.sample(sorted(LOOSER), random.randint(1, 3)):
        LOOSER[name](second, random)
    return first, second


def written(name: str, clauses: Clauses) -> str:
    """Return a definition and a contract that bills it."""
    lines = [f"[definitions.{name}]", *(f"{key} = {_value(value)}" for key, value in clauses.items())]
    return "\n".join([*lines, f'[contracts.{name}]\ntype = "per_resolution"\ndefinition = "{name}"\nprice = 1\n'])


def _value(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else repr(value).replace("'", '"')
