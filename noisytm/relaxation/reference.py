"""The relaxed step over any commutative semiring, as literally as it can be written.

The slow twin that the compiled kernels are tested against, sharing no code with them: no window of live
cells, no traced circuit, a dictionary for a tape, every sum written out. Over `Numbers` it gives
probabilities (floats, fractions, balls), over `MinPlus` the cheapest fatal syndrome, over `Monomials` all
the minimal ones.
"""

from __future__ import annotations

import functools
import itertools
import math
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from noisytm.codespace import CodeSpace
from noisytm.errors import BudgetError, ProblemError
from noisytm.machine import MOVES, Word, shown
from noisytm.problem import SynthesisProblem, readout_width

Value = Any  # an element of the semiring at hand
Distribution = list[Value]
Tape = dict[int, Distribution]
Code = Sequence[Sequence[Value]]


class Semiring:
    """A commutative semiring, and how it forms "the mass of everything but this tuple"."""

    zero: Value
    one: Value

    def plus(self, a: Value, b: Value) -> Value:
        """Return a + b."""
        raise NotImplementedError

    def times(self, a: Value, b: Value) -> Value:
        """Return a · b."""
        raise NotImplementedError

    def sum(self, values: Iterable[Value]) -> Value:
        """Return the sum of ``values``, zero if there are none."""
        return functools.reduce(self.plus, values, self.zero)

    def product(self, values: Iterable[Value]) -> Value:
        """Return the product of ``values``, one if there are none."""
        return functools.reduce(self.times, values, self.one)

    def rest(self, y: Distribution, z: Distribution, symbol: int, state: int) -> Value:
        """Return the mass of every (symbol, state) but this one, as a sum."""
        return self.sum(
            self.times(a, b)
            for (s, a), (q, b) in itertools.product(enumerate(y), enumerate(z))
            if (s, q) != (symbol, state)
        )

    def normalised(self, distribution: Distribution) -> Distribution:
        """Return ``distribution`` with its mass restored; nothing is lost in an exact semiring."""
        return distribution


class Numbers(Semiring):
    """Anything with + and ·: floats, fractions, flint balls, NumPy arrays that hold a batch.

    Parameters
    ----------
    zero, one : number
        The neutral elements; they fix the kind of number.
    log1p : callable
        log(1 + x), used by the log loss only.

    Examples
    --------
    >>> from fractions import Fraction
    >>> Numbers(Fraction(0), Fraction(1)).sum([Fraction(1, 3), Fraction(1, 6)])
    Fraction(1, 2)
    """

    def __init__(self, zero: Value = 0.0, one: Value = 1.0, log1p: Callable[[Value], Value] = math.log1p) -> None:
        self.zero, self.one, self.log1p = zero, one, log1p

    def plus(self, a: Value, b: Value) -> Value:
        """Return a + b."""
        return a + b

    def times(self, a: Value, b: Value) -> Value:
        """Return a · b."""
        return a * b


class Probabilities(Numbers):
    """Floats with the mass restored structurally: the largest entry is 1 − Σ of the others.

    Left alone, a mass error is multiplied at every step. Small entries stay sums of non-negative terms, so
    they keep their full relative accuracy, which dividing by the sum would not spoil but would hide.

    Examples
    --------
    >>> Probabilities().normalised([0.25, 0.5])
    [0.25, 0.75]
    """

    def rest(self, y: Distribution, z: Distribution, symbol: int, state: int) -> Value:
        """Return 1 − y·z without cancellation: (1 − y) + y·(1 − z)."""
        return _complement(y, symbol) + y[symbol] * _complement(z, state)

    def normalised(self, distribution: Distribution) -> Distribution:
        """Return ``distribution`` with its largest entry formed from the others."""
        largest = max(range(len(distribution)), key=distribution.__getitem__)
        restored = 1.0 - sum(_others(distribution, largest))
        return [restored if i == largest else x for i, x in enumerate(distribution)]


