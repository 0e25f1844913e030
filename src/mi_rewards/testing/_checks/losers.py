"""A save is carried out as a whole, or not at all.

Each check makes a save of good parts of every kind and one part that must fail: first, in the
middle and last among its like. Afterwards everything must be as it was: as it is loaded, as the
raw rows are, and as the store sees it when the good parts are saved alone.
"""

from collections.abc import Sequence
from typing import Any

import attrs

from mi_rewards.earning import Member, Purchase
from mi_rewards.errors import Conflict, LimitReached, Misuse
from mi_rewards.repositories import Changes, Take
from mi_rewards.testing._checks import pictures, samples
from mi_rewards.testing._checks.ahead import OF_PREORDERS
from mi_rewards.testing._checks.base import Checks
from mi_rewards.testing._checks.devices import OF_TRADE_INS
from mi_rewards.testing._checks.marks import check, expect_equal, expect_raised
from mi_rewards.testing._checks.reading import expect_kept
from mi_rewards.testing._checks.samples import (
    ASHA,
    BELA,
    CHAND,
    OF_REFERRALS,
    OF_THE_CATALOGUE,
    OF_THE_CHECKOUT,
    PHONE,
    STOCK,
)
from mi_rewards.tiers import Standing
from mi_rewards.wallet import Burn, Wallet

PLACES = ("first", "in the middle", "last")
GOOD_TAKES = (Take(PHONE, 1, 2), Take(STOCK._replace(name="case"), 2, 2))


def good_parts(kinds: Sequence[type[Any]]) -> Changes:
    """Make two of each kind of thing that can all be saved beside what is there."""
    one = samples.everything(BELA, "2", kinds=kinds)
    two = samples.everything(CHAND, "3", kinds=kinds)
    return Changes(
        (*one.puts, *two.puts),
        (*one.entries, *two.entries),
        (*one.receipts, *two.receipts),
        (*one.events, *two.events),
        (*one.notes, *two.notes),
        GOOD_TAKES,
    )


