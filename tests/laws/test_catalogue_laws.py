"""The laws of the catalogue: what is written reads back, and where counters and lives lead."""

import json
from datetime import datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from mi_rewards.calendar import Zone
from mi_rewards.catalogue import (
    Choice,
    CodeEntry,
    CouponTerms,
    PooledCode,
    Redemption,
    Reward,
    Validity,
    Voucher,
    VoucherState,
    code_entry_from_dict,
    code_entry_to_dict,
    pooled_code_from_dict,
    pooled_code_to_dict,
    redemption_from_dict,
    redemption_to_dict,
    reward_from_dict,
    reward_to_dict,
    voucher_from_dict,
    voucher_to_dict,
)
from mi_rewards.money import TOKENS_MAX
from tests.catalogue_strategies import (
    ENTRIES,
    INSTANTS,
    POOLED,
    VALIDITIES,
    ZONES,
    choices,
    redemptions,
    rewards,
    vouchers,
)

TICK = timedelta(microseconds=1)


def through_json(written: dict[str, Any]) -> Any:
    """Write as text and read again, as a store does."""
    return json.loads(json.dumps(written))


@settings(max_examples=60)
@given(rewards())
def test_a_reward_reads_back_equal(reward: Reward) -> None:
    """I20: Through JSON, and written again it is the same."""
    written = reward_to_dict(reward)
    assert reward_from_dict(through_json(written)) == reward
    assert reward_to_dict(reward_from_dict(through_json(written))) == written


@settings(max_examples=60)
@given(vouchers())
def test_a_voucher_reads_back_equal(voucher: Voucher) -> None:
    """I20: Through JSON, at any point of its life."""
    written = voucher_to_dict(voucher)
    assert voucher_from_dict(through_json(written)) == voucher
    assert voucher_to_dict(voucher_from_dict(through_json(written))) == written


@settings(max_examples=60)
@given(redemptions())
def test_a_redemption_reads_back_equal(redemption: Redemption) -> None:
    """I20: Through JSON, at any point of its life."""
    written = redemption_to_dict(redemption)
    assert redemption_from_dict(through_json(written)) == redemption
    assert redemption_to_dict(redemption_from_dict(through_json(written))) == written


@given(ENTRIES, POOLED)
def test_codes_read_back_equal(entry: CodeEntry, pooled: PooledCode) -> None:
    """I20: Where they lead, and where they wait."""
    assert code_entry_from_dict(through_json(code_entry_to_dict(entry))) == entry
    assert pooled_code_from_dict(through_json(pooled_code_to_dict(pooled))) == pooled


@given(vouchers())
def test_no_voucher_shows_its_code(voucher: Voucher) -> None:
    """I15: However far its life has come."""
    shown = repr(voucher)
    for part in (voucher.member_id, voucher.voucher_id, voucher.reward_id):
        shown = shown.replace(repr(part), "")
    assert voucher.clear is None or voucher.clear not in shown
    assert voucher.digest not in shown


@given(vouchers(), INSTANTS, INSTANTS)
def test_the_calendar_changes_a_voucher_once(
    voucher: Voucher, one: datetime, other: datetime
) -> None:
    """I6: However often it is asked, in whatever order; never before it is due."""
    first, second = sorted((one, other))
    assert voucher.at(first).at(second) == voucher.at(second)
    assert voucher.at(second).at(first) == voucher.at(second)
    is_due = voucher.due_at is not None and voucher.due_at <= second
    assert (voucher.at(second) != voucher) is is_due
    if is_due:
        has_ended = voucher.ends_at <= second
        expected = VoucherState.EXPIRED if has_ended else VoucherState.ISSUED
        assert voucher.at(second).state is expected


@given(redemptions(), INSTANTS)
def test_the_calendar_changes_a_redemption_once(redemption: Redemption, at: datetime) -> None:
    """I6: When its deadline comes, and never before."""
    later = redemption.at(at)
    assert later.at(at) == later
    assert (later != redemption) is (redemption.due_at is not None and redemption.due_at <= at)


@given(VALIDITIES, INSTANTS, ZONES)
def test_a_voucher_is_valid_for_whole_days(validity: Validity, at: datetime, zone: Zone) -> None:
    """I19: To the end of the last one, wherever that is."""
    last_day = validity.last_day(at, zone)
    if validity.through_on is not None:
        assert last_day == validity.through_on
    else:
        assert (last_day - zone.day_of(at)).days == validity.days
        assert at < zone.after(last_day)


@given(choices(), st.integers(0, TOKENS_MAX))
def test_a_choice_offers_the_least_and_whole_steps(choice: Choice, tokens: int) -> None:
    """I18: What is offered is what is taken, and nothing else."""
    reward = Reward("chosen", "Chosen", choice, CouponTerms(Validity(1)))
    assert reward.tokens_for(None) == choice.least
    steps, rest = divmod(tokens - choice.least, choice.step)
    is_offered = steps >= 0 and rest == 0 and tokens <= choice.most_of
    assert choice.offers(tokens) is is_offered


@settings(max_examples=60)
@given(rewards(), INSTANTS)
def test_a_redemption_takes_once_from_each_counter(reward: Reward, at: datetime) -> None:
    """I13: One for the stock and one for each limit; two members share those of the programme."""
    asha, bela = reward.steps("asha", at.date()), reward.steps("bela", at.date())
    assert len(asha) == len(reward.limits) + (reward.stock is not None)
    assert len({step[:2] for step in asha}) == len(asha)
    shared = {step[:2] for step in asha} & {step[:2] for step in bela}
    assert {scope for scope, _ in shared} <= {f"reward/{reward.reward_id}"}
    assert len(shared) == sum(step.scope != "asha" for step in asha)
