"""Statistics: estimates of what will be redeemed, and how sure they are.

1. Estimates are floats. They become exact rates or whole tokens, by a named rounding, before they
   reach the books.
2. A cohort is seen through its complete periods; what is not over yet is censored, not zero.
3. Every draw is keyed by seed, scenario, run and name: the same draws, in whatever order.
"""
