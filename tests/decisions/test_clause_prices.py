"""What terms are worth, against closed forms and against contracts that are written by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from simulator import risk
from simulator.arrays import Array
from simulator.contracts.contract_types import TYPES
from simulator.decisions.clause_prices import ClausePrices, PricedChange, clause_prices
from simulator.decisions.clause_prices.drafts import Drafts
from simulator.decisions.clause_prices.each_term import alternatives, renewal, standing_of
from simulator.decisions.clause_prices.moved_terms import Alternative, Change
from simulator.decisions.clause_prices.price_alternatives import price_alternatives
from simulator.decisions.clause_prices.priced_drafts import PricedDrafts
from simulator.decisions.clause_prices.settlement_alternatives import settlement_alternatives
from simulator.decisions.same_futures import SameFutures, with_alternatives
from simulator.definitions import DefinitionSpec
from simulator.engine.repricing import KeptFutures
from simulator.engine.results import Results
from simulator.engine.run import Run, simulate_all
from simulator.errors import ContractError
from simulator.report.words.draft_words import draft_words
from simulator.scenario import load_scenario
from simulator.scenario.schema import Scenario

TRIALS = 64
CONVERSATIONS = {"type": "per_conversation", "price": 0.5}
HANDED_OVER = DefinitionSpec(outcomes=("confirmed", "silent", "escalated"), silence=24.0)


def simulated(scenario: Scenario) -> Results:
    (results,) = simulate_all([Run(scenario)])
    return results


@pytest.fixture(scope="module")
def futures() -> SameFutures:
    results = simulated(load_scenario("scenarios/minimal.toml", [f"trials={TRIALS}", "months=13"]))
    return SameFutures(results, KeptFutures(results), simulated)


def on(futures: SameFutures, written: Mapping[str, Any], **definitions: DefinitionSpec) -> SameFutures:
    """Return the futures with a further contract, "asked"."""
    contract = TYPES[written["type"]].model_validate(dict(written))
    return futures.on(with_alternatives(futures.scenario, {"asked": contract}, definitions))


def priced(futures: SameFutures, **written: Any) -> ClausePrices:
    return clause_prices(on(futures, {**CONVERSATIONS, **written}), "asked")


def the(found: ClausePrices, term: str, after: Any = None) -> PricedChange:
    """Return the one change of a term to some value."""
    (change,) = [each for each in found.changes if each.change.term == term and each.change.after == after]
    return change


def conversations(futures: SameFutures) -> Array:
    return futures.results.meters["conversations"]


def test_one_percent_of_a_linear_price_is_one_percent_of_the_charges_for_use(futures: SameFutures) -> None:
    found = priced(futures, platform_fee=1_000)
    use = 0.5 * conversations(futures).sum(axis=1)
    assert found.one_percent is not None
    assert found.one_percent.mean.value == pytest.approx(0.01 * use.mean(), rel=1e-9)
    assert found.one_percent.p90.value == pytest.approx(0.01 * risk.quantile(use, 0.9), rel=1e-9)
    tenth = the(found, "price", 0.9)
    assert tenth.cut == pytest.approx(0.1, rel=1e-9) and tenth.cut_on_average == pytest.approx(0.1, rel=1e-9)


def test_the_price_is_told_from_the_fee(futures: SameFutures) -> None:
    """A control: 1 % of the whole invoice, fee and all, would be more."""
    found = priced(futures, platform_fee=1_000)
    assert found.one_percent is not None
    assert found.one_percent.mean.value < 0.99 * 0.01 * found.invoice[0]
    assert the(found, "platform_fee").worth.mean.value == pytest.approx(13_000, rel=1e-9)


def test_a_minimum_below_any_bill_is_worth_exactly_nothing(futures: SameFutures) -> None:
    found = priced(futures, yearly_minimum=10)
    gone = the(found, "yearly_minimum")
    assert gone.is_nothing
    assert gone.worth.mean.value == gone.worth.p90.value == gone.worth.tail.value == 0.0
    assert gone.worth.mean.low == gone.worth.mean.high == 0.0


def test_a_minimum_above_every_bill_is_worth_what_it_lifts(futures: SameFutures) -> None:
    """A control of the test above. The 13th month owes a twelfth."""
    use = 0.5 * conversations(futures)
    least = 1.5 * 12 * float(use.max())
    gone = the(priced(futures, yearly_minimum=least), "yearly_minimum")
    assert gone.worth.mean.value == pytest.approx(least * 13 / 12 - use.sum(axis=1).mean(), rel=1e-9)
    assert not gone.is_nothing and gone.worth.mean.told


def test_an_added_cap_is_worth_what_lies_above_it(futures: SameFutures) -> None:
    """The price doubles in month 7, so that later months lie above the cap and earlier ones below."""
    found = priced(futures, price_changes=[{"factor": 2.0, "from_month": 7}])
    use = 0.5 * conversations(futures) * np.where(np.arange(13) < 6, 1.0, 2.0)
    (cap,) = [each for each in found.changes if each.change.term == "maximum_per_month"]
    assert cap.change.added and cap.change.before is None
    assert cap.change.after == pytest.approx(1.2 * use.mean(), rel=0.05)
    capped = np.minimum(use, float(str(cap.change.after))).sum(axis=1)
    assert cap.worth.mean.value == pytest.approx(float((use.sum(axis=1) - capped).mean()), rel=1e-9)
    at_p90 = risk.quantile(use.sum(axis=1), 0.9) - risk.quantile(capped, 0.9)
    assert cap.worth.p90.value == pytest.approx(at_p90, rel=1e-9)
    assert cap.worth.mean.value > 0


def test_what_has_no_clause_of_a_definition_still_has_its_terms(futures: SameFutures) -> None:
    found = priced(futures)
    terms = {each.change.term for each in found.changes}
    assert {"price", "maximum_per_month", "included", "yearly_minimum", "escalator", "price_changes"} <= terms
    assert not {"returns", "silence", "human_touch"} & terms
    assert all(each.equal_bill is None for each in found.changes)


def test_changes_stand_in_the_order_of_what_they_are_worth_at_p90(futures: SameFutures) -> None:
    found = clause_prices(futures, "resolution")
    worths = [each.worth.p90.value for each in found.changes]
    assert all(one >= other for one, other in pairwise(worths)) and worths[0] > 0 > worths[-1]


def test_the_price_of_equal_bills_is_the_ratio_of_the_units(futures: SameFutures) -> None:
    found = clause_prices(futures, "resolution")
    never = the(found, "silence", "never")
    mean = found.invoice[0]
    assert never.equal_bill is not None and never.equal_bill.unit_price is not None
    assert never.equal_bill.factor == pytest.approx(mean / (mean - never.worth.mean.value), rel=1e-9)
    price = futures.scenario.contracts["resolution"]
    assert never.equal_bill.unit_price == pytest.approx(never.equal_bill.factor * price.price.center, rel=1e-9)  # type: ignore[attr-defined]


def test_a_change_is_worth_what_a_contract_written_by_hand_saves(futures: SameFutures) -> None:
    found = clause_prices(futures, "resolution")
    own = futures.scenario.contracts["resolution"]
    by_hand = DefinitionSpec(silence=24.0, human_touch="review", returns="void", return_window_hours=72.0)
    other = own.model_copy(update={"definition": "by_hand"})
    with_it = futures.on(with_alternatives(futures.scenario, {"other": other}, {"by_hand": by_hand}))
    saved = with_it.invoice("resolution") - with_it.invoice("other")
    worth = the(found, "returns", ("void", 72.0)).worth
    assert worth.mean.value == pytest.approx(float(saved.mean()), rel=1e-9)
    assert worth.mean.value > 0


def test_a_definition_that_counts_nothing_is_named_and_is_no_offer(futures: SameFutures) -> None:
    """The scenario has no actions that complete."""
    found = clause_prices(futures, "resolution")
    assert [each.after for each in found.empty] == ["action_completed"]
    assert not [each for each in found.changes if each.change.after == "action_completed"]


def test_shares_sum_to_what_the_best_five_are_worth_together(futures: SameFutures) -> None:
    found = clause_prices(futures, "resolution")
    both = found.together
    assert both is not None and len(both.shares) == 5 and len(both.pairs) == 10
    for part in ("p90", "tail"):
        total = getattr(both.worth, part).value
        assert sum(getattr(share, part) for share in both.shares) == pytest.approx(total, rel=1e-9)
    assert sum(share.mean.value for share in both.shares) == pytest.approx(both.worth.mean.value, rel=1e-9)
    best = [found.changes[share.change] for share in both.shares]
    assert len({(each.change.term, each.change.of) for each in best}) == 5
    assert best[0] is found.changes[0]


def test_pairs_are_what_both_terms_in_one_contract_save(futures: SameFutures) -> None:
    found = clause_prices(futures, "resolution")
    assert found.together is not None
    best = [found.changes[share.change] for share in found.together.shares]
    names = {"silence": {"silence": "never"}, "requires": {"requires": ("judged_resolved",)}}
    places = [next(i for i, each in enumerate(best) if each.change.term == term) for term in names]
    (pair,) = [each for each in found.together.pairs if {each.first, each.second} == set(places)]
    base = DefinitionSpec(silence=24.0, human_touch="review").model_dump(exclude_unset=True)
    spec = DefinitionSpec(**{**base, **names["silence"], **names["requires"]})
    other = futures.scenario.contracts["resolution"].model_copy(update={"definition": "by_hand"})
    with_it = futures.on(with_alternatives(futures.scenario, {"other": other}, {"by_hand": spec}))
    saved = with_it.invoice("resolution") - with_it.invoice("other")
    assert pair.both.mean.value == pytest.approx(float(saved.mean()), rel=1e-9)
    alone = sum(best[place].worth.mean.value for place in places)
    assert pair.beyond.value == pytest.approx(float(saved.mean()) - alone, rel=1e-9)
    assert pair.beyond.value < 0, "the two void the same units, so that they overlap"
    first = best[pair.first].worth
    assert pair.second_adds.mean.value == pytest.approx(pair.both.mean.value - first.mean.value, rel=1e-9)
    assert pair.second_adds.p90.value == pytest.approx(pair.both.p90.value - first.p90.value, rel=1e-9)
    assert found.together.added_to(pair.first)[pair.second] is pair.second_adds
    assert found.together.added_to(pair.second)[pair.first] is pair.first_adds
    second = best[pair.second].worth
    assert pair.first_adds.p90.value == pytest.approx(pair.both.p90.value - second.p90.value, rel=1e-9)


def clause(term: str, **clauses: Any) -> Alternative:
    return Alternative(Change(term, None, None), definition="asked_for", clauses=clauses)


@pytest.fixture(scope="module")
def handed_over(futures: SameFutures) -> SameFutures:
    contract = {"type": "per_resolution", "definition": "asked_for", "price": 1.0}
    return on(futures, contract, asked_for=HANDED_OVER)


def saved_by(futures: SameFutures, *sets: list[Alternative]) -> list[Array]:
    drafts = Drafts(futures.scenario, "asked")
    found = [drafts.draft(each) for each in sets]
    priced = PricedDrafts.of(drafts, futures)
    assert all(each is not None for each in found)
    return [priced.now - priced.cost(each) for each in found if each is not None]


def test_clauses_that_void_different_units_add_up(handed_over: SameFutures) -> None:
    silent, done = clause("silence", silence="never"), clause("outcomes", outcomes=("confirmed", "silent"))
    one, other, both = saved_by(handed_over, [silent], [done], [silent, done])
    assert np.allclose(both, one + other, rtol=1e-9) and one.mean() > 0 and other.mean() > 0


def test_clauses_that_void_the_same_units_do_not_add_up(handed_over: SameFutures) -> None:
    """A control of the test above."""
    silent, judged = clause("silence", silence="never"), clause("requires", requires=("judged_resolved",))
    one, other, both = saved_by(handed_over, [silent], [judged], [silent, judged])
    assert both.mean() < 0.95 * (one + other).mean()


def test_an_open_definition_costs_what_the_loosest_clause_adds_from_its_month_on(futures: SameFutures) -> None:
    found = clause_prices(futures, "resolution")
    (left,) = [each for each in found.changes if each.change.term == "definition_lock"]
    assert isinstance(left.change.after, tuple)
    month, term = left.change.after
    assert month == 7 and left.worth.mean.value < 0
    whole = min((each for each in found.changes if each.change.term == term), key=lambda each: each.worth.p90.value)
    assert left.worth.mean.value == pytest.approx(whole.worth.mean.value * 7 / 13, rel=0.1)


def test_a_definition_that_changes_is_worth_locking(futures: SameFutures) -> None:
    changes = [{"from_month": 7, "definition": "assumed_24h"}]
    written = {
        "type": "per_resolution",
        "definition": "closed_by_customer",
        "price": 1.0,
        "definition_changes": changes,
    }
    found = clause_prices(on(futures, written), "asked")
    locked = the(found, "definition_lock")
    assert locked.change.before == 7 and locked.worth.mean.value > 0


@pytest.mark.parametrize(
    ("term", "months", "month"), [(1, 12, 7), (12, 12, None), (12, 36, 13), (36, 36, None), (1, 1, None)]
)
def test_terms_are_renewed_after_the_term(futures: SameFutures, term: int, months: int, month: int | None) -> None:
    standing, _ = standing_of(on(futures, {**CONVERSATIONS, "term_months": term}), "asked")
    assert renewal(replace(standing, months=months)) == month


def test_where_a_limit_stops_the_ai_what_people_do_instead_counts(futures: SameFutures) -> None:
    few = 0.5 * float(conversations(futures).mean())
    found = priced(futures, limit={"units": few})
    assert found.with_people
    gone = the(found, "limit").worth.mean.value
    on_bill = 0.5 * float(np.maximum(conversations(futures) - few, 0).sum(axis=1).mean())
    assert gone > -on_bill, "people cost less without the limit, which a bill alone would not show"


def test_what_acts_after_the_horizon_is_not_measured(futures: SameFutures) -> None:
    """The futures have 13 months: a rise after 12 is within them, one after 13 is not."""
    within = priced(futures, escalator={"growth": 0.06})
    assert the(within, "escalator").worth.mean.value > 0 and not within.unmeasured
    later = [{"factor": 1.1, "from_month": 14}]
    found = priced(futures, escalator={"growth": 0.06, "every_months": 13}, price_changes=later)
    told = {(each.change.term, each.from_month) for each in found.unmeasured}
    assert told == {("escalator", 14), ("price_changes", 14)}
    assert not {each.change.term for each in found.changes} & {"escalator", "price_changes"}


def test_a_definition_renewed_after_the_horizon_is_not_measured(futures: SameFutures) -> None:
    own = futures.scenario.contracts["resolution"].model_copy(update={"term_months": 13})
    found = clause_prices(futures.on(with_alternatives(futures.scenario, {"long": own}, {})), "long")
    (later,) = found.unmeasured
    assert (later.change.term, later.from_month) == ("definition_lock", 14)
    assert not [each for each in found.changes if each.change.term == "definition_lock"]


def test_a_low_minimum_is_cheap_to_give_and_a_high_one_is_not(futures: SameFutures) -> None:
    use = 0.5 * conversations(futures)
    low, high = (priced(futures, yearly_minimum=share * 12 * float(use.mean())) for share in (0.1, 1.5))
    assert [each.change.term for each in low.cheap] == ["yearly_minimum"] and low.cheap[0].is_nothing
    assert low.cheap[0].change.after == pytest.approx(0.125 * 12 * float(use.mean()), rel=0.05)
    assert not [each for each in high.cheap if each.change.term == "yearly_minimum"]


@pytest.fixture(scope="module")
def spread() -> SameFutures:
    wide = "volume.per_month={mean=2000, sd=200}"
    results = simulated(load_scenario("scenarios/minimal.toml", [f"trials={4 * TRIALS}", "months=12", wide]))
    return SameFutures(results, KeptFutures(results), simulated)


def by_hand(futures: SameFutures, *, pilot: bool, included: float) -> Array:
    """Return what a plain contract bills a month, with the first three months at half price and with free units."""
    paid = 0.5 * np.maximum(conversations(futures) - included, 0.0)
    return np.asarray(paid * np.where(np.arange(12) < 3, 0.5, 1.0) if pilot else paid)


def test_a_minimum_is_priced_with_the_asks_granted_by_hand(spread: SameFutures) -> None:
    """What it adds is what the year lacks of it, and what is owed on leaving is what six months leave of it."""
    found = priced(spread)
    first, then = (each.change for each in found.asks)
    assert (first.term, then.term) == ("price_changes", "included") and isinstance(then.after, float)
    (given,) = found.given
    least = found.changes[given.change].change.after
    assert isinstance(least, float)
    bills = by_hand(spread, pilot=True, included=then.after)
    lacks = np.maximum(least - bills.sum(axis=1), 0.0)
    assert -given.beside.mean.value == pytest.approx(float(lacks.mean()))
    today = by_hand(spread, pilot=False, included=0.0)
    assert -found.changes[given.change].worth.mean.value == pytest.approx(
        float(np.maximum(least - today.sum(axis=1), 0.0).mean())
    )
    assert given.owed is not None and given.owed.after_month == 6
    owed = [float(np.maximum(least - each[:, :6].sum(axis=1), 0.0).mean()) for each in (today, bills)]
    assert [given.owed.alone, given.owed.beside] == pytest.approx(owed)
    one_percent = 0.01 * float(bills.sum(axis=1).mean())
    assert lacks.mean() > one_percent and given.cheap_alone and not given.cheap and not found.cheap


def test_what_goes_against_an_ask_is_not_given_for_it(futures: SameFutures) -> None:
    """No minimum is what is asked for, so a higher one cannot be given for it."""
    use = 0.5 * conversations(futures)
    found = priced(futures, yearly_minimum=1.5 * 12 * float(use.mean()))
    assert "yearly_minimum" in {each.change.term for each in found.asks}
    assert not [each for each in found.given if found.changes[each.change].change.term == "yearly_minimum"]


def test_where_no_term_lowers_p90_nothing_is_asked_for(futures: SameFutures) -> None:
    found = priced(futures, price=0.0001)
    bare = replace(found, changes=tuple(each for each in found.changes if each.worth.p90.value <= 0), together=None)
    assert bare.asks == () and bare.next_ask is None


def test_a_change_of_vendor_is_refused(futures: SameFutures) -> None:
    with pytest.raises(ContractError, match="change of vendor"):
        clause_prices(futures, "no_such_contract")


RICH: dict[str, dict[str, Any]] = {
    "commitment": {"commitment": {"units": 20_000, "overage_factor": 1.5}, "discount": 0.1,
                   "one_time_fees": [{"amount": 5}]},
    "money": {"commitment": {"amount": 5_000}, "maximum_per_month": 2_000, "escalator": {"growth": 0.06}},
    "minimums": {"monthly_minimum": 100, "yearly_minimum": 2_000, "true_up": "each_month", "included": 200},
    "prepaid": {
        "prepaid": {
            "packs": [
                {"amount": 500, "price": 400, "every_months": 3, "valid_months": 3},
                {"amount": 300, "price": 200, "valid_months": 6, "rollover": {"share": 0.5}},
            ],
            "overage_factor": 1.2,
        },
        "free_units": [{"units": 50}, {"units": 20, "span": "once"}],
    },
    "guarantee": {
        "guarantee": {"definition": "assumed_24h", "rate": 0.7, "share": 0.1},
        "price_changes": [{"factor": 0.5, "to_month": 2}, {"factor": 1.1, "from_month": 9}],
    },
    "tiers": {"price": None, "tiers": [{"up_to": 500, "rate": 0.6}, {"rate": 0.4}]},
    "package": {"price": None, "package": {"size": 100, "price": 45}},
    "seats": {
        "type": "per_seat", "seats": 10, "minimum_seats": 2, "price": 20,
        "quota": {"meter": "resolutions", "definition": "assumed_24h", "per_seat": 50, "overage_rate": 0.7},
    },
    "hybrid": {
        "type": "hybrid", "price": None, "platform_fee": 2_000,
        "charges": [
            {"kind": "included", "meter": "conversations", "included": 500, "fee": 100,
             "pack": {"size": 50, "price": 20}},
            {"kind": "included", "meter": "conversations", "included": 500, "overage_rate": 0.4, "maximum": 900},
            {"kind": "flat", "meter": "resolutions", "definition": "assumed_24h", "rate": 0.3, "minimum": 5,
             "from_month": 3},
            {"kind": "flat", "meter": "resolutions", "definition": "closed_by_customer", "rate": 0.3},
        ],
    },
}  # fmt: skip
"""Contracts that have, together, every term that can be moved."""


@pytest.mark.parametrize("name", RICH)
def test_every_term_of_a_contract_has_drafts_and_words(futures: SameFutures, name: str) -> None:
    written = {key: value for key, value in {**CONVERSATIONS, **RICH[name]}.items() if value is not None}
    with_it = on(futures, written)
    standing, terms = standing_of(with_it, "asked")
    drafts = Drafts(with_it.scenario, "asked")
    moved = alternatives(standing, terms)
    written_so = [each for each in moved if drafts.draft([each]) is not None]
    texts = [draft_words(each.change, "USD") for each in written_so]
    assert len(set(texts)) == len(texts), "two changes are told alike"
    assert all(text[:1].isupper() or text[:1].isdigit() for text in texts)
    assert {each.change.term for each in (*price_alternatives(standing), *settlement_alternatives(standing))} <= {
        each.change.term for each in moved
    }


def test_no_term_has_words_that_nothing_moves(futures: SameFutures) -> None:
    """A term of which no contract here has a draft is named."""
    from simulator.report.words.draft_words import WORDS

    moved: set[str] = set()
    for each in RICH.values():
        written = {key: value for key, value in {**CONVERSATIONS, **each}.items() if value is not None}
        with_it = on(futures, written)
        drafts = Drafts(with_it.scenario, "asked")
        found = alternatives(*standing_of(with_it, "asked"))
        moved.update(one.change.term for one in found if drafts.draft([one]) is not None)
    assert set(WORDS) - moved <= {"definition_lock", "limit", "clawback", "overage_rate", "tiering"}


def test_best_terms_of_a_rich_contract_stand_together(futures: SameFutures) -> None:
    written = {key: value for key, value in {**CONVERSATIONS, **RICH["hybrid"]}.items() if value is not None}
    found = clause_prices(on(futures, written), "asked")
    assert found.together is not None and len(found.together.shares) == 5
    fee = next(i for i, s in enumerate(found.together.shares) if found.changes[s.change].change.term == "platform_fee")
    beside = [pair for pair in found.together.pairs if fee in (pair.first, pair.second)]
    kinds = [found.changes[found.together.shares[pair.first + pair.second - fee].change].change.term for pair in beside]
    assert all(pair.beyond.value == 0 for pair, kind in zip(beside, kinds, strict=True) if kind != "maximum_per_month")
