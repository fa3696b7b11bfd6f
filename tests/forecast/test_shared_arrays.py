"""Equal arrays are kept once, and no number changes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from numpy.typing import NDArray

from simulator.engine.run import simulate
from simulator.engine.storage.run_columns import GroupPart
from simulator.forecast.forecast import forecast
from simulator.forecast.shared_arrays import Kept
from tests.reference.textbook import textbook


@dataclass(frozen=True)
class Pair:
    first: NDArray[np.float64]
    by_name: dict[str, NDArray[np.float64]]
    note: str = "as it is"


def random(seed: int) -> NDArray[np.float64]:
    return np.random.default_rng(seed).random((50, 3))


def test_an_equal_array_is_given_back_and_another_is_not() -> None:
    known = random(1)
    kept = Kept([known])
    assert kept.array(known.copy()) is known
    other = known.copy()
    other[-1, -1] += 1e-12
    assert kept.array(other) is other
    assert kept.array(other.copy()) is other


def test_futures_that_are_alike_take_one_row() -> None:
    alike = np.tile([1.0, 2.0, 3.0], (50, 1))
    found = Kept().array(alike)
    assert np.array_equal(found, alike) and found.strides[0] == 0
    with pytest.raises(ValueError, match="read-only"):
        found[0, 0] = 5.0
    assert Kept().array(random(1)).strides[0] != 0


def test_numbers_that_are_not_numbers_stay() -> None:
    some = np.full((4, 2), np.nan)
    assert np.isnan(Kept([some]).array(some.copy())).all()


def test_all_arrays_of_a_record_are_kept_once() -> None:
    kept = Kept([random(1)])
    one = kept.all_of(Pair(random(1), {"a": random(2), "b": random(1)}))
    two = kept.all_of(Pair(random(2), {}))
    assert one.first is one.by_name["b"] and two.first is one.by_name["a"]
    assert one.note == "as it is"
    assert np.array_equal(one.by_name["a"], random(2))


def test_contracts_on_the_same_futures_share_what_is_equal() -> None:
    of = textbook({
        "trials": 64,
        "levels": {"only": {"escalate": 0.2, "handoff_minutes": 5}},
        "contracts": {
            "a": {"type": "per_conversation", "price": 0.5},
            "b": {"type": "per_resolution", "price": 1, "definition": "assumed_24h"},
        },
    })  # fmt: skip
    found = forecast(simulate(of))
    one, other = found.contracts["a"], found.contracts["b"]
    (piece,) = found.columns.pieces
    assert isinstance(piece, GroupPart)
    columns = piece.columns
    assert columns["contracts/a/human_work"] is columns["contracts/b/human_work"] is columns["human_work"]
    assert any(columns["contracts/a/units"] is each for name, each in columns.items() if name.startswith("meters/"))
    assert columns["drivers/solving"].shape == (1, of.months), "all futures are alike"
    assert np.array_equal(one.cost_to_serve, one.invoice + found.human_work)
    assert not np.array_equal(one.invoice, other.invoice)
