"""Members: leaving, blocked, erased, and all that they have."""
