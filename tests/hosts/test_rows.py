"""Changes as rows: in one order for every save, whatever the order of what is put."""

import random
from typing import Any

import attrs
import pytest

from mi_rewards.earning import Member
from mi_rewards.repositories import Changes, Put, key_of
from mi_rewards.sql._kept import Kept
from mi_rewards.sql._rows import KINDS, rows_of
from mi_rewards.wallet import Burn
from tests.wallets import OWNER, wallet

NAMES = ("a", "b", "c")


def puts() -> list[Put[Any]]:
    """Put three members, a wallet and two burns of each, and another wallet, in written order."""
    owners = [attrs.evolve(OWNER, member_id=name) for name in NAMES]
    owners.append(attrs.evolve(owners[-1], kind="points"))
    made: list[Any] = [
        *(Member(name) for name in NAMES),
        *(wallet(owner=owner) for owner in owners),
        *(Burn(owner, burn_id, ()) for owner in owners[:3] for burn_id in ("r1", "r2")),
    ]
    tables = list(KINDS)
    whole = [Put(key_of(it), it) for it in made]
    return sorted(whole, key=lambda put: (tables.index(put.key.kind), *put.key[1:]))


@pytest.mark.parametrize("seed", range(20))
def test_rows_are_in_one_order(seed: int) -> None:
    """Tables in one order, and in each the rows by their keys: no two saves wait in a circle."""
    ordered, drawing = puts(), random.Random(seed)
    some = drawing.sample(ordered, drawing.randint(1, len(ordered)))
    expected: dict[str, list[tuple[str, str]]] = {}
    for key, _ in sorted(some, key=ordered.index):
        expected.setdefault(KINDS[key.kind], []).append(key[1:])
    rows = rows_of(Changes(tuple(some)), lambda at: at, Kept())
    assert [(table, [row[:2] for row in found]) for table, found in rows.items()] == list(
        expected.items()
    )
