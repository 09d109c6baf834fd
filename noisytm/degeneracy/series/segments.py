"""λ and K on the way from a code to the one with a single entry exchanged: how they are computed."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from noisytm import _clock
from noisytm._checks import flag, instances, integer, memory_of
from noisytm._partial import ENDED, carrying
from noisytm._text import did_you_mean, shown
from noisytm._timed import timed
from noisytm.codespace import KEYS, Coordinate, TupleCoordinate
from noisytm.degeneracy import CertifiedInterval, learning_coefficient
from noisytm.degeneracy.oracle import Oracle
from noisytm.degeneracy.series.entries import FIELDS, CoefficientOnSegment, Entry, EntryNoise
from noisytm.degeneracy.series.leading import leading_loss
from noisytm.errors import MachineError, ProblemError
from noisytm.geometry import Face, checked_chart, checked_concentration, face_in
from noisytm.losses import checked_loss
from noisytm.machine import Description
from noisytm.problem import SynthesisProblem
from noisytm.relaxation import loss_and_gradient
from noisytm.relaxation.semantics import Semantics, checked_semantics

# h near both ends two to a power of ten, and evenly between.
NEAR = tuple(10 ** (-k / 2) for k in range(12, 1, -1))
GRID = (*NEAR, *(k / 10 for k in range(2, 9)), *(1 - h for h in reversed(NEAR)))


@timed
def coefficient_along_entry(
    problem: SynthesisProblem,
    machine: Description,
    entry: Any,
    *,
    semantics: str | Semantics = "pseudo-utm",
    loss: str = "log",
    chart: str = "simplex",
    prior_concentration: Any = 1,
    memory: int | None = None,
    progress: bool = False,
) -> EntryNoise:
    """Compute λ, and K, of a code one entry of which has a wrong value with probability h, for 0 ≤ h ≤ 1.

    λ at a zero of K depends on the support alone (docs/theory.md, section 5). So if K vanishes for one h between 0 and
    1 it does so for all of them, λ is the same there, that of the face on which both values are allowed, and at most as
    large at the ends. Otherwise K > 0 between them, with no λ; it vanishes like a power of h, the least number of times
    that this error alone has to be made to be fatal (twice that for a loss like the square).

    Parameters
    ----------
    problem, machine
        As of `learning_coefficient`.
    entry : Coordinate or (symbol, state, kind, wrong); of lists TupleCoordinate or (number, kind, wrong)
        The tuple by its key, ``write``, ``next`` or ``move``, and the wrong value. If keys err or are repeated, the
        tuple by its number, from 0; ``read`` and ``in`` are the symbol and the state of keys that err.
    semantics, loss, chart, prior_concentration, memory, progress
        As of `learning_coefficient`.

    Returns
    -------
    EntryNoise

    Raises
    ------
    MachineError
        If the machine has no such entry, or is not in the problem's code space.
    ProblemError
        If the machine does not solve the problem, or the chart cannot free this entry alone.
    BudgetError, Interrupted
        If a budget runs out, or on an interrupt; ``partial`` is what was found.

    Examples
    --------
    >>> from noisytm import SynthesisProblem, coefficient_along_entry, library, words
    >>> machine = library.machine("detectA")
    >>> problem = SynthesisProblem.of_machine(machine, words("AB", 2), 4)
    >>> harmless = "A", "reject", "write", "B"
    >>> for point in coefficient_along_entry(problem, machine, harmless).points:
    ...     print(point.place, point.in_words())
    code λ = 29/3, m = 1
    inside λ = 10, m = 1
    exchanged λ = 35/4, m = 2
    >>> fatal = "A", "reject", "next", "reject"
    >>> coefficient_along_entry(problem, machine, fatal, semantics="mean-field").loss_in_words()
    'K ~ 1/7·h^3 as h → 0'
    """
    instances(problem=(problem, SynthesisProblem), machine=(machine, Description))
    right, error = _checked(problem, machine, entry)
    options: dict[str, Any] = {
        "semantics": checked_semantics(semantics),
        "loss": checked_loss(loss),
        "chart": checked_chart(chart),
        "prior_concentration": checked_concentration(prior_concentration),
    }
    of = {**options, "semantics": options["semantics"].name}
    found = EntryNoise(problem, right, error, points=(), complete=False, **of)
    options |= {"memory": memory_of(memory), "progress": flag("progress", progress)}
    weight = None
    for place in ("code", "inside", "exchanged"):
        try:
            if place == "code":
                weight = _weight(problem, right, error, options["semantics"], options["memory"])
                if weight is None:
                    face_in(chart, problem.space, _face(problem, right, error))
            point = _point(found, place, weight is None, options)
        except ENDED as ended:
            known = getattr(ended, "partial", None)
            if isinstance(known, CertifiedInterval):
                part = CoefficientOnSegment(place, "bounds", known.lower, known.upper)
                found = replace(found, points=(*found.points, part))
            raise carrying(ended, found) from None
        found = replace(found, points=(*found.points, point))
    try:
        return replace(_with_losses(found, weight, options), complete=True)
    except ENDED as ended:
        raise carrying(ended, found) from None


def _checked(problem: SynthesisProblem, machine: Description, entry: Any) -> tuple[Description, Entry]:
    """Return the machine and the coordinate that were meant, or say what is wrong with them."""
    problem.space.require(machine)
    if problem.space.by_number:
        return _checked_of_list(problem, machine, entry)
    if not isinstance(entry, (tuple, list)) or len(entry) != 4 or not all(isinstance(x, str) for x in entry):
        raise MachineError(f"entry is {shown(entry)}; give (symbol, state, kind, wrong value)")
    error, right = Coordinate(*map(str, entry)), machine.machine()
    if error in problem.space.coordinates(right):
        return right, error
    if error.place not in problem.space.keys:
        raise MachineError(f"entry {shown(tuple(error))} is of no tuple that the machine lists; give one of its keys")
    _require_wrong(problem, error)
    raise MachineError(f"entry {shown(tuple(error))} is no error of this machine; give another")


def _checked_of_list(problem: SynthesisProblem, machine: Description, entry: Any) -> tuple[Description, Entry]:
    number = integer(entry[0]) if isinstance(entry, (tuple, list)) and len(entry) == 3 else None
    if number is None or not all(isinstance(x, str) for x in entry[1:]):
        raise MachineError(
            f"entry is {shown(entry)}; tuples whose keys err or are repeated are known by number: give (number, kind,"
            " wrong value)"
        )
    error = TupleCoordinate(number, str(entry[1]), str(entry[2]))
    if error in problem.space.coordinates(machine):
        return Description.of(machine), error
    if not 0 <= error.tuple < problem.space.tuples:
        raise MachineError(f"entry {shown(tuple(error))}: the list has {problem.space.tuples} tuples, from 0 on")
    _require_wrong(problem, error)
    raise MachineError(f"entry {shown(tuple(error))} is no error of this list; give another")


def _require_wrong(problem: SynthesisProblem, error: Entry) -> None:
    """Say what is wrong with the kind, or the value, of an entry that a code has not."""
    kinds = [kind for kind, _, _ in problem.space.blocks]
    if error.kind not in kinds:
        near, named = did_you_mean(error.kind, kinds), f"{', '.join(kinds[:-1])} or {kinds[-1]}"
        raise MachineError(f"entry {shown(tuple(error))} is of no kind; it is {named}{near}")
    values = next(values for kind, _, values in problem.space.blocks if kind == error.kind)
    if error.wrong in values:
        raise MachineError(f"entry {shown(tuple(error))} names the machine's own value; give a wrong one")
    known = ", ".join(map(shown, values))
    near = did_you_mean(error.wrong, values)
    raise MachineError(f"entry {shown(tuple(error))}: {shown(error.wrong)} is no value; give one of {known}{near}")


def _face(problem: SynthesisProblem, machine: Description, error: Entry) -> Face:
    """Return the codes between a code and the one with an entry exchanged."""
    return Face(machine, (error,), KEYS[problem.space.noisy_keys])


def _weight(
    problem: SynthesisProblem, machine: Description, error: Entry, semantics: Semantics, memory: int | None
) -> int | None:
    """Return how often an error alone has to be made to be fatal, at least; ``None`` if it never is."""
    oracle = Oracle(problem, machine, semantics, "simplex", memory)
    j = oracle.coordinates.index(error)
    if oracle.least([int(i != j) for i in range(oracle.dimension)]) != 0:
        return None
    other = 2
    while True:
        _clock.tick()
        least = oracle.least([1 if i == j else other for i in range(oracle.dimension)])
        if least is not None and least < other:
            return least
        other *= 4


def _point(found: EntryNoise, place: str, harmless: bool, options: Mapping[str, Any]) -> CoefficientOnSegment:
    problem, point = found.problem, {"code": found.machine, "exchanged": found.exchanged}.get(place)
    if point is None:
        if not harmless:
            return CoefficientOnSegment(place, "unsolved")
        result = learning_coefficient(problem, _face(problem, found.machine, found.entry), **options)
    else:
        if place == "exchanged" and not _solves(problem, point):
            return CoefficientOnSegment(place, "unsolved")
        result = learning_coefficient(problem, point, **options)
    return CoefficientOnSegment(place, "proved", result.value, result.value, result.multiplicity)


def _solves(problem: SynthesisProblem, machine: Description) -> bool:
    try:
        problem.require_solved_by(machine)
    except ProblemError:
        return False
    return True


def _with_losses(found: EntryNoise, weight: int | None, options: Mapping[str, Any]) -> EntryNoise:
    """Add K, and how it vanishes."""
    if weight is None:
        return replace(found, losses=tuple((h, 0.0) for h in (0.0, *GRID, 1.0)))
    problem, semantics, loss = found.problem, options["semantics"], options["loss"]
    leading = leading_loss(problem, found.machine, found.entry, weight, semantics, loss)
    other, at_one = found.exchanged, None
    if found.points[-1].status == "proved":
        own = {(i, t[:2])[isinstance(found.entry, Coordinate)]: t for i, t in enumerate(found.machine.tuples)}
        right = getattr(own[found.entry.place], FIELDS.get(found.entry.kind, found.entry.kind))
        back = found.entry._replace(wrong=right)
        often = _weight(problem, other, back, semantics, options["memory"])
        if often is not None:
            at_one = leading_loss(problem, other, back, often, semantics, loss)
    ends = [problem.space.embed(machine) for machine in (found.machine, other)]
    codes = np.stack([(1 - h) * ends[0] + h * ends[1] for h in GRID])
    values = loss_and_gradient(problem, codes, semantics=semantics, loss=loss)[0].tolist()
    pairs = tuple((h, value) for h, value in zip(GRID, values, strict=True) if math.isfinite(value))
    return replace(found, losses=pairs, leading=leading, leading_at_one=at_one)
