"""Keys, contents, and what was loaded."""

import pickle
from typing import Any, cast

import attrs
import pytest

from mi_rewards.catalogue import CodeEntry, PooledCode, Redemption, Reward, Voucher
from mi_rewards.checkout import Quote, Settlement
from mi_rewards.commands import Adjust, Deliver, Join, Transfer
from mi_rewards.earning import Line, Member, Purchase, Referral, ReferralCode
from mi_rewards.errors import Misuse
from mi_rewards.preorders import Draw, PreOrder, Quota, ReservedUnit, Ticket
from mi_rewards.repositories import (
    CATALOGUE,
    Changes,
    Content,
    Counter,
    CounterKey,
    Key,
    Loaded,
    Needs,
    NotLoaded,
    Owned,
    Page,
    Receipt,
    ReceiptKey,
    burn_key,
    code_key,
    device_key,
    device_model_key,
    device_quote_key,
    draw_key,
    exchange_key,
    key_of,
    member_key,
    pooled_code_key,
    preorder_key,
    price_book_key,
    purchase_key,
    quota_key,
    quote_key,
    redemption_key,
    referral_code_key,
    referral_key,
    reserved_unit_key,
    reward_key,
    settlement_key,
    standing_key,
    ticket_key,
    voucher_key,
    wallet_key,
)
from mi_rewards.repositories.keys import QUOTAS, draw_owner
from mi_rewards.testing._checks import samples
from mi_rewards.tiers import Standing
from mi_rewards.trade_in import DeviceEntry, DeviceModel, DeviceQuote, Exchange, PriceBook
from mi_rewards.wallet import Burn, Wallet
from tests.phones import a_book
from tests.shop import T, adjust, deliver, ist, join, line, place, send
from tests.wallets import OWNER, draws, wallet

ORDER = Purchase("asha", "o1", (line("a", 100),))
NAME = CounterKey("reward", "coupon")
PAGE = Page("journal", "asha", "tokens", 0, 10)
OWNED = Owned(Voucher, "asha", "", 9)
OLD = {Member, Wallet, Purchase, Burn}
KEY = ReceiptKey("asha", "r1")


# keys


def test_keys_name_the_kind_the_member_and_the_rest() -> None:
    """The member leads within a kind."""
    assert member_key("asha") == Key(Member, "asha", "")
    assert wallet_key("asha", "tokens") == Key(Wallet, "asha", "tokens")
    assert purchase_key("asha", "o1") == Key(Purchase, "asha", "o1")
    assert burn_key("asha", "b1") == Key(Burn, "asha", "b1")
    assert {type(key) for key in (member_key("asha"), burn_key("asha", "b1"))} == {Key}


def test_an_aggregate_at_hand_names_itself() -> None:
    """By the key under which it is stored."""
    assert key_of(Member("asha")) == member_key("asha")
    assert key_of(wallet()) == wallet_key("m-1", "tokens")
    assert key_of(ORDER) == purchase_key("asha", "o1")
    assert key_of(Burn(OWNER, "b1", draws("5@never"))) == burn_key("m-1", "b1")


def test_what_is_no_member_s_has_what_it_belongs_to_in_its_place() -> None:
    """The catalogue, a pool, a code itself, all quotas, a draw, a price book, a device."""
    made = {kind: samples.row(kind, by="asha", name="n1") for kind in samples.KINDS}
    digest = made[CodeEntry].digest
    assert {kind: key_of(it)[1:] for kind, it in made.items() if kind not in OLD} == {
        Reward: (CATALOGUE, "asha.n1"),
        Redemption: ("asha", "n1"),
        Voucher: ("asha", "n1"),
        CodeEntry: (digest, ""),
        PooledCode: ("asha", f"{made[PooledCode].place:019}"),
        Quote: ("asha", "n1"),
        Settlement: ("asha", "n1"),
        Standing: ("asha", ""),
        Referral: ("asha", ""),
        ReferralCode: ("asha.n1", ""),
        Quota: (QUOTAS, "asha.n1"),
        PreOrder: ("asha", "n1"),
        ReservedUnit: ("asha", "n1"),
        Draw: ("draw/asha.n1", ""),
        Ticket: ("draw/asha", "n1"),
        PriceBook: ("price_book/asha", f"{made[PriceBook].edition:06}"),
        DeviceModel: ("price_book/asha", "note/n1"),
        DeviceEntry: (f"device/{made[DeviceEntry].imei}", ""),
        DeviceQuote: ("asha", "n1"),
        Exchange: ("asha", "n1"),
    }
    assert all(key_of(it).kind is kind for kind, it in made.items())
    assert reward_key("cup") == Key(Reward, CATALOGUE, "cup")
    assert redemption_key("asha", "r1") == Key(Redemption, "asha", "r1")
    assert voucher_key("asha", "r1") == Key(Voucher, "asha", "r1")
    assert code_key(digest) == Key(CodeEntry, digest, "")
    assert quote_key("asha", "q1") == Key(Quote, "asha", "q1")
    assert settlement_key("asha", "o1") == Key(Settlement, "asha", "o1")
    assert standing_key("asha") == Key(Standing, "asha", "")
    assert referral_key("asha") == Key(Referral, "asha", "")
    assert referral_code_key("c1") == Key(ReferralCode, "c1", "")
    assert device_quote_key("asha", "q1") == Key(DeviceQuote, "asha", "q1")
    assert exchange_key("asha", "x1") == Key(Exchange, "asha", "x1")
    assert device_key("861740030000011") == Key(DeviceEntry, "device/861740030000011", "")
    assert device_model_key("b", "m", "v") == Key(DeviceModel, "price_book/b", "m/v")


