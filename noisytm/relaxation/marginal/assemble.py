"""Put kernels together: an algebra, a head, the step, and a driver, as one compiled module.

The parts stand in `noisytm/relaxation/marginal/kernels`. Their imports among each other are dropped, and they are laid
one after the other, so that numba's cache sees one file that holds everything it compiled.
"""

from __future__ import annotations

import functools
import hashlib
import re
from importlib import resources
from types import ModuleType

from noisytm._compile import generated_module
from noisytm.relaxation.marginal.tracer import Layout, Op, Trace

_OVER_PROBABILITIES = (
    "sums", "places", "head", "adjoint_sum", "step", "readout", "losses", "state_readout", "segments", "evaluate",
)  # fmt: skip
_OVER_COSTS = ("places", "rest_min", "head", "adjoint_min", "step", "readout", "segments", "oracle")
PARTS = {
    "real": ("real", "scalars", *_OVER_PROBABILITIES),
    "vector": ("vector", "lane_values", "lanes_of_inputs", *_OVER_PROBABILITIES),
    "vector_codes": ("vector", "lane_values", "lanes_of_codes", *_OVER_PROBABILITIES),
    "min_plus": ("min_plus", "scalars", *_OVER_COSTS),
    "min_plus_lanes": ("min_plus_lanes", "lane_values", "lanes_of_codes", *_OVER_COSTS),
}
LANED = ("vector", "vector_codes", "min_plus_lanes")
_OWN_IMPORT = re.compile(
    r"^from noisytm\.relaxation\.marginal\.kernels\.\w+ import (?:\([^)]*\)|[^\n]*)\n", re.MULTILINE
)
_EXPRESSIONS = {
    Op.PLUS: "plus({a}, {b})",
    Op.TIMES: "times({a}, {b})",
    Op.REST: "accumulate({rest_y}, {y}, {rest_z})",
    Op.COPY: "{a}",
    Op.ZERO: "zero()",
    Op.ONE: "one()",
}


@functools.lru_cache(maxsize=256)
def compiled_kernels(algebra: str, trace: Trace | None = None) -> ModuleType:
    """Return the compiled kernels of an algebra.

    Parameters
    ----------
    algebra : {"real", "vector", "min_plus", "min_plus_lanes"}
        The first two have ``evaluate`` and ``record``, the others ``cheapest``.
    trace : Trace, optional
        The head to write out as straight-line code for one shape. Without it the head is interpreted, and one
        module serves every shape and semantics.
    """
    head = None if trace is None else straight_line_head(trace, algebra)
    label = algebra if trace is None else f"{algebra}_{trace.semantics.replace('-', '_')}"
    return generated_module(label, _assembled(algebra, head))


def _assembled(algebra: str, head: str | None) -> str:
    parts = [head if name == "head" and head is not None else _part(name) for name in PARTS[algebra]]
    if algebra in LANED:  # the one module outside that compiled code depends on: an edit of it must count
        text = (resources.files("noisytm.relaxation.marginal") / "lanes.py").read_bytes()
        parts.insert(0, f"# lanes {hashlib.sha256(text).hexdigest()}\n")
    return "\n\n".join(_OWN_IMPORT.sub("", part) for part in parts)


def _part(name: str) -> str:
    folder = resources.files("noisytm.relaxation.marginal") / "kernels"
    return (folder / f"{name}.py").read_text(encoding="utf-8")


