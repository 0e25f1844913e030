"""Holds, and burns that can be undone in part."""

import pytest

from mi_rewards.errors import Misuse
from mi_rewards.money import TOKENS_MAX
from mi_rewards.wallet import BeyondBurn, Burn, Hold
from tests.wallets import OWNER, T0, draws

BURN = Burn(OWNER, "b", draws("5@2018-12-31 + 3@2019-12-31 + 2@never"))


def test_a_hold_and_a_burn_add_up_their_draws() -> None:
    """A burn less what was undone."""
    assert Hold("h", T0, draws("5@2018-12-31 + 3@2019-12-31")).tokens == 8
    assert BURN.tokens == 10
    assert BURN.undo(4)[0].tokens == 6


@pytest.mark.parametrize(
    ("undone", "tokens", "back"),
    [
        (0, 1, "1@never"),
        (0, 2, "2@never"),
        (0, 3, "1@2019-12-31 + 2@never"),
        (0, 10, "5@2018-12-31 + 3@2019-12-31 + 2@never"),
        (1, 1, "1@never"),
        (2, 3, "3@2019-12-31"),
        (4, 2, "1@2018-12-31 + 1@2019-12-31"),
        (5, 5, "5@2018-12-31"),
        (9, 1, "1@2018-12-31"),
    ],
)
def test_what_was_drawn_last_is_undone_first(undone: int, tokens: int, back: str) -> None:
    """A part after a part goes on where the first one ended."""
    burn = Burn(OWNER, "b", BURN.draws, undone, 7)
    after, parts = burn.undo(tokens)
    assert parts == draws(back)
    assert after == Burn(OWNER, "b", BURN.draws, undone + tokens, 7)


def test_undoing_stops_at_the_whole() -> None:
    """One more than is left is refused with both figures."""
    all_undone, _ = BURN.undo(10)
    assert all_undone.tokens == 0
    for burn, tokens, left in ((BURN, 11, 10), (all_undone, 1, 0)):
        with pytest.raises(BeyondBurn) as caught:
            burn.undo(tokens)
        assert caught.value == BeyondBurn(burn_id="b", required=tokens, left=left)


@pytest.mark.parametrize("tokens", [0, -1, True, TOKENS_MAX + 1])
def test_what_is_undone_is_a_number_of_tokens(tokens: int) -> None:
    """Whatever is left of the burn."""
    with pytest.raises(Misuse):
        BURN.undo(tokens)


def test_storing_a_burn_raises_its_version_and_nothing_else() -> None:
    """The calendar changes nothing in it."""
    burn = Burn(OWNER, "b", BURN.draws, 4, 7)
    assert burn.stored() == Burn(OWNER, "b", BURN.draws, 4, 8)
    assert burn.due_at is None
