"""Commands on quotas and pre-orders: each unit is sold once, and given back once."""

from collections.abc import Callable
from typing import Any

from mi_rewards.commands import (
    Command,
    DetachVoucher,
    ExpireVoucher,
    Open,
    ReduceQuota,
    ReshardQuota,
    Rewards,
    UseVoucher,
    VoidVoucher,
    with_retries,
)
from mi_rewards.errors import Conflict, LimitReached, Refused
from mi_rewards.preorders import MemberLimitReached, QuotaExhausted
from mi_rewards.preorders.shards import first_shard
from mi_rewards.programme import Programme
from mi_rewards.testing._checks import life, samples
from mi_rewards.testing._checks.ahead import DAY
from mi_rewards.testing._checks.handles import CROWD, at_once
from mi_rewards.testing._checks.marks import Capability, check, expect_equal, expect_raised
from mi_rewards.testing._checks.samples import ASHA, BELA, CHAND, MICROSECOND, T
from mi_rewards.testing._checks.selling import (
    OVER,
    PLAIN,
    SALE,
    SellingChecks,
    cancel,
    expect_units,
    issue,
    of_a_quota,
    of_preorders,
    on_quota,
    opened,
    pay,
    place,
    used,
)
from mi_rewards.testing.clients import Client


def carry_out(client: Client, *commands: Command[Any], programme: Programme = SALE) -> None:
    """Carry commands out together, and see that none of them is refused."""
    answers = client.rewards(programme).do_all(commands)
    expect_equal([it for it in answers if isinstance(it, Exception)], [], "what was refused")


