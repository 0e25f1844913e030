"""A shop on Django: its own rows and the tokens in one `atomic()` block.

The settings must be configured before this is imported, as for any module with models.
"""

from datetime import datetime

from django.db import connection, models, transaction

from mi_rewards import BurnTokens, Conflict, Rewards, bundled
from mi_rewards.commands import Burned
from mi_rewards.sql import Tables, joined_driver

TABLES = Tables()
PROGRAMME = bundled.programme("reward-mi")
DRIVERS = {"sqlite": "sqlite", "postgresql": "postgresql+psycopg"}
"""What SQLAlchemy calls Django's databases."""


class Order(models.Model):
    """An order of the shop's."""

    order_id = models.CharField(primary_key=True, max_length=40)
    paid_with_tokens = models.IntegerField(default=0)

    class Meta:
        """Where it belongs."""

        app_label = "shop"


def rewards_here() -> Rewards:
    """Have the programme work on Django's own connection, in the block that is open on it."""
    connection.ensure_connection()
    driver = DRIVERS[connection.vendor]
    return Rewards(joined_driver(connection.connection, driver=driver, tables=TABLES), PROGRAMME)


def pay_with_tokens(order_id: str, *, member_id: str, tokens: int, at: datetime) -> Burned:
    """Spend tokens on an order: both or neither."""
    command = BurnTokens(member_id=member_id, tokens=tokens, at=at, request_id=f"paid:{order_id}")
    for _ in range(2):
        try:
            return _pay(order_id, command)
        except Conflict:
            continue
    return _pay(order_id, command)


def _pay(order_id: str, command: BurnTokens) -> Burned:
    """Try once; a lost race rolls the whole block back."""
    with transaction.atomic():
        Order.objects.filter(pk=order_id).update(paid_with_tokens=command.tokens)
        return rewards_here().do(command)
