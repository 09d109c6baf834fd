"""The rows of a node: what entries cost at the prices at hand, the rows that are found, and events that tell of them.

And the numbers by which the search and Python understand each other.
"""

import numpy as np

from noisytm._deferred import apart, inner

# Places in ``state``: what is to be done, the level, blocks of the start, the last level that may branch, whether
# events are wanted, and whether nodes that just meet the least value are kept open.
PHASE, LEVEL, BLOCKS, DEEPEST, RECORDED, TIES = 0, 1, 2, 3, 4, 5
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
    for k in range(n):
        way.coordinate[k] = np.int64(np.rint(min(max(lp.prices[depth, k], 0.0), DEAREST) * GRID)) * COUNTED + 1
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
    """Add to the pool the exponents of the run that was counted; return its row, or −1 if there is no room."""
    row, width = way.pool[depth], chart.gains.shape[1]
    if row >= lp.size.shape[0]:
        return -1
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
    size = 0
    for k in range(n):
        if exponent[k] > 0:
            lp.place[row, size] = k
            lp.often[row, size] = exponent[k]
            size += 1
            if exponent[k] >= 1 << 14:
                return -1
    if size == 0:
        return -1
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
