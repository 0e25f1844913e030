"""Purchases as JSON-ready dictionaries.

1. A dictionary holds whole numbers, truth values, texts, `None`, lists and dictionaries, and says
   its format.
2. Reading what was written gives an equal value. Reading is strict: whatever was not written here
   is `Corrupt`, and the message says what is wrong.
3. A format stays readable for ever; a sample of each is among the tests.
4. Money is written in minor units beside its currency.
5. What the format got later is written only where it says something.
"""

from typing import Any

from mi_rewards.calendar import write_day, write_instant
from mi_rewards.earning.awards import Award, Earned
from mi_rewards.earning.circumstances import NO_EFFECTS, UNTOLD, Circumstances, Effects
from mi_rewards.earning.lines import Line
from mi_rewards.earning.part_codec import parts_in, parts_to_list
from mi_rewards.earning.purchase_life import PurchaseState
from mi_rewards.earning.purchases import Purchase
from mi_rewards.earning.terms import Recipe
from mi_rewards.errors import Corrupt, Misuse
from mi_rewards.money import Money, Rounding
from mi_rewards.wallet.reading import (
    FORMAT,
    day_in,
    fields_in,
    instant_in,
    list_in,
    one_of,
    optional,
    text_in,
    whole_in,
)

_PURCHASE = frozenset({"format", "member_id", "order_id", "currency", "channel", "state", "lines"})
_PURCHASE |= {"recipe", "awards", "returned_minor", "version"}
_LINE = frozenset({"line_id", "amount_minor", "quantity", "category", "delivered_at", "returned"})
_RECIPE = frozenset({"rule", "tokens", "per_minor", "currency", "rounding", "rule_book"})
_RECIPE |= {"excluded_categories"}
_PURCHASE_LATER = frozenset({"circumstances", "points", "counted"})
_RECIPE_LATER = frozenset({"parts"})
_LINE_LATER = frozenset({"product", "given_minor"})
_CIRCUMSTANCES = frozenset({"placed_at", "platform", "payment_mode"})
_EARNED = frozenset({"recipe", "awards"})
_AWARD = frozenset({"tokens", "last_day", "delivered_at", "promise_id", "given_back"})
_STATES = {state.value: state for state in PurchaseState}
_ROUNDINGS = {rounding.value: rounding for rounding in Rounding}


def purchase_to_dict(purchase: Purchase) -> dict[str, Any]:
    """Write a purchase, with its version.

    Args:
        purchase: The purchase.

    Returns:
        A JSON-ready dictionary.
    """
    recipe = purchase.recipe
    written: dict[str, Any] = {
        "format": FORMAT,
        "member_id": purchase.member_id,
        "order_id": purchase.order_id,
        "currency": purchase.currency,
        "channel": purchase.channel,
        "state": purchase.state.value,
        "lines": [_line_to_dict(line) for line in purchase.lines],
        "recipe": None if recipe is None else _recipe_to_dict(recipe),
        "awards": [_award_to_dict(award) for award in purchase.awards],
        "returned_minor": purchase.returned_minor,
        "version": purchase.version,
    }
    if (told := purchase.circumstances) != UNTOLD:
        written["circumstances"] = {
            "placed_at": None if told.placed_at is None else write_instant(told.placed_at),
            "platform": told.platform,
            "payment_mode": told.payment_mode,
        }
    points, counted = purchase.effects
    if points is not None:
        written["points"] = {
            "recipe": _recipe_to_dict(points.recipe),
            "awards": [_award_to_dict(award) for award in points.awards],
        }
    if counted:
        written["counted"] = [[write_day(day), minor] for day, minor in counted]
    return written


def purchase_from_dict(written: dict[str, Any]) -> Purchase:
    """Read a purchase.

    Args:
        written: What `purchase_to_dict` answered.

    Returns:
        The purchase, with its version.

    Raises:
        Corrupt: It is something else, or no purchase can be like that.
    """
    fields = fields_in(written, _PURCHASE, "purchase", _PURCHASE_LATER)
    currency = text_in(fields["currency"], "currency")
    recipe = fields["recipe"]
    purchase = Purchase(
        text_in(fields["member_id"], "member_id"),
        text_in(fields["order_id"], "order_id"),
        tuple([_line(it, currency) for it in list_in(fields["lines"], "lines")]),
        text_in(fields["channel"], "channel"),
        one_of(fields["state"], _STATES, "state"),
        None if recipe is None else _recipe(recipe),
        tuple([_award(it) for it in list_in(fields["awards"], "awards")]),
        whole_in(fields["returned_minor"], "returned_minor", 0),
        _circumstances(fields["circumstances"]) if "circumstances" in fields else UNTOLD,
        _effects(fields),
        whole_in(fields["version"], "version", 0),
    )
    _check_purchase(purchase)
    return purchase


def _line_to_dict(line: Line) -> dict[str, Any]:
    """Write a line; the currency stands with the order."""
    written: dict[str, Any] = {
        "line_id": line.line_id,
        "amount_minor": line.amount.minor,
        "quantity": line.quantity,
        "category": line.category,
        "delivered_at": None if line.delivered_at is None else write_instant(line.delivered_at),
        "returned": line.returned,
    }
    if line.product:
        written["product"] = line.product
    if line.given_minor:
        written["given_minor"] = line.given_minor
    return written


def _award_to_dict(award: Award) -> dict[str, Any]:
    """Write an award."""
    return {
        "tokens": award.tokens,
        "last_day": write_day(award.last_day),
        "delivered_at": write_instant(award.delivered_at),
        "promise_id": award.promise_id,
        "given_back": award.given_back,
    }


