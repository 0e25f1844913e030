"""One member's journal in words: each entry with its figures, then what is left of it all.

Times are local to the programme's zone. Nothing is computed here that an entry does not state.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from mi_rewards._event_log.replay import Replay
from mi_rewards._event_log.words import local_time, shown
from mi_rewards.calendar import NEVER, write_day
from mi_rewards.commands.reads import Balance
from mi_rewards.money import Money
from mi_rewards.wallet.booking import applied
from mi_rewards.wallet.entries import Account, Entry, Event, Reason
from mi_rewards.wallet.wallet import Wallet

_MOMENT: Final = timedelta(microseconds=1)


def statement_text(replay: Replay, member_id: str) -> str:
    """Write one member's journal as a table, then the balance as of the day named.

    Args:
        replay: A replay that was run.
        member_id: The member; one of whom the log says nothing is a normal answer.

    Returns:
        Lines without an end.
    """
    who = shown(member_id)
    as_of = write_day(replay.as_of)
    if not replay.knows(member_id):
        through = "" if replay.as_of == date.min else f" through {as_of}"
        return f"The {replay.source} has no event of {who}{through}."
    programme = replay.rewards.programme
    zone = ZoneInfo(programme.zone.name)
    head = f"{shown(programme.title)}: statement of {who} through {as_of}, times of {zone.key}"
    entries = replay.stated(entries_of(replay, member_id))
    journal = _table(entries, zone) if entries else ["No tokens were ever booked."]
    balance = replay.rewards.balance(member_id, at=replay.end - _MOMENT)
    return "\n".join([head, "", *journal, "", *_balance(balance, as_of)])


def entries_of(replay: Replay, member_id: str, *, after: int = 0) -> list[Entry]:
    """Read a member's journal, page by page.

    Args:
        replay: A replay.
        member_id: The member.
        after: The sequence number after which to begin.

    Returns:
        The entries in order.
    """
    entries: list[Entry] = []
    next_after: int | None = after
    while next_after is not None:
        page = replay.rewards.statement(member_id, after=next_after)
        entries += page.entries
        next_after = page.next_after
    return entries


def followed(entries: Iterable[Entry]) -> Iterator[tuple[Entry, Wallet]]:
    """Fold a journal entry by entry.

    Args:
        entries: The entries of one wallet, from the first.

    Yields:
        Each entry, and the wallet after it.
    """
    wallet: Wallet | None = None
    for entry in entries:
        wallet = applied(wallet or Wallet(entry.owner), entry)
        yield entry, wallet


def why(entry: Entry, zone: ZoneInfo) -> str:
    """Say in words why an entry was made, and what else it did than move what is available.

    Args:
        entry: The entry.
        zone: Whose local time to state.

    Returns:
        The reason from its code and figures.
    """
    parts = [_reason(entry.reason)]
    owed = entry.amount(Account.OWED)
    if owed:
        parts.append(f"{owed:,} made good what was owed" if owed > 0 else f"{-owed:,} are owed")
    if entry.event is Event.CAPTURED:
        parts.append(f"{entry.amount(Account.REDEEMED):,} redeemed")
    lapsed = entry.amount(Account.LAPSED)
    if lapsed and entry.event is not Event.LAPSED:
        parts.append(f"{lapsed:,} lapsed at once")
    if entry.occurred_at != entry.booked_at:
        verb = "delivered" if entry.reason.code == "purchase" else "happened"
        parts.append(f"{verb} {local_time(entry.occurred_at, zone)}")
    return "; ".join(parts)


def _reason(reason: Reason) -> str:
    """Say why, from a code and its figures."""
    figures = dict(reason.figures)
    told = _TOLD.get(reason.code)
    if told is None:
        rest = ", ".join(f"{shown(name)} {shown(value)}" for name, value in reason.figures)
        return shown(reason.code) + (f" ({rest})" if rest else "")
    text = told.format(**{name: shown(value) for name, value in figures.items()})
    per, base, tokens = (figures.get(it) for it in ("rate_per_minor", "base_minor", "rate_tokens"))
    if not isinstance(per, int) or not isinstance(base, int):
        return text
    if base == 0 and reason.code == "return":
        return f"{text}, nothing kept"
    if tokens == 0:
        return f"{text}, which earns nothing: {shown(figures['rule']).replace('_', ' ')}"
    currency = str(figures["currency"])
    rounding = str(figures["rounding"]).replace("_", " ")
    worth = f"{Money(base, currency)}{' kept' if reason.code == 'return' else ''}"
    rate = f"{text}: {tokens} per {Money(per, currency)} of {worth}, rounded {rounding}"
    return ", ".join([rate, *_campaigns(reason)])


def _campaigns(reason: Reason) -> list[str]:
    """Say what each campaign added."""
    return [
        f"campaign {shown(name.removeprefix(_CAMPAIGN))} {tokens:+}"
        for name, tokens in reason.figures
        if name.startswith(_CAMPAIGN) and isinstance(tokens, int)
    ]


_CAMPAIGN: Final = "campaign."


_TOLD: Final = {
    "purchase": "order {order_id}",
    "order_placed": "order {order_id} placed",
    "order_cancelled": "order {order_id} cancelled",
    "return": "return of order {order_id}",
    "reward": "reward {reward_id}",
    "part_payment": "part payment of order {order_id}",
    "welcome": "welcome",
    "action": "action {action_id}",
    "referral": "referral, for the {side}",
    "referral_returned": "order {order_id}, by which a referral qualified, came back",
    "referral_revoked": "what the referral of {friend_id} qualified by came back",
    "tier_upgrade": "tier {tier} reached",
    "birthday_gift": "birthday gift of tier {tier}",
    "left": "the member left",
    "forgiven": "what is no longer there is let go",
    "merged": "the member goes on as another",
    "opening": "balance brought along",
    "last_day_passed": "the last valid day is over",
    "deadline_passed": "the hold's deadline has passed",
}
"""The codes that the library itself gives; all others are the host's own."""


