"""Commands on standings and referrals: each is carried out once, and races are won by one."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import attrs

from mi_rewards.commands import (
    AcceptInvitation,
    Command,
    Deliver,
    GiveBirthdayGift,
    Join,
    OpenReferral,
    Qualify,
    Return,
    Review,
    SetBirthday,
    follow_up,
)
from mi_rewards.earning import Qualifies, ReferralTerms
from mi_rewards.errors import Conflict, LimitReached
from mi_rewards.programme import Programme
from mi_rewards.repositories import Needs, referral_key, standing_key
from mi_rewards.testing._checks import life
from mi_rewards.testing._checks.base import Checks
from mi_rewards.testing._checks.marks import check, expect_equal, expect_raised
from mi_rewards.testing._checks.races import receipt_of
from mi_rewards.testing._checks.samples import ASHA, BELA, CHAND, MICROSECOND, PROGRAMME, ZONE, T
from mi_rewards.testing.clients import Client
from mi_rewards.tiers import CalendarYear, Ladder, Landing, Metric, Privileges, Tier

DAY = timedelta(days=1)

TIERED = attrs.evolve(
    PROGRAMME,
    ladder=Ladder(
        (
            Tier("silver", "Silver", 0),
            Tier("gold", "Gold", 10_000, Privileges(upgrade_reward=7, birthday_gift=5)),
        ),
        Metric.SPEND,
        CalendarYear(),
        landing=Landing.SOFT,
        notice_days=10,
    ),
)
"""The programme, with two tiers: gold for a hundred rupees in a year."""

INVITING = attrs.evolve(
    PROGRAMME,
    referral=ReferralTerms(9, 4, Qualifies.AFTER_RETURN_WINDOW, return_days=10, friends_max=1),
)
"""The programme, with referrals: one friend for each inviter, after ten days."""

END_OF_GOLD = ZONE.after(T.date().replace(year=T.year + 1, month=12, day=31))
"""The instant at which gold of 2018 falls."""

WINDOW_OVER = ZONE.start_of(ZONE.day_of(T) + 10 * DAY)
"""The instant at which what is delivered at `T` can be returned no more."""


def named(by: str, name: str, at: datetime = T) -> dict[str, Any]:
    """Name a request."""
    return {"member_id": by, "request_id": name, "at": at}


def bought(by: str, rupees: int = 100, *, at: datetime = T) -> Deliver:
    """Deliver an order."""
    return Deliver(**named(by, "buy", at), order_id="o1", amount=life.rupees(rupees))


def accepted(by: str, code: str, name: str = "accept", *, at: datetime = T) -> AcceptInvitation:
    """Take an invitation up."""
    return AcceptInvitation(**named(by, name, at), referral_code=code)


def opened(by: str, code: str, name: str = "open", *, at: datetime = T) -> OpenReferral:
    """Open a code."""
    return OpenReferral(**named(by, name, at), code=code)


def invited(by: str, friend: str, code: str) -> list[Command[Any]]:
    """Let a member invite a friend, who joins and buys."""
    return [
        Join(**named(by, "join", T - DAY)),
        opened(by, code),
        accepted(friend, code),
        Join(**named(friend, "join")),
        bought(friend),
    ]


def of_tiers(by: str) -> list[Command[Any]]:
    """Make a member's requests where there are tiers, in their order."""
    return [
        Join(**named(by, "join", T - DAY)),
        bought(by),
        SetBirthday(**named(by, "born"), birthday=f"{ZONE.day_of(T):%m-%d}"),
        GiveBirthdayGift(**named(by, "gift")),
        Review(**named(by, "notice", END_OF_GOLD - DAY)),
        Review(**named(by, "review", END_OF_GOLD)),
        Return(**named(by, "return", END_OF_GOLD), order_id="o1"),
    ]


