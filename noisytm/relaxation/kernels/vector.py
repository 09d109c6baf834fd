"""The algebra of probabilities with eight lanes to a value."""

from noisytm._compile import jit
from noisytm.relaxation.lanes import (
    at_most,
    both,
    but_not,
    choose,
    larger,
    load,
    multiply_add,
    same,
    splat,
    store,
)

ZERO = 0.0
ONE = 1.0
LANES = 8


@jit
def zero():
    return splat(0.0)


@jit
def one():
    return splat(1.0)


@jit
def nothing():
    return splat(0.0)


@jit
def get(r, i):
    return load(r, i)


@jit
def put(r, i, value):
    store(r, i, value)


@jit
def accumulate(total, a, b):
    return multiply_add(a, b, total)


@jit
def largest(r, at, n):
    best = load(r, at)
    for i in range(1, n):
        best = larger(best, load(r, at + i))
    return best


@jit
def normalise(r, at, n):
    """In every lane form the first largest of n entries as one minus the others."""
    best = largest(r, at, n)
    others = splat(0.0)
    open_ = same(best, best)
    for i in range(n):
        x = load(r, at + i)
        chosen = both(open_, same(x, best))
        open_ = but_not(open_, chosen)
        others = others + choose(chosen, splat(0.0), x)
    right = splat(1.0) - others
    open_ = same(best, best)
    for i in range(n):
        x = load(r, at + i)
        chosen = both(open_, same(x, best))
        open_ = but_not(open_, chosen)
        store(r, at + i, choose(chosen, right, x))


@jit
def normalise_adjoint(r, at, n, bar, bar_at):
    best = largest(r, at, n)
    g = splat(0.0)
    open_ = same(best, best)
    for i in range(n):
        chosen = both(open_, same(load(r, at + i), best))
        open_ = but_not(open_, chosen)
        g = choose(chosen, load(bar, bar_at + i), g)
    for i in range(n):
        store(bar, bar_at + i, load(bar, bar_at + i) - g)


@jit
def rest(r, at, out, n):
    for i in range(n):
        others = splat(0.0)
        for j in range(n):
            if j != i:
                others = others + load(r, at + j)
        x = load(r, at + i)
        store(r, out + i, choose(at_most(x, splat(0.5)), splat(1.0) - x, others))


@jit
def rest_adjoint(r, bar, at, out, n):
    for i in range(n):
        g = load(bar, out + i)
        direct = at_most(load(r, at + i), splat(0.5))
        store(bar, at + i, load(bar, at + i) - choose(direct, g, splat(0.0)))
        spread = choose(direct, splat(0.0), g)
        for j in range(n):
            if j != i:
                store(bar, at + j, load(bar, at + j) + spread)
