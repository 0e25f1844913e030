"""A launch as lists of single units: slow, obvious, and in another style than the real one.

1. Each unit is one `Piece` with its shard, what it is and who has it. What a counter has is
   counted, never kept.
2. A step is tried on a copy; a refusal is a `No` with its code, and changes nothing.
3. Which shard a unit is taken from, and how units are spread over shards, is the store's choice:
   the books are told, and see that it can be.
"""

import pickle
from collections.abc import Mapping
from datetime import datetime, timedelta

from mi_rewards.testing._books.coins import No

CODES = "codes"
GONE = ("shipped",)
OF_A_CODE = {
    "issued": "reserved",
    "attached": "held",
    "used": "sold",
    "expired": "free",
    "void": "free",
}
"""What the unit of a code is."""


class Piece:
    """One unit: `free`, `held`, `sold` or `reserved`."""

    def __init__(self, shard: str) -> None:
        self.shard = shard
        self.state = "free"


class Order:
    """One pre-order: `placed`, `paid`, `shipped`, `cancelled` or `run_out`."""

    def __init__(self, by: str, name: str, until: datetime) -> None:
        self.by, self.name, self.until = by, name, until
        self.place = "placed"
        self.is_paid = False
        self.piece: Piece | None = None
        self.code: Code | None = None

    def at(self, at: datetime) -> str:
        """What it is by an instant."""
        return "run_out" if self.place == "placed" and at >= self.until else self.place


class Code:
    """One F-code: `issued`, `attached`, `used`, `expired` or `void`."""

    def __init__(self, by: str, name: str, digest: str, ends: datetime, piece: Piece) -> None:
        self.by, self.name, self.digest, self.ends = by, name, digest, ends
        self.piece: Piece | None = piece
        self.place = "issued"
        self.order: tuple[str, str] | None = None
        self.until: datetime | None = None

    def at(self, at: datetime) -> str:
        """What it is by an instant."""
        place = self.place
        if place == "attached" and self.until is not None and at >= self.until:
            place = "issued"
        return "expired" if place == "issued" and at >= self.ends else place

    def is_on(self, by: str, order: str, at: datetime) -> bool:
        """Tell whether it is attached to an order."""
        return self.at(at) == "attached" and self.order == (by, order)

    def become_at(self, at: datetime) -> None:
        """Be what the calendar has made of it."""
        if self.at(at) != self.place:
            self.become(self.at(at))

    def become(self, place: str) -> None:
        """Be something else, and let the unit follow; one that was given back for good stays."""
        self.place = place
        if place not in ("attached", "used"):
            self.order = self.until = None
        if self.piece is not None:
            self.piece.state = OF_A_CODE[place]
            if self.piece.state == "free":
                self.piece = None


