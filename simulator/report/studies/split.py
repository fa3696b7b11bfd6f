"""Which conversations to put under which contracts, told: the split, and what it gains on other futures."""

from __future__ import annotations

from functools import partial
from typing import Final

from simulator.decisions.split import Splits
from simulator.decisions.worth import Estimate, Worth
from simulator.report.blocks.price_standing import AS, price_standing
from simulator.report.studies.amounts_with_errors import few_digit_changes, few_digits
from simulator.report.studies.split_chart import part_name, parts_word, split_chart
from simulator.report.studies.told import Table, Told
from simulator.report.words.figures import figures, one_unit, percents, price_at_most, short_rate, whole
from simulator.report.words.sentences import as_subject, in_sentence
from simulator.scenario.schema import Scenario

MOST_ROWS: Final = 15
"""Parts that the table shows, those with the most conversations first."""


def split_told(found: Splits, scenario: Scenario) -> Told:
    """Return which conversations to put under which contracts in words, tables and a figure."""
    code = scenario.currency
    return Told(
        question="Which conversations to put under which contract",
        answer=_answer(found, scenario),
        tables=(_parts(found, code), _contracts(found, code), _gains(found, code)),
        notes=tuple(note for note in _notes(found, scenario) if note),
        draw=partial(split_chart, found, scenario),
    )


def _answer(found: Splits, scenario: Scenario) -> str:
    code = scenario.currency
    if not found.pays:
        return _one_contract(found, code)
    before, after = figures([found.single_cost.value, found.cost.value], code)
    (less,) = figures([found.gain.value], code)
    what = " of P90" if found.figure == "p90" else ""
    return (
        f"If the prices hold for these parts alone, put {_listed(found)}: the expected cost falls from {before} under "
        f"{in_sentence(found.single_title)} alone to {after}{_same_cost(found, code)}. It saves {less}{what}"
        f"{_at_prices(found, scenario)}{_ends(found.gain, code)} in futures on which it was not chosen, and pays "
        f"{_pays_while(found, code)}."
    )


def _same_cost(found: Splits, code: str) -> str:
    """Return at which price the single contract would cost as much: a lower one is better than the split."""
    tie = found.same_cost
    if tie is None:
        return ""
    if tie.unit_price is None:
        return f", as much as that at {percents([tie.factor])[0]} of its prices for use"
    unit = tie.unit_label.removesuffix(", other prices in proportion")
    return f", as much as that at {price_at_most(tie.unit_price, code)} {unit}"


def _at_prices(found: Splits, scenario: Scenario) -> str:
    """Return of what kind the prices are that a gain rests on; nothing where all are quoted."""
    stand = {price_standing(scenario, each.contract) for each in found.held}
    kind = next((each for each in ("assumed", "published") if each in stand), None)
    return "" if kind is None else f" at {AS[kind]} prices"


def _pays_while(found: Splits, code: str) -> str:
    """Return up to which yearly cost of running a further contract a split pays."""
    (most,) = figures([found.pays_up_to], code)
    further = "a second contract" if len(found.held) == 2 else "each contract beyond the first"
    counted = "not counted" if found.vendor_cost == 0 else f"counted with {figures([found.vendor_cost], code)[0]}"
    return f"while running {further} ({counted}) costs less than {most} a year"


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
    told: list[str] = []
    for place, (each, share) in enumerate(zip(found.held, shares, strict=True)):
        of = f" of the {len(found.parts)} {parts_word(found, len(found.parts))}" if place == 0 else ""
        told.append(f"{each.parts}{of} ({share} of the conversations) under {in_sentence(each.title)}")
    return f"{', '.join(told[:-1])} and {told[-1]}" if len(told) > 1 else told[0]


def _parts(found: Splits, code: str) -> Table:
    """Return each part with what a conversation of it bills, here and under the best single contract."""
    order = {each.contract: place for place, each in enumerate(found.held)}
    largest = sorted(found.parts, key=lambda each: -each.share)[:MOST_ROWS]
    shown = sorted(largest, key=lambda each: (order[each.contract], -each.share))
    columns: list[tuple[str, list[str]]] = [
        (parts_word(found, 1).capitalize(), [part_name(each) for each in shown]),
        ("under", [each.label for each in shown]),
        ("share of\nvolume", percents([each.share for each in shown])),
        ("its\nbill", few_digits([each.alone for each in shown], code)),
        ("\neach", [_each(each.alone, each.conversations, code) for each in shown]),
    ]
    beside = found.pays and all(each.single is not None for each in shown)
    if beside:
        single = [_each(each.single or 0.0, each.conversations, code) for each in shown]
        columns.append(("each of\none", single))
    more = few_digit_changes([0.0 if each.moving is None else each.moving.value for each in shown], code)
    moved = [text if each.moving is not None else "n/a" for text, each in zip(more, shown, strict=True)]
    columns.append(("moving\nadds", moved))
    if not all(each.agreed for each in found.parts):
        columns.append(("both halves\nagree", ["yes" if each.agreed else "no" for each in shown]))
    heads, cells = zip(*columns, strict=True)
    return Table(heads, tuple(zip(*cells, strict=True)), _title_of_parts(found, len(shown), beside=beside), texts=(1,))


