"""What somebody would write by hand who wants the same guarantees: statement by statement, in SQL.

1. A wallet is a row with a version, its lots are rows of their own, a receipt has the digest of its
   request's content and the outcome, an entry has its postings and the balance after it.
2. A command looks its receipt up by its key and compares the digest, reads the wallet and what else
   it needs, begins, writes the receipt, writes the wallet over the version that it read, draws the
   lot that lapses first, writes the entry, and commits.
3. Each command yields its statements one by one, for a driver to carry out, so that it is written
   once for all drivers; rows come back, or how many were written. It knows no rule book: rates and
   days stand in the code. What lapses, runs out or is owed is left alone, since no request here
   meets it.
"""

import hashlib
import json
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Kolkata")

BEGIN, COMMIT, ROLLBACK = "begin", "commit", "rollback"

SCHEMA = (
    "CREATE TABLE members (member_id text PRIMARY KEY, joined_at {instant} NOT NULL)",
    (
        "CREATE TABLE wallets (member_id text PRIMARY KEY, version bigint NOT NULL,"
        " sequence bigint NOT NULL, balance bigint NOT NULL)"
    ),
    (
        "CREATE TABLE lots (member_id text, last_day {day},"
        " tokens bigint NOT NULL CHECK (tokens > 0), PRIMARY KEY (member_id, last_day))"
    ),
    (
        "CREATE TABLE receipts (member_id text, request_id text, content text NOT NULL,"
        " outcome text NOT NULL, PRIMARY KEY (member_id, request_id))"
    ),
    (
        "CREATE TABLE entries (member_id text, sequence bigint, request_id text NOT NULL,"
        " occurred_at {instant} NOT NULL, reason text NOT NULL, postings text NOT NULL,"
        " balance bigint NOT NULL, PRIMARY KEY (member_id, sequence))"
    ),
    (
        "CREATE TABLE holds (member_id text, hold_id text, until {instant} NOT NULL,"
        " draws text NOT NULL, PRIMARY KEY (member_id, hold_id))"
    ),
    (
        "CREATE TABLE orders (member_id text, order_id text, amount_minor bigint NOT NULL,"
        " returned_minor bigint NOT NULL, awarded bigint NOT NULL, last_day {day} NOT NULL,"
        " PRIMARY KEY (member_id, order_id))"
    ),
)
"""Statements that create everything."""

STATEMENTS = {
    "receipt": "SELECT content, outcome FROM receipts WHERE member_id = ? AND request_id = ?",
    "member": "SELECT joined_at FROM members WHERE member_id = ?",
    "wallet": "SELECT version, sequence, balance FROM wallets WHERE member_id = ?",
    "lots": "SELECT last_day, tokens FROM lots WHERE member_id = ? AND last_day >= ?"
    " ORDER BY last_day",
    "hold": "SELECT until, draws FROM holds WHERE member_id = ? AND hold_id = ?",
    "order": "SELECT amount_minor, returned_minor, awarded, last_day FROM orders"
    " WHERE member_id = ? AND order_id = ?",
    "put_receipt": "INSERT INTO receipts (member_id, request_id, content, outcome)"
    " VALUES (?, ?, ?, ?)",
    "put_wallet": "UPDATE wallets SET version = version + 1, sequence = ?, balance = ?"
    " WHERE member_id = ? AND version = ?",
    "add_lot": "INSERT INTO lots (member_id, last_day, tokens) VALUES (?, ?, ?)"
    " ON CONFLICT (member_id, last_day) DO UPDATE SET tokens = lots.tokens + excluded.tokens",
    "take_lot": "UPDATE lots SET tokens = tokens - ? WHERE member_id = ? AND last_day = ?",
    "empty_lot": "DELETE FROM lots WHERE member_id = ? AND last_day = ?",
    "put_entry": "INSERT INTO entries (member_id, sequence, request_id, occurred_at, reason,"
    " postings, balance) VALUES (?, ?, ?, ?, ?, ?, ?)",
    "put_hold": "INSERT INTO holds (member_id, hold_id, until, draws) VALUES (?, ?, ?, ?)",
    "drop_hold": "DELETE FROM holds WHERE member_id = ? AND hold_id = ?",
    "put_order": "INSERT INTO orders (member_id, order_id, amount_minor, returned_minor, awarded,"
    " last_day) VALUES (?, ?, ?, 0, ?, ?)",
    "return_order": "UPDATE orders SET returned_minor = ?, awarded = ?"
    " WHERE member_id = ? AND order_id = ? AND returned_minor = ?",
    "new_member": "INSERT INTO members (member_id, joined_at) VALUES (?, ?)",
    "new_wallet": "INSERT INTO wallets (member_id, version, sequence, balance) VALUES (?, 1, 0, ?)",
}


