"""Redemptions, vouchers and codes as dictionaries; a stored sample of every format."""

import copy
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import attrs
import pytest

from mi_rewards.calendar import NEVER, write_instant
from mi_rewards.catalogue import (
    CodeEntry,
    FCodeTerms,
    PooledCode,
    Redemption,
    RedemptionState,
    Validity,
    Voucher,
    VoucherState,
    code_entry_from_dict,
    code_entry_to_dict,
    pooled_code_from_dict,
    pooled_code_to_dict,
    redemption_from_dict,
    redemption_to_dict,
    reward_to_dict,
    sealed,
    voucher_from_dict,
    voucher_to_dict,
)
from mi_rewards.errors import Corrupt
from tests.catalogue import (
    CHOSEN,
    CODE,
    COUPON,
    ENDS,
    FULL,
    HANDED_ON,
    KEY,
    NOON,
    PHONE,
    TENTH,
    redemption,
    voucher,
)
from tests.edits import setting, without

SAMPLES = Path(__file__).parents[2] / "samples"
DIGEST = sealed(CODE, KEY).digest
UNTIL = NOON + timedelta(minutes=30)
LIMITED = attrs.evolve(FULL, limits=FULL.limits[:2])

VOUCHER = voucher(HANDED_ON, version=4).attaching(
    "bela", "o1", at=NOON, until=NOON + timedelta(minutes=30)
)
REDEMPTION = redemption(LIMITED, RedemptionState.RESERVED, UNTIL)._replace(version=2)
ENTRY = CodeEntry(DIGEST, "asha", "v1", 1)
POOLED = PooledCode("partner", 7, DIGEST, CODE, 1)

Read = Callable[[dict[str, Any]], object]

KINDS: dict[str, tuple[Any, dict[str, Any], Read]] = {
    "voucher_1.json": (VOUCHER, voucher_to_dict(VOUCHER), voucher_from_dict),
    "redemption_1.json": (REDEMPTION, redemption_to_dict(REDEMPTION), redemption_from_dict),
    "code_entry_1.json": (ENTRY, code_entry_to_dict(ENTRY), code_entry_from_dict),
    "pooled_code_1.json": (POOLED, pooled_code_to_dict(POOLED), pooled_code_from_dict),
}


@pytest.mark.parametrize("name", KINDS)
def test_the_first_format_stays_readable(name: str) -> None:
    """What was stored once is read for ever, and written the same while the format is the same."""
    value, written, read = KINDS[name]
    sample = json.loads(SAMPLES.joinpath(name).read_text(encoding="utf-8"))
    assert read(sample) == value
    assert type(read(sample)) is type(value)
    assert written == sample


# round trips


@pytest.mark.parametrize(
    "of",
    [
        voucher(),
        voucher(keeps_clear=False),
        voucher(TENTH),
        voucher(PHONE),
        voucher(FCodeTerms(("p",), Validity(through_on=NEVER))),
        voucher().attaching("asha", "o1", at=NOON),
        voucher().attaching("asha", "o1", at=NOON).using("asha", "o1", at=NOON),
        voucher().at(ENDS),
        voucher().voiding(at=NOON),
        voucher(HANDED_ON).transferring("bela", at=NOON),
    ],
)
def test_a_voucher_is_read_as_it_was_written(of: Voucher) -> None:
    """At any point of its life, through JSON."""
    assert voucher_from_dict(json.loads(json.dumps(voucher_to_dict(of)))) == of


@pytest.mark.parametrize(
    "of",
    [
        redemption(),
        redemption(CHOSEN)._replace(tokens=500),
        redemption(LIMITED, RedemptionState.CANCELLED),
        *[redemption(LIMITED, state, UNTIL) for state in RedemptionState],
        *[redemption(COUPON, state, UNTIL) for state in RedemptionState],
    ],
)
def test_a_redemption_is_read_as_it_was_written(of: Redemption) -> None:
    """At any point of its life, through JSON, with the reward as it was."""
    assert redemption_from_dict(json.loads(json.dumps(redemption_to_dict(of)))) == of


