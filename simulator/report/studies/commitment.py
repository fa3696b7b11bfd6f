"""How much to commit, told: the best size and what it saves, a table of sizes, regret, what stopping costs."""

from __future__ import annotations

from functools import partial
from typing import Final

from simulator.decisions.commitment import Commitments, Level
from simulator.decisions.commitment.commitments_found import Case
from simulator.decisions.worth import Estimate
from simulator.report.studies.amounts_with_errors import NOTHING, few_digits, scale_of, with_error
from simulator.report.studies.commitment_chart import commitment_chart
from simulator.report.studies.commitment_notes import notes_of
from simulator.report.studies.commitment_words import (
    a_period,
    interval,
    is_small,
    offered,
    pays_from,
    rates_text,
    rounded_to_step,
    size_text,
    sizes_text,
)
from simulator.report.studies.told import Table, Told
from simulator.report.words.figures import Scale, figures, percents
from simulator.report.words.sentences import as_subject, in_sentence
from simulator.scenario.schema import Scenario

LEAST: Final = 0.01
"""Share of the expected bill that regrets are told in the unit of."""
CASES: Final[dict[Case, str]] = {
    "lowest_tenth": "Lowest tenth of use",
    "highest_tenth": "Highest tenth of use",
    "fifth_less": "Volume 20 % lower",
    "fifth_more": "Volume 20 % higher",
}

PARTS: Final = {"fees": "fees", "commitment": "minimums and\ncommitments", "other": "other", "total": "in all"}


def commitment_told(found: Commitments, scenario: Scenario) -> Told:
    """Return how much to commit in words, tables and a figure."""
    code = scenario.currency
    return Told(
        question=f"How much to commit under {in_sentence(found.title)}",
        answer=_answer(found, code),
        tables=(_sizes(found, code), _regrets(found, code), *_exits(found, code)),
        notes=tuple(note for note in notes_of(found, scenario) if note),
        draw=partial(commitment_chart, found, scenario),
    )


def _answer(found: Commitments, code: str) -> str:
    text = _of_kind(found, code)
    if found.recommended is None or found.recommended_commits or found.kind == "assumed":
        return text
    return (
        f"{as_subject(found.recommended)} is recommended and commits you to no use. If you sign another all the same: "
        f"{text[:1].lower()}{text[1:]}"
    )


def _of_kind(found: Commitments, code: str) -> str:
    if found.kind == "assumed":
        return _assumed(found, code)
    return _traded(found, code) if found.quantile is not None else _least(found, code)


def _assumed(found: Commitments, code: str) -> str:
    (discount,) = percents([found.discount or 0.0])
    taken = discount if found.given else f"{discount} (assumed, because no offer names one)"
    first = f"{as_subject(found.title)} commits you to no use. "
    if found.best.size == 0 or found.pays_to is None:
        return f"{first}At a discount of {taken} no commitment pays."
    without, cost, saved = figures(
        [found.own.mean.value, found.best.mean.value, -found.best.against.mean.value], code
    )  # fmt: skip
    most = size_text(found, rounded_to_step(found, found.pays_to.value), code)
    best = size_text(found, found.best.size, code) if found.unit is None else f"{found.best.size:,.0f}"
    return (
        f"{first}If a commitment bought a discount of {taken}, it would pay up to {most} {a_period(found)}, and most "
        f"at {best}: the expected bill falls by {saved} from {without} to {cost}."
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
        f"{saved} to {cost}{interval(best.against.mean, code)}, {because}."
    )


def _least(found: Commitments, code: str) -> str:
    name, (had, free) = in_sentence(found.title), sizes_text(found, [found.own.size, found.free or 0.0], code)
    (added,) = figures([-found.best.against.mean.value], code)
    first = (
        f"Ask for the lowest minimum under {name}, because use costs the same within it and beyond it: the {had} "
        f"{a_period(found)} offered "
    )
    if found.best.against.mean.value == 0:
        return f"{first}adds nothing in any of these futures, and {_falls(found, code)}."
    adds = f"adds {added} to the expected bill, and {free} would add nothing in nine of ten futures"
    rival = found.rival
    if rival is None or rival.walk_away is None or rival.own.mean.value > 0:
        return f"{first}{adds}."
    return (
        f"{first}{adds}; up to {size_text(found, rival.walk_away.value, code)} it stays cheaper on average than "
        f"{in_sentence(rival.title)}."
    )


