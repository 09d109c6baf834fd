"""The algebra of probabilities: (+, ×), with its adjoint and the structural normalisation."""

ZERO = 0.0
ONE = 1.0
LANES = 1


def nothing():
    """The cotangent of what does not matter."""
    return 0.0


def accumulate(total, a, b):
    """Return total + a·b."""
    return total + a * b


def without_largest(r, at, n):
    """Return the largest of n entries and the sum of the others."""
    best, others = r[at], 0.0
    for i in range(at + 1, at + n):
        others += min(best, r[i])
        best = max(best, r[i])
    return best, others


def normalise(r, at, n):
    """Form the first largest of n entries as one minus the others, so that mass errors cannot grow."""
    best, others = without_largest(r, at, n)
    for i in range(at, at + n):
        if r[i] == best:
            r[i] = 1.0 - others
            break


def normalise_with_rest(r, at, out, n):
    """Normalise n entries, and put 1 − r_i of each at ``out``: for the largest the sum of the others."""
    best, others = without_largest(r, at, n)
    largest = -1
    for i in range(n):
        if largest < 0 and r[at + i] == best:
            largest = i
            r[at + i] = 1.0 - others
            r[out + i] = others
        else:
            r[out + i] = 1.0 - r[at + i]


def normalise_adjoint(r, at, n, bar, bar_at):
    """Subtract the cotangent of the largest entry from those of all: it is one minus the others."""
    best = at
    for i in range(at + 1, at + n):
        if r[i] > r[best]:
            best = i
    g = bar[bar_at + best - at]
    for i in range(n):
        bar[bar_at + i] -= g


def rest_adjoint(r, bar, at, out, n):
    """Nothing: over probabilities the rest of a pair passes its cotangent to the pair's mass instead."""
