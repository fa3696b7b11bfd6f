"""A cluster of this machine: the same bits as without it, also when a worker is killed, and nothing is left of it."""

from __future__ import annotations

import multiprocessing
import os
import signal
import socket
import time
import traceback
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from simulator.engine.processes import cluster
from simulator.engine.processes.cluster import Cluster, cluster_at, local_cluster
from simulator.engine.processes.crew import Crew, crew_of
from simulator.engine.processes.identical import about, refuse_other_versions, refuse_threads
from simulator.engine.processes.pool import Workers
from simulator.engine.results import Results
from simulator.engine.run import Run, simulate_all
from simulator.errors import OutputError, SchedulerError
from simulator.scenario import load_scenario

pytest.importorskip("distributed", reason="Dask distributed is not installed (pip install -e '.[dask]')")

MINIMAL = Path(__file__).parents[3] / "scenarios" / "minimal.toml"
PATIENCE_SECONDS = 60.0
UNPICKLED: list[int] = []


@pytest.fixture(scope="module")
def crew() -> Iterator[Cluster]:
    with local_cluster(2) as workers:
        yield workers


@dataclass(frozen=True)
class Plan:
    """Something that is sent once, and counts how often it was unpickled in a process."""

    number: int

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        UNPICKLED.append(self.number)


def seen(plan: Plan, number: int) -> tuple[int, int, int]:
    """Return which process this is, how often it got the plan, and a number of both."""
    time.sleep(0.05)
    return os.getpid(), len(UNPICKLED), plan.number + number


def failed(kind: type[Exception], text: str) -> None:
    raise kind(text)


def killed_once(marker: str) -> int:
    """Be killed at the first call, and return which process this is at the second."""
    if not os.path.exists(marker):
        Path(marker).touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return os.getpid()


def killed() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def bits(results: Results) -> dict[str, bytes]:
    parts = {f"{part}/{name}": values for part in ("meters", "unknowns", "drivers", "split")
             for name, values in getattr(results, part).items()}  # fmt: skip
    assert results.sampling is not None
    return {name: values.tobytes() for name, values in {**parts, "share": results.sampling.share}.items()}


def simulated(workers: int | Crew) -> dict[str, bytes]:
    scenario = load_scenario(
        MINIMAL, ["trials=600", "months=3", "contracts.conversation.price={ p5 = 0.2, p95 = 0.4 }"]
    )
    return bits(simulate_all([Run(scenario, split=True)], workers=workers)[0])


def test_results_are_the_same_to_the_bit(crew: Cluster) -> None:
    """600 futures are two groups, which two workers share."""
    alone = simulated(1)
    assert simulated(crew) == alone and simulated(2) == alone
    other = load_scenario(MINIMAL, ["trials=600", "months=3", "seed=1"])
    assert bits(simulate_all([Run(other, split=True)], workers=crew)[0])["meters/cases"] != alone["meters/cases"]


def test_work_is_done_in_other_processes_and_a_plan_goes_to_each_once(crew: Cluster) -> None:
    plan = Plan(40)
    found = [each.result(PATIENCE_SECONDS) for each in [crew.submit(seen, plan, number) for number in range(12)]]
    assert [number for _, _, number in found] == list(range(40, 52))
    assert os.getpid() not in {pid for pid, _, _ in found} and {times for _, times, _ in found} == {1}


def test_other_plans_of_the_same_shape_are_not_taken_for_one_another(crew: Cluster) -> None:
    found = [
        crew.submit(seen, Plan(number), 0).result(PATIENCE_SECONDS)[2] for number in range(3 * cluster.MOST_SHARED)
    ]
    assert found == list(range(3 * cluster.MOST_SHARED)) and len(crew._shared) == cluster.MOST_SHARED


def test_errors_come_back_with_where_they_were(crew: Cluster) -> None:
    found = crew.submit(failed, OutputError, "disk full").exception(PATIENCE_SECONDS)
    assert type(found) is OutputError and str(found) == "disk full"
    assert "in failed" in "".join(traceback.format_exception(found))
    assert crew.submit(lambda: None).exception(PATIENCE_SECONDS) is not None
    assert crew.submit(len, b"123").result(PATIENCE_SECONDS) == 3


