"""The kernel and the commands agree where the common path ends."""

from datetime import UTC, datetime

import attrs
import pytest

from mi_rewards.catalogue.terms import FCodeTerms
from mi_rewards.modelling.replaying import replay
from mi_rewards.wallet.other_expiry import NoExpiry
from tests.column_replays import BASE, FIRST, PROGRAMMES, STEP, as_columns
from tests.unit.modelling.kernel.engines import agreed, bought, row

TOKENS_MAX = str(2**63 - 1)


def test_a_reward_of_a_quota_is_refused() -> None:
    """No row that the kernel knows opens a quota."""
    assert isinstance(BASE.rewards[-1].terms, FCodeTerms)
    found = agreed(
        [row("joined", 0), bought(1, "1"), row("redeemed", 2, reward_id="unit", request_id="x")]
    )
    assert found.refused == {"unknown_quota": 1}


@pytest.mark.parametrize(("step", "issued"), [(2, 0), (3, 60), (8, 60), (9, 82)])
def test_balances_between_entries_of_one_command(step: int, issued: int) -> None:
    """The order that waited earns when its member joins; welcome and tier follow at the order's."""
    found = agreed([bought(9, "1"), row("joined", 3)], "life", steps=(step,))
    assert found.snapshots[0].issued == issued


@pytest.mark.parametrize("name", ["life", "days", "kept", "rolling"])
def test_balances_before_late_rows(name: str) -> None:
    """At each of many instants there is what the journal has by then."""
    rows = [
        bought(9, "1"),
        bought(4, "2"),
        row("opening", 2, tokens="5", last_day="2017-12-26", request_id="x"),
        row("joined", 1),
        row("returned", 3, order_id="1"),
        bought(30, "3", "100.00"),
    ]
    assert len(agreed(rows, name, steps=range(40)).snapshots) > 40


def test_without_detail_only_sums_are_kept() -> None:
    """Refusals, changes of tier, members and their balances are not stated one by one."""
    rows = [
        row("joined", 0),
        bought(1, "1", "130.00"),
        row("redeemed", 2, reward_id="unknown", request_id="x"),
        row("reviewed", 2),
    ]
    for name in ("life", "days", "yearly"):
        found = agreed(rows, name, steps=(1, 90), detail=False)
        assert (found.refusals, found.by_member, found.tier_moves) == ((), {}, ())
        assert found.refused == {"unknown_reward": 1}
        assert [it.member_id for it in found.snapshots] == ["", ""]


def test_a_change_of_tier_is_stated() -> None:
    """That of a return too, and what the calendar made of it later."""
    rows = [
        row("joined", 0),
        bought(1, "1", "130.00"),
        row("returned", 3, order_id="1"),
        bought(40, "2", "10.00"),
    ]
    assert [it.to_tier for it in agreed(rows, "life").tier_moves] == [
        "silver",
        "platinum",
        "silver",
    ]
    assert agreed(rows, "days").tier_moves


def test_lots_of_one_day_and_month_are_drawn_by_segment() -> None:
    """In the order of the segments' names, not in that in which they were first seen."""
    rows = [
        row("joined", 0),
        bought(1, "1", segment="new"),
        bought(2, "2", segment="back"),
        bought(2, "3", segment="new"),
        row("burned", 3, tokens="70", request_id="x"),
        row("returned", 4, order_id="1", amount="50.00", currency="INR"),
        row("returned", 5, order_id="3"),
    ]
    found = agreed(rows)
    assert found.available == 0
    assert {cell.segment for cell in found.flows.cells()} == {"new", "back"}


def test_the_segment_of_an_order_of_lines_is_that_of_its_first_row() -> None:
    """What it earns and gives back is in it."""
    line = {"line_id": "1", "amount": "20.00", "currency": "INR", "segment": "new"}
    rows = [
        row("joined", 0),
        row("delivered", 1, order_id="1", **line),
        row("delivered", 2, order_id="1", **{**line, "line_id": "2", "segment": "back"}),
        row("returned", 3, order_id="1", line_id="2"),
    ]
    assert {cell.segment for cell in agreed(rows).flows.cells()} == {"new"}


