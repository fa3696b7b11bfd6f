"""What the fuzz writes where something else belongs: numbers, texts and shapes at which programs fail."""

from __future__ import annotations

import datetime
import math
from random import Random
from typing import Any, Final

NUMBERS: Final[tuple[int | float, ...]] = (
    0, -0.0, 1, -1, 2, 12, 13, 100, 119, 120, 121, 0.5, 1.5, -0.5, 0.999999999, 1.0000001, 99.9, 22.000, 1e-9, 1e-12,
    1e-13, 1e-100, 1e-300, 2.2250738585072014e-308, 5e-324, -5e-324, 1e-320, 1e6, 1e9, 999_999_999_999, 1e12,
    1_000_000_000_001, 1e15, 1e16, 1e25, 1e100, 1e300, 1.7976931348623157e308, -1e12, -1e300, math.inf, -math.inf,
    math.nan, 2**31, 2**53 + 1, 2**63 - 1, 2**63, -(2**63), 10**25, 10**308, 10**309, 10**400, 1_600_000,
)  # fmt: skip
TEXTS: Final[tuple[str, ...]] = (
    "", " ", "\t", "\n", "\x00", "\x07", "\x1b[2J\x1b[31mred", "\x7f", "\x85", "\x9b31m", "\u200b", "\u202egnp.exe",
    "\u2028", "\ufeff", "\ufffe", "\u0301", "é", "日本語", "😀", "\U0001f469\u200d\U0001f467",
    "a" * 199, "a" * 201, "x" * 5_000, "ß" * 300,
    "../../etc/passwd", "/dev/null", "<script>alert(1)</script>", "'; DROP TABLE record; --", '"quoted"', "'single'",
    "back\\slash", "%s%n%x", "{0}{x!r}", "{{ 7 * 7 }}", "$0.99", "0,99", "99%", "10k", "22.000", "22,000", "nan", "inf",
    "1e999", "true", "null", "2027-01", "2027-13", "0000-00", "9999-12", "1969-12", "2028-02", "USD", "EUR", "JPY",
    "usd", "€", "XXX", "month", "year", "once", "term", "conversations", "resolutions", "cases", "tokens",
    "assumed_24h", "verified_72h", "own:x", "catalogue:x", "catalogue:", "openai:gpt-5-mini", "openai:nothing", ":",
    "turns >", "1 = 1", "turns / 0 > 1", "csat", "sum(turns)", "case when true then 1e308 * 10 else 0 end",
    "(" * 200, "a.b.c", "a..b", "models.main", "__class__", "\u01c4", "#", "[x]", "=", ",", "a\u0000b",
)  # fmt: skip


def number(random: Random) -> int | float:
    """Return a number at an edge of some domain, or one of any size."""
    kind = random.random()
    if kind < 0.6:
        return random.choice(NUMBERS)
    if kind < 0.8:
        return float(f"{random.choice((1, -1)) * 10 ** random.uniform(-6, 9):.4g}")
    return random.randint(-3, 40)


def text(random: Random) -> str:
    """Return a text that a program may stumble over."""
    if random.random() < 0.85:
        return random.choice(TEXTS)
    return "".join(
        chr(random.choice((random.randrange(1, 0x300), random.randrange(0xE000, 0x11000))))
        for _ in range(random.randrange(1, 12))
    )


def quantity(random: Random) -> dict[str, Any]:
    """Return the table of a number that is not known, seldom a sensible one."""
    keys = random.choice((("p5", "p95"), ("low", "mode", "high"), ("mean", "sd"), ("value",), ("successes", "trials"),
                          ("choices",), ("choices", "weights"), ("p5",), ("p10", "p90"), ("mean", "cv")))  # fmt: skip
    numbers = sorted(_plain(random) for _ in keys) if random.random() < 0.7 else [number(random) for _ in keys]
    table: dict[str, Any] = dict(zip(keys, numbers, strict=True))
    for key in ("choices", "weights"):
        if key in table:
            table[key] = [_plain(random) for _ in range(random.randrange(4))]
    if random.random() < 0.2:
        table[random.choice(("kind", "source", "as_of", "owner"))] = random.choice(
            (text(random), "measured", "2026-09")
        )
    return table


def _plain(random: Random) -> float:
    return float(f"{random.choice((1, 10, 1_000)) * random.random():.3g}")


def garbage(random: Random, depth: int = 0) -> Any:
    """Return a value of any shape."""
    kind = random.randrange(10 if depth < 4 else 5)
    if kind < 2:
        return number(random)
    if kind == 2:
        return text(random)
    if kind == 3:
        return random.choice((True, False))
    if kind == 4:
        return random.choice((datetime.date(2027, 1, 1), datetime.time(12), datetime.datetime(2027, 1, 1)))
    if kind == 5:
        return quantity(random)
    if kind < 8:
        return [garbage(random, depth + 1) for _ in range(random.randrange(4))]
    return {text(random) or "k": garbage(random, depth + 1) for _ in range(random.randrange(4))}


def deep(random: Random) -> Any:
    """Return something nested up to the deepest that a scenario may be, and beyond."""
    value: Any = number(random)
    for _ in range(random.randrange(2, 26)):
        value = [value] if random.random() < 0.5 else {random.choice(("a", "charges", "value", "tiers")): value}
    return value
