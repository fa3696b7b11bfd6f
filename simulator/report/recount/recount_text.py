"""The recount on one screen: lines of the invoice, differences by kind, and the answer last."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Final

from simulator.audit.recount import kinds
from simulator.audit.recount.recount_money import NO_LIST, NOT_ON_THE_LIST, PRICE, KindMoney, LineMoney
from simulator.audit.recount.recount_result import Recounted
from simulator.audit.recount.watched import Watched
from simulator.money import currency, format_money
from simulator.report.words.meter_words import meter_words
from simulator.report.words.terminal_text import WIDTH, cut, in_lines, padded, printable, width_of

MOST_LINES: Final = 8
"""Lines of an invoice that the screen shows."""
MOST_BOUNDS: Final = 12
MOST_MONTHS: Final = 12
_SEVERAL: Final = 2
_GAP: Final = "  "
Row = tuple[str, ...]


def recount_text(found: Recounted, watch: Sequence[Watched], tolerance: float, folder: Path | None = None) -> str:
    """Return the page, at most 100 columns wide; `folder` is where its files are."""
    blocks = [
        [*_head(found)],
        _meters(found),
        _months(found),
        _lines(found),
        _kinds(found),
        _bounds(found),
        [*_cautions(found), *_remarks(found), *_where(found, folder)],
        [*_watched(watch)],
    ]
    blocks.append(in_lines(answer(found, watch, tolerance), WIDTH))
    return "\n\n".join("\n".join(block) for block in blocks if block) + "\n"


def money(amount: Decimal, found: Recounted) -> str:
    """Return an amount of a recount as people read it."""
    return format_money(amount, currency(found.code))


def _head(found: Recounted) -> Iterator[str]:
    of = "" if found.definition is None else f" by {found.definition.title!r}: {found.definition.words}"
    yield from in_lines(f"Recount of {printable(found.contract.title)}{of}", WIDTH)
    period = "the whole record" if found.period is None else found.period.words
    yield from in_lines(f"Period: {period}. {found.held.words}; {as_seen(found)}.", WIDTH)


def _meters(found: Recounted) -> list[str]:
    """Return what is counted where that is no resolution of one definition."""
    if found.definition is not None:
        return []
    rows: list[Row] = [("Counted in the record", "units")]
    return _table(
        [*rows, *((cut(meter_words(each, {}), 70), plain_units(n)) for each, n in found.meters.items())], left=1
    )


def plain_units(units: Decimal) -> str:
    """Return a number of units as people read it, with two decimals at most."""
    return f"{units:,.0f}" if units == units.to_integral_value() else f"{units:,.2f}"


def as_seen(found: Recounted) -> str:
    """Return as of when the record tells what happened."""
    at = found.record.facts.extracted_at
    return "the record does not say when it was taken" if at is None else f"as seen on {at:%Y-%m-%d %H:%M} UTC"


def _months(found: Recounted) -> list[str]:
    """Return the units of each month where no period is asked for."""
    months = found.months.get(found.contract.unit, {})
    if found.period is not None or len(months) < _SEVERAL:
        return []
    rows: list[Row] = [("Month", "units"), *((month, plain_units(units)) for month, units in months.items())]
    lines = _table(rows[: MOST_MONTHS + 1], left=1)
    more = len(rows) - 1 - MOST_MONTHS
    return [*lines, f"and {more:,} more months in reconciliation.json"] if more > 0 else lines


def _lines(found: Recounted) -> list[str]:
    if not found.lines:
        return []
    rows: list[Row] = [("Invoice", "is", "billed", "by the contract", "difference")]
    rows += [_line(each, found) for each in found.lines[:MOST_LINES]]
    lines = _table(rows, left=2)
    more = len(found.lines) - MOST_LINES
    if found.invoiced is not None:
        lines.append(f"Total of the invoice: {money(found.invoiced, found)}")
    return [*lines, f"and {more:,} more lines in reconciliation.json"] if more > 0 else lines


def _line(each: LineMoney, found: Recounted) -> Row:
    line, ours = each.matched.line, each.ours
    return (
        cut(printable(line.description), 40), each.matched.role, money(line.amount, found),
        "" if ours is None else money(ours, found), "" if ours is None else money(line.amount - ours, found),
    )  # fmt: skip


def _kinds(found: Recounted) -> list[str]:
    if not found.by_kind:
        return []
    rows: list[Row] = [("Difference", "rows", "units", "amount", "what it is")]
    rows += [
        (each.kind, f"{each.rows:,}" if each.rows else "", f"{each.units:+,}" if each.units else "",
         money(each.amount, found), sentence(each))
        for each in found.by_kind
    ]  # fmt: skip
    units = sum(each.units for each in found.by_kind)
    total = sum((each.amount for each in found.by_kind), Decimal(0))
    count = sum(each.rows for each in found.by_kind)
    rows.append(("billed less counted", f"{count:,}", f"{units:+,}", money(total, found), ""))
    return [*_table(rows, left=1, last_left=True), *([] if found.listed is None else in_lines(bridge(found), WIDTH))]


def sentence(each: KindMoney) -> str:
    """Return what a kind of money is."""
    if each.kind == NOT_ON_THE_LIST:
        return f"units of the {'invoice that the list' if each.units > 0 else 'list that the invoice'} does not have"
    if each.kind == NO_LIST:
        return each.what or "no list says which conversations these are"
    if each.kind == PRICE:
        return "the invoice's amount is not that of its units by the contract"
    if not each.disputed and each.kind == kinds.VERDICT and each.units > 0:
        return "the record does not hold the verdict: cannot be settled"
    return (kinds.OVER if each.units > 0 else kinds.UNDER)[each.kind]


def _bounds(found: Recounted) -> list[str]:
    if not found.bounds:
        return []
    billed = None if found.quantity is None else int(found.quantity)
    heading = "from invoice" if billed is not None else "from recount"
    rows: list[Row] = [("Counted", heading, "with this clause changed to")]
    against = (found.counted or 0) if billed is None else billed
    shown = sorted(found.bounds, key=lambda each: abs(each.units - against))[:MOST_BOUNDS]
    rows += [(f"{each.units:,}", f"{each.units - against:+,}", each.change.becomes) for each in shown]
    return [
        *_table(rows, left=0, last_left=True),
        "No list says which conversations were billed: these bound the count, and accuse no row.",
    ]


def _cautions(found: Recounted) -> Iterator[str]:
    for each in found.cautions:
        yield from in_lines(f"Note: {printable(each)}", WIDTH)


def _remarks(found: Recounted) -> Iterator[str]:
    if found.at_most is not None and found.at_least is not None and found.at_most > found.at_least:
        yield from in_lines(
            f"A verdict or a score that the definition reads is not in the record: {found.at_least:,} units with "
            f"unknown as no, {found.at_most:,} as yes. Amounts go with {found.counted:,}.", WIDTH,
        )  # fmt: skip
    for words in hidden_ids(found):
        yield from in_lines(words, WIDTH)


def bridge(found: Recounted) -> str:
    """Return how what is disputed, due later, open and not billed make up the difference."""
    later: dict[str, int] = {}
    for each in found.differences:
        if each.credit_month:
            later[each.credit_month] = later.get(each.credit_month, 0) + each.billed - each.counted
    units = ", ".join(f"{count:,} on that of {month}" for month, count in sorted(later.items()))
    parts = [
        (found.disputed, "disputed"),
        (found.credit_later, f"credits due later{f' ({units})' if units else ''}"),
        (found.open, "open"),
        (-found.not_billed, "not billed"),
    ]
    said = [f"{'-' if amount < 0 else '+'} {money(abs(amount), found)} {what}" for amount, what in parts if amount]
    return f"{' '.join(said).removeprefix('+ ')} = {money(found.difference or Decimal(0), found)}"


def hidden_ids(found: Recounted) -> list[str]:
    """Return how the ids that only the record has are made plain, where they are hashed and rows have them."""
    only = sum(not each.lines for each in found.differences)
    if not only or not found.record.facts.salt:
        return []
    noun = "1 id on no list is" if only == 1 else f"{only:,} ids on no list are"
    beside = found.record.path.with_suffix(".json").name
    return [f"{noun} hashed: log with --keep-ids, or hash yours with the salt in {beside}."]


def _where(found: Recounted, folder: Path | None) -> Iterator[str]:
    if found.differences:
        where = "-o FOLDER writes them" if folder is None else f"they are in {printable(str(folder))}"
        yield from in_lines(f"Rows with clause and evidence, claims.csv and a workbook: {where}.", WIDTH)


def _watched(watch: Sequence[Watched]) -> Iterator[str]:
    for each in watch:
        yield from in_lines(watch_sentence(each), WIDTH)


def watch_sentence(each: Watched) -> str:
    """Return what a tripwire says of the record."""
    bound = f"{each.threshold:,.4g}"
    what, against = printable(each.what), printable(each.against)
    if each.found is None:
        return f"Tripwire not tested: {what} ({each.why_not})."
    if each.state == "crossed":
        side = "below" if each.comparison == "above" else "above"
        return (
            f"Tripwire crossed: {what} is {each.found:,.4g}, {side} {bound}: {against} now costs less than "
            f"{printable(each.contract)} on average."
        )
    stays = f"{printable(each.contract)} stays cheaper {each.comparison} {bound}"
    return f"Tripwire holds: {what} is {each.found:,.4g}, and {stays}."


def answer(found: Recounted, watch: Sequence[Watched], tolerance: float) -> str:
    """Return the answer in a few sentences."""
    own = money(found.recounted, found)
    counts = f"what is counted comes to {own}" if found.counted is None else (
        f"the definition counts {found.counted:,}{' units' if found.billed is None else ''}, {own}"
    )  # fmt: skip
    if found.billed is None:
        text = f"{counts[0].upper()}{counts[1:]}; nothing billed was given."
    else:
        units = found.listed if found.quantity is None else found.quantity
        billed = "" if units is None else f"{Decimal(units):,f} units, "
        text = f"Billed {billed}{money(found.billed, found)}; {counts}. {' '.join(_verdict(found, tolerance))}"
    crossed = sum(each.state == "crossed" for each in watch)
    return f"{text} {crossed} of {len(watch)} tripwires crossed." if watch else text


def _verdict(found: Recounted, tolerance: float) -> Iterator[str]:
    if found.listed is not None:
        over = sum(each.billed > each.counted for each in found.differences)
        under = len(found.differences) - over
        yield f"{len(found.differences):,} ids differ, {over:,} over and {under:,} under."
        if found.disputed:
            yield f"Dispute {money(found.disputed, found)}."
        if found.credit_later:
            yield f"Expect {money(found.credit_later, found)} as a credit later."
        if found.not_billed:
            yield f"The vendor will set off {money(found.not_billed, found)} not billed."
    if found.other_lines:
        yield f"Lines for other things differ from the contract by {money(found.other_lines, found)}."
    yield _settled(found, tolerance)


def _settled(found: Recounted, tolerance: float) -> str:
    """Return how much of the invoice is not settled, and whether that is within the tolerance."""
    whole = found.invoiced or Decimal(0)
    share = f" ({100 * found.beyond / abs(whole):.2f} %)" if whole else ""
    side = "within" if found.within(tolerance) else "beyond"
    return (
        f"Of the {'invoice' if found.lines else 'list'}'s {money(whole, found)}, {money(found.beyond, found)} is not "
        f"settled{share}, {side} the tolerance of {100 * tolerance:.4g} %."
    )


def _table(rows: Sequence[Row], left: int, *, last_left: bool = False) -> list[str]:
    """Return rows in columns, the first `left` at the left; a last column of words is broken into lines."""
    count = len(rows[0])
    sized = count - 1 if last_left else count
    widths = [max(width_of(row[place]) for row in rows) for place in range(sized)]
    lines = []
    for row in rows:
        cells = [padded(cell, width) if place < left else " " * (width - width_of(cell)) + cell
                 for place, (cell, width) in enumerate(zip(row, widths, strict=False))]  # fmt: skip
        start = _GAP.join(cells)
        if not last_left:
            lines.append(start.rstrip())
            continue
        margin = " " * width_of(f"{start}{_GAP}")
        words = in_lines(row[-1], max(WIDTH - len(margin), 10), indent=0) or [""]
        lines += [f"{start}{_GAP}{words[0]}".rstrip(), *(f"{margin}{each}" for each in words[1:])]
    return lines
