"""What inviters get for their friends, and give back: each once, whoever carries the event."""

from typing import Any

import attrs
import pytest

from mi_rewards.calendar import write_instant
from mi_rewards.commands import (
    Block,
    InviterRevoked,
    InviterRewarded,
    Leave,
    MergeAway,
    RevokeInviter,
    RewardInviter,
    follow_up,
)
from mi_rewards.earning import MembershipTerms, RewardNotBooked
from mi_rewards.errors import Corrupt, Misuse
from mi_rewards.money import TOKENS_MAX
from mi_rewards.repositories import OutboxEvent
from mi_rewards.wallet import ClawBackPolicy, ClawBackRefused
from tests.friends import ON_DELIVERY, Circle, accept
from tests.shop import T, bring, burn, deliver, give_back, ist, join, rules
from tests.wallets import day

YEAR_END = day("2018-12-31")
QUALIFIED = OutboxEvent(
    "bela",
    "referral_qualified",
    "referral_qualified",
    T,
    (
        ("inviter_id", "asha"),
        ("friend_id", "bela"),
        ("tokens", 100),
        ("last_day", "2018-12-31"),
        ("qualified_by", write_instant(T)),
    ),
)
REVOKED = OutboxEvent(
    "bela",
    "referral_revoked",
    "referral_revoked",
    T,
    (("inviter_id", "asha"), ("friend_id", "bela"), ("tokens", 100)),
)
REWARD = RewardInviter(
    member_id="asha",
    request_id="referral:bela",
    at=T,
    friend_id="bela",
    tokens=100,
    last_day=YEAR_END,
    qualified_by=T,
)
REVOKE = RevokeInviter(
    member_id="asha", request_id="revoke:referral:bela", at=T, friend_id="bela", tokens=100
)


def shop(**changes: Any) -> Circle:
    """Let asha invite bela, whose first order is delivered."""
    mi = Circle(rules(referral=ON_DELIVERY, **changes)).invites()
    mi.all(accept(), join("bela"), deliver("o1", 500, by="bela"))
    return mi


def test_events_carry_what_the_inviter_gets_and_gives_back() -> None:
    """In the friend's outbox, each once in the friend's life."""
    mi = shop()
    mi.do(give_back("o1", by="bela"))
    assert list(mi.events("bela")) == [QUALIFIED, REVOKED]
    assert [follow_up(it) for it in mi.events("bela")] == [REWARD, REVOKE]


def test_events_are_followed_at_their_instant_or_later() -> None:
    """A host that follows events late gives its own instant; the fact's stays."""
    late = ist("2018-03-01")
    assert follow_up(QUALIFIED, at=late) == attrs.evolve(REWARD, at=late)
    assert follow_up(REVOKED, at=late) == attrs.evolve(REVOKE, at=late)
    mi = shop()
    mi.followed("bela", at=late)
    entry = mi.entries()[-1]
    assert (entry.occurred_at, entry.booked_at) == (T, late)


def test_a_reward_that_is_booked_past_its_last_day_lapses() -> None:
    """It is reckoned from the delivery, not from when somebody followed the event."""
    mi = shop()
    late = ist("2019-01-01 00:00")
    assert mi.followed("bela", at=late) == [InviterRewarded("bela", 100, YEAR_END)]
    assert mi.balance(at=late).available == 0
    wallet = mi.wallet()
    assert wallet is not None
    assert (wallet.issued, wallet.lapsed) == (100, 100)


def test_a_reward_is_taken_back_only_once_it_is_booked() -> None:
    """Events may be followed in any order: the second is refused, and can be sent again."""
    mi = shop()
    mi.do(give_back("o1", by="bela"))
    assert mi.refusal(REVOKE) == RewardNotBooked(friend_id="bela")
    assert mi.batch(REVOKE, REWARD, REVOKE) == [
        RewardNotBooked(friend_id="bela"),
        InviterRewarded("bela", 100, YEAR_END),
        InviterRevoked("bela", 100, 100, 0, 0, 0),
    ]
    assert mi.do(REVOKE) == InviterRevoked("bela", 100, 100, 0, 0, 0)
    assert (mi.balance().available, mi.balance().owed) == (0, 0)


@pytest.mark.parametrize("kept", [0, 40, 100])
def test_what_is_no_longer_there_follows_the_policy(kept: int) -> None:
    """It is owed, and made good by what comes next."""
    mi = shop()
    mi.do(REWARD)
    if kept < 100:
        mi.do(burn(100 - kept))
    assert mi.do(REVOKE) == InviterRevoked("bela", 100, kept, 100 - kept, 0, 0)
    mi.do(bring(70))
    assert mi.balance().available == max(0, kept - 30)


def test_where_the_policy_refuses_it_can_be_sent_again() -> None:
    """As soon as the tokens are there."""
    mi = shop(claw_back=ClawBackPolicy.REFUSED)
    mi.all(REWARD, burn(1))
    assert mi.refusal(REVOKE) == ClawBackRefused(required=100, available=99)
    mi.do(bring(1))
    assert mi.do(REVOKE) == InviterRevoked("bela", 100, 100, 0, 0, 0)


# who cannot take it