class InvitingChecks(Checks):
    """Standings, referrals and wallets change together or not at all."""

    def _expect_once(
        self, client: Client, programme: Programme, commands: Sequence[Command[Any]]
    ) -> None:
        """Carry requests out, and ask for each again."""
        rewards = client.rewards(programme)
        for command in commands:
            name = f"{type(command).__name__} {command.request_id}"
            simulated, _ = rewards.simulate(command)
            outcome = rewards.do(command)
            expect_equal(simulated, outcome, f"{name}, simulated")
            rows = self.rows(client)
            before = life.entries_of(client, command.scope), life.events_of(client, command.scope)
            expect_equal(rewards.do(command), outcome, f"{name}, asked again")
            expect_equal(rewards.simulate(command), (outcome, None), f"{name}, simulated again")
            after = life.entries_of(client, command.scope), life.events_of(client, command.scope)
            expect_equal(after, before, f"the journal and the outbox after {name}, asked again")
            expect_equal(self.rows(client), rows, f"the rows after {name}, asked again")
            life.expect_sound(client, [command.scope])

    def _expect_loser(
        self,
        client: Client,
        commands: tuple[Command[Any], Command[Any]],
        error: type[Exception] = Conflict,
    ) -> None:
        """Let two decide on the same state, and save; see that the loser left nothing."""
        first, second = (life.decided(client, it, INVITING).changes for it in commands)
        expect_equal([it is None for it in (first, second)], [False] * 2, "what would do nothing")
        changes: tuple[Any, Any] = (first, second)
        client.save(changes[0])
        rows, loser = self.rows(client), commands[1]
        what = f"{type(loser).__name__} {loser.request_id}, decided before another was saved"
        expect_raised(error, what, client.save, changes[1])
        expect_equal(receipt_of(client, loser), None, f"the receipt of {what}")
        expect_equal(self.rows(client), rows, f"the rows after {what}")

    @check(8, 16, since=3, part="standings")
    def test_every_command_on_a_standing_is_carried_out_once(self) -> None:
        """I8, I16: Orders, gifts and reviews; the tier afterwards, and its reward, once."""
        client = self.client()
        self._expect_once(client, TIERED, of_tiers(ASHA))
        key = standing_key(ASHA)
        found = client.load(Needs((key,))).get(key)
        expect_equal(found and (found.held, found.rewarded), ("silver", ("gold",)), "the standing")
        topics = [it.topic for it in life.events_of(client, ASHA)]
        expected = ["tier_changed", "tier_changed", "downgrade_coming", "tier_changed"]
        expect_equal(topics, expected, "what others are to learn")

    @check(6, 16, since=3, part="standings")
    def test_sweeps_review_everybody_once(self) -> None:
        """I6, I16: In pages of any size; notice is given first, and nothing is due twice."""
        members = [f"m{number}" for number in range(5)]
        for limit in (1, 2, 100):
            client = self.client()
            rewards = client.rewards(TIERED)
            for by in members:
                rewards.do_all(of_tiers(by)[:2])
            noticed_at = END_OF_GOLD - 10 * DAY
            expect_equal(rewards.review_due(noticed_at - MICROSECOND, limit=limit), 0, "too early")
            for at, what in ((noticed_at, "given notice"), (END_OF_GOLD, "reviewed")):
                expect_equal(rewards.review_due(at, limit=limit), 5, what)
                expect_equal(rewards.review_due(at, limit=limit), 0, f"{what} again")
            held = [rewards.progress(by, at=END_OF_GOLD).held for by in members]
            expect_equal(held, ["silver"] * 5, "the tiers")

    @check(8, 12, since=3, part="referrals")
    def test_every_command_of_referrals_is_carried_out_once(self) -> None:
        """I8, I12: Both sides get what was said once, and give it back once."""
        client = self.client()
        back = Return(**named(BELA, "return", WINDOW_OVER), order_id="o1")
        friend_s = [*invited(ASHA, BELA, "c1"), Qualify(**named(BELA, "q", WINDOW_OVER)), back]
        self._expect_once(client, INVITING, friend_s[:-1])
        rewards = client.rewards(INVITING)
        available = [rewards.balance(by, at=WINDOW_OVER).available for by in (ASHA, BELA)]
        expect_equal(available, [50, 50 + 10 + 4], "what both have before the inviter is told")
        for command in (None, back):
            if command is not None:
                self._expect_once(client, INVITING, [command])
            told = [follow_up(it, at=WINDOW_OVER) for it in life.events_of(client, BELA)]
            self._follow(client, [it for it in told if it is not None])
            left = rewards.balance(ASHA, at=WINDOW_OVER).available
            expect_equal(left, 59 if command is None else 50, "what the inviter has")
        expect_equal(rewards.balance(BELA, at=WINDOW_OVER).available, 50, "what the friend has")
        life.expect_sound(client, [ASHA, BELA])

    def _follow(self, client: Client, commands: Sequence[Command[Any]]) -> None:
        """Carry out what follows, each twice."""
        rewards = client.rewards(INVITING)
        for command in commands:
            expect_equal(rewards.do(command), rewards.do(command), "what follows, twice")

    @check(6, since=3, part="referrals")
    def test_sweeps_qualify_every_referral_once(self) -> None:
        """I6: In pages of any size; what the friends have does not depend on it."""
        friends = [f"f{number}" for number in range(5)]
        for limit in (1, 2, 100):
            client = self.client()
            rewards = client.rewards(INVITING)
            for number, friend in enumerate(friends):
                rewards.do_all(invited(f"m{number}", friend, f"c{number}"))
            early = WINDOW_OVER - MICROSECOND
            expect_equal(rewards.qualify_due(early, limit=limit), 0, "qualified early")
            available = [rewards.balance(by, at=WINDOW_OVER).available for by in friends]
            expect_equal(rewards.qualify_due(WINDOW_OVER, limit=limit), 5, "qualified")
            expect_equal(rewards.qualify_due(WINDOW_OVER, limit=limit), 0, "qualified again")
            after = [rewards.balance(by, at=WINDOW_OVER).available for by in friends]
            expect_equal(after, available, "what the friends have")
            topics = [[it.topic for it in life.events_of(client, by)] for by in friends]
            expect_equal(topics, [["referral_qualified"]] * 5, "what inviters are to learn")

    @check(11, 12, since=3, part="referrals")
    def test_a_friend_has_one_inviter(self) -> None:
        """I11, I12: Of two invitations taken up at once one is; the referral names its cause."""
        client = self.client()
        rewards = client.rewards(INVITING)
        for by, code in ((ASHA, "c1"), (BELA, "c2")):
            rewards.do_all(invited(by, CHAND, code)[:2])
        self._expect_loser(client, (accepted(CHAND, "c1", "a1"), accepted(CHAND, "c2", "a2")))
        found = client.load(Needs((referral_key(CHAND),))).get(referral_key(CHAND))
        expect_equal(found and found.inviter_id, ASHA, "the inviter")

    @check(11, 13, since=3, part="referrals")
    def test_an_inviter_has_no_friend_too_many(self) -> None:
        """I11, I13: Of two friends at once the one who is too many is refused."""
        client = self.client()
        client.rewards(INVITING).do_all(invited(ASHA, BELA, "c1")[:2])
        friends = accepted(BELA, "c1"), accepted(CHAND, "c1")
        self._expect_loser(client, friends, LimitReached)

    @check(8, 11, since=3, part="referrals")
    def test_an_inviter_is_rewarded_once(self) -> None:
        """I8, I11: However many follow the same event at once."""
        client = self.client()
        rewards = client.rewards(INVITING)
        rewards.do_all([*invited(ASHA, BELA, "c1"), Qualify(**named(BELA, "q", WINDOW_OVER))])
        reward: Any = follow_up(life.events_of(client, BELA)[0])
        first, second = (life.decided(client, reward, INVITING) for _ in range(2))
        changes: tuple[Any, Any] = (first.changes, second.changes)
        client.save(changes[0])
        expect_raised(Conflict, "the inviter, rewarded twice", client.save, changes[1])
        expect_equal(rewards.do(reward), first.outcomes[0], "the reward, asked again")
        expect_equal(rewards.balance(ASHA, at=WINDOW_OVER).available, 59, "what the inviter has")
