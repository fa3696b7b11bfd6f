"""The catalogue: no number without a source, every entry can be billed, and estimates are named as such."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from simulator.contracts import invoice
from simulator.contracts.catalogue import EVIDENCE, PublishedOffer, offer, offers, read_vendor
from simulator.errors import ContractError, ScenarioError
from simulator.report.blocks.published import estimates, published_notes
from simulator.report.catalogue import entry, listing
from simulator.scenario import load_scenario, parse_scenario
from simulator.scenario.schema import Scenario
from simulator.scenario.stated.compiled_terms import compile_terms
from tests.contracts.invoices.test_switch import MINIMAL

from .tools import months, stated

ROOT = Path(__file__).parents[2]
FILES = sorted((ROOT / "simulator" / "contracts" / "catalogue").glob("*.toml"))
BASE = (ROOT / "scenarios" / "minimal.toml").read_text(encoding="utf-8").split("[contracts")[0]
VENDOR = """
vendor = "V"
product = "P"
[definitions.v_resolution]
silence = 24
[sources]
"definitions.v_resolution" = { evidence = "V1", source = "page", as_of = "2026" }
[offers.v]
title = "V"
as_of = "2026"
[offers.v.contract]
type = "per_resolution"
definition = "v_resolution"
price = 0.5
platform_fee = 100
[offers.v.sources]
"contract.price" = { evidence = "V1", source = "page", as_of = "2026-09" }
"""


def unsourced(entries: list[PublishedOffer]) -> list[str]:
    """Return the numbers for which no fact stands, as entry and path."""
    return [
        f"{each.name}: {'.'.join(path)} = {value}"
        for each in entries
        for path, value in each.numbers
        if each.fact(path) is None
    ]


def with_contracts(text: str) -> Scenario:
    return parse_scenario(f"{BASE}\n{text}", "catalogue.toml")


def problems_of(text: str) -> list[str]:
    with pytest.raises(ScenarioError) as caught:
        with_contracts(text)
    return [f"{each.message} | {each.help}" for each in caught.value.problems]


def dangling(each: PublishedOffer) -> Iterator[str]:
    """Yield the sources of an entry that stand for nothing in it."""
    for path in each.sources:
        value: object = {"contract": each.contract, "definitions": each.definitions}
        for part in path:
            value = value.get(part) if isinstance(value, dict) or hasattr(value, "get") else None  # type: ignore[attr-defined]
        if value is None:
            yield f"{each.name}: {'.'.join(path)}"


def test_no_number_is_without_a_source() -> None:
    found = unsourced(list(offers().values()))
    assert found == [], f"say in the offer's [offers.NAME.sources] where each was read, when, and how sure: {found}"


def test_a_number_without_a_source_is_found() -> None:
    assert unsourced(list(read_vendor(VENDOR))) == ["v: contract.platform_fee = 100"]


def test_facts_say_where_when_and_how_sure() -> None:
    facts = [(each.name, fact) for each in offers().values() for fact in each.sources.values()]
    assert facts
    for name, fact in facts:
        assert fact.evidence in EVIDENCE, f"{name}: evidence is one of {', '.join(EVIDENCE)}, not {fact.evidence}"
        assert fact.source.strip(), f"{name}: say in source which page or article it was read on"
        dated = fact.as_of == "undated" or re.fullmatch(r"20\d\d(-\d\d(-\d\d)?)?", fact.as_of)
        assert dated, f"{name}: as_of is a date as 2026-03, or undated where the page has none, not {fact.as_of!r}"


def test_sources_stand_for_something_in_their_entry() -> None:
    found = [path for each in offers().values() for path in dangling(each)]
    assert found == [], f"these sources are of no key of their offer; correct or remove them: {found}"


def unused(text: str) -> list[str]:
    """Return the definitions of a vendor's file, or of its sources, by which none of its offers bills."""
    raw, used = tomllib.loads(text), {name for each in read_vendor(text) for name in each.definitions}
    sourced = {path.split(".")[1] for path in raw.get("sources", {})}
    return sorted((set(raw.get("definitions", {})) | sourced) - used)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_every_definition_of_a_file_is_billed_by(file: Path) -> None:
    found = unused(file.read_text(encoding="utf-8"))
    assert found == [], f"no offer of {file.name} bills by {found}: name it in an offer's contract, or remove it"


