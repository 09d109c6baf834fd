"""What a semantics is: the object that says how a step of a noisy code is relaxed, and the reading of its step."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from noisytm._text import shown
from noisytm.errors import ProblemError

if TYPE_CHECKING:
    from noisytm.codespace import CodeSpace
    from noisytm.geometry import BitFace, Face, Place
    from noisytm.machine import Word
    from noisytm.problem import Outcome, SynthesisProblem

Value = Any  # an element of the semiring at hand
Code = Sequence[Sequence[Value]]  # write, next and move entries of every listed tuple
Relaxed = Any  # what a semantics makes of a configuration


class Reading(ABC):
    """A semantics at work: one code of one problem, over one commutative semiring.

    Over numbers it gives probabilities, over (min, +) least costs, over monomial ideals the fatal syndromes. Nothing
    may cancel: what is formed are sums of products of entries.

    Attributes
    ----------
    formed : int
        How much the steps so far have formed, in the semantics' ``unit``; 0 where the semiring keeps count.
    """

    formed: int = 0

    def __init__(self, algebra: Any, problem: SynthesisProblem, code: Code) -> None:
        self.algebra, self.problem, self.code = algebra, problem, code

    @abstractmethod
    def start(self, word: Word) -> Relaxed:
        """Return the relaxed configuration before the first step."""

    @abstractmethod
    def step(self, before: Relaxed, left: int) -> Relaxed:
        """Return the relaxed configuration after one more step, when ``left`` steps are still to come."""

    @abstractmethod
    def outcomes(self, end: Relaxed) -> Mapping[Outcome, Value]:
        """Return the value of every readout that can be reached, after the last step."""

    def rejected(self, index: int, end: Relaxed) -> Value:
        """Return the value of the readouts that are not accepted on input ``index``: a sum, never 1 − accepted."""
        accepts = self.problem.accepts
        return self.algebra.sum(value for outcome, value in self.outcomes(end).items() if not accepts(index, outcome))


class Semantics(ABC):
    """How a step of a noisy code is relaxed.

    `read` alone is enough for everything else: probabilities, losses and gradients, the cost oracle, the syndromes.
    Two families, `Marginal` and `Runs`, ask for less; what is compiled for a family, or for one semantics, is
    attached by its class where it stands: `noisytm.relaxation.pathwise.runs_of`, and
    `noisytm.degeneracy.oracle.entry_costs`.

    Attributes
    ----------
    name : str
        By which arguments, files and the command know it: lower case, digits and hyphens.
    description : str
        One line.
    charts : tuple of str, optional
        The charts in which λ may be asked for; by default all.
    may_keep : bool
        Whether a step that is not certain of its symbol and state may leave all as it is although every tuple is
        listed, as a scan does that matches nothing.
    sparse : bool
        Whether most values of a reading are zero or hold little, as those of single runs do.
    in_order : bool
        Whether the order in which the tuples are listed decides what a code does.
    unit : str
        What `Reading.formed` counts.
    no_noisy_keys : str
        Why the keys of the listed tuples cannot err; empty if they can.
    """

    name: ClassVar[str]
    description: ClassVar[str]
    charts: ClassVar[tuple[str, ...] | None] = None
    may_keep: ClassVar[bool] = True
    sparse: ClassVar[bool] = False
    in_order: ClassVar[bool] = False
    unit: ClassVar[str] = "values"
    no_noisy_keys: ClassVar[str] = "no step is defined for keys that err"

    @abstractmethod
    def read(self, algebra: Any, problem: SynthesisProblem, code: Code) -> Reading:
        """Return the readable step of a code, over a commutative semiring.

        Parameters
        ----------
        algebra : Semiring
            What plus and times mean; see `noisytm.algebra`.
        problem : SynthesisProblem
            Its code space, number of steps and readout.
        code : N rows of S + |Q| + 3 values
            Write, next and move entries of every listed tuple.
        """

    def reads(self, readout: Any) -> bool:
        """Return whether a readout can be taken; every one, unless a semantics says otherwise."""
        return True

    def knows(self, space: CodeSpace) -> bool:
        """Return whether there is a step for the keys of a code space: where they err not every semantics has one."""
        return not (space.noisy_keys and self.no_noisy_keys)

    def require(self, problem: SynthesisProblem, chart: str | None = None) -> None:
        """Raise `ProblemError` unless the problem's keys and readout, and the chart, are supported."""
        if not self.knows(problem.space):
            raise ProblemError(
                f"noisy keys: semantics {self.name} is not available: {self.no_noisy_keys}; use exact keys, or another"
                " semantics, such as pseudo-utm"
            )
        if not self.reads(problem.readout):
            raise ProblemError(f"readout is {shown(problem.readout)}; semantics {self.name} does not support it")
        if chart is not None and self.charts is not None and chart not in self.charts:
            raise ProblemError(
                f"chart is {shown(chart)}; semantics {self.name} supports {', '.join(self.charts) or 'none'}"
            )

    def require_room(self, problem: SynthesisProblem, max_size: int) -> None:
        """Raise `BudgetError` if the relaxed configurations of a problem alone are too much to read symbolically."""
        return

    def used_keys(self, problem: SynthesisProblem, face: Face | BitFace) -> tuple[Place, ...]:
        """Return the tuples used on a problem's inputs by codes of a face, in listed order; see `reached_keys`."""
        from noisytm.geometry import reached_keys

        return reached_keys(problem, face, self.may_keep)

    def __repr__(self) -> str:
        return f"<semantics {self.name}: {self.description}>"
