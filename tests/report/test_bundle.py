"""The results folder: whole or not at all, never overwritten, the same bytes."""

from __future__ import annotations

import datetime
import hashlib
import json
import os
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest

from simulator.errors import OutputError
from simulator.forecast.forecast import Forecast, forecast
from simulator.report import bundle
from simulator.report.blocks.summary import summary
from simulator.report.bundle import Origin, write_bundle
from simulator.report.charts import charts
from simulator.report.files import folder
from simulator.report.files.folder import Wanted, folder_name
from tests.synthetic import results, scenario

TODAY = datetime.date(2026, 11, 23)
Writer = Callable[..., Path]


@pytest.fixture(scope="module")
def priced() -> Forecast:
    return forecast(results(scenario(trials=20)))


@pytest.fixture
def write(priced: Forecast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Writer:
    monkeypatch.chdir(tmp_path)
    told = summary(priced)

    def writer(**changes: Any) -> Path:
        from_what = {key: changes.pop(key) for key in list(changes) if key in Origin.__dataclass_fields__}
        origin = Origin("title = 'x'\n", Path("scenarios/made up.toml"), "simulate scenarios/x.toml")
        wanted = Wanted(TODAY, report=False)
        return write_bundle(priced, told, replace(origin, **from_what), replace(wanted, **changes))

    return writer


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }


def everything(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))


def test_bundle_has_all_files_and_latest_points_to_it(write: Writer, priced: Forecast) -> None:
    folder = write(report=True)
    assert folder.parent == Path("outputs/made_up")
    assert folder.name.startswith("2026-11-23-") and len(folder.name) == len("2026-11-23-") + 7
    drawn = {f"charts/{name}.svg" for name in charts(priced)}
    assert {"charts/1-interval-strip.svg", "charts/2-s-curve.svg", "charts/7-cumulative-fan.svg"} <= drawn
    numbers = {"summary.json", "manifest.json", "trials.parquet", "contracts.md", "tripwires.toml"}
    numbers |= {"summary.xlsx", "report.html", "brief.pdf"}
    assert set(contents(folder)) == numbers | drawn
    assert (folder.parent / "latest").resolve() == folder.resolve()
    assert sorted(path.name for path in folder.parent.iterdir()) == sorted([folder.name, "latest"])


def test_charts_are_written_as_png_too_where_that_is_asked(write: Writer) -> None:
    plain, both = (contents(write(report=True, as_png=asked)) for asked in (False, True))
    new = {name for name in both if name not in plain}
    assert new == {name.replace(".svg", ".png") for name in plain if name.startswith("charts/")}
    assert all(both[name].startswith(b"\x89PNG") for name in new)
    assert {name for name in plain if plain[name] != both[name]} == {"manifest.json"}


def test_bundle_is_never_overwritten(write: Writer) -> None:
    first = write()
    (first / "summary.json").write_text("mine")
    second, third = write(), write()
    assert [second.name, third.name] == [f"{first.name}-2", f"{first.name}-3"]
    assert (first / "summary.json").read_text() == "mine"
    assert (first.parent / "latest").resolve() == third.resolve()


def test_bundle_of_the_same_run_has_the_same_bytes(write: Writer) -> None:
    assert contents(write(report=True)) == contents(write(report=True))


def test_bundle_date_stands_in_one_field_only(write: Writer) -> None:
    one, other = contents(write()), contents(write(today=datetime.date(2027, 1, 1)))
    assert {name for name in one if one[name] != other[name]} == {"manifest.json"}
    first, second = json.loads(one["manifest.json"]), json.loads(other["manifest.json"])
    assert {key for key in first if first[key] != second[key]} == {"written"}


def test_bundle_hash_changes_with_text_and_overrides(write: Writer) -> None:
    names = {write().name, write(source_text="title = 'y'\n").name, write(overrides=["months=3"]).name}
    assert len({name[11:18] for name in names}) == 3


def test_manifest_can_repeat_the_run(write: Writer) -> None:
    about = json.loads((write(overrides=("seed=5",)) / "manifest.json").read_text())
    assert about["scenario_text"] == "title = 'x'\n"
    assert about["scenario_sha256"] == hashlib.sha256(b"title = 'x'\n").hexdigest()
    assert (about["seed"], about["trials"], about["overrides"]) == (5, 20, ["seed=5"])
    assert {"python", "simulator", "numpy", "scipy", "duckdb", "pyarrow", "genai-prices"} <= set(about["versions"])
    assert {"name": "volume.per_month", "kind": "measured"}.items() <= about["sources"][0].items()


def test_trials_have_every_contract_trial_and_month(write: Writer, priced: Forecast) -> None:
    table = pq.read_table(write() / "trials.parquet").to_pandas()
    assert len(table) == 4 * 20 * 3
    assert list(table["month"].unique()) == ["2027-11", "2027-12", "2028-01"]
    one = table[table["contract"] == "resolution"].sort_values(["trial", "month"])
    offered = priced.contracts["resolution"]
    for name, amounts in {"invoice": offered.invoice, "cost_to_serve": offered.cost_to_serve}.items():
        cents = one[f"{name}_minor_units"].to_numpy().reshape(20, 3)
        assert cents.dtype == np.int64 and np.abs(cents / 100 - amounts).max() <= 0.005 + 1e-9
    assert np.array_equal(one["units"].to_numpy().reshape(20, 3), offered.units.astype(np.float32))
    about = pq.read_schema(write() / "trials.parquet").metadata
    assert (about[b"currency"], about[b"minor_unit_digits"]) == (b"USD", b"2")


