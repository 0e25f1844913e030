"""Rewards and their vouchers: stocked, redeemed, issued, used, kept in order."""
