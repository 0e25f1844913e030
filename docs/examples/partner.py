"""A partner that values and buys old devices, called over HTTP.

1. One deadline holds for a whole call: connecting, sending, and the last byte of the answer. A
   timeout of the socket would begin anew with each byte.
2. A no is an answer. Whatever else is not exactly an answer is `ValuerUnavailable`.
3. Every call has a key, so that the partner does once what it is asked twice.
"""

import asyncio
import json
from collections.abc import Mapping
from typing import Any

import attrs
import httpx

from mi_rewards import Misuse, Money
from mi_rewards.trade_in import (
    DeviceRejected,
    NotInPortfolio,
    Valuation,
    ValuationRequest,
    ValuerUnavailable,
    stated,
)

ANSWER_MAX = 64 * 1024
"""The longest answer that is read, in bytes."""


@attrs.frozen
class Partner:
    """The partner's service, which is a `Valuer` and pays members out.

    Attributes:
        url: Where it is.
        name: What its valuations are signed with.
        seconds: How long a call may take, all in all.
    """

    url: str
    name: str = "partner"
    seconds: float = 2.0

    def value(self, asked: ValuationRequest, /) -> Valuation:
        """Value a device; in asynchronous code await `ask` instead."""
        return asyncio.run(self.ask(asked))

    async def ask(self, asked: ValuationRequest) -> Valuation:
        """Value a device."""
        device = asked.device
        question = {
            "model": device.model_id,
            "variant": device.variant,
            "imeis": device.imeis,
            "answers": dict(asked.answers),
        }
        status, told = await self._post("valuations", asked.request_id, question)
        if status == 422 and told.get("refused") == "unknown_model":
            raise NotInPortfolio(model_id=device.model_id, variant=device.variant)
        if status == 422 and type(told.get("refused")) is str:
            raise DeviceRejected(reason=told["refused"])
        if status != 200:
            raise self._unavailable(f"status {status}")
        try:
            price = Money.of(told["price"], told["currency"])
            found = stated(self.name, price, at=asked.at, reference=told["id"])
        except (KeyError, Misuse) as fault:
            raise self._unavailable(f"an answer that is none: {fault}") from None
        if price.currency != asked.model.currency:
            raise self._unavailable(f"a price in {price.currency}")
        return found

    def pay_out(
        self, key: str, *, member_id: str, exchange_id: str, amount: Money
    ) -> Mapping[str, Any]:
        """Ask it to pay a member, once for each key; answers with the payment.

        Without an answer nobody knows whether it was paid. Ask again with the same key, or wait for
        the partner to call; never pay in another way meanwhile.
        """
        price = {"price": amount.amount, "currency": amount.currency}
        order = {"member": member_id, "exchange": exchange_id, **price}
        status, told = asyncio.run(self._post("payouts", key, order))
        if status != 200 or told.keys() != {"id", *order}:
            raise self._unavailable(f"status {status}, and no payment")
        return told

    async def _post(
        self, path: str, key: str, content: Mapping[str, Any]
    ) -> tuple[int, Mapping[str, Any]]:
        """Call it, and read its answer."""
        body = b""
        try:
            async with (
                asyncio.timeout(self.seconds),
                httpx.AsyncClient(timeout=None) as client,
                client.stream(
                    "POST",
                    f"{self.url}/{path}",
                    json=content,
                    headers={"Idempotency-Key": key},
                ) as answer,
            ):
                async for part in answer.aiter_bytes():
                    body += part
                    if len(body) > ANSWER_MAX:
                        raise self._unavailable("an answer without end")
        except TimeoutError:
            raise self._unavailable(f"no answer in {self.seconds} s") from None
        except httpx.HTTPError as fault:
            raise self._unavailable(type(fault).__name__) from None
        try:
            told = json.loads(body)
        except (ValueError, RecursionError):
            raise self._unavailable(f"status {answer.status_code}, and no JSON") from None
        if not isinstance(told, dict):
            raise self._unavailable("an answer that is no object")
        return answer.status_code, told

    def _unavailable(self, why: str) -> ValuerUnavailable:
        """Say that there is no answer."""
        return ValuerUnavailable(valuer=self.name, why=why)
