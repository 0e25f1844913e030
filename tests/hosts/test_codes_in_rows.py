"""G4: Where no code is kept in clear, no row, file, journal, receipt or event has one."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from mi_rewards.catalogue import SealedCode, grouped
from mi_rewards.commands import Command, PublishReward, Rewards, receipt_to_dict
from mi_rewards.programme import Programme
from mi_rewards.repositories import Needs, Page, ReceiptKey
from mi_rewards.sql import SqlStore
from mi_rewards.wallet import entry_to_dict
from tests.redeeming import (
    CODES,
    DAY,
    attach,
    call_off,
    confirm,
    coupon,
    detach,
    f_code,
    forget,
    hand_on,
    redeem,
    replace,
    reserve,
    reward,
    use,
    void,
)
from tests.shop import SMALL, T, bring, rules

REWARDS = (
    reward("cup", 5, is_revocable=True, terms=coupon(is_transferable=True), stock=9),
    reward("phone", 5, terms=f_code()),
)


def programme(*, keeps_codes: bool) -> Programme:
    """Two rewards, of which codes are kept or not."""
    return rules(SMALL, rewards=REWARDS, keeps_codes=keeps_codes)


def lived(store: SqlStore, *, keeps_codes: bool) -> tuple[list[SealedCode], list[Command[Any]]]:
    """Do all there is to do with vouchers; answer with every code that was drawn, and how."""
    drawn = [CODES.draw() for _ in range(9)]
    later = T + DAY
    steps: list[Command[Any]] = [
        bring(100, "2019-12-31"),
        bring(100, "2019-12-31", by="bela"),
        PublishReward(reward=reward("pen", 5), request_id="p", at=T),
        redeem(code=drawn[0], request="used"),
        attach(drawn[0], "o1", request="a1"),
        detach(drawn[0], "o1", request="d1"),
        use(drawn[0], "o1", request="u1"),
        reserve(),
        confirm(code=drawn[1]),
        redeem(code=drawn[2], request="back"),
        call_off("back"),
        redeem(code=drawn[3], request="void"),
        void("void", request="v1"),
        redeem(code=drawn[4], request="lost"),
        replace("lost", drawn[5], request="new"),
        redeem("phone", code=drawn[6], request="gift", by="bela"),
        hand_on("gift", "asha", by="bela", request="h1"),
        attach(drawn[6], "o2", request="a2"),
        redeem(code=drawn[7], request="old", at=later),
        redeem("pen", code=drawn[8], request="pen"),
    ]
    rewards = Rewards(store, programme(keeps_codes=keeps_codes))
    for step in steps:
        rewards.do(step)
    # Tried again, with a code that is issued to nobody.
    again = CODES.draw()
    rewards.do(redeem(code=again, request="used"))
    return [*drawn, again], steps


def rows(store: SqlStore) -> Iterator[str]:
    """Read every column of every row of every table, those too that are not the library's."""
    with store.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            found = connection.execute(text("SELECT name FROM sqlite_master WHERE type='table'"))
            names = [f'"{name}"' for (name,) in found]
        else:
            schema = next(iter(store.tables.by_name.values())).schema
            found = connection.execute(
                text("SELECT table_name FROM information_schema.tables WHERE table_schema = :it"),
                {"it": schema},
            )
            names = [f'"{schema}"."{name}"' for (name,) in found]
        assert len(names) >= len(store.tables.by_name)
        for name in names:
            for row in connection.execute(text(f"SELECT * FROM {name}")):
                yield from map(str, row)


def files(store: SqlStore) -> Iterator[bytes]:
    """Read the bytes of the database's files, where it has some that can be read."""
    database = store.engine.url.database
    if store.engine.dialect.name == "sqlite" and database:
        path = Path(database)
        for each in path.parent.glob(f"{path.name}*"):
            yield each.read_bytes()


