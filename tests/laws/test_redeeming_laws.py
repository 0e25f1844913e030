"""The laws of redeeming: limits, stock, the life of a voucher, and what is refused before what."""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from itertools import permutations, product
from typing import Any

import attrs
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mi_rewards.calendar import Window, Zone
from mi_rewards.catalogue import (
    Choice,
    CouponTerms,
    Limit,
    LimitScope,
    Period,
    RedemptionState,
    Validity,
    VoucherEvent,
    VoucherState,
    refusals,
)
from mi_rewards.catalogue.redemptions import LIFE_CYCLE as OF_REDEMPTIONS
from mi_rewards.catalogue.redemptions import RedemptionEvent
from mi_rewards.catalogue.voucher_life import LIFE_CYCLE as OF_VOUCHERS
from mi_rewards.commands import Batch, Command, ImportCodes, Issued
from mi_rewards.errors import Conflict, Corrupt, LimitReached, Refused
from mi_rewards.memory import MemoryStore
from mi_rewards.money import Money, Rate
from mi_rewards.repositories import Changes, pooled_code_key
from mi_rewards.wallet import EndOfYear, check_journal
from tests.redeeming import (
    CODES,
    DAY,
    HOUR,
    TICK,
    Counter,
    attach,
    call_off,
    check_books,
    confirm,
    coupon,
    detach,
    forget,
    hand_on,
    publish,
    redeem,
    replace,
    reserve,
    reward,
    run_out,
    use,
    void,
)
from tests.shop import T, bring, burn, contents, deliver, give_back, join, reinstate
from tests.wallets import KOLKATA

MEMBERS = ("asha", "bela", "cyra")
PLENTY = dict.fromkeys(MEMBERS, 1_000)

# limits


@pytest.mark.parametrize("period", Period)
@pytest.mark.parametrize("per", LimitScope)
@pytest.mark.parametrize("zone", ["Asia/Kolkata", "America/New_York", "Africa/Cairo"])
@given(
    count=st.none() | st.integers(0, 3),
    hours=st.lists(st.tuples(st.integers(0, 30), st.integers(0, 1)), max_size=14),
)
def test_in_no_period_are_more_redeemed_than_its_limit(
    zone: str, per: LimitScope, period: Period, count: int | None, hours: list[tuple[int, int]]
) -> None:
    """I13, I19: Exactly those are refused that would be one too many of their day, week, …"""
    limits = () if count is None else (Limit(count, per, period),)
    made = Counter(reward(cost=1, limits=limits), tokens=PLENTY, zone=Zone(zone))
    local, at = Zone(zone), datetime.fromisoformat("2018-12-29T20:00:00+00:00")
    granted: list[tuple[str, object]] = []
    for number, (passed, by) in enumerate(hours):
        at += passed * HOUR
        bucket = (
            MEMBERS[by] if per is LimitScope.MEMBER else "",
            first_day(period, local.day_of(at)),
        )
        answer = made.rewards.do_all([redeem(by=MEMBERS[by], at=at, request=f"r{number}")])[0]
        is_full = count is not None and granted.count(bucket) >= count
        assert isinstance(answer, LimitReached if is_full else Issued)
        if not is_full:
            granted.append(bucket)
    check_books(made.store)


def first_day(period: Period, day: date) -> date | None:
    """The first day of a day's period; `None` for ever."""
    return {
        Period.EVER: None,
        Period.DAY: day,
        Period.WEEK: day - timedelta(days=day.weekday()),
        Period.MONTH: day.replace(day=1),
        Period.YEAR: day.replace(month=1, day=1),
    }[period]


ROLLS = [
    # Kolkata, five and a half hours ahead of UTC.
    (Period.DAY, "Asia/Kolkata", "2018-06-14T18:30:00+00:00"),
    (Period.WEEK, "Asia/Kolkata", "2018-06-17T18:30:00+00:00"),
    (Period.MONTH, "Asia/Kolkata", "2018-06-30T18:30:00+00:00"),
    (Period.MONTH, "Asia/Kolkata", "2020-02-29T18:30:00+00:00"),
    (Period.YEAR, "Asia/Kolkata", "2018-12-31T18:30:00+00:00"),
    # The week of 1 January 2018 is the first; that of 31 December 2018 belongs to 2019.
    (Period.WEEK, "Asia/Kolkata", "2018-12-30T18:30:00+00:00"),
    # New York's clocks went forward on 11 March 2018, and back on 4 November.
    (Period.DAY, "America/New_York", "2018-03-11T05:00:00+00:00"),
    (Period.DAY, "America/New_York", "2018-03-12T04:00:00+00:00"),
    (Period.WEEK, "America/New_York", "2018-03-12T04:00:00+00:00"),
    (Period.DAY, "America/New_York", "2018-11-05T05:00:00+00:00"),
    (Period.MONTH, "America/New_York", "2018-12-01T05:00:00+00:00"),
    # Cairo had no midnight on 24 April 2026, Santiago none on 6 September.
    (Period.DAY, "Africa/Cairo", "2026-04-23T22:00:00+00:00"),
    (Period.DAY, "America/Santiago", "2026-09-06T04:00:00+00:00"),
]


