"""The redemption catalogue on a store that fails, beside lists of single coins, units and tickets.

Starved: four rewards of one to five tokens, stocks of none to three, limits of one or two, vouchers
valid for a day or two, three days around the turn of a year that is the end of a day, a week, a
month and a year at once. Saves are lost, cut off, doubled and late; whoever asks again draws a new
code. After every step both sides must agree on everything that is there.
"""

from collections import Counter
from collections.abc import Callable, Sequence
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

from mi_rewards.catalogue import (
    Choice,
    CouponTerms,
    FCodeTerms,
    Limit,
    LimitScope,
    Period,
    Redemption,
    RedemptionState,
    Reward,
    SealedCode,
    Validity,
    Voucher,
    VoucherState,
)
from mi_rewards.commands import (
    AttachVoucher,
    Batch,
    CancelRedemption,
    CodeReplaced,
    Command,
    ConfirmRedemption,
    DetachVoucher,
    ExpireVoucher,
    Issued,
    PublishReward,
    Redeem,
    ReplaceCode,
    Reserve,
    Rewards,
    RunOutRedemption,
    TransferVoucher,
    UseVoucher,
    VoidVoucher,
)
from mi_rewards.errors import Conflict, LimitReached, Refused
from mi_rewards.memory import MemoryStore
from mi_rewards.money import Money, Rate
from mi_rewards.repositories import Changes, Put
from mi_rewards.testing import ConnectionLost, Crashed, Fault, FaultyStore, Plan
from mi_rewards.testing._books.coins import No
from mi_rewards.testing._checks.races import meet
from mi_rewards.wallet import EndOfYear, Owner, Wallet
from tests.machines._units import Answer, Kind, Ticket, Units
from tests.redeeming import CODES, HOUR, check_books, publish
from tests.shop import SMALL, bring, contents, deliver, give_back, ist, join, rules

BY_DAY = 150
"""How many stories are told by day."""

MEMBERS = ("asha", "bela", "cyra")
START = ist("2017-12-30 18:00")

KINDS = (
    Kind("cup", (3,), 2, ((2, "member", "ever"),), 0, takes_back=False, travels=False),
    Kind(
        "pen",
        (2,),
        None,
        ((1, "member", "day"), (2, "programme", "week")),
        1,
        takes_back=True,
        travels=True,
    ),
    Kind("phone", (4,), None, (), 1, takes_back=False, travels=True),
    Kind("sum", (1, 3, 5), 3, ((2, "member", "month"),), 0, takes_back=True, travels=False),
)
NAMES = tuple(kind.name for kind in KINDS)

FIRED: Counter[str] = Counter()
"""How often each rule did what it is for, over the run."""

REFUSED: Counter[str] = Counter()
"""How often each refusal was met, over the run."""

members = st.sampled_from((0, 0, 0, 1, 1, 2))
names = st.sampled_from(NAMES)
picks = st.integers(0, 5)
lateness = st.sampled_from((0, 0, 0, 0, 0, 1, 9))
"""Hours by which a request comes late."""
faults = st.lists(st.sampled_from((None, None, None, *Fault)), max_size=2)
"""What befalls the first tries."""
orders = st.sampled_from(("o1", "o2"))


def reward_of(kind: Kind, *, version: int = 0) -> Reward:
    """Write a kind down as a reward."""
    is_chosen = len(kind.costs) > 1
    least, most = kind.costs[0], kind.costs[-1]
    cost = Choice(least, kind.costs[1] - least, Rate(100, 1), most) if is_chosen else least
    value = None if is_chosen else Money.of("100", "INR")
    validity = Validity(kind.days)
    limits = [Limit(n, LimitScope(whose), Period(period)) for n, whose, period in kind.limits]
    return Reward(
        kind.name,
        f"A {kind.name}",
        cost,
        FCodeTerms(("phone",), validity)
        if kind.name == "phone"
        else CouponTerms(validity, value, is_transferable=kind.travels),
        stock=kind.stock,
        limits=tuple(limits),
        is_revocable=kind.takes_back,
        version=version,
    )


PROGRAMME = rules(
    SMALL, expiry=EndOfYear(0), keeps_codes=True, rewards=tuple(reward_of(it) for it in KINDS)
)


class Attentive(MemoryStore):
    """A store that keeps what was saved last."""

    def __init__(self) -> None:
        super().__init__()
        self.last: Changes | None = None

    def save(self, changes: Changes, /) -> None:
        """Save, and keep it where that went well."""
        super().save(changes)
        self.last = changes


Made = Callable[[SealedCode], Command[Any]]
Told = Callable[[Units, str], Answer]


