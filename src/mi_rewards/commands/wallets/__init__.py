"""Tokens in a wallet: held, burned, moved, passed on, lapsed."""