@pytest.mark.parametrize(("period", "zone", "instant"), ROLLS)
def test_a_period_ends_at_midnight_in_the_programmes_zone(
    period: Period, zone: str, instant: str
) -> None:
    """I13, I19: One tick before it is still used up; at midnight and after it begins anew."""
    midnight = datetime.fromisoformat(instant)
    made = Counter(reward(cost=1, limits=(Limit(1, period=period),)), tokens={}, zone=Zone(zone))
    made.do(bring(10, "2029-12-31"))
    made.do(redeem(at=midnight - HOUR, request="r1"))
    made.refusal(redeem(at=midnight - TICK, request="r2"))
    made.do(redeem(at=midnight, request="r3"))
    made.refusal(redeem(at=midnight + TICK, request="r4"))
    used = [count for name, count in made.all_used().items() if "/reward/cup/" in name]
    assert used == [1, 1]


@pytest.mark.parametrize("period", [it for it in Period if it is not Period.EVER])
def test_a_period_of_another_year_is_another_one(period: Period) -> None:
    """I13, I19: The same week or month a year later begins anew."""
    made = Counter(reward(cost=1, limits=(Limit(1, period=period),)), tokens={})
    made.do(bring(10, "2029-12-31"))
    for number in range(3):
        # From 15 July on, 52 weeks later: in the same week and month of another year.
        at = T + (14 + number * 364) * DAY
        made.do(redeem(at=at, request=f"r{number}"))
        made.refusal(redeem(at=at + TICK, request=f"again{number}"))
    used = [count for name, count in made.all_used().items() if "/reward/cup/" in name]
    assert used == [1, 1, 1]


def test_a_stock_that_was_lowered_below_what_is_sold_has_nothing_left() -> None:
    """I13, I18: Not less than nothing; what was sold stays sold."""
    made = Counter(reward(stock=3))
    made.all(redeem(request="r1"), redeem(request="r2"))
    made.do(publish(reward(stock=1)))
    (offer,) = made.rewards.catalogue("asha", at=T)
    assert (offer.left, len(offer.reasons_against)) == (0, 1)
    assert isinstance(made.refusal(redeem()), LimitReached)
    made.do(publish(attrs.evolve(reward(stock=4), version=1)))
    assert made.rewards.catalogue("asha", at=T)[0].left == 2
    check_books(made.store)


@given(st.integers(0, 5), st.integers(0, 20), st.data())
def test_none_writes_no_counter_and_zero_grants_nothing(
    stock: int, asked: int, data: st.DataObject
) -> None:
    """I13 (C7, G8): `None` grants any number, 0 none, and n exactly n."""
    free, none = reward("free", 1), reward("none", 1, stock=0)
    some, shut = reward("some", 1, stock=stock), reward("shut", 1, limits=(Limit(0),))
    made = Counter(free, none, some, shut, tokens=PLENTY)
    for number in range(asked):
        by = data.draw(st.sampled_from(MEMBERS))
        made.do(redeem("free", by=by, request=f"free{number}"))
        assert isinstance(made.refusal(redeem("none", by=by)), LimitReached)
        assert isinstance(made.refusal(redeem("shut", by=by)), LimitReached)
        step = redeem("some", by=by, request=f"some{number}")
        if number < stock:
            made.do(step)
        else:
            assert isinstance(made.refusal(step), LimitReached)
    some_used = {"reward/some/stock": min(asked, stock)} if asked and stock else {}
    assert made.all_used() == some_used


Turn = tuple[int, str]


def schedules(clients: int) -> list[tuple[Turn, ...]]:
    """Every order in which clients load and save, each its own load first."""
    turns = [(client, what) for client in range(clients) for what in ("load", "save")]
    return [
        order
        for order in permutations(turns)
        if all(order.index((it, "load")) < order.index((it, "save")) for it in range(clients))
    ]


