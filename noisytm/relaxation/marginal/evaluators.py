"""What evaluates a compiled loss, from Python, which checks what it gives, and in compiled code."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import numpy as np
from numba.extending import overload
from numpy.typing import NDArray

from noisytm._checks import instance, real_array
from noisytm._text import shown
from noisytm.errors import MachineError
from noisytm.relaxation.marginal.compiled import (
    CompiledLoss,
    _add_gradients,
    _evaluate_into,
    _loss_and_gradient_at,
    _loss_at,
    _losses_and_gradients_at,
    _losses_at,
    _losses_below,
)

# From Python the functions below check what they are given; in compiled code each stands for the compiled one, as
# functions of Python that call it say at the end: numba wants such.


def losses_at(compiled: CompiledLoss, codes: Any, losses: NDArray[np.float64]) -> None:
    """Fill ``losses``, shape (batch,), for ``codes``, shape (batch, N, S + |Q| + 3); see `compiled_loss`.

    Raises
    ------
    MachineError
        If codes or losses have another shape.
    ProblemError
        If ``compiled`` is not made by `compiled_loss`.
    """
    given = _read(compiled, codes, 3)
    with _filled("losses", losses, 1) as out:
        _losses_at(compiled, given, out)


def losses_and_gradients_at(
    compiled: CompiledLoss, codes: Any, losses: NDArray[np.float64], gradients: NDArray[np.float64]
) -> None:
    """Fill ``losses``, shape (batch,), and ``gradients``, shape of ``codes``; see `compiled_loss` and `losses_at`."""
    given = _read(compiled, codes, 3)
    with _filled("losses", losses, 1) as out, _filled("gradients", gradients, 3) as slopes:
        _losses_and_gradients_at(compiled, given, out, slopes)


def losses_below(compiled: CompiledLoss, codes: Any, bounds: Any, losses: NDArray[np.float64]) -> None:
    """Fill ``losses`` with the losses that are at most their bounds, and inf for the others, which are not finished.

    A Metropolis step that is accepted where ``log(u) < n (K - K')`` need know K' only below ``K - log(u) / n``. Inputs
    are summed one after the other, and every input adds to a loss; as soon as a code is beyond its bound the next one
    takes its place in the lanes.

    Parameters
    ----------
    compiled : CompiledLoss
        Of `compiled_loss`.
    codes : ndarray of float64, shape (P, N, S + |Q| + 3)
        The codes: at most as many as the batch of ``compiled``, also none.
    bounds : ndarray of float64, shape (P,)
        The largest loss of interest for each code: below 0 for a code that is not to be evaluated at all, inf for no
        bound. Where it is nan the loss becomes inf.
    losses : ndarray of float64, shape (P,)
        What is filled: to the bit what `losses_at` has for the batch, or inf.

    Raises
    ------
    MachineError
        If an array has another shape.
    ProblemError
        If ``compiled`` is not made by `compiled_loss`.

    Examples
    --------
    >>> import numpy as np
    >>> from noisytm import SynthesisProblem, compiled_loss, library, losses_below, words
    >>> machine = library.machine("detectA")
    >>> problem = SynthesisProblem.of_machine(machine, inputs=words("AB", 2), steps=3)
    >>> losses, codes = np.empty(3), problem.space.sample(3, seed=1)
    >>> losses_below(compiled_loss(problem, batch=100), codes, np.array([np.inf, 0.1, -1.0]), losses)
    >>> np.isfinite(losses)
    array([ True, False, False])
    """
    given = _read(compiled, codes, 3)
    limits = real_array("bounds", bounds, "one for each code").astype(np.float64, copy=False)
    if limits.ndim != 1:
        raise MachineError(f"bounds have the shape {limits.shape}; give one for each code")
    with _filled("losses", losses, 1) as out:
        _losses_below(compiled, given, np.ascontiguousarray(limits), out)


def losses_below_in_place(compiled: CompiledLoss) -> None:
    """Evaluate ``compiled.codes`` up to ``compiled.bounded.bounds``; what ``compiled.losses`` has beyond is not right.

    For compiled code of this library, which puts codes where they are read: they are neither checked nor copied.
    """
    _evaluate_into(compiled, compiled.bounded, False)


def losses_and_gradients_in_place(compiled: CompiledLoss) -> None:
    """Evaluate ``compiled.codes`` into ``compiled.losses``, and add to ``compiled.gradients``.

    For compiled code of this library, as `losses_below_in_place`. Who reads the gradients makes them 0 again, as they
    are at first: there they are at hand.
    """
    _add_gradients(compiled)


def loss_at(compiled: CompiledLoss, code: Any) -> float:
    """Return the loss at one code, shape (N, S + |Q| + 3); see `compiled_loss` and `losses_at`."""
    return float(_loss_at(compiled, _read(compiled, code, 2)))


def loss_and_gradient_at(compiled: CompiledLoss, code: Any, gradient: NDArray[np.float64]) -> float:
    """Return the loss at one code, shape (N, S + |Q| + 3), and fill ``gradient``; see `compiled_loss`."""
    given = _read(compiled, code, 2)
    with _filled("gradient", gradient, 2) as slope:
        return float(_loss_and_gradient_at(compiled, given, slope))


def _read(compiled: Any, codes: Any, axes: int) -> NDArray[np.float64]:
    """Return codes as an array with so many axes, in one piece: for any other arrangement numba compiles anew."""
    instance("compiled", compiled, CompiledLoss)
    shape = (len(compiled.codes), compiled.tuples, compiled.columns)[3 - axes :]
    given = real_array("codes", codes, str(shape)).astype(np.float64, copy=False)
    if given.ndim != axes:
        raise MachineError(f"codes have another shape, {given.shape}, than those of compiled_loss; give {shape}")
    return given if given.flags.carray else given.copy()


@contextlib.contextmanager
def _filled(name: str, array: Any, axes: int) -> Iterator[NDArray[np.float64]]:
    """Have an array with so many axes filled, by way of one in one piece if it is not."""
    usual = isinstance(array, np.ndarray) and array.dtype == np.float64 and array.ndim == axes
    if not usual or isinstance(array, np.matrix) or not array.flags.writeable:
        raise MachineError(f"{name} is {shown(array)}; give a float64 array of {axes} axes that can be written to")
    filled = array if array.flags.carray else np.empty(array.shape)
    yield filled
    if filled is not array:
        array[...] = filled


@overload(losses_at)
def _losses_in_compiled_code(compiled, codes, losses):  # type: ignore[no-untyped-def]
    return lambda compiled, codes, losses: _losses_at(compiled, codes, losses)  # noqa: PLW0108


@overload(losses_and_gradients_at)
def _losses_and_gradients_in_compiled_code(compiled, codes, losses, gradients):  # type: ignore[no-untyped-def]
    return lambda compiled, codes, losses, gradients: _losses_and_gradients_at(compiled, codes, losses, gradients)  # noqa: PLW0108


@overload(losses_below)
def _losses_below_in_compiled_code(compiled, codes, bounds, losses):  # type: ignore[no-untyped-def]
    return lambda compiled, codes, bounds, losses: _losses_below(compiled, codes, bounds, losses)  # noqa: PLW0108


@overload(losses_below_in_place)
def _losses_below_in_place_in_compiled_code(compiled):  # type: ignore[no-untyped-def]
    return lambda compiled: _evaluate_into(compiled, compiled.bounded, False)


@overload(losses_and_gradients_in_place)
def _losses_and_gradients_in_place_in_compiled_code(compiled):  # type: ignore[no-untyped-def]
    return lambda compiled: _add_gradients(compiled)  # noqa: PLW0108


@overload(loss_at)
def _loss_in_compiled_code(compiled, code):  # type: ignore[no-untyped-def]
    return lambda compiled, code: _loss_at(compiled, code)  # noqa: PLW0108


@overload(loss_and_gradient_at)
def _loss_and_gradient_in_compiled_code(compiled, code, gradient):  # type: ignore[no-untyped-def]
    return lambda compiled, code, gradient: _loss_and_gradient_at(compiled, code, gradient)  # noqa: PLW0108
