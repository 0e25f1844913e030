"""The laws of commands under campaigns, referrals, points and tiers together (I6, I18).

Programmes are drawn: any campaigns of `tests.campaigns`, any ladder of `tests.ladders`, referrals
that qualify in any way, tokens kept at once or later. Three members buy, return, invite each other,
leave and come back, while days pass.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import attrs
from hypothesis import event, given
from hypothesis import strategies as st

from mi_rewards.calendar import Period
from mi_rewards.commands import Command, Delivered, Place, Placed, Quoted, follow_up
from mi_rewards.earning import (
    Action,
    ActionLimit,
    CampaignTerms,
    EarnRate,
    EarnTerms,
    GroupChoice,
    PointsTerms,
    Qualifies,
    ReferralTerms,
    Welcome,
)
from mi_rewards.errors import Misuse, Refused
from mi_rewards.memory import MemoryStore
from mi_rewards.programme import Programme
from mi_rewards.tiers import Changes, Ladder, Metric
from mi_rewards.wallet import ClawBackPolicy, EndOfYear, NoExpiry, RollingDays, check_journal
from tests.campaigns import CATEGORIES, PRODUCTS, campaigns, inr
from tests.friends import AT_ONCE, accept, open_code, perform, qualify
from tests.ladders import LADDER, LIFE, REVIEWED, ROLLING, YEARLY
from tests.memberships import block, leave, unblock
from tests.shop import (
    SMALL,
    Shop,
    burn,
    cancel,
    contents,
    deliver,
    give_back,
    ist,
    join,
    line,
    place,
    rules,
)
from tests.tills import cart, quote
from tests.tills import line as cart_line

MEMBERS = ("asha", "bela", "cyra")
START = ist("2017-06-14")
DAY = timedelta(days=1)


class Step(NamedTuple):
    """Something that is asked for: days after the last, by whom, what, and with which figures."""

    days: int
    by: str
    what: str
    order: int
    figure: int
    name: str


WHAT = (
    *("deliver", "deliver", "deliver", "deliver", "return", "return", "return", "place", "join"),
    *("cancel", "open", "accept", "qualify", "share", "burn", "leave", "block", "unblock", "quote"),
)
steps = st.builds(
    Step,
    st.sampled_from((0, 0, 0, 1, 2, 5, 40, 200)),
    st.sampled_from(MEMBERS),
    st.sampled_from(WHAT),
    st.integers(1, 2),
    st.integers(0, 7),
    st.sampled_from(CATEGORIES[:2]),
)
histories = st.lists(steps, min_size=10, max_size=24)

ladders = st.builds(
    lambda ladder, metric, days: attrs.evolve(ladder, metric=metric, notice_days=days),
    st.sampled_from((LADDER, YEARLY, ROLLING, REVIEWED, LIFE)),
    st.sampled_from(Metric),
    st.sampled_from((0, 14)),
)


def small(ladder: Ladder) -> Ladder:
    """Set thresholds that a few orders reach: paise, orders or points."""
    unit = {Metric.SPEND: 30_000, Metric.ORDERS: 1, Metric.POINTS: 30}[ladder.metric]
    tiers = [attrs.evolve(it, threshold=unit * nth) for nth, it in enumerate(ladder.tiers)]
    return attrs.evolve(ladder, tiers=tuple(tiers))


referrals = st.sampled_from(Qualifies).map(
    lambda it: ReferralTerms(
        7, 5, it, 2 if it is Qualifies.AFTER_RETURN_WINDOW else 0, code_days=60, friends_max=1
    )
)


@st.composite
def programmes(draw: st.DrawFn) -> Programme:
    """Draw a programme with everything, most of it starved."""
    found = draw(campaigns())
    groups = {it.group for it in found if it.group} | {"base_rates"}
    choice = draw(st.sampled_from(GroupChoice))
    limits = (ActionLimit(1, Period.DAY), ActionLimit(2, Period.MONTH))
    return rules(
        SMALL,
        earning=EarnTerms(EarnRate(10, inr(100)), kept_after_days=draw(st.sampled_from((0, 0, 2)))),
        expiry=draw(st.sampled_from((EndOfYear(0), EndOfYear(1), RollingDays(30), NoExpiry()))),
        claw_back=draw(st.sampled_from(ClawBackPolicy)),
        welcome=Welcome(3, None, None),
        points=PointsTerms("points", EarnRate(1, inr(10)), EndOfYear(1)),
        campaigns=CampaignTerms(found, dict.fromkeys(groups, choice)),
        actions=(
            Action("sharing", 2, limits=limits, budget=7),
            Action("visiting", 40, "points", limits=limits),
        ),
        referral=draw(referrals),
        ladder=draw(ladders.map(small)),
    )


def made(history: list[Step]) -> list[tuple[datetime, Command[Any]]]:
    """Make commands of a history, each with its instant; instants never go back."""
    at = START
    commands = [(at, it) for it in BEFORE]
    for number, step in enumerate(history):
        at += step.days * DAY + timedelta(minutes=1)
        commands.append((at, command_of(step, number, at)))
    return commands


BEFORE: tuple[Command[Any], ...] = (
    join(at=START),
    open_code("asha", at=START),
    accept("asha", at=START),
    join("bela", at=START + timedelta(seconds=1)),
)
"""What every history begins with: asha has invited bela."""


def command_of(step: Step, number: int, at: datetime) -> Command[Any]:
    """Make the command of a step."""
    by, order = step.by, f"o{step.order}"
    asked: dict[str, Any] = {"by": by, "at": at, "request": f"r{number}"}
    platform = "app" if step.figure % 2 else ""
    lines = (
        line("a", 100 * (1 + step.order), 2, "cases"),
        attrs_of_product(line("b", 250, 1, "phones"), step.order),
    )
    inviter = MEMBERS[step.figure % 3]
    makers: dict[str, Callable[[], Command[Any]]] = {
        "join": lambda: join(by, at=at, request=f"r{number}"),
        "place": lambda: place(order, lines=lines, platform=platform, **asked),
        "deliver": lambda: deliver(
            order, lines=lines, platform=platform, line_ids=PARTS[step.figure % 3], **asked
        ),
        "return": lambda: give_back(order, *BACK[step.figure % 4], **asked),
        "cancel": lambda: cancel(order, **asked),
        "open": lambda: open_code(by, **asked),
        "accept": lambda: accept(inviter, **asked),
        "qualify": lambda: qualify(**asked),
        "share": lambda: perform("visiting" if step.figure % 2 else "sharing", **asked),
        "burn": lambda: burn(1 + 3 * step.figure, **asked),
        "leave": lambda: leave(by, at=at, request=f"r{number}"),
        "block": lambda: block(**asked),
        "unblock": lambda: unblock(**asked),
        "quote": lambda: quote(cart(cart_line("a", 300, category=step.name)), **asked),
    }
    return makers[step.what]()


PARTS: tuple[tuple[str, ...], ...] = ((), ("a",), ("b",))
BACK: tuple[tuple[Any, ...], ...] = ((), (None, ("a", 1)), (None, ("b", 1)), (50,))


def attrs_of_product(of: Any, pick: int) -> Any:
    """Let a line be of a product."""
    return of._replace(product=PRODUCTS[pick % 3])


def asked(shop: Shop, at: datetime) -> list[object]:
    """Everything that members can ask, at an instant and some time later."""
    found: list[object] = []
    for by in MEMBERS:
        for then in (at, at + 3 * DAY, at + 400 * DAY):
            it = shop.rewards.balance(by, at=then)
            found.append((it.available, it.held, it.promised, it.owed, it.calendar))
        try:
            told = shop.rewards.progress(by, at=at)
        except Refused as refusal:
            found.append(refusal.code)
        else:
            # Whether notice was given is what a sweep does.
            found.append(attrs.evolve(told, is_notice_due=False))
    return found


@given(programmes(), histories)
def test_simulating_is_doing_under_any_programme(programme: Programme, history: list[Step]) -> None:
    """I18: The same answer and the very changes, and what a page was told before is what comes."""
    shop = Shop(programme)
    for at, command in made(history):
        before = contents(shop.store)
        expected = explained(shop, command)
        simulated: object
        try:
            simulated, changes = shop.rewards.simulate(command)
        except (Refused, Misuse) as error:
            simulated, changes = error, None
        asked(shop, at)
        assert contents(shop.store) == before
        outcome = shop.rewards.do_all([command])[0]
        assert repr(outcome) == repr(simulated)
        event(f"{type(command).__name__} {'refused' if changes is None else 'done'}")
        if changes is None:
            assert contents(shop.store) == before
            continue
        if isinstance(outcome, Placed) and expected is not None:
            assert outcome.promised == expected
        other = MemoryStore()
        for name, value in before.items():
            setattr(other, name, value)
        other.save(changes)
        assert contents(other) == contents(shop.store)


def explained(shop: Shop, command: Command[Any]) -> int | None:
    """Ask what an order would earn, before it is placed."""
    if not isinstance(command, Place):
        return None
    try:
        return shop.rewards.explain(command).tokens
    except Misuse:
        return None


@given(programmes(), st.integers(1, 4), st.sampled_from(CATEGORIES[:3]))
def test_what_a_cart_is_told_is_what_its_order_earns(
    programme: Programme, hundreds: int, category: str
) -> None:
    """I18: A quote's figure, the promise of the order, and its award at once are one number."""
    shop = Shop(programme)
    shop.do(join(at=START))
    of = cart(cart_line("a", 100 * hundreds, category=category))
    quoted: Any = shop.do(quote(of, at=START))
    assert isinstance(quoted, Quoted)
    lines = (line("a", 100 * hundreds, 1, category),)
    told = shop.rewards.explain(place("o1", lines=lines, at=START)).tokens
    placed: Any = shop.do(place("o1", lines=lines, at=START))
    delivered: Any = shop.do(deliver("o1", at=START))
    assert isinstance(delivered, Delivered)
    assert quoted.earns == told == placed.promised == delivered.tokens


