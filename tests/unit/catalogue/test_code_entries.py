"""Where codes lead, and codes that wait in a pool."""

from mi_rewards.catalogue import CodeEntry, PooledCode, sealed
from tests.catalogue import CODE, KEY

DIGEST = sealed(CODE, KEY).digest
WAITING = PooledCode("partner", 1, DIGEST, CODE)


def test_an_entry_leads_to_a_voucher() -> None:
    """By the digest alone; the calendar changes nothing in it."""
    entry = CodeEntry(DIGEST, "asha", "v1")
    assert entry.stored() == CodeEntry(DIGEST, "asha", "v1", 1)
    assert entry.due_at is None
    assert CODE not in repr(entry)


def test_a_pooled_code_is_forgotten_in_clear_when_it_is_issued() -> None:
    """Its place and its digest stay."""
    assert WAITING.issuing() == PooledCode("partner", 1, DIGEST, None)
    assert WAITING.issuing().issuing() == WAITING.issuing()


def test_storing_a_place_raises_its_version() -> None:
    """And nothing else; the calendar changes nothing in a pool."""
    assert WAITING.stored() == WAITING._replace(version=1)
    assert WAITING.due_at is None


def test_no_pool_shows_its_codes() -> None:
    """Not in a log, a message or a traceback."""
    for text in (repr(WAITING), str(WAITING), f"{[WAITING]}"):
        assert CODE not in text
        assert "PooledCode(pool_id='partner', place=1, " in text
