"""Transfers and the events that carry them, adjustments, and booking what is due."""

from datetime import timedelta
from typing import Any

import attrs
import pytest

from mi_rewards.commands import (
    Adjust,
    Adjusted,
    Lapsed,
    ReturnTransfer,
    TakeTransfer,
    Transfer,
    Transferred,
    follow_up,
)
from mi_rewards.errors import Corrupt, Misuse, RequestReused
from mi_rewards.money import TOKENS_MAX
from mi_rewards.repositories import Note, OutboxEvent
from mi_rewards.wallet import InsufficientTokens, TokensOwed, WalletFull, check_journal
from tests.shop import (
    Shop,
    T,
    adjust,
    bring,
    burn,
    check_outcomes,
    deliver,
    give_back,
    hold,
    ist,
    join,
    lapse,
    send,
)
from tests.wallets import day

HOUR = timedelta(hours=1)
SENT = OutboxEvent(
    "asha",
    "send",
    "tokens_sent",
    T,
    (
        ("transfer_id", "asha/send"),
        ("from_member_id", "asha"),
        ("to_member_id", "bela"),
        ("draws", "5@2017-12-31 + 1@2018-12-31"),
    ),
)


def two_members() -> Shop:
    """Make a shop with a member who has twelve tokens, and another who has none."""
    shop = Shop()
    shop.all(join(), join("bela"), bring(5, "2017-12-31"), bring(7))
    return shop


# transfers


def test_a_transfer_takes_tokens_from_the_giver_and_leaves_an_event() -> None:
    """The event says what is on its way, to whom."""
    shop = two_members()
    check_outcomes([shop.do(send(6))], Transferred("asha/send", 6, ""))
    assert shop.story()[2] == (
        "3 sent by send on 2017-07-01T06:30:00Z, transfer to_member_id=bela: "
        "available -5@2017-12-31; available -1@2018-12-31; transferred +6 (asha/send)"
    )
    assert list(shop.events()) == [SENT]
    assert shop.story("bela") == []


def test_what_was_sent_arrives_with_its_last_days() -> None:
    """The taker's own command, made from the event, at the instant of the event."""
    shop = two_members()
    shop.do(send(6))
    command = follow_up(SENT)
    assert command == TakeTransfer(
        member_id="bela",
        request_id="take:asha/send",
        at=T,
        transfer_id="asha/send",
        draws="5@2017-12-31 + 1@2018-12-31",
        from_member_id="asha",
    )
    check_outcomes(shop.follow(), Transferred("asha/send", 6, ""))
    assert shop.story("bela") == [
        (
            "1 taken by take:asha/send on 2017-07-01T06:30:00Z, transfer transfer_id=asha/send: "
            "transferred -6 (asha/send); available +5@2017-12-31; available +1@2018-12-31"
        )
    ]
    assert shop.events("bela") == [
        OutboxEvent(
            "bela",
            "take:asha/send",
            "tokens_taken",
            T,
            (("transfer_id", "asha/send"), ("tokens", 6)),
        )
    ]
    assert follow_up(shop.events("bela")[0]) is None
    assert check_journal([*shop.entries(), *shop.entries("bela")]) == ()


def test_an_event_is_followed_any_number_of_times() -> None:
    """It has one effect, and the same outcome each time."""
    shop = two_members()
    shop.do(send(6))
    outcomes = [outcome for _ in range(3) for outcome in shop.follow()]
    check_outcomes(outcomes, *[Transferred("asha/send", 6, "")] * 3)
    assert len(shop.story("bela")) == 1
    assert len(shop.events("bela")) == 1


def test_an_event_is_followed_at_an_instant_of_its_own() -> None:
    """Where one is given; what comes late comes late, and is the same request all the same."""
    shop = two_members()
    shop.do(send(6))
    late = follow_up(SENT, at=ist("2018-01-01 00:00"))
    assert late is not None
    assert late == attrs.evolve(late, at=ist("2018-01-01 00:00"))
    shop.do(late)
    assert shop.story("bela")[0].split(": ")[1] == (
        "transferred -6 (asha/send); lapsed +5@2017-12-31; available +1@2018-12-31"
    )
    check_outcomes(shop.follow(), Transferred("asha/send", 6, ""))
    declined = attrs.evolve(SENT, topic="transfer_declined")
    back = follow_up(declined, at=T + HOUR)
    assert back is not None
    assert (back.at, type(back)) == (T + HOUR, ReturnTransfer)


