"""Texts that a host stores."""

import json
from pathlib import Path
from typing import Any

import pytest

from mi_rewards import formats
from mi_rewards.errors import Corrupt, Misuse
from mi_rewards.formats import AGGREGATES, event_from_dict, event_to_dict, from_text, to_text
from mi_rewards.memory import MemoryStore
from mi_rewards.preorders import Quota
from mi_rewards.repositories import Needs, OutboxEvent, ReceiptKey
from tests.ahead import Friday
from tests.ledgers import Desk, ledgers
from tests.shop import Shop, T, bring, burn, deliver, join, send

SAMPLES = Path(__file__).parents[1] / "samples"
EVENT = OutboxEvent("asha", "e1", "tokens_sent", T, (("to", "bela"), ("tokens", 4)))


def stored() -> list[Any]:
    """Make one of each kind by doing what makes them."""
    shop = Shop()
    shop.all(join(), bring(10), deliver("o1", 500), burn(3), send(2))
    receipts = shop.store.load(Needs(receipts=(ReceiptKey("asha", "burn"),))).receipts
    rows = [row for kind in AGGREGATES.values() for row in shop.store.all_of(kind)]
    return [*rows, *shop.entries(), *receipts.values(), *shop.events()]


def test_whatever_a_store_keeps_is_read_as_it_was_written() -> None:
    """All that a few commands leave; a receipt has the digest of its content instead."""
    values = stored()
    assert {type(it).__name__ for it in values} == {
        *("Member", "Wallet", "Purchase", "Burn", "Entry", "Receipt", "OutboxEvent")
    }
    for value in values:
        again = from_text(type(value), to_text(value))
        digested = type(value).__name__ == "Receipt"
        assert again == (value._replace(content=value.content.digest()) if digested else value)
        assert to_text(again) == to_text(value)


def test_texts_are_compact_and_keep_their_letters() -> None:
    """No white space between, no escapes where none are needed."""
    shop = Shop()
    shop.do(bring(1, by="आशा"))
    (wallet,) = shop.store.all_of(AGGREGATES["wallet"])
    text = to_text(wallet)
    assert '"member_id":"आशा"' in text
    assert text == json.dumps(json.loads(text), ensure_ascii=False, separators=(",", ":"))


def test_kinds_are_named_in_the_order_in_which_they_are_written() -> None:
    """As the composed store writes them."""
    assert list(AGGREGATES) == [
        *("member", "wallet", "purchase", "burn"),
        *("reward", "redemption", "voucher", "code", "pooled_code"),
        *("quote", "settlement"),
        *("standing", "referral", "referral_code"),
        *("quota", "preorder", "draw", "ticket", "reserved_unit"),
        *("price_book", "device_model", "device", "device_quote", "exchange"),
    ]
    assert [*ledgers(Desk())._kinds] == list(AGGREGATES.values())


def test_an_event_of_the_first_format_is_read_for_ever() -> None:
    """A stored sample."""
    sample = (SAMPLES / "event_1.json").read_text("utf-8")
    assert from_text(OutboxEvent, sample) == EVENT
    assert event_to_dict(EVENT) == json.loads(sample)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"format": 2}, "event is of the unknown format 2"),
        ({"topic": 1}, "topic must be a text"),
        ({"figures": [["to"]]}, "a figure must have a name and a value, not ['to']"),
        ({"figures": [["to", None]]}, "figure must be"),
        ({"more": 1}, "event has other keys: missing [], unknown ['more']"),
    ],
)
def test_an_event_that_was_not_written_here_is_corrupt(
    changes: dict[str, Any], message: str
) -> None:
    """The message says what is wrong."""
    with pytest.raises(Corrupt) as caught:
        event_from_dict(event_to_dict(EVENT) | changes)
    assert message in str(caught.value)


def test_a_text_that_is_not_json_is_corrupt() -> None:
    """And so is one of another kind."""
    with pytest.raises(Corrupt, match="a Wallet is not written in JSON: 'gone'"):
        from_text(AGGREGATES["wallet"], "gone")
    with pytest.raises(Corrupt, match="wallet has other keys"):
        from_text(AGGREGATES["wallet"], to_text(next(iter(stored()))))


def test_bytes_are_read_as_the_text_that_they_are() -> None:
    """A driver may give a body so, as SQLite's does of a blob."""
    for value in stored():
        written: Any = to_text(value).encode()
        assert to_text(from_text(type(value), written)) == to_text(value)
    broken: Any = b"\xff"
    with pytest.raises(Corrupt, match="a Wallet is not written in JSON"):
        from_text(AGGREGATES["wallet"], broken)


def test_what_has_no_format_is_misuse() -> None:
    """To write, and to read."""
    with pytest.raises(Misuse, match="no format is known of 3"):
        to_text(3)
    with pytest.raises(Misuse, match="no format is known of"):
        from_text(MemoryStore, "{}")
    assert formats.__all__ == sorted(formats.__all__)


def test_what_many_read_is_read_once() -> None:
    """The quota that a crowd asks for is one value for all; another text is another one."""
    shop = Friday()
    (quota,) = shop.store.all_of(Quota)
    text = to_text(quota)
    first, again = from_text(Quota, text), from_text(Quota, text)
    assert first is again
    assert first == quota
    other = from_text(Quota, to_text(quota.topped_up(1)))
    assert other == quota.topped_up(1)
    assert from_text(Quota, text) == quota


def test_what_cannot_be_read_is_corrupt_each_time() -> None:
    """That is never kept at hand."""
    for text in ("{", "{}", '{"format":2}'):
        for _ in range(2):
            with pytest.raises(Corrupt):
                from_text(Quota, text)