@pytest.mark.parametrize("pooled", [POOLED, POOLED.issuing()])
@pytest.mark.parametrize("entry", [ENTRY, CodeEntry(DIGEST, "", "")])
def test_codes_are_read_as_they_were_written(pooled: PooledCode, entry: CodeEntry) -> None:
    """Waiting and issued."""
    assert pooled_code_from_dict(json.loads(json.dumps(pooled_code_to_dict(pooled)))) == pooled
    assert code_entry_from_dict(json.loads(json.dumps(code_entry_to_dict(entry)))) == entry


# strict reading


def corrupt(read: Read, written: dict[str, Any], **changes: object) -> str:
    """Edit what was written, and answer with the objection of the reader."""
    edited = copy.deepcopy(written)
    for path, value in changes.items():
        (without(path) if value is ... else setting(path, value))(edited)
    with pytest.raises(Corrupt) as caught:
        read(edited)
    return str(caught.value)


ROWS: list[tuple[str, str, object, str]] = [
    ("voucher_1.json", "format", 2, "voucher is of the unknown format 2"),
    ("voucher_1.json", "more", 1, "voucher has other keys: missing [], unknown ['more']"),
    ("voucher_1.json", "member_id", 1, "member_id must be a text, not 1"),
    ("voucher_1.json", "voucher_id", None, "voucher_id must be a text, not None"),
    ("voucher_1.json", "reward_id", 1, "reward_id must be a text, not 1"),
    ("voucher_1.json", "terms", None, "terms must be a dictionary, not None"),
    ("voucher_1.json", "terms.value", None, "a coupon takes nothing off"),
    ("voucher_1.json", "attached_until", "noon", "attached_until: an instant is written as"),
    ("voucher_1.json", "issued_at", "noon", "issued_at: an instant is written as"),
    ("voucher_1.json", "last_day", "2017", "last_day: a day is written as"),
    ("voucher_1.json", "last_day", "2017-07-09", "a voucher's last day 2017-07-09 is not over at"),
    ("voucher_1.json", "ends_at", None, "ends_at must be a text, not None"),
    ("voucher_1.json", "digest", DIGEST.upper(), "digest must be 32 hexadecimal digits, not "),
    ("voucher_1.json", "digest", None, "digest must be 32 hexadecimal digits, not None"),
    ("voucher_1.json", "clear", "", "clear must be a code as it is digested, or nothing"),
    ("voucher_1.json", "clear", 5, "clear must be a code as it is digested, or nothing"),
    ("voucher_1.json", "holder_id", None, "holder_id must be a text, not None"),
    ("voucher_1.json", "state", "lost", "state 'lost' is not known"),
    ("voucher_1.json", "order_id", 1, "order_id must be a text, not 1"),
    ("voucher_1.json", "order_of", 1, "order_of must be a text, not 1"),
    ("voucher_1.json", "version", -1, "version must be a whole number, 0 to"),
    ("redemption_1.json", "format", None, "redemption is of the unknown format None"),
    ("redemption_1.json", "more", 1, "redemption has other keys: missing [], unknown ['more']"),
    ("redemption_1.json", "member_id", 1, "member_id must be a text, not 1"),
    ("redemption_1.json", "redemption_id", 1, "redemption_id must be a text, not 1"),
    ("redemption_1.json", "reward", None, "reward must be a dictionary, not None"),
    ("redemption_1.json", "reward.format", 2, "reward is of the unknown format 2"),
    ("redemption_1.json", "tokens", 0, "tokens must be a whole number, 1 to"),
    ("redemption_1.json", "tokens", 9_999, "reward 'full' costs 10000 tokens, not 9999"),
    ("redemption_1.json", "steps", {}, "steps must be a list, not {}"),
    ("redemption_1.json", "steps.0", ["a", "b"], "step must have 3 parts, not ['a', 'b']"),
    ("redemption_1.json", "steps.0.0", 1, "scope must be a text, not 1"),
    ("redemption_1.json", "steps.0.1", 1, "name must be a text, not 1"),
    ("redemption_1.json", "steps.0.2", 0, "limit must be a whole number, 1 to"),
    (
        "redemption_1.json",
        "steps.1",
        ["reward/full", "stock", 99],
        "a redemption takes from each counter once",
    ),
    ("redemption_1.json", "made_at", 1, "made_at must be a text, not 1"),
    ("redemption_1.json", "until", "soon", "until: an instant is written as"),
    ("redemption_1.json", "until", None, "a redemption that was never reserved is reserved"),
    ("redemption_1.json", "state", "open", "state 'open' is not known"),
    ("redemption_1.json", "version", True, "version must be a whole number, 0 to"),
    ("code_entry_1.json", "format", "1", "code entry is of the unknown format '1'"),
    ("code_entry_1.json", "more", 1, "code entry has other keys: missing [], unknown ['more']"),
    ("code_entry_1.json", "digest", "0", "digest must be 32 hexadecimal digits, not '0'"),
    ("code_entry_1.json", "member_id", None, "member_id must be a text, not None"),
    ("code_entry_1.json", "voucher_id", 1, "voucher_id must be a text, not 1"),
    ("code_entry_1.json", "member_id", "", "a code leads to a member's voucher, or waits in a"),
    ("code_entry_1.json", "voucher_id", "", "a code leads to a member's voucher, or waits in a"),
    ("code_entry_1.json", "version", None, "version must be a whole number, 0 to"),
    ("pooled_code_1.json", "format", 0, "pooled code is of the unknown format 0"),
    ("pooled_code_1.json", "more", 1, "pooled code has other keys: missing [], unknown ['more']"),
    ("pooled_code_1.json", "pool_id", 1, "pool_id must be a text, not 1"),
    ("pooled_code_1.json", "place", 0, "place must be a whole number, 1 to"),
    ("pooled_code_1.json", "digest", 1, "digest must be 32 hexadecimal digits, not 1"),
    ("pooled_code_1.json", "clear", "ab-cd", "clear must be a code as it is digested, or nothing"),
    ("pooled_code_1.json", "version", -1, "version must be a whole number, 0 to"),
]


