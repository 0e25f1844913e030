"""Who can buy and enter draws without having joined, and cannot once they are gone or blocked."""

from mi_rewards.commands.members.status import member_in
from mi_rewards.repositories.exchange import Loaded
from mi_rewards.repositories.keys import member_key
from mi_rewards.wallet.refusals import MemberBlocked


def check_not_barred(loaded: Loaded, member_id: str) -> None:
    """Refuse a member who is gone or blocked; a name that nobody has joined under is none.

    Args:
        loaded: The member.
        member_id: The member's id.

    Raises:
        MemberMerged: The member goes on as another.
        MemberLeft: The member has left.
        MemberBlocked: The member is blocked.
        NotLoaded: The member was not asked for.
    """
    found = loaded.get(member_key(member_id))
    if found is not None and found.joined_at is not None:
        member = member_in(loaded, member_id)
        if member.blocked:
            raise MemberBlocked(reason=member.blocked)
