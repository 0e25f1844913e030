"""The shell: receipts, batches, simulation, sweeps, balances and statements."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import attrs
import pytest

from mi_rewards.calendar import NEVER
from mi_rewards.commands import (
    AsyncRewards,
    Balance,
    Batch,
    Burned,
    Command,
    Decision,
    Delivered,
    Joined,
    MemberCommand,
    Opened,
    Rewards,
    Statement,
    answered,
)
from mi_rewards.commands.shells.carrying import Shell
from mi_rewards.earning import AlreadyDelivered, Retrospective, UnknownOrder, Welcome
from mi_rewards.errors import Conflict, Corrupt, LimitReached, Misuse, Refused, RequestReused
from mi_rewards.memory import AsyncMemoryStore, MemoryStore
from mi_rewards.programme import Programme
from mi_rewards.repositories import (
    Changes,
    Counter,
    CounterKey,
    Loaded,
    Needs,
    Put,
    Receipt,
    ReceiptKey,
    Take,
    member_key,
    purchase_key,
    wallet_key,
)
from mi_rewards.rule_book import to_toml
from mi_rewards.wallet import Bucket, InsufficientTokens
from tests.shop import (
    REWARD_MI,
    SMALL,
    Shop,
    T,
    adjust,
    bring,
    burn,
    check_outcomes,
    contents,
    deliver,
    give_back,
    hold,
    ist,
    join,
    lapse,
    place,
    reinstate,
    rules,
    send,
)
from tests.wallets import buckets, day

DAY = timedelta(days=1)
MOMENT = timedelta(microseconds=1)
STOCK = CounterKey("reward", "coupon")


@attrs.frozen(order=False, kw_only=True, slots=False)
class TakeOne(MemberCommand):
    """A command that takes from a counter, and says how many were taken before."""

    limit: int = 2

    def needs(self, programme: Programme, /) -> Needs:
        """Name the counter."""
        return Needs(counters=(STOCK,))

    def decide(self, loaded: Loaded, programme: Programme, /) -> Decision[int]:
        """Take one."""
        found = loaded.counter(STOCK)
        used = 0 if found is None else found.used
        return Decision(used, takes=(Take(STOCK, 1, self.limit),))


@attrs.frozen(order=False, kw_only=True, slots=False)
class GiveBack(MemberCommand):
    """A command that gives back to a counter that it does not look at."""

    def needs(self, programme: Programme, /) -> Needs:
        """Name nothing."""
        return Needs()

    def decide(self, loaded: Loaded, programme: Programme, /) -> Decision[None]:
        """Give one back."""
        return Decision(None, takes=(Take(STOCK, -1, 0),))


@attrs.frozen(order=False, kw_only=True, slots=False)
class Look(MemberCommand):
    """A command that finds on its way that it needs a counter."""

    def needs(self, programme: Programme, /) -> Needs:
        """Name nothing."""
        return Needs()

    def decide(self, loaded: Loaded, programme: Programme, /) -> Decision[int]:
        """Say how many were taken."""
        found = loaded.counter(STOCK)
        return Decision(0 if found is None else found.used)


@attrs.frozen(order=False, kw_only=True, slots=False)
class LookBack(MemberCommand):
    """A command that finds on its way that it needs the receipt of another request."""

    request: str

    def needs(self, programme: Programme, /) -> Needs:
        """Name nothing."""
        return Needs()

    def decide(self, loaded: Loaded, programme: Programme, /) -> Decision[object]:
        """Say what was answered there; nothing where it was not carried out."""
        receipt = loaded.receipt(ReceiptKey(self.member_id, self.request))
        return Decision(None if receipt is None else receipt.outcome)


@pytest.mark.parametrize("keeps_refusals", [False, True])
def test_a_batch_shows_its_own_receipts(*, keeps_refusals: bool) -> None:
    """Who looks at a receipt sees it as if each command had been carried out by itself."""
    asked = ["t0", "none", "t1", "too much", "later", "t0"]
    commands: list[Command[Any]] = [
        taking(0),
        taking(1),
        burn(1, request="too much"),
        *[
            LookBack(member_id="asha", request_id=f"look {n}", at=T, request=request)
            for n, request in enumerate(asked)
        ],
        taking(0),
        taking(2, by="bela"),
    ]
    together, alone = MemoryStore(), MemoryStore()
    shell, batch = Shell(together, SMALL), Batch(commands, SMALL, keeps_refusals=keeps_refusals)
    shell.carry_out(batch)
    one_by_one = [Batch([it], SMALL, keeps_refusals=keeps_refusals) for it in commands]
    for it in one_by_one:
        Shell(alone, SMALL).carry_out(it)
    assert [repr(it) for it in batch.outcomes] == [repr(it.outcomes[0]) for it in one_by_one]
    named = Needs(receipts=tuple(ReceiptKey(it.scope, it.request_id) for it in commands))
    assert repr(together.load(named).receipts) == repr(alone.load(named).receipts)
    assert batch.outcomes[3:5] == [0, None]
    assert batch.repeated == 1


def taking(number: int, by: str = "asha", *, limit: int = 9) -> TakeOne:
    """Take one."""
    return TakeOne(member_id=by, request_id=f"t{number}", at=T, limit=limit)


def giving_back(number: int) -> Command[Any]:
    """Give one back."""
    return GiveBack(member_id="asha", request_id=f"g{number}", at=T)


def looking(number: int) -> Command[Any]:
    """Look."""
    return Look(member_id="asha", request_id=f"l{number}", at=T)


class Forgetful(MemoryStore):
    """A store that does not answer for what it has not."""

    def __init__(self, *, forgets_receipts: bool) -> None:
        super().__init__()
        self.forgets_receipts = forgets_receipts

    def load(self, needs: Needs, /) -> Loaded:
        """Leave out what is not there."""
        loaded = super().load(needs)
        if self.forgets_receipts:
            loaded.receipts.clear()
        else:
            loaded.aggregates = {k: it for k, it in loaded.aggregates.items() if it is not None}
        return loaded


class Busy(MemoryStore):
    """A store in which somebody else is always faster on some members."""

    def __init__(self, *members: str) -> None:
        super().__init__()
        self.members: tuple[str, ...] = ()
        self.busy = members
        self.saves = 0

    def save(self, changes: Changes, /) -> None:
        """Lose every race on a busy member, once it is busy."""
        self.saves += 1
        if any(put.key.member_id in self.members for put in changes.puts):
            raise Conflict("somebody else was faster")
        super().save(changes)


class Watched(MemoryStore):
    """A store that keeps what it was asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[Needs] = []
        self.saved: list[Changes] = []

    def load(self, needs: Needs, /) -> Loaded:
        """Keep the needs."""
        self.asked.append(needs)
        return super().load(needs)

    def save(self, changes: Changes, /) -> None:
        """Keep the changes."""
        self.saved.append(changes)
        super().save(changes)


