"""The laws of tiers (I6, I16): what is earned, what is held, and that asking changes nothing.

A member's whole history is told to a standing, and to a model that keeps all of it and goes through
the calendar a day at a time.
"""

import itertools
from datetime import date, timedelta
from typing import NamedTuple

import attrs
from hypothesis import given
from hypothesis import strategies as st

from mi_rewards.calendar import NEVER
from mi_rewards.tiers import (
    Anniversary,
    CalendarYear,
    Changes,
    Counts,
    Cycle,
    HeldBy,
    Ladder,
    Landing,
    Lifetime,
    Metric,
    QualifyingWindow,
    RollingDays,
    Span,
    Standing,
    Tier,
    TierChange,
    standing_from_dict,
    standing_to_dict,
)
from tests.ladders import ZONE, noon

JOINED = date(2016, 2, 29)
LAST = date(2018, 4, 30)


class Told(NamedTuple):
    """What counts on a day, or comes back from it, and the day on which that is told."""

    on: date
    day: date
    points: int


# ladders, small enough that every boundary is met

windows: st.SearchStrategy[QualifyingWindow] = st.sampled_from(
    [
        Lifetime(),
        RollingDays(1),
        RollingDays(7),
        RollingDays(90),
        CalendarYear(),
        Anniversary(),
        Cycle(date(2017, 1, 31), 1),
        Cycle(date(2018, 4, 1), 5),
    ]
)


@st.composite
def ladders(draw: st.DrawFn, *, window: QualifyingWindow | None = None) -> Ladder:
    """Draw a ladder of one to four tiers."""
    chosen = draw(windows) if window is None else window
    thresholds = sorted(draw(st.sets(st.integers(0, 9), min_size=1, max_size=4)))
    tiers = tuple([Tier(f"t{n}", f"T{n}", it) for n, it in enumerate(thresholds)])
    at_once = Ladder(tiers, Metric.POINTS, chosen, downgrades=Changes.AT_ONCE)
    if type(chosen) is Lifetime:
        return at_once
    reviewed = draw(st.booleans())
    if not reviewed and type(chosen) is RollingDays:
        return attrs.evolve(at_once, notice_days=draw(st.integers(0, 5)))
    grace_max = {RollingDays: getattr(chosen, "days", 1) - 1, Cycle: 27}.get(type(chosen), 60)
    return attrs.evolve(
        at_once,
        upgrades=draw(st.sampled_from(Changes)) if reviewed else Changes.AT_ONCE,
        downgrades=Changes.AT_REVIEW if reviewed else Changes.AT_ONCE,
        landing=draw(st.sampled_from(Landing)),
        grace_days=draw(st.integers(0, min(grace_max, 60))),
        notice_days=draw(st.integers(0, 20)),
    )


def days(first: date = JOINED, last: date = LAST) -> st.SearchStrategy[date]:
    """Draw a day of the history; the days around the beginnings of periods are likely."""
    edges = [
        date(2016, 12, 31), date(2017, 1, 1), date(2017, 2, 27), date(2017, 2, 28),
        date(2017, 12, 31), date(2018, 1, 1), date(2018, 1, 31), date(2018, 3, 31),
    ]  # fmt: skip
    likely = st.sampled_from([first, last, *[it for it in edges if first <= it <= last]])
    return likely | st.dates(first, last)


@st.composite
def histories(draw: st.DrawFn, *, returns: bool = True, late: bool = True) -> list[Told]:
    """Draw purchases, some told late, and returns of some of them."""
    told: list[Told] = []
    for _ in range(draw(st.integers(0, 8))):
        on = draw(days())
        day = draw(days(last=on)) if late and draw(st.booleans()) else on
        points = draw(st.integers(1, 6))
        told.append(Told(on, day, points))
        if returns and draw(st.booleans()):
            back = draw(st.integers(1, points))
            told.append(Told(draw(days(first=on)), day, -back))
    return sorted(told, key=lambda it: it.on)


def tell(standing: Standing, told: Told, ladder: Ladder) -> Standing:
    """Tell a standing of one thing."""
    return standing.counting(
        told.day, at=noon(told.on), ladder=ladder, zone=ZONE, points=told.points
    ).standing


def at(standing: Standing, day: date, ladder: Ladder) -> Standing:
    """State a standing at noon of a day."""
    return standing.at(noon(day), ladder=ladder, zone=ZONE).standing


