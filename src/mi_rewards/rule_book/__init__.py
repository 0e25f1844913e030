"""Rule books as TOML: reading and writing.

1. Reading is strict: an unknown key, a missing one or a value of the wrong kind is one `Misuse`
   that names it. So is a rule book that could never work.
2. What is written reads back equal.
"""

from mi_rewards.rule_book.book import FORMAT, from_toml, to_toml

__all__ = [
    "FORMAT",
    "from_toml",
    "to_toml",
]
