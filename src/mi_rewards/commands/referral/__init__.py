"""Actions, and inviting friends."""
