"""Erasing: what is personal of a member goes, wherever it is."""
