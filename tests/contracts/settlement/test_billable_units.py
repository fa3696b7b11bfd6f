"""What a limit, free units, a discount and a clawback count: the one unit billed, or the one named, in any order."""

from __future__ import annotations

import re
from typing import Any

import pytest

from simulator.contracts import Contract, invoice
from simulator.contracts.exact.decimals import at_stated, exact
from simulator.contracts.exact.invoice import invoices
from simulator.errors import ContractError
from tests.contracts.tools import MODELS, Array, contract, mistakes, months, spec, stated

REPLIES = {"meter": "ai_replies", "credits": 2}
ACTIONS = {"meter": "actions", "credits": 5}
USE = {
    "ai_replies": months(50_000, 1_000), "actions": months(5_000, 1_000), "conversations": months(9_000, 500),
    "resolutions:a": months(4_000, 300), "resolutions:b": months(2_000, 100),
}  # fmt: skip
"""The first month wants 50,000 * 2 + 5,000 * 5 = 125,000 credits, the second 7,000."""


def hybrid(*charges: dict[str, Any], **terms: Any) -> Contract:
    return contract(type="hybrid", charges=list(charges), **terms)


def card(*entries: dict[str, Any], **terms: Any) -> dict[str, Any]:
    return {"kind": "credits", "card": list(entries), "price": 0.01, **terms}


def total(offer: Contract, use: dict[str, Array] | None = None) -> list[float]:
    return [float(each) for each in invoice(offer, USE if use is None else use, stated()).total[0]]


@pytest.mark.parametrize("entries", [(REPLIES, ACTIONS), (ACTIONS, REPLIES)])
@pytest.mark.parametrize("named", [{}, {"meter": "credits"}])
def test_a_limit_of_a_card_counts_its_credits(entries: tuple[dict[str, Any], ...], named: dict[str, str]) -> None:
    """25,000 credits and a stop at 125 % serve 31,250 of the 125,000 credits wanted: a quarter, $312.50 at $0.01.

    The second month wants 7,000 credits and gets them all: $70. The order of the card's lines changes nothing.
    """
    offer = hybrid(card(*entries), limit={"units": 25_000, "at_share": 1.25, **named})
    bill = invoice(offer, USE, stated())
    assert bill.served is not None and bill.served[0].tolist() == pytest.approx([0.25, 1])
    assert bill.total[0].tolist() == pytest.approx([312.5, 70])


def test_the_credits_of_a_contract_per_action_are_its_unit() -> None:
    """1,000 credits at 20 an action are 50 actions: of 200 a quarter is served, 50 * 20 * 0.005 = 5."""
    offer = contract(type="per_action", credits=20, price=0.005, limit={"units": 1_000})
    bill = invoice(offer, {"actions": months(200), "conversations": months(90)}, stated())
    assert bill.total[0].tolist() == pytest.approx([5])


FLAT_ACTIONS = {"kind": "flat", "meter": "actions", "rate": 0.05}
FLAT_REPLIES = {"kind": "flat", "meter": "ai_replies", "rate": 0.02}


@pytest.mark.parametrize("charges", [(FLAT_ACTIONS, FLAT_REPLIES), (FLAT_REPLIES, FLAT_ACTIONS)])
@pytest.mark.parametrize(
    ("meter", "served"),
    [
        ("actions", [0.2, 1]),  # 1,000 of 5,000, and 1,000 of 1,000
        ("ai_replies", [0.02, 1]),  # 1,000 of 50,000
        ("conversations", [1 / 9, 1]),  # 1,000 of 9,000, which the contract does not bill
    ],
)
def test_a_limit_counts_what_it_names(charges: tuple[dict[str, Any], ...], meter: str, served: list[float]) -> None:
    bill = invoice(hybrid(*charges, limit={"units": 1_000, "meter": meter}), USE, stated())
    assert bill.served is not None and bill.served[0].tolist() == pytest.approx(served)


def test_a_limit_follows_the_unit_of_each_month() -> None:
    """Of 100: 4,000 resolutions by a in month 1 are served to 1/40; 100 by b in month 2 are served whole."""
    changes = [{"from_month": 2, "definition": "b"}]
    offer = contract(type="per_resolution", definition="a", price=1.0, definition_changes=changes, limit={"units": 100})
    bill = invoice(offer, USE, stated())
    assert bill.served is not None and bill.served[0].tolist() == pytest.approx([0.025, 1])


def test_seats_are_no_use_that_a_limit_counts() -> None:
    """In either order, of 1,000 resolutions: a quarter of 4,000 is served; seats are owed whole."""
    seats, resolved = {"kind": "seats", "seats": 2, "rate": 50}, {
        "kind": "flat", "meter": "resolutions", "definition": "a", "rate": 1,
    }  # fmt: skip
    bills = [total(hybrid(*charges, limit={"units": 1_000})) for charges in ((seats, resolved), (resolved, seats))]
    assert bills[0] == bills[1]
    assert bills[0][1] == pytest.approx(100 + 300)


