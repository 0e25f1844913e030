"""Quotas, pre-orders and F-codes on a store that fails, beside a list of single units.

Starved: five units, one or two of them for codes, three members, payments that wait two hours,
codes that last two days, a sale of four. Saves are lost, cut off, doubled and late; requests come
twice, late and out of order; two clients decide on the same state. After every step both sides must
agree on every unit: what it is, where it is, and who has it.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, ClassVar

import attrs
import pytest
from hypothesis import Phase, note, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from mi_rewards.catalogue import FCodeTerms, SealedCode, Validity, Voucher
from mi_rewards.commands import (
    Batch,
    CancelPreOrder,
    Command,
    DetachVoucher,
    ExpireVoucher,
    Issued,
    OpenQuota,
    PayPreOrder,
    PlacePreOrder,
    PreOrderClosed,
    PreOrdered,
    PreOrderPaid,
    PutBack,
    QuotaSet,
    Redeem,
    ReduceQuota,
    ReshardQuota,
    Rewards,
    SetAside,
    ShipPreOrder,
    TopUpQuota,
    UseVoucher,
    VoidVoucher,
    WatchPreOrder,
)
from mi_rewards.commands.unit_takes import counter_keys, used_of
from mi_rewards.earning import Purchase
from mi_rewards.errors import Conflict, LimitReached, Refused
from mi_rewards.memory import MemoryStore
from mi_rewards.preorders import (
    PreOrder,
    PreOrderTerms,
    Quota,
    ReservedUnit,
    SizeChange,
    check_units,
)
from mi_rewards.preorders.unit_journal import QUOTA_CHANGED, read_changes
from mi_rewards.repositories import Changes, CounterKey, Needs, Page, Put, quota_key
from mi_rewards.testing import ConnectionLost, Crashed, Fault, FaultyStore, Plan
from mi_rewards.testing._books.coins import No
from mi_rewards.testing._checks.races import meet
from tests.machines._launch import CODES, Launch
from tests.redeeming import CODES as BOOK
from tests.redeeming import HOUR, reward
from tests.shop import SMALL, bring, contents, inr, ist, join, rules

BY_DAY = 150
"""How many stories are told by day."""

MEMBERS = ("asha", "bela", "cyra")
START = ist("2017-03-31 12:00")
CLOSES = START + timedelta(days=4)
PRICE = inr(100)
THE_QUOTA = quota_key("q")
EVENTS = Page("outbox", "quota/q", "", 0, 1_000)

FIRED: Counter[str] = Counter()
"""How often each rule did what it is for, over the run."""

REFUSED: Counter[str] = Counter()
"""How often each refusal was met, over the run."""

members = st.sampled_from((0, 0, 1, 1, 2))
picks = st.integers(0, 5)
lateness = st.sampled_from((0, 0, 0, 0, 1, 3))
"""Hours by which a request comes late."""
faults = st.lists(st.sampled_from((None, None, None, *Fault)), max_size=2)
"""What befalls the first tries."""

Told = Callable[[Launch, str], object]
"""What a step does to the books, and answers; it is told from which shard a unit was taken."""

Step = tuple[str, Command[Any], Told]


class Attentive(MemoryStore):
    """A store that keeps what was saved last."""

    def __init__(self) -> None:
        super().__init__()
        self.last: Changes | None = None

    def save(self, changes: Changes, /) -> None:
        """Save, and keep it where that went well."""
        super().save(changes)
        self.last = changes


class LaunchMachine(RuleBasedStateMachine):
    """Three members before one quota."""

    made: ClassVar[type[Attentive]] = Attentive

    def __init__(self) -> None:
        super().__init__()
        self.now = START
        self.number = 0
        self.inner = self.made()
        self.store = FaultyStore(self.inner, Plan())
        self.done: list[tuple[Command[Any], object]] = []
        self.sealed: list[SealedCode] = []
        self.books = Launch(5, None, (START, CLOSES), revives=True)

    @initialize(
        shards=st.sampled_from((1, 4)),
        for_codes=st.sampled_from((1, 1, 2)),
        member_max=st.sampled_from((None, 1, 1, 2)),
        revives=st.booleans(),
    )
    def begin(self, shards: int, for_codes: int, member_max: int | None, revives: bool) -> None:
        """A quota is opened, and members have tokens."""
        f_code = reward("f", 1, terms=FCodeTerms(("phone",), Validity(1), quota_id="q"))
        terms = PreOrderTerms("mi.com", ("mi.com",), pay_within_minutes=120, revives_f_code=revives)
        self.programme = rules(SMALL, preorders=(terms,), rewards=(f_code,), keeps_codes=True)
        self.rewards = Rewards(self.store, self.programme)
        self.books = Launch(5, member_max, (START, CLOSES), revives=revives)
        for by in MEMBERS:
            self.rewards.do(join(by, at=START))
            self.rewards.do(bring(99, by=by, at=START))
        self.rewards.do(
            OpenQuota(
                quota_id="q",
                request_id="open",
                at=START,
                units=5,
                terms_id="mi.com",
                product_id="phone",
                opens_at=START,
                closes_at=CLOSES,
                shards=shards,
                for_codes=for_codes,
                member_max=member_max,
            )
        )
        self.books.shift(for_codes, for_codes=True)
        self.books.spread(self.sizes())

    # How a step is tried on both.

    def named(self, at: datetime | None = None) -> dict[str, Any]:
        """Name a request."""
        self.number += 1
        return {"request_id": f"r{self.number}", "at": self.now if at is None else at}

    def insisted(self, command: Command[Any], befalls: Sequence[Fault | None]) -> object:
        """Ask until there is an answer."""
        first = self.store.saves + 1
        planned = [(first + nth, it) for nth, it in enumerate(befalls) if it is not None]
        self.store.plan = Plan(tuple(planned))
        while True:
            try:
                return self.rewards.do_all([command])[0]
            except (Conflict, ConnectionLost, Crashed) as mishap:
                FIRED[f"asked again after {type(mishap).__name__}"] += 1

    def both(self, step: Step, befalls: Sequence[Fault | None] = ()) -> object:
        """Try a step on both: refused alike, or done and answered alike."""
        label, command, told = step
        before = contents(self.inner)
        reasons = self.rewards.reasons_against(command)
        assert contents(self.inner) == before
        outcome = self.insisted(command, befalls)
        note(f"{label}: {command!r} -> {outcome!r}")
        # I18: Simulating says what doing does.
        assert [it.code for it in reasons] == (
            [outcome.code] if isinstance(outcome, Refused) else []
        )
        if isinstance(outcome, Refused):
            assert contents(self.inner) == before
        self.settle(label, command, told, outcome)
        return outcome

    def settle(self, label: str, command: Command[Any], told: Told, outcome: object) -> None:
        """See that the books answer the same, and go on with what they are then."""
        if isinstance(outcome, Refused):
            REFUSED[outcome.code] += 1
        else:
            FIRED[label] += 1
            self.done.append((command, outcome))
        self.agree(told, outcome)

    def agree(self, told: Told, outcome: object) -> None:
        """See that the books answer the same."""
        after, answer = answered(self.books, told, outcome)
        assert plain(outcome) == answer
        self.books = after

    def sizes(self) -> dict[str, int]:
        """Read how many units the store has in each shard."""
        return {it.shard: it.size for it in self.rewards.quota("q").shards}

    # Steps.

    def placing(self, by: int, code: SealedCode | None = None, *, late: int = 0) -> Step:
        """Place a pre-order, by a code or not."""
        named = self.named(self.now - late * HOUR)
        at, name, digest = named["at"], f"o{self.number}", code.digest if code else ""
        command = PlacePreOrder(
            member_id=MEMBERS[by], **named, order_id=name, quota_id="q", price=PRICE, digest=digest
        )

        def told(it: Launch, shard: str) -> object:
            it.placed(MEMBERS[by], name, at, digest, shard)
            return "placed", name, at + it.pay_within

        return ("place by a code" if code else "place"), command, told

    def order(self, pick: int, *places: str) -> tuple[str, str]:
        """Choose a pre-order: mostly one of these, now and then whichever, or none."""
        orders = list(self.books.orders.values())
        found = [it for it in orders if it.at(self.now) in places and pick < 4] or orders
        if not found or pick == 5:
            return MEMBERS[pick % 3], "none"
        order = found[-1 - pick % len(found)]
        return order.by, order.name

    def changing(self, what: str, order: tuple[str, str], *, late: int = 0) -> Step:
        """Pay for a pre-order, cancel it, send it, watch it."""
        named = self.named(self.now - late * HOUR)
        by, name, at = *order, named["at"]
        key = {"member_id": by, "order_id": name, **named}
        commands: dict[str, Callable[[], Command[Any]]] = {
            "pay": lambda: PayPreOrder(**key, amount=PRICE),
            "cancel": lambda: CancelPreOrder(**key),
            "ship": lambda: ShipPreOrder(**key),
            "watch": lambda: WatchPreOrder(**key),
        }

        def told(it: Launch, _: str) -> object:
            getattr(it, what)(by, name, at)
            order = it.orders[by, name]
            if what == "pay":
                return "paid", name, PRICE.minor
            refund = PRICE.minor if what == "cancel" and order.is_paid else 0
            return "changed", name, order.at(at), refund

        return what, commands[what](), told

    def issuing(self, by: int) -> Step:
        """Redeem an F-code."""
        named, code = self.named(), BOOK.draw()
        self.sealed.append(code)
        command = Redeem(member_id=MEMBERS[by], **named, reward_id="f", code=code)
        day = SMALL.zone.day_of(self.now) + timedelta(days=1)
        ends, name, at = SMALL.zone.after(day), named["request_id"], self.now

        def told(it: Launch, _: str) -> object:
            it.issue(MEMBERS[by], name, at, code.digest, ends)
            return "issued", name

        return "issue", command, told

    def code(self, pick: int, *places: str) -> SealedCode:
        """Choose a code: mostly one of these, now and then whichever, or none."""
        known = [it for it in self.sealed if it.digest in self.books.codes]
        found = [it for it in known if self.books.codes[it.digest].at(self.now) in places]
        found = (found if pick < 4 else []) or known
        return BOOK.draw() if not found or pick == 5 else found[-1 - pick % len(found)]

    def spending(self, what: str, who: int, code: SealedCode, *, late: int = 0) -> Step:
        """Use a code by other means, take it off its order, make it void, book its end."""
        named, ticket = self.named(self.now - late * HOUR), self.books.codes.get(code.digest)
        at, digest, by = named["at"], code.digest, MEMBERS[who]
        order = f"x{self.number}"
        if ticket is not None and (what in ("void", "expire") or ticket.order is None):
            by = ticket.by
        elif ticket is not None and ticket.order is not None:
            by, order = ticket.order
        key: dict[str, Any] = {"member_id": by, **named}
        command: Command[Any]
        if what == "use":
            command = UseVoucher(**key, digest=digest, order_id=order)
            args: tuple[Any, ...] = (by, digest, order, at)
        elif what == "detach":
            command = DetachVoucher(**key, digest=digest, order_id=order)
            args = (by, digest, order, at)
        elif what == "void":
            command, args = VoidVoucher(**key, digest=digest), (digest, at)
        else:
            name = "none" if ticket is None else ticket.name
            command, args = ExpireVoucher(**key, voucher_id=name), (digest, at)

        def told(it: Launch, _: str) -> object:
            it.found(digest) if what != "expire" else None
            if digest not in it.codes:
                raise No("voucher_not_found")
            getattr(it, what)(*args)
            return "code", it.codes[digest].place

        return f"{what} a code", command, told

    def sizing(self, what: str, units: int) -> Step:
        """Make the quota larger or smaller, set aside, put back, spread."""
        key: dict[str, Any] = {"quota_id": "q", **self.named()}
        commands: dict[str, Callable[[], Command[Any]]] = {
            "top up": lambda: TopUpQuota(**key, units=units),
            "reduce": lambda: ReduceQuota(**key, units=units),
            "set aside": lambda: SetAside(**key, units=units),
            "put back": lambda: PutBack(**key, units=units),
            "reshard": lambda: ReshardQuota(**key, shards=(1, 4)[units % 2]),
        }

        def told(it: Launch, _: str) -> object:
            steps: dict[str, Callable[[], None]] = {
                "top up": lambda: it.more(units),
                "reduce": lambda: it.less(units),
                "set aside": lambda: it.shift(units, for_codes=True),
                "put back": lambda: it.shift(units, for_codes=False),
                "reshard": lambda: None,
            }
            steps[what]()
            units_now = len(it.pieces), sum(piece.shard == CODES for piece in it.pieces)
            sizes = self.sizes()
            # Of two who did not see each other, what the first has left is not there to look at.
            if units_now == (sum(sizes.values()), sizes[CODES]):
                it.spread(sizes)
            return "set", *units_now

        return what, commands[what](), told

    # Rules.

    @rule(hours=st.sampled_from((1, 1, 2, 5, 24)))
    def time_passes(self, hours: int) -> None:
        """Nothing happens but that."""
        self.now += hours * HOUR

    @rule(by=members, late=lateness, befalls=faults)
    def place(self, by: int, late: int, befalls: list[Fault | None]) -> None:
        """Order one."""
        self.both(self.placing(by, late=late), befalls)

    @precondition(lambda self: self.sealed)
    @rule(by=members, pick=picks, late=lateness, befalls=faults)
    def place_by_a_code(self, by: int, pick: int, late: int, befalls: list[Fault | None]) -> None:
        """Order one by a code, one's own or another's."""
        self.both(self.placing(by, self.code(pick, "issued"), late=late), befalls)

    @precondition(lambda self: self.books.orders)
    @rule(what=st.sampled_from(("pay", "cancel")), pick=picks, late=lateness, befalls=faults)
    def change(self, what: str, pick: int, late: int, befalls: list[Fault | None]) -> None:
        """Pay for one, or cancel it."""
        places = ("placed",) if what == "pay" or pick % 2 else ("paid",)
        self.both(self.changing(what, self.order(pick, *places), late=late), befalls)

    @precondition(lambda self: self.books.orders)
    @rule(pick=picks, befalls=faults)
    def ship(self, pick: int, befalls: list[Fault | None]) -> None:
        """Send one."""
        self.both(self.changing("ship", self.order(pick, "paid")), befalls)

    @precondition(lambda self: self.books.orders)
    @rule(pick=picks, befalls=faults)
    def watch(self, pick: int, befalls: list[Fault | None]) -> None:
        """Book the end of one, where it has come."""
        self.both(self.changing("watch", self.order(pick, "run_out")), befalls)

    @rule(by=members, paid=st.booleans(), hours=st.sampled_from((0, 1, 2, 3)), befalls=faults)
    def order_and_go_on(self, by: int, paid: bool, hours: int, befalls: list[Fault | None]) -> None:
        """Order one, go on later: pay for it or not, and cancel it."""
        if isinstance(self.both(self.placing(by)), Refused):
            return
        order = (MEMBERS[by], f"o{self.number}")
        if paid:
            self.both(self.changing("pay", order), befalls)
        self.now += hours * HOUR
        self.both(self.changing("cancel", order), befalls)
        self.both(self.changing("cancel", order))

    @rule(by=members, befalls=faults)
    def issue(self, by: int, befalls: list[Fault | None]) -> None:
        """Redeem an F-code."""
        self.both(self.issuing(by), befalls)

    @rule(
        by=members,
        user=members,
        hours=st.sampled_from((0, 1, 2, 36)),
        ends=st.sampled_from((("pay", "cancel"), ("cancel",), ("pay", "ship"), ("watch",), ())),
        befalls=faults,
    )
    def buy_by_a_code(
        self, by: int, user: int, hours: int, ends: tuple[str, ...], befalls: list[Fault | None]
    ) -> None:
        """Issue a code, have somebody buy by it, and go on in some way; then buy by it again."""
        if isinstance(self.both(self.issuing(by)), Refused):
            return
        code = self.sealed[-1]
        self.both(self.placing(user, code), befalls)
        order = (MEMBERS[user], f"o{self.number}")
        for what in ends:
            self.both(self.changing(what, order), befalls)
            self.now += hours * HOUR
        self.both(self.placing((user + 1) % 3, code))

    @precondition(lambda self: self.sealed)
    @rule(
        what=st.sampled_from(("use", "detach", "void", "expire")),
        who=members,
        pick=picks,
        late=lateness,
        befalls=faults,
    )
    def spend(self, what: str, who: int, pick: int, late: int, befalls: list[Fault | None]) -> None:
        """Do something else with a code."""
        place = {"use": "issued", "detach": "attached", "void": "issued", "expire": "expired"}
        self.both(self.spending(what, who, self.code(pick, place[what]), late=late), befalls)

    @rule(by=members, swept=st.booleans(), is_late=st.booleans())
    def let_a_code_end(self, by: int, swept: bool, is_late: bool) -> None:
        """Issue a code, go on after its end, and book that; then it buys nothing."""
        if isinstance(self.both(self.issuing(by)), Refused):
            return
        code = self.sealed[-1]
        self.now += (48 if is_late else 12) * HOUR
        if swept:
            self.sweep(Voucher, 1)
        else:
            self.both(self.spending("expire", by, code))
        self.both(self.placing(by, code))

    sizes_of = st.sampled_from(("top up", "reduce", "set aside", "put back", "reshard", "reshard"))

    @rule(what=sizes_of, units=st.integers(1, 2), befalls=faults)
    def resize(self, what: str, units: int, befalls: list[Fault | None]) -> None:
        """Make the quota larger or smaller, set aside, put back, spread."""
        if what == "top up" and len(self.books.pieces) > 5:
            what = "reduce"
        self.both(self.sizing(what, units), befalls)

    @rule(kind=st.sampled_from((PreOrder, Voucher, Quota)), limit=st.integers(1, 2))
    def sweep(self, kind: type[Any], limit: int) -> None:
        """Book what is due, in pages; somebody else is faster now and then."""
        self.store.plan = Plan({self.store.saves + 1: Fault.CONFLICT} if limit == 2 else {})
        at = self.now
        if kind is PreOrder:
            orders = [it for it in self.books.orders.values() if it.at(at) != it.place]
            assert self.rewards.preorders_due(at, limit=limit) == len(orders)
            for order in orders:
                self.books.watch(order.by, order.name, at)
            FIRED["run out by sweep"] += len(orders)
        elif kind is Voucher:
            codes = [it for it in self.books.codes.values() if it.at(at) != it.place]
            assert self.rewards.expire_due(at, limit=limit) == len(codes)
            for code in codes:
                code.become_at(at)
            FIRED["ended by sweep"] += len(codes)
        else:
            self.rewards.review_quotas_due(at, limit=limit)

    @rule(first=members, second=members, third=members, befalls=faults)
    def crowd(self, first: int, second: int, third: int, befalls: list[Fault | None]) -> None:
        """Several orders in one save: each is answered as if it came alone."""
        steps = [self.placing(by) for by in (first, second, third)]
        start = self.store.saves + 1
        planned = [(start + nth, it) for nth, it in enumerate(befalls) if it is not None]
        self.store.plan = Plan(tuple(planned))
        answers: list[object] = []
        while not answers:
            try:
                answers = list(self.rewards.do_all([it[1] for it in steps]))
            except (Conflict, ConnectionLost, Crashed):
                FIRED["asked again together"] += 1
        for (_, command, told), answer in zip(steps, answers, strict=True):
            self.settle("crowd", command, told, answer)

    @precondition(lambda self: self.done)
    @rule(pick=st.integers(0, 9), hours=st.sampled_from((-3, 0, 7)))
    def duplicate(self, pick: int, hours: int) -> None:
        """I8: An earlier request comes again, at another instant."""
        command, outcome = self.done[-1 - pick % len(self.done)]
        before = contents(self.inner)
        again: Command[Any] = attrs.evolve(command, at=command.at + hours * HOUR)  # type: ignore[misc]
        assert self.rewards.do_all([again]) == [outcome]
        assert contents(self.inner) == before
        FIRED["duplicate"] += 1

    # Races.

    def racing(self, kind: int, by: int, pick: int) -> Step:
        """Choose what one of two does."""
        steps: tuple[Callable[[], Step], ...] = (
            lambda: self.placing(by),
            lambda: self.placing(by),
            lambda: self.placing(by, self.code(0, "issued")),
            lambda: self.changing("pay", self.order(pick % 4, "placed")),
            lambda: self.changing("cancel", self.order(pick % 4, "placed", "paid")),
            lambda: self.changing("watch", self.order(pick % 4, "run_out")),
            lambda: self.issuing(by),
            lambda: self.spending("void", by, self.code(0, "issued")),
            lambda: self.sizing("reduce", 1 + pick % 2),
            lambda: self.sizing("reshard", pick),
            lambda: self.sizing("set aside", 1),
            lambda: self.sizing("put back", 1),
        )
        return steps[kind]()

    kinds = st.tuples(st.integers(0, 11), st.integers(0, 11))

    @rule(kinds=kinds, by=members, other=members, pick=picks)
    def race(self, kinds: tuple[int, int], by: int, other: int, pick: int) -> None:
        """I11, I13, I14: Two clients load, load, save and save."""
        self.raced(self.racing(kinds[0], by, pick), self.racing(kinds[1], other, pick))

    @rule(by=members, kind=st.sampled_from((0, 0, 8, 9, 10)))
    def race_for_the_last(self, by: int, kind: int) -> None:
        """I13: All but one unit are taken out, and two want that one."""
        left = len(self.books.free(for_codes=False)) - 1
        if left > 0:
            self.both(self.sizing("reduce", left))
        self.raced(self.placing((by + 1) % 3), self.racing(kind, by, 0))
        self.both(self.sizing("top up", 2))

    ends = st.sampled_from(("pay", "cancel", "cancel"))

    @rule(by=members, ends=st.tuples(ends, ends), hours=st.sampled_from((0, 1)))
    def race_for_an_order(self, by: int, ends: tuple[str, str], hours: int) -> None:
        """I11: One order is paid for and cancelled at once, or twice; then it is sent."""
        if isinstance(self.both(self.placing(by)), Refused):
            return
        order = (MEMBERS[by], f"o{self.number}")
        self.now += hours * HOUR
        self.raced(self.changing(ends[0], order), self.changing(ends[1], order))
        self.both(self.changing("ship", order))
        self.both(self.changing("cancel", order))

    @rule(by=members, other=members, is_void=st.booleans())
    def race_for_a_code(self, by: int, other: int, is_void: bool) -> None:
        """I11, I15: Two buy by one code at once, or it is made void; then it is taken off."""
        if isinstance(self.both(self.issuing(by)), Refused):
            return
        code = self.sealed[-1]
        second = self.spending("void", by, code) if is_void else self.placing(other, code)
        self.raced(self.placing(by, code), second)
        self.both(self.spending("detach", by, code))

    def raced(self, first: Step, second: Step) -> None:
        """Let two clients load, load, save and save; whoever loses asks again."""
        self.store.plan = Plan()
        batches: list[Batch[Any]] = [Batch([it[1]], self.programme) for it in (first, second)]
        for batch in batches:
            self.rewards._decide(batch)
        won, late = [it.changes for it in batches]
        if won is not None:
            self.inner.save(won)
            FIRED["race"] += 1
        if late is None:
            # It was refused on what is perhaps not so any more.
            self.settle(*first, batches[0].outcomes[0])
            self.both(second)
            return
        lost: type[Exception] | None = None
        before = contents(self.inner)
        try:
            self.inner.save(late)
        except (Conflict, LimitReached) as error:
            lost = type(error)
        assert (lost is Conflict) is (won is not None and meet(won, late))
        if lost is None:
            self.neither_lost((first, batches[0]), (second, batches[1]))
            return
        FIRED[f"lost by {lost.__name__}"] += 1
        assert contents(self.inner) == before
        self.settle(*first, batches[0].outcomes[0])
        self.both(second)

    def neither_lost(self, *steps: tuple[Step, Batch[Any]]) -> None:
        """Two who did not see each other: as if the one had come first, or the other."""
        books = self.books
        try:
            for (_, _, told), batch in steps:
                self.agree(told, batch.outcomes[0])
        except AssertionError:
            self.books = books
            for (_, _, told), batch in reversed(steps):
                self.agree(told, batch.outcomes[0])
            FIRED["swapped"] += 1
        for (label, command, _), batch in steps:
            if not isinstance(batch.outcomes[0], Refused):
                FIRED[label] += 1
                self.done.append((command, batch.outcomes[0]))

    # What always holds.

    @invariant()
    def every_unit_is_something(self) -> None:
        """I14: The store counts what the books count, and so does the journal."""
        quota = self.inner.load(Needs((THE_QUOTA,))).get(THE_QUOTA)
        assert quota is not None
        counters = counter_keys("q", quota.counter_names)
        limits = [CounterKey(by, "quota/q") for by in MEMBERS]
        loaded = self.inner.load(Needs(counters=(*counters, *limits), pages=(EVENTS,)))
        used = used_of(loaded, counters)
        state = quota.state(used)
        found = {it.shard: tuple(it[1:]) for it in state.shards if it.size}
        assert found == self.books.counted()
        changes: list[SizeChange] = []
        for event in loaded.pages[EVENTS]:
            if event.topic == QUOTA_CHANGED:
                changes += read_changes(str(dict(event.figures)["sizes"]))
        units = [it.allotment for it in self.inner.all_of(PreOrder) if it.allotment is not None]
        units += [it.allotment for it in self.inner.all_of(ReservedUnit)]
        assert check_units(quota, used, changes, units) == ()
        for by, limit in zip(MEMBERS, limits, strict=True):
            counted = loaded.counter(limit)
            has = self.books.has(by) if self.books.member_max is not None else 0
            assert (counted.used if counted else 0) == has
            assert self.books.member_max is None or has <= self.books.member_max

    @invariant()
    def orders_and_codes_are_those_of_the_books(self) -> None:
        """I12, I15: Each is what it should be; what is paid for is a purchase."""
        orders = {(it.member_id, it.order_id): it for it in self.inner.all_of(PreOrder)}
        assert orders.keys() == self.books.orders.keys()
        for key, order in self.books.orders.items():
            assert orders[key].state == order.place
            assert orders[key].at(self.now).state == order.at(self.now)
            unit = orders[key].allotment
            shard = None if unit is None or order.piece is None else unit.shard
            assert shard == (None if order.piece is None else order.piece.shard)
        codes = {it.digest: it for it in self.inner.all_of(Voucher)}
        assert codes.keys() == self.books.codes.keys()
        for digest, code in self.books.codes.items():
            assert codes[digest].state == code.place
            assert codes[digest].at(self.now).state == code.at(self.now)
        bought = {(it.member_id, it.order_id) for it in self.inner.all_of(Purchase)}
        assert bought == {key for key, it in self.books.orders.items() if it.is_paid}


def answered(books: Launch, told: Told, outcome: object) -> tuple[Launch, object]:
    """Try a step on a copy of the books."""
    after = books.copy()
    try:
        return after, told(after, outcome.shard if isinstance(outcome, PreOrdered) else "")
    except No as refusal:
        return books, refusal.code


def plain(outcome: object) -> object:
    """An outcome as the books tell it: its parts, or a refusal's code."""
    if isinstance(outcome, Refused):
        return outcome.code
    if isinstance(outcome, PreOrdered):
        return "placed", outcome.order_id, outcome.pay_until
    if isinstance(outcome, PreOrderPaid):
        return "paid", outcome.order_id, outcome.paid_minor
    if isinstance(outcome, QuotaSet):
        return "set", outcome.size, outcome.for_codes
    if isinstance(outcome, Issued):
        return "issued", outcome.voucher_id
    it: Any = outcome
    if hasattr(outcome, "voucher_id"):
        return "code", it.state
    refund = outcome.refund_minor if isinstance(outcome, PreOrderClosed) else 0
    return "changed", it.order_id, it.state, refund


