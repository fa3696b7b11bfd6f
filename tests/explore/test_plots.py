"""Figures: the numbers that they draw, on which axes, and how a notebook shows each of them once."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
import pytest
from matplotlib.figure import Figure

import simulator as cx
from simulator.explore.scenario import from_text
from tests.explore import texts

MAGIC = b"\x89PNG\r\n\x1a\n"
Drawn = Callable[[Any], cx.Plot]


@pytest.fixture
def pyplot() -> Iterator[Any]:
    """Pyplot without a screen, with no figure left behind."""
    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    plt.close("all")
    yield plt
    plt.close("all")


@pytest.fixture(scope="module")
def square(uncertain: cx.Run) -> cx.Grid:
    return uncertain.grid("resolution", return_window_hours=[0, 24, 72], silence=[24, 48])


@pytest.fixture(scope="module")
def line(uncertain: cx.Run) -> cx.Grid:
    return uncertain.grid("resolution", silence=[24, 48, 72])


@pytest.fixture(scope="module")
def named(uncertain: cx.Run) -> cx.Grid:
    return uncertain.by_definition("resolution", ["verified_72h", "assumed_24h", "closed_by_customer"])


KINDS = ["strip", "s_curve", "difference", "scatter", "square", "line", "named", "cell"]


@pytest.fixture
def draw(uncertain: cx.Run, square: cx.Grid, line: cx.Grid, named: cx.Grid) -> dict[str, Drawn]:
    """Every kind of figure as a function of axes."""
    return {
        "strip": lambda ax: uncertain.plot.strip(ax=ax),
        "s_curve": lambda ax: uncertain.plot.s_curve("resolution", ax=ax),
        "difference": lambda ax: uncertain.plot.difference("resolution", ax=ax),
        "scatter": lambda ax: uncertain.plot.scatter("volume.per_month", "resolution", ax=ax),
        "square": lambda ax: square.plot(ax=ax),
        "line": lambda ax: line.plot(ax=ax),
        "named": lambda ax: named.plot(ax=ax),
        "cell": lambda ax: line.plot_cell(ax=ax, silence=72),
    }


def artists(ax: Any) -> int:
    return len(ax.lines) + len(ax.patches) + len(ax.collections)


@pytest.mark.parametrize("kind", KINDS)
def test_figure_of_its_own_is_shown_as_png(draw: dict[str, Drawn], kind: str) -> None:
    plot = draw[kind](None)
    shown = plot._repr_png_()
    assert shown is not None
    picture, size = shown
    assert picture.startswith(MAGIC) and picture == plot.png
    dots = int.from_bytes(picture[16:20], "big")
    assert size == {"width": round(dots * 96 / 144)} or abs(size["width"] - dots * 96 / 144) <= 1
    assert 300 <= size["width"] <= 1_200 and plot.title and len(plot.alt) > 20


@pytest.mark.parametrize("kind", KINDS)
def test_axes_of_pyplot_are_drawn_on_and_not_shown_twice(draw: dict[str, Drawn], kind: str, pyplot: Any) -> None:
    figure, (other, ax) = pyplot.subplots(1, 2)
    assert artists(ax) == 0
    plot = draw[kind](ax)
    assert plot._repr_png_() is None, "pyplot shows it"
    assert artists(ax) > 0 and artists(other) == 0 and plot.figure is figure
    assert pyplot.get_fignums() == [figure.number], "no other figure of pyplot was made"
    pyplot.close(figure)
    assert plot._repr_png_() is not None, "a closed figure is not shown by pyplot"


@pytest.mark.parametrize("kind", KINDS)
def test_axes_of_a_bare_figure_are_shown_as_png(draw: dict[str, Drawn], kind: str, pyplot: Any) -> None:
    pyplot.figure()
    figure = Figure()
    ax = figure.subplots()
    plot = draw[kind](ax)
    shown = plot._repr_png_()
    assert shown is not None and shown[0].startswith(MAGIC) and artists(ax) > 0 and plot.figure is figure


@pytest.mark.parametrize("kind", KINDS)
def test_numbers_are_the_same_on_axes_that_are_given(draw: dict[str, Drawn], kind: str) -> None:
    given, own = draw[kind](Figure().subplots()), draw[kind](None)
    assert given.data.equals(own.data) and given.title == own.title


def test_figure_in_a_subfigure_is_drawn(uncertain: cx.Run) -> None:
    figure = Figure()
    left, _ = figure.subfigures(1, 2)
    assert uncertain.plot.strip(ax=left.subplots()).figure is figure


def test_showing_a_plot_leaves_the_current_figure_of_pyplot(run: cx.Run, pyplot: Any) -> None:
    first = pyplot.figure()
    pyplot.figure()
    pyplot.figure(first.number)
    run.plot.strip()._repr_png_()
    assert pyplot.gcf() is first


@pytest.mark.slow
def test_package_uses_no_pyplot(tmp_path: Path) -> None:
    script = (
        "import sys\nimport simulator as cx\n"
        f"run = cx.simulate(cx.load({str(texts.ROOT / 'scenarios/minimal.toml')!r}), trials=8, workers=1)\n"
        "run.plot.strip()._repr_png_()\nrun.plot.s_curve().save('a.svg')\n"
        "run.grid('resolution', silence=[24, 48]).plot().png\n"
        "print('matplotlib.pyplot' in sys.modules, 'matplotlib' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, cwd=tmp_path, check=True, timeout=120
    )
    assert done.stdout == "False True\n"


def test_strip_has_the_numbers_of_the_summary(uncertain: cx.Run) -> None:
    data = uncertain.plot.strip().data
    assert list(data.index) == list(uncertain.verdict.ranking) and data.index.name == "contract"
    mine = uncertain.summary.loc[data.index, list(data)]
    assert np.allclose(data, mine, rtol=1e-11) and list(data) == ["p10", "p50", "mean", "p80", "p90"]
    assert not np.allclose(data, mine.iloc[::-1], rtol=1e-3)


def test_strip_draws_its_numbers(uncertain: cx.Run) -> None:
    ax = Figure().subplots()
    data = uncertain.plot.strip(ax=ax).data
    ends = {round(edge, 2) for patch in ax.patches for edge in (patch.get_x(), patch.get_x() + patch.get_width())}
    assert {round(each, 2) for each in [*data["p10"], *data["p90"]]} <= ends
    assert ax.get_yticklabels()[0].get_text().startswith("Per")


def test_strip_of_a_budget_draws_it() -> None:
    run = cx.simulate(from_text(texts.BUDGET), trials=32, workers=1)
    ax = Figure().subplots()
    run.plot.strip(ax=ax)
    assert any(np.allclose(each.get_xdata(), 15_000) for each in ax.lines)
    assert ax.get_xlim()[0] <= 15_000 <= ax.get_xlim()[1]
    assert run.plot.s_curve("resolution").png.startswith(MAGIC)


def test_s_curve_is_the_distribution_of_the_contract(uncertain: cx.Run) -> None:
    for name in uncertain.contracts:
        data = uncertain.plot.s_curve(name).data
        cost = uncertain.totals[name].to_numpy()
        assert data["amount"].iloc[0] == pytest.approx(cost.min()) and data["amount"].iloc[-1] == pytest.approx(
            cost.max()
        )
        assert data["amount"].is_monotonic_increasing and data["chance"].iloc[-1] == 1
        nine = data.loc[np.isclose(data["chance"], 0.9), "amount"].iloc[0]
        assert nine == pytest.approx(uncertain.quantile(0.9, name))
    best = uncertain.plot.s_curve().data["amount"]
    assert np.array_equal(best, uncertain.plot.s_curve(uncertain.verdict.recommended).data["amount"])


def test_difference_has_the_numbers_of_paired(uncertain: cx.Run) -> None:
    data = uncertain.plot.difference("resolution").data
    pair = uncertain.paired("conversation", "resolution").summary.iloc[0]
    assert list(data.index) == ["conversation"]
    for key in ("mean", "p10", "p50", "p90", "share_dearer", "share_cheaper"):
        assert data.loc["conversation", key] == pytest.approx(pair[key])
    other = uncertain.plot.difference("conversation").data.loc["resolution"]
    assert other["mean"] == pytest.approx(-pair["mean"])


def test_difference_of_a_single_contract_is_refused() -> None:
    text = "\n".join(each for each in texts.MINIMAL.split("\n") if not each.startswith("conversation ="))
    alone = cx.simulate(from_text(text), trials=8, workers=1)
    assert alone.contracts == ("resolution",) and repr(alone) and alone._repr_html_() and alone.plot.strip().png
    with pytest.raises(cx.ContractError, match="no other"):
        alone.plot.difference()


def test_scatter_has_a_dot_a_future(uncertain: cx.Run) -> None:
    ax = Figure().subplots()
    data = uncertain.plot.scatter("volume.per_month", "resolution", ax=ax).data
    assert np.array_equal(data["volume.per_month"], uncertain.inputs["volume.per_month"])
    assert np.array_equal(data["resolution"], uncertain.totals["resolution"])
    xs, ys = ax.lines[0].get_data()
    assert np.array_equal(xs, data["volume.per_month"]) and np.array_equal(ys, data["resolution"])


def test_unknown_names_of_figures_are_refused(uncertain: cx.Run, square: cx.Grid) -> None:
    for ask, said in (
        (lambda: uncertain.plot.scatter("volume.per_mont"), "did you mean 'volume.per_month'"),
        (lambda: uncertain.plot.scatter("volume.per_month", "resolutoin"), "did you mean 'resolution'"),
        (lambda: uncertain.plot.s_curve("resolutoin"), "did you mean 'resolution'"),
        (lambda: uncertain.plot.difference("resolutoin"), "did you mean 'resolution'"),
        (lambda: square.plot(silence=25), "no silence = 25"),
        (lambda: square.plot(outcomes=["confirmed"]), "does not vary 'outcomes'"),
    ):
        with pytest.raises(cx.ContractError, match=said):
            ask()


def test_table_of_two_clauses_has_their_p90s(square: cx.Grid) -> None:
    data = square.plot().data
    assert data.shape == (3, 2) and data.index.name == "return_window_hours" and data.columns.name == "silence"
    for window in (0, 24, 72):
        for silence in (24, 48):
            cost = np.sort(square.cell(return_window_hours=window, silence=silence).billed.cost)
            assert data.loc[str(window), str(silence)] == cost[int(np.ceil(0.9 * len(cost))) - 1]


def test_outline_stands_on_the_own_definition(square: cx.Grid) -> None:
    ax = Figure().subplots()
    square.plot(ax=ax)
    outlined = [patch.get_xy() for patch in ax.patches if patch.get_linewidth() > 2]
    assert outlined == [(0, 0)], "return window 0, silence 24"


def test_band_of_one_clause_has_its_numbers(line: cx.Grid, square: cx.Grid) -> None:
    data = line.plot().data
    assert data["mean"].to_list() == [cell.billed.cost.mean() for cell in line.cells]
    assert data["silence"].to_list() == [24, 48, 72] and (data["p10"] < data["p90"]).all()
    cut = square.plot(silence=48).data
    assert cut["mean"].to_list() == [
        square.cell(return_window_hours=each, silence=48).billed.cost.mean() for each in (0, 24, 72)
    ]


def test_numbers_stand_at_their_distance_and_in_order_and_words_behind_them(uncertain: cx.Run) -> None:
    plot = uncertain.grid("resolution", silence=["never", 168, 24, 72]).plot()
    (axes,) = plot.figure.axes
    assert plot.data["silence"].to_list() == [24, 72, 168, "never"] and list(axes.get_xticks()) == [24, 72, 168, 204]
    assert plot.title.startswith("From a silence of 24 h to never the expected bill goes from $")


def test_rows_of_definitions_have_their_numbers(named: cx.Grid) -> None:
    data = named.plot().data
    assert len(data) == 3 and data["mean"].is_monotonic_decreasing
    assert np.allclose(sorted(data["mean"]), sorted(named.table["mean"]))
    assert np.allclose(sorted(data["equal_bill_price"]), sorted(named.table["equal_bill_price"]))


def test_cell_stands_beside_the_contract_as_offered(uncertain: cx.Run, line: cx.Grid) -> None:
    plot = line.plot_cell(silence=72)
    assert list(plot.data.index) == ["as chosen", "as offered"]
    assert plot.data.loc["as offered", "p90"] == uncertain.quantile(0.9, "resolution")
    assert plot.data.loc["as chosen", "p90"] == line.table["p90"].iloc[2]
    assert plot.title.startswith("Silence 72 h: P90 $")


def test_three_clauses_are_refused_unless_one_is_chosen(clauses: cx.Grid) -> None:
    with pytest.raises(cx.ContractError, match="choose all but two, as plot\\(human_touch='none'\\)"):
        clauses.plot()
    assert clauses.plot(human_touch="none").data.shape == (4, 4)
    assert len(clauses.plot(human_touch="none", silence="never").data) == 4
    assert len(clauses.plot(human_touch="none", silence="never", return_window_hours=24).data) == 1


def test_chosen_list_may_be_a_tuple(run: cx.Run) -> None:
    grid = run.grid("resolution", silence=[24, 48], outcomes=[("confirmed",), ("confirmed", "silent")])
    assert len(grid.plot(outcomes=("confirmed", "silent")).data) == 2


@pytest.mark.parametrize(("name", "start"), [("a.png", MAGIC), ("a.svg", b"<?xml"), ("a.pdf", b"%PDF-")])
def test_plot_is_saved_by_its_ending(run: cx.Run, line: cx.Grid, tmp_path: Path, name: str, start: bytes) -> None:
    for plot in (run.plot.strip(), line.plot()):
        place = plot.save(tmp_path / name)
        assert place == tmp_path / name and place.read_bytes().startswith(start)
        again = place.read_bytes()
        assert plot.save(str(place)).read_bytes() == again, "the same bytes each time"


@pytest.mark.parametrize("name", ["a.jpg", "a", "a.png.txt", ".png"])
def test_plot_of_another_ending_is_refused(run: cx.Run, tmp_path: Path, name: str) -> None:
    with pytest.raises(cx.OutputError, match=r"must end in \.png, \.svg, \.pdf"):
        run.plot.strip().save(tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_plot_of_an_ending_in_capitals_is_saved_or_refused(run: cx.Run, tmp_path: Path) -> None:
    try:
        assert run.plot.strip().save(tmp_path / "a.PNG").read_bytes().startswith(MAGIC)
    except cx.OutputError as error:
        assert "a.PNG" in str(error)


def test_plot_into_a_folder_that_is_not_there_is_an_error_of_the_system(run: cx.Run, tmp_path: Path) -> None:
    for name in ("a.png", "a.svg", "a.pdf"):
        with pytest.raises((OSError, cx.OutputError)):
            run.plot.strip().save(tmp_path / "none" / name)