def _falls(found: Commitments, code: str) -> str:
    """Return from which fall of the volume on a minimum that adds nothing is dear."""
    fall = found.dear_from
    if fall is None:
        return "would add less than 1 % of the bill at any lower volume"
    (adds,) = figures([fall.adds], code)
    return (
        f"becomes dear only where the volume falls by {percents([fall.share])[0]} or more (there it adds {adds}, 1 %)"
    )


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
    costs = few_digits([cost for each in levels for cost in (each.mean.value, each.p90.value)], code)
    scale = scale_of([each.against.mean.value for each in levels], code)
    unused = [pays_from(each) if each.size else "0 %" for each in levels]
    per = a_period(found)
    money = few_digits([each.money for each in levels], code)
    texts: list[tuple[str, ...]] = []
    for place, (name, level) in enumerate(rows):
        expected, p90 = costs[2 * place : 2 * place + 2]
        units = "n/a" if level.units is None else f"{level.units:,.0f}"
        difference = with_error(level.against.mean, scale)
        texts.append((name, units, money[place], expected, p90, difference, unused[place]))
    used = "pays from a\ndiscount of" if found.kind == "assumed" else "of it\nnot used"
    heads: tuple[str, ...] = ("Commitment", f"units\n{per}", f"in money\n{per}", "expected\nbill", "\nP90",
             f"against {offered(found).lower()}\n{scale.heading} on average", used)  # fmt: skip
    best = next(place for place, (_, level) in enumerate(rows) if level.size == found.best.size)
    if all(row[1] == "n/a" for row in texts):
        heads, texts = heads[:1] + heads[2:], [row[:1] + row[2:] for row in texts]
    return Table(heads, tuple(texts), marked=best, star="the size with the lowest expected bill")


def _regrets(found: Commitments, code: str) -> Table:
    least = few_digits([each.least for each in found.regrets], code)
    regrets = [each.value for of in found.regrets for each in (of.own, of.chosen)]
    scale = scale_of([LEAST * found.own.mean.value, *regrets], code)
    rows = tuple(
        (
            CASES[each.case],
            size_text(found, each.best_size, code),
            cost,
            *(with_error(_told(of, scale), scale) for of in (each.own, each.chosen)),
        )
        for each, cost in zip(found.regrets, least, strict=True)
    )
    regret = f"regret, {scale.heading}\n"
    heads = ("", f"best\n{a_period(found)}", "expected bill\nwith it", f"{regret}{offered(found).lower()}",
             f"{regret}best on average")  # fmt: skip
    title = "Regret: what a commitment costs more than the one that would have been best, had the volume been known."
    return Table(heads, rows, title)


def _told(of: Estimate, scale: Scale) -> Estimate:
    """Return a regret without what is left of sums."""
    return Estimate(0.0, 0.0, 0.0) if abs(of.value) < NOTHING * scale.last else of


def _exits(found: Commitments, code: str) -> list[Table]:
    """Return what is owed by what it is owed for; fees are owed with any commitment."""
    if not found.exits:
        return []
    owed = [
        (f"{name}, after month {each.month}", part)
        for name, which in ((offered(found), "own"), ("Best on average", "chosen"))
        for each in found.exits
        for part in (getattr(each, which),)
    ]
    parts = ("fees", "commitment", *(["other"] if any(part.other for _, part in owed) else []), "total")
    amounts = iter(few_digits([getattr(part, key) for _, part in owed for key in parts], code))
    rows = tuple((name, *(next(amounts) for _ in parts)) for name, _ in owed)
    heads = ("", *(PARTS[key] for key in parts))
    return [Table(heads, rows, "Exit: mean still owed if use stops after a month, to the end of the term.")]
