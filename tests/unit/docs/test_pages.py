"""The manual's reference says what the code says: terms, rules, keys, columns, accounts."""

import importlib.util
import inspect
import re
from collections import Counter
from pathlib import Path
from typing import Any

import attrs
import pytest

from mi_rewards import bundled, from_toml, to_toml
from mi_rewards._cli.statement import _TOLD
from mi_rewards._event_log import events, lines
from mi_rewards._event_log.totals import Totals
from mi_rewards.checkout import CheckoutTerms, PartPayment
from mi_rewards.earning import Conditions
from mi_rewards.wallet import Account, Event
from tests.event_logs import sample_rows
from tests.unit.docs.pages import PAGES, ROOT, page, sections

_CODE = re.compile(r"`(mi_rewards(?:\.\w+)+)`")


def first_column(table: str) -> list[str]:
    """Read what stands in code type in the first column of a section's tables."""
    cells = re.findall(r"^\| ((?:`[^`]+`(?:, )?)+) +\|", table, re.MULTILINE)
    return [name.strip('"') for cell in cells for name in re.findall(r"`([^`]+)`", cell)]


def is_there(dotted: str) -> bool:
    """Say whether a dotted name is a module, something in one, or a field of a class."""
    package, *names = dotted.split(".")
    found: Any = importlib.import_module(package)
    for name in names:
        if hasattr(found, "__path__") and importlib.util.find_spec(f"{found.__name__}.{name}"):
            found = importlib.import_module(f"{found.__name__}.{name}")
        elif hasattr(found, name):
            found = getattr(found, name)
        else:
            owners = getattr(found, "__mro__", ())
            return any(name in inspect.get_annotations(owner) for owner in owners)
    return True


def terms(text: str) -> dict[str, str]:
    """Read a page's definitions: what stands below each term."""
    found = re.findall(r"^(\w[^\n]*)\n: (.*?)(?=\n\n|\Z)", text, re.MULTILINE | re.DOTALL)
    return dict(found)


GLOSSARY = terms(page("glossary.md"))


@pytest.mark.parametrize("term", GLOSSARY)
def test_every_term_says_where_it_is_in_the_code(term: str) -> None:
    """And it is there."""
    names = _CODE.findall(GLOSSARY[term].partition("Code:")[2])
    assert names
    assert [name for name in names if not is_there(name)] == []


def test_no_word_is_defined_twice() -> None:
    """One meaning per word."""
    words = [word for term in GLOSSARY for word in term.split(", ")]
    assert sorted(set(words)) == sorted(words)
    assert len(GLOSSARY) == page("glossary.md").count("\n: ")


def test_a_planted_term_without_code_is_seen() -> None:
    """A name that is not there, at any depth."""
    assert is_there("mi_rewards.wallet.Bucket.tokens")
    assert not is_there("mi_rewards.wallet.Bucket.points")
    assert not is_there("mi_rewards.wallet.Purse")
    assert not is_there("mi_rewards.purse.Purse")


def test_the_promises_have_their_numbers() -> None:
    """1 to 20."""
    numbers = re.findall(r"^\| (\d+) \| \*\*", page("reference/rules.md"), re.MULTILINE)
    assert [int(number) for number in numbers] == [*range(1, 21)]


def test_every_rule_has_a_number_of_its_own() -> None:
    """And every rule that another page or paragraph names is there."""
    text = page("reference/rules.md")
    rules = re.findall(r"^\| ([A-Z]\d+) \| .* \| .* \|$", text, re.MULTILINE)
    assert len(set(rules)) == len(rules)
    assert set(re.findall(r"\b([A-HJ-RT-WYZ]\d+)\b", text)) == set(rules)


def test_what_docstrings_cite_is_a_heading() -> None:
    """A docstring's source in the manual is there under its name."""
    cited = {
        (name, heading)
        for source in ROOT.joinpath("src").rglob("*.py")
        for name, heading in re.findall(
            r'docs/(reference/\w+\.md), "([^"]+)"', source.read_text(encoding="utf-8")
        )
    }
    assert ("reference/rules.md", "Validity") in cited
    assert [it for it in cited if it[1] not in sections(page(it[0]), 2)] == []


