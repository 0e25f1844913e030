"""What a member has of one kind: read in the order of names, page by page, and nothing else."""

from collections.abc import Sequence
from typing import Any

from mi_rewards.catalogue import PooledCode, Redemption, Reward, Voucher
from mi_rewards.earning import Member, Purchase
from mi_rewards.errors import Conflict
from mi_rewards.preorders import Quota, Ticket
from mi_rewards.repositories import Changes, Needs, Owned, key_of
from mi_rewards.testing._checks import pictures, samples
from mi_rewards.testing._checks.base import Checks
from mi_rewards.testing._checks.marks import check, expect_equal, expect_raised
from mi_rewards.testing._checks.names import NAMED
from mi_rewards.testing._checks.samples import ASHA, BELA
from mi_rewards.testing.clients import Client
from mi_rewards.trade_in import DeviceModel, PriceBook
from mi_rewards.wallet import Wallet

PLAIN = ("b", "B", "a", "A", "a.b", "a-b", "a_b", "ab", "aB", "10", "9", "z", "Z", "aa")
"""Names of letters that a reward may have; the order of their code points is no dictionary's."""

ODD = (
    *PLAIN,
    "a b",
    "a ",
    " a",
    "e\u0301",
    "\u00e9",
    "e",
    "f",
    "\uffee",
    "😀",
    "नाम",
    "%",
    "_",
    "'",
)
"""Other names; that of U+FFEE comes before the face, though not where texts are UTF-16."""

EDITIONS = ("1", "2", "9", "10", "11", "100", "999999")
"""Editions of a price book; they come in the order of their numbers."""

PLACES = ("1", "2", "9", "10", "11", "100", str(2**62))
"""Places of a pool; they come in the order of their numbers."""

NAMES: dict[type[Any], Sequence[str]] = {
    **dict.fromkeys((Wallet, *NAMED), ODD),
    **dict.fromkeys((Reward, Quota), PLAIN),
    **dict.fromkeys((Ticket, DeviceModel), ODD),
    PriceBook: EDITIONS,
    PooledCode: PLACES,
}
"""The kinds of which there may be several in one place, and names for them."""


def owned(
    client: Client, kind: type[Any], owner: str, after: str = "", limit: int = 99
) -> list[Any]:
    """Read a page of what somebody has of one kind."""
    page = Owned(kind, owner, after, limit)
    return list(client.load(Needs(pages=(page,))).pages[page])


def stored(client: Client, kind: type[Any], names: Sequence[str], by: str = ASHA) -> list[Any]:
    """Store rows of one kind under these names; answer with what is kept, by the order of names."""
    rows = [samples.row(kind, mark, by=by, name=name) for mark, name in enumerate(names, start=1)]
    client.save(Changes(tuple(map(samples.put, rows))))
    return sorted(map(pictures.kept, rows), key=lambda it: key_of(it).name)


def owner_of(kind: type[Any], by: str = ASHA) -> str:
    """Say whose a member's rows of a kind are: a reward is the catalogue's."""
    return key_of(samples.row(kind, by=by)).member_id


