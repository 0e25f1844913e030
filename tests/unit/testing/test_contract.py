"""How a host says what its stores are: claims, hooks, pins, overrides, and what is then run."""

import unittest
from collections import Counter
from typing import Any

import pytest

from mi_rewards.earning import Member, Purchase, Referral, ReferralCode
from mi_rewards.errors import Misuse
from mi_rewards.memory import AsyncMemoryStore, MemoryStore
from mi_rewards.repositories import Loaded, Needs, Owned
from mi_rewards.testing import (
    CONTRACT_VERSION,
    Capability,
    CheckOutcome,
    Client,
    PromiseBroken,
    StoreContract,
    check,
    overrides,
    run_contract,
)
from mi_rewards.testing._checks.ahead import OF_PREORDERS
from mi_rewards.testing._checks.base import Checks, all_checks
from mi_rewards.testing._checks.devices import OF_TRADE_INS
from mi_rewards.testing._checks.marks import mark_of
from mi_rewards.testing._checks.memberships import MembershipChecks
from mi_rewards.tiers import Standing
from mi_rewards.wallet import Burn, Wallet


class Plain(StoreContract):
    """A host that claims nothing."""

    def make_store(self) -> MemoryStore:
        """Make a fresh store."""
        return MemoryStore()


def outcome_of(contract: type[StoreContract], name: str) -> tuple[CheckOutcome, str]:
    """Run one check, and say what became of it."""
    found = {it.name: it for it in run_contract(contract, only=[name]).results}[name]
    return found.outcome, found.text


def check_fails(error: Exception) -> None:
    """Fail, as a check does."""
    raise error


# every check


def test_every_check_says_which_promises_it_guards() -> None:
    """Its docstring begins with the numbers that it is marked with."""
    for name, method in all_checks(StoreContract).items():
        mark = mark_of(method)
        assert mark is not None
        cited = str(method.__doc__).split(": ")[0].replace("I", "").split(", ")
        assert sorted(map(int, cited)) == sorted(mark.promises), name
        assert 1 <= mark.since <= CONTRACT_VERSION == 5
        came_with = {"": 1, "catalogue": 2, "checkout": 2, "standings": 3, "referrals": 3}
        came_with |= {"preorders": 4, "f_codes": 4, "trade_ins": 5, "exchanged_carts": 5}
        # What every host is asked of memberships came with the third, too.
        since = 3 if name in vars(MembershipChecks) else came_with[mark.part]
        assert mark.since == since, name


def test_no_two_groups_have_a_check_of_one_name() -> None:
    """One of them would hide the other."""
    groups = [it for it in StoreContract.__mro__ if issubclass(it, Checks)]
    names = [
        name
        for group in groups
        for name in {**vars(group), **vars(group).get("_taken_out", {})}
        if name.startswith("test_") and group is not StoreContract
    ]
    assert len(set(names)) == len(names) == len(all_checks(StoreContract))


def test_no_two_groups_have_a_helper_of_one_name() -> None:
    """One of them would be called by the other group's checks."""
    groups = [it for it in StoreContract.__mro__ if Checks in it.__mro__[1:]]
    kept = ("__", "test_", "set_aside", "_taken_out")
    names = Counter([it for group in groups for it in vars(group) if not it.startswith(kept)])
    assert {name for name, count in names.items() if count > 1} == set()
    assert len(names) > 20


@pytest.mark.parametrize("promises", [(), (0,), (1, 21)])
def test_a_check_guards_a_promise(promises: tuple[int, ...]) -> None:
    """At least one, and one that there is."""
    with pytest.raises(Misuse, match="a check guards promises by their numbers, not"):
        check(*promises)


# claims


def test_what_is_not_claimed_is_no_method() -> None:
    """No runner collects it, and the report lists it."""
    name = "test_reads_write_nothing"
    assert getattr(Plain, name) is None
    assert outcome_of(Plain, name) == (CheckOutcome.NOT_CLAIMED, "needs raw_rows")
    both = "test_a_crowd_under_the_lock_loses_nothing"
    assert outcome_of(Plain, both) == (CheckOutcome.NOT_CLAIMED, "needs exclusive, threads")


