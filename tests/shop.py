"""What the tests of commands share: a small programme, a shop on it, and short constructors.

1. `SMALL` gives ten tokens per hundred rupees, valid to the end of the next year, and nothing else.
2. A `Shop` carries commands out on a store in memory and tells its journals on one line an entry.
3. Commands are of the member `asha` on order `o1` unless they say otherwise, and are requested by
   the name of what they do: `deliver("o2", 100)` is the request `deliver:o2`.
4. Redemptions are of the reward `cup`, and named by their requests: `redeem()` makes the voucher
   `redeem`, `reserve()` the redemption `reserve`. `code(7)` is the seventh code that is drawn.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeVar

import attrs

from mi_rewards import bundled
from mi_rewards.calendar import read_instant
from mi_rewards.catalogue import (
    ALPHABET,
    LETTERS,
    Redemption,
    Reward,
    SealedCode,
    Voucher,
    sealed,
    with_check,
)
from mi_rewards.commands import (
    Adjust,
    AttachVoucher,
    Balance,
    BurnTokens,
    Cancel,
    CancelRedemption,
    Capture,
    Command,
    ConfirmRedemption,
    Deliver,
    DetachVoucher,
    ExpireVoucher,
    ForgetCode,
    ImportCodes,
    Join,
    Lapse,
    Open,
    Place,
    PlaceHold,
    PublishReward,
    Redeem,
    Reinstate,
    Release,
    ReplaceCode,
    Reserve,
    Return,
    Rewards,
    RunOutRedemption,
    Transfer,
    TransferVoucher,
    UseVoucher,
    VoidVoucher,
    follow_up,
)
from mi_rewards.earning import EarnRate, EarnTerms, Line, Member, Purchase
from mi_rewards.errors import Misuse, Refused
from mi_rewards.memory import MemoryStore
from mi_rewards.money import Money
from mi_rewards.programme import Programme
from mi_rewards.repositories import (
    CounterKey,
    Needs,
    OutboxEvent,
    Page,
    burn_key,
    member_key,
    purchase_key,
    redemption_key,
    voucher_key,
    wallet_key,
)
from mi_rewards.wallet import Burn, EndOfYear, Entry, Wallet
from tests.wallets import KOLKATA, day, story

R = TypeVar("R")

SMALL = Programme(
    "small",
    "Small",
    KOLKATA,
    "INR",
    "tokens",
    EarnTerms(EarnRate(10, Money(10_000, "INR"))),
    EndOfYear(1),
)
REWARD_MI = bundled.programme("reward-mi")


def rules(programme: Programme = SMALL, /, **changes: Any) -> Programme:
    """Make a programme like another, but for these parts; those of `EarnTerms` by their names."""
    terms = {name: changes.pop(name) for name in list(changes) if hasattr(SMALL.earning, name)}
    if terms:
        changes["earning"] = attrs.evolve(programme.earning, **terms)
    return attrs.evolve(programme, **changes)


def ist(text: str) -> datetime:
    """Read an instant of Kolkata's clocks: `2017-06-15`, `2017-06-15 23:59` or with seconds."""
    on, _, time = text.partition(" ")
    time = time or "12:00:00"
    return read_instant(f"{on}T{time}{':00' if time.count(':') == 1 else ''}+05:30")


def inr(rupees: int | str) -> Money:
    """Make so many rupees."""
    return Money.of(str(rupees), "INR")


T = ist("2017-07-01")
"""When things happen that may happen at any time."""


def join(by: str = "asha", *, at: datetime = T, request: str = "join") -> Join:
    """Join."""
    return Join(member_id=by, request_id=request, at=at)


def bring(
    tokens: int,
    last_day: str = "2018-12-31",
    *,
    by: str = "asha",
    at: datetime = T,
    request: str = "",
) -> Open:
    """Bring a balance along."""
    return Open(
        member_id=by,
        request_id=request or f"open:{tokens}@{last_day}",
        at=at,
        tokens=tokens,
        last_day=day(last_day),
    )


def place(
    order_id: str,
    rupees: int | str | None = None,
    *,
    by: str = "asha",
    at: datetime = T,
    request: str = "",
    **stated: Any,
) -> Place:
    """Place an order of so many rupees, or of *lines*."""
    return Place(
        member_id=by,
        request_id=request or f"place:{order_id}",
        at=at,
        order_id=order_id,
        amount=None if rupees is None else inr(rupees),
        **stated,
    )