def test_a_definition_that_no_offer_bills_by_is_found() -> None:
    """Negative control: a name that is spelled otherwise in the contract."""
    assert unused(VENDOR) == []
    assert unused(VENDOR.replace('definition = "v_resolution"', 'definition = "v_resolutoin"')) == ["v_resolution"]


def test_at_least_fifteen_vendors_publish_in_their_own_words() -> None:
    sure = {each.vendor for each in offers().values() if each.evidence != "V3"}
    assert len(sure) >= 15, sorted(sure)


@pytest.mark.parametrize("name", offers())
def test_every_entry_is_a_contract_that_can_be_billed(name: str) -> None:
    scenario = with_contracts(f'[contracts.offer]\ncontract = "catalogue:{name}"')
    compiled = compile_terms(scenario).contracts["offer"]
    assert compiled.charges
    assert compiled.title.removesuffix(" (estimate)") == offers()[name].title
    assert offers()[name].contract["type"] == scenario.contracts["offer"].type
    shown = entry(offers()[name])
    assert all(len(line) <= 100 or line.startswith("note = ") for line in shown.splitlines())


def test_every_key_can_be_set_over_an_entry() -> None:
    scenario = with_contracts(
        '[contracts.fin]\ncontract = "catalogue:intercom-fin"\nprice = 0.8\ntitle = "Fin, quoted"'
    )
    spec = scenario.contracts["fin"]
    assert (spec.price.center, spec.title) == (0.8, "Fin, quoted")
    assert spec.price.source.kind == "judgement"
    whole = with_contracts('[contracts.fin]\ncontract = "catalogue:intercom-fin"').contracts["fin"]
    assert (whole.price.center, whole.price.source.kind, whole.price.source.as_of) == (0.99, "published", "2026-03-12")


def test_an_own_definition_of_the_name_replaces_the_entrys() -> None:
    scenario = with_contracts(
        '[contracts.fin]\ncontract = "catalogue:intercom-fin"\n[definitions.intercom_fin]\nsilence = 72'
    )
    assert scenario.definitions["intercom_fin"].silence == 72
    assert scenario.definitions["intercom_fin"].returns == "bill_again"


def test_options_of_the_command_act_on_an_entry(tmp_path: Path) -> None:
    file = tmp_path / "offer.toml"
    file.write_text(f'{BASE}\n[contracts.h]\ncontract = "catalogue:hubspot-pro"', encoding="utf-8")
    plain = load_scenario(file)
    assert plain.contracts["h"].title.endswith(" (estimate)")
    assert estimates(plain, "h", offer("hubspot-pro")) == ["contracts.h.price", "contracts.h.included"]
    quoted = load_scenario(file, ["contracts.h.price=0.4", "contracts.h.included=50"])
    assert not quoted.contracts["h"].title.endswith(" (estimate)")
    assert quoted.contracts["h"].price.center == 0.4
    assert estimates(quoted, "h", offer("hubspot-pro")) == []


@pytest.mark.parametrize("value", ["{ choices = [] }", "{ fin = 3 }", "3", "{}"])
def test_an_option_that_takes_the_place_of_all_contracts_is_refused_in_words(value: str) -> None:
    """Found by the fuzz, case 66840: the entries of the file were looked up in what the option wrote."""
    text = (ROOT / "scenarios" / "vendor_shortlist.toml").read_text(encoding="utf-8")
    with pytest.raises(ScenarioError) as raised:
        parse_scenario(text, "shortlist.toml", [f"contracts={value}"])
    assert all(problem.text.startswith("--set contracts=") for problem in raised.value.problems), raised.value.problems


def test_outputs_name_the_dates_and_the_estimates() -> None:
    scenario = with_contracts(
        '[contracts.fin]\ncontract = "catalogue:intercom-fin"\n[contracts.ada]\ncontract = "catalogue:ada-resolution"'
    )
    dates, guessed = published_notes(scenario, {"fin": "Fin", "ada": "Ada (estimate)"})
    assert "Fin (2026-03-12); Ada (estimate) (2026-08-14)" in dates
    assert "(estimate)" in guessed
    assert published_notes(parse_scenario(f"{BASE}\n[contracts.x]\ntype='per_conversation'\nprice=1", "x"), {}) == []