def test_a_subclass_may_claim_more() -> None:
    """And gets its checks back."""

    class More(Plain):
        capabilities = frozenset({Capability.THREADS})

    name = "test_a_crowd_takes_no_more_than_the_limit"
    assert getattr(Plain, name) is None
    assert outcome_of(More, name) == (CheckOutcome.PASSED, "")


@pytest.mark.parametrize(
    ("capability", "hook"),
    [
        (Capability.SEVERAL_HANDLES, "reopen"),
        (Capability.DURABLE, "reopen"),
        (Capability.RAW_ROWS, "raw_rows"),
        (Capability.OUTER_TRANSACTION, "outer_transaction"),
        (Capability.SEVERAL_PROCESSES, "opener"),
    ],
)
def test_a_claim_without_its_hook_is_an_error(capability: Capability, hook: str) -> None:
    """When the class is made; the message names both, and so does the hook that is called."""
    with pytest.raises(TypeError) as caught:
        type("Mine", (Plain,), {"capabilities": frozenset({capability})})
    assert str(caught.value) == (f"Mine claims {capability.value!r}, which needs the hook {hook!r}")
    with pytest.raises(NotImplementedError, match=f"Plain has no {hook}"):
        getattr(Plain(), hook)(None)


def test_a_lock_that_is_claimed_and_not_there_fails() -> None:
    """The store itself is the hook."""

    class Mine(StoreContract):
        capabilities = frozenset({Capability.EXCLUSIVE})

        def make_store(self) -> AsyncMemoryStore:
            return AsyncMemoryStore()

    outcome = outcome_of(Mine, "test_the_lock_is_let_go")
    assert outcome == (
        CheckOutcome.FAILED,
        "the store has no exclusive(), which the host claims",
    )


def test_a_host_says_how_a_store_is_made() -> None:
    """Nothing else can be left to a default."""

    class Mine(StoreContract):
        pass

    outcome, text = outcome_of(Mine, "test_a_receipt_is_there_once")
    assert outcome is CheckOutcome.FAILED
    assert text == "NotImplementedError: Mine has no make_store"


# versions of the contract


@pytest.mark.parametrize("pin", [0, 6, -1, True, "1", None])
def test_a_pin_on_a_version_that_there_is_not_is_refused(pin: Any) -> None:
    """The message says which there are."""
    with pytest.raises(TypeError) as caught:
        type("Mine", (Plain,), {"contract_version": pin})
    assert str(caught.value) == (
        f"Mine is pinned to version {pin!r} of the contract; there are 1 to 5"
    )


def test_checks_newer_than_the_pin_are_listed() -> None:
    """They are not run, and no runner collects them."""

    class Later(Plain):
        contract_version = 1

        @check(8, since=2)
        def test_something_new(self) -> None:
            """I8: Something that version 2 checks."""
            check_fails(AssertionError())

    assert vars(Later)["test_something_new"] is None
    assert outcome_of(Later, "test_something_new") == (
        CheckOutcome.NEWER,
        "since version 2, pinned to 1",
    )


def test_the_first_version_knows_no_catalogue() -> None:
    """A host that is pinned to it is asked for what it was written for, and for no other kind."""

    class Pinned(Plain):
        contract_version = 1

    assert Pinned().kinds == (Member, Wallet, Purchase, Burn)
    assert len(Plain().kinds) == 24
    assert outcome_of(Pinned, "test_a_code_is_issued_once") == (
        CheckOutcome.NEWER,
        "since version 2, pinned to 1",
    )


# parts of the domain