class Launch:
    """The books of one quota."""

    def __init__(
        self,
        units: int,
        member_max: int | None,
        window: tuple[datetime, datetime],
        *,
        revives: bool,
    ) -> None:
        self.pieces = [Piece("000") for _ in range(units)]
        self.member_max, self.revives = member_max, revives
        self.opens, self.closes = window
        self.orders: dict[tuple[str, str], Order] = {}
        self.codes: dict[str, Code] = {}
        self.pay_within = timedelta(hours=2)
        self.code_lasts = timedelta(hours=40)

    def copy(self) -> "Launch":
        """Copy them, with everything in them."""
        copied: Launch = pickle.loads(pickle.dumps(self, pickle.HIGHEST_PROTOCOL))
        return copied

    # Units.

    def free(self, *, for_codes: bool) -> list[Piece]:
        """List the units that can be taken, by codes or by anybody."""
        there = [it for it in self.pieces if (it.shard == CODES) is for_codes]
        return [it for it in there if it.state == "free"]

    def counted(self) -> dict[str, tuple[int, ...]]:
        """Count the units of each shard: all, free, held, sold, reserved."""
        shards = sorted({it.shard for it in self.pieces})
        found: dict[str, tuple[int, ...]] = {}
        for shard in shards:
            states = [it.state for it in self.pieces if it.shard == shard]
            counts = [states.count(it) for it in ("free", "held", "sold", "reserved")]
            found[shard] = (len(states), *counts)
        return found

    def has(self, by: str) -> int:
        """Count what a member has, but for codes."""
        mine = [it for it in self.orders.values() if it.by == by and it.code is None]
        return sum(it.piece is not None for it in mine)

    def spread(self, sizes: Mapping[str, int]) -> None:
        """Let free units be where the store has put them; all others stay where they are."""
        taken = [it for it in self.pieces if it.state != "free"]
        pieces = list(taken)
        for shard, size in sizes.items():
            there = sum(it.shard == shard for it in taken)
            assert there <= size, f"shard {shard} has {there} that are taken, and room for {size}"
            pieces += [Piece(shard) for _ in range(size - there)]
        self.pieces = pieces

    def more(self, units: int) -> None:
        """Add units."""
        self.pieces += [Piece("000") for _ in range(units)]

    def less(self, units: int) -> None:
        """Take free units out."""
        free = self.free(for_codes=False)
        if len(free) < units:
            raise No("quota_committed")
        for piece in free[:units]:
            self.pieces.remove(piece)

    def shift(self, units: int, *, for_codes: bool) -> None:
        """Set units aside, or put them back."""
        free = self.free(for_codes=not for_codes)
        if len(free) < units:
            raise No("quota_committed")
        for piece in free[:units]:
            piece.shard = CODES if for_codes else "000"

    # Pre-orders.

    def placed(self, by: str, name: str, at: datetime, digest: str, shard: str) -> None:
        """Place a pre-order; the store says from which shard its unit is."""
        if (by, name) in self.orders:
            raise No("already_placed")
        order = Order(by, name, at + self.pay_within)
        if digest:
            code = self.found(digest)
            self.check(code, at)
            order.code = code
            code.become("attached")
            code.order, code.until = (by, name), order.until
        else:
            if not self.opens <= at < self.closes:
                raise No("sale_not_open")
            if self.member_max is not None and self.has(by) >= self.member_max:
                raise No("member_limit_reached")
            free = self.free(for_codes=False)
            if not free:
                raise No("quota_exhausted")
            there = [it for it in free if not shard or it.shard == shard]
            assert there, f"a unit of shard {shard}, which has none"
            order.piece = there[0]
            order.piece.state = "held"
        self.orders[by, name] = order

    def order(self, by: str, name: str) -> Order:
        """Find a pre-order."""
        if (by, name) not in self.orders:
            raise No("unknown_preorder")
        return self.orders[by, name]

    def pay(self, by: str, name: str, at: datetime) -> None:
        """Pay for one."""
        order = self.order(by, name)
        if order.at(at) != "placed":
            raise No("preorder_not_open")
        if order.code is not None:
            self.check_on(order.code, by, name, at)
            order.code.become("used")
        if order.piece is not None:
            order.piece.state = "sold"
        order.place, order.is_paid = "paid", True

    def ship(self, by: str, name: str, at: datetime) -> None:
        """Send it."""
        order = self.order(by, name)
        if order.at(at) != "paid":
            raise No("preorder_not_open")
        order.place = "shipped"

    def cancel(self, by: str, name: str, at: datetime) -> None:
        """Cancel it."""
        order = self.order(by, name)
        if order.place in GONE:
            raise No("already_shipped")
        if order.at(at) not in ("placed", "paid"):
            raise No("preorder_not_open")
        order.place = "cancelled"
        self.give_back(order, at, revives=self.revives)

    def watch(self, by: str, name: str, at: datetime) -> None:
        """Book its end, where it has come."""
        order = self.order(by, name)
        if order.at(at) == "run_out" and order.place == "placed":
            order.place = "run_out"
            self.give_back(order, at, revives=False)

    def give_back(self, order: Order, at: datetime, *, revives: bool) -> None:
        """Give the unit back, or the code."""
        if order.piece is not None:
            order.piece.state, order.piece = "free", None
        code = order.code
        if code is None:
            return
        if order.is_paid and not revives:
            if code.piece is not None:
                code.piece.state, code.piece = "free", None
            return
        # A pre-order that nobody paid for used no code: what bears its name did.
        was = "used" if order.is_paid else "attached"
        if code.order == (order.by, order.name) and code.at(at) == was:
            code.become("issued")
        code.become_at(at)

    # Codes.

    def issue(self, by: str, name: str, at: datetime, digest: str, ends: datetime) -> None:
        """Issue a code."""
        free = self.free(for_codes=True)
        if not free:
            raise No("quota_exhausted")
        free[0].state = "reserved"
        self.codes[digest] = Code(by, name, digest, ends, free[0])

    def found(self, digest: str) -> Code:
        """Find a code that is not void."""
        code = self.codes.get(digest)
        if code is None or code.place == "void":
            raise No("voucher_not_found")
        return code

    def check(self, code: Code, at: datetime) -> None:
        """Refuse a code that cannot be used anew."""
        place = code.at(at)
        if place != "issued":
            raise No(f"voucher_{place}")

    def check_on(self, code: Code, by: str, name: str, at: datetime) -> None:
        """Refuse a code that is not on an order."""
        if code.at(at) == "used":
            raise No("voucher_used")
        if not code.is_on(by, name, at):
            raise No("voucher_not_attached")

    def use(self, by: str, digest: str, name: str, at: datetime) -> None:
        """Use a code by other means."""
        code = self.found(digest)
        if not code.is_on(by, name, at):
            self.check(code, at)
        code.become("used")
        code.order = (by, name)

    def detach(self, by: str, digest: str, name: str, at: datetime) -> None:
        """Take a code off an order by other means."""
        code = self.found(digest)
        self.check_on(code, by, name, at)
        code.become("issued")
        code.become_at(at)

    def void(self, digest: str, at: datetime) -> None:
        """Make a code void."""
        code = self.found(digest)
        self.check(code, at)
        code.become("void")

    def expire(self, digest: str, at: datetime) -> None:
        """Book what the calendar has made of a code."""
        self.codes[digest].become_at(at)
