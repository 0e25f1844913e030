"""The table of broken hosts: what each does wrong, the promise that it breaks, and who notices."""

import copy
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import attrs

from mi_rewards.calendar import write_instant
from mi_rewards.earning import Member, Purchase
from mi_rewards.errors import MiRewardsError, Refused
from mi_rewards.repositories import Changes, Loaded, Needs
from mi_rewards.testing import Capability, Opener, StoreContract
from mi_rewards.testing._checks.life import COMMANDS
from mi_rewards.wallet import Burn, Wallet
from tests.contracts._broken import (
    AcceptsGaps,
    Caches,
    ChecksOldRowsOnly,
    ChecksVersions,
    Counts,
    CountsOnWhatWas,
    CountsTheFirst,
    Dawdles,
    DoublesEvents,
    ErasesFirst,
    ErasesLast,
    ErasesOtherwise,
    FindsDue,
    Forgets,
    ForgetsOldReceipts,
    ForgetsReceipts,
    GivesBackFirst,
    HasNoLock,
    Host,
    KeepsReceipts,
    KeepsTheFirstLimit,
    KeepsTheLock,
    LocksACopy,
    LocksNothing,
    LosesEvents,
    LosesRollback,
    MixesJournals,
    NumbersAll,
    OpensAnyLog,
    Pages,
    Reads,
    RefusesNothing,
    RemembersDue,
    Renames,
    RepeatsRecords,
    ReplacesEntries,
    Rewrites,
    RollsTheLockBack,
    RunsTogether,
    SavesOnRead,
    SaysOtherFigures,
    SharesAnswers,
    SharesLists,
    SkipsOneInBulk,
    SkipsVersionsOf,
    SwallowsConflicts,
    SwallowsLimits,
    TearsSaves,
    TrustsItsCache,
    after_what_is_there,
    answering_with_more,
    as_a_float,
    changed_row,
    counting_visits,
    finding,
    leaving_out_what_is_missing,
    making_counters,
    normal,
    taken,
    to_the_second,
    with_those_that_never_are,
    without_a_posting,
    without_class,
    without_content,
    without_figures,
)


class Broken(NamedTuple):
    """A host that breaks a promise.

    Attributes:
        what: What it does wrong.
        contract: The contract on it.
        promise: The number of the promise that it breaks.
        caught_by: A check that must fail, without `test_`.
    """

    what: str
    contract: type[StoreContract]
    promise: int
    caught_by: str


def contract(
    make_store: Callable[[], Any], *capabilities: Capability, **hooks: Any
) -> type[StoreContract]:
    """Make the contract of a host; its raw rows can be read."""
    body = {
        "capabilities": frozenset({Capability.RAW_ROWS, *capabilities}),
        "patience_seconds": 20 if Capability.SEVERAL_PROCESSES in capabilities else 1,
        "make_store": lambda self: make_store(),
        "raw_rows": lambda self, store: store.rows(),
        **hooks,
    }
    return type("BrokenContract", (StoreContract,), body)


@contextmanager
def commits_at_once(self: StoreContract, store: Host) -> Iterator[Host]:
    """Begin nothing."""
    yield store


@contextmanager
def never_commits(self: StoreContract, store: Host) -> Iterator[Host]:
    """Undo everything, whatever comes out."""
    before = store.rows()
    try:
        yield store
    finally:
        store.restore(before)


@contextmanager
def ends_at_a_conflict(self: StoreContract, store: Host) -> Iterator[Host]:
    """Undo everything at the first error inside, as a transaction without a savepoint would."""
    before = store.rows()
    inside = _Spoilt(store, before)
    try:
        yield inside
    except BaseException:
        store.restore(before)
        raise


class _Spoilt(Host):
    def __init__(self, outside: Host, before: dict[str, Any]) -> None:
        vars(self).update(vars(outside))
        self._outside, self._before = outside, before

    def load(self, needs: Needs, /) -> Loaded:
        return self._outside.load(needs)

    def save(self, changes: Changes, /) -> None:
        try:
            self._outside.save(changes)
        except MiRewardsError:
            self._outside.restore(copy.deepcopy(self._before))
            raise


