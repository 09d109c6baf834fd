"""The output distribution of all machines of a size, out of the tree of those that differ."""

from __future__ import annotations

import functools
import os
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from noisytm._timed import timed
from noisytm.enumeration import ROOTS, Collection, EnumerationOptions, gone_through, multiplicity
from noisytm.enumeration.outputs.collecting import OutputTally, entries_of_a_cell, nothing, subtree, trunk
from noisytm.enumeration.outputs.distribution import OutputDistribution
from noisytm.enumeration.outputs.words import DIGITS, least, named
from noisytm.enumeration.recognisers import HALTED, HOLDOUT


@timed
def output_distribution(
    states: int,
    symbols: int = 2,
    *,
    max_steps: int = 200,
    recognisers: Iterable[str] | None = None,
    workers: int = 1,
    resume: str | os.PathLike[str] | None = None,
    memory: int | None = None,
    progress: bool = True,
    **settings: Any,
) -> OutputDistribution:
    """Return D(n, k): how often each word is what a machine of n states and k symbols leaves when it halts.

    There are ((2·n + 1)·k)^(n·k) machines: each cell of a table goes on (a symbol, L or R, a state), or halts: then it
    writes one of the k symbols and does not move. Each machine is run on k tapes, each full of another symbol. Its
    output is what stands on the cells that it has visited. Only machines that differ are run; the counts are exact.
    Soler-Toscano, Zenil, Delahaye, Gauvrit, PLoS ONE 9 (2014) e96223. ``docs/outputs.md`` has the proof of the weights.

    Parameters
    ----------
    states, symbols : int
        n and k. Their product is at most 12.
    max_steps : int
        A run that has not ended within so many steps, the halting one counted, is undecided unless it is proved
        never to end.
    recognisers : iterable of str, optional
        Proofs that a run never ends, as for `enumerate_machines`; by default all that are registered.
    workers : int
        Number of processes. The result does not depend on it.
    resume : path, optional
        Keep the progress in this file; if it is there, go on from it. If it can be written to no longer, a note says
        so, and the count goes on.
    memory : int, optional
        Most memory to take, in bytes; this process and its others share it.
    progress : bool
        Whether to show a progress bar if standard error is a terminal.
    **settings
        Options of the recognisers, as for `enumerate_machines`.

    Returns
    -------
    OutputDistribution
        Frozen: how many runs leave each word, exact shares, bounds for what is undecided, complexities.

    Raises
    ------
    MachineError
        If an option breaks a rule above.
    BudgetError
        If the tables have more than 12 cells, time or memory run out, or a process was killed; then, as on an
        interrupt, ``partial`` is what was found so far, and what was not gone through is undecided.
    Interrupted
        On an interrupt from the keyboard, which it is, a `KeyboardInterrupt`.
    FormatError
        If the progress file cannot be read, or written in the beginning, or belongs to other options.

    Examples
    --------
    >>> found = output_distribution(2, 2)
    >>> found.machines, found.halting, list(found.counts.items())[:3]
    (20000, 6088, [('0', 2000), ('1', 2000), ('00', 508)])
    """
    # by position, so that no setting changes the tree
    options = EnumerationOptions(states, symbols, ROOTS[0], max_steps, False, True, recognisers, **settings)
    collection = Collection(
        "outputs-progress/2", "an output distribution", trunk, subtree, OutputTally.from_json, nothing
    )
    return gone_through(
        options, collection, functools.partial(_distribution, options), workers, resume, progress, memory
    )


def _distribution(options: EnumerationOptions, found: OutputTally, complete: bool = True) -> OutputDistribution:
    """Return the distribution from what was found in the tree; what is neither halting nor proved is undecided."""
    classes = classes_of(options, found.words.total())
    all_ = OutputDistribution(options, classes, 0)
    undecided = all_.never_halting - options.symbols * proved_tables(options, found)
    return OutputDistribution(options, classes, undecided, complete=complete)


def classes_of(options: EnumerationOptions, weights: Mapping[str, int]) -> dict[str, int]:
    """Return how many runs, on all blanks, leave each of the words that stand for others; see `OutputDistribution`.

    Parameters
    ----------
    weights : mapping of str to int
        As in `OutputTally`: by tables and the direction of the tree, on the tape of zeros.
    """
    symbols = options.symbols
    classes = {}
    for word in {least(word) for word in weights}:
        there, total = set(word), 0
        back = word[::-1]
        for blank in there:
            total += weights.get(named(word, blank), 0) + weights.get(named(back, blank), 0)
        if len(there) < symbols:  # a blank that is not in the word
            blank = next(x for x in DIGITS if x not in there)
            both = weights.get(named(word, blank), 0) + weights.get(named(back, blank), 0)
            total += (symbols - len(there)) * both
        if total:
            classes[word] = total
    # the root halts at once: on each blank its cell is the output, whatever it writes
    one_cell = least(DIGITS[0])
    root = symbols * entries_of_a_cell(options) ** (options.cells - 1)
    classes[one_cell] = classes.get(one_cell, 0) + root
    return classes


def proved_tables(options: EnumerationOptions, found: OutputTally) -> int:
    """Return how many complete tables are proved never to halt on the tape of zeros."""
    base, halting = entries_of_a_cell(options), options.symbols
    proved = 0
    counts = found.tally.counts
    for kind, undefined, state, symbol in np.argwhere(counts).tolist():
        number = int(counts[kind, undefined, state, symbol]) * multiplicity(options, undefined, state, symbol)
        if options.classes[kind] == HALTED:
            proved += number * (base - halting) if undefined == 1 else 0  # a table without an undefined cell cannot
        elif options.classes[kind] != HOLDOUT:
            proved += number * base**undefined
    return proved