@pytest.mark.parametrize(("name", "path", "value", "message"), ROWS)
def test_reading_is_strict(name: str, path: str, value: object, message: str) -> None:
    """Whatever was not written here is corrupt, and the message says what is wrong."""
    _, written, read = KINDS[name]
    assert corrupt(read, written, **{path: value}).startswith(message)


@pytest.mark.parametrize("name", KINDS)
def test_nothing_may_be_missing(name: str) -> None:
    """Each key by its name."""
    _, written, read = KINDS[name]
    for key in written:
        expected = "unknown format None" if key == "format" else f"missing ['{key}']"
        assert expected in corrupt(read, written, **{key: ...})


@pytest.mark.parametrize("name", KINDS)
def test_a_dictionary_of_nothing_is_corrupt(name: str) -> None:
    """So is what is none."""
    read = KINDS[name][2]
    nothing: list[Any] = [{}, None, []]
    for wrong in nothing:
        with pytest.raises(Corrupt):
            read(wrong)


def test_no_message_quotes_a_code() -> None:
    """Whatever is wrong with it: messages end in logs."""
    for name in ("voucher_1.json", "pooled_code_1.json"):
        _, written, read = KINDS[name]
        for wrong in (CODE.lower(), f"{CODE} ", [CODE]):
            assert CODE not in corrupt(read, written, clear=wrong).upper()


# what no voucher can be


def test_only_a_voucher_on_an_order_is_detached_at_a_deadline() -> None:
    """One that was used has none any more."""
    message = corrupt(voucher_from_dict, voucher_to_dict(VOUCHER), state="used")
    assert message == "a voucher that is used is not attached until an instant"


@pytest.mark.parametrize(
    ("state", "order_id", "order_of", "is_possible"),
    [
        (state, order_id, order_of, (order_id is not None) is (order_of is not None) is is_on)
        for state, is_on in (
            (VoucherState.ISSUED, False),
            (VoucherState.ATTACHED, True),
            (VoucherState.USED, True),
            (VoucherState.EXPIRED, False),
            (VoucherState.VOID, False),
        )
        for order_id in (None, "o1")
        for order_of in (None, "asha")
    ],
)
def test_a_voucher_is_on_an_order_where_its_state_says_so(
    state: VoucherState, order_id: str | None, order_of: str | None, is_possible: bool
) -> None:
    """On an order of somebody, or on none."""
    written = voucher_to_dict(
        voucher(keeps_clear=False, state=state, order_id=order_id, order_of=order_of)
    )
    if is_possible:
        assert voucher_from_dict(written).state is state
    else:
        expected = f"a voucher that is {state} is on an order of a member, or on none"
        assert corrupt(voucher_from_dict, written) == expected


