"""What must hold of every case, and the program that looks.

- Nothing but a ScenarioError ends `check`, and no library warns.
- A case takes at most two seconds of processor time.
- Every problem has a line of the text (`needs_line` says which have none).
- What is printed has no control characters, no message of the operating system or of a library as it stands, and no
  name or number longer than a line.
- A scenario that is accepted and drawn for it is simulated with 20 futures on the engines that take it, at most 300
  cases a month: every meter and every amount is a number, no invoice is negative, and the summary can be written.

A month's invoice may be negative only where the contract has a `guarantee` or a `clawback`: their credits come after
the minimum and the maximum and may exceed the month's charges, which is a credit note (docs/settlement.md).
"""

from __future__ import annotations

import re
import signal
import time
import traceback
import unicodedata
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any, Final, Literal

import numpy as np

from simulator.cli.check import checked
from simulator.errors import Problem, ScenarioError, SimulatorError
from simulator.scenario import load_scenario, render
from simulator.scenario.schema import Scenario
from tests.fuzz.mutations import Case
from tests.fuzz.scenarios import bases
from tests.fuzz.small import small
from tests.fuzz.written import written

MOST_SECONDS: Final = 2.0
"""Of processor time, for checking a case."""
MOST_SECONDS_OF_A_RUN: Final = 60.0
LONGEST_WORD, LONGEST_LINE = 240, 700
"""Characters of a word and of a line of what is printed: titles and names have up to 200, and the longest true line
lists all kinds of a charge."""
NEGLIGIBLE: Final = 1e-6
"""An amount of money that is no more than the rounding of sums."""
FILE: Final = "case.toml"
_RAW: Final = re.compile(
    r"\[Errno|Traceback|pydantic|sqlglot|duckdb|genai_prices|[A-Z]\w+Error\b|<class |object at 0x"
    r"|must be (?:input|value|unable|field) "
)
"""Words of the system, of Python and of libraries, which no user asked for."""
_LONG_WORD: Final = re.compile(rf"\S{{{LONGEST_WORD + 1},}}")
_CONTROL: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


Price = Callable[[Scenario, Literal["sampled", "ledger"]], tuple[Any, Mapping[str, Any], str]]
"""Return the forecast, the summary and the answers in words of a scenario on an engine."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What happened to a case.

    Attributes:
        verdict: "accepted", "refused", "run" where it was simulated too, or "failed".
        wrong: what should not be, empty if nothing.
        printed: what the user reads.
    """

    verdict: Literal["accepted", "refused", "run", "failed"]
    wrong: tuple[str, ...] = ()
    printed: str = ""
    seconds: float = 0.0
    engines: tuple[str, ...] = field(default=())


class TooSlow(BaseException):
    """Raised within a case that takes too long; no handler of the program catches it."""


Check = Callable[[Path, Sequence[str], Literal["sampled", "ledger"]], str]
"""Return what `check` prints of a file, with overrides and for an engine, or raise a ScenarioError."""


def outcome(of: Case, folder: Path, check: Check = checked, price: Price | None = None) -> Outcome:
    """Give a case to `check`, and simulate it where that is asked.

    Args:
        folder: where the file is written.
        check, price: what is tested; the tests of this program plant faults there.
    """
    file = folder / FILE
    file.write_bytes(of.content)
    start = time.process_time()
    try:
        with warnings.catch_warnings(), limited(10 * MOST_SECONDS):
            warnings.simplefilter("error")
            printed = check(file, of.overrides, of.engine)
            found = Outcome("accepted", tuple(_of_text(printed)), printed)
    except ScenarioError as error:
        found = _refused(error, of)
    except TooSlow:
        found = Outcome("failed", (f"stopped after {10 * MOST_SECONDS:g} seconds",))
    except Exception:
        found = Outcome("failed", (_last_lines(),))
    seconds = time.process_time() - start
    slow = (f"took {seconds:.1f} seconds of processor time",) if seconds > MOST_SECONDS else ()
    found = Outcome(found.verdict, (*found.wrong, *slow), found.printed, seconds)
    if found.verdict == "accepted" and of.runs:
        engines, wrong = _run(load_scenario(file, of.overrides), price or priced)
        return Outcome("run", (*found.wrong, *wrong), found.printed, seconds, engines)
    return found


def warm_up(folder: Path) -> None:
    """Check every scenario as it is, so that the time of no case is that of loading libraries."""
    for base in bases():
        outcome(Case(-1, written(base.values).encode(), base.name, (), (), "sampled", False), folder)


# ---- refusals ------------------------------------------------------------------------------------------------------


def _refused(error: ScenarioError, of: Case) -> Outcome:
    try:
        printed = render(error)
    except Exception:
        return Outcome("failed", (_last_lines(),))
    lines = len(re.split(r"\r\n|\n|\r", of.text))
    wrong = [said for problem in error.problems for said in _of_problem(problem, of, lines)]
    if not error.problems:
        wrong.append("refused without a problem")
    return Outcome("refused", (*wrong, *_of_text(printed)), printed)


