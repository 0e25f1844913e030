"""Reading a rule book from its text, and writing one."""

import tomllib
from datetime import date
from typing import Any

from mi_rewards import wallet
from mi_rewards.calendar import Zone, write_instant
from mi_rewards.earning.terms import (
    CapScope,
    EarnTerms,
    OrderCap,
    Retrospective,
    Welcome,
)
from mi_rewards.errors import Misuse
from mi_rewards.programme import HoldLimits, Programme
from mi_rewards.rule_book._expiry import expiry_values, read_expiry
from mi_rewards.rule_book._rates import read_earn_rate
from mi_rewards.rule_book._rows import rows
from mi_rewards.rule_book._table import Table
from mi_rewards.wallet.claw_back import ClawBackPolicy

FORMAT = 1
"""The format of rule books that this version reads and writes."""

_KEPT_AFTER_DAYS_MAX = 3650
"""The longest wait until an award is kept: ten years."""

_CLEAR_CODES = {"never": False, "for_owner": True}
"""Whether the codes of vouchers are kept in clear, by what a rule book says."""

_EARNED_THROUGH = date(2100, 12, 31)
"""Through this day at least, what is earned must have a last valid day."""


def from_toml(text: str) -> Programme:
    """Read a rule book.

    Args:
        text: TOML, as `to_toml` writes it or as the bundled rule books stand; of a file,
            `Path("mine.toml").read_text(encoding="utf-8")`.

    Returns:
        The programme.

    Raises:
        Misuse: It is no text, or looks like a file's name; no TOML, not a rule book of this format,
            or one that could never work. The message names the key, or the table.
    """
    if not isinstance(text, str):
        raise Misuse(f"a rule book is read from a text, not from {type(text).__name__}")
    if text.endswith(".toml") and "\n" not in text:
        raise Misuse(f"{text!r} looks like a file's name, and a rule book is read from its text")
    try:
        found = tomllib.loads(text)
    except (ValueError, RecursionError) as fault:
        raise Misuse(f"the rule book is no TOML: {fault}") from None
    book = Table("", found)
    if (stated := book.whole("format")) != FORMAT:
        raise Misuse(f"the rule book is of format {stated}; this version reads {FORMAT}")
    name, title = book.text("name"), book.text("title")
    zone, currency = book.made("zone", Zone), book.text("currency")
    programme = book.value(
        Programme,
        name,
        title,
        zone,
        currency,
        book.text("kind"),
        _read_earning(book.table("earning")),
        read_expiry(book.table("expiry")),
        ClawBackPolicy(book.one_of("claw_back", ClawBackPolicy)),
        _read_holds(book.table("holds")) if book.has("holds") else HoldLimits(),
        _read_welcome(book.table("welcome")) if book.has("welcome") else None,
        _read_retrospective(book.table("retrospective")) if book.has("retrospective") else None,
        book.day("sunset_on") if book.has("sunset_on") else None,
        **_read_more(book, zone, currency),
    )
    _check(programme)
    return programme


def _read_more(book: Table, zone: Zone, currency: str) -> dict[str, Any]:
    """Read what few rule books have; what reads a part loads with the first that has it."""
    more: dict[str, Any] = {}
    if book.has("rewards"):
        from mi_rewards.rule_book._rewards import read_rewards

        more["rewards"] = read_rewards(book.tables("rewards"), currency)
    if book.has("vouchers"):
        more["keeps_codes"] = _read_vouchers(book.table("vouchers"))
    if book.has("checkout"):
        from mi_rewards.rule_book._checkout import read_checkout

        more["checkout"] = read_checkout(book.table("checkout"), currency)
    if book.has("points"):
        from mi_rewards.rule_book._points import read_points

        more["points"] = read_points(book.table("points"))
    if book.has("campaigns") or book.has("campaign_groups"):
        from mi_rewards.rule_book._campaigns import read_campaigns

        more["campaigns"] = read_campaigns(book)
    if book.has("actions"):
        from mi_rewards.rule_book._actions import read_actions

        more["actions"] = read_actions(book.tables("actions"))
    if book.has("referral"):
        from mi_rewards.rule_book._referral import read_referral

        more["referral"] = read_referral(book.table("referral"))
    if book.has("tiers"):
        from mi_rewards.rule_book._tiers import read_tiers

        more["ladder"] = read_tiers(book.table("tiers"), currency)
    if book.has("membership"):
        from mi_rewards.rule_book._membership import read_membership

        more["membership"] = read_membership(book.table("membership"))
    return more | _read_selling(book, zone, currency)