class CatalogueMachine(RuleBasedStateMachine):
    """Three members before one catalogue."""

    made: ClassVar[type[Attentive]] = Attentive

    def __init__(self) -> None:
        super().__init__()
        self.now = START
        self.number = 0
        self.seen: dict[Owner, int] = {}
        self.inner = self.made()
        self.store = FaultyStore(self.inner, Plan())
        self.rewards = Rewards(self.store, PROGRAMME)
        self.books = Units(MEMBERS, KINDS)
        self.versions = dict.fromkeys(NAMES, 0)
        self.done: list[tuple[Command[Any], object]] = []
        for by in MEMBERS:
            self.rewards.do(join(by, at=START))

    # How a step is tried on both.

    def name(self, by: int) -> dict[str, Any]:
        """Whose request it is, and its name."""
        self.number += 1
        return {"member_id": MEMBERS[by], "request_id": f"r{self.number}"}

    def insisted(
        self, made: Made, befalls: Sequence[Fault | None]
    ) -> tuple[list[Command[Any]], object]:
        """Ask until there is an answer, with a new code each time."""
        first = self.store.saves + 1
        planned = [(first + nth, it) for nth, it in enumerate(befalls) if it is not None]
        self.store.plan = Plan(tuple(planned))
        tried: list[Command[Any]] = []
        while True:
            tried.append(made(CODES.draw()))
            try:
                return tried, self.rewards.do_all([tried[-1]])[0]
            except (Conflict, ConnectionLost, Crashed) as mishap:
                FIRED[f"asked again after {type(mishap).__name__}"] += 1

    def both(
        self, label: str, made: Made, told: Told, befalls: Sequence[Fault | None] = ()
    ) -> object:
        """Try a step on both: refused alike, or done and answered alike."""
        before = contents(self.inner)
        simulated, planned = self.simulated(made(CODES.draw()))
        assert contents(self.inner) == before
        tried, outcome = self.insisted(made, befalls)
        note(f"{label}: {tried[0]!r} -> {outcome!r}")
        assert without_digest(simulated) == without_digest(outcome)
        if isinstance(outcome, Refused):
            assert contents(self.inner) == before
            REFUSED[outcome.code] += 1
        else:
            assert planned is not None
            self.check_saved(tried, planned)
            FIRED[label] += 1
            self.done.append((tried[-1], outcome))
        self.agree(told, tried, outcome, self.books)
        return outcome

    def simulated(self, command: Command[Any]) -> tuple[object, Changes | None]:
        """Simulate; a refusal is an answer too."""
        try:
            outcome, changes = self.rewards.simulate(command)
        except Refused as refusal:
            return refusal, None
        # I18: what a code cannot change is the same.
        assert self.rewards.reasons_against(command) == ()
        return outcome, changes

    def check_saved(self, tried: Sequence[Command[Any]], planned: Changes) -> None:
        """I18: What was saved is what was simulated, but for the codes."""
        saved = self.inner.last
        assert saved is not None
        assert saved.takes == planned.takes
        assert saved.entries == planned.entries
        keys = [it.key.kind for it in planned.puts]
        assert [it.key.kind for it in saved.puts] == keys
        assert {it.key.request_id for it in saved.receipts} == {tried[0].request_id}

    def agree(
        self, told: Told, tried: Sequence[Command[Any]], outcome: object, books: Units
    ) -> None:
        """See that the books answer the same, and go on with what they are then."""
        code = code_of(outcome, tried, self.inner)
        after, answer = answered(books, told, code)
        assert answer == plain(outcome)
        self.books = after

    # Rules

    @initialize(
        brings=st.tuples(st.integers(6, 20), st.integers(4, 12), st.integers(0, 6)),
        lasting=st.integers(0, 9),
    )
    def begin(self, brings: tuple[int, int, int], lasting: int) -> None:
        """Something is there to begin with, some of it for longer."""
        for by, tokens in enumerate((*brings, lasting)):
            member, last_day = MEMBERS[by % 3], "2017-12-31" if by < 3 else "2018-12-31"
            if tokens:
                self.rewards.do(bring(tokens, last_day, by=member, at=START, request=f"b{by}"))
                day = bring(1, last_day).last_day
                self.books.purses[member].come(tokens, day, START, "issued", f"b{by}")

    @rule(hours=st.sampled_from((1, 3, 9, 14)))
    def time_passes(self, hours: int) -> None:
        """Nothing happens but that."""
        self.now += hours * HOUR

    @rule(by=members, which=names, pick=picks, late=lateness, befalls=faults)
    def redeem(
        self, by: int, which: str, pick: int, late: int, befalls: list[Fault | None]
    ) -> None:
        """Redeem in one step."""
        step = self.redeeming(by, which, pick, late)
        self.both("redeem", *step, befalls)

    def redeeming(self, by: int, which: str, pick: int, late: int = 0) -> tuple[Made, Told]:
        """Redeem, by both."""
        named, at = self.name(by), self.now - late * HOUR
        asked = chosen_tokens(which, pick)
        return (
            lambda code: Redeem(**named, at=at, reward_id=which, tokens=asked, code=code),
            lambda it, code: it.redeem(*named.values(), which, asked, at, code),
        )

    @rule(by=members, which=names, pick=picks, hours=st.sampled_from((1, 4, 20)), befalls=faults)
    def reserve(
        self, by: int, which: str, pick: int, hours: int, befalls: list[Fault | None]
    ) -> None:
        """Reserve until some hours from now."""
        self.both("reserve", *self.reserving(by, which, pick, hours), befalls)

    def reserving(self, by: int, which: str, pick: int, hours: int) -> tuple[Made, Told]:
        """Reserve, by both."""
        named, at, until = self.name(by), self.now, self.now + hours * HOUR
        asked = chosen_tokens(which, pick)
        return (
            lambda _: Reserve(**named, at=at, reward_id=which, tokens=asked, until=until),
            lambda it, _: it.reserve(*named.values(), which, asked, at, until),
        )

    def unit(self, pick: int, *places: str) -> tuple[int, str]:
        """Choose a redemption: mostly one in these places, now and then whichever, or none."""
        units = [it for it in self.books.units if it.at(self.now) in places and pick < 4]
        units = units or self.books.units
        if not units or pick == 5:
            return pick % 3, "none"
        unit = units[-1 - pick % len(units)]
        return MEMBERS.index(unit.by), unit.name

    @rule(pick=picks, late=lateness, befalls=faults)
    def confirm(self, pick: int, late: int, befalls: list[Fault | None]) -> None:
        """Confirm a reservation."""
        self.both("confirm", *self.confirming(pick, late), befalls)

    def confirming(self, pick: int, late: int = 0) -> tuple[Made, Told]:
        """Confirm, by both."""
        by, unit = self.unit(pick, "reserved")
        named, at = self.name(by), self.now - late * HOUR
        return (
            lambda code: ConfirmRedemption(**named, at=at, redemption_id=unit, code=code),
            lambda it, code: it.confirm(MEMBERS[by], unit, at, code),
        )

    @rule(pick=picks, late=lateness, befalls=faults)
    def cancel(self, pick: int, late: int, befalls: list[Fault | None]) -> None:
        """Cancel a reservation, or a redemption that can be given back."""
        void = sum(it.place == "void" for it in self.books.tickets)
        self.both("cancel", *self.cancelling(pick, late), befalls)
        after = sum(it.place == "void" for it in self.books.tickets)
        FIRED["cancel what was confirmed"] += after - void

    def cancelling(self, pick: int, late: int = 0) -> tuple[Made, Told]:
        """Cancel, by both."""
        by, unit = self.unit(pick, *(("reserved",) if pick % 2 else ("confirmed",)))
        named, at = self.name(by), self.now - late * HOUR
        return (
            lambda _: CancelRedemption(**named, at=at, redemption_id=unit),
            lambda it, _: it.cancel(MEMBERS[by], unit, at),
        )

    @rule(pick=picks, befalls=faults)
    def run_out(self, pick: int, befalls: list[Fault | None]) -> None:
        """Book a reservation's end, where it has come."""
        by, unit = self.unit(pick, "run_out")
        named, at = self.name(by), self.now
        self.both(
            "run out",
            lambda _: RunOutRedemption(**named, at=at, redemption_id=unit),
            lambda it, _: it.run_out(MEMBERS[by], unit, at),
            befalls,
        )

    @rule(by=members, which=names, pick=picks, outlives=st.booleans(), befalls=faults)
    def reserve_and_go_on(
        self, by: int, which: str, pick: int, outlives: bool, befalls: list[Fault | None]
    ) -> None:
        """Reserve, wait for a part of that time or all of it, and confirm or cancel."""
        self.both("reserve", *self.reserving(by, which, pick, 3))
        self.now += (3 if outlives else 2) * HOUR
        if outlives and pick > 2:
            self.sweep("redemptions", 1)
        if pick % 2:
            self.both("confirm", *self.confirming(0), befalls)
        else:
            self.both("cancel", *self.cancelling(1), befalls)

    @rule(
        by=members,
        which=names,
        how=st.sampled_from((0, 1, 2, 3)),
        order=orders,
        hours=st.sampled_from((0, 0, 4, 24, 48)),
        fails=st.booleans(),
        befalls=faults,
    )
    def redeem_and_spend(
        self,
        by: int,
        which: str,
        how: int,
        order: str,
        hours: int,
        fails: bool,
        befalls: list[Fault | None],
    ) -> None:
        """Redeem, attach, go on later: the payment fails, or the voucher is used, or both."""
        if isinstance(self.both("redeem", *self.redeeming(by, which, 0)), Refused):
            return
        ticket = self.books.tickets[-1]
        user = (by + 1) % 3 if how == 3 else by
        voucher = {"voucher_id": ticket.name} if how == 1 else {"digest": ticket.codes[-1]}
        named = (ticket.name, "") if how == 1 else ("", ticket.codes[-1])
        steps = (AttachVoucher, DetachVoucher, UseVoucher) if fails else (AttachVoucher, UseVoucher)
        for kind in steps:
            self.spend(kind, user, voucher, named, order, befalls)
            self.now += hours * HOUR
        self.spend(UseVoucher, by, voucher, named, "o3", ())

    def spend(
        self,
        kind: type[AttachVoucher | DetachVoucher | UseVoucher],
        by: int,
        voucher: dict[str, str],
        named: tuple[str, str],
        order: str,
        befalls: Sequence[Fault | None],
    ) -> None:
        """Do something with a voucher and an order, by both."""
        request, at = self.name(by), self.now
        label = {AttachVoucher: "attach", DetachVoucher: "detach", UseVoucher: "use"}[kind]
        self.both(
            label,
            lambda _: kind(**request, **voucher, at=at, order_id=order),
            lambda it, _: getattr(it, label)(MEMBERS[by], named, order, at),
            befalls,
        )

    @rule(by=members, which=st.sampled_from(("pen", "sum")), spent=st.booleans())
    def redeem_and_cancel(self, by: int, which: str, spent: bool) -> None:
        """Give a redemption back, which can be done as long as its voucher is not used."""
        if isinstance(self.both("redeem", *self.redeeming(by, which, 0)), Refused):
            return
        ticket, member = self.books.tickets[-1], MEMBERS[by]
        if spent:
            named = ("", ticket.codes[-1])
            self.spend(UseVoucher, by, {"digest": named[1]}, named, "o1", ())
        self.now += HOUR
        request, at = self.name(by), self.now
        answer = self.both(
            "cancel",
            lambda _: CancelRedemption(**request, at=at, redemption_id=ticket.name),
            lambda it, _: it.cancel(member, ticket.name, at),
        )
        FIRED["cancel what was confirmed"] += not isinstance(answer, Refused)

    @rule(by=members, which=names, order=orders)
    def replace_and_use_the_old_code(self, by: int, which: str, order: str) -> None:
        """A code that was replaced leads nowhere; the new one does."""
        if isinstance(self.both("redeem", *self.redeeming(by, which, 0)), Refused):
            return
        ticket = self.books.tickets[-1]
        name, member = ticket.name, MEMBERS[by]
        request, at = self.name(by), self.now
        self.both(
            "replace",
            lambda code: ReplaceCode(**request, voucher_id=name, at=at, code=code),
            lambda it, code: it.replace(member, (name, ""), at, code),
        )
        for digest in self.books.tickets[-1].codes:
            self.spend(UseVoucher, by, {"digest": digest}, ("", digest), order, ())

    @rule(by=members, which=names, tokens=st.integers(2, 6))
    def spend_and_return(self, by: int, which: str, tokens: int) -> None:
        """Spend what an order earned, return it, and redeem while something is owed."""
        self.deliver(by, tokens, [])
        for name in (which, *NAMES):
            self.both("redeem", *self.redeeming(by, name, 0))
        self.give_back(0, [])
        self.both("redeem", *self.redeeming(by, which, 0))

    @rule(kind=st.sampled_from(("redemptions", "vouchers", "wallets")), limit=st.integers(1, 2))
    def sweep(self, kind: str, limit: int) -> None:
        """Book what is due, in pages; somebody else is faster now and then."""
        self.store.plan = Plan({self.store.saves + 1: Fault.CONFLICT} if limit == 2 else {})
        at = self.now
        if kind == "redemptions":
            due = [it for it in self.books.units if it.at(at) != it.place]
            assert self.rewards.run_out_due(at, limit=limit) == len(due)
            for unit in due:
                self.books.run_out(unit.by, unit.name, at)
        elif kind == "vouchers":
            expired = [it for it in self.books.tickets if it.at(at) != it.place]
            assert self.rewards.expire_due(at, limit=limit) == len(expired)
            for it in expired:
                it.place = it.at(at)
            due = []
            FIRED["expire"] += len(expired)
        else:
            self.rewards.lapse_due(at, limit=limit)
            for purse in self.books.purses.values():
                purse.advance(at)
            due = []
        FIRED[f"sweep {kind}"] += 1
        FIRED["run out by sweep"] += len(due)

    def ticket(self, pick: int, *places: str) -> Ticket | None:
        """Choose a voucher: mostly one in these places, now and then whichever, or none."""
        found = [it for it in self.books.tickets if it.at(self.now) in places and pick < 4]
        found = found or self.books.tickets
        return found[-1 - pick % len(found)] if found and pick != 5 else None

    def meant(
        self, pick: int, who: int, how: int, *places: str
    ) -> tuple[int, dict[str, str], tuple[str, str]]:
        """Choose a voucher, by whom, and how it is named: as one's own, by its code, an old one."""
        ticket = self.ticket(pick, *places)
        if ticket is None:
            digest = CODES.draw().digest
            return who, {"digest": digest}, ("", digest)
        if how == 0 and places == ("attached",) and ticket.order is not None:
            by = MEMBERS.index(ticket.order[0])
        else:
            by = MEMBERS.index(ticket.holder) if how < 3 else who
        if how == 1 and MEMBERS[by] == ticket.by:
            return by, {"voucher_id": ticket.name}, (ticket.name, "")
        digest = ticket.codes[0 if how == 4 else -1]
        return by, {"digest": digest}, ("", digest)

    hows = st.sampled_from((0, 0, 0, 1, 1, 2, 3, 3, 4))

    @rule(pick=picks, who=members, how=hows, order=orders, late=lateness, befalls=faults)
    def attach(
        self, pick: int, who: int, how: int, order: str, late: int, befalls: list[Fault | None]
    ) -> None:
        """Attach a voucher to an order."""
        self.both("attach", *self.attaching(pick, who, how, order, late), befalls)

    def attaching(
        self, pick: int, who: int, how: int, order: str, late: int = 0
    ) -> tuple[Made, Told]:
        """Attach, by both."""
        by, voucher, named = self.meant(pick, who, how, "issued", "attached")
        request, at = self.name(by), self.now - late * HOUR
        return (
            lambda _: AttachVoucher(**request, **voucher, at=at, order_id=order),
            lambda it, _: it.attach(MEMBERS[by], named, order, at),
        )

    @rule(pick=picks, who=members, how=hows, order=orders, late=lateness, befalls=faults)
    def detach(
        self, pick: int, who: int, how: int, order: str, late: int, befalls: list[Fault | None]
    ) -> None:
        """Take a voucher off its order, or one that it is not on."""
        by, voucher, named = self.meant(pick, who, how, "attached")
        request, at = self.name(by), self.now - late * HOUR
        self.both(
            "detach",
            lambda _: DetachVoucher(**request, **voucher, at=at, order_id=order),
            lambda it, _: it.detach(MEMBERS[by], named, order, at),
            befalls,
        )

    @rule(pick=picks, who=members, how=hows, order=orders, late=lateness, befalls=faults)
    def use(
        self, pick: int, who: int, how: int, order: str, late: int, befalls: list[Fault | None]
    ) -> None:
        """Use a voucher on its order, or at once."""
        self.both("use", *self.using(pick, who, how, order, late), befalls)

    def using(self, pick: int, who: int, how: int, order: str, late: int = 0) -> tuple[Made, Told]:
        """Use, by both."""
        by, voucher, named = self.meant(
            pick, who, how, *(("attached",) if pick % 2 else ("issued",))
        )
        request, at = self.name(by), self.now - late * HOUR
        return (
            lambda _: UseVoucher(**request, **voucher, at=at, order_id=order),
            lambda it, _: it.use(MEMBERS[by], named, order, at),
        )

    @rule(pick=picks, who=members, how=hows, to=members, befalls=faults)
    def hand_on(self, pick: int, who: int, how: int, to: int, befalls: list[Fault | None]) -> None:
        """Hand a voucher on."""
        by, voucher, named = self.meant(pick, who, how, "issued")
        request, at, taker = self.name(by), self.now, MEMBERS[to]
        self.both(
            "hand on",
            lambda _: TransferVoucher(**request, **voucher, at=at, to_member_id=taker),
            lambda it, _: it.hand_on(MEMBERS[by], named, taker, at),
            befalls,
        )

    @rule(pick=picks, who=members, how=hows, befalls=faults)
    def replace(self, pick: int, who: int, how: int, befalls: list[Fault | None]) -> None:
        """Give a voucher another code."""
        by, voucher, named = self.meant(pick, who, how, "issued")
        request, at = self.name(by), self.now
        self.both(
            "replace",
            lambda code: ReplaceCode(**request, **voucher, at=at, code=code),
            lambda it, code: it.replace(MEMBERS[by], named, at, code),
            befalls,
        )

    @rule(pick=picks, who=members, how=hows, befalls=faults)
    def void(self, pick: int, who: int, how: int, befalls: list[Fault | None]) -> None:
        """Make a voucher void."""
        by, voucher, named = self.meant(pick, who, how, "issued")
        request, at = self.name(by), self.now
        self.both(
            "void",
            lambda _: VoidVoucher(**request, **voucher, at=at),
            lambda it, _: it.void(MEMBERS[by], named, at),
            befalls,
        )

    @precondition(lambda self: self.books.tickets)
    @rule(pick=picks, befalls=faults)
    def expire(self, pick: int, befalls: list[Fault | None]) -> None:
        """Book a voucher's end, where it has come."""
        ticket = self.ticket(pick, "expired") or self.books.tickets[0]
        by, name, at = ticket.by, ticket.name, self.now
        named = self.name(MEMBERS.index(by))
        self.both(
            "expire",
            lambda _: ExpireVoucher(**named, at=at, voucher_id=name),
            lambda it, _: it.expire(by, name, at),
            befalls,
        )

    @rule(which=names, stock=st.sampled_from((None, 0, 1, 2, 4)), befalls=faults)
    def publish(self, which: str, stock: int | None, befalls: list[Fault | None]) -> None:
        """Put another stock into the catalogue."""
        self.both("publish", *self.publishing(which, stock), befalls)
        self.versions[which] += 1

    def publishing(self, which: str, stock: int | None) -> tuple[Made, Told]:
        """Publish, by both."""
        self.number += 1
        kind = self.books.kinds[which]._replace(stock=stock)
        version = self.versions[which]
        made = publish(
            reward_of(kind, version=version), at=self.now, request=f"publish{self.number}"
        )

        def told(it: Units, _: str) -> Answer:
            it.publish(kind)
            return (which, version + 1)

        return lambda _: made, told

    @rule(by=members, tokens=st.integers(1, 6), befalls=faults)
    def deliver(self, by: int, tokens: int, befalls: list[Fault | None]) -> None:
        """An order earns."""
        self.number += 1
        order, member = f"d{self.number}", MEMBERS[by]
        made = deliver(order, 10 * tokens, by=member, at=self.now)
        _, outcome = self.insisted(lambda _: made, befalls)
        assert getattr(outcome, "tokens", None) == tokens
        self.books.deliver(member, order, tokens, self.now)
        FIRED["deliver"] += 1

    @precondition(lambda self: self.books.orders)
    @rule(pick=picks, befalls=faults)
    def give_back(self, pick: int, befalls: list[Fault | None]) -> None:
        """An order is returned, and what it earned is taken back or owed."""
        by, order, *_ = self.books.orders[-1 - pick % len(self.books.orders)]
        made = give_back(order, by=by, at=self.now)
        _, outcome = self.insisted(lambda _: made, befalls)
        self.books.take_back(by, order, self.now)
        FIRED["return"] += 1
        FIRED["owe"] += getattr(outcome, "owed", 0) > 0

    @precondition(lambda self: self.done)
    @rule(pick=st.integers(0, 30), hours=st.integers(0, 9))
    def ask_again(self, pick: int, hours: int) -> None:
        """I8: A request that was granted comes again, later and with another code."""
        command, outcome = self.done[-1 - pick % len(self.done)]
        again = changed(command, at=self.now + hours * HOUR)
        before = contents(self.inner)
        assert self.rewards.do_all([again]) == [outcome]
        assert self.rewards.simulate(again) == (outcome, None)
        assert contents(self.inner) == before
        FIRED["duplicate"] += 1

    @rule(
        by=members,
        which=names,
        pick=picks,
        kinds=st.tuples(st.sampled_from((6, 6, 6, *range(6))), st.integers(0, 6)),
        other=members,
        order=orders,
    )
    def race(
        self, by: int, which: str, pick: int, kinds: tuple[int, int], other: int, order: str
    ) -> None:
        """I11, I13: Two clients load, load, save and save."""
        first = self.racing(kinds[0], by, which, pick, order)
        self.raced(which, first, self.racing(kinds[1], other, which, pick, order))

    def racing(self, kind: int, who: int, which: str, pick: int, order: str) -> tuple[Made, Told]:
        """Choose what one of two does, by both."""
        steps: tuple[Callable[[], tuple[Made, Told]], ...] = (
            lambda: self.redeeming(who, which, pick),
            lambda: self.reserving(who, which, pick, 4),
            lambda: self.confirming(0),
            lambda: self.cancelling(1),
            lambda: self.attaching(0, who, 3, order),
            lambda: self.using(0, who, 3, order),
            lambda: self.publishing(which, pick),
        )
        return steps[kind]()

    @rule(which=names, tokens=st.integers(5, 6), kinds=st.tuples(st.integers(0, 1), st.booleans()))
    def race_for_the_last(self, which: str, tokens: int, kinds: tuple[int, bool]) -> None:
        """I13: Two members want the last one, both with enough tokens."""
        taken = self.books.used().get(f"reward/{which}/stock", 0)
        self.publish(which, taken + 1, [])
        for by in (0, 1):
            self.deliver(by, tokens, [])
        first = self.racing(kinds[0], 0, which, 0, "o1")
        self.raced(which, first, self.racing(int(kinds[1]), 1, which, 0, "o1"))

    @rule(which=names, who=members, other=members, kinds=st.tuples(st.booleans(), st.booleans()))
    def race_for_a_voucher(
        self, which: str, who: int, other: int, kinds: tuple[bool, bool]
    ) -> None:
        """I15: Two members want to use one voucher, or one member on two orders."""
        if isinstance(self.both("redeem", *self.redeeming(who, which, 0)), Refused):
            return
        first = self.racing(5 if kinds[0] else 4, who, which, 0, "o1")
        self.raced(which, first, self.racing(5 if kinds[1] else 4, other, which, 0, "o2"))

    def raced(self, which: str, first: tuple[Made, Told], second: tuple[Made, Told]) -> None:
        """Let two clients load, load, save and save."""
        self.store.plan = Plan()
        one, two = first[0](CODES.draw()), second[0](CODES.draw())
        batches = [Batch([it], PROGRAMME) for it in (one, two)]
        for batch in batches:
            self.rewards._decide(batch)
        if batches[0].changes is not None:
            self.inner.save(batches[0].changes)
            FIRED["race"] += 1
        self.second_saves((one, first[1], batches[0]), (two, second[1], batches[1]))
        self.versions[which] = self.stored_version(which)

    def second_saves(
        self,
        first: tuple[Command[Any], Told, Batch[Any]],
        second: tuple[Command[Any], Told, Batch[Any]],
    ) -> None:
        """Let the slower one save: it loses, meets the limit, or saw what was there."""
        (one, told, won), (two, told_too, late) = first, second
        before = contents(self.inner)
        must_lose = won.changes and late.changes and meet(won.changes, late.changes)
        lost: type[Exception] | None = None
        if late.changes is not None:
            try:
                self.inner.save(late.changes)
            except (Conflict, LimitReached) as error:
                lost = type(error)
        assert (lost is Conflict) is bool(must_lose)
        if lost is not None:
            FIRED[f"lost by {lost.__name__}"] += 1
            assert contents(self.inner) == before
            self.agree(told, [one], won.outcomes[0], self.books)
            again = self.rewards.do_all([two])[0]
            if not isinstance(two, PublishReward) or not isinstance(again, ValueError):
                self.agree(told_too, [two], again, self.books)
            return
        books = self.books
        try:
            self.agree(told, [one], won.outcomes[0], books)
            self.agree(told_too, [two], late.outcomes[0], self.books)
            assert self.used() == self.books.used()
        except AssertionError:
            # Neither saw the other: as if they had come the other way round.
            self.agree(told_too, [two], late.outcomes[0], books)
            self.agree(told, [one], won.outcomes[0], self.books)
            FIRED["swapped"] += 1

    def used(self) -> dict[str, int]:
        """What is taken of each counter."""
        kept = vars(self.inner)["_used"]
        return {f"{key.scope}/{key.name}": it.used for key, it in kept.items() if it.used}

    def stored_version(self, which: str) -> int:
        """How often a reward was published."""
        found = [it.version for it in self.inner.all_of(Reward) if it.reward_id == which]
        return found[0] if found else 0

    @rule(by=members)
    def look(self, by: int) -> None:
        """I18: What the catalogue says is what the books say, and what trying would."""
        member, before = MEMBERS[by], contents(self.inner)
        for offer in self.rewards.catalogue(member, at=self.now):
            kind = self.books.kinds[offer.reward.reward_id]
            tokens = kind.costs[0]
            expected = self.books.reasons(member, kind.name, tokens, self.now)
            found = [(it.code, dict(it.figures)) for it in offer.reasons_against]
            assert found == [(it.code, it.figures) for it in expected]
            there = self.books.purses[member].asked(self.now).count("available")
            assert (offer.tokens, offer.missing) == (tokens, max(0, tokens - there))
            taken = self.books.used().get(f"reward/{kind.name}/stock", 0)
            assert offer.left == (None if kind.stock is None else max(0, kind.stock - taken))
            command = Redeem(**self.name(by), at=self.now, reward_id=kind.name, code=CODES.draw())
            assert self.rewards.reasons_against(command) == offer.reasons_against[:1]
            FIRED["an offer that stands"] += not expected
        assert contents(self.inner) == before

    # What always holds

    @invariant()
    def nothing_is_lost(self) -> None:
        """I1, I8, I13: Counters, journals, redemptions, vouchers and codes agree."""
        check_books(self.inner, self.seen)
        assert self.used() == self.books.used()

    @invariant()
    def tokens_paid_are_those_of_what_is_confirmed(self) -> None:
        """I1, I9: Nobody paid for nothing, or twice."""
        for by in MEMBERS:
            purse = self.books.purses[by].asked(self.now)
            balance = self.rewards.balance(by, at=self.now)
            assert balance.available == purse.count("available")
            assert balance.held == purse.count("held")
            assert balance.owed == purse.count("owed")
        for wallet in self.inner.all_of(Wallet):
            confirmed = [
                it.tokens
                for it in self.inner.all_of(Redemption)
                if it.state is RedemptionState.CONFIRMED and it.member_id == wallet.owner.member_id
            ]
            assert wallet.redeemed == sum(confirmed)

    @invariant()
    def vouchers_are_the_tickets(self) -> None:
        """I12, I15: Each where it should be, with its holder, its order and its code."""
        for by in MEMBERS:
            shown = {it.voucher_id: it for it in self.rewards.vouchers(by, at=self.now)}
            mine = {it.name: it for it in self.books.tickets if it.by == by}
            assert shown.keys() == mine.keys()
            for name, voucher in shown.items():
                ticket = mine[name]
                assert voucher.state == ticket.at(self.now)
                assert voucher.holder_id == ticket.holder
                assert voucher.digest == ticket.codes[-1]
                assert (voucher.last_day, voucher.ends_at) == (ticket.last_day, ticket.ends)
                order = (voucher.order_of, voucher.order_id) if voucher.order_id else None
                theirs = ticket.order if ticket.order and ticket.order[0] == by else None
                assert order == theirs
                assert voucher.clear is None

    @invariant()
    def a_voucher_is_used_once(self) -> None:
        """I15: By receipts: never twice, and never after it was void, expired or given back."""
        uses = Counter(
            outcome.voucher_id
            for command, outcome in self.done
            if isinstance(command, UseVoucher) and hasattr(outcome, "voucher_id")
        )
        used = {it.voucher_id for it in self.inner.all_of(Voucher) if it.state is VoucherState.USED}
        assert set(uses) <= used
        assert all(count == 1 for count in uses.values())


