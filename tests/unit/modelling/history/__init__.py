"""Histories as batches."""
