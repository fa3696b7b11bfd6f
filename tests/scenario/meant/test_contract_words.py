"""What people write for the terms of a contract: help names a key only if its meaning fits, and what it names works.

Each row has what is written on a contract (R: per resolution at one price, C: per conversation, T: per resolution in
tiers, S: per seat, K: per token, H: a charge of a hybrid, W: a tier, M: a commitment), what the help must say, and what
it must not. Texts of the form `key = value` in the help are put in the place of what was written, and must be right.
"""

from __future__ import annotations

import re

import pytest

from simulator.errors import ScenarioError
from simulator.scenario import parse_scenario, render
from simulator.scenario.meant.contract_words import as_term, instead_of_table
from tests.scenario.test_wrong import BASE

UNITS_A_MONTH = 'commitment = { units = 5_000, period = "month" }'
MONEY_A_MONTH = "monthly_minimum = 5_000"
MONEY_A_YEAR = "yearly_minimum = 5_000"
MOST = "maximum_per_month = 9_000"
STOP = "limit = { units = 9_000 }"
ONE_TIER = "tiers = [{ up_to = 1_000, rate = 0.99 }, { rate = 0.8 }]"
CONTRACTS = {
    "R": 'type = "per_resolution"\ndefinition = "mine"\nprice = 0.99\n{}',
    "C": 'type = "per_conversation"\nprice = 0.5\n{}',
    "P": 'type = "per_conversation"\n{}',
    "T": 'type = "per_resolution"\ndefinition = "mine"\ntiers = [{{ up_to = 10, rate = 1 }}, {{ rate = 0.5 }}]\n{}',
    "S": 'type = "per_seat"\nseats = 10\nprice = 80\n{}',
    "K": 'type = "per_token"\n{}',
    "H": 'type = "hybrid"\ncharges = [{{ kind = "flat", meter = "messages", rate = 0.1, {} }}]',
    "F": 'type = "hybrid"\ncharges = [{{ kind = "flat", meter = "messages", {} }}]',
    "W": 'type = "per_conversation"\ntiers = [{{ {}, rate = 1 }}, {{ rate = 0.5 }}]',
    "V": 'type = "per_conversation"\ntiers = [{{ up_to = 9, {} }}, {{ rate = 0.5 }}]',
    "M": 'type = "per_resolution"\ndefinition = "mine"\nprice = 0.99\ncommitment = {{ {} }}',
    "D": 'type = "per_conversation"\nprice = 1\nprice_changes = [{{ factor = 0.5, {} }}]',
}

