"""A store made of named repositories: each kind asked once, all of it or nothing."""

from datetime import timedelta
from typing import Any, cast

import pytest

from mi_rewards.catalogue import Redemption, Voucher
from mi_rewards.commands import Balance, Command, Rewards
from mi_rewards.earning import Member
from mi_rewards.errors import Conflict, LimitReached, Misuse
from mi_rewards.repositories import (
    Changes,
    Counter,
    CounterKey,
    Due,
    DueKey,
    Key,
    Needs,
    Note,
    OutboxEvent,
    Owned,
    Page,
    Put,
    Receipt,
    ReceiptKey,
    Take,
    burn_key,
    key_of,
    member_key,
    purchase_key,
    wallet_key,
)
from mi_rewards.testing._checks import samples
from tests.ledgers import Desk, Ledgers, ledgers
from tests.shop import (
    SMALL,
    T,
    adjust,
    bring,
    burn,
    deliver,
    ist,
    join,
    rules,
    send,
)
from tests.wallets import wallet

STOCK = CounterKey("reward", "coupon")


def receipt(request_id: str, scope: str = "asha") -> Receipt:
    """Make a receipt."""
    return Receipt(ReceiptKey(scope, request_id), "digest", None)


def put(member: Member) -> Put[Member]:
    """Put a member."""
    return Put(member_key(member.member_id), member)


# reading


def test_each_kind_is_asked_once() -> None:
    """However many keys there are; what is not asked for is not read."""
    desk = Desk()
    loaded = ledgers(desk).load(
        Needs(
            (
                member_key("asha"),
                wallet_key("asha", "tokens"),
                member_key("bela"),
                purchase_key("asha", "o1"),
                burn_key("asha", "b1"),
            ),
            (ReceiptKey("asha", "r1"), ReceiptKey("asha", "r2")),
            (STOCK,),
        )
    )
    assert desk.calls == [
        "members get 2",
        "wallets get 1",
        "purchases get 1",
        "burns get 1",
        "receipts find 2",
        "counters get 1",
    ]
    assert set(loaded.aggregates.values()) == {None}
    assert len(loaded.aggregates) == 5
    assert loaded.receipts == {ReceiptKey("asha", "r1"): None, ReceiptKey("asha", "r2"): None}
    assert loaded.counters == {STOCK: None}
    assert (loaded.pages, loaded.due) == ({}, ())


def test_nothing_is_asked_for_nothing() -> None:
    """No round trip at all."""
    desk = Desk()
    ledgers(desk).load(Needs())
    assert desk.calls == []


def test_what_there_is_comes_under_its_key() -> None:
    """In whatever order a repository answers."""
    desk = Desk()
    store = ledgers(desk)
    asha, bela = Member("asha"), Member("bela", T)
    store.save(Changes((put(asha), put(bela)), (), (receipt("r1"),), takes=(Take(STOCK, 2, 5),)))
    needs = Needs(
        (member_key("asha"), member_key("bela"), member_key("chand")),
        (ReceiptKey("asha", "r1"), ReceiptKey("bela", "r1")),
        (STOCK, CounterKey("reward", "phone")),
    )
    loaded = store.load(needs)
    assert loaded.aggregates == {
        member_key("asha"): asha.stored(),
        member_key("bela"): bela.stored(),
        member_key("chand"): None,
    }
    assert loaded.receipts == {
        ReceiptKey("asha", "r1"): receipt("r1"),
        ReceiptKey("bela", "r1"): None,
    }
    assert loaded.counters == {
        STOCK: Counter(STOCK, 2, 5),
        CounterKey("reward", "phone"): None,
    }


def test_pages_are_read_from_the_log_that_they_name() -> None:
    """The journal by member and kind, the outbox by member."""
    desk = Desk()
    rewards = Rewards(ledgers(desk), SMALL)
    rewards.do(bring(10))
    rewards.do(send(4))
    journal = Page("journal", "asha", "tokens", 1, 5)
    outbox = Page("outbox", "asha", "", 0, 5)
    loaded = rewards.store.load(Needs(pages=(journal, outbox)))
    assert [entry.sequence for entry in loaded.pages[journal]] == [2]
    assert [event.topic for event in loaded.pages[outbox]] == ["tokens_sent"]
    assert rewards.statement("bela").entries == ()


