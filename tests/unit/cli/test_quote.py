"""What a device is worth, on the command line."""

import io
import json
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import attrs
import pytest

from mi_rewards._cli.device_files import DeviceFile, read_device
from mi_rewards._cli.main import main
from mi_rewards._cli.quote import Priced
from mi_rewards.errors import Misuse
from mi_rewards.money import Money
from mi_rewards.programme import Programme
from mi_rewards.rule_book import to_toml
from mi_rewards.trade_in import ExchangeMode, Question, Surplus, TradeInTerms
from mi_rewards.trade_in.bonuses import Bonus
from mi_rewards.trade_in.price_parts import AgeFrom, Base
from mi_rewards.trade_in.questions import Answer, Questionnaire
from tests.event_logs import Ran, ran
from tests.phones import AT, PLAIN, SCREEN, a_book, imei
from tests.shop import rules
from tests.wallets import day

TERMS = TradeInTerms(
    "mi.com",
    ExchangeMode.ONLINE,
    "partner",
    ("mi.com", "app"),
    brands=("Xiaomi", "OnePlus"),
    categories=("phones",),
    quote_days=14,
)
BOOK = a_book()
SHOP = rules(price_books=(BOOK,), trade_ins=(TERMS,))
DEVICE = f"""
brand = "Xiaomi"
model = "redmi-note-4"
variant = "4gb-64gb"
book_value = "INR 8000.00"
launch_price = "INR 12999.00"
launched_on = 2017-01-19
bought_on = 2020-12-01
imeis = ["{imei(1)}"]

[answers]
power = "yes"
screen = "scratched"
battery = "good"
box = "box"
"""
"""Half a year old."""


def stated(folder: Path, text: str = DEVICE) -> DeviceFile:
    """Read a device from a file."""
    path = folder / "phone.toml"
    path.write_text(text, encoding="utf-8")
    return attrs.evolve(read_device(str(path)), name="phone.toml")


class Terminal(io.StringIO):
    """Lines that are typed."""


def priced(
    device: DeviceFile, programme: Programme = SHOP, *, terms_id: str = "", typed: str | None = None
) -> Priced:
    """Price a device at noon on `TODAY`; where something is typed, at a terminal."""
    ask = None if typed is None else Terminal(typed)
    return Priced.of(programme, device, at=AT, terms_id=terms_id, ask=ask)


def changed(**changes: Any) -> Programme:
    """The shop with other terms."""
    return attrs.evolve(SHOP, trade_ins=(attrs.evolve(TERMS, **changes),))


def test_a_price_is_told_step_by_step(tmp_path: Path) -> None:
    """Each step with what it changes and the price after it; what that is good for, until when."""
    assert priced(stated(tmp_path)).as_text() == (
        "Small: quote for Xiaomi redmi-note-4 4gb-64gb at 2021-06-01 12:00,"
        " times of Asia/Kolkata\n"
        "\n"
        "                                      price\n"
        "book value                      INR 8000.00\n"
        "age 0-12 months      +INR 0.00  INR 8000.00\n"
        "grade B           -INR 1600.00  INR 6400.00\n"
        "screen scratched   -INR 100.00  INR 6300.00\n"
        "box                +INR 150.00  INR 6450.00\n"
        "price                           INR 6450.00\n"
        "by edition 1 of price book partner\n"
        "\n"
        "terms     mi.com\n"
        "good for  money off one product: phones\n"
        "at        mi.com, app\n"
        "device    inspected at the door\n"
        "beside    no other benefit\n"
        "surplus   lost\n"
        "until     the end of 2021-06-15"
    )


