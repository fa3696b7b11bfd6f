"""Sessions and own meters in the atlas: exact means, the ledger's spread and joint behaviour, order in every trial."""

from __future__ import annotations

from functools import cache
from itertools import pairwise

import numpy as np
import pytest
from scipy import integrate, stats

from simulator.engine.atlas.chances import delay_below
from simulator.engine.atlas.law import DelayLaw
from simulator.engine.atlas.sessions import sums_below
from simulator.engine.results import Results
from simulator.engine.run import simulate
from simulator.errors import DefinitionError
from simulator.scenario import Scenario, parse_scenario
from tests.engine.asking import simulated
from tests.statistics import mean_is, same_correlation, same_variance

PLAIN = """
title = "Plain"
start = "2027-01"
months = 1
trials = 2_048
volume.per_month = 100
levels.easy = { escalate = 0.2, solve = 0.6, turns = 4 }
intents.one = { share = 1, levels = { easy = 1 }, abandon = 0.1, confirm = 0.3 }
intents.two = { share = 1, levels = { easy = 1 }, channels = { email = 1 } }
channels.chat = { share = 0.6 }
channels.email = { share = 0.4, delay = 2 }
returns.probability = { confirmed = 0.3, silent_solved = 0.4, silent_unsolved = 0.8, abandoned = 0.8, escalated = 0.5 }
returns.max_contacts = 4
returns.delay = { median_hours = 20, sigma = 1.2 }
duplicates.probability = { silent_unsolved = 0.3, escalated = 0.3 }
duplicates.same_channel = 0.3
models.main = { rates = { input = 1, output = 10 } }
contracts.one = { type = "per_resolution", definition = "assumed_24h", price = 1 }
"""
HOURS = (0.5, 24.0, 30.0, 168.0, 900.0)
KEYS = tuple(f"sessions:{anchor}:{hours:g}" for anchor in ("start", "inactivity") for hours in HOURS)


def plain(*overrides: str) -> Scenario:
    return parse_scenario(PLAIN, "plain", overrides)


@cache
def run(engine: str, volume: int, seed: int = 0) -> Results:
    return simulated(plain(f"volume.per_month={volume}", f"seed={seed}"), engine, *KEYS)


@pytest.mark.parametrize("volume", [5, 100])
@pytest.mark.parametrize("key", KEYS)
def test_means_are_those_expected_and_laws_those_of_the_ledger(key: str, volume: int) -> None:
    exact = float(run("expected", volume).meters[key][0, 0])
    a, b = (run(engine, volume, seed).meters for engine, seed in (("atlas", 0), ("ledger", 5)))
    first, second = a[key][:, 0], b[key][:, 0]
    for found in (first, second):
        assert (verdict := mean_is(found, exact, what=key)), verdict
        assert not mean_is(found, exact * 1.1)
    assert (verdict := same_variance(np.sqrt(first), np.sqrt(second), what=key)), verdict
    for other in ("resolutions:assumed_24h", "messages"):
        pairs = [(meters[key][:, 0], meters[other][:, 0]) for meters in (a, b)]
        assert (verdict := same_correlation(*pairs, what=f"{key} and {other}")), verdict


@pytest.mark.slow
def test_sessions_of_the_ledger_at_many_cases_have_the_means_expected() -> None:
    scenario = plain("volume.per_month=1_000_000", "trials=1")
    exact, found = (simulated(scenario, engine, *KEYS).meters for engine in ("expected", "ledger"))
    for key in KEYS:
        share = [float(meters[key][0, 0] / meters["rows"][0, 0]) for meters in (found, exact)]
        assert share[0] == pytest.approx(share[1], abs=0.003), key
        assert share[0] != pytest.approx(share[1] * 1.02, abs=0.003)