def test_a_log_that_there_is_not_is_not_read() -> None:
    """The message names it."""
    with pytest.raises(Misuse, match="no log is named 'gossip'"):
        ledgers(Desk()).load(Needs(pages=(Page("gossip", "asha", "", 0, 1),)))


def test_what_is_due_is_asked_of_the_wallets() -> None:
    """Page by page, by key."""
    desk = Desk()
    rewards = Rewards(ledgers(desk), SMALL)
    for member_id in ("bela", "asha", "chand"):
        rewards.do(bring(5, by=member_id))
    end = ist("2019-01-01 00:00")
    first = DueKey(end, Key(type(wallet()), "asha", "tokens"))
    second = DueKey(end, first.key._replace(member_id="bela"))
    assert list(rewards.store.load(Needs(due=Due(end, None, 2))).due) == [first, second]
    third = DueKey(end, first.key._replace(member_id="chand"))
    assert list(rewards.store.load(Needs(due=Due(end, second, 2))).due) == [third]
    assert list(rewards.store.load(Needs(due=Due(end - timedelta(seconds=1), None, 2))).due) == []
    assert rewards.lapse_due(end, limit=1) == 3
    assert rewards.balance("asha", at=end) == Balance(end, 0, 0, 0, 0, ())


def test_an_aggregate_that_no_repository_keeps_is_misuse() -> None:
    """Read or put."""
    unknown: Key[str] = Key(str, "asha", "")
    with pytest.raises(Misuse, match="no repository keeps str"):
        ledgers(Desk()).load(Needs((unknown,)))
    desk = Desk()
    with pytest.raises(Misuse, match="no repository keeps str"):
        ledgers(desk).save(Changes((put(Member("asha")), Put(unknown, "asha"))))
    assert desk.tables == {}


def test_each_kind_is_asked_what_of_it_is_due_and_what_a_member_has() -> None:
    """By its own repository, and by no other."""
    desk = Desk()
    store = ledgers(desk)
    made = [samples.voucher(name=name) for name in ("b", "a", "c")]
    store.save(Changes(tuple([Put(key_of(it), it) for it in made])))
    desk.calls.clear()
    page = Owned(Voucher, "asha", "a", 1)
    loaded = store.load(Needs(pages=(page,), due=Due(made[0].ends_at, None, 2, Voucher)))
    assert desk.calls == ["vouchers owned 0", "vouchers due 0"]
    assert [it.voucher_id for it in loaded.owned(page)] == ["b"]
    assert [it.key.name for it in loaded.due] == ["a", "b"]
    assert list(store.load(Needs(due=Due(made[0].ends_at, None, 2, Redemption))).due) == []


@pytest.mark.parametrize("kind", [it for it in samples.KINDS if it not in samples.OF_EVERY_HOST])
def test_a_host_without_a_catalogue_leaves_its_repositories_out(kind: type[Any]) -> None:
    """All else works on it, there is nothing of it, and what would be kept there is misuse."""
    store = Ledgers(Desk(), has_catalogue=False)
    rewards = Rewards(store, SMALL)
    rewards.do(bring(5))
    assert rewards.lapse_due(ist("2019-01-01")) == 1
    row = samples.row(kind)
    page: Owned[Any] = Owned(kind, "asha", "", 9)
    assert list(store.load(Needs(pages=(page,))).owned(page)) == []
    needs = (Needs((key_of(row),)), Needs(due=Due(T, None, 9, kind)))
    message = f"no repository keeps {kind.__name__}"
    for each in needs:
        with pytest.raises(Misuse, match=message):
            store.load(each)
    with pytest.raises(Misuse, match=message):
        store.save(Changes((Put(key_of(row), row),)))


# writing


