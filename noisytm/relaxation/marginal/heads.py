"""The head of a trace for one shape, written out as Python without loops."""

from __future__ import annotations

from collections.abc import Iterator

from noisytm.relaxation.marginal.kernels import Layout, Op, pair, rests_from, span
from noisytm.relaxation.marginal.tracer import Instruction, Trace


def straight_line_head(trace: Trace, *, kept: bool = False) -> str:
    r"""Write the functions of `kernels/head.py` out for one trace.

    Every instruction names a local, so that the compiler may keep values where it likes. Only outputs are stored: for
    the adjoint it is quicker to compute the temporaries again, unless a value is an array: they are ``kept`` then. The
    formulas are those of `kernels/program.py`.

    Examples
    --------
    >>> from noisytm.relaxation.marginal.tracer import trace
    >>> print(straight_line_head(trace("mean-field", 1, 1, ((0, 0),))).split("\n\n")[1])
    def head(program, code, r):
        t0 = get(r, 0)
        t2 = get(r, 2)
        t4 = times(t0, t2)
        t5 = zero()
        t6 = zero()
        t7 = zero()
        put(r, 4, t4)
        put(r, 5, t5)
        put(r, 6, t6)
        put(r, 7, t7)
    """
    at = trace.layout
    shape = f"return layout({at.symbols}, {at.states}, {at.tuples}, {at.keys})"
    functions = {
        "layout_of(program)": [shape],
        "head(program, code, r)": list(_forward(trace, kept)),
        "head_adjoint(program, code, r, bar, code_bar)": list(_backward(trace, kept)),
    }
    return "\n\n".join(f"def {name}:\n    " + "\n    ".join(body) for name, body in functions.items()) + "\n"


def _operands(instruction: Instruction, at: Layout) -> tuple[int, ...]:
    """Return the registers that an instruction reads."""
    op, _, a, b = instruction
    if op == Op.REST:
        return tuple(pair(b, at))
    if op in (Op.DOT, Op.DOT_REST):
        first = a if op == Op.DOT else rests_from(a, at)
        return tuple(range(first, first + span(b).size))
    return {Op.PLUS: (a, b), Op.TIMES: (a, b), Op.COPY: (a,)}.get(instruction.op, ())


def _leaves(trace: Trace) -> list[int]:
    """Return the registers that are read but not computed."""
    read = {k for instruction in trace.instructions for k in _operands(instruction, trace.layout)}
    return sorted(read - {instruction.target for instruction in trace.instructions})


_FORMULAS = {
    Op.PLUS: "plus({})",
    Op.TIMES: "times({})",
    Op.REST: "rest_of_pair({})",
    Op.COPY: "{}",
    Op.ZERO: "zero()",
    Op.ONE: "one()",
}


def _values(trace: Trace) -> Iterator[str]:
    """Assign every local, in order: leaves are loaded, the others computed."""
    for k in _leaves(trace):
        yield f"t{k} = get(r, {k})"
    for instruction in trace.instructions:
        if instruction.op in _FORMULAS:
            operands = ", ".join(f"t{k}" for k in _operands(instruction, trace.layout))
            yield f"t{instruction.target} = {_FORMULAS[instruction.op].format(operands)}"
        elif instruction.op == Op.ENTRY:
            yield f"t{instruction.target} = code_entry(code, {instruction.b})"
        else:
            yield from _dot(instruction, trace.layout)


def _terms(instruction: Instruction, at: Layout) -> list[tuple[int, int]]:
    """Return the entries of a sum over a key, each with the register that it is multiplied with."""
    first = span(instruction.b).first
    return [(first + e, k) for e, k in enumerate(_operands(instruction, at))]


def _dot(instruction: Instruction, at: Layout) -> Iterator[str]:
    """Yield the sum of some entries of the code, each times a register."""
    t, ((entry, k), *others) = instruction.target, _terms(instruction, at)
    yield f"t{t} = times(code_entry(code, {entry}), t{k})"
    for entry, k in others:
        yield f"t{t} = accumulate(t{t}, code_entry(code, {entry}), t{k})"


def _forward(trace: Trace, kept: bool) -> Iterator[str]:
    yield from _values(trace)
    for instruction in trace.instructions:
        if kept or instruction.target < trace.layout.temporaries:
            yield f"put(r, {instruction.target}, t{instruction.target})"


def _backward(trace: Trace, kept: bool) -> Iterator[str]:
    """Name a local for every register's cotangent: outputs begin with theirs, the rest with nothing."""
    at, leaves = trace.layout, _leaves(trace)
    if kept:
        yield from (f"t{k} = get(r, {k})" for k in [*leaves, *(i.target for i in trace.instructions)])
    else:
        yield from _values(trace)
    for k in leaves:
        yield f"b{k} = nothing()"
    for instruction in trace.instructions:
        k = instruction.target
        yield f"b{k} = get(bar, {k})" if at.match <= k < at.temporaries else f"b{k} = nothing()"
    for number, instruction in reversed(list(enumerate(trace.instructions))):
        if instruction.op == Op.DOT:
            yield from _dots_pulled_back(instruction, trace.instructions[number + 1], at)
        else:
            yield from _pulled_back(instruction, at)
    for k in range(at.match):
        yield f"put(bar, {k}, {f'b{k}' if k in leaves else 'nothing()'})"


def _pulled_back(instruction: Instruction, at: Layout) -> Iterator[str]:
    op, t, a, b = instruction
    if op == Op.PLUS:
        yield f"first, second = shares_of_sum(b{t}, t{t}, t{a}, t{b})"
        yield f"b{a} = b{a} + first"
        yield f"b{b} = b{b} + second"
    elif op == Op.TIMES:
        yield f"b{a} = pass_on(b{a}, b{t}, t{b})"
        yield f"b{b} = pass_on(b{b}, b{t}, t{a})"
    elif op == Op.REST:
        operands = pair(b, at)
        bars = ", ".join(f"b{k}" for k in (a, *operands))
        values = ", ".join(f"t{k}" for k in (t, *operands))
        yield f"{bars} = rest_of_pair_adjoint(b{t}, {values}, {bars})"
    elif op == Op.COPY:
        yield f"b{a} = b{a} + b{t}"
    elif op == Op.ENTRY:
        yield f"put(code_bar, {b}, get(code_bar, {b}) + b{t})"


def _dots_pulled_back(instruction: Instruction, other: Instruction, at: Layout) -> Iterator[str]:
    """Yield what passes on the cotangents of a sum over a key and of that with rests, as `dots_adjoint` does."""
    t, o = instruction.target, other.target
    yield f"left, left_rest = b{t}, b{o}"
    for (j, k), (_, rest) in zip(_terms(instruction, at), _terms(other, at), strict=True):
        yield f"entry = code_entry(code, {j})"
        yield f"share = claim(left, t{t}, times(entry, t{k}))"
        yield f"share_rest = claim(left_rest, t{o}, times(entry, t{rest}))"
        yield "left, left_rest = keep(left, share), keep(left_rest, share_rest)"
        yield f"b{k} = pass_on(b{k}, share, entry)"
        yield f"b{k}, b{rest} = rest_term_adjoint(share_rest, entry, b{k}, b{rest})"
        yield f"put(code_bar, {j}, pass_on(pass_on(get(code_bar, {j}), share, t{k}), share_rest, t{rest}))"
