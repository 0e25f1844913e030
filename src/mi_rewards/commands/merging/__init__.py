"""Merging: a member goes on as another."""
