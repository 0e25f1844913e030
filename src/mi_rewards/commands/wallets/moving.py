"""Transfers and adjustments.

1. A transfer is a command for each member: `Transfer` sends and leaves an event, and `follow_up`
   makes of an event the command that it asks for. A taker who cannot take declines once and for
   all; the event of that takes the tokens back.
2. An adjustment has a reason code in the journal; a note is a row of its own.
"""

from datetime import date

import attrs

from mi_rewards.commands.command import Decision, WalletCommand, not_a_text
from mi_rewards.commands.wallets.outcomes import Adjusted, Transferred
from mi_rewards.errors import Misuse
from mi_rewards.programme import Programme
from mi_rewards.repositories.exchange import Loaded, Needs, Put
from mi_rewards.repositories.keys import member_key
from mi_rewards.repositories.messages import Note, OutboxEvent
from mi_rewards.wallet.buckets import Draw, format_buckets, parse_buckets
from mi_rewards.wallet.entries import Reason
from mi_rewards.wallet.refusals import WalletFull
from mi_rewards.wallet.transfers import adjust_down, adjust_up, send, take

TOKENS_SENT = "tokens_sent"
TOKENS_TAKEN = "tokens_taken"
TRANSFER_DECLINED = "transfer_declined"
TOKENS_RETURNED = "tokens_returned"


@attrs.frozen(order=False, kw_only=True, slots=False)
class _MovingCommand(WalletCommand):
    """What every command on a transfer has.

    Attributes:
        reason: The host's own code for why, kept in the journal; nothing personal.
    """

    reason: str = "transfer"

    def __attrs_post_init__(self) -> None:
        """Check the names."""
        super().__attrs_post_init__()
        if type(self.reason) is not str or not self.reason:
            raise not_a_text("a reason", self.reason)


def transfer_name(member_id: str, request_id: str) -> str:
    """Name a transfer; whatever members and requests are called, no two are named alike.

    Args:
        member_id: Who sends.
        request_id: The request that sends.

    Returns:
        The transfer's id.
    """
    return f"{member_id.replace('%', '%25').replace('/', '%2F')}/{request_id}"


@attrs.frozen(order=False, kw_only=True, slots=False)
class Transfer(_MovingCommand):
    """Give tokens to another member: the giver's side.

    Attributes:
        to_member_id: The taker.
        tokens: Whole tokens.
    """

    to_member_id: str
    tokens: int

    def __attrs_post_init__(self) -> None:
        """Check that there is another member."""
        super().__attrs_post_init__()
        if type(self.to_member_id) is not str or not self.to_member_id:
            raise not_a_text("the taker's id", self.to_member_id)
        if self.to_member_id == self.member_id:
            raise Misuse("a transfer goes to another member")

    def decide(self, loaded: Loaded, programme: Programme, /) -> Decision[Transferred]:
        """Decide.

        Args:
            loaded: The giver's wallet.
            programme: The rules.

        Returns:
            The transfer, and an event that carries it to the taker.

        Raises:
            Misuse: *tokens* is not a number of tokens.
            TokensOwed: Tokens are owed after a return.
            InsufficientTokens: Fewer are available.
        """
        transfer_id = transfer_name(self.member_id, self.request_id)
        change = send(
            self._wallet(loaded, programme),
            self.tokens,
            transfer_id=transfer_id,
            at=self.at,
            request_id=self.request_id,
            reason=Reason(self.reason, (("to_member_id", self.to_member_id),)),
        )
        event = OutboxEvent(
            self.member_id,
            self.request_id,
            TOKENS_SENT,
            self.at,
            (
                ("transfer_id", transfer_id),
                ("from_member_id", self.member_id),
                ("to_member_id", self.to_member_id),
                ("draws", format_buckets(change.result)),
            ),
        )
        return Decision(
            Transferred(transfer_id, self.tokens),
            (Put(self._key(programme), change.wallet),),
            change.entries,
            (event,),
        )


@attrs.frozen(order=False, kw_only=True, slots=False)
class _TakingCommand(_MovingCommand):
    """What both ends of a transfer on its way have.

    Attributes:
        transfer_id: The transfer.
        draws: What is on its way, in the one-line text form.
    """

    transfer_id: str
    draws: str

    def __attrs_post_init__(self) -> None:
        """Check that there is a transfer."""
        super().__attrs_post_init__()
        if type(self.transfer_id) is not str or not self.transfer_id:
            raise not_a_text("a transfer's id", self.transfer_id)
        parse_buckets(self.draws)

    def _taken(self, loaded: Loaded, programme: Programme, topic: str) -> Decision[Transferred]:
        """Book that the tokens arrive."""
        draws = tuple(Draw(it.last_day, it.tokens) for it in parse_buckets(self.draws))
        change = take(
            self._wallet(loaded, programme),
            draws,
            transfer_id=self.transfer_id,
            at=self.at,
            request_id=self.request_id,
            reason=Reason(self.reason, (("transfer_id", self.transfer_id),)),
        )
        tokens = sum(draw.tokens for draw in draws)
        event = OutboxEvent(
            self.member_id,
            self.request_id,
            topic,
            self.at,
            (("transfer_id", self.transfer_id), ("tokens", tokens)),
        )
        return Decision(
            Transferred(self.transfer_id, tokens),
            (Put(self._key(programme), change.wallet),),
            change.entries,
            (event,),
        )


