"""The engine is compiled once, before the processes of `pytest -n` start and would each compile it."""

from __future__ import annotations

import os

import pytest


def pytest_configure(config: pytest.Config) -> None:
    if hasattr(config, "workerinput") or not config.getoption("numprocesses", None):
        return
    from simulator.engine.warming import told, warm
    from simulator.engine.workers import Workers

    with Workers(min(2, os.cpu_count() or 1)) as workers, told(lambda text: print(text, flush=True) if text else None):
        warm(workers)
