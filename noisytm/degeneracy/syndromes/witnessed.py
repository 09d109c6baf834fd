"""For each fatal syndrome of a list a run that it breaks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from noisytm import _clock
from noisytm._partial import ENDED, carrying
from noisytm._summary import Described
from noisytm.degeneracy.explanation import Witness, sentence, witness_json, witness_of, witness_of_json
from noisytm.degeneracy.oracle import EXACT_IN_LANES, Oracle, Syndrome
from noisytm.degeneracy.syndromes.listing import FatalSyndromes, weight
from noisytm.relaxation.semantics import checked_semantics

# The lightest so many syndromes of a list.


@dataclass(frozen=True)
class Explained(Described):
    """How one syndrome breaks an input.

    Attributes
    ----------
    witness : Witness or None
        The run, or the branches, that its errors make.
    reason : str
        Why there is none; else empty.
    """

    witness: Witness | None
    reason: str

    def to_json(self, found: FatalSyndromes) -> dict[str, Any]:
        """Return this as a JSON object, of a syndrome of a list."""
        if self.witness is None:
            return {"sentence": None, "witness": None, "reason": self.reason}
        said = sentence(found.problem, self.witness)
        return {"sentence": said, "witness": witness_json(self.witness), "reason": self.reason}

    @classmethod
    def of_record(cls, record: dict[str, Any], found: FatalSyndromes) -> Explained:
        """Return what a JSON object holds of a syndrome of a list; a run is run again."""
        shown = record["witness"]
        witness = None if shown is None else witness_of_json(shown, found.problem, found.machine)
        return cls(witness, record["reason"])


def explained(found: FatalSyndromes) -> tuple[Explained, ...]:
    """Return, for every syndrome of a list in order, a run that it breaks.

    Parameters
    ----------
    found : FatalSyndromes
        The syndromes.

    Raises
    ------
    BudgetError, Interrupted
        If the time or the memory runs out, or on an interrupt; ``partial`` has what was found before.

    Examples
    --------
    >>> from noisytm import SynthesisProblem, fatal_syndromes, library
    >>> machine = library.machine("detectA")
    >>> problem = SynthesisProblem.of_machine(machine, ["B"], steps=2)
    >>> found = fatal_syndromes(problem, machine, semantics="annealed", max_weight=1)
    >>> [shown.witness.slips[0].value for shown in explained(found)]
    ['accept', 'accept']
    """
    problem, semantics = found.problem, checked_semantics(found.semantics)
    shown: list[Explained] = []

    try:
        oracle = Oracle(problem, found.machine, semantics, found.chart)
        for syndrome in found.syndromes:
            _clock.tick()
            shown.append(Explained(*witness_of(problem, semantics, oracle.chart, syndrome, _broken(oracle, syndrome))))
    except ENDED as error:
        left = [Explained(None, "which run this breaks was not reached before the end")]
        raise carrying(error, (*shown, *left * (len(found.syndromes) - len(shown)))) from None
    return tuple(shown)


def _broken(oracle: Oracle, syndrome: Syndrome) -> list[int]:
    """Return the inputs on which the errors of a syndrome alone are fatal, the heaviest and shortest first."""
    problem, limit = oracle.problem, weight(syndrome) + 1
    costs = np.full(oracle.dimension, min(limit, EXACT_IN_LANES), dtype=np.int64)
    costs[[j for j, _ in syndrome]] = 1
    broken = [answer.input for answer in oracle.answers(costs.tolist(), limit)]
    return sorted(broken, key=lambda i: (-problem.weights[i], len(problem.inputs[i]), i))
