"""The real wallet beside a purse of single coins, in whatever order things happen.

Starved: balances of a dozen tokens, three last days, deadlines of hours. After every step both must
agree on everything, the journal must fold to the wallet, and no promise may be broken.
"""

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from mi_rewards.errors import Refused
from mi_rewards.money import TOKENS_MAX
from mi_rewards.testing._books.coins import Counted, No, Purse
from mi_rewards.wallet import (
    Burn,
    Change,
    ClawBackPolicy,
    Draw,
    Entry,
    Owner,
    Wallet,
    WalletFull,
    adjust_down,
    adjust_up,
    block,
    check_journal,
    fold,
    keep,
    pass_on,
    promise,
    send,
    take,
    take_debt,
    unblock,
    withdraw,
)
from tests.stories import LAST_DAYS, MEMBERS
from tests.wallets import HOUR, KOLKATA, WHY
from tests.wallets import at as instant

BY_DAY = 600
"""How many stories are told at least."""

START = instant("2018-12-30 10:00")
"""Eight and a half hours before the first last day is over."""

FIRED: Counter[str] = Counter()
"""How often each rule did what it is for, over the run."""

REFUSED: Counter[str] = Counter()
"""How often each refusal was met, over the run."""

tokens_asked = st.integers(1, 6)
members = st.sampled_from(("m-1", "m-1", "m-1", "m-2"))
last_days = st.sampled_from(LAST_DAYS)
lateness = st.sampled_from((0, 0, 0, 0, 1, 9))
"""Hours by which a request comes late."""
picks = st.integers(0, 5)
"""Which of the things at hand is meant."""
policies = st.sampled_from(ClawBackPolicy)


