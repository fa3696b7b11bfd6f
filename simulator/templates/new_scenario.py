"""A scenario of one's own from a template: the numbers that everyone knows put in, what to change first marked.

Whatever else the template says stays as it is, comments too. Amounts of contracts that belong to a volume (fees per
month, minimums, included units, bounds of tiers, seats) are scaled with it, else a small deployment would pay the
platform fee of a large one.
"""

from __future__ import annotations

import contextlib
import shlex
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from simulator.contracts import LIST_CURRENCY
from simulator.implied.implied_figures import implied, minutes_of_today
from simulator.money import currency
from simulator.scenario.explained import reference
from simulator.scenario.key_paths import Path
from simulator.scenario.meant.two_readings import plainly
from simulator.scenario.reading.load import parse_scenario
from simulator.scenario.reading.positions import scan
from simulator.scenario.schema import Scenario
from simulator.scenario.stated.contract_tables import in_currencies
from simulator.scenario.texts import printable
from simulator.templates.known_offers import GIVEN, Offers, check_offers, put_offers
from simulator.templates.measured_numbers import Measured, put_measured
from simulator.templates.scaled_amounts import headline, of_units, scaled
from simulator.templates.shipped_templates import TemplateError, template_text
from simulator.templates.typical_ranges import NOT_YOURS, put_notes, put_typical_ranges, typical_paths

if TYPE_CHECKING:
    from tomlkit import TOMLDocument

