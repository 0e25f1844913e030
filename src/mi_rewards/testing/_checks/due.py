"""What is due: found at its instant, in order, page by page."""

from datetime import datetime, timedelta

from mi_rewards.calendar import NEVER
from mi_rewards.commands import Lapse
from mi_rewards.earning import Purchase
from mi_rewards.repositories import Changes, Due, DueKey, Needs, wallet_key
from mi_rewards.testing._checks import samples
from mi_rewards.testing._checks.base import Checks
from mi_rewards.testing._checks.marks import check, expect_equal
from mi_rewards.testing._checks.samples import (
    ASHA,
    BELA,
    MICROSECOND,
    PROGRAMME,
    TOKENS,
    ZONE,
    T,
)
from mi_rewards.testing.clients import Client
from mi_rewards.wallet import Reason, Wallet

END = ZONE.after(samples.END_OF_2018)
"""The instant at which tokens of 2018 lapse."""

SECOND = T.replace(microsecond=0)
"""A whole second, which some texts write without decimals."""

LONG_AGO = T - timedelta(days=9)
"""When wallets of `holding` were filled."""


def found_due(
    client: Client, before: datetime, after: DueKey[Wallet] | None = None, limit: int = 99
) -> list[DueKey[Wallet]]:
    """Ask what is due."""
    return list(client.load(Needs(due=Due(before, after, limit))).due)


def due(at: datetime, member_id: str, kind: str = TOKENS) -> DueKey[Wallet]:
    """Name something due."""
    return DueKey(at, wallet_key(member_id, kind))


def holding(member_id: str, until: datetime, kind: str = TOKENS) -> Wallet:
    """Make a wallet that is next due at an instant: a hold's deadline."""
    why = Reason("redemption")
    wallet, _ = samples.changes_of(
        Wallet(samples.owner(member_id, kind)),
        lambda it: it.earn(9, last_day=NEVER, at=LONG_AGO, request_id="e", reason=why),
        lambda it: it.hold(1, until=until, at=LONG_AGO, request_id="h", reason=why),
    )
    return wallet


def store_due(client: Client, *wanted: DueKey[Wallet]) -> None:
    """Store wallets that are due as wanted."""
    wallets = [holding(it.key.member_id, it.due_at, it.key.name) for it in wanted]
    client.save(Changes(tuple(map(samples.put, wallets))))


MIXED = (
    due(T, BELA),
    due(T + timedelta(days=1), "chand"),
    due(T, ASHA, "points"),
    due(T - MICROSECOND, "zoya"),
    due(T, ASHA),
    due(T, "Asha"),
    due(T, BELA, "points"),
    due(T + MICROSECOND, "aaron"),
    due(SECOND + MICROSECOND, "a"),
    due(SECOND, "b"),
    due(SECOND + MICROSECOND * 500_000, "c"),
)
"""What is due, out of order: several at one instant, others a microsecond beside it or a second."""


def in_order(keys: tuple[DueKey[Wallet], ...]) -> list[DueKey[Wallet]]:
    """Sort what is due as pages are: by instant, then member, then kind of token."""
    return sorted(keys, key=lambda it: (it.due_at, it.key.member_id, it.key.name))