def chosen_tokens(which: str, pick: int) -> int | None:
    """Choose how many tokens: mostly the least, or a choice, or what is not offered."""
    return {1: 3, 2: 5, 3: 2}.get(pick) if which == "sum" else {5: 7}.get(pick)


def changed(command: Command[Any], **arguments: Any) -> Command[Any]:
    """Make the same command at another instant, and with another code where it has one."""
    if hasattr(command, "code"):
        arguments["code"] = CODES.draw()
    made: Command[Any] = attrs.evolve(command, **arguments)  # type: ignore[misc]
    return made


def without_digest(outcome: object) -> object:
    """An outcome as it is whatever code was drawn."""
    return outcome._replace(digest="") if isinstance(outcome, Issued | CodeReplaced) else outcome


def plain(outcome: object) -> object:
    """An outcome as the books tell it: its parts, or a refusal's code and figures."""
    if isinstance(outcome, Refused):
        return outcome.code, dict(outcome.figures)
    assert isinstance(outcome, tuple), outcome
    is_coded = isinstance(outcome, Issued | CodeReplaced)
    return tuple(outcome[:-1]) if is_coded else tuple(outcome)


def code_of(outcome: object, tried: Sequence[Command[Any]], store: MemoryStore) -> str:
    """The code that stands: one of those drawn for this request."""
    drawn = [getattr(it, "code", None) for it in tried]
    digests = {it.digest for it in drawn if it is not None}
    if not isinstance(outcome, Issued | CodeReplaced):
        return ""
    assert outcome.digest in digests
    assert {it.digest for it in store.all_of(Voucher)} & digests == {outcome.digest}
    return outcome.digest