SCALED: Final = ("money per month", "money per year", "units per month", "seats")
"""Units of a contract's amounts that belong to a volume."""
MONEY: Final = ("money", "currency per hour")
"""How the units of amounts of money begin."""
DIGITS: Final = 4
"""Digits of an amount of the template in another currency."""
WIDTH: Final = 100


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a deployment; None where the template's value is to stay.

    Attributes:
        unit: what the volume counts: cases, conversations or tickets.
        per_month: how many of them come in a month.
        current_cost: what a conversation handled by people costs today; it decides what an hour costs.
        exchange_rate: what one unit of the template's currency costs in that of the scenario; with it the template's
            amounts are converted.
        offers: what vendors offer.
        measured: numbers that replace those of the template, ranges too.
        remarks: what is said at the top of the file.
    """

    title: str | None = None
    unit: str = "cases"
    per_month: float | None = None
    currency: str | None = None
    start: str | None = None
    cost_per_hour: float | None = None
    current_cost: float | None = None
    budget: float | None = None
    exchange_rate: float | None = None
    offers: Offers = field(default_factory=Offers)
    measured: tuple[Measured, ...] = ()
    remarks: tuple[str, ...] = ()


def new_scenario(template: str, known: Known, file: str) -> str:
    """Return the text of a new scenario.

    Args:
        file: what the new file will be called.

    Raises:
        TemplateError: if there is no such template or contract, or the text would not be a right scenario.
        ScenarioError: if a given value is refused.
    """
    known = _coded(known)
    text, scenario = _filled(template, known)
    lines = text.split("\n")
    marks = list(_marks(scenario, known))
    places = scan(text).places
    for number, mark in enumerate(marks, 1):
        for place in dict.fromkeys(places[path].line - 1 for path in mark.paths if path in places):
            lines[place] = _marked(lines[place], number, mark.on_line)
    body = "\n".join(_without_first_comment(lines))
    head = [*_head(template, marks, file, scenario), *(line for each in known.remarks for line in _comment(each, "- "))]
    return "\n".join([*head, "", body.lstrip("\n")])


def filled(template: str, known: Known) -> str:
    """Return the template with the known numbers, without marks and heading."""
    return _filled(template, _coded(known))[0]


def _coded(known: Known) -> Known:
    """Return what is known with the ISO 4217 code of the currency; one that is not known is refused with its line."""
    with contextlib.suppress(ValueError):
        return known if known.currency is None else replace(known, currency=currency(known.currency).code)
    return known


def _filled(template: str, known: Known) -> tuple[str, Scenario]:
    import tomlkit

    source = template_text(template)
    before = parse_scenario(source, template)
    document = tomlkit.parse(source)
    check_offers(known.offers, before)
    known = _with_hour(known, before)
    _convert(document, known, before)
    _put_plain(document, known)
    if known.per_month is not None:
        _put_volume(document, known, before)
    put_offers(document, known.offers, before, known.currency or before.currency)
    put_typical_ranges(document, before)
    if known.budget is None and (known.per_month is not None or known.currency not in (None, before.currency)):
        document.pop("budget", None)
    _put_sources(document, known)
    put_measured(document, known.measured)
    put_notes(document, parse_scenario(tomlkit.dumps(document), template))
    text = tomlkit.dumps(document)
    return text, parse_scenario(text, template)


def _with_hour(known: Known, before: Scenario) -> Known:
    """Return what is known with the cost of an hour that follows from that of a conversation."""
    if known.current_cost is None:
        return known
    minutes = minutes_of_today(before)
    if not minutes:
        raise TemplateError("people take no minutes in this template: what an hour costs does not follow")
    return replace(known, cost_per_hour=float(f"{60 * known.current_cost / minutes:.4g}"))


def _put_plain(document: TOMLDocument, known: Known) -> None:
    for key in ("title", "currency", "start"):
        if getattr(known, key) is not None:
            document[key] = getattr(known, key)
    if known.budget is not None:
        document["budget"] = _value(known.budget)
    if known.cost_per_hour is not None:
        _table(document, "people")["cost_per_hour"] = _value(known.cost_per_hour)
    if known.current_cost is not None:
        _table(document, "today")


def _convert(document: TOMLDocument, known: Known, before: Scenario) -> None:
    """Turn the template's amounts into another currency; what the price list has stays in its own, with the rate.

    Raises:
        TemplateError: if the rate is needed and not given, or given and not needed.
    """
    import tomlkit

    with contextlib.suppress(ValueError):  # what names no currency is refused with its line
        if known.currency is not None and currency(known.currency).code != before.currency:
            if known.exchange_rate is None:
                raise TemplateError(
                    f"the amounts of this template are in {before.currency}, and nobody said what one "
                    f"{before.currency} costs in {known.currency}; give --exchange-rate, as --exchange-rate 0.9"
                )
            for table, key in list(of_units(document, (), MONEY)):
                table[key] = scaled(table[key], known.exchange_rate, DIGITS)
            if "cost_per_hour" not in before.people.model_fields_set:
                hour = before.people.cost_per_hour.center * known.exchange_rate
                _table(document, "people")["cost_per_hour"] = _value(float(f"{hour:.{DIGITS}g}"))
            if any(code == before.currency for _, code in in_currencies(before)):
                _table(document, "exchange_rates")[before.currency] = _value(known.exchange_rate)
                note = tomlkit.value(f'{{ kind = "judgement", source = "{GIVEN}" }}')
                _table(document, "sources")[f"exchange_rates.{before.currency}"] = note
        elif known.exchange_rate is not None:
            raise TemplateError(f"this template is in {before.currency}: leave --exchange-rate out, or give --currency")


def _put_volume(document: TOMLDocument, known: Known, before: Scenario) -> None:
    assert known.per_month is not None
    volume: Any = document["volume"]
    if "per_month" not in volume:
        raise TemplateError("this template has a monthly forecast instead of a volume; edit its rows")
    stated = headline(volume["per_month"])
    ratio = known.per_month / (stated * _per_case(before, known.unit) / _per_case(before, before.volume.unit))
    volume["per_month"] = scaled(volume["per_month"], known.per_month / stated)
    volume["unit"] = known.unit
    for table, key in list(of_units(document["contracts"], ("contracts",), SCALED)):
        table[key] = (
            _value(max(1, round(table[key] * ratio))) if key == "seats" else scaled(table[key], ratio, digits=2)
        )


def _per_case(before: Scenario, unit: str) -> float:
    """Return how many conversations or tickets a case has, at the stated values."""
    figures = implied(before)
    return {"cases": 1.0, "conversations": figures.conversations_per_case, "tickets": figures.tickets_per_case}[unit]


def _put_sources(document: TOMLDocument, known: Known) -> None:
    """Say of each given number where it comes from; the template's note on it would be wrong."""
    import tomlkit

    given = {"volume.per_month": known.per_month, "people.cost_per_hour": known.cost_per_hour}
    for key, value in given.items():
        if value is not None:
            hour = key == "people.cost_per_hour" and known.current_cost is not None
            source = f"so that a conversation of today costs {known.current_cost:.10g}, {GIVEN}" if hour else GIVEN
            note = f'{{ kind = "judgement", source = "{source}" }}'
            _table(document, "sources")[key] = tomlkit.value(note)


