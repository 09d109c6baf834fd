"""What all universal machines that run tag systems have in common: encode, run, and decode every word."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import Any, ClassVar, NamedTuple, Protocol

import numpy as np

from noisytm import library
from noisytm._checks import instance, run_length, strings
from noisytm._summary import Described, line_of
from noisytm.discrete import run as direct_run
from noisytm.discrete.configuration import Configuration, cell_type
from noisytm.errors import BudgetError, MachineError
from noisytm.machine import TuringMachine, Word

MAX_TAPE = 1 << 26


class Seen(NamedTuple):
    """A word decoded after some steps of the universal machine.

    ``reason`` is empty but in the last one: there ``halted`` (the halting letter was read, and the universal machine
    has come to rest), ``short`` (the word is too short for a step), ``budget`` (no more steps), or ``stopped`` (the
    universal machine came to rest at a word at which the tag system does not stop).
    """

    steps: int
    word: Word
    reason: str = ""

    def __repr__(self) -> str:
        return line_of(self)


class Words(Protocol):
    """A tag system of either kind."""

    def word(self, word: str | Iterable[str]) -> Word:
        """Check a word."""

    def stops(self, word: Word) -> str:
        """Return why there is no step from a word; empty if there is one."""


class Watch:
    """A run that can be stopped whenever one tuple of the machine has been used.

    Parameters
    ----------
    start : Configuration
        Where to begin.
    key : (read, state)
        The tuple.

    Examples
    --------
    >>> from noisytm import library
    >>> watch = Watch(Configuration.initial(library.machine("bb2"), ""), ("0", "A"))
    >>> watch.advance(100), watch.configuration.steps, watch.advance(100), watch.configuration.steps
    (True, 1, True, 5)
    >>> watch.advance(100), watch.reason, watch.configuration.steps
    (False, 'halted', 6)
    """

    def __init__(self, start: Configuration, key: tuple[str, str]) -> None:
        self.configuration, self.machine, self.reason = start, start.machine, ""
        # without the tuple the compiled loop stops where it would be used
        kept = tuple(t for t in self.machine.tuples if (t.read, t.state) != key)
        self.without = dataclasses.replace(self.machine, tuples=kept, undefined="stop")
        self.key = key

    def advance(self, max_steps: int) -> bool:
        """Run on until the tuple has been used once more, up to ``max_steps`` since the very first step.

        Returns whether it has; if not, ``reason`` tells why: ``halted``, ``undefined`` or ``budget``.

        Raises
        ------
        BudgetError
            If the tape does not fit into memory.
        """
        here = dataclasses.replace(self.configuration, machine=self.without)
        here = direct_run(self.without, max_steps=max_steps, method="direct", start=here, cycles=0).configuration
        self.configuration = dataclasses.replace(here, machine=self.machine)
        if here.steps < max_steps and (here.symbol, here.state) == self.key:
            self.configuration = direct_run(
                self.machine, max_steps=here.steps + 1, method="direct", start=self.configuration, cycles=0
            ).configuration
            return True
        self.reason = self.configuration.resting or "budget"
        return False


class TagSimulator(Described):
    """A universal machine of the library with a tag system for it to run; the base of those below.

    A subclass states its ``name`` in the library, ``description``, ``source`` and what it ``runs``, in a line each; the
    tuple whose use completes a word; in `_tape` what stands on the tape before the word, and how a word is written; in
    `_read` how it is read. Where a word on the tape is not yet one of the system it overrides the other three.
    """

    name: ClassVar[str]
    description: ClassVar[str]
    source: ClassVar[str]
    runs: ClassVar[str]
    completed: ClassVar[tuple[str, str]]
    system: Any

    @cached_property
    def machine(self) -> TuringMachine:
        """The universal machine."""
        return library.machine(self.name)

    def tape(self, word: str | Iterable[str]) -> tuple[Sequence[str], int]:
        """Return the initial tape for a word, and the place of the head on it.

        Raises
        ------
        MachineError
            If ``word`` is not one of the system.
        """
        return self._tape(self.system.word(word))

    def read(self, configuration: Configuration) -> Word | None:
        """Return the word as it is written on the tape; ``None`` if none is complete.

        Raises
        ------
        MachineError
            If ``configuration`` is not one of this machine.
        """
        return self._read(self._known(configuration))

    def cleaned(self, written: Word) -> Word:
        """Return the word of the system for a word as it is written on the tape."""
        return self._cleaned(strings("letters of a word", written))

    def is_step(self, written: Word) -> bool:
        """Return whether reading the first letter of a word on the tape is a step of the system."""
        return self._is_step(strings("letters of a word", written))

    def is_complete(self, configuration: Configuration) -> bool:
        """Return whether a use of the tuple ``completed`` has completed a word."""
        return self._is_complete(self._known(configuration))

    def _known(self, configuration: Any) -> Configuration:
        instance("configuration", configuration, Configuration).require(self.machine)
        return configuration  # type: ignore[no-any-return]

    def _tape(self, word: Word) -> tuple[Sequence[str], int]:
        raise NotImplementedError

    def _read(self, configuration: Configuration) -> Word | None:
        raise NotImplementedError

    def _cleaned(self, written: Word) -> Word:
        return written

    def _is_step(self, written: Word) -> bool:
        return True

    def _is_complete(self, configuration: Configuration) -> bool:
        return True

    def configuration(self, word: str | Iterable[str]) -> Configuration:
        """Return the configuration of the universal machine before its first step.

        Raises
        ------
        MachineError
            If ``word`` is not one of the system.
        """
        cells, head = self._tape(self.system.word(word))
        index = {symbol: i for i, symbol in enumerate(self.machine.symbols)}
        return Configuration.trimmed(
            self.machine, state=self.machine.start, head=0, steps=0,
            cells=np.array([index[cell] for cell in cells], dtype=cell_type(self.machine)),
            origin=-head, leftmost=0, rightmost=0,
        )  # fmt: skip

    def decode(self, configuration: Configuration) -> Word:
        """Return the word that stands on the tape when one is complete.

        Raises
        ------
        MachineError
            If the tape does not hold a complete word of the system.
        """
        return self._cleaned(self._require_word(self._known(configuration)))

    def _require_word(self, configuration: Configuration) -> Word:
        word = self._read(configuration)
        if word is None:
            raise MachineError(
                f"after {configuration.steps} steps the tape of {self.name} holds no complete word;"
                " decode the configurations that words() stops at"
            )
        return word

    def words(self, word: str | Iterable[str], max_steps: int) -> Iterator[Seen]:
        """Run the universal machine and decode every word that it completes.

        The last item repeats the last word and tells how the run ended.

        Parameters
        ----------
        word : str or iterable of str
            The first word.
        max_steps : int
            Number of steps of the universal machine at most, 0 to 2^62.

        Raises
        ------
        MachineError
            If the word is not one of the system, or a word on the tape cannot be decoded.
        BudgetError
            If the tape does not fit into memory.
        """
        max_steps = run_length("max_steps", max_steps)
        written = current = self.system.word(word)
        yield Seen(0, current)
        if self.system.stops(current) == "short":
            yield Seen(0, current, "short")
            return
        watch = Watch(self.configuration(current), self.completed)
        while watch.advance(max_steps):
            # once the halting letter is read, what is on the tape is no word any more
            if self.system.stops(current) or not self._is_complete(watch.configuration):
                continue
            before, written = written, self._require_word(watch.configuration)
            if self._is_step(before):
                current = self._cleaned(written)
                yield Seen(watch.configuration.steps, current)
            if self.system.stops(current) == "short":
                yield Seen(watch.configuration.steps, current, "short")
                return
        ended = "budget" if watch.reason == "budget" else self.system.stops(current) or "stopped"
        yield Seen(watch.configuration.steps, current, ended)


def symbols_between(configuration: Configuration, first: int) -> list[str]:
    """Return the symbols from the position ``first`` to the end of the tape that is kept."""
    names = configuration.machine.symbols
    return [names[i] for i in configuration.cells[max(0, first - configuration.origin) :].tolist()]


def blocks(cells: Sequence[str], unit: str, separator: str) -> list[int]:
    """Return the lengths of the blocks of ``unit`` that begin ``cells``, up to the first other symbol.

    Examples
    --------
    >>> blocks("yyAyAyyy0yy", "y", "A")
    [2, 1, 3]
    """
    lengths = [0]
    for cell in cells:
        if cell == unit:
            lengths[-1] += 1
        elif cell == separator:
            lengths.append(0)
        else:
            break
    return lengths[:-1] if lengths[-1] == 0 else lengths


def named(numbers: Iterable[int], letters: dict[int, str]) -> Word | None:
    """Return the letters that have these numbers, ``None`` if a number is no letter's."""
    found = [letters.get(number) for number in numbers]
    return None if None in found else tuple(x for x in found if x is not None)


def require_room(name: str, cells: int) -> None:
    """Raise `BudgetError` if an initial tape may need more than 2^26 cells."""
    if cells > MAX_TAPE:
        raise BudgetError(
            f"the initial tape of {name} would have up to {cells:.2e} cells; the limit is {MAX_TAPE:.2e};"
            " use a system with fewer letters and shorter productions"
        )
