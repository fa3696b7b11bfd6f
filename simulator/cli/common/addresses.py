"""Addresses: a run that may not reserve as many as its libraries want is refused before they are loaded.

Loaded under such a limit they fail each in its own way; the library of linear algebra tries again for ever.
"""

from __future__ import annotations

from typing import Final

from simulator.errors import OutOfMemory

MIB: Final = 1 << 20
RESERVED_BYTES: Final = 2_700 * MIB
LEAST_RESERVED_BYTES: Final = 1_200 * MIB
"""Addresses that the libraries reserve in a process, with little memory behind them; the least when they are loaded."""


def refuse_few_addresses() -> None:
    """Refuse a run whose process may not address what its libraries reserve.

    Raises:
        OutOfMemory: with what they reserve and the limit.
    """
    space = address_space()
    if space is not None and space < LEAST_RESERVED_BYTES:
        raise OutOfMemory(
            f"the libraries of a run reserve {amount(RESERVED_BYTES)} of addresses, and the limit on them is "
            f"{amount(space)}; raise it (ulimit -v), or take it away"
        )


def address_space() -> int | None:
    """Return how many bytes a process may address (`ulimit -v`); None for no limit."""
    try:
        import resource
    except ImportError:
        return None
    soft: int = resource.getrlimit(resource.RLIMIT_AS)[0]
    return None if soft == resource.RLIM_INFINITY else soft


def amount(size: int) -> str:
    """Return a number of bytes in words: 350 MiB, 2.6 GiB."""
    return f"{size / (1 << 30):,.1f} GiB" if size >= 1 << 30 else f"{max(1, size // MIB)} MiB"
