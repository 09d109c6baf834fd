"""The file that keeps how far a run has got, and what it takes to go on from there."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable
from typing import Any

from noisytm._cache_folder import KeptPlace
from noisytm._checks import path_of
from noisytm._json import read_record, write_record
from noisytm._notes import tell
from noisytm._text import shown
from noisytm.discrete.configuration import RUN, Configuration, RunResult
from noisytm.errors import FormatError, MachineError, StoreNote
from noisytm.machine import TuringMachine

SECONDS_BETWEEN_WRITES = 10.0
SHARE_OF_TIME = 0.05  # for writing


class RunFile:
    """Keeps the result of a run so far in a file, replaced as a whole each time it is written.

    Parameters
    ----------
    path : path
        The file. What ``save`` and ``noisytm run --json`` write is read too.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = path_of(path, "progress file")
        self._place = path if isinstance(path, KeptPlace) else KeptPlace(self.path)
        self._next_time = time.monotonic() + SECONDS_BETWEEN_WRITES

    def load(self) -> RunResult | None:
        """Return the result in the file, or ``None`` if there is no such file.

        Raises
        ------
        FormatError
            If the file cannot be read, or is no result of a run.
        """
        if not os.path.lexists(self.path):
            return None
        record = read_record(self.path, "progress file", RUN.digits)
        try:
            return RunResult.from_json(record)
        except FormatError as error:
            raise FormatError(f"{shown(self.path)} is no saved run: {error}; give another file") from None

    def begin(self, result: RunResult) -> None:
        """Write a result, since a place that cannot be written to is better known at once.

        Raises
        ------
        FormatError
            If the file cannot be written.
        """
        write_record(self.path, result.to_json())

    def keep(self, result: Callable[[], RunResult], *, now: bool = False) -> None:
        """Write a result, which is asked for if some time has passed since the last one was written, or ``now``.

        What cannot be written is said, once, and tried again the next time.
        """
        begin = time.monotonic()
        if now or begin >= self._next_time:
            try:
                self.begin(result())
                self._place.trouble = None
            except FormatError as error:
                if self._place.trouble is None:
                    tell(f"{error}; the run goes on", StoreNote)
                self._place.trouble = str(error)
            took = time.monotonic() - begin
            self._next_time = begin + max(SECONDS_BETWEEN_WRITES, took / SHARE_OF_TIME)


def beginning(machine: TuringMachine, word: str | Iterable[str], result: RunResult | None) -> tuple[Configuration, Any]:
    """Return where a run began that has led to a result, and the word that it ran on; where it is to begin without one.

    Raises
    ------
    MachineError
        If the result is one of another machine, or of another word.
    """
    letters = machine.word(word)
    if result is None:
        return Configuration.initial(machine, letters), machine.word_text(letters)
    result.configuration.require(machine)
    options = result.options or {}
    ran_on = options.get("word")
    if ran_on is None:
        if letters:
            raise MachineError(f"word {shown(word)} is given, but where the run that is taken up began is not known")
        return result.configuration, None
    if letters not in ((), machine.word(ran_on)):
        raise MachineError(
            f"the run that is taken up is one on the word {shown(ran_on)}, not {shown(word)}; leave out the word"
        )
    return Configuration.initial(machine, ran_on), ran_on


def uses_so_far(result: RunResult, counting: bool, visited_only: bool) -> tuple[int, ...] | None:
    """Return how often each tuple has been used in a run that is taken up; 1 for often if only the tuples are known.

    Raises
    ------
    MachineError
        If they are asked for and were not recorded.
    """
    if not counting:
        return None
    if result.counts is not None:
        return result.counts
    if result.visited is not None and visited_only:
        used = set(result.visited)
        return tuple(int(key in used) for key in result.configuration.machine.keys)
    raise MachineError(
        "the run that is taken up has not recorded which tuples it used, or how often; ask for that from its beginning"
    )
