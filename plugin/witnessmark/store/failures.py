"""A database's error as one sentence for people. Never SQL, parameters or the driver's words."""

from __future__ import annotations

from sqlalchemy.exc import DBAPIError, IntegrityError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from witnessmark.errors import StoreError

_BUSY = (
    "The store is busy: someone else has been writing to it for too long. "
    "Try again, or end the other command that uses it."
)
_SQLITE = {
    "SQLITE_FULL": "The disk is full. Free some space and try again.",
    "SQLITE_IOERR": (
        "The disk is full or fails: the store could not be written or read. "
        "Free some space, check the disk, and try again."
    ),
    "SQLITE_BUSY": _BUSY,
    "SQLITE_LOCKED": _BUSY,
    "SQLITE_NOTADB": (
        "The file is not a Witnessmark store (or is encrypted). Check the path that was given."
    ),
    "SQLITE_CORRUPT": "The store's file is damaged. Put back the last backup.",
    "SQLITE_CANTOPEN": "The store's file cannot be opened. Check that its directory exists.",
    "SQLITE_READONLY": "The store's file may not be written. Check who owns it and its directory.",
    "SQLITE_PERM": "The store's file may not be opened. Check who owns it and its directory.",
}
_CONTRADICTS = (
    "The store refuses the change: the same thing is there already, or a thing it refers to is "
    "missing. Check the identifiers."
)
_UNKNOWN = "The store could not do it. Run `witnessmark doctor`."
_KEPT = " Nothing was kept of this change."


def store_error(error: SQLAlchemyError) -> StoreError:
    """Return the StoreError that tells what happened and what mends it."""
    return StoreError(_sentence(error) + _KEPT)


def _sentence(error: SQLAlchemyError) -> str:
    if isinstance(error, PoolTimeoutError):
        return _BUSY
    if isinstance(error, IntegrityError):
        return _CONTRADICTS
    if isinstance(error, DBAPIError):
        name = getattr(error.orig, "sqlite_errorname", "")
        return next((text for key, text in _SQLITE.items() if name.startswith(key)), _UNKNOWN)
    return _UNKNOWN
