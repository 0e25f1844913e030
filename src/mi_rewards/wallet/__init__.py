"""The wallet: buckets, holds, promises, the journal that explains them, and the checks on it."""

from mi_rewards.wallet.buckets import Bucket, Draw, format_buckets, parse_buckets
from mi_rewards.wallet.checks import Violation, check_journal
from mi_rewards.wallet.claw_back import ClawBack, ClawBackPolicy
from mi_rewards.wallet.codec import (
    burn_from_dict,
    burn_to_dict,
    entry_from_dict,
    entry_to_dict,
    read_journal,
    wallet_from_dict,
    wallet_to_dict,
    write_journal,
)
from mi_rewards.wallet.entries import Account, Entry, Event, Owner, Posting, Reason
from mi_rewards.wallet.expiry import (
    CappedBy,
    EndOfYear,
    ExpiryPolicy,
    FixedDay,
    NoExpiry,
    RollingDays,
    RollingMonths,
)
from mi_rewards.wallet.journal import fold, until
from mi_rewards.wallet.promises import keep, promise, withdraw
from mi_rewards.wallet.refusals import (
    BeyondBurn,
    BeyondHold,
    BeyondPromise,
    ClawBackRefused,
    DeadlinePassed,
    HoldNotOpen,
    InsufficientTokens,
    PromiseNotOpen,
    TokensOwed,
    WalletFull,
)
from mi_rewards.wallet.reservations import Burn, Hold, Promise
from mi_rewards.wallet.transfers import adjust_down, adjust_up, send, take
from mi_rewards.wallet.wallet import Change, Wallet

__all__ = [
    "Account",
    "BeyondBurn",
    "BeyondHold",
    "BeyondPromise",
    "Bucket",
    "Burn",
    "CappedBy",
    "Change",
    "ClawBack",
    "ClawBackPolicy",
    "ClawBackRefused",
    "DeadlinePassed",
    "Draw",
    "EndOfYear",
    "Entry",
    "Event",
    "ExpiryPolicy",
    "FixedDay",
    "Hold",
    "HoldNotOpen",
    "InsufficientTokens",
    "NoExpiry",
    "Owner",
    "Posting",
    "Promise",
    "PromiseNotOpen",
    "Reason",
    "RollingDays",
    "RollingMonths",
    "TokensOwed",
    "Violation",
    "Wallet",
    "WalletFull",
    "adjust_down",
    "adjust_up",
    "burn_from_dict",
    "burn_to_dict",
    "check_journal",
    "entry_from_dict",
    "entry_to_dict",
    "fold",
    "format_buckets",
    "keep",
    "parse_buckets",
    "promise",
    "read_journal",
    "send",
    "take",
    "until",
    "wallet_from_dict",
    "wallet_to_dict",
    "withdraw",
    "write_journal",
]
