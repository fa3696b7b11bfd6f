"""How much to commit, told: the best size and what it saves, a table of sizes, regret, what stopping costs."""

from __future__ import annotations

from functools import partial
from typing import Final

from simulator.decisions.commitment import Commitments, Level, Regret, Rival
from simulator.decisions.commitment.commitments_found import Case
from simulator.decisions.worth import Estimate
from simulator.report.studies.commitment_chart import commitment_chart
from simulator.report.studies.commitment_words import (
    a_period,
    amount_of,
    interval_of_size,
    is_small,
    offered,
    pays_from,
    rates_text,
    size_text,
    sizes_text,
)
from simulator.report.studies.told import Table, Told
from simulator.report.words.figures import changes, figures, one_unit, percents
from simulator.report.words.sentences import as_subject, in_sentence
from simulator.scenario.schema import Scenario

NOTHING: Final = 1e-9
"""Share of an amount below which its interval is what is left of sums."""
CASES: Final[dict[Case, str]] = {
    "lowest_tenth": "Lowest tenth of use",
    "highest_tenth": "Highest tenth of use",
    "fifth_less": "Volume 20 % lower",
    "fifth_more": "Volume 20 % higher",
}


def commitment_told(found: Commitments, scenario: Scenario) -> Told:
    """Return how much to commit in words, tables and a figure."""
    code = scenario.currency
    return Told(
        question=f"How much to commit under {in_sentence(found.title)}",
        answer=_answer(found, code),
        tables=(_sizes(found, code), _regrets(found, code), *_exits(found, code)),
        notes=tuple(note for note in _notes(found, scenario) if note),
        draw=partial(commitment_chart, found, scenario),
    )


def _answer(found: Commitments, code: str) -> str:
    if found.kind == "assumed":
        return _assumed(found, code)
    return _traded(found, code) if found.quantile is not None else _least(found, code)


def _assumed(found: Commitments, code: str) -> str:
    (discount,) = percents([found.discount or 0.0])
    taken = discount if found.given else f"{discount} (assumed, because no offer names one)"
    if found.best.size == 0:
        return f"At a discount of {taken} no commitment pays under {in_sentence(found.title)}."
    without, cost, saved = figures(
        [found.own.mean.value, found.best.mean.value, -found.best.against.mean.value], code
    )  # fmt: skip
    high = found.levels[-1]
    return (
        f"If a commitment buys a discount of {taken}, commit to {size_text(found, found.best.size, code)} "
        f"{a_period(found)} under {in_sentence(found.title)}: the expected bill falls by {saved} from {without} to "
        f"{cost}; to commit to {size_text(found, high.size, code)}, the P90 of use, pays only from a discount of "
        f"{pays_from(high)}."
    )


def _traded(found: Commitments, code: str) -> str:
    name, own, best = in_sentence(found.title), found.own, found.best
    cost, saved = figures([best.mean.value, -best.against.mean.value], code)
    wanted, had = sizes_text(found, [best.size, own.size], code)
    because = f"because {rates_text(found, code)}"
    if is_small(best.against.mean, own.mean.value):
        return (
            f"The {had} {a_period(found)} offered under {name} are about right: to commit to {wanted} would be best on "
            f"average and save less than 1 % of the expected bill of {cost}, {because}."
        )
    if best.size == 0:
        return f"Commit to nothing under {name}: the expected bill is then {cost}, {saved} less than with {had}."
    return (
        f"Commit to {wanted} {a_period(found)} under {name}, and not to the {had} offered: the expected bill falls by "
        f"{saved} to {cost}{_interval(best.against.mean, code)}, {because}."
    )


def _least(found: Commitments, code: str) -> str:
    name, (had, free) = in_sentence(found.title), sizes_text(found, [found.own.size, found.free or 0.0], code)
    (added,) = figures([-found.best.against.mean.value], code)
    first = (
        f"Ask for the lowest minimum under {name}, because use costs the same within it and beyond it: the {had} "
        f"{a_period(found)} offered "
    )
    if found.best.against.mean.value == 0:
        return f"{first}adds nothing in any of these futures, so it only becomes dear if use falls."
    adds = f"adds {added} to the expected bill, and {free} would add nothing in nine of ten futures"
    rival = found.rival
    if rival is None or rival.walk_away is None or rival.own.mean.value > 0:
        return f"{first}{adds}."
    return (
        f"{first}{adds}; up to {size_text(found, rival.walk_away.value, code)} it stays cheaper on average than "
        f"{in_sentence(rival.title)}."
    )