def test_wrong_names_are_answered_with_the_nearest() -> None:
    with pytest.raises(ContractError, match="did you mean 'intercom-fin'"):
        offer("intercom")
    assert problems_of('[contracts.fin]\ncontract = "catalogue:intercm-fin"') == [
        "contracts.fin.contract: the catalogue has no entry 'intercm-fin' | did you mean 'intercom-fin'?"
    ]
    (found,) = problems_of('[contracts.fin]\ncontract = "intercom-fin"')
    assert found.startswith("contracts.fin.contract: must be \"catalogue:NAME\", not 'intercom-fin'")
    (found,) = problems_of("[contracts.fin]\ncontract = 3")
    assert found.startswith('contracts.fin.contract: must be "catalogue:NAME", not 3')


def test_the_listing_has_every_entry() -> None:
    assert [line.split()[0] for line in listing().splitlines()[1 : 1 + len(offers())]] == list(offers())


@pytest.mark.parametrize("name", offers())
def test_the_shown_contract_is_the_entrys_in_toml(name: str) -> None:
    """Long inline tables are shown over several lines, which TOML allows within a list only."""
    shown = entry(offers()[name]).split(f"[contracts.{name}]\n", 1)[1]
    table = tomllib.loads(shown.split("\n\n", 1)[0])
    assert table.pop("title").removesuffix(" (estimate)") == offers()[name].title
    assert table.pop("currency") == "USD", "in a scenario of another currency it must be converted"
    assert table == offers()[name].contract


def test_copilot_stops_at_125_percent_of_its_credits() -> None:
    """A month of 50,000 replies at 2 and 5,000 actions at 5 wants 125,000 credits; 31,250, a quarter, cost $312.50."""
    limit = "limit = { units = 25_000, at_share = 1.25 }"
    scenario = with_contracts(f'[contracts.offer]\ncontract = "catalogue:copilot-studio-generative"\n{limit}')
    offer = compile_terms(scenario).contracts["offer"]
    bill = invoice(offer, {"ai_replies": months(50_000), "actions": months(5_000)}, stated())
    assert bill.total[0].tolist() == pytest.approx([312.5])
    assert bill.served is not None and bill.served[0].tolist() == pytest.approx([0.25])


@pytest.mark.parametrize("option", [False, True])
@pytest.mark.parametrize(
    ("entry", "key", "own", "gone"),
    [
        ("fini", "price", "0.6", ["tiers", "tiering"]),
        ("fini", "package", "{ size = 100, price = 49 }", ["tiers", "tiering"]),
        ("intercom-fin", "tiers", "[{ up_to = 100, rate = 0.9 }, { rate = 0.8 }]", ["price"]),
    ],
)
def test_an_own_way_to_price_takes_the_place_of_the_entrys(
    option: bool, entry: str, key: str, own: str, gone: list[str]
) -> None:
    """The entry's own way goes with its source; the rest of the entry, as its definition, stays."""
    named = f'\nlisted = {{ contract = "catalogue:{entry}"'
    text = f"{MINIMAL}{named}{'' if option else f', {key} = {own}'} }}\n"
    scenario = parse_scenario(text, "own", [f"contracts.listed.{key}={own}"] if option else [])
    terms = scenario.contracts["listed"].model_dump()
    assert terms[key] is not None and [terms[each] for each in gone] == [None] * len(gone)
    entry_as_it_is = parse_scenario(f"{MINIMAL}{named} }}\n", "entry").contracts["listed"].model_dump()
    assert all(entry_as_it_is[each] is not None for each in gone)
    assert terms["definition"] == entry_as_it_is["definition"]


@pytest.mark.parametrize("option", [False, True])
def test_two_own_ways_to_price_are_still_refused(option: bool) -> None:
    tiers = "tiers = [{ up_to = 9, rate = 1 }, { rate = 2 }]"
    offer = f'\nlisted = {{ contract = "catalogue:fini", price = 0.6{"" if option else f", {tiers}"} }}\n'
    with pytest.raises(ScenarioError) as caught:
        parse_scenario(MINIMAL + offer, "both", [f"contracts.listed.{tiers}"] if option else [])
    assert any("give price (0.6) or tiers, not both" in each.message for each in caught.value.problems)
