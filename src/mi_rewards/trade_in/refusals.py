"""What quotes and exchanges refuse, in order of precedence.

1. `UnknownDeviceQuote`, `UnknownExchange`: there is nothing of that name.
2. `NotTradedHere`, `BrandNotAccepted`: the terms say no, whatever the device is worth.
3. `QuoteVoid`, `QuoteExpired`: the quote does not stand any more.
4. `AlreadyExchanged`, `ExchangePaid`, `TooManyAttempts`: a rule with a name of its own says no.
5. `ExchangeNotOpen`: its life has passed that point, or has not come to it.
6. `VisitTooLate`: the day named is not within the time for it. `WrongPayer`: what is due is due
   from the other side. `WrongExchangeAmount`: another amount is due.
"""

from collections.abc import Sequence
from typing import Final

from mi_rewards.errors import Refused


class UnknownDeviceQuote(Refused):
    """The member has no quote for a device of that name."""

    code = "unknown_device_quote"
    transient = True

    def __init__(self, *, quote_id: str) -> None:
        super().__init__(f"no quote {quote_id!r} for a device is known", quote_id=quote_id)


class UnknownExchange(Refused):
    """The member has no exchange of that name."""

    code = "unknown_exchange"
    transient = True

    def __init__(self, *, exchange_id: str) -> None:
        super().__init__(f"no exchange {exchange_id!r} is known", exchange_id=exchange_id)


class NotTradedHere(Refused):
    """Such exchanges are made elsewhere: an online one is not good at a store."""

    code = "not_traded_here"

    def __init__(self, *, channel: str, allowed: Sequence[str]) -> None:
        """State where they are.

        Args:
            channel: What was named.
            allowed: What the terms name, or the same as one text.
        """
        names = allowed if isinstance(allowed, str) else ", ".join(allowed)
        super().__init__(
            f"devices are not exchanged so at {channel!r}, but at one of {names}",
            channel=channel,
            allowed=names,
        )


class BrandNotAccepted(Refused):
    """Devices of that brand are not taken."""

    code = "brand_not_accepted"

    def __init__(self, *, brand: str, allowed: Sequence[str]) -> None:
        """State which are.

        Args:
            brand: What was named.
            allowed: What the terms name, or the same as one text.
        """
        names = allowed if isinstance(allowed, str) else ", ".join(allowed)
        super().__init__(
            f"devices of {brand!r} are not taken, but those of {names}",
            brand=brand,
            allowed=names,
        )


class QuoteVoid(Refused):
    """A newer quote for the same device took its place."""

    code = "quote_void"

    def __init__(self, *, quote_id: str) -> None:
        super().__init__(
            f"quote {quote_id!r} is void: a newer one for the device stands", quote_id=quote_id
        )


class QuoteExpired(Refused):
    """The last day of a quote is over."""

    code = "quote_expired"

    def __init__(self, *, quote_id: str, last_day: str) -> None:
        super().__init__(
            f"quote {quote_id!r} stood through {last_day}", quote_id=quote_id, last_day=last_day
        )


class AlreadyExchanged(Refused):
    """The old device was given for the new one, and nothing changes any more."""

    code = "already_exchanged"

    def __init__(self, *, exchange_id: str) -> None:
        super().__init__(f"exchange {exchange_id!r} was made, and stays", exchange_id=exchange_id)


class ExchangePaid(Refused):
    """What was due was paid before, by another payment; or that one has the same reference."""

    code = "exchange_paid"

    def __init__(self, *, exchange_id: str, reference: str) -> None:
        super().__init__(
            f"exchange {exchange_id!r} has payment {reference!r}, and this is another",
            exchange_id=exchange_id,
            reference=reference,
        )


class TooManyAttempts(Refused):
    """As many visits as there are have failed."""

    code = "too_many_attempts"

    def __init__(self, *, exchange_id: str, attempts: int) -> None:
        super().__init__(
            f"exchange {exchange_id!r} has no visit left after {attempts}",
            exchange_id=exchange_id,
            attempts=attempts,
        )


class ExchangeNotOpen(Refused):
    """What was to happen to an exchange cannot, as things stand."""

    code = "exchange_not_open"

    def __init__(self, *, exchange_id: str, state: str) -> None:
        super().__init__(
            f"that cannot be done: exchange {exchange_id!r} is {state}",
            exchange_id=exchange_id,
            state=state,
        )


class VisitTooLate(Refused):
    """The time in which a device is fetched is over by then."""

    code = "visit_too_late"

    def __init__(self, *, exchange_id: str, visit_at: str, until: str) -> None:
        super().__init__(
            f"the device of exchange {exchange_id!r} is fetched before {until}, not at {visit_at}",
            exchange_id=exchange_id,
            visit_at=visit_at,
            until=until,
        )


class WrongPayer(Refused):
    """What is due is due from the other side."""

    code = "wrong_payer"

    def __init__(self, *, exchange_id: str, asked: str, due: str) -> None:
        super().__init__(
            f"exchange {exchange_id!r}: what is due is paid by the {due}, not by the {asked}",
            exchange_id=exchange_id,
            asked=asked,
            due=due,
        )


class WrongExchangeAmount(Refused):
    """Another amount is due, or nothing is."""

    code = "wrong_exchange_amount"

    def __init__(self, *, exchange_id: str, asked: str, due: str) -> None:
        super().__init__(
            f"exchange {exchange_id!r}: {asked} is stated, {due} is due",
            exchange_id=exchange_id,
            asked=asked,
            due=due,
        )


EXCHANGE_REFUSALS: Final[tuple[type[Refused], ...]] = (
    UnknownDeviceQuote,
    UnknownExchange,
    NotTradedHere,
    BrandNotAccepted,
    QuoteVoid,
    QuoteExpired,
    AlreadyExchanged,
    ExchangePaid,
    TooManyAttempts,
    ExchangeNotOpen,
    VisitTooLate,
    WrongPayer,
    WrongExchangeAmount,
)
"""All of them, in their order."""
