"""Run a semantics once on symbols: the straight-line program that every reading of the step is made from."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from noisytm.relaxation.marginal.kernels import LONGEST_SPAN, Layout, Op, layout, span
from noisytm.relaxation.semantics import Marginal, checked_semantics

if TYPE_CHECKING:
    from noisytm.relaxation.marginal.kernels import Program

Keys = tuple[tuple[int, int], ...]


class NoisyKeys(NamedTuple):
    """The keys of N tuples that err: how many, and the states that a key can name."""

    tuples: int
    named: tuple[int, ...]


# The operations whose second operand is a register.
OF_REGISTERS = (Op.PLUS, Op.TIMES)


class Instruction(NamedTuple):
    """What to do to the registers: ``op`` on the registers ``a`` and ``b``, into ``target``; see `Op`."""

    op: Op
    target: int
    a: int
    b: int


@dataclass(frozen=True)
class Trace:
    """The head of one semantics for one shape as a straight-line program over a semiring.

    Attributes
    ----------
    semantics : str
        Name of the semantics.
    layout : Layout
        Meaning of the registers.
    instructions : tuple of Instruction
        In order; every register is written once.
    registers : int
        Number of registers in all.
    """

    semantics: str
    layout: Layout
    instructions: tuple[Instruction, ...]
    registers: int

    @functools.cached_property
    def work(self) -> int:
        """Number of sums and products, roughly: an instruction has one, or as many as it has terms."""
        dots = (span(b).size for op, _, _, b in self.instructions if op in (Op.DOT, Op.DOT_REST))
        return len(self.instructions) + sum(n - 1 for n in dots)

    @functools.cached_property
    def program(self) -> Program:
        """The shape and the instructions as arrays, for the interpreter."""
        import numpy as np

        from noisytm.relaxation.marginal.kernels import Program

        at = self.layout
        shape = np.array([at.symbols, at.states, at.tuples, self.registers, at.keys], dtype=np.int64)
        return Program(shape, np.array(self.instructions, dtype=np.int32).reshape(-1, len(Instruction._fields)))


@dataclass
class _Recorder:
    """The primitives, recording. A value is a register number, or an `Op` for a constant."""

    layout: Layout
    instructions: list[Instruction] = field(default_factory=list)
    zero: int = -1
    one: int = -2

    def __post_init__(self) -> None:
        self.next_register = self.layout.temporaries
        self._recorded: dict[tuple[Op, int, int], int] = {}

    def record(self, op: Op, a: int, b: int = 0) -> int:
        if (op, a, b) not in self._recorded:
            self._recorded[op, a, b] = self.next_register
            self.instructions.append(Instruction(op, self.next_register, a, b))
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
        mass = self.times(self.layout.y + symbol, self.layout.z + state)
        return self.record(Op.REST, mass, symbol * self.layout.states + state)


@dataclass
class _KeyRecorder(_Recorder):
    """The primitives where keys err. The key of tuple i stands first in row i of the code."""

    named: tuple[int, ...] = ()

    def _dots(self, register: int, entry: int, count: int) -> tuple[int, int]:
        """Record a sum over a key and that with rests, one behind the other; return both."""
        total = rest = self.zero
        for done in range(0, count, LONGEST_SPAN):
            a, b = register + done, LONGEST_SPAN * (entry + done) + min(LONGEST_SPAN, count - done) - 1
            of_values, of_rests = self.record(Op.DOT, a, b), self.record(Op.DOT_REST, a, b)
            total, rest = self.plus(total, of_values), self.plus(rest, of_rests)
        return total, rest

    def _symbols(self, i: int) -> tuple[int, int]:
        return self._dots(self.layout.y, i * self.layout.row, self.layout.symbols)

    def _states(self, i: int) -> tuple[int, int]:
        """Record both for each run of states that keys can name, which stand side by side in the key."""
        first, begin = i * self.layout.row + self.layout.symbols, 0
        total = rest = self.zero
        for k, state in enumerate(self.named):
            if k + 1 == len(self.named) or self.named[k + 1] != state + 1:
                parts = self._dots(self.layout.z + self.named[begin], first + begin, k + 1 - begin)
                total, rest, begin = self.plus(total, parts[0]), self.plus(rest, parts[1]), k + 1
        return total, rest

    def symbol(self, i: int) -> int:
        return self._symbols(i)[0]

    def other_symbol(self, i: int) -> int:
        return self._symbols(i)[1]

    def state(self, i: int) -> int:
        return self._states(i)[0]

    def other_state(self, i: int) -> int:
        return self._states(i)[1]

    def _entries(self, i: int, first: int, values: Iterable[int]) -> int:
        total = self.zero
        for value in values:
            total = self.plus(total, self.record(Op.ENTRY, 0, i * self.layout.row + first + value))
        return total

    def reads(self, i: int, symbol: int) -> int:
        return self._entries(i, 0, [symbol])

    def reads_another(self, i: int, symbol: int) -> int:
        return self._entries(i, 0, (x for x in range(self.layout.symbols) if x != symbol))

    def is_in(self, i: int, state: int) -> int:
        return self._entries(i, self.layout.symbols, (k for k, q in enumerate(self.named) if q == state))

    def is_in_another(self, i: int, state: int) -> int:
        return self._entries(i, self.layout.symbols, (k for k, q in enumerate(self.named) if q != state))


def trace(semantics: str | Marginal, symbols: int, states: int, keys: Keys | NoisyKeys) -> Trace:
    """Trace a semantics for one shape.

    Parameters
    ----------
    semantics : str or Marginal
        A semantics that follows marginals.
    symbols, states : int
        S and |Q|.
    keys : tuple of (symbol, state) indices, or NoisyKeys
        The listed tuples in order, or, where their keys err, how many there are.

    Examples
    --------
    >>> for op, target, a, b in trace("mean-field", 1, 1, ((0, 0),)).instructions:
    ...     print(op.name, target, a, b)
    TIMES 4 0 2
    ZERO 5 0 0
    ZERO 6 0 0
    ZERO 7 0 0
    """
    return _trace(checked_semantics(semantics, Marginal), symbols, states, keys)


def tabled(semantics: Marginal, symbols: int, states: int, listed: NoisyKeys) -> Trace:
    """Trace a semantics that averages scans for the table that a list is on average: a row for each key there may be.

    Examples
    --------
    >>> from noisytm.relaxation.semantics import SEMANTICS
    >>> tabled(SEMANTICS.named("mean-field"), 3, 2, NoisyKeys(4, (0, 1))).layout.tuples
    6
    """
    return _trace(semantics, symbols, states, tuple(itertools.product(range(symbols), listed.named)))


@functools.lru_cache(maxsize=256)
def _trace(semantics: Marginal, symbols: int, states: int, keys: Keys | NoisyKeys) -> Trace:
    recorder: _Recorder
    if isinstance(keys, NoisyKeys):
        at = layout(symbols, states, keys.tuples, symbols + len(keys.named))
        recorder = scanned = _KeyRecorder(at, named=keys.named)
        head = semantics.scan(scanned, range(symbols), range(at.z, at.z + states), keys.tuples)
    else:
        at = layout(symbols, states, len(keys))
        recorder = _Recorder(at)
        head = semantics.head(recorder, range(symbols), range(at.z, at.z + states), keys)
    outputs = [*head.match, *head.write, *head.next, head.stay]
    instructions, registers = _with_outputs_in_place(recorder, outputs)
    return Trace(semantics.name, at, instructions, registers)


def _with_outputs_in_place(recorder: _Recorder, outputs: Sequence[int]) -> tuple[tuple[Instruction, ...], int]:
    """Let each output be computed straight into its register, or be copied there if it has to stand in two."""
    first = recorder.layout.match
    place: dict[int, int] = {}
    copies: list[Instruction] = []
    for target, value in enumerate(outputs, start=first):
        if value in (recorder.zero, recorder.one):
            copies.append(Instruction(Op.ZERO if value == recorder.zero else Op.ONE, target, 0, 0))
        elif value < first or value in place:
            copies.append(Instruction(Op.COPY, target, value, 0))
        else:
            place[value] = target
    fresh = recorder.layout.temporaries
    for _, register, _, _ in recorder.instructions:
        if register not in place:
            place[register] = fresh
            fresh += 1

    def moved(register: int) -> int:
        return place.get(register, register)

    body = [
        Instruction(op, moved(t), moved(a), moved(b) if op in OF_REGISTERS else b)
        for op, t, a, b in recorder.instructions
    ]
    body += [Instruction(op, t, moved(a) if op == Op.COPY else 0, 0) for op, t, a, _ in copies]
    return tuple(body), fresh
