"""Columns made without pandas are those that `pyarrow.array` makes, and read back as they were."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from simulator.arrow import column, values_of, words

NUMBERS = [np.array([1, -2, 3], kind) for kind in (np.int8, np.int16, np.int32, np.int64)] + [np.array([0.5, np.nan])]


@pytest.mark.parametrize("values", [*NUMBERS, np.arange(20)[::2], np.zeros(0)], ids=lambda values: str(values.dtype))
def test_numbers(values: np.ndarray) -> None:
    made = column(values)
    assert made.type == pa.array(values).type and made.null_count == 0
    assert np.array_equal(values_of(pa.chunked_array([made])), values, equal_nan=values.dtype.kind == "f")


def test_a_column_without_a_chunk() -> None:
    assert values_of(pa.chunked_array([], pa.int64())).dtype == np.int64


@pytest.mark.parametrize("count", [0, 1, 7, 8, 9, 64, 65])
def test_flags_of_any_number(count: int) -> None:
    values = np.random.default_rng(count).random(count) < 0.5
    made = column(values)
    assert made.equals(pa.array(values))
    assert np.array_equal(values_of(pa.chunked_array([made])), values)
    assert np.array_equal(values_of(pa.chunked_array([made]).slice(3)), values[3:])


def test_what_is_missing_is_null() -> None:
    missing = np.arange(11) % 3 == 1
    for values in (np.arange(11), np.arange(11) / 4, np.arange(11) > 4):
        assert column(values, missing).equals(pa.array(values, mask=missing))


def test_words_of_any_alphabet() -> None:
    names = ["", "plain", "ü", "漢字", "\U0001f600"]
    codes = np.array([4, 0, 1, 2, 3, 3])
    expected = [names[code] for code in codes]
    made = words(codes, names)
    assert made.dictionary_decode().equals(pa.array(expected))
    assert values_of(pa.chunked_array([made])).tolist() == expected
    assert values_of(pa.chunked_array([made.slice(0, 2), made.slice(2)])).tolist() == expected
    assert values_of(pa.chunked_array([pa.array(expected)])).tolist() == expected
    assert len(words(np.zeros(0, np.int64), [])) == 0
