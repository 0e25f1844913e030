"""Laws of flows: what is derived from a journal adds up to the wallet, after each entry (`I1`)."""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta

import pytest
from hypothesis import given

from mi_rewards.calendar import Zone
from mi_rewards.modelling import Flow, Flows, flows_of
from mi_rewards.modelling.layers import NO_BUCKET, Layers
from mi_rewards.modelling.roll_forwards import roll_forward
from mi_rewards.programme import Programme
from mi_rewards.wallet import Account, Entry, Event, Posting, Reason, Wallet, fold
from tests.histories import Step as Done
from tests.histories import commands, histories, journals, play, programmes
from tests.shop import Shop
from tests.stories import Step, stories, tell
from tests.wallets import KOLKATA, OWNER, T0


def one_segment(entry: Entry, order_id: str | None) -> str:
    """Tell no segments apart."""
    return ""


def check_ties(entries: Sequence[Entry], zone: Zone) -> None:
    """Compare the flows with the wallet, after each entry."""
    layers = Layers(zone, one_segment)
    for number, entry in enumerate(entries, start=1):
        layers.follow(entry)
        wallet = fold(entries[:number])
        flows = Flows.of(layers.cells)
        assert flows.outstanding == wallet.available + wallet.held
        check_totals(flows, wallet)
        buckets: Counter[int] = Counter()
        for cell in flows.cells():
            buckets[cell.last_day] += cell.tokens
        held = Counter({it.last_day.toordinal(): it.tokens for it in wallet.buckets})
        for hold in wallet.holds:
            for draw in hold.draws:
                held[draw.last_day.toordinal()] += draw.tokens
        assert +buckets == +held
        assert buckets[NO_BUCKET] == 0


def check_totals(flows: Flows, wallet: Wallet) -> None:
    """Compare each flow with the account that it comes from."""
    assert flows.total(Flow.OPENED) + flows.total(Flow.EARNED) == wallet.issued
    assert flows.total(Flow.REDEEMED) + flows.total(Flow.REINSTATED) == -wallet.redeemed
    assert flows.total(Flow.LAPSED) == -wallet.lapsed
    assert flows.total(Flow.ADJUSTED) == -wallet.adjusted
    taken = flows.total(Flow.REVERSED) + flows.total(Flow.TRANSFERRED)
    assert taken == wallet.owed - wallet.clawed_back - wallet.transferred


def check_cohorts(flows: Flows) -> None:
    """No cohort gives more than came into it, and each lives with its last day."""
    left: Counter[tuple[int, str, int]] = Counter()
    for cell in sorted(flows.cells(), key=lambda it: (it.day, it.tokens < 0)):
        left[cell[2:5]] += cell.tokens
        assert left[cell[2:5]] >= 0, cell


@given(stories())
def test_I1_the_flows_of_a_wallet_tie_after_each_entry(story: tuple[Step, ...]) -> None:
    """Whatever happens, flows add up to buckets and holds, and to each account."""
    world = tell(story)
    for member in sorted({entry.member_id for entry in world.entries}):
        entries = [entry for entry in world.entries if entry.member_id == member]
        check_ties(entries, KOLKATA)
        check_cohorts(flows_of([entries], KOLKATA))


@given(programmes(), histories())
def test_I1_the_flows_of_a_store_tie_to_the_token(
    programme: Programme, history: list[Done]
) -> None:
    """Purchases, promises, returns, transfers: each period opens where the one before closed."""
    shop = Shop(programme)
    play(shop, commands(history))
    found = [entries for entries in journals(shop).values() if entries]
    flows = flows_of(found, programme.zone)
    wallets = [fold(entries) for entries in found]
    assert flows.outstanding == sum(it.available + it.held for it in wallets)
    if found:
        latest = max(entries[-1].booked_at for entries in found) + timedelta(days=1)
        table = roll_forward(flows, "day", through=programme.zone.day_of(latest))
        balance = 0
        for _, opening, *amounts, closing in table.tuples():
            assert opening == balance
            balance = opening + sum(amounts)
            assert closing == balance


def test_a_flow_that_is_left_out_is_seen() -> None:
    """The check above objects where the cells of one entry are missing."""
    postings = (Posting(Account.ISSUED, -5), Posting(Account.AVAILABLE, 5, T0.date()))
    earned = Entry(OWNER, 1, Event.EARNED, "e", T0, T0, Reason("test"), postings)
    flows = flows_of([[earned]], KOLKATA)
    check_totals(flows, fold([earned]))
    with pytest.raises(AssertionError):
        check_totals(Flows(), fold([earned]))
