"""The trade-in terms of a rule book: reading and writing."""

import enum
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeVar

from mi_rewards.earning.terms import EarnRate
from mi_rewards.errors import Misuse
from mi_rewards.money import Money, Rate
from mi_rewards.rule_book._rates import (
    earn_rate_value,
    part_value,
    read_earn_rate,
    read_part,
)
from mi_rewards.rule_book._rows import Value, rows
from mi_rewards.rule_book._table import Table
from mi_rewards.trade_in.bonuses import Bonus
from mi_rewards.trade_in.terms import (
    Better,
    ExchangeMode,
    OnReturn,
    Surplus,
    TradeInTerms,
    Worse,
)

_NAMES: Final = ("brands", "products", "categories", "combines")
_FIGURES: Final = (
    "quote_days",
    "answer_within_hours",
    "pickup_within_days",
    "attempts_max",
    "hand_over_within_days",
)
_FLAGS: Final = ("every_imei", "revives")
_CHOICES: Final[Mapping[str, type[enum.StrEnum]]] = {
    "surplus": Surplus,
    "worse": Worse,
    "better": Better,
    "on_return": OnReturn,
}

_T = TypeVar("_T")


def read_trade_ins(tables: Sequence[Table], currency: str) -> tuple[TradeInTerms, ...]:
    """Read the terms of a programme's trade-ins.

    Args:
        tables: The tables, in their order.
        currency: The programme's.

    Returns:
        The terms.

    Raises:
        Misuse: Something is not right; the message names the terms and the key.
    """
    return tuple([_read_terms(table, currency) for table in tables])


def _read_terms(table: Table, currency: str) -> TradeInTerms:
    """Read terms; once their id is read, messages name them by that."""
    terms_id = table.text("id")
    table.known_as(f"trade_ins.{terms_id}")
    stated: dict[str, Any] = {it: table.some_texts(it) for it in _NAMES if table.has(it)}
    stated |= {it: table.whole(it) for it in _FIGURES if table.has(it)}
    stated |= {it: table.flag(it) for it in _FLAGS if table.has(it)}
    stated |= {it: of(table.one_of(it, of)) for it, of in _CHOICES.items() if table.has(it)}
    if table.has("least_payable"):
        stated["least_payable"] = table.made("least_payable", Money.parse)
    if table.has("credit"):
        stated["credit"] = _read_credit(table.table("credit"), currency)
    if table.has("threshold"):
        stated["threshold"] = read_part(table, "threshold")
    if table.has("bonuses"):
        stated["bonuses"] = tuple([_read_bonus(it) for it in table.tables("bonuses")])
    mode = ExchangeMode(table.one_of("mode", ExchangeMode))
    book_id, channels = table.text("price_book"), table.some_texts("channels")
    return table.value(TradeInTerms, terms_id, mode, book_id, channels, **stated)


def _stated(table: Table, key: str, read: Callable[[str], _T]) -> _T | None:
    """Read what may be left out."""
    return read(key) if table.has(key) else None


def _read_credit(table: Table, currency: str) -> Rate:
    """Read how many tokens of store credit there are for money."""
    rate = read_earn_rate(table)
    if rate.per.currency != currency:
        raise table.fault("per", f"in {currency}", str(rate.per))
    return Rate(rate.tokens, rate.per.minor, rate.rounding)


def _read_bonus(table: Table) -> Bonus:
    """Read what a campaign adds."""
    bonus_id = table.text("id")
    if table.has("amount") is table.has("share"):
        raise Misuse(f"{table.name} must have either 'amount' or 'share'")
    amount = table.made("amount", Money.parse) if table.has("amount") else read_part(table, "share")
    return table.value(
        Bonus,
        bonus_id,
        amount,
        _stated(table, "from", table.instant),
        _stated(table, "until", table.instant),
        _stated(table, "brands", table.some_texts) or (),
        _stated(table, "models", table.some_texts) or (),
    )


def trade_in_rows(terms: TradeInTerms, currency: str) -> str:
    """Write the terms of trade-ins.

    Args:
        terms: The terms.
        currency: The programme's.

    Returns:
        TOML.
    """
    credit = terms.credit
    stated: dict[str, Value] = {name: getattr(terms, name) or None for name in _NAMES}
    stated |= {name: getattr(terms, name) for name in _FIGURES}
    return "\n[[trade_ins]]\n" + rows(
        id=terms.terms_id,
        mode=terms.mode.value,
        price_book=terms.book_id,
        channels=terms.channels,
        **stated,
        every_imei=terms.every_imei,
        least_payable=None if terms.least_payable is None else str(terms.least_payable),
        surplus=terms.surplus.value,
        credit=None if credit is None else _credit_value(credit, currency),
        worse=terms.worse.value,
        threshold=part_value(terms.threshold),
        better=terms.better.value,
        on_return=terms.on_return.value,
        revives=terms.revives,
        bonuses=tuple([_bonus_value(it) for it in terms.bonuses]) or None,
    )


def _credit_value(credit: Rate, currency: str) -> Value:
    """Write how many tokens of store credit there are for money."""
    per = Money(credit.denominator, currency)
    return earn_rate_value(EarnRate(credit.numerator, per, credit.rounding))


def _bonus_value(bonus: Bonus) -> Value:
    """Write what a campaign adds."""
    is_money = isinstance(bonus.amount, Money)
    return {
        "id": bonus.bonus_id,
        "amount": str(bonus.amount) if is_money else None,
        "share": part_value(bonus.amount) if isinstance(bonus.amount, Rate) else None,
        "from": bonus.from_at,
        "until": bonus.until_at,
        "brands": bonus.brands or None,
        "models": bonus.models or None,
    }
