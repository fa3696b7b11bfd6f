"""Processes of a run: the same work with none and with some, their environment, and what is left of them."""

from __future__ import annotations

import multiprocessing
import os
import time

import pytest

from simulator.engine.workers import ENVIRONMENT, Workers

OWN = "OMP_NUM_THREADS"


def told(name: str) -> tuple[int, str | None]:
    """Return which process this is, and a variable of its environment."""
    return os.getpid(), os.environ.get(name)


def test_a_single_worker_is_the_caller() -> None:
    with Workers(1) as workers:
        workers.prepare("json")
        assert workers.submit(told, "PATH").result() == (os.getpid(), os.environ["PATH"])


def test_workers_are_other_processes_with_settings_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """A user's own setting is kept; the caller's environment is as before."""
    monkeypatch.setenv(OWN, "3")
    monkeypatch.delenv("OPENBLAS_NUM_THREADS", raising=False)
    before = dict(os.environ)
    with Workers(2) as workers:
        workers.prepare("json")
        found = {name: workers.submit(told, name).result() for name in ENVIRONMENT}
    assert {pid for pid, _ in found.values()}.isdisjoint({os.getpid()})
    assert {name: value for name, (_, value) in found.items()} == {**ENVIRONMENT, OWN: "3"}
    assert dict(os.environ) == before


def test_an_error_stops_the_workers_and_their_work() -> None:
    start = time.monotonic()
    with pytest.raises(KeyError, match="wrong"), Workers(2) as workers:
        workers.submit(told, "PATH").result()
        workers.submit(time.sleep, 60)
        raise KeyError("wrong")
    assert time.monotonic() - start < 55
    for child in multiprocessing.active_children():
        child.join(10)
    assert multiprocessing.active_children() == []
