"""Texts that are written at once, beside the same by way of the codecs' dictionaries."""

import json
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import given

from mi_rewards.commands import receipt_from_dict, receipt_to_dict
from mi_rewards.commands.quotas.outcomes import PreOrdered
from mi_rewards.commands.receipts.texts import receipt_to_text
from mi_rewards.commands.wallets.outcomes import Adjusted, HoldPlaced
from mi_rewards.earning import Line, Member, Purchase
from mi_rewards.earning.circumstances import Circumstances, Effects
from mi_rewards.earning.codec import purchase_from_dict, purchase_to_dict
from mi_rewards.earning.member_codec import member_from_dict, member_to_dict
from mi_rewards.earning.texts import member_to_text, purchase_to_text
from mi_rewards.errors import Misuse
from mi_rewards.formats import AGGREGATES, from_text, to_text
from mi_rewards.preorders import Allotment, PreOrder, preorder_from_dict, preorder_to_dict
from mi_rewards.preorders.texts import preorder_to_text
from mi_rewards.repositories import Receipt, ReceiptKey
from mi_rewards.wallet import (
    Account,
    Burn,
    Entry,
    Event,
    Owner,
    Posting,
    Promise,
    Reason,
    Wallet,
    burn_from_dict,
    burn_to_dict,
    entry_from_dict,
    entry_to_dict,
    wallet_from_dict,
    wallet_to_dict,
)
from mi_rewards.wallet.texts import burn_to_text, entry_to_text, wallet_to_text
from tests.ahead import ONLINE, STORE, paid, placed, ready, terms
from tests.histories import MEMBERS, commands, histories, play, programmes
from tests.shop import Shop, T, inr, ist
from tests.wallets import KOLKATA, OWNER, draws

SAMPLES = Path(__file__).parents[1] / "samples"
KEY = ReceiptKey("asha", "r")
DIGEST = "0123456789abcdef" * 2


class Way(NamedTuple):
    """The two ways in which a kind of value is written, and how it is read."""

    write: Callable[[Any], dict[str, Any]]
    text: Callable[[Any], str]
    read: Callable[[dict[str, Any]], Any]


WAYS: Mapping[type[Any], Way] = {
    Member: Way(member_to_dict, member_to_text, member_from_dict),
    Wallet: Way(wallet_to_dict, wallet_to_text, wallet_from_dict),
    Purchase: Way(purchase_to_dict, purchase_to_text, purchase_from_dict),
    Burn: Way(burn_to_dict, burn_to_text, burn_from_dict),
    Entry: Way(entry_to_dict, entry_to_text, entry_from_dict),
    Receipt: Way(receipt_to_dict, receipt_to_text, receipt_from_dict),
    PreOrder: Way(preorder_to_dict, preorder_to_text, preorder_from_dict),
}


def by_dictionary(value: Any) -> str:
    """Write a value by way of its dictionary."""
    written = WAYS[type(value)].write(value)
    return json.dumps(written, ensure_ascii=False, separators=(",", ":"))


def is_the_same(value: Any) -> bool:
    """Tell whether both ways come to what a store is given, which is read as it was written."""
    text = WAYS[type(value)].text(value)
    again = to_text(from_text(type(value), text))
    return text == by_dictionary(value) == to_text(value) == again


@given(programmes(), histories(backwards=True))
def test_whatever_a_history_leaves_is_written_the_same_either_way(
    programme: Any, history: Any
) -> None:
    """Aggregates, entries and receipts of random histories under random programmes."""
    shop = Shop(programme)
    play(shop, commands(history))
    for kind in AGGREGATES.values():
        for aggregate in shop.store.all_of(kind):
            if kind in WAYS:
                assert is_the_same(aggregate)
    for member_id in MEMBERS:
        for entry in shop.entries(member_id):
            assert is_the_same(entry)


@pytest.mark.parametrize(
    ("kind", "name"),
    [(kind, f"{kind.__name__.lower()}_1.json") for kind in WAYS if kind is not Receipt],
)
def test_the_stored_samples_are_written_the_same_either_way(kind: type[Any], name: str) -> None:
    """Each has every part that its kind can have."""
    stored = json.loads(SAMPLES.joinpath(name).read_text(encoding="utf-8"))
    assert is_the_same(WAYS[kind].read(stored))


def test_receipts_of_every_outcome_and_refusal_are_written_the_same_either_way() -> None:
    """Those of the stored sample, which has all of them."""
    stored = json.loads(SAMPLES.joinpath("receipts_1.json").read_text(encoding="utf-8"))
    assert len(stored) > 30
    for written in stored:
        assert is_the_same(receipt_from_dict(written))


ODD = 'a"b\\c\n\t\x00\x1f\x7f\u2028é आशा 🎁'
"""Letters that JSON escapes, and some that it does not."""

ELSEWHERE = timezone(timedelta(hours=-3, minutes=-30))


