"""What a catalogue and a checkout keep, read as it was stored; and vouchers, each used once."""

from datetime import date, datetime, timedelta
from typing import Any

import attrs

from mi_rewards.calendar import UTC, Window
from mi_rewards.catalogue import (
    Choice,
    CodeEntry,
    CouponTerms,
    FCodeTerms,
    Limit,
    LimitScope,
    Period,
    PooledCode,
    RedemptionState,
    Reward,
    Validity,
    VoucherUsed,
)
from mi_rewards.checkout import Quote, SettlementState
from mi_rewards.commands import AttachVoucher, Command, VoidVoucher
from mi_rewards.earning import Purchase
from mi_rewards.errors import Conflict, Refused
from mi_rewards.money import Money, Rate, Rounding
from mi_rewards.testing._checks import life, samples, shop
from mi_rewards.testing._checks.marks import check, expect_equal, expect_raised
from mi_rewards.testing._checks.races import receipt_of
from mi_rewards.testing._checks.rows import RowChecks
from mi_rewards.testing._checks.samples import ASHA, BELA, MOST, T, digest_of
from mi_rewards.testing._checks.shop import COMMANDS, NOON, SHOP, code, decided, redeem, use

OF_A_VOUCHER = ("attach", "use", "transfer", "replace", "void", "forget", "expire")
"""Commands that change the voucher `v1`."""


