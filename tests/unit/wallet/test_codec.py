"""Wallets, burns and entries as dictionaries, journals as lines; samples of every format."""

import copy
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from mi_rewards.calendar import NEVER, Zone
from mi_rewards.errors import Corrupt, Misuse
from mi_rewards.money import TOKENS_MAX
from mi_rewards.wallet import (
    Account,
    Burn,
    Entry,
    Event,
    Hold,
    Owner,
    Posting,
    Promise,
    Reason,
    Wallet,
    burn_from_dict,
    burn_to_dict,
    check_journal,
    entry_from_dict,
    entry_to_dict,
    fold,
    read_journal,
    wallet_from_dict,
    wallet_to_dict,
    write_journal,
)
from tests.wallets import OWNER, at, buckets, day, draws

SAMPLES = Path(__file__).parents[2] / "samples"

REASON = Reason("purchase", (("rule", "shopping"), ("base_minor", 10_000)))
ENTRY = Entry(
    OWNER,
    3,
    Event.PROMISED,
    "q-1",
    at("2018-01-09 10:30"),
    at("2018-01-10 10:00") + timedelta(microseconds=5),
    REASON,
    (
        Posting(Account.EXPECTED, -10, None, "o-1"),
        Posting(Account.PROMISED, 4, day("2018-12-31"), "p-1"),
        Posting(Account.PROMISED, 6, NEVER),
    ),
    at("2018-01-17 18:30"),
)
WALLET = Wallet(
    OWNER,
    buckets("497@2018-12-31 + 50@never"),
    (
        Hold("h-1", at("2018-02-01"), draws("3@2018-12-31")),
        Hold("h-2", at("2018-02-02"), draws("1@2019-12-31 + 2@never")),
    ),
    (
        Promise("p-1", 10, "o-1", day("2019-12-31"), at("2018-03-01"), at("2018-01-10"), REASON),
        Promise("p-2", 7, "o-2", None, None, at("2018-01-11"), Reason("order_placed")),
    ),
    0,
    (600, 40, 9, 5, -8, 1),
    12,
    at("2018-01-12 10:00"),
    "",
    4,
)
BURN = Burn(OWNER, "b-1", draws("5@2018-12-31 + 3@never"), 2, 1)


def sample(name: str) -> Any:
    """Read a stored sample."""
    return json.loads(SAMPLES.joinpath(name).read_text(encoding="utf-8"))


def test_a_sample_of_an_entry_is_read_for_ever() -> None:
    """Format 1 gives this entry, and this entry is written as format 1."""
    assert entry_from_dict(sample("entry_1.json")) == ENTRY
    assert entry_to_dict(ENTRY) == sample("entry_1.json")


def test_a_sample_of_a_wallet_is_read_for_ever() -> None:
    """Format 1 gives this wallet, and this wallet is written as format 1."""
    assert wallet_from_dict(sample("wallet_1.json")) == WALLET
    assert wallet_to_dict(WALLET) == sample("wallet_1.json")


def test_a_sample_of_a_burn_is_read_for_ever() -> None:
    """Format 1 gives this burn, and this burn is written as format 1."""
    assert burn_from_dict(sample("burn_1.json")) == BURN
    assert burn_to_dict(BURN) == sample("burn_1.json")


def test_a_sample_of_a_journal_is_read_for_ever() -> None:
    """Its lines fold, keep every promise, and are written again byte by byte."""
    lines = SAMPLES.joinpath("journal_1.jsonl").read_text(encoding="utf-8").splitlines()
    entries = list(read_journal(lines))
    assert str(fold(entries)) == (
        "2@2018-12-31 + 30@2019-12-31 | held 3@2018-12-31 until 2018-02-01T12:00:00Z | promised 4"
    )
    assert check_journal(entries) == ()
    assert list(write_journal(entries)) == lines


def test_an_empty_wallet_is_read_as_it_was_written() -> None:
    """Before its first entry, and with a debt."""
    for made in (
        Wallet(OWNER),
        Wallet(OWNER, owed=3, totals=(2, 0, 0, 5, 0, 0), sequence=2, booked_at=at("2018-01-01")),
    ):
        assert wallet_from_dict(wallet_to_dict(made)) == made


