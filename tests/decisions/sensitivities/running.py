"""Scenarios of the tests on sensitivity, on simulated futures."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Final

from simulator.cli.common.study import simulator_of
from simulator.decisions.same_futures import SameFutures
from simulator.engine.repricing import KeptFutures
from simulator.scenario import load_scenario

HERE: Final = Path(__file__).parent
SHARES: Final = HERE / "shares_exact.toml"


@lru_cache(maxsize=4)
def futures_of(path: Path, *overrides: str) -> SameFutures:
    """Return the futures of a scenario file with some keys overridden."""
    results = simulator_of(1)(load_scenario(path, overrides, []))
    kept = KeptFutures(results)
    return SameFutures(results, kept, simulator_of(1, kept.sample))