def _interval(of: Estimate, code: str) -> str:
    if of.low is None or of.high is None:
        return ""
    low, high = changes([of.low, of.high], code)
    return f" (95 % interval of the difference: {low} to {high})"


def _rows(found: Commitments) -> list[tuple[str, Level]]:
    """Return the sizes of the table with what they are, in rising order; sizes that are equal share a row."""
    named = [(f"P{place} of use", level) for place, level in zip((10, 25, 50, 75, 90), found.levels, strict=True)]
    named += [(offered(found), found.own), *_lowest_p90(found), ("Best on average", found.best)]
    rows: dict[float, tuple[str, Level]] = {}
    for name, level in named:
        words = [rows[level.size][0]] if level.size in rows else []
        rows[level.size] = (", ".join([*words, name if not words else name[0].lower() + name[1:]]), level)
    return [rows[size] for size in sorted(rows)]


def _lowest_p90(found: Commitments) -> list[tuple[str, Level]]:
    """Return the size with the lowest P90, where committing can pay at all: else all small ones have the same."""
    return [] if found.quantile is None else [("Lowest P90", found.best_p90)]


def _sizes(found: Commitments, code: str) -> Table:
    rows = _rows(found)
    levels = [level for _, level in rows]
    costs = one_unit([cost for each in levels for cost in (each.mean.value, each.p90.value)], code)
    against = changes([each.against.mean.value for each in levels], code)
    unused = [pays_from(each) if each.size else "0 %" for each in levels]
    per = a_period(found)
    money = one_unit([each.money for each in levels], code)
    texts: list[tuple[str, ...]] = []
    for place, (name, level) in enumerate(rows):
        expected, p90 = costs[2 * place : 2 * place + 2]
        units = "n/a" if level.units is None else f"{level.units:,.0f}"
        difference = against[place] + _half(level.against.mean, code)
        texts.append((name, units, money[place], expected, p90, difference, unused[place]))
    used = "pays from a\ndiscount of" if found.kind == "assumed" else "of it\nnot used"
    heads: tuple[str, ...] = ("Commitment", f"units\n{per}", f"in money\n{per}", "expected\nbill", "\nP90",
             f"against {offered(found).lower()}\non average", used)  # fmt: skip
    best = next(place for place, (_, level) in enumerate(rows) if level.size == found.best.size)
    if all(row[1] == "n/a" for row in texts):
        heads, texts = heads[:1] + heads[2:], [row[:1] + row[2:] for row in texts]
    return Table(heads, tuple(texts), marked=best, star="the size with the lowest expected bill")


def _half(of: Estimate, code: str) -> str:
    if of.low is None or of.high is None or of.high - of.low <= NOTHING * abs(of.value):
        return ""
    (half,) = figures([(of.high - of.low) / 2], code)
    return f" ±{half}"


def _regrets(found: Commitments, code: str) -> Table:
    amounts = one_unit([amount for each in found.regrets for amount in _regret(each)], code)
    rows = []
    for place, each in enumerate(found.regrets):
        least, own, chosen = amounts[3 * place : 3 * place + 3]
        rows.append((CASES[each.case], size_text(found, each.best_size, code), least,
                     own + _half(each.own, code), chosen + _half(each.chosen, code)))  # fmt: skip
    heads = ("", f"best\n{a_period(found)}", "expected bill\nwith it", f"regret\n{offered(found).lower()}",
             "regret\nbest on average")  # fmt: skip
    title = "Regret: what a commitment costs more than the one that would have been best, had the volume been known."
    return Table(heads, tuple(rows), title)


def _regret(each: Regret) -> tuple[float, float, float]:
    return each.least, each.own.value, each.chosen.value


def _exits(found: Commitments, code: str) -> list[Table]:
    if not found.exits:
        return []
    names = (offered(found), "Best on average")
    columns = list(zip(*((each.own, each.chosen) for each in found.exits), strict=True))
    rows = tuple((name, *one_unit(amounts, code)) for name, amounts in zip(names, columns, strict=True))
    heads = ("", *(f"owed if we stop\nafter month {each.month}" for each in found.exits))
    return [Table(heads, rows, "Exit: mean still owed if use stops, minimums and fees to the end of the term.")]


