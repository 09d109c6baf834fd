"""The least learning coefficient of all codes that solve a problem."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
from typing import Any

from noisytm import _memory
from noisytm._checks import flag, instance, one_of
from noisytm._partial import ENDED, carrying
from noisytm._timed import timed
from noisytm.errors import ProblemError
from noisytm.geometry import CHARTS, checked_chart, checked_concentration, face_in
from noisytm.losses import checked_loss
from noisytm.problem import SynthesisProblem
from noisytm.relaxation.semantics import Semantics, checked_semantics
from noisytm.search.cubes import SPACES
from noisytm.search.growth import course_of
from noisytm.search.minimum.asked import AskedOfAll
from noisytm.search.minimum.lists import (
    LeastOfLists,
    ListKind,
    found_of_lists,
    nothing_of_lists,
    optimal_lists,
    save_trees,
    shortest,
)
from noisytm.search.minimum.precisions import Winners
from noisytm.search.minimum.recording import Pending, checked_file, tree_of
from noisytm.search.minimum.result import COUNTS, AttainingCode, GlobalLearningCoefficient, counts_of
from noisytm.search.minimum.task import LeastCoefficient
from noisytm.search.store import Begun, Incumbent, Outlook, Store, Ways, searched
from noisytm.search.tables import TableSpace, keyed_problem

# What is added to the name of a store for the search that lists all optimal codes.
OPTIMAL = ".optimal"
# Nodes a second that no process surpasses.
FASTEST = 1e6

PathLike = str | os.PathLike[str]


@timed
def global_learning_coefficient(
    problem: SynthesisProblem,
    space: str = "full",
    *,
    max_tuples: int | None = None,
    repeat: bool = False,
    keys: str | None = None,
    semantics: str | Semantics = "pseudo-utm",
    loss: str = "log",
    chart: str = "simplex",
    prior_concentration: Any = 1,
    optimal: bool = False,
    precision: bool = False,
    workers: int = 1,
    scheduler: Any = None,
    resume: PathLike | None = None,
    merge: Sequence[PathLike] = (),
    share: tuple[int, int] | None = None,
    pieces: int | None = None,
    certificate: PathLike | None = None,
    memory: int | None = None,
    progress: bool = True,
) -> GlobalLearningCoefficient:
    """Find the least learning coefficient of all codes that solve a problem, and the largest multiplicity there.

    A branch and bound over partial tables: what is fatal through fixed tuples is fatal in every completion, so that the
    linear program over these syndromes bounds λ from below (``docs/all-codes.md``). Every number that decides is
    checked in integers. The least λ is that of the whole problem: λ can only drop in the closure of a face, and every
    face has vertices.

    Parameters
    ----------
    problem : SynthesisProblem
        The problem. Which tuples its own space lists does not matter here.
    space : {"full", "listed"}
        Codes are tables that list all tuples, or lists of some of them, in any order: where none is listed the
        configuration stays as it is. Of lists only the listed tuples have coordinates.
    max_tuples : int, optional
        For ``listed``: only lists of at most so many tuples; by default as many as the shortest that solve it have.
    repeat : bool
        For ``listed``: a key may be listed again. The later tuple wins; the earlier one is dead, or a second chance.
    keys : {"exact", "noisy"}, optional
        For ``listed``: whether the keys of the listed tuples err as well; by default as the problem says.
    semantics : str or Semantics
        How the step is relaxed. For those that follow marginals the search is compiled; for others it is the readable
        one, at some milliseconds a node.
    loss, chart, prior_concentration
        As of `learning_coefficient`. In the bits chart the codes are all bit strings.
    optimal : bool
        List all codes that attain the least λ, by a second search.
    precision : bool
        Find the least Λ(s) of all codes, too: which program wins on a grid of finite precision (docs/precision.md). For
        full tables, and semantics that follow marginals.
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
        Write the proof to this file: a tree that ``noisytm verify`` replays, with ``precision`` one for each kink, too.
        Only a search that is complete has one; a store that was begun without is that of another search.
    memory : int, optional
        Most memory to take, in bytes; this process and its others share it, and each worker of a cluster may take it.
    progress : bool
        Whether to show how far it is if standard error is a terminal.

    Returns
    -------
    GlobalLearningCoefficient
        Of several codes that attain it, the machine is the first in canonical order of those that were found. Of lists
        it has the least of each length, too.

    Raises
    ------
    ProblemError
        If an option is unknown or breaks a rule above, or the semantics supports no such chart or readout.
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
    >>> found = global_learning_coefficient(problem, "listed", max_tuples=2, semantics="mean-field")
    >>> [(x.tuples, x.solving, x.value) for x in found.by_length]
    [(0, 0, None), (1, 0, None), (2, 4, Fraction(6, 1))]
    """
    instance("problem", problem, SynthesisProblem)
    kind = ListKind.asked(problem, max_tuples, repeat, keys)
    if one_of("space", space, SPACES, ProblemError) == SPACES[0]:
        kind.require_none()
    tables = TableSpace.over(problem)
    step = checked_semantics(semantics)
    step.require(keyed_problem(problem, tables, kind.keys), checked_chart(chart))
    CHARTS.named(chart).require_search()
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
    kind.require_groups(asked)
    ways = Ways(workers, scheduler, resume, merge, share, pieces, memory=memory)
    all_of_them = flag("optimal", optimal)
    if flag("precision", precision):
        _require_precision(asked, space, ways)
    with _memory.limited(ways.memory):
        return _least(asked, space, kind, ways, file, all_of_them, precision)


def _least(
    asked: AskedOfAll,
    space: str,
    kind: ListKind,
    ways: Ways,
    file: str | None,
    optimal: bool,
    precision: bool,
) -> GlobalLearningCoefficient:
    pending = None if file is None else Pending(file, asked, precision)
    if space == SPACES[0]:
        search = _over_tables(asked, pending)
    else:
        search = _over_lists(asked, kind, file)
    best: list[Incumbent] = []

    def total(store: Store) -> GlobalLearningCoefficient:
        best[:] = [] if store.incumbent is None else [store.incumbent]
        return search.found(store)

    try:
        found = searched(
            search.task,
            total,
            ways,
            search.task.start,
            outlook=lambda open_: Outlook(search.task, open_, FASTEST * ways.processes),
        )
    except ENDED as error:
        known = getattr(error, "partial", None)
        if isinstance(known, GlobalLearningCoefficient):
            raise
        starts = known.starts if isinstance(known, Begun) else ()
        raise carrying(error, search.nothing(starts)) from None
    if optimal and found.complete and best:
        found = _with_optimal(found, search, ways)
    if precision and found.complete and best:
        found = _with_precision(found, asked, best[0], ways, pending)
    return found


def _require_precision(asked: AskedOfAll, space: str, ways: Ways) -> None:
    """Refuse what has no least Λ(s), or would not find it."""
    CHARTS.named(asked.chart).require_grid()
    if one_of("space", space, SPACES, ProblemError) != SPACES[0]:
        raise ProblemError('precision is for space="full"; of a list noisytm bound --precision tells')
    if not asked.compiled:
        raise ProblemError(
            f"precision is for the semantics that follow marginals, and {asked.semantics} does not: of all codes only"
            " the least λ is searched there; leave it out"
        )
    if ways.share is not None:
        raise ProblemError("precision needs the least λ of all codes, and a share has it of some; merge the shares")


def _with_precision(
    found: GlobalLearningCoefficient, asked: AskedOfAll, best: Incumbent, ways: Ways, pending: Pending | None
) -> GlobalLearningCoefficient:
    """Find which code wins at which precision."""
    winners = Winners(asked, ways, counts_of, recorded=pending is not None)
    try:
        winners.run(best.code)
        if pending is not None:
            pending.found_more(best.code, winners.claim(), winners.trees())
    except ENDED as error:
        raise carrying(error, replace(found, precision=winners.found(), complete=False)) from None
    return replace(found, precision=winners.found())


@dataclass(frozen=True)
class _Search:
    """A search, what its store comes to, and that before there is one; and the same with all codes that attain it."""

    task: LeastCoefficient | LeastOfLists
    found: Callable[[Store], GlobalLearningCoefficient]
    nothing: Callable[[Sequence[Incumbent]], GlobalLearningCoefficient]
    optimal: Callable[[GlobalLearningCoefficient, Store], GlobalLearningCoefficient]


def _over_tables(asked: AskedOfAll, pending: Pending | None) -> _Search:
    if pending is not None and not asked.tables.space.keys:
        raise ProblemError("a table without tuples is the only code, and its search no tree; leave out the certificate")
    task = LeastCoefficient(asked, recorded=pending is not None)
    return _Search(
        task,
        lambda store: _certified(task, store, pending),
        partial(_nothing_yet, asked),
        lambda found, store: _listed(asked, found, store),
    )


def _over_lists(asked: AskedOfAll, kind: ListKind, certificate: str | None) -> _Search:
    every = len(asked.tables.space.keys)
    try:
        most = shortest(asked.problem, asked.tables) if kind.most is None else kind.most
    except ENDED as error:
        unknown = LeastOfLists(asked, every, repeat=kind.repeat, keys=kind.keys)
        raise carrying(error, nothing_of_lists(unknown)) from None
    most = most if kind.repeat else min(most, every)
    task = LeastOfLists(asked, most, repeat=kind.repeat, keys=kind.keys, recorded=certificate is not None)

    def nothing(starts: Sequence[Incumbent]) -> GlobalLearningCoefficient:
        return nothing_of_lists(task, starts or task.hurried())

    def total(store: Store) -> GlobalLearningCoefficient:
        if certificate is not None and store.complete:
            save_trees(certificate, task, store)
        return found_of_lists(task, store)

    return _Search(task, total, nothing, partial(optimal_lists, task))


def _with_optimal(found: GlobalLearningCoefficient, search: _Search, ways: Ways) -> GlobalLearningCoefficient:
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
    return searched(search.task.listing(attaining), partial(search.optimal, found), again)


def _listed(asked: AskedOfAll, found: GlobalLearningCoefficient, store: Store) -> GlobalLearningCoefficient:
    codes = sorted((tuple(code), m) for _, finished in store.results() for code, m in finished.record["attained"])
    attaining = []
    for code, m in codes:
        face = face_in(asked.chart, asked.problem.space, asked.point(code))
        attaining.append(AttainingCode(face, m, len(asked.how.used_keys(asked.problem, face))))
    return replace(found, optimal=tuple(attaining), complete=store.complete)


def _certified(task: LeastCoefficient, store: Store, pending: Pending | None) -> GlobalLearningCoefficient:
    if pending is not None and store.complete:
        best = store.incumbent
        tree = tree_of(task.asked, task.root, task.expanded, store.results(proofs=True))
        pending.found(None if best is None else best.code, tree)
    return _result(task.asked, store)


def _result(asked: AskedOfAll, store: Store) -> GlobalLearningCoefficient:
    lower = Fraction(0) if store.lower is None else store.lower
    found = _so_far(asked, store.incumbent, lower, store.complete, counts_of(store))
    return replace(found, course=course_of(store))


def _nothing_yet(asked: AskedOfAll, starts: Sequence[Incumbent] = ()) -> GlobalLearningCoefficient:
    """Return what is known before the search is cut into pieces: of some codes what they attain."""
    best = min(starts, key=lambda code: code.rank, default=None)
    return _so_far(asked, best, Fraction(0), False, dict.fromkeys(COUNTS, 0))


def _so_far(
    asked: AskedOfAll, best: Incumbent | None, lower: Fraction, complete: bool, counts: dict[str, int]
) -> GlobalLearningCoefficient:
    face = None if best is None else face_in(asked.chart, asked.problem.space, asked.point(best.code))
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