@pytest.mark.parametrize("stock", [0, 1, 2, 3])
@pytest.mark.parametrize("makes", [redeem, reserve])
def test_a_limit_holds_under_every_interleaving(
    stock: int, makes: Callable[..., Command[Any]]
) -> None:
    """I13 (C3, C5): Three members, every order of three loads and three saves: never one more."""
    for order in schedules(3):
        made = Counter(reward(cost=5, stock=stock), tokens=dict.fromkeys(MEMBERS, 5))
        found = carried_out(made, order, [makes(by=by) for by in MEMBERS])
        granted = sum(it is None for it in found)
        assert granted == min(stock, 3) == made.taken()
        # Who takes from a counter alone never conflicts: who is refused, is refused by the limit.
        assert all(it is None or it is LimitReached for it in found)
        check_books(made.store)


def test_a_members_own_limit_holds_under_every_interleaving() -> None:
    """I11, I13: One member's three requests meet on the wallet; tried again, one is granted."""
    for order in schedules(3):
        made = Counter(reward(cost=5, limits=(Limit(1),)))
        steps = [redeem(request=f"r{number}") for number in range(3)]
        found = carried_out(made, order, steps)
        assert found.count(None) == 1
        assert set(found) <= {None, Conflict, LimitReached}
        for step, lost in zip(steps, found, strict=True):
            if lost is not None:
                assert isinstance(made.refusal(step), LimitReached)
        assert made.balance().available == 95
        check_books(made.store)


def carried_out(
    made: Counter, order: tuple[Turn, ...], steps: list[Any]
) -> list[type[Exception] | None]:
    """Load and save in that order; say for each client why it did not come to pass."""
    planned: dict[int, Changes | None] = {}
    found: list[type[Exception] | None] = [None] * len(steps)
    for client, what in order:
        if what == "load":
            batch = Batch([steps[client]], made.programme)
            made.rewards._decide(batch)
            planned[client] = batch.changes
            if batch.changes is None:
                found[client] = type(batch.outcomes[0])
        elif (changes := planned[client]) is not None:
            try:
                made.store.save(changes)
            except (Conflict, LimitReached) as error:
                found[client] = type(error)
    return found


# stock

STEPS = ("redeem", "reserve", "confirm", "cancel", "wait", "sweep")
walks = st.lists(
    st.tuples(st.sampled_from(STEPS), st.integers(0, 2), st.integers(0, 5)), max_size=25
)


def walked(made: Counter, walk: list[tuple[str, int, int]]) -> tuple[list[object], datetime]:
    """Redeem, reserve, confirm, cancel, in any order; answer with what came of it, and when."""
    at, names, answers = T, [("asha", "none")], []
    for number, (what, by, pick) in enumerate(walk):
        who, named = names[-1 - pick % len(names)]
        request = f"r{number}"
        commands: dict[str, Command[Any]] = {
            "redeem": redeem(by=MEMBERS[by], at=at, request=request),
            "reserve": reserve(by=MEMBERS[by], at=at, until=at + 2 * HOUR, request=request),
            "confirm": confirm(named, by=who, at=at, request=request),
            "cancel": call_off(named, by=who, at=at, request=request),
        }
        if what == "wait":
            at += (1 + pick) * HOUR
        elif what == "sweep":
            made.rewards.run_out_due(at)
        else:
            before = contents(made.store)
            answer = made.rewards.do_all([commands[what]])[0]
            answers.append(answer)
            if isinstance(answer, Refused):
                assert contents(made.store) == before
            elif what in ("redeem", "reserve"):
                names.append((MEMBERS[by], request))
    return answers, at


@given(st.integers(0, 4), st.booleans(), walks)
def test_free_held_and_issued_are_the_whole_stock(
    stock: int, is_revocable: bool, walk: list[tuple[str, int, int]]
) -> None:
    """I13, I14 (C15): Cancelling and running out conserve the total, booked or not."""
    made = Counter(reward(stock=stock, is_revocable=is_revocable), tokens=PLENTY)
    _, at = walked(made, walk)
    made.rewards.run_out_due(at)
    (offer,) = made.rewards.catalogue("asha", at=at)
    states = [it.state for it in made.redemptions()]
    held, sold = states.count(RedemptionState.RESERVED), states.count(RedemptionState.CONFIRMED)
    assert offer.left is not None
    assert offer.left + held + sold == stock
    check_books(made.store)


