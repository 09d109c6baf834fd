"""The compiled search of the tree of cubes: inputs run one after another, and it branches where a run needs a tuple.

A table is a flat array with one entry a cell, at ``state · S + symbol``: `OPEN` where nothing is settled, `STILL` where
the configuration stays as it is for good, else ``next · S << 18 | (move + 1) << 16 | write`` with moves −1, 0, 1. All
inputs have their own piece of one tape; what a step overwrites is logged, so that a branch is gone back to by undoing.
"""

from __future__ import annotations

from typing import Any

from noisytm._compile import jit, uncounted
from noisytm.problem import ACCEPT
from noisytm.search.tables import UNLISTED

COMPILES = "the search of all codes"

OPEN, STILL = -1, -2
ROW_SHIFT, MOVE_SHIFT, WRITE_MASK = 18, 16, (1 << 16) - 1

# Places in ``shape``.
STEPS, INPUTS, START, BY_STATE, MOST, SYMBOLS = range(6)
# Places in ``at``, and in a row of ``stack``, which begins with the same ones.
INPUT, STEP, HEAD, ROW, LOGGED, DEPTH, LISTED = range(7)
CELL, CHILD, CHILDREN, LIST, LAST, ACTION = range(5, 11)
# Places in ``leaves``.
CUBES, REFUTED, CUT, BRANCHES = range(4)


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
def _right(tape, head, row, shape, entries, lists, ends, to, few, places, nodes, node):  # type: ignore[no-untyped-def]
    """List the actions with which a last step ends accepted; with ``few`` only that the tuple is not listed."""
    here, found = tape[head], 0
    for j in range(1 if few else ends[0]):
        action = lists[0, j]
        if action == UNLISTED:
            right = _accepted(row // shape[SYMBOLS], tape, head, places, nodes, node)
        else:
            entry = entries[action]
            tape[head] = entry & WRITE_MASK
            state = (entry >> ROW_SHIFT) // shape[SYMBOLS]
            right = _accepted(state, tape, head + (entry >> MOVE_SHIFT & 3) - 1, places, nodes, node)
            tape[head] = here
        if right:
            lists[to, found] = action
            found += 1
    ends[to] = found
    return found


@uncounted
def _note(rows, number, start, stack, depth, keys):  # type: ignore[no-untyped-def]
    """Write down a cube as a table of actions."""
    for i in range(start.size):
        rows[number, i] = start[i]
    for d in range(depth):
        rows[number, keys[stack[d, CELL]]] = stack[d, ACTION]


@jit
def explore(  # type: ignore[no-untyped-def]  # noqa: PLR0915 — the loop is one, and all of its state is local
    shape, entries, still, keys, heads, reading, lists, ends, search, counts, leaves, rows, work
) -> Any:
    """Search on in the tree of cubes, depth first, until it ends, ``rows`` are full, or work is done.

    Parameters
    ----------
    shape : int64 array, shape (6,)
        Steps, number of inputs, row of the start state, whether only the state is read, most tuples that are listed
        (−1: all tuples are), number of symbols.
    entries : int64 array, shape (A,)
        What stands in a cell for each action.
    still, keys : int64 arrays, shape (Q·S,)
        For each cell the action that changes nothing there, and the number of its tuple.
    heads : int64 array, shape (inputs,)
        Where on the tape each input begins.
    reading : tuple of int64 arrays
        The places that are read; the nodes of the automata; for each input the first node of its own.
    lists, ends : int64 arrays, shapes (L, A + 1) and (L,)
        Lists of actions and their lengths: first the children of every branch, then for each input those with which a
        last step ends accepted if only the state is read, then room for as many lists as the tree is deep.
    search : tuple of int64 arrays
        Where the search is, updated in place: ``at``; the table; the tape; the log; the stack; and where it began.
    counts : int64 array, shape (N + 1, N + 1)
        Cubes by the number of tuples that are settled and listed, and of those that are settled not to be.
    leaves : int64 array, shape (4,)
        Number of cubes, of refuted leaves, of branches that are left out since enough is listed, of branches.
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
    places, nodes, firsts = reading
    steps, inputs, first_row, by_state, most = shape[STEPS], shape[INPUTS], shape[START], shape[BY_STATE], shape[MOST]
    at_input, step, head, row, logged = at[INPUT], at[STEP], at[HEAD], at[ROW], at[LOGGED]
    depth, listed, unlisted = at[DEPTH], at[LISTED], at[LISTED + 1]
    counting, written = rows.shape[0] == 0, 0
    refuted, cubes, branches, cut = 0, 0, 0, 0
    ended = False
    while True:
        entry = 0
        while step < steps:
            cell = row + tape[head]
            entry = table[cell]
            if entry < 0:
                break
            log[logged] = head << MOVE_SHIFT | tape[head]
            logged += 1
            tape[head] = entry & WRITE_MASK
            head += (entry >> MOVE_SHIFT & 3) - 1
            row = entry >> ROW_SHIFT
            step += 1
        if entry == OPEN:
            branches += 1
            few = most >= 0 and listed >= most
            children = 1 if few else ends[0]
            cut += ends[0] - children
            which, last = 0, step + 1 == steps
            if last:
                which, found = 1 + at_input, 0
                if by_state:
                    found = ends[which]
                else:
                    which = 1 + inputs + depth
                    node = firsts[at_input]
                    found = _right(tape, head, row, shape, entries, lists, ends, which, few, places, nodes, node)
                refuted += children - found
                children = found
                if counting and at_input == inputs - 1:
                    cubes += children
                    if children > 0 and lists[which, 0] == UNLISTED:
                        counts[listed, unlisted + 1] += 1
                        children -= 1
                    counts[listed + 1, unlisted] += children
                    children = 0
            if children > 0:
                stack[depth, INPUT], stack[depth, STEP], stack[depth, HEAD] = at_input, step, head
                stack[depth, ROW], stack[depth, LOGGED] = row, logged
                stack[depth, CELL], stack[depth, CHILD], stack[depth, CHILDREN] = row + tape[head], 0, children
                stack[depth, LIST], stack[depth, LAST], stack[depth, ACTION] = which, last, UNLISTED + 1
                depth += 1
        elif _accepted(row // shape[SYMBOLS], tape, head, places, nodes, firsts[at_input]):
            at_input += 1
            if at_input < inputs:
                step, head, row = 0, heads[at_input], first_row
                continue
            cubes += 1
            counts[listed, unlisted] += 1
            if not counting:
                _note(rows, written, start, stack, depth, keys)
                written += 1
        else:
            refuted += 1
        while depth > 0:  # up to a branch that has a child left
            top = depth - 1
            child, cell, before = stack[top, CHILD], stack[top, CELL], stack[top, ACTION]
            if before >= 0:
                listed -= 1
            elif before == UNLISTED:
                unlisted -= 1
            if child < stack[top, CHILDREN]:
                break
            table[cell] = OPEN
            depth = top
        if depth == 0:
            ended = True
            break
        mark = stack[top, LOGGED]
        work -= logged - mark + 1
        while logged > mark:
            logged -= 1
            tape[log[logged] >> MOVE_SHIFT] = log[logged] & WRITE_MASK
        action = lists[stack[top, LIST], child]
        stack[top, CHILD], stack[top, ACTION] = child + 1, action
        if action == UNLISTED:
            unlisted += 1
            table[cell] = STILL
        else:
            listed += 1
            table[cell] = STILL if action == still[cell] else entries[action]
        at_input, step, head, row = stack[top, INPUT], stack[top, STEP], stack[top, HEAD], stack[top, ROW]
        if stack[top, LAST] and at_input < inputs - 1:  # accepted: what the step does is not looked at any more
            at_input += 1
            step, head, row = 0, heads[at_input], first_row
        if work <= 0 or (not counting and written == rows.shape[0]):
            break
    at[INPUT], at[STEP], at[HEAD], at[ROW], at[LOGGED] = at_input, step, head, row, logged
    at[DEPTH], at[LISTED], at[LISTED + 1] = depth, listed, unlisted
    leaves[CUBES] += cubes
    leaves[REFUTED] += refuted
    leaves[CUT] += cut
    leaves[BRANCHES] += branches
    return written, ended
