"""What went wrong in real systems, by its number: what actions and referrals show.

Refused takes that nobody noticed (C6), credit for friends who were nobody (G3), limits that were
compared with nothing (G7).
"""

from typing import Any

import attrs
import pytest

from mi_rewards.calendar import Period
from mi_rewards.commands import Command, Rewards, follow_up
from mi_rewards.earning import Action, ActionLimit, ReferralCycle, SelfReferral
from mi_rewards.errors import Conflict, Corrupt, LimitReached
from mi_rewards.memory import MemoryStore
from mi_rewards.repositories import Loaded, Needs
from mi_rewards.testing import ConnectionLost, Crashed, Fault, FaultyStore, Plan
from tests.friends import ASHA_IN, AT_ONCE, LATER, ON_DELIVERY, Circle, accept, open_code, perform
from tests.shop import Shop, T, cancel, deliver, give_back, ist, join, place, rules

SHARING = Action("sharing", 5, limits=(ActionLimit(1, Period.DAY),))


def test_C6_of_two_that_take_the_last_of_a_limit_one_is_refused() -> None:
    """C6: Both were decided while one was left; the store's no surfaces, and leaves nothing."""
    mi = Shop(rules(actions=(attrs.evolve(SHARING, limits=(), budget=5),)))
    mi.all(join(), join("bela"))
    _, changes = mi.rewards.simulate(perform())
    mi.do(perform(by="bela"))
    assert changes is not None
    with pytest.raises(LimitReached):
        mi.store.save(changes)
    assert mi.balance().available == 0
    assert mi.used("action/sharing", "budget") == 5


def test_C6_of_two_friends_that_take_the_last_place_one_is_refused() -> None:
    """C6: The inviter's counter is taken in the same save as the friend's referral is put."""
    mi = Circle(attrs.evolve(ON_DELIVERY, friends_max=1)).invites()
    _, changes = mi.rewards.simulate(accept())
    mi.do(accept(by="chitra"))
    assert changes is not None
    with pytest.raises(LimitReached):
        mi.store.save(changes)
    assert (mi.state(), mi.state("chitra")) == ("", "invited")
    assert mi.used("asha", "referral/ever/ever") == 1


def test_G3_friends_who_never_buy_bring_nothing() -> None:
    """G3: A hundred accounts that only register; one that orders for nothing; one that cancels."""
    mi = Circle(ON_DELIVERY).invites()
    names = [f"sybil{number}" for number in range(100)]
    for by in names:
        mi.all(accept(by=by), join(by))
    mi.do(deliver("o1", 0, by=names[0]))
    mi.all(place("o1", 5000, by=names[1]), cancel("o1", by=names[1]))
    assert mi.followed(*names) == []
    assert {mi.state(by) for by in names} == {"registered"}
    assert sum(mi.available(by, T) for by in ("asha", *names)) == 0


def test_G3_what_is_sent_back_brings_nothing() -> None:
    """G3: Bought and returned, again and again, within the window or after it."""
    mi = Circle(LATER).invites()
    mi.all(accept(), join("bela"))
    for number in range(1, 4):
        mi.do(deliver(f"o{number}", 500, by="bela", at=ist(f"2017-08-{number:02}")))
        mi.do(give_back(f"o{number}", by="bela", at=ist(f"2017-08-{number:02} 18:00")))
    mi.do(deliver("o4", 500, by="bela", at=ist("2017-09-01")))
    late = ist("2017-12-01")
    mi.do(give_back("o4", by="bela", at=late))
    mi.rewards.qualify_due(late)
    mi.followed("bela", at=late)
    assert (mi.available("bela", late), mi.available("asha", late)) == (0, 0)


def test_G3_nobody_invites_themselves_nor_each_other() -> None:
    """G3: Not directly, not in a circle of two or three, in whatever order the codes are opened."""
    mi = Circle(AT_ONCE).invites()
    mi.all(join("bela"), join("chitra", at=ist("2017-07-02")))
    mi.all(
        open_code("BELA", by="bela", at=T), open_code("CHITRA", by="chitra", at=ist("2017-07-03"))
    )
    at = ist("2017-07-04")
    assert mi.refusal(accept(by="asha", at=at)) == SelfReferral(member_id="asha")
    mi.do(accept(by="bela", at=at))
    mi.do(accept("BELA", by="chitra", at=at))
    for code in ("BELA", "CHITRA"):
        closing = accept(code, by="asha", at=at, request=code)
        assert mi.refusal(closing) == ReferralCycle(member_id="asha", referral_code=code)


@pytest.mark.parametrize("fault", Fault)
def test_G3_a_retry_grants_nothing_twice(fault: Fault) -> None:
    """G3: Whatever befalls the save that pays the friend, or the one that rewards the inviter."""
    for number in (4, 5):
        mi = Circle(AT_ONCE)
        store = FaultyStore(mi.store, Plan({number: fault}))
        commands = [join(at=ASHA_IN), open_code(), accept(), join("bela")]
        insist(store, mi, commands)
        for _ in range(2):
            commands = [it for it in made(mi) if it is not None]
            insist(store, mi, commands)
        store.arrive()
        assert (mi.available("bela", T), mi.available("asha", T)) == (40, 100)


def insist(store: FaultyStore, mi: Circle, commands: list[Any]) -> None:
    """Ask until there is an answer to each."""
    for command in commands:
        while True:
            try:
                Rewards(store, mi.programme).do(command)
                break
            except (Conflict, ConnectionLost, Crashed):
                continue


def made(mi: Circle) -> list[Any]:
    """Make the commands that bela's events ask for."""
    return [follow_up(event) for event in mi.events("bela")]


class Silent(MemoryStore):
    """A store that does not answer for counters."""

    def load(self, needs: Needs, /) -> Loaded:
        """Load all but counters."""
        return super().load(needs._replace(counters=()))


def test_G7_a_use_that_is_not_known_is_no_use_of_nothing() -> None:
    """G7: A counter that the store does not answer for is a defect, and no missing limit."""
    programme = rules(actions=(SHARING,), referral=attrs.evolve(ON_DELIVERY, friends_max=1))
    mi = Circle(programme).invites()
    silent = Silent()
    rewards = Rewards(silent, programme)
    rewards.do(join(at=ASHA_IN))
    rewards.do(open_code())
    commands: list[Command[Any]] = [perform(), accept()]
    for command in commands:
        with pytest.raises(Corrupt, match="did not answer"):
            rewards.do(command)
    assert mi.do(perform()).tokens == 5