# one load, one decision, one save


def test_a_command_takes_one_load_and_one_save() -> None:
    """It asks for what it needs and for its receipt."""
    store = Watched()
    Rewards(store, SMALL).do(bring(10))
    key = wallet_key("asha", "tokens")
    receipt = ReceiptKey("asha", "open:10@2018-12-31")
    assert store.asked == [Needs((key,), (receipt,))]
    assert len(store.saved) == 1
    assert [put.key for put in store.saved[0].puts] == [key]
    assert store.saved[0].receipts == (
        Receipt(receipt, bring(10).content(), Opened(10, day("2018-12-31"))),
    )


def test_what_is_found_missing_is_loaded_and_decided_again() -> None:
    """In one more load; what was decided before in the batch stays."""
    store = Watched()
    rewards = Rewards(store, REWARD_MI)
    at = ist("2017-06-01")
    rewards.do(deliver("o1", 1_000, at=at))
    store.asked.clear()
    commands: list[Command[Any]] = [
        deliver("o2", 500, at=at),
        join(at=ist("2017-06-15")),
        burn(200, at=ist("2017-06-15")),
    ]
    outcomes = rewards.do_all(commands)
    check_outcomes(
        outcomes,
        Delivered("o2", 0, None, None, "waiting_for_joining"),
        Joined(50, 150),
        Burned("burn", 200, 0),
    )
    assert [needs.aggregates for needs in store.asked][1:] == [(purchase_key("asha", "o1"),)]
    assert len(store.saved) == 2


def test_a_batch_is_one_load_and_one_save() -> None:
    """Each key once, whatever the number of commands."""
    store = Watched()
    Rewards(store, SMALL).do_all([burn(1, request=f"b{number}") for number in range(5)])
    assert store.asked[0].aggregates == (wallet_key("asha", "tokens"),)
    assert len(store.asked[0].receipts) == 5
    assert store.saved == []
    commands: list[Command[Any]] = [bring(9), burn(1), burn(2, request="b"), bring(1, by="bela")]
    Rewards(store, SMALL).do_all(commands)
    assert (len(store.asked), len(store.saved)) == (2, 1)
    assert [put.key.member_id for put in store.saved[0].puts] == ["asha", "asha", "asha", "bela"]


