"""The algebra of probabilities with eight lanes to a value."""

from noisytm.relaxation.marginal.lanes import (
    both,
    but_not,
    choose,
    larger,
    load,
    multiply_add,
    same,
    smaller,
    splat,
    store,
)

ZERO = 0.0
ONE = 1.0
LANES = 8


def pick(values, slot, a, b):
    """Return, lane by lane, a where the value in ``slot`` is 1, else b."""
    return choose(same(load(values, slot), splat(ONE)), a, b)


def accumulate(total, a, b):
    """Return total + a·b."""
    return multiply_add(a, b, total)


def without_largest(r, at, n):
    """Return, in every lane, the largest of n entries and the sum of the others."""
    best, others = load(r, at), splat(0.0)
    for i in range(1, n):
        x = load(r, at + i)
        others = others + smaller(best, x)
        best = larger(best, x)
    return best, others


def normalise(r, at, n):
    """In every lane form the first largest of n entries as one minus the others."""
    best, others = without_largest(r, at, n)
    right, open_ = splat(1.0) - others, same(best, best)
    for i in range(n):
        x = load(r, at + i)
        chosen = both(open_, same(x, best))
        open_ = but_not(open_, chosen)
        store(r, at + i, choose(chosen, right, x))


def normalise_with_rest(r, at, out, n):
    """Normalise n entries, and put 1 − r_i of each at ``out``: for the largest the sum of the others."""
    best, others = without_largest(r, at, n)
    right, open_ = splat(1.0) - others, same(best, best)
    for i in range(n):
        x = load(r, at + i)
        chosen = both(open_, same(x, best))
        open_ = but_not(open_, chosen)
        store(r, at + i, choose(chosen, right, x))
        store(r, out + i, choose(chosen, others, splat(1.0) - x))


def normalise_adjoint(r, at, n, bar, bar_at):
    """Subtract the cotangent of the largest entry, in every lane, from those of all: it is one minus the others."""
    best, _ = without_largest(r, at, n)
    g = load(bar, bar_at)
    for i in range(1, n):
        g = choose(same(load(r, at + i), best), load(bar, bar_at + i), g)
    for i in range(n):
        store(bar, bar_at + i, load(bar, bar_at + i) - g)


def rest_adjoint(r, bar, at, out, n):
    """Nothing: over probabilities the rest of a pair passes its cotangent to the pair's mass instead."""
