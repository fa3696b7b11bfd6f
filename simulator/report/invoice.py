"""One invoice as a vendor would bill it: lines in decimals, as text and as a block of numbers."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

from simulator.contracts.exact.decimals import Rounding, exact
from simulator.contracts.exact.invoice import ExactInvoice, invoices
from simulator.contracts.exact.invoice_lines import Line
from simulator.engine.results import Results
from simulator.forecast.priced import Priced
from simulator.money import Currency, currency, format_money, format_rate
from simulator.quantities.distributions import Quantity
from simulator.report.words.terminal_text import WIDTH, in_lines, padded, printable, width_of

_GAP: Final = "  "
SAMPLED: Final = (
    "Quantities have decimals because a sample of the month's cases was drawn and stands for all of them. With "
    "--engine ledger every case is drawn, which is another draw of the same month."
)
_LEAST_LABEL: Final = 24
_RIGHT: Final = ("quantity", "price", "amount")
"""Columns whose cells stand on the right."""
_QUANTITY_DECIMALS: Final = 4


def exact_invoices(priced: Priced, results: Results) -> list[ExactInvoice]:
    """Return the invoices of a contract in the first trial of results, rounded to the currency's minor unit."""
    contract = priced.contract
    keys = dict.fromkeys([*contract.meters, contract.unit])
    counted = results.priced_meters(contract)
    meters = {key: [exact(units) for units in counted[key][0]] for key in keys}

    def value(quantity: Quantity) -> Decimal:
        return exact(quantity.center if quantity.fixed else float(results.unknowns[quantity.name][0]))

    return invoices(contract, meters, value, Rounding(currency(results.scenario.currency).minor_units))


def drawn_share(results: Results, month: int) -> float:
    """Return which share of a month's expected cases was drawn one by one in the first trial; 1 is all of them."""
    return 1.0 if results.sampling is None else float(results.sampling.share[0, month])


def invoice_block(
    invoice: ExactInvoice, priced: Priced, month: str, trial: int, code: str, share: float
) -> dict[str, Any]:  # fmt: skip
    """Return an invoice for programs; numbers are decimal strings.

    Args:
        code: the scenario's currency.
        share: of the month's cases that was drawn.
    """
    own = _currency_of(priced, code)
    return {
        "contract": priced.contract.name,
        "title": priced.contract.title,
        "month": month,
        "trial": trial,
        "currency": own,
        "share_of_cases_drawn": share,
        "lines": [_line_block(line) for line in invoice.lines],
        "total": f"{invoice.total:f}",
        "due": {"currency": code, "total": f"{invoice.due:f}"},
        "served_share": f"{invoice.served:.6f}",
        "credits_left": None if invoice.prepaid is None else f"{invoice.prepaid.left:f}",
    }


def _line_block(line: Line) -> dict[str, Any]:
    return {
        "label": line.label,
        "tier": line.tier,
        "quantity": None if line.quantity is None else _plain(line.quantity),
        "rate": None if line.rate is None else _plain(line.rate),
        "per": line.per,
        "amount": f"{line.amount:f}",
    }


def _plain(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def invoice_text(
    invoice: ExactInvoice, priced: Priced, month: str, trial: int, code: str, share: float
) -> str:  # fmt: skip
    """Return an invoice as text of at most 100 columns.

    Args:
        code: the scenario's currency; lines are in that of the contract, with the total in both.
        share: of the month's cases that was drawn.
    """
    own = _currency_of(priced, code)
    of = currency(own)
    rows = [("", "tier" if any(line.tier for line in invoice.lines) else "", *_RIGHT)]
    rows += [_row(line, of) for line in invoice.lines]
    rows.append(("Total", "", "", "", format_money(invoice.total, of)))
    head = in_lines(f"{printable(priced.contract.title)}, {month}, future {trial}, in {own}", WIDTH)
    below = [] if own == code else [f"Total in {code}: {format_money(invoice.due, currency(code))}."]
    if share < 1 and any(line.quantity is not None and line.quantity % 1 for line in invoice.lines):
        below += in_lines(SAMPLED, WIDTH)
    return "\n".join([*head, "", *_aligned(rows), *_below(invoice, of, below)]) + "\n"


def _currency_of(priced: Priced, code: str) -> str:
    """Return the code of the currency that a contract's invoice is in; of a change of vendor the scenario's."""
    exchange = priced.contract.exchange
    return code if exchange is None else exchange.currency


def _row(line: Line, of: Currency) -> tuple[str, str, str, str, str]:
    quantity = "" if line.quantity is None else _quantity(line.quantity)
    rate = "" if line.rate is None else format_rate(float(line.rate), of)
    label = f"{line.label} ({line.per})" if line.rate is not None and line.per else line.label
    return printable(label), line.tier, quantity, rate, format_money(line.amount, of)


def _quantity(units: Decimal) -> str:
    text = f"{round(units, _QUANTITY_DECIMALS):,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _aligned(given: Sequence[tuple[str, ...]]) -> list[str]:
    """Return rows with label and tier left, the others right; a long label goes on in further lines.

    Where no line has a tier there is no column for it.
    """
    tiered = any(row[1] for row in given)
    rows = [row if tiered else (row[0], *row[2:]) for row in given]
    count = len(rows[0])
    left = count - len(_RIGHT)
    widths = [max(width_of(row[place]) for row in rows) for place in range(count)]
    room = WIDTH - sum(widths[1:]) - (count - 1) * len(_GAP)
    widths[0] = min(widths[0], max(room, _LEAST_LABEL))
    lines = []
    for place, row in enumerate(rows):
        first, *more = in_lines(row[0], widths[0])
        right = [" " * (width - width_of(cell)) + cell for cell, width in zip(row[left:], widths[left:], strict=True)]
        if place == len(rows) - 1:
            lines.append("-" * (sum(widths) + (count - 1) * len(_GAP)))
        tier = [padded(cell, widths[1]) for cell in row[1:left]]
        lines += [_GAP.join([padded(first, widths[0]), *tier, *right]).rstrip(), *more]
    return lines


def _below(invoice: ExactInvoice, of: Currency, first: Sequence[str]) -> list[str]:
    """Return what the lines do not say: the total in another currency, service that stopped, credits that are left."""
    found = list(first)
    if invoice.served < 1:
        found.append(f"The AI served {float(invoice.served):.1%} of the month's conversations; people took the rest.")
    if invoice.prepaid is not None:
        left = format_money(round(invoice.prepaid.left, of.minor_units), of)
        found.append(f"Prepaid credits left: {left}.")
    return ["", *found] if found else []
