"""Put kernels together: an algebra, a head, the step, and a driver, as one compiled module.

The parts stand in `noisytm/relaxation/kernels`. Their imports among each other are dropped, and they are laid
one after the other, so that numba's cache sees one file that holds everything it compiled.
"""

from __future__ import annotations

import functools
import re
from importlib import resources
from types import ModuleType

from noisytm._compile import generated_module
from noisytm.relaxation.tracer import Op, Trace

DRIVERS = {"real": "evaluate", "min_plus": "oracle"}
_OWN_IMPORT = re.compile(r"^from noisytm\.relaxation\.kernels\.\w+ import (?:\([^)]*\)|[^\n]*)\n", re.MULTILINE)
_EXPRESSIONS = {
    Op.PLUS: "plus(r[{a}], r[{b}])",
    Op.TIMES: "times(r[{a}], r[{b}])",
    Op.COPY: "r[{a}]",
    Op.ZERO: "ZERO",
    Op.ONE: "ONE",
}


def kernels(algebra: str, trace: Trace | None = None) -> ModuleType:
    """Return the compiled kernels of an algebra.

    Parameters
    ----------
    algebra : {"real", "min_plus"}
        ``real`` has ``evaluate`` and ``record``, ``min_plus`` has ``cheapest``.
    trace : Trace, optional
        The head to write out as straight-line code for one shape. Without it the head is interpreted, and one
        module serves every shape and semantics.
    """
    head = None if trace is None else straight_line_head(trace)
    label = algebra if trace is None else f"{algebra}_{trace.semantics.replace('-', '_')}"
    return generated_module(label, _assembled(algebra, head))


@functools.lru_cache(maxsize=64)
def _assembled(algebra: str, head: str | None) -> str:
    parts = [_part(algebra), _part("head") if head is None else head, _part("step"), _part("readout")]
    parts.append(_part(DRIVERS[algebra]))
    return "\n\n".join(_OWN_IMPORT.sub("", part) for part in parts)


def _part(name: str) -> str:
    folder = resources.files("noisytm.relaxation") / "kernels"
    return (folder / f"{name}.py").read_text(encoding="utf-8")


def straight_line_head(trace: Trace) -> str:
    """Write the head of a trace, and its adjoint, as Python without loops.

    Examples
    --------
    >>> from noisytm.relaxation.tracer import trace
    >>> print(straight_line_head(trace("mean-field", 1, 1, ((0, 0),))).split("@jit")[2].strip())
    def head(program, r):
        r[4] = times(r[0], r[2])
        r[5] = ZERO
        r[6] = ZERO
        r[7] = ZERO
    """
    layout = trace.layout
    shape = f"return {layout.symbols}, {layout.states}, {layout.tuples}, {trace.registers}"
    forwards = [f"r[{t}] = {_EXPRESSIONS[Op(op)].format(a=a, b=b)}" for op, t, a, b in trace.instructions]
    backwards = [line for op, t, a, b in reversed(trace.instructions) for line in _adjoint_lines(Op(op), t, a, b)]
    functions = [
        ("shape(program)", [shape]),
        ("head(program, r)", forwards or ["pass"]),
        ("head_adjoint(program, r, bar)", backwards or ["pass"]),
    ]
    return "\n\n\n".join(f"@jit\ndef {name}:\n    " + "\n    ".join(body) for name, body in functions) + "\n"


def _adjoint_lines(op: Op, target: int, a: int, b: int) -> list[str]:
    if op is Op.PLUS:
        return [
            f"first = claim(bar[{target}], r[{target}], r[{a}])",
            f"bar[{a}] += first",
            f"bar[{b}] += claim(keep(bar[{target}], first), r[{target}], r[{b}])",
        ]
    if op is Op.TIMES:
        return [
            f"bar[{a}] += through(bar[{target}], r[{b}])",
            f"bar[{b}] += through(bar[{target}], r[{a}])",
        ]
    return [f"bar[{a}] += bar[{target}]"] if op is Op.COPY else []
