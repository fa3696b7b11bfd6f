"""What sentences are made of: how contracts and futures are called, and how well a number is known.

What is said of the verdict stands in `verdict_words`. All functions read the dictionary that `summary` makes. Rounding
never contradicts a comparison (`figures`).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from simulator.contracts.prices.fees import PLATFORM_FEE
from simulator.forecast.priced import Measure
from simulator.report.summary.contract import ContractNumbers
from simulator.report.summary.distribution import Distribution
from simulator.report.summary.summary import Summary
from simulator.report.words.figures import about, compact, figures, rate
from simulator.report.words.precision import more_digits, precision_line

NINE_IN_TEN: Final = "nine in ten simulated futures cost no more"
WHAT_P90_IS: Final = "P90 is what nine in ten simulated futures do not exceed."
NO_UNIT: Final = "bills no unit in any future"


def study_line(summary: Summary) -> str:
    """Return how well the futures on which definitions were compared know what they say of the contract as offered."""
    assert summary.clauses is not None  # asked only where definitions were compared
    own, code = summary.clauses.as_offered, summary.currency
    if own.standard_error is None:
        return "A single future says nothing of how far these amounts are known."
    expected, error = compact(own.mean, code), compact(own.standard_error, code)
    low, high = (compact(end, code) for end in own.p90_interval)
    line = (
        f"As offered they give an expected invoice of {expected} with a standard error of {error}, and a P90 within "
        f"{low} to {high} (95 % sampling interval)"
    )
    return f"{line}. Differences to the offer are of the same futures: each has its own standard error in the table."


def interval_line(summary: Summary) -> str:
    """Return what P90 is, what the input that moves it most makes of it, and what the number of futures leaves open.

    The last is no accuracy of the forecast, so it never stands without the first two.
    """
    cost, trials = cost_of(_best(summary), summary.ranked_by), summary.trials
    if not _best(summary).bills_units:
        return "P90 says nothing where no unit is billed."
    low, high = figures(cost.p90_interval, summary.currency, more_digits(summary))
    if trials == 1:
        return f"1 future says nothing about P90: it costs {high}."
    if not cost.p90_interval_complete:
        few = f"{trials:,} futures are too few for an upper end of it: it is above {low} (95 % interval)"
        return f"{WHAT_P90_IS} {few}, and the future that costs most costs {high}."
    alone = f"{futures_text(summary)} alone leave {low} to {high} open for it (95 % interval)"
    told = f"{WHAT_P90_IS} {_strongest(summary)}{alone}, which says nothing of how right the inputs are."
    asked = precision_line(summary)
    return f"{told} {asked}" if asked else told


def _strongest(summary: Summary) -> str:
    """To what P90 comes where the input that raises it most is at its worst, against a budget of the horizon."""
    bars = () if summary.tornado is None else [bar for bar in summary.tornado.bars if bar.visible]
    if not bars:
        return ""
    worst = max(bars, key=lambda bar: max(bar.at_low, bar.at_high))
    p90, end = max((worst.at_high, "highest"), (worst.at_low, "lowest"))
    (amount,) = figures([p90], summary.currency)
    against, budget = "", summary.budget
    if budget is not None and summary.fiscal_years[0].budget is None:
        amount, stated = figures([p90, budget.amount], summary.currency)
        against = f", {'above' if p90 > budget.amount else 'within'} the budget of {stated}"
    return f'If "{plain_label(worst.label)}" is in its {end} tenth, it is {amount}{against}. '


def plain_label(label: str) -> str:
    """Return what an input is called without its key and without what follows a semicolon."""
    return label.partition(" [")[0].partition(";")[0]


def contract_of(summary: Summary, name: str) -> ContractNumbers:
    """Return the numbers of a contract by its name."""
    return next(block for block in summary.contracts if block.name == name)


def cost_of(contract: ContractNumbers, of: Measure) -> Distribution:
    """Return the invoice of a contract, or invoice and human work."""
    return contract.invoice if of == "invoice" else contract.cost_to_serve


def in_sentence(title: str) -> str:
    """Return a contract's title inside a sentence: "Per resolution" becomes "per resolution", names stay.

    A title with punctuation stands in quotes, so that it cannot be read as part of the sentence.
    """
    named = as_subject(title)
    return "per" + title[3:] if named.startswith("Per ") else named


def as_subject(title: str) -> str:
    """Return a contract's title at the start of a sentence: in quotes where it has punctuation."""
    return f'"{title}"' if any(sign in title for sign in ",;:.") else title


def called(contract: ContractNumbers, code: str) -> str:
    """Return title and unit price of a contract, the price once and only if it has one: "per resolution at $0.99".

    A price that differs from future to future is "about" its middle; a platform fee beside it is named.
    """
    title = in_sentence(contract.title)
    if not contract.one_price or contract.unit_rate is None:
        return title
    price = rate(contract.unit_rate, code) if contract.unit_rate_fixed else about(contract.unit_rate, code)
    fee = " and a platform fee" if contract.lines.get(PLATFORM_FEE) else ""
    return title if price in title else f"{title} at {price}{fee}"


def _best(summary: Summary) -> ContractNumbers:
    return contract_of(summary, summary.recommended)


def futures_text(summary: Summary) -> str:
    """Return the number of futures in words: "200 futures"."""
    return f"{summary.trials:,} future" + ("" if summary.trials == 1 else "s")


def capital(text: str) -> str:
    """Return a text as it starts a sentence."""
    return text[:1].upper() + text[1:]


def not_split_in(summary: Summary) -> str:
    """Return `not_split` of all contracts; nothing where all of them have the number."""
    names = [name for each in summary.contracts for name in each.units.not_split_by or ()]
    return not_split(dict.fromkeys(names)) if names else ""


def not_split(names: Iterable[str]) -> str:
    """Return in words why it is not counted how many units were for something that was not solved.

    Args:
        names: what one unit is called, as in "AI reply".
    """
    return (
        f"not counted by {', '.join(names)}, because only of conversations, resolutions and the sum of all cases can "
        "it be told whether they are solved"
    )


def doubtful(cost: Distribution) -> bool:
    """Return whether the futures do not determine the mean of a cost of the summary."""
    return cost.mean_doubt is not None