class OfFourKinds(MemoryStore):
    """A host that keeps nothing of what is newer."""

    def load(self, needs: Needs, /) -> Loaded:
        """Read members, wallets, purchases and burns alone; of all else members have nothing."""
        kinds = {Member, Wallet, Purchase, Burn}
        due = [] if needs.due is None else [needs.due.kind]
        assert kinds >= {*due, *(it.kind for it in needs.aggregates)}
        of_others = [it for it in needs.pages if isinstance(it, Owned) and it.kind not in kinds]
        pages = tuple([it for it in needs.pages if it not in of_others])
        loaded = super().load(needs._replace(pages=pages))
        loaded.pages.update(dict.fromkeys(of_others, ()))
        return loaded


def test_the_second_version_knows_no_standings() -> None:
    """Nor referrals: they came with the third."""

    class Pinned(Plain):
        contract_version = 2

    newer = {*Plain().kinds} - {*Pinned().kinds}
    assert newer == {Standing, Referral, ReferralCode, *OF_PREORDERS, *OF_TRADE_INS}
    assert outcome_of(Pinned, "test_a_code_is_issued_once") == (CheckOutcome.PASSED, "")
    assert outcome_of(Pinned, "test_a_standing_is_due_at_its_instant") == (
        CheckOutcome.NEWER,
        "since version 3, pinned to 2",
    )


def test_the_third_version_knows_no_preorders() -> None:
    """They came with the fourth."""

    class Pinned(Plain):
        contract_version = 3

    assert {*Plain().kinds} - {*Pinned().kinds} == {*OF_PREORDERS, *OF_TRADE_INS}
    assert outcome_of(Pinned, "test_the_last_unit_is_sold_once") == (
        CheckOutcome.NEWER,
        "since version 4, pinned to 3",
    )


def test_the_fourth_version_knows_no_trade_ins() -> None:
    """They came with the fifth."""

    class Pinned(Plain):
        contract_version = 4

    assert {*Plain().kinds} - {*Pinned().kinds} == {*OF_TRADE_INS}
    assert outcome_of(Pinned, "test_a_device_is_in_one_exchange") == (
        CheckOutcome.NEWER,
        "since version 5, pinned to 4",
    )


NOTHING_NEWER = {
    "has_catalogue": False,
    "has_standings": False,
    "has_referrals": False,
    "has_preorders": False,
    "has_trade_ins": False,
}


@pytest.mark.parametrize("declared", [NOTHING_NEWER, {}])
def test_a_host_without_a_catalogue_says_so(declared: dict[str, bool]) -> None:
    """It is asked for nothing of it, and the report says so; one that does not say so fails.

    So for what else it has not.
    """
    body = {"make_store": lambda self: OfFourKinds(), **declared}
    report = run_contract(type("Small", (StoreContract,), body))
    assert report.passed is bool(declared)
    parts_lacking = ("catalogue", "standings", "referrals", "preorders", "trade_ins")
    texts = {f"has no {it}" for it in parts_lacking}
    about = [it for it in report.results if it.text in texts]
    assert {it.outcome for it in about} <= {CheckOutcome.NOT_CLAIMED}
    marks = {name: mark_of(it) for name, it in all_checks(StoreContract).items()}
    parts = [name for name, mark in marks.items() if mark is not None and mark.part]
    assert [it.name for it in about] == (parts if declared else [])
    if declared:
        for text in (
            "test_a_code_is_issued_once, not claimed: has no catalogue",
            "test_standings_are_due_page_by_page, not claimed: has no standings",
            "test_referrals_are_due_page_by_page, not claimed: has no referrals",
            "test_the_last_unit_is_sold_once, not claimed: has no preorders",
            "test_a_code_buys_or_is_void, not claimed: has no catalogue",
            "test_a_device_is_in_one_exchange, not claimed: has no trade_ins",
        ):
            assert text in str(report)
        assert set(report.counts) >= {CheckOutcome.PASSED}