class Say(NamedTuple):
    """A statement for the driver.

    Attributes:
        name: Of `STATEMENTS`, or `BEGIN` or `COMMIT`.
        values: Its parameters.
    """

    name: str
    values: Sequence[object] = ()


Work = Generator[Say, Any, Mapping[str, Any]]
"""Statements one by one; what comes back is rows, or how many were written."""

Instant = Callable[[datetime], object]
Day = Callable[[date], object]


class Lost(Exception):
    """Somebody else was faster."""


class No(Exception):
    """By the rules."""


class Given(NamedTuple):
    """How a driver is given instants and days."""

    instant: Instant
    day: Day


class Request(NamedTuple):
    """A request, as it stands in every command here."""

    member_id: str
    request_id: str
    at: datetime


def burn(given: Given, request: Request, tokens: int) -> Work:
    """Spend tokens."""
    content = _digest("burn", tokens)
    repeated = yield from _repeated(request, content)
    if repeated is not None:
        return repeated
    wallet, lots = yield from _wallet_and_lots(given, request)
    draws = _drawn(lots, tokens)
    outcome = {"burn_id": request.request_id, "tokens": tokens}
    postings: list[object] = [("available", -part, str(day)) for day, part, _ in draws]
    postings.append(("redeemed", tokens, None))
    yield Say(BEGIN)
    yield from _booked(given, request, content, outcome, wallet, -tokens, ("redemption", postings))
    yield from _take(request.member_id, draws)
    yield Say(COMMIT)
    return outcome


def deliver(given: Given, request: Request, order_id: str, amount_minor: int) -> Work:
    """Have an order earn its tokens: ten per cent, valid to the end of the next year."""
    member_id = request.member_id
    content = _digest("deliver", order_id, amount_minor)
    repeated = yield from _repeated(request, content)
    if repeated is not None:
        return repeated
    if not (yield Say("member", (member_id,))) or (yield Say("order", (member_id, order_id))):
        raise No
    (wallet,) = yield Say("wallet", (member_id,))
    tokens = amount_minor // 1_000
    last_day = date(request.at.astimezone(ZONE).year + 1, 12, 31)
    outcome = {"order_id": order_id, "tokens": tokens, "last_day": str(last_day)}
    postings = [("issued", -tokens, None), ("available", tokens, str(last_day))]
    yield Say(BEGIN)
    yield from _booked(given, request, content, outcome, wallet, tokens, ("purchase", postings))
    yield Say("put_order", (member_id, order_id, amount_minor, tokens, given.day(last_day)))
    yield Say("add_lot", (member_id, given.day(last_day), tokens))
    yield Say(COMMIT)
    return outcome


def hold(given: Given, request: Request, tokens: int, until: datetime) -> Work:
    """Set tokens aside."""
    content = _digest("hold", tokens, until.isoformat())
    repeated = yield from _repeated(request, content)
    if repeated is not None:
        return repeated
    wallet, lots = yield from _wallet_and_lots(given, request)
    draws = _drawn(lots, tokens)
    outcome = {"hold_id": request.request_id, "tokens": tokens, "until": until.isoformat()}
    postings = [("available", -part, str(day)) for day, part, _ in draws]
    postings += [("held", part, str(day)) for day, part, _ in draws]
    kept = json.dumps([(str(day), part) for day, part, _ in draws])
    yield Say(BEGIN)
    yield from _booked(given, request, content, outcome, wallet, -tokens, ("redemption", postings))
    yield from _take(request.member_id, draws)
    name = request.member_id, request.request_id
    yield Say("put_hold", (*name, given.instant(until), kept))
    yield Say(COMMIT)
    return outcome


def capture(given: Given, request: Request, hold_id: str) -> Work:
    """Spend what a hold set aside."""
    member_id = request.member_id
    content = _digest("capture", hold_id)
    repeated = yield from _repeated(request, content)
    if repeated is not None:
        return repeated
    found = yield Say("hold", (member_id, hold_id))
    if not found or found[0][0] <= given.instant(request.at):
        raise No
    draws = json.loads(found[0][1])
    (wallet,) = yield Say("wallet", (member_id,))
    tokens = sum(part for _, part in draws)
    outcome = {"burn_id": hold_id, "tokens": tokens}
    postings: list[object] = [("held", -part, day) for day, part in draws]
    postings.append(("redeemed", tokens, None))
    yield Say(BEGIN)
    yield from _booked(given, request, content, outcome, wallet, 0, ("redemption", postings))
    if (yield Say("drop_hold", (member_id, hold_id))) != 1:
        raise Lost
    yield Say(COMMIT)
    return outcome


