"""The file that lets an interrupted enumeration go on: options, subtrees done, and what they hold."""

from __future__ import annotations

import itertools
import json
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from noisytm import _clock
from noisytm._cache_folder import KeptPlace, SparePlace
from noisytm._json import write_whole
from noisytm._notes import tell
from noisytm.enumeration.options import EnumerationOptions
from noisytm.enumeration.tally import Tally
from noisytm.errors import FormatError, StoreNote

TAG = "enumeration/2"
SECONDS_BETWEEN_WRITES = 1.0
ENOUGH_SUBTREES, ENOUGH_OF_ALL = 20, 0.05


@dataclass(frozen=True, eq=False)
class Progress:
    """The trunk and the first ``done`` subtrees, counted."""

    done: int
    tally: Tally

    def advanced(self, subtree: Tally) -> Progress:
        """Return the progress after one more subtree."""
        return Progress(self.done + 1, self.tally.merged(subtree))


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


class ProgressFile:
    """Keeps the progress of one enumeration in a file, replaced as a whole each time it is written.

    Parameters
    ----------
    path : path
        The file. What is wrong with a `SparePlace` is no error, nor that any can be written to no longer.
    options : EnumerationOptions
        What is enumerated; the file of another enumeration is refused.
    subtrees : int
        The number of subtrees there are.
    """

    def __init__(self, path: str | os.PathLike[str], options: EnumerationOptions, subtrees: int) -> None:
        self.path, self.options, self.subtrees = Path(path), options, subtrees
        self._place = path if isinstance(path, KeptPlace) else KeptPlace(path)
        self._spare = isinstance(path, SparePlace)
        self._written = -1
        self._next_time = 0.0

    def load(self) -> Progress | None:
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

    def _found(self) -> Progress | None:
        try:
            text = self.path.read_text(encoding="utf-8")
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or error
            raise FormatError(f"cannot read {str(self.path)!r}: {reason}") from None
        try:
            record = json.loads(text)
            tag, same = record["noisytm"], record["noisytm"] == TAG and record["key"] == self.options.key
            found = Progress(int(record["done"]), Tally.from_json(self.options, record["tally"])) if same else None
        except (ValueError, TypeError, KeyError, IndexError, RecursionError, OverflowError):
            raise FormatError(f"{str(self.path)!r} is no progress file of an enumeration; give another file") from None
        if tag != TAG and str(tag).startswith("enumeration/"):
            raise FormatError(
                f"{str(self.path)!r} is the progress of an enumeration by another version of noisytm, which counts"
                " other classes; give another file"
            )
        if found is None:
            raise FormatError(
                f"{str(self.path)!r} is the progress of an enumeration with other options; repeat these or give"
                " another file"
            )
        if not 0 <= found.done <= self.subtrees:
            raise FormatError(
                f"{str(self.path)!r} has {found.done} of {self.subtrees} subtrees done; give another file"
            )
        self._written = found.done
        return found

    @property
    def trouble(self) -> str | None:
        """Why the progress could not be written the last time, if it could not."""
        return self._place.trouble

    def begin(self, progress: Progress) -> None:
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

    def keep(self, progress: Progress, *, now: bool = False) -> None:
        """Write the progress if some time has passed since the last time, or ``now``, unless it is there already.

        What cannot be written is said, once, and tried again the next time.
        """
        if not (now or time.monotonic() >= self._next_time) or progress.done == self._written:
            return
        if self._spare and self.trouble is not None:
            return
        try:
            self._write(progress)
            self._place.trouble = None
        except FormatError as error:
            if self.trouble is None and not self._spare:
                tell(f"{error}; the count goes on", StoreNote)
            self._place.trouble = str(error)
        if not now:
            self._next_time = time.monotonic() + SECONDS_BETWEEN_WRITES

    def _write(self, progress: Progress) -> None:
        if progress.done != self._written:
            write_whole(self.path, json.dumps(self._record(progress), separators=(",", ":")).encode())
            self._written = progress.done

    def _record(self, progress: Progress) -> dict[str, Any]:
        return {
            "noisytm": TAG,
            "key": self.options.key,
            "options": self.options.to_json(),
            "subtrees": self.subtrees,
            "done": progress.done,
            "tally": progress.tally.to_json(),
        }
