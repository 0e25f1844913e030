"""The laws of voucher codes: what the check notices, and what tells two codes apart."""

import itertools

from hypothesis import given, settings
from hypothesis import strategies as st

from mi_rewards.catalogue import (
    ALPHABET,
    LETTERS,
    grouped,
    is_digest,
    is_well_formed,
    normalised,
    sealed,
    with_check,
)

letters = st.text(ALPHABET, min_size=LETTERS, max_size=LETTERS)
codes = letters.map(with_check)
keys = st.binary(min_size=16, max_size=32)
typed = st.text(max_size=20)


@given(codes)
def test_a_code_is_of_the_alphabet_and_checks(code: str) -> None:
    """I15: Fourteen letters, none of which is taken for another."""
    assert len(code) == LETTERS + 1
    assert set(code) <= set(ALPHABET)
    assert not set(code) & set("01ILO")
    assert is_well_formed(code)


@settings(max_examples=50)
@given(codes)
def test_every_single_wrong_letter_is_noticed(code: str) -> None:
    """I15: All thirty others at each of the fourteen places."""
    tried = 0
    for place, right in enumerate(code):
        for wrong in ALPHABET.replace(right, ""):
            assert not is_well_formed(code[:place] + wrong + code[place + 1 :])
            tried += 1
    assert tried == 14 * 30


@settings(max_examples=50)
@given(codes)
def test_every_swap_of_two_letters_is_noticed(code: str) -> None:
    """I15: Of any two of the fourteen places, next to each other or not, unless they are equal."""
    for one, other in itertools.combinations(range(len(code)), 2):
        swapped = list(code)
        swapped[one], swapped[other] = code[other], code[one]
        assert is_well_formed("".join(swapped)) is (code[one] == code[other])


@given(letters)
def test_one_last_letter_fits(drawn: str) -> None:
    """I15: And that is the one which is added."""
    fitting = [last for last in ALPHABET if is_well_formed(drawn + last)]
    assert [drawn + last for last in fitting] == [with_check(drawn)]


@given(typed)
def test_reading_is_done_once(text: str) -> None:
    """I15: What was read is read as itself, and so is what was written in groups."""
    read = normalised(text)
    assert normalised(read) == read
    assert normalised(grouped(text)) == read
    assert not any(letter.isspace() or letter == "-" for letter in read)


@given(codes, keys, st.lists(st.integers(0, 14), max_size=3), st.sampled_from(" -\t"))
def test_however_a_code_is_typed_its_digest_is_the_same(
    code: str, key: bytes, places: list[int], mark: str
) -> None:
    """I15: In small letters, with spaces and hyphens anywhere."""
    text = code.lower()
    for place in places:
        text = text[:place] + mark + text[place:]
    assert sealed(text, key) == sealed(code, key)
    assert sealed(text, key).clear == code


@given(codes, codes, keys, keys)
def test_digests_differ_by_code_and_by_key(one: str, other: str, key: bytes, second: bytes) -> None:
    """I15: So that whoever reads a store learns nothing without the key."""
    assert (sealed(one, key).digest == sealed(other, key).digest) is (one == other)
    assert is_digest(sealed(one, key).digest)
    padded = [it.ljust(64, b"\0") for it in (key, second)]
    assert (sealed(one, key).digest == sealed(one, second).digest) is (padded[0] == padded[1])


@given(codes, keys)
def test_no_text_of_a_sealed_code_has_the_code(code: str, key: bytes) -> None:
    """I15: Nor any four letters of it."""
    hidden = sealed(code, key)
    shown = repr(hidden).replace(hidden.digest, "")
    assert not any(code[n : n + 4] in shown for n in range(LETTERS - 2))