Row = tuple[str, str, tuple[str, ...], tuple[str, ...]]
ROWS: list[Row] = [
    # a minimum: units and money are open unless the word says which
    ("R", "minimum = 5_000", (UNITS_A_MONTH, MONEY_A_MONTH, MONEY_A_YEAR, "5_000 resolutions a month"), ()),
    ("C", "minimum = 5_000", (UNITS_A_MONTH, MONEY_A_MONTH, "5_000 conversations a month"), ()),
    ("R", "min = 5_000", (UNITS_A_MONTH, MONEY_A_MONTH), ()),
    ("R", "floor = 5_000", (UNITS_A_MONTH, MONEY_A_MONTH), ()),
    ("R", "minimum_units = 5_000", (UNITS_A_MONTH,), ("_minimum =",)),
    ("R", "minimum_resolutions = 5_000", (UNITS_A_MONTH,), ("_minimum =",)),
    ("R", "min_resolutions_per_month = 5_000", (UNITS_A_MONTH,), ("_minimum =",)),
    ("R", "minimumVolume = 5_000", (UNITS_A_MONTH,), ("_minimum =",)),
    ("R", "annual_minimum_volume = 60_000", ('commitment = { units = 60_000, period = "year" }',), ("_minimum =",)),
    ("R", "minimum_fee = 5_000", (MONEY_A_MONTH, MONEY_A_YEAR), ("units",)),
    ("R", "min_spend = 5_000", (MONEY_A_MONTH,), ("units",)),
    ("R", "minimum_invoice = 5_000", (MONEY_A_MONTH,), ("units",)),
    ("R", "minimum_billing = 5_000", (MONEY_A_MONTH,), ("units",)),
    ("R", "minimum_spend_per_year = 5_000", (MONEY_A_YEAR,), ("units", MONEY_A_MONTH)),
    ("R", "annual_minimum = 5_000", ('commitment = { units = 5_000, period = "year" }', MONEY_A_YEAR), ("monthly_m",)),
    ("T", "minimum = 5_000", (MONEY_A_MONTH, MONEY_A_YEAR), ("units",)),
    ("T", "minimum_units = 5_000", ("needs one price of a unit", "amount = N"), ("monthly_minimum",)),
    ("K", "minimum = 5_000", (MONEY_A_MONTH,), ("units",)),
    ("S", "minimum = 12", ("minimum_seats = 12", "monthly_minimum = 12"), ("commitment",)),
    ("S", "min_seats = 12", ("minimum_seats = 12",), ("monthly_minimum",)),
    ("R", 'minimum = "5k"', (UNITS_A_MONTH, MONEY_A_MONTH), ()),
    ("R", "minimum_term = 12", ("term_months = 12",), ("commitment", "_minimum")),
    ("R", "min_price = 0.5", ("last tier", "{ rate = 0.5 }"), ("_minimum", "commitment")),
    ("R", "minimum = -5", ("units = N", "monthly_minimum = N"), ("-5",)),
    # what changes no invoice, or not as its word says
    ("R", "renewal = 0.05", ("term_months", "[switches]", "price_changes", "escalator"), ()),
    ("R", "auto_renewal = true", ("term_months", "[switches]"), ()),
    ("R", "sla = 0.99", ("write guarantee = {", "outages"), ()),
    ("R", "payment_terms = 30", ("changes no invoice",), ("monthly_minimum",)),
    # a commitment
    ("R", "committed_volume = 5_000", (UNITS_A_MONTH,), ("amount",)),
    ("R", "minimum_commitment = 5_000", (UNITS_A_MONTH, 'commitment = { amount = 5_000, period = "month" }'), ()),
    ("R", "annual_commitment = 60_000", ('commitment = { units = 60_000, period = "year" }',
                                         'commitment = { amount = 60_000, period = "year" }'), ('"month" }',)),
    ("R", "committed_spend = 5_000", ('commitment = { amount = 5_000, period = "month" }',), ("units",)),
    ("R", "take_or_pay = 5_000", (UNITS_A_MONTH,), ()),
    ("T", "committed_resolutions = 5_000", ("needs one price of a unit", "with what 5_000 cost"), ("= 5_000",)),
    ("R", "commitment = 5_000", ("{ units = 5_000, period = \"month\" }", "{ amount = 5_000, period = \"year\" }",
                                 "resolutions"), ()),
    ("M", "resolutions = 5_000", ("units = 5_000",), ()),
    ("M", "spend = 5_000", ("amount = 5_000",), ("units",)),
    ("M", "units = 5, per = 'month'", ('period = "month"',), ()),
    ("M", "minimum = 5_000", ("units = 5_000", "amount = 5_000"), ()),
    # a cap
    ("R", "cap = 9_000", (MOST, STOP), ("minimum",)),
    ("R", "ceiling = 9_000", (MOST, STOP), ()),
    ("R", "max = 9_000", (MOST, STOP), ("minimum",)),
    ("R", "monthly_cap = 9_000", (MOST, STOP), ()),
    ("R", "maximum = 9_000", (MOST, STOP), ("minimum",)),
    ("R", "max_resolutions = 9_000", (STOP,), ("maximum_per_month",)),
    ("R", "resolution_cap = 9_000", (STOP,), ("maximum_per_month",)),
    ("R", "yearly_unit_cap = 9_000", ('limit = { units = 9_000, span = "year" }',), ("maximum_per_month",)),
    ("R", "spend_cap = 9_000", (MOST,), ("limit",)),
    ("R", "max_invoice = 9_000", (MOST,), ("limit",)),
    ("R", "maximum_bill_per_year = 9_000", ("no maximum", "maximum_per_month"), ("limit", "yearly_minimum")),
    ("K", "cap = 9_000", (MOST,), ("limit",)),
    ("R", "increase_cap = 0.05", ("escalator = { growth = N, cap = 0.05 }",), ("maximum_per_month",)),
    ("R", "limit = 9_000", ("{ units = 9_000 }", "maximum_per_month"), ()),
    ("H", "cap = 9_000", ("maximum = 9_000", "cap_per_conversation = 9_000"), ()),
    ("H", "floor = 50", ("minimum = 50",), ("commitment",)),
    ("H", "minimum_units = 50", ("no minimum of units",), ("included",)),
    # an allowance
    ("R", "allowance = 1_000", ("included = 1_000", 'free_units = [{ units = 1_000, span = "once" }]'), ()),
    ("R", "included_resolutions = 1_000", ("included = 1_000",), ("prepaid",)),
    ("R", "free_resolutions = 1_000", ("included = 1_000",), ("prepaid",)),
    ("R", "free_resolutions_per_year = 1_000", ('included = 1_000 and count_over = "year"',), ("prepaid",)),
    ("R", "welcome_free_units = 500", ('free_units = [{ units = 500, span = "once" }]',), ("included",)),
    ("R", "allowance_amount = 1_000", ("prepaid = { packs = [{ amount = 1_000, price = 0, valid_months = 1, "
                                       "every_months = 1 }] }",), ("included",)),
    ("R", "free_months = 3", ("price_changes = [{ to_month = 3, factor = 0 }]",), ("included",)),
    ("K", "allowance = 1_000", ('with kind = "included"', "its meter, included = 1_000"), ()),
    ("R", "free_units = 1_000", ('[{ units = 1_000, span = "once" }]',), ()),
    ("H", "allowance = 1_000", ("free = { units = 1_000 }",), ()),
    # a ramp
    ("R", "ramp = [0.4, 0.7, 1]", ("{ from_month = 1, factor = 0.4 }, { from_month = 2, factor = 0.7 }",), ()),
    ("R", "ramp = [0.4, 0.7, 1]", ("price_changes = [{ from_month = 1, to_month = 1, factor = 0.4 }, "
                                   "{ from_month = 2, to_month = 2, factor = 0.7 }]",
                                   " rollout = [0.4, 0.7, 1]"), ()),
    ("R", "ramp_up = 6", ("{ from_month = 7, factor = 1 }", "price_changes = [{ to_month = 6, factor = 0.4 }]",
                          "in [volume]"), ()),
    # a rebate
    ("R", "rebate = 0.05", ("discount = 0.05", "5 %"), ("amount",)),
    ("R", "rebate = 5", ("discount = 0.05", "discounts = [{ amount = 5 }]"), ()),
    ("R", "rebate = 500", ("discounts = [{ amount = 500 }]",), ("discount = ",)),
    ("R", "discount_percent = 20", ("discount = 0.2",), ("amount",)),
    ("R", "rabatt = '10 %'", ("discount = 0.1",), ()),
    ("R", "volume_rebate = 0.1", (" tiers = [", ' tiering = "volume"'), ("discount = 0.1",)),
    ("R", "discounts = 0.1", ("{ share = 0.1 }",), ()),
    ("H", "rebate = 0.1", ("discount_share = 0.1",), ()),
    # prices in tiers, with the user's own bounds and prices
    ("P", "price = [{ up_to = 1_000, price = 0.99 }, { price = 0.8 }]", (ONE_TIER,), ()),
    ("P", "price = { 1000 = 0.99, unlimited = 0.8 }", (ONE_TIER,), ()),
    ("P", "price_tiers = [{ from = 0, to = 1_000, price = 0.99 }, { from = 1_001, price = 0.8 }]", (ONE_TIER,), ()),
    ("P", 'tiers = { "0-1000" = 0.99, "1000+" = 0.8 }', (ONE_TIER,), ()),
    ("P", "volume_tiers = [{ limit = 1_000, rate = 0.99 }, { rate = 0.8 }]", (ONE_TIER,), ()),
    ("P", 'brackets = { "1000" = 0.99, "inf" = 0.8 }', (ONE_TIER,), ()),
    ("P", "price_breaks = [1_000, 5_000]", ("tiers = [{ up_to = 1_000, rate = N }, { up_to = 5_000, rate = N }, "
                                            "{ rate = N }]",), ()),
    ("W", "max = 1_000", ("up_to = 1_000",), ("maximum",)),
    ("W", "to = 1_000", ("up_to = 1_000",), ()),
    ("W", "up_to = 9, from = 1", ("begins where the one before ends",), ()),
    ("V", "price = 0.9", ("rate = 0.9",), ()),
    ("F", "price = 0.02", ("rate = 0.02",), ()),
    # from and until
    ("D", "from = 4", ("from_month = 4", "calendar month"), ()),
    ("D", "start = '2027-02'", ('from_month = "2027-02"',), ()),
    ("D", "until = 3", ("to_month = 3",), ()),
    ("D", "end_date = 2027-03-31", ('to_month = "2027-03"',), ()),
    ("H", "from = 2", ("from_month = 2",), ()),
    ("R", "start = '2027-02'", ('price_changes = [{ from_month = "2027-02"', "[switches]"), ("whole scenario",)),
    ("R", "valid_from = 3", ("price_changes = [{ from_month = 3",), ()),
    ("R", "until = 12", ("term_months = 12", "{ to_month = 12"), ()),
    ("R", "term = 24", ("term_months = 24",), ()),
    # words whose nearest spelling is another thing
    ("P", "rate = 1", ("'price'",), ("guarantee",)),
    ("R", "rate = 1", ("'price' is there already",), ("guarantee",)),
    ("K", "rate = 1", ("no one price", "charges of a hybrid"), ("guarantee",)),
    ("R", "indexation = 0.03", ("escalator = { growth = 0.03, every_months = 12 }",), ("definition",)),
    ("R", "indexation = 'CPI'", ("escalator = { growth = N,",), ("definition",)),
    ("R", "annual_increase = '3 %'", ("escalator = { growth = 0.03, every_months = 12 }",), ("minimum",)),
    ("R", "escalator = { growth = 0.02, max = 0.03 }", ("'cap'",), ()),
    ("R", "escalator = { cpi = 0.03 }", ("'growth'",), ("'cap'",)),
    ("R", "period = 'year'", ("count_over",), ("prepaid",)),
    ("R", "notice = 3", ("no key",), ("term_months = 3",)),
    ("R", "setup = 5_000", ("one_time_fees = [{ amount = 5_000 }]",), ()),
    ("R", "implementation = 5_000", ("one_time_fees = [{ amount = 5_000 }]",), ()),
    ("R", "overage_price = 2", ("cost price = 2", "write overage_rate = 2 in commitment or in plans"), ("one_time",)),
    ("M", "units = 5, overage_price = 2", ("'overage_rate'",), ()),
    ("M", "per_month = 5_000", ('write units = 5_000, or amount = 5_000 for money, and period = "month"',),
     ("volume",)),
    ("M", "per_year = 5_000", ('and period = "year"',), ("volume",)),
    ("M", "units = 5, months = 3", ('write period = "term" here', "and term_months = 3 in the contract"),
     ("'amount'",)),
    ("R", "prepaid = { amount = 5_000 }", ("packs = [{ amount = 5_000, price = N }]",), ("budget",)),
    ("R", "prepaid = { packs = [{ credits = 5, price = 1 }] }", ("'amount'",), ()),
    ("R", "limit = { turns = 3, units = 5 }", ("known here: units",), ("[turns]",)),
    ("R", "limit = { size = 3 }", ("'units'",), ("[turns]",)),
    ("R", "plans = { overage_rate = 1, sizes = [{ size = 9, price = 1 }] }", ("'units'",), ("[turns]",)),
    ("H", "unit = 'x'", ("known here",), ("[volume]",)),
    ("R", "model = 'x'", ("known here",), ("'delay'",)),
    ("D", "month = 3", ("from_month = 3", "to_month = 3"), ()),
]  # fmt: skip


