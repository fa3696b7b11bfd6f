"""Monte Carlo forecasts of what customer-service AI contracts cost.

    import simulator as cx

    scenario = cx.load("scenarios/broad_cx.toml")
    run = cx.simulate(scenario, trials=1024, seed=1)
    run.summary                              # mean and percentiles by contract, a pandas table
    run.plot.strip()                         # a figure, with its message
    tight = run.with_contract("tight", base="resolution_assumed", definition={"base": "assumed_24h", "silence": 48})

docs/python.md tells the rest. The names below load what they need when they are first used, so that `import simulator`
is quick.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.version import VERSION

if TYPE_CHECKING:
    from simulator.errors import ContractError, DefinitionError, OutputError, ScenarioError, SimulatorError
    from simulator.explore import Grid, Paired, Plot, Plots, Run, Scenario, Verdict, catalogue, load, readable, simulate

__version__ = VERSION
__all__ = [
    "ContractError",
    "DefinitionError",
    "Grid",
    "OutputError",
    "Paired",
    "Plot",
    "Plots",
    "Run",
    "Scenario",
    "ScenarioError",
    "SimulatorError",
    "Verdict",
    "catalogue",
    "load",
    "readable",
    "simulate",
]


def __getattr__(name: str) -> Any:
    """Return a public name, loading what it needs."""
    if name not in __all__:
        from difflib import get_close_matches

        near = get_close_matches(name, __all__, n=1)
        meant = f"; did you mean {near[0]!r}?" if near else ""
        raise AttributeError(f"module 'simulator' has no attribute {name!r}{meant}")
    from importlib import import_module

    source = import_module("simulator.errors" if name.endswith("Error") else "simulator.explore")
    return getattr(source, name)


def __dir__() -> list[str]:
    """Return the public names."""
    return sorted([*__all__, "__version__"])
