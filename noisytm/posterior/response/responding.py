"""Susceptibilities of a problem, from samples of its posterior."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from noisytm import _clock, _progress
from noisytm._checks import instance, one_of, positive_float, real_array
from noisytm._text import shown
from noisytm.codespace import CodeSpace
from noisytm.errors import ProblemError
from noisytm.geometry import tuple_names
from noisytm.machine import Description
from noisytm.posterior.partition import checked_samples
from noisytm.posterior.response.covariances import response_of
from noisytm.posterior.response.result import Susceptibilities
from noisytm.posterior.spaces import checked_step
from noisytm.problem import SynthesisProblem
from noisytm.relaxation import loss_and_gradient
from noisytm.relaxation.marginal import LEDGER
from noisytm.relaxation.semantics import Semantics
from noisytm.show.curves import caption

Reals = NDArray[np.float64]
COMPONENTS = ("tuples", "distributions")
# What all evaluations together may take in NumPy, in CPU seconds, before compiled code makes them.
LITTLE = 0.5


def susceptibilities(
    problem: SynthesisProblem,
    samples: Any,
    n: float,
    *,
    machine: Description | None = None,
    components: str = "tuples",
    observables: Mapping[str, Any] | None = None,
    semantics: str | Semantics = "pseudo-utm",
    loss: str = "log",
) -> Susceptibilities:
    """Say how the posterior at n answers when an input is weighted a little more, and which inputs λ comes from.

    With q_ε = (1 − ε)q + ε·δ_x, χ_{Φ,x} = d E[Φ]/dε at 0 = −n Cov_n(Φ, ℓ_x − K), ℓ_x the loss on input x. Observed are
    nK (at the old weights), and with a machine n·K(w on C, the code elsewhere) for each component C of it: how much
    of the loss the errors there make alone. The shares q_x n E[ℓ_x] add up to E[nK], which tends to λ.

    Parameters
    ----------
    problem : SynthesisProblem
        The problem.
    samples : array_like of float, shape (replicas, samples, N, S + |Q| + 3)
        Noisy codes from the posterior at n, of independent replicas.
    n : float
        The n of the samples.
    machine : TuringMachine or Description, optional
        The code near which components are looked at; samples should then be of the posterior near it.
    components : {"tuples", "distributions"}
        What the components of the machine are.
    observables : mapping of str to array_like, shape (replicas, samples), optional
        Further observables, by name.
    semantics, loss : str
        As of `wrong_probability` and `loss_and_gradient`.

    Returns
    -------
    Susceptibilities

    Raises
    ------
    ProblemError
        If an argument is none of these.
    EstimateError
        If there is one replica only, which gives no error, or so few samples that one alone is left without one.

    Examples
    --------
    >>> from noisytm import library
    >>> code = library.machine("detectA")
    >>> problem = SynthesisProblem.of_machine(code, ["A", "B"], 3)
    >>> near = 0.99 * problem.space.embed(code) + 0.01 * problem.space.sample(60).reshape(2, 30, 6, 8)
    >>> found = susceptibilities(problem, near, 100.0, machine=code)
    >>> len(found.observables), bool(abs(found.values @ [0.5, 0.5]).max() < 1e-9)
    (7, True)
    """
    (step, kind), n = checked_step(problem, semantics, loss), positive_float("n", n)
    one_of("components", components, COMPONENTS, ProblemError)
    codes = checked_samples(problem.space, samples)
    replicas, size = codes.shape[:2]
    flat = codes.reshape(-1, *problem.space.shape)
    if machine is not None:
        instance("machine", machine, Description)
        problem.space.require(machine)
    losses, observed = _observed(problem, flat, n, (step, kind), machine, components)
    if observables is not None and not isinstance(observables, Mapping):
        raise ProblemError(f"observables is {shown(observables)}; give a mapping name → array")
    for name, values in (observables or {}).items():
        observed[_name(name, observed)] = _given(name, values, (replicas, size))
    phi = np.array([values.reshape(replicas, size) for values in observed.values()])
    found = response_of(phi, losses.reshape(replicas, size, -1), _weights(problem), n)
    single = all(len(symbol) == 1 for symbol in problem.space.symbols)
    inputs = tuple("".join(word) if single else word for word in problem.inputs)
    about = caption(problem, machine, near=machine is not None)
    return Susceptibilities(n, replicas, size, inputs, tuple(observed), *found, step.name, kind, problem.key, about)


def losses_by_input(problem: SynthesisProblem, codes: Reals, semantics: Semantics, loss: str) -> Reals:
    """Return ℓ_x, the loss on each input alone, shape (n, inputs).

    Raises
    ------
    ProblemError
        If one is infinite: samples of the posterior have finite losses.
    """
    return _losses(_alone(problem), codes, semantics, loss)


def _alone(problem: SynthesisProblem) -> list[SynthesisProblem]:
    """Return the problem of each input: a loss is not made of f alone, and 1 − f may be far smaller than a rounding."""
    return [
        replace(problem, inputs=(word,), targets=(accepted,), weights=(Fraction(1),))
        for word, accepted in zip(problem.inputs, problem.targets, strict=True)
    ]


def _losses(alone: list[SynthesisProblem], codes: Reals, semantics: Semantics, loss: str) -> Reals:
    found = np.array([loss_and_gradient(one, codes, semantics=semantics, loss=loss)[0] for one in alone]).T
    if not np.isfinite(found).all():
        raise ProblemError("a sample has an infinite loss on some input; the posterior has no such samples")
    return np.asarray(found, np.float64)


def _weights(problem: SynthesisProblem) -> Reals:
    return np.array([float(x) for x in problem.weights])


def _observed(
    problem: SynthesisProblem,
    codes: Reals,
    n: float,
    kind: tuple[Semantics, str],
    machine: Description | None,
    components: str,
) -> tuple[Reals, dict[str, Reals]]:
    """Return the losses on each input, and nK of the samples, and where they are the machine but for a component.

    How they are evaluated depends on what is asked alone, so that the same samples give the same bits.
    """
    alone, q = _alone(problem), _weights(problem)
    many = 1 if components == "tuples" else len(problem.space.blocks)
    parts = 0 if machine is None else len(codes[0]) * many
    with LEDGER.settled((1 + parts) * len(alone), LITTLE), _progress.counted("components", 1 + parts) as bar:
        losses = _losses(alone, codes, *kind)
        observed = {"nK": n * (losses @ q)}
        bar.more()
        if machine is not None:
            for name, changed in _components(problem.space, machine, codes, components):
                _clock.tick()
                observed[name] = n * (_losses(alone, changed, *kind) @ q)
                bar.more()
    return losses, observed


def _components(space: CodeSpace, machine: Description, codes: Reals, components: str) -> Iterator[tuple[str, Reals]]:
    """Yield each component by name, with the samples there and the code elsewhere."""
    code = space.embed(machine)
    for i, name in enumerate(tuple_names(space)):
        if components == "tuples":
            yield name, _changed(code, codes, i, 0, space.shape[1])
            continue
        for kind, start, values in space.blocks:
            yield f"{name} {kind}", _changed(code, codes, i, start, start + len(values))


def _changed(code: Reals, codes: Reals, tuple_: int, start: int, end: int) -> Reals:
    changed = np.broadcast_to(code, codes.shape).copy()
    changed[:, tuple_, start:end] = codes[:, tuple_, start:end]
    return changed


def _name(name: Any, known: Mapping[str, Any]) -> str:
    if not isinstance(name, str) or name in known:
        raise ProblemError(f"an observable is called {shown(name)}; give names that are not taken")
    return name


def _given(name: str, values: Any, shape: tuple[int, int]) -> Reals:
    found = np.asarray(real_array(f"values of {shown(name)}", values, f"{shape}", ProblemError), np.float64)
    if found.shape != shape:
        raise ProblemError(f"values of {shown(name)} have the shape {found.shape}; give {shape}, one for each sample")
    return found
