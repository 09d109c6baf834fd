"""Lists that are run as the tables that they are on average: in NumPy, or, where there are many, by compiled code."""

from __future__ import annotations

import functools
from types import ModuleType
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from noisytm import _clock, _memory
from noisytm.relaxation.marginal.arrays import ListShape, tabulated, untabulated
from noisytm.relaxation.marginal.kernels import Scanned
from noisytm.relaxation.marginal.workspace import aligned
from noisytm.relaxation.marginal.worth import LEDGER

Array = NDArray[np.float64]

LANES = 8

# Lists that are done at a time: their tables stay in the processor's cache until they have been run.
TOGETHER = 512

# CPU seconds in NumPy of a call, and for each entry of a table and tuple of a list, forwards and back.
CALL, FORWARDS, BACK = 1.2e-6, 3e-9, 9e-9


class Tabling(NamedTuple):
    """How lists are made into tables; either way every bit is the same.

    Attributes
    ----------
    shape : ListShape
        What the lists are.
    module : module, optional
        The compiled kernels; without them NumPy does it.
    """

    shape: ListShape
    module: ModuleType | None

    def tables(self, codes: Array) -> Array:
        """Return the tables, shape (n, rows · columns), of lists, shape (n, N · entries)."""
        tables = np.empty((len(codes), self.shape.rows * self.shape.columns))
        for begin in range(0, len(codes), TOGETHER):
            _clock.tick()
            part = slice(begin, begin + TOGETHER)
            if self.module is None:
                tables[part] = tabulated(self.shape, codes[part])
            else:
                self.module.tabulate(*numbers_of(self.shape), codes[part], scanned(self.shape), tables[part])
        return tables

    def pulled_back(self, codes: Array, tables_bar: Array) -> Array:
        """Return the cotangents of lists from those of their tables."""
        codes_bar = np.empty(codes.shape)
        for begin in range(0, len(codes), TOGETHER):
            _clock.tick()
            part = slice(begin, begin + TOGETHER)
            if self.module is None:
                codes_bar[part] = untabulated(self.shape, codes[part], tables_bar[part])
            else:
                bar, work = tables_bar[part], scanned(self.shape)
                self.module.untabulate(*numbers_of(self.shape), codes[part], bar, work, codes_bar[part])
        return codes_bar


def tabling(shape: ListShape, codes: int, *, backward: bool) -> Tabling:
    """Return how a number of lists are made into tables, which may compile what does it.

    Examples
    --------
    >>> from noisytm import CodeSpace, library
    >>> machine = library.machine("detectA")
    >>> list_, table = (CodeSpace.of(machine, keys=keys).embed(machine) for keys in ("noisy", "exact"))
    >>> found = tabling(ListShape(3, 2, 6, (0, 1)), 1, backward=False).tables(list_.reshape(1, -1))
    >>> bool((found == table.ravel()).all())
    True
    """
    values = shape.rows * shape.columns * (2 if backward else 1)
    _memory.require(8 * codes * values, f"tables of {codes} lists", "evaluate fewer codes at once")
    products = codes * shape.rows * shape.tuples * shape.columns
    calls, seconds = 10 * (shape.tuples + 1), FORWARDS * products
    if backward:
        calls += shape.tuples * (2 * shape.columns + 5 * shape.rows + 8)
        seconds += BACK * products
    if LEDGER.arrays_do("lists", seconds + CALL * calls * -(-codes // TOGETHER)):
        return Tabling(shape, None)
    from noisytm.relaxation.marginal.assemble import compiled_lists  # loads numba

    return Tabling(shape, compiled_lists())


@functools.lru_cache(maxsize=64)
def numbers_of(shape: ListShape) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return S, |Q|, N and the number of entries of a key, and what each row of a table is for.

    That is a symbol, a state, and its place among those that a key can name.
    """
    pairs = [(symbol, state, k) for symbol in range(shape.symbols) for k, state in enumerate(shape.named)]
    numbers = np.array([shape.symbols, shape.states, shape.tuples, shape.keys], dtype=np.int64)
    return numbers, np.array(pairs, dtype=np.int64).reshape(-1, 3)


def scanned(shape: ListShape) -> Scanned:
    """Return the buffers of the kernels, uninitialised."""
    sizes = [shape.tuples * shape.row] * 2 + [shape.tuples * shape.keys] + [shape.tuples] * 4
    return Scanned(*(aligned(LANES * size, np.float64) for size in [*sizes, shape.rows * shape.columns]))
