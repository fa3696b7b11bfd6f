"""What a person in Python or in a notebook uses: scenarios, runs, tables and figures. `import simulator as cx`."""

from simulator.explore.definition_grid import Grid
from simulator.explore.paired import Paired
from simulator.explore.plots import Plot, Plots
from simulator.explore.run import Run, simulate
from simulator.explore.scenario import Scenario, load
from simulator.explore.shown import readable
from simulator.explore.told_errors import ScenarioProblems
from simulator.explore.vendors import catalogue
from simulator.explore.verdict import Verdict

__all__ = [
    "Grid",
    "Paired",
    "Plot",
    "Plots",
    "Run",
    "Scenario",
    "ScenarioProblems",
    "Verdict",
    "catalogue",
    "load",
    "readable",
    "simulate",
]
