"""The pieces of one search with what is known of them, in a file or without one."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any, Self

from noisytm._cache_folder import KeptPlace
from noisytm._checks import path_of
from noisytm._digits import fraction_text
from noisytm._json import dumps, loads
from noisytm._notes import tell
from noisytm._partial import ENDED, carrying
from noisytm._signals import held_back
from noisytm._text import clipped, shown
from noisytm.errors import BudgetError, FormatError, StoreNote
from noisytm.search.store import database as files
from noisytm.search.store.piece import Begun, Finished, Incumbent, Piece, Start, Task, better, group_of, in_order

# Into how many pieces a search is cut: many enough for a large machine, and few enough that handing them out costs
# nothing. A round has so many of them at least, and there are so many rounds at most.
MANY, PER_ROUND, ROUNDS = 1024, 64, 16
INTO_FINISHED = "INSERT INTO finished VALUES (?, ?, ?, ?, ?)"
# Rounds that may still be under way when one begins: what they find is for later ones.
ROUNDS_BEFORE = 1


class Store:
    """The pieces of one search, which of them are finished, and the best code found.

    All is in a sqlite database, a transaction for each piece: a process that is killed loses what it was at, and
    nothing else. Where the disk is full the rest is kept in memory.

    Parameters
    ----------
    task : Task
        What is searched. A store of another search is refused.
    path : path, optional
        The file; without one everything is forgotten with this process. In a `KeptPlace` it is noted that it can be
        written to no longer.
    many : int
        Into how many pieces a search is cut that begins; one that goes on keeps its pieces.
    per_round : int, optional
        How many pieces make a round, likewise: by default a sixteenth of them, and 64 at least.
    after : mapping, optional
        The key of a search that is the first part of this one: in a file that has all of it this one begins.
    start : callable, optional
        Finds codes to begin with, in a search that begins, before it is cut: so they are there whatever ends it.

    Raises
    ------
    BudgetError, Interrupted
        If the search is ended before it is cut; ``partial`` is then a `Begun`.
    FormatError
        If the file cannot be read and written, is in use, is no store, or that of another search.
    """

    def __init__(
        self,
        task: Task,
        path: str | os.PathLike[str] | None = None,
        many: int = MANY,
        per_round: int | None = None,
        after: Mapping[str, Any] | None = None,
        start: Start | None = None,
    ) -> None:
        self.path = None if path is None else path_of(path, "store")
        self._place = path if isinstance(path, KeptPlace) else KeptPlace(self.path or "")
        self._task, self._first = task, 0  # no piece before the first is open
        self._database = files.opened(self.path)
        self.in_memory = False  # since the file could not be written to
        try:
            self.new = self._begins(after)
            if self.new:
                begun = _begun(task, many, start)
                rows = [(i, _text(p.place), fraction_text(p.bound)) for i, p in enumerate(begun.pieces)]
                with files.errors_of(self.path):
                    each = per_round or max(PER_ROUND, len(rows) // ROUNDS)
                    files.made(self._database, task.key, many, each, rows, [*map(_incumbent_text, begun.starts)])
            with files.errors_of(self.path):
                self.many, self.per_round = _require_key(self._database, task.key, self.path or "")
                self.pieces = _pieces(self._database)
                self._starts = list(_starts(self._database))
                self._best: dict[int, Incumbent | None] = {}
                self._better(self._best, self._starts)
                self.unfinished: list[Finished] = []
                self._found: dict[int, Incumbent | None] = {}
                self._note(_found(self._database))
        except BaseException:
            self._database.close()
            raise

    def _begins(self, after: Mapping[str, Any] | None) -> bool:
        """Return whether the search begins here."""
        if not files.has_tables(self._database):
            return True
        with files.errors_of(self.path):
            pieces, finished = (
                self._database.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in ("pieces", "finished")
            )
            known, *_ = files.key_of(self._database, self.path or "")
        return pieces == finished and after is not None and known == _plain(after)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *of: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; what went to memory since there was no room is written to it if there is room now."""
        if self.in_memory and self.path is not None:
            with contextlib.suppress(sqlite3.Error, FormatError):
                self._write_back(self.path)
        with contextlib.suppress(sqlite3.Error):  # of a full disk: what is in it stays as it is
            self._database.close()

    @property
    def open(self) -> list[int]:
        """The numbers of the pieces that are not finished, in order."""
        return [number for number in range(len(self.pieces)) if number not in self._found]

    @property
    def done(self) -> int:
        """How many pieces are finished."""
        return len(self._found)

    @property
    def complete(self) -> bool:
        """Whether all are."""
        return len(self._found) == len(self.pieces)

    @property
    def started(self) -> bool:
        """Whether there is an incumbent from before the first piece."""
        return bool(self._starts)

    @property
    def incumbent(self) -> Incumbent | None:
        """The best code found."""
        return min((x for x in self._best.values() if x is not None), key=lambda x: x.rank, default=None)

    def group(self, number: int) -> int:
        """Return which search a piece belongs to; see `Grouped`."""
        return group_of(self._task, self.pieces[number].place)

    def incumbent_of(self, piece: Piece) -> Incumbent | None:
        """Return the best code found in the search that a piece belongs to."""
        return self._best.get(group_of(self._task, piece.place))

    def incumbent_in(self, group: int) -> Incumbent | None:
        """Return the best code found in one of the searches."""
        return self._best.get(group)

    def lower_in(self, group: int) -> Fraction | None:
        """Return what no code of one of the searches is below; see `lower`."""
        bounds = (self.pieces[number].bound for number in self.open if self.group(number) == group)
        best = self._best.get(group)
        return min([*bounds, *([] if best is None else [best.value])], default=None)

    @property
    def lower(self) -> Fraction | None:
        """What no code is below: the least bound of an open piece, or the best value; ``None`` if there is neither."""
        while self._first < len(self.pieces) and self._first in self._found:
            self._first += 1
        bounds = [piece.bound for piece in self.pieces[self._first : self._first + 1]]
        best = self.incumbent
        return min([*bounds, *([] if best is None else [best.value])], default=None)

    def first_before(self, round_: int) -> int:
        """Return how many pieces must be finished before a round begins: its incumbent depends on them."""
        return max((round_ - ROUNDS_BEFORE) * self.per_round, 0)

    def incumbents_for(self, round_: int) -> Mapping[int, Incumbent | None]:
        """Return the incumbents with which the pieces of a round are searched: the best of what earlier ones found.

        There is one for each search of the task, by its group.
        """
        best: dict[int, Incumbent | None] = {}
        self._better(best, self._starts)
        self._better(best, (self._found.get(number) for number in range(self.first_before(round_))))
        return best

    def _better(self, best: dict[int, Incumbent | None], found: Iterable[Incumbent | None]) -> None:
        """Note what was found, if it is better than the best of its group."""
        for incumbent in found:
            if incumbent is not None:
                group = group_of(self._task, incumbent.code)
                best[group] = better(best.get(group), incumbent)

    def propose(self, incumbent: Incumbent) -> None:
        """Note a code that is known before its piece is searched."""
        self._write(files.INTO_STARTS, [(_incumbent_text(incumbent),)])
        self._starts.append(incumbent)
        self._better(self._best, [incumbent])

    def keep(self, number: int, found: Finished) -> None:
        """Note what the search of a piece has found; what is known of it already stays."""
        if number in self._found:
            return
        self._write(INTO_FINISHED, [_row(number, found)])
        self._note([(number, found.best)])

    def see(self, known: Any) -> None:
        """Take notice of what a search had found when it was ended: of a piece, or before there was one to begin with.

        It is for the result only. What is kept has no trace of it: a search that goes on does not depend on where it
        was ended.
        """
        if isinstance(known, Finished):
            self.unfinished.append(known)
            self._better(self._best, [known.best])
        elif isinstance(known, Begun):
            self._better(self._best, known.starts)

    def results(self, proofs: bool = False) -> Iterator[tuple[Piece, Finished]]:
        """Yield the finished pieces in their order, with what was found; proofs only if they are asked for."""
        what = "proof" if proofs else "x''"
        with files.errors_of(self.path):
            rows = self._database.execute(f"SELECT number, record, best, {what}, seconds FROM finished ORDER BY number")
            for number, record, best, proof, seconds in rows:
                yield (
                    self.pieces[number],
                    Finished(loads(record, "a record", files.DIGITS), _incumbent(best), proof, seconds),
                )

    @property
    def seconds(self) -> float:
        """How long the finished pieces took together."""
        return float(self._database.execute("SELECT total(seconds) FROM finished").fetchone()[0])

    def merge(self, path: str | os.PathLike[str], key: Mapping[str, Any]) -> int:
        """Take over what another store of the same search has; return how many pieces are new.

        Raises
        ------
        FormatError
            If it is no store, that of another search, or was cut otherwise.
        """
        name = path_of(path, "store")
        with contextlib.closing(files.opened_to_read(name)) as other, files.errors_of(name):
            _require_key(other, key, name)
            if _pieces(other) != self.pieces:
                raise FormatError(
                    f"the store {shown(name)} is of the same search, cut into other pieces; merge stores"
                    " that were begun with the same number of pieces"
                )
            new = [row for row in _found(other) if row[0] not in self._found]
            for number, best in new:  # one by one: a proof may be large
                row = other.execute("SELECT * FROM finished WHERE number = ?", (number,)).fetchone()
                self._note([(number, best)])
                self._write(INTO_FINISHED, [row])
            for starts in list(_starts(other)):
                self.propose(starts)
        return len(new)

    def _note(self, found: Iterable[tuple[int, Incumbent | None]]) -> None:
        for number, best in found:
            if not 0 <= number < len(self.pieces):
                raise ValueError(f"there is no piece {number}")
            self._found[number] = best
            self._better(self._best, [best])

    def _write(self, statement: str, rows: Sequence[tuple[Any, ...]]) -> None:
        """Write rows at once or not at all; to memory from when the disk has no room."""
        try:
            with held_back(), files.transaction(self._database):
                self._database.executemany(statement, rows)
        except sqlite3.Error as error:
            if self.in_memory:
                raise BudgetError(f"what is found can be kept no longer: {clipped(str(error), 200)}") from None
            self._move_to_memory(error)
            self._write(statement, rows)

    def _move_to_memory(self, error: sqlite3.Error) -> None:
        memory = sqlite3.connect(":memory:", isolation_level=None)
        with files.errors_of(self.path):
            self._database.backup(memory)
        with contextlib.suppress(sqlite3.Error):
            self._database.close()
        self._database, self.in_memory, self._place.trouble = memory, True, str(error)
        tell(
            f"{files.name_of(self.path)} cannot be written to ({clipped(str(error), 100)}): it stays as it is, with"
            f" {len(self._found)} of {len(self.pieces)} pieces, and the search goes on in memory",
            StoreNote,
        )

    def _write_back(self, path: str) -> None:
        with contextlib.closing(files.opened(path)) as database, held_back(), files.transaction(database):
            rows = self._database.execute("SELECT * FROM finished")
            database.executemany(INTO_FINISHED.replace("INSERT", "INSERT OR IGNORE"), rows)
            database.executemany(files.INTO_STARTS, self._database.execute("SELECT * FROM starts"))
        self._place.trouble = None
        tell(f"{files.name_of(path)} could be written to after all: it has {self.done} pieces now", StoreNote)