def test_nothing_to_do_is_not_saved() -> None:
    """An empty batch answers with nothing."""
    store = Watched()
    assert Rewards(store, SMALL).do_all([]) == []
    assert store.saved == []


@pytest.mark.parametrize("forgets_receipts", [True, False])
def test_a_store_that_does_not_answer_is_corrupt(forgets_receipts: bool) -> None:
    """It is named for what it is, and nothing goes round in circles."""
    rewards = Rewards(Forgetful(forgets_receipts=forgets_receipts), SMALL)
    with pytest.raises(Corrupt, match="the store did not answer for "):
        rewards.do(bring(10))


# receipts


def test_a_request_repeated_has_the_same_outcome_and_one_effect() -> None:
    """Whatever the rules and the clock say by now."""
    shop = Shop(rules(welcome=Welcome(50)))
    first = shop.do(join())
    before = contents(shop.store)
    other = shop.under(rules(zone=SMALL.zone, welcome=Welcome(500)))
    check_outcomes([other.do(join(at=T + 900 * DAY))], first)
    assert contents(shop.store) == before


def test_a_request_id_with_other_content_is_misuse() -> None:
    """The first request stands."""
    shop = Shop()
    shop.do(bring(10, request="r"))
    for command in (bring(11, request="r"), bring(10, "never", request="r"), burn(10, request="r")):
        fault = shop.refusal(command)
        assert type(fault) is RequestReused
        assert (fault.scope, fault.request_id) == ("asha", "r")
    check_outcomes([shop.do(bring(10, request="r"))], Opened(10, day("2018-12-31")))
    check_outcomes([shop.do(bring(9, request="r", by="bela"))], Opened(9, day("2018-12-31")))


def test_a_refusal_leaves_no_receipt() -> None:
    """The same request is granted when it can be."""
    shop = Shop()
    shop.refusal(burn(5))
    shop.do(bring(5))
    check_outcomes([shop.do(burn(5))], Burned("burn", 5, 0))


def test_an_error_leaves_no_receipt() -> None:
    """The request is still free."""
    shop = Shop()
    shop.refusal(place("o1", request="r"))
    assert shop.do(place("o1", 100, request="r")).order_id == "o1"


def test_a_host_may_store_digests_of_contents() -> None:
    """They tell the same from another as well."""
    shop = Shop()
    command = bring(10)
    key = ReceiptKey("asha", command.request_id)
    outcome = Opened(10, day("2018-12-31"))
    shop.store.save(Changes(receipts=(Receipt(key, command.content().digest(), outcome),)))
    check_outcomes([shop.do(command)], outcome)
    assert shop.story() == []
    fault = shop.refusal(bring(11, request=command.request_id))
    assert type(fault) is RequestReused


def test_a_content_that_cannot_be_digested_is_misuse() -> None:
    """It cannot be what was stored; the others go on."""
    shop = Shop()
    wrong: Any = 1.5
    odd = TakeOne(member_id="asha", request_id="odd", at=T, limit=wrong)
    shop.store.save(Changes(receipts=(Receipt(ReceiptKey("asha", "odd"), "0" * 32, 5),)))
    commands: list[Command[Any]] = [odd, bring(5)]
    outcomes = shop.rewards.do_all(commands)
    assert str(outcomes[0]) == "1.5 has no canonical form"
    assert type(outcomes[0]) is Misuse
    check_outcomes(outcomes[1:], Opened(5, day("2018-12-31")))


def test_requests_repeated_within_a_batch_have_one_effect() -> None:
    """And other content is told apart."""
    shop = Shop()
    commands: list[Command[Any]] = [
        bring(10, request="r"),
        bring(10, request="r"),
        bring(11, request="r"),
        burn(4),
        burn(4),
    ]
    outcomes = shop.rewards.do_all(commands)
    opened, burned = Opened(10, day("2018-12-31")), Burned("burn", 4, 0)
    check_outcomes([*outcomes[:2], *outcomes[3:]], opened, opened, burned, burned)
    assert type(outcomes[2]) is RequestReused
    assert shop.balance().available == 6
    assert len(shop.story()) == 2


# batches


def test_a_batch_decides_each_command_on_what_the_last_one_left() -> None:
    """C1: Three that each fit the first balance do not fit together."""
    shop = Shop()
    shop.do(bring(10))
    outcomes = shop.rewards.do_all([burn(4, request=f"b{number}") for number in range(3)])
    check_outcomes(
        outcomes,
        Burned("b0", 4, 0),
        Burned("b1", 4, 0),
        InsufficientTokens(required=4, available=2),
    )
    assert shop.balance().available == 2
    wallet = shop.wallet()
    assert wallet is not None
    assert (wallet.version, wallet.sequence) == (2, 3)