@attrs.frozen(order=False, kw_only=True, slots=False)
class TakeTransfer(_TakingCommand):
    """Take what another member gave: the taker's side.

    Attributes:
        from_member_id: The giver.
    """

    from_member_id: str

    def __attrs_post_init__(self) -> None:
        """Check the names: a transfer is taken under one request id, whoever carries it."""
        super().__attrs_post_init__()
        check_derived(self.request_id, f"take:{self.transfer_id}")

    def needs(self, programme: Programme, /) -> Needs:
        """Name the wallet and the member.

        Args:
            programme: The rules.

        Returns:
            Their keys.
        """
        return Needs((self._key(programme), member_key(self.member_id)))

    def decide(self, loaded: Loaded, programme: Programme, /) -> Decision[Transferred]:
        """Decide. A refusal is an outcome here, and final: its event takes the tokens back.

        Args:
            loaded: The taker's wallet and the taker.
            programme: The rules.

        Returns:
            The transfer, or the code for which it was declined.

        Raises:
            Misuse: There are no draws.
        """
        member = loaded.get(member_key(self.member_id))
        if member is None or member.joined_at is None:
            return self._declined("not_a_member")
        if member.left_at is not None:
            return self._declined("member_left")
        try:
            return self._taken(loaded, programme, TOKENS_TAKEN)
        except WalletFull as refusal:
            return self._declined(refusal.code)

    def _declined(self, code: str) -> Decision[Transferred]:
        """Send the tokens back."""
        event = OutboxEvent(
            self.member_id,
            self.request_id,
            TRANSFER_DECLINED,
            self.at,
            (
                ("transfer_id", self.transfer_id),
                ("from_member_id", self.from_member_id),
                ("draws", self.draws),
                ("code", code),
            ),
        )
        return Decision(Transferred(self.transfer_id, 0, code), events=(event,))


@attrs.frozen(order=False, kw_only=True, slots=False)
class ReturnTransfer(_TakingCommand):
    """Take back what the taker declined: the giver's side again.

    Attributes:
        reason: The code kept in the journal.
    """

    reason: str = "transfer_declined"

    def __attrs_post_init__(self) -> None:
        """Check the names: a transfer is returned under one request id, whoever carries it."""
        super().__attrs_post_init__()
        check_derived(self.request_id, f"return:{self.transfer_id}")

    def decide(self, loaded: Loaded, programme: Programme, /) -> Decision[Transferred]:
        """Decide.

        Args:
            loaded: The giver's wallet.
            programme: The rules.

        Returns:
            The transfer.

        Raises:
            Misuse: There are no draws.
            WalletFull: The wallet would pass 2**63 - 1 tokens.
        """
        return self._taken(loaded, programme, TOKENS_RETURNED)


def check_derived(request_id: str, derived: str) -> None:
    """Check that a request which follows from an event has the id that follows from it too.

    Args:
        request_id: The id given.
        derived: The one that follows.

    Raises:
        Misuse: They differ: under another id the same tokens would move twice.
    """
    if request_id != derived:
        raise Misuse(f"this request is named {derived!r}, not {request_id!r}: use follow_up")


@attrs.frozen(order=False, kw_only=True, slots=False)
class Adjust(WalletCommand):
    """Add tokens or take them off by hand.

    Attributes:
        tokens: Whole tokens to add; negative to take off.
        reason: The host's own code for why; nothing personal.
        last_day: The last valid day of what is added; not given where tokens are taken off.
        note: Free text, kept in a row of its own that erasure deletes; no part of the request's
            content, since receipts stay.
    """

    tokens: int
    reason: str
    last_day: date | None = None
    note: str = ""

    def __attrs_post_init__(self) -> None:
        """Check what is to be adjusted, and why."""
        super().__attrs_post_init__()
        if type(self.reason) is not str or not self.reason:
            raise not_a_text("an adjustment's reason", self.reason)
        if type(self.note) is not str:
            raise not_a_text("a note", self.note)
        if type(self.tokens) is not int or self.tokens == 0:
            raise Misuse(f"an adjustment is a whole number other than 0, not {self.tokens!r}")
        if (self.last_day is None) is not (self.tokens < 0):
            raise Misuse("tokens added need a last valid day, and those taken off have none")

    def decide(self, loaded: Loaded, programme: Programme, /) -> Decision[Adjusted]:
        """Decide.

        Args:
            loaded: The wallet.
            programme: The rules.

        Returns:
            The adjustment.

        Raises:
            Misuse: *tokens* is beyond 2**63 - 1, or the last day is none.
            TokensOwed: Tokens are to be taken off, and some are owed.
            InsufficientTokens: More are to be taken off than are available.
            WalletFull: The wallet would pass 2**63 - 1 tokens.
        """
        wallet, reason = self._wallet(loaded, programme), Reason(self.reason)
        put_key = self._key(programme)
        if self.last_day is None:
            down = adjust_down(
                wallet, -self.tokens, at=self.at, request_id=self.request_id, reason=reason
            )
            changed, entries = down.wallet, down.entries
        else:
            up = adjust_up(
                wallet,
                self.tokens,
                last_day=self.last_day,
                at=self.at,
                request_id=self.request_id,
                reason=reason,
            )
            changed, entries = up.wallet, up.entries
        notes = (Note(self.member_id, self.request_id, self.note),) if self.note else ()
        return Decision(Adjusted(self.tokens), (Put(put_key, changed),), entries, notes=notes)