@pytest.mark.parametrize(
    "value",
    [
        Member(ODD, T, (), ((ODD, 2), ("b", 1))),
        Member("a", None, (ODD, "o2")),
        Member(ODD, T, left_at=T, blocked=ODD, merged_into=ODD, absorbed=(ODD,), birthday="02-29"),
        *(
            Member("a", T)._replace(**later)
            for later in (
                {"left_at": T},
                {"blocked": ODD},
                {"merged_into": ODD},
                {"absorbed": (ODD,)},
                {"birthday": "02-29"},
                {"referral_code": ODD},
                {"erased_at": T},
                {"first_joined_at": T},
            )
        ),
        Purchase("a", ODD, (Line(ODD, inr(5), 2, ODD),), ODD),
        Purchase("a", ODD, (Line(ODD, inr(5), product=ODD),), circumstances=Circumstances(T, ODD)),
        Purchase("a", "o", (Line("1", inr(5)),), circumstances=Circumstances()),
        Purchase("a", "o", (Line("1", inr(5), product=ODD, given_minor=3), Line("2", inr(1)))),
        Purchase("a", "o", (Line("1", inr(5)),), effects=Effects(None, ((date(2017, 7, 1), 5),))),
        Burn(Owner(ODD, ODD, KOLKATA), ODD, draws("5@2018-12-31 + 3@never"), 2, 1),
        Wallet(OWNER),
        Wallet(
            OWNER,
            promises=(Promise(ODD, 1, ODD, None, None, T, Reason(ODD, ((ODD, ODD), ("n", -1)))),),
        ),
        Entry(
            OWNER,
            1,
            Event.ADJUSTED_UP,
            ODD,
            T.astimezone(ELSEWHERE),
            T + timedelta(microseconds=5),
            Reason(ODD),
            (Posting(Account.ADJUSTED, -5, None, ODD), Posting(Account.AVAILABLE, 5)),
        ),
        Receipt(ReceiptKey(ODD, ODD), DIGEST, HoldPlaced(ODD, 5, T.astimezone(ELSEWHERE))),
        Receipt(KEY, DIGEST, Adjusted(-5)),
        Receipt(KEY, DIGEST, PreOrdered(ODD, ODD, ODD, T.astimezone(ELSEWHERE), 5, is_last=True)),
        Receipt(KEY, DIGEST, PreOrdered(ODD, ODD, ODD, T, 5, is_last=False)),
        placed(member_id=ODD, order_id=ODD, quota_id=ODD, product_id=ODD, channel=ODD),
        placed(variant=ODD, payment_mode=ODD, address_ref=ODD, colour=ODD, category=ODD),
        placed(variant="", payment_mode="", address_ref="", colour="", channel=""),
        placed(terms(ONLINE, terms_id=ODD, channels=(ODD, "b"), payment_modes=(ODD,))),
        placed(allotment=None, voucher_of=ODD, voucher_id=ODD),
        placed(allotment=Allotment(ODD, ODD, member_max=0)),
        placed(at=T.astimezone(ELSEWHERE)),
        paid(STORE, offered_colour=ODD, late_noted_at=T, reminded_at=T, version=7),
        ready().at(ist("2017-05-01")),
    ],
)
def test_any_text_and_any_zone_is_written_the_same_either_way(value: object) -> None:
    """With quotes, control characters and letters of all kinds, and in UTC."""
    assert WAYS[type(value)].text(value) == by_dictionary(value) == to_text(value)


class OwnNumber(int):
    """A whole number, but no `int` itself."""


def test_what_the_tables_of_receipts_do_not_know_is_left_to_the_codec() -> None:
    """A number of a kind of its own; what the codec objects to is objected to."""
    assert is_the_same(Receipt(KEY, DIGEST, HoldPlaced("h", 1, ist("2017-07-15"))))
    receipt = Receipt(KEY, DIGEST, Adjusted(OwnNumber(5)))
    assert receipt_to_text(receipt) == by_dictionary(receipt)
    for outcome in (5, "done", (1, 2), Misuse("no")):
        with pytest.raises(Misuse, match=r"no receipt can state the outcome "):
            receipt_to_text(Receipt(KEY, DIGEST, outcome))


def test_an_instant_without_an_offset_is_not_written() -> None:
    """As the codec refuses it."""
    naive = datetime(2018, 1, 1)
    wrong = Entry(OWNER, 1, Event.LAPSED, "r", naive, T, Reason("r"), ())
    for way in (entry_to_dict, entry_to_text):
        with pytest.raises(Misuse, match="an instant needs an offset"):
            way(wrong)


def test_a_planted_difference_is_seen() -> None:
    """A text with a blank too many is not what the dictionary comes to."""
    burned = Burn(OWNER, "b", draws("5@never"))
    assert burn_to_text(burned).replace(":", ": ", 1) != by_dictionary(burned)
