"""Names that some database somewhere takes for something else, or for one another."""

from collections.abc import Collection
from typing import Any

import attrs

from mi_rewards.catalogue import Redemption, Voucher
from mi_rewards.checkout import Quote, Settlement
from mi_rewards.earning import Member, Purchase, Referral, ReferralCode
from mi_rewards.preorders import PreOrder, ReservedUnit, Ticket
from mi_rewards.repositories import Changes, CounterKey, Take
from mi_rewards.testing._checks import samples
from mi_rewards.tiers import Standing
from mi_rewards.trade_in import DeviceModel, DeviceQuote, Exchange
from mi_rewards.wallet import Burn, Wallet

ODD_NAMES = (
    "o'clock",
    'say "so"',
    "100%",
    "100_",
    "a:b",
    "a/b",
    "a\\b",
    "%s",
    "?",
    "$1",
    ";--",
    "a b",
    "a\nb",
    "a\tb",
    "नाम",
    "ß",
    "ss",
    "😀",
    "\u00e9",
    "e\u0301",
    "NULL",
    "0",
    "00",
    "1e3",
    "x" * 255,
    "x" * 254 + "y",
)
"""Names that some database somewhere takes for something else; all differ, and none has a NUL."""

LOOKALIKES = (
    ("asha", "Asha"),
    ("asha", "asha "),
    ("asha", " asha"),
    ("asha", "ASHA"),
    ("straße", "STRASSE"),
    ("\u00e9", "e\u0301"),
    ("o_1", "oX1"),
    ("o%", "o1"),
    ("1", "01"),
)
"""Pairs of names that differ, though some collations take them for the same."""


NAMED = (
    *(Purchase, Burn, Redemption, Voucher, Quote, Settlement, PreOrder, ReservedUnit),
    *(DeviceQuote, Exchange),
)
"""Kinds of which a member may have several, of any name."""

ALONE = (Member, Standing, Referral)
"""Kinds of which a member has one, without a name."""


def parcels_of(by: str, name: str, mark: int, kinds: Collection[type[Any]]) -> Changes:
    """Make one of each kind of thing with a member's name and a name of its own."""
    wallet = samples.row(Wallet, mark, by=by, name=name or "tokens")
    alone = [samples.row(kind, mark, by=by) for kind in ALONE if kind in kinds]
    # A draw's id is of one line, and the tickets here are of a draw named like the member.
    named = (*NAMED, ReferralCode, DeviceModel, *(() if "\n" in by else (Ticket,)))
    rows = [samples.row(kind, mark, by=by, name=name) for kind in named if kind in kinds]
    _, entries = samples.changes_of(
        Wallet(wallet.owner), *[lambda it: samples.earned(it, mark, by=name or "e")]
    )
    return Changes(
        tuple(map(samples.put, (*alone, wallet, *rows))),
        entries,
        (samples.receipt(name, by, mark),),
        (attrs.evolve(samples.event(name, by), topic=f"t{mark}"),),
        (samples.note(name, by),),
        (Take(CounterKey(by, name), mark, 99),),
    )
