"""Parts of meters in the atlas engine: exact means, by construction within and together the whole, and their noise."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from simulator.contracts.part import Chosen, Part, asked_parts, part, part_of, whole_of
from simulator.engine.atlas import atom_counts, atom_meters
from simulator.engine.atlas.atom_counts import spread
from simulator.engine.atlas.atoms import make_atoms
from simulator.engine.atlas.counts import Drawn, Expectations
from simulator.engine.atlas.shares import share_amounts, share_numbers
from simulator.engine.refusals import MOST_GROUPS
from simulator.engine.results import Results
from simulator.engine.run import simulate
from simulator.errors import ContractError
from simulator.scenario.schema import Scenario
from tests.reference.textbook import textbook

ENDS = ("confirmed", "silent_solved", "silent_unsolved", "abandoned", "partial", "escalated")
INTENTS: dict[str, Any] = {
    "only": {"share": 3, "levels": {"only": 5, "hard": 5}, "confirm": 0.3, "action": 0.4, "spam": 0.05, "review": 0.1},
    "reset": {"share": 5, "levels": {"only": 9, "hard": 1}, "confirm": 0.6, "action": 0.7, "abandon": 0.1},
    "claim": {"share": 2, "levels": {"only": 2, "hard": 8}, "escalate_odds": 2, "return_odds": 1.5, "spam": 0.1},
}
LAW: dict[str, Any] = {
    "months": 3,
    "trials": 64,
    "levels": {
        "only": {"escalate": 0.2, "solve": 0.8, "partial": 0.4, "turns": 3, "handoff_minutes": 5},
        "hard": {"escalate": 0.5, "solve": 0.5, "partial": 0.3, "turns": 6, "handoff_minutes": 9, "return_odds": 1.4},
    },
    "channels": {"chat": {"share": 0.7}, "voice": {"share": 0.3, "turns": 1.4, "delay": 0.5}},
    "returns": {
        "probability": dict.fromkeys(ENDS, 0.3),
        "delay": {"law": "lognormal", "median_hours": 20, "sigma": 1.2},
    },
    "duplicates": {"probability": {"silent_unsolved": 0.2, "partial": 0.1}, "same_channel": 0.6},
    "turns": {"actions_per_call": 0.3},
    "tokens": {"system": 200, "customer": {"mean": 40, "cv": 0.8}, "answer": {"mean": 90, "cv": 0.7},
               "reasoning": {"mean": 30, "cv": 1}, "cache": {"share": 0.5, "miss": 0.3, "write_share": 0.5}},
}  # fmt: skip
METERS = (
    ("conversations", None), ("cases", None), ("resolutions", "assumed_24h"), ("resolutions", "credited_on_return"),
    ("messages", None), ("ai_replies", None), ("actions", None), ("input_tokens", None), ("output_tokens", None),
)  # fmt: skip


def contract(*applies: dict[str, list[str]]) -> dict[str, Any]:
    """Return a contract that bills every meter on every one of some parts, and whole."""
    charges: list[dict[str, Any]] = []
    for chosen in (*applies, None):
        apart = {"applies_to": chosen} if chosen else {}
        for meter, definition in METERS:
            named = {"definition": definition} if definition else {}
            charges.append({"kind": "flat", "meter": meter, "rate": 1, **named, **apart})
        charges.append({"kind": "tokens", **apart})
    return {"type": "hybrid", "charges": charges}


def scenario(per_month: float, *applies: dict[str, list[str]], **changes: Any) -> Scenario:
    mine = {**LAW, "volume": {"per_month": per_month}, "intents": INTENTS, **changes}
    return textbook({**mine, "contracts": {"split": contract(*applies)}})


RESET, REST = {"intents": ["reset"]}, {"not_intents": ["reset"]}
VOICE = {"channels": ["voice"]}
CORNER = {"not_intents": ["claim"], "not_channels": ["voice"]}
APPLIES = (RESET, REST, VOICE, CORNER)


@cache
def drawn(per_month: float = 40.0) -> Results:
    return simulate(scenario(per_month, *APPLIES))


@cache
def expected() -> Results:
    return simulate(scenario(40.0, *APPLIES), engine="expected")


def parts_in(results: Results) -> list[str]:
    """Return the keys of all parts, without those of units that are solved."""
    return [key for key in results.meters if part_of(key) is not None]


def test_means_of_a_part_are_those_of_its_intents_alone() -> None:
    found = simulate(_only("reset", 20.0), engine="expected").meters
    compared = 0
    for key in parts_in(expected()):
        if part_of(key) == Part(Chosen(("reset",))):
            for ending in ("", "|solved", "|solved_by_ai"):
                if key + ending in expected().meters:
                    ours, theirs = expected().meters[key + ending], found[whole_of(key) + ending]
                    np.testing.assert_allclose(ours, theirs, rtol=1e-9, err_msg=key + ending)
                    compared += 1
    assert compared == 9 + 2 * 3 + 4


def _only(intent: str, per_month: float) -> Scenario:
    """Return the scenario with one intent only."""
    whole = scenario(per_month)
    return whole.model_copy(update={"intents": {intent: whole.intents[intent]}})


def test_means_on_a_channel_are_those_of_a_scenario_with_it_alone() -> None:
    whole = scenario(12.0)
    voice = whole.model_copy(update={"channels": {"voice": whole.channels["voice"]}})
    found = simulate(voice, engine="expected").meters
    for meter in ("conversations", "cases", "resolutions:assumed_24h", "messages", "actions", "input_tokens"):
        ours = expected().meters[part(meter, channels=["voice"])]
        np.testing.assert_allclose(ours, found[meter], rtol=1e-9, err_msg=meter)


@pytest.mark.parametrize("per_month", [3.0, 40.0, 5_000.0])
def test_parts_are_within_the_whole_and_together_it(per_month: float) -> None:
    meters = drawn(per_month).meters
    for key in parts_in(drawn(per_month)):
        whole = meters[whole_of(key)]
        assert (meters[key] >= 0).all(), key
        assert (meters[key] <= whole).all(), key
        if part_of(key) == Part(Chosen(("reset",))):
            rest = meters[part(whole_of(key), not_intents=["reset"])]
            np.testing.assert_allclose(meters[key] + rest, whole, rtol=1e-9, atol=1e-9, err_msg=key)


@pytest.mark.parametrize("meter", [f"{m}:{d}" if d else m for m, d in METERS if "token" not in m])
def test_counts_of_parts_are_whole_numbers(meter: str) -> None:
    for applies in APPLIES:
        values = drawn().meters[part(meter, **applies)]
        assert np.array_equal(values, np.rint(values))


def test_units_of_a_part_are_no_more_than_its_conversations() -> None:
    for applies in APPLIES:
        conversations = drawn().meters[part("conversations", **applies)]
        assert (drawn().meters[part("resolutions:assumed_24h", **applies)] <= conversations).all()


def test_the_whole_stays_as_it_is_whatever_parts_are_asked() -> None:
    without = simulate(scenario(40.0)).meters
    assert all(np.array_equal(values, drawn().meters[key]) for key, values in without.items())


def test_more_months_leave_earlier_ones_alone() -> None:
    longer = simulate(scenario(40.0, *APPLIES, months=5)).meters
    for key in parts_in(drawn()):
        assert np.array_equal(longer[key][:, :3], drawn().meters[key]), key


@cache
def both_engines(per_month: float, trials: int) -> tuple[Results, Results, Results]:
    of = scenario(per_month, RESET, VOICE, months=1, trials=trials)
    return tuple(simulate(of, engine=engine) for engine in ("ledger", "atlas", "expected"))  # type: ignore[return-value]


BILLED = ("conversations", "resolutions:assumed_24h", "resolutions:credited_on_return", "messages", "output_tokens")


def noise_of(per_month: float, applies: dict[str, list[str]], meter: str) -> tuple[float, float]:
    """Return the ratio of the standard deviations of the engines' noise, atlas over ledger, and its standard error."""
    ledger, atlas, means = (each.meters[part(meter, **applies)][:, 0] for each in both_engines(per_month, 4_096))
    noise = [each - means for each in (ledger, atlas)]
    for each in noise:
        assert abs(each.mean()) < 5 * each.std() / np.sqrt(each.size)
    squares = [each**2 / (each**2).mean() for each in noise]
    error = float(np.hypot(*(each.std() / np.sqrt(each.size) for each in squares)) / 2)
    return float(noise[1].std() / noise[0].std()), error