def deliver(
    order_id: str,
    rupees: int | str | None = None,
    *,
    by: str = "asha",
    at: datetime = T,
    request: str = "",
    **stated: Any,
) -> Deliver:
    """Deliver an order, known or stated by so many rupees or by *lines*; whole, or *line_ids*."""
    name = ":".join(("deliver", order_id, *stated.get("line_ids", ())))
    return Deliver(
        member_id=by,
        request_id=request or name,
        at=at,
        order_id=order_id,
        amount=None if rupees is None else inr(rupees),
        **stated,
    )


def cancel(order_id: str, *, by: str = "asha", at: datetime = T, request: str = "") -> Cancel:
    """Cancel an order."""
    return Cancel(
        member_id=by, request_id=request or f"cancel:{order_id}", at=at, order_id=order_id
    )


def give_back(
    order_id: str,
    rupees: int | str | None = None,
    *units: tuple[str, int],
    by: str = "asha",
    at: datetime = T,
    request: str = "",
) -> Return:
    """Return an order: by value, by line and quantity, or whole."""
    return Return(
        member_id=by,
        request_id=request or f"return:{order_id}",
        at=at,
        order_id=order_id,
        value=None if rupees is None else inr(rupees),
        quantities=units,
    )


def burn(tokens: int, *, by: str = "asha", at: datetime = T, request: str = "burn") -> BurnTokens:
    """Spend tokens."""
    return BurnTokens(member_id=by, request_id=request, at=at, tokens=tokens)


def hold(
    tokens: int, *, until: datetime, by: str = "asha", at: datetime = T, request: str = "hold"
) -> PlaceHold:
    """Set tokens aside."""
    return PlaceHold(member_id=by, request_id=request, at=at, tokens=tokens, until=until)


def capture(
    hold_id: str = "hold",
    tokens: int | None = None,
    *,
    by: str = "asha",
    at: datetime = T,
    request: str = "capture",
) -> Capture:
    """Spend what a hold set aside."""
    return Capture(member_id=by, request_id=request, at=at, hold_id=hold_id, tokens=tokens)


def release(
    hold_id: str = "hold", *, by: str = "asha", at: datetime = T, request: str = "release"
) -> Release:
    """Give back what a hold set aside."""
    return Release(member_id=by, request_id=request, at=at, hold_id=hold_id)


def reinstate(
    burn_id: str = "burn",
    tokens: int | None = None,
    *,
    by: str = "asha",
    at: datetime = T,
    request: str = "reinstate",
) -> Reinstate:
    """Give back tokens of a burn."""
    return Reinstate(member_id=by, request_id=request, at=at, burn_id=burn_id, tokens=tokens)


def send(
    tokens: int, to: str = "bela", *, by: str = "asha", at: datetime = T, request: str = "send"
) -> Transfer:
    """Give tokens to another member."""
    return Transfer(member_id=by, request_id=request, at=at, to_member_id=to, tokens=tokens)


def adjust(
    tokens: int,
    last_day: str | None = None,
    *,
    by: str = "asha",
    at: datetime = T,
    request: str = "adjust",
    note: str = "",
) -> Adjust:
    """Add tokens, or take them off."""
    return Adjust(
        member_id=by,
        request_id=request,
        at=at,
        tokens=tokens,
        reason="goodwill",
        last_day=None if last_day is None else day(last_day),
        note=note,
    )


def lapse(*, by: str = "asha", at: datetime, request: str = "lapse") -> Lapse:
    """Book what is due."""
    return Lapse(member_id=by, request_id=request, at=at)


def line(line_id: str, rupees: int | str, quantity: int = 1, category: str = "") -> Line:
    """Make a line of an order."""
    return Line(line_id, inr(rupees), quantity, category)


# the catalogue

KEY = b"a key of sixteen"
"""The key by which the codes of `code` are sealed."""


def code(number: int = 1) -> SealedCode:
    """Draw the code of a number, of 31 times 31 different ones."""
    first, last = divmod(number, len(ALPHABET))
    letters = ALPHABET[first] + "7" * (LETTERS - 2) + ALPHABET[last]
    return sealed(with_check(letters), KEY)


FIRST, SECOND, THIRD = map(code, (1, 2, 3))
"""Codes that were drawn; what needs one has the first unless it says otherwise."""


def redeem(
    reward_id: str = "cup",
    *,
    by: str = "asha",
    at: datetime = T,
    request: str = "redeem",
    code: SealedCode | None = FIRST,
    **stated: Any,
) -> Redeem:
    """Redeem a reward in one step."""
    return Redeem(member_id=by, request_id=request, at=at, reward_id=reward_id, code=code, **stated)


