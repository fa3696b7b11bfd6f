"""Figures of a run: those of the report, or the same marks on axes that are given."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from simulator import risk
from simulator.errors import ContractError, OutputError
from simulator.explore.told_errors import known_contract
from simulator.forecast.forecast import Forecast, horizon_cost, ranked_by
from simulator.forecast.priced import Measure, Priced
from simulator.report.blocks.curves import curve
from simulator.report.blocks.distribution import difference
from simulator.report.charts import Chart, interval_strip, s_curve
from simulator.report.charts.base import Margins, horizon_text, one_budget, padded, sheet
from simulator.report.charts.difference import Row, contracts_title, difference_chart, row_of
from simulator.report.charts.interval_strip import band
from simulator.report.style import BLUE, GREY, INK, ORANGE, look, money_axis, png, svg, tick_labels
from simulator.report.summary.budget import Budget, OverBudget
from simulator.report.summary.contract import ContractNumbers
from simulator.report.summary.plain import attributes
from simulator.report.summary.summary import Summary
from simulator.report.words.figures import figures
from simulator.report.words.sentences import futures_text, in_sentence
from simulator.scenario.meant.near_names import suggest

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

SCREEN: Final = 96
"""Dots an inch at which a notebook shows a figure; it is drawn at 144 and stays sharp."""
KINDS: Final = (".png", ".svg", ".pdf")
SCATTERED: Final = 2_000
"""Futures that a figure of dots shows, the first ones."""
FAINT: Final = 0.1
"""Rank correlation below which a figure names no direction."""
THOUSAND: Final = 1_000.0
"""From here on numbers of an axis have a mark between thousands."""


@dataclass(frozen=True, slots=True, eq=False)
class Plot:
    """A figure with its message and its numbers; a notebook shows the figure.

    Attributes:
        figure: of Matplotlib.
        title: the message, computed from the numbers.
        alt: the same for those who cannot see it.
        data: the numbers that are drawn.
    """

    figure: Figure
    title: str
    alt: str
    data: pd.DataFrame = field(repr=False)

    def _repr_png_(self) -> tuple[bytes, dict[str, Any]] | None:
        """Return the picture and its width; nothing where pyplot shows the figure anyway, which would show it twice."""
        pyplot = sys.modules.get("matplotlib.pyplot")
        if pyplot is not None and getattr(self.figure, "number", None) in pyplot.get_fignums():
            return None
        return self.png, {"width": round(self.figure.get_figwidth() * SCREEN), "alt": self.alt}

    @property
    def png(self) -> bytes:
        """The picture at 144 dots an inch."""
        return png(self.figure, self.title, self.alt)

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the figure to a file, as PNG, SVG or PDF by its ending, and return the path.

        Raises:
            OutputError: for another ending, or a folder that is not there.
        """
        place = Path(path)
        kind = place.suffix.lower()
        if kind not in KINDS:
            raise OutputError(f"{place.name}: the name must end in {', '.join(KINDS)}")
        if not place.parent.is_dir():
            raise OutputError(f"{place}: there is no folder {place.parent}")
        if kind == ".pdf":
            with look():
                self.figure.savefig(place, format="pdf", metadata={"Title": self.title, "CreationDate": None})
        else:
            draw = png if kind == ".png" else svg
            place.write_bytes(draw(self.figure, self.title, self.alt))
        return place

    def __repr__(self) -> str:
        return f"Plot({self.title!r})"


def of_chart(chart: Chart, data: pd.DataFrame) -> Plot:
    """Return a chart of the report with the numbers that it draws."""
    return Plot(chart.figure, chart.title, chart.alt, data)