class DueChecks(Checks):
    """Sweeps find what they must, and nothing else."""

    @check(6)
    def test_what_is_due_is_found_at_its_instant(self) -> None:
        """I6: At the instant itself and a microsecond after it, and not a microsecond before."""
        client = self.client()
        store_due(client, due(T, ASHA))
        expect_equal(found_due(client, T - MICROSECOND), [], "what is due just before")
        expect_equal(found_due(client, T), [due(T, ASHA)], "what is due at the instant")
        expect_equal(found_due(client, T + MICROSECOND), [due(T, ASHA)], "what is due just after")

    @check(6, 19)
    def test_tokens_are_due_when_their_last_day_is_over(self) -> None:
        """I6, I19: At the midnight of the programme's zone."""
        client = self.client()
        wallet, _ = samples.changes_of(Wallet(samples.owner()), lambda it: samples.earned(it, 5))
        client.save(Changes((samples.put(wallet),)))
        expect_equal(found_due(client, END - MICROSECOND), [], "what is due before midnight")
        expect_equal(found_due(client, END), [due(END, ASHA)], "what is due at midnight")

    @check(6)
    def test_what_is_never_due_is_not_found(self) -> None:
        """I6: A wallet whose tokens never lapse, an empty one, and what is no wallet."""
        client = self.client()
        never, _ = samples.changes_of(
            Wallet(samples.owner()), lambda it: samples.earned(it, 5, NEVER)
        )
        rows = (never, Wallet(samples.owner(BELA)), samples.row(Purchase))
        client.save(Changes(tuple(map(samples.put, rows))))
        expect_equal(found_due(client, END + timedelta(days=36_500)), [], "what is due ever")

    @check(6)
    def test_what_is_due_comes_in_order(self) -> None:
        """I6: What fell due first before the rest, then by member, then by kind of token."""
        client = self.client()
        store_due(client, *MIXED)
        later = T + timedelta(days=9)
        expect_equal(found_due(client, later), in_order(MIXED), "what is due")

    @check(6)
    def test_what_is_due_is_found_page_by_page(self) -> None:
        """I6: In pages of any size each is there once; many are due at one instant."""
        client = self.client()
        many = tuple(due(T, f"m{number:02}") for number in range(20))
        store_due(client, *MIXED, *many)
        expected = in_order((*MIXED, *many))
        for limit in (1, 2, 3, 7, len(expected), len(expected) + 1):
            pages: list[DueKey[Wallet]] = []
            while page := found_due(
                client, T + timedelta(days=9), pages[-1] if pages else None, limit
            ):
                expect_equal(page[limit:], [], f"what a page of {limit} has beyond that")
                pages += page
                if len(pages) > len(expected):
                    break
            expect_equal(pages, expected, f"what is due, in pages of {limit}")

    @check(6)
    def test_a_page_goes_on_after_what_is_gone(self) -> None:
        """I6: The last of the page before may have been booked by now, or never have been."""
        client = self.client()
        store_due(client, due(T, ASHA), due(T, "chand"))
        expect_equal(found_due(client, T, due(T, BELA)), [due(T, "chand")], "after a missing key")
        early = found_due(client, T, due(T - MICROSECOND, "zoya"))
        expect_equal(early, [due(T, ASHA), due(T, "chand")], "after an earlier instant")
        expect_equal(found_due(client, T, due(T, "chand")), [], "after the last")
        kinds = found_due(client, T, due(T, ASHA, "points"))
        expect_equal(kinds, [due(T, ASHA), due(T, "chand")], "after another kind of token")

    @check(6)
    def test_what_was_booked_is_no_longer_due(self) -> None:
        """I6: Until the calendar next changes it."""
        client = self.client()
        wallet, entries = samples.changes_of(
            Wallet(samples.owner()),
            lambda it: samples.earned(it, 5),
            lambda it: samples.earned(it, 6, samples.END_OF_2019),
        )
        client.save(Changes((samples.put(wallet),), entries))
        rewards = client.rewards(PROGRAMME)
        rewards.do(Lapse(member_id=ASHA, request_id="sweep", at=END))
        after = ZONE.after(samples.END_OF_2019)
        expect_equal(found_due(client, after - MICROSECOND), [], "what is due after booking")
        expect_equal(found_due(client, after), [due(after, ASHA)], "what is due next")

    @check(6)
    def test_what_is_due_follows_the_newest_version(self) -> None:
        """I6: Earlier than before, later than before, and never any more."""
        client = self.client()
        store_due(client, due(T, ASHA))
        never = Wallet(samples.owner())
        for version, until in enumerate((T - MICROSECOND, T + timedelta(days=1), None), start=1):
            wallet = (never if until is None else holding(ASHA, until))._replace(version=version)
            client.save(Changes((samples.put(wallet),)))
            expected = [] if until is None else [due(until, ASHA)]
            expect_equal(found_due(client, T + timedelta(days=9)), expected, "what is due")

    @check(6)
    def test_sweeps_book_everything_in_pages_of_any_size(self) -> None:
        """I6: Each wallet once, whatever the size of the pages; a second sweep finds nothing."""
        members = [f"m{number}" for number in range(7)]
        for limit in (1, 3, 100):
            client = self.client()
            made = [
                samples.changes_of(Wallet(samples.owner(by)), lambda it: samples.earned(it, 5))
                for by in members
            ]
            puts = tuple(samples.put(wallet) for wallet, _ in made)
            client.save(Changes(puts, tuple(it for _, entries in made for it in entries)))
            rewards = client.rewards(PROGRAMME)
            expect_equal(rewards.lapse_due(END - MICROSECOND, limit=limit), 0, "swept too early")
            expect_equal(rewards.lapse_due(END, limit=limit), 7, f"swept in pages of {limit}")
            expect_equal(rewards.lapse_due(END, limit=limit), 0, "swept again")
            left = [rewards.balance(by, at=END).available for by in members]
            expect_equal(left, [0] * 7, "what is left")