def _table(document: TOMLDocument, name: str) -> Any:
    import tomlkit

    if name not in document:
        document[name] = tomlkit.table()
    return document[name]


def _value(number: float) -> Any:
    import tomlkit

    return tomlkit.value(plainly(reference.written(float(number))))


@dataclass(frozen=True, slots=True)
class Mark:
    """Something to change first: what it is, the lines it stands on, and what they say of it."""

    text: str
    paths: tuple[Path, ...]
    on_line: str = ""


def _marks(scenario: Scenario, known: Known) -> Iterator[Mark]:
    """Yield what to change first, the most telling first."""
    forecast = bool(scenario.volume.forecast)
    yield Mark(
        "volume: how many come in a month, and how surely you know it",
        (("volume", "forecast" if forecast else "per_month"),),
    )
    yield Mark(
        "contracts: the offers you have; prices here are inventions unless you gave them. A fee per month is "
        "platform_fee = 1_500 beside the price; explain per_conversation (or another type) lists all keys",
        tuple(
            ("contracts", name, key) for name in scenario.contracts for key in ("price", "tiers", "charges", "markup")
        ),
    )
    if "people" in scenario.model_fields_set:
        yield Mark("people: what an hour of your people costs, all in", (("people", "cost_per_hour"),))
    yield Mark(
        "levels: how often the AI hands over and solves, best counted: { successes = 312, trials = 1_200 }",
        tuple(("levels", name, key) for name in scenario.levels for key in ("escalate", "solve")),
    )
    yield Mark(
        "intents: the shares of what your customers want",
        tuple(("intents", name, "share") for name in scenario.intents)[:3],
    )
    where = (
        "the amount to test against"
        if "budget" in scenario.model_fields_set
        else "none is set; at the top, write budget = 20_000"
    )
    yield Mark(f"budget: {where}", (("budget",),))
    unsure = tuple(typical_paths(scenario))
    if unsure:
        yield Mark(f"ranges: {NOT_YOURS}. Write how far your own numbers may be off", unsure, NOT_YOURS)
    if known.exchange_rate is not None:
        text = (
            f"amounts: the template's are in {LIST_CURRENCY} and converted at {known.exchange_rate:.10g}; "
            f"write yours in {scenario.currency}"
        )
        yield Mark(text, (("exchange_rates", LIST_CURRENCY), ("currency",)))


def _marked(line: str, number: int, said: str) -> str:
    """Return a line with the mark behind it."""
    mark = f"<- {number}{' ' if said else ''}{said}"
    return f"{line}  # {mark}" if "#" not in line else f"{line}; {mark}"


def _without_first_comment(lines: list[str]) -> list[str]:
    """Drop the template's opening comment: it is about the example."""
    first = next((index for index, line in enumerate(lines) if not line.startswith("#")), 0)
    return lines[first:]


def _head(template: str, marks: list[Mark], file: str, scenario: Scenario) -> Iterator[str]:
    yield from _comment(f"{scenario.title}: made with `simulate new` from the template '{template}'.")
    yield from _comment("Change first what is marked:")
    for number, mark in enumerate(marks, 1):
        yield from _comment(f"{mark.text}", f"  <- {number}  ")
    yield from _comment(
        "A number you are not sure of can say so: { p5 = 52_000, p95 = 70_000 } is nine chances in ten."
    )
    commands = {
        f"simulate check {shlex.quote(file)}": "all mistakes at once, and what your numbers imply",
        f"simulate {shlex.quote(file)}": "which contract, what to budget, how sure",
        "simulate explain KEY": "what a key means, for example people.cost_per_hour",
    }
    width = max(map(len, commands))
    for command, what in commands.items():
        yield from _comment(what, f"{printable(command):<{width}}  ")


def _comment(text: str, lead: str = "") -> list[str]:
    first, rest = f"# {lead}", f"# {' ' * len(lead)}"
    return textwrap.wrap(
        printable(text),
        WIDTH,
        initial_indent=first,
        subsequent_indent=rest,
        drop_whitespace=True,
        break_on_hyphens=False,
    )
