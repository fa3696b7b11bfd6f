"""What all contracts save against today, in sentences: it is the merit of deploying the AI more than of the choice."""

from __future__ import annotations

from simulator.report.summary.summary import Summary
from simulator.report.summary.today import Saving, Today
from simulator.report.words.figures import count, figures
from simulator.report.words.sentences import in_sentence


def saving(summary: Summary) -> str:
    """Return what all contracts save against today, what happens to the cases solved, and what it takes; or nothing."""
    today = summary.status_quo
    if today is None or summary.verdict.rule == "no_units":
        return ""
    found = today.saving
    code = summary.currency
    parts = [_saved(summary, found), _range(today, code), _service(found, code), _conditions(found)]
    return " ".join(part for part in parts if part)


def _saved(summary: Summary, found: Saving) -> str:
    """What the contracts save against today on average, with human work: a range, as deploying earns most of it."""
    code, low, high = summary.currency, found.low, found.high
    least, most = figures([abs(low), abs(high)], code)
    title, months = found.title, summary.months
    today = f"today{title[5:]}" if title.startswith("Today") else in_sentence(title)
    over = f" over the {months} months" if months > 1 else ""
    spent = f"on average{over}, people's work included"
    every = "this contract" if len(summary.contracts) == 1 else "every contract here"
    if low == high:
        word = "saves" if low >= 0 else "costs"
        return f"Compared with {today}, {every} {word} {most}{'' if low >= 0 else ' more'} {spent}."
    decides = f"which contract is chosen decides {figures([high - low], code)[0]} of it"
    if low >= 0:
        return f"Compared with {today}, {every} saves {least} to {most} {spent}: {decides}."
    if high <= 0:
        return f"Compared with {today}, {every} costs {most} to {least} more {spent}: {decides}."
    return f"Compared with {today}, the contracts here cost from {most} less to {least} more {spent}."


def _range(today: Today, code: str) -> str:
    """Between which amounts the recommended contract saves in eight of ten futures, as an average has no range."""
    less = today.recommended_less_today
    if less.p10 == less.p90:
        return ""
    ends = [-less.p90, -less.p10]
    low, high = (
        f"{'-' if end < 0 else ''}{text}"
        for end, text in zip(ends, figures([abs(each) for each in ends], code), strict=True)
    )
    return f"In eight of ten futures, the recommended contract saves {low} to {high}."


def _service(found: Saving, code: str) -> str:
    """How many cases are solved, which is not the same service, and what the difference is worth."""
    before, after, each = found.solved_today, found.solved_with_ai, found.cost_per_solved_case
    if before is None or after is None or count(before) == count(after):
        return ""
    way = "fewer" if after < before else "more"
    text = (
        f"The service is not the same: {count(after)} cases are solved, {count(abs(before - after))} {way} than today"
    )
    if each is None:
        return f"{text}."
    (worth, unit) = figures([abs(before - after) * each, each], code)
    return f"{text}. At today's cost of {unit} for a solved case, these are worth {worth}."


def _conditions(found: Saving) -> str:
    """What must happen for the saving to be real: seats that are released, and what setting up costs."""
    parts = []
    if found.seats is not None and found.seats >= 1:
        one = round(found.seats) == 1
        seats = f"{found.seats:,.0f} full-time job{'' if one else 's'}"
        hours = f"{found.hours_per_month:,.0f} hours a month"
        parts.append(f"The saving is real only if {seats} ({hours}) {'is' if one else 'are'} really given up.")
    if not found.set_up_in_offer:
        parts.append("The costs of setting up are not in it, because no offer names any.")
    return " ".join(parts)