def test_a_batch_sees_what_it_made_itself() -> None:
    """Purchases, members and burns as well as wallets."""
    shop = Shop()
    commands: list[Command[Any]] = [
        join(),
        place("o1", 1_000),
        deliver("o1"),
        deliver("o1", request="again"),
        burn(60),
        reinstate(tokens=10),
        hold(50, until=T + DAY),
    ]
    outcomes = shop.rewards.do_all(commands)
    assert [type(it).__name__ for it in outcomes] == [
        "Joined",
        "Placed",
        "Delivered",
        "AlreadyDelivered",
        "Burned",
        "Reinstated",
        "HoldPlaced",
    ]
    assert outcomes[3] == AlreadyDelivered(order_id="o1")
    versions = [shop.member(), shop.purchase(), shop.wallet(), shop.burned()]
    assert [it.version for it in versions if it is not None] == [1, 1, 1, 1]


def test_a_refusal_or_an_error_stops_nothing() -> None:
    """Each is its own answer, without a trace of where it came from."""
    shop = Shop()
    commands: list[Command[Any]] = [burn(5), place("o1"), bring(5), burn(5, request="b2")]
    outcomes = shop.rewards.do_all(commands)
    assert [type(it) for it in outcomes[:2]] == [InsufficientTokens, Misuse]
    check_outcomes(outcomes[2:], Opened(5, day("2018-12-31")), Burned("b2", 5, 0))
    assert [it.__traceback__ for it in outcomes if isinstance(it, Exception)] == [None, None]


def test_a_batch_may_keep_its_refusals() -> None:
    """Then a second run repeats them, and changes nothing; another content is still told apart."""
    shop = Shop()
    commands: list[Command[Any]] = [burn(5), bring(5), place("o1")]
    first: Batch[Any] = Batch(commands, SMALL, keeps_refusals=True)
    shop.rewards.carry_out(first)
    second: Batch[Any] = Batch(commands, SMALL, keeps_refusals=True)
    shop.rewards.carry_out(second)
    check_outcomes(second.outcomes[:2], *first.outcomes[:2])
    assert (first.repeated, second.repeated) == (0, 2)
    assert second.changes is None
    assert shop.balance().available == 5
    assert type(shop.refusal(burn(6))) is RequestReused
    refusal = shop.refusal(burn(5))
    assert refusal == InsufficientTokens(required=5, available=0)
    assert refusal is not first.outcomes[0]


def test_a_batch_takes_any_iterable_once() -> None:
    """A generator too."""
    shop = Shop()
    batch: Batch[Any] = Batch((bring(5, by=name) for name in ("asha", "bela")), SMALL)
    shop.rewards.carry_out(batch)
    assert [type(it) for it in batch.outcomes] == [Opened, Opened]
    assert batch.repeated == 0


def test_a_batch_that_loses_a_race_leaves_nothing() -> None:
    """All of it or nothing; decided again it finds what the other left."""
    shop = Shop()
    shop.do(bring(10))
    batch: Batch[Any] = Batch([burn(6), bring(1, by="bela")], SMALL)
    needs = batch.run(shop.store.load(batch.needs))
    assert needs is None
    shop.do(burn(5, request="other"))
    before = contents(shop.store)
    assert batch.changes is not None
    with pytest.raises(Conflict):
        shop.store.save(batch.changes)
    assert contents(shop.store) == before
    assert shop.refusal(burn(6)) == InsufficientTokens(required=6, available=5)


def test_two_of_one_request_at_once_have_one_effect() -> None:
    """The loser gets a conflict, and finds the receipt when it tries again."""
    shop = Shop()
    one: Batch[Any] = Batch([bring(10)], SMALL)
    other: Batch[Any] = Batch([bring(10)], SMALL)
    for batch in (one, other):
        batch.run(shop.store.load(batch.needs))
    assert one.changes is not None
    assert other.changes is not None
    shop.store.save(one.changes)
    with pytest.raises(Conflict):
        shop.store.save(other.changes)
    check_outcomes([shop.do(bring(10))], Opened(10, day("2018-12-31")))
    assert len(shop.story()) == 1


def test_an_outcome_is_answered_or_raised() -> None:
    """As `do` does with a batch of one."""
    check_outcomes([answered(Opened(5, NEVER))], Opened(5, NEVER))
    refusal, fault = UnknownOrder(order_id="o1"), Misuse("no")
    with pytest.raises(Refused) as refused:
        answered(refusal)
    assert refused.value is refusal
    with pytest.raises(Misuse) as wrong:
        answered(fault)
    assert wrong.value is fault
    with pytest.raises(UnknownOrder):
        Shop().do(deliver("o1"))