def test_promises_and_holds_are_read_in_the_order_in_which_they_are_due() -> None:
    """By the instant of keeping, then by that of the fact, then by name."""
    promises = (
        Promise("p-9", 1, "o", NEVER, at("2018-03-01"), at("2018-01-10"), REASON),
        Promise("p-5", 1, "o", NEVER, at("2018-03-02"), at("2018-01-09"), REASON),
        Promise("p-6", 1, "o", NEVER, at("2018-03-02"), at("2018-01-01"), REASON),
        Promise("p-8", 1, "o", None, None, at("2018-01-02"), REASON),
        Promise("p-1", 1, "o", None, None, at("2018-01-03"), REASON),
        Promise("p-2", 1, "o", None, None, at("2018-01-03"), REASON),
    )
    holds = (
        Hold("h-9", at("2018-02-01"), draws("1@never")),
        Hold("h-1", at("2018-02-02"), draws("1@never")),
        Hold("h-2", at("2018-02-02"), draws("1@never")),
    )
    made = Wallet(
        OWNER,
        holds=holds,
        promises=promises,
        totals=(3, 0, 0, 0, 0, 0),
        sequence=9,
        booked_at=at("2018-01-12"),
    )
    assert wallet_from_dict(wallet_to_dict(made)) == made
    for key, count in (("holds", 3), ("promises", 6)):
        for number in range(count - 1):
            written = wallet_to_dict(made)
            parts = written[key]
            parts[number], parts[number + 1] = parts[number + 1], parts[number]
            with pytest.raises(Corrupt, match=r"in the order in which they are due"):
                wallet_from_dict(written)


def test_values_are_json_ready() -> None:
    """Plain texts and whole numbers, so that JSON gives them back as they are."""
    for written in (entry_to_dict(ENTRY), wallet_to_dict(WALLET), burn_to_dict(BURN)):
        assert json.loads(json.dumps(written)) == written
        assert kinds_in(written) <= {dict, list, str, int, type(None)}


def kinds_in(value: Any) -> set[type]:
    """The exact types of everything in a value."""
    kinds: set[type] = {type(value)}
    for inner in value.values() if isinstance(value, dict) else value:
        kinds |= kinds_in(inner) if isinstance(inner, dict | list) else {type(inner)}
    return kinds


def test_a_zone_is_found_once_for_each_name() -> None:
    """So that its midnights are reckoned once."""
    first, second = (entry_from_dict(entry_to_dict(ENTRY)) for _ in range(2))
    assert first.owner.zone is second.owner.zone


Change = Callable[[dict[str, Any]], object]


def put(*path: str | int, to: Any) -> Change:
    """Change what is at a path."""

    def change(written: Any) -> None:
        for step in path[:-1]:
            written = written[step]
        written[path[-1]] = to

    return change


def drop(*path: str | int) -> Change:
    """Take out what is at a path."""

    def change(written: Any) -> None:
        for step in path[:-1]:
            written = written[step]
        del written[path[-1]]

    return change


HUGE = 10**5000

