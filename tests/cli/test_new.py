"""`simulate new`: a scenario that passes check and runs, in the analyst's units, and never over a file."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.engine.run import Run, simulate_all
from simulator.forecast.forecast import forecast
from simulator.scenario import load_scenario, parse_scenario
from simulator.scenario.explained.json_schema import COMMITTED
from simulator.scenario.stated.sources import quantities
from simulator.scenario.texts import without_controls
from simulator.templates.new_scenario import Known, new_scenario
from simulator.templates.shipped_templates import template_names, template_text
from tests.cli.conftest import Command

ROOT = Path(__file__).parents[2]


def made(command: Command, folder: Path, *arguments: str) -> dict[str, Any]:
    code, _, err = command("new", "my.toml", *arguments)
    assert (code, err) == (0, "")
    text = (folder / "my.toml").read_text(encoding="utf-8")
    parse_scenario(text, "my.toml")
    return tomllib.loads(text)


@pytest.mark.parametrize("template", template_names())
def test_every_template_is_an_example_of_the_folder_of_scenarios(template: str) -> None:
    texts = [path.read_text(encoding="utf-8") for path in (ROOT / "scenarios").glob("*.toml")]
    assert template_text(template) in texts
    file = ROOT / "simulator" / "templates" / f"{template}.toml"
    assert file.resolve().parent == ROOT / "scenarios", "a template is a link to an example, so that there is one text"


@pytest.mark.parametrize("template", template_names())
def test_every_template_gives_a_scenario_that_passes_check(command: Command, tmp_path: Path, template: str) -> None:
    made(command, tmp_path, "--template", template, "--cases", "300")
    code, out, err = command("check", "my.toml")
    assert (code, err) == (0, "") and out.startswith("ok  my.toml: My")


@pytest.mark.slow
@pytest.mark.parametrize("template", template_names())
def test_every_template_gives_a_scenario_that_runs(command: Command, tmp_path: Path, template: str) -> None:
    made(command, tmp_path, "--template", template, "--cases", "300")
    code, out, err = command("my.toml", "--trials", "2", "--workers", "1", "-q")
    assert (code, err) == (0, "") and out


def test_without_options_the_numbers_are_those_of_the_template(command: Command, tmp_path: Path) -> None:
    """But for ranges: the template has none, and typical ones are put in."""
    values, before = made(command, tmp_path, "--title", "Minimal"), tomllib.loads(template_text("minimal"))
    assert values["volume"].pop("per_month") == {"mean": 2_000, "sd": 200} and before["volume"].pop("per_month")
    assert values["tokens"].pop("factor") and values["returns"].pop("log_odds")
    assert {*values} - {*before} == {"outcomes", "drivers", "sources"}
    assert {key: value for key, value in values.items() if key in before} == before


def test_options_put_the_numbers_everyone_knows(command: Command, tmp_path: Path) -> None:
    values = made(
        command, tmp_path, "--tickets", "8_000", "--cost-per-hour", "38.5", "--price", "resolution=0.79",
        "--currency", "EUR", "--exchange-rate", "0.9", "--start", "2028-03", "--budget", "60000",
        "--title", 'A "quoted" title',
    )  # fmt: skip
    assert values["volume"] == {"per_month": {"mean": 8_000, "sd": 800}, "unit": "tickets"}
    assert values["people"] == {"cost_per_hour": 38.5}
    price = {"value": 0.79, "kind": "quoted", "source": "given to simulate new"}
    assert values["contracts"]["resolution"]["price"] == price
    assert (values["currency"], values["start"], values["budget"]) == ("EUR", "2028-03", 60_000)
    assert values["title"] == 'A "quoted" title'


@pytest.mark.parametrize("template", template_names())
def test_current_cost_is_what_a_conversation_of_today_costs(command: Command, tmp_path: Path, template: str) -> None:
    values = made(command, tmp_path, "--template", template, "--cases", "9000", "--current-cost", "6.40")
    assert "today" in values, "else there is nothing to compare with"
    assert "6.4" in values["sources"]["people.cost_per_hour"]["source"]
    (results,) = simulate_all([Run(load_scenario(tmp_path / "my.toml", ["trials=400", "months=2"]))], workers=1)
    today = results.scenario.today
    assert today is not None
    contacts = results.meters["cases"].sum() * today.contacts_per_case.center
    cost = values["people"]["cost_per_hour"] * results.meters["today_minutes"].sum() / 60 / contacts
    assert cost == pytest.approx(6.40, rel=0.01)


def test_an_hours_cost_is_given_once(command: Command, tmp_path: Path) -> None:
    code, out, err = command("new", "my.toml", "--cost-per-hour", "38", "--current-cost", "6.40")
    assert (code, out) == (2, "") and "give one of --cost-per-hour and --current-cost" in err
    assert not (tmp_path / "my.toml").exists()


def test_amounts_that_belong_to_a_volume_are_scaled_with_it(command: Command, tmp_path: Path) -> None:
    before = tomllib.loads(template_text("broad"))
    values = made(command, tmp_path, "--template", "broad", "--cases", "6000")
    assert values["volume"]["per_month"] == {"mean": 6_000, "sd": 600}
    contracts = values["contracts"]
    assert contracts["hybrid"]["platform_fee"] == before["contracts"]["hybrid"]["platform_fee"] / 10
    assert [tier.get("up_to") for tier in contracts["conversation_tiers"]["tiers"]] == [4_000, 7_000, None]
    assert contracts["hybrid"]["charges"][0]["included"] == 2_000
    assert contracts["hybrid"]["yearly_minimum"] == 30_000
    for name in ("resolution_assumed", "per_conversation"):
        assert contracts[name] == before["contracts"][name], "a price of a unit is no matter of volume"
    assert "budget" not in values, "the example's budget is none of the analyst's"


def test_a_volume_in_conversations_scales_by_conversations(command: Command, tmp_path: Path) -> None:
    from simulator.implied.implied_figures import implied

    per_case = implied(parse_scenario(template_text("broad"), "broad")).conversations_per_case
    values = made(command, tmp_path, "--template", "broad", "--conversations", str(60_000 * per_case / 10))
    assert values["contracts"]["hybrid"]["platform_fee"] == 1_200


def test_list_prices_stay_in_dollars_and_have_a_rate(command: Command, tmp_path: Path) -> None:
    values = made(command, tmp_path, "--template", "broad", "--currency", "eur", "--exchange-rate", "0.9")
    assert (values["currency"], values["exchange_rates"]) == ("EUR", {"USD": 0.9})
    assert all("price" in model for model in values["models"].values())
    code, out, err = command("check", "my.toml")
    assert (code, err) == (0, "") and "converted at exchange_rates.USD, 0.9" in out


def test_amounts_of_a_template_are_converted_by_hand(command: Command, tmp_path: Path) -> None:
    """One dollar is 280 rupees: 0.50 is 140, 1.25 a million tokens are 350, the default hour of 45 is 12,600."""
    values = made(
        command, tmp_path, "--currency", "PKR", "--exchange-rate", "280", "--price", "resolution=300", "--cases", "500"
    )
    assert values["contracts"]["conversation"]["price"] == 140
    assert values["contracts"]["resolution"]["price"]["value"] == 300, "what the user gives is in the user's currency"
    assert values["models"]["main"]["rates"] == {"input": 350, "cached_input": 35, "output": 2_800}
    assert values["people"]["cost_per_hour"] == 12_600
    assert "exchange_rates" not in values, "nothing is left in USD"
    code, out, err = command("check", "my.toml")
    assert (code, err) == (0, "") and re.search(r"model cost, PKR +7\.3", out) and "meant in USD" not in out


def test_fees_are_converted_and_scaled(command: Command, tmp_path: Path) -> None:
    """The fee of 12,000 dollars for 60,000 cases is 1,200 for 6,000, or 1,080 euros, of which two digits stand."""
    options = ("--template", "broad", "--currency", "EUR", "--exchange-rate", "0.9", "--cases", "6000")
    values = made(command, tmp_path, *options)
    assert values["contracts"]["hybrid"]["platform_fee"] == 1_100
    assert values["contracts"]["conversation_tiers"]["tiers"][2] == {"rate": 0.315}
    assert values["people"]["cost_per_hour"] == 40.5


@pytest.mark.parametrize("template", template_names())
def test_in_another_currency_every_template_costs_what_it_did(command: Command, tmp_path: Path, template: str) -> None:
    """At 8 crowns a dollar every contract's invoice is eight times that of the template, for the same futures."""
    made(command, tmp_path, "--template", template, "--currency", "SEK", "--exchange-rate", "8", "--title", "My")
    few = ["trials=8", "seed=1"]
    crowns = load_scenario(tmp_path / "my.toml", few)
    dollars = parse_scenario(new_scenario(template, Known(title="My"), "my.toml"), template, few)
    after, before = (forecast(run) for run in simulate_all([Run(crowns), Run(dollars)], workers=1))
    for name, contract in before.contracts.items():
        assert after.contracts[name].invoice == pytest.approx(8 * contract.invoice, rel=1e-3)
    assert after.human_work == pytest.approx(8 * before.human_work, rel=1e-3)