def _notes(found: Commitments, scenario: Scenario) -> list[str]:
    code = scenario.currency
    low, high = sizes_text(found, found.nearly, code)
    near = f"Between {low} and {high} the expected bill is within 1 % of the lowest." if low != high else ""
    return [
        _newsvendor(found, code),
        _premium(found, code),
        near,
        "" if found.rival is None else _rival(found, found.rival, code),
        _assumption(found),
        _others(found),
        _not_recommended(found),
        f"Intervals (± in the tables) are 95 % and come from the number of futures alone ({scenario.trials:,}). Sizes "
        f"were tried in steps of {size_text(found, found.step, code)}. Volume moves all that is billed in proportion.",
    ]  # fmt: skip


def _newsvendor(found: Commitments, code: str) -> str:
    if found.quantile is None or found.newsvendor is None:
        return (
            "No price beyond the commitment is dearer than within it, so committing buys nothing in the bill itself: "
            "what it buys is the price of this contract against others."
        )
    share = percents([found.quantile])[0]
    rule, searched = sizes_text(found, [found.newsvendor, found.best.size], code)
    interval = ""
    if found.best_size.low is not None and found.best_size.high is not None:
        low, high = interval_of_size(found, code)
        interval = f" (95 % interval: {low} to {high})"
    apart = abs(found.newsvendor - found.best.size) > 3 * found.step
    other = ", because other terms of the contract act too" if apart else ""
    return (
        f"Where unused commitment is lost, the best is what use stays within in {share} of the periods (price beyond "
        f"less committed price, divided by price beyond): {rule}. The search over the true bills finds {searched}"
        f"{interval}{other}."
    )


def _premium(found: Commitments, code: str) -> str:
    premium, size = found.premium, size_text(found, found.best_p90.size, code)
    if found.quantile is None:
        return "A minimum never lowers a bill, so no commitment has a lower P90 than none."
    if found.best_p90.size == found.best.size:
        return "The lowest P90 is reached at the same commitment."
    more, less = figures([premium.mean.value, -premium.p90.value], code)
    place = percents([found.best_p90.place])[0]
    return (
        f"The lowest P90 takes a commitment to {size}, which use stays within in {place} of the periods. It is no "
        "recommendation, because who looks at P90 alone commits to the use of futures that run high (the P90 of use, "
        f"where there is one period): that costs {more} more on average{_interval(premium.mean, code)} for {less} less "
        "at P90."
    )


def _rival(found: Commitments, rival: Rival, code: str) -> str:
    best, own = figures([abs(rival.best.mean.value), abs(rival.own.mean.value)], code)
    words = ["more" if each.mean.value > 0 else "less" for each in (rival.best, rival.own)]
    unit = "bills the same unit and commits nothing" if rival.same_unit else "commits nothing"
    limit = ""
    if rival.walk_away is not None:
        end = size_text(found, rival.walk_away.value, code)
        limit = f" On average it stays cheaper up to a commitment to {end} {a_period(found)}."
    return (
        f"{as_subject(rival.title)} {unit}: against it this contract costs {own} {words[1]} on average as offered, "
        f"{best} {words[0]} with the best commitment.{limit}"
    )


def _assumption(found: Commitments) -> str:
    if found.kind != "assumed":
        return ""
    (discount,) = percents([found.discount or 0.0])
    return (
        "The contract commits to nothing. Taken here: a commitment for each contract year; use up to it costs "
        f"{discount} less, whether it comes or not, and use beyond it the whole price. Ask with --discount 15% for "
        "another one; the best commitment is what use stays within in so many percent of the years as the discount has."
    )


def _others(found: Commitments) -> str:
    if not found.others:
        return ""
    names = " and ".join(amount_of(kind) for kind in found.others)
    return f"The contract also has {names}, which stays as it is here."


def _not_recommended(found: Commitments) -> str:
    if found.recommended is None:
        return ""
    return (
        f"The recommended contract is {in_sentence(found.recommended)}; name it with --contract for its commitment, or "
        "for what one would have to give."
    )
