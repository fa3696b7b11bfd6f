"""What an analyst may write: every type prices, every mistake is refused at its key with its values."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from functools import reduce
from operator import or_
from typing import Annotated, Any, Literal

import numpy as np
import pytest
from pydantic import Field, TypeAdapter, ValidationError

from simulator.contracts import ContractSpec, TokenRates, compile_contract, contract_types, contract_union, invoice
from simulator.contracts.contract_types import SPECS, TYPES, type_name
from simulator.contracts.prices import KINDS, charge_union
from simulator.contracts.prices.charge import Charge
from simulator.contracts.prices.flat import Flat
from simulator.contracts.prices.included import Included
from simulator.contracts.prices.tiers import Graduated, VolumeTiers
from simulator.quantities.parameters import Positive, parameter

from .tools import MODELS, contract, mistakes, spec, stated

PER_RESOLUTION = {"type": "per_resolution", "definition": "assumed_24h", "price": 0.99}
EXAMPLES: dict[str, dict[str, Any]] = {
    "per_resolution": PER_RESOLUTION,
    "per_conversation": {"type": "per_conversation", "price": 0.5},
    "per_session": {"type": "per_session", "window": "start", "window_hours": 24, "price": 0.5},
    "per_message": {"type": "per_message", "price": 0.01},
    "per_action": {"type": "per_action", "credits": 20, "package": {"size": 1000, "price": 5}},
    "per_minute": {"type": "per_minute", "price": 0.1, "round_up_to_seconds": 15},
    "per_seat": {"type": "per_seat", "price": 55, "productive_hours": 120, "minimum_seats": 2},
    "per_token": {"type": "per_token"},
    "hybrid": {"type": "hybrid", "charges": [{"kind": "flat", "meter": "actions", "rate": 0.1}]},
}
TERMS = {
    "platform_fee": 100,
    "monthly_minimum": 500,
    "yearly_minimum": 9000,
    "maximum_per_month": 2000,
    "discount": 0.1,
}


def test_every_class_of_a_type_is_registered() -> None:
    classes = [each for each in vars(contract_types).values() if isinstance(each, type)]
    assert [each for each in classes if issubclass(each, ContractSpec) and each is not ContractSpec] == list(SPECS)
    assert set(TYPES) == set(EXAMPLES), f"add a table of {set(TYPES) - set(EXAMPLES)} to EXAMPLES in this file"


@pytest.mark.parametrize("kind", EXAMPLES)
def test_every_type_settles_under_all_common_terms(kind: str) -> None:
    offer = contract(**EXAMPLES[kind], **TERMS)
    rising = np.arange(24.0)[None, :] * np.array([[0.0], [40.0], [4000.0]])
    bill = invoice(offer, {"conversations": rising, **dict.fromkeys(offer.meters, rising)}, stated(3))
    assert bill.total.shape == (3, 24)
    assert np.isfinite(bill.total).all()
    assert (bill.total >= 500).all()
    assert (bill.total[:, [*range(11), *range(12, 23)]] <= 2000).all()
    assert sum(bill.lines.values()) == pytest.approx(bill.total, rel=1e-9)
    assert (np.diff(bill.total[:, :11]) >= 0).all()
    assert offer.type == kind
    assert offer.title


@pytest.mark.parametrize("kind", EXAMPLES)
def test_every_type_has_a_schema_in_which_each_number_has_a_unit(kind: str) -> None:
    fields = TYPES[kind].model_json_schema()["properties"]
    assert {"type", "platform_fee", "yearly_minimum"} <= set(fields)
    assert all(fields[name]["unit"] for name in ("platform_fee", "monthly_minimum", "discount", "term_months"))


def test_title_is_made_from_the_type_or_given() -> None:
    assert contract(**PER_RESOLUTION).title == "Per resolution, assumed 24h"
    assert contract(**PER_RESOLUTION, title="Offer B").title == "Offer B"
    assert contract(**EXAMPLES["hybrid"]).title == "Hybrid: actions"


def test_term_is_a_month_or_a_year_unless_given() -> None:
    assert contract(**PER_RESOLUTION).settlement.term_months == 1
    assert contract(**PER_RESOLUTION, yearly_minimum=1).settlement.term_months == 12
    assert contract(**PER_RESOLUTION, yearly_minimum=1, term_months=36).settlement.term_months == 36
    assert contract(**PER_RESOLUTION, term_months=7).settlement.term_months == 7


def tiers(*bounds: float | None) -> list[dict[str, float]]:
    return [{"rate": 1.0} if bound is None else {"up_to": bound, "rate": 1.0} for bound in bounds]


def without(key: str) -> dict[str, Any]:
    return {name: value for name, value in PER_RESOLUTION.items() if name != key}


def hybrid(**charge: Any) -> dict[str, Any]:
    return {"type": "hybrid", "charges": [charge]}


FLAT = {"kind": "flat", "rate": 1.0}
WRONG = [
    ({**PER_RESOLUTION, "price": -0.99}, "price", "must be 0 or more and at most 1,000,000,000, not -0.99"),
    ({**PER_RESOLUTION, "price": "0.99"}, "price", "must be a number, not '0.99'"),
    ({**PER_RESOLUTION, "price": 1e308}, "price", "1e+308"),
    ({**PER_RESOLUTION, "price": float("nan")}, "price", "finite"),
    ({**PER_RESOLUTION, "prize": 1}, "prize", "Extra inputs"),
    (without("definition"), "definition", "Field required"),
    (without("price"), "tiers", "give a price, or tiers"),
    ({**PER_RESOLUTION, "tiers": tiers(None)}, "tiers", "give price (0.99) or tiers, not both"),
    ({**without("price"), "tiers": tiers(50, None), "included": 10}, "tiers", "write the 10 included units as a first"),
    ({**without("price"), "tiers": tiers(100, 50, None)}, "tiers", "tier 2 ends at 50, below tier 1 (100)"),
    ({**without("price"), "tiers": tiers(100, 100, None)}, "tiers", "both end at 100"),
    ({**without("price"), "tiers": tiers(100, 200)}, "tiers", "the last tier must be open, but ends at 200"),
    ({**without("price"), "tiers": []}, "tiers", "at least one tier"),
    ({**without("price"), "tiers": tiers(0, None)}, "up_to", "greater than 0"),
    ({**without("price"), "tiers": tiers(-5, None)}, "up_to", "greater than 0"),
    ({**without("price"), "tiers": tiers(float("nan"), None)}, "up_to", "greater than 0"),
    ({**without("price"), "tiers": [{"rate": 1, "flat_fee": 5}]}, "flat_fee_at_zero", "say flat_fee_at_zero = true"),
    ({**PER_RESOLUTION, "flat_fee_at_zero": True}, "flat_fee_at_zero", "needs a flat_fee in tier 1"),
    ({**PER_RESOLUTION, "included": -1}, "included", "greater than or equal to 0"),
    (
        {**PER_RESOLUTION, "monthly_minimum": 3000, "maximum_per_month": 2000},
        "maximum_per_month",
        "monthly_minimum (3,000) must not exceed maximum_per_month (2,000)",
    ),
    (
        {**PER_RESOLUTION, "yearly_minimum": 24_001, "maximum_per_month": 2000},
        "maximum_per_month",
        "yearly_minimum (24,001) must not exceed 12 times maximum_per_month (2,000)",
    ),
    ({**PER_RESOLUTION, "maximum_per_month": 0}, "maximum_per_month", "above 0"),
    ({**PER_RESOLUTION, "true_up": "year_end"}, "true_up", "give yearly_minimum, or remove true_up"),
    ({**PER_RESOLUTION, "true_up": "weekly", "yearly_minimum": 1}, "true_up", "'each_month' or 'year_end'"),
    ({**PER_RESOLUTION, "yearly_minimum": 1, "term_months": 18}, "term_months", "whole years (12, 24, 36 ...), not 18"),
    ({**PER_RESOLUTION, "term_months": 0}, "term_months", "greater than or equal to 1"),
    ({**PER_RESOLUTION, "term_months": 6.5}, "term_months", "valid integer"),
    ({**PER_RESOLUTION, "discount": 15}, "discount", "a share from 0 to 1, not 15"),
    ({"type": "per_token", "markup": -1}, "markup", "not -1"),
    ({"type": "per_token", "batch_share": 1.2}, "batch_share", "not 1.2"),
    ({"type": "hybrid", "charges": []}, "charges", "at least one charge"),
    (hybrid(**FLAT, meter="conversation"), "meter", "did you mean 'conversations'?"),
    (hybrid(**FLAT, meter="tokens"), "meter", 'kind = "tokens"'),
    (hybrid(**FLAT, meter="resolutions"), "definition", "needs the definition"),
    (hybrid(**FLAT, meter="actions", definition="a"), "definition", "has no definition"),
    (hybrid(kind="flt", meter="actions", rate=1), "0", "'flat'"),
    (hybrid(kind="graduated", meter="actions", tiers=tiers(5, 4, None)), "tiers", "tier 2 ends at 4"),
    (hybrid(kind="graduated", meter="actions", tiers=[{"rate": 1, "flat_fee": 5}]), "flat_fee_at_zero", "say"),
    (hybrid(kind="volume", meter="actions", tiers=tiers(5, 4, None)), "tiers", "tier 2 ends at 4"),
    (hybrid(kind="volume", meter="actions", tiers=tiers(5)), "tiers", "must be open, but ends at 5"),
    (hybrid(kind="volume", meter="actions", tiers=[{"rate": 1, "flat_fee": 5}]), "flat_fee_at_zero", "say"),
    (hybrid(kind="volume", meter="actions", tiers=tiers(None), flat_fee_at_zero=True), "flat_fee_at_zero", "remove it"),
    (hybrid(kind="volumes", meter="actions", tiers=tiers(None)), "0", "'volume'"),
    ({**PER_RESOLUTION, "tiering": "volume"}, "tiering", "tiering = 'volume' says how tiers are priced; give tiers"),
    ({**PER_RESOLUTION, "tiering": "graduated"}, "tiering", "give tiers, or remove it"),
    ({**without("price"), "tiers": tiers(None), "tiering": "volum"}, "tiering", "'graduated' or 'volume'"),
    ({**without("price"), "tiers": tiers(5, 4, None), "tiering": "volume"}, "tiers", "tier 2 ends at 4"),
    (hybrid(**FLAT, meter="conversations", cap_per_conversation=5), "cap_per_conversation", "no size per conversation"),
    (hybrid(**FLAT, meter="cases", included_per_conversation=0), "included_per_conversation", "remove included_per"),
    (
        hybrid(**FLAT, meter="resolutions", definition="a", included_per_conversation=5),
        "included_per_conversation",
        "meter = 'resolutions' has no size per conversation; remove included_per_conversation, "
        "which is for messages, ai_replies, actions, input_tokens, output_tokens and minutes",
    ),
    (hybrid(**FLAT, meter="actions", cap_per_conversation=0), "cap_per_conversation", "greater than 0"),
    (hybrid(**FLAT, meter="actions", cap_per_conversation=-2), "cap_per_conversation", "greater than 0"),
    (hybrid(**FLAT, meter="actions", cap_per_conversation=float("nan")), "cap_per_conversation", "less than or equal"),
    (hybrid(**FLAT, meter="actions", cap_per_conversation=float("inf")), "cap_per_conversation", "less than or equal"),
    (hybrid(**FLAT, meter="actions", cap_per_conversation="9"), "cap_per_conversation", "valid number"),
    (hybrid(**FLAT, meter="actions", included_per_conversation=-1), "included_per_conversation", "or equal to 0"),
    (hybrid(**FLAT, meter="action", cap_per_conversation=5), "meter", "did you mean 'actions'?"),
    (hybrid(**FLAT, meter="output_token", cap_per_conversation=5), "meter", "did you mean 'output_tokens'?"),
    (hybrid(kind="tokens", cap_per_conversation=5), "cap_per_conversation", "Extra inputs"),
    ({**PER_RESOLUTION, "cap_per_conversation": 5}, "cap_per_conversation", "Extra inputs"),
    (hybrid(kind="included", meter="actions", included=-1, overage_rate=1), "included", "greater than or equal to 0"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("table", "key", "part"), WRONG, ids=[f"{place}-{case[1]}" for place, case in enumerate(WRONG)]
)
def test_a_mistake_is_refused_once_at_its_key(table: dict[str, Any], key: str, part: str) -> None:
    found = mistakes(**table)
    assert [each[0] for each in found] == [key]
    assert part in found[0][1]


RIGHT = [
    {**PER_RESOLUTION, "monthly_minimum": 2000, "maximum_per_month": 2000},
    {**PER_RESOLUTION, "yearly_minimum": 24_000, "maximum_per_month": 2000, "true_up": "each_month"},
    {**PER_RESOLUTION, "price": {"p5": 0.8, "p95": 1.2}},
    {**PER_RESOLUTION, "price": 0},
    {**without("price"), "tiers": [{"up_to": 50, "rate": 1, "flat_fee": 5}, {"rate": 1}], "flat_fee_at_zero": False},
    {**without("price"), "tiers": [{"up_to": 50, "rate": 1}, {"rate": 1, "flat_fee": 5}]},
    {**without("price"), "tiers": tiers(0.5, float("inf"))},
    {**without("price"), "tiers": tiers(5, None), "tiering": "graduated"},
    {**without("price"), "tiers": [{"rate": 1, "flat_fee": 5}], "tiering": "volume", "flat_fee_at_zero": True},
    hybrid(kind="volume", meter="resolutions", definition="a", tiers=tiers(5, None)),
    hybrid(**FLAT, meter="actions", included_per_conversation=0, cap_per_conversation=0.5),
    hybrid(**FLAT, meter="output_tokens", included_per_conversation=500_000, cap_per_conversation=1_000_000_000_000),
    hybrid(kind="included", meter="messages", included=10, overage_rate=1, included_per_conversation=2),
    hybrid(kind="graduated", meter="input_tokens", tiers=tiers(5, None), cap_per_conversation=2),
]


@pytest.mark.parametrize("table", RIGHT)
def test_the_near_side_of_each_rule_is_accepted(table: dict[str, Any]) -> None:
    assert mistakes(**table) == []


def test_hybrid_bills_what_its_table_says() -> None:
    both = {"included_per_conversation": 4, "cap_per_conversation": 10}
    charges = [
        {"kind": "flat", "meter": "messages", "rate": 1.0, **both},
        {"kind": "included", "meter": "actions", "included": 5, "overage_rate": 1.0, "cap_per_conversation": 3},
        {"kind": "volume", "meter": "ai_replies", "tiers": tiers(5, None), "included_per_conversation": 1},
        {"kind": "graduated", "meter": "input_tokens", "tiers": tiers(5, None)},
        {"kind": "flat", "meter": "output_tokens", "rate": 1.0, "included_per_conversation": 0},
    ]
    offer = contract(type="hybrid", charges=charges)
    assert offer.meters == ("messages[4:10]", "actions[0:3]", "ai_replies[1:]", "input_tokens", "output_tokens")
    assert offer.unit == "messages[4:10]"
    assert [type(charge) for charge in offer.charges] == [Flat, Included, VolumeTiers, Graduated, Flat]
    assert offer.title == (
        "Hybrid: messages above 4 per conversation, at most 10, actions, at most 3 per conversation, "
        "ai replies above 1 per conversation, input tokens, output tokens"
    )


@pytest.mark.parametrize(
    ("tiering", "kind"), [({}, Graduated), ({"tiering": "graduated"}, Graduated), ({"tiering": "volume"}, VolumeTiers)]
)
@pytest.mark.parametrize("table", [without("price"), {"type": "per_conversation"}])
def test_tiering_says_how_tiers_are_priced(table: dict[str, Any], tiering: dict[str, str], kind: type[Charge]) -> None:
    (charge,) = contract(**table, **tiering, tiers=tiers(5, None)).charges
    assert isinstance(charge, kind)


def test_all_mistakes_of_a_contract_are_told_at_once() -> None:
    found = mistakes(type="per_resolution", price=-1, discount=2, term_months=0, tears=[])
    assert sorted(each[0] for each in found) == ["definition", "discount", "price", "tears", "term_months"]


def test_unknown_type_is_told_apart_from_the_known_ones() -> None:
    found = mistakes(type="per_resolutoin", price=1)
    assert len(found) == 1
    assert all(repr(name) in found[0][1] for name in TYPES)


class PerSmile(ContractSpec):
    """A throw-away type: what adding one takes."""

    type: Literal["per_smile"]
    price: Positive = parameter("price of a smile", unit="money per unit")

    @property
    def default_title(self) -> str:
        return "Per smile"

    def usage_charges(self, models: Mapping[str, TokenRates]) -> tuple[Charge, ...]:
        return (Flat("messages", self.price),)


def test_a_new_type_needs_only_its_class_and_its_place_in_the_union() -> None:
    read = TypeAdapter(contract_union((*SPECS, PerSmile))).validate_python(
        {"type": "per_smile", "price": 2, "platform_fee": 1}
    )
    bill = invoice(compile_contract("fun", read, MODELS), {"messages": np.array([[3.0]])}, stated())
    assert bill.total.tolist() == [[7]]
    assert type_name(PerSmile) == "per_smile"
    assert "per_smile" not in TYPES


CHARGES = [{"kind": "flat", "meter": "cases", "rate": -1, "tears": 2}, {"kind": "flatt"}, {}, 3]


@pytest.mark.parametrize(
    ("ours", "tables", "key", "written"),
    [
        (
            contract_union(),
            SPECS,
            "type",
            [
                {"type": "per_resolution", "price": -1, "discount": 2, "term_months": 0, "tears": []},
                {"type": "hybrid", "charges": CHARGES, "title": 3},
                {"type": "hybrid", "charges": []},
                {"type": "per_resolutoin"},
                {"price": 1},
                7,
            ],
        ),
        (charge_union(), KINDS, "kind", CHARGES),
    ],
)
def test_mistakes_and_schema_are_those_of_the_discriminator_of_pydantic(
    ours: Any, tables: tuple[Any, ...], key: str, written: list[object]
) -> None:
    theirs: Any = Annotated[reduce(or_, tables), Field(discriminator=key)]
    for raw in written:
        assert wrong(TypeAdapter(ours), raw) == wrong(TypeAdapter(theirs), raw) != []
    assert TypeAdapter(ours).json_schema() == TypeAdapter(theirs).json_schema()


def wrong(reader: TypeAdapter[Any], raw: object) -> list[tuple[object, ...]]:
    try:
        reader.validate_python(raw)
    except ValidationError as error:
        found = error.errors(include_url=False)
        return [(each["type"], each["loc"], each["msg"], each["input"], str(each.get("ctx"))) for each in found]
    return []


def test_only_the_types_and_kinds_that_are_written_are_built() -> None:
    code = (
        "from pydantic import TypeAdapter\n"
        "from simulator.contracts import contract_union\n"
        "from simulator.contracts.prices import KINDS\n"
        "from simulator.contracts.contract_types import SPECS\n"
        "charge = {'kind': 'flat', 'meter': 'cases', 'rate': 1}\n"
        "TypeAdapter(contract_union()).validate_python({'type': 'hybrid', 'charges': [charge]})\n"
        "print(*(each.__name__ for each in (*SPECS, *KINDS) if each.__pydantic_complete__))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["Hybrid", "FlatSpec"]


def test_a_table_does_not_change_after_loading() -> None:
    table: Any = spec(**PER_RESOLUTION)
    with pytest.raises(ValueError, match="frozen"):
        table.title = "other"


def test_contracts_import_nothing_heavy() -> None:
    heavy = ("numpy", "pandas", "scipy", "genai_prices", "duckdb", "sqlglot", "matplotlib", "pyarrow")
    code = f"import sys, simulator.contracts, simulator.money; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
