"""The lean kernel: a replay over typed columns, equal to the replay through commands.

1. What is common has a path of its own, in whole numbers and dictionaries: joining, deliveries and
   returns by an amount, redemptions and burns. Each is specialised on the programme that it reads.
2. All else is decided by the commands themselves, on values made of what the kernel keeps of the
   member; what they book is taken back in.
3. What the common path cannot do exactly it leaves to the commands: its guards are the ways out.
4. What concerns more than a member's own rows, such as campaigns, it does not know: `why_not`.
"""

from mi_rewards.modelling._kernel.kernel import replay_batches
from mi_rewards.modelling._kernel.known import NotKnown, why_not

__all__ = ["NotKnown", "replay_batches", "why_not"]
