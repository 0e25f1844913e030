"""What a store is asked for, and what it answers, as plain values that compare."""

from typing import Any

import attrs

from mi_rewards.repositories import (
    Changes,
    Content,
    CounterKey,
    Key,
    Loaded,
    Needs,
    Page,
    Receipt,
    ReceiptKey,
)
from mi_rewards.testing._checks.samples import journal_page, outbox_page


def digested(found: Receipt | None) -> Receipt | None:
    """Digest a receipt's content, where it is not digested."""
    if found is not None and isinstance(found.content, Content):
        return found._replace(content=found.content.digest())
    return found


def picture(loaded: Loaded) -> dict[str, object]:
    """Turn what was loaded into plain values that compare."""
    return {
        "aggregates": dict(loaded.aggregates),
        "receipts": {key: digested(it) for key, it in loaded.receipts.items()},
        "counters": dict(loaded.counters),
        "pages": {page: list(records) for page, records in loaded.pages.items()},
        "due": list(loaded.due),
    }


def needs_of(*saves: Changes) -> Needs:
    """Ask for everything that saves name, and whole logs of whoever they concern."""
    aggregates: dict[Key[Any], None] = {}
    receipts: dict[ReceiptKey, None] = {}
    counters: dict[CounterKey, None] = {}
    pages: dict[Page, None] = {}
    for each in saves:
        aggregates |= dict.fromkeys(it.key for it in each.puts)
        receipts |= dict.fromkeys(it.key for it in each.receipts)
        counters |= dict.fromkeys(it.key for it in each.takes)
        pages |= dict.fromkeys(journal_page(it.member_id, it.kind) for it in each.entries)
        pages |= dict.fromkeys(outbox_page(it.member_id) for it in each.events)
    return Needs(tuple(aggregates), tuple(receipts), tuple(counters), tuple(pages))


def kept(aggregate: Any) -> Any:
    """What a store is to keep of an aggregate: the same, its version raised by one."""
    if attrs.has(type(aggregate)):
        return attrs.evolve(aggregate, version=aggregate.version + 1)
    return aggregate._replace(version=aggregate.version + 1)