def test_trials_reproduce_the_percentiles_of_the_summary(write: Writer) -> None:
    folder = write()
    told = json.loads((folder / "summary.json").read_text())
    table = pq.read_table(folder / "trials.parquet").to_pandas()
    for block in told["contracts"]:
        totals = np.sort(table[table["contract"] == block["name"]].groupby("trial")["invoice_minor_units"].sum())
        assert block["invoice"]["p90"] == pytest.approx(totals[17] / 100, abs=0.005 * 3)  # the 18th of 20


@pytest.mark.parametrize("error", [KeyboardInterrupt(), OSError(28, "No space left on device")])
def test_bundle_leaves_nothing_behind_when_it_fails(
    write: Writer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(bundle, "finished", fail)  # the other files are written by then
    expected = OutputError if isinstance(error, OSError) else type(error)
    with pytest.raises(expected):
        write(report=True)
    assert everything(tmp_path) == []
    monkeypatch.undo()


def test_bundle_failure_keeps_earlier_results(write: Writer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = write().resolve()
    before = everything(tmp_path)

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(bundle, "write_trials", fail)
    with pytest.raises(OutputError, match=r"cannot write results to outputs/made_up: no space left on device; .*-o"):
        write()
    assert everything(tmp_path) == before and first.is_dir()


def test_bundle_with_a_file_in_the_way(write: Writer, tmp_path: Path) -> None:
    (tmp_path / "outputs").write_text("a file")
    with pytest.raises(OutputError, match="cannot write results to outputs/made_up"):
        write()
    assert (tmp_path / "outputs").read_text() == "a file"


def test_bundle_without_permission(write: Writer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "outputs").mkdir()
    make = os.mkdir

    def refuse(path: Any, *given: Any, **more: Any) -> None:
        if "outputs" in str(path):
            raise PermissionError(13, "Permission denied", str(path))
        make(path, *given, **more)

    monkeypatch.setattr(os, "mkdir", refuse)
    with pytest.raises(OutputError, match=r"cannot write results to outputs/made_up: permission denied; name another"):
        write()
    assert everything(tmp_path) == ["outputs"]


def test_bundle_in_a_named_folder(write: Writer, tmp_path: Path) -> None:
    folder = write(out=tmp_path / "new" / "here")
    assert folder == tmp_path / "new" / "here" and (folder / "summary.json").is_file()
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["here"]


def test_bundle_in_an_empty_folder_is_written_and_in_a_full_one_refused(write: Writer, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert (write(out=tmp_path / "empty") / "summary.json").is_file()
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine").write_text("x")
    with pytest.raises(OutputError, match="exists and nothing is overwritten"):
        write(out=tmp_path / "full")
    assert everything(tmp_path / "full") == ["mine"]


def test_two_runs_at_once_get_two_folders(write: Writer, monkeypatch: pytest.MonkeyPatch) -> None:
    meet, written = threading.Barrier(2, timeout=30), []
    rename = folder._rename

    def together(*given: Any) -> Path:
        meet.wait()
        target = rename(*given)
        written.append(target)
        return target

    monkeypatch.setattr(folder, "_rename", together)
    runs = [threading.Thread(target=write) for _ in range(2)]
    for run in runs:
        run.start()
    for run in runs:
        run.join()
    assert len(set(written)) == 2
    assert all((folder / "summary.json").is_file() for folder in written)


def test_latest_that_a_person_made_is_left_alone(write: Writer, tmp_path: Path) -> None:
    (tmp_path / "outputs/made_up/latest").mkdir(parents=True)
    write()
    assert (tmp_path / "outputs/made_up/latest").is_dir()
    assert not (tmp_path / "outputs/made_up/latest").is_symlink()


def test_latest_is_a_text_file_where_links_are_not_possible(write: Writer, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(1, "not permitted")

    monkeypatch.setattr(Path, "symlink_to", refuse)
    folder = write()
    assert (folder.parent / "latest").read_text() == f"{folder.name}\n"


@pytest.mark.parametrize(
    ("path", "name"),
    [("a/broad_cx.toml", "broad_cx"), ("a b/ü c.toml", "__c"), ("...toml", "scenario"), ("x" * 300, "x" * 100)],
)
def test_folder_name_is_safe(path: str, name: str) -> None:
    assert folder_name(Path(path)) == name


@pytest.mark.parametrize(
    ("command", "kept"),
    [
        ("simulate x.toml --workers 2 -o out --seed 3", "simulate x.toml --seed 3"),
        ("simulate --workers=2 --output=a x.toml", "simulate x.toml"),
        ("simulate x.toml --output 'a b' -oout", "simulate x.toml"),
        ("simulate x.toml -qo out", "simulate x.toml -q"),
        ("simulate --set 'title=a b' -- -o", "simulate --set 'title=a b' -- -o"),
        ("simulate x.toml --workers", "simulate x.toml"),
    ],
)
def test_manifest_command_has_no_workers_and_no_folder(write: Writer, command: str, kept: str) -> None:
    assert json.loads((write(command=command) / "manifest.json").read_text())["command"] == kept


def test_bundle_has_the_same_bytes_for_any_number_of_workers(write: Writer) -> None:
    one, two = (contents(write(command=f"simulate x.toml --workers {count}")) for count in (1, 2))
    assert one == two
    assert one != contents(write(command="simulate x.toml --seed 2"))


def test_bundle_of_a_file_name_that_is_no_text_is_written(write: Writer) -> None:
    name = "odd\udcff.toml"
    folder = write(scenario_path=Path(name), command=f"simulate {name}", overrides=[f"title={name}"])
    about = json.loads((folder / "manifest.json").read_text())
    assert about["scenario_path"] == r"odd\udcff.toml"
    assert r"odd\udcff.toml" in about["command"] and about["overrides"] == [r"title=odd\udcff.toml"]
