"""What is said of each part of a claim: what is measured, and where its verdict changes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from simulator.decisions.claims import Claim, Part
from simulator.report.words.figures import factor, figures, percents, short_rate

Told = Callable[[float, str], str]
"""A number as text, with the code of the currency."""

SHORT: Final[Mapping[int, str]] = MappingProxyType(
    {
        1: "Definitions move the bill",
        2: "Complexity is punished",
        3: "Duplicates bill twice",
        4: "Tokens are less certain",
        5: "Conversations lie between",
        6: "Actions suit resolutions",
        7: "Vendors keep the savings",
        8: "Cost follows outcomes",
        9: "Buyers carry the spread",
        10: "The dial is the vendor's",
    }
)
"""The claims in a few words."""


def times(number: float, _: str = "") -> str:
    """Return a factor: "1.26 times"."""
    return f"{factor(number)} times"


def share(number: float, _: str = "") -> str:
    """Return a share in percent, with a decimal where it is small."""
    return f"{100 * number:.1f} %" if abs(number) < 0.0995 and number else percents([number])[0]


def change(number: float, _: str = "") -> str:
    """Return a relative change with its sign: "+12 %", "-8.5 %"."""
    return f"{'+' if number > 0 else ''}{share(number)}"


def bill_falls(kept: float, _: str = "") -> str:
    """Return by how much a bill falls for a saving of which a share stays in the vendor's margin: "20 times"."""
    return times(1 - kept)


def plain(number: float, _: str = "") -> str:
    """Return a number of units or an elasticity."""
    return f"{number:g}" if number == int(number) else f"{number:.2f}"


def yes_or_no(number: float, _: str = "") -> str:
    """Return what 1 and 0 stand for."""
    return "yes" if number > 0.5 else "no"


def money(amount: float, code: str) -> str:
    """Return an amount of the horizon, a month or a year."""
    return figures([amount], code)[0]


FORMS: Final[Mapping[str, Told]] = MappingProxyType(
    {"factor": times, "share": share, "change": change, "number": plain, "yes": yes_or_no}
)


@dataclass(frozen=True, slots=True)
class Condition:
    """Where a verdict changes, or what lies beside it.

    Attributes:
        key: of the part's `flips`, of its `beside`, or "names".
        words: a sentence with `{}` for the values.
        told: how a value is written.
        long: whether it is told only where a claim is told with all of its parts.
    """

    key: str
    words: str
    told: Told = short_rate
    long: bool = False


@dataclass(frozen=True, slots=True)
class PartWords:
    """What is measured, what the claim says of it, and the conditions.

    Attributes:
        label: as it begins a sentence.
        said: a whole sentence without its end, which a verdict follows.
    """

    label: str
    said: str
    conditions: tuple[Condition, ...] = ()