@pytest.mark.parametrize("seconds", [15, 60, None])
def test_minutes_in_steps_are_limited_and_free_by_the_minute(seconds: float | None) -> None:
    """Of 400 minutes 100 are served and 40 of these free: 60 at 0.5, in whatever steps they are counted."""
    meter = "minutes" if seconds is None else f"minutes/{seconds / 60:.17g}"
    use = {meter: months(400 / (1 if seconds is None else seconds / 60))}
    terms = {"type": "per_minute", "price": 0.5, **({} if seconds is None else {"round_up_to_seconds": seconds})}
    for named in ({}, {"meter": "minutes"}):
        offer = contract(**terms, limit={"units": 100, **named}, free_units=[{"units": 40, **named}])
        assert total(offer, use) == pytest.approx([30])
        bill = invoices(offer, {key: [exact(each) for each in units[0]] for key, units in use.items()}, at_stated)
        assert float(bill[0].total) == pytest.approx(30)


def test_steps_of_minutes_have_one_conversion() -> None:
    """A second one would take the place of the first: 10 steps of 15 seconds would cost what 10 minutes do."""
    table = {"type": "per_minute", "price": 5, "round_up_to_seconds": 15, "convert": {"divide_by": 10}}
    ((key, message),) = mistakes(**table)
    assert key == "round_up_to_seconds" and "(15) makes minutes of steps" in message


RESOLVED = [{"kind": "flat", "meter": "resolutions", "definition": name, "rate": 1} for name in ("a", "b")]
NARROW = {**RESOLVED[0], "applies_to": {"intents": ["order"]}}
REST = {"kind": "flat", "meter": "conversations", "rate": 0.5, "applies_to": {"not_intents": ["order"]}}
SEVERAL = [
    ([FLAT_REPLIES, FLAT_ACTIONS], "could count several units: ai replies, actions"),
    ([card(REPLIES), FLAT_ACTIONS], "could count several units: credits of ai replies, actions"),
    ([card(REPLIES), card(ACTIONS)], "could count several units: credits of ai replies, credits of actions"),
    (RESOLVED, r"could count several units: resolutions \(a\), resolutions \(b\)"),
    ([NARROW, REST], "could count several units: resolutions"),
    ([FLAT_ACTIONS, {"kind": "tokens"}], "could count several units: actions, conversations"),
    (
        [{**FLAT_ACTIONS, "name": "x"}, {**FLAT_REPLIES, "name": "y"}, {"kind": "highest", "of": ["x", "y"]}],
        "could count several units: actions, ai replies",
    ),
]


@pytest.mark.parametrize(("charges", "part"), SEVERAL)
@pytest.mark.parametrize("turned", [False, True])
def test_a_limit_that_could_count_several_is_refused(charges: list[dict[str, Any]], part: str, turned: bool) -> None:
    ordered = charges[::-1] if turned and charges[-1]["kind"] != "highest" else charges
    with pytest.raises(ContractError, match="could count several units" if turned else part):
        hybrid(*ordered, limit={"units": 1_000})


@pytest.mark.parametrize(
    ("charges", "meter", "part"),
    [
        ([FLAT_ACTIONS], "messages", "unknown meter 'messages'.* the contract bills no 'messages'"),
        ([FLAT_ACTIONS], "credits", "the contract bills no 'credits'"),
        (RESOLVED, "resolutions", r"in several ways: resolutions \(a\), resolutions \(b\)"),
    ],
)
def test_a_limit_that_names_what_is_not_one_unit_is_refused(charges: list[Any], meter: str, part: str) -> None:
    with pytest.raises(ContractError, match=part):
        hybrid(*charges, limit={"units": 5, "meter": meter})


BY_CHANNEL = [
    {"kind": "flat", "meter": "conversations", "rate": rate, "applies_to": {key: ["chat"]}}
    for rate, key in ((0.5, "channels"), (0.9, "not_channels"))
]
ADVISED = [
    (SEVERAL[0][0], ["ai_replies", "actions", "conversations"]),
    (SEVERAL[2][0], ["conversations"]),  # two cards: credits are of neither
    (RESOLVED, ["conversations"]),  # two definitions: resolutions are of neither
    ([NARROW, REST], ["resolutions", "conversations"]),
    (BY_CHANNEL, []),  # two parts of conversations: nothing counts both
    ([*BY_CHANNEL, FLAT_ACTIONS], ["actions"]),
]


