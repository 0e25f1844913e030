"""A replay that lands in a database.

1. A batch of lines is saved as a whole or not at all. What was saved stays, whatever happens next;
   the same lines again repeat their receipts and change nothing.
2. A store may hold more than the lines of this replay, and later ones: whatever is stated is
   stated as of the end of the day named.
3. Stating writes nothing: what the calendar has made due by then is reckoned, not booked.
4. Wallets and journals are read page by page, in the order of their keys.
"""

import gc
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from itertools import takewhile
from pathlib import Path
from typing import Any, Final

from mi_rewards._cli.statement import entries_of
from mi_rewards._event_log.books import Books
from mi_rewards._event_log.lines import Row, Unread
from mi_rewards._event_log.replay import Replay, StoreFailed
from mi_rewards.commands import Batch, Command, Rewards, with_retries
from mi_rewards.commands.wallets.lapsing import lapse_of
from mi_rewards.errors import Conflict, Misuse
from mi_rewards.programme import Programme
from mi_rewards.repositories import Needs, member_key, wallet_key
from mi_rewards.wallet.entries import Entry, Owner
from mi_rewards.wallet.journal import fold
from mi_rewards.wallet.wallet import Wallet

BATCH: Final = 500
"""Lines that are carried out with one load and one save."""

ATTEMPTS: Final = 20
"""How often a batch is tried that somebody else is faster on."""

EXTRA: Final = "pip install 'mi-rewards[sql]'"

_ALL: Final = 2**31 - 1
"""More events than a store is asked for at once."""

_MOMENT: Final = timedelta(microseconds=1)
_KEPT: Final = "what was saved is kept, and the same can be run again"


