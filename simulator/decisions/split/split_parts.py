"""The parts that conversations fall into, by intent or channel or both, and the meters of each part.

A contract of no price beside the offers makes the engine count every meter that they read by part; all other meters,
and the offers themselves, are as without it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from simulator.contracts import Contract
from simulator.contracts.contract_terms import ContractSpec
from simulator.contracts.metering.meters import CONVERSATIONS
from simulator.contracts.metering.segments import Chosen, Segment, segment_of, whole_of
from simulator.contracts.prices.charge import Charge
from simulator.contracts.prices.flat import Flat
from simulator.contracts.prices.seats import HUMAN_MINUTES
from simulator.contracts.rates.token_rates import TokenRates
from simulator.decisions.same_futures import SameFutures, with_alternatives
from simulator.quantities.parameters import known
from simulator.scenario.schema import Scenario
from simulator.scenario.stated.compiled_terms import compile_terms

By = Literal["intent", "channel", "both"]
COUNTER: Final = "counts the parts"
"""Name of the contract that counts; no scenario can have it as a key, because of its blanks."""
UNPARTED: Final = ("tickets", "unseen_tickets", HUMAN_MINUTES)
"""Meters that have no parts."""


@dataclass(frozen=True, slots=True)
class Part:
    """Conversations with one intent, on one channel, or both; None does not choose."""

    intent: str | None = None
    channel: str | None = None

    def key(self, meter: str) -> str | None:
        """Return the key of what a meter counts of the part, None where it counts nothing of it."""
        own = segment_of(meter) or _ALL
        intents, channels = _within(own.intents, self.intent), _within(own.channels, self.channel)
        if intents == () or channels == ():
            return None
        return Segment(intents or None, channels or None).of(whole_of(meter))


@dataclass(frozen=True, slots=True)
class _Any:
    intents: None = None
    channels: None = None


_ALL: Final = _Any()


def _within(chosen: Chosen | None, name: str | None) -> Chosen | tuple[()] | None:
    """Return what is chosen of a kind within one name of it; empty where the name is not among what is chosen."""
    if name is None:
        return chosen
    return Chosen((name,)) if chosen is None or chosen.holds(name) else ()


class CountedParts(ContractSpec):
    """A contract of no price that reads some meters."""

    type: Literal["counted_parts"] = "counted_parts"
    keys: tuple[str, ...]

    @property
    def default_title(self) -> str:
        return COUNTER

    def usage_charges(self, models: Mapping[str, TokenRates]) -> tuple[Charge, ...]:
        return tuple(Flat(key, known(0.0, "nonnegative")) for key in self.keys)


def parts_of(scenario: Scenario, by: By) -> tuple[Part, ...]:
    """Return the parts of a scenario's conversations, in its order."""
    if by == "intent":
        return tuple(Part(intent) for intent in scenario.intents)
    if by == "channel":
        return tuple(Part(channel=channel) for channel in scenario.channels)
    return tuple(Part(intent, channel) for intent in scenario.intents for channel in scenario.channels)


def why_no_parts(contract: Contract) -> str | None:
    """Return in words why a contract cannot hold some conversations only, None where it can."""
    if contract.switch is not None:
        return "it is a change from one contract to another"
    if any(whole_of(key).partition("|")[0] in UNPARTED for key in contract.meters):
        return "it bills what has no parts: tickets that the AI never sees, or seats by the work of people"
    terms = contract.settlement
    if terms.limit is not None:
        return "it stops the AI at a limit, so that people's work would not be the same"
    return None


def counted_scenario(scenario: Scenario, by: By) -> Scenario:
    """Return a scenario with a contract beside its own that makes the engine count what they read by part."""
    contracts = compile_terms(scenario).contracts.values()
    keys = _keys([each for each in contracts if why_no_parts(each) is None], parts_of(scenario, by))
    return with_alternatives(scenario, {COUNTER: CountedParts(keys=keys)})


def as_asked(counted: SameFutures, scenario: Scenario) -> SameFutures:
    """Return futures that were simulated with parts as those of the scenario without the contract that counts."""
    return replace(counted, results=replace(counted.results, scenario=scenario))


def _keys(contracts: Sequence[Contract], parts: Sequence[Part]) -> tuple[str, ...]:
    found = dict.fromkeys(_of(contracts, parts))
    return tuple(key for key in found if key is not None)


def _of(contracts: Sequence[Contract], parts: Sequence[Part]) -> Iterator[str | None]:
    for part in parts:
        yield part.key(CONVERSATIONS)
        for contract in contracts:
            for meter in (*contract.meters, contract.unit):
                yield part.key(meter)
