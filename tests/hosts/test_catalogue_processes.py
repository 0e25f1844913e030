"""I8, I13, I15: Several processes and threads redeem one reward on one database, some are killed.

The long form is `./nightly processes`.
"""

from collections import Counter
from collections.abc import Callable

from mi_rewards.catalogue import Limit, Voucher
from mi_rewards.commands import Issued, Rewards, with_retries
from mi_rewards.errors import Conflict, LimitReached, Refused
from mi_rewards.repositories import CounterKey, Needs, Owned, code_key
from mi_rewards.sql import SqlStore
from mi_rewards.wallet import check_journal
from tests import databases
from tests.catalogue_processes import LONG, REQUEST, TOKENS, Rush, doing, problems, run_rush
from tests.hosts.test_races import at_once
from tests.redeeming import CODES, redeem, reward
from tests.shop import SMALL, T, bring, rules

SHORT = Rush(seed=7, workers=4, members=80, stock=12, kills=4)
TEN = rules(SMALL, rewards=(reward("cup", 5, stock=10),))
STOCK = CounterKey("reward/cup", "stock")


def test_whoever_is_killed_the_stock_is_issued_once() -> None:
    """I8, I13: Twelve vouchers and codes, twelve members who paid once, nobody else who did."""
    report = run_rush(databases.new_database("psycopg"), SHORT)
    assert report.problems == ()
    assert report.killed == SHORT.kills
    assert report.issued >= 2 * SHORT.stock
    # Each member's second try, and each that was killed after it was saved, drew in vain.
    assert report.others >= SHORT.stock
    assert report.issued + report.refused == 2 * SHORT.members


def test_the_long_form_is_what_it_says() -> None:
    """Eight processes, 1,000 members who redeem twice, a stock of 100."""
    assert (LONG.workers, LONG.members, LONG.stock) == (8, 1_000, 100)
    assert LONG.kills >= LONG.workers
    asked = Counter(by for share in LONG.shares() for _, by in share)
    assert set(asked.values()) == {2}


def opened(store: SqlStore, count: int) -> list[str]:
    """Give tokens for one cup to so many members."""
    members = [f"m{number}" for number in range(count)]
    Rewards(store, TEN).do_all([bring(5, by=by) for by in members])
    return members


def owners(store: SqlStore, members: list[str]) -> list[Voucher]:
    """Read the vouchers of members."""
    pages = [Owned(Voucher, by, "", 10) for by in members]
    loaded = store.load(Needs(pages=tuple(pages)))
    return [it for page in pages for it in loaded.owned(page)]


def used(store: SqlStore) -> int:
    """Read how much of the stock is used."""
    found = store.load(Needs(counters=(STOCK,))).counters[STOCK]
    return 0 if found is None else found.used


def test_c14_of_a_hundred_redemptions_of_a_stock_of_ten_ten_succeed(
    shared_store: SqlStore,
) -> None:
    """I13: A hundred members at once: ten have a voucher and paid, ninety lost nothing."""
    rewards = Rewards(shared_store, TEN)
    members = opened(shared_store, 100)

    def insisting(by: str) -> Callable[[], object]:
        return lambda: with_retries(rewards, doing(redeem(by=by)), attempts=100)

    answers = at_once([insisting(by) for by in members])
    assert Counter(type(it) for it in answers) == {Issued: 10, LimitReached: 90}
    vouchers = owners(shared_store, members)
    assert {it.digest for it in vouchers} == {it.digest for it in answers if type(it) is Issued}
    assert used(shared_store) == len(vouchers) == 10
    keys = [code_key(it.digest) for it in vouchers]
    assert None not in shared_store.load(Needs(tuple(keys))).get_all(keys)
    paid = {it.member_id for it in vouchers}
    for by in members:
        entries = rewards.statement(by).entries
        assert check_journal(entries) == ()
        assert rewards.balance(by, at=T).available == (0 if by in paid else 5)


