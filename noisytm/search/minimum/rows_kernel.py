"""The rows of a node: what entries cost at the prices at hand, the rows that are found, and events that tell of them.

And the numbers by which the search and Python understand each other.
"""

import numpy as np

from noisytm._deferred import apart, inner

# Places in ``state``: what is to be done, the level, blocks of the start, the last level that may branch, whether
# events are wanted, whether nodes that just meet the least value are kept open, and whether every open node at which
# all runs are settled is a candidate.
PHASE, LEVEL, BLOCKS, DEEPEST, RECORDED, TIES, EACH = 0, 1, 2, 3, 4, 5, 6
ENTER, BOUND, LEAVE = 0, 1, 2
# Places in ``best``: whether anything is known, λ as a fraction, and m.
KNOWN, NUMERATOR, DENOMINATOR, MULTIPLICITY = 0, 1, 2, 3
# Places in ``tally``.
NODES, PROGRAMS, REFUTED, BOUNDED, TIED, RUNS, PIVOTS, ROWS = 0, 1, 2, 3, 4, 5, 6, 7
# Why `advance` comes back: it has made its nodes; it is done; a code is to be looked at; a node is handed back.
PAUSED, DONE, CANDIDATE, HANDED = 0, 1, 2, 3
# Events: a row is found, a node branches, is refuted, is bounded, its one code is looked at elsewhere, is handed back.
ROW, BRANCHED, BY_RUN, BY_DUALS, BY_CODE, LEFT_OPEN = 0, 1, 2, 3, 4, 5

# v is rounded to this grid, and below it errors are counted: of equal costs the row of fewer errors is cheaper.
GRID, COUNTED = 1 << 30, 1 << 10
LIMIT = (GRID - (1 << 10)) * COUNTED
# Where errors cost nothing, rows of any size come out. Then every error is made to cost something, less and less, and
# at last nothing again: the ways to look for rows, in their order, are places in ``seed``.
PLAIN, FLOORED, LOW, LAST = 0, 1, 2, 3
FLOOR, LOW_FLOOR = GRID >> 8, GRID >> 14
# A row of more errors is huge; and so many rows are found in one node at most.
MOST_ERRORS, MOST_NEW = 64, 400
# What `add_row` returns if there is none, for want of room or since it is violated by rounding only; or a huge one.
NO_ROW, HUGE = -1, -2
# Rows are violated by more than this.
VIOLATED = 1e-9
# No coordinate is taken to cost more: an error that costs 1 is dear enough.
DEAREST = 16.0
# Closer to the least value than this may be equal to it.
CLOSE = 1e-7
# Other vertices of the optimal face are looked for this often, and given up when so many in a row give no new row.
MOST_TRIALS, IDLE_TRIALS = 24, 4
MOST_DUALS = 40


@apart
def put_costs(chart, lp, way, depth, n):
    """Fill the costs of the entries of the fixed tuples, from the prices of a level."""
    width = chart.gains.shape[1]
    floor = FLOOR if way.seed[2] == FLOORED else LOW_FLOOR if way.seed[2] == LOW else 0
    for k in range(n):
        price = np.int64(np.rint(min(max(lp.prices[depth, k], 0.0), DEAREST) * GRID))
        way.coordinate[k] = (price + floor) * COUNTED + 1
    for b in range(n // width):
        i = way.tuple_of[b]
        for column in range(chart.terms.shape[1]):
            least = np.int64(1 << 58)
            for a in range(chart.terms.shape[2]):
                mask = chart.terms[way.table[i], column, a]
                if mask < 0:
                    break
                least = min(least, cost_of(way, mask, b * width))
            way.costs[i, column] = least


@inner
def cost_of(way, mask, first):
    """Return the cost of a product of coordinates of a block."""
    total, k = 0, first
    while mask > 0:
        if mask & 1:
            total += way.coordinate[k]
        mask >>= 1
        k += 1
    return total


@apart
def add_row(chart, lp, way, depth, n):
    """Add to the pool the exponents of the run that was counted; return its row, or `NO_ROW`, or `HUGE`."""
    row, width = way.pool[depth], chart.gains.shape[1]
    if row >= lp.size.shape[0]:
        return NO_ROW
    exponent = lp.load
    for k in range(n):
        exponent[k] = 0
    for b in range(n // width):
        i = way.tuple_of[b]
        for column in range(chart.terms.shape[1]):
            if way.counts[i, column] == 0:
                continue
            a = 0
            while cost_of(way, chart.terms[way.table[i], column, a], b * width) != way.costs[i, column]:
                a += 1
            mask, k = chart.terms[way.table[i], column, a], b * width
            while mask > 0:
                if mask & 1:
                    exponent[k] += way.counts[i, column]
                mask >>= 1
                k += 1
    size, errors, paid = 0, 0, 0.0
    for k in range(n):
        exponent[k] = min(exponent[k], chart.most[k % width])
        if exponent[k] > 0:
            lp.place[row, size] = k
            lp.often[row, size] = exponent[k]
            size += 1
            errors += exponent[k]
            paid += exponent[k] * max(lp.prices[depth, k], 0.0)
            if exponent[k] >= 1 << 14:
                return NO_ROW
    if size == 0 or paid > 1.0 - VIOLATED:
        return NO_ROW
    if errors > MOST_ERRORS and way.seed[2] in (PLAIN, LAST):
        return HUGE
    lp.size[row] = size
    way.pool[depth] = row + 1
    lp.hot[depth, lp.listed[depth]] = row
    lp.listed[depth] += 1
    way.tally[ROWS] += 1
    if way.state[RECORDED] != 0:
        write(way, ROW)
        write(way, row)
        write(way, way.seed[1])
        write(way, size)
        for k in range(size):
            write(way, way.tuple_of[lp.place[row, k] // width] * width + lp.place[row, k] % width)
            write(way, lp.often[row, k])
            write(way, way.coordinate[lp.place[row, k]])
    return row


@inner
def write(way, number):
    """Put a number at the end of the events, or note that there is no room."""
    if way.written[0] < way.events.size:
        way.events[way.written[0]] = number
        way.written[0] += 1
    else:
        way.written[3] = 1


@apart
def put_dual(lp, way, depth, n):
    """Put the dual that was weighed, scale and weights, at the end of those that close this node."""
    at = way.written[1]
    way.duals[at] = lp.scale[0]
    size = 0
    for r in range(n):
        if lp.weights[r] > 0:
            way.duals[at + 2 + 2 * size] = lp.basis[depth, r]
            way.duals[at + 3 + 2 * size] = lp.weights[r]
            size += 1
    way.duals[at + 1] = size
    way.written[1] = at + 2 + 2 * size
    way.written[2] += 1