# counters


def test_counters_are_loaded_and_taken_from() -> None:
    """The store checks the limit when it saves, and nothing of a refused save is left."""
    shop = Shop()
    takes = [TakeOne(member_id="asha", request_id=f"t{number}", at=T) for number in range(3)]
    assert [shop.do(take) for take in takes[:2]] == [0, 1]
    before = contents(shop.store)
    with pytest.raises(LimitReached) as caught:
        shop.do(takes[2])
    assert caught.value.figures == {"counter": "reward/coupon", "asked": 1, "used": 2, "limit": 2}
    assert contents(shop.store) == before
    used = shop.store.load(Needs(counters=(STOCK,))).counter(STOCK)
    assert used == Counter(STOCK, 2, 2)


def test_a_batch_sees_what_its_earlier_commands_took() -> None:
    """I13: The second member of a batch is decided on what the first one left."""
    shop = Shop()
    outcomes = shop.rewards.do_all([taking(1), taking(2, "bela"), taking(3)])
    assert outcomes == [0, 1, 2]


@pytest.mark.parametrize("used", [0, 1, 5])
def test_a_counter_that_is_loaded_late_has_what_the_batch_moved_before(used: int) -> None:
    """I13: What was given back without a look at the counter counts when somebody looks."""
    shop = Shop()
    shop.rewards.do_all([taking(number, limit=9) for number in range(used + 1)])
    commands = [giving_back(1), looking(2), giving_back(3), looking(4)]
    expected = [None, used, None, used - 1]
    asked = 4 if used else 2
    assert shop.rewards.do_all(commands[:asked]) == expected[:asked]


def test_a_command_without_a_trace_is_still_carried_out_once() -> None:
    """Its receipt alone is stored."""
    shop = Shop()
    first = shop.do(lapse(at=T))
    second = shop.do(lapse(at=ist("2019-06-01")))
    check_outcomes([second], first)
    assert shop.wallet() is None


# simulating


def test_simulating_says_what_doing_does_and_saves_nothing() -> None:
    """I18: The outcome and the very changes."""
    store = Watched()
    rewards = Rewards(
        store, rules(welcome=Welcome(50), retrospective=Retrospective(day("2017-05-01")))
    )
    commands: list[Command[Any]] = [
        deliver("o1", 1_000, at=T - DAY),
        join(),
        burn(60),
        send(5),
        adjust(-5, note="why"),
        hold(10, until=T + DAY),
        reinstate(tokens=7),
        lapse(at=T + 900 * DAY),
    ]
    for command in commands:
        before, saves = contents(store), len(store.saved)
        outcome, changes = rewards.simulate(command)
        assert contents(store) == before | {"asked": store.asked}
        assert len(store.saved) == saves
        check_outcomes([rewards.do(command)], outcome)
        assert store.saved[-1] == changes
        check_outcomes([rewards.simulate(command)[0]], outcome)
        assert rewards.simulate(command)[1] is None


def test_simulating_refuses_what_doing_refuses() -> None:
    """By raising the same."""
    shop = Shop()
    with pytest.raises(InsufficientTokens) as caught:
        shop.rewards.simulate(burn(5))
    assert caught.value == shop.refusal(burn(5))
    shop.do(bring(5, request="r"))
    with pytest.raises(RequestReused):
        shop.rewards.simulate(bring(6, request="r"))
    with pytest.raises(Misuse):
        shop.rewards.simulate(place("o1"))


# sweeping


def wallets(count: int) -> Shop:
    """Make a shop with so many wallets of two buckets, and one that never lapses."""
    shop = Shop()
    shop.do(bring(9, "never", by="m-never"))
    for number in range(count):
        shop.all(bring(5, by=f"m-{number}"), bring(7, "2019-12-31", by=f"m-{number}"))
    return shop


@pytest.mark.parametrize("limit", [1, 2, 3, 1000])
def test_a_sweep_books_what_is_due_in_every_wallet(limit: int) -> None:
    """Page by page, each wallet once; what is not due is left alone."""
    shop = wallets(3)
    at = ist("2019-01-01 00:00")
    assert shop.rewards.lapse_due(at - MOMENT, limit=limit) == 0
    assert shop.rewards.lapse_due(at, limit=limit) == 3
    for number in range(3):
        assert shop.story(f"m-{number}")[2] == (
            "3 lapsed by lapse:2018-12-31T18:30:00Z:2 on 2018-12-31T18:30:00Z, last_day_passed: "
            "available -5@2018-12-31; lapsed +5@2018-12-31"
        )
    wallet = shop.wallet("m-never")
    assert wallet is not None
    assert wallet.version == 1


