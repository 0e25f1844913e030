"""The launch of Reward Mi, told on a small invented history.

1. The history is the sample `launch`; the replay that every log goes through carries it out.
2. Every figure is read from the rule book, the log or the journal; the remarks here say why.
3. An event log has no redemptions yet: the one in this story is asked of the programme as a shop
   asks for it.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from mi_rewards import bundled
from mi_rewards._cli.statement import entries_of, why
from mi_rewards._event_log.lines import Row, Unread, open_log, read_rows
from mi_rewards._event_log.replay import Replay
from mi_rewards._event_log.words import local_time
from mi_rewards.calendar import read_instant
from mi_rewards.commands.wallets.spending import BurnTokens
from mi_rewards.earning.members import Member
from mi_rewards.errors import Corrupt
from mi_rewards.money import Money
from mi_rewards.programme import Programme
from mi_rewards.wallet.booking import applied
from mi_rewards.wallet.checks import check_journal
from mi_rewards.wallet.wallet import Wallet

_F_CODE_TOKENS: Final = 1000
"""What an F-code cost. Source: http://www.businesstoday.in/technology/news/xiaomi-launches-reward-mi-program-in-india/story/254494.html"""

_REDEMPTION: Final = BurnTokens(
    member_id="C",
    tokens=_F_CODE_TOKENS,
    at=read_instant("2017-08-01T18:00:00+05:30"),
    request_id="redeemed:f-code",
    reason="f-code-redmi-note-4",
)
_REDEEMED_AFTER: Final = "delivered:C-1"

_SENTENCES: Final[Mapping[str, str]] = {
    "joined": "{member} joins.",
    "placed": "{member} places order {order} of {money}.",
    "delivered": "{member} receives order {order} of {money}.",
    "returned": "{member} returns {money} of order {order}.",
}

_REMARKS: Final[Mapping[str, str]] = {
    "delivered:A-1": "A is no member yet: the order waits.",
    "joined:A": "What was delivered before counts, and the first week has a welcome.",
    "placed:B-1": "Its tokens are promised, not yet to be spent.",
    "delivered:B-1": "The promise is kept.",
    "returned:B-1:1": "What it earned is clawed back, but for what is kept.",
    "joined:C": "Too late for the welcome.",
    "returned:C-1": "The tokens are spent: what is missing is owed.",
    "delivered:C-2": "What is owed is made good first.",
    "returned:C-9": "Nobody ever heard of that order.",
    "delivered:A-2": "By then the tokens of 2017 have lapsed, B's too.",
}

_NEXT: Final = (
    "Next, real purchases, one member's statement, and the rule book to edit:",
    "  python -m mi_rewards replay sample:retail-orders --as-of 2018-06-30",
    "  python -m mi_rewards statement sample:launch --member B",
    "  python -m mi_rewards programme reward-mi",
)


def tell(say: Callable[[str], None]) -> None:
    """Tell the story, in some forty lines.

    Args:
        say: Takes one line at a time, as `print` does.

    Raises:
        Corrupt: The bundled history is not as it was shipped.
    """
    programme = bundled.programme("reward-mi")
    replay = Replay(programme, report=_object)
    story = _Story(replay)
    for line in _opening(programme):
        say(line)
    with open_log("sample:launch") as source:
        for item in read_rows(source):
            for line in story.of(item):
                say(line)
    for line in _ending(replay):
        say(line)


