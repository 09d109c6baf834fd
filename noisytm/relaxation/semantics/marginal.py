"""The semantics that follow marginals: every cell, and the state, has a distribution of its own.

Such a semantics is one function in the primitives ``plus``, ``times`` and ``rest``: how the head's symbol and the state
choose a tuple. What follows, mixing the code in and moving the tape, is the same for all.
"""

from __future__ import annotations

import itertools
import math
from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from noisytm.codespace import KINDS, NoisyKeySpace
from noisytm.errors import BudgetError
from noisytm.machine import MOVES
from noisytm.problem import STATE
from noisytm.relaxation.semantics.contract import Code, Reading, Semantics, Value

if TYPE_CHECKING:
    from noisytm.codespace import CodeSpace
    from noisytm.machine import Word
    from noisytm.problem import Outcome, SynthesisProblem

# Up to so many readouts are looked at one by one.
MOST_LISTED = 4096
VALUES_OF_A_CELL = 20  # what the marginals of one cell for one step take, roughly

Distribution = Sequence[Value]
Tape = dict[int, Distribution]  # head-relative; absent cells are blank
Keys = Sequence[tuple[int, int]]
Named = tuple[Sequence[str], Distribution]  # what a place may hold, and how likely each is


class Primitives(Protocol):
    """What a marginal semantics may use. Values are opaque."""

    zero: Any
    one: Any

    def plus(self, a: Any, b: Any) -> Any:
        """Either a or b."""

    def times(self, a: Any, b: Any) -> Any:
        """Both a and b."""

    def rest(self, symbol: int, state: int) -> Any:
        """The mass of every (symbol, state) but this one."""


class KeyPrimitives(Primitives, Protocol):
    """What there is besides where the keys of tuples err: sums over a key's values, weighted by their probabilities."""

    def symbol(self, i: int) -> Any:
        """The mass with which the key symbol of tuple i is the head's: Σ k_i(σ) y(σ)."""

    def other_symbol(self, i: int) -> Any:
        """The mass with which it is another one: Σ k_i(σ) y(σ') over σ ≠ σ'."""

    def state(self, i: int) -> Any:
        """The mass with which the key state of tuple i is the state."""

    def other_state(self, i: int) -> Any:
        """The mass with which it is another one."""

    def reads(self, i: int, symbol: int) -> Any:
        """The probability that the key symbol of tuple i is this one."""

    def reads_another(self, i: int, symbol: int) -> Any:
        """The probability that it is another one."""

    def is_in(self, i: int, state: int) -> Any:
        """The probability that the key state of tuple i is this one: zero for a halting state."""

    def is_in_another(self, i: int, state: int) -> Any:
        """The probability that it is another one."""


@dataclass(frozen=True)
class Head:
    """What the head does in one step, before the code is mixed in.

    Attributes
    ----------
    match : sequence of N values
        μ_i, the mass with which listed tuple i is used.
    write, next : sequences of S and of |Q| values
        What is added to the head's cell and to the state where no listed tuple is used.
    stay : value
        What is added to the move S there.
    """

    match: Sequence[Any]
    write: Sequence[Any]
    next: Sequence[Any]
    stay: Any


class Marginal(Semantics):
    """A semantics that follows marginals; `head` is all that it has to give.

    `noisytm.relaxation.marginal` traces it once per shape; the trace is compiled, differentiated, and read over
    costs.

    Attributes
    ----------
    averages_scans : bool
        Whether `scan` is the scan of the list at each exact symbol and state, of which the last match wins, averaged
        over these as `head` averages a table. Then a list is, on average, a table, and the kernels run that.
    """

    averages_scans: bool = False

    @abstractmethod
    def head(self, ops: Primitives, y: Sequence[Any], z: Sequence[Any], keys: Keys) -> Head:
        """Return how a step begins.

        Parameters
        ----------
        ops : Primitives
            The only operations on values.
        y, z : sequences of S and |Q| values
            Distributions of the head's symbol and of the state.
        keys : sequence of (symbol, state) indices
            The listed tuples in order.
        """

    def scan(self, ops: KeyPrimitives, y: Sequence[Any], z: Sequence[Any], tuples: int) -> Head:
        """Return how a step begins where the keys of the tuples err as well.

        Of a semantics that has no such step, `no_noisy_keys` says so.

        Parameters
        ----------
        ops : KeyPrimitives
            The only operations on values.
        y, z : sequences of S and |Q| values
            Distributions of the head's symbol and of the state.
        tuples : int
            Number N of listed tuples.
        """
        raise NotImplementedError

    def read(self, algebra: Any, problem: SynthesisProblem, code: Code) -> MarginalReading:
        """Return the readable step of a code; see `Semantics.read`."""
        return MarginalReading(self, algebra, problem, code)

    def require_room(self, problem: SynthesisProblem, max_size: int) -> None:
        """Raise `BudgetError` if the marginals of a run, a cell more to either side at each step, are too many."""
        cells = sum(problem.steps * (problem.steps + len(word)) for word in problem.inputs)
        if VALUES_OF_A_CELL * cells > max_size:
            raise BudgetError(
                f"the relaxed tapes have {cells} cells over all inputs and steps; the limit is"
                f" {max_size // VALUES_OF_A_CELL}; use fewer steps, or raise max_size"
            )


