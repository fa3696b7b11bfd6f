"""Scenarios that are wrong, or strange: a structured change of a known one, or a damaged text. All from one number.

A case is what `case(number)` returns and nothing else: no clock, no state, no order of cases changes it.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random
from typing import Any, Final, Literal

from simulator.scenario.schema import Scenario
from simulator.scenario.schema.shapes import annotation_at, at
from tests.fuzz import likely, pools
from tests.fuzz.scenarios import Base, bases
from tests.fuzz.written import inline, written

SEED: Final = 20_270_101
Path = tuple[str | int, ...]
Values = dict[str, Any]
Mutation = Callable[[Random, Values], None]


@dataclass(frozen=True, slots=True)
class Case:
    """A file as it is given to `check`.

    Attributes:
        content: its bytes.
        base: the scenario it was made from.
        done: what was done to it, in order.
        overrides: `--set` options.
        runs: whether it is simulated too where it is accepted.
    """

    number: int
    content: bytes
    base: str
    done: tuple[str, ...]
    overrides: tuple[str, ...]
    engine: Literal["sampled", "ledger"]
    runs: bool

    @property
    def text(self) -> str:
        """Its content for people."""
        return self.content.decode("utf-8", "backslashreplace")


def case(number: int) -> Case:
    """Return a case by its number; the same one on every machine."""
    random = Random(f"{SEED}:{number}")
    base = _drawn(random)
    values, done = copy.deepcopy(dict(base.values)), []
    for _ in range(random.choice((1, 1, 1, 2, 2, 3, 5))):
        mutation = random.choice(MUTATIONS)
        mutation(random, values)
        done.append(mutation.__name__)
    content = written(values).encode("utf-8", "surrogatepass")
    if random.random() < 0.15:
        damage = random.choice(DAMAGES)
        content = damage(random, content)
        done.append(damage.__name__)
    overrides = tuple(_option(random, values) for _ in range(random.choice((0,) * 9 + (1,))))
    engine: Literal["sampled", "ledger"] = "ledger" if random.random() < 0.3 else "sampled"
    return Case(number, content, base.name, tuple(done), overrides, engine, random.random() < 0.04)


def _drawn(random: Random) -> Base:
    known = bases()
    return random.choices(known, [base.weight for base in known])[0]


# ---- places --------------------------------------------------------------------------------------------------------


def _paths(value: Any, path: Path = ()) -> Iterator[Path]:
    """Yield the path of everything in a value, the whole left out."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for part, each in inner:
        yield (*path, part)
        yield from _paths(each, (*path, part))


def _place(random: Random, values: Values, wanted: Callable[[Any], bool] = lambda value: True) -> Path | None:
    """Return the path of some value of a kind; those near the top are drawn as often as the many below."""
    found = [path for path in _paths(values) if wanted(at(values, path))]
    if not found:
        return None
    depth = random.choice(sorted({len(path) for path in found}))
    return random.choice([path for path in found if len(path) == depth])


def _put(values: Values, path: Path, value: Any) -> None:
    at(values, path[:-1])[path[-1]] = _apart(value)


def _apart(value: Any) -> Any:
    """Return a value of which nothing stands in two places: else a change of one would change the other."""
    if isinstance(value, dict):
        return {key: _apart(inner) for key, inner in value.items()}
    return [_apart(inner) for inner in value] if isinstance(value, list) else value


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_table(value: Any) -> bool:
    return isinstance(value, dict)


# ---- changes of the structure --------------------------------------------------------------------------------------


def drop(random: Random, values: Values) -> None:
    """Leave a key or an element out."""
    path = _place(random, values)
    if path is not None:
        del at(values, path[:-1])[path[-1]]


def duplicate(random: Random, values: Values) -> None:
    """Write a table or an element twice, under another name."""
    path = _place(random, values)
    if path is None:
        return
    holder, copied = at(values, path[:-1]), copy.deepcopy(at(values, path))
    if isinstance(holder, list):
        holder.insert(random.randrange(len(holder) + 1), copied)
    else:
        holder[f"{path[-1]}{random.choice(('2', ' 2', '_', '.', chr(233)))}"] = copied