def test_a_price_is_one_object(tmp_path: Path) -> None:
    """With every step; the changes add up to the price."""
    found = priced(stated(tmp_path)).as_json()
    steps = found["price"].pop("steps")
    assert sum(it["minor"] for it in steps) == found["price"]["minor"]
    assert steps[2] == {"kind": "grade", "name": "B", "minor": -160_000, "after_minor": 640_000}
    assert found == {
        "programme": "small",
        "at": "2021-06-01T06:30:00Z",
        "device": {
            "brand": "Xiaomi",
            "model": "redmi-note-4",
            "variant": "4gb-64gb",
            "imeis": [imei(1)],
            "bought_on": "2020-12-01",
        },
        "answers": {"battery": "good", "box": "box", "power": "yes", "screen": "scratched"},
        "refused": None,
        "price": {
            "minor": 645_000,
            "currency": "INR",
            "grade": "B",
            "price_book": "partner",
            "edition": 1,
        },
        "terms": {
            "terms_id": "mi.com",
            "mode": "online",
            "channels": ["mi.com", "app"],
            "products": [],
            "categories": ["phones"],
            "last_day": "2021-06-15",
        },
    }


def test_every_kind_of_step_has_a_name(tmp_path: Path) -> None:
    """Bonus, ceiling, floor and rounding too."""
    bonus = Bonus("monsoon", Money.of("7.50", "INR"))
    device = attrs.evolve(stated(tmp_path), book=Money.of("9999", "INR"), answers=PLAIN)
    top = priced(device, changed(bonuses=(bonus,))).as_text()
    assert "bonus monsoon                 +INR 7.50  INR 10006.50\n" in top
    assert "ceiling of the price book  -INR 1006.50   INR 9000.00\n" in top
    low = attrs.evolve(device, book=Money.of("1", "INR"))
    assert "floor of the price book  +INR 299.00  INR 300.00\n" in priced(low).as_text()
    odd = attrs.evolve(device, book=Money.of("1234", "INR"))
    assert "rounded down     -INR 4.00  INR 1230.00\n" in priced(odd).as_text()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (
            {"mode": ExchangeMode.IN_STORE, "channels": ("mi-home",), "categories": ()},
            "\nat        mi-home\ndevice    handed over at the store\n",
        ),
        (
            {"mode": ExchangeMode.PICKUP, "products": ("redmi-5",)},
            "money, beside an order paid in full: redmi-5, phones\n",
        ),
        ({"combines": ("coupons", "tokens")}, "\nbeside    coupons, tokens\n"),
        ({"surplus": Surplus.TOKENS, "credit": SCREEN}, ""),
        ({"quote_days": None}, "\nuntil     not stated"),
        ({"quote_days": 0}, "\nuntil     the end of 2021-06-01"),
    ],
)
def test_what_it_is_good_for_is_as_the_terms_say(
    tmp_path: Path, changes: dict[str, Any], said: str
) -> None:
    """By their mode, what they name, what they combine, and how long they stand."""
    if "credit" in changes:
        changes = changes | {"credit": BOOK.grades[1].share}
        said = "\nsurplus   paid as tokens\n"
    assert said in priced(stated(tmp_path), changed(**changes)).as_text()


def test_a_pickup_has_no_surplus(tmp_path: Path) -> None:
    """Nothing is taken off a price."""
    text = priced(stated(tmp_path), changed(mode=ExchangeMode.PICKUP)).as_text()
    assert "surplus" not in text
    assert "\nbeside" not in text


def test_without_terms_the_price_alone_is_told(tmp_path: Path) -> None:
    """What it is good for nobody has stated."""
    found = priced(stated(tmp_path), attrs.evolve(SHOP, trade_ins=()))
    assert found.as_text().endswith(
        "INR 6450.00\nby edition 1 of price book partner\n"
        "\n"
        "The rule book has no terms: what the price is good for is not stated."
    )
    assert found.as_json()["terms"] is None


