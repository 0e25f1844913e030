"""Commands for checks to carry out, and what every history must keep."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from mi_rewards.commands import (
    Adjust,
    Batch,
    BurnTokens,
    Cancel,
    Capture,
    Command,
    Deliver,
    Join,
    Lapse,
    Open,
    Place,
    PlaceHold,
    Reinstate,
    Release,
    Return,
    ReturnTransfer,
    TakeTransfer,
    Transfer,
    follow_up,
)
from mi_rewards.money import Money
from mi_rewards.programme import Programme
from mi_rewards.repositories import Needs, OutboxEvent, wallet_key
from mi_rewards.testing._checks import samples
from mi_rewards.testing._checks.marks import expect_equal
from mi_rewards.testing._checks.samples import BELA, PROGRAMME, TOKENS, T
from mi_rewards.testing.clients import Client
from mi_rewards.wallet import Entry, check_journal, fold

HOUR = timedelta(hours=1)
NOON = T + timedelta(days=30)
"""When the commands of `COMMANDS` happen, on members prepared by `prepared`."""


def rupees(amount: int) -> Money:
    """Make so many rupees."""
    return Money(100 * amount, "INR")


def prepared(by: str) -> list[Command[Any]]:
    """Make a history after which each of `COMMANDS` would be granted."""
    names: dict[str, Any] = {"member_id": by, "at": T}
    return [
        Join(**names, request_id="p1"),
        Open(**names, request_id="p2", tokens=100, last_day=samples.END_OF_2018),
        Deliver(**names, request_id="p4", order_id="o1", amount=rupees(500)),
        Place(**names, request_id="p5", order_id="o2", amount=rupees(300)),
        PlaceHold(**names, request_id="h1", tokens=10, until=T + timedelta(days=90)),
        PlaceHold(**names, request_id="h2", tokens=10, until=T + timedelta(days=90)),
        BurnTokens(**names, request_id="b1", tokens=20),
        Open(**names, request_id="p3", tokens=5, last_day=(NOON - timedelta(days=2)).date()),
    ]


Maker = Callable[[str, str, datetime], Command[Any]]

COMMANDS: Mapping[str, Maker] = {
    "open": lambda by, name, at: Open(
        member_id=by, request_id=name, at=at, tokens=3, last_day=samples.END_OF_2019
    ),
    "place": lambda by, name, at: Place(
        member_id=by, request_id=name, at=at, order_id=f"o:{name}", amount=rupees(200)
    ),
    "deliver placed": lambda by, name, at: Deliver(
        member_id=by, request_id=name, at=at, order_id="o2"
    ),
    "deliver": lambda by, name, at: Deliver(
        member_id=by, request_id=name, at=at, order_id=f"o:{name}", amount=rupees(99)
    ),
    "cancel": lambda by, name, at: Cancel(member_id=by, request_id=name, at=at, order_id="o2"),
    "return": lambda by, name, at: Return(
        member_id=by, request_id=name, at=at, order_id="o1", value=rupees(100)
    ),
    "burn": lambda by, name, at: BurnTokens(member_id=by, request_id=name, at=at, tokens=40),
    "hold": lambda by, name, at: PlaceHold(
        member_id=by, request_id=name, at=at, tokens=40, until=NOON + 2 * HOUR
    ),
    "capture": lambda by, name, at: Capture(
        member_id=by, request_id=name, at=at, hold_id="h1", tokens=4
    ),
    "release": lambda by, name, at: Release(member_id=by, request_id=name, at=at, hold_id="h1"),
    "reinstate": lambda by, name, at: Reinstate(
        member_id=by, request_id=name, at=at, burn_id="b1", tokens=15
    ),
    "transfer": lambda by, name, at: Transfer(
        member_id=by, request_id=name, at=at, to_member_id="taker", tokens=40
    ),
    "take": lambda by, name, at: TakeTransfer(
        member_id=by,
        request_id=f"take:giver/{name}",
        at=at,
        transfer_id=f"giver/{name}",
        from_member_id="giver",
        draws="7@2018-12-31",
    ),
    "take back": lambda by, name, at: ReturnTransfer(
        member_id=by,
        request_id=f"return:{by}/{name}",
        at=at,
        transfer_id=f"{by}/{name}",
        draws="7@2018-12-31",
    ),
    "adjust": lambda by, name, at: Adjust(
        member_id=by, request_id=name, at=at, tokens=-40, reason="mistake", note="seen twice"
    ),
    "lapse": lambda by, name, at: Lapse(member_id=by, request_id=name, at=at),
    "join": lambda by, name, at: Join(member_id=by, request_id=name, at=at),
}
"""A command of each class, by what it does: of a member, by a request, at an instant."""


def decided(client: Client, command: Command[Any], programme: Programme = PROGRAMME) -> Batch[Any]:
    """Load and decide, without saving."""
    batch: Batch[Any] = Batch([command], programme)
    needs: Needs | None = batch.needs
    while needs is not None:
        needs = batch.run(client.load(needs))
    return batch


def entries_of(client: Client, member_id: str, *, size: int = 7) -> tuple[Entry, ...]:
    """Read a whole journal, in small pages."""
    rewards, after = client.rewards(PROGRAMME), 0
    entries: list[Entry] = []
    while True:
        statement = rewards.statement(member_id, after=after, limit=size)
        entries += statement.entries
        if statement.next_after is None:
            return tuple(entries)
        after = statement.next_after


def events_of(client: Client, member_id: str) -> Sequence[OutboxEvent]:
    """Read a whole outbox."""
    page = samples.outbox_page(member_id, limit=10_000)
    found: Sequence[OutboxEvent] = client.load(Needs(pages=(page,))).pages[page]
    return found


def expect_sound(client: Client, members: Iterable[str]) -> None:
    """See that every journal keeps its promises, and that folding it gives the wallet."""
    for member_id in members:
        key = wallet_key(member_id, TOKENS)
        wallet = client.load(Needs((key,))).get(key)
        entries = entries_of(client, member_id)
        expect_equal([str(it) for it in check_journal(entries)], [], f"violations in {member_id!r}")
        if wallet is None:
            expect_equal(entries, (), f"the journal of {member_id!r}, who has no wallet")
            continue
        folded = fold(entries)
        expect_equal(
            folded._replace(version=wallet.version), wallet, f"the journal of {member_id!r}, folded"
        )


def life() -> list[Command[Any] | str]:
    """Tell a member's whole life; a text names whose events are to be followed up."""
    day = timedelta(days=1)

    def names(number: int, by: str = "asha") -> dict[str, Any]:
        return {"member_id": by, "request_id": f"r{number}", "at": T + number * day}

    return [
        Open(**names(0), tokens=30, last_day=samples.END_OF_2018),
        Deliver(**names(1), order_id="early", amount=rupees(100)),
        Join(**names(2)),
        Join(**names(2, BELA)),
        Place(**names(3), order_id="o1", amount=rupees(1_000)),
        Place(**names(4), order_id="o2", amount=rupees(2_000)),
        Cancel(**names(5), order_id="o2"),
        Deliver(**names(6), order_id="o1"),
        PlaceHold(**names(7), tokens=60, until=T + 50 * day),
        PlaceHold(**names(8), tokens=5, until=T + 50 * day),
        PlaceHold(**names(9), tokens=6, until=T + 11 * day),
        Capture(**names(10), hold_id="r7", tokens=45),
        Release(**names(12), hold_id="r8"),
        BurnTokens(**names(13), tokens=20),
        Reinstate(**names(14), burn_id="r13", tokens=7),
        Transfer(**names(15), to_member_id=BELA, tokens=25),
        "asha",
        Transfer(**names(16), to_member_id="nobody", tokens=5),
        "asha",
        "nobody",
        Return(**names(17), order_id="o1", value=rupees(950)),
        Adjust(
            **names(18), tokens=40, reason="goodwill", last_day=samples.END_OF_2019, note="sorry"
        ),
        Adjust(**names(19), tokens=-1, reason="mistake"),
    ]


def live(client: Client) -> None:
    """Carry a whole life out, each command twice, and follow every event up twice."""
    rewards = client.rewards(PROGRAMME)
    for step in life():
        if isinstance(step, str):
            made = [follow_up(event) for event in events_of(client, step)]
            commands: list[Command[Any]] = [it for it in made if it is not None]
        else:
            commands = [step]
        for command in commands:
            outcome = rewards.do(command)
            expect_equal(rewards.do(command), outcome, f"the outcome of {command!r}, asked again")
