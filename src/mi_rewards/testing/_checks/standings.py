"""Standings, referrals and codes by which members invite: rows of which a member has one."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from mi_rewards.calendar import NEVER
from mi_rewards.earning import Qualifies, Referral, ReferralCode, ReferralState
from mi_rewards.errors import Conflict
from mi_rewards.repositories import Changes, DueKey, Needs, key_of
from mi_rewards.testing._checks import samples
from mi_rewards.testing._checks.deadlines import LATER, found_due, stored
from mi_rewards.testing._checks.due import SECOND, holding
from mi_rewards.testing._checks.marks import check, expect_equal, expect_raised
from mi_rewards.testing._checks.names import LOOKALIKES, ODD_NAMES
from mi_rewards.testing._checks.rows import RowChecks
from mi_rewards.testing._checks.samples import ASHA, BELA, MICROSECOND, MOST, T
from mi_rewards.tiers import Standing, Tally
from mi_rewards.wallet import Wallet

Make = Callable[[str, datetime | None], Any]
"""How a row is made that is due at an instant, or never: of a member and the instant."""

_DAY = date(2018, 6, 15)

STANDINGS = (
    Standing.joining(ASHA, _DAY),
    Standing.joining("आशा", date(2016, 2, 29)),
    samples.standing(ASHA, MOST),
    samples.standing(ASHA)._replace(noticed_for=date(2020, 1, 1)),
    Standing(
        ASHA,
        date(1, 1, 1),
        _DAY,
        "gold '1'",
        date(2017, 3, 1),
        "",
        "सोना",
        "gold '1'",
        (
            Tally(date(1, 1, 1), MOST, 0, 1),
            Tally(date(2018, 6, 14), 0, MOST),
            Tally(_DAY, points=MOST),
        ),
        date(1, 1, 1),
        date(9999, 12, 30),
        _DAY + timedelta(days=1),
        NEVER,
        ("gold '1'", "silver", "सोना"),
        T,
    ),
)
"""Standings with every part, and with none; far days, odd texts, the largest numbers."""

REFERRALS = (
    *(samples.referral(state=state) for state in ReferralState),
    *(samples.referral()._replace(qualifies=it) for it in Qualifies),
    samples.referral(mark=MOST)._replace(
        code="a b'%_", verdict="it's \u00e9", return_days=36_500, order_id="", last_day=NEVER
    ),
    samples.referral("आशा", state=ReferralState.INVITED)._replace(
        inviter_tokens=0, friend_tokens=0, verdict=""
    ),
    samples.referral(state=ReferralState.QUALIFIED)._replace(state=ReferralState.REVOKED),
)
"""Referrals in every state, with odd texts, far days and the largest numbers."""

CODES = (
    ReferralCode("c1", ASHA, T),
    ReferralCode("c2", "आ'शा", T, T + MICROSECOND),
    *(ReferralCode(name, f"m{number}", T) for number, name in enumerate(ODD_NAMES)),
)
"""Codes by which members invite, with an end and without, of odd texts."""

MIXED = (
    (T, BELA),
    (T + timedelta(days=1), "chand"),
    (T - MICROSECOND, "zoya"),
    (T, ASHA),
    (T, "Asha"),
    (T + MICROSECOND, "aaron"),
    (SECOND + MICROSECOND, "a"),
    (SECOND, "b"),
    (SECOND + MICROSECOND * 500_000, "c"),
    *((T, f"m{number:02}") for number in range(9)),
)
"""Instants and members, out of order: many are due at one instant."""


def standing_due(by: str, at: datetime | None) -> Standing:
    """Make a standing that the calendar next changes at an instant."""
    return samples.standing(by)._replace(due_at=at)


def referral_due(by: str, at: datetime | None) -> Referral:
    """Make a referral that qualifies at an instant, or has qualified."""
    if at is None:
        return samples.referral(by, state=ReferralState.QUALIFIED)
    return samples.referral(by, at=at)


class StandingChecks(RowChecks):
    """What is kept of standings and referrals, and found when it is due."""

    def _expect_due_at_its_instant(self, make: Make) -> None:
        """Store one beside what else is due; find it at its instant, by its kind alone."""
        client = self.client()
        stored(client, holding(ASHA, T))
        row = make(ASHA, T)
        due = stored(client, row, make(BELA, None))
        expected = {T - MICROSECOND: [], T: due, T + MICROSECOND: due}
        for at, there in expected.items():
            expect_equal(found_due(client, type(row), at), there, f"what is due at {at}")
        for kind in self.kinds:
            if kind not in (type(row), Wallet):
                found = found_due(client, kind)
                expect_equal(found, [], f"each {kind.__name__.lower()} that is due")

    def _expect_due_in_pages(self, make: Make) -> None:
        """Read what is due in pages of any size."""
        client = self.client()
        there = stored(client, *[make(by, at) for at, by in MIXED])
        kind = there[0].key.kind
        for limit in (1, 2, 3, 7, len(there), len(there) + 1):
            pages: list[DueKey[Any]] = []
            while len(pages) <= len(there):
                after = pages[-1] if pages else None
                page = found_due(client, kind, after=after, limit=limit)
                expect_equal(page[limit:], [], f"what a page of {limit} has beyond that")
                if not page:
                    break
                pages += page
            expect_equal(pages, there, f"what is due, in pages of {limit}")

    def _expect_newest(self, make: Make) -> None:
        """Store it earlier, later and as never due; find what it is now."""
        client = self.client()
        for version, at in enumerate((T, T - MICROSECOND, T + timedelta(days=1), None)):
            row = make(ASHA, at)._replace(version=version)
            due = stored(client, row)
            expect_equal(found_due(client, type(row), LATER), due, f"what is due at {at}")

    @check(16, since=3, part="standings")
    def test_a_standing_is_read_as_it_was_stored(self) -> None:
        """I16: With what counted, the tiers it stands between, far days and the largest numbers."""
        self._expect_rows(*STANDINGS)

    @check(12, since=3, part="referrals")
    def test_a_referral_is_read_as_it_was_stored(self) -> None:
        """I12: In every state, with the cause that it names."""
        self._expect_rows(*REFERRALS)

    @check(12, since=3, part="referrals")
    def test_a_code_by_which_a_member_invites_is_read_as_it_was_stored(self) -> None:
        """I12: With an end and without, of any characters."""
        self._expect_rows(*CODES)

    @check(6, since=3, part="standings")
    def test_a_standing_is_due_at_its_instant(self) -> None:
        """I6: Not a microsecond before; one that nothing more happens to is not due."""
        self._expect_due_at_its_instant(standing_due)

    @check(6, since=3, part="referrals")
    def test_a_referral_is_due_when_it_qualifies(self) -> None:
        """I6: Not a microsecond before; one that has qualified is not due."""
        self._expect_due_at_its_instant(referral_due)

    @check(6, since=3, part="standings")
    def test_standings_are_due_page_by_page(self) -> None:
        """I6: What is due first before the rest, then by member, in pages of any size."""
        self._expect_due_in_pages(standing_due)

    @check(6, since=3, part="referrals")
    def test_referrals_are_due_page_by_page(self) -> None:
        """I6: What qualifies first before the rest, then by friend, in pages of any size."""
        self._expect_due_in_pages(referral_due)

    @check(6, since=3, part="standings")
    def test_standings_are_due_as_they_are_now(self) -> None:
        """I6: Earlier or later than before, and not at all."""
        self._expect_newest(standing_due)

    @check(6, since=3, part="referrals")
    def test_referrals_are_due_as_they_are_now(self) -> None:
        """I6: Earlier or later than before, and no longer once they have qualified."""
        self._expect_newest(referral_due)

    @check(11, 12, since=3, part="referrals")
    def test_a_code_by_which_a_member_invites_is_one_member_s(self) -> None:
        """I11, I12: Who opens it second loses; codes that only look alike are two."""
        client = self.client()
        first, second = ReferralCode("c1", ASHA, T), ReferralCode("c1", BELA, T)
        client.save(Changes((samples.put(first),)))
        what = "a code that another member has opened"
        expect_raised(Conflict, what, client.save, Changes((samples.put(second),)))
        expect_equal(client.load(Needs((key_of(first),))).get(key_of(first)), first.stored(), what)
        for pair in LOOKALIKES:
            client = self.client()
            codes = [ReferralCode(code, f"m{it}", T) for it, code in enumerate(pair)]
            client.save(Changes(tuple(map(samples.put, codes))))
            keys = tuple(map(key_of, codes))
            expect_equal(
                client.load(Needs(keys)).get_all(keys), [it.stored() for it in codes], repr(pair)
            )