@pytest.mark.parametrize(
    ("old", "new", "code", "message"),
    [
        ("Xiaomi", "Nokia", "brand_not_accepted", "devices of 'Nokia' are not taken"),
        ('power = "yes"', 'power = "no"', "device_rejected", "not taken: does_not_power_on"),
        ("2020-12-01", "2016-12-01", "age_not_eligible", "0 to 48 are taken"),
    ],
)
def test_a_no_is_an_answer(tmp_path: Path, old: str, new: str, code: str, message: str) -> None:
    """It says why, with the code and its figures in JSON."""
    found = priced(stated(tmp_path, DEVICE.replace(old, new)))
    assert "\n\nNot taken: " in found.as_text()
    assert message in found.as_text()
    stated_no = found.as_json()
    assert stated_no["price"] is None
    assert stated_no["refused"]["code"] == code
    assert message in stated_no["refused"]["message"]
    assert len(stated_no["refused"]) > 2


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        (
            'battery = "good"\nbox = "box"',
            "",
            "leaves out answers: battery (good, weak); box (box_",
        ),
        ("bought_on = 2020-12-01", "", "phone.toml leaves out bought_on, from which age counts"),
        (
            'power = "yes"',
            'sound = "yes"',
            "phone.toml.answers: the question 'sound' is not asked; there is power, screen, batt",
        ),
        (
            'power = "yes"',
            'power = "maybe"',
            "phone.toml.answers: 'power' is answered by one of yes, no, not 'maybe'",
        ),
        ("INR 8000.00", "USD 80.00", "phone.toml states USD 80.00, and prices are in INR"),
        (imei(1), "0" * 15, "phone.toml.imeis: "),
        (f'"{imei(1)}"', f'"{imei(1)}", "{imei(1)}"', "phone.toml.imeis: a device has two numb"),
        ("imeis", "sims = 2\nimeis", "phone.toml.imeis: the device has 2 numbers"),
        ("imeis", "sims = 3\nimeis", "phone.toml: a model has 1 number or 2, not 3"),
        (
            'book_value = "INR 8000.00"',
            "",
            "phone.toml must have 'book_value': price book partner reckons from it",
        ),
        (
            "2020-12-01",
            "2021-06-02",
            "phone.toml.bought_on: 2021-06-02 is after the day of the quote, 2021-06-01",
        ),
    ],
)
def test_what_cannot_be_priced_is_one_message(
    tmp_path: Path, old: str, new: str, reason: str
) -> None:
    """Answers that are missing too, where nobody can be asked."""
    with pytest.raises(Misuse) as found:
        priced(stated(tmp_path, DEVICE.replace(old, new)))
    assert reason in str(found.value)
    assert "\n" not in str(found.value)


@pytest.mark.parametrize(
    ("changes", "left_out", "reason"),
    [
        ({"base": Base.LAUNCH}, "launch_price", "price book partner reckons from it"),
        ({"age_from": AgeFrom.LAUNCH}, "launched_on", "in price book partner age counts from it"),
    ],
)
def test_what_a_price_book_reckons_from_must_be_in_the_file(
    tmp_path: Path, changes: dict[str, Any], left_out: str, reason: str
) -> None:
    """The message names the key."""
    kept = [it for it in DEVICE.splitlines() if not it.startswith(left_out)]
    shop = attrs.evolve(SHOP, price_books=(a_book(**changes),))
    assert priced(stated(tmp_path), shop).programme is shop
    with pytest.raises(Misuse) as found:
        priced(stated(tmp_path, "\n".join(kept)), shop)
    assert str(found.value) == f"phone.toml must have '{left_out}': {reason}"


def test_a_device_can_be_bought_on_the_day_of_its_quote(tmp_path: Path) -> None:
    """A day later it is none yet."""
    today = stated(tmp_path, DEVICE.replace("2020-12-01", "2021-06-01"))
    assert priced(today).refusal is None


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('book_value = "INR 8000.00"', ""),
        (imei(1), "0" * 15),
        ("imeis", "sims = 2\nimeis"),
        ('power = "yes"', 'sound = "yes"'),
        ("INR 8000.00", "USD 80.00"),
    ],
)
def test_a_mistake_in_the_file_is_told_before_anything_is_asked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], old: str, new: str
) -> None:
    """Nobody answers questions for nothing."""
    text = DEVICE.replace(old, new).replace('battery = "good"\n', "")
    with pytest.raises(Misuse, match=r"^phone\.toml"):
        priced(stated(tmp_path, text), typed="")
    assert capsys.readouterr().err == ""


HOME = attrs.evolve(TERMS, terms_id="mi-home", mode=ExchangeMode.IN_STORE)


