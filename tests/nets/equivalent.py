"""How many random futures tell as much as 4,096 at Sobol points: `python -m tests.nets.equivalent [SEEDS]`.

For each shipped scenario, expected values are simulated from many seeds. The standard error of a figure at Sobol
points is its standard deviation over the seeds; that of random futures is found by drawing 10,000 of them again and
again from the futures of all seeds together, which are a sample of the law a hundred times larger. As errors of random
futures fall with the square root of their number, 10,000 (error of 10,000 / error at Sobol points)^2 of them tell as much.

It prints the table of docs/futures.md: medians over the contracts in thousands, and of P90 and P95 the ratio of the
errors of 4,096 at Sobol points and of 10,000 random futures, the largest of a contract, with the ratio's own error.
