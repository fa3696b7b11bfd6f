"""Runs that many tests read: simulated once in a session."""

from __future__ import annotations

import numpy as np
import pytest

import simulator as cx
from simulator.explore.scenario import from_text
from tests.explore import texts

LENGTH = 128


@pytest.fixture(scope="session")
def minimal() -> cx.Scenario:
    return cx.load(texts.ROOT / "scenarios/minimal.toml")


@pytest.fixture(scope="session")
def run(minimal: cx.Scenario) -> cx.Run:
    """The smallest scenario, in which no number is a range."""
    return cx.simulate(minimal, trials=LENGTH, seed=3, workers=1)


@pytest.fixture(scope="session")
def uncertain() -> cx.Run:
    """Two numbers are ranges."""
    return cx.simulate(from_text(texts.UNCERTAIN), trials=LENGTH, seed=3, workers=1)


@pytest.fixture(scope="session")
def parts() -> cx.Run:
    """A contract bills parts by intent."""
    return cx.simulate(from_text(texts.PARTS), trials=LENGTH, seed=3, workers=1)


@pytest.fixture(scope="session")
def hostile() -> cx.Run:
    """All titles are scripts of a browser."""
    return cx.simulate(from_text(texts.HOSTILE), trials=64, seed=3, workers=1)


@pytest.fixture(scope="session")
def single(minimal: cx.Scenario) -> cx.Run:
    """One future only."""
    return cx.simulate(minimal, trials=1, seed=3, workers=1)


@pytest.fixture(scope="session")
def clauses(run: cx.Run) -> cx.Grid:
    """Return window by silence by human touch."""
    return run.grid(
        "resolution",
        return_window_hours=[0, 24, 72, 168],
        silence=[24, 48, 168, "never"],
        human_touch=["none", "review", "handoff"],
    )


@pytest.fixture(scope="session")
def published(run: cx.Run) -> cx.Grid:
    """All definitions that are known."""
    return run.by_definition("resolution")


@pytest.fixture(scope="session")
def hand_made() -> np.ndarray:
    """Ten differences that one can reckon with in the head."""
    return np.array([-3.0, -1.0, 0.0, 0.0, 2.0, 2.0, 4.0, 5.0, 6.0, 15.0])
