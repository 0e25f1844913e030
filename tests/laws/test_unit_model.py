"""Every sequence of up to six operations on a quota of two units, two members and one F-code (I14).

1. A `Sale` is a store in memory at an instant. `steps` lists what can be asked of it: all of it is
   asked of every state, also what must be refused, and what is done twice.
2. States are walked breadth first. Two that differ in nothing a later request can see, as `seen_of`
   tells, go on alike and are walked once; so each sequence of up to six is covered.
3. After every step that changes something the units are counted anew: by the counters, by their
   journal, and by the pre-orders and the code that have them.
4. Time passes in steps of half a payment's deadline, which two of them meet to the instant, and of
   two days, after which the sale and the code are over.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import attrs
import pytest

from mi_rewards.catalogue import FCodeTerms, SealedCode, Validity, Voucher, VoucherState
from mi_rewards.checkout import CheckoutTerms
from mi_rewards.commands import (
    CloseQuota,
    Command,
    DetachVoucher,
    OpenQuota,
    PlacePreOrder,
    PublishReward,
    PutBack,
    ReduceQuota,
    ReshardQuota,
    Rewards,
    SetAside,
    TopUpQuota,
    UseVoucher,
    VoidVoucher,
)
from mi_rewards.commands.preorders.changes import PayPreOrder
from mi_rewards.commands.preorders.endings import CancelPreOrder, WatchPreOrder
from mi_rewards.commands.preorders.handover import ShipPreOrder
from mi_rewards.commands.unit_takes import counter_keys, used_of
from mi_rewards.commands.units import UNIT_OF
from mi_rewards.earning import Purchase
from mi_rewards.errors import Misuse, Refused
from mi_rewards.memory import MemoryStore
from mi_rewards.preorders import (
    PreOrder,
    PreOrderState,
    PreOrderTerms,
    Quota,
    QuotaCommitted,
    QuotaExhausted,
    QuotaState,
    ReservedUnit,
    UnitState,
    check_units,
)
from mi_rewards.preorders.unit_journal import QUOTA_CHANGED, SizeChange, read_changes
from mi_rewards.programme import Programme
from mi_rewards.repositories import (
    Changes,
    CounterKey,
    Needs,
    Page,
    quota_key,
    voucher_key,
)
from tests.redeeming import CODES, redeem, reward
from tests.shop import SMALL, T, bring, inr, join, rules

HALF = timedelta(minutes=30)
"""Half the time that a payment is waited for."""

TWO_DAYS = timedelta(days=2)
MEMBERS = ("asha", "bela")
CODE = CODES.draw()
PRICE = inr(1000)
THE_QUOTA = quota_key("q")
EVENTS = Page("outbox", "quota/q", "", 0, 100)

Step = tuple[str, Command[Any] | None]
"""What is asked, in words and as a command; none for a sweep."""


class World(NamedTuple):
    """What the sale is like.

    Attributes:
        for_codes: How many of its two units are set aside at first.
        member_max: How many units a member can have.
        revives: Whether a code can be used again after its pre-order was cancelled.
        has_ends: Whether pre-orders are shipped, or watched one by one, and the quota closed early.
    """

    for_codes: int
    member_max: int | None
    revives: bool
    has_ends: bool


class Forking(MemoryStore):
    """A store in memory that can be copied as it stands."""

    def fork(self) -> "Forking":
        """Copy it; what it keeps are values."""
        copy = type(self)()
        mine, others = vars(self), vars(copy)
        for name in ("_rows", "_receipts", "_notes", "_used", "_pending"):
            others[name] = mine[name].copy()
        others["_event_ids"] = mine["_event_ids"].copy()
        for name in ("_journal", "_events"):
            others[name] = {key: list(rows) for key, rows in mine[name].items()}
        others["_index"].unsorted = list(mine["_rows"])
        return copy


@attrs.frozen(order=False)
class Sale:
    """A sale at an instant.

    Attributes:
        world: What the sale is like.
        store: What is kept.
        programme: The rules.
        now: The instant.
        size: How many units there are, by what was asked for.
        path: How it came to be.
    """

    world: World
    store: Forking
    programme: Programme
    now: datetime
    size: int
    path: tuple[str, ...] = ()

    @property
    def rewards(self) -> Rewards:
        """The programme on the store."""
        return Rewards(self.store, self.programme)

    def do(self, command: Command[Any]) -> object:
        """Carry a command out."""
        return self.rewards.do(command)

    def named(self, what: str) -> dict[str, Any]:
        """Name a request, each another one."""
        return {"request_id": f"{what}:{len(self.path)}", "at": self.now}

    def all_of(self, kind: type[Any]) -> list[Any]:
        """Read all rows of a kind."""
        return list(self.store.all_of(kind))

    def quota(self) -> Quota:
        """Read the quota."""
        quota = self.store.load(Needs((THE_QUOTA,))).get(THE_QUOTA)
        assert quota is not None
        return quota

    def voucher(self) -> Voucher | None:
        """Read the code's voucher."""
        key = voucher_key("asha", "issue")
        return self.store.load(Needs((key,))).get(key)


