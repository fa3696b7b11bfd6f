"""Every scenario that ships loads, says where its numbers come from, implies what was published, and runs."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from simulator.cli import cli
from simulator.contracts.contract_types import TYPES
from simulator.definitions import DefinitionSpec
from simulator.engine.run import simulate
from simulator.forecast.forecast import forecast
from simulator.implied.implied_figures import implied, implied_by_intent
from simulator.quantities.distributions import SOURCE_KINDS
from simulator.report.summary.read import read_summary
from simulator.report.terminal.terminal_screen import MOST_LINES, first_screen
from simulator.report.words.terminal_text import WIDTH, width_of
from simulator.scenario import load_scenario, parse_scenario
from simulator.scenario.schema import Scenario
from simulator.scenario.stated.sources import quantities
from tests.scenarios.shipped import FOLDER, IMPLIED, INTENTS, REVIEWED, SHIPPED, TOLERANCES, UNITS

TEACHING = tuple(name for name in SHIPPED if name != "minimal")
"""Minimal says what is least, not where it comes from."""


Ran = Callable[[str], tuple[str, dict[str, Any]]]


def shipped(name: str, *overrides: str) -> Scenario:
    return load_scenario(FOLDER / f"{name}.toml", overrides)


def test_the_scenarios_that_were_promised_are_there() -> None:
    assert set(SHIPPED) >= {
        "minimal", "broad_cx", "narrow_actions", "regulated_bank", "seasonal_retail", "three_year_term",
    }  # fmt: skip


# --- where the numbers come from


def unsourced(scenario: Scenario) -> list[str]:
    """Return the numbers that are neither a default nor have a note of their own or under [sources]."""
    return [
        each.name
        for each in quantities(scenario)
        if each.source.kind not in SOURCE_KINDS or (each.source.kind == "judgement" and not _noted(scenario, each.name))
    ]


def _noted(scenario: Scenario, name: str) -> bool:
    """Whether the note that a judgement needs is written: without one it is only what is left over."""
    return any(name == key or name.startswith(f"{key}.") for key in scenario.sources)


@pytest.mark.parametrize("name", TEACHING)
def test_every_number_has_a_kind_of_source(name: str) -> None:
    assert unsourced(shipped(name)) == []


@pytest.mark.parametrize("name", TEACHING)
def test_a_number_without_a_source_is_found(name: str) -> None:
    """Negative control: without its note, a written number has no source."""
    text = (FOLDER / f"{name}.toml").read_text()
    without = "\n".join(line for line in text.split("\n") if not line.startswith("duplicates = {"))
    assert "duplicates.same_channel" in unsourced(parse_scenario(without, name))


# --- what they imply


@pytest.mark.parametrize("name", IMPLIED)
def test_implied_figures_are_those_published(name: str) -> None:
    found = implied(shipped(name))
    for figure, published in IMPLIED[name].items():
        assert getattr(found, figure) == pytest.approx(published, abs=TOLERANCES[figure]), figure


@pytest.mark.parametrize("name", INTENTS)
def test_implied_figures_of_each_intent_are_those_published(name: str) -> None:
    found = implied_by_intent(shipped(name))
    for intent, (escalated, solved) in INTENTS[name].items():
        assert found[intent].escalated == pytest.approx(escalated / 100, abs=TOLERANCES["escalated"]), intent
        close = TOLERANCES["solved_when_answered"]
        assert found[intent].solved_when_answered == pytest.approx(solved / 100, abs=close), intent


def test_implied_figures_would_show_another_rate() -> None:
    """Negative control: a level that escalates a tenth more often lies outside the tolerance."""
    found = implied(shipped("regulated_bank", "levels.moderate.escalate=0.36"))
    assert found.escalated != pytest.approx(IMPLIED["regulated_bank"]["escalated"], abs=TOLERANCES["escalated"])


@pytest.mark.slow
@pytest.mark.parametrize("name", UNITS)
def test_units_of_the_definitions_are_those_published(name: str) -> None:
    """256 futures know a share to about 0.5 points (the poorly known odds have sd 0.35); published are whole points."""
    plain = shipped(name, "trials=256", "months=2")
    own = {f"own_{each[:30]}": DefinitionSpec(extends=each) for each in UNITS[name]}
    meters = simulate(plain.model_copy(update={"definitions": {**plain.definitions, **own}})).meters
    conversations = float(meters["conversations"].sum())
    for definition, published in UNITS[name].items():
        units = float(meters[f"resolutions:own_{definition[:30]}"].sum()) / conversations
        assert units == pytest.approx(published, abs=0.02), definition
    if name == "regulated_bank":
        assert float(meters["touch:review"].sum()) / conversations == pytest.approx(REVIEWED, abs=0.01)


# --- what they say


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    """Return the function that runs a scenario with few futures, once, and gives what it printed and its summary."""

    @cache
    def run(name: str) -> tuple[str, dict[str, Any]]:
        folder = tmp_path_factory.mktemp("runs") / name
        arguments = [str(FOLDER / f"{name}.toml"), "--trials", "128", "--workers", "1", "-o", str(folder)]
        done = CliRunner().invoke(cli, arguments)
        assert done.exit_code == 0, done.output
        return done.stdout, json.loads((folder / "summary.json").read_text())

    return run


@pytest.mark.slow
@pytest.mark.parametrize("name", SHIPPED)
def test_runs_with_finite_numbers_and_reads_in_a_hundred_columns(name: str, ran: Ran) -> None:
    shown, told = ran(name)
    lines = shown.rstrip("\n").split("\n")
    assert " ".join(shown.split()).count(" ".join(told["sentence"].split())) == 1
    assert (
        max(map(width_of, (line for line in lines if "/summary.json" not in line and "/report.html" not in line)))
        <= WIDTH
    )
    assert all(math.isfinite(each) for each in numbers(told))


@pytest.mark.slow
@pytest.mark.parametrize("name", SHIPPED)
def test_first_screen_is_a_screen_at_every_width(name: str, ran: Ran) -> None:
    _, told = ran(name)
    summary = read_summary(json.dumps(told))
    for width in range(80, 201):
        lines = first_screen(summary, Path("outputs") / name / "2026-11-29-1e557e1", width).splitlines()
        assert len(lines) <= MOST_LINES and max(map(width_of, lines)) <= width, width


def numbers(value: Any) -> Iterator[float]:
    """Yield every number; there is no NaN in strict JSON, but None stands for what does not exist."""
    if isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from numbers(inner)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield float(value)


@pytest.mark.slow
def test_seasonal_retail_shows_its_peak(ran: Ran) -> None:
    _, told = ran("seasonal_retail")
    fan = dict(zip(told["monthly"]["months"], told["monthly"]["contracts"]["conversation"]["p90"], strict=True))
    assert sorted(fan, key=lambda month: -fan[month])[:2] == ["2027-12", "2027-11"]
    assert fan["2027-12"] > 1.5 * fan["2028-03"]
    assert fan["2027-07"] < 0.4 * fan["2027-10"], "the ramp-up"
    capped = told["monthly"]["contracts"]["resolution_capped"]
    assert max(capped["p95"]) == 35_000, "the cap ends the peak"
    assert [year["months"] for year in told["fiscal_years"]] == [7, 5]


@pytest.mark.slow
def test_three_year_term_shows_falling_token_prices_and_the_escalator(ran: Ran) -> None:
    _, told = ran("three_year_term")
    monthly = {name: np.array(block["mean"]) for name, block in told["monthly"]["contracts"].items()}
    at_list, fixed = monthly["tokens_list"], monthly["tokens_fixed"]
    assert at_list[35] / fixed[35] < 0.65 * at_list[2] / fixed[2], "the contract at list prices follows the list"
    escalated = monthly["conversation_escalator"] / monthly["committed"]
    assert escalated[20] / escalated[8] == pytest.approx(1.04), "a year later"
    assert escalated[8] == pytest.approx(escalated[2]), "not within a year"
    assert len(told["fiscal_years"]) == 3


def test_broad_cx_prices_every_contract() -> None:
    """A quick look at what the slow tests below run in full."""
    got = forecast(simulate(shipped("broad_cx", "trials=8", "months=1")))
    assert all(priced.bills_units and np.all(priced.invoice > 0) for priced in got.contracts.values())


def test_broad_cx_has_every_contract_type_and_a_split_by_intent() -> None:
    contracts = shipped("broad_cx").contracts
    missing = set(TYPES) - {spec.type for spec in contracts.values()}
    assert not missing, (
        f"add a contract of {missing} to scenarios/broad_cx.toml, then run python -m tests.golden and tests.readme"
    )
    assert len(contracts) >= 9
    assert any(charge.applies_to.intents for charge in contracts["split"].charges if charge.applies_to)


@pytest.mark.slow
@pytest.mark.parametrize("name", SHIPPED)
def test_both_engines_agree(name: str, tmp_path: Path) -> None:
    """False alarms: 1 run of 1,000, by the suite's own correction for the number of comparisons."""
    arguments = ["verify", str(FOLDER / f"{name}.toml"), "--cases", "60_000", "--trials", "100", "-q", "--workers", "2"]
    short = ["--set", "months=2", "--set", "budget=1_000_000"]  # one amount, whatever the fiscal years
    done = CliRunner().invoke(cli, [*arguments, *short, "-o", str(tmp_path / name)])
    assert done.exit_code == 0, done.output
