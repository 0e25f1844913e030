"""The examples of the manual, on SQLite and on PostgreSQL: the host's rows and the tokens."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import MetaData, make_url
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.pool import NullPool

from docs.examples import fastapi_preorders, fastapi_shop
from docs.examples.fastapi_shop import Base, Order, make_app
from mi_rewards import AsyncRewards, BurnTokens, Join, Money, Open, Refused, Rewards, bundled
from mi_rewards.calendar import NEVER
from mi_rewards.commands import OpenQuota
from mi_rewards.errors import Conflict, Misuse
from mi_rewards.repositories import Changes, Work
from mi_rewards.rule_book import from_toml
from mi_rewards.sql import AsyncSqlStore, Tables, open_engine, safe_sqlite
from tests import databases

NOW = datetime(2017, 6, 20, 12, 0, tzinfo=UTC)


# FastAPI


class Client:
    """Asks an application without a server."""

    def __init__(self, app: FastAPI) -> None:
        self._app = app

    def ask(self, method: str, path: str, **parts: Any) -> httpx.Response:
        """Send a request, on an event loop of its own."""

        async def send() -> httpx.Response:
            transport = httpx.ASGITransport(self._app)
            async with httpx.AsyncClient(transport=transport, base_url="http://shop") as client:
                return await client.request(method, path, **parts)

        return asyncio.run(send())


@pytest.fixture(params=["sqlite", "postgresql"])
def async_engine(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncEngine:
    """Make an engine on an empty database; no connection outlives the loop that made it."""
    if request.param == "sqlite":
        engine = create_async_engine(f"sqlite+aiosqlite:///{tmp_path / 'x.db'}", poolclass=NullPool)
        safe_sqlite(engine.sync_engine)
        return engine
    return create_async_engine(databases.new_database("asyncpg"), poolclass=NullPool)


@pytest.fixture
def client(async_engine: AsyncEngine) -> "Client":
    """Run the shop, with one order of a member who joined."""

    async def fill() -> None:
        async with async_engine.begin() as connection:
            await connection.run_sync(Base.metadata.create_all)
        async with AsyncSession(async_engine) as session, session.begin():
            session.add(Order(order_id="o1", member_id="asha"))
        store = AsyncSqlStore(async_engine, fastapi_shop.TABLES)
        rewards = AsyncRewards(store, fastapi_shop.PROGRAMME)
        await rewards.do(Join(member_id="asha", at=NOW, request_id="join"))

    asyncio.run(fill())
    return Client(make_app(async_engine))


def delivered_at(engine: AsyncEngine) -> datetime | None:
    """Read the shop's own row."""

    async def read() -> datetime | None:
        async with AsyncSession(engine) as session:
            return (await session.get_one(Order, "o1")).delivered_at

    return asyncio.run(read())


def deliver(client: Client, amount: str = "INR 999.00", key: str = "k1") -> Any:
    """Tell the shop that its order was delivered."""
    headers = {"Idempotency-Key": key}
    return client.ask("POST", "/orders/o1/delivered", params={"amount": amount}, headers=headers)


def test_fastapi_commits_the_order_and_its_tokens(
    client: Client, async_engine: AsyncEngine
) -> None:
    """I8: Asked twice, it happens once."""
    assert [deliver(client).json() for _ in range(2)] == [{"tokens": 99}] * 2
    assert delivered_at(async_engine) is not None
    assert client.ask("GET", "/members/asha/tokens").json() == {"available": 99}


def test_fastapi_says_what_is_refused_and_what_is_misuse(
    client: Client, async_engine: AsyncEngine
) -> None:
    """Whatever the shop wrote in the same transaction is rolled back with it."""
    assert deliver(client, amount="INR 1e3").status_code == 422
    assert delivered_at(async_engine) is None
    deliver(client)
    again = deliver(client, key="k2")
    assert (again.status_code, again.json()["code"]) == (409, "already_delivered")
    reused = deliver(client, amount="INR 1.00")
    assert reused.status_code == 422
    assert "was seen before with other content" in reused.json()["error"]


