"""Draws: announced, entered, run."""