def opened(world: World, store: Forking) -> Sale:
    """Open the sale."""
    terms = PreOrderTerms(
        "mi.com", ("mi.com",), pay_within_minutes=60, revives_f_code=world.revives
    )
    f_code = reward("f", terms=FCodeTerms(("phone",), Validity(1), quota_id="q"))
    book = rules(SMALL, preorders=(terms,), checkout=CheckoutTerms(), rewards=(f_code,))
    sale = Sale(world, store, book, T, 2)
    for by in MEMBERS:
        sale.do(join(by))
    sale.do(bring(5, by="asha"))
    sale.do(PublishReward(reward=f_code, request_id="publish", at=T))
    sale.do(
        OpenQuota(
            quota_id="q",
            request_id="open",
            at=T,
            units=2,
            for_codes=world.for_codes,
            member_max=world.member_max,
            terms_id="mi.com",
            product_id="phone",
            opens_at=T,
            closes_at=T + TWO_DAYS,
        )
    )
    return sale


# What can be asked.


def place(sale: Sale, by: str, code: SealedCode | None = None) -> PlacePreOrder:
    """Place a pre-order, with the code or without."""
    digest = "" if code is None else code.digest
    number = sum(it.member_id == by for it in sale.all_of(PreOrder)) + 1
    return PlacePreOrder(
        member_id=by,
        **sale.named("place"),
        order_id=f"{by}{number}",
        quota_id="q",
        price=PRICE,
        digest=digest,
    )


def steps(sale: Sale) -> Iterator[Step]:
    """List what can be asked of a sale."""
    for by in MEMBERS:
        yield f"{by} places", place(sale, by)
        yield f"{by} places with the code", place(sale, by, CODE)
    for order in sale.all_of(PreOrder):
        yield from steps_of(sale, order)
    voucher = sale.voucher()
    if voucher is None:
        yield "the code is issued", redeem("f", at=sale.now, request="issue", code=CODE)
    else:
        yield from steps_of_code(sale, voucher)
    for kind in (TopUpQuota, ReduceQuota, SetAside, PutBack):
        yield kind.__name__, kind(quota_id="q", **sale.named("size"), units=1)
    shards = 4 if sale.quota().live == 1 else 1
    yield "reshard", ReshardQuota(quota_id="q", **sale.named("reshard"), shards=shards)
    yield "sweep", None
    if sale.world.has_ends:
        yield "close", CloseQuota(quota_id="q", **sale.named("close"))


def steps_of(sale: Sale, order: PreOrder) -> Iterator[Step]:
    """List what can be asked of a pre-order."""
    named: dict[str, Any] = {"member_id": order.member_id, "order_id": order.order_id}
    yield "pay", PayPreOrder(**named, **sale.named("pay"), amount=PRICE)
    kinds: tuple[type[Any], ...] = (CancelPreOrder,)
    if sale.world.has_ends:
        kinds = (CancelPreOrder, ShipPreOrder, WatchPreOrder)
    for kind in kinds:
        yield kind.__name__, kind(**named, **sale.named("change"))