def after(history: list[Told], ladder: Ladder, day: date = LAST) -> Standing:
    """Tell a history and state the standing on a day."""
    standing = Standing.joining("asha", JOINED)
    for told in history:
        standing = tell(standing, told, ladder)
    return at(standing, day, ladder)


# the model: everything is kept, and the calendar is gone through a day at a time


class Model:
    """A member by the words of the rule book, with no thought of cost."""

    def __init__(self, ladder: Ladder) -> None:
        self.ladder = ladder
        self.known: list[Told] = []
        self.day = JOINED
        self.held = -1
        self.entered, self.kept, self.reached = -1, -1, -1
        self.began = self.now().from_on
        self.grace: date | None = None
        self.review = self._next_review()
        self.dawn()

    def now(self) -> Span:
        """The window of the day."""
        return self.ladder.window.period(self.day, JOINED)

    def before(self) -> Span:
        """The period before the present one; nothing where there is none."""
        now = self.now()
        if now.from_on == date.min:
            return Span(now.from_on, now.from_on)
        return self.ladder.window.period(now.from_on - timedelta(1), JOINED)

    def earned(self, span: Span) -> int:
        """The rank that what is known of some days earns."""
        total = sum(it.points for it in self.known if span.from_on <= it.day < span.until_on)
        return max(
            [n for n, it in enumerate(self.ladder.tiers) if it.threshold <= total], default=-1
        )

    def landing(self, earned: int) -> int:
        """Where a review lands."""
        return max(earned, self.entered - 1) if self.ladder.landing is Landing.SOFT else earned

    def go_to(self, day: date) -> None:
        """Live through the days."""
        while self.day < day:
            self.day += timedelta(1)
            self.dawn()

    def tell(self, told: Told) -> None:
        """Learn of something; what is too old was forgotten."""
        self.go_to(told.on)
        rolling = type(self.ladder.window) is RollingDays
        oldest = self.now().from_on if rolling else self.before().from_on
        if told.day >= oldest:
            self.known.append(told)
            self.settle()

    def dawn(self) -> None:
        """A day begins."""
        if self.grace == self.day:
            self.grace = None
            self.held = max(self.kept, self.reached)
            self.review = self._next_review()
        elif self.is_review():
            self.look_back()
        self.settle()

    def is_review(self) -> bool:
        """Whether a review comes with the day."""
        if type(self.ladder.window) is RollingDays:
            return self.ladder.downgrades is Changes.AT_REVIEW and self.review == self.day
        return self.now().from_on != self.began

    def look_back(self) -> None:
        """Review."""
        rolling = type(self.ladder.window) is RollingDays
        span = (
            self.ladder.window.period(self.day - timedelta(1), JOINED) if rolling else self.before()
        )
        self.began = self.now().from_on
        self.entered = self.held
        self.kept = self.landing(self.earned(span))
        self.reached = -1
        self.grace = None
        if self.kept < self.entered and self.ladder.grace_days:
            self.grace = self.day + timedelta(self.ladder.grace_days)
        else:
            self.held = self.kept
        self.review = None if self.grace else self._next_review()

    def settle(self) -> None:
        """State what is held."""
        now, ladder = self.earned(self.now()), self.ladder
        rolling = type(ladder.window) is RollingDays
        base = self.earned(Span(date.min, date.min))
        if rolling and ladder.downgrades is Changes.AT_ONCE:
            self.held = now
            return
        landed = base if rolling else self.landing(self.earned(self.before()))
        if ladder.downgrades is Changes.AT_ONCE:
            self.kept, self.reached = landed, now
            end = (
                self.began if self.began == date.min else self.began + timedelta(ladder.grace_days)
            )
            in_grace = self.day < end and max(landed, now) < self.entered
            self.grace = end if in_grace else None
            self.held = max(self.entered if in_grace else landed, now)
            return
        self.kept = max(self.kept, landed)
        if ladder.upgrades is Changes.AT_ONCE:
            self.reached = max(self.reached, now)
        if self.grace and max(self.kept, now) >= self.entered:
            self.grace, self.kept = None, max(self.kept, self.entered)
            self.review = self._next_review()
        held = max(self.entered if self.grace else self.kept, self.reached)
        if held > self.held:
            self.review = self._next_review()
        self.held = held

    def _next_review(self) -> date | None:
        """So many days from now, in a rolling window."""
        window = self.ladder.window
        return self.day + timedelta(window.days) if type(window) is RollingDays else None


