"""The terms of trade-ins in a rule book, and those that come with the library."""

import attrs
import pytest

from mi_rewards import bundled
from mi_rewards.errors import Misuse
from mi_rewards.money import Rate
from mi_rewards.programme import Programme
from mi_rewards.rule_book import from_toml, to_toml
from mi_rewards.trade_in import (
    Better,
    Bonus,
    ExchangeMode,
    OnReturn,
    Surplus,
    TradeInTerms,
    Worse,
)
from tests.exchanging import ENDS, ONLINE, OPENED, PICKUP, terms
from tests.shop import SMALL, inr, ist, rules

FULL = (
    attrs.evolve(
        ONLINE,
        brands=("Xiaomi", "OPPO"),
        products=("redmi-5",),
        every_imei=False,
        combines=("coupons", "tokens"),
        least_payable=inr(999),
        surplus=Surplus.TOKENS,
        worse=Worse.THRESHOLD,
        threshold=Rate(3, 4),
        better=Better.ACCEPT,
        answer_within_hours=48,
        hand_over_within_days=21,
        on_return=OnReturn.MONEY,
        revives=False,
        bonuses=(
            Bonus("holi", inr(500), OPENED, ENDS, ("Xiaomi",), ("redmi-note-3",)),
            Bonus("share", Rate(7, 100)),
        ),
    ),
    attrs.evolve(PICKUP, credit=None),
    TradeInTerms("plain", ExchangeMode.ONLINE, "book", ("elsewhere",)),
)
WRITTEN = """
[[trade_ins]]
id = "mi.com"
mode = "online"
price_book = "cashify"
channels = ["mi.com", "app"]
brands = ["Xiaomi", "OPPO"]
products = ["redmi-5"]
categories = ["phones"]
combines = ["coupons", "tokens"]
quote_days = 14
answer_within_hours = 48
hand_over_within_days = 21
every_imei = false
least_payable = "INR 999.00"
surplus = "tokens"
credit = { tokens = 1, per = "INR 1.00", rounding = "down" }
worse = "threshold"
threshold = { part = 3, of = 4, rounding = "down" }
better = "accept"
on_return = "money"
revives = false
bonuses = [{ id = "holi", amount = "INR 500.00", from = 2018-03-15T06:30:00Z, \
until = 2018-03-29T18:30:00Z, brands = ["Xiaomi"], models = ["redmi-note-3"] }, \
{ id = "share", share = { part = 7, of = 100, rounding = "down" } }]

[[trade_ins]]
id = "pickup"
mode = "pickup"
price_book = "cashify"
channels = ["mi-home"]
categories = ["phones"]
quote_days = 14
pickup_within_days = 7
attempts_max = 3
every_imei = true
surplus = "lost"
worse = "reject"
better = "keep"
on_return = "credit"
revives = true

[[trade_ins]]
id = "plain"
mode = "online"
price_book = "book"
channels = ["elsewhere"]
every_imei = true
surplus = "lost"
worse = "reject"
better = "keep"
on_return = "credit"
revives = true
"""
LEAST = """
[[trade_ins]]
id = "plain"
mode = "online"
price_book = "book"
channels = ["elsewhere"]
"""


def book(text: str) -> Programme:
    """Read `SMALL` with something more."""
    return from_toml(to_toml(SMALL) + text)


def test_terms_are_written_and_read() -> None:
    """Every key, in one order."""
    assert to_toml(rules(trade_ins=FULL)) == to_toml(SMALL) + WRITTEN
    assert book(WRITTEN).trade_ins == FULL


def test_what_is_not_said_is_usual_or_unknown() -> None:
    """A name, a mode, a price book and channels are enough."""
    assert book(LEAST).trade_ins == FULL[2:]


def test_a_rule_book_without_trade_ins_is_as_it_was() -> None:
    """It has the digest that it had before there were any."""
    assert "trade_ins" not in to_toml(SMALL)
    assert rules(trade_ins=()).digest == SMALL.digest
    digests = {rules(trade_ins=(it,)).digest for it in FULL}
    assert len(digests - {SMALL.digest}) == 3