@dataclass(frozen=True, slots=True, eq=False)
class Plots:
    """The figures of a run; each takes `ax` to draw on axes of one's own.

    Attributes:
        forecast: what is drawn.
        numbers: its summary.
    """

    forecast: Forecast
    numbers: Summary

    def __repr__(self) -> str:
        return "Plots: strip(), s_curve(contract), difference(reference), scatter(unknown, contract); each takes ax="

    def strip(self, ax: Axes | None = None) -> Plot:
        """Draw one row a contract: band P10 to P90, line P50, diamond mean, P90 in figures, and the budget."""
        import pandas as pd

        of, keys = self.numbers.ranked_by, ("p10", "p50", "mean", "p80", "p90")
        rows = [self.numbers.contract(name) for name in self.numbers.ranking]
        data = pd.DataFrame([[row.cost(of).amount(key) for key in keys] for row in rows], columns=list(keys),
                            index=pd.Index([row.name for row in rows], name="contract"))  # fmt: skip
        chart = interval_strip(self.numbers)
        if ax is None:
            return of_chart(chart, data)
        figure = figure_of(ax)
        with look():
            _strip_on(ax, rows, of, self.numbers)
        return Plot(figure, chart.title, chart.alt, data)

    def s_curve(self, contract: str | None = None, ax: Axes | None = None) -> Plot:
        """Draw the chance that a contract stays at or under an amount; the recommended one by default."""
        import pandas as pd

        numbers = self._as_best(contract)
        amounts = np.array(numbers.curve.amounts)
        data = pd.DataFrame({"amount": amounts, "chance": np.linspace(0, 1, len(amounts))})
        chart = s_curve(numbers)
        if ax is None:
            return of_chart(chart, data)
        figure = figure_of(ax)
        with look():
            _curve_on(ax, data, numbers.contract(numbers.recommended), numbers)
        return Plot(figure, chart.title, chart.alt, data)

    def difference(self, reference: str | None = None, ax: Axes | None = None) -> Plot:
        """Draw what every other contract costs more than one in the same future; the recommended one by default.

        Raises:
            ContractError: for a single contract, which has no other.
        """
        import pandas as pd

        numbers, of = self._as_best(reference), self.numbers.ranked_by
        name = numbers.recommended
        base = horizon_cost(self.forecast.contracts[name], of)
        others = [each for each in self.numbers.ranking if each != name]
        if not others:
            raise ContractError("a single contract has no other to be compared with")
        pairs = {each: difference(horizon_cost(self.forecast.contracts[each], of), base) for each in others}
        rows = [row_of(numbers.contract(each), pair) for each, pair in pairs.items()]
        best = numbers.contract(name)
        title = contracts_title(rows, best, numbers.currency)
        subtitle = (
            f"{_cost(numbers)}: what each costs more (right) or less (left) than {in_sentence(best.title)} in the "
            "same future; band P10 to P90, line P50"
        )
        data = pd.DataFrame.from_dict(
            {each: attributes(pair) for each, pair in pairs.items()}, orient="index"
        ).rename_axis("contract")
        chart = difference_chart(rows, title, subtitle, numbers.currency)
        if ax is None:
            return of_chart(chart, data)
        figure = figure_of(ax)
        with look():
            _differences_on(ax, rows, numbers.currency)
        return Plot(figure, title, chart.alt, data)

    def scatter(self, unknown: str, contract: str | None = None, ax: Axes | None = None) -> Plot:
        """Draw the invoice of a contract against an uncertain input, one dot a future.

        Raises:
            ContractError: for a number that the scenario gives as certain, or does not have.
        """
        import pandas as pd

        drawn = self.forecast.results.unknowns
        if unknown not in drawn:
            raise ContractError(
                f"{unknown[:60]!r} is not drawn in this scenario; {suggest(unknown, drawn, 'these are')}"
            )
        name = contract or self.forecast.verdict.recommended
        cost = horizon_cost(self._known(name), "invoice")
        data = pd.DataFrame({unknown: drawn[unknown], name: cost}).rename_axis("trial")
        return _scatter(data, self.numbers.contract(name), self.numbers, ax)

    def _known(self, contract: str) -> Priced:
        return self.forecast.contracts[known_contract(contract, self.forecast.contracts)]

    def _as_best(self, contract: str | None) -> Summary:
        """Return the numbers with a contract in the place of the recommended one, with its curve and its budget."""
        if contract is None or contract == self.numbers.recommended:
            return self.numbers
        priced, budget = self._known(contract), self.numbers.budget
        over = self.numbers.contract(contract).over_budget
        return replace(
            self.numbers,
            recommended=contract,
            curve=curve(horizon_cost(priced, ranked_by(self.forecast.scenario))),
            budget=_against(budget, over),
        )


def _against(budget: Budget | None, over: OverBudget | None) -> Budget | None:
    """Return a budget with how often and how far another contract's cost lies over it."""
    return None if budget is None or over is None else replace(budget, **attributes(over))


def figure_of(ax: Axes) -> Figure:
    """Return the figure that axes belong to.

    Raises:
        ContractError: for what are no axes, as an array of them.
    """
    if not hasattr(ax, "barh"):
        raise ContractError(f"ax takes axes of Matplotlib, one of them, as ax=axes[0]; not {type(ax).__name__}")
    figure = ax.get_figure(root=True)
    assert figure is not None  # axes of a figure
    return figure


def _cost(numbers: Summary) -> str:
    """Return what is drawn: which cost, over how many months, in which currency, in how many futures."""
    name = {"invoice": "Invoice", "cost_to_serve": "Invoice and human work"}[numbers.ranked_by]
    return f"{name} {horizon_text(numbers)}, {numbers.currency}, {futures_text(numbers)}"


def _strip_on(ax: Axes, rows: list[ContractNumbers], of: Measure, numbers: Summary) -> None:
    names = [row.title for row in rows]
    ends = [row.cost(of).amount(key) for row in rows for key in ("p10", "p90")]
    for place, row in enumerate(rows):
        band(ax, place, row.cost(of), best=place == 0)
    low, high = padded(min(ends), max(ends), 0.06)
    ax.set_ylim(len(rows) - 0.5, -0.5)
    ax.set_yticks(range(len(rows)), names)
    plain_axis(ax, low, high, _cost(numbers), numbers.currency)
    _budget_on(ax, numbers, low, high)


