"""The laws of commands, over random histories of a few members under random programmes."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from hypothesis import given, note
from hypothesis import strategies as st

from mi_rewards._canonical import canonical
from mi_rewards.commands import Batch, Command, Returned
from mi_rewards.commands.shells.lone import Lone
from mi_rewards.earning import Purchase, purchase_from_dict, purchase_to_dict
from mi_rewards.errors import Misuse, Refused
from mi_rewards.memory import MemoryStore
from mi_rewards.programme import Programme
from mi_rewards.repositories import Needs, burn_key
from mi_rewards.rule_book import from_toml, to_toml
from mi_rewards.wallet import Account, Burn, Wallet, check_journal, fold
from tests.histories import (
    END,
    MEMBERS,
    START,
    Follow,
    Step,
    commands,
    follow_ups,
    histories,
    journals,
    known,
    play,
    programmes,
)
from tests.shop import (
    REWARD_MI,
    Shop,
    bring,
    burn,
    contents,
    deliver,
    give_back,
    ist,
    join,
    reinstate,
)

History = tuple[Step, ...]


def everything(shop: Shop) -> dict[str, object]:
    """Read all that a member could see, at several instants."""
    instants = [START + timedelta(hours=hours) for hours in range(0, 240, 12)]
    return {name: [shop.balance(by=name, at=at) for at in instants] for name in MEMBERS}


def when(command: Command[Any] | Follow) -> datetime:
    """Say when something happens."""
    at: datetime = command.at
    return at


def told(shop: Shop) -> dict[str, list[tuple[Any, ...]]]:
    """Read every journal but for who booked what had become due."""
    return {
        name: [tuple(it for it in entry if it != entry.request_id) for entry in entries]
        for name, entries in journals(shop).items()
    }


# what always holds


@given(programmes(), histories(backwards=True))
def test_every_journal_keeps_the_promises(programme: Programme, history: History) -> None:
    """I1 to I10: Whatever was asked for, in whatever order; and folding gives what is stored."""
    shop = Shop(programme)
    for line in play(shop, commands(history)):
        note(line)
    entries = [entry for each in journals(shop).values() for entry in each]
    assert check_journal(entries) == ()
    for wallet in shop.store.all_of(Wallet):
        if wallet.sequence:
            folded = fold(shop.entries(wallet.owner.member_id))
            assert folded._replace(version=wallet.version) == wallet


@given(programmes(), histories(backwards=True))
def test_every_purchase_is_awarded_what_it_earns(programme: Programme, history: History) -> None:
    """I10: What an order has is what its recipe gives on what is kept; no return takes more."""
    shop = Shop(programme)
    returned: Counter[tuple[str, str]] = Counter()
    for command in commands(history):
        for made in follow_ups(shop, command.at) if isinstance(command, Follow) else [command]:
            outcome = shop.rewards.do_all([made])[0]
            if type(outcome) is Returned:
                parts = (outcome.withdrawn, outcome.taken, outcome.owed, outcome.forgiven)
                assert sum(parts) + outcome.lapsed == outcome.given_back
                assert min(*parts, outcome.lapsed) >= 0
                returned[made.scope, outcome.order_id] += outcome.given_back
    for purchase in shop.store.all_of(Purchase):
        recipe = purchase.recipe
        if recipe is None:
            assert purchase.awards == ()
            continue
        base_minor = purchase.base_minor(recipe.excluded_categories)
        assert purchase.awarded == recipe.award(base_minor)
        issued = sum(award.tokens for award in purchase.awards)
        back = returned[purchase.member_id, purchase.order_id]
        assert back == issued - purchase.awarded
        assert purchase_from_dict(purchase_to_dict(purchase)) == purchase


@given(programmes(), histories(backwards=True))
def test_issued_is_what_outcomes_say_was_earned(programme: Programme, history: History) -> None:
    """I2: Nothing is issued but awards, welcomes and balances brought along."""
    shop = Shop(programme)
    for line in play(shop, commands(history)):
        note(line)
    due = shop.rewards.lapse_due(END)
    note(f"{due} due")
    awards = Counter(
        {
            (it.member_id, it.order_id): sum(award.tokens for award in it.awards)
            for it in shop.store.all_of(Purchase)
        }
    )
    issued: Counter[tuple[str, str]] = Counter()
    for name, entries in journals(shop).items():
        for entry in entries:
            order_id = entry.reason.figure("order_id")
            if type(order_id) is str:
                issued[name, order_id] -= entry.amount(Account.ISSUED)
    withdrawn = {key: tokens for key, tokens in awards.items() if tokens < issued[key]}
    assert withdrawn == {}


# requests


@given(
    programmes(),
    histories(),
    st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), max_size=12),
)
def test_a_request_has_one_effect_however_often_it_is_repeated(
    programme: Programme, history: History, repeats: list[tuple[int, int]]
) -> None:
    """I8: With duplicates in any later positions all is as without, refusals kept or not."""
    made = known(commands(history))
    again = list(made)
    for which, later in repeats:
        if made:
            command = made[which % len(made)]
            first = again.index(command)
            again.insert(first + 1 + later % (len(again) - first), command)
    once, often = Shop(programme), Shop(programme)
    outcomes: dict[str, object] = {}
    for shop, sequence in ((once, made), (often, again)):
        for command in sequence:
            batch: Batch[Any] = Batch([command], programme, keeps_refusals=True)
            shop.rewards.carry_out(batch)
            if isinstance(batch.outcomes[0], Misuse):
                continue
            found = outcomes.setdefault(command.request_id, batch.outcomes[0])
            assert found == batch.outcomes[0]
    assert contents(once.store) == contents(often.store)


@given(programmes(), histories(), st.lists(st.integers(0, 40), max_size=8))
def test_what_was_granted_can_be_repeated_at_any_time(
    programme: Programme, history: History, repeats: list[int]
) -> None:
    """I8: The same outcome, and nothing changes."""
    shop = Shop(programme)
    done: list[tuple[Command[Any], object]] = []
    for number, command in enumerate(known(commands(history))):
        outcome = shop.rewards.do_all([command])[0]
        if not isinstance(outcome, Refused | Misuse):
            done.append((command, outcome))
        if done and number in repeats:
            repeated, before = done[number % len(done)]
            kept = contents(shop.store)
            assert shop.rewards.do_all([repeated]) == [before]
            assert contents(shop.store) == kept


@given(programmes(), histories(), st.lists(st.integers(1, 6), min_size=40, max_size=40))
def test_a_batch_is_the_same_as_one_by_one(
    programme: Programme, history: History, sizes: list[int]
) -> None:
    """C1, I8: However a history is cut into batches, but for how often rows were stored."""
    one, many = Shop(programme), Shop(programme)
    made = known(commands(history))
    singly = [shown for command in made for shown in one.rewards.do_all([command])]
    batched: list[object] = []
    rest = made
    for size in sizes:
        batched += many.rewards.do_all(rest[:size])
        rest = rest[size:]
    assert list(map(repr, batched)) == list(map(repr, singly))
    assert journals(one) == journals(many)
    assert everything(one) == everything(many)


@given(programmes(), histories())
def test_a_command_alone_is_decided_as_a_batch_of_one(
    programme: Programme, history: History
) -> None:
    """It asks for the same, answers the same and changes the same; the second time too."""
    shop = Shop(programme)
    for command in known(commands(history)):
        for _ in range(2):
            batch, lone = Batch([command], programme), Lone(command, programme)
            needs: Needs | None = batch.needs
            assert lone.needs == needs
            while needs is not None:
                loaded = shop.store.load(needs)
                needs = batch.run(loaded)
                assert lone.run(loaded) == needs
            assert list(map(repr, lone.outcomes)) == list(map(repr, batch.outcomes))
            assert (lone.changes, lone.repeated) == (batch.changes, batch.repeated)
            shop.rewards.do_all([command])


# members


@given(programmes(), histories(backwards=True), histories(backwards=True), st.data())
def test_members_do_not_see_each_other(
    programme: Programme, first: History, second: History, data: st.DataObject
) -> None:
    """I12: Interleaved as they may be, two members have what each would have alone."""
    asha = [it for it in known(commands(first)) if it.scope == "asha"]
    bela = [it for it in known(commands(second)) if it.scope == "bela"]
    alone_asha, alone_bela, both = Shop(programme), Shop(programme), Shop(programme)
    expected = {
        "asha": [repr(it) for each in asha for it in alone_asha.rewards.do_all([each])],
        "bela": [repr(it) for each in bela for it in alone_bela.rewards.do_all([each])],
    }
    turns = data.draw(st.permutations(["asha"] * len(asha) + ["bela"] * len(bela)))
    queues = {"asha": iter(asha), "bela": iter(bela)}
    found: dict[str, list[str]] = {"asha": [], "bela": []}
    for turn in turns:
        found[turn] += map(repr, both.rewards.do_all([next(queues[turn])]))
    assert found == expected
    assert both.entries("asha") == alone_asha.entries("asha")
    assert both.entries("bela") == alone_bela.entries("bela")


# simulating and reading


@given(programmes(), histories(backwards=True))
def test_simulating_is_doing_without_saving(programme: Programme, history: History) -> None:
    """I18: The same answer and the very changes; and reading writes nothing."""
    shop = Shop(programme)
    for command in known(commands(history)):
        before = contents(shop.store)
        simulated: object
        try:
            simulated, changes = shop.rewards.simulate(command)
        except (Refused, Misuse) as error:
            simulated, changes = error, None
        everything(shop)
        shop.rewards.statement(command.scope)
        assert contents(shop.store) == before
        outcome = shop.rewards.do_all([command])[0]
        assert repr(outcome) == repr(simulated)
        if changes is None:
            assert contents(shop.store) == before
            continue
        other = MemoryStore()
        for name, value in before.items():
            setattr(other, name, value)
        other.save(changes)
        assert contents(other) == contents(shop.store)


# the calendar


@given(programmes(), histories(), st.lists(st.booleans(), min_size=40, max_size=40))
def test_sweeping_changes_no_answer(
    programme: Programme, history: History, sweeps: list[bool]
) -> None:
    """I6: With the sweep run always, sometimes or never; and it can be repeated."""
    made = commands(history)
    never, always, sometimes = Shop(programme), Shop(programme), Shop(programme)
    answers: list[list[str]] = []
    for shop, wanted in (
        (never, [False] * len(made)),
        (always, [True] * len(made)),
        (sometimes, sweeps),
    ):
        answer: list[str] = []
        at = START
        for command, is_swept in zip(made, wanted, strict=False):
            at = when(command)
            if is_swept:
                shop.rewards.lapse_due(at, limit=2)
            if type(command).__name__ != "Lapse":
                answer += play(shop, [command])
            if is_swept:
                shop.rewards.lapse_due(at, limit=1)
        answers.append(answer)
    assert answers[0] == answers[1] == answers[2]
    assert everything(never) == everything(always) == everything(sometimes)
    for shop in (never, always, sometimes):
        shop.rewards.lapse_due(END)
    assert told(never) == told(always) == told(sometimes)


@given(programmes(), histories(), st.integers(0, 240))
def test_a_balance_in_the_past_is_what_it_was_then(
    programme: Programme, history: History, hours: int
) -> None:
    """I3: Whatever happened since; asked at that instant it was the same."""
    at = START + timedelta(hours=hours)
    shop = Shop(programme)
    made = known(commands(history))
    earlier = [command for command in made if when(command) <= at]
    play(shop, earlier)
    then = {name: shop.balance(by=name, at=at) for name in MEMBERS}
    play(shop, made[len(earlier) :])
    assert {name: shop.balance(by=name, at=at) for name in MEMBERS} == then


# the same inputs


@given(programmes(), histories(backwards=True))
def test_the_same_inputs_give_the_same_output(programme: Programme, history: History) -> None:
    """I20: Equal journals, equal as plain text, and the same digests of requests."""
    one, other = Shop(programme), Shop(from_toml(to_toml(programme)))
    assert play(one, commands(history)) == play(other, commands(history))
    assert journals(one) == journals(other)
    for entries in journals(one).values():
        text = ascii([canonical(tuple(entry)) for entry in entries])
        again = ascii([canonical(tuple(entry)) for entry in fold_again(entries)])
        assert text == again
        assert text.isascii()
    for command, same in zip(known(commands(history)), known(commands(history)), strict=True):
        assert command == same
        assert command.content().digest() == same.content().digest()


def fold_again(entries: Sequence[Any]) -> list[Any]:
    """Make entries again, part by part."""
    return [type(entry)(*entry) for entry in entries]


@given(programmes())
def test_a_rule_book_reads_back_equal(programme: Programme) -> None:
    """I20: With the same digest, and written again to the letter."""
    text = to_toml(programme)
    again = from_toml(text)
    assert again == programme
    assert (again.digest, again.recipe, again.validity) == (
        programme.digest,
        programme.recipe,
        programme.validity,
    )
    assert to_toml(again) == text


# reversals


@given(st.permutations(range(4)), st.integers(0, 9), st.integers(0, 9))
def test_reversals_commute(turn: list[int], first: int, second: int) -> None:
    """B6: Two orders returned and two burns undone, in any order, leave the same balance."""
    shop = Shop(REWARD_MI)
    at = ist("2017-07-01")
    shop.all(join(at=at), bring(50, at=at), deliver("o1", 100, at=at), deliver("o2", 200, at=at))
    shop.all(burn(70 - first, at=at, request="b1"), burn(10 + first - second, at=at, request="b2"))
    reversals: list[Command[Any]] = [
        give_back("o1", at=at),
        give_back("o2", at=at),
        reinstating("b1"),
        reinstating("b2"),
    ]
    shop.all(*(reversals[number] for number in turn))
    balance = shop.balance(at=at)
    assert (balance.available, balance.owed) == (50, 0)
    assert check_journal(shop.entries()) == ()
    burns = shop.store.load(Needs((burn_key("asha", "b1"), burn_key("asha", "b2")))).aggregates
    assert all(isinstance(it, Burn) and it.tokens == 0 for it in burns.values())


def reinstating(burn_id: str) -> Command[Any]:
    """Undo a burn."""
    return reinstate(burn_id, at=ist("2017-07-01"), request=f"undo-{burn_id}")
