"""Exchanges: one old device of one member, from the exchange receipt to the last payment.

1. An exchange's life cycle is the table `EXCHANGE_LIFE`. The exchange is the exchange receipt.
2. Its value is taken off one order at a time, and is used once. While the order waits for its
   payment (`at < attached_until`) no other order has it; it is used while `at < ends_at`.
3. The inspection decides by the terms recorded: the device is taken at what was declared, or at
   less where the member accepts that, or it is not taken. A device with another IMEI never is.
4. What a device pays never rises above what it is worth in the end. What was taken off beyond that
   the member pays; a surplus is lost, or paid as tokens where the terms say so.
5. What is due is paid once, and by the side that owes it. A payment is known by its reference.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from mi_rewards.calendar import write_instant
from mi_rewards.errors import Misuse
from mi_rewards.money import Money, Rate
from mi_rewards.trade_in.exchange_life import ExchangeEvent, ExchangeState
from mi_rewards.trade_in.exchange_records import Payer
from mi_rewards.trade_in.exchange_steps import ExchangeSteps
from mi_rewards.trade_in.inspection import (
    IMEI_MISMATCH,
    WORTH_LESS,
    Finding,
    is_same_device,
    judge,
)
from mi_rewards.trade_in.pricing import Valuation
from mi_rewards.trade_in.refusals import (
    AlreadyExchanged,
    TooManyAttempts,
    VisitTooLate,
    WrongExchangeAmount,
)
from mi_rewards.trade_in.terms import ExchangeMode

_HANDED_OVER: Final = frozenset(
    {ExchangeState.TAKEN, ExchangeState.SETTLED, ExchangeState.CREDITED}
)
_TO_BE_HANDED_OVER: Final = frozenset({ExchangeState.USED, ExchangeState.OFFERED})


class Exchange(ExchangeSteps):
    """One old device that is turned into money; see `ExchangeRecord` for what is kept of it."""

    __slots__ = ()

    def free_for(self, order_id: str, *, at: datetime) -> "Exchange":
        """State it as its value can be taken off an order, or refuse.

        Args:
            order_id: The order; what is attached to that one already counts as free.
            at: The instant (UTC).

        Returns:
            The exchange, attached to no order.

        Raises:
            AlreadyExchanged: It was used for an order.
            ExchangeNotOpen: It is not issued, or was; or another order has it.
        """
        now = self.detaching(order_id, at=at)
        now._check_unused()
        return now._expect(ExchangeEvent.ATTACH, at)

    def attaching(
        self, order_id: str, *, used_minor: int, until: datetime, at: datetime
    ) -> "Exchange":
        """Take its value off an order that waits for its payment.

        Args:
            order_id: The order.
            used_minor: How much it takes off, in minor units, at most what the device is worth.
            until: The instant (UTC) until which the payment is waited for.
            at: The instant (UTC).

        Returns:
            The exchange.

        Raises:
            Misuse: It would take off more than the device is worth, or until a past instant.
            AlreadyExchanged: It was used for an order.
            ExchangeNotOpen: It is not issued, or was; or another order has it.
        """
        if type(used_minor) is not int or not 0 <= used_minor <= self.valuation.minor:
            most = self.valuation.minor
            raise Misuse(f"an exchange takes 0 to {most} off an order, not {used_minor!r:.60}")
        if not order_id or until <= at:
            raise Misuse(f"an order waits past {write_instant(at)}, and has a name")
        self.at(at)._check_unused()
        return self._expect(ExchangeEvent.ATTACH, at)._to(
            ExchangeEvent.ATTACH, order_id=order_id, used_minor=used_minor, attached_until=until
        )

    def detaching(self, order_id: str, *, at: datetime) -> "Exchange":
        """Free it of an order that is not paid.

        Args:
            order_id: The order.
            at: The instant (UTC).

        Returns:
            The exchange, expired where its end has passed meanwhile; as it is where that order does
            not have it.
        """
        now = self.at(at)
        if now.state is not ExchangeState.ATTACHED or now.order_id != order_id:
            return now
        return now._let_go(ExchangeEvent.DETACH, at)

    def using(
        self, order_id: str, *, at: datetime, hand_over_by: datetime | None = None
    ) -> "Exchange":
        """Use it for an order that is paid.

        Args:
            order_id: The order that it is attached to.
            at: The instant (UTC).
            hand_over_by: Online: the first instant (UTC) at which the device is not handed over any
                more; `None` for none.

        Returns:
            The exchange. In store the device is handed over with it, and all is settled; online it
            is inspected first.

        Raises:
            Misuse: It would be handed over before it is used.
            AlreadyExchanged: It was used before.
            ExchangeNotOpen: That order does not have it.
        """
        if hand_over_by is not None and hand_over_by <= at:
            raise Misuse(f"a device is handed over past {write_instant(at)}")
        self.at(at)._check_unused()
        now = self._expect(ExchangeEvent.USE, at)
        if now.order_id != order_id:
            raise now._not_open()
        if self.terms.mode is ExchangeMode.IN_STORE:
            return now._taken(self.valuation.minor, at)
        return now._to(ExchangeEvent.USE, attached_until=None, book_by=hand_over_by)

    def reviving(self, order_id: str, *, at: datetime) -> "Exchange":
        """Let it go with its order, which is cancelled before the device is handed over.

        Args:
            order_id: The order that it was used for, or of whose product the device is fetched.
            at: The instant (UTC).

        Returns:
            The exchange: issued again, or expired where its end has passed meanwhile; cancelled
            where the terms say that it does not come back, where it was inspected already, and
            where it was to be fetched.

        Raises:
            AlreadyExchanged: The device was handed over.
            ExchangeNotOpen: That order does not have it, or it was not used.
        """
        now = self.at(at)
        if now.order_id != order_id:
            raise now._not_open()
        if now.state in _HANDED_OVER:
            raise AlreadyExchanged(exchange_id=self.exchange_id)
        if now.state is ExchangeState.USED and self.terms.revives:
            return now._let_go(ExchangeEvent.REVIVE, at)
        now._expect(ExchangeEvent.CALL_OFF, at)
        return now._to(ExchangeEvent.CALL_OFF, visit_at=None, closed_at=at)

    def scheduling(self, visit_at: datetime, *, at: datetime) -> "Exchange":
        """Agree on a visit, or on another one.

        Args:
            visit_at: When the device is fetched (UTC).
            at: The instant (UTC).

        Returns:
            The exchange.

        Raises:
            Misuse: The visit would be in the past.
            TooManyAttempts: As many as there are have failed.
            ExchangeNotOpen: Nothing is to be fetched, or not any more.
            VisitTooLate: The time for it is over by then.
        """
        if visit_at < at:
            raise Misuse(f"a visit is after {write_instant(at)}, not at {write_instant(visit_at)}")
        now, most = self.at(at), self.terms.attempts_max
        if now.state is ExchangeState.MISSED and most is not None and now.attempts >= most:
            raise TooManyAttempts(exchange_id=self.exchange_id, attempts=now.attempts)
        now = self._expect(ExchangeEvent.SCHEDULE, at)
        if self.book_by is not None and visit_at >= self.book_by:
            raise VisitTooLate(
                exchange_id=self.exchange_id,
                visit_at=write_instant(visit_at),
                until=write_instant(self.book_by),
            )
        return now._to(ExchangeEvent.SCHEDULE, visit_at=visit_at)

    def missing(self, *, at: datetime) -> "Exchange":
        """Record that a visit failed.

        Args:
            at: The instant (UTC).

        Returns:
            The exchange, which waits for another visit, or is missed where none is left.

        Raises:
            ExchangeNotOpen: No visit was agreed.
        """
        now = self._expect(ExchangeEvent.MISS, at)._replace(visit_at=None)
        attempts, most = now.attempts + 1, self.terms.attempts_max
        if most is None or attempts < most:
            return now._to(ExchangeEvent.MISS, attempts=attempts)
        return now._to(ExchangeEvent.GIVE_UP, attempts=attempts, closed_at=at)

    def inspecting(
        self,
        imeis: Sequence[str],
        *,
        at: datetime,
        verified: Valuation | None = None,
        rejection: str = "",
        answers: Mapping[str, str] | None = None,
        offer_until: datetime | None = None,
    ) -> "Exchange":
        """Record what an inspection found: at the door, or at the visit.

        Args:
            imeis: The numbers read from the device; none where it is rejected unread.
            at: The instant (UTC).
            verified: What it is worth as it is; needed where nothing is against it.
            rejection: Why it is not taken whatever it is worth: a code; empty where nothing is.
            answers: What was found, an answer for each question; `None` where that is not kept.
            offer_until: Until when a revised offer waits for an answer (UTC); `None` for as the
                terms say.

        Returns:
            The exchange: taken or settled, rejected, or with a revised offer.

        Raises:
            Misuse: What it is worth is missing, or in another currency; or neither the terms nor
                the caller say how long an offer waits, or that is past.
            ExchangeNotOpen: There is nothing to inspect, or not any more.
        """
        now = self._expect(ExchangeEvent.OFFER, at)
        if (imeis or not rejection) and not is_same_device(self.device.imeis, imeis):
            rejection = IMEI_MISMATCH
        now = now._replace(
            verified=verified,
            verified_answers=tuple(sorted((answers or {}).items())),
            visit_at=None,
        )
        finding = judge(self.terms, self.valuation, verified, rejection)
        if finding is Finding.REJECTED:
            return now._rejected(at, rejection or WORTH_LESS)
        found = 0 if verified is None else verified.minor
        if finding is Finding.AS_DECLARED:
            return now._taken(self.valuation.minor, at)
        if finding is Finding.BETTER:
            return now._taken(found, at)
        until = offer_until or self.terms.answer_until(at)
        if until is None:
            raise Misuse(
                "how long the offer waits for an answer is not known:"
                f" trade_ins.{self.terms.terms_id} states no answer_within_hours, and no"
                " offer_until is given"
            )
        if until <= at:
            raise Misuse(f"an offer waits past {write_instant(at)}, not until {until}")
        return now._to(ExchangeEvent.OFFER, offer_minor=found, offer_until=until)

    def accepting(self, *, at: datetime) -> "Exchange":
        """Accept the revised offer.

        Args:
            at: The instant (UTC).

        Returns:
            The exchange: the device is taken at that.

        Raises:
            ExchangeNotOpen: No offer waits for an answer.
        """
        now = self._expect(ExchangeEvent.DECLINE, at)
        return now._taken(now.offer_minor or 0, at)

    def declining(self, *, at: datetime) -> "Exchange":
        """Decline the revised offer: the member keeps the device.

        Args:
            at: The instant (UTC).

        Returns:
            The exchange; online what was taken off is to be paid.

        Raises:
            ExchangeNotOpen: No offer waits for an answer.
        """
        return self._expect(ExchangeEvent.DECLINE, at)._declined(at)

    def paying(self, amount: Money, reference: str, *, payer: Payer, at: datetime) -> "Exchange":
        """Record the payment of what is due, whichever way.

        Args:
            amount: How much was paid.
            reference: Names the payment; the same one again changes nothing.
            payer: Who paid it.
            at: The instant (UTC).

        Returns:
            The exchange.

        Raises:
            Misuse: The payment has no reference, or nobody paid it.
            ExchangePaid: What was due was paid by another payment, or another one has that
                reference.
            ExchangeNotOpen: Nothing is due, or not yet.
            WrongPayer: It is due from the other side.
            WrongExchangeAmount: Another amount is due.
        """
        if type(reference) is not str or not reference:
            raise Misuse(f"a payment's reference is a text, not {reference!r:.60}")
        if type(payer) is not Payer:
            raise Misuse(f"a payment is the member's or the programme's, not {payer!r:.60}")
        now = self.at(at)
        if now._is_paid(amount, reference, payer):
            return now
        return now._to(
            ExchangeEvent.PAY,
            due_minor=0,
            paid_minor=now.paid_minor + now.due_minor,
            paid_reference=reference,
            earlier_minor=now.paid_minor,
            earlier_reference=now.paid_reference,
            closed_at=at,
        )

    def voiding(self, *, at: datetime) -> "Exchange":
        """Let a newer quote for its device take its place.

        Args:
            at: The instant (UTC).

        Returns:
            The exchange.

        Raises:
            ExchangeNotOpen: It is attached to an order, was used, or has ended.
        """
        now = self._expect(ExchangeEvent.REPLACE, at)
        return now._to(ExchangeEvent.REPLACE, closed_at=at)

    def cancelling(self, *, at: datetime) -> "Exchange":
        """Give it up: before it is used, or before the device is fetched.

        Args:
            at: The instant (UTC).

        Returns:
            The exchange.

        Raises:
            ExchangeNotOpen: It is attached to an order, was used or inspected, or has ended.
        """
        now = self._expect(ExchangeEvent.CANCEL, at)
        return now._to(ExchangeEvent.CANCEL, visit_at=None, closed_at=at)

    def returning(self, minor: int, *, at: datetime, credit: Rate | None = None) -> "Exchange":
        """Settle what it took off, since the new product was returned; the old one is not.

        Args:
            minor: How much of what it took off the price is given back, in minor units.
            at: The instant (UTC).
            credit: Tokens for minor units, where it is paid as store credit and the terms do not
                say how many.

        Returns:
            The exchange; issued or cancelled as when its order is cancelled, where the device was
            not handed over and all of it is given back.

        Raises:
            Misuse: That is no whole number; or it is paid as store credit, and neither the terms
                nor the caller say how much there is.
            ExchangeNotOpen: It was not used, or is settled so already; or only a part is given
                back, and the device was not handed over.
            WrongExchangeAmount: It took off less than that, or nothing.
        """
        asked, now = Money(minor, self.currency), self.at(at)
        if now.state in _TO_BE_HANDED_OVER and minor == now.used_minor:
            return now.reviving(now.order_id, at=at)
        now = now._expect(ExchangeEvent.RETURN, at)
        if not 1 <= minor <= now.used_minor:
            raise WrongExchangeAmount(
                exchange_id=self.exchange_id, asked=str(asked), due=str(now.used)
            )
        return now._returned(minor, at, self.terms.credit or credit)