@pytest.mark.parametrize(
    ("programme", "terms_id", "reason"),
    [
        (attrs.evolve(SHOP, trade_ins=(TERMS, HOME)), "", "--terms is one of mi.com, mi-home"),
        (SHOP, "pickup", "small has no trade-in terms 'pickup': there is mi.com"),
        (
            attrs.evolve(SHOP, trade_ins=()),
            "mi.com",
            "no trade-in terms 'mi.com': it states none; another rule book is named with --prog",
        ),
        (
            attrs.evolve(SHOP, price_books=()),
            "",
            "trade_ins.mi.com.price_book: small has no price book 'partner', it states none: wh",
        ),
        (
            rules(trade_ins=(TERMS,), price_books=(a_book(book_id="other"),)),
            "",
            "trade_ins.mi.com.price_book: small has no price book 'partner', there is other: un",
        ),
        (rules(), "", "small has no price book"),
        (
            rules(price_books=(BOOK, a_book(book_id="other"))),
            "",
            "small has several price books, and no terms that name one",
        ),
    ],
)
def test_the_terms_and_the_price_book_must_be_there(
    tmp_path: Path, programme: Programme, terms_id: str, reason: str
) -> None:
    """One of several is named."""
    with pytest.raises(Misuse) as found:
        priced(stated(tmp_path), programme, terms_id=terms_id)
    assert reason in str(found.value)


def test_one_of_several_terms_can_be_named(tmp_path: Path) -> None:
    """And its own price book prices."""
    other = a_book(book_id="other", floor=Money.of("7000", "INR"))
    home = attrs.evolve(HOME, book_id="other")
    programme = rules(price_books=(BOOK, other), trade_ins=(TERMS, home))
    found = priced(stated(tmp_path), programme, terms_id="mi-home")
    assert found.valuation is not None
    assert found.valuation.value == Money.of("7000", "INR")
    assert found.terms == home


LEFT_OUT = DEVICE[: DEVICE.index("[answers]")].replace("bought_on = 2020-12-01\n", "")


def test_what_is_left_out_is_asked_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """By number or by name, until it can be read; the day at the end, on standard error."""
    given = stated(tmp_path, LEFT_OUT + '[answers]\nbattery = "weak"\n')
    typed = "yes\n4\n 2 \n\nbox\nnever\nsoon\n2021-06-02\n2020-12-01\n"
    found = priced(given, typed=typed)
    assert found.device.answers == {
        "battery": "weak",
        "power": "yes",
        "screen": "scratched",
        "box": "box",
    }
    assert found.device.bought_on == day("2020-12-01")
    assert found.as_text() == priced(found.device).as_text()
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err == (
        "Does it power on?\n  1  Yes (yes)\n  2  No (no)\nnumber or name> "
        "What is its screen like?\n"
        "  1  No scratches (clean)\n  2  Scratches (scratched)\n  3  Cracks (cracked)\n"
        "number or name> "
        "a number from 1 to 3 is wanted, or a name in brackets\nnumber or name> "
        "What comes with it?\n"
        "  1  Its box and the bill (box_and_bill)\n  2  Its box (box)\n  3  Nothing (nothing)\n"
        "number or name> "
        "a number from 1 to 3 is wanted, or a name in brackets\nnumber or name> "
        "When was it bought?\nYYYY-MM-DD> "
        "a day until 2021-06-01 is wanted, written YYYY-MM-DD\nYYYY-MM-DD> "
        "a day until 2021-06-01 is wanted, written YYYY-MM-DD\nYYYY-MM-DD> "
        "a day until 2021-06-01 is wanted, written YYYY-MM-DD\nYYYY-MM-DD> "
    )