def test_a_price_book_has_a_row_that_counts_and_one_for_each_edition() -> None:
    """Which of them it is in it says itself; those of editions sort as their numbers do."""
    book = a_book(edition=7)
    assert key_of(book) == price_book_key("partner") == Key(PriceBook, "price_book/partner", "")
    edition = attrs.evolve(book, is_current=False)
    assert key_of(edition) == price_book_key("partner", 7)
    assert price_book_key("partner", 7) == Key(PriceBook, "price_book/partner", "000007")
    assert price_book_key("partner", 999_999).name == "999999"
    assert quota_key("q") == Key(Quota, QUOTAS, "q")
    assert preorder_key("asha", "o1") == Key(PreOrder, "asha", "o1")
    assert reserved_unit_key("asha", "v1") == Key(ReservedUnit, "asha", "v1")
    assert draw_key("d") == Key(Draw, draw_owner("d"), "")
    assert ticket_key("d", "asha") == Key(Ticket, draw_owner("d"), "asha")


def test_places_of_a_pool_sort_as_their_numbers_do() -> None:
    """Up to the largest that there is."""
    keys = [pooled_code_key("pool", place) for place in (1, 2, 10, 99, 100, 2**63 - 1)]
    assert sorted(keys, key=lambda key: key.name) == keys


def test_what_is_no_aggregate_has_no_key() -> None:
    """The message shows it."""
    with pytest.raises(Misuse, match="no key is known of 3"):
        key_of(cast("Any", 3))


# contents


def test_the_content_of_a_request_is_its_command_and_arguments() -> None:
    """Neither the member, the request's own name nor the instant."""
    content = send(5, at=T).content()
    assert content == Content(
        Transfer, ("reason", "to_member_id", "tokens"), ("transfer", "bela", 5)
    )
    assert content == send(5, at=ist("2018-01-01"), request="other", by="chand").content()
    assert join().content() == Content(Join, (), ())


def test_free_text_is_no_part_of_the_content() -> None:
    """Receipts stay when notes are erased."""
    assert adjust(-5, note="he called").content() == adjust(-5).content()
    assert adjust(-5).content() == Content(
        Adjust, ("tokens", "reason", "last_day"), (-5, "goodwill", None)
    )


def test_every_argument_makes_another_content() -> None:
    """Of the same command, and of another with the same arguments."""
    commands = [
        deliver("o1", 100),
        deliver("o1", 101),
        deliver("o2", 100),
        deliver("o1"),
        deliver("o1", 100, category="phones"),
        deliver("o1", 100, channel="web"),
        deliver("o1", lines=(line("1", 100),)),
        deliver("o1", lines=(line("1", 100, 2),)),
        deliver("o1", line_ids=("1",)),
        place("o1", 100),
    ]
    contents = [command.content() for command in commands]
    assert all(
        contents[one].is_same(contents[other]) is (one == other)
        for one in range(len(contents))
        for other in range(len(contents))
    )
    assert len({content.digest() for content in contents}) == len(contents)


def test_a_content_is_the_same_as_its_digest() -> None:
    """That is what a host may store, for ever: it is the same on every Python."""
    content = deliver("o1", 100).content()
    assert content.digest() == "199d01d5645846c87372c366f9c4b83e"
    assert join().content().digest() == "a242ec23ee402745a59c09320bc630c9"
    assert content.is_same(content.digest())
    assert not content.is_same(deliver("o1", 101).content().digest())


