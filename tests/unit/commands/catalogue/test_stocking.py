"""Stocking the catalogue: rewards published, and pools of codes filled."""

from typing import Any

import attrs
import pytest

from mi_rewards.catalogue import CodeEntry, CouponTerms, PooledCode, SealedCode, Validity
from mi_rewards.commands import ImportCodes, Imported, Published, PublishReward
from mi_rewards.errors import Misuse, RequestReused
from mi_rewards.money import Money
from mi_rewards.repositories import Needs, code_key, pooled_code_key, reward_key
from tests.catalogue import COUPON, F_CODE
from tests.shop import (
    FIRST,
    SECOND,
    THIRD,
    Shop,
    T,
    bring,
    check_outcomes,
    code,
    contents,
    fill,
    publish,
    redeem,
    rules,
)

KEEPING = rules(keeps_codes=True)


# rewards


def test_a_reward_is_published_and_replaced() -> None:
    """Each state over exactly the one before."""
    shop = Shop()
    check_outcomes([shop.do(publish(COUPON))], Published("cup", 1))
    dearer = attrs.evolve(COUPON, cost=3_000, version=1)
    check_outcomes([shop.do(publish(dearer, request="again"))], Published("cup", 2))
    key = reward_key("cup")
    assert shop.store.load(Needs((key,))).get(key) == attrs.evolve(dearer, version=2)


@pytest.mark.parametrize(("stored", "version"), [(0, 1), (1, 0), (1, 2)])
def test_a_reward_replaces_the_one_that_was_looked_at(stored: int, version: int) -> None:
    """And no other: somebody else may have changed it meanwhile."""
    shop = Shop()
    if stored:
        shop.do(publish(COUPON))
    fault = shop.refusal(publish(attrs.evolve(COUPON, version=version), request="again"))
    assert type(fault) is Misuse
    assert str(fault) == f"reward 'cup' is of version {stored}, not {version}"


def test_a_reward_is_in_the_programme_s_currency() -> None:
    """Its value and what it costs the programme."""
    in_yen = CouponTerms(Validity(1), Money(100, "JPY"))
    for reward in (
        attrs.evolve(COUPON, terms=in_yen),
        attrs.evolve(F_CODE, reward_id="cup", expense=Money(100, "JPY")),
    ):
        fault = Shop().refusal(publish(reward))
        assert type(fault) is Misuse
        assert str(fault) == "reward 'cup' is in JPY, the programme in INR"


def test_a_publication_that_comes_again_has_one_effect() -> None:
    """I8: Its request is unique within the reward; other content is misuse."""
    shop = Shop()
    first = shop.do(publish(COUPON))
    check_outcomes([shop.do(publish(COUPON))], first)
    assert publish(COUPON).scope == "reward/cup"
    assert type(shop.refusal(publish(attrs.evolve(COUPON, cost=1)))) is RequestReused
    check_outcomes([shop.do(publish(F_CODE))], Published("f-code", 1))
    digests = {publish(it).content().digest() for it in (COUPON, F_CODE)}
    assert len(digests) == 2


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"reward": "cup"}, "a reward is a Reward, not 'cup'"),
        ({"request_id": ""}, "a request id is a text, not ''"),
        ({"request_id": 5}, "a request id is a text, not 5"),
        ({"at": T.replace(tzinfo=None)}, "an instant needs an offset"),
    ],
)
def test_a_publication_has_a_reward_a_name_and_an_instant(
    changes: dict[str, Any], message: str
) -> None:
    """Each is checked where it is made."""
    right: dict[str, Any] = {"reward": COUPON, "request_id": "r", "at": T}
    with pytest.raises(Misuse) as caught:
        PublishReward(**right | changes)
    assert str(caught.value).startswith(message)


# pools


def test_codes_are_imported_in_their_order() -> None:
    """Each has a place, and an entry that leads to no voucher yet."""
    shop = Shop(KEEPING)
    check_outcomes([shop.do(fill(FIRST, SECOND))], Imported("partner", 2, 2))
    check_outcomes([shop.do(fill(THIRD, request="more"))], Imported("partner", 1, 3))
    keys = [pooled_code_key("partner", place) for place in (1, 2, 3)]
    found = shop.store.load(Needs(tuple(keys))).get_all(keys)
    assert found == [
        PooledCode("partner", place, it.digest, it.clear, 1)
        for place, it in enumerate((FIRST, SECOND, THIRD), start=1)
    ]
    entry_key = code_key(THIRD.digest)
    entry = shop.store.load(Needs((entry_key,))).get(entry_key)
    assert entry == CodeEntry(THIRD.digest, "", "", 1)