def test_what_to_change_first_is_marked_in_the_head_and_on_its_lines(command: Command, tmp_path: Path) -> None:
    made(command, tmp_path)
    lines = (tmp_path / "my.toml").read_text().splitlines()
    assert lines[0].startswith("# My: made with `simulate new`")
    assert "volume.per_month = { mean = 2_000, sd = 200 }  # <- 1; <- 6 typical, not yours" in lines
    marked = {mark for line in lines for mark in re.findall(r"[#;] <- (\d)", line)}
    assert marked >= {"1", "2", "4"}
    assert all(f"#   <- {number}  " in "\n".join(lines) for number in marked)
    assert max(map(len, lines[:16])) <= 100


@pytest.mark.parametrize("template", template_names())
def test_ranges_that_nobody_gave_are_marked_as_typical(command: Command, tmp_path: Path, template: str) -> None:
    values = made(command, tmp_path, "--template", template)
    scenario = load_scenario(tmp_path / "my.toml")
    unsure = [each for each in quantities(scenario) if not each.fixed and not each.name.startswith("contracts.")]
    assert len(unsure) >= 5
    lines = [line for line in (tmp_path / "my.toml").read_text().splitlines() if "typical, not yours" in line]
    for each in unsure:
        if each.source.kind != "published":
            assert each.source.kind == "typical" and "typical, not yours" in each.source.source
            key = each.name.rpartition(".")[2]
            assert any(f"{key} = " in line and "<- " in line for line in lines), f"{each.name} is marked on its line"
    assert values["sources"]["volume.per_month"]["source"].endswith("its spread is typical, not yours")


