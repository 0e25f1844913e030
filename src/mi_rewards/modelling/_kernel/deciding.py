"""What the common path leaves: rows that the commands decide, as a service would.

1. What a command asks for is made of what is kept of the member: a wallet of the lots, a purchase
   of a delivery. What it decides is kept again.
2. A refusal changes nothing, and is the row's receipt; a row that is wrong is not read.
3. Balances at an instant are stated when something is booked after it, and not before.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from mi_rewards._event_log.events import to_command
from mi_rewards.catalogue.code_entries import CodeEntry
from mi_rewards.catalogue.vouchers import Voucher
from mi_rewards.commands.command import Decision
from mi_rewards.commands.earning.standing import TIER_CHANGED
from mi_rewards.commands.units import quota_of
from mi_rewards.earning.members import Member
from mi_rewards.earning.purchases import Purchase
from mi_rewards.errors import Misuse, Refused
from mi_rewards.modelling._kernel.contents import content_of
from mi_rewards.modelling._kernel.days import instant, microseconds
from mi_rewards.modelling._kernel.folding import Folding
from mi_rewards.modelling._kernel.run import Run
from mi_rewards.modelling._kernel.state import ISSUED_MAX, State
from mi_rewards.modelling._kernel.values import burn_of, member_of, purchase_of, wallet_of
from mi_rewards.modelling.details import TierMove
from mi_rewards.modelling.history import Batch
from mi_rewards.preorders.quota_refusals import UnknownQuota
from mi_rewards.repositories.exchange import Loaded
from mi_rewards.repositories.keys import Key
from mi_rewards.repositories.records import Counter, CounterKey
from mi_rewards.tiers.standing import Standing
from mi_rewards.wallet.booking import advanced, applied
from mi_rewards.wallet.entries import Entry, Reason
from mi_rewards.wallet.reservations import Burn
from mi_rewards.wallet.wallet import Wallet


class Shown(Loaded):
    """What is kept of one member, as commands ask for it."""

    __slots__ = ("_run", "_state", "_wallet")

    def __init__(self, run: Run, state: State) -> None:
        super().__init__({}, {})
        self._run = run
        self._state = state
        self._wallet: Any = _NO_WALLET

    @property
    def wallet(self) -> Wallet | None:
        """The wallet as booked, `None` before its first entry."""
        if self._wallet is _NO_WALLET:
            self._wallet = wallet_of(self._run, self._state)
        found: Wallet | None = self._wallet
        return found

    def get(self, key: Key[Any]) -> Any:
        """Look an aggregate up.

        Args:
            key: Its name.

        Returns:
            The aggregate, `None` where there is none.
        """
        state, kind = self._state, key.kind
        if kind is Wallet:
            return self.wallet
        if kind is Purchase:
            return purchase_of(self._run, state, key.name)
        if kind is Member:
            return member_of(state)
        if kind is Standing:
            return None if state.more is None else state.more.standing
        if kind is Burn:
            return burn_of(self._run, state, key.name)
        if kind is CodeEntry:
            return key if key.member_id in self._run.codes else None
        return None

    def get_all(self, keys: Sequence[Key[Any]]) -> list[Any]:
        """Look aggregates up.

        Args:
            keys: Their names.

        Returns:
            The aggregates in the order of their keys.
        """
        return [self.get(key) for key in keys]

    def counter(self, key: CounterKey) -> Counter | None:
        """Look a counter up.

        Args:
            key: Its name.

        Returns:
            The counter, `None` where nothing was taken from it yet.
        """
        return self._run.counters.get(key)

    def all_counters(self, keys: Sequence[CounterKey]) -> dict[CounterKey, Counter | None]:
        """Look counters up.

        Args:
            keys: Their names.

        Returns:
            The counters by key.
        """
        return {key: self.counter(key) for key in keys}


_NO_WALLET: Final[Any] = object()


def decide(run: Run, state: State, place: int) -> None:
    """Let the command of a row decide.

    Args:
        run: The replay.
        state: Whose row.
        place: The row's place in the batch.
    """
    state.name_requests()
    batch: Batch = run.batch
    shown = Shown(run, state)
    content: tuple[Any, ...] = ()
    request_id = ""
    try:
        command: Any = to_command(run.write_row(place), None)
        content, request_id = content_of(batch, place, command), command.request_id
        if request_id in state.receipts:
            run.again(state, place, request_id, content)
            return
        decision = command.decide(shown, run.programme)
        _check_units(decision)
    except Misuse as fault:
        run.not_read(place, str(fault))
    except Refused as no:
        run.refuse(state, place, request_id, content, no.code)
    else:
        state.receipts[request_id] = content
        segment = run.segment(place)
        if segment and batch.kind[place] == "delivered":
            state.with_more().segments.setdefault(command.order_id, segment)
        _keep(run, state, decision, shown, segment)


def _check_units(decision: Decision[Any]) -> None:
    """Refuse a voucher that needs a unit: no row that the kernel knows opens a quota."""
    for key, it in decision.puts:
        if key.kind is Voucher and (quota_id := quota_of(it.terms)):
            raise UnknownQuota(quota_id=quota_id)


def _keep(run: Run, state: State, decision: Decision[Any], shown: Shown, segment: int) -> None:
    """Keep what a command decided."""
    wallet: Wallet | None = None
    for key, aggregate in decision.puts:
        kind = key.kind
        if kind is Wallet:
            wallet = aggregate
        elif kind is Purchase:
            _keep_purchase(state, aggregate)
        elif kind is Member:
            _keep_member(state, aggregate)
        elif kind is Standing:
            state.with_more().standing = aggregate
        elif kind is Burn:
            state.with_more().burns[aggregate.burn_id] = aggregate
        elif kind is Voucher:
            run.vouchers[aggregate.reward_id] += 1
        elif kind is CodeEntry and run.batch.code is not None:
            run.codes.add(aggregate.digest)
    for counter, n, limit in decision.takes:
        found = run.counters.get(counter)
        run.counters[counter] = Counter(counter, (0 if found is None else found.used) + n, limit)
    if run.detail:
        for event in decision.events:
            if event.topic == TIER_CHANGED:
                told = dict(event.figures)
                on = date.fromisoformat(str(told["on"])).toordinal()
                texts = [str(told[name]) for name in ("from_tier", "to_tier", "because")]
                run.tier_moves.append(TierMove(state.member_id, on, *texts))
    if wallet is not None and decision.entries:
        _snap_before(run, state, shown.wallet, decision.entries)
        keep_wallet(run, state, wallet, decision.entries, segment)
    else:
        run.bound(state)


def keep_wallet(
    run: Run, state: State, wallet: Wallet, entries: Sequence[Entry], segment: int
) -> None:
    """Keep a wallet and what its entries say of lots and flows.

    Args:
        run: The replay.
        state: Whose.
        wallet: The wallet afterwards.
        entries: What explains it.
        segment: The segment of what the row earns.
    """
    folding = Folding(run, state, segment)
    for entry in entries:
        folding.follow(entry)
    issued, state.redeemed, state.lapsed, state.clawed_back, _, _ = wallet.totals
    assert wallet.booked_at is not None
    state.booked = microseconds(wallet.booked_at)
    is_lean = not (wallet.holds or wallet.promises or wallet.owed) and issued <= ISSUED_MAX
    state.with_more().wallet = None if is_lean else wallet
    run.bound(state)


def _snap_before(run: Run, state: State, wallet: Wallet | None, entries: Sequence[Entry]) -> None:
    """State the balances asked for before the newest entry, each after what was booked by then."""
    end = microseconds(entries[-1].booked_at)
    ahead = list(reversed(entries))
    while state.snapped < len(run.instants) and run.instants[state.snapped] < end:
        at = instant(run.instants[state.snapped])
        while ahead[-1].booked_at <= at:
            entry = ahead.pop()
            wallet = applied(Wallet(entry.owner) if wallet is None else wallet, entry)
        run.snap(state, None if wallet is None else wallet.at(at))


def advance(run: Run, state: State, at: int) -> None:
    """Book what the calendar has made due of a member.

    Args:
        run: The replay.
        state: Whose.
        at: The instant by which.
    """
    wallet = state.wallet
    if wallet is None:
        run.cross(state, at)
        return
    after, entries = advanced(wallet, instant(at), "")
    if entries:
        _snap_before(run, state, wallet, entries)
        keep_wallet(run, state, after, entries, 0)


def burn(run: Run, state: State, tokens: int, at: int) -> None:
    """Burn tokens of a member who has them.

    Args:
        run: The replay.
        state: Whose.
        tokens: How many.
        at: The instant.
    """
    if state.is_lean and at >= state.booked:
        run.cross(state, at)
        run.spend(state, tokens, at)
        return
    before = wallet_of(run, state)
    assert before is not None  # there are tokens
    change = before.burn(
        tokens, at=instant(at), request_id=f"policy:{at}", reason=Reason("redemption")
    )
    _snap_before(run, state, before, change.entries)
    keep_wallet(run, state, change.wallet, change.entries, 0)


def _keep_purchase(state: State, purchase: Purchase) -> None:
    state.orders[purchase.order_id] = purchase


def _keep_member(state: State, member: Member) -> None:
    if member.joined_at is not None:
        state.joined = microseconds(member.joined_at)
    more = state.with_more()
    more.member = member if member.waiting or member.counted else None