def _recipe_to_dict(recipe: Recipe) -> dict[str, Any]:
    """Write a recipe."""
    written: dict[str, Any] = {
        "rule": recipe.rule,
        "tokens": recipe.tokens,
        "per_minor": recipe.per.minor,
        "currency": recipe.per.currency,
        "rounding": recipe.rounding.value,
        "excluded_categories": list(recipe.excluded_categories),
        "rule_book": recipe.rule_book,
    }
    if recipe.parts:
        written["parts"] = parts_to_list(recipe.parts)
    return written


def _line(written: object, currency: str) -> Line:
    """Read a line."""
    fields = fields_in(written, _LINE, "line", _LINE_LATER)
    return Line(
        text_in(fields["line_id"], "line_id"),
        _money(fields["amount_minor"], currency, "amount_minor", 0),
        whole_in(fields["quantity"], "quantity", 1),
        text_in(fields["category"], "category"),
        optional(instant_in, fields["delivered_at"], "delivered_at"),
        whole_in(fields["returned"], "returned", 0),
        text_in(fields.get("product", ""), "product"),
        whole_in(fields.get("given_minor", 0), "given_minor", 0),
    )


def _circumstances(written: object) -> Circumstances:
    """Read how an order was placed."""
    fields = fields_in(written, _CIRCUMSTANCES, "circumstances")
    return Circumstances(
        optional(instant_in, fields["placed_at"], "placed_at"),
        text_in(fields["platform"], "platform"),
        text_in(fields["payment_mode"], "payment_mode"),
    )


def _effects(fields: dict[str, Any]) -> Effects:
    """Read what an order brought about beside its award."""
    points = None
    if "points" in fields:
        earned = fields_in(fields["points"], _EARNED, "points")
        awards = tuple([_award(it) for it in list_in(earned["awards"], "awards")])
        points = Earned(_recipe(earned["recipe"]), awards)
    pairs = [list_in(it, "counted", 2) for it in list_in(fields.get("counted", []), "counted")]
    counted = tuple([(day_in(day, "counted"), whole_in(n, "counted", 0)) for day, n in pairs])
    days = [day for day, _ in counted]
    if days != sorted(set(days)):
        raise Corrupt("what counts toward a tier must stand once for each day, in order")
    return Effects(points, counted) if points or counted else NO_EFFECTS


def _recipe(written: object) -> Recipe:
    """Read a recipe."""
    fields = fields_in(written, _RECIPE, "recipe", _RECIPE_LATER)
    currency = text_in(fields["currency"], "currency")
    return Recipe(
        text_in(fields["rule"], "rule"),
        whole_in(fields["tokens"], "tokens", 0),
        _money(fields["per_minor"], currency, "per_minor", 1),
        one_of(fields["rounding"], _ROUNDINGS, "rounding"),
        _texts(fields["excluded_categories"], "excluded_categories"),
        text_in(fields["rule_book"], "rule_book"),
        parts_in(fields["parts"]) if "parts" in fields else (),
    )


def _award(written: object) -> Award:
    """Read an award."""
    fields = fields_in(written, _AWARD, "award")
    award = Award(
        whole_in(fields["tokens"], "tokens", 0),
        day_in(fields["last_day"], "last_day"),
        instant_in(fields["delivered_at"], "delivered_at"),
        optional(text_in, fields["promise_id"], "promise_id"),
        whole_in(fields["given_back"], "given_back", 0),
    )
    if award.given_back > award.tokens:
        raise Corrupt(f"{award.given_back} of {award.tokens} tokens awarded are given back")
    return award


def _money(minor: object, currency: str, what: str, least: int) -> Money:
    """Read money."""
    try:
        return Money(whole_in(minor, what, least), currency)
    except Misuse as error:
        raise Corrupt(f"{what}: {error}") from None


def _texts(written: object, what: str) -> tuple[str, ...]:
    """Read texts."""
    return tuple([text_in(it, what) for it in list_in(written, what)])


def _check_purchase(purchase: Purchase) -> None:
    """Object to a purchase that no deliveries and returns can have made."""
    lines = purchase.lines
    if any(line.given_minor > line.amount.minor for line in lines):
        raise Corrupt("vouchers and tokens paid more of a line than it came to")
    if not lines or len({line.line_id for line in lines}) < len(lines):
        raise Corrupt("an order has lines, each of another name")
    for line in lines:
        if line.returned > line.quantity:  # of a line that is not delivered yet: gone without
            raise Corrupt(f"{line.returned} units of line {line.line_id!r} are returned")
    delivered = sum(line.delivered_at is not None for line in lines)
    can_be = {
        PurchaseState.PLACED: delivered == 0,
        PurchaseState.PART_DELIVERED: 0 < delivered < len(lines),
        PurchaseState.DELIVERED: delivered > 0,
        PurchaseState.CANCELLED: delivered == 0,
    }
    if not can_be[purchase.state]:
        raise Corrupt(f"the order is {purchase.state}, with {delivered} of its lines delivered")
    if (purchase.recipe is None) is not (not purchase.awards):
        raise Corrupt("an order has both awards and their recipe, or neither")
    if len(purchase.awards) > delivered:
        raise Corrupt(f"{len(purchase.awards)} awards for {delivered} lines delivered")
    if purchase.left_minor < 0:
        raise Corrupt("more is returned than was delivered")