def test_fastapi_says_that_it_is_busy_and_what_is_not_there(
    client: Client, async_engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither is an error of the server's; nothing is left of either."""
    unknown = client.ask(
        "POST",
        "/orders/o9/delivered",
        params={"amount": "INR 9.00"},
        headers={"Idempotency-Key": "k"},
    )
    assert unknown.status_code == 404

    def lose(*_: Any) -> None:
        raise Conflict("somebody else was faster")

    monkeypatch.setattr("mi_rewards.sql._on.Joined.at_once", lose)
    assert deliver(client).status_code == 503
    assert delivered_at(async_engine) is None


def test_fastapi_begins_anew_after_a_lost_race(
    client: Client, async_engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """I11: The first attempt is rolled back as a whole, the second goes through."""
    losses = lose_once(monkeypatch)
    assert deliver(client).json() == {"tokens": 99}
    assert losses == ["lost"]
    assert delivered_at(async_engine) is not None


def lose_once(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Have the first joined save lose a race after it was written."""
    from mi_rewards.sql import _on

    losses: list[str] = []

    def save(name: str, way: str) -> None:
        kind: Any = getattr(_on, name)
        real = getattr(kind, way)

        def lost_first(self: Any, saved: Changes | Work, /) -> None:
            real(self, saved)
            if not losses:
                losses.append("lost")
                raise Conflict("somebody else was faster")

        monkeypatch.setattr(kind, way, lost_first)

    save("Joined", "at_once")
    save("JoinedDriver", "save")
    return losses


# FastAPI, with pre-orders

PRICE = Money.parse("INR 10999.00")


@pytest.fixture
def written_down() -> list[tuple[str, str]]:
    """Answer with where the shop writes down the payments that it did not take."""
    return []


@pytest.fixture
def sale(async_engine: AsyncEngine, written_down: list[tuple[str, str]]) -> Client:
    """Run the shop with one unit, from five minutes ago on."""
    metadata = MetaData()
    store = AsyncSqlStore(async_engine, Tables(metadata))
    text = bundled.programme_text("mi-preorders")
    text = text.replace("# pay_within_minutes = 15", "pay_within_minutes = 15")
    rewards = AsyncRewards(store, from_toml(text))

    async def fill() -> None:
        async with async_engine.begin() as connection:
            await connection.run_sync(metadata.create_all)
        opened = OpenQuota(
            quota_id="q1",
            units=1,
            terms_id="mi.com",
            product_id="phone",
            opens_at=NOW - timedelta(minutes=5),
            at=NOW - timedelta(days=1),
            request_id="open",
        )
        await rewards.do(opened)

    asyncio.run(fill())

    async def unwanted(payment_id: str, why: str) -> None:
        written_down.append((payment_id, why))

    return Client(fastapi_preorders.make_app(rewards, {"q1": PRICE}, lambda: NOW, unwanted))


def click(sale: Client, order_id: str, key: str, mode: str = "debit_card") -> Any:
    """Pre-order the unit."""
    return sale.ask(
        "POST",
        f"/preorders/{order_id}",
        params={"member_id": order_id, "quota_id": "q1", "payment_mode": mode},
        headers={"Idempotency-Key": key},
    )


def call_back(
    sale: Client, order_id: str, payment_id: str, minutes: int = 1, amount: str = str(PRICE)
) -> Any:
    """Tell the shop that money was taken, the price unless another amount is named."""
    taken_at = (NOW + timedelta(minutes=minutes)).isoformat()
    paid = {"member_id": order_id, "order_id": order_id, "amount": amount, "taken_at": taken_at}
    return sale.ask("POST", f"/payments/{payment_id}", params=paid)


def test_fastapi_sells_one_unit_once(sale: Client) -> None:
    """I8, I13: However often each door is asked, and another payment goes back."""
    first = click(sale, "o1", "k1")
    until = (NOW + timedelta(minutes=15)).isoformat()
    assert first.json() == {"due_minor": 1_099_900, "pay_until": until}
    assert click(sale, "o1", "k1").json() == first.json()
    late = click(sale, "o2", "k1")
    assert (late.status_code, late.json()["code"]) == (409, "quota_exhausted")
    assert [call_back(sale, "o1", "p1").json() for _ in range(2)] == [{"answer": "thanks"}] * 2
    twice = {"answer": "give it back", "why": "preorder_not_open"}
    assert call_back(sale, "o1", "p2").json() == twice


def test_fastapi_has_the_provider_call_again_where_the_click_is_not_known(sale: Client) -> None:
    """A callback may come first, and is granted then; after the deadline its money goes back."""
    early = call_back(sale, "o1", "p1")
    assert (early.status_code, early.json()["code"]) == (409, "unknown_preorder")
    assert click(sale, "o1", "k1").status_code == 200
    assert call_back(sale, "o1", "p2", minutes=15).json()["answer"] == "give it back"
    assert call_back(sale, "o1", "p1", minutes=14).json() == {"answer": "thanks"}


def test_fastapi_writes_down_what_it_does_not_take_and_has_no_provider_call_for_ever(
    sale: Client, written_down: list[tuple[str, str]]
) -> None:
    """Another amount, another currency, one payment told in two ways: each is answered with 200."""
    assert call_back(sale, "o1", "p0").status_code == 409
    assert click(sale, "o1", "k1").status_code == 200
    assert written_down == []
    told = [("p1", "INR 1.00"), ("p2", "USD 1.00"), ("p3", str(PRICE)), ("p3", "INR 1.00")]
    answers = [call_back(sale, "o1", payment_id, amount=amount) for payment_id, amount in told]
    assert [it.status_code for it in answers] == [200] * 4
    back, looked = "give it back", "somebody looks at it"
    assert [it.json()["answer"] for it in answers] == [back, back, "thanks", looked]
    assert written_down == [
        ("p1", f"{back}: wrong_amount"),
        ("p2", f"{back}: currency_mismatch"),
        ("p3", f"{looked}: request 'paid:p3' of 'o1' was seen before with other content"),
    ]


def test_fastapi_says_what_a_pre_order_may_not_be(sale: Client) -> None:
    """A way to pay that the terms do not name, and a request id that names another order."""
    refusal = click(sale, "o1", "k1", mode="cash_on_delivery")
    assert (refusal.status_code, refusal.json()["code"]) == (409, "payment_mode_refused")
    click(sale, "o1", "k1")
    assert click(sale, "o1", "k1", mode="credit_card").status_code == 422


# Django


@pytest.fixture(params=["sqlite", "postgresql"])
def shop(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Any]:
    """Run the shop, with one order and a member who has 100 tokens."""
    from django.conf import settings
    from django.db import connections, transaction

    if not settings.configured:
        settings.configure(DATABASES={"default": {}}, USE_TZ=True)
    import django

    django.setup()
    connections.databases["default"] = connections.configure_settings(
        {"default": database(str(request.param), tmp_path)}
    )["default"]
    if hasattr(connections._connections, "default"):
        del connections["default"]
    from docs.examples import django_shop

    connection: Any = connections["default"]
    with connection.schema_editor() as editor:
        editor.create_model(django_shop.Order)
    dialect = open_engine(f"{django_shop.DRIVERS[connection.vendor]}://").dialect
    with connection.cursor() as cursor:
        for statement in django_shop.TABLES.ddl(dialect):
            cursor.execute(statement)
    django_shop.Order.objects.create(order_id="o1")
    with transaction.atomic():
        bring = Open(member_id="asha", tokens=100, last_day=NEVER, at=NOW, request_id="bring")
        django_shop.rewards_here().do(bring)
    yield django_shop
    connections.close_all()


def database(kind: str, folder: Path) -> dict[str, Any]:
    """Say to Django where its database is."""
    if kind == "sqlite":
        options = {"transaction_mode": "IMMEDIATE"}
        name = str(folder / "x.db")
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": name, "OPTIONS": options}
    url = make_url(databases.new_database("psycopg"))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": url.database,
        "USER": url.username,
        "HOST": url.query["host"],
    }


def test_django_commits_the_order_and_its_tokens(shop: Any) -> None:
    """I8: Asked twice, it happens once."""
    for _ in range(2):
        assert shop.pay_with_tokens("o1", member_id="asha", tokens=60, at=NOW).tokens == 60
    assert shop.Order.objects.get(pk="o1").paid_with_tokens == 60
    assert shop.rewards_here().balance("asha", at=NOW).available == 40
    assert [it.sequence for it in shop.rewards_here().statement("asha").entries] == [1, 2]


def test_django_rolls_back_what_is_refused(shop: Any) -> None:
    """Its own row too."""
    with pytest.raises(Refused):
        shop.pay_with_tokens("o1", member_id="asha", tokens=101, at=NOW)
    assert shop.Order.objects.get(pk="o1").paid_with_tokens == 0


def test_django_begins_anew_after_a_lost_race(shop: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """I11: The block as a whole."""
    losses = lose_once(monkeypatch)
    assert shop.pay_with_tokens("o1", member_id="asha", tokens=60, at=NOW).tokens == 60
    assert losses == ["lost"]
    assert shop.rewards_here().balance("asha", at=NOW).available == 40


def test_django_may_nest_blocks(shop: Any) -> None:
    """What the outer one rolls back is gone, though the inner one was done."""
    with pytest.raises(ZeroDivisionError):
        pay_and_fail(shop)
    assert shop.Order.objects.get(pk="o1").paid_with_tokens == 0
    assert shop.rewards_here().balance("asha", at=NOW).available == 100
    assert shop.rewards_here().lapse_due(NOW) == 0


def pay_and_fail(shop: Any) -> None:
    """Fail after the tokens are spent."""
    from django.db import transaction

    with transaction.atomic():
        shop.pay_with_tokens("o1", member_id="asha", tokens=60, at=NOW)
        raise ZeroDivisionError


def test_django_needs_a_block(shop: Any) -> None:
    """Tokens without a transaction around them would be committed apart from the order."""
    rewards: Rewards = shop.rewards_here()
    burn = BurnTokens(member_id="asha", tokens=1, at=NOW, request_id="b")
    with pytest.raises(Misuse, match="a joined store needs an open transaction"):
        rewards.do(burn)
