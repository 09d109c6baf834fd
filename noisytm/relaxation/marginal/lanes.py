"""A numba type for a value in each of eight lanes, kept in one vector register.

LLVM vectorises the batched step unreliably by itself; values of this type are vectors by construction. ``+``, ``-``
and ``*`` work on them; the functions below load, store, compare and choose. Arrays are plain float64 with the lanes
innermost: value i stands at 8·i … 8·i + 7.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic, models, overload, register_model

LANES = 8
_VECTOR = ir.VectorType(ir.DoubleType(), LANES)
_FLAGS = ir.VectorType(ir.IntType(1), LANES)


class LanesType(types.Type):
    """Eight float64 values."""

    def __init__(self) -> None:
        super().__init__(name="Lanes")


class FlagsType(types.Type):
    """Eight truth values."""

    def __init__(self) -> None:
        super().__init__(name="LaneFlags")


lanes = LanesType()
flags = FlagsType()


@register_model(LanesType)
class _LanesModel(models.PrimitiveModel):
    def __init__(self, manager: Any, kind: Any) -> None:
        super().__init__(manager, kind, _VECTOR)  # type: ignore[no-untyped-call]


@register_model(FlagsType)
class _FlagsModel(models.PrimitiveModel):
    def __init__(self, manager: Any, kind: Any) -> None:
        super().__init__(manager, kind, _FLAGS)  # type: ignore[no-untyped-call]


def _operation(result: Any, *arguments: Any) -> Callable[[Callable[..., Any]], Any]:
    """Turn ``emit(builder, *values)`` into an intrinsic of a fixed signature."""

    def wrap(emit: Callable[..., Any]) -> Any:
        def typed(context: Any, *given: Any) -> Any:
            def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
                return emit(builder, *values)

            return result(*arguments), generate

        names = [f"a{i}" for i in range(len(arguments))]
        scope: dict[str, Any] = {"typed": typed}
        exec(f"def {emit.__name__}(context, {', '.join(names)}): return typed(context, {', '.join(names)})", scope)
        return intrinsic(scope[emit.__name__])

    return wrap


@_operation(lanes, lanes, lanes)
def add(builder: Any, a: Any, b: Any) -> Any:
    """A + b."""
    return builder.fadd(a, b)


@_operation(lanes, lanes, lanes)
def subtract(builder: Any, a: Any, b: Any) -> Any:
    """A − b."""
    return builder.fsub(a, b)


@_operation(lanes, lanes, lanes)
def multiply(builder: Any, a: Any, b: Any) -> Any:
    """A · b."""
    return builder.fmul(a, b)


@_operation(lanes, lanes, lanes, lanes)
def multiply_add(builder: Any, a: Any, b: Any, c: Any) -> Any:
    """A · b + c, fused where the machine has it."""
    kind = ir.FunctionType(_VECTOR, [_VECTOR] * 3)
    function = cgutils.get_or_insert_function(builder.module, kind, f"llvm.fmuladd.v{LANES}f64")
    return builder.call(function, [a, b, c])


@_operation(lanes, types.float64)
def splat(builder: Any, x: Any) -> Any:
    """X in every lane."""
    one = builder.insert_element(ir.Constant(_VECTOR, ir.Undefined), x, ir.Constant(ir.IntType(32), 0))
    mask = ir.Constant(ir.VectorType(ir.IntType(32), LANES), [0] * LANES)
    return builder.shuffle_vector(one, ir.Constant(_VECTOR, ir.Undefined), mask)


@_operation(lanes, lanes, lanes)
def larger(builder: Any, a: Any, b: Any) -> Any:
    """The larger of a and b."""
    return builder.select(builder.fcmp_ordered(">", a, b), a, b)


@_operation(lanes, lanes, lanes)
def smaller(builder: Any, a: Any, b: Any) -> Any:
    """The smaller of a and b."""
    return builder.select(builder.fcmp_ordered("<", a, b), a, b)


@_operation(types.boolean, lanes)
def some_lane(builder: Any, a: Any) -> Any:
    """Whether any lane is not 0."""
    unequal = builder.fcmp_unordered("!=", a, ir.Constant(_VECTOR, [0.0] * LANES))
    bits = ir.IntType(LANES)
    return builder.icmp_unsigned("!=", builder.bitcast(unequal, bits), ir.Constant(bits, 0))


@_operation(flags, lanes, lanes)
def same(builder: Any, a: Any, b: Any) -> Any:
    """A = b."""
    return builder.fcmp_ordered("==", a, b)


@_operation(flags, lanes, lanes)
def at_most(builder: Any, a: Any, b: Any) -> Any:
    """A ≤ b."""
    return builder.fcmp_ordered("<=", a, b)


@_operation(flags, flags, flags)
def both(builder: Any, a: Any, b: Any) -> Any:
    """A and b."""
    return builder.and_(a, b)


@_operation(flags, flags, flags)
def but_not(builder: Any, a: Any, b: Any) -> Any:
    """A and not b."""
    return builder.and_(a, builder.not_(b))


@_operation(lanes, flags, lanes, lanes)
def choose(builder: Any, flag: Any, a: Any, b: Any) -> Any:
    """A where the flag is set, else b."""
    return builder.select(flag, a, b)


def _address(context: Any, builder: Any, kind: Any, array: Any, index: Any) -> Any:
    data = context.make_array(kind)(context, builder, array).data
    offset = builder.mul(index, ir.Constant(index.type, LANES))
    return builder.bitcast(builder.gep(data, [offset]), _VECTOR.as_pointer())


def _load(context: Any, array: Any, index: Any) -> Any:
    """Value ``index`` of a contiguous float64 array with the lanes innermost."""

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        loaded = builder.load(_address(context, builder, signature.args[0], *values))
        loaded.align = 8
        return loaded

    return lanes(array, types.intp), generate


def _store(context: Any, array: Any, index: Any, value: Any) -> Any:
    """Put ``value`` where `load` finds it."""

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        stored = builder.store(values[2], _address(context, builder, signature.args[0], *values[:2]))
        stored.align = 8
        return context.get_dummy_value()

    return types.void(array, types.intp, lanes), generate


load: Any = intrinsic(_load)
store: Any = intrinsic(_store)


def _overload(symbol: Any, function: Any) -> None:
    @overload(symbol)
    def operation(a, b):  # type: ignore[no-untyped-def]  # numba wants the same signature as of what is returned
        if a is lanes and b is lanes:
            return lambda a, b: function(a, b)  # noqa: PLW0108 - an intrinsic itself has no Python signature
        return None


def lesser(a: Any, b: Any) -> Any:
    """Return the lesser of two numbers; in compiled code also of two vectors, lane by lane."""
    return b if b < a else a


def where_same(a: Any, b: Any, x: Any) -> Any:
    """Return x if a = b, else 0; in compiled code also for vectors, lane by lane."""
    return x if a == b else 0.0


@overload(lesser)
def _lesser(a, b):  # type: ignore[no-untyped-def]
    if a is lanes:
        return lambda a, b: smaller(a, b)  # noqa: PLW0108
    return lambda a, b: b if b < a else a


@overload(where_same)
def _where_same(a, b, x):  # type: ignore[no-untyped-def]
    if a is lanes:
        return lambda a, b, x: choose(same(a, b), x, splat(0.0))
    return lambda a, b, x: x if a == b else 0.0


for _symbol, _function in ((operator.add, add), (operator.sub, subtract), (operator.mul, multiply)):
    _overload(_symbol, _function)