def text_of(kind: str, written: str) -> str:
    head, _, tail = BASE.partition("[contracts.resolution]")
    return f"{head}[contracts.mine]\n{CONTRACTS[kind].format(written)}\n\n[contracts.resolution]{tail}"


def help_of(kind: str, written: str) -> str:
    with pytest.raises(ScenarioError) as raised:
        parse_scenario(text_of(kind, written), "x")
    problems = [each for each in raised.value.problems if each.key[:2] == ("contracts", "mine")]
    assert problems, render(raised.value)
    return " ".join(each.help for each in problems)


def test_the_table_is_large() -> None:
    assert len(ROWS) >= 60


@pytest.mark.parametrize("row", ROWS, ids=[f"{kind}: {written}" for kind, written, _, _ in ROWS])
def test_the_help_says_what_fits_and_nothing_else(row: Row) -> None:
    kind, written, says, never = row
    found = help_of(kind, written)
    for part in says:
        assert part in found, found
    for part in never:
        assert part not in found, found


WHOLE = re.compile(r"^(?:[a-z_]+) = ")


@pytest.mark.parametrize("row", ROWS, ids=[f"{kind}: {written}" for kind, written, _, _ in ROWS])
def test_what_the_help_spells_out_is_right_in_the_place_of_what_was_written(row: Row) -> None:
    """Whole entries only: those of a contract's own keys, with the user's numbers, and not `N` for one to be given."""
    kind, written, says, _ = row
    entries = [part for part in says if WHOLE.match(part) and part.count("[") == part.count("]")]
    entries = [part.replace(" and ", "\n") for part in entries if " N" not in part and not part.endswith("= ")]
    for entry in entries:
        ahead = [each for each in written.split(", ")[:-1] if each.startswith("units")]
        text = text_of(kind, ", ".join([*ahead, entry]) if kind in "HFWVMD" else entry)
        assert problems(text) == [], f"{entry}: {text}"


