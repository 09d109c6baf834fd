"""Counting all codes that solve a problem, subtree by subtree."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from noisytm import _clock, _memory, _progress
from noisytm._checks import flag, instance, one_of, whole
from noisytm._partial import ENDED, carrying
from noisytm._summary import count, grouped
from noisytm._timed import timed
from noisytm.errors import ProblemError
from noisytm.machine import TransitionTuple
from noisytm.problem import SynthesisProblem
from noisytm.search.cubes.ahead import Ahead, AheadOfPieces
from noisytm.search.cubes.form import SPACES
from noisytm.search.cubes.pieces import PIECES, Counting
from noisytm.search.cubes.result import Solutions
from noisytm.search.cubes.stream import CubeStream, CubeTree, Table
from noisytm.search.cubes.subtrees import trunk
from noisytm.search.cubes.tally import CubeTally
from noisytm.search.store import Store, Ways, key_in, searched
from noisytm.search.tables import TableSpace

# Shortest lists that are kept, and how many codes there must be for other processes to be started.
MOST_LISTS, WORTH_PROCESSES = 10_000, 1_000_000


def cubes(
    tables: TableSpace, problem: SynthesisProblem, start: Table | None = None, most: int | None = None
) -> Iterator[Table]:
    """Yield the cubes of a problem: disjoint partial tables that hold every code that solves it.

    Parameters
    ----------
    tables : TableSpace
        The codes.
    problem : SynthesisProblem
        The problem, over the same symbols and states.
    start : ndarray of int64, shape (N,), optional
        A partial table: only the cubes below it, with what is settled in it.
    most : int, optional
        Codes are lists of at most so many tuples; by default they are full tables.

    Yields
    ------
    ndarray of int64, shape (N,)

    Examples
    --------
    >>> from noisytm import library
    >>> machine = library.machine("detectA")
    >>> problem = SynthesisProblem.of_machine(machine, ["A"], 1)
    >>> sum(1 for _ in cubes(TableSpace.of(machine), problem))
    9
    """
    tree = CubeTree(tables, problem, most)
    for rows in CubeStream(tree, tree.root if start is None else tree.checked(start)).cubes():
        yield from rows


@timed
def solutions(
    problem: SynthesisProblem,
    space: str = "full",
    *,
    max_tuples: int | None = None,
    workers: int = 1,
    scheduler: Any = None,
    resume: str | os.PathLike[str] | None = None,
    merge: Sequence[str | os.PathLike[str]] = (),
    share: tuple[int, int] | None = None,
    pieces: int | None = None,
    memory: int | None = None,
    progress: bool = True,
) -> Solutions:
    """Count all codes over a problem's symbols and states that solve it.

    The inputs are run one after another, and where a run needs a tuple that is not settled yet all actions are tried:
    a leaf at which every input has ended accepted is a *cube*, all of whose completions solve the problem.
    ``docs/all-codes.md`` has the definitions and formulas.

    Parameters
    ----------
    problem : SynthesisProblem
        The problem. Which tuples its own space lists does not matter here.
    space : {"full", "listed"}
        Codes are tables that list all tuples, or any lists of tuples, as sets: where none is listed the configuration
        stays as it is.
    max_tuples : int, optional
        For ``listed``: only lists of at most so many tuples; by default as many as the shortest that solve it have.
    workers : int
        Number of processes. What is counted depends neither on it nor on any option below.
    scheduler : str or distributed.Client, optional
        A running dask cluster, whose workers count instead: its address, or a client.
    resume : path, optional
        The store: a file that keeps what is counted, and that is gone on from.
    merge : sequence of paths
        Stores of the same count, of which everything is taken over first.
    share : (int, int), optional
        ``(i, n)``: count only the i-th of n shares of the subtrees, i from 1 to n; the stores are merged afterwards.
    pieces : int, optional
        Into how many subtrees at least the count is cut; more are for clusters.
    memory : int, optional
        Most memory to take, in bytes; this process and its others share it, and each worker of a cluster may take it.
    progress : bool
        Whether to show a progress bar if standard error is a terminal.

    Returns
    -------
    Solutions

    Raises
    ------
    ProblemError
        If an option breaks a rule above, or no dask scheduler answers.
    FormatError
        If a store cannot be read or written, is in use, or is that of another search.
    BudgetError
        If time or memory run out, or workers are lost again and again; then, as on an
        interrupt, ``partial`` is what was counted so far.
    Interrupted
        On an interrupt from the keyboard, which it is, a `KeyboardInterrupt`.

    Examples
    --------
    >>> from noisytm import library, solutions, words
    >>> problem = SynthesisProblem.of_machine(library.machine("detectA"), words("AB", 2), 4)
    >>> found = solutions(problem)
    >>> found.codes, found.cubes, found.fewest_used_tuples
    (489655, 247422, 4)
    >>> solutions(problem, space="listed").shortest_description
    2
    """
    instance("problem", problem, SynthesisProblem)
    problem.require_exact_keys("a count of solutions")
    one_of("space", space, SPACES, ProblemError)
    progress = flag("progress", progress)
    ways = Ways(workers, scheduler, resume, merge, share, pieces, memory=memory)
    with _memory.limited(ways.memory):
        return _of_space(problem, space, max_tuples, ways, progress)


def _of_space(problem: SynthesisProblem, space: str, max_tuples: int | None, ways: Ways, progress: bool) -> Solutions:
    if space == SPACES[0]:
        if max_tuples is not None:
            raise ProblemError('max_tuples is for space="listed"; a full table lists all tuples')
        return _all_of(Counting(problem), ways, progress)
    tuples = len(TableSpace.over(problem).space.keys)
    if max_tuples is not None:
        return _all_of(Counting(problem, min(whole("max_tuples", max_tuples, 0), tuples)), ways, progress)
    if ways.merge or ways.share is not None:
        raise ProblemError("merge and share are for lists of one greatest length; give max_tuples too")
    lengths = [Counting(problem, most) for most in range(tuples + 1)]
    return _shortest_first(lengths, ways, progress)


def _shortest_first(lengths: Sequence[Counting], ways: Ways, progress: bool) -> Solutions:
    """Count lists of at most 0, 1, … tuples until some solve the problem; a store holds the last of these counts."""
    known = None if ways.resume is None else key_in(ways.resume)
    first = next((i for i, counting in enumerate(lengths) if counting.key == known), 0)
    for most in range(first, len(lengths)):
        try:
            found = _all_of(lengths[most], ways, progress, lengths[most - 1] if most else None)
        except ENDED as error:
            none = f"; no list of fewer than {count(most, 'tuple')} solves it" if most else ""
            raise carrying(error, getattr(error, "partial", None), none) from None
        if found.codes:
            break
    return found


def _all_of(counting: Counting, ways: Ways, progress: bool, before: Counting | None = None) -> Solutions:
    """Count, in pieces where somebody else takes part or something is kept."""
    tree = counting.tree
    if counting.all_codes < WORTH_PROCESSES:
        ways = replace(ways, workers=1)
    if ways.plain:
        return _counted(counting, progress)

    def total(store: Store) -> Solutions:
        return _result(tree, *counting.tallies(store), store.complete)

    after = None if before is None else before.key
    try:
        return searched(
            counting,
            total,
            ways,
            after=after,
            many=PIECES,
            show=progress,
            outlook=lambda open_: AheadOfPieces(counting, open_, ways.processes),
        )
    except ENDED as error:
        if getattr(error, "partial", None) is not None:
            raise
        nothing_yet = CubeTally(tree.tuples, tree.tables.actions, tree.most)
        raise carrying(error, _result(tree, nothing_yet, (), False)) from None


def _counted(counting: Counting, progress: bool) -> Solutions:
    """Go through the whole tree."""
    tree, ahead = counting.tree, Ahead(counting)
    done: list[CubeTally] = []
    so_far = CubeTally(tree.tuples, tree.tables.actions, tree.most)
    stream: CubeStream | None = None
    try:
        starts = trunk(tree)
        with _progress.counted("subtrees", len(starts), what="counting codes", show=progress) as bar:
            for number, start in enumerate(starts):
                stream = CubeStream(tree, start)
                while not stream.ended:
                    _clock.tick()
                    stream.count()
                    leaves = so_far.total + so_far.refuted + int(stream.leaves.sum())
                    found = f"{grouped(so_far.codes)} codes in {grouped(so_far.total)} cubes"
                    bar.note("; ".join(filter(None, (ahead.note(leaves, starts[number:]), found))))
                done.append(stream.tally)
                so_far, stream = so_far + done[-1], None
                bar.more()
    except ENDED as error:
        partial = so_far if stream is None else so_far + stream.tally
        raise carrying(error, _result(tree, partial, (), False)) from None
    return _result(tree, so_far, tuple(done), True)


def _result(tree: CubeTree, tally: CubeTally, subtrees: tuple[CubeTally, ...], complete: bool) -> Solutions:
    space = SPACES[tree.most is not None]
    lists = _shortest(tree, tally.fewest) if tree.most is not None and complete else ()
    return Solutions(tree.problem, space, tree.most, tally, lists, subtrees, complete)


def _shortest(tree: CubeTree, fewest: int | None) -> tuple[tuple[TransitionTuple, ...], ...]:
    """Return the first of the shortest lists."""
    if fewest is None:
        return ()
    shorter = CubeTree(tree.tables, tree.problem, fewest)
    lists = (found for rows in CubeStream(shorter, shorter.root).cubes() for found in shorter.lists_of(rows))
    return tuple(itertools.islice(lists, MOST_LISTS))