_NUMBERS: Final[Sequence[tuple[str, Callable[[Wallet], int]]]] = (
    ("available", lambda wallet: wallet.available),
    ("held", lambda wallet: wallet.held),
    ("promised", lambda wallet: wallet.promised),
    ("owed", lambda wallet: wallet.owed),
)


def _table(entries: Sequence[Entry], zone: ZoneInfo) -> list[str]:
    """Write entries as a table; what never differs from zero has no column but `available`."""
    rows = list(followed(entries))
    numbers = [
        (name, number)
        for name, number in _NUMBERS
        if name == "available" or any(number(wallet) for _, wallet in rows)
    ]
    names = ["", "local time", "event", "tokens", "last valid day", *[it[0] for it in numbers]]
    cells = [[*names, "why"]]
    for entry, wallet in rows:
        after = [f"{number(wallet):,}" if number(wallet) else "" for _, number in numbers]
        cells += _rows(entry, [after[0] or "0", *after[1:]], zone)
    widths = [max(len(row[column]) for row in cells) for column in range(len(names))]
    return [
        "  ".join(
            [
                *(
                    cell.ljust(width) if name in {"local time", "event"} else cell.rjust(width)
                    for name, cell, width in zip(names, row, widths, strict=False)
                ),
                row[-1],
            ]
        ).rstrip()
        for row in cells
    ]


def _rows(entry: Entry, after: list[str], zone: ZoneInfo) -> list[list[str]]:
    """Write an entry: a row for each bucket that it touches, the balance on the last of them."""
    moved = [
        (f"{it.amount:+,}", "" if it.last_day is None else write_day(it.last_day))
        for it in entry.postings
        if it.account is Account.AVAILABLE
    ] or [("", "")]
    event = entry.event.value.replace("_", " ")
    rows = [["", "", "", *it, *[""] * len(after), ""] for it in moved]
    rows[0][:3] = [str(entry.sequence), local_time(entry.booked_at, zone), event]
    rows[0][-1] = why(entry, zone)
    rows[-1][5:-1] = after
    return rows


def _balance(balance: Balance, as_of: str) -> list[str]:
    """Write what there is at the end of a day, with every bucket."""
    lines = [f"At the end of {as_of}: {balance.available:,} available"]
    lines += [
        f"  {it.tokens:,} "
        + ("valid for ever" if it.last_day == NEVER else f"valid through {write_day(it.last_day)}")
        for it in balance.calendar
    ]
    others = (("held", balance.held), ("promised", balance.promised), ("owed", balance.owed))
    return lines + [f"{tokens:,} {name}" for name, tokens in others if tokens]
