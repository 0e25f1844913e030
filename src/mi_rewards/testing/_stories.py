"""What may be asked of a store, and what may go wrong, as the rules of a machine."""

from datetime import date
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import (
    initialize,
    invariant,
    precondition,
    rule,
)

from mi_rewards.calendar import UTC
from mi_rewards.commands import Command, follow_up
from mi_rewards.earning import CapScope, OrderCap, Retrospective, Welcome
from mi_rewards.errors import Conflict, LimitReached, Misuse, Refused, RequestReused
from mi_rewards.programme import HoldLimits
from mi_rewards.repositories import Changes, Needs, ReceiptKey, Take
from mi_rewards.testing._books.books import Books
from mi_rewards.testing._books.coins import midnight_after
from mi_rewards.testing._books.units import Settings, local_day
from mi_rewards.testing._checks.marks import expect_equal, expect_raised
from mi_rewards.testing._checks.races import meet
from mi_rewards.testing._histories import STARVED, rules
from mi_rewards.testing._sides import DEFAULTS, Sides
from mi_rewards.testing._steps import HOUR, Drawn, command_of, drawn
from mi_rewards.wallet import ClawBackPolicy, EndOfYear


class StoreMachine(Sides):
    """What may be asked of a store, and what may go wrong; made by `store_machine`."""

    @initialize(
        policy=st.sampled_from(ClawBackPolicy),
        kept_after_days=st.sampled_from((0, 0, 1)),
        cap=st.sampled_from((None, None, 1, 2)),
        cap_by=st.sampled_from(CapScope),
        holds=st.sampled_from((HoldLimits(), HoldLimits(12, 2))),
        since=st.sampled_from((None, date(2017, 12, 31))),
        years=st.sampled_from((0, 1)),
        joins=st.integers(0, 3),
        brings=st.lists(st.tuples(st.integers(0, 3), st.integers(1, 8)), max_size=4),
    )
    def begin(
        self,
        policy: ClawBackPolicy,
        kept_after_days: int,
        cap: int | None,
        cap_by: CapScope,
        holds: HoldLimits,
        since: date | None,
        years: int,
        joins: int,
        brings: list[tuple[int, int]],
    ) -> None:
        """Choose the rules, and let some members join with something to spend."""
        programme = rules(
            STARVED,
            claw_back=policy,
            kept_after_days=kept_after_days,
            order_cap=None if cap is None else OrderCap(cap, cap_by),
            holds=holds,
            retrospective=None if since is None else Retrospective(since),
            expiry=EndOfYear(years),
            welcome=Welcome(3, None, date(2017, 12, 31)),
        )
        chosen = DEFAULTS | {
            "policy": policy.value,
            "kept_after_days": kept_after_days,
            "cap": cap,
            "cap_by": cap_by.value,
            "open_max": holds.open_max,
            "hours_max": holds.hours_max,
            "since": since,
            "years": years,
        }
        self.under(programme)
        self.books = Books(Settings(**chosen), self.members)
        for who in range(joins):
            self.one(("Join", who, 0, 1, 0))
        for which, tokens in brings:
            self.one(("Open", 0, which, tokens, 0))

    @rule(step=drawn)
    def one(self, step: Drawn) -> None:
        """Carry one command out, on either handle."""
        command = self.made(step)
        rewards = self.other if self.number % 2 else self.rewards
        self.check(command, rewards.do_all([command])[0])

    @rule(steps=st.lists(drawn, min_size=2, max_size=5))
    def batch(self, steps: list[Drawn]) -> None:
        """Carry several out in one go."""
        commands = [self.made(step) for step in steps]
        for command, outcome in zip(commands, self.rewards.do_all(commands), strict=True):
            self.check(command, outcome)
        self.happened["batch"] += 1

    @rule(who=st.sampled_from((0, 0, 1)), which=st.integers(0, 2), variant=st.integers(0, 5))
    def spend_and_return(self, who: int, which: int, variant: int) -> None:
        """Spend all that there is, the tokens of an order too, and then return the order."""
        self.one(("Deliver", who, which, 1, 8))
        purse = self.books.purses[self.members[who]].asked(self.now)
        if tokens := purse.count("available"):
            self.one(("BurnTokens", who, 0, tokens, 0))
        self.one(("Return", who, which, 5, variant))
        self.one(("BurnTokens", who, 0, 1, 0))

    @rule(who=st.sampled_from((0, 0, 1)), variant=st.integers(0, 4))
    def hold_three_times(self, who: int, variant: int) -> None:
        """Set a token aside, again and again, and resolve the last."""
        for _ in range(3):
            self.one(("PlaceHold", who, 0, 1, variant))
        self.one((("Capture", "Release")[variant % 2], who, 0, 1, variant))

    @rule(which=st.integers(0, 1), times=st.integers(1, 2))
    def send_there_and_back(self, which: int, times: int) -> None:
        """Send tokens, and follow them until they have arrived somewhere."""
        self.batch([("Transfer", 0, which, 1, 0)] * 2)
        for _ in range(2):
            self.follow([5, 4, 3, 2, 1, 0], times)

    @rule(step=drawn, which=st.integers(0, 2))
    def place_and_cancel(self, step: Drawn, which: int) -> None:
        """Cancel an order, some time after it was placed."""
        self.one(("Place", step[1], which, 1, 0))
        self.one(step)
        self.one(("Cancel", step[1], which, 1, 0))

    @rule(hours=st.sampled_from((1, 2, 5, 9, 13)))
    def wait(self, hours: int) -> None:
        """Let time pass."""
        self.now += hours * HOUR

    @rule(limit=st.integers(1, 3))
    def sweep(self, limit: int) -> None:
        """Book what is due, in pages."""
        before = sum(purse.count("lapsed") for purse in self.books.purses.values())
        self.rewards.lapse_due(self.now, limit=limit)
        self.find_nothing_due()
        for by in self.members:
            self.books.lapse(by, self.now)
        after = sum(purse.count("lapsed") for purse in self.books.purses.values())
        self.happened["sweep"] += after > before

    @rule(which=st.integers(0, 1), limit=st.integers(1, 3), beyond=st.sampled_from((0, 0, 1)))
    def let_lapse(self, which: int, limit: int, beyond: int) -> None:
        """Bring something along that soon lapses, and sweep at midnight or an hour later."""
        self.one(("Open", 0, which, 2, 0))
        self.one(("Open", 1, which, 2, 0))
        self.now = midnight_after(local_day(self.now)).astimezone(UTC) + beyond * HOUR
        self.sweep(limit)

    @rule(which=st.integers(0, 1), n=st.sampled_from((-2, -1, 1, 2, 3)), limit=st.integers(0, 4))
    def take(self, which: int, n: int, limit: int) -> None:
        """Take from a counter, or give back."""
        changes = Changes(takes=(Take(self.stock[which], n, limit),))
        before = self.used[which]
        if n > 0 and before + n > limit:
            expect_raised(LimitReached, "a step past the limit", self.clients[0].save, changes)
            self.happened["limit reached"] += 1
        elif before + n < 0:
            expect_raised(Misuse, "more given back than taken", self.clients[0].save, changes)
        else:
            self.clients[0].save(changes)
            self.used[which] += n
            self.happened["take"] += 1
        loaded = self.clients[1].load(Needs(counters=self.stock)).counters
        used = [0 if (it := loaded[key]) is None else it.used for key in self.stock]
        expect_equal(used, self.used, "the counters")

    @precondition(lambda self: self.receipts)
    @rule(pick=st.integers(0, 30), hours=st.integers(0, 9))
    def retry(self, pick: int, hours: int) -> None:
        """Repeat a request that was granted; at another instant where the command says so."""
        command, outcome = list(self.receipts.values())[-1 - pick % len(self.receipts)]
        again = _changed(command, at=getattr(command, "at", self.now) + hours * HOUR)
        before = self.all_there_is()
        expect_equal(self.other.do_all([again]), [outcome], f"{again!r}, asked again")
        expect_equal(self.rewards.simulate(again), (outcome, None), f"{again!r}, simulated")
        expect_equal(self.all_there_is(), before, f"the store after {again!r} was asked again")
        self.happened["retry"] += 1

    @precondition(lambda self: self.receipts)
    @rule(pick=st.integers(0, 30), step=drawn)
    def reuse(self, pick: int, step: Drawn) -> None:
        """Ask for something else under the name of a request that was granted."""
        key = list(self.receipts)[-1 - pick % len(self.receipts)]
        kind, _, *rest = step
        who = self.members.index(key.scope)
        made: Any = command_of(
            (kind, who, *rest),  # type: ignore[arg-type]
            self.number,
            self.now,
            self.members,
            self.holds,
            self.burns,
        )
        reused = _changed(made, request_id=key.request_id)
        first, outcome = self.receipts[key]
        before = self.all_there_is()
        answer = self.rewards.do_all([reused])[0]
        if reused.content() == first.content():
            expect_equal(answer, outcome, f"{reused!r}, asked again")
        else:
            expect_equal(type(answer), RequestReused, f"{reused!r}, which names {first!r}")
            self.happened["reuse"] += 1
        expect_equal(self.all_there_is(), before, f"the store after {reused!r}")

    @rule(step=drawn)
    def lose_answer(self, step: Drawn) -> None:
        """Save, but lose the answer; the caller asks again."""
        command = self.made(step)
        lost = self.rewards.do_all([command])[0]
        self.check(command, lost)
        if not isinstance(lost, Refused):
            expect_equal(self.other.do_all([command]), [lost], f"{command!r}, asked again")
            self.happened["lost answer"] += 1

    @rule(step=drawn)
    def crash(self, step: Drawn) -> None:
        """Decide, and end before anything is saved."""
        command = self.made(step)
        self.not_granted.add(ReceiptKey(command.scope, command.request_id))
        before = self.all_there_is()
        batch = self.decided(command, self.clients[0])
        expect_equal(self.all_there_is(), before, f"the store after deciding {command!r}")
        self.happened["crash"] += batch.changes is not None

    @rule(step=drawn, other=drawn, same_request=st.booleans())
    def race(self, step: Drawn, other: Drawn, same_request: bool) -> None:  # noqa: FBT001
        """Let two clients decide on the same state, and both save."""
        first = self.made(step)
        kind, _, *rest = other
        second = first if same_request else self.made((kind, step[1], *rest))  # type: ignore[arg-type]
        one = self.decided(first, self.clients[0])
        two = self.decided(second, self.clients[1])
        books = self.books
        if one.changes is not None:
            self.clients[0].save(one.changes)
        if two.changes is not None and one.changes is not None and meet(one.changes, two.changes):
            before = self.all_there_is()
            what = f"{second!r}, saved after {first!r}"
            expect_raised(Conflict, what, self.clients[1].save, two.changes)
            expect_equal(self.all_there_is(), before, f"the store after the lost race of {what}")
            self.check(first, one.outcomes[0])
            self.happened["lost race"] += 1
            again = self.other.do_all([second])[0]
            if same_request:
                expect_equal(again, one.outcomes[0], f"{second!r}, asked again")
            else:
                self.check(second, again)
            return
        if two.changes is not None:
            self.clients[1].save(two.changes)
        # Neither saw the other: as if they had come one after the other, either way.
        if self.agree(first, one.outcomes[0]) and (
            same_request or self.agree(second, two.outcomes[0])
        ):
            return
        self.books = books
        self.check(second, two.outcomes[0])
        self.check(first, one.outcomes[0])
        self.happened["swapped"] += 1

    @rule(order=st.permutations(range(6)), times=st.integers(0, 3))
    def follow(self, order: list[int], times: int) -> None:
        """Follow up what is in the outbox, in any order and any number of times."""
        events = self.events()[-6:]
        for index in order * times:
            command = follow_up(events[index], at=self.now) if index < len(events) else None
            if command is None:
                continue
            outcome = self.rewards.do_all([command])[0]
            key = ReceiptKey(command.scope, command.request_id)
            if key in self.receipts:
                expect_equal(outcome, self.receipts[key][1], f"{command!r}, asked again")
                self.happened["follow again"] += 1
            else:
                self.check(command, outcome)

    @invariant()
    def both_sides_agree(self) -> None:
        """Balances now and later, and all totals, are the books'."""
        self.compare_all()

    @invariant()
    def the_journal_explains_it(self) -> None:
        """Folding each journal gives its wallet, and no promise is broken."""
        self.explain_all()

    @invariant()
    def receipts_are_those_that_were_granted(self) -> None:
        """And no others of those that were asked for."""
        self.find_receipts()


def _changed(command: Command[Any], **arguments: Any) -> Command[Any]:
    """Make the same command with other arguments."""
    names = [field.name for field in type(command).__attrs_attrs__]  # type: ignore[attr-defined]
    kept = {name: getattr(command, name) for name in names}
    made: Command[Any] = type(command)(**kept | arguments)
    return made
