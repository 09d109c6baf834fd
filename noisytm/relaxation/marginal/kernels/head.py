"""The head with the shape as data: an interpreter of the trace, forwards and backwards.

For one shape the assembler writes these three functions out without loops; see `noisytm.relaxation.marginal.heads`.
"""

from __future__ import annotations

from noisytm.relaxation.marginal.kernels.places import layout
from noisytm.relaxation.marginal.kernels.program import (
    FIRST,
    KEYS,
    OP,
    REGISTERS,
    SECOND,
    TARGET,
    Op,
    pair,
    rest_of_pair,
    rests_from,
    shares_of_sum,
    span,
)
from noisytm.relaxation.marginal.kernels.real import accumulate, nothing
from noisytm.relaxation.marginal.kernels.scalars import code_entry, get, one, put, zero
from noisytm.relaxation.marginal.kernels.sums import (
    claim,
    keep,
    pass_on,
    plus,
    rest_of_pair_adjoint,
    rest_term_adjoint,
    times,
)


def layout_of(program):
    """Return where things stand in the registers."""
    numbers = program.shape
    return layout(numbers[0], numbers[1], numbers[2], numbers[KEYS] if numbers.size > KEYS else 0)


def head(program, code, r):
    """Fill the outputs and the temporaries."""
    at, listed = layout_of(program), program.instructions
    for k in range(listed.shape[0]):
        op, target, a, b = listed[k, OP], listed[k, TARGET], listed[k, FIRST], listed[k, SECOND]
        if op == Op.PLUS:
            put(r, target, plus(get(r, a), get(r, b)))
        elif op == Op.TIMES:
            put(r, target, times(get(r, a), get(r, b)))
        elif op == Op.COPY:
            put(r, target, get(r, a))
        elif op == Op.REST:
            of = pair(b, at)
            put(r, target, rest_of_pair(get(r, of.rest_y), get(r, of.y), get(r, of.rest_z)))
        elif op == Op.DOT:
            dots(code, r, target, listed[k + 1, TARGET], a, rests_from(a, at), span(b))
        elif op == Op.DOT_REST:
            continue
        elif op == Op.ENTRY:
            put(r, target, code_entry(code, b))
        elif op == Op.ZERO:
            put(r, target, zero())
        else:
            put(r, target, one())


def head_adjoint(program, code, r, bar, code_bar):
    """Pull the cotangents of the outputs back to y, z and their rests, and to keys that err."""
    at, listed = layout_of(program), program.instructions
    for k in range(at.match):
        put(bar, k, nothing())
    for k in range(at.temporaries, program.shape[REGISTERS]):
        put(bar, k, nothing())
    for k in range(listed.shape[0] - 1, -1, -1):
        op, target, a, b = listed[k, OP], listed[k, TARGET], listed[k, FIRST], listed[k, SECOND]
        g = get(bar, target)
        if op == Op.PLUS:
            first, second = shares_of_sum(g, get(r, target), get(r, a), get(r, b))
            put(bar, a, get(bar, a) + first)
            put(bar, b, get(bar, b) + second)
        elif op == Op.TIMES:
            put(bar, a, pass_on(get(bar, a), g, get(r, b)))
            put(bar, b, pass_on(get(bar, b), g, get(r, a)))
        elif op == Op.REST:
            rest_adjoint_in_place(r, bar, g, target, a, pair(b, at))
        elif op == Op.COPY:
            put(bar, a, get(bar, a) + g)
        elif op == Op.DOT:
            dots_adjoint(code, code_bar, r, bar, target, listed[k + 1, TARGET], a, rests_from(a, at), span(b))
        elif op == Op.ENTRY:
            put(code_bar, b, get(code_bar, b) + g)


def dots(code, r, target, other, a, rest, of):
    """Put the sum of some entries of the code, each times a register, at ``target``, that with rests at ``other``."""
    entry = code_entry(code, of.first)
    total, total_rest = times(entry, get(r, a)), times(entry, get(r, rest))
    for e in range(1, of.size):
        entry = code_entry(code, of.first + e)
        total, total_rest = accumulate(total, entry, get(r, a + e)), accumulate(total_rest, entry, get(r, rest + e))
    put(r, target, total)
    put(r, other, total_rest)


def dots_adjoint(code, code_bar, r, bar, target, other, a, rest, of):
    """Pass the cotangents of both sums on to entries and registers; of rests see `rest_term_adjoint`."""
    left, left_rest, total, total_rest = get(bar, target), get(bar, other), get(r, target), get(r, other)
    for e in range(of.size):
        entry, value, but_value = code_entry(code, of.first + e), get(r, a + e), get(r, rest + e)
        share, share_rest = (
            claim(left, total, times(entry, value)),
            claim(left_rest, total_rest, times(entry, but_value)),
        )
        left, left_rest = keep(left, share), keep(left_rest, share_rest)
        value_bar = pass_on(get(bar, a + e), share, entry)
        value_bar, rest_bar = rest_term_adjoint(share_rest, entry, value_bar, get(bar, rest + e))
        put(bar, rest + e, rest_bar)
        put(bar, a + e, value_bar)
        entry_bar = pass_on(get(code_bar, of.first + e), share, value)
        put(code_bar, of.first + e, pass_on(entry_bar, share_rest, but_value))


def rest_adjoint_in_place(r, bar, g, target, mass, of):
    """Pass the cotangent of the rest of a pair on to the pair's mass, or to what the rest is made from."""
    mass_bar, rest_y_bar, y_bar, rest_z_bar = rest_of_pair_adjoint(
        g, get(r, target), get(r, of.rest_y), get(r, of.y), get(r, of.rest_z),
        get(bar, mass), get(bar, of.rest_y), get(bar, of.y), get(bar, of.rest_z),
    )  # fmt: skip
    put(bar, of.rest_y, rest_y_bar)
    put(bar, of.y, y_bar)
    put(bar, of.rest_z, rest_z_bar)
    put(bar, mass, mass_bar)
