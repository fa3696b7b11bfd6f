"""The ten claims in words: how many hold where, a table of claims and scenarios, and where each verdict changes."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from functools import partial
from typing import Final

from simulator.decisions.claims import VERDICTS, Claim, Claims, Part, ScenarioClaims, Verdict
from simulator.report.studies.claim_words import (
    SHORT,
    WORDS,
    interval_of,
    measured,
    rule_of,
    short_number,
    short_verdict,
    value_of,
)
from simulator.report.studies.claims_chart import claims_chart
from simulator.report.studies.told import MustRead, Table, Told
from simulator.report.words.sentences import in_sentence

QUESTION: Final = "Which claims of the argument about prices hold?"
HOW: Final = MustRead(
    "A number is that of a claim's first part, and 1/2 says that one of two parts holds. A part holds if its whole "
    "95 % interval, from the number of futures alone, lies on the side of the threshold that the claim names; a claim "
    "holds if all of its parts do, and in part if some do."
)
ORDER: Final = "Where a sentence has several numbers, they stand in the order of the columns."
MORE: Final = "All parts of a claim with their intervals: --claim with its number."
_SAID: Final[dict[Verdict, tuple[str, str]]] = {
    "holds": ("holds", "hold"),
    "holds in part": ("holds in part", "hold in part"),
    "fails": ("fails", "fail"),
    "cannot be told": ("cannot be told", "cannot be told"),
}


def claims_told(claims: Claims, only: Collection[int] = ()) -> Told:
    """Return the claims in words.

    Args:
        only: numbers of claims; each is told with all of its parts.
    """
    wanted = [number for number in SHORT if not only or number in only]
    tables = [_parts_table(claims, number) for number in wanted] if only else [_table(claims, wanted)]
    conditions = [note for number in wanted for note in _notes(claims, number, whole=bool(only))]
    several = [ORDER] if len(claims.scenarios) > 1 else []
    contracts = _contracts(claims)
    notes = [HOW, *several, MustRead(contracts), *conditions, *([] if only else [MORE])]
    return Told(QUESTION, answer(claims, wanted), tuple(tables), tuple(notes), partial(claims_chart, claims))


def answer(claims: Claims, wanted: Sequence[int]) -> str:
    """Return how many claims hold on each scenario, and which."""
    if len(wanted) == 1:
        return _of_one(claims, wanted[0])
    each = [f"on {found.scenario} {_counted(found, wanted)}" for found in claims.scenarios]
    return f"Of the {_count_word(len(wanted))} claims, {'; '.join(each)}."


def _of_one(claims: Claims, number: int) -> str:
    """Return the verdict on one claim on each scenario."""
    found = [(each.scenario, claim_of(each, number).verdict) for each in claims.scenarios]
    said = "; ".join(f"on {scenario} it {_SAID[verdict][0]}" for scenario, verdict in found)
    return f"Claim {number} ({SHORT[number][:1].lower()}{SHORT[number][1:]}): {said}."


def _counted(found: ScenarioClaims, wanted: Sequence[int]) -> str:
    """Return how many of the claims have each verdict, and which: "2 hold (3, 10), 8 hold in part (1, 2, 4 to 9)"."""
    parts: list[str] = []
    for verdict in VERDICTS:
        numbers = [each.number for each in found.claims if each.number in wanted and each.verdict == verdict]
        if numbers:
            parts.append(f"{len(numbers)} {_SAID[verdict][len(numbers) > 1]} ({listed(numbers)})")
        elif verdict in ("holds", "fails"):
            parts.append(f"none {verdict}")
    return f"{', '.join(parts[:-1])} and {parts[-1]}" if len(parts) > 1 else parts[0]


def listed(numbers: Sequence[int]) -> str:
    """Return rising numbers with runs of three or more drawn together: "1, 2, 4 to 9"."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and runs[-1][-1] == number - 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    texts = [f"{run[0]} to {run[-1]}" if len(run) > 2 else ", ".join(map(str, run)) for run in runs]
    return ", ".join(texts)


def claim_of(found: ScenarioClaims, number: int) -> Claim:
    """Return a claim of a scenario by its number."""
    return next(each for each in found.claims if each.number == number)


def _count_word(number: int) -> str:
    return "ten" if number == len(SHORT) else str(number)


