"""Rewards redeemed: paid once, within stock and limits, with a code of their own, or not at all."""

from collections.abc import Callable
from contextlib import suppress
from operator import methodcaller
from typing import Any

from mi_rewards.catalogue import (
    Irrevocable,
    NothingInPool,
    Redemption,
    RedemptionNotOpen,
    RedemptionState,
)
from mi_rewards.commands import Command, with_retries
from mi_rewards.errors import Conflict, LimitReached, Misuse, Refused
from mi_rewards.repositories import (
    CounterKey,
    Needs,
    code_key,
    pooled_code_key,
    redemption_key,
)
from mi_rewards.testing._checks import life
from mi_rewards.testing._checks.base import Checks
from mi_rewards.testing._checks.handles import CROWD, at_once
from mi_rewards.testing._checks.marks import Capability, check, expect_equal, expect_raised
from mi_rewards.testing._checks.races import receipt_of
from mi_rewards.testing._checks.samples import ASHA, BELA, CHAND
from mi_rewards.testing._checks.shop import (
    COMMANDS,
    POOL,
    SHOP,
    UNTIL,
    brought,
    cancel,
    code,
    confirm,
    decided,
    expect_available,
    expect_used,
    import_codes,
    prepared,
    redeem,
    reserve,
    run_out,
    stock_of,
    traces,
    vouchers_of,
)
from mi_rewards.testing.clients import Client
from mi_rewards.testing.promises import PromiseBroken


def state_of(client: Client, by: str = ASHA, name: str = "h1") -> RedemptionState | None:
    """Look up what became of a redemption."""
    key = redemption_key(by, name)
    found: Redemption | None = client.load(Needs((key,))).get(key)
    return None if found is None else found.state


