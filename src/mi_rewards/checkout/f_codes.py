"""Which units of a cart its F-codes cover.

1. An F-code takes nothing off. It covers one unit of a line with one of its products.
2. As many units are covered as can be, whichever F-code is looked at first.
"""

from collections.abc import Mapping, Sequence

from mi_rewards.catalogue.terms import FCodeTerms
from mi_rewards.checkout.carts import Cart, CartLine
from mi_rewards.checkout.priced import AppliedVoucher, PassedOver, Why
from mi_rewards.checkout.vouchers import Usable


def cover(
    cart: Cart, usable: Sequence[tuple[Usable, FCodeTerms]]
) -> tuple[list[AppliedVoucher], list[PassedOver]]:
    """Find a unit for each F-code.

    Args:
        cart: The cart.
        usable: F-codes that can be used on the order, with their terms, by name.

    Returns:
        Those that cover a unit, each with its line, and those that do not.
    """
    lines = sorted(cart.lines, key=lambda it: it.line_id)
    fitting = {
        it.name: [line for line in lines if line.product_id in terms.product_ids]
        for it, terms in usable
    }
    covering: dict[str, list[str]] = {line.line_id: [] for line in lines}
    for name in fitting:
        _finds_a_unit(name, fitting, covering, set())
    line_of = {name: line_id for line_id, names in covering.items() for name in names}
    applied: list[AppliedVoucher] = []
    passed_over: list[PassedOver] = []
    for it, terms in usable:
        name, voucher = it
        if name in line_of:
            applied.append(
                AppliedVoucher(name, voucher.member_id, voucher.voucher_id, 0, line_of[name])
            )
        elif fitting[name]:
            passed_over.append(PassedOver(name, Why.UNITS_COVERED.value))
        else:
            figures = (("products", ", ".join(sorted(terms.product_ids))),)
            passed_over.append(PassedOver(name, Why.NO_SUCH_PRODUCT.value, figures))
    return applied, passed_over


def _finds_a_unit(
    name: str,
    fitting: Mapping[str, Sequence[CartLine]],
    covering: Mapping[str, list[str]],
    seen: set[str],
) -> bool:
    """Give an F-code a unit, moving others to other lines where that helps.

    Source:
        H. W. Kuhn, "The Hungarian method for the assignment problem", 1955: augmenting paths.
    """
    for line in fitting[name]:
        if line.line_id in seen:
            continue
        seen.add(line.line_id)
        names = covering[line.line_id]
        if len(names) < line.quantity:
            names.append(name)
            return True
        for place, other in enumerate(names):
            if _finds_a_unit(other, fitting, covering, seen):
                names[place] = name
                return True
    return False
