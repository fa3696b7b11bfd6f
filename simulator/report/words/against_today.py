"""By how much the recommended contract costs less or more than what is done today, in a sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.report.words.figures import figures, percents
from simulator.report.words.sentences import in_sentence

if TYPE_CHECKING:
    from simulator.report.summary.distribution import Difference
    from simulator.report.summary.summary import Summary


def against_today(summary: Summary) -> str:
    """Return what the recommended contract costs less or more than today, or nothing where today is not known.

    Against an AI vendor in force the invoices are compared, as people's work is the same under every contract; against
    people alone all that service costs.
    """
    today = summary.status_quo
    if today is None or summary.verdict.rule == "no_units":
        return ""
    best = next(each for each in summary.contracts if each.name == summary.recommended)
    in_force = today.invoice_in_force
    new, old = (best.cost_to_serve, today.cost) if in_force is None else (best.invoice, in_force)
    gap, name = today.recommended_less_today, in_sentence(best.title)
    months = f"{summary.months} months" if summary.months > 1 else "month"
    difference, before, after = figures([abs(gap.mean), old.mean, new.mean], summary.currency)
    if in_force is None:
        said = f"People alone cost {before} on average over the {months}, and {name} with people's work {after}"
    else:
        said = f"Today's vendor bills {before} on average over the {months}, and {name} {after}"
    if gap.share_cheaper == gap.share_dearer == 0:
        return f"{said}: the same in every future."
    way, share = ("less", gap.share_cheaper) if gap.mean < 0 else ("more", gap.share_dearer)
    (often,) = percents([share], against=[0, 0.5, 1])
    futures = "in every future" if share == 1 else f"in {often} of the futures"
    return f"{said}: {name} costs {difference} {way}{_spread(gap, summary.currency)}, and {way} {futures}."


def _spread(gap: Difference, code: str) -> str:
    """Return between what the difference lies in eight futures of ten, where it has one sign there."""
    if gap.p10 * gap.p90 <= 0:
        return ""
    low, high = figures(sorted((abs(gap.p10), abs(gap.p90))), code)
    return f" (by {low} to {high} in eight futures of ten)"
