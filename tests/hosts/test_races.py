"""Many at once, on real databases: threads with connections of their own."""

import threading
from collections import Counter
from collections.abc import Callable, Sequence

import pytest

from mi_rewards.commands import Rewards, with_retries
from mi_rewards.commands.wallets.outcomes import Burned
from mi_rewards.errors import Conflict, LimitReached, Refused
from mi_rewards.repositories import Changes, CounterKey, Needs, Store, Take, wallet_key
from mi_rewards.sql import SqlStore
from mi_rewards.wallet import check_journal, fold
from mi_rewards.wallet.refusals import InsufficientTokens
from tests.shop import SMALL, T, bring, burn

STOCK = CounterKey("reward", "phone")


def at_once(works: Sequence[Callable[[], object]]) -> list[object]:
    """Do things in a thread each, all begun together; answer with what came of each."""
    barrier = threading.Barrier(len(works))
    answers: list[object] = [None] * len(works)

    def run(number: int, work: Callable[[], object]) -> None:
        barrier.wait()
        try:
            answers[number] = work()
        except Exception as error:
            answers[number] = error

    threads = [threading.Thread(target=run, args=each) for each in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_c2_of_a_hundred_burns_of_a_tenth_ten_succeed(shared_store: SqlStore) -> None:
    """I8, I11: 100 burns of 100 tokens at once on 1,000; no token is spent twice."""
    rewards = Rewards(shared_store, SMALL)
    rewards.do(bring(1_000))
    works = [
        lambda number=number: with_retries(
            rewards, lambda it: it.do(burn(100, request=f"burn{number}")), attempts=100
        )
        for number in range(100)
    ]
    kinds = Counter(type(answer).__name__ for answer in at_once(works))
    assert kinds == {"Burned": 10, "InsufficientTokens": 90}
    assert rewards.balance("asha", at=T).available == 0
    entries = rewards.statement("asha").entries
    assert [entry.sequence for entry in entries] == list(range(1, 12))
    assert check_journal(entries) == ()


def test_c2_without_trying_again_each_is_granted_refused_or_too_late(
    shared_store: SqlStore,
) -> None:
    """I11: Nothing else comes out of the database, and whoever was told so has burned."""
    rewards = Rewards(shared_store, SMALL)
    rewards.do(bring(1_000))
    works = [lambda n=n: rewards.do(burn(100, request=f"burn{n}")) for n in range(100)]
    answers = at_once(works)
    assert {type(it) for it in answers} <= {Burned, Conflict, InsufficientTokens}
    burned = sum(isinstance(it, Burned) for it in answers)
    assert 1 <= burned <= 10
    assert fold(rewards.statement("asha").entries).redeemed == 100 * burned


def test_c8_the_same_request_from_many_has_one_effect(shared_store: SqlStore) -> None:
    """I8: Thirty clients send one burn; all are told the same, and it is there once."""
    rewards = Rewards(shared_store, SMALL)
    rewards.do(bring(1_000))
    works = [
        lambda: with_retries(rewards, lambda it: it.do(burn(100)), attempts=50) for _ in range(30)
    ]
    answers = at_once(works)
    assert len({repr(answer) for answer in answers}) == 1
    assert rewards.balance("asha", at=T).available == 900
    assert len(rewards.statement("asha").entries) == 2


def test_c5_a_counter_never_passes_its_limit(shared_store: SqlStore) -> None:
    """I13: Forty takers of one unit each, ten units: ten have one, and nobody conflicts."""
    take = Changes(takes=(Take(STOCK, 1, 10),))
    answers = at_once([lambda: shared_store.save(take) for _ in range(40)])
    kinds = Counter(type(answer) for answer in answers)
    assert kinds == {type(None): 10, LimitReached: 30}
    found = shared_store.load(Needs(counters=(STOCK,))).counters[STOCK]
    assert found is not None
    assert found.used == 10


def test_members_do_not_wait_for_each_other(shared_store: SqlStore) -> None:
    """I12: Fifty members at once; no one loses a race, with anybody else's row locked."""
    rewards = Rewards(shared_store, SMALL)
    works = [lambda n=n: rewards.do(bring(5, by=f"m{n}")) for n in range(50)]
    assert [it for it in at_once(works) if isinstance(it, Exception)] == []


@pytest.mark.parametrize("attempts", [2, 3])
def test_under_the_lock_nobody_loses_again(shared_store: SqlStore, attempts: int) -> None:
    """I11: Twenty clients on one member: the second try waits for its turn and is granted."""
    rewards = Rewards(shared_store, SMALL)
    rewards.do(bring(1_000))
    works = [
        lambda n=n: with_retries(
            rewards, lambda it: it.do(burn(1, request=f"b{n}")), attempts=attempts
        )
        for n in range(20)
    ]
    answers = at_once(works)
    lost = [it for it in answers if isinstance(it, Exception)]
    # A first try that comes in between may take the version from under a plain reader only.
    assert [it for it in lost if not isinstance(it, Conflict)] == []
    assert rewards.balance("asha", at=T).available == 1_000 - (len(answers) - len(lost))
    assert lost == []


def test_an_error_under_the_lock_lets_go_of_it(shared_store: SqlStore) -> None:
    """I11: The next one does not wait for ever."""
    rewards = Rewards(shared_store, SMALL)
    rewards.do(bring(10))
    with shared_store.exclusive() as store:
        inside = Rewards(store, SMALL)
        with pytest.raises(Refused):
            inside.do(burn(11))

    def fail(store: Store) -> None:
        Rewards(store, SMALL).simulate(burn(1))
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), shared_store.exclusive() as store:
        fail(store)
    assert rewards.do(burn(1)).tokens == 1


