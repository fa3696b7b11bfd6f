"""Where a deal lies, in words: the counter-offer with what each side gains, the prices, and who carries the spread."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from simulator.decisions.deal import MARGIN, Carried, Deal
from simulator.decisions.deal.prices import PricePoint
from simulator.decisions.same_futures import SameFutures
from simulator.decisions.worth import Estimate
from simulator.report.blocks.contract import has_one_price, titles
from simulator.report.blocks.price_standing import price_standing
from simulator.report.studies.deal_answer import deal_answer
from simulator.report.studies.deal_words import Offered, ceiling_of, offered_at_minimum, owes, under, what
from simulator.report.studies.told import MustRead, Table, Told
from simulator.report.studies.worth_bars import WorthBar, worth_bars
from simulator.report.words.figures import compact, in_thousands, percents, whole
from simulator.report.words.sentences import in_sentence

MOST: Final = 15
"""Contracts in the table of who carries the spread."""


def deal_told(found: Deal, futures: SameFutures) -> Told:
    """Return where a deal lies, as it is told."""
    offered = _offered(found, futures)
    bars = [
        WorthBar(
            f"{what(each, found, offered)}: {offered.price(each)}", each.pays, in_part=each.kind in ("offer", "own")
        )
        for each in points(found)
    ]
    return Told(
        question=f"Where does a deal on {in_sentence(offered.contracts[found.contract])} lie?",
        answer=deal_answer(found, offered),
        tables=(_prices(found, offered), _spread(found, offered)),
        notes=tuple(_notes(found, offered)),
        under=tuple(under(found, offered)),
        draw=lambda form: worth_bars(_title(found, offered), _subtitle(found, offered), bars, offered.currency, form),
    )


def _offered(found: Deal, futures: SameFutures) -> Offered:
    """Return what all is called."""
    forecast, scenario = futures.forecast, futures.scenario
    contract, months = forecast.contracts[found.contract].contract, scenario.months
    return Offered(
        contracts=titles(forecast),
        currency=scenario.currency,
        unit_label=found.unit_label,
        asked=found.asked.unit_price,
        one_price=has_one_price(contract),
        horizon="a year" if months == 12 else "over 1 month" if months == 1 else f"over {months} months",
        passed_over=[each.contract for each in found.passed_over],
        stands=price_standing(scenario, found.contract),
        rests="assumed" if found.alternative is None else price_standing(scenario, found.alternative),
        owes=owes(contract),
        minimum=None if found.minimum is None else found.minimum.factor,
    )


def points(found: Deal) -> list[PricePoint]:
    """Return all prices on the ladder, the lowest first; what today costs with people's work is beside it.

    Of floors below a minimum that decides the bill, and of several at a price of 0, the last one is enough.
    """
    least = 0.0 if found.minimum is None else found.minimum.factor
    floors = [each for each in found.floors if each.factor > least]
    if not found.minimum:
        floors = [*found.floors[: len(found.floors) - len(floors)][-1:], *floors]
    lowest = [found.minimum] if found.minimum is not None and not offered_at_minimum(found) else []
    extra = [*lowest, *found.below, *([] if found.offer is None else [found.offer]), *found.own]
    top = [each for each in found.ceilings if each.kind != "today"]
    return sorted([*floors, found.asked, *extra, *top], key=lambda each: each.factor)


def _prices(found: Deal, offered: Offered) -> Table:
    code, shown = offered.currency, points(found)
    amounts = [
        amount
        for each in shown
        for amount in (each.pays.value, each.p90, None if each.gains is None else each.gains.value, each.keeps.value)
    ]
    money = in_thousands(amounts, code)
    rows = tuple(
        (what(each, found, offered), offered.price(each), *money[4 * row : 4 * row + 4])
        for row, each in enumerate(shown)
    )
    against = "" if found.alternative is None else f"; you save against {_short(found.alternative, offered)}"
    return Table(
        columns=("", "price", "you pay\non average", "P90", "you save", "vendor keeps\nabove models"),
        rows=rows,
        title=f"Prices {offered.unit}, and what each side has {offered.horizon}{against}:",
        marked=next((place for place, each in enumerate(shown) if each.kind == "offer"), None),
        star="the counter-offer",
    )


def _short(name: str, offered: Offered) -> str:
    return in_sentence(offered.contracts[name])


def _spread(found: Deal, offered: Offered) -> Table:
    first = [each for each in found.carried if each.contract == found.contract]
    rows = [*first, *(each for each in found.carried if each.contract != found.contract)][:MOST]
    code = offered.currency
    return Table(
        columns=(
            "", "invoice\nP10 to P90", "invoice\nswings by", "vendor's part\nswings by",
            "1 % more solved\nmoves the bill",
        ),
        rows=tuple(
            (
                offered.contracts[each.contract],
                f"{compact(each.p10, code)} to {compact(each.p90, code)}",
                "n/a" if each.sd is None else _spread_of(each.sd, code),
                "n/a" if each.kept_sd is None else _spread_of(each.kept_sd, code),
                _rise(each),
            )
            for each in rows
        ),
        title="Who carries the spread, and whose bill follows true solving:",
    )  # fmt: skip


def _spread_of(amount: float, code: str) -> str:
    """Return a standard deviation: three digits, and no cents from ten on."""
    return whole(amount, code) if amount < 100 else compact(amount, code)


def _rise(each: Carried) -> str:
    return "n/a" if each.elasticity is None else f"{_even(each.elasticity.value)} %{_about(each.elasticity)}"


def _about(rise: Estimate) -> str:
    half = None if rise.low is None or rise.high is None else (rise.high - rise.low) / 2
    return "" if half is None or half < 0.005 else f" (±{half:.2f})"


def _even(value: float) -> str:
    return f"{0.0 if abs(value) < 0.005 else value:+.2f}"


def _notes(found: Deal, offered: Offered) -> Iterator[str]:
    own = next(each for each in found.carried if each.contract == found.contract)
    yield _widest(found, offered)
    yield from _opening(found, offered)
    if not offered.one_price:
        yield MustRead(
            "All prices for use move alike; fees, minimums and caps stay. The price that is told is the first one, or "
            "the charge for use of an average conversation."
        )
    (kept,) = percents([found.margin], against=[0, 1])
    whose = "our assumption, no figure of this vendor" if found.margin == MARGIN else "yours"
    yield (
        "What the models cost (public prices of the tokens) is a lower bound of what the vendor needs: it has other "
        f"costs, which are not known here. So the offer begins where it keeps {kept} of its invoice for them in nine "
        f"of ten futures. The {kept} is {whose}; --margin takes another."
    )
    today = next((each for each in found.ceilings if each.kind == "today"), None)
    if today is not None:
        yield (
            f"With people's work counted too, all costs as much as people alone do today at {offered.priced(today)}; "
            "below that you save."
        )
    yield _carries(own, offered)
    if own.elasticity is None:
        yield (
            "How the bill follows true solving is not told, because something here can be counted conversation by "
            "conversation only, or nothing is billed."
        )
    else:
        yield (
            "The last column is the change in percent of the mean invoice where the AI itself solves 1 % more cases, "
            "all else equal, by expected values of the same futures at lower and higher odds of solving. Near 1 the "
            "vendor is paid for what it solves; at 0 or below it is not."
        )


def _opening(found: Deal, offered: Offered) -> Iterator[str]:
    """Say that the counter-offer is where to begin, and that where to walk away moves with the volume."""
    if found.offer is not None:
        rows = f" The rows below the price {offered.word} say what smaller steps give each side." if found.below else ""
        yield f"The counter-offer is an opening, and no forecast of what the vendor takes.{rows}"
    if ceiling_of(found) is not None:
        yield (
            "The price to walk away above moves with the volume: `simulate breakeven --contract "
            f"{found.contract} --map price,volume` says how."
        )


def _widest(found: Deal, offered: Offered) -> str:
    """Say how far means are known, from the number of futures alone."""
    halves = [
        (each.high - each.low) / 2
        for point in points(found)
        for each in (point.pays, point.gains, point.keeps)
        if each is not None and each.low is not None and each.high is not None
    ]
    if not halves:
        return "One future says nothing of how far these means are known."
    most = whole(max(halves), offered.currency)
    return (
        f"Means in the table are known to {most} or better (95 %, from the number of futures "
        "alone); `--json` has the interval of each. Floors are prices that are enough in so many of the futures."
    )


def _carries(own: Carried, offered: Offered) -> str:
    if not own.sd or own.kept_sd is None:
        return "The invoice does not vary over the futures, so that nobody carries a spread."
    share = percents([own.kept_sd / own.sd])[0]
    swings = "Swings by: how far an amount typically lies off its mean (standard deviation)."
    if own.kept_sd <= own.sd:
        return (
            f"{swings} What the vendor keeps swings by {share} of what the invoice does: what the invoice "
            "varies by you carry, and the vendor gains or loses nearly as much; its own cost varies little."
            if own.kept_sd > 0.8 * own.sd
            else f"{swings} What the vendor keeps swings by {share} of what the invoice does: you carry "
            "what it varies by, because the bill follows the vendor's cost."
        )
    return (
        f"{swings} What the vendor keeps swings by {share} of what the invoice does: the vendor carries "
        "more than you, because its cost moves and the bill does not follow."
    )


def _title(found: Deal, offered: Offered) -> str:
    name = in_sentence(offered.contracts[found.contract])
    if found.offer is None:
        return f"No counter-offer for {name} between what the vendor needs and what you may pay"
    return f"A deal at {offered.priced(found.offer)} lies between what the vendor needs and what you may pay"


def _subtitle(found: Deal, offered: Offered) -> str:
    name = in_sentence(offered.contracts[found.contract])
    return f"What you pay {offered.horizon} on average for {name} at each price; lines are 95 % intervals"