def test_who_has_not_joined_declines_once_and_for_all() -> None:
    """The event of that takes the tokens back to the giver; joining later changes nothing."""
    shop = Shop()
    shop.all(bring(5, "2017-12-31"), bring(7), send(6))
    check_outcomes(shop.follow(), Transferred("asha/send", 0, "not_a_member"))
    assert (shop.story("bela"), shop.wallet("bela")) == ([], None)
    declined = OutboxEvent(
        "bela",
        "take:asha/send",
        "transfer_declined",
        T,
        (
            ("transfer_id", "asha/send"),
            ("from_member_id", "asha"),
            ("draws", "5@2017-12-31 + 1@2018-12-31"),
            ("code", "not_a_member"),
        ),
    )
    assert shop.events("bela") == [declined]
    shop.do(join("bela"))
    check_outcomes(shop.follow(), Transferred("asha/send", 0, "not_a_member"))
    assert follow_up(declined) == ReturnTransfer(
        member_id="asha",
        request_id="return:asha/send",
        at=T,
        transfer_id="asha/send",
        draws="5@2017-12-31 + 1@2018-12-31",
    )
    for _ in range(3):
        check_outcomes(shop.follow("bela"), Transferred("asha/send", 6, ""))
    assert shop.story()[3:] == [
        (
            "4 taken by return:asha/send on 2017-07-01T06:30:00Z, transfer_declined "
            "transfer_id=asha/send: transferred -6 (asha/send); available +5@2017-12-31; "
            "available +1@2018-12-31"
        )
    ]
    assert [event.topic for event in shop.events()] == ["tokens_sent", "tokens_returned"]
    assert [follow_up(event) for event in shop.events()][1:] == [None]
    assert shop.balance().available == 12
    assert check_journal(shop.entries()) == ()


def test_a_full_wallet_declines() -> None:
    """By the code of its refusal."""
    shop = two_members()
    shop.all(bring(TOKENS_MAX - 5, by="bela"), send(6))
    check_outcomes(shop.follow(), Transferred("asha/send", 0, "wallet_full"))
    check_outcomes(shop.follow("bela"), Transferred("asha/send", 6, ""))
    assert shop.balance().available == 12


def test_the_way_back_always_fits() -> None:
    """However full the giver's wallet became meanwhile: what left it was counted before."""
    shop = Shop()
    shop.all(bring(6), send(6), bring(TOKENS_MAX - 6, "never"))
    shop.follow()
    check_outcomes(shop.follow("bela"), Transferred("asha/send", 6, ""))
    assert shop.balance().available == TOKENS_MAX


def test_what_lapses_on_its_way_lapses_when_it_arrives() -> None:
    """For the taker whose time is later."""
    shop = two_members()
    shop.do(send(5))
    shop.do(bring(1, "2019-12-31", by="bela", at=ist("2018-01-01 00:00")))
    check_outcomes(shop.follow(), Transferred("asha/send", 5, ""))
    assert shop.story("bela")[1].split(": ")[1] == (
        "transferred -5 (asha/send); lapsed +5@2017-12-31"
    )


def test_what_is_owed_by_the_taker_is_made_good_first() -> None:
    """Whatever comes in."""
    shop = two_members()
    shop.all(deliver("o1", 30, by="bela"), burn(3, by="bela"), give_back("o1", by="bela"), send(5))
    assert shop.balance(by="bela").owed == 3
    shop.follow()
    assert (shop.balance(by="bela").available, shop.balance(by="bela").owed) == (2, 0)


def test_no_more_is_sent_than_there_is() -> None:
    """And nothing where something is owed."""
    shop = two_members()
    assert shop.refusal(send(13)) == InsufficientTokens(required=13, available=12)
    shop.all(deliver("o1", 30), burn(15), give_back("o1"))
    assert shop.refusal(send(1)) == TokensOwed(required=1, owed=3)
    assert list(shop.events()) == []


def test_transfers_of_members_with_slashes_do_not_meet() -> None:
    """Whatever members and requests are called, a transfer's name is its own."""
    shop = Shop()
    shop.all(join("bela"), bring(5, by="a/b"), bring(5, by="a"), bring(5, by="a%2Fb"))
    shop.all(
        send(1, by="a/b", request="c"),
        send(2, by="a", request="b/c"),
        send(3, by="a%2Fb", request="c"),
    )
    outcomes = [*shop.follow("a/b"), *shop.follow("a"), *shop.follow("a%2Fb")]
    check_outcomes(
        outcomes,
        Transferred("a%2Fb/c", 1, ""),
        Transferred("a/b/c", 2, ""),
        Transferred("a%252Fb/c", 3, ""),
    )
    assert shop.balance(by="bela").available == 6


