"""Laws of the wallet, each citing the promise that it holds (`I1` to `I10`, `I18` to `I20`).

Random stories come from `tests.stories`; what concerns draws alone is checked against brute force.
"""

import itertools
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from mi_rewards.calendar import NEVER, Zone, write_day
from mi_rewards.errors import Refused
from mi_rewards.wallet import (
    Account,
    Bucket,
    Burn,
    ClawBackPolicy,
    Draw,
    Entry,
    Event,
    InsufficientTokens,
    Owner,
    Wallet,
    burn_from_dict,
    burn_to_dict,
    check_journal,
    entry_from_dict,
    entry_to_dict,
    fold,
    format_buckets,
    parse_buckets,
    read_journal,
    until,
    wallet_from_dict,
    wallet_to_dict,
    write_journal,
)
from mi_rewards.wallet.buckets import split_draws
from mi_rewards.wallet.entries import CALENDAR_EVENTS
from tests.stories import LAST_DAYS, MEMBERS, START, Step, World, last_of, stories, tell
from tests.wallets import DAY, HOUR, OWED, OWNER, WHY, at, draws, wallet

MICROSECOND = timedelta(microseconds=1)
ALL = range(99)
"""Every step of a story."""

late_hours = st.sampled_from((-30, -5, -1, 0, 1, 2, 12))


def of(member: str, entries: list[Entry]) -> list[Entry]:
    """The entries of one member."""
    return [entry for entry in entries if entry.member_id == member]


def contents(made: Wallet) -> tuple[object, ...]:
    """What is in a wallet, whatever made it."""
    return made.buckets, made.holds, made.promises, made.owed, made.totals


# Laws of every journal


@given(stories(hours=late_hours))
def test_i1_to_i10_a_wallets_journal_breaks_no_promise(story: tuple[Step, ...]) -> None:
    """However late requests come."""
    assert check_journal(tell(story).entries) == ()


@given(stories(hours=late_hours))
def test_i1_what_came_in_is_what_there_is_and_what_went_out(story: tuple[Step, ...]) -> None:
    """For each wallet after each entry, by the wallet's own sums and by the journal's."""
    world = tell(story)
    for member in MEMBERS:
        entries = of(member, world.entries)
        totals = dict.fromkeys(Account, 0)
        for number, entry in enumerate(entries, start=1):
            made = fold(entries[:number])
            for posting in entry.postings:
                totals[posting.account] += posting.amount
            assert sum(posting.amount for posting in entry.postings) == 0
            assert made.issued + made.owed == made.available + made.held + sum(made.totals[1:])
            assert (made.available, made.held, made.promised, made.owed) == (
                totals[Account.AVAILABLE],
                totals[Account.HELD],
                totals[Account.PROMISED],
                -totals[Account.OWED],
            )
            assert made.totals == (
                -totals[Account.ISSUED],
                totals[Account.REDEEMED],
                totals[Account.LAPSED],
                totals[Account.CLAWED_BACK],
                totals[Account.TRANSFERRED],
                totals[Account.ADJUSTED],
            )
            assert made.promised == -totals[Account.EXPECTED]


@given(stories())
def test_i1_transfers_cancel_out_once_both_sides_are_there(story: tuple[Step, ...]) -> None:
    """What is out is on its way."""
    world = tell(story)
    sent: dict[str | None, int] = {}
    for entry in world.entries:
        for posting in entry.postings:
            if posting.account is Account.TRANSFERRED:
                sent[posting.ref] = sent.get(posting.ref, 0) + posting.amount
    assert all(tokens >= 0 for tokens in sent.values())
    assert sum(it.transferred for it in world.wallets.values()) == sum(sent.values())


@given(stories(hours=late_hours))
def test_i3_folding_any_prefix_gives_the_wallet_at_that_cut(story: tuple[Step, ...]) -> None:
    """By number, and by instant."""
    world = World()
    known: dict[str, list[Wallet]] = {member: [] for member in MEMBERS}
    for number, step in enumerate(story):
        world.play(number, step)
        for member in MEMBERS:
            known[member].append(world.wallets[member])
    for member in MEMBERS:
        entries = of(member, world.entries)
        assert [entry.sequence for entry in entries] == list(range(1, len(entries) + 1))
        assert entries == sorted(entries, key=lambda it: it.booked_at)
        for made in known[member]:
            if made.sequence:
                assert fold(entries[: made.sequence]) == made
        for entry in entries:
            cut = until(entries, entry.booked_at)
            assert entries[: len(cut)] == list(cut)
            assert all(it.booked_at > entry.booked_at for it in entries[len(cut) :])


