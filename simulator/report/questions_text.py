"""The three questions in writing, as Markdown: answers of the simulation, and the same sheet blank for a vendor."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from simulator.contracts.contract import shown_rate
from simulator.contracts.wording import number
from simulator.decisions.worked_cases import WORKED_CASES
from simulator.report.contract_answers import AnsweredCase, CaseCost, ContractAnswers, UnitCost
from simulator.report.questions import PART_NAMES
from simulator.report.summary.contract import UnitChange
from simulator.report.summary.units import Units
from simulator.report.words.clause_words import LEGEND, NO_CLAUSES
from simulator.report.words.figures import count, figures, percents, rate
from simulator.report.words.meter_words import CLASS_NAMES, spaced
from simulator.report.words.terminal_text import printable

_SMALL: Final = 0.001
MOST_INTENTS: Final = 12
"""Rows of the table of tokens by intent."""
TWO_COSTS: Final = (
    "*Average* is the case's part of all that the contract bills over the horizon, on average over the futures: fees, "
    "minimums, discounts and credits are in it in proportion to the charges for use, one-time fees are not. *One more* "
    "is what one more such case adds to the charge for use of an average month (the first, where prices change with "
    "the months), before fees, minimums and prepaid credits: nothing, where a package, a step, an allowance or free "
    "units still hold it. *Included* is what a fee, seats or a minimum pay for."
)
"""What the two amounts of an edge case are."""
HELD: Final[Mapping[str, str]] = {
    "buyer": "we hold it",
    "both": "both hold it",
    "vendor": "the vendor holds it",
    "vendor_or_logs": "the vendor, or we where the contract gives us the logs",
    "nobody": "nobody",
}
"""Who holds a column, from the buyer's side."""


def document(title: str, blocks: Sequence[ContractAnswers], currency: str, recommended: str = "") -> str:
    """Return the answers for several contracts, and the blank sheet, as one Markdown text.

    Args:
        recommended: name of the contract that comes first and is marked.
    """
    parts = [f"# Three questions to every contract: {plain(title)}", _preface(currency)]
    ordered = sorted(blocks, key=lambda block: block.name != recommended)
    parts += [answers(block, currency, " (recommended)" if block.name == recommended else "") for block in ordered]
    parts.append(blank_sheet(blocks[0].cases, currency))
    return "\n\n".join(parts) + "\n"


def _preface(currency: str) -> str:
    return (
        "Who defines and audits the billable unit? What happens to partial, escalated and reopened cases? What does "
        "the unit cost underneath?\n\nThe answers are those of the simulation: cases are billed by the code that "
        f"bills the simulated months. Amounts are in {currency}."
    )


def answers(block: ContractAnswers, currency: str, mark: str = "") -> str:
    """Return the answers for one contract as Markdown; a mark stands behind its title."""
    return "\n\n".join(
        [
            f"## {plain(block.title)}{mark}",
            *_exchange(block, currency),
            *_who(block),
            *_cases(block, currency),
            *_cost(block, currency),
            *_clauses(block),
            *_published(block),
        ]
    )


def _exchange(block: ContractAnswers, currency: str) -> Iterator[str]:
    found = block.exchange
    if found is not None:
        own, rates = found.currency, found.rate
        low, mean, high = (shown_rate(each) for each in (rates.p10, rates.mean, rates.p90))
        known = "" if found.fixed else f" (P10 {low}, P90 {high})"
        yield (
            f"Priced in {own}. Amounts here are in {currency}: edge cases at the stated rate of "
            f"{shown_rate(found.stated)} {currency} for one {own}, all others at that of each future, {mean} "
            f"on average{known}."
        )


def _who(block: ContractAnswers) -> Iterator[str]:
    who = block.who_counts
    yield "### 1. Who defines and audits the unit"
    billed = f"What is billed: {'; '.join(map(plain, who.meters)) or 'fees only'}."
    yield " ".join([billed, *who.what_counts])
    if block.unit_changes:
        changes = "; ".join(f"from month {each.from_month}: {_units_of(each)}" for each in block.unit_changes)
        yield f"Billed units: {plain(block.unit_label)}; {changes}."
    for definition in who.definitions:
        yield f"**{plain(definition.title)}** (`{definition.name}`). {plain(definition.words)}"
        yield f"```sql\n{definition.sql}\n```"
        if definition.memory:
            remembered = ", ".join(f"`{name}`" for name in definition.memory)
            yield f"The text reads {remembered}, which a view derives from the case's earlier conversations."
    if who.columns:
        rows = [(f"`{each.name}`", each.meaning, HELD[each.held_by]) for each in who.columns]
        yield table(("column", "meaning", "who holds it"), rows)
    yield f"**Verdict:** {plain(who.verdict)}."


