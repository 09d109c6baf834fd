"""The hypergraph of fatal syndromes as a networkx graph, and its fractional covers by matching."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from noisytm._checks import instance
from noisytm.degeneracy.syndromes.listing import FatalSyndromes, weight
from noisytm.errors import ProblemError

if TYPE_CHECKING:
    import networkx as nx


def syndrome_hypergraph(found: FatalSyndromes) -> nx.Graph:
    """Return the bipartite graph of syndromes and error coordinates.

    Parameters
    ----------
    found : FatalSyndromes
        The syndromes.

    Returns
    -------
    networkx.Graph
        Nodes ``("coordinate", j)`` for every coordinate j, with ``bipartite`` 0, ``symbol``, ``state``, ``kind`` and
        ``wrong``; nodes ``("syndrome", k)`` in the order of ``found``, with ``bipartite`` 1 and their ``weight``; an
        edge for every coordinate in a syndrome, with its ``multiplicity``.

    Examples
    --------
    >>> from noisytm import SynthesisProblem, library
    >>> from noisytm.degeneracy.syndromes.listing import fatal_syndromes
    >>> machine = library.machine("detectA")
    >>> problem = SynthesisProblem.of_machine(machine, inputs=["B"], steps=2)
    >>> graph = syndrome_hypergraph(fatal_syndromes(problem, machine, semantics="annealed"))
    >>> sorted(graph.nodes[j]["wrong"] for j in graph.neighbors(("syndrome", 0)))
    ['accept']
    """
    instance("found", found, FatalSyndromes)
    import networkx as nx

    graph = nx.Graph()
    for j, coordinate in enumerate(found.coordinates):
        graph.add_node(("coordinate", j), bipartite=0, **coordinate.to_json())
    for k, syndrome in enumerate(found.syndromes):
        graph.add_node(("syndrome", k), bipartite=1, weight=weight(syndrome))
        for j, multiplicity in syndrome:
            graph.add_edge(("syndrome", k), ("coordinate", j), multiplicity=multiplicity)
    return graph


def fractional_cover_by_matching(found: FatalSyndromes) -> Fraction:
    """Return min {Σ v : v ≥ 0, α·v ≥ 1 for every listed syndrome α} where each has weight 2 at most.

    Errors that are fatal alone cost 1 each, and no other minimal syndrome contains them. The others are the edges
    ij (v_i + v_j ≥ 1) and loops ii (v_i ≥ ½) of a graph. Its bipartite double cover has copies i′ and i″ of each
    vertex and for each ij the edges i′j″ and j′i″. A fractional cover v gives the cover v, v of the double of twice
    the cost, and a cover x, y of the double gives (x + y)/2; so the least cost is half that of the double, which by
    König's theorem is half the size of a maximum matching. Nothing here is shared with the linear programs.

    Parameters
    ----------
    found : FatalSyndromes
        All minimal fatal syndromes: of ``max_weight`` ``None``.

    Returns
    -------
    Fraction
        λ for the log loss and concentration 1, in the chart's coordinates; a multiple of ½.

    Raises
    ------
    ProblemError
        If the list is not complete, or a syndrome has a weight above 2.

    Examples
    --------
    >>> from noisytm import SynthesisProblem, library
    >>> from noisytm.degeneracy.syndromes.listing import fatal_syndromes
    >>> machine = library.machine("detectA")
    >>> problem = SynthesisProblem.of_machine(machine, inputs=["B"], steps=2)
    >>> fractional_cover_by_matching(fatal_syndromes(problem, machine, semantics="annealed", max_weight=None))
    Fraction(3, 1)
    """
    import networkx as nx

    instance("found", found, FatalSyndromes)
    if found.max_weight is not None:
        raise ProblemError(
            f"the syndromes are listed up to weight {found.max_weight} only; list all of them, with max_weight=None"
        )
    heaviest = max(found.counts, default=0)
    if heaviest > 2:
        raise ProblemError(f"a minimal fatal syndrome has weight {heaviest}; matching needs at most 2 in each")
    double = nx.Graph()
    tops, alone = set(), 0
    for syndrome in found.syndromes:
        if weight(syndrome) == 1:
            alone += 1
            continue
        i, j = syndrome[0][0], syndrome[-1][0]
        for a, b in ((i, j), (j, i)):
            double.add_edge(("left", a), ("right", b))
            tops.add(("left", a))
    matching = nx.bipartite.hopcroft_karp_matching(double, tops)
    return alone + Fraction(len(matching) // 2, 2)
