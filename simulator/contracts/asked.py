"""What contracts ask of conversations beside the meters that are always counted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

from simulator.contracts.meters import MINUTES, Blocks, Layer, Sessions, base_of, blocks_of, layer_of, sessions_of

Found = TypeVar("Found", Layer, Blocks, Sessions)


@dataclass(frozen=True, slots=True)
class Asked:
    """Meters that are counted only where a contract reads them, each once, in the order of the contracts.

    Attributes:
        minutes: whether minutes are read, whole or in layers or blocks.
    """

    layers: tuple[Layer, ...] = ()
    blocks: tuple[Blocks, ...] = ()
    sessions: tuple[Sessions, ...] = ()
    minutes: bool = False


def asked_of(keys: Iterable[str]) -> Asked:
    """Return what keys of meters ask for; a key of a part asks for the whole."""
    read = tuple(dict.fromkeys(keys))
    return Asked(
        layers=_each(layer_of(key) for key in read),
        blocks=_each(blocks_of(key) for key in read),
        sessions=_each(sessions_of(key) for key in read),
        minutes=any(base_of(key) == MINUTES for key in read),
    )


def _each(found: Iterable[Found | None]) -> tuple[Found, ...]:
    return tuple(dict.fromkeys(each for each in found if each is not None))