def with_bad(good: Changes, part: str, bad: Any, place: str) -> Changes:
    """Put a bad part in its place among the good ones of its kind."""
    items: tuple[Any, ...] = getattr(good, part)
    half = {"first": 0, "in the middle": len(items) // 2, "last": len(items)}[place]
    changed: Changes = attrs.evolve(good, **{part: (*items[:half], bad, *items[half:])})
    return changed


class LoserChecks(Checks):
    """Whatever part of a save fails, nothing of it is left behind."""

    def _expect_nothing_left(self, part: str, bad: Any, error: type[Exception] = Conflict) -> None:
        """Fail by one bad part in each place, and then save the good ones."""
        client, there = self.client(), samples.everything(kinds=self.kinds)
        good = good_parts(self.kinds)
        client.save(there)
        needs = pictures.needs_of(there, with_bad(good, part, bad, "last"))
        before, rows = pictures.picture(client.load(needs)), self.rows(client)
        for place in PLACES:
            what = f"a save whose {part} have a bad one {place}"
            expect_raised(error, what, client.save, with_bad(good, part, bad, place))
            after = pictures.picture(client.load(needs))
            for kind, seen in after.items():
                expect_equal(seen, before[kind], f"after {what}, {kind}")
            expect_equal(self.rows(client), rows, f"after {what}, the rows")
        try:
            client.save(good)
        except Exception as left:
            what = f"the good parts of a failed save ({type(left).__name__}: {left})"
            expect_equal("refused afterwards", "saved afterwards", what)
        expect_kept(client, good, "the good parts, saved afterwards")

    def _stale(self, kind: type[Any]) -> None:
        """Fail by an aggregate of a kind that somebody else has replaced."""
        self._expect_nothing_left("puts", samples.put(samples.row(kind, 9, name="n1")))

    @check(11)
    def test_a_lost_race_for_a_member_leaves_nothing(self) -> None:
        """I11: Whatever was put, appended or taken beside it."""
        self._stale(Member)

    @check(11)
    def test_a_lost_race_for_a_wallet_leaves_nothing(self) -> None:
        """I11: Whatever was put, appended or taken beside it."""
        self._stale(Wallet)

    @check(11)
    def test_a_lost_race_for_a_purchase_leaves_nothing(self) -> None:
        """I11: Whatever was put, appended or taken beside it."""
        self._stale(Purchase)

    @check(11)
    def test_a_lost_race_for_a_burn_leaves_nothing(self) -> None:
        """I11: Whatever was put, appended or taken beside it."""
        self._stale(Burn)

    @check(11, since=2, part="catalogue")
    def test_a_lost_race_for_a_row_of_the_catalogue_leaves_nothing(self) -> None:
        """I11: A reward, a redemption, a voucher, a code's entry, a code of a pool."""
        for kind in OF_THE_CATALOGUE:
            self._stale(kind)

    @check(11, since=2, part="checkout")
    def test_a_lost_race_for_a_row_of_the_checkout_leaves_nothing(self) -> None:
        """I11: A quote, a settlement."""
        for kind in OF_THE_CHECKOUT:
            self._stale(kind)

    @check(11, since=3, part="standings")
    def test_a_lost_race_for_a_standing_leaves_nothing(self) -> None:
        """I11: Whatever was put, appended or taken beside it."""
        self._stale(Standing)

    @check(11, since=3, part="referrals")
    def test_a_lost_race_for_a_row_of_referrals_leaves_nothing(self) -> None:
        """I11: A referral, a code by which a member invites."""
        for kind in OF_REFERRALS:
            self._stale(kind)

    @check(11, since=4, part="preorders")
    def test_a_lost_race_for_a_row_of_preorders_leaves_nothing(self) -> None:
        """I11: A quota, a pre-order, the unit of a code, a draw, a ticket."""
        for kind in OF_PREORDERS:
            self._stale(kind)

    @check(11, since=5, part="trade_ins")
    def test_a_lost_race_for_a_row_of_trade_ins_leaves_nothing(self) -> None:
        """I11: A price book, a model, what a device is in, a quote, an exchange."""
        for kind in OF_TRADE_INS:
            self._stale(kind)

    @check(11)
    def test_a_put_over_a_missing_row_leaves_nothing(self) -> None:
        """I11: A version that was never there fails like one that was replaced."""
        for kind in self.kinds:
            missing = samples.row(kind, by="dev", name="n9", version=1)
            self._expect_nothing_left("puts", samples.put(missing))

    @check(8, 11)
    def test_a_receipt_that_is_there_leaves_nothing(self) -> None:
        """I8, I11: The request was carried out, and this second one is undone whole."""
        self._expect_nothing_left("receipts", samples.receipt("r1"))

    @check(3, 11)
    def test_an_entry_that_is_there_leaves_nothing(self) -> None:
        """I3, I11: It stays as it was, and so does all else."""
        self._expect_nothing_left("entries", samples.journal(1)[0])

    @check(3, 11)
    def test_an_entry_after_a_gap_leaves_nothing(self) -> None:
        """I3, I11: Entry 3 cannot follow entry 1."""
        self._expect_nothing_left("entries", samples.journal(3)[2])

    @check(1, 11)
    def test_an_event_that_is_there_leaves_nothing(self) -> None:
        """I1, I11: It stays as it was, and so does all else."""
        self._expect_nothing_left("events", samples.event("e1"))

    @check(8, 11)
    def test_a_note_that_is_there_leaves_nothing(self) -> None:
        """I8, I11: It stays as it was, and so does all else."""
        self._expect_nothing_left("notes", samples.note("r1"))

    @check(13, 11)
    def test_a_take_past_the_limit_leaves_nothing(self) -> None:
        """I11, I13: C6: A refused take surfaces, and takes everything else back with it."""
        self._expect_nothing_left("takes", Take(STOCK, 3, 5), LimitReached)

    @check(13, 11)
    def test_giving_back_too_much_leaves_nothing(self) -> None:
        """I11, I13: More than was taken is an error of the caller's, and changes nothing."""
        self._expect_nothing_left("takes", Take(STOCK, -4, 5), Misuse)

    @check(18)
    def test_a_save_of_nothing_changes_nothing(self) -> None:
        """I18: And does not fail, on an empty store and on one that has something."""
        client, there = self.client(), samples.everything(kinds=self.kinds)
        client.save(Changes())
        client.save(there)
        rows = self.rows(client)
        client.save(Changes())
        expect_kept(client, there, "after a save of nothing")
        expect_equal(self.rows(client), rows, "the rows after a save of nothing")
        expect_equal(there.puts[0].key.member_id, ASHA, "the member")
