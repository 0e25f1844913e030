"""Replaying an event log: lines become commands, commands go through the shells, totals come out.

Lines are carried out in batches. Those of a batch that could not be read are reported in their
order, whatever it is that found them wrong.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from functools import cached_property
from itertools import compress, islice
from typing import TYPE_CHECKING, Any, Protocol, cast

from mi_rewards import catalogue
from mi_rewards._event_log.books import BATCH, Books
from mi_rewards._event_log.fields import Event
from mi_rewards._event_log.lines import Row, Unread
from mi_rewards._event_log.together import to_commands
from mi_rewards._event_log.totals import Totals
from mi_rewards._event_log.words import OTHER_RULE_BOOK
from mi_rewards.calendar import write_day
from mi_rewards.commands.command import Command
from mi_rewards.commands.shells.batch import Batch
from mi_rewards.commands.shells.carrying import Shell
from mi_rewards.earning.members import Member
from mi_rewards.errors import Misuse, Refused
from mi_rewards.memory import MemoryStore
from mi_rewards.programme import Programme
from mi_rewards.repositories import Changes
from mi_rewards.wallet.entries import Entry
from mi_rewards.wallet.wallet import Wallet

if TYPE_CHECKING:
    from mi_rewards.commands import Rewards
    from mi_rewards.repositories import OutboxEvent
    from mi_rewards.tiers import Moved

_MOMENT = timedelta(microseconds=1)
_NO_COMMAND = (Misuse, type(None))


class StoreFailed(Exception):
    """The database cannot go on, or others are always faster."""


class Waiting(Protocol):
    """What has a look between lines: the deadlines that lines have set."""

    def begin(self) -> None:
        """Take in what a store has already."""

    def see(self, changes: Changes | None, /) -> None:
        """Take in what was set, `None` for nothing."""

    def book_before(self, command: Event, /) -> None:
        """Book what has run out by the instant of a command."""


class Replay:
    """A replay on its way.

    Attributes:
        events: Lines taken, refused ones and repeated ones included.
        repeated: Those of them that were carried out before.
        refused: How often what was refused.
        unread: How many lines could not be read.
        batch: How many lines are carried out with one load and one save.
        source: What a statement is made from.
    """

    batch = BATCH
    source = "log"

    def __init__(
        self,
        programme: Programme,
        *,
        report: Callable[[Unread], None],
        as_of: date | None = None,
        member_id: str | None = None,
        all_lines: bool = False,
        progress: Callable[[int], None] | None = None,
        books_due: bool = True,
        store: Books | None = None,
    ) -> None:
        self.store: Books = MemoryStore() if store is None else store
        self._shell = Shell(self.store, programme)
        self.events = 0
        self.repeated = 0
        self.refused: Counter[str] = Counter()
        self.unread = 0
        self._programme = programme
        self._report = report
        self._as_of = as_of
        self._end = None if as_of is None else programme.zone.after(as_of)
        self._member_id = member_id
        self._all_lines = all_lines
        self._is_told_of = False
        self._progress = progress
        self._books_due = books_due
        self._latest: datetime | None = None
        self._follows = programme.referral is not None or bool(programme.preorders)
        if self._follows:
            # What a line brings another member is there before the next line.
            self.batch = 1
        self._deadlines = self._new_deadlines() if programme.preorders else None

    def run(self, rows: Iterable[tuple[int, Row] | Unread]) -> None:
        """Replay rows; then book what is due by the end of the day named, where that is wanted.

        Args:
            rows: From an event log.
        """
        if self._deadlines is not None:
            self._deadlines.begin()
        source = iter(rows)
        while items := list(islice(source, self.batch)):
            self._carry_out(items)
        if self._books_due and (self._latest is not None or self._as_of is not None):
            self.rewards.lapse_due(self.end - _MOMENT)

    @cached_property
    def rewards(self) -> "Rewards":
        """The programme on its store, with all that it tells."""
        from mi_rewards.commands import Rewards

        return Rewards(self.store, self._programme)

    @property
    def as_of(self) -> date:
        """The day whose balances are stated: the one asked for, or the latest line's."""
        if self._as_of is not None:
            return self._as_of
        latest = self.latest
        return date.min if latest is None else self._programme.zone.day_of(latest)

    @property
    def latest(self) -> datetime | None:
        """The latest instant of a line, `None` where no line says one."""
        return self._latest

    @property
    def end(self) -> datetime:
        """The instant (UTC) at which that day is over."""
        return self._programme.zone.after(self.as_of)

    def totals(self) -> Totals:
        """Add up what every member has at the end of the day named.

        Returns:
            The totals.
        """
        at = self.end - _MOMENT
        calendar: Counter[date] = Counter()
        issued = promised = held = redeemed = lapsed = clawed_back = owed = 0
        for wallet in self._wallets(at):
            if wallet.owner.kind != self._programme.kind:
                continue
            for last_day, tokens in wallet.buckets:
                calendar[last_day] += tokens
            so_far = wallet.totals
            issued += so_far[0]
            redeemed += so_far[1]
            lapsed += so_far[2]
            clawed_back += so_far[3]
            owed += wallet.owed
            if wallet.promises or wallet.holds:
                promised += wallet.promised
                held += wallet.held
        joined = (member.joined_at for member in self.store.all_of(Member))
        preorders, quotas = self._sold(at)
        members = sum(joined_at is not None and joined_at <= at for joined_at in joined)
        return Totals(
            self._programme.name,
            None if self._as_of is None and self.latest is None else write_day(self.as_of),
            self.events,
            self.repeated,
            self.unread,
            members,
            issued,
            promised,
            sum(calendar.values()),
            held,
            redeemed,
            lapsed,
            clawed_back,
            owed,
            dict(sorted(self.refused.items())),
            self._issued(at),
            self._tiers(at),
            {write_day(day): calendar[day] for day in sorted(calendar)},
            preorders,
            quotas,
            self._traded(at),
        )

    def _issued(self, at: datetime) -> dict[str, int]:
        """Count the vouchers issued by an instant, by reward."""
        vouchers = self.store.all_of(catalogue.Voucher)
        issued = Counter(it.reward_id for it in vouchers if it.issued_at <= at)
        return dict(sorted(issued.items()))

    def _tiers(self, at: datetime) -> dict[str, int]:
        """Count the members of each tier at an instant."""
        ladder = self._programme.ladder
        if ladder is None:
            return {}
        held: Counter[str] = Counter({tier.tier_id: 0 for tier in ladder.tiers})
        held.update(moved.standing.held for moved in self.standings(at))
        del held[""]
        return dict(held)

    def standings(self, at: datetime) -> Iterator["Moved"]:
        """Say where each member stands at an instant, where the programme has tiers.

        Args:
            at: The instant (UTC).

        Yields:
            The standing of each member who is in by then, and the changes since the last booked.
        """
        ladder, zone = self._programme.ladder, self._programme.zone
        if ladder is None:
            return
        from mi_rewards.tiers import Standing

        standings = {it.member_id: it for it in self.store.all_of(Standing)}
        for member in self.store.all_of(Member):
            if not member.is_in or member.joined_at is None or member.joined_at > at:
                continue
            standing = standings.get(member.member_id)
            if standing is None:
                joined_on = zone.day_of(member.joined_at)
                standing = Standing.joining(member.member_id, joined_on)
            yield standing.at(at, ladder=ladder, zone=zone)

    def _new_deadlines(self) -> Waiting:
        """Begin to wait for what runs out between lines."""
        from mi_rewards._event_log.deadlines import Deadlines

        return Deadlines(self.store, self._decided)

    def _sold(
        self, at: datetime
    ) -> tuple[dict[str, int], dict[str, dict[str, int]]] | tuple[None, None]:
        """State pre-orders and quotas at an instant, where the programme has them."""
        if not self._programme.preorders:
            return None, None
        from mi_rewards._event_log.sold import Sold

        sold = Sold.of(self.store, at)
        return sold.counts(), sold.units()

    def _traded(self, at: datetime) -> dict[str, int] | None:
        """State exchanges at an instant, where the programme has them."""
        if not self._programme.trade_ins:
            return None
        from mi_rewards._event_log.traded import exchange_counts

        return exchange_counts(self.store, at)

    def knows(self, member_id: str) -> bool:
        """Tell whether there is anything to state of a member.

        Args:
            member_id: The one member who is stated.

        Returns:
            Whether there was a line of the member's.
        """
        del member_id
        return self._is_told_of if self._all_lines else self.events > 0

    def stated(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        """Take of a journal what is stated at the end of the day named.

        Args:
            entries: All of the journal.

        Returns:
            All of it, since no line is later.
        """
        return entries

    def journals(self) -> Iterator[Sequence[Entry]]:
        """Go through all journals as they are stated at the end of the day named.

        Yields:
            The entries of one wallet.
        """
        return map(self.stated, self.store.journals())

    def _wallets(self, at: datetime) -> Iterator[Wallet]:
        """Go through all wallets as they are at the end of the day named."""
        return (wallet.at(at) for wallet in self.store.all_of(Wallet))

    def _decided(self, commands: Sequence[Command[Any]]) -> Batch[Any]:
        """Carry commands out with one load and one save."""
        batch: Batch[Any] = Batch(commands, self._programme, keeps_refusals=True)
        self._shell.carry_out(batch)
        return batch

    def see(self, at: datetime) -> None:
        """Take in the instant of a line, which may be the latest.

        Args:
            at: The instant (UTC).
        """
        if self._latest is None or at > self._latest:
            self._latest = at

    def _carry_out(self, items: Sequence[tuple[int, Row] | Unread]) -> None:
        """Carry out a batch of lines; a refusal is its line's receipt."""
        numbers, commands, unread = self._commands(items)
        if self._deadlines is not None and commands:
            self._deadlines.book_before(commands[0])
        batch = self._decided(commands)
        if self._follows and batch.changes is not None:
            self._follow(batch.changes)
        self.repeated += batch.repeated
        outcomes: list[object] = batch.outcomes
        is_taken = [not isinstance(it, Misuse) for it in outcomes]
        if not all(is_taken):
            for number, command, no in zip(numbers, commands, outcomes, strict=True):
                if isinstance(no, Misuse):
                    unread.append(Unread(number, f"{no}{self._hint(command)}"))
            numbers = list(compress(numbers, is_taken))
            commands = list(compress(commands, is_taken))
            outcomes = list(compress(outcomes, is_taken))
        self._count(numbers, commands, outcomes)
        for line in sorted(unread):
            self._report(line)
        self.unread += len(unread)
        if self._progress is not None:
            self._progress(items[-1][0])

    def _count(
        self, numbers: Sequence[int], commands: Sequence[Event], outcomes: Sequence[object]
    ) -> None:
        """Count lines that were taken."""
        del numbers
        self.refused.update([it.code for it in outcomes if isinstance(it, Refused)])
        self.events += len(commands)
        if commands:
            self.see(max([it.at for it in commands]))

    def _hint(self, command: Event) -> str:
        """Say what else is likely wrong with a line, where it is not the line."""
        from mi_rewards.commands import QuoteDevice

        is_quote = isinstance(command, QuoteDevice)
        return OTHER_RULE_BOOK if is_quote and not self._programme.trade_ins else ""

    def _follow(self, changes: Changes) -> None:
        """Take in deadlines, and carry out what follows for others, one after the other."""
        if self._deadlines is not None:
            self._deadlines.see(changes)
        self._follow_all(changes.events)

    def _follow_all(self, events: "Iterable[OutboxEvent]") -> None:
        """Carry out what follows from events; what was carried out before is answered again."""
        from mi_rewards.commands import follow_up

        for event in events:
            command = follow_up(event)
            if command is not None:
                self._decided([command])

    def _commands(
        self, items: Sequence[tuple[int, Row] | Unread]
    ) -> tuple[list[int], list[Event], list[Unread]]:
        """Make the commands of rows, with their numbers; what cannot be read stays as it is."""
        unread = [it for it in items if type(it) is Unread]
        taken: Any = [it for it in items if type(it) is not Unread] if unread else items
        numbers: list[int] = []
        commands: list[Event] = []
        if not taken:
            return numbers, commands, unread
        member_id, takes_all = self._member_id, self._member_id is None or self._all_lines
        all_numbers, rows = zip(*taken, strict=True)
        all_made = to_commands(rows, self._end)
        if member_id is None and not any(
            issubclass(it, _NO_COMMAND) for it in {*map(type, all_made)}
        ):
            return list(all_numbers), cast("list[Event]", all_made), unread
        for number, row, made in zip(all_numbers, rows, all_made, strict=True):
            if made is None:
                continue
            if isinstance(made, Misuse):
                unread.append(Unread(number, str(made)))
                continue
            if row[1] == member_id:
                self._is_told_of = True
            if takes_all or row[1] == member_id:
                numbers.append(number)
                commands.append(made)
            else:
                self.see(made.at)
        return numbers, commands, unread
