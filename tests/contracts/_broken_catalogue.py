"""More of the table of broken hosts: those that break what is promised of the catalogue."""

from typing import Any

import attrs

from mi_rewards.catalogue import CodeEntry, PooledCode, Redemption, Reward, Voucher
from mi_rewards.checkout import Settlement
from mi_rewards.repositories import Key, Owned
from mi_rewards.testing._checks.samples import OF_THE_CATALOGUE, OF_THE_CHECKOUT
from mi_rewards.wallet import Wallet
from tests.contracts._broken import (
    ChecksVersions,
    Dawdles,
    FindsDue,
    ForgetsOldReceipts,
    KeepsPages,
    LosesRollback,
    Owns,
    RaisesItsDriversErrors,
    Reads,
    RemembersDue,
    Rewrites,
    SavesOnRead,
    SkipsVersionsOf,
    SwallowsConflicts,
    SwallowsLimits,
    after_a_name_that_is_there,
    changed_row,
    counting_visits,
    finding,
    owning,
    whatever_its_state,
)
from tests.contracts._broken_table import THREADS, Broken, contract, of


def in_capitals(name: str) -> tuple[str, str]:
    """Sort names as a dictionary does."""
    return name.casefold(), name


def in_utf_16(name: str) -> bytes:
    """Sort names by the two bytes of which their characters are made."""
    return name.encode("utf-16-be")


def whose_name_looks_alike(key: Key[Any], page: Owned[Any]) -> bool:
    """Take members for the same whose names differ by capitals alone."""
    is_kind = key.kind is page.kind
    return is_kind and key.member_id.casefold() == page.member_id.casefold()


def whoever_begins_alike(key: Key[Any], page: Owned[Any]) -> bool:
    """Find a member's rows by what their key begins with."""
    return key.kind is page.kind and key.member_id.startswith(page.member_id)


def of_any_kind(key: Key[Any], page: Owned[Any]) -> bool:
    """Find a member's rows in one table of all kinds."""
    return key.member_id == page.member_id


def no_rollback(check: str, promise: int, part: str) -> Broken:
    """Make the row of a host that leaves one part of a lost save behind."""
    what = f"leaves {part} behind: {check.replace('_', ' ')}"
    return Broken(what, of(LosesRollback, part), promise, check)


def swallowing(check: str, promise: int) -> Broken:
    """Make the row of a host that says nothing of a lost race."""
    what = f"swallows conflicts: {check.replace('_', ' ')}"
    return Broken(what, of(SwallowsConflicts), promise, check)


def rewriting(what: str, kind: type[Any], promise: int, check: str, change: Any) -> Broken:
    """Make the row of a host that keeps something else of one kind than it was given."""
    return Broken(what, of(Rewrites, "puts", changed_row(kind, change)), promise, check)


def rounded(redemption: Redemption) -> Redemption:
    """Forget the microseconds of a deadline."""
    until = redemption.until
    return redemption._replace(until=until and until.replace(microsecond=0))


ORDER = "what_a_member_has_comes_in_the_order_of_names"
PAGED = "what_a_member_has_is_read_page_by_page"
OWN = "a_page_has_what_is_one_member_s"
CODE = "a_code_is_issued_once"
POOL = "each_code_of_a_pool_is_issued_once"