WORDS: Final[Mapping[str, PartWords]] = MappingProxyType(
    {
        "definitions_differ": PartWords(
            "Units of the definition that counts fewest, as a share of those of the one that counts most, of three",
            "The definition moves the bill",
            (
                Condition(
                    "price_factor", "The bills are equal only where a unit of the former costs {} as much.", times, True
                ),
            ),
        ),
        "stricter_grows": PartWords(
            "Bill by the strictest clauses over that by the contract's own, at the same price",
            "A stricter definition bills more at the same price",
            (Condition("price", "It bills more only where the vendor asks more than {} for a unit of it."),),
        ),
        "complexity_raises": PartWords(
            "Change of what a handled conversation costs per resolution when the odds of complexity double",
            "Complexity makes a conversation dearer per resolution",
            (
                Condition("handoff_price", "It would where every handoff is billed too, at more than {}."),
                Condition(
                    "per_solved_case", "Per conversation, the cost of a case that the AI solves changes by {}.", change
                ),
            ),
        ),
        "dearer_when_complex": PartWords(
            "What a conversation costs in that mix per resolution over what it costs per conversation",
            "In that mix it costs more than per conversation",
            (
                Condition("as_it_is", "In the mix as it is the factor is {}.", times, True),
                Condition("price", "The two are equal at {} a resolution."),
                Condition("billed_share", "They are equal where {} of the conversations are billed.", share, True),
                Condition("complexity", "They are equal at {} the odds of complexity.", times, True),
                Condition("platform_fee", "It costs more with a platform fee above {} a month.", money),
                Condition("yearly_minimum", "It costs more with a minimum above {} a year.", money),
            ),
        ),
        "billed_again": PartWords(
            "Share of the units on cases that were billed before",
            "Units on cases that were billed before are more than a few",
            (
                Condition("strict", "By the strictest clauses (a return voids, duplicates merge) they are {}.", share),
                Condition("amount", "They cost {}.", money, True),
                Condition("conversations", "Of all conversations {} are on cases that had one before.", share, True),
            ),
        ),
        "returned_twice": PartWords(
            "Units of a case whose wrong answer brings the customer back after 30 hours",
            "A case that comes back is two units",
            (Condition("at_most_case", 'With at_most = "case" it is {} unit.', plain, True),),
        ),
        "duplicate_twice": PartWords(
            "Units of a case that is opened twice",
            "A case that is opened twice is two units",
            (Condition("at_most_case", 'With at_most = "case" and duplicates = "merged" it is {} unit.', plain, True),),
        ),
        "tokens_in_percent": PartWords(
            "Relative spread of the models' cost over that of the invoice per resolution",
            "In percent the models' cost spreads more",
            (
                Condition("tokens", "The relative spread of the models' cost is {}.", share, True),
                Condition("resolutions", "That of the invoice per resolution is {}.", share, True),
                Condition("token_level", "It would not where the length of all texts is known to {}.", share),
            ),
        ),
        "tokens_in_money": PartWords(
            "Spread in money of the models' cost at public prices over that of the invoice per resolution",
            "In money it spreads more at public prices",
            (Condition("price_multiple", "It would from {} the public prices on.", times),),
        ),
        "between": PartWords(
            "Factor by which the relative spread per conversation lies inside the other two, more than 1 inside",
            "The spread per conversation lies between those of the other two",
            (
                Condition("conversations", "Per conversation it is {}.", share),
                Condition("resolutions", "Per resolution it is {}.", share),
                Condition("tokens", "That of the models' cost is {}.", share),
            ),
        ),
        "from_volume": PartWords(
            "Share of the spread per conversation that the number of cases explains",
            "The number of cases explains it",
        ),
        "undisputed": PartWords(
            "Share of what is logged that is a greeting, spam or a test, which only some contracts bill",
            "Nobody disputes what a conversation is",
            (
                Condition("written", "The contract must say that greetings, spam and tests are none.", plain),
                Condition("resolutions", "The three definitions of a resolution differ by up to {}.", share, True),
            ),
        ),
        "action_is_whole": PartWords(
            "Share of the conversations solved by the AI that end in an action in the system of record",
            "An action stands for the outcome",
            (Condition("names", "It does for these intents: {}."),),
        ),
        "action_is_clean": PartWords("Share of the units by an action that were solved", "What it bills was solved"),
        "action_is_auditable": PartWords(
            "Whether the buyer can count the actions in its own data", "The buyer can count it"
        ),
        "action_no_dearer": PartWords(
            "Invoice per action in the system of record over that per conversation, as offered",
            "It costs less than per conversation",
            (Condition("price", "The two are equal at {} an action."),),
        ),
        "levers_save": PartWords(
            "Share of the models' cost that the weakest of the levers saves", "Every lever saves tokens"
        ),
        "levers_cost_quality": PartWords(
            "Share of the solved cases that the costliest of the levers loses", "A lever moves quality"
        ),
        "vendor_keeps": PartWords(
            "Share of a lever's saving that the vendor keeps per resolution, where it keeps least",
            "Per resolution the vendor keeps most of each saving",
            (
                Condition("conversations", "Per conversation it keeps {} or more.", share),
                Condition(
                    "tokens", "Per token the bill falls by {} the saving: from 1 on the vendor keeps none.", bill_falls
                ),
            ),
        ),
        "elasticity": PartWords(
            "Percent that the invoice rises for one percent more cases solved by the AI",
            "The invoice follows what is solved",
            (
                Condition("names", "It does under: {}."),
                Condition("conversations", "Per conversation the percent is {}, as fewer come back.", plain, True),
            ),
        ),
        "billed_unsolved": PartWords(
            "Share of the units that nobody solved",
            "What is billed was solved",
            (Condition("names", "It was under: {}.", long=True),),
        ),
        "solved_unbilled": PartWords(
            "Share of the conversations solved by the AI that are no unit",
            "What was solved is billed",
            (Condition("names", "It is under: {}.", long=True),),
        ),
        "more_than_margin": PartWords(
            "Spread of the invoice over that of the invoice less the models' cost",
            "The invoice spreads more than the vendor's margin",
            (Condition("price", "It would not below {} a resolution."),),
        ),
        "more_in_all": PartWords(
            "Spread of invoice and human work per resolution over that per conversation",
            "The buyer's whole cost spreads more than per conversation",
            (Condition("price", "It would from {} a resolution on."),),
        ),
        "definition_changes": PartWords(
            "Rise of the bill if the strictest clauses become the loosest for the second half of the months",
            "A definition that changes moves the bill",
            (Condition("locked", "Locked for the term it moves it by {}.", share),),
        ),
        "judge_drifts": PartWords(
            "Rise of the bill by the vendor's judge if it finds ten more of a hundred unsolved conversations resolved",
            "A judge who drifts moves the bill",
            (Condition("judge_points", "It moves by 1 % once the judge lets {} more of the unsolved pass.", share),),
        ),
        "judge_unseen": PartWords("Whether the buyer cannot recount what the judge decides", "The buyer cannot see it"),
    }
)
"""The words of every part, by its key."""


