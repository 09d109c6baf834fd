"""Particles of the posterior as ArviZ has samples: groups of arrays with chains and draws, and its own object."""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np

from noisytm._checks import instance, positive_float
from noisytm.errors import NoisytmError, ProblemError
from noisytm.geometry import tuple_names
from noisytm.posterior import FreeEnergy

# What the values of each distribution are called as a dimension.
DIMENSIONS = {"read": "symbol", "in": "key_state", "write": "symbol", "next": "state", "move": "direction"}
TUPLE = "tuple"


def arviz_arrays(found: FreeEnergy, n: Any = None) -> dict[str, dict[str, Any]]:
    """Return the particles at one n in the groups of an ``InferenceData``, as plain dictionaries of arrays.

    Replicas are chains, and the particles of a population its draws. These are in no order of time: particles of one
    ancestor stand beside each other, and depend on each other. So what ArviZ computes from autocorrelations, as
    effective sample sizes, is a guess; R̂ and standard errors over chains are what they say.

    Parameters
    ----------
    found : FreeEnergy
        What `free_energy` returned, with its populations.
    n : float, optional
        Of the ladder; by default the last.

    Returns
    -------
    dict
        ``posterior``: ``write`` (chain, draw, tuple, symbol), ``next`` (…, state), ``move`` (…, direction), the
        distributions of each tuple; where keys err also ``read`` and ``in`` (…, key_state), tuples being named by
        number. ``sample_stats``: ``K``, ``nK``, ``lp`` (−nK, the log of the density with respect
        to the prior), ``ancestor`` (which draw from the prior a particle comes from), each (chain, draw). ``coords``
        and ``dims`` name the axes, ``attrs`` say what was asked.

    Raises
    ------
    ProblemError
        If it has no populations, or not at this n.

    Examples
    --------
    >>> from noisytm import SynthesisProblem, TuringMachine, free_energy
    >>> machine = TuringMachine(["_"], "_", ["0", "H"], "0", [("_", "0", "_", "H", "S")], halting=["H"])
    >>> problem = SynthesisProblem.of_machine(machine, [""], steps=1)
    >>> groups = arviz_arrays(free_energy(problem, n=10, particles=64, replicas=2, sweeps=1))
    >>> groups["posterior"]["move"].shape, groups["dims"]["move"], groups["coords"]["state"]
    ((2, 64, 1, 3), ['tuple', 'direction'], ['0', 'H'])
    """
    samples = instance("found", found, FreeEnergy).samples()
    if not samples:
        raise ProblemError("found has no populations, as where it was read from a file; give what free_energy returns")
    size = found.ladder[-1].n if n is None else positive_float("n", n)
    if size not in samples:
        raise ProblemError(f"n is {size:g}; give an n of the ladder: {', '.join(f'{x:g}' for x in samples)}")
    asked, codes, space = found.asked, samples[size], found.asked.problem.space
    rungs = [rung for replica in found.replicas for rung in replica.rungs if rung.n == size]
    loss = np.array([rung.loss for rung in rungs])
    posterior, coords = {}, {TUPLE: list(tuple_names(space))}
    for kind, start, values in space.blocks:
        posterior[kind] = codes[..., start : start + len(values)]
        coords[DIMENSIONS[kind]] = list(values)
    return {
        "posterior": posterior,
        "sample_stats": {
            "K": loss,
            "nK": size * loss,
            "lp": -size * loss,
            "ancestor": np.array([rung.ancestors for rung in rungs]),
        },
        "coords": coords,
        "dims": {kind: [TUPLE, DIMENSIONS[kind]] for kind in posterior},
        "attrs": {
            "n": size,
            "free_energy": float(np.mean([rung.free_energy for rung in rungs])),
            "problem_key": asked.problem.key,
            "seed": asked.seed,
            "inference_library": "noisytm",
            "inference_library_version": found.version,
        },
    }


def to_arviz(found: FreeEnergy, n: Any = None) -> Any:
    """Return the particles at one n as ArviZ's object of samples, with the groups of `arviz_arrays`.

    Parameters
    ----------
    found : FreeEnergy
        As of `arviz_arrays`.
    n : float, optional
        Likewise.

    Returns
    -------
    arviz.InferenceData
        From ArviZ 1.0 on an ``xarray.DataTree``.

    Raises
    ------
    ProblemError
        As of `arviz_arrays`.
    NoisytmError
        If ArviZ is not installed.

    Examples
    --------
    >>> from noisytm import SynthesisProblem, TuringMachine, free_energy
    >>> machine = TuringMachine(["_"], "_", ["0", "H"], "0", [("_", "0", "_", "H", "S")], halting=["H"])
    >>> problem = SynthesisProblem.of_machine(machine, [""], steps=1)
    >>> data = to_arviz(free_energy(problem, n=10, particles=64, replicas=2, sweeps=1))
    >>> data["posterior"]["next"].sel(state="H", tuple="(_, 0)").shape
    (2, 64)
    """
    groups = arviz_arrays(found, n)
    from_dict = _from_dict()
    named = {name: groups[name] for name in ("posterior", "sample_stats")}
    axes = {"coords": groups["coords"], "dims": groups["dims"]}
    before_1 = "posterior" in inspect.signature(from_dict).parameters
    data = from_dict(**named, **axes) if before_1 else from_dict(named, **axes)
    for name in named:
        data[name].attrs.update(groups["attrs"])
    return data


def _from_dict() -> Any:
    try:
        from arviz import from_dict
    except ImportError:
        raise NoisytmError(
            "its objects need ArviZ, which is not installed; run: python -m pip install 'noisytm[sampling]', or take"
            " arviz_arrays"
        ) from None
    return from_dict
