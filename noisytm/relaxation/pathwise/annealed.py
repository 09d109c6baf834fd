"""The annealed semantics: the Markov chain on configurations, with fresh noise each time a tuple is used."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from noisytm import _memory
from noisytm._watched import Watch, new_control, watched, worth_watching
from noisytm.errors import BudgetError
from noisytm.problem import Kept, Outcome, SynthesisProblem
from noisytm.relaxation.marginal import LEDGER
from noisytm.relaxation.pathwise import annealed_arrays
from noisytm.relaxation.pathwise.annealed_kernels import gradients, pulled, pushed
from noisytm.relaxation.pathwise.configuration_graph import ConfigurationGraph, Links, configuration_graph

Array = NDArray[np.float64]

# The module of the compiled kernels.
KERNELS = "annealed_kernels"
# A gradient pushes masses forward, pulls values back, and brings the two together.
PASSES_OF_A_GRADIENT = 4

# Of a share and a value, in a pass over all contents.
SECONDS_PER_PRODUCT = 1.5e-9

_graphs = Kept()


def kept_graph(
    problem: SynthesisProblem, memory: int | None = None, most_contents: int | None = None
) -> ConfigurationGraph:
    """Return the graph of a problem's configurations, built once as long as the problem lives.

    Parameters
    ----------
    problem : SynthesisProblem
        The problem.
    memory : int, optional
        Bytes that it may take with a number for every configuration; half of what is available by default.
    most_contents : int, optional
        How many contents it may have.

    Raises
    ------
    BudgetError
        If it does not fit.

    Examples
    --------
    >>> from noisytm import SynthesisProblem, library
    >>> problem = SynthesisProblem.of_machine(library.machine("detectA"), ["A"], steps=3)
    >>> kept_graph(problem) is kept_graph(problem), kept_graph(problem).contents
    (True, 12)
    """
    budget = allowed(memory)

    def build() -> ConfigurationGraph:
        return configuration_graph(problem, budget, most_contents)

    graph: ConfigurationGraph = _graphs.value(problem, "graph", build)
    # A graph that was built with more room is not for a caller with less: build, and so refuse, again.
    fits = working_bytes(graph, 1) <= budget and (most_contents is None or graph.contents <= most_contents)
    return graph if fits else build()


def allowed(memory: int | None) -> int:
    """Return how many bytes may be taken: ``memory``, or what a call may take now."""
    return max(_memory.limit(), _memory.UNQUESTIONED_BYTES) if memory is None else memory


def working_bytes(graph: ConfigurationGraph, columns: int) -> int:
    """Return the bytes of a graph and of two arrays of values in so many columns."""
    return graph.nbytes + 16 * graph.contents * int(graph.links.listed.shape[1]) * columns


class Pass:
    """Passes of the kernels over the contents of a graph, watched where they take long.

    Parameters
    ----------
    graph : ConfigurationGraph
        The graph.
    columns : int
        Columns of the values.
    codes : int
        How many codes are read, or their costs.
    passes : int
        How often the contents are gone through for each.
    """

    def __init__(self, graph: ConfigurationGraph, columns: int, codes: int, passes: int = 1) -> None:
        states = graph.links.listed.shape[1]
        self._contents = graph.contents * codes * passes
        self._seconds = SECONDS_PER_PRODUCT * self._contents * states * graph.links.child.shape[1] * states * columns

    def run(self, kernel: Callable[..., None], graph: Links, *arguments: Any) -> None:
        """Run a kernel of `annealed_kernels` on its arguments and a control."""
        watch, control = Watch(), new_control()
        if worth_watching(self._seconds):  # compiled before it is watched: told to end before it begins
            kernel(graph, *arguments, np.array([1, 0]))
        watch.take(control)
        watched(partial(kernel, graph, *arguments, control), watch, self._seconds, self._contents, "runs, annealed")


class AnnealedRuns:
    """Probabilities of readouts in the annealed semantics, and their gradients, for batches of codes.

    A configuration counts only as far as it can still be read (`configuration_graph`); all inputs share one graph of
    them. With fewer readouts than inputs what is expected at the end is pulled back to the beginning, a column for
    each readout; otherwise masses are pushed forward, a column for each input.

    Parameters
    ----------
    problem : SynthesisProblem
        The problem.
    memory : int, optional
        Bytes that may be taken; half of what is available by default.

    Attributes
    ----------
    outcomes : list of lists of outcomes
        For each input the readouts that can be reached under full noise, in a fixed order.

    Raises
    ------
    BudgetError
        If there are too many configurations, when the message says how many steps are sure to fit, or readouts.

    Examples
    --------
    >>> from noisytm import SynthesisProblem, library
    >>> machine = library.machine("detectA")
    >>> problem = SynthesisProblem.of_machine(machine, ["A", "BA"], steps=2)
    >>> runs = AnnealedRuns(problem)
    >>> runs.outcomes[0]
    [('reject',), ('accept',)]
    >>> runs.masses(problem.space.embed(machine)[None])
    [array([[0., 1.]]), array([[0., 1.]])]
    """

    def __init__(self, problem: SynthesisProblem, memory: int | None = None) -> None:
        graph = kept_graph(problem, memory)
        self._graph, self._memory, self._shape = graph, allowed(memory), problem.space.shape
        inputs, readouts = len(problem.inputs), len(graph.readouts)
        if 8 * inputs * readouts > self._memory:
            raise BudgetError(
                f"{readouts} readouts of {inputs} inputs need {_memory.in_words(8 * inputs * readouts)} of memory; a"
                f" call may take {_memory.in_words(self._memory)}; use fewer inputs or a narrower readout"
            )
        self._backward = readouts <= inputs
        # Columns are taken together as far as memory allows.
        count = min(inputs, readouts)
        while count > 1 and working_bytes(graph, count) > self._memory:
            count = -(-count // 2)
        self._columns = count
        # With every entry 1 a run counts 1; the numbers may pass all bounds, but none that is reached is 0.
        reached = self._dense(np.ones((1, *self._shape)))[0] > 0
        self._reached = [np.flatnonzero(row) for row in reached]
        self.outcomes: list[list[Outcome]] = [[graph.readouts[o] for o in row.tolist()] for row in self._reached]

    def masses(self, codes: Array) -> list[Array]:
        """Return the probability of each outcome of each input: sums of products of entries, none negative.

        Parameters
        ----------
        codes : ndarray of float64, shape (n, N, S + |Q| + 3)
            Noisy codes; they are not checked.

        Returns
        -------
        list of ndarray of float64, shape (n, len(outcomes[i]))
        """
        dense = self._dense(_in_one_piece(codes))
        return [dense[:, i, row] for i, row in enumerate(self._reached)]

    def gradient(self, codes: Array, cotangents: Sequence[Array]) -> Array:
        """Return the gradient of Σ cotangent·probability by the entries of the codes.

        Parameters
        ----------
        codes : ndarray of float64, shape (n, N, S + |Q| + 3)
            Noisy codes.
        cotangents : list of ndarray of float64, shape (n, len(outcomes[i]))
            For each input.

        Returns
        -------
        ndarray of float64, shape of ``codes``
        """
        codes = _in_one_piece(codes)
        links, inputs, readouts = self._graph.links, len(self._reached), len(self._graph.readouts)
        dense = np.zeros((len(codes), inputs, readouts))
        for i, row in enumerate(self._reached):
            dense[:, i, row] = cotangents[i]
        total, small = np.zeros(codes.shape), self._small(len(codes), PASSES_OF_A_GRADIENT)
        for part in self._parts():
            if self._backward:
                seeds, terminals = dense[:, :, part], np.eye(readouts)[None, :, part]
            else:
                seeds, terminals = np.eye(inputs)[None, :, part], dense[:, part].swapaxes(1, 2)
            if small:
                for n, code in enumerate(codes):
                    of = seeds[n % len(seeds)], terminals[n % len(terminals)]
                    total[n] += annealed_arrays.gradient(links, self._graph.layers, code, *of)
                continue
            Pass(self._graph, part.stop - part.start, len(codes), 3).run(
                gradients, links, codes, np.ascontiguousarray(seeds), np.ascontiguousarray(terminals),
                self._values(part), self._values(part), total,
            )  # fmt: skip
        return total

    def _dense(self, codes: Array) -> Array:
        """Return masses of all readouts, shape (n, inputs, readouts)."""
        links, inputs, readouts = self._graph.links, len(self._graph.links.starts), len(self._graph.readouts)
        dense, small = np.empty((len(codes), inputs, readouts)), self._small(len(codes), 1)
        for part in self._parts():
            over = Pass(self._graph, part.stop - part.start, len(codes))
            if small:
                self._fill_in_arrays(dense, codes, part)
            elif self._backward:
                out = np.empty((len(codes), inputs, part.stop - part.start))
                over.run(pulled, links, codes, np.ascontiguousarray(np.eye(readouts)[:, part]), self._values(part), out)
                dense[:, :, part] = out
            else:
                out = np.empty((len(codes), readouts, part.stop - part.start))
                over.run(pushed, links, codes, np.ascontiguousarray(np.eye(inputs)[:, part]), self._values(part), out)
                dense[:, part] = out.swapaxes(1, 2)
        return dense

    def _fill_in_arrays(self, dense: Array, codes: Array, part: slice) -> None:
        """Fill in the masses of some readouts, or of some inputs, without compiled code."""
        links, layers = self._graph.links, self._graph.layers
        for n, code in enumerate(codes):
            if self._backward:
                values = annealed_arrays.pulled(links, layers, code, np.eye(len(self._graph.readouts))[:, part])
                dense[n, :, part] = values[links.starts, links.start]
            else:
                values = annealed_arrays.pushed(links, layers, code, np.eye(len(links.starts))[:, part])
                masses = np.zeros((len(self._graph.readouts), values.shape[2]))
                np.add.at(masses, links.readout, values[len(links.child) :])
                dense[n, part] = masses.T

    def _small(self, codes: int, passes: int) -> bool:
        """Return whether some passes for each code are better made without compiled code."""
        seconds = annealed_arrays.seconds_of_pass(self._graph.links, self._graph.layers, self._columns)
        if LEDGER.arrays_do(KERNELS, codes * passes * len(self._parts()) * seconds):
            return True
        LEDGER.compiled(KERNELS)
        return False

    def _parts(self) -> list[slice]:
        count = min(len(self._graph.links.starts), len(self._graph.readouts))
        return [slice(k, min(k + self._columns, count)) for k in range(0, count, self._columns)]

    def _values(self, part: slice) -> Array:
        return np.empty((self._graph.contents, self._graph.links.listed.shape[1], part.stop - part.start))


def _in_one_piece(codes: Array) -> Array:
    """Return codes as the kernels are compiled for: float64, in one piece and writable."""
    codes = np.ascontiguousarray(codes, dtype=np.float64)
    return codes if codes.flags.writeable else codes.copy()
