"""What commands that decide share: where a figure goes, how a contract is named, and what is written on a failure."""

from __future__ import annotations

from pathlib import Path

import click
import pytest

from simulator.cli.common.number_types import Amount
from simulator.cli.common.study import ChartFile, asked, contract_asked, same_futures
from simulator.scenario import load_scenario

MINIMAL = Path("scenarios/minimal.toml").resolve()


def test_a_figure_is_a_picture_of_a_known_kind(tmp_path: Path) -> None:
    for name in ("worth.svg", "worth.PNG"):
        assert ChartFile().convert(str(tmp_path / name), None, None) == tmp_path / name
    with pytest.raises(click.BadParameter, match=r"must end in \.svg or \.png"):
        ChartFile().convert(str(tmp_path / "worth.jpg"), None, None)


@pytest.mark.parametrize(
    ("written", "amount"),
    [("60K", 60e3), ("1.5M", 1.5e6), ("2.5 k", 2_500), ("60_000", 60e3), ("0.27", 0.27), ("-3m", -3e6)],
)
def test_an_amount_is_written_as_answers_print_it_too(written: str, amount: float) -> None:
    assert Amount().convert(written, None, None) == amount


@pytest.mark.parametrize("written", ["60KK", "K", "60 thousand dollars", "nan", "1.5B"])
def test_what_is_no_amount_is_refused(written: str) -> None:
    with pytest.raises(click.BadParameter):
        Amount().convert(written, None, None)


def test_an_amount_may_have_to_be_above_a_bound() -> None:
    with pytest.raises(click.BadParameter, match="must be above 0"):
        Amount(above=0).convert("-1K", None, None)


def test_a_contract_is_named_by_key_or_title() -> None:
    scenario = load_scenario(MINIMAL)
    assert contract_asked(None, scenario) is None
    assert contract_asked("resolution", scenario) == "resolution"
    assert contract_asked("PER CONVERSATION", scenario) == "conversation"
    with pytest.raises(click.BadParameter, match="did you mean 'resolution'"):
        contract_asked("resolutoin", scenario)


def test_futures_and_settings_are_those_that_were_asked_for() -> None:
    scenario = asked(MINIMAL, 64, ["contracts.resolution.price=2"])
    futures = same_futures(scenario, workers=1)
    assert futures.results.trials == 64
    assert futures.invoice("resolution").shape == (64,)
    assert futures.on(scenario).results is not None