class MinPlus(Semiring):
    """Costs: plus is the minimum, times adds. Python integers stay exact; zero is infinity.

    Examples
    --------
    >>> costs = MinPlus()
    >>> costs.plus(3, costs.times(1, 1)), costs.sum([])
    (2, inf)
    """

    zero = math.inf
    one = 0

    def plus(self, a: Value, b: Value) -> Value:
        """Return the lesser cost."""
        return min(a, b)

    def times(self, a: Value, b: Value) -> Value:
        """Return the cost of paying both."""
        return math.inf if math.inf in (a, b) else a + b


class Monomials(Semiring):
    """Monomial ideals: upward-closed sets of exponents, as the frozenset of their minimal elements.

    Parameters
    ----------
    variables : int
        Number of variables.
    max_size : int, optional
        The most minimal generators that a value may have.

    Raises
    ------
    BudgetError
        By `plus` and `times`, if a value has more than ``max_size`` generators.

    Examples
    --------
    >>> ideals = Monomials(2)
    >>> x, y = ideals.variable(0), ideals.variable(1)
    >>> sorted(ideals.plus(ideals.times(x, x), ideals.times(x, ideals.plus(x, y))))
    [(1, 1), (2, 0)]
    """

    zero: frozenset[tuple[int, ...]] = frozenset()

    def __init__(self, variables: int, max_size: int | None = None) -> None:
        self.variables, self.max_size = variables, max_size
        self.one = frozenset({(0,) * variables})

    def variable(self, index: int) -> frozenset[tuple[int, ...]]:
        """Return the ideal of one variable."""
        return frozenset({tuple(int(i == index) for i in range(self.variables))})

    def plus(self, a: Value, b: Value) -> Value:
        """Return the ideal that both generate together."""
        return self._minimal(a | b)

    def times(self, a: Value, b: Value) -> Value:
        """Return the product ideal: all sums of an exponent of ``a`` and one of ``b``."""
        return self._minimal({tuple(map(sum, zip(x, y, strict=True))) for x in a for y in b})

    def _minimal(self, exponents: Iterable[tuple[int, ...]]) -> frozenset[tuple[int, ...]]:
        kept: list[tuple[int, ...]] = []
        for candidate in sorted(exponents, key=sum):
            if not any(all(k <= c for k, c in zip(known, candidate, strict=True)) for known in kept):
                kept.append(candidate)
        if self.max_size is not None and len(kept) > self.max_size:
            raise BudgetError(
                f"a monomial ideal has {len(kept)} generators; the limit is {self.max_size}; raise max_size"
            )
        return frozenset(kept)


def step(
    algebra: Semiring, space: CodeSpace, code: Code, semantics: str, tape: Tape, z: Distribution
) -> tuple[Tape, Distribution]:
    """Make one relaxed step.

    Parameters
    ----------
    algebra : Semiring
        What plus and times mean.
    space : CodeSpace
        The listed tuples, S symbols and |Q| states.
    code : N rows of S + |Q| + 3 values
        Write, next and move entries of every listed tuple.
    semantics : {"mean-field", "pseudo-utm"}
        How the tuples compete.
    tape : dict of int to list of S values
        Head-relative cells; absent ones are blank.
    z : list of |Q| values
        The state.

    Returns
    -------
    tape, z
        The configuration after the step.

    Raises
    ------
    ProblemError
        If the semantics is neither of the two.

    Examples
    --------
    >>> from fractions import Fraction
    >>> from noisytm.machine import TuringMachine
    >>> half = Fraction(1, 2)
    >>> machine = TuringMachine(["_"], "_", ["a", "b"], "a", [("_", "a", "_", "b", "S")])
    >>> exact = Numbers(Fraction(0), Fraction(1))
    >>> code = [[Fraction(1), half, half, Fraction(0), Fraction(1), Fraction(0)]]
    >>> step(exact, CodeSpace.of(machine), code, "mean-field", {}, [half, half])[1]
    [Fraction(1, 4), Fraction(3, 4)]
    """
    if semantics not in _ACTIONS:
        raise ProblemError(f"semantics is {shown(semantics)}; the marginal ones are {', '.join(_ACTIONS)}")
    y = algebra.normalised(_cell(algebra, space, tape, 0))
    written, state, move = _ACTIONS[semantics](algebra, space, code, y, z)
    move = algebra.normalised(move)
    before: Tape = {**tape, 0: written}

    def moved(k: int) -> Distribution:
        sources = [_cell(algebra, space, before, k + shift) for shift in (-1, 0, 1)]  # as the moves L, S, R
        columns = zip(*sources, strict=True)
        return [algebra.sum(map(algebra.times, move, column)) for column in columns]

    after = {k: moved(k) for k in range(min(before) - 1, max(before) + 2)}
    return after, algebra.normalised(state)


