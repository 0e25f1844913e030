"""Members: leaving, blocked, and all that they have."""
