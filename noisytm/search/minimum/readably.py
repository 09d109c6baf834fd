"""The pieces of a search for the least learning coefficient where nothing is compiled: by the readable search."""

from __future__ import annotations

from dataclasses import asdict, replace
from fractions import Fraction

from noisytm._partial import ENDED, carrying
from noisytm.degeneracy.counting import loss_factor
from noisytm.search.minimum.asked import AskedOfAll
from noisytm.search.readable import Asked, Attained, BranchAndBound
from noisytm.search.store import Finished, Incumbent, Piece
from noisytm.search.tree import TreePart


def search_of(asked: AskedOfAll, known: Incumbent | None = None) -> BranchAndBound:
    """Return the readable search, to which a code is known."""
    question = Asked(asked.problem, asked.tables, asked.how, asked.loss, asked.chart, asked.concentration)
    best = None
    if known is not None:
        best = Attained(known.value / loss_factor(asked.loss), known.multiplicity, known.code)
    return BranchAndBound(question, best)


def branches_readably(asked: AskedOfAll, piece: Piece, known: Incumbent | None) -> tuple[list[Piece], int]:
    """Return the children of a piece that no run refutes, none if it has none, and how many nodes it has with all."""
    children = search_of(asked, known).open_children(piece.place)
    return [Piece(child, piece.bound) for child in children], 1 + asked.choices.number * bool(children)


def searched_readably(
    asked: AskedOfAll, piece: Piece, incumbent: Incumbent | None, attaining: Incumbent | None, recorded: bool
) -> Finished:
    """Search a piece; where the least value is known list all codes that attain it.

    Parameters
    ----------
    asked : AskedOfAll
        What is searched.
    piece : Piece
        The piece.
    incumbent, attaining : Incumbent or None
        What is known; and the least value, where that is.
    recorded : bool
        Whether its part of a certificate is wanted.
    """
    search, factor = search_of(asked, incumbent), loss_factor(asked.loss)
    part = search.events = TreePart(asked.choices.number) if recorded else None
    found: list[Attained] = []
    if attaining is None:
        try:
            search.run(piece.place)
        except ENDED as error:
            raise carrying(error, _finished(search, incumbent, factor)) from None
    else:
        found = search.attaining(attaining.value / factor, piece.place)
    so_far = _finished(search, incumbent, factor)
    if attaining is not None:
        attained = [[list(code.table), code.multiplicity] for code in found]
        return Finished({**so_far.record, "attained": attained})
    return so_far if part is None else replace(so_far, proof=part.finish())


def _finished(search: BranchAndBound, incumbent: Incumbent | None, factor: Fraction) -> Finished:
    """Return what was done so far, and the best code."""
    best = search.best
    known = None if best is None else Incumbent(best.value * factor, best.multiplicity, best.table)
    return Finished(asdict(search.tally), None if known == incumbent else known)
