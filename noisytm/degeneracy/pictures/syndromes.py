"""The graph of error syndromes: which errors are fatal together."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

from noisytm._summary import count, grouped, label_of, number
from noisytm.degeneracy.certificate import Certificate
from noisytm.degeneracy.oracle import Syndrome
from noisytm.errors import ProblemError
from noisytm.geometry import Coordinates, chart_at
from noisytm.machine import Description
from noisytm.problem import SynthesisProblem
from noisytm.show.curves import Edge, Ring, caption

MOST_NODES, MOST_EDGES = 40, 60


class Listed(NamedTuple):
    """Fatal syndromes of a code: what the graph is made of.

    Attributes
    ----------
    problem, machine, semantics, chart
        Of what.
    coordinates : tuple of Coordinate
        The error coordinates.
    syndromes : sequence of Syndrome
        Those that are listed, the lightest first.
    reach : str
        Up to which weight they are.
    """

    problem: SynthesisProblem
    machine: Description
    semantics: str
    chart: str
    coordinates: Coordinates
    syndromes: Sequence[Syndrome]
    reach: str


def syndrome_ring(listed: Listed, proof: Certificate | None = None) -> Ring:
    """Return the graph: errors are nodes, each syndrome an edge; of many those with the most weight, then the lightest.

    Parameters
    ----------
    listed : Listed
        The syndromes.
    proof : Certificate, optional
        The proof of the learning coefficient, whose dual has the weights, and may have further syndromes.

    Raises
    ------
    ProblemError
        If there is no syndrome, or the proof is of another chart's coordinates.
    """
    weights: dict[Syndrome, Fraction] = {}
    if proof is not None:
        if proof.coordinates != listed.coordinates:
            raise ProblemError("the proof is of other error coordinates; give one of the same machine and chart")
        weights = {row.syndrome: row.weight for row in proof.dual}
    order = sorted(weights, key=lambda row: (-weights[row], sum(k for _, k in row), row))
    order += [row for row in listed.syndromes if row not in weights]
    if not order:
        raise ProblemError("there is no fatal syndrome to draw; raise the weight up to which they are listed")
    nodes, drawn = _chosen(order)
    names = sorted(nodes)
    index = {j: i for i, j in enumerate(names)}
    exponent = chart_at(listed.chart, listed.problem.space, listed.machine).exponent
    edges = tuple(
        Edge(tuple((index[j], max(k // exponent, 1)) for j, k in row), float(weights.get(row, 0))) for row in drawn
    )
    known = f"; the weights sum to {number(sum(weights.values()))}" if weights else ""
    return Ring(
        title=f"Errors of {label_of(listed.machine)} that are fatal together: {listed.reach}{known}",
        nodes=tuple(str(listed.coordinates[j]) for j in names),
        groups=tuple(str(listed.coordinates[j].place) for j in names),
        edges=edges,
        weighted="fatal together, in the proof of λ: the thicker, the more weight",
        light="fatal together, without weight in it" if proof is not None else "fatal together",
        about=(
            *caption(listed.problem, listed.machine),
            f"{listed.semantics}, {listed.chart} chart; an error is an entry that takes a wrong value; weights have no"
            " unit",
            _left_out(order, drawn, nodes),
        ),
    )


def _chosen(order: Sequence[Syndrome]) -> tuple[set[int], list[Syndrome]]:
    """Return the errors that are drawn, and the syndromes of these alone."""
    nodes: set[int] = set()
    for row in order:
        more = nodes | {j for j, _ in row}
        nodes = more if len(more) <= MOST_NODES else nodes
    drawn = [row for row in order if all(j in nodes for j, _ in row)][:MOST_EDGES]
    return nodes, drawn


def _left_out(order: Sequence[Syndrome], drawn: Sequence[Syndrome], nodes: set[int]) -> str:
    errors = len({j for row in order for j, _ in row} - nodes)
    missing = len(order) - len(drawn)
    if not missing:
        return f"all {count(len(order), 'syndrome')} of {count(len(nodes), 'error')}; nothing is left out"
    return (
        f"{grouped(len(drawn))} of {count(len(order), 'syndrome')}; left out: {grouped(missing)}, and"
        f" {count(errors, 'error')} of theirs"
    )
