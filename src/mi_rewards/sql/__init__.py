"""A complete host on SQLAlchemy: SQLite and PostgreSQL, sync and async (extra `sql`)."""

from mi_rewards._lazy import lazily

_HOMES = {
    "AsyncSqlStore": "mi_rewards.sql.async_store",
    "DriverConnection": "mi_rewards.sql._on",
    "SqlStore": "mi_rewards.sql.store",
    "Tables": "mi_rewards.sql.tables",
    "joined_driver": "mi_rewards.sql._on",
    "open_async_engine": "mi_rewards.sql.engines",
    "open_engine": "mi_rewards.sql.engines",
    "open_store": "mi_rewards.sql.engines",
    "safe_sqlite": "mi_rewards.sql.engines",
}

__all__ = [
    "AsyncSqlStore",
    "DriverConnection",
    "SqlStore",
    "Tables",
    "joined_driver",
    "open_async_engine",
    "open_engine",
    "open_store",
    "safe_sqlite",
]

__getattr__, __dir__ = lazily(__name__, _HOMES)
