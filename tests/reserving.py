"""What the tests of F-codes and quotas share: a shop that sells the units of one quota by codes.

1. The quota `q` is of the product `phone`; its units are free, held, sold or reserved for a code.
2. The reward `f` is an F-code for one of them, at five tokens; `redeem("f")` is the request and the
   voucher `redeem:f`. It lasts through `DAYS` days after the day of issue.
3. `check_units_of` sees that counters, journal and vouchers say the same; it needs a store alone.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from mi_rewards.catalogue import FCodeTerms, Reward, Validity
from mi_rewards.checkout import CheckoutTerms
from mi_rewards.commands import OpenQuota
from mi_rewards.commands.unit_takes import counter_keys, used_of
from mi_rewards.commands.units import UNIT_OF, quota_of
from mi_rewards.memory import MemoryStore
from mi_rewards.preorders import (
    PreOrderTerms,
    ReservedUnit,
    ShardState,
    SizeChange,
    UnitState,
    check_units,
)
from mi_rewards.preorders.unit_journal import QUOTA_CHANGED, read_changes
from mi_rewards.repositories import Needs, Page, quota_key, reserved_unit_key, voucher_key
from mi_rewards.repositories.stores import Store
from tests.redeeming import Counter, reward
from tests.shop import SMALL, T, rules

DAYS = 10
TERMS = FCodeTerms(("phone",), Validity(DAYS), quota_id="q")
FROM_Q = reward("f", terms=TERMS)


def opened(
    units: int = 3, for_codes: int | None = None, *, quota_id: str = "q", **parts: Any
) -> OpenQuota:
    """Open a quota whose units are all for codes where nothing is said."""
    stated = {"terms_id": "mi.com", "product_id": "phone", "opens_at": T, **parts}
    return OpenQuota(
        quota_id=quota_id,
        request_id="open",
        at=T,
        units=units,
        for_codes=units if for_codes is None else for_codes,
        **stated,
    )


class Reserving(Counter):
    """A shop where `asha` and `bela` have tokens, and a quota has so many units for codes."""

    def __init__(
        self,
        units: int = 3,
        *rewards: Reward,
        tokens: Mapping[str, int] | None = None,
        store: MemoryStore | None = None,
        **changes: Any,
    ) -> None:
        book = rules(
            SMALL, preorders=(PreOrderTerms("mi.com", ("mi.com",)),), checkout=CheckoutTerms()
        )
        super().__init__(
            *(rewards or (FROM_Q,)), programme=book, store=store, tokens=tokens, **changes
        )
        if units:
            self.do(opened(units))

    def pool(self, quota_id: str = "q") -> ShardState:
        """State what the units for codes are."""
        return self.rewards.quota(quota_id).shards[-1]

    def units(self, quota_id: str = "q") -> tuple[int, int, int, int]:
        """State how many units for codes are free, held, sold and reserved."""
        _, _, *units = self.pool(quota_id)
        free, held, sold, reserved = units
        return free, held, sold, reserved

    def unit(self, voucher_id: str = "redeem:f", by: str = "asha") -> ReservedUnit | None:
        """Read the unit of a code as stored."""
        key = reserved_unit_key(by, voucher_id)
        return self.store.load(Needs((key,))).get(key)

    def moves(self, voucher_id: str = "redeem:f", by: str = "asha") -> str:
        """Tell what became of the unit of a code."""
        unit = self.unit(voucher_id, by)
        assert unit is not None
        return " > ".join(move.after for move in unit.allotment.moves)

    def check_units(self, *given_back: tuple[str, str]) -> None:
        """I14: See that counters, journal and vouchers say the same of the units."""
        names = [(it.member_id, it.voucher_id) for it in self.store.all_of(ReservedUnit)]
        check_units_of(self.store, names, given_back=given_back)


def check_units_of(
    store: Store,
    names: Iterable[tuple[str, str]],
    *,
    quota_id: str = "q",
    given_back: Iterable[tuple[str, str]] = (),
) -> None:
    """See that the counters of a quota, its journal and the vouchers say the same of its units.

    Vouchers whose unit was given back though they are used are to be named.
    """
    the_quota, names = quota_key(quota_id), [*names]
    page = Page("outbox", f"quota/{quota_id}", "", 0, 1000)
    units, vouchers = [reserved_unit_key(*it) for it in names], [voucher_key(*it) for it in names]
    loaded = store.load(Needs((the_quota, *units, *vouchers), pages=(page,)))
    quota = loaded.get(the_quota)
    assert quota is not None
    found = [it for it in loaded.get_all(units) if it is not None]
    counters = counter_keys(quota_id, quota.counter_names)
    used = used_of(store.load(Needs(counters=counters)), counters)
    changes: list[SizeChange] = []
    for event in loaded.pages[page]:
        if event.topic == QUOTA_CHANGED:
            changes += read_changes(str(dict(event.figures)["sizes"]))
    assert check_units(quota, used, changes, [it.allotment for it in found]) == ()
    expected = dict.fromkeys(UnitState, 0)
    for name, key in zip(names, vouchers, strict=True):
        voucher = loaded.get(key)
        if voucher is not None and quota_of(voucher.terms) == quota_id:
            is_free = name in given_back
            expected[UnitState.FREE if is_free else UNIT_OF[voucher.state]] += 1
    pool = quota.state(used).shards[-1]
    assert pool.held == expected[UnitState.HELD]
    assert pool.sold == expected[UnitState.SOLD]
    assert pool.reserved == expected[UnitState.RESERVED]


def last_moment(at: datetime = T) -> datetime:
    """The instant at which a code that was issued then is over."""
    return SMALL.zone.after(TERMS.validity.last_day(at, SMALL.zone))
