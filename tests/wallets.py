"""What the wallet's tests share: short constructors, and the one-line text forms that they compare.

1. `wallet("500@2018-12-31 + 50@2019-12-31")` is a wallet that earned those buckets on `T0`.
2. `told(entry)` writes all of an entry but its owner on one line, `posted(entry)` its postings.
3. `journal("burned b 2018-06-15 | available -5@2018-12-31; redeemed +5 (b)")` makes entries of one
   line each: event, request, when it was booked, and the postings as `posted` writes them.
4. Days are those of Kolkata, 5 h 30 min ahead of UTC: 2018-12-31 is over at 2018-12-31T18:30:00Z.
"""

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import TypeVar

from mi_rewards.calendar import Zone, read_day, read_instant, write_day, write_instant
from mi_rewards.wallet import (
    Account,
    Bucket,
    Change,
    ClawBackPolicy,
    Draw,
    Entry,
    Event,
    Owner,
    Posting,
    Reason,
    Wallet,
    parse_buckets,
)

R_co = TypeVar("R_co", covariant=True)

KOLKATA = Zone("Asia/Kolkata")
OWNER = Owner("m-1", "tokens", KOLKATA)
OWED, FORGIVEN, REFUSED = ClawBackPolicy
WHY = Reason("test")

T0 = read_instant("2018-01-10T10:00:00Z")
"""When the wallets of `wallet` earned what they have."""

SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def at(text: str) -> datetime:
    """Read an instant in UTC: `2018-06-15`, `2018-06-15 18:30` or `2018-06-15 18:30:01`."""
    day, _, time = text.partition(" ")
    time = time or "12:00:00"
    return read_instant(f"{day}T{time}{':00' if time.count(':') == 1 else ''}Z")


def day(text: str) -> date:
    """Read a day."""
    return read_day(text)


def draws(text: str) -> tuple[Draw, ...]:
    """Read draws, as `500@2018-12-31 + 50@never`."""
    return tuple(Draw(bucket.last_day, bucket.tokens) for bucket in parse_buckets(text))


def buckets(text: str) -> tuple[Bucket, ...]:
    """Read buckets, as `500@2018-12-31 + 50@never`."""
    return parse_buckets(text)


def wallet(text: str = "0", *, owner: Owner = OWNER) -> Wallet:
    """Make a wallet that earned these buckets on `T0`, one entry for each, for order `o0`."""
    return history(text, owner=owner).wallet


def history(text: str = "0", *, owner: Owner = OWNER) -> "History":
    """Make the same wallet with its journal, to go on with."""
    made = History(Wallet(owner))
    for number, bucket in enumerate(parse_buckets(text)):
        made.take(
            made.wallet.earn(
                bucket.tokens,
                last_day=bucket.last_day,
                at=T0,
                request_id=f"earn-{number}",
                reason=WHY,
                source="o0",
            )
        )
    return made


class History:
    """A wallet that keeps its journal: `take` each change, look at `wallet` and `entries`."""

    def __init__(self, wallet: Wallet) -> None:
        self.wallet = wallet
        self.entries: list[Entry] = []

    def take(self, change: Change[R_co]) -> R_co:
        """Move on to the wallet after a change, and answer with its result."""
        self.wallet = change.wallet
        self.entries += change.entries
        return change.result


def owing(tokens: int) -> Wallet:
    """Make a wallet in which that many tokens are owed, and which is empty otherwise."""
    return (
        wallet("1@2018-12-31")
        .claw_back(
            tokens + 1,
            own_day=day("2018-12-31"),
            policy=OWED,
            source="o0",
            at=T0,
            request_id="owing",
            reason=WHY,
        )
        .wallet
    )


def posted(entry: Entry) -> str:
    """Write an entry's postings, as `available -5@2018-12-31; redeemed +5 (burn-1)`."""
    return "; ".join(map(_posted, entry.postings))


def _posted(posting: Posting) -> str:
    of_day = "" if posting.last_day is None else f"@{write_day(posting.last_day)}"
    ref = "" if posting.ref is None else f" ({posting.ref})"
    return f"{posting.account} {posting.amount:+}{of_day}{ref}"


def told(entry: Entry) -> str:
    """Write an entry but its owner, with the fact's instant where it is another, and a deadline."""
    booked_at = write_instant(entry.booked_at)
    text = f"{entry.sequence} {entry.event} by {entry.request_id} on {booked_at}"
    if entry.occurred_at != entry.booked_at:
        text += f" for {write_instant(entry.occurred_at)}"
    if entry.until is not None:
        text += f" until {write_instant(entry.until)}"
    figures = "".join(f" {name}={value}" for name, value in entry.reason.figures)
    return f"{text}, {entry.reason.code}{figures}: {posted(entry)}"


def story(entries: Iterable[Entry]) -> list[str]:
    """Write entries, a line each."""
    return [told(entry) for entry in entries]


_ROW = re.compile(
    r"(?:(?P<member>[\w-]+)/(?P<kind>\w+): )?(?P<event>\w+) (?P<request>[\w-]+) (?P<at>[-:T\d]+)"
    r"(?: until (?P<until>[-:T\d]+))? \| (?P<postings>.*)"
)
_POSTING = re.compile(r"(\w+) ([+-]\d+)(?:@([\w-]+))?(?: \(([^)]*)\))?")


def journal(*rows: str) -> list[Entry]:
    """Make entries of lines; each wallet's are numbered from 1, `m-1/tokens` unless a line says."""
    numbers: dict[Owner, int] = {}
    entries: list[Entry] = []
    for row in rows:
        found = _ROW.fullmatch(row)
        assert found is not None, row
        owner = Owner(found["member"] or "m-1", found["kind"] or "tokens", KOLKATA)
        numbers[owner] = numbers.get(owner, 0) + 1
        booked_at = at(found["at"].replace("T", " "))
        entries.append(
            Entry(
                owner,
                numbers[owner],
                Event(found["event"]),
                found["request"],
                booked_at,
                booked_at,
                WHY,
                postings(found["postings"]),
                at(found["until"].replace("T", " ")) if found["until"] else None,
            )
        )
    return entries


def postings(text: str) -> tuple[Posting, ...]:
    """Read postings as `posted` writes them."""
    made = []
    for part in filter(None, text.split("; ")):
        found = _POSTING.fullmatch(part)
        assert found is not None, part
        account, amount, last_day, ref = found.groups()
        made.append(
            Posting(Account(account), int(amount), read_day(last_day) if last_day else None, ref)
        )
    return tuple(made)
