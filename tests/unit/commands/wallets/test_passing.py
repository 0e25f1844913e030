"""What is passed on, apart from commands; see `test_merging` for these."""

import pytest

from mi_rewards.commands.wallets.passing import told_apart
from mi_rewards.earning import Member, MemberMerged
from mi_rewards.errors import Refused
from mi_rewards.repositories import Loaded, NotLoaded, member_key
from mi_rewards.wallet import MemberBlocked


@pytest.mark.parametrize(
    ("reason", "member", "expected"),
    [
        ("fraud", Member("asha", merged_into="bela"), MemberBlocked(reason="fraud")),
        ("merged", None, MemberBlocked(reason="merged")),
        ("merged", Member("asha"), MemberBlocked(reason="merged")),
        (
            "merged",
            Member("asha", merged_into="bela"),
            MemberMerged(member_id="asha", into="bela"),
        ),
    ],
)
def test_a_refusal_names_who_goes_on_where_that_is_why(
    reason: str, member: Member | None, expected: Refused
) -> None:
    """A block of the host's is told as it is."""
    loaded = Loaded({member_key("asha"): member}, {})
    assert told_apart(MemberBlocked(reason=reason), "asha", loaded) == expected


def test_the_member_is_loaded_only_where_it_is_asked_for() -> None:
    """A block of the host's needs no second load."""
    told_apart(MemberBlocked(reason="fraud"), "asha", Loaded({}, {}))
    with pytest.raises(NotLoaded):
        told_apart(MemberBlocked(reason="merged"), "asha", Loaded({}, {}))