ENTRIES: list[tuple[str, Change, str]] = [
    ("a missing key", drop("event"), "entry has other keys: missing ['event'], unknown []"),
    (
        "an unknown key",
        put("note", to="x"),
        "entry has other keys: missing [], unknown ['note']",
    ),
    ("no format", drop("format"), "entry is of the unknown format None"),
    ("another format", put("format", to=2), "entry is of the unknown format 2"),
    ("a format that is true", put("format", to=True), "entry is of the unknown format True"),
    ("a member", put("member_id", to=7), "member_id must be a text, not 7"),
    ("a kind", put("kind", to=None), "kind must be a text, not None"),
    ("a zone", put("zone", to=1), "zone must be a text, not 1"),
    (
        "a sequence of nothing",
        put("sequence", to=0),
        f"sequence must be a whole number, 1 to {TOKENS_MAX}, not 0",
    ),
    (
        "a sequence that is true",
        put("sequence", to=True),
        f"sequence must be a whole number, 1 to {TOKENS_MAX}, not True",
    ),
    ("an event", put("event", to="stolen"), "event 'stolen' is not known"),
    ("an event of no text", put("event", to=None), "event must be a text, not None"),
    ("a request", put("request_id", to=1), "request_id must be a text, not 1"),
    (
        "an instant",
        put("booked_at", to="2018-01-10"),
        "booked_at: an instant is written as 2017-12-01T08:26:00+05:30, not '2018-01-10'",
    ),
    (
        "an instant without an offset",
        put("occurred_at", to="2018-01-10T10:00:00"),
        "occurred_at: an instant needs an offset: '2018-01-10T10:00:00' has none",
    ),
    ("an instant of no text", put("booked_at", to=None), "booked_at must be a text, not None"),
    ("an end", put("until", to=5), "until must be a text, not 5"),
    ("a reason", put("reason", to="purchase"), "reason must be a dictionary, not 'purchase'"),
    (
        "a reason's key",
        drop("reason", "code"),
        "reason has other keys: missing ['code'], unknown []",
    ),
    ("a reason's code", put("reason", "code", to=1), "code must be a text, not 1"),
    ("figures", put("reason", "figures", to={}), "figures must be a list, not {}"),
    (
        "a figure of one",
        put("reason", "figures", 0, to=["rule"]),
        "figure must have 2 parts, not ['rule']",
    ),
    (
        "a figure of none",
        put("reason", "figures", 0, to="rule"),
        "figure must be a list, not 'rule'",
    ),
    ("a figure's name", put("reason", "figures", 0, 0, to=1), "figure must be a text, not 1"),
    (
        "a figure's value",
        put("reason", "figures", 0, 1, to=True),
        "figure must be a text or a whole number, not True",
    ),
    (
        "a figure's fraction",
        put("reason", "figures", 0, 1, to=1.5),
        "figure must be a text or a whole number, not 1.5",
    ),
    ("postings", put("postings", to=None), "postings must be a list, not None"),
    (
        "a posting of three",
        put("postings", 0, to=["owed", 1, None]),
        "posting must have 4 parts, not ['owed', 1, None]",
    ),
    ("an account", put("postings", 0, 0, to="cash"), "account 'cash' is not known"),
    (
        "an amount",
        put("postings", 0, 1, to=1.0),
        f"amount must be a whole number, {-TOKENS_MAX} to {TOKENS_MAX}, not 1.0",
    ),
    (
        "an amount too large",
        put("postings", 0, 1, to=TOKENS_MAX + 1),
        f"amount must be a whole number, {-TOKENS_MAX} to {TOKENS_MAX}, not {TOKENS_MAX + 1}",
    ),
    (
        "an amount too small",
        put("postings", 0, 1, to=-TOKENS_MAX - 1),
        f"amount must be a whole number, {-TOKENS_MAX} to {TOKENS_MAX}, not {-TOKENS_MAX - 1}",
    ),
    (
        "an amount past writing",
        put("postings", 0, 1, to=HUGE),
        (
            f"amount must be a whole number, {-TOKENS_MAX} to {TOKENS_MAX}, "
            "not a number of too many digits"
        ),
    ),
    ("an amount of nothing", put("postings", 0, 1, to=0), "a posting moves nothing"),
    (
        "a day",
        put("postings", 0, 2, to="2018-02-30"),
        "last_day: a day is written as YYYY-MM-DD or never, not '2018-02-30'",
    ),
    ("a day of no text", put("postings", 0, 2, to=1), "last_day must be a text, not 1"),
    ("a reference", put("postings", 0, 3, to=1), "ref must be a text, not 1"),
    ("an unbalanced entry", put("postings", 0, 1, to=-9), "postings sum to 1, not to 0"),
    (
        "a long text",
        put("request_id", to=["x" * 99]),
        f"request_id must be a text, not {repr(['x' * 99])[:60]}...",
    ),
]


@pytest.mark.parametrize(
    ("change", "message"), [row[1:] for row in ENTRIES], ids=[row[0] for row in ENTRIES]
)
def test_what_is_no_entry_is_corrupt(change: Change, message: str) -> None:
    """The message says what is wrong."""
    written = copy.deepcopy(entry_to_dict(ENTRY))
    change(written)
    with pytest.raises(Corrupt) as caught:
        entry_from_dict(written)
    assert str(caught.value) == message