@pytest.mark.parametrize("detail", [False, True])
def test_a_row_that_was_refused_is_refused_again(*, detail: bool) -> None:
    """It counts as repeated, and once more as refused."""
    rows = [
        row("joined", 0),
        row("returned", 1, order_id="1", request_id="x"),
        row("returned", 1, order_id="1", request_id="x"),
        row("returned", 1, order_id="2", request_id="x"),
    ]
    found = agreed(rows, detail=detail)
    assert (found.repeated, found.refused, len(found.unread)) == (1, {"unknown_order": 2}, 1)


@pytest.mark.parametrize(("amount", "refused"), [("59.99", 0), ("60.00", 0), ("60.01", 1)])
def test_no_more_comes_back_than_was_delivered(amount: str, refused: int) -> None:
    """What is above it is refused."""
    back = row("returned", 2, order_id="1", amount=amount, currency="INR")
    found = agreed([row("joined", 0), bought(1, "1"), back])
    assert found.refused == ({"beyond_delivered": 1} if refused else {})


def test_an_order_comes_back_once() -> None:
    """Nothing is left of it the second time, nor of an order of nothing."""
    rows = [
        row("joined", 0),
        bought(1, "1"),
        bought(1, "2", "0.00"),
        row("returned", 2, order_id="1", request_id="x"),
        row("returned", 2, order_id="1", request_id="y"),
        row("returned", 2, order_id="2"),
    ]
    assert agreed(rows).refused == {"beyond_delivered": 2}


@pytest.mark.parametrize("channel", ["app", "market"])
def test_a_return_in_another_currency_is_wrong(channel: str) -> None:
    """Whether the order earned or not."""
    back = row("returned", 2, order_id="1", amount="1.00", currency="EUR")
    found = agreed([row("joined", 0), bought(1, "1", channel=channel), back])
    assert found.clawed_back == 0
    assert len(found.unread) + sum(found.refused.values()) == 1


@pytest.mark.parametrize("step", [7, 8, 12])
def test_a_return_over_an_instant_that_is_stated(step: int) -> None:
    """What there was then is stated before, and what is past by then has lapsed."""
    rows = [
        row("joined", 0),
        row("opening", 1, tokens="5", last_day="2017-12-26", request_id="x"),
        bought(1, "1"),
        bought(2, "2"),
        row("returned", step, order_id="1"),
    ]
    for steps in ((), (7,), (7, 8, 9)):
        assert agreed(rows, steps=steps).clawed_back == 60


@pytest.mark.parametrize(("step", "clawed_back"), [(2, 60), (99, 0)])
def test_a_return_takes_the_whole_lot_or_what_is_past_stays_past(
    step: int, clawed_back: int
) -> None:
    """Nothing is left of the lot, and what lapsed before the return is not taken back."""
    rows = [
        row("joined", 0),
        bought(1, "1"),
        row("returned", step, order_id="1"),
        row("returned", step, order_id="1"),
        bought(step + 1, "2"),
    ]
    for steps in ((), (1, 2, step, step + 1)):
        assert agreed(rows, "rolling", steps=steps).clawed_back == clawed_back


@pytest.mark.parametrize("sold", [{"category": "tv"}, {"channel": "app"}, {}])
def test_deliveries_that_come_again_are_known_by_how_they_were_sold(sold: dict[str, str]) -> None:
    """Whether their requests are named or follow from the order."""
    rows = [
        row("joined", 0),
        bought(1, "1", **sold),
        bought(1, "2", request_id="x", **sold),
        bought(2, "1", **sold),
        bought(2, "2", request_id="x", **sold),
        bought(3, "1", category="other"),
        bought(3, "2", request_id="x", category="other"),
    ]
    found = agreed(rows)
    assert (found.repeated, len(found.unread)) == (2, 2)