def test_a_catalogue_without_a_checkout_is_checked_by_itself() -> None:
    """Without a catalogue there is no checkout."""

    class Catalogue(Plain):
        has_checkout = False

    class Checkout(Plain):
        has_catalogue = False

    assert {it.__name__ for it in {*Plain().kinds} - {*Catalogue().kinds}} == {
        "Quote",
        "Settlement",
    }
    assert len({*Plain().kinds} - {*Checkout().kinds}) == 7
    name = "test_what_is_closed_is_not_due"
    assert outcome_of(Catalogue, name) == (CheckOutcome.PASSED, "")
    assert outcome_of(Checkout, name) == (CheckOutcome.NOT_CLAIMED, "has no catalogue")
    name = "test_a_lost_race_for_a_row_of_the_checkout_leaves_nothing"
    assert outcome_of(Catalogue, name) == (CheckOutcome.NOT_CLAIMED, "has no checkout")
    assert outcome_of(Checkout, name) == (CheckOutcome.NOT_CLAIMED, "has no catalogue")


def test_standings_and_referrals_are_checked_by_themselves() -> None:
    """A host may keep the ones and not the others, and neither needs a catalogue."""

    class Climbing(Plain):
        has_catalogue = has_referrals = has_preorders = has_trade_ins = False

    class Inviting(Plain):
        has_catalogue = has_standings = has_preorders = has_trade_ins = False

    assert Climbing().kinds == (Member, Wallet, Purchase, Burn, Standing)
    assert Inviting().kinds == (Member, Wallet, Purchase, Burn, Referral, ReferralCode)
    name = "test_a_lost_race_for_a_standing_leaves_nothing"
    assert outcome_of(Climbing, name) == (CheckOutcome.PASSED, "")
    assert outcome_of(Inviting, name) == (CheckOutcome.NOT_CLAIMED, "has no standings")
    name = "test_a_lost_race_for_a_row_of_referrals_leaves_nothing"
    assert outcome_of(Inviting, name) == (CheckOutcome.PASSED, "")
    assert outcome_of(Climbing, name) == (CheckOutcome.NOT_CLAIMED, "has no referrals")


def test_preorders_are_checked_without_a_catalogue() -> None:
    """But for what is about the units of F-codes."""

    class Selling(Plain):
        has_catalogue = has_standings = has_referrals = has_trade_ins = False

    class Issuing(Plain):
        has_preorders = False

    assert Selling().kinds == (Member, Wallet, Purchase, Burn, *OF_PREORDERS)
    name = "test_the_last_unit_is_sold_once"
    assert outcome_of(Selling, name) == (CheckOutcome.PASSED, "")
    assert outcome_of(Issuing, name) == (CheckOutcome.NOT_CLAIMED, "has no preorders")
    name = "test_a_code_buys_or_is_void"
    assert outcome_of(Plain, name) == (CheckOutcome.PASSED, "")
    assert outcome_of(Selling, name) == (CheckOutcome.NOT_CLAIMED, "has no catalogue")
    assert outcome_of(Issuing, name) == (CheckOutcome.NOT_CLAIMED, "has no preorders")


def test_trade_ins_are_checked_without_a_checkout() -> None:
    """But for what is about carts that take an exchange."""

    class Trading(Plain):
        has_catalogue = has_standings = has_referrals = has_preorders = False

    class Selling(Plain):
        has_trade_ins = False

    class Counting(Plain):
        has_checkout = False

    assert Trading().kinds == (Member, Wallet, Purchase, Burn, *OF_TRADE_INS)
    name = "test_a_device_is_in_one_exchange"
    assert outcome_of(Trading, name) == (CheckOutcome.PASSED, "")
    assert outcome_of(Selling, name) == (CheckOutcome.NOT_CLAIMED, "has no trade_ins")
    name = "test_an_exchange_is_taken_off_one_order"
    assert outcome_of(Plain, name) == (CheckOutcome.PASSED, "")
    assert outcome_of(Trading, name) == (CheckOutcome.NOT_CLAIMED, "has no catalogue")
    assert outcome_of(Counting, name) == (CheckOutcome.NOT_CLAIMED, "has no checkout")
    assert outcome_of(Selling, name) == (CheckOutcome.NOT_CLAIMED, "has no trade_ins")


