"""The log of statements, without their parameters: those name members."""

import logging
from typing import Final

LOG: Final = logging.getLogger("mi_rewards.sql")
"""Statements at level DEBUG."""