@pytest.mark.parametrize(
    ("to", "message"),
    [
        ("", "the taker's id is a text, not ''"),
        (None, "the taker's id is a text, not None"),
        ("asha", "a transfer goes to another member"),
    ],
)
def test_a_transfer_goes_to_another_member(to: Any, message: str) -> None:
    """Who is named."""
    with pytest.raises(Misuse) as caught:
        send(1, to)
    assert str(caught.value) == message


@pytest.mark.parametrize("tokens", [0, -1, True, 1.5])
def test_a_transfer_is_of_whole_tokens(tokens: Any) -> None:
    """Anything else is an error of the caller's."""
    fault = two_members().refusal(send(tokens))
    assert type(fault) is Misuse


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"transfer_id": ""}, "a transfer's id is a text, not ''"),
        ({"transfer_id": 5}, "a transfer's id is a text, not 5"),
        ({"draws": "5"}, "a bucket is written TOKENS@LAST_DAY, not '5'"),
        ({"reason": ""}, "a reason is a text, not ''"),
    ],
)
def test_what_is_on_its_way_is_checked_where_it_is_made(
    changes: dict[str, Any], message: str
) -> None:
    """Names and draws."""
    command = follow_up(SENT)
    assert command is not None
    with pytest.raises(Misuse) as caught:
        attrs.evolve(command, **changes)
    assert str(caught.value) == message


@pytest.mark.parametrize("topic", ["tokens_sent", "transfer_declined"])
def test_what_follows_from_an_event_is_requested_under_one_name(topic: str) -> None:
    """Under another, the same tokens would move twice."""
    command = follow_up(attrs.evolve(SENT, topic=topic))
    assert command is not None
    with pytest.raises(Misuse) as caught:
        attrs.evolve(command, request_id="r1")
    derived = command.request_id
    assert str(caught.value) == f"this request is named {derived!r}, not 'r1': use follow_up"


def test_nothing_on_its_way_is_misuse() -> None:
    """A transfer has at least one token."""
    command = follow_up(SENT)
    assert isinstance(command, TakeTransfer)
    fault = two_members().refusal(attrs.evolve(command, draws="0"))
    assert type(fault) is Misuse


@pytest.mark.parametrize("name", ["transfer_id", "from_member_id", "to_member_id", "draws"])
def test_an_event_that_says_too_little_is_corrupt(name: str) -> None:
    """The store cannot have been given it like that."""
    figures = tuple(figure for figure in SENT.figures if figure[0] != name)
    with pytest.raises(Corrupt) as caught:
        follow_up(attrs.evolve(SENT, figures=figures))
    assert str(caught.value) == f"event 'send' of 'asha' has no {name}"
    if name != "to_member_id":
        with pytest.raises(Corrupt):
            follow_up(attrs.evolve(SENT, topic="transfer_declined", figures=figures))
    with pytest.raises(Corrupt):
        follow_up(attrs.evolve(SENT, figures=(*figures, (name, 5))))


def test_an_event_of_another_topic_asks_for_nothing() -> None:
    """Hosts may keep their own."""
    assert follow_up(attrs.evolve(SENT, topic="greeting", figures=())) is None


# adjustments


def test_tokens_are_added_by_hand() -> None:
    """With a last day and a reason; a note stands beside them, not among them."""
    shop = Shop()
    outcome = shop.do(adjust(40, "2018-12-31", note="he called twice"))
    check_outcomes([outcome], Adjusted(40))
    assert shop.story() == [
        (
            "1 adjusted_up by adjust on 2017-07-01T06:30:00Z, goodwill: "
            "adjusted -40; available +40@2018-12-31"
        )
    ]
    assert shop.store.notes_of("asha") == (Note("asha", "adjust", "he called twice"),)


def test_tokens_are_taken_off_by_hand() -> None:
    """From the bucket that lapses first; without a note there is no row of one."""
    shop = two_members()
    check_outcomes([shop.do(adjust(-6))], Adjusted(-6))
    assert shop.story()[2] == (
        "3 adjusted_down by adjust on 2017-07-01T06:30:00Z, goodwill: "
        "available -5@2017-12-31; available -1@2018-12-31; adjusted +6"
    )
    assert shop.store.notes_of("asha") == ()