# overriding


def test_overriding_a_check_without_a_reason_is_an_error() -> None:
    """Whether by another check, by a plain method or by nothing."""
    name = "test_a_journal_has_no_gap"
    for mine in (lambda self: None, None, check(3)(lambda self: None)):
        with pytest.raises(TypeError) as caught:
            type("Mine", (Plain,), {name: mine})
        assert str(caught.value) == (
            f"Mine.{name} overrides a check without saying why: "
            'mark it with @overrides(reason="...")'
        )


@pytest.mark.parametrize("reason", ["", "  ", None])
def test_a_reason_says_something(reason: Any) -> None:
    """It is shown to whoever reads the report."""
    with pytest.raises(Misuse, match="a check is overridden for a reason; state it"):
        overrides(reason=reason)


def test_overriding_a_check_that_there_is_not_is_an_error() -> None:
    """It may have been renamed."""
    with pytest.raises(TypeError, match=r"Mine\.test_gaps overrides a check that there is not"):
        type("Mine", (Plain,), {"test_gaps": overrides(reason="none")(lambda self: None)})


class Overriding(Plain):
    """A host that allows gaps."""

    seen: list[Client] = []  # noqa: RUF012

    @overrides(reason=" gaps are filled at night ")
    def test_a_journal_has_no_gap(self) -> None:
        """I3: Another one."""
        self.seen.append(self.client())
        assert self.seen

    @overrides(reason="no")
    def test_reads_write_nothing(self) -> None:
        """I18: Another one, of what is not claimed."""
        check_fails(AssertionError())


def test_an_overridden_check_is_listed_with_its_reason() -> None:
    """It runs in its place, with stores of its own."""
    name = "test_a_journal_has_no_gap"
    assert outcome_of(Overriding, name) == (
        CheckOutcome.OVERRIDDEN,
        "gaps are filled at night",
    )
    assert len(Overriding.seen) > 0
    name = "test_reads_write_nothing"
    assert outcome_of(Overriding, name) == (CheckOutcome.NOT_CLAIMED, "needs raw_rows")


def test_a_check_that_overrides_fails_under_the_same_promise() -> None:
    """And its subclass's reason is the one that is shown."""

    class Failing(Overriding):
        @overrides(reason="ours is stricter")
        def test_a_journal_has_no_gap(self) -> None:
            """I3: A third one."""
            check_fails(KeyError("gap"))

    report = run_contract(Failing, only=["test_a_journal_has_no_gap"])
    assert report.broken == (3,)
    assert outcome_of(Failing, "test_a_journal_has_no_gap")[1] == "KeyError: 'gap'"


# running


def test_a_check_closes_what_it_opened() -> None:
    """Each store once, the newest first, then what was made is discarded; also where it fails."""
    closed: list[object] = []
    discarded: list[object] = []

    class Closing(Plain):
        def close(self, store: object, /) -> None:
            assert not discarded
            closed.append(store)

        async def discard(self, store: object, /) -> None:
            discarded.append(store)

        @check(8)
        def test_of_my_own(self) -> None:
            """I8: Open two stores, and fail."""
            self.stores = [self.client().store, self.client().store]
            check_fails(KeyError("mine"))

    mine = Closing()
    with pytest.raises(PromiseBroken, match="KeyError: 'mine'") as caught:
        mine.test_of_my_own()
    assert closed == discarded == mine.stores[::-1]
    assert isinstance(caught.value.__cause__, KeyError)
    with pytest.raises(Misuse, match="a store is opened by a check that is running"):
        mine.client()


def test_unittest_runs_it_too() -> None:
    """No runner is needed, and any will do."""

    class Both(Plain, unittest.TestCase):
        pass

    suite = unittest.defaultTestLoader.loadTestsFromTestCase(Both)
    result = unittest.TestResult()
    suite.run(result)
    assert result.wasSuccessful()
    assert result.testsRun == len(all_checks(Both)) - len(Both.set_aside)
