"""Members who go on as others, and notes that are erased."""

from datetime import timedelta

from mi_rewards.commands import Erase, MergeAway, follow_up
from mi_rewards.errors import Conflict
from mi_rewards.repositories import Changes, Needs, wallet_key
from mi_rewards.testing._checks import life, samples
from mi_rewards.testing._checks.base import Checks
from mi_rewards.testing._checks.marks import check, expect_equal, expect_raised
from mi_rewards.testing._checks.samples import ASHA, BELA, PROGRAMME, TOKENS
from mi_rewards.testing.clients import Client


def noted(client: Client, *requests: str, by: str = ASHA) -> list[str]:
    """Tell for which requests there are notes, by what becomes of the same once more.

    A store has no way to read notes; where there is none yet, there is one afterwards.
    """
    found = []
    for request_id in requests:
        try:
            client.save(Changes(notes=(samples.note(request_id, by),)))
        except Conflict:
            found.append(request_id)
    return found


class MembershipChecks(Checks):
    """What commands on memberships ask of a store, beside what all commands do."""

    @check(1, 8, 12, since=3)
    def test_a_member_goes_on_as_another(self) -> None:
        """I1, I8, I12: Tokens and places go over once; under the old name nothing is left."""
        client = self.client()
        rewards = client.rewards(PROGRAMME)
        for by in (ASHA, BELA):
            rewards.do_all(life.prepared(by))
        key = wallet_key(ASHA, TOKENS)
        found = client.load(Needs((key,))).get(key)
        until = max([it.until for it in found.holds], default=life.NOON) if found else life.NOON
        merge = MergeAway(
            member_id=ASHA, request_id="merge", at=until + timedelta(hours=1), into=BELA
        )
        before = sum(rewards.balance(by, at=merge.at).available for by in (ASHA, BELA))
        rewards.do(merge)
        for _ in range(2):
            for event in (*life.events_of(client, ASHA), *life.events_of(client, BELA)):
                command = follow_up(event)
                if command is not None:
                    rewards.do(command)
        after = [rewards.balance(by, at=merge.at).available for by in (ASHA, BELA)]
        expect_equal(after, [0, before], "what both have")
        stored = client.load(Needs((key,))).get(key)
        expect_equal(stored.blocked if stored else "", "merged", "why the wallet is blocked")
        life.expect_sound(client, (ASHA, BELA))

    @check(12, since=3)
    def test_notes_that_are_erased_are_gone(self) -> None:
        """I12: All of one member's, and nobody else's; what comes with it is there."""
        client = self.client()
        notes = (samples.note("r1"), samples.note("r2"), samples.note("r1", BELA))
        client.save(Changes(notes=notes))
        client.save(Changes(notes=(samples.note("r3"),), erased=(ASHA, "nobody at all")))
        expect_equal(noted(client, "r1", by=BELA), ["r1"], "the notes of somebody else")
        expect_equal(noted(client, "r1", "r2", "r3"), ["r3"], "the notes that are left")

    @check(12, since=3)
    def test_several_members_are_erased_at_once(self) -> None:
        """I12: One save is for all of them."""
        client = self.client()
        names = [f"m{number}" for number in range(5)]
        client.save(Changes(notes=tuple([samples.note("r1", by) for by in names])))
        client.save(Changes(erased=tuple(names[1:])))
        left = [by for by in names if noted(client, "r1", by=by)]
        expect_equal(left, names[:1], "whose notes are left")

    @check(11, since=3)
    def test_a_save_that_loses_erases_nothing(self) -> None:
        """I11: It is all of a save, or nothing."""
        client = self.client()
        client.save(Changes(notes=(samples.note("r1"),), receipts=(samples.receipt("r1"),)))
        lost = Changes(receipts=(samples.receipt("r1"),), erased=(ASHA,))
        expect_raised(Conflict, "a receipt that is there", client.save, lost)
        expect_equal(noted(client, "r1"), ["r1"], "the notes that are left")

    @check(8, 12, since=3)
    def test_a_member_is_erased_by_a_command(self) -> None:
        """I8, I12: Once, whatever is asked again; tokens stay."""
        client = self.client()
        rewards = client.rewards(PROGRAMME)
        rewards.do_all(life.prepared(ASHA))
        client.save(Changes(notes=(samples.note("r1"),)))
        before = rewards.balance(ASHA, at=life.NOON)
        erase = Erase(member_id=ASHA, request_id="erase", at=life.NOON)
        rewards.do(erase)
        client.save(Changes(notes=(samples.note("r2"),)))
        rewards.do(erase)
        expect_equal(noted(client, "r1", "r2"), ["r2"], "the notes that are left")
        expect_equal(rewards.balance(ASHA, at=life.NOON), before, "the balance")