def test_nothing_is_asked_that_is_answered(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nor a day from which nothing counts."""
    assert priced(stated(tmp_path), typed="").valuation is not None
    ageless = attrs.evolve(SHOP, price_books=(a_book(ages=()),))
    undated = stated(tmp_path, DEVICE.replace("bought_on = 2020-12-01\n", ""))
    assert priced(undated, ageless, typed="").valuation is not None
    assert capsys.readouterr().err == ""


def test_an_answer_that_rules_it_out_ends_the_questions(tmp_path: Path) -> None:
    """Nothing more is asked, not even a day."""
    found = priced(stated(tmp_path, LEFT_OUT), typed="no\n")
    assert found.refusal is not None
    assert found.refusal.code == "device_rejected"


@pytest.mark.parametrize("typed", ["", "yes\n", "yes\n2\n1\n2\n"])
def test_who_stops_answering_gets_one_message(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], typed: str
) -> None:
    """Before the first answer, between two, and before the day."""
    with pytest.raises(Misuse, match="the answers end before the questions do"):
        priced(stated(tmp_path, LEFT_OUT), typed=typed)
    assert capsys.readouterr().err.endswith("> \n")


def test_a_title_does_nothing_to_a_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is not printable is escaped, in questions and in the answer."""
    asked = Question("q", "A\x1b[2Jsk", (Answer("a", "Y\x07es"), Answer("b", "No")))
    book = a_book(questionnaire=Questionnaire((asked,)), defects=(), additions=())
    given = attrs.evolve(stated(tmp_path), title="Red\x1bmi", answers={})
    found = priced(given, attrs.evolve(SHOP, price_books=(book,)), typed="1\n")
    err = capsys.readouterr().err
    assert "\x1b" not in err
    assert "\x07" not in err
    assert "quote for 'Red\\x1bmi' at" in found.as_text()


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("brand =", "phone.toml is no TOML: "),
        ('model = "m"', "phone.toml must have 'brand'"),
        ('brand = "b"', "phone.toml must have 'model'"),
        ('brand = "b"\nmodel = "m"', "phone.toml must have 'imeis'"),
        ('brand = "b"\nmodel = "m"\nimeis = []', "phone.toml.imeis must be a list of at least"),
        (DEVICE.replace("INR 8000.00", "8000"), "phone.toml.book_value: "),
        (DEVICE.replace("2017-01-19", "2017"), "phone.toml.launched_on must be a day"),
        (DEVICE.replace('"yes"', "true"), "phone.toml.answers.power must be a text, not True"),
        (DEVICE.replace("brand", "colour = 'red'\nbrand"), "has the unknown key 'colour'"),
    ],
)
def test_a_file_is_read_strictly(tmp_path: Path, text: str, reason: str) -> None:
    """What is wrong is named, with the file."""
    path = tmp_path / "phone.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(Misuse) as found:
        read_device(str(path))
    assert reason in str(found.value)
    assert str(path) in str(found.value)


def test_a_file_that_is_not_utf_8_is_named(tmp_path: Path) -> None:
    """Like one that is not there."""
    path = tmp_path / "phone.toml"
    path.write_bytes(b'brand = "\xff"')
    with pytest.raises(OSError, match="the device is not UTF-8") as found:
        read_device(str(path))
    assert found.value.filename == str(path)


def test_a_file_says_what_it_is_called(tmp_path: Path) -> None:
    """By its title; else by brand, model and variant, as far as there are some."""
    plain = stated(tmp_path, DEVICE.replace('variant = "4gb-64gb"\n', ""))
    assert plain.shown == "Xiaomi redmi-note-4"
    titled = stated(tmp_path, DEVICE.replace("brand", 'title = "Note 4"\nbrand'))
    assert titled.shown == "Note 4"
    assert plain.sims == 1


def test_the_last_day_is_that_of_the_zone(tmp_path: Path) -> None:
    """An instant before midnight in India, and midnight itself."""
    device = attrs.evolve(stated(tmp_path), bought_on=day("2021-01-01"))
    midnight = AT + timedelta(hours=12)
    before, after = (
        Priced.of(SHOP, device, at=at, terms_id="", ask=None).last_day
        for at in (midnight - timedelta(microseconds=1), midnight)
    )
    assert (before, after) == (day("2021-06-15"), day("2021-06-16"))


# ------------------------------------------------------------------------- as a command

UPGRADE = DEVICE[: DEVICE.index("[answers]")]
"""A device for a price book that asks nothing, half a year old at `THEN`."""
THEN = "2021-06-01T12:00:00+05:30"


