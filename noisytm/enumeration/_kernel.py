"""The compiled search of the tree of machines, with its recognisers of runs that never end.

A machine is a flat array with one entry a cell, at ``state · S + symbol``: −1 if undefined, else
``(next · S) << 8 | write << 1 | move`` with move 0 for L and 1 for R. A node that halts keeps its tape for its
children, which go on from there instead of from the blank tape.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from noisytm._compile import jit, uncounted

COMPILES = "the enumeration of machines"

# As in `recognisers.searched`.
HALTED, CLOSED, CYCLES, TRANSLATED, HOLDOUT = range(5)
PAUSED = 5  # a run that goes on when it is called again

NEXT_SHIFT = 8
_WRITE_MASK = 127
# Length of the first window in which a run is compared with one of its configurations; it then doubles.
_FIRST_WINDOW = 16
# What a machine takes beside its steps, in steps.
_WORK_OF_A_MACHINE = 32


@uncounted
def _is_closed(table, symbols, row, top_symbol, queue):  # type: ignore[no-untyped-def]
    """Return whether no cell that can be reached from a state is undefined; symbols above the top are never read."""
    queue[0] = row
    size = 1
    seen = 1 << row
    at = 0
    while at < size:
        first = queue[at]
        at += 1
        for symbol in range(top_symbol + 1):
            entry = table[first + symbol]
            if entry < 0:
                return False
            following = entry >> NEXT_SHIFT
            if not seen >> following & 1:
                seen |= 1 << following
                queue[size] = following
                size += 1
    return True


@uncounted
def _same(old, tape, first, last, shift):  # type: ignore[no-untyped-def]
    """Return whether the old cells ``first`` to ``last`` now stand ``shift`` further right."""
    for x in range(first, last + 1):  # noqa: SIM110
        if old[np.uint64(x)] != tape[np.uint64(x + shift)]:
            return False
    return True


@uncounted
def _copy(source, target, first, last):  # type: ignore[no-untyped-def]
    for x in range(first, last + 1):
        target[np.uint64(x)] = source[np.uint64(x)]


@uncounted
def _clear(tape, first, last):  # type: ignore[no-untyped-def]
    for x in range(first, last + 1):
        tape[np.uint64(x)] = 0


@uncounted
def _record(tape, old, anchor, row, head, near, far):  # type: ignore[no-untyped-def]
    """Take a record position of the head as the anchor, or compare it with the anchor on its side.

    ``anchor`` is (whether one is wanted, row, head, far end); ``old`` is the tape then. ``near`` is how far back the
    head has been since, ``far`` the other end of the visited cells. Returns whether the run repeats itself, and
    ``near``.
    """
    if anchor[0]:
        anchor[0], anchor[1], anchor[2], anchor[3] = 0, row, head, far
        _copy(tape, old, min(head, far), max(head, far))
        return False, head
    then = anchor[2]
    if row != anchor[1] or not min(then, anchor[3]) <= near <= max(then, anchor[3]):
        return False, near
    return _same(old, tape, min(near, then), max(near, then), head - then), near


@uncounted
def _unchanged(tape, old, anchor, left, right):  # type: ignore[no-untyped-def]
    """Return whether the visited part of the tape and what is on it are what they were."""
    return left == anchor[2] and right == anchor[3] and _same(old, tape, left, right, 0)


@uncounted
def _taken_up(held, steps, head, anchors, translated):  # type: ignore[no-untyped-def]
    """Return what a run that has paused held, or what one begins with."""
    if held[0] != 0:
        held[0] = 0
        return held[1], held[2], held[3], held[4], held[5], held[6]
    anchors[1, 0] = anchors[2, 0] = translated
    anchors[1, 1] = anchors[2, 1] = -1
    return _FIRST_WINDOW, steps + _FIRST_WINDOW, -1, -1, head, head


@uncounted
def _hold(held, window, mark, whole_row, whole_head, low, high):  # type: ignore[no-untyped-def]
    held[0], held[1], held[2], held[3] = 1, window, mark, whole_row
    held[4], held[5], held[6] = whole_head, low, high


@uncounted
def _run(table, tape, at, max_steps, cycles, translated, saved, anchors, work, held):  # type: ignore[no-untyped-def]
    """Run on from a configuration until an undefined cell, a recogniser or the step limit; return the class.

    ``at`` is (row, head, steps, leftmost, rightmost), read and written. ``saved`` has room for three older tapes:
    that of the whole configuration, and those of a record on the right and on the left; ``anchors`` for the rest of
    what is remembered with them. After ``work`` steps it pauses, and ``held`` keeps the rest.
    """
    row, head, steps, left, right = at[0], at[1], at[2], at[3], at[4]
    edge = tape.size - 1
    window, mark, whole_row, whole_head, low, high = _taken_up(held, steps, head, anchors, translated)
    outcome = HOLDOUT
    until = min(max_steps, steps + work)
    while steps < until:
        here = np.uint64(head)  # numba adds a wrap-around test to every signed index
        entry = table[np.uint64(row + tape[here])]
        if entry < 0:
            outcome = HALTED
            break
        tape[here] = entry >> 1 & _WRITE_MASK
        head += ((entry & 1) << 1) - 1
        row = entry >> NEXT_SHIFT
        steps += 1
        low = min(low, head)
        high = max(high, head)
        repeats = False
        if head > right:
            right = head
            if head == edge:
                until = -1
                break
            repeats, low = _record(tape, saved[1], anchors[1], row, head, low, left)
        elif head < left:
            left = head
            if head == 0:
                until = -1
                break
            repeats, high = _record(tape, saved[2], anchors[2], row, head, high, right)
        elif head == whole_head and row == whole_row and _unchanged(tape, saved[0], anchors[0], left, right):
            outcome = CYCLES
            break
        if repeats:
            outcome = TRANSLATED
            break
        if steps == mark:
            window *= 2
            mark += window
            anchors[1, 0] = anchors[2, 0] = translated
            if cycles:
                whole_row, whole_head, anchors[0, 2], anchors[0, 3] = row, head, left, right
                _copy(tape, saved[0], left, right)
    at[0], at[1], at[2], at[3], at[4] = row, head, steps, left, right
    if outcome == HOLDOUT and steps == until and until < max_steps:
        _hold(held, window, mark, whole_row, whole_head, low, high)
        return PAUSED
    return outcome


@uncounted
def _score(tape, at):  # type: ignore[no-untyped-def]
    """Count the cells that are not blank after the halting step, which writes a 1."""
    score = 0
    for x in range(at[3], at[4] + 1):
        score += tape[np.uint64(x)] != 0
    return score + (tape[at[1]] == 0)


@uncounted
def _keep_best(which, value, table, cell, best, best_tables):  # type: ignore[no-untyped-def]
    """Note a machine that is as good as the best so far; the first ones are kept, all are counted."""
    if value > best[which, 0]:
        best[which, 0] = value
        best[which, 1] = 0
    kept = best[which, 1]
    if kept < best_tables.shape[1]:
        for x in range(table.size):
            best_tables[which, kept, x] = table[x]
        best_tables[which, kept, table.size] = cell
    best[which, 1] += 1


@uncounted
def _list(kind, cell, pending, table, wanted, listed, rows):  # type: ignore[no-untyped-def]
    """List a machine of a wanted class as (table, reached cell, class, whether its children are left to others)."""
    if not wanted >> kind & 1:
        return listed
    for x in range(table.size):
        rows[listed, x] = table[x]
    rows[listed, table.size] = cell
    rows[listed, table.size + 1] = kind
    rows[listed, table.size + 2] = pending
    return listed + 1


@uncounted
def _load(root, table, symbols):  # type: ignore[no-untyped-def]
    """Copy a table; return the number of its filled cells, its highest state and its highest symbol."""
    filled = top_state = top_symbol = 0
    for x in range(table.size):
        entry = root[x]
        table[x] = entry
        if entry >= 0:
            filled += 1
            top_state = max(top_state, (entry >> NEXT_SHIFT) // symbols)
            top_symbol = max(top_symbol, entry >> 1 & _WRITE_MASK)
    return filled, top_state, top_symbol


@uncounted
def _go_back(at, stop, tape, kept):  # type: ignore[no-untyped-def]
    """Put a kept configuration in the place of the present one."""
    _clear(tape, at[3], at[4])
    _copy(kept, tape, stop[3], stop[4])
    _copy(stop, at, 0, 4)


@uncounted
def _keep(at, tape, stop, kept, child, only_right):  # type: ignore[no-untyped-def]
    """Keep the present configuration for the children, and begin their list; the very first move is to the right."""
    _copy(at, stop, 0, 4)
    _copy(tape, kept, at[3], at[4])
    child[0] = child[1] = 0
    child[2] = only_right


@uncounted
def _nearest_open(table, states, stops, tapes, tops, child, filled, base):  # type: ignore[no-untyped-def]
    """Go up to an ancestor that has a child left; return its child's number of filled cells, and the cell to fill."""
    while filled > base:
        parent = filled - 1
        cell = stops[parent, 0] + tapes[parent, stops[parent, 1]]
        if child[parent, 0] <= min(states - 1, tops[parent, 0] + 1):
            return filled, cell
        table[cell] = -1
        filled = parent
    return filled, -1


