"""Bounds on the learning coefficient by counting, and how much of a code a problem uses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from noisytm import _clock
from noisytm._checks import instances, memory_of
from noisytm._digits import fraction_text
from noisytm._summary import Described
from noisytm.codespace import KEYS, CodeSpace
from noisytm.degeneracy.counting.covers import key_cover, key_transversal
from noisytm.degeneracy.oracle import Oracle, inputs_at_once
from noisytm.geometry import Place, checked_concentration, digit_count, face_in, weights
from noisytm.losses import LOSSES
from noisytm.machine import Description
from noisytm.problem import SynthesisProblem
from noisytm.relaxation import linear_part
from noisytm.relaxation.semantics import Marginal, Semantics, checked_semantics

MOVE_BITS = 2
# Forwards, again from the checkpoints, and back; eight times, because inputs are looked at one by one.
TIMES_OF_A_GRADIENT = 32


@dataclass(frozen=True)
class DescriptionLength(Described):
    """How much of a code a problem uses.

    Attributes
    ----------
    used_tuples, listed_tuples : int
        Tuples used on the problem's inputs, and tuples listed.
    bits : int
        used tuples × (⌈log2 S⌉ + ⌈log2 |Q|⌉ + 2).
    """

    used_tuples: int
    listed_tuples: int
    bits: int

    def to_json(self) -> dict[str, int]:
        """Return the lengths as a JSON object."""
        return {"used_tuples": self.used_tuples, "listed_tuples": self.listed_tuples, "bits": self.bits}


@dataclass(frozen=True)
class Bounds(Described):
    """The chain fatal alone ≤ λ ≤ used tuples ≤ dimension, in the units of loss, chart and prior.

    Attributes
    ----------
    fatal_alone : Fraction
        Number of coordinates that are fatal alone, weighted.
    used_tuples : Fraction
        Number of coordinates at used tuples, weighted; where keys err, also the fewest of the other tuples' keys one of
        which errs whenever such a tuple acts.
    dimension : Fraction
        Number of coordinates, weighted.
    """

    fatal_alone: Fraction
    used_tuples: Fraction
    dimension: Fraction

    def to_json(self) -> dict[str, str]:
        """Return the bounds as a JSON object; fractions are strings."""
        return {
            "fatal_alone": fraction_text(self.fatal_alone),
            "used_tuples": fraction_text(self.used_tuples),
            "dimension": fraction_text(self.dimension),
        }


def description_length(
    problem: SynthesisProblem, point: Any, semantics: str | Semantics = "pseudo-utm"
) -> DescriptionLength:
    """Return how many tuples and bits of a code the problem uses.

    Parameters
    ----------
    problem : SynthesisProblem
        The problem.
    point : TuringMachine, Face, BitFace, or array_like of float
        A machine that solves it, a face on which every code does, or a noisy code.
    semantics : str or Semantics
        How the step is relaxed: a name, or the object; which tuples are used depends on it only where
        entries of these are free.

    Examples
    --------
    >>> from noisytm import SynthesisProblem, library, words
    >>> machine = library.machine("detectA")
    >>> problem = SynthesisProblem.of_machine(machine, inputs=words("AB", 2), steps=4)
    >>> description_length(problem, machine)
    DescriptionLength(used_tuples=4, listed_tuples=6, bits=20)
    """
    face = face_in("simplex", problem.space, point)
    return length_of(problem, checked_semantics(semantics).used_keys(problem, face))


def length_of(problem: SynthesisProblem, used: tuple[Place, ...]) -> DescriptionLength:
    """Return the description length, given the used tuples."""
    space = problem.space
    entry = sum(MOVE_BITS if kind == "move" else digit_count(len(values)) for kind, _, values in space.blocks)
    return DescriptionLength(len(used), space.tuples, len(used) * entry)


def used_entries(space: CodeSpace, machine: Description, used: tuple[Place, ...]) -> dict[str, Any]:
    """Return which tuples are used, and which are not, as entries of a record: keys, or numbers of tuples."""
    places: Sequence[Any] = range(space.tuples) if space.by_number else machine.keys
    chosen = set(used)

    def written(wanted: bool) -> list[Any]:
        return [list(p) if isinstance(p, tuple) else p for p in places if (p in chosen) is wanted]

    return {"used_tuples": written(True), "unused_tuples": written(False)}


def keys_asked(space: CodeSpace) -> dict[str, str]:
    """Return what a record says of the keys: nothing where they are exact."""
    return {"keys": KEYS[1]} if space.noisy_keys else {}


def fatal_alone(oracle: Oracle, used: tuple[Place, ...]) -> tuple[int, ...]:
    """Return the indices of the coordinates that are fatal alone; all are in every transversal.

    At a code, in a marginal semantics, these are the single coordinates along which the linear part of f does not
    vanish; elsewhere the oracle is asked for each.
    """
    chart = oracle.chart
    if isinstance(oracle.semantics, Marginal) and chart.face.is_code:
        steep = np.flatnonzero(_linear_part(oracle) > 0.5)
        return chart.alone_in(chart.space.coordinate_columns(oracle.machine)[steep].tolist())
    return oracle.alone(transversal_of(oracle, used))


def _linear_part(oracle: Oracle) -> NDArray[np.float64]:
    """Return the linear part of Σ_x f_x: the sum over all inputs, some at a time where the time is limited."""
    problem = oracle.problem
    at_once = inputs_at_once(problem, TIMES_OF_A_GRADIENT)
    if at_once is None:
        return linear_part(problem, oracle.machine, semantics=oracle.semantics)
    total = np.zeros(len(problem.space.coordinate_columns(oracle.machine)))
    for first in range(0, len(problem.inputs), at_once):
        _clock.tick()
        chosen = slice(first, first + at_once)
        inputs = problem.inputs[chosen]
        part = replace(
            problem, inputs=inputs, targets=problem.targets[chosen], weights=(Fraction(1, len(inputs)),) * len(inputs)
        )
        total += linear_part(part, oracle.machine, semantics=oracle.semantics)
    return total


def loss_factor(loss: str) -> Fraction:
    """Return λ_loss / λ_log: 1 for the log loss, ½ for brier, whose order is twice as high."""
    return LOSSES.named(loss).factor


def bounds(
    problem: SynthesisProblem,
    point: Any,
    *,
    semantics: str | Semantics = "pseudo-utm",
    loss: str = "log",
    chart: str = "simplex",
    prior_concentration: Any = 1,
    memory: int | None = None,
) -> Bounds:
    """Bound the learning coefficient from both sides by counting.

    Parameters
    ----------
    problem : SynthesisProblem
        The problem.
    point : TuringMachine, Face, BitFace, or array_like of float
        A machine that solves it, a face on which every code does, or a noisy code.
    semantics : str or Semantics
        How the step is relaxed: a name, or the object.
    loss : {"log", "brier"}
        The loss; counts are halved for brier.
    chart : {"simplex", "bits", "sphere"}, or a parametrisation
        Which coordinates are counted; counts are halved for sphere.
    prior_concentration : number, str or mapping
        Concentrations as of `learning_coefficient`; each coordinate counts with that of its distribution.
    memory : int, optional
        Bytes that may be taken; at most what there is; by default half of what is available.

    Examples
    --------
    >>> from noisytm import SynthesisProblem, bounds, library, words
    >>> machine = library.machine("detectA")
    >>> problem = SynthesisProblem.of_machine(machine, inputs=words("AB", 2), steps=4)
    >>> bounds(problem, machine).to_json()
    {'fatal_alone': '4', 'used_tuples': '20', 'dimension': '30'}
    """
    instances(problem=(problem, SynthesisProblem), point=(point, object))
    oracle = Oracle(problem, point, semantics, chart, memory_of(memory))
    gamma = weights(checked_concentration(prior_concentration), oracle.chart)
    return bounds_of(oracle, loss, gamma, oracle.semantics.used_keys(problem, oracle.chart.face))


def bounds_of(oracle: Oracle, loss: str, gamma: Sequence[Fraction], used: tuple[Place, ...]) -> Bounds:
    """Return the bounds at an oracle's point, given the weights of the coordinates and the used tuples."""
    unit = loss_factor(loss) / oracle.chart.exponent
    alone = sum((gamma[j] for j in fatal_alone(oracle, used)), Fraction(0))
    return Bounds(unit * alone, used_bound(oracle, loss, gamma, used), unit * sum(gamma, Fraction(0)))


def used_bound(oracle: Oracle, loss: str, gamma: Sequence[Fraction], used: tuple[Place, ...]) -> Fraction:
    """Return the upper bound by used tuples alone, for which the oracle is not asked."""
    at_used = sum((gamma[j] for j in used_coordinates(oracle, used)), Fraction(0))
    if oracle.problem.space.noisy_keys:
        at_used += key_cover(oracle.problem, used, oracle.chart, oracle.semantics.may_keep, gamma)
    return loss_factor(loss) / oracle.chart.exponent * at_used


def used_coordinates(oracle: Oracle, used: tuple[Place, ...]) -> list[int]:
    """Return the indices of the coordinates at used tuples."""
    keys = set(used)
    return [j for j, c in enumerate(oracle.coordinates) if c.place in keys]


def transversal_of(oracle: Oracle, used: tuple[Place, ...]) -> list[int]:
    """Return the indices of coordinates one of which is in every fatal syndrome: without these nothing else happens."""
    found = set(used_coordinates(oracle, used))
    if oracle.problem.space.noisy_keys:
        found |= key_transversal(oracle.problem, used, oracle.chart, oracle.semantics.may_keep)
    return sorted(found)
