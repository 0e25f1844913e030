"""The contract of stores: every check, to be run on a host's own.

1. A host subclasses `StoreContract` under a name that its runner collects, and says how a store is
   made. Each check is a method, so any runner will do; `run_contract` needs none.
2. What else its stores can do a host claims, and gives the hooks for it.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from mi_rewards.testing._checks.counters import CounterChecks
from mi_rewards.testing._checks.deadlines import DeadlineChecks
from mi_rewards.testing._checks.drawing import DrawingChecks
from mi_rewards.testing._checks.due import DueChecks
from mi_rewards.testing._checks.exchanged_carts import ExchangedCartChecks
from mi_rewards.testing._checks.exchanging import ExchangingChecks
from mi_rewards.testing._checks.handles import HandleChecks, LockChecks
from mi_rewards.testing._checks.inviting import InvitingChecks
from mi_rewards.testing._checks.launches import LaunchChecks
from mi_rewards.testing._checks.losers import LoserChecks
from mi_rewards.testing._checks.memberships import MembershipChecks
from mi_rewards.testing._checks.owned import OwnedChecks
from mi_rewards.testing._checks.paying import PayingChecks
from mi_rewards.testing._checks.preordered import PreorderedChecks
from mi_rewards.testing._checks.races import RaceChecks
from mi_rewards.testing._checks.reading import ReadingChecks
from mi_rewards.testing._checks.records import RecordChecks
from mi_rewards.testing._checks.redeeming import RedeemingChecks
from mi_rewards.testing._checks.requests import RequestChecks
from mi_rewards.testing._checks.standings import StandingChecks
from mi_rewards.testing._checks.traded import TradedChecks
from mi_rewards.testing._checks.transactions import TransactionChecks
from mi_rewards.testing._checks.versions import VersionChecks
from mi_rewards.testing._checks.vouchers import VoucherChecks
from mi_rewards.testing._several_processes import ProcessChecks
from mi_rewards.testing.clients import AnyStore


class StoreContract(
    ReadingChecks,
    VersionChecks,
    LoserChecks,
    RecordChecks,
    CounterChecks,
    DueChecks,
    RequestChecks,
    MembershipChecks,
    RaceChecks,
    HandleChecks,
    LockChecks,
    TransactionChecks,
    ProcessChecks,
    PayingChecks,
    OwnedChecks,
    DeadlineChecks,
    RedeemingChecks,
    VoucherChecks,
    StandingChecks,
    InvitingChecks,
    PreorderedChecks,
    LaunchChecks,
    DrawingChecks,
    TradedChecks,
    ExchangingChecks,
    ExchangedCartChecks,
):
    """What every store must do, whatever it keeps its rows in.

    A host writes `make_store`, and claims in `capabilities` what else its stores can do::

        class TestMyStore(StoreContract):
            capabilities = frozenset({Capability.DURABLE, Capability.RAW_ROWS})

            def make_store(self):
                return MyStore(fresh_database())

            def close(self, store): ...
            def reopen(self, store): ...
            def raw_rows(self, store): ...

    A claim without its hook is an error when the class is made. A check that needs what is not
    claimed is `None` in the class, so that no runner collects it, and reports list it. So is what
    is about a part that the host says it has not, by `has_catalogue = False`; so for
    `has_checkout`, `has_standings`, `has_referrals`, `has_preorders` and `has_trade_ins`. A check
    is replaced only by a method marked with `overrides`.
    """


Subject = type[StoreContract] | StoreContract | Callable[[], AnyStore | Awaitable[AnyStore]]
"""What can be checked: a host's contract, or a function that makes a fresh, empty store."""


def contract_of(subject: Subject) -> StoreContract:
    """Make a contract of what can be checked.

    Args:
        subject: A subclass of `StoreContract`, an instance of one, or a function that makes stores.

    Returns:
        The contract.
    """
    if isinstance(subject, StoreContract):
        return subject
    if isinstance(subject, type) and issubclass(subject, StoreContract):
        return subject()
    make_store: Any = subject

    class Given(StoreContract):
        """The contract of a function that makes stores."""

        def make_store(self) -> AnyStore | Awaitable[AnyStore]:
            made: AnyStore | Awaitable[AnyStore] = make_store()
            return made

    return Given()
