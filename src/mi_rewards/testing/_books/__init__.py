"""A programme as books of single units and single coins: slow, obvious, in another style."""