def test_the_first_result_has_a_p90_above_its_mean_and_says_which_ranges_are_typical(
    command: Command, tmp_path: Path
) -> None:
    made(command, tmp_path, "--tickets", "8_000", "--cost-per-hour", "38")
    code, out, _ = command("my.toml", "--trials", "512", "--workers", "1", "--no-report", "--json")
    assert code == 0
    block = json.loads(out)
    for contract in block["contracts"]:
        assert contract["invoice"]["p90"] > 1.08 * contract["invoice"]["mean"]
    asked = [each["text"] for each in block["verdict"]["questions"] if each["kind"] == "typical"]
    assert len(asked) == 1 and asked[0].startswith("how far your own numbers may be off: what is typical elsewhere")
    assert "volume per month" in asked[0] and "log_odds" not in asked[0]


def test_tiers_and_commitments_take_the_place_of_a_price(command: Command, tmp_path: Path) -> None:
    values = made(
        command, tmp_path, "--tiers", "resolution=2_000:0.99,5_000:0.89,0.79",
        "--commitment", "resolution=15_000/year", "--commitment", "conversation=9_000 units/month",
    )  # fmt: skip
    resolution, conversation = values["contracts"]["resolution"], values["contracts"]["conversation"]
    assert "price" not in resolution and [tier.get("up_to") for tier in resolution["tiers"]] == [2_000, 5_000, None]
    assert [tier["rate"]["value"] for tier in resolution["tiers"]] == [0.99, 0.89, 0.79]
    assert all(tier["rate"]["kind"] == "quoted" for tier in resolution["tiers"])
    assert resolution["commitment"]["amount"]["value"] == 15_000 and resolution["commitment"]["period"] == "year"
    assert conversation["commitment"] == {"units": 9_000, "period": "month"}