def answered(books: Units, told: Told, code: str) -> tuple[Units, object]:
    """Try a step on a copy of the books."""
    after = books.copy()
    try:
        return after, told(after, code)
    except No as refusal:
        return books, (refusal.code, refusal.figures)


FIRED_MIN = {
    "redeem": 150,
    "reserve": 25,
    "confirm": 12,
    "cancel": 25,
    "cancel what was confirmed": 10,
    "run out": 15,
    "run out by sweep": 3,
    "attach": 20,
    "detach": 5,
    "use": 30,
    "hand on": 3,
    "replace": 3,
    "void": 10,
    "expire": 15,
    "publish": 50,
    "deliver": 100,
    "return": 50,
    "owe": 15,
    "sweep redemptions": 12,
    "sweep vouchers": 2,
    "sweep wallets": 3,
    "duplicate": 30,
    "asked again after Conflict": 12,
    "asked again after ConnectionLost": 40,
    "asked again after Crashed": 30,
    "race": 50,
    "lost by Conflict": 10,
    "lost by LimitReached": 20,
    "swapped": 1,
    "an offer that stands": 200,
}
REFUSED_MIN = {
    "limit_reached": 150,
    "insufficient_tokens": 50,
    "tokens_owed": 3,
    "tokens_not_offered": 10,
    "unknown_redemption": 50,
    "redemption_not_open": 30,
    "irrevocable": 15,
    "voucher_not_found": 100,
    "voucher_used": 40,
    "voucher_expired": 5,
    "voucher_attached": 3,
    "voucher_not_attached": 5,
    "voucher_not_transferable": 2,
}


