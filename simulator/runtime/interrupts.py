"""What Ctrl-C and SIGTERM do: they stop a command, but not while it cleans up, and not once its results stand."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from types import FrameType
from typing import Final

STOPPING: Final = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))
"""Signals that stop a command: Ctrl-C, a request to end, and a terminal that was closed."""
ONE_PRESS_SECONDS: Final = 1.0
"""Signals within this time are one: an impatient second Ctrl-C must not interrupt what the first one lets clean up."""


class Interrupted(KeyboardInterrupt):
    """A command was asked to stop.

    It is a kind of its own because Python ends by SIGINT after a plain KeyboardInterrupt that passed through `exec`,
    whatever exit code it is given.
    """


@dataclass(slots=True)
class Stop:
    """Handler of the signals that stop a command; it raises Interrupted.

    Attributes:
        number: the first signal that stopped the command; 0 if none did.
        finished: whether what the command makes stands, so that it goes to its end whatever comes.
        raised_at: when a signal last stopped the command, in seconds of the monotonic clock.
    """

    number: int = 0
    finished: bool = False
    raised_at: float = -ONE_PRESS_SECONDS

    @property
    def exit_code(self) -> int:
        """What the command exits with, as a shell reports an end by this signal."""
        return 128 + (self.number or signal.SIGINT)

    def told(self, left: str = "") -> str:
        """Return what the command says about its end.

        Args:
            left: what was left behind; empty for nothing.
        """
        by = "" if self.number in (0, signal.SIGINT) else f" by {signal.Signals(self.number).name}"
        return f"interrupted{by}; {left or 'nothing was left behind'}"

    def install(self) -> None:
        """Handle the signals, but those that whoever started this process had it ignore (`nohup`, a job with `&`)."""
        for number in STOPPING:
            if signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, self)

    def uninstall(self) -> None:
        """Ignore the signals: all is said and done, and Python, while it ends, would die of them."""
        for number in STOPPING:
            if signal.getsignal(number) is self:
                signal.signal(number, signal.SIG_IGN)

    def __call__(self, number: int, frame: FrameType | None) -> None:
        """Stop the command, unless it is finished or being stopped."""
        now = time.monotonic()
        if self.finished or now - self.raised_at < ONE_PRESS_SECONDS:
            return
        self.number, self.raised_at = self.number or number, now
        raise Interrupted


def finish() -> None:
    """Let the command go to its end from now on; call it right before results get their name.

    A command that stopped between that and its last line would leave a whole folder and deny it. It has no effect
    where the signals are not handled by a `Stop`, as in a notebook.
    """
    for number in STOPPING:
        handler = signal.getsignal(number)
        if isinstance(handler, Stop):
            handler.finished = True


@contextmanager
def held() -> Iterator[None]:
    """Hold the signals back in the main thread until the block ends; then the first of those that came is obeyed."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    came: list[int] = []
    try:
        with ExitStack() as restored:
            for number in STOPPING:
                handler = signal.getsignal(number)
                if callable(handler):
                    restored.callback(signal.signal, number, handler)
                    signal.signal(number, lambda number, _: came.append(number))
            yield
    finally:
        if came:
            signal.raise_signal(came[0])
