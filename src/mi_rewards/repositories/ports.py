"""Named repositories, one for each kind of aggregate, that `Repositories` makes a store of.

1. An aggregate is put over exactly the version it replaces; of two writers on one version one
   wins, and the loser gets `Conflict` and leaves nothing behind.
2. A record (entry, receipt, event, note) is appended once and never changed; notes alone can be
   deleted, a member's all at once.
3. Counters are taken from by bounded steps that the store checks while it saves.
"""

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, Protocol, TypeVar, runtime_checkable

from mi_rewards.catalogue.code_entries import CodeEntry, PooledCode
from mi_rewards.catalogue.redemptions import Redemption
from mi_rewards.catalogue.rewards import Reward
from mi_rewards.catalogue.vouchers import Voucher
from mi_rewards.checkout.quotes import Quote
from mi_rewards.checkout.settlements import Settlement
from mi_rewards.earning.members import Member
from mi_rewards.earning.purchases import Purchase
from mi_rewards.earning.referrals import Referral, ReferralCode
from mi_rewards.preorders.preorders import PreOrder
from mi_rewards.preorders.quotas import Quota
from mi_rewards.preorders.reserved_units import ReservedUnit
from mi_rewards.preorders.tickets import Draw, Ticket
from mi_rewards.repositories.exchange import Put
from mi_rewards.repositories.keys import Key
from mi_rewards.repositories.records import Counter, CounterKey, DueKey, Take
from mi_rewards.tiers.standing import Standing
from mi_rewards.trade_in.devices import DeviceEntry, DeviceModel
from mi_rewards.trade_in.exchanges import Exchange
from mi_rewards.trade_in.price_books import PriceBook
from mi_rewards.trade_in.quotes import DeviceQuote
from mi_rewards.wallet.reservations import Burn
from mi_rewards.wallet.wallet import Wallet

A = TypeVar("A")
X = TypeVar("X")


class Repository(Protocol[A]):
    """The rows of one kind of aggregate."""

    def get_many(self, keys: Sequence[Key[A]], /) -> Iterable[A]:
        """Read aggregates; takes no lock.

        Args:
            keys: Their names.

        Returns:
            Those there are, in any order; unknown keys are left out.
        """

    def put_many(self, puts: Sequence[Put[A]], /) -> None:
        """Store aggregates, each over exactly the version that it carries, with that raised by one.

        Args:
            puts: The aggregates.

        Raises:
            Conflict: Another version is there.
        """

    def due(self, before: datetime, *, after: DueKey[A] | None, limit: int) -> Sequence[DueKey[A]]:
        """Find what the calendar changes by an instant.

        An index on `due_at`, then the key, finds each page without looking at any other row.

        Args:
            before: Aggregates whose `due_at` is at or before it (UTC).
            after: The last of the page before, `None` at the beginning.
            limit: How many at most.

        Returns:
            Keys with their `due_at`, what fell due first before the rest, then by the key.
        """

    def owned(self, member_id: str, *, after: str, limit: int) -> Sequence[A]:
        """Read what a member has of this kind, page by page; takes no lock.

        The primary key finds each page, since the member leads it.

        Args:
            member_id: The member; for rewards the catalogue, for codes their pool.
            after: The name after which to begin; empty for the beginning.
            limit: How many at most.

        Returns:
            Aggregates in the order of their names, compared by code point.
        """


WalletRepository = Repository[Wallet]
"""The rows of wallets."""
PurchaseRepository = Repository[Purchase]
"""The rows of purchases."""
MemberRepository = Repository[Member]
"""The rows of members."""
BurnRepository = Repository[Burn]
"""The rows of burns."""
RewardRepository = Repository[Reward]
"""The rows of rewards, which belong to the catalogue."""
RedemptionRepository = Repository[Redemption]
"""The rows of redemptions."""
VoucherRepository = Repository[Voucher]
"""The rows of vouchers."""
CodeRepository = Repository[CodeEntry]
"""The rows of codes, by their digests: what makes codes differ."""
PooledCodeRepository = Repository[PooledCode]
"""The rows of imported codes, by their pool and place."""
QuoteRepository = Repository[Quote]
"""The rows of quotes."""
SettlementRepository = Repository[Settlement]
"""The rows of settlements: how each order of a checkout is paid."""

StandingRepository = Repository[Standing]
"""The rows of standings, one for each member."""
ReferralRepository = Repository[Referral]
"""The rows of referrals: who invited each friend, and what became of it."""

ReferralCodeRepository = Repository[ReferralCode]
"""The rows of codes by which members invite friends."""

QuotaRepository = Repository[Quota]
"""The rows of quotas; what is taken of them are counters."""
DrawRepository = Repository[Draw]
"""The rows of draws."""
TicketRepository = Repository[Ticket]
"""The rows of tickets, by their draw and the member."""

PreOrderRepository = Repository[PreOrder]
"""The rows of pre-orders."""

ReservedUnitRepository = Repository[ReservedUnit]
"""The rows of units that are set aside for codes."""

PriceBookRepository = Repository[PriceBook]
"""The rows of price books: the current one of each name, and its editions."""

DeviceModelRepository = Repository[DeviceModel]
"""The rows of models that price books price."""

DeviceRepository = Repository[DeviceEntry]
"""The rows of physical devices, by their numbers: what each is in."""

DeviceQuoteRepository = Repository[DeviceQuote]
"""The rows of quotes of devices."""

ExchangeRepository = Repository[Exchange]
"""The rows of exchanges."""


class Log(Protocol[X]):
    """Records that are appended and never changed: journal, receipts, outbox, notes."""

    def append_many(self, records: Sequence[X], /) -> None:
        """Append records.

        Args:
            records: Records, those of one owner in order.

        Raises:
            Conflict: A record of the same key is there, or a sequence would have a gap.
        """

    def find_many(self, keys: Sequence[Any], /) -> Iterable[X]:
        """Find records by their keys.

        Args:
            keys: For receipts, `ReceiptKey`.

        Returns:
            Those there are, in any order.
        """

    def read(self, owner: tuple[str, str], *, after: int, limit: int) -> Sequence[X]:
        """Read a part of an owner's records.

        Args:
            owner: The member and, for the journal, the kind of token.
            after: The sequence number after which to begin.
            limit: How many at most.

        Returns:
            Records in order.
        """


@runtime_checkable
class Erasing(Protocol):
    """What the log of notes may have besides, so that members can be erased."""

    def erase(self, member_id: str, /) -> None:
        """Delete all notes about a member, in the unit of work that is open.

        Args:
            member_id: The member; where there are no notes nothing happens.
        """


class Counters(Protocol):
    """Stock, limits, budgets and quota shards."""

    def get_many(self, keys: Sequence[CounterKey], /) -> Iterable[Counter]:
        """Read counters; takes no lock.

        Args:
            keys: Their names.

        Returns:
            Those that something was taken from.
        """

    def take_many(self, takes: Sequence[Take], /) -> None:
        """Take steps, each checked where it is stored.

        Args:
            takes: The steps.

        Raises:
            LimitReached: A counter would pass its limit.
            Misuse: More is given back than was taken, or a step is of no whole number.
        """


class Atomic(Protocol):
    """Begins a unit of work that is rolled back when an error leaves it."""

    def __call__(self) -> AbstractContextManager[object]:
        """Begin.

        Returns:
            A context manager: commit at its end, roll back when an error leaves it.
        """
