"""What if: redemption as a stated policy, other rule books over the same history, and grids."""
