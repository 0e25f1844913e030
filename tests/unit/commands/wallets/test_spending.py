"""Holding, capturing, releasing, burning, reinstating."""

from datetime import timedelta
from typing import Any

import pytest

from mi_rewards.commands import (
    Burned,
    BurnTokens,
    Capture,
    HoldPlaced,
    HoldTooLong,
    PlaceHold,
    Reinstate,
    Reinstated,
    Release,
    Released,
    TooManyHolds,
    UnknownBurn,
)
from mi_rewards.errors import Misuse, Refused
from mi_rewards.programme import HoldLimits
from mi_rewards.wallet import (
    BeyondBurn,
    BeyondHold,
    Burn,
    DeadlinePassed,
    HoldNotOpen,
    InsufficientTokens,
    Owner,
    TokensOwed,
)
from tests.shop import (
    Shop,
    T,
    bring,
    burn,
    capture,
    check_outcomes,
    deliver,
    give_back,
    hold,
    ist,
    join,
    reinstate,
    release,
    rules,
)
from tests.wallets import KOLKATA, draws

HOUR = timedelta(hours=1)
MOMENT = timedelta(microseconds=1)
OWNER = Owner("asha", "tokens", KOLKATA)
UNTIL = T + HOUR


def having(text: str = "5@2017-12-31 + 7@2018-12-31", **changes: Any) -> Shop:
    """Make a shop with a member who has that much."""
    shop = Shop(rules(**changes))
    for draw in draws(text):
        shop.do(bring(draw.tokens, draw.last_day.isoformat()))
    return shop


def owing() -> Shop:
    """Make a shop with a member who owes one token."""
    shop = Shop()
    shop.all(join(), deliver("o1", 100), burn(1, request="b"), give_back("o1"))
    return shop


# burning


def test_tokens_are_burned_from_the_bucket_that_lapses_first() -> None:
    """One entry, and a burn that can be undone."""
    shop = having()
    check_outcomes([shop.do(burn(6))], Burned("burn", 6, 0))
    assert shop.story()[2] == (
        "3 burned by burn on 2017-07-01T06:30:00Z, redemption: "
        "available -5@2017-12-31; available -1@2018-12-31; redeemed +6 (burn)"
    )
    expected = Burn(OWNER, "burn", draws("5@2017-12-31 + 1@2018-12-31"), 0, 1)
    assert shop.burned() == expected


@pytest.mark.parametrize(("tokens", "is_granted"), [(11, True), (12, True), (13, False)])
def test_no_more_is_burned_than_there_is(tokens: int, is_granted: bool) -> None:
    """All of it may be."""
    shop = having()
    if is_granted:
        assert shop.do(burn(tokens)).tokens == tokens
    else:
        refusal = shop.refusal(burn(tokens))
        assert refusal == InsufficientTokens(required=13, available=12)


def test_nothing_is_burned_where_something_is_owed() -> None:
    """Nor held."""
    shop = owing()
    assert shop.refusal(burn(1)) == TokensOwed(required=1, owed=1)
    assert shop.refusal(hold(1, until=UNTIL)) == TokensOwed(required=1, owed=1)


@pytest.mark.parametrize("tokens", [0, -1, True, 1.5, "5"])
def test_tokens_are_whole(tokens: Any) -> None:
    """Wherever a number of them is asked for, before any rule is looked at."""
    shop = having(holds=HoldLimits(open_max=0))
    names: dict[str, Any] = {"member_id": "asha", "request_id": "r", "at": T, "tokens": tokens}
    for command in (BurnTokens(**names), PlaceHold(**names, until=UNTIL)):
        fault = shop.refusal(command)
        assert type(fault) is Misuse
        assert str(fault).startswith("tokens must be")


# holding


def test_tokens_are_set_aside_until_a_deadline() -> None:
    """Named as the request."""
    shop = having()
    check_outcomes([shop.do(hold(6, until=UNTIL))], HoldPlaced("hold", 6, UNTIL))
    assert shop.story()[2] == (
        "3 held by hold on 2017-07-01T06:30:00Z until 2017-07-01T07:30:00Z, redemption: "
        "available -5@2017-12-31; available -1@2018-12-31; "
        "held +5@2017-12-31 (hold); held +1@2018-12-31 (hold)"
    )
    assert (shop.balance().available, shop.balance().held) == (6, 6)
    assert shop.refusal(burn(7)) == InsufficientTokens(required=7, available=6)


def test_a_deadline_is_after_the_instant() -> None:
    """And has an offset."""
    fault = having().refusal(hold(1, until=T))
    assert type(fault) is Misuse
    assert str(fault) == "a hold's deadline must be after 2017-07-01T06:30:00Z"
    with pytest.raises(Misuse, match="an instant needs an offset"):
        hold(1, until=UNTIL.replace(tzinfo=None))
    assert hold(1, until=ist("2017-07-02 05:30")).until.isoformat() == "2017-07-02T00:00:00+00:00"


