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
from simulator.report.words.terms_words import assumed

SHOWN_DRIVERS: Final = 3


@dataclass(frozen=True, slots=True)
class Box:
    """A figure that a reader looks for first.

    Attributes:
        name: what it is.
        figure: the figure, or one or two words.
        lines: what belongs to it, in sentences.
        items: what it is made of, where that is a list.
        after: what belongs to it after that list.
    """

    name: str
    figure: str
    lines: tuple[str, ...]
    items: tuple[str, ...] = ()
    after: tuple[str, ...] = ()


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
            f"{capital(bar.label)}{kind}: P90 is {low} in the 10 % of futures where it is lowest, {high} where highest."
        )
    return told or ["No single assumption moves P90 beyond what chance does."]


def _p90(summary: Summary) -> Box:
    best, code = contract_of(summary, summary.recommended), summary.currency
    cost = best.cost(summary.ranked_by)
    expected, p90 = figures([cost.mean, cost.p90], code, more_digits(summary))
    what = "of the invoice" if summary.ranked_by == "invoice" else "of invoice and people's work"
    doubt = ", which these futures do not determine" if doubtful(cost) else ""
    return Box(f"P90 {what}", p90, (f"Expected: {expected}{doubt}.", interval_line(summary)))


def _chance(summary: Summary) -> Iterator[Box]:
    """In which share of the futures the budget holds, with the very figure of the table of contracts."""
    budget, found = summary.budget, summary.verdict
    if budget is None or found.chance is None:
        return
    (share,) = percents([found.chance], against=[0, NINE_OF_TEN, 1])
    lines = [*_years(summary)] or [f"Share of the futures in which {budgets(summary)} holds."]
    if not found.decided and found.chance_interval is not None:
        low, high = percents(found.chance_interval, against=[NINE_OF_TEN])
        lines.append(f"Whether that is nine in ten, {futures_text(summary)} cannot tell (95 %: {low} to {high}).")
    if budget.overrun_where_broken is not None:
        (over,) = figures([budget.overrun_where_broken], summary.currency)
        lines.append(f"When {'one' if several_budgets(summary) else 'it'} is exceeded, by {over} on average.")
    name = "Chance to hold every budget" if several_budgets(summary) else "Chance to hold the budget"
    yield Box(name, share, tuple(lines))


def _years(summary: Summary) -> Iterator[str]:
    """How often each fiscal year's budget holds by itself, and how often their sum is enough; nothing of one budget."""
    budget = summary.budget
    if budget is None or not several_budgets(summary):
        return
    yield "Share of the futures in which every year's budget holds."
    years = [(year.name, year.chance_held) for year in summary.budget_years if year.chance_held is not None]
    by_year = ", ".join(f"{name} {percents([share], against=[0, NINE_OF_TEN, 1])[0]}" for name, share in years)
    yield f"Each by itself: {by_year}."
    (pooled,) = percents([1 - budget.probability_over], against=[0, NINE_OF_TEN, 1])
    (amount,) = figures([budget.amount], summary.currency)
    yield f"All years in one, their sum of {amount}: {pooled}."


def _saving(summary: Summary) -> Iterator[Box]:
    """What the recommended contract saves against today with people's work, net of the cases no longer solved."""
    today = summary.status_quo
    if today is None or summary.verdict.rule == "no_units":
        return
    less, lost, code = today.recommended_less_today, _lost(today.saving), summary.currency
    net = -less.mean - lost
    against = in_sentence(today.title)
    against = f"today{against[5:]}" if against.startswith("Today") else against
    told, gross, worth, *sizes = figures([abs(net), abs(less.mean), lost, abs(less.p90), abs(less.p10)], code)
    low, high = (f"{'-' if end > 0 else ''}{size}" for end, size in zip((less.p90, less.p10), sizes, strict=True))
    word = "saved" if less.mean <= 0 else "more"
    whole = f"{gross} {word} against {against}, people's work on both sides"
    lines = [
        f"{whole}, less {worth} for the cases no longer solved." if lost else f"{capital(whole)}.",
        f"Before that, in eight of ten futures {low} to {high}." if lost
        else f"In eight of ten futures the saving is {low} to {high}.",
        *_service(summary, today.saving),
        *_jobs(today.saving),
    ]  # fmt: skip
    yield Box("Saving against today" if net >= 0 else "Extra cost against today", told, tuple(lines))


def _lost(found: Saving) -> float:
    """Return what the cases are worth that are solved today and no longer, at today's cost of a solved case."""
    fewer = found.solved_today - found.solved_with_ai
    if count(found.solved_today) == count(found.solved_with_ai):
        return 0.0
    return max(fewer, 0.0) * (found.cost_per_solved_case or 0.0)


def _service(summary: Summary, found: Saving) -> Iterator[str]:
    """Which share of the cases is solved today and with the AI, and how many cases that is."""
    before, after, cases = found.solved_today, found.solved_with_ai, summary.volume.cases.mean
    if count(before) == count(after) or not cases:
        return
    shares = percents([before / cases, after / cases])
    way = "fewer" if after < before else "more"
    yield f"Solved: {shares[0]} of the cases today, {shares[1]} with the AI, {count(abs(before - after))} {way}."


def _jobs(found: Saving) -> Iterator[str]:
    setup = "" if found.set_up_in_offer else ", and before any cost of setting up"
    if found.seats >= 1:
        one = round(found.seats) == 1
        yield f"Real only if {found.seats:,.0f} full-time job{' is' if one else 's are'} given up{setup}."


def _ready(summary: Summary) -> Box:
    questions = summary.verdict.questions
    if summary.verdict.rule == "no_units":
        return Box("Ready to sign", "No", ("No unit is billed in any future.",))
    if not questions:
        return Box("Ready to sign", "Yes", ("Nothing is open.", *_guessed(summary)))
    items = tuple(f"{capital(each.text)}." for each in questions)
    return Box("Ready to sign", "Not yet", ("To settle first:",), items, tuple(_guessed(summary)))


def _guessed(summary: Summary) -> Iterator[str]:
    """How many of the prices that it is compared with nobody offers."""
    others = [each for each in summary.terms if each.contract != summary.recommended]
    guessed = sum(assumed(each) for each in others)
    if guessed:
        which = f"all {guessed}" if guessed == len(others) else f"{guessed} of the {len(others)}"
        yield f"Prices of {which} others are assumed: no offer is named."
