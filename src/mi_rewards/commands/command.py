"""What a command is: a use case as a value that decides.

1. A command has the member it concerns, a request id, its instant and its arguments; it is a value
   and can be kept.
2. It names what it needs, and decides purely from what was loaded; the shells load and save.
3. Its content is the command and its arguments without the instant, without free text, a birthday,
   a code that was drawn for it or what somebody else priced: same request and content, same
   outcome.
4. It touches one member, and counters.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from operator import attrgetter
from typing import Any, ClassVar, Generic, NamedTuple, Protocol, TypeVar

import attrs

from mi_rewards._tuples import new
from mi_rewards.calendar import utc
from mi_rewards.errors import Misuse
from mi_rewards.programme import Programme
from mi_rewards.repositories.exchange import Loaded, Needs, Put
from mi_rewards.repositories.keys import Key, wallet_key
from mi_rewards.repositories.messages import Note, OutboxEvent
from mi_rewards.repositories.records import Content, Take
from mi_rewards.wallet.entries import Entry, Owner
from mi_rewards.wallet.wallet import Wallet

C = TypeVar("C", bound="MemberCommand")
R_co = TypeVar("R_co", covariant=True)

_NOT_CONTENT = frozenset({"member_id", "request_id", "at", "note", "code", "birthday", "valuation"})


class Decision(NamedTuple, Generic[R_co]):
    """What a command decides.

    Attributes:
        outcome: What is answered, now and whenever the request is repeated.
        puts: Aggregates to be stored.
        entries: Journal entries.
        events: What others are to learn of.
        notes: Free text.
        takes: Steps of counters.
        erased: Members whose notes are deleted.
    """

    outcome: R_co
    puts: tuple[Put[Any], ...] = ()
    entries: tuple[Entry, ...] = ()
    events: tuple[OutboxEvent, ...] = ()
    notes: tuple[Note, ...] = ()
    takes: tuple[Take, ...] = ()
    erased: tuple[str, ...] = ()


class Command(Protocol[R_co]):
    """A use case as a value; *R_co* is what it answers."""

    @property
    def request_id(self) -> str:
        """The caller's name for this request."""

    @property
    def scope(self) -> str:
        """What the request id is unique within: the member."""

    @property
    def at(self) -> datetime:
        """Its instant (UTC)."""

    def content(self) -> Content:
        """Answer with what makes this request the same as another.

        Returns:
            The command and its arguments without the instant.
        """

    def needs(self, programme: Programme, /) -> Needs:
        """Name what the decision needs to see.

        Args:
            programme: The rules.

        Returns:
            Keys; a decision that finds it needs more raises `NotLoaded`.
        """

    def decide(self, loaded: Loaded, programme: Programme, /) -> Decision[R_co]:
        """Decide, purely.

        Args:
            loaded: What was loaded.
            programme: The rules.

        Returns:
            The outcome and the changes.

        Raises:
            NotLoaded: Something more is needed.
            Refused: No, by the rules.
            Misuse: An argument is wrong.
        """


@attrs.frozen(order=False, kw_only=True, slots=False)
class MemberCommand:
    """What every command on a member has.

    Attributes:
        member_id: The member.
        request_id: The caller's name for this request, unique within the member.
        at: The instant, with an offset; kept in UTC.
        weighs_limits: Whether it takes what a limit has left, and does without where that is
            nothing, so that a limit reached meanwhile is no answer to it: it is decided again.
    """

    member_id: str
    request_id: str
    at: datetime = attrs.field(converter=utc)

    weighs_limits: ClassVar[bool] = False

    def __attrs_post_init__(self) -> None:
        """Check the names."""
        if type(self.member_id) is not str or not self.member_id:
            raise not_a_text("a member's id", self.member_id)
        if type(self.request_id) is not str or not self.request_id:
            raise not_a_text("a request id", self.request_id)

    @property
    def scope(self) -> str:
        """The request id is unique within the member."""
        return self.member_id

    def content(self) -> Content:
        """Answer with what makes this request the same as another.

        Returns:
            The command and its arguments without the instant.
        """
        kind: type[Any] = type(self)
        names, values = _getter_of(kind)
        return new(Content, (kind, names, values(self)))


