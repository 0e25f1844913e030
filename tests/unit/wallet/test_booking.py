"""How a wallet changes: due facts in their order, inflows, and postings applied one by one."""

from datetime import date, datetime
from typing import Any

import pytest

from mi_rewards.calendar import NEVER
from mi_rewards.errors import Misuse
from mi_rewards.money import TOKENS_MAX
from mi_rewards.wallet import (
    Account,
    Entry,
    Event,
    Hold,
    Posting,
    Promise,
    Reason,
    Wallet,
    WalletFull,
    promise,
)
from mi_rewards.wallet.booking import advanced, applied, booked, inflow
from mi_rewards.wallet.one_step import credited, debited
from tests.wallets import (
    DAY,
    HOUR,
    OWNER,
    SECOND,
    T0,
    WHY,
    at,
    buckets,
    day,
    draws,
    owing,
    posted,
    story,
    wallet,
)

Y18, Y19 = day("2018-12-31"), day("2019-12-31")
PAST_2018 = at("2018-12-31 18:30")


def entry(*postings: Posting, until: datetime | None = None, sequence: int = 7) -> Entry:
    """Make an entry of these postings."""
    return Entry(OWNER, sequence, Event.EARNED, "r", T0 - DAY, T0, WHY, postings, until)


def all_due_at_once() -> Wallet:
    """Make a wallet in which a lapse, a deadline and a keeping fall due at one instant."""
    made = wallet("5@2018-12-31 + 3@2019-12-31")
    made = made.hold(1, until=PAST_2018, at=T0, request_id="h", reason=WHY).wallet
    return promise(
        made,
        7,
        promise_id="p",
        source="o-1",
        at=T0,
        request_id="q",
        reason=WHY,
        last_day=Y19,
        keeps_at=PAST_2018,
    ).wallet


def test_of_what_is_due_at_once_a_lapse_comes_before_a_deadline_before_a_keeping() -> None:
    """Each at the instant at which it fell due, whenever it is booked."""
    after, entries = advanced(all_due_at_once(), PAST_2018 + DAY, "x")
    assert story(entries) == [
        (
            "5 lapsed by x on 2018-12-31T18:30:00Z, last_day_passed: "
            "available -4@2018-12-31; lapsed +4@2018-12-31"
        ),
        (
            "6 ran_out by x on 2018-12-31T18:30:00Z, deadline_passed: "
            "held -1@2018-12-31 (h); lapsed +1@2018-12-31"
        ),
        (
            "7 kept by x on 2018-12-31T18:30:00Z for 2018-01-10T10:00:00Z, test: "
            "expected +7 (o-1); promised -7@2019-12-31 (p); "
            "issued -7 (o-1); available +7@2019-12-31"
        ),
    ]
    assert str(after) == "10@2019-12-31"


def test_nothing_is_due_a_second_before_and_all_at_the_instant() -> None:
    """What is due at an instant is due then."""
    made = all_due_at_once()
    assert advanced(made, PAST_2018 - SECOND, "x") == (made, ())
    assert len(advanced(made, PAST_2018, "x")[1]) == 3


def test_what_falls_due_earlier_is_booked_earlier() -> None:
    """Two lapses with two deadlines between them."""
    made = wallet("5@2018-12-31 + 3@2019-12-31")
    for name, until in (("g", PAST_2018 + DAY), ("h", PAST_2018 + 2 * DAY)):
        made = made.hold(1, until=until, at=T0, request_id=name, reason=WHY).wallet
    after, entries = advanced(made, at("2020-01-01"), "x")
    assert [(it.event.value, it.booked_at) for it in entries] == [
        ("lapsed", PAST_2018),
        ("ran_out", PAST_2018 + DAY),
        ("ran_out", PAST_2018 + 2 * DAY),
        ("lapsed", at("2019-12-31 18:30")),
    ]
    assert [it.sequence for it in entries] == [5, 6, 7, 8]
    assert str(after) == "0"


def test_an_entry_is_booked_no_earlier_than_the_last_one() -> None:
    """At its instant where that is later or equal; the fact keeps its own."""
    made = wallet("5@2018-12-31")
    posting = (Posting(Account.ADJUSTED, -1), Posting(Account.AVAILABLE, 1, Y18))
    for instant, expected in ((T0 - SECOND, T0), (T0, T0), (T0 + SECOND, T0 + SECOND)):
        after, it = booked(made, Event.ADJUSTED_UP, posting, at=instant, request_id="r", reason=WHY)
        assert (it.booked_at, it.occurred_at, it.sequence) == (expected, instant, 2)
        assert (after.booked_at, after.sequence) == (expected, 2)
        assert it.until is None
    _, it = booked(
        Wallet(OWNER),
        Event.ADJUSTED_UP,
        posting,
        at=T0,
        request_id="r",
        reason=WHY,
        occurred_at=T0 - DAY,
        until=T0 + DAY,
    )
    assert (it.booked_at, it.occurred_at, it.until) == (T0, T0 - DAY, T0 + DAY)