RANGE = f"{TOKENS_MAX}, not"

WALLETS: list[tuple[str, Change, str]] = [
    ("a missing key", drop("owed"), "wallet has other keys: missing ['owed'], unknown []"),
    ("another format", put("format", to="1"), "wallet is of the unknown format '1'"),
    ("a member", put("member_id", to=None), "member_id must be a text, not None"),
    ("buckets", put("buckets", to="0"), "buckets must be a list, not '0'"),
    (
        "a bucket",
        put("buckets", 0, to=["2018-12-31"]),
        "buckets must have 2 parts, not ['2018-12-31']",
    ),
    ("a bucket's day", put("buckets", 0, 0, to=1), "buckets must be a text, not 1"),
    (
        "an empty bucket",
        put("buckets", 0, 1, to=0),
        f"buckets must be a whole number, 1 to {RANGE} 0",
    ),
    (
        "buckets out of order",
        put("buckets", to=[["never", 1], ["2018-12-31", 1]]),
        "buckets: last valid days must rise: [['never', 1], ['2018-12-31', 1]]",
    ),
    (
        "one bucket twice",
        put("buckets", to=[["never", 1], ["never", 1]]),
        "buckets: last valid days must rise: [['never', 1], ['never', 1]]",
    ),
    ("holds", put("holds", to=None), "holds must be a list, not None"),
    ("a hold", put("holds", 0, to=[]), "hold must be a dictionary, not []"),
    ("a hold's name", put("holds", 0, "hold_id", to=1), "hold_id must be a text, not 1"),
    ("a hold's deadline", put("holds", 0, "until", to=None), "until must be a text, not None"),
    ("a hold of nothing", put("holds", 0, "draws", to=[]), "draws must not be empty"),
    ("a hold's draws", put("holds", 0, "draws", to={}), "draws must be a list, not {}"),
    (
        "a hold's key",
        put("holds", 0, "x", to=1),
        "hold has other keys: missing [], unknown ['x']",
    ),
    (
        "holds out of order",
        put("holds", 0, "until", to="2018-02-03T12:00:00Z"),
        "holds and promises must stand in the order in which they are due",
    ),
    (
        "one hold twice",
        put("holds", 0, "hold_id", to="h-2"),
        "a name stands twice among ['h-2', 'h-2']",
    ),
    ("promises", put("promises", to={}), "promises must be a list, not {}"),
    ("a promise", put("promises", 0, to="p"), "promise must be a dictionary, not 'p'"),
    (
        "a promise's key",
        drop("promises", 0, "tokens"),
        "promise has other keys: missing ['tokens'], unknown []",
    ),
    (
        "a promise's name",
        put("promises", 0, "promise_id", to=1),
        "promise_id must be a text, not 1",
    ),
    (
        "a promise of nothing",
        put("promises", 0, "tokens", to=0),
        f"tokens must be a whole number, 1 to {RANGE} 0",
    ),
    ("a promise's order", put("promises", 0, "source", to=None), "source must be a text, not None"),
    (
        "a promise without its day",
        put("promises", 0, "last_day", to=None),
        "a promise has both last_day and keeps_at, or neither",
    ),
    (
        "a promise without its instant",
        put("promises", 0, "keeps_at", to=None),
        "a promise has both last_day and keeps_at, or neither",
    ),
    ("a promise's day", put("promises", 0, "last_day", to=1), "last_day must be a text, not 1"),
    ("a promise's instant", put("promises", 0, "keeps_at", to=1), "keeps_at must be a text, not 1"),
    (
        "a promise's fact",
        put("promises", 1, "occurred_at", to=None),
        "occurred_at must be a text, not None",
    ),
    (
        "a promise's reason",
        put("promises", 1, "reason", to=None),
        "reason must be a dictionary, not None",
    ),
    (
        "holds out of order without a promise",
        lambda written: written.update(holds=written["holds"][::-1], promises=[]),
        "holds and promises must stand in the order in which they are due",
    ),
    (
        "promises out of order",
        lambda written: written["promises"].reverse(),
        "holds and promises must stand in the order in which they are due",
    ),
    (
        "one promise twice",
        put("promises", 1, "promise_id", to="p-1"),
        "a name stands twice among ['p-1', 'p-1']",
    ),
    ("a debt", put("owed", to=-1), f"owed must be a whole number, 0 to {RANGE} -1"),
    ("totals", put("totals", to=[]), "totals must be a dictionary, not []"),
    (
        "a total too few",
        drop("totals", "lapsed"),
        "totals has other keys: missing ['lapsed'], unknown []",
    ),
    ("issued", put("totals", "issued", to=-1), f"issued must be a whole number, 0 to {RANGE} -1"),
    (
        "redeemed",
        put("totals", "redeemed", to=-1),
        f"redeemed must be a whole number, 0 to {RANGE} -1",
    ),
    ("lapsed", put("totals", "lapsed", to=-1), f"lapsed must be a whole number, 0 to {RANGE} -1"),
    (
        "clawed back",
        put("totals", "clawed_back", to=-1),
        f"clawed_back must be a whole number, 0 to {RANGE} -1",
    ),
    (
        "transferred",
        put("totals", "transferred", to=-TOKENS_MAX - 1),
        f"transferred must be a whole number, {-TOKENS_MAX} to {RANGE} {-TOKENS_MAX - 1}",
    ),
    (
        "adjusted",
        put("totals", "adjusted", to=True),
        f"adjusted must be a whole number, {-TOKENS_MAX} to {RANGE} True",
    ),
    (
        "a wallet that does not add up",
        put("totals", "adjusted", to=2),
        "the parts of the wallet do not add up to what was issued",
    ),
    ("a sequence", put("sequence", to=-1), f"sequence must be a whole number, 0 to {RANGE} -1"),
    (
        "an instant without an entry",
        put("sequence", to=0),
        "a wallet has both an entry and the instant of the last, or neither",
    ),
    (
        "an entry without an instant",
        put("booked_at", to=None),
        "a wallet has both an entry and the instant of the last, or neither",
    ),
    ("an instant", put("booked_at", to=1), "booked_at must be a text, not 1"),
    ("a version", put("version", to=-1), f"version must be a whole number, 0 to {RANGE} -1"),
]


