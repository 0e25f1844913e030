"""Joining, and what was bought before."""