def history(
    algebra: Semiring, space: CodeSpace, code: Code, word: Word, steps: int, semantics: str
) -> list[tuple[Tape, Distribution]]:
    """Return the configurations (tape, z) before the first step and after each of ``steps`` steps.

    Examples
    --------
    >>> from noisytm.machine import TuringMachine
    >>> machine = TuringMachine(["_", "1"], "_", ["go"], "go", [("1", "go", "_", "go", "R")])
    >>> space = CodeSpace.of(machine)
    >>> tape, z = history(Numbers(), space, space.embed(machine).tolist(), ("1", "1"), 1, "mean-field")[-1]
    >>> tape[-1], tape[0]
    ([1.0, 0.0], [0.0, 1.0])
    """
    tape: Tape = {k: _point(algebra, space.symbols, symbol) for k, symbol in enumerate(word)}
    z = _point(algebra, space.states, space.start)
    configurations = [(tape, z)]
    for _ in range(steps):
        configurations.append(step(algebra, space, code, semantics, *configurations[-1]))
    return configurations


def wrong(algebra: Semiring, problem: SynthesisProblem, code: Code, semantics: str) -> list[Value]:
    """Return, for each input, the mass of the readouts that are not accepted: a sum, never 1 − accepted.

    Examples
    --------
    >>> from noisytm.machine import TuringMachine
    >>> machine = TuringMachine(["_"], "_", ["a", "b"], "a", [("_", "a", "_", "b", "S")])
    >>> problem = SynthesisProblem(CodeSpace.of(machine), ((),), 1, "state", (("b",),), (1,))
    >>> wrong(MinPlus(), problem, [[0, 7, 0, 9, 0, 9]], "mean-field")
    [7]
    """
    return [
        _rejected(algebra, _marginals(algebra, problem, code, semantics, word), _indices(problem, target))
        for word, target in zip(problem.inputs, problem.targets, strict=True)
    ]


def loss(algebra: Numbers, problem: SynthesisProblem, code: Code, semantics: str, kind: str) -> Value:
    """Return the ``log`` or ``brier`` loss over numbers.

    Raises
    ------
    ProblemError
        If ``kind`` is neither.

    Examples
    --------
    >>> from noisytm.machine import TuringMachine
    >>> machine = TuringMachine(["_"], "_", ["a", "b"], "a", [("_", "a", "_", "b", "S")])
    >>> problem = SynthesisProblem(CodeSpace.of(machine), ((),), 1, "state", (("b",),), (1,))
    >>> loss(Numbers(), problem, [[1.0, 0.25, 0.75, 0.0, 1.0, 0.0]], "mean-field", "brier")
    0.0625
    """
    if kind not in ("log", "brier"):
        raise ProblemError(f"loss is {shown(kind)}; it must be 'log' or 'brier'")
    if kind == "log":
        terms = [-algebra.log1p(-f) for f in wrong(algebra, problem, code, semantics)]
    else:
        terms = [
            _brier(algebra, _marginals(algebra, problem, code, semantics, word), _indices(problem, target))
            for word, target in zip(problem.inputs, problem.targets, strict=True)
        ]
    # Numerator and denominator apart, because balls do not multiply with fractions.
    return algebra.sum(t * q.numerator / q.denominator for t, q in zip(terms, problem.weights, strict=True))


def _point(algebra: Semiring, values: Sequence[str], value: str) -> Distribution:
    return [algebra.one if v == value else algebra.zero for v in values]