def test_a_commitment_takes_the_place_of_the_templates_minimum(command: Command, tmp_path: Path) -> None:
    values = made(
        command, tmp_path, "--template", "narrow", "--cases", "2000", "--commitment", "action_or_minimum=20_000/year"
    )
    contract = values["contracts"]["action_or_minimum"]
    assert "yearly_minimum" not in contract and contract["commitment"]["amount"]["value"] == 20_000


def test_a_price_that_becomes_tiers_or_another_type_takes_its_source_with_it(command: Command, tmp_path: Path) -> None:
    made(command, tmp_path, "--price", "resolution=0.79")
    text = (tmp_path / "my.toml").read_text(encoding="utf-8")
    price = 'price = { value = 0.79, kind = "quoted", source = "given to simulate new" }'
    assert text.count(price) == 1 and "contracts" not in tomllib.loads(text)["sources"]
    for other in (
        text.replace(price, "tiers = [{ up_to = 500, rate = 0.9 }, { rate = 0.7 }]"),
        text.replace(f'type = "per_resolution", definition = "assumed_24h", {price}', 'type = "hybrid", charges = '
                     '[{ kind = "included", meter = "conversations", included = 500, overage_rate = 0.60 }]'),
    ):  # fmt: skip
        scenario = parse_scenario(other, "my.toml")
        kinds = {each.source.kind for each in quantities(scenario) if each.name.startswith("contracts.resolution.")}
        assert "quoted" not in kinds, "nobody quoted what stands there now"


def test_the_vendor_of_today_is_the_row_for_today(command: Command, tmp_path: Path) -> None:
    values = made(
        command, tmp_path, "--template", "broad", "--cases", "3000", "--current-price", "resolution_assumed=0.9"
    )
    today = values["today"]
    assert today["title"] == "Today's vendor, per resolution, assumed 24 h, at $0.90"
    assert {key: today["terms"][key] for key in ("type", "definition")} == {
        "type": "per_resolution", "definition": "assumed_24h"
    }  # fmt: skip
    assert today["terms"]["price"]["kind"] == "contract" and "solve" not in today


def test_seats_are_scaled_with_the_volume(command: Command, tmp_path: Path) -> None:
    values = made(command, tmp_path, "--template", "broad", "--cases", "7000")
    assert values["contracts"]["per_seat"]["seats"] == 7


def test_a_path_with_spaces_can_be_pasted(command: Command, tmp_path: Path) -> None:
    code, out, _ = command("new", "my own.toml")
    assert code == 0 and "  simulate check 'my own.toml'\n  simulate 'my own.toml'\n" in out
    assert "# simulate check 'my own.toml'  all mistakes" in (tmp_path / "my own.toml").read_text()


def test_a_file_that_exists_is_not_touched_without_force(command: Command, tmp_path: Path) -> None:
    (tmp_path / "my.toml").write_text("mine")
    says = "error: my.toml exists and is not overwritten; choose another name, or --force replaces it\n"
    assert command("new", "my.toml") == (2, "", says)
    assert (tmp_path / "my.toml").read_text() == "mine"
    assert command("new", "my.toml", "--force")[0] == 0
    assert [path.name for path in tmp_path.iterdir()] == ["my.toml"]
    assert "volume" in (tmp_path / "my.toml").read_text()


def test_without_a_file_the_templates_are_listed(command: Command, tmp_path: Path) -> None:
    code, out, err = command("new")
    assert (code, err) == (0, "") and all(f"  {name}" in out for name in template_names())
    assert not list(tmp_path.iterdir())


