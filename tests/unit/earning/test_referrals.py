"""Referrals: how far joining, deliveries, returns and time take them, and what follows."""

from datetime import datetime, timedelta

import pytest

from mi_rewards.earning import (
    REFERRAL_LIFE,
    Line,
    Purchase,
    Qualifies,
    Referral,
    ReferralCode,
    ReferralEvent,
    ReferralState,
)
from mi_rewards.earning.referrals import (
    Moved,
    after_delivery,
    after_joining,
    after_return,
    after_time,
    first_since,
)
from mi_rewards.wallet import EndOfYear
from tests.friends import ASHA_IN, referral
from tests.shop import T, inr, ist
from tests.wallets import KOLKATA, day

MOMENT = timedelta(microseconds=1)
YEARS = EndOfYear(1)
DUE = ist("2017-07-11 00:00")
"""Ten days after a delivery on 1 July, at the beginning of the day."""

QUALIFYING = referral(
    ReferralState.QUALIFYING,
    order_id="o1",
    occurred_at=T,
    qualifies_at=DUE,
    last_day=day("2018-12-31"),
)
QUALIFIED = QUALIFYING._replace(state=ReferralState.QUALIFIED)


def order(order_id: str = "o1", rupees: int = 500, at: datetime = T) -> Purchase:
    """Make bela's order of so many rupees, delivered."""
    return Purchase("bela", order_id, (Line("1", inr(rupees)),)).delivering(at)


def delivered(
    made: Referral, purchase: Purchase | None = None, *, at: datetime = T, joined_at: datetime = T
) -> Moved:
    """Go on when an order is delivered."""
    return after_delivery(
        made,
        purchase or order(at=at),
        joined_at=joined_at,
        at=at,
        zone=KOLKATA,
        validity=YEARS,
    )


def joined(made: Referral, at: datetime = T) -> Moved:
    """Go on when bela joins."""
    return after_joining(made, joined_at=at, zone=KOLKATA, validity=YEARS)


# the life cycle


@pytest.mark.parametrize("state", ReferralState)
@pytest.mark.parametrize("event", ReferralEvent)
def test_the_table_is_the_life_of_a_referral(state: ReferralState, event: ReferralEvent) -> None:
    """What has a row leads on; nothing comes back from being revoked, or to being invited."""
    after = REFERRAL_LIFE[state].get(event)
    if after is not None:
        assert referral(state).happening(event).state is after
    assert after is not ReferralState.INVITED
    assert after is None or state is not ReferralState.REVOKED
    is_back = state is ReferralState.QUALIFYING and event is ReferralEvent.RETURN
    assert (after is ReferralState.REGISTERED) is (
        is_back or (state is ReferralState.INVITED and event is ReferralEvent.JOIN)
    )


def test_only_what_is_qualifying_is_due() -> None:
    """At the instant at which it qualifies."""
    assert QUALIFYING.due_at == DUE
    assert QUALIFIED.due_at is None
    assert referral().due_at is None


def test_what_is_stored_counts_its_versions() -> None:
    """One more each time."""
    assert referral(version=4).stored() == referral(version=5)
    assert (ReferralCode("ASHA", "asha", ASHA_IN).version, referral().version) == (0, 0)
    assert tuple(Moved(referral()))[1:] == (0, 0, 0, ())
    code = ReferralCode("ASHA", "asha", ASHA_IN, None, 4)
    assert code.stored() == code._replace(version=5)
    assert code.due_at is None


@pytest.mark.parametrize(("at", "is_open"), [(DUE - MOMENT, True), (DUE, False)])
def test_a_code_is_valid_before_its_end(at: datetime, is_open: bool) -> None:
    """Its end is not inside; without one it is always valid."""
    assert ReferralCode("ASHA", "asha", ASHA_IN, DUE).is_open(at) is is_open
    assert ReferralCode("ASHA", "asha", ASHA_IN).is_open(at)


