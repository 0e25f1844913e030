"""Placing a pre-order: a unit of a quota is held until it is paid for.

1. Nobody waits for anybody: a unit is taken by one step of a counter, that of the member's first
   shard while it has units, else of one that has some left.
2. An F-code buys its own unit, which was set aside for it: outside the sale, whatever the crowd.
3. Nobody need have joined. A member who is gone or blocked buys nothing.
4. What speaks against it is told in the order of `preorders.quota_refusals`.
"""

from datetime import datetime
from typing import Any, ClassVar

import attrs

from mi_rewards._tuples import new
from mi_rewards.calendar import utc, write_instant
from mi_rewards.catalogue.codes import is_digest
from mi_rewards.catalogue.terms import FCodeTerms
from mi_rewards.catalogue.vouchers import Voucher
from mi_rewards.commands.catalogue.vouchers import voucher_in
from mi_rewards.commands.command import Decision, MemberCommand, not_a_text
from mi_rewards.commands.earning.tiers_held import member_loaded, tier_of
from mi_rewards.commands.members.barring import check_not_barred
from mi_rewards.commands.quotas.outcomes import PreOrdered
from mi_rewards.commands.quotas.terms import terms_in
from mi_rewards.commands.unit_takes import (
    counter_keys,
    taken_limits,
    takes_of_units,
    used_of,
)
from mi_rewards.earning.purchases import Purchase
from mi_rewards.earning.refusals import AlreadyPlaced
from mi_rewards.errors import Misuse
from mi_rewards.money import CurrencyMismatch, Money
from mi_rewards.preorders.allotments import CODES, TAKEN, Allotment, UnitState, member_step
from mi_rewards.preorders.preorders import PreOrder
from mi_rewards.preorders.quota_refusals import (
    CodeNotForQuota,
    MemberLimitReached,
    NotSoldHere,
    OneDevicePerPreOrder,
    QuotaExhausted,
    SaleNotOpen,
    UnknownQuota,
)
from mi_rewards.preorders.quotas import Quota
from mi_rewards.preorders.shards import (
    SHARD_COUNTS,
    first_shard,
    next_with_room,
    possible_shards,
    shard_name,
)
from mi_rewards.preorders.terms import PreOrderTerms
from mi_rewards.programme import Programme
from mi_rewards.repositories.exchange import Loaded, Needs, NotLoaded, Put
from mi_rewards.repositories.keys import (
    Key,
    code_key,
    draw_key,
    member_key,
    preorder_key,
    purchase_key,
    quota_key,
    ticket_key,
    voucher_key,
)
from mi_rewards.repositories.messages import OutboxEvent
from mi_rewards.repositories.records import CounterKey

LAST_UNIT_TAKEN = "last_unit_taken"
"""The topic of the event that a pre-order took the last unit, after which the quota is reviewed."""

_TAKEN_OF = tuple([f"{shard_name(it)}/{TAKEN}" for it in range(SHARD_COUNTS[-1])])
"""The counters of what is taken of shards, by their numbers."""

_TEXTS = ("order_id", "quota_id", "channel", "region", "payment_mode", "address_ref", "colour")
_MAY_BE_EMPTY = ("digest", "voucher_id", "of_member_id", "category", "tier")