def test_a_return_of_what_was_spent_takes_other_tokens() -> None:
    """Those of its bucket first, then the others; what is short is owed."""
    rows = [
        row("joined", 0),
        bought(1, "1"),
        row("burned", 1, tokens="55", request_id="x"),
        row("opening", 2, tokens="10", last_day="2018-12-31", request_id="y"),
        row("opening", 2, tokens="45", last_day="2018-12-30", request_id="z"),
        bought(3, "2"),
        row("returned", 4, order_id="1"),
        row("returned", 5, order_id="2"),
    ]
    found = agreed(rows)
    assert (found.clawed_back, found.owed) == (120, 0)
    assert agreed([*rows[:3], rows[-2]]).owed == 55


@pytest.mark.parametrize(
    ("name", "owed"), [("yearly", 110), ("rolling", 110), ("forgiven", 0), ("refused", 0)]
)
def test_what_is_owed_is_owed_on(name: str, owed: int) -> None:
    """By the policy: it is made good first, nothing is redeemed before, and more may be owed."""
    rows = [
        row("joined", 0),
        bought(1, "1", segment="s"),
        bought(1, "2", "100.00", segment="t"),
        row("burned", 2, tokens="150", request_id="x"),
        row("returned", 3, order_id="2", amount="80.00", currency="INR"),
        row("returned", 4, order_id="1"),
        row("burned", 5, tokens="1", request_id="y"),
        row("returned", 5, order_id="1"),
        bought(6, "3", "30.00", segment="s"),
        row("returned", 7, order_id="3", amount="10.00", currency="INR"),
        row("returned", 7, order_id="2", request_id="z"),
        bought(8, "4", "20.00"),
    ]
    for steps in ((), range(9)):
        assert agreed(rows, name, steps=steps).owed == owed
        assert agreed(rows[:4] + rows[5:], name, steps=steps).owed == owed


@pytest.mark.parametrize(("step", "issued"), [(2, 20), (3, 35), (6, 35)])
def test_a_member_who_joins_late_is_welcomed(step: int, issued: int) -> None:
    """Before the wallet's last entry it is the command that does it."""
    opening = row("opening", 5, tokens="20", last_day="2018-12-31", request_id="x")
    for steps in ((), (4, 5)):
        assert agreed([opening, row("joined", step)], steps=steps).issued == issued


def test_a_wallet_that_is_full() -> None:
    """Neither an order nor a welcome fits, and the row is refused."""
    opening = row("opening", 3, tokens=TOKENS_MAX, last_day="2018-12-31", request_id="x")
    more = row("opening", 4, tokens="1", last_day="2018-12-31", request_id="y")
    found = agreed([row("joined", 0), opening, bought(4, "1"), more])
    assert found.refused == {"wallet_full": 2}
    assert agreed([opening, row("joined", 4)]).refused == {"wallet_full": 1}


def test_an_order_after_the_sunset() -> None:
    """Its tokens are over before they are there."""
    rows = [row("joined", 0), bought(1, "1"), bought(20, "2"), bought(21, "3", "0.00")]
    found = agreed(rows, "sunset")
    assert (found.available, found.lapsed) == (0, found.issued)


def test_a_row_that_lacks_what_its_command_needs_is_not_read() -> None:
    """It says why, and is no event."""
    rows = [
        row("burned", 1, request_id="x"),
        row("burned", 1, tokens="0", request_id="y"),
        row("redeemed", 1, reward_id="plain"),
        row("opening", 1, tokens="5", request_id="z"),
        row("delivered", 1, order_id="1"),
    ]
    found = agreed([row("joined", 0), *rows])
    assert len(found.unread) + sum(found.refused.values()) == len(rows)
    assert agreed(rows[:1]).events == 0