def test_c14_without_trying_again_nobody_conflicts_over_the_stock(shared_store: SqlStore) -> None:
    """I13: Different members share a counter alone, and that is no race on PostgreSQL."""
    rewards = Rewards(shared_store, TEN)
    members = opened(shared_store, 100)

    def once(by: str) -> Callable[[], object]:
        return lambda: rewards.do(redeem(by=by))

    answers = at_once([once(by) for by in members])
    kinds = Counter(type(it) for it in answers)
    assert kinds.keys() <= {Issued, LimitReached, Conflict}
    assert kinds[Issued] == used(shared_store) == len(owners(shared_store, members))
    if shared_store.engine.dialect.name == "postgresql":
        assert kinds == {Issued: 10, LimitReached: 90}


def test_c8_a_request_that_comes_thirty_times_has_one_voucher(shared_store: SqlStore) -> None:
    """I8: Of the last unit: each is told of the one code, and none that the stock is used up."""
    only = rules(SMALL, rewards=(reward("cup", 5, stock=1, limits=(Limit(1),)),))
    rewards = Rewards(shared_store, only)
    rewards.do(bring(50))

    def work() -> object:
        return with_retries(rewards, doing(redeem()), attempts=100)

    answers = at_once([work] * 30)
    assert [it for it in answers if isinstance(it, Refused | Conflict)] == []
    assert len({repr(it) for it in answers}) == 1
    assert rewards.balance("asha", at=T).available == 45
    assert len(owners(shared_store, ["asha"])) == used(shared_store) == 1


def test_c8_of_two_who_send_one_request_the_slower_is_in_conflict(sql_store: SqlStore) -> None:
    """I8, I11: Not refused by the limit that its own first try reached; it leaves nothing."""
    only = rules(SMALL, rewards=(reward("cup", 5, stock=1, limits=(Limit(1),)),))
    rewards = Rewards(sql_store, only)
    rewards.do(bring(50))
    first, second = redeem(), redeem()
    (issued, one), (_, two) = rewards.simulate(first), rewards.simulate(second)
    assert one is not None
    assert two is not None
    sql_store.save(one)
    try:
        sql_store.save(two)
    except Conflict:
        assert rewards.do(second) == issued
    else:
        raise AssertionError("both were saved")
    assert second.code is not None
    lost = code_key(second.code.digest)
    assert sql_store.load(Needs((lost,))).get(lost) is None


def test_the_same_code_drawn_twice_is_issued_once(sql_store: SqlStore) -> None:
    """I13: Whatever the generator does, two vouchers never have one code."""
    rewards = Rewards(sql_store, TEN)
    opened(sql_store, 2)
    code = CODES.draw()
    plans = [rewards.simulate(redeem(by=by, code=code))[1] for by in ("m0", "m1")]
    assert plans[0] is not None
    assert plans[1] is not None
    sql_store.save(plans[0])
    try:
        sql_store.save(plans[1])
    except Conflict:
        assert rewards.balance("m1", at=T).available == 5
    else:
        raise AssertionError("one code leads to two vouchers")
    assert used(sql_store) == 1


def test_the_look_at_what_is_left_objects(sqlite: SqlStore) -> None:
    """A unit too few, a member who was told of another code, tokens lost: each is named."""
    rush = Rush(members=3, stock=1)
    rewards = Rewards(sqlite, rush.programme)
    tokens = {"m0": TOKENS, "m1": TOKENS, "m2": TOKENS - 1}
    rewards.do_all([bring(n, by=by, request="o") for by, n in tokens.items()])
    rewards.do(redeem("phone", by="m0", request=REQUEST))
    told = [{"member_id": "m1", "digest": "0" * 32}]
    assert list(problems(sqlite, rush, told)) == [
        "promise 8: 'm1' was told of another code",
        "promise 1: 'm2' has 11, and should have 12",
        "promise 3: the wallet of 'm2' is not its journal's",
    ]
    found = "\n".join(problems(sqlite, Rush(members=2, stock=2), []))
    assert "1 vouchers of 1 codes, not 2" in found
    assert "the stock's counter says" in found