class _Story:
    """A replay that tells what each line of the history does."""

    def __init__(self, replay: Replay) -> None:
        self._replay = replay
        self._zone = ZoneInfo(replay.rewards.programme.zone.name)
        self._wallets: dict[str, Wallet] = {}

    def of(self, item: tuple[int, Row] | Unread) -> Iterator[str]:
        """Replay one line of the history, and tell it."""
        if isinstance(item, Unread):
            _object(item)
        else:
            yield from self._of_row(item)
            if item[1][6] == _REDEEMED_AFTER:
                yield from self._of_redemption()

    def _of_row(self, item: tuple[int, Row]) -> Iterator[str]:
        """Replay one event, and tell it."""
        kind, member_id, at, order_id, amount, currency, request_id = item[1][:7]
        refused = dict(self._replay.refused)
        self._replay.run([item])
        sentence = _SENTENCES[kind].format(
            member=member_id,
            order=order_id,
            money=Money.of(amount, currency) if amount else "all",
        )
        yield self._headline(read_instant(at), sentence.replace(" of all", ""), request_id)
        for code in self._replay.refused.keys() - refused.keys():
            yield f"{'refused':>10}  {code}: nothing changes, and it can be sent again"
        yield from self._news(member_id)

    def _of_redemption(self) -> Iterator[str]:
        """Ask for the redemption, and tell it."""
        burned = self._replay.rewards.do(_REDEMPTION)
        sentence = f"{_REDEMPTION.member_id} redeems {burned.tokens:,} tokens for an F-code."
        yield self._headline(_REDEMPTION.at, sentence, _REDEMPTION.request_id)
        yield from self._news(_REDEMPTION.member_id)

    def _headline(self, at: datetime, sentence: str, request_id: str) -> str:
        """Write the day, what happened, and the remark on it."""
        return (
            f"{local_time(at, self._zone)[:10]}  {sentence} {_REMARKS.get(request_id, '')}".rstrip()
        )

    def _news(self, first: str) -> Iterator[str]:
        """Write what was booked since the last time, the first member's before the others'."""
        members = [member.member_id for member in self._replay.store.all_of(Member)]
        for member_id in sorted(members, key=lambda it: (it != first, it)):
            before = self._wallets.get(member_id)
            for entry in entries_of(
                self._replay, member_id, after=before.sequence if before else 0
            ):
                before = before or Wallet(entry.owner)
                now = applied(before, entry)
                moved = now.available - before.available
                text = f"{member_id} has {_left(now)} ({why(entry, self._zone)})"
                yield f"{f'{moved:+,}' if moved else '':>10}  {text}"
                self._wallets[member_id] = before = now


def _object(item: Unread) -> None:
    """Object to a line that cannot be read."""
    raise Corrupt(f"line {item.line} of the bundled history is damaged: {item.reason}")


def _left(wallet: Wallet) -> str:
    """Say what a wallet has."""
    parts = [f"{wallet.available:,}"]
    parts += [f"{wallet.promised:,} promised"] * bool(wallet.promised)
    parts += [f"owes {wallet.owed:,}"] * bool(wallet.owed)
    return ", ".join(parts)


def _opening(programme: Programme) -> Iterator[str]:
    """Say what the programme is."""
    rate, welcome = programme.earning.rate, programme.welcome
    yield f"{programme.title}, told on an invented history of three members: A, B and C."
    yield ""
    yield (
        f"An order earns {rate.tokens} tokens per {rate.per} when it is delivered,"
        f" rounded {rate.rounding.value} once."
    )
    if welcome is not None and welcome.from_on is not None:
        last_day = programme.validity.last_day(welcome.from_on)
        yield (
            f"Joining from {welcome.from_on} through {welcome.through_on} brings"
            f" {welcome.tokens} tokens, valid through {last_day}."
        )
    yield ""


def _ending(replay: Replay) -> Iterator[str]:
    """Add everything up, check it, and name what to try next."""
    totals = replay.totals()
    entries = [entry for journal in replay.store.journals() for entry in journal]
    yield ""
    yield (
        f"{totals.issued:,} issued + {totals.owed:,} owed = {totals.available:,} available"
        f" + {totals.redeemed:,} redeemed + {totals.lapsed:,} lapsed"
        f" + {totals.clawed_back:,} clawed back"
    )
    found = len(check_journal(entries))
    yield f"The journal explains it in {len(entries)} entries; {found} violations are found in it."
    yield ""
    yield from _NEXT