def contents_of(commands: Sequence[Command[Any]]) -> list[Content]:
    """Answer with the content of each command; of several of a kind it is looked at once.

    Args:
        commands: The commands.

    Returns:
        What the `content` of each answers with.
    """
    getter, usual = None, MemberCommand.content
    last: Any = None
    found = []
    for command in commands:
        kind: Any = type(command)
        if kind is not last:
            is_usual = getattr(kind, "content", None) is usual
            last, getter = kind, _getter_of(kind) if is_usual else None
        if getter is None:
            found.append(command.content())
        else:
            found.append(new(Content, (kind, getter[0], getter[1](command))))
    return found


def proved(kind: type[C], arguments: dict[str, object]) -> C:
    """Make a command of arguments that its checks would find nothing in, without asking them.

    This is for who reads commands by the hundred thousand, and has made each argument itself.

    Args:
        kind: The command's class.
        arguments: All of its arguments; the command's own from then on.

    Returns:
        The command, equal to one that was checked.
    """
    command = object.__new__(kind)
    object.__setattr__(command, "__dict__", arguments)
    return command


_Getter = tuple[tuple[str, ...], Callable[[Any], tuple[object, ...]]]
_GETTERS: dict[type[Any], _Getter] = {}


def _getter_of(kind: type[Any]) -> _Getter:
    """Find the getter of a command's arguments, or make it; Join has none."""
    found = _GETTERS.get(kind)
    if found is not None:
        return found
    names = tuple(it.name for it in attrs.fields(kind) if it.name not in _NOT_CONTENT)
    if len(names) > 1:
        return _GETTERS.setdefault(kind, (names, attrgetter(*names)))
    return _GETTERS.setdefault(
        kind, (names, lambda command: tuple(getattr(command, name) for name in names))
    )


def not_a_text(what: str, value: object) -> Misuse:
    """Say that something has no name.

    Args:
        what: What it is that should have one.
        value: What was given.

    Returns:
        The error, to be raised.
    """
    return Misuse(f"{what} is a text, not {value!r}")


def wallet_of(
    wallet: Wallet | None, member_id: str, programme: Programme, kind: str = ""
) -> Wallet:
    """Answer with a member's wallet, an empty one where there is none yet.

    Args:
        wallet: What was loaded.
        member_id: The member.
        programme: The rules.
        kind: The kind of token; empty for the programme's own.

    Returns:
        The wallet.
    """
    return wallet or Wallet(Owner(member_id, kind or programme.kind, programme.zone))


def as_of(wallet: Wallet, at: datetime) -> Wallet:
    """State a wallet at an instant; its time never goes back, whatever the caller's clock says.

    Args:
        wallet: The wallet, as booked.
        at: The instant (UTC).

    Returns:
        The wallet at that instant, or at its last entry's where that is later.
    """
    booked_at = wallet.booked_at
    return wallet.at(at if booked_at is None or at > booked_at else booked_at)


class WalletCommand(MemberCommand):
    """What every command on the wallet alone has."""

    def needs(self, programme: Programme, /) -> Needs:
        """Name the wallet.

        Args:
            programme: The rules.

        Returns:
            Its key.
        """
        return new(Needs, ((wallet_key(self.member_id, programme.kind),), (), (), (), None))

    def _key(self, programme: Programme) -> Key[Wallet]:
        """Name the wallet."""
        return wallet_key(self.member_id, programme.kind)

    def _wallet(self, loaded: Loaded, programme: Programme) -> Wallet:
        """Answer with the wallet, an empty one where there is none yet."""
        return wallet_of(loaded.get(self._key(programme)), self.member_id, programme)


def seen(loaded: Loaded, changed: dict[Key[Any], Any]) -> Loaded:
    """Show what was loaded with some of it changed.

    Args:
        loaded: What was loaded.
        changed: What is otherwise by now.

    Returns:
        Both together.
    """
    return Loaded(
        {**loaded.aggregates, **changed}, loaded.receipts, loaded.counters, loaded.pages, loaded.due
    )


def last_of(puts: tuple[Put[Any], ...]) -> tuple[Put[Any], ...]:
    """Put one value of each aggregate.

    Args:
        puts: Values, later ones made of earlier ones.

    Returns:
        The last one of each.
    """
    return tuple({put.key: put for put in puts}.values())
