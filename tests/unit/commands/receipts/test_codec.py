"""Receipts as dictionaries: every outcome, every refusal, a stored sample of every format."""

import copy
import importlib
import json
import pkgutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import mi_rewards
from mi_rewards import commands
from mi_rewards.calendar import NEVER
from mi_rewards.catalogue import (
    Irrevocable,
    NothingInPool,
    NotOnSale,
    RedemptionNotOpen,
    TierNotEntitled,
    TokensNotOffered,
    UnknownRedemption,
    UnknownReward,
    VoucherAttached,
    VoucherExpired,
    VoucherNotAttached,
    VoucherNotFound,
    VoucherNotTransferable,
    VoucherUsed,
)
from mi_rewards.checkout import (
    BeyondPaid,
    QuoteStale,
    SettlementNotOpen,
    UnknownQuote,
    UnknownSettlement,
)
from mi_rewards.commands import (
    Absorbed,
    Adjusted,
    BirthdaySet,
    Blocked,
    Burned,
    Cancelled,
    CartPlaced,
    CodeReplaced,
    Counted,
    Delivered,
    Erased,
    HoldPlaced,
    HoldTooLong,
    Imported,
    Issued,
    Joined,
    Lapsed,
    Left,
    Merged,
    Opened,
    OrderPaid,
    PaymentClosed,
    Placed,
    Published,
    Quoted,
    RedemptionClosed,
    Refunded,
    Reinstated,
    Released,
    Reserved,
    Returned,
    TooManyHolds,
    Transferred,
    Unblocked,
    UnknownBurn,
    VoucherChanged,
    receipt_from_dict,
    receipt_to_dict,
)
from mi_rewards.commands.referral.outcomes import (
    InvitationAccepted,
    InviterRevoked,
    InviterRewarded,
    Performed,
    ReferralChanged,
    ReferralOpened,
)
from mi_rewards.commands.tiers.outcomes import BirthdayGiven, Reviewed
from mi_rewards.earning import (
    AlreadyClaimed,
    AlreadyDelivered,
    AlreadyJoined,
    AlreadyPlaced,
    BeyondDelivered,
    ClaimTooLate,
    HoldsOpen,
    MemberLeft,
    MemberMerged,
    MergedIntoItself,
    MergesPending,
    NotAMember,
    OrderCancelled,
    UnknownLine,
    UnknownOrder,
)
from mi_rewards.earning.referral_refusals import (
    AccountTooOld,
    ActionNotOpen,
    AlreadyInvited,
    ReferralCodeClosed,
    ReferralCodeOpen,
    ReferralCycle,
    ReferralNotOpen,
    ReferralRejected,
    RewardNotBooked,
    SelfReferral,
    UnknownAction,
    UnknownReferral,
    UnknownReferralCode,
    VerdictMissing,
)
from mi_rewards.errors import Corrupt, LimitReached, Misuse, Refused
from mi_rewards.money import TOKENS_MAX
from mi_rewards.repositories import Receipt, ReceiptKey
from mi_rewards.tiers.refusals import NoBirthdayGift, NotTheBirthday
from mi_rewards.wallet import (
    AlreadyBlocked,
    BeyondBurn,
    BeyondHold,
    BeyondPromise,
    ClawBackRefused,
    DeadlinePassed,
    HoldNotOpen,
    InsufficientTokens,
    MemberBlocked,
    NotBlocked,
    PromiseNotOpen,
    TokensOwed,
    WalletFull,
)
from tests.ahead_receipts import OUTCOMES_AHEAD, REFUSALS_AHEAD
from tests.shop import T, deliver, ist
from tests.traded_receipts import OUTCOMES_TRADED, REFUSALS_TRADED
from tests.wallets import day

SAMPLES = Path(__file__).parents[3] / "samples"
KEY = ReceiptKey("asha", "deliver:o1")
DIGEST = "0123456789abcdef" * 2

