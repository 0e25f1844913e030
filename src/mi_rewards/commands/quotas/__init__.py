"""Quotas: opened, made larger or smaller, reviewed, closed."""