def reserve(
    reward_id: str = "cup",
    *,
    until: datetime,
    by: str = "asha",
    at: datetime = T,
    request: str = "reserve",
    **stated: Any,
) -> Reserve:
    """Reserve a reward."""
    return Reserve(
        member_id=by, request_id=request, at=at, reward_id=reward_id, until=until, **stated
    )


def confirm(
    redemption_id: str = "reserve",
    *,
    by: str = "asha",
    at: datetime = T,
    request: str = "confirm",
    code: SealedCode | None = FIRST,
) -> ConfirmRedemption:
    """Confirm a reservation."""
    return ConfirmRedemption(
        member_id=by, request_id=request, at=at, redemption_id=redemption_id, code=code
    )


def call_off(
    redemption_id: str = "reserve",
    *,
    by: str = "asha",
    at: datetime = T,
    request: str = "call off",
) -> CancelRedemption:
    """Cancel a redemption."""
    return CancelRedemption(member_id=by, request_id=request, at=at, redemption_id=redemption_id)


def run_out(
    redemption_id: str = "reserve", *, by: str = "asha", at: datetime, request: str = "run out"
) -> RunOutRedemption:
    """Book that a reservation has run out."""
    return RunOutRedemption(member_id=by, request_id=request, at=at, redemption_id=redemption_id)


def named(voucher: str | SealedCode) -> dict[str, str]:
    """Name a voucher: by its id, or by its code's digest."""
    if isinstance(voucher, SealedCode):
        return {"digest": voucher.digest}
    return {"voucher_id": voucher}


def attach(
    voucher: str | SealedCode = "redeem",
    order_id: str = "o1",
    *,
    by: str = "asha",
    at: datetime = T,
    request: str = "attach",
) -> AttachVoucher:
    """Attach a voucher to an order."""
    return AttachVoucher(
        member_id=by, request_id=request, at=at, order_id=order_id, **named(voucher)
    )


def detach(
    voucher: str | SealedCode = "redeem",
    order_id: str = "o1",
    *,
    by: str = "asha",
    at: datetime = T,
    request: str = "detach",
) -> DetachVoucher:
    """Take a voucher off an order."""
    return DetachVoucher(
        member_id=by, request_id=request, at=at, order_id=order_id, **named(voucher)
    )


def use(
    voucher: str | SealedCode = "redeem",
    order_id: str = "o1",
    *,
    by: str = "asha",
    at: datetime = T,
    request: str = "use",
) -> UseVoucher:
    """Use a voucher on an order."""
    return UseVoucher(member_id=by, request_id=request, at=at, order_id=order_id, **named(voucher))


def hand_on(
    voucher: str | SealedCode = "redeem",
    to: str = "bela",
    *,
    by: str = "asha",
    at: datetime = T,
    request: str = "hand on",
) -> TransferVoucher:
    """Hand a voucher on."""
    return TransferVoucher(
        member_id=by, request_id=request, at=at, to_member_id=to, **named(voucher)
    )


def replace(
    voucher: str | SealedCode = "redeem",
    *,
    code: SealedCode = SECOND,
    by: str = "asha",
    at: datetime = T,
    request: str = "replace",
) -> ReplaceCode:
    """Give a voucher another code."""
    return ReplaceCode(member_id=by, request_id=request, at=at, code=code, **named(voucher))


def void(
    voucher: str | SealedCode = "redeem",
    *,
    by: str = "asha",
    at: datetime = T,
    request: str = "void",
) -> VoidVoucher:
    """Make a voucher void."""
    return VoidVoucher(member_id=by, request_id=request, at=at, **named(voucher))


def forget(
    voucher: str | SealedCode = "redeem",
    *,
    by: str = "asha",
    at: datetime = T,
    request: str = "forget",
) -> ForgetCode:
    """Clear the code that a voucher keeps."""
    return ForgetCode(member_id=by, request_id=request, at=at, **named(voucher))


def expire(
    voucher_id: str = "redeem", *, by: str = "asha", at: datetime, request: str = "expire"
) -> ExpireVoucher:
    """Book that a voucher's last valid day is over."""
    return ExpireVoucher(member_id=by, request_id=request, at=at, voucher_id=voucher_id)


def publish(reward: Reward, *, at: datetime = T, request: str = "publish") -> PublishReward:
    """Put a reward into the catalogue."""
    return PublishReward(reward=reward, request_id=request, at=at)


def fill(
    *codes: SealedCode, pool_id: str = "partner", at: datetime = T, request: str = "fill"
) -> ImportCodes:
    """Put codes into a pool."""
    return ImportCodes(pool_id=pool_id, codes=codes, request_id=request, at=at)