def problems(text: str) -> list[str]:
    try:
        parse_scenario(text, "x")
    except ScenarioError as error:
        return [problem.message for problem in error.problems]
    return []


@pytest.mark.parametrize(
    ("written", "near"),
    [("monthly_minimun = 5", "monthly_minimum"), ("maximum_per_mnth = 5", "maximum_per_month"),
     ("platform_fe = 5", "platform_fee"), ("setup_fee = 5", "one_time_fees"), ("discout = 0.1", "discount"),
     ("monthly_fee = 5", "platform_fee")],
)  # fmt: skip
def test_a_slip_of_the_pen_is_still_a_near_spelling(written: str, near: str) -> None:
    assert help_of("R", written) == f"did you mean '{near}'?"


def test_a_price_that_is_a_range_in_other_words_is_not_taken_for_tiers() -> None:
    with pytest.raises(ScenarioError) as raised:
        parse_scenario(text_of("P", "price = { min = 0.5, max = 0.9 }"), "x")
    (problem,) = raised.value.problems
    assert "did you mean { low, mode, high }" in problem.message and problem.help == ""


def test_a_key_under_another_name_is_one_mistake_and_not_also_a_missing_key() -> None:
    for kind, written in (("P", "rate = 1"), ("M", "per_month = 5_000"), ("R", "escalator = { cpi = 0.03 }"),
                          ("P", "plans = { overage_rate = 1, sizes = [{ size = 9, price = 1 }] }")):  # fmt: skip
        found = problems(text_of(kind, written))
        assert len(found) == 1 and found[0].startswith("unknown key"), found


