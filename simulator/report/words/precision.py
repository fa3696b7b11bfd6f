"""What a run says of the precision that it was asked for, and how many digits its amounts get by it."""

from __future__ import annotations

import math
from typing import Final

from simulator.forecast.precision import MOST_FUTURES, Reached
from simulator.report.summary.precision import Precision
from simulator.report.summary.summary import Summary

THREE_DIGITS: Final = 0.0005
"""Half of the interval of a P90, as a share of it, from which three digits are enough: the last is 0.1 to 1 %."""
MOST_MORE: Final = 3


def precision_of(found: Reached | None) -> Precision | None:
    """Return what was asked, of which contracts, and what was reached; None where nothing was asked."""
    if found is None:
        return None
    return Precision(
        asked=found.asked.share,
        reached=found.share,
        enough=found.enough,
        of=found.asked.of,
        widest=found.of,
        contracts=tuple(found.names),
    )


def precision_line(summary: Summary) -> str | None:
    """Return how well P90 is known against what was asked; None where nothing was asked."""
    found, futures = summary.precision, f"{summary.trials:,} futures"
    if found is None:
        return None
    asked = f"asked: ±{percent(found.asked)}"
    if found.reached is None:
        return f"{futures} do not tell how well the P90 of {found.widest} is known ({asked})."
    names = found.contracts
    which = f"The P90s of {len(names)} contracts are" if len(names) > 1 else f"The P90 of {names[0]} is"
    told = f"{which} known to ±{percent(found.reached)} ({asked})"
    if found.enough:
        return f"{told}."
    return f"{told}: not reached with {futures}, and no more than {MOST_FUTURES:,} are simulated for it."


def progress_text(found: Reached) -> str:
    """Return how far a run has come."""
    known = "not known yet" if found.share is None else f"known to ±{percent(found.share)}"
    return f"P90 {known}, asked ±{percent(found.asked.share)}"


def more_digits(summary: Summary) -> int:
    """Return how many digits more than three an amount gets, as it is known so well; 0 where nothing was asked."""
    found = summary.precision
    if found is None or not found.reached:
        return 0
    return min(max(math.ceil(math.log10(THREE_DIGITS / found.reached)), 0), MOST_MORE)


def percent(share: float) -> str:
    """Return a small share in percent with two digits: "0.5 %", "0.031 %"."""
    return f"{float(f'{100 * share:.2g}'):g} %"