def test_a_name_without_an_ending_gets_one(command: Command, tmp_path: Path) -> None:
    assert command("new", "my_shop")[0] == 0
    assert tomllib.loads((tmp_path / "my_shop.toml").read_text())["title"] == "My shop"


def test_the_schema_line_stands_only_where_the_schema_is_near(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made(command, tmp_path)
    assert "#:schema" not in (tmp_path / "my.toml").read_text()
    near = tmp_path / "simulator" / "scenario" / COMMITTED.name
    near.parent.mkdir(parents=True)
    near.write_text("{}")
    monkeypatch.setattr("simulator.scenario.explained.json_schema.COMMITTED", near)
    assert command("new", "other.toml")[0] == 0
    first = (tmp_path / "other.toml").read_text().splitlines()[0]
    assert first == f"#:schema simulator/scenario/{COMMITTED.name}"


WRONG = {
    "--cases 10k": "'10k' is not a number; write 10_000 (numbers are written out)",
    "--cases 0": "must be above 0, not 0",
    "--cases nan": "must be a finite number, not 'nan'",
    "--cases 1,5": "'1,5' is not a number; write 1.5 (decimals are written with a point)",
    "--cost-per-hour $38": "'$38' is not a number; write 38 (the currency is said once, in 'currency')",
    "--cases 5 --tickets 6": "give one of --cases and --tickets: they count the same customers",
    "--price 0.7": "name the contract, as conversation=0.7; there are conversation, resolution",
    "--price resoltion=0.7": "no contract 'resoltion' of this template has one price; did you mean 'resolution'?",
    "--price resolution=99%": "'99%' is not a number; write 0.99 (shares are written from 0 to 1)",
    "--template brod": "there is no template 'brod'; did you mean 'broad'?",
    "--currency euro": "--> --currency euro",
    "--currency $": "'$' is the sign of several currencies; write the code, as USD, CAD or AUD",
    "--currency EUR": "nobody said what one USD costs in EUR; give --exchange-rate",
    "--currency usd --exchange-rate 0.9": "this template is in USD: leave --exchange-rate out, or give --currency",
    "--exchange-rate 0.9": "this template is in USD: leave --exchange-rate out, or give --currency",
    "--start 2027-1": "--> --start 2027-1",
    "--title ": "title: must not be blank",
    "--cases 1e13": "--> --cases 1e+13",
    "--budgt 5": "Did you mean '--budget'?",
}


@pytest.mark.parametrize("options", WRONG)
def test_a_wrong_option_is_named_and_nothing_is_written(command: Command, tmp_path: Path, options: str) -> None:
    arguments = options.split(" ") if options != "--title " else ["--title", " "]
    code, out, err = command("new", "my.toml", *arguments)
    assert (code, out) == (2, "") and WRONG[options] in err
    assert not list(tmp_path.iterdir())


def test_a_folder_that_is_missing_or_in_the_way_is_said(command: Command, tmp_path: Path) -> None:
    assert command("new", "none/my.toml") == (2, "", "error: cannot write none/my.toml: there is no folder none\n")
    (tmp_path / "here.toml").mkdir()
    assert command("new", "here.toml")[2] == "error: here.toml is a folder; name a file in it, as here.toml/my.toml\n"


@settings(max_examples=15, deadline=None)
@given(
    st.sampled_from(["minimal", "broad"]),
    st.text(min_size=1, max_size=60).map(lambda text: f"A {text}"),
    st.floats(1, 1e9).map(lambda value: float(f"{value:.6g}")),
    st.floats(0.01, 1e6).map(lambda value: float(f"{value:.6g}")),
)
def test_any_title_and_numbers_give_a_right_scenario(template: str, title: str, volume: float, cost: float) -> None:
    text = new_scenario(template, Known(title=title, per_month=volume, cost_per_hour=cost), "my.toml")
    scenario = parse_scenario(text, "my.toml")
    assert scenario.title == without_controls(title) and scenario.people.cost_per_hour.center == pytest.approx(cost)