def test_who_is_not_a_member_gets_nothing() -> None:
    """Once and for all; there is nothing to take back either."""
    for leaves in (True, False):
        mi = shop()
        if leaves:
            mi.do(Leave(member_id="asha", request_id="leave", at=T))
        by = "asha" if leaves else "nobody"
        reward = attrs.evolve(REWARD, member_id=by)
        declined = InviterRewarded("bela", 0, YEAR_END, "not_a_member")
        assert mi.do(reward) == declined
        mi.do(join(by, request="back"))
        assert mi.do(reward) == declined
        revoke = attrs.evolve(REVOKE, member_id=by)
        assert mi.do(revoke) == InviterRevoked("bela", 0, 0, 0, 0, 0)
        assert mi.events(by) == () or leaves
        assert mi.entries(by) == () or leaves


@pytest.mark.parametrize("blocked_earn", [True, False])
def test_who_is_blocked_gets_it_where_the_terms_say_so(blocked_earn: bool) -> None:
    """Else it is declined."""
    mi = shop(membership=MembershipTerms(blocked_earn=blocked_earn))
    mi.do(Block(member_id="asha", request_id="block", at=T, reason="fraud"))
    code = "" if blocked_earn else "member_blocked"
    tokens = 100 if blocked_earn else 0
    assert mi.do(REWARD) == InviterRewarded("bela", tokens, YEAR_END, code)


def test_a_full_wallet_declines() -> None:
    """Once and for all."""
    mi = shop()
    mi.do(bring(TOKENS_MAX - 99))
    assert mi.do(REWARD) == InviterRewarded("bela", 0, YEAR_END, "wallet_full")
    mi.do(burn(1000))
    assert mi.do(REWARD).tokens == 0
    assert mi.do(REVOKE) == InviterRevoked("bela", 0, 0, 0, 0, 0)


def merge(mi: Circle, into: str) -> None:
    """Let asha go on as another."""
    mi.do(MergeAway(member_id="asha", request_id="merge", at=T, into=into))
    mi.followed("asha")


def test_who_goes_on_as_another_passes_it_on() -> None:
    """What comes, and what is taken back of it; before the merge and after."""
    for first, second in ((REWARD, REVOKE), (None, None)):
        mi = shop()
        mi.all(join("chitra"), deliver("o2", 50, by="chitra"))
        if first:
            mi.do(first)
        merge(mi, "chitra")
        assert mi.do(REWARD) == InviterRewarded("bela", 100, YEAR_END)
        mi.followed("asha")
        assert mi.balance(by="chitra").available == 105
        mi.do(second or burn(105, by="chitra"))
        assert mi.do(REVOKE).given_back == 100
        mi.followed("asha")
        balance = mi.balance(by="chitra")
        assert (balance.available, balance.owed) == ((5, 0) if second else (0, 100))
        assert (mi.balance().available, mi.balance().owed) == (0, 0)


def test_nobody_gets_anything_for_inviting_who_they_go_on_as() -> None:
    """The inviter and the friend were one."""
    mi = shop()
    merge(mi, "bela")
    assert mi.do(REWARD) == InviterRewarded("bela", 0, YEAR_END, "self_referral")
    assert mi.do(REVOKE) == InviterRevoked("bela", 0, 0, 0, 0, 0)
    assert mi.balance(by="bela").available == 90


# commands and events as values


@pytest.mark.parametrize("command", [REWARD, REVOKE])
def test_a_command_that_follows_has_the_derived_id(command: Any) -> None:
    """Under another the same tokens would move twice."""
    with pytest.raises(Misuse, match="use follow_up"):
        attrs.evolve(command, request_id="mine")


@pytest.mark.parametrize("command", [REWARD, REVOKE])
@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"friend_id": ""}, "the friend's id is a text"),
        ({"friend_id": 5}, "the friend's id is a text"),
        ({"member_id": "bela"}, "nobody invites themselves"),
        ({"tokens": 0}, "tokens must be 1 to"),
        ({"tokens": True}, "tokens must be an int"),
    ],
)
def test_a_command_is_checked_where_it_is_made(
    command: Any, changes: dict[str, Any], message: str
) -> None:
    """Before anything is loaded."""
    with pytest.raises(Misuse, match=message):
        attrs.evolve(command, **changes)


@pytest.mark.parametrize("event", [QUALIFIED, REVOKED])
def test_an_event_that_lacks_a_figure_is_corrupt(event: OutboxEvent) -> None:
    """Each of them, and one of another type."""
    for name, figure in event.figures:
        others = tuple(it for it in event.figures if it[0] != name)
        wrong = "none" if type(figure) is int else 5
        for figures in (others, (*others, (name, wrong))):
            with pytest.raises(Corrupt, match=f"'referral_.*' of 'bela' has no {name}"):
                follow_up(attrs.evolve(event, figures=figures))


@pytest.mark.parametrize("name", ["last_day", "qualified_by"])
def test_an_event_whose_days_cannot_be_read_is_corrupt(name: str) -> None:
    """The message says what is wrong."""
    figures = tuple((it, "soon" if it == name else value) for it, value in QUALIFIED.figures)
    with pytest.raises(Corrupt, match=r"'referral_qualified' of 'bela': .* not 'soon'"):
        follow_up(attrs.evolve(QUALIFIED, figures=figures))


def test_where_the_inviter_gets_nothing_nothing_follows() -> None:
    """The events are there for a host to learn of."""
    for event in (QUALIFIED, REVOKED):
        figures = tuple((name, 0 if name == "tokens" else it) for name, it in event.figures)
        assert follow_up(attrs.evolve(event, figures=figures)) is None
