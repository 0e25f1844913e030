"""Checks of one entry on what it moves: promises 1, 2, 4 and 10.

Each sees an entry and the wallet before or after it, and says what is wrong; `checks` calls them.
"""

from collections.abc import Iterator, Mapping

from mi_rewards.calendar import NEVER, write_day
from mi_rewards.errors import Figure
from mi_rewards.money import TOKENS_MAX, Rounding, divide
from mi_rewards.wallet.entries import Account, Entry, Event, Posting, Reason
from mi_rewards.wallet.watch import Watched, by_day, by_ref, gained, lost, parts_of

_ROUNDINGS: Mapping[Figure | None, Rounding] = {it.value: it for it in Rounding}
_RECIPE = ("base_minor", "rate_tokens", "rate_per_minor", "rounding")
_CAMPAIGN = "campaign."
"""How the figures begin that say what campaigns add to what the recipe's own rate gives."""

_IN: Mapping[Account, int] = {Account.AVAILABLE: 1, Account.LAPSED: 1, Account.OWED: 1}
_RESOLVED: Mapping[Account, int] = {Account.HELD: -1, **_IN}
_SIGNS: Mapping[Event, Mapping[Account, int]] = {
    Event.OPENED: {Account.ISSUED: -1, **_IN},
    Event.EARNED: {Account.ISSUED: -1, **_IN},
    Event.PROMISED: {Account.EXPECTED: -1, Account.PROMISED: 1},
    Event.KEPT: {Account.EXPECTED: 1, Account.PROMISED: -1, Account.ISSUED: -1, **_IN},
    Event.WITHDRAWN: {Account.EXPECTED: 1, Account.PROMISED: -1},
    Event.HELD: {Account.AVAILABLE: -1, Account.HELD: 1},
    Event.CAPTURED: {Account.REDEEMED: 1, **_RESOLVED},
    Event.RELEASED: _RESOLVED,
    Event.RAN_OUT: _RESOLVED,
    Event.BURNED: {Account.AVAILABLE: -1, Account.REDEEMED: 1},
    Event.REINSTATED: {Account.REDEEMED: -1, **_IN},
    Event.CLAWED_BACK: {Account.AVAILABLE: -1, Account.OWED: -1, Account.CLAWED_BACK: 1},
    Event.SENT: {Account.AVAILABLE: -1, Account.TRANSFERRED: 1},
    Event.TAKEN: {Account.TRANSFERRED: -1, **_IN},
    Event.ADJUSTED_UP: {Account.ADJUSTED: -1, **_IN},
    Event.ADJUSTED_DOWN: {Account.AVAILABLE: -1, Account.ADJUSTED: 1},
    Event.LAPSED: {Account.AVAILABLE: -1, Account.LAPSED: 1},
    Event.TOOK_DEBT: {Account.AVAILABLE: -1, Account.OWED: -1, Account.TRANSFERRED: 1},
    Event.BLOCKED: {},
    Event.UNBLOCKED: {},
}
"""What each event moves, and which way."""


def postings_sum_to_zero(watched: Watched, entry: Entry) -> Iterator[str]:
    """Check that nothing appears or vanishes, and that what is promised is expected.

    Where each entry keeps to both, so does every wallet, and the programme.

    Args:
        watched: The wallet before.
        entry: The entry.

    Yields:
        What is wrong.
    """
    del watched
    total = sum(it.amount for it in entry.postings)
    promised = entry.amount(Account.PROMISED) + entry.amount(Account.EXPECTED)
    if total:
        yield f"postings sum to {total}, not to 0"
    elif promised:
        yield f"promised and expected differ by {promised}"


def an_event_moves_what_is_its_own(watched: Watched, entry: Entry) -> Iterator[str]:
    """Check that an entry moves what its event does, its way, and issues what it keeps.

    Args:
        watched: The wallet before.
        entry: The entry.

    Yields:
        What is wrong.
    """
    del watched
    for it in _strangers(entry):
        if it.account is not Account.ISSUED:
            yield f"{entry.event} does not move {it.account} {it.amount:+}"
    kept, issued = -entry.amount(Account.PROMISED), -entry.amount(Account.ISSUED)
    if entry.event is Event.KEPT and kept != issued:
        yield f"{kept} of what was promised are kept, and {issued} are issued"


def only_awards_are_issued(watched: Watched, entry: Entry) -> Iterator[str]:
    """Check that tokens are issued where they are opened, earned or kept, and are not taken back.

    Args:
        watched: The wallet before.
        entry: The entry.

    Yields:
        What is wrong.
    """
    del watched
    for it in _strangers(entry):
        if it.account is Account.ISSUED:
            yield f"{entry.event} does not move {it.account} {it.amount:+}"


def _strangers(entry: Entry) -> list[Posting]:
    """Find what an entry moves that its event does not, or moves the other way."""
    signs = _SIGNS[entry.event]
    moved = [it for it in entry.postings if it.amount]
    return [it for it in moved if it.amount * signs.get(it.account, 0) <= 0]


