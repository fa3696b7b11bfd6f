"""The tables of a run: totals, invoices by month, the drawn unknowns, and figures by contract."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from simulator import risk
from simulator.arrays import Array, divided
from simulator.errors import OutputError
from simulator.forecast.forecast import Forecast, horizon_cost
from simulator.forecast.priced import Measure
from simulator.report.summary.contract import ContractNumbers, TieAt
from simulator.report.summary.summary import Summary
from simulator.scenario.schema import Scenario
from simulator.scenario.stated.compiled_terms import compile_terms
from simulator.scenario.stated.months import month_names

if TYPE_CHECKING:
    import pandas as pd

    from simulator.engine.results import Results


MOST_ROWS: Final = 20_000_000
"""Rows of the tidy table of invoices: about half a gigabyte."""
LEVELS: Final = {"p10": 0.1, "p50": 0.5, "p80": 0.8, "p90": 0.9, "p95": 0.95}
Of = Literal["invoice", "cost_to_serve"]


def totals_of(forecast: Forecast, of: Measure = "invoice") -> pd.DataFrame:
    """Return what each contract costs over the horizon, one row a trial and one column a contract."""
    import pandas as pd

    columns = {name: horizon_cost(priced, of) for name, priced in forecast.contracts.items()}
    return pd.DataFrame(columns, index=_trials(forecast.results)).rename_axis(columns="contract")


def invoices_of(forecast: Forecast) -> pd.DataFrame:
    """Return every invoice in a row of its own: trial, month (a period), contract (a category), invoice.

    Raises:
        OutputError: where it would have more rows than fit into the memory of a usual machine.
    """
    import pandas as pd

    results, names = forecast.results, list(forecast.contracts)
    rows = len(names) * results.trials * results.months
    if rows > MOST_ROWS:
        raise OutputError(
            f"the table of invoices would have {rows:,} rows ({len(names)} contracts, {results.trials:,} trials, "
            f"{results.months} months), more than {MOST_ROWS:,}: simulate fewer trials, or use run.totals"
        )
    months = pd.PeriodIndex(month_names(forecast.scenario.start, results.months), freq="M")
    each = results.trials * results.months
    return pd.DataFrame(
        {
            "trial": np.tile(np.repeat(np.arange(results.trials), results.months), len(names)),
            "month": months[np.tile(np.arange(results.months), results.trials * len(names))],
            "contract": pd.Categorical.from_codes(np.repeat(np.arange(len(names)), each), categories=pd.Index(names)),
            "invoice": np.concatenate([priced.invoice.ravel() for priced in forecast.contracts.values()]),
        }
    )


def inputs_of(results: Results) -> pd.DataFrame:
    """Return the drawn unknowns, one row a trial and one column a number by its dotted path, in its own unit."""
    import pandas as pd

    return pd.DataFrame(dict(results.unknowns), index=_trials(results)).rename_axis(columns="unknown")


def comparison_of(numbers: Summary) -> pd.DataFrame:
    """Return what decides between the contracts, in the verdict's order; see `Run.comparison`."""
    import pandas as pd

    cheaper = {pair.contract: pair.share_cheaper for pair in numbers.paired}
    contracts = {name: numbers.contract(name) for name in numbers.ranking}
    rows = {
        name: {
            "title": each.title,
            "price": each.unit_rate if each.one_price else None,
            "mean": each.cost(numbers.ranked_by).mean,
            "p90": each.cost(numbers.ranked_by).p90,
            "chance_of_budgets": each.chance_of_budgets,
            "cheaper_than_recommended": cheaper.get(name),
            "tie_factor": None if each.tie is None else each.tie.factor,
            "tie_price": _tie_price(each, each.tie),
            "tie_p90": _tie_price(each, each.tie_p90),
            "tie_nine_in_ten": _tie_price(each, each.tie_nine_in_ten),
            "countable_by_buyer": each.countable_by_buyer,
        }
        for name, each in contracts.items()
    }
    table = pd.DataFrame.from_dict(rows, orient="index").rename_axis("contract")
    figures = [name for name in table.columns if name not in ("title", "countable_by_buyer")]
    return table.astype(dict.fromkeys(figures, float))


