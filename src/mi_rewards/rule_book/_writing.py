"""Writing a rule book."""

from mi_rewards.programme import HoldLimits, Programme
from mi_rewards.rule_book._actions import action_rows
from mi_rewards.rule_book._campaigns import campaign_rows
from mi_rewards.rule_book._checkout import checkout_rows
from mi_rewards.rule_book._membership import membership_rows
from mi_rewards.rule_book._points import points_rows
from mi_rewards.rule_book._preorders import preorder_rows
from mi_rewards.rule_book._price_books import price_book_rows
from mi_rewards.rule_book._rates import earn_rate_value
from mi_rewards.rule_book._referral import referral_rows
from mi_rewards.rule_book._rewards import reward_rows
from mi_rewards.rule_book._rows import rows
from mi_rewards.rule_book._sales import sale_rows
from mi_rewards.rule_book._tiers import tier_rows
from mi_rewards.rule_book._trade_ins import trade_in_rows


def written(programme: Programme, format_: int, expiry_rows: str) -> str:
    """Write a rule book that could work.

    Args:
        programme: The programme.
        format_: The format of rule books.
        expiry_rows: How long its tokens are valid, as rows.

    Returns:
        TOML.
    """
    terms = programme.earning
    cap = terms.order_cap
    parts = [
        rows(
            format=format_,
            name=programme.name,
            title=programme.title,
            zone=programme.zone.name,
            currency=programme.currency,
            kind=programme.kind,
            claw_back=programme.claw_back.value,
            sunset_on=programme.sunset_on,
        ),
        "\n[earning]\n",
        rows(
            rate=earn_rate_value(terms.rate),
            channels=terms.channels or None,
            default_channel=terms.default_channel or None,
            excluded_categories=terms.excluded_categories or None,
            kept_after_days=terms.kept_after_days,
            order_cap=None if cap is None else {"orders": cap.orders, "scope": cap.scope.value},
        ),
        "\n[expiry]\n",
        expiry_rows,
    ]
    holds = programme.holds
    if holds != HoldLimits():
        parts += ["\n[holds]\n", rows(hours_max=holds.hours_max, open_max=holds.open_max)]
    if (welcome := programme.welcome) is not None:
        span = {"from_on": welcome.from_on, "through_on": welcome.through_on}
        parts += ["\n[welcome]\n", rows(tokens=welcome.tokens, **span)]
    if (retrospective := programme.retrospective) is not None:
        first, last = retrospective.delivered_from, retrospective.delivered_through
        parts += ["\n[retrospective]\n", rows(delivered_from=first, delivered_through=last)]
    if programme.rewards or programme.keeps_codes:
        clear_codes = "for_owner" if programme.keeps_codes else "never"
        parts += ["\n[vouchers]\n", rows(clear_codes=clear_codes)]
    parts.append(checkout_rows(programme.checkout, programme.currency))
    parts.append(points_rows(programme.points))
    parts.append(tier_rows(programme.ladder, programme.currency))
    parts.append(membership_rows(programme.membership))
    parts.append(referral_rows(programme.referral))
    parts.append(campaign_rows(programme.campaigns))
    parts += [sale_rows(sale) for sale in programme.sales]
    parts += [preorder_rows(terms) for terms in programme.preorders]
    parts += [trade_in_rows(terms, programme.currency) for terms in programme.trade_ins]
    parts += [price_book_rows(it) for it in programme.price_books]
    parts += [action_rows(action) for action in programme.actions]
    parts += [reward_rows(reward, programme.currency) for reward in programme.rewards]
    return "".join(parts)
