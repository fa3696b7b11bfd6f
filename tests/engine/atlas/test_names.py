"""Both engines hand over the same meters, whatever the scenario."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulator.engine.run import simulate
from simulator.scenario import load_scenario

ROOT = Path(__file__).parent.parent.parent.parent
READABLE = "definitions.written.predicate='''outcome IN ('confirmed', 'silent')'''"
"""The everything scenario has an own predicate on turns and channel, which the atlas refuses."""


@pytest.mark.parametrize(
    ("path", "changes"),
    [
        ("scenarios/minimal.toml", ["volume.per_month=40"]),
        ("scenarios/broad_cx.toml", ["volume.per_month=40"]),
        ("tests/scenario/everything.toml", [READABLE]),
    ],
)
def test_both_engines_make_the_same_meters(path: str, changes: list[str]) -> None:
    scenario = load_scenario(ROOT / path, [*changes, "trials=2", "months=1"])
    atlas, ledger = (simulate(scenario, engine=engine) for engine in ("atlas", "ledger"))
    assert set(atlas.meters) == set(ledger.meters)
    assert set(atlas.unknowns) == set(ledger.unknowns)
    assert set(atlas.drivers) == set(ledger.drivers)
