"""What commands on the catalogue and its vouchers answer: small values that a receipt keeps."""

from datetime import date, datetime
from typing import NamedTuple


class Reserved(NamedTuple):
    """A reward was reserved.

    Attributes:
        redemption_id: Names the reservation, its hold, and the voucher that it may become.
        reward_id: The reward.
        tokens: Tokens that are held for it.
        until: The deadline (UTC).
    """

    redemption_id: str
    reward_id: str
    tokens: int
    until: datetime


class Issued(NamedTuple):
    """A reward was redeemed, and its voucher issued.

    Attributes:
        voucher_id: Names the redemption, its burn and its voucher.
        reward_id: The reward.
        tokens: Tokens that it cost.
        last_day: The voucher's last valid day.
        digest: The keyed digest of its code. Where it is not that of the code drawn now, an earlier
            try of the request was carried out, and its code stands.
    """

    voucher_id: str
    reward_id: str
    tokens: int
    last_day: date
    digest: str


class RedemptionClosed(NamedTuple):
    """A redemption was cancelled, or had run out.

    Attributes:
        redemption_id: The redemption.
        state: What it is now.
        tokens: Tokens that came back.
    """

    redemption_id: str
    state: str
    tokens: int


class VoucherChanged(NamedTuple):
    """Something became of a voucher.

    Attributes:
        voucher_id: Names it within the member who redeemed it.
        reward_id: The reward that it is of.
        state: What it is now.
    """

    voucher_id: str
    reward_id: str
    state: str


class CodeReplaced(NamedTuple):
    """A voucher has another code.

    Attributes:
        voucher_id: Names it within the member who redeemed it.
        reward_id: The reward that it is of.
        digest: The keyed digest of its code. Where it is not that of the code drawn now, an earlier
            try of the request was carried out, and its code stands.
    """

    voucher_id: str
    reward_id: str
    digest: str


class Published(NamedTuple):
    """A reward stands in the catalogue.

    Attributes:
        reward_id: The reward.
        version: How many times it was stored.
    """

    reward_id: str
    version: int


class Imported(NamedTuple):
    """Codes were put into a pool.

    Attributes:
        pool_id: The pool.
        imported: How many were put in.
        waiting: How many are in it, not yet issued.
    """

    pool_id: str
    imported: int
    waiting: int
