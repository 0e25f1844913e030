"""A partner's service on this machine that behaves as badly as it is told to.

`with BadPartner() as service:` serves at `service.url`. `service.mood` is how it answers from then
on; `service.confirm` is the door of yours that it calls when it has paid somebody.
"""

import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

GARBAGE = {
    "garbage": b"<html>Bad Gateway</html>",
    "deep": b"[" * 30_000,
    "list": b"[4321]",
    "empty": b"",
    "float": b'{"id": "V-1", "price": 4321.5, "currency": "INR"}',
    "below zero": b'{"id": "V-1", "price": "-1.00", "currency": "INR"}',
    "dollars": b'{"id": "V-1", "price": "50.00", "currency": "USD"}',
    "unsigned": b'{"price": "4321.00", "currency": "INR"}',
}
"""Answers that are none, by mood."""


class BadPartner:
    """The service; it pays once for each key, whatever its mood.

    Attributes:
        mood: `"well"`; `"slow"`, `"drips"`, `"closes"`, `"endless"`, `"error"` or one of `GARBAGE`;
            `"locked"` or `"unknown_model"` for a no. `"late"` does what it is asked, does not
            answer in time, and calls twice at once when it has paid.
        price: What it says that a device is worth.
        confirm: What it calls when it has paid in that mood, with the payment.
        paid: What it has paid, by key.
        asked: The paths that were called.
    """

    def __init__(self) -> None:
        self.mood = "well"
        self.price = "4321.00"
        self.confirm: Callable[[dict[str, str]], None] = lambda _: None
        self.paid: dict[str, dict[str, str]] = {}
        self.asked: list[str] = []
        self._lock = threading.Lock()
        self._is_over = threading.Event()
        self._callers: list[threading.Thread] = []
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.service = self
        serve = self._server.serve_forever
        self._thread = threading.Thread(target=serve, args=(0.01,), daemon=True)

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None = None,
        error: BaseException | None = None,
        trace: TracebackType | None = None,
    ) -> None:
        self._is_over.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def finish(self) -> None:
        """Wait until all that it calls has been called."""
        with self._lock:
            callers = list(self._callers)
        for caller in callers:
            caller.join()

    def value(self) -> dict[str, str]:
        """Value a device."""
        return {"id": "V-1", "price": self.price, "currency": "INR"}

    def pay(self, key: str, order: dict[str, str]) -> dict[str, str]:
        """Pay a member, once for each key."""
        with self._lock:
            found = self.paid.get(key)
            if found is None:
                found = self.paid[key] = {"id": f"P-{len(self.paid) + 1}", **order}
                if self.mood == "late":
                    self._callers += [
                        threading.Thread(target=self._call, args=(found,)) for _ in range(2)
                    ]
                    for caller in self._callers[-2:]:
                        caller.start()
            return found

    def _call(self, payment: dict[str, str]) -> None:
        """Tell that it has paid, a while after it was asked to."""
        self._is_over.wait(0.3)
        self.confirm(payment)

    def wait(self, seconds: float) -> None:
        """Take its time."""
        self._is_over.wait(seconds)


class _Server(ThreadingHTTPServer):
    """Answers each call in a thread of its own, and does not mind those who hang up."""

    daemon_threads = True
    service: BadPartner

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing."""


class _Handler(BaseHTTPRequestHandler):
    """Answers one call."""

    server: _Server

    def do_POST(self) -> None:
        service = self.server.service
        service.asked.append(self.path)
        content = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        told = (
            service.pay(self.headers["Idempotency-Key"], content)
            if self.path == "/payouts"
            else service.value()
        )
        body = json.dumps(told).encode()
        match service.mood:
            case "closes":
                return
            case "slow" | "late":
                service.wait(60)
            case "error":
                self._answer(500, b'{"error": "database"}')
            case "locked" | "unknown_model":
                self._answer(422, json.dumps({"refused": service.mood}).encode())
            case "drips":
                self._begin(200, len(body))
                for place in range(len(body)):
                    self.wfile.write(body[place : place + 1])
                    service.wait(1)
            case "endless":
                self._begin(200, 2**40)
                while True:
                    self.wfile.write(b" " * 4096)
            case mood:
                self._answer(200, GARBAGE.get(mood, body))

    def _answer(self, status: int, body: bytes) -> None:
        """Answer at once."""
        self._begin(status, len(body))
        self.wfile.write(body)

    def _begin(self, status: int, length: int) -> None:
        """Begin an answer."""
        self.send_response(status)
        self.send_header("Content-Length", str(length))
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Say nothing."""
