"""Which terms hold for a pre-order."""

from mi_rewards.errors import Misuse
from mi_rewards.preorders.terms import PreOrderTerms
from mi_rewards.programme import Programme


def terms_in(programme: Programme, terms_id: str) -> PreOrderTerms:
    """Find terms of pre-orders.

    Args:
        programme: The rules.
        terms_id: Their name.

    Returns:
        The terms.

    Raises:
        Misuse: The rule book has none of that name.
    """
    for terms in programme.preorders:
        if terms.terms_id == terms_id:
            return terms
    raise Misuse(f"the rule book has no pre-orders {terms_id!r}")
