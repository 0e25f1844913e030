"""Several processes that trade in the same devices, some of them killed, and what is left.

1. A device has two numbers. Of every other one both were read by an inspection, so that who names
   the one names the other; of the rest all who want it name one number, some of them both.
2. Several members want each device, each asks in two processes under the same names, and quotes it
   again where somebody's newer quote counts. Of some devices, some who have one give it up.
3. A worker appends what it was answered to a file of its own. Killed by SIGKILL at whatever it
   does and started again, it goes on with what is not there.
4. At the end the store is looked at through `load`, and rows are counted.

`python -m tests.processes exchange` is the long form.
"""

import json
import os
import random
import tempfile
import time
from collections import Counter as Tally
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import attrs
from sqlalchemy import func, select

from mi_rewards.commands import Command, Rewards, with_retries
from mi_rewards.commands.trade_in.exchange_command import EXCHANGE_OPENED
from mi_rewards.commands.trade_in.outcomes import ExchangeOpened
from mi_rewards.errors import Conflict
from mi_rewards.programme import Programme
from mi_rewards.repositories import (
    Needs,
    Owned,
    Page,
    ReceiptKey,
    device_key,
)
from mi_rewards.sql import SqlStore
from mi_rewards.trade_in import (
    Device,
    DeviceInExchange,
    DeviceQuote,
    Exchange,
    ExchangeNotOpen,
    ExchangeState,
    QuoteVoid,
)
from tests import databases
from tests.crews import Line, cut, lines_in, run_crew
from tests.phones import WORST, a_device, imei
from tests.shop import line, place
from tests.trading import DEALS, NOON, PICKUP, change, dealer, inspect, opening, quote

_ATTEMPTS = 200
_PAGE = 1_000
_PAUSE_SECONDS = 0.002
_CANCELLED = ExchangeState.CANCELLED


