"""Counters: bounded steps that the store checks when it saves."""

from typing import Any

from mi_rewards.errors import LimitReached, Misuse
from mi_rewards.repositories import Changes, Counter, CounterKey, Needs, Take
from mi_rewards.testing._checks import samples
from mi_rewards.testing._checks.base import Checks
from mi_rewards.testing._checks.marks import check, expect_equal, expect_raised
from mi_rewards.testing._checks.samples import PHONE, STOCK
from mi_rewards.testing.clients import Client

MANY = tuple(CounterKey("quota", str(number)) for number in range(5))
"""A quota of five shards."""


def taking(*takes: Take) -> Changes:
    """Take steps in one save."""
    return Changes(takes=takes)


def expect_used(client: Client, key: CounterKey, used: int | None, limit: int = 5) -> None:
    """See how much of a counter is used; `None` where nothing was ever taken from it."""
    found = client.load(Needs(counters=(key,))).counter(key)
    expected = None if used is None else Counter(key, used, limit)
    expect_equal(found, expected, f"the counter {key.scope}/{key.name}")


def expect_reached(client: Client, changes: Changes, what: str, **figures: Any) -> None:
    """See that a save is refused with the figures that decided."""
    refusal = expect_raised(LimitReached, what, client.save, changes)
    expect_equal(dict(refusal.figures), figures, f"{what}, the figures of the refusal")


