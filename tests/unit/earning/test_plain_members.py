"""Members that are read from their text at once, beside the same by way of the codec."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mi_rewards.earning import Member
from mi_rewards.earning.member_codec import member_from_dict
from mi_rewards.earning.plain_members import plain_member
from mi_rewards.earning.texts import member_to_text
from mi_rewards.errors import Corrupt
from tests.texts import NAMES, changed

T = datetime(2018, 3, 1, tzinfo=UTC)
MEMBER = Member("asha", T, version=7)
TEXT = member_to_text(MEMBER)

members = st.tuples(
    NAMES,
    st.datetimes(timezones=st.just(UTC)),
    st.integers(0, 12) | st.sampled_from([10**18 - 1, 10**18]),
).map(lambda it: Member(it[0], it[1], version=it[2]))


def by_dictionary(text: str) -> Member | None:
    """Read a member by way of the codec's dictionary; nothing where it objects."""
    try:
        return member_from_dict(json.loads(text))
    except (Corrupt, ValueError, RecursionError):
        return None


@given(members)
@example(MEMBER)
def test_a_member_is_read_at_once_as_the_codec_reads_it(member: Member) -> None:
    """Wherever the version is short and the name needs no escapes; else the text is left alone."""
    text = member_to_text(member)
    found = plain_member(text)
    assert by_dictionary(text) == member
    if "\\" in text or member.version >= 10**18:
        assert found is None
    else:
        assert found == member
        assert [type(it) for it in (found, *found)] == [type(it) for it in (member, *member)]


@given(changed(st.just(TEXT) | members.map(member_to_text)))
def test_a_text_that_was_changed_is_left_alone_or_read_the_same(text: str) -> None:
    """Whatever the change is, and wherever."""
    found = plain_member(text)
    assert found is None or found == by_dictionary(text)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"format":1', '"format":2'),
        ('"version":7', '"version":-7'),
        ('"version":7', '"version":07'),
        ('"version":7', '"version":7٩'),
        ('"version":7', f'"version":{2**63}'),
        ('"2018-03-01T00:00:00Z"', '"2018-03-01T00:00:00"'),
        ('"2018-03-01T00:00:00Z"', '"2018-03-01T24:00:00Z"'),
        ('"asha"', '"as\nha"'),
        ('"asha"', '"as\\ha"'),
        ('"waiting":[]', '"waiting":[1]'),
        ('"counted":[]', '"counted":[1]'),
    ],
)
def test_what_the_codec_objects_to_is_left_alone(old: str, new: str) -> None:
    """It says what is wrong; here nothing is said."""
    assert TEXT.count(old) == 1
    text = TEXT.replace(old, new)
    assert by_dictionary(text) is None
    assert plain_member(text) is None


def test_of_whom_more_is_known_is_left_alone() -> None:
    """The codec reads who has not joined, and whoever has something beside it."""
    others = [
        Member("asha"),
        Member("asha", waiting=("o1",)),
        MEMBER.counting("launch"),
        MEMBER._replace(blocked="fraud"),
        MEMBER._replace(birthday="02-29"),
    ]
    texts = [member_to_text(it) for it in others]
    texts.append(TEXT.replace(",", ", "))
    texts.append(TEXT.replace('"member_id":', '"member_id":"other","member_id":'))
    for text in texts:
        assert by_dictionary(text) is not None
        assert plain_member(text) is None
