"""Tokens and debts that change hands, and adjustments with a reason.

A transfer has two sides, one in each wallet, under one transfer id; tokens keep their last valid
days. Every instant has an offset, and every number of tokens is a whole one from 1 to 2**63 - 1;
`Misuse` otherwise.
"""

from datetime import date, datetime
from typing import NamedTuple

from mi_rewards.calendar import NEVER, utc
from mi_rewards.wallet.booking import advanced, booked, inflow
from mi_rewards.wallet.buckets import Draw, planned_draws, whole_tokens
from mi_rewards.wallet.entries import Account, Event, Posting, Reason
from mi_rewards.wallet.wallet import Change, Wallet


class PassedOn(NamedTuple):
    """What a wallet that is left behind passes on; never both.

    Attributes:
        draws: Tokens, earliest last day first.
        debt: What was owed.
    """

    draws: tuple[Draw, ...]
    debt: int


def send(
    wallet: Wallet, tokens: int, *, transfer_id: str, at: datetime, request_id: str, reason: Reason
) -> Change[tuple[Draw, ...]]:
    """Give *tokens* away: the giver's side of a transfer.

    Args:
        wallet: The giver's wallet.
        tokens: Whole tokens.
        transfer_id: Names the transfer on both sides.
        at: The instant.
        request_id: The request that sends.
        reason: Why, as codes and figures.

    Returns:
        The wallet afterwards, and what is on its way, earliest last day first.

    Raises:
        MemberBlocked: The wallet is blocked.
        TokensOwed: Tokens are owed after a return.
        InsufficientTokens: Fewer than *tokens* are available.
    """
    return _take_off(
        wallet,
        tokens,
        Event.SENT,
        Posting(Account.TRANSFERRED, whole_tokens(tokens), None, transfer_id),
        at=at,
        request_id=request_id,
        reason=reason,
        by_member=True,
    )


def take(
    wallet: Wallet,
    draws: tuple[Draw, ...],
    *,
    transfer_id: str,
    at: datetime,
    request_id: str,
    reason: Reason,
) -> Change[None]:
    """Take what was sent: the taker's side of a transfer, or its way back to the giver.

    Args:
        wallet: The taker's wallet.
        draws: What is on its way, earliest last day first; at least one.
        transfer_id: Names the transfer on both sides.
        at: The instant.
        request_id: The request that takes.
        reason: Why, as codes and figures.

    Returns:
        The wallet afterwards. Tokens past their last day lapse at once.

    Raises:
        WalletFull: The wallet would pass 2**63 - 1 tokens.
    """
    tokens = whole_tokens(sum(draw.tokens for draw in draws))
    source = Posting(Account.TRANSFERRED, -tokens, None, transfer_id)
    return _put_on(wallet, draws, Event.TAKEN, source, at=at, request_id=request_id, reason=reason)


def adjust_up(
    wallet: Wallet, tokens: int, *, last_day: date, at: datetime, request_id: str, reason: Reason
) -> Change[None]:
    """Add *tokens* by hand.

    Args:
        wallet: The wallet before.
        tokens: Whole tokens.
        last_day: Their last valid day.
        at: The instant.
        request_id: The request that adjusts.
        reason: Why, as the host's own code and figures.

    Returns:
        The wallet afterwards.

    Raises:
        WalletFull: The wallet would pass 2**63 - 1 tokens.
    """
    source = Posting(Account.ADJUSTED, -whole_tokens(tokens))
    draws = (Draw(last_day, tokens),)
    return _put_on(
        wallet, draws, Event.ADJUSTED_UP, source, at=at, request_id=request_id, reason=reason
    )


def adjust_down(
    wallet: Wallet, tokens: int, *, at: datetime, request_id: str, reason: Reason
) -> Change[tuple[Draw, ...]]:
    """Take *tokens* off by hand, blocked or not, the bucket that lapses first before the others.

    Args:
        wallet: The wallet before.
        tokens: Whole tokens.
        at: The instant.
        request_id: The request that adjusts.
        reason: Why, as the host's own code and figures.

    Returns:
        The wallet afterwards, and what was taken.

    Raises:
        TokensOwed: Tokens are owed after a return.
        InsufficientTokens: Fewer than *tokens* are available.
    """
    return _take_off(
        wallet,
        tokens,
        Event.ADJUSTED_DOWN,
        Posting(Account.ADJUSTED, whole_tokens(tokens)),
        at=at,
        request_id=request_id,
        reason=reason,
        by_member=False,
    )