OUTCOMES: list[Any] = [
    Adjusted(-5),
    Burned("b1", 5, 2),
    Cancelled("o1", 100),
    Delivered("o1", 100, day("2018-12-31"), ist("2017-07-15 00:00"), "shopping"),
    Delivered("o1", 0, None, None, "waiting_for_joining"),
    HoldPlaced("h1", 5, T),
    Joined(50, 100),
    Lapsed(5, 2),
    Opened(5, NEVER),
    Placed("o1", 100),
    Reinstated("b1", 5, 0),
    Released("h1", 5),
    Returned("o1", 21, 1, 2, 3, 4, 11),
    Transferred("asha/s1", 0, "wallet_full"),
]
OF_THE_CATALOGUE: list[Any] = [
    CodeReplaced("r1", "cup", DIGEST),
    Imported("partner", 2, 5),
    Issued("r1", "cup", 2_500, day("2017-09-29"), DIGEST),
    Published("cup", 1),
    RedemptionClosed("r1", "run_out", 2_500),
    Reserved("r1", "cup", 2_500, T),
    VoucherChanged("r1", "cup", "attached"),
]
OF_THE_CHECKOUT: list[Any] = [
    CartPlaced("o1", 89_000, "INR", 250, T),
    OrderPaid("o1", 250, 89),
    PaymentClosed("o1", "failed", 250),
    Quoted("q1", 89_000, "INR", 250, 89, day("2018-12-31"), T),
    Quoted("q2", 89_000, "INR", 250, 0, None, T),
    Refunded("o1", 89_000, "INR", 250, 1_000, 80, 9),
]
REFUSALS: list[Refused] = [
    AlreadyDelivered(order_id="o1"),
    AlreadyJoined(member_id="asha"),
    AlreadyPlaced(order_id="o1"),
    BeyondBurn(burn_id="b1", required=5, left=4),
    BeyondDelivered(order_id="o1", asked=5, left=4, unit="units"),
    BeyondHold(hold_id="h1", required=5, held=4),
    BeyondPromise(promise_id="o1#0", required=5, promised=4),
    ClawBackRefused(required=5, available=4),
    DeadlinePassed(hold_id="h1", until="2017-07-01T06:30:00Z"),
    HoldNotOpen(hold_id="h1"),
    HoldTooLong(until="2017-07-01T06:30:00Z", hours_max=72),
    InsufficientTokens(required=5, available=4),
    LimitReached(counter="reward/coupon", asked=1, used=5, limit=5),
    OrderCancelled(order_id="o1"),
    PromiseNotOpen(promise_id="o1#0"),
    TokensOwed(required=5, owed=4),
    TooManyHolds(open_count=3, open_max=3),
    UnknownBurn(burn_id="b1"),
    UnknownLine(order_id="o1", line_id="a"),
    UnknownOrder(order_id="o1"),
    WalletFull(member_id="asha"),
]
OF_REWARDS: list[Refused] = [
    Irrevocable(redemption_id="r1"),
    NotOnSale(reward_id="cup", from_at="2017-07-01T06:30:00Z", until_at=""),
    NothingInPool(pool_id="partner"),
    RedemptionNotOpen(redemption_id="r1", state="cancelled"),
    TierNotEntitled(reward_id="cup", tier="", tiers="gold, platinum"),
    TokensNotOffered(reward_id="cup", asked=51, least=50, step=25, most=500),
    UnknownRedemption(redemption_id="r1"),
    UnknownReward(reward_id="cup"),
    VoucherAttached(voucher_id="r1"),
    VoucherExpired(voucher_id="r1", last_day="2017-09-29"),
    VoucherNotAttached(voucher_id="r1", order_id="o1"),
    VoucherNotFound(),
    VoucherNotTransferable(voucher_id="r1"),
    VoucherUsed(voucher_id="r1"),
]