@contextmanager
def half_done(self: StoreContract, store: Host) -> Iterator[Host]:
    """Join without a savepoint, on a database that lets one go on: rows of a lost save stay."""
    before = store.rows()
    inside = LosesRollback("events")
    vars(inside).update({name: it for name, it in vars(store).items() if name != "_part"})
    try:
        yield inside
    except BaseException:
        store.restore(before)
        raise


def everyone(name: str) -> str:
    """Take all names for the same."""
    return "*"


THREADS, LOCK, OUTER = (
    Capability.THREADS,
    Capability.EXCLUSIVE,
    Capability.OUTER_TRANSACTION,
)

another = {"reopen": lambda self, store: type(store)(store.behind)}
anew = {"reopen": lambda self, store: type(store)()}


def of(make: Callable[..., Any], *arguments: Any, **named: Any) -> type[StoreContract]:
    """Make the contract of a host that is made with arguments."""
    return contract(lambda: make(*arguments, **named))


def unseen(make: Callable[..., Any], *arguments: Any) -> type[StoreContract]:
    """Make the contract of a host whose rows cannot be read behind its back."""
    body = {"make_store": lambda self: make(*arguments)}
    return type("BrokenContract", (StoreContract,), body)


BROKEN = (
    # a lost race
    Broken(
        "writes receipts first", of(KeepsReceipts), 11, "a_lost_race_for_a_wallet_leaves_nothing"
    ),
    *(
        Broken(f"leaves {part} behind", of(LosesRollback, part), 11, check)
        for part, check in (
            ("puts", "a_lost_race_for_a_member_leaves_nothing"),
            ("entries", "a_lost_race_for_a_purchase_leaves_nothing"),
            ("receipts", "an_entry_that_is_there_leaves_nothing"),
            ("events", "a_receipt_that_is_there_leaves_nothing"),
            ("notes", "an_event_that_is_there_leaves_nothing"),
            ("takes", "a_lost_race_for_a_burn_leaves_nothing"),
        )
    ),
    Broken("swallows conflicts", of(SwallowsConflicts), 11, "an_older_version_conflicts"),
    Broken(
        "swallows a full counter", of(SwallowsLimits), 13, "a_take_past_the_limit_leaves_nothing"
    ),
    # versions
    Broken(
        "last write wins",
        of(ChecksVersions, lambda mine, there: True),
        11,
        "a_much_older_version_conflicts",
    ),
    Broken(
        "<= on versions",
        of(ChecksVersions, lambda mine, there: mine <= there),
        11,
        "a_much_older_version_conflicts",
    ),
    Broken(
        ">= on versions",
        of(ChecksVersions, lambda mine, there: mine >= there),
        11,
        "a_newer_version_conflicts",
    ),
    Broken(
        "not below zero",
        of(ChecksVersions, lambda mine, there: mine == there or not there),
        11,
        "a_later_version_conflicts_where_no_row_is",
    ),
    Broken(
        "raises no version",
        of(ChecksVersions, lambda mine, there: mine == there, 0),
        11,
        "what_is_kept_has_its_version_raised",
    ),
    Broken(
        "inserts over rows", of(ChecksOldRowsOnly), 11, "a_first_version_conflicts_where_a_row_is"
    ),
    *(
        Broken(f"checks no version of a {kind.__name__}", of(SkipsVersionsOf, kind), 11, check)
        for kind, check in (
            (Member, "a_lost_race_for_a_member_leaves_nothing"),
            (Wallet, "a_lost_race_for_a_wallet_leaves_nothing"),
            (Purchase, "a_lost_race_for_a_purchase_leaves_nothing"),
            (Burn, "a_put_over_a_missing_row_leaves_nothing"),
        )
    ),
    *(
        Broken(
            f"skips one of many {part}",
            of(SkipsOneInBulk, part),
            promise,
            "a_batch_of_many_members_skips_none",
        )
        for part, promise in (("puts", 3), ("entries", 3), ("receipts", 8))
    ),
    # keys
    Broken("keys without their member", of(Renames, everyone, str), 12, "a_key_is_of_one_member"),
    Broken("keys of all names", of(Renames, str, everyone), 12, "a_key_is_of_one_kind"),
    Broken("capitals", of(Renames, str.lower, str.lower), 12, "names_that_only_look_alike_are_two"),
    Broken(
        "capitals of names",
        of(Renames, str, str.casefold),
        12,
        "names_of_one_member_that_only_look_alike_are_two",
    ),
    Broken("blanks at the end", of(Renames, str.rstrip, str.rstrip), 12, "an_empty_name_is_a_name"),
    Broken("accents", of(Renames, normal, normal), 12, "names_may_have_any_character_but_nul"),
    Broken(
        "long names",
        of(Renames, lambda name: name[:254], str),
        12,
        "names_may_have_any_character_but_nul",
    ),
    Broken("keys that run together", of(RunsTogether), 12, "members_and_names_do_not_run_together"),
    Broken(
        "one journal for a member",
        of(MixesJournals),
        12,
        "a_wallet_of_another_kind_of_token_has_a_journal_of_its_own",
    ),
    Broken(
        "one scope for all counters",
        of(Rewrites, "takes", lambda it: it._replace(key=it.key._replace(scope="*"))),
        13,
        "counters_of_other_names_do_not_count",
    ),
    # values
    Broken(
        "forgets a posting",
        of(Rewrites, "entries", without_a_posting),
        3,
        "entries_are_read_as_they_were_stored",
    ),
    Broken(
        "forgets microseconds",
        of(Rewrites, "events", to_the_second),
        3,
        "instants_keep_their_microseconds",
    ),
    Broken(
        "forgets figures of events",
        of(Rewrites, "events", without_figures),
        1,
        "events_are_read_as_they_were_stored",
    ),
    Broken(
        "counts in floating point",
        of(Rewrites, "takes", as_a_float),
        2,
        "the_largest_numbers_survive",
    ),
    Broken(
        "forgets what an outcome is",
        of(Rewrites, "receipts", without_class),
        8,
        "receipts_are_read_as_they_were_stored",
    ),
    Broken(
        "forgets what was asked",
        of(Rewrites, "receipts", without_content),
        8,
        "a_receipt_tells_requests_apart",
    ),
    Broken(
        "forgets that members wait",
        of(Rewrites, "puts", changed_row(Member, lambda it: attrs.evolve(it, waiting=()))),
        2,
        "a_member_is_read_as_it_was_stored",
    ),
    Broken(
        "forgets promises",
        of(Rewrites, "puts", changed_row(Wallet, lambda it: it._replace(promises=()))),
        3,
        "a_wallet_is_read_as_it_was_stored",
    ),
    Broken(
        "forgets what came back",
        of(
            Rewrites,
            "puts",
            changed_row(
                Purchase,
                lambda it: it._replace(lines=tuple(line._replace(returned=0) for line in it.lines)),
            ),
        ),
        10,
        "a_purchase_is_read_as_it_was_stored",
    ),
    Broken(
        "forgets what was undone",
        of(Rewrites, "puts", changed_row(Burn, lambda it: attrs.evolve(it, undone=0))),
        9,
        "a_burn_is_read_as_it_was_stored",
    ),
    Broken(
        "forgets refusals",
        of(
            Rewrites,
            "receipts",
            lambda it: it._replace(outcome=None) if isinstance(it.outcome, Refused) else it,
        ),
        8,
        "a_refusal_in_a_receipt_is_read_as_it_was_stored",
    ),
    # reading
    Broken(
        "leaves out what is missing",
        of(Reads, leaving_out_what_is_missing),
        12,
        "an_empty_store_answers_with_nothing_for_each_thing_asked",
    ),
    Broken(
        "answers with more",
        of(Reads, answering_with_more),
        12,
        "only_what_was_asked_for_is_answered",
    ),
    Broken("writes down who reads", of(Reads, counting_visits), 18, "reads_write_nothing"),
    Broken(
        "makes counters by reading",
        of(Reads, making_counters),
        18,
        "reads_write_nothing",
    ),
    Broken("shares answers", of(SharesAnswers), 3, "what_was_loaded_stays_as_it_was"),
    Broken("hands out its own list", of(SharesLists), 3, "what_was_loaded_is_the_caller_s_own"),
    Broken("simulates by doing", of(SavesOnRead), 18, "simulating_is_doing_without_saving"),
    Broken("a save of nothing fails", of(RefusesNothing), 18, "a_save_of_nothing_changes_nothing"),
    # pages
    Broken(
        "a page begins one early",
        of(Pages, lambda all_, after, limit: all_[max(after - 1, 0) :][:limit], "journal"),
        3,
        "a_journal_is_read_page_by_page",
    ),
    Broken(
        "a page is one short",
        of(Pages, lambda all_, after, limit: all_[after:][: limit - 1], "journal"),
        3,
        "several_pages_are_read_at_once",
    ),
    Broken(
        "a page is one long",
        of(Pages, lambda all_, after, limit: all_[after:][: limit + 1], "outbox"),
        1,
        "an_outbox_is_read_page_by_page",
    ),
    Broken(
        "pages of text numbers",
        of(
            Pages,
            lambda all_, after, limit: sorted(all_, key=lambda it: str(it.sequence))[after:][
                :limit
            ],
            "journal",
        ),
        3,
        "a_journal_is_in_order_beyond_nine_entries",
    ),
    Broken(
        "an outbox by name",
        of(
            Pages,
            lambda all_, after, limit: sorted(all_, key=lambda it: it.event_id)[after:][:limit],
            "outbox",
        ),
        1,
        "events_of_one_save_keep_their_order",
    ),
    Broken("opens any log", of(OpensAnyLog), 3, "a_log_that_there_is_not_is_refused"),
    # what is due
    Broken(
        "due: < and not <=",
        of(FindsDue, finding(is_due=lambda at, before: at < before)),
        6,
        "what_is_due_is_found_at_its_instant",
    ),
    Broken(
        "due: a second early",
        of(FindsDue, finding(is_due=lambda at, before: at.replace(microsecond=0) <= before)),
        6,
        "what_is_due_is_found_at_its_instant",
    ),
    Broken(
        "due: by day",
        of(FindsDue, finding(is_due=lambda at, before: at.date() <= before.date())),
        6,
        "tokens_are_due_when_their_last_day_is_over",
    ),
    Broken(
        "due: by member",
        of(FindsDue, finding(order=lambda it: (it.key.member_id, it.key.name))),
        6,
        "what_is_due_comes_in_order",
    ),
    Broken(
        "due: pages without an end",
        of(FindsDue, finding(is_after=lambda it, after: True)),
        6,
        "what_is_due_is_found_page_by_page",
    ),
    Broken(
        "due: by text",
        of(FindsDue, finding(order=lambda it: (write_instant(it.due_at), it.key[1:]))),
        6,
        "what_is_due_comes_in_order",
    ),
    Broken(
        "due: by member without capitals",
        of(FindsDue, finding(order=lambda it: (it.due_at, it.key.member_id.lower(), it.key.name))),
        6,
        "what_is_due_comes_in_order",
    ),
    Broken(
        "due: pages skip what is equal",
        of(FindsDue, finding(is_after=lambda it, after: it.due_at > after.due_at)),
        6,
        "sweeps_book_everything_in_pages_of_any_size",
    ),
    Broken(
        "due: pages by key alone",
        of(
            FindsDue,
            finding(
                is_after=lambda it, after: (
                    (it.key.member_id, it.key.name) > (after.key.member_id, after.key.name)
                )
            ),
        ),
        6,
        "what_is_due_is_found_page_by_page",
    ),
    Broken(
        "due: pages after what must be there",
        of(FindsDue, after_what_is_there),
        6,
        "a_page_goes_on_after_what_is_gone",
    ),
    Broken(
        "due: pages one long", of(FindsDue, finding(more=1)), 6, "what_is_due_is_found_page_by_page"
    ),
    Broken("due: as it was first", of(RemembersDue), 6, "what_is_due_follows_the_newest_version"),
    Broken("due: booked ones too", of(RemembersDue), 6, "what_was_booked_is_no_longer_due"),
    Broken(
        "due: those that never are",
        of(FindsDue, with_those_that_never_are),
        6,
        "what_is_never_due_is_not_found",
    ),
    # records
    Broken("accepts gaps", of(AcceptsGaps), 3, "a_journal_has_no_gap"),
    Broken("replaces entries", of(ReplacesEntries), 3, "an_entry_is_there_once"),
    Broken("receipts twice", of(RepeatsRecords, "receipts"), 8, "a_receipt_is_there_once"),
    Broken("events twice", of(RepeatsRecords, "events"), 1, "an_event_is_there_once"),
    Broken("notes twice", of(RepeatsRecords, "notes"), 8, "a_note_is_there_once"),
    # erasure
    Broken(
        "keeps notes that are erased",
        of(ErasesOtherwise, lambda it: attrs.evolve(it, erased=())),
        12,
        "notes_that_are_erased_are_gone",
    ),
    Broken(
        "keeps notes that are erased, whoever asks",
        of(ErasesOtherwise, lambda it: attrs.evolve(it, erased=())),
        8,
        "a_member_is_erased_by_a_command",
    ),
    Broken(
        "erases everybody's notes",
        of(ErasesOtherwise, lambda it: attrs.evolve(it, erased=(*it.erased, "bela"))),
        12,
        "notes_that_are_erased_are_gone",
    ),
    Broken(
        "erases one member at a time",
        of(ErasesOtherwise, lambda it: attrs.evolve(it, erased=it.erased[:1])),
        12,
        "several_members_are_erased_at_once",
    ),
    Broken("erases last", of(ErasesLast), 12, "notes_that_are_erased_are_gone"),
    Broken("erases first", of(ErasesFirst), 11, "a_save_that_loses_erases_nothing"),
    Broken(
        "does not keep why a wallet is blocked",
        of(Rewrites, "puts", changed_row(Wallet, lambda it: it._replace(blocked=""))),
        1,
        "a_member_goes_on_as_another",
    ),
    Broken(
        "throws receipts away", of(ForgetsOldReceipts, 500), 8, "receipts_are_never_thrown_away"
    ),
    Broken("loses an event", of(LosesEvents), 1, "events_of_one_save_keep_their_order"),
    Broken("tells events twice", of(DoublesEvents), 1, "events_are_read_as_they_were_stored"),
    # counters
    Broken(
        "a limit is one too high",
        of(Counts, lambda before, n, limit: taken(before, n, limit + 1)),
        13,
        "a_full_counter_gives_nothing",
    ),
    Broken(
        "a limit is one too low",
        of(Counts, lambda before, n, limit: taken(before, n, limit - 1)),
        13,
        "a_step_up_to_the_limit_is_taken",
    ),
    Broken(
        "checks before, not within",
        of(Counts, lambda before, n, limit: None if n > 0 and before >= limit else before + n),
        13,
        "a_step_past_the_limit_is_refused",
    ),
    Broken(
        "0 is unlimited",
        of(Counts, lambda before, n, limit: taken(before, n, limit or 10**30)),
        13,
        "a_limit_of_nothing_is_none",
    ),
    Broken(
        "gives back below zero",
        of(
            Counts,
            lambda before, n, limit: None if n > 0 and before + n > limit else max(before + n, 0),
        ),
        4,
        "no_more_is_given_back_than_was_taken",
    ),
    Broken(
        "gives nothing back",
        of(Counts, lambda before, n, limit: taken(before, max(n, 0), limit)),
        13,
        "what_is_given_back_can_be_taken_again",
    ),
    Broken(
        "refuses to give back past the limit",
        of(Counts, lambda before, n, limit: None if before + n > limit else before + n),
        13,
        "a_lowered_limit_holds_at_once",
    ),
    Broken(
        "runs over",
        of(
            Counts,
            lambda before, n, limit: (
                taken(before, n, limit) if before + n < 2**63 else before + n - 2**64
            ),
        ),
        13,
        "a_counter_counts_to_the_largest_number",
    ),
    Broken(
        "takes what is not whole",
        of(Counts, lambda before, n, limit: before + int(n), checks=False),
        13,
        "what_has_no_limit_takes_no_counter",
    ),
    Broken(
        "counts the first of several",
        of(CountsTheFirst),
        13,
        "several_counters_are_taken_from_together",
    ),
    Broken("counts on what was", of(CountsOnWhatWas), 13, "steps_of_one_save_add_up"),
    Broken(
        "gives back before it takes",
        of(GivesBackFirst),
        13,
        "what_one_step_gives_back_the_next_may_take",
    ),
    Broken("keeps the first limit", of(KeepsTheFirstLimit), 13, "a_raised_limit_holds_at_once"),
    Broken("refuses without figures", of(SaysOtherFigures), 13, "a_step_past_the_limit_is_refused"),
    # several handles, threads, the lock
    Broken(
        "a stale cache",
        contract(Caches, Capability.SEVERAL_HANDLES, **another),
        11,
        "what_another_handle_saved_is_seen",
    ),
    Broken(
        "trusts its cache",
        contract(TrustsItsCache, Capability.SEVERAL_HANDLES, **another),
        11,
        "another_handle_conflicts",
    ),
    Broken(
        "keeps nothing",
        contract(Forgets, Capability.DURABLE, **anew),
        3,
        "a_store_opened_anew_has_everything",
    ),
    Broken("dawdles", contract(Dawdles, THREADS), 13, "a_crowd_takes_no_more_than_the_limit"),
    Broken("tears saves", contract(TearsSaves, THREADS), 11, "nobody_sees_half_a_save"),
    Broken("keeps the lock", contract(KeepsTheLock, THREADS, LOCK), 11, "the_lock_is_let_go"),
    Broken(
        "rolls the lock back",
        contract(RollsTheLockBack, THREADS, LOCK),
        11,
        "each_save_under_the_lock_stands_by_itself",
    ),
    Broken(
        "checks nothing under the lock",
        contract(LocksNothing, THREADS, LOCK),
        11,
        "the_lock_is_let_go",
    ),
    Broken(
        "works on a copy under the lock",
        contract(LocksACopy, THREADS, LOCK),
        11,
        "what_is_done_under_the_lock_is_there",
    ),
    Broken("has no lock", contract(HasNoLock, LOCK), 11, "what_is_done_under_the_lock_is_there"),
    Broken(
        "forgets receipts under the lock",
        contract(ForgetsReceipts, LOCK),
        8,
        "under_the_lock_a_request_still_has_one_effect",
    ),
    Broken(
        "lets others in under the lock",
        contract(LocksNothing, THREADS, LOCK),
        11,
        "whoever_comes_while_the_lock_is_held_loses_nothing",
    ),
    Broken(
        "crowds under the lock",
        contract(LocksNothing, THREADS, LOCK),
        8,
        "a_crowd_under_the_lock_loses_nothing",
    ),
    # a host's transaction
    Broken(
        "commits inside",
        contract(Host, OUTER, outer_transaction=commits_at_once),
        11,
        "what_the_host_rolls_back_was_never_there",
    ),
    Broken(
        "never commits",
        contract(Host, OUTER, outer_transaction=never_commits),
        11,
        "what_is_saved_within_is_there_after_the_commit",
    ),
    Broken(
        "ends at a conflict",
        contract(Host, OUTER, outer_transaction=ends_at_a_conflict),
        11,
        "a_conflict_within_leaves_the_transaction_usable",
    ),
    Broken(
        "ends at a full counter",
        contract(Host, OUTER, outer_transaction=ends_at_a_conflict),
        11,
        "a_refused_take_within_leaves_the_transaction_usable",
    ),
    Broken(
        "half done inside",
        contract(Host, OUTER, outer_transaction=half_done),
        11,
        "a_conflict_within_leaves_the_transaction_usable",
    ),
    Broken(
        "leaves notes behind, where nobody looks",
        unseen(LosesRollback, "notes"),
        8,
        "a_receipt_that_is_there_leaves_nothing",
    ),
    # the same mistakes, where commands meet them
    *(
        Broken(
            f"swallows conflicts: {name}",
            of(SwallowsConflicts),
            11,
            f"{name.replace(' ', '_')}_races_every_other_command",
        )
        for name in COMMANDS
        if name != "join"
    ),
    Broken("swallows conflicts: joining", of(SwallowsConflicts), 11, "two_who_join_at_once"),
    Broken(
        "swallows conflicts: spending", of(SwallowsConflicts), 11, "two_who_spend_the_same_tokens"
    ),
    Broken(
        "swallows conflicts: one request",
        of(SwallowsConflicts),
        8,
        "the_same_request_twice_at_once",
    ),
    Broken(
        "swallows conflicts: a gap", of(SwallowsConflicts), 3, "an_entry_after_a_gap_leaves_nothing"
    ),
    Broken(
        "swallows conflicts: a note",
        of(SwallowsConflicts),
        8,
        "a_note_that_is_there_leaves_nothing",
    ),
    Broken(
        "leaves takes behind: given back",
        of(LosesRollback, "takes"),
        13,
        "giving_back_too_much_leaves_nothing",
    ),
    Broken(
        ">= on versions: of others",
        of(ChecksVersions, lambda mine, there: mine >= there),
        11,
        "the_version_of_another_member_does_not_count",
    ),
    Broken(
        "raises no version: of any kind",
        of(ChecksVersions, lambda mine, there: mine == there, 0),
        11,
        "rows_of_several_kinds_are_put_together",
    ),
    Broken(
        "a cache: a race",
        contract(Caches, Capability.SEVERAL_HANDLES, **another),
        8,
        "two_handles_race_for_one_member",
    ),
    Broken(
        "dawdles: a crowd", contract(Dawdles, THREADS), 8, "a_crowd_on_one_member_loses_nothing"
    ),
    Broken(
        "dawdles: one request",
        contract(Dawdles, THREADS),
        8,
        "a_crowd_with_one_request_has_one_effect",
    ),
    Broken(
        "commits inside: commands",
        contract(Host, OUTER, outer_transaction=commits_at_once),
        8,
        "commands_within_belong_to_the_transaction",
    ),
    Broken(
        "never commits: a race",
        contract(Host, OUTER, outer_transaction=never_commits),
        11,
        "a_race_lost_within_reaches_the_host",
    ),
    Broken(
        "forgets a posting: a life",
        of(Rewrites, "entries", without_a_posting),
        1,
        "a_whole_life_leaves_sound_journals",
    ),
    Broken(
        "forgets a posting: the sums",
        of(Rewrites, "entries", without_a_posting),
        1,
        "tokens_add_up_over_the_programme",
    ),
    Broken(
        "forgets promises: a sweep",
        of(Rewrites, "puts", changed_row(Wallet, lambda it: it._replace(holds=()))),
        6,
        "a_life_comes_to_the_same_swept_or_not",
    ),
    Broken(
        "loses an event: a batch", of(LosesEvents), 20, "a_batch_comes_to_what_single_commands_do"
    ),
    Broken("tells events twice: a transfer", of(DoublesEvents), 1, "an_event_is_followed_once"),
    Broken(
        "keys without their member: requests",
        of(Renames, everyone, str),
        8,
        "the_same_request_of_two_scopes_is_two",
    ),
    Broken("keeps no receipts", of(ForgetsOldReceipts, 0), 8, "every_command_is_carried_out_once"),
    Broken(
        "keeps no receipts: an answer is lost",
        of(ForgetsOldReceipts, 0),
        8,
        "a_lost_acknowledgement_is_no_second_effect",
    ),
    Broken(
        "keeps no receipts: an id is used again",
        of(ForgetsOldReceipts, 0),
        8,
        "a_request_id_names_one_request",
    ),
    Broken(
        "makes receipts early",
        of(SavesOnRead),
        8,
        "a_request_that_was_never_saved_is_carried_out_later",
    ),
    Broken("makes receipts early: a refusal", of(SavesOnRead), 8, "a_refusal_leaves_no_receipt"),
    Broken(
        "numbers all entries together", of(NumbersAll), 3, "journals_of_several_members_grow_apart"
    ),
    # several processes
    Broken(
        "each process by itself",
        contract(Host, Capability.SEVERAL_PROCESSES, opener=lambda self, store: Opener(Host)),
        8,
        "several_processes_lose_nothing",
    ),
)
"""Every broken host."""
