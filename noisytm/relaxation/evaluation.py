"""Loss, gradient and rejected probability of noisy codes."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from noisytm import _memory, _progress
from noisytm._checks import flag, instance
from noisytm._threads import Task, run_all, thread_count
from noisytm._watched import Watch, watched, worth_watching
from noisytm.codespace import MASS_TOLERANCE, CodeSpace, NoisyKeySpace
from noisytm.losses import BRIER, LOG, LOSSES, Loss, compiled_number
from noisytm.machine import Description
from noisytm.problem import SynthesisProblem
from noisytm.relaxation import pathwise
from noisytm.relaxation.marginal import (
    TOGETHER,
    Outputs,
    Plan,
    Small,
    Tabling,
    in_arrays,
    lanes_of,
    losses_and_gradients,
    plan,
    rejected,
    shelf,
    small,
    tabling,
)
from noisytm.relaxation.semantics import Marginal, Semantics, checked_semantics

# Codes are shared among threads in at most this many parts, so that none waits long for the last one.
MOST_PARTS = 64

Array = NDArray[np.float64]


def _run(plan: Plan, codes: Array, order: NDArray[np.int64], loss: int, out: Outputs, watch: Watch) -> None:
    """Evaluate codes on the inputs in ``order``, in this thread."""
    with shelf.borrowed(plan.sizes) as work:
        watch.take(work.buffers.control)
        plan.module.evaluate(
            plan.program, plan.task, order, plan.block, plan.steps, plan.horizon, loss, codes, work,
            out,
        )  # fmt: skip


def _run_lists(
    plan: Plan, by: Tabling | None, codes: Array, order: NDArray[np.int64], loss: int, out: Outputs, watch: Watch
) -> None:
    """Evaluate codes, which may be lists to be run as tables, as `_run` does; a table is run as soon as it is made."""
    if by is None or not len(codes):
        _run(plan, codes, order, loss, out, watch)
        return
    for begin in range(0, len(codes), TOGETHER):
        some, share = codes[begin : begin + TOGETHER], _rows(out, slice(begin, begin + TOGETHER))
        tables = by.tables(some)
        found = share._replace(gradients=np.zeros((len(share.gradients), tables.shape[1])))
        _run(plan, tables, order, loss, found, watch)
        if len(share.gradients):
            share.gradients[...] += by.pulled_back(some, found.gradients)


def _run_in_threads(
    plan: Plan, by: Tabling | None, codes: Array, loss: int, out: Outputs, threads: int, watch: Watch
) -> None:
    """Share the work by codes or, if there are few, by codes and blocks of inputs, whose sums are added in order."""
    n, group = len(codes), plan.sizes.lanes if plan.over_codes else 1
    part = -(-n // min(max(plan.blocks_worth(n), 1), MOST_PARTS))  # at least a millisecond's work each
    part = -(-part // group) * group
    parts = [slice(c, min(c + part, n)) for c in range(0, n, part)]
    if len(parts) >= 2 * threads or plan.over_codes:
        run_all(
            [partial(_run_lists, plan, by, codes[c], plan.order, loss, _rows(out, c), watch) for c in parts], threads
        )
        return
    run = codes if by is None else by.tables(codes)
    total = np.zeros((len(out.gradients), run.shape[1]))
    blocks = [plan.order[b : b + plan.block] for b in range(0, len(plan.order), plan.block)]
    sums = [Outputs(out.rejected, np.zeros_like(out.losses), np.zeros_like(total)) for _ in blocks]
    tasks: list[Task] = [
        partial(_run, plan, run[c], order, loss, _rows(share, c), watch)
        for c in parts
        for order, share in zip(blocks, sums, strict=True)
    ]
    run_all(tasks, threads)
    for share in sums:
        out.losses[...] += share.losses
        total += share.gradients
    if len(total):
        out.gradients[...] += total if by is None else by.pulled_back(codes, total)


def _rows(out: Outputs, codes: slice) -> Outputs:
    return Outputs(out.rejected[codes], out.losses[codes], out.gradients[codes])


def _threads_worth(plan: Plan, codes: int, threads: int) -> int:
    """Return how many threads pay and have room: one for less than a millisecond's work."""
    useful = min(threads, plan.blocks_worth(codes))
    if useful > 1 and not _memory.fits(useful * plan.sizes.nbytes):
        useful = min(useful, _memory.limit() // plan.sizes.nbytes)
    return max(useful, 1)


def _uniform(codes: Array) -> Array:
    """Return codes as the kernels are compiled for: in one piece, and writable."""
    return codes if codes.flags.carray else codes.copy()


def _count(codes: Any) -> int:
    """Return how many codes there seem to be, before they are checked."""
    try:
        shape = np.shape(codes)
    except ValueError:  # of rows that are not equally long
        return 1
    return shape[0] if len(shape) == 3 else 1


def _how(
    problem: SynthesisProblem, codes: Any, semantics: Semantics, kernel: str, lanes: int | None, backward: bool
) -> Plan | Small:
    """Return how codes are evaluated: in NumPy while there is little work and no form is asked for, else compiled."""
    n = _count(codes)
    if isinstance(kernel, str) and kernel == "auto" and lanes is None:
        width = lanes_of(lanes, n, len(problem.inputs))
        if found := small(problem, n, semantics=semantics, lanes=width, backward=backward):
            return found
    return plan(problem, n, semantics=semantics, kernel=kernel, lanes=lanes, backward=backward)


def _checked(space: CodeSpace, how: Plan | Small, codes: Any) -> Array:
    """Return codes as `CodeSpace.checked` does; those that are plainly right pass a quicker check."""
    if isinstance(how, Small):
        return space.checked(codes)
    n, module = _count(codes), how.module
    if type(codes) is np.ndarray and codes.dtype == np.float64 and codes.shape in (space.shape, (n, *space.shape)):
        batch = _uniform(codes).reshape(n, *space.shape)
        flat = batch.reshape(n, space.shape[0] * space.shape[1])
        named = len(space.named_states) if isinstance(space, NoisyKeySpace) else 0
        if module.proper(flat, len(space.symbols), len(space.states), named, MASS_TOLERANCE / 2):
            return batch
    return space.checked(codes)


def _evaluate(plan: Plan | Small, codes: Array, loss: int, threads: int) -> Outputs:
    """Return what is asked for: rejected probabilities if ``loss`` < 0, else losses and gradients."""
    n, inputs, entries = len(codes), len(plan.order), codes.shape[1] * codes.shape[2]
    wrong, rows = (n * inputs, 0) if loss < 0 else (0, n)
    _memory.require(
        8 * (wrong + rows * (entries + 1)) + (0 if isinstance(plan, Small) else plan.sizes.nbytes),
        f"{n} codes and {inputs} inputs",
        "evaluate fewer codes at a time",
    )
    flat = _uniform(codes).reshape(n, entries)
    by = None if plan.tables is None else tabling(plan.tables, n, backward=loss >= 0)
    if isinstance(plan, Small):
        run = flat if by is None else by.tables(flat)
        if loss < 0:
            return Outputs(rejected(plan, run), np.zeros(0), np.zeros((0, entries)))
        losses, gradients = losses_and_gradients(plan, run, loss)
        return Outputs(np.empty((0, inputs)), losses, gradients if by is None else by.pulled_back(flat, gradients))
    out = Outputs(np.empty((n if loss < 0 else 0, inputs)), np.zeros(rows), np.zeros((rows, entries)))
    workers, watch = _threads_worth(plan, n, threads), Watch()
    if workers > 1:
        work = partial(_run_in_threads, plan, by, flat, loss, out, workers, watch)
    else:
        work = partial(_run_lists, plan, by, flat, plan.order, loss, out, watch)
    seconds = plan.seconds(n) / workers
    if worth_watching(seconds):
        _run(plan, flat[:0], plan.order, loss, out, watch)  # compiled before it is watched
    watched(work, watch, seconds, plan.steps_of(n), "relaxed runs")
    return out


def wrong_probability(
    problem: SynthesisProblem,
    codes: Any,
    *,
    semantics: str | Semantics = "pseudo-utm",
    kernel: str = "auto",
    lanes: int | None = None,
    threads: int | str = 1,
    progress: bool = False,
) -> NDArray[np.float64]:
    """Return f_x(w), the probability that the readout on input x is not an accepted outcome.

    Small values keep full relative accuracy (about 1e-13 after 200 steps).

    Parameters
    ----------
    problem : SynthesisProblem
        The problem.
    codes : array_like of float, shape (n, N, S + |Q| + 3) or (N, S + |Q| + 3)
        Noisy codes; every distribution sums to 1.
    semantics : str or Semantics
        How the step is relaxed: a name, or the object. The options below choose among the compiled forms of a
        marginal step; with another semantics they must be left at their defaults.
    kernel : {"auto", "interpreted", "written-out"}
        Compiled form of the step; the results are the same to the bit. ``written-out`` compiles once per shape
        (seconds, kept on disk) and is faster; ``auto`` takes it for large jobs, and does without compiled code, in
        NumPy, where there is too little work to load any (docs/kernels.md has the rule); the last digits differ then.
    lanes : {1, 8}, optional
        Runs computed at once in the lanes of a vector; by default 8 if there are several codes or inputs. The last
        digits depend on it. If it is given the work is always done by compiled code.
    threads : int or "auto"
        How many threads share the work, at most; ``auto`` is the number of processors. The results are the same to
        the bit. Below about a millisecond of work, estimated from the number of products, there is only one.
    progress : bool
        Show on a terminal how far it is once it takes longer than a second.

    Returns
    -------
    ndarray of float64, shape (n, inputs)

    Raises
    ------
    MachineError
        If a code is not one of the problem's code space.
    ProblemError
        If an option has no such value.
    BudgetError
        If there is too little memory; the message says how much is needed. Buffers grow with the number of steps
        only as two tapes here, and as t^1.5 in `loss_and_gradient`, which beyond some hundred steps runs each
        segment of the steps a second time instead of storing them all. Sums over runs need memory for every
        configuration that can still make a difference, or for every run, up front.

    Examples
    --------
    >>> from noisytm import SynthesisProblem, library, words, wrong_probability
    >>> machine = library.machine("detectA")
    >>> problem = SynthesisProblem.of_machine(machine, inputs=words("AB", 1), steps=3)
    >>> wrong_probability(problem, problem.space.embed(machine))
    array([[0., 0., 0.]])
    """
    instance("problem", problem, SynthesisProblem)
    found = checked_semantics(semantics)
    with _progress.shown_if(flag("progress", progress)):
        if not isinstance(found, Marginal):
            return pathwise.wrong_probability(
                problem, codes, semantics=found, kernel=kernel, lanes=lanes, threads=threads
            )
        workers = thread_count(threads)
        how = _how(problem, codes, found, kernel, lanes, backward=False)
        return _evaluate(how, _checked(problem.space, how, codes), -1, workers).rejected


def loss_and_gradient(
    problem: SynthesisProblem,
    codes: Any,
    *,
    semantics: str | Semantics = "pseudo-utm",
    loss: str = "log",
    kernel: str = "auto",
    lanes: int | None = None,
    threads: int | str = 1,
    progress: bool = False,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the loss K and its gradient at each of a batch of noisy codes.

    ``log``: K = −Σ_x q(x) log(1 − f_x). ``brier``: K = ½ Σ_x q(x) ‖p(·|x) − e_y(x)‖², with f_x² instead of
    ½‖p − e‖² where several outcomes are accepted.

    Parameters
    ----------
    problem, codes, semantics, kernel, lanes, threads, progress
        As in `wrong_probability`.
    loss : {"log", "brier"}
        The loss.

    Returns
    -------
    loss : ndarray of float64, shape (n,)
    gradient : ndarray of float64, shape of ``codes`` as a batch
        The gradient on the product of simplices: only its components along them (differences within one
        distribution) have a meaning. Where some f_x = 1 the log loss is inf and its gradient nan.
        Components are accurate to about 1e-10 of the largest: one that is itself tiny may carry that absolute
        error, and no relative accuracy, unlike the small values of `wrong_probability`. The Brier loss is bounded, so
        nearly stationary where almost surely one wrong outcome comes out: what is left of terms near 1 that cancel is
        then accurate to about 1e-15 and no better, even if all components are smaller than that.

    Raises
    ------
    MachineError, ProblemError, BudgetError
        As in `wrong_probability`.

    Examples
    --------
    >>> from noisytm import SynthesisProblem, library, loss_and_gradient, words
    >>> machine = library.machine("detectA")
    >>> problem = SynthesisProblem.of_machine(machine, inputs=words("AB", 1), steps=3)
    >>> value, gradient = loss_and_gradient(problem, problem.space.sample(5, seed=1), loss="brier")
    >>> value.shape, gradient.shape
    ((5,), (5, 6, 8))
    """
    instance("problem", problem, SynthesisProblem)
    found = checked_semantics(semantics)
    with _progress.shown_if(flag("progress", progress)):
        if not isinstance(found, Marginal):
            return pathwise.loss_and_gradient(
                problem, codes, semantics=found, loss=loss, kernel=kernel, lanes=lanes, threads=threads
            )
        form, workers = LOSSES.named(loss), thread_count(threads)
        how = _how(problem, codes, found, kernel, lanes, backward=True)
        batch = _checked(problem.space, how, codes)
        if form.compiled is None:
            return _composed(problem, how, batch, form, workers)
        return _both(how, batch, form, workers)


def _composed(
    problem: SynthesisProblem, how: Plan | Small, batch: Array, form: Loss, threads: int
) -> tuple[Array, Array]:
    """Return a loss that is not compiled, and its gradient, from the compiled ones of each input alone.

    The log loss −log(1 − f) gives f and its gradient; half the sum of f² and of the squares, which is the Brier loss,
    then gives those.
    """
    how = how._replace(task=how.task._replace(weights=np.ones(len(problem.inputs))))
    losses, gradients = np.zeros(len(batch)), np.zeros(batch.shape)
    for index, weight in enumerate(problem.encoded.weights.tolist()):
        alone = how._replace(order=np.array([index]))
        log, log_slope = _both(alone, batch, LOG, threads)
        wrong, right = -np.expm1(-log), np.exp(-log)
        wrong_slope = right[:, None, None] * log_slope
        squares, squares_slope = None, np.zeros(batch.shape)
        if form.squares and problem.sole_outcome(index) is not None:
            brier, brier_slope = _both(alone, batch, BRIER, threads)
            squares = 2 * brier - wrong * wrong
            squares_slope = 2 * (brier_slope - wrong[:, None, None] * wrong_slope)
        share = form.share(wrong, right, squares)
        losses += weight * share.value
        gradients += weight * _column(share.wrong - share.right) * wrong_slope
        gradients += weight * _column(share.squares) * squares_slope
    return losses, gradients


def _both(how: Plan | Small, batch: Array, form: Loss, threads: int) -> tuple[Array, Array]:
    out = _evaluate(how, batch, compiled_number(form.name), threads)
    return out.losses, out.gradients.reshape(batch.shape)


def _column(slope: Array | float) -> Array:
    return np.asarray(slope, dtype=np.float64).reshape(-1, 1, 1)


def loss_and_gradient_in_arrays(
    problem: SynthesisProblem, codes: Array, *, semantics: str | Semantics, loss: str
) -> tuple[Array, Array]:
    """Return what `loss_and_gradient` does, in NumPy, whatever is compiled: the same bits in every process.

    Codes, shape (n, N, S + |Q| + 3), are not checked; the step is marginal, and the loss has a compiled form.
    """
    return _both(in_arrays(problem, semantics), codes, LOSSES[loss], 1)


def linear_part(problem: SynthesisProblem, machine: Description, *, semantics: str | Semantics) -> NDArray[np.float64]:
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
    gradient = _rejected_gradient(problem, space.embed(machine), semantics)
    right = space.right_entries(machine)
    for block, (_, start, values) in enumerate(space.blocks):
        gradient[:, start : start + len(values)] -= np.take_along_axis(gradient, right[:, block : block + 1], axis=1)
    return gradient.ravel()[space.coordinate_columns(machine)]


def _rejected_gradient(problem: SynthesisProblem, code: Array, semantics: str | Semantics) -> Array:
    """Return the gradient of Σ_x f_x at a code that solves the problem."""
    found = checked_semantics(semantics)
    if not isinstance(found, Marginal):
        return pathwise.rejected_gradient(problem, code, found)
    how: Plan | Small | None = small(problem, 1, semantics=found, lanes=1, backward=True)
    how = how or plan(problem, 1, semantics=found, kernel="auto", lanes=1, backward=True)
    how = how._replace(task=how.task._replace(weights=np.ones(len(problem.inputs))))
    gradient: Array = _both(how, code[None], LOG, 1)[1][0]  # where f = 0 its gradient is that of Σ f
    return gradient
