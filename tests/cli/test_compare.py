"""`simulate compare`: the same futures for both sides, and numbers that agree with a run's."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from simulator.report.comparison import MOST_CHANGES, _table, markdown, sentence
from simulator.report.words.terminal_text import WIDTH
from tests.cli.conftest import Command

ROOT = Path(__file__).parents[2]
MINIMAL = ROOT / "scenarios" / "minimal.toml"
FEW = ("--trials", "20", "--workers", "1")
SPREAD = "months = 2\nsample = 64\nvolume.per_month = { p5 = 1_500, p95 = 2_500 }"
DOUBLE = "volume.per_month={p5=3_000, p95=5_000}"


@pytest.fixture
def spread(tmp_path: Path) -> Path:
    """A scenario of two months whose volume is not known; its sample is given, so that one run draws as two do."""
    text = MINIMAL.read_text().replace("volume.per_month = 2_000", SPREAD)
    path = tmp_path / "before.toml"
    path.write_text(text, encoding="utf-8")
    return path


def told(command: Command, *arguments: str | Path) -> dict[str, Any]:
    code, out, err = command("compare", *arguments, *FEW, "--json")
    assert (code, err) == (0, "")
    return dict(json.loads(out))


def test_a_price_that_doubles_doubles_the_invoice_in_every_future(command: Command, spread: Path) -> None:
    block = told(command, "before.toml", "--set", "contracts.resolution.price=1.98")
    one, two = block["contracts"]
    assert one["difference"] == dict.fromkeys(one["difference"], 0.0), "the other contract costs the same"
    assert two["after"]["mean"] == pytest.approx(2 * two["before"]["mean"])
    assert two["difference"]["p90"] == pytest.approx(two["before"]["p90"]), "the difference is the invoice before"
    assert two["difference"]["share_dearer"] == 1


def test_the_difference_is_taken_future_by_future(command: Command, spread: Path) -> None:
    block = told(command, "before.toml", "--set", DOUBLE)
    code, _, _ = command("run", "before.toml", *FEW, "-q", "-o", "one", "--no-report")
    other = command("run", "before.toml", *FEW, "-q", "-o", "two", "--no-report", "--set", DOUBLE)
    assert (code, other[0]) == (0, 0)
    import pyarrow.parquet as pq

    def invoice(folder: str) -> np.ndarray[Any, np.dtype[np.float64]]:
        table = pq.read_table(f"{folder}/trials.parquet").to_pandas()
        return table[table.contract == "resolution"].groupby("trial").invoice_minor_units.sum().to_numpy() / 100

    gap = invoice("two") - invoice("one")
    found = next(each for each in block["contracts"] if each["name"] == "resolution")["difference"]
    cents = 0.01 * 12  # each month of both is rounded to a cent
    assert found["mean"] == pytest.approx(gap.mean(), abs=cents)
    assert found["p90"] == pytest.approx(np.sort(gap)[int(np.ceil(0.9 * len(gap))) - 1], abs=cents)


def test_other_draws_would_hide_what_a_change_costs(command: Command, spread: Path) -> None:
    """A control: with a seed of its own for the second, a cent more would be dearer in some futures only."""
    dearer = told(command, "before.toml", "--set", "contracts.resolution.price=1.00")
    assert dearer["contracts"][1]["difference"]["share_dearer"] == 1
    same_seed = told(command, "before.toml", "--set", "contracts.resolution.price=1.00", "--set", "seed=9")
    assert same_seed["contracts"] == dearer["contracts"], "the seed of the first holds for both"


def test_text_names_changes_figures_and_the_answer(command: Command, spread: Path) -> None:
    code, out, err = command("compare", "before.toml", *FEW, "--set", "contracts.resolution.price=0.1")
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert lines[:2] == [
        "before.toml -> before.toml with contracts.resolution.price=0.1",
        "  contracts.resolution.price  0.99 -> 0.1",
    ]
    assert max(map(len, lines[:-1])) <= WIDTH
    assert lines[-1].startswith("The contract to sign changes from per conversation (P90 $")
    told = 'After the change: Sign "Per resolution, assumed 24h" at $0.10 once the open points are settled: expected $'
    assert told in lines[-1]


def test_markdown_is_for_a_pull_request_and_empty_where_nothing_changed(command: Command, spread: Path) -> None:
    code, out, _ = command("compare", "before.toml", *FEW, "--set", "people.cost_per_hour=50", "--markdown")
    assert code == 0 and "| `people.cost_per_hour` | 45 | 50 |" in out
    assert command("compare", "before.toml", "before.toml", "--markdown") == (0, "", "")
    same = command("compare", "before.toml", "before.toml", *FEW)
    assert "Nothing differs that changes a cost." in same[1] and "costs the same in every future" in same[1]


def test_columns_have_one_unit_and_names_stand_whole() -> None:
    """$394K to $1.23M is $394K to $1,230K: amounts of one column are read against one another."""
    title = "Per resolution, action in system of record"
    rows = [
        {
            "title": title,
            "before": {"mean": before, "p50": before, "p90": before},
            "after": {"mean": after, "p50": after, "p90": after},
            "difference": {"mean": after - before, "p10": after - before, "p90": after - before, "share_dearer": 1.0},
        }
        for before, after in ((394_000.0, 1_230_000.0), (800_000.0, 812_000.0))
    ]
    lines = _table({"contracts": rows, "currency": "USD"})
    assert max(map(len, lines)) <= WIDTH
    cells = [line for line in lines if "$" in line]
    assert cells[0].split()[-10:-4] == ["$394K", "$1,230K", "$394K", "$1,230K", "+$836.0K", "+$836.0K"]
    assert cells[1].split()[-10:-4] == ["$800K", "$812K", "$800K", "$812K", "+$12.0K", "+$12.0K"]
    assert all(word in " ".join(lines) for word in title.replace(",", "").split())


def test_names_of_a_user_are_no_markdown() -> None:
    cost = {"mean": 1.0, "p50": 1.0, "p90": 1.0}
    gap = {"mean": 0.5, "p10": 0.5, "p50": 0.5, "p90": 0.5, "share_dearer": 1.0, "share_cheaper": 0.0}
    title = "<script>|[x](http://x) @all *b*"
    block = {
        "before": "a_b.toml", "after": "b|.toml", "currency": "USD", "trials": 3, "seed": 1, "months": [1, 1],
        "of": "invoice",
        "changes": [{"key": 'contracts."a|`b".price', "before": "1", "after": "<b>"}],
        "contracts": [{"name": "c", "title": title, "before": cost, "after": cost, "difference": gap}],
        "only_before": [], "only_after": [title], "notes": [],
        "recommended": [{"name": "c", "title": title, **cost}] * 2,
        "verdicts": [{"close": None, "sentence": f"Sign {title}."}] * 2,
    }  # fmt: skip
    text = markdown({**block, "sentence": sentence(block)})
    rest = text.replace("<sub>", "").replace("</sub>", "")
    assert "<" not in rest and "@" not in rest and "[" not in rest
    rows = [line for line in text.splitlines() if line.startswith("|")]
    assert {row.replace("\\|", "").count("|") for row in rows} == {4, 9}


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((MINIMAL,), "give a second scenario, or what to change: --set contracts.NAME.price=0.79"),
        ((MINIMAL, MINIMAL, "--markdown", "--json"), "give --markdown or --json, not both"),
        ((MINIMAL, "missing.toml"), "there is no such file"),
        ((MINIMAL, "--set", "volume.per_mont=3"), "unknown key 'per_mont'"),
        ((MINIMAL, MINIMAL, "--contract", "x"), "there is no contract 'x'"),
    ],
)
def test_wrong_use_is_explained(command: Command, arguments: tuple[str | Path, ...], says: str) -> None:
    code, out, err = command("compare", *arguments)
    assert (code, out) == (2, "") and says in err


def test_two_currencies_are_refused(command: Command) -> None:
    code, out, err = command("compare", MINIMAL, "--set", 'currency="EUR"', *FEW)
    assert (code, out) == (2, "") and err.endswith(
        "in EUR: amounts are not converted, so compare scenarios of one currency\n"
    )


def test_more_differences_than_a_screen_has_are_counted(command: Command) -> None:
    code, out, err = command("compare", MINIMAL, ROOT / "scenarios" / "regulated_bank.toml", *FEW)
    assert (code, err) == (0, "")
    listed = [line for line in out.split("\n\n")[0].splitlines() if " -> " in line]
    assert len(listed) == MOST_CHANGES + 1, "with the line of the two files"
    assert re.search(r"\n  and \d+ more differences in the input, which --json lists\n", out)
    assert "e+0" not in out and "1 names" not in out and " 33_780 to 46_900" in out


def test_columns_say_which_side_they_are_of(command: Command, spread: Path) -> None:
    out = command("compare", "before.toml", "--set", "contracts.resolution.price=1.98", *FEW)[1]
    heads = out.splitlines()[4:6]
    assert heads[0].split() == ["expected", "P90", "change"]
    assert heads[1].split()[:4] == ["before", "after", "before", "after"]