class RedeemingChecks(Checks):
    """Tokens, stock, limits, vouchers and codes change together or not at all."""

    def _stocked(self, *members: str) -> Client:
        """Make a store on which each member has a hundred tokens."""
        client = self.client()
        client.rewards(SHOP).do_all([brought(by) for by in members])
        return client

    def _lost(
        self, client: Client, winner: Command[Any], loser: Command[Any], *errors: type[Exception]
    ) -> None:
        """Let two decide on the same state, and both save; see that the loser left nothing."""
        changes = decided(client, winner), decided(client, loser)
        client.save(changes[0])
        before, rows = traces(client, loser), self.rows(client)
        what = f"{type(loser).__name__} after {type(winner).__name__} on the same state"
        self._refused(client, changes[1], what, errors or (Conflict,))
        expect_equal(traces(client, loser), before, f"what is there after {what}")
        expect_equal(self.rows(client), rows, f"the rows after {what}")
        expect_equal(receipt_of(client, loser), None, f"the receipt after {what}")

    def _refused(
        self, client: Client, changes: Any, what: str, errors: tuple[type[Exception], ...]
    ) -> None:
        """See that a save is refused by one of these errors."""
        try:
            client.save(changes)
        except errors:
            return
        except Exception as other:
            raise PromiseBroken((), f"{what}: {type(other).__name__} ({other})") from other
        names = " or ".join(it.__name__ for it in errors)
        raise PromiseBroken((), f"{what}: nothing was raised, and not {names}")

    # Requests.

    @check(8, since=2, part="catalogue")
    def test_every_command_of_the_catalogue_is_carried_out_once(self) -> None:
        """I8: Asked again, by whomever, it has the same outcome and no effect."""
        client = self.client()
        rewards = client.rewards(SHOP)
        for name, maker in COMMANDS.items():
            by = name.replace(" ", "-")
            refused = [it for it in rewards.do_all(prepared(by)) if isinstance(it, Exception)]
            expect_equal(refused, [], "what was refused beforehand")
            command = maker(by, "r")
            outcome = rewards.do(command)
            rows = self.rows(client)
            before = vouchers_of(client, by), life.entries_of(client, by)
            expect_equal(rewards.do(command), outcome, f"{name}, asked again")
            expect_equal(rewards.simulate(command), (outcome, None), f"{name}, simulated again")
            after = vouchers_of(client, by), life.entries_of(client, by)
            expect_equal(after, before, f"vouchers and journal after {name}, asked again")
            expect_equal(self.rows(client), rows, f"the rows after {name}, asked again")
            life.expect_sound(client, [by])

    @check(8, 11, since=2, part="catalogue")
    def test_the_same_request_to_the_catalogue_twice_at_once(self) -> None:
        """I8, I11: For each command: one is carried out, and the other finds its receipt."""
        client = self.client()
        rewards = client.rewards(SHOP)
        for name, maker in COMMANDS.items():
            by = name.replace(" ", "-")
            rewards.do_all(prepared(by))
            command = maker(by, "r")
            first, second = [life.decided(client, command, SHOP) for _ in range(2)]
            changes: tuple[Any, Any] = first.changes, second.changes
            client.save(changes[0])
            expect_raised(Conflict, f"{name}, saved twice", client.save, changes[1])
            expect_equal(rewards.do(command), first.outcomes[0], f"{name}, asked again")
            life.expect_sound(client, [by])

    @check(18, since=2, part="catalogue")
    def test_simulating_a_command_of_the_catalogue_saves_nothing(self) -> None:
        """I18: The same outcome and the same changes; nor does showing the catalogue save."""
        client = self.client()
        rewards = client.rewards(SHOP)
        for name, maker in COMMANDS.items():
            by = name.replace(" ", "-")
            rewards.do_all(prepared(by))
            command = maker(by, "r")
            rows = self.rows(client)
            outcome, changes = rewards.simulate(command)
            again = rewards.simulate(command)
            expect_equal(again, (outcome, changes), f"{name}, simulated again")
            rewards.catalogue(by, at=UNTIL)
            rewards.vouchers(by, at=UNTIL)
            expect_equal(self.rows(client), rows, f"the rows after simulating {name}")
            expect_equal(rewards.do(command), outcome, f"{name}, done after it was simulated")

    @check(8, 15, since=2, part="catalogue")
    def test_a_lost_acknowledgement_is_no_second_voucher(self) -> None:
        """I8, I15: Asked again with another code: the first one stands, and is paid once."""
        client = self._stocked(ASHA)
        rewards = client.rewards(SHOP)
        client.save(decided(client, redeem(text="first")))
        for text in ("second", "third"):
            again = redeem(text=text)
            outcome = rewards.do(again)
            expect_equal(outcome.digest, code("first").digest, "the code of the first try")
            entry = client.load(Needs((code_key(code(text).digest),))).aggregates
            expect_equal(list(entry.values()), [None], "the entry of a code drawn in vain")
        expect_equal(len(vouchers_of(client, ASHA)), 1, "how many vouchers there are")
        expect_available(client, ASHA, 90)
        life.expect_sound(client, [ASHA])

    # Codes.

    @check(11, 15, since=2, part="catalogue")
    def test_a_code_is_issued_once(self) -> None:
        """I11, I15: Of two vouchers with one code the second leaves nothing, nor is it paid."""
        client = self._stocked(ASHA, BELA)
        one, two = (redeem(by, reward_id="five", text="same") for by in (ASHA, BELA))
        self._lost(client, one, two)
        key = code_key(code("same").digest)
        entry = client.load(Needs((key,))).get(key)
        expect_equal(entry and entry[1:], (ASHA, "r1", 1), "where the code leads")
        expect_used(client, stock_of("five"), 1)
        expect_available(client, BELA, 100)
        rewards = client.rewards(SHOP)
        expect_raised(Misuse, "a code that is issued", rewards.do, two)
        outcome = rewards.do(redeem(BELA, reward_id="five", text="another"))
        expect_equal(outcome.digest, code("another").digest, "the code of the second try")
        expect_used(client, stock_of("five"), 2)

    @check(11, 13, 15, since=2, part="catalogue")
    def test_each_code_of_a_pool_is_issued_once(self) -> None:
        """I11, I13, I15: Of two who see the same next code one tries again, and gets another."""
        client = self._stocked(ASHA, BELA, CHAND)
        rewards = client.rewards(SHOP)
        rewards.do(import_codes("p1", "p2"))
        one, two, three = (redeem(by, reward_id="pooled") for by in (ASHA, BELA, CHAND))
        self._lost(client, one, two, Conflict, LimitReached)
        digests = [rewards.do(it).digest for it in (one, two)]
        expect_equal(digests, [code(it).digest for it in ("p1", "p2")], "the codes issued")
        expect_raised(NothingInPool, "a third of two codes", rewards.do, three)
        expect_available(client, CHAND, 100)
        expect_used(client, CounterKey(f"pool/{POOL}", "drawn"), 2)
        places = tuple(pooled_code_key(POOL, place) for place in (1, 2))
        clear = [it and it.clear for it in client.load(Needs(places)).get_all(places)]
        expect_equal(clear, [None, None], "the codes in clear that are left in the pool")

    @check(11, since=2, part="catalogue")
    def test_two_imports_at_once_fill_different_places(self) -> None:
        """I11: One tries again, and its codes come after the other's."""
        client = self._stocked(ASHA)
        rewards = client.rewards(SHOP)
        one, two = import_codes("p1", "p2", name="i1"), import_codes("p3", name="i2")
        changes = decided(client, one), decided(client, two)
        client.save(changes[0])
        expect_raised(Conflict, "two imports at once", client.save, changes[1])
        rewards.do(two)
        places = tuple(pooled_code_key(POOL, place) for place in (1, 2, 3))
        found = [it and it.clear for it in client.load(Needs(places)).get_all(places)]
        expect_equal(found, ["P1", "P2", "P3"], "the codes in their places")

    # Stock and limits.

    @check(11, 13, since=2, part="catalogue")
    def test_the_last_one_is_had_once(self) -> None:
        """I11, I13: Two see it; one gets it, the other pays nothing and no code of it exists."""
        for reward_id in ("last", "monthly"):
            for second in (redeem(BELA, reward_id=reward_id), reserve(BELA, "r1", reward_id)):
                client = self._stocked(ASHA, BELA)
                one = redeem(ASHA, reward_id=reward_id)
                self._lost(client, one, second, LimitReached, Conflict)
                refused = client.rewards(SHOP).do_all([second])[0]
                expect_equal(type(refused), LimitReached, "the second try")
                expect_available(client, BELA, 100)
                expect_equal(vouchers_of(client, BELA), [], "vouchers of who got none")
                life.expect_sound(client, [ASHA, BELA])

    @check(11, 13, since=2, part="catalogue")
    def test_a_member_s_own_limit_holds_in_a_race(self) -> None:
        """I11, I13: Two requests of one member, of which one is within the limit."""
        client = self._stocked(ASHA)
        one, two = (redeem(name=name, reward_id="once") for name in ("r1", "r2"))
        self._lost(client, one, two, LimitReached, Conflict)
        expect_raised(LimitReached, "the second try", client.rewards(SHOP).do, two)
        expect_available(client, ASHA, 90)
        expect_used(client, CounterKey(ASHA, "reward/once/ever/ever"), 1)

    @check(11, 13, since=2, needs=[Capability.THREADS], part="catalogue")
    def test_a_crowd_redeems_no_more_than_there_are(self) -> None:
        """I11, I13: Six want two each, and five are there; who gets none pays nothing."""
        members = [f"m{number}" for number in range(CROWD)]
        client = self._stocked(*members)

        def wanting(by: str) -> Callable[[], None]:
            rewards = client.rewards(SHOP)

            def want() -> None:
                for name in ("r1", "r2"):
                    with suppress(LimitReached):
                        command = redeem(by, name, "five")
                        with_retries(rewards, methodcaller("do", command), attempts=1_000)

            return want

        at_once(self.patience_seconds, *map(wanting, members))
        had = {by: len(vouchers_of(client, by)) for by in members}
        expect_equal(sum(had.values()), 5, "how many vouchers there are")
        expect_used(client, stock_of("five"), 5)
        for by, count in had.items():
            expect_available(client, by, 100 - 10 * count)
        life.expect_sound(client, members)

    # Reservations.

    def _reserved(self, *members: str) -> Client:
        """Make a store on which the first of members has reserved the last of a reward."""
        client = self._stocked(*members)
        client.rewards(SHOP).do(reserve(members[0]))
        expect_available(client, members[0], 90)
        return client

    @check(7, 11, 13, since=2, part="catalogue")
    def test_a_reservation_runs_out_or_is_confirmed(self) -> None:
        """I7, I11, I13: Of two clients one does; tokens and stock come back once, or never."""
        client = self._reserved(ASHA, BELA)
        self._lost(client, run_out(), confirm())
        rewards = client.rewards(SHOP)
        expect_raised(RedemptionNotOpen, "confirming what has run out", rewards.do, confirm())
        expect_equal(state_of(client), RedemptionState.RUN_OUT, "the reservation")
        expect_used(client, stock_of("last"), 0)
        expect_available(client, ASHA, 100, UNTIL)
        rewards.do(redeem(BELA, reward_id="last", at=UNTIL))
        life.expect_sound(client, [ASHA, BELA])
        client = self._reserved(ASHA)
        self._lost(client, confirm(), run_out())
        outcome = client.rewards(SHOP).do(run_out())
        expect_equal(outcome[1:], ("confirmed", 0), "running out what is confirmed")
        expect_used(client, stock_of("last"), 1)
        expect_available(client, ASHA, 90, UNTIL)
        life.expect_sound(client, [ASHA])

    @check(7, 11, 13, since=2, part="catalogue")
    def test_a_reservation_is_cancelled_or_confirmed(self) -> None:
        """I7, I11, I13: Of two clients one does, and no code of what was cancelled is there."""
        client = self._reserved(ASHA)
        self._lost(client, cancel(), confirm())
        rewards = client.rewards(SHOP)
        expect_raised(RedemptionNotOpen, "confirming what is cancelled", rewards.do, confirm())
        expect_equal(vouchers_of(client, ASHA), [], "vouchers of what was cancelled")
        expect_used(client, stock_of("last"), 0)
        expect_available(client, ASHA, 100)
        client = self._reserved(ASHA)
        self._lost(client, confirm(), cancel())
        rewards = client.rewards(SHOP)
        expect_raised(Irrevocable, "cancelling what is confirmed", rewards.do, cancel())
        expect_equal(len(vouchers_of(client, ASHA)), 1, "vouchers of what was confirmed")
        expect_used(client, stock_of("last"), 1)
        expect_available(client, ASHA, 90)
        life.expect_sound(client, [ASHA])

    @check(9, 13, since=2, part="catalogue")
    def test_what_is_cancelled_comes_back_once(self) -> None:
        """I9, I13: Of two who cancel at once, or cancel and sweep; others keep theirs."""
        for one, two in (
            (cancel(name="c1"), cancel(name="c2")),
            (run_out(name="s1"), run_out(name="s2")),
            (cancel(), run_out()),
        ):
            client = self._stocked(ASHA, BELA)
            client.rewards(SHOP).do_all([reserve(by, reward_id="five") for by in (ASHA, BELA)])
            self._lost(client, one, two)
            answers: list[Any] = client.rewards(SHOP).do_all([two])
            tokens = 0 if isinstance(answers[0], Refused) else answers[0].tokens
            expect_equal(tokens, 0, "what came back a second time")
            expect_used(client, stock_of("five"), 1)
            expect_available(client, ASHA, 100, UNTIL)
            life.expect_sound(client, [ASHA, BELA])
