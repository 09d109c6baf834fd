"""The posterior near a machine in coordinates without walls, for samplers of other people.

The region R holds the codes whose right entries are at least ½. In every distribution a wrong entry is x_j/2 and the
right one what these leave, with x = softmax(u, 0 for the right entry): u ranges over all of ℝ^d, and no chain leaves R.
Uniform in R means a density ∏ x of all entries, the right one too, in u. The curvature of −nK + Σ log x is of order 1
at any n, since u are logs. This is what noisytm's own populations move in, too, but written here once more.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray

from noisytm import CompiledLoss, SynthesisProblem, TuringMachine, compiled_loss, loss_and_gradient_at, losses_at

Floats = NDArray[np.float64]


class Layout(NamedTuple):
    """The distributions: rows of a code, first and last column, column of the right entry; all int64."""

    rows: NDArray[np.int64]
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    rights: NDArray[np.int64]


@dataclass(frozen=True)
class Region:
    """R near a machine.

    Attributes
    ----------
    problem : SynthesisProblem
        What K is.
    machine : TuringMachine
        Whose region.
    kernel : str
        As of `compiled_loss`.
    """

    problem: SynthesisProblem
    machine: TuringMachine
    kernel: str = "written-out"

    @functools.cached_property
    def layout(self) -> Layout:
        """The distributions with more than one value."""
        space = self.problem.space
        rights = space.right_entries(self.machine)
        rows = [
            (i, start, start + len(values), int(rights[i, k]))
            for i in range(space.shape[0])
            for k, (_, start, values) in enumerate(space.blocks)
            if len(values) > 1
        ]
        return Layout(*(np.array(column, dtype=np.int64) for column in zip(*rows, strict=True)))

    @property
    def dimension(self) -> int:
        """Number d of coordinates."""
        return int((self.layout.ends - self.layout.starts - 1).sum())

    def compiled(self, batch: int = 1) -> CompiledLoss:
        """Return the loss for one thread."""
        return compiled_loss(self.problem, kernel=self.kernel, batch=batch)

    def log_density(self, n: float) -> Callable[[Floats], tuple[float, Floats]]:
        """Return log density and its derivative at one point, up to a constant; for one thread."""
        density, compiled, layout = _density(), self.compiled(), self.layout
        code, gradient = np.zeros(self.problem.space.shape), np.zeros(self.problem.space.shape)
        return lambda u: density(u, float(n), compiled, layout, code, gradient)

    def log_densities(self, n: float, count: int) -> Callable[[Floats], Floats]:
        """Return log densities at up to ``count`` points at once, up to the same constant."""
        densities, compiled, layout = _densities(), self.compiled(count), self.layout
        codes, losses = np.zeros((count, *self.problem.space.shape)), np.zeros(count)

        def at(points: Floats) -> Floats:
            found = np.zeros(count)
            densities(np.ascontiguousarray(points), float(n), compiled, layout, codes, losses, found)
            return found[: len(points)]

        return at

    def losses(self, points: Floats) -> Floats:
        """Return K at points, shape (…, d)."""
        shape, points = points.shape[:-1], points.reshape(-1, points.shape[-1])
        densities, compiled, layout = _densities(), self.compiled(64), self.layout
        codes, losses, found = np.zeros((64, *self.problem.space.shape)), np.zeros(64), np.zeros(64)
        parts = []
        for first in range(0, len(points), 64):
            part = np.ascontiguousarray(points[first : first + 64])
            densities(part, 1.0, compiled, layout, codes, losses, found)
            parts.append(losses[: len(part)].copy())
        return np.concatenate(parts).reshape(shape)


@functools.cache
def _put() -> Any:
    @numba.njit(error_model="numpy")
    def put(u: Any, layout: Any, code: Any) -> Any:
        """Fill a code; return the sum of log x. Until the end of a distribution its entries in ``code`` are x."""
        total, at = 0.0, 0
        for j in range(layout.rows.size):
            i, start, end, right = layout.rows[j], layout.starts[j], layout.ends[j], layout.rights[j]
            top, first = 0.0, at
            for c in range(start, end):
                if c != right:
                    top = max(top, u[at])
                    at += 1
            mass, at = np.exp(-top), first
            for c in range(start, end):
                if c != right:
                    code[i, c] = np.exp(u[at] - top)
                    mass += code[i, c]
                    total += u[at]
                    at += 1
            wrong = 0.0
            for c in range(start, end):
                if c != right:
                    code[i, c] *= 0.5 / mass
                    wrong += code[i, c]
            code[i, right] = 1.0 - wrong
            total -= (end - start) * (top + np.log(mass))
        return total

    return put


@functools.cache
def _density() -> Any:
    put = _put()

    @numba.njit(error_model="numpy")
    def density(u: Any, n: Any, compiled: Any, layout: Any, code: Any, gradient: Any) -> Any:
        value = put(u, layout, code) - n * loss_and_gradient_at(compiled, code, gradient)
        slope, at = np.empty(u.size), 0
        for j in range(layout.rows.size):
            i, start, end, right = layout.rows[j], layout.starts[j], layout.ends[j], layout.rights[j]
            mean = 0.0
            for c in range(start, end):
                mean += 2.0 * code[i, c] * (gradient[i, c] - gradient[i, right]) if c != right else 0.0
            for c in range(start, end):
                if c != right:
                    x = 2.0 * code[i, c]
                    slope[at] = 1.0 - (end - start) * x - 0.5 * n * x * (gradient[i, c] - gradient[i, right] - mean)
                    at += 1
        return value, slope

    return density


@functools.cache
def _densities() -> Any:
    put = _put()

    @numba.njit(error_model="numpy")
    def densities(points: Any, n: Any, compiled: Any, layout: Any, codes: Any, losses: Any, found: Any) -> None:
        for k in range(losses.size):
            found[k] = put(points[min(k, len(points) - 1)], layout, codes[k])
        losses_at(compiled, codes, losses)
        for k in range(losses.size):
            found[k] -= n * losses[k]

    return densities
