"""A wallet's arithmetic on integers and dictionaries: the same checks, no records.

1. Every step first settles what is due, draws the bucket that lapses first, refuses what is not
   there, and makes good what is owed before anything is available.
2. An instant is a number of seconds; a bucket's key is the instant at which it lapses. So there
   are no days and no zone here, nor entries, reasons, requests or older values.
"""

MAX = 2**63 - 1


class Bare:
    """A wallet that changes in place."""

    def __init__(self) -> None:
        self.buckets: dict[int, int] = {}
        self.holds: dict[str, tuple[int, dict[int, int]]] = {}
        self.owed = self.at = 0
        self.issued = self.redeemed = self.lapsed = self.clawed_back = 0

    def settle(self, at: int) -> None:
        """Book what is due; time never goes back."""
        if at < self.at:
            at = self.at
        self.at = at
        if self.buckets and min(self.buckets) <= at:
            for ends_at in [it for it in self.buckets if it <= at]:
                self.lapsed += self.buckets.pop(ends_at)
        if self.holds:
            for hold_id in [it for it, (until, _) in self.holds.items() if until <= at]:
                self.take_in(self.holds.pop(hold_id)[1])

    def take_in(self, parts: dict[int, int]) -> None:
        """Take tokens in: what has lapsed lapses, what is owed is made good."""
        buckets, at = self.buckets, self.at
        for ends_at, tokens in parts.items():
            if ends_at <= at:
                self.lapsed += tokens
                continue
            good = min(self.owed, tokens) if self.owed else 0
            self.owed -= good
            if tokens > good:
                buckets[ends_at] = buckets.get(ends_at, 0) + tokens - good

    def draw(self, tokens: int) -> dict[int, int]:
        """Draw tokens, the bucket that lapses first before the others."""
        if not 0 < tokens <= MAX:
            raise ValueError(tokens)
        buckets = self.buckets
        if self.owed or tokens > sum(buckets.values()):
            raise ValueError(tokens)
        drawn = {}
        for ends_at in sorted(buckets):
            part = min(buckets[ends_at], tokens)
            drawn[ends_at] = part
            self.take_off(ends_at, part)
            tokens -= part
            if not tokens:
                break
        return drawn

    def take_off(self, ends_at: int, tokens: int) -> None:
        """Take tokens off a bucket; an empty one is none."""
        left = self.buckets[ends_at] - tokens
        if left:
            self.buckets[ends_at] = left
        else:
            del self.buckets[ends_at]

    def earn(self, tokens: int, ends_at: int, at: int) -> None:
        """Issue tokens."""
        if not 0 < tokens <= MAX or self.issued + tokens > MAX:
            raise ValueError(tokens)
        self.settle(at)
        self.issued += tokens
        if self.owed or ends_at <= self.at:
            self.take_in({ends_at: tokens})
        else:
            self.buckets[ends_at] = self.buckets.get(ends_at, 0) + tokens

    def burn(self, tokens: int, at: int) -> dict[int, int]:
        """Spend tokens."""
        self.settle(at)
        drawn = self.draw(tokens)
        self.redeemed += tokens
        return drawn

    def hold(self, tokens: int, until: int, hold_id: str, at: int) -> None:
        """Set tokens aside."""
        self.settle(at)
        if until <= self.at or hold_id in self.holds:
            raise ValueError(hold_id)
        self.holds[hold_id] = until, self.draw(tokens)

    def capture(self, hold_id: str, at: int) -> dict[int, int]:
        """Spend what a hold set aside."""
        self.settle(at)
        _, drawn = self.holds.pop(hold_id)
        self.redeemed += sum(drawn.values())
        return drawn

    def release(self, hold_id: str, at: int) -> None:
        """Give back what a hold set aside."""
        self.settle(at)
        _, drawn = self.holds.pop(hold_id)
        self.take_in(drawn)

    def claw_back(self, tokens: int, ends_at: int, at: int) -> None:
        """Take back what a purchase earned: its own bucket first, the rest is owed."""
        if not 0 < tokens <= MAX:
            raise ValueError(tokens)
        self.settle(at)
        if ends_at <= self.at:
            return
        self.clawed_back += tokens
        part = min(self.buckets.get(ends_at, 0), tokens)
        if part:
            self.take_off(ends_at, part)
            tokens -= part
        for bucket in sorted(self.buckets) if tokens else ():
            part = min(self.buckets[bucket], tokens)
            self.take_off(bucket, part)
            tokens -= part
            if not tokens:
                break
        self.owed += tokens
