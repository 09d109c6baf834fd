"""The packing program of fatal syndromes, max Σ y, Σ α y ≤ γ, y ≥ 0, by a dense simplex with rows found as it goes.

It is the dual of the covering program of `noisytm.degeneracy.program`. A row α that is found at a node of the search is
a column here, so that the basis of a node stays feasible below it. Floating point only chooses the pivots: what a
basis proves is checked in integers, with the determinant for a denominator.

``lp`` is a `Packing`, whose arrays have a level for each node on the way down; ``depth`` is a level, ``n`` the number
of its coordinates. A column is a row of the pool, from 0, or the slack of coordinate i: −1 − i. γ is raised a little,
differently for each coordinate, while pivots are chosen, so that no step is degenerate; ``level`` holds y and slacks
for that γ, ``plain`` for the true one.
"""

import numpy as np

from noisytm._deferred import apart, inner

# Violations below this are none; pivots below it are not taken.
SMALL = 1e-9
# How much γ is raised.
RAISE = 1e-7
# How far from whole numbers what should be whole may be; by which part weights are smaller where they are rounded down.
ROUNDING, SHRINK = 0.02, 1e-6
# Denominators and counts are kept below these, so that all products of a check fit into 64 bits.
MOST_SCALE, MOST_COUNT = 1 << 30, 1 << 14
# A prime: ranks modulo it are at most the true ones.
PRIME = (1 << 31) - 1
# What a dual proves of the least value so far: nothing, that it is passed, or just met.
NOTHING, PASSED, MET = 0, 1, 2


@inner
def raised(seed, i):
    """Return by which part of itself γ of coordinate i is raised: between one and two units, as if by chance."""
    mixed = (i + 1) * 0.6180339887498949 + seed * 0.7548776662466927
    return RAISE * (1.0 + mixed - np.floor(mixed))


@apart
def put_slacks(lp, depth, first, n, seed):
    """Add the slacks of coordinates from ``first`` on to a basis that has those before."""
    inverse = lp.inverse[depth]
    for i in range(first, n):
        for r in range(n):
            inverse[i, r] = 0.0
            inverse[r, i] = 0.0
        inverse[i, i] = 1.0
        lp.basis[depth, i] = -1 - i
        lp.plain[depth, i] = lp.gains[i]
        lp.level[depth, i] = lp.gains[i] * (1.0 + raised(seed, i))
        lp.prices[depth, i] = 0.0


@apart
def hand_down(lp, depth, n):
    """Copy the basis of the level above, of n coordinates, and what of its rows is nearly tight."""
    for i in range(n):
        for r in range(n):
            lp.inverse[depth, i, r] = lp.inverse[depth - 1, i, r]
        lp.basis[depth, i] = lp.basis[depth - 1, i]
        lp.plain[depth, i] = lp.plain[depth - 1, i]
        lp.level[depth, i] = lp.level[depth - 1, i]
        lp.prices[depth, i] = lp.prices[depth - 1, i]
    lp.determinant[depth] = lp.determinant[depth - 1]
    lp.listed[depth] = lp.listed[depth - 1]
    for k in range(lp.listed[depth]):
        lp.hot[depth, k] = lp.hot[depth - 1, k]


@inner
def along(lp, row, prices):
    """Return α·v."""
    total = 0.0
    for k in range(lp.size[row]):
        total += lp.often[row, k] * prices[lp.place[row, k]]
    return total


@apart
def pivot(lp, depth, n, entering, gain, first):
    """Let a column enter; return whether it could. What it gains is for the first aim, Σ y, or for the second."""
    inverse, change, step = lp.inverse[depth], lp.change, lp.step
    for r in range(n):
        change[r] = inverse[-1 - entering, r] if entering < 0 else 0.0
    if entering >= 0:
        for k in range(lp.size[entering]):
            a = float(lp.often[entering, k])
            of = inverse[lp.place[entering, k]]
            for r in range(n):
                change[r] += a * of[r]
    leaving, least = -1, np.inf
    for r in range(n):
        if change[r] > SMALL:
            ratio = lp.level[depth, r] / change[r]
            if ratio < least or (ratio == least and change[r] > change[leaving]):
                leaving, least = r, ratio
    if leaving < 0:
        return False
    by = change[leaving]
    lp.determinant[depth] *= by
    plain = lp.plain[depth, leaving] / by
    for r in range(n):
        lp.level[depth, r] -= change[r] * least
        lp.plain[depth, r] -= change[r] * plain
    lp.level[depth, leaving], lp.plain[depth, leaving] = least, plain
    lp.basis[depth, leaving] = entering
    change[leaving] = by - 1.0  # so that the row of the pivot becomes itself divided by it
    for i in range(n):
        step[i] = inverse[i, leaving] / by
    for i in range(n):
        a = step[i]
        if a != 0.0:
            of = inverse[i]
            for r in range(n):
                of[r] -= change[r] * a
            if first:
                lp.prices[depth, i] += gain * a
            else:
                lp.second[i] += gain * a
    return True


