"""Sections 6 to 10: who delivers what, how a count is repeated, what is unknown, how a dispute ends, what is locked."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Final

from simulator.audit.recount.kinds import NO_DISPUTE
from simulator.contracts.wording import number
from simulator.definitions.dialects import DIALECTS
from simulator.records import SOURCE
from simulator.report.annex.document import Clause, Part, listed
from simulator.report.annex.reasons import reasons
from simulator.report.annex.schedules import EXTREMES, NO_SCORE, has_extremes, statements_of
from simulator.report.annex.subject import Subject

VERDICTS: Final = {
    "judged_resolved": "the verdict of an automatic judge",
    "csat": "the customer's satisfaction score",
}
"""What columns that may be empty are called."""
VENDORS: Final = ("vendor", "vendor_or_logs")
"""Who holds what the Vendor has to deliver."""
_JOINED: Final = (
    f"The columns that the Vendor has delivered (clause 6) are joined to the Record by {SOURCE.name}; of a thread that "
    "was opened again by its opening too. A Conversation without them keeps them empty, as Unknown Values.",
)


def records(of: Subject) -> Part:
    """Return section 6."""
    vendors = [column.name for column in of.columns if column.held_by in VENDORS]
    blocks = [
        Clause(
            "Schedule 4 names the columns of the Record that the Statement reads, with their meaning and who holds "
            "them. No text of a message is part of the Record; identifiers of customers may be replaced by others that "
            "tell them apart as well."
        ),
        Clause(
            f"With every invoice the Vendor sends the List of Units: one line for each Unit, with the {SOURCE.name} "
            f"(the id of the Conversation in the Vendor's system), its opening in UTC to the second, the name of the "
            f"Unit{_amounts(of)}, and the price that is charged for it. An invoice without it is not due."
        ),
    ]
    if vendors:
        days = of.blanks.of("days after a Billing Period within which records are delivered")
        blocks.append(
            Clause(
                f"The Vendor holds {listed(vendors)}. It delivers {'them' if len(vendors) > 1 else 'it'} for every "
                f"Conversation of a Billing Period, billed or not, with its {SOURCE.name} and opening, within {days} "
                "days."
            )
        )
    keep = of.blanks.of("months for which records are kept")
    blocks.append(
        Clause(
            f"Each party keeps what it holds of the Record for {keep} months after the Billing Period, and at least "
            "until every dispute about it has ended."
        )
    )
    return Part("6", "Records", tuple(blocks))


def _amounts(of: Subject) -> str:
    return ", its amount" if any(unit.is_sum for unit in of.units) else ""


def recount(of: Subject) -> Part:
    """Return section 7."""
    final = of.final_after_hours
    wait = f"no earlier than {number(final)} hours after the Billing Period ends, and notes" if final else "and notes"
    taken = (
        "all Cases that have a Conversation in the Billing Period, each Case whole: with its Conversations before and "
        "after the Billing Period"
        if of.of_cases
        else "all Conversations that were opened in the Billing Period"
    )
    key = (
        "case_id, contact and origin are filled in every row and tell the rows from one another, that "
        if of.of_cases
        else ""
    )
    steps = [
        f"The Buyer takes the Record of {taken}. It does so {wait} the time.",
        f"The Buyer checks that {key}times are in UTC, that each conversation_id stands there once, and that no "
        f"{SOURCE.name} is empty; a {SOURCE.name} may stand there several times. Rows that it leaves out are counted "
        "by reason.",
        *(_JOINED if any(column.held_by in VENDORS for column in of.columns) else ()),
        f"The Buyer runs part B of Schedule 1 with the bounds of the Billing Period from Schedule 5, on "
        f"{DIALECTS[of.said.dialect].title} or, as a program translates it, on another database; where two "
        "databases differ, the one named here decides.",
        f"The Units that are found are summed by {SOURCE.name}, and so are those of the List of Units. The two are "
        f"joined by {SOURCE.name}, all of both sides kept. What has as many Units on both sides is agreed; all else is "
        "a difference, for or against the Buyer.",
        "Each difference gets one reason, the first of clause 9.3 that makes it equal.",
        "The charge is computed from the count by clause 4 and Schedule 3. Its difference to the invoice is what the "
        "List of Units has too much less what it lacks, each by reason.",
    ]
    blocks = (
        Clause(
            "Either party may repeat the count of a Billing Period. These steps are taken in this order:", tuple(steps)
        ),
        Clause(
            "A recount is repeatable: the same Record gives the same count. The Record that was used, the time of its "
            "extract and the result are handed over with a notice of dispute, customers' names left out."
        ),
        Clause(
            "A recount states differences in both directions. What was billed and is no Unit is disputed, but for "
            f"the reasons {listed(NO_DISPUTE)} of clause 9.3, which another invoice settles. What is a Unit "
            "and was not billed is disputed by nobody: the Vendor may bill it on the next invoice, or set it off "
            "against what is settled, and not after that."
        ),
    )
    return Part("7", "Recount", blocks)


def unknown(of: Subject) -> Part:
    """Return section 8."""
    empty = [f"{column.name} ({VERDICTS.get(column.name, column.meaning)})" for column in of.unknowable]
    may = (
        f"The Statement reads {listed(empty)}, which may be empty. "
        if empty
        else "No column that the Statement reads may be empty"
        + (", but for hours until a Return where nobody came back. " if _asks_returns(of) else ". ")
    )
    blocks = (
        Clause(
            f"{may}A value that the Statement reads and that is empty, or that a party cannot show, is an Unknown "
            f"Value.{_no_score(of)}"
        ),
        Clause(
            "A Conversation with an Unknown Value is counted both ways: once with the value that makes it count for "
            "most, once with the value that makes it count for least. The two counts of a Billing Period are stated "
            "side by side, as the highest and the lowest count."
        ),
        *_both_ways(of),
        Clause(
            "The Statement as it stands decides what is billed until the value is shown. While the billed count lies "
            "between the lowest and the highest, no single row is disputed for want of a value; what lies outside is "
            "corrected at once to the nearer of the two."
        ),
        Clause(
            "A value that the Vendor holds and does not show within the Dispute Window is taken as the one that counts "
            "for least; one that the Buyer holds and does not show, as the one that counts for most."
        ),
    )
    return Part("8", "Unknown values", blocks)


def _no_score(of: Subject) -> str:
    """Return what an empty score means, of a Statement that reads it."""
    if NO_SCORE not in [column.name for column in of.unknowable]:
        return ""
    return (
        f" An empty {NO_SCORE} means that the customer gave no score, and is no Unknown Value, unless {NO_SCORE} is "
        "empty in every row of the Record."
    )


def _both_ways(of: Subject) -> Iterator[Clause]:
    """Yield how the columns that may be empty are filled for the two counts."""
    if has_extremes(of):
        filled = [f"{column.name} {EXTREMES[column.name][0]} for the highest and {EXTREMES[column.name][1]} for the "
                  "lowest count" for column in of.unknowable]  # fmt: skip
        yield Clause(
            "Part C of Schedule 1 has the rows for the two counts, and in the place of Unknown Values "
            f"{listed(filled)}."
        )


def _asks_returns(of: Subject) -> bool:
    return any(column.name == "returned_after_hours" for column in of.columns)


def disputes(of: Subject) -> Part:
    """Return section 9."""
    answer = of.blanks.of("days within which a notice of dispute is answered")
    who = of.blanks.of("who decides where the parties do not agree, as an expert or a court")
    blocks = (
        Clause(
            f"A notice of dispute is given in writing within the Dispute Window of {of.window}. It lists the "
            f"Conversations by {SOURCE.name}, each with its reason and its evidence, and the amount. After the window "
            "the count of an invoice stands, but for what clause 5 credits or charges later."
        ),
        Clause(
            "What is not disputed is paid when due. What is disputed is due when the dispute ends, without interest if "
            "it was disputed in good faith."
        ),
        Clause(
            "Reasons, in this order, with the evidence that settles each (the list is the List of Units). The words "
            "are those of what was billed and does not count; of what counts and was not billed a reason says by which "
            "rule the Vendor seems to count.",
            tuple(reasons(of)),
        ),
        Clause(
            f"The Vendor answers each row within {answer} days, with evidence where it does not agree. A row that is "
            "not answered is settled as the notice has it."
        ),
        Clause(
            "What is settled is credited or charged on the next invoice, at the price of the Billing Period in which "
            f"the Conversation was opened. Where the parties do not agree, this decides, bound by the Statement: {who}."
        ),
    )
    return Part("9", "Disputes", blocks)


def locked(of: Subject) -> Part:
    """Return section 10."""
    told = [
        f"{unit.name}: SHA-256 {hashlib.sha256(text.encode()).hexdigest()}"
        for unit, text in zip(of.units, statements_of(of), strict=True)
    ]
    notice = of.blanks.of("days of notice before a change of what a Unit counts")
    blocks = [
        Clause(
            "Clauses 1 to 5 and Schedules 1, 2 and 4 are locked for the Term. The Statement of part A of Schedule 1 is "
            "known by the digest of its text, each line ended by one line feed:",
            tuple(told),
        ),
        Clause(
            "A change needs the signatures of both parties under a new text of clause 2, a new Statement, new worked "
            f"cases and the first Billing Period in which it holds, with {notice} days between. It never holds for a "
            "Billing Period that has begun."
        ),
        Clause(
            "The Vendor may change its product, its names for outcomes and its reports. None of this changes what a "
            "Unit is: a column of Schedule 4 keeps its meaning, and whoever changes how it is filled tells the other "
            "party before, with the values of both ways side by side for one Billing Period."
        ),
    ]
    if any(column.name == "judged_resolved" for column in of.columns):
        blocks.append(
            Clause(
                "The judge whose verdict is judged_resolved is the one of this version: "
                f"{of.blanks.of('name and version of the automatic judge')}. Another version is a change."
            )
        )
    blocks.append(
        Clause(
            "Where a change leaves a Unit that no longer can be counted, the last Statement that could be counted "
            "holds until the parties agree on another."
        )
    )
    return Part("10", "What is locked for the Term", tuple(blocks))
