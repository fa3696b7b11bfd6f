"""From totals to a scenario and back: simulated, it gives the totals; of a ledger, its own rates, within the ranges."""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import duckdb
import numpy as np
import pytest

from simulator.audit.totals.implied_totals import ESCALATE, RETURN, implied_totals
from simulator.audit.totals.scenario_of_totals import scenario_of_totals
from simulator.audit.totals.told_by_totals import ToldByTotals, told_by_totals
from simulator.audit.totals.totals_file import parse_totals
from simulator.engine.results import Results
from simulator.engine.run import simulate
from simulator.scenario import parse_scenario
from simulator.scenario.schema import Scenario
from simulator.templates.new_scenario import Known
from tests.cli.conftest import Command, command, hundred_columns  # noqa: F401
from tests.decisions.breakeven.scenarios import MINIMAL

SAMPLE = Path(__file__).parents[1] / "exports" / "monthly_totals.csv"
HEAD = ("month", "conversations", "handoffs", "reopened")
MONTHS = [f"2026-{month:02d}" for month in range(1, 13)]
BUYERS = 48
TRUTH = (
    'volume={unit="conversations", per_month=4_000}',
    "drivers.demand={cv=0.06, persistence=0.5}",
    "drivers.escalation={sd=0.10, persistence=0.5}",
    "drivers.returning={sd=0.10, persistence=0.5}",
)