FIRED_MIN = {
    "place": 220,
    "place by a code": 80,
    "pay": 80,
    "cancel": 120,
    "ship": 8,
    "watch": 45,
    "run out by sweep": 2,
    "issue": 80,
    "use a code": 5,
    "detach a code": 15,
    "void a code": 4,
    "expire a code": 10,
    "ended by sweep": 4,
    "top up": 70,
    "reduce": 70,
    "set aside": 20,
    "put back": 2,
    "reshard": 50,
    "crowd": 50,
    "duplicate": 60,
    "asked again after Conflict": 20,
    "asked again after ConnectionLost": 90,
    "asked again after Crashed": 50,
    "asked again together": 10,
    "race": 200,
    "lost by Conflict": 80,
    "lost by LimitReached": 25,
}
REFUSED_MIN = {
    "quota_exhausted": 300,
    "quota_committed": 45,
    "member_limit_reached": 150,
    "sale_not_open": 6,
    "preorder_not_open": 280,
    "already_shipped": 1,
    "unknown_preorder": 35,
    "voucher_not_found": 35,
    "voucher_used": 6,
    "voucher_attached": 50,
    "voucher_expired": 5,
    "voucher_not_attached": 1,
}


@pytest.mark.hypothesis
def test_units_agree_with_a_list_of_them_whatever_happens() -> None:
    """I8, I11 to I15, I18: over a run in which everything happens often enough."""
    FIRED.clear()
    REFUSED.clear()
    # By day the same stories each time, so that the floors are met or not for a reason.
    by_day = settings().max_examples <= BY_DAY
    tries = settings(
        max_examples=max(BY_DAY, settings().max_examples),
        stateful_step_count=40,
        derandomize=by_day,
        database=None,
    )
    run_state_machine_as_test(LaunchMachine, settings=tries)
    assert {name: FIRED[name] for name, least in FIRED_MIN.items() if FIRED[name] < least} == {}
    assert {code: REFUSED[code] for code, n in REFUSED_MIN.items() if REFUSED[code] < n} == {}


