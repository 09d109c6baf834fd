"""The branch and bound of one subtree of partial tables: what lies below it is worked off depth first.

``way`` (a `Way`) is the way down to the node at hand. A node of level k has fixed k tuples beside those of the start;
their coordinates come in blocks, one for each tuple, in the order in which they were fixed. Every node is entered,
bounded, and left. A node is closed if a run through its fixed tuples ends rejected, or if an exactly checked dual of
its fatal syndromes comes to more than the least value so far, or just meets it with a multiplicity that is no larger.
"""

import numpy as np

from noisytm._deferred import apart, inner
from noisytm.search.bounds import (
    MET,
    NOTHING,
    PASSED,
    entering_column,
    hand_down,
    invert_again,
    most_dimensions,
    note_dual,
    other_column,
    pivot,
    proved,
    put_second_prices,
    put_slacks,
    rounded_down,
    total_of,
)
from noisytm.search.costs import ACCEPTED, REJECTED, UNSETTLED, cheapest_run, run_without_errors
from noisytm.search.minimum.rows_kernel import (
    BLOCKS,
    BOUND,
    BOUNDED,
    BRANCHED,
    BY_CODE,
    BY_DUALS,
    BY_RUN,
    CANDIDATE,
    CLOSE,
    DEEPEST,
    DENOMINATOR,
    DONE,
    EACH,
    ENTER,
    HANDED,
    HUGE,
    IDLE_TRIALS,
    KNOWN,
    LAST,
    LEAVE,
    LEFT_OPEN,
    LEVEL,
    LIMIT,
    MOST_DUALS,
    MOST_NEW,
    MOST_TRIALS,
    MULTIPLICITY,
    NO_ROW,
    NODES,
    NUMERATOR,
    PAUSED,
    PHASE,
    PIVOTS,
    PLAIN,
    PROGRAMS,
    RECORDED,
    REFUTED,
    ROWS,
    RUNS,
    TIED,
    TIES,
    add_row,
    put_costs,
    put_dual,
    write,
)

COMPILES = "the search for the least learning coefficient"


@apart
def compared(lp, way, depth, n):
    """Return what the basis of a level proves of the least value so far: `NOTHING`, `PASSED` or `MET`."""
    total = proved(lp, depth, n, way.seed[0])
    if total < 0:
        total = rounded_down(lp, depth, n)
    if total < 0:
        return NOTHING
    mine, other = total * way.best[DENOMINATOR], way.best[NUMERATOR] * lp.scale[0]
    if mine < other:
        return NOTHING
    return PASSED if mine > other else MET


@apart
def look(task, head, work, chart, lp, way, depth, n, clean):
    """Look for a violated row, input by input; −1 if there is one, else how many inputs have none: all."""
    inputs = way.met.shape[0]
    put_costs(chart, lp, way, depth, n)
    while clean < inputs:
        i = way.seed[1]
        for j in range(way.counts.shape[0]):
            for column in range(way.counts.shape[1]):
                way.counts[j, column] = 0
        reached = way.met[i]
        reached[0], reached[1] = LIMIT, -1
        way.tally[RUNS] += 1
        if cheapest_run(task, head, way.table, way.costs, LIMIT, i, work, way.counts, reached) < LIMIT:
            return -1
        clean += 1
        way.seed[1] = i + 1 if i + 1 < inputs else 0
    return clean


@apart
def least_met(way):
    """Return the unfixed tuple that is reached at the least cost; −1 if none is below the limit."""
    best, which = LIMIT, -1
    for i in range(way.met.shape[0]):
        if way.met[i, 1] >= 0 and way.met[i, 0] < best:
            best, which = way.met[i, 0], way.met[i, 1]
    return which


@apart
def forget_met(way):
    """Forget what other nodes reached: a tuple that was not fixed there may be fixed here."""
    for i in range(way.met.shape[0]):
        way.met[i, 0], way.met[i, 1] = LIMIT, -1


@inner
def goes_on(way, huge):
    """Go to the next way to look for rows, from plain on only if a huge one was found; return whether there is one."""
    if way.seed[2] == LAST or (way.seed[2] == PLAIN and not huge):
        return False
    way.seed[2] += 1
    return True