def test_a_deadline_that_is_past_when_the_hold_is_told_is_refused() -> None:
    """The wallet's last entry is later."""
    shop = having()
    shop.do(burn(1, at=UNTIL))
    expected = DeadlinePassed(hold_id="hold", until="2017-07-01T07:30:00Z")
    assert shop.refusal(hold(1, until=UNTIL)) == expected
    assert shop.do(hold(1, until=UNTIL + MOMENT)).tokens == 1


@pytest.mark.parametrize(
    ("hours_max", "lasts", "is_granted"),
    [
        (2, 2 * HOUR - MOMENT, True),
        (2, 2 * HOUR, True),
        (2, 2 * HOUR + MOMENT, False),
        (2, 3 * HOUR, False),
        (0, MOMENT, False),
        (None, 10**6 * HOUR, True),
        (2**63 - 1, 10**6 * HOUR, True),
    ],
)
def test_a_hold_lasts_no_longer_than_the_rules_allow(
    hours_max: int | None, lasts: timedelta, is_granted: bool
) -> None:
    """To the microsecond; `None` is unlimited, 0 is none."""
    shop = having(holds=HoldLimits(hours_max))
    command = hold(1, until=T + lasts)
    if is_granted:
        assert shop.do(command).until == T + lasts
    else:
        refusal = shop.refusal(command)
        assert type(refusal) is HoldTooLong
        assert refusal.figures["hours_max"] == hours_max
        assert refusal.figures["until"] == command.until.isoformat().replace("+00:00", "Z")


def test_only_so_many_holds_are_open() -> None:
    """One that is resolved, or has run out by then, is not."""
    shop = having(holds=HoldLimits(open_max=2))
    shop.do(hold(1, until=T + HOUR, request="h1"))
    shop.do(hold(1, until=T + 2 * HOUR, request="h2"))
    refusal = shop.refusal(hold(1, until=T + 3 * HOUR, request="h3", at=T + HOUR - MOMENT))
    assert refusal == TooManyHolds(open_count=2, open_max=2)
    assert isinstance(refusal, Refused)
    assert refusal.transient
    shop.do(hold(1, until=T + 3 * HOUR, request="h3", at=T + HOUR))
    assert type(shop.refusal(hold(1, until=T + 3 * HOUR, request="h4"))) is TooManyHolds
    shop.do(release("h2", at=T + HOUR))
    assert shop.do(hold(1, until=T + 3 * HOUR, request="h4")).hold_id == "h4"


def test_no_hold_may_be_allowed_at_all() -> None:
    """0 is none; too long comes before too many."""
    shop = having(holds=HoldLimits(1, 0))
    assert shop.refusal(hold(1, until=UNTIL)) == TooManyHolds(open_count=0, open_max=0)
    assert type(shop.refusal(hold(1, until=UNTIL + MOMENT))) is HoldTooLong


# capturing and releasing


def test_a_hold_is_captured_whole() -> None:
    """The burn is named as the hold."""
    shop = having()
    shop.do(hold(6, until=UNTIL))
    check_outcomes([shop.do(capture(at=UNTIL - MOMENT))], Burned("hold", 6, 0))
    assert shop.story()[3] == (
        "4 captured by capture on 2017-07-01T07:29:59.999999Z, redemption: "
        "held -5@2017-12-31 (hold); held -1@2018-12-31 (hold); redeemed +6 (hold)"
    )
    assert shop.burned("hold") == Burn(OWNER, "hold", draws("5@2017-12-31 + 1@2018-12-31"), 0, 1)


def test_a_hold_is_captured_in_part_and_the_rest_released() -> None:
    """The earliest draws are spent."""
    shop = having()
    shop.do(hold(6, until=UNTIL))
    check_outcomes([shop.do(capture(tokens=2))], Burned("hold", 2, 4))
    assert shop.story()[3].split(": ")[1] == (
        "held -5@2017-12-31 (hold); held -1@2018-12-31 (hold); redeemed +2 (hold); "
        "available +3@2017-12-31; available +1@2018-12-31"
    )
    assert shop.burned("hold") == Burn(OWNER, "hold", draws("2@2017-12-31"), 0, 1)
    assert (shop.balance().available, shop.balance().held) == (10, 0)


def test_a_hold_is_released() -> None:
    """All of it."""
    shop = having()
    shop.do(hold(6, until=UNTIL))
    check_outcomes([shop.do(release())], Released("hold", 6))
    assert shop.story()[3] == (
        "4 released by release on 2017-07-01T06:30:00Z, redemption: held -5@2017-12-31 (hold); "
        "held -1@2018-12-31 (hold); available +5@2017-12-31; available +1@2018-12-31"
    )


def test_a_hold_that_has_run_out_is_neither_captured_nor_released() -> None:
    """At its deadline it has; what it had is available again."""
    shop = having()
    shop.do(hold(6, until=UNTIL))
    for command in (capture(at=UNTIL), release(at=UNTIL)):
        assert shop.refusal(command) == HoldNotOpen(hold_id="hold")
    assert shop.balance(at=UNTIL).available == 12


