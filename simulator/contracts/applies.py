"""`applies_to`: a price for conversations with some intents or on some channels only."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Annotated, Any, Final

from pydantic import AfterValidator, BaseModel, Field, ValidationInfo, field_validator, model_validator

from simulator.contracts.names import unknown
from simulator.contracts.part import MARKS, Chosen, Part, part_of
from simulator.errors import Problem
from simulator.parameters import Table, parameter

_NOT: Final = "not_"
Key = tuple[str | int, ...]


def _listed(names: tuple[str, ...]) -> tuple[str, ...]:
    if not names:
        raise ValueError("an empty list chooses nothing; name what the price applies to, or remove it")
    strange = [name for name in names if set(name) & set(MARKS)]
    if strange:
        raise ValueError(f"nothing is named {strange[0][:40]!r}: names are of letters, digits, spaces, _ . and -")
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ValueError(f"{', '.join(map(repr, twice))} stands there twice; name each once")
    return names


Names = Annotated[tuple[Annotated[str, Field(min_length=1)], ...], AfterValidator(_listed)]


class AppliesTo(Table):
    """To which conversations a price applies; of `intents` and `not_intents` one, and likewise of the channels."""

    intents: Names | None = parameter("conversations with these intents only", default=None)
    not_intents: Names | None = parameter("conversations with all intents but these", default=None)
    channels: Names | None = parameter("conversations on these channels only", default=None)
    not_channels: Names | None = parameter("conversations on all channels but these", default=None)

    @field_validator("not_intents", "not_channels")
    @classmethod
    def _one_of_a_pair(cls, value: tuple[str, ...] | None, info: ValidationInfo) -> tuple[str, ...] | None:
        kind = str(info.field_name).removeprefix(_NOT)
        if value is not None and info.data.get(kind) is not None:
            raise ValueError(f"give {kind} or {info.field_name}, not both")
        return value

    @model_validator(mode="after")
    def _chooses(self) -> AppliesTo:
        if all(getattr(self, name) is None for name in type(self).model_fields):
            raise ValueError(f"applies_to names nothing; give {', '.join(type(self).model_fields)}, or remove it")
        return self

    @property
    def part(self) -> Part:
        """The part of a meter that it chooses."""
        return Part(self._chosen("intents"), self._chosen("channels"))

    def _chosen(self, kind: str) -> Chosen | None:
        some, others = getattr(self, kind), getattr(self, _NOT + kind)
        if some is None and others is None:
            return None
        return Chosen(some or others, but=some is None)

    def problems(self, kind: str, known: Collection[str]) -> Iterator[Problem]:
        """Yield what is wrong with its intents or channels, given those of the scenario; keys are within the table."""
        for name in (kind, _NOT + kind):
            listed = getattr(self, name) or ()
            for place, each in enumerate(listed):
                if each not in known:
                    yield Problem((name, place), unknown(kind[:-1], each, known), f"name one of the scenario's {kind}")
            if known and set(listed) == set(known):
                chosen = "nothing" if name.startswith(_NOT) else "everything"
                yield Problem((name,), f"{name} lists all {kind} of the scenario, so the price applies to {chosen}",
                              f"leave {name} out, or name some of them")  # fmt: skip


class Applicable(Table):
    """What can be priced for some intents or channels only: base of every table that makes a charge for use.

    A table that makes its charge on `self.part_of(KEY)` in the place of KEY has `applies_to`. It stands on each charge
    of a hybrid contract, and at the top of the simple types, where fees are owed all the same.
    """

    applies_to: AppliesTo | None = parameter(
        "intents and channels that the price is for; all conversations without it", default=None
    )

    @property
    def part(self) -> Part | None:
        """The part of its meter that it prices, None for all conversations."""
        return None if self.applies_to is None else self.applies_to.part

    def part_of(self, meter: str) -> str:
        """Return the key of what it prices of a meter."""
        return meter if self.part is None else self.part.of(meter)


def part_problems(spec: BaseModel, intents: Collection[str], channels: Collection[str]) -> list[Problem]:
    """Return what is wrong with the intents and channels that a contract names, one problem a mistake.

    Args:
        spec: any table; every `applies_to` in it is looked at.
        intents, channels: names in the scenario.

    Returns:
        Problems whose keys are relative to the table.
    """
    return [
        Problem((*key, *problem.key), problem.message, problem.help)
        for key, applies in _applied(spec, ())
        for kind, known in (("intents", intents), ("channels", channels))
        for problem in applies.problems(kind, known)
    ]


def place_of_part(spec: BaseModel, meter: str) -> Key:
    """Return the key of the `applies_to` that makes a part of a meter, relative to the table; () if none does.

    Args:
        spec: any table.
        meter: key of the part, as in "messages{channels=voice}".
    """
    alike = [key for key, applies in _applied(spec, ()) if applies.part == part_of(meter)]
    of_this_meter = (key for key in alike if getattr(_within(spec, key[:-1]), "key", meter) == meter)
    return next(of_this_meter, alike[0] if alike else ())


def _within(value: Any, key: Key) -> object:
    for each in key:
        value = value[each] if isinstance(each, int) else getattr(value, each)
    return value


def _applied(value: object, key: Key) -> Iterator[tuple[Key, AppliesTo]]:
    if isinstance(value, AppliesTo):
        yield key, value
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from _applied(getattr(value, name), (*key, name))
    elif isinstance(value, tuple):
        for place, each in enumerate(value):
            yield from _applied(each, (*key, place))