@given(st.booleans(), walks)
def test_tokens_come_back_with_their_last_days(
    is_revocable: bool, walk: list[tuple[str, int, int]]
) -> None:
    """I1, I9: What is confirmed is paid, what is not is there as it was."""
    made = Counter(reward(cost=5, is_revocable=is_revocable), tokens={})
    for by in MEMBERS:
        made.do(bring(6, "2018-12-31", by=by, request="short"))
        made.do(bring(6, "2019-12-31", by=by, request="long"))
    _, at = walked(made, walk)
    for by in MEMBERS:
        paid = sum(
            it.tokens
            for it in made.redemptions()
            if it.member_id == by and it.state is RedemptionState.CONFIRMED
        )
        held = sum(
            it.tokens
            for it in made.redemptions()
            if it.member_id == by and it.at(at).state is RedemptionState.RESERVED
        )
        balance = made.balance(by=by, at=at)
        assert (balance.available, balance.held) == (12 - paid - held, held)
        wallet = made.wallet(by)
        assert wallet is not None
        days = {str(it.last_day): it.tokens for it in wallet.at(at).buckets}
        assert all(tokens <= 6 for tokens in days.values())
        if not paid and not held:
            assert days == {"2018-12-31": 6, "2019-12-31": 6}


# trying, telling, simulating


@given(st.integers(0, 3), st.integers(0, 12), walks)
def test_what_is_told_is_what_trying_does(
    stock: int, tokens: int, walk: list[tuple[str, int, int]]
) -> None:
    """I18: The catalogue, `reasons_against` and `simulate` say beforehand what comes of it."""
    cup = reward(stock=stock, limits=(Limit(1, period=Period.DAY),))
    pen = reward("pen", Choice(2, 2, Rate(100, 1), 6), terms=CouponTerms(Validity(1)))
    made = Counter(cup, pen, tokens=dict.fromkeys(MEMBERS, tokens))
    _, at = walked(made, walk)
    for by, offer in product(MEMBERS, made.rewards.catalogue("asha", at=at)):
        offers = made.rewards.catalogue(by, at=at)
        mine = next(it for it in offers if it.reward == offer.reward)
        command = redeem(
            offer.reward.reward_id, by=by, at=at, request=f"try:{by}:{offer.reward.reward_id}"
        )
        before = contents(made.store)
        told = made.rewards.reasons_against(command)
        assert told == mine.reasons_against[:1]
        assert contents(made.store) == before
        there = made.balance(by=by, at=at).available
        assert mine.missing == max(0, mine.tokens - there)
        assert (there >= mine.tokens) is (mine.missing == 0)
        check_simulated(made, command)


def check_simulated(made: Counter, command: Command[Any]) -> None:
    """I18: Simulate, then do, and see that both are the same, to the last row."""
    before = contents(made.store)
    told = made.rewards.reasons_against(command)
    if told:
        assert made.rewards.do_all([command]) == list(told)
        assert contents(made.store) == before
        return
    simulated, planned = made.rewards.simulate(command)
    assert contents(made.store) == before
    twin = MemoryStore()
    vars(twin).update({**vars(twin), **before})
    assert planned is not None
    twin.save(planned)
    assert made.rewards.do(command) == simulated
    assert contents(made.store) == contents(twin)


def documented() -> list[str]:
    """Read the order of precedence where it is documented."""
    lines = re.findall(r"^\d\. .*?(?=^\d\. |^\n|\Z)", refusals.__doc__ or "", re.M | re.S)
    found = [name for line in lines for name in re.findall(r"`(?:[\w.]+\.)?([A-Z]\w+)`", line)]
    assert len(found) == len(set(found)) >= 14
    return [*found, "TokensOwed", "InsufficientTokens"]


SHUT = Window(T + DAY, None)
AGAINST: dict[str, dict[str, Any]] = {
    "NotOnSale": {"window": SHUT},
    "TierNotEntitled": {"tiers": ("gold",)},
    "TokensNotOffered": {},
    "LimitReached": {"stock": 0},
    "NothingInPool": {"pool_id": "partner"},
    "InsufficientTokens": {},
    "TokensOwed": {},
}
"""What makes a redemption be refused, by the refusal's name."""