class OwnedChecks(Checks):
    """Pages of what a member has of one kind."""

    def _named(self, *kinds: type[Any]) -> list[type[Any]]:
        """List kinds of which there may be several in one place, where the host keeps them."""
        return [kind for kind in kinds or NAMES if kind in self.kinds]

    @check(20, since=2, part="catalogue")
    def test_what_a_member_has_comes_in_the_order_of_names(self) -> None:
        """I20: Compared by code point, whatever was stored first."""
        for kind in self._named():
            client = self.client()
            there = stored(client, kind, NAMES[kind])
            found = owned(client, kind, owner_of(kind))
            expect_equal(found, there, f"each {kind.__name__.lower()}, in order")

    @check(12, since=2, part="catalogue")
    def test_what_a_member_has_is_read_page_by_page(self) -> None:
        """I12: In pages of any size each is there once; a page has no more than was asked for."""
        for kind in self._named():
            client = self.client()
            there = stored(client, kind, NAMES[kind])
            for limit in (1, 2, 3, 5, len(there), len(there) + 1):
                pages: list[Any] = []
                while len(pages) <= len(there):
                    after = key_of(pages[-1]).name if pages else ""
                    page = owned(client, kind, owner_of(kind), after, limit)
                    expect_equal(page[limit:], [], f"what a page of {limit} has beyond that")
                    if not page:
                        break
                    pages += page
                expect_equal(pages, there, f"each {kind.__name__.lower()}, in pages of {limit}")

    @check(12, since=2, part="catalogue")
    def test_a_page_has_what_is_one_member_s(self) -> None:
        """I12: Not another's, whose name only looks alike, and not of another kind."""
        client = self.client()
        members = (ASHA, "Asha", "asha ", "ash", "ashaa", BELA)
        there = {
            (kind, by): stored(client, kind, ("n1", "n2"), by)
            for kind in self._named(Wallet, *NAMED, PooledCode)
            for by in members
        }
        for (kind, by), rows in there.items():
            what = f"each {kind.__name__.lower()} of {by!r}"
            expect_equal(owned(client, kind, by), rows, what)
            for kinds in (Member, Reward):
                expect_equal(owned(client, kinds, by), [], f"each {kinds.__name__.lower()}")
        expect_equal(owned(client, Voucher, "nobody"), [], "what nobody has")

    @check(12, since=2, part="catalogue")
    def test_a_page_of_what_a_member_has_goes_on_after_what_is_not_there(self) -> None:
        """I12: The name after which it begins need be no row's, and may be the last."""
        for kind in self._named(*NAMED):
            client = self.client()
            first, second, third = stored(client, kind, ("b", "d", "d "))
            expected: dict[str, list[Any]] = {
                "a": [first, second, third],
                "B": [first, second, third],
                "b": [second, third],
                "ba": [second, third],
                "c": [second, third],
                "d": [third],
                "d ": [],
                "e": [],
                "\U0010ffff": [],
            }
            for after, rows in expected.items():
                what = f"each {kind.__name__.lower()} after {after!r}"
                expect_equal(owned(client, kind, ASHA, after), rows, what)

    @check(12, since=2, part="catalogue")
    def test_a_page_after_nothing_begins_at_the_beginning(self) -> None:
        """I12: With what has no name, such as a member or a code's entry, where it is there."""
        client = self.client()
        for kind in self.kinds:
            if kind not in NAMES:
                there = stored(client, kind, ("",))
                found = owned(client, kind, key_of(there[0]).member_id)
                expect_equal(found, there, f"the {kind.__name__.lower()}")
        orders = stored(client, Purchase, ("", "o1"))
        expect_equal(owned(client, Purchase, ASHA), orders, "orders, one without a name")
        expect_equal(owned(client, Purchase, ASHA, limit=1), orders[:1], "the first of them")

    @check(11, since=2, part="catalogue")
    def test_a_page_has_the_newest_version_in_its_place(self) -> None:
        """I11: As a load by its key has it, also after a save that was lost."""
        for kind in (Redemption, Voucher, Reward, Purchase):
            client = self.client()
            stored(client, kind, ("a", "b", "c"))
            for version, name in ((1, "b"), (2, "b"), (1, "a")):
                new = samples.row(kind, 50 + version, name=name, version=version)
                client.save(Changes((samples.put(new),)))
            lost = (samples.row(kind, 90, name="d"), samples.row(kind, 91, name="c", version=7))
            changes = Changes(tuple(map(samples.put, lost)))
            expect_raised(Conflict, "a version that is not there", client.save, changes)
            keys = tuple(key_of(samples.row(kind, name=name)) for name in ("a", "b", "c"))
            owner = owner_of(kind)
            page, part = Owned(kind, owner, "", 9), Owned(kind, owner, keys[0].name, 1)
            loaded = client.load(Needs(keys, pages=(page, part)))
            by_key = loaded.get_all(keys)
            versions = [None if it is None else it.version for it in by_key]
            expect_equal(versions, [2, 3, 1], "the versions")
            expect_equal(list(loaded.pages[page]), by_key, "the page, and the rows by their keys")
            expect_equal(list(loaded.pages[part]), by_key[1:2], "a part of it, in the same load")