@given(stories(hours=late_hours))
def test_i4_nothing_is_negative_and_a_debt_leaves_nothing_available(
    story: tuple[Step, ...],
) -> None:
    """After every step, asked at the instant of the last entry or later."""
    world = World()
    for number, step in enumerate(story):
        world.play(number, step)
        for made in world.wallets.values():
            if made.booked_at is None:
                continue
            for instant in (made.booked_at, made.booked_at + HOUR, made.booked_at + 3 * DAY):
                now = made.at(instant)
                assert min(now.owed, now.held, now.promised, now.available) >= 0
                assert min(now.totals[:4]) >= 0
                assert not (now.owed and now.buckets)
                assert all(now.owner.zone.after(it.last_day) > instant for it in now.buckets)
                days = [bucket.last_day for bucket in now.buckets]
                assert days == sorted(set(days))
                assert now.due_at is None or now.due_at > instant
                assert all(hold.until > instant for hold in now.holds)


@given(stories(), st.integers(1, 12), st.integers(0, 60))
def test_i5_the_plan_that_is_checked_is_the_plan_that_is_carried_out(
    story: tuple[Step, ...], tokens: int, hours: int
) -> None:
    """For burns and holds, at the instant and after whatever the calendar did by then."""
    instant = last_of(story) + hours * HOUR
    made = tell(story).wallets["m-1"]
    plan: tuple[Draw, ...] = ()
    refusal: Refused | None = None
    try:
        plan = made.at(instant).spendable(tokens)
    except Refused as refused:
        refusal = refused
    if refusal is not None:
        with pytest.raises(Refused) as caught:
            made.burn(tokens, at=instant, request_id="x", reason=WHY)
        assert caught.value == refusal
        return
    assert made.burn(tokens, at=instant, request_id="x", reason=WHY).result.draws == plan
    held = made.hold(tokens, until=instant + HOUR, at=instant, request_id="x", reason=WHY)
    assert held.result.draws == plan
    assert sum(draw.tokens for draw in plan) == tokens
    days = [draw.last_day for draw in plan]
    assert days == sorted(set(days))


def every_way_to_draw(there: tuple[int, ...], tokens: int) -> Iterator[tuple[int, ...]]:
    """All ways to take up to so many tokens, as many as there are, from buckets of these sizes."""
    wanted = min(tokens, sum(there))
    for taken in itertools.product(*(range(size + 1) for size in there)):
        if sum(taken) == wanted:
            yield tuple(size - part for size, part in zip(there, taken, strict=True))


def most_burned(there: tuple[int, ...], wishes: tuple[tuple[int, int], ...]) -> int:
    """How many tokens can be burned at most, if the holder chose the buckets by hand."""
    if not wishes:
        return 0
    (tokens, lapsed), *rest = wishes
    live = (0,) * lapsed + there[lapsed:]
    return min(tokens, sum(live)) + max(
        most_burned(after, tuple(rest)) for after in every_way_to_draw(live, tokens)
    )


@given(
    st.tuples(*[st.integers(0, 3)] * 3),
    st.lists(st.tuples(st.integers(1, 4), st.integers(0, 3)), max_size=3),
)
def test_i5_drawing_the_earliest_first_lets_the_fewest_tokens_lapse(
    sizes: tuple[int, int, int], wishes: list[tuple[int, int]]
) -> None:
    """No other choice of buckets burns more, against brute force."""
    wishes = sorted(wishes, key=lambda wish: wish[1])
    made = Wallet(OWNER)
    for tokens, last_day in zip(sizes, LAST_DAYS, strict=False):
        if tokens:
            made = made.earn(
                tokens, last_day=last_day, at=START, request_id=f"{last_day}", reason=WHY
            ).wallet
    burned = 0
    for number, (wish, lapsed) in enumerate(wishes):
        instant = START if lapsed == 0 else made.owner.zone.after(LAST_DAYS[lapsed - 1])
        tokens = min(wish, made.at(instant).available)
        if tokens:
            made = made.burn(tokens, at=instant, request_id=f"b{number}", reason=WHY).wallet
        burned += tokens
    assert burned == most_burned(sizes, tuple(wishes))


# The calendar


def as_told(world: World) -> list[Entry]:
    """The entries, without the names of the requests that booked what the calendar made due."""
    return sorted(
        (
            entry._replace(request_id="") if entry.event in CALENDAR_EVENTS else entry
            for entry in world.entries
        ),
        key=lambda it: (it.member_id, it.sequence),
    )


