"""More of the table of broken hosts: those that break what is promised of what is sold ahead."""

from datetime import timedelta

import attrs

from mi_rewards.preorders import Draw, PreOrder, Quota, ReservedUnit, Ticket
from mi_rewards.repositories import Changes, CounterKey, Take
from mi_rewards.testing._checks.ahead import OF_PREORDERS
from tests.contracts._broken import (
    Dawdles,
    DoublesEvents,
    FindsDue,
    ForgetsOldReceipts,
    Host,
    RemembersDue,
    Renames,
    Rewrites,
    SavesOnRead,
    SkipsVersionsOf,
    SwallowsLimits,
    finding,
)
from tests.contracts._broken_catalogue import no_rollback, rewriting, swallowing
from tests.contracts._broken_standings import Loses, finding_all_but
from tests.contracts._broken_table import THREADS, Broken, contract, of

ONE = {Quota, PreOrder}
SECOND = timedelta(seconds=1)


def is_unit(key: CounterKey) -> bool:
    """Tell whether a counter is of a quota."""
    return key.scope.startswith("quota/")


class KeepsUnits(Host):
    """Gives nothing of a quota back."""

    def save(self, changes: Changes, /) -> None:
        """Save what is taken."""
        takes = tuple([it for it in changes.takes if it.n > 0 or not is_unit(it.key)])
        super().save(attrs.evolve(changes, takes=takes))


def to_the_first(take: Take) -> Take:
    """Give back to the first shard of a quota, wherever a unit came from."""
    if take.n > 0 or not is_unit(take.key):
        return take
    return take._replace(key=take.key._replace(name=f"000/{take.key.name[4:]}"))


def without_bound(take: Take) -> Take:
    """Forget the limit of a counter of a quota."""
    return take._replace(limit=2**62) if is_unit(take.key) else take


def by_members(member_id: str) -> str:
    """Take what is counted over quotas for one another's."""
    return "quota/x" if member_id.startswith("quota/") else member_id


LATE = "a_lost_race_for_a_row_of_preorders_leaves_nothing"
READ_QUOTA = "a_quota_is_read_as_it_was_stored"
READ_PREORDER = "a_preorder_is_read_as_it_was_stored"
READ_UNIT = "the_unit_of_a_code_is_read_as_it_was_stored"
READ_DRAW = "a_draw_is_read_as_it_was_stored"
READ_TICKET = "a_ticket_is_read_as_it_was_stored"
DUE = "what_is_sold_ahead_is_due_at_its_instant"
PAGED = "what_is_sold_ahead_is_due_page_by_page"
ON_QUOTAS = "every_command_on_a_quota_is_carried_out_once"
ON_PREORDERS = "every_command_on_a_preorder_is_carried_out_once"
TICKETS = "a_member_has_one_ticket"
BESIDE = "no_ticket_slips_in_beside_a_result"
CAN_BUY = "a_code_that_is_issued_can_buy"
FOLLOWS = "what_becomes_of_a_code_becomes_of_its_unit"

