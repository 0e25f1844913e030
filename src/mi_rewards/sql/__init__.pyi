from mi_rewards.sql._on import DriverConnection, joined_driver
from mi_rewards.sql.async_store import AsyncSqlStore
from mi_rewards.sql.engines import open_async_engine, open_engine, open_store, safe_sqlite
from mi_rewards.sql.store import SqlStore
from mi_rewards.sql.tables import Tables

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