class _Operations:
    """The primitives over a semiring, at one head."""

    def __init__(self, algebra: Any, y: Distribution, z: Distribution) -> None:
        self.zero, self.one = algebra.zero, algebra.one
        self.plus, self.times = algebra.plus, algebra.times
        self._algebra, self._y, self._z = algebra, y, z

    def rest(self, symbol: int, state: int) -> Value:
        return self._algebra.rest(self._y, self._z, symbol, state)


class _KeyOperations(_Operations):
    """The primitives over a semiring where keys err, written out as sums over all pairs."""

    def __init__(self, algebra: Any, space: NoisyKeySpace, code: Code, y: Distribution, z: Distribution) -> None:
        super().__init__(algebra, y, z)
        (_, read, symbols), (_, state, named) = space.blocks[:2]
        self._read = [list(row[read : read + len(symbols)]) for row in code]
        self._in = []
        for row in code:
            known = dict(zip(space.named_states, row[state : state + len(named)], strict=True))
            self._in.append([known.get(q, algebra.zero) for q in range(len(space.states))])

    def _same(self, key: Distribution, values: Distribution) -> Value:
        return self._algebra.sum(map(self._algebra.times, key, values))

    def _different(self, key: Distribution, values: Distribution) -> Value:
        pairs = itertools.product(range(len(values)), repeat=2)
        return self._algebra.sum(self._algebra.times(key[i], values[j]) for i, j in pairs if i != j)

    def _but(self, key: Distribution, value: int) -> Value:
        return self._algebra.sum(x for i, x in enumerate(key) if i != value)

    def symbol(self, i: int) -> Value:
        return self._same(self._read[i], self._y)

    def other_symbol(self, i: int) -> Value:
        return self._different(self._read[i], self._y)

    def state(self, i: int) -> Value:
        return self._same(self._in[i], self._z)

    def other_state(self, i: int) -> Value:
        return self._different(self._in[i], self._z)

    def reads(self, i: int, symbol: int) -> Value:
        return self._read[i][symbol]

    def reads_another(self, i: int, symbol: int) -> Value:
        return self._but(self._read[i], symbol)

    def is_in(self, i: int, state: int) -> Value:
        return self._in[i][state]

    def is_in_another(self, i: int, state: int) -> Value:
        return self._but(self._in[i], state)


class Marginals:
    """The marginals of one code over a semiring, step by step: (tape, z), a dictionary of cells, and the state.

    Written as plainly as it can be: no window of live cells, no traced circuit, every sum written out.
    """

    def __init__(self, semantics: Marginal, algebra: Any, space: CodeSpace, code: Code) -> None:
        self._semantics, self._algebra, self._space, self._code = semantics, algebra, space, code

    def start(self, word: Word) -> tuple[Tape, Distribution]:
        """Return the marginals before the first step: all certain."""
        space = self._space
        return {k: self._point(space.symbols, x) for k, x in enumerate(word)}, self._point(space.states, space.start)

    def step(self, tape: Tape, z: Distribution) -> tuple[Tape, Distribution]:
        """Return the marginals after one step."""
        algebra = self._algebra
        written, state, move = self._mixed(algebra.normalised(self.cell(tape, 0)), z)
        move = algebra.normalised(move)
        now: Tape = {**tape, 0: written}

        def moved(k: int) -> Distribution:
            sources = [self.cell(now, k + shift) for shift in (-1, 0, 1)]  # as the moves L, S, R
            return [algebra.sum(map(algebra.times, move, column)) for column in zip(*sources, strict=True)]

        return {k: moved(k) for k in range(min(now) - 1, max(now) + 2)}, algebra.normalised(state)

    def _mixed(self, y: Distribution, z: Distribution) -> tuple[Distribution, Distribution, Distribution]:
        """Return what is written, the next state and the move: Σ match·row, and what is added beside it."""
        algebra, space, first = self._algebra, self._space, self._space.blocks[-len(KINDS)][1]
        if isinstance(space, NoisyKeySpace):
            head = self._semantics.scan(_KeyOperations(algebra, space, self._code, y, z), y, z, space.tuples)
        else:
            head = self._semantics.head(_Operations(algebra, y, z), y, z, space.key_indices)
        added = [*head.write, *head.next, *(head.stay if m == "S" else algebra.zero for m in MOVES)]
        used = list(zip(head.match, self._code, strict=True))
        mixed = [
            algebra.sum([*(algebra.times(mass, row[c]) for mass, row in used), more])
            for c, more in enumerate(added, start=first)
        ]
        s, q = len(space.symbols), len(space.states)
        return mixed[:s], mixed[s : s + q], mixed[s + q :]

    def cell(self, tape: Tape, k: int) -> Distribution:
        """Return the distribution of a cell, seen from the head."""
        return tape[k] if k in tape else self._point(self._space.symbols, self._space.blank)

    def _point(self, values: Sequence[str], value: str) -> list[Value]:
        return [self._algebra.one if v == value else self._algebra.zero for v in values]