@given(stories(), st.sets(st.integers(0, 18)))
def test_i6_with_the_sweep_run_always_sometimes_or_never_every_answer_is_equal(
    story: tuple[Step, ...], sometimes: set[int]
) -> None:
    """The same outcomes, the same wallets, and the same journal but for who booked it."""
    end = last_of(story) + 4 * DAY
    worlds = [tell(story, sweeps=sweeps) for sweeps in ((), sometimes, ALL)]
    answers = [
        (world.outcomes, [contents(it.at(end)) for it in world.wallets.values()])
        for world in worlds
    ]
    assert answers[0] == answers[1] == answers[2]
    for world in worlds:
        for member in MEMBERS:
            world.sweep(member, end, "last")
    assert as_told(worlds[0]) == as_told(worlds[1]) == as_told(worlds[2])
    assert worlds[0].wallets == worlds[1].wallets == worlds[2].wallets


@given(stories(), st.lists(st.integers(0, 100), max_size=5))
def test_i6_sweeps_can_be_repeated_split_and_reordered(
    story: tuple[Step, ...], hours: list[int]
) -> None:
    """In whatever order they come, the last instant decides."""
    made = tell(story).wallets["m-1"]
    start = last_of(story)
    end = start + 100 * HOUR
    at_once = made.lapse(at=end, request_id="x")
    swept = made
    entries: list[Entry] = []
    for hour in [*hours, 100, 100]:
        change = swept.lapse(at=start + hour * HOUR, request_id="x")
        swept = change.wallet
        entries += change.entries
    assert swept == at_once.wallet == made.at(end)
    assert tuple(entries) == at_once.entries
    assert made.lapse(at=end, request_id="x").result == swept.lapsed - made.lapsed


@given(stories(), st.integers(0, 100))
def test_i6_what_is_due_is_booked_at_the_instant_at_which_it_fell_due(
    story: tuple[Step, ...], hours: int
) -> None:
    """Between the last entry and the sweep, and never later."""
    made = tell(story).wallets["m-1"]
    end = last_of(story) + hours * HOUR
    while made.due_at is not None and made.due_at <= end:
        due_at = made.due_at
        change = made.lapse(at=due_at, request_id="x")
        assert {entry.booked_at for entry in change.entries} == {due_at}
        assert made.at(due_at - MICROSECOND) == made
        made = change.wallet
    assert made.lapse(at=end, request_id="x").entries == ()


# Holds and burns


@given(stories(), st.integers(1, 6), st.integers(1, 80), st.integers(0, 80), st.integers(0, 6))
def test_i7_a_hold_is_captured_whatever_happens_to_the_wallet_before_its_deadline(
    story: tuple[Step, ...], tokens: int, lasts: int, hours: int, owed: int
) -> None:
    """Claw-backs and lapses in between take nothing of it; it resolves into what was held."""
    instant = last_of(story)
    made = tell(story).wallets["m-1"].at(instant)
    assume(made.available >= tokens and not made.owed and hours < lasts)
    held = made.hold(tokens, until=instant + lasts * HOUR, at=instant, request_id="h", reason=WHY)
    after = held.wallet
    if owed:
        after = after.claw_back(
            owed + after.available,
            own_day=NEVER,
            policy=OWED,
            source="o",
            at=instant,
            request_id="c",
            reason=WHY,
        ).wallet
    late = instant + hours * HOUR
    for part in range(1, tokens + 1):
        change = after.capture("h", tokens=part, at=late, request_id="x", reason=WHY)
        back = sum(
            posting.amount
            for posting in change.entries[-1].postings
            if posting.account in {Account.AVAILABLE, Account.LAPSED, Account.OWED}
        )
        assert change.result.tokens + back == tokens
        assert change.result.draws == split_draws(held.result.draws, part)[0]
        assert change.wallet.redeemed == made.redeemed + part


def later_than(story: tuple[Step, ...], hours: int) -> datetime:
    """An instant some hours after a story."""
    return last_of(story) + hours * HOUR


