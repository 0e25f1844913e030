"""What went wrong in real systems, by its number: what purchases and commands on a store show.

Expiry (A), refunds and claw-back (B), races and retries (C), rounding and money (D), previews (E),
time zones and stale carts (F), reads, imports and notes (G), and defects seen in comparable
libraries (H). Tokens are those of `SMALL`, ten per hundred rupees, unless a test says otherwise.
"""

import inspect
import json
from collections.abc import Callable
from datetime import date, datetime, timedelta
from itertools import permutations
from pathlib import Path
from typing import Any

import attrs
import pytest

from mi_rewards import commands
from mi_rewards.calendar import Zone, read_instant
from mi_rewards.commands import (
    Adjusted,
    Batch,
    Burned,
    Cancelled,
    Command,
    Delivered,
    HoldPlaced,
    Joined,
    Lapsed,
    MemberCommand,
    Opened,
    Placed,
    Reinstated,
    Released,
    Return,
    Returned,
    Rewards,
    TooManyHolds,
    receipt_to_dict,
    with_retries,
)
from mi_rewards.earning import (
    AlreadyDelivered,
    AlreadyPlaced,
    BeyondDelivered,
    CapScope,
    EarnRate,
    EarnTerms,
    Line,
    OrderCancelled,
    OrderCap,
    Retrospective,
    Welcome,
)
from mi_rewards.errors import Conflict, Corrupt, Misuse, Refused, RequestReused
from mi_rewards.memory import MemoryStore
from mi_rewards.money import CurrencyMismatch, Money, Rounding
from mi_rewards.programme import HoldLimits, Programme
from mi_rewards.repositories import Changes, Loaded, Needs, Put, ReceiptKey, wallet_key
from mi_rewards.wallet import (
    BeyondBurn,
    ClawBackPolicy,
    EndOfYear,
    ExpiryPolicy,
    HoldNotOpen,
    InsufficientTokens,
    RollingDays,
    check_journal,
    fold,
)
from tests.event_logs import delivered, joined, log, ran
from tests.event_logs import line as logged
from tests.shop import (
    REWARD_MI,
    SMALL,
    Shop,
    T,
    adjust,
    bring,
    burn,
    cancel,
    capture,
    check_outcomes,
    contents,
    deliver,
    give_back,
    hold,
    inr,
    ist,
    join,
    lapse,
    line,
    place,
    reinstate,
    release,
    rules,
    send,
)
from tests.wallets import buckets, day, posted

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
TICK = timedelta(microseconds=1)
Y18, Y19 = day("2018-12-31"), day("2019-12-31")
PAST_2018 = ist("2019-01-01 00:00")
"""When what was earned in 2017 is past its last day."""


class Counting(MemoryStore):
    """A store that counts how often it is asked, and keeps what is saved."""

    def __init__(self) -> None:
        super().__init__()
        self.loads = 0
        self.saved: list[Changes] = []

    def load(self, needs: Needs, /) -> Loaded:
        """Count."""
        self.loads += 1
        return super().load(needs)

    def save(self, changes: Changes, /) -> None:
        """Keep."""
        super().save(changes)
        self.saved.append(changes)


class Failing(MemoryStore):
    """A store whose disk may be full."""

    def __init__(self) -> None:
        super().__init__()
        self.is_full = False

    def save(self, changes: Changes, /) -> None:
        """Save, or fail."""
        if self.is_full:
            raise OSError("no space left on device")
        super().save(changes)


def member(*, store: MemoryStore | None = None, **changes: Any) -> Shop:
    """Make a shop under *changes* of the rules, with a member who has joined."""
    shop = Shop(rules(**changes), store=store)
    shop.do(join(at=T - DAY))
    return shop


def earned(rupees: int = 1_000, **changes: Any) -> Shop:
    """Make the same with an order `o1` delivered."""
    shop = member(**changes)
    shop.do(deliver("o1", rupees))
    return shop


def decided(shop: Shop, *wanted: Command[Any]) -> Batch[Any]:
    """Let a client of its own load and decide, and not save yet."""
    batch: Batch[Any] = Batch(wanted, shop.programme)
    assert batch.run(shop.store.load(batch.needs)) is None
    return batch


def save(shop: Shop, batch: Batch[Any]) -> None:
    """Let that client save."""
    assert batch.changes is not None
    shop.store.save(batch.changes)


def check_sound(shop: Shop, by: str = "asha") -> None:
    """See that a member's journal keeps its promises, and that it gives the wallet stored."""
    wallet = shop.wallet(by)
    assert wallet is not None
    entries = shop.entries(by)
    assert check_journal(entries) == ()
    assert fold(entries)._replace(version=wallet.version) == wallet


# A. Expiry and lots

COMMANDS = [
    kind
    for kind in (getattr(commands, name) for name in commands.__all__)
    if isinstance(kind, type) and issubclass(kind, MemberCommand)
]


@pytest.mark.parametrize("kind", COMMANDS, ids=lambda it: it.__name__)
def test_A3_no_command_has_an_instant_by_default(kind: type[MemberCommand]) -> None:
    """A3: today's date slipped in where a date had been forgotten; here each command asks."""
    assert attrs.fields_dict(kind)["at"].default is attrs.NOTHING


@pytest.mark.parametrize("read", [Rewards.balance, Rewards.lapse_due], ids=lambda it: it.__name__)
def test_A3_no_read_has_an_instant_by_default(read: Callable[..., Any]) -> None:
    """A3: today's date slipped in where a date had been forgotten; here reads and sweeps ask."""
    assert inspect.signature(read).parameters["at"].default is inspect.Parameter.empty


def test_A3_an_instant_without_an_offset_is_none() -> None:
    """A3: a date was compared with nothing; here an instant that could be any is not taken."""
    with pytest.raises(Misuse, match="an instant needs an offset"):
        burn(1, at=datetime(2018, 12, 31))


@pytest.mark.parametrize(
    ("changes", "last_day"),
    [
        ({}, "2018-12-31"),
        ({"expiry": EndOfYear(0)}, "2017-12-31"),
        ({"expiry": RollingDays(30)}, "2017-07-31"),
        ({"sunset_on": day("2018-03-31")}, "2018-03-31"),
    ],
)
def test_A4_what_an_order_earns_lasts_as_long_as_the_rules_say(
    changes: dict[str, Any], last_day: str
) -> None:
    """A4: ten thousand days stood in the code; here the policy alone gives the last day."""
    shop = member(**changes)
    assert shop.do(deliver("o1", 1_000)).last_day == day(last_day)
    assert shop.balance().calendar == buckets(f"100@{last_day}")
    assert "last_day" not in attrs.fields_dict(commands.Deliver)


@pytest.mark.parametrize(
    "wanted",
    [
        lambda at: burn(100, at=at),
        lambda at: hold(100, until=at + HOUR, at=at),
        lambda at: send(100, at=at),
        lambda at: adjust(-100, at=at),
    ],
    ids=["burn", "hold", "send", "adjust"],
)
def test_A5_what_an_order_earned_is_spent_to_the_last_tick(
    wanted: Callable[[datetime], Command[Any]],
) -> None:
    """A5: an expired balance could be claimed; here it is gone at the end of its last day."""
    assert abs(earned().do(wanted(PAST_2018 - TICK)).tokens) == 100
    for at in (PAST_2018, PAST_2018 + TICK):
        refusal = earned().refusal(wanted(at))
        assert refusal == InsufficientTokens(required=100, available=0)


def test_A6_what_is_stored_is_what_the_journal_says() -> None:
    """A6: points stood beside a log that said otherwise; here the journal gives the wallet."""
    shop = member()
    shop.all(
        place("o1", 1_000),
        deliver("o1"),
        burn(60),
        reinstate(tokens=10),
        hold(20, until=T + DAY),
        give_back("o1", 500),
        capture(tokens=5),
        lapse(at=PAST_2018),
    )
    check_sound(shop)
    assert shop.balance(at=PAST_2018).available == 0
    wallet = shop.wallet()
    assert wallet is not None
    assert wallet.totals == (100, 55, 0, 50, 0, 0)
    assert wallet.owed == 5