def measured(part: Part, code: str) -> str:
    """Return the number of a part, "not known" where there is none."""
    return "not known" if part.measure is None else FORMS[part.form](part.measure.value, code)


def interval_of(part: Part, code: str) -> str:
    """Return the interval of the number of a part; "exact" where chance does not move it, "none" without one."""
    found = part.measure
    if found is None or found.low is None or found.high is None:
        return "none"
    if found.low == found.high:
        return "exact"
    low, high = (FORMS[part.form](end, code) for end in (found.low, found.high))
    for unit in (" times", " %"):
        low = low.removesuffix(unit) if high.endswith(unit) else low
    return f"{low} to {high}"


def rule_of(part: Part, code: str) -> str:
    """Return the rule of a part: where the claim says that the number lies."""
    if part.form == "yes":
        return "yes"
    shares = part.form in ("share", "change")
    return f"{part.side} {percents([part.threshold])[0] if shares else FORMS[part.form](part.threshold, code)}"


def value_of(part: Part, condition: Condition, code: str) -> str | None:
    """Return the value of a condition as text; None where the part does not have it."""
    if condition.key == "names":
        return _listed(part.names) if part.measure is not None else None
    value = part.flips.get(condition.key, part.beside.get(condition.key))
    return None if value is None else condition.told(value, code)


def _listed(names: Sequence[str]) -> str:
    """Return titles in a row, those with commas in quotes."""
    return ", ".join(f'"{name}"' if "," in name else name for name in names) if names else "none"


def short_verdict(claim: Claim) -> str:
    """Return the verdict on a claim for a narrow cell, with how many of its parts hold: "in part 1/2"."""
    if claim.verdict != "holds in part":
        return claim.verdict
    return f"in part {sum(each.verdict == 'holds' for each in claim.parts)}/{len(claim.parts)}"


def short_number(part: Part, code: str) -> str:
    """Return the number of a part for a narrow cell: "1.26x"."""
    return measured(part, code).replace(" times", "x")