@pytest.mark.parametrize(
    ("owed", "expected"),
    [
        (0, "available +2@2018-12-31; available +3@never"),
        (1, "available +1@2018-12-31; available +3@never; owed +1"),
        (2, "available +3@never; owed +2"),
        (3, "available +2@never; owed +3"),
        (5, "owed +5"),
        (6, "owed +5"),
    ],
)
def test_an_inflow_makes_good_a_debt_earliest_last_day_first(owed: int, expected: str) -> None:
    """What is left of it is available."""
    made = owing(owed) if owed else wallet("1@2018-12-31")
    postings = inflow(made, (), draws("2@2018-12-31 + 3@never"), at=T0)
    assert posted(entry(*postings)) == expected


@pytest.mark.parametrize(
    ("instant", "expected"),
    [
        (PAST_2018 - SECOND, "available +2@2018-12-31; available +3@2019-12-31"),
        (PAST_2018, "lapsed +2@2018-12-31; available +3@2019-12-31"),
        (PAST_2018 + SECOND, "lapsed +2@2018-12-31; available +3@2019-12-31"),
    ],
)
def test_an_inflow_lapses_what_is_past_its_last_day(instant: datetime, expected: str) -> None:
    """And goes on with the rest."""
    parts = draws("2@2018-12-31 + 3@2019-12-31")
    assert posted(entry(*inflow(Wallet(OWNER), (), parts, at=instant))) == expected


def test_postings_of_each_account_are_applied() -> None:
    """What is positive in `totals` went out, but for what was issued."""
    made = Wallet(OWNER, buckets("50@2018-12-31"), owed=5, totals=(1, 2, 3, 4, 5, 6))
    after = applied(
        made,
        entry(
            Posting(Account.ISSUED, -10),
            Posting(Account.REDEEMED, 20),
            Posting(Account.LAPSED, 30),
            Posting(Account.CLAWED_BACK, 40),
            Posting(Account.TRANSFERRED, 50),
            Posting(Account.ADJUSTED, 60),
            Posting(Account.OWED, -7),
            Posting(Account.AVAILABLE, -8, Y18),
        ),
    )
    assert after.totals == (11, 22, 33, 44, 55, 66)
    assert after.owed == 12
    assert str(after) == "42@2018-12-31 | owed 12"
    assert (after.sequence, after.booked_at, after.version) == (7, T0, 0)


def test_holds_and_promises_are_made_of_postings() -> None:
    """The entry says their instants and the promise's reason."""
    after = applied(
        Wallet(OWNER),
        entry(
            Posting(Account.HELD, 1, Y18, "h"),
            Posting(Account.HELD, 2, Y19, "h"),
            Posting(Account.EXPECTED, -4, None, "o"),
            Posting(Account.PROMISED, 4, Y18, "p"),
            until=T0 + HOUR,
        ),
    )
    assert after.holds == (Hold("h", T0 + HOUR, draws("1@2018-12-31 + 2@2019-12-31")),)
    assert after.promises == (Promise("p", 4, "o", Y18, T0 + HOUR, T0 - DAY, WHY),)
    assert after.version == 0


def test_postings_that_name_nothing_are_applied_all_the_same() -> None:
    """A journal that is checked elsewhere folds without an error."""
    after = applied(
        Wallet(OWNER),
        entry(
            Posting(Account.HELD, 1),
            Posting(Account.EXPECTED, -4),
            Posting(Account.PROMISED, 4),
            Posting(Account.AVAILABLE, 2),
        ),
    )
    assert after.holds == (Hold("", T0, draws("1@never")),)
    assert after.promises == (Promise("", 4, "", None, None, T0 - DAY, WHY),)
    assert str(after) == "2@never | held 1@never until 2018-01-10T10:00:00Z | promised 4"


def test_a_promise_whose_order_is_not_named_is_of_no_order() -> None:
    """Neither one that another entry named."""
    after = applied(Wallet(OWNER), entry(Posting(Account.PROMISED, 4, None, "p")))
    assert after.promises == (Promise("p", 4, "", None, None, T0 - DAY, WHY),)


