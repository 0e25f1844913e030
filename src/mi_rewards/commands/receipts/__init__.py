"""Receipts, as dictionaries and as texts."""
