"""All rules that hold between the tables of a scenario, in the order in which they are looked at."""

from __future__ import annotations

from collections.abc import Callable, Set
from typing import Final

from simulator.errors import Problem
from simulator.scenario.checks.between_tables import (
    check_budget,
    check_forecast,
    check_incidents,
    check_names,
    check_references,
    check_sources,
    check_turns,
    check_without_effect,
)
from simulator.scenario.checks.compounding import check_compounding
from simulator.scenario.checks.correlation import check_drivers_correlation, check_unknowns_correlation
from simulator.scenario.checks.currency_rates import check_exchange
from simulator.scenario.checks.long_calls import check_long_calls
from simulator.scenario.checks.offers import (
    check_contracts,
    check_definitions,
    check_labels,
    check_meters,
    check_prices,
    check_switches,
    check_today,
)
from simulator.scenario.checks.weight_sums import check_weights
from simulator.scenario.key_paths import Path
from simulator.scenario.schema import Scenario

CHECKS: Final[tuple[Callable[[Scenario], list[Problem]], ...]] = (
    check_names, check_references, check_weights, check_incidents, check_forecast, check_budget,
    check_turns, check_compounding,
    check_drivers_correlation, check_unknowns_correlation, check_without_effect, check_prices, check_definitions,
    check_meters, check_contracts, check_labels, check_switches, check_today, check_sources,
)  # fmt: skip


def check_all(scenario: Scenario, unsure: Set[Path] = frozenset()) -> list[Problem]:
    """Return every problem between the tables of a scenario whose single tables are right.

    How long a call may be follows from the whole scenario, so that it is asked last.

    Args:
        unsure: places whose values are not as they were written.
    """
    found = [problem for check in CHECKS for problem in check(scenario)] + check_exchange(scenario, unsure)
    return found or check_long_calls(scenario)