@uncounted
def _fill(table, symbols, cell, child, last_symbol, only_right):  # type: ignore[no-untyped-def]
    """Fill a cell as a list of children says, and go on in it: states, then symbols, then L before R."""
    following, write, move = child[0], child[1], child[2]
    table[cell] = following * symbols << NEXT_SHIFT | write << 1 | move
    if move == 0:
        child[2] = 1
    elif write < last_symbol:
        child[1], child[2] = write + 1, only_right
    else:
        child[0], child[1], child[2] = following + 1, 0, only_right
    return following, write, move


@uncounted
def _note_halt(table, cell, tape, at, best, best_tables):  # type: ignore[no-untyped-def]
    """Note a machine that halts if no other makes more steps, or has a higher score."""
    if at[2] + 1 >= best[0, 0]:
        _keep_best(0, at[2] + 1, table, cell, best, best_tables)
    score = _score(tape, at)
    if score >= best[1, 0]:
        _keep_best(1, score, table, cell, best, best_tables)


@jit
def begin(root, shape, reach):  # type: ignore[no-untyped-def]
    """Return what `explore` needs to search the subtree below a machine, and to go on where it stopped.

    Parameters
    ----------
    root : int64 array, shape (Q·S,)
        A table that halts within the step limit.
    shape : int64 array, shape (2,)
        Q and S.
    reach : int64
        Most cells between the head and where it began.

    Returns
    -------
    tuple of arrays
        The node that is next: (filled cells, highest state, highest symbol, filled cells of the root, whether this
        is another node, whether its graph is closed); its table, tape and configuration. Of every ancestor, by its
        number of filled cells: tape, configuration, highest state and symbol, and the child that is next: state,
        symbol, move; and whether the graph of the last one was closed. Room for older tapes, anchors, a queue, a pause.
    """
    states, cells = shape[0], shape[0] * shape[1]
    size = 2 * reach + 3
    table = np.empty(cells, np.int64)
    filled, top_state, top_symbol = _load(root, table, shape[1])
    return (
        np.array([filled, top_state, top_symbol, filled, 0, 0]),
        table,
        np.zeros(size, np.uint8),
        np.array([0, reach + 1, 0, reach + 1, reach + 1]),
        np.empty((cells + 1, size), np.uint8),
        np.empty((cells + 1, 5), np.int64),
        np.empty((cells + 1, 2), np.int64),
        np.empty((cells + 1, 4), np.int64),
        np.empty((3, size), np.uint8),
        np.zeros((3, 4), np.int64),
        np.empty(states, np.int64),
        np.zeros(7, np.int64),
    )


