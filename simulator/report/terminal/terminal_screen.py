"""The first screen: what to sign, whether it is ready, the contracts that matter, what is uncertain, and the answer.

All functions read the dictionary that `summary` makes. The screen has at most `MOST_LINES` lines unless the answer
itself is longer; what does not fit stands in `simulate ... --all` and in the report.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from simulator.report.summary.distribution import Difference
from simulator.report.summary.summary import Summary
from simulator.report.summary.today import Saving
from simulator.report.terminal.first_table import scale_of, share, shown_names, table, words_of
from simulator.report.terminal.uncertain_bars import MOST_BARS, uncertain_bars
from simulator.report.words.figures import Scale, count, figures
from simulator.report.words.ready_line import ready_line
from simulator.report.words.sentences import contract_of, futures_text, interval_line
from simulator.report.words.terminal_text import cut_middle, in_lines, printable, width_of
from simulator.report.words.terms_words import terms_of, terms_words

MOST_LINES: Final = 24
MORE: Final = ": --all"
MOST_ROWS_MORE: Final = 3
OPEN_FIRST: Final = ("report.html", "summary.json")
"""Files that the screen names with their folder, the first of them that was written."""
NAMED: Final = ("brief.pdf", "summary.xlsx", "contracts.md")


ADDED: Final = (
    "worth", "gaps", "years", "bars", "terms", "rows", "gaps", "bars", "gaps", "rows", "bars", "gaps", "rows",
)  # fmt: skip
"""What the screen gets one after the other while there is room."""


@dataclass(frozen=True, slots=True)
class _Parts:
    """How much of each part the screen has.

    Attributes:
        rows: contracts beside those that it must have.
        bars: bars of uncertain inputs.
        years: 1 where a line says how often the recommended contract holds the budget of each fiscal year.
        terms: 1 where a line says what it binds to.
        worth: 1 where the line on today says what the cases are worth that are no longer solved.
        gaps: empty lines, in this order: before the answer, above the table, below it, above the path.
    """

    rows: int = 0
    bars: int = 0
    years: int = 0
    terms: int = 0
    worth: int = 0
    gaps: int = 0


def first_screen(summary: Summary, folder: Path, width: int) -> str:
    """Return the screen.

    Args:
        folder: where the results were written.
        width: columns of the terminal.
    """
    return "\n".join(_fitted(summary, [path_line(folder, width)], width))


def quick_screen(summary: Summary, assumed: Sequence[str], width: int) -> str:
    """Return the screen of a run that writes no files and shows no more, with lines in the place of their path."""
    lines = _lines(summary, _Parts(MOST_ROWS_MORE, MOST_BARS, 1, 1, 1, 4), [*assumed], width)
    return "\n".join(line.removesuffix(MORE) for line in lines)


def _fitted(summary: Summary, told: Sequence[str], width: int) -> list[str]:
    """Return the lines of the fullest screen that is short enough, what matters most added first."""
    now = _Parts()
    for part in ADDED:
        more = replace(now, **{part: getattr(now, part) + 1})
        if len(_lines(summary, more, told, width)) <= MOST_LINES:
            now = more
    return _lines(summary, now, told, width)


def _lines(summary: Summary, parts: _Parts, told: Sequence[str], width: int) -> list[str]:
    names = shown_names(summary, parts.rows)
    scale = scale_of(summary, names)
    answer = in_lines(printable(summary.sentence), width, indent=0)
    known = in_lines(interval_line(summary), width, indent=0)
    gap = [[""] if parts.gaps > place else [] for place in range(4)]
    return [
        title_line(summary, scale, width),
        *in_lines(ready_line(summary), width),
        *gap[1],
        *table(summary, names, scale, width),
        *_more_line(summary, names),
        *(years_line(summary, width) if parts.years else []),
        *(terms_line(summary, width) if parts.terms else []),
        *today_line(summary, width, worth=parts.worth > 0),
        *gap[2],
        *(uncertain_bars(summary, scale, width, parts.bars) if parts.bars else []),
        *gap[3],
        *told,
        *gap[0],
        *answer,
        *known,
    ]


def title_line(summary: Summary, scale: Scale, width: int) -> str:
    """Return what was simulated, and the unit of all amounts."""
    months = summary.months
    name, unit = printable(summary.scenario), words_of(scale)
    span = f"    {months} month{'' if months == 1 else 's'} from {summary.start}"
    told = f"{span}, {futures_text(summary)}"
    forms = (f"{told}, seed {summary.seed}, {unit}", f"{told}, {unit}", f"{span}, {unit}")
    rest = next((each for each in forms if width_of(name + each) <= width), forms[-1])
    return f"{cut_middle(name, width - width_of(rest))}{rest}"


def _more_line(summary: Summary, names: Sequence[str]) -> list[str]:
    hidden = len(summary.contracts) - len(names)
    return [f"  ... {hidden} more{MORE}"] if hidden else []


def terms_line(summary: Summary, width: int) -> list[str]:
    """Return what the recommended contract binds to beside the price of use; nothing where it binds to nothing."""
    told = terms_words(terms_of(summary, summary.recommended), summary.currency)
    return _moved(f"* binds to: {', '.join(told)}", width) if told else []


def years_line(summary: Summary, width: int) -> list[str]:
    """Return how often * holds the budget of each fiscal year, and its P90 there; nothing without such budgets."""
    best, code = summary.recommended, summary.currency
    told: list[str] = []
    for year in summary.fiscal_years:
        costs = year.contracts[best]
        if year.budget is None or costs.probability_over is None:
            continue
        p90, budget = figures([costs.p90, year.budget], code)
        held = "" if told else "held "
        told.append(f"{year.name} {budget} {held}in {share(1 - costs.probability_over)} (P90 {p90})")
    return _moved(f"Budgets under *: {'; '.join(told)}", width) if told else []


def _moved(text: str, width: int) -> list[str]:
    """Return a text in lines that stand under the names of the table."""
    return [f"  {line}" for line in in_lines(text, width - 2)]


def today_line(summary: Summary, width: int, *, worth: bool = True) -> list[str]:
    """Return what today and the recommended contract cost with people's work, what it saves, and how many are solved.

    All amounts have their own unit, as they are larger than those of the table.

    Args:
        worth: whether it says what more or fewer solved cases are worth.
    """
    today, code = summary.status_quo, summary.currency
    if today is None:
        return []
    bill, less = today.invoice_in_force, today.recommended_less_today
    billed = "" if bill is None else "invoice {} (P90 {}), ".format(*figures([bill.mean, bill.p90], code))
    best = contract_of(summary, summary.recommended)
    before, after, gap = figures([today.cost.mean, best.cost_to_serve.mean, abs(less.mean)], code)
    verb = "saves" if less.mean <= 0 else "costs"
    text = (
        f"{printable(today.title)}: {billed}{before} with people's work; * {after} with it, {verb} {gap}"
        f"{'' if less.mean <= 0 else ' more'}{_range(less, code)}{_solved(today.saving, code, worth)}"
    )
    return _moved(text, width)


def _range(less: Difference, code: str) -> str:
    """Between what the saving lies in eight of ten futures; nothing where it changes its sign, or does not differ."""
    if less.p10 * less.p90 <= 0 or less.p10 == less.p90:
        return ""
    low, high = figures(sorted((abs(less.p10), abs(less.p90))), code)
    return f" ({low} to {high} in eight of ten futures)"


def _solved(found: Saving, code: str, told: bool) -> str:
    before, after, each = found.solved_today, found.solved_with_ai, found.cost_per_solved_case
    if before is None or after is None or count(before) == count(after):
        return ""
    worth = "" if each is None or not told else f", worth {figures([abs(before - after) * each], code)[0]}"
    return f"; {count(abs(before - after))} {'fewer' if after < before else 'more'} cases solved{worth}"


def path_line(folder: Path, width: int) -> str:
    """Return the path of the report and the names of other files, as far as there is room; the path is never cut."""
    written = sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []
    first = next((name for name in OPEN_FIRST if name in written), "")
    path = printable((folder / first).as_posix())
    others = [name for name in written if name != first]
    named = [name for name in NAMED if name in others]
    while True:
        rest = len(others) - len(named)
        told = ", ".join([*named, *([f"{rest} more"] if rest else [])])
        text = f"{path}   ({told})" if told else path
        if width_of(text) <= width or not named:
            return text if width_of(text) <= width else path
        named.pop()
