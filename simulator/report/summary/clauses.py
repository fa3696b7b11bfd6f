"""What one contract bills by other definitions of what it counts."""

from __future__ import annotations

from dataclasses import dataclass

from simulator.report.summary.distribution import Difference, Ends


@dataclass(frozen=True, slots=True, kw_only=True)
class AsOffered:
    """The invoice by the contract's own definition.

    Attributes:
        standard_error: of the mean, from the number of futures alone; None of a single future.
        p90_interval: 95 %, from the number of futures alone.
    """

    mean: float
    standard_error: float | None
    p90: float
    p90_interval: Ends


@dataclass(frozen=True, slots=True, kw_only=True)
class ClauseAxis:
    """A clause that is varied.

    Attributes:
        key: of the clause.
        question: in words.
        choices: in words.
        own: place of the contract's own choice.
    """

    key: str
    question: str
    choices: tuple[str, ...]
    own: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BilledBy:
    """What a definition bills at the contract's price.

    Attributes:
        standard_error: of the mean; None of a single future.
        less_own_error: standard error of the difference to the own definition on the same futures.
        units: expected number.
        not_solved: expected units that were not solved.
        same_bill_factor: what the prices are multiplied by for the same expected bill; None where nothing is billed.
        same_bill_price: unit price for the same expected bill; None where the contract has none.
    """

    mean: float
    standard_error: float | None
    less_own_error: float | None
    p10: float
    p50: float
    p90: float
    units: float
    not_solved: float
    same_bill_factor: float | None
    same_bill_price: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedDefinition(BilledBy):
    """A whole definition beside the contract's own.

    Attributes:
        words: what it counts, in words.
        own: whether it is the contract's own.
        less_own: its invoice less that by the own definition.
    """

    name: str
    title: str
    words: str
    own: bool
    less_own: Difference


@dataclass(frozen=True, slots=True, kw_only=True)
class BridgeStep:
    """What a clause adds to the expected invoice."""

    label: str
    amount: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Bridge:
    """From the strictest definition to the own one, clause by clause, and to P90.

    Attributes:
        start: expected invoice by the strictest definition.
        end: expected invoice by the own definition.
        allowance: P90 less that.
    """

    start: float
    steps: tuple[BridgeStep, ...]
    end: float
    allowance: float
    p90: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ClauseNumbers:
    """A study of definitions on one contract.

    Attributes:
        contract: its name.
        definition: name of its own definition.
        trials: futures of the study.
        price: its unit price; None where it has none, or several.
        cells: every combination of the choices, the last axis fastest.
        compared: whole definitions.
    """

    contract: str
    title: str
    definition: str
    definition_title: str
    trials: int
    as_offered: AsOffered
    price: float | None
    axes: tuple[ClauseAxis, ...]
    cells: tuple[BilledBy, ...]
    compared: tuple[ComparedDefinition, ...]
    bridge: Bridge
