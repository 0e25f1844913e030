"""Pre-orders: placed, changed, handed over, ended."""
