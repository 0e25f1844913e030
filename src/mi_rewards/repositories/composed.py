"""A store made of named repositories."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from mi_rewards.catalogue.code_entries import CodeEntry, PooledCode
from mi_rewards.catalogue.redemptions import Redemption
from mi_rewards.catalogue.rewards import Reward
from mi_rewards.catalogue.vouchers import Voucher
from mi_rewards.checkout.quotes import Quote
from mi_rewards.checkout.settlements import Settlement
from mi_rewards.earning.members import Member
from mi_rewards.earning.purchases import Purchase
from mi_rewards.earning.referrals import Referral, ReferralCode
from mi_rewards.errors import Misuse
from mi_rewards.preorders.preorders import PreOrder
from mi_rewards.preorders.quotas import Quota
from mi_rewards.preorders.reserved_units import ReservedUnit
from mi_rewards.preorders.tickets import Draw, Ticket
from mi_rewards.repositories.exchange import Changes, Loaded, Needs, Put
from mi_rewards.repositories.keys import Key
from mi_rewards.repositories.messages import Note, OutboxEvent
from mi_rewards.repositories.naming import key_of
from mi_rewards.repositories.ports import (
    Atomic,
    BurnRepository,
    CodeRepository,
    Counters,
    DeviceModelRepository,
    DeviceQuoteRepository,
    DeviceRepository,
    DrawRepository,
    Erasing,
    ExchangeRepository,
    Log,
    MemberRepository,
    PooledCodeRepository,
    PreOrderRepository,
    PriceBookRepository,
    PurchaseRepository,
    QuotaRepository,
    QuoteRepository,
    RedemptionRepository,
    ReferralCodeRepository,
    ReferralRepository,
    Repository,
    ReservedUnitRepository,
    RewardRepository,
    SettlementRepository,
    StandingRepository,
    TicketRepository,
    VoucherRepository,
    WalletRepository,
)
from mi_rewards.repositories.records import Owned, Page, Receipt, ReceiptKey
from mi_rewards.tiers.standing import Standing
from mi_rewards.trade_in.devices import DeviceEntry, DeviceModel
from mi_rewards.trade_in.exchanges import Exchange
from mi_rewards.trade_in.price_books import PriceBook
from mi_rewards.trade_in.quotes import DeviceQuote
from mi_rewards.wallet.entries import Entry
from mi_rewards.wallet.reservations import Burn
from mi_rewards.wallet.wallet import Wallet


class Repositories:
    """A store made of named repositories; each kind is asked once to read and once to write.

    Kinds are written in one order, and within them rows in the order of their keys, so that two
    units of work never wait for each other. A host that has no catalogue leaves its repositories
    out: a member has nothing of that, and what would be kept there is then a `Misuse`.
    """

    def __init__(
        self,
        *,
        members: MemberRepository,
        wallets: WalletRepository,
        purchases: PurchaseRepository,
        burns: BurnRepository,
        journal: Log[Entry],
        receipts: Log[Receipt],
        outbox: Log[OutboxEvent],
        notes: Log[Note],
        counters: Counters,
        atomic: Atomic,
        rewards: RewardRepository | None = None,
        redemptions: RedemptionRepository | None = None,
        vouchers: VoucherRepository | None = None,
        codes: CodeRepository | None = None,
        pooled_codes: PooledCodeRepository | None = None,
        quotes: QuoteRepository | None = None,
        settlements: SettlementRepository | None = None,
        standings: StandingRepository | None = None,
        referrals: ReferralRepository | None = None,
        referral_codes: ReferralCodeRepository | None = None,
        quotas: QuotaRepository | None = None,
        preorders: PreOrderRepository | None = None,
        draws: DrawRepository | None = None,
        tickets: TicketRepository | None = None,
        reserved_units: ReservedUnitRepository | None = None,
        price_books: PriceBookRepository | None = None,
        device_models: DeviceModelRepository | None = None,
        devices: DeviceRepository | None = None,
        device_quotes: DeviceQuoteRepository | None = None,
        exchanges: ExchangeRepository | None = None,
    ) -> None:
        kinds: dict[type[Any], Repository[Any] | None] = {
            Member: members,
            Wallet: wallets,
            Purchase: purchases,
            Burn: burns,
            Reward: rewards,
            Redemption: redemptions,
            Voucher: vouchers,
            CodeEntry: codes,
            PooledCode: pooled_codes,
            Quote: quotes,
            Settlement: settlements,
            Standing: standings,
            Referral: referrals,
            ReferralCode: referral_codes,
            Quota: quotas,
            PreOrder: preorders,
            Draw: draws,
            Ticket: tickets,
            ReservedUnit: reserved_units,
            PriceBook: price_books,
            DeviceModel: device_models,
            DeviceEntry: devices,
            DeviceQuote: device_quotes,
            Exchange: exchanges,
        }
        self._kinds: Mapping[type[Any], Repository[Any]] = {
            kind: repository for kind, repository in kinds.items() if repository is not None
        }
        self._journal = journal
        self._receipts = receipts
        self._outbox = outbox
        self._notes = notes
        self._counters = counters
        self._atomic = atomic

    def load(self, needs: Needs, /) -> Loaded:
        """Read what is needed, each kind once.

        Args:
            needs: What is asked for.

        Returns:
            Everything asked for, `None` where there is nothing.
        """
        aggregates: dict[Key[Any], Any] = dict.fromkeys(needs.aggregates)
        for kind, keys in _by_kind(needs.aggregates).items():
            for aggregate in self._repository(kind).get_many(keys):
                aggregates[key_of(aggregate)] = aggregate
        receipts: dict[ReceiptKey, Receipt | None] = dict.fromkeys(needs.receipts)
        if needs.receipts:
            for receipt in self._receipts.find_many(needs.receipts):
                receipts[receipt.key] = receipt
        loaded = Loaded(aggregates, receipts, dict.fromkeys(needs.counters))
        if needs.counters:
            for counter in self._counters.get_many(needs.counters):
                loaded.counters[counter.key] = counter
        loaded.pages = {page: self._read(page) for page in needs.pages}
        if needs.due is not None:
            before, after, limit, kind = needs.due
            loaded.due = self._repository(kind).due(before, after=after, limit=limit)
        return loaded

    def save(self, changes: Changes, /) -> None:
        """Carry out changes in one unit of work, each kind once.

        Args:
            changes: What to change.

        Raises:
            Conflict: A version or a record was there already.
            LimitReached: A counter would pass its limit.
            Misuse: A member is to be erased, and the log of notes cannot.
        """
        with self._atomic():
            if changes.receipts:
                self._receipts.append_many(sorted(changes.receipts, key=_receipt_key))
            puts = _by_kind(put.key for put in changes.puts)
            for kind in (*self._kinds, *puts.keys() - self._kinds.keys()):
                if kind in puts:
                    of_kind = [put for put in changes.puts if put.key.kind is kind]
                    self._repository(kind).put_many(sorted(of_kind, key=_row_key))
            if changes.entries:
                self._journal.append_many(changes.entries)
            if changes.events:
                self._outbox.append_many(changes.events)
            for member_id in sorted(changes.erased):
                self._erasing().erase(member_id)
            if changes.notes:
                self._notes.append_many(changes.notes)
            if changes.takes:
                self._counters.take_many(changes.takes)

    def _erasing(self) -> Erasing:
        """Answer with the log of notes, as one that can forget."""
        notes: object = self._notes
        if not isinstance(notes, Erasing):
            raise Misuse("the log of notes has no erase(member_id), so that nobody can be erased")
        return notes

    def _read(self, page: Page | Owned[Any]) -> Sequence[Any]:
        """Read a part of a log, or of what a member has of one kind."""
        if isinstance(page, Owned):
            repository = self._kinds.get(page.kind)
            if repository is None:
                # What is not kept is not there.
                return ()
            return repository.owned(page.member_id, after=page.after, limit=page.limit)
        logs: dict[str, Log[Any]] = {"journal": self._journal, "outbox": self._outbox}
        if page.log not in logs:
            raise Misuse(f"no log is named {page.log!r}")
        owner = (page.member_id, page.name)
        return logs[page.log].read(owner, after=page.after, limit=page.limit)

    def _repository(self, kind: type[Any]) -> Repository[Any]:
        """Find the repository of a kind."""
        if kind not in self._kinds:
            raise Misuse(f"no repository keeps {kind.__name__}")
        return self._kinds[kind]


def _receipt_key(receipt: Receipt) -> ReceiptKey:
    """Order receipts by their key."""
    return receipt.key


def _row_key(put: Put[Any]) -> tuple[str, str]:
    """Order aggregates by their key."""
    return put.key.member_id, put.key.name


def _by_kind(keys: Iterable[Key[Any]]) -> dict[type[Any], list[Key[Any]]]:
    """Group keys by the kind of aggregate."""
    groups: dict[type[Any], list[Key[Any]]] = {}
    for key in keys:
        groups.setdefault(key.kind, []).append(key)
    return groups
