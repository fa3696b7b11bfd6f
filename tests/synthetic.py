"""Made-up results for tests above the engine: random meters that respect every sum, no law behind them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from simulator.arrays import Array
from simulator.engine.results import Results
from simulator.scenario.schema import Scenario
from simulator.scenario.stated.sources import quantities

ENDS = ("confirmed", "silent_solved", "silent_unsolved", "abandoned", "partial", "escalated")
CONTRACTS: dict[str, Any] = {
    "resolution": {
        "type": "per_resolution",
        "title": "Per resolution, assumed 24 h",
        "definition": "assumed_24h",
        "price": 0.99,
    },
    "conversation": {"type": "per_conversation", "title": "Per conversation", "price": 0.5},
    "verified": {
        "type": "per_resolution",
        "title": "Per resolution, verified",
        "definition": "verified_72h",
        "price": 1.2,
    },
    "tokens": {"type": "per_token", "title": "Per token", "markup": 2.0, "platform_fee": 1000},
}


def scenario(contracts: Mapping[str, Any] | None = None, **changes: Any) -> Scenario:
    """Return a small scenario with one uncertain number and the given contracts."""
    raw: dict[str, Any] = {
        "title": "Made-up deployment",
        "start": "2027-11",
        "months": 3,
        "trials": 200,
        "seed": 5,
        "volume": {"per_month": {"p5": 800, "p95": 1200, "kind": "measured"}},
        "drivers": {"demand": {"cv": {"value": 0.1, "kind": "published"}}},
        "levels": {"simple": {"escalate": 0.1, "solve": 0.8, "handoff_minutes": 8}},
        "intents": {"all": {"share": 1, "levels": {"simple": 1}}},
        "models": {"small": {"rates": {"input": 0.5, "output": 2.0}}},
        "people": {"cost_per_hour": 60},
        "today": {},
        "contracts": dict(CONTRACTS if contracts is None else contracts),
        **changes,
    }
    plain = Scenario.model_validate({key: value for key, value in raw.items() if value is not None})
    per_month = plain.volume.per_month
    assert per_month is not None
    volume = plain.volume.model_copy(update={"per_month": per_month.named("volume.per_month")})
    return plain.model_copy(update={"volume": volume})


CORRELATED: dict[str, Any] = {
    "drivers": {
        "demand": {"cv": 0.1},
        "tokens": {"cv": 0.1},
        "complexity": {"sd": 0.1},
        "correlation": {"complexity": {"demand": -0.25}, "demand": {"tokens": 0.4}},
    },
    "sources": {
        "drivers.correlation.complexity": {"kind": "measured", "source": "our log <of> 2026", "as_of": "2026-10"}
    },
}
"""Changes to a scenario that state two correlations, the first of which has a source."""


def results(of: Scenario | None = None, *, scale: float = 1000.0, spread: float = 0.1, seed: int = 7) -> Results:
    """Return random meters (trial, month) of a scenario; the unknown volume and the demand driver move them."""
    of = of or scenario()
    rng = np.random.default_rng(seed)
    shape = (of.trials, of.months)
    known = np.exp(spread * rng.standard_normal(of.trials))
    demand = np.exp(spread / 2 * rng.standard_normal(shape))
    cases = np.round(scale * known[:, None] * demand)
    share = rng.uniform(0.45, 0.55, shape)
    meters = {"cases": cases, **_conversations(cases, share, rng), **_lengths(cases, rng, of)}
    assert any(quantity.name == "volume.per_month" for quantity in quantities(of))
    return Results(
        scenario=of,
        meters=meters,
        unknowns={"volume.per_month": scale * known},
        drivers={
            "demand": demand,
            **{name: np.zeros(shape) for name in ("complexity", "escalation", "solving", "returning")},
            "tokens": np.ones(shape),
            "incident": np.ones(shape),
        },
    )


def _conversations(cases: Array, share: Array, rng: np.random.Generator) -> dict[str, Array]:
    rows = np.round(cases * 1.09)
    handled, solved = np.round(rows * 0.97), np.round(rows * share)
    meters = {
        "rows": rows,
        "conversations": handled,
        "conversations|solved": np.round(handled * 0.8),
        "conversations|solved_by_ai": np.minimum(solved, handled),
        "rows|solved_by_ai": solved,
        "cases_solved": np.round(cases * 0.85),
        "cases_solved_by_ai": np.round(cases * 0.55),
        "straight_returns": np.round(cases * 0.02),
        "unseen_tickets": np.round(cases * 0.1),
        "tickets": rows + np.round(cases * 0.12),
        "returns": np.round(cases * 0.09),
        "duplicates": np.round(cases * 0.03),
        "return_hours": cases * 0.09 * 30,
        "duplicate_hours": cases * 0.03 * 6,
        "action_completed": np.round(rows * 0.3),
        "judged_resolved": np.round(rows * 0.6),
        "handoff_planned": np.round(rows * 0.05),
        "touch:review": np.round(rows * 0.04),
        "touch:handoff": np.round(rows * 0.25),
        "csat_responses": np.round(rows * 0.1),
        "csat_points": np.round(rows * 0.1) * 4,
        "class:service": handled,
        "channel:chat": rows,
        "level:simple": rows,
        "intent:all": rows,
        "model:small": rows,
    }
    meters |= {f"end:{end}": rows / len(ENDS) for end in ENDS}
    for name, part in (("assumed_24h", 0.62), ("verified_72h", 0.5)):
        units = np.round(rows * part * share / 0.5)
        meters |= {
            f"resolutions:{name}": units,
            f"resolutions:{name}|solved": np.round(units * 0.85),
            f"resolutions:{name}|solved_by_ai": np.round(units * 0.8),
        }
    return meters


def _lengths(cases: Array, rng: np.random.Generator, of: Scenario) -> dict[str, Array]:
    minutes = cases * 2.5 * rng.uniform(0.95, 1.05, cases.shape)
    per_case = {
        "turns": 5,
        "messages": 9.5,
        "ai_replies": 4.5,
        "actions": 1.2,
        "calls": 8,
        "duration_seconds": 300,
    }
    meters = {name: cases * factor for name, factor in per_case.items()}
    meters |= {"human_minutes": minutes, "handoff_minutes": minutes * 0.9, "review_minutes": minutes * 0.1}
    meters |= {
        "today_minutes": cases * 9,
        "today_solved": np.round(cases * 0.9),
        "reasoning_tokens": cases * 100,
    }
    for model in of.models:
        meters |= {
            f"tokens:{model}:{kind}": cases * size
            for kind, size in (
                ("input", 20_000),
                ("cached_input", 15_000),
                ("cache_write", 1_000),
                ("output", 1_500),
            )
        }
    return meters


def without_units(run: Results, definition: str) -> Results:
    """Return the results with no unit of a definition in any future."""
    key = f"resolutions:{definition}"
    nothing = {name: 0 * values for name, values in run.meters.items() if name.split("|")[0] == key}
    return replace(run, meters={**run.meters, **nothing})