@given(stories(), st.integers(1, 8), st.integers(1, 8))
def test_i9_burning_n_and_undoing_k_is_burning_n_less_k(
    story: tuple[Step, ...], n: int, k: int
) -> None:
    """The same buckets, the same draws left, undone at once or one by one."""
    instant = last_of(story)
    made = tell(story).wallets["m-1"].at(instant)
    assume(made.available >= n >= k and not made.owed)
    whole = made.burn(n, at=instant, request_id="b", reason=WHY)
    undone = whole.wallet.reinstate(whole.result, k, at=instant, request_id="u", reason=WHY)
    one_by_one, burn = whole.wallet, whole.result
    for number in range(k):
        change = one_by_one.reinstate(burn, 1, at=instant, request_id=f"u{number}", reason=WHY)
        one_by_one, burn = change.wallet, change.result
    assert contents(one_by_one) == contents(undone.wallet)
    assert burn == undone.result
    fewer = made
    if n > k:
        part = made.burn(n - k, at=instant, request_id="b", reason=WHY)
        fewer = part.wallet
        left, _ = split_draws(undone.result.draws, undone.result.tokens)
        assert left == part.result.draws
    assert contents(undone.wallet) == contents(fewer)


@given(stories(), st.integers(1, 8), st.integers(0, 40), st.integers(0, 60))
def test_i9_redeeming_and_cancelling_changes_no_tokens_life(
    story: tuple[Step, ...], tokens: int, first: int, then: int
) -> None:
    """Burned and reinstated, held and released, or held and run out: as if nothing had been."""
    instant, back, end = (later_than(story, it) for it in (0, first, first + then))
    made = tell(story).wallets["m-1"].at(instant)
    assume(made.available >= tokens and not made.owed)
    burn = made.burn(tokens, at=instant, request_id="b", reason=WHY)
    reinstated = burn.wallet.reinstate(
        burn.result, tokens, at=back, request_id="u", reason=WHY
    ).wallet
    hold = made.hold(tokens, until=back + HOUR, at=instant, request_id="h", reason=WHY).wallet
    released = hold.release("h", at=back, request_id="r", reason=WHY).wallet
    undisturbed = contents(made.at(end))
    assert contents(reinstated.at(end)) == undisturbed
    assert contents(released.at(end)) == undisturbed
    assert contents(hold.at(end + HOUR)) == contents(made.at(end + HOUR))


@given(st.lists(st.integers(1, 5), min_size=1, max_size=4), st.integers(0, 20), st.integers(0, 20))
def test_i9_draws_split_and_join(sizes: list[int], first: int, then: int) -> None:
    """Two parts are the whole; splitting further along splits the second part."""
    days = [date(2018, 1, 1) + number * DAY for number in range(len(sizes))]
    parts = draws(
        " + ".join(f"{size}@{write_day(it)}" for size, it in zip(sizes, days, strict=True))
    )
    first, then = min(first, sum(sizes)), min(then, sum(sizes))
    head, tail = split_draws(parts, min(first, then))
    middle, end = split_draws(tail, max(first, then) - min(first, then))
    assert sum(draw.tokens for draw in head) == min(first, then)
    assert split_draws(parts, max(first, then))[1] == end
    tokens: dict[date, int] = {}
    for draw in (*head, *middle, *end):
        tokens[draw.last_day] = tokens.get(draw.last_day, 0) + draw.tokens
    assert list(tokens.items()) == [(draw.last_day, draw.tokens) for draw in parts]


# Claw-back


@given(
    stories(),
    st.lists(st.integers(1, 4), min_size=1, max_size=4),
    st.sampled_from(ClawBackPolicy),
    st.sampled_from(LAST_DAYS),
    st.data(),
)
def test_i10_a_claw_back_in_parts_in_any_order_is_the_whole(
    story: tuple[Step, ...],
    parts: list[int],
    policy: ClawBackPolicy,
    own_day: date,
    data: st.DataObject,
) -> None:
    """The same is taken, owed and forgiven, from the same buckets."""
    instant = last_of(story)
    made = tell(story).wallets["m-1"].at(instant)
    assume(policy is not ClawBackPolicy.REFUSED or made.available >= sum(parts))

    def taken_back(tokens: list[int]) -> tuple[tuple[object, ...], tuple[int, int, int]]:
        after = made
        came_to = [0, 0, 0]
        for number, part in enumerate(tokens):
            change = after.claw_back(
                part,
                own_day=own_day,
                policy=policy,
                source="o",
                at=instant,
                request_id=f"c{number}",
                reason=WHY,
            )
            after = change.wallet
            result = change.result
            came_to = [
                came_to[0] + result.taken,
                came_to[1] + result.owed,
                came_to[2] + result.forgiven,
            ]
        return contents(after), (came_to[0], came_to[1], came_to[2])

    whole = taken_back([sum(parts)])
    assert taken_back(parts) == whole
    assert taken_back(data.draw(st.permutations(parts))) == whole
    if not made.has_passed(own_day, at=instant):
        assert sum(whole[1]) == sum(parts)
    else:
        assert whole[1] == (0, 0, 0)


