"""The file of a store: a small sqlite database, opened by one process at a time."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from noisytm._checks import path_of
from noisytm._json import dumps, loads
from noisytm._text import clipped, shown
from noisytm._version import __version__
from noisytm.errors import FormatError

# "ntms": what the file says it is, in the header of the database; and the number of the form below.
APPLICATION, FORM = 0x6E746D73, 1
SCHEMA = """
CREATE TABLE search (version TEXT NOT NULL, key TEXT NOT NULL, many INTEGER NOT NULL, round INTEGER NOT NULL);
CREATE TABLE pieces (number INTEGER PRIMARY KEY, place TEXT NOT NULL, bound TEXT NOT NULL);
CREATE TABLE finished (number INTEGER PRIMARY KEY, record TEXT NOT NULL, best TEXT, proof BLOB NOT NULL, seconds REAL);
CREATE TABLE starts (best TEXT NOT NULL);
"""
INTO_STARTS = "INSERT INTO starts VALUES (?)"
SECONDS_TO_WAIT = 0.3
DIGITS = 1_000_000


def opened(path: str | None) -> sqlite3.Connection:
    """Open a store to write to, or one that goes away with this process; a new one has no tables yet.

    Raises
    ------
    FormatError
        If there is something else in the file, it is in use, or it cannot be read and written.
    """
    with errors_of(path):
        database = sqlite3.connect(path or "", timeout=SECONDS_TO_WAIT, isolation_level=None)
        try:
            _require_store(database, path)
            # One process has it: nothing beside the file but what is not yet in it. A commit is in the hands of the
            # system, which a process that is killed does not take along.
            database.execute("PRAGMA locking_mode = EXCLUSIVE")
            database.execute("PRAGMA journal_mode = WAL")
            database.execute("PRAGMA synchronous = NORMAL")
            database.execute("BEGIN IMMEDIATE")
            database.execute("COMMIT")
        except BaseException:
            database.close()
            raise
    return database


def opened_to_read(path: str) -> sqlite3.Connection:
    """Open a store that there is, to read from it only.

    Raises
    ------
    FormatError
        If it is no store, is in use, or cannot be read.
    """
    with errors_of(path):
        if not Path(path).is_file():
            raise FormatError(f"cannot read the store {shown(path)}: there is no such file")
        # What a process that was killed left in the file beside it counts too, and can be read only where a third may
        # be made; without one the file is all there is.
        alone = not os.path.exists(f"{os.path.realpath(path)}-wal")
        place = f"{Path(path).resolve().as_uri()}?{'immutable=1' if alone else 'mode=ro'}"
        database = sqlite3.connect(place, uri=True, timeout=SECONDS_TO_WAIT, isolation_level=None)
        try:
            _require_store(database, path)
            if not has_tables(database):
                raise FormatError(f"the store {shown(path)} is empty; there is nothing to take from it")
        except BaseException:
            database.close()
            raise
    return database


def name_of(path: str | None) -> str:
    """Return what a store is called in messages.

    Examples
    --------
    >>> name_of("detectA.store"), name_of(None)
    ("the store 'detectA.store'", 'the temporary store')
    """
    return "the temporary store" if path is None else f"the store {shown(path)}"


def has_tables(database: sqlite3.Connection) -> bool:
    """Return whether a database is no new one."""
    return bool(database.execute("SELECT count(*) FROM sqlite_master").fetchone()[0])


def made(
    database: sqlite3.Connection,
    key: Mapping[str, Any],
    many: int,
    per_round: int,
    pieces: Sequence[tuple[int, str, str]],
    starts: Sequence[str] = (),
) -> None:
    """Make the tables of a new store, in the place of those there are, all at once or not at all."""
    with transaction(database):
        for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            database.execute(f"DROP TABLE {name}")
        for statement in SCHEMA.split(";"):
            database.execute(statement)
        database.execute("INSERT INTO search VALUES (?, ?, ?, ?)", (__version__, dumps(key), many, per_round))
        database.executemany("INSERT INTO pieces VALUES (?, ?, ?)", pieces)
        database.executemany(INTO_STARTS, [(text,) for text in starts])
        database.execute(f"PRAGMA user_version = {FORM}")
        database.execute(f"PRAGMA application_id = {APPLICATION}")


def key_of(database: sqlite3.Connection, path: str) -> tuple[dict[str, Any], int, int]:
    """Return the key of the search that a store is of, how many pieces were asked for, and how many make a round."""
    key, many, per_round = database.execute("SELECT key, many, round FROM search").fetchone()
    return loads(key, f"the key in {shown(path)}", DIGITS), int(many), int(per_round)


def key_in(path: str | os.PathLike[str]) -> dict[str, Any] | None:
    """Return the key of the search that a store is of, ``None`` if there is no such file or nothing is in it yet.

    Raises
    ------
    FormatError
        If it is no store, is in use, or cannot be read.
    """
    name = path_of(path, "store")
    if not os.path.exists(name) or not os.path.getsize(name):
        return None
    with contextlib.closing(opened_to_read(name)) as database, errors_of(name):
        return key_of(database, name)[0]


@contextlib.contextmanager
def transaction(database: sqlite3.Connection) -> Iterator[None]:
    """Do what stands in the block at once or not at all."""
    database.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        with contextlib.suppress(sqlite3.Error):  # of a full disk: it is rolled back already
            database.execute("ROLLBACK")
        raise
    database.execute("COMMIT")


@contextlib.contextmanager
def errors_of(path: str | None) -> Iterator[None]:
    """Raise what is wrong with a store as `FormatError`."""
    where = name_of(path)
    try:
        yield
    except sqlite3.OperationalError as error:
        if "locked" in str(error):
            raise FormatError(f"{where} is in use by another search; wait for it, or give another file") from None
        if "no such" not in str(error):  # table or column
            raise FormatError(f"cannot read or write {where}: {_reason(path, error)}") from None
        raise _damaged(where, error) from None
    except (sqlite3.DatabaseError, TypeError, ValueError, KeyError, IndexError, ZeroDivisionError) as error:
        if "null" in str(error):  # in the path
            raise FormatError(f"cannot read or write {where}: {error}") from None
        raise _damaged(where, error) from None


def _damaged(where: str, error: Exception) -> FormatError:
    reason = clipped(str(error), 80)
    return FormatError(f"{where} is no store of a search, or is damaged ({reason}); give another file")


def _require_store(database: sqlite3.Connection, path: str | None) -> None:
    """Refuse what is no store, before anything is written to it."""
    (application,), (form,) = (
        database.execute(f"PRAGMA {name}").fetchone() for name in ("application_id", "user_version")
    )
    if application != APPLICATION and (application or has_tables(database)):
        raise FormatError(f"{shown(path)} is a database of something else, no store of a search; give another file")
    if form > FORM:
        raise FormatError(f"the store {shown(path)} was written by a newer noisytm; update this one")


def _reason(path: str | None, error: Exception) -> str:
    """Return what the system says, where sqlite only says that it could not open a file."""
    if path is not None and "unable to open" in str(error):
        try:
            with Path(path).open("r+b"):
                pass
        except OSError as its:
            return its.strerror or str(its)
    return clipped(str(error), 200)