class LaunchChecks(SellingChecks):
    """Units are counted by the store, whoever races for them."""

    # Requests.

    @check(8, 14, since=4, part="preorders")
    def test_every_command_on_a_quota_is_carried_out_once(self) -> None:
        """I8, I14: Opened, made larger and smaller, set aside, spread, closed, carried over."""
        client = self.client()
        self._asked_twice(client, of_a_quota())
        expect_units(client, (0, 0, 0, 0))

    @check(8, 14, since=4, part="preorders")
    def test_every_command_on_a_preorder_is_carried_out_once(self) -> None:
        """I8, I14: Placed, paid, sent, delivered; cancelled; run out, each with its unit."""
        client = opened(self.client(), 3)
        self._asked_twice(client, of_preorders())
        expect_units(client, (2, 0, 1, 0), orders=[(ASHA, f"o{number}") for number in (1, 2, 3)])

    @check(8, 14, since=4, part="preorders")
    def test_the_same_request_for_a_unit_twice_at_once(self) -> None:
        """I8, I14: It takes one; the other is told of that one."""
        client = opened(self.client(), 3)
        first, second = (life.decided(client, place(), SALE).changes for _ in range(2))
        changes: tuple[Any, Any] = (first, second)
        client.save(changes[0])
        expect_raised(Conflict, "a request, saved twice", client.save, changes[1])
        expect_units(client, (2, 1, 0, 0), orders=[(ASHA, "o1")])
        expect_equal(client.rewards(SALE).do(place()).order_id, "o1", "the answer")
        expect_units(client, (2, 1, 0, 0), orders=[(ASHA, "o1")])

    # Races.

    @check(13, 14, since=4, part="preorders")
    def test_the_last_unit_is_sold_once(self) -> None:
        """I13, I14: Of two who take it at once the second is refused, whoever asks again."""
        client = opened(self.client(), 1)
        self._expect_one_wins(client, place(), place(BELA), LimitReached)
        rewards = client.rewards(SALE)
        expect_raised(QuotaExhausted, "a unit too many", rewards.do, place(BELA))
        rewards.do(pay())
        expect_units(client, (0, 0, 1, 0), orders=[(ASHA, "o1")])

    @check(13, 14, since=4, part="preorders")
    def test_a_member_has_no_unit_too_many(self) -> None:
        """I13, I14: Of two orders of one member at once the second is refused."""
        client = opened(self.client(), 5, member_max=1)
        self._expect_one_wins(client, place(), place(ASHA, "second", "o2"), LimitReached)
        rewards = client.rewards(SALE)
        expect_raised(MemberLimitReached, "another", rewards.do, place(ASHA, "second", "o2"))
        carry_out(client, cancel(), place(ASHA, "third", "o3"))
        expect_units(client, (4, 1, 0, 0), orders=[(ASHA, "o1"), (ASHA, "o3")])
        expect_equal(used(client, "quota/q", ASHA), 1, "what the member is counted with")

    @check(11, 14, since=4, part="preorders")
    def test_a_preorder_is_paid_or_cancelled(self) -> None:
        """I11, I14: Of both at once one; its unit is sold, or given back."""
        for first, second, units in (
            (pay(), cancel(), (1, 0, 1, 0)),
            (cancel(), pay(), (2, 0, 0, 0)),
        ):
            client = opened(self.client())
            client.rewards(SALE).do(place())
            self._expect_one_wins(client, first, second)
            expect_units(client, units, orders=[(ASHA, "o1")])

    @check(13, 14, since=4, part="preorders")
    def test_units_are_spread_anew_beside_a_buyer(self) -> None:
        """I13, I14: Whoever is second decides again; no unit is lost, and none is there twice."""
        spread = ReshardQuota(**on_quota("q", "spread"), shards=1)
        members = [f"m{number}" for number in range(4)]
        by = next(it for it in members if first_shard("q", it, 4))
        for first, second in ((place(by), spread), (spread, place(by))):
            client = opened(self.client(), 4, shards=4)
            commands: tuple[Command[Any], Command[Any]] = (first, second)
            self._expect_one_wins(client, *commands, LimitReached)
            carry_out(client, second)
            expect_units(client, (3, 1, 0, 0), orders=[(by, "o1")])
            carry_out(client, *[place(it) for it in members if it != by])
            expect_units(client, (0, 4, 0, 0), orders=[(it, "o1") for it in members])

    @check(13, 14, since=4, part="preorders")
    def test_a_quota_never_falls_below_what_is_taken(self) -> None:
        """I13, I14: A unit that is bought meanwhile is not taken out."""
        client = opened(self.client(), 2)
        less = ReduceQuota(**on_quota("q", "less"), units=2)
        self._expect_one_wins(client, place(), less, LimitReached)
        answer = client.rewards(SALE).do_all([less])[0]
        code = answer.code if isinstance(answer, Refused) else "none"
        expect_equal(code, "quota_committed", "the refusal")
        expect_units(client, (1, 1, 0, 0), orders=[(ASHA, "o1")])

    @check(13, 14, since=4, needs=[Capability.THREADS], part="preorders")
    def test_a_crowd_buys_no_more_than_there_is(self) -> None:
        """I13, I14: C5: Each asks twice; all units are sold, nobody has two, none is oversold."""
        members = [f"m{number}" for number in range(2 * CROWD)]
        client = opened(self.client(), CROWD, shards=4, member_max=1)
        answers: list[object] = []

        def buy(by: str) -> Callable[[Rewards], object]:
            return lambda rewards: rewards.do(place(by))

        def buying(mine: list[str]) -> None:
            for by in [*mine, *mine]:
                try:
                    answers.append(with_retries(client.rewards(SALE), buy(by), attempts=99))
                except (Refused, LimitReached) as refusal:
                    answers.append(refusal)

        crowd = [members[number::CROWD] for number in range(CROWD)]
        at_once(self.patience_seconds, *[lambda mine=mine: buying(mine) for mine in crowd])
        expect_equal(len(answers), 2 * len(members), "how many were answered")
        expect_units(client, (0, CROWD, 0, 0), orders=[(by, "o1") for by in members])

    # Given back.

    @check(14, since=4, part="preorders")
    def test_a_unit_goes_back_to_where_it_came_from(self) -> None:
        """I14: To its own shard, from where others have it next."""
        client = opened(self.client(), 8, shards=4)
        rewards = client.rewards(SALE)
        members = [f"m{number}" for number in range(8)]
        shards = {by: rewards.do(place(by)).shard for by in members}
        for by in members[:4]:
            rewards.do(cancel(by))
        left = [f"{shards[by]}/taken" for by in members[4:]]
        names = [f"{number:03}/taken" for number in range(4)]
        found = [used(client, name) for name in names]
        expect_equal(found, [left.count(name) for name in names], "what is taken of each shard")
        expect_units(client, (4, 4, 0, 0), orders=[(by, "o1") for by in members])

    @check(6, 14, since=4, part="preorders")
    def test_what_ran_out_is_given_back_once(self) -> None:
        """I6, I14: By sweeps in pages of any size; not a microsecond early, and not twice."""
        members = [f"m{number}" for number in range(5)]
        orders = [(by, "o1") for by in members]
        for limit in (1, 2, 100):
            client = opened(self.client(), 5)
            rewards = client.rewards(PLAIN)
            carry_out(client, *[place(by) for by in members], programme=PLAIN)
            early = OVER - MICROSECOND
            expect_equal(rewards.preorders_due(early, limit=limit), 0, "run out early")
            expect_units(client, (0, 5, 0, 0), orders=orders)
            expect_equal(rewards.preorders_due(OVER, limit=limit), 5, "run out")
            expect_equal(rewards.preorders_due(OVER, limit=limit), 0, "run out again")
            expect_units(client, (5, 0, 0, 0), orders=orders)

    # Codes.

    def _with_code(self, units: int = 2) -> Client:
        """Open a quota with a unit for codes, and issue one."""
        client = opened(self.client(), units, for_codes=1)
        brought = Open(
            member_id=ASHA, request_id="bring", at=T, tokens=30, last_day=samples.END_OF_2018
        )
        carry_out(client, brought, issue())
        return client

    @check(14, 15, since=4, part="f_codes")
    def test_a_code_that_is_issued_can_buy(self) -> None:
        """I14, I15: Whatever the crowd, outside the sale, once; revived, it can buy again."""
        client = self._with_code()
        rewards = client.rewards(SALE)
        codes = [(ASHA, "code")]
        rewards.do(place(CHAND))
        expect_units(client, (0, 1, 0, 1), orders=[(CHAND, "o1")], codes=codes)
        expect_raised(QuotaExhausted, "a unit of a code", rewards.do, place(BELA))
        expect_raised(QuotaExhausted, "another code", rewards.do, issue(name="code 2"))
        expect_equal(rewards.do(place(BELA, text="code")).shard, "codes", "where it is taken from")
        expect_units(client, (0, 2, 0, 0), orders=[(CHAND, "o1")], codes=codes)
        carry_out(client, pay(BELA), cancel(BELA))
        expect_units(client, (0, 1, 0, 1), orders=[(CHAND, "o1")], codes=codes)
        carry_out(client, place(BELA, "again", "o2", text="code"), pay(BELA, "o2"))
        expect_units(client, (0, 1, 1, 0), orders=[(CHAND, "o1")], codes=codes)

    @check(11, 14, since=4, part="f_codes")
    def test_a_code_buys_or_is_void(self) -> None:
        """I11, I14: Of two at once one does; its unit is held, or free."""
        void = VoidVoucher(member_id=ASHA, request_id="void", at=T, voucher_id="code")
        buy = place(BELA, text="code")
        for first, second, units in ((buy, void, (1, 1, 0, 0)), (void, buy, (2, 0, 0, 0))):
            client = self._with_code()
            commands: tuple[Command[Any], Command[Any]] = (first, second)
            self._expect_one_wins(client, *commands)
            expect_units(client, units, codes=[(ASHA, "code")])

    @check(14, since=4, part="f_codes")
    def test_what_becomes_of_a_code_becomes_of_its_unit(self) -> None:
        """I14: C15: Detached, expired, void: its unit goes back, once, and never more."""
        named: dict[str, Any] = {"member_id": ASHA, "voucher_id": "code"}
        over = T + 3 * DAY
        client = self._with_code()
        order = {"member_id": BELA, "order_id": "x", "digest": place(text="code").digest}
        ends: tuple[tuple[Command[Any], tuple[int, ...]], ...] = (
            (place(BELA, text="code"), (1, 1, 0, 0)),
            (
                DetachVoucher(**{**order, "order_id": "o1"}, request_id="off", at=T),
                (1, 0, 0, 1),
            ),
            (ExpireVoucher(**named, request_id="early", at=T), (1, 0, 0, 1)),
            (ExpireVoucher(**named, request_id="end", at=over), (2, 0, 0, 0)),
            (ExpireVoucher(**named, request_id="end again", at=over), (2, 0, 0, 0)),
            (issue(name="next"), (1, 0, 0, 1)),
            (
                UseVoucher(member_id=ASHA, voucher_id="next", request_id="u", at=T, order_id="x"),
                (1, 0, 1, 0),
            ),
        )
        codes = [(ASHA, "code"), (ASHA, "next")]
        for command, units in ends:
            client.rewards(SALE).do(command)
            expect_units(client, units, codes=codes)
