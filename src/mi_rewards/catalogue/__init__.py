"""Catalogue: rewards, their vouchers and codes, redemptions, and what limits them."""
