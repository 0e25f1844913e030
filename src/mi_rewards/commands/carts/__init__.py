"""Carts: quoted, placed as orders, paid, refunded."""
