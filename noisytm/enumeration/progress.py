"""The file that lets an interrupted enumeration go on: options, subtrees done, and what they hold."""

from __future__ import annotations

import itertools
import json
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, Protocol, Self, TypeVar

from noisytm import _clock
from noisytm._cache_folder import KeptPlace, SparePlace
from noisytm._json import write_whole
from noisytm._notes import tell
from noisytm.enumeration.options import EnumerationOptions
from noisytm.enumeration.tree import Table
from noisytm.errors import FormatError, StoreNote

SECONDS_BETWEEN_WRITES = 1.0
# Writing takes at most about this share of the time.
SHARE_OF_WRITES = 0.05
ENOUGH_SUBTREES, ENOUGH_OF_ALL = 20, 0.05


class Part(Protocol):
    """What is found in a part of the tree."""

    def merged(self, later: Self, /) -> Self:
        """Return what is found in this part and a later one together; both stay as they are."""

    def to_json(self) -> dict[str, Any]:
        """Return it as a JSON object."""


PartT = TypeVar("PartT", bound=Part)


@dataclass(frozen=True, eq=False)
class Collection(Generic[PartT]):
    """What is collected in the tree, and how.

    Parameters
    ----------
    tag : str
        That of progress files.
    what : str
        Whose progress it is, for messages.
    trunk : callable
        Returns what is found in the trunk, and the machines at which it ends.
    subtree : callable
        Returns what is found below one of them. A function of a module: processes find it by its name.
    read : callable
        Makes a part of what ``to_json`` returned; ValueError, TypeError, KeyError or IndexError if it is none.
    nothing : callable
        Makes what is found before anything is.
    """

    tag: str
    what: str
    trunk: Callable[[EnumerationOptions], tuple[PartT, list[Table]]]
    subtree: Callable[[EnumerationOptions, Table], PartT]
    read: Callable[[EnumerationOptions, Any], PartT]
    nothing: Callable[[EnumerationOptions], PartT]


@dataclass(frozen=True, eq=False)
class Progress(Generic[PartT]):
    """The trunk and the first ``done`` subtrees."""

    done: int
    found: PartT

    def advanced(self, subtree: PartT) -> Progress[PartT]:
        """Return the progress after one more subtree."""
        return Progress(self.done + 1, self.found.merged(subtree))


class Outlook:
    """What can be said while subtrees are counted: their share of all tables, and how much time the others may take.

    Subtrees of equal weight take very different times; a time to go is said only once enough of them have been seen.

    Parameters
    ----------
    weights : sequence of int
        The number of complete tables below each subtree.
    done : int
        How many of them had been counted before.
    """

    def __init__(self, weights: Sequence[int], done: int) -> None:
        self.done, self.begin = done, time.monotonic()
        self.before = list(itertools.accumulate(weights, initial=0))

    def at(self, done: int) -> str:
        """Return it for so many subtrees."""
        whole, here, before = self.before[-1], self.before[done], self.before[self.done]
        text = f"of {len(self.before) - 1:,}: {here / whole:.1%} of their tables"
        if done - self.done < ENOUGH_SUBTREES or here - before < ENOUGH_OF_ALL * whole:
            return text
        took = time.monotonic() - self.begin
        return f"{text}, about {_clock.in_words(took * (whole - here) / (here - before))} to go"


class ProgressFile(Generic[PartT]):
    """Keeps the progress of one walk through a tree in a file, replaced as a whole each time it is written.

    Parameters
    ----------
    path : path
        The file. What is wrong with a `SparePlace` is no error, nor that any can be written to no longer.
    options : EnumerationOptions
        What is enumerated; the file of another enumeration is refused.
    collection : Collection
        What is collected; the file of anything else is refused.
    subtrees : int, optional
        The number of subtrees there are; where it is not known yet, a file is only read.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        options: EnumerationOptions,
        collection: Collection[PartT],
        subtrees: int | None = None,
    ) -> None:
        self.path, self.options, self.collection, self.subtrees = Path(path), options, collection, subtrees
        self._place = path if isinstance(path, KeptPlace) else KeptPlace(path)
        self._spare = isinstance(path, SparePlace)
        self._written = -1
        self._next_time = 0.0

    def load(self) -> Progress[PartT] | None:
        """Return the progress in the file, or ``None`` if there is no such file.

        Raises
        ------
        FormatError
            If the file cannot be read, is no progress file, or is that of another enumeration.
        """
        try:
            return self._found()
        except FormatError:
            if not self._spare:
                raise
            return None

    def _found(self) -> Progress[PartT] | None:
        try:
            text = self.path.read_text(encoding="utf-8")
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or error
            raise FormatError(f"cannot read {str(self.path)!r}: {reason}") from None
        name, what = repr(str(self.path)), self.collection.what
        try:
            record = json.loads(text)
            tag = str(record["noisytm"])
            same = tag == self.collection.tag and record["key"] == self.options.key
            found = Progress(int(record["done"]), self.collection.read(self.options, record["tally"])) if same else None
        except (ValueError, TypeError, KeyError, IndexError, RecursionError, OverflowError):
            raise FormatError(f"{name} is no progress file of {what}; give another file") from None
        if tag.partition("/")[0] != self.collection.tag.partition("/")[0]:
            raise FormatError(f"{name} is the progress of something else, not of {what}; give another file")
        if tag != self.collection.tag:
            raise FormatError(
                f"{name} is the progress of {what} by another version of noisytm, which counts other classes; give"
                " another file"
            )
        if found is None:
            raise FormatError(f"{name} is the progress of {what} with other options; repeat these or give another file")
        if found.done < 0 or (self.subtrees is not None and found.done > self.subtrees):
            raise FormatError(
                f"{str(self.path)!r} has {found.done} of {self.subtrees} subtrees done; give another file"
            )
        self._written = found.done
        return found

    @property
    def trouble(self) -> str | None:
        """Why the progress could not be written the last time, if it could not."""
        return self._place.trouble

    def begin(self, progress: Progress[PartT]) -> None:
        """Write the progress, since a place that cannot be written to is better known at once.

        Raises
        ------
        FormatError
            If the file cannot be written.
        """
        try:
            self._write(progress)
        except FormatError as error:
            if not self._spare:
                raise
            self._place.trouble = str(error)

    def keep(self, progress: Progress[PartT], *, now: bool = False) -> None:
        """Write the progress if some time has passed since the last time, or ``now``, unless it is there already.

        What cannot be written is said, once, and tried again the next time.
        """
        if not (now or time.monotonic() >= self._next_time) or progress.done == self._written:
            return
        if self._spare and self.trouble is not None:
            return
        began = time.monotonic()
        try:
            self._write(progress)
            self._place.trouble = None
        except FormatError as error:
            if self.trouble is None and not self._spare:
                tell(f"{error}; the count goes on", StoreNote)
            self._place.trouble = str(error)
        if not now:
            now_is = time.monotonic()
            self._next_time = now_is + max(SECONDS_BETWEEN_WRITES, (now_is - began) / SHARE_OF_WRITES)

    def _write(self, progress: Progress[PartT]) -> None:
        if progress.done != self._written:
            write_whole(self.path, json.dumps(self._record(progress), separators=(",", ":")).encode())
            self._written = progress.done

    def _record(self, progress: Progress[PartT]) -> dict[str, Any]:
        return {
            "noisytm": self.collection.tag,
            "key": self.options.key,
            "options": self.options.to_json(),
            "subtrees": self.subtrees,
            "done": progress.done,
            "tally": progress.found.to_json(),
        }
