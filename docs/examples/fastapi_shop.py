"""A shop on FastAPI: its own rows and the tokens in one transaction of an `AsyncSession`."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import FastAPI, Header, Request
from fastapi.responses import JSONResponse
from sqlalchemy.exc import NoResultFound
from sqlalchemy.ext.asyncio import AsyncEngine, async_sessionmaker
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from mi_rewards import (
    AsyncRewards,
    Conflict,
    Deliver,
    Misuse,
    Money,
    Refused,
    bundled,
    with_retries_async,
)
from mi_rewards.sql import AsyncSqlStore, Tables


class Base(DeclarativeBase):
    """The shop's tables."""


class Order(Base):
    """An order of the shop's."""

    __tablename__ = "orders"
    order_id: Mapped[str] = mapped_column(primary_key=True)
    member_id: Mapped[str]
    delivered_at: Mapped[datetime | None]


TABLES = Tables(Base.metadata)
"""The library's tables, beside the shop's: `Base.metadata.create_all` and migrations see both."""

PROGRAMME = bundled.programme("reward-mi")


def make_app(engine: AsyncEngine) -> FastAPI:
    """Make the application."""
    app = FastAPI()
    sessions = async_sessionmaker(engine, expire_on_commit=False)
    store = AsyncSqlStore(engine, TABLES)

    @app.exception_handler(Refused)
    async def refused(_: Request, refusal: Refused) -> JSONResponse:
        answer = {"code": refusal.code, "figures": dict(refusal.figures)}
        return JSONResponse(answer, status_code=409)

    @app.exception_handler(Misuse)
    async def misused(_: Request, misuse: Misuse) -> JSONResponse:
        return JSONResponse({"error": str(misuse)}, status_code=422)

    @app.exception_handler(Conflict)
    async def others_were_faster(_: Request, __: Conflict) -> JSONResponse:
        return JSONResponse({"error": "busy, try again"}, status_code=503)

    @app.exception_handler(NoResultFound)
    async def not_there(_: Request, __: NoResultFound) -> JSONResponse:
        return JSONResponse({"error": "no such order"}, status_code=404)

    @app.post("/orders/{order_id}/delivered")
    async def delivered(
        order_id: str, amount: str, idempotency_key: Annotated[str, Header()]
    ) -> dict[str, int]:
        async def work(_: AsyncRewards) -> int:
            async with sessions.begin() as session:  # begun anew by each attempt
                order = await session.get_one(Order, order_id)
                order.delivered_at = datetime.now(UTC).replace(tzinfo=None)
                rewards = AsyncRewards(store.joined(session), PROGRAMME)
                outcome = await rewards.do(
                    Deliver(
                        member_id=order.member_id,
                        order_id=order_id,
                        amount=Money.parse(amount),
                        at=datetime.now(UTC),
                        request_id=idempotency_key,
                    )
                )
                return outcome.tokens

        outside = AsyncRewards(store, PROGRAMME)
        return {"tokens": await with_retries_async(outside, work, attempts=3)}

    @app.get("/members/{member_id}/tokens")
    async def tokens(member_id: str) -> dict[str, int]:
        balance = await AsyncRewards(store, PROGRAMME).balance(member_id, at=datetime.now(UTC))
        return {"available": balance.available}

    return app
