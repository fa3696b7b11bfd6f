"""One invoice of one future: its lines, their sum, and that the future is that of the run."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner

from simulator.cli import cli
from simulator.engine.run import simulate
from simulator.forecast.forecast import Forecast, forecast
from simulator.report.invoice import exact_invoices, invoice_text
from simulator.scenario import load_scenario

ROOT = Path(__file__).parent.parent.parent
SETTLED = ROOT / "tests" / "scenario" / "everything_settlement.toml"
MINIMAL = ROOT / "scenarios" / "minimal.toml"


@pytest.fixture(scope="module")
def run() -> Forecast:
    return forecast(simulate(load_scenario(SETTLED, ["trials=9"])))


def alone(trial: int) -> Forecast:
    return forecast(simulate(load_scenario(SETTLED, ["trials=1"]), first_trial=trial))


def test_a_future_alone_is_that_of_the_run(run: Forecast) -> None:
    found = alone(7)
    for name, priced in found.contracts.items():
        assert priced.invoice[0] == pytest.approx(run.contracts[name].invoice[7], rel=1e-12)


def test_exact_invoices_are_those_of_the_run_to_the_cent_of_each_line(run: Forecast) -> None:
    found = alone(7)
    for name, priced in found.contracts.items():
        for month, each in enumerate(exact_invoices(priced, found.results)):
            assert sum(line.amount for line in each.lines) == each.total
            about = run.contracts[name].invoice[7, month]
            # Rounded lines carry half a cent each into true-ups and credits.
            assert float(each.due) == pytest.approx(about, abs=0.02 * (len(each.lines) + 1)), (name, month)


def test_text_fits_and_ends_with_the_total(run: Forecast) -> None:
    found = alone(3)
    for priced in found.contracts.values():
        for each in exact_invoices(priced, found.results):
            text = invoice_text(each, priced, "2027-11", 3, "USD", 1.0)
            lines = text.splitlines()
            assert max(map(len, lines)) <= 100
            total = next(line for line in lines if line.startswith("Total"))
            assert total.split()[-1].replace(",", "").replace("$", "").replace("€", "") == f"{each.total:.2f}"


def test_command_prints_the_lines_of_a_month() -> None:
    done = CliRunner().invoke(cli, ["invoice", str(MINIMAL), "--contract", "resolution", "--month", "2027-03"])
    assert done.exit_code == 0
    assert "per resolution, assumed 24h, 2027-03, future 0" in done.output.lower()
    assert "$0.99" in done.output


def test_json_sums_to_its_total() -> None:
    arguments = ["invoice", str(SETTLED), "--contract", "prepaid", "--trial", "2", "--month", "2028-02", "--json"]
    found = json.loads(CliRunner().invoke(cli, arguments).output)
    assert sum(Decimal(line["amount"]) for line in found["lines"]) == Decimal(found["total"])
    assert (found["trial"], found["month"], found["currency"]) == (2, "2028-02", "USD")


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (["--contract", "resolutoin"], "did you mean 'resolution'?"),
        (["--month", "2028-03"], "'2028-03' is not in the horizon, 2027-01 to 2027-12"),
        (["--month", "March"], "write it as 2027-01"),
        (["--trial", "-1"], "must be 0 or more, not -1"),
    ],
)
def test_wrong_arguments_are_refused_with_a_hint(arguments: list[str], part: str) -> None:
    done = CliRunner().invoke(cli, ["invoice", str(MINIMAL), *arguments])
    assert done.exit_code == 2
    assert part in " ".join(done.output.split())
