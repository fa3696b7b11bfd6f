"""Pairs of solving and confirming: each, drawn by another engine, gives the claim and the returns that were seen."""

from __future__ import annotations

import pytest

from simulator.audit.totals.claimed_rate import ClaimedRate, claimed_rate
from simulator.audit.totals.implied_totals import SeenShares, implied_totals, log_odds_for
from simulator.definitions import NAMED
from simulator.engine.run import simulate
from simulator.scenario import parse_scenario
from simulator.scenario.schema import Scenario
from tests.decisions.breakeven.scenarios import HEAD

CONTRACTS = '[contracts]\nclaim = { type = "per_resolution", definition = "DEFINITION", price = 1 }\n'
SEEN = SeenShares("conversations", 0.25, 0.10)
CLAIMS = {"closed_by_customer": 0.2, "verified_72h": 0.55, "assumed_24h": 0.67, "credited_on_return": 0.63}


def scenario_of(definition: str, *overrides: str) -> Scenario:
    text = HEAD + CONTRACTS.replace("DEFINITION", definition)
    return parse_scenario(text, "claim.toml", ["volume.per_month=40_000", "months=1", "trials=8", *overrides])


def counted(
    definition: str, solve: float, confirm: float, returning: float, escalate: float
) -> tuple[float, float, float]:
    """Return rate, handoffs and returns over conversations of a ledger, drawn conversation by conversation."""
    odds = {"outcomes.solve_log_odds": solve, "outcomes.confirm_log_odds": confirm}
    odds |= {"returns.log_odds": returning, "outcomes.escalate_log_odds": escalate}
    run = simulate(scenario_of(definition, *(f"{key}={value!r}" for key, value in odds.items())), engine="ledger")
    sums = {name: float(values.sum()) for name, values in run.meters.items()}
    handed = sums["end:escalated"] + sums["end:partial"]
    base = sums["conversations"]
    return sums[f"resolutions:{definition}"] / base, handed / base, sums["returns"] / base


@pytest.fixture(scope="module", params=CLAIMS)
def claim(request: pytest.FixtureRequest) -> ClaimedRate:
    name: str = request.param
    return claimed_rate(scenario_of(name), name, NAMED[name], CLAIMS[name], SEEN)


def test_pairs_give_the_claim_in_drawn_conversations(claim: ClaimedRate) -> None:
    """320,000 conversations: a standard error of the rate is below 0.001."""
    assert len(claim.solve) > 1 and list(claim.solve) == sorted(claim.solve)
    scenario = scenario_of(claim.definition)
    for at in (0, len(claim.solve) // 2, len(claim.solve) - 1):
        solve, confirm = claim.solve_log_odds[at], claim.confirm_log_odds[at]
        own = log_odds_for(scenario, SEEN, {"outcomes.solve_log_odds": solve, "outcomes.confirm_log_odds": confirm})
        escalate = float(own["outcomes.escalate_log_odds"])
        rate, handed, back = counted(claim.definition, solve, confirm, claim.return_log_odds[at], escalate)
        assert rate == pytest.approx(claim.rate, abs=0.004)
        assert (handed, back) == pytest.approx((0.25, 0.10), abs=0.004)
    wrong, _, _ = counted(claim.definition, solve, confirm, claim.return_log_odds[-1], escalate + 0.5)
    assert abs(wrong - claim.rate) > 0.02


def test_a_rate_beyond_what_is_possible_has_no_pairs(claim: ClaimedRate) -> None:
    name = claim.definition
    least, most = claim.possible
    assert least < claim.rate < most
    for rate in (most + 0.02, max(least - 0.02, 1e-12)):
        if not least <= rate <= most:
            assert claimed_rate(scenario_of(name), name, NAMED[name], rate, SEEN).solve == ()


def test_confirmed_alone_is_the_product_of_both_rates() -> None:
    """By hand: what a customer confirms is answered, solved and confirmed."""
    name = "closed_by_customer"
    found = claimed_rate(scenario_of(name), name, NAMED[name], 0.2, SEEN)
    products = [solve * confirm for solve, confirm in zip(found.solve, found.confirm, strict=True)]
    assert products == pytest.approx([products[0]] * len(products), rel=1e-4)
    assert found.joined == -1 and max(found.confirm) == pytest.approx(1, abs=1e-4)


@pytest.mark.parametrize("unit", ["cases", "conversations", "tickets"])
def test_log_odds_give_the_shares_that_were_seen(unit: str) -> None:
    seen = SeenShares(unit, 0.4, 0.2)
    found = implied_totals(scenario_of("assumed_24h"), unit, log_odds_for(scenario_of("assumed_24h"), seen, {}))
    assert (found.handoffs, found.reopened) == pytest.approx((0.4, 0.2), abs=1e-9)
    with pytest.raises(ValueError, match="returns"):
        log_odds_for(
            scenario_of("assumed_24h", "returns.max_contacts=1", "returns.probability={confirmed=0}"), seen, {}
        )
