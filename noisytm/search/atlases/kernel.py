"""The rows of all codes below a partial table, by the compiled search for the least value with nothing to beat.

Where the optimal v of a partial table reaches no unfixed tuple, λ is that of all completions. There the optimal face
is looked at: duals at several vertices bound its dimension from above, v at several vertices from below. Floating point
only proposes: every dual is checked in integers, and every v by the oracle at whole costs. What cannot be decided so is
handed back, to be computed exactly.
"""

import numpy as np

from noisytm._deferred import apart, inner
from noisytm.search.bounds import (
    RAISE,
    entering_column,
    most_dimensions,
    note_dual,
    other_column,
    pivot,
    proved,
    put_second_prices,
    put_slacks,
)
from noisytm.search.costs import cheapest_run, run_without_errors
from noisytm.search.minimum import (
    BLOCKS,
    CANDIDATE,
    LEAVE,
    LEVEL,
    NODES,
    PAUSED,
    PHASE,
    PLAIN,
    ROWS,
    add_row,
    advance,
    cost_of,
    first_unfixed,
    look,
)

COMPILES = "the atlas of all codes"

# Columns of a row behind its choices: λ as a fraction, m, the least fatal weight, how many tuples are used. Of m, 0
# stands for undecided; of the weight, 0, and −1 for none at all.
VALUE, SCALE, SHAPE, WEIGHT, USED, FIELDS = 0, 1, 2, 3, 4, 5
# Vertices of the optimal face that are looked at, and after how many without anything new it is given up.
MOST_VERTICES, IDLE_VERTICES = 80, 6
MOST_POINTS = 64
MOST_WEIGHT = 1 << 20
FIELD = (1 << 31) - 1
MASK = (1 << 32) - 1
NEAR = 0.02
# Asks for the least bound on m.
LEAST = -1


@apart
def put_whole_costs(chart, way, n):
    """Fill the costs of the entries of the fixed tuples, from what coordinates cost."""
    width = chart.gains.shape[1]
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


@apart
def cheapest_fatal(task, head, work, chart, way, n, limit):
    """Return the least cost of a fatal syndrome at what coordinates cost, or the limit; −1 if completions differ."""
    put_whole_costs(chart, way, n)
    least = limit
    for i in range(way.met.shape[0]):
        for j in range(way.counts.shape[0]):
            for column in range(way.counts.shape[1]):
                way.counts[j, column] = 0
        reached = way.met[i]
        reached[0], reached[1] = least, -1
        least = cheapest_run(task, head, way.table, way.costs, least, i, work, way.counts, reached)
        if reached[1] >= 0 and reached[0] < least:
            return -1
    return least


@apart
def point_holds(task, head, work, chart, lp, way, depth, n, value, scale):
    """Put v times ``scale`` in whole numbers; return whether it is a point of the optimal face, for all completions."""
    total = 0
    for k in range(n):
        exact = lp.prices[depth, k] * scale
        whole = np.int64(np.rint(exact))
        if abs(exact - whole) > NEAR or whole < 0:
            return False
        way.coordinate[k] = whole
        total += whole * lp.gains[k]
    if total != value:
        return False
    return cheapest_fatal(task, head, work, chart, way, n, scale) >= scale


@apart
def inverse_in_field(number):
    """Return the inverse modulo the prime."""
    result, square, exponent = 1, number % FIELD, FIELD - 2
    while exponent:
        if exponent & 1:
            result = result * square % FIELD
        square = square * square % FIELD
        exponent >>= 1
    return result


@apart
def adds_direction(way, points, pivots, found, n):
    """Add the point that is put to those found, in echelon form modulo the prime; return whether it is independent."""
    if found >= points.shape[0]:
        return False
    for k in range(n):
        points[found, k] = way.coordinate[k] % FIELD
    for r in range(found):
        by = points[found, pivots[r]]
        if by != 0:
            for k in range(n):
                points[found, k] = (points[found, k] + (FIELD - by) * points[r, k]) % FIELD
    for k in range(n):
        if points[found, k] != 0:
            by = inverse_in_field(points[found, k])
            for j in range(n):
                points[found, j] = points[found, j] * by % FIELD
            pivots[found] = k
            return True
    return False


@apart
def rises(task, head, work, chart, lp, way, depth, n):
    """Go to an optimal vertex, with rows that are looked for; return whether it is one for all fatal syndromes."""
    clean, pivots = 0, 0
    way.seed[2] = PLAIN
    while True:
        column, gain = entering_column(lp, depth, n)
        pivots += 1
        if gain > 0.0 and pivots < 100 * n and pivot(lp, depth, n, column, gain, True):
            continue
        clean = look(task, head, work, chart, lp, way, depth, n, clean)
        if clean >= 0:
            return True
        clean, pivots = 0, 0
        if add_row(chart, lp, way, depth, n) < 0:
            return False


@apart
def spread_duals(lp, way, depth, n, value, scale, fresh):
    """Note the optimal duals at a vertex that tell more; return the bound on m, 0 if nothing could be checked."""
    for again in range(4 * n):
        total = proved(lp, depth, n, 0)
        if total < 0 or total * scale != value * lp.scale[0]:
            return 0 if fresh and again == 0 else most_dimensions(lp, depth, n, LEAST)
        changed = note_dual(lp, depth, n, fresh and again == 0)
        if (again > 0 and not changed) or most_dimensions(lp, depth, n, LEAST) == 1:
            break
        put_second_prices(lp, depth, n)
        for _ in range(100 * n):
            column, gain = other_column(lp, depth, n)
            if gain <= 0.0 or not pivot(lp, depth, n, column, gain, False):
                break
    return most_dimensions(lp, depth, n, LEAST)


