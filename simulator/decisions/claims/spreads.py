"""Claims 4, 5 and 9: which unit is hardest to forecast, and who carries the spread."""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from simulator import risk
from simulator.arrays import Array
from simulator.contracts.metering.meters import CASES, CONVERSATIONS
from simulator.decisions.claims.ground import NO_CONVERSATION, NO_RESOLUTION, NOTHING, Ground
from simulator.decisions.claims.prepared import ARGUED
from simulator.decisions.claims.ratios import (
    one_less,
    ratio_of_means,
    ratio_of_relative_spreads,
    ratio_of_spreads,
    relative_spread,
    share_explained,
)
from simulator.decisions.claims.rule import Claim, Part, above, below, claim, part, untold

NINE_TENTHS: Final = 0.9
"""Share of the spread that the volume of cases must explain for a bill to be predictable from it."""
ONE_PERCENT: Final = 0.01
"""Of what is logged: from here on a definition of a conversation matters."""
TOKEN_LEVEL: Final = "tokens.factor"


def tokens_are_harder_to_forecast(ground: Ground) -> Claim:
    """Judge claim 4 by the spread of the models' cost at public prices beside that of the resolutions' invoice."""
    text = (
        "Token cost is harder to forecast than cost per resolution, because it varies with prompts, models, retrieval "
        "and reasoning: in percent, and in money at public prices."
    )
    return claim(4, text, [_tokens_in_percent(ground), _tokens_in_money(ground)])


def _tokens_in_percent(ground: Ground) -> Part:
    name = ground.looked.resolution
    if name is None:
        return untold("tokens_in_percent", "factor", above(1.0), NO_RESOLUTION)
    tokens, invoice = _model_cost(ground), ground.futures.invoice(name)
    ratio = ratio_of_relative_spreads(tokens, invoice, ground.net)
    if ratio is None:
        return untold("tokens_in_percent", "factor", above(1.0), NOTHING)
    return part(
        "tokens_in_percent", "factor", ratio, above(1.0),
        flips={"token_level": _known_enough(ground, tokens, invoice)},
        beside={"tokens": relative_spread(tokens), "resolutions": relative_spread(invoice)},
    )  # fmt: skip


def _known_enough(ground: Ground, tokens: Array, invoice: Array) -> float | None:
    """Return the relative spread of the length of texts at which token cost spreads as much as the invoice, in percent.

    None where the length is known.
    """
    level, of_invoice = ground.futures.results.unknowns.get(TOKEN_LEVEL), relative_spread(invoice)
    if level is None or of_invoice is None or not relative_spread(level):
        return None
    return spread_to_reach(tokens, level, of_invoice * risk.mean(tokens))


def spread_to_reach(cost: Array, cause: Array, target: float) -> float | None:
    """Return the relative spread of a cause at which the standard deviation of a cost is the target.

    The cost is taken as a line in the cause and a rest that stays: target^2 = sd(rest)^2 + slope^2 sd(cause)^2. None
    where the rest alone spreads more.
    """
    both = np.cov(cost, cause)
    slope = both[0, 1] / both[1, 1]
    left = target**2 - (both[0, 0] - slope**2 * both[1, 1])
    return float(math.sqrt(left) / abs(slope) / risk.mean(cause)) if left > 0 and slope else None


def _tokens_in_money(ground: Ground) -> Part:
    name = ground.looked.resolution
    if name is None:
        return untold("tokens_in_money", "factor", above(1.0), NO_RESOLUTION)
    tokens, invoice = _model_cost(ground), ground.futures.invoice(name)
    ratio = ratio_of_spreads(tokens, invoice, ground.net)
    if ratio is None:
        return untold("tokens_in_money", "factor", above(1.0), NOTHING)
    return part(
        "tokens_in_money", "factor", ratio, above(1.0),
        flips={"price_multiple": 1.0 / ratio.value},
        beside={"tokens": risk.sd(tokens), "resolutions": risk.sd(invoice)},
    )  # fmt: skip


def conversations_lie_between(ground: Ground) -> Claim:
    """Judge claim 5 by the spread of conversations, what the volume explains of it, and what is no conversation."""
    text = (
        "A price per conversation sits between the two: its bill follows from the volume of tickets, and nobody "
        "disputes what counted."
    )
    return claim(5, text, [_between(ground), _from_volume(ground), _undisputed(ground)])


def _between(ground: Ground) -> Part:
    """Return how far the relative spread of conversations lies inside those of tokens and of resolutions.

    It is its factor to the nearer of the two ends, more than 1 inside: at spreads of 0.1 and 0.3 one of 0.2 gives 1.5,
    one of 0.05 gives 0.5, and one of 0.4 gives 0.75.
    """
    name = ground.looked.resolution
    if name is None:
        return untold("between", "factor", above(1.0), NO_RESOLUTION)
    bill = _conversation_bill(ground)
    ends = sorted([_model_cost(ground), ground.futures.invoice(name)], key=lambda each: relative_spread(each) or 0.0)
    inside = [
        ratio_of_relative_spreads(bill, ends[0], ground.net),
        ratio_of_relative_spreads(ends[1], bill, ground.net),
    ]
    found = [each for each in inside if each is not None]
    if len(found) < len(inside):
        return untold("between", "factor", above(1.0), NOTHING)
    return part(
        "between", "factor", min(found, key=lambda each: each.value), above(1.0),
        beside={
            "conversations": relative_spread(bill),
            "tokens": relative_spread(_model_cost(ground)),
            "resolutions": relative_spread(ground.futures.invoice(name)),
        },
    )  # fmt: skip


