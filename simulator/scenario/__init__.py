"""What an analyst writes: schema, loading with line-accurate messages, checks, implied figures."""

from simulator.scenario.cases import contacts_per_case
from simulator.scenario.implied import Implied, implied, implied_by_intent
from simulator.scenario.load import load_scenario, parse_scenario
from simulator.scenario.names import quantities
from simulator.scenario.offers import model_rates
from simulator.scenario.problems import render
from simulator.scenario.reading import read_text
from simulator.scenario.schema import Scenario
from simulator.scenario.weights import channel_weights, routing_weights

__all__ = [
    "Implied",
    "Scenario",
    "channel_weights",
    "contacts_per_case",
    "implied",
    "implied_by_intent",
    "load_scenario",
    "model_rates",
    "parse_scenario",
    "quantities",
    "read_text",
    "render",
    "routing_weights",
]
