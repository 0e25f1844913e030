"""What the tests of actions and referrals share: rule books, and short constructors.

1. `asha` invites with the code `ASHA`; her friend is `bela`. She joins at `ASHA_IN`, a month before
   `T`, at which everything else happens unless it says otherwise.
2. Commands are requested by the name of what they do: `accept()` is the request `accept`.
3. A `Circle` is a shop that reads referrals and follows events until there are none left.
"""

from datetime import datetime
from typing import Any

from mi_rewards.commands import (
    AcceptInvitation,
    OpenReferral,
    Perform,
    Qualify,
    follow_up,
)
from mi_rewards.earning import (
    Qualifies,
    Referral,
    ReferralCode,
    ReferralState,
    ReferralTerms,
)
from mi_rewards.programme import Programme
from mi_rewards.repositories import Needs, referral_code_key, referral_key
from tests.shop import Shop, T, ist, join, rules

ASHA_IN = ist("2017-06-01")
"""When the inviter joined."""

AT_ONCE = ReferralTerms(100, 40, Qualifies.ON_JOINING)
ON_DELIVERY = ReferralTerms(100, 40, Qualifies.ON_FIRST_DELIVERY)
LATER = ReferralTerms(100, 40, Qualifies.AFTER_RETURN_WINDOW, return_days=10)


def open_code(
    code: str = "ASHA", *, by: str = "asha", at: datetime = ASHA_IN, request: str = ""
) -> OpenReferral:
    """Open a code."""
    return OpenReferral(member_id=by, request_id=request or f"open:{code}", at=at, code=code)


def accept(
    code: str = "ASHA",
    *,
    by: str = "bela",
    at: datetime = T,
    request: str = "accept",
    verdict: str = "",
) -> AcceptInvitation:
    """Take an invitation up."""
    return AcceptInvitation(
        member_id=by, request_id=request, at=at, referral_code=code, verdict=verdict
    )


def qualify(*, by: str = "bela", at: datetime, request: str = "qualify") -> Qualify:
    """Book that a referral has qualified."""
    return Qualify(member_id=by, request_id=request, at=at)


def perform(
    action_id: str = "sharing",
    *,
    by: str = "asha",
    at: datetime = T,
    request: str = "perform",
    occasion: str = "",
) -> Perform:
    """Perform an action."""
    return Perform(member_id=by, request_id=request, at=at, action_id=action_id, occasion=occasion)


def referral(state: ReferralState = ReferralState.REGISTERED, **changes: Any) -> Referral:
    """Make bela's referral by asha, after a return window of ten days."""
    made = Referral(
        "bela",
        "asha",
        "ASHA",
        state,
        T,
        ASHA_IN,
        Qualifies.AFTER_RETURN_WINDOW,
        10,
        100,
        40,
    )
    return made._replace(**changes)


class Circle(Shop):
    """A shop whose members invite friends."""

    def __init__(self, terms: ReferralTerms | Programme = ON_DELIVERY) -> None:
        super().__init__(rules(referral=terms) if isinstance(terms, ReferralTerms) else terms)

    def invites(self) -> "Circle":
        """Let asha join and open her code."""
        self.all(join(at=ASHA_IN), open_code())
        return self

    def referral(self, by: str = "bela") -> Referral | None:
        """Read a referral as stored."""
        key = referral_key(by)
        return self.store.load(Needs((key,))).get(key)

    def state(self, by: str = "bela") -> str:
        """Tell where a referral is in its life."""
        found = self.referral(by)
        return "" if found is None else found.state.value

    def code(self, code: str = "ASHA") -> ReferralCode | None:
        """Read a code as stored."""
        key = referral_code_key(code)
        return self.store.load(Needs((key,))).get(key)

    def available(self, by: str, at: datetime) -> int:
        """Tell what a member can spend."""
        return self.balance(by=by, at=at).available

    def followed(self, *members: str, at: datetime | None = None) -> list[Any]:
        """Follow each event of these members, in order, and answer with what came of it."""
        made = [follow_up(event, at=at) for by in members for event in self.events(by)]
        return [self.do(command) for command in made if command is not None]