def test_the_first_code_has_the_instant_of_joining() -> None:
    """Or the first one after that of the code that invited its owner, where that is later."""
    assert first_since(T, None) == T
    assert first_since(T, referral()) == T
    assert first_since(ASHA_IN, referral()) == ASHA_IN + MOMENT
    assert first_since(ASHA_IN + MOMENT, referral()) == ASHA_IN + MOMENT
    assert first_since(ASHA_IN + 2 * MOMENT, referral()) == ASHA_IN + 2 * MOMENT


# joining


def test_who_joins_is_registered() -> None:
    """And gets nothing yet."""
    assert joined(referral(ReferralState.INVITED)) == Moved(referral())


def test_who_joins_qualifies_where_that_is_enough() -> None:
    """Tokens are reckoned from the day of joining; the inviter learns of it."""
    invited = referral(ReferralState.INVITED, qualifies=Qualifies.ON_JOINING)
    at = ist("2018-01-01 00:00")
    qualified = invited._replace(
        state=ReferralState.QUALIFIED,
        occurred_at=at,
        qualifies_at=at,
        last_day=day("2019-12-31"),
    )
    assert joined(invited, at) == Moved(qualified, paid=40, topics=("referral_qualified",))


def test_an_invitation_taken_up_after_joining_counts_from_then() -> None:
    """Not from the day of joining."""
    invited = referral(
        ReferralState.INVITED, qualifies=Qualifies.ON_JOINING, registered_at=ist("2018-01-01")
    )
    moved = joined(invited, ist("2017-12-31"))
    assert moved.referral.occurred_at == ist("2018-01-01")
    assert moved.referral.last_day == day("2019-12-31")


@pytest.mark.parametrize(
    ("at", "state"),
    [
        (ASHA_IN - MOMENT, ReferralState.REVOKED),
        (ASHA_IN, ReferralState.REVOKED),
        (ASHA_IN + MOMENT, ReferralState.REGISTERED),
    ],
)
def test_who_turns_out_to_have_joined_before_the_inviter_brings_nothing(
    at: datetime, state: ReferralState
) -> None:
    """At the code's instant or before: referrals could run in a circle."""
    invited = referral(ReferralState.INVITED)
    assert joined(invited, at) == Moved(invited._replace(state=state))


@pytest.mark.parametrize("state", [it for it in ReferralState if it is not ReferralState.INVITED])
def test_joining_again_changes_nothing(state: ReferralState) -> None:
    """Only who was invited and has not joined yet goes on by joining."""
    assert joined(referral(state)) == Moved(referral(state))


# deliveries


def test_a_delivery_begins_the_return_window() -> None:
    """It qualifies at the beginning of the tenth day; tokens are reckoned from the delivery."""
    assert delivered(referral()) == Moved(QUALIFYING, promised=40)


@pytest.mark.parametrize(
    ("at", "qualifies_at"),
    [
        ("2017-07-31 23:59:59", "2017-08-10 00:00"),
        ("2017-08-01 00:00", "2017-08-11 00:00"),
        ("2017-12-31 23:59:59", "2018-01-10 00:00"),
    ],
)
def test_the_return_window_is_of_days_of_the_zone(at: str, qualifies_at: str) -> None:
    """Whatever the hour of the delivery."""
    moved = delivered(referral(), at=ist(at))
    assert moved.referral.qualifies_at == ist(qualifies_at)


def test_a_delivery_qualifies_at_once_where_that_is_enough() -> None:
    """The friend gets tokens with it, and the inviter learns of it."""
    made = referral(qualifies=Qualifies.ON_FIRST_DELIVERY)
    qualified = QUALIFIED._replace(qualifies=Qualifies.ON_FIRST_DELIVERY, qualifies_at=T)
    assert delivered(made) == Moved(qualified, paid=40, topics=("referral_qualified",))


@pytest.mark.parametrize("at", [T - MOMENT, T, T + MOMENT])
def test_what_was_delivered_before_the_invitation_does_not_count(at: datetime) -> None:
    """Nor before joining; at the same instant it does."""
    counts = at >= T
    assert bool(delivered(referral(), at=at, joined_at=ASHA_IN + MOMENT).promised) is counts
    early = referral(registered_at=ASHA_IN)
    assert bool(delivered(early, at=at, joined_at=T).promised) is counts