def steps_of_code(sale: Sale, voucher: Voucher) -> Iterator[Step]:
    """List what can be asked of the code, by its owner and by whoever it is attached for."""
    named: dict[str, Any] = {"member_id": "asha", "voucher_id": "issue"}
    yield "the code is void", VoidVoucher(**named, **sale.named("void"))
    yield "the code is used elsewhere", UseVoucher(**named, **sale.named("use"), order_id="x")
    if voucher.order_of is not None and voucher.order_id is not None:
        yield (
            "the code is detached",
            DetachVoucher(
                member_id=voucher.order_of,
                order_id=voucher.order_id,
                digest=CODE.digest,
                **sale.named("detach"),
            ),
        )


def sweep(sale: Sale) -> int:
    """Book all that is due."""
    rewards = sale.rewards
    found = [rewards._sweep(kind, sale.now, 10) for kind in (PreOrder, Voucher, Quota)]
    return sum(found)


SIZES = {"TopUpQuota": 1, "ReduceQuota": -1}
"""By how much a quota is larger afterwards."""


# What is seen of a state, and checked.


_OVER = frozenset(
    {
        PreOrderState.CANCELLED,
        PreOrderState.REFUNDED,
        PreOrderState.RUN_OUT,
    }
)


def seen_of(sale: Sale) -> tuple[object, ...]:
    """Tell all of a state that a later request can see.

    That is everything but how often a row was stored, past instants of pre-orders, the moves that a
    unit has made, and what is there for tokens, which a pre-order of this sale never spends.
    """
    mine = vars(sale.store)
    rows: list[object] = []
    for row in mine["_rows"].values():
        if isinstance(row, PreOrder):
            unit = row.allotment and (row.allotment.shard, row.allotment.state)
            until = None if row.state in _OVER else row.pay_until
            rows.append((row.order_id, row.state, until, unit, row.voucher_id))
        elif isinstance(row, ReservedUnit):
            rows.append((row.allotment.state, len(row.allotment.moves) > 0))
        elif isinstance(row, Quota | Voucher):
            rows.append(row._replace(version=0))
        elif isinstance(row, Purchase):
            rows.append((row.order_id, row.state))
    used = frozenset((it.key, it.used) for it in mine["_used"].values() if it.used)
    return sale.now, frozenset(rows), used


def check(sale: Sale) -> QuotaState:
    """I13, I14: Count the units by the counters, by the journal, and by who has them."""
    quota = sale.quota()
    limits = [CounterKey(by, "quota/q") for by in MEMBERS]
    counters = counter_keys("q", quota.counter_names)
    loaded = sale.store.load(Needs(counters=(*counters, *limits), pages=(EVENTS,)))
    used = used_of(loaded, counters)
    changes: list[SizeChange] = []
    for event in loaded.pages[EVENTS]:
        if event.topic == QUOTA_CHANGED:
            changes += read_changes(str(dict(event.figures)["sizes"]))
    orders: list[PreOrder] = sale.all_of(PreOrder)
    units = [it.allotment for it in orders if it.allotment is not None]
    codes: list[ReservedUnit] = sale.all_of(ReservedUnit)
    wrong = check_units(quota, used, changes, units + [it.allotment for it in codes])
    assert wrong == (), (sale.path, wrong)
    state = quota.state(used)
    assert state.size == sale.size, (sale.path, state)
    assert state.free + state.held + state.sold + state.reserved == sale.size, sale.path
    expected = counted(sale, orders)
    found = {
        UnitState.HELD: state.held,
        UnitState.SOLD: state.sold,
        UnitState.RESERVED: state.reserved,
    }
    assert found == {it: expected[it] for it in found}, (sale.path, state)
    for by, limit in zip(MEMBERS, limits, strict=True):
        check_member(sale, quota, [it for it in orders if it.member_id == by], limit)
    return state


def check_moves(sale: Sale) -> None:
    """I14: What became of a unit is recorded to the last, each move from where the one before led.

    Ways to the same state differ in this alone, and so it is looked at on each of them.
    """
    for row in vars(sale.store)["_rows"].values():
        if isinstance(row, PreOrder | ReservedUnit) and row.allotment is not None:
            state = UnitState.FREE
            for move in row.allotment.moves:
                assert move.before is state, sale.path
                state = move.after
            assert row.allotment.state is state, sale.path


