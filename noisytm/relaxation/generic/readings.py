"""Every semantics over any commutative semiring, by its readable step: what production uses beside compiled code.

Over `Numbers` it gives probabilities (floats, fractions, balls), over `MinPlus` the cheapest fatal syndrome, over
`Monomials` all the minimal ones. The compiled kernels are tested against it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from noisytm import _clock, _progress
from noisytm.algebra import Budget, Numbers, Semiring, Value
from noisytm.codespace import CodeSpace
from noisytm.losses import LOSSES, Loss
from noisytm.machine import Word
from noisytm.problem import Outcome, SynthesisProblem
from noisytm.relaxation.semantics import Marginal, Marginals, Reading, Semantics, checked_semantics

Code = Sequence[Sequence[Value]]
Tape = dict[int, Sequence[Value]]


def step(
    algebra: Semiring, space: CodeSpace, code: Code, semantics: str | Semantics, tape: Tape, z: Sequence[Value]
) -> tuple[Tape, Sequence[Value]]:
    """Make one relaxed step of a semantics that follows marginals.

    Parameters
    ----------
    algebra : Semiring
        What plus and times mean.
    space : CodeSpace
        The listed tuples, S symbols and |Q| states.
    code : N rows of S + |Q| + 3 values
        Write, next and move entries of every listed tuple.
    semantics : str or Semantics
        How the tuples compete: a marginal semantics.
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
        If the semantics does not follow marginals.

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
    return Marginals(checked_semantics(semantics, Marginal), algebra, space, code).step(tape, z)


def history(
    algebra: Semiring, space: CodeSpace, code: Code, word: Word, steps: int, semantics: str | Semantics
) -> list[tuple[Tape, Sequence[Value]]]:
    """Return the marginals (tape, z) before the first step and after each of ``steps`` steps.

    Examples
    --------
    >>> from noisytm.machine import TuringMachine
    >>> machine = TuringMachine(["_", "1"], "_", ["go"], "go", [("1", "go", "_", "go", "R")])
    >>> space = CodeSpace.of(machine)
    >>> tape, z = history(Numbers(), space, space.embed(machine).tolist(), ("1", "1"), 1, "mean-field")[-1]
    >>> tape[-1], tape[0]
    ([1.0, 0.0], [0.0, 1.0])
    """
    marginals = Marginals(checked_semantics(semantics, Marginal), algebra, space, code)
    configurations = [marginals.start(word)]
    for _ in range(steps):
        configurations.append(marginals.step(*configurations[-1]))
    return configurations


def wrong(
    algebra: Any,
    problem: SynthesisProblem,
    code: Code,
    semantics: str | Semantics,
    max_size: int | None = None,
    inputs: Sequence[int] | None = None,
) -> list[Value]:
    """Return, for each input, the value of the readouts that are not accepted: a sum, never 1 − accepted.

    Parameters
    ----------
    algebra : Semiring
        What plus and times mean.
    problem : SynthesisProblem
        The problem.
    code : N rows of S + |Q| + 3 values
        Write, next and move entries of every listed tuple.
    semantics : str or Semantics
        How the step is relaxed.
    max_size : int, optional
        The most that the steps may form, in the semantics' unit.
    inputs : sequence of int, optional
        Indices of the inputs that are asked for; by default all.

    Raises
    ------
    BudgetError
        If ``max_size`` is passed.

    Examples
    --------
    >>> from noisytm.machine import TuringMachine
    >>> from noisytm.algebra.semirings import MinPlus
    >>> machine = TuringMachine(["_"], "_", ["a", "b"], "a", [("_", "a", "_", "b", "S")])
    >>> problem = SynthesisProblem(CodeSpace.of(machine), ((),), 1, "state", ((("b",),),), (1,))
    >>> wrong(MinPlus(), problem, [[0, 7, 0, 9, 0, 9]], "mean-field")
    [7]
    """
    return [reading.rejected(i, end) for i, reading, end in ends(algebra, problem, code, semantics, max_size, inputs)]


def readouts(
    algebra: Any,
    problem: SynthesisProblem,
    code: Code,
    semantics: str | Semantics,
    max_size: int | None = None,
    inputs: Sequence[int] | None = None,
) -> list[Mapping[Outcome, Value]]:
    """Return, for each input, the value of every readout that can be reached.

    Parameters
    ----------
    algebra, problem, code, semantics, max_size, inputs
        As of `wrong`.

    Raises
    ------
    BudgetError
        If ``max_size`` is passed.

    Examples
    --------
    >>> from noisytm.machine import TuringMachine
    >>> from noisytm.algebra.truncated import Costs
    >>> machine = TuringMachine(["_"], "_", ["a", "b"], "a", [("_", "a", "_", "b", "S")])
    >>> problem = SynthesisProblem.of_machine(machine, [""], steps=2)
    >>> code = [[0, 3, 0, 9, 0, 9]]
    >>> [readouts(Costs(9), problem, code, how)[0][("a",)] for how in ("annealed", "quenched")]
    [6, 3]
    """
    return [reading.outcomes(end) for _, reading, end in ends(algebra, problem, code, semantics, max_size, inputs)]


def ends(
    algebra: Any,
    problem: SynthesisProblem,
    code: Code,
    semantics: str | Semantics,
    max_size: int | None = None,
    inputs: Sequence[int] | None = None,
) -> Iterator[tuple[int, Reading, Any]]:
    """Yield, for each input asked for, its index, the reading, and the relaxed configuration after the last step."""
    found = checked_semantics(semantics)
    found.require(problem)
    reading, budget, formed = found.read(algebra, problem, code), Budget(max_size, found.unit), 0
    asked = range(len(problem.inputs)) if inputs is None else inputs
    with _progress.counted("steps", len(asked) * problem.steps, what=f"all inputs, {found.name}") as bar:
        for index in asked:
            relaxed = reading.start(problem.inputs[index])
            for left in reversed(range(problem.steps)):
                _clock.tick()
                relaxed = reading.step(relaxed, left)
                budget.spend(reading.formed - formed)
                formed = reading.formed
                bar.more()
            yield index, reading, relaxed


def loss(algebra: Numbers, problem: SynthesisProblem, code: Code, semantics: str | Semantics, kind: str) -> Value:
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
    terms = [_term(form, reading, i, end) for i, reading, end in ends(algebra, problem, code, semantics)]
    # Numerator and denominator apart, because balls do not multiply with fractions.
    return algebra.sum(t * q.numerator / q.denominator for t, q in zip(terms, problem.weights, strict=True))


def _term(form: Loss, reading: Reading, index: int, end: Any) -> Value:
    """Return an input's share of a loss; some need the squares of the other outcomes' probabilities as well."""
    rejected, target = reading.rejected(index, end), reading.problem.sole_outcome(index)
    if not form.squares or target is None:
        return form.term(reading.algebra, rejected, None)
    others = reading.algebra.sum(p * p for outcome, p in reading.outcomes(end).items() if outcome != target)
    return form.term(reading.algebra, rejected, others)
