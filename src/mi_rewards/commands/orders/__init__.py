"""Orders: placed, delivered, returned, cancelled, and what follows from them."""
