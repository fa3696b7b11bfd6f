"""Processes of a run: the same work with none and with some, their environment, and what is left of them."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
import traceback

import pytest

from simulator.engine.processes.pool import ENVIRONMENT, Workers
from simulator.errors import OutputError, ScenarioError, WorkerEnded

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


def killed() -> None:
    """Be killed, as Linux does where memory runs out."""
    os.kill(os.getpid(), signal.SIGKILL)


def failed(kind: type[Exception], *arguments: object) -> None:
    raise kind(*arguments)


def large(size: int, then: float = 0.0) -> bytes:
    time.sleep(then)
    return bytes(size)


def waiting_in_vain() -> list[int]:
    """Return the signals of those that stop a command which this process does not leave to its parent."""
    return [each for each in (signal.SIGINT, signal.SIGTERM) if signal.getsignal(each) is not signal.SIG_IGN]


def test_a_killed_process_is_said_to_all_who_wait() -> None:
    """One of two is killed: its work, the work behind it and later work all say so, and nobody waits for ever.

    The arguments fill the pipes, of 64 KiB: a thread of the pool of Python 3.11.2 never came back from such a one.
    """
    start = time.monotonic()
    with pytest.raises(WorkerEnded, match=r"ended before its work was done \(SIGKILL\)"), Workers(2) as workers:
        workers.submit(time.sleep, 60)
        dead = workers.submit(killed)
        behind = [workers.submit(len, bytes(1 << 20)) for _ in range(4)]
        for each in (dead, *behind):
            assert isinstance(each.exception(30), WorkerEnded)
        workers.submit(told, "PATH").result(30)
    assert time.monotonic() - start < 30
    assert multiprocessing.active_children() == []


def test_an_error_while_pipes_are_full_stops_the_workers() -> None:
    start = time.monotonic()
    with pytest.raises(OutputError, match="full"), Workers(2) as workers:
        results = [workers.submit(large, 1 << 20, 0.2) for _ in range(3)]
        waiting = [workers.submit(time.sleep, 60) for _ in range(3)]
        sent = [workers.submit(len, bytes(1 << 22)) for _ in range(3)]
        assert len(results[0].result(30)) == 1 << 20
        raise OutputError("disk full")
    assert time.monotonic() - start < 30
    assert multiprocessing.active_children() == []
    assert all(each.done() for each in (*results, *waiting, *sent))


@pytest.mark.parametrize(
    ("raised", "arguments", "kind", "text"),
    [
        (OutputError, ["cannot write x"], OutputError, "cannot write x"),
        (MemoryError, ["Unable to allocate"], MemoryError, "Unable to allocate"),
        (ScenarioError, ["a.toml", []], RuntimeError, "ScenarioError: 0 problems in a.toml"),  # cannot be sent as it is
    ],
)
def test_an_error_comes_back_with_where_it_was(
    raised: type[Exception], arguments: list[object], kind: type[Exception], text: str
) -> None:
    with Workers(2) as workers:
        found = workers.submit(failed, raised, *arguments).exception(30)
        assert type(found) is kind and str(found) == text
        assert "in failed" in "".join(traceback.format_exception(found))
        assert workers.submit(told, "PATH").result(30)[0] != os.getpid()


def test_work_that_cannot_be_sent_fails_and_the_next_is_done() -> None:
    with Workers(2) as workers:
        assert workers.submit(lambda: None).exception(30) is not None
        assert workers.submit(len, b"123").result(30) == 3


def test_signals_that_stop_a_command_are_left_to_the_parent() -> None:
    """A terminal sends Ctrl-C to all, and a service manager SIGTERM: the parent ends the others, and says why."""
    with Workers(2) as workers:
        assert workers.submit(waiting_in_vain).result(30) == []


def test_processes_of_no_more_use_end_by_themselves() -> None:
    with Workers(2) as workers:
        busy = [workers.submit(time.sleep, 0.1), workers.submit(time.sleep, 0.1)]
        del busy
    assert multiprocessing.active_children() == []