def straight_line_head(trace: Trace, algebra: str = "real") -> str:
    """Write the head of a trace, and its adjoint, as Python without loops.

    Every instruction names a local, so that the compiler may keep values where it likes. Only outputs are stored: for
    the adjoint it is quicker to compute the temporaries again.

    Examples
    --------
    >>> from noisytm.relaxation.marginal.tracer import trace
    >>> print(straight_line_head(trace("mean-field", 1, 1, ((0, 0),))).split("@inner")[2].strip())
    def head(program, r):
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
    layout = trace.layout
    shape = f"return {layout.symbols}, {layout.states}, {layout.tuples}, {layout.temporaries}"
    functions = [
        ("shape(program)", [shape]),
        ("head(program, r)", _forward_lines(trace)),
        ("head_adjoint(program, r, bar)", _adjoint_lines(trace, algebra)),
    ]
    return "\n\n\n".join(f"@inner\ndef {name}:\n    " + "\n    ".join(body) for name, body in functions) + "\n"


def _pair(layout: Layout, b: int) -> dict[str, int]:
    """Return the registers that the rest of pair ``b`` is made from."""
    symbol, state = divmod(b, layout.states)
    rest_z = 2 * layout.symbols + layout.states + state
    return {"rest_y": layout.symbols + symbol, "y": symbol, "rest_z": rest_z}


def _operands(layout: Layout, op: Op, a: int, b: int) -> dict[str, int]:
    if op == Op.REST:
        return _pair(layout, b)
    return {Op.PLUS: {"a": a, "b": b}, Op.TIMES: {"a": a, "b": b}, Op.COPY: {"a": a}}.get(op, {})


def _leaves(trace: Trace) -> list[int]:
    read = {k for op, _, a, b in trace.instructions for k in _operands(trace.layout, Op(op), a, b).values()}
    return sorted(read - {t for _, t, _, _ in trace.instructions})


def _value_lines(trace: Trace) -> list[str]:
    """Assign every local, in order: leaves are loaded, the others computed."""
    lines = [f"t{k} = get(r, {k})" for k in _leaves(trace)]
    for op, target, a, b in trace.instructions:
        operands = {name: f"t{k}" for name, k in _operands(trace.layout, Op(op), a, b).items()}
        lines.append(f"t{target} = " + _EXPRESSIONS[Op(op)].format(**operands))
    return lines


def _forward_lines(trace: Trace) -> list[str]:
    return _value_lines(trace) + [
        f"put(r, {t}, t{t})" for _, t, _, _ in trace.instructions if t < trace.layout.temporaries
    ]


def _adjoint_lines(trace: Trace, algebra: str) -> list[str]:
    """Name a local for every register's cotangent: outputs begin with theirs, the rest with nothing."""
    outputs = range(trace.layout.outputs, trace.layout.temporaries)
    leaves = _leaves(trace)
    lines = _value_lines(trace)
    lines += [f"b{k} = nothing()" for k in leaves]
    lines += [f"b{t} = get(bar, {t})" if t in outputs else f"b{t} = nothing()" for _, t, _, _ in trace.instructions]
    for op, target, a, b in reversed(trace.instructions):
        if op == Op.PLUS:
            lines += [
                f"first = claim(b{target}, t{target}, t{a})",
                f"b{a} = b{a} + first",
                f"b{b} = b{b} + claim(keep(b{target}, first), t{target}, t{b})",
            ]
        elif op == Op.TIMES:
            lines += [
                f"b{a} = pass_on(b{a}, b{target}, t{b})",
                f"b{b} = pass_on(b{b}, b{target}, t{a})",
            ]
        elif op == Op.REST and algebra == "min_plus":
            rest_y, y, rest_z = _pair(trace.layout, b).values()
            lines += [
                f"first = claim(b{target}, t{target}, t{rest_y})",
                f"second = claim(keep(b{target}, first), t{target}, times(t{y}, t{rest_z}))",
                f"b{rest_y} = b{rest_y} + first",
                f"b{y} = b{y} + second",
                f"b{rest_z} = b{rest_z} + second",
            ]
        elif op == Op.REST:
            lines.append(f"b{a} = b{a} - b{target}")
        elif op == Op.COPY:
            lines.append(f"b{a} = b{a} + b{target}")
    return lines + [f"put(bar, {k}, {f'b{k}' if k in leaves else 'nothing()'})" for k in range(trace.layout.outputs)]
