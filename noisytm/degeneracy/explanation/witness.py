"""How a fatal syndrome breaks an input: by one run with its errors, or by branches that marginals keep apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from noisytm._summary import Described
from noisytm.degeneracy.explanation.choices import Entry
from noisytm.degeneracy.explanation.derivations import Derivation, Error, Fact, derived, errors_of, parts_of
from noisytm.degeneracy.explanation.replay import Frame, outcome_of, rerun
from noisytm.degeneracy.explanation.single import Errors, SingleRuns
from noisytm.degeneracy.oracle import Syndrome
from noisytm.geometry import Chart
from noisytm.machine import Description
from noisytm.problem import Outcome, SynthesisProblem
from noisytm.relaxation.semantics import Marginal, Runs, Semantics

# Steps of runs that are tried for one syndrome, and cells of all steps of marginals.
MOST_TRIED = 5_000
MOST_CELLS = 20_000


@dataclass(frozen=True)
class Slip(Described):
    """An entry of the code that errs.

    Attributes
    ----------
    at : int
        Number of the tuple in the list.
    kind, value : str
        Which entry errs, and what it gives.
    steps : tuple of int
        The steps at which it does, from 1 on.
    """

    at: int
    kind: str
    value: str
    steps: tuple[int, ...]


@dataclass(frozen=True)
class Branch(Described):
    """What one run with errors comes to after some steps, or what follows where such branches meet.

    Attributes
    ----------
    step : int
        After which step.
    place : int or None
        The cell, counted from the head then; ``None`` for the state.
    value : str
        What it holds.
    slips : tuple of Slip
        The errors: of the run, or of the step in which branches meet.
    of : tuple of int
        The branches that meet, by their numbers in `Witness.branches`; empty for a run.
    """

    step: int
    place: int | None
    value: str
    slips: tuple[Slip, ...]
    of: tuple[int, ...] = ()


@dataclass(frozen=True)
class Witness(Described):
    """How the errors of a syndrome lead to a rejected outcome on one input.

    Attributes
    ----------
    input : int
        Number of the input.
    slips : tuple of Slip
        The errors.
    always : bool
        Whether they stand in the table, so that they happen at every use, as where a table is drawn once.
    outcome : outcome or None
        What the run with these errors ends with. ``None`` if no one run makes them: branches do.
    frames : tuple of Frame
        The configurations of that run.
    branches : tuple of Branch
        What the branches come to, each before those that it meets in.
    """

    input: int
    slips: tuple[Slip, ...]
    always: bool
    outcome: Outcome | None
    frames: tuple[Frame, ...] = field(default=(), repr=False)
    branches: tuple[Branch, ...] = ()


def witness_of(
    problem: SynthesisProblem, semantics: Semantics, chart: Chart, syndrome: Syndrome, inputs: Sequence[int]
) -> tuple[Witness | None, str]:
    """Return how a fatal syndrome breaks one of some inputs, or why that is not shown.

    Parameters
    ----------
    problem : SynthesisProblem
        The problem.
    semantics : Semantics
        How the step is relaxed.
    chart : Chart
        The coordinates near the code.
    syndrome : Syndrome
        The errors, a minimal fatal syndrome.
    inputs : sequence of int
        The inputs to look at, in this order.

    Returns
    -------
    witness : Witness or None
    reason : str
        Why there is none; else empty.

    Examples
    --------
    >>> from noisytm import SynthesisProblem, library
    >>> from noisytm.geometry import chart_at
    >>> from noisytm.relaxation.semantics import checked_semantics
    >>> machine = library.machine("detectA")
    >>> problem = SynthesisProblem.of_machine(machine, ["B"], steps=2)
    >>> chart = chart_at("simplex", problem.space, machine)
    >>> witness_of(problem, checked_semantics("annealed"), chart, ((2, 1),), [0])[0].slips
    (Slip(at=0, kind='next', value='accept', steps=(2,)),)
    """
    runs, left = SingleRuns(problem, semantics, chart, syndrome), MOST_TRIED
    always = isinstance(semantics, Runs) and semantics.anew is False
    for index in inputs:
        errors, tried = runs.wrong(index, left)
        left -= tried
        if errors is not None:
            return single(problem, chart.face.machine, index, errors, always), ""
        if left <= 0:
            break
    if isinstance(semantics, Marginal):
        for index in inputs:
            if problem.steps * (problem.steps + len(problem.inputs[index])) > MOST_CELLS:
                return None, "the marginals of so many steps are not followed here"
            found = derived(problem, semantics, chart, syndrome, index)
            if found is not None:
                return _of_branches(problem, chart.face.machine, index, found), ""
    if left <= 0:
        return None, f"no such run is among the first {MOST_TRIED} steps tried"
    return None, "no one run makes just these errors and ends wrong"


def single(
    problem: SynthesisProblem, machine: Description, index: int, errors: Errors, always: bool = False
) -> Witness:
    """Return the witness that one run with errors is, made again from these."""
    again = rerun(machine, problem.inputs[index], errors)
    outcome = outcome_of(problem, again.frames[-1])
    made = [Error(step, entry) for step, entries in enumerate(again.made, start=1) for entry in entries]
    return Witness(index, slips_of(made), always, outcome, again.frames)


def slips_of(errors: Sequence[Error]) -> tuple[Slip, ...]:
    """Return errors with the steps of each entry together: by their first steps.

    Examples
    --------
    >>> slips_of([Error(2, Entry(0, "move", "L")), Error(1, Entry(0, "move", "L"))])
    (Slip(at=0, kind='move', value='L', steps=(1, 2)),)
    """
    steps: dict[Entry, list[int]] = {}
    for step, entry in sorted(errors):
        steps.setdefault(entry, []).append(step)
    return tuple(Slip(*entry, tuple(at)) for entry, at in steps.items())


def errors_by_step(slips: Sequence[Slip], steps: int) -> Errors:
    """Return the entries that err at each of so many steps."""
    found: list[list[Entry]] = [[] for _ in range(steps)]
    for slip in slips:
        for step in slip.steps:
            found[step - 1].append(Entry(slip.at, slip.kind, slip.value))
    return tuple(map(tuple, found))


def _of_branches(problem: SynthesisProblem, machine: Description, index: int, derivation: Derivation) -> Witness:
    """Return the witness that a derivation of marginals is: one run if its errors make one, else branches."""
    errors = errors_of(derivation)
    if len(set(errors)) == len(errors):
        found = single(problem, machine, index, errors_by_step(slips_of(errors), problem.steps))
        whole = Counter((slip.at, slip.kind, slip.value, step) for slip in found.slips for step in slip.steps)
        if whole.total() == len(errors) and found.outcome is not None and not problem.accepts(index, found.outcome):
            return found
    branches: list[Branch] = []
    seen: dict[int, int] = {}
    for part in parts_of(derivation):
        if isinstance(part, Fact):
            _branch(problem, machine, index, part, branches, seen)
    return Witness(index, slips_of(errors), False, None, (), tuple(branches))


def _branch(
    problem: SynthesisProblem,
    machine: Description,
    index: int,
    fact: Fact,
    branches: list[Branch],
    seen: dict[int, int],
) -> int:
    """Add what a fact rests on, then the fact, to some branches, and return its number there."""
    if id(fact) in seen:
        return seen[id(fact)]
    slips = slips_of(errors_of(fact))
    if _is_run(problem, machine, index, fact, slips):
        branches.append(Branch(fact.step, fact.place, fact.value, slips))
    else:
        parts = list(parts_of(fact.by))
        of = [_branch(problem, machine, index, part, branches, seen) for part in parts if isinstance(part, Fact)]
        own = slips_of([part for part in parts if isinstance(part, Error)])
        branches.append(Branch(fact.step, fact.place, fact.value, own, tuple(dict.fromkeys(of))))
    seen[id(fact)] = len(branches) - 1
    return seen[id(fact)]


def _is_run(problem: SynthesisProblem, machine: Description, index: int, fact: Fact, slips: tuple[Slip, ...]) -> bool:
    """Return whether one run with just these errors, each made once, has a fact."""
    errors = errors_of(fact)
    if len(set(errors)) < len(errors):
        return False
    again = rerun(machine, problem.inputs[index], errors_by_step(slips, fact.step))
    if sum(map(len, again.made)) < len(errors):
        return False
    end = again.frames[-1]
    held = end.state if fact.place is None else end.cell(end.head + fact.place, machine.blank)
    return held == fact.value
