"""A split of the conversations: equal to brute force with fees and tiers, and its gain on futures not chosen on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest

from simulator import risk
from simulator.arrays import Array
from simulator.cli.common.study import same_futures
from simulator.decisions.same_futures import SameFutures
from simulator.decisions.split import Splits, as_asked, counted_scenario, parts_of, refuse_no_split, splits
from simulator.decisions.split.cross_fit import same_cost
from simulator.decisions.split.part_bills import part_bills
from simulator.decisions.split.ranks import Ranks
from simulator.decisions.split.split_parts import Part
from simulator.decisions.split.split_search import Bench, searched
from simulator.engine.repricing import KeptFutures
from simulator.errors import ContractError
from simulator.scenario import load_scenario
from simulator.scenario.stated.compiled_terms import compile_terms
from tests.decisions.test_commitment import refuse
from tests.synthetic import results, scenario

INTENTS = ("a", "b", "c", "d", "e", "f")
CHANNELS = {"chat": {"share": 0.5}, "voice": {"share": 0.5}}
FEES: Mapping[str, Any] = {
    "plain": {"type": "per_conversation", "title": "Plain", "price": 0.5},
    "fee": {"type": "per_conversation", "title": "Fee", "price": 0.25, "platform_fee": 140},
    "tiers": {
        "type": "per_conversation",
        "title": "Tiers",
        "tiers": [{"up_to": 300, "rate": 0.7}, {"rate": 0.2}],
    },
    "resolution": {"type": "per_resolution", "definition": "assumed_24h", "title": "Resolution", "price": 0.9},
}
NOISE: Mapping[str, Any] = {
    name: {"type": "per_resolution", "definition": name, "title": name, "price": 1.0}
    for name in ("assumed_24h", "verified_72h", "no_human_touch", "closed_by_customer")
}


def on_parts(
    contracts: Mapping[str, Mapping[str, Any]], meters: Mapping[str, Array], trials: int, months: int, **changes: Any
) -> SameFutures:
    """Return futures with given meters by intent: (intent, trial, month) by key."""
    intents = {name: {"share": 1 / len(INTENTS), "levels": {"simple": 1}} for name in INTENTS}
    of = scenario(contracts, trials=trials, months=months, sampling="random", intents=intents, **changes)
    made = results(of)
    found = dict(made.meters)
    for key, each in meters.items():
        found[key] = each.sum(axis=0)
        for place, name in enumerate(INTENTS):
            found[str(Part(name).key(key))] = each[place]
    return SameFutures(replace(made, meters=found), cast("KeptFutures", None), refuse)


def priced_by_hand(name: str, conversations: Array, resolutions: Array) -> Array:
    """Return what a contract of `FEES` bills for some parts, (trial, month) each, over the horizon."""
    if name == "plain":
        return np.asarray((0.5 * conversations).sum(axis=1))
    if name == "fee":
        return np.asarray((140 + 0.25 * conversations).sum(axis=1))
    if name == "tiers":
        low = np.minimum(conversations, 300)
        return np.asarray((0.7 * low + 0.2 * (conversations - low)).sum(axis=1))
    return np.asarray((0.9 * resolutions).sum(axis=1))


def by_hand(allocation: Sequence[str], conversations: Array, resolutions: Array) -> float:
    """Return the P90 of a split, each bill from its formula."""
    total = np.zeros(conversations.shape[1])
    for name in set(allocation):
        held = [place for place, each in enumerate(allocation) if each == name]
        total += priced_by_hand(name, conversations[held].sum(axis=0), resolutions[held].sum(axis=0))
    return risk.quantile(total, 0.9)


def drawn(seed: int) -> tuple[Array, Array]:
    rng = np.random.default_rng(seed)
    size = rng.uniform(20, 400, len(INTENTS))[:, None, None]
    conversations = size * rng.lognormal(0, 0.2, (len(INTENTS), 40, 2))
    share = rng.uniform(0.1, 0.9, len(INTENTS))[:, None, None]
    return conversations, conversations * share


@pytest.mark.parametrize("seed", range(8))
def test_the_search_finds_what_brute_force_finds(seed: int) -> None:
    conversations, resolutions = drawn(seed)
    meters = {"conversations": conversations, "resolutions:assumed_24h": resolutions}
    futures = on_parts(FEES, meters, 40, 2)
    contracts = compile_terms(futures.scenario).contracts
    parts = parts_of(futures.scenario, "intent")
    bills = {name: part_bills(each, futures.results, parts, [slice(0, 2)]) for name, each in contracts.items()}
    bench = Bench(bills, Ranks("p90", np.zeros((40, 1)), None, None), np.zeros(1))
    found = searched(bench, bench, len(parts), 2)
    every = [each for each in product(FEES, repeat=len(INTENTS)) if len(set(each)) <= 2]
    least = min(by_hand(each, conversations, resolutions) for each in every)
    assert bench.rank(found)[1] == pytest.approx(least, rel=1e-12)
    assert by_hand(found, conversations, resolutions) == pytest.approx(least, rel=1e-12)


def test_intent_by_intent_is_wrong_where_fees_and_tiers_count() -> None:
    worse = 0
    for seed in range(8):
        conversations, resolutions = drawn(seed)
        alone = [
            min(FEES, key=lambda name: priced_by_hand(name, conversations[i], resolutions[i]).mean())
            for i in range(len(INTENTS))
        ]
        every = [each for each in product(FEES, repeat=len(INTENTS)) if len(set(each)) <= 2]
        least = min(by_hand(each, conversations, resolutions) for each in every)
        worse += by_hand(alone, conversations, resolutions) > 1.01 * least
    assert worse >= 4


def noise(seed: int, trials: int = 128, spread: float = 0.5) -> Mapping[str, Array]:
    """Return units under four definitions that differ by chance alone."""
    rng = np.random.default_rng(seed)
    units = {f"resolutions:{name}": 100 * rng.lognormal(0, spread, (len(INTENTS), trials, 1)) for name in NOISE}
    return {"conversations": np.full((len(INTENTS), trials, 1), 300.0), **units}


def of_noise(seed: int) -> Splits:
    budget = {"amount": 10_000_000}
    return splits(on_parts(NOISE, noise(seed), 128, 1, budget=budget))


@pytest.mark.parametrize("name", ["plain", "fee", "tiers", "resolution"])
def test_the_price_of_one_contract_at_which_it_would_cost_as_much(name: str) -> None:
    """By hand: what is left after the fees, over what use costs at today's prices."""
    conversations, resolutions = drawn(3)
    futures = on_parts(FEES, {"conversations": conversations, "resolutions:assumed_24h": resolutions}, 40, 2)
    today = priced_by_hand(name, conversations.sum(axis=0), resolutions.sum(axis=0)).mean()
    fees, tie = 280.0 if name == "fee" else 0.0, same_cost(name, -0.2 * today, futures)
    assert tie is not None and tie.factor == pytest.approx((0.8 * today - fees) / (today - fees))
    assert name == "tiers" or tie.unit_price == pytest.approx(tie.factor * FEES[name]["price"])


