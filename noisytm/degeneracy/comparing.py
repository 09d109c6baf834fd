"""Codes side by side on one problem: λ, m, bounds, used tuples, least fatal weight and mass, over semantics."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import product
from typing import Any

from noisytm import _clock, _progress
from noisytm._checks import flag, instances, memory_of, some
from noisytm._partial import ENDED, carrying
from noisytm._timed import timed
from noisytm._version import __version__
from noisytm.degeneracy.comparisons import ComparedCode, ComparedRow, Comparison, labels_of, problem_for
from noisytm.degeneracy.counting import length_of, loss_factor
from noisytm.degeneracy.surveys import coefficient_or_interval
from noisytm.degeneracy.syndromes import correction
from noisytm.errors import BudgetError, MachineError, ProblemError
from noisytm.geometry import CHARTS, Place, checked_chart, checked_concentration, face_in, reached_keys
from noisytm.losses import checked_loss
from noisytm.machine import MOVES, Description
from noisytm.problem import SynthesisProblem
from noisytm.relaxation.semantics import SEMANTICS, Semantics, checked_semantics

# What stands above the rows is found out however little time there is.
SECONDS_TO_CHECK = 1.0


@timed
def compare(
    problem: SynthesisProblem,
    machines: Sequence[Description],
    *,
    semantics: Sequence[str | Semantics] | None = None,
    loss: str = "log",
    chart: str = "simplex",
    prior_concentration: Any = 1,
    memory: int | None = None,
    progress: bool = False,
) -> Comparison:
    """Compare codes that solve one problem: what is computed of each, side by side over the semantics.

    Where the space of a code is another one, or lists its tuples in another order, the problem is carried over to it
    by the names of symbols and states, and `Comparison.differences` says so: dimensions, and in pseudo-utm λ, depend
    on it. Where a budget runs out a row has a certified interval instead of λ.

    Parameters
    ----------
    problem : SynthesisProblem
        The problem, in the space of any of them.
    machines : sequence of TuringMachine or Description
        Two or more codes that solve it.
    semantics : sequence of str, optional
        In which; by default all that the problem, the keys and the chart allow.
    loss, chart, prior_concentration, memory, progress
        As of `learning_coefficient`.

    Raises
    ------
    ProblemError, MachineError
        If a code does not solve the problem, or has not its symbols or outcomes: the message names the code; or as
        `learning_coefficient` does.
    BudgetError, Interrupted
        If the time runs out between rows, or on an interrupt; ``partial`` is the comparison with the rows that were
        done.

    Examples
    --------
    >>> from noisytm import SynthesisProblem, library, padded_machine, words
    >>> machine = library.machine("detectA")
    >>> problem = SynthesisProblem.of_machine(machine, words("AB", 2), steps=4)
    >>> wider = padded_machine(machine, padded="states", p=1)
    >>> found = compare(problem, [machine, wider], semantics=["mean-field"])
    >>> [(row.machine, str(row.code.value), row.code.multiplicity) for row in found.rows]
    [(0, '10', 2), (1, '46/3', 1)]
    >>> [(x.machine, x.part) for x in found.differences], str(found.codes[0].cube_mass)
    ([(1, 'states')], '1/104976')
    """
    instances(problem=(problem, SynthesisProblem))
    codes = [*some("machines", machines, ProblemError)]
    for code in codes:
        instances(machine=(code, Description))
    if len(codes) < 2:
        raise ProblemError("there is 1 code to compare; give two or more")
    concentration, loss, chart = checked_concentration(prior_concentration), checked_loss(loss), checked_chart(chart)
    memory, progress = memory_of(memory), flag("progress", progress)
    with _clock.at_least(SECONDS_TO_CHECK):
        problems = _problems(problem, codes)
        compared = tuple(_compared(*pair) for pair in zip(problems, codes, strict=True))
    kinds = _kinds(problems, chart) if semantics is None else some("semantics", semantics, ProblemError)
    names = [checked_semantics(kind).name for kind in kinds]
    options: dict[str, Any] = {
        "chart": chart, "prior_concentration": concentration, "memory": memory, "progress": progress
    }  # fmt: skip
    rows: list[ComparedRow] = []

    def found(early: bool) -> Comparison:
        return Comparison(problems, compared, loss, chart, concentration, tuple(rows), __version__, ended_early=early)

    try:
        with _progress.counted("rows", len(names) * len(codes), what="compare", show=progress) as bar:
            for row in _rows(problems, codes, names, loss, options):
                rows.append(row)
                bar.to(len(rows))
    except ENDED as error:
        raise carrying(error, found(True)) from None
    return found(False)


def _problems(problem: SynthesisProblem, codes: Sequence[Description]) -> tuple[SynthesisProblem, ...]:
    """Return the problem in the space of each code; what is wrong is said with the name of the code."""
    found = []
    for label, code in zip(labels_of(codes), codes, strict=True):
        try:
            found.append(problem_for(problem, code))
        except (ProblemError, MachineError) as error:
            raise type(error)(f"{label} cannot be compared on this problem: {error}") from None
    return tuple(found)


def _compared(problem: SynthesisProblem, machine: Description) -> ComparedCode:
    space = problem.space
    used: tuple[Place, ...] = reached_keys(problem, face_in("simplex", space, machine), True)
    mass = None
    if not space.by_number:
        mass = Fraction(1, len(MOVES) * len(space.symbols) * len(space.states)) ** len(used)
    return ComparedCode(machine, used, length_of(problem, used), space.dimension, mass)


def _kinds(problems: Sequence[SynthesisProblem], chart: str) -> list[Semantics]:
    """Return the semantics that know these problems, and the chart."""
    return [
        kind
        for kind in SEMANTICS.values()
        if all(kind.reads(problem.readout) and kind.knows(problem.space) for problem in problems)
        and (kind.charts is None or chart in kind.charts)
    ]


def _rows(
    problems: Sequence[SynthesisProblem],
    codes: Sequence[Description],
    semantics: Sequence[str],
    loss: str,
    options: dict[str, Any],
) -> Iterator[ComparedRow]:
    CHARTS.named(options["chart"]).require_coefficient()
    factor = loss_factor(loss)
    for kind, i in product(semantics, range(len(codes))):
        _clock.tick()
        found = coefficient_or_interval(problems[i], codes[i], {"semantics": kind, **options})
        try:
            weight = correction(problems[i], codes[i], semantics=kind, chart=options["chart"]).least_weight
        except BudgetError:
            yield ComparedRow(kind, i, found.scaled(factor), None, weight_known=False)
        else:
            yield ComparedRow(kind, i, found.scaled(factor), weight)
