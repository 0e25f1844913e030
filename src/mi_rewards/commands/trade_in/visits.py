"""Visits: the pickup service comes for the device, a few times at most."""

from datetime import datetime

import attrs

from mi_rewards.calendar import utc
from mi_rewards.commands.command import Decision, not_a_text
from mi_rewards.commands.trade_in.exchange_command import ExchangeCommand
from mi_rewards.commands.trade_in.orders import check_order_of
from mi_rewards.commands.trade_in.outcomes import ExchangeChanged
from mi_rewards.programme import Programme
from mi_rewards.repositories.exchange import Loaded


@attrs.frozen(order=False, kw_only=True, slots=False)
class ScheduleVisit(ExchangeCommand):
    """Agree on a visit, or on another one.

    Attributes:
        visit_at: When somebody comes, with an offset; kept in UTC.
    """

    visit_at: datetime = attrs.field(converter=utc)

    def decide(self, loaded: Loaded, programme: Programme, /) -> Decision[ExchangeChanged]:
        """Decide.

        Args:
            loaded: The exchange, and the order that it is for.
            programme: The rules.

        Returns:
            The exchange.

        Raises:
            UnknownExchange: The member has none of that name.
            NewProductGone: Its order was cancelled, or came back.
            TooManyAttempts: As many as there are have failed.
            ExchangeNotOpen: Nobody comes for it, or its life has passed that point.
            VisitTooLate: The time for it is over by then.
            Misuse: The visit is in the past.
        """
        before = self._exchange(loaded)
        check_order_of(before, loaded)
        after = before.scheduling(self.visit_at, at=self.at)
        return self._done(before, after, loaded, programme)


@attrs.frozen(order=False, kw_only=True, slots=False)
class MissVisit(ExchangeCommand):
    """Record that a visit came to nothing; the last one that the terms allow ends the exchange.

    Attributes:
        reason: Why, as a code of the host's, such as `"not_at_home"`.
    """

    reason: str = ""

    def __attrs_post_init__(self) -> None:
        """Check the reason."""
        super().__attrs_post_init__()
        if type(self.reason) is not str:
            raise not_a_text("a reason", self.reason)

    def decide(self, loaded: Loaded, programme: Programme, /) -> Decision[ExchangeChanged]:
        """Decide.

        Args:
            loaded: The exchange.
            programme: The rules.

        Returns:
            The exchange.

        Raises:
            UnknownExchange: The member has none of that name.
            ExchangeNotOpen: No visit was agreed on.
        """
        before = self._exchange(loaded)
        return self._done(before, before.missing(at=self.at), loaded, programme)
