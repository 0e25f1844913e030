"""Campaigns, actions, referrals and tiers on a store that fails, beside lists of what happened.

Starved: four members who invite each other, budgets and caps that are soon used up, tiers that two
or three orders reach, years that pass in a few steps. Saves are lost, cut off, doubled and late;
events are followed late, twice and in any order. After every step both sides must agree on
everything that is there. Once members go on as others the books cannot tell any more; what always
holds is looked at all the same.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
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

from mi_rewards.calendar import Period
from mi_rewards.commands import (
    Batch,
    BirthdayGiven,
    BirthdaySet,
    Blocked,
    Burned,
    Cancelled,
    Command,
    Delivered,
    GiveBirthdayGift,
    InvitationAccepted,
    InviterRevoked,
    InviterRewarded,
    Joined,
    Left,
    Performed,
    Placed,
    Qualify,
    ReferralChanged,
    ReferralOpened,
    Returned,
    Rewards,
    Unblocked,
    follow_up,
)
from mi_rewards.earning import (
    Action,
    ActionLimit,
    Bonus,
    Budget,
    Campaign,
    CampaignTerms,
    Cap,
    CapPer,
    Conditions,
    EarnRate,
    Member,
    Multiplier,
    PointsTerms,
    Qualifies,
    Referral,
    ReferralState,
    ReferralTerms,
    Welcome,
)
from mi_rewards.errors import Conflict, LimitReached, Refused
from mi_rewards.memory import MemoryStore
from mi_rewards.programme import Programme
from mi_rewards.repositories import Changes, OutboxEvent, Put
from mi_rewards.testing import ConnectionLost, Crashed, Fault, FaultyStore, Plan
from mi_rewards.testing._checks.races import meet
from mi_rewards.tiers import CalendarYear, Ladder, Landing, Metric, Privileges, Standing, Tier
from mi_rewards.wallet import Entry, Event, NoExpiry, Wallet, check_journal
from tests.friends import accept, open_code, perform
from tests.machines import _people as told_by
from tests.machines._people import No, People
from tests.memberships import block, born, leave, merge, unblock
from tests.shop import (
    SMALL,
    burn,
    cancel,
    contents,
    deliver,
    give_back,
    inr,
    ist,
    join,
    place,
    rules,
)

BY_DAY = 200
"""How many stories are told by day."""

MEMBERS = ("asha", "bela", "cyra", "devi")
START = ist("2017-12-20 18:00")
DAY = timedelta(days=1)
REFERRALS = ("referral_qualified", "referral_revoked")

FIRED: Counter[str] = Counter()
"""How often each rule did what it is for, over the run."""

REFUSED: Counter[str] = Counter()
"""How often each refusal was met, over the run."""

members = st.integers(0, 3)
picks = st.integers(0, 5)
rupees = st.sampled_from((5, 100, 199, 200, 250, 300, 450, 500, 700))
faults = st.lists(st.sampled_from((None, None, None, *Fault)), max_size=2)
"""What befalls the first tries."""


def programme_of(qualifies: Qualifies) -> Programme:
    """Write the rules of the books down as a rule book."""
    budgets = (Budget(told_by.DOUBLE_BUDGET), Budget(told_by.FIRST_BUDGET))
    campaigns = (
        Campaign(
            "double",
            "Double",
            Multiplier(2, 1),
            Conditions(min_amount=inr(200)),
            (
                Cap(told_by.DOUBLE_ORDER, CapPer.ORDER),
                Cap(told_by.DOUBLE_MONTH, CapPer.MEMBER, Period.MONTH),
            ),
            budgets[0],
        ),
        Campaign(
            "first", "First", Bonus(told_by.FIRST), Conditions(order_number=1), budget=budgets[1]
        ),
        Campaign("golden", "Golden", Bonus(told_by.GOLDEN), Conditions(tiers=("gold", "platinum"))),
    )
    tiers = [
        Tier(name, name.title(), least, Privileges(upgrade_reward=reward, birthday_gift=gift))
        for name, least, reward, gift in told_by.TIERS
    ]
    limits = (
        ActionLimit(told_by.SHARE_DAY, Period.DAY),
        ActionLimit(told_by.SHARE_EVER, Period.EVER),
    )
    return rules(
        SMALL,
        expiry=NoExpiry(),
        welcome=Welcome(told_by.WELCOME, None, None),
        points=PointsTerms("points", EarnRate(1, inr(100)), NoExpiry()),
        campaigns=CampaignTerms(campaigns),
        actions=(
            Action("sharing", told_by.SHARE, limits=limits, budget=told_by.SHARE_BUDGET),
            Action("review", told_by.REVIEW),
        ),
        referral=ReferralTerms(
            told_by.INVITER,
            told_by.FRIEND,
            qualifies,
            told_by.WINDOW_DAYS if qualifies is Qualifies.AFTER_RETURN_WINDOW else 0,
            code_days=told_by.CODE_DAYS,
            friends_max=told_by.FRIENDS_MAX,
            account_days_max=told_by.ACCOUNT_DAYS,
        ),
        ladder=Ladder(
            tuple(tiers), Metric.SPEND, CalendarYear(), landing=Landing.SOFT, notice_days=20
        ),
    )


PROGRAMMES = {it.value: programme_of(it) for it in Qualifies}

SHOWN: dict[type[Any], Callable[[Any], object]] = {
    Joined: lambda it: (it.welcome, it.retrospective),
    Placed: lambda it: it.promised,
    Cancelled: lambda it: it.withdrawn,
    Delivered: lambda it: it.tokens,
    Returned: lambda it: it.given_back,
    Burned: lambda it: it.tokens,
    Performed: lambda it: it.tokens,
    ReferralOpened: lambda it: it.referral_code,
    InvitationAccepted: lambda it: (it.inviter_id, it.tokens),
    ReferralChanged: lambda it: it.state,
    InviterRewarded: lambda it: it.tokens,
    InviterRevoked: lambda it: it.given_back,
    Left: lambda it: it.forfeited,
    Blocked: lambda it: it.reason,
    Unblocked: lambda it: it.reason,
    BirthdaySet: lambda it: None,
    BirthdayGiven: lambda it: it.tokens,
}
"""What the books tell of an outcome."""


class Attentive(MemoryStore):
    """A store that keeps what was saved last."""

    def __init__(self) -> None:
        super().__init__()
        self.last: Changes | None = None

    def save(self, changes: Changes, /) -> None:
        """Save, and keep it where that went well."""
        super().save(changes)
        self.last = changes


Told = Callable[[People], object]
Step = tuple[Command[Any], Told]


class MembersMachine(RuleBasedStateMachine):
    """Four members who buy, share and invite each other."""

    made: ClassVar[type[Attentive]] = Attentive
    programmes: ClassVar[Mapping[str, Programme]] = PROGRAMMES

    def __init__(self) -> None:
        super().__init__()
        self.now = START
        self.number = 0
        self.inner = self.made()
        self.store = FaultyStore(self.inner, Plan())
        self.rewards = Rewards(self.store, SMALL)
        self.books: People | None = None
        self.may_merge = False
        self.orders: list[tuple[str, str]] = []
        self.codes: list[str] = []
        self.done: list[tuple[Command[Any], object]] = []
        self.seen: dict[tuple[str, str], int] = {}
        self.followed: dict[tuple[str, str], object] = {}

    # How a step is tried on both.

    def request(self) -> str:
        """Name a request."""
        self.number += 1
        return f"r{self.number}"

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

    def both(self, label: str, step: Step, befalls: Sequence[Fault | None] = ()) -> object:
        """Try a step on both: refused alike, or done and answered alike."""
        command, told = step
        before = contents(self.inner)
        simulated, planned = self.simulated(command)
        assert contents(self.inner) == before
        outcome = self.insisted(command, befalls)
        note(f"{label}: {command!r} -> {outcome!r}")
        # I18: it is what was simulated, whatever befell it.
        assert simulated == outcome
        if isinstance(outcome, Refused):
            assert contents(self.inner) == before
            REFUSED[outcome.code] += 1
        else:
            assert planned == self.inner.last
            FIRED[label] += 1
            self.done.append((command, outcome))
        self.agree(told, outcome)
        return outcome

    def simulated(self, command: Command[Any]) -> tuple[object, Changes | None]:
        """Simulate; a refusal is an answer too."""
        against = self.rewards.reasons_against(command)
        if against:
            with pytest.raises(Refused) as caught:
                self.rewards.simulate(command)
            assert against == (caught.value,)
            return caught.value, None
        return self.rewards.simulate(command)

    def agree(self, told: Told, outcome: object, books: People | None = None) -> None:
        """See that the books answer the same, and go on with what they are then."""
        books = self.books if books is None else books
        if books is None:
            return
        answer: object
        after = books.copy()
        try:
            answer = told(after)
        except No as refusal:
            after, answer = books, refusal.code
        shown = outcome.code if isinstance(outcome, Refused) else SHOWN[type(outcome)](outcome)
        assert answer == shown
        self.books = after

    # Rules

    @initialize(
        qualifies=st.sampled_from((Qualifies.AFTER_RETURN_WINDOW, *Qualifies)),
        may_merge=st.sampled_from((0, 0, 1)),
    )
    def begin(self, qualifies: Qualifies, may_merge: int) -> None:
        """Two members are there to begin with."""
        self.rewards.programme = self.programmes[qualifies.value]
        self.books = People(qualifies.value)
        self.may_merge = bool(may_merge)
        for by in (0, 1):
            self.both("join", self.joining(by))
            self.now += timedelta(hours=1)

    @rule(days=st.sampled_from((0, 0, 1, 9, 10, 11, 40, 180, 300)))
    def time_passes(self, days: int) -> None:
        """Nothing happens but that."""
        self.now += days * DAY + timedelta(hours=1)

    @rule(by=members, befalls=faults)
    def join(self, by: int, befalls: list[Fault | None]) -> None:
        """Join, or join again."""
        self.both("join", self.joining(by), befalls)

    def joining(self, by: int) -> Step:
        """Join, by both."""
        member, at = MEMBERS[by], self.now
        return join(member, at=at, request=self.request()), lambda it: it.join(member, at)

    @rule(by=members, much=rupees, befalls=faults)
    def deliver(self, by: int, much: int, befalls: list[Fault | None]) -> None:
        """Deliver an order."""
        self.both("deliver", self.delivering(by, much), befalls)

    def delivering(self, by: int, much: int) -> Step:
        """Deliver, by both."""
        name, member, at = f"o{self.request()}", MEMBERS[by], self.now
        self.orders.append((member, name))
        command = deliver(name, much, by=member, at=at, request=name)
        return command, lambda it: it.deliver(member, name, much * 100, at)

    @rule(by=members, much=rupees, days=st.sampled_from((0, 0, 1, 11, 40)), befalls=faults)
    def place(self, by: int, much: int, days: int, befalls: list[Fault | None]) -> None:
        """Place an order, and have it delivered some days later, or cancel it."""
        name, member, at = f"o{self.request()}", MEMBERS[by], self.now
        command: Command[Any] = place(name, much, by=member, at=at, request=self.request())
        self.both("place", (command, lambda it: it.place(member, name, much * 100, at)), befalls)
        if days == 1:
            self.spend(by, 5, [])
        if days == 11:
            self.leave(by, [])
        self.now += days * DAY
        later = self.now
        if days == 40:
            command = cancel(name, by=member, at=later, request=self.request())
            self.both("cancel", (command, lambda it: it.cancel(member, name)), befalls)
            return
        self.orders.append((member, name))
        command = deliver(name, by=member, at=later, request=self.request())
        self.both("deliver", (command, lambda it: it.deliver_placed(member, name, later)), befalls)

    @rule(by=members, parts=st.integers(1, 4))
    def deliver_before_joining(self, by: int, parts: int) -> None:
        """Deliver orders at the very instant at which the member joins, told before it."""
        for much in (100, 300, 450, 200)[:parts]:
            self.both("deliver", self.delivering(by, much))
        self.both("join", self.joining(by))

    @rule(pick=picks, part=st.sampled_from((None, None, 1, 50, 150)), befalls=faults)
    def give_back(self, pick: int, part: int | None, befalls: list[Fault | None]) -> None:
        """Return an order, or some of it."""
        step = self.returning(pick, part)
        if step is not None:
            self.both("return", step, befalls)

    def returning(self, pick: int, part: int | None) -> Step | None:
        """Return, by both."""
        if self.books is None:
            if not self.orders:
                return None
            by, name = self.orders[-1 - pick % len(self.orders)]
            value = None if part is None else str(part)
            return give_back(name, value, by=by, at=self.now, request=self.request()), untold
        known = [it for it in self.books.orders if it.is_awarded and it.left]
        if not known:
            return None
        order, at = known[-1 - pick % len(known)], self.now
        minor = order.left if part is None else min(part * 100, order.left)
        name, by, paise = order.name, order.by, f"{minor // 100}.{minor % 100:02}"
        value = None if part is None else paise
        command = give_back(name, value, by=by, at=at, request=self.request())
        return command, lambda it: it.give_back(named(it, name), minor, at)

    @rule(by=members, tokens=st.integers(1, 30), befalls=faults)
    def spend(self, by: int, tokens: int, befalls: list[Fault | None]) -> None:
        """Spend tokens."""
        member, at = MEMBERS[by], self.now
        command = burn(tokens, by=member, at=at, request=self.request())
        self.both("spend", (command, lambda it: it.spend(member, tokens, at)), befalls)

    @rule(by=members, much=rupees, days=st.sampled_from((0, 0, 400)))
    def spend_and_give_back(self, by: int, much: int, days: int) -> None:
        """Spend what an order earned, return it, and want to spend while something is owed."""
        self.deliver(by, much, [])
        available = self.rewards.balance(MEMBERS[by], at=self.now).available
        self.spend(by, max(1, available), [])
        self.now += days * DAY
        self.give_back(0, None, [])
        self.spend(by, 1, [])

    @rule(by=members, pick=picks, befalls=faults)
    def perform(self, by: int, pick: int, befalls: list[Fault | None]) -> None:
        """Share something, or review a product."""
        self.both("perform", self.performing(by, pick), befalls)

    def performing(self, by: int, pick: int) -> Step:
        """Perform, by both."""
        member, at, request = MEMBERS[by], self.now, self.request()
        if pick > 1:
            return perform(by=member, at=at, request=request), lambda it: it.share(member, at)
        product = f"product {pick}"
        return (
            perform("review", by=member, at=at, request=request, occasion=product),
            lambda it: it.review(member, product, at),
        )

    @rule(by=members, befalls=faults)
    def open_a_code(self, by: int, befalls: list[Fault | None]) -> None:
        """Open a code to invite friends with."""
        member, at = MEMBERS[by], self.now
        code = f"{member.upper()}{self.number}"
        self.codes.append(code)
        command = open_code(code, by=member, at=at, request=self.request())
        self.both("open", (command, lambda it: it.open_code(member, code, at)), befalls)

    @rule(by=members, pick=picks, befalls=faults)
    def accept(self, by: int, pick: int, befalls: list[Fault | None]) -> None:
        """Take an invitation up."""
        self.both("accept", self.accepting(by, pick), befalls)

    def accepting(self, by: int, pick: int) -> Step:
        """Accept, by both: mostly by a code that is new."""
        codes = self.codes
        code = codes[-1 - pick % len(codes)] if codes and pick < 5 else "NOBODY"
        member, at = MEMBERS[by], self.now
        command = accept(code, by=member, at=at, request=self.request())
        return command, lambda it: it.accept(member, code, at)

    @rule(
        by=members,
        friend=members,
        much=rupees,
        days=st.sampled_from((0, 9, 10, 10, 10, 11)),
        then=st.sampled_from(("", "qualify", "sweep", "follow", "return", "return")),
    )
    def invite_and_buy(self, by: int, friend: int, much: int, days: int, then: str) -> None:
        """Invite a friend, who buys, and maybe gives it back when that is known, or before."""
        friend = self.stranger(friend)
        self.invite(by, friend)
        self.deliver(friend, much, [])
        self.now += days * DAY
        if then == "qualify":
            self.qualify(friend, [])
        elif then == "sweep":
            self.sweep("referrals", 1)
        elif then == "follow":
            self.qualify(friend, [])
            self.follow(0, [])
        if then in ("return", "sweep"):
            self.give_back(0, None, [])
        if then == "return":
            self.deliver(friend, 100, [])

    @rule(by=st.integers(0, 1), days=st.sampled_from((9, 10)), is_swept=st.booleans())
    def invite_two(self, by: int, days: int, is_swept: bool) -> None:
        """Invite two friends, of whom one is too many, and be told of the one."""
        self.invite_and_buy(by, 2, 300, days, "")
        self.the_books_agree()
        self.invite_and_buy(by, 3, 100, 1, "sweep" if is_swept else "qualify")
        self.follow(0, [])
        self.follow(1, [])
        if days == 10:
            self.give_back(0, None, [])
            self.give_back(0, None, [])
            self.follow(1, [])
            self.follow(0, [])

    def stranger(self, pick: int) -> int:
        """Choose who has never joined, if anybody is left."""
        there = {it.member_id for it in self.inner.all_of(Member) if it.joined_at is not None}
        others = [nth for nth, name in enumerate(MEMBERS) if name not in there]
        return others[pick % len(others)] if others else pick

    def invite(self, by: int, friend: int) -> None:
        """Open a code, or take the one that is open; the friend takes that up, and joins."""
        if not any(it.is_in for it in self.inner.all_of(Member) if it.member_id == MEMBERS[by]):
            self.both("join", self.joining(by))
        self.now += timedelta(hours=1)
        self.open_a_code(by, [])
        mine = [it for it in self.codes if it.startswith(MEMBERS[by].upper())]
        opened = [
            outcome.referral_code
            for _, outcome in self.done
            if isinstance(outcome, ReferralOpened) and outcome.referral_code in mine
        ]
        code = opened[-1] if opened else "NOBODY"
        self.now += timedelta(hours=1)
        member, at = MEMBERS[friend], self.now
        command = accept(code, by=member, at=at, request=self.request())
        self.both("accept", (command, lambda it: it.accept(member, code, at)))
        self.both("join", self.joining(friend))

    @rule(by=members, befalls=faults)
    def qualify(self, by: int, befalls: list[Fault | None]) -> None:
        """Book that a referral has qualified, where it has."""
        member, at = MEMBERS[by], self.now
        command = Qualify(member_id=member, request_id=self.request(), at=at)

        def told(it: People) -> str:
            if member not in it.ties:
                raise No("unknown_referral")
            return it.book(it.ties[member], at)

        self.both("qualify", (command, told), befalls)

    def events(self) -> list[OutboxEvent]:
        """List what inviters are to learn."""
        kept = vars(self.inner)["_events"]
        return [it for by in kept for it in kept[by] if it.topic in REFERRALS]

    @rule(pick=picks, befalls=faults)
    def follow(self, pick: int, befalls: list[Fault | None]) -> None:
        """Follow an event: any, in any order, and any number of times."""
        events = self.events()
        if not events:
            return
        event = events[-1 - pick % len(events)]
        command = follow_up(event, at=self.now)
        assert command is not None
        friend, at = str(dict(event.figures)["friend_id"]), self.now
        key = (command.scope, command.request_id)
        if key in self.followed:
            assert self.insisted(command, befalls) == self.followed[key]
            FIRED["follow again"] += 1
            return

        def told(it: People) -> int:
            is_new = event.topic == REFERRALS[0]
            return it.reward(friend, at) if is_new else it.revoke(friend, at)

        outcome = self.both(event.topic, (command, told), befalls)
        if not isinstance(outcome, Refused):
            self.followed[key] = outcome

    @rule(by=members, befalls=faults)
    def leave(self, by: int, befalls: list[Fault | None]) -> None:
        """Leave."""
        member, at = MEMBERS[by], self.now
        command = leave(member, at=at, request=self.request())
        self.both("leave", (command, lambda it: it.leave(member, at)), befalls)

    @rule(by=members, befalls=faults)
    def leave_and_come_back(self, by: int, befalls: list[Fault | None]) -> None:
        """Leave, and join again."""
        self.leave(by, befalls)
        self.join(by, befalls)

    @rule(by=members, off=st.sampled_from((True, True, False)), befalls=faults)
    def block(self, by: int, off: bool, befalls: list[Fault | None]) -> None:
        """Block a member, or lift that."""
        member, at, request = MEMBERS[by], self.now, self.request()
        made = unblock if off else block
        command: Command[Any] = made(by=member, at=at, request=request)
        step = command, lambda it: it.block(member, off=off)
        self.both("unblock" if off else "block", step, befalls)
        self.spend(by, 1, [])

    @rule(by=members, days=st.sampled_from((0, 0, 1)), befalls=faults)
    def give_a_birthday_gift(self, by: int, days: int, befalls: list[Fault | None]) -> None:
        """Note a birthday, and give its gift, on the day or beside it."""
        member, at = MEMBERS[by], self.now
        birthday = f"{told_by.ZONE.day_of(at + days * DAY):%m-%d}"
        command: Command[Any] = born(birthday, by=member, at=at, request=self.request())
        self.both("birthday", (command, lambda it: it.born(member, birthday)), befalls)
        command = GiveBirthdayGift(member_id=member, request_id=self.request(), at=at)
        self.both("gift", (command, lambda it: it.gift(member, at)), befalls)

    @rule(by=members, year=st.integers(0, 1))
    def climb(self, by: int, year: int) -> None:
        """Buy much at once, and wait for the review, or for two of them."""
        self.deliver(by, 700, [])
        self.deliver(by, 300, [])
        self.give_a_birthday_gift(by, 0, [])
        self.now += (180 + 365 * year) * DAY
        self.sweep("standings", 2)

    @rule(
        kind=st.sampled_from(("wallets", "standings", "referrals")), limit=st.sampled_from((1, 2))
    )
    def sweep(self, kind: str, limit: int) -> None:
        """I6: Book what is due, in pages; what anybody is told stays the same."""
        self.store.plan = Plan({self.store.saves + 1: Fault.CONFLICT} if limit == 2 else {})
        before = self.told()
        if kind == "wallets":
            self.rewards.lapse_due(self.now, limit=limit)
        elif kind == "standings":
            FIRED["review by sweep"] += self.rewards.review_due(self.now, limit=limit)
            assert self.rewards.review_due(self.now, limit=limit) == 0
        else:
            FIRED["qualify by sweep"] += self.rewards.qualify_due(self.now, limit=limit)
            for tie in [] if self.books is None else self.books.ties.values():
                self.books.book(tie, self.now) if self.books else None
        assert self.told() == before

    def told(self) -> object:
        """What members are told of their tokens and tiers, now and in a year."""
        found: list[object] = []
        for by in MEMBERS:
            for at in (self.now, self.now + 365 * DAY):
                it = self.rewards.balance(by, at=at)
                found.append((it.available, it.promised, it.owed))
                found.append(self.tier_of(by, at))
        return found

    def tier_of(self, by: str, at: datetime) -> str:
        """The tier that a member holds, by what they are told."""
        try:
            told = self.rewards.progress(by, at=at)
        except Refused:
            return ""
        FIRED[f"{told.held} by {told.held_by}"] += at == self.now
        return told.held

    @precondition(lambda self: self.done)
    @rule(pick=st.integers(0, 30), days=st.integers(0, 9))
    def ask_again(self, pick: int, days: int) -> None:
        """I8: A request that was granted comes again, later."""
        command, outcome = self.done[-1 - pick % len(self.done)]
        again: Any = attrs.evolve(command, at=self.now + days * DAY)  # type: ignore[misc]
        before = contents(self.inner)
        assert self.rewards.do_all([again]) == [outcome]
        assert self.rewards.simulate(again) == (outcome, None)
        assert contents(self.inner) == before
        FIRED["duplicate"] += 1

    @rule(by=members, other=st.sampled_from((0, 0, 1)), kinds=st.tuples(picks, picks), much=rupees)
    def race(self, by: int, other: int, kinds: tuple[int, int], much: int) -> None:
        """I11, I13: Two clients load, load, save and save: mostly of one member."""
        both = (by, (by + other) % 4)
        one, two = (self.racing(kind, it, much) for kind, it in zip(kinds, both, strict=True))
        if one is not None and two is not None:
            self.raced(one, two)

    @rule(kind=st.sampled_from((0, 2)), much=st.sampled_from((300, 700)), pair=members)
    def race_for_a_budget(self, kind: int, much: int, pair: int) -> None:
        """I13: Two members want what is left of a budget, that of sharing for one of them."""
        for by in range(4 if kind else 0):
            self.perform(by, 2, [])
        self.now += DAY
        one, two = self.racing(kind, pair, much), self.racing(kind, (pair + 1) % 4, much)
        assert one is not None
        assert two is not None
        self.raced(one, two)

    def racing(self, kind: int, by: int, much: int) -> Step | None:
        """Choose what one of two does, by both."""
        steps: tuple[Callable[[], Step | None], ...] = (
            lambda: self.delivering(by, much),
            lambda: self.joining(by),
            lambda: self.performing(by, 2),
            lambda: self.performing(by, 0),
            lambda: self.accepting(by, 0),
            lambda: self.returning(0, None),
        )
        return steps[kind]()

    def raced(self, first: Step, second: Step) -> None:
        """Let two clients load, load, save and save."""
        self.store.plan = Plan()
        batches = [Batch([it[0]], self.rewards.programme) for it in (first, second)]
        for batch in batches:
            self.rewards._decide(batch)
        won, late = batches
        if won.changes is not None:
            self.inner.save(won.changes)
            FIRED["race"] += 1
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
            self.agree(first[1], won.outcomes[0])
            # Another may take a limit's last: then less is left, or nothing.
            self.agree(second[1], self.insisted(second[0], ()))
            return
        books = self.books
        try:
            self.agree(first[1], won.outcomes[0], books)
            self.agree(second[1], late.outcomes[0])
            self.the_books_agree()
        except AssertionError:
            # Neither saw the other: as if they had come the other way round.
            self.agree(second[1], late.outcomes[0], books)
            self.agree(first[1], won.outcomes[0])
            FIRED["swapped"] += 1

    @precondition(lambda self: self.may_merge)
    @rule(by=members, into=members, befalls=faults, is_followed=st.booleans())
    def merge(self, by: int, into: int, befalls: list[Fault | None], is_followed: bool) -> None:
        """Go on as another; from here on the books are closed."""
        command = merge(MEMBERS[into], by=MEMBERS[by], at=self.now, request=self.request())
        books, self.books = self.books, None
        if isinstance(self.both("merge", (command, untold), befalls), Refused):
            self.books = books
        elif is_followed:
            self.follow_all()

    @precondition(lambda self: self.may_merge)
    @rule(line=st.permutations(range(4)), much=rupees)
    def invite_on_and_merge(self, line: list[int], much: int) -> None:
        """One invites another, who invites a third, who goes on as the first."""
        first, second, third, _ = line
        self.join(first, [])
        self.invite(first, second)
        self.invite(second, third)
        self.merge(third, first, [], is_followed=True)
        self.join(third, [])
        self.deliver(first, much, [])
        self.follow_all()

    @precondition(lambda self: self.books is None)
    @rule(pick=picks)
    def catch_up(self, pick: int) -> None:
        """Follow whatever there is to follow."""
        self.follow_all()
        FIRED["catch up"] += 1

    def follow_all(self) -> None:
        """Follow all events, until nothing follows any more."""
        logs, seen = vars(self.inner)["_events"], -1
        found: list[object] = []
        while seen != (seen := sum(map(len, logs.values()))):
            for _ in range(2):  # What is to be taken back may be told before what was given.
                events = [it for by in logs for it in logs[by]]
                commands = [follow_up(it, at=self.now) for it in events]
                asked = [it for it in commands if it is not None]
                found = [self.insisted(it, ()) for it in asked]
                for command, outcome in zip(asked, found, strict=True):
                    if not isinstance(outcome, Refused):
                        self.followed[command.scope, command.request_id] = outcome
        assert [it for it in found if isinstance(it, Refused)] == []

    # What always holds

    @invariant()
    def the_books_agree(self) -> None:
        """I1, I8, I13, I16: Tokens, points, tiers, limits and referrals are those of the books."""
        books, now = self.books, self.now
        if books is None:
            return
        for by in MEMBERS:
            balance = self.rewards.balance(by, at=now)
            net = books.net(by, now)
            assert (balance.available, balance.owed) == (max(net, 0), max(-net, 0)), by
            assert balance.promised == books.waiting(by, now), by
            assert self.tier_of(by, now) == books.tier(by, now), by
        points = {
            it.owner.member_id: it for it in self.inner.all_of(Wallet) if it.owner.kind[0] == "p"
        }
        for by, count in books.points.items():
            assert (points[by].available if by in points else 0) == count, by
        kept = vars(self.inner)["_used"]
        used = {(key.scope, key.name): it.used for key, it in kept.items() if it.used}
        assert used == {key: n for key, n in books.used.items() if n}
        states = {it.member_id: it.state.value for it in self.inner.all_of(Referral)}
        assert states == {friend: tie.state for friend, tie in books.ties.items()}
        told = [
            (it.topic, dict(it.figures)["inviter_id"], dict(it.figures)["friend_id"])
            for it in self.events()
        ]
        assert Counter(told) == Counter(books.events)

    @invariant()
    def no_limit_is_passed(self) -> None:
        """I13: Whoever raced for it."""
        for counter in vars(self.inner)["_used"].values():
            assert 0 <= counter.used <= counter.limit

    @invariant()
    def journals_hold(self) -> None:
        """I1 to I5: Each that has grown, read from its beginning."""
        for entries in self.inner.journals():
            owner = (entries[0].member_id, entries[0].kind)
            if self.seen.get(owner) != len(entries):
                self.seen[owner] = len(entries)
                assert [str(it) for it in check_journal(entries)] == []

    @invariant()
    def nobody_is_invited_in_a_circle(self) -> None:
        """Going from a friend to the inviter, and on, comes to an end."""
        inviters = {
            it.member_id: it.inviter_id
            for it in self.inner.all_of(Referral)
            if it.state is not ReferralState.REVOKED
        }
        for friend in inviters:
            chain = [friend]
            while chain[-1] in inviters:
                chain.append(inviters[chain[-1]])
                assert chain[-1] not in chain[:-1], chain

    @invariant()
    def each_side_of_a_referral_is_paid_once(self) -> None:
        """I8: What a friend brings either side is credited once at most."""
        paid: Counter[tuple[str, str, str]] = Counter()
        for entries in self.inner.journals():
            paid.update(filter(None, map(paid_for, entries)))
        assert all(count == 1 for count in paid.values()), paid

    def teardown(self) -> None:
        """Follow all that is left; then what was passed on is there, and all adds up."""
        self.follow_all()
        entries = [entry for journal in self.inner.journals() for entry in journal]
        assert [str(it) for it in check_journal(entries)] == []
        assert sum(it.transferred for it in self.inner.all_of(Wallet)) == 0
        self.journals_hold()
        self.each_side_of_a_referral_is_paid_once()


def untold(books: People) -> object:
    """Nothing that the books could tell."""
    raise NotImplementedError(books)


def named(books: People, name: str) -> told_by.Order:
    """Find an order."""
    return next(it for it in books.orders if it.name == name)


def paid_for(entry: Entry) -> tuple[str, str, str] | None:
    """Tell for whose referral an entry pays which side."""
    if entry.reason.code != "referral":
        return None
    if entry.event not in (Event.EARNED, Event.KEPT):
        return None
    figures = dict(entry.reason.figures)
    return str(figures["side"]), entry.member_id, str(figures.get("friend_id", ""))


FIRED_MIN: dict[str, int] = {
    "join": 75,
    "deliver": 150,
    "return": 50,
    "spend": 10,
    "place": 7,
    "cancel": 1,
    "perform": 12,
    "open": 30,
    "accept": 10,
    "qualify": 7,
    "qualify by sweep": 1,
    "referral_qualified": 7,
    "referral_revoked": 1,
    "follow again": 15,
    "leave": 15,
    "block": 1,
    "birthday": 10,
    "gift": 5,
    "review by sweep": 4,
    "gold by earned": 50,
    "gold by review": 25,
    "gold by soft_landing": 15,
    "platinum by earned": 40,
    "platinum by review": 25,
    "race": 12,
    "lost by Conflict": 2,
    "lost by LimitReached": 1,
    "duplicate": 12,
    "merge": 1,
    "asked again after Conflict": 7,
    "asked again after ConnectionLost": 15,
    "asked again after Crashed": 5,
}
REFUSED_MIN: dict[str, int] = {
    "limit_reached": 12,
    "tokens_owed": 7,
    "insufficient_tokens": 10,
    "member_blocked": 2,
    "member_left": 7,
    "not_a_member": 15,
    "no_birthday_gift": 5,
    "unknown_referral": 10,
    "unknown_referral_code": 5,
    "referral_code_open": 20,
    "referral_cycle": 2,
    "self_referral": 4,
    "already_invited": 12,
    "account_too_old": 5,
    "member_merged": 1,
}


@pytest.mark.hypothesis
def test_members_agree_with_what_happened_to_them_whatever_happens() -> None:
    """I1, I6, I8, I11 to I13, I16, I18: over a run in which everything happens often enough."""
    FIRED.clear()
    REFUSED.clear()
    # By day the same stories each time, so that the floors are met or not for a reason.
    by_day = settings().max_examples <= BY_DAY
    tries = settings(
        max_examples=max(BY_DAY, settings().max_examples),
        stateful_step_count=30,
        derandomize=by_day,
        database=None,
    )
    run_state_machine_as_test(MembersMachine, settings=tries)
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
        """Save whatever is taken."""
        takes = tuple([it._replace(limit=10**9) for it in changes.takes])
        super().save(attrs.evolve(changes, takes=takes))


class Deaf(Attentive):
    """A store that loses what inviters are to learn."""

    def save(self, changes: Changes, /) -> None:
        """Save all but events."""
        super().save(attrs.evolve(changes, events=()))


class Amnesic(Attentive):
    """A store that forgets what counted toward tiers before the last order."""

    def save(self, changes: Changes, /) -> None:
        """Save standings without their earlier days."""
        puts = [
            Put(key, it._replace(tallies=it.tallies[-1:]) if isinstance(it, Standing) else it)
            for key, it in changes.puts
        ]
        super().save(attrs.evolve(changes, puts=tuple(puts)))


@pytest.mark.parametrize("broken", [Forgetful, Boundless, Deaf, Amnesic])
def test_the_machine_objects_to_a_store(broken: type[Attentive]) -> None:
    """One that carries requests out twice, passes a limit, or loses events or what counted."""

    class Machine(MembersMachine):
        """The machine on that store."""

        made = broken

    assert is_objected_to(Machine)


def changed(programme: Programme, part: str) -> Programme:
    """Plant another rule."""
    ladder, referral = programme.ladder, programme.referral
    assert ladder is not None
    assert referral is not None
    if part == "landing":
        return attrs.evolve(programme, ladder=attrs.evolve(ladder, landing=Landing.EARNED))
    if part == "friends":
        return attrs.evolve(programme, referral=attrs.evolve(referral, friends_max=2))
    if part == "window":
        days = referral.return_days + 1 if referral.return_days else 0
        return attrs.evolve(programme, referral=attrs.evolve(referral, return_days=days))
    first, *rest = programme.campaigns.campaigns
    caps = tuple([attrs.evolve(it, tokens=it.tokens + 1) for it in first.caps])
    campaigns = CampaignTerms((attrs.evolve(first, caps=caps), *rest))
    return attrs.evolve(programme, campaigns=campaigns)


@pytest.mark.parametrize("part", ["landing", "friends", "window", "caps"])
def test_the_machine_objects_to_another_rule(part: str) -> None:
    """A fall of two tiers, a friend too many, a window a day longer, a cap a token higher."""

    class Machine(MembersMachine):
        """The machine under that rule."""

        programmes = {name: changed(it, part) for name, it in PROGRAMMES.items()}  # noqa: RUF012

    assert is_objected_to(Machine)


def is_objected_to(machine: type[MembersMachine]) -> bool:
    """See that a machine finds what is wrong."""
    tries = settings(
        max_examples=200,
        stateful_step_count=30,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
    )
    try:
        run_state_machine_as_test(machine, settings=tries)
    except AssertionError:
        return True
    return False
