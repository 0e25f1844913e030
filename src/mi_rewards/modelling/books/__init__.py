"""The books: what a programme owes for its tokens, exactly, in whole tokens and minor units.

1. Nothing here is an estimate of its own. An estimate comes in as a rate, an exact fraction, or as
   whole tokens, and whoever made it named the rounding.
2. Money is whole minor units; every division names its rounding, and happens once.
3. A roll-forward ties: opening and flows add up to closing, and a closing is the next opening.
"""
