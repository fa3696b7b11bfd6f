"""Memory: a run that cannot fit is refused before it starts, and one that ran out says what took it and what would fit.

A run keeps columns of its futures: some numbers for each future and month, more of them for each contract. It holds so
many of them (`--spill-above`) and writes the rest to files; reading them it holds some whole columns at a time, which
grow with futures x months. Other commands keep all meters of all futures. What a group of futures takes while it is
simulated hardly grows with the months, as groups are made smaller. Cases do not matter: every engine draws a fixed
number at a time.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from simulator.cli.common.addresses import MIB, RESERVED_BYTES, address_space, amount, refuse_few_addresses
from simulator.engine.processes.crew import Crew
from simulator.errors import OutOfMemory, WorkerEnded
from simulator.scenario.schema import Scenario

NUMBER_BYTES: Final = 8
NUMBERS: Final = 55
NUMBERS_OF_A_CONTRACT: Final = 7
NUMBERS_OF_A_STUDY: Final = 160
"""Numbers kept for each future and month, more of them for each contract, and for the study of clauses of a report.

Counted on the shipped scenarios, with 2 to 15 contracts, as what a future more takes.
"""
COLUMNS: Final = 30
COLUMNS_OF_A_CONTRACT: Final = 2
NUMBERS_OF_A_FUTURE: Final = 320
"""Numbers that a run keeps for each future and month, more of them for each contract, and for each future the bills of
the study of a report, about: broad_cx is 8 KB a future."""
WAITING_BYTES: Final = 128 * MIB
"""What columns take beside what may be held, while some are written to a file."""
READ_AT_ONCE: Final = 4
LEAST_READ: Final = 2
"""Columns (trial, month) that are held at once where they are read, at most and at least."""
PEAK: Final = 1.5
"""How much of what is kept is there at the same time while contracts are priced, at most; measured 1.3."""
LEAST_BYTES: Final = 150 * MIB
"""What the libraries of a run take: no process has less."""
MAIN_BYTES: Final = 400 * MIB
"""What the main process takes beside what it keeps, where others simulate: to write the results."""
BLOCK_BYTES: Final = 350 * MIB
GROUP_BYTES: Final = 120 * MIB
GROUP_MONTHS: Final = 96
"""What a process takes that simulates groups of futures, at most: so much for a group, which has as many futures as
make up for its months, and one block of 64 at least from 96 months on."""

LIMITS: Final = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")
"""Files in which Linux says how much memory a container may have."""
SIGNS: Final = (
    "Cannot allocate memory",
    "failed to map segment",
    "can't start new thread",
    "Out of Memory Error",
    "std::bad_alloc",
)
"""How libraries say in errors of their own that memory ran out."""


@dataclass(frozen=True, slots=True)
class RunSize:
    """What the memory that a run takes depends on.

    Attributes:
        workers: processes; a single one is the main process itself.
        held_bytes: what it may hold of its columns; None where it keeps all meters of all futures.
    """

    trials: int
    months: int
    contracts: int
    workers: int = 1
    held_bytes: int | None = None

    @classmethod
    def of(cls, scenario: Scenario, workers: int, held_bytes: int | None = None) -> RunSize:
        """Return the size of a scenario's run."""
        return cls(scenario.trials, scenario.months, len(scenario.contracts), workers, held_bytes)

    @property
    def future_bytes(self) -> int:
        """What is kept of a future in memory, at least; of columns, what is read of it at once."""
        if self.held_bytes is not None:
            return self.months * NUMBER_BYTES * LEAST_READ
        return self.months * NUMBER_BYTES * (NUMBERS + NUMBERS_OF_A_CONTRACT * self.contracts)

    @property
    def most_bytes(self) -> float:
        """What a future takes while contracts are priced and a study is made, at most."""
        if self.held_bytes is not None:
            return self.months * NUMBER_BYTES * READ_AT_ONCE
        return PEAK * (self.future_bytes + self.months * NUMBER_BYTES * NUMBERS_OF_A_STUDY)

    @property
    def columns_bytes(self) -> int:
        """What is held of columns, at most."""
        if self.held_bytes is None:
            return 0
        numbers = self.months * (COLUMNS + COLUMNS_OF_A_CONTRACT * self.contracts) + NUMBERS_OF_A_FUTURE
        return min(self.trials * numbers * NUMBER_BYTES, self.held_bytes + WAITING_BYTES)

    @property
    def least_bytes(self) -> int:
        """What the main process cannot do without."""
        return LEAST_BYTES + self.trials * self.future_bytes

    @property
    def process_bytes(self) -> int:
        """What a process takes that simulates blocks of futures, about."""
        return BLOCK_BYTES + int(GROUP_BYTES * max(1.0, self.months / GROUP_MONTHS))

    @property
    def total_bytes(self) -> int:
        """What all processes of the run take together, about."""
        return self._all_bytes(self.workers)

    def _all_bytes(self, workers: int) -> int:
        kept = int(self.trials * self.most_bytes) + self.columns_bytes
        return kept + (self.process_bytes if workers == 1 else MAIN_BYTES + workers * self.process_bytes)

    def words(self) -> str:
        """Return what makes the size, in words."""
        contracts = f"{self.contracts:,} contract{'s' if self.contracts > 1 else ''}"
        return f"{self.trials:,} futures of {self.months} months with {contracts}"

    def fits(self, room: int | None) -> str:
        """Return what would fit into so many bytes; into fewer than there are, where these are not known."""
        if self.workers > 1 and (room is None or self._all_bytes(1) <= room):
            return f"--workers 1 needs up to about {amount(self._all_bytes(1))}"
        if room is None:
            return "give fewer futures (--trials), months or contracts (--contract)"
        futures = min(int((room - self.process_bytes - self.columns_bytes) / self.most_bytes), self.trials)
        if futures < 1:
            return f"even one future needs up to about {amount(self.process_bytes)}"
        one = "--workers 1 and " if self.workers > 1 else ""
        return f"what fits is {one}--trials {_rounded(futures)}, or fewer months or contracts"