@pytest.mark.parametrize("which", range(2 ** len(AGAINST)))
def test_of_several_refusals_the_first_documented_one_is_told(which: int) -> None:
    """I18: Whatever speaks against it at once; and the catalogue names all of them in order."""
    names = [name for bit, name in enumerate(AGAINST) if which >> bit & 1]
    if {"TokensOwed", "InsufficientTokens"} <= set(names):
        names.remove("InsufficientTokens")
    parts: dict[str, Any] = {}
    for name in names:
        parts |= AGAINST[name]
    made = Counter(reward(cost=50, **parts), tokens={}, keeps_codes=True, expiry=EndOfYear(1))
    made.all(join(), deliver("o1", 600 if "InsufficientTokens" not in names else 300))
    if "TokensOwed" in names:
        made.all(redeem_all(made), give_back("o1"))
    tokens = 49 if "TokensNotOffered" in names else None
    expected = [name for name in documented() if name in names]
    command = redeem(tokens=tokens)
    if not expected:
        assert made.rewards.reasons_against(command) == ()
        assert isinstance(made.do(command), Issued)
        return
    assert type(made.refusal(command)).__name__ == expected[0]
    assert [type(it).__name__ for it in made.rewards.reasons_against(command)] == expected[:1]
    (offer,) = made.rewards.catalogue("asha", at=T)
    told = [type(it).__name__ for it in offer.reasons_against]
    # A catalogue shows what a reward costs at least: nobody asked for another number.
    assert told == [name for name in expected if name != "TokensNotOffered"]


def redeem_all(made: Counter) -> Command[Any]:
    """Spend all there is on something else."""
    return burn(made.balance().available)


def test_a_reward_or_redemption_that_is_not_there_is_told_first() -> None:
    """I18: Before what the wallet would say."""
    made = Counter(tokens={})
    assert made.refusal(redeem("none", tokens=3)) == refusals.UnknownReward(reward_id="none")
    assert made.refusal(confirm("none")) == refusals.UnknownRedemption(redemption_id="none")
    assert made.refusal(call_off("none")) == refusals.UnknownRedemption(redemption_id="none")


def test_the_catalogue_knows_what_a_pool_has_left() -> None:
    """I18: Offered as long as there is a code; of the last one nobody is promised another."""
    made = Counter(reward(pool_id="partner"), keeps_codes=True)
    codes = tuple(CODES.seal(f"PARTNER-{number}") for number in range(2))
    empty = refusals.NothingInPool(pool_id="partner")
    assert made.rewards.catalogue("asha", at=T)[0].reasons_against == (empty,)
    made.do(ImportCodes(pool_id="partner", codes=codes, request_id="i", at=T))
    for number in range(2):
        assert made.rewards.catalogue("bela", at=T)[0].reasons_against == ()
        made.do(redeem(request=f"r{number}"))
    assert made.rewards.catalogue("bela", at=T)[0].reasons_against == (empty,)
    assert made.refusal(redeem(by="bela")) == empty


def test_a_pool_without_the_code_that_it_counts_is_corrupt() -> None:
    """I13: Nobody is told that a pool is empty when it is broken."""
    made = Counter(reward(pool_id="partner"), keeps_codes=True)
    codes = (CODES.seal("PARTNER"),)
    made.do(ImportCodes(pool_id="partner", codes=codes, request_id="i", at=T))
    del vars(made.store)["_rows"][pooled_code_key("partner", 1)]
    before = contents(made.store)
    with pytest.raises(Corrupt, match="place 1 of pool 'partner'"):
        made.do(redeem())
    assert contents(made.store) == before


# lives


def put_into(made: Counter, state: VoucherState, *, booked: bool) -> datetime:
    """Bring the voucher `redeem:cup` into a state; answer with when."""
    made.do(redeem())
    if state in (VoucherState.ATTACHED, VoucherState.USED):
        made.do(attach(order_id="o1", request="first attach"))
    if state is VoucherState.USED:
        made.do(use(order_id="o1", request="first use"))
    if state is VoucherState.VOID:
        made.do(void(request="first void"))
    at = T + (20 * DAY if state is VoucherState.EXPIRED else HOUR)
    if booked:
        made.rewards.expire_due(at)
    return at


COMMANDS: dict[str, tuple[tuple[VoucherEvent, ...], Callable[..., Command[Any]]]] = {
    "attach": ((VoucherEvent.ATTACH,), attach),
    "detach": ((VoucherEvent.DETACH,), detach),
    "use": ((VoucherEvent.ATTACH, VoucherEvent.USE), use),
    "hand on": ((VoucherEvent.ATTACH, VoucherEvent.DETACH), hand_on),
    "replace": ((VoucherEvent.ATTACH, VoucherEvent.DETACH), replace),
    "void": ((VoucherEvent.VOID,), void),
}
"""The events that a command stands for; what leaves a voucher as it is needs it to be at hand."""


