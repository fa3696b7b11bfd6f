"""Families of the laws of sizes that are drawn: lengths in tokens and minutes of people.

Each family has one number for its spread: a coefficient of variation, the standard deviation of the logarithm, or the
alpha of a Lomax law. A spread that the named family does not use would do nothing, so it is refused.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from typing import Final, Literal

from simulator.quantities.parameters import WrongKey

Family = Literal["lognormal", "gamma", "lomax"]
"""Lomax is the Pareto law of the second kind, which begins at 0: P(X > x) = (1 + x / (mean (alpha - 1)))^-alpha."""
LOMAX_IS: Final = "the Pareto law from 0"
FAMILY_IS: Final = f"lomax is {LOMAX_IS}"
OF_A_LOMAX: Final = (
    "of a lomax: the chance of more than x falls as x^-alpha, so that the smaller it is the heavier is the tail; the "
    "mean exists above 1, the variance above 2"
)
NO_MEAN: Final = "a lomax has a mean only if alpha is above 1; write 1.5 for a very heavy tail, 3 for one less heavy"
"""Help for an alpha that is too small."""
TYPICAL_ALPHA: Final = (1.5, 5.0)


def check_spread(family_key: str, family: Family, spreads: Mapping[Family, str], written: Set[str]) -> None:
    """Refuse a spread that a family does not use, and a family without its spread. That of a lognormal has a default.

    Args:
        family_key: key under which the family stands.
        spreads: key of the spread of each family.
        written: keys that the table says.

    Raises:
        WrongKey: with what to write in its place.
    """
    own, keys = spreads[family], (family_key, *spreads.values())
    for key in dict.fromkeys(spreads.values()):
        if key in written and key != own:
            law = (
                f'{family_key} = "{family}"' if family_key in written else f"a {family}, the law without {family_key},"
            )
            mend = "remove it" if own in written else f"write {own} in its place"
            users = " or ".join(f'"{each}"' for each in spreads if spreads[each] == key)
            raise WrongKey(key, f"{law} does not use it; {mend}, or {family_key} = {users}", keys)
    if own not in written and own != spreads["lognormal"]:
        example, above = ("2.5", " above 1") if family == "lomax" else ("0.9", "")
        raise WrongKey(family_key, f'"{family}" needs {own}; write {own} = {example}, or another number{above}', keys)