def test_a_split_of_what_differs_by_chance_gains_only_where_it_was_chosen() -> None:
    """Negative control: all contracts have the same expected bill for every intent."""
    found = [of_noise(seed) for seed in range(12)]
    same = np.array([-each.same.mean.value for each in found])
    other = np.array([-each.other.mean.value for each in found])
    assert same.min() > 0
    error = other.std() / np.sqrt(len(other))
    assert same.mean() > 3 * error
    assert abs(other.mean()) < 2 * error
    assert sum(each.pays for each in found) <= 1
    assert np.mean([each.flattered for each in found]) > 0


def test_a_real_difference_is_told_apart_on_other_futures() -> None:
    meters = dict(noise(1, spread=0.2))
    cheap = meters["resolutions:verified_72h"].copy()
    cheap[:3] *= 0.5
    cheap[3:] *= 1.5
    meters["resolutions:verified_72h"] = cheap
    found = splits(on_parts(NOISE, meters, 128, 1, budget={"amount": 10_000_000}))
    assert found.pays
    assert {each.intent for each in found.parts if each.contract == "verified_72h"} == set(INTENTS[:3])
    assert found.gain.value == pytest.approx(150, abs=40)


def test_a_gain_below_one_percent_is_told_apart_and_too_little() -> None:
    meters = dict(noise(1, spread=0.2))
    for name in ("assumed_24h", "no_human_touch", "closed_by_customer"):
        meters[f"resolutions:{name}"] = meters["resolutions:verified_72h"].copy()
    meters["resolutions:assumed_24h"][:1] *= 0.97
    meters["resolutions:assumed_24h"][1:] *= 1.2
    found = splits(on_parts(NOISE, meters, 128, 1, budget={"amount": 10_000_000}))
    assert found.told
    assert found.little
    assert not found.pays


def test_a_further_vendor_costs_what_is_said_and_ends_the_split() -> None:
    conversations, resolutions = drawn(1)
    meters = {"conversations": conversations, "resolutions:assumed_24h": resolutions}
    futures = on_parts(FEES, meters, 40, 2)
    free, dear = splits(futures), splits(futures, vendor_cost=1e6)
    assert len(free.held) == 2
    assert len(dear.held) == 1
    assert not dear.pays
    some = splits(futures, vendor_cost=6)
    assert some.cost.value == pytest.approx(free.cost.value + 1, abs=0.2)  # two months of six a year