class Shop:
    """A programme on a store in memory."""

    def __init__(self, programme: Programme = SMALL, *, store: MemoryStore | None = None) -> None:
        self.store = MemoryStore() if store is None else store
        self.programme = programme
        self.rewards = Rewards(self.store, programme)

    def under(self, programme: Programme) -> "Shop":
        """Go on with other rules."""
        return Shop(programme, store=self.store)

    def do(self, command: Command[R]) -> R:
        """Carry one command out."""
        return self.rewards.do(command)

    def all(self, *commands: Command[Any]) -> list[Any]:
        """Carry commands out one by one, and answer with their outcomes."""
        return [self.rewards.do(command) for command in commands]

    def batch(self, *commands: Command[Any]) -> list[Any]:
        """Carry commands out with one load and one save, and answer with what came of each."""
        return list(self.rewards.do_all(commands))

    def refusal(self, command: Command[Any]) -> Refused | Misuse:
        """Carry out a command that is refused, and see that this changes nothing."""
        before = contents(self.store)
        answer = self.rewards.do_all([command])[0]
        assert isinstance(answer, Refused | Misuse), answer
        assert contents(self.store) == before
        return answer

    def balance(self, *, by: str = "asha", at: datetime = T) -> Balance:
        """State a balance."""
        return self.rewards.balance(by, at=at)

    def entries(self, by: str = "asha") -> tuple[Entry, ...]:
        """Read a whole journal."""
        return self.rewards.statement(by).entries

    def story(self, by: str = "asha") -> list[str]:
        """Tell a journal, a line an entry."""
        return story(self.entries(by))

    def wallet(self, by: str = "asha") -> Wallet | None:
        """Read a wallet as stored."""
        key = wallet_key(by, self.programme.kind)
        return self.store.load(Needs((key,))).get(key)

    def purchase(self, order_id: str = "o1", by: str = "asha") -> Purchase | None:
        """Read a purchase as stored."""
        key = purchase_key(by, order_id)
        return self.store.load(Needs((key,))).get(key)

    def member(self, by: str = "asha") -> Member | None:
        """Read a member as stored."""
        key = member_key(by)
        return self.store.load(Needs((key,))).get(key)

    def burned(self, burn_id: str = "burn", by: str = "asha") -> Burn | None:
        """Read a burn as stored."""
        key = burn_key(by, burn_id)
        return self.store.load(Needs((key,))).get(key)

    def redemption(self, redemption_id: str = "reserve", by: str = "asha") -> Redemption | None:
        """Read a redemption as stored."""
        key = redemption_key(by, redemption_id)
        return self.store.load(Needs((key,))).get(key)

    def voucher(self, voucher_id: str = "redeem", by: str = "asha") -> Voucher:
        """Read a voucher as stored; one that there is."""
        key = voucher_key(by, voucher_id)
        found = self.store.load(Needs((key,))).get(key)
        assert found is not None
        return found

    def used(self, scope: str = "reward/cup", name: str = "stock") -> int | None:
        """Read how much of a counter is used, `None` where nothing was taken yet."""
        key = CounterKey(scope, name)
        found = self.store.load(Needs(counters=(key,))).counter(key)
        return None if found is None else found.used

    def events(self, by: str = "asha") -> Sequence[OutboxEvent]:
        """Read what a member's changes left in the outbox."""
        page = Page("outbox", by, "", 0, 1000)
        return self.store.load(Needs(pages=(page,))).pages[page]

    def follow(self, by: str = "asha") -> list[Any]:
        """Follow up each event of a member, and answer with what came of it."""
        commands = [follow_up(event) for event in self.events(by)]
        return [self.do(command) for command in commands if command is not None]


UNKEPT = ("_lock", "_index")
"""What a store in memory has besides rows: its lock, and keys sorted when somebody asked."""


_CHANGING = (dict, list, set)


def contents(store: MemoryStore) -> dict[str, object]:
    """Copy all that a store keeps, to see whether it changes."""
    kept = {name: value for name, value in vars(store).items() if name not in UNKEPT}
    return {name: _copied(value) for name, value in kept.items()}


def _copied(value: object) -> object:
    """Copy dictionaries, lists and sets; the rest are values."""
    if isinstance(value, dict):
        return {
            key: _copied(each) if type(each) in _CHANGING else each for key, each in value.items()
        }
    if isinstance(value, list):
        return [_copied(each) if type(each) in _CHANGING else each for each in value]
    return set(value) if isinstance(value, set) else value


def check_outcomes(found: Sequence[object], *expected: object) -> None:
    """See that outcomes are those expected; two of different classes may have equal fields."""
    assert list(found) == list(expected)
    assert [type(it) for it in found] == [type(it) for it in expected]
