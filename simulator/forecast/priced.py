"""A contract on the futures of a run, as its columns are read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Literal

from simulator.arrays import Array
from simulator.contracts import Contract, ExitRow, Tie, owed_if_stopped
from simulator.engine.storage.run_columns import Columns
from simulator.forecast.bills import at, summed_part

Measure = Literal["invoice", "cost_to_serve"]


@dataclass(frozen=True, slots=True)
class Ties:
    """Three prices at which a contract ties with another: they are different, and each has its name.

    Attributes:
        other: name of the other contract.
        mean: where the expected invoices are equal.
        p90: where the P90s of what contracts are ranked by are equal.
        nine_in_ten: up to where it is cheaper in nine of ten futures: there, the P90 of the difference is 0.
        Each is None where no price ties.
    """

    other: str
    mean: Tie | None
    p90: Tie | None
    nine_in_ten: Tie | None


@dataclass(frozen=True, slots=True)
class Lump:
    """What a line beside use and monthly fees adds in a month, counted from 1.

    Attributes:
        line: how the invoice names it.
        share: of the futures, in which it adds something.
        mean: over all futures, in the scenario's currency.
    """

    month: int
    line: str
    share: float
    mean: float


@dataclass(frozen=True)
class Priced:
    """One contract on the simulated months; amounts in the scenario's currency.

    Arrays (trial, month) are read from the columns of the run each time they are asked for. They must not be written
    to, and a reader should not hold many of them.

    Attributes:
        of: begins the names of its columns.
        months: of the horizon.
        countable_by_buyer: whether the buyer holds all columns that its units need.
        count_note: the same in words.
        ties: the prices at which it ties with the recommended contract; for that one, with the next of the ranking.
            None for a single contract.
    """

    contract: Contract
    columns: Columns
    of: str
    months: int
    countable_by_buyer: bool
    count_note: str
    ties: Ties | None = None

    @property
    def invoice(self) -> Array:
        """What the vendor bills, (trial, month)."""
        return self._column("invoice")

    @property
    def human_work(self) -> Array:
        """What people cost, (trial, month); the same under all contracts that stop the AI at no limit."""
        return self._column("human_work")

    @property
    def cost_to_serve(self) -> Array:
        """Invoice and human work, (trial, month)."""
        cost: Array = self.invoice + self.human_work
        return cost

    @property
    def people_hours(self) -> Array:
        """Hours that people work, (trial, month)."""
        return self._column("people_hours")

    @property
    def cases_solved(self) -> Array:
        """Cases solved by the AI or a person, (trial, month)."""
        return self._column("cases_solved")

    @property
    def model_cost(self) -> Array:
        """The vendor's bill for the tokens of what the AI serves, (trial, month)."""
        return self._column("model_cost")

    @property
    def units(self) -> Array:
        """Units billed, (trial, month)."""
        return self._column("units")

    @property
    def usage(self) -> Array:
        """Charges for use after discount, over the horizon, (trial,)."""
        return self._column("usage")

    @property
    def of_units(self) -> Array:
        """What its units cost together over the horizon, with fees and caps but no one-time charges, (trial,)."""
        return self._column("of_units")

    @property
    def served(self) -> Array | None:
        """Share of the conversations that the AI serves, (trial, month); None where it serves all."""
        return self._column("served") if at(self.of) + "served" in self.columns.names else None

    @cached_property
    def sums(self) -> Mapping[str, float]:
        """Sums over all futures and months, by name; see `simulator.forecast.bills`."""
        return summed_part(at(self.of), self.columns.sums)

    def mean(self, name: str) -> float | None:
        """Return the mean over futures of what is summed over the horizon, None where the contract does not have it."""
        return None if name not in self.sums else self.sums[name] / self.columns.trials

    def means(self, part: str) -> dict[str, float]:
        """Return the means over futures of sums whose names begin alike, by the rest of their names."""
        found = summed_part(f"{part}/", self.sums)
        return {name: value / self.columns.trials for name, value in found.items()}

    @cached_property
    def lumps(self) -> tuple[Lump, ...]:
        """Its true-ups, credits bought in advance and fees owed once, by month and then by line."""
        means = self.means("lumps")
        found = [name.rsplit("/", 2) for name in means if name.endswith("/futures")]
        return tuple(
            Lump(month, line, means[f"{line}/{month}/futures"], means[f"{line}/{month}/amount"])
            for month, line in sorted((int(month), line) for line, month, _ in found)
        )

    @property
    def bills_units(self) -> bool:
        """Whether anything it bills by use occurs in some future; true without charges for use."""
        return self.sums["occurs"] > 0

    @cached_property
    def exits(self) -> tuple[ExitRow, ...]:
        """Mean still owed if use stops after each month of the horizon."""
        return tuple(self._exits())

    def _exits(self) -> Iterator[ExitRow]:
        names = [each.name for each in fields(ExitRow) if each.name != "month"]
        for month in range(1, self.months + 1):
            yield ExitRow(month, *(self.mean(f"owed/{month}/{name}") or 0.0 for name in names))

    @property
    def owed(self) -> dict[str, float | None]:
        """Mean still owed if stopped after 6 and 12 months; None beyond the horizon."""
        return owed_if_stopped(self.exits)

    def horizon(self, of: Measure) -> Array:
        """Return the invoice, or invoice and human work, over the horizon, (trial,)."""
        names = ("invoice",) if of == "invoice" else ("invoice", "human_work")
        return self.columns.horizon(*(at(self.of) + name for name in names))

    def some(self, name: str, first: int, count: int) -> Array:
        """Return one of the contract's columns of some consecutive futures, (future, month)."""
        return self.columns.some(at(self.of) + name, first, count)

    def _column(self, name: str) -> Array:
        return self.columns.array(at(self.of) + name)


@dataclass(frozen=True, slots=True)
class StatusQuo:
    """The same cases today: by people only, or under the contract in force; arrays (trial, month) are read anew.

    Attributes:
        in_force: the contract in force; None where people work alone.
    """

    title: str
    columns: Columns
    in_force: Priced | None = None

    @property
    def cost(self) -> Array:
        """People, and the invoice of the contract in force."""
        return self._today("cost") if self.in_force is None else self.in_force.cost_to_serve

    @property
    def solved(self) -> Array:
        """Cases solved, by the AI or people."""
        return self._today("solved") if self.in_force is None else self.in_force.cases_solved

    @property
    def people_hours(self) -> Array:
        """Hours that people work on them."""
        return self._today("hours") if self.in_force is None else self.in_force.people_hours

    def _today(self, name: str) -> Array:
        return self.columns.array(f"today/{name}")