@attrs.frozen(order=False)
class Bazaar:
    """What is to be done. The same figures make the same requests.

    Attributes:
        seed: What everything that is drawn depends on.
        workers: How many processes.
        devices: How many physical devices, each of two numbers.
        wanted_by: How many members want each of them.
        kills: How often a worker is killed and started again.
    """

    seed: int = 0
    workers: int = 4
    devices: int = 8
    wanted_by: int = 5
    kills: int = 3

    @property
    def early(self) -> int:
        """Every request is of interest."""
        return self.requests

    @property
    def requests(self) -> int:
        """How many are answered: each member who wants a device asks in two processes."""
        return 2 * self.devices * self.wanted_by

    @property
    def programme(self) -> Programme:
        """Old phones are taken in exchange."""
        return DEALS

    @property
    def members(self) -> list[str]:
        """Those who want a device; each wants several."""
        return [f"m{number}" for number in range(self.wanted_by)]

    def numbers(self, device: int) -> tuple[str, str]:
        """Name the numbers of a device."""
        return imei(2 * device), imei(2 * device + 1)

    def is_linked(self, device: int) -> bool:
        """Tell whether both numbers of a device are known to be of one."""
        return device % 2 == 0

    def gives_up(self, member: int, device: int) -> bool:
        """Tell whether a member who has a device gives it up: of every other pair, most do."""
        return device % 4 >= 2 and member % 3 < 2

    def named(self, member: int, device: int) -> Device:
        """Name a device as a member names it: by one number, by the other, or by both."""
        first, second = self.numbers(device)
        ways = ((first,), (first, second), (second,) if self.is_linked(device) else (first,))
        return a_device(imeis=ways[member % 3])

    def shares(self) -> list[list[tuple[int, int, int]]]:
        """Deal out what members want: each to two workers, in any order."""
        dice = random.Random(self.seed)
        shares: list[list[tuple[int, int, int]]] = [[] for _ in range(self.workers)]
        for device in range(self.devices):
            for member in range(self.wanted_by):
                for turn, worker in enumerate(dice.sample(range(self.workers), 2)):
                    shares[worker].append((turn, member, device))
        for share in shares:
            # All come for the same devices at about the same time.
            dice.shuffle(share)
            share.sort(key=lambda it: it[2] // 2)
        return shares


LONG = Bazaar(seed=2017, workers=8, devices=120, wanted_by=8, kills=24)
"""As it is run at night: each worker is killed three times."""


@attrs.frozen(order=False)
class BazaarReport:
    """What was found.

    Attributes:
        opened: How many answers named an exchange.
        refused: How many said that somebody else has the device.
        given_up: How many exchanges were given up.
        voided: How many quotes were overtaken by a newer one before they were taken.
        killed: How often a worker was killed.
        problems: What is wrong; nothing where all is well.
    """

    opened: int
    refused: int
    given_up: int
    voided: int
    killed: int
    problems: tuple[str, ...]

    def __str__(self) -> str:
        """Write the report, a line each."""
        head = (
            f"{'FAILED' if self.problems else 'passed'}: {self.opened} answers named an exchange,"
            f" {self.refused} that somebody else has the device, {self.given_up} given up,"
            f" {self.voided} quotes overtaken, {self.killed} killed"
        )
        return "\n".join((head, *self.problems))


def run_bazaar(url: str, bazaar: Bazaar, *, patience_seconds: int = 300) -> BazaarReport:
    """Let processes trade on an empty database, and see what is left.

    Args:
        url: The database.
        bazaar: What is to be done.
        patience_seconds: How long it may take.

    Returns:
        What was found.
    """
    store = databases.open_url(url)
    try:
        store.create_tables()
        opened(store, bazaar)
        with tempfile.TemporaryDirectory() as folder:
            files = [Path(folder, f"{number}.jsonl") for number in range(bazaar.workers)]
            killed, ended = run_crew(work_on, url, bazaar, files, patience_seconds)
            lines = [it for path in files for it in lines_in(path)]
        told = Tally(it["answer"] for it in lines)
        found = (*ended, *_unanswered(bazaar, lines), *problems(store, bazaar, lines))
        return BazaarReport(
            told["opened"] + told["given up"],
            told["refused"],
            told["given up"],
            sum(int(it["voided"]) for it in lines),
            killed,
            found,
        )
    finally:
        databases.dispose(store)


def opened(store: SqlStore, bazaar: Bazaar) -> None:
    """Publish a price book, and let both numbers of every other device be read."""
    rewards = dealer(store, bazaar.programme)
    terms = PICKUP.terms_id
    for device in range(bazaar.devices):
        if bazaar.is_linked(device):
            by, numbers = f"reader {device}", bazaar.numbers(device)
            rewards.do(place("o1", by=by, lines=(line("1", 9999, category="phones"),)))
            rewards.do(quote(terms_id=terms, by=by, device=a_device(imeis=numbers[:1])))
            rewards.do(opening(by=by, order_id="o1"))
            rewards.do(change("visit", by=by, visit_at=NOON))
            rewards.do(inspect(by=by, imeis=numbers, answers=WORST))
            rewards.do(change("decline", by=by))


def work_on(url: str, bazaar: Bazaar, number: int, path: str) -> None:
    """Do one worker's share, in a process of its own.

    Args:
        url: The database.
        bazaar: What is to be done.
        number: Which worker this is.
        path: The file of its answers.
    """
    cut(Path(path))
    done = {_asked(it) for it in lines_in(Path(path))}
    left = [it for it in bazaar.shares()[number] if it not in done]
    store = databases.open_url(url)
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        rewards = Rewards(store, bazaar.programme)
        _wait_for_all(Path(path).parent, bazaar.workers)
        for turn, member, device in left:
            told = {"turn": str(turn), "member": str(member), "device": str(device)}
            told |= traded(rewards, bazaar, member, device)
            os.write(file, (json.dumps(told) + "\n").encode())
    finally:
        os.close(file)
        databases.dispose(store)


def _wait_for_all(folder: Path, workers: int) -> None:
    """Wait until every worker has begun, so that they meet."""
    while len(list(folder.iterdir())) < workers:
        time.sleep(_PAUSE_SECONDS)


def traded(rewards: Rewards, bazaar: Bazaar, member: int, device: int) -> Line:
    """Quote a device and open an exchange of it, until it is in one; say whose it is then."""
    by, attempt = bazaar.members[member], 0
    while True:
        name = f"{device}.{attempt}"
        asking = quote(f"q{name}", by=by, device=bazaar.named(member, device))
        try:
            _done(rewards, asking)
            # The member reads what it is worth.
            time.sleep(_PAUSE_SECONDS)
            _done(rewards, opening(f"x{name}", f"q{name}", by=by))
        except QuoteVoid:
            attempt += 1
            continue
        except DeviceInExchange:
            return {"answer": "refused", "exchange": "", "voided": str(attempt)}
        told = {"answer": "opened", "exchange": f"x{name}", "voided": str(attempt)}
        if bazaar.gives_up(member, device):
            try:
                _done(rewards, change("cancel", by=by, exchange_id=f"x{name}"))
                return told | {"answer": "given up"}
            except ExchangeNotOpen:
                # The same member's other process has quoted it anew meanwhile.
                return told
        return told


def _done(rewards: Rewards, command: Command[Any]) -> None:
    """Have a command carried out, whoever is in the way."""
    while True:
        try:
            with_retries(rewards, _doing(command), attempts=_ATTEMPTS)
        except Conflict:
            continue
        return


def _doing(command: Command[Any]) -> Callable[[Rewards], object]:
    """Make what is tried again and again."""
    return lambda rewards: rewards.do(command)


def _asked(answer: Line) -> tuple[int, int, int]:
    """Say what an answer is to."""
    return int(answer["turn"]), int(answer["member"]), int(answer["device"])


def _unanswered(bazaar: Bazaar, lines: list[Line]) -> Iterator[str]:
    """See that each request was answered once."""
    asked = Tally(it for share in bazaar.shares() for it in share)
    if Tally(map(_asked, lines)) != asked:
        yield f"{sum((asked - Tally(map(_asked, lines))).values())} requests were not answered"


def problems(store: SqlStore, bazaar: Bazaar, lines: Iterable[Line]) -> Iterator[str]:
    """Look at what is left; yield what is wrong."""
    exchanges = [it for by in bazaar.members for it in _all_of(store, Exchange, by)]
    quotes = [it for by in bazaar.members for it in _all_of(store, DeviceQuote, by)]
    by_name = {(it.member_id, it.exchange_id): it for it in exchanges}
    for device in range(bazaar.devices):
        yield from _misheld(store, bazaar, device, exchanges)
    taken = {(it.member_id, it.exchange_id) for it in quotes if it.exchange_id}
    if taken != by_name.keys() or len(taken) != len(exchanges):
        yield f"promise 11: {len(taken)} quotes were taken, and there are {len(by_name)} exchanges"
    ends = {ExchangeState.ISSUED, ExchangeState.VOID, ExchangeState.CANCELLED}
    others = {it.state.value for it in exchanges if it.state not in ends}
    if others:
        yield f"promise 17: exchanges are {sorted(others)}"
    yield from _untold(store, bazaar, exchanges)
    for answer in lines:
        name = (bazaar.members[int(answer["member"])], answer["exchange"])
        made = by_name.get(name)
        if answer["answer"] != "refused" and made is None:
            yield f"promise 8: {name} was opened, and is not there"
        elif answer["answer"] == "given up" and made and made.state is not _CANCELLED:
            yield f"promise 8: {name} was given up, and is {made.state.value}"
    yield from _miscounted(store, bazaar, len(exchanges), len(quotes))


def _misheld(
    store: SqlStore, bazaar: Bazaar, device: int, exchanges: Iterable[Exchange]
) -> Iterator[str]:
    """See that a device is in one exchange at most, and that each of its numbers says so."""
    numbers = set(bazaar.numbers(device))
    live = [it for it in exchanges if numbers & {*it.device.imeis} and it.is_live(NOON)]
    holders = {(it.member_id, it.exchange_id) for it in live}
    if len(live) > 1:
        yield f"promise 17: device {device} is in {len(live)} exchanges"
    is_kept = not any(bazaar.gives_up(it, device) for it in range(bazaar.wanted_by))
    if not live and is_kept:
        yield f"promise 17: device {device} is in no exchange, and nobody gave it up"
    named = numbers if bazaar.is_linked(device) else {it for of in live for it in of.device.imeis}
    for number in sorted(numbers):
        entry = store.load(Needs((device_key(number),))).get(device_key(number))
        holder = None if entry is None else entry.holder(NOON)
        expected = holders if number in named else set()
        if {holder} - {None} != expected:
            yield f"promise 17: number {number} says {holder}, and not {sorted(expected)}"


def _untold(store: SqlStore, bazaar: Bazaar, exchanges: list[Exchange]) -> Iterator[str]:
    """See that each exchange has its receipt, and that it was told once."""
    for by in bazaar.members:
        own = [it for it in exchanges if it.member_id == by]
        keys = [ReceiptKey(by, f"open:{it.exchange_id}") for it in own]
        receipts = store.load(Needs(receipts=tuple(keys))).receipts
        for made, key in zip(own, keys, strict=True):
            receipt = receipts[key]
            outcome = None if receipt is None else receipt.outcome
            if not isinstance(outcome, ExchangeOpened) or outcome.exchange_id != made.exchange_id:
                yield f"promise 8: the receipt of {made.exchange_id} of {by!r} is {outcome!r}"
        page = Page("outbox", by, "", 0, 100_000)
        events = store.load(Needs(pages=(page,))).pages[page]
        of_topic = [it for it in events if it.topic == EXCHANGE_OPENED]
        told = Tally(str(dict(it.figures)["exchange_id"]) for it in of_topic)
        if told != Tally(it.exchange_id for it in own):
            yield f"promise 8: {by!r} was told of {told.total()} exchanges, and has {len(own)}"


def _miscounted(
    store: SqlStore, bazaar: Bazaar, exchange_count: int, quote_count: int
) -> Iterator[str]:
    """See that no row is there that nobody can name, and no receipt without its row."""
    linked = sum(bazaar.is_linked(it) for it in range(bazaar.devices))
    rows = {"exchanges": exchange_count + linked, "device_quotes": quote_count + linked}
    with store.engine.connect() as connection:
        for name, expected in rows.items():
            counting = select(func.count()).select_from(store.tables.by_name[name])
            count = connection.execute(counting).scalar()
            if count != expected:
                yield f"promise 11: {count} rows of {name}, and not {expected}"
        receipts = store.tables.by_name["receipts"].c
        for name, expected in (("open:x%", exchange_count), ("q%.%", quote_count)):
            found = select(func.count()).where(receipts.request_id.like(name))
            count = connection.execute(found.where(receipts.scope.in_(bazaar.members))).scalar()
            if count != expected:
                yield f"promise 8: {count} receipts of {name!r}, and not {expected}"


def _all_of(store: SqlStore, kind: type[Any], by: str) -> list[Any]:
    """Read all that a member has of a kind, page by page."""
    found: list[Any] = []
    after = ""
    while True:
        page = Owned(kind, by, after, _PAGE)
        rows = store.load(Needs(pages=(page,))).owned(page)
        found += rows
        if len(rows) < _PAGE:
            return found
        after = rows[-1].exchange_id if kind is Exchange else rows[-1].quote_id


def run_on_postgresql(bazaar: Bazaar) -> BazaarReport:
    """Let processes trade on a new server.

    Args:
        bazaar: What is to be done.

    Returns:
        What was found.
    """
    server = databases.Server()
    try:
        return run_bazaar(server.url(), bazaar)
    finally:
        server.stop()