def refuse_too_large(size: RunSize) -> None:
    """Refuse a run that cannot fit into the memory that it may have.

    Raises:
        OutOfMemory: with what it needs, what there is, and what would fit.
    """
    refuse_few_addresses()
    room = memory()
    if room is not None and size.least_bytes > room:
        raise OutOfMemory(
            f"{size.words()} need at least {amount(size.least_bytes)} of memory, and {amount(room)} can be had; "
            f"{size.fits(room)}"
        )


@contextmanager
def memory_watched(scenario: Scenario, workers: int | Crew, held_bytes: int | None = None) -> Iterator[None]:
    """Refuse a run that cannot fit, and explain one whose memory runs out meanwhile.

    Args:
        workers: how many processes simulate, or those that do.
        held_bytes: what a run may hold of its columns; None where all meters of all futures are kept.

    Raises:
        OutOfMemory: with what it needs, what there is, and what would fit.
    """
    size = RunSize.of(scenario, workers if isinstance(workers, int) else workers.here, held_bytes)
    refuse_too_large(size)
    try:
        yield
    except OutOfMemory:
        raise
    except Exception as error:
        if not (isinstance(error, (MemoryError, WorkerEnded)) or any(sign in str(error) for sign in SIGNS)):
            raise
        raise OutOfMemory(_explanation(size, error)) from error


def _explanation(size: RunSize, error: Exception) -> str:
    """Return why memory ran out, or probably did, and what would fit."""
    room, space = memory(), address_space()
    cause = f"{error}; if nobody ended it, memory ran out" if isinstance(error, WorkerEnded) else "memory ran out"
    if space is not None and space < RESERVED_BYTES + size.process_bytes:
        return (
            f"{cause}: a process may have {amount(space)} of addresses, and its libraries reserve up to about "
            f"{amount(RESERVED_BYTES)} beside the {amount(size.process_bytes)} that it uses; raise the limit "
            "(ulimit -v), or take it away"
        )
    processes = "" if size.workers == 1 else f" in {size.workers} processes and the main one"
    there = "" if room is None else f", and {amount(room)} can be had"
    return (
        f"{cause}: {size.words()} need up to about {amount(size.total_bytes)}{processes}{there}; {size.fits(room)}. "
        "The number of cases does not matter"
    )


def memory() -> int | None:
    """Return how much memory this process and those it starts may have yet, at most; None where that is not known."""
    found = [_free(), *map(_limit, LIMITS)]
    return min((each for each in found if each is not None), default=None)


def _free() -> int | None:
    """Return what Linux could give, swapping included."""
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
        kibibytes = {name: int(rest.split()[0]) for name, _, rest in (line.partition(":") for line in lines)}
        return (kibibytes["MemAvailable"] + kibibytes["SwapFree"]) * 1024
    except (OSError, KeyError, ValueError, IndexError):
        return None


def _limit(path: str) -> int | None:
    """Return the limit of a container; None where there is none."""
    try:
        return int(Path(path).read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None


def _rounded(count: int) -> int:
    """Return a number with its first two digits only, rounded down: what it stands for is not known better."""
    unit = 10 ** max(0, len(str(count)) - 2)
    return int(count // unit * unit)
