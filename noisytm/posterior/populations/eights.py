"""Eight particles in vectors: their random numbers, and how they change from rows to vectors and back, in registers.

What stands side by side is in arrays (groups, columns, 8): a vector for each column of each group of eight particles.
Codes and gradients are rows, one for each particle, and so are particles where they are kept.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from noisytm._compile import uncounted
from noisytm.posterior.populations.vectors import GOLDEN, Term, eight, eight_bits, hashed_of
from noisytm.relaxation.marginal import LANES

COMPILES = "moves of a population"

_NUMBERS, _BITS = (ir.VectorType(kind, LANES) for kind in (ir.DoubleType(), ir.IntType(64)))


def _instructions(form: Callable[..., Any]) -> Any:
    """Compile what writes instructions down; numba gives it its context, of which type checkers do not know."""
    return intrinsic(form)


def _place(context: Any, builder: Any, kind: Any, array: Any, offset: Any, vector: Any) -> Any:
    data = context.make_array(kind)(context, builder, array).data
    return builder.bitcast(builder.gep(data, [offset]), vector.as_pointer())


@_instructions
def with_lane(context: Any, vector: Any, i: Any, number: Any) -> Any:
    """Return eight numbers of which one is another."""

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        vector, i, number = values
        return builder.insert_element(vector, number, i)

    return eight(eight, types.intp, types.float64), generate


@_instructions
def lane(context: Any, vector: Any, i: Any) -> Any:
    """Return one of eight numbers."""

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        return builder.extract_element(*values)

    return types.float64(eight, types.intp), generate


@_instructions
def drawn(context: Any, streams: Any, group: Any) -> Any:
    """Return the next 64 random bits of each of the streams of a group, and go on in them."""

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        offset = builder.mul(values[1], ir.Constant(values[1].type, LANES))
        place = _place(context, builder, signature.args[0], values[0], offset, _BITS)
        before = builder.load(place)
        before.align = 8
        state = Term(builder, before) + GOLDEN
        builder.store(state.value, place).align = 8
        return hashed_of(state).value

    return eight_bits(streams, types.intp), generate


def _turned(builder: Any, vectors: list[Any]) -> list[Any]:
    """Return eight vectors of which the first has the first numbers of the given ones, and so on."""
    rows = list(vectors)
    for width in (1, 2, 4):  # blocks of so many numbers change places
        low = [k if not k & width else k - width + LANES for k in range(LANES)]
        high = [k + width if not k & width else k + LANES for k in range(LANES)]
        masks = [ir.Constant(ir.VectorType(ir.IntType(32), LANES), which) for which in (low, high)]
        for k in range(LANES):
            if not k & width:
                pair = rows[k], rows[k + width]
                rows[k], rows[k + width] = (builder.shuffle_vector(*pair, mask) for mask in masks)
    return rows


def _between(context: Any, builder: Any, kinds: Any, values: Any) -> tuple[list[Any], list[Any]]:
    """Return where eight pieces of rows stand, from an entry of the first on, and the vectors that they belong to."""
    rows, first, width, columns, column, vectors, begin = values
    pieces, places = [], []
    for k in range(LANES):
        step = ir.Constant(first.type, k)
        offset = builder.add(first, builder.mul(width, step))
        pieces.append(_place(context, builder, kinds[0], rows, offset, _NUMBERS))
        listed = context.make_array(kinds[3])(context, builder, columns).data
        which = builder.load(builder.gep(listed, [builder.add(column, step)]))
        offset = builder.mul(builder.add(begin, which), ir.Constant(first.type, LANES))
        places.append(_place(context, builder, kinds[5], vectors, offset, _NUMBERS))
    return pieces, places


@_instructions
def turn_in(
    context: Any, rows: Any, first: Any, width: Any, columns: Any, column: Any, vectors: Any, begin: Any
) -> Any:
    """Put eight numbers of each of eight rows, so wide, as vectors: those that ``columns`` says from a column on."""

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        pieces, places = _between(context, builder, signature.args, values)
        for value, place in zip(_turned(builder, _loaded(builder, pieces)), places, strict=True):
            builder.store(value, place).align = 8
        return context.get_dummy_value()

    return types.void(rows, types.intp, types.intp, columns, types.intp, vectors, types.intp), generate


@_instructions
def turn_out(
    context: Any, rows: Any, first: Any, width: Any, columns: Any, column: Any, vectors: Any, begin: Any
) -> Any:
    """Put vectors where `turn_in` takes them from."""

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        pieces, places = _between(context, builder, signature.args, values)
        for value, piece in zip(_turned(builder, _loaded(builder, places)), pieces, strict=True):
            builder.store(value, piece).align = 8
        return context.get_dummy_value()

    return types.void(rows, types.intp, types.intp, columns, types.intp, vectors, types.intp), generate


def _loaded(builder: Any, places: list[Any]) -> list[Any]:
    found = [builder.load(place) for place in places]
    for value in found:
        value.align = 8
    return found


@uncounted
def put_vectors(g, rows, first, columns, vectors):
    """Put eight rows, from one on, as vectors: column c as vector number ``columns[c]`` of a group."""
    width, begin = rows.shape[1], g * vectors.shape[1]
    for k in range(0, width if width >= LANES else 0, LANES):
        c = min(k, width - LANES)
        turn_in(rows, first * width + c, width, columns, c, vectors, begin)
    for c in range(width if width < LANES else 0):
        for i in range(LANES):
            vectors[g, columns[c], i] = rows[first + i, c]


@uncounted
def put_rows(g, vectors, columns, first, rows):
    """Put vectors of a group as eight rows, from one on: as column c vector number ``columns[c]``."""
    width, begin = rows.shape[1], g * vectors.shape[1]
    for k in range(0, width if width >= LANES else 0, LANES):
        c = min(k, width - LANES)
        turn_out(rows, first * width + c, width, columns, c, vectors, begin)
    for c in range(width if width < LANES else 0):
        for i in range(LANES):
            rows[first + i, c] = vectors[g, columns[c], i]