def advice(charges: list[dict[str, Any]], **terms: Any) -> list[str]:
    """Return the meters that the help of the one problem of a contract advises."""
    read = spec(type="hybrid", charges=charges, **terms)
    (problem,) = read.settlement_problems(read.usage_charges(MODELS))
    return re.findall(r'meter = "(\w+)"', problem.help)


@pytest.mark.parametrize(("charges", "names"), ADVISED)
def test_the_advised_meter_of_a_limit_is_accepted(charges: list[dict[str, Any]], names: list[str]) -> None:
    assert advice(charges, limit={"units": 1_000}) == names
    for name in names:
        assert hybrid(*charges, limit={"units": 1_000, "meter": name}).units
    for name in {"resolutions", "credits", "conversations"} - {*names}:
        with pytest.raises(ContractError, match=r"several ways|bills no"):
            hybrid(*charges, limit={"units": 1_000, "meter": name})


@pytest.mark.parametrize(
    ("charges", "names"),
    [
        (SEVERAL[0][0], ["ai_replies", "actions"]),
        (SEVERAL[1][0], ["credits", "actions"]),
        (SEVERAL[2][0], []),
        (RESOLVED, []),
        (BY_CHANNEL, []),
        ([*BY_CHANNEL, FLAT_ACTIONS], ["actions"]),
        ([{**RESOLVED[0], "to_month": 2}, {**RESOLVED[1], "from_month": 3}], []),
        ([{**FLAT_ACTIONS, "to_month": 2}, {**FLAT_REPLIES, "from_month": 3}], ["actions", "ai_replies"]),
    ],
)
def test_the_advised_meter_of_free_units_is_accepted(charges: list[dict[str, Any]], names: list[str]) -> None:
    assert advice(charges, free_units=[{"units": 5}]) == names
    for name in names:
        assert hybrid(*charges, free_units=[{"units": 5, "meter": name}]).units
    for name in {"resolutions", "credits", "conversations"} - {*names}:
        with pytest.raises(ContractError, match=r"several ways|bills no"):
            hybrid(*charges, free_units=[{"units": 5, "meter": name}])


def test_names_are_checked_where_they_stand() -> None:
    flat = {"type": "per_conversation", "price": 1.0}
    assert mistakes(**flat, limit={"units": 5, "meter": "credit"})[0][1].endswith("did you mean 'credits'?") is False
    assert "did you mean 'credits'?" in mistakes(**flat, limit={"units": 5, "meter": "credit"})[0][1]
    assert "give units, or remove it" in mistakes(**flat, limit={"meter": "cases", "at_share": 0.5})[0][1]
    assert mistakes(**flat, free_units=[{"units": 5, "meter": "sessions"}]) == []
    assert mistakes(**flat, free_units=[{"units": 5, "meter": "own:long"}]) == []


@pytest.mark.parametrize("entries", [(REPLIES, ACTIONS), (ACTIONS, REPLIES)])
@pytest.mark.parametrize("named", [{}, {"meter": "credits"}])
def test_free_units_of_a_card_are_credits(entries: tuple[dict[str, Any], ...], named: dict[str, str]) -> None:
    """Of 125,000 and 7,000 credits 130,000 are free once: 0 and 2,000 are billed at $0.01, $0 and $20."""
    offer = hybrid(card(*entries), free_units=[{"units": 130_000, "span": "once", **named}])
    assert total(offer) == pytest.approx([0, 20])


def test_free_units_of_a_line_of_the_card_are_its_own() -> None:
    """1,000 actions a month are free: 50,000 * 2 + 4,000 * 5 credits, and 1,000 * 2."""
    offer = hybrid(card(REPLIES, ACTIONS), free_units=[{"units": 1_000, "meter": "actions"}])
    assert total(offer) == pytest.approx([1_200, 20])


def test_free_credits_come_after_the_limit_and_before_packs() -> None:
    """5,000 credits of 125,000 are served and 1,000 of them free: 4,000 are two packs of 2,000, $60."""
    packs = {"size": 2_000, "price": 30}
    charge = {"kind": "credits", "card": [REPLIES, ACTIONS], "package": packs, "name": "copilot", "minimum": 1}
    offer = hybrid(charge, limit={"units": 5_000}, free_units=[{"units": 1_000}])
    assert total(offer)[0] == pytest.approx(60)
    assert "copilot" in invoice(offer, USE, stated()).lines


def test_free_sessions_once_can_be_written() -> None:
    """Freddy gives 500 sessions once: of 300 and 300 none and 100 are billed, a pack of 100 at 49."""
    free = [{"units": 500, "span": "once", "meter": "sessions"}]
    window = {"window": "start", "window_hours": 24}
    offer = contract(type="per_session", **window, package={"size": 100, "price": 49}, free_units=free)
    assert total(offer, {"sessions:start:24": months(300, 300)}) == [0, 49]


