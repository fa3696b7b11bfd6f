"""The law of a conversation month in chances, means and draws: one file a section of docs/model.md.

| file | sections |
|---|---|
| odds | symbols and 1: shifted chances, weights divided by their sum |
| copula | 1 and 2: correlated scores |
| drivers | 2: what moves the months |
| demand | 3: how many cases are expected, and tickets the AI never sees |
| arrivals | 3: how many cases open, and when |
| levels | 4 and 2: levels of complexity, and the shift of their tails |
| models | 4.1: which model answers |
| outcomes | 4.2: the six ways in which a conversation ends, by model |
| attributes | 4.3: what else is recorded of a conversation |
| returns | 4.4 and 4: who comes back, and what a case comes to over its contacts |
| delays | 4.4 and 4.5: hours until a return or a duplicate |
| duplicates | 4.5: second tickets |
| people | 4.6: minutes of people, and which cases are solved |
| turns | 4.7: turns, calls, and what the number of turns decides |
| tokens | 4.8 and 4.9: tokens |
| sizes | 4.6 and 4.8: the laws of lengths and minutes |
| case | 4: one case with all its conversations, drawn section by section |
| sessions | 5: which contacts open a session |
| spline | 5: a curve through values, for sums of delays |
| counters | 7: random numbers by counters |
| quantiles | 7: quantiles of the normal law and of sizes, looked up |
| slots | where the numbers of the law stand |
| drawn_columns | what is drawn of a conversation |

Section 1 begins in `simulator.distributions`: the laws that an unknown number may have.

Of trials and months the law speaks in arrays (`copula`, `drivers`, `demand`, `sizes`, `sessions`, `spline`, with
NumPy). Of cases and conversations it speaks in plain functions: a function takes floats, ints and nested sequences
indexed by number (`chances[level][model]`), and returns floats, tuples and lists: no names, tables, None or NumPy, so
that a compiler can take it as it is. What does not act has a neutral value: odds 1, share 0. Chances and means from
`odds` to `duplicates` (not what draws, nor `lever_odds` and delays) do not branch on a value or call `math`, so that
an array of one value a trial may stand for a float.

The ends of a conversation have numbers, in the same order everywhere: that of `ENDS`.
"""

from typing import Any, Final, TypeAlias

Row: TypeAlias = Any
"""Numbers by their place: a sequence of floats, or an array of one axis."""
Matrix: TypeAlias = Any
"""An array of two axes: of conversations the column, then the row; of cases the case, then the column."""

ENDS: Final = ("confirmed", "silent_solved", "silent_unsolved", "abandoned", "partial", "escalated")
"""The six ways in which a conversation can end, in the order of their numbers."""
CONFIRMED, SILENT_SOLVED, SILENT_UNSOLVED, ABANDONED, PARTIAL, ESCALATED = range(6)