@apart
def begin_again(lp, way, depth, n):
    """Begin a program anew, with γ raised otherwise: the optimum is then at another vertex of the optimal face."""
    way.seed[0] += 1
    way.seed[2] = PLAIN
    lp.determinant[depth] = 1.0
    put_slacks(lp, depth, 0, n, way.seed[0])


@apart
def bound_node(task, head, work, chart, lp, way):
    """Return what is proved of a node: `PASSED`, `MET` with a multiplicity that is no larger, or `NOTHING`.

    First the value rises, by pivots, and by rows that are looked for where no known one is violated. Where it comes to
    rest at the least value so far other optimal duals are looked for that tell more of m, among the known rows, and
    at other vertices of the optimal face.
    """
    depth, known = way.state[LEVEL], way.best[KNOWN] != 0
    n = (way.state[BLOCKS] + depth) * chart.gains.shape[1]
    target = way.best[NUMERATOR] / way.best[DENOMINATOR] if known else np.inf
    clean, idle, rows, pivots, rising, renewed = 0, 0, way.tally[ROWS], 0, True, False
    most = way.tally[ROWS] + MOST_NEW
    way.value[depth] = 0.0
    way.written[1], way.written[2], way.seed[0], way.seed[2] = 0, 0, 0, PLAIN
    while True:
        column, gain = entering_column(lp, depth, n) if rising else other_column(lp, depth, n)
        pivots += 1
        moved = gain > 0.0 and pivots < 100 * n and pivot(lp, depth, n, column, gain, rising)
        if moved:
            way.tally[PIVOTS] += 1
        if moved and not (rising and total_of(lp, depth, n) > target + CLOSE):
            continue
        if rising and gain > 0.0 and not moved:  # the inverse has gone astray: known rows would be found anew, for ever
            if renewed or not invert_again(lp, depth, n, way.seed[0]):
                return NOTHING
            renewed, pivots = True, 0
            continue
        if rising and not moved:
            clean = look(task, head, work, chart, lp, way, depth, n, clean)
            found = add_row(chart, lp, way, depth, n) if clean < 0 else HUGE
            if found == NO_ROW or way.tally[ROWS] > most:
                return NOTHING
            if found != HUGE or goes_on(way, clean < 0):
                clean, pivots = 0, 0
                continue
            way.value[depth] = total_of(lp, depth, n)
            if way.value[depth] < target - CLOSE or way.state[TIES] != 0:
                return NOTHING
        proof = compared(lp, way, depth, n)
        if proof == PASSED:
            way.written[1], way.written[2] = 0, 0
            put_dual(lp, way, depth, n)
            return PASSED
        if moved:
            continue
        if way.written[2] >= MOST_DUALS:
            return NOTHING
        if proof == MET:
            changed = note_dual(lp, depth, n, way.written[2] == 0)
            if changed:
                put_dual(lp, way, depth, n)
                if most_dimensions(lp, depth, n, way.best[MULTIPLICITY]) <= way.best[MULTIPLICITY]:
                    return MET
            if changed or rising:
                put_second_prices(lp, depth, n)
                rising, pivots = False, 0
                continue
        idle = 0 if way.tally[ROWS] > rows else idle + 1
        rows = way.tally[ROWS]
        if way.unsettled[depth] >= 0 or least_met(way) >= 0 or way.seed[0] >= MOST_TRIALS or idle > IDLE_TRIALS:
            return NOTHING
        begin_again(lp, way, depth, n)
        rising, clean, pivots = True, 0, 0


@apart
def settle(task, head, work, way, depth):
    """Run the inputs through fixed tuples, but for those that were settled above; return how that ends, and where.

    A run that ends rejected tells, also behind one that is not settled.
    """
    inputs = way.met.shape[0]
    first, end, where = 0 if depth == 0 else way.first[depth - 1], ACCEPTED, -1
    way.first[depth] = inputs
    for i in range(first, inputs):
        ends, which = run_without_errors(task, head, way.actions, i, work)
        if ends == REJECTED:
            return REJECTED, i
        if ends == UNSETTLED and end == ACCEPTED:
            end, where, way.first[depth] = UNSETTLED, which, i
    return end, where


