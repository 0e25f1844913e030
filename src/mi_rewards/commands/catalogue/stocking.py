"""Stocking the catalogue: rewards, and pools of codes that a partner gave.

Both concern no member: a request's id is unique within the reward, or the pool.
"""

from datetime import datetime

import attrs

from mi_rewards.calendar import utc
from mi_rewards.catalogue.code_entries import CodeEntry, PooledCode
from mi_rewards.catalogue.codes import SealedCode
from mi_rewards.catalogue.rewards import Reward
from mi_rewards.commands.catalogue.issuing import DRAWN, IMPORTED, check_code, pool_counter
from mi_rewards.commands.catalogue.outcomes import Imported, Published
from mi_rewards.commands.command import Decision, not_a_text
from mi_rewards.errors import Misuse
from mi_rewards.money import TOKENS_MAX
from mi_rewards.programme import Programme
from mi_rewards.repositories.exchange import Loaded, Needs, Put
from mi_rewards.repositories.keys import code_key, pooled_code_key, reward_key
from mi_rewards.repositories.records import Content, Take


@attrs.frozen(order=False, kw_only=True, slots=False)
class PublishReward:
    """Put a reward into the catalogue, or another state of it in its place.

    Attributes:
        reward: The reward; its version is the one that it replaces, 0 for none.
        request_id: The caller's name for this request, unique within the reward.
        at: The instant, with an offset; kept in UTC.
    """

    reward: Reward
    request_id: str
    at: datetime = attrs.field(converter=utc)

    def __attrs_post_init__(self) -> None:
        """Check the reward and the name."""
        if type(self.reward) is not Reward:
            raise Misuse(f"a reward is a Reward, not {self.reward!r:.60}")
        if type(self.request_id) is not str or not self.request_id:
            raise not_a_text("a request id", self.request_id)

    @property
    def scope(self) -> str:
        """The request id is unique within the reward."""
        return f"reward/{self.reward.reward_id}"

    def content(self) -> Content:
        """Answer with what makes this request the same as another.

        Returns:
            The reward as it is to be.
        """
        return Content(PublishReward, ("reward",), (self.reward,))

    def needs(self, programme: Programme, /) -> Needs:
        """Name the reward.

        Args:
            programme: The rules.

        Returns:
            Its key.
        """
        del programme
        return Needs((reward_key(self.reward.reward_id),))

    def decide(self, loaded: Loaded, programme: Programme, /) -> Decision[Published]:
        """Decide.

        Args:
            loaded: The reward as it stands.
            programme: The rules.

        Returns:
            The version from now on.

        Raises:
            Misuse: An amount is not in the programme's currency.
        """
        reward = self.reward
        programme.check_reward(reward)
        found = loaded.get(reward_key(reward.reward_id))
        version = 0 if found is None else found.version
        if reward.version != version:
            raise Misuse(
                f"reward {reward.reward_id!r} is of version {version}, not {reward.version}"
            )
        outcome = Published(reward.reward_id, version + 1)
        return Decision(outcome, (Put(reward_key(reward.reward_id), reward),))


@attrs.frozen(order=False, kw_only=True, slots=False)
class ImportCodes:
    """Put codes into a pool, from which rewards that name it take theirs in that order.

    Attributes:
        pool_id: The pool.
        codes: The codes, sealed with the key by which they will be looked up.
        request_id: The caller's name for this request, unique within the pool.
        at: The instant, with an offset; kept in UTC.
    """

    pool_id: str
    codes: tuple[SealedCode, ...] = attrs.field(repr=False)
    request_id: str
    at: datetime = attrs.field(converter=utc)

    def __attrs_post_init__(self) -> None:
        """Check the names and the codes."""
        if type(self.pool_id) is not str or not self.pool_id:
            raise not_a_text("a pool's id", self.pool_id)
        if type(self.request_id) is not str or not self.request_id:
            raise not_a_text("a request id", self.request_id)
        if type(self.codes) is not tuple or not self.codes:
            raise Misuse("codes are a tuple of at least one SealedCode")
        for code in self.codes:
            if type(code) is not SealedCode:
                raise Misuse("codes are a tuple of at least one SealedCode")
            check_code(code)
        if len({code.digest for code in self.codes}) < len(self.codes):
            raise Misuse("a code is there twice")

    @property
    def scope(self) -> str:
        """The request id is unique within the pool."""
        return f"pool/{self.pool_id}"

    def content(self) -> Content:
        """Answer with what makes this request the same as another.

        Returns:
            The digests of the codes.
        """
        digests = tuple([code.digest for code in self.codes])
        return Content(ImportCodes, ("pool_id", "codes"), (self.pool_id, digests))

    def needs(self, programme: Programme, /) -> Needs:
        """Name the codes and the pool's counters.

        Args:
            programme: The rules.

        Returns:
            Their keys.
        """
        del programme
        counters = (pool_counter(self.pool_id, IMPORTED), pool_counter(self.pool_id, DRAWN))
        return Needs(tuple([code_key(it.digest) for it in self.codes]), counters=counters)

    def decide(self, loaded: Loaded, programme: Programme, /) -> Decision[Imported]:
        """Decide.

        Args:
            loaded: The codes and the pool's counters.
            programme: The rules.

        Returns:
            How many codes were imported, and how many wait in the pool.

        Raises:
            Misuse: The programme keeps no codes in clear, so that none could be handed out; or a
                code is known already.
        """
        if not programme.keeps_codes:
            raise Misuse("a pool of codes needs a programme that keeps codes in clear")
        keys = [code_key(it.digest) for it in self.codes]
        known = sum(it is not None for it in loaded.get_all(keys))
        if known:
            raise Misuse(f"{known} of the codes are known already")
        imported = loaded.counter(pool_counter(self.pool_id, IMPORTED))
        drawn = loaded.counter(pool_counter(self.pool_id, DRAWN))
        before = 0 if imported is None else imported.used
        puts: list[Put[PooledCode] | Put[CodeEntry]] = []
        for place, (digest, clear) in enumerate(self.codes, start=before + 1):
            key = pooled_code_key(self.pool_id, place)
            puts.append(Put(key, PooledCode(self.pool_id, place, digest, clear)))
            puts.append(Put(code_key(digest), CodeEntry(digest, "", "")))
        count = len(self.codes)
        waiting = before + count - (0 if drawn is None else drawn.used)
        take = Take(pool_counter(self.pool_id, IMPORTED), count, TOKENS_MAX)
        return Decision(Imported(self.pool_id, count, waiting), tuple(puts), takes=(take,))