def _cases(block: ContractAnswers, currency: str) -> Iterator[str]:
    yield "### 2. What edge cases bill"
    yield f"Units: {plain(block.unit_label)}. {TWO_COSTS}"
    yield _case_table([(case.words, case) for case in alike_together(block.cases)], currency)
    for change in block.unit_changes:
        month = change.from_month
        later = [(case.words, bill) for case in block.cases for bill in case.later if bill.from_month == month]
        if later:
            yield f"From month {month}, units: {_units_of(change)}."
            yield _case_table(later, currency)
    yield _of_the_horizon(block, currency)


def alike_together(cases: Sequence[AnsweredCase]) -> list[AnsweredCase]:
    """Return cases with those that bill the same together, the bill of most cases first."""
    groups: dict[tuple[float, float, float], list[AnsweredCase]] = {}
    for case in cases:
        groups.setdefault((case.units, round(case.average, 6), round(case.amount, 6)), []).append(case)
    return [case for group in sorted(groups.values(), key=len, reverse=True) for case in group]


def _of_the_horizon(block: ContractAnswers, currency: str) -> str:
    """Return how many units are billed, of these how many not solved, and how many on cases that were billed before."""
    units = block.units
    found = [f"Units billed over the horizon, on average: {_count(units.billed.mean)}."]
    if units.not_split_by is None and units.billed_not_solved is not None:
        found.append(f"Billed, not solved: {_counted(units, 'billed_not_solved', currency)}.")
    again = (
        plain(units.billed_again_missing or "")
        if units.billed_again is None
        else f"{_counted(units, 'billed_again', currency)}, at the average price of a unit"
    )
    return " ".join([*found, f"Billed again, on cases that were billed before (returns, duplicates): {again}."])


def _counted(units: Units, key: str, currency: str) -> str:
    """Return units and what they cost, as in "17K for $46K"."""
    return f"{_count(getattr(units, key))} for {_money(getattr(units, f'{key}_amount'), currency)}"


def _case_table(cases: Sequence[tuple[str, CaseCost]], currency: str) -> str:
    rows = [(plain(words), number(round(bill.units, 6)), *case_costs(bill, currency)) for words, bill in cases]
    return table(("case", "units", "average", "one more"), rows, right=(1, 2, 3))


def case_costs(bill: CaseCost, currency: str) -> tuple[str, str]:
    """Return what a case costs on average and what one more adds, as texts: 0.00 only for what nobody pays for."""
    average = "included" if bill.included else _amount(bill.average, currency)
    paid = bill.included or bill.average > 0
    return average, "nothing" if paid and bill.amount == 0 else _amount(bill.amount, currency)


def _units_of(change: UnitChange) -> str:
    return plain(" and ".join(change.labels) or "nothing is billed by use")


def _cost(block: ContractAnswers, currency: str) -> Iterator[str]:
    cost = block.unit_cost
    yield "### 3. What the unit costs underneath"
    tokens = (cost.tokens_per_conversation, cost.tokens_per_unit, cost.tokens_per_solved)
    amounts = (cost.model_cost_per_conversation, cost.model_cost_per_unit, cost.model_cost_per_solved)
    rows = [(words, *(_count(each[kind]) for each in tokens)) for kind, words in CLASS_NAMES.items()]
    rows.append(("model cost", *(_money(None if each is None else each.mean, currency) for each in amounts)))
    unit = f"per {plain(block.unit)} billed"
    yield table(("tokens", "per conversation", unit, "per AI-solved"), rows, right=(1, 2, 3))
    yield from _intents(cost)
    yield " ".join(_by_model(cost, currency))
    yield _margin(cost, currency)


def _intents(cost: UnitCost) -> Iterator[str]:
    """Yield tokens by intent, the most frequent intents only."""
    rows = cost.by_intent
    billed = list(rows[0].per_resolution) if rows else []
    over = "; per unit: over billed units" if billed else ""
    yield (
        f"Tokens by intent, of a conversation on average, from {cost.conversations_drawn:,} conversations drawn one "
        f"by one; per AI-solved: all tokens of the intent over conversations that the AI solved{over}."
    )
    heads = ("intent", "share", *PART_NAMES.values(), "sum", "per AI-solved", *(f"per unit of {plain(each)}"
             for each in billed))  # fmt: skip
    shares = percents([each.share for each in rows])
    cells = [
        (plain(spaced(each.name)), share, *(count(each.tokens[part]) for part in PART_NAMES), count(each.sum),
         _count(each.per_solved), *(_count(each.per_resolution[meter]) for meter in billed))
        for each, share in zip(rows[:MOST_INTENTS], shares, strict=False)
    ]  # fmt: skip
    yield table(heads, cells, right=range(1, len(heads)))
    if len(rows) > MOST_INTENTS:
        yield f"And {len(rows) - MOST_INTENTS} rarer intents, which `simulate contract --json` lists."


def _by_model(cost: UnitCost, currency: str) -> Iterator[str]:
    amounts = cost.model_cost_by_model
    texts = figures(list(amounts.values()), currency)
    listed = ", ".join(f"{plain(model)} {text}" for model, text in zip(amounts, texts, strict=True))
    yield f"Models over the horizon, at market prices and on average: {listed}."


