"""What an analyst may write: the tables of a scenario, one file a subject, and `Scenario`, which holds them all.

Each key says once its meaning, unit, domain and typical range; everything else reads them from here.
"""

from simulator.scenario.schema.scenario_table import Scenario

__all__ = ["Scenario"]