def test_A7_the_calendar_lists_every_year_s_tokens_and_the_statement_keeps_them() -> None:
    """A7: one date was shown and expired rows were deleted; here all are, and none is."""
    shop = earned()
    shop.all(
        deliver("o2", 500, at=ist("2018-02-01")),
        bring(7, "never", at=ist("2018-02-01")),
        deliver("o3", 200, at=ist("2019-02-01")),
    )
    assert shop.balance(at=ist("2018-02-01")).calendar == buckets(
        "100@2018-12-31 + 50@2019-12-31 + 7@never"
    )
    now = shop.balance(at=ist("2019-02-01"))
    assert now.calendar == buckets("50@2019-12-31 + 20@2020-12-31 + 7@never")
    assert [now.lapsing_through(it) for it in (Y18, Y19, day("2020-12-31"))] == [0, 50, 70]
    assert [entry.event.value for entry in shop.entries()] == [
        "earned",
        "earned",
        "opened",
        "lapsed",
        "earned",
    ]


def test_A9_a_sweep_touches_only_what_is_due() -> None:
    """A9: a loop expired lots that were valid, and a cache kept what had gone; neither is here."""
    shop = earned()
    shop.all(deliver("o2", 500, at=ist("2018-02-01")), join("bela"))
    shop.do(deliver("o1", 300, by="bela", at=ist("2018-02-01")))
    bela = shop.wallet("bela")
    assert shop.rewards.lapse_due(PAST_2018) == 1
    assert [posted(entry) for entry in shop.entries()[2:]] == [
        "available -100@2018-12-31; lapsed +100@2018-12-31"
    ]
    assert shop.balance(at=PAST_2018).calendar == buckets("50@2019-12-31")
    assert shop.wallet("bela") == bela
    check_sound(shop)


def test_A10_an_order_pays_nothing_while_it_can_be_sent_back() -> None:
    """A10: points were spent and the order returned; here fourteen days pass before they count."""
    keeps_at = ist("2017-07-15 00:00")
    kept, returned = earned(kept_after_days=14), earned(kept_after_days=14)
    for shop in (kept, returned):
        refusal = shop.refusal(burn(1, at=keeps_at - TICK))
        assert refusal == InsufficientTokens(required=1, available=0)
    check_outcomes([kept.do(burn(100, at=keeps_at))], Burned("burn", 100, 0))
    outcome = returned.do(give_back("o1", at=keeps_at - TICK))
    check_outcomes([outcome], Returned("o1", 100, 100, 0, 0, 0, 0))
    wallet = returned.wallet()
    assert wallet is not None
    assert (wallet.issued, wallet.clawed_back) == (0, 0)
    assert returned.balance(at=keeps_at).available == 0


# B. Refund, cancel, claw-back

WAYS_BACK: list[tuple[Return, ...]] = [
    (give_back("o1"),),
    (give_back("o1", 1_000),),
    (give_back("o1", "333.33", request="a"), give_back("o1", request="b")),
    (give_back("o1", None, ("cases", 3), ("phone", 1)),),
    (
        *(give_back("o1", None, ("cases", 1), request=f"{number}") for number in range(3)),
        give_back("o1", None, ("phone", 1)),
    ),
]


@pytest.mark.parametrize("way", WAYS_BACK, ids=["whole", "value", "parts", "lines", "units"])
@pytest.mark.parametrize("spent", [0, 40, 100])
def test_B1_an_order_sent_back_in_any_way_earns_nothing(
    way: tuple[Return, ...], spent: int
) -> None:
    """B1: a refund kept what the order had earned; here whatever was spent of it is owed."""
    shop = member()
    shop.do(deliver("o1", lines=(line("phone", 700), line("cases", 300, 3))))
    if spent:
        shop.do(burn(spent))
    assert sum(shop.do(it).given_back for it in way) == 100
    now = shop.balance()
    assert (now.available, now.owed) == (0, spent)
    check_sound(shop)


def test_B1_buying_and_returning_over_and_over_comes_to_nothing() -> None:
    """B1: without limit it was farming; here the debt of the first round eats the next one."""
    shop = member()
    for number in range(5):
        shop.do(deliver(f"o{number}", 1_000))
        if number == 0:
            shop.do(burn(100))
        shop.do(give_back(f"o{number}"))
        assert (shop.balance().available, shop.balance().owed) == (0, 100)


@pytest.mark.parametrize(("value", "left"), [(None, 0), (500, 50)])
def test_B2_a_refund_never_takes_what_was_spent_a_second_time(value: int | None, left: int) -> None:
    """B2: spent points were deducted again; here a return takes only what its order earned."""
    shop = earned()
    shop.all(burn(40), deliver("o2", 1_000))
    shop.do(give_back("o2", value))
    assert (shop.balance().available, shop.balance().owed) == (60 + left, 0)
    check_outcomes([shop.do(reinstate())], Reinstated("burn", 40, 0))
    assert shop.balance().available == 100 + left


def test_B3_an_order_earns_once_however_it_is_paid() -> None:
    """B3: paying an account off earned again; here each further delivery is refused."""
    shop = member()
    shop.all(place("o1", 1_000), deliver("o1"))
    for number in range(3):
        refusal = shop.refusal(deliver("o1", 1_000, request=f"payment-{number}"))
        assert refusal == AlreadyDelivered(order_id="o1")
    assert shop.balance().available == 100


def test_B4_an_order_evaluated_again_after_it_was_confirmed_changes_nothing() -> None:
    """B4: rewards applied again took points again; here it is the same answer, or refused."""
    shop = member()
    placed = shop.do(place("o1", 1_000))
    check_outcomes([placed], Placed("o1", 100))
    outcome = shop.do(deliver("o1"))
    shop.do(burn(30))
    before = contents(shop.store)
    dearer = shop.under(rules(rate=EarnRate(50, inr(100))))
    for again in (shop, dearer):
        check_outcomes(
            again.all(place("o1", 1_000), deliver("o1"), burn(30)),
            placed,
            outcome,
            Burned("burn", 30, 0),
        )
        refusal = again.refusal(place("o1", 1_000, request="again"))
        assert refusal == AlreadyPlaced(order_id="o1")
    assert contents(shop.store) == before
    assert shop.balance().available == 70


@pytest.mark.parametrize("rate", [EarnRate(1, inr(100)), EarnRate(90, inr(100), Rounding.UP)])
def test_B5_a_return_takes_back_the_share_of_what_was_awarded(rate: EarnRate) -> None:
    """B5: today's rates were used; here those of the first delivery, for later parts of it too."""
    shop = member()
    lines = (line("phone", 1_000), line("cases", 300, 3))
    shop.do(deliver("o1", lines=lines, line_ids=("phone",)))
    changed = shop.under(rules(rate=rate, excluded_categories=("",)))
    assert changed.do(deliver("o1")).tokens == 30
    outcomes = changed.all(
        give_back("o1", None, ("cases", 1), request="a"), give_back("o1", request="b")
    )
    check_outcomes(
        outcomes, Returned("o1", 10, 0, 10, 0, 0, 0), Returned("o1", 120, 0, 120, 0, 0, 0)
    )
    assert changed.balance().available == 0


UNDOINGS = (reinstate(), give_back("o1"), give_back("o2"), cancel("o3"))


@pytest.mark.parametrize("order", list(permutations(range(len(UNDOINGS)))), ids=str)
def test_B6_reversals_of_orders_and_redemptions_commute(order: tuple[int, ...]) -> None:
    """B6: cancelling both gave a wrong balance; here any order of undoing comes to nothing."""
    shop = earned()
    shop.all(burn(100), deliver("o2", 400), place("o3", 200))
    shop.all(*(UNDOINGS[index] for index in order))
    wallet = shop.wallet()
    assert wallet is not None
    assert (wallet.buckets, wallet.promises, wallet.owed) == ((), (), 0)
    assert wallet.totals == (140, 0, 0, 140, 0, 0)
    check_sound(shop)