@pytest.mark.parametrize("resolve", [capture(), release(), capture(tokens=1)])
def test_a_hold_is_resolved_once(resolve: Capture | Release) -> None:
    """By whichever request comes first."""
    shop = having()
    shop.do(hold(6, until=UNTIL))
    shop.do(resolve)
    for command in (capture(request="again"), release(request="again")):
        assert shop.refusal(command) == HoldNotOpen(hold_id="hold")


def test_no_more_is_captured_than_is_held() -> None:
    """All of it may be."""
    shop = having()
    shop.do(hold(6, until=UNTIL))
    refusal = shop.refusal(capture(tokens=7))
    assert refusal == BeyondHold(hold_id="hold", required=7, held=6)
    fault = shop.refusal(capture(tokens=0))
    assert type(fault) is Misuse
    assert shop.do(capture(tokens=6)).released == 0


# reinstating


def test_a_burn_is_undone_whole() -> None:
    """To its buckets with their old last day."""
    shop = having()
    shop.do(burn(6))
    check_outcomes([shop.do(reinstate())], Reinstated("burn", 6, 0))
    assert shop.story()[3] == (
        "4 reinstated by reinstate on 2017-07-01T06:30:00Z, redemption: redeemed -6 (burn); "
        "available +5@2017-12-31; available +1@2018-12-31"
    )
    burned = shop.burned()
    assert burned is not None
    assert (burned.undone, burned.version) == (6, 2)


def test_a_burn_is_undone_in_parts() -> None:
    """What was drawn last goes back first; all that is left, where no number is given."""
    shop = having()
    shop.do(burn(6))
    outcomes = shop.all(reinstate(tokens=2, request="r1"), reinstate(request="r2"))
    check_outcomes(outcomes, Reinstated("burn", 2, 4), Reinstated("burn", 4, 0))
    assert [text.split(": ")[1] for text in shop.story()[3:]] == [
        "redeemed -2 (burn); available +1@2017-12-31; available +1@2018-12-31",
        "redeemed -4 (burn); available +4@2017-12-31",
    ]


def test_a_capture_is_undone_like_a_burn() -> None:
    """By the hold's name."""
    shop = having()
    shop.all(hold(6, until=UNTIL), capture(tokens=4))
    check_outcomes([shop.do(reinstate("hold", 3))], Reinstated("hold", 3, 1))


def test_no_more_is_undone_than_is_left_of_the_burn() -> None:
    """Nor anything where nothing is left."""
    shop = having()
    shop.all(burn(6), reinstate(tokens=2))
    refusal = shop.refusal(reinstate(tokens=5, request="again"))
    assert refusal == BeyondBurn(burn_id="burn", required=5, left=4)
    fault = shop.refusal(reinstate(tokens=0, request="again"))
    assert type(fault) is Misuse
    shop.do(reinstate(tokens=4, request="rest"))
    refusal = shop.refusal(reinstate(request="again"))
    assert refusal == BeyondBurn(burn_id="burn", required=1, left=0)


def test_a_burn_that_is_not_known_is_refused_and_can_be_sent_again() -> None:
    """Another member's is not known either."""
    shop = having()
    refusal = shop.refusal(reinstate())
    assert refusal == UnknownBurn(burn_id="burn")
    assert isinstance(refusal, Refused)
    assert refusal.transient
    shop.do(burn(6))
    assert shop.refusal(reinstate(by="bela")) == UnknownBurn(burn_id="burn")
    assert shop.do(reinstate()).tokens == 6


# names and reasons


@pytest.mark.parametrize("name", ["", None, 5])
def test_what_is_to_be_done_is_named(name: Any) -> None:
    """Holds, burns and reasons, each by a text."""
    names: dict[str, Any] = {"member_id": "asha", "request_id": "r", "at": T}
    rows: list[tuple[Any, str]] = [
        (lambda: Capture(**names, hold_id=name), "a hold's id"),
        (lambda: Release(**names, hold_id=name), "a hold's id"),
        (lambda: Reinstate(**names, burn_id=name), "a burn's id"),
        (lambda: BurnTokens(**names, tokens=1, reason=name), "a reason"),
        (lambda: PlaceHold(**names, tokens=1, until=UNTIL, reason=name), "a reason"),
        (lambda: Capture(**names, hold_id="h", reason=name), "a reason"),
    ]
    for make, what in rows:
        with pytest.raises(Misuse) as caught:
            make()
        assert str(caught.value) == f"{what} is a text, not {name!r}"


def test_the_host_s_own_reason_is_kept_in_the_journal() -> None:
    """Each command may have one."""
    shop = having()
    names: dict[str, Any] = {"member_id": "asha", "at": T, "reason": "festival"}
    shop.all(
        BurnTokens(**names, request_id="b", tokens=1),
        PlaceHold(**names, request_id="h", tokens=1, until=UNTIL),
        Capture(**names, request_id="c", hold_id="h"),
        PlaceHold(**names, request_id="h2", tokens=1, until=UNTIL),
        Release(**names, request_id="r", hold_id="h2"),
        Reinstate(**names, request_id="u", burn_id="b"),
    )
    assert [entry.reason.code for entry in shop.entries()] == ["opening"] * 2 + ["festival"] * 6