def _tie_price(contract: ContractNumbers, tie: TieAt | None) -> float | None:
    """Return the unit price at which a contract ties; None where it has several prices, or ties nowhere."""
    return tie.unit_price if contract.one_price and tie is not None else None


def definitions_of(scenario: Scenario) -> pd.DataFrame:
    """Return the definitions in use: title, counts (in words), countable_by_buyer, recount (in words)."""
    import pandas as pd

    rows = {
        name: {
            "title": each.title,
            "counts": each.words,
            "countable_by_buyer": each.verifiability.countable_by_buyer,
            "recount": each.verifiability.sentence,
        }
        for name, each in compile_terms(scenario).definitions.items()
    }
    columns = ["title", "counts", "countable_by_buyer", "recount"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("definition")


def rates_of(results: Results) -> pd.DataFrame:
    """Return what the conversations of each future are like, one row a trial; shares from 0 to 1.

    Columns: cases, conversations (handled), solved_by_ai, handed_over and returned as shares of the conversations,
    people_minutes and output_tokens per conversation.
    """
    import pandas as pd

    sums = {name: meter.sum(axis=1) for name, meter in results.meters.items() if name in _READ}
    handled = sums["conversations"]
    shares = {
        "solved_by_ai": sums["conversations|solved_by_ai"],
        "handed_over": sums["touch:handoff"],
        "returned": sums["returns"],
        "people_minutes": sums["human_minutes"],
        "output_tokens": sums["output_tokens"],
    }
    columns = {"cases": sums["cases"], "conversations": handled}
    columns |= {name: divided(amount, handled) for name, amount in shares.items()}
    return pd.DataFrame(columns, index=_trials(results))


_READ: Final = frozenset(
    {
        "cases",
        "conversations",
        "conversations|solved_by_ai",
        "touch:handoff",
        "returns",
        "human_minutes",
        "output_tokens",
    }
)


def summary_of(totals: Mapping[str, Array], net: risk.Net = None) -> pd.DataFrame:
    """Return figures of costs over the horizon by name: mean, percentiles, and what the number of futures leaves open.

    Columns: mean, mean_se, mean_ci_lower, mean_ci_upper (95 %), sd, p10, p50, p80, p90, p90_ci_lower, p90_ci_upper
    (95 %; NaN where the futures are too few for an end), p95.
    """
    import pandas as pd

    return pd.DataFrame({name: _figures(cost, net) for name, cost in totals.items()}).T.rename_axis("contract")


def _figures(cost: Array, net: risk.Net) -> dict[str, float]:
    mean, p90 = risk.mean_interval(cost, net=net), risk.quantile_interval(cost, 0.9, net=net)
    spread, error = risk.sd(cost), risk.standard_error(cost, net)
    figures = {
        "mean": risk.mean(cost),
        "mean_se": np.nan if error is None else error,
        "mean_ci_lower": np.nan if mean is None else mean.low,
        "mean_ci_upper": np.nan if mean is None else mean.high,
        "sd": np.nan if spread is None else spread,
        **dict(zip(LEVELS, risk.quantiles(cost, list(LEVELS.values())), strict=True)),
    }
    ends = (p90.low, p90.high if p90.complete else np.nan)
    order = ("mean", "mean_se", "mean_ci_lower", "mean_ci_upper", "sd", "p10", "p50", "p80", "p90")
    return {**{key: figures[key] for key in order}, "p90_ci_lower": ends[0], "p90_ci_upper": ends[1],
            "p95": figures["p95"]}  # fmt: skip


def _trials(results: Results) -> pd.RangeIndex:
    import pandas as pd

    return pd.RangeIndex(results.trials, name="trial")