@given(
    st.lists(st.tuples(st.integers(1, 4), st.sampled_from(LAST_DAYS)), min_size=1, max_size=3),
    st.integers(1, 9),
    st.permutations(range(4)),
    st.booleans(),
)
def test_i10_interleaved_reversals_commute(
    orders: list[tuple[int, date]], burned: int, order: list[int], one_day: bool
) -> None:
    """B6: taking back awards and giving back a burn, in any order, comes to the same amounts.

    With one last day it comes to the same wallet.
    """
    made = Wallet(OWNER)
    last_days = [NEVER if one_day else last_day for _, last_day in orders]
    for number, (tokens, _) in enumerate(orders):
        made = made.earn(
            tokens, last_day=last_days[number], at=START, request_id=f"e{number}", reason=WHY
        ).wallet
    burn = made.burn(min(burned, made.available), at=START, request_id="b", reason=WHY)

    def reversed_in(turns: list[int]) -> Wallet:
        after = burn.wallet
        for turn in turns:
            if turn < len(orders):
                after = after.claw_back(
                    orders[turn][0],
                    own_day=last_days[turn],
                    policy=OWED,
                    source=f"e{turn}",
                    at=START,
                    request_id=f"c{turn}",
                    reason=WHY,
                ).wallet
            elif turn == 3:
                after = after.reinstate(
                    burn.result, burn.result.tokens, at=START, request_id="u", reason=WHY
                ).wallet
        return after

    one, other = reversed_in([0, 1, 2, 3]), reversed_in(order)
    assert (one.available, one.owed, one.totals) == (other.available, other.owed, other.totals)
    assert (one.available, one.owed) == (0, 0)
    if one_day:
        assert contents(one) == contents(other)


# Reading, days and text


@given(stories(), st.integers(0, 60))
def test_i18_asking_changes_nothing_and_doing_again_does_the_same(
    story: tuple[Step, ...], hours: int
) -> None:
    """A wallet is a value: the old one stays, and gives the same answer again."""
    made = tell(story).wallets["m-1"]
    before = wallet_to_dict(made)
    instant = later_than(story, hours)
    asked = made.at(instant)
    first = made.earn(5, last_day=NEVER, at=instant, request_id="x", reason=WHY)
    second = made.earn(5, last_day=NEVER, at=instant, request_id="x", reason=WHY)
    assert first == second
    assert made.at(instant) == asked
    assert wallet_to_dict(made) == before
    assert contents(asked) == contents(made.lapse(at=instant, request_id="y").wallet)


NOTABLE_DAYS = {
    "Asia/Kolkata": ("2018-12-31", "2020-02-29", "2019-02-28"),
    "Europe/Berlin": ("2018-03-24", "2018-03-25", "2018-10-27", "2018-10-28", "2020-02-29"),
    "America/Santiago": ("2026-04-04", "2026-04-05", "2026-09-05", "2026-09-06", "2024-02-29"),
    "Africa/Cairo": ("2026-04-23", "2026-04-24", "2026-10-29", "2026-10-30", "2024-02-29"),
}
"""Days beside which the clocks change, midnight is left out or repeated, or February ends."""


def around(notable: str) -> st.SearchStrategy[date]:
    """Draw a day near a notable one."""
    return st.integers(-1, 1).map(lambda days: date.fromisoformat(notable) + days * DAY)


@given(
    st.sampled_from([(zone, it) for zone, days in NOTABLE_DAYS.items() for it in days]).flatmap(
        lambda pair: st.tuples(st.just(pair[0]), around(pair[1]))
    )
)
def test_i19_a_token_can_be_spent_to_the_last_instant_of_its_last_day(
    zone_and_day: tuple[str, date],
) -> None:
    """Whatever the clocks do that night; the day after, local clocks show a later day."""
    name, last_day = zone_and_day
    zone = Zone(name)
    end = zone.after(last_day)
    made = (
        Wallet(Owner("m-1", "tokens", zone))
        .earn(1, last_day=last_day, at=end - 3 * DAY, request_id="e", reason=WHY)
        .wallet
    )
    burn = made.burn(1, at=end - MICROSECOND, request_id="b", reason=WHY)
    assert burn.result.tokens == 1
    with pytest.raises(InsufficientTokens):
        made.burn(1, at=end, request_id="b", reason=WHY)
    local = ZoneInfo(name)
    assert end.astimezone(local).date() > last_day
    assert (end - MICROSECOND).astimezone(local).date() <= last_day
    noon = datetime(last_day.year, last_day.month, last_day.day, 12, tzinfo=local)
    assert made.at(noon).available == 1
    assert made.at(noon.astimezone(UTC) + DAY).available == 0