def test_a_posting_of_nothing_opens_neither_a_hold_nor_a_promise() -> None:
    """A hold of nothing cannot be; a promise stays as it was."""
    made = applied(Wallet(OWNER), entry(Posting(Account.PROMISED, 4, None, "p")))
    assert applied(made, entry(Posting(Account.PROMISED, 0, None, "p"))).promises == made.promises
    with pytest.raises(Misuse):
        applied(made, entry(Posting(Account.HELD, 0, Y18, "h")))


def test_resolving_one_hold_leaves_the_others() -> None:
    """They are found by name."""
    made = wallet("9@2018-12-31")
    for name in ("a", "b", "c"):
        made = made.hold(1, until=T0 + DAY, at=T0, request_id=name, reason=WHY).wallet
    after = made.release("b", at=T0, request_id="x", reason=WHY).wallet
    assert [hold.hold_id for hold in after.holds] == ["a", "c"]


def test_a_bucket_that_is_emptied_is_gone() -> None:
    """Between others too."""
    made = wallet("1@2018-12-31 + 2@2019-12-31 + 3@never")
    after = applied(made, entry(Posting(Account.AVAILABLE, -2, Y19)))
    assert str(after) == "1@2018-12-31 + 3@never"


@pytest.mark.parametrize("last_day", ["2017-12-31", "2018-12-31", "2019-12-31", "2020-12-31"])
def test_more_than_there_is_cannot_be_taken_from_a_bucket(last_day: str) -> None:
    """Nor from one that is not there."""
    made = wallet("1@2018-12-31 + 2@2019-12-31")
    for it in (made, Wallet(OWNER)):
        with pytest.raises(Misuse):
            applied(it, entry(Posting(Account.AVAILABLE, -3, day(last_day))))


@pytest.mark.parametrize(
    ("totals", "owed", "promised"),
    [
        ((TOKENS_MAX, 0, 0, 0, 0, 0), 0, 0),
        ((TOKENS_MAX - 3, 0, 0, 0, 0, 0), 3, 0),
        ((TOKENS_MAX - 3, 0, 0, 0, 0, 0), 0, 3),
        ((TOKENS_MAX - 3, 0, 0, 0, -3, 0), 0, 0),
        ((TOKENS_MAX - 3, 0, 0, 0, 0, -3), 0, 0),
        ((TOKENS_MAX, 0, 0, 0, 3, 3), 0, 0),
    ],
)
def test_what_came_in_and_is_to_come_is_counted_to_the_limit(
    totals: tuple[int, int, int, int, int, int], owed: int, promised: int
) -> None:
    """Issued, owed, promised, taken and added; what has left does not make room."""
    promises = (Promise("p", promised, "o", None, None, T0, WHY),) if promised else ()
    made = Wallet(OWNER, promises=promises, owed=owed, totals=totals)
    assert applied(made, entry(Posting(Account.LAPSED, 1))).lapsed == 1
    with pytest.raises(WalletFull) as caught:
        applied(made, entry(Posting(Account.ISSUED, -1)))
    assert caught.value == WalletFull(member_id="m-1")


def test_reasons_of_the_calendar_are_codes() -> None:
    """They are stored by these names."""
    _, entries = advanced(all_due_at_once(), PAST_2018, "x")
    assert [it.reason for it in entries] == [
        Reason("last_day_passed"),
        Reason("deadline_passed"),
        WHY,
    ]


def earned(
    made: Wallet, last_day: date, *, at: datetime, tokens: int = 7
) -> tuple[Wallet, tuple[Entry, ...], None]:
    """Earn tokens step by step: what is due, then what comes in."""
    now, due = advanced(made, at, "r")
    sources = (Posting(Account.ISSUED, -tokens, None, "o-1"),)
    postings = inflow(now, sources, draws(f"{tokens}@{last_day}"), at=at)
    now, entry = booked(
        now, Event.EARNED, postings, at=at, request_id="r", reason=WHY, occurred_at=T0
    )
    return now, (*due, entry), None


@pytest.mark.parametrize("before", ["0", "5@2018-12-31", "5@2018-12-31 + 3@2019-12-31"])
@pytest.mark.parametrize("last_day", [day("2018-06-30"), Y18, day("2019-06-30"), Y19, NEVER])
@pytest.mark.parametrize("when", [T0, PAST_2018 - SECOND, PAST_2018, PAST_2018 + 200 * DAY])
def test_what_is_credited_is_what_is_earned_step_by_step(
    before: str, last_day: date, when: datetime
) -> None:
    """One step answers with the same wallet and entry where nothing is due or past, else not."""
    made = wallet(before)
    now, entries, _ = expected = earned(made, last_day, at=when)
    is_all = len(entries) == 1 and now.lapsed == made.lapsed
    found = credited(made, Event.EARNED, 7, last_day, "o-1", when, "r", WHY, T0)
    assert found == (expected if is_all else None)


