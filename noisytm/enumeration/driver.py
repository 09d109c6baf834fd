"""Going through the tree: here or in other processes, in one order, with progress on disk."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import closing
from functools import partial
from typing import Any, TypeVar

from noisytm import _clock, _memory, _progress
from noisytm._cache_folder import KeptPlace
from noisytm._checks import flag, memory_of, path_of, workers_of
from noisytm._partial import ENDED, carrying
from noisytm._timed import timed
from noisytm.enumeration.options import EnumerationOptions
from noisytm.enumeration.progress import Collection, Outlook, PartT, Progress, ProgressFile
from noisytm.enumeration.result import Enumeration
from noisytm.enumeration.tally import Tally
from noisytm.enumeration.tree import Table, nothing, subtree, trunk, weight_of_table
from noisytm.enumeration.workers import parts
from noisytm.errors import MachineError

Result = TypeVar("Result")


@timed
def enumerate_machines(
    states: int,
    symbols: int = 2,
    *,
    root: str = "full",
    max_steps: int = 200,
    complete: bool = False,
    ordered_symbols: bool = True,
    recognisers: Iterable[str] | None = None,
    workers: int = 1,
    resume: str | os.PathLike[str] | None = None,
    memory: int | None = None,
    progress: bool = True,
    **settings: Any,
) -> Enumeration:
    """Go through all Turing machines with so many states and symbols, on the blank tape, in tree normal form.

    A machine whose run comes to an undefined cell halts there; its children have that cell filled in every way,
    up to the names of states and symbols that have not occurred yet and up to reflection. ``docs/enumeration.md``
    has the definitions, and the proofs of the recognisers.

    Parameters
    ----------
    states, symbols : int
        Number of states (halting not counted) and of symbols (blank counted). Their product is at most 12.
    root : {"full", "1RB"}
        Begin with the empty table, or with the one whose only entry is ``1RB`` in the first cell.
    max_steps : int
        A run that has not ended within so many steps, the halting one counted, is a holdout unless a recogniser
        proves that it never ends.
    complete : bool
        Whether the last undefined cell of a table is filled too, which gives machines that cannot halt.
    ordered_symbols : bool
        Whether new symbols appear in order. If not, machines that differ in the names of symbols are all there.
    recognisers : iterable of str, optional
        Proofs that a run never ends; by default all that are registered. ``closed``, ``cycles``, ``translated``,
        ``ngrams``, ``words``, ``automata``, ``bouncer``: no undefined cell can be reached in the graph of the table; a
        configuration comes back; a configuration comes back further along the tape; a set of local contexts, or of
        tapes up to the number of times that words are repeated, is closed under the step; a finite automaton accepts
        all that leads to the halt, and not the blank tape; words between fixed ones become more by the same number
        each round.
    workers : int
        Number of processes. The result does not depend on it. A recogniser that is not part of the package must be
        registered by a module that these processes import; with 1 that does not matter.
    resume : path, optional
        Keep the progress in this file; if it is there, go on from it. If it can be written to no longer, a note says
        so, and the count goes on.
    memory : int, optional
        Most memory to take, in bytes; this process and its others share it.
    progress : bool
        Whether to show a progress bar if standard error is a terminal.
    **settings
        ``early_steps``: after so many steps, 200 unless said otherwise, recognisers are asked, and only what they
        leave runs on. The rest are options of the recognisers. ``ngrams``, a sequence of (int, int): what is tried for
        ``ngrams``, one after the other: the length of the n-grams, 1 to 6, and how many of the last steps at a cell it
        remembers, 0 to 15, or −1 for all of them, each once.
        ``words``, a sequence of (int, int): what is tried for ``words``: the length of the words, and the count, 1 to
        7, that stands for all greater ones; a word has at most 24 bits, the symbols in binary. ``max_contexts``: a
        closed set of either kind with more elements is given up; at most 2^20. ``automata``, 0 to 10: the states of
        the largest automata that are tried, 4 with two symbols and else 2 unless said otherwise; each more may take
        some ten times as long. ``max_tried``: after so many transitions, automata of a size that read one side are
        given up; by default 10^(``automata`` − 1). ``bouncer_steps``, 0 to 2^30: in how many steps bouncers are looked
        for, 2^14 unless said otherwise.

    Returns
    -------
    Enumeration
        Frozen: counts by class, champions, weights; the machines of a class on demand.

    Raises
    ------
    MachineError
        If an option breaks a rule above.
    BudgetError
        If the tables have more than 12 cells, time or memory run out, or a process was killed; then, as on an
        interrupt, ``partial`` is what was counted so far.
    Interrupted
        On an interrupt from the keyboard, which it is, a `KeyboardInterrupt`.
    FormatError
        If the progress file cannot be read, or written in the beginning, or belongs to other options.

    Examples
    --------
    >>> result = enumerate_machines(3, 2)
    >>> result.machines, result.halting, result.steps, result.score
    (5417, 1772, 21, 6)
    >>> from noisytm import run
    >>> [run(machine).steps for machine in result.longest]
    [21]
    """
    options = EnumerationOptions(
        states,
        symbols,
        root,
        max_steps,
        complete,
        ordered_symbols,
        recognisers,
        **settings,
    )
    counted = Collection("enumeration/3", "an enumeration", trunk, subtree, Tally.from_json, nothing)
    return gone_through(options, counted, partial(Enumeration, options), workers, resume, progress, memory)


def gone_through(
    options: EnumerationOptions,
    collection: Collection[PartT],
    result: Callable[..., Result],
    workers: int,
    resume: str | os.PathLike[str] | None,
    progress: bool,
    memory: int | None = None,
) -> Result:
    """Go through the tree, here or in other processes, collect, and keep the progress in a file if there is one.

    Parameters
    ----------
    options : EnumerationOptions
        What is enumerated.
    collection : Collection
        What is collected.
    result : callable
        Makes the result of what is found; with ``complete=False`` that of a part of the tree.
    workers, resume, progress, memory
        As for `enumerate_machines`; checked here.
    """
    workers = workers_of(workers, MachineError)
    progress, memory = flag("progress", progress), memory_of(memory)
    with _memory.limited(memory):
        share = None if memory is None else memory // (workers + 1)
        return _gone_through(options, collection, result, workers, resume, progress, share)


def _gone_through(
    options: EnumerationOptions,
    collection: Collection[PartT],
    result: Callable[..., Result],
    workers: int,
    resume: str | os.PathLike[str] | None,
    progress: bool,
    share: int | None,
) -> Result:
    place = None
    if resume is not None:
        place = resume if isinstance(resume, KeptPlace) else path_of(resume, "progress file")
    try:
        start, subtrees = collection.trunk(options)
    except ENDED as error:
        earlier = None if place is None else ProgressFile(place, options, collection).load()
        found = collection.nothing(options) if earlier is None else earlier.found
        raise carrying(error, result(found, complete=False)) from None
    state, file = Progress(0, start), None
    if place is not None:
        file = ProgressFile(place, options, collection, len(subtrees))
        state = file.load() or state
        file.begin(state)
    outlook = Outlook([weight_of_table(options, table) for table in subtrees], state.done)
    try:
        with (
            _progress.counted("subtrees", done=state.done, show=progress) as bar,
            closing(_parts(collection, options, subtrees[state.done :], workers, share)) as parts_found,
        ):
            for part in parts_found:
                _clock.tick()
                state = state.advanced(part)
                bar.to(state.done)
                bar.note(outlook.at(state.done))
                if file is not None:
                    file.keep(state)
    except ENDED as error:
        raise carrying(error, result(state.found, complete=False)) from None
    finally:
        if file is not None:
            file.keep(state, now=True)
    return result(state.found)


def _parts(
    collection: Collection[PartT],
    options: EnumerationOptions,
    subtrees: Sequence[Table],
    workers: int,
    share: int | None,
) -> Generator[PartT]:
    """Yield what is found in the subtrees in their order."""
    if workers == 1 or len(subtrees) < 2:
        return (collection.subtree(options, root) for root in subtrees)
    return parts(collection, options, subtrees, workers, share)