def _read_selling(book: Table, zone: Zone, currency: str) -> dict[str, Any]:
    """Read sales, pre-orders and trade-ins."""
    more: dict[str, Any] = {}
    if book.has("sales"):
        from mi_rewards.rule_book._sales import read_sales

        more["sales"] = read_sales(book.tables("sales"), zone)
    if book.has("preorders"):
        from mi_rewards.rule_book._preorders import read_preorders

        more["preorders"] = read_preorders(book.tables("preorders"))
    if book.has("trade_ins"):
        from mi_rewards.rule_book._trade_ins import read_trade_ins

        more["trade_ins"] = read_trade_ins(book.tables("trade_ins"), currency)
    if book.has("price_books"):
        from mi_rewards.rule_book._price_books import read_price_books

        more["price_books"] = read_price_books(book.tables("price_books"), currency)
    return more


def _check(programme: Programme) -> None:
    """Refuse a programme that could never work, whatever each figure is by itself."""
    terms = programme.earning
    channels = terms.channels
    for channel in channels:
        if channels.count(channel) > 1:
            raise Misuse(f"earning.channels names {channel!r} twice")
    if channels and terms.default_channel and terms.default_channel not in channels:
        raise Misuse(
            f"earning.default_channel must be one of earning.channels, not"
            f" {terms.default_channel!r}"
        )
    if terms.kept_after_days > _KEPT_AFTER_DAYS_MAX:
        raise Misuse(
            f"earning.kept_after_days must be at most {_KEPT_AFTER_DAYS_MAX},"
            f" not {terms.kept_after_days}"
        )
    policy = programme.expiry
    try:
        policy.last_day(_EARNED_THROUGH)
    except Misuse:
        keys = {wallet.RollingDays: "days", wallet.RollingMonths: "months"}
        key = keys.get(type(policy), "years")
        raise Misuse(
            f"expiry.{key} must be fewer: tokens earned on {_EARNED_THROUGH} would be valid past"
            " the year 9999"
        ) from None
    for reward in programme.rewards:
        from_at, through_on = reward.window.from_at, reward.terms.validity.through_on
        if from_at is None or through_on is None or from_at < programme.zone.after(through_on):
            continue
        raise Misuse(
            f"rewards.{reward.reward_id} could never be had: its vouchers are valid through"
            f" {through_on}, and it is on sale from {write_instant(from_at)}"
        )


def _read_earning(table: Table) -> EarnTerms:
    """Read what purchases earn."""
    earn_rate = read_earn_rate(table.table("rate"))
    cap = None
    if table.has("order_cap"):
        row = table.table("order_cap")
        cap = row.value(OrderCap, row.whole("orders"), CapScope(row.one_of("scope", CapScope)))
    return table.value(
        EarnTerms,
        earn_rate,
        table.some_texts("channels") if table.has("channels") else (),
        table.text("default_channel") if table.has("default_channel") else "",
        table.texts("excluded_categories") if table.has("excluded_categories") else (),
        table.whole("kept_after_days") if table.has("kept_after_days") else 0,
        cap,
    )


def _read_vouchers(table: Table) -> bool:
    """Read whether codes are kept in clear."""
    return table.value(_CLEAR_CODES.__getitem__, table.one_of("clear_codes", _CLEAR_CODES))


def _read_holds(table: Table) -> HoldLimits:
    """Read what a hold may be."""
    return table.value(
        HoldLimits,
        table.whole("hours_max") if table.has("hours_max") else None,
        table.whole("open_max") if table.has("open_max") else None,
    )


def _read_welcome(table: Table) -> Welcome:
    """Read what joining earns."""
    return table.value(
        Welcome,
        table.whole("tokens"),
        table.day("from_on") if table.has("from_on") else None,
        table.day("through_on") if table.has("through_on") else None,
    )


def _read_retrospective(table: Table) -> Retrospective:
    """Read which purchases before joining count."""
    return table.value(
        Retrospective,
        table.day("delivered_from"),
        table.day("delivered_through") if table.has("delivered_through") else None,
    )


def to_toml(programme: Programme) -> str:
    """Write a rule book.

    Args:
        programme: The programme.

    Returns:
        TOML that reads back equal; the same text for equal programmes.

    Raises:
        Misuse: A rule book cannot state it: its expiry policy is none of those here, or it could
            never work.
    """
    from mi_rewards.rule_book._writing import written

    expiry_rows = rows(**expiry_values(programme.expiry))
    _check(programme)
    return written(programme, FORMAT, expiry_rows)
