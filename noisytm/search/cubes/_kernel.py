"""The compiled search of the tree of cubes: inputs run one after another, and it branches where a run needs a tuple.

A table is a flat array with one entry a cell, at ``state · S + symbol``: `OPEN` where nothing is settled, `STILL` where
the configuration stays as it is for good, else ``next · S << 18 | (move + 1) << 16 | write`` with moves −1, 0, 1. All
inputs have their own piece of one tape; what a step overwrites is logged, so that a branch is gone back to by undoing.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from noisytm._compile import jit, uncounted
from noisytm.problem import ACCEPT
from noisytm.search.tables import UNLISTED

COMPILES = "the search of all codes"

OPEN, STILL = -1, -2
NONE = -1  # in the place of an action: none is being searched
ROW_SHIFT, MOVE_SHIFT, WRITE_MASK = 18, 16, (1 << 16) - 1

# Places in ``shape``.
STEPS, INPUTS, START, MOST, CELLS = range(5)
# A place: which input is being run, the steps made, the head, the row of the state, and how much is logged.
INPUT, STEP, HEAD, ROW, LOGGED = range(5)
# Further places in ``at``: the depth, the tuples that are settled, and those of them that are settled not to be listed.
DEPTH, SETTLED, UNSET = range(5, 8)
# A branch is the place where the run stood, and: the cell; which child is next; how many there are; the list they are
# in; whether the step is the last of the run; the action of the child that is being searched.
CELL, CHILD, CHILDREN, LIST, LAST, ACTION = range(5, 11)
# Places in ``leaves``.
CUBES, REFUTED = range(2)


@uncounted
def _accepted(state, tape, head, places, nodes, node):  # type: ignore[no-untyped-def]
    """Return whether what is read off a configuration is accepted by the automaton that begins in a node."""
    for c in range(places.size):
        place = places[c]
        node = nodes[node, state if place < 0 else tape[head + place]]
        if node < 0:
            break
    return node == ACCEPT


@uncounted
def _reads_right(run, tape, width, states, reading):  # type: ignore[no-untyped-def]
    """Return whether a run that has ended is accepted."""
    places, nodes, firsts, rights = reading
    if rights.size > 0:
        return rights[np.uint64(run[INPUT] * width + run[ROW])] != 0
    return _accepted(states[run[ROW]], tape, run[HEAD], places, nodes, firsts[run[INPUT]])


@uncounted
def _right(run, tape, entries, states, lists, ends, depth, few, reading):  # type: ignore[no-untyped-def]
    """List the actions with which a last step ends accepted; with ``few`` only that the tuple is not listed."""
    places, nodes, firsts, _ = reading
    head, node, to = run[HEAD], firsts[run[INPUT]], 1 + firsts.size + depth
    here, found = tape[head], 0
    for j in range(1 if few else ends[0]):
        action = lists[0, j]
        if action == UNLISTED:
            right = _accepted(states[run[ROW]], tape, head, places, nodes, node)
        else:
            entry = entries[action]
            tape[head] = entry & WRITE_MASK
            moved = head + (entry >> MOVE_SHIFT & 3) - 1
            right = _accepted(states[entry >> ROW_SHIFT], tape, moved, places, nodes, node)
            tape[head] = here
        if right:
            lists[to, found] = action
            found += 1
    ends[to] = found
    return to


@uncounted
def _note(rows, number, start, stack, depth, branch, keys):  # type: ignore[no-untyped-def]
    """Write down a cube as a table of actions; return how many that are."""
    _save(stack[max(depth - 1, 0)], branch)
    for i in range(start.size):
        rows[number, i] = start[i]
    for d in range(depth):
        rows[number, keys[stack[d, CELL]]] = stack[d, ACTION]
    return 1


@uncounted
def _run(table, tape, log, steps, run):  # type: ignore[no-untyped-def]
    """Run on until the last step, or a cell that holds no step; return what it holds, else a step, and the place."""
    x, step, head, row, logged = run
    entry = 0
    while step < steps:
        here = np.uint64(head)  # numba adds a wrap-around test to every signed index
        symbol = tape[here]
        entry = table[np.uint64(row + symbol)]
        if entry < 0:
            break
        log[np.uint64(logged)] = head << MOVE_SHIFT | symbol
        logged += 1
        tape[here] = entry & WRITE_MASK
        head += (entry >> MOVE_SHIFT & 3) - 1
        row = entry >> ROW_SHIFT
        step += 1
    return entry, (x, step, head, row, logged)


@uncounted
def _undo(tape, log, logged, mark):  # type: ignore[no-untyped-def]
    """Take back what was written since a mark in the log; return how much work it was to come here."""
    for i in range(logged - 1, mark - 1, -1):
        word = log[np.uint64(i)]
        tape[np.uint64(word >> MOVE_SHIFT)] = word & WRITE_MASK
    return logged - mark + 1


@uncounted
def _count_last(counts, lists, to, found, settled, unset):  # type: ignore[no-untyped-def]
    """Count cubes that are the children of a branch."""
    if found > 0 and lists[to, 0] == UNLISTED:
        counts[settled - unset, unset + 1] += 1
        found -= 1
    counts[settled - unset + 1, unset] += found


@uncounted
def _joined(run, more):  # type: ignore[no-untyped-def]
    """Return a branch: tuples of known lengths, put together by their parts."""
    return run[0], run[1], run[2], run[3], run[4], more[0], more[1], more[2], more[3], more[4], more[5]


@uncounted
def _save(row, branch):  # type: ignore[no-untyped-def]
    """Write down a branch, while it is not the deepest."""
    row[0], row[1], row[2], row[3], row[4], row[5] = branch[:6]
    row[6], row[7], row[8], row[9], row[10] = branch[6:]


@uncounted
def _loaded(row):  # type: ignore[no-untyped-def]
    return row[0], row[1], row[2], row[3], row[4], row[5], row[6], row[7], row[8], row[9], row[10]


@uncounted
def _taken_up(at):  # type: ignore[no-untyped-def]
    """Return where the search is."""
    return (at[INPUT], at[STEP], at[HEAD], at[ROW], at[LOGGED]), at[DEPTH], at[SETTLED], at[UNSET]


@uncounted
def _leave(at, leaves, run, depth, settled, unset, cubes, refuted):  # type: ignore[no-untyped-def]
    """Write down where the search is, and what leaves it has met."""
    at[INPUT], at[STEP], at[HEAD], at[ROW], at[LOGGED] = run
    at[DEPTH], at[SETTLED], at[UNSET] = depth, settled, unset
    leaves[CUBES] += cubes
    leaves[REFUTED] += refuted


@uncounted
def _up(stack, table, depth, settled, unset, branch):  # type: ignore[no-untyped-def]
    """Go up to a branch that has a child left."""
    while depth > 0 and branch[CHILD] == branch[CHILDREN]:
        table[branch[CELL]] = OPEN
        unset -= branch[ACTION] == UNLISTED
        settled -= 1
        depth -= 1
        branch = _loaded(stack[max(depth - 1, 0)])
    return depth, settled, unset, branch


@jit
def explore(  # type: ignore[no-untyped-def]
    shape, entries, cells, heads, reading, lists, ends, search, counts, leaves, rows, work
) -> Any:
    """Search on in the tree of cubes, depth first, until it ends, ``rows`` are full, or work is done.

    Parameters
    ----------
    shape : int64 array, shape (5,)
        Steps, number of inputs, row of the start state, most tuples that are listed (−1: all tuples are), number of
        cells.
    entries : int64 array, shape (A,)
        What stands in a cell for each action.
    cells : tuple of three int64 arrays, shape (Q·S,)
        For each cell the action that changes nothing there, the number of its tuple, and its state.
    heads : int64 array, shape (inputs,)
        Where on the tape each input begins.
    reading : tuple of int64 arrays
        The places that are read; the nodes of the automata; for each input the first node of its own; and, if only the
        state is read, for each input and cell whether its state is accepted, else nothing.
    lists, ends : int64 arrays, shapes (L, A + 1) and (L,)
        Lists of actions and their lengths: first the children of every branch, then for each input those with which a
        last step ends accepted if only the state is read, then room for as many lists as the tree is deep.
    search : tuple of int64 arrays
        Where the search is, updated in place: ``at``; the table; the tape; the log; the stack; and where it began.
    counts : int64 array, shape (N + 1, N + 1)
        Cubes by the number of tuples that are settled and listed, and of those that are settled not to be.
    leaves : int64 array, shape (2,)
        Number of cubes, and of refuted leaves.
    rows : int64 array, shape (n, N)
        Place for the cubes; if there is none they are only counted.
    work : int64
        Steps and leaves after which it pauses, about.

    Returns
    -------
    int, bool
        How many cubes are written down, and whether the search has come to its end.
    """
    at, table, tape, log, stack, start = search
    steps, inputs, most, (still, keys, states) = shape[STEPS], shape[INPUTS], shape[MOST], cells
    run, depth, settled, unset = _taken_up(at)
    branch = _loaded(stack[max(depth - 1, 0)])
    counting, by_lists, written, refuted, cubes = rows.shape[0] == 0, reading[3].size > 0 and most < 0, 0, 0, 0
    while True:
        entry, run = _run(table, tape, log, steps, run)
        x = run[INPUT]
        if entry == OPEN:
            few = most >= 0 and settled - unset >= most
            found, to = 1 if few else ends[0], 0
            last = 1 if run[STEP] + 1 == steps else 0
            if last:
                to = 1 + x if by_lists else _right(run, tape, entries, states, lists, ends, depth, few, reading)
                refuted += found - ends[to]
                found = ends[to]
            if last and counting and x == inputs - 1:
                cubes += found
                _count_last(counts, lists, to, found, settled, unset)
            elif found > 0:
                if depth > 0:
                    _save(stack[depth - 1], branch)
                branch = _joined(run, (run[ROW] + tape[run[HEAD]], 0, found, to, last, NONE))
                depth, settled = depth + 1, settled + 1
        elif not _reads_right(run, tape, shape[CELLS], states, reading):
            refuted += 1
        elif x < inputs - 1:
            run = x + 1, 0, heads[x + 1], shape[START], run[LOGGED]
            continue
        else:
            cubes += 1
            counts[settled - unset, unset] += 1
            if not counting:
                written += _note(rows, written, start, stack, depth, branch, keys)
        depth, settled, unset, branch = _up(stack, table, depth, settled, unset, branch)
        if depth == 0:
            break
        work -= _undo(tape, log, run[LOGGED], branch[LOGGED])
        cell, action = branch[CELL], lists[branch[LIST], branch[CHILD]]
        unset += (action == UNLISTED) - (branch[ACTION] == UNLISTED)
        branch = _joined(branch[:CELL], (cell, branch[CHILD] + 1, branch[CHILDREN], branch[LIST], branch[LAST], action))
        table[np.uint64(cell)] = STILL if action == UNLISTED or action == still[cell] else entries[action]
        run = branch[:CELL]
        if branch[LAST] and run[INPUT] < inputs - 1:  # accepted: what the step does is not looked at any more
            run = run[INPUT] + 1, 0, heads[run[INPUT] + 1], shape[START], branch[LOGGED]
        if work <= 0 or (not counting and written == rows.shape[0]):
            _save(stack[depth - 1], branch)
            break
    _leave(at, leaves, run, depth, settled, unset, cubes, refuted)
    return written, depth == 0