@pytest.mark.parametrize("booked", [False, True])
@pytest.mark.parametrize("state", VoucherState)
@pytest.mark.parametrize("name", COMMANDS)
def test_what_is_not_in_the_table_of_vouchers_is_refused(
    name: str, state: VoucherState, booked: bool
) -> None:
    """I15: Every state and every command: as the table has it, or refused and all as it was."""
    made = Counter(reward(terms=coupon(is_transferable=True)))
    at = put_into(made, state, booked=booked)
    events, makes = COMMANDS[name]
    expected: VoucherState | None = state
    if name == "use" and state is VoucherState.ATTACHED:
        events = (VoucherEvent.USE,)
    for event in events:
        expected = None if expected is None else OF_VOUCHERS[expected].get(event)
    command = makes(at=at)
    if name == "attach" and state is VoucherState.ATTACHED:
        expected = state
    if expected is None:
        assert isinstance(made.refusal(command), Refused)
        assert made.rewards.reasons_against(command)
    else:
        made.do(command)
        assert made.state() is expected


@pytest.mark.parametrize("state", VoucherState)
def test_forgetting_a_code_and_booking_an_end_change_no_life(state: VoucherState) -> None:
    """I15: A voucher is where it was; a code that is void is forgotten already."""
    made = Counter(reward(), keeps_codes=True)
    at = put_into(made, state, booked=True)
    assert made.rewards.expire_due(at) == 0
    if state is VoucherState.VOID:
        assert isinstance(made.refusal(forget(at=at)), refusals.VoucherNotFound)
    else:
        made.do(forget(at=at))
    found = made.found_voucher()
    assert found is not None
    assert (found.state, found.clear) == (state, None)


REDEMPTIONS: dict[str, tuple[RedemptionEvent, Callable[..., Command[Any]]]] = {
    "confirm": (RedemptionEvent.CONFIRM, confirm),
    "cancel": (RedemptionEvent.CANCEL, call_off),
}


@pytest.mark.parametrize("is_revocable", [False, True])
@pytest.mark.parametrize("booked", [False, True])
@pytest.mark.parametrize("state", RedemptionState)
@pytest.mark.parametrize("name", REDEMPTIONS)
def test_what_is_not_in_the_table_of_redemptions_is_refused(
    name: str, state: RedemptionState, booked: bool, is_revocable: bool
) -> None:
    """I13: Every state and every command; what is irrevocable is not given back."""
    made = Counter(reward(stock=1, is_revocable=is_revocable))
    made.do(reserve())
    if state is RedemptionState.CONFIRMED:
        made.do(confirm(request="first"))
    if state is RedemptionState.CANCELLED:
        made.do(call_off("reserve:cup", request="first"))
    at = T + (HOUR if state is RedemptionState.RUN_OUT else HOUR - TICK)
    if booked:
        assert made.rewards.run_out_due(at) == (state is RedemptionState.RUN_OUT)
    event, makes = REDEMPTIONS[name]
    expected = OF_REDEMPTIONS[state].get(event)
    if state is RedemptionState.CONFIRMED and not is_revocable:
        expected = None
    command = makes("reserve:cup", at=at)
    if expected is None:
        assert isinstance(made.refusal(command), Refused)
        assert made.rewards.reasons_against(command)
    else:
        made.do(command)
        found = made.found_redemption("reserve:cup")
        assert found is not None
        assert found.state is expected
    check_books(made.store)


@pytest.mark.parametrize("state", RedemptionState)
def test_only_a_reservation_runs_out(state: RedemptionState) -> None:
    """I13: What is confirmed or cancelled stays so, however late; nothing is given back twice."""
    made = Counter(reward(stock=1))
    made.do(reserve())
    if state is RedemptionState.CONFIRMED:
        made.do(confirm())
    if state is RedemptionState.CANCELLED:
        made.do(call_off("reserve:cup"))
    for number in range(3):
        made.do(run_out(at=T + DAY, request=f"late{number}"))
    found = made.found_redemption("reserve:cup")
    assert found is not None
    is_open = state in (RedemptionState.RESERVED, RedemptionState.RUN_OUT)
    assert found.state is (RedemptionState.RUN_OUT if is_open else state)
    assert made.taken() == (1 if state is RedemptionState.CONFIRMED else 0)
    check_books(made.store)


# vouchers

acts = st.lists(
    st.tuples(
        st.sampled_from((attach, attach, detach, use, hand_on, replace)),
        st.sampled_from(MEMBERS),
        st.sampled_from(("o1", "o2")),
        st.integers(0, 40),
    ),
    max_size=20,
)


