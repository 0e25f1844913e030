"""Event logs: their lines, the commands that these are, and what a replay of them comes to."""
