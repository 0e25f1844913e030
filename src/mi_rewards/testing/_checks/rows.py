"""Rows that are read back as they were stored, of any kind."""

from typing import Any

from mi_rewards.repositories import Changes, Needs, key_of
from mi_rewards.testing._checks import pictures, samples
from mi_rewards.testing._checks.base import Checks
from mi_rewards.testing._checks.marks import expect_equal


class RowChecks(Checks):
    """What checks of several kinds of rows have in common."""

    def _expect_rows(self, *aggregates: Any) -> None:
        """Store aggregates, each in a store of its own, and see that they are read back."""
        for aggregate in aggregates:
            client, key = self.client(), key_of(aggregate)
            client.save(Changes((samples.put(aggregate),)))
            found = client.load(Needs((key,))).get(key)
            expect_equal(found, pictures.kept(aggregate), f"the {key.kind.__name__.lower()}")
            expect_equal(type(found), key.kind, "its class")