@apart
def put_turn(lp, turns, found, n, turn):
    """Put into ``turns``, its first row, an objective that is the same at all points found, and otherwise by chance."""
    aim = turns[0]
    for k in range(n):
        mixed = ((k + 1) * 2654435761 + turn * 40503) & MASK
        mixed = ((mixed ^ (mixed >> 15)) * 2246822519) & MASK
        mixed = ((mixed ^ (mixed >> 13)) * 3266489917) & MASK
        aim[k] = ((mixed ^ (mixed >> 16)) & MASK) / MASK - 0.5
    for r in range(2, found + 1):
        along = 0.0
        for k in range(n):
            along += aim[k] * turns[r, k]
        for k in range(n):
            aim[k] -= along * turns[r, k]
    most = 1e-9
    for k in range(n):
        most = max(most, abs(aim[k] / lp.gains[k]))
    for k in range(n):
        aim[k] /= 2.0 * most


@apart
def note_point(lp, turns, found, depth, n):
    """Note the point at hand: its direction from the first one, at right angles to those before."""
    if found == 1:
        for k in range(n):
            turns[1, k] = lp.prices[depth, k]
        return
    new = turns[found]
    for k in range(n):
        new[k] = lp.prices[depth, k] - turns[1, k]
    for r in range(2, found):
        along = 0.0
        for k in range(n):
            along += new[k] * turns[r, k]
        for k in range(n):
            new[k] -= along * turns[r, k]
    size = 0.0
    for k in range(n):
        size += new[k] * new[k]
    for k in range(n):
        new[k] /= np.sqrt(max(size, 1e-18))


@apart
def begin_turned(lp, turns, depth, n, sign):
    """Begin a program anew, with γ raised along the objective, or against it."""
    put_slacks(lp, depth, 0, n, 0)
    lp.determinant[depth] = 1.0
    for k in range(n):
        lp.level[depth, k] = lp.gains[k] + RAISE * (1.5 * lp.gains[k] + sign * turns[0, k])


@apart
def shape_of(task, head, work, chart, lp, way, depth, n, points, pivots, turns, row):
    """Put λ as a fraction and m of what is at hand, m being 0 if that is not decided.

    The face of the known rows, of whose dimension the duals tell, is gone to at both ends of an objective that is the
    same at all points found. Where these do not span it, there is then a new point, or a row that it breaks.
    """
    row[SHAPE] = 0
    way.seed[0] = 0
    value = proved(lp, depth, n, 0)
    if value < 0:
        row[VALUE], row[SCALE] = 0, 0
        return
    scale = lp.scale[0]
    row[VALUE], row[SCALE] = value, scale
    if value == 0:
        for k in range(n):
            way.coordinate[k] = 0
        row[SHAPE] = 1 if cheapest_fatal(task, head, work, chart, way, n, 1) >= 1 else 0
        return
    found, most, idle = 0, 0, 0
    for vertex in range(MOST_VERTICES):
        rows = way.tally[ROWS]
        if vertex > 0:
            if vertex % 2 == 1:
                put_turn(lp, turns, found, n, vertex)
            begin_turned(lp, turns, depth, n, 1.0 if vertex % 2 == 1 else -1.0)
            if not rises(task, head, work, chart, lp, way, depth, n):
                return
        total = proved(lp, depth, n, 0)
        if total < 0 or total * scale != value * lp.scale[0]:
            return
        if not point_holds(task, head, work, chart, lp, way, depth, n, total, lp.scale[0]):
            return
        more = adds_direction(way, points, pivots, found, n)
        if more:
            found += 1
            note_point(lp, turns, found, depth, n)
        if vertex == 0 or way.tally[ROWS] > rows:
            most = spread_duals(lp, way, depth, n, value, scale, vertex == 0)
        if most > 0 and found >= most:
            row[SHAPE] = most
            return
        idle = 0 if more or way.tally[ROWS] > rows else idle + 1
        if idle > IDLE_VERTICES:
            return


@apart
def used_by(task, head, way, work):
    """Return how many tuples the runs without errors use."""
    used, n = 0, way.table.size
    for j in range(n):
        if way.table[j] < 0:
            continue
        action = way.actions[j]
        way.actions[j] = -1
        for i in range(way.met.shape[0]):
            _, where = run_without_errors(task, head, way.actions, i, work)
            if where == j:
                used += 1
                break
        way.actions[j] = action
    return used


@inner
def rows_below(task, head, work, chart, lp, way, points, pivots, turns, rows, nodes):
    """Fill rows for what lies below until they are full, so many nodes are made, or all is done: their number, and why.

    A row has the choices of a table, −1 where any will do, and the columns above.
    """
    last, number = way.tally[NODES] + nodes, 0
    width, tuples = chart.gains.shape[1], way.table.size
    while number < rows.shape[0]:
        left = last - way.tally[NODES]
        if left <= 0:
            return number, PAUSED
        why = advance(task, head, work, chart, lp, way, left)
        if why != CANDIDATE:
            return number, why
        depth = way.state[LEVEL]
        way.judged[depth] = 1
        n = (way.state[BLOCKS] + depth) * width
        row = rows[number, tuples:]
        shape_of(task, head, work, chart, lp, way, depth, n, points, pivots, turns, row)
        for k in range(n):
            way.coordinate[k] = 1
        weight = cheapest_fatal(task, head, work, chart, way, n, MOST_WEIGHT)
        row[WEIGHT] = 0 if weight < 0 else (-1 if weight >= MOST_WEIGHT else weight)
        if (row[SHAPE] > 0 and row[WEIGHT] != 0) or first_unfixed(way) < 0:
            for i in range(tuples):
                rows[number, i] = way.table[i]
            row[USED] = used_by(task, head, way, work)
            number += 1
            way.state[PHASE] = LEAVE
    return number, PAUSED
