"""Heavy tails and constants, from the file to what the reference draws: tests/scenario/everything_heavy.toml."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from scipy import stats

from simulator.cli.check import check
from simulator.cli.explain import explain
from simulator.engine.refusals import refusals
from simulator.engine.run import simulate
from simulator.errors import ScenarioError
from simulator.implied.implied_figures import implied
from simulator.scenario import load_scenario, parse_scenario, render
from simulator.scenario.explained.standing import Standing
from simulator.scenario.schema.shapes import at
from tests.reference.law import simulate_trial
from tests.reference.tokens import TokenLaw
from tests.reference.unknowns import trial_values
from tests.statistics import Verdict, mean_is, share_below_is

HEAVY = Path(__file__).with_name("everything_heavy.toml")
TEXT = HEAVY.read_text(encoding="utf-8")
DIRECT = (
    'tokens={ form = "direct", direct = { input = 9_000, output = { mean = 300, family = "lomax", alpha = 3 } } }',
    "models.main.reasoning_factor=1", "levers.reasoning.setting=1",
)  # fmt: skip


def test_it_is_read() -> None:
    scenario = load_scenario(HEAVY)
    tokens, people = scenario.tokens, scenario.people
    assert (tokens.answer.mean.center, tokens.answer.cv.center, tokens.answer.family) == (120, 0, "lognormal")
    assert tokens.answer.mean.fixed and tokens.answer.mean.name == "tokens.answer.mean"
    assert tokens.tool_result.alpha is not None and tokens.tool_result.alpha.center == 2.5
    assert tokens.reasoning.alpha is not None and not tokens.reasoning.alpha.fixed
    assert people.minutes_alpha is not None and people.minutes_alpha.center == 3.5
    assert people.review_cv is not None and people.review_cv.center == 0.8
    assert people.review_alpha is None and people.minutes_cv is None


def test_a_plain_number_is_the_table_with_that_mean() -> None:
    table = TEXT.replace("answer = 120", "answer = { mean = 120 }")
    assert table != TEXT and parse_scenario(table, "x") == parse_scenario(TEXT, "x")
    assert parse_scenario(TEXT.replace("answer = 120", "answer = 121"), "x") != parse_scenario(TEXT, "x")


@pytest.mark.parametrize(
    ("changes", "mean", "cv"),
    [
        (["tokens.answer=130"], 130, 0),
        (["tokens.answer.cv=0.5"], 120, 0.5),
        (["tokens.answer.mean=130"], 130, 0),
        (["tokens.answer.family='gamma'", "tokens.answer.cv=0.5"], 120, 0.5),
        (["tokens.answer={ mean = 7, cv = 1 }"], 7, 1),
    ],
)
def test_an_option_sets_a_plain_number_or_a_key_beside_it(changes: list[str], mean: float, cv: float) -> None:
    answer = load_scenario(HEAVY, changes).tokens.answer
    assert (answer.mean.center, answer.cv.center) == (mean, cv)


def test_an_option_puts_a_plain_number_in_the_place_of_a_table() -> None:
    customer = load_scenario(HEAVY, ["tokens.customer=40"]).tokens.customer
    assert (customer.mean.center, customer.cv.center, customer.family) == (40, 0, "lognormal")


def test_what_is_written_stays_as_it_is_written() -> None:
    from simulator.scenario.reading.load import written_values

    assert written_values(TEXT)["tokens"]["answer"] == 120
    assert written_values(TEXT, ["tokens.answer.cv=0.5"])["tokens"]["answer"] == {"mean": 120, "cv": 0.5}


@pytest.mark.parametrize(
    ("key", "line"),
    [
        ("tokens.answer", "answer = 120"),
        ("tokens.answer.mean", "answer = 120"),
        ("tokens.reasoning.alpha", 'reasoning = { mean = 90, family = "lomax", alpha = { p5 = 2.2, p95 = 4 } }'),
        ("people.minutes_alpha", "minutes_alpha = 3.5"),
        ("people.review_cv", "review_cv = 0.8"),
        ("tokens.answer.cv", "does not write it; the default 0 holds."),
        ("tokens.customer.alpha", "does not write it; nothing is said."),
    ],
)
def test_it_is_explained_with_its_lines(key: str, line: str) -> None:
    result = CliRunner().invoke(explain, [key, "--in", str(HEAVY)])
    assert result.exit_code == 0 and line in result.stdout
    assert ("judgement" in result.stdout) == ("does not write" not in line)


def test_the_source_of_a_plain_number_is_that_of_its_length() -> None:
    noted = f'{TEXT}\n[sources]\n"tokens.answer" = {{ kind = "measured", source = "logs" }}\n'
    assert Standing.of(noted, "x").numbers["tokens.answer.mean"].source.source == "logs"


def test_what_alpha_and_the_families_are_is_explained() -> None:
    said = " ".join(CliRunner().invoke(explain, ["tokens.answer.alpha"]).stdout.split())
    assert "the mean exists above 1, the variance above 2 allowed above 1 and at most 1,000" in said
    said = " ".join(CliRunner().invoke(explain, ["tokens.answer"]).stdout.split())
    assert "a number, which is constant, or a table with its law" in said
    said = " ".join(CliRunner().invoke(explain, ["people.review_family"]).stdout.split())
    assert '"lognormal", "gamma", "lomax"' in said and "lomax is the Pareto law from 0" in said


# --- checked, and refused where a law has no variance


@pytest.mark.parametrize("engine", ["sampled", "ledger"])
def test_it_is_checked(engine: str) -> None:
    result = CliRunner().invoke(check, [str(HEAVY), "--engine", engine])
    assert result.exit_code == 0 and "Everything, heavy tails" in result.stdout
    assert "3 uncertain inputs" in result.stdout


NO_VARIANCE = {
    "tokens.tool_result.alpha": ("tokens.tool_result.alpha=2", "is 2, "),
    "tokens.reasoning.alpha": ("tokens.reasoning.alpha={ p5 = 1.8, p95 = 4 }", "is at 1.8 in one future of twenty, "),
    "people.minutes_alpha": ("people.minutes_alpha=1.5", "is 1.5, "),
}


def test_each_law_without_a_variance_is_refused_with_its_place_and_the_ledger_draws_it() -> None:
    scenario = load_scenario(HEAVY, [change for change, _ in NO_VARIANCE.values()])
    problems = refusals(scenario, "sampled")
    assert [".".join(map(str, each.key)) for each in problems] == list(NO_VARIANCE)
    for problem, (key, (_, said)) in zip(problems, NO_VARIANCE.items(), strict=True):
        assert f"{key} {said}and a lomax has a variance only if alpha is above 2" in problem.message
        assert problem.help == "write an alpha above 2, or use simulate run --engine ledger"
    assert refusals(scenario, "ledger") == []
    with pytest.raises(ScenarioError) as raised:
        simulate(scenario)
    assert "error: tokens.tool_result.alpha is 2" in render(raised.value)


def test_totals_are_refused_too() -> None:
    heavy = [DIRECT[0].replace("alpha = 3", "alpha = 1.9"), *DIRECT[1:]]
    (problem,) = refusals(load_scenario(HEAVY, heavy), "sampled")
    assert problem.key == ("tokens", "direct", "output", "alpha")


def test_laws_with_a_variance_are_not_refused() -> None:
    """Negative control."""
    for changes in ([], DIRECT):
        scenario = load_scenario(HEAVY, [*changes, "trials=2"])
        assert refusals(scenario, "sampled") == refusals(scenario, "ledger") == []
        assert simulate(scenario).meters


# --- mistakes beside one another


def test_one_mistake_hides_no_other_and_a_mended_one_makes_none() -> None:
    """A family that is misspelt says nothing of its spread, but all that is wrong beside it is told."""
    wrong = TEXT
    for right, slip in (
        ("answer = 120", "answer = -120"), ('"lomax", alpha = 2.5', '"pareto", alpha = 2.5'),
        ('"lomax", alpha = {', '"lomax", cv = 1, alpha = {'), ("cost_per_hour = 45", 'cost_per_hour = "45"'),
        ('minutes_family = "lomax"\n', ""), ("review_cv", "review_alpha"),
        ("levels = { easy = 30, hard = 70 }", "levels = { easy = 30, herd = 70 }"),
    ):  # fmt: skip
        wrong = wrong.replace(right, slip)
    with pytest.raises(ScenarioError) as raised:
        parse_scenario(wrong, "x")
    assert [".".join(map(str, each.key)) for each in raised.value.problems] == [
        "intents.refund.levels.herd", "tokens.answer", "tokens.tool_result.family", "tokens.reasoning.cv",
        "people.cost_per_hour", "people.minutes_alpha", "people.review_alpha",
    ]  # fmt: skip


# --- what does not depend on the law


def test_what_is_implied_depends_on_the_means_alone() -> None:
    plain = ["tokens.reasoning=90", "tokens.customer=40", "people={ partial_factor = 0.7 }"]
    assert implied(load_scenario(HEAVY, plain)) == implied(load_scenario(HEAVY))
    assert implied(load_scenario(HEAVY, ["tokens.answer=121"])) != implied(load_scenario(HEAVY))


# --- drawn by the reference

DRAWS = 40_000


def lengths(name: str) -> list[float]:
    law = TokenLaw(trial_values(load_scenario(HEAVY), Random(0), "center"), "main", 1.0, None, Random(3))
    draw: Callable[[], float] = getattr(law, name)
    return [draw() for _ in range(DRAWS)]


@pytest.mark.parametrize("name", ["tool_result", "reasoning"])
def test_lengths_have_their_means_and_tails(name: str) -> None:
    values = trial_values(load_scenario(HEAVY), Random(0), "center")
    of: Any = getattr(values.tokens, name)
    mean = of.mean * values.tokens.factor * (1.2 * 0.9 if name == "reasoning" else 1.0)
    law, sample = stats.lomax(of.alpha, scale=mean * (of.alpha - 1)), lengths(name)
    assert mean_is(sample, mean) and not mean_is(sample, 1.2 * mean)
    lognormal = stats.lognorm(1.0, scale=mean * np.exp(-0.5))
    for times in (0.2, 1.0, 10.0):
        assert share_below_is(sample, times * mean, law.cdf(times * mean))
        assert not share_below_is(sample, times * mean, lognormal.cdf(times * mean))  # negative control


def test_a_constant_is_drawn_as_one() -> None:
    values = trial_values(load_scenario(HEAVY), Random(0), "center")
    assert set(lengths("answer")) == {120 * values.tokens.factor}
    assert len(set(lengths("customer"))) == DRAWS


def test_alpha_is_another_in_each_future_and_never_1_or_less() -> None:
    scenario, rng = load_scenario(HEAVY), Random(4)
    alphas = [trial_values(scenario, rng).tokens.reasoning.alpha for _ in range(1_500)]
    assert min(alphas) > 1
    assert share_below_is(alphas, 2.2, 0.05) and share_below_is(alphas, 4, 0.95)
    assert not share_below_is(alphas, 2.4, 0.05)  # negative control


@cache
def minutes() -> dict[str, list[float]]:
    """Return minutes over their mean, of handoffs and of reviews, without returns that went straight to people."""
    found: dict[str, list[float]] = {"handoff": [], "review": []}
    scenario, rng = load_scenario(HEAVY, ["volume.per_month=1_000"]), Random(9)
    for _ in range(6):
        for row in simulate_trial(scenario, rng, unknowns="center", drivers="zero").rows():
            if row["straight_return"] or row["human_touch"] == "none":
                continue
            mean = at({"easy": {"handoff": 8, "review": 3}, "hard": {"handoff": 15, "review": 5}},
                      (row["complexity"], row["human_touch"]))  # fmt: skip
            part = 0.7 if row["outcome"] == "partial" else 1.0
            found[row["human_touch"]].append(
                row["human_minutes"] / mean / part / (1.2 if row["channel"] == "voice" else 1)
            )
    return found


@pytest.mark.parametrize(
    ("what", "law"), [("handoff", stats.lomax(3.5, scale=2.5)), ("review", stats.gamma(0.8**-2, scale=0.8**2))]
)
def test_minutes_have_their_mean_and_their_law(what: str, law: Any) -> None:
    sample = minutes()[what]
    assert len(sample) > 1_500
    assert mean_is(sample, 1.0) and not mean_is(sample, 1.2)

    def agrees(other: Any) -> list[Verdict]:
        return [share_below_is(sample, edge, other.cdf(edge)) for edge in (0.15, 0.6, 2.0)]

    assert all(agrees(law))
    assert not all(
        agrees(stats.lognorm(0.94, scale=np.exp(-(0.94**2) / 2)))
    )  # negative control: the law without family


def test_straight_returns_have_the_law_of_handoffs() -> None:
    """All returns go straight to a person: what they add to a handoff has its mean; of the reviews' law it has not."""
    changes = [
        "volume.per_month=1_000", "levels.easy.escalate=1", "levels.hard.escalate=1", "levels.easy.partial=0",
        "levels.hard.partial=0", "intents.refund.levels={ easy = 1 }", "intents.status.levels={ easy = 1 }",
        "returns={ probability = { escalated = 1 }, straight_to_human = { escalated = 1 } }",
        "channels.voice.minutes=1",
    ]  # fmt: skip
    rows = list(simulate_trial(load_scenario(HEAVY, changes), Random(2), unknowns="center", drivers="zero").rows())
    assert all(row["straight_return"] for row in rows)
    sums = [row["human_minutes"] / 8 for row in rows]
    assert mean_is(sums, 2.0) and not mean_is(sums, 1.7)
    twice = stats.lomax(3.5, scale=2.5).rvs((2, 400_000), random_state=1).sum(axis=0)
    gammas = stats.gamma(0.8**-2, scale=0.8**2).rvs((2, 400_000), random_state=1).sum(axis=0)
    assert share_below_is(sums, 1.0, float(np.mean(twice <= 1)))
    assert not share_below_is(sums, 1.0, float(np.mean(gammas <= 1)))