CREDIT = 'credit = { tokens = 1, per = "INR 1.00", rounding = "down" }\n'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (LEAST.replace('id = "plain"', ""), "must have 'id'"),
        (LEAST.replace('"online"', '"by_post"'), r"trade_ins\.plain\.mode must be one of"),
        (LEAST.replace('mode = "online"', ""), r"trade_ins\.plain must have 'mode'"),
        (LEAST.replace('price_book = "book"', ""), r"trade_ins\.plain must have 'price_book'"),
        (LEAST.replace('["elsewhere"]', "[]"), r"trade_ins\.plain\.channels"),
        (LEAST + "brands = []", r"trade_ins\.plain\.brands"),
        (LEAST + "products = 1", r"trade_ins\.plain\.products"),
        (LEAST + "quote_days = 1.5", r"trade_ins\.plain\.quote_days"),
        (LEAST + "quote_days = -1", "quote_days is a whole number"),
        (LEAST + "every_imei = 1", r"trade_ins\.plain\.every_imei"),
        (LEAST + "revives = 1", r"trade_ins\.plain\.revives"),
        (LEAST + 'surplus = "paid"', r"trade_ins\.plain\.surplus"),
        (LEAST + 'surplus = "tokens"', "where credit says how many"),
        (LEAST + 'worse = "sold"', r"trade_ins\.plain\.worse"),
        (LEAST + 'better = "sold"', r"trade_ins\.plain\.better"),
        (LEAST + 'on_return = "sold"', r"trade_ins\.plain\.on_return"),
        (LEAST + 'least_payable = "1"', r"trade_ins\.plain\.least_payable"),
        (LEAST + 'least_payable = "USD 1.00"', "'plain' states USD 1.00"),
        (LEAST + CREDIT.replace("INR", "USD"), r"credit\.per must be in INR, not 'USD 1.00'"),
        (LEAST + CREDIT.replace("= 1,", "= 0,"), r"trade_ins\.plain\.credit"),
        (LEAST + 'threshold = { part = 3, of = 4, rounding = "down" }', "by threshold"),
        (LEAST + "bonuses = [{ id = 1 }]", r"bonuses number 1\.id must be a text"),
        (LEAST + 'bonuses = [{ id = "b" }]', "either 'amount' or 'share'"),
        (LEAST + 'bonuses = [{ id = "b", amount = "INR 1.00", more = 1 }]', "unknown key 'more'"),
        (LEAST + 'bonuses = [{ id = "b", amount = "1" }]', r"bonuses number 1\.amount"),
        (LEAST + "more = 1", "unknown key 'more'"),
        (LEAST + LEAST, "two terms of trade-ins are named 'plain'"),
        (LEAST.replace("[[trade_ins]]", "[trade_ins]"), r"write \[\[trade_ins\]\]"),
    ],
)
def test_a_wrong_rule_book_is_not_read(text: str, message: str) -> None:
    """The message names the terms and the key."""
    with pytest.raises(Misuse, match=message):
        book(text)


def test_a_programmes_terms_are_a_tuple() -> None:
    """A list is a mistake."""
    with pytest.raises(Misuse, match="a tuple of TradeInTerms"):
        rules(trade_ins=[ONLINE])


# as announced

ANNOUNCED = {it.terms_id: it for it in bundled.programme("mi-exchange").trade_ins}


def test_in_store_the_price_is_not_negotiable() -> None:
    """At Mi Home, off a phone, with nothing beside it; how long it stands was never said."""
    store = ANNOUNCED["mi-home"]
    assert (store.mode, store.channels) == (ExchangeMode.IN_STORE, ("mi-home",))
    assert (store.categories, store.combines) == (("phones",), ())
    assert store.quote_days is None
    assert store.surplus is Surplus.LOST


def test_a_pickup_pays_what_the_phone_is_worth() -> None:
    """Less or more than was declared; within how many days was never said."""
    pickup = ANNOUNCED["pickup"]
    assert pickup.mode is ExchangeMode.PICKUP
    assert (pickup.worse, pickup.better) == (Worse.PAY_DIFFERENCE, Better.ACCEPT)
    assert (pickup.pickup_within_days, pickup.attempts_max, pickup.answer_within_hours) == (
        None,
        None,
        None,
    )


def test_online_it_is_good_for_fourteen_days_and_phones() -> None:
    """Fifteen brands, one of which has two names; at the door it is accepted or rejected."""
    online = ANNOUNCED["mi.com"]
    assert (online.mode, online.channels) == (ExchangeMode.ONLINE, ("mi.com",))
    assert len(online.brands) == 15 + 1
    assert {"LeTV", "LeEco"} < set(online.brands)
    assert (online.quote_days, online.categories) == (14, ("phones",))
    assert (online.worse, online.better, online.surplus) == (
        Worse.REJECT,
        Better.KEEP,
        Surplus.LOST,
    )
    assert not online.every_imei
    assert online.threshold is None


def test_a_quote_of_mi_com_stands_to_the_end_of_the_fourteenth_day() -> None:
    """The days are India's: issued at 23:59, it stands as long as if it was issued at noon."""
    programme = bundled.programme("mi-exchange")
    days = {
        ANNOUNCED["mi.com"].last_day(ist(f"2018-03-15 {time}"), programme.zone)
        for time in ("00:00", "12:00", "23:59:59")
    }
    assert {str(it) for it in days} == {"2018-03-29"}


def test_it_earns_as_reward_mi() -> None:
    """What is delivered earns ten in a hundred; the exchange value is a means of payment."""
    programme, reward = bundled.programme("mi-exchange"), bundled.programme("reward-mi")
    assert programme.earning == reward.earning
    assert programme.expiry == reward.expiry
    assert programme.checkout.earns_on_exchange


def test_a_credit_is_tokens_for_minor_units() -> None:
    """Two tokens for three rupees are two for three hundred paise."""
    text = CREDIT.replace("1, per", "2, per").replace("1.00", "3.00").replace("down", "half_up")
    (read,) = book(LEAST + text).trade_ins
    assert read.credit is not None
    assert (read.credit.numerator, read.credit.denominator) == (2, 300)
    assert book(to_toml(rules(trade_ins=(read,)))[len(to_toml(SMALL)) :]).trade_ins == (read,)
    assert terms(ONLINE, credit=read.credit).credit == read.credit