@apart
def entering_column(lp, depth, n):
    """Return the column that gains most at the prices of a level, and how much; nothing gains: 0.0."""
    best, gain = 0, SMALL
    for k in range(lp.listed[depth]):
        row = lp.hot[depth, k]
        found = 1.0 - along(lp, row, lp.prices[depth])
        if found > gain:
            best, gain = row, found
    for i in range(n):
        if -lp.prices[depth, i] > gain:
            best, gain = -1 - i, -lp.prices[depth, i]
    return best, (gain if gain > SMALL else 0.0)


@apart
def total_of(lp, depth, n):
    """Return Σ y."""
    total = 0.0
    for r in range(n):
        if lp.basis[depth, r] >= 0:
            total += lp.plain[depth, r]
    return total


@apart
def weigh(lp, depth, n, scale):
    """Fill ``weights``, shape (n,), with y · ``scale`` as integers and ``load`` with Σ α y · ``scale``.

    Return the sum of the weights; −1 unless they are whole numbers from 0 and Σ α y ≤ γ in every coordinate.
    """
    total = 0
    for i in range(n):
        lp.load[i] = 0
    for r in range(n):
        lp.weights[r] = 0
        row = lp.basis[depth, r]
        if row < 0:
            continue
        exact = lp.plain[depth, r] * scale
        weight = int(np.rint(exact))
        if abs(exact - weight) > ROUNDING or weight < 0:
            return -1
        lp.weights[r] = weight
        total += weight
        for k in range(lp.size[row]):
            lp.load[lp.place[row, k]] += weight * lp.often[row, k]
    for i in range(n):
        if lp.load[i] > lp.gains[i] * scale:
            return -1
    return total


@apart
def invert_again(lp, depth, n, seed):
    """Form the inverse of a basis anew, by elimination; return whether it has one."""
    left, inverse = lp.square, lp.inverse[depth]
    for r in range(n):
        for i in range(n):
            left[r, i] = 0.0
            inverse[r, i] = 1.0 if i == r else 0.0
    for r in range(n):  # column r of the basis is row r of its transpose, which is what is kept
        column = lp.basis[depth, r]
        if column >= 0:
            for k in range(lp.size[column]):
                left[r, lp.place[column, k]] = lp.often[column, k]
        else:
            left[r, -1 - column] = 1.0
    determinant = 1.0
    for c in range(n):
        best = c
        for r in range(c + 1, n):
            if abs(left[r, c]) > abs(left[best, c]):
                best = r
        if abs(left[best, c]) < SMALL:
            return False
        by = left[best, c]
        determinant *= by
        for i in range(n):
            left[best, i], left[c, i] = left[c, i], left[best, i] / by
            inverse[best, i], inverse[c, i] = inverse[c, i], inverse[best, i] / by
        for r in range(n):
            a = left[r, c]
            if r != c and a != 0.0:
                for i in range(n):
                    left[r, i] -= a * left[c, i]
                    inverse[r, i] -= a * inverse[c, i]
    lp.determinant[depth] = abs(determinant)
    for r in range(n):
        plain, level = 0.0, 0.0
        for i in range(n):
            plain += inverse[i, r] * lp.gains[i]
            level += inverse[i, r] * lp.gains[i] * (1.0 + raised(seed, i))
        lp.plain[depth, r], lp.level[depth, r] = plain, level
    for i in range(n):
        price = 0.0
        for r in range(n):
            if lp.basis[depth, r] >= 0:
                price += inverse[i, r]
        lp.prices[depth, i] = price
    return True


@apart
def proved(lp, depth, n, seed):
    """Fill ``weights``, ``load`` and ``scale`` for a basis; return Σ of the weights, or −1 if they cannot be had."""
    for again in range(2):
        scale = np.rint(abs(lp.determinant[depth]))
        if 0.5 < scale < MOST_SCALE:
            lp.scale[0] = np.int64(scale)
            total = weigh(lp, depth, n, lp.scale[0])
            if total >= 0:
                return total
        if again == 1 or not invert_again(lp, depth, n, seed):
            break
    return -1


@apart
def rounded_down(lp, depth, n):
    """Do as `proved` with weights made a little smaller, in parts of one scale: where determinants are too large."""
    total = 0
    lp.scale[0] = MOST_SCALE >> 2
    for i in range(n):
        lp.load[i] = 0
    for r in range(n):
        row = lp.basis[depth, r]
        lp.weights[r] = 0
        if row < 0 or not lp.plain[depth, r] > 0.0:
            continue
        if lp.plain[depth, r] > lp.gains[lp.place[row, 0]] + 1:
            return -1
        weight = int(np.floor(lp.plain[depth, r] * (1.0 - SHRINK) * lp.scale[0]))
        lp.weights[r] = weight
        total += weight
        for k in range(lp.size[row]):
            i = lp.place[row, k]
            lp.load[i] += weight * lp.often[row, k]
            if lp.load[i] > lp.gains[i] * lp.scale[0]:
                return -1
    return total


