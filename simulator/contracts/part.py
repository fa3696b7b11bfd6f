"""Parts of a meter: what it counts of conversations with some intents or on some channels only.

A part is a meter of its own, with a key such as "conversations{intents=password_reset}" or
"conversations{not_intents=password_reset;channels=voice}". A conversation belongs to a part by its own intent and
channel: a duplicate that comes on another channel than its original counts on its own. What a definition remembers of a
case is what happened in the whole of it, on whatever channel.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

_SHOWN: Final = 3
MARKS: Final = "{}|;="
"""Characters that no name has, because the key of a part has them between names."""
_NOT: Final = "not_"
_PICK: Final = r"(?:not_)?{}=[^{{}}|;=]+(?:\|[^{{}}|;=]+)*"
_PART: Final = re.compile(rf"[^{{}}]+\{{({_PICK.format('intents')})?;?({_PICK.format('channels')})?\}}")


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
class Part:
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
            ValueError: if the key is that of a part.
        """
        if part_of(meter) is not None:
            raise ValueError(f"{meter!r} is a part already")
        pairs = (("intents", self.intents), ("channels", self.channels))
        written = [
            f"{_NOT if chosen.but else ''}{kind}={'|'.join(chosen.names)}"
            for kind, chosen in pairs
            if chosen is not None
        ]
        return f"{meter}{{{';'.join(written)}}}"

    def apart(self, other: Part) -> bool:
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


def part(
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
    return Part(_chosen("intents", intents, not_intents), _chosen("channels", channels, not_channels)).of(meter)


def _chosen(kind: str, names: Collection[str], others: Collection[str]) -> Chosen | None:
    if names and others:
        raise ValueError(f"give {kind} or not_{kind}, not both")
    if not names and not others:
        return None
    return Chosen(tuple(names or others), but=bool(others))


def part_of(meter: str) -> Part | None:
    """Return the part that a key names, None for a meter of all conversations."""
    found = _PART.fullmatch(meter)
    if found is None or not (found[1] or found[2]):
        return None
    return Part(_read(found[1]), _read(found[2]))


def _read(written: str | None) -> Chosen | None:
    if not written:
        return None
    kind, _, names = written.partition("=")
    return Chosen(tuple(names.split("|")), but=kind.startswith(_NOT))


def whole_of(meter: str) -> str:
    """Return the key of the meter of which a key names a part, else the key itself."""
    return meter[: meter.rindex("{")] if part_of(meter) is not None else meter


def is_whole(name: str) -> bool:
    """Return whether a meter, or its units that are solved, counts conversations of any intent and channel."""
    return "{" not in name


def asked_parts(keys: Iterable[str], always: Iterable[str] = ()) -> Mapping[Part, tuple[str, ...]]:
    """Return the parts that keys name, each with the meters of which it is asked, each once.

    Args:
        always: meters that are asked of every part.
    """
    found: dict[Part, dict[str, None]] = {}
    for key in keys:
        chosen = part_of(key)
        if chosen is not None:
            found.setdefault(chosen, dict.fromkeys(always))[whole_of(key)] = None
    return {chosen: tuple(meters) for chosen, meters in found.items()}
