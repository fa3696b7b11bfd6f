"""What an analyst writes about conversations: levels, intents, channels, outcomes, returns, turns and people."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import model_validator

from simulator.quantities.parameters import (
    Factor,
    Hours,
    LogOdds,
    MeanTurns,
    Minutes,
    MonthHours,
    Nonnegative,
    Odds,
    PerCall,
    PerTurn,
    Price,
    Seconds,
    Shape,
    Share,
    Sigma,
    Spread,
    Table,
    Tail,
    known,
    parameter,
)
from simulator.scenario.schema.families import FAMILY_IS, OF_A_LOMAX, TYPICAL_ALPHA, Family, check_spread


class Level(Table):
    """One level of complexity. Levels are ordered as they are written, the simplest first."""

    escalate: Share = parameter(
        "chance that a first contact is handed to a person", unit="share of conversations", typical=(0.03, 0.9)
    )
    solve: Share = parameter(
        "chance that an answered conversation is in truth solved", unit="share of answered", typical=(0.2, 0.98)
    )
    partial: Share = parameter(
        "share of handoffs in which the AI did useful work first",
        unit="share of handoffs",
        typical=(0.05, 0.6),
        default=known(0),
    )
    turns: MeanTurns = parameter(
        "mean number of customer messages, above 1", unit="messages", typical=(1.5, 15), default=known(5, "turns")
    )
    handoff_minutes: Minutes = parameter(
        "mean minutes a person works on a handoff", unit="minutes", typical=(2, 40), default=known(0, "minutes")
    )
    review_minutes: Minutes = parameter(
        "mean minutes of a compliance review", unit="minutes", typical=(1, 20), default=known(0, "minutes")
    )
    return_odds: Odds = parameter(
        "factor on the odds of returning", unit="odds ratio", typical=(0.5, 2), default=known(1, "odds")
    )


class Intent(Table):
    """One thing customers want."""

    share: Nonnegative = parameter(
        "weight among the intents; weights are divided by their sum", unit="weight", typical=(0, 100)
    )
    levels: dict[str, Nonnegative] = parameter(
        "weights over the levels of complexity; a level not named has 0", unit="weight"
    )
    channels: dict[str, Nonnegative] = parameter(
        "weights over channels; without it the channels' own shares", unit="weight", default={}
    )
    escalate_odds: Odds = parameter(
        "factor on the odds of escalating", unit="odds ratio", typical=(0.3, 4), default=known(1, "odds")
    )
    solve_odds: Odds = parameter(
        "factor on the odds of solving", unit="odds ratio", typical=(0.4, 2), default=known(1, "odds")
    )
    return_odds: Odds = parameter(
        "factor on the odds of returning", unit="odds ratio", typical=(0.1, 3), default=known(1, "odds")
    )
    abandon: Share = parameter(
        "chance of leaving before a substantive answer, if not escalated",
        unit="share",
        typical=(0.01, 0.3),
        default=known(0),
    )
    confirm: Share = parameter(
        "chance that a customer whose problem is solved says so",
        unit="share of solved",
        typical=(0.05, 0.6),
        default=known(0),
    )
    action: Share = parameter(
        "chance of a completed write in the system of record, where solved or partial",
        unit="share",
        typical=(0, 0.98),
        default=known(0),
    )
    review: Share = parameter(
        "chance of a compliance review of an answered conversation", unit="share", typical=(0, 1), default=known(0)
    )
    planned_handoff: Share = parameter(
        "share of escalated conversations handed over by design",
        unit="share of escalated",
        typical=(0, 1),
        default=known(0),
    )
    greeting: Share = parameter(
        "share of conversations that are a greeting only", unit="share", typical=(0, 0.5), default=known(0)
    )
    spam: Share = parameter("share of conversations that are spam", unit="share", typical=(0, 0.5), default=known(0))
    test: Share = parameter("share of conversations that are tests", unit="share", typical=(0, 0.2), default=known(0))

    @model_validator(mode="after")
    def _classes_fit(self) -> Self:
        total = self.greeting.center + self.spam.center + self.test.center
        if total > 1:
            raise ValueError(f"greeting, spam and test sum to {total:g}, more than 1")
        return self


class Channel(Table):
    """One channel. It scales turns, minutes and delays; a case keeps its channel."""

    share: Nonnegative = parameter("weight among the channels", unit="weight", default=known(1, "nonnegative"))
    turns: Factor = parameter(
        "factor on the mean number of turns", unit="factor", typical=(0.5, 2), default=known(1, "factor")
    )
    minutes: Factor = parameter(
        "factor on people's minutes", unit="factor", typical=(0.5, 2), default=known(1, "factor")
    )
    delay: Factor = parameter("factor on return delays", unit="factor", typical=(0.3, 4), default=known(1, "factor"))
    seconds_per_turn: Seconds = parameter(
        "length of a turn", unit="seconds", typical=(10, 3600), default=known(60, "seconds")
    )


class Outcomes(Table):
    """What shifts the outcomes of all intents and levels, and what the rates of single intents do not say."""

    escalate_log_odds: LogOdds = parameter(
        "added to the log odds of escalating everywhere", unit="log odds", typical=(-1, 1), default=known(0, "log odds")
    )
    solve_log_odds: LogOdds = parameter(
        "added to the log odds of solving everywhere", unit="log odds", typical=(-1, 1), default=known(0, "log odds")
    )
    confirm_log_odds: LogOdds = parameter(
        "added to the log odds of confirming everywhere", unit="log odds", typical=(-1, 1), default=known(0, "log odds")
    )
    complexity_log_odds: LogOdds = parameter(
        "added to the cumulative logits of the levels everywhere",
        unit="log odds",
        typical=(-1, 1),
        default=known(0, "log odds"),
    )
    later_contact_escalate_odds: Odds = parameter(
        "factor on the odds of escalating on a return", unit="odds ratio", typical=(1, 3), default=known(1, "odds")
    )


class Judge(Table):
    """An automatic judge of whether an answered conversation was resolved."""

    sensitivity: Share = parameter(
        "chance that a solved conversation is judged resolved", unit="share", typical=(0.7, 0.99), default=known(0.9)
    )
    specificity: Share = parameter(
        "chance that an unsolved one is judged not resolved", unit="share", typical=(0.5, 0.99), default=known(0.8)
    )


class Csat(Table):
    """The satisfaction survey after confirmed, silent and partial conversations."""

    response: Share = parameter(
        "share of conversations that get a score", unit="share", typical=(0.05, 0.5), default=known(0)
    )
    if_solved: tuple[Nonnegative, ...] = parameter(
        "weights of scores 1 to 5 if solved",
        unit="weight",
        min_length=5,
        max_length=5,
        default=tuple(known(w, "nonnegative") for w in (4, 4, 12, 30, 50)),
    )
    if_unsolved: tuple[Nonnegative, ...] = parameter(
        "weights of scores 1 to 5 if not solved",
        unit="weight",
        min_length=5,
        max_length=5,
        default=tuple(known(w, "nonnegative") for w in (40, 20, 20, 12, 8)),
    )


class ByOutcome(Table):
    """A share for each way in which a conversation can end."""

    confirmed: Share = parameter("after a confirmed solution", unit="share", default=known(0))
    silent_solved: Share = parameter("after silence, solved in truth", unit="share", default=known(0))
    silent_unsolved: Share = parameter("after silence, not solved", unit="share", default=known(0))
    abandoned: Share = parameter("after the customer left without an answer", unit="share", default=known(0))
    partial: Share = parameter("after a handoff with useful work before", unit="share", default=known(0))
    escalated: Share = parameter("after a handoff", unit="share", default=known(0))


class Delay(Table):
    """A delay in hours: lognormal (median, sigma) or Weibull (scale, shape)."""

    law: Literal["lognormal", "weibull"] = parameter("law of the delay", default="lognormal")
    median_hours: Hours = parameter(
        "median of the lognormal", unit="hours", typical=(0.5, 200), default=known(14, "hours")
    )
    sigma: Sigma = parameter(
        "standard deviation of the logarithm", unit="log", typical=(0.5, 2.5), default=known(1.6, "sigma")
    )
    scale_hours: Hours = parameter("scale of the Weibull", unit="hours", typical=(0.5, 300), default=known(24, "hours"))
    shape: Shape = parameter("shape of the Weibull", unit="", typical=(0.2, 2), default=known(0.6, "shape"))

    @model_validator(mode="after")
    def _only_the_named_law(self) -> Self:
        other = {"lognormal": {"scale_hours", "shape"}, "weibull": {"median_hours", "sigma"}}[
            self.law
        ] & self.model_fields_set
        if other:
            raise ValueError(f'law = "{self.law}" does not use {", ".join(sorted(other))}; remove it or change the law')
        return self


class Returns(Table):
    """Customers who come back on the same case."""

    max_contacts: int = parameter(
        "conversations a case can have with the AI; every further return goes to a person", ge=1, le=10, default=3
    )
    log_odds: LogOdds = parameter(
        "added to the log odds of returning everywhere", unit="log odds", typical=(-1, 1), default=known(0, "log odds")
    )
    probability: ByOutcome = parameter("chance of returning by outcome", default=ByOutcome())
    straight_to_human: ByOutcome = parameter(
        "share of returns that go straight to a person, by the outcome before", default=ByOutcome()
    )
    delay: Delay = parameter("hours from the start of a conversation to the start of the return", default=Delay())


class Duplicates(Table):
    """Second tickets on the same case, opened beside a conversation."""

    probability: ByOutcome = parameter(
        "chance that a conversation spawns a duplicate, by its outcome", default=ByOutcome()
    )
    same_channel: Share = parameter(
        "share of duplicates on the original's channel; the others draw from the intent's channels",
        unit="share",
        default=known(1),
    )
    delay: Delay = parameter("hours from the start of the original to the start of the duplicate", default=Delay())


class TurnFactors(Table):
    """Factors on the mean number of turns by how the conversation ends."""

    confirmed: Factor = parameter("solved and confirmed", unit="factor", default=known(1, "factor"))
    silent_solved: Factor = parameter("solved, silent", unit="factor", default=known(1, "factor"))
    silent_unsolved: Factor = parameter("not solved, silent", unit="factor", default=known(1, "factor"))
    abandoned: Factor = parameter("left without an answer", unit="factor", default=known(1, "factor"))
    partial: Factor = parameter("handed over after useful work", unit="factor", default=known(1, "factor"))
    escalated: Factor = parameter("handed over", unit="factor", default=known(1, "factor"))


class Turns(Table):
    """Customer messages of a conversation and what follows from them."""

    size: Shape = parameter("size of the negative binomial", unit="", typical=(1, 50), default=known(4.9, "shape"))
    most: int = parameter("turns at which a conversation is cut", unit="messages", ge=1, le=200, default=40)
    factor: TurnFactors = parameter("factors by outcome", default=TurnFactors())
    calls_per_turn: PerTurn = parameter(
        "model calls per customer message", unit="calls", typical=(1, 4), default=known(1.7, "per turn")
    )
    actions_per_call: PerCall = parameter(
        "mean completed tool calls per model call", unit="actions", typical=(0, 2), default=known(0.6, "per call")
    )
    actions_size: Shape = parameter(
        "size of the negative binomial of actions per call", unit="", typical=(0.3, 10), default=known(2.4, "shape")
    )


class People(Table):
    """Human work."""

    cost_per_hour: Price = parameter(
        "loaded cost of a productive hour",
        unit="currency per hour",
        typical=(15, 120),
        default=known(45, "price"),
    )
    productive_hours: MonthHours = parameter(
        "hours of work on cases that a seat gives in a month, for the seats that the AI saves",
        unit="hours per seat and month",
        typical=(80, 140),
        default=known(102, "hours of a month"),
    )
    solve: Share = parameter(
        "chance that a person solves what was handed over or came straight back",
        unit="share",
        typical=(0.6, 0.99),
        default=known(0.9),
    )
    minutes_family: Family = parameter(f"law of handoff minutes; {FAMILY_IS}", default="lognormal")
    minutes_sigma: Sigma = parameter(
        "standard deviation of the logarithm of handoff minutes, of a lognormal",
        unit="log",
        typical=(0.3, 1.5),
        default=known(0.94, "sigma"),
    )
    minutes_cv: Spread | None = parameter(
        "coefficient of variation of handoff minutes, of a gamma; 0 is a constant",
        unit="share of the mean",
        typical=(0.3, 2),
        default=None,
    )
    minutes_alpha: Tail | None = parameter(
        f"alpha of handoff minutes, {OF_A_LOMAX}", typical=TYPICAL_ALPHA, default=None
    )
    review_family: Family = parameter(f"law of review minutes; {FAMILY_IS}", default="lognormal")
    review_sigma: Sigma = parameter(
        "standard deviation of the logarithm of review minutes, of a lognormal",
        unit="log",
        typical=(0.3, 1.5),
        default=known(0.94, "sigma"),
    )
    review_cv: Spread | None = parameter(
        "coefficient of variation of review minutes, of a gamma; 0 is a constant",
        unit="share of the mean",
        typical=(0.3, 2),
        default=None,
    )
    review_alpha: Tail | None = parameter(f"alpha of review minutes, {OF_A_LOMAX}", typical=TYPICAL_ALPHA, default=None)
    partial_factor: Factor = parameter(
        "minutes of a partial handoff over those of an escalated one",
        unit="factor",
        typical=(0.3, 1),
        default=known(1, "factor"),
    )

    @model_validator(mode="after")
    def _only_the_named_laws(self) -> Self:
        for what, family in (("minutes", self.minutes_family), ("review", self.review_family)):
            spreads: dict[Family, str] = {
                "lognormal": f"{what}_sigma", "gamma": f"{what}_cv", "lomax": f"{what}_alpha"
            }  # fmt: skip
            check_spread(f"{what}_family", family, spreads, self.model_fields_set)
        return self
