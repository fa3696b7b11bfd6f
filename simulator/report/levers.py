"""Levers as numbers and as text: what each changes for the buyer and the vendor, and who keeps the saving."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from simulator.arrays import Array
from simulator.decisions.levers import LEVERS, ContractChange, LeverEffect, why_not
from simulator.forecast.forecast import Forecast
from simulator.report.blocks.contract import titles
from simulator.report.blocks.distribution import brief
from simulator.report.summary.plain import as_json, attributes, safe
from simulator.report.words.figures import count, percents, whole_changes
from simulator.report.words.levers import move_words
from simulator.report.words.terminal_text import WIDTH, in_lines, padded, printable, width_of

HEADINGS: Final = ("invoice", "with people's work", "vendor's margin", "vendor keeps")
LEAST_NAME: Final = 14
"""Columns a contract's name is never cut below."""
LEGEND: Final = (
    "With people's work is what the buyer pays in all. Vendor keeps is the change of the vendor's margin (invoice less "
    "model cost) as a share of the saved model cost; the buyer keeps the rest. Above 100 % the invoice rises as well, "
    "because quality falls or replies become more; below 0 % it falls by more than the saving."
)


def levers_block(changes: Sequence[LeverEffect], forecast: Forecast) -> dict[str, Any]:
    """Return the numbers of moved levers, over the horizon: changes are after less before, mean, P10 and P90.

    `vendor_keeps` and `buyer_keeps` are shares of the saved model cost, None where nothing is saved; they sum to 1.
    """
    scenario = forecast.scenario
    block: dict[str, Any] = {
        "scenario": scenario.title,
        "currency": scenario.currency,
        "months": scenario.months,
        "trials": scenario.trials,
        "seed": scenario.seed,
        "levers": [_change_block(change, forecast) for change in changes],
        "not_moved": {name: reason for name in LEVERS if (reason := why_not(name, scenario))},
    }
    return dict(as_json(safe(block)))


def _change_block(change: LeverEffect, forecast: Forecast) -> dict[str, Any]:
    named = titles(forecast)
    return {
        "lever": change.move.lever,
        "words": move_words(change.move, forecast.scenario),
        "from": change.move.before,
        "to": change.move.after,
        "free": change.move.free,
        "model_cost": _beside(change.model_cost, change.model_cost_before),
        "cases_solved": _beside(change.cases_solved, change.cases_solved_before),
        "human_work": _beside(change.human_work, change.human_work_before),
        "contracts": [_contract_block(each, change, named[each.name]) for each in change.contracts],
    }


def _beside(difference: Array, before: Array) -> dict[str, Any]:
    mean = float(before.mean())
    return {**attributes(brief(difference)), "share": float(difference.mean()) / mean if mean > 0 else None}


def _contract_block(each: ContractChange, change: LeverEffect, title: str) -> dict[str, Any]:
    saved = -float(change.model_cost.mean())
    keeps = float(each.margin.mean()) / saved if saved > 0 else None
    return {
        "name": each.name,
        "title": title,
        "invoice": brief(each.invoice),
        "cost_to_serve": brief(each.cost_to_serve),
        "margin": brief(each.margin),
        "vendor_keeps": keeps,
        "buyer_keeps": None if keeps is None else 1 - keeps,
    }


def levers_text(block: Mapping[str, Any]) -> str:
    """Return the levers as tables of at most 100 columns, one a lever."""
    months = block["months"]
    head = [
        f"{printable(block['scenario'])}: levers, {months} month{'' if months == 1 else 's'}, "
        f"{block['trials']:,} future{'' if block['trials'] == 1 else 's'}, seed {block['seed']}",
        "Each lever is moved by itself, on the same futures and cases; amounts are average changes.",
    ]
    foot = [f"Not moved: {name}, because {reason}." for name, reason in block["not_moved"].items()]
    parts = [_wrapped(head), *(_table(each, block["currency"]) for each in block["levers"])]
    parts.append(_wrapped([*foot, *([LEGEND] if block["levers"] else [])]))
    return "\n\n".join("\n".join(part) for part in parts if part)


def _wrapped(texts: Sequence[str]) -> list[str]:
    return [line for text in texts for line in in_lines(text, WIDTH)]


def _table(each: Mapping[str, Any], code: str) -> list[str]:
    rows = each["contracts"]
    names = [printable(row["title"]) for row in rows]
    shared, *cells = _cells(each, code)
    sizes = [max(len(text) for text in column) for column in zip(HEADINGS, *cells, strict=True)]
    width = max(min(max(map(width_of, names)), WIDTH - 2 - sum(size + 2 for size in sizes)), LEAST_NAME)

    def line(name: str, texts: Sequence[str]) -> str:
        return f"  {padded(name, width)}" + "".join(
            f"  {text:>{size}}" for text, size in zip(texts, sizes, strict=True)
        )

    lines = [*_lead(each, *shared), line("", HEADINGS)]
    for name, texts in zip(names, cells, strict=True):
        first, *rest = in_lines(name, width)
        lines += [line(first, texts), *(f"  {text}" for text in rest)]
    return lines


def _lead(each: Mapping[str, Any], model_cost: str, human_work: str) -> list[str]:
    """Return the lines above a table: the move, and what it changes under every contract.

    Args:
        model_cost: by how much it changes, as text; so `human_work`.
    """
    title = f"{each['lever']} from {each['from']:g} to {each['to']:g}: {printable(each['words'])}."
    model, solved, work = each["model_cost"], each["cases_solved"], each["human_work"]
    changed = (
        f"Model cost {model_cost}{_share(model['share'])}, solved cases "
        f"{'+' if solved['mean'] > 0 else ''}{count(solved['mean'])}{_share(solved['share'])}, people's work "
        f"{human_work}{_share(work['share'])}."
    )
    free = f"levers.{each['lever']} has no odds on solving or escalating, so that its saving costs no quality here."
    return _wrapped([title, changed, *([f"Note: {free}"] if each["free"] else [])])


def _cells(each: Mapping[str, Any], code: str) -> list[list[str]]:
    """Return model cost and people's work, then the cells of each contract; all money of a lever has one form."""
    rows = each["contracts"]
    shared = [each["model_cost"]["mean"], each["human_work"]["mean"]]
    amounts = [row[key]["mean"] for row in rows for key in ("invoice", "cost_to_serve", "margin")]
    texts = whole_changes([*shared, *amounts], code)
    money = [texts[place : place + 3] for place in range(2, len(texts), 3)]
    kept = ["no saving" if row["vendor_keeps"] is None else percents([row["vendor_keeps"]])[0] for row in rows]
    return [texts[:2], *([*cells, share] for cells, share in zip(money, kept, strict=True))]


def _share(share: float | None) -> str:
    return "" if share is None else f" ({100 * share:+.1f} %)"
