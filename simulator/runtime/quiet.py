"""What other programs write about themselves does not reach the console: it is not about the user's scenario."""

from __future__ import annotations

import logging
import sys
import warnings


def silence_libraries() -> None:
    """Let no library's log or warning reach the console; `python -W` and PYTHONWARNINGS still show warnings.

    Python writes a log that nobody handles to stderr; matplotlib tells that it builds a list of fonts, and the parser
    of SQL what it cannot translate. A person cannot act on that, and a program that reads stderr would trip over it.
    """
    logging.getLogger().addHandler(logging.NullHandler())
    if not sys.warnoptions:
        warnings.simplefilter("ignore")
