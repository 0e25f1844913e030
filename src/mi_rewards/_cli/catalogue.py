"""The catalogue in words: every reward, and what a member can have of it.

Whether a reward can be had is what a redemption would be answered with; nothing is computed here.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from mi_rewards._event_log.replay import Replay
from mi_rewards._event_log.words import shown
from mi_rewards.calendar import write_day
from mi_rewards.catalogue.rewards import Reward
from mi_rewards.catalogue.terms import Choice, CouponTerms, Validity
from mi_rewards.commands.catalogue.offers import Offer
from mi_rewards.errors import Misuse, Refused
from mi_rewards.programme import Programme
from mi_rewards.repositories import Needs, wallet_key

_PERCENT: Final = 100
_MOMENT: Final = timedelta(microseconds=1)


def catalogue_text(programme: Programme) -> str:
    """Write the catalogue of a rule book.

    Args:
        programme: The rule book.

    Returns:
        Lines without an end.
    """
    rewards = sorted(programme.rewards, key=lambda reward: reward.reward_id)
    head = f"{shown(programme.title)}: catalogue"
    rows = [["reward", "tokens", "what it is good for"]]
    rows += [[it.reward_id, _cost(it), _terms(it)] for it in rewards]
    return "\n".join([head, "", *_table(rows)]) if rewards else f"{head}\n\nNo rewards."


def offers_text(replay: Replay, member_id: str) -> str:
    """Write the catalogue as a member sees it at the end of the day named.

    Args:
        replay: A replay that was run.
        member_id: The member; one of whom the log says nothing has no tokens.

    Returns:
        Lines without an end.

    Raises:
        Misuse: The store has later entries of the member.
    """
    at = replay.end - _MOMENT
    programme = replay.rewards.programme
    balance = replay.rewards.balance(member_id, at=at)
    who, day = shown(member_id), write_day(replay.as_of)
    key = wallet_key(member_id, programme.kind)
    wallet = replay.store.load(Needs((key,))).get(key)
    if wallet is not None and wallet.booked_at is not None and wallet.booked_at > at:
        # Stocks and limits are counters, which know no past.
        raise Misuse(f"{who} has entries after {day}, and a catalogue is not of the past")
    offers = replay.rewards.catalogue(member_id, at=at)
    when = "" if replay.as_of == date.min else f" at the end of {day}"
    head = f"{shown(programme.title)}: catalogue for {who}{when}, {balance.available:,} available"
    if not offers:
        return f"{head}\n\nNo rewards."
    rows = [["reward", "tokens", "what it is good for", who]]
    rows += [
        [it.reward.reward_id, _cost(it.reward), _terms(it.reward), _answer(it)] for it in offers
    ]
    return "\n".join([head, "", *_table(rows)])


def _answer(offer: Offer) -> str:
    """Say whether a reward can be had, and if not all that speaks against it."""
    left = "" if offer.left is None else f", {offer.left:,} left"
    if not offer.reasons_against:
        return f"can be had{left}"
    return "; ".join([_reason(offer, refusal) for refusal in offer.reasons_against]) + left


def _reason(offer: Offer, refusal: Refused) -> str:
    """Say what speaks against a reward."""
    if refusal.code == "insufficient_tokens":
        missing = offer.missing
        return f"{missing:,} tokens are missing" if missing > 1 else "1 token is missing"
    if refusal.code == "limit_reached":
        is_stock = str(refusal.figures["counter"]).endswith("/stock")
        return "sold out" if is_stock else f"no more than {refusal.figures['limit']:,} can be had"
    return shown(refusal)


def _cost(reward: Reward) -> str:
    """Write what a reward costs."""
    cost = reward.cost
    return f"from {cost.least:,}" if isinstance(cost, Choice) else f"{cost:,}"


def _terms(reward: Reward) -> str:
    """Write what a reward's voucher is good for."""
    terms = reward.terms
    if isinstance(terms, CouponTerms):
        parts = [f"coupon, {_worth(reward, terms)}", *_conditions(terms)]
    else:
        parts = [f"F-code, one of {', '.join(map(shown, terms.product_ids))}"]
    return "; ".join([*parts, _validity(terms.validity)])


def _worth(reward: Reward, terms: CouponTerms) -> str:
    """Write what a coupon takes off."""
    if terms.value is not None:
        return f"{terms.value} off"
    if terms.rate is not None:
        cap = "" if terms.cap is None else f", {terms.cap} at most"
        part = f"{terms.rate.numerator}/{terms.rate.denominator}"
        if terms.rate.denominator == _PERCENT:
            part = f"{terms.rate.numerator} %"
        return f"{part} off{cap}"
    return f"more off the more tokens ({shown(reward.title)})"


def _conditions(terms: CouponTerms) -> list[str]:
    """Write where a coupon applies."""
    lists = (
        ("on", terms.categories),
        ("in", terms.platforms),
        ("paid by", terms.payment_modes),
    )
    found = [f"{what} {', '.join(map(shown, names))}" for what, names in lists if names]
    return found + ([] if terms.order_min is None else [f"from {terms.order_min} on"])


def _validity(validity: Validity) -> str:
    """Write how long a voucher is valid."""
    if validity.through_on is not None:
        return f"valid through {write_day(validity.through_on)}"
    if not validity.days:
        return "valid on the day of issue"
    return f"valid for {validity.days:,} day{'s' if validity.days > 1 else ''}"


def _table(rows: Sequence[Sequence[str]]) -> list[str]:
    """Write rows in columns; the second holds numbers."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return [
        "  ".join(
            [
                cell.rjust(width) if column == 1 else cell.ljust(width)
                for column, (cell, width) in enumerate(zip(row, widths, strict=True))
            ]
        ).rstrip()
        for row in rows
    ]
