"""Rewards, and what vouchers are good for, as JSON-ready dictionaries.

1. A dictionary holds whole numbers, texts, `None`, truth values, lists and dictionaries, and says
   its format.
2. Reading what was written gives an equal value. Reading is strict: whatever was not written here
   is `Corrupt`, and the message says what is wrong.
3. A format stays readable for ever; a sample of each is among the tests.
4. Money is written `[minor units, currency]`, a rate `[numerator, denominator, rounding]`, a limit
   `[count, per, period]`.
"""

from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

from mi_rewards.calendar import Period, Window, write_day, write_instant
from mi_rewards.catalogue.limits import Limit, LimitScope
from mi_rewards.catalogue.rewards import Reward
from mi_rewards.catalogue.terms import Choice, CouponTerms, FCodeTerms, Validity, VoucherTerms
from mi_rewards.errors import Corrupt, Misuse
from mi_rewards.money import Money, Rate, Rounding
from mi_rewards.wallet.reading import (
    FORMAT,
    day_in,
    fields_in,
    instant_in,
    list_in,
    one_of,
    optional,
    text_in,
    truth_in,
    whole_in,
)

_REWARD = frozenset({"format", "reward_id", "title", "cost", "terms", "from_at", "until_at"})
_REWARD |= {"stock", "limits", "tiers", "pool_id", "is_revocable", "expense", "version"}
_CHOICE = frozenset({"least", "step", "most", "worth"})
_COUPON = frozenset({"kind", "validity", "value", "rate", "cap", "categories", "order_min"})
_COUPON |= {"platforms", "payment_modes", "is_combinable", "is_transferable"}
_F_CODE = frozenset({"kind", "product_ids", "validity", "is_transferable"})
_F_CODE_LATER = frozenset({"quota_id"})
_VALIDITY = frozenset({"days", "through_on"})
_KINDS = {"coupon": CouponTerms}
_ROUNDINGS = {rounding.value: rounding for rounding in Rounding}
_SCOPES = {scope.value: scope for scope in LimitScope}
_PERIODS = {period.value: period for period in Period}

_T = TypeVar("_T")
_P = ParamSpec("_P")


def reward_to_dict(reward: Reward) -> dict[str, Any]:
    """Write a reward, with its version.

    Args:
        reward: The reward.

    Returns:
        A JSON-ready dictionary.
    """
    cost, window = reward.cost, reward.window
    return {
        "format": FORMAT,
        "reward_id": reward.reward_id,
        "title": reward.title,
        "cost": _choice_to_dict(cost) if isinstance(cost, Choice) else cost,
        "terms": terms_to_dict(reward.terms),
        "from_at": None if window.from_at is None else write_instant(window.from_at),
        "until_at": None if window.until_at is None else write_instant(window.until_at),
        "stock": reward.stock,
        "limits": [[it.count, it.per.value, it.period.value] for it in reward.limits],
        "tiers": list(reward.tiers),
        "pool_id": reward.pool_id,
        "is_revocable": reward.is_revocable,
        "expense": _money_to_list(reward.expense),
        "version": reward.version,
    }


def reward_from_dict(written: dict[str, Any]) -> Reward:
    """Read a reward.

    Args:
        written: What `reward_to_dict` answered.

    Returns:
        The reward, with its version.

    Raises:
        Corrupt: It is something else, or no reward can be like that.
    """
    fields = fields_in(written, _REWARD, "reward")
    cost = fields["cost"]
    window = _made(
        "window",
        Window,
        optional(instant_in, fields["from_at"], "from_at"),
        optional(instant_in, fields["until_at"], "until_at"),
    )
    stock = fields["stock"]
    return _made(
        "reward",
        Reward,
        text_in(fields["reward_id"], "reward_id"),
        text_in(fields["title"], "title"),
        _choice(cost) if isinstance(cost, dict) else whole_in(cost, "cost", 1),
        terms_in(fields["terms"]),
        window,
        None if stock is None else whole_in(stock, "stock", 0),
        tuple([_limit(it) for it in list_in(fields["limits"], "limits")]),
        _texts(fields["tiers"], "tiers"),
        text_in(fields["pool_id"], "pool_id"),
        truth_in(fields["is_revocable"], "is_revocable"),
        _money(fields["expense"], "expense"),
        whole_in(fields["version"], "version", 0),
    )


