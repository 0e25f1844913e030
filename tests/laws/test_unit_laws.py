"""The law of units of codes: they are what their vouchers say, whatever is done in whatever order.

1. A story is a list of steps: what is done, by whom, to which code, on which order, how long after.
2. Codes are named by their digests, so that both members can have to do with each. There are three
   codes and two units, and codes last two days: most stories meet a quota that is exhausted, a
   payment that ran out, and a code that is over.
3. Some commands go in batches, as they come.
"""

from collections import Counter as Tally
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import attrs
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mi_rewards.catalogue import CodeEntry, FCodeTerms, Validity, VoucherState
from mi_rewards.commands import Command, Erase, MergeAway, Rewards, VoucherChanged, follow_up
from mi_rewards.commands.command import Decision, MemberCommand
from mi_rewards.commands.units import frees_unit
from mi_rewards.errors import Misuse, Refused
from mi_rewards.memory import MemoryStore
from mi_rewards.preorders import PreOrderTerms
from mi_rewards.programme import Programme
from mi_rewards.repositories import Loaded, Needs, Page, Put, code_key, voucher_key
from mi_rewards.repositories.stores import Store
from tests import databases
from tests.redeeming import (
    CODES,
    attach,
    call_off,
    confirm,
    detach,
    forget,
    hand_on,
    redeem,
    replace,
    reserve,
    reward,
    use,
    void,
)
from tests.reserving import check_units_of, opened
from tests.shop import SMALL, T, bring, join, rules
from tests.tills import cart, fail, line, order, pay, quote, run_out

MEMBERS = ("asha", "bela")
DRAWN = tuple(CODES.draw() for _ in range(4))
PROGRAMME = rules(
    SMALL,
    rewards=(
        reward(
            "f",
            terms=FCodeTerms(("phone",), Validity(2), quota_id="q"),
            is_revocable=True,
        ),
    ),
    preorders=(PreOrderTerms("mi.com", ("mi.com",)),),
)


class Step(NamedTuple):
    """What is done, by whom, to which code, on which order, and how many hours after the last."""

    name: str
    by: int = 0
    code: int = 0
    order: int = 0
    hours: int = 0
    in_batch: bool = False


@attrs.frozen(order=False, kw_only=True, slots=False)
class Undone(MemberCommand):
    """Revive a code, or give its unit back, as a pre-order that is cancelled does."""

    digest: str
    is_revived: bool

    def needs(self, programme: Programme, /) -> Needs:
        """Name the code."""
        del programme
        return Needs((code_key(self.digest),))

    def decide(self, loaded: Loaded, programme: Programme, /) -> Decision[VoucherChanged]:
        """Answer with the voucher, and with whose it is, where there is one that was used."""
        del programme
        entry: CodeEntry | None = loaded.get(code_key(self.digest))
        if entry is None:
            return Decision(VoucherChanged("", "", ""))
        key = voucher_key(entry.member_id, entry.voucher_id)
        voucher = loaded.get(key)
        if voucher is None or voucher.state is not VoucherState.USED:
            return Decision(VoucherChanged("", "", ""))
        done = VoucherChanged(voucher.voucher_id, voucher.member_id, "undone")
        if self.is_revived:
            return Decision(done, (Put(key, voucher.reviving(at=self.at)),))
        puts, takes = frees_unit(entry.member_id, entry.voucher_id, loaded, at=self.at)
        return Decision(done, puts, takes=takes)


Make = Callable[[Step, str, datetime], Sequence[Command[Any]]]


def undone(step: Step, request: str, at: datetime, *, is_revived: bool) -> Undone:
    """Revive a code, or give its unit back."""
    return Undone(
        member_id=MEMBERS[step.by],
        request_id=request,
        at=at,
        digest=DRAWN[step.code].digest,
        is_revived=is_revived,
    )


