"""The chart of the ten claims: a matrix of claims and scenarios, each cell with its verdict and its number."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from simulator.decisions.claims import Claim, Claims, Verdict
from simulator.report.charts.base import Chart, ChartTable, Margins, sheet
from simulator.report.charts.form import FILE, Form
from simulator.report.studies.claim_words import SHORT, measured, short_verdict
from simulator.report.style import (
    BLUE,
    GREY,
    INK,
    MARGIN,
    ORANGE,
    PALE_BLUE,
    PALE_GREY,
    TEXT_SIZE,
    look,
    readable_on,
    text_width,
    wrapped,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

ROW: Final = 0.42
HEAD: Final = 0.62
SHADES: Final[dict[Verdict, str]] = {
    "holds": BLUE,
    "holds in part": PALE_BLUE,
    "fails": ORANGE,
    "cannot be told": PALE_GREY,
}


def claims_chart(claims: Claims, form: Form = FILE) -> Chart:
    """Draw claims as rows and scenarios as columns."""
    title = _title(claims)
    trials = sorted({each.trials for each in claims.scenarios})
    subtitle = (
        "Verdict on each claim and the number of its first part, by scenario; "
        f"{' to '.join(f'{count:,}' for count in (trials[0], *trials[1:][-1:]))} futures; docs/claims.md has the rules"
    )
    names = [f"{number}  {text}" for number, text in SHORT.items()]
    left = 0.4 if form.narrow else max(text_width(name, TEXT_SIZE) for name in names) + 2 * MARGIN
    with look():
        figure, axes = sheet(
            title, subtitle, ROW * len(names), Margins(left=left, right=MARGIN, above=HEAD, foot=0.15), form
        )
        _draw(axes, claims, names, form)
    return Chart(figure, title, f"{title}. {subtitle}.", subtitle, _table(claims, names))


def _title(claims: Claims) -> str:
    """Return which of the claims hold everywhere, and which fail somewhere."""
    verdicts = {
        number: [each.claims[number - 1].verdict for each in claims.scenarios] for number in range(1, len(SHORT) + 1)
    }
    whole = [number for number, row in verdicts.items() if set(row) == {"holds"}]
    failed = [number for number, row in verdicts.items() if "fails" in row]
    several = len(claims.scenarios) > 1
    where = f"on all {len(claims.scenarios)} scenarios" if several else f"on {claims.scenarios[0].scenario}"
    fails = _claims_that(failed, "fail", "fails") + (" on at least one" if several and failed else "")
    return f"{_claims_that(whole, 'hold', 'holds')} {where}, and {fails[:1].lower()}{fails[1:]}"


def _claims_that(numbers: list[int], many: str, one: str) -> str:
    """Return which claims do something: "Claims 3, 10 hold", "Claim 2 fails", "None of the ten claims fails"."""
    if not numbers:
        return f"None of the ten claims {one}"
    return f"Claim{'s' if len(numbers) > 1 else ''} {', '.join(map(str, numbers))} {many if len(numbers) > 1 else one}"


def _draw(axes: Axes, claims: Claims, names: list[str], form: Form) -> None:
    rows, columns = len(names), len(claims.scenarios)
    wide = (form.width - axes.get_position().x0 * form.width - MARGIN) / columns
    axes.set_xlim(0, columns)
    axes.set_ylim(rows, 0)
    for column, found in enumerate(claims.scenarios):
        lines = wrapped(found.scenario, wide - 0.1, TEXT_SIZE, most=3)
        axes.text(column + 0.5, -0.12, "\n".join(lines), ha="center", va="bottom", color=INK, size=TEXT_SIZE)
        for row, claim in enumerate(found.claims):
            _cell(axes, (row, column), claim, measured(claim.parts[0], found.currency))
    shown = [name.split()[0] for name in names] if form.narrow else names
    axes.set_yticks([place + 0.5 for place in range(rows)], shown)
    axes.tick_params(axis="both", length=0, colors=INK)
    axes.set_xticks([])
    for spine in axes.spines.values():
        spine.set_visible(False)


def _cell(axes: Axes, place: tuple[int, int], claim: Claim, number: str) -> None:
    from matplotlib.colors import to_rgb
    from matplotlib.patches import Rectangle

    row, column = place
    shade = SHADES[claim.verdict]
    hatch = "//" if claim.verdict == "cannot be told" else None
    axes.add_patch(
        Rectangle((column + 0.01, row + 0.04), 0.98, 0.92, facecolor=shade, edgecolor=GREY, linewidth=0.4, hatch=hatch)
    )
    axes.text(
        column + 0.5, row + 0.5, f"{short_verdict(claim)}\n{number}", ha="center", va="center",
        color=readable_on(to_rgb(shade)), size=TEXT_SIZE, linespacing=1.15,
    )  # fmt: skip


def _table(claims: Claims, names: list[str]) -> ChartTable:
    rows = tuple(
        (
            name,
            *(
                f"{short_verdict(each.claims[place])}, {measured(each.claims[place].parts[0], each.currency)}"
                for each in claims.scenarios
            ),
        )
        for place, name in enumerate(names)
    )
    return ChartTable(("claim", *(each.scenario for each in claims.scenarios)), rows)
