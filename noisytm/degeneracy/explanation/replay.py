"""A run of the machine in which some entries err at some steps, made again step by step."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

from noisytm.codespace import KEY_KINDS, KINDS
from noisytm.degeneracy.explanation.choices import Entry
from noisytm.machine import Description, Word
from noisytm.problem import Outcome, SynthesisProblem

SHIFT = {"L": -1, "S": 0, "R": 1}


class Frame(NamedTuple):
    """A configuration: where the head is, the state, and the tape: the cell it begins at, and its symbols."""

    head: int
    state: str
    first: int
    cells: tuple[str, ...]

    def cell(self, position: int, blank: str) -> str:
        """Return the symbol at a position of the tape."""
        at = position - self.first
        return self.cells[at] if 0 <= at < len(self.cells) else blank


class Replay(NamedTuple):
    """A run with errors: the configuration before the first step and after each, and the errors really made."""

    frames: tuple[Frame, ...]
    made: tuple[tuple[Entry, ...], ...]


def rerun(machine: Description, word: Word, errors: Sequence[Collection[Entry]]) -> Replay:
    """Run a machine, or a list of tuples, as many steps as there are sets of errors, each made at its step.

    An error is made if the tuple is used at that step; one in a key if it is there. What stops rests.

    Parameters
    ----------
    machine : TuringMachine or Description
        The machine. Of tuples with the same key the last one acts.
    word : tuple of str
        The input.
    errors : sequence of collections of Entry
        What errs at each step.

    Examples
    --------
    >>> from noisytm import library
    >>> found = rerun(library.machine("detectA"), ("B",), [[Entry(4, "write", "A")], [Entry(1, "next", "reject")]])
    >>> [(frame.head, frame.state) for frame in found.frames], found.made[1]
    ([(0, 'reject'), (1, 'reject'), (1, 'reject')], ())
    """
    tape, head, state = dict(enumerate(word)), 0, machine.start
    frames, made = [_frame(tape, head, state, machine.blank)], []
    for erring in errors:
        values = {(e.at, e.kind): e.value for e in erring}
        symbol = tape.get(head, machine.blank)
        at = _acting(machine, symbol, state, values)
        used = [e for e in erring if e.kind in KEY_KINDS or e.at == at]
        if at is not None:
            t = machine.tuples[at]
            own = dict(zip(KINDS, t[2:], strict=True))
            done = {kind: values.get((at, kind), own[kind]) for kind in KINDS}
            tape[head], state = done["write"], done["next"]
            head += SHIFT[done["move"]]
        made.append(tuple(used))
        frames.append(_frame(tape, head, state, machine.blank))
    return Replay(tuple(frames), tuple(made))


def _acting(machine: Description, symbol: str, state: str, values: dict[tuple[int, str], str]) -> int | None:
    """Return the number of the last tuple whose key is this one, errors in keys included."""
    if state in machine.halting:
        return None
    for i in reversed(range(len(machine.tuples))):
        read, in_ = machine.tuples[i][:2]
        if (values.get((i, "read"), read), values.get((i, "in"), in_)) == (symbol, state):
            return i
    return None


def _frame(tape: dict[int, str], head: int, state: str, blank: str) -> Frame:
    there = [k for k, symbol in tape.items() if symbol != blank] + [head]
    first, last = min(there), max(there)
    return Frame(head, state, first, tuple(tape.get(k, blank) for k in range(first, last + 1)))


def outcome_of(problem: SynthesisProblem, frame: Frame) -> Outcome:
    """Return what the readout of a problem reads off a configuration."""
    return problem.readout.outcome(frame.state, lambda k: frame.cell(frame.head + k, problem.space.blank))