@apart
def enter(task, head, work, chart, lp, way):
    """Begin with a node; return whether it is refuted at once."""
    depth, width = way.state[LEVEL], chart.gains.shape[1]
    way.tally[NODES] += 1
    end, which = settle(task, head, work, way, depth)
    if end == REJECTED:
        way.tally[REFUTED] += 1
        if way.state[RECORDED] != 0:
            write(way, BY_RUN)
            write(way, which)
        return True
    forget_met(way)
    way.unsettled[depth] = which
    way.judged[depth] = 0
    n = (way.state[BLOCKS] + depth) * width
    before = 0
    if depth == 0:
        way.pool[0], lp.listed[0], lp.determinant[0] = 0, 0, 1.0
    else:
        before, way.pool[depth] = n - width, way.pool[depth - 1]
        hand_down(lp, depth, before)
    put_slacks(lp, depth, before, n, 0)
    return False


@apart
def close(way, proof):
    """Note that a node is closed by its duals."""
    way.tally[BOUNDED] += 1
    if proof == MET:
        way.tally[TIED] += 1
    if way.state[RECORDED] != 0:
        write(way, BY_DUALS)
        write(way, way.written[2])
        for k in range(way.written[1]):
            write(way, way.duals[k])


@inner
def first_unfixed(way):
    """Return the first tuple that is not fixed; −1 if all are."""
    for i in range(way.table.size):
        if way.table[i] < 0:
            return i
    return -1


@apart
def branch(way, i):
    """Begin with the children of a node, at a tuple."""
    depth = way.state[LEVEL]
    if way.state[RECORDED] != 0:
        write(way, BRANCHED)
        write(way, i)
    block = way.state[BLOCKS] + depth
    way.branch[depth], way.child[depth] = i, -1
    way.tuple_of[block] = i
    way.state[LEVEL] = depth + 1


@apart
def step_on(chart, lp, way):
    """Go from a node that is done to the next one; return whether there is one."""
    width = chart.gains.shape[1]
    while way.state[LEVEL] > 0:
        above = way.state[LEVEL] - 1
        i = way.branch[above]
        way.child[above] += 1
        c = way.child[above]
        if c < chart.action.size:
            block = way.state[BLOCKS] + above
            way.table[i], way.actions[i] = c, chart.action[c]
            for k in range(width):
                lp.gains[block * width + k] = chart.gains[i, k]
            return True
        way.table[i], way.actions[i] = -1, -1
        way.state[LEVEL] = above
    return False


@apart
def opened(way):
    """Decide on a node that stays open; return `PAUSED` to go on, or why to come back."""
    depth = way.state[LEVEL]
    i = way.unsettled[depth] if way.unsettled[depth] >= 0 else least_met(way)
    if way.state[EACH] != 0 and way.unsettled[depth] < 0 and way.judged[depth] == 0:
        return CANDIDATE
    if i < 0:
        i = first_unfixed(way)
        ties = way.state[TIES] != 0 and way.best[KNOWN] != 0
        target = way.best[NUMERATOR] / way.best[DENOMINATOR] if ties else np.inf
        if way.judged[depth] == 0 and not (ties and i >= 0 and way.value[depth] >= target - CLOSE):
            return CANDIDATE
        if i < 0:
            if way.state[RECORDED] != 0:
                write(way, BY_CODE)
            way.state[PHASE] = LEAVE
            return PAUSED
    if depth >= way.state[DEEPEST]:
        if way.state[RECORDED] != 0:
            write(way, LEFT_OPEN)
        way.state[PHASE] = LEAVE
        return HANDED
    branch(way, i)
    way.state[PHASE] = LEAVE
    return PAUSED


@inner
def advance(task, head, work, chart, lp, way, nodes):
    """Go on with the search for so many nodes; return why it comes back."""
    last = way.tally[NODES] + nodes
    room = way.events.size // 2 if way.state[RECORDED] != 0 else 1
    while True:
        phase = way.state[PHASE]
        if phase == ENTER:
            if way.tally[NODES] >= last or way.written[0] > room:
                return PAUSED
            way.state[PHASE] = LEAVE if enter(task, head, work, chart, lp, way) else BOUND
        elif phase == BOUND:
            way.tally[PROGRAMS] += 1
            proof = bound_node(task, head, work, chart, lp, way)
            if proof != NOTHING:
                close(way, proof)
                way.state[PHASE] = LEAVE
            else:
                why = opened(way)
                if why != PAUSED:
                    return why
        elif step_on(chart, lp, way):
            way.state[PHASE] = ENTER
        else:
            return DONE