def test_no_more_is_taken_off_than_there_is() -> None:
    """Nor put on than a wallet takes."""
    shop = two_members()
    assert shop.refusal(adjust(-13)) == InsufficientTokens(required=13, available=12)
    assert shop.refusal(adjust(TOKENS_MAX, "never")) == WalletFull(member_id="asha")
    shop.all(deliver("o1", 30), burn(15), give_back("o1"))
    assert shop.refusal(adjust(-1)) == TokensOwed(required=1, owed=3)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"tokens": 0}, "an adjustment is a whole number other than 0, not 0"),
        ({"tokens": True}, "an adjustment is a whole number other than 0, not True"),
        ({"tokens": 1.5}, "an adjustment is a whole number other than 0, not 1.5"),
        ({"reason": ""}, "an adjustment's reason is a text, not ''"),
        ({"reason": 5}, "an adjustment's reason is a text, not 5"),
        ({"note": None}, "a note is a text, not None"),
        (
            {"last_day": None},
            "tokens added need a last valid day, and those taken off have none",
        ),
        (
            {"tokens": -1},
            "tokens added need a last valid day, and those taken off have none",
        ),
    ],
)
def test_an_adjustment_is_checked_where_it_is_made(fields: dict[str, Any], message: str) -> None:
    """Number, reason, note and last day."""
    good: dict[str, Any] = {
        "member_id": "asha",
        "request_id": "r",
        "at": T,
        "tokens": 5,
        "reason": "goodwill",
        "last_day": day("2018-12-31"),
    }
    with pytest.raises(Misuse) as caught:
        Adjust(**(good | fields))
    assert str(caught.value) == message


@pytest.mark.parametrize("command", [adjust(TOKENS_MAX + 1, "never"), adjust(-TOKENS_MAX - 1)])
def test_an_adjustment_beyond_counting_is_misuse(command: Adjust) -> None:
    """2**63 - 1 either way."""
    fault = two_members().refusal(command)
    assert type(fault) is Misuse
    assert str(fault).startswith("tokens must be 1 to 2**63 - 1")


def test_another_note_is_the_same_request() -> None:
    """Another reason is another one."""
    shop = two_members()
    shop.do(adjust(-1, note="first"))
    check_outcomes([shop.do(adjust(-1, note="second"))], Adjusted(-1))
    assert shop.store.notes_of("asha") == (Note("asha", "adjust", "first"),)
    other = attrs.evolve(adjust(-1), reason="mistake")
    assert type(shop.refusal(other)) is RequestReused


# booking what is due


def test_what_is_due_is_booked() -> None:
    """Lapses, holds that ran out and promises that are kept, and how many tokens lapsed."""
    shop = two_members()
    shop.do(hold(6, until=T + HOUR))
    outcome = shop.do(lapse(at=ist("2018-01-01 00:00")))
    check_outcomes([outcome], Lapsed(5, 2))
    assert shop.story()[3:] == [
        (
            "4 ran_out by lapse on 2017-07-01T07:30:00Z, deadline_passed: "
            "held -5@2017-12-31 (hold); held -1@2018-12-31 (hold); "
            "available +5@2017-12-31; available +1@2018-12-31"
        ),
        (
            "5 lapsed by lapse on 2017-12-31T18:30:00Z, last_day_passed: "
            "available -5@2017-12-31; lapsed +5@2017-12-31"
        ),
    ]


def test_where_nothing_is_due_nothing_is_booked() -> None:
    """The wallet keeps its version."""
    shop = two_members()
    check_outcomes([shop.do(lapse(at=T))], Lapsed(0, 0))
    check_outcomes([shop.do(lapse(by="chand", at=T))], Lapsed(0, 0))
    wallet = shop.wallet()
    assert wallet is not None
    assert (wallet.version, shop.wallet("chand")) == (2, None)


def test_transfers_are_named_by_their_commands() -> None:
    """The three sides have receipts of their own."""
    shop = two_members()
    shop.do(send(1))
    command = Transfer(member_id="bela", request_id="send", at=T, to_member_id="asha", tokens=1)
    shop.follow()
    check_outcomes([shop.do(command)], Transferred("bela/send", 1, ""))