@attrs.frozen(order=False, kw_only=True, slots=False)
class PlacePreOrder(MemberCommand):
    """Place a pre-order; a unit is held for it until its payment's deadline.

    Attributes:
        order_id: Names it within the member; the purchase that it becomes has the same name.
        quota_id: The quota.
        price: What it costs.
        payment_mode: How it will be paid, such as `"credit_card"`.
        channel: Where it is placed; empty for where the quota is sold.
        region: Where it goes; empty for where the quota is for.
        address_ref: The host's reference to an address; may be empty.
        colour: The colour named; empty for any.
        units: How many devices; one.
        digest: The keyed digest of an F-code that buys it; or
        voucher_id: the name of its voucher, where the member redeemed it or
        of_member_id: who did, where that is another.
        pay_until: Until when it is to be paid for, with an offset; `None` for as the terms say,
            which it may not pass.
        category: The product's category, as purchases have it; may be empty.
        tier: The member's tier as the host knows it, empty for none; where the programme has a
            ladder, the tier that the member holds counts instead.
    """

    order_id: str
    quota_id: str
    price: Money
    payment_mode: str = ""
    channel: str = ""
    region: str = ""
    address_ref: str = ""
    colour: str = ""
    units: int = 1
    digest: str = ""
    voucher_id: str = ""
    of_member_id: str = ""
    pay_until: datetime | None = attrs.field(default=None, converter=attrs.converters.optional(utc))
    category: str = ""
    tier: str = ""

    weighs_limits: ClassVar[bool] = True

    def __attrs_post_init__(self) -> None:
        """Check the names and the figures."""
        super().__attrs_post_init__()
        for name in (*_TEXTS, *_MAY_BE_EMPTY):
            if type(getattr(self, name)) is not str:
                raise not_a_text(name, getattr(self, name))
        if not self.order_id or not self.quota_id:
            raise Misuse("a pre-order and its quota have names")
        if type(self.price) is not Money or not self.price.minor:
            raise Misuse(f"a price is money, more than none, not {self.price!r:.60}")
        if type(self.units) is not int or self.units < 1:
            raise Misuse(f"units are a whole number from 1, not {self.units!r:.60}")
        if self.digest and not is_digest(self.digest):
            raise Misuse("a voucher is named by the digest of its code, never by the code itself")
        if self.digest and self.voucher_id:
            raise Misuse("a voucher is named by its code's digest or by its id")
        if self.of_member_id and not self.voucher_id:
            raise Misuse("a voucher that is named by its code needs nobody who redeemed it")

    def needs(self, programme: Programme, /) -> Needs:
        """Name the quota, the pre-order, the member, the member's first shard; or the code.

        How many shards there are is not known yet: of each number that there can be the one that
        would be the member's is asked for.

        Args:
            programme: The rules.

        Returns:
            Their keys.
        """
        del programme
        keys: tuple[Key[Any], ...] = (
            quota_key(self.quota_id),
            self._key(),
            self._purchase_key(),
            member_key(self.member_id),
        )
        if self.digest:
            return Needs((*keys, code_key(self.digest)))
        if self.voucher_id:
            voucher = voucher_key(self.of_member_id or self.member_id, self.voucher_id)
            return Needs((*keys, voucher))
        names = [_TAKEN_OF[it] for it in possible_shards(self.quota_id, self.member_id)]
        counters = (*counter_keys(self.quota_id, names), self._member_counter())
        return Needs(keys, counters=counters)

    def decide(self, loaded: Loaded, programme: Programme, /) -> Decision[PreOrdered]:
        """Decide.

        Args:
            loaded: The quota, the pre-order, the member, counters, the code; what else it turns
                out to need.
            programme: The rules.

        Returns:
            The pre-order.

        Raises:
            AlreadyPlaced: The member has a pre-order, or a purchase, of that name; or the code is
                on a cart of that name, which waits for its payment.
            UnknownQuota: There is no such quota.
            MemberMerged: The member goes on as another.
            MemberLeft: The member has left.
            MemberBlocked: The member is blocked.
            OneDevicePerPreOrder: It is for more than one device.
            NotSoldHere: The quota is for another channel or region.
            PaymentModeRefused: It may not be paid so, as cash on delivery.
            CodeNotForQuota: The voucher is no F-code for a unit of that quota.
            VoucherNotFound: It is not known, somebody else's, or void.
            VoucherUsed: It was used.
            VoucherExpired: Its last valid day is over.
            VoucherAttached: It is attached to another order.
            SaleNotOpen: The sale has not begun for the member, or is over.
            DrawNotRun: The quota is for a draw's winners, and it was not run.
            NotDrawn: The member has not won.
            TurnToCome: The member is a reserve, whose turn comes later.
            TurnPassed: The member's turn is over.
            MemberLimitReached: The member has as many as one member can have.
            QuotaExhausted: No unit is free; one may be given back.
            CurrencyMismatch: The price is in another currency than the programme.
            Misuse: No deadline for the payment is known, or it is past, later than the terms allow,
                or outside the years 1 to 9999.
        """
        placed = loaded.get(self._key()) or loaded.get(self._purchase_key())
        if placed is not None:
            raise AlreadyPlaced(order_id=self.order_id)
        quota = loaded.get(quota_key(self.quota_id))
        if quota is None:
            raise UnknownQuota(quota_id=self.quota_id)
        check_not_barred(loaded, self.member_id)
        terms = terms_in(programme, quota.terms_id)
        self._check_offer(quota, terms, programme)
        until = self._deadline(terms)
        if self.digest or self.voucher_id:
            return self._with_code(quota, terms, until, loaded)
        self._check_sale(quota, loaded, programme)
        if quota.member_max is not None:
            key = self._member_counter()
            found = loaded.all_counters((key,))[key]
            if (0 if found is None else found.used) >= quota.member_max:
                raise MemberLimitReached(quota_id=self.quota_id, limit=quota.member_max)
        shard, is_last = self._shard(quota, loaded)
        unit = new(Allotment, (self.quota_id, shard, UnitState.FREE, (), quota.member_max))
        unit = unit.moving(UnitState.HELD, at=self.at)
        preorder = self._preorder(quota, terms, until, unit)
        limits = taken_limits(quota, shard)
        if quota.member_max is not None:
            limits[member_step(self.quota_id, self.member_id, 1).name] = quota.member_max
        steps = unit.steps_from(UnitState.FREE, self.member_id)
        outcome = PreOrdered(
            self.order_id, self.quota_id, shard, until, preorder.due.minor, is_last
        )
        puts = (new(Put, (self._key(), preorder)),)
        events = (self._last_unit(),) if is_last else ()
        return new(Decision, (outcome, puts, (), events, (), takes_of_units(steps, limits), ()))

    def _last_unit(self) -> OutboxEvent:
        """Tell that this was the last unit, so that the quota is looked at."""
        figures = (("quota_id", self.quota_id), ("order_id", self.order_id))
        event_id = f"{LAST_UNIT_TAKEN}:{self.order_id}"
        return OutboxEvent(self.member_id, event_id, LAST_UNIT_TAKEN, self.at, figures)

    def _key(self) -> Key[PreOrder]:
        """Name the pre-order."""
        return preorder_key(self.member_id, self.order_id)

    def _purchase_key(self) -> Key[Purchase]:
        """Name the purchase that it becomes."""
        return purchase_key(self.member_id, self.order_id)

    def _member_counter(self) -> CounterKey:
        """Name the counter of what the member has of the quota."""
        step = member_step(self.quota_id, self.member_id, 1)
        return new(CounterKey, (step.scope, step.name))

    def _check_offer(self, quota: Quota, terms: PreOrderTerms, programme: Programme) -> None:
        """Refuse what the quota and its terms do not offer."""
        if self.units != 1:
            raise OneDevicePerPreOrder(units=self.units)
        channel = self.channel or quota.channel or terms.channels[0]
        is_here = channel == quota.channel if quota.channel else channel in terms.channels
        if not is_here or (quota.region and self.region and self.region != quota.region):
            raise NotSoldHere(quota_id=self.quota_id, channel=channel, region=self.region)
        terms.check_mode(self.payment_mode)
        if self.price.currency != programme.currency:
            raise CurrencyMismatch(
                f"the price is in {self.price.currency}, not in {programme.currency}"
            )

    def _deadline(self, terms: PreOrderTerms) -> datetime:
        """Reckon until when it is to be paid for."""
        latest = terms.pay_until(self.at)
        until = self.pay_until or latest
        if until is None:
            raise Misuse(
                f"preorders {terms.terms_id!r} states no pay_within_minutes: name pay_until"
            )
        if until <= self.at or (latest is not None and until > latest):
            raise Misuse(f"a pre-order of {self.at} is not to be paid for until {until}")
        return until

    def _check_sale(self, quota: Quota, loaded: Loaded, programme: Programme) -> None:
        """Refuse who comes too early, too late, or was not drawn."""
        early = 0
        if self.at < quota.opens_at:
            early = self._early_hours(quota, loaded, programme)
        if not quota.is_open(self.at, early):
            closes_at = quota.closed_at or quota.closes_at
            raise SaleNotOpen(
                quota_id=self.quota_id,
                opens_at=write_instant(quota.opens_at),
                closes_at="" if closes_at is None else write_instant(closes_at),
            )
        if quota.draw_id:
            the_draw = draw_key(quota.draw_id)
            the_ticket = ticket_key(quota.draw_id, self.member_id)
            if the_draw not in loaded.aggregates:
                raise NotLoaded(Needs((the_draw, the_ticket)))
            draw = loaded.get(the_draw)
            if draw is None:
                raise Misuse(f"quota {self.quota_id!r} is for a draw that is not known")
            refusal = draw.right_of(loaded.get(the_ticket), self.at)
            if refusal is not None:
                raise refusal

    def _early_hours(self, quota: Quota, loaded: Loaded, programme: Programme) -> int:
        """Tell how long before the others the member can buy."""
        tier, ladder = self.tier, programme.ladder
        if ladder is not None:
            tier = tier_of(loaded, member_loaded(loaded, self.member_id), programme, self.at)
        hours = [it.early_hours(tier) for it in programme.sales if it.sale_id == quota.sale_id]
        if ladder is not None and tier:
            hours.append(ladder.privileges(tier).early_access_hours)
        return max(hours, default=0)

    def _shard(self, quota: Quota, loaded: Loaded) -> tuple[str, bool]:
        """Find the shard to take a unit from, and tell whether it is the last one."""
        first = first_shard(self.quota_id, self.member_id, quota.live)
        (own,) = counter_keys(self.quota_id, (_TAKEN_OF[first],))
        found = loaded.counter(own)
        if quota.sizes[first] - (0 if found is None else found.used) > 1:
            return shard_name(first), False
        used = used_of(loaded, counter_keys(self.quota_id, quota.taken_names[:-1]))
        frees = quota.frees(used)
        free_one = next_with_room(first, quota.live, frees)
        if free_one is None:
            raise QuotaExhausted(quota_id=self.quota_id, size=quota.size)
        return shard_name(free_one), sum(frees) == 1

    def _with_code(
        self, quota: Quota, terms: PreOrderTerms, until: datetime, loaded: Loaded
    ) -> Decision[PreOrdered]:
        """Buy the unit of an F-code; what becomes of it follows from what becomes of the code."""
        voucher = voucher_in(
            loaded,
            self.member_id,
            at=self.at,
            digest=self.digest,
            voucher_id=self.voucher_id,
            of=self.of_member_id,
        )
        f_code = voucher.terms
        if not isinstance(f_code, FCodeTerms) or f_code.quota_id != self.quota_id:
            raise CodeNotForQuota(quota_id=self.quota_id)
        now = voucher.at(self.at)
        if now.is_attached_to(self.member_id, self.order_id) and now.attached_until is not None:
            # Only a cart can have set that deadline: there is no pre-order of the name.
            raise AlreadyPlaced(order_id=self.order_id)
        attached = voucher.attaching(self.member_id, self.order_id, at=self.at, until=until)
        preorder = self._preorder(quota, terms, until, None, voucher)
        return Decision(
            PreOrdered(
                self.order_id, self.quota_id, CODES, until, preorder.due.minor, is_last=False
            ),
            (
                Put(self._key(), preorder),
                Put(voucher_key(voucher.member_id, voucher.voucher_id), attached),
            ),
        )

    def _preorder(
        self,
        quota: Quota,
        terms: PreOrderTerms,
        until: datetime,
        unit: Allotment | None,
        voucher: Voucher | None = None,
    ) -> PreOrder:
        """Make the pre-order."""
        return PreOrder(
            self.member_id,
            self.order_id,
            self.quota_id,
            terms,
            unit,
            None if voucher is None else voucher.member_id,
            None if voucher is None else voucher.voucher_id,
            quota.product_id,
            quota.variant,
            self.channel or quota.channel or terms.channels[0],
            self.price,
            self.payment_mode,
            self.address_ref,
            self.colour,
            self.at,
            until,
            category=self.category,
        )
