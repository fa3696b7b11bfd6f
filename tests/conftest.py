"""The engine is compiled once, before the processes of `pytest -n` start and would each compile it."""

from __future__ import annotations

import os

import pytest


def pytest_configure(config: pytest.Config) -> None:
    if hasattr(config, "workerinput") or not config.getoption("numprocesses", None):
        return
    from simulator.engine.processes.pool import Workers
    from simulator.engine.processes.warming import told, warm

    with Workers(min(2, os.cpu_count() or 1)) as workers, told(lambda text: print(text, flush=True) if text else None):
        warm(workers)
