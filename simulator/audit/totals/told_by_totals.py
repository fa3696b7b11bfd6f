"""What totals tell of a scenario's numbers: a range for each, the spread from month to month, and what stays open."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from simulator.audit.totals.claimed_rate import ClaimedRate, claimed_rate
from simulator.audit.totals.implied_totals import ESCALATE, RETURN, SeenShares, log_odds_for, units_per_case
from simulator.audit.totals.season import GROWTH_FROM, Season, growth_said, season_of, trend_said, without_season
from simulator.audit.totals.series_level import HELD, USUAL_RATE, USUAL_VOLUME, MonthLevel, month_level
from simulator.audit.totals.totals_file import Claim, Totals, months_between
from simulator.definitions import DefinitionSpec
from simulator.scenario.schema import Scenario

MINUTES_VARIANCE: Final = math.exp(0.94**2) - 1
"""Variance of the minutes of a handoff over the square of their mean, at the usual spread of their logarithm."""


@dataclass(frozen=True, slots=True)
class Range:
    """P5, P50 and P95 of a number."""

    low: float
    middle: float
    high: float


@dataclass(frozen=True, slots=True)
class ToldByTotals:
    """What totals tell, on the scenario of a template.

    Attributes:
        volume: in a month of average season; where growth is estimated, at the start of the scenario.
        shares: handoffs, reopened and billed for each of the volume, minutes too, as far as they are given.
        held: volume, by its unit, and shares with persistence held at some values.
        log_odds: of handing over and returning that give those shares, by the names of their keys.
        levels: what the months tell of each series, by its column.
        growth: of the volume in a year; None where it comes from judgement.
        claims: at the middle of the claimed or billed rate, and at the ends between which it may be.
        remarks: what must be known of the numbers.
    """

    totals: Totals
    season: Season
    volume: Range
    shares: Mapping[str, Range]
    log_odds: Mapping[str, Range]
    levels: Mapping[str, MonthLevel]
    held: Mapping[float, Mapping[str, Range]]
    growth: Range | None = None
    claims: tuple[ClaimedRate, ...] = ()
    remarks: tuple[str, ...] = ()


def told_by_totals(
    totals: Totals,
    scenario: Scenario,
    claim: Claim | None,
    definition: str,
    spec: DefinitionSpec | None,
    persistence: float | None = None,
) -> ToldByTotals:
    """Return what totals tell.

    Args:
        scenario: of a template; what totals do not tell is as it states.
        claim: of the vendor; without one the billed totals are taken for it, if there are any.
        definition: by which the claim counts, with its clauses; None for no contract that bills resolutions.
        persistence: of the months as the analyst states it; None for its prior.

    Raises:
        ValueError: naming a column whose share no scenario of this template has.
    """
    season = _season(totals, scenario)
    even = without_season(totals.months, totals.volume, season.factors)
    levels = _levels(totals, even, scenario.start, persistence)
    ranges = _ranges(levels, totals.unit)
    shares = {name: each for name, each in ranges.items() if name != totals.unit}
    middles = {name: each.middle for name, each in shares.items()}
    seen = SeenShares(totals.unit, middles.get("handoffs"), middles.get("reopened"))
    log_odds = _log_odds(scenario, seen, shares)
    claims = () if spec is None else _claims(scenario, seen, claim, definition, spec, shares.get("billed_resolutions"))
    grown = [math.expm1(each) for each in levels[totals.unit].growth] if len(even) >= GROWTH_FROM else None
    return ToldByTotals(
        totals=totals,
        season=season,
        volume=ranges[totals.unit],
        shares=shares,
        log_odds=log_odds,
        levels=levels,
        held={each: _ranges(_levels(totals, even, scenario.start, each), totals.unit) for each in HELD},
        growth=None if grown is None else _range(grown),
        claims=claims,
        remarks=tuple(_remarks(totals, season, even, grown)),
    )


def _season(totals: Totals, scenario: Scenario) -> Season:
    stated = scenario.volume.season
    mean = None if stated is None else math.fsum(each.center for each in stated) / 12
    given = None if stated is None or mean is None else [each.center / mean for each in stated]
    return season_of(totals.months, totals.volume, given)


def _levels(totals: Totals, even: Sequence[float], start: str, persistence: float | None) -> dict[str, MonthLevel]:
    """Return what the months tell of each series, with persistence by its prior or held."""
    elapsed = [months_between(start, month) / 12 for month in totals.months] if len(even) >= GROWTH_FROM else []
    logs, noise = [math.log(each) for each in even], [1 / each for each in totals.volume]
    levels = {totals.unit: month_level(logs, noise, USUAL_VOLUME, persistence, elapsed)}
    levels |= {
        name: _of_share(pairs, persistence)
        for name in ("handoffs", "reopened", "billed_resolutions")
        if (pairs := totals.pairs(name))
    }
    worked = totals.pairs("minutes")
    if worked and all(each > 0 for each, _ in worked):
        levels["minutes"] = _of_minutes(worked, totals.pairs("handoffs"), persistence)
    return levels


def _ranges(levels: Mapping[str, MonthLevel], unit: str) -> dict[str, Range]:
    """Return the volume, by its unit, and the shares and minutes for each of it."""
    return {
        name: _range(
            [math.exp(each) for each in level.mean_level]
            if name == unit
            else [math.exp(each) if name == "minutes" else _share(each) for each in level.level]
        )
        for name, level in levels.items()
    }


def _range(ends: Sequence[float]) -> Range:
    return Range(*ends)


def _share(log_odds: float) -> float:
    return 1 / (1 + math.exp(-log_odds))


def _of_share(pairs: Sequence[tuple[float, float]], persistence: float | None) -> MonthLevel:
    """Return the level of a share by month; half a case is added on either side, so that none and all have log odds."""
    shares = [((each + 0.5) / (base + 1), base) for each, base in pairs]
    logits = [math.log(share / (1 - share)) for share, _ in shares]
    noise = [1 / ((base + 1) * share * (1 - share)) for share, base in shares]
    return month_level(logits, noise, USUAL_RATE, persistence)


def _of_minutes(
    pairs: Sequence[tuple[float, float]], handoffs: Sequence[tuple[float, float]], persistence: float | None
) -> MonthLevel:
    """Return the level of the logarithm of minutes for each of the volume."""
    counts = [each for each, _ in handoffs] if len(handoffs) == len(pairs) else [base for _, base in pairs]
    logs = [math.log(each / base) for each, base in pairs]
    return month_level(logs, [(1 + MINUTES_VARIANCE) / max(each, 1.0) for each in counts], USUAL_RATE, persistence)


def _log_odds(scenario: Scenario, seen: SeenShares, shares: Mapping[str, Range]) -> dict[str, Range]:
    """Return the ranges of log odds that give the ranges of shares, each with the other share at its middle."""
    middle, found = log_odds_for(scenario, seen, {}), {}
    for column, key in (("handoffs", ESCALATE), ("reopened", RETURN)):
        if column in shares:
            ends = [
                float(log_odds_for(scenario, _with(seen, column, each), {})[key])
                for each in (shares[column].low, shares[column].high)
            ]
            found[key] = Range(ends[0], float(middle[key]), ends[1])
    return found


def _with(seen: SeenShares, column: str, share: float) -> SeenShares:
    return replace(seen, handoffs=share) if column == "handoffs" else replace(seen, reopened=share)


def _claims(
    scenario: Scenario,
    seen: SeenShares,
    claim: Claim | None,
    definition: str,
    spec: DefinitionSpec,
    billed: Range | None,
) -> tuple[ClaimedRate, ...]:
    """Return the pairs that give the rate in the middle and at both ends of what it may be, as far as any pair does."""
    if claim is not None and claim.rate is not None:
        half = _rounding(claim.rate)
        middle, low, high = claim.rate, claim.rate - half, claim.rate + half
    elif billed is not None:
        per_case = units_per_case(scenario, log_odds_for(scenario, seen, {}))
        times = float(per_case[seen.unit] / per_case["conversations"])
        middle, low, high = (each * times for each in (billed.middle, billed.low, billed.high))
    else:
        return ()
    first = claimed_rate(scenario, definition, spec, middle, seen)
    least, most = first.possible
    if high < least or low > most:
        return (first,)
    rates = [min(max(each, least), most) for each in (middle, low, high)]
    found = [
        first if each == middle else claimed_rate(scenario, definition, spec, each, seen)
        for each in dict.fromkeys(rates)
    ]
    return tuple(found)


def _rounding(rate: float) -> float:
    """Return by how much a rate may be rounded: half of its last digit, of whole per cent if it has no more."""
    return 0.5 * 10.0 ** -max(2, len(f"{rate:.10g}".partition(".")[2]))


def _remarks(totals: Totals, season: Season, even: Sequence[float], growth: Sequence[float] | None) -> list[str]:
    told = [_left_out(totals.partial), season.said, trend_said(even, "the volume"), growth_said(len(even), growth)]
    for name in ("handoffs", "reopened", "billed_resolutions"):
        pairs = totals.pairs(name)
        if pairs and all(each > 0 for each, _ in pairs):
            told.append(trend_said([each / base for each, base in pairs], f"the share of {name.replace('_', ' ')}"))
    return [each for each in told if each]


def _left_out(partial: Sequence[str]) -> str:
    return f"{' and '.join(partial)} {'is' if len(partial) == 1 else 'are'} partial and left out" if partial else ""
