"""Every contract type and meter: `verify` passes, sees 1 % of bias, and sees faults planted in either engine."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from simulator.contracts import parts_of
from simulator.contracts.meters import OFFERED, Blocks, Sessions, blocks_of, own_of, sessions_of
from simulator.contracts.types import TYPES
from simulator.engine import ledger, totals
from simulator.engine import seen as seeing
from simulator.engine.atlas import block, engine, pieces, sessions
from simulator.engine.atlas.people import Minutes
from simulator.engine.results import Results
from simulator.engine.rows import Rows
from simulator.engine.run import simulate
from simulator.law import ABANDONED, PARTIAL
from simulator.law.columns import COPY
from simulator.report.verify.words import verdict
from simulator.scenario import Scenario, load_scenario
from simulator.scenario.terms import compile_terms
from simulator.verify import Verification, verify
from simulator.verify.plan import Part
from simulator.verify.suite import Engine
from simulator.verify.volume import cases_per_month, scaled, with_run
from tests.engine.slices import changed

PATH = Path(__file__).parent / "every_meter.toml"
MANY, SOME, FUTURES = 9_000.0, 1_500.0, 512
LEAST_BIAS = 0.01
WITHOUT = (
    "resolution_hours",
    "resolution_score",
    "resolution_memory",
    "resolution_case",
    "token",
    "bought",
    "input",
    "output",
)
"""Contracts whose meters have planted faults elsewhere (tests/verify/test_real_engines.py), left out for speed."""
NO_LONG_PROMPTS = "models.big.rates.long_prompt.threshold_tokens=1_000_000"

Patch = pytest.MonkeyPatch
Plant = Callable[[Patch], None]


def one_month(of: Scenario, cases: float) -> Part:
    found = with_run(scaled(of, cases / cases_per_month(of)), trials=FUTURES, months=1)
    return Part("own volume", found, cases, FUTURES)


@cache
def fewer() -> Part:
    """Return the part on which faults are planted."""
    of = load_scenario(PATH, [NO_LONG_PROMPTS])
    contracts = {name: spec for name, spec in of.contracts.items() if name not in WITHOUT}
    return one_month(of.model_copy(update={"contracts": contracts, "definitions": {}}), SOME)


def run(of: Scenario, which: Engine) -> Results:
    return simulate(of, engine=which)


@cache
def right(which: Engine) -> Results:
    """Return a run of the engine as it is."""
    return run(fewer().scenario, which)


def compared(faulty: Engine | None) -> Verification:
    """Compare the engines; only that in which a fault stands is run anew, with its expectations."""

    def drawn(of: Scenario, which: Engine) -> Results:
        anew = faulty is not None and (which == faulty or (faulty == "atlas" and which == "expected"))
        return run(of, which) if anew else right(which)

    return verify(fewer().scenario, [fewer()], drawn)


def test_every_type_and_meter_is_billed() -> None:
    scenario = load_scenario(PATH)
    keys = {key for contract in compile_terms(scenario).priced for key in contract.meters}
    assert {each.type for each in scenario.contracts.values()} == set(TYPES)
    named = {key.partition(":")[0] for key in keys}
    assert set(OFFERED) <= named and {"turns", "human_minutes", "tokens", "tokens_long"} <= named
    assert {each.anchor for key in keys if (each := sessions_of(key))} == {"start", "inactivity"}
    assert {each.base for key in keys if (each := blocks_of(key))} == {"messages", "minutes"}
    assert {own_of(key) for key in keys} - {None} == set(scenario.meters)
    assert not parts_of(compile_terms(scenario).priced)


@pytest.mark.slow
def test_verify_passes_where_less_than_a_hundredth_of_bias_would_be_seen() -> None:
    part = one_month(load_scenario(PATH), MANY)
    found = verify(part.scenario, [part], run)
    assert found.agrees, verdict(found)
    seen = {
        feature.pair: found.chance.smallest_seen(feature)
        for _, feature in found.by_score
        if feature.what == "mean" and feature.pair.startswith("invoice")
    }
    print("\n".join(f"{100 * share:.2f} % of bias is seen in {pair}" for pair, share in sorted(seen.items())))
    assert len(seen) == len(part.scenario.contracts) and max(seen.values()) < LEAST_BIAS


@pytest.mark.slow
def test_verify_passes_without_a_fault() -> None:
    """Negative control of the faults, on the futures on which they are seen."""
    found = compared(None)
    assert found.agrees, verdict(found)


def _window(anchor: Any) -> Plant:
    def plant(patch: Patch) -> None:
        patch.setattr(totals, "opening", lambda rows, window: _opening(rows, Sessions(anchor, window.hours)))

    return plant


def _no_copies(patch: Patch) -> None:
    patch.setattr(totals, "opening", lambda rows, window: _opening(rows, window) & (rows.origin != COPY))


def _blocks_down(patch: Patch) -> None:
    def wrong(self: seeing.Seen, name: str) -> np.ndarray:
        cut = self.cuts.get(name)
        rounded = isinstance(cut, Blocks) and cut.base == "messages"
        return _value(self, cut.base) // cut.size if rounded else _value(self, name)

    patch.setattr(seeing.Seen, "value", wrong)


def _valued(name: str, wrong: Callable[[Rows], np.ndarray]) -> Plant:
    """Let meters see other numbers under a name."""
    assert name in seeing.VALUES
    return lambda patch: patch.setitem(seeing.VALUES, name, wrong)  # type: ignore[arg-type]


def _less_action(patch: Patch) -> None:
    def fewer(rows: Rows) -> Rows:
        return changed(rows, action=rows.action & (rows.end != PARTIAL))

    patch.setattr(totals, "codes_of", lambda kinds, rows: _codes_of(kinds, fewer(rows)))
    patch.setattr(totals, "bill_rows", lambda kinds, of, rows, codes: _bill_rows(kinds, of, fewer(rows), codes))


def _trial_meters(place: Any, change: Callable[[dict[str, np.ndarray]], dict[str, np.ndarray]]) -> Plant:
    def wrong(scenario: Scenario, unknowns: Any, unseen: np.ndarray, totals: dict[str, np.ndarray]) -> Any:
        return _of_trial(scenario, unknowns, unseen, {**totals, **change(totals)})

    def plant(patch: Patch) -> None:
        patch.setattr(place, "trial_meters", wrong)

    return plant


_opening, _value, _of_trial = totals.opening, seeing.Seen.value, ledger.trial_meters
_codes_of, _bill_rows = totals.codes_of, totals.bill_rows

LEDGER: Mapping[str, tuple[Plant, str]] = {
    "sessions from the start run anew": (_window("inactivity"), "session_start"),
    "sessions of inactivity run from the start": (_window("start"), "session_inactivity"),
    "duplicates on another channel join the session": (_no_copies, "session_inactivity"),
    "message blocks are rounded down": (_blocks_down, "message_block"),
    "the abandoned are answered": (_valued("ai_replies", lambda rows: rows.turns), "ai_reply"),
    "minutes of the abandoned forgotten": (
        _valued("minutes", lambda rows: np.where(rows.end == ABANDONED, 0.0, rows.duration_seconds / 60)), "minute",
    ),
    "actions cut at six": (_valued("actions", lambda rows: np.minimum(rows.actions, 6)), "action"),
    "own meters do not see actions of the partly solved": (_less_action, "own_number"),
    "seats without straight returns": (
        _valued("human_minutes", lambda rows: rows.handoff_minutes + rows.review_minutes), "seat",
    ),
    "tickets without straight returns": (
        _trial_meters(ledger, lambda totals: {"straight_returns": 0 * totals["straight_returns"]}), "ticket",
    ),
}  # fmt: skip
"""Faults in the ledger engine, each with a contract whose invoice shows it."""


def _anchors_exchanged(patch: Patch) -> None:
    def wrong(*given: Any) -> dict[str, np.ndarray]:
        found = _session_meters(*given)
        keys = sorted(found)
        return dict(zip(keys, [found[key] for key in reversed(keys)], strict=True))

    patch.setattr(block, "session_meters", wrong)


def _copies_join(patch: Patch) -> None:
    def wrong(chance: Any, windows: Any, grid: Any, means: Any, counted: Any) -> dict[str, np.ndarray]:
        return _session_meters(chance, windows, grid, replace(means, elsewhere=0 * means.elsewhere), counted)

    patch.setattr(block, "session_meters", wrong)


def _sessions_of_their_own(patch: Patch) -> None:
    def wrong(
        chance: Any, window: Sessions, grid: Any, means: Any, place: int, number: np.ndarray, later: Any
    ) -> np.ndarray:
        share = np.clip(means.opened[window][place] / np.maximum(means.number[place], 1e-300), 0, 1)
        return np.asarray(chance.binomial(f"wrong.{window.key}", place, number[None], share[None])[0])

    patch.setattr(sessions, "_opened", wrong)


def _table(change: Callable[[np.ndarray], np.ndarray]) -> Plant:
    def plant(patch: Patch) -> None:
        patch.setattr(pieces, "_table", lambda *given: change(_made(*given)))

    return plant


def _unlinked(table: np.ndarray) -> np.ndarray:
    return np.concatenate([table[..., :3], 0 * table[..., 3:]], axis=-1)


def _wider(table: np.ndarray) -> np.ndarray:
    return np.concatenate([table[..., :1], 2 * table[..., 1:2], table[..., 2:]], axis=-1)


def _one_pace(patch: Patch) -> None:
    def wrong(self: pieces.Pieces, turns: Any) -> np.ndarray:
        return np.asarray(self.seconds.mean(axis=0) * np.add.reduce(list(turns)) / 60.0)

    patch.setattr(pieces.Pieces, "minutes", wrong)


def _patched(name: str, wrong: Callable[..., Any]) -> Plant:
    return lambda patch: patch.setattr(block, name, wrong)


def _without_reviews(minutes: Minutes) -> Minutes:
    return replace(minutes, review=0 * minutes.review)


_idle_chance = block.idle_chance
_session_meters, _own_meters, _draw_minutes, _made = (
    block.session_meters, block._own_meters, block.draw_minutes, pieces._table,
)  # fmt: skip

ATLAS: Mapping[str, tuple[Plant, str]] = {
    "windows exchanged": (_anchors_exchanged, "session_start"),
    "duplicates on another channel join the session": (_copies_join, "session_start"),
    "sessions do not follow the returns": (_sessions_of_their_own, "session_inactivity"),
    "blocks do not follow the messages": (_table(_unlinked), "message_block"),
    "blocks spread too much": (_table(_wider), "message_block"),
    "all channels at one pace": (_one_pace, "minute"),
    "own meters of first contacts only": (
        _patched("_own_meters", lambda atlas, every_kind: _own_meters(atlas, every_kind[:1])), "own_condition",
    ),
    "completed actions without a tool call forgotten": (
        _patched("idle_chance", lambda lengths, by_channel: 0 * _idle_chance(lengths, by_channel)), "action",
    ),
    "reviews take no time": (_patched("draw_minutes", lambda *given: _without_reviews(_draw_minutes(*given))), "seat"),
    "straight returns are two tickets": (
        _trial_meters(engine, lambda totals: {"straight_returns": 2 * totals["straight_returns"]}), "ticket",
    ),
}  # fmt: skip
"""Faults in the atlas engine."""


def seen(found: Verification) -> set[str]:
    """Return the invoices and meters that lie apart."""
    apart = {name for _, feature in found.apart for name in (feature.pair, feature.other) if name}
    return apart | {check.pair for _, check in found.wrong_means}


@pytest.mark.slow
@pytest.mark.parametrize("fault", LEDGER)
def test_a_fault_in_the_ledger_engine_is_caught(fault: str, monkeypatch: Patch) -> None:
    plant, contract = LEDGER[fault]
    right("atlas"), right("expected")
    plant(monkeypatch)
    assert f"invoice {contract}" in seen(compared("ledger"))


@pytest.mark.slow
@pytest.mark.parametrize("fault", ATLAS)
def test_a_fault_in_the_atlas_engine_is_caught(fault: str, monkeypatch: Patch) -> None:
    plant, contract = ATLAS[fault]
    right("ledger")
    plant(monkeypatch)
    assert f"invoice {contract}" in seen(compared("atlas"))
