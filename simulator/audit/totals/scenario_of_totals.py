"""The scenario that totals give: each number with its range, kind, source and date, and what they cannot tell."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from simulator.audit.totals.claimed_rate import ClaimedRate
from simulator.audit.totals.implied_totals import CONFIRM, ESCALATE, RETURN, SOLVE, minutes_factor
from simulator.audit.totals.told_by_totals import Range, ToldByTotals, told_by_totals
from simulator.audit.totals.totals_file import Claim, Totals, next_month
from simulator.contracts.catalogue import offers
from simulator.contracts.contract_terms import ContractSpec
from simulator.definitions import DefinitionSpec, resolve_definitions
from simulator.errors import Problem, ScenarioError
from simulator.scenario.explained import reference
from simulator.scenario.meant.near_names import suggest
from simulator.scenario.meant.two_readings import plainly
from simulator.scenario.reading.load import parse_scenario
from simulator.scenario.schema import Scenario
from simulator.templates.measured_numbers import Measured
from simulator.templates.new_scenario import Known, filled, new_scenario

DIGITS: Final = 4
TOGETHER: Final = 0.999_999
"""Correlation of numbers that are drawn together: as near to 1 as the schema and Cholesky allow."""
PRIOR: Final = "from the prior Beta(3, 2): months so few hardly tell it; look at 0.3 and 0.9 too"
STATED: Final = "as stated with --persistence"
JUDGED: Final = "no growth is assumed: fewer than 24 months of totals cannot tell it"
NEVER_TOLD: Final = (
    "how customers abandon, return by the kind of end and after how many hours",
    "duplicates, reviews, planned handoffs and completed actions",
    "intents, channels and levels of complexity, and how months move them",
    "turns, tokens and what models cost",
    "how good a vendor's judge is, and satisfaction scores",
    "correlations of months",
)
_SERIES: Final = {"handoffs": "escalation", "reopened": "returning"}
"""Driver of the months of each share."""


@dataclass(frozen=True, slots=True)
class WrittenTotals:
    """A scenario from totals.

    Attributes:
        text: of the file.
        known: what stands in it, a line each.
        open: what the totals cannot tell, which is the template's.
        claim: two sentences on what the vendor's rate leaves open; empty without one.
    """

    text: str
    told: ToldByTotals
    known: tuple[str, ...]
    open: tuple[str, ...]
    claim: str


def scenario_of_totals(
    template: str, known: Known, totals: Totals, claim: Claim | None, file: str, persistence: float | None = None
) -> WrittenTotals:
    """Return a scenario from totals.

    Args:
        known: what else is known; the volume and what follows from the totals are put in.
        claim: of the vendor, in the place of that of the file.
        file: what the new file will be called.
        persistence: of the months as the analyst states it; None for its prior.

    Raises:
        TemplateError: if there is no such template.
        ScenarioError: for a definition that there is not, and for totals that no scenario of the template has.
    """
    first = replace(
        known,
        unit=totals.unit,
        per_month=sum(totals.volume) / len(totals.volume),
        start=known.start or next_month(totals.months[-1]),
    )
    scenario = parse_scenario(filled(template, first), template)
    asked = claim or totals.claim
    definition, spec = _definition(scenario, "" if asked is None else asked.definition, totals.file)
    try:
        told = told_by_totals(totals, scenario, asked, definition, spec, persistence)
    except ValueError as error:
        what = {ESCALATE: "handoffs", RETURN: "reopened"}.get(str(error), str(error))
        fix = "look at the column again, or take another --template"
        raise ScenarioError(
            totals.file, [Problem((), f"no scenario of the template '{template}' has so many {what}", fix)]
        ) from None
    numbers = [*_numbers(told, PRIOR if persistence is None else STATED), *_pairs(told, scenario)]
    second = replace(first, measured=tuple(numbers))
    minutes = list(_minutes(told, parse_scenario(filled(template, second), template)))
    opened = tuple(_open(told))
    said = claim_said(told.claims, quoted=asked is not None and asked.rate is not None)
    third = replace(second, measured=(*numbers, *minutes))
    last = replace(
        _with_invoice(third, told, scenario, definition),
        remarks=tuple(_remarks(told, opened, said)),
    )
    text = new_scenario(template, last, file)
    return WrittenTotals(text, told, tuple(_known(told)), opened, said)


def _definition(scenario: Scenario, name: str, file: str) -> tuple[str, DefinitionSpec | None]:
    """Return the definition of a claim: by its name, or that of the first contract of the template that has one.

    Raises:
        ScenarioError: if there is none of the name.
    """
    every = {key: each.spec for key, each in resolve_definitions(scenario.definitions).items()}
    for offer in offers().values():
        every |= {key: DefinitionSpec(**table) for key, table in offer.definitions.items() if key not in every}
    if name and name not in every:
        problem = Problem(("claim", "definition"), f"no definition is named '{name[:40]}'", suggest(name, every))
        raise ScenarioError(file, [problem])
    named = name or next((each for spec in scenario.contracts.values() if (each := _own_definition(spec))), "")
    return named, every.get(named)


def _own_definition(spec: ContractSpec) -> str:
    return str(getattr(spec, "definition", "") or "")


def _numbers(told: ToldByTotals, persistence: str) -> Iterator[Measured]:
    """Yield volume, growth, log odds and drivers with their ranges.

    Args:
        persistence: where that of the months comes from.
    """
    source, totals = _source(told.totals), told.totals
    yield Measured(("volume", "per_month"), _ranged(told.volume, source), _held_said(told, totals.unit))
    yield from _growth(told, source)
    if told.season.own:
        yield Measured(("volume", "season"), f"[{', '.join(_number(each) for each in told.season.factors)}]")
    yield from _driver("demand", "cv", told, totals.unit, (source, persistence))
    for column, key in (("handoffs", ESCALATE), ("reopened", RETURN)):
        if key in told.log_odds:
            share = told.shares[column]
            comment = f"{column} are {share.low:.1%} to {share.high:.1%} of the {totals.unit}"
            table, _, name = key.partition(".")
            yield Measured((table, name), _ranged(told.log_odds[key], source), comment)
            yield from _driver(_SERIES[column], "sd", told, column, (source, persistence))


def _growth(told: ToldByTotals, source: str) -> Iterator[Measured]:
    """Yield growth: of the months, drawn with the volume that goes with it, or of judgement."""
    path = ("volume", "growth_per_year")
    if told.growth is None:
        yield Measured(path, f'{{ value = 0, kind = "judgement", source = "{JUDGED}" }}', "change it if you know it")
        return
    yield Measured(path, _ranged(told.growth, source), "a straight trend; a level that wanders looks alike")
    rho = round(told.levels[told.totals.unit].growth_with_level, 2)
    yield Measured(
        ("correlations",), f'{{ between = ["volume.growth_per_year", "volume.per_month"], rho = {_number(rho)} }}'
    )


def _driver(name: str, spread: str, told: ToldByTotals, column: str, sources: tuple[str, str]) -> Iterator[Measured]:
    """Yield how far months lie from the level; nothing for one month, which cannot tell.

    Args:
        sources: of the spread, and where persistence comes from.
    """
    level, (source, said) = told.levels[column], sources
    if level.months > 1:
        persistence = f'{{ value = {_number(round(level.persistence, 2))}, kind = "judgement", source = "{said}" }}'
        value = f"{{ {spread} = {_ranged(Range(*level.spread), source)}, persistence = {persistence} }}"
        yield Measured(("drivers", name), value, f"from month to month, {level.months} months")


def _minutes(told: ToldByTotals, scenario: Scenario) -> Iterator[Measured]:
    """Yield the minutes of a handoff of each level, drawn together."""
    found = told.shares.get("minutes")
    if found is None:
        return
    unit, handed_over = told.totals.unit, "handoffs" in told.shares
    try:
        ends = [
            minutes_factor(scenario, unit, each, handed_over=handed_over)
            for each in (found.low, found.middle, found.high)
        ]
    except ValueError:
        problem = Problem((), "minutes are fewer than those of reviews alone", "look at the column minutes again")
        raise ScenarioError(told.totals.file, [problem]) from None
    names = [name for name, level in scenario.levels.items() if level.handoff_minutes.center > 0]
    for name in names:
        own = scenario.levels[name].handoff_minutes.center
        spread = Range(*(own * each for each in ends))
        comment = f"people work {found.low:.3g} to {found.high:.3g} minutes on each of the {unit}"
        yield Measured(("levels", name, "handoff_minutes"), _ranged(spread, _source(told.totals)), comment)
    for one, other in itertools.combinations(names, 2):
        yield _together(f"levels.{one}.handoff_minutes", f"levels.{other}.handoff_minutes", 1)


def _pairs(told: ToldByTotals, scenario: Scenario) -> Iterator[Measured]:
    """Yield solving and confirming as pairs that give the claimed rate, each as likely as the other.

    Where more is solved, fewer come back: the odds of returning go with the pairs, so that as many return as were seen.
    """
    if not told.claims or not told.claims[0].solve:
        return
    claim = told.claims[0]
    solved, confirmed = (f"{min(each):.0%} to {max(each):.0%}" for each in (claim.solve, claim.confirm))
    columns: dict[str, tuple[Sequence[float], str]] = {
        SOLVE: (claim.solve_log_odds, f"at this rate {solved} solved of the answered"),
        CONFIRM: (claim.confirm_log_odds, f"at this rate {confirmed} confirmed of the solved"),
    }
    if RETURN in told.log_odds:
        shifts = [math.exp(each - told.log_odds[RETURN].middle) for each in claim.return_log_odds]
        for name, level in scenario.levels.items():
            odds = [level.return_odds.center * each for each in shifts]
            columns[f"levels.{name}.return_odds"] = (odds, "as many return as were seen, whatever is solved")
    source = _quoted(f"pairs that give {claim.rate:.1%} by {claim.definition}, {told.totals.file}")
    said = f'kind = "quoted", source = {source}, as_of = "{told.totals.months[-1]}"'
    for key, (values, comment) in columns.items():
        digits = _digits(values)
        value = (
            f"choices = [{', '.join(sorted(digits, key=float))}]" if len(set(digits)) > 1 else f"value = {digits[0]}"
        )
        yield Measured(tuple(key.split(".")), f"{{ {value}, {said} }}", comment)
    ways = {key: _way(values) for key, (values, _) in columns.items() if _way(values)}
    for one, other in itertools.combinations(ways, 2):
        yield _together(one, other, ways[one] * ways[other])


def _way(values: Sequence[float]) -> int:
    """Return whether values grow (1) or fall (-1) all along; 0 where they do neither, or are one."""
    digits = [float(each) for each in _digits(values)]
    steps = [after - before for before, after in itertools.pairwise(digits)]
    return 0 if not any(steps) else int(min(steps) >= 0) - int(max(steps) <= 0)


def _together(one: str, other: str, way: int) -> Measured:
    return Measured(("correlations",), f'{{ between = ["{one}", "{other}"], rho = {way * TOGETHER} }}')


def _with_invoice(known: Known, told: ToldByTotals, scenario: Scenario, definition: str) -> Known:
    """Return what is known with what the last month's invoice says: the vendor's price, or what people cost."""
    totals = told.totals
    billed, worked = totals.pairs("invoice", "billed_resolutions"), totals.pairs("invoice", "minutes")
    if billed:
        named = (name for name, spec in scenario.contracts.items() if _own_definition(spec) == definition)
        name = next(named, None)
        if name is None or known.offers.current is not None:
            return known
        price = _rounded(billed[-1][0] / billed[-1][1])
        own = _from_invoice(("today", "terms", "price"), price, totals)
        offered = replace(known.offers, current=(name, price))
        return replace(known, offers=offered, measured=(*known.measured, own))
    if known.cost_per_hour is not None or known.current_cost is not None or not totals.pairs("invoice"):
        return known
    if worked:
        own = _from_invoice(("people", "cost_per_hour"), _rounded(worked[-1][0] / worked[-1][1] * 60), totals)
        return replace(known, measured=(*known.measured, own))
    paid, volume = totals.pairs("invoice")[-1]
    return replace(known, current_cost=_rounded(paid / volume))


def _from_invoice(path: tuple[str, ...], value: float, totals: Totals) -> Measured:
    return Measured(path, f"{{ value = {_number(value)}, {_source(totals)} }}")


def _rounded(value: float) -> float:
    return float(f"{value:.{DIGITS}g}")


def claim_said(claims: Sequence[ClaimedRate], *, quoted: bool) -> str:
    """Return what a rate leaves open, in two sentences."""
    if not claims:
        return ""
    middle, rates = claims[0], [each.rate for each in claims]
    between = f" ({min(rates):.1%} to {max(rates):.1%}{', as it is rounded' * quoted})" if len(rates) > 1 else ""
    rate = f"resolution rate of {middle.rate:.1%}{between} by {middle.definition}"
    by = f"{'The claimed' if quoted else 'The billed'} {rate}"
    found = [each for each in claims if each.solve]
    if not middle.solve:
        least, most = middle.possible
        return (
            f"{by} is out of reach: with the handoffs and returns of the totals any solving and confirming give "
            f"{least:.1%} to {most:.1%}. Ask what the vendor divides by and what it leaves out; solving and confirming "
            "are the template's."
        )
    solve = [each for claim in found for each in claim.solve]
    confirm = [each for claim in found for each in claim.confirm]
    shape = {-1: "the more is solved, the less is confirmed", 1: "the more is solved, the more is confirmed"}
    tied = shape.get(middle.joined, "the two are not tied to one another")
    return (
        f"{by} leaves open that the AI solves {min(solve):.0%} to {max(solve):.0%} of what it answers and customers "
        f"confirm {min(confirm):.0%} to {max(confirm):.0%} of that: {tied}. "
        "Every pair bills the same by this definition and another amount by others, so that reading some 230 silent "
        "conversations tells what the claim does not."
    )


def _remarks(told: ToldByTotals, opened: Sequence[str], claim: str) -> Iterator[str]:
    months = told.totals.months
    yield (
        f"From totals: {told.totals.file}, {months[0]} to {months[-1]}, {len(months)} months, which are as many "
        "observations. Ranges are P5 to P95 of the level."
    )
    yield from (f"{each[0].upper()}{each[1:]}." for each in told.remarks)
    if claim:
        yield claim
    yield f"The totals do not tell, and the template states: {'; '.join(opened)}."


def _open(told: ToldByTotals) -> Iterator[str]:
    if not told.claims or not told.claims[0].solve:
        yield "how much the AI solves, and how much of that customers confirm"
    names = {"handoffs": "how much is handed over", "reopened": "how many come back", "minutes": "people's minutes"}
    yield from (words for column, words in names.items() if column not in told.shares)
    yield from NEVER_TOLD


def _known(told: ToldByTotals) -> Iterator[str]:
    unit = told.totals.unit
    yield f"{unit} a month: {_span(unit, told.volume, unit)} ({_held_said(told, unit)})"
    for name, each in told.shares.items():
        heads = "minutes of people" if name == "minutes" else name.replace("_", " ")
        of = f"for each of the {unit}" if name == "minutes" else f"of the {unit}"
        yield f"{heads}: {_span(name, each, unit)} {of} ({_held_said(told, name)})"


def _held_said(told: ToldByTotals, name: str) -> str:
    """Return the ranges of a series with persistence held, which its months hardly tell."""
    spans = [
        f"{_span(name, each[name], told.totals.unit)} with persistence {held:g}" for held, each in told.held.items()
    ]
    return ", ".join(spans)


def _span(name: str, spread: Range, unit: str) -> str:
    form = ",.0f" if name == unit else ".3g" if name == "minutes" else ".1%"
    return f"{spread.low:{form}} to {spread.high:{form}}"


def _source(totals: Totals) -> str:
    months = totals.months
    told = f"{len(months)} months of totals, {months[0]} to {months[-1]}, {totals.file}"
    return f'kind = "measured", source = {_quoted(told)}, as_of = "{months[-1]}"'


def _ranged(spread: Range, source: str) -> str:
    low, high = _number(spread.low), _number(spread.high)
    return f"{{ p5 = {low}, p95 = {high}, {source} }}" if low != high else f"{{ value = {low}, {source} }}"


def _digits(values: Sequence[float]) -> list[str]:
    return [plainly(reference.written(float(f"{round(each, 5):.6g}"))) for each in values]


def _number(value: float) -> str:
    return plainly(reference.written(float(f"{value:.{DIGITS}g}")))


def _quoted(text: str) -> str:
    import tomlkit

    return tomlkit.item(text).as_string()
