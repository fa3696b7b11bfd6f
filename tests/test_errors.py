"""What the system says, in words."""

from __future__ import annotations

import pytest

from simulator.errors import in_words, reason


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OSError(28, "No space left on device"), "no space left on device"),
        (OSError(36, "File name too long", "a.toml"), "file name too long: a.toml"),
        (OSError(28, "Error writing. Detail: [errno 28] No space left on device"),
         "error writing. detail: no space left on device"),
        (OSError("[Errno 2] gone"), "gone"),
        (OSError(2, "No such file or directory", 7), "no such file or directory"),
        (ValueError("embedded null byte"), "embedded null byte"),
    ],
)  # fmt: skip
def test_an_error_of_the_system_has_no_number(error: Exception, said: str) -> None:
    assert in_words(error) == said
    assert "rrno" not in in_words(error)
    assert not isinstance(error, OSError) or said.startswith(reason(error))
