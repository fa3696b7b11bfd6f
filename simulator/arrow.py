"""Arrow columns of numbers, flags and words, from NumPy and back.

`pyarrow.array` and `to_numpy` do the same, but import pandas first to see whether it has a part in it: 0.2 s of a run
that does not need it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

    from simulator.arrays import Flags


def column(values: NDArray[np.generic], missing: Flags | None = None) -> pa.Array:
    """Return numbers or flags as a column; the memory of numbers is shared with it.

    Args:
        values: of one axis.
        missing: where the column is empty, same shape.
    """
    import numpy as np
    import pyarrow as pa

    flags = values.dtype == np.bool_
    held = _bits(values) if flags else pa.py_buffer(np.ascontiguousarray(values))
    known = None if missing is None else _bits(~missing)
    return pa.Array.from_buffers(pa.from_numpy_dtype(values.dtype), len(values), [known, held])


def words(codes: NDArray[np.integer], names: Sequence[str]) -> pa.Array:
    """Return a column of words.

    Args:
        codes: places in the names, fewer than 32,768, of one axis.
    """
    import numpy as np
    import pyarrow as pa

    encoded = [name.encode() for name in names]
    ends = np.cumsum([0, *map(len, encoded)], dtype=np.int32)
    held = [None, pa.py_buffer(ends), pa.py_buffer(b"".join(encoded))]
    dictionary = pa.Array.from_buffers(pa.string(), len(encoded), held)
    return pa.DictionaryArray.from_arrays(column(codes.astype(np.int16)), dictionary)


def values_of(column: pa.ChunkedArray) -> NDArray[Any]:
    """Return the numbers, flags or words of a column in which nothing is missing, as an array of one axis."""
    import numpy as np
    import pyarrow as pa

    if column.num_chunks == 0:  # as after a cast of no rows; combine_chunks would load pandas
        return np.zeros(0, column.type.to_pandas_dtype())
    whole = column.combine_chunks()
    if isinstance(whole, pa.DictionaryArray):
        return np.asarray(_texts(whole.dictionary)[_numbers(whole.indices)])
    if pa.types.is_string(whole.type):
        return _texts(whole)
    if pa.types.is_boolean(whole.type):
        bits = np.unpackbits(np.frombuffer(whole.buffers()[1], np.uint8), bitorder="little")
        return bits[whole.offset : whole.offset + len(whole)].astype(np.bool_)
    return _numbers(whole)


def _texts(array: pa.Array) -> NDArray[np.str_]:
    import numpy as np

    return np.array(array.to_pylist(), dtype=np.str_)


def _numbers(array: pa.Array) -> NDArray[Any]:
    import numpy as np

    found: NDArray[Any] = np.frombuffer(array.buffers()[1], array.type.to_pandas_dtype())
    return found[array.offset : array.offset + len(array)]


def _bits(flags: NDArray[np.generic]) -> pa.Buffer:
    import numpy as np
    import pyarrow as pa

    return pa.py_buffer(np.packbits(np.asarray(flags, dtype=np.bool_), bitorder="little"))
