"""Small summaries that have what a summary may have or lack."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final, Literal

from simulator.decisions.billed_again import count_again
from simulator.decisions.clause_bills import bill_study
from simulator.decisions.clauses import clause_study, without_study
from simulator.decisions.variance import variance_split
from simulator.engine.run import Run, simulate, simulate_all
from simulator.forecast.forecast import forecast
from simulator.report.blocks.studies import Studies, anatomy_of
from simulator.report.blocks.summary import summary
from simulator.report.summary.summary import Summary
from simulator.scenario import parse_scenario
from simulator.scenario.schema import Scenario
from tests.synthetic import results

ROOT: Final = Path(__file__).parents[3]
SMALL: Final = ("volume.per_month=40", "trials=20")
ONE: Final = '[contracts]\nconversation = { type = "per_conversation", price = 0.50 }\n'

CASES: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "minimal, no ranges": ("scenarios/minimal.toml", SMALL),
    "today and budget": ("scenarios/broad_cx.toml", SMALL),
    "several fiscal years": ("scenarios/seasonal_retail.toml", SMALL),
    "present value": ("scenarios/three_year_term.toml", SMALL),
    "another currency, settlement": ("tests/scenario/everything_settlement.toml", ("trials=20",)),
    "everything": ("tests/scenario/everything.toml", ("trials=20", "volume.per_month.mean=60")),
    "one future": ("scenarios/minimal.toml", ("volume.per_month=40", "trials=1")),
}
"""Files of scenarios with what makes their runs small."""


def scenario_of(case: str) -> Scenario:
    """Return the scenario of a case; "one contract" is the minimal one with its first contract alone."""
    if case == "one contract":
        text = (ROOT / "scenarios/minimal.toml").read_text(encoding="utf-8")
        return parse_scenario(text.partition("[contracts]")[0] + ONE, case, SMALL)
    file, changes = CASES[case]
    return parse_scenario((ROOT / file).read_text(encoding="utf-8"), file, changes)


@cache
def summary_of(case: str, engine: Literal["sampled", "ledger"] = "sampled") -> Summary:
    """Return the summary of a case, without the studies that only a report has."""
    return summary(forecast(simulate(scenario_of(case), engine=engine, workers=1)))


@cache
def summary_without_cases() -> Summary:
    """Return a summary of futures in which nothing happens."""
    return summary(forecast(results(scale=0.0)))


@cache
def whole_summary() -> Summary:
    """Return a summary with every block: a study of definitions, samples, and the split of the variance."""
    scenario = parse_scenario((ROOT / "scenarios/minimal.toml").read_text(encoding="utf-8"), "minimal",
                              ("volume.per_month={p5=30, p95=60}", "trials=512", "months=2"))  # fmt: skip
    study = clause_study(scenario)
    assert study is not None
    (found,) = simulate_all([Run(study.scenario, "sampled", split=True)], workers=1)
    own = without_study(found, study, scenario)
    studies = Studies(bill_study(study, found), anatomy_of(scenario), count_again(own))
    return summary(forecast(own), variance_split(own), studies)
