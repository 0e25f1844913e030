"""Reservations and payments that run out, vouchers that expire: due as wallets are, by kind."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from mi_rewards.catalogue import Redemption, RedemptionState, Voucher, VoucherState
from mi_rewards.checkout import Settlement, SettlementState
from mi_rewards.repositories import Changes, Due, DueKey, Needs, key_of
from mi_rewards.testing._checks import samples, shop
from mi_rewards.testing._checks.base import Checks
from mi_rewards.testing._checks.due import SECOND, holding
from mi_rewards.testing._checks.marks import check, expect_equal
from mi_rewards.testing._checks.samples import ASHA, BELA, CHAND, MICROSECOND, T
from mi_rewards.testing._checks.shop import HOUR, SHOP
from mi_rewards.testing.clients import Client
from mi_rewards.wallet import Wallet

LATER = T + timedelta(days=9)

ENDING: Mapping[type[Any], Callable[[str, str, datetime], Any]] = {
    Redemption: lambda by, name, at: samples.reservation(by, name, until=at),
    Voucher: lambda by, name, at: samples.voucher(by, name, ends_at=at),
    Settlement: lambda by, name, at: samples.settlement(by, name, until=at),
}
"""How something of each kind is made that is due at an instant."""

CLOSED = (
    *(
        samples.reservation(name=state.value, state=state)
        for state in RedemptionState
        if state is not RedemptionState.RESERVED
    ),
    *(
        samples.voucher(name=state.value)._replace(
            state=state, clear=None, order_id=order_id, order_of=order_id and ASHA
        )
        for state, order_id in (
            (VoucherState.ATTACHED, "o1"),
            (VoucherState.USED, "o1"),
            (VoucherState.EXPIRED, None),
            (VoucherState.VOID, None),
        )
    ),
)
"""What of the catalogue the calendar no longer changes."""

SETTLED = tuple(
    samples.settlement(name=state.value, state=state)
    for state in SettlementState
    if state is not SettlementState.PLACED
)
"""What of the checkout the calendar no longer changes."""

MIXED = (
    (T, BELA, "n1"),
    (T + timedelta(days=1), CHAND, "n1"),
    (T, ASHA, "n2"),
    (T - MICROSECOND, "zoya", "n1"),
    (T, ASHA, "n1"),
    (T, ASHA, "N3"),
    (T, "Asha", "n1"),
    (T + MICROSECOND, "aaron", "n1"),
    (SECOND + MICROSECOND, "a", "n1"),
    (SECOND, "b", "n1"),
    *((T, "dev", f"n{number:02}") for number in range(9)),
)
"""Instants, members and names, out of order: many are due at one instant."""


def found_due(
    client: Client,
    kind: type[Any],
    before: datetime = LATER,
    after: DueKey[Any] | None = None,
    limit: int = 99,
) -> list[DueKey[Any]]:
    """Ask what of a kind is due."""
    return list(client.load(Needs(due=Due(before, after, limit, kind))).due)


def stored(client: Client, *aggregates: Any) -> list[DueKey[Any]]:
    """Store aggregates; answer with what is due of them, in order."""
    client.save(Changes(tuple(map(samples.put, aggregates))))
    found = [DueKey(it.due_at, key_of(it)) for it in aggregates if it.due_at is not None]
    return sorted(found, key=lambda it: (it.due_at, it.key.member_id, it.key.name))


class DeadlineChecks(Checks):
    """Sweeps find the reservations and the vouchers that they must, and nothing else."""

    def _ending(self) -> dict[type[Any], Callable[[str, str, datetime], Any]]:
        """List what may end, of the kinds that the host's stores keep."""
        return {kind: make for kind, make in ENDING.items() if kind in self.kinds}

    @check(6, since=2, part="catalogue")
    def test_reservations_and_vouchers_are_due_at_their_end(self) -> None:
        """I6: At the instant itself and a microsecond after it, and not a microsecond before."""
        for kind, make in self._ending().items():
            client = self.client()
            due = stored(client, make(ASHA, "n1", T))
            expected = {T - MICROSECOND: [], T: due, T + MICROSECOND: due}
            for at, there in expected.items():
                found = found_due(client, kind, at)
                expect_equal(found, there, f"each {kind.__name__.lower()} due at {at}")

    @check(6, since=2, part="catalogue")
    def test_each_kind_is_due_by_itself(self) -> None:
        """I6: A wallet, a reservation and a voucher of one member, one name and one instant."""
        client = self.client()
        made: dict[type[Any], Any] = {
            Wallet: holding(ASHA, T, "n1"),
            **{kind: make(ASHA, "n1", T) for kind, make in self._ending().items()},
        }
        due = {kind: stored(client, aggregate) for kind, aggregate in made.items()}
        for kind in self.kinds:
            found = found_due(client, kind)
            expect_equal(found, due.get(kind, []), f"each {kind.__name__.lower()} that is due")
        expect_equal(
            list(client.load(Needs(due=Due(LATER, None, 9))).due),
            due[Wallet],
            "what is due where no kind is named",
        )

    @check(6, since=2, part="catalogue")
    def test_what_is_closed_is_not_due(self) -> None:
        """I6: Confirmed, cancelled or run out; attached, used, expired or void; paid or failed."""
        client = self.client()
        closed = [it for it in (*CLOSED, *SETTLED) if type(it) in self.kinds]
        expect_equal(stored(client, *closed), [], "what the library takes for due")
        for kind in self._ending():
            found = found_due(client, kind, T + timedelta(days=36_500))
            expect_equal(found, [], f"each {kind.__name__.lower()} that is due ever")

    @check(6, since=2, part="catalogue")
    def test_reservations_and_vouchers_are_due_page_by_page(self) -> None:
        """I6: What ends first before the rest, then by member and name, in pages of any size."""
        for kind, make in self._ending().items():
            client = self.client()
            there = stored(client, *[make(by, name, at) for at, by, name in MIXED])
            for limit in (1, 2, 3, 7, len(there), len(there) + 1):
                pages: list[DueKey[Any]] = []
                while len(pages) <= len(there):
                    after = pages[-1] if pages else None
                    page = found_due(client, kind, after=after, limit=limit)
                    expect_equal(page[limit:], [], f"what a page of {limit} has beyond that")
                    if not page:
                        break
                    pages += page
                expect_equal(pages, there, f"each {kind.__name__.lower()}, in pages of {limit}")

    @check(6, since=2, part="catalogue")
    def test_reservations_and_vouchers_are_due_as_they_are_now(self) -> None:
        """I6: Later or earlier than before, and no longer once they are closed."""
        client = self.client()
        first, until = samples.reservation(until=T), T + timedelta(days=1)
        stored(client, first, samples.voucher(ends_at=T))
        moved = first._replace(until=until, version=1)
        attached = samples.voucher(ends_at=T).attaching(ASHA, "o1", at=T - HOUR)
        due = stored(client, moved, attached._replace(version=1))
        expect_equal(found_due(client, Redemption), due, "the reservation, moved")
        expect_equal(found_due(client, Voucher), [], "the voucher, attached")
        confirmed = first.confirming(at=T - HOUR)._replace(version=2)
        detached = attached.detaching(ASHA, "o1", at=T - HOUR)._replace(version=2)
        due = stored(client, confirmed, detached)
        expect_equal(found_due(client, Redemption), [], "the reservation, confirmed")
        expect_equal(found_due(client, Voucher), due, "the voucher, detached")

    @check(6, 13, since=2, part="catalogue")
    def test_sweeps_run_out_and_expire_everything(self) -> None:
        """I6, I13: Each once, in pages of any size; stock and limits are back, once."""
        members = [f"m{number}" for number in range(5)]
        until = shop.NOON + HOUR
        for limit in (1, 2, 100):
            client = self.client()
            rewards = client.rewards(SHOP)
            rewards.do_all([shop.brought(by) for by in members])
            rewards.do_all([shop.reserve(by, "h", "five", until=until) for by in members])
            rewards.do_all([shop.redeem(by, "v") for by in members])
            expect_equal(rewards.run_out_due(until - MICROSECOND, limit=limit), 0, "run out early")
            shop.expect_used(client, shop.stock_of("five"), 5)
            expect_equal(rewards.run_out_due(until, limit=limit), 5, "run out")
            expect_equal(rewards.run_out_due(until, limit=limit), 0, "run out again")
            shop.expect_used(client, shop.stock_of("five"), 0)
            left = [rewards.balance(by, at=until).available for by in members]
            expect_equal(left, [90] * 5, "what is left")
            end = rewards.vouchers(members[0], at=until)[0].ends_at
            expect_equal(rewards.expire_due(end - MICROSECOND, limit=limit), 0, "expired early")
            expect_equal(rewards.expire_due(end, limit=limit), 5, "expired")
            expect_equal(rewards.expire_due(end, limit=limit), 0, "expired again")
            found = [rewards.vouchers(by, at=T)[0].state for by in members]
            expect_equal(found, [VoucherState.EXPIRED] * 5, "the vouchers, as they are stored")