def model_of(history: list[Told], ladder: Ladder, day: date = LAST) -> Model:
    """Live through a history."""
    model = Model(ladder)
    for told in history:
        model.tell(told)
    model.go_to(day)
    return model


@given(ladders(), histories())
def test_I16_a_standing_is_what_the_rules_say_in_words(ladder: Ladder, history: list[Told]) -> None:
    """A standing that keeps a window and sleeps agrees with one that keeps all and never does."""
    standing, model = after(history, ladder), model_of(history, ladder)
    assert ladder.rank(standing.held) == model.held
    assert standing.falls_on == model.grace
    assert ladder.rank(standing.earned(LAST, ladder=ladder)) == model.earned(model.now())


@given(ladders(), histories(), st.lists(days(), max_size=6))
def test_I6_asking_often_seldom_or_never_gives_equal_answers(
    ladder: Ladder, history: list[Told], asked: list[date]
) -> None:
    """Whatever days it is stated on meanwhile, each change of tier comes once, on its day."""
    steps = sorted([*[(it.on, it) for it in history], *[(it, None) for it in asked]], key=_by_day)
    one, other = Standing.joining("asha", JOINED), Standing.joining("asha", JOINED)
    told_one: list[TierChange] = []
    told_other: list[TierChange] = []
    for day, told in [*steps, (LAST, None)]:
        if told is None:
            swept = other.at(noon(day), ladder=ladder, zone=ZONE)
        else:
            counts = [(told.day, Counts(points=told.points))]
            moved = one.counting_all(counts, at=noon(day), ladder=ladder, zone=ZONE)
            one, told_one = moved.standing, [*told_one, *moved.changes]
            swept = other.counting_all(counts, at=noon(day), ladder=ladder, zone=ZONE)
        other, told_other = swept.standing, [*told_other, *swept.changes]
    last = one.at(noon(LAST), ladder=ladder, zone=ZONE)
    assert last.standing == other
    assert [*told_one, *last.changes] == told_other


def _by_day(step: tuple[date, Told | None]) -> date:
    """Sort steps by their day; those of one day stay as they are."""
    return step[0]


@given(ladders(), histories())
def test_I6_nothing_changes_before_it_is_due(ladder: Ladder, history: list[Told]) -> None:
    """The instant before `due_at` holds the tier still; at it there is a change or a notice."""
    standing = after(history, ladder)
    if standing.due_at is None:
        later = at(standing, date(2035, 1, 1), ladder)
        assert later.held == standing.held
        return
    due = standing.due_at
    just_before = standing.at(due - timedelta(microseconds=1), ladder=ladder, zone=ZONE)
    assert (just_before.standing.held, just_before.changes) == (standing.held, ())
    moved = standing.at(due, ladder=ladder, zone=ZONE)
    assert moved.changes or moved.standing.notice(ladder=ladder) is not None


@given(ladders(), histories())
def test_a_change_that_is_foreseen_comes(ladder: Ladder, history: list[Told]) -> None:
    """On its day, with its reason, where nothing more counts; nothing comes unforeseen."""
    standing = after(history, ladder)
    coming = standing.coming(ladder=ladder)
    if coming is None:
        assert standing.at(noon(date(2035, 1, 1)), ladder=ladder, zone=ZONE).changes == ()
    else:
        moved = standing.at(noon(coming.on), ladder=ladder, zone=ZONE)
        assert moved.changes[0] == coming
        assert {it.on for it in moved.changes} == {coming.on}


@given(ladders(), st.lists(st.tuples(days(), st.integers(1, 6)), max_size=6), days())
def test_I16_what_is_earned_grows_with_what_qualifies(
    ladder: Ladder, counts: list[tuple[date, int]], extra: date
) -> None:
    """It is the highest whose threshold is met; one purchase more never lowers it."""
    less = after([Told(LAST, day, n) for day, n in counts], ladder)
    more = after([Told(LAST, day, n) for day, n in [*counts, (extra, 1)]], ladder)
    earned = ladder.rank(less.earned(LAST, ladder=ladder))
    value = less.metric_at(LAST, ladder=ladder)
    assert [it.threshold <= value for it in ladder.tiers].count(True) == earned + 1
    assert ladder.rank(more.earned(LAST, ladder=ladder)) >= earned


