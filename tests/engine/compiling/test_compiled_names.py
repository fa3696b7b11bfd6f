"""Functions and constants that are compiled together share one namespace, so a name has one meaning there."""

from __future__ import annotations

import pytest

from simulator.engine.compiling.compiled import namespace
from simulator.engine.counting import billing_loops


def test_a_constant_of_two_values_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    assert namespace()["AS_RETURN"] == billing_loops.AS_RETURN
    monkeypatch.setattr(billing_loops, "CONFIRMED", 5, raising=False)
    with pytest.raises(ValueError, match=r"billing_loops\.CONFIRMED is another than"):
        namespace.__wrapped__()
