"""What the contract tests share: meters and quantities from plain numbers, and contracts from tables."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from pydantic import TypeAdapter, ValidationError

from simulator.arrays import Array
from simulator.contracts import Contract, ContractSpec, TokenRates, compile_contract, contract_union
from simulator.contracts.prices.charge import Charge
from simulator.quantities.distributions import NONNEGATIVE, SHARE, Quantity, fixed

MODELS = {"small": TokenRates(input=0.25, cached_input=0.025, output=2.0)}


def amount(value: float) -> Quantity:
    """Return a known rate, fee or minimum."""
    return fixed(value, NONNEGATIVE)


def share(value: float) -> Quantity:
    """Return a known share."""
    return fixed(value, SHARE)


def stated(trials: int = 1) -> Callable[[Quantity], Array]:
    """Return what gives every quantity its stated value in each trial."""
    return lambda quantity: np.full(trials, quantity.center)


def months(*units: float) -> Array:
    """Return one trial of a meter, month by month."""
    return np.array([units], dtype=float)


def billed(charge: Charge, *units: float) -> list[float]:
    """Return the amounts of a charge on the meter "cases", month by month."""
    return [float(each) for each in charge.amount({"cases": months(*units)}, stated())[0]]


def spec(**table: Any) -> ContractSpec:
    """Return a contract's table as a scenario would read it."""
    read: ContractSpec = TypeAdapter(contract_union()).validate_python(table)
    return read


def contract(**table: Any) -> Contract:
    """Return a compiled contract named "offer" on the model "small"."""
    return compile_contract("offer", spec(**table), MODELS)


def mistakes(**table: Any) -> list[tuple[str, str]]:
    """Return (last key, message) of every mistake in a contract's table."""
    try:
        spec(**table)
    except ValidationError as error:
        return [(str(each["loc"][-1]) if each["loc"] else "", each["msg"]) for each in error.errors()]
    return []


def token_meters(model: str, units: float, **classes: float) -> dict[str, Array]:
    """Return one month of a model's token meters and of conversations; classes not named are 0."""
    named = {
        f"tokens:{model}:{name}": months(classes.get(name, 0.0))
        for name in ("input", "cached_input", "cache_write", "output")
    }
    long = {
        f"tokens_long:{model}:{name}": months(classes.get(f"long_{name}", 0.0))
        for name in ("input", "cached_input", "cache_write", "output")
    }
    return {"conversations": months(units), **named, **long}
