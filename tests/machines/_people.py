"""People in another style: everything is a list of what happened, and every answer adds it up.

Nothing is kept up to date. What a member has is the sum of a list, a tier is found by going through
the years from the beginning, what a referral is by now by asking for the day.
"""

import copy
import pickle
from collections import Counter
from datetime import date, datetime
from typing import NamedTuple

from mi_rewards.calendar import Zone

ZONE = Zone("Asia/Kolkata")

WELCOME = 3
TIERS = (("silver", 0, 0, 0), ("gold", 50_000, 11, 0), ("platinum", 90_000, 13, 4))
"""Tiers: their thresholds in paise, what reaching them brings, and their birthday gifts."""

DOUBLE_ORDER, DOUBLE_MONTH, DOUBLE_BUDGET = 30, 50, 110
"""The most that orders of 200 rupees or more earn twice: each, in a month, and all together."""

FIRST, FIRST_BUDGET = 5, 12
"""What a member's first order earns besides, and all of them together."""

GOLDEN = 2
"""What an order of a member above silver earns besides."""

SHARE, SHARE_DAY, SHARE_EVER, SHARE_BUDGET = 2, 2, 3, 10
"""What sharing earns, how often on a day and ever, and the most that all members get for it."""

REVIEW = 1
"""What a review earns, once for each product."""

INVITER, FRIEND, FRIENDS_MAX = 7, 5, 1
WINDOW_DAYS, CODE_DAYS, ACCOUNT_DAYS = 10, 30, 60


