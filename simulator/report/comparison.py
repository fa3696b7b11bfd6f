"""Two scenarios side by side: what differs in the input, and what it costs on the same futures.

Percentiles of the difference are those of the difference in each future, not differences of percentiles. Both are
simulated with the seed and the number of futures of the first: a number that both have takes the same value in the
same future, so that what is left is what the change does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

from simulator import risk
from simulator.arrays import Array
from simulator.errors import SimulatorError
from simulator.forecast.forecast import Forecast, horizon_cost, ranked_by
from simulator.report.blocks.contract import titles
from simulator.report.blocks.summary import summary
from simulator.report.blocks.undetermined import mean_notes
from simulator.report.summary.plain import as_json, safe
from simulator.report.words.figures import figures, one_unit, one_unit_changes, percents
from simulator.report.words.sentences import NINE_IN_TEN, capital, in_sentence
from simulator.report.words.terminal_text import WIDTH, cut, in_lines, padded, printable, width_of
from simulator.scenario.explained.changed_settings import ChangedSetting

if TYPE_CHECKING:
    from simulator.forecast.priced import Measure


LEAST_NAME: Final = 12
NAME_LINES: Final = 3
MOST_CHANGES: Final = 30
"""Differences in the input that a terminal lists."""
GROUPS: Final = ("expected", "", "P90", "", "change", "", "")
SECOND: Final = ("before", "after", "before", "after", "on average", "P10 to P90", "dearer in")
HEADS: Final = (
    "expected before", "expected after", "P90 before", "P90 after", "change on average", "change, P10 to P90",
    "dearer in",
)  # fmt: skip
"""Headings of the columns: in two lines on a terminal, in one elsewhere."""


class ComparisonError(SimulatorError):
    """Two scenarios whose costs cannot be set side by side."""


def comparison(
    before: Forecast, after: Forecast, changes: Sequence[ChangedSetting], names: tuple[str, str]
) -> dict[str, Any]:
    """Return all numbers of a comparison, safe for JSON.

    Args:
        names: what the two are called.

    Raises:
        ComparisonError: if they have different currencies.
    """
    old, new = before.scenario, after.scenario
    if old.currency != new.currency:
        raise ComparisonError(
            f"{names[0]} is in {old.currency} and {names[1]} in {new.currency}: amounts are not converted, so compare "
            "scenarios of one currency"
        )
    of = ranked_by(old)
    both = [name for name in before.contracts if name in after.contracts]
    block = {
        "before": names[0],
        "after": names[1],
        "currency": old.currency,
        "trials": before.results.trials,
        "seed": old.seed,
        "months": [before.results.months, after.results.months],
        "of": of,
        "changes": [asdict(change) for change in changes],
        "contracts": [_contract(before, after, name, of) for name in both],
        "only_before": [titles(before)[name] for name in before.contracts if name not in both],
        "only_after": [titles(after)[name] for name in after.contracts if name not in both],
        "recommended": [_recommended(each, of) for each in (before, after)],
        "verdicts": [_verdict(each) for each in (before, after)],
        "notes": [
            f"{name}: {note}" for name, each in zip(names, (before, after), strict=True) for note in _notes(each)
        ],
    }
    clean: dict[str, Any] = as_json(safe(block))
    clean["sentence"] = sentence(clean)
    return clean


def _contract(before: Forecast, after: Forecast, name: str, of: Measure) -> dict[str, Any]:
    old, new = (horizon_cost(each.contracts[name], of) for each in (before, after))
    return {
        "name": name,
        "title": titles(after)[name],
        "before": _figures_of(old),
        "after": _figures_of(new),
        "difference": asdict(risk.paired(new, old)),
    }


def _recommended(forecast: Forecast, of: Measure) -> dict[str, Any]:
    name = forecast.verdict.recommended
    return {"name": name, "title": titles(forecast)[name], **_figures_of(horizon_cost(forecast.contracts[name], of))}


def _verdict(forecast: Forecast) -> dict[str, Any]:
    """Return what a run of one of the two says: rule, whether it is too close to call, and the sentence."""
    numbers = summary(forecast)
    return {
        "rule": numbers.verdict.rule,
        "close": numbers.verdict.close,
        "sentence": numbers.sentence,
        "before_signing": numbers.verdict.before_signing,
    }


def _notes(forecast: Forecast) -> list[str]:
    """Return which means of a scenario its futures do not determine."""
    return mean_notes(forecast, {name: in_sentence(title) for name, title in titles(forecast).items()})


def _figures_of(cost: Array) -> dict[str, Any]:
    p50, p90 = risk.quantiles(cost, (0.5, 0.9))
    return {"mean": risk.mean(cost), "p50": p50, "p90": p90}


def sentence(block: Mapping[str, Any]) -> str:
    """Return what the changes do to the contract to sign and its P90, and the verdict after them.

    Where a verdict is too close to call it is said here too, and no winner is declared.
    """
    return f"{_change(block)} After the change: {block['verdicts'][1]['sentence']}"


def _change(block: Mapping[str, Any]) -> str:
    old, new = block["recommended"]
    before, after = figures([old["p90"], new["p90"]], block["currency"], 1)
    close = [place for place, each in zip(("before", "after"), block["verdicts"], strict=True) if each["close"]]
    doubt = f", but it is too close to call {' and '.join(close)} the change" if close else ""
    called = "contract named first" if close else "contract to sign"
    if old["name"] != new["name"]:
        return (
            f"The {called} changes from {in_sentence(old['title'])} (P90 {before}) to {in_sentence(new['title'])} "
            f"(P90 {after}; {NINE_IN_TEN}){doubt}."
        )
    kept = f"{capital(in_sentence(new['title']))} stays the {called}"
    same = next((each for each in block["contracts"] if each["name"] == old["name"]), None)
    if same is None or same["difference"]["share_dearer"] == same["difference"]["share_cheaper"] == 0:
        return f"{kept} and costs the same in every future, P90 {after}{doubt}."
    gap = same["difference"]
    (mean,) = figures([abs(gap["mean"])], block["currency"])
    way, share = ("dearer", gap["share_dearer"]) if gap["mean"] > 0 else ("cheaper", gap["share_cheaper"])
    (often,) = percents([share], against=[0, 0.5, 1])
    return (
        f"{kept}: P90 {before} to {after} ({NINE_IN_TEN}), {way} by {mean} on average and {way} in {often} of the "
        f"futures{doubt}."
    )


def text(block: Mapping[str, Any]) -> str:
    """Return a comparison for the terminal, at most 100 columns wide but for the sentence."""
    lines = [f"{printable(block['before'])} -> {printable(block['after'])}", *_changes(block), ""]
    months = " and ".join(f"{count}" for count in dict.fromkeys(block["months"]))
    what = "invoice" if block["of"] == "invoice" else "invoice and human work"
    lines.append(f"{months} months, {what}; the same {block['trials']:,} futures for both, seed {block['seed']}")
    notes = [line for note in block["notes"] for line in in_lines(printable(f"Note: {note}."), WIDTH)]
    lines += [*_table(block), *_only(block), *notes, ""]
    return "\n".join([*lines, printable(block["sentence"])]) + "\n"


def _changes(block: Mapping[str, Any]) -> list[str]:
    rows = [tuple(printable(each[key]) for key in ("key", "before", "after")) for each in block["changes"]]
    width = min(max((len(key) for key, _, _ in rows), default=0), 60)
    lines = [f"  {key:<{width}}  {_change_of(old, new, WIDTH - width - 4)}" for key, old, new in rows[:MOST_CHANGES]]
    if len(rows) > MOST_CHANGES:
        lines.append(f"  and {len(rows) - MOST_CHANGES} more differences in the input, which --json lists")
    return [cut(line, WIDTH) for line in lines] or ["  Nothing differs that changes a cost."]


def _change_of(old: str, new: str, room: int) -> str:
    """Return a change in a line; what has no room is cut so that something of both values is seen."""
    half = (room - len(" -> ")) // 2
    return f"{cut(old, max(half, room - len(' -> ') - width_of(new)))} -> {new}"


def _table(block: Mapping[str, Any]) -> list[str]:
    if not block["contracts"]:
        return ["No contract is in both scenarios, so that no cost can be set side by side."]
    rows = _cells(block["contracts"], block["currency"])
    sizes = [max(len(row[place]) for row in (GROUPS, SECOND, *rows)) for place in range(len(SECOND))]
    names = [printable(each["title"]) for each in block["contracts"]]
    room = max(WIDTH - sum(size + 2 for size in sizes), LEAST_NAME)
    width = min(max(map(width_of, names)), room)
    lines = [
        (padded("", width) + "".join(f"  {head:>{size}}" for head, size in zip(heads, sizes, strict=True))).rstrip()
        for heads in (GROUPS, SECOND)
    ]
    for name, row in zip(names, rows, strict=True):
        cells = "".join(f"  {cell:>{size}}" for cell, size in zip(row, sizes, strict=True))
        first, *rest = in_lines(name, width, NAME_LINES)
        lines += [padded(first, width) + cells, *rest]
    return lines


def _cells(contracts: Sequence[Mapping[str, Any]], code: str) -> list[tuple[str, ...]]:
    """Return the cells of each contract; amounts before and after are in one unit, and so are differences."""
    gaps = [contract["difference"] for contract in contracts]
    sides = [(contract["before"], contract["after"]) for contract in contracts]
    means = iter(one_unit([side["mean"] for pair in sides for side in pair], code))
    p90s = iter(one_unit([side["p90"] for pair in sides for side in pair], code))
    apart = iter(one_unit_changes([gap[key] for gap in gaps for key in ("mean", "p10", "p90")], code))
    dearer = percents([gap["share_dearer"] for gap in gaps], against=[0, 1])
    return [
        (next(means), next(means), next(p90s), next(p90s), next(apart), f"{next(apart)} to {next(apart)}", share)
        for share in dearer
    ]


def _only(block: Mapping[str, Any]) -> list[str]:
    return [
        line
        for name, side in ((block["before"], "only_before"), (block["after"], "only_after"))
        if block[side]
        for line in in_lines(printable(f"Only in {name}: {', '.join(block[side])}"), WIDTH)
    ]


def markdown(block: Mapping[str, Any]) -> str:
    """Return a comparison as Markdown for a pull request; nothing where nothing changes a cost."""
    if not block["changes"]:
        return ""
    settings = [(f"`{_code(each['key'])}`", _plain(each["before"]), _plain(each["after"])) for each in block["changes"]]
    cells = _cells(block["contracts"], block["currency"])
    rows = [(_plain(each["title"]), *row) for each, row in zip(block["contracts"], cells, strict=True)]
    futures = f"{block['trials']:,} futures, the same for both, seed {block['seed']}"
    parts = [
        f"**{_plain(block['sentence'])}**",
        _rows(("setting", "before", "after"), settings),
        *([_rows(("contract", *HEADS), rows)] if rows else []),
        "  \n".join(
            [
                *map(_plain, _only(block)),
                *(_plain(f"Note: {note}.") for note in block["notes"]),
                f"<sub>{_plain(block['before'])} to {_plain(block['after'])}; {futures}</sub>",
            ]
        ),
    ]
    return "\n\n".join(parts) + "\n"


def _rows(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _plain(words: str) -> str:
    """Return a text in which Markdown sees no mark, no link, no mention and no tag."""
    marks = r"\`*_[]<>|~@&#"
    return "".join(f"&#{ord(letter)};" if letter in marks else letter for letter in printable(words))


def _code(words: str) -> str:
    return printable(words).replace("`", "'").replace("|", "\\|")