class WalletMachine(RuleBasedStateMachine):
    """Two members' wallets and their purses."""

    def __init__(self) -> None:
        super().__init__()
        self.now = START
        self.number = 0
        self.wallets = {name: Wallet(Owner(name, "tokens", KOLKATA)) for name in MEMBERS}
        self.purses = {name: Purse() for name in MEMBERS}
        self.entries: list[Entry] = []
        self.holds: list[tuple[str, str]] = []
        self.promises: list[tuple[str, str]] = []
        self.orders: list[tuple[str, str, Any]] = []
        self.burns: dict[tuple[str, str], Burn] = {}
        self.ways: list[tuple[str, tuple[Draw, ...]]] = []
        self.debts: list[tuple[str, int]] = []
        self.folded: dict[str, tuple[int, Wallet]] = {}

    # How a step is tried on both.

    def next_name(self) -> str:
        """A new request id."""
        self.number += 1
        return f"r{self.number}"

    def both(
        self,
        label: str,
        who: str,
        operation: Callable[[Wallet], Change[Any]],
        model: Callable[[Purse], Any],
    ) -> tuple[Any, Any] | None:
        """Try a step on wallet and purse: refused alike, or done and answered with both results."""
        before = self.wallets[who]
        purse = self.purses[who].copy()
        no: tuple[str, dict[str, Any]] | None = None
        refusal: tuple[str, dict[str, Any]] | None = None
        expected: Any = None
        change: Change[Any] | None = None
        try:
            expected = model(purse)
        except No as refused:
            no = (refused.code, refused.figures)
        try:
            change = operation(before)
        except Refused as refused:
            refusal = (refused.code, dict(refused.figures))
        assert refusal == no
        if change is None:
            REFUSED[str(refusal and refusal[0])] += 1
            return None
        FIRED[label] += 1
        self.wallets[who], self.purses[who] = change.wallet, purse
        self.entries += change.entries
        assert change.wallet.sequence == before.sequence + len(change.entries)
        return change.result, expected

    def at(self, late: int) -> datetime:
        """The present, or some hours before."""
        return self.now - late * HOUR

    def open_or_any(self, named: list[tuple[str, str]], pick: int) -> tuple[str, str]:
        """Choose a hold or a promise: mostly an open one, and now and then whichever."""
        still = [
            (who, name)
            for who, name in named
            if name in self.purses[who].until or name in self.purses[who].keeps_at
        ]
        among = still if still and pick else named
        return among[-1 - pick % len(among)]

    # Rules

    @initialize(first=tokens_asked, second=tokens_asked)
    def begin(self, first: int, second: int) -> None:
        """Something is there to begin with."""
        self.earn("m-1", first, LAST_DAYS[0], 0)
        self.earn("m-1", second, LAST_DAYS[2], 0)

    @rule(hours=st.sampled_from((1, 3, 9, 24)))
    def time_passes(self, hours: int) -> None:
        """Nothing happens but that."""
        self.now += hours * HOUR

    @rule(who=members, tokens=tokens_asked, last_day=last_days, late=lateness)
    def earn(self, who: str, tokens: int, last_day: Any, late: int) -> None:
        """An order is awarded."""
        name, at = self.next_name(), self.at(late)
        self.both(
            "earn",
            who,
            lambda it: it.earn(
                tokens, last_day=last_day, at=at, request_id=name, reason=WHY, source=name
            ),
            lambda it: it.come(tokens, last_day, at, "issued", name),
        )
        self.orders.append((who, name, last_day))

    @precondition(lambda self: self.number % 8 == 7 and self.wallets["m-1"].issued)
    @rule()
    def earn_far_too_much(self) -> None:
        """More than the wallet can count: refused, whatever is in it."""
        try:
            self.wallets["m-1"].earn(
                TOKENS_MAX, last_day=LAST_DAYS[0], at=self.now, request_id="full", reason=WHY
            )
        except WalletFull as refusal:
            REFUSED[refusal.code] += 1
        else:
            raise AssertionError("a wallet took more tokens than it can count")

    @rule(who=members, tokens=st.integers(1, 3), late=lateness)
    def burn(self, who: str, tokens: int, late: int) -> None:
        """Tokens are spent."""
        name, at = self.next_name(), self.at(late)
        done = self.both(
            "burn",
            who,
            lambda it: it.burn(tokens, at=at, request_id=name, reason=WHY),
            lambda it: it.go(tokens, at, "redeemed", name),
        )
        if done:
            self.burns[who, name] = done[0]
            assert by_day(done[0].draws) == done[1]

    @precondition(lambda self: self.purses["m-1"].asked(self.now).count("available"))
    @rule()
    def burn_everything(self) -> None:
        """A member spends all there is."""
        self.burn("m-1", self.purses["m-1"].asked(self.now).count("available"), 0)

    @rule(
        who=members,
        tokens=st.integers(1, 3),
        lasts=st.sampled_from((1, 4, 12, 40)),
        late=lateness,
    )
    def hold(self, who: str, tokens: int, lasts: int, late: int) -> None:
        """Tokens are set aside for some hours."""
        name, at = self.next_name(), self.at(late)
        until = at + lasts * HOUR
        done = self.both(
            "hold",
            who,
            lambda it: it.hold(tokens, until=until, at=at, request_id=name, reason=WHY),
            lambda it: it.hold(tokens, at, until, name),
        )
        if done:
            self.holds.append((who, name))
            assert by_day(done[0].draws) == done[1]

    @precondition(lambda self: self.holds)
    @rule(pick=picks, tokens=st.sampled_from((None, None, 1, 2, 4)), late=lateness)
    def capture(self, pick: int, tokens: int | None, late: int) -> None:
        """A hold is spent, or a part of it."""
        (who, hold_id), at = self.open_or_any(self.holds, pick), self.at(late)
        name = self.next_name()
        done = self.both(
            "capture" if tokens is None else "capture a part",
            who,
            lambda it: it.capture(hold_id, tokens=tokens, at=at, request_id=name, reason=WHY),
            lambda it: it.resolve(hold_id, at, tokens, spend=True),
        )
        if done:
            self.burns[who, hold_id] = done[0]
            assert by_day(done[0].draws) == done[1]

    @precondition(lambda self: self.holds)
    @rule(pick=picks, late=lateness)
    def release(self, pick: int, late: int) -> None:
        """A hold is given back."""
        (who, hold_id), at = self.open_or_any(self.holds, pick), self.at(late)
        name = self.next_name()
        self.both(
            "release",
            who,
            lambda it: it.release(hold_id, at=at, request_id=name, reason=WHY),
            lambda it: it.resolve(hold_id, at, None, spend=False),
        )

    @precondition(lambda self: self.burns)
    @rule(pick=picks, tokens=st.integers(1, 4), late=lateness)
    def reinstate(self, pick: int, tokens: int, late: int) -> None:
        """A burn or a capture is undone, all or a part of it."""
        keys = list(self.burns)
        (who, burn_id), at = keys[-1 - pick % len(keys)], self.at(late)
        burn, name = self.burns[who, burn_id], self.next_name()
        done = self.both(
            "reinstate",
            who,
            lambda it: it.reinstate(burn, tokens, at=at, request_id=name, reason=WHY),
            lambda it: it.reinstate(burn_id, tokens, at),
        )
        if done:
            self.burns[who, burn_id] = done[0]
            assert done[0].tokens == self.purses[who].count("redeemed", burn_id)

    @rule(
        who=members,
        tokens=tokens_asked,
        last_day=last_days,
        hours=st.none() | st.integers(-2, 20),
        late=lateness,
    )
    def promise(self, who: str, tokens: int, last_day: Any, hours: int | None, late: int) -> None:
        """An order will earn: on delivery, or by the calendar some hours later or before."""
        name, at = self.next_name(), self.at(late)
        day = None if hours is None else last_day
        keeps_at = None if hours is None else at + hours * HOUR
        self.both(
            "promise on delivery" if hours is None else "promise by the calendar",
            who,
            lambda it: promise(
                it,
                tokens,
                promise_id=name,
                source=name,
                at=at,
                request_id=name,
                reason=WHY,
                last_day=day,
                keeps_at=keeps_at,
            ),
            lambda it: it.promise(tokens, at, name, day, keeps_at),
        )
        self.promises.append((who, name))
        self.orders.append((who, name, last_day))

    @precondition(lambda self: self.promises)
    @rule(pick=picks, tokens=tokens_asked, last_day=last_days, late=lateness)
    def keep(self, pick: int, tokens: int, last_day: Any, late: int) -> None:
        """An order is delivered, all or a part of it."""
        (who, promise_id), at = self.open_or_any(self.promises, pick), self.at(late)
        name = self.next_name()
        self.both(
            "keep",
            who,
            lambda it: keep(
                it, promise_id, tokens, last_day=last_day, at=at, request_id=name, reason=WHY
            ),
            lambda it: it.keep(promise_id, tokens, last_day, at),
        )

    @precondition(lambda self: self.promises)
    @rule(pick=picks, tokens=st.none() | tokens_asked, late=lateness)
    def withdraw(self, pick: int, tokens: int | None, late: int) -> None:
        """An order is cancelled, all or a part of it."""
        (who, promise_id), at = self.open_or_any(self.promises, pick), self.at(late)
        name = self.next_name()
        done = self.both(
            "withdraw",
            who,
            lambda it: withdraw(it, promise_id, tokens=tokens, at=at, request_id=name, reason=WHY),
            lambda it: it.withdraw(promise_id, tokens, at),
        )
        assert done is None or done[0] == done[1]

    @precondition(lambda self: self.orders)
    @rule(pick=picks, tokens=tokens_asked, policy=policies, late=lateness)
    def claw_back(self, pick: int, tokens: int, policy: ClawBackPolicy, late: int) -> None:
        """An order is returned, and what it was issued is taken back."""
        (who, order, own_day), at = self.orders[-1 - pick % len(self.orders)], self.at(late)
        purse = self.purses[who].asked(at)
        wanted = min(tokens, purse.issued.get(order, 0) - purse.taken_back.get(order, 0))
        if wanted < 1:
            return
        name = self.next_name()
        done = self.both(
            f"claw back, {policy}",
            who,
            lambda it: it.claw_back(
                wanted,
                own_day=own_day,
                policy=policy,
                source=order,
                at=at,
                request_id=name,
                reason=WHY,
            ),
            lambda it: it.claw_back(wanted, own_day, policy.value, order, at),
        )
        if done:
            assert (done[0].taken, done[0].owed, done[0].forgiven) == done[1]
            FIRED["owe"] += done[0].owed > 0
            FIRED["forgive"] += done[0].forgiven > 0

    @rule(who=members, tokens=st.integers(1, 3), late=lateness)
    def send(self, who: str, tokens: int, late: int) -> None:
        """Tokens are given away."""
        name, at = self.next_name(), self.at(late)
        done = self.both(
            "send",
            who,
            lambda it: send(it, tokens, transfer_id=name, at=at, request_id=name, reason=WHY),
            lambda it: it.go(tokens, at, "transferred", name),
        )
        if done:
            self.ways.append((name, done[0]))
            assert by_day(done[0]) == done[1]

    @precondition(lambda self: self.ways)
    @rule(who=members, late=lateness)
    def take(self, who: str, late: int) -> None:
        """What is on its way arrives, or comes back to the giver."""
        (transfer_id, draws), at = self.ways.pop(), self.at(late)
        name = self.next_name()

        def come(purse: Purse) -> None:
            for draw in draws:
                purse.come(draw.tokens, draw.last_day, at, "transferred", "")

        self.both(
            "take",
            who,
            lambda it: take(it, draws, transfer_id=transfer_id, at=at, request_id=name, reason=WHY),
            come,
        )

    @rule(who=members, tokens=tokens_asked, last_day=last_days, late=lateness)
    def adjust_up(self, who: str, tokens: int, last_day: Any, late: int) -> None:
        """Tokens are added by hand."""
        name, at = self.next_name(), self.at(late)
        self.both(
            "adjust up",
            who,
            lambda it: adjust_up(it, tokens, last_day=last_day, at=at, request_id=name, reason=WHY),
            lambda it: it.come(tokens, last_day, at, "adjusted", ""),
        )

    @rule(who=members, tokens=st.integers(1, 3), late=lateness)
    def adjust_down(self, who: str, tokens: int, late: int) -> None:
        """Tokens are taken off by hand."""
        name, at = self.next_name(), self.at(late)
        done = self.both(
            "adjust down",
            who,
            lambda it: adjust_down(it, tokens, at=at, request_id=name, reason=WHY),
            lambda it: it.go(tokens, at, "adjusted", name),
        )
        assert done is None or by_day(done[0]) == done[1]

    @rule(who=members, late=lateness)
    def block(self, who: str, late: int) -> None:
        """A member is blocked, and mostly not for long."""
        name, at = self.next_name(), self.at(late)
        self.both(
            "block",
            who,
            lambda it: block(it, "fraud", at=at, request_id=name),
            lambda it: it.block("fraud", at),
        )

    @rule(who=members, late=lateness)
    def unblock(self, who: str, late: int) -> None:
        """That is lifted."""
        name, at = self.next_name(), self.at(late)
        self.both(
            "unblock",
            who,
            lambda it: unblock(it, at=at, request_id=name),
            lambda it: it.block("", at),
        )

    @precondition(lambda self: not any(it.blocked == "fraud" for it in self.wallets.values()))
    @rule(who=members, late=lateness, of_debtor=st.booleans())
    def pass_on(self, who: str, late: int, *, of_debtor: bool) -> None:
        """All that a member has is passed on, or else what is owed, where anybody owes."""
        debtors = [name for name, wallet in sorted(self.wallets.items()) if wallet.owed]
        who = debtors[0] if of_debtor and debtors else who
        name, at = self.next_name(), self.at(late)
        done = self.both(
            "pass on",
            who,
            lambda it: pass_on(it, transfer_id=name, at=at, request_id=name, reason=WHY),
            lambda it: it.pass_on(at),
        )
        assert done is not None
        passed, (coins, debt) = done
        assert (by_day(passed.draws), passed.debt) == (coins, debt)
        if passed.draws:
            self.ways.append((name, passed.draws))
        if passed.debt:
            self.debts.append((name, passed.debt))

    @precondition(lambda self: self.debts)
    @rule(who=members, late=lateness)
    def take_debt(self, who: str, late: int) -> None:
        """A debt that was passed on arrives."""
        (transfer_id, debt), at = self.debts.pop(), self.at(late)
        name = self.next_name()
        done = self.both(
            "take a debt",
            who,
            lambda it: take_debt(
                it, debt, transfer_id=transfer_id, at=at, request_id=name, reason=WHY
            ),
            lambda it: it.take_debt(debt, at),
        )
        assert done is not None
        assert done[0] == done[1]

    @rule(who=members, late=lateness)
    def sweep(self, who: str, late: int) -> None:
        """What is due is booked."""
        name, at = self.next_name(), self.at(late)
        before = self.purses[who].count("lapsed")
        done = self.both(
            "sweep",
            who,
            lambda it: it.lapse(at=at, request_id=name),
            lambda it: it.advance(at),
        )
        assert done is not None
        assert done[0] == self.purses[who].count("lapsed") - before
        FIRED["lapse by sweep"] += done[0] > 0

    # What always holds

    @invariant()
    def both_agree_now_and_later(self) -> None:
        """As booked, at the present, and after whatever the calendar will do in ten hours."""
        for who in MEMBERS:
            made, purse = self.wallets[who], self.purses[who]
            assert_equal(made, purse)
            later = max(self.now + 10 * HOUR, made.booked_at or self.now)
            assert_equal(made.at(later), purse.asked(later))

    @invariant()
    def the_journal_folds_to_the_wallets(self) -> None:
        """Entries alone are enough; asked of those who have more of them, or another wallet."""
        for who in MEMBERS:
            entries = [entry for entry in self.entries if entry.member_id == who]
            if self.folded.get(who) != (len(entries), self.wallets[who]):
                assert not entries or fold(entries) == self.wallets[who]
                self.folded[who] = (len(entries), self.wallets[who])

    def teardown(self) -> None:
        """No entry broke a promise; they are read one after the other, so once is enough."""
        assert [str(it) for it in check_journal(self.entries)] == []