def _cell(algebra: Semiring, space: CodeSpace, tape: Tape, k: int) -> Distribution:
    return tape[k] if k in tape else _point(algebra, space.symbols, space.blank)


def _others(distribution: Distribution, index: int) -> Distribution:
    return [x for i, x in enumerate(distribution) if i != index]


def _complement(distribution: Distribution, index: int) -> float:
    value = distribution[index]
    return 1.0 - value if value <= 0.5 else sum(_others(distribution, index))


Action = tuple[Distribution, Distribution, Distribution]
Branch = tuple[Value, Sequence[Value]]


def _mixture(algebra: Semiring, space: CodeSpace, branches: Iterable[Branch]) -> Action:
    """Return Σ mass·row over (mass, row), cut into its write, next and move entries."""
    columns = range(space.shape[1])
    weighted = [[algebra.times(mass, row[c]) for c in columns] for mass, row in branches]
    mixed = [algebra.sum(row[c] for row in weighted) for c in columns]
    s, q = len(space.symbols), len(space.states)
    return mixed[:s], mixed[s : s + q], mixed[s + q :]


def _mean_field(algebra: Semiring, space: CodeSpace, code: Code, y: Distribution, z: Distribution) -> Action:
    listed = dict(zip(space.key_indices, code, strict=True))
    branches: list[Branch] = []
    for (s, symbol), (q, state) in itertools.product(enumerate(space.symbols), enumerate(space.states)):
        unchanged = [
            value
            for values, same in ((space.symbols, symbol), (space.states, state), (MOVES, "S"))
            for value in _point(algebra, values, same)
        ]
        branches.append((algebra.times(y[s], z[q]), listed.get((s, q), unchanged)))
    return _mixture(algebra, space, branches)


def _pseudo_utm(algebra: Semiring, space: CodeSpace, code: Code, y: Distribution, z: Distribution) -> Action:
    keys = space.key_indices
    rests = [algebra.rest(y, z, s, q) for s, q in keys]
    branches: list[Branch] = [
        (algebra.product([algebra.times(y[s], z[q]), *rests[i + 1 :]]), code[i]) for i, (s, q) in enumerate(keys)
    ]
    branches.append((algebra.product(rests), [*y, *z, *_point(algebra, MOVES, "S")]))
    return _mixture(algebra, space, branches)


_ACTIONS: dict[str, Callable[..., Action]] = {"mean-field": _mean_field, "pseudo-utm": _pseudo_utm}


def _marginals(
    algebra: Semiring, problem: SynthesisProblem, code: Code, semantics: str, word: Word
) -> list[Distribution]:
    """Return the marginals that the readout looks at: the state alone, or the K cells."""
    tape, z = history(algebra, problem.space, code, word, problem.steps, semantics)[-1]
    width = readout_width(problem.readout)
    return [_cell(algebra, problem.space, tape, k) for k in range(width)] if width else [z]


def _indices(problem: SynthesisProblem, target: Sequence[str]) -> list[int]:
    values = problem.space.states if problem.readout == "state" else problem.space.symbols
    return [values.index(x) for x in target]


def _rejected(algebra: Semiring, marginals: list[Distribution], target: list[int]) -> Value:
    """Add up the first wrong marginal: all before it right, those after it anything, of mass one."""
    rejected, accepted = algebra.zero, algebra.one
    for marginal, right in zip(marginals, target, strict=True):
        rejected = algebra.plus(rejected, algebra.times(accepted, algebra.sum(_others(marginal, right))))
        accepted = algebra.times(accepted, marginal[right])
    return rejected


def _brier(algebra: Numbers, marginals: list[Distribution], target: list[int]) -> Value:
    """Return ½‖p − e‖², p the product of the marginals, with 1 − p(target) as the rejected mass."""
    outcomes = itertools.product(*(range(len(m)) for m in marginals))
    wrong_words = (w for w in outcomes if list(w) != target)
    others = [algebra.product(m[x] for m, x in zip(marginals, w, strict=True)) for w in wrong_words]
    return algebra.sum(p * p for p in [_rejected(algebra, marginals, target), *others]) / 2