def test_the_rules_that_a_delivery_names_are_told() -> None:
    """Each code that says yes or no to an order, by the words of the commands' own source."""
    told = first_column(sections(page("reference/rules.md"), 2)["Orders"])
    folder = ROOT.joinpath("src/mi_rewards")
    source = "".join(path.read_text("utf-8") for path in folder.glob("commands/**/*.py"))
    said_no = re.findall(r'saying_no\("(\w+)"', source)
    said_no += re.findall(r'Delivered\(self\.order_id, 0, None, None, "(\w+)"', source)
    assert set(told) == {bundled.programme("reward-mi").recipe.rule, *said_no} - {"not_awarded"}


@pytest.mark.parametrize(
    ("title", "name"), [("Reward Mi", "reward-mi"), ("Mi Exchange", "mi-exchange")]
)
def test_the_settings_of_a_bundled_rule_book_are_there(title: str, name: str) -> None:
    """Each key that the rules name for it stands in the rule book."""
    section = sections(page("reference/rules.md"), 2)[title]
    rows = re.findall(r"^\| .* \| .*`(\w+)`.* \|", section, re.MULTILINE)
    rows += re.findall(r"\| `(\w+)` \|$", section, re.MULTILINE)
    assert len(rows) > 10
    text = bundled.programme_text(name)
    assert [key for key in rows if not re.search(rf"^(?:# |\[)?{key}\b", text, re.MULTILINE)] == []


@pytest.mark.parametrize(("name", "count"), [("reward-mi", 5), ("mi-exchange", 16)])
def test_the_sources_of_a_bundled_rule_book_are_there(name: str, count: int) -> None:
    """Address by address."""
    text = page("reference/rules.md")
    addresses = re.findall(r"^#\s+\[S\d+\]\s+(\S+)", bundled.programme_text(name), re.MULTILINE)
    assert len(addresses) == count
    assert [address for address in addresses if f"<{address}>" not in text] == []