def test_a_sweep_can_be_repeated() -> None:
    """At the same instant, before it or after it; each fact is booked once."""
    shop = wallets(2)
    at = ist("2019-01-01 00:00")
    assert [shop.rewards.lapse_due(it) for it in (at, at, at - DAY, at + DAY)] == [2, 0, 0, 0]
    assert shop.rewards.lapse_due(ist("2020-01-01 00:00")) == 2
    assert shop.rewards.lapse_due(ist("2020-01-01 00:00")) == 0
    assert [entry.event.value for entry in shop.entries("m-0")] == ["opened"] * 2 + ["lapsed"] * 2


def test_a_sweep_books_what_came_after_one_at_the_same_instant() -> None:
    """A balance told late lapses with the next sweep, whatever instant that names."""
    shop = wallets(1)
    at = ist("2019-01-01 00:00")
    assert shop.rewards.lapse_due(at) == 1
    shop.do(hold(3, until=ist("2019-01-02"), by="m-0", at=at))
    later = ist("2019-01-03")
    assert [shop.rewards.lapse_due(later), shop.rewards.lapse_due(later)] == [1, 0]
    shop.do(bring(4, "2019-01-03", by="m-0", at=at))
    assert shop.rewards.lapse_due(ist("2019-01-04 00:00")) == 1


def test_a_sweep_leaves_a_raced_wallet_to_the_winner() -> None:
    """One that loses its race keeps no other wallet of its page from being booked."""
    shop = wallets(3)
    at = ist("2019-01-01 00:00")
    store = Racing(shop)
    assert Rewards(store, SMALL).lapse_due(at) == 3
    for number in range(3):
        assert [it.event.value for it in shop.entries(f"m-{number}")][2] == "lapsed"


class Racing:
    """A store on which somebody else books on `m-1` between each load and the save after it."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.races = 0

    def load(self, needs: Needs, /) -> Loaded:
        """Read from the store."""
        return self.shop.store.load(needs)

    def save(self, changes: Changes, /) -> None:
        """Let the other one be faster wherever `m-1` is concerned."""
        if any(put.key.member_id == "m-1" for put in changes.puts):
            self.races += 1
            self.shop.do(
                burn(1, by="m-1", at=ist("2019-01-01 00:01"), request=f"race-{self.races}")
            )
        self.shop.store.save(changes)


def test_a_sweep_takes_the_wallets_of_its_own_kind_of_token() -> None:
    """Others in the same store are another programme's."""
    shop = wallets(2)
    points = shop.under(rules(kind="points"))
    points.do(bring(3, by="m-0", request="points"))
    assert points.rewards.lapse_due(ist("2019-01-01 00:00"), limit=1) == 1
    assert len(points.story("m-0")) == 2
    assert len(shop.story("m-0")) == 2
    assert shop.rewards.lapse_due(ist("2019-01-01 00:00")) == 2


@pytest.mark.parametrize("is_awaited", [False, True])
def test_a_sweep_goes_on_where_somebody_else_is_faster(is_awaited: bool) -> None:
    """The others of its page are booked one by one; whoever was faster books what is due."""
    store = Busy("m-1")
    shop = Shop(store=store)
    for number in range(3):
        shop.all(bring(5, by=f"m-{number}"), bring(7, "2019-12-31", by=f"m-{number}"))
    store.members, store.saves = store.busy, 0
    at = ist("2019-01-01 00:00")
    if is_awaited:
        awaited = AsyncRewards(AsyncMemoryStore(store), SMALL)
        assert asyncio.run(awaited.lapse_due(at)) == 3
    else:
        assert shop.rewards.lapse_due(at) == 3
    assert store.saves == 4
    assert [len(shop.story(f"m-{number}")) for number in range(3)] == [3, 2, 3]
    store.members = ()
    assert shop.rewards.lapse_due(at) == 1
    assert len(shop.story("m-1")) == 3


def test_what_comes_due_after_a_sweep_is_booked_by_the_next_one_at_the_same_instant() -> None:
    """Such as a balance that is told late."""
    shop = wallets(1)
    at = ist("2019-06-01")
    assert shop.rewards.lapse_due(at) == 1
    shop.do(bring(3, "2019-03-31", by="m-0", at=ist("2019-01-02")))
    assert shop.rewards.lapse_due(at) == 1
    assert [entry.event.value for entry in shop.entries("m-0")][2:] == [
        "lapsed",
        "opened",
        "lapsed",
    ]