def counted(sale: Sale, orders: list[PreOrder]) -> Counter[UnitState]:
    """Count the units by what their pre-orders and the code are."""
    found = Counter([UNIT_AFTER[it.state] for it in orders if it.voucher_id is None])
    voucher = sale.voucher()
    if voucher is not None:
        bought = [it for it in orders if it.voucher_id is not None and it.paid_at is not None]
        given_back = [it for it in bought if it.state in _OVER and not it.terms.revives_f_code]
        found[UnitState.FREE if given_back else UNIT_OF[voucher.state]] += 1
    return found


UNIT_AFTER = {
    PreOrderState.PLACED: UnitState.HELD,
    PreOrderState.PAID: UnitState.SOLD,
    PreOrderState.SHIPPED: UnitState.SOLD,
    PreOrderState.CANCELLED: UnitState.FREE,
    PreOrderState.RUN_OUT: UnitState.FREE,
}
"""What the unit of a pre-order is."""


def check_member(sale: Sale, quota: Quota, orders: list[PreOrder], limit: CounterKey) -> None:
    """I13: What a member has is counted, and within the limit."""
    live = sum(it.voucher_id is None and it.state not in _OVER for it in orders)
    loaded = sale.store.load(Needs(counters=(limit,))).counter(limit)
    if quota.member_max is None:
        assert loaded is None
        return
    assert live <= quota.member_max, sale.path
    assert live == (0 if loaded is None else loaded.used), sale.path


def check_code(sale: Sale) -> bool:
    """I14: A code that is issued can buy, whatever the crowd; tells whether there is one."""
    voucher = sale.voucher()
    if voucher is None or voucher.at(sale.now).state is not VoucherState.ISSUED:
        return False
    asked = attrs.evolve(place(sale, "bela", CODE), request_id="tried")
    assert sale.rewards.reasons_against(asked) == (), sale.path
    return True


def check_refusal(sale: Sale, label: str, refusal: Refused, state: QuotaState) -> None:
    """I14: No unit is lost: there is none to be had where that is said."""
    if refusal.code == "quota_exhausted" and label.endswith("places"):
        assert state.free == state.for_codes, (sale.path, label, state)
    elif refusal.code == "quota_exhausted":
        assert state.for_codes == 0, (sale.path, label, state)
    elif refusal.code == "quota_committed":
        there = state.for_codes if label == "PutBack" else state.free - state.for_codes
        assert there == 0, (sale.path, label, state)


def after(sale: Sale, step: Step) -> Sale | Refused:
    """Ask a sale for something."""
    label, command = step
    store = sale.store.fork()
    size = sale.size + SIZES.get(label, 0)
    then = Sale(sale.world, store, sale.programme, sale.now, size, (*sale.path, label))
    try:
        _ = sweep(then) if command is None else then.do(command)
    except Refused as refusal:
        return refusal
    return then


def walk(world: World, store: Forking, depth: int = 6) -> tuple[int, Counter[str]]:
    """Walk through all sequences of so many operations.

    Answers with how many states there are, and how often something was asked, refused, and met.
    """
    first = opened(world, store)
    level, seen = [(first, check(first))], {seen_of(first)}
    met: Counter[str] = Counter()
    for left in reversed(range(depth)):
        reached: list[tuple[Sale, QuotaState]] = []
        for sale, state in level:
            for then in following(sale, state, met):
                check_moves(then)
                what = seen_of(then)
                if what in seen:
                    continue
                seen.add(what)
                counts = check(then)
                met["an issued code can buy"] += check_code(then)
                if left:
                    reached.append((then, counts))
        level = reached
    return len(seen), met


def following(sale: Sale, state: QuotaState, met: Counter[str]) -> Iterator[Sale]:
    """Ask for everything, and let time pass."""
    for step in steps(sale):
        met["asked"] += 1
        then = after(sale, step)
        if isinstance(then, Refused):
            met[then.code] += 1
            check_refusal(sale, step[0], then, state)
        else:
            yield then
    for label, time in (("half an hour", HALF), ("two days", TWO_DAYS)):
        yield attrs.evolve(sale, now=sale.now + time, path=(*sale.path, label))


LONGEST = World(for_codes=1, member_max=1, revives=True, has_ends=False)
WIDEST = World(for_codes=1, member_max=None, revives=False, has_ends=True)


