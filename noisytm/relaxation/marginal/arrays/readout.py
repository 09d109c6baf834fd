"""The readout over arrays: the kernels of `kernels/readout.py`, for all runs that share an automaton at once."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from noisytm.problem import Acceptance
from noisytm.relaxation.marginal.arrays.binding import names_of, with_algebra
from noisytm.relaxation.marginal.kernels import entries_into, sink_mass, sink_mass_adjoint

Values = NDArray[Any]


@cache
def _over(algebra: Any) -> dict[str, Any]:
    return with_algebra([entries_into, sink_mass, sink_mass_adjoint], names_of(algebra))


class Read(NamedTuple):
    """What flows into a sink in the runs of one automaton.

    Attributes
    ----------
    automaton : int
        Its number.
    runs : ndarray of int64
        Which runs these are.
    marginals : ndarray, shape (places, values, runs)
        What is read.
    arriving : ndarray, shape (nodes, runs)
        The mass at each node.
    mass : ndarray, shape (runs,)
        What flows into the sink.
    """

    automaton: int
    runs: NDArray[np.int64]
    marginals: Values
    arriving: Values
    mass: Values


def masses(
    algebra: Any, acceptance: Acceptance, inputs: NDArray[np.int64], marginals: Values, sink: int
) -> Iterator[Read]:
    """Yield what flows into a sink, automaton by automaton.

    Parameters
    ----------
    algebra : Costs or Sums
        The algebra.
    acceptance : Acceptance
        The automata.
    inputs : ndarray of int64, shape (runs,)
        The input of each run.
    marginals : ndarray, shape (places, values, runs)
        See `Runs.marginals`.
    sink : int
        `REJECT` or `ACCEPT`.
    """
    automata, layers = acceptance.of_input[inputs], acceptance.layers
    for a in np.unique(automata).tolist():
        runs = np.flatnonzero(automata == a)
        here = marginals[:, :, runs]
        arriving = np.empty((int(layers[a, -1] - layers[a, 0]), len(runs)), dtype=algebra.DTYPE)
        mass = _over(algebra)["sink_mass"](sink, here, acceptance, a, arriving)
        yield Read(a, runs, here, arriving, np.broadcast_to(mass, len(runs)))


def pulled_back(
    algebra: Any, acceptance: Acceptance, read: Read, sink: int, bar: Values, chosen: NDArray[np.bool_]
) -> Values:
    """Return the cotangents of what some runs of a `Read` were read from, shape (places, values, chosen).

    Parameters
    ----------
    algebra, acceptance, read, sink
        As of `masses`.
    bar : ndarray of float64, shape (chosen,)
        The cotangents of the masses.
    chosen : ndarray of bool, shape (runs,)
        Which of the runs.
    """
    marginals, arriving = read.marginals[:, :, chosen], read.arriving[:, chosen]
    marginals_bar, arriving_bar = np.zeros(marginals.shape), np.zeros(arriving.shape)
    _over(algebra)["sink_mass_adjoint"](
        sink, marginals, acceptance, read.automaton, arriving, read.mass[chosen], bar, arriving_bar, marginals_bar
    )
    return marginals_bar
