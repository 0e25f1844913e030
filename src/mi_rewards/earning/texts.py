"""Members and purchases as JSON texts, written without dictionaries between; see `wallet.texts`."""

from json.encoder import encode_basestring as quoted

from mi_rewards.earning.awards import Award
from mi_rewards.earning.circumstances import NO_EFFECTS, UNTOLD, Circumstances
from mi_rewards.earning.codec import purchase_to_dict
from mi_rewards.earning.lines import Line
from mi_rewards.earning.member_codec import member_to_dict
from mi_rewards.earning.members import Member
from mi_rewards.earning.part_codec import parts_to_list
from mi_rewards.earning.purchases import Purchase
from mi_rewards.earning.terms import Recipe
from mi_rewards.wallet.texts import BEGUN, compact, day_text, figures_text, instant_text

_NOTHING_LATER = Member("")[5:]
"""What the format got later, of a member of whom it says nothing."""


def member_to_text(member: Member) -> str:
    """Write a member, with its version.

    Args:
        member: The member.

    Returns:
        Compact JSON of what `member_to_dict` answers.
    """
    if member[5:] != _NOTHING_LATER:
        return compact(member_to_dict(member))
    return (
        f'{BEGUN},"member_id":{quoted(member.member_id)}'
        f',"joined_at":{instant_text(member.joined_at)}'
        f',"waiting":[{",".join([quoted(it) for it in member.waiting])}]'
        f',"counted":{figures_text(member.counted)},"version":{member.version}}}'
    )


def purchase_to_text(purchase: Purchase) -> str:
    """Write a purchase, with its version.

    Args:
        purchase: The purchase.

    Returns:
        Compact JSON of what `purchase_to_dict` answers.
    """
    member_id, order_id, lines, channel, state, recipe, awards, returned_minor = purchase[:8]
    if purchase.effects != NO_EFFECTS:
        return compact(purchase_to_dict(purchase))
    told = purchase.circumstances
    return (
        f'{BEGUN},"member_id":{quoted(member_id)},"order_id":{quoted(order_id)}'
        f',"currency":{quoted(purchase.currency)},"channel":{quoted(channel)}'
        f',"state":"{state}","lines":[{",".join([_line(it) for it in lines])}]'
        f',"recipe":{"null" if recipe is None else _recipe(recipe)}'
        f',"awards":[{",".join([_award(it) for it in awards])}]'
        f',"returned_minor":{returned_minor},"version":{purchase.version}'
        f"{'' if told is UNTOLD else _circumstances(told)}}}"
    )


def _line(line: Line) -> str:
    """Write a line; the currency stands with the order."""
    line_id, amount, quantity, category, delivered_at, returned, product, given = line
    named = f',"product":{quoted(product)}' if product else ""
    if given:
        named += f',"given_minor":{given}'
    return (
        f'{{"line_id":{quoted(line_id)},"amount_minor":{amount.minor},"quantity":{quantity}'
        f',"category":{quoted(category)},"delivered_at":{instant_text(delivered_at)}'
        f',"returned":{returned}{named}}}'
    )


def _circumstances(told: Circumstances) -> str:
    """Write how an order was placed, where it is told."""
    if told == UNTOLD:
        return ""
    placed_at, platform, payment_mode = told
    return (
        f',"circumstances":{{"placed_at":{instant_text(placed_at)}'
        f',"platform":{quoted(platform)},"payment_mode":{quoted(payment_mode)}}}'
    )


def _recipe(recipe: Recipe) -> str:
    """Write a recipe."""
    per = recipe.per
    parts = f',"parts":{compact(parts_to_list(recipe.parts))}' if recipe.parts else ""
    return (
        f'{{"rule":{quoted(recipe.rule)},"tokens":{recipe.tokens},"per_minor":{per.minor}'
        f',"currency":{quoted(per.currency)},"rounding":"{recipe.rounding.value}"'
        f',"excluded_categories":[{",".join([quoted(it) for it in recipe.excluded_categories])}]'
        f',"rule_book":{quoted(recipe.rule_book)}{parts}}}'
    )


def _award(award: Award) -> str:
    """Write an award."""
    tokens, last_day, delivered_at, promise_id, given_back = award
    return (
        f'{{"tokens":{tokens},"last_day":{day_text(last_day)}'
        f',"delivered_at":{instant_text(delivered_at)}'
        f',"promise_id":{"null" if promise_id is None else quoted(promise_id)}'
        f',"given_back":{given_back}}}'
    )