@inner
def remainder(x):
    """Return x ≥ 0 modulo the prime, which is 2^31 − 1."""
    x = (x & PRIME) + (x >> 31)
    x = (x & PRIME) + (x >> 31)
    return x - PRIME if x >= PRIME else x


@apart
def rank_of(lp, depth, n):
    """Return the rank, modulo a prime, of the rows marked as used on the columns marked as full."""
    m, width = 0, 0
    for i in range(n):
        if lp.full[i]:
            lp.columns[i] = width
            width += 1
    for k in range(lp.listed[depth]):
        row = lp.hot[depth, k]
        if lp.used[row] and m < lp.square_of.shape[0]:
            for i in range(width):
                lp.square_of[m, i] = 0
            for j in range(lp.size[row]):
                if lp.full[lp.place[row, j]]:
                    lp.square_of[m, lp.columns[lp.place[row, j]]] = lp.often[row, j]
            m += 1
    a, rank = lp.square_of, 0
    for c in range(width):
        best = -1
        for r in range(rank, m):
            if a[r, c] != 0:
                best = r
                break
        if best < 0:
            continue
        for i in range(c, width):
            a[best, i], a[rank, i] = a[rank, i], a[best, i]
        inverse = power(a[rank, c], PRIME - 2)
        for i in range(c, width):
            a[rank, i] = remainder(a[rank, i] * inverse)
        for r in range(rank + 1, m):
            by = a[r, c]
            if by != 0:
                for i in range(c, width):
                    if a[rank, i] != 0:
                        a[r, i] = remainder(a[r, i] + (PRIME - by) * a[rank, i])
        rank += 1
    return rank


@inner
def power(a, exponent):
    """Return a^exponent modulo the prime."""
    result, square = 1, remainder(a)
    while exponent > 0:
        if exponent & 1:
            result = remainder(result * square)
        square = remainder(square * square)
        exponent >>= 1
    return result


@apart
def note_dual(lp, depth, n, fresh):
    """Mark the rows that the weights in place use, and unmark coordinates that they do not load in full.

    ``fresh``: forget the duals before. Return whether anything changed.
    """
    changed = False
    if fresh:
        for row in range(lp.used.size):
            lp.used[row] = False
        for i in range(n):
            lp.full[i] = True
    for r in range(n):
        row = lp.basis[depth, r]
        if row >= 0 and lp.weights[r] > 0 and not lp.used[row]:
            lp.used[row] = True
            changed = True
    for i in range(n):
        if lp.full[i] and lp.load[i] < lp.gains[i] * lp.scale[0]:
            lp.full[i] = False
            changed = True
    return changed


@apart
def most_dimensions(lp, depth, n, enough):
    """Return a bound on m by the duals that were noted: 1 + full coordinates − rank of the used rows.

    It is the least if ``enough`` is negative; else the rank is not asked for if it cannot make it that, or need not.
    """
    full, used = 0, 0
    for i in range(n):
        if lp.full[i]:
            full += 1
    for k in range(lp.listed[depth]):
        if lp.used[lp.hot[depth, k]]:
            used += 1
    if enough >= 0 and (1 + full <= enough or 1 + full - used > enough):
        return 1 + full if 1 + full <= enough else 1 + full - used
    return 1 + full - rank_of(lp, depth, n)


@apart
def other_column(lp, depth, n):
    """Return the column of reduced cost 0 that gains most for the second aim, and how much; nothing: 0.0.

    The second aim is to give weight to rows that no noted dual uses, and slack to coordinates that all load in full.
    """
    best, gain = 0, SMALL
    for k in range(lp.listed[depth]):
        row = lp.hot[depth, k]
        if abs(1.0 - along(lp, row, lp.prices[depth])) < 1e-7:
            found = (0.0 if lp.used[row] else 1.0) - along(lp, row, lp.second)
            if found > gain:
                best, gain = row, found
    for i in range(n):
        if abs(lp.prices[depth, i]) < 1e-7:
            found = (1.0 if lp.full[i] else 0.0) - lp.second[i]
            if found > gain:
                best, gain = -1 - i, found
    return best, (gain if gain > SMALL else 0.0)


@apart
def put_second_prices(lp, depth, n):
    """Fill the prices of the second aim for a basis."""
    for i in range(n):
        lp.second[i] = 0.0
    for r in range(n):
        column = lp.basis[depth, r]
        aim = (not lp.used[column]) if column >= 0 else lp.full[-1 - column]
        if aim:
            for i in range(n):
                lp.second[i] += lp.inverse[depth, i, r]
