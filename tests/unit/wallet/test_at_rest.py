"""Wallets that are read from their text at once, beside the same by way of the codec."""

import json
from operator import neg

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mi_rewards.calendar import NEVER, Zone
from mi_rewards.errors import Corrupt
from mi_rewards.wallet import Bucket, Owner, Reason, Wallet, wallet_from_dict
from mi_rewards.wallet.at_rest import wallet_at_rest
from mi_rewards.wallet.texts import wallet_to_text
from tests.texts import NAMES
from tests.texts import changed as changed_texts
from tests.wallets import KOLKATA, OWNER, at, buckets

T = at("2018-03-01 00:00")
WALLET = Wallet(
    OWNER,
    buckets("999999@2018-12-31 + 7@2019-12-31 + 1@never"),
    totals=(1_000_010, 5, 2, 1, 3, -8),
    sequence=9,
    booked_at=T,
    version=4,
)
TEXT = wallet_to_text(WALLET)


def by_dictionary(text: str) -> Wallet | None:
    """Read a wallet by way of the codec's dictionary; nothing where it objects."""
    try:
        return wallet_from_dict(json.loads(text))
    except (Corrupt, ValueError, RecursionError):
        return None


def is_none_or_the_same(text: str) -> bool:
    """Tell whether what is read at once, if anything, is what the codec reads, kind by kind."""
    found = wallet_at_rest(text)
    if found is None:
        return True
    careful = by_dictionary(text)
    assert careful is not None
    kinds = [[type(part) for part in it] for it in (found, *found.buckets)]
    assert kinds == [[type(part) for part in it] for it in (careful, *careful.buckets)]
    return found == careful and type(found) is Wallet and found.owner.zone is careful.owner.zone


amounts = st.integers(1, 12) | st.sampled_from([10**18 - 1, 10**18]) | st.integers(1, 2**63 - 1)


@st.composite
def wallets(draw: st.DrawFn) -> Wallet:
    """Make wallets at rest: a few buckets, and totals that add up to what was issued."""
    days = draw(st.lists(st.dates() | st.just(NEVER), unique=True, max_size=4))
    lots = tuple(Bucket(day, draw(amounts)) for day in sorted(days))
    redeemed, lapsed, clawed_back = [draw(st.just(0) | amounts) for _ in range(3)]
    transferred, adjusted = [draw(st.just(0) | amounts | amounts.map(neg)) for _ in range(2)]
    spent = redeemed, lapsed, clawed_back, transferred, adjusted
    issued = sum(it.tokens for it in lots) + sum(spent)
    return Wallet(
        Owner(draw(NAMES), draw(NAMES), draw(st.sampled_from([KOLKATA, Zone("UTC")]))),
        lots,
        totals=(issued, *spent),
        sequence=draw(amounts),
        booked_at=draw(st.datetimes(timezones=st.just(T.tzinfo))),
        version=draw(st.just(0) | amounts),
    )


@given(wallets())
@example(WALLET)
def test_a_wallet_is_read_at_once_as_the_codec_reads_it(wallet: Wallet) -> None:
    """Wherever its numbers are short and its names need no escapes; else it is left alone."""
    text = wallet_to_text(wallet)
    assert is_none_or_the_same(text)
    numbers = [wallet.sequence, wallet.version, *wallet.totals]
    is_short = max(map(abs, [*numbers, *[it.tokens for it in wallet.buckets]])) < 10**18
    is_plain = "\\" not in text and wallet.issued >= 0
    assert (wallet_at_rest(text) is not None) == (is_short and is_plain)


@given(changed_texts(st.just(TEXT) | wallets().map(wallet_to_text)))
def test_a_text_that_was_changed_is_left_alone_or_read_the_same(text: str) -> None:
    """Whatever the change is, and wherever."""
    assert is_none_or_the_same(text)


def changed(old: str, new: str) -> str:
    """Change a part of the text that is there once."""
    assert TEXT.count(old) == 1
    return TEXT.replace(old, new)


@pytest.mark.parametrize(
    "text",
    [
        changed('"format":1', '"format":2'),
        changed('"sequence":9', '"sequence":0'),
        changed('"sequence":9', '"sequence":09'),
        changed('"sequence":9', '"sequence":٩'),
        changed('"sequence":9', '"sequence":9٩'),
        changed('"sequence":9', f'"sequence":{2**63}'),
        changed('"version":4', '"version":04'),
        changed('"version":4', '"version":-4'),
        changed('"version":4', '"version":4.0'),
        changed('"2018-12-31"', '"2018-12-32"'),
        changed('"2018-12-31"', '"2019-12-31"'),
        changed('"2018-12-31"', '"2020-12-31"'),
        changed('"2018-12-31"', '"20181231"'),
        changed('"2018-12-31"', '""'),
        changed('"2018-12-31",999999', '"2018-12-31",0999999'),
        changed('["2019-12-31",7]', '["2019-12-31",0]'),
        changed('["2019-12-31",7]', '["2019-12-31",8]'),
        changed('"2019-12-31",7]', '"2019-12-31",7],[]'),
        changed('"redeemed":5,"lapsed":2', '"redeemed":-5,"lapsed":12'),
        changed('"redeemed":5,"lapsed":2', '"redeemed":9,"lapsed":-2'),
        changed('"clawed_back":1,"transferred":3', '"clawed_back":-1,"transferred":5'),
        changed('"issued":1000010', '"issued":-5').replace(
            '"transferred":3', '"transferred":-1000012'
        ),
        changed('"holds":[]', '"holds":[1]'),
        changed('"promises":[]', '"promises":[1]'),
        changed('"owed":0', '"owed":3'),
        changed('"adjusted":-8', '"adjusted":-9'),
        changed('"adjusted":-8', '"adjusted":-08'),
        changed('"zone":"Asia/Kolkata"', '"zone":"Asia/Nowhere"'),
        changed('"booked_at":"2018-03-01T00:00:00Z"', '"booked_at":"2018-03-01T00:00:00"'),
        changed('"booked_at":"2018-03-01T00:00:00Z"', '"booked_at":null'),
        changed('"member_id":"', '"member_id":"\n'),
        changed('"member_id":"', '"member_id":"\\'),
        f"{TEXT}1",
        TEXT[:-1],
    ],
)
def test_what_the_codec_objects_to_is_left_alone(text: str) -> None:
    """It says what is wrong; here nothing is said."""
    assert by_dictionary(text) is None
    assert wallet_at_rest(text) is None


def test_what_is_not_at_rest_is_left_alone() -> None:
    """The codec reads what is new, held, promised, owed or blocked, and other JSON of the same."""
    reason = Reason("test")
    held = WALLET.hold(5, until=at("2018-03-02 00:00"), at=T, request_id="h", reason=reason).wallet
    owing = Wallet(OWNER, owed=3, totals=(2, 0, 0, 5, 0, 0), sequence=2, booked_at=T, version=1)
    others = [Wallet(OWNER), held, owing, WALLET._replace(blocked="fraud")]
    texts = [wallet_to_text(wallet) for wallet in others]
    texts.append(TEXT.replace(",", ", "))
    texts.append(changed('"kind":', '"kind":"other","kind":'))
    texts.append(json.dumps(json.loads(TEXT), sort_keys=True))
    for text in texts:
        assert by_dictionary(text) is not None
        assert wallet_at_rest(text) is None
