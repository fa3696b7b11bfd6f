"""What a user would write instead: a month of conversations in plain NumPy, drawn and priced without the simulator.

Deliberately simpler than the law (docs/model.md): one model, no channels, no call-by-call tokens, three contacts, no
duplicates, no months' drivers beyond demand. It bills three definitions of a resolution, conversations and tokens.
"""

from __future__ import annotations

import numpy as np

INTENTS = 15
SHARES = np.full(INTENTS, 1 / INTENTS)
LEVELS = np.array([0.45, 0.35, 0.15, 0.05])
ESCALATE = np.array([0.10, 0.27, 0.52, 0.78])
SOLVE = np.array([0.90, 0.78, 0.58, 0.35])
CONFIRM = np.linspace(0.1, 0.4, INTENTS)
ACTION = np.linspace(0.02, 0.85, INTENTS)
MOST_CONTACTS = 3


def month(rng: np.random.Generator, cases: float) -> dict[str, float]:
    """Simulate a month and return five invoices."""
    number = int(rng.poisson(cases * rng.lognormal(-0.002, 0.06)))
    intent = rng.choice(INTENTS, number, p=SHARES)
    level = rng.choice(4, number, p=LEVELS)
    totals = dict.fromkeys(("conversation", "assumed", "closed", "action", "tokens"), 0.0)
    for _ in range(MOST_CONTACTS):
        if not number:
            break
        escalated = rng.random(number) < ESCALATE[level]
        solved = ~escalated & (rng.random(number) < SOLVE[level])
        confirmed = solved & (rng.random(number) < CONFIRM[intent])
        acted = solved & (rng.random(number) < ACTION[intent])
        returned = rng.random(number) < np.where(solved, 0.06, 0.30)
        delay = rng.lognormal(np.log(14), 1.6, number)
        silent = ~escalated & ~confirmed & ~(returned & (delay < 24))
        turns = 1 + rng.negative_binomial(4.9, 4.9 / (4.9 + 2 + 2 * level))
        prompt = turns * (3_300 + 120 * turns) * rng.lognormal(-0.1, 0.45, number)
        answer = turns * 170 * rng.lognormal(-0.2, 0.6, number)
        totals["conversation"] += 0.50 * number
        totals["assumed"] += 0.99 * np.count_nonzero(confirmed | silent)
        totals["closed"] += 3.50 * np.count_nonzero(confirmed)
        totals["action"] += 2.90 * np.count_nonzero(acted)
        totals["tokens"] += 1.4 * (0.25e-6 * prompt.sum() + 2e-6 * answer.sum())
        intent, level = intent[returned], level[returned]
        number = len(intent)
    return totals