def _from_volume(ground: Ground) -> Part:
    found = share_explained(_conversation_bill(ground), ground.total(CASES))
    if found is None:
        return untold("from_volume", "share", above(NINE_TENTHS), NOTHING)
    return part("from_volume", "share", found, above(NINE_TENTHS))


def _undisputed(ground: Ground) -> Part:
    """Return the share of what is logged that some contracts call a conversation and others do not."""
    counted = ratio_of_means(ground.total(CONVERSATIONS), ground.total("rows"), ground.net)
    disputed = one_less(counted)
    if disputed is None:
        return untold("undisputed", "share", below(ONE_PERCENT), NOTHING)
    units = [risk.mean(ground.units(definition)) for definition in ARGUED]
    return part(
        "undisputed", "share", disputed, below(ONE_PERCENT),
        flips={"written": 0.0}, beside={"resolutions": 1.0 - min(units) / max(units) if max(units) > 0 else None},
    )  # fmt: skip


def buyer_carries_the_spread(ground: Ground) -> Claim:
    """Judge claim 9 by the spread of the invoice beside that of the margin, and by the buyer's whole cost."""
    text = "The buyer absorbs the variance: of the invoice more than the vendor of its margin, and of the whole cost."
    return claim(9, text, [_more_than_the_margin(ground), _more_in_all(ground)])


def _more_than_the_margin(ground: Ground) -> Part:
    """Return the spread of the invoice over that of the invoice less the cost of the models."""
    name = ground.looked.resolution
    if name is None:
        return untold("more_than_margin", "factor", above(1.0), NO_RESOLUTION)
    invoice = ground.futures.invoice(name)
    cost = np.asarray(ground.futures.forecast.contracts[name].model_cost.sum(axis=1))
    ratio = ratio_of_spreads(invoice, invoice - cost, ground.net)
    if ratio is None:
        return untold("more_than_margin", "factor", above(1.0), NOTHING)
    factor = equal_spread_factor(invoice, cost)
    return part(
        "more_than_margin", "factor", ratio, above(1.0),
        flips={"price": None if factor is None else factor * ground.average_price(name)},
        beside={"invoice": risk.sd(invoice), "margin": risk.sd(invoice - cost)},
    )  # fmt: skip


def equal_spread_factor(invoice: Array, cost: Array) -> float | None:
    """Return the factor on an invoice from which it spreads as much as what is left of it after a cost.

    Var(k I) = Var(k I - C) at k = Var(C) / (2 Cov(I, C)); None where the two do not move together.
    """
    if len(invoice) < 2:
        return None
    both = np.cov(invoice, cost)
    return float(both[1, 1] / (2 * both[0, 1])) if both[0, 1] > 0 else None


def _more_in_all(ground: Ground) -> Part:
    """Return the spread of invoice and human work over that under a price per conversation."""
    name, other = ground.looked.resolution, ground.looked.conversation
    if name is None or other is None:
        missing = NO_RESOLUTION if name is None else NO_CONVERSATION
        return untold("more_in_all", "factor", above(1.0), missing)
    priced = ground.futures.forecast.contracts
    own, flat = (priced[each].horizon("cost_to_serve") for each in (name, other))
    ratio = ratio_of_spreads(own, flat, ground.net)
    if ratio is None:
        return untold("more_in_all", "factor", above(1.0), NOTHING)
    invoice = priced[name].horizon("invoice")
    factor = factor_to_spread(own - invoice, invoice, flat)
    return part(
        "more_in_all", "factor", ratio, above(1.0),
        flips={"price": None if factor is None else factor * ground.average_price(name)},
        beside={"resolutions": risk.sd(own), "conversations": risk.sd(flat)},
    )  # fmt: skip


def factor_to_spread(work: Array, invoice: Array, target: Array) -> float | None:
    """Return the largest factor k with Var(work + k invoice) = Var(target); None where there is no positive one."""
    if len(work) < 2:
        return None
    both = np.cov(work, invoice)
    middle = -both[0, 1] / both[1, 1]
    inside = middle**2 - (both[0, 0] - float(np.var(target, ddof=1))) / both[1, 1]
    root = middle + math.sqrt(inside) if inside >= 0 else -1.0
    return float(root) if root > 0 else None


def _model_cost(ground: Ground) -> Array:
    """Return the models' cost at public prices over the horizon, (trial,)."""
    return np.asarray(ground.futures.forecast.model_cost.sum(axis=1))


def _conversation_bill(ground: Ground) -> Array:
    """Return the invoice of the contract per conversation, conversations themselves where there is none, (trial,)."""
    name = ground.looked.conversation
    return ground.total(CONVERSATIONS) if name is None else ground.futures.invoice(name)