def _title_of_parts(found: Splits, shown: int, *, beside: bool) -> str:
    left = f"The {shown} largest of {len(found.parts)} parts. " if shown < len(found.parts) else ""
    one = f', "each of one" the same under {in_sentence(found.single_title)} alone' if beside else ""
    return f'{left}"Each" is what a conversation bills{one}; "moving adds" is what putting it elsewhere costs more.'


def _each(bill: float, conversations: float, code: str) -> str:
    """Return what a conversation of a part bills: a price, so with its cents."""
    if not conversations > 0:
        return "n/a"
    return short_rate(float(f"{bill / conversations:.3g}"), code) if bill else figures([0.0], code)[0]


def _half(of: Estimate | None, code: str) -> str:
    if of is None or of.low is None or of.high is None or of.high == of.low:
        return ""
    return f" ±{whole((of.high - of.low) / 2, code)}"


def _contracts(found: Splits, code: str) -> Table:
    bills = one_unit([each.bill.value for each in found.held], code)
    shares = percents([each.share for each in found.held])
    saved = -found.other.mean.value
    rows = []
    for each, bill, share in zip(found.held, bills, shares, strict=True):
        rise = percents([saved / each.bill.value])[0] if found.pays and each.bill.value > 0 else "n/a"
        a_conversation = _each(each.bill.value, each.conversations, code)
        rows.append((each.title, str(each.parts), share, bill + _half(each.bill, code), a_conversation, rise))
    heads = (
        "Contract",
        f"\n{parts_word(found, 2)}",
        "share of\nvolume",
        "\nexpected bill",
        "\neach",
        "gain is gone if\nit rises by",
    )
    return Table(heads, tuple(rows))


def _gains(found: Splits, code: str) -> Table:
    """Return what is saved; where it was chosen only if that looks better."""
    rows = [_saved(of, code) for of in (found.other, found.same)]
    names = ("In futures on which it was not chosen", "In those on which it was: flattered")
    shown = rows[:1] if rows[0] == rows[1] else rows
    title = (
        "What the split saves against the best single contract, each chosen on half of the futures (on all of them it "
        f"is {in_sentence(found.single_title)})."
    )
    heads = ("Counted", "\non average", "\nat P90", "in the dearest\n5 %")
    return Table(heads, tuple((name, *row) for name, row in zip(names, shown, strict=False)), title)


def _saved(of: Worth, code: str) -> list[str]:
    """Return what is saved at the three places, negative where the split costs more."""
    amounts = figures([-of.mean.value, -of.p90.value, -of.tail.value], code)
    halves = [_half(each, code) for each in (of.mean, of.p90, of.tail)]
    return [amount + half for amount, half in zip(amounts, halves, strict=True)]


def _notes(found: Splits, scenario: Scenario) -> list[str]:
    code = scenario.currency
    return [
        "Prices are the scenario's, for all conversations. A vendor who learns which parts it gets may ask for another "
        "price, above all for parts that bill little a conversation under its unit beside what one contract bills for "
        "them: ask for a quote for these parts before you split.",
        _flattered(found, code),
        _further(found, code),
        _left_out(found),
        _ranked(found),
        _own_split(scenario),
        "" if found.single == found.recommended else (
            "The recommended contract is another one, because the verdict also weighs who can recount the unit."
        ),
        f"Intervals (± in the tables) are 95 % and come from the number of futures alone ({scenario.trials:,}). Bills "
        "are true bills of the parts: fees, tiers, minimums and packs count for what each contract holds.",
    ]  # fmt: skip


def _flattered(found: Splits, code: str) -> str:
    how = "The split was chosen on half of the futures and counted on the other half, and the other way round"
    agreed = f"The halves agree on {percents([found.agreed])[0]} of the parts."
    if _saved(found.other, code) == _saved(found.same, code):
        return f"{how}; that it was chosen as the best of many flatters it by nothing here. {agreed}"
    (amount,) = figures([found.flattered], code)
    return f"{how}: on the same futures the best of many looks better than it is, here by {amount}. {agreed}"


def _further(found: Splits, code: str) -> str:
    if found.vendor_cost == 0:
        return (
            "Nothing is counted for running a further contract (signing, integration, routing by part); say its cost a "
            "year with --vendor-cost."
        )
    (cost,) = figures([found.vendor_cost], code)
    return f"Each contract beyond the first is counted with {cost} a year."


def _own_split(scenario: Scenario) -> str:
    """Return that a contract which is called a split is one contract here."""
    named = [each.title for each in scenario.contracts.values() if each.title.lower().startswith("split")]
    told = " and ".join(map(as_subject, named))
    return f"{told} {'is one contract' if len(named) == 1 else 'are one contract each'} here." if named else ""


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