COMPARED = [(RESET, meter) for meter in BILLED] + [(VOICE, meter) for meter in BILLED[:3]]


@pytest.mark.slow
@pytest.mark.parametrize("per_month", [300.0, 2_000.0])
@pytest.mark.parametrize(("applies", "meter"), COMPARED)
def test_mean_and_spread_of_a_part_are_the_ledgers(per_month: float, applies: dict[str, list[str]], meter: str) -> None:
    """Five standard errors of 4,096 months: about 8 % of a standard deviation, and 0.08 of one for the mean."""
    ratio, error = noise_of(per_month, applies, meter)
    assert ratio == pytest.approx(1.0, abs=5 * error)


@pytest.mark.slow
@pytest.mark.parametrize("meter", BILLED[3:])
def test_sums_on_a_channel_of_longer_conversations_spread_as_much_too_little_as_is_said(meter: str) -> None:
    """docs/engine.md: 11 % where conversations on the channel are 1.4 times as long; 5 standard errors either way."""
    ratio, error = noise_of(300.0, VOICE, meter)
    assert ratio == pytest.approx(0.89, abs=5 * error)


def test_a_case_keeps_its_intent_over_its_contacts() -> None:
    """Negative control: dealt without regard to who came back, the spread of a part would be far lower."""
    of = scenario(300.0, RESET, months=1, trials=4_096)
    found = simulate(of).meters[part("conversations", ["reset"])][:, 0]
    mean = simulate(of, engine="expected").meters[part("conversations", ["reset"])][0, 0]
    assert found.var() > 1.35 * mean


