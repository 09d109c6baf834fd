"""The algebra of probabilities: (+, ×), with its adjoint and the structural normalisation."""

from noisytm._compile import jit

ZERO = 0.0
ONE = 1.0
LANES = 1


@jit
def nothing():
    """The cotangent of what does not matter."""
    return 0.0


@jit
def accumulate(total, a, b):
    """Return total + a·b."""
    return total + a * b


@jit
def largest(r, at, n):
    best = at
    for i in range(at + 1, at + n):
        if r[i] > r[best]:
            best = i
    return best


@jit
def normalise(r, at, n):
    """Form the largest of n entries as one minus the others, so that mass errors cannot grow."""
    best = largest(r, at, n)
    others = 0.0
    for i in range(at, at + n):
        if i != best:
            others += r[i]
    r[best] = 1.0 - others


@jit
def normalise_adjoint(r, at, n, bar, bar_at):
    best = largest(r, at, n) - at
    g = bar[bar_at + best]
    for i in range(n):
        bar[bar_at + i] -= g


@jit
def rest(r, at, out, n):
    """Put 1 − r_i of each of n entries at ``out``: direct up to ½, beyond that as the sum of the others."""
    for i in range(n):
        if r[at + i] <= 0.5:
            r[out + i] = 1.0 - r[at + i]
        else:
            others = 0.0
            for j in range(n):
                if j != i:
                    others += r[at + j]
            r[out + i] = others


@jit
def rest_adjoint(r, bar, at, out, n):
    for i in range(n):
        g = bar[out + i]
        if r[at + i] <= 0.5:
            bar[at + i] -= g
        else:
            for j in range(n):
                if j != i:
                    bar[at + j] += g