@given(ladders(window=CalendarYear()), histories(returns=False), days())
def test_I16_in_a_window_of_periods_what_is_held_grows_too(
    ladder: Ladder, history: list[Told], extra: date
) -> None:
    """One purchase more, told when it is made, never lowers the tier held later."""
    more = sorted([*history, Told(extra, extra, 1)], key=lambda it: it.on)
    held = ladder.rank(after(history, ladder).held)
    assert ladder.rank(after(more, ladder).held) >= held


@given(ladders(), st.lists(st.tuples(days(), st.integers(1, 6)), max_size=5), st.randoms())
def test_I16_the_order_in_which_purchases_are_told_decides_nothing(
    ladder: Ladder, counts: list[tuple[date, int]], random: object
) -> None:
    """Told on one day, one after another in any order or all at once, they come to the same."""
    told = [Told(LAST, day, n) for day, n in counts]
    shuffled = list(told)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    one, other = after(told, ladder), after(shuffled, ladder)
    at_once = Standing.joining("asha", JOINED).counting_all(
        [(it.day, Counts(points=it.points)) for it in told],
        at=noon(LAST),
        ladder=ladder,
        zone=ZONE,
    )
    assert one == other == at_once.standing


@given(ladders(window=CalendarYear()), st.lists(st.integers(1, 6), max_size=5), st.data())
def test_I16_the_order_of_purchases_within_a_period_decides_nothing(
    ladder: Ladder, points: list[int], data: st.DataObject
) -> None:
    """Made on other days of the same year: the standing after its end is the same."""

    def made(order: list[int]) -> Standing:
        on = sorted(data.draw(days(date(2016, 3, 1), date(2016, 12, 31))) for _ in order)
        history = [Told(day, day, n) for day, n in zip(on, order, strict=True)]
        return after(history, ladder, date(2017, 1, 1))

    one, other = made(points), made(data.draw(st.permutations(points)))
    assert one._replace(held_since=None) == other._replace(held_since=None)


@given(ladders(), histories())
def test_I16_what_is_held_differs_from_what_is_earned_only_as_declared(
    ladder: Ladder, history: list[Told]
) -> None:
    """By a review, a grace or a soft landing that the ladder has, and it says by which."""
    standing = after(history, ladder)
    by = standing.held_by(ladder=ladder)
    is_earned = standing.held == standing.earned(LAST, ladder=ladder)
    assert is_earned is (by is HeldBy.EARNED)
    if by is HeldBy.GRACE:
        assert ladder.grace_days
        assert standing.falls_on is not None
    if by is HeldBy.SOFT_LANDING:
        assert ladder.landing is Landing.SOFT
    if type(ladder.window) in (RollingDays, Lifetime) and ladder.downgrades is Changes.AT_ONCE:
        assert by is HeldBy.EARNED


@given(ladders(), histories())
def test_a_soft_landing_falls_at_most_one_tier_a_review(
    ladder: Ladder, history: list[Told]
) -> None:
    """Whatever happened, no review and no grace takes two tiers."""
    ladder = attrs.evolve(
        ladder,
        downgrades=Changes.AT_ONCE if type(ladder.window) is Lifetime else Changes.AT_REVIEW,
        landing=Landing.EARNED if type(ladder.window) is Lifetime else Landing.SOFT,
    )
    standing = Standing.joining("asha", JOINED)
    for told in [*history, Told(date(2035, 1, 1), date(2035, 1, 1), 0)]:
        moved = standing.counting(
            told.day, at=noon(told.on), ladder=ladder, zone=ZONE, points=told.points
        )
        standing = moved.standing
        for change in moved.changes:
            if type(ladder.window) is not Lifetime:
                assert ladder.rank(change.to_tier) >= ladder.rank(change.from_tier) - 1


@given(ladders(), histories())
def test_a_standing_reads_back_equal(ladder: Ladder, history: list[Told]) -> None:
    """What is written is what there was, and its size depends on the window alone."""
    standing = after(history, ladder)
    assert standing_from_dict(standing_to_dict(standing)) == standing
    oldest = standing.tallies[0].day if standing.tallies else NEVER
    assert oldest >= standing.counts_from
    assert all(a.day < b.day for a, b in itertools.pairwise(standing.tallies))
    if type(ladder.window) is not RollingDays:
        assert len(standing.tallies) <= 2