@jit
def explore(  # type: ignore[no-untyped-def]
    search, shape, flags, max_steps, depth, count_root, wanted, counts, best, best_tables, rows, work
) -> Any:
    """Search on in the subtree below a halting machine, depth first, until it ends, ``rows`` are full, or work is done.

    Parameters
    ----------
    search : tuple of arrays
        Where the search is, from `begin`; updated in place.
    shape : int64 array, shape (2,)
        Q and S.
    flags : bool array, shape (5,)
        Whether: every machine keeps an undefined cell; symbols appear in order; closed graphs, cycles, translated
        cycles are recognised.
    max_steps : int64
        Most steps of a run.
    depth : int64
        Machines with this many cells filled are not expanded.
    count_root : bool
        Whether the root itself is counted and listed.
    wanted : int64
        Classes to list, as bits.
    counts : int64 array, shape (5, Q·S + 1, Q, S)
        Machines by class, undefined cells, highest state and highest symbol; added to in place.
    best : int64 array, shape (2, 2)
        Most steps and highest score so far, each with the number of machines that attain it; updated in place.
    best_tables : int64 array, shape (2, n, Q·S + 1)
        The first machines that attain these, with the cell at which they halt.
    rows : int64 array, shape (n, Q·S + 3), n > 0
        Place for the listed machines.
    work : int64
        Steps after which it pauses, about; in the middle of a run if need be.

    Returns
    -------
    int, bool
        How many machines are listed, and whether the search has come to its end.
    """
    node, table, tape, at, tapes, stops, tops, child, saved, anchors, queue, held = search
    states, symbols = shape[0], shape[1]
    cells = states * symbols
    filled, top_state, top_symbol, base, below, closed = node[0], node[1], node[2], node[3], node[4], node[5]
    listed = 0
    while listed < rows.shape[0] and work > 0:
        outcome = CLOSED
        work -= _WORK_OF_A_MACHINE
        if not closed:  # the root is known to halt
            cycles, translated, before = below and flags[3], below and flags[4], at[2]
            outcome = _run(table, tape, at, max_steps, cycles, translated, saved, anchors, max(work, 1), held)
            work -= at[2] - before
            if outcome == PAUSED:
                break
        fresh = below or count_root
        below = 1
        if outcome == HALTED:
            cell = at[0] + tape[at[1]]
            grows = cells - filled > 1 or not flags[0]
            if fresh:
                _note_halt(table, cell, tape, at, best, best_tables)
        else:
            cell, grows = -1, False
        if fresh:
            counts[outcome, cells - filled, top_state, top_symbol] += 1
            pending = grows and filled >= depth
            listed = _list(outcome, cell, pending, table, wanted, listed, rows)
        if grows and filled < depth:
            tops[filled, 0], tops[filled, 1] = top_state, top_symbol
            _keep(at, tape, stops[filled], tapes[filled], child[filled], filled == 0)
            filled += 1
        filled, cell = _nearest_open(table, states, stops, tapes, tops, child, filled, base)
        if filled == base:
            return listed, True
        parent = filled - 1
        last_symbol = min(symbols - 1, tops[parent, 1] + 1) if flags[1] else symbols - 1
        following, write, move = _fill(table, symbols, cell, child[parent], last_symbol, parent == 0)
        top_state, top_symbol = max(tops[parent, 0], following), max(tops[parent, 1], write)
        if move == 0 or parent == 0:  # the move makes no difference
            child[parent, 3] = flags[2] and _is_closed(table, symbols, following * symbols, top_symbol, queue)
        closed = child[parent, 3]
        if not closed:
            _go_back(at, stops[parent], tape, tapes[parent])
    node[0], node[1], node[2], node[4], node[5] = filled, top_state, top_symbol, below, closed
    return listed, False