@pytest.mark.parametrize(
    ("charges", "free", "part"),
    [
        ([FLAT_REPLIES, FLAT_ACTIONS], {}, "could be of several units: ai replies, actions"),
        ([FLAT_ACTIONS, card(REPLIES)], {}, "could be of several units: actions, credits of ai replies"),
        ([FLAT_ACTIONS, {"kind": "tokens"}], {}, "could be of several units: actions, conversations"),
        ([card(REPLIES), card(ACTIONS)], {"meter": "credits"}, "bills credits in several ways"),
        ([{"kind": "tokens"}], {}, "bills no units that could be free"),
        ([{"kind": "seats", "seats": 2, "rate": 5}], {}, "bills no units that could be free"),
        ([FLAT_ACTIONS], {"meter": "credits"}, "the contract bills no 'credits'"),
        ([FLAT_ACTIONS, {**FLAT_REPLIES, "from_month": 3}], {}, "could be of several units"),
        ([{**FLAT_ACTIONS, "to_month": 2}, {**FLAT_REPLIES, "from_month": 3}], {}, "billed unit changes in month 3"),
    ],
)  # fmt: skip
def test_free_units_of_none_or_several_are_refused(charges: list[Any], free: dict[str, str], part: str) -> None:
    for ordered in (charges, charges[::-1]):
        with pytest.raises(ContractError, match=re.sub(": .*", "", part)):
            hybrid(*ordered, free_units=[{"units": 5, **free}])


def test_a_discount_of_one_line_of_a_card_is_refused() -> None:
    """The share would come off the whole card: 10 % off actions took 10 % off replies too."""
    with pytest.raises(ContractError, match="'actions' is billed in credits of ai replies and actions"):
        hybrid(card(REPLIES, ACTIONS), discounts=[{"share": 0.1, "meter": "actions"}])
    assert total(hybrid(card(ACTIONS), discounts=[{"share": 0.1, "meter": "actions"}])) == pytest.approx([225, 45])


@pytest.mark.parametrize("first", [True, False])
def test_a_clawback_credits_the_resolutions_wherever_they_stand(first: bool) -> None:
    """Half of 4,000 resolutions at 1 fall: 2,000 are credited in month 2, whatever stands before them."""
    charges = [RESOLVED[0], FLAT_ACTIONS] if first else [FLAT_ACTIONS, RESOLVED[0]]
    bill = invoice(hybrid(*charges, clawback={"definition": "b"}), USE, stated())
    assert bill.lines["credit for units void later"][0].tolist() == pytest.approx([0, -2_000])


def test_a_clawback_of_a_part_counts_what_stands_of_that_part() -> None:
    """Of 1,000 resolutions of orders 900 stand: 10 % of 1,000 come back. All 2,000 that stand would give back none."""
    offer = hybrid(NARROW, clawback={"definition": "b"})
    assert "resolutions:b{intents=order}" in offer.meters
    of_part = {"resolutions:a{intents=order}": months(1_000, 0), "resolutions:b{intents=order}": months(900, 0)}
    assert total(offer, {**USE, **of_part}) == pytest.approx([1_000, -100])


@pytest.mark.parametrize(
    ("charges", "part"),
    [
        (RESOLVED, r"several at once: resolutions \(a\), resolutions \(b\)"),
        (
            [card({"meter": "resolutions", "definition": "a", "credits": 9}, ACTIONS)],
            "cannot tell what resolutions cost in credits",
        ),
        (
            [{**RESOLVED[0], "name": "x"}, {**FLAT_ACTIONS, "name": "y"}, {"kind": "highest", "of": ["x", "y"]}],
            "cannot tell what resolutions cost in highest of x, y",
        ),
    ],
)  # fmt: skip
def test_a_clawback_of_several_or_mixed_units_is_refused(charges: list[Any], part: str) -> None:
    with pytest.raises(ContractError, match=part):
        hybrid(*charges, clawback={"definition": "b"})


def test_the_line_of_a_card_names_its_meters() -> None:
    more = [{"meter": meter, "credits": 1} for meter in ("conversations", "cases")]
    labels = [
        list(invoice(offer, {**USE, "cases": months(1, 1)}, stated()).lines)
        for offer in (
            hybrid(card(REPLIES, ACTIONS)), hybrid(card(REPLIES, ACTIONS, *more)),
            hybrid(card(REPLIES, name="copilot")), contract(type="per_action", credits=20, price=0.005),
        )
    ]  # fmt: skip
    assert labels == [
        ["credits (ai replies, actions)"], ["credits (ai replies, actions, conversations and 1 more)"], ["copilot"],
        ["credits (actions)"],
    ]  # fmt: skip