def by_day(draws: tuple[Draw, ...]) -> Counted:
    """Tokens by last day."""
    return {draw.last_day: draw.tokens for draw in draws}


def assert_equal(made: Wallet, purse: Purse) -> None:
    """Compare everything that a wallet says with what the coins say."""
    assert {it.last_day: it.tokens for it in made.buckets} == purse.by_day("available")
    assert [it.last_day for it in made.buckets] == list(purse.by_day("available"))
    assert {it.hold_id: it.until for it in made.holds} == purse.until
    for hold in made.holds:
        assert by_day(hold.draws) == purse.by_day("held", hold.hold_id)
    assert {it.promise_id: it.keeps_at for it in made.promises} == purse.keeps_at
    for it in made.promises:
        assert it.tokens == purse.count("promised", it.promise_id)
    assert made.owed == purse.count("owed")
    assert made.redeemed == purse.count("redeemed")
    assert made.lapsed == purse.count("lapsed")
    assert made.issued == purse.counts["issued"]
    assert made.clawed_back == purse.counts["clawed_back"]
    assert made.transferred == purse.counts["transferred"]
    assert made.adjusted == purse.counts["adjusted"]
    assert made.booked_at == purse.booked_at
    assert made.blocked == purse.blocked


FIRED_MIN = {
    "earn": 200,
    "burn": 100,
    "hold": 80,
    "capture": 4,
    "capture a part": 5,
    "release": 10,
    "reinstate": 40,
    "promise on delivery": 40,
    "promise by the calendar": 40,
    "keep": 20,
    "withdraw": 20,
    "claw back, owed": 20,
    "claw back, forgiven": 20,
    "claw back, refused": 20,
    "owe": 5,
    "forgive": 4,
    "send": 50,
    "take": 10,
    "adjust up": 50,
    "adjust down": 40,
    "block": 40,
    "unblock": 20,
    "pass on": 20,
    "take a debt": 2,
    "sweep": 100,
    "lapse by sweep": 3,
}
REFUSED_MIN = {
    "hold_not_open": 20,
    "promise_not_open": 15,
    "deadline_passed": 5,
    "already_blocked": 5,
    "not_blocked": 20,
    "member_blocked": 40,
    "tokens_owed": 4,
    "insufficient_tokens": 200,
    "beyond_hold": 2,
    "beyond_burn": 30,
    "beyond_promise": 15,
    "claw_back_refused": 4,
    "wallet_full": 20,
}


@pytest.mark.hypothesis
def test_the_wallet_agrees_with_single_coins_whatever_happens() -> None:
    """I1 to I10: over a run in which every rule fires and every refusal is met often enough."""
    FIRED.clear()
    REFUSED.clear()
    # By day the same stories each time, so that the floors are met or not for a reason.
    by_day = settings().max_examples <= BY_DAY
    tries = settings(
        max_examples=max(BY_DAY, 6 * settings().max_examples),
        stateful_step_count=40,
        derandomize=by_day,
        database=None,
    )
    run_state_machine_as_test(WalletMachine, settings=tries)
    assert {name: FIRED[name] for name, least in FIRED_MIN.items() if FIRED[name] < least} == {}
    assert {code: REFUSED[code] for code, n in REFUSED_MIN.items() if REFUSED[code] < n} == {}
