"""Made-up results with a study of definitions and intents, so that every chart has something to draw."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from simulator.contracts.metering.meters import resolutions
from simulator.decisions.anatomy import PARTS, Anatomy
from simulator.decisions.clause_bills import StudyResults, bill_study
from simulator.decisions.clauses import clause_study
from simulator.definitions import NAMED
from simulator.engine.results import Results
from simulator.forecast.forecast import forecast
from simulator.report.blocks.studies import Studies
from simulator.report.blocks.summary import summary
from simulator.scenario.schema import Scenario
from simulator.scenario.stated.compiled_terms import compile_terms
from tests.synthetic import results, scenario


def studied_results(of: Scenario, *, scale: float = 1000.0) -> Results:
    """Return made-up meters of a study's scenario: a stricter definition counts a smaller share of conversations."""
    run = results(of, scale=scale)
    meters = dict(run.meters)
    for place, name in enumerate(compile_terms(of).definitions):
        units = np.round(meters["rows"] * (0.7 - 0.4 * (place % 97) / 97))
        parts = {"": 1.0, "|solved": 0.85, "|solved_by_ai": 0.8}
        meters |= {f"{resolutions(name)}{suffix}": np.round(units * part) for suffix, part in parts.items()}
    return replace(run, meters=meters)


def made_study(of: Scenario, *, scale: float = 1000.0) -> StudyResults | None:
    """Return a study of a scenario with made-up results, None where no contract can be studied."""
    study = clause_study(of)
    return None if study is None else bill_study(study, studied_results(study.scenario, scale=scale))


def made_anatomy(intents: int = 4) -> tuple[int, dict[str, Anatomy]]:
    """Return made-up tokens of some intents."""
    sizes = dict(zip(PARTS, (9_000.0, 21_000.0, 400.0, 700.0), strict=True))
    return 36_000, {
        f"intent_{place}": Anatomy(
            1 / intents,
            {part: size * (1 + place) for part, size in sizes.items()},
            solved=0.5,
            units=dict.fromkeys(NAMED, 0.4),
        )
        for place in range(intents)
    }


def studied_summary(
    contracts: Mapping[str, Any] | None = None, *, scale: float = 60_000.0, **changes: Any
) -> dict[str, Any]:
    """Return the summary of made-up results with everything that the report needs."""
    of = scenario(contracts, **changes)
    studies = Studies(made_study(of, scale=scale), made_anatomy())
    return summary(forecast(results(of, scale=scale)), None, studies)