def test_sessions_keep_their_order_in_every_trial() -> None:
    for engine in ("atlas", "expected"):
        m = run(engine, 100).meters
        for anchor in ("start", "inactivity"):
            each = [m[f"sessions:{anchor}:{hours:g}"] for hours in HOURS]
            if anchor == "inactivity" or engine == "expected":
                assert all((longer <= shorter).all() for shorter, longer in pairwise(each))
            assert (each[-1] >= m["cases"] - 1e-9).all() and (each[0] <= m["rows"] + 1e-9).all()
        for hours in HOURS:
            assert (m[f"sessions:inactivity:{hours:g}"] <= m[f"sessions:start:{hours:g}"] + 1e-9).all()
    whole = run("atlas", 100).meters
    assert all(np.array_equal(whole[key], np.rint(whole[key])) for key in KEYS)


def test_what_is_asked_leaves_all_other_meters_unchanged() -> None:
    both = run("atlas", 100).meters
    for keys in ((), ("sessions:start:24",), ("sessions:inactivity:30",), ("sessions:start:900", "messages/6")):
        for name, values in simulated(plain("volume.per_month=100"), "atlas", *keys).meters.items():
            assert name == "messages/6" or np.array_equal(values, both[name]), (keys, name)


@pytest.mark.parametrize(("weibull", "scale", "spread"), [(True, 30.0, 1.0), (True, 30.0, 0.7), (False, 20.0, 1.4)])
def test_sums_of_delays_against_closed_form_and_numerical_integration(
    weibull: bool, scale: float, spread: float
) -> None:
    law = DelayLaw(weibull, np.array([scale, scale * 1.3]), np.full(2, spread))
    found = sums_below(law, np.array([[1.0], [1.0]]), 24.0, 3)
    frozen = stats.weibull_min(spread, scale=scale) if weibull else stats.lognorm(spread, scale=scale)
    twice = integrate.quad(lambda x: frozen.pdf(x) * frozen.cdf(24 - x), 0, 24, limit=200)[0]
    assert found[0][0, 0] == pytest.approx(frozen.cdf(24), rel=1e-9)
    assert found[1][0, 0] == pytest.approx(twice, abs=5e-5)
    assert found[1][0, 1] < found[1][0, 0] and (found[2] < found[1]).all()
    if spread == 1.0:  # exponential delays: Erlang
        for times, chance in enumerate(found, 1):
            assert chance[0, 0] == pytest.approx(stats.gamma.cdf(24, times, scale=scale), abs=1e-7)
            assert chance[0, 0] != pytest.approx(stats.gamma.cdf(24, times, scale=scale * 1.1), abs=1e-3)


def test_delays_that_are_no_chance_add_up_exactly() -> None:
    law = DelayLaw(False, np.array([10.0]), np.zeros(1))
    assert [float(each[0, 0]) for each in sums_below(law, np.ones((1, 1)), 30.0, 4)] == [1, 1, 0, 0]
    assert float(delay_below(law, np.ones((1, 1)), 10.0)[0, 0]) == 0


def test_sessions_by_hand() -> None:
    """All return for sure after 10 hours, up to 4 contacts at 0, 10, 20 and 30 h; half the duplicates move away."""
    sure = [
        "intents.one={ share = 1, levels = { easy = 1 } }", "intents.two={ share = 0, levels = { easy = 1 } }",
        "levels.easy={ escalate = 0, solve = 1, turns = 4 }",
        "channels={ chat = { share = 0.5 }, email = { share = 0.5 } }",
        "returns.probability={ confirmed = 1, silent_solved = 1 }", "returns.delay={ median_hours = 10, sigma = 1e-9 }",
        "duplicates.probability={ confirmed = 1, silent_solved = 1 }", "duplicates.same_channel=0",
        "volume.per_month=100", "trials=64",
    ]  # fmt: skip
    keys = ("sessions:start:24", "sessions:inactivity:24", "sessions:inactivity:8")
    # 4 duplicates a case, of which half (0.5 each) choose the other channel.
    for engine in ("expected", "ledger", "atlas"):
        m = simulated(plain(*sure), engine, *keys).meters
        per = {key: float((m[key].sum()) / m["cases"].sum()) for key in keys}
        near = 1e-4 if engine == "expected" else 0.1
        assert per == pytest.approx(
            {"sessions:start:24": 2 + 2, "sessions:inactivity:24": 1 + 2, "sessions:inactivity:8": 4 + 2}, abs=near
        )


