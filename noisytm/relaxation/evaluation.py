"""Loss, gradient, rejected probability and marginals of noisy codes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from noisytm.codespace import CodeSpace
from noisytm.errors import BudgetError, ProblemError
from noisytm.machine import TuringMachine, Word, shown
from noisytm.problem import SynthesisProblem, step_count
from noisytm.relaxation.assemble import kernels
from noisytm.relaxation.semantics import checked_semantics
from noisytm.relaxation.tracer import Trace, trace

LOSSES = ("log", "brier")
KERNELS = ("auto", "interpreted", "written-out")
MEMORY_LIMIT = 8 << 30

# Writing the head out and compiling it takes seconds; below about this many products the interpreter is done sooner.
WORK_WORTH_COMPILING = 4_000_000_000

# With fewer codes and inputs than this most lanes would be idle.
WIDTH_WORTH_LANES = 4

Work = tuple[NDArray[Any], ...]


def checked_loss(loss: Any) -> str:
    """Return ``loss`` if it is one of `LOSSES`, else raise `ProblemError`."""
    if loss not in LOSSES:
        raise ProblemError(f"loss is {shown(loss)}; it must be one of {', '.join(LOSSES)}")
    return str(loss)


def traced(space: CodeSpace, semantics: str) -> Trace:
    """Return the trace of a semantics for the shape of a code space."""
    return trace(checked_semantics(semantics), len(space.symbols), len(space.states), space.key_indices)


def buffers(
    module: ModuleType, head: Trace, steps: int, horizon: int, length: int, width: int, dtype: Any = np.float64
) -> Work:
    """Allocate what one run needs, for inputs of up to ``length`` symbols; see `kernels/evaluate.py` for the order.

    Raises
    ------
    BudgetError
        If that would take more than 8 GiB; the message says how much.
    """
    symbols, states, tuples = head.layout.symbols, head.layout.states, head.layout.tuples
    lanes, columns = module.LANES, symbols + states + 3
    need = 8 * (steps + 1) * (3 + lanes * (head.registers + columns))
    if need <= MEMORY_LIMIT:
        window = np.empty((steps + 1, 3), dtype=np.int64)
        size = module.fill_window(steps, length, horizon, width, symbols, window)
        need += 8 * lanes * size
    if need > MEMORY_LIMIT:
        raise BudgetError(
            f"{steps} steps need {need / 2**30:.1f} GiB of buffers, more than {MEMORY_LIMIT >> 30} GiB; use fewer steps"
        )
    cells, values = max(width, 1), states if width == 0 else symbols
    return (
        window,
        aligned(size * lanes, dtype),
        aligned((steps + 1) * head.registers * lanes, dtype).reshape(steps + 1, -1),
        np.empty((cells, values), dtype=dtype),
        np.empty((3, cells + 1), dtype=dtype),
        aligned(2 * module.widest(steps, symbols, window) * lanes, dtype),
        aligned(states * lanes, dtype),
        aligned(head.registers * lanes, dtype),
        np.empty((cells, values), dtype=dtype),
        aligned(steps * columns * lanes, dtype).reshape(steps, -1),
        aligned(tuples * columns * lanes, dtype),
        aligned(tuples * columns * lanes, dtype),
    )


def aligned(size: int, dtype: Any) -> NDArray[Any]:
    """Return an uninitialised array of 8-byte entries that begins at a multiple of 64 bytes, as vectors like it."""
    raw = np.empty(size + 8, dtype=dtype)
    skip = (-raw.ctypes.data % 64) // 8
    return raw[skip : skip + size]


def last_head_step(steps: int, width: int) -> int:
    """Return the last time at which the head's cell is read: a state readout does not look at the final tape."""
    return steps if width else steps - 1