def _curve_on(ax: Axes, data: pd.DataFrame, contract: ContractNumbers, numbers: Summary) -> None:
    ax.step(data["amount"], data["chance"], where="post", color=BLUE, linewidth=2, label=contract.title)
    low, high = padded(float(data["amount"].iloc[0]), float(data["amount"].iloc[-1]), 0.05)
    p90 = contract.cost(numbers.ranked_by).p90
    ax.plot([low, p90, p90], [0.9, 0.9, 0], color=GREY, linewidth=0.8, linestyle=(0, (2, 2)))
    ax.annotate("P90", (p90, 0.9), xytext=(-4, 4), textcoords="offset points", ha="right", color=INK)
    ax.set_ylim(0, 1.02)
    ax.yaxis.set_major_formatter(lambda chance, _: f"{100 * chance:.0f} %")
    ax.set_ylabel("chance to stay at or under it")
    plain_axis(ax, low, high, _cost(numbers), numbers.currency)
    _budget_on(ax, numbers, low, high)


def _budget_on(ax: Axes, numbers: Summary, low: float, high: float) -> None:
    """Draw the budget of the horizon as a dashed line with its name, where it is not far outside."""
    budget = one_budget(numbers)
    if budget is None or not low - (high - low) <= budget.amount <= high + (high - low):
        return
    ax.axvline(budget.amount, color=ORANGE, linestyle=(0, (5, 3)), linewidth=1.4)
    ax.set_xlim(min(low, budget.amount), max(high, budget.amount))
    ax.annotate("budget", (budget.amount, 1), xycoords=("data", "axes fraction"), xytext=(3, -3),
                textcoords="offset points", va="top", color=ORANGE)  # fmt: skip


def _differences_on(ax: Axes, rows: list[Row], code: str) -> None:
    ends = [row.pair.amount(key) for row in rows for key in ("p10", "p90")]
    for place, row in enumerate(rows):
        dearer = row.pair.p50 > 0
        ax.barh(place, row.pair.p90 - row.pair.p10, left=row.pair.p10, height=0.5, edgecolor=INK,
                color=ORANGE if dearer else BLUE, alpha=0.6, hatch="///" if dearer else "")  # fmt: skip
        ax.plot([row.pair.p50] * 2, [place - 0.25, place + 0.25], color=INK, linewidth=2.6)
    ax.axvline(0, color=INK, linewidth=1)
    ax.set_ylim(len(rows) - 0.5, -0.5)
    ax.set_yticks(range(len(rows)), [row.name for row in rows])
    plain_axis(ax, *padded(min(0.0, *ends), max(0.0, *ends), 0.06), f"difference in the same future, {code}", code)


def _scatter(data: pd.DataFrame, contract: ContractNumbers, numbers: Summary, ax: Axes | None) -> Plot:
    unknown, name = data.columns
    found = risk.rank_correlation(data[unknown].to_numpy(), data[name].to_numpy())
    title = _scatter_title(contract.title, str(unknown), found)
    figure, axes = (
        (figure_of(ax), ax) if ax is not None else new_axes(title, f"{_cost(numbers)}; one dot a future", 3.2)
    )
    with look():
        shown = data.iloc[:SCATTERED]
        axes.plot(shown[unknown], shown[name], linestyle="none", marker="o", markersize=3, color=BLUE, alpha=0.35)
        axes.set_xlabel(str(unknown))
        axes.set_ylabel(f"invoice, {numbers.currency}")
        if max(map(abs, axes.get_xlim())) >= THOUSAND:
            axes.xaxis.set_major_formatter("{x:,.0f}")
        low, high = padded(float(data[name].min()), float(data[name].max()), 0.05)
        ticks = [float(each) for each in axes.get_yticks() if low <= each <= high]
        axes.set_yticks(ticks, tick_labels(ticks, numbers.currency))
        axes.set_ylim(low, high)
    p90 = figures([float(risk.quantile(data[name].to_numpy(), 0.9))], numbers.currency)[0]
    return Plot(figure, title, f"Scatter. {title}. {len(data):,} futures; P90 of the invoice {p90}.", data)


def _scatter_title(contract: str, unknown: str, correlation: float | None) -> str:
    """Return which way the bill goes with a number, and how surely."""
    if correlation is None:
        return f"{contract} against {unknown}"
    if abs(correlation) < FAINT:
        return f"{contract} costs hardly more or less with {unknown} (rank correlation {correlation:.2f})"
    way = "more" if correlation > 0 else "less"
    return f"{contract} costs {way} in futures with more {unknown} (rank correlation {correlation:.2f})"


def new_axes(title: str, subtitle: str, height: float, left: float = 0.9, right: float = 0.3) -> tuple[Figure, Axes]:
    """Return a figure with a message, and axes of a height and with room beside them, in inches."""
    with look():
        return sheet(title, subtitle, height, Margins(left=left, right=right, foot=0.75))


def plain_axis(ax: Axes, low: float, high: float, label: str, code: str) -> None:
    """Set the range, the ticks and the label of an x-axis in money on axes of any size."""
    money_axis(ax, low, high, code, signed=low < 0)
    ax.set_xlabel(label)
    for text in (*ax.get_xticklabels(), *ax.get_yticklabels()):
        text.set_parse_math(False)  # a "$" is money, also on axes that were made outside of `look`
