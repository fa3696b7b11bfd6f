"""A change of vendor: overlap, ramp, fee, what the old contract asks for on leaving, and the new one's own month 1."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from simulator.cli import cli
from simulator.contracts import Contract, exit_table, invoice, scale_rates, tie_price
from simulator.contracts.invoices.switch import SwitchSpec
from simulator.engine.run import simulate
from simulator.errors import ScenarioError
from simulator.forecast.forecast import forecast
from simulator.report.blocks.summary import summary
from simulator.scenario import parse_scenario
from tests.contracts.tools import contract, months, stated

USE = {"conversations": months(*[100.0] * 12)}
MINIMAL = (Path(__file__).parents[3] / "scenarios" / "minimal.toml").read_text().rstrip()


def switch(old: dict[str, Any], new: dict[str, Any], **terms: Any) -> Contract:
    one, other = (contract(type="per_conversation", **each) for each in (old, new))
    return SwitchSpec(old="one", new="other", **terms).contract("change", one, other)


def totals(offer: Contract) -> list[float]:
    return [float(each) for each in invoice(offer, USE, stated()).total[0]]


def test_one_contract_follows_the_other() -> None:
    assert totals(switch({"price": 1.0}, {"price": 0.5}, month=4)) == [100] * 3 + [50] * 9


def test_overlap_ramp_and_fee() -> None:
    offer = switch({"price": 1.0}, {"price": 0.5}, month=4, overlap_months=1, fee=30, ramp=[0.25, 0.5])
    bill = invoice(offer, USE, stated())
    # Month 4: old 75, new 12.5, fee 30. Month 5: new 25, and people take the half that nobody else serves.
    assert bill.total[0].tolist() == [100] * 3 + [117.5, 25] + [50] * 7
    assert bill.served is not None and bill.served[0].tolist() == [1] * 4 + [0.5] + [1] * 7
    assert sum(bill.lines.values()) == pytest.approx(bill.total)


def test_old_contract_bills_what_it_asks_for_on_leaving() -> None:
    # Term of 12 months at 20 a month: after month 3, nine fees.
    offer = switch({"price": 1.0, "platform_fee": 20, "term_months": 12}, {"price": 0.5}, month=4)
    assert totals(offer) == [120, 120, 120 + 180] + [50] * 9


def test_new_contract_begins_with_its_month_one() -> None:
    new = {"price": 1.0, "free_units": [{"units": 150, "span": "once"}], "yearly_minimum": 2_400}
    # Nine months of a year owe 1,800; 750 are used.
    assert totals(switch({"price": 0.0}, new, month=4)) == pytest.approx([0] * 4 + [50] + [100] * 6 + [100 + 1_050])


def test_a_switch_beyond_the_horizon_is_the_old_contract() -> None:
    assert totals(switch({"price": 1.0}, {"price": 0.5}, month=13)) == [100] * 12


def test_exit_table_of_a_switch() -> None:
    old = {"price": 1.0, "platform_fee": 20, "term_months": 6}
    offer = switch(old, {"price": 0.5, "platform_fee": 10, "term_months": 12}, month=4)
    rows = exit_table(invoice(offer, USE, stated()), offer, USE, stated())
    # Left in month 1 or 2, the old contract's other fees; month 3 has them on its invoice; then those of the new one.
    assert [row.total for row in rows] == [100, 80, 0, *[10 * left for left in range(11, 2, -1)]]


def test_tie_moves_the_new_contracts_price_only() -> None:
    offer = switch({"price": 1.0}, {"price": 0.5}, month=4)
    tie = tie_price(offer, 300 + 900, USE, stated())
    assert tie is not None and tie.unit_price == pytest.approx(1.0)
    assert totals(scale_rates(offer, 2)) == [100] * 12


SWITCHED = """
[switches.change]
old = "conversation"
new = "resolution"
month = 3
ramp = [0.5]
fee = 1_000
"""


def test_a_scenario_compares_a_switch_with_its_contracts() -> None:
    got = forecast(simulate(parse_scenario(MINIMAL + SWITCHED, "switched", ["trials=20", "months=4"])))
    assert set(got.contracts) == {"conversation", "resolution", "change"}
    change, old = got.contracts["change"], got.contracts["conversation"]
    assert change.invoice[:, :2] == pytest.approx(old.invoice[:, :2])
    assert (change.human_work[:, 2] > old.human_work[:, 2]).all()
    assert {block.name for block in summary(got).contracts} == set(got.contracts)


def test_invoice_of_a_switch_names_both_contracts(tmp_path: Path) -> None:
    path = tmp_path / "switched.toml"
    path.write_text(MINIMAL + SWITCHED)
    done = CliRunner().invoke(cli, ["invoice", str(path), "--contract", "change", "--month", "2027-03"])
    assert done.exit_code == 0
    assert "new: resolutions (assumed_24h)" in done.output and "fee of the switch" in done.output


@pytest.mark.parametrize(
    ("text", "part"),
    [
        (SWITCHED.replace('"resolution"', '"resolutions"'), "there is no contract 'resolutions'"),
        (SWITCHED.replace('"resolution"', '"conversation"'), "from one contract to another"),
        (SWITCHED.replace("month = 3", "month = 1"), "must be 2 or more"),
        (SWITCHED.replace("switches.change", "switches.resolution"), "a contract has this name too"),
    ],
)
def test_wrong_switches_are_refused(text: str, part: str) -> None:
    with pytest.raises(ScenarioError) as error:
        parse_scenario(MINIMAL + text, "switched")
    assert any(part in problem.message for problem in error.value.problems)
    assert len(error.value.problems) == 1
