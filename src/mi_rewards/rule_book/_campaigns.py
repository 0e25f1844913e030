"""The campaigns of a rule book: reading and writing."""

from mi_rewards.calendar import Period, Window
from mi_rewards.earning.campaign_limits import Budget, Cap, CapPer, TokenCost
from mi_rewards.earning.campaign_terms import CampaignTerms, GroupChoice
from mi_rewards.earning.campaigns import (
    BaseRate,
    Bonus,
    BonusRate,
    Campaign,
    Effect,
    Multiplier,
)
from mi_rewards.earning.conditions import Conditions, MembersDay
from mi_rewards.errors import Misuse
from mi_rewards.money import Money
from mi_rewards.rule_book._rates import earn_rate_value, read_earn_rate
from mi_rewards.rule_book._rows import Value, rows
from mi_rewards.rule_book._table import Table

_EFFECTS = ("base_rate", "multiplier", "bonus", "bonus_rate")


def read_campaigns(book: Table) -> CampaignTerms:
    """Read the campaigns of a programme, under `campaigns` and `campaign_groups`.

    Args:
        book: The whole rule book.

    Returns:
        The terms.

    Raises:
        Misuse: One is not right; the message names it and the key.
    """
    tables = book.tables("campaigns") if book.has("campaigns") else []
    campaigns = tuple([_read_campaign(table) for table in tables])
    if not book.has("campaign_groups"):
        return Table("campaigns", {}).value(CampaignTerms, campaigns)
    groups = book.table("campaign_groups")
    choices = [(name, GroupChoice(groups.one_of(name, GroupChoice))) for name in groups.names()]
    return groups.value(CampaignTerms, campaigns, tuple(choices))


def _read_campaign(table: Table) -> Campaign:
    """Read one campaign; once its id is read, messages name it by that."""
    campaign_id = table.text("id")
    table.known_as(f"campaigns.{campaign_id}")
    return table.value(
        Campaign,
        campaign_id,
        table.text("title"),
        _read_effect(table),
        _read_conditions(table.table("when")) if table.has("when") else Conditions(),
        tuple([_read_cap(cap) for cap in table.tables("caps")]) if table.has("caps") else (),
        _read_budget(table.table("budget")) if table.has("budget") else None,
        table.text("group") if table.has("group") else "",
        table.whole("priority") if table.has("priority") else 0,
    )


def _read_effect(table: Table) -> Effect:
    """Read what a campaign does."""
    stated = [name for name in _EFFECTS if table.has(name)]
    if len(stated) != 1:
        raise Misuse(f"{table.name} must have one of {', '.join(map(repr, _EFFECTS))}")
    name = stated[0]
    row = table.table(name)
    if name == "bonus":
        return row.value(Bonus, row.whole("tokens"))
    if name == "multiplier":
        return row.value(Multiplier, row.whole("numerator"), row.whole("denominator"))
    rate = read_earn_rate(row)
    return BaseRate(rate) if name == "base_rate" else BonusRate(rate)


def _read_conditions(table: Table) -> Conditions:
    """Read when a campaign applies."""
    from_at = table.instant("from_at") if table.has("from_at") else None
    until_at = table.instant("until_at") if table.has("until_at") else None
    day = MembersDay(table.one_of("members_day", MembersDay)) if table.has("members_day") else None
    return table.value(
        lambda *parts: Conditions(Window(from_at, until_at), *parts),
        table.day("from_on") if table.has("from_on") else None,
        table.day("through_on") if table.has("through_on") else None,
        _some(table, "products"),
        _some(table, "categories"),
        _some(table, "except_categories"),
        _some(table, "channels"),
        _some(table, "platforms"),
        _some(table, "payment_modes"),
        _some(table, "tiers"),
        table.whole("order_number") if table.has("order_number") else None,
        day,
        table.made("min_amount", Money.parse) if table.has("min_amount") else None,
    )


def _some(table: Table, key: str) -> tuple[str, ...]:
    """Read names, where there are any."""
    return table.some_texts(key) if table.has(key) else ()


def _read_cap(table: Table) -> Cap:
    """Read a cap."""
    per = CapPer(table.one_of("per", CapPer))
    period = table.one_of("period", Period) if table.has("period") else Period.EVER
    return table.value(Cap, table.whole("tokens"), per, Period(period))


def _read_budget(table: Table) -> Budget:
    """Read a budget."""
    if not table.has("money"):
        return table.value(Budget, table.whole("tokens"))
    if table.has("tokens"):
        raise Misuse(f"{table.name} states tokens and money: a budget is one of them")
    money = table.made("money", Money.parse)
    row = table.table("cost")
    cost = row.value(TokenCost, row.made("money", Money.parse), row.whole("tokens"))
    return table.value(Budget, None, money, cost)


def campaign_rows(terms: CampaignTerms) -> str:
    """Write the campaigns of a programme.

    Args:
        terms: The terms.

    Returns:
        TOML; nothing where there are none.
    """
    parts = [_campaign_rows(it) for it in terms.campaigns]
    if terms.groups:
        choices = {name: choice.value for name, choice in terms.groups}
        parts.append("\n[campaign_groups]\n" + rows(**choices))
    return "".join(parts)


def _campaign_rows(campaign: Campaign) -> str:
    """Write one campaign."""
    when = _when(campaign.when)
    return "\n[[campaigns]]\n" + rows(
        id=campaign.campaign_id,
        title=campaign.title,
        **_effect(campaign.effect),
        when=when or None,
        caps=tuple([_cap(it) for it in campaign.caps]) or None,
        budget=_budget(campaign.budget),
        group=campaign.group or None,
        priority=campaign.priority or None,
    )


def _effect(effect: Effect) -> dict[str, Value]:
    """Write what a campaign does."""
    if isinstance(effect, Bonus):
        return {"bonus": {"tokens": effect.tokens}}
    if isinstance(effect, Multiplier):
        parts = {"numerator": effect.numerator, "denominator": effect.denominator}
        return {"multiplier": parts}
    name = "base_rate" if isinstance(effect, BaseRate) else "bonus_rate"
    return {name: earn_rate_value(effect.rate)}


def _when(when: Conditions) -> dict[str, Value]:
    """Write the conditions that ask for something."""
    stated: dict[str, Value] = {
        "from_at": when.window.from_at,
        "until_at": when.window.until_at,
        "from_on": when.from_on,
        "through_on": when.through_on,
        "products": when.products or None,
        "categories": when.categories or None,
        "except_categories": when.except_categories or None,
        "channels": when.channels or None,
        "platforms": when.platforms or None,
        "payment_modes": when.payment_modes or None,
        "tiers": when.tiers or None,
        "order_number": when.order_number,
        "members_day": None if when.members_day is None else when.members_day.value,
        "min_amount": None if when.min_amount is None else str(when.min_amount),
    }
    return {name: value for name, value in stated.items() if value is not None}


def _cap(cap: Cap) -> Value:
    """Write a cap."""
    period = None if cap.per is CapPer.ORDER else cap.period.value
    return {"tokens": cap.tokens, "per": cap.per.value, "period": period}


def _budget(budget: Budget | None) -> Value:
    """Write a budget, where there is one."""
    if budget is None or budget.cost is None:
        return None if budget is None else {"tokens": budget.tokens}
    cost: Value = {"money": str(budget.cost.money), "tokens": budget.cost.tokens}
    return {"money": None if budget.money is None else str(budget.money), "cost": cost}
