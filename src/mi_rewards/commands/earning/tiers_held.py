"""Which tier a member holds, for every command that asks."""

from datetime import date, datetime

from mi_rewards.earning.members import Member
from mi_rewards.programme import Programme
from mi_rewards.repositories.exchange import Loaded
from mi_rewards.repositories.keys import member_key, standing_key
from mi_rewards.tiers.standing import Standing


def member_loaded(loaded: Loaded, member_id: str) -> Member:
    """Answer with a member as loaded, or with one of whom nothing is known.

    Args:
        loaded: The member.
        member_id: The member's id.

    Returns:
        The member.

    Raises:
        NotLoaded: The member was not asked for.
    """
    return loaded.get(member_key(member_id)) or Member(member_id)


def standing_of(loaded: Loaded, member: Member, programme: Programme) -> Standing:
    """Answer with where a member stands, as stored; a new standing where there is none yet.

    Args:
        loaded: The standing.
        member: The member.
        programme: The rules.

    Returns:
        The standing.

    Raises:
        NotLoaded: The standing was not asked for.
    """
    found = loaded.get(standing_key(member.member_id))
    if found is not None:
        return found
    joined_at = member.joined_at
    joined_on = date.min if joined_at is None else programme.zone.day_of(joined_at)
    return Standing.joining(member.member_id, joined_on)


def tier_of(loaded: Loaded, member: Member, programme: Programme, at: datetime) -> str:
    """Tell which tier a member holds at an instant.

    Args:
        loaded: The standing, where the programme has a ladder.
        member: The member.
        programme: The rules.
        at: The instant (UTC).

    Returns:
        The tier; empty for none.

    Raises:
        NotLoaded: The standing was not asked for.
    """
    ladder = programme.ladder
    if ladder is None or not member.is_in:
        return ""
    standing = standing_of(loaded, member, programme)
    return standing.at(at, ladder=ladder, zone=programme.zone).standing.held
