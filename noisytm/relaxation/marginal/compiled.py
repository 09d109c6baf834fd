"""Loss and gradient for compiled code: a sampler calls them without going back to Python.

The kernel is called through its address, which is data. A function that uses it is compiled in a moment, once for all
problems, and what it calls is the very code that `loss_and_gradient` runs.
"""

from __future__ import annotations

from typing import Any, NamedTuple, NoReturn

import numba
import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic
from numpy.typing import NDArray

from noisytm import _clock, _memory
from noisytm._checks import count_of, instance, one_of
from noisytm._compile import inner, jit
from noisytm._summary import Summary, count, line_of, number
from noisytm.errors import BudgetError, MachineError, ProblemError
from noisytm.losses import compiled_number
from noisytm.problem import EncodedProblem, SynthesisProblem
from noisytm.relaxation.marginal.kernels import Outputs, Program, Workspace
from noisytm.relaxation.marginal.plans import KERNELS, Plan, plan
from noisytm.relaxation.marginal.workspace import aligned, new_workspace
from noisytm.relaxation.semantics import Semantics

COMPILES = "losses for compiled code"
# Signals are answered between two evaluations, so that none may take longer, by its estimate.
MOST_SECONDS = 10.0


class CompiledLoss(NamedTuple):
    """The loss of a problem, to be handed to compiled code; made by `compiled_loss`.

    It owns the buffers that it is evaluated in: each thread needs its own. All these have the same type, whatever the
    problem. The fields are for the functions of this module. ``both`` and ``values`` are what the kernel fills with and
    without gradients: the arrays that stand here by themselves too. ``bounded`` is ``values`` with a bound for every
    code.
    """

    address: int
    program: Program
    task: EncodedProblem
    order: NDArray[np.int64]
    block: int
    steps: int
    horizon: int
    loss: int
    tuples: int
    columns: int
    codes: NDArray[np.float64]
    work: Workspace
    losses: NDArray[np.float64]
    gradients: NDArray[np.float64]
    both: Outputs
    values: Outputs
    bounded: Outputs

    def __repr__(self) -> str:
        codes = f"codes of shape ({number(self.tuples)}, {number(self.columns)}), {len(self.losses)} at a time"
        return line_of(self, Summary(f"{codes}, {count(self.steps, 'step')}"))

    def __reduce__(self) -> NoReturn:
        raise ProblemError("a compiled loss belongs to its process and cannot be copied; call compiled_loss again")


