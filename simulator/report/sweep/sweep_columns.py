"""The columns of `sweep.parquet`: each declared once, with what it means and where `summary.json` has it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, Literal

from simulator.report.summary.contract import ContractNumbers, PairedContract
from simulator.report.summary.distribution import LEVELS
from simulator.report.summary.summary import Summary

Kind = Literal["number", "count", "text", "flag"]

OVER: Final = "over."
"""Stands before the key of a value that was varied, so that no key can have the name of another column."""


@dataclass(frozen=True, slots=True)
class SweepColumn:
    """A column with a value for each combination and contract.

    Attributes:
        path: attributes that lead to its value; a number is a place in a sequence.
        words: what it is.
    """

    name: str
    kind: Kind
    path: tuple[str | int, ...]
    words: str

    def value(self, block: Summary | ContractNumbers | _Ranked) -> Any:
        """Return its value; None where the summary has none."""
        found: Any = block
        for part in self.path:
            if found is None:
                return None
            found = found[part] if isinstance(part, int) else getattr(found, part)
        return found


def _distribution(of: str, words: str) -> Iterator[SweepColumn]:
    """Yield mean, spread, percentiles and intervals of an amount."""
    yield SweepColumn(f"{of}_mean", "number", (of, "mean"), f"mean of {words}")
    yield SweepColumn(f"{of}_sd", "number", (of, "sd"), f"standard deviation of {words}")
    for level in LEVELS:
        yield SweepColumn(f"{of}_p{level}", "number", (of, f"p{level}"), f"P{level} of {words}")
    yield SweepColumn(f"{of}_cvar95", "number", (of, "cvar95"), f"mean of {words} in the dearest 5 % of the futures")
    for figure in ("mean", "p90", "cvar95"):
        for place, end in enumerate(("low", "high")):
            path = (of, f"{figure}_interval", place)
            said = f"{end} end of the 95 % interval of {of}_{figure}"
            yield SweepColumn(f"{of}_{figure}_{end}", "number", path, said)


def _brief(of: str, words: str) -> Iterator[SweepColumn]:
    for figure in ("mean", "p10", "p50", "p90"):
        yield SweepColumn(f"{of}_{figure}", "number", (of, figure), f"{figure.replace('p', 'P')} of {words}")


def _over_budget() -> Iterator[SweepColumn]:
    yield SweepColumn(
        "probability_over_budget", "number", ("probability_over_budget",), "share of futures over the budget"
    )
    for place, end in enumerate(("low", "high")):
        path = ("over_budget", "probability_over_interval", place)
        yield SweepColumn(f"probability_over_budget_{end}", "number", path, f"{end} end of its 95 % interval")
    yield SweepColumn(
        "chance_of_budgets", "number", ("chance_of_budgets",), "share of futures in which all budgets are kept"
    )
    yield SweepColumn(
        "mean_overrun", "number", ("over_budget", "mean_overrun"), "mean overrun in futures over the budget"
    )


COLUMNS: Final[tuple[SweepColumn, ...]] = (
    SweepColumn("title", "text", ("title",), "the contract as tables name it"),
    SweepColumn("type", "text", ("type",), "contract type"),
    SweepColumn("unit", "text", ("unit",), "what is counted as its unit"),
    SweepColumn("unit_rate", "number", ("unit_rate",), "its unit price, where it has one"),
    SweepColumn("countable_by_buyer", "flag", ("countable_by_buyer",), "whether we can count the unit in our own data"),
    *_distribution("invoice", "the invoice of the horizon"),
    *_distribution("cost_to_serve", "invoice and human work"),
    *_brief("invoice_per_conversation", "the invoice per conversation"),
    *_brief("cost_per_solved_case", "invoice and human work per solved case"),
    SweepColumn("units_mean", "number", ("units", "billed", "mean"), "expected units billed"),
    SweepColumn(
        "probability_cheapest", "number", ("probability_cheapest",), "share of futures in which it is the cheapest"
    ),
    *_over_budget(),
    SweepColumn("tie_price", "number", ("tie_price",), "unit price at which its mean ties with the recommended one's"),
)
"""Columns of the contract's own block."""
RANKED: Final[tuple[SweepColumn, ...]] = (
    SweepColumn("rank", "count", ("rank",), "place in the ranking, the recommended contract 1"),
    SweepColumn("recommended", "flag", ("recommended",), "whether it is the recommended contract"),
    SweepColumn(
        "dearer_mean", "number", ("pair", "mean"), "mean of its cost less the recommended one's, on the same futures"
    ),
    SweepColumn("dearer_p10", "number", ("pair", "p10"), "P10 of that difference"),
    SweepColumn("dearer_p50", "number", ("pair", "p50"), "P50 of that difference"),
    SweepColumn("dearer_p90", "number", ("pair", "p90"), "P90 of that difference"),
    SweepColumn(
        "share_cheaper", "number", ("pair", "share_cheaper"), "share of futures in which it costs less than that one"
    ),
)
"""Columns of the verdict on the contract; differences are empty for the recommended one."""
OF_ALL: Final[tuple[SweepColumn, ...]] = (
    SweepColumn("currency", "text", ("currency",), "of all amounts"),
    SweepColumn(
        "ranked_by", "text", ("ranked_by",), "invoice or cost_to_serve: what is ranked and what the budget covers"
    ),
    SweepColumn("trials", "count", ("trials",), "futures"),
    SweepColumn("months", "count", ("months",), "of the horizon"),
    SweepColumn("seed", "count", ("seed",), "of the futures"),
    SweepColumn("engine", "text", ("engine",), "sampled or ledger"),
    SweepColumn("sample", "count", ("sampling", "sample"), "cases of a month that are drawn; empty of the ledger"),
    SweepColumn("too_close_to_call", "flag", ("too_close_to_call",), "whether the first two cannot be told apart"),
)
"""Columns of the combination, the same for all its contracts."""


def names() -> list[tuple[str, str]]:
    """Return every column with what it means, in the order of the file; those of the keys stand after `scenario`."""
    return [
        ("combination", "number of the combination, from 1"),
        ("scenario", "path of its file"),
        (f"{OVER}KEY", "value of a key that was varied, a column each"),
        ("contract", "name of the contract"),
        *((column.name, column.words) for column in (*RANKED, *OF_ALL, *COLUMNS)),
    ]


def rows_of(summary: Summary) -> list[dict[str, Any]]:
    """Return the values of a combination by column, a row for each contract in the scenario's order."""
    pairs = {pair.contract: pair for pair in summary.paired}
    of_all = {column.name: column.value(summary) for column in OF_ALL}
    return [
        {
            "contract": each.name,
            **{column.name: column.value(_ranked(summary, each.name, pairs.get(each.name))) for column in RANKED},
            **of_all,
            **{column.name: column.value(each) for column in COLUMNS},
        }
        for each in summary.contracts
    ]


@dataclass(frozen=True, slots=True)
class _Ranked:
    """What the verdict says of a contract; `pair` is None of the recommended one."""

    rank: int
    recommended: bool
    pair: PairedContract | None


def _ranked(summary: Summary, name: str, pair: PairedContract | None) -> _Ranked:
    return _Ranked(summary.ranking.index(name) + 1, name == summary.recommended, pair)