@given(acts, st.booleans())
def test_a_voucher_is_used_at_most_once_before_its_end(made_of: Any, travels: bool) -> None:
    """I15: By whoever may, by its code that stands; attached before its end or not at all."""
    made = Counter(reward(terms=coupon(days=2, is_transferable=travels)), tokens=PLENTY)
    code = CODES.draw()
    made.do(redeem(code=code))
    issued = made.found_voucher()
    assert issued is not None
    at, attached_at, uses, holders = T, T, 0, {"asha"}
    for number, (makes, by, order, hours) in enumerate(made_of):
        at += hours * HOUR
        before = made.found_voucher()
        new = CODES.draw()
        names: dict[str, Any] = {"by": by, "at": at, "request": f"a{number}"}
        if makes in (attach, detach, use):
            command = makes(code, order, **names)
        else:
            command = makes(code, new if makes is replace else "bela", **names)
        answer = made.rewards.do_all([command])[0]
        after = made.found_voucher()
        assert before is not None
        assert after is not None
        if isinstance(answer, Refused):
            assert after == before
            continue
        if makes is replace:
            code = new
        if makes is hand_on:
            holders = {"bela"}
        assert by in holders or by == before.holder_id or travels
        if before.state is VoucherState.ISSUED and makes in (attach, use):
            attached_at = at
        uses += makes is use
        if makes is use:
            assert attached_at < issued.ends_at
            assert after.state is VoucherState.USED
        if before.state is VoucherState.ATTACHED:
            assert (before.order_of, before.order_id) == (by, order)
    assert uses <= 1


@pytest.mark.parametrize("makes", [hand_on, replace, void, forget])
def test_who_has_a_code_alone_can_use_it_and_nothing_else(
    makes: Callable[..., Command[Any]],
) -> None:
    """I15: A bearer takes nothing from the holder but the use; the first use wins."""
    made = Counter(reward(terms=coupon(is_transferable=True)), keeps_codes=True)
    code = CODES.draw()
    made.do(redeem(code=code))
    assert isinstance(made.refusal(makes(code, by="bela")), refusals.VoucherNotFound)
    made.do(use(code, by="bela"))
    assert made.state() is VoucherState.USED


def test_what_was_handed_on_is_not_given_back_for_tokens() -> None:
    """I9, I15: Its new holder keeps it; handed back it can be given back."""
    made = Counter(reward(stock=1, is_revocable=True, terms=coupon(is_transferable=True)))
    code = CODES.draw()
    made.all(redeem(code=code), hand_on(to="bela"))
    assert isinstance(made.refusal(call_off()), refusals.VoucherNotFound)
    made.do(hand_on(code, "asha", by="bela"))
    made.do(call_off())
    assert (made.taken(), made.balance().available) == (0, 100)
    assert made.state() is VoucherState.VOID


@given(st.lists(st.sampled_from(("fails", "again")), max_size=6), st.integers(0, 60))
def test_a_failed_payment_gives_the_voucher_back(tries: list[str], hours: int) -> None:
    """I15: To be attached to the same order again, or another, as long as it is valid."""
    made = Counter(reward(terms=coupon(days=1)))
    made.do(redeem())
    voucher = made.found_voucher()
    assert voucher is not None
    made.do(attach(request="first"))
    at = T
    for number, what in enumerate(tries):
        at += hours * HOUR
        if what == "again":
            # Of the same order: it has it already.
            made.do(attach(at=at, request=f"again{number}"))
            assert made.state() is VoucherState.ATTACHED
            continue
        made.do(detach(at=at, request=f"fails{number}"))
        if at >= voucher.ends_at:
            assert made.state() is VoucherState.EXPIRED
            assert isinstance(made.refusal(attach(at=at, request="late")), refusals.VoucherExpired)
            return
        made.do(attach(at=at, request=f"after{number}"))
    made.do(use(at=at))
    assert made.state() is VoucherState.USED


@example(0, 48, 60)
@example(47, 1, 2)
@given(st.integers(0, 48), st.integers(0, 48), st.integers(1, 60))
def test_nobody_pays_for_a_voucher_that_is_over(begins: int, passed: int, open_for: int) -> None:
    """I15, I19: Valid through a day, reserved before its end: not confirmed after it."""
    last = date(2018, 6, 15)
    over = KOLKATA.after(last)
    terms = CouponTerms(Validity(through_on=last), Money.of("100", "INR"))
    made = Counter(reward(stock=1, terms=terms))
    at = over - 48 * HOUR + begins * HOUR
    if at >= over:
        assert isinstance(made.refusal(reserve(at=at)), refusals.NotOnSale)
        return
    made.do(reserve(at=at, until=at + open_for * HOUR))
    later = at + passed * HOUR
    answer = made.rewards.do_all([confirm(at=later)])[0]
    if passed >= open_for:
        assert isinstance(answer, refusals.RedemptionNotOpen)
    elif later >= over:
        assert isinstance(answer, refusals.VoucherExpired)
        assert made.found_voucher("reserve:cup") is None
        made.do(call_off("reserve:cup", at=later))
        assert (made.taken(), made.balance(at=later).available) == (0, 100)
    else:
        assert isinstance(answer, Issued)
    check_books(made.store)


