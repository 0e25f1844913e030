"""What a wallet refuses, in order of precedence.

1. `HoldNotOpen`, `PromiseNotOpen`: what the operation is about is not there.
2. `DeadlinePassed`: the hold would have run out before it is placed.
3. `AlreadyBlocked`, `NotBlocked`: it is done, or there is nothing to undo.
4. `MemberBlocked`: nothing can be spent while the wallet is blocked.
5. `TokensOwed`: nothing can be redeemed while tokens are owed.
6. `InsufficientTokens`: fewer are available than were asked for.
7. `BeyondHold`, `BeyondBurn`, `BeyondPromise`: more than is left of it.
8. `ClawBackRefused`: the policy refuses a claw-back that what is available does not cover.
9. `WalletFull`: the wallet would pass 2**63 - 1 tokens.
"""

from mi_rewards.errors import Refused


class HoldNotOpen(Refused):
    """No open hold has that id: it was never placed, is resolved, or has run out."""

    code = "hold_not_open"

    def __init__(self, *, hold_id: str) -> None:
        super().__init__(f"no open hold {hold_id!r}", hold_id=hold_id)


class PromiseNotOpen(Refused):
    """No open promise has that id: it was never made, is kept, or withdrawn."""

    code = "promise_not_open"

    def __init__(self, *, promise_id: str) -> None:
        super().__init__(f"no open promise {promise_id!r}", promise_id=promise_id)


class DeadlinePassed(Refused):
    """The hold's deadline is past by the time at which the wallet can book it."""

    code = "deadline_passed"

    def __init__(self, *, hold_id: str, until: str) -> None:
        super().__init__(
            f"hold {hold_id!r} would have run out at {until}", hold_id=hold_id, until=until
        )


class AlreadyBlocked(Refused):
    """The member is blocked already."""

    code = "already_blocked"

    def __init__(self, *, reason: str) -> None:
        super().__init__(f"blocked already: {reason}", reason=reason)


class NotBlocked(Refused):
    """The member is not blocked."""

    code = "not_blocked"

    def __init__(self) -> None:
        super().__init__("not blocked")


class MemberBlocked(Refused):
    """The member is blocked, and nothing can be spent until that is lifted."""

    code = "member_blocked"
    transient = True

    def __init__(self, *, reason: str) -> None:
        super().__init__(f"nothing can be spent: {reason}", reason=reason)


class TokensOwed(Refused):
    """Tokens are owed after a return, and nothing can be redeemed until they are made good."""

    code = "tokens_owed"
    transient = True

    def __init__(self, *, required: int, owed: int) -> None:
        super().__init__(
            f"{required} tokens asked for, but {owed} are owed", required=required, owed=owed
        )


class InsufficientTokens(Refused):
    """Fewer tokens are available than were asked for."""

    code = "insufficient_tokens"
    transient = True

    def __init__(self, *, required: int, available: int) -> None:
        super().__init__(
            f"{required} tokens asked for, {available} available",
            required=required,
            available=available,
        )


class BeyondHold(Refused):
    """More tokens were to be captured than the hold has."""

    code = "beyond_hold"

    def __init__(self, *, hold_id: str, required: int, held: int) -> None:
        super().__init__(
            f"{required} tokens to be captured, {held} held by {hold_id!r}",
            hold_id=hold_id,
            required=required,
            held=held,
        )


class BeyondBurn(Refused):
    """More tokens were to be reinstated than are left of the burn."""

    code = "beyond_burn"

    def __init__(self, *, burn_id: str, required: int, left: int) -> None:
        super().__init__(
            f"{required} tokens to be reinstated, {left} left of {burn_id!r}",
            burn_id=burn_id,
            required=required,
            left=left,
        )


class BeyondPromise(Refused):
    """More tokens were to be kept or withdrawn than the promise has."""

    code = "beyond_promise"

    def __init__(self, *, promise_id: str, required: int, promised: int) -> None:
        super().__init__(
            f"{required} tokens asked for, {promised} promised by {promise_id!r}",
            promise_id=promise_id,
            required=required,
            promised=promised,
        )


class ClawBackRefused(Refused):
    """The policy refuses a return whose tokens are no longer there; the host decides."""

    code = "claw_back_refused"
    transient = True

    def __init__(self, *, required: int, available: int) -> None:
        super().__init__(
            f"{required} tokens to be taken back, {available} available",
            required=required,
            available=available,
        )


class WalletFull(Refused):
    """The wallet would hold or have seen more tokens than a 64-bit signed number can count."""

    code = "wallet_full"

    def __init__(self, *, member_id: str) -> None:
        super().__init__("a wallet takes at most 2**63 - 1 tokens", member_id=member_id)