def pass_on(
    wallet: Wallet, *, transfer_id: str, at: datetime, request_id: str, reason: Reason
) -> Change[PassedOn]:
    """Pass on all that is available, or else what is owed: the side of a member who is merged.

    Args:
        wallet: The wallet that is left behind, blocked as merged or not at all.
        transfer_id: Names the transfer on both sides.
        at: The instant.
        request_id: The request that passes it on.
        reason: Why, as codes and figures.

    Returns:
        The wallet afterwards, in which nothing is available and nothing owed, and what is on its
        way; no entry of its own where that is nothing.

    Raises:
        WalletFull: The wallet would pass 2**63 - 1 tokens.
    """
    at = utc(at)
    now, entries = advanced(wallet, at, request_id)
    tokens, debt = now.available, now.owed
    if tokens:
        sink = Posting(Account.TRANSFERRED, tokens, None, transfer_id)
        sent = _take_off(
            now,
            tokens,
            Event.SENT,
            sink,
            at=at,
            request_id=request_id,
            reason=reason,
            by_member=False,
        )
        return Change(sent.wallet, (*entries, *sent.entries), PassedOn(sent.result, 0))
    if not debt:
        return Change(now, entries, PassedOn((), 0))
    # What makes it good never comes to a bucket, so that its last day is of no account.
    made_good = take(
        now,
        (Draw(NEVER, debt),),
        transfer_id=transfer_id,
        at=at,
        request_id=request_id,
        reason=reason,
    )
    return Change(made_good.wallet, (*entries, *made_good.entries), PassedOn((), debt))


def take_debt(
    wallet: Wallet, tokens: int, *, transfer_id: str, at: datetime, request_id: str, reason: Reason
) -> Change[int]:
    """Take over what another owes: what is available makes it good, the rest is owed here.

    Args:
        wallet: The wallet of who takes it over, blocked or not.
        tokens: What the other owes.
        transfer_id: Names the transfer on both sides.
        at: The instant.
        request_id: The request that takes it over.
        reason: Why, as codes and figures.

    Returns:
        The wallet afterwards, and how many tokens were taken from it at once.

    Raises:
        WalletFull: The wallet would pass 2**63 - 1 tokens.
    """
    at, wanted = utc(at), whole_tokens(tokens)
    now, entries = advanced(wallet, at, request_id)
    taken = min(now.available, wanted)
    draws = planned_draws(now.buckets, taken)
    postings = [Posting(Account.AVAILABLE, -draw.tokens, draw.last_day) for draw in draws]
    if taken < wanted:
        postings.append(Posting(Account.OWED, taken - wanted))
    postings.append(Posting(Account.TRANSFERRED, wanted, None, transfer_id))
    now, entry = booked(now, Event.TOOK_DEBT, postings, at=at, request_id=request_id, reason=reason)
    return Change(now, (*entries, entry), taken)


def _put_on(
    wallet: Wallet,
    draws: tuple[Draw, ...],
    event: Event,
    source: Posting,
    *,
    at: datetime,
    request_id: str,
    reason: Reason,
) -> Change[None]:
    """Book tokens that come in from outside."""
    at = utc(at)
    now, entries = advanced(wallet, at, request_id)
    postings = inflow(now, (source,), draws, at=at)
    now, entry = booked(now, event, postings, at=at, request_id=request_id, reason=reason)
    return Change(now, (*entries, entry), None)


def _take_off(
    wallet: Wallet,
    tokens: int,
    event: Event,
    sink: Posting,
    *,
    at: datetime,
    request_id: str,
    reason: Reason,
    by_member: bool,
) -> Change[tuple[Draw, ...]]:
    """Book tokens that go out, by the member's own doing or the programme's."""
    at = utc(at)
    now, entries = advanced(wallet, at, request_id)
    draws = now.spendable(tokens) if by_member else now.removable(tokens)
    postings = [Posting(Account.AVAILABLE, -draw.tokens, draw.last_day) for draw in draws]
    postings.append(sink)
    now, entry = booked(now, event, postings, at=at, request_id=request_id, reason=reason)
    return Change(now, (*entries, entry), draws)