def terms_to_dict(terms: VoucherTerms) -> dict[str, Any]:
    """Write what a voucher is good for.

    Args:
        terms: The terms of a coupon or of an F-code.

    Returns:
        A JSON-ready dictionary, to be a part of another.
    """
    validity = terms.validity
    through_on = None if validity.through_on is None else write_day(validity.through_on)
    span = {"days": validity.days, "through_on": through_on}
    if isinstance(terms, FCodeTerms):
        written: dict[str, Any] = {
            "kind": "f_code",
            "product_ids": list(terms.product_ids),
            "validity": span,
            "is_transferable": terms.is_transferable,
        }
        return {**written, "quota_id": terms.quota_id} if terms.quota_id else written
    return {
        "kind": "coupon",
        "validity": span,
        "value": _money_to_list(terms.value),
        "rate": None if terms.rate is None else _rate_to_list(terms.rate),
        "cap": _money_to_list(terms.cap),
        "categories": list(terms.categories),
        "order_min": _money_to_list(terms.order_min),
        "platforms": list(terms.platforms),
        "payment_modes": list(terms.payment_modes),
        "is_combinable": terms.is_combinable,
        "is_transferable": terms.is_transferable,
    }


def terms_in(written: object) -> VoucherTerms:
    """Read what a voucher is good for.

    Args:
        written: What `terms_to_dict` answered.

    Returns:
        The terms.

    Raises:
        Corrupt: They are something else, or no voucher has such terms.
    """
    if isinstance(written, dict) and written.get("kind") == "f_code":
        fields = fields_in(written, _F_CODE, "terms", _F_CODE_LATER)
        return _made(
            "terms",
            FCodeTerms,
            _texts(fields["product_ids"], "product_ids"),
            _validity(fields["validity"]),
            truth_in(fields["is_transferable"], "is_transferable"),
            _name(fields["quota_id"], "quota_id") if "quota_id" in fields else "",
        )
    fields = fields_in(written, _COUPON, "terms")
    rate = fields["rate"]
    return _made(
        "terms",
        one_of(fields["kind"], _KINDS, "kind"),
        _validity(fields["validity"]),
        _money(fields["value"], "value"),
        None if rate is None else _rate(rate, "rate"),
        _money(fields["cap"], "cap"),
        _texts(fields["categories"], "categories"),
        _money(fields["order_min"], "order_min"),
        _texts(fields["platforms"], "platforms"),
        _texts(fields["payment_modes"], "payment_modes"),
        truth_in(fields["is_combinable"], "is_combinable"),
        truth_in(fields["is_transferable"], "is_transferable"),
    )


def _choice_to_dict(cost: Choice) -> dict[str, Any]:
    """Write a cost that the member chooses."""
    return {
        "least": cost.least,
        "step": cost.step,
        "most": cost.most,
        "worth": _rate_to_list(cost.worth),
    }


def _money_to_list(money: Money | None) -> list[Any] | None:
    """Write money, where there is any."""
    return None if money is None else [money.minor, money.currency]


def _rate_to_list(rate: Rate) -> list[Any]:
    """Write a rate."""
    return [rate.numerator, rate.denominator, rate.rounding.value]


def _choice(written: object) -> Choice:
    """Read a cost that the member chooses."""
    fields = fields_in(written, _CHOICE, "cost")
    most = fields["most"]
    return _made(
        "cost",
        Choice,
        whole_in(fields["least"], "least", 1),
        whole_in(fields["step"], "step", 1),
        _rate(fields["worth"], "worth"),
        None if most is None else whole_in(most, "most", 1),
    )


def _validity(written: object) -> Validity:
    """Read how long a voucher is valid."""
    fields = fields_in(written, _VALIDITY, "validity")
    days = fields["days"]
    return _made(
        "validity",
        Validity,
        None if days is None else whole_in(days, "days", 0),
        optional(day_in, fields["through_on"], "through_on"),
    )


def _limit(written: object) -> Limit:
    """Read a limit."""
    count, per, period = list_in(written, "limit", 3)
    return Limit(
        whole_in(count, "count", 0),
        one_of(per, _SCOPES, "per"),
        one_of(period, _PERIODS, "period"),
    )


def _money(written: object, what: str) -> Money | None:
    """Read money, where there is any."""
    if written is None:
        return None
    minor, currency = list_in(written, what, 2)
    return _made(what, Money, whole_in(minor, what, 0), text_in(currency, what))


def _rate(written: object, what: str) -> Rate:
    """Read a rate."""
    numerator, denominator, rounding = list_in(written, what, 3)
    return Rate(
        whole_in(numerator, what, 0),
        whole_in(denominator, what, 1),
        one_of(rounding, _ROUNDINGS, what),
    )


def _texts(written: object, what: str) -> tuple[str, ...]:
    """Read texts."""
    return tuple([text_in(it, what) for it in list_in(written, what)])


def _name(written: object, what: str) -> str:
    """Read a name that is written only where there is one."""
    name = text_in(written, what)
    if not name:
        raise Corrupt(f"{what} is left out where there is none")
    return name


def _made(what: str, make: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
    """Make a value; what no such value can be is corrupt."""
    try:
        return make(*args, **kwargs)
    except Misuse as error:
        raise Corrupt(f"{what}: {error}") from None