class CounterChecks(Checks):
    """Stock, limits and quotas hold."""

    @check(13)
    def test_a_step_up_to_the_limit_is_taken(self) -> None:
        """I13: Just below it, and at it."""
        client = self.client()
        client.save(taking(Take(STOCK, 4, 5)))
        expect_used(client, STOCK, 4)
        client.save(taking(Take(STOCK, 1, 5)))
        expect_used(client, STOCK, 5)

    @check(13)
    def test_a_step_past_the_limit_is_refused(self) -> None:
        """I13: By one, on a counter in use and on a new one; nothing is taken."""
        client = self.client()
        client.save(taking(Take(STOCK, 4, 5)))
        expect_reached(
            client,
            taking(Take(STOCK, 2, 5)),
            "one too many",
            counter="reward/coupon",
            asked=2,
            used=4,
            limit=5,
        )
        expect_used(client, STOCK, 4)
        expect_reached(
            client,
            taking(Take(PHONE, 6, 5)),
            "one too many at once",
            counter="reward/phone",
            asked=6,
            used=0,
            limit=5,
        )
        expect_used(client, PHONE, None)

    @check(13)
    def test_a_full_counter_gives_nothing(self) -> None:
        """I13: The last one is taken once."""
        client = self.client()
        client.save(taking(Take(STOCK, 5, 5)))
        expect_reached(
            client,
            taking(Take(STOCK, 1, 5)),
            "one from a full counter",
            counter="reward/coupon",
            asked=1,
            used=5,
            limit=5,
        )

    @check(13)
    def test_a_limit_of_nothing_is_none(self) -> None:
        """I13: 0 is not unlimited; a step of 0 is no step past it."""
        client = self.client()
        expect_reached(
            client,
            taking(Take(STOCK, 1, 0)),
            "one of none",
            counter="reward/coupon",
            asked=1,
            used=0,
            limit=0,
        )
        expect_used(client, STOCK, None)
        client.save(taking(Take(PHONE, 0, 0)))

    @check(13)
    def test_what_is_given_back_can_be_taken_again(self) -> None:
        """I13: All of it, once."""
        client = self.client()
        client.save(taking(Take(STOCK, 5, 5)))
        client.save(taking(Take(STOCK, -2, 5)))
        expect_used(client, STOCK, 3)
        expect_raised(
            LimitReached, "three where two are free", client.save, taking(Take(STOCK, 3, 5))
        )
        client.save(taking(Take(STOCK, 2, 5)))
        expect_used(client, STOCK, 5)

    @check(4, 13)
    def test_no_more_is_given_back_than_was_taken(self) -> None:
        """I4, I13: To nothing, not below; from a new counter nothing; it is the caller's error."""
        client = self.client()
        client.save(taking(Take(STOCK, 2, 5)))
        expect_raised(Misuse, "three of two given back", client.save, taking(Take(STOCK, -3, 5)))
        expect_used(client, STOCK, 2)
        client.save(taking(Take(STOCK, -2, 5)))
        expect_used(client, STOCK, 0)
        expect_raised(Misuse, "one of none given back", client.save, taking(Take(STOCK, -1, 5)))
        expect_raised(Misuse, "one of a new counter", client.save, taking(Take(PHONE, -1, 5)))
        expect_used(client, STOCK, 0)
        expect_used(client, PHONE, None)

    @check(13)
    def test_steps_of_one_save_add_up(self) -> None:
        """I13: Each is checked on what the last left, not on what was there before."""
        client = self.client()
        client.save(taking(Take(STOCK, 2, 5), Take(STOCK, 2, 5)))
        expect_used(client, STOCK, 4)
        refusal = expect_raised(
            LimitReached, "one and one of one", client.save, taking(*[Take(STOCK, 1, 5)] * 2)
        )
        expect_equal(refusal.figures["limit"], 5, "the limit stated")
        expect_used(client, STOCK, 4)

    @check(13)
    def test_what_one_step_gives_back_the_next_may_take(self) -> None:
        """I13: In the order in which they are given."""
        client = self.client()
        client.save(taking(Take(STOCK, 5, 5)))
        client.save(taking(Take(STOCK, -2, 5), Take(STOCK, 2, 5)))
        expect_used(client, STOCK, 5)
        backwards = taking(Take(STOCK, 2, 5), Take(STOCK, -2, 5))
        expect_raised(LimitReached, "taking before giving back", client.save, backwards)
        expect_used(client, STOCK, 5)

    @check(13)
    def test_several_counters_are_taken_from_together(self) -> None:
        """I13: All of them, or none where one is full, wherever it stands."""
        client = self.client()
        client.save(taking(*(Take(key, 1, 2) for key in MANY)))
        for key in MANY:
            expect_used(client, key, 1, 2)
        for full in (0, 2, 4):
            steps = [Take(key, 2 if number == full else 1, 2) for number, key in enumerate(MANY)]
            expect_raised(LimitReached, f"step {full + 1} of five", client.save, taking(*steps))
            for key in MANY:
                expect_used(client, key, 1, 2)

    @check(13)
    def test_a_lowered_limit_holds_at_once(self) -> None:
        """I13: Nothing more is taken, and what is used can still be given back."""
        client = self.client()
        client.save(taking(Take(STOCK, 4, 5)))
        expect_raised(
            LimitReached, "one of a lowered limit", client.save, taking(Take(STOCK, 1, 3))
        )
        client.save(taking(Take(STOCK, -1, 1)))
        expect_used(client, STOCK, 3, 1)

    @check(13)
    def test_a_raised_limit_holds_at_once(self) -> None:
        """I13: The limit that counts is the one that the step states."""
        client = self.client()
        client.save(taking(Take(STOCK, 5, 5)))
        client.save(taking(Take(STOCK, 2, 7)))
        expect_used(client, STOCK, 7, 7)

    @check(12, 13)
    def test_counters_of_other_names_do_not_count(self) -> None:
        """I12, I13: The same name in another scope, and another name in the same."""
        client = self.client()
        keys = [CounterKey(scope, name) for scope in ("a", "b", "a:b") for name in ("x", "b:x", "")]
        for used, key in enumerate(keys, start=1):
            client.save(taking(Take(key, used, 9)))
        for used, key in enumerate(keys, start=1):
            expect_used(client, key, used, 9)

    @check(13)
    def test_what_has_no_limit_takes_no_counter(self) -> None:
        """I13: C7: `None` is no limit of a step, and neither part of a step is but whole."""
        client = self.client()
        pairs: tuple[tuple[Any, Any], ...] = ((1, None), (True, 5), ("1", 5), (1, "5"))
        for n, limit in pairs:
            step = Take(STOCK, n, limit)
            expect_raised(Misuse, f"a step of {n!r} of {limit!r}", client.save, taking(step))
        expect_used(client, STOCK, None)

    @check(2, 13)
    def test_a_counter_counts_to_the_largest_number(self) -> None:
        """I2, I13: To 2**63 - 1 and not one more, without running over."""
        client = self.client()
        client.save(taking(Take(STOCK, samples.MOST - 1, samples.MOST)))
        client.save(taking(Take(STOCK, 1, samples.MOST)))
        expect_raised(
            LimitReached, "one past 2**63 - 1", client.save, taking(Take(STOCK, 1, samples.MOST))
        )
        expect_used(client, STOCK, samples.MOST, samples.MOST)