@pytest.mark.hypothesis
def test_the_catalogue_agrees_with_single_units_whatever_happens() -> None:
    """I1, I8, I9, I11 to I13, I15, I18: over a run in which everything happens often enough."""
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
    run_state_machine_as_test(CatalogueMachine, settings=tries)
    assert {name: FIRED[name] for name, least in FIRED_MIN.items() if FIRED[name] < least} == {}
    assert {code: REFUSED[code] for code, n in REFUSED_MIN.items() if REFUSED[code] < n} == {}


class Forgetful(Attentive):
    """A store without receipts."""

    def save(self, changes: Changes, /) -> None:
        """Save all but receipts."""
        super().save(attrs.evolve(changes, receipts=()))


class Boundless(Attentive):
    """A store that takes any number of steps, and gives none back."""

    def save(self, changes: Changes, /) -> None:
        """Save all but what is given back."""
        takes = tuple([it for it in changes.takes if it.n > 0])
        super().save(attrs.evolve(changes, takes=takes))


class Late(Attentive):
    """A store that lets a second writer of a voucher win."""

    def save(self, changes: Changes, /) -> None:
        """Save vouchers over whatever version is there."""
        rows = vars(self)["_rows"]
        puts = []
        for key, aggregate in changes.puts:
            there = rows.get(key)
            is_voucher = isinstance(aggregate, Voucher) and there is not None
            puts.append(
                Put(key, aggregate._replace(version=there.version) if is_voucher else aggregate)
            )
        super().save(attrs.evolve(changes, puts=tuple(puts)))


@pytest.mark.parametrize("broken", [Forgetful, Boundless, Late])
def test_the_machine_objects(broken: type[Attentive]) -> None:
    """A store that carries requests out twice, loses units, or lets a lost race win is caught."""

    class Machine(CatalogueMachine):
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
