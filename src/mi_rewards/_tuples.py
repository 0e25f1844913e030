"""Making named tuples where they are made by the hundred thousand."""

from typing import Final

new: Final = tuple.__new__
"""`new(Posting, (a, b, c, d))` costs half of `Posting(a, b, c, d)`; every value has to be given."""
