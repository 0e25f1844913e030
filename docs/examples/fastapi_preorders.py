"""A shop on FastAPI that takes pre-orders: the door for clicks, and the payment provider's."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Annotated

from fastapi import FastAPI, Header, Request
from fastapi.responses import JSONResponse

from mi_rewards import AsyncRewards, Conflict, Misuse, Money, Refused, with_retries_async
from mi_rewards.commands import PayPreOrder, PlacePreOrder
from mi_rewards.money import CurrencyMismatch


def make_app(
    rewards: AsyncRewards,
    prices: Mapping[str, Money],
    now: Callable[[], datetime],
    unwanted: Callable[[str, str], Awaitable[None]],
) -> FastAPI:
    """Make the application.

    Args:
        rewards: The programme, and where it is kept.
        prices: The price of what each quota sells.
        now: The clock.
        unwanted: Writes down a payment that was not taken, by its id, and why; the same payment
            can come more than once.
    """
    app = FastAPI()

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

    @app.post("/preorders/{order_id}")
    async def click(
        order_id: str,
        member_id: str,
        quota_id: str,
        payment_mode: str,
        idempotency_key: Annotated[str, Header()],
    ) -> dict[str, str | int]:
        command = PlacePreOrder(
            member_id=member_id,
            order_id=order_id,
            quota_id=quota_id,
            price=prices[quota_id],
            payment_mode=payment_mode,
            at=now(),
            request_id=idempotency_key,
        )
        placed = await with_retries_async(rewards, lambda it: it.do(command), attempts=3)
        return {"due_minor": placed.due_minor, "pay_until": placed.pay_until.isoformat()}

    @app.post("/payments/{payment_id}")
    async def call_back(
        payment_id: str, member_id: str, order_id: str, amount: str, taken_at: datetime
    ) -> dict[str, str]:
        command = PayPreOrder(
            member_id=member_id,
            order_id=order_id,
            amount=Money.parse(amount),
            at=taken_at,
            request_id=f"paid:{payment_id}",
        )
        try:
            await with_retries_async(rewards, lambda it: it.do(command), attempts=3)
        except Refused as refusal:
            if refusal.transient:
                raise  # the click is not answered yet: the provider calls again
            answer, why = "give it back", refusal.code
        except CurrencyMismatch:
            answer, why = "give it back", "currency_mismatch"
        except Misuse as misuse:
            # One payment told in two ways, of which the first stands; calling again mends nothing.
            answer, why = "somebody looks at it", str(misuse)
        else:
            return {"answer": "thanks"}
        await unwanted(payment_id, f"{answer}: {why}")  # before the provider is answered
        return {"answer": answer, "why": why}

    return app