def test_each_save_under_the_lock_stands_by_itself(shared_store: SqlStore) -> None:
    """As outside: an error after it does not undo it."""
    rewards = Rewards(shared_store, SMALL)
    rewards.do(bring(10))

    def burn_three_times(store: Store) -> None:
        for name in ("one", "two", "three"):
            Rewards(store, SMALL).do(burn(4, request=name))

    with pytest.raises(Refused), shared_store.exclusive() as store:
        burn_three_times(store)
    assert rewards.balance("asha", at=T).available == 2


def test_who_is_slower_under_the_lock_leaves_nothing(shared_store: SqlStore) -> None:
    """I11: What was decided on before the lock was held is stale, and the lock is let go."""
    rewards = Rewards(shared_store, SMALL)
    rewards.do(bring(10))
    _, stale = rewards.simulate(burn(1, request="stale"))
    rewards.do(burn(2))
    assert stale is not None
    with shared_store.exclusive() as store:
        store.load(Needs((wallet_key("asha", "tokens"),)))
        with pytest.raises(Conflict):
            store.save(stale)
        assert Rewards(shared_store, SMALL).do(burn(3, request="other")).tokens == 3
    assert rewards.balance("asha", at=T).available == 5


def test_a_receipt_is_found_before_a_lock_is_waited_for(postgresql: SqlStore) -> None:
    """I8: While somebody else holds the member, a repeated request is answered at once."""
    rewards = Rewards(postgresql, SMALL)
    rewards.do(bring(10))
    outcome = rewards.do(burn(1))
    with postgresql.exclusive() as holder:
        Rewards(holder, SMALL).simulate(burn(1, request="other"))
        with postgresql.exclusive() as other:
            assert Rewards(other, SMALL).do(burn(1)) == outcome


def test_who_saves_without_a_lock_waits_for_who_holds_one(postgresql: SqlStore) -> None:
    """I11: And then finds that somebody else was faster."""
    rewards = Rewards(postgresql, SMALL)
    rewards.do(bring(10))
    told: list[object] = []
    with postgresql.exclusive() as store:
        inside = Rewards(store, SMALL)
        loaded = threading.Event()

        class Slow:
            def load(self, needs: Needs, /) -> object:
                answer = postgresql.load(needs)
                loaded.set()
                return answer

            save = staticmethod(postgresql.save)

        def work() -> None:
            try:
                told.append(Rewards(Slow(), SMALL).do(burn(3, request="late")))  # type: ignore[arg-type]
            except Conflict as conflict:
                told.append(conflict)

        inside.simulate(burn(2))
        thread = threading.Thread(target=work)
        thread.start()
        assert loaded.wait(10)
        thread.join(0.3)
        assert thread.is_alive(), told
        inside.do(burn(2))
        thread.join(10)
    assert [type(it) for it in told] == [Conflict]
    assert rewards.balance("asha", at=T).available == 8