def test_each_kind_is_written_once_in_one_unit_of_work() -> None:
    """In one order whatever the order of the changes, and within a kind by key."""
    desk = Desk()
    store = ledgers(desk)
    changes = Changes(
        (
            Put(wallet_key("m-1", "tokens"), wallet()),
            put(Member("bela")),
            put(Member("asha")),
        ),
        (),
        (receipt("r2"), receipt("r1"), receipt("r1", "a")),
        (OutboxEvent("asha", "e1", "greeting", T),),
        (Note("asha", "r1", "hello"),),
        (Take(STOCK, 1, 1),),
    )
    store.save(changes)
    assert desk.calls == [
        "begin",
        "receipts append 3",
        "members put 2",
        "wallets put 1",
        "outbox append 1",
        "notes append 1",
        "counters take 1",
        "commit",
    ]
    assert list(desk.tables["members"]) == [member_key("asha"), member_key("bela")]
    assert [key for _, key in desk.tables["receipts"]] == ["r1", "r1", "r2"]
    assert desk.tables["outbox"] == {("asha", "e1"): changes.events[0]}
    assert desk.tables["notes"] == {("asha", "r1"): changes.notes[0]}


def test_what_does_not_change_is_not_written() -> None:
    """Only the unit of work itself is there."""
    desk = Desk()
    ledgers(desk).save(Changes())
    assert desk.calls == ["begin", "commit"]


def test_entries_are_written_after_their_wallet() -> None:
    """One call for all of them."""
    desk = Desk()
    rewards = Rewards(ledgers(desk), SMALL)
    commands: list[Command[Any]] = [bring(10), burn(4), adjust(-1, note="why")]
    rewards.do_all(commands)
    assert desk.calls == [
        "wallets get 1",
        "receipts find 3",
        "begin",
        "receipts append 3",
        "wallets put 1",
        "burns put 1",
        "journal append 3",
        "notes append 1",
        "commit",
    ]


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        (Changes(receipts=(receipt("r0"),)), Conflict),
        (Changes((put(Member("asha")),)), Conflict),
        (Changes((put(Member("bela", version=1)),)), Conflict),
        (Changes(events=(OutboxEvent("asha", "e0", "greeting", T),)), Conflict),
        (Changes(notes=(Note("asha", "r0", "hello"),)), Conflict),
        (Changes(takes=(Take(STOCK, 1, 1),)), LimitReached),
    ],
)
def test_where_one_part_fails_nothing_is_left(changes: Changes, error: type[Exception]) -> None:
    """Whatever was written before it is undone."""
    desk = Desk()
    store = ledgers(desk)
    store.save(
        Changes(
            (put(Member("asha")),),
            (),
            (receipt("r0"),),
            (OutboxEvent("asha", "e0", "greeting", T),),
            (Note("asha", "r0", "hello"),),
            (Take(STOCK, 1, 1),),
        )
    )
    before = desk.tables
    more = Changes(
        (put(Member("zoya")), *changes.puts),
        (),
        (receipt("r9"), *changes.receipts),
        (OutboxEvent("asha", "e9", "greeting", T), *changes.events),
        (Note("asha", "r9", "hello"), *changes.notes),
        (Take(CounterKey("reward", "phone"), 1, 1), *changes.takes),
    )
    with pytest.raises(error):
        store.save(more)
    assert desk.tables == before
    assert desk.calls[-1] == "roll back"


# carrying commands out


def test_commands_are_carried_out_on_it() -> None:
    """What is stored is what a key of it names."""
    desk = Desk()
    rewards = Rewards(ledgers(desk), rules(retrospective=None))
    rewards.do(join())
    rewards.do(deliver("o1", 1_000))
    rewards.do(burn(40))
    assert {
        key_of(row)
        for name in ("members", "wallets", "purchases", "burns")
        for row in desk.tables[name].values()
    } == {
        member_key("asha"),
        wallet_key("asha", "tokens"),
        purchase_key("asha", "o1"),
        burn_key("asha", "burn"),
    }
    assert rewards.balance("asha", at=T).available == 60


def test_a_log_of_notes_that_cannot_forget_erases_nobody() -> None:
    """It is told what it lacks, and nothing is left behind."""
    desk = Desk()
    store = ledgers(desk)
    store._notes = cast("Any", Unforgetting())
    with pytest.raises(Misuse, match=r"the log of notes has no erase\(member_id\)"):
        store.save(Changes((put(Member("asha")),), erased=("asha",)))
    assert store.load(Needs((member_key("asha"),))).get(member_key("asha")) is None


class Unforgetting:
    """A log that keeps what it has."""

    def append_many(self, records: object, /) -> None:
        """Append nothing."""
