"""Units billed month by month: by the definition in force, by the charge in force, and over a change of vendor."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from simulator.contracts import Contract, invoice
from simulator.contracts.exact.decimals import at_stated, exact
from simulator.contracts.exact.invoice import invoices
from simulator.contracts.invoices.billed_units import BilledUnits, billed_units
from simulator.contracts.invoices.switch import SwitchSpec
from simulator.engine.run import simulate
from simulator.errors import ScenarioError
from simulator.forecast.bills import bill
from simulator.forecast.forecast import Forecast, forecast
from simulator.report.blocks.summary import summary
from simulator.report.questions import questions
from simulator.report.questions_text import answers
from simulator.report.summary.contract import UnitChange
from simulator.scenario import parse_scenario
from tests.contracts.invoices.test_switch import MINIMAL
from tests.contracts.tools import contract, stated

CHANGED = {
    "type": "per_resolution",
    "definition": "assumed_24h",
    "price": 1,
    "definition_changes": [{"from_month": 3, "definition": "verified_72h"}],
}
FIRST, SECOND = "resolutions:assumed_24h", "resolutions:verified_72h"


def row(*units: float) -> np.ndarray:
    return np.array([units], dtype=float)


USE = {
    "conversations": row(100, 100, 100, 100),
    "rows|solved_by_ai": row(70, 70, 70, 70),
    FIRST: row(80, 82, 84, 86),
    f"{FIRST}|solved": row(60, 61, 62, 63),
    f"{FIRST}|solved_by_ai": row(50, 51, 52, 53),
    SECOND: row(40, 42, 44, 46),
    f"{SECOND}|solved": row(36, 37, 38, 39),
    f"{SECOND}|solved_by_ai": row(30, 31, 32, 33),
    "conversations|solved": row(90, 90, 90, 90),
    "conversations|solved_by_ai": row(70, 70, 70, 70),
}


def counted(offer: Contract, served: np.ndarray | None = None) -> BilledUnits:
    return billed_units(offer, USE, stated(), served)


def test_units_follow_the_definition_in_force() -> None:
    units = counted(contract(**CHANGED))
    assert units.billed.tolist() == [[80, 82, 44, 46]]
    assert units.solved is not None and units.solved.tolist() == [[60, 61, 38, 39]]
    assert units.solved_by_ai is not None and units.solved_by_ai.tolist() == [[50, 51, 32, 33]]
    assert units.solved_not_billed is not None and units.solved_not_billed.tolist() == [[20, 19, 38, 37]]
    # At 1 each: 162 and 90 charged, of which 41 and 13 are for unsolved ones.
    assert units.unsolved_share == pytest.approx([(41 + 13) / (162 + 90)])


def test_units_are_what_the_invoice_charges_at_a_price_of_one() -> None:
    offer = contract(**CHANGED)
    assert (invoice(offer, USE, stated()).total == counted(offer).billed).all()
    exact_bills = invoices(offer, {key: [exact(each) for each in units[0]] for key, units in USE.items()}, at_stated)
    assert [float(each.total) for each in exact_bills] == counted(offer).billed[0].tolist()


def test_units_of_what_is_served() -> None:
    assert counted(contract(**CHANGED), row(1, 0.5, 1, 0.5)).billed.tolist() == [[80, 41, 44, 23]]


def test_a_limit_counts_units_of_the_definition_in_force() -> None:
    """At 50 units a month 80 and 82 of the first definition are too many, 44 and 46 of the second are not."""
    offer = contract(**CHANGED, limit={"units": 50})
    bill = invoice(offer, USE, stated())
    assert bill.served is not None and bill.served[0] == pytest.approx([50 / 80, 50 / 82, 1, 1])
    exact_bills = invoices(offer, {key: [exact(each) for each in units[0]] for key, units in USE.items()}, at_stated)
    assert [float(each.served) for each in exact_bills] == pytest.approx(bill.served[0].tolist(), abs=1e-12)


def test_a_pilot_per_conversation_then_per_resolution() -> None:
    charges = [
        {"kind": "flat", "meter": "conversations", "rate": 0.5, "to_month": 2},
        {"kind": "flat", "meter": "resolutions", "definition": "verified_72h", "rate": 2, "from_month": 4},
    ]
    offer = contract(type="hybrid", charges=charges)
    assert offer.unit_schedule == ((1, ("conversations",)), (3, ()), (4, (SECOND,)))
    units = counted(offer)
    assert units.billed.tolist() == [[100, 100, 0, 46]]
    assert units.unsolved_share == pytest.approx([(20 * 0.5 + 7 * 2) / (200 * 0.5 + 46 * 2)])


def test_charges_that_do_not_change_have_one_span() -> None:
    assert contract(type="per_conversation", price=1).unit_schedule == ((1, ("conversations",)),)
    dated = [{"kind": "flat", "meter": "conversations", "rate": rate, **when}
             for rate, when in ((1, {"to_month": 6}), (2, {"from_month": 7}))]  # fmt: skip
    assert contract(type="hybrid", charges=dated).unit_schedule == ((1, ("conversations",)),)


def test_units_of_a_change_of_vendor_are_those_of_each() -> None:
    old, new = contract(type="per_conversation", price=1), contract(**CHANGED)
    offer = SwitchSpec(old="a", new="b", month=2, overlap_months=1, ramp=(0.25,)).contract("change", old, new)
    units = counted(offer)
    # Month 2: three quarters of 100 conversations under the old one, a quarter of 82 resolutions under the new one.
    assert units.billed.tolist() == [[100, 75 + 82 / 4, 84, 46]]
    assert offer.unit_schedule == ((1, ("conversations",)), (2, (FIRST,)), (4, (SECOND,)))


@pytest.mark.parametrize(
    ("terms", "part"),
    [
        ("free_units = [{ units = 10 }]", "in month 3; give free units in the charge: free = { units = 10 }"),
        ('clawback = { definition = "credited_on_return" }', "the billed unit changes in month 3"),
    ],
)
def test_what_is_of_one_unit_is_refused_where_the_unit_changes(terms: str, part: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        parse_scenario(f"{MINIMAL}\n{OFFER[:-2]}, {terms} }}\n", "changed")
    (problem,) = caught.value.problems
    assert part in f"{problem.message}; {problem.help}"


OFFER = (
    'changed = { type = "per_resolution", definition = "assumed_24h", price = 1, '
    'definition_changes = [{ from_month = 3, definition = "verified_72h" }] }'
)


@pytest.fixture(scope="module", params=["sampled", "ledger"])
def priced(request: Any) -> Forecast:
    scenario = parse_scenario(f"{MINIMAL}\n{OFFER}\n", "changed", ["trials=64", "months=4"])
    return forecast(simulate(scenario, engine=request.param))


def test_engines_report_the_units_of_the_definition_in_force(priced: Forecast) -> None:
    changed, results = priced.contracts["changed"], replace(priced.results, columns=None)
    units, meters = bill(changed.contract, results, priced.model_cost).units, results.meters
    assert np.array_equal(units.billed, changed.units)
    for ending, got in (("", units.billed), ("|solved", units.solved), ("|solved_by_ai", units.solved_by_ai)):
        assert got is not None
        expected = np.concatenate([meters[FIRST + ending][:, :2], meters[SECOND + ending][:, 2:]], axis=1)
        assert np.array_equal(got, expected), ending
    assert priced.contracts["changed"].invoice == pytest.approx(units.billed), "at a price of 1"
    assert not np.array_equal(meters[FIRST][:, 2:], meters[SECOND][:, 2:]), "the definitions differ"


def test_tables_and_contracts_md_follow_the_definition_in_force(priced: Forecast) -> None:
    units = priced.contracts["changed"].units.sum(axis=1).mean()
    block = summary(priced).contract("changed")
    assert block.units.billed.mean == pytest.approx(units)
    assert block.unit_changes == (UnitChange(from_month=3, units=(SECOND,), labels=("resolutions (verified_72h)",)),)
    (answer,) = [each for each in questions(priced) if each.name == "changed"]
    cases = {case.key: case for case in answer.cases}
    silent = [case for case in cases.values() if case.units != case.later[0].units]
    assert silent, "some edge case bills under one definition and not under the other"
    assert all(case.amount == pytest.approx(case.units) for case in cases.values())
    assert all(case.later[0].amount == pytest.approx(case.later[0].units) for case in cases.values())
    text = answers(answer, "USD")
    assert 'from month 3: resolutions ("Verified after 72 h")' in text and "From month 3, units" in text


def test_engines_agree_on_the_units_of_the_definition_in_force() -> None:
    """Means of 60 futures; the first definition's units in all months would be told apart, the right ones are not."""
    scenario = parse_scenario(f"{MINIMAL}\n{OFFER}\n", "changed", ["trials=60", "months=4"])
    sampled, rows = (forecast(simulate(scenario, engine=engine)) for engine in ("sampled", "ledger"))

    def apart(units: np.ndarray) -> float:
        gap = units - sampled.contracts["changed"].units.sum(axis=1)
        return float(abs(gap.mean()) / (gap.std(ddof=1) / np.sqrt(len(gap))))

    assert apart(rows.contracts["changed"].units.sum(axis=1)) < 4
    assert apart(rows.results.meters[FIRST].sum(axis=1)) > 4