def rename(random: Random, values: Values) -> None:
    """Misspell a key, or give it a hostile name."""
    path = _place(random, values, lambda value: True)
    if path is None or not isinstance(path[-1], str):
        return
    holder = at(values, path[:-1])
    holder[_misspelt(random, path[-1])] = holder.pop(path[-1])


def _misspelt(random: Random, key: str) -> str:
    place = random.randrange(len(key) + 1)
    return random.choice((
        key[:place] + key[place + 1 :], key[:place] + "x" + key[place:], key.upper(), f"{key}s", key.replace("_", "-"),
        pools.text(random), key * 40, key[::-1],
    ))  # fmt: skip


def retype(random: Random, values: Values) -> None:
    """Write something of another kind."""
    path = _place(random, values)
    if path is not None:
        _put(values, path, pools.garbage(random))


def extreme(random: Random, values: Values) -> None:
    """Write a number at the edge of what a computer can hold, or of what a domain allows."""
    path = _place(random, values, _is_number)
    if path is not None:
        _put(values, path, pools.number(random))


def nudge(random: Random, values: Values) -> None:
    """Write a number near the one that stands there."""
    path = _place(random, values, _is_number)
    if path is not None:
        number = at(values, path)
        changed = number * random.choice((0.5, 0.9, 1.1, 2, 10, -1)) if abs(number) < 1e300 else 1
        _put(values, path, round(changed) if isinstance(number, int) else changed)


def unknown(random: Random, values: Values) -> None:
    """Write what is known of a number in the place of a number."""
    path = _place(random, values, _is_number)
    if path is not None:
        _put(values, path, pools.quantity(random))


def hostile(random: Random, values: Values) -> None:
    """Write a text that a program may stumble over in the place of a text."""
    path = _place(random, values, lambda value: isinstance(value, str))
    if path is not None:
        _put(values, path, pools.text(random))


def swap(random: Random, values: Values) -> None:
    """Let two values change places."""
    first, second = _place(random, values), _place(random, values)
    if first is None or second is None or first[: len(second)] == second or second[: len(first)] == first:
        return
    one, other = at(values, first), at(values, second)
    _put(values, first, other)
    _put(values, second, one)


def copied(random: Random, values: Values) -> None:
    """Write the value of another key."""
    target, source = _place(random, values), _place(random, values)
    if target is not None and source is not None:
        _put(values, target, copy.deepcopy(at(values, source)))


def resize(random: Random, values: Values) -> None:
    """Make a list shorter, longer or very long."""
    path = _place(random, values, lambda value: isinstance(value, list))
    if path is None:
        return
    elements = at(values, path)
    _put(
        values,
        path,
        random.choice((elements[:-1], elements[:1], [], elements * 2, elements * 60, [elements], elements[::-1])),
    )


def wrap(random: Random, values: Values) -> None:
    """Put a value into a list or a table."""
    path = _place(random, values)
    if path is not None:
        value = at(values, path)
        _put(values, path, random.choice(([value], [[value]], {"value": value}, {"a": value}, [value, value])))


def nest(random: Random, values: Values) -> None:
    """Write something deeply nested."""
    path = _place(random, values)
    if path is not None:
        _put(values, path, pools.deep(random))


def stray(random: Random, values: Values) -> None:
    """Write a key that no table knows, or one of another table."""
    path = _place(random, values, _is_table) or ()
    other = _place(random, values)
    key = pools.text(random) if other is None or random.random() < 0.5 else str(other[-1])
    at(values, path)[key] = pools.garbage(random)


def add(random: Random, values: Values) -> None:
    """Write a key that may stand in a table and does not, with a likely value."""
    path = () if random.random() < 0.2 else _place(random, values, _is_table) or ()
    table = at(values, path)
    free = likely.unwritten(table, annotation_at(Scenario, path, values))
    if free:
        of, key = random.choice(free)
        table[key] = likely.field_value(random, of, key, values)