FULL = """
format = 1
name = "full"
title = "Full"
zone = "Asia/Kolkata"
currency = "INR"
kind = "tokens"
claw_back = "owed"
sunset_on = 2030-12-31
[earning]
rate = { tokens = 1, per = "INR 10.00", rounding = "down" }
channels = ["a"]
default_channel = "a"
excluded_categories = ["b"]
kept_after_days = 14
order_cap = { orders = 5, scope = "lifetime" }
[expiry]
policy = "rolling_months"
months = 12
to_month_end = true
[holds]
hours_max = 24
open_max = 3
[welcome]
tokens = 5
from_on = 2020-01-01
through_on = 2020-12-31
[retrospective]
delivered_from = 2019-01-01
delivered_through = 2019-12-31
[vouchers]
clear_codes = "for_owner"
[[rewards]]
id = "coupon"
title = "Coupon"
cost = 100
from_at = 2020-01-01T00:00:00Z
until_at = 2021-01-01T00:00:00Z
stock = 10
limits = [{ count = 1 }]
tiers = ["gold"]
pool = "partner"
revocable = false
expense = "INR 5.00"
[rewards.coupon]
rate = { part = 10, of = 100, rounding = "down" }
cap = "INR 10.00"
categories = ["a"]
order_min = "INR 1.00"
platforms = ["app"]
payment_modes = ["card"]
combinable = false
transferable = false
valid = { days = 90 }
[[rewards]]
id = "coupon-2"
title = "Coupon"
cost = 100
revocable = false
[rewards.coupon]
value = "INR 1.00"
combinable = false
transferable = false
valid = { days = 90 }
[[rewards]]
id = "f-code"
title = "F-code"
cost = 100
revocable = false
[rewards.f_code]
products = ["phone"]
quota = "friday"
transferable = true
valid = { through = 2030-12-31 }
[points]
kind = "points"
rate = { tokens = 1, per = "INR 10.00", rounding = "down" }
expiry = { policy = "never" }
excluded_categories = ["b"]
[[campaigns]]
id = "one"
title = "One"
multiplier = { numerator = 2, denominator = 1 }
when = { categories = ["a"] }
caps = [{ tokens = 10, per = "member" }]
budget = { tokens = 100 }
group = "g"
priority = 1
[[campaigns]]
id = "two"
title = "Two"
bonus = { tokens = 10 }
[[campaigns]]
id = "three"
title = "Three"
bonus_rate = { tokens = 1, per = "INR 10.00", rounding = "down" }
[[campaigns]]
id = "four"
title = "Four"
base_rate = { tokens = 2, per = "INR 10.00", rounding = "down" }
[campaign_groups]
g = "best"
[[actions]]
id = "share"
tokens = 5
kind = "points"
limits = [{ count = 1, period = "day" }]
from_on = 2020-01-01
through_on = 2020-12-31
budget = 100
[referral]
inviter_tokens = 10
friend_tokens = 5
qualifies = "after_return_window"
return_days = 15
code_days = 30
friends_max = 3
friends_period = "month"
from_on = 2020-01-01
through_on = 2020-12-31
account_days_max = 7
needs_verdict = true
[tiers]
metric = "points"
window = { kind = "calendar_year" }
upgrades = "at_once"
downgrades = "at_review"
landing = "soft"
grace_days = 30
notice_days = 14
excluded_categories = ["b"]
[[tiers.ladder]]
id = "gold"
title = "Gold"
threshold = 100
express_delivery = true
early_access_hours = 2
exclusive_products = ["phone"]
multipliers = [{ category = "a", numerator = 3, denominator = 2 }]
validity = { policy = "never" }
birthday_gift = 10
upgrade_reward = 20
others = ["souvenir"]
[membership]
on_leaving = "keep"
rejoins = false
claim_within_days = 30
blocked_earn = false
[[sales]]
id = "friday"
weekly = [{ on = "friday", at = 12:00:00, from_on = 2020-01-03, minutes = 60 }]
extra = [{ from = 2020-02-01T10:00:00, until = 2020-02-02T10:00:00 }]
closed_on = [2020-04-10]
early_access_hours = { gold = 2 }
[[preorders]]
id = "web"
channels = ["web"]
payment = "full"
payment_modes = ["card"]
pay_within_minutes = 15
remind_minutes = 5
ship_within_days = 5
unclaimed = "refunded"
colour = "guaranteed"
revives_f_code = true
address_is_frozen = true
[[preorders]]
id = "stores"
channels = ["stores"]
payment = "booking"
booking = "INR 1000.00"
pickup_within_days = 7
unclaimed = "forfeited"
colour = "wish"
revives_f_code = false
address_is_frozen = false
[[trade_ins]]
id = "online"
mode = "online"
price_book = "shop"
channels = ["web"]
brands = ["Acme"]
products = ["phone"]
categories = ["phones"]
quote_days = 14
every_imei = false
combines = ["coupons"]
least_payable = "INR 1.00"
surplus = "tokens"
credit = { tokens = 1, per = "INR 1.00", rounding = "down" }
worse = "threshold"
threshold = { part = 3, of = 4, rounding = "down" }
better = "accept"
answer_within_hours = 24
hand_over_within_days = 21
on_return = "credit"
revives = false
bonuses = [{ id = "may", amount = "INR 1.00" }]
[[trade_ins]]
id = "pickup"
mode = "pickup"
price_book = "shop"
channels = ["web"]
pickup_within_days = 7
attempts_max = 3
[[price_books]]
id = "shop"
edition = 1
base = "book"
age_from = "purchase"
month_count = "begun"
floor = "INR 0.00"
ceiling = "INR 9.00"
rounding_to = "INR 1.00"
rounding = "down"
ages = [{ from_months = 0, through_months = 9, share = { part = 1, of = 2 } }]
grades = [{ id = "A", share = { part = 1, of = 1 } }]
[[price_books.questions]]
id = "box"
title = "Box?"
answers = [{ id = "y", title = "Y", adds = "box" }, { id = "n", title = "N", defect = "bare" }]
[[price_books.defects]]
id = "bare"
grade = "A"
deduction = "INR 1.00"
[[price_books.additions]]
id = "box"
amount = "INR 1.00"
"""