def _begun(task: Task, many: int, start: Start | None) -> Begun:
    """Return the pieces of a search, and codes that are looked for beforehand."""
    starts: Sequence[Incumbent] = ()
    try:
        starts = () if start is None else start()
        return Begun(in_order(task.pieces(many)), starts)
    except ENDED as error:
        known = getattr(error, "partial", None)
        if isinstance(known, Begun):
            known = replace(known, starts=known.starts or starts)
        elif known is None and starts:
            known = Begun(starts=starts)
        raise carrying(error, known) from None


def _require_key(database: sqlite3.Connection, key: Mapping[str, Any], path: str) -> tuple[int, int]:
    """Return how a search with this key was cut; raise `FormatError` unless it is the store of one."""
    known, *cut = files.key_of(database, path)
    mine = _plain(key)
    if known == mine:
        return cut[0], cut[1]
    name = next(name for name in (*mine, *known) if known.get(name) != mine.get(name))
    its, asked = known.get(name), mine.get(name)
    if name == "problem":
        what = "about another problem"
    elif its is None or asked is None:
        what = f"which was begun {'without' if its is None else 'with'} {name}"
    else:
        what = f"with other options: its {name} is {shown(its)}, not {shown(asked)}"
    raise FormatError(f"{shown(path)} is the store of another search, {what}; give another file")