def test_names_of_requests_that_follow_are_known() -> None:
    """A row that takes one before or after the order does is the same request, or another."""
    rows = [
        row("joined", 0, request_id="first"),
        bought(1, "1", request_id="r"),
        bought(1, "2"),
        bought(2, "3", request_id="delivered:2"),
        bought(2, "3", request_id="delivered:4"),
        bought(3, "4"),
        row("burned", 3, tokens="1", request_id="delivered:1"),
        row("redeemed", 3, reward_id="plain", request_id="joined:a"),
        row("joined", 4),
        row("returned", 4, order_id="1", request_id="delivered:5"),
    ]
    assert agreed(rows).unread
    line = {"line_id": "1", "amount": "20.00", "currency": "INR"}
    rows[1:1] = [row("delivered", 1, order_id="9", **line)]
    assert agreed(rows).unread


REDEEMED = [
    ("plain", 2, {}),
    ("scarce", 2, {}),
    ("once", 2, {"limit_reached": 1}),
    ("early", 2, {}),
    ("early", 40, {"not_on_sale": 2}),
    ("ending", 2, {}),
    ("pooled", 2, None),
    ("chosen", 2, {}),
    ("unknown", 2, {"unknown_reward": 2}),
]


@pytest.mark.parametrize(("reward_id", "step", "refused"), REDEEMED)
def test_rewards_of_every_kind(reward_id: str, step: int, refused: dict[str, int] | None) -> None:
    """Twice each, within a year of one another or not."""
    rows = [
        row("joined", 0),
        bought(1, "1", "200.00"),
        row("redeemed", step, reward_id=reward_id, request_id="x"),
        row("redeemed", step + 1, reward_id=reward_id, request_id="y"),
    ]
    found = agreed(rows)
    if refused is not None:
        assert found.refused == refused


@pytest.mark.parametrize("step", [10, 11, 12, 13])
def test_a_reward_at_the_edge_of_its_time(step: int) -> None:
    """A window that closes, and a last day that is over."""
    rows = [row("joined", 0), bought(1, "1", "200.00")]
    rows += [
        row("redeemed", step, reward_id=it, request_id=it) for it in ("early", "ending", "plain")
    ]
    agreed(rows)
    assert agreed([*rows[:2], *rows[:1:-1]]).vouchers["plain"] == 1


def test_a_reward_near_the_end_of_the_calendar() -> None:
    """It can be had as long as its last day can be named."""
    programme = attrs.evolve(BASE, expiry=NoExpiry())
    rows = [
        {"kind": "joined", "member_id": "a", "at": "9999-01-01T00:00:00Z"},
        row("opening", 0, tokens="90", last_day="never", request_id="o")
        | {"at": "9999-01-02T00:00:00Z"},
    ]
    for number, day in enumerate(("06-01", "12-20", "12-30")):
        it = row("redeemed", 0, reward_id="plain", request_id=f"r{number}")
        rows.append(it | {"at": f"9999-{day}T00:00:00Z"})
    assert agreed(rows, programme).vouchers["plain"] >= 2


@pytest.mark.parametrize("kind", ["released", "captured"])
@pytest.mark.parametrize("step", [15, 18, 30])
def test_what_a_hold_frees_may_have_lapsed(kind: str, step: int) -> None:
    """Then it lapses at once."""
    deadline = (FIRST + 40 * STEP).isoformat()
    more = {"tokens": "3"} if kind == "captured" else {}
    programme = attrs.evolve(PROGRAMMES["rolling"], holds=BASE.holds)
    rows = [
        row("joined", 0),
        bought(1, "1"),
        bought(7, "2"),
        row("held", 8, tokens="70", until=deadline, request_id="h"),
        row(kind, step, hold_id="h", **more),
    ]
    found = agreed(rows, programme)
    assert found.held == 0