def test_the_published_shares_are_priced(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """By default the bundled rule book of 2020: 60 % of the launch price in the seventh month."""
    path = tmp_path / "phone.toml"
    path.write_text(UPGRADE, encoding="utf-8")
    found = ran(capsys, "quote", path, "--at", THEN, "--json")
    assert (found.status, found.err) == (0, "")
    assert found.totals["programme"] == "mi-smart-upgrade"
    assert found.totals["price"]["minor"] == 779_900
    assert found.totals == {**found.totals, "refused": None, "terms": None}
    text = ran(capsys, "quote", path, "--at", THEN)
    assert "launch price" in text.out
    assert "price                          INR 7799.00\n" in text.out


def test_a_rule_book_of_a_file_prices(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """As a bundled one does; a no is printed too, and the exit status is 0."""
    book, path = tmp_path / "shop.toml", tmp_path / "phone.toml"
    book.write_text(to_toml(SHOP), encoding="utf-8")
    path.write_text(DEVICE, encoding="utf-8")
    arguments = ("quote", path, "--programme", book, "--terms", "mi.com", "--at", THEN)
    found = ran(capsys, *arguments)
    assert found == Ran(0, priced(stated(tmp_path)).as_text() + "\n", "")
    path.write_text(DEVICE.replace('power = "yes"', 'power = "no"'), encoding="utf-8")
    no = ran(capsys, *arguments)
    assert (no.status, no.err) == (0, "")
    assert no.out.endswith("\n\nNot taken: such a device is not taken: does_not_power_on\n")


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("nowhere.toml", "--at", THEN), "nowhere.toml: No such file or directory"),
        (("phone.toml", "--at", "noon"), "an instant is written"),
        (("phone.toml", "--at", "2021-06-01T12:00:00"), "an instant needs an offset"),
        (("phone.toml",), "the following arguments are required: --at"),
        (("phone.toml", "--at", THEN, "--programme", "reward-mi"), "reward-mi has no price book"),
        (
            ("phone.toml", "--at", THEN, "--programme", "mi-exchange"),
            "mi-exchange has several kinds of trade-in: --terms is one of mi-home, pickup, mi.com",
        ),
        (
            ("phone.toml", "--at", THEN, "--programme", "mi-exchange", "--terms", "pickup"),
            "trade_ins.pickup.price_book: mi-exchange has no price book 'cashify', it states none",
        ),
    ],
)
def test_what_cannot_be_done_is_one_message(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    arguments: tuple[str, ...],
    reason: str,
) -> None:
    """The exit status is 2."""
    tmp_path.joinpath("phone.toml").write_text(UPGRADE, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    found = ran(capsys, "quote", *arguments)
    assert (found.status, found.out) == (2, "")
    assert reason in found.err
    assert "Traceback" not in found.err


def test_an_instant_is_now_where_none_is_named(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """As who runs it tells the time."""
    path = tmp_path / "phone.toml"
    path.write_text(UPGRADE, encoding="utf-8")
    assert main(["quote", str(path), "--json"], now=lambda: AT) == 0
    assert json.loads(capsys.readouterr().out)["at"] == "2021-06-01T06:30:00Z"


def test_a_process_asks_at_its_terminal_and_only_there(tmp_path: Path) -> None:
    """Standard output has the answer alone; what is not typed at a terminal is no answer."""
    book, path = tmp_path / "shop.toml", tmp_path / "phone.toml"
    book.write_text(to_toml(SHOP), encoding="utf-8")
    path.write_text(DEVICE.replace('power = "yes"\n', ""), encoding="utf-8")
    command = [sys.executable, "-m", "mi_rewards", "quote", str(path), "--at", THEN]
    command += ["--programme", str(book), "--json"]
    ours, terminal = os.openpty()
    with os.fdopen(ours, "wb", buffering=0) as keyboard, os.fdopen(terminal, "rb") as seen:
        keyboard.write(b"1\n")
        asked = subprocess.run(command, stdin=seen, capture_output=True, text=True, check=False)
    told = "Does it power on?\n  1  Yes (yes)\n  2  No (no)\nnumber or name> "
    assert (asked.returncode, asked.stderr) == (0, told)
    assert json.loads(asked.stdout)["price"]["minor"] == 645_000
    piped = subprocess.run(command, input="1\n", capture_output=True, text=True, check=False)
    assert (piped.returncode, piped.stdout) == (2, "")
    assert "leaves out answers: power (yes, no). State them under [answers]" in piped.stderr
