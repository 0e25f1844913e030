"""The referrals of a rule book: reading and writing."""

from mi_rewards.calendar import Period
from mi_rewards.earning.referral_terms import Qualifies, ReferralTerms
from mi_rewards.rule_book._rows import rows
from mi_rewards.rule_book._table import Table


def read_referral(table: Table) -> ReferralTerms:
    """Read what inviting friends brings.

    Args:
        table: The table.

    Returns:
        The terms.

    Raises:
        Misuse: Something is not right; the message names the key.
    """
    period = table.one_of("friends_period", Period) if table.has("friends_period") else Period.EVER
    return table.value(
        ReferralTerms,
        table.whole("inviter_tokens"),
        table.whole("friend_tokens"),
        Qualifies(table.one_of("qualifies", Qualifies)),
        table.whole("return_days") if table.has("return_days") else 0,
        table.whole("code_days") if table.has("code_days") else None,
        table.whole("friends_max") if table.has("friends_max") else None,
        Period(period),
        table.day("from_on") if table.has("from_on") else None,
        table.day("through_on") if table.has("through_on") else None,
        table.whole("account_days_max") if table.has("account_days_max") else None,
        table.flag("needs_verdict") if table.has("needs_verdict") else False,
    )


def referral_rows(terms: ReferralTerms | None) -> str:
    """Write what inviting friends brings.

    Args:
        terms: The terms, `None` for none.

    Returns:
        TOML; nothing where there are no referrals.
    """
    if terms is None:
        return ""
    return "\n[referral]\n" + rows(
        inviter_tokens=terms.inviter_tokens,
        friend_tokens=terms.friend_tokens,
        qualifies=terms.qualifies.value,
        return_days=terms.return_days or None,
        code_days=terms.code_days,
        friends_max=terms.friends_max,
        friends_period=terms.friends_period.value,
        from_on=terms.from_on,
        through_on=terms.through_on,
        account_days_max=terms.account_days_max,
        needs_verdict=terms.needs_verdict,
    )