def _of_problem(problem: Problem, of: Case, lines: int) -> Iterator[str]:
    if problem.line is None and needs_line(problem):
        yield f"no line: {problem}"
    if problem.line is not None and not 1 <= problem.line <= lines:
        yield f"line {problem.line} of {lines}: {problem}"
    if not problem.message.strip():
        yield f"no message: {problem}"


def needs_line(problem: Problem) -> bool:
    """Return whether a problem must have a line: all but those of which nothing stands in the text.

    These are what `--set` says, which is named instead; and a key of the whole scenario that is missing.
    """
    if problem.text.startswith("--set"):
        return False
    missing = len(problem.key) == 1 and "is missing in the scenario" in problem.message
    return not missing


def _of_text(printed: str) -> Iterator[str]:
    """Yield what should not be in what a user reads."""
    control = sorted({f"U+{ord(c):04X}" for c in printed if c != "\n" and unicodedata.category(c) in _CONTROL})
    if control:
        yield f"prints {', '.join(control[:5])}"
    raw = _RAW.search(_without_excerpts(printed))
    if raw:
        yield f"prints {raw[0]!r}"
    longest = max(printed.split("\n"), key=len)
    if len(longest) > LONGEST_LINE:
        yield f"prints a line of {len(longest)} characters: {longest[:200]}"
    long = _LONG_WORD.search(printed)
    if long:
        yield f"prints a word of {len(long[0])} letters: {long[0][:40]}"


def _without_excerpts(printed: str) -> str:
    """Return what the program says of its own, without lines of the scenario and the words that messages quote."""
    said = [line for line in printed.split("\n") if not re.match(r" *\d+ \| ", line)]
    return re.sub(r"""'[^'\n]*'|"[^"\n]*\"""", "''", "\n".join(said))


def _last_lines() -> str:
    return "\n".join(traceback.format_exc(limit=-6).strip().split("\n")[-14:])


# ---- runs ----------------------------------------------------------------------------------------------------------


def priced(scenario: Scenario, engine: Literal["sampled", "ledger"]) -> tuple[Any, Mapping[str, Any], str]:
    """Return the forecast of a scenario, its summary and the answers to the three questions."""
    from simulator.engine.run import simulate
    from simulator.forecast.forecast import forecast
    from simulator.report.blocks.summary import summary
    from simulator.report.questions import questions
    from simulator.report.questions_text import document
    from simulator.report.summary.plain import as_json

    found = forecast(simulate(scenario, engine=engine, workers=1))
    answers = document(scenario.title, questions(found), scenario.currency)
    return found, as_json(summary(found)), answers


def _run(scenario: Scenario, price: Price) -> tuple[tuple[str, ...], list[str]]:
    """Return the engines that simulated a scenario, and what is wrong with what came of it."""
    from simulator.engine.refusals import refusals

    reduced, done, wrong = small(scenario), [], []
    engines: tuple[Literal["sampled", "ledger"], ...] = ("sampled", "ledger")
    for engine in engines:
        if refusals(reduced, engine):
            continue
        try:
            with warnings.catch_warnings(), limited(MOST_SECONDS_OF_A_RUN):
                warnings.simplefilter("error")
                wrong += [f"{engine}: {said}" for said in _of_prices(*price(reduced, engine))]
            done.append(engine)
        except SimulatorError as error:  # what is found only by billing is refused with a reason
            wrong += [f"{engine}: {said}" for said in _of_text(str(error))]
        except TooSlow:
            wrong.append(f"{engine}: stopped after {MOST_SECONDS_OF_A_RUN:g} seconds")
        except Exception:
            wrong.append(f"{engine}: {_last_lines()}")
    return tuple(done), wrong


def _of_prices(forecast: Any, summary: Mapping[str, Any], answers: str) -> Iterator[str]:
    from simulator.report.files.folder import to_json

    for name, values in forecast.results.meters.items():
        if not np.isfinite(values).all() or values.min() < 0:
            yield f"meter {name} is {values.min()} to {values.max()}"
    for name, each in forecast.contracts.items():
        total = each.invoice
        if not np.isfinite(total).all():
            yield f"invoice of {name!r} is not finite"
        elif total.min() < -NEGLIGIBLE and not may_be_negative(each.contract):
            yield f"invoice of {name!r} is {total.min()}"
    to_json(summary)
    control = {c for c in answers if c != "\n" and unicodedata.category(c) in _CONTROL}
    if control:
        yield f"contracts.md has {control!r}"


def may_be_negative(contract: Any) -> bool:
    """Return whether a month's invoice may be a credit note: the contract has a guarantee or a clawback."""
    sides = (contract,) if contract.switch is None else (contract.switch.before, contract.switch.after)
    return any(each.settlement.guarantee is not None or each.settlement.clawback is not None for each in sides)


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Stop what takes more than some seconds of processor time, where the system can."""

    def stop(number: int, frame: FrameType | None) -> None:
        raise TooSlow

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
