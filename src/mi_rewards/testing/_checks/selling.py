"""A small launch for checks: its commands, and what must be left of its units."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import attrs

from mi_rewards.catalogue import FCodeTerms, Reward, Validity
from mi_rewards.commands import (
    CancelPreOrder,
    CarryOver,
    CloseQuota,
    Command,
    DeliverPreOrder,
    OpenQuota,
    PayPreOrder,
    PlacePreOrder,
    PutBack,
    Redeem,
    ReduceQuota,
    RepricePreOrder,
    ReshardQuota,
    ReviewQuota,
    SetAside,
    ShipPreOrder,
    TopUpQuota,
    WatchPreOrder,
)
from mi_rewards.errors import Conflict
from mi_rewards.preorders import Allotment, SizeChange, check_units
from mi_rewards.preorders.unit_journal import QUOTA_CHANGED, read_changes
from mi_rewards.programme import Programme
from mi_rewards.repositories import (
    Counter,
    CounterKey,
    Needs,
    Page,
    preorder_key,
    quota_key,
    reserved_unit_key,
)
from mi_rewards.testing._checks import life, shop
from mi_rewards.testing._checks.ahead import DAY, HOUR, TERMS
from mi_rewards.testing._checks.base import Checks
from mi_rewards.testing._checks.marks import expect_equal, expect_raised
from mi_rewards.testing._checks.races import receipt_of
from mi_rewards.testing._checks.samples import ASHA, PROGRAMME, T
from mi_rewards.testing.clients import Client

PRICE = life.rupees(100)

SALE = attrs.evolve(
    PROGRAMME,
    preorders=(TERMS,),
    rewards=(Reward("f", "An F-code", 10, FCodeTerms(("phone",), Validity(1), quota_id="q")),),
    keeps_codes=True,
)
"""The programme, with pre-orders to be paid within an hour, and codes that have a unit."""

PLAIN = attrs.evolve(SALE, preorders=(attrs.evolve(TERMS, remind_minutes=None),))
"""The same, where nobody is reminded."""

OVER = T + HOUR
"""The instant at which a payment has run out."""


def opened(client: Client, units: int = 2, **parts: Any) -> Client:
    """Open the quota `q`; answer with the client."""
    client.rewards(SALE).do(open_quota(units, **parts))
    return client


def open_quota(units: int = 2, quota_id: str = "q", **parts: Any) -> OpenQuota:
    """Open a quota of so many units, for two days."""
    stated: dict[str, Any] = {"opens_at": T, "closes_at": T + 2 * DAY, **parts}
    return OpenQuota(
        quota_id=quota_id,
        request_id="open",
        at=T,
        units=units,
        terms_id=TERMS.terms_id,
        product_id="phone",
        **stated,
    )


def on_quota(quota_id: str, name: str, at: datetime = T) -> dict[str, Any]:
    """Name a request on a quota."""
    return {"quota_id": quota_id, "request_id": name, "at": at}


def on_order(by: str, name: str, order_id: str = "o1", at: datetime = T) -> dict[str, Any]:
    """Name a request on a pre-order."""
    return {"member_id": by, "request_id": name, "at": at, "order_id": order_id}


def place(
    by: str = ASHA, name: str = "place", order_id: str = "o1", *, at: datetime = T, text: str = ""
) -> PlacePreOrder:
    """Place a pre-order, by a code where one is named."""
    return PlacePreOrder(
        **on_order(by, name, order_id, at),
        quota_id="q",
        price=PRICE,
        payment_mode="credit_card",
        digest=shop.code(text).digest if text else "",
    )


def pay(by: str = ASHA, order_id: str = "o1", *, at: datetime = T) -> PayPreOrder:
    """Pay for a pre-order."""
    return PayPreOrder(**on_order(by, f"pay {order_id}", order_id, at), amount=PRICE)


def cancel(by: str = ASHA, order_id: str = "o1", *, at: datetime = T) -> CancelPreOrder:
    """Cancel a pre-order."""
    return CancelPreOrder(**on_order(by, f"cancel {order_id}", order_id, at))


def issue(by: str = ASHA, name: str = "code") -> Redeem:
    """Redeem an F-code, whose text is its name."""
    return Redeem(member_id=by, request_id=name, at=T, reward_id="f", code=shop.code(name))


def of_a_quota() -> list[Command[Any]]:
    """Make the requests of a quota, in their order; what is left goes to another."""
    later = T + 3 * DAY
    return [
        open_quota(5, notice_minutes=9),
        open_quota(0, "r"),
        TopUpQuota(**on_quota("q", "more"), units=3),
        ReduceQuota(**on_quota("q", "less"), units=1),
        SetAside(**on_quota("q", "aside"), units=2),
        PutBack(**on_quota("q", "back"), units=1),
        ReshardQuota(**on_quota("q", "spread"), shards=4),
        ReviewQuota(**on_quota("q", "notice")),
        ReviewQuota(**on_quota("q", "over", later)),
        CloseQuota(**on_quota("r", "close")),
        CarryOver(**on_quota("q", "carry", later), to_quota_id="r"),
    ]


def of_preorders(by: str = ASHA) -> list[Command[Any]]:
    """Make a member's requests where something is sold ahead, in their order."""
    return [
        place(by),
        RepricePreOrder(**on_order(by, "price"), price=life.rupees(90)),
        WatchPreOrder(**on_order(by, "watch", at=OVER - HOUR // 10)),
        PayPreOrder(**on_order(by, "pay"), amount=life.rupees(90)),
        ShipPreOrder(**on_order(by, "ship")),
        DeliverPreOrder(**on_order(by, "deliver")),
        place(by, "again", "o2"),
        pay(by, "o2"),
        cancel(by, "o2"),
        place(by, "late", "o3"),
        WatchPreOrder(**on_order(by, "run out", "o3", OVER)),
    ]


def used(client: Client, name: str, scope: str = "quota/q") -> int:
    """Read a counter."""
    key = CounterKey(scope, name)
    found: Counter | None = client.load(Needs(counters=(key,))).counter(key)
    return 0 if found is None else found.used


def expect_units(
    client: Client,
    expected: Sequence[int],
    *,
    orders: Iterable[tuple[str, str]] = (),
    codes: Iterable[tuple[str, str]] = (),
) -> None:
    """I14: See how many units are free, held, sold and reserved, and that the journal agrees.

    Pre-orders and codes that have or had a unit are to be named.
    """
    keys = [preorder_key(*it) for it in orders], [reserved_unit_key(*it) for it in codes]
    events = Page("outbox", "quota/q", "", 0, 1_000)
    loaded = client.load(Needs((quota_key("q"), *keys[0], *keys[1]), pages=(events,)))
    there = [it for it in (loaded.get(quota_key("q")),) if it is not None]
    expect_equal(len(there), 1, "how many quotas of that name there are")
    quota = there[0]
    units: list[Allotment] = [
        it.allotment for it in loaded.get_all(keys[0]) if it is not None and it.allotment
    ]
    units += [it.allotment for it in loaded.get_all(keys[1]) if it is not None]
    changes: list[SizeChange] = []
    for event in loaded.pages[events]:
        if event.topic == QUOTA_CHANGED:
            changes += read_changes(str(dict(event.figures)["sizes"]))
    counts = {name: used(client, name) for name in quota.counter_names}
    state = quota.state(counts)
    found = (state.free, state.held, state.sold, state.reserved)
    expect_equal(found, tuple(expected), "the units that are free, held, sold and reserved")
    expect_equal(check_units(quota, counts, changes, units), (), "what is wrong with the units")


class SellingChecks(Checks):
    """What checks of units have in common."""

    def _asked_twice(
        self, client: Client, commands: Sequence[Command[Any]], programme: Programme = SALE
    ) -> None:
        """Carry requests out, and ask for each again."""
        rewards = client.rewards(programme)
        for command in commands:
            name = f"{type(command).__name__} {command.request_id}"
            simulated, _ = rewards.simulate(command)
            outcome = rewards.do(command)
            expect_equal(simulated, outcome, f"{name}, simulated")
            rows, events = self.rows(client), life.events_of(client, command.scope)
            expect_equal(rewards.do(command), outcome, f"{name}, asked again")
            expect_equal(rewards.simulate(command), (outcome, None), f"{name}, simulated again")
            after = life.events_of(client, command.scope)
            expect_equal(after, events, f"the outbox after {name}, asked again")
            expect_equal(self.rows(client), rows, f"the rows after {name}, asked again")

    def _expect_one_wins(
        self,
        client: Client,
        winner: Command[Any],
        loser: Command[Any],
        error: type[Exception] = Conflict,
        programme: Programme = SALE,
    ) -> None:
        """Let two decide on the same state, and save; see that the loser left nothing."""
        first, second = (life.decided(client, it, programme) for it in (winner, loser))
        changes: tuple[Any, Any] = first.changes, second.changes
        expect_equal([it is None for it in changes], [False] * 2, "what would do nothing")
        client.save(changes[0])
        rows = self.rows(client)
        what = f"{type(loser).__name__} {loser.request_id}, decided before another was saved"
        expect_raised(error, what, client.save, changes[1])
        expect_equal(receipt_of(client, loser), None, f"the receipt of {what}")
        expect_equal(self.rows(client), rows, f"the rows after {what}")
