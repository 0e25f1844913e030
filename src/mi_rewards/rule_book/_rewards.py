"""The rewards of a rule book: reading and writing."""

from collections.abc import Sequence

from mi_rewards.calendar import Period, Window
from mi_rewards.catalogue.limits import Limit, LimitScope
from mi_rewards.catalogue.rewards import Reward
from mi_rewards.catalogue.terms import Choice, CouponTerms, FCodeTerms, Validity, VoucherTerms
from mi_rewards.errors import Misuse
from mi_rewards.money import Money
from mi_rewards.rule_book._rates import part_value, read_part, read_worth, worth_value
from mi_rewards.rule_book._rows import Value, rows
from mi_rewards.rule_book._table import Table


def read_rewards(tables: Sequence[Table], currency: str) -> tuple[Reward, ...]:
    """Read the rewards of a programme.

    Args:
        tables: A table of each.
        currency: The programme's.

    Returns:
        The rewards, in the order in which they stand.

    Raises:
        Misuse: One is not right; the message names it and the key.
    """
    return tuple([_read_reward(table, currency) for table in tables])


def _read_reward(table: Table, currency: str) -> Reward:
    """Read one reward; once its id is read, messages name it by that."""
    reward_id = table.text("id")
    table.known_as(f"rewards.{reward_id}")
    title = table.text("title")
    is_chosen = table.is_table("cost")
    cost = _read_choice(table.table("cost"), currency) if is_chosen else table.whole("cost")
    terms = _read_terms(table)
    from_at = table.instant("from_at") if table.has("from_at") else None
    until_at = table.instant("until_at") if table.has("until_at") else None
    stock = table.whole("stock") if table.has("stock") else None
    limits = table.tables("limits") if table.has("limits") else ()
    return table.value(
        lambda *parts: Reward(reward_id, title, cost, terms, Window(from_at, until_at), *parts),
        stock,
        tuple([_read_limit(limit) for limit in limits]),
        table.some_texts("tiers") if table.has("tiers") else (),
        table.text("pool") if table.has("pool") else "",
        table.flag("revocable") if table.has("revocable") else False,
        _read_money(table, "expense"),
    )


def _read_choice(table: Table, currency: str) -> Choice:
    """Read a cost that the member chooses."""
    rate = read_worth(table, currency)
    return table.value(
        Choice,
        table.whole("least"),
        table.whole("step"),
        rate,
        table.whole("most") if table.has("most") else None,
    )


def _read_terms(table: Table) -> VoucherTerms:
    """Read what a reward's voucher is good for."""
    if table.has("coupon") is table.has("f_code"):
        raise Misuse(f"{table.name} must have either 'coupon' or 'f_code'")
    if table.has("coupon"):
        return _read_coupon(table.table("coupon"))
    f_code = table.table("f_code")
    return f_code.value(
        FCodeTerms,
        f_code.texts("products"),
        _read_validity(f_code.table("valid")),
        f_code.flag("transferable") if f_code.has("transferable") else True,
        f_code.text("quota") if f_code.has("quota") else "",
    )


def _read_coupon(table: Table) -> CouponTerms:
    """Read what a coupon takes off an order."""
    rate = None
    if table.has("rate"):
        rate = read_part(table, "rate")
    return table.value(
        CouponTerms,
        _read_validity(table.table("valid")),
        _read_money(table, "value"),
        rate,
        _read_money(table, "cap"),
        table.some_texts("categories") if table.has("categories") else (),
        _read_money(table, "order_min"),
        table.some_texts("platforms") if table.has("platforms") else (),
        table.some_texts("payment_modes") if table.has("payment_modes") else (),
        table.flag("combinable") if table.has("combinable") else False,
        table.flag("transferable") if table.has("transferable") else False,
    )


def _read_validity(table: Table) -> Validity:
    """Read how long a voucher is valid."""
    return table.value(
        Validity,
        table.whole("days") if table.has("days") else None,
        table.day("through") if table.has("through") else None,
    )


def _read_limit(table: Table) -> Limit:
    """Read a limit."""
    per = table.one_of("per", LimitScope) if table.has("per") else LimitScope.MEMBER
    period = table.one_of("period", Period) if table.has("period") else Period.EVER
    return table.value(Limit, table.whole("count"), LimitScope(per), Period(period))


def _read_money(table: Table, key: str) -> Money | None:
    """Read money, where there is any."""
    return table.made(key, Money.parse) if table.has(key) else None


def reward_rows(reward: Reward, currency: str) -> str:
    """Write a reward.

    Args:
        reward: The reward.
        currency: The programme's.

    Returns:
        Its tables.
    """
    window, terms = reward.window, reward.terms
    own = rows(
        id=reward.reward_id,
        title=reward.title,
        cost=_cost(reward.cost, currency),
        from_at=window.from_at,
        until_at=window.until_at,
        stock=reward.stock,
        limits=tuple([_limit(it) for it in reward.limits]) or None,
        tiers=reward.tiers or None,
        pool=reward.pool_id or None,
        revocable=reward.is_revocable,
        expense=_money(reward.expense),
    )
    if isinstance(terms, FCodeTerms):
        kind, quota = "f_code", terms.quota_id or None
        good_for = rows(products=terms.product_ids, quota=quota, **_common(terms))
    else:
        kind, good_for = "coupon", _coupon_rows(terms)
    return f"\n[[rewards]]\n{own}\n[rewards.{kind}]\n{good_for}"


def _coupon_rows(terms: CouponTerms) -> str:
    """Write what a coupon takes off an order."""
    return rows(
        value=_money(terms.value),
        rate=part_value(terms.rate),
        cap=_money(terms.cap),
        categories=terms.categories or None,
        order_min=_money(terms.order_min),
        platforms=terms.platforms or None,
        payment_modes=terms.payment_modes or None,
        combinable=terms.is_combinable,
        **_common(terms),
    )


def _common(terms: VoucherTerms) -> dict[str, Value]:
    """Write what all vouchers have."""
    validity = terms.validity
    valid = {"days": validity.days, "through": validity.through_on}
    return {"transferable": terms.is_transferable, "valid": valid}


def _cost(cost: int | Choice, currency: str) -> Value:
    """Write what a reward costs."""
    if not isinstance(cost, Choice):
        return cost
    worth = worth_value(cost.worth, currency)
    return {"least": cost.least, "step": cost.step, "most": cost.most, "worth": worth}


def _limit(limit: Limit) -> Value:
    """Write a limit."""
    return {"count": limit.count, "per": limit.per.value, "period": limit.period.value}


def _money(money: Money | None) -> str | None:
    """Write money, where there is any."""
    return None if money is None else str(money)
