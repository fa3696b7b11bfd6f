"""Expected values of every kind are the means of the ledger, conversation by conversation."""

from __future__ import annotations

from typing import Final

import pytest

from simulator.engine.run import simulate
from tests.engine.expectations.compared import TOLD, UNLIKE, against_ledger, read, scores

MOST: Final = 4.5
"""Standard errors; of 200 meters one lies farther once in a thousand runs."""
_MANY: Final = "volume.per_month=500"


@pytest.mark.parametrize("seed", [3, 4])
def test_told_meters_have_the_means_of_the_ledger(seed: int) -> None:
    expected, counted = against_ledger(TOLD, f"seed={seed}", "trials=256", behind=UNLIKE)
    assert set(expected) == set(counted)
    found = scores(expected, counted)
    assert {name: score for name, score in found.items() if abs(score) > MOST} == {}


def test_everything_has_the_means_of_the_ledger() -> None:
    expected, counted = against_ledger("tests/scenario/everything.toml", "volume.per_month.mean=1000")
    assert set(expected) == set(counted)
    assert max(map(abs, scores(expected, counted).values())) < MOST


@pytest.mark.parametrize(
    ("meter", "wrong"),
    [
        ("resolutions:talked", "turns.size=8"),
        ("resolutions:later_once", "intents.slow.return_odds=3"),
        ("resolutions:by_mail{channels=email}", "duplicates.same_channel=0.2"),
        ("own:copies", "duplicates.probability.silent_unsolved=0.45"),
        ("sessions:start:24{channels=chat}", "channels.chat.delay=4"),
        ("output_tokens[300:400]{channels=chat}", "tokens.answer.cv=1"),
    ],
)
def test_a_law_that_is_a_little_off_is_seen(meter: str, wrong: str) -> None:
    _, counted = against_ledger(TOLD, "seed=3", "trials=256", behind=UNLIKE)
    other = simulate(read(TOLD, "seed=3", "trials=256", wrong, behind=UNLIKE), engine="expected").meters
    assert abs(scores({meter: other[meter]}, {meter: counted[meter]})[meter]) > MOST