def test_words_inside_other_words_say_nothing() -> None:
    for key in ("administration", "escape", "unlimited", "freedom", "terminal", "capacity_note"):
        assert as_term(("contracts", "mine", key), 3, {"contracts": {"mine": {"type": "per_resolution"}}}) is None


def test_other_tables_are_not_answered_for_contracts() -> None:
    assert as_term(("volume", "minimum"), 3, {"volume": {}}) is None
    assert instead_of_table(("returns", "delay"), 3, {"returns": {}}) is None


def test_the_words_hold_on_the_command_line_too() -> None:
    with pytest.raises(ScenarioError) as raised:
        parse_scenario(BASE, "x", ["contracts.resolution.minimum=5_000"])
    (problem,) = raised.value.problems
    assert UNITS_A_MONTH in problem.help and MONEY_A_MONTH in problem.help


def test_every_term_that_takes_a_table_says_how_it_is_written() -> None:
    """A single value for a term of its own table gets the table, with the value in it."""
    for key in ("commitment", "limit", "free_units", "free", "discounts", "price_changes", "escalator", "prepaid",
                "one_time_fees", "package", "tiers", "guarantee", "delay"):  # fmt: skip
        assert "0.25" in help_of("R", f"{key} = 0.25"), key


def test_a_type_that_is_no_text_is_only_a_wrong_type() -> None:
    """The fuzz found it: a list has no hash, so that it cannot be looked up among the types."""
    path = ("contracts", "a", "rate")
    assert as_term(path, 1, {"contracts": {"a": {"type": [{}], "price": 1, "rate": 1}}}) is not None