def test_an_argument_at_its_default_does_not_count_in_a_digest() -> None:
    """So that a command can get another argument, and old receipts still match."""
    fewer = Content(Deliver, ("order_id", "amount"), ("o1", deliver("o1", 100).amount))
    assert fewer.digest() == deliver("o1", 100).content().digest()
    assert deliver("o1", 100, channel="").content().digest() == fewer.digest()


# what was loaded


def test_what_was_loaded_is_found_by_key() -> None:
    """`None` where there is nothing."""
    member = Member("asha")
    loaded = Loaded(
        {member_key("asha"): member, member_key("bela"): None},
        {KEY: None},
        {NAME: Counter(NAME, 1, 2)},
        {PAGE: ()},
    )
    assert loaded.get(member_key("asha")) is member
    assert loaded.get(member_key("bela")) is None
    assert loaded.get_all([member_key("bela"), member_key("asha")]) == [None, member]
    assert loaded.get_all([]) == []
    assert loaded.counter(NAME) == Counter(NAME, 1, 2)
    assert loaded.entries(PAGE) == ()
    assert loaded.due == ()
    assert Loaded({}, {}, pages={OWNED: []}).owned(OWNED) == []
    assert loaded.all_counters([NAME]) == {NAME: Counter(NAME, 1, 2)}
    assert loaded.all_counters([]) == {}


def test_what_was_not_loaded_is_named() -> None:
    """So that it can be asked for: one thing, or all that are missing at once."""
    loaded = Loaded({member_key("asha"): None}, {})
    with pytest.raises(NotLoaded) as one:
        loaded.get(member_key("bela"))
    assert one.value.needs == Needs((member_key("bela"),))
    with pytest.raises(NotLoaded) as many:
        loaded.get_all([member_key("bela"), member_key("asha"), member_key("chand")])
    assert many.value.needs == Needs((member_key("bela"), member_key("chand")))
    with pytest.raises(NotLoaded) as counter:
        loaded.counter(NAME)
    assert counter.value.needs == Needs(counters=(NAME,))
    with pytest.raises(NotLoaded) as receipt:
        loaded.receipt(KEY)
    assert receipt.value.needs == Needs(receipts=(KEY,))
    with pytest.raises(NotLoaded) as entries:
        loaded.entries(PAGE)
    assert entries.value.needs == Needs(pages=(PAGE,))
    with pytest.raises(NotLoaded) as owned:
        loaded.owned(OWNED)
    assert owned.value.needs == Needs(pages=(OWNED,))
    with pytest.raises(NotLoaded) as counters:
        loaded.all_counters([NAME, CounterKey("reward", "b")])
    assert counters.value.needs == Needs(counters=(NAME, CounterKey("reward", "b")))
    assert str(one.value) == f"not loaded: {one.value.needs}"


def test_what_is_loaded_later_does_not_replace_what_is_there() -> None:
    """What was decided meanwhile stays."""
    first, later = Member("asha"), Member("asha", version=1)
    receipt = Receipt(KEY, "digest", None)
    other = ReceiptKey("asha", "r2")
    loaded = Loaded(
        {member_key("asha"): first}, {KEY: receipt}, {NAME: Counter(NAME, 1, 2)}, {PAGE: ()}
    )
    more = CounterKey("reward", "phone")
    next_page = PAGE._replace(after=10)
    loaded.update(
        Loaded(
            {member_key("asha"): later, member_key("bela"): later},
            {KEY: None, other: None},
            {NAME: None, more: None},
            {PAGE: (1,), next_page: (2,)},
        )
    )
    assert loaded.aggregates == {member_key("asha"): first, member_key("bela"): later}
    assert loaded.receipts == {KEY: receipt, other: None}
    assert loaded.counters == {NAME: Counter(NAME, 1, 2), more: None}
    assert loaded.pages == {PAGE: (), next_page: (2,)}


def test_nothing_is_needed_and_nothing_changes_unless_it_is_said() -> None:
    """Each part is empty."""
    assert Needs() == Needs((), (), (), (), None)
    assert Changes() == Changes((), (), (), (), (), ())


def test_a_line_is_part_of_a_content_as_it_is() -> None:
    """Contents can be stored as they are."""
    content = deliver("o1", lines=(Line("a", deliver("o1", 5).amount or line("a", 5).amount),))
    assert pickle.loads(pickle.dumps(content.content())) == content.content()