def text_of(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    return "\n".join([",".join(head), *(",".join(map(str, row)) for row in rows)])


def sums_of(results: Results, future: int) -> dict[str, np.ndarray]:
    meters = results.meters
    return {
        "conversations": meters["conversations"][future],
        "handoffs": meters["end:escalated"][future] + meters["end:partial"][future],
        "reopened": meters["returns"][future],
    }


def told(text: str) -> ToldByTotals:
    return told_by_totals(parse_totals(text, "t.csv"), parse_scenario(MINIMAL, "m.toml"), None, "", None)


@pytest.fixture(scope="module")
def truth() -> Scenario:
    return parse_scenario(MINIMAL, "truth.toml", [*TRUTH, f"trials={BUYERS}"])


@pytest.mark.slow
def test_totals_of_many_buyers_give_back_their_rates(truth: Scenario) -> None:
    """48 buyers with a year each: the true volume and shares lie in the ranges of nine in ten; 34 are 4.5 errors off.

    Negative controls: handoffs that are counted a third too high, and the interval of all cases together.
    """
    results = simulate(truth)
    own = implied_totals(truth, "conversations", {})
    inside = {"volume": 0, "handoffs": 0, "reopened": 0, "too many": 0, "months forgotten": 0}
    for future in range(BUYERS):
        sums = sums_of(results, future)
        rows = [[month, *(round(float(each[at])) for each in sums.values())] for at, month in enumerate(MONTHS)]
        found = told(text_of(HEAD, rows))
        inside["volume"] += found.volume.low <= 4_000 <= found.volume.high
        for name, true in (("handoffs", own.handoffs), ("reopened", own.reopened)):
            inside[name] += found.shares[name].low <= true <= found.shares[name].high
        wrong = told(text_of(HEAD, [[*row[:2], round(row[2] * 4 / 3), row[3]] for row in rows]))
        inside["too many"] += wrong.shares["handoffs"].low <= own.handoffs <= wrong.shares["handoffs"].high
        total, handed = float(sums["conversations"].sum()), float(sums["handoffs"].sum())
        error = 1.645 * math.sqrt(own.handoffs * (1 - own.handoffs) / total)
        inside["months forgotten"] += abs(handed / total - own.handoffs) <= error
    assert all(inside[name] >= 34 for name in ("volume", "handoffs", "reopened")), inside
    assert inside["too many"] == 0 and inside["months forgotten"] < 30, inside


def test_a_ledger_summed_to_totals_gives_back_its_rates(command: Command, truth: Scenario) -> None:  # noqa: F811
    """Rows that are written one by one, summed by DuckDB, read as a buyer's totals."""
    Path("truth.toml").write_text(MINIMAL, encoding="utf-8")
    options = [part for each in TRUTH for part in ("--set", each)]
    assert command("ledger", "truth.toml", "-o", "rows.parquet", "--months", "12", *options)[0] == 0
    rows = duckdb.sql(
        "SELECT billing_month, count(*), count(*) FILTER (human_touch = 'handoff'), count(returned_after_hours), "
        "round(sum(human_minutes), 1) FROM 'rows.parquet' GROUP BY 1 ORDER BY 1"
    ).fetchall()
    Path("totals.csv").write_text(text_of((*HEAD, "minutes"), rows), encoding="utf-8")
    code, out, err = command("new", "--from-totals", "totals.csv")
    assert (code, err) == (0, "") and "my.toml written from the template 'minimal' and 12 months of totals" in out
    written = parse_scenario(Path("my.toml").read_text(encoding="utf-8"), "my.toml")
    ranges = {ESCALATE: written.outcomes.escalate_log_odds, RETURN: written.returns.log_odds}
    for name, found in ranges.items():
        assert found.source.kind == "measured" and found.source.as_of == "2027-12", name
        assert found.at(-2.6) <= 0.0 <= found.at(2.6), name  # the truth is at log odds of 0
    minutes = written.levels["any"].handoff_minutes
    assert minutes.at(-2.6) <= truth.levels["any"].handoff_minutes.center <= minutes.at(2.6)
    assert written.start == "2028-01" and not minutes.fixed


@pytest.mark.parametrize(
    ("template", "claim"), [("minimal", ""), pytest.param("broad", "closed_by_customer", marks=pytest.mark.slow)]
)
def test_the_written_scenario_simulated_gives_the_totals(command: Command, template: str, claim: str) -> None:  # noqa: F811
    options = ("--claimed-rate", "0.22", "--claimed-definition", claim) if claim else ()
    code, out, err = command("new", "my.toml", "--from-totals", SAMPLE, "--template", template, *options)
    assert (code, err) == (0, "") and max(map(len, out.splitlines())) <= 100
    months = 4 if template == "broad" else 12
    results = simulate(parse_scenario(Path("my.toml").read_text(), "my.toml", ["trials=256", f"months={months}"]))
    sums = {name: float(values.sum()) for name, values in results.meters.items()}
    with SAMPLE.open() as file:
        rows = list(csv.DictReader(file))
    total = {name: sum(float(row[name]) for row in rows) for name in rows[0] if name != "month"}
    got = {
        "handoffs": sums["end:escalated"] + sums["end:partial"],
        "reopened": sums["returns"],
        "minutes": sums["human_minutes"],
    }
    for name, number in got.items():
        assert number / sums["tickets"] == pytest.approx(total[name] / total["tickets"], rel=0.03), name
    if template == "minimal":
        assert sums["tickets"] / 256 / 12 == pytest.approx(total["tickets"] / 12, rel=0.02)
        billed = results.meters["resolutions:assumed_24h"].sum(axis=1) / results.meters["tickets"].sum(axis=1)
        assert float(billed.mean()) == pytest.approx(total["billed_resolutions"] / total["tickets"], rel=0.01)
    else:
        rate = results.meters[f"resolutions:{claim}"].sum(axis=1) / results.meters["conversations"].sum(axis=1)
        assert float(np.median(rate)) == pytest.approx(0.22, abs=0.006)
        assert float(rate.std()) < 0.02  # drawn by themselves, both rates would spread it to 0.05 and more


def test_every_number_of_the_totals_has_kind_source_and_date_and_the_rest_is_listed(command: Command) -> None:  # noqa: F811
    assert command("new", "my.toml", "--from-totals", SAMPLE)[0] == 0
    text = Path("my.toml").read_text(encoding="utf-8")
    written = parse_scenario(text, "my.toml")
    assert written.volume.per_month is not None and written.drivers.demand.cv is not None
    for number in (written.volume.per_month, written.drivers.demand.cv, written.levels["any"].handoff_minutes):
        assert (number.source.kind, number.source.as_of) == ("measured", "2026-10")
        assert "12 months of totals, 2025-11 to 2026-10, monthly_totals.csv" in number.source.source
    assert "how customers abandon" in " ".join(text.replace("\n#", " ").split())
    assert written.drivers.demand.persistence.source.source.startswith("from the prior")


def known_of(text: str, **given: float) -> str:
    totals = parse_totals(text, 'odd "name".csv')
    return scenario_of_totals("minimal", Known(title="T", **given), totals, None, "my.toml").text  # type: ignore[arg-type]


def test_an_invoice_is_the_price_of_the_vendor_or_what_people_cost() -> None:
    rows: Mapping[str, str] = {
        "billed_resolutions": "2026-01,1000,600,594",
        "minutes": "2026-01,1000,9000,6000",
    }
    vendor = parse_scenario(
        known_of(f"month,conversations,billed_resolutions,invoice\n{rows['billed_resolutions']}"), "a"
    )
    assert vendor.today is not None and "price" in repr(vendor.today) and "0.99" in repr(vendor.today)
    people = parse_scenario(known_of(f"month,conversations,minutes,invoice\n{rows['minutes']}"), "b")
    assert people.people.cost_per_hour.center == pytest.approx(40)
    assert 'odd "name".csv' in people.people.cost_per_hour.source.source


def test_one_month_writes_no_spread_of_months_and_one_more_does() -> None:
    one = known_of("month,cases,handoffs\n2026-01,1000,200")
    two = known_of("month,cases,handoffs\n2026-01,1000,200\n2026-02,1010,215")
    assert "escalation = {" not in one and "escalation = {" in two


def test_growth_of_two_years_is_drawn_with_the_volume_and_that_of_one_is_judgement() -> None:
    def rows(months: int) -> str:
        named = [f"{2024 + at // 12}-{at % 12 + 1:02d},{round(1_000 * 1.1 ** (at / 12))}" for at in range(months)]
        return "\n".join(["month,cases", *named])

    short, long = (parse_scenario(known_of(rows(months)), "g") for months in (23, 24))
    assert short.volume.growth_per_year.fixed and short.volume.growth_per_year.center == 0
    assert short.volume.growth_per_year.source.kind == "judgement" and "growth comes from judgement" in " ".join(
        known_of(rows(23)).replace("\n#", " ").split()
    ).replace("Growth", "growth")
    growth, volume = long.volume.growth_per_year, long.volume.per_month
    assert volume is not None and growth.center == pytest.approx(0.1, abs=0.01)
    assert volume.center == pytest.approx(1_000 * 1.1**2, rel=0.02) and long.start == "2026-01"
    assert [set(each.between) for each in long.correlations] == [{"volume.growth_per_year", "volume.per_month"}]


def test_persistence_is_told_at_two_values_and_can_be_stated(command: Command) -> None:  # noqa: F811
    out = " ".join(command("new", "my.toml", "--from-totals", SAMPLE)[1].split())
    assert re.search(r"Tickets a month: \S+ to \S+ \(\S+ to \S+ with persistence 0.3, \S+ to \S+ with", out)
    ends = [float(each.replace(",", "")) for each in re.findall(r"(\d,\d{3})", out)[:6]]
    usual, low, high = (after - before for before, after in zip(ends[::2], ends[1::2], strict=True))
    assert low < usual < high
    assert command("new", "held.toml", "--from-totals", SAMPLE, "--persistence", "0.9")[0] == 0
    held = parse_scenario(Path("held.toml").read_text(encoding="utf-8"), "held.toml")
    assert (
        held.drivers.demand.persistence.center == 0.9
        and "--persistence" in held.drivers.demand.persistence.source.source
    )
    assert held.volume.per_month is not None
    assert (held.volume.per_month.at(-1.645), held.volume.per_month.at(1.645)) == pytest.approx(ends[4:], rel=1e-3)
    assert "below 1" in command("new", "b.toml", "--from-totals", SAMPLE, "--persistence", "1")[2]
    assert "--persistence needs totals" in command("new", "b.toml", "--persistence", "0.5")[2]


def test_a_claim_leaves_open_what_its_rounding_does(command: Command) -> None:  # noqa: F811
    """0.62 may be 0.615 to 0.625, 0.6200 is itself: the first leaves more open."""
    widths = {}
    for rate in ("0.52", "0.5201"):
        out = command("new", f"{rate}.toml", "--from-totals", SAMPLE, "--claimed-rate", rate,
                      "--claimed-definition", "verified_72h")[1]  # fmt: skip
        low, high = map(int, re.findall(r"solves (\d+)% to (\d+)% of", " ".join(out.split()))[0])
        widths[rate] = high - low
    assert "52.0% (51.5% to 52.5%, as it is rounded)" in " ".join(
        Path("0.52.toml").read_text(encoding="utf-8").replace("\n#", " ").split()
    )
    assert widths["0.52"] > widths["0.5201"] > 0


def test_a_partial_month_is_left_out_and_said(command: Command) -> None:  # noqa: F811
    Path("cut.csv").write_text("month,cases\n2026-01,900\n2026-02,950\n2026-03,100\n", encoding="utf-8")
    code, _, err = command("new", "my.toml", "--from-totals", "cut.csv")
    assert code == 2 and "under 30% of the 950" in err and not Path("my.toml").exists()
    Path("cut.csv").write_text("month,cases,partial\n2026-01,900\n2026-02,950\n2026-03,100,yes\n", encoding="utf-8")
    code, out, _ = command("new", "my.toml", "--from-totals", "cut.csv")
    assert code == 0 and "2026-03 is partial and left out" in out and "2 months of totals" in out


def test_what_contradicts_totals_is_refused(command: Command) -> None:  # noqa: F811
    assert "both say the volume" in command("new", "my.toml", "--from-totals", SAMPLE, "--tickets", "5")[2]
    assert "a claimed rate needs totals" in command("new", "my.toml", "--claimed-rate", "0.5")[2]
    assert "write 62 % as 0.62" in command("new", "my.toml", "--from-totals", SAMPLE, "--claimed-rate", "62")[2]
    assert "two files to write" in command("new", "a.toml", "-o", "b.toml", "--from-totals", SAMPLE)[2]
    wrong = command("new", "my.toml", "--from-totals", SAMPLE, "--claimed-definition", "assumed_24")
    assert wrong[0] == 2 and "no definition is named 'assumed_24'" in wrong[2] and "assumed_24h" in wrong[2]
    Path("odd.csv").write_text("month,tickets,handoffs\n2026-01,5,\n2026-02,x,\n", encoding="utf-8")
    missing = command("new", "my.toml", "--from-totals", "odd.csv")
    assert missing[0] == 2 and "'x'" in missing[2] and not Path("my.toml").exists()