def _margin(cost: UnitCost, currency: str) -> str:
    """Return what the vendor keeps: invoice less model cost, mean and P10 to P90."""
    margin, share = cost.margin, cost.margin_share
    mean, low, high = figures([margin.mean, margin.p10, margin.p90], currency)
    if share is None:
        return f"**The vendor's margin** over model cost: {mean} (P10 {low}, P90 {high})."
    middle, least, most = percents([share.mean, share.p10, share.p90])
    text = (
        f"**The vendor's margin** over model cost: {mean} (P10 {low}, P90 {high}), "
        f"{middle} of the invoice (P10 {least}, P90 {most})"
    )
    loss = cost.share_of_futures_at_a_loss
    return f"{text}; below model cost in {percents([loss], against=[0, 1])[0]} of the futures." if loss else f"{text}."


def _clauses(block: ContractAnswers) -> Iterator[str]:
    """Yield which clauses bind in the simulated months, and what each is worth."""
    yield "### Which clauses bind"
    if not block.clauses:
        yield NO_CLAUSES
        return
    yield "\n".join(f"- {plain(each.sentence)}" for each in block.clauses)
    yield LEGEND


def _published(block: ContractAnswers) -> Iterator[str]:
    entry = block.catalogue
    if entry is None:
        return
    yield f"Terms from the catalogue entry `{entry.entry}`, {plain(entry.product)}, as of {entry.as_of}."
    items = [f"- not published, to ask: {plain(each)}" for each in entry.not_published]
    items += [f"- published, and left out here: {plain(each)}" for each in entry.left_out]
    items += [f"- an estimate of a third party: `{each}`" for each in entry.estimates]
    if items:
        yield "\n".join(items)


ASKED: Final = (
    "Which clause of the contract defines the billable unit, and who decides in a dispute?",
    "Which records do we get, how soon, and for how long, to count the unit again ourselves?",
    "After how many hours is a unit final, and what happens to one that is voided later?",
    "What is billed for greetings, spam, tests and previews?",
    "Which models answer, with how many tokens a conversation, and who keeps the saving when that falls?",
    "When and how may definitions and prices change?",
)
"""What a vendor is asked beside the worked cases."""


def asked_of(case: AnsweredCase) -> str:
    """Return a case as a vendor reads it, without the words of the simulation."""
    for ours, theirs in _FOR_VENDORS.items():
        if case.words.endswith(ours):
            return case.words.removesuffix(ours) + theirs
    return case.words


_FOR_VENDORS: Final[Mapping[str, str]] = {
    "the judge is not fooled": "your check says: not resolved",
    "the judge finds it resolved": "your check says: resolved",
}


def blank_sheet(cases: Sequence[AnsweredCase], currency: str) -> str:
    """Return the questions without answers, for a vendor to fill in and sign."""
    numbers = {case.key: str(case.number) for case in WORKED_CASES}
    rows = [(numbers[case.key], plain(asked_of(case)), "", "", "") for case in cases]
    return "\n\n".join(
        [
            "## The same sheet, blank, for the vendor",
            "\n".join(f"{place}. {question}" for place, question in enumerate(ASKED, start=1)),
            "Units billed: yes, no or how many. Keep the numbers of the cases: `simulate answers` reads by them.",
            table(("no.", "case", "units billed", f"amount, {currency}", "clause"), rows, right=(0,)),
            "Name, date, signature:",
        ]
    )


def table(head: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[int] = ()) -> str:
    """Return a Markdown table with aligned columns."""
    every = [list(head), *(list(row) for row in rows)]
    widths = [max(3, *(len(row[column]) for row in every)) for column in range(len(head))]
    lines = [
        "| " + " | ".join(
            text.rjust(width) if column in right else text.ljust(width)
            for column, (text, width) in enumerate(zip(row, widths, strict=True))
        ) + " |"
        for row in every
    ]  # fmt: skip
    rule = ["-" * (width - 1) + ":" if column in right else "-" * width for column, width in enumerate(widths)]
    lines.insert(1, "| " + " | ".join(rule) + " |")
    return "\n".join(lines)


def _amount(amount: float, currency: str) -> str:
    """Return an amount with four decimals, a smaller one with two digits: what is paid for is never 0.00."""
    return rate(float(f"{amount:.2g}") if 0 < abs(amount) < _SMALL else round(amount, 4), currency)


def _money(amount: float | None, currency: str) -> str:
    return "none" if amount is None else figures([amount], currency)[0]


def _count(value: float | None) -> str:
    return "none" if value is None else count(value)


def plain(text: str) -> str:
    """Return a text of the user without what Markdown or HTML would act on."""
    shown = "".join(f"\\{letter}" if letter in "\\`*_[]<>|#" else letter for letter in printable(text))
    return re.sub(r"(?<=[^\W_])\\_(?=[^\W_])", "_", shown)  # within a word it is no emphasis