def graft(random: Random, values: Values) -> None:
    """Write a fragment of another scenario where it stands there, or anywhere."""
    other = _drawn(random).values
    source = _place(random, dict(other))
    if source is None:
        return
    target = source if random.random() < 0.6 else _place(random, values)
    if target is not None and _fits(values, target):
        _put(values, target, copy.deepcopy(at(other, source)))


def _fits(values: Values, path: Path) -> bool:
    """Return whether something can be put at a path."""
    holder = at(values, path[:-1])
    if isinstance(holder, list):
        return isinstance(path[-1], int) and path[-1] < len(holder)
    return isinstance(holder, dict) and isinstance(path[-1], str)


def contract(random: Random, values: Values) -> None:
    """Add a contract of another scenario, or one made from the schema."""
    contracts = values.get("contracts")
    if not isinstance(contracts, dict):
        return
    theirs = _drawn(random).values.get("contracts")
    if random.random() < 0.5 and isinstance(theirs, dict) and theirs:
        key = random.choice(list(theirs))
        contracts[key] = copy.deepcopy(theirs[key])
    else:
        of = annotation_at(Scenario, ("contracts", "new"), {"contracts": {"new": {}}})
        contracts["new"] = likely.value_of(random, of, values)


MUTATIONS: Final[tuple[Mutation, ...]] = (
    drop, duplicate, rename, retype, extreme, extreme, extreme, nudge, nudge, unknown, hostile, swap, copied, resize,
    resize, wrap, nest, stray, add, add, add, add, graft, graft, contract, contract,
)  # fmt: skip
"""Those that find most stand several times."""


# ---- damage of the text --------------------------------------------------------------------------------------------


def noise(random: Random, content: bytes) -> bytes:
    """Return random bytes."""
    return random.randbytes(random.randrange(400))


def flipped(random: Random, content: bytes) -> bytes:
    """Return the text with some bytes changed."""
    changed = bytearray(content)
    for _ in range(random.choice((1, 2, 10))):
        changed[random.randrange(len(changed))] = random.randrange(256)
    return bytes(changed)


def typed(random: Random, content: bytes) -> bytes:
    """Return the text with a letter that has a meaning in TOML put somewhere or taken away."""
    place = random.randrange(len(content))
    letter = random.choice(
        ("[", "]", "{", "}", '"', "'", "=", ",", "#", "\\", "\n", ".", '"""', "-", "_", "%", "$", "é", "\x1b", "")
    )
    return content[:place] + letter.encode() + content[place + (random.random() < 0.5) :]


def truncated(random: Random, content: bytes) -> bytes:
    """Return the beginning of the text."""
    return content[: random.randrange(len(content))]


def line_twice(random: Random, content: bytes) -> bytes:
    """Return the text with a line written twice."""
    lines = content.split(b"\n")
    place = random.randrange(len(lines))
    return b"\n".join([*lines[: place + 1], *lines[place:]])


def line_elsewhere(random: Random, content: bytes) -> bytes:
    """Return the text with a line in another place."""
    lines = content.split(b"\n")
    lines.insert(random.randrange(len(lines)), lines.pop(random.randrange(len(lines))))
    return b"\n".join(lines)


def reencoded(random: Random, content: bytes) -> bytes:
    """Return the text in another encoding or with other line ends."""
    text = content.decode("utf-8", "replace")
    return random.choice((text.encode("utf-16"), text.encode("latin-1", "replace"), b"\xef\xbb\xbf" + content,
                          content.replace(b"\n", b"\r\n"), content.replace(b"\n", b"\r"), content + b"\0"))  # fmt: skip


DAMAGES: Final[tuple[Callable[[Random, bytes], bytes], ...]] = (
    noise, flipped, typed, typed, truncated, line_twice, line_elsewhere, reencoded,
)  # fmt: skip


def _option(random: Random, values: Values) -> str:
    """Return a `--set` option."""
    path = _place(random, values) or ("title",)
    key = ".".join(map(str, path)) if random.random() < 0.8 else pools.text(random)
    value = pools.garbage(random)
    return f"{key}={inline(value) if random.random() < 0.7 else pools.text(random)}"