@pytest.mark.parametrize("limit", [0, -1, True, 1.5, None])
def test_a_page_of_a_sweep_has_at_least_one_wallet(limit: Any) -> None:
    """Else it would never come to an end, or never begin."""
    with pytest.raises(Misuse, match="limit must be a whole number of at least 1, not "):
        wallets(1).rewards.lapse_due(T, limit=limit)


def test_a_sweep_needs_an_offset() -> None:
    """A naive instant is on no day."""
    with pytest.raises(Misuse, match="an instant needs an offset"):
        wallets(1).rewards.lapse_due(datetime(2019, 1, 1))


# balances


def history() -> Shop:
    """Make a member with twelve tokens of two days, of which six are held and two were burned."""
    shop = Shop()
    shop.all(
        bring(5, "2017-12-31"),
        bring(7, at=T + DAY),
        burn(2, at=T + 2 * DAY),
        hold(6, until=T + 5 * DAY, at=T + 3 * DAY),
    )
    return shop


@pytest.mark.parametrize(
    ("at", "available", "held", "calendar"),
    [
        (T - MOMENT, 0, 0, "0"),
        (T, 5, 0, "5@2017-12-31"),
        (T + DAY - MOMENT, 5, 0, "5@2017-12-31"),
        (T + DAY, 12, 0, "5@2017-12-31 + 7@2018-12-31"),
        (T + 2 * DAY, 10, 0, "3@2017-12-31 + 7@2018-12-31"),
        (T + 3 * DAY - MOMENT, 10, 0, "3@2017-12-31 + 7@2018-12-31"),
        (T + 3 * DAY, 4, 6, "4@2018-12-31"),
        (T + 5 * DAY - MOMENT, 4, 6, "4@2018-12-31"),
        (T + 5 * DAY, 10, 0, "3@2017-12-31 + 7@2018-12-31"),
        (ist("2018-01-01 00:00") - MOMENT, 10, 0, "3@2017-12-31 + 7@2018-12-31"),
        (ist("2018-01-01 00:00"), 7, 0, "7@2018-12-31"),
        (ist("2019-01-01 00:00"), 0, 0, "0"),
    ],
)
def test_a_balance_is_stated_as_of_any_instant(
    at: datetime, available: int, held: int, calendar: str
) -> None:
    """Past, present and future; the same whether or not the sweep has run since."""
    shop, swept = history(), history()
    swept.rewards.lapse_due(ist("2020-01-01"))
    expected = Balance(at, available, held, 0, 0, buckets(calendar))
    assert shop.balance(at=at) == expected
    assert swept.balance(at=at) == expected


def test_a_balance_states_what_is_promised_and_owed() -> None:
    """In the past as well."""
    shop = Shop()
    shop.all(join(), place("o1", 1_000), deliver("o2", 100), burn(10, at=T + DAY))
    shop.do(give_back("o2", at=T + 2 * DAY))
    assert shop.balance() == Balance(T, 10, 0, 100, 0, buckets("10@2018-12-31"))
    assert shop.balance(at=T + DAY) == Balance(T + DAY, 0, 0, 100, 0, ())
    assert shop.balance(at=T + 2 * DAY) == Balance(T + 2 * DAY, 0, 0, 100, 10, ())


def test_a_balance_of_nobody_is_nothing() -> None:
    """And asking for it changes nothing."""
    shop = Shop()
    before = contents(shop.store)
    assert shop.balance(by="nobody") == Balance(T, 0, 0, 0, 0, ())
    assert contents(shop.store) == before


def test_a_balance_keeps_its_instant_in_utc() -> None:
    """And needs one with an offset."""
    shop = Shop()
    at = shop.rewards.balance("asha", at=ist("2017-07-01 05:30")).at
    assert at.isoformat() == "2017-07-01T00:00:00+00:00"
    with pytest.raises(Misuse, match="an instant needs an offset"):
        shop.rewards.balance("asha", at=datetime(2017, 7, 1))


def test_a_balance_in_the_past_is_found_however_long_the_history() -> None:
    """Beyond a page of the journal, at its end and in the middle."""
    shop = Shop()
    steps = 1_001
    commands = [bring(1, at=T + number * DAY, request=f"r{number}") for number in range(steps)]
    shop.rewards.do_all(commands[:400])
    shop.rewards.do_all([attrs.evolve(it, last_day=NEVER) for it in commands[400:]])
    assert shop.balance(at=T + 999 * DAY - MOMENT).available == 999 - 400
    assert shop.balance(at=T + 500 * DAY).available == 501
    assert shop.balance(at=T + 1_000 * DAY - MOMENT).available == 1_000 - 400