BROKEN_PREORDERS = (
    # versions
    *(
        Broken(f"checks no version of a {kind.__name__}", of(SkipsVersionsOf, kind), 11, LATE)
        for kind in OF_PREORDERS
    ),
    no_rollback(LATE, 11, "takes"),
    # values
    Broken("loses quotas", of(Loses, Quota), 14, READ_QUOTA),
    Broken("loses pre-orders", of(Loses, PreOrder), 14, READ_PREORDER),
    Broken("loses units of codes", of(Loses, ReservedUnit), 14, READ_UNIT),
    Broken("loses draws", of(Loses, Draw), 20, READ_DRAW),
    Broken("loses tickets", of(Loses, Ticket), 12, READ_TICKET),
    rewriting(
        "keeps sixteen shards at most",
        Quota,
        14,
        READ_QUOTA,
        lambda it: it._replace(sizes=it.sizes[:16], withdrawn=it.withdrawn[:16]),
    ),
    rewriting(
        "keeps what a unit is, and not what became of it",
        PreOrder,
        14,
        READ_PREORDER,
        lambda it: it._replace(
            allotment=it.allotment and it.allotment._replace(moves=it.allotment.moves[-1:])
        ),
    ),
    rewriting(
        "keeps what a code's unit is, and not what became of it",
        ReservedUnit,
        14,
        READ_UNIT,
        lambda it: it._replace(allotment=it.allotment._replace(moves=it.allotment.moves[-1:])),
    ),
    rewriting(
        "keeps numbers of tickets in floating point",
        Draw,
        20,
        READ_DRAW,
        lambda it: it._replace(last_winner=it.last_winner and int(float(it.last_winner))),
    ),
    rewriting(
        "rounds when a ticket was given out",
        Ticket,
        12,
        READ_TICKET,
        lambda it: it._replace(entered_at=it.entered_at.replace(microsecond=0)),
    ),
    # what is due
    Broken("due: forgets quotas", of(FindsDue, finding_all_but(Quota)), 6, DUE),
    Broken("due: forgets pre-orders", of(FindsDue, finding_all_but(PreOrder)), 6, DUE),
    Broken(
        "due: quotas with pre-orders",
        of(FindsDue, finding(is_kind=lambda there, asked: there is asked or {there, asked} == ONE)),
        6,
        DUE,
    ),
    Broken(
        "due: pre-orders a second early",
        of(FindsDue, finding(is_due=lambda at, before: at <= before + SECOND)),
        6,
        DUE,
    ),
    Broken(
        "due: pages of pre-orders by instant alone",
        of(FindsDue, finding(is_after=lambda it, after: it.due_at > after.due_at)),
        6,
        PAGED,
    ),
    Broken(
        "due: pages of pre-orders begin again",
        of(FindsDue, finding(is_after=lambda it, after: True)),
        6,
        PAGED,
    ),
    Broken(
        "due: quotas as they were first",
        of(RemembersDue),
        6,
        "what_is_sold_ahead_is_due_as_it_is_now",
    ),
    Broken(
        "due: forgets what is late",
        of(FindsDue, finding_all_but(PreOrder)),
        6,
        "what_is_late_stays_due_until_it_is_sent",
    ),
    # requests
    Broken("keeps no receipts: a quota", of(ForgetsOldReceipts, 0), 8, ON_QUOTAS),
    Broken("tells events twice: sizes", of(DoublesEvents), 14, ON_PREORDERS),
    Broken("keeps no receipts: a pre-order", of(ForgetsOldReceipts, 0), 8, ON_PREORDERS),
    Broken("simulates by doing: a pre-order", of(SavesOnRead), 8, ON_PREORDERS),
    Broken("gives no unit back: commands", of(KeepsUnits), 14, ON_PREORDERS),
    Broken("counts all quotas together", of(Renames, by_members, str), 14, ON_QUOTAS),
    swallowing("the_same_request_for_a_unit_twice_at_once", 8),
    # races
    Broken("oversells: the last unit", of(SwallowsLimits), 13, "the_last_unit_is_sold_once"),
    Broken(
        "oversells: forgets bounds",
        of(Rewrites, "takes", without_bound),
        14,
        "the_last_unit_is_sold_once",
    ),
    Broken("oversells: a member", of(SwallowsLimits), 13, "a_member_has_no_unit_too_many"),
    swallowing("a_preorder_is_paid_or_cancelled", 11),
    no_rollback("a_preorder_is_paid_or_cancelled", 14, "takes"),
    Broken(
        "oversells: spread anew",
        of(SwallowsLimits),
        14,
        "units_are_spread_anew_beside_a_buyer",
    ),
    Broken(
        "oversells: made smaller",
        of(SwallowsLimits),
        13,
        "a_quota_never_falls_below_what_is_taken",
    ),
    Broken(
        "dawdles: a crowd of buyers",
        contract(Dawdles, THREADS),
        13,
        "a_crowd_buys_no_more_than_there_is",
    ),
    # given back
    Broken(
        "gives units back to the first shard",
        of(Rewrites, "takes", to_the_first),
        14,
        "a_unit_goes_back_to_where_it_came_from",
    ),
    Broken("gives no unit back", of(KeepsUnits), 14, "a_unit_goes_back_to_where_it_came_from"),
    Broken(
        "due: nothing runs out",
        of(FindsDue, finding_all_but(PreOrder)),
        6,
        "what_ran_out_is_given_back_once",
    ),
    Broken(
        "gives nothing back that ran out", of(KeepsUnits), 14, "what_ran_out_is_given_back_once"
    ),
    # codes
    Broken("loses units: of a code", of(Loses, ReservedUnit), 14, CAN_BUY),
    Broken("gives no unit back: of a code that is revived", of(KeepsUnits), 14, CAN_BUY),
    swallowing("a_code_buys_or_is_void", 11),
    Broken("gives no unit back: of a code that is over", of(KeepsUnits), 14, FOLLOWS),
    # draws
    swallowing(TICKETS, 11),
    Broken("loses tickets: of a member", of(Loses, Ticket), 11, TICKETS),
    Broken("lets a ticket slip in", of(SwallowsLimits), 11, BESIDE),
    Broken(
        "keeps no receipts: a draw",
        of(ForgetsOldReceipts, 0),
        8,
        "a_draw_is_run_once_and_can_be_proved",
    ),
    Broken(
        "capitals of entrants",
        of(Renames, str, str.casefold),
        20,
        "a_draw_is_run_once_and_can_be_proved",
    ),
)
"""Every host that is broken where something is sold ahead."""
