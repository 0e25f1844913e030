"""Why a database could not go on, in one line for people."""

from sqlalchemy.exc import DBAPIError, SQLAlchemyError


def reason_of(fault: Exception) -> str | None:
    """Say in one line why a database could not go on.

    Args:
        fault: What came out of a store.

    Returns:
        What the driver or SQLAlchemy said, without statements and parameters; `None` where it was
        neither of them.
    """
    if not isinstance(fault, SQLAlchemyError):
        return None
    said = fault.orig if isinstance(fault, DBAPIError) else fault.args[0]
    return " ".join(str(said).split())