CONDITIONS = [*(it.name for it in attrs.fields(Conditions) if it.name != "window")]
CONDITIONS += ["from_at", "until_at"]


_NESTED = r"rewards\.|tiers\.|price_books\."
"""The tables that are within others."""


def _headings(text: str) -> str:
    """Keep the headings of tables alone."""
    return "".join(re.findall(r"^### .*$", text, re.MULTILINE))


def keys(text: str) -> set[str]:
    """Name the keys of a rule book, tables included."""
    return set(re.findall(rf"^\[*(?:{_NESTED})?(\w+)", text, re.MULTILINE))


def test_every_key_of_a_rule_book_is_told() -> None:
    """Those of a book that states all there is, and the expiry policies with theirs."""
    text = page("how_to/write_your_rule_book.md")
    assert keys(to_toml(from_toml(FULL))) == keys(FULL)
    told = set(first_column(text)) | set(
        re.findall(rf"`\[+(?:{_NESTED})?(\w+)\]+`", _headings(text))
    )
    policies = {"end_of_year", "rolling_days", "rolling_months", "fixed_day", "never"}
    conditions = {f"when.{name}" for name in CONDITIONS}
    assert keys(FULL) - {"policy", "months", "to_month_end", "g"} <= told
    assert policies <= told
    assert told - keys(FULL) - policies == {"rate.rounding", *conditions}


def test_every_key_of_a_checkout_is_told() -> None:
    """As the terms name them."""
    text = page("how_to/write_your_rule_book.md")
    names = [it.name for kind in (CheckoutTerms, PartPayment) for it in attrs.fields(kind)]
    assert [name for name in names if f"`{name}`" not in text] == []


def test_every_column_and_kind_of_an_event_log_is_told() -> None:
    """As the command line reads them."""
    parts = sections(page("reference/event_log.md"), 2)
    assert sorted(first_column(parts["Columns"])) == sorted(lines.COLUMNS)
    assert sorted(first_column(parts["Kinds"])) == sorted(events._MAKERS)


def test_every_key_of_the_totals_is_told() -> None:
    """As `--json` prints them."""
    section = sections(page("reference/command_line.md"), 2)["replay"]
    assert first_column(section) == list(Totals._fields)


UNTOLD = {
    "redemption",
    "transfer",
    "transfer_declined",
}
"""Codes that the library gives itself, and for which a statement needs no words of its own."""


def test_every_account_event_and_reason_is_told() -> None:
    """The codes that the library gives itself are those that a statement has words for."""
    parts = sections(page("reference/journal.md"), 2)
    assert first_column(parts["Accounts"]) == [account.value for account in Account]
    assert sorted(first_column(parts["Events and their postings"])) == sorted(
        it.value for it in Event
    )
    codes = first_column(parts["Reasons"])
    assert set(codes) == {*_TOLD, *UNTOLD}


def test_the_figures_of_the_sample_are_counted() -> None:
    """What is written beside the bundled purchases is what is in them."""
    text = ROOT.joinpath("src/mi_rewards/samples/README.md").read_text(encoding="utf-8")
    kinds = Counter(row[0] for row in sample_rows()[1:])
    of_no_order = sum(row[0] == "returned" and not row[3] for row in sample_rows())
    said = [int(it.replace(",", "")) for it in re.findall(r"[\d,]*\d", text.split("Origin:")[0])]
    assert said == [kinds["joined"], kinds["delivered"], kinds["returned"], of_no_order]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_between_pages_lead_somewhere(path: Path) -> None:
    """Also as they are read in a file browser, from the README on."""
    text = path.read_text(encoding="utf-8")
    targets = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text)
    assert [name for name in targets if not path.parent.joinpath(name).exists()] == []