# batches

ACTS = (
    *("redeem", "redeem", "redeem", "reserve", "confirm", "cancel", "run out", "reinstate"),
    *("attach", "detach", "use", "hand on", "replace", "void", "forget", "publish", "import"),
)
histories = st.lists(
    st.tuples(
        st.sampled_from(ACTS),
        st.integers(0, 1),
        st.integers(0, 7),
        st.sampled_from(("cup", "pen", "pool")),
        st.sampled_from((0, 0, 1, 30)),
    ),
    min_size=2,
    max_size=20,
)


def told_of(history: list[tuple[str, int, int, str, int]]) -> list[Command[Any]]:
    """Make commands that make sense together, most of them granted."""
    at, names, commands = T, [("asha", "r0")], []
    published: set[str] = set()
    for number, (act, by, pick, which, hours) in enumerate(history):
        at += hours * HOUR
        request = f"r{number}"
        who, named = names[-1 - pick % len(names)]
        taker = MEMBERS[(MEMBERS.index(who) + 1) % 2]
        mine: dict[str, Any] = {"by": who, "at": at, "request": request}
        kept = SHELF[which]
        match act:
            case "redeem":
                command: Command[Any] = redeem(which, by=MEMBERS[by], at=at, request=request)
            case "reserve":
                until = at + 3 * HOUR
                command = reserve(which, by=MEMBERS[by], at=at, until=until, request=request)
            case "reinstate":
                command = reinstate(named, 1, by=who, at=at, request=request)
            case "publish":
                # Once each: versions count how often a reward was stored, and a batch stores once.
                if which in published:
                    continue
                published.add(which)
                command = publish(attrs.evolve(kept, stock=pick), at=at, request=request)
            case "import":
                codes = tuple(CODES.draw() for _ in range(1 + pick % 2))
                command = ImportCodes(pool_id="partner", codes=codes, request_id=request, at=at)
            case "hand on":
                command = hand_on(named, taker, **mine)
            case _:
                command = MAKERS[act](named, **mine)
        if act in ("redeem", "reserve"):
            names.append((MEMBERS[by], request))
        commands.append(command)
    return commands


SHELF = {
    "cup": reward("cup", 3, stock=3, limits=(Limit(2, period=Period.DAY),), is_revocable=True),
    "pen": reward("pen", 1, is_revocable=True, terms=coupon(days=1, is_transferable=True)),
    "pool": reward("pool", 2, pool_id="partner", limits=(Limit(3, LimitScope.PROGRAMME),)),
}
MAKERS: dict[str, Callable[..., Command[Any]]] = {
    "confirm": confirm,
    "cancel": call_off,
    "run out": run_out,
    "attach": attach,
    "detach": detach,
    "use": use,
    "replace": replace,
    "void": void,
    "forget": forget,
}


@given(histories, st.lists(st.integers(1, 7), min_size=20, max_size=20))
def test_a_batch_is_the_same_as_one_by_one(history: Any, sizes: list[int]) -> None:
    """C1, I8, I13: However a history is cut into batches, but for how often rows were stored."""
    one, many = (
        Counter(*SHELF.values(), tokens={"asha": 20, "bela": 20}, keeps_codes=True)
        for _ in range(2)
    )
    made = told_of(history)
    singly = [it for command in made for it in one.rewards.do_all([command])]
    batched: list[object] = []
    rest = made
    for size in sizes:
        batched += many.rewards.do_all(rest[:size])
        rest = rest[size:]
    assert list(map(repr, batched)) == list(map(repr, singly))
    assert rows_of(one) == rows_of(many)
    for counter in (one, many):
        entries = [it for journal in counter.store.journals() for it in journal]
        assert [str(it) for it in check_journal(entries)] == []
    assert one.all_used() == many.all_used()


def rows_of(made: Counter) -> list[object]:
    """Read all that is stored, but for how often it was."""
    kept = vars(made.store)
    rows = {key: repr(row).partition("version=")[0] for key, row in kept["_rows"].items()}
    return [rows, kept["_journal"], kept["_receipts"].keys()]
