"""The relaxed step over any commutative semiring, as literally as it can be written.

The slow twin that the compiled kernels are tested against, sharing no code with them: no window of live
cells, no traced circuit, a dictionary for a tape, every sum written out. Over `Numbers` it gives
probabilities (floats, fractions, balls), over `MinPlus` the cheapest fatal syndrome, over `Monomials` all
the minimal ones. The semantics that are not marginal stand in `reference_paths`.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Sequence

from noisytm._text import shown
from noisytm.algebra import Distribution, Numbers, Semiring, Value
from noisytm.codespace import CodeSpace
from noisytm.errors import ProblemError
from noisytm.losses import LOSSES, Loss
from noisytm.machine import MOVES, Word
from noisytm.problem import SynthesisProblem, readout_width
from noisytm.relaxation.generic.paths import rejected, terms_with_squares
from noisytm.relaxation.semantics import PATHWISE

# Up to so many readouts are looked at one by one.
MOST_LISTED = 4096

Tape = dict[int, Distribution]
Code = Sequence[Sequence[Value]]


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
    >>> from noisytm.algebra.semirings import MinPlus
    >>> machine = TuringMachine(["_"], "_", ["a", "b"], "a", [("_", "a", "_", "b", "S")])
    >>> problem = SynthesisProblem(CodeSpace.of(machine), ((),), 1, "state", ((("b",),),), (1,))
    >>> wrong(MinPlus(), problem, [[0, 7, 0, 9, 0, 9]], "mean-field")
    [7]
    """
    if semantics in PATHWISE:
        return rejected(algebra, problem, code, semantics)
    return [
        _rejected(algebra, problem, index, _marginals(algebra, problem, code, semantics, word))
        for index, word in enumerate(problem.inputs)
    ]


def loss(algebra: Numbers, problem: SynthesisProblem, code: Code, semantics: str, kind: str) -> Value:
    """Return a loss over numbers.

    Raises
    ------
    ProblemError
        If ``kind`` is the name of none.

    Examples
    --------
    >>> from noisytm.machine import TuringMachine
    >>> machine = TuringMachine(["_"], "_", ["a", "b"], "a", [("_", "a", "_", "b", "S")])
    >>> problem = SynthesisProblem(CodeSpace.of(machine), ((),), 1, "state", ((("b",),),), (1,))
    >>> loss(Numbers(), problem, [[1.0, 0.25, 0.75, 0.0, 1.0, 0.0]], "mean-field", "brier")
    0.0625
    """
    form = LOSSES.named(kind)
    if not form.squares:
        terms = [form.term(algebra, f, None) for f in wrong(algebra, problem, code, semantics)]
    elif semantics in PATHWISE:
        terms = terms_with_squares(algebra, problem, code, semantics, form)
    else:
        terms = [
            _term_with_squares(algebra, problem, index, _marginals(algebra, problem, code, semantics, word), form)
            for index, word in enumerate(problem.inputs)
        ]
    # Numerator and denominator apart, because balls do not multiply with fractions.
    return algebra.sum(t * q.numerator / q.denominator for t, q in zip(terms, problem.weights, strict=True))


def _point(algebra: Semiring, values: Sequence[str], value: str) -> Distribution:
    return [algebra.one if v == value else algebra.zero for v in values]


def _cell(algebra: Semiring, space: CodeSpace, tape: Tape, k: int) -> Distribution:
    return tape[k] if k in tape else _point(algebra, space.symbols, space.blank)


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


def _rejected(algebra: Semiring, problem: SynthesisProblem, index: int, marginals: list[Distribution]) -> Value:
    """Return the mass of the readouts that are not accepted: of all of them one by one, if they can be listed."""
    if len(_names(problem)) ** len(marginals) <= MOST_LISTED:
        return _rejected_after(algebra, problem, index, marginals, ())
    return _rejected_by_mistakes(algebra, problem, index, marginals)


def _names(problem: SynthesisProblem) -> tuple[str, ...]:
    return problem.space.states if problem.readout == "state" else problem.space.symbols


def _rejected_after(
    algebra: Semiring, problem: SynthesisProblem, index: int, marginals: list[Distribution], read: tuple[str, ...]
) -> Value:
    """Return the mass of the rejected readouts that begin with what has been read."""
    if len(read) == len(marginals):
        return algebra.zero if problem.accepts(index, read) else algebra.one
    return algebra.sum(
        algebra.times(mass, _rejected_after(algebra, problem, index, marginals, (*read, name)))
        for name, mass in zip(_names(problem), marginals[len(read)], strict=True)
    )


def _rejected_by_mistakes(
    algebra: Semiring, problem: SynthesisProblem, index: int, marginals: list[Distribution]
) -> Value:
    """Return the same for long words: a value for each count of mistakes so far, one count for each accepted word."""
    accepted, most = problem.targets[index], problem.hamming
    masses: dict[tuple[int, ...], Value] = {(0,) * len(accepted): algebra.one}
    for c, marginal in enumerate(marginals):
        after: dict[tuple[int, ...], list[Value]] = {}
        for mistakes, so_far in masses.items():
            for name, mass in zip(_names(problem), marginal, strict=True):
                now = tuple(min(n + (y[c] != name), most + 1) for n, y in zip(mistakes, accepted, strict=True))
                after.setdefault(now, []).append(algebra.times(so_far, mass))
        masses = {now: algebra.sum(parts) for now, parts in after.items()}
    return algebra.sum(mass for mistakes, mass in masses.items() if min(mistakes) > most)


def _term_with_squares(
    algebra: Numbers, problem: SynthesisProblem, index: int, marginals: list[Distribution], form: Loss
) -> Value:
    """Return an input's share of a loss that also needs the squares of the other outcomes' probabilities."""
    rejected = _rejected(algebra, problem, index, marginals)
    target = problem.sole_outcome(index)
    if target is None:
        return form.term(algebra, rejected, None)
    names = _names(problem)
    outcomes = itertools.product(*(zip(names, marginal, strict=True) for marginal in marginals))
    others = [
        algebra.product(p for _, p in outcome) for outcome in outcomes if tuple(name for name, _ in outcome) != target
    ]
    return form.term(algebra, rejected, algebra.sum(p * p for p in others))