class MarginalReading(Reading):
    """The marginals of a problem's runs, and what the readout makes of them."""

    def __init__(self, semantics: Marginal, algebra: Any, problem: SynthesisProblem, code: Code) -> None:
        super().__init__(algebra, problem, code)
        self.marginals = Marginals(semantics, algebra, problem.space, code)

    def start(self, word: Word) -> tuple[Tape, Distribution]:
        """Return the marginals before the first step."""
        return self.marginals.start(word)

    def step(self, before: tuple[Tape, Distribution], left: int) -> tuple[Tape, Distribution]:
        """Return the marginals after one more step."""
        return self.marginals.step(*before)

    def outcomes(self, end: tuple[Tape, Distribution]) -> Mapping[Outcome, Value]:
        """Return the value of every readout: cells are independent."""
        named = [list(zip(names, marginal, strict=True)) for names, marginal in self._read(end)]
        return {
            tuple(name for name, _ in letters): self.algebra.product(value for _, value in letters)
            for letters in itertools.product(*named)
        }

    def rejected(self, index: int, end: tuple[Tape, Distribution]) -> Value:
        """Return the value of the readouts that are not accepted: one by one, if they can be listed."""
        marginals = self._read(end)
        if math.prod(len(names) for names, _ in marginals) <= MOST_LISTED:
            return self._rejected_after(index, marginals, ())
        return self._rejected_by_mistakes(index, marginals)

    def _rejected_after(self, index: int, marginals: list[Named], read: tuple[str, ...]) -> Value:
        """Return the mass of the rejected readouts that begin with what has been read."""
        algebra = self.algebra
        if len(read) == len(marginals):
            return algebra.zero if self.problem.accepts(index, read) else algebra.one
        return algebra.sum(
            algebra.times(mass, self._rejected_after(index, marginals, (*read, name)))
            for name, mass in zip(*marginals[len(read)], strict=True)
        )

    def _rejected_by_mistakes(self, index: int, marginals: list[Named]) -> Value:
        """Return the same for long words: a value for each count of mistakes so far, a count for each accepted word."""
        algebra, accepted, most = self.algebra, self.problem.targets[index], self.problem.hamming
        masses: dict[tuple[int, ...], Value] = {(0,) * len(accepted): algebra.one}
        for c, named in enumerate(marginals):
            after: dict[tuple[int, ...], list[Value]] = {}
            for mistakes, so_far in masses.items():
                for name, mass in zip(*named, strict=True):
                    now = tuple(min(n + (y[c] != name), most + 1) for n, y in zip(mistakes, accepted, strict=True))
                    after.setdefault(now, []).append(algebra.times(so_far, mass))
            masses = {now: algebra.sum(parts) for now, parts in after.items()}
        return algebra.sum(mass for mistakes, mass in masses.items() if min(mistakes) > most)

    def _read(self, end: tuple[Tape, Distribution]) -> list[Named]:
        """Return what the places that the readout looks at may hold, and their marginals."""
        readout, (tape, z) = self.problem.readout, end
        marginals = [z if place == STATE else self.marginals.cell(tape, place) for place in readout.places]
        return list(zip(readout.alphabets(self.problem.space), marginals, strict=True))