def test_a_split_pays_up_to_the_yearly_cost_at_which_its_gain_is_gone() -> None:
    conversations, resolutions = drawn(7)
    meters = {"conversations": conversations, "resolutions:assumed_24h": resolutions}
    futures = on_parts(FEES, meters, 40, 2, budget={"amount": 1_000_000})
    free = splits(futures)
    assert free.pays_up_to == pytest.approx(6 * free.gain.value)  # two months of a year
    assert splits(futures, vendor_cost=0.999 * free.pays_up_to).gain.value == pytest.approx(0, abs=1)
    assert splits(futures, vendor_cost=50).pays_up_to == pytest.approx(free.pays_up_to)


def test_each_part_has_its_conversations_and_what_one_contract_bills_for_it() -> None:
    conversations, resolutions = drawn(7)
    meters = {"conversations": conversations, "resolutions:assumed_24h": resolutions}
    found = splits(on_parts(FEES, meters, 40, 2, budget={"amount": 1_000_000}))
    for place, part in enumerate(found.parts):
        assert part.conversations == pytest.approx(conversations[place].sum(axis=1).mean())
        alone = priced_by_hand(found.single, conversations[place], resolutions[place]).mean()
        assert part.single == pytest.approx(alone)
    assert sum(each.conversations for each in found.held) == pytest.approx(conversations.sum(axis=(0, 2)).mean())


def test_more_contracts_never_cost_more_where_they_were_chosen() -> None:
    conversations, resolutions = drawn(3)
    meters = {"conversations": conversations, "resolutions:assumed_24h": resolutions}
    futures = on_parts(FEES, meters, 40, 2)
    one, two, three = (splits(futures, most=count) for count in (1, 2, 3))
    assert len(one.held) == 1
    assert one.same.mean.value == one.other.mean.value == 0
    assert two.same.p90.value <= 1e-9
    assert three.same.p90.value <= two.same.p90.value + 1e-9


def test_moving_a_part_costs_what_the_true_bills_say() -> None:
    conversations, resolutions = drawn(2)
    meters = {"conversations": conversations, "resolutions:assumed_24h": resolutions}
    found = splits(on_parts(FEES, meters, 40, 2))
    best = [each.contract for each in found.parts]
    held = {each.contract: each for each in found.held}
    for place, part in enumerate(found.parts):
        (to,) = [name for name, each in held.items() if each.title == part.to]
        moved = [*best[:place], to, *best[place + 1 :]]
        sums = [
            sum(
                priced_by_hand(
                    name,
                    conversations[[i for i, each in enumerate(some) if each == name]].sum(axis=0),
                    resolutions[[i for i, each in enumerate(some) if each == name]].sum(axis=0),
                ).mean()
                for name in set(some)
            )
            for some in (moved, best)
        ]
        assert part.moving is not None
        assert part.moving.value == pytest.approx(sums[0] - sums[1])


def test_what_cannot_be_split_is_compared_whole_and_said() -> None:
    conversations, resolutions = drawn(1)
    meters = {"conversations": conversations, "resolutions:assumed_24h": resolutions}
    seats = {"type": "per_seat", "title": "Seats", "price": 1, "productive_hours": 100}
    stops = {"type": "per_conversation", "title": "Stops", "price": 0.4, "limit": {"units": 500}}
    found = splits(on_parts({**FEES, "seats": seats, "stops": stops}, meters, 40, 2))
    assert {each.title for each in found.left_out} == {"Seats", "Stops"}
    assert found.single == "seats"


def test_one_intent_cannot_be_split() -> None:
    with pytest.raises(ContractError, match="the scenario has one intent"):
        refuse_no_split(scenario(), "intent")


@pytest.mark.parametrize("by", ["intent", "channel", "both"])
def test_parts_of_a_real_run_sum_to_the_whole_and_change_nothing(by: Any) -> None:
    loaded = load_scenario(Path("scenarios/broad_cx.toml"), ["trials=32"])
    plain = same_futures(loaded, 1)
    counted = as_asked(same_futures(counted_scenario(loaded, by), 1), loaded)
    assert counted.forecast.verdict.ranking == plain.forecast.verdict.ranking
    parts = parts_of(loaded, by)
    for name in ("per_conversation", "per_token", "split", "hybrid", "conversation_tiers"):
        assert np.array_equal(counted.invoice(name), plain.invoice(name))
        bills = part_bills(plain.forecast.contracts[name].contract, counted.results, parts, [slice(0, 12)])
        whole = bills.of(frozenset(range(len(parts))))[:, 0]
        np.testing.assert_allclose(whole, plain.invoice(name), rtol=1e-9)