def compiled_loss(
    problem: SynthesisProblem,
    *,
    semantics: str | Semantics = "pseudo-utm",
    loss: str = "log",
    kernel: str = "auto",
    lanes: int | None = None,
    batch: int = 1,
) -> CompiledLoss:
    """Return the loss of a problem in a form that numba-compiled code can evaluate.

    Inside a function compiled by ``numba.njit`` call `loss_at` or `loss_and_gradient_at`, or, for ``batch`` codes at
    once, `losses_at` or `losses_and_gradients_at`; `losses_below` leaves off where a loss is beyond a bound, as a
    Metropolis step may. The values are those of `loss_and_gradient` for as many codes, to the bit. Codes are not
    checked there: every distribution must sum to 1. Many codes at once are quicker: if there are more codes than
    inputs, the lanes of vectors are codes, and what is found for one does not depend on the others.

    Parameters
    ----------
    problem, semantics, loss, lanes
        As in `loss_and_gradient`.
    kernel : {"auto", "interpreted", "written-out"}
        As there; since nobody knows how often it will be called, ``auto`` is ``interpreted``.
    batch : int
        Number of codes evaluated in one call, at least 1.

    Returns
    -------
    CompiledLoss
        For one thread at a time. A named tuple, of the same type for all problems and options: a function that takes
        it is compiled once. (A user's function kept by ``cache=True`` must be compiled again after an update of
        noisytm: numba looks only at the file that it stands in.)

    Raises
    ------
    ProblemError
        If an option has no such value.
    BudgetError
        If there is too little memory; the message says how much is needed. If an evaluation would take longer than
        some seconds: Ctrl-C is answered between two of them, where the thread that calls holds Python's lock, which it
        does unless its function is compiled with ``nogil``.

    Examples
    --------
    >>> import numba
    >>> import numpy as np
    >>> from noisytm import SynthesisProblem, compiled_loss, library, loss_and_gradient_at, words
    >>> machine = library.machine("detectA")
    >>> problem = SynthesisProblem.of_machine(machine, inputs=words("AB", 2), steps=3)
    >>> @numba.njit
    ... def descend(compiled, code, steps, rate):
    ...     gradient = np.empty_like(code)
    ...     for _ in range(steps):
    ...         value = loss_and_gradient_at(compiled, code, gradient)
    ...         code *= np.exp(-rate * gradient)
    ...         for part in (code[:, :3], code[:, 3:5], code[:, 5:]):
    ...             for i in range(len(code)):
    ...                 part[i] /= part[i].sum()
    ...     return value
    >>> code = problem.space.sample(1, seed=1)[0]
    >>> descend(compiled_loss(problem), code, 1, 1.0) > 100 * descend(compiled_loss(problem), code, 300, 1.0)
    True
    """
    instance("problem", problem, SynthesisProblem)
    index, codes = compiled_number(loss), count_of("batch", batch)
    kernel = "interpreted" if one_of("kernel", kernel, KERNELS) == "auto" else kernel
    how = plan(problem, codes, semantics=semantics, kernel=kernel, lanes=lanes, backward=True, as_tables=False)
    if (seconds := how.seconds(codes)) > MOST_SECONDS:
        raise BudgetError(
            f"evaluating {count(codes, 'code')} would take about {_clock.in_words(seconds)}, in which compiled code"
            " does not come back to Python; use a smaller batch, fewer steps or inputs, or loss_and_gradient"
        )
    entries = problem.space.shape[0] * problem.space.shape[1]
    _memory.require(
        how.sizes.nbytes + 16 * codes * (entries + 1) + 8 * codes,
        f"{codes} codes at a time",
        "use a smaller batch",
    )
    rejected, losses = np.empty((0, len(how.order))), np.zeros(codes)
    given, gradients = (aligned(codes * entries, np.float64).reshape(codes, entries) for _ in range(2))
    given[:] = gradients[:] = 0.0
    compiled = CompiledLoss(
        0, how.program, how.task, how.order, how.block, how.steps, how.horizon, index,
        *problem.space.shape, given, new_workspace(how.sizes), losses, gradients,
        both=Outputs(rejected, losses, gradients, np.zeros(0)),
        values=(values := Outputs(rejected, losses, np.zeros((0, entries)), np.zeros(0))),
        bounded=values._replace(bounds=np.zeros(codes)),
    )  # fmt: skip
    return compiled._replace(address=_address(how, compiled))


@inner
def _arguments(c, out):  # type: ignore[no-untyped-def]
    """Return what the kernel is called with."""
    return c.program, c.task, c.order, c.block, c.steps, c.horizon, c.loss, c.codes, c.work, out


def _address(how: Plan, c: CompiledLoss) -> int:
    """Return where the compiled kernel begins, compiled for the very types that `_evaluate` hands to it."""
    kernel = how.module.evaluate
    kinds = tuple(numba.typeof(argument) for argument in _arguments(c, c.both))
    kernel.compile(kinds)
    compiled = kernel.overloads[kinds]
    return int(compiled.library.get_pointer_to_function(compiled.fndesc.llvm_func_name))


@intrinsic
def _call_at(context: Any, address: Any, arguments: Any) -> Any:
    """Call the compiled function without result that begins at an address."""

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        kinds = list(signature.args[1].types)
        kind = context.call_conv.get_function_type(types.none, kinds)
        function = builder.inttoptr(values[0], ir.PointerType(kind))
        given = cgutils.unpack_tuple(builder, values[1], len(kinds))
        status, _ = context.call_conv.call_function(builder, function, types.none, kinds, given)
        with cgutils.if_unlikely(builder, status.is_error):
            context.call_conv.return_status_propagate(builder, status)
        return context.get_dummy_value()

    return types.none(types.intp, arguments), generate


@intrinsic
def _answer_signals(context: Any) -> Any:
    """Have Python answer signals that have arrived, if this thread may; what that raises ends the compiled code.

    A thread without Python's lock may not touch it: functions compiled with ``nogil``, and the threads of ``prange``.
    """

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        integer = ir.IntType(32)
        kind = ir.FunctionType(integer, [])
        has_lock, answer = (
            cgutils.get_or_insert_function(builder.module, kind, name)
            for name in ("PyGILState_Check", "PyErr_CheckSignals")
        )
        with builder.if_then(builder.icmp_signed("!=", builder.call(has_lock, []), integer(0))):
            failed = builder.icmp_signed("!=", builder.call(answer, []), integer(0))
            with cgutils.if_unlikely(builder, failed):
                context.call_conv.return_exc(builder)
        return context.get_dummy_value()

    return types.none(), generate


# Plain loops: numba takes seconds to compile the assignment of an array to a slice.
@jit
def _evaluate(compiled, with_gradients):  # type: ignore[no-untyped-def]
    """Evaluate the codes that have been put in place; losses and gradients are left in their arrays."""
    out = compiled.both if with_gradients else compiled.values
    _evaluate_into(compiled, out, with_gradients)