@pytest.mark.parametrize(
    ("days", "microseconds", "is_possible"),
    [(-1, 0, True), (-1, -1, False), (0, 0, True), (1, 0, True), (1, 1, False)],
)
def test_a_last_day_is_over_at_most_a_day_from_its_end_in_utc(
    days: int, microseconds: int, is_possible: bool
) -> None:
    """No zone is further away."""
    midnight = ENDS + timedelta(hours=5, minutes=30)
    ends_at = midnight + timedelta(days=days, microseconds=microseconds)
    written = voucher_to_dict(voucher(ends_at=ends_at))
    if is_possible:
        assert voucher_from_dict(written).ends_at == ends_at
    else:
        said = corrupt(voucher_from_dict, written)
        assert said == f"a voucher's last day 2017-07-11 is not over at {ends_at}"


def test_a_fixed_last_day_is_that_of_the_terms() -> None:
    """Its days were counted from the issue, but a day that was stated is the day."""
    written = voucher_to_dict(voucher(TENTH))
    said = corrupt(
        voucher_from_dict, written, last_day="2018-12-30", ends_at="2018-12-30T18:30:00Z"
    )
    assert said == "a voucher that is valid through 2018-12-31 ends on 2018-12-30"


def test_a_void_voucher_has_no_code_in_clear() -> None:
    """It was forgotten."""
    written = voucher_to_dict(voucher().voiding(at=NOON))
    said = corrupt(voucher_from_dict, written, clear=CODE)
    assert said == "a void voucher has a code in clear"


def test_only_a_transferable_voucher_has_another_holder() -> None:
    """Its terms decide."""
    written = voucher_to_dict(voucher())
    said = corrupt(voucher_from_dict, written, holder_id="bela")
    assert said == "a voucher that cannot be handed on has another holder"


# what no redemption can be


@pytest.mark.parametrize(
    ("offset", "is_possible"),
    [(timedelta(microseconds=-1), False), (timedelta(), False), (timedelta(microseconds=1), True)],
)
def test_a_reservation_ends_after_it_is_made(offset: timedelta, is_possible: bool) -> None:
    """By a moment at least."""
    written = redemption_to_dict(redemption(COUPON, RedemptionState.RESERVED, NOON + offset))
    if is_possible:
        assert redemption_from_dict(written).until == NOON + offset
    else:
        said = corrupt(redemption_from_dict, written, until=write_instant(NOON + offset))
        assert said == "a reservation was over when it was made"


@pytest.mark.parametrize("state", [RedemptionState.RESERVED, RedemptionState.RUN_OUT])
def test_what_was_never_reserved_is_confirmed_or_cancelled(state: RedemptionState) -> None:
    """It has no deadline that could come."""
    said = corrupt(redemption_from_dict, redemption_to_dict(redemption(LIMITED, state)))
    assert said == f"a redemption that was never reserved is {state}"


def test_what_cannot_be_given_back_is_not_cancelled() -> None:
    """A reservation of it may be."""
    cancelled = redemption(COUPON, RedemptionState.CANCELLED, UNTIL)
    written = redemption_to_dict(cancelled)
    assert redemption_from_dict(written) == cancelled
    said = corrupt(redemption_from_dict, written, until=None)
    assert said == "an irrevocable redemption in one step is cancelled"
    revocable = reward_to_dict(attrs.evolve(COUPON, is_revocable=True))
    again = redemption_from_dict({**written, "until": None, "reward": revocable})
    assert again.state is RedemptionState.CANCELLED


@pytest.mark.parametrize(("tokens", "is_offered"), [(50, True), (60, False), (525, False)])
def test_the_tokens_are_those_that_the_reward_offered(tokens: int, is_offered: bool) -> None:
    """Steps included."""
    written = redemption_to_dict(redemption(CHOSEN)._replace(tokens=tokens))
    if is_offered:
        assert redemption_from_dict(written).tokens == tokens
    else:
        said = corrupt(redemption_from_dict, written)
        assert said.startswith("reward 'chosen' costs 50 to 500 tokens in steps of 25, not ")
