"""Actions and referrals of a rule book."""

import pytest

from mi_rewards.calendar import Period
from mi_rewards.earning import Action, ActionLimit, Qualifies, ReferralTerms
from mi_rewards.errors import Misuse
from mi_rewards.rule_book import from_toml, to_toml
from tests.friends import AT_ONCE, LATER
from tests.shop import SMALL, rules
from tests.wallets import day

ACTIONS = (
    Action("sharing", 5, limits=(ActionLimit(1, Period.DAY), ActionLimit(100))),
    Action(
        "draw",
        500,
        "tokens",
        from_on=day("2017-06-15"),
        through_on=day("2017-06-30"),
        budget=5000,
    ),
)
WRITTEN = """
[[actions]]
id = "sharing"
tokens = 5
limits = [{ count = 1, period = "day" }, { count = 100, period = "ever" }]

[[actions]]
id = "draw"
tokens = 500
kind = "tokens"
from_on = 2017-06-15
through_on = 2017-06-30
budget = 5000
"""
FULL = ReferralTerms(
    100,
    0,
    Qualifies.AFTER_RETURN_WINDOW,
    return_days=10,
    code_days=30,
    friends_max=20,
    friends_period=Period.MONTH,
    from_on=day("2017-08-01"),
    through_on=day("2017-12-31"),
    account_days_max=3,
    needs_verdict=True,
)
REFERRAL = """
[referral]
inviter_tokens = 100
friend_tokens = 0
qualifies = "after_return_window"
return_days = 10
code_days = 30
friends_max = 20
friends_period = "month"
from_on = 2017-08-01
through_on = 2017-12-31
account_days_max = 3
needs_verdict = true
"""


def test_actions_are_written_as_they_stand() -> None:
    """And read back equal; a limit without a period counts for ever."""
    written = to_toml(rules(actions=ACTIONS))
    assert written == to_toml(SMALL) + WRITTEN
    assert from_toml(written) == rules(actions=ACTIONS)
    short = WRITTEN.replace(', period = "ever"', "")
    assert from_toml(to_toml(SMALL) + short) == rules(actions=ACTIONS)


def test_a_referral_is_written_as_it_stands() -> None:
    """And read back equal; what is left out has no limit."""
    written = to_toml(rules(referral=FULL))
    assert written == to_toml(SMALL) + REFERRAL
    assert from_toml(written) == rules(referral=FULL)
    for terms in (AT_ONCE, LATER):
        assert from_toml(to_toml(rules(referral=terms))) == rules(referral=terms)
    short = "\n".join(REFERRAL.splitlines()[:5])
    read = from_toml(to_toml(SMALL) + short + "\nreturn_days = 10\n").referral
    assert read == ReferralTerms(100, 0, Qualifies.AFTER_RETURN_WINDOW, 10)


def test_a_rule_book_without_them_is_as_before() -> None:
    """Neither is written, and the digest is the same."""
    assert "actions" not in to_toml(SMALL)
    assert "referral" not in to_toml(SMALL)
    assert rules(actions=ACTIONS).digest != SMALL.digest
    assert rules(referral=FULL).digest != rules(actions=ACTIONS).digest


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('id = "draw"', "", "actions number 2 must have 'id'"),
        ('id = "draw"', 'id = "a b"', "actions.a b: an action's id has letters"),
        ('id = "draw"', 'id = "sharing"', "two actions are named 'sharing'"),
        ("tokens = 500", "tokens = 0", "actions.draw: tokens must be 1 to"),
        ("tokens = 500", 'tokens = "500"', "actions.draw.tokens must be a whole number"),
        ('"tokens"', '"points"', "action 'draw' earns 'points', which is unknown"),
        ('"tokens"', "5", "actions.draw.kind must be a text"),
        ("count = 1,", "times = 1,", "actions.sharing.limits number 1 must have 'count'"),
        ('"day"', '"hour"', "actions.sharing.limits number 1.period must be one of"),
        ("2017-06-15", '"2017-06-15"', "actions.draw.from_on must be a day"),
        ("2017-06-30", "2017-06-14", "actions.draw: a span cannot end on 2017-06-14"),
        ("5000", "-1", "actions.draw: a budget is a whole number"),
        ("budget", "cap", "actions.draw has the unknown key 'cap'"),
    ],
)
def test_an_action_that_is_wrong_is_named(old: str, new: str, message: str) -> None:
    """By its id and the key."""
    assert old in WRITTEN
    with pytest.raises(Misuse, match=message):
        from_toml(to_toml(SMALL) + WRITTEN.replace(old, new, 1))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("inviter_tokens = 100", "", "referral must have 'inviter_tokens'"),
        ("friend_tokens = 0", "", "referral must have 'friend_tokens'"),
        ("inviter_tokens = 100", "inviter_tokens = 0", "referral: a referral brings tokens"),
        ("after_return_window", "sometimes", "referral.qualifies must be one of on_joining, on_"),
        ("return_days = 10", "return_days = 0", "referral: return_days are given where"),
        ("code_days = 30", "code_days = -1", "referral: code_days is a whole number"),
        ("friends_max = 20", 'friends_max = "20"', "referral.friends_max must be a whole number"),
        ('"month"', '"moon"', "referral.friends_period must be one of"),
        ("needs_verdict = true", "needs_verdict = 1", "referral.needs_verdict must be true or"),
        ("account_days_max", "account_max", "referral has the unknown key 'account_max'"),
    ],
)
def test_a_referral_that_is_wrong_is_named(old: str, new: str, message: str) -> None:
    """By the key."""
    assert old in REFERRAL
    with pytest.raises(Misuse, match=message):
        from_toml(to_toml(SMALL) + REFERRAL.replace(old, new, 1))


def test_they_are_checked_where_a_programme_is_made() -> None:
    """Actions are a tuple of them, and referrals have terms."""
    with pytest.raises(Misuse, match="a programme's actions are a tuple of Action"):
        rules(actions=[ACTIONS[0]])
    with pytest.raises(Misuse, match="a programme's actions are a tuple of Action"):
        rules(actions=("sharing",))
    with pytest.raises(Misuse, match="a programme's referral is ReferralTerms, not 100"):
        rules(referral=100)
