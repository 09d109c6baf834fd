"""Rejected probability, loss and gradient in the semantics that do not follow marginals: sums over readouts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import singledispatch
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from noisytm import _memory, _progress
from noisytm._text import shown
from noisytm.errors import ProblemError
from noisytm.losses import LOSSES, Loss
from noisytm.problem import Kept, Outcome, SynthesisProblem
from noisytm.relaxation.generic import ReadableRuns
from noisytm.relaxation.pathwise.annealed import AnnealedRuns
from noisytm.relaxation.pathwise.quenched import QuenchedRuns
from noisytm.relaxation.semantics import Annealed, Quenched, Semantics, checked_semantics

Array = NDArray[np.float64]

# Codes are taken in parts, so that the masses of a part stay below this many numbers.
MASSES_AT_ONCE = 1 << 22


class Runs(Protocol):
    """The sum over runs of one semantics on one problem."""

    outcomes: list[list[Outcome]]

    def masses(self, codes: Array) -> list[Array]:
        """Return for each input the probability of each outcome, shape (n, outcomes)."""

    def gradient(self, codes: Array, cotangents: Sequence[Array]) -> Array:
        """Return the gradient of Σ cotangent·probability, shape of ``codes``."""


class _Sums(NamedTuple):
    """The runs of a problem, and by input: which outcomes are rejected, whether one alone is accepted, the weight."""

    runs: Runs
    rejected: list[NDArray[np.bool_]]
    sole: list[bool]
    weights: Array


_kept = Kept()


def path_sums(problem: SynthesisProblem, semantics: str | Semantics) -> Runs:
    """Return what sums over the runs of a problem, made once as long as the problem lives.

    Raises
    ------
    BudgetError
        If there is too little memory.
    ProblemError
        If there is no such semantics.

    Examples
    --------
    >>> from noisytm import SynthesisProblem, library
    >>> problem = SynthesisProblem.of_machine(library.machine("detectA"), ["A"], steps=1)
    >>> path_sums(problem, "annealed").outcomes
    [[('reject',), ('accept',)]]
    """
    return _sums(problem, semantics).runs


def wrong_probability(
    problem: SynthesisProblem, codes: Any, *, semantics: Semantics, kernel: str, lanes: int | None, threads: int | str
) -> Array:
    """Return f_x(w), shape (n, inputs); as `noisytm.wrong_probability`, for what is not marginal.

    A sum of the masses of rejected readouts, each a sum of products of entries: small values are as accurate,
    relatively, as large ones.
    """
    _require_defaults(semantics, kernel, lanes, threads)
    sums, batch = _sums(problem, semantics), problem.space.checked(codes)
    _require_room(batch, sums, 0)
    wrong = np.empty((len(batch), len(sums.rejected)))
    with _progress.counted("codes", len(batch), what=f"runs, {semantics.name}") as bar:
        for part in _parts(sums, batch):
            for i, (masses, rejected) in enumerate(zip(sums.runs.masses(batch[part]), sums.rejected, strict=True)):
                wrong[part, i] = masses[:, rejected].sum(axis=1)
            bar.to(part.stop)
    return wrong


def loss_and_gradient(
    problem: SynthesisProblem,
    codes: Any,
    *,
    semantics: Semantics,
    loss: str,
    kernel: str,
    lanes: int | None,
    threads: int | str,
) -> tuple[Array, Array]:
    """Return losses (n,) and gradients (n, N, S + |Q| + 3); as `noisytm.loss_and_gradient`, for the others.

    With sets of accepted outcomes the brier loss of an input is f², with a single one ½‖p − e‖².
    """
    form = LOSSES.named(loss)
    _require_defaults(semantics, kernel, lanes, threads)
    sums, batch = _sums(problem, semantics), problem.space.checked(codes)
    _require_room(batch, sums, batch.shape[1] * batch.shape[2])
    losses, gradients = np.zeros(len(batch)), np.empty(batch.shape)
    with _progress.counted("codes", len(batch), what=f"runs, {semantics.name}") as bar:
        for part in _parts(sums, batch):
            cotangents = []
            for i, masses in enumerate(sums.runs.masses(batch[part])):
                value, cotangent = _term(form, masses, sums.rejected[i], sums.sole[i])
                losses[part] += sums.weights[i] * value
                cotangents.append(sums.weights[i] * cotangent)
            gradients[part] = sums.runs.gradient(batch[part], cotangents)
            bar.to(part.stop)
    gradients[np.isinf(losses)] = np.nan
    return losses, gradients


def rejected_gradient(problem: SynthesisProblem, code: Array, semantics: str | Semantics) -> Array:
    """Return the gradient of Σ_x f_x at one code, shape (N, S + |Q| + 3), by all of its entries.

    Examples
    --------
    >>> from noisytm import SynthesisProblem, library
    >>> machine = library.machine("detectA")
    >>> problem = SynthesisProblem.of_machine(machine, [""], steps=1)
    >>> rejected_gradient(problem, problem.space.embed(machine), "annealed")[0].tolist()
    [0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0]
    """
    sums = _sums(problem, semantics)
    flags = [rejected[None].astype(np.float64) for rejected in sums.rejected]
    gradient: NDArray[np.float64] = sums.runs.gradient(code[None], flags)[0]
    return gradient


def _sums(problem: SynthesisProblem, semantics: str | Semantics) -> _Sums:
    found = checked_semantics(semantics)
    found.require(problem)
    sums: _Sums = _kept.value(problem, found, lambda: _new_sums(problem, found))
    return sums


def _new_sums(problem: SynthesisProblem, semantics: Semantics) -> _Sums:
    runs = runs_of(semantics, problem)
    rejected = [
        np.array([not problem.accepts(i, outcome) for outcome in outcomes], dtype=bool)
        for i, outcomes in enumerate(runs.outcomes)
    ]
    sole = [problem.sole_outcome(i) is not None for i in range(len(problem.inputs))]
    return _Sums(runs, rejected, sole, problem.encoded.weights)


@singledispatch
def runs_of(semantics: Semantics, problem: SynthesisProblem) -> Runs:
    """Return what evaluates a semantics on a problem: its readable step, unless its class has something faster.

    To attach compiled sums to a class, register the function that makes them: ``@runs_of.register(Mine)``.
    """
    return ReadableRuns(problem, semantics)


@runs_of.register(Annealed)
def _(semantics: Annealed, problem: SynthesisProblem) -> Runs:
    return AnnealedRuns(problem)


@runs_of.register(Quenched)
def _(semantics: Quenched, problem: SynthesisProblem) -> Runs:
    return QuenchedRuns(problem)


def _require_defaults(semantics: Semantics, kernel: str, lanes: int | None, threads: int | str) -> None:
    """Raise `ProblemError` for options that choose among the compiled forms of a marginal step."""
    for name, value, only in (("kernel", kernel, "auto"), ("lanes", lanes, None), ("threads", threads, 1)):
        if value != only or isinstance(value, bool):
            raise ProblemError(
                f"{name} is {shown(value)}; with semantics {semantics.name} it has no effect: leave it at {only!r}"
            )


def _require_room(batch: Array, sums: _Sums, entries: int) -> None:
    inputs = len(sums.rejected)
    _memory.require(
        8 * len(batch) * (entries + inputs), f"{len(batch)} codes and {inputs} inputs", "evaluate fewer codes at a time"
    )


def _parts(sums: _Sums, batch: Array) -> Iterator[slice]:
    size = max(MASSES_AT_ONCE // (len(sums.rejected) * max(map(len, sums.rejected))), 1)
    for first in range(0, len(batch), size):
        yield slice(first, min(first + size, len(batch)))


def _term(form: Loss, masses: Array, rejected: NDArray[np.bool_], sole: bool) -> tuple[Array, Array]:
    """Return an input's share of a loss at some codes, and its cotangents by outcome."""
    wrong, right = masses[:, rejected], masses[:, ~rejected]
    squares = (wrong * wrong).sum(axis=1) if sole and form.squares else None
    share = form.share(wrong.sum(axis=1), right.sum(axis=1), squares)
    cotangents = np.empty_like(masses)
    cotangents[:, rejected] = _column(share.wrong) + 2 * _column(share.squares) * wrong
    cotangents[:, ~rejected] = _column(share.right)
    return share.value, cotangents


def _column(slope: Array | float) -> Array:
    return np.asarray(slope, dtype=np.float64).reshape(-1, 1)
