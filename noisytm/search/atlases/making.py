"""Making the atlas of a problem."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from noisytm import _memory, library
from noisytm._checks import flag, instance, seed_of, whole
from noisytm._partial import ENDED, carrying
from noisytm._summary import grouped
from noisytm._timed import timed
from noisytm.errors import ProblemError
from noisytm.machine import TuringMachine
from noisytm.problem import SynthesisProblem
from noisytm.relaxation.semantics import Semantics
from noisytm.search.atlases.asked import AtlasUnits
from noisytm.search.atlases.groups import AtlasTally
from noisytm.search.atlases.result import Atlas
from noisytm.search.atlases.rows import CodeRow, KeptRows
from noisytm.search.atlases.task import Surveying
from noisytm.search.cubes import Solutions, solutions
from noisytm.search.store import Store, Ways, searched
from noisytm.search.tables import TableSpace

# So many codes are looked at unasked: what a minute or so allows.
MOST_UNASKED = 5_000
# For so few codes nothing is compiled.
FEW = 500
# Into how many pieces it is cut at least, so that little is lost when it is ended.
PIECES = 512


class TooManyCodes(ProblemError):
    """There are more codes than are looked at unasked."""


@timed
def atlas(
    problem: SynthesisProblem,
    *,
    all: bool = False,
    sample: int | None = None,
    seed: int = 0,
    semantics: str | Semantics = "pseudo-utm",
    loss: str = "log",
    chart: str = "simplex",
    prior_concentration: Any = 1,
    workers: int = 1,
    scheduler: Any = None,
    resume: str | os.PathLike[str] | None = None,
    merge: Sequence[str | os.PathLike[str]] = (),
    memory: int | None = None,
    progress: bool = True,
) -> Atlas:
    """Compute λ and m of every code that solves a problem, beside the length of its description.

    A code is a full table. What it uses on the inputs is what its cube settles: k tuples, a share (3·S·|Q|)^−k of all
    tables, which is its Solomonoff weight (``docs/all-codes.md``). Every λ and m is exact (``docs/theory.md``).

    Parameters
    ----------
    problem : SynthesisProblem
        The problem. Which tuples its own space lists does not matter here: codes list all.
    all : bool
        Look at all codes however many there are; unasked up to 5,000.
    sample : int, optional
        Look at so many codes instead, each drawn with the same chance from all that solve the problem.
    seed : int
        The seed they are drawn with.
    semantics, loss, chart, prior_concentration
        As of `learning_coefficient`.
    workers : int
        Number of processes. The rows do not depend on it.
    scheduler : str or distributed.Client, optional
        A running dask cluster that works instead.
    resume : path, optional
        A store: what is found is kept there, and gone on from.
    merge : sequence of paths
        Stores of the same atlas, of which everything is taken over.
    memory : int, optional
        Most memory to take, in bytes; this process and its others share it, and each worker of a cluster may take it.
    progress : bool
        Whether to show how far it is if standard error is a terminal.

    Returns
    -------
    Atlas

    Raises
    ------
    ProblemError
        If an option is unknown, no code solves the problem, or more do than are looked at unasked.
    FormatError
        If a store cannot be used.
    BudgetError
        If time or memory run out; ``partial`` is the atlas of the codes that were looked at.
    Interrupted
        On an interrupt from the keyboard, which it is, a `KeyboardInterrupt`; with the same ``partial``.

    Examples
    --------
    >>> from noisytm import SynthesisProblem, TuringMachine
    >>> machine = TuringMachine(["_"], "_", ["0", "H"], "0", [("_", "0", "_", "H", "S")], halting=["H"])
    >>> found = atlas(SynthesisProblem.of_machine(machine, [""], steps=1))
    >>> found.codes, found.best[0].value, found.best[0].weight
    (3, Fraction(1, 1), 1)
    """
    instance("problem", problem, SynthesisProblem)
    problem.require_exact_keys("an atlas")
    flag("all", all, ProblemError)
    flag("progress", progress)
    if sample is not None:
        sample = whole("sample", sample, 1)
        if all:
            raise ProblemError("all codes are asked for, and a sample; give one of the two")
    units = AtlasUnits.checked(problem, semantics, loss, chart, prior_concentration)
    drawn_with = 0 if sample is None else seed_of(seed)
    ways = Ways(workers, scheduler, resume, merge, memory=memory)
    with _memory.limited(ways.memory):
        try:
            counted = solutions(problem, progress=progress)
        except ENDED as error:
            part = _none_yet(units, getattr(error, "partial", None), sample, drawn_with)
            raise carrying(error, part) from None
        _require_some(counted, all or sample is not None)
        many = counted.codes if sample is None else sample
        task = Surveying(units, sample, drawn_with, many <= FEW)
        return searched(task, lambda store: _made(task, counted, store), ways, many=PIECES, show=progress)


def _require_some(found: Solutions, asked: bool) -> None:
    if not found.codes:
        raise ProblemError("no code solves the problem, so there is nothing to map; give more steps, or other targets")
    if not asked and found.codes > MOST_UNASKED:
        raise TooManyCodes(
            f"{grouped(found.codes)} codes solve the problem, more than the {grouped(MOST_UNASKED)} that are looked at"
            " unasked; ask for a sample, or for all"
        )


def _none_yet(units: AtlasUnits, counted: Any, sample: int | None, seed: int) -> Atlas:
    """Return an atlas without rows, with how many codes had been counted."""
    codes, rows = (
        (counted.codes if isinstance(counted, Solutions) else 0),
        KeptRows.of((), len(units.tables.space.keys)),
    )
    return Atlas(units, codes, sample, None if sample is None else seed, {}, (), (), (), {}, rows, False)


def _made(task: Surveying, counted: Solutions, store: Store) -> Atlas:
    """Return the atlas of the finished pieces of a store."""
    rows = KeptRows.of((found.record for _, found in store.results()), task.tree.tuples)
    tally = AtlasTally.of(rows)
    return Atlas(
        task.units,
        counted.codes,
        task.sample,
        None if task.sample is None else task.seed,
        dict(tally.codes),
        tuple(tally.best[used] for used in sorted(tally.best)),
        tuple(tally.by_weight),
        tuple(tally.by_value),
        dict(_named(task.units)),
        rows,
        store.complete,
    )


def _named(units: AtlasUnits) -> Iterator[tuple[str, CodeRow]]:
    """Yield the rows of the machines of the library that are among all codes that solve the problem."""
    for name in library.names():
        machine = _over(units.tables, library.machine(name))
        if machine is not None and _solves(machine, units.problem):
            yield name, units.row(units.tables.table(machine))


def _over(tables: TableSpace, machine: TuringMachine) -> TuringMachine | None:
    """Return a machine with its tuples in the order of some tables; ``None`` if it is none of them."""
    space = tables.space
    mine = machine.symbols, machine.blank, machine.states, machine.start, set(machine.halting)
    if mine != (space.symbols, space.blank, space.states, space.start, set(tables.halting)):
        return None
    listed = dict(zip(machine.keys, machine.tuples, strict=True))
    if set(listed) != set(space.keys):
        return None
    return replace(machine, tuples=tuple(listed[key] for key in space.keys))


def _solves(machine: TuringMachine, problem: SynthesisProblem) -> bool:
    try:
        problem.require_solved_by(machine)
    except ProblemError:
        return False
    return True
