"""Two clients at once: load, load, save, save."""

from typing import Any

from mi_rewards.commands import Batch, BurnTokens, Command, Join
from mi_rewards.errors import Conflict, Refused
from mi_rewards.repositories import Changes, Needs, ReceiptKey
from mi_rewards.testing._checks import life
from mi_rewards.testing._checks.base import Checks
from mi_rewards.testing._checks.marks import check, expect_equal, expect_raised
from mi_rewards.testing._checks.samples import PROGRAMME
from mi_rewards.testing.clients import Client


def meet(one: Changes, two: Changes) -> bool:
    """Whether two saves touch the same row or record."""
    rows = {put.key for put in one.puts} & {put.key for put in two.puts}
    receipts = {it.key for it in one.receipts} & {it.key for it in two.receipts}
    return bool(rows or receipts)


def receipt_of(client: Client, command: Command[Any]) -> object:
    """Look up what a request came to; `None` where it has no receipt."""
    key = ReceiptKey(command.scope, command.request_id)
    found = client.load(Needs(receipts=(key,))).receipts[key]
    return None if found is None else found.outcome


class RaceChecks(Checks):
    """Of two writers on one version exactly one wins."""

    def _race(self, client: Client, one: Command[Any], two: Command[Any]) -> None:
        """Let two clients decide on the same state, and both save; the loser tries again."""
        first, second = life.decided(client, one), life.decided(client, two)
        changes: tuple[Any, Any] = first.changes, second.changes
        client.save(changes[0])
        what = f"{type(two).__name__} after {type(one).__name__} on the same state"
        expect_raised(Conflict, what, client.save, changes[1])
        self._try_again(client, two, second, what)
        expect_equal(receipt_of(client, one), first.outcomes[0], f"the winner's receipt, {what}")

    def _try_again(
        self, client: Client, command: Command[Any], lost: Batch[Any], what: str
    ) -> None:
        """See that a loser left no receipt, and comes to an answer of its own."""
        expect_equal(receipt_of(client, command), None, f"the loser's receipt, {what}")
        answer = client.rewards(PROGRAMME).do_all([command])[0]
        expected = None if isinstance(answer, Refused) else answer
        expect_equal(receipt_of(client, command), expected, f"the receipt afterwards, {what}")
        expect_equal(lost.repeated, 0, "how often the loser was answered from a receipt")

    def _race_each(self, first: str) -> None:
        """Race one kind of command with every other, each pair on a member of its own."""
        client = self.client()
        members = {name: f"{first}-{name}" for name in life.COMMANDS if name != "join"}
        history = [command for by in members.values() for command in life.prepared(by)]
        client.rewards(PROGRAMME).do_all(history)
        for name, by in members.items():
            one = life.COMMANDS[first](by, "r1", life.NOON)
            two = life.COMMANDS[name](by, "r2", life.NOON)
            self._race(client, one, two)
        life.expect_sound(client, members.values())

    @check(11)
    def test_two_who_join_at_once(self) -> None:
        """I11: The second is told that the member has joined; the welcome is there once."""
        client = self.client()
        one, two = (Join(member_id="asha", request_id=name, at=life.NOON) for name in ("j1", "j2"))
        self._race(client, one, two)
        expect_equal(receipt_of(client, two), None, "the second receipt")
        available = client.rewards(PROGRAMME).balance("asha", at=life.NOON).available
        expect_equal(available, 50, "the welcome")
        life.expect_sound(client, ["asha"])

    @check(8)
    def test_the_same_request_twice_at_once(self) -> None:
        """I8: For each command: one is carried out, and the other finds its receipt."""
        client = self.client()
        rewards = client.rewards(PROGRAMME)
        for name, maker in life.COMMANDS.items():
            by = f"m-{name}"
            if name != "join":
                rewards.do_all(life.prepared(by))
            command = maker(by, "r", life.NOON)
            first, second = life.decided(client, command), life.decided(client, command)
            changes: tuple[Any, Any] = first.changes, second.changes
            client.save(changes[0])
            what = f"{name}, saved twice"
            expect_raised(Conflict, what, client.save, changes[1])
            expect_equal(rewards.do(command), first.outcomes[0], f"{name}, asked again")
            life.expect_sound(client, [by])

    @check(11, 13)
    def test_two_who_spend_the_same_tokens(self) -> None:
        """I11, I13: C2: Of two burns of all there is, one is refused in the end."""
        client = self.client()
        rewards = client.rewards(PROGRAMME)
        rewards.do_all(life.prepared("asha"))
        one, two = (
            BurnTokens(member_id="asha", request_id=name, at=life.NOON, tokens=100)
            for name in ("b2", "b3")
        )
        self._race(client, one, two)
        expect_equal(receipt_of(client, two), None, "the second burn's receipt")
        expect_equal(rewards.balance("asha", at=life.NOON).available, 60, "what is left")


def _racing(name: str) -> Any:
    """Make the check that races one kind of command with every other."""

    def body(self: RaceChecks) -> None:
        self._race_each(name)

    body.__name__ = f"test_{name.replace(' ', '_')}_races_every_other_command"
    body.__qualname__ = f"RaceChecks.{body.__name__}"
    body.__doc__ = f"I11: `{name}` saved first, on what both had loaded; the loser tries again."
    return check(11)(body)


for _name in life.COMMANDS:
    if _name != "join":
        _method = _racing(_name)
        setattr(RaceChecks, _method.__name__, _method)
