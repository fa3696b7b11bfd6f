"""Segments of a meter: what it counts of conversations with some intents or on some channels only.

A segment is a meter of its own, with a key such as "conversations{intents=password_reset}" or
"conversations{not_intents=password_reset;channels=voice}". A conversation belongs to a segment by its own intent and
channel: a duplicate that comes on another channel than its original counts on its own. What a definition remembers of a
case is what happened in the whole of it, on whatever channel. An analyst writes a segment as `applies_to`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Final

from pydantic import AfterValidator, BaseModel, Field, ValidationInfo, field_validator, model_validator

from simulator.contracts.wording import unknown
from simulator.errors import Problem
from simulator.quantities.parameters import Table, parameter

_SHOWN: Final = 3
MARKS: Final = "{}|;="
"""Characters that no name has, because the key of a part has them between names."""
_NOT: Final = "not_"
_PICK: Final = r"(?:not_)?{}=[^{{}}|;=]+(?:\|[^{{}}|;=]+)*"
_SEGMENT: Final = re.compile(rf"[^{{}}]+\{{({_PICK.format('intents')})?;?({_PICK.format('channels')})?\}}")


@dataclass(frozen=True, slots=True)
class Chosen:
    """Some of the names of a kind, or all but some.

    Attributes:
        names: sorted, each once, at least one.
        but: all but these.
    """

    names: tuple[str, ...]
    but: bool = False

    def __post_init__(self) -> None:
        wrong = [name for name in self.names if not name or any(mark in name for mark in MARKS)]
        if wrong or not self.names:
            raise ValueError(
                f"a part needs names without {' '.join(MARKS)}, not {', '.join(map(repr, wrong)) or 'none'}"
            )
        object.__setattr__(self, "names", tuple(sorted(set(self.names))))

    def holds(self, name: str) -> bool:
        """Return whether a name is among them."""
        return (name in self.names) is not self.but

    def apart(self, other: Chosen) -> bool:
        """Return whether no name can be in both, whatever other names there are."""
        if self.but and other.but:
            return False
        if self.but or other.but:
            some, rest = (other, self) if self.but else (self, other)
            return set(some.names) <= set(rest.names)
        return not set(self.names) & set(other.names)

    @property
    def listed(self) -> str:
        """The names, at most three: "a, b" or "a, b, c and 9 more"."""
        more = len(self.names) - _SHOWN
        return ", ".join(self.names[:_SHOWN]) + (f" and {more} more" if more > 0 else "")


@dataclass(frozen=True, slots=True)
class Segment:
    """Conversations with some intents, on some channels; None does not choose.

    With intents (a, b) and channels all but voice, a conversation with intent a by chat is in it, one on voice is not.
    """

    intents: Chosen | None = None
    channels: Chosen | None = None

    def __post_init__(self) -> None:
        if self.intents is None and self.channels is None:
            raise ValueError("a part chooses by intents or channels; the meter itself is the whole")

    def of(self, meter: str) -> str:
        """Return the key of the part of a meter.

        Raises:
            ValueError: if the key is that of a segment.
        """
        if segment_of(meter) is not None:
            raise ValueError(f"{meter!r} is a part already")
        pairs = (("intents", self.intents), ("channels", self.channels))
        written = [
            f"{_NOT if chosen.but else ''}{kind}={'|'.join(chosen.names)}"
            for kind, chosen in pairs
            if chosen is not None
        ]
        return f"{meter}{{{';'.join(written)}}}"

    def apart(self, other: Segment) -> bool:
        """Return whether no conversation can be in both parts."""
        pairs = ((self.intents, other.intents), (self.channels, other.channels))
        return any(one is not None and two is not None and one.apart(two) for one, two in pairs)

    @property
    def words(self) -> str:
        """What it holds, as in "password_reset only", "all but password_reset, on chat" or "not on voice"."""
        found = []
        if self.intents is not None:
            found.append(f"all but {self.intents.listed}" if self.intents.but else f"{self.intents.listed} only")
        if self.channels is not None:
            found.append(f"{'not on' if self.channels.but else 'on'} {self.channels.listed}")
        return ", ".join(found)


def segment(
    meter: str,
    intents: Collection[str] = (),
    channels: Collection[str] = (),
    not_intents: Collection[str] = (),
    not_channels: Collection[str] = (),
) -> str:
    """Return the key of the part of a meter with some intents, on some channels; empty collections do not choose.

    Raises:
        ValueError: nothing is chosen, both of a pair are given, or a name cannot stand in a key.
    """
    return Segment(_chosen("intents", intents, not_intents), _chosen("channels", channels, not_channels)).of(meter)


def _chosen(kind: str, names: Collection[str], others: Collection[str]) -> Chosen | None:
    if names and others:
        raise ValueError(f"give {kind} or not_{kind}, not both")
    if not names and not others:
        return None
    return Chosen(tuple(names or others), but=bool(others))


def segment_of(meter: str) -> Segment | None:
    """Return the part that a key names, None for a meter of all conversations."""
    found = _SEGMENT.fullmatch(meter)
    if found is None or not (found[1] or found[2]):
        return None
    return Segment(_read(found[1]), _read(found[2]))


def _read(written: str | None) -> Chosen | None:
    if not written:
        return None
    kind, _, names = written.partition("=")
    return Chosen(tuple(names.split("|")), but=kind.startswith(_NOT))


def whole_of(meter: str) -> str:
    """Return the key of the meter of which a key names a part, else the key itself."""
    return meter[: meter.rindex("{")] if segment_of(meter) is not None else meter


def is_whole(name: str) -> bool:
    """Return whether a meter, or its units that are solved, counts conversations of any intent and channel."""
    return "{" not in name


def segments_read(keys: Iterable[str], always: Iterable[str] = ()) -> Mapping[Segment, tuple[str, ...]]:
    """Return the parts that keys name, each with the meters of which it is asked, each once.

    Args:
        always: meters that are asked of every segment.
    """
    found: dict[Segment, dict[str, None]] = {}
    for key in keys:
        chosen = segment_of(key)
        if chosen is not None:
            found.setdefault(chosen, dict.fromkeys(always))[whole_of(key)] = None
    return {chosen: tuple(meters) for chosen, meters in found.items()}


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
    def segment(self) -> Segment:
        """The segment that it chooses."""
        return Segment(self._chosen("intents"), self._chosen("channels"))

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

    A table that makes its charge on `self.segment_key(KEY)` in the place of KEY has `applies_to`. It stands on each
    charge of a hybrid contract, and at the top of the simple types, where fees are owed all the same.
    """

    applies_to: AppliesTo | None = parameter(
        "intents and channels that the price is for; all conversations without it", default=None
    )

    @property
    def segment(self) -> Segment | None:
        """The part of its meter that it prices, None for all conversations."""
        return None if self.applies_to is None else self.applies_to.segment

    def segment_key(self, meter: str) -> str:
        """Return the key of what it prices of a meter."""
        return meter if self.segment is None else self.segment.of(meter)


def segment_problems(spec: BaseModel, intents: Collection[str], channels: Collection[str]) -> list[Problem]:
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


def place_of_segment(spec: BaseModel, meter: str) -> Key:
    """Return the key of the `applies_to` that makes a part of a meter, relative to the table; () if none does.

    Args:
        spec: any table.
        meter: key of the segment, as in "messages{channels=voice}".
    """
    alike = [key for key, applies in _applied(spec, ()) if applies.segment == segment_of(meter)]
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
