"""Run a semantics once on symbols: the straight-line program that every reading of the step is made from."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import TYPE_CHECKING

from noisytm.relaxation.semantics import Marginal, checked_semantics

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Keys = tuple[tuple[int, int], ...]


class Op(IntEnum):
    """What an instruction (op, target, a, b) does to the registers."""

    PLUS = 0
    TIMES = 1
    COPY = 2
    ZERO = 3
    ONE = 4
    REST = 5  # of the pair b = σ·|Q| + q, whose mass stands at a: (1 − y_σ) + y_σ (1 − z_q)


@dataclass(frozen=True)
class Layout:
    """Where in the registers of one step each quantity stands.

    The order is y (S), 1−y (S), z (|Q|), 1−z (|Q|), the outputs match (N), write (S), next (|Q|), stay (1),
    then the written symbol A (S) and the move D (3), which the mix fills, then temporaries.
    `kernels/step.py` repeats this arithmetic; the tests compare the two.
    """

    symbols: int
    states: int
    tuples: int

    @property
    def outputs(self) -> int:
        """First register of the outputs of the head."""
        return 2 * (self.symbols + self.states)

    @property
    def temporaries(self) -> int:
        """First register of the temporaries."""
        return self.outputs + self.tuples + self.symbols + self.states + 1 + self.symbols + 3


@dataclass(frozen=True)
class Trace:
    """The head of one semantics for one shape as a straight-line program over a semiring.

    Attributes
    ----------
    semantics : str
        Name of the semantics.
    layout : Layout
        Meaning of the registers.
    instructions : tuple of (op, target, a, b)
        In order; every register is written once.
    registers : int
        Number of registers in all.
    """

    semantics: str
    layout: Layout
    instructions: tuple[tuple[int, int, int, int], ...]
    registers: int

    @functools.cached_property
    def arrays(self) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
        """The shape (S, |Q|, N, registers) and the instructions, (n, 4) int32, for the interpreter."""
        import numpy as np

        shape = np.array([self.layout.symbols, self.layout.states, self.layout.tuples, self.registers], dtype=np.int64)
        return shape, np.array(self.instructions, dtype=np.int32).reshape(-1, 4)


@dataclass
class _Recorder:
    """The primitives, recording. A value is a register number, or an `Op` for a constant."""

    layout: Layout
    instructions: list[tuple[int, int, int, int]] = field(default_factory=list)
    zero: int = -1
    one: int = -2

    def __post_init__(self) -> None:
        self.next_register = self.layout.temporaries
        self._recorded: dict[tuple[Op, int, int], int] = {}

    def record(self, op: Op, a: int, b: int = 0) -> int:
        if (op, a, b) not in self._recorded:
            self._recorded[op, a, b] = self.next_register
            self.instructions.append((int(op), self.next_register, a, b))
            self.next_register += 1
        return self._recorded[op, a, b]

    def plus(self, a: int, b: int) -> int:
        if a == self.zero:
            return b
        return a if b == self.zero else self.record(Op.PLUS, a, b)

    def times(self, a: int, b: int) -> int:
        if self.zero in (a, b):
            return self.zero
        if a == self.one:
            return b
        return a if b == self.one else self.record(Op.TIMES, a, b)

    def rest(self, symbol: int, state: int) -> int:
        # An instruction of its own: forwards it is a sum of non-negative terms, so that small values stay accurate;
        # backwards over probabilities it is the shorter 1 − mass.
        mass = self.times(symbol, 2 * self.layout.symbols + state)
        return self.record(Op.REST, mass, symbol * self.layout.states + state)


def trace(semantics: str | Marginal, symbols: int, states: int, keys: Keys) -> Trace:
    """Trace a semantics for one shape.

    Parameters
    ----------
    semantics : str or Marginal
        A semantics that follows marginals.
    symbols, states : int
        S and |Q|.
    keys : tuple of (symbol, state) indices
        The listed tuples in order.

    Examples
    --------
    >>> trace("mean-field", 1, 2, ((0, 0), (0, 1))).instructions
    ((1, 6, 0, 2), (1, 7, 0, 3), (3, 8, 0, 0), (3, 9, 0, 0), (3, 10, 0, 0), (3, 11, 0, 0))
    """
    return _trace(checked_semantics(semantics, Marginal), symbols, states, keys)


@functools.lru_cache(maxsize=256)
def _trace(semantics: Marginal, symbols: int, states: int, keys: Keys) -> Trace:
    layout = Layout(symbols, states, len(keys))
    recorder = _Recorder(layout)
    y = list(range(symbols))
    z = list(range(2 * symbols, 2 * symbols + states))
    head = semantics.head(recorder, y, z, keys)
    outputs = [*head.match, *head.write, *head.next, head.stay]
    instructions, registers = _with_outputs_in_place(recorder, outputs)
    return Trace(semantics.name, layout, instructions, registers)


def _with_outputs_in_place(
    recorder: _Recorder, outputs: Sequence[int]
) -> tuple[tuple[tuple[int, int, int, int], ...], int]:
    """Let each output be computed straight into its register, or be copied there if it has to stand in two."""
    first = recorder.layout.outputs
    place: dict[int, int] = {}
    copies = []
    for target, value in enumerate(outputs, start=first):
        if value in (recorder.zero, recorder.one):
            copies.append((int(Op.ZERO if value == recorder.zero else Op.ONE), target, 0, 0))
        elif value < first or value in place:
            copies.append((int(Op.COPY), target, value, 0))
        else:
            place[value] = target
    fresh = recorder.layout.temporaries
    for _, register, _, _ in recorder.instructions:
        if register not in place:
            place[register] = fresh
            fresh += 1

    def moved(register: int) -> int:
        return place.get(register, register)

    body = [(op, moved(t), moved(a), b if op == Op.REST else moved(b)) for op, t, a, b in recorder.instructions]
    body += [(op, t, moved(a) if op == Op.COPY else 0, 0) for op, t, a, _ in copies]
    return tuple(body), fresh
