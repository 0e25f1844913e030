"""The membership of a rule book: reading and writing."""

from mi_rewards.earning.membership import USUAL_MEMBERSHIP, MembershipTerms, OnLeaving
from mi_rewards.rule_book._rows import rows
from mi_rewards.rule_book._table import Table


def read_membership(table: Table) -> MembershipTerms:
    """Read what holds for every member.

    Args:
        table: The table.

    Returns:
        The terms.

    Raises:
        Misuse: Something is not right; the message names the key.
    """
    usual = USUAL_MEMBERSHIP
    return table.value(
        MembershipTerms,
        OnLeaving(table.one_of("on_leaving", OnLeaving))
        if table.has("on_leaving")
        else usual.on_leaving,
        table.flag("rejoins") if table.has("rejoins") else usual.rejoins,
        table.whole("claim_within_days") if table.has("claim_within_days") else None,
        table.flag("blocked_earn") if table.has("blocked_earn") else usual.blocked_earn,
    )


def membership_rows(terms: MembershipTerms) -> str:
    """Write what holds for every member.

    Args:
        terms: The terms.

    Returns:
        TOML; nothing where all is at its default.
    """
    if terms == USUAL_MEMBERSHIP:
        return ""
    return "\n[membership]\n" + rows(
        on_leaving=terms.on_leaving.value,
        rejoins=terms.rejoins,
        claim_within_days=terms.claim_within_days,
        blocked_earn=terms.blocked_earn,
    )
