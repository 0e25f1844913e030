"""Where members stand on the ladder: what follows from counting, reviews, and birthday gifts.

1. A change of tier leaves an event, and pays the upgrade rewards of the tiers that it reaches for
   the first time.
2. Nothing that a member is told depends on a review being booked; its rewards and events do.
"""

from contextlib import suppress
from datetime import date, datetime

from mi_rewards.calendar import Zone, write_day
from mi_rewards.commands.earning.awarding import Booking
from mi_rewards.errors import Misuse
from mi_rewards.programme import Programme
from mi_rewards.repositories.messages import OutboxEvent
from mi_rewards.tiers.ladder import Ladder
from mi_rewards.tiers.standing import Moved, Standing
from mi_rewards.tiers.state import TierChange
from mi_rewards.tiers.tallies import Counts
from mi_rewards.wallet.entries import Reason

TIER_CHANGED = "tier_changed"
"""The topic of an event: a member has another tier."""

DOWNGRADE_COMING = "downgrade_coming"
"""The topic of an event: a member's tier falls soon, if nothing more counts."""


def standing_after(
    standing: Standing,
    ladder: Ladder,
    zone: Zone,
    at: datetime,
    by_day: tuple[tuple[date, Counts], ...] = (),
) -> Moved:
    """Move a standing on, and count what an order brings or takes back.

    Args:
        standing: The standing; of who joins, `Standing.joining`.
        ladder: The ladder.
        zone: The programme's zone.
        at: The instant (UTC).
        by_day: Days, each with what counts on it or is taken back from it.

    Returns:
        The standing afterwards and the changes of tier.

    Raises:
        Misuse: A day is still to come, or more comes back than counted.
    """
    return standing.counting_all(by_day, at=at, ladder=ladder, zone=zone)


def standing_after_most(
    standing: Standing,
    ladder: Ladder,
    zone: Zone,
    at: datetime,
    by_day: tuple[tuple[date, Counts], ...],
) -> Moved:
    """Move a standing on, and count it all, or else of each day what can be.

    What counted under other rules, or under another name, need not be there to be taken back.

    Args:
        standing: The standing.
        ladder: The ladder.
        zone: The programme's zone.
        at: The instant (UTC).
        by_day: Days, each with what counts on it or is taken back from it.

    Returns:
        The standing afterwards and the changes of tier.
    """
    with suppress(Misuse):
        return standing_after(standing, ladder, zone, at, by_day)
    moved = standing_after(standing, ladder, zone, at)
    for day, counts in by_day:
        for row in _parts(day, counts):
            with suppress(Misuse):
                after = standing_after(moved.standing, ladder, zone, at, (row,))
                moved = Moved(after.standing, moved.changes + after.changes)
    return moved


def _parts(day: date, counts: Counts) -> tuple[tuple[date, Counts], ...]:
    """State what counts on a day as money, orders and points apart."""
    minor, orders, points = counts
    return (
        (day, Counts(spend_minor=minor)),
        (day, Counts(orders=orders)),
        (day, Counts(points=points)),
    )


def tier_consequences(
    moved: Moved,
    booking: Booking,
    programme: Programme,
    ladder: Ladder,
    *,
    at: datetime,
    request_id: str,
) -> tuple[Standing, tuple[OutboxEvent, ...]]:
    """Book what changes of tier bring: upgrade rewards into the wallet, and events.

    Args:
        moved: The standing afterwards and the changes of tier.
        booking: The member's wallet of spendable tokens; entries are added to it.
        programme: The rules.
        ladder: The ladder.
        at: The instant (UTC).
        request_id: The request that moved the standing.

    Returns:
        The standing with the rewards recorded, and the events.

    Raises:
        WalletFull: The wallet would pass 2**63 - 1 tokens.
    """
    standing, rewards = moved.standing.rewarding(moved.changes, ladder=ladder)
    for tier_id, change in rewards:
        tokens = ladder.privileges(tier_id).upgrade_reward
        occurred_at = _occurred_at(change, programme.zone, at)
        booking.take(
            booking.wallet.earn(
                tokens,
                last_day=programme.last_day(occurred_at, change.to_tier),
                at=at,
                request_id=request_id,
                reason=Reason(
                    "tier_upgrade",
                    (("tier", tier_id), ("tokens", tokens), ("rule_book", programme.digest)),
                ),
                occurred_at=occurred_at,
            )
        )
    events = [
        OutboxEvent(
            standing.member_id,
            f"{TIER_CHANGED}/{write_day(change.on)}/{change.to_tier}/{request_id}",
            TIER_CHANGED,
            _occurred_at(change, programme.zone, at),
            _figures(change),
        )
        for change in moved.changes
    ]
    return standing, tuple(events)


def _occurred_at(change: TierChange, zone: Zone, at: datetime) -> datetime:
    """Answer with the instant of a change: the beginning of its day where that is past."""
    return at if change.on >= zone.day_of(at) else zone.start_of(change.on)


def _figures(change: TierChange) -> tuple[tuple[str, str], ...]:
    """State a change as figures."""
    return (
        ("from_tier", change.from_tier),
        ("to_tier", change.to_tier),
        ("on", write_day(change.on)),
        ("because", change.because.value),
    )