# --- the pieces


def test_months_do_not_depend_on_how_many_are_worked_out_together(monkeypatch: pytest.MonkeyPatch) -> None:
    of = scenario(600, {"intents": ["only"]})
    found = []
    for numbers in (1, 10**9):
        monkeypatch.setattr(atom_meters, "TOGETHER", numbers)
        found.append(simulate(of).meters)
    assert all(np.array_equal(found[0][name], found[1][name]) for name in found[0])
    seeded = simulate(of.model_copy(update={"seed": of.seed + 1})).meters
    assert not all(np.array_equal(found[0][name], seeded[name]) for name in found[0])


def test_numbers_with_a_known_sum_are_dealt_to_it() -> None:
    rng = np.random.default_rng(5)
    numbers, shape = rng.poisson(3.0, (13, 1, 256)).astype(float), (1, 256)
    masses = rng.random((3, 13, *shape)) + 0.1
    rows = np.zeros((3, *shape))
    rows[0] = rng.binomial(numbers.sum(axis=0).astype(int), 0.3)
    rows[1] = rng.binomial((numbers.sum(axis=0) - rows[0]).astype(int), 0.5)
    rows[2] = numbers.sum(axis=0) - rows[0] - rows[1]
    found = spread(Drawn(1, 0), "test", rows, numbers, masses)
    assert np.array_equal(found.sum(axis=0), numbers)
    assert np.array_equal(found.sum(axis=1), rows)
    assert (found >= 0).all() and np.array_equal(found, np.rint(found))
    assert np.allclose(spread(Expectations(), "test", rows, numbers, masses).sum(axis=0), numbers)


def dealt_means(conversations: int, trials: int = 8_192) -> NDArray[np.float64]:
    """Return what an atom has of each kind over what it should have, where kinds know nothing of the atom's number."""
    rng, share = np.random.default_rng(conversations), 0.25
    mine, others = np.array([0.5, 0.3, 0.2]), np.array([0.05, 0.35, 0.6])
    rows = rng.binomial(conversations, share, trials)
    kinds = rng.multinomial(conversations, share * mine + (1 - share) * others, trials).T[:, None].astype(float)
    masses = np.stack([share * mine, (1 - share) * others])[:, :, None, None] * np.ones(trials)
    both = np.stack([rows, conversations - rows])[:, None].astype(float)
    found = spread(Drawn(1, 0), "test", both, kinds, masses)[0]
    return np.asarray(found.mean(axis=(1, 2)) / (share * mine * conversations))


