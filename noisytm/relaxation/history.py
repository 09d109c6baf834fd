"""The marginals of a relaxed run, step by step."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from noisytm import _memory, _progress
from noisytm._checks import flag, instance, place_of, step_count
from noisytm._records import Kind, provenance, result_form
from noisytm._schema import COUNT, INTEGER, NUMBER, STRING, entries, many, nullable
from noisytm._summary import Summary, count
from noisytm._text import shown_name
from noisytm._timed import Timed, timed, timed_form
from noisytm._version import __version__
from noisytm._watched import Watch, watched, worth_watching
from noisytm.codespace import CodeSpace
from noisytm.errors import FormatError, ProblemError
from noisytm.machine import Word
from noisytm.relaxation.marginal import (
    LEDGER,
    Marginals,
    Trace,
    allocate,
    recorded,
    require_steps,
    seconds_in_arrays,
    sizes,
    traced,
)
from noisytm.relaxation.semantics import Semantics, checked_semantics
from noisytm.show.curves import Bands, history_bands, save_bands

# Of a tape, in a step: three products, and the memory, which all of them together do not leave in the cache.
SECONDS_PER_VALUE = 3e-9

_ENTRIES = {
    "state": many(many(NUMBER)),
    "cells": many(INTEGER),
    "tape": many(many(many(NUMBER))),
}
_OPTIONS = nullable(entries(semantics=STRING, word=many(STRING), steps=COUNT))
_NAMED = result_form(_OPTIONS, **_ENTRIES, symbols=many(STRING), states=many(STRING), about=many(STRING))
HISTORY = Kind("history", {1: result_form(_OPTIONS, **_ENTRIES), 2: timed_form(_NAMED)})


@dataclass(frozen=True)
class History(Timed):
    """The marginals of a relaxed run.

    Attributes
    ----------
    state : ndarray of float64, shape (steps + 1, |Q|)
        Distribution of the state before each step and after the last.
    cells : ndarray of int64, shape (C,)
        Positions relative to the head of the cells that are kept: all that can differ from blank.
    tape : ndarray of float64, shape (steps + 1, C, S)
        Distribution of each cell's symbol; the head's cell is the one where ``cells`` is 0.
    options : mapping or None
        Semantics, word and steps.
    version : str
        Version of noisytm.
    symbols, states : tuple of str
        Their names, in order; empty if they are not known, as of records of before.
    about : tuple of str
        What was run, in words that stand below pictures.
    machine_key : str, optional
        `TuringMachine.key`, where it was the noisy code of a machine.
    """

    state: NDArray[np.float64]
    cells: NDArray[np.int64]
    tape: NDArray[np.float64]
    options: Mapping[str, Any] | None = field(default=None, compare=False, repr=False)
    version: str = field(default=__version__, compare=False, repr=False)
    symbols: tuple[str, ...] = field(default=(), repr=False)
    states: tuple[str, ...] = field(default=(), repr=False)
    about: tuple[str, ...] = field(default=(), compare=False, repr=False)
    machine_key: str | None = field(default=None, compare=False, repr=False)
    kind: ClassVar[Kind] = HISTORY

    def _summary(self) -> Summary:
        steps, cells, symbols = len(self.state) - 1, len(self.cells), self.tape.shape[2]
        return Summary(
            f"marginals of {count(steps, 'step')}: {count(self.state.shape[1], 'state')}, {count(cells, 'cell')} of"
            f" {count(symbols, 'symbol')}"
        )

    def to_json(self) -> dict[str, Any]:
        """Return everything as a JSON object."""
        options = None if self.options is None else dict(self.options)
        arrays = {"state": self.state.tolist(), "cells": self.cells.tolist(), "tape": self.tape.tolist()}
        names = {name: list(getattr(self, name)) for name in ("symbols", "states", "about")}
        head = provenance(self.machine_key, version=self.version) | {"options": options}
        return self.kind.tagged(head, arrays, names, self.times())

    def plot(self, path: str | os.PathLike[str] | None = None) -> Any:
        """Draw the marginals over time as stacked bands, ``.svg`` or ``.png``: of the state, and of each cell.

        Return the figure; it is written to a file where there is a path.

        Raises
        ------
        FormatError
            If the path has another ending, or cannot be written.
        NoisytmError
            If matplotlib is not installed.
        """
        return save_bands(self.bands(), path)

    def bands(self) -> tuple[Bands, Bands]:
        """Return what the picture shows: the states, and below them the cells that differ from blank at some step."""
        about = (*self.about, f"{self.asked}marginal probabilities, without a unit; cells relative to the head")
        return history_bands(self.state, self.cells, self.tape, self.names, about)

    @property
    def names(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The names of the states and of the symbols; numbers where they are not known."""
        states = self.states or tuple(f"number {i}" for i in range(self.state.shape[1]))
        return states, self.symbols or tuple(f"number {i}" for i in range(self.tape.shape[2]))

    @property
    def asked(self) -> str:
        """Semantics and word in words, as what goes on after it stands below pictures; empty if they are not known."""
        if self.options is None:
            return ""
        word = " ".join(map(shown_name, self.options["word"])) or "empty"
        return f"{self.options['semantics']}; word: {word}; "

    @classmethod
    def _of_record(cls, record: dict[str, Any], number: int) -> History:
        try:
            state, tape = (np.array(record[name], dtype=np.float64) for name in ("state", "tape"))
        except ValueError:
            raise FormatError("history record: state and tape must have rows of one length") from None
        except OverflowError:
            raise FormatError("history record: state and tape have a number that is no probability") from None
        cells = np.array([place_of("cell", x) for x in record["cells"]], dtype=np.int64)
        if state.ndim != 2 or tape.ndim != 3 or tape.shape[:2] != (len(state), len(cells)):
            raise FormatError(
                f"history record: state, cells and tape have shapes {state.shape}, {cells.shape} and {tape.shape};"
                " they must be (steps + 1, states), (cells,) and (steps + 1, cells, symbols)"
            )
        names = {name: tuple(record.get(name, ())) for name in ("symbols", "states", "about")}
        for name, size in (("symbols", tape.shape[2]), ("states", state.shape[1])):
            if names[name] and len(names[name]) != size:
                raise FormatError(f"history record: it names {len(names[name])} {name}, and has marginals of {size}")
        return cls(
            state,
            cells,
            tape,
            record["options"],
            record["version"],
            names["symbols"],
            names["states"],
            names["about"],
            record["machine_key"],
        )