class No(Exception):
    """No, and why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Fact(NamedTuple):
    """So many tokens, more or fewer, from an instant on."""

    by: str
    tokens: int
    why: str
    at: datetime


class Told(NamedTuple):
    """That so much counts on a day, more or less, and the day on which that was told."""

    on: date
    day: date
    minor: int


class Order:
    """An order that was delivered."""

    def __init__(self, by: str, name: str, minor: int, at: datetime) -> None:
        self.by, self.name, self.at = by, name, at
        self.minor = self.left = minor
        self.is_awarded = False
        self.placed_at: datetime | None = None
        self.promised = 0
        self.awarded = self.points = 0
        self.double = self.first = self.golden = 0

    def worth(self) -> int:
        """What is kept of it is worth so many tokens."""
        if not self.left:
            return 0
        tokens = self.left // 1_000
        double = min(self.double, tokens) if self.left >= 20_000 else 0
        return tokens + double + self.first + self.golden


class Tie:
    """That a friend was invited."""

    def __init__(self, friend: str, inviter: str, since: datetime, at: datetime) -> None:
        self.friend, self.inviter, self.since, self.at = friend, inviter, since, at
        self.state = "invited"
        self.order = ""
        self.qualifies_at: datetime | None = None


class People:
    """All members, and what is used up."""

    def __init__(self, qualifies: str) -> None:
        self.qualifies = qualifies
        self.joined: dict[str, datetime] = {}
        self.first: dict[str, datetime] = {}
        self.left: set[str] = set()
        self.blocked: set[str] = set()
        self.facts: list[Fact] = []
        self.points: dict[str, int] = {}
        self.told: dict[str, list[Told]] = {}
        self.rewarded: set[tuple[str, str]] = set()
        self.orders: list[Order] = []
        self.waits: set[str] = set()
        self.earning: Counter[str] = Counter()
        self.used: Counter[tuple[str, str]] = Counter()
        self.codes: dict[str, tuple[str, datetime, datetime]] = {}
        self.own: dict[str, str] = {}
        self.ties: dict[str, Tie] = {}
        self.events: list[tuple[str, str, str]] = []
        self.booked: dict[str, int] = {}
        self.revoked: set[str] = set()
        self.birthdays: dict[str, str] = {}

    def copy(self) -> "People":
        """The same, to go on from."""
        copied: People = pickle.loads(pickle.dumps(self, pickle.HIGHEST_PROTOCOL))
        return copied

    # What is asked

    def net(self, by: str, at: datetime) -> int:
        """What a member has; below zero what is owed."""
        return sum(it.tokens for it in self.facts if it.by == by and it.at <= at)

    def waiting(self, by: str, at: datetime) -> int:
        """What a member is promised."""
        kept_later = sum(it.tokens for it in self.facts if it.by == by and it.at > at)
        return kept_later + sum(it.promised for it in self.orders if it.by == by)

    def tier(self, by: str, at: datetime) -> str:
        """The tier held: year by year, from the day of joining."""
        if by not in self.joined or by in self.left:
            return ""
        return TIERS[self.rank(by, ZONE.day_of(at))][0]

    def rank(self, by: str, today: date) -> int:
        """The rank held: what a year reached, or kept of the last: one less, or what it earned."""
        held = 0
        told = self.told.get(by, [])
        for year in range(min([it.on.year for it in told], default=today.year), today.year + 1):
            before = sum(it.on.year < year for it in told)
            known = [told[:upto] for upto in range(before, len(told) + 1)]
            by_then = [it for it in known if not it or it[-1].on.year <= year]
            kept = max(held - 1, *[earned(it, year - 1) for it in by_then])
            held = max(kept, *[earned(it, year) for it in by_then])
        return held

    def must_be_in(self, by: str) -> None:
        """Refuse who is not in."""
        if by not in self.joined:
            raise No("not_a_member")
        if by in self.left:
            raise No("member_left")

    # What happens

    def give(self, by: str, tokens: int, why: str, at: datetime) -> None:
        """Write down that a member has so many more, or fewer; who left is asked for no more."""
        if tokens < 0 and by in self.left:
            tokens = -min(-tokens, max(0, self.net(by, at)))
        if tokens:
            self.facts.append(Fact(by, tokens, why, at))

    def take(self, scope: str, name: str, n: int, limit: int) -> None:
        """Use up some of what is limited."""
        if self.used[scope, name] + n > limit:
            raise No("limit_reached")
        self.used[scope, name] += n

    def join(self, by: str, at: datetime) -> tuple[int, int]:
        """Join, for the first time or again."""
        comes_back = by in self.left
        if by in self.joined and not comes_back:
            raise No("already_joined")
        self.left.discard(by)
        self.joined[by] = at
        self.first[by] = min(at, self.first.get(by, at))
        if by in self.ties:
            self.has_joined(self.ties[by], at)
        before = self.net(by, at)
        mine = [it for it in self.orders if it.by == by and it.name in self.waits]
        waiting = [it for it in mine if it.at == at]
        self.waits -= {it.name for it in mine}
        for order in sorted(waiting, key=lambda it: it.name):
            self.award(order, at)
        retrospective = sum(it.awarded for it in waiting)
        assert before <= self.net(by, at)
        if not comes_back:
            self.give(by, WELCOME, "welcome", at)
        return (0 if comes_back else WELCOME), retrospective

    def deliver(self, by: str, name: str, minor: int, at: datetime) -> int:
        """Deliver an order."""
        order = Order(by, name, minor, at)
        self.orders.append(order)
        self.award_or_wait(order, at)
        return order.awarded

    def award_or_wait(self, order: Order, at: datetime) -> None:
        """Award what a member ordered, or let it wait until they join."""
        if order.by in self.joined and order.by not in self.left:
            order.promised = 0
            self.award(order, at)
        else:
            self.waits.add(order.name)

    def place(self, by: str, name: str, minor: int, at: datetime) -> int:
        """Place an order: what it would earn today is promised."""
        order = Order(by, name, minor, at)
        order.placed_at = at
        self.orders.append(order)
        if by in self.joined and by not in self.left:
            expected = copy.copy(order)
            self.weigh(expected, at)
            order.promised = expected.worth()
        return order.promised

    def cancel(self, by: str, name: str) -> int:
        """Cancel an order that was placed."""
        order = next(it for it in self.orders if (it.by, it.name) == (by, name))
        promised, order.promised = order.promised, 0
        return promised

    def deliver_placed(self, by: str, name: str, at: datetime) -> int:
        """Deliver an order that was placed."""
        order = next(it for it in self.orders if (it.by, it.name) == (by, name))
        order.at = at
        self.award_or_wait(order, at)
        return order.awarded

    def weigh(self, order: Order, at: datetime) -> str:
        """Find what campaigns add to an order; answer with the month's cap of one of them."""
        by, tokens = order.by, order.minor // 1_000
        month = f"campaign/double/month/{ZONE.day_of(order.placed_at or order.at):%Y-%m}"
        if tokens and order.minor >= 20_000:
            left = (
                DOUBLE_ORDER,
                DOUBLE_MONTH - self.used[by, month],
                DOUBLE_BUDGET - self.used["campaign/double", "budget"],
            )
            order.double = min(tokens, *left)
        if not self.earning[by]:
            order.first = min(FIRST, FIRST_BUDGET - self.used["campaign/first", "budget"])
        if self.rank(by, ZONE.day_of(at)):
            order.golden = GOLDEN
        return month

    def award(self, order: Order, at: datetime) -> None:
        """Award an order, with all that campaigns, tiers and a referral bring."""
        by = order.by
        month = self.weigh(order, at)
        self.used[by, month] += order.double
        self.used["campaign/double", "budget"] += order.double
        self.used["campaign/first", "budget"] += order.first
        self.earning[by] += 1
        order.is_awarded, order.awarded = True, order.worth()
        order.points = order.minor // 10_000
        self.points[by] = self.points.get(by, 0) + order.points
        self.give(by, order.awarded, order.name, at)
        self.refers(order, at)
        self.counts(by, ZONE.day_of(at), order.minor, at)

    def counts(self, by: str, day: date, minor: int, at: datetime) -> None:
        """Count toward the tier, and pay for what that reaches first."""
        self.told.setdefault(by, []).append(Told(ZONE.day_of(at), day, minor))
        for tier, _, reward, _ in TIERS[: self.rank(by, ZONE.day_of(at)) + 1]:
            if reward and (by, tier) not in self.rewarded:
                self.rewarded.add((by, tier))
                self.give(by, reward, f"reached {tier}", at)

    def give_back(self, order: Order, minor: int, at: datetime) -> int:
        """Return some of an order, or all of it."""
        if minor > order.left:
            raise No("beyond_delivered")
        order.left -= minor
        back = order.awarded - order.worth()
        order.awarded -= back
        self.give(order.by, -back, f"return of {order.name}", at)
        points = order.points - order.left // 10_000
        order.points -= points
        self.points[order.by] = max(0, self.points[order.by] - points)
        tie = self.ties.get(order.by)
        if tie is not None:
            self.was_returned(tie, order, at)
        if order.minor:
            self.counts(order.by, ZONE.day_of(order.at), -minor, at)
        return back

    def spend(self, by: str, tokens: int, at: datetime) -> int:
        """Spend tokens."""
        if by in self.left or by in self.blocked:
            raise No("member_blocked")
        if self.net(by, at) < 0:
            raise No("tokens_owed")
        if self.net(by, at) < tokens:
            raise No("insufficient_tokens")
        self.give(by, -tokens, "spent", at)
        return tokens

    def share(self, by: str, at: datetime) -> int:
        """Share something."""
        self.must_be_in(by)
        self.take(by, f"action/sharing/day/{ZONE.day_of(at)}", 1, SHARE_DAY)
        self.take(by, "action/sharing/ever/ever", 1, SHARE_EVER)
        self.take("action/sharing", "budget", SHARE, SHARE_BUDGET)
        self.give(by, SHARE, "sharing", at)
        return SHARE

    def review(self, by: str, product: str, at: datetime) -> int:
        """Review a product."""
        self.must_be_in(by)
        self.take(by, f"action/review/once/{product}", 1, 1)
        self.give(by, REVIEW, "review", at)
        return REVIEW

    def leave(self, by: str, at: datetime) -> int:
        """Leave: what is there, and what only waits for its day, is forfeited."""
        self.must_be_in(by)
        kept = [it for it in self.facts if it.by == by and it.at > at]
        self.facts = [it._replace(at=at) if it in kept else it for it in self.facts]
        for order in self.orders:
            if order.by == by:
                order.promised = 0
        forfeited = max(0, self.net(by, at))
        self.give(by, -forfeited, "left", at)
        self.points[by] = 0
        self.left.add(by)
        return forfeited

    def block(self, by: str, *, off: bool) -> str:
        """Block a member, or lift that."""
        self.must_be_in(by)
        if off is not (by in self.blocked):
            raise No("not_blocked" if off else "already_blocked")
        (self.blocked.discard if off else self.blocked.add)(by)
        return "fraud"

    def born(self, by: str, birthday: str) -> None:
        """Note a birthday."""
        self.must_be_in(by)
        self.birthdays[by] = birthday

    def gift(self, by: str, at: datetime) -> int:
        """Give the birthday gift."""
        self.must_be_in(by)
        day = ZONE.day_of(at)
        tokens = TIERS[self.rank(by, day)][3]
        if not tokens:
            raise No("no_birthday_gift")
        if self.birthdays.get(by) != f"{day:%m-%d}":
            raise No("not_the_birthday")
        self.take(by, f"birthday_gift/{day.year}", 1, 1)
        self.give(by, tokens, "birthday", at)
        return tokens

    # Referrals

    def open_code(self, by: str, code: str, at: datetime) -> str:
        """Open a code."""
        self.must_be_in(by)
        since = self.first[by]
        if by in self.own:
            _, since, until = self.codes[self.own[by]]
            if at < until:
                raise No("referral_code_open")
        elif by in self.ties:
            # Later than that of the code that invited: so no chain comes back to where it began.
            since = max(since, later(self.ties[by].since))
        until = ZONE.after(day_after(ZONE.day_of(at), CODE_DAYS))
        self.codes[code], self.own[by] = (by, since, until), code
        return code

    def accept(self, by: str, code: str, at: datetime) -> tuple[str, int]:
        """Take an invitation up."""
        if by in self.left:
            raise No("member_left")
        if code not in self.codes:
            raise No("unknown_referral_code")
        inviter, since, until = self.codes[code]
        if at >= until:
            raise No("referral_code_closed")
        if inviter == by:
            raise No("self_referral")
        if by in self.ties:
            raise No("already_invited")
        joined_at, first = self.joined.get(by), self.first.get(by)
        if first and (ZONE.day_of(at) - ZONE.day_of(first)).days > ACCOUNT_DAYS:
            raise No("account_too_old")
        there_since = first
        if first is not None and by in self.own:
            there_since = min(first, self.codes[self.own[by]][1])
        if there_since is not None and there_since <= since:
            raise No("referral_cycle")
        self.take(inviter, "referral/ever/ever", 1, FRIENDS_MAX)
        tie = self.ties[by] = Tie(by, inviter, since, at)
        before = self.net(by, at)
        if joined_at is not None:
            self.has_joined(tie, at)
        return inviter, self.net(by, at) - before

    def has_joined(self, tie: Tie, at: datetime) -> None:
        """The friend has joined."""
        if tie.state != "invited":
            return
        if self.joined[tie.friend] <= tie.since:
            tie.state = "revoked"
        elif self.qualifies == "on_joining":
            self.qualify(tie, at)
        else:
            tie.state = "registered"

    def qualify(self, tie: Tie, at: datetime) -> None:
        """Both sides get what was said: the friend at once."""
        tie.state, tie.qualifies_at = "qualified", at
        self.give(tie.friend, FRIEND, "friend", at)
        self.events.append(("referral_qualified", tie.inviter, tie.friend))

    def refers(self, order: Order, at: datetime) -> None:
        """The friend has an order delivered."""
        tie = self.ties.get(order.by)
        if tie is None:
            return
        self.book(tie, at)
        if tie.state != "registered" or not order.minor:
            return
        tie.order = order.name
        if self.qualifies == "on_first_delivery":
            self.qualify(tie, at)
            return
        tie.state = "qualifying"
        tie.qualifies_at = ZONE.start_of(day_after(ZONE.day_of(at), WINDOW_DAYS))
        self.give(tie.friend, FRIEND, f"friend {order.name}", tie.qualifies_at)

    def book(self, tie: Tie, at: datetime) -> str:
        """Book that the window is over, where it is."""
        if tie.state == "qualifying" and tie.qualifies_at and at >= tie.qualifies_at:
            tie.state = "qualified"
            self.events.append(("referral_qualified", tie.inviter, tie.friend))
        return tie.state

    def was_returned(self, tie: Tie, order: Order, at: datetime) -> None:
        """Something of the friend's came back."""
        self.book(tie, at)
        if order.name != tie.order or order.left:
            return
        if tie.state == "qualifying":
            tie.state, tie.order = "registered", ""
            self.take_promise_back(tie, f"friend {order.name}", at)
        elif tie.state == "qualified":
            tie.state = "revoked"
            self.give(tie.friend, -FRIEND, "friend returned", at)
            self.events.append(("referral_revoked", tie.inviter, tie.friend))

    def take_promise_back(self, tie: Tie, why: str, at: datetime) -> None:
        """Take back what was promised, or was kept because the friend left."""
        open_ones = [it for it in self.facts if it.why == why and it.at > at]
        if open_ones:
            self.facts.remove(open_ones[0])
        else:
            self.give(tie.friend, -FRIEND, "friend returned", at)

    def reward(self, friend: str, at: datetime) -> int:
        """The inviter's side: once for each friend, whoever tells it how often."""
        if friend not in self.booked:
            inviter = self.ties[friend].inviter
            is_in = inviter in self.joined and inviter not in self.left
            self.booked[friend] = INVITER if is_in else 0
            self.give(inviter, self.booked[friend], f"inviter of {friend}", at)
        return self.booked[friend]

    def revoke(self, friend: str, at: datetime) -> int:
        """The inviter's side, when it is taken back."""
        if friend not in self.booked:
            raise No("reward_not_booked")
        if friend not in self.revoked:
            self.revoked.add(friend)
            inviter = self.ties[friend].inviter
            self.give(inviter, -self.booked[friend], f"no longer inviter of {friend}", at)
        return self.booked[friend]


def earned(tellings: list[Told], year: int) -> int:
    """The rank that what is known of a year earns."""
    minor = sum(it.minor for it in tellings if it.day.year == year)
    return sum(threshold <= minor for _, threshold, _, _ in TIERS) - 1


def day_after(day: date, days: int) -> date:
    """So many days later."""
    return date.fromordinal(day.toordinal() + days)


def later(at: datetime) -> datetime:
    """The next instant."""
    return at.replace(microsecond=at.microsecond + 1)
