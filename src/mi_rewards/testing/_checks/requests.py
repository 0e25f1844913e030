"""Requests carried out through the store: whole lives, retries, simulation, reads, batches."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from mi_rewards.commands import BurnTokens, Command, Deliver, Join, Open, Transfer, follow_up
from mi_rewards.errors import Refused, RequestReused
from mi_rewards.repositories import Needs, ReceiptKey, wallet_key
from mi_rewards.testing._checks import life, pictures, samples
from mi_rewards.testing._checks.base import Checks
from mi_rewards.testing._checks.due import END
from mi_rewards.testing._checks.marks import Capability, check, expect_equal, expect_raised
from mi_rewards.testing._checks.samples import ASHA, BELA, PROGRAMME, TOKENS, T
from mi_rewards.testing.clients import Client
from mi_rewards.wallet import Account

MEMBERS = (ASHA, BELA, "nobody")
MANY = 500


def burn(tokens: int, request_id: str = "burn", by: str = ASHA) -> BurnTokens:
    """Spend tokens."""
    return BurnTokens(member_id=by, request_id=request_id, at=life.NOON, tokens=tokens)


def lived(client: Client) -> Client:
    """Let a store live through a whole life."""
    life.live(client)
    return client


class RequestChecks(Checks):
    """What commands do on a store."""

    @check(1, 3)
    def test_a_whole_life_leaves_sound_journals(self) -> None:
        """I1, I3: Each journal keeps its promises, and folding it gives the wallet stored."""
        client = lived(self.client())
        life.expect_sound(client, MEMBERS)
        numbers = [it.sequence for it in life.entries_of(client, ASHA)]
        expect_equal(numbers, list(range(1, 21)), "the numbers of entries")

    @check(1)
    def test_tokens_add_up_over_the_programme(self) -> None:
        """I1: Everything issued is somewhere, and transfers cancel out."""
        client = lived(self.client())
        totals = dict.fromkeys(Account, 0)
        for by in MEMBERS:
            for entry in life.entries_of(client, by):
                for posting in entry.postings:
                    totals[posting.account] += posting.amount
        expect_equal(sum(totals.values()), 0, "all postings together")
        expect_equal(totals[Account.TRANSFERRED], 0, "what was transferred")
        balances = [client.rewards(PROGRAMME).balance(by, at=END) for by in MEMBERS]
        expect_equal(sum(it.promised for it in balances), 0, "what is promised")
        expect_equal(-totals[Account.ISSUED], 230, "what was issued")

    @check(6)
    def test_a_life_comes_to_the_same_swept_or_not(self) -> None:
        """I6: Balances after the last sweep are those without it."""
        client = lived(self.client())
        rewards = client.rewards(PROGRAMME)
        days = [END + timedelta(days=number) for number in (-100, 0, 400, 500)]
        before = [rewards.balance(by, at=at) for by in MEMBERS for at in days]
        rewards.lapse_due(END + timedelta(days=500))
        after = [rewards.balance(by, at=at) for by in MEMBERS for at in days]
        expect_equal(after, before, "balances after a sweep")
        life.expect_sound(client, MEMBERS)

    @check(8)
    def test_every_command_is_carried_out_once(self) -> None:
        """I8: Asked again, by whomever and whenever, it has the same outcome and no effect."""
        client = self.client()
        rewards = client.rewards(PROGRAMME)
        for name, maker in life.COMMANDS.items():
            by = f"m-{name}"
            if name != "join":
                rewards.do_all(life.prepared(by))
            command = maker(by, "r", life.NOON)
            outcome = rewards.do(command)
            key = wallet_key(by, TOKENS)
            before = client.load(Needs((key,))).get(key), life.entries_of(client, by)
            later = maker(by, "r", life.NOON + life.HOUR)
            for again in (command, later):
                expect_equal(rewards.do(again), outcome, f"{name}, asked again")
                expect_equal(rewards.simulate(again), (outcome, None), f"{name}, simulated again")
            after = client.load(Needs((key,))).get(key), life.entries_of(client, by)
            expect_equal(after, before, f"the wallet and the journal after {name}, asked again")

    @check(8)
    def test_a_lost_acknowledgement_is_no_second_effect(self) -> None:
        """I8: What was saved before the answer was lost is found by whoever asks again."""
        client = self.client()
        rewards = client.rewards(PROGRAMME)
        rewards.do_all(life.prepared(ASHA))
        lost = life.decided(client, burn(40))
        changes: Any = lost.changes
        client.save(changes)
        expect_equal(rewards.do(burn(40)), lost.outcomes[0], "the outcome, asked again")
        expect_equal(rewards.balance(ASHA, at=life.NOON).available, 120, "what is left")

    @check(8)
    def test_a_request_that_was_never_saved_is_carried_out_later(self) -> None:
        """I8: A client that ends between deciding and saving has left no receipt."""
        client = self.client()
        rewards = client.rewards(PROGRAMME)
        rewards.do_all(life.prepared(ASHA))
        life.decided(client, burn(40))
        receipt = ReceiptKey(ASHA, "burn")
        found = client.load(Needs(receipts=(receipt,))).receipts[receipt]
        expect_equal(found, None, "the receipt of what was not saved")
        expect_equal(rewards.do(burn(40)).tokens, 40, "what is burned then")

    @check(8)
    def test_a_request_id_names_one_request(self) -> None:
        """I8: Other content under the same name is `RequestReused`, and has no effect."""
        client = self.client()
        rewards = client.rewards(PROGRAMME)
        rewards.do_all(life.prepared(ASHA))
        rewards.do(burn(40))
        entries = life.entries_of(client, ASHA)
        for other in (burn(41), Join(member_id=ASHA, request_id="burn", at=life.NOON)):
            command: Command[Any] = other
            expect_raised(RequestReused, "a request id used again", rewards.do, command)
        expect_equal(life.entries_of(client, ASHA), entries, "the journal")

    @check(8)
    def test_a_refusal_leaves_no_receipt(self) -> None:
        """I8: It may be granted later, under the same name."""
        client = self.client()
        rewards = client.rewards(PROGRAMME)
        rows = self.rows(client)
        expect_raised(Refused, "a burn of nothing", rewards.do, burn(40))
        expect_equal(self.rows(client), rows, "the rows after a refusal")
        rewards.do_all(life.prepared(ASHA))
        expect_equal(rewards.do(burn(40)).tokens, 40, "what is burned when it is granted")

    @check(1, 8)
    def test_an_event_is_followed_once(self) -> None:
        """I1, I8: However often it is read, the tokens arrive once."""
        client = self.client()
        rewards = client.rewards(PROGRAMME)
        for by in (ASHA, BELA):
            rewards.do_all(life.prepared(by))
        gift = Transfer(
            member_id=ASHA, request_id="gift", at=life.NOON, to_member_id=BELA, tokens=9
        )
        rewards.do(gift)
        for _ in range(3):
            for event in (*life.events_of(client, ASHA), *life.events_of(client, BELA)):
                command = follow_up(event)
                if command is not None:
                    rewards.do(command)
        balances = [rewards.balance(by, at=life.NOON).available for by in (ASHA, BELA)]
        expect_equal(balances, [151, 169], "what both have")
        topics = [it.topic for it in life.events_of(client, BELA)]
        expect_equal(topics, ["tokens_taken"], "what the taker's outbox says")

    @check(18)
    def test_simulating_is_doing_without_saving(self) -> None:
        """I18: The same outcome and the same changes, and nothing is there afterwards."""
        client = self.client()
        rewards = client.rewards(PROGRAMME)
        for name, maker in life.COMMANDS.items():
            by = f"m-{name}"
            if name != "join":
                rewards.do_all(life.prepared(by))
            command = maker(by, "r", life.NOON)
            outcome, changes = rewards.simulate(command)
            again = rewards.simulate(command)
            expect_equal(again, (outcome, changes), f"{name}, simulated again")
            receipt = ReceiptKey(command.scope, command.request_id)
            found = client.load(Needs(receipts=(receipt,))).receipts[receipt]
            expect_equal(found, None, f"the receipt after simulating {name}")
            expect_equal(rewards.do(command), outcome, f"{name}, done after it was simulated")

    @check(18, needs=[Capability.RAW_ROWS])
    def test_reads_write_nothing(self) -> None:
        """I18: Neither a load, a balance, a statement, a simulation nor the reasons against."""
        client = lived(self.client())
        rewards = client.rewards(PROGRAMME)
        rows = self.rows(client)
        needs = pictures.needs_of(samples.everything(kinds=self.kinds))
        reads: dict[str, Callable[[], object]] = {
            "a load": lambda: client.load(needs),
            "a balance": lambda: rewards.balance(ASHA, at=END + timedelta(days=900)),
            "a balance in the past": lambda: rewards.balance(ASHA, at=T),
            "a balance of nobody": lambda: rewards.balance("nobody at all", at=END),
            "a statement": lambda: rewards.statement(ASHA),
            "a simulation": lambda: rewards.simulate(burn(1, "simulated")),
            "the reasons against": lambda: rewards.reasons_against(burn(10**9, "refused")),
        }
        for what, read in reads.items():
            read()
            expect_equal(self.rows(client), rows, f"the rows after {what}")

    @check(20)
    def test_a_batch_comes_to_what_single_commands_do(self) -> None:
        """I20: The same outcomes, entry by entry and event by event the same."""
        single, batch = self.client(), self.client()
        commands = [it for it in life.life() if not isinstance(it, str)]
        one_by_one = [single.rewards(PROGRAMME).do_all([it])[0] for it in commands]
        expect_equal(batch.rewards(PROGRAMME).do_all(commands), one_by_one, "the outcomes")
        for by in (ASHA, BELA):
            expect_equal(
                life.entries_of(batch, by), life.entries_of(single, by), f"the journal of {by}"
            )
            expect_equal(
                list(life.events_of(batch, by)), list(life.events_of(single, by)), "the outbox"
            )

    @check(3, 8)
    def test_a_batch_of_many_members_skips_none(self) -> None:
        """I3, I8: Five hundred in one save, and again in a second; each row, entry and receipt."""
        client = self.client()
        rewards = client.rewards(PROGRAMME)
        members = [f"m{number}" for number in range(MANY)]
        names: list[dict[str, Any]] = [{"member_id": by, "at": T} for by in members]
        first: list[Command[Any]] = [
            Open(**it, request_id="open", tokens=10 + number, last_day=samples.END_OF_2018)
            for number, it in enumerate(names)
        ]
        second: list[Command[Any]] = [
            Deliver(**it, request_id="deliver", order_id="o", amount=life.rupees(10))
            for it in names
        ]
        for commands in ([*first, *(Join(**it, request_id="join") for it in names)], second):
            refused = [it for it in rewards.do_all(commands) if isinstance(it, Exception)]
            expect_equal(refused, [], "what was refused")
        keys = tuple(wallet_key(by, TOKENS) for by in members)
        wallets = client.load(Needs(keys)).get_all(keys)
        found = [None if it is None else (it.available, it.version) for it in wallets]
        expect_equal(found, [(61 + number, 2) for number in range(MANY)], "wallets and versions")
        receipts = tuple(
            ReceiptKey(by, name) for by in members for name in ("open", "join", "deliver")
        )
        there = client.load(Needs(receipts=receipts)).receipts
        expect_equal([key for key in receipts if there[key] is None], [], "missing receipts")
        pages = tuple(samples.journal_page(by) for by in members)
        journals = client.load(Needs(pages=pages)).pages
        expect_equal([len(journals[it]) for it in pages], [3] * MANY, "the lengths of journals")
        expect_equal(rewards.do_all(second), rewards.do_all(second), "the batch, asked again")
