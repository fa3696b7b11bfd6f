"""summary.xlsx: the numbers of the run as numbers, texts as texts, every formula with its value, the same bytes."""

from __future__ import annotations

import shutil
import subprocess
import textwrap
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from simulator.decisions.worked_cases import WORKED_CASES
from simulator.engine.run import Run, simulate_all
from simulator.forecast.forecast import Forecast, forecast
from simulator.money import currency
from simulator.report.blocks.distribution import horizon
from simulator.report.blocks.summary import summary
from simulator.report.questions import questions
from simulator.report.workbook import write_workbook
from simulator.report.workbook.book import DEFAULT_WIDTH, LONGEST_TEXT, Book, SheetColumn, cell_text, money_format
from simulator.report.workbook.budget_sheet import STEPS, enough, missing
from simulator.scenario import parse_scenario
from tests.synthetic import CONTRACTS, CORRELATED, results, scenario

ROOT = Path(__file__).parents[2]
SHEETS = [
    "Answer", "Prices and terms", "Assumptions", "Fiscal years", "Budget check", "Drivers", "Comparison", "Contracts",
    "Definitions", "For the vendor", "Percentiles", "Monthly", "Bridge", "All numbers", "Notes",
]  # fmt: skip
HOSTILE = '=cmd|"/c calc"!A1 <script>\u202e\U0001f600'
OFFICE = shutil.which("soffice")


def run(text: str) -> Forecast:
    (results,) = simulate_all([Run(parse_scenario(text, "workbook", ["trials=256"]))], workers=1)
    return forecast(results)


def write(priced: Forecast, path: Path) -> dict[str, Any]:
    numbers = summary(priced)
    write_workbook(path, priced, numbers, questions(priced), "0123abc")
    return numbers


