"""What each lever on tokens saves under the recommended contract, and who keeps the saving."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from simulator import risk
from simulator.arrays import Array
from simulator.decisions.levers import LeverEffect
from simulator.futures.nets import nets_of
from simulator.report.blocks.distribution import ends
from simulator.report.summary.levers import Change, Levers, LeverSaving
from simulator.report.words.levers import move_words, saving_words
from simulator.scenario.schema import Scenario


def levers_told(changes: Sequence[LeverEffect], scenario: Scenario) -> Levers | None:
    """Return what moved levers change under the one contract that they were billed by; None where none can move."""
    if not changes:
        return None
    futures = len(changes[0].model_cost)
    net = None if scenario.sampling == "random" else nets_of(futures)
    note = (
        f"Each lever is moved by itself by a usual step, on {futures} futures with expected conversations, so that "
        "differences have no noise from single conversations. Who keeps: the saved model cost goes to the vendor as "
        "margin, less what the invoice falls by. Intervals come from the number of futures alone."
    )
    return Levers(changes[0].contracts[0].name, futures, tuple(_saving(each, scenario, net) for each in changes), note)


def _saving(each: LeverEffect, scenario: Scenario, net: risk.Net) -> LeverSaving:
    (under,) = each.contracts
    saved = -float(each.model_cost.mean())
    keeps = float(under.margin.mean()) / saved if saved > 0 else None
    found = LeverSaving(
        lever=each.move.lever,
        words=move_words(each.move, scenario),
        before=each.move.before,
        after=each.move.after,
        free=each.move.free,
        model_cost=_change(each.model_cost, net, each.model_cost_before),
        human_work=_change(each.human_work, net, each.human_work_before),
        cases_solved=_change(each.cases_solved, net, each.cases_solved_before),
        invoice=_change(under.invoice, net, under.invoice_before),
        cost_to_serve=_change(under.cost_to_serve, net, under.invoice_before + each.human_work_before),
        vendor_keeps=keeps,
        buyer_keeps=None if keeps is None else 1.0 - keeps,
        sentence="",
    )
    return replace(found, sentence=saving_words(found, scenario.currency))


def _change(difference: Array, net: risk.Net, before: Array) -> Change:
    p10, p90 = risk.quantiles(difference, (0.1, 0.9))
    interval = ends(risk.mean_interval(difference, net=net))
    mean, was = risk.mean(difference), risk.mean(before)
    share = mean / was if was > 0 else None
    return Change(mean, p10, p90, None if interval is None else (interval[0], interval[1]), share)
