"""What the books say to a command."""

from typing import Any

from mi_rewards.commands import (
    Adjust,
    BurnTokens,
    Cancel,
    Capture,
    Command,
    Deliver,
    Join,
    Lapse,
    Open,
    Place,
    PlaceHold,
    Reinstate,
    Release,
    Return,
    ReturnTransfer,
    TakeTransfer,
    Transfer,
)
from mi_rewards.errors import Misuse, Refused
from mi_rewards.testing._books.books import Answer, Books
from mi_rewards.testing._books.coins import No
from mi_rewards.testing._histories import ORDERS

UNITS = {
    name: [
        {
            "line": line.line_id,
            "paise": line.amount.minor // line.quantity,
            "shipping": line.category == "shipping",
            "at": None,
            "back": False,
        }
        for line in lines
        for _ in range(line.quantity)
    ]
    for name, lines in ORDERS.items()
}

"""Every unit of every order."""


def answer_of(books: Books, command: Command[Any]) -> Answer:
    """Ask the books what a command comes to."""
    known: Any = command
    by, at, request = known.member_id, known.at, known.request_id
    match command:
        case Open():
            return books.open(by, at, command.tokens, command.last_day)
        case Join():
            return books.join(by, at)
        case Place():
            return books.place(
                by, at, command.order_id, UNITS[command.order_id], web=is_web(command)
            )
        case Deliver():
            units = UNITS[command.order_id] if command.lines else None
            name, lines = command.order_id, command.line_ids
            return books.deliver(by, at, name, units, lines, web=is_web(command))
        case Cancel():
            return books.cancel(by, at, command.order_id)
        case Return():
            value = None if command.value is None else command.value.minor
            return books.give_back(by, at, command.order_id, value, command.quantities)
        case BurnTokens():
            return books.burn(by, at, command.tokens, request)
        case PlaceHold():
            return books.hold(by, at, command.tokens, command.until, request)
        case Capture():
            return books.capture(by, at, command.hold_id, command.tokens)
        case Release():
            return books.release(by, at, command.hold_id)
        case Reinstate():
            return books.reinstate(by, at, command.burn_id, command.tokens)
        case Transfer():
            return books.transfer(by, at, command.to_member_id, command.tokens, request)
        case TakeTransfer():
            return books.take(by, at, command.transfer_id)
        case ReturnTransfer():
            return books.take_back(by, at, command.transfer_id)
        case Adjust():
            return books.adjust(by, at, command.tokens, command.last_day)
        case Lapse():
            return (books.lapse(by, at),)
        case _:
            raise TypeError(f"the books know nothing of {command!r}")


def is_web(command: Place | Deliver) -> bool:
    """Whether an order is of a channel that earns."""
    return command.channel == "web"


def same(outcome: object, expected: Answer | No) -> bool:
    """Whether an outcome has the figures that the books came to."""
    if isinstance(outcome, Refused):
        no = expected
        return isinstance(no, No) and (outcome.code, dict(outcome.figures)) == (no.code, no.figures)
    if isinstance(expected, No) or isinstance(outcome, Misuse):
        return False
    return isinstance(outcome, tuple) and tuple(outcome)[: len(expected)] == expected
