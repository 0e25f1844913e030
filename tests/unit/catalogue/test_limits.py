"""Limits: which counter a redemption takes from."""

from typing import Any

import pytest

from mi_rewards.catalogue import Limit, LimitScope, Period, Step, stock_step
from mi_rewards.errors import Misuse
from mi_rewards.money import TOKENS_MAX
from tests.wallets import day


@pytest.mark.parametrize(
    ("period", "on", "stretch"),
    [
        (Period.EVER, "2017-07-01", "ever/ever"),
        (Period.EVER, "2019-01-01", "ever/ever"),
        (Period.DAY, "2017-07-01", "day/2017-07-01"),
        (Period.DAY, "2017-07-02", "day/2017-07-02"),
        (Period.WEEK, "2017-07-02", "week/2017-W26"),
        (Period.WEEK, "2017-07-03", "week/2017-W27"),
        (Period.WEEK, "2017-07-09", "week/2017-W27"),
        (Period.WEEK, "2017-07-10", "week/2017-W28"),
        (Period.WEEK, "2018-12-31", "week/2019-W01"),
        (Period.WEEK, "2021-01-03", "week/2020-W53"),
        (Period.MONTH, "2017-06-30", "month/2017-06"),
        (Period.MONTH, "2017-07-01", "month/2017-07"),
        (Period.MONTH, "2017-07-31", "month/2017-07"),
        (Period.MONTH, "2018-07-01", "month/2018-07"),
        (Period.YEAR, "2017-12-31", "year/2017"),
        (Period.YEAR, "2018-01-01", "year/2018"),
    ],
)
def test_a_period_has_a_counter_of_its_own(period: Period, on: str, stretch: str) -> None:
    """Weeks begin with Monday and belong to the year of their Thursday."""
    step = Limit(3, LimitScope.PROGRAMME, period).step("cup", "asha", day(on))
    assert step == Step("reward/cup", stretch, 3)
    step = Limit(3, LimitScope.MEMBER, period).step("cup", "asha", day(on))
    assert step == Step("asha", f"reward/cup/{stretch}", 3)


def test_a_limit_is_per_member_for_ever_unless_it_says_otherwise() -> None:
    """As "one each" means it."""
    assert Limit(1) == Limit(1, LimitScope.MEMBER, Period.EVER)


def test_a_stock_is_the_reward_s() -> None:
    """Whoever redeems it, and whenever."""
    assert stock_step("cup", 100) == Step("reward/cup", "stock", 100)
    assert stock_step("cup", 0).limit == 0


@pytest.mark.parametrize("count", [-1, 2**63, True, 1.0, "1", None])
def test_a_count_is_a_whole_number(count: Any) -> None:
    """`None` is no count: where there is no limit, there is no `Limit`."""
    with pytest.raises(Misuse, match=r"a limit is a whole number, 0 to 2\*\*63 - 1, not "):
        Limit(count)
    assert (Limit(0).count, Limit(TOKENS_MAX).count) == (0, TOKENS_MAX)


@pytest.mark.parametrize(
    ("per", "period"), [("programme", Period.EVER), (LimitScope.MEMBER, "day"), (None, None)]
)
def test_a_limit_counts_over_members_of_the_enumerations(per: Any, period: Any) -> None:
    """Their names alone are none."""
    with pytest.raises(Misuse, match="a limit counts over a LimitScope and a Period"):
        Limit(1, per, period)
