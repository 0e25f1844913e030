"""Comparing: one history under several rule books, who gains, who loses, and what it costs."""