class StoredReplay(Replay):
    """A replay into a store that outlives it."""

    batch = BATCH
    source = "store"

    def __init__(
        self,
        store: Books,
        programme: Programme,
        *,
        report: Callable[[Unread], None],
        as_of: date | None = None,
        member_id: str | None = None,
        all_lines: bool = False,
        progress: Callable[[int], None] | None = None,
    ) -> None:
        super().__init__(
            programme,
            report=report,
            as_of=as_of,
            member_id=member_id,
            all_lines=all_lines,
            progress=progress,
            books_due=False,
            store=store,
        )
        first = next(store.all_of(Wallet), None)
        if first is not None:
            self._check(first.owner)

    def run(self, rows: Iterable[tuple[int, Row] | Unread]) -> None:
        """Replay rows, after what an interrupted run has left for other members.

        Args:
            rows: From an event log.
        """
        if self._follows:
            self._follow_all(self.store.pending_events(limit=_ALL))
        super().run(rows)

    @property
    def latest(self) -> datetime | None:
        """The latest instant of a line; where no line says one, that of what was booked last."""
        if self._latest is None:
            found = [it.booked_at for it in self._asked_for()]
            if self._programme.preorders and self._member_id is None:
                from mi_rewards._event_log.sold import latest_sold

                found.append(latest_sold(self.store))
            if self._programme.trade_ins and self._member_id is None:
                from mi_rewards._event_log.traded import latest_traded

                found.append(latest_traded(self.store))
            self._latest = max((it for it in found if it is not None), default=None)
        return self._latest

    def knows(self, member_id: str) -> bool:
        """Tell whether there is anything to state of a member.

        Args:
            member_id: The member.

        Returns:
            Whether there was a line, or the store has the member at the end of the day named.
        """
        if super().knows(member_id):
            return True
        key = member_key(member_id)
        member = self.store.load(Needs((key,))).get(key)
        if member is not None and (member.joined_at is None or member.joined_at < self.end):
            return True
        return bool(self.stated(entries_of(self, member_id)))

    def stated(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        """Take of a journal what is stated at the end of the day named.

        Args:
            entries: All of the journal.

        Returns:
            What was booked by then, and what was due by then, as it would be booked.
        """
        at = self.end - _MOMENT
        booked = _through(at, entries)
        if not booked:
            return booked
        wallet = fold(booked)
        self._check(wallet.owner)
        lapse = lapse_of(wallet, at=at, kind=self._programme.kind)
        return [*booked, *wallet.lapse(at=at, request_id=lapse.request_id).entries]

    def _wallets(self, at: datetime) -> Iterator[Wallet]:
        """Go through all wallets as they are at the end of the day named.

        Those that are later by now are folded from their journals, which are gone through beside
        them. A journal that was not there yet when its page was read is read by itself.
        """
        journals = self.store.journals()
        journal: Sequence[Entry] | None = ()
        for wallet in self.store.all_of(Wallet):
            self._check(wallet.owner)
            if wallet.booked_at is None or wallet.booked_at <= at:
                yield wallet.at(at)
                continue
            place = _place(wallet.owner)
            while journal is not None and (not journal or _place(journal[0].owner) < place):
                journal = next(journals, None)
            if journal is None or _place(journal[0].owner) != place:
                booked = _through(at, entries_of(self, wallet.owner.member_id))
            else:
                booked = _through(at, journal)
            if booked:
                yield fold(booked).at(at)

    def _decided(self, commands: Sequence[Command[Any]]) -> Batch[Any]:
        """Carry commands out, and again where somebody else is faster; then all is anew."""

        def attempt(rewards: Rewards) -> Batch[Any]:
            batch: Batch[Any] = Batch(commands, self._programme, keeps_refusals=True)
            rewards.carry_out(batch)
            return batch

        return with_retries(self.rewards, attempt, attempts=ATTEMPTS)

    def _asked_for(self) -> Iterator[Wallet]:
        """Go through the wallets that are stated: one member's, or all."""
        if self._member_id is None:
            return self.store.all_of(Wallet)
        key = wallet_key(self._member_id, self._programme.kind)
        return iter([it for it in self.store.load(Needs((key,))).get_all((key,)) if it is not None])

    def _check(self, owner: Owner) -> None:
        """Refuse a store of another programme's tokens."""
        programme = self._programme
        if owner.kind not in programme.kinds or owner.zone != programme.zone:
            raise Misuse(
                f"the store keeps {owner.kind!r} by the days of {owner.zone.name},"
                f" and {programme.name} has {programme.kind!r} by those of {programme.zone.name}"
            )


@contextmanager
def opened_store(url: str, *, creates: bool = True) -> Iterator[Books]:
    """Open a store for as long as it is used; have its faults come out as one message each.

    Args:
        url: SQLAlchemy's URL of a database; PostgreSQL without a driver is spoken to by psycopg.
        creates: Whether a file that is not there is made.

    Yields:
        The store.

    Raises:
        Misuse: It is no such URL, or something is not installed.
        StoreFailed: The database cannot be opened, or cannot go on.
        KeyboardInterrupt: The user's, with a message.
    """
    if "://" not in url:
        raise Misuse(f"a store is named by a URL, such as sqlite:///{url or 'tokens.db'}")
    _check_file(url, creates=creates)
    scheme, _, rest = url.partition("://")
    if scheme in {"postgres", "postgresql"}:
        url = f"postgresql+psycopg://{rest}"
    try:
        from mi_rewards.sql import open_store
        from mi_rewards.sql._faults import reason_of
    except ModuleNotFoundError as fault:
        raise Misuse(f"--store needs {fault.name}, which comes with: {EXTRA}") from None
    # A replay in memory makes no cycles; drivers and lost races may.
    gc.enable()
    store = None
    try:
        store = open_store(url)
        yield store
    except Conflict:
        raise StoreFailed(f"others are changing the store all the time; {_KEPT}") from None
    except KeyboardInterrupt:
        raise KeyboardInterrupt(f"interrupted; {_KEPT}") from None
    except Exception as fault:
        reason = reason_of(fault)
        if reason is None:
            raise
        kept = f"; {_KEPT}" if store is not None else ""
        raise StoreFailed(f"the database cannot be used: {reason}{kept}") from None
    finally:
        if store is not None:
            store.engine.dispose()


def _check_file(url: str, *, creates: bool) -> None:
    """Refuse a database on SQLite that would be gone at the end, or is not there to be read."""
    scheme, _, rest = url.partition("://")
    if scheme.partition("+")[0] != "sqlite":
        return
    path = rest.removeprefix("/").partition("?")[0]
    if path in {"", ":memory:"}:
        raise Misuse("a store in memory is gone at the end; name a file: sqlite:///tokens.db")
    if not creates and not Path(path).exists():
        raise Misuse(f"there is no store at {url!r}")


def _through(at: datetime, entries: Sequence[Entry]) -> list[Entry]:
    """Take of a journal what was booked by an instant."""
    return list(takewhile(lambda entry: entry.booked_at <= at, entries))


def _place(owner: Owner) -> tuple[str, str]:
    """Tell where a wallet and its journal stand among all."""
    return owner.member_id, owner.kind