OWN = """
[meters.confirmed]
sql = "outcome = 'confirmed'"
[meters.handled]
sql = "class = 'service' and human_touch = 'none'"
[meters.weighted]
sql = "case when outcome = 'confirmed' then 2 when returned_after_hours < 24 then 0.5 when csat >= 4 then 1.25 end"
[meters.scores]
sql = "csat - 2"
"""


def owning(more: str = "", *overrides: str) -> Scenario:
    lively = "\ncsat.response = 0.5\nintents.three = { share = 1, levels = { easy = 1 }, spam = 0.3, confirm = 0.4 }\n"
    return parse_scenario(PLAIN.replace("\ncontracts.one", f"{lively}contracts.one") + OWN + more, "own", overrides)


@pytest.mark.parametrize("volume", [5, 100])
def test_own_meters_have_the_means_expected_and_the_ledgers_law(volume: int) -> None:
    sets = (f"volume.per_month={volume}",)
    exact = simulate(owning("", *sets), engine="expected").meters
    a, b = (simulate(owning("", *sets, f"seed={seed}"), engine=engine).meters
            for engine, seed in (("atlas", 0), ("ledger", 5)))  # type: ignore[arg-type]  # fmt: skip
    for name in ("confirmed", "handled", "weighted", "scores"):
        key = f"own:{name}"
        for found in (a, b):
            assert (verdict := mean_is(found[key][:, 0], float(exact[key][0, 0]), what=key)), verdict
        assert not mean_is(a[key][:, 0], float(exact[key][0, 0]) * 1.2)
        assert (verdict := same_variance(np.sqrt(a[key][:, 0]), np.sqrt(b[key][:, 0]), what=key)), verdict
    for found in (a, b, exact):
        assert found["own:confirmed"] == pytest.approx(found["end:confirmed"], rel=1e-12)
        assert (found["own:handled"] <= found["class:service"] + 1e-9).all()


def test_own_meters_leave_all_other_meters_unchanged() -> None:
    with_all = simulate(owning("", "trials=512")).meters
    without = simulate(owning("", "trials=512").model_copy(update={"meters": {}})).meters
    assert {name for name in with_all if name not in without} == {"own:confirmed", "own:handled", "own:weighted",
                                                                 "own:scores"}  # fmt: skip
    assert all(np.array_equal(values, with_all[name]) for name, values in without.items())


@pytest.mark.parametrize(
    ("sql", "says"),
    [
        ("messages / 70", "meter 'mine' reads messages, which the fast engine does not tell apart"),
        ("turns > 3 and channel = 'chat'", "reads channel, turns"),
        ("returned_after_hours < 30", "meter 'mine' looks at 30 hours"),
        ("returned_after_hours / 24", "meter 'mine' reckons with returned_after_hours"),
        ("contact > 1", "meter 'mine' reads contact, which the fast engine does not know of duplicates"),
    ],
)
def test_what_kinds_do_not_have_is_refused_with_the_way_out(sql: str, says: str) -> None:
    scenario = owning(f'[meters.mine]\nsql = "{sql}"\n', "trials=8")
    with pytest.raises(DefinitionError, match="--engine ledger") as raised:
        simulate(scenario)
    assert says in str(raised.value)
    assert "own:mine" in simulate(scenario, engine="ledger").meters


def test_a_contract_bills_an_own_meter() -> None:
    bill = '[contracts.two]\ntype = "hybrid"\ncharges = [{ kind = "flat", meter = "own:confirmed", rate = 3 }]\n'
    from simulator.forecast import forecast

    results = simulate(owning(bill, "trials=64"))
    invoice = forecast(results).contracts["two"].invoice
    assert invoice.total == pytest.approx(3 * results.meters["end:confirmed"])
