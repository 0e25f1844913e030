"""Several handles on the same rows: later ones, others in use, threads, the store's own lock."""

import threading
from collections.abc import Callable
from typing import Any

from mi_rewards.commands import BurnTokens, Open, Rewards, with_retries
from mi_rewards.earning import Member
from mi_rewards.errors import Conflict, LimitReached
from mi_rewards.repositories import Changes, Counter, CounterKey, Needs, Take, key_of
from mi_rewards.testing._checks import life, pictures, samples
from mi_rewards.testing._checks.base import Checks
from mi_rewards.testing._checks.marks import Capability, check, expect_equal, expect_raised
from mi_rewards.testing._checks.reading import expect_kept
from mi_rewards.testing._checks.requests import MEMBERS
from mi_rewards.testing._checks.samples import ASHA, BELA, PROGRAMME, STOCK, T
from mi_rewards.testing.clients import Client, ExclusiveClient
from mi_rewards.testing.promises import PromiseBroken

CROWD = 6
EACH = 5


def at_once(patience_seconds: int, *works: Callable[[], object]) -> None:
    """Do all of it in threads of their own, beginning together; raise what the first raised."""
    barrier = threading.Barrier(len(works))
    failures: list[BaseException] = []

    def run(work: Callable[[], object]) -> None:
        try:
            barrier.wait(patience_seconds)
            work()
        except BaseException as failure:
            failures.append(failure)

    threads = [threading.Thread(target=run, args=(work,), daemon=True) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(patience_seconds)
    if any(thread.is_alive() for thread in threads):
        raise PromiseBroken((), f"somebody still waits after {patience_seconds} seconds")
    if failures:
        raise failures[0]


def opened(client: Client, tokens: int = 100) -> Client:
    """Bring a balance along for one member."""
    client.rewards(PROGRAMME).do(
        Open(member_id=ASHA, request_id="open", at=T, tokens=tokens, last_day=samples.END_OF_2018)
    )
    return client


def burn(name: str, tokens: int = 1) -> BurnTokens:
    """Spend tokens."""
    return BurnTokens(member_id=ASHA, request_id=name, at=T, tokens=tokens)


def burning(client: Client, name: str, times: int = EACH) -> Callable[[], None]:
    """Make the work of one of a crowd: to spend a token, again and again, until it succeeds."""

    def work() -> None:
        for number in range(times):
            command = burn(f"{name}/{number}")
            with_retries(client.rewards(PROGRAMME), _carrying_out(command), attempts=1_000)

    return work


def _carrying_out(command: BurnTokens) -> Callable[[Rewards], object]:
    """Make the work of carrying one command out."""
    return lambda rewards: rewards.do(command)


def expect_left(client: Client, tokens: int, entries: int) -> None:
    """See what is left of a balance, and that the journal explains it."""
    found = client.rewards(PROGRAMME).balance(ASHA, at=T).available
    expect_equal(found, tokens, "what is left")
    expect_equal(len(life.entries_of(client, ASHA)), entries, "how many entries there are")
    life.expect_sound(client, [ASHA])


class HandleChecks(Checks):
    """What one handle saves, others see."""

    @check(3, 8, needs=[Capability.DURABLE])
    def test_a_store_opened_anew_has_everything(self) -> None:
        """I3, I8: Rows, entries, receipts, events, notes and counters outlive the handle."""
        client, saved = self.client(), samples.everything("dev", kinds=self.kinds)
        client.save(saved)
        life.live(client)
        journals = {by: life.entries_of(client, by) for by in MEMBERS}
        rows = self.rows(client)
        again = self.reopened(client)
        found = {by: life.entries_of(again, by) for by in MEMBERS}
        expect_equal(found, journals, "the journals")
        expect_equal(self.rows(again), rows, "the rows")
        life.expect_sound(again, MEMBERS)
        note = Changes(notes=saved.notes)
        expect_raised(Conflict, "a note that is there", again.save, note)
        life.live(again)
        found = {by: life.entries_of(again, by) for by in MEMBERS}
        expect_equal(found, journals, "the journals after every request came again")

    @check(11, needs=[Capability.SEVERAL_HANDLES])
    def test_what_another_handle_saved_is_seen(self) -> None:
        """I11: At once, each way, also by whoever read the same before: no cache is stale."""
        one = self.client()
        two = self.another(one)
        saved = samples.everything(kinds=self.kinds)
        needs = pictures.needs_of(saved)
        for client in (one, two):
            client.load(needs)
        one.save(saved)
        expect_kept(two, saved, "what another handle saved")
        for version, (writer, reader) in enumerate(((two, one), (one, two)), start=1):
            rows = tuple(samples.row(kind, 7, version=version) for kind in self.kinds)
            writer.save(Changes(tuple(map(samples.put, rows)), takes=(Take(STOCK, 1, 5),)))
            loaded = reader.load(Needs(tuple(map(key_of, rows)), counters=(STOCK,)))
            expect_equal(
                loaded.get_all(tuple(map(key_of, rows))),
                list(map(pictures.kept, rows)),
                "rows that another handle replaced",
            )
            expect_equal(loaded.counter(STOCK), Counter(STOCK, 3 + version, 5), "the counter")

    @check(11, needs=[Capability.SEVERAL_HANDLES])
    def test_another_handle_conflicts(self) -> None:
        """I11: On a row that it read before somebody else replaced it, and on each record."""
        one = self.client()
        two = self.another(one)
        saved = samples.everything(kinds=self.kinds)
        one.save(saved)
        two.load(pictures.needs_of(saved))
        for kind in self.kinds:
            one.save(Changes((samples.put(samples.row(kind, 5, version=1)),)))
            late = Changes((samples.put(samples.row(kind, 6, version=1)),))
            what = f"a {kind.__name__.lower()} that another handle replaced"
            expect_raised(Conflict, what, two.save, late)
        for part in ("entries", "receipts", "events", "notes"):
            again = Changes(**{part: getattr(saved, part)})
            expect_raised(Conflict, f"{part} that another handle saved", two.save, again)
        expect_raised(LimitReached, "3 of 2 left", two.save, Changes(takes=saved.takes))

    @check(8, 11, needs=[Capability.SEVERAL_HANDLES])
    def test_two_handles_race_for_one_member(self) -> None:
        """I8, I11: Load, load, save, save: one wins, the other tries again; nothing is lost."""
        one = opened(self.client())
        two = self.another(one)
        for number in range(5):
            first = life.decided(one, burn(f"one/{number}"))
            second = life.decided(two, burn(f"two/{number}"))
            changes: tuple[Any, Any] = first.changes, second.changes
            one.save(changes[0])
            expect_raised(Conflict, "the second handle's save", two.save, changes[1])
            two.rewards(PROGRAMME).do(burn(f"two/{number}"))
        for client in (one, two):
            expect_left(client, 90, 11)

    @check(8, 11, needs=[Capability.THREADS])
    def test_a_crowd_on_one_member_loses_nothing(self) -> None:
        """I8, I11: C2: Each of its burns is there once, and no token is spent twice."""
        client = opened(self.client())
        at_once(self.patience_seconds, *[burning(client, f"b{number}") for number in range(CROWD)])
        expect_left(client, 100 - CROWD * EACH, 1 + CROWD * EACH)

    @check(8, needs=[Capability.THREADS])
    def test_a_crowd_with_one_request_has_one_effect(self) -> None:
        """I8: Whoever comes first; all are answered alike."""
        client = opened(self.client())
        at_once(self.patience_seconds, *[burning(client, "same") for _ in range(CROWD)])
        expect_left(client, 100 - EACH, 1 + EACH)

    @check(13, needs=[Capability.THREADS])
    def test_a_crowd_takes_no_more_than_the_limit(self) -> None:
        """I13: C5, C14: Every unit is taken once, and the last one by one."""
        client = self.client()
        taken: list[int] = []

        def taking() -> None:
            for _ in range(EACH):
                try:
                    client.save(Changes(takes=(Take(STOCK, 1, 17),)))
                except LimitReached:
                    continue
                taken.append(1)

        at_once(self.patience_seconds, *[taking] * CROWD)
        expect_equal(len(taken), 17, "how many were taken")
        found = client.load(Needs(counters=(STOCK,))).counter(STOCK)
        expect_equal(found, Counter(STOCK, 17, 17), "the counter")

    @check(11, needs=[Capability.THREADS])
    def test_nobody_sees_half_a_save(self) -> None:
        """I11: Two counters and two rows are changed together; who reads sees both or neither."""
        client = self.client()
        other = CounterKey("reward", "other")
        keys = (key_of(samples.row(Member)), key_of(samples.row(Member, by=BELA)))
        torn: list[object] = []
        done = threading.Event()

        def writing() -> None:
            try:
                for version in range(20):
                    rows = [samples.row(Member, by=by, version=version) for by in (ASHA, BELA)]
                    puts = tuple(map(samples.put, rows))
                    client.save(Changes(puts, takes=(Take(STOCK, 1, 99), Take(other, 1, 99))))
            finally:
                done.set()

        def reading() -> None:
            while not done.is_set():
                loaded = client.load(Needs(keys, counters=(STOCK, other)))
                counters = [loaded.counter(it) for it in (STOCK, other)]
                used = [0 if it is None else it.used for it in counters]
                versions = [0 if it is None else it.version for it in loaded.get_all(keys)]
                torn.extend(it for it in (used, versions) if len({*it}) > 1)

        at_once(self.patience_seconds, writing, reading)
        expect_equal(torn, [], "counters, and versions, that are changed together")


class LockChecks(Checks):
    """The store's own lock, for those who lost a race."""

    def _locking(self) -> ExclusiveClient:
        """Make a store with a lock, and a balance in it."""
        client = opened(self.client())
        if not isinstance(client, ExclusiveClient):
            raise PromiseBroken((), "the store has no exclusive(), which the host claims")
        return client

    @check(11, needs=[Capability.EXCLUSIVE])
    def test_what_is_done_under_the_lock_is_there(self) -> None:
        """I11: Seen inside and outside, with its receipt."""
        client = self._locking()
        with client.exclusive() as inside:
            inside.rewards(PROGRAMME).do(burn("b1"))
            expect_left(inside, 99, 2)
        expect_left(client, 99, 2)
        client.rewards(PROGRAMME).do(burn("b1"))
        expect_left(client, 99, 2)

    @check(11, needs=[Capability.EXCLUSIVE])
    def test_each_save_under_the_lock_stands_by_itself(self) -> None:
        """I11: What was saved stays when a later command, or the caller, fails."""
        client = self._locking()

        def fail() -> None:
            with client.exclusive() as inside:
                inside.rewards(PROGRAMME).do(burn("b1"))
                inside.rewards(PROGRAMME).do_all([burn("too much", 1_000)])
                raise KeyError("the caller fails")

        expect_raised(KeyError, "an error of the caller's under the lock", fail)
        expect_left(client, 99, 2)

    @check(11, needs=[Capability.EXCLUSIVE])
    def test_the_lock_is_let_go(self) -> None:
        """I11: At the end, after an error before anything was saved, and after a lost race."""
        client = self._locking()

        def fail_before_saving() -> None:
            with client.exclusive() as inside:
                life.decided(inside, burn("b1"))
                raise KeyError("the caller fails")

        def lose() -> None:
            changes: Any = life.decided(client, burn("b2")).changes
            client.rewards(PROGRAMME).do(burn("b3"))
            with client.exclusive() as inside:
                inside.save(changes)

        expect_raised(KeyError, "an error of the caller's under the lock", fail_before_saving)
        expect_raised(Conflict, "a lost race under the lock", lose)
        with client.exclusive() as inside:
            life.decided(inside, burn("b4"))
        at_once(self.patience_seconds, burning(client, "after", times=1))
        expect_left(client, 98, 3)

    @check(8, needs=[Capability.EXCLUSIVE])
    def test_under_the_lock_a_request_still_has_one_effect(self) -> None:
        """I8: A receipt is found inside, and kept from being made twice."""
        client = self._locking()
        client.rewards(PROGRAMME).do(burn("b1"))
        with client.exclusive() as inside:
            inside.rewards(PROGRAMME).do(burn("b1"))
        expect_left(client, 99, 2)

    @check(11, needs=[Capability.EXCLUSIVE, Capability.THREADS])
    def test_whoever_comes_while_the_lock_is_held_loses_nothing(self) -> None:
        """I11: The other waits, or conflicts and tries again; both burns are there in the end."""
        client = self._locking()
        loaded, begun = threading.Event(), threading.Event()

        def holding() -> None:
            with client.exclusive() as inside:
                changes: Any = life.decided(inside, burn("held")).changes
                loaded.set()
                begun.wait(1)
                try:
                    inside.save(changes)
                    return
                except Conflict:
                    pass
            burning(client, "held again", times=1)()

        def coming() -> None:
            loaded.wait(self.patience_seconds)
            begun.set()
            burning(client, "other", times=1)()

        at_once(self.patience_seconds, holding, coming)
        expect_left(client, 98, 3)

    @check(8, 11, needs=[Capability.EXCLUSIVE, Capability.THREADS])
    def test_a_crowd_under_the_lock_loses_nothing(self) -> None:
        """I8, I11: Nobody conflicts for ever, nobody waits for ever, and each burn is there."""
        client = self._locking()

        def work(name: str) -> Callable[[], None]:
            def locked() -> None:
                for number in range(EACH):
                    command = burn(f"{name}/{number}")
                    with_retries(_Locked(client), _carrying_out(command), attempts=1_000)

            return locked

        at_once(self.patience_seconds, *[work(f"b{number}") for number in range(CROWD)])
        expect_left(client, 100 - CROWD * EACH, 1 + CROWD * EACH)


class _Locked(Rewards):
    """The shell of somebody who takes the lock from the first try on."""

    def __init__(self, client: ExclusiveClient) -> None:
        super().__init__(client, PROGRAMME)
        self._client = client

    def do(self, command: Any) -> Any:
        """Carry a command out under the lock."""
        with self._client.exclusive() as inside:
            return Rewards(inside, PROGRAMME).do(command)
