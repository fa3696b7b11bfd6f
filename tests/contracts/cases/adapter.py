"""Billing cases of other engines as contracts of this project, priced in decimals.

A case is (model, parameters, units, expected amount). Each model has a function that spells it as a contract (or as
contract objects where a scenario could not) and returns amounts in the shape that the case expects.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from simulator.contracts import Contract
from simulator.contracts.exact.decimals import Money, Rounding, at_stated
from simulator.contracts.exact.invoice import invoices
from simulator.contracts.exact.invoice_lines import allocated
from simulator.contracts.exact.prepaid import Wallet
from simulator.contracts.settlement.prepaid import Prepaid
from simulator.contracts.settlement.prepaid_packs import Pack
from simulator.quantities.distributions import NONNEGATIVE, Quantity, fixed
from tests.contracts.tools import contract

Case = dict[str, Any]
METERS = ("conversations", "messages", "actions", "cases", "ai_replies", "input_tokens", "output_tokens")


class OutOfScope(Exception):
    """The project has no such price."""


def amount(value: str | float | Decimal) -> Quantity:
    """Return a known number; a rate with up to 17 digits is the float that its text names."""
    return fixed(float(value), NONNEGATIVE)


def priced(offer: Contract, use: dict[str, Sequence[str]], rounding: Rounding | None = None) -> list[Decimal]:
    """Return the totals of each month."""
    meters = {key: [Decimal(each) for each in units] for key, units in use.items()}
    return [found.total for found in invoices(offer, meters, at_stated, rounding)]


def rounding_of(parameters: Case) -> Rounding | None:
    terms = parameters.get("round")
    return Rounding(int(terms["decimals"]), terms["mode"]) if isinstance(terms, dict) else None


def tiers_of(tiers: Sequence[Case], per: float = 1.0) -> list[Case]:
    """Return tiers; bounds in units of the price."""
    return [
        {
            **({} if tier.get("up_to") is None or place == len(tiers) - 1 else {"up_to": float(tier["up_to"]) / per}),
            "rate": float(tier.get("unit_rate", 0)),
            **({"flat_fee": float(tier["flat_fee"])} if "flat_fee" in tier else {}),
            **({"maximum": float(tier["cap"])} if "cap" in tier else {}),
        }
        for place, tier in enumerate(tiers)
    ]


def tiered(kind: str, parameters: Case, meter: str) -> Case:
    per = float(parameters.get("quantity_multiple", 1))
    tiers = tiers_of(parameters["tiers"], per)
    charge: Case = {"kind": kind, "meter": meter, "tiers": tiers}
    if "flat_fee" in tiers[0]:
        charge["flat_fee_at_zero"] = bool(parameters.get("flat_fee_at_zero"))
    if per != 1:
        charge["convert"] = {"divide_by": per, "round": "up"}
    if "free_tier" in parameters:
        charge["free"] = {"units": float(parameters["free_tier"]) / per, "all_or_nothing": True}
    return charge


def packaged_tiers(kind: str, parameters: Case, meter: str) -> Case:
    """Return tiers written as widths in blocks."""
    tiers, bound = [], 0.0
    for place, tier in enumerate(parameters["tiers"]):
        size = float(tier["block_size"])
        last = place == len(parameters["tiers"]) - 1 or tier["width_blocks"] is None
        bound += 0.0 if last else float(tier["width_blocks"]) * size
        each = {"rate": float(tier["block_price"]), **({} if size == 1 else {"package": size})}
        tiers.append(each if last else {**each, "up_to": bound})
    return {"kind": kind, "meter": meter, "tiers": tiers}


def charge(model: str, parameters: Case, meter: str) -> Case:
    """Return the charge of a price model on a meter."""
    if "negative" in parameters:
        raise OutOfScope("negative quantities")
    if "tier_chosen_on" in parameters:
        raise OutOfScope("proration of units")
    if model == "flat":
        return {"kind": "flat", "meter": meter, "rate": float(parameters["unit_rate"])}
    if model in ("graduated", "volume"):
        return tiered(model, parameters, meter)
    if model in ("graduated_package", "volume_package"):
        return packaged_tiers(model.partition("_")[0], parameters, meter)
    if model == "package":
        free = {"free": {"units": float(parameters["free_units"])}} if "free_units" in parameters else {}
        size, price = float(parameters["size"]), float(parameters["price"])
        return {"kind": "package", "meter": meter, "size": size, "price": price, "round": parameters.get("round", "up"),
                **free}  # fmt: skip
    if model == "graduated_percent":
        tiers = [{**tier, "unit_rate": Decimal(tier["rate_percent"]) / 100} for tier in parameters["tiers"]]
        return tiered("graduated", {"tiers": tiers}, meter)
    if model == "capacity":
        steps = [{**({"up_to": float(step["up_to"])} if step["up_to"] else {}), "price": float(step["price"])}
                 for step in parameters["steps"]]  # fmt: skip
        return {"kind": "stairstep", "meter": meter, "steps": steps, "price_at_zero": True}
    raise OutOfScope(model)


def one(case: Case) -> Decimal:
    """Return the total of one price of one quantity."""
    offer = contract(type="hybrid", charges=[charge(case["model"], case["parameters"], METERS[0])])
    return priced(offer, {METERS[0]: case["units"]}, rounding_of(case["parameters"]))[0]


def line(case: Case) -> Decimal:
    """Return one charge with discount, minimum and maximum, less what was billed of the period before."""
    terms = case["parameters"]
    pricing = terms["pricing"]
    inner = charge(pricing["model"], pricing, METERS[0])
    if "convert" in terms:
        inner["convert"] = {"divide_by": float(terms["convert"]["divide_by"]), "round": terms["convert"]["round"]}
    if "percent_discount" in terms:
        inner["discount_share"] = float(Decimal(terms["percent_discount"]) / 100)
    inner |= {key: float(terms[key]) for key in ("minimum", "maximum") if key in terms}
    rounding = Rounding(int(terms["decimals"])) if "decimals" in terms else None
    (found,) = priced(contract(type="hybrid", charges=[inner]), {METERS[0]: case["units"]}, rounding)
    return found - Decimal(terms.get("already_billed", "0"))


def matrix(case: Case) -> Decimal:
    """Return use of several kinds in virtual units by a rate card."""
    rates = case["parameters"]["rates"]
    card = [{"meter": meter, "credits": float(rate)} for meter, rate in zip(METERS, rates, strict=False)]
    price = float(case["parameters"].get("unit_value", 1))
    offer = contract(type="hybrid", charges=[{"kind": "credits", "card": card, "price": price}])
    return priced(offer, {meter: [units] for meter, units in zip(METERS, case["units"], strict=False)})[0]


def multi_item(case: Case) -> Decimal:
    items = case["parameters"]["items"]
    charges = [charge(item["model"], item, meter) for item, meter in zip(items, METERS, strict=False)]
    fee = {"platform_fee": float(case["parameters"]["fixed"])} if "fixed" in case["parameters"] else {}
    offer = contract(type="hybrid", charges=charges, **fee)
    return priced(offer, {meter: [units] for meter, units in zip(METERS, case["units"], strict=False)})[0]


def capacity_multi(case: Case) -> Decimal:
    """Return the price of the first step in which all quantities fit: the highest of a stairstep for each."""
    steps = case["parameters"]["steps"]
    charges: list[Case] = []
    for place in range(len(case["units"])):
        own = [{"up_to": step["limits"][place], "price": step["price"]} for step in steps]
        own[-1]["up_to"] = None
        charges.append({**charge("capacity", {"steps": own}, METERS[place]), "name": f"step {place}"})
    charges.append({"kind": "highest", "of": [each["name"] for each in charges]})
    offer = contract(type="hybrid", charges=charges)
    return priced(offer, {meter: [units] for meter, units in zip(METERS, case["units"], strict=False)})[0]


def percent(case: Case) -> Decimal:
    """Return a share of amounts; fees, free use and bounds of single events are of an engine that sees events."""
    if set(case["parameters"]) != {"rate_percent"} and case["units"]:
        raise OutOfScope("terms of single events")
    rate = float(Decimal(case["parameters"]["rate_percent"]) / 100)
    offer = contract(type="hybrid", charges=[{"kind": "flat", "meter": METERS[0], "rate": rate}])
    return priced(offer, {METERS[0]: [str(sum((Decimal(each) for each in case["units"]), Decimal(0)))]})[0]


def of_money(spent: Sequence[str], rounding: Rounding | None = None, **terms: Any) -> list[list[tuple[str, Decimal]]]:
    """Return (label, amount) of the lines of each month of a contract that bills money spent, one for one."""
    offer = contract(type="per_conversation", price=1.0, **terms)
    found = invoices(offer, {METERS[0]: [Decimal(each) for each in spent]}, at_stated, rounding)
    return [[(each.label, each.amount) for each in month.lines] for month in found]


def true_up(spent: str, minimum: float, share: str | None, decimals: int) -> Decimal:
    """Return the true-up of one period."""
    first = {} if share is None else {"first_share": float(Fraction(share))}
    commitment = {"amount": minimum, "period": "month", **first}
    (lines,) = of_money([spent], Rounding(decimals), commitment=commitment)
    return dict(lines).get("commitment, true-up", Decimal(0))


def minimum(case: Case) -> Decimal:
    terms = case["parameters"]
    (spent,) = case["units"]
    return true_up(spent, float(terms["minimum"]), terms.get("fraction"), int(terms.get("decimals", 0)))


def proration(case: Case) -> Decimal:
    terms = case["parameters"]
    return true_up("0", float(terms["amount"]), terms["fraction"], int(terms.get("decimals", 0)))


def commitment(case: Case) -> Decimal:
    """Return what the windows of a commitment come to, each a month of the contract."""
    terms = case["parameters"]
    if "windows" in terms:
        parts = [commitment({"parameters": {**window, "true_up": True}, "units": [units]})
                 for window, units in zip(terms["windows"], case["units"], strict=True)]  # fmt: skip
        return sum(parts, Decimal(0))
    own: Case = {}
    if "commitment" in terms:
        when = "at_end" if terms.get("true_up", False) else "never"
        factor = float(terms.get("overage_factor", 1))
        own = {"commitment": {"amount": float(terms["commitment"]), "period": "month", "true_up": when,
                              "overage_factor": factor}}  # fmt: skip
    offer = contract(type="per_conversation", price=float(terms.get("unit_rate", 1)), **own)
    return sum(priced(offer, {METERS[0]: case["units"]}), Decimal(0))


def schedule(case: Case) -> list[Decimal]:
    yearly = float(case["parameters"]["annual_commitment"])
    if case["parameters"]["kind"] == "prepaid_upfront":
        own: Case = {"prepaid": {"packs": [{"amount": yearly, "price": yearly, "valid_months": 12}]}}
    else:
        own = {"commitment": {"amount": yearly}}
        if "monthly_floor" in case["parameters"]:
            own["monthly_minimum"] = float(case["parameters"]["monthly_floor"])
    return priced(contract(type="per_conversation", price=1.0, **own), {METERS[0]: case["units"]})


def prepaid(case: Case) -> Case:
    """Return what is unpaid and the balances of the blocks, an overdraft on the last of them."""
    terms = case["parameters"]
    packs = tuple(Pack(amount(each["amount"]), amount(0), int(each.get("priority", 50))) for each in terms["blocks"])
    overdraft = bool(terms.get("may_go_negative"))
    wallet = Wallet(Prepaid(packs, when_gone="overdraft" if overdraft else "bill"), at_stated, Money())
    (used,) = case["units"]
    first = wallet.run([Decimal(used), *([Decimal(0)] if overdraft else [])])
    balances = [block.left for block in wallet.blocks]
    debt = first[-1].open if overdraft else Decimal(0)
    if overdraft:
        balances[-1] -= debt
    return {"unpaid": Decimal(0) if overdraft else first[0].open, "balances": balances}


def rollover(case: Case) -> Decimal:
    """Return the balance after the next grant: months of a pack that comes again."""
    terms = case["parameters"]
    if "min_rollover" in terms:
        raise OutOfScope("a least rollover")
    cap: Case = {}
    if "max_rollover" in terms:
        cap["cap"] = float(terms["max_rollover"])
    if "max_rollover_percent" in terms:
        cap["cap_share"] = float(terms["max_rollover_percent"]) / 100
    granted = float(terms["granted"])
    again = bool(terms.get("grant_again", True))
    before = [str(Decimal(terms["granted"]) - Decimal(terms["rolled_in"]))] if "rolled_in" in terms else []
    pack = {"amount": granted, "price": 0, "valid_months": 1, "rollover": {"periods": 9, **cap}}
    pack |= {"every_months": 1} if again else {}
    own: Case = {"packs": [pack], **({"when_gone": "overdraft"} if terms.get("overage_carried") else {})}
    offer = contract(type="per_conversation", price=1.0, prepaid=own)
    use = [Decimal(each) for each in (*before, *case["units"], "0")]
    *_, last, after = invoices(offer, {METERS[0]: use}, at_stated)
    assert last.prepaid is not None and after.prepaid is not None
    return last.prepaid.left + after.prepaid.granted - after.prepaid.used


def buckets(case: Case) -> Decimal:
    pricing = case["parameters"]["pricing"]
    offer = contract(type="hybrid", charges=[charge(pricing["model"], pricing, METERS[0])])
    return sum(priced(offer, {METERS[0]: case["units"]}), Decimal(0))


def discounts(case: Case) -> Decimal:
    """Return what is left of lines: shares as discounts, amounts after them as free credits."""
    own: list[Case] = []
    packs: list[Case] = []
    for step in case["parameters"]["steps"]:
        if step["kind"] == "amount":
            packs.append({"amount": float(step["value"]), "price": 0})
        else:
            assert not packs, "a share after an amount is the project's own order"
            meter = {"meter": METERS[step["line"]]} if "line" in step else {}
            own.append({"share": float(Decimal(step["value"]) / 100), **meter})
    use = {meter: ["0"] for meter in METERS[: len(case["units"])]}
    charges = [{"kind": "flat", "meter": meter, "rate": 1.0} for meter in use]
    for place, units in enumerate(case["units"]):
        meter = METERS[place % len(METERS)]
        use[meter] = [str(Decimal(use[meter][0]) + Decimal(units))]
    credits = {"prepaid": {"packs": packs}} if packs else {}
    offer = contract(type="hybrid", charges=charges, discounts=own, **credits)
    return priced(offer, use, Rounding(int(case["parameters"]["decimals"])))[0]


def usage_discount(case: Case) -> list[Decimal]:
    terms = case["parameters"]
    free = [{"units": float(terms["usage_discount"]), "span": "once"}]
    offer = contract(type="per_conversation", price=float(terms["unit_rate"]), free_units=free)
    return priced(offer, {METERS[0]: case["units"]})


def spread(case: Case) -> list[Decimal]:
    over = [Decimal(each) for each in case["units"]]
    return allocated(Decimal(case["parameters"]["amount"]), over, Money(Rounding(0)))


def invoice_sum(case: Case) -> Decimal:
    """Return the sum of lines, each rounded: one price a line, each on a meter of its own or of the month."""
    found = []
    for each in case["units"]:
        offer = contract(type="per_conversation", price=float(each["unit_rate"]))
        found += priced(offer, {METERS[0]: [each["quantity"]]}, Rounding(int(case["parameters"]["decimals"])))
    return sum(found, Decimal(0))


def credit_to_money(case: Case) -> Decimal:
    terms = case["parameters"]
    offer = contract(type="per_conversation", price=float(terms["money_per_credit"]))
    return priced(offer, {METERS[0]: case["units"]}, Rounding(int(terms["decimals"])))[0]


def tier_minmax(case: Case) -> Decimal:
    """Return charges with bounds of their own, and a minimum of the whole."""
    charges = [
        {"kind": "flat", "meter": meter, "rate": 1.0, **{key: float(tier[key]) for key in ("minimum", "maximum")}}
        for meter, tier in zip(METERS, case["parameters"]["tiers"], strict=False)
    ]
    offer = contract(type="hybrid", charges=charges, monthly_minimum=float(case["parameters"]["minimum"]))
    use = {meter: [tier["amount"]] for meter, tier in zip(METERS, case["parameters"]["tiers"], strict=False)}
    return priced(offer, use)[0]


def included(case: Case) -> Decimal:
    terms = case["parameters"]
    offer = contract(
        type="per_conversation", price=float(terms["overage_rate"]), included=float(terms["included_units"])
    )
    return priced(offer, {METERS[0]: case["units"]})[0]


def running_percent(case: Case) -> list[Decimal]:
    """Return what each event adds, where tiers fill over events as they do over the months of a year."""
    own = {**charge("graduated_percent", case["parameters"], METERS[0]), "count_over": "year"}
    return priced(contract(type="hybrid", charges=[own]), {METERS[0]: case["units"]})


def rounded(case: Case) -> Decimal:
    terms = case["parameters"]
    return Rounding(int(terms["decimals"]), terms["mode"]).of(Decimal(case["units"][0]))


MODELS: dict[str, Callable[[Case], Any]] = {
    **dict.fromkeys(("flat", "graduated", "volume", "package", "graduated_percent", "capacity"), one),
    **dict.fromkeys(("graduated_package", "volume_package"), one),
    "line": line, "matrix": matrix, "multi_item": multi_item, "capacity_multi": capacity_multi, "percent": percent,
    "minimum": minimum, "proration": proration, "commitment": commitment, "commitment_windows": commitment,
    "commitment_cumulative": commitment, "commitment_schedule": schedule, "prepaid": prepaid, "rollover": rollover,
    "sum_of_buckets": buckets, "discounts": discounts, "usage_discount_progressive": usage_discount,
    "allocate": spread, "invoice_sum": invoice_sum, "credit_to_money": credit_to_money, "tier_minmax": tier_minmax,
    "included_overage": included, "graduated_percent_progressive": running_percent, "rounding": rounded,
}  # fmt: skip
"""How each model of the cases is spelled."""


def problem(case: Case) -> str | None:
    """Return how a case differs from its expected amount, or None."""
    if case["model"] not in MODELS:
        return f"no price of the model {case['model']}"
    try:
        found = MODELS[case["model"]](case)
    except OutOfScope as error:
        return f"out of scope: {error}"
    return None if same(found, case["expected_amount"]) else f"{found} instead of {case['expected_amount']}"


def same(found: Any, expected: Any) -> bool:
    """Return whether amounts are the same decimals; what is cut after 50 digits does not count."""
    if isinstance(expected, dict):
        return all(same(found[key], expected[key]) for key in expected)
    if isinstance(expected, list):
        return len(found) == len(expected) and all(map(same, found, expected))
    return bool(abs(found - Decimal(expected)) < Decimal("1e-40"))
