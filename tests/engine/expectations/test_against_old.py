"""Every meter is what the engine before says, to the last digits; where that one is only near, this one is nearer."""

from __future__ import annotations

from typing import Final

import numpy as np
import pytest

from tests.engine.expectations.compared import UNLIKE, new, off, old, read
from tests.golden.runs import METERS

EXACT: Final = 1e-12
_WRITTEN: Final = (
    "definitions.written.predicate=\"outcome in ('confirmed', 'silent') and returned_after_hours is null\""
)
_MANY: Final = "volume.per_month.mean=2000"
CASES: Final[dict[str, tuple[str, ...]]] = {
    "scenarios/broad_cx.toml": (),
    "scenarios/minimal.toml": (),
    "scenarios/narrow_actions.toml": (),
    "scenarios/regulated_bank.toml": (),
    "scenarios/seasonal_retail.toml": (),
    "scenarios/three_year_term.toml": (),
    "scenarios/vendor_shortlist.toml": ("months=12",),
    "tests/scenario/every_contract.toml": ('meters.long_chats.sql="answered"', "volume.per_month=2000"),
    "tests/scenario/everything_direct.toml": (_WRITTEN, _MANY),
    "tests/scenario/everything_settlement.toml": (),
    METERS: (),
    "tests/oracles/layer_allowance_cap.toml": (),
}
NEAR: Final = {
    "actions": 1e-3,
    "sessions:start": 1e-8,
    "tokens_long": 5e-3,
    "input_tokens[": 1e-6,
    "output_tokens[": 1e-3,
}
"""Where the engine before is only near: it gives conversations of all intents the same chance of no action; sums of
delays have steps; layers of tokens and long prompts come from a sample."""


def allowed(meter: str) -> float:
    """Return how far apart a meter may be."""
    return next((most for start, most in NEAR.items() if meter.startswith(start)), EXACT)


@pytest.mark.parametrize("file", list(CASES))
def test_every_meter_is_that_of_the_engine_before(file: str) -> None:
    scenario = read(file, *CASES[file], behind=UNLIKE if file == METERS else None)
    found, before = new(scenario), old(scenario)
    assert set(found) == set(before)
    apart = {name: off(found[name], values) for name, values in before.items()}
    assert {name: far for name, far in apart.items() if far > allowed(name)} == {}
    assert all(np.isfinite(values).all() and (values >= 0).all() for values in found.values())


def test_a_shift_of_a_millionth_of_a_millionth_would_be_seen() -> None:
    found = new(read("scenarios/minimal.toml"))["rows"]
    assert off(found * (1 + 1e-11), found) > EXACT
