"""The least learning coefficient of all codes that solve a problem."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from noisytm._checks import flag, instance
from noisytm._partial import ENDED, carrying
from noisytm._timed import timed
from noisytm.geometry import checked_chart, checked_concentration, face_in
from noisytm.losses import checked_loss
from noisytm.problem import SynthesisProblem
from noisytm.relaxation.semantics import Semantics, checked_semantics
from noisytm.search.minimum.asked import AskedOfAll
from noisytm.search.minimum.recording import checked_file, save_tree, tree_of
from noisytm.search.minimum.result import COUNTS, AttainingCode, GlobalLearningCoefficient
from noisytm.search.minimum.task import LeastCoefficient
from noisytm.search.store import Incumbent, Outlook, Store, Ways, searched
from noisytm.search.tables import TableSpace

# What is added to the name of a store for the search that lists all optimal codes.
OPTIMAL = ".optimal"

PathLike = str | os.PathLike[str]


@timed
def global_learning_coefficient(
    problem: SynthesisProblem,
    *,
    semantics: str | Semantics = "pseudo-utm",
    loss: str = "log",
    chart: str = "simplex",
    prior_concentration: Any = 1,
    optimal: bool = False,
    workers: int = 1,
    scheduler: Any = None,
    resume: PathLike | None = None,
    merge: Sequence[PathLike] = (),
    share: tuple[int, int] | None = None,
    pieces: int | None = None,
    certificate: PathLike | None = None,
    progress: bool = True,
) -> GlobalLearningCoefficient:
    """Find the least learning coefficient of all full tables that solve a problem, and the largest multiplicity there.

    A branch and bound over partial tables: what is fatal through fixed tuples is fatal in every completion, so that the
    linear program over these syndromes bounds λ from below (``docs/search.md``). Every number that decides is checked
    in integers. The least λ is that of the whole problem: λ can only drop in the closure of a face, and every face has
    vertices.

    Parameters
    ----------
    problem : SynthesisProblem
        The problem. Which tuples its own space lists does not matter here: codes list all.
    semantics : str or Semantics
        How the step is relaxed. For those that follow marginals the search is compiled; for others it is the readable
        one, at some milliseconds a node.
    loss, chart, prior_concentration
        As of `learning_coefficient`. In the bits chart the codes are all bit strings.
    optimal : bool
        List all codes that attain the least λ, by a second search.
    workers : int
        Number of processes. The result does not depend on it.
    scheduler : str or distributed.Client, optional
        A running dask cluster that searches instead.
    resume : path, optional
        A store: what is found is kept there, and gone on from.
    merge : sequence of paths
        Stores of the same search, of which everything is taken over.
    share : (int, int), optional
        ``(i, n)``: search only the i-th of n shares, for machines that do not know of each other; then merge.
    pieces : int, optional
        Into how many pieces at least the search is cut; more are for clusters.
    certificate : path, optional
        Write the proof to this file: a tree that ``noisytm verify`` replays. Only a search that is complete has one; a
        store that was begun without is that of another search.
    progress : bool
        Whether to show how far it is if standard error is a terminal.

    Returns
    -------
    GlobalLearningCoefficient
        Of several codes that attain it, the machine is the first in canonical order of those that were found.

    Raises
    ------
    ProblemError
        If an option is unknown, or the semantics supports no such chart or readout.
    FormatError
        If a store cannot be used, or the folder of the certificate is not there.
    BudgetError
        If time or memory run out; ``partial`` is then a result with what is certain.
    Interrupted
        On an interrupt from the keyboard, which it is, a `KeyboardInterrupt`; with the same ``partial``.

    Examples
    --------
    >>> from noisytm import global_learning_coefficient, library
    >>> problem = SynthesisProblem.of_machine(library.machine("parity"), ["1" * n for n in range(4)], 4)
    >>> found = global_learning_coefficient(problem, semantics="mean-field")
    >>> found.value, found.multiplicity, found.complete
    (Fraction(8, 1), 1, True)
    """
    instance("problem", problem, SynthesisProblem)
    tables = TableSpace.over(problem)
    step = checked_semantics(semantics)
    step.require(problem, checked_chart(chart))
    flag("progress", progress)
    file = None if certificate is None else checked_file(certificate)
    asked = AskedOfAll(
        tables.problem(problem),
        tables,
        step.name,
        checked_loss(loss),
        checked_chart(chart),
        checked_concentration(prior_concentration),
    )
    ways = Ways(workers, scheduler, resume, merge, share, pieces)
    task = LeastCoefficient(asked, recorded=file is not None)
    try:
        found = searched(
            task,
            lambda store: _certified(task, store, file),
            ways,
            task.start,
            outlook=lambda store: Outlook(task, store),
        )
    except ENDED as error:
        if getattr(error, "partial", None) is not None:
            raise
        raise carrying(error, _nothing_yet(asked)) from None
    if flag("optimal", optimal) and found.complete and found.value is not None:
        return _with_optimal(asked, found, task, ways)
    return found


def _with_optimal(
    asked: AskedOfAll, found: GlobalLearningCoefficient, task: LeastCoefficient, ways: Ways
) -> GlobalLearningCoefficient:
    """List all codes that attain the least λ, by a search that keeps open what just meets it."""

    def beside(path: PathLike) -> str:
        return f"{os.fspath(path)}{OPTIMAL}"

    assert found.value is not None and found.multiplicity is not None
    attaining = Incumbent(found.value, found.multiplicity, ())
    again = replace(
        ways,
        resume=None if ways.resume is None else beside(ways.resume),
        merge=tuple(beside(path) for path in ways.merge if os.path.exists(beside(path))),
    )
    task = replace(task, attaining=attaining, recorded=False)
    return searched(task, lambda store: _listed(asked, found, store), again)


def _listed(asked: AskedOfAll, found: GlobalLearningCoefficient, store: Store) -> GlobalLearningCoefficient:
    codes = sorted((tuple(code), m) for _, finished in store.results() for code, m in finished.record["attained"])
    attaining = []
    for code, m in codes:
        face = face_in(asked.chart, asked.problem.space, asked.choices.point(code))
        attaining.append(AttainingCode(face, m, len(asked.how.used_keys(asked.problem, face))))
    return replace(found, optimal=tuple(attaining), complete=store.complete)


def _certified(task: LeastCoefficient, store: Store, certificate: str | None) -> GlobalLearningCoefficient:
    if certificate is not None and store.complete:
        best = store.incumbent
        tree = tree_of(task.asked, task.root, task.expanded, store.results(proofs=True))
        save_tree(certificate, task.asked, None if best is None else best.code, tree)
    return _result(task.asked, store)


def _result(asked: AskedOfAll, store: Store) -> GlobalLearningCoefficient:
    best, counts = store.incumbent, dict.fromkeys(COUNTS, 0)
    for _, finished in store.results():
        for name in COUNTS:
            counts[name] += finished.record[name]
    lower = Fraction(0) if store.lower is None else store.lower
    return _so_far(asked, best, lower, store.complete, counts)


def _nothing_yet(asked: AskedOfAll) -> GlobalLearningCoefficient:
    """Return what is known before the search is cut into pieces."""
    return _so_far(asked, None, Fraction(0), False, dict.fromkeys(COUNTS, 0))


def _so_far(
    asked: AskedOfAll, best: Incumbent | None, lower: Fraction, complete: bool, counts: dict[str, int]
) -> GlobalLearningCoefficient:
    face = None if best is None else face_in(asked.chart, asked.problem.space, asked.choices.point(best.code))
    return GlobalLearningCoefficient(
        asked.problem,
        asked.semantics,
        asked.loss,
        asked.chart,
        asked.concentration,
        face,
        None if best is None else best.value,
        None if best is None else best.multiplicity,
        lower,
        complete,
        None,
        counts,
    )
