"""Kinds of charges of a hybrid contract: meters they may name, packages, seats, and adding a kind."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from typing import Any, Literal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from simulator.contracts import TokenRates, prices, reference_problems
from simulator.contracts.metering.rounding import UnitRounding, rounded
from simulator.contracts.prices import BY_KIND, KINDS, charge_union, kind_name
from simulator.contracts.prices.charge import Charge
from simulator.contracts.prices.charge_terms import ChargeTerms
from simulator.contracts.prices.flat import Flat
from simulator.contracts.prices.package import Package
from simulator.contracts.prices.priced_units import Conversion
from simulator.contracts.prices.rate_card import CardEntry
from simulator.quantities.parameters import Positive, parameter
from tests.contracts.tools import MODELS, amount, billed, contract, mistakes, months, spec, stated


def test_every_file_of_a_kind_is_registered() -> None:
    names = [each.name for each in pkgutil.iter_modules(prices.__path__)]
    modules = [importlib.import_module(f"simulator.contracts.prices.{name}") for name in names]
    classes = {each for module in modules for each in vars(module).values() if isinstance(each, type)} - {ChargeTerms}
    found = {each for each in classes if issubclass(each, ChargeTerms) and "kind" in each.__annotations__}
    missing = sorted(each.__name__ for each in found - set(KINDS))
    assert found == set(KINDS), f"add {missing} to KINDS in simulator/contracts/prices/__init__.py"
    assert len(BY_KIND) == len(KINDS)


def hybrid(**charge: Any) -> dict[str, Any]:
    return {"type": "hybrid", "charges": [charge]}


FLAT = {"kind": "flat", "rate": 1.0}


@pytest.mark.parametrize(
    ("charge", "key"),
    [
        ({"meter": "sessions", "window": "start", "window_hours": 24}, "sessions:start:24"),
        ({"meter": "sessions", "window": "inactivity", "window_hours": 0.25}, "sessions:inactivity:0.25"),
        ({"meter": "minutes"}, "minutes"),
        ({"meter": "minutes", "block": 0.25}, "minutes/0.25"),
        ({"meter": "messages", "block": 70}, "messages/70"),
        ({"meter": "turns"}, "turns"),
        ({"meter": "tickets"}, "tickets"),
        ({"meter": "own:long_chats"}, "own:long_chats"),
        ({"meter": "messages", "block": 70, "applies_to": {"channels": ["chat"]}}, "messages/70{channels=chat}"),
    ],
)
def test_a_charge_may_name_any_meter(charge: dict[str, Any], key: str) -> None:
    assert contract(**hybrid(**FLAT, **charge)).meters == (key,)


WRONG = [
    (hybrid(**FLAT, meter="session"), "meter", "did you mean 'sessions'?"),
    (hybrid(**FLAT, meter="own:"), "meter", "unknown meter 'own:'"),
    (hybrid(**FLAT, meter="sessions"), "window", 'needs window = "start" or "inactivity", and window_hours'),
    (hybrid(**FLAT, meter="sessions", window="start"), "window_hours", "and window_hours"),
    (hybrid(**FLAT, meter="cases", window="start"), "window", "has no window; remove window"),
    (hybrid(**FLAT, meter="cases", window_hours=2), "window_hours", "has no window; remove window_hours"),
    (hybrid(**FLAT, meter="cases", block=2), "block", "has no blocks; remove block, which is for messages"),
    (hybrid(**FLAT, meter="messages", block=-2), "block", "greater than 0"),
    (hybrid(**FLAT, meter="messages", block=2, cap_per_conversation=5), "cap_per_conversation", "blocks have no cap"),
    (hybrid(kind="package", meter="cases", size=0, price=1), "size", "greater than 0"),
    (hybrid(kind="package", meter="cases", size=-5, price=1), "size", "greater than 0"),
    (hybrid(kind="package", meter="cases", size=5, price=-1), "price", "not -1"),
    (hybrid(kind="package", meter="cases", size=5, price=1, round="upp"), "round", "'up', 'down' or 'nearest'"),
    (hybrid(kind="package", meter="cases", size=5, price=1, at_least_one="yes"), "at_least_one", "valid boolean"),
    (
        hybrid(kind="included", meter="cases", included=50, overage_rate=1, count_over="year", free={"units": 5}),
        "count_over", "both are units that cost nothing; add them up in included",
    ),
    (hybrid(kind="seats", rate=1), "productive_hours", "give seats, or productive_hours"),
    (hybrid(kind="seats", rate=1, seats=2, applies_to={"channels": ["chat"]}), "applies_to", "Extra inputs"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("table", "key", "part"), WRONG, ids=[f"{place}-{case[1]}" for place, case in enumerate(WRONG)]
)
def test_a_mistake_is_refused_once_at_its_key(table: dict[str, Any], key: str, part: str) -> None:
    found = mistakes(**table)
    assert [each[0] for each in found] == [key]
    assert part in found[0][1]


def test_an_own_meter_that_nobody_defines_is_told_at_its_key() -> None:
    read = spec(**hybrid(**FLAT, meter="own:long_chat"))
    (problem,) = reference_problems(read, MODELS, (), ("long_chats",))
    assert problem.key == ("charges", 0, "meter")
    assert "unknown own meter 'long_chat'; did you mean 'long_chats'?" in problem.message
    assert reference_problems(read, MODELS, (), ("long_chat",)) == []


# Figures of the tests and documents of other billing engines; the id names the engine and its case.
PACKAGES: list[tuple[str, dict[str, Any], float, float]] = [
    ("lago-pkg", {"size": 10, "price": 100}, 121, 1300),
    ("om-pkg-0", {"size": 10, "price": 15}, 0, 0),
    ("om-pkg-5", {"size": 10, "price": 15}, 5, 15),
    ("om-pkg-10", {"size": 10, "price": 15}, 10, 15),
    ("om-pkg-11", {"size": 10, "price": 15}, 11, 30),
    ("fraction", {"size": 20, "price": 1}, 20.1, 2),
    ("fp-pkg-down-250", {"size": 100, "price": 1, "round": "down"}, 250, 2),
    ("down, just full", {"size": 100, "price": 1, "round": "down"}, 300, 3),
    ("down, started", {"size": 100, "price": 1, "round": "down"}, 99, 0),
    ("nearest, half", {"size": 100, "price": 1, "round": "nearest"}, 250, 3),
    ("nearest, below", {"size": 100, "price": 1, "round": "nearest"}, 249, 2),
    ("at least one", {"size": 10, "price": 15, "at_least_one": True}, 0, 15),
    ("at least one, used", {"size": 10, "price": 15, "at_least_one": True}, 11, 30),
    ("no further one for a rounding error", {"size": 0.1, "price": 1}, 0.1 + 0.2, 3),
]  # fmt: skip


@pytest.mark.parametrize(("terms", "units", "expected"), [case[1:] for case in PACKAGES], ids=[c[0] for c in PACKAGES])
def test_packages_on_both_sides_of_an_edge(terms: dict[str, Any], units: float, expected: float) -> None:
    (charge,) = contract(**hybrid(kind="package", meter="cases", **terms)).charges
    assert billed(charge, units) == [expected]


@given(st.floats(0, 1e6), st.floats(0.01, 1e6), st.sampled_from(["up", "down", "nearest"]))
def test_package_is_constant_between_multiples(units: float, size: float, how: UnitRounding) -> None:
    charge = Package("cases", size, amount(3.0), how)
    place = np.floor(units / size)
    first, last = {"up": (0.01, 1.0), "down": (0.0, 0.99), "nearest": (0.5, 1.49)}[how]
    low, high = billed(charge, (place + first) * size, (place + last) * size)
    assert low == high


@given(st.lists(st.floats(0, 1e9), min_size=1, max_size=10), st.sampled_from(["up", "down", "nearest"]))
def test_rounding_moves_less_than_one_and_keeps_whole_numbers(amounts: list[float], how: UnitRounding) -> None:
    array = np.array([amounts])
    found = rounded(array, how)
    assert (found == np.rint(found)).all()
    assert (np.abs(found - array) < 1).all()
    assert (rounded(np.floor(array), how) == np.floor(array)).all()


def test_conversion_rounds_after_division() -> None:
    thousand = Conversion(1000, "up")
    assert thousand.converted(months(0, 1, 1000, 7400)).tolist() == [[0, 1, 1, 8]]
    assert Conversion(1000).converted(months(1400)).tolist() == [[1.4]]
    assert Conversion(1000, "nearest").converted(months(1400, 1500)).tolist() == [[1, 2]]


def test_rate_card_counts_started_lots() -> None:
    # 13 credits per 100 actions of a flow: 100 cost 13, 101 cost 26.
    assert CardEntry("actions", 13, 100).of(months(0, 1, 100, 101)).tolist() == [[0, 13, 13, 26]]
    assert CardEntry("actions", 20).of(months(0, 3)).tolist() == [[0, 60]]


class PerSmileCharge(ChargeTerms):
    """A throw-away kind: what adding one takes."""

    kind: Literal["smiles"]
    rate: Positive = parameter("price of a smile", unit="money per unit")

    def priced(self, models: Mapping[str, TokenRates]) -> Charge:
        return Flat("messages", self.rate)


def test_a_new_kind_needs_only_its_class_and_its_place_in_the_union() -> None:
    read: Any = TypeAdapter(charge_union((*KINDS, PerSmileCharge))).validate_python({"kind": "smiles", "rate": 2})
    assert read.charge(MODELS).amount({"messages": months(3)}, stated()).tolist() == [[6]]
    assert kind_name(PerSmileCharge) == "smiles"
    assert "smiles" not in BY_KIND
