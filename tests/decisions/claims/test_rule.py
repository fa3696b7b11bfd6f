"""One rule judges all parts of all claims."""

from __future__ import annotations

import pytest

from simulator.decisions.claims.rule import Verdict, above, claim, exactly, judged, part, together, untold, yes
from simulator.decisions.worth import Estimate


@pytest.mark.parametrize(
    ("estimate", "over", "under"),
    [
        (Estimate(2.0, 1.5, 2.5), "holds", "fails"),
        (Estimate(0.5, 0.2, 0.9), "fails", "holds"),
        (Estimate(1.1, 0.9, 1.3), "cannot be told", "cannot be told"),
        (Estimate(1.1, 1.0, 1.3), "cannot be told", "fails"),
        (Estimate(0.9, 0.8, 1.0), "fails", "cannot be told"),
        (exactly(1.0), "fails", "fails"),
        (Estimate(2.0), "cannot be told", "cannot be told"),
        (None, "cannot be told", "cannot be told"),
    ],
)
def test_a_part_holds_if_its_whole_interval_is_on_the_side_that_the_claim_names(
    estimate: Estimate | None, over: Verdict, under: Verdict
) -> None:
    assert judged(estimate, 1.0, "above") == over
    assert judged(estimate, 1.0, "below") == under


@pytest.mark.parametrize(
    ("parts", "whole"),
    [
        (["holds", "holds"], "holds"),
        (["holds", "fails"], "holds in part"),
        (["holds", "cannot be told"], "holds in part"),
        (["fails", "cannot be told"], "fails"),
        (["fails"], "fails"),
        (["cannot be told"], "cannot be told"),
    ],
)
def test_a_claim_is_judged_from_its_parts(parts: list[Verdict], whole: Verdict) -> None:
    assert together(parts) == whole


def test_a_part_keeps_only_the_conditions_that_exist() -> None:
    found = part("key", "yes", yes(True), above(0.5), flips={"price": 2.0, "fee": None})
    assert found.flips == {"price": 2.0} and found.verdict == "holds"
    missing = untold("key", "share", above(0.5), "there is no contract")
    assert missing.measure is None and missing.verdict == "cannot be told"
    assert claim(1, "text", [found, missing]).verdict == "holds in part"
