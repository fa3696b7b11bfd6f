"""Further definitions, own meters and parts counted on the futures of a run equal, to the bit, a run that had them."""

from __future__ import annotations

import pickle
from collections.abc import Iterator

import numpy as np
import pytest

from simulator.engine import repricing
from simulator.engine.repricing import KeptFutures, recounted, same_law
from simulator.engine.results import Results
from simulator.engine.run import simulate
from simulator.scenario import Scenario, parse_scenario
from tests.explore import texts

TRIALS = 96
BASE = texts.UNCERTAIN.replace(
    "[models.main]", "[intents.other]\nshare = 2\nlevels = { any = 1 }\nabandon = 0.1\n[models.main]"
)
PER_RESOLUTION = '[contracts.{name}]\ntype = "per_resolution"\ndefinition = "{name}"\nprice = 1\n'
CLAUSES = {
    "window": 'extends = "assumed_24h"\nreturns = "void"\nreturn_window_hours = 31',
    "merging": 'extends = "assumed_24h"\nduplicates = "merged"',
    "remembering": 'extends = "assumed_24h"\nreturns = "merge"\nreturn_window_hours = 72',
    "quiet": 'extends = "assumed_24h"\nsilence = 29.5\nhuman_touch = "none"',
    "sql": "predicate = \"outcome = 'confirmed' AND turns < 4\"",
}


RARE = "[definitions.rare]\npredicate = \"outcome = 'abandoned' AND contact = 2\"\n"


def scenario(more: str = "", *changes: str) -> Scenario:
    return parse_scenario(f"{BASE}\n{more}", "more.toml", [f"trials={TRIALS}", *changes])


def with_definition(name: str) -> str:
    return f"[definitions.{name}]\n{CLAUSES[name]}\n{PER_RESOLUTION.format(name=name)}"


@pytest.fixture(scope="module")
def before() -> Results:
    return simulate(scenario())


@pytest.fixture(scope="module")
def kept(before: Results) -> Iterator[KeptFutures]:
    yield KeptFutures(before)


def assert_equal(found: Results | None, expected: Results) -> None:
    assert found is not None and set(found.meters) == set(expected.meters)
    differ = [key for key, values in expected.meters.items() if not np.array_equal(found.meters[key], values)]
    assert not differ and found.sampling is not None and expected.sampling is not None
    assert found.sampling.few == expected.sampling.few
    assert {key: each.tolist() for key, each in found.unknowns.items()} == {
        key: each.tolist() for key, each in expected.unknowns.items()
    }


@pytest.mark.parametrize("name", CLAUSES)
def test_another_definition_equals_a_run_that_had_it(name: str, before: Results, kept: KeptFutures) -> None:
    other = scenario(with_definition(name))
    assert_equal(recounted(before, other, kept), simulate(other))


def test_more_futures_than_are_kept_are_drawn_group_by_group(before: Results, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repricing, "MOST_KEPT", TRIALS - 1)
    own, other = KeptFutures(before), scenario(with_definition("window"))
    assert_equal(recounted(before, other, own), simulate(other))
    assert "groups" not in vars(own)


def test_another_seed_does_not_equal_it(before: Results, kept: KeptFutures) -> None:
    found, other = recounted(before, scenario(with_definition("window")), kept), simulate(scenario("", "seed=9"))
    assert found is not None and not np.array_equal(found.meters["rows"], other.meters["rows"])


def test_parts_and_own_meters_equal_a_run_that_had_them(before: Results, kept: KeptFutures) -> None:
    intent = next(iter(before.scenario.intents))
    more = (
        f'[meters.pings]\nsql = "CASE WHEN contact = 1 THEN turns ELSE 0 END"\n{with_definition("quiet")}'
        f'applies_to = {{ intents = ["{intent}"] }}\n'
        '[contracts.own]\ntype = "hybrid"\ncharges = [{ meter = "own:pings", kind = "flat", rate = 0.1 }]\n'
    )
    other = scenario(more)
    assert_equal(recounted(before, other, kept), simulate(other))


def test_an_unknown_price_is_drawn_as_in_a_run_that_had_it(before: Results, kept: KeptFutures) -> None:
    dear = '[contracts.dear]\ntype = "per_conversation"\nprice = { p5 = 0.5, p95 = 1.5 }\n'
    of_few = RARE + PER_RESOLUTION.format(name="rare").replace("price = 1", "price = { p5 = 2, p95 = 4 }")
    other = scenario(of_few + dear)
    found = recounted(before, other, kept)
    assert_equal(found, simulate(other))
    assert found is not None and "contracts.dear.price" in found.unknowns


def test_an_unknown_price_of_another_law_under_the_same_name_is_drawn_anew() -> None:
    """And one that became certain is no unknown any more."""
    dear = '[contracts.dear]\ntype = "per_conversation"\nprice = { p5 = 0.5, p95 = 1.5 }\n'
    before = simulate(scenario(dear))
    for price in ("{ p5 = 2.5, p95 = 3.5 }", "2.5"):
        other = scenario(dear, f"contracts.dear.price={price}")
        found = recounted(before, other, KeptFutures(before))
        assert_equal(found, simulate(other))
        assert found is not None and list(found.unknowns) == list(simulate(other).unknowns)


def test_a_changed_definition_of_the_same_name_is_counted_anew(kept: KeptFutures) -> None:
    strict, loose = (scenario(with_definition("window").replace("31", hours)) for hours in ("96", "5"))
    first = simulate(strict)
    found = recounted(first, loose, KeptFutures(first))
    assert_equal(found, simulate(loose))
    assert found is not None
    assert not np.array_equal(found.meters["resolutions:window"], first.meters["resolutions:window"])


def test_tokens_of_a_part_are_left_to_a_simulation(before: Results, kept: KeptFutures) -> None:
    intent = next(iter(before.scenario.intents))
    more = f'[contracts.part]\ntype = "per_token"\nmarkup = 0.1\napplies_to = {{ intents = ["{intent}"] }}\n'
    assert recounted(before, scenario(more), kept) is None


def test_a_contract_on_few_units_is_left_to_a_simulation() -> None:
    more = f"{RARE}{PER_RESOLUTION.format(name='rare')}included = 2\n"
    small = [scenario(text, "volume.per_month=400", "sample=64") for text in ("", more)]
    first = simulate(small[0])
    assert recounted(first, small[1], KeptFutures(first)) is None
    assert any(each.whole for each in simulate(small[1]).sampling.few)  # type: ignore[union-attr]


def test_same_law_is_told_from_another() -> None:
    assert same_law(scenario(), scenario(with_definition("window")))
    assert not same_law(scenario(), scenario("", "volume.per_month=2_345"))


def test_what_is_kept_is_not_stored_and_is_worked_out_again(before: Results, kept: KeptFutures) -> None:
    assert kept.groups
    copy = pickle.loads(pickle.dumps(kept))
    other = scenario(with_definition("merging"))
    assert len(pickle.dumps(kept)) < 1_000_000
    assert_equal(recounted(before, other, copy), simulate(other))
