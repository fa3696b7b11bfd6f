"""What months tell of a season and of growth: little, and that is said.

One year cannot tell a season from demand. Under 18 months the scenario's season is kept and only tested; from 18 to 35
a season is estimated and shrunk to 1, as if it were known beforehand within 5 %; from 36 it is what the months say.
Growth is a matter of judgement under 24 months.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from simulator.arrays import Array
from simulator.audit.totals.series_level import USUAL_VOLUME, month_level

TESTED_UNDER: Final = 18
SHRUNK_UNDER: Final = 36
GROWTH_FROM: Final = 24
"""Months from which growth is estimated."""
KNOWN_WITHIN: Final = 0.05
"""Standard deviation of the logarithm of a month's factor before any month is seen."""
TELLS: Final = 2.0
"""Difference of two log evidences from which the months are said to speak for one: odds of 7 to 1."""
FEWEST: Final = 6
"""Months of which halves are compared."""
MOVES: Final = 0.75
"""Standard errors by which halves differ where that is said: of a year whose level wanders slowly (spread 0.15,
persistence 0.9) it is said in 84 of 100 cases, and of months that persist in nothing (spread 0.03) in 32."""
LEAST_MOVE: Final = 0.02


@dataclass(frozen=True, slots=True)
class Season:
    """A season, and what is said of it.

    Attributes:
        factors: by which the volume is divided, January to December, with mean 1.
        own: whether they come from the months.
    """

    factors: tuple[float, ...]
    own: bool
    said: str


def season_of(months: Sequence[str], volume: Sequence[float], stated: Sequence[float] | None) -> Season:
    """Return the season by which a volume is divided.

    Args:
        months: as 2026-03.
        stated: of the scenario, 12 factors with mean 1; None where it has none.
    """
    factors = tuple(stated or (1.0,) * 12)
    if len(months) < TESTED_UNDER:
        return Season(factors, False, _tested(months, volume, stated))
    places, logs = np.array([int(month[5:]) - 1 for month in months]), np.log(np.array(volume))
    found = _estimated(places, logs, shrunk=len(months) < SHRUNK_UNDER)
    how = "shrunk to 1, as they are fewer than 36" if len(months) < SHRUNK_UNDER else "taken as they are"
    return Season(found, True, f"the season comes from the {len(months)} months, {how}")


def without_season(months: Sequence[str], volume: Sequence[float], factors: Sequence[float]) -> list[float]:
    """Return a volume divided by the factors of its months."""
    return [each / factors[int(month[5:]) - 1] for month, each in zip(months, volume, strict=True)]


def _tested(months: Sequence[str], volume: Sequence[float], stated: Sequence[float] | None) -> str:
    few = f"{len(months)} month{'' if len(months) == 1 else 's'}"
    if stated is None:
        return f"no season is stated, and {few} cannot tell one from demand: state one if you know it"
    without, given = (
        month_level(np.log(each).tolist(), [1 / one for one in volume], USUAL_VOLUME).evidence
        for each in (volume, without_season(months, volume, stated))
    )
    verdict = (
        "the months speak for it"
        if given - without > TELLS
        else "the months speak against it"
        if without - given > TELLS
        else "the months speak neither for nor against it"
    )
    return f"the season is the template's, as {few} cannot tell one from demand; {verdict}"


def _estimated(places: Array, logs: Array, *, shrunk: bool) -> tuple[float, ...]:
    """Return a factor for each month of the year around a straight trend, with mean 1."""
    trend = np.polyfit(np.arange(len(logs)), logs, 1)
    rest = logs - np.polyval(trend, np.arange(len(logs)))
    means = np.array([rest[places == place].mean() if np.any(places == place) else 0.0 for place in range(12)])
    if shrunk:
        counts = np.array([np.sum(places == place) for place in range(12)])
        noise = float(np.sum((rest - means[places]) ** 2)) / max(len(rest) - 12, 1)
        means = means * KNOWN_WITHIN**2 / (KNOWN_WITHIN**2 + noise / np.maximum(counts, 1))
    factors = np.exp(means)
    return tuple((factors / factors.mean()).tolist())


def trend_said(values: Sequence[float], what: str) -> str:
    """Return that a level moves from one half of the months to the other; nothing where it does not visibly.

    The noise that the difference is compared with is that of one month to the next, which a slow move does not add to.
    """
    if len(values) < FEWEST:
        return ""
    logs, half = np.log(np.array(values)), len(values) // 2
    moved = float(logs[-half:].mean() - logs[:half].mean())
    noise = float(np.std(np.diff(logs))) / math.sqrt(2) * math.sqrt(2 / half)
    if abs(moved) <= MOVES * noise or abs(moved) < LEAST_MOVE:
        return ""
    return (
        f"the level of {what} moves by {math.expm1(moved):+.0%} from half to half: {len(values)} months cannot tell a "
        "trend from persistence"
    )


def growth_said(months: int, growth: Sequence[float] | None) -> str:
    """Return where growth comes from.

    Args:
        growth: P5, P50 and P95 of it in a year; None where it is not estimated.
    """
    if growth is None:
        return (
            f"growth comes from judgement, as {months} month{'' if months == 1 else 's'} are fewer than {GROWTH_FROM}: "
            "none is assumed; state volume.growth_per_year if you know it"
        )
    return (
        f"growth is {growth[0]:+.0%} to {growth[2]:+.0%} a year by the {months} months, as a straight trend; a level "
        "that wanders looks alike"
    )
