"""More of the table of broken hosts: those that break what is promised of standings and such."""

from datetime import timedelta
from typing import Any

from mi_rewards.earning import Referral, ReferralCode
from mi_rewards.repositories import Changes
from mi_rewards.testing._checks.samples import OF_REFERRALS
from mi_rewards.tiers import Standing
from tests.contracts._broken import (
    FindsDue,
    ForgetsOldReceipts,
    Host,
    RemembersDue,
    Renames,
    SavesOnRead,
    SkipsVersionsOf,
    SwallowsLimits,
    finding,
)
from tests.contracts._broken_catalogue import no_rollback, rewriting, swallowing
from tests.contracts._broken_table import Broken, of


class Loses(Host):
    """Keeps nothing of some kinds, and says nothing of it."""

    def __init__(self, *kinds: type[Any]) -> None:
        super().__init__()
        self._kinds = kinds

    def save(self, changes: Changes, /) -> None:
        """Save the rest."""
        super().save(changes)
        for put in changes.puts:
            if put.key.kind in self._kinds:
                del self._rows[put.key]
                self._index = type(self._index)()
                self._index.unsorted = list(self._rows)


def finding_all_but(*kinds: type[Any]) -> Any:
    """Find what is due of all kinds but some."""
    return finding(is_kind=lambda there, asked: there is asked and asked not in kinds)


BOTH = {Standing, Referral}
SECOND = timedelta(seconds=1)
DUE_STANDING = "a_standing_is_due_at_its_instant"
DUE_REFERRAL = "a_referral_is_due_when_it_qualifies"
PAGED_STANDINGS = "standings_are_due_page_by_page"
PAGED_REFERRALS = "referrals_are_due_page_by_page"
ONE_S = "a_code_by_which_a_member_invites_is_one_member_s"
READ_STANDING = "a_standing_is_read_as_it_was_stored"
READ_REFERRAL = "a_referral_is_read_as_it_was_stored"
READ_CODE = "a_code_by_which_a_member_invites_is_read_as_it_was_stored"
LOST_STANDING = "a_lost_race_for_a_standing_leaves_nothing"
LOST_REFERRAL = "a_lost_race_for_a_row_of_referrals_leaves_nothing"

BROKEN_STANDINGS = (
    # versions
    Broken("checks no version of a Standing", of(SkipsVersionsOf, Standing), 11, LOST_STANDING),
    *(
        Broken(
            f"checks no version of a {kind.__name__}", of(SkipsVersionsOf, kind), 11, LOST_REFERRAL
        )
        for kind in OF_REFERRALS
    ),
    no_rollback(LOST_STANDING, 11, "puts"),
    no_rollback(LOST_REFERRAL, 11, "takes"),
    # values
    Broken("loses standings", of(Loses, Standing), 16, READ_STANDING),
    Broken("loses referrals", of(Loses, Referral), 12, READ_REFERRAL),
    Broken("loses codes by which members invite", of(Loses, ReferralCode), 12, READ_CODE),
    rewriting(
        "forgets what counted",
        Standing,
        16,
        READ_STANDING,
        lambda it: it._replace(tallies=it.tallies[-1:]),
    ),
    rewriting(
        "forgets of which fall notice was given",
        Standing,
        16,
        READ_STANDING,
        lambda it: it._replace(noticed_for=None),
    ),
    rewriting(
        "forgets the order by which a referral qualifies",
        Referral,
        12,
        READ_REFERRAL,
        lambda it: it._replace(order_id=""),
    ),
    rewriting(
        "rounds the end of a code",
        ReferralCode,
        12,
        READ_CODE,
        lambda it: it._replace(
            valid_until=it.valid_until and it.valid_until.replace(microsecond=0)
        ),
    ),
    # what is due
    Broken("due: forgets standings", of(FindsDue, finding_all_but(Standing)), 6, DUE_STANDING),
    Broken("due: forgets referrals", of(FindsDue, finding_all_but(Referral)), 6, DUE_REFERRAL),
    Broken(
        "due: < the instant of a standing",
        of(FindsDue, finding(is_due=lambda at, before: at < before)),
        6,
        DUE_STANDING,
    ),
    Broken(
        "due: referrals a second early",
        of(FindsDue, finding(is_due=lambda at, before: at <= before + SECOND)),
        6,
        DUE_REFERRAL,
    ),
    Broken(
        "due: standings with referrals",
        of(
            FindsDue,
            finding(is_kind=lambda there, asked: there is asked or {there, asked} == BOTH),
        ),
        6,
        DUE_STANDING,
    ),
    Broken(
        "due: pages of standings by instant alone",
        of(FindsDue, finding(is_after=lambda it, after: it.due_at > after.due_at)),
        6,
        PAGED_STANDINGS,
    ),
    Broken(
        "due: referrals begin again",
        of(FindsDue, finding(is_after=lambda it, after: True)),
        6,
        PAGED_REFERRALS,
    ),
    Broken(
        "due: standings as they were first",
        of(RemembersDue),
        6,
        "standings_are_due_as_they_are_now",
    ),
    Broken(
        "due: referrals as they were first",
        of(RemembersDue),
        6,
        "referrals_are_due_as_they_are_now",
    ),
    # codes
    Broken("capitals of referral codes", of(Renames, str.casefold, str), 12, ONE_S),
    Broken("gives a code to whoever opens it last", of(SkipsVersionsOf, ReferralCode), 11, ONE_S),
    # requests
    Broken(
        "keeps no receipts: a standing",
        of(ForgetsOldReceipts, 0),
        8,
        "every_command_on_a_standing_is_carried_out_once",
    ),
    Broken(
        "keeps no receipts: referrals",
        of(ForgetsOldReceipts, 0),
        8,
        "every_command_of_referrals_is_carried_out_once",
    ),
    Broken(
        "simulates by doing: a standing",
        of(SavesOnRead),
        8,
        "every_command_on_a_standing_is_carried_out_once",
    ),
    Broken(
        "due: no review",
        of(FindsDue, finding_all_but(Standing)),
        16,
        "sweeps_review_everybody_once",
    ),
    Broken(
        "due: no referral qualifies",
        of(FindsDue, finding_all_but(Referral)),
        6,
        "sweeps_qualify_every_referral_once",
    ),
    swallowing("a_friend_has_one_inviter", 11),
    Broken("oversells: friends", of(SwallowsLimits), 13, "an_inviter_has_no_friend_too_many"),
    no_rollback("an_inviter_has_no_friend_too_many", 11, "puts"),
    swallowing("an_inviter_is_rewarded_once", 8),
)
"""Every host that is broken where its standings and referrals are."""
