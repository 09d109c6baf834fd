"""Compiled runs of a machine whose table is fixed entry by entry, only where the run looks.

An *entry block* is one choice that a table makes at a listed tuple: what it writes, where it goes next, how it moves.
It is branched on when the run needs it: the next state and the move when the tuple is first used (unless nothing read
later depends on them), the written symbol only when a cell that holds it is read again or looked at by the readout.
Until then the cell holds a reference to the tuple. No block is branched on twice along a run, so that every mass is a
sum of products of distinct entries.

A table has a row for each tuple or, where tuples are drawn anew at each use, for each step.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from noisytm._deferred import inner, jit
from noisytm.problem import STATE

COMPILES = "runs of noisy tables"
WRITE, NEXT, MOVE = 0, 1, 2
# How a kernel ends, or why it pauses: it can be called again, with more room or more work.
FINISHED, OUT_OF_WORK, OUT_OF_ROOM = 0, 1, 2
# Ends of branches are negative: −1 − the number of the outcome or, where only acceptance matters, one of two.
ACCEPTED, REJECTED = -1, -2
# Fields of ``counts``.
DEPTH, NODES, TRIE, OUTCOMES, RESULT, FIELDS = 0, 1, 2, 3, 4, 5
# Fields of ``size``: numbers, whether the state and cells are read, the places that are, whether rows are steps.
SYMBOLS, STATES, STEPS, READS_STATE, READS_CELLS, PLACES, ANEW = 0, 1, 2, 3, 4, 5, 6
INFINITE = 1 << 60  # above every cost, and far from overflow when two are added
_DONE = -1
LETTERS_OF_A_STEP = 4  # that are compared, or edges of the graph of states, in the time of a step


@inner
def drawn(row, first, values, rng) -> Any:  # type: ignore[no-untyped-def]
    """Draw a value from row[first : first + values]; never one of probability 0."""
    u = rng.random()
    chosen = 0
    for value in range(values):
        p = row[first + value]
        if p > 0.0:
            chosen = value
            u -= p
            if u < 0.0:
                break
    return chosen


@inner
def follow(size, rule, table, run, tape, log, code, rng) -> Any:  # type: ignore[no-untyped-def]
    """Advance as far as the table is fixed; return the block needed next, or −1 when the readout can be taken.

    ``run`` holds the steps made, the place of the head and the state; ``log`` what each step changed. If there is a
    ``code``, a row is drawn from it at its first use, write, next, move, and nothing is logged.
    """
    symbols, steps = size[SYMBOLS], size[STEPS]
    made, head, state = run[0], run[1], run[2]
    need = _DONE
    while made < steps and rule[state, symbols] != 0:
        symbol = tape[head]
        if symbol >= symbols:
            writer = symbol - symbols
            symbol = table[writer, WRITE]
            if symbol < 0:
                need = 3 * writer + WRITE
                break
        at = rule[state, symbol]
        if at < 0:
            break
        row, at = at, made if size[ANEW] else at
        if code is not None and table[at, NEXT] < 0:
            table[at, WRITE] = drawn(code[row], 0, symbols, rng)
            table[at, NEXT] = drawn(code[row], symbols, size[STATES], rng)
            table[at, MOVE] = drawn(code[row], symbols + size[STATES], 3, rng)
        last = made == steps - 1
        after, move = table[at, NEXT], table[at, MOVE]
        if after < 0:
            if size[READS_STATE] or not last:
                need = 3 * at + NEXT
                break
            after = state  # not read any more
        if move < 0:
            if size[READS_CELLS] or not (last or rule[after, symbols] == 0):
                need = 3 * at + MOVE
                break
            move = 1
        if code is None:
            log[made, 0], log[made, 1], log[made, 2] = head, tape[head], state
            tape[head] = symbols + at
        else:
            tape[head] = table[at, WRITE]
        head += move - 1
        state = after
        made += 1
    run[0], run[1], run[2] = made, head, state
    return need


@inner
def rewind(run, tape, log, made) -> Any:  # type: ignore[no-untyped-def]
    """Undo steps until ``made`` are left."""
    while run[0] > made:
        run[0] -= 1
        run[1], run[2] = log[run[0], 0], log[run[0], 2]
        tape[run[1]] = log[run[0], 1]


@inner
def letter(size, table, run, tape, k) -> Any:  # type: ignore[no-untyped-def]
    """Return what place ``k`` of the readout holds: the state or a symbol, or −1 − the block that it waits for."""
    place = size[PLACES][k]
    if place == STATE:
        return run[2]
    symbol = tape[run[1] + place]
    if symbol < size[SYMBOLS]:
        return symbol
    writer = symbol - size[SYMBOLS]
    written = table[writer, WRITE]
    return written if written >= 0 else -1 - (3 * writer + WRITE)


@inner
def verdict(size, words, radius, table, run, tape) -> Any:  # type: ignore[no-untyped-def]
    """Return `ACCEPTED`, `REJECTED`, or a block that the answer waits for.

    Accepted is what differs from some row of ``words`` in at most ``radius`` letters.
    """
    open_word = False
    for a in range(words.shape[0]):
        wrong, unknown = 0, 0
        for k in range(words.shape[1]):
            x = letter(size, table, run, tape, k)
            if x < 0:
                unknown += 1
            elif x != words[a, k]:
                wrong += 1
        if wrong + unknown <= radius:
            return ACCEPTED
        open_word = open_word or wrong <= radius
    if open_word:
        for k in range(words.shape[1]):
            x = letter(size, table, run, tape, k)
            if x < 0:
                return -1 - x
    return REJECTED


@inner
def outcome(size, table, run, tape, trie, counts) -> Any:  # type: ignore[no-untyped-def]
    """Return −1 − the number of the readout, numbered as they are met, or a block that a letter waits for."""
    width = size[PLACES].size
    for k in range(width):
        x = letter(size, table, run, tape, k)
        if x < 0:
            return -1 - x
    node = 0
    for k in range(width):
        x = letter(size, table, run, tape, k)
        if trie[node, x] == 0:
            field = OUTCOMES if k == width - 1 else TRIE
            counts[field] += 1
            trie[node, x] = counts[field]
        node = trie[node, x]
    return -node


@inner
def values_of(size, kind) -> Any:  # type: ignore[no-untyped-def]
    """Return how many values a block of a kind has."""
    return size[SYMBOLS] if kind == WRITE else size[STATES] if kind == NEXT else 3


@inner
def columns_of(size, block) -> Any:  # type: ignore[no-untyped-def]
    """Return the flat index into a code at which a block begins."""
    kind = block % 3
    first = (block // 3) * (size[SYMBOLS] + size[STATES] + 3)
    return first + (0 if kind == WRITE else size[SYMBOLS] if kind == NEXT else size[SYMBOLS] + size[STATES])


@inner
def hashed(block, found, values) -> Any:  # type: ignore[no-untyped-def]
    """Return 64 bits that depend on a block and the first children."""
    key = np.uint64(block)
    for c in range(values):
        key = (key ^ np.uint64(np.int64(found[c]) + INFINITE)) * np.uint64(0x9E3779B97F4A7C15)
        key ^= key >> np.uint64(29)
    return key


@inner
def node_of(blocks, children, slots, counts, block, found, values) -> Any:  # type: ignore[no-untyped-def]
    """Return the node with these children: one of them if all are the same, else one known, else a new one."""
    same = True
    for c in range(values):
        same = same and found[c] == found[0]
    if same:
        return found[0]
    mask = np.uint64(slots.size - 1)
    slot = hashed(block, found, values) & mask
    while slots[slot] >= 0:
        node = slots[slot]
        equal = blocks[node] == block
        for c in range(values):
            equal = equal and children[node, c] == found[c]
        if equal:
            return np.int64(node)
        slot = (slot + np.uint64(1)) & mask
    node = counts[NODES]
    counts[NODES] += 1
    slots[slot] = node
    blocks[node] = block
    for c in range(values):
        children[node, c] = found[c]
    return node


@jit
def grow(task, state, diagram, counts, work) -> Any:  # type: ignore[no-untyped-def]
    """Explore every table on one input, depth first, sharing equal parts of the decision tree; return why it ends.

    Parameters
    ----------
    task : (size, rule)
        ``size``: S, |Q|, steps, whether the state and whether cells are read, the places. ``rule``, shape (|Q|, S + 1):
        the tuple of a state and symbol or −1, and last whether the state has any.
    state : (table, run, tape, log, stack, found)
        The run and the branching so far, changed in place.
    diagram : (blocks, children, slots, trie)
        Nodes, changed in place: a block each, and for each of its values a child, an earlier node or an outcome.
        ``slots`` finds equal nodes, ``trie`` numbers outcomes.
    counts : int64 array, shape (FIELDS,)
        Depth, sizes, and in the end the root.
    work : int
        Branches and steps after which to pause.
    """
    size, rule = task
    table, run, tape, log, stack, found = state
    blocks, children, slots, trie = diagram
    while True:
        if counts[NODES] + stack.shape[0] > blocks.size or counts[TRIE] + size[PLACES].size >= trie.shape[0]:
            return OUT_OF_ROOM
        if work <= 0:
            return OUT_OF_WORK
        made = run[0]
        need = follow(size, rule, table, run, tape, log, None, None)
        work -= 1 + run[0] - made
        if need < 0:
            need = outcome(size, table, run, tape, trie, counts)
        if need >= 0:
            stack[counts[DEPTH], 0], stack[counts[DEPTH], 1] = need, run[0]
            counts[DEPTH] += 1
            table[need // 3, need % 3] = 0
            continue
        result = need
        while counts[DEPTH] > 0:
            depth = counts[DEPTH] - 1
            block = stack[depth, 0]
            at, kind = block // 3, block % 3
            values = values_of(size, kind)
            found[depth, table[at, kind]] = result
            if table[at, kind] + 1 < values:
                table[at, kind] += 1
                rewind(run, tape, log, stack[depth, 1])
                break
            table[at, kind] = -1
            result = node_of(blocks, children, slots, counts, block, found[depth], values)
            counts[DEPTH] = depth
        if counts[DEPTH] == 0:
            counts[RESULT] = result
            return FINISHED


@jit
def rehash(blocks, children, slots, nodes, values) -> Any:  # type: ignore[no-untyped-def]
    """Enter the nodes into emptied ``slots``; ``values`` is the number of values of each kind."""
    slots[:] = -1
    mask = np.uint64(slots.size - 1)
    for node in range(nodes):
        slot = hashed(blocks[node], children[node], values[blocks[node] % 3]) & mask
        while slots[slot] >= 0:
            slot = (slot + np.uint64(1)) & mask
        slots[slot] = node


@inner
def rejection_bound(size, rule, table, costs, bad, distance, state) -> Any:  # type: ignore[no-untyped-def]
    """Return a lower bound on what it costs to go from a state to one in ``bad``, as the table is fixed so far.

    It forgets the tape: the shortest path in the graph of states, each edge at the cheapest symbol, what is fixed free.
    Such a path has no state twice, so that it pays no entry twice, and no run from the state can cost less.
    """
    symbols, states = size[SYMBOLS], size[STATES]
    for q in range(states):
        distance[q] = 0 if bad[q] else INFINITE
    for _ in range(states - 1):
        if distance[state] == 0:
            break
        for q in range(states):
            for s in range(symbols):
                at = rule[q, s]
                if at < 0:
                    continue
                if table[at, NEXT] >= 0:
                    distance[q] = min(distance[q], distance[table[at, NEXT]])
                    continue
                first = columns_of(size, 3 * at + NEXT)
                for after in range(states):
                    distance[q] = min(distance[q], costs[first + after] + distance[after])
    return distance[state]


@jit
def cheapest(task, state, ranked, costs, bad, distance, paid, path, counts, work) -> Any:  # type: ignore[no-untyped-def]
    """Find the cheapest rejected run of one input by branch and bound, cheapest values first; return why it ends.

    Parameters
    ----------
    task : (size, rule, words, radius)
        As of `grow`, and what is accepted, as of `verdict`.
    state
        As of `grow`.
    ranked : int64 array, shape (3N, most values)
        The values of each block by rising cost.
    costs : int64 array, shape (E,)
        Costs ≥ 0, at most ``INFINITE`` / 4.
    bad : bool array, shape (|Q|,)
        States in which a rejected run may end.
    distance, paid, path : int64 arrays, shapes (|Q|,), (depth + 1,) and (E,)
        Work space; ``paid`` begins with 0; ``path`` is how often the cheapest run found so far uses each entry.
    counts : int64 array, shape (FIELDS,)
        Depth, and as result the least cost so far, at first the limit: only what is less replaces it.
    work : int
        Branches and steps after which to pause.
    """
    size, rule, words, radius = task
    table, run, tape, log, stack, rank = state
    while True:
        if work <= 0:
            return OUT_OF_WORK
        made = run[0]
        need = follow(size, rule, table, run, tape, log, None, None)
        work -= 1 + run[0] - made
        if need < 0:
            need, work = verdict(size, words, radius, table, run, tape), work - words.size // LETTERS_OF_A_STEP
        depth = counts[DEPTH]
        if need >= 0:
            stack[depth, 0], stack[depth, 1], rank[depth, 0] = need, run[0], -1
            counts[DEPTH] += 1
        elif need == REJECTED and paid[depth] < counts[RESULT]:
            counts[RESULT] = paid[depth]
            path[:] = 0
            for d in range(depth):
                path[columns_of(size, stack[d, 0]) + table[stack[d, 0] // 3, stack[d, 0] % 3]] = 1
        while counts[DEPTH] > 0:
            depth = counts[DEPTH] - 1
            block = stack[depth, 0]
            at, kind = block // 3, block % 3
            rank[depth, 0] += 1
            chosen, total = 0, counts[RESULT]
            if rank[depth, 0] < values_of(size, kind):
                chosen = ranked[block, rank[depth, 0]]
                total = paid[depth] + costs[columns_of(size, block) + chosen]
            if total >= counts[RESULT]:  # and so are the values after it
                table[at, kind] = -1
                counts[DEPTH] = depth
                continue
            rewind(run, tape, log, stack[depth, 1])
            table[at, kind] = chosen
            if kind == NEXT and not bad[chosen]:
                bound = rejection_bound(size, rule, table, costs, bad, distance, chosen)
                work -= rule.size * bad.size // LETTERS_OF_A_STEP
                if total + bound >= counts[RESULT]:
                    continue
            paid[depth + 1] = total
            break
        if counts[DEPTH] == 0:
            return FINISHED


@jit
def count_rejected(task, state, begin, code, samples, rng) -> Any:  # type: ignore[no-untyped-def]
    """Run a noisy code on one input many times and return how many readouts were rejected.

    ``task`` and ``state`` are as of `cheapest`, ``begin`` is the tape before the first step.
    """
    size, rule, words, radius = task
    table, run, tape, log, _, _ = state
    start, head = run[2], run[1]
    rejected = 0
    for _ in range(samples):
        follow(size, rule, table, run, tape, log, code, rng)
        rejected += verdict(size, words, radius, table, run, tape) == REJECTED
        made = run[0]
        tape[head - made : head + made + 1] = begin[head - made : head + made + 1]
        table[: made if size[ANEW] else table.shape[0]] = -1
        run[0], run[1], run[2] = 0, head, start
    return rejected
