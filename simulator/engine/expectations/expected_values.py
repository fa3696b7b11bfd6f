"""What is constant for a future, worked out once for all futures that have the same; and what loops find with it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from simulator.arrays import Array, Index
from simulator.contracts.metering.meters import Sessions
from simulator.engine.compiling.compiled import loop
from simulator.engine.expectations.case_history import RATES, CasePaths, Workspace
from simulator.engine.expectations.contact_chain import ChainCounts, ChainLaw, Chances, Coming, Made
from simulator.engine.expectations.lengths import IDLE, PLAIN_SIZES
from simulator.engine.expectations.means import FutureConstants, KindColumns, KindMeans
from simulator.engine.expectations.requested import OF_CASES, OF_COPIES, OF_COPY_HOURS, Contact, Requested
from simulator.futures.law_arrays import DriverEffects, Numbers, ReturnLaw
from simulator.law.delays import chance_within, mean_delay
from simulator.law.sessions import opening_chances


@dataclass(frozen=True, slots=True)
class ExpectedValues:
    """Expected values of some futures; future and month are the last axes of all but `made`.

    Attributes:
        columns, copies, paths, contacts: shape (column, g, m).
        sizes: shape (share, k, l, size, g, m); one model where all end conversations alike.
        idle: conversations that completed an action without a call that made one, shape (share, 1, l, 1, g, m).
        turns: conversations by number of turns, shape (share, k, l, turns, g, m); None where nothing looks at it.
    """

    made: Made
    columns: Array
    copies: Array
    paths: Array
    contacts: Array
    sizes: Array
    idle: Array
    turns: Array | None


@dataclass(frozen=True, slots=True)
class FutureNumbers:
    """What expected values of some futures are made of.

    Attributes:
        effects: what the drivers of the months move.
        cases: expected, shape (g, m, i).
    """

    numbers: Numbers
    effects: DriverEffects
    cases: Array


@dataclass(frozen=True, slots=True)
class DelayChances:
    """What delays of returns decide.

    Attributes:
        borders: hours between the intervals of delays.
        opening: chance that a contact opens a session, shape (window, g, c, n from the second).
    """

    borders: Array
    opening: Array


def make(futures: FutureNumbers, asked: Requested) -> Made:
    """Return how many conversations are expected of each kind of end and fate, contact, and so on."""
    numbers, cases = futures.numbers, futures.cases
    made, law = _made(numbers, cases, asked), _chain_law(futures, asked)
    loop("expect_cases")(cases, law, _counted(numbers, asked), _chances(numbers), made)
    return made


def find(
    of: FutureNumbers, asked: Requested, delays: DelayChances, made: Made, *, lengths: bool = True, turns: bool = False
) -> ExpectedValues:
    """Return expected values.

    Args:
        made: as by `make`.
        lengths: whether what is made of lengths is worked out.
        turns: whether numbers of conversations by turns are looked at.
    """
    numbers, cases, law = of.numbers, of.cases, _chain_law(of, asked)
    found = _room(numbers, cases, asked, made, turns=turns)
    levels, channels = numbers.endings.escalate.shape[1], numbers.cases.channels.shape[2]
    size = (channels, levels, 6)
    width = PLAIN_SIZES + len(asked.sizes.base)
    masses, means = np.zeros((*size, numbers.turns.most)), np.zeros((*size, width))
    for sharing in groups(rows_of([each for each in numbers.turns if isinstance(each, np.ndarray)])):
        loop("fill_lengths")(numbers.turns, sharing[0], asked.sizes, masses, means)
        pairs = [
            (0, means, found.sizes),
            (made.placed.shape[2] - 1, np.ascontiguousarray(means[..., IDLE : IDLE + 1]), found.idle),
        ]
        if found.turns is not None:
            pairs.append((0, masses, found.turns))
        for first, of_kind, totals in pairs if lengths else ():
            loop("add_lengths")(made.placed, first, sharing, of_kind, asked.shares, totals)
        for place in groups(rows_of(_kinds(numbers))[sharing]):
            futures = sharing[place]
            given = _given(numbers, int(futures[0]), delays.borders, masses)
            _add_kinds(numbers, asked, given, futures, delays.opening, found)
            if len(asked.paths.base):
                room = _path_workspace(asked.paths, numbers)
                loop("fill_paths")(numbers.attributes, futures[0], given, asked.readers, asked.paths, room)
                loop("expect_paths")(cases, law, futures, asked.paths, room, found.paths)
    return found


def _add_kinds(
    numbers: Numbers, asked: Requested, given: FutureConstants, futures: Index, opening: Array, found: ExpectedValues
) -> None:
    """Add up the columns of kinds and of contacts of futures that have the same constants."""
    made, law, future = found.made, numbers.attributes, int(futures[0])
    means, copied = (
        np.zeros((*values.shape[2:], len(totals)))
        for values, totals in ((made.fated, found.columns), (made.copies, found.copies))
    )
    wanted, filled = KindColumns(asked.columns, asked.merged), KindMeans(means, copied)
    loop("fill_columns")(law, future, given, asked.readers, wanted, filled)
    contacts = _contact_means(numbers, future, asked, opening)
    for values, of_kind, totals in (
        (made.fated, means, found.columns),
        (made.copies, copied, found.copies),
        (made.contacts, contacts, found.contacts),
    ):
        rows = values.reshape(*values.shape[:2], -1)
        loop("add_columns")(rows, futures, of_kind.reshape(rows.shape[2], of_kind.shape[-1]), totals)


def session_openings(windows: Sequence[Sessions], law: ReturnLaw) -> Array:
    """Return the chance that a contact opens a session, shape (window, future, channel, contact from the second)."""
    futures, channels = law.channel_delay.shape
    found = np.ones((len(windows), futures, channels, max(law.most - 1, 0)))
    scale = law.delay.scale[:, None] * law.channel_delay
    for place, window in enumerate(windows) if law.most > 1 else ():
        for future in range(futures):
            spread = float(law.delay.spread[future])
            for channel in range(channels):
                key = (law.delay.weibull, float(scale[future, channel]), spread, window.hours)
                found[place, future, channel] = opening_chances(*key, law.most, from_start=window.anchor == "start")
    return found


def groups(rows: Array) -> Iterator[Index]:
    """Yield the places of equal rows, in the order of their first ones."""
    seen: dict[bytes, list[int]] = {}
    for place, row in enumerate(rows):
        seen.setdefault(row.tobytes(), []).append(place)
    return (np.array(places, dtype=np.int64) for places in seen.values())


def rows_of(arrays: Sequence[Array]) -> Array:
    return np.concatenate([each.reshape(len(each), -1) for each in arrays], axis=1)


def _kinds(numbers: Numbers) -> list[Array]:
    """Return all that means of kinds are made of, beside lengths."""
    law = numbers.returns
    return [
        *numbers.attributes, numbers.cases.channels, numbers.people.solve, law.duplicated, law.same_channel,
        law.channel_delay, law.delay.scale, law.delay.spread, law.duplicate_delay.scale, law.duplicate_delay.spread,
    ]  # fmt: skip


def _given(numbers: Numbers, future: int, borders: Array, masses: Array) -> FutureConstants:
    law, delay = numbers.returns, numbers.returns.delay
    below = [
        [
            chance_within(hours, delay.weibull, delay.scale[future] * factor, delay.spread[future])
            for hours in borders.tolist()
        ]
        + [1.0]
        for factor in law.channel_delay[future]
    ]
    return FutureConstants(
        float(numbers.people.solve[future]),
        float(law.same_channel[future]),
        law.duplicated[future],
        numbers.cases.channels[future],
        np.array(below),
        masses,
    )


def _contact_means(numbers: Numbers, future: int, asked: Requested, opening: Array) -> Array:
    """Return what each contact and each duplicate adds to the meters of contacts, shape (i, 2 n, column)."""
    law, channels = numbers.returns, numbers.cases.channels[future]
    delays = [
        mean_delay(each.weibull, float(each.scale[future]), float(each.spread[future]))
        for each in (law.delay, law.duplicate_delay)
    ]
    found = np.zeros((len(channels), 2 * law.most, len(asked.contacts)))
    for column, contact in enumerate(asked.contacts.values()):
        shares = channels * asked.readers.parts[contact.part]
        for number in range(law.most):
            original, copy = _contact_counts(contact, number, law.channel_delay[future], delays, opening[:, future])
            if copy is None:
                copy = (1.0 - law.same_channel[future]) * (1.0 - channels)
            found[:, number, column] = (shares * original).sum(axis=1)
            found[:, law.most + number, column] = (shares * copy).sum(axis=1)
    return found


def _contact_counts(
    contact: Contact, number: int, factor: Array, delays: Sequence[float], opening: Array
) -> tuple[Array | float, Array | float | None]:
    """Return what a contact and its duplicate count for by channel; None where a duplicate counts on another channel.

    Args:
        number: of the contact, from 0.
        factor: of delays, shape (c,).
        delays: mean hours of returns and duplicates.
        opening: shape (window, c, n from the second).
    """
    if contact.kind == OF_CASES:
        return float(number == 0), 0.0
    if contact.kind == OF_COPIES:
        return 0.0, 1.0
    if contact.kind == OF_COPY_HOURS:
        return 0.0, factor * (number * delays[0] + delays[1])
    return (opening[contact.window, :, number - 1] if number else 1.0), None


def models_end_alike(numbers: Numbers) -> bool:
    """Return whether all models end conversations alike."""
    law = numbers.endings
    return all(bool(np.all(odds == odds[:, :1])) for odds in (law.model_escalate_odds, law.model_solve_odds))


def _made(numbers: Numbers, cases: Array, asked: Requested) -> Made:
    futures, months, intents = cases.shape
    levels, models = numbers.endings.models.shape[1:]
    channels, sets, ends = numbers.cases.channels.shape[2], len(asked.shares.sets), len(asked.merged.ends)

    def room(*size: int) -> Array:
        return np.zeros((futures, months, *size))

    return Made(
        fated=room(intents, 6, 3),
        fates=room(intents, 3),
        contacts=room(intents, 2 * numbers.returns.most),
        copies=room(intents, ends, ends, 2),
        placed=room(1 + (1 if models_end_alike(numbers) else models), sets, channels, levels, 6),
        solved=room(2),
        minutes=room(4),
    )


def _chances(numbers: Numbers) -> Chances:
    intents, (levels, models) = numbers.cases.channels.shape[1], numbers.endings.models.shape[1:]
    size = (intents, levels)
    by_model = np.zeros((0 if models_end_alike(numbers) else models, 2, *size, 6))
    row = (np.zeros(6), np.zeros(6), np.zeros(6))
    return Chances(np.zeros(size), np.zeros((2, *size, 6)), by_model, np.zeros((*size, 6)), *row)


def _chain_law(of: FutureNumbers, asked: Requested) -> ChainLaw:
    numbers = of.numbers
    law, ends, solve = numbers.returns, asked.merged.ends, numbers.people.solve
    coming = Coming(law.back, law.level_odds, law.intent_odds, law.straight, law.duplicated, solve, ends)
    return ChainLaw(of.effects, numbers.cases, numbers.endings, coming)


def _counted(numbers: Numbers, asked: Requested) -> ChainCounts:
    law, recorded = numbers.people, numbers.attributes
    factor = (numbers.cases.channels * law.channel[:, None]).sum(axis=2)
    minutes = (law.handoff, law.review, law.partial_factor, factor)
    return ChainCounts(*minutes, recorded.review, recorded.action, asked.shares.sets)


def _room(numbers: Numbers, cases: Array, asked: Requested, made: Made, *, turns: bool) -> ExpectedValues:
    shares, models, levels = len(asked.shares.of_set), made.placed.shape[2] - 1, numbers.endings.escalate.shape[1]
    width = PLAIN_SIZES + len(asked.sizes.base)

    def room(*size: int) -> Array:
        return np.empty((*size, *cases.shape[:2]))

    return ExpectedValues(
        made=made,
        columns=room(len(asked.columns.which)),
        copies=room(len(asked.merged.which)),
        paths=room(len(asked.paths.which)),
        contacts=room(len(asked.contacts)),
        sizes=room(shares, models, levels, width),
        idle=room(shares, 1, levels, 1),
        turns=room(shares, models, levels, numbers.turns.most) if turns else None,
    )


def _path_workspace(paths: CasePaths, numbers: Numbers) -> Workspace:
    """Return room for readers that are followed: of each axis as many as any of them needs."""
    stages, levels, columns = (paths.contacts + paths.copies).max(), paths.levels.max(), np.diff(paths.first).max()
    intents, channels = numbers.cases.channels.shape[1:]
    size = (len(paths.base), stages, intents, channels, levels, 6)
    return Workspace(
        np.zeros((*size, 3, columns)),
        np.zeros((*size, RATES)),
        np.zeros((len(paths.base), channels)),
        np.zeros((len(paths.base), 3)),
        np.zeros((*size, 3)),
        _chances(numbers),
    )
