"""What `new` and `quick` are told of a deployment: its volume, what people and vendors cost, and the currency."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from simulator.cli.common.number_types import Number
from simulator.scenario.meant.near_names import nearest

if TYPE_CHECKING:
    from simulator.scenario.schema import Scenario
    from simulator.templates.known_offers import Committed, Offers, Period, Tier
    from simulator.templates.new_scenario import Known

Decorated = TypeVar("Decorated", bound=Callable[..., Any])
VOLUMES: Final = ("cases", "conversations", "tickets")
PERIODS: Final = ("month", "year", "term")

_OPTIONS: Final = (
    click.option("--cases", type=Number(above=0, counts=True), help="Problems that customers have in a month."),
    click.option(
        "--conversations",
        type=Number(above=0, counts=True),
        help="Instead: conversations in a month, customers who come back counted again.",
    ),
    click.option(
        "--tickets",
        type=Number(above=0, counts=True),
        help="Instead: tickets in a month, also those that go straight to people.",
    ),
    click.option(
        "--current-cost", type=Number(above=0), help="What a conversation handled by people costs today, all in."
    ),
    click.option(
        "--current-price",
        metavar="CONTRACT=NUMBER",
        help="If an AI vendor works for you today: the contract of the template by whose unit it bills, and its price.",
    ),
    click.option(
        "--price",
        "prices",
        multiple=True,
        metavar="[CONTRACT=]NUMBER",
        help="Unit price that a vendor offers; repeat it for several contracts.",
    ),
    click.option(
        "--tiers",
        multiple=True,
        metavar="[CONTRACT=]UP_TO:RATE,RATE",
        help="Prices by tier of a month's units: 2_000:0.99,10_000:0.89,0.79 is 0.99 for the first 2,000, then 0.89, "
        "and 0.79 above 10,000.",
    ),
    click.option(
        "--commitment",
        "commitments",
        multiple=True,
        metavar="[CONTRACT=]AMOUNT/PERIOD",
        help="What you owe at least: 45_000/year in money, or '50_000 units/year' at the contract's price; a PERIOD is "
        "month, year or term.",
    ),
    click.option("--currency", help="Code of the currency, as EUR; amounts of the templates are in USD."),
    click.option(
        "--exchange-rate",
        type=Number(above=0),
        help="What one USD costs in it: the amounts of the template are converted.",
    ),
)


def known_options(command: Decorated) -> Decorated:
    """Add the options by which a deployment is known."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def known(template: str, given: dict[str, Any], **others: Any) -> Known:
    """Return what the options say.

    Args:
        given: values of `known_options`, by their names.
        others: fields of `Known` that are no such options.

    Raises:
        click.UsageError: if two of them contradict each other.
        click.BadParameter: for one that cannot be read.
    """
    from simulator.templates.known_offers import Offers
    from simulator.templates.new_scenario import Known

    stated = {unit: given[unit] for unit in VOLUMES if given[unit] is not None}
    if len(stated) > 1:
        raise click.UsageError(f"give one of --{' and --'.join(stated)}: they count the same customers")
    unit, number = next(iter(stated.items()), ("cases", None))
    offers = _offers(template, given) if any(given[key] for key in _OFFERED) else Offers()
    rest = {key: given[key] for key in ("current_cost", "currency", "exchange_rate")}
    return Known(unit=unit, per_month=number, offers=offers, **rest, **others)


_OFFERED: Final = ("prices", "tiers", "commitments", "current_price")


def _offers(template: str, given: dict[str, Any]) -> Offers:
    from simulator.scenario import parse_scenario
    from simulator.templates.known_offers import Offers, priced, tiered
    from simulator.templates.shipped_templates import template_text

    scenario = parse_scenario(template_text(template), template)
    prices = [_named(text, "--price", priced(scenario), scenario) for text in given["prices"]]
    tiers = [_named(text, "--tiers", tiered(scenario), scenario) for text in given["tiers"]]
    owed = [_named(text, "--commitment", list(scenario.contracts), scenario) for text in given["commitments"]]
    now = given["current_price"]
    current = None if now is None else _named(now, "--current-price", priced(scenario), scenario)
    return Offers(
        _once("--price", [(name, _number(text)) for name, text in prices]),
        _once("--tiers", [(name, _tiers(text)) for name, text in tiers]),
        _once("--commitment", [(name, _committed(text)) for name, text in owed]),
        None if current is None else (current[0], _number(current[1])),
    )


def _named(text: str, option: str, names: Sequence[str], scenario: Scenario) -> tuple[str, str]:
    """Return contract and value of CONTRACT=VALUE; a bare value is that of the only contract that can have it.

    A contract type stands for the first contract of that type.
    """
    name, equals, value = (part.strip() for part in text.rpartition("="))
    if equals:
        of_type = (each for each in names if scenario.contracts[each].type == name)
        return (name if name in names else next(of_type, name)), value
    if len(names) == 1:
        return names[0], value
    if names:
        raise _wrong(f"name the contract, as {names[0]}={text}; there are {', '.join(names)}", option)
    raise _wrong(f"no contract of this template can have what {text!r} says", option)


def _number(text: str, *, counts: bool = False) -> float:
    return Number(above=0, counts=counts).convert(text, None, None)


def _once(option: str, pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    names = [name for name, _ in pairs]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise _wrong(f"{twice} is given twice", option)
    return dict(pairs)


def _tiers(text: str) -> tuple[Tier, ...]:
    """Return the tiers of UP_TO:RATE,UP_TO:RATE,RATE."""
    from simulator.templates.known_offers import Tier

    form = "write them as 2_000:0.99,10_000:0.89,0.79, the last one without a bound"
    parts = [part.strip() for part in text.split(",")]
    found: list[Tier] = []
    for place, part in enumerate(parts, 1):
        bound, colon, rate = part.rpartition(":")
        if bool(colon) == (place == len(parts)) or not rate.strip():
            raise _wrong(f"{text!r} are no tiers; {form}", "--tiers")
        tier = Tier(_number(bound, counts=True) if colon else None, _number(rate))
        last = found[-1].up_to if found else None
        if last is not None and tier.up_to is not None and tier.up_to <= last:
            raise _wrong(f"the bound {tier.up_to:,.10g} must be above the one before it, {last:,.10g}", "--tiers")
        found.append(tier)
    if len(found) == 1:
        raise _wrong(f"{text!r} is one price for all units; give it with --price", "--tiers")
    return tuple(found)


def _committed(text: str) -> Committed:
    """Return the commitment of AMOUNT/PERIOD or 'AMOUNT units/PERIOD'."""
    from simulator.templates.known_offers import Committed

    amount, slash, written = (part.strip() for part in text.partition("/"))
    form = "write 45_000/year in money, or '50_000 units/year'"
    if not slash:
        raise _wrong(f"{text!r} does not say over what period; {form}", "--commitment")
    period = _period(written.lower())
    if period is None:
        near = nearest(written.lower(), PERIODS)
        raise _wrong(
            f"{written!r} is no period; {f'did you mean {near}?' if near else 'it is month, year or term'}",
            "--commitment",
        )
    number = amount.removesuffix("units").strip()
    return Committed(_number(number, counts=True), number != amount, period)


def _period(word: str) -> Period | None:
    """Return the period that a word names: month, monthly, months."""
    return next((period for period in ("month", "year", "term") if word in (period, f"{period}s", f"{period}ly")), None)


def _wrong(message: str, option: str) -> click.BadParameter:
    return click.BadParameter(message, param_hint=option)