def checkout(step: Step, request: str, at: datetime) -> Sequence[Command[Any]]:
    """Quote a cart with the code, and place it."""
    by, order_id = MEMBERS[step.by], f"o{step.order}"
    wanted = cart(line("phone", 100), order_id=order_id, codes=(DRAWN[step.code].digest,))
    return [
        quote(wanted, by=by, at=at, request=f"q{request}"),
        order(f"q{request}", by=by, at=at, request=request),
    ]


def _voucher(make: Any) -> Make:
    """Do something to a voucher that is named by its code."""
    return lambda step, request, at: [
        make(DRAWN[step.code], by=MEMBERS[step.by], at=at, request=request)
    ]


def _on_order(make: Any) -> Make:
    """Do something to a voucher and an order."""
    return lambda step, request, at: [
        make(DRAWN[step.code], f"o{step.order}", by=MEMBERS[step.by], at=at, request=request)
    ]


def _order(make: Any) -> Make:
    """Do something to an order of the checkout."""
    return lambda step, request, at: [
        make(f"o{step.order}", by=MEMBERS[step.by], at=at, request=request)
    ]


DOES: dict[str, Make] = {
    "issue": lambda step, request, at: [
        redeem("f", by=MEMBERS[step.by], at=at, request=request, code=DRAWN[step.code])
    ],
    "confirm": lambda step, request, at: [
        reserve("f", by=MEMBERS[step.by], at=at, request=f"r{request}"),
        confirm(f"r{request}", by=MEMBERS[step.by], at=at, request=request, code=DRAWN[step.code]),
    ],
    "call off": lambda step, request, at: [
        call_off(f"{step.order}", by=MEMBERS[step.by], at=at, request=request)
    ],
    "attach": _on_order(attach),
    "detach": _on_order(detach),
    "use": _on_order(use),
    "void": _voucher(void),
    "forget": _voucher(forget),
    "hand on": lambda step, request, at: [
        hand_on(
            DRAWN[step.code],
            MEMBERS[1 - step.by],
            by=MEMBERS[step.by],
            at=at,
            request=request,
        )
    ],
    "replace": lambda step, request, at: [
        replace(DRAWN[step.code], DRAWN[3], by=MEMBERS[step.by], at=at, request=request)
    ],
    "checkout": checkout,
    "pay": _order(pay),
    "fail": _order(fail),
    "run out": _order(run_out),
    "revive": lambda step, request, at: [undone(step, request, at, is_revived=True)],
    "free": lambda step, request, at: [undone(step, request, at, is_revived=False)],
    "erase": lambda step, request, at: [
        Erase(member_id=MEMBERS[step.by], request_id=request, at=at)
    ],
    "merge": lambda step, request, at: [
        MergeAway(member_id=MEMBERS[step.by], request_id=request, at=at, into=MEMBERS[1 - step.by])
    ],
    "sweep": lambda *_: [],
}
SELDOM = ("erase", "merge")
OFTEN = tuple(it for it in DOES if it not in SELDOM)

STEPS = st.builds(
    Step,
    st.sampled_from([*DOES, *OFTEN, *OFTEN, "attach", "detach", "use", "pay"]),
    st.sampled_from([0, 0, 0, 1]),
    st.sampled_from([0, 0, 0, 1, 2]),
    st.sampled_from([0, 0, 0, 1]),
    st.sampled_from([0, 0, 0, 0, 1, 30]),
    st.booleans(),
)