@pytest.mark.parametrize(
    ("change", "message"), [row[1:] for row in WALLETS], ids=[row[0] for row in WALLETS]
)
def test_what_is_no_wallet_is_corrupt(change: Change, message: str) -> None:
    """The message says what is wrong."""
    written = copy.deepcopy(wallet_to_dict(WALLET))
    change(written)
    with pytest.raises(Corrupt) as caught:
        wallet_from_dict(written)
    assert str(caught.value) == message


def test_a_wallet_with_tokens_and_a_debt_is_corrupt() -> None:
    """Where something is owed nothing is available."""
    written = wallet_to_dict(WALLET) | {"owed": 1}
    written["totals"]["issued"] -= 1
    with pytest.raises(Corrupt) as caught:
        wallet_from_dict(written)
    assert str(caught.value) == "tokens are available while others are owed"


BURNS: list[tuple[str, Change, str]] = [
    ("a missing key", drop("draws"), "burn has other keys: missing ['draws'], unknown []"),
    ("another format", put("format", to=0), "burn is of the unknown format 0"),
    ("a name", put("burn_id", to=1), "burn_id must be a text, not 1"),
    ("no draws", put("draws", to=[]), "draws must not be empty"),
    (
        "draws out of order",
        lambda written: written["draws"].reverse(),
        "draws: last valid days must rise: [['never', 3], ['2018-12-31', 5]]",
    ),
    ("undone", put("undone", to=-1), f"undone must be a whole number, 0 to {RANGE} -1"),
    (
        "more undone than drawn",
        put("undone", to=9),
        "9 tokens of burn 'b-1' are undone, of fewer drawn",
    ),
    ("a version", put("version", to=None), f"version must be a whole number, 0 to {RANGE} None"),
]


