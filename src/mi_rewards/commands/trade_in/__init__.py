"""Commands on old devices: price books, quotes, exchanges."""
