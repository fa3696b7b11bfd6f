"""Chart 9b: what the vendor keeps of each invoice after the tokens of the models are paid at list prices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from simulator.report.charts.base import (
    Chart,
    ChartTable,
    Margins,
    numbers_of,
    padded,
    period,
    sheet,
    short,
)
from simulator.report.charts.form import FILE
from simulator.report.charts.interval_strip import band
from simulator.report.charts.rows import NAMES, AmountColumn, heading, row_amount, rows_axes, rows_of
from simulator.report.style import INK, MARGIN, look, money_axis
from simulator.report.summary.contract import ContractNumbers
from simulator.report.summary.summary import Summary
from simulator.report.words.figures import figures, one_unit_changes, percents
from simulator.report.words.sentences import contract_of, in_sentence

if TYPE_CHECKING:
    from simulator.forecast.forecast import Forecast

FIGURES: Final = 1.0


def vendor_margin(source: Forecast | Summary) -> Chart:
    """Draw invoice less model cost of each contract: band P10 to P90, P50, mean, and its share of the mean invoice."""
    summary = numbers_of(source)
    rows = [contract_of(summary, name) for name in summary.ranking]
    title = _title(summary, rows)
    subtitle = (
        f"Invoice less the tokens at list prices {period(summary)}; band P10 to P90, line P50, diamond mean; at the "
        "right the share of the mean invoice. The vendor's other costs are not known"
    )
    blocks = [row.invoice_less_model_cost for row in rows]
    with look():
        names = rows_of([row.label for row in rows], FILE)
        figure, axes = sheet(title, subtitle, names.body, Margins(left=NAMES, right=FIGURES))
        ends = [block.amount(key) for block in blocks for key in ("p10", "mean", "p90")]
        money_axis(axes, *padded(min(0.0, *ends), max(0.0, *ends), 0.06), summary.currency, signed=True)
        rows_axes(axes, len(rows))
        axes.axvline(0, color=INK, linewidth=1)
        for place, block in enumerate(blocks):
            band(axes, place, block, best=rows[place].name == summary.recommended)
            names.write(axes, place)
            row_amount(axes, place, _share(rows[place]), AmountColumn(MARGIN, FIGURES - MARGIN - 0.05), bold=False)
        heading(axes, MARGIN, "of invoice")
    return Chart(figure, title, _alt(summary, rows, title, subtitle), subtitle, _table(summary, rows))


def _title(summary: Summary, rows: list[ContractNumbers]) -> str:
    most = max(rows, key=lambda row: row.invoice_less_model_cost.mean)
    cost, mean = summary.model_cost.mean, most.invoice_less_model_cost.mean
    tokens, left = figures([cost, abs(mean)], summary.currency)
    name = in_sentence(short(most))
    if mean < 0:
        return f"No contract pays for the tokens of {tokens} on average; nearest is {name}, {left} short"
    if len(rows) == 1:
        return f"Tokens cost the vendor {tokens} on average; {name} leaves {left}"
    return f"Tokens cost the vendor {tokens} on average under every contract; {name} leaves most, {left}"


def _share(row: ContractNumbers) -> str:
    invoice = row.invoice.mean
    return "n/a" if not invoice else percents([row.invoice_less_model_cost.mean / invoice], against=[0, 1])[0]


def _table(summary: Summary, rows: list[ContractNumbers]) -> ChartTable:
    keys = ("p10", "p50", "mean", "p90")
    columns = {
        key: one_unit_changes([row.invoice_less_model_cost.amount(key) for row in rows], summary.currency)
        for key in keys
    }
    return ChartTable(
        ("contract", "P10", "P50", "mean", "P90", "of mean invoice"),
        tuple((row.label, *(columns[key][place] for key in keys), _share(row)) for place, row in enumerate(rows)),
    )


def _alt(summary: Summary, rows: list[ContractNumbers], title: str, subtitle: str) -> str:
    parts = [f"{row[0]}: P10 {row[1]}, mean {row[3]}, P90 {row[4]}" for row in _table(summary, rows).rows]
    return f"Invoice less model cost. {title}. {subtitle}. {'; '.join(parts)}."
