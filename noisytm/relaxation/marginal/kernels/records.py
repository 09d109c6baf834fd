"""What Python hands to the kernels, by name.

Compiled code, kept on disk, refers to these classes and to the order of their fields; the assembler therefore writes
both into the text whose hash is a module's name. The problem itself is `noisytm.problem.EncodedProblem`.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray


class Program(NamedTuple):
    """The head for the interpreter.

    Attributes
    ----------
    shape : ndarray of int64
        S, |Q|, N and the number of registers.
    instructions : ndarray of int32, shape (n, 4)
        Rows (op, target, a, b); see `kernels/program.py`.
    """

    shape: NDArray[np.int64]
    instructions: NDArray[np.int32]


class Buffers(NamedTuple):
    """What a run writes into; lanes innermost, entries of 8 bytes.

    Attributes
    ----------
    window : ndarray of int64, shape (steps + 1, 3)
        First and last live cell before each step, and where cell 0 stands; see `kernels/step.py`.
    tape : ndarray
        Tapes that are stored together.
    regs : ndarray, shape (segment + 1, registers · lanes)
        Registers of each step of a segment, and of the state after it.
    marginals, marginals_bar : ndarray, shape (cells, values)
        What is read at the end, and its cotangents.
    arriving, arriving_bar : ndarray, shape (nodes + 1,)
        The mass at each node of an automaton, and its cotangents.
    squares : ndarray, shape (nodes + 1,)
        Partial sums of squares over the cells.
    tape_bar, z_bar, bar : ndarray
        Cotangents of two tapes, of the state, and of a row of registers.
    out_bar : ndarray, shape (segment, (S + |Q| + 3) · lanes)
        Cotangents of what each step has mixed.
    code, code_bar : ndarray
        The code in all lanes, and its cotangents.
    control : ndarray of int64, shape (2,)
        Whether to end, and how many steps are done; see `noisytm._watched`.
    """

    window: NDArray[np.int64]
    tape: NDArray[Any]
    regs: NDArray[Any]
    marginals: NDArray[Any]
    marginals_bar: NDArray[Any]
    arriving: NDArray[Any]
    arriving_bar: NDArray[Any]
    squares: NDArray[Any]
    tape_bar: NDArray[Any]
    z_bar: NDArray[Any]
    bar: NDArray[Any]
    out_bar: NDArray[Any]
    code: NDArray[Any]
    code_bar: NDArray[Any]
    control: NDArray[np.int64]


class Workspace(NamedTuple):
    """The buffers of `evaluate`.

    Attributes
    ----------
    buffers : Buffers
    checkpoints : ndarray of float64, shape (segments, (2·|Q| + values of the widest tape) · lanes)
        The configuration before each segment.
    shares : ndarray of float64, shape (lanes,)
        What a block of inputs adds to the loss, in each lane.
    readings : ndarray of float64
        See `kernels/state_readout.py`.
    inputs, rows : ndarray of int64, shape (lanes,)
        Which input of which code each lane runs; see `kernels/turns.py`.
    turns, next_code : ndarray of int64, shape (lanes,) and (1,)
        How far the code of each seat is in the order of inputs, and which code is seated next.
    """

    buffers: Buffers
    checkpoints: NDArray[np.float64]
    shares: NDArray[np.float64]
    readings: NDArray[np.float64]
    inputs: NDArray[np.int64]
    rows: NDArray[np.int64]
    turns: NDArray[np.int64]
    next_code: NDArray[np.int64]


class Outputs(NamedTuple):
    """What `evaluate` fills; an array that is not wanted has no rows.

    Attributes
    ----------
    rejected : ndarray of float64, shape (n, inputs)
        Rejected probabilities.
    losses : ndarray of float64, shape (n,)
    gradients : ndarray of float64, shape (n, N·(S + |Q| + 3))
    bounds : ndarray of float64, shape (n,) or (0,)
        A loss beyond its bound becomes inf, and need not be finished.
    """

    rejected: NDArray[np.float64]
    losses: NDArray[np.float64]
    gradients: NDArray[np.float64]
    bounds: NDArray[np.float64] = np.zeros(0)


class Scanned(NamedTuple):
    """What lists are made into tables in, and cotangents pulled back; lanes innermost. See `kernels/lists.py`.

    Attributes
    ----------
    listed, listed_bar : ndarray of float64, shape (N · entries · lanes,)
        Lists, and their cotangents.
    rests : ndarray of float64, shape (N · entries of a key · lanes,)
        For each entry of a key the sum of the others.
    used, left, missed, used_bar : ndarray of float64, shape (N · lanes,)
        At one symbol and state, of each tuple: how probable it is that it is used, that the scan gets to it, and that
        it does not match; and the cotangent of the first.
    table : ndarray of float64, shape (rows · columns · lanes,)
        Tables, or their cotangents.
    """

    listed: NDArray[np.float64]
    listed_bar: NDArray[np.float64]
    rests: NDArray[np.float64]
    used: NDArray[np.float64]
    left: NDArray[np.float64]
    missed: NDArray[np.float64]
    used_bar: NDArray[np.float64]
    table: NDArray[np.float64]


class Cheapest(NamedTuple):
    """What `cheapest` fills.

    Attributes
    ----------
    least : ndarray of int64, shape (n,)
        The least cost of every pair, or the limit.
    counts : ndarray of int64, shape (n, d)
        The exponents, where the cost is below the limit.
    """

    least: NDArray[np.int64]
    counts: NDArray[np.int64]
