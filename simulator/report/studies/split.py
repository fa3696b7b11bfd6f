"""Which conversations to put under which contracts, told: the split, and what it gains on other futures."""

from __future__ import annotations

from functools import partial
from typing import Final

from simulator.decisions.split import Splits
from simulator.decisions.worth import Estimate
from simulator.report.studies.split_chart import part_name, parts_word, split_chart
from simulator.report.studies.told import Table, Told
from simulator.report.words.figures import changes, figures, one_unit, one_unit_changes, percents
from simulator.report.words.sentences import as_subject, in_sentence
from simulator.scenario.schema import Scenario

MOST_ROWS: Final = 15
"""Parts that the table shows, those with the most conversations first."""


def split_told(found: Splits, scenario: Scenario) -> Told:
    """Return which conversations to put under which contracts in words, tables and a figure."""
    code = scenario.currency
    return Told(
        question="Which conversations to put under which contract",
        answer=_answer(found, code),
        tables=(_parts(found, code), _contracts(found, code), _gains(found, code)),
        notes=tuple(note for note in _notes(found, scenario) if note),
        draw=partial(split_chart, found, scenario),
    )


def _answer(found: Splits, code: str) -> str:
    gain = found.gain
    what = "P90" if found.figure == "p90" else "expected cost"
    if not found.pays:
        return _one_contract(found, code)
    before, after = figures([found.single_cost.value, found.cost.value], code)
    (less,) = figures([gain.value], code)
    return (
        f"Put {_listed(found)}: the expected cost falls from {before} under {in_sentence(found.single_title)} alone to "
        f"{after}; on futures on which the split was not chosen its {what} is {less} lower"
        f"{_ends(gain, code)}, if the vendors hold their prices for these parts alone."
    )


def _one_contract(found: Splits, code: str) -> str:
    name, gain = in_sentence(found.single_title), found.gain
    (amount,) = figures([abs(gain.value)], code)
    if len(found.held) == 1 and found.same.mean.value == 0:
        return f"Keep one contract, {name}: no split among at most {found.most} contracts costs less."
    if gain.value <= 0:
        worth = f"costs {amount} more" if gain.value < 0 else "gains nothing"
        return f"Keep one contract, {name}: the best split {worth} on futures on which it was not chosen."
    why = "which is less than 1 % of the cost" if found.told else "which is not told apart from nothing"
    return (
        f"Keep one contract, {name}: the best split gains {amount} on futures on which it was not chosen"
        f"{_ends(gain, code)}, {why}."
    )


def _ends(of: Estimate, code: str) -> str:
    if of.low is None or of.high is None:
        return ""
    low, high = figures([of.low, of.high], code)
    return f" (95 % interval: {low} to {high})"


def _listed(found: Splits) -> str:
    """Return how many parts go under each contract, with their share of the conversations."""
    shares = percents([each.share for each in found.held])
    told = []
    for place, (each, share) in enumerate(zip(found.held, shares, strict=True)):
        of = f" of the {len(found.parts)} {parts_word(found, len(found.parts))}" if place == 0 else ""
        told.append(f"{each.parts}{of} ({share} of the conversations) under {in_sentence(each.title)}")
    return f"{', '.join(told[:-1])} and {told[-1]}" if len(told) > 1 else told[0]


def _parts(found: Splits, code: str) -> Table:
    order = {each.contract: place for place, each in enumerate(found.held)}
    largest = sorted(found.parts, key=lambda each: -each.share)[:MOST_ROWS]
    shown = sorted(largest, key=lambda each: (order[each.contract], -each.share))
    shares = percents([each.share for each in shown])
    alone = one_unit([each.alone for each in shown], code)
    moving = one_unit_changes([None if each.moving is None else each.moving.value for each in shown], code)
    rows = tuple(
        (part_name(each), each.label, share, bill, more, "yes" if each.agreed else "no")
        for each, share, bill, more in zip(shown, shares, alone, moving, strict=True)
    )
    heads = (parts_word(found, 1).capitalize(), "under", "share of\nvolume", "bill of it\nalone",
             "moving it\nadds", "both halves\nagree")  # fmt: skip
    left = len(found.parts) - len(shown)
    title = f"The {len(shown)} largest of {len(found.parts)} parts." if left else ""
    return Table(heads, rows, title, texts=(1,))