def test_B7_credit_comes_back_once_from_any_number_of_callers() -> None:
    """B7: cancel handler and quote restore both gave it back; here one wins, the rest are told."""
    shop = earned()
    shop.do(hold(100, until=T + DAY))
    names = ("cancel", "restore", "webhook", "operator")
    batches = [decided(shop, release(request=name)) for name in names]
    assert [batch.outcomes for batch in batches] == [[Released("hold", 100)]] * 4
    save(shop, batches[0])
    for name, batch in zip(names[1:], batches[1:], strict=True):
        with pytest.raises(Conflict):
            save(shop, batch)
        assert shop.refusal(release(request=name)) == HoldNotOpen(hold_id="hold")
    assert shop.balance().available == 100
    check_sound(shop)


@pytest.mark.parametrize(
    ("again", "refusal"),
    [
        (
            give_back("o1", request="again"),
            BeyondDelivered(order_id="o1", asked=0, left=0, unit="minor units"),
        ),
        (cancel("o2", request="again"), OrderCancelled(order_id="o2")),
        (reinstate(tokens=1, request="again"), BeyondBurn(burn_id="burn", required=1, left=0)),
    ],
    ids=["return", "cancel", "reinstate"],
)
def test_B7_what_is_reversed_is_not_reversed_by_another_request(
    again: Command[Any], refusal: Refused
) -> None:
    """B7: each request that came gave credit; here the second name for it is refused."""
    shop = earned()
    shop.all(place("o2", 200), burn(30), reinstate(), give_back("o1"), cancel("o2"))
    assert shop.refusal(again) == refusal


def test_B8_a_payment_that_ran_out_gives_back_exactly_once() -> None:
    """B8: not at all, then twice; here the calendar does it, and what comes late is refused."""
    shop = earned()
    shop.do(hold(100, until=T + HOUR))
    assert shop.balance(at=T + HOUR - TICK).available == 0
    assert shop.balance(at=T + HOUR).available == 100
    assert [shop.rewards.lapse_due(T + n * HOUR) for n in (1, 2)] == [1, 0]
    for late in (release(at=T + HOUR), capture(at=T + HOUR), release(at=T, request="backdated")):
        assert shop.refusal(late) == HoldNotOpen(hold_id="hold")
    assert [entry.event.value for entry in shop.entries()] == ["earned", "held", "ran_out"]
    assert shop.balance(at=T + DAY).available == 100


def test_B10_what_is_returned_in_parts_and_then_whole_is_returned_once() -> None:
    """B10: the whole amount came back after a part; here the whole is what is left."""
    shop = earned()
    shop.do(give_back("o1", 300, request="part"))
    refusal = shop.refusal(give_back("o1", 1_000, request="too much"))
    assert refusal == BeyondDelivered(order_id="o1", asked=100_000, left=70_000, unit="minor units")
    check_outcomes([shop.do(give_back("o1"))], Returned("o1", 70, 0, 70, 0, 0, 0))
    wallet = shop.wallet()
    assert wallet is not None
    assert (wallet.issued, wallet.clawed_back) == (100, 100)


def test_B10_a_burn_is_undone_once_in_whatever_parts() -> None:
    """B10: a cancellation after a partial refund credited all; here the rest alone is left."""
    shop = earned()
    shop.all(burn(50), reinstate(tokens=20, request="part"))
    refusal = shop.refusal(reinstate(tokens=50, request="too much"))
    assert refusal == BeyondBurn(burn_id="burn", required=50, left=30)
    check_outcomes([shop.do(reinstate(tokens=30))], Reinstated("burn", 30, 0))
    assert shop.balance().available == 100


def test_B11_cancelling_an_order_leaves_nothing_promised_or_held() -> None:
    """B11: the authorisation stayed after the cancellation; here both are given up at once."""
    shop = earned()
    shop.all(place("o2", 500), hold(80, until=T + DAY))
    assert (shop.balance().promised, shop.balance().held) == (50, 80)
    wanted: list[Command[Any]] = [cancel("o2"), release()]
    check_outcomes(shop.rewards.do_all(wanted), Cancelled("o2", 50), Released("hold", 80))
    now = shop.balance()
    assert (now.available, now.promised, now.held) == (100, 0, 0)


def test_B11_cancelling_the_rest_of_an_order_gives_up_the_rest_of_its_promise() -> None:
    """B11: what was void stayed open; here what was delivered stays, and nothing else."""
    shop = member()
    shop.do(place("o1", lines=(line("phone", 700), line("case", 300))))
    shop.do(deliver("o1", line_ids=("phone",)))
    check_outcomes([shop.do(cancel("o1"))], Cancelled("o1", 30))
    now = shop.balance()
    assert (now.available, now.promised) == (70, 0)


def test_B12_a_write_that_fails_never_looks_done() -> None:
    """B12: a reimbursement failed silently; here the error surfaces, and it can be sent again."""
    store = Failing()
    shop = member(store=store)
    shop.all(deliver("o1", 1_000), burn(60))
    store.is_full = True
    before = contents(store)
    for wanted in (reinstate(), give_back("o1"), adjust(5, "never", note="sorry")):
        with pytest.raises(OSError, match="no space left on device"):
            shop.do(wanted)
        with pytest.raises(OSError, match="no space left on device"):
            shop.rewards.do_all([wanted, lapse(at=T)])
    assert contents(store) == before
    store.is_full = False
    check_outcomes([shop.do(reinstate())], Reinstated("burn", 60, 0))
    assert shop.balance().available == 100


@pytest.mark.parametrize("quantity", [0, -1, -3])
def test_B13_a_return_never_adds_to_its_order(quantity: int) -> None:
    """B13: a return was added to the sale; here it takes away, and no sign turns it round."""
    shop = member()
    shop.do(deliver("o1", lines=(line("cases", 300, 3),)))
    fault = shop.refusal(give_back("o1", None, ("cases", quantity)))
    assert str(fault) == f"a quantity is a whole number of at least 1, not {quantity}"
    with pytest.raises(Misuse, match="minor units are a whole number from 0"):
        Money(-10_000, "INR")
    shop.do(give_back("o1", None, ("cases", 1)))
    purchase = shop.purchase()
    assert purchase is not None
    assert (purchase.left_minor, purchase.awarded, shop.balance().available) == (20_000, 20, 20)


def test_B14_doing_and_undoing_comes_back_to_where_it_was() -> None:
    """B14: a void forgot what was consumed; here balances and last days are the same again."""
    shop = earned()
    shop.all(bring(5, "2017-12-31"), bring(50, "never"), burn(10, request="before"))
    before = shop.balance()
    assert before.calendar == buckets("95@2018-12-31 + 50@never")
    for n in range(3):
        shop.all(
            burn(120, request=f"b{n}"),
            reinstate(f"b{n}", 30, request=f"u{n}"),
            reinstate(f"b{n}", 90, request=f"v{n}"),
            hold(120, until=T + DAY, request=f"h{n}"),
            release(f"h{n}", request=f"r{n}"),
            hold(130, until=T + DAY, request=f"g{n}"),
            capture(f"g{n}", 100, request=f"c{n}"),
            reinstate(f"g{n}", 100, request=f"w{n}"),
            place(f"p{n}", 500),
            cancel(f"p{n}"),
            deliver(f"q{n}", 500),
            give_back(f"q{n}"),
        )
        assert shop.balance() == before
    check_sound(shop)


def test_B17_a_return_takes_back_by_the_quantity_returned() -> None:
    """B17: the quantity was ignored; here each unit takes its part, and all of them the whole."""
    shop = member()
    shop.do(deliver("o1", lines=(line("cases", 100, 3), line("pen", 40))))
    taken = [shop.do(give_back("o1", None, ("cases", 1), request=f"r{n}")).taken for n in range(3)]
    assert taken == [4, 3, 3]
    refusal = shop.refusal(give_back("o1", None, ("cases", 1), request="r3"))
    assert refusal == BeyondDelivered(order_id="o1", asked=1, left=0, unit="units")
    assert shop.balance().available == 4


