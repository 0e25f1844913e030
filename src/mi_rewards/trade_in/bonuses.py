"""Bonuses: what a campaign adds to the price of a device for a time."""

from datetime import datetime

import attrs

from mi_rewards.calendar import utc
from mi_rewards.errors import Misuse
from mi_rewards.money import Money, Rate


def _bound(at: datetime | None) -> datetime | None:
    """Turn an end of a window into UTC."""
    return None if at is None else utc(at)


@attrs.frozen(order=False)
class Bonus:
    """What a campaign adds, whatever the answers are.

    Attributes:
        bonus_id: Names it.
        amount: So much money, or a part of what the device is worth before it.
        from_at: The first instant at which it is given, in UTC; `None` for no beginning.
        until_at: The first instant at which it is no longer, in UTC; `None` for no end.
        brands: The brands that it is for, whatever their case; empty for all.
        models: The models that it is for; empty for all.

    Raises:
        Misuse: A part is of another kind, adds nothing, or it would never be given.
    """

    bonus_id: str
    amount: Money | Rate
    from_at: datetime | None = attrs.field(default=None, converter=_bound)
    until_at: datetime | None = attrs.field(default=None, converter=_bound)
    brands: tuple[str, ...] = ()
    models: tuple[str, ...] = ()

    def __attrs_post_init__(self) -> None:
        """Check the parts."""
        name, amount = self.bonus_id, self.amount
        if type(name) is not str or not name:
            raise Misuse(f"a bonus's id is a text, not {name!r:.60}")
        if type(amount) is not Money and type(amount) is not Rate:
            raise Misuse(f"bonus {name!r} is money or a rate, not {amount!r:.60}")
        if not (amount.minor if isinstance(amount, Money) else amount.numerator):
            raise Misuse(f"bonus {name!r} adds nothing")
        if self.from_at is not None and self.until_at is not None and self.from_at >= self.until_at:
            raise Misuse(f"bonus {name!r} ends before it begins")
        for names in (self.brands, self.models):
            if type(names) is not tuple or not all(type(it) is str and it for it in names):
                raise Misuse(f"bonus {name!r} is for a tuple of texts, not {names!r:.80}")

    def applies(self, *, brand: str, model_id: str, at: datetime) -> bool:
        """Tell whether it is given for a device.

        Args:
            brand: The device's brand.
            model_id: Its model.
            at: The instant (UTC) at which it is priced.

        Returns:
            Whether the time has come and not passed, and the device is among those it is for.
        """
        has_begun = self.from_at is None or at >= self.from_at
        is_over = self.until_at is not None and at >= self.until_at
        brands = [it.casefold() for it in self.brands]
        is_for_it = (not brands or brand.casefold() in brands) and (
            not self.models or model_id in self.models
        )
        return has_begun and not is_over and is_for_it