def swept(shop: Shop, at: datetime, limit: int) -> None:
    """Book all that is due."""
    rewards = shop.rewards
    rewards.lapse_due(at, limit=limit)
    rewards.review_due(at, limit=limit)
    rewards.qualify_due(at, limit=limit)


def follow_all(shop: Shop, at: datetime) -> None:
    """Follow what inviters are to learn, until there is nothing more."""
    for _ in range(3):
        for by in MEMBERS:
            for it in shop.events(by):
                command = follow_up(it, at=at)
                if command is not None:
                    shop.rewards.do_all([command])


@given(programmes(), histories, st.lists(st.integers(0, 2), min_size=30, max_size=30))
def test_sweeps_at_any_moments_change_nothing(
    programme: Programme, history: list[Step], sweeps: list[int]
) -> None:
    """I6: Wallets, standings and referrals that are due: booked always, sometimes or never."""
    never, always, sometimes = Shop(programme), Shop(programme), Shop(programme)
    commands = made(history)
    for (at, command), limit in zip(commands, sweeps, strict=False):
        swept(always, at, 1)
        if limit:
            swept(sometimes, at, limit)
        answers = [repr(shop.rewards.do_all([command])[0]) for shop in (never, always, sometimes)]
        assert answers[0] == answers[1] == answers[2]
        assert asked(never, at) == asked(always, at) == asked(sometimes, at)
    end = commands[-1][0] + 800 * DAY
    found = []
    for shop in (never, always, sometimes):
        swept(shop, end, 2)
        follow_all(shop, end)
        found.append(asked(shop, end))
        journals = [entry for journal in shop.store.journals() for entry in journal]
        assert [str(it) for it in check_journal(journals)] == []
    assert found[0] == found[1] == found[2]


def test_the_law_of_sweeps_objects() -> None:
    """To what depends on a sweep: an upgrade reward of a review, which is paid when it is booked.

    No ladder of these laws rises at reviews.
    """
    programme = rules(
        SMALL, ladder=attrs.evolve(small(LADDER), upgrades=Changes.AT_REVIEW), referral=AT_ONCE
    )
    never, always = Shop(programme), Shop(programme)
    end = START + 400 * DAY
    for shop in (never, always):
        shop.do(join(at=START))
        shop.do(deliver("o1", 300, at=START))
    assert asked(never, end) == asked(always, end)
    swept(always, end, 1)
    assert asked(never, end) != asked(always, end)