# C. Concurrency, double spend, retries


def test_C1_a_batch_is_checked_as_it_goes() -> None:
    """C1: each quote passed on one balance and the sum was taken; here each sees the last one."""
    shop = earned()
    names = ("q0", "q1", "q2")
    wanted: list[Command[Any]] = [hold(40, until=T + DAY, request=name) for name in names]
    wanted += [capture(name, request=f"confirm-{name}") for name in names]
    check_outcomes(
        shop.rewards.do_all(wanted),
        HoldPlaced("q0", 40, T + DAY),
        HoldPlaced("q1", 40, T + DAY),
        InsufficientTokens(required=40, available=20),
        Burned("q0", 40, 0),
        Burned("q1", 40, 0),
        HoldNotOpen(hold_id="q2"),
    )
    assert shop.balance().available == 20
    check_sound(shop)


@pytest.mark.parametrize("winner", [0, 1])
def test_C2_of_two_checkouts_on_the_same_tokens_one_wins(winner: int) -> None:
    """C2: one credit paid in two checkouts; here the second to save decides again, and is told."""
    shop = earned()
    wanted = [burn(100, request="web"), burn(100, request="phone")]
    batches = [decided(shop, it) for it in wanted]
    save(shop, batches[winner])
    before = contents(shop.store)
    with pytest.raises(Conflict):
        save(shop, batches[1 - winner])
    assert contents(shop.store) == before
    refusal = shop.refusal(wanted[1 - winner])
    assert refusal == InsufficientTokens(required=100, available=0)
    assert [entry.event.value for entry in shop.entries()] == ["earned", "burned"]


@pytest.mark.parametrize("schedule", list(permutations(range(3))), ids=str)
def test_C5_a_cap_on_orders_holds_under_every_schedule(schedule: tuple[int, ...]) -> None:
    """C5: the limit was checked before the lock; here it holds in whatever order clients save."""
    shop = member(order_cap=OrderCap(2, CapScope.LIFETIME))
    wanted = [deliver(f"o{number}", 1_000) for number in range(3)]
    batches = [decided(shop, it) for it in wanted]
    for number, batch in enumerate(batches):
        check_outcomes(batch.outcomes, Delivered(f"o{number}", 100, Y18, None, "shopping"))
    outcomes: list[Any] = []
    for index in schedule:
        try:
            save(shop, batches[index])
        except Conflict:
            outcomes.append(shop.do(wanted[index]))
        else:
            outcomes.append(batches[index].outcomes[0])
    assert [(it.tokens, it.rule) for it in outcomes] == [
        (100, "shopping"),
        (100, "shopping"),
        (0, "order_cap_reached"),
    ]
    assert shop.balance().available == 200


def test_C6_a_save_over_another_version_is_never_ignored() -> None:
    """C6: an update that met no row was ignored; here it surfaces, and neither order is lost."""
    shop = Shop(rules(retrospective=Retrospective(day("2017-06-01"))))
    wanted = [deliver("o1", 1_000), deliver("o2", 500)]
    batches = [decided(shop, it) for it in wanted]
    save(shop, batches[0])
    before = contents(shop.store)
    with pytest.raises(Conflict):
        save(shop, batches[1])
    assert contents(shop.store) == before
    assert shop.do(wanted[1]).rule == "waiting_for_joining"
    check_outcomes([shop.do(join(at=T + DAY))], Joined(0, 150))


def test_C8_a_request_sent_again_is_the_same_answer_and_one_entry() -> None:
    """C8: a till came back online and confirmed twice; here the second time changes nothing."""
    shop = member()
    wanted = (deliver("o1", 1_000), burn(30), give_back("o1", 200))
    first = shop.all(*wanted)
    before = contents(shop.store)
    late = [attrs.evolve(it, at=T + 400 * DAY) for it in wanted]
    check_outcomes(shop.all(*late), *first)
    check_outcomes(shop.rewards.do_all([*wanted, *late]), *first, *first)
    assert contents(shop.store) == before
    assert [entry.event.value for entry in shop.entries()] == ["earned", "burned", "clawed_back"]


def test_C8_two_tills_that_send_one_request_at_once_have_one_effect() -> None:
    """C8: both confirmed and points doubled; here the loser finds the winner's answer."""
    shop = member()
    one, other = (decided(shop, deliver("o1", 1_000)) for _ in range(2))
    save(shop, one)
    with pytest.raises(Conflict):
        save(shop, other)
    answer = with_retries(shop.rewards, lambda it: it.do(deliver("o1", 1_000)), attempts=2)
    check_outcomes([answer], *one.outcomes)
    refusal = shop.refusal(deliver("o1", 1_000, request="the other till"))
    assert refusal == AlreadyDelivered(order_id="o1")
    assert (len(shop.entries()), shop.balance().available) == (1, 100)