def amounts_are_whole_and_bounded(watched: Watched, entry: Entry) -> Iterator[str]:
    """Check that each posting moves 1 to 2**63 - 1 tokens, and that there are postings.

    Only an entry that blocks a wallet, or lifts that, has none.

    Args:
        watched: The wallet before.
        entry: The entry.

    Yields:
        What is wrong.
    """
    del watched
    if not entry.postings and _SIGNS[entry.event]:
        yield "no tokens are moved"
    for it in entry.postings:
        if not 1 <= abs(it.amount) <= TOKENS_MAX:
            yield f"{it.account} {it.amount} is out of range"


def a_wallet_counts_to_its_limit(watched: Watched, entry: Entry) -> Iterator[str]:
    """Check that no more than 2**63 - 1 tokens came into a wallet or are to come.

    Args:
        watched: The wallet after.
        entry: The entry.

    Yields:
        What is wrong.
    """
    del entry
    totals = watched.totals
    seen = totals[Account.PROMISED] - totals[Account.ISSUED] - totals[Account.OWED]
    seen -= min(0, totals[Account.TRANSFERRED]) + min(0, totals[Account.ADJUSTED])
    if seen > TOKENS_MAX:
        yield f"{seen} tokens came in, more than 2**63 - 1"


def an_order_is_issued_what_its_recipe_gives(watched: Watched, entry: Entry) -> Iterator[str]:
    """Check that an order is never issued more than the recipe that its reasons state gives.

    What returns took back may be issued again for what is delivered later: the figure
    `given_back` says how much that is, or else what was clawed back from the order by then.

    Args:
        watched: The wallet before; the recipe's bound is noted in it.
        entry: The entry.

    Yields:
        What is wrong.
    """
    for order_id, tokens in by_ref(lost(entry, Account.ISSUED)).items():
        stated = [entry.reason.figure(name) for name in _RECIPE]
        if not order_id or None in stated:
            continue
        award = _award(entry.reason)
        if award is None:
            yield f"the recipe for order {order_id!r} cannot be computed: {stated}"
            continue
        given_back = entry.reason.figure("given_back")
        if type(given_back) is not int:
            given_back = watched.clawed_back.get(order_id, 0)
        bound = max(award + given_back, watched.bounds.get(order_id, 0))
        watched.bounds[order_id] = bound
        issued = watched.issued.get(order_id, 0) + tokens
        if issued > bound:
            yield f"order {order_id!r} is issued {issued}, its recipe gives {bound}"


def _award(reason: Reason) -> int | None:
    """Compute what a stated recipe gives, or nothing where its figures are none."""
    base, tokens, per, rounding = (reason.figure(name) for name in _RECIPE)
    if type(base) is not int or type(tokens) is not int or type(per) is not int:
        return None
    if min(base, tokens, per - 1) < 0 or rounding not in _ROUNDINGS:
        return None
    return divide(base * tokens, per, _ROUNDINGS[rounding]) + sum(
        [n for name, n in reason.figures if name.startswith(_CAMPAIGN) and type(n) is int]
    )


def what_has_lapsed_is_left_alone(watched: Watched, entry: Entry) -> Iterator[str]:
    """Check that nothing is drawn from, or added to, a bucket past its last day; a lapse takes it.

    Args:
        watched: The wallet before.
        entry: The entry.

    Yields:
        What is wrong.
    """
    if entry.event is Event.LAPSED:
        return
    for it in entry.postings:
        day = it.last_day or NEVER
        if it.account is Account.AVAILABLE and watched.has_passed(day, entry.booked_at):
            yield f"available {it.amount:+} of {write_day(day)}, which is past"


def nothing_is_negative(watched: Watched, entry: Entry) -> Iterator[str]:
    """Check that nothing is taken that is not there, and nothing available while tokens are owed.

    Args:
        watched: The wallet after.
        entry: The entry.

    Yields:
        What is wrong.
    """
    for day in by_day(parts_of(lost(entry, Account.AVAILABLE))):
        if watched.buckets.get(day, 0) < 0:
            yield f"{watched.buckets[day]} available of {write_day(day)}"
    for name in by_ref(lost(entry, Account.PROMISED)):
        if name in watched.promises and watched.promises[name].tokens < 0:
            yield f"{watched.promises[name].tokens} promised by {name!r}"
    owed = -watched.totals[Account.OWED]
    if owed < 0:
        yield f"{owed} owed"
    available = sum(watched.buckets.values())
    if owed > 0 and available > 0:
        yield f"{available} available while {owed} are owed"


def a_claw_back_takes_what_was_issued(watched: Watched, entry: Entry) -> Iterator[str]:
    """Check that no more is taken back from an order than it was issued.

    Args:
        watched: The wallet after.
        entry: The entry.

    Yields:
        What is wrong.
    """
    for order_id in by_ref(gained(entry, Account.CLAWED_BACK)):
        issued = watched.issued.get(order_id, 0)
        taken = watched.clawed_back[order_id]
        if taken > issued:
            yield f"{taken} are taken back from order {order_id!r}, {issued} were issued"