@jit
def _evaluate_into(compiled, out, with_gradients):  # type: ignore[no-untyped-def]
    c = compiled
    for n in range(c.losses.size if with_gradients else 0):
        for j in range(c.gradients.shape[1]):
            c.gradients[n, j] = 0.0
    _add_into(compiled, out)


@jit
def _add_gradients(compiled):  # type: ignore[no-untyped-def]
    """Evaluate the codes that have been put in place; what is found is added to the gradients."""
    _add_into(compiled, compiled.both)


@jit
def _add_into(compiled, out):  # type: ignore[no-untyped-def]
    _answer_signals()  # type: ignore[call-arg]  # numba gives an intrinsic its first argument
    for n in range(compiled.losses.size):
        compiled.losses[n] = 0.0
    _call_at(compiled.address, _arguments(compiled, out))  # numba gives an intrinsic its first argument


@jit
def _put(compiled, n, code):  # type: ignore[no-untyped-def]
    """Put a code in place, as number ``n``."""
    for i in range(code.shape[0]):
        for e in range(code.shape[1]):
            compiled.codes[n, i * code.shape[1] + e] = code[i, e]


@jit
def _get(compiled, n, gradient):  # type: ignore[no-untyped-def]
    """Copy the gradient at code ``n``."""
    for i in range(gradient.shape[0]):
        for e in range(gradient.shape[1]):
            gradient[i, e] = compiled.gradients[n, i * gradient.shape[1] + e]


@jit
def _is_code(compiled, array):  # type: ignore[no-untyped-def]
    return array.shape[0] == compiled.tuples and array.shape[1] == compiled.columns


@jit
def _evaluate_batch(compiled, codes, losses, with_gradients):  # type: ignore[no-untyped-def]
    for n in range(losses.size):
        _put(compiled, n, codes[n])
    _evaluate(compiled, with_gradients)
    for n in range(losses.size):
        losses[n] = compiled.losses[n]


@jit
def _losses_at(compiled, codes, losses):  # type: ignore[no-untyped-def]
    batch = compiled.losses.size
    if not (codes.shape[0] == losses.size == batch and _is_code(compiled, codes[0])):
        raise MachineError("codes or losses have another shape than those of compiled_loss; give it the batch size")
    _evaluate_batch(compiled, codes, losses, False)


@jit
def _losses_and_gradients_at(compiled, codes, losses, gradients):  # type: ignore[no-untyped-def]
    batch = compiled.losses.size
    if not (
        codes.shape[0] == gradients.shape[0] == losses.size == batch
        and _is_code(compiled, codes[0])
        and _is_code(compiled, gradients[0])
    ):
        raise MachineError("codes, losses or gradients have another shape than those of compiled_loss; give its batch")
    _evaluate_batch(compiled, codes, losses, True)
    for n in range(batch):
        _get(compiled, n, gradients[n])


@jit
def _losses_below(compiled, codes, bounds, losses):  # type: ignore[no-untyped-def]
    count = losses.size
    if not (codes.shape[0] == bounds.size == count <= compiled.losses.size):
        raise MachineError("codes, bounds and losses are not equally many, or more than the batch of compiled_loss")
    if count > 0 and not _is_code(compiled, codes[0]):
        raise MachineError("codes have another shape than those of compiled_loss")
    for n in range(count):
        _put(compiled, n, codes[n])
        compiled.bounded.bounds[n] = bounds[n]
    for n in range(count, compiled.losses.size):
        compiled.bounded.bounds[n] = -np.inf
    _evaluate_into(compiled, compiled.bounded, False)
    for n in range(count):
        losses[n] = compiled.losses[n] if compiled.losses[n] <= bounds[n] else np.inf


@jit
def _loss_at(compiled, code):  # type: ignore[no-untyped-def]
    if compiled.losses.size != 1 or not _is_code(compiled, code):
        raise MachineError("the code has another shape than those of compiled_loss, or its batch is not 1")
    _put(compiled, 0, code)
    _evaluate(compiled, False)
    return compiled.losses[0]


@jit
def _loss_and_gradient_at(compiled, code, gradient):  # type: ignore[no-untyped-def]
    if compiled.losses.size != 1 or not _is_code(compiled, code) or not _is_code(compiled, gradient):
        raise MachineError("code or gradient have another shape than those of compiled_loss, or its batch is not 1")
    _put(compiled, 0, code)
    _evaluate(compiled, True)
    _get(compiled, 0, gradient)
    return compiled.losses[0]