def test_a_chunk_without_rows_changes_nothing() -> None:
    """Nor do rows of spending that a policy stands in place of."""
    rows = as_columns([row("joined", 0), bought(1, "1")])
    empty: dict[str, list[str]] = {name: [] for name in rows}
    assert replay([empty, rows, empty], BASE, engine="kernel") == replay(rows, BASE)


def test_instants_before_the_first_row_and_after_the_last_day() -> None:
    """Nothing is there yet, and what lapses later is no flow of the replay."""
    rows = [row("joined", 0), bought(1, "1")]
    found = agreed(rows, "rolling", steps=(-1, 30))
    assert [it.lapsed for it in found.snapshots] == [0, 60, 60]
    assert (found.lapsed, found.as_of) == (0, datetime(2017, 12, 24, tzinfo=UTC).date())


def test_requests_named_before_a_name_that_follows() -> None:
    """What was kept without a receipt has one from then on, and what had one keeps it."""
    line = {"line_id": "1", "amount": "20.00", "currency": "INR"}
    rows = [
        row("joined", 0),
        bought(1, "1", request_id="r"),
        bought(1, "2"),
        row("burned", 2, tokens="1", request_id="delivered:2"),
        row("burned", 2, tokens="1", request_id="r"),
        row("burned", 2, tokens="1", request_id="delivered:1"),
        row("delivered", 3, order_id="3", **line),
        bought(4, "1"),
        bought(4, "2"),
    ]
    found = agreed(rows)
    assert (found.repeated, len(found.unread)) == (1, 3)


@pytest.mark.parametrize("detail", [False, True])
@pytest.mark.parametrize(("name", "tiers"), [("life", [1, 0, 0]), ("orders", [0, 0])])
def test_a_member_of_whom_nothing_else_is_known(
    name: str, tiers: list[int], *, detail: bool
) -> None:
    """Holds the tier that asks for nothing, where there is one."""
    assert list(agreed([row("joined", 0)], name, detail=detail).tiers.values()) == tiers


def test_a_notice_is_no_change_of_tier() -> None:
    """A review tells that a tier falls soon, and later that it fell."""
    rows = [row("joined", 0), bought(1, "1", "130.00")]
    rows += [row("reviewed", step) for step in range(8, 30)]
    found = agreed(rows, "days")
    assert [it.to_tier for it in found.tier_moves] == ["silver", "platinum", "gold"]


def test_a_request_may_be_named_as_hosts_name_theirs() -> None:
    """With a colon it is no other request."""
    rows = [row("joined", 0), bought(1, "1", request_id="shop:1"), bought(2, "1")]
    found = agreed([*rows, bought(3, "2", request_id="shop:1")])
    assert (found.issued, len(found.unread)) == (60, 1)


@pytest.mark.parametrize("request_id", ["", "joined:a", "opening:1"])
@pytest.mark.parametrize("order_id", ["", "1"])
def test_a_balance_brought_along_is_named_by_its_row(request_id: str, order_id: str) -> None:
    """By its request, its order or its last day; what comes again by that name is no other."""
    more = {"tokens": "20", "last_day": "2018-12-31", "order_id": order_id}
    opening = row("opening", 0, request_id=request_id, **more)
    found = agreed([opening, opening, row("joined", 1)])
    assert (found.issued, found.repeated) == (20, 1)
    assert len(found.unread) == int(request_id == "joined:a")


@pytest.mark.parametrize(("order_id", "vouchers"), [("o1", {"plain": 1}), ("", {})])
def test_a_redemption_is_named_by_its_order(order_id: str, vouchers: dict[str, int]) -> None:
    """What comes again by that name is the same; without either name it is not read."""
    redeemed = row("redeemed", 2, reward_id="plain", order_id=order_id)
    found = agreed([row("joined", 0), bought(1, "1"), redeemed, redeemed])
    assert found.vouchers == vouchers
    assert (found.repeated, len(found.unread)) == ((1, 0) if order_id else (0, 2))