OF_PAYMENTS: list[Refused] = [
    BeyondPaid(order_id="o1", line_id="a", asked=2, left=1),
    QuoteStale(quote_id="q1", changed=("expired", "payable")),
    SettlementNotOpen(order_id="o1", state="paid"),
    UnknownQuote(quote_id="q1"),
    UnknownSettlement(order_id="o1"),
]
OF_MEMBERSHIPS: list[Any] = [
    Absorbed("asha"),
    BirthdaySet("asha"),
    Blocked("fraud"),
    Counted("asha/o1", "gold"),
    Erased("asha"),
    Left(100, 10),
    Merged("bela", 100, 0),
    Unblocked("fraud"),
]
OF_MEMBERS: list[Refused] = [
    AlreadyBlocked(reason="fraud"),
    AlreadyClaimed(order_id="o1"),
    ClaimTooLate(order_id="o1", delivered_on="2017-07-01", claim_within_days=30),
    HoldsOpen(holds=1, payments=2),
    MemberBlocked(reason="fraud"),
    MemberLeft(member_id="asha"),
    MemberMerged(member_id="asha", into="bela"),
    MergedIntoItself(member_id="asha"),
    MergesPending(member_id="asha"),
    NotAMember(member_id="asha"),
    NotBlocked(),
]
OF_FRIENDS_AND_TIERS: list[Any] = [
    BirthdayGiven(70, day("2018-12-31")),
    InvitationAccepted("asha", "qualified", 50),
    InviterRevoked("bela", 50, 40, 10, 0, 0),
    InviterRewarded("bela", 50, day("2018-12-31")),
    InviterRewarded("bela", 0, NEVER, "not_a_member"),
    Performed("sharing", 5, day("2018-12-31")),
    ReferralChanged("asha", "qualified"),
    ReferralOpened("ASHA7", T),
    ReferralOpened("ASHA7", None),
    Reviewed("gold", 1, 50, day("2018-01-01")),
    Reviewed("gold", 0, 0, None),
]
OF_REFERRALS: list[Refused] = [
    AccountTooOld(days=4, days_max=3),
    ActionNotOpen(action_id="sharing", on="2017-07-01"),
    AlreadyInvited(member_id="bela"),
    NoBirthdayGift(tier="silver"),
    NotTheBirthday(on="2017-07-01"),
    ReferralCodeClosed(referral_code="ASHA7", on="2017-07-01"),
    ReferralCodeOpen(referral_code="ASHA7"),
    ReferralCycle(member_id="bela", referral_code="ASHA7"),
    ReferralNotOpen(on="2017-07-01"),
    ReferralRejected(member_id="bela"),
    RewardNotBooked(friend_id="bela"),
    SelfReferral(member_id="asha"),
    UnknownAction(action_id="sharing"),
    UnknownReferral(member_id="bela"),
    UnknownReferralCode(referral_code="ASHA7"),
    VerdictMissing(member_id="bela"),
]
EVERY_OUTCOME = [*OUTCOMES, *OF_THE_CATALOGUE, *OF_THE_CHECKOUT, *OF_MEMBERSHIPS]
EVERY_OUTCOME += [*OF_FRIENDS_AND_TIERS, *OUTCOMES_AHEAD, *OUTCOMES_TRADED]
EVERY_REFUSAL = [*REFUSALS, *OF_REWARDS, *OF_PAYMENTS, *OF_MEMBERS, *OF_REFERRALS]
EVERY_REFUSAL += [*REFUSALS_AHEAD, *REFUSALS_TRADED]


def through_json(receipt: Receipt) -> Receipt:
    """Write a receipt, and read it again."""
    return receipt_from_dict(json.loads(json.dumps(receipt_to_dict(receipt))))


# every outcome and every refusal


@pytest.mark.parametrize("outcome", EVERY_OUTCOME)
def test_an_outcome_is_read_as_it_was_written(outcome: object) -> None:
    """Equal, and of its own class."""
    receipt = Receipt(KEY, DIGEST, outcome)
    read = through_json(receipt)
    assert read == receipt
    assert type(read.outcome) is type(outcome)


@pytest.mark.parametrize("refusal", EVERY_REFUSAL)
def test_a_refusal_is_read_as_it_was_written(refusal: Refused) -> None:
    """With its figures."""
    receipt = Receipt(KEY, DIGEST, refusal)
    read = through_json(receipt)
    assert read == receipt
    assert str(read.outcome) == str(refusal)