BROKEN_CATALOGUE = (
    # versions
    *(
        Broken(
            f"checks no version of a {kind.__name__}",
            of(SkipsVersionsOf, kind),
            11,
            "a_lost_race_for_a_row_of_the_catalogue_leaves_nothing",
        )
        for kind in OF_THE_CATALOGUE
    ),
    *(
        Broken(
            f"checks no version of a {kind.__name__}",
            of(SkipsVersionsOf, kind),
            11,
            "a_lost_race_for_a_row_of_the_checkout_leaves_nothing",
        )
        for kind in OF_THE_CHECKOUT
    ),
    # what a member has
    Broken("owned: as they came", of(Owns, owning(order=lambda name: 0)), 20, ORDER),
    Broken("owned: as in a dictionary", of(Owns, owning(order=in_capitals)), 20, ORDER),
    Broken("owned: by UTF-16", of(Owns, owning(order=in_utf_16)), 20, ORDER),
    Broken("owned: the longest last", of(Owns, owning(order=lambda it: (len(it), it))), 20, ORDER),
    Broken("owned: one too few", of(Owns, owning(more=-1)), 12, PAGED),
    Broken("owned: one too many", of(Owns, owning(more=1)), 12, PAGED),
    Broken(
        "owned: the last one again",
        of(Owns, owning(is_after=lambda name, after: name >= after)),
        12,
        PAGED,
    ),
    Broken(
        "owned: all begin again", of(Owns, owning(is_after=lambda name, after: True)), 12, PAGED
    ),
    Broken("owned: capitals of members", of(Owns, owning(whose_name_looks_alike)), 12, OWN),
    Broken("owned: prefixes of members", of(Owns, owning(whoever_begins_alike)), 12, OWN),
    Broken("owned: all kinds", of(Owns, owning(of_any_kind)), 12, OWN),
    Broken(
        "owned: after what is there",
        of(Owns, after_a_name_that_is_there),
        12,
        "a_page_of_what_a_member_has_goes_on_after_what_is_not_there",
    ),
    Broken(
        "owned: forgets what has no name",
        of(Owns, owning(is_after=lambda name, after: name > after)),
        12,
        "a_page_after_nothing_begins_at_the_beginning",
    ),
    Broken(
        "owned: as they were first",
        of(KeepsPages),
        11,
        "a_page_has_the_newest_version_in_its_place",
    ),
    # what is due
    Broken(
        "due: < the end of a voucher",
        of(FindsDue, finding(is_due=lambda at, before: at < before)),
        6,
        "reservations_and_vouchers_are_due_at_their_end",
    ),
    Broken(
        "due: of any kind",
        of(FindsDue, finding(is_kind=lambda there, asked: True)),
        6,
        "each_kind_is_due_by_itself",
    ),
    Broken(
        "due: whatever its state",
        of(FindsDue, finding(instant=whatever_its_state)),
        6,
        "what_is_closed_is_not_due",
    ),
    Broken(
        "due: pages of vouchers by instant alone",
        of(FindsDue, finding(is_after=lambda it, after: it.due_at > after.due_at)),
        6,
        "reservations_and_vouchers_are_due_page_by_page",
    ),
    Broken(
        "due: vouchers begin again",
        of(FindsDue, finding(is_after=lambda it, after: True)),
        6,
        "reservations_and_vouchers_are_due_page_by_page",
    ),
    Broken(
        "due: vouchers as they were first",
        of(RemembersDue),
        6,
        "reservations_and_vouchers_are_due_as_they_are_now",
    ),
    Broken(
        "due: wallets alone",
        of(FindsDue, finding(is_kind=lambda there, asked: there is asked is Wallet)),
        13,
        "sweeps_run_out_and_expire_everything",
    ),
    # requests
    Broken(
        "keeps no receipts: the catalogue",
        of(ForgetsOldReceipts, 0),
        8,
        "every_command_of_the_catalogue_is_carried_out_once",
    ),
    swallowing("the_same_request_to_the_catalogue_twice_at_once", 8),
    Broken(
        "simulates by doing: the catalogue",
        of(SavesOnRead),
        18,
        "simulating_a_command_of_the_catalogue_saves_nothing",
    ),
    Broken(
        "writes down who looks at the catalogue",
        of(Reads, counting_visits),
        18,
        "simulating_a_command_of_the_catalogue_saves_nothing",
    ),
    Broken(
        "keeps no receipts: a voucher",
        of(ForgetsOldReceipts, 0),
        15,
        "a_lost_acknowledgement_is_no_second_voucher",
    ),
    # codes
    Broken("overwrites a code", of(SkipsVersionsOf, CodeEntry), 15, CODE),
    Broken("raises its driver's error for a code", of(RaisesItsDriversErrors), 11, CODE),
    no_rollback(CODE, 15, "takes"),
    no_rollback(CODE, 11, "puts"),
    no_rollback(CODE, 11, "entries"),
    no_rollback(CODE, 11, "receipts"),
    Broken("issues a pool's code twice", of(SkipsVersionsOf, CodeEntry, PooledCode), 15, POOL),
    no_rollback(POOL, 13, "takes"),
    Broken(
        "fills a place of a pool twice",
        of(SkipsVersionsOf, PooledCode),
        11,
        "two_imports_at_once_fill_different_places",
    ),
    # stock and limits
    Broken("oversells", of(SwallowsLimits), 13, "the_last_one_is_had_once"),
    no_rollback("the_last_one_is_had_once", 11, "puts"),
    swallowing("a_member_s_own_limit_holds_in_a_race", 13),
    Broken(
        "dawdles: stock",
        contract(Dawdles, THREADS),
        13,
        "a_crowd_redeems_no_more_than_there_are",
    ),
    # reservations
    no_rollback("a_reservation_runs_out_or_is_confirmed", 13, "takes"),
    swallowing("a_reservation_is_cancelled_or_confirmed", 7),
    no_rollback("what_is_cancelled_comes_back_once", 13, "takes"),
    # the checkout
    Broken(
        "keeps no receipts: the checkout",
        of(ForgetsOldReceipts, 0),
        8,
        "every_command_of_the_checkout_is_carried_out_once",
    ),
    swallowing("the_same_request_to_the_checkout_twice_at_once", 8),
    swallowing("an_order_is_paid_or_given_back", 7),
    Broken(
        "checks no version of what is attached",
        of(SkipsVersionsOf, Voucher),
        15,
        "a_voucher_is_on_one_order",
    ),
    no_rollback("a_voucher_is_on_one_order", 11, "puts"),
    Broken(
        "due: no payment",
        of(FindsDue, finding(is_kind=lambda there, asked: there is asked is not Settlement)),
        6,
        "sweeps_give_unpaid_orders_back",
    ),
    # values
    rewriting(
        "forgets what a reward costs the programme",
        Reward,
        13,
        "a_reward_is_read_as_it_was_stored",
        lambda it: attrs.evolve(it, expense=None),
    ),
    rewriting("rounds a deadline", Redemption, 7, "a_redemption_is_read_as_it_was_stored", rounded),
    rewriting(
        "forgets a holder",
        Voucher,
        15,
        "a_voucher_is_read_as_it_was_stored",
        lambda it: it._replace(holder_id=it.member_id),
    ),
    rewriting(
        "keeps codes in clear",
        PooledCode,
        15,
        "codes_are_read_as_they_were_stored",
        lambda it: it._replace(clear=it.clear or "2"),
    ),
    rewriting(
        "forgets what was refunded",
        Settlement,
        2,
        "quotes_and_settlements_are_read_as_they_were_stored",
        lambda it: it._replace(lines=tuple(line._replace(refunded=0) for line in it.lines)),
    ),
    # use
    Broken(
        "checks no version of what is used",
        of(SkipsVersionsOf, Voucher),
        15,
        "a_voucher_is_used_once",
    ),
    Broken(
        "last write wins: vouchers",
        of(ChecksVersions, lambda mine, there: True),
        15,
        "commands_on_one_voucher_race",
    ),
)
"""Every host that is broken where its catalogue is."""
