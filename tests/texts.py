"""Texts that a store might have by accident: what was written, with other signs in it."""

from hypothesis import strategies as st

NAMES = st.text(max_size=6) | st.sampled_from(
    ["", "asha", 'a"b', "a\\b", "é आशा 🎁", "\x7f\n", "\ud800"]
)
"""Names, some of which have to be escaped in JSON."""

_SIGNS = st.text('0123456789-+.eE_"\\,:[]{} \x00\n\u0660aZ', max_size=2)


@st.composite
def changed(draw: st.DrawFn, texts: st.SearchStrategy[str]) -> str:
    """Put signs into texts, leave some out or have others in their place, wherever they stand."""
    text = draw(texts)
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(text)))
        length = draw(st.integers(0, 2))
        text = text[:start] + draw(_SIGNS) + text[start + length :]
    return text