def test_an_order_that_cost_nothing_does_not_count() -> None:
    """Nor one of which nothing is left; one rupee does."""
    assert delivered(referral(), order(rupees=0)) == Moved(referral())
    assert delivered(referral(), order().returning()) == Moved(referral())
    assert delivered(referral(), order(rupees=1)).promised == 40


def test_a_second_delivery_changes_nothing() -> None:
    """The first decides, until it comes back."""
    assert delivered(QUALIFYING, order("o2"), at=DUE - MOMENT) == Moved(QUALIFYING)
    assert delivered(QUALIFIED, order("o2")) == Moved(QUALIFIED)


def test_a_delivery_finds_what_time_has_made_of_it() -> None:
    """The inviter learns of it, and the friend gets nothing twice."""
    moved = delivered(QUALIFYING, order("o2", at=DUE), at=DUE)
    assert moved == Moved(QUALIFIED, topics=("referral_qualified",))


def test_a_delivery_finds_that_the_friend_has_joined() -> None:
    """Also where joining was told without a look at the referral."""
    invited = referral(ReferralState.INVITED)
    assert delivered(invited) == Moved(QUALIFYING, promised=40)
    assert delivered(invited, joined_at=ASHA_IN).referral.state is ReferralState.REVOKED
    at_once = invited._replace(qualifies=Qualifies.ON_JOINING)
    assert delivered(at_once) == joined(at_once)


# time, and orders that come back


@pytest.mark.parametrize(
    ("at", "state"),
    [
        (DUE - MOMENT, ReferralState.QUALIFYING),
        (DUE, ReferralState.QUALIFIED),
        (DUE + MOMENT, ReferralState.QUALIFIED),
    ],
)
def test_it_qualifies_at_its_instant(at: datetime, state: ReferralState) -> None:
    """Not before; and what has qualified stays so."""
    moved = after_time(QUALIFYING, at=at)
    assert moved.referral == QUALIFYING._replace(state=state)
    assert moved.topics == (("referral_qualified",) if at >= DUE else ())
    assert after_time(moved.referral, at=DUE + MOMENT).referral.state is ReferralState.QUALIFIED


def test_an_order_returned_within_the_window_leaves_all_open() -> None:
    """The friend gives back what was promised, and another order may qualify."""
    moved = after_return(QUALIFYING, order().returning(), at=DUE - MOMENT)
    assert moved == Moved(referral(), taken_back=40)
    assert delivered(moved.referral, order("o2")).referral.order_id == "o2"


def test_an_order_returned_after_it_revokes() -> None:
    """Both sides give back, and nothing qualifies again."""
    revoked = QUALIFIED._replace(state=ReferralState.REVOKED)
    moved = after_return(QUALIFIED, order().returning(), at=DUE)
    assert moved == Moved(revoked, taken_back=40, topics=("referral_revoked",))
    assert delivered(revoked, order("o2")) == Moved(revoked)
    assert after_return(revoked, order().returning(), at=DUE) == Moved(revoked)


def test_a_return_finds_what_time_has_made_of_it() -> None:
    """The inviter learns of both, in order."""
    moved = after_return(QUALIFYING, order().returning(), at=DUE)
    assert moved.referral == QUALIFIED._replace(state=ReferralState.REVOKED)
    assert moved.topics == ("referral_qualified", "referral_revoked")
    assert moved.taken_back == 40


def test_a_part_or_another_order_that_comes_back_changes_nothing() -> None:
    """Something of the order by which it qualifies is kept."""
    part = order().returning(value=inr(499))
    assert after_return(QUALIFIED, part, at=DUE) == Moved(QUALIFIED)
    assert after_return(QUALIFIED, order("o2").returning(), at=DUE) == Moved(QUALIFIED)
    whole = part.returning(value=inr(1))
    assert after_return(QUALIFIED, whole, at=DUE).taken_back == 40
