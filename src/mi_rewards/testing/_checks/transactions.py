"""Working within a transaction of the host's: joined, never committed, never left half done."""

from typing import Any

from mi_rewards.commands import Rewards
from mi_rewards.errors import Conflict, LimitReached, Refused
from mi_rewards.repositories import Changes, Take
from mi_rewards.testing._checks import life, pictures, samples
from mi_rewards.testing._checks.base import Checks
from mi_rewards.testing._checks.handles import burn, expect_left, opened
from mi_rewards.testing._checks.losers import good_parts
from mi_rewards.testing._checks.marks import Capability, check, expect_equal, expect_raised
from mi_rewards.testing._checks.reading import expect_kept
from mi_rewards.testing._checks.samples import PROGRAMME, STOCK
from mi_rewards.testing.clients import Client

OUTER = (Capability.OUTER_TRANSACTION,)


class HostGaveUp(Exception):
    """The host rolls its transaction back."""


class TransactionChecks(Checks):
    """A store that joins a host's transaction."""

    def _rolled_back(self, client: Client, changes: Changes) -> None:
        """Save within a transaction that the host rolls back."""
        with self.joined(client) as inside:
            inside.save(changes)
            expect_kept(inside, changes, "what was saved, seen from within")
            raise HostGaveUp

    @check(11, needs=OUTER)
    def test_what_is_saved_within_is_there_after_the_commit(self) -> None:
        """I11: Seen from within at once, and from outside afterwards."""
        client, saved = self.client(), samples.everything(kinds=self.kinds)
        with self.joined(client) as inside:
            inside.save(saved)
            expect_kept(inside, saved, "what was saved, seen from within")
        expect_kept(client, saved, "what was saved, after the commit")

    @check(11, needs=OUTER)
    def test_what_the_host_rolls_back_was_never_there(self) -> None:
        """I11: Whatever was saved within; it can be saved afterwards."""
        client, saved = self.client(), samples.everything(kinds=self.kinds)
        needs = pictures.needs_of(saved)
        before, rows = pictures.picture(client.load(needs)), self.rows(client)
        expect_raised(HostGaveUp, "the host's own error", self._rolled_back, client, saved)
        expect_equal(pictures.picture(client.load(needs)), before, "after the host rolled back")
        expect_equal(self.rows(client), rows, "the rows after the host rolled back")
        client.save(saved)
        expect_kept(client, saved, "what was saved afterwards")

    @check(11, needs=OUTER)
    def test_a_conflict_within_leaves_the_transaction_usable(self) -> None:
        """I11: The lost save leaves nothing; what came before and after it is committed."""
        client, there = self.client(), samples.everything(kinds=self.kinds)
        client.save(there)
        first = samples.everything("first", "8", kinds=self.kinds)
        last = samples.everything("last", "9", kinds=self.kinds)
        parts = {
            "puts": tuple(samples.put(samples.row(kind, 9)) for kind in self.kinds),
            "entries": samples.journal(1),
            "receipts": (samples.receipt("r1"),),
            "events": (samples.event("e1"),),
            "notes": (samples.note("r1"),),
        }
        with self.joined(client) as inside:
            inside.save(Changes(first.puts, first.entries, first.receipts, first.events))
            for part, bad in parts.items():
                good = good_parts(self.kinds)
                lost = Changes(
                    *[
                        (*getattr(good, it), *(bad if it == part else ()))
                        for it in ("puts", "entries", "receipts", "events", "notes", "takes")
                    ]
                )
                expect_raised(Conflict, f"a joined save whose {part} conflict", inside.save, lost)
            inside.save(Changes(last.puts, last.entries, last.receipts, last.events))
        for saved in (first, last):
            expect_kept(client, Changes(saved.puts, saved.entries, saved.receipts), "what is kept")
        client.save(good_parts(self.kinds))
        expect_kept(client, good_parts(self.kinds), "what was lost within, saved afterwards")

    @check(11, 13, needs=OUTER)
    def test_a_refused_take_within_leaves_the_transaction_usable(self) -> None:
        """I11, I13: Nothing of the refused save is there, and the rest is."""
        client, saved = self.client(), samples.everything(kinds=self.kinds)
        with self.joined(client) as inside:
            inside.save(saved)
            past = Changes(good_parts(self.kinds).puts, takes=(Take(STOCK, 3, 5),))
            expect_raised(LimitReached, "3 where 2 are left, within", inside.save, past)
            inside.save(Changes(takes=(Take(STOCK, 1, 5),)))
        expect_kept(client, Changes(saved.puts, takes=(Take(STOCK, 4, 5),)), "what is kept")
        client.save(good_parts(self.kinds))

    @check(8, 11, needs=OUTER)
    def test_commands_within_belong_to_the_transaction(self) -> None:
        """I8, I11: The shell does not commit; after a roll back the request was never made."""
        client = opened(self.client())

        def carry_out(error: Exception | None) -> None:
            with self.joined(client) as inside:
                rewards = Rewards(inside, PROGRAMME)
                rewards.do(burn("b1"))
                rewards.do(burn("b2"))
                expect_raised(Refused, "too much", rewards.do, burn("b3", 1_000))
                expect_left(inside, 98, 3)
                if error is not None:
                    raise error

        expect_raised(HostGaveUp, "the host's own error", carry_out, HostGaveUp())
        expect_left(client, 100, 1)
        carry_out(None)
        expect_left(client, 98, 3)

    @check(8, 11, needs=OUTER)
    def test_a_race_lost_within_reaches_the_host(self) -> None:
        """I8, I11: Nothing retries inside; the host begins its transaction again."""
        client = opened(self.client())
        changes: Any = life.decided(client, burn("b1")).changes
        client.rewards(PROGRAMME).do(burn("b2"))

        def lose() -> None:
            with self.joined(client) as inside:
                inside.save(changes)

        expect_raised(Conflict, "a lost race within", lose)
        with self.joined(client) as inside:
            Rewards(inside, PROGRAMME).do(burn("b1"))
        expect_left(client, 98, 3)