@timed
def simulate(
    space: CodeSpace,
    w: Any,
    word: str | Sequence[str],
    steps: int,
    *,
    semantics: str | Semantics = "pseudo-utm",
    progress: bool = False,
) -> History:
    """Run a noisy code and return the marginals of every step.

    Parameters
    ----------
    space : CodeSpace
        The code space.
    w : array_like of float, shape (N, S + |Q| + 3)
        One noisy code.
    word : str or sequence of str
        The input.
    steps : int
        Number of steps, at least 1.
    semantics : str or Semantics
        How the step is relaxed: a semantics that follows marginals.
    progress : bool
        Show on a terminal how far it is once it takes longer than a second.

    Examples
    --------
    >>> from noisytm import CodeSpace, library, simulate
    >>> machine = library.machine("detectA")
    >>> space = CodeSpace.of(machine)
    >>> simulate(space, space.embed(machine), "BA", 2).state
    array([[1., 0.],
           [1., 0.],
           [0., 1.]])
    """
    codes = instance("space", space, CodeSpace).checked(w)
    if len(codes) != 1:
        raise ProblemError(f"simulate takes one code, not {len(codes)}; pick one of the batch")
    letters, count = space.word(word), step_count(steps, "a run")
    asked = {
        "semantics": checked_semantics(semantics).name,
        "word": list(letters),
        "steps": count,
    }
    with _progress.shown_if(flag("progress", progress)):
        found = _history(space, codes[0], letters, count, traced(space, semantics))
    return dataclasses.replace(found, options=asked, symbols=space.symbols, states=space.states)


def _history(space: CodeSpace, code: NDArray[np.float64], word: Word, steps: int, head: Trace) -> History:
    symbol = {x: i for i, x in enumerate(space.symbols)}
    letters = np.array([symbol[x] for x in word], dtype=np.int64)
    blank, start = symbol[space.blank], space.states.index(space.start)
    values = (steps + 1) * (2 * steps + len(word) + 8) * len(space.symbols)  # of all tapes
    seconds = seconds_in_arrays(head, steps, len(word) + steps, 1, False)
    if 16 * values <= _memory.UNQUESTIONED_BYTES and LEDGER.arrays_do("real", seconds):
        found = recorded(head, code, letters, blank, start, steps)
    else:
        found = _compiled(head, code, letters, blank, start, steps)
    low, cells = found[-1].low, len(found[-1].tape)
    marginals = np.zeros((steps + 1, cells, len(space.symbols)))
    marginals[:, :, blank] = 1.0
    for s, (_, first, tape) in enumerate(found):
        marginals[s, first - low : first - low + len(tape)] = tape
    return History(np.array([state for state, _, _ in found]), np.arange(low, low + cells), marginals)


def _compiled(
    head: Trace, code: NDArray[np.float64], letters: NDArray[np.int64], blank: int, start: int, steps: int
) -> list[Marginals]:
    """Return what `recorded` does, by the kernels."""
    from noisytm.relaxation.marginal import compiled_kernels  # loads numba

    module = compiled_kernels("real")
    # Far enough for every cell that the head can reach to stay live.
    width, horizon, length = 1, 2 * steps + len(letters), len(letters)
    needed = sizes(module, head, steps, horizon, length, width, nodes=1, read=(1, 1), backward=False, stored=True)
    require_steps(needed, module, head, length, stored=True)
    work, at = allocate(needed), head.layout
    window, tape, regs = work.window, work.tape, work.regs
    seconds = SECONDS_PER_VALUE * needed.tape

    def record(count: int) -> None:
        module.record(
            head.program, code.ravel(), letters, blank, start, count, horizon, width, window, tape, regs, work.control
        )

    if worth_watching(seconds):
        record(0)  # compiled before it is watched
    watch = Watch()
    watch.take(work.control)
    watched(partial(record, steps), watch, seconds, steps, "marginals of a run")
    found = []
    for s in range(steps + 1):
        first, last, base = (int(x) for x in window[s])
        cells = tape[base + first * at.symbols : base + (last + 1) * at.symbols].reshape(-1, at.symbols)
        if s < steps:
            cells[-first] = regs[s, at.y : at.y + at.symbols]
        found.append(Marginals(regs[s, at.z : at.z + at.states], first, cells))
    return found
