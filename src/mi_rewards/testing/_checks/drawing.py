"""Draws: one ticket each, no ticket beside a result, the same winners whatever the pages."""

from mi_rewards.commands import EnterDraw, Join, OpenDraw, RunDraw
from mi_rewards.errors import LimitReached
from mi_rewards.preorders import Ticket, commitment, draw
from mi_rewards.repositories import Needs, draw_key
from mi_rewards.testing._checks.ahead import DAY, SEED
from mi_rewards.testing._checks.marks import check, expect_equal
from mi_rewards.testing._checks.names import ODD_NAMES
from mi_rewards.testing._checks.owned import owned
from mi_rewards.testing._checks.samples import ASHA, BELA, PROGRAMME, T
from mi_rewards.testing._checks.selling import SellingChecks
from mi_rewards.testing.clients import Client

OVER = T + DAY
"""The instant from which no tickets are given out."""


def enter(by: str, name: str = "enter") -> EnterDraw:
    """Enter the draw."""
    return EnterDraw(member_id=by, request_id=name, at=T, draw_id="d")


def run(name: str = "run") -> RunDraw:
    """Run the draw."""
    return RunDraw(draw_id="d", request_id=name, at=OVER, seed=SEED)


class DrawingChecks(SellingChecks):
    """Draws and tickets."""

    def _announced(self, *members: str) -> Client:
        """Announce a draw that two win, of members who have joined."""
        client = self.client()
        rewards = client.rewards(PROGRAMME)
        rewards.do_all([Join(member_id=by, request_id="join", at=T) for by in members])
        rewards.do(
            OpenDraw(
                draw_id="d",
                request_id="open",
                at=T,
                commitment=commitment(SEED, "d"),
                opens_at=T,
                closes_at=OVER,
                winners_until=OVER + DAY,
                winner_count=2,
                reserve_count=3,
                reserves_until=OVER + 2 * DAY,
            )
        )
        return client

    @check(8, 11, since=4, part="preorders")
    def test_a_member_has_one_ticket(self) -> None:
        """I8, I11: Whatever is asked again, and of two requests at once."""
        client = self._announced(ASHA)
        self._expect_one_wins(client, enter(ASHA), enter(ASHA, "again"))
        answers = [client.rewards(PROGRAMME).do(it) for it in (enter(ASHA), enter(ASHA, "again"))]
        expect_equal(answers[1], answers[0], "the answer to another request")
        expect_equal([it.member_id for it in owned(client, Ticket, "draw/d")], [ASHA], "tickets")

    @check(11, since=4, part="preorders")
    def test_no_ticket_slips_in_beside_a_result(self) -> None:
        """I11: Of a ticket and a run at once one is saved, and the other sees it."""
        for late_first in (True, False):
            client = self._announced(ASHA, BELA)
            client.rewards(PROGRAMME).do(enter(ASHA))
            if late_first:
                self._expect_one_wins(client, enter(BELA), run(), LimitReached)
            else:
                self._expect_one_wins(client, run(), enter(BELA), LimitReached)
            entered = client.rewards(PROGRAMME).do(run()).entrant_count
            expect_equal(entered, 2 if late_first else 1, "how many were drawn among")

    @check(8, 20, since=4, part="preorders")
    def test_a_draw_is_run_once_and_can_be_proved(self) -> None:
        """I8, I20: Among all who entered, of any name; the winners follow from the seed alone."""
        members = [*ODD_NAMES, ASHA, BELA]
        client = self._announced(*members)
        client.rewards(PROGRAMME).do_all([enter(by) for by in members])
        self._asked_twice(client, [run()], PROGRAMME)
        found = client.load(Needs((draw_key("d"),))).get(draw_key("d"))
        expected = draw(SEED, "d", members, winners=2, reserves=3)
        expect_equal(found and found.proof, expected.proof, "the proof")
        tickets = owned(client, Ticket, "draw/d")
        expect_equal(sorted(it.member_id for it in tickets), sorted(members), "who has a ticket")
        again = client.rewards(PROGRAMME).do(run("again"))
        expect_equal(again.entrant_count, len(members), "who entered, asked again")