def _evaluate(
    problem: SynthesisProblem,
    codes: NDArray[np.float64],
    semantics: str,
    loss: int,
    kernel: str = "auto",
    lanes: int | None = None,
    weights: NDArray[np.float64] | None = None,
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    head, data = traced(problem.space, semantics), problem.encoded
    n, inputs = len(codes), len(problem.inputs)
    written = _write_out(kernel, codes.size * inputs * problem.steps)
    module = kernels(_algebra(lanes, n, inputs), head if written else None)
    horizon, longest = last_head_step(problem.steps, data.width), max(map(len, problem.inputs))
    order = np.argsort(np.diff(data.starts), kind="stable")
    try:
        work = buffers(module, head, problem.steps, horizon, longest, data.width)
    except BudgetError:
        if lanes is not None or module.LANES == 1:
            raise
        return _evaluate(problem, codes, semantics, loss, kernel, 1, weights)  # an eighth of the buffers
    flat = np.ascontiguousarray(codes).reshape(n, -1)
    out = (np.empty((n, inputs)), np.zeros(n), np.zeros(flat.shape if loss >= 0 else (1, flat.shape[1])))
    module.evaluate(
        head.arrays, flat, data.words, data.starts, order, data.blank, data.start, problem.steps, horizon,
        data.width, data.targets, data.weights if weights is None else weights, loss,
        work, out,
    )  # fmt: skip
    return out[0], out[1], out[2].reshape(-1, *codes.shape[1:])


def _write_out(kernel: str, products: int) -> bool:
    if kernel not in KERNELS:
        raise ProblemError(f"kernel is {shown(kernel)}; it must be one of {', '.join(KERNELS)}")
    return kernel == "written-out" or (kernel == "auto" and products >= WORK_WORTH_COMPILING)


def _algebra(lanes: int | None, codes: int, inputs: int) -> str:
    if lanes not in (None, 1, 8):
        raise ProblemError(f"lanes is {shown(lanes)}; it must be 1 or 8")
    if lanes == 1 or (lanes is None and max(codes, inputs) < WIDTH_WORTH_LANES):
        return "real"
    return "vector_codes" if codes > inputs else "vector"


def wrong_probability(
    problem: SynthesisProblem,
    codes: Any,
    *,
    semantics: str = "pseudo-utm",
    kernel: str = "auto",
    lanes: int | None = None,
) -> NDArray[np.float64]:
    """Return f_x(w), the probability that the readout on input x is not the accepted outcome.

    Small values keep full relative accuracy (about 1e-13 after 200 steps).

    Parameters
    ----------
    problem : SynthesisProblem
        The problem.
    codes : array_like of float, shape (n, N, S + |Q| + 3) or (N, S + |Q| + 3)
        Noisy codes; every distribution sums to 1.
    semantics : {"pseudo-utm", "mean-field"}
        How the step is relaxed.
    kernel : {"auto", "interpreted", "written-out"}
        Compiled form of the step; the results are the same to the bit. ``written-out`` compiles once per shape
        (seconds, kept on disk) and is faster; ``auto`` takes it for large jobs.
    lanes : {1, 8}, optional
        Runs computed at once in the lanes of a vector; by default 8 if there are several codes or inputs. The last
        digits depend on it.

    Returns
    -------
    ndarray of float64, shape (n, inputs)

    Examples
    --------
    >>> from noisytm import SynthesisProblem, library, words, wrong_probability
    >>> machine = library.machine("detectA")
    >>> problem = SynthesisProblem.of_machine(machine, inputs=words("AB", 1), steps=3)
    >>> wrong_probability(problem, problem.space.embed(machine))
    array([[0., 0., 0.]])
    """
    return _evaluate(problem, problem.space.checked(codes), semantics, -1, kernel, lanes)[0]


def loss_and_gradient(
    problem: SynthesisProblem,
    codes: Any,
    *,
    semantics: str = "pseudo-utm",
    loss: str = "log",
    kernel: str = "auto",
    lanes: int | None = None,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the loss K and its gradient at each of a batch of noisy codes.

    ``log``: K = −Σ_x q(x) log(1 − f_x). ``brier``: K = ½ Σ_x q(x) ‖p(·|x) − e_y(x)‖².

    Parameters
    ----------
    problem, codes, semantics, kernel, lanes
        As in `wrong_probability`.
    loss : {"log", "brier"}
        The loss.

    Returns
    -------
    loss : ndarray of float64, shape (n,)
    gradient : ndarray of float64, shape of ``codes`` as a batch
        The gradient on the product of simplices: only its components along them (differences within one
        distribution) have a meaning. Where some f_x = 1 the log loss is inf and its gradient nan.

    Examples
    --------
    >>> from noisytm import SynthesisProblem, library, loss_and_gradient, words
    >>> machine = library.machine("detectA")
    >>> problem = SynthesisProblem.of_machine(machine, inputs=words("AB", 1), steps=3)
    >>> value, gradient = loss_and_gradient(problem, problem.space.sample(5, seed=1), loss="brier")
    >>> value.shape, gradient.shape
    ((5,), (5, 6, 8))
    """
    index = LOSSES.index(checked_loss(loss))
    _, losses, gradients = _evaluate(problem, problem.space.checked(codes), semantics, index, kernel, lanes)
    return losses, gradients


def linear_part(problem: SynthesisProblem, machine: TuringMachine, *, semantics: str) -> NDArray[np.float64]:
    """Return the derivative of Σ_x f_x at a code that solves the problem, along its d error coordinates.

    At a code all probabilities are 0 or 1 and these derivatives are whole numbers, exact in floating point; since
    nothing cancels in f, one is positive just where the coordinate alone is a monomial of f.

    Examples
    --------
    >>> from noisytm import SynthesisProblem, library, words
    >>> machine = library.machine("detectA")
    >>> problem = SynthesisProblem.of_machine(machine, inputs=words("AB", 1), steps=1)
    >>> int(linear_part(problem, machine, semantics="mean-field").sum())
    3
    """
    space = problem.space
    ones = np.ones(len(problem.inputs))
    log = LOSSES.index("log")  # where f = 0 its gradient is that of Σ f
    gradient = _evaluate(problem, space.embed(machine)[None], semantics, log, weights=ones, lanes=1)[2][0]
    right = space.right_entries(machine)
    for block, (_, start, values) in enumerate(space.blocks):
        gradient[:, start : start + len(values)] -= np.take_along_axis(gradient, right[:, block : block + 1], axis=1)
    return gradient.ravel()[space.coordinate_columns(machine)]


@dataclass(frozen=True)
class History:
    """The marginals of a relaxed run.

    Attributes
    ----------
    state : ndarray of float64, shape (steps + 1, |Q|)
        Distribution of the state before each step and after the last.
    cells : ndarray of int64, shape (C,)
        Positions relative to the head of the cells that are kept: all that can differ from blank.
    tape : ndarray of float64, shape (steps + 1, C, S)
        Distribution of each cell's symbol; the head's cell is the one where ``cells`` is 0.
    """

    state: NDArray[np.float64]
    cells: NDArray[np.int64]
    tape: NDArray[np.float64]


def simulate(
    space: CodeSpace, w: Any, word: str | Sequence[str], steps: int, *, semantics: str = "pseudo-utm"
) -> History:
    """Run a noisy code and return the marginals of every step.

    Parameters
    ----------
    space : CodeSpace
        The code space.
    w : array_like of float, shape (N, S + |Q| + 3)
        One noisy code.
    word : str or sequence of str
        The input.
    steps : int
        Number of steps, at least 1.
    semantics : {"pseudo-utm", "mean-field"}
        How the step is relaxed.

    Examples
    --------
    >>> from noisytm import CodeSpace, library, simulate
    >>> machine = library.machine("detectA")
    >>> space = CodeSpace.of(machine)
    >>> simulate(space, space.embed(machine), "BA", 2).state
    array([[1., 0.],
           [1., 0.],
           [0., 1.]])
    """
    codes = space.checked(w)
    if len(codes) != 1:
        raise ProblemError(f"simulate takes one code, not {len(codes)}; pick one of the batch")
    return _history(space, codes[0], space.word(word), step_count(steps), traced(space, semantics))


def _history(space: CodeSpace, code: NDArray[np.float64], word: Word, steps: int, head: Trace) -> History:
    module = kernels("real")
    symbol = {x: i for i, x in enumerate(space.symbols)}
    letters = np.array([symbol[x] for x in word], dtype=np.int64)
    blank, start = symbol[space.blank], space.states.index(space.start)
    width, horizon = (
        1,
        2 * steps + len(word),
    )  # far enough for every cell that the head can reach to stay live
    window, tape, regs, *_ = buffers(module, head, steps, horizon, len(word), width, np.float64)
    module.record(head.arrays, code.ravel(), letters, blank, start, steps, horizon, width, window, tape, regs)
    size = len(space.symbols)
    low, high = int(window[steps, 0]), int(window[steps, 1])
    marginals = np.zeros((steps + 1, high - low + 1, size))
    marginals[:, :, blank] = 1.0
    for s in range(steps + 1):
        first, last, base = (int(x) for x in window[s])
        marginals[s, first - low : last - low + 1] = tape[base + first * size : base + (last + 1) * size].reshape(
            -1, size
        )
        if s < steps:
            marginals[s, -low] = regs[s, :size]
    z = 2 * size
    states = regs[:, z : z + len(space.states)].copy()
    return History(states, np.arange(low, high + 1), marginals)