def give_back(given: Given, request: Request, order_id: str, amount_minor: int) -> Work:
    """Take back what a returned part of an order earned, from its own lot first."""
    member_id = request.member_id
    content = _digest("return", order_id, amount_minor)
    repeated = yield from _repeated(request, content)
    if repeated is not None:
        return repeated
    found = yield Say("order", (member_id, order_id))
    if not found:
        raise No
    paid, returned, awarded, last_day = found[0]
    if returned + amount_minor > paid:
        raise No
    wallet, lots = yield from _wallet_and_lots(given, request)
    kept = (paid - returned - amount_minor) // 1_000
    draws = _drawn(sorted(lots, key=lambda lot: lot[0] != last_day), awarded - kept)
    outcome = {"order_id": order_id, "taken": awarded - kept}
    postings: list[object] = [("available", -part, str(day)) for day, part, _ in draws]
    postings.append(("clawed_back", awarded - kept, None))
    yield Say(BEGIN)
    why = ("return", postings)
    yield from _booked(given, request, content, outcome, wallet, kept - awarded, why)
    changed = (returned + amount_minor, kept, member_id, order_id, returned)
    if (yield Say("return_order", changed)) != 1:
        raise Lost
    yield from _take(member_id, draws)
    yield Say(COMMIT)
    return outcome


def begun(given: Given, member_id: str, at: datetime, lots: Mapping[date, int]) -> Work:
    """Have a member with these lots."""
    yield Say(BEGIN)
    yield Say("new_member", (member_id, given.instant(at)))
    yield Say("new_wallet", (member_id, sum(lots.values())))
    for day, tokens in lots.items():
        yield Say("add_lot", (member_id, given.day(day), tokens))
    yield Say(COMMIT)
    return {}


def together(works: Iterable[Work]) -> Work:
    """Carry several commands out in one transaction, statement by statement as before."""
    yield Say(BEGIN)
    for work in works:
        answer: object = None
        with suppress(StopIteration):
            while True:
                say = work.send(answer)
                answer = None if say.name in (BEGIN, COMMIT) else (yield say)
    yield Say(COMMIT)
    return {}


def _digest(*content: object) -> str:
    """Digest what makes a request the same as another."""
    text = json.dumps(content, separators=(",", ":"))
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def _repeated(request: Request, content: str) -> Generator[Say, Any, Mapping[str, Any] | None]:
    """Look the receipt up."""
    found = yield Say("receipt", (request.member_id, request.request_id))
    if not found:
        return None
    if found[0][0] != content:
        raise No
    outcome: Mapping[str, Any] = json.loads(found[0][1])
    return outcome


def _wallet_and_lots(given: Given, request: Request) -> Generator[Say, Any, tuple[Any, Any]]:
    """Read the wallet and its live lots, earliest first."""
    found = yield Say("wallet", (request.member_id,))
    today = request.at.astimezone(ZONE).date()
    lots = yield Say("lots", (request.member_id, given.day(today)))
    return found[0], lots


def _drawn(lots: Sequence[Any], tokens: int) -> list[tuple[Any, int, bool]]:
    """Draw lots in their order: of which, how many, and whether that is all of it."""
    draws, missing = [], tokens
    for last_day, there in lots:
        if not missing:
            break
        part = min(there, missing)
        draws.append((last_day, part, part == there))
        missing -= part
    if missing:
        raise No
    return draws


def _take(member_id: str, draws: Sequence[tuple[Any, int, bool]]) -> Generator[Say, Any, None]:
    """Take from lots what was drawn."""
    for last_day, part, is_all in draws:
        if is_all:
            yield Say("empty_lot", (member_id, last_day))
        else:
            yield Say("take_lot", (part, member_id, last_day))


def _booked(
    given: Given,
    request: Request,
    content: str,
    outcome: Mapping[str, object],
    wallet: tuple[int, int, int],
    change: int,
    why: tuple[str, Sequence[object]],
) -> Generator[Say, Any, None]:
    """Write the receipt, the wallet over the version that was read, and the entry."""
    member_id, request_id, at = request
    version, sequence, balance = wallet[0], wallet[1] + 1, wallet[2] + change
    reason, postings = why
    yield Say("put_receipt", (member_id, request_id, content, json.dumps(outcome)))
    if (yield Say("put_wallet", (sequence, balance, member_id, version))) != 1:
        raise Lost
    entry = (member_id, sequence, request_id, given.instant(at), reason, json.dumps(postings))
    yield Say("put_entry", (*entry, balance))
