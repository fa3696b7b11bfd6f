"""Sizes of conversations and layers of them, summed by the engine and by plain NumPy over the same rows."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest

from simulator.contracts.metering.meters import SIZED
from simulator.engine.draws.rows import Rows
from simulator.engine.ledger import GroupResults, bill_slice, draw_month, make_plan, prepare_group, simulate_group
from simulator.engine.run import simulate
from simulator.forecast import forecast
from simulator.scenario import Scenario, parse_scenario
from tests.engine.by_hand import per_row, sure
from tests.engine.slices import month_rows

EVERYTHING = Path(__file__).parent.parent / "scenario" / "everything.toml"
BOUNDS = {
    "messages": (6, 9),
    "ai_replies": (3, 4),
    "actions": (1, 2.5),
    "input_tokens": (9_000, 12_000),
    "output_tokens": (700, 900),
    "minutes": (2, 40),
}
"""Allowance and cap of each size, both within what conversations of the scenario have."""
RATE = 0.01


def charge(meter: str, included: float | None, cap: float | None) -> str:
    free = "" if included is None else f", included_per_conversation = {included}"
    most = "" if cap is None else f", cap_per_conversation = {cap}"
    return f"{{ kind = 'flat', meter = '{meter}', rate = {RATE}{free}{most} }}"


LAYERED = ", ".join(
    charge(meter, *bounds)
    for meter, (included, cap) in BOUNDS.items()
    for bounds in ((included, cap), (included, None), (None, included), (None, None))
)
CONTRACT = f"""
[contracts.layered]
type = "hybrid"
charges = [{LAYERED}]
"""


def scenario(more: str = "") -> Scenario:
    return parse_scenario(EVERYTHING.read_text() + more, "everything", ["months=2"])


@cache
def billed() -> GroupResults:
    return simulate_group(make_plan(scenario(CONTRACT)), 0)


def sizes(rows: Rows) -> dict[str, np.ndarray]:
    return {
        "messages": rows.turns + rows.ai_replies,
        "ai_replies": rows.ai_replies,
        "actions": rows.actions,
        "input_tokens": rows.tokens.input,
        "output_tokens": rows.tokens.output,
        "minutes": rows.duration_seconds / 60,
    }


@cache
def by_hand() -> dict[str, np.ndarray]:
    """Sum what each conversation has beyond an allowance, up to a cap, one trial and month after another."""
    plan = make_plan(scenario(CONTRACT))
    group = prepare_group(plan, 0)
    found: dict[str, np.ndarray] = {}
    for month in range(2):
        for rows in draw_month(plan, group, month):
            for meter, (included, cap) in BOUNDS.items():
                size = sizes(rows)[meter].astype(np.float64)
                beyond = np.where(size > included, size - included, 0.0)
                parts = {
                    f"{meter}[{included}:{cap}]": np.where(beyond > cap, cap, beyond),
                    f"{meter}[{included}:]": beyond,
                    f"{meter}[0:{included}]": np.where(size > included, included, size),
                    meter: size,
                }
                for key, amounts in parts.items():
                    total = found.setdefault(key, np.zeros((plan.group_trials, 2)))
                    for trial in range(plan.group_trials):
                        total[trial, month] += amounts[rows.who.trial == trial].sum()
    return found


@pytest.mark.parametrize("meter", SIZED)
def test_meters_of_sizes_are_the_sums_over_the_conversations(meter: str) -> None:
    names = [name for name in by_hand() if name.partition("[")[0] == meter]
    assert len(names) == 4
    for name in names:
        assert billed().meters[name] == pytest.approx(by_hand()[name], rel=1e-12), name
        assert billed().meters[name].all(), name


@pytest.mark.parametrize("meter", SIZED)
def test_layers_lie_strictly_inside_their_meter_and_add_up_to_it(meter: str) -> None:
    included, cap = BOUNDS[meter]
    m = billed().meters
    low, capped, high = m[f"{meter}[0:{included}]"], m[f"{meter}[{included}:{cap}]"], m[f"{meter}[{included}:]"]
    assert low + high == pytest.approx(m[meter], rel=1e-12)
    assert (capped <= high).all() and (capped < high).any()
    # The sum of a month beyond the allowance is no layer: it would be far more.
    assert (high < m[meter] - included).all()


def test_tokens_of_all_models_are_the_sums_of_their_classes() -> None:
    m = billed().meters
    for meter, classes in (("input_tokens", ("input", "cached_input", "cache_write")), ("output_tokens", ("output",))):
        parts = [m[f"tokens:{model}:{each}"] for model in scenario().models for each in classes]
        assert len(parts) == len(classes) * len(scenario().models) > 1
        assert m[meter] == pytest.approx(np.sum(parts, axis=0), rel=1e-9)
    assert (m["reasoning_tokens"] < m["output_tokens"]).all()


def test_a_contract_with_layers_leaves_all_other_meters_unchanged() -> None:
    plain = simulate_group(make_plan(scenario()), 0).meters
    assert {*SIZED} - {"minutes"} <= set(plain)
    assert all(np.array_equal(values, billed().meters[name]) for name, values in plain.items())
    assert {name for name in billed().meters if name not in plain} == {
        name for name in by_hand() if "[" in name or name == "minutes"
    }


def test_layers_of_a_group_of_one_trial_are_summed_alike() -> None:
    cap = charge("output_tokens", 150, 40)
    plan = make_plan(sure("volume.per_month=60_000", "months=1", "trials=1", "tokens.answer={ mean = 20, cv = 1 }",
                          f"contracts.one={{ type = 'hybrid', charges = [{cap}] }}"))  # fmt: skip
    assert plan.group_trials == 1
    group = prepare_group(plan, 0)
    rows = month_rows(plan, group)
    output = rows.tokens.output
    expected = np.minimum(np.maximum(output - 150.0, 0.0), 40.0).sum()
    assert bill_slice(plan, group, rows)["output_tokens[150:40]"] == pytest.approx([expected], rel=1e-12)
    assert 0 < (output > 190).sum() < (output > 150).sum() < len(output)


def test_layers_of_sure_conversations_by_hand() -> None:
    # Each conversation has 3 turns and 3 replies, 5 calls of 15 + 20 written tokens each.
    parts = (charge("messages", 2, 3), charge("output_tokens", 100, None), charge("output_tokens", None, 170))
    results = simulate(sure(f"contracts.one={{ type = 'hybrid', charges = [{', '.join(parts)}] }}"), engine="ledger")
    assert per_row(results, "messages[2:3]") == 3
    assert per_row(results, "output_tokens") == pytest.approx(175, rel=1e-6)
    assert per_row(results, "output_tokens[100:]") == pytest.approx(75, rel=1e-6)
    assert per_row(results, "output_tokens[0:170]") == pytest.approx(170, rel=1e-6)
    priced = forecast(results).contracts["one"]
    assert priced.invoice == pytest.approx(RATE * (3 + 75 + 170) * results.meters["rows"], rel=1e-6)
    assert priced.mean("units_solved") is None
    assert np.array_equal(priced.units, results.meters["messages[2:3]"])