@pytest.fixture(scope="module")
def priced() -> Forecast:
    return run((ROOT / "scenarios" / "minimal.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def written(priced: Forecast, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    path = tmp_path_factory.mktemp("book") / "summary.xlsx"
    return path, write(priced, path)


def table(sheet: Any, heading: str) -> list[dict[str, Any]]:
    """Return the rows of the table whose first heading is given, until a row without a first cell."""
    rows = list(sheet.iter_rows(values_only=True))
    start = next(place for place, row in enumerate(rows) if row[0] == heading)
    found = []
    for row in rows[start + 1 :]:
        if row[0] is None:
            break
        found.append(dict(zip(rows[start], row, strict=True)))
    return found


def test_stated_correlations_are_among_the_assumptions(tmp_path: Path) -> None:
    write(forecast(results(scenario(**CORRELATED))), tmp_path / "book.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "book.xlsx")["All numbers"]
    rows = {row["Number"]: row for row in table(sheet, "Number")}
    stated = rows["Correlation of simple cases from month to month and demand from month to month"]
    assert (stated["Stated value"], stated["P5"], stated["Kind of source"]) == (-0.25, None, "measured")
    assert (stated["Source"], stated["As of"]) == ("our log <of> 2026", "2026-10")
    driver = rows["Correlation of demand from month to month and tokens per conversation from month to month"]
    assert (driver["Stated value"], driver["Kind of source"], driver["Source"]) == (0.4, "judgement", "")


def test_rows_are_as_high_as_their_texts(tmp_path: Path) -> None:
    long = {"title": "A contract with a name that goes on and on, over lines of its column"}
    write(
        forecast(results(scenario({name: {**terms, **long} for name, terms in CONTRACTS.items()}))), tmp_path / "b.xlsx"
    )
    book = openpyxl.load_workbook(tmp_path / "b.xlsx")
    seen = 0
    for sheet in book:
        widths = {
            column: each.width for each in sheet.column_dimensions.values() for column in range(each.min, each.max + 1)
        }
        last = {str(each).split(":")[0]: each.max_col for each in sheet.merged_cells.ranges}
        for cell in (cell for row in sheet.iter_rows(min_row=2) for cell in row if isinstance(cell.value, str)):
            columns = range(cell.column, last.get(cell.coordinate, cell.column) + 1)
            width = sum(widths.get(each, DEFAULT_WIDTH) for each in columns)
            needed = sum(len(textwrap.wrap(line, int(width))) or 1 for line in cell.value.split("\n"))
            height = sheet.row_dimensions[cell.row].height or 15
            assert not cell.alignment.wrap_text or height >= min(15 * needed, 400), (sheet.title, cell.coordinate)
            seen += needed > 1
    assert seen > 20, "there were texts of several lines"


def test_sheets_stand_in_their_order(written: tuple[Path, dict[str, Any]]) -> None:
    assert openpyxl.load_workbook(written[0]).sheetnames == SHEETS


def test_numbers_are_those_of_the_summary(written: tuple[Path, dict[str, Any]]) -> None:
    path, numbers = written
    book = openpyxl.load_workbook(path, data_only=True)
    rows = {row["Contract"]: row for row in table(book["Answer"], "Contract")}
    for block in numbers.contracts:
        row = rows[block.title]
        assert row["Expected invoice"] == pytest.approx(block.invoice.mean, rel=1e-12)
        assert row["P90"] == pytest.approx(block.invoice.p90, rel=1e-12)
        assert row["Cost per solved case"] == pytest.approx(block.cost_per_solved_case.mean, rel=1e-12)
    months = table(book["Monthly"], "Contract")
    assert len(months) == numbers.months * len(numbers.contracts)
    path_to_date = numbers.cumulative.contracts[numbers.recommended]
    assert [row["P75 to date"] for row in months[: numbers.months]] == pytest.approx(path_to_date.p75, rel=1e-12)
    percentiles = table(book["Percentiles"], "Contract")
    best = next(b for b in numbers.contracts if b.name == numbers.recommended)
    assert percentiles[0]["P99"] == pytest.approx(best.invoice.p99, rel=1e-12)
    assert percentiles[1]["P50"] == pytest.approx(best.cost_to_serve.p50, rel=1e-12)


def test_every_formula_has_its_value(written: tuple[Path, dict[str, Any]]) -> None:
    formulas, values = (openpyxl.load_workbook(written[0], data_only=flag) for flag in (False, True))
    found = [
        (name, cell.coordinate)
        for name in SHEETS
        for row in formulas[name].iter_rows()
        for cell in row
        if cell.data_type == "f"
    ]
    assert len(found) > 20
    assert all(values[name][place].value is not None for name, place in found)


def test_no_number_is_stored_as_text(written: tuple[Path, dict[str, Any]]) -> None:
    book = openpyxl.load_workbook(written[0])
    texts = [
        (sheet.title, cell.coordinate, cell.value)
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if isinstance(cell.value, str)
        and cell.data_type == "s"
        and cell.value.replace(",", "").replace(".", "").isdigit()
    ]
    assert texts == []


def test_the_bridge_adds_up(written: tuple[Path, dict[str, Any]]) -> None:
    path, numbers = written
    rows = table(openpyxl.load_workbook(path, data_only=True)["Bridge"], "Step")
    *lines, expected, allowance, budget = (row["Amount"] for row in rows if row["Amount"] is not None)
    assert sum(lines) == pytest.approx(expected, rel=1e-9)
    assert expected + allowance == pytest.approx(budget, rel=1e-9)
    best = next(b for b in numbers.contracts if b.name == numbers.recommended)
    assert (expected, budget) == pytest.approx((best.invoice.mean, best.invoice.p90))


def test_the_budgets_chance_is_that_of_the_futures(priced: Forecast, written: tuple[Path, dict[str, Any]]) -> None:
    path, numbers = written
    book = openpyxl.load_workbook(path, data_only=True)
    amount = book["Budget check"]["B3"].value
    for row in table(book["Budget check"], "Contract"):
        block = next(b for b in numbers.contracts if b.title == row["Contract"])
        cost = horizon(priced.contracts[block.name].invoice)
        assert row["Budget held in"] == pytest.approx(float((cost <= amount).mean()), rel=1e-9)
        assert row["Budget held in"] + row["Falls short in"] == pytest.approx(1)
        over = float((cost - amount).clip(min=0).mean())
        assert row["Exceeded by on average, over all futures"] == pytest.approx(over, rel=1e-9)
        assert row["Budget less P90"] == pytest.approx(amount - row["P90"])
        assert row["At P90"] == ("enough" if row["Budget less P90"] >= 0 else "falls short")


def test_words_in_a_column_of_numbers_stand_at_the_right(tmp_path: Path) -> None:
    path = tmp_path / "words.xlsx"
    book = Book(path, "USD")
    columns = (SheetColumn("name"), SheetColumn("amount", "money"))
    book.table(book.sheet("Sheet", "Title"), 2, columns, [["a", 3.0], ["b", "not counted"]])
    book.close()
    sheet = openpyxl.load_workbook(path)["Sheet"]
    assert sheet["B5"].value == "not counted" and sheet["B5"].alignment.horizontal == "right"
    assert sheet["A5"].alignment.horizontal != "right"


def test_the_share_is_read_from_the_steps_like_the_formula() -> None:
    steps = [float(step) for step in range(STEPS + 1)]
    assert [enough(steps, budget) for budget in (-1.0, 0.0, 0.5, 1.0, STEPS - 0.1, STEPS, 1e9)] == [
        0, 0, 0, 1 / STEPS, (STEPS - 1) / STEPS, 1, 1,
    ]  # fmt: skip


def test_what_is_missing_is_the_mean_between_the_steps_like_the_formula() -> None:
    """Costs even from 0 to 200: of a budget of 100, half fall short, by 50 on average, so 25 over all."""
    steps = [float(step) for step in range(STEPS + 1)]
    assert missing(steps, 100.0) == pytest.approx(25.0)
    assert (missing(steps, STEPS), missing(steps, 0.0), missing(steps, -10.0)) == pytest.approx((0.0, 100.0, 110.0))


SIGNED = """
title = "To sign"
start = "2027-04"
months = 24
trials = 512
budget = [20_000, 25_000]
fiscal_year_start = 4
volume.per_month = { p5 = 2_000, p95 = 3_000 }
volume.season = [1, 1, { p5 = 1.5, p95 = 2.5 }, 1, 1, 1, 1, 1, 1, 1, 1, 1]
levels.only = { escalate = 0.25, solve = 0.8, turns = 3 }
intents.only = { share = 1, levels = { only = 1 }, confirm = 0.3 }
models.one.rates = { input = 1, output = 10 }
outcomes.escalate_log_odds = { mean = 0, sd = 0.5 }
contracts.fee = { type = "per_conversation", price = 0.2, platform_fee = 500, term_months = 12 }
contracts.least = { type = "per_conversation", price = 0.5, yearly_minimum = 9_000 }
[sources]
outcomes = { kind = "measured", source = "=1+1 of our log", as_of = "2026-03", owner = "@Operations" }
"contracts.fee" = { kind = "quoted", source = "offer of 3 May" }
"""


@pytest.fixture(scope="module")
def to_sign(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    path = tmp_path_factory.mktemp("sign") / "summary.xlsx"
    (results,) = simulate_all([Run(parse_scenario(SIGNED, "sign"))], workers=1)
    return path, write(forecast(results), path)


def every_row(sheet: Any, heading: str) -> dict[str, dict[str, Any]]:
    """Return the rows of all tables of a sheet that begin with a heading, by their first cell."""
    rows, found, head = list(sheet.iter_rows(values_only=True)), {}, None
    for row in rows:
        if row[0] == heading:
            head = row
        elif head is not None and row[0] is not None:
            found[row[0]] = dict(zip(head, row, strict=True))
    return found


def test_assumptions_are_in_natural_units_with_cells_to_sign(to_sign: tuple[Path, dict[str, Any]]) -> None:
    sheet = openpyxl.load_workbook(to_sign[0], data_only=True)["Assumptions"]
    rows = every_row(sheet, "Assumption")
    handed = rows["handed to a person"]
    assert handed["Middle (P50)"] == pytest.approx(0.25) and handed["Unit"] == "of conversations"
    assert handed["Low (P10)"] == pytest.approx(1 / (1 + 3 * 2.718281828 ** (0.5 * 1.2815516)), rel=1e-6)
    assert handed["What stands behind it"] == "measured: =1+1 of our log" and handed["Owner"] == "@Operations"
    assert {"Name", "Date", "Signature"} <= set(handed)
    assert rows["volume in March"]["Middle (P50)"] == pytest.approx(12 * 1.9365 / 12.9365, rel=1e-3)
    assert rows["volume in March"]["High less low"] == "sampling noise"
    volume = rows["volume per month"]
    assert volume["High less low"] == pytest.approx(volume["P90 at its high end"] - volume["P90 at its low end"])
    assert not [key for key in rows if "." in key], "no key of the scenario is a name"


def test_no_amount_stands_where_nothing_is_told_apart_from_noise(to_sign: tuple[Path, dict[str, Any]]) -> None:
    rows = every_row(openpyxl.load_workbook(to_sign[0], data_only=True)["Assumptions"], "Assumption")
    noise = [row for row in rows.values() if row.get("High less low") == "sampling noise"]
    assert noise and all(row["P90 at its low end"] is None and row["P90 at its high end"] is None for row in noise)


def test_what_the_saving_rests_on_is_there_to_sign(tmp_path: Path) -> None:
    numbers = write(run(SIGNED.replace("[sources]", "[today]\nsolve = 0.8\n[sources]")), tmp_path / "b.xlsx")
    rows = every_row(openpyxl.load_workbook(tmp_path / "b.xlsx", data_only=True)["Assumptions"], "Assumption")
    saving = {each.key: each for each in numbers.assumptions_to_sign.saving}
    cost = rows["cost of people per hour"]
    assert cost["A tenth more raises the saving by"] == pytest.approx(saving["people.cost_per_hour"].saving_more)
    solved = rows["share of cases that people solve today"]
    assert solved["A tenth more raises the saving by"] is None and solved["Middle (P50)"] == 0.8
    assert "more cases are solved today" in solved["What else it does"]
    assert {"Name", "Date", "Signature", "What stands behind it"} <= set(solved)


def test_all_numbers_are_not_printed(to_sign: tuple[Path, dict[str, Any]]) -> None:
    sheet = openpyxl.load_workbook(to_sign[0])["All numbers"]
    assert sheet.print_area.endswith("$3")


def test_prices_and_terms_say_fee_minimum_term_and_what_stands_behind(to_sign: tuple[Path, dict[str, Any]]) -> None:
    path, numbers = to_sign
    rows = every_row(openpyxl.load_workbook(path, data_only=True)["Prices and terms"], "Contract")
    fee, least = (rows[each.title] for each in numbers.contracts)
    assert (
        fee["Price of use"] == "$0.20 per handled conversation" and fee["Behind the price"] == "quoted, offer of 3 May"
    )
    assert (fee["Platform fee a month"], fee["Bound for months"]) == (500, 12)
    assert fee["Platform and one-time fees"] == 24 * 500
    assert fee["Fees, of the invoice"] == pytest.approx(12_000 / fee["Expected invoice"])
    assert least["At least a year"] == 9_000 and least["Behind the price"] == "assumed, no offer named"
    assert "At most a month" not in least, "what no contract asks for has no column"


def test_fiscal_years_have_budgets_and_chances_and_their_means_add_up(to_sign: tuple[Path, dict[str, Any]]) -> None:
    path, numbers = to_sign
    rows = table(openpyxl.load_workbook(path, data_only=True)["Fiscal years"], "Contract")
    first, second, together, each = rows[:4]
    assert [first["Budget"], second["Budget"], together["Budget"]] == [20_000, 25_000, 45_000]
    assert first["Expected"] + second["Expected"] == pytest.approx(together["Expected"])
    best = next(each for each in numbers.contracts if each.name == numbers.recommended)
    year = numbers.fiscal_years[0].contracts[best.name]
    assert first["Budget held in"] == pytest.approx(1 - year.probability_over)
    assert together["Budget held in"] == pytest.approx(1 - best.probability_over_budget)
    assert each["Budget held in"] == pytest.approx(best.chance_of_budgets) and each["Budget less P90"] is None
    assert together["Budget less P90"] == pytest.approx(45_000 - best.invoice.p90)


def test_the_answer_has_budgets_by_year_and_does_not_say_to_sign_what_is_open(
    to_sign: tuple[Path, dict[str, Any]],
) -> None:
    path, numbers = to_sign
    sheet = openpyxl.load_workbook(path, data_only=True)["Answer"]
    found = {row[0]: row[1] for row in sheet.iter_rows(values_only=True) if row[0]}
    best = next(each for each in numbers.contracts if each.name == numbers.recommended)
    assert found["Budget, all years pooled, held in"] == pytest.approx(1 - best.probability_over_budget)
    assert found["Every year's budget held in"] == pytest.approx(best.chance_of_budgets)
    for year in numbers.fiscal_years:
        own = year.contracts[best.name]
        assert found[f"{year.name}: budget less P90 of the year"] == pytest.approx(year.budget - own.p90)
        assert found[f"{year.name}: budget held in"] == pytest.approx(1 - own.probability_over)
    assert numbers.verdict.questions and "Contract to sign" not in found


def test_the_tornado_spans_from_the_low_end_to_the_high_end(to_sign: tuple[Path, dict[str, Any]]) -> None:
    path, numbers = to_sign
    rows = table(openpyxl.load_workbook(path, data_only=True)["Drivers"], "Assumption")
    assert len(rows) == len(numbers.tornado.bars)
    for row, bar in zip(rows, numbers.tornado.bars, strict=True):
        assert (row["P90, lowest tenth"] is not None) == bar.visible, "no amount where it is noise"
        if not bar.visible:
            continue
        ends = sorted((row["P90, lowest tenth"], row["P90, highest tenth"]))
        assert row["From"] == ends[0]
        assert row["Below P90"] + row["Above P90"] == pytest.approx(ends[1] - ends[0])


def test_sheets_print_in_landscape_on_one_page_across_with_heads_repeated(to_sign: tuple[Path, dict[str, Any]]) -> None:
    book = openpyxl.load_workbook(to_sign[0])
    for sheet in book:
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.page_setup.fitToWidth in ((2,) if sheet.title in ("Percentiles", "Monthly") else (None, 1))
        assert sheet.sheet_properties.pageSetUpPr.fitToPage and sheet.print_area
    for name in (
        "Prices and terms",
        "Comparison",
        "Contracts",
        "Monthly",
        "All numbers",
    ):
        assert book[name].print_title_rows and book[name].freeze_panes, name
    charts = {sheet.title: len(sheet._charts) for sheet in book if sheet._charts}
    assert set(charts) == {"Answer", "Fiscal years", "Budget check", "Drivers", "Monthly", "Bridge"}


def test_the_vendor_has_a_sheet_of_every_case_to_fill_in(to_sign: tuple[Path, dict[str, Any]]) -> None:
    rows = table(openpyxl.load_workbook(to_sign[0])["For the vendor"], "What happens")
    assert len(rows) == len(WORKED_CASES)
    assert not any("judge" in row["What happens"] for row in rows)
    assert all(not row["Units billed"] for row in rows)


def test_columns_that_only_charts_read_are_hidden(to_sign: tuple[Path, dict[str, Any]]) -> None:
    book = openpyxl.load_workbook(to_sign[0])
    for name, helpers in (("Drivers", {"From", "Below P90", "Above P90"}), ("Bridge", {"From", "Up", "Down"})):
        sheet = book[name]
        head = next(row for row in sheet.iter_rows() if helpers <= {cell.value for cell in row})
        hidden = {
            column
            for each in sheet.column_dimensions.values()
            if each.hidden
            for column in range(each.min, each.max + 1)
        }
        assert {cell.column for cell in head if cell.value in helpers} <= hidden


def test_texts_of_the_scenario_never_run(tmp_path: Path) -> None:
    plain = (ROOT / "scenarios" / "minimal.toml").read_text(encoding="utf-8")
    title = HOSTILE.replace("\\", "\\\\").replace('"', '\\"')
    text = f'title = "{title}"\n' + "\n".join(line for line in plain.splitlines() if not line.startswith("title"))
    priced = run(text)
    path = tmp_path / "hostile.xlsx"
    write(priced, path)
    book = openpyxl.load_workbook(path)
    cell = book["Answer"]["A1"]
    assert cell.data_type == "s"
    assert cell.value.startswith('=cmd|"/c calc"!A1 <script>') and "\u202e" not in cell.value


def test_long_texts_are_cut_and_money_has_its_currency() -> None:
    assert len(cell_text("x" * 40_000)) == LONGEST_TEXT
    assert cell_text("a\nb\x07") == "a\nb\ufffd"
    assert money_format(currency("JPY"), 0).startswith('"')
    assert money_format(currency("USD"), 2) == '"$"#,##0.00;[Red]-"$"#,##0.00'


def test_same_run_same_bytes(priced: Forecast, written: tuple[Path, dict[str, Any]], tmp_path: Path) -> None:
    again = tmp_path / "again.xlsx"
    write(priced, again)
    assert again.read_bytes() == written[0].read_bytes()


@pytest.mark.slow
@pytest.mark.skipif(OFFICE is None, reason="no LibreOffice here: install libreoffice-calc")
@pytest.mark.parametrize("which", ["written", "to_sign"])
def test_libreoffice_calculates_the_same(which: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    path, _ = request.getfixturevalue(which)
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    target = ["--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(tmp_path)]
    subprocess.run(
        [str(OFFICE), profile, "--headless", *target, str(path)], check=True, capture_output=True, timeout=180
    )
    stored, opened = (openpyxl.load_workbook(file, data_only=True) for file in (path, tmp_path / path.name))
    compared = 0
    for name in SHEETS:
        for row in stored[name].iter_rows():
            for cell in row:
                if isinstance(cell.value, int | float) and not isinstance(cell.value, bool):
                    assert opened[name][cell.coordinate].value == pytest.approx(cell.value, rel=1e-9, abs=1e-9)
                    compared += 1
    assert compared > 300