class VoucherChecks(RowChecks):
    """A voucher is used at most once, and everything about it is read as it was stored."""

    @check(13, since=2, part="catalogue")
    def test_a_reward_is_read_as_it_was_stored(self) -> None:
        """I13: With its terms, window, stock and limits, tiers, pool and expense."""
        for_days, to_a_day = Validity(days=0), Validity(through_on=date(2018, 12, 31))
        terms = CouponTerms(
            for_days,
            rate=Rate(1, 8, Rounding.HALF_EVEN),
            cap=Money(99_999, "INR"),
            categories=("phones", "o'1"),
            order_min=Money(0, "INR"),
            platforms=("app",),
            payment_modes=("card",),
            is_combinable=True,
        )
        everything = Reward(
            "R.1_a-b",
            "Naïve, 10 % “off”",
            MOST,
            terms,
            Window(T, T + timedelta(microseconds=1)),
            MOST,
            tuple(Limit(number, per, it) for number, it in enumerate(Period) for per in LimitScope),
            ("gold", "a b"),
            "pool",
            is_revocable=True,
            expense=Money(MOST, "INR"),
        )
        chosen = Choice(10, 5, Rate(1, 10), most=MOST)
        self._expect_rows(
            everything,
            attrs.evolve(everything, stock=0, window=Window(None, T), limits=()),
            Reward("f", "F", 1, FCodeTerms(("mi-a1", "o'2"), to_a_day, is_transferable=False)),
            Reward("c", "C", chosen, CouponTerms(to_a_day)),
        )

    @check(7, since=2, part="catalogue")
    def test_a_redemption_is_read_as_it_was_stored(self) -> None:
        """I7: In every state, with the reward as it was, and what it took."""
        of_state = [samples.reservation(name=it.value, state=it) for it in RedemptionState]
        at_once = samples.reservation(name="o'1", state=RedemptionState.CONFIRMED)
        self._expect_rows(*of_state, at_once._replace(until=None, steps=(), made_at=T))

    @check(15, since=2, part="catalogue")
    def test_a_voucher_is_read_as_it_was_stored(self) -> None:
        """I15: In every state, with and without its code in clear, and handed on."""
        made = samples.voucher(name="o'1", ends_at=datetime(2018, 12, 31, 18, 30, 0, 1, UTC))
        attached = made.attaching(BELA, "o'1", at=T)
        self._expect_rows(
            made,
            made._replace(clear=None),
            made.transferring(BELA, at=T),
            made.at(made.ends_at),
            made.voiding(at=T),
            attached,
            attached.using(BELA, "o'1", at=T),
            attached.detaching(BELA, "o'1", at=T),
        )

    @check(15, since=2, part="catalogue")
    def test_codes_are_read_as_they_were_stored(self) -> None:
        """I15: Entries that lead to a voucher or wait in a pool, and places of a pool."""
        digest = digest_of("code")
        waiting = PooledCode("a/b", 1, digest, "ÄB2")
        self._expect_rows(
            CodeEntry(digest, "o'1", "v'1"),
            CodeEntry(digest, "", ""),
            waiting,
            waiting.issuing(),
            waiting._replace(place=MOST),
        )

    @check(2, since=2, part="checkout")
    def test_quotes_and_settlements_are_read_as_they_were_stored(self) -> None:
        """I2: A quote, an order in every state, paid with tokens, refunded before it came too."""
        of_state = [samples.settlement(name=it.value, state=it) for it in SettlementState]
        paid = samples.settlement(name="o'1", state=SettlementState.PAID, mark=MOST)
        line = paid.lines[0]._replace(
            coupon_minor=1, exchange_minor=2, tokens_minor=3, tokens=MOST, refunded=1
        )
        settled = paid._replace(lines=(line,), vouchers=(), burn_id="b'1", channel="app")
        placed = samples.row(Purchase, 5, name="o'1")
        gone_without = placed.forgoing((("l1", 1),))
        self._expect_rows(
            samples.row(Quote, 99_999, name="q'1"), *of_state, settled, placed, gone_without
        )

    @check(11, 15, since=2, part="catalogue")
    def test_a_voucher_is_used_once(self) -> None:
        """I11, I15: On one order of one member, though two who have its code try at once."""
        digest = code("asha r1").digest
        for pair in (
            (use(ASHA, "u1", "o1", digest), use(ASHA, "u2", "o2", digest)),
            (use(ASHA, "u1", "o1", digest), use(BELA, "u1", "o1", digest)),
            (use(BELA, "u1", "o1", digest), VoidVoucher(**_asha("v"), voucher_id="r1")),
            (
                use(ASHA, "u1", "o1", digest),
                AttachVoucher(**_asha("a"), voucher_id="r1", order_id="o2"),
            ),
        ):
            client = self.client()
            rewards = client.rewards(SHOP)
            rewards.do(shop.brought())
            rewards.do(redeem())
            one, two = pair
            changes = decided(client, one), decided(client, two)
            client.save(changes[0])
            what = f"{type(two).__name__} after a use on the same state"
            expect_raised(Conflict, what, client.save, changes[1])
            expect_equal(receipt_of(client, two), None, f"the receipt of {what}")
            expect_raised(VoucherUsed, f"{what}, again", rewards.do, two)
            (found,) = shop.vouchers_of(client, ASHA)
            orders = (found.state.value, found.order_of, found.order_id)
            expect_equal(orders, ("used", one.member_id, "o1"), "the voucher")

    @check(11, 15, since=2, part="catalogue")
    def test_commands_on_one_voucher_race(self) -> None:
        """I11, I15: Each kind with each: one is carried out, and the other decides again."""
        client = self.client()
        rewards = client.rewards(SHOP)
        for first in OF_A_VOUCHER:
            for second in OF_A_VOUCHER:
                by = f"{first}-{second}"
                rewards.do(shop.brought(by))
                rewards.do(redeem(by, "v1", at=T))
                one, two = COMMANDS[first](by, "r1"), COMMANDS[second](by, "r2")
                batch = life.decided(client, one, SHOP)
                changes: tuple[Any, Any] = batch.changes, decided(client, two)
                client.save(changes[0])
                there = shop.vouchers_of(client, by)
                what = f"{second} after {first} on the same voucher"
                expect_raised(Conflict, what, client.save, changes[1])
                expect_equal(shop.vouchers_of(client, by), there, f"the voucher after {what}")
                expect_equal(receipt_of(client, two), None, f"the receipt of {what}")
                self._expect_answer(client, two, what)
                expect_equal(receipt_of(client, one), batch.outcomes[0], f"the winner's, {what}")

    def _expect_answer(self, client: Any, command: Command[Any], what: str) -> None:
        """See that a loser comes to an answer of its own."""
        answer = client.rewards(SHOP).do_all([command])[0]
        expected = None if isinstance(answer, Refused) else answer
        expect_equal(receipt_of(client, command), expected, f"the receipt afterwards, {what}")


def _asha(name: str) -> dict[str, Any]:
    """Name a request of Asha's."""
    return {"member_id": ASHA, "request_id": name, "at": NOON}