@given(stories(hours=late_hours))
def test_i20_equal_stories_are_written_byte_by_byte_alike(story: tuple[Step, ...]) -> None:
    """And what is written is read again as it was."""
    lines = list(write_journal(tell(story).entries))
    assert lines == list(write_journal(tell(story).entries))
    world = tell(story)
    assert list(read_journal(lines)) == world.entries
    for entry in world.entries:
        assert entry_from_dict(json.loads(json.dumps(entry_to_dict(entry)))) == entry
    for made in world.wallets.values():
        stored = made.stored()
        assert wallet_from_dict(json.loads(json.dumps(wallet_to_dict(stored)))) == stored


@given(
    st.lists(st.integers(1, 9), min_size=1, max_size=3),
    st.integers(0, 27),
    st.integers(0, 5),
)
def test_i20_burns_and_text_forms_are_read_as_they_were_written(
    sizes: list[int], undone: int, version: int
) -> None:
    """Whatever was undone of a burn."""
    text = " + ".join(f"{n}@{2018 + number}-12-31" for number, n in enumerate(sizes))
    burn = Burn(OWNER, "b", draws(text), min(undone, sum(sizes)), version)
    assert burn_from_dict(json.loads(json.dumps(burn_to_dict(burn)))) == burn
    assert format_buckets(burn.draws) == text
    made = parse_buckets(text)
    assert all(type(bucket) is Bucket for bucket in made)
    assert parse_buckets(format_buckets(made)) == made


# The check itself: what is done to a sound journal does not go unseen.


def tampered(entries: list[Entry], how: str, number: int) -> list[Entry]:
    """Do something to one entry of a journal."""
    entry = entries[number]
    first, *rest = entry.postings
    changed = {
        "raised": entry._replace(postings=(first._replace(amount=first.amount + 1), *rest)),
        "dated": entry._replace(booked_at=entry.booked_at - timedelta(days=999)),
        "renumbered": entry._replace(sequence=entry.sequence + 1),
    }
    if how == "repeated":
        return [*entries[: number + 1], entry, *entries[number + 1 :]]
    if how == "dropped":
        return entries[:number] + entries[number + 1 :]
    return [*entries[:number], changed[how], *entries[number + 1 :]]


@given(
    stories(),
    st.sampled_from(("raised", "dated", "renumbered", "repeated", "dropped")),
    st.data(),
)
def test_i1_i2_i3_tampering_with_a_journal_is_seen(
    story: tuple[Step, ...], how: str, data: st.DataObject
) -> None:
    """An entry changed, dated back, given another number, repeated or taken out."""
    entries = of("m-1", tell(story).entries)
    last = len(entries) - (2 if how == "dropped" else 1)
    assume(last >= 1)
    number = data.draw(st.integers(1, last))
    promises = {it.promise for it in check_journal(tampered(entries, how, number))}
    assert promises & ({1, 2} if how == "raised" else {3})


@given(stories())
def test_i6_a_lapse_taken_out_of_a_journal_is_missed(story: tuple[Step, ...]) -> None:
    """Renumbered, so that no gap gives it away."""
    made = tell(story)
    made.sweep("m-1", last_of(story) + 4 * DAY, "sweep")
    late = made.wallets["m-1"].earn(
        1, last_day=NEVER, at=last_of(story) + 9 * DAY, request_id="late", reason=WHY
    )
    made.take("m-1", late)
    entries = of("m-1", made.entries)
    lapses = [number for number, it in enumerate(entries) if it.event is Event.LAPSED]
    assume(lapses)
    kept = [it for number, it in enumerate(entries) if number != lapses[0]]
    kept = [it._replace(sequence=number) for number, it in enumerate(kept, start=1)]
    assert 6 in {it.promise for it in check_journal(kept)}


def test_i5_the_wallet_of_the_text_form_is_the_wallet_of_its_entries() -> None:
    """The constructor that the tests use earns what it says, on the day it says."""
    made = wallet("5@2018-12-31 + 3@never")
    assert str(made) == "5@2018-12-31 + 3@never"
    assert made.at(at("2018-12-31 18:30")).lapsed == 5