def test_kinds_are_told_apart_though_drawn_without_regard_to_the_atom(monkeypatch: pytest.MonkeyPatch) -> None:
    """A standard error is 0.4 % of the rarest. Negative control: with the shares as they are 3 % are lost."""
    assert dealt_means(60) == pytest.approx(1.0, abs=0.025)
    assert dealt_means(300) == pytest.approx(1.0, abs=0.01)
    monkeypatch.setattr(atom_counts, "ENOUGH", 0)
    assert dealt_means(60)[0] < 0.975


def test_gamma_sums_are_shared_out_by_their_beta_law() -> None:
    """Two gamma sums of one scale, shapes 2 and 6: given any total the first has a Beta(2, 6) share of it."""
    total = np.random.default_rng(3).gamma(8.0, 10.0, (1, 40_000))
    mean, variance = np.array([20.0, 60.0])[:, None, None], np.array([200.0, 600.0])[:, None, None]
    shape = (2, *total.shape)
    scores = np.random.default_rng(4).standard_normal((1, *total.shape))
    found = share_amounts(Drawn(1, 0), total, np.broadcast_to(mean, shape), np.broadcast_to(variance, shape), scores)
    level = found[0] / total
    assert np.allclose(found.sum(axis=0), total)
    assert level.mean() == pytest.approx(0.25, abs=0.004)
    assert level.var() == pytest.approx(2 * 6 / (64 * 9), rel=0.04)


def test_negative_binomial_numbers_are_shared_out_by_their_beta_binomial_law() -> None:
    """Sizes 2 and 6 with mean 5 each size: given the total n the first has mean n / 4 and that law's variance."""
    rng = np.random.default_rng(6)
    total = rng.poisson(rng.gamma(8.0, 5.0, (1, 40_000))).astype(float)
    mean = np.array([10.0, 30.0])[:, None, None]
    variance = mean + mean**2 / np.array([2.0, 6.0])[:, None, None]
    shape, scores = (2, *total.shape), rng.standard_normal((1, *total.shape))
    pieces = (np.broadcast_to(mean, shape), np.broadcast_to(variance, shape))
    found = share_numbers(Drawn(1, 0), "test", total, *pieces, scores)
    assert np.array_equal(found.sum(axis=0), total)
    assert np.array_equal(found, np.rint(found))
    within = total * 2 * 6 * (8 + total) / (64 * 9)
    assert (found[0] - total / 4).mean() == pytest.approx(0.0, abs=0.2)
    assert ((found[0] - total / 4) ** 2).mean() == pytest.approx(within.mean(), rel=0.04)


def test_atoms_are_what_parts_tell_apart() -> None:
    asked = asked_parts([part("cases", ["a"]), part("cases", ["a", "b"]), part("cases", channels=["x"])])
    atoms = make_atoms(asked, ["a", "b", "c", "d"], ["x", "y", "z"])
    assert atoms is not None
    assert [(atom.intents.tolist(), atom.channels.tolist()) for atom in atoms.atoms] == [
        ([0], [True, False, False]),
        ([0], [False, True, True]),
        ([1], [True, False, False]),
        ([1], [False, True, True]),
        ([2, 3], [True, False, False]),
        ([2, 3], [False, True, True]),
    ]
    assert atoms.within.tolist() == [[1, 1, 0, 0, 0, 0], [1, 1, 1, 1, 0, 0], [1, 0, 1, 0, 1, 0]]
    assert make_atoms({}, ["a"], ["x"]) is None


def test_too_many_atoms_are_refused() -> None:
    names = [f"intent {number}" for number in range(MOST_GROUPS + 1)]
    asked = asked_parts([part("cases", [name]) for name in names])
    with pytest.raises(ContractError, match=f"tell {MOST_GROUPS + 1} groups of intents and channels apart"):
        make_atoms(asked, names, ["chat"])


def test_a_part_that_is_not_shared_out_is_refused() -> None:
    charge = {"kind": "flat", "meter": "messages", "rate": 1, "included_per_conversation": 5, "applies_to": RESET}
    of = textbook({**LAW, "intents": INTENTS, "contracts": {"split": {"type": "hybrid", "charges": [charge]}}})
    with pytest.raises(ContractError, match="remove applies_to, or use simulate run --engine ledger"):
        simulate(of)