def test_an_import_says_how_many_wait() -> None:
    """Those that were issued do not."""
    reward = attrs.evolve(COUPON, pool_id="partner")
    shop = Shop(rules(rewards=(reward,), keeps_codes=True))
    shop.all(bring(2_500), fill(FIRST, SECOND), redeem(code=None))
    check_outcomes([shop.do(fill(THIRD, request="more"))], Imported("partner", 1, 2))
    key = pooled_code_key("partner", 1)
    place = shop.store.load(Needs((key,))).get(key)
    assert place == PooledCode("partner", 1, FIRST.digest, None, 2)


def test_a_code_that_is_known_is_not_imported() -> None:
    """In a pool, in another, or issued to somebody; none of the import is then."""
    shop = Shop(rules(rewards=(COUPON,), keeps_codes=True))
    shop.all(bring(5_000), redeem(), fill(SECOND))
    for pool_id in ("partner", "another"):
        fault = shop.refusal(fill(FIRST, SECOND, THIRD, pool_id=pool_id, request="more"))
        assert type(fault) is Misuse
        assert str(fault) == "2 of the codes are known already"
    fault = shop.refusal(redeem(code=SECOND, request="drawn by chance"))
    assert str(fault) == "the code is issued already: draw another"


def test_an_import_that_comes_again_has_one_effect() -> None:
    """I8: By the codes' digests; more or others of the same request are misuse."""
    shop = Shop(KEEPING)
    first = shop.do(fill(FIRST, SECOND))
    before = contents(shop.store)
    check_outcomes([shop.do(fill(FIRST, SECOND))], first)
    assert contents(shop.store) == before
    for codes in ((FIRST,), (SECOND, FIRST), (FIRST, THIRD)):
        assert type(shop.refusal(fill(*codes))) is RequestReused
    assert fill(FIRST).scope == "pool/partner"
    assert len(fill(FIRST).content().digest()) == 32


def test_two_imports_in_one_batch_go_on_where_the_last_one_ended() -> None:
    """As if one by one."""
    shop = Shop(KEEPING)
    outcomes = shop.batch(fill(FIRST), fill(SECOND, THIRD, request="more"))
    check_outcomes(outcomes, Imported("partner", 1, 1), Imported("partner", 2, 3))


def test_a_pool_needs_codes_that_are_kept() -> None:
    """Else there would be nothing to hand out."""
    fault = Shop().refusal(fill(FIRST))
    assert type(fault) is Misuse
    assert str(fault) == "a pool of codes needs a programme that keeps codes in clear"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"pool_id": ""}, "a pool's id is a text, not ''"),
        ({"pool_id": None}, "a pool's id is a text, not None"),
        ({"request_id": ""}, "a request id is a text, not ''"),
        ({"codes": ()}, "codes are a tuple of at least one SealedCode"),
        ({"codes": [FIRST]}, "codes are a tuple of at least one SealedCode"),
        ({"codes": (FIRST, "7777")}, "codes are a tuple of at least one SealedCode"),
        ({"codes": (None,)}, "codes are a tuple of at least one SealedCode"),
        ({"codes": (SealedCode("soon", "7"),)}, "a code is a SealedCode, as a CodeBook draws it"),
        ({"codes": (FIRST, SECOND, FIRST)}, "a code is there twice"),
        ({"at": T.replace(tzinfo=None)}, "an instant needs an offset"),
    ],
)
def test_an_import_has_a_pool_a_name_and_codes(changes: dict[str, Any], message: str) -> None:
    """Each is checked where it is made, and no message shows a code."""
    right: dict[str, Any] = {"pool_id": "p", "codes": (FIRST,), "request_id": "r", "at": T}
    with pytest.raises(Misuse) as caught:
        ImportCodes(**right | changes)
    assert str(caught.value).startswith(message)


def test_an_import_shows_no_code() -> None:
    """In logs and tracebacks."""
    codes = [code(number) for number in range(5)]
    assert not any(it.clear in repr(fill(*codes)) for it in codes)
    assert not any(it.clear in repr(redeem(code=it)) for it in codes)
