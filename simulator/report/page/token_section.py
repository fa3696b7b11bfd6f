"""What a token is, what tokens cost, and who keeps what a lever on them saves."""

from __future__ import annotations

from simulator.report.charts.base import ChartTable
from simulator.report.summary.summary import Summary
from simulator.report.words.figures import count, one_unit, one_unit_changes, percents, short_rate


def parts(summary: Summary) -> ChartTable | None:
    """Return the parts of the tokens of a handled conversation; None where they were not worked out."""
    box = summary.token_box
    if box is None:
        return None
    rows = [
        (
            part.name, count(part.tokens),
            *percents([part.token_share, part.cost_share], against=[0, 1]), short_rate(part.cost, summary.currency),
        )
        for part in box.parts
    ]  # fmt: skip
    whole = ("all", count(box.tokens), "100 %", "100 %", short_rate(box.cost, summary.currency))
    return ChartTable(("tokens of", "a conversation", "of tokens", "of cost", "cost"), (*rows, whole))


def levers(summary: Summary) -> ChartTable | None:
    """Return what each lever saves over the horizon and who keeps it; None where none can move."""
    found = summary.levers
    if found is None:
        return None
    code = summary.currency
    columns = [
        one_unit_changes([each.mean for each in changes], code, "-")
        for changes in (
            [each.model_cost for each in found.levers],
            [each.invoice for each in found.levers],
            [each.human_work for each in found.levers],
        )
    ]
    kept = [_kept(each.vendor_keeps) for each in found.levers]
    rows = zip([each.words for each in found.levers], *columns, kept, strict=True)
    return ChartTable(("lever", "models cost", "invoice", "people's work", "the vendor keeps"), tuple(rows))


def _kept(share: float | None) -> str:
    """Return what the vendor keeps of a saving; where the invoice rises besides it is all and more."""
    if share is None:
        return "-"
    if share <= 0:
        return "nothing"
    return percents([share], against=[0, 1])[0] if share < 1 else "all" if share == 1 else "all, and bills more"


def by_month(summary: Summary) -> ChartTable:
    """Return what tokens cost beside the invoice of the recommended contract, month by month."""
    months, code = summary.token_months.months, summary.currency
    rows = zip(
        [each.month for each in months],
        one_unit([each.invoice.mean for each in months], code),
        one_unit([each.model_cost.mean for each in months], code),
        ["-" if each.share is None else percents([each.share], against=[0, 1])[0] for each in months],
        strict=True,
    )
    return ChartTable(("month", "invoice", "tokens cost", "of invoice"), tuple(rows))
