"""The semantics that sum over runs of the whole machine: a value for every run, or for all that have met."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from noisytm import _clock
from noisytm.relaxation.semantics.configurations import Configuration, Effect, Stepper, effects
from noisytm.relaxation.semantics.contract import Code, Reading, Semantics, Value

if TYPE_CHECKING:
    from noisytm.machine import Word
    from noisytm.problem import Outcome, SynthesisProblem

Memory = Any  # what a run knows of the tuples it has used; hashable
Front = dict[tuple[Configuration, Memory], Value]  # runs that share a configuration and a memory have met


class Runs(Semantics):
    """A semantics that sums over runs of the whole machine; `ways` is all that it has to give.

    A run that comes to an unlisted tuple, or to a halting state, rests.

    Attributes
    ----------
    anew : bool or None
        Whether a tuple is drawn anew at each use, or once for the whole run, which is all that runs drawn at random
        need to know; ``None`` if it is neither.
    """

    anew: ClassVar[bool | None] = None
    may_keep: ClassVar[bool] = False
    sparse: ClassVar[bool] = True
    unit: ClassVar[str] = "terms of configurations"
    no_noisy_keys: ClassVar[str] = "a run looks up one tuple by its key, and has none where keys are drawn as well"

    @property
    def memory(self) -> Hashable:
        """What a run knows before its first step."""
        return ()

    @abstractmethod
    def ways(self, at: int, memory: Memory, choices: Sequence[Effect]) -> Iterable[tuple[int, Memory, bool]]:
        """Return how a run may go on when it comes to a listed tuple.

        Parameters
        ----------
        at : int
            Index of the tuple.
        memory : hashable
            What the run knows.
        choices : sequence of Effect
            All that the tuple may do.

        Returns
        -------
        iterable of (which of the choices, what the run knows then, whether the choice's value is paid now)
        """

    def formed(self, draws: int, size: int) -> int:
        """Return what a step has formed, in ``unit``, from the number of draws and the size of the values it left."""
        return size

    def read(self, algebra: Any, problem: SynthesisProblem, code: Code) -> RunsReading:
        """Return the readable step of a code; see `Semantics.read`."""
        return RunsReading(self, algebra, problem, code)


class RunsReading(Reading):
    """Runs over a semiring: a dictionary from (configuration, memory) to value; what is known to be zero is dropped."""

    def __init__(self, semantics: Runs, algebra: Any, problem: SynthesisProblem, code: Code) -> None:
        super().__init__(algebra, problem, code)
        self._semantics, self._stepper = semantics, Stepper(problem)
        self._choices = [effects(algebra, problem.space, row) for row in code]

    def start(self, word: Word) -> Front:
        """Return the one run before the first step."""
        return {(self._stepper.start(word), self._semantics.memory): self.algebra.one}

    def step(self, before: Front, left: int) -> Front:
        """Return all runs after one step."""
        algebra, stepper, ways, draws = self.algebra, self._stepper, self._semantics.ways, 0
        after: dict[tuple[Configuration, Memory], list[Value]] = {}
        for (configuration, memory), mass in before.items():
            _clock.tick()
            at = stepper.tuple_at(configuration)
            if at is None:
                after.setdefault((stepper.at_rest(configuration, left), memory), []).append(mass)
                continue
            choices = self._choices[at]
            for k, known, paid in ways(at, memory, choices):
                value = algebra.times(mass, choices[k].share) if paid else mass
                if algebra.size(value):
                    draws += paid
                    after.setdefault((stepper.after(configuration, choices[k], left), known), []).append(value)
        front = {run: parts[0] if len(parts) == 1 else algebra.sum(parts) for run, parts in after.items()}
        self.formed += self._semantics.formed(draws, sum(map(algebra.size, front.values())))
        return front

    def outcomes(self, end: Front) -> Mapping[Outcome, Value]:
        """Return the value of every readout that some run ends with."""
        masses: dict[Outcome, list[Value]] = {}
        for (configuration, _), mass in end.items():
            masses.setdefault(self._stepper.read(configuration), []).append(mass)
        return {outcome: self.algebra.sum(parts) for outcome, parts in masses.items()}