def test_work_whose_worker_is_killed_is_done_by_another(crew: Cluster, tmp_path: Path) -> None:
    marker = tmp_path / "killed"
    assert crew.submit(killed_once, str(marker)).result(PATIENCE_SECONDS) != os.getpid()
    assert marker.exists()


def test_it_listens_to_this_machine_only_and_to_nobody_without_its_certificate(crew: Cluster) -> None:
    addresses = [crew._processes.scheduler_address, *crew._client.nthreads()]
    assert all(address.startswith("tls://127.0.0.1:") for address in addresses)
    host, port = addresses[0].removeprefix("tls://").split(":")
    with pytest.raises(SchedulerError, match="cannot be reached"):
        cluster_at(f"tcp://{host}:{port}")
    ports = [server.port for server in (crew._processes.scheduler.http_server,)]
    for number in ports:
        with pytest.raises(urllib.error.HTTPError, match="404"):
            urllib.request.urlopen(f"http://127.0.0.1:{number}/info/main/workers.html", timeout=5)


def test_a_scheduler_that_does_not_answer_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """A port at which nobody listens, and one at which something else does."""
    monkeypatch.setattr(cluster, "CONNECT_SECONDS", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = other.getsockname()[1]
        for address in (f"tcp://127.0.0.1:{taken}", "tcp://127.0.0.1:9"):
            with pytest.raises(SchedulerError, match=f"the scheduler at {address} cannot be reached.*leave out"):
                crew_of(address, 2)


class Asked:
    """Stands for a client whose workers say what they have."""

    def __init__(self, **found: object) -> None:
        self.found = found

    def run(self, work: object, on_error: str) -> dict[str, object]:
        return self.found

    def nthreads(self) -> dict[str, object]:
        return self.found


def test_workers_with_other_versions_are_refused_by_name() -> None:
    mine = about()
    older = Asked(good=mine, bad={**mine, "numpy": "1.0"}, none=ModuleNotFoundError("No module named 'simulator'"))
    with pytest.raises(SchedulerError) as told:
        refuse_other_versions(older, "tcp://x:1")
    assert f"bad has numpy 1.0, here {mine['numpy']}; none has no simulator" in str(told.value)
    assert "good" not in str(told.value)
    refuse_other_versions(Asked(good=mine), "tcp://x:1")
    many = Asked(**{f"w{number}": {**mine, "numba": "0"} for number in range(5)})
    with pytest.raises(SchedulerError, match=r"w2 has numba 0, here .*, and 2 more\. Install"):
        refuse_other_versions(many, "tcp://x:1")


def test_workers_of_several_threads_are_refused_with_how_to_start_them() -> None:
    with pytest.raises(SchedulerError, match=r"the worker b has 4 threads, .* --nworkers 4 --nthreads 1$"):
        refuse_threads(Asked(a=1, b=4), "tcp://x:1")
    refuse_threads(Asked(a=1, b=1), "tcp://x:1")


def test_a_worker_that_came_later_with_other_versions_refuses_the_work() -> None:
    _, error = cluster._served({**about(), "numpy": "1.0"}, b"")
    assert isinstance(error, SchedulerError) and "here 1.0; install the same versions" in str(error)


def test_all_that_decides_the_bits_is_looked_at() -> None:
    assert {"simulator", "sources", "python", "processor", "numpy", "numba", "scipy"} <= set(about())
    assert about()["numpy"] == np.__version__


def test_an_error_ends_its_processes_at_once() -> None:
    """Asked politely, a worker would finish its work first."""
    before = set(multiprocessing.active_children())
    with pytest.raises(KeyError, match="wrong"), local_cluster(2) as workers:
        busy = [workers.submit(time.sleep, 60) for _ in range(4)]
        time.sleep(0.5)
        start = time.monotonic()
        raise KeyError("wrong")
    assert time.monotonic() - start < 10 and len(busy) == 4
    assert set(multiprocessing.active_children()) <= before


@pytest.mark.slow
def test_work_that_kills_every_worker_is_given_up() -> None:
    with local_cluster(2) as workers:
        found = workers.submit(killed).exception(120)
        assert isinstance(found, SchedulerError) and "was given up, as 4 workers ended" in str(found)


def test_workers_and_clusters_are_crews() -> None:
    with crew_of(None, 1) as one:
        assert isinstance(one, Workers) and (one.count, one.here) == (1, 1)