def _plain(key: Mapping[str, Any]) -> dict[str, Any]:
    """Return a key as it comes back from a file."""
    found: dict[str, Any] = loads(dumps(dict(key)), "the key", files.DIGITS)
    return found


def _pieces(database: sqlite3.Connection) -> Sequence[Piece]:
    rows = database.execute("SELECT number, place, bound FROM pieces ORDER BY number").fetchall()
    if [number for number, _, _ in rows] != list(range(len(rows))):
        raise ValueError("pieces are missing")
    return [Piece(_numbers(place), Fraction(bound)) for _, place, bound in rows]


def _starts(database: sqlite3.Connection) -> Iterator[Incumbent]:
    for (text,) in database.execute("SELECT best FROM starts"):
        if (starts := _incumbent(text)) is not None:
            yield starts


def _found(database: sqlite3.Connection) -> Iterator[tuple[int, Incumbent | None]]:
    rows = database.execute("SELECT number, best FROM finished ORDER BY number")
    return ((number, _incumbent(best)) for number, best in rows)


def _row(number: int, found: Finished) -> tuple[int, str, str | None, bytes, float]:
    best = None if found.best is None else _incumbent_text(found.best)
    return number, dumps(dict(found.record)), best, found.proof, found.seconds


def _incumbent_text(incumbent: Incumbent) -> str:
    return dumps([fraction_text(incumbent.value), incumbent.multiplicity, _text(incumbent.code)])


def _text(numbers: Sequence[int]) -> str:
    return " ".join(str(int(number)) for number in numbers)


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(map(int, text.split()))


def _incumbent(text: str | None) -> Incumbent | None:
    if text is None:
        return None
    value, multiplicity, code = loads(text)
    return Incumbent(Fraction(value), int(multiplicity), _numbers(code))