def test_a_journal_that_is_shorter_than_its_wallet_is_corrupt() -> None:
    """A balance in the past is folded from it, and nothing is made up."""
    shop = history()
    (row,) = shop.store.load(Needs((wallet_key("asha", "tokens"),))).aggregates.items()
    other = Shop(store=MemoryStore())
    other.store.save(Changes((Put(row[0], row[1]._replace(version=0)),), tuple(shop.entries()[:2])))
    assert other.balance(at=T + 3 * DAY).available == 4
    with pytest.raises(Corrupt) as caught:
        other.balance(at=T + 2 * DAY)
    assert str(caught.value) == "the journal of 'asha' ends before the wallet's last entry"


def test_what_lapses_by_a_day_is_forecast() -> None:
    """Every bucket, up to that day's end."""
    balance = Balance(T, 12, 0, 0, 0, buckets("5@2017-12-31 + 7@2018-12-31 + 1@never"))
    days = ("2017-12-30", "2017-12-31", "2018-12-30", "2018-12-31")
    assert [balance.lapsing_through(day(it)) for it in days] == [0, 5, 5, 12]
    assert balance.lapsing_through(NEVER) == 13
    assert balance.calendar[0] == Bucket(day("2017-12-31"), 5)


# statements


@pytest.mark.parametrize(
    ("after", "limit", "sequences", "next_after"),
    [
        (0, 1000, [1, 2, 3, 4], None),
        (0, 4, [1, 2, 3, 4], None),
        (0, 3, [1, 2, 3], 3),
        (3, 3, [4], None),
        (4, 3, [], None),
        (1, 1, [2], 2),
    ],
)
def test_a_statement_is_read_page_by_page(
    after: int, limit: int, sequences: Sequence[int], next_after: int | None
) -> None:
    """A page that is full has a next one where there is more."""
    statement = history().rewards.statement("asha", after=after, limit=limit)
    assert type(statement) is Statement
    assert [entry.sequence for entry in statement.entries] == sequences
    assert statement.next_after == next_after


@pytest.mark.parametrize(
    ("after", "limit", "message"),
    [
        (-1, 5, "after must be a whole number, not -1"),
        (True, 5, "after must be a whole number, not True"),
        (0, 0, "limit must be a whole number of at least 1, not 0"),
        (0, True, "limit must be a whole number of at least 1, not True"),
    ],
)
def test_a_page_is_asked_for_by_whole_numbers(after: Any, limit: Any, message: str) -> None:
    """Of at least one entry."""
    with pytest.raises(Misuse) as caught:
        history().rewards.statement("asha", after=after, limit=limit)
    assert str(caught.value) == message


def test_a_shell_is_given_a_programme_and_not_its_text() -> None:
    """Neither of the two takes what could decide nothing."""
    text = to_toml(SMALL)
    said = "^a programme is a Programme, such as from_toml reads, not a str$"
    with pytest.raises(Misuse, match=said):
        Rewards(MemoryStore(), text)  # type: ignore[arg-type]
    with pytest.raises(Misuse, match=said):
        AsyncRewards(AsyncMemoryStore(), text)  # type: ignore[arg-type]


def test_reading_changes_nothing() -> None:
    """G10: Neither balances nor statements book what is due."""
    shop = history()
    before = contents(shop.store)
    for at in (T, ist("2018-06-01"), ist("2020-01-01")):
        shop.balance(at=at)
    shop.rewards.statement("asha")
    shop.rewards.statement("nobody", limit=1)
    assert contents(shop.store) == before


class Traced:
    """A command that hands all it is asked on to another."""

    def __init__(self, command: Command[Any]) -> None:
        self._command = command

    def __getattr__(self, name: str) -> Any:
        """Ask the other one."""
        return getattr(self._command, name)


def test_a_command_need_not_state_its_content_on_its_class() -> None:
    """What a command is asked for is what its protocol names."""
    store = MemoryStore()
    rewards = Rewards(store, SMALL)
    traced: Any = Traced(join())
    assert rewards.do(traced) == Joined(0, 0)
    assert rewards.do(join()) == Joined(0, 0)
    assert rewards.do_all([traced, join()]) == [Joined(0, 0), Joined(0, 0)]


def test_needs_of_a_batch_are_each_named_once() -> None:
    """In the order in which they were first named."""
    batch: Batch[Any] = Batch([burn(1), deliver("o1", 1), burn(1)], SMALL)
    assert batch.needs == Needs(
        (wallet_key("asha", "tokens"), member_key("asha"), purchase_key("asha", "o1")),
        (ReceiptKey("asha", "burn"), ReceiptKey("asha", "deliver:o1")),
    )
