"""Folding a journal: what a wallet is, from its entries alone."""

from collections.abc import Iterable
from datetime import datetime

from mi_rewards.calendar import utc
from mi_rewards.errors import Corrupt, Misuse
from mi_rewards.wallet.booking import applied
from mi_rewards.wallet.entries import Entry
from mi_rewards.wallet.refusals import WalletFull
from mi_rewards.wallet.wallet import Wallet


def fold(entries: Iterable[Entry]) -> Wallet:
    """Fold one wallet's journal, or any prefix of it.

    Args:
        entries: The entries of one wallet, from the first, in order.

    Returns:
        The wallet as booked; ask `wallet.at(instant)` what the calendar has made of it since.
        O(entries).

    Raises:
        Misuse: There is no entry.
        Corrupt: An entry is of another wallet, the sequence has a gap, or an entry takes what is
            not there.
    """
    wallet: Wallet | None = None
    for entry in entries:
        if wallet is None:
            wallet = Wallet(entry.owner)
        if entry.owner != wallet.owner or entry.sequence != wallet.sequence + 1:
            raise Corrupt(
                f"entry {entry.sequence} of {entry.owner} cannot follow "
                f"entry {wallet.sequence} of {wallet.owner}"
            )
        try:
            wallet = applied(wallet, entry)
        except (Misuse, WalletFull) as error:
            raise Corrupt(f"entry {entry.sequence} of {entry.owner} cannot be: {error}") from error
    if wallet is None:
        raise Misuse("there is no wallet without an entry")
    return wallet


def until(entries: Iterable[Entry], at: datetime) -> tuple[Entry, ...]:
    """Cut a wallet's journal at an instant.

    Args:
        entries: The entries of one wallet, in order.
        at: The instant, with an offset.

    Returns:
        The entries booked by then: a prefix.

    Raises:
        Misuse: *at* has no offset.
    """
    at = utc(at)
    return tuple(entry for entry in entries if entry.booked_at <= at)
