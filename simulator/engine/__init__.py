"""The engines: from a scenario to the meters of every future and month.

- `run` gives groups of futures to processes, `results` is what they come to, and `repricing` counts further
  definitions on futures that are there. `refusals` says what an engine cannot count.
- `expectations` works out E, the expected values; `sampling` takes f and makes M of E and a sample S.
- `ledger`, `draws` and `counting` draw conversations one by one and sum what they bill; `export` writes them as rows.
- `compiling` compiles the loops and keeps them, `processes` has the workers of this machine or of a cluster, and
  `storage` the columns that leave a group.
"""
