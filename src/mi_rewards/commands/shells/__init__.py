"""The shells that carry commands out on a store, for sync and async hosts."""
