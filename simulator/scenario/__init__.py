"""What an analyst writes: the tables of a scenario, and the path that reads them with line-accurate messages.

Rooms, each above those before it: `schema` (what may be written), `meant` (what people write instead), `stated` (what a
scenario says, by who asks), `checks` (rules between tables), `reading` (the path), `explained` (what a key means).
"""

from simulator.scenario.reading.file_text import read_text
from simulator.scenario.reading.load import load_scenario, parse_scenario
from simulator.scenario.reading.problems import render
from simulator.scenario.schema import Scenario
from simulator.scenario.stated.sources import quantities

__all__ = [
    "Scenario",
    "load_scenario",
    "parse_scenario",
    "quantities",
    "read_text",
    "render",
]