def told(store: SqlStore, steps: list[Command[Any]]) -> Iterator[str]:
    """Tell all that is read through the store, as values write themselves."""
    rewards = Rewards(store, programme(keeps_codes=False))
    keys = [ReceiptKey(it.scope, it.request_id) for it in steps]
    for receipt in store.load(Needs(receipts=tuple(keys))).receipts.values():
        assert receipt is not None
        yield f"{receipt!r} {receipt_to_dict(receipt)}"
    for by in ("asha", "bela"):
        yield from (str(entry_to_dict(it)) for it in rewards.statement(by).entries)
        page = Page("outbox", by, "", 0, 1_000)
        yield from map(repr, store.load(Needs(pages=(page,))).pages[page])
        yield from map(repr, rewards.vouchers(by, at=T, with_codes=True))
        yield from (it.masked for it in rewards.vouchers(by, at=T, with_codes=True))
    yield from map(repr, steps)


def seen(codes: list[SealedCode], texts: Iterator[str]) -> set[str]:
    """Name the codes that are in texts: as they are, small, or in groups with whatever between."""
    everything = "\n".join(texts)
    squeezed = "".join(everything.replace("-", "").split()).upper()
    return {
        code.clear
        for code in codes
        if code.clear in squeezed or grouped(code.clear).lower() in everything.lower()
    }


def written(codes: list[SealedCode], contents: Iterator[bytes]) -> set[str]:
    """Name the codes that are in bytes, in either size of letters, or in groups."""
    forms = {code.clear: (code.clear, code.clear.lower(), grouped(code.clear)) for code in codes}
    found = list(contents)
    return {
        clear
        for clear, ways in forms.items()
        if any(way.encode(form) in each for each in found for way in ways for form in FORMS)
    }


FORMS = ("utf-8", "utf-16-le")


def test_no_row_has_a_code_in_clear(shared_store: SqlStore) -> None:
    """G4: Nor the database's file, nor what the store answers with, however a code is written."""
    codes, steps = lived(shared_store, keeps_codes=False)
    assert Rewards(shared_store, programme(keeps_codes=False)).expire_due(T + 100 * DAY) == 4
    assert len(list(rows(shared_store))) > 100
    assert seen(codes, rows(shared_store)) == set()
    assert written(codes, files(shared_store)) == set()
    assert seen(codes, told(shared_store, steps)) == set()
    # What was looked for is what would be there: each digest is, but for one that was in vain.
    texts = "\n".join(rows(shared_store))
    assert [code.digest in texts for code in codes] == [True] * 9 + [False]


def test_the_search_finds_what_is_kept(shared_store: SqlStore) -> None:
    """G4: Kept for their owners, codes are in the rows of vouchers, and nowhere else."""
    codes, steps = lived(shared_store, keeps_codes=True)
    kept = {codes[number].clear for number in (0, 1, 5, 6, 7, 8)}
    assert seen(codes, rows(shared_store)) == kept
    if shared_store.engine.dialect.name == "sqlite":
        assert written(codes, files(shared_store)) >= kept
    assert seen(codes, told(shared_store, steps)) == set()


def test_a_code_that_is_forgotten_is_in_no_row(shared_store: SqlStore) -> None:
    """G4: Erased for its owner, also when it was handed on; it can be used as before."""
    codes, _ = lived(shared_store, keeps_codes=True)
    rewards = Rewards(shared_store, programme(keeps_codes=True))
    for by in ("asha", "bela"):
        for voucher in rewards.vouchers(by, at=T):
            if voucher.state.value != "void":
                rewards.do(forget(voucher.voucher_id, by=by, request=f"f:{voucher.voucher_id}"))
    assert seen(codes, rows(shared_store)) == set()
    assert rewards.do(use(codes[8], "o9", request="u9")).state == "used"


@pytest.mark.parametrize("shown", ["{0}", "is {0}.", "{1}", "{2}"])
def test_the_search_objects(shown: str) -> None:
    """However a code is written, and whatever is around it."""
    code = CODES.draw()
    way = shown.format(code.clear.lower(), grouped(code.clear), grouped(code.clear).lower())
    assert seen([code], iter(["nothing", f'{{"it": "{way}"}}'])) == {code.clear}
    assert written([code], iter([b"\x00" + code.clear.lower().encode() + b"\x00"])) == {code.clear}
    assert seen([code], iter(["nothing"])) == written([code], iter([b"nothing"])) == set()