def heading(title: str) -> str:
    """Return a title in two lines, broken near its middle."""
    words = title.split()
    if len(words) < 2:
        return title
    breaks = range(1, len(words))
    best = min(breaks, key=lambda place: abs(len(" ".join(words[:place])) - len(" ".join(words[place:]))))
    return f"{' '.join(words[:best])}\n{' '.join(words[best:])}"


def _table(claims: Claims, wanted: Sequence[int]) -> Table:
    heads = ("Claim", *(heading(each.scenario) for each in claims.scenarios))
    rows = tuple(
        (f"{number:>2}  {SHORT[number]}", *(_cell(each, number) for each in claims.scenarios)) for number in wanted
    )
    return Table(heads, rows, texts=range(1, len(heads)))


def _cell(found: ScenarioClaims, number: int) -> str:
    claim = claim_of(found, number)
    return f"{short_verdict(claim)}, {short_number(claim.parts[0], found.currency)}"


def _parts_table(claims: Claims, number: int) -> Table:
    """Return every part of a claim on every scenario, a row each."""
    heads = ("Part", "number", "95 % interval", "holds if", "verdict")
    rows = tuple(
        (f"{number}.{place} {each.scenario}", *_part_cells(part, each.currency))
        for place in range(1, len(claim_of(claims.scenarios[0], number).parts) + 1)
        for each in claims.scenarios
        for part in [claim_of(each, number).parts[place - 1]]
    )
    text = claim_of(claims.scenarios[0], number).text
    return Table(heads, rows, title=f"{number}. {text}", texts=range(1, len(heads)))


def _part_cells(part: Part, code: str) -> tuple[str, ...]:
    return measured(part, code), interval_of(part, code), rule_of(part, code), part.verdict


def _notes(claims: Claims, number: int, *, whole: bool) -> Iterator[str]:
    """Yield a note a claim: what its number is, how its parts are judged, and where that changes; or one a part."""
    parts = [
        [claim_of(each, number).parts[place] for each in claims.scenarios]
        for place in range(len(claim_of(claims.scenarios[0], number).parts))
    ]
    if whole:
        for place, found in enumerate(parts, 1):
            said = [f"{WORDS[found[0].key].label}.", *_conditions(claims, found, whole=True)]
            yield f"{number}.{place} {' '.join(said)}"
        return
    judged = [" ".join([_verdicts(found), *_conditions(claims, found, whole=False)]) for found in parts]
    label = WORDS[parts[0][0].key].label
    yield f"{number}  Number: {label[:1].lower()}{label[1:]}. {' '.join(judged)}"


def _verdicts(found: Sequence[Part]) -> str:
    """Return what the claim says of a part, with the verdict: "The definition moves the bill: holds." """
    return f"{WORDS[found[0].key].said}: {_side_by_side([each.verdict for each in found])}."


def _conditions(claims: Claims, found: Sequence[Part], *, whole: bool) -> list[str]:
    """Return where the verdict on a part changes, and why it cannot be told."""
    said = []
    for condition in WORDS[found[0].key].conditions:
        values = [value_of(part, condition, each.currency) for each, part in zip(claims.scenarios, found, strict=True)]
        if (whole or not condition.long) and any(values):
            said.append(condition.words.format(_values(claims, values)))
    missing = dict.fromkeys(part.missing for part in found if part.missing)
    return [*said, *(f"It cannot be told everywhere, because {each}." for each in missing)]


def _values(claims: Claims, values: Sequence[str | None]) -> str:
    """Return values side by side; where a scenario has none, the others stand with its name."""
    if all(values):
        return _side_by_side([str(each) for each in values])
    named = zip(claims.scenarios, values, strict=True)
    return ", ".join(f"{value} (on {each.scenario.partition(',')[0]})" for each, value in named if value)


def _side_by_side(values: Sequence[str]) -> str:
    return values[0] if len(set(values)) == 1 else " | ".join(values)


def _contracts(claims: Claims) -> str:
    """Return which contracts were looked at."""
    pairs = [(each.resolution, each.conversation) for each in claims.scenarios]
    texts = [" and ".join(in_sentence(title) for title in pair if title) or "none" for pair in pairs]
    if len(set(texts)) == 1:
        return f"Contracts looked at, at their own prices: {texts[0]}."
    named = [f"{text} (on {each.scenario})" for each, text in zip(claims.scenarios, texts, strict=True)]
    return f"Contracts looked at, at their own prices: {'; '.join(named)}."
