"""The work of a sweep: which combinations a process takes together, and what it finds of them.

Combinations with the same futures, where only prices or terms of contracts differ, are simulated once and priced one
after the other (engine.repricing, to the bit what each by itself has). A process takes whole combinations, and what it
sends back is the summary of each, so that pricing too is shared out.
"""

from __future__ import annotations

import hashlib
import zlib
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from simulator.cli.combinations import Combination, VariedKey
from simulator.cli.common.work import Work, priced_of, run_of
from simulator.contracts import meters_of, segments_of
from simulator.engine.repricing import NO_LAW, KeptFutures, recounted, same_law
from simulator.engine.run import simulate_all
from simulator.engine.sampling.sampled import sample_of
from simulator.report.files.folder import to_json
from simulator.scenario.schema import Scenario
from simulator.scenario.stated.compiled_terms import compile_terms

if TYPE_CHECKING:
    from simulator.engine.processes.crew import Crew

Told = Callable[[int], None]
"""Called with how many combinations are done."""


@dataclass(frozen=True, slots=True)
class Share:
    """Combinations with the same futures that a process takes together.

    Attributes:
        places: of the combinations among all, in order.
    """

    places: tuple[int, ...]
    works: tuple[Work, ...]


def with_one_sample(found: Sequence[Combination], axes: Sequence[VariedKey], crew: Crew) -> list[Combination]:
    """Return combinations that all draw as many cases of a month: the largest sample that one of them needs.

    So what only some need is no difference between rows. Where an axis varies the sample, each has its own.
    """
    if found[0].work.engine != "sampled" or any(axis.key == "sample" for axis in axes):
        return list(found)
    laws = {_law(each.work.scenario): each.work.scenario for each in found}
    largest = max(future.result() for future in [crew.submit(sample_of, scenario) for scenario in laws.values()])
    return [replace(each, work=replace(each.work, sample=largest)) for each in found]


def _law(scenario: Scenario) -> str:
    """Return what the sample hangs on, as a digest: scenarios that share it are alike, and others may be."""
    told = (scenario.sample, repr(scenario.model_dump(exclude=NO_LAW)))
    return hashlib.sha256(repr(told).encode("utf-8", "surrogatepass")).hexdigest()


def shares(found: Sequence[Combination], count: int) -> list[Share]:
    """Return what processes take together: combinations with the same futures, in as many parts as keep all busy.

    Args:
        count: processes.
    """
    most = -(-len(found) // count)
    parts: list[Share] = []
    for places in _alike([each.work for each in found]):
        for start in range(0, len(places), most):
            some = tuple(places[start : start + most])
            parts.append(Share(some, tuple(found[place].work for place in some)))
    return parts


def _alike(works: Sequence[Work]) -> list[list[int]]:
    """Return the places of combinations whose futures and meters are the same, group by group."""
    groups: dict[str, list[list[int]]] = {}
    for place, each in enumerate(works):
        known = groups.setdefault(_law(each.scenario), [])
        group = next((one for one in known if _same_futures(works[one[0]], each)), None)
        if group is None:
            known.append([place])
        else:
            group.append(place)
    return [group for known in groups.values() for group in known]


def _same_futures(one: Work, other: Work) -> bool:
    """Return whether two differ in what contracts charge only: all meters that either reads are those of the other."""
    first, second = one.scenario, other.scenario
    return (
        one.engine == other.engine == "sampled"
        and one.sample == other.sample
        and same_law(first, second)
        and first.definitions == second.definitions
        and first.meters == second.meters
        and _read(first) == _read(second)
    )


def _read(scenario: Scenario) -> frozenset[str]:
    """Return the meters that the contracts of a scenario read."""
    priced = compile_terms(scenario).priced
    parts = (part.of(base) for part, bases in segments_of(priced).items() for base in bases)
    return frozenset((*meters_of(priced), *(contract.unit for contract in priced), *parts))


def summaries(parts: Sequence[Share], crew: Crew, told: Told) -> list[bytes]:
    """Return the summary of every combination as compressed JSON text, in the order of the combinations.

    Args:
        told: told how many combinations are done.
    """
    found: dict[int, bytes] = {}
    waiting = deque(sorted(parts, key=lambda part: -len(part.works)))
    running: dict[Future[list[bytes]], Share] = {}
    while waiting or running:
        while waiting and len(running) < (1 if crew.count == 1 else 2 * crew.count):
            part = waiting.popleft()
            running[crew.submit(summaries_of, part.works)] = part
        done, _ = wait(running, return_when=FIRST_COMPLETED)
        for future in done:
            found.update(zip(running.pop(future).places, future.result(), strict=True))
        told(len(found))
    return [found[place] for place in sorted(found)]


def summaries_of(works: Sequence[Work]) -> list[bytes]:
    """Simulate combinations with the same futures once, and return the summary of each as compressed JSON text."""
    first = works[0]
    (results,) = simulate_all([run_of(first)])
    kept = KeptFutures(results) if len(works) > 1 else None
    found = []
    for each in works:
        mine = results if each is first or kept is None else recounted(results, each.scenario, kept)
        if mine is None:
            (mine,) = simulate_all([run_of(each)])
        _, numbers = priced_of(replace(mine, scenario=each.scenario), sampled=True)
        found.append(zlib.compress(to_json(numbers).encode()))
    return found
