"""The boxes of the answer: P90, the chance to hold the budget, the saving, and what is open before signing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from simulator.forecast.verdict import NINE_OF_TEN
from simulator.report.summary.summary import Summary
from simulator.report.summary.today import Saving
from simulator.report.words.budget_words import budgets, several_budgets
from simulator.report.words.figures import count, figures, percents
from simulator.report.words.precision import more_digits
from simulator.report.words.sentences import capital, contract_of, doubtful, futures_text, in_sentence, interval_line

SHOWN_DRIVERS: Final = 3


@dataclass(frozen=True, slots=True)
class Box:
    """A figure that a reader looks for first.

    Attributes:
        name: what it is.
        figure: the figure, or one or two words.
        lines: what belongs to it, in sentences.
        items: what it is made of, where that is a list.
    """

    name: str
    figure: str
    lines: tuple[str, ...]
    items: tuple[str, ...] = ()


def boxes(summary: Summary) -> list[Box]:
    """Return P90, the chance to hold the budget, the saving against today, and whether the contract can be signed."""
    return [_p90(summary), *_chance(summary), *_saving(summary), _ready(summary)]


def facts(summary: Summary) -> str:
    """Return what was simulated: futures, months, cases, contracts and the currency of all amounts."""
    months = "1 month" if summary.months == 1 else f"{summary.months} months"
    cases = (summary.volume.cases.mean or 0) / summary.months
    return (
        f"{futures_text(summary)} of {months} from {summary.start}, about {count(cases)} cases a month, "
        f"{len(summary.contracts)} contract{'' if len(summary.contracts) == 1 else 's'}, amounts in "
        f"{summary.currency}"
    )


def drivers(summary: Summary) -> list[str]:
    """Return the strongest assumptions in sentences, each with what stands behind it."""
    found = summary.tornado
    if found is None:
        return [f"{futures_text(summary)} are too few to say which assumption moves P90."]
    kinds = {each.label: each.kind for each in summary.most_of_the_spread.assumptions}
    told = []
    for bar in [bar for bar in found.bars if bar.visible][:SHOWN_DRIVERS]:
        low, high = figures([bar.at_low, bar.at_high], summary.currency)
        kind = f" ({kinds[bar.label]})" if bar.label in kinds else ""
        told.append(
            f"{capital(bar.label)}{kind}: P90 is {low} in the tenth of the futures in which it is lowest, and "
            f"{high} where it is highest."
        )
    return told or ["No single assumption moves P90 beyond what chance does."]


def _p90(summary: Summary) -> Box:
    best, code = contract_of(summary, summary.recommended), summary.currency
    cost = best.cost(summary.ranked_by)
    expected, p90 = figures([cost.mean, cost.p90], code, more_digits(summary))
    what = "of the invoice" if summary.ranked_by == "invoice" else "of invoice and human work"
    doubt = ", which these futures do not determine" if doubtful(cost) else ""
    return Box(f"P90 {what}", p90, (f"Expected: {expected}{doubt}.", interval_line(summary)))


def _chance(summary: Summary) -> Iterator[Box]:
    """In which share of the futures the budget holds, with the very figure of the table of contracts."""
    budget, found = summary.budget, summary.verdict
    if budget is None or found.chance is None:
        return
    (share,) = percents([found.chance], against=[0, NINE_OF_TEN, 1])
    lines = [f"Share of the futures in which {budgets(summary)} {_holds(summary)}."]
    if not found.decided and found.chance_interval is not None:
        low, high = percents(found.chance_interval, against=[NINE_OF_TEN])
        lines.append(f"Whether that is nine in ten, {futures_text(summary)} cannot tell (95 %: {low} to {high}).")
    if budget.overrun_where_broken is not None:
        (over,) = figures([budget.overrun_where_broken], summary.currency)
        lines.append(f"Where it does not, {over} are missing on average.")
    yield Box("Chance to hold the budget", share, tuple(lines))


def _holds(summary: Summary) -> str:
    return "hold together" if several_budgets(summary) else "holds"


def _saving(summary: Summary) -> Iterator[Box]:
    """What the recommended contract saves against today with human work, as a range, and what it takes."""
    today = summary.status_quo
    if today is None or today.recommended_less_today is None or summary.verdict.rule == "no_units":
        return
    less, found, code = today.recommended_less_today, today.saving, summary.currency
    saves = less.mean <= 0
    ends = [-less.p90, -less.p10] if saves else [less.p10, less.p90]
    mean, *sizes = figures([abs(less.mean), *map(abs, ends)], code)
    low, high = (f"{'-' if end < 0 else ''}{size}" for end, size in zip(ends, sizes, strict=True))
    against = in_sentence(today.title)
    against = f"today{against[5:]}" if against.startswith("Today") else against
    lines = [
        f"Expected, against {against}: after the vendor's invoice, with human work on both sides.",
        f"In eight of ten futures between {low} and {high}.",
        *_service(found),
        *_seats(found),
    ]
    yield Box("Saving against today" if saves else "Extra cost against today", mean, tuple(lines))


def _service(found: Saving) -> Iterator[str]:
    before, after = found.solved_today, found.solved_with_ai
    if count(before) != count(after):
        yield f"{count(abs(before - after))} {'fewer' if after < before else 'more'} cases are solved than today."


def _seats(found: Saving) -> Iterator[str]:
    seats = found.seats
    if seats >= 1:
        one = round(seats) == 1
        yield f"Real only if {seats:,.0f} full-time seat{' is' if one else 's are'} released."


def _ready(summary: Summary) -> Box:
    questions = summary.verdict.questions
    if summary.verdict.rule == "no_units":
        return Box("Ready to sign", "No", ("No unit is billed in any future.",))
    if not questions:
        return Box("Ready to sign", "Yes", ("Nothing is open.",))
    items = tuple(f"{capital(each.text)}." for each in questions)
    return Box("Ready to sign", "Not yet", ("To settle first:",), items)