class Forgetful(Attentive):
    """A store without receipts."""

    def save(self, changes: Changes, /) -> None:
        """Save all but receipts."""
        super().save(attrs.evolve(changes, receipts=()))


class Boundless(Attentive):
    """A store that takes any number of steps."""

    def save(self, changes: Changes, /) -> None:
        """Save every step, whatever its limit."""
        takes = tuple([it._replace(limit=2**62) for it in changes.takes])
        super().save(attrs.evolve(changes, takes=takes))


class Keeping(Attentive):
    """A store that gives nothing back."""

    def save(self, changes: Changes, /) -> None:
        """Save all but what is given back."""
        takes = tuple([it for it in changes.takes if it.n > 0])
        super().save(attrs.evolve(changes, takes=takes))


class Late(Attentive):
    """A store that lets a second writer of a pre-order win."""

    def save(self, changes: Changes, /) -> None:
        """Save pre-orders over whatever version is there."""
        rows = vars(self)["_rows"]
        puts = []
        for key, aggregate in changes.puts:
            there = rows.get(key)
            is_one = isinstance(aggregate, PreOrder) and there is not None
            puts.append(
                Put(key, aggregate._replace(version=there.version) if is_one else aggregate)
            )
        super().save(attrs.evolve(changes, puts=tuple(puts)))


@pytest.mark.parametrize("broken", [Forgetful, Boundless, Keeping, Late])
def test_the_machine_objects(broken: type[Attentive]) -> None:
    """A store that sells twice, oversells, loses units or lets a lost race win is caught."""

    class Machine(LaunchMachine):
        """The machine on that store."""

        made = broken

    tries = settings(
        max_examples=200,
        stateful_step_count=40,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
    )
    with pytest.raises(AssertionError):
        run_state_machine_as_test(Machine, settings=tries)
