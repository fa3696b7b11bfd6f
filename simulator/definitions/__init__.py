"""Definitions of a resolution: clauses that compile to one SQL expression, and everything that runs it."""

from simulator.definitions.compile import Definition
from simulator.definitions.counted_rows import Biller, bill, evaluated, selected
from simulator.definitions.named import NAMED
from simulator.definitions.own import OwnMeter, OwnMeterSpec, compile_own_meter, compile_own_meters
from simulator.definitions.predicate import compile_predicate
from simulator.definitions.resolve import compile_definition, resolve_definitions
from simulator.definitions.spec import DefinitionSpec
from simulator.definitions.verifiability import Verifiability, verifiability
from simulator.definitions.view import unit_over_view, view_sql

__all__ = [
    "NAMED",
    "Biller",
    "Definition",
    "DefinitionSpec",
    "OwnMeter",
    "OwnMeterSpec",
    "Verifiability",
    "bill",
    "compile_definition",
    "compile_own_meter",
    "compile_own_meters",
    "compile_predicate",
    "evaluated",
    "resolve_definitions",
    "selected",
    "unit_over_view",
    "verifiability",
    "view_sql",
]
