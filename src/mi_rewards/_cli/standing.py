"""Where one member stands, in words: the tier held, what keeps it, what reaches the next.

Nothing is computed here that `progress` does not state.
"""

from datetime import date, timedelta
from typing import Final

from mi_rewards._event_log.replay import Replay
from mi_rewards._event_log.words import shown
from mi_rewards.calendar import write_day
from mi_rewards.errors import Misuse, Refused
from mi_rewards.money import Money
from mi_rewards.repositories import Needs, standing_key
from mi_rewards.tiers.ladder import Ladder, Metric, Privileges
from mi_rewards.tiers.progress import Progress
from mi_rewards.tiers.standing import HeldBy

_MOMENT: Final = timedelta(microseconds=1)

_HELD_BY: Final = {
    HeldBy.EARNED: "as earned",
    HeldBy.REVIEW: "until the next review",
    HeldBy.SOFT_LANDING: "by a soft landing",
    HeldBy.GRACE: "in the days of grace after a review",
}
"""By what a tier is held, in words."""


def standing_text(replay: Replay, member_id: str) -> str:
    """Write where a member stands at the end of the day named.

    Args:
        replay: A replay that was run.
        member_id: The member; one of whom the log says nothing is a normal answer.

    Returns:
        Lines without an end.

    Raises:
        Misuse: The programme has no tiers, or the store knows more of the member than that day.
    """
    programme, who = replay.rewards.programme, shown(member_id)
    ladder = programme.ladder
    if ladder is None:
        raise Misuse(f"{programme.name} has no tiers")
    if replay.as_of == date.min:
        return f"The {replay.source} has no event of {who}."
    key = standing_key(member_id)
    found = replay.store.load(Needs((key,))).get(key)
    if found is not None and found.stated_on > replay.as_of:
        # A standing keeps what is needed to go on, and nothing of the past.
        raise Misuse(f"{who} has events after {write_day(replay.as_of)}, and a standing is of now")
    rewarded = () if found is None else found.rewarded
    head = f"{shown(programme.title)}: standing of {who} at the end of {write_day(replay.as_of)}"
    try:
        progress = replay.rewards.progress(member_id, at=replay.end - _MOMENT)
    except Refused as refusal:
        return f"{head}\n\n{refusal}"
    return "\n".join([head, "", *_lines(progress, ladder, programme.currency, rewarded)])


def _lines(
    progress: Progress, ladder: Ladder, currency: str, rewarded: tuple[str, ...]
) -> list[str]:
    """Write each figure on a line, then what keeps the tier and what reaches the next."""
    titles = {tier.tier_id: tier.title for tier in ladder.tiers}
    tier = titles.get(progress.held, "no tier")
    lines = [f"tier       {tier}, {_HELD_BY[progress.held_by]}"]
    if progress.earned != progress.held:
        lines.append(f"earned     {titles.get(progress.earned, 'no tier')}")
    lines.append(f"counts     {_amount(progress, currency)}{_window(progress)}")
    if progress.review_on is not None:
        lines.append(f"review     {write_day(progress.review_on)}")
    if (coming := progress.coming) is not None:
        after = titles.get(coming.to_tier, "no tier")
        lines.append(f"if nothing more counts: {after} from {write_day(coming.on)}")
    lines += progress.sentences(ladder, currency)
    privileges = _privileges(
        ladder.privileges(progress.held), is_rewarded=progress.held in rewarded
    )
    return [*lines, *([f"brings     {', '.join(privileges)}"] if privileges else [])]


def _amount(progress: Progress, currency: str) -> str:
    """Write what counts."""
    if progress.metric is Metric.SPEND:
        return str(Money(progress.value, currency))
    return f"{progress.value:,} {progress.metric.value}"


def _window(progress: Progress) -> str:
    """Write the days over which it counts."""
    if progress.from_on is None or progress.through_on is None:
        return ""
    return f", from {write_day(progress.from_on)} through {write_day(progress.through_on)}"


def _privileges(privileges: Privileges, *, is_rewarded: bool) -> list[str]:
    """Write what a tier brings; that it was reached brings something once."""
    found = ["express delivery"] if privileges.express_delivery else []
    if privileges.early_access_hours:
        found.append(f"early access of {privileges.early_access_hours} hours")
    found += [f"{shown(it)} for members of the tier" for it in privileges.exclusive_products]
    found += [
        f"{it.numerator}/{it.denominator} times {shown(it.kind or 'tokens')}"
        f" on {shown(it.category or 'everything else')}"
        for it in privileges.multipliers
    ]
    if privileges.validity is not None:
        found.append("longer validity")
    if privileges.birthday_gift:
        found.append(f"{privileges.birthday_gift:,} tokens on the birthday")
    if privileges.upgrade_reward and not is_rewarded:
        found.append(f"{privileges.upgrade_reward:,} tokens on reaching it")
    return found + [shown(it) for it in privileges.others]