def test_what_is_credited_is_booked_no_earlier_than_the_last_entry() -> None:
    """A wallet's time never goes back; nothing is credited that is past at the last entry."""
    made = wallet("5@2019-12-31")._replace(booked_at=PAST_2018)
    found = credited(made, Event.EARNED, 7, Y19, "o-1", T0, "r", WHY, T0)
    assert found == earned(made, Y19, at=T0)
    assert found[1][0].booked_at == PAST_2018
    assert credited(made, Event.EARNED, 7, Y18, "o-1", T0, "r", WHY, T0) is None


@pytest.mark.parametrize(
    "more",
    [
        {"owed": 1},
        {"holds": (Hold("h", PAST_2018, draws("1@2018-12-31")),)},
        {"promises": (Promise("p", 1, "o", None, None, T0, WHY),)},
        {"totals": (0, 0, 0, 0, 1, 0)},
        {"totals": (0, 0, 0, 0, 0, -1)},
        {"totals": (TOKENS_MAX - 6, 0, 0, 0, 0, 0)},
    ],
)
def test_what_is_more_than_a_credit_is_booked_step_by_step(more: dict[str, Any]) -> None:
    """What is held, promised, owed, transferred or adjusted, and the last token there can be."""
    made = wallet("0")._replace(**more)
    assert credited(made, Event.EARNED, 7, Y18, "o-1", T0, "r", WHY, T0) is None


def test_no_more_is_credited_than_there_can_be() -> None:
    """The last token that there can be is; one more is refused."""
    made = wallet("0")._replace(totals=(TOKENS_MAX - 7, 0, 0, 0, 0, 0))
    change = made.earn(7, last_day=Y18, at=T0, request_id="r", reason=WHY)
    assert change.wallet.issued == TOKENS_MAX
    with pytest.raises(WalletFull):
        made.earn(8, last_day=Y18, at=T0, request_id="r", reason=WHY)


def burned(
    made: Wallet, last_day: date, tokens: int, sink: Posting, *, at: datetime
) -> tuple[Wallet, tuple[Entry, ...]]:
    """Burn tokens of one bucket step by step: what is due, then what is taken."""
    now, due = advanced(made, at, "r")
    postings = Posting(Account.AVAILABLE, -tokens, last_day), sink
    now, entry = booked(now, Event.BURNED, postings, at=at, request_id="r", reason=WHY)
    return now, (*due, entry)


@pytest.mark.parametrize("account", [Account.REDEEMED, Account.CLAWED_BACK])
@pytest.mark.parametrize(("last_day", "tokens"), [(Y18, 5), (Y18, 4), (Y19, 3), (Y19, 1)])
@pytest.mark.parametrize("when", [T0, PAST_2018 - SECOND])
@pytest.mark.parametrize("totals", [(9, 1, 2, 3, 4, 5), (9, 0, 0, 0, -4, -5)])
def test_what_is_debited_is_what_is_taken_step_by_step(
    account: Account, last_day: date, tokens: int, when: datetime, totals: Any
) -> None:
    """One step answers with the same wallet and entry, be the bucket emptied or not."""
    made = wallet("5@2018-12-31 + 3@2019-12-31")._replace(totals=totals, blocked="fraud", version=2)
    sink = Posting(account, tokens, None, "o-1")
    found = debited(made, Event.BURNED, tokens, last_day, sink, when, "r", WHY)
    now, entries = burned(made, last_day, tokens, sink, at=when)
    assert found == (now, *entries)


@pytest.mark.parametrize(
    ("more", "last_day", "tokens", "when"),
    [
        ({}, Y18, 6, T0),
        ({}, day("2019-06-30"), 1, T0),
        ({}, Y19, 1, PAST_2018),
        ({"booked_at": PAST_2018}, Y19, 1, T0),
        ({"buckets": ()}, Y19, 1, T0),
        ({"owed": 1}, Y19, 1, T0),
        ({"holds": (Hold("h", PAST_2018, draws("1@2018-12-31")),)}, Y18, 1, T0),
        ({"promises": (Promise("p", 1, "o", None, None, T0, WHY),)}, Y18, 1, T0),
    ],
)
def test_what_is_more_than_a_debit_is_booked_step_by_step(
    more: dict[str, Any], last_day: date, tokens: int, when: datetime
) -> None:
    """Too few, no such bucket, something due by then or by the last entry, held, promised, owed."""
    made = wallet("5@2018-12-31 + 3@2019-12-31")._replace(**more)
    sink = Posting(Account.REDEEMED, tokens, None, "o-1")
    assert debited(made, Event.BURNED, tokens, last_day, sink, when, "r", WHY) is None