def _half(of: Estimate | None, code: str) -> str:
    if of is None or of.low is None or of.high is None or of.high == of.low:
        return ""
    (half,) = figures([(of.high - of.low) / 2], code)
    return f" ±{half}"


def _contracts(found: Splits, code: str) -> Table:
    bills = one_unit([each.bill.value for each in found.held], code)
    shares = percents([each.share for each in found.held])
    saved = -found.other.mean.value
    rows = []
    for each, bill, share in zip(found.held, bills, shares, strict=True):
        rise = percents([saved / each.bill.value])[0] if found.pays and each.bill.value > 0 else "n/a"
        rows.append((each.title, str(each.parts), share, bill + _half(each.bill, code), rise))
    heads = (
        "Contract",
        f"\n{parts_word(found, 2)}",
        "share of\nvolume",
        "\nexpected bill",
        "gain is gone if\nit rises by",
    )
    return Table(heads, tuple(rows))


def _gains(found: Splits, code: str) -> Table:
    rows = []
    for name, of in (("On the other half: its worth", found.other), ("On the same half: flattered", found.same)):
        amounts = changes([of.mean.value, of.p90.value, of.tail.value], code)
        halves = [_half(each, code) for each in (of.mean, of.p90, of.tail)]
        rows.append((name, *(amount + half for amount, half in zip(amounts, halves, strict=True))))
    title = (
        "The split less the best single contract, each chosen on half of the futures (on all of them it is "
        f"{in_sentence(found.single_title)})."
    )
    return Table(("Counted", "\non average", "\nat P90", "in the dearest\n5 %"), tuple(rows), title)


def _notes(found: Splits, scenario: Scenario) -> list[str]:
    code = scenario.currency
    return [
        _flattered(found, code),
        _vendor(found, code),
        "Prices are those offered for all conversations. A vendor who learns which parts it gets may ask for another "
        "price, above all for parts that bill little under its unit: ask for a quote for these parts before you split.",
        _left_out(found),
        _ranked(found),
        "" if found.single == found.recommended else (
            "The recommended contract is another one, because the verdict also weighs who can recount the unit."
        ),
        f"Intervals (± in the tables) are 95 % and come from the number of futures alone ({scenario.trials:,}). Bills "
        "are true bills of the parts: fees, tiers, minimums and packs count for what each contract holds.",
    ]  # fmt: skip


def _flattered(found: Splits, code: str) -> str:
    (amount,) = figures([found.flattered], code)
    share = percents([found.agreed])[0]
    return (
        f"Choosing the best of many splits on the same futures flatters it, here by {amount} on average; so it was "
        "chosen on half of the futures and counted on the other half, and the other way round. The halves agree on "
        f"{share} of the parts."
    )


def _vendor(found: Splits, code: str) -> str:
    if found.vendor_cost == 0:
        return (
            "Nothing is counted for running a further vendor (contract, integration, routing by part); say its cost a "
            "year with --vendor-cost."
        )
    (cost,) = figures([found.vendor_cost], code)
    return f"Each contract beyond the first is counted with {cost} a year."


def _left_out(found: Splits) -> str:
    if not found.left_out:
        return ""
    told = "; ".join(f"{as_subject(each.title)}, because {each.why}" for each in found.left_out)
    return f"Not split, but compared as single contracts: {told}."


def _ranked(found: Splits) -> str:
    rule = {
        "mean": "the lowest expected cost among what keeps the budget in nine of ten futures",
        "chance": "the highest chance to keep the budget, because nothing keeps it in nine of ten futures",
        "p90": "the lowest P90",
    }[found.figure]
    covers = "the invoices and people's work" if found.measure == "cost_to_serve" else "the invoices"
    kept = ""
    if found.kept is not None and found.single_kept is not None:
        split, one = percents([found.kept, found.single_kept], against=[0, 0.9, 1])
        kept = f" On other futures the split keeps the budget in {split} of them, the single contract in {one}."
    return f"Splits are ranked as the verdict ranks contracts, by {rule}, of {covers}.{kept}"