class Story:
    """What is told on one store, and checked after every batch."""

    def __init__(self, store: Store) -> None:
        self.rewards = Rewards(store, PROGRAMME)
        self.at = T
        self.done: Tally[str] = Tally()
        self.checked = 0
        self._waiting: list[tuple[str, Command[Any]]] = []
        self._given_back: set[tuple[str, str]] = set()
        for by in MEMBERS:
            self.rewards.do(join(by))
            self.rewards.do(bring(1000, "2019-12-31", by=by))
        self.rewards.do(opened(2))

    def tell(self, steps: Sequence[Step]) -> "Story":
        """Do all of it, once each member has a code."""
        for number, step in enumerate([*BEGINNING, *steps]):
            self.at += timedelta(hours=step.hours)
            self._waiting += [(step.name, it) for it in DOES[step.name](step, str(number), self.at)]
            if not step.in_batch:
                self._carry_out()
            if step.name == "sweep":
                self._carry_out()
                self.done["swept"] += self.rewards.expire_due(self.at)
                self.done["run out"] += self.rewards.run_out_due(self.at)
                self.check()
        self._carry_out()
        return self

    def _carry_out(self) -> None:
        """Carry out what waits, and check the books."""
        waiting, self._waiting = self._waiting, []
        answers = self.rewards.do_all([it for _, it in waiting])
        for (name, command), answer in zip(waiting, answers, strict=True):
            if isinstance(answer, Refused | Misuse):
                self.done[answer.code if isinstance(answer, Refused) else "misuse"] += 1
                continue
            self.done[name] += 1
            if isinstance(command, Undone):
                voucher = {(answer.reward_id, answer.voucher_id)} - {("", "")}
                given_back = self._given_back - voucher
                self._given_back = given_back if command.is_revived else given_back | voucher
            if name == "merge":
                self._follow(command.scope)
        self.check()

    def _follow(self, by: str) -> None:
        """Let the other have what a merge carries."""
        page = Page("outbox", by, "", 0, 1000)
        for event in self.rewards.store.load(Needs(pages=(page,))).pages[page]:
            if (command := follow_up(event)) is not None:
                self.rewards.do(command)

    def check(self) -> None:
        """See that counters, journal and vouchers agree."""
        found: list[tuple[str, str]] = []
        for by in MEMBERS:
            found += [(it.member_id, it.voucher_id) for it in self.rewards.vouchers(by, at=T)]
        names = dict.fromkeys(found)
        self.checked += 1
        check_units_of(self.rewards.store, names, given_back=self._given_back)


BEGINNING = (Step("issue"), Step("issue", 1, 1))
RICH = [
    Step("issue", 0, 2),
    Step("checkout", 1, 0, 0),
    Step("use", 0, 1, 1, 1),
    Step("free", 1, 1),
    Step("attach", 0, 0, 1, 0),
    Step("erase", 1),
    Step("use", 0, 0, 1, 1, in_batch=True),
    Step("revive", 0, 0, 0, 0, in_batch=True),
    Step("issue", 1, 2),
    Step("revive", 0, 1),
    Step("merge", 0),
    Step("sweep", hours=90),
]


@example(RICH)
@given(st.lists(STEPS, max_size=14))
def test_units_are_what_vouchers_say(steps: list[Step]) -> None:
    """I14: After every step; the journal folds to the same."""
    assert Story(MemoryStore()).tell(steps).checked > 1


@settings(max_examples=25)
@example(RICH)
@given(st.lists(STEPS, max_size=10))
def test_units_are_what_vouchers_say_in_a_database(steps: list[Step]) -> None:
    """I14: On SQLite too."""
    store = databases.memory_store()
    try:
        assert Story(store).tell(steps).checked > 1
    finally:
        databases.close_store(store)


def test_the_rich_story_meets_what_it_should() -> None:
    """A quota that is exhausted, a revival that has no unit left, a sweep that frees units."""
    done = Story(MemoryStore()).tell(RICH).done
    assert done["quota_exhausted"] >= 2
    assert min(done[it] for it in ("issue", "checkout", "use", "attach", "free", "revive")) >= 1
    assert done["merge"] == done["erase"] == 1
    assert done["swept"] >= 1


def test_a_unit_that_does_not_follow_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """The law objects to a batch that leaves units alone."""
    monkeypatch.setattr("mi_rewards.commands.units.with_units", lambda decision, *_: decision)
    with pytest.raises(AssertionError):
        Story(MemoryStore()).tell([Step("issue")])
