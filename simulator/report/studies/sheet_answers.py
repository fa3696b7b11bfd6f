"""What a vendor's answers leave open, as it is told: the clauses, the range of the bill, and what to ask next."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from simulator.decisions.answers.answered_bills import AnsweredBills, Contradicting, SaidAnswer
from simulator.report.blocks.contract import titles
from simulator.report.studies.told import MustRead, Table, Told
from simulator.report.words.figures import figures
from simulator.report.words.sentences import as_subject

if TYPE_CHECKING:
    from simulator.forecast.forecast import Forecast

ASKED: Final = 5
"""Cases to ask next that are shown."""
CHOICES: Final = 3
"""Values of a clause that are listed; of more the number is said."""
_HEADS: Final = {
    "outcomes": "Outcomes that count",
    "classes": "Classes that count",
    "silence": "A silent customer",
    "human_touch": "People",
    "requires": "What else must hold",
    "min_csat": "A satisfaction score",
    "contacts": "Contacts of a case",
    "planned_handoffs": "Planned handoffs",
    "returns": "A customer who comes back",
    "duplicates": "Duplicate tickets",
    "at_most": "Units of a case",
}


def sheet_answers_told(found: AnsweredBills, forecast: Forecast) -> Told:
    """Return what a filled-in sheet leaves open in words."""
    name, code = titles(forecast)[found.contract], forecast.scenario.currency
    tables = (
        (_contradicting(found.contradiction),)
        if found.contradiction is not None
        else (_clauses(found), _next(found, code))
    )
    return Told(
        question=f"What does {as_subject(name)} bill by the vendor's answers?",
        answer=_answer(found, name, code),
        tables=tables,
        notes=tuple(_notes(found, code)),
    )


def _answer(found: AnsweredBills, name: str, code: str) -> str:
    if found.contradiction is not None:
        return _contradiction_said(found.contradiction, found.sets)
    assert None not in (found.lowest, found.highest, found.lowest_p90, found.highest_p90)
    amounts = [found.lowest, found.highest, found.lowest_p90, found.highest_p90]
    low, high, low_p90, high_p90 = figures([each for each in amounts if each is not None], code)
    sets = f"{found.consistent:,} of {found.sets:,} sets of clauses agree with the {found.answered} answers"
    if low == high and low_p90 == high_p90:
        return f"{sets}, and all bill the same: {as_subject(name)} bills {low} on average and {low_p90} at P90."
    return (
        f"{sets}: by them {as_subject(name)} bills {low} to {high} on average and {low_p90} to {high_p90} at P90. "
        f"{_ask(found, code)}"
    )


def _ask(found: AnsweredBills, code: str) -> str:
    now = (found.highest or 0.0) - (found.lowest or 0.0)
    if not found.next or found.next[0].width >= now:
        return "No further case of the sheet narrows that: ask for the clause itself."
    first = found.next[0]
    width, before = figures([first.width, now], code)
    return f"Ask case {first.number} next: its answer narrows the range from {before} to {width} on average."


def _contradiction_said(found: Contradicting, sets: int) -> str:
    told = [f"{each.number} ({each.said}, line {each.line})" for each in found.answers]
    if len(told) == 1:
        said = f"none of {sets:,} sets of clauses bills case {told[0]}"
    else:
        said = f"none of {sets:,} sets of clauses satisfies the answers to cases {_listed(told)} together"
    amends = [str(each.number) for each in found.amends]
    mended = (
        f"with another answer to case {_listed(amends, 'or')} alone, the others agree"
        if amends
        else "no one answer mends it"
    )
    return f"The answers contradict one another: {said}; {mended}."


def _listed(parts: list[str], word: str = "and") -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} {word} {parts[-1]}"


def _contradicting(found: Contradicting) -> Table:
    rows = tuple((f"{each.number}", each.said, str(each.line), each.words) for each in _once(found))
    return Table(("Case", "answer", "line", "what happened"), rows, texts=(1, 3), title="Answers to ask about again")


def _once(found: Contradicting) -> list[SaidAnswer]:
    return list(dict.fromkeys([*found.answers, *found.amends]))


def _clauses(found: AnsweredBills) -> Table:
    rows = tuple(
        (
            _HEADS[each.clause],
            "; ".join(each.choices) if len(each.choices) <= CHOICES else f"{len(each.choices)} ways",
            f"{len(each.choices)} of {each.among}",
        )
        for each in found.clauses
    )
    return Table(("Clause", "what the answers leave", "ways"), rows, texts=(1,))


def _next(found: AnsweredBills, code: str) -> Table:
    rows = found.next[:ASKED]
    widths = figures([each.width for each in rows] + [each.widest for each in rows], code) if rows else []
    cells = tuple((f"{each.number}", widths[at], widths[len(rows) + at], each.words) for at, each in enumerate(rows))
    return Table(
        ("Case to ask", "range after\nthe answer", "at worst", "what happened"),
        cells,
        texts=(3,),
    )


def _notes(found: AnsweredBills, code: str) -> Iterator[str]:
    ends = [each for each in (found.lowest, found.highest, found.lowest_p90, found.highest_p90) if each is not None]
    mean, p90 = figures([found.own_mean, found.own_p90, *ends], code)[:2]
    own = f"By the definition that the scenario gives the contract it bills {mean} on average and {p90} at P90"
    if found.own_agrees:
        yield MustRead(f"{own}, and the answers agree with it.")
    else:
        cases = _listed(list(map(str, found.disagreeing)))
        one = len(found.disagreeing) == 1
        yield MustRead(
            f"{own}; the answer{'' if one else 's'} to case{'' if one else 's'} {cases} say{'s' * one} otherwise."
        )
    yield (
        "A set of clauses is a combination of what the definitions of the product, of vendors and of the contract "
        "write. The cases come back after 3, 10, 20, 30 and 120 hours: windows between two of these are not told apart."
    )
    if found.contradiction is not None and found.contradiction.others:
        yield f"{found.contradiction.others} other groups of as many answers contradict one another too."
    yield f"All sets bill the same {found.futures:,} futures at the price of the contract."