def test_these_are_all_outcomes_that_there_are() -> None:
    """Every public class of the modules of outcomes."""
    homes = pkgutil.walk_packages(commands.__path__, "mi_rewards.commands.")
    names = [home.name for home in homes if home.name.endswith("outcomes")]
    modules = [importlib.import_module(name) for name in names]
    classes = {
        it
        for module in modules
        for it in vars(module).values()
        if isinstance(it, type) and it.__module__ == module.__name__
    }
    assert {type(it) for it in EVERY_OUTCOME} == classes
    assert len(classes) == 60


def test_these_are_all_refusals_that_there_are() -> None:
    """Every class of refusal that the package defines."""
    for module in pkgutil.walk_packages(mi_rewards.__path__, "mi_rewards."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    assert {type(it) for it in EVERY_REFUSAL} == refusals_of(Refused)
    assert len({it.code for it in EVERY_REFUSAL}) == len({type(it) for it in EVERY_REFUSAL})


def refusals_of(kind: type[Refused]) -> set[type[Refused]]:
    """Find the refusals that the package itself defines."""
    found: set[type[Refused]] = set()
    for each in kind.__subclasses__():
        if each.__module__.startswith("mi_rewards."):
            found |= {each} | refusals_of(each)
    return found


# receipts


def test_the_first_format_of_receipts_stays_readable() -> None:
    """What was stored once is read for ever, and written the same while the format is the same."""
    for name, outcomes in (
        ("receipts_1.json", (*OUTCOMES, *REFUSALS)),
        ("receipts_of_rewards_1.json", (*OF_THE_CATALOGUE, *OF_REWARDS)),
        ("receipts_of_payments_1.json", (*OF_THE_CHECKOUT, *OF_PAYMENTS)),
        ("receipts_of_members_1.json", (*OF_MEMBERSHIPS, *OF_MEMBERS)),
        ("receipts_of_preorders_1.json", (*OUTCOMES_AHEAD, *REFUSALS_AHEAD)),
        ("receipts_of_exchanges_1.json", (*OUTCOMES_TRADED, *REFUSALS_TRADED)),
    ):
        check_stored(name, [Receipt(KEY, DIGEST, outcome) for outcome in outcomes])


def check_stored(name: str, receipts: list[Receipt]) -> None:
    """See that a stored sample reads as these receipts, and is what they are written as."""
    stored = json.loads(SAMPLES.joinpath(name).read_text(encoding="utf-8"))
    assert [receipt_from_dict(it) for it in stored] == receipts
    assert [receipt_to_dict(it) for it in receipts] == stored


def test_a_content_is_written_as_its_digest() -> None:
    """And still tells the same request from another."""
    content = deliver("o1", 100).content()
    read = through_json(Receipt(KEY, content, Placed("o1", 10)))
    assert read == Receipt(KEY, content.digest(), Placed("o1", 10))
    assert content.is_same(read.content)
    assert through_json(read) == read


class Strange(Refused):
    """A refusal of somebody else's."""

    code = "strange"

    def __init__(self) -> None:
        super().__init__("strange")


@pytest.mark.parametrize("outcome", [None, 5, "done", (1, 2), Strange(), Misuse("no"), Burned])
def test_an_outcome_of_somebody_else_s_is_not_written(outcome: object) -> None:
    """The message shows it."""
    with pytest.raises(Misuse, match=r"no receipt can state the (outcome|refusal) "):
        receipt_to_dict(Receipt(KEY, DIGEST, outcome))


def test_a_figure_that_json_has_no_form_for_is_not_written() -> None:
    """Such as a fraction."""
    wrong: Any = 1.5
    with pytest.raises(Misuse, match=r"no receipt can state 1\.5"):
        receipt_to_dict(Receipt(KEY, DIGEST, Adjusted(wrong)))


# strict reading


def setting(path: str, value: object) -> Callable[[Any], object]:
    """Set what a path such as `outcome.kind` leads to; take it out where the value is `...`."""

    def edit(written: Any) -> None:
        *way, last = path.split(".")
        for step in way:
            written = written[step]
        if value is ...:
            del written[last]
        else:
            written[last] = value

    return edit


ROWS: list[tuple[str, object, str]] = [
    ("format", 2, "receipt is of the unknown format 2"),
    ("scope", 5, "scope must be a text, not 5"),
    ("scope", ..., "receipt has other keys: missing ['scope'], unknown []"),
    ("request_id", None, "request_id must be a text, not None"),
    ("content", 5, "content must be a text, not 5"),
    ("content", "0123", "content must be a digest, not '0123'"),
    ("content", DIGEST.upper(), "content must be a digest, not '0123456789ABCDEF"),
    ("content", DIGEST + "0", "content must be a digest, not '0123456789abcdef"),
    ("outcome", None, "outcome must be a dictionary, not None"),
    ("outcome", {}, "outcome has other keys: missing ['fields', 'kind'], unknown []"),
    ("outcome.kind", "Lost", "outcome 'Lost' is not known"),
    ("outcome.kind", "Placed", "outcome has other keys: missing ['promised']"),
    ("outcome.kind", 5, "outcome must be a text, not 5"),
    ("outcome.fields", [], "outcome must be a dictionary, not []"),
    ("outcome.fields.tokens", "5", "tokens must be a whole number, "),
    ("outcome.fields.tokens", True, "tokens must be a whole number, "),
    ("outcome.fields.tokens", TOKENS_MAX + 1, "tokens must be a whole number, "),
    ("outcome.fields.tokens", None, "tokens must be a whole number, "),
    ("outcome.fields.order_id", None, "order_id must be a text, not None"),
    ("outcome.fields.last_day", "soon", "last_day: a day is written as"),
    ("outcome.fields.keeps_at", "2017-07-15", "keeps_at: an instant is written as"),
    ("outcome.fields.rule", ..., "outcome has other keys: missing ['rule'], unknown []"),
    ("outcome.more", 1, "outcome has other keys: missing [], unknown ['more']"),
    ("more", 1, "receipt has other keys: missing [], unknown ['more']"),
]


def corrupt(outcome: object, edit: Callable[[Any], object]) -> str:
    """Edit a receipt as written, and answer with the objection of the reader."""
    written = copy.deepcopy(receipt_to_dict(Receipt(KEY, DIGEST, outcome)))
    edit(written)
    with pytest.raises(Corrupt) as caught:
        receipt_from_dict(written)
    return str(caught.value)


@pytest.mark.parametrize(("path", "value", "message"), ROWS)
def test_a_receipt_is_read_strictly(path: str, value: object, message: str) -> None:
    """Whatever was not written here is corrupt, and the message says what is wrong."""
    assert corrupt(OUTCOMES[3], setting(path, value)).startswith(message)


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("outcome.refused", "lost", "refusal 'lost' is not known"),
        ("outcome.refused", 5, "refusal must be a text, not 5"),
        ("outcome.figures", [], "figures must be a dictionary, not []"),
        ("outcome.figures", ..., "refusal has other keys: missing ['figures'], unknown []"),
        ("outcome.figures.required", 1.5, "figure must be a text or a whole number, not 1.5"),
        (
            "outcome.figures.required",
            ...,
            "'insufficient_tokens' has other figures than ['available']",
        ),
        (
            "outcome.figures.more",
            1,
            "'insufficient_tokens' has other figures than ['available', 'more', 'required']",
        ),
        ("outcome.kind", "Placed", "refusal has other keys: missing [], unknown ['kind']"),
    ],
)
def test_a_refusal_is_read_strictly(path: str, value: object, message: str) -> None:
    """By code, and with exactly its figures."""
    refusal = InsufficientTokens(required=5, available=4)
    assert corrupt(refusal, setting(path, value)) == message


def test_the_smallest_number_of_an_outcome_is_read() -> None:
    """As many may be taken off as there may be."""
    for tokens in (TOKENS_MAX, -TOKENS_MAX):
        assert through_json(Receipt(KEY, DIGEST, Adjusted(tokens))).outcome == Adjusted(tokens)
    assert corrupt(Adjusted(1), setting("outcome.fields.tokens", -TOKENS_MAX - 1)).startswith(
        "tokens must be a whole number"
    )