def test_C8_an_event_log_twice_over_gives_the_balances_of_once(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """C8: an upload repeated doubled the points; here its lines are repeated, not carried out."""
    path = tmp_path / "orders.csv"
    lines = [joined(), delivered("o1", "1000"), delivered("o2", "500")]
    totals = []
    for count in (1, 2):
        path.write_text(log(*lines * count), encoding="utf-8")
        totals.append(ran(capsys, "replay", path, "--json").totals)
    once, twice = totals
    assert (once["events"], once["repeated"], once["available"]) == (3, 0, 150)
    assert twice == once | {"events": 6, "repeated": 3}


def test_C9_an_order_uses_one_place_however_often_it_moves_on() -> None:
    """C9: one use when pending and one when processing; here an order takes one place."""
    shop = member(order_cap=OrderCap(2, CapScope.LIFETIME))
    shop.do(place("o1", lines=(line("a", 100), line("b", 100), line("c", 100))))
    for name in ("a", "b", "c"):
        assert shop.do(deliver("o1", line_ids=(name,))).tokens == 10
    assert shop.do(deliver("o2", 100)).tokens == 10
    assert shop.do(deliver("o3", 100)).rule == "order_cap_reached"
    asha = shop.member()
    assert asha is not None
    assert asha.counted == (("lifetime", 2),)


@pytest.mark.parametrize(("first", "second"), [(70, 40), (40, 70), (100, 1)])
def test_C13_of_two_clients_the_second_sees_what_the_first_holds(first: int, second: int) -> None:
    """C13: what was in escrow could be spent; here two loads and two saves spend no more."""
    shop = earned()
    one = decided(shop, hold(first, until=T + DAY, request="one"))
    other = decided(shop, hold(second, until=T + DAY, request="other"))
    check_outcomes(
        [*one.outcomes, *other.outcomes],
        HoldPlaced("one", first, T + DAY),
        HoldPlaced("other", second, T + DAY),
    )
    save(shop, one)
    with pytest.raises(Conflict):
        save(shop, other)
    refusal = shop.refusal(hold(second, until=T + DAY, request="other"))
    assert refusal == InsufficientTokens(required=second, available=100 - first)
    now = shop.balance()
    assert (now.available, now.held) == (100 - first, first)


# D. Rounding and money


@pytest.mark.parametrize("number", [1.0, 0.1, -1e-14, "1", True])
def test_D1_no_command_takes_what_is_no_whole_number(number: Any) -> None:
    """D1: a coupon was refused for being 1e-14 below zero; here only whole numbers come near."""
    shop = earned()
    for wanted in (
        lambda: burn(number),
        lambda: hold(number, until=T + DAY),
        lambda: send(number),
        lambda: adjust(number, "never"),
        lambda: deliver("o2", lines=(Line("a", number),)),
        lambda: deliver("o2", lines=(Line("a", inr(5), number),)),
    ):
        with pytest.raises(Misuse):
            shop.do(wanted())
    assert shop.balance().available == 100


def test_D1_lines_add_up_exactly() -> None:
    """D1: 0.70 and 0.10 were less than 0.80; here they earn what 0.80 earns."""
    shop = member(rate=EarnRate(1, inr("0.80")))
    tokens = shop.do(deliver("o1", lines=(line("a", "0.70"), line("b", "0.10")))).tokens
    assert tokens == shop.do(deliver("o2", "0.80")).tokens == 1
    check_outcomes([shop.do(burn(2))], Burned("burn", 2, 0))


@pytest.mark.parametrize(
    ("currency", "per", "amount"),
    [("INR", "10.00", "19.99"), ("JPY", "1000", "1999"), ("KWD", "0.100", "0.199")],
)
def test_D2_one_token_is_earned_and_spent_in_any_currency(
    currency: str, per: str, amount: str
) -> None:
    """D2: a currency's step of ten rounded one point to none; here tokens have their own scale."""
    shop = Shop(rules(currency=currency, rate=EarnRate(1, Money.of(per, currency))))
    shop.do(join(at=T - DAY))
    order = attrs.evolve(deliver("o1"), amount=Money.of(amount, currency))
    assert shop.do(order).tokens == 1
    check_outcomes([shop.do(burn(1))], Burned("burn", 1, 0))


def test_D4_figures_stay_whole_however_many_there_are() -> None:
    """D4: a balance read 268.28000000000003; here every figure of every entry is a whole number."""
    shop = member()
    shop.do(deliver("o1", "2682.80"))
    for number in range(30):
        shop.do(deliver(f"p{number}", "19.99"))
    assert str(shop.wallet()) == "298@2018-12-31"
    amounts = [posting.amount for entry in shop.entries() for posting in entry.postings]
    assert {type(amount) for amount in amounts} == {int}


def test_D4_amounts_of_an_event_log_are_read_by_their_digits(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """D4: a number became a binary fraction on its way in; here its digits are what counts."""
    path = tmp_path / "orders.jsonl"
    order = {"kind": "delivered", "member_id": "1", "at": "2018-03-01T12:00:00+05:30"}
    rows = [
        {"kind": "joined", "member_id": "1", "at": "2018-03-01T11:00:00+05:30"},
        *(
            order | {"order_id": f"o{n}", "amount": amount, "currency": "INR"}
            for n, amount in enumerate((2682.80, 11.50, 39.90))
        ),
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    totals = ran(capsys, "replay", path, "--json").totals
    assert (totals["unread"], totals["available"]) == (0, 268 + 1 + 3)


@pytest.mark.parametrize(
    ("rounding", "tokens"),
    [
        (Rounding.DOWN, 8_942),
        (Rounding.HALF_DOWN, 8_943),
        (Rounding.HALF_UP, 8_943),
        (Rounding.UP, 8_943),
    ],
)
def test_D7_a_rate_is_an_exact_fraction_and_its_residue_is_named(
    rounding: Rounding, tokens: int
) -> None:
    """D7: a factor with a point could not cover 268.28; here the rule says what becomes of 2/3."""
    shop = member(rate=EarnRate(1, inr("0.03"), rounding))
    assert shop.do(deliver("o1", "268.28")).tokens == tokens
    check_outcomes([shop.do(give_back("o1"))], Returned("o1", tokens, 0, tokens, 0, 0, 0))


@pytest.mark.parametrize(
    ("currency", "per", "amount", "half", "tokens"),
    [
        ("JPY", "100", "1000", "500", 100),
        ("INR", "100.00", "1000.00", "500.00", 100),
        ("KWD", "1.000", "1.500", "0.750", 15),
        ("KWD", "1.000", "1.599", "0.799", 15),
    ],
)
def test_D8_a_currency_has_its_own_number_of_digits(
    currency: str, per: str, amount: str, half: str, tokens: int
) -> None:
    """D8: a hundred minor units to every unit broke yen; here JPY has none and KWD a thousand."""
    shop = Shop(rules(currency=currency, rate=EarnRate(10, Money.of(per, currency))))
    shop.do(join(at=T - DAY))
    assert shop.do(attrs.evolve(deliver("o1"), amount=Money.of(amount, currency))).tokens == tokens
    back = attrs.evolve(give_back("o1"), value=Money.of(half, currency))
    shop.do(back)
    kept = Money.of(amount, currency) - Money.of(half, currency)
    assert shop.balance().available == kept.minor * 10 // Money.of(per, currency).minor
    fault = shop.refusal(attrs.evolve(deliver("o2"), amount=Money(100, "USD")))
    assert type(fault) is CurrencyMismatch


@pytest.mark.parametrize(
    ("excluded", "tokens", "taken"), [(("reward", "shipping"), 100, 0), ((), 110, 5)]
)
def test_D11_a_reward_s_own_line_earns_nothing(
    excluded: tuple[str, ...], tokens: int, taken: int
) -> None:
    """D11: the reward line earned a point; here its category is excluded, and returns know it."""
    shop = member(excluded_categories=excluded)
    lines = (line("phone", 1_000), line("gift", 50, 1, "reward"), line("post", 50, 1, "shipping"))
    assert shop.do(place("o1", lines=lines)).promised == tokens
    assert shop.do(deliver("o1")).tokens == tokens
    outcome = shop.do(give_back("o1", None, ("gift", 1)))
    check_outcomes([outcome], Returned("o1", taken, 0, taken, 0, 0, 0))


@pytest.mark.parametrize(("excluded", "tokens"), [(("paid-with-tokens",), 70), ((), 100)])
def test_D12_whether_what_is_paid_with_tokens_earns_is_a_rule(
    excluded: tuple[str, ...], tokens: int
) -> None:
    """D12: vendors disagree whether it earns; here the rule book says, and spending never does."""
    shop = earned(excluded_categories=excluded)
    shop.do(burn(30))
    lines = (line("cash", 700), line("tokens", 300, 1, "paid-with-tokens"))
    assert shop.do(deliver("o2", lines=lines)).tokens == tokens
    assert shop.balance().available == 70 + tokens


# E. Simulation


@pytest.mark.parametrize(
    "programme",
    [
        SMALL,
        REWARD_MI,
        rules(kept_after_days=14, order_cap=OrderCap(2, CapScope.LIFETIME)),
        rules(
            REWARD_MI,
            claw_back=ClawBackPolicy.FORGIVEN,
            order_cap=OrderCap(1, CapScope.RETROSPECTIVE),
        ),
    ],
    ids=["small", "reward-mi", "kept later", "capped"],
)
def test_E4_a_preview_says_what_is_then_done(programme: Programme) -> None:
    """E4: the preview left out what the award applied; here outcome and changes are the same."""
    store = Counting()
    shop = Shop(programme, store=store)
    at = ist("2017-06-15")
    story: list[Command[Any]] = [
        deliver("o1", 1_000, at=at - DAY),
        join(at=at),
        place("o2", lines=(line("a", 300), line("b", 50, 1, "shipping")), at=at),
        deliver("o2", line_ids=("a",), at=at),
        cancel("o2", at=at),
        deliver("o3", "999.99", at=at + DAY),
        place("o4", 200, at=at + DAY),
        cancel("o4", at=at + DAY),
        burn(20, at=at + 20 * DAY),
        give_back("o3", "499.99", at=at + 20 * DAY),
    ]
    for command in story:
        before = contents(store) | {"loads": 0}
        outcomes: list[Any] = []
        changes = None
        try:
            outcome, changes = shop.rewards.simulate(command)
            outcomes.append(outcome)
        except Refused as refusal:
            outcomes.append(refusal)
        assert contents(store) | {"loads": 0} == before
        check_outcomes(shop.rewards.do_all([command]), *outcomes)
        if changes is not None:
            assert store.saved[-1] == changes


# F. Time zones and stale carts

VISITORS = ["2018-12-31T10:29:59-08:00", "2018-12-31T18:29:59Z", "2019-01-01T07:29:59+13:00"]
"""One second before the end of 2018 in Kolkata, as clocks elsewhere have it."""


@pytest.mark.parametrize("text", VISITORS)
def test_F1_what_a_visitor_s_clock_says_changes_nothing(text: str) -> None:
    """F1: valid for the visitor, expired when confirmed; here one zone decides, on holding."""
    at = read_instant(text)
    shop = earned()
    shop.do(hold(100, until=at + HOUR, at=at))
    check_outcomes([shop.do(capture(at=at + HOUR - TICK))], Burned("hold", 100, 0))
    late = hold(100, until=at + HOUR, at=at + timedelta(seconds=1))
    assert earned().refusal(late) == InsufficientTokens(required=100, available=0)


@pytest.mark.parametrize(
    ("zone", "expiry", "at", "last_day", "over_at"),
    [
        ("Asia/Kolkata", EndOfYear(1), "2017-12-31T18:29:59Z", Y18, "2018-12-31T18:30:00Z"),
        ("Asia/Kolkata", EndOfYear(1), "2017-12-31T18:30:00Z", Y19, "2019-12-31T18:30:00Z"),
        ("UTC", EndOfYear(1), "2017-12-31T18:30:00Z", Y18, "2019-01-01T00:00:00Z"),
        (
            "Europe/Berlin",
            RollingDays(1),
            "2018-03-24T12:00:00Z",
            day("2018-03-25"),
            "2018-03-25T22:00:00Z",
        ),
        (
            "Europe/Berlin",
            RollingDays(1),
            "2018-10-27T12:00:00Z",
            day("2018-10-28"),
            "2018-10-28T23:00:00Z",
        ),
        (
            "Europe/Berlin",
            RollingDays(1),
            "2018-10-27T22:30:00Z",
            day("2018-10-29"),
            "2018-10-29T23:00:00Z",
        ),
    ],
)
def test_F2_an_order_s_tokens_last_to_the_end_of_their_last_day(
    zone: str, expiry: ExpiryPolicy, at: str, last_day: date, over_at: str
) -> None:
    """F2: "valid until" ended as that day began; here it ends with it, where the programme is."""
    shop = member(zone=Zone(zone), expiry=expiry)
    assert shop.do(deliver("o1", 1_000, at=read_instant(at))).last_day == last_day
    end = read_instant(over_at)
    assert [shop.balance(at=it).available for it in (end - TICK, end)] == [100, 0]
    assert shop.refusal(burn(1, at=end)) == InsufficientTokens(required=1, available=0)


def test_F3_what_an_old_cart_showed_is_asked_again_when_it_is_paid() -> None:
    """F3: an expired code in an old cart was honoured; here what has lapsed since is not there."""
    shop = earned()
    shop.do(bring(5, "2019-12-31"))
    cart = burn(102, at=PAST_2018 - TICK)
    outcome, _ = shop.rewards.simulate(cart)
    check_outcomes([outcome], Burned("burn", 102, 0))
    refusal = shop.refusal(attrs.evolve(cart, at=PAST_2018))
    assert refusal == InsufficientTokens(required=102, available=5)


def test_F3_a_decision_on_an_old_load_is_not_saved() -> None:
    """F3: what was checked was no longer so at commit; here the save sees another version."""
    shop = earned()
    stale = decided(shop, burn(100, at=PAST_2018 - TICK))
    assert shop.rewards.lapse_due(PAST_2018) == 1
    with pytest.raises(Conflict):
        save(shop, stale)
    refusal = shop.refusal(burn(100, at=PAST_2018))
    assert refusal == InsufficientTokens(required=100, available=0)


@pytest.mark.parametrize(
    ("days", "keeps_at"), [(0, None), (14, read_instant("2017-07-14T18:30:00Z"))]
)
def test_F4_the_last_day_that_is_told_is_the_one_that_is_kept(
    days: int, keeps_at: datetime | None
) -> None:
    """F4: the receipt said that nothing expires; here answer, purchase, wallet and lapse agree."""
    shop = member(kept_after_days=days)
    told = shop.do(deliver("o1", 1_000))
    check_outcomes([told], Delivered("o1", 100, Y18, keeps_at, "shopping"))
    purchase = shop.purchase()
    assert purchase is not None
    assert [it.last_day for it in purchase.awards] == [told.last_day]
    assert shop.balance(at=PAST_2018 - TICK).calendar == buckets("100@2018-12-31")
    check_outcomes([shop.do(lapse(at=PAST_2018))], Lapsed(100, 1 if keeps_at is None else 2))
    lapsed = shop.entries()[-1]
    assert {it.last_day for it in lapsed.postings} == {told.last_day}
    assert lapsed.booked_at == PAST_2018


# G. Limits, performance, reads that are pure, imports, and notes

ADJUSTED = (Adjusted(25), Adjusted(-5))


@pytest.mark.parametrize(("limit", "granted"), [(None, 3), (2, 2), (0, 0)])
def test_G8_no_limit_is_without_end_and_a_limit_of_zero_is_none(
    limit: int | None, granted: int
) -> None:
    """G8: a limit that was not there refused everybody; here it refuses nobody, and 0 does."""
    cap = None if limit is None else OrderCap(limit, CapScope.LIFETIME)
    shop = member(order_cap=cap, holds=HoldLimits(open_max=limit))
    shop.do(bring(9, "never"))
    orders = [shop.do(deliver(f"o{number}", 100)).tokens for number in range(3)]
    assert orders == [10] * granted + [0] * (3 - granted)
    holds = shop.rewards.do_all([hold(1, until=T + DAY, request=f"h{n}") for n in range(3)])
    refusals = [TooManyHolds(open_count=granted, open_max=granted)] * (3 - granted)
    check_outcomes(
        holds, *(HoldPlaced(f"h{number}", 1, T + DAY) for number in range(granted)), *refusals
    )


@pytest.mark.parametrize("members", [1, 20, 150])
def test_G9_any_number_of_commands_is_one_load_and_one_save(members: int) -> None:
    """G9: a thousand further queries went out; here a batch is one of each, whatever is in it."""
    store = Counting()
    wanted: list[Command[Any]] = []
    for number in range(members):
        by = f"m-{number}"
        wanted += [
            join(by),
            place("o1", 1_000, by=by),
            deliver("o1", by=by),
            deliver("o2", 500, by=by),
            burn(20, by=by),
            reinstate(tokens=10, by=by),
            hold(30, until=T + DAY, by=by),
            capture(by=by),
            give_back("o2", by=by),
            adjust(5, "never", by=by, note="sorry"),
        ]
    outcomes = Rewards(store, SMALL).do_all(wanted)
    assert (store.loads, len(store.saved), len(outcomes)) == (1, 1, 10 * members)
    assert not [it for it in outcomes if isinstance(it, Refused | Misuse)]
    assert Rewards(store, SMALL).balance("m-0", at=T).available == 65
    assert store.loads == 2


def test_G9_a_sweep_takes_a_load_and_a_save_a_page() -> None:
    """G9: forty thousand cards took ninety seconds; here a page of wallets goes together."""
    store = Counting()
    rewards = Rewards(store, SMALL)
    rewards.do_all([bring(5, by=f"m-{number}") for number in range(60)])
    store.loads = 0
    store.saved.clear()
    assert rewards.lapse_due(PAST_2018, limit=30) == 60
    # Two pages are found, read and decided, and a third that is empty is found.
    assert (store.loads, len(store.saved)) == (7, 2)


def test_G10_no_read_writes_or_knows_another_member_s_balance() -> None:
    """G10: a query wrote, with another customer's balance; here reads leave no trace."""
    shop = earned(kept_after_days=14)
    shop.all(bring(5, "2017-12-31", by="bela"), hold(2, until=T + HOUR, by="bela"))
    before = contents(shop.store)
    for at in (T - DAY, T, T + HOUR, PAST_2018):
        shop.balance(at=at)
        shop.balance(by="bela", at=at)
    assert shop.balance(by="bela", at=T + HOUR).available == 5
    assert shop.balance(by="nobody", at=T).available == 0
    shop.rewards.statement("asha")
    outcome, changes = shop.rewards.simulate(burn(100, at=PAST_2018 - TICK))
    check_outcomes([outcome], Burned("burn", 100, 0))
    assert changes is not None
    assert shop.rewards.reasons_against(burn(6, by="bela")) == (
        InsufficientTokens(required=6, available=3),
    )
    assert contents(shop.store) == before


def test_G12_old_points_are_brought_along_with_their_days() -> None:
    """G12: there was no way to import them; here each keeps its day, and what is past it lapses."""
    shop = Shop()
    rows = [bring(5, "2016-12-31"), bring(7), bring(9, "never")]
    outcomes = shop.all(*rows)
    check_outcomes(outcomes, *(Opened(row.tokens, row.last_day) for row in rows))
    assert shop.balance().calendar == buckets("7@2018-12-31 + 9@never")
    before = contents(shop.store)
    check_outcomes(shop.rewards.do_all(rows), *outcomes)
    assert contents(shop.store) == before
    shop.all(join(), deliver("o1", 1_000), burn(8))
    assert shop.balance().calendar == buckets("99@2018-12-31 + 9@never")
    check_sound(shop)


def test_G12_old_points_are_brought_along_by_an_event_log(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """G12: there was no way to import them; here a line an opening is enough."""
    path = tmp_path / "openings.csv"
    openings = [
        logged("opening", "1", tokens=tokens, last_day=last_day)
        for tokens, last_day in (("5", "2018-02-28"), ("7", "2018-12-31"), ("9", "never"))
    ]
    path.write_text(log(*openings), encoding="utf-8")
    totals = ran(capsys, "replay", path, "--json").totals
    assert (totals["issued"], totals["lapsed"], totals["available"]) == (21, 5, 16)
    assert totals["expiry_calendar"] == {"2018-12-31": 7, "never": 9}


def test_G13_a_note_is_a_row_of_its_own_that_erasure_deletes() -> None:
    """G13: free text survived erasure; here no entry, receipt or event has it, and none changes."""
    text = "called about her lost parcel"
    shop = earned()
    wanted = adjust(25, "2018-12-31", note=text)
    check_outcomes([shop.do(wanted), shop.do(adjust(-5, request="d", note=text))], *ADJUSTED)
    assert [(it.request_id, it.text) for it in shop.store.notes_of("asha")] == [
        ("adjust", text),
        ("d", text),
    ]
    keys = tuple(ReceiptKey("asha", name) for name in ("adjust", "d"))
    receipts = [it for it in shop.store.load(Needs(receipts=keys)).receipts.values() if it]
    assert len(receipts) == 2
    for record in (*shop.entries(), *receipts, *map(receipt_to_dict, receipts), *shop.events()):
        assert text not in repr(record)
    rest = contents(shop.store) | {"_notes": {}}
    assert (shop.store.erase_notes("asha"), shop.store.notes_of("asha")) == (2, ())
    assert contents(shop.store) == rest
    check_outcomes([shop.do(wanted), shop.do(adjust(25, "2018-12-31"))], *ADJUSTED[:1] * 2)
    assert contents(shop.store) == rest


# H. Defects seen in the code of comparable libraries


def test_H1_a_lapsed_token_pays_nothing_though_no_sweep_has_run() -> None:
    """H1: expired lots paid until a job ran; here no command draws them, swept or not."""
    unswept, swept = earned(), earned()
    swept.rewards.lapse_due(PAST_2018)
    for shop in (unswept, swept):
        assert shop.balance(at=PAST_2018).available == 0
        for wanted in (burn(1, at=PAST_2018), send(1, at=PAST_2018), adjust(-1, at=PAST_2018)):
            assert shop.refusal(wanted) == InsufficientTokens(required=1, available=0)


def test_H2_undoing_a_redemption_after_the_last_day_gives_nothing_to_spend() -> None:
    """H2: redeem and cancel made tokens immortal; here they come back with their old last day."""
    shop = earned()
    shop.do(burn(60, at=PAST_2018 - TICK))
    check_outcomes([shop.do(reinstate(at=PAST_2018))], Reinstated("burn", 60, 0))
    wallet = shop.wallet()
    assert wallet is not None
    assert (wallet.available, wallet.lapsed, wallet.redeemed) == (0, 100, 0)
    early = earned()
    early.all(burn(60), reinstate())
    assert early.balance().calendar == buckets("100@2018-12-31")


@pytest.mark.parametrize(
    ("tokens", "rupees", "expected"),
    [(115, "1", 1), (115, "100", 115), (29, "100", 29)],
)
def test_H3_a_rate_is_multiplied_in_whole_numbers(tokens: int, rupees: str, expected: int) -> None:
    """H3: 1.15 times 100 was a little less than 115; here it is 115, since nothing has a point."""
    shop = member(rate=EarnRate(tokens, inr(100)))
    assert shop.do(deliver("o1", rupees)).tokens == expected


def test_H4_what_was_ever_earned_is_known_net_of_what_was_taken_back() -> None:
    """H4: lifetime earnings were never reduced; here buying and returning adds nothing to them."""
    shop = earned()
    for number in range(5):
        shop.all(deliver(f"p{number}", 10_000), give_back(f"p{number}"))
    wallet = shop.wallet()
    assert wallet is not None
    assert (wallet.issued, wallet.clawed_back) == (5_100, 5_000)
    purchases = [shop.purchase(name) for name in ("o1", *(f"p{n}" for n in range(5)))]
    assert [it.awarded for it in purchases if it is not None] == [100, 0, 0, 0, 0, 0]


def test_H5_nothing_is_voided_twice_nor_after_its_end() -> None:
    """H5: a second void drove amounts below zero; here it is refused, and the figures stay."""
    shop = earned()
    shop.all(hold(60, until=T + DAY), capture(tokens=40), place("o2", 200), cancel("o2"))
    for again in (release(), release(request="r2"), capture(request="c2")):
        assert shop.refusal(again) == HoldNotOpen(hold_id="hold")
    assert shop.refusal(cancel("o1")) == AlreadyDelivered(order_id="o1")
    for late in (cancel("o2", request="c3"), deliver("o2"), give_back("o2")):
        assert shop.refusal(late) == OrderCancelled(order_id="o2")
    now = shop.balance()
    assert (now.available, now.held, now.promised) == (60, 0, 0)


@pytest.mark.parametrize(
    ("first", "second", "asked", "left"),
    [
        (give_back("o1", 600), give_back("o1", 600, request="b"), 60_000, 40_000),
        (give_back("o1", 850), give_back("o1", None, ("cases", 2), request="b"), 20_000, 15_000),
        (
            give_back("o1", None, ("phone", 1)),
            give_back("o1", "300.01", request="b"),
            30_001,
            30_000,
        ),
    ],
    ids=["values", "value and units", "units and value"],
)
def test_H6_partial_returns_are_checked_against_their_sum(
    first: Return, second: Return, asked: int, left: int
) -> None:
    """H6: each fitted alone; here they are checked together, by value and by unit."""
    shop = member()
    shop.do(deliver("o1", lines=(line("phone", 700), line("cases", 300, 3))))
    shop.do(first)
    refusal = shop.refusal(second)
    assert refusal == BeyondDelivered(order_id="o1", asked=asked, left=left, unit="minor units")


def test_H7_a_store_that_lost_entries_is_reported_and_not_smoothed_over() -> None:
    """H7: a difference below zero was shown as zero; here a past that is lost is corrupt."""
    shop = earned()
    shop.do(burn(60, at=T + DAY))
    wallet = shop.wallet()
    assert wallet is not None
    short = Shop()
    key = wallet_key("asha", "tokens")
    short.store.save(Changes((Put(key, wallet._replace(version=0)),), shop.entries()[:1]))
    with pytest.raises(Corrupt, match="the journal of 'asha' ends before"):
        short.balance(at=T)


def test_H7_a_day_ends_where_the_programme_is_and_not_where_the_server_is() -> None:
    """H7: expiry used the server's UTC day; here 2018 is over in Kolkata while UTC still has it."""
    late_in_2018 = read_instant("2018-12-31T20:00:00Z")
    assert earned().balance(at=late_in_2018).available == 0
    assert earned(zone=Zone("UTC")).balance(at=late_in_2018).available == 100


def test_H8_a_limit_on_holds_is_checked_on_the_wallet_itself() -> None:
    """H8: it was checked on a read model, with time to oversell; here the save sees another."""
    shop = earned(holds=HoldLimits(open_max=1))
    wanted = [hold(10, until=T + DAY, request=name) for name in ("one", "other")]
    one, other = (decided(shop, it) for it in wanted)
    save(shop, one)
    with pytest.raises(Conflict):
        save(shop, other)
    assert shop.refusal(wanted[1]) == TooManyHolds(open_count=1, open_max=1)
    assert shop.balance().held == 10


STORY: list[Command[Any]] = [
    deliver("o0", 1_000, at=T - 2 * DAY),
    join(),
    deliver("o1", lines=(line("phone", "999.99"), line("post", 50, 1, "shipping"))),
    deliver("o2", 500, channel="till"),
    hold(1, until=T + 3 * HOUR, request="h1"),
    hold(1, until=T + 3 * HOUR, request="h2"),
    burn(150),
    give_back("o1"),
    deliver("o3", 100, at=ist("2018-01-01 02:00")),
]
CAP = OrderCap(1, CapScope.LIFETIME)
WELCOME = Welcome(50)
EARLIER = Retrospective(day("2017-06-01"))

FLIPS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "Programme.zone": ({}, {"zone": Zone("UTC")}),
    "Programme.expiry": ({}, {"expiry": EndOfYear(0)}),
    "Programme.claw_back": ({}, {"claw_back": ClawBackPolicy.FORGIVEN}),
    "Programme.holds": ({}, {"holds": HoldLimits(0, 0)}),
    "Programme.welcome": ({}, {"welcome": WELCOME}),
    "Programme.retrospective": ({}, {"retrospective": EARLIER}),
    "Programme.sunset_on": ({}, {"sunset_on": day("2018-06-30")}),
    "EarnTerms.rate": ({}, {"rate": EarnRate(20, inr(50))}),
    "EarnTerms.channels": ({}, {"channels": ("till",)}),
    "EarnTerms.default_channel": (
        {"channels": ("till",)},
        {"channels": ("till",), "default_channel": "till"},
    ),
    "EarnTerms.excluded_categories": ({}, {"excluded_categories": ("shipping",)}),
    "EarnTerms.kept_after_days": ({}, {"kept_after_days": 14}),
    "EarnTerms.order_cap": ({}, {"order_cap": CAP}),
    "EarnRate.tokens": ({}, {"rate": EarnRate(11, inr(100))}),
    "EarnRate.per": ({}, {"rate": EarnRate(10, inr(101))}),
    "EarnRate.rounding": ({}, {"rate": EarnRate(10, inr(100), Rounding.UP)}),
    "OrderCap.orders": ({"order_cap": CAP}, {"order_cap": attrs.evolve(CAP, orders=2)}),
    "OrderCap.scope": (
        {"order_cap": CAP},
        {"order_cap": attrs.evolve(CAP, scope=CapScope.CALENDAR_YEAR)},
    ),
    "HoldLimits.hours_max": ({}, {"holds": HoldLimits(hours_max=2)}),
    "HoldLimits.open_max": ({}, {"holds": HoldLimits(open_max=1)}),
    "Welcome.tokens": ({"welcome": WELCOME}, {"welcome": Welcome(51)}),
    "Welcome.from_on": ({"welcome": WELCOME}, {"welcome": Welcome(50, day("2017-07-02"))}),
    "Welcome.through_on": (
        {"welcome": WELCOME},
        {"welcome": Welcome(50, None, day("2017-06-30"))},
    ),
    "Retrospective.delivered_from": (
        {"retrospective": EARLIER},
        {"retrospective": Retrospective(day("2017-06-30"))},
    ),
    "Retrospective.delivered_through": (
        {"retrospective": EARLIER},
        {"retrospective": Retrospective(day("2017-06-01"), day("2017-06-28"))},
    ),
}
"""For each setting, rules that differ in it alone."""


def answers(programme: Programme) -> tuple[list[Any], Any]:
    """Tell the story under some rules: what is answered, and what the member has at the end."""
    shop = Shop(programme)
    return shop.rewards.do_all(STORY), shop.balance(at=ist("2018-01-01 02:00"))


@pytest.mark.parametrize("setting", FLIPS)
def test_H9_every_setting_of_the_rules_changes_an_answer(setting: str) -> None:
    """H9: nothing read a flag for dry runs; here each setting flipped is seen in an answer."""
    one, other = (rules(**changes) for changes in FLIPS[setting])
    assert answers(one) == answers(rules(**FLIPS[setting][0]))
    assert answers(one) != answers(other)


def test_H9_no_setting_of_the_rules_is_left_out() -> None:
    """H9: nothing read a flag for dry runs; here each setting has its row in the table above."""
    kinds = (Programme, EarnTerms, EarnRate, OrderCap, HoldLimits, Welcome, Retrospective)
    settings = {
        f"{kind.__name__}.{it.name}" for kind in kinds for it in attrs.fields(kind) if it.init
    }
    names = {f"Programme.{name}" for name in ("name", "title", "kind", "currency", "earning")}
    # What is spent has a table of its own, in test_scenarios_checkout.
    names |= {f"Programme.{name}" for name in ("rewards", "keeps_codes", "checkout")}
    # So has what came with members, in the tests of points, campaigns, actions, referrals, tiers.
    # What came with sales is flipped in the tests of quotas and pre-orders, what came with
    # trade-ins in those of price books and exchanges.
    later = ["points", "campaigns", "actions", "referral", "ladder", "membership"]
    later += ["sales", "preorders", "trade_ins", "price_books"]
    names |= {f"Programme.{name}" for name in later}
    assert settings - names == set(FLIPS)


@pytest.mark.parametrize(
    ("first", "other"),
    [
        (deliver("o2", 100), deliver("o2", 101)),
        (place("o2", 100), place("o2", 100, channel="till")),
        (burn(10), burn(11)),
        (hold(10, until=T + DAY), hold(10, until=T + HOUR)),
        (give_back("o1", 100), give_back("o1", 200)),
        (adjust(5, "never"), adjust(5, "2018-12-31")),
        (bring(5, request="r"), bring(6, request="r")),
        (burn(10, request="r"), hold(10, until=T + DAY, request="r")),
    ],
    ids=["deliver", "place", "burn", "hold", "return", "adjust", "open", "another command"],
)
def test_H10_a_request_again_with_another_content_is_refused(
    first: Command[Any], other: Command[Any]
) -> None:
    """H10: the same key with another amount was silently accepted; here the caller is told."""
    shop = earned()
    outcome = shop.do(first)
    fault = shop.refusal(other)
    assert type(fault) is RequestReused
    assert (fault.scope, fault.request_id) == ("asha", first.request_id)
    check_outcomes([shop.do(first)], outcome)


@pytest.mark.parametrize("late", [reinstate(at=T + DAY), give_back("o1", 300, at=T)])
def test_H11_what_comes_late_changes_no_balance_of_the_past(late: Command[Any]) -> None:
    """H11: a void with the original's date made cached days wrong; here the past stays."""
    shop = earned()
    shop.all(burn(40, at=T + DAY), deliver("o2", 50, at=T + 5 * DAY))
    days = [T + n * DAY for n in range(5)]
    before = [shop.balance(at=at) for at in days]
    assert [it.available for it in before] == [100, 60, 60, 60, 60]
    outcome = shop.do(late)
    last = shop.entries()[-1]
    assert (last.sequence, last.booked_at) == (4, T + 5 * DAY)
    assert [shop.balance(at=at) for at in days] == before
    change = 40 if type(outcome) is Reinstated else -30
    assert shop.balance(at=T + 5 * DAY).available == 65 + change