@pytest.mark.parametrize(
    ("change", "message"), [row[1:] for row in BURNS], ids=[row[0] for row in BURNS]
)
def test_what_is_no_burn_is_corrupt(change: Change, message: str) -> None:
    """The message says what is wrong."""
    written = copy.deepcopy(burn_to_dict(BURN))
    change(written)
    with pytest.raises(Corrupt) as caught:
        burn_from_dict(written)
    assert str(caught.value) == message


def test_figures_at_their_limits_are_read() -> None:
    """A burn that is all undone, totals at both ends, a text of so many characters quoted."""
    assert burn_from_dict(burn_to_dict(BURN) | {"undone": 8}).tokens == 0
    made = Wallet(
        OWNER,
        totals=(TOKENS_MAX, 0, 0, 0, TOKENS_MAX, 0),
        sequence=1,
        booked_at=at("2018-01-01"),
    )
    assert wallet_from_dict(wallet_to_dict(made)) == made
    for length, quoted in ((58, f"'{'x' * 58}'"), (59, f"'{'x' * 59}...")):
        with pytest.raises(Corrupt) as caught:
            entry_from_dict(entry_to_dict(ENTRY) | {"postings": "x" * length})
        assert str(caught.value) == f"postings must be a list, not {quoted}"


def test_a_zone_that_is_not_known_is_corrupt() -> None:
    """The message is the calendar's."""
    with pytest.raises(Misuse) as known:
        Zone("No/Where")
    with pytest.raises(Corrupt) as caught:
        entry_from_dict(entry_to_dict(ENTRY) | {"zone": "No/Where"})
    assert str(caught.value) == f"zone: {known.value}"


@pytest.mark.parametrize("written", [None, [], "x", 1])
@pytest.mark.parametrize(
    ("read", "what"),
    [(entry_from_dict, "entry"), (wallet_from_dict, "wallet"), (burn_from_dict, "burn")],
)
def test_what_is_no_dictionary_is_corrupt(read: Any, what: str, written: Any) -> None:
    """It is quoted."""
    with pytest.raises(Corrupt) as caught:
        read(written)
    assert str(caught.value) == f"{what} must be a dictionary, not {written!r}"


# Lines


def test_a_journal_is_written_a_line_for_each_entry() -> None:
    """Keys sorted, no space between, nothing but ASCII."""
    entry = ENTRY._replace(request_id="é\n")
    (line,) = write_journal([entry])
    assert line.startswith(
        '{"booked_at":"2018-01-10T10:00:00.000005Z","event":"promised","format":1,'
    )
    assert "\n" not in line
    assert line.isascii()
    assert list(read_journal([line])) == [entry]
    assert list(read_journal(f"{each}\r\n" for each in write_journal([ENTRY, entry]))) == [
        ENTRY,
        entry,
    ]
    assert list(write_journal([])) == []


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("", "line 3 is no JSON: Expecting value: line 1 column 1 (char 0)"),
        ("{", None),
        ("[1" + "0" * 5000 + "]", None),
        ("[" * 100_000, None),
        ("[]", "line 3: entry must be a dictionary, not []"),
        ("NaN", "line 3: entry must be a dictionary, not nan"),
        ('{"format":1,"format":1}', "line 3: a key stands twice"),
        ('{"format":2}', "line 3: entry is of the unknown format 2"),
    ],
    ids=["empty", "cut", "digits", "depth", "list", "nan", "twice", "format"],
)
def test_a_line_that_is_no_entry_is_corrupt_by_its_number(line: str, message: str | None) -> None:
    """What comes before it is read; the number is that of the line."""
    (good,) = write_journal([ENTRY])
    entries = read_journal([good, good, line])
    assert next(entries) == next(entries) == ENTRY
    with pytest.raises(Corrupt) as caught:
        next(entries)
    if message is None:
        assert str(caught.value).startswith("line 3 is no JSON: ")
    else:
        assert str(caught.value) == message


def test_equal_zones_make_equal_owners() -> None:
    """Reading finds the zone anew, and equality goes by its name."""
    assert entry_from_dict(entry_to_dict(ENTRY)).owner == Owner(
        "m-1", "tokens", Zone("Asia/Kolkata")
    )
