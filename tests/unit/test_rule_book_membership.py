"""The membership of a rule book."""

import pytest

from mi_rewards.earning import MembershipTerms, OnLeaving
from mi_rewards.earning.membership import CLAIM_DAYS_MAX
from mi_rewards.errors import Misuse
from mi_rewards.programme import Programme
from mi_rewards.rule_book import from_toml, to_toml
from tests.shop import SMALL, rules

FULL = MembershipTerms(OnLeaving.KEEP, rejoins=False, claim_within_days=30, blocked_earn=False)
WRITTEN = """
[membership]
on_leaving = "keep"
rejoins = false
claim_within_days = 30
blocked_earn = false
"""


def read(text: str) -> Programme:
    """Read the small rule book with a membership."""
    return from_toml(to_toml(SMALL) + text)


def test_a_membership_is_written_as_it_stands() -> None:
    """And read back equal."""
    written = to_toml(rules(membership=FULL))
    assert written == to_toml(SMALL) + WRITTEN
    assert from_toml(written) == rules(membership=FULL)


def test_what_is_left_out_is_as_usual() -> None:
    """A rule book that says nothing has the usual membership, and is written without one."""
    assert read("") == SMALL
    assert read("[membership]\n") == SMALL
    assert "membership" not in to_toml(SMALL)
    assert read("").digest == SMALL.digest != rules(membership=FULL).digest
    assert read("[membership]\nrejoins = false\n").membership == MembershipTerms(rejoins=False)


def test_a_membership_without_a_limit_to_claims_is_written() -> None:
    """The other settings stand alone."""
    programme = rules(membership=MembershipTerms(blocked_earn=False))
    assert "claim_within_days" not in to_toml(programme)
    assert from_toml(to_toml(programme)) == programme


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"keep"', '"burn"', "membership.on_leaving must be one of forfeit, keep, not 'burn'"),
        ("rejoins = false", "rejoins = 0", "membership.rejoins must be true or false"),
        ("blocked_earn = false", "blocked_earn = 0", "membership.blocked_earn must be true"),
        ("= 30", "= -1", "membership: claim_within_days are a whole number, 0 to 3650, not -1"),
        ("= 30", f"= {CLAIM_DAYS_MAX + 1}", "membership: claim_within_days are a whole number"),
        ("= 30", '= "30"', "membership.claim_within_days must be a whole number"),
        ("rejoins", "returns", "membership has the unknown key 'returns'"),
    ],
)
def test_what_is_wrong_is_named(old: str, new: str, message: str) -> None:
    """One clear message with its place."""
    assert old in WRITTEN
    with pytest.raises(Misuse) as fault:
        read(WRITTEN.replace(old, new))
    assert str(fault.value).startswith(message)


def test_terms_that_are_none_are_a_misuse() -> None:
    """A programme's membership is MembershipTerms."""
    with pytest.raises(Misuse, match="a membership's terms are MembershipTerms, not 'usual'"):
        rules(membership="usual")