def test_every_sequence_of_six_operations_keeps_every_unit() -> None:
    """I13, I14: Over 27,000 states, reached by more than 90,000 questions; each answer is met."""
    states, met = walk(LONGEST, Forking(), 6)
    assert states >= 27_000
    floors = {
        "asked": 90_000,
        "an issued code can buy": 5_000,
        "quota_exhausted": 2_500,
        "quota_committed": 9_000,
        "member_limit_reached": 2_000,
        "sale_not_open": 5_000,
        "preorder_not_open": 5_000,
        "voucher_attached": 3_000,
        "voucher_used": 2_500,
        "voucher_expired": 2_500,
        "voucher_not_attached": 400,
    }
    assert {name: met[name] for name, least in floors.items() if met[name] < least} == {}


def test_every_sequence_of_five_operations_keeps_every_unit_under_other_terms() -> None:
    """I14: Without limits, with codes that are not revived, with pre-orders shipped and watched."""
    states, met = walk(WIDEST, Forking(), 5)
    assert states >= 9_000
    assert met["asked"] >= 30_000
    assert met["already_shipped"] >= 15


class Forgetful(Forking):
    """A store that gives nothing back."""

    def save(self, changes: Changes, /) -> None:
        """Save all but what is given back."""
        takes = tuple([it for it in changes.takes if it.n > 0])
        super().save(attrs.evolve(changes, takes=takes))


class Generous(Forking):
    """A store that gives back twice."""

    def save(self, changes: Changes, /) -> None:
        """Save what is given back, and once more."""
        again = tuple([it for it in changes.takes if it.n < 0])
        super().save(attrs.evolve(changes, takes=changes.takes + again))


class Astray(Forking):
    """A store that gives back to another shard than the unit came from."""

    def save(self, changes: Changes, /) -> None:
        """Save what is given back under the first shard's name."""
        takes = [
            it if it.n > 0 else it._replace(key=it.key._replace(name=f"000/{it.key.name[4:]}"))
            for it in changes.takes
        ]
        super().save(attrs.evolve(changes, takes=tuple(takes)))


class Hasty(Forking):
    """A store that keeps no record of what became of a code's unit after its issue."""

    def save(self, changes: Changes, /) -> None:
        """Save all but units of codes that are there."""
        puts = [it for it in changes.puts if it.key.kind is not ReservedUnit or not it[1].version]
        super().save(attrs.evolve(changes, puts=tuple(puts)))


class Silent(Forking):
    """A store that tells nobody how large shards became."""

    def save(self, changes: Changes, /) -> None:
        """Save all but the events of size, once there are units."""
        there = CounterKey("quota/q", "000/taken") in vars(self)["_used"]
        events = () if there else changes.events
        super().save(attrs.evolve(changes, events=events))


@pytest.mark.parametrize("broken", [Forgetful, Generous, Astray, Hasty, Silent])
def test_the_walk_objects(broken: type[Forking]) -> None:
    """I14: A store that loses units, or finds some, or what became of them, is seen soon."""
    with pytest.raises((AssertionError, Misuse)):
        walk(WIDEST, broken(), 4)


def test_the_walk_objects_to_a_code_that_cannot_buy() -> None:
    """I14: A state is objected to where an issued code does not buy, as where its unit is gone."""
    sale = opened(LONGEST, Forking())
    sale.do(redeem("f", at=T, request="issue", code=CODE))
    assert check_code(sale)
    rows = vars(sale.store)["_rows"]
    del rows[THE_QUOTA]
    with pytest.raises(AssertionError):
        check_code(sale)


@pytest.mark.parametrize(
    ("label", "refusal"),
    [
        ("asha places", QuotaExhausted(quota_id="q", size=2)),
        ("the code is issued", QuotaExhausted(quota_id="q", size=1)),
        ("PutBack", QuotaCommitted(quota_id="q", asked=1, free=0)),
        ("ReduceQuota", QuotaCommitted(quota_id="q", asked=1, free=0)),
    ],
)
def test_the_walk_objects_to_a_refusal_without_a_reason(label: str, refusal: Refused) -> None:
    """I14: Where a unit is there, nobody is told that there is none."""
    sale = opened(LONGEST, Forking())
    with pytest.raises(AssertionError):
        check_refusal(sale, label, refusal, check(sale))
