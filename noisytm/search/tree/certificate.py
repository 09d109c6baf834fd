"""A certificate of a minimum as a file: written, and checked again."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from noisytm import _clock, _progress
from noisytm._checks import memory_of
from noisytm._clock import seconds_given
from noisytm._summary import Described, Summary, number
from noisytm._summary import count as counted
from noisytm.degeneracy.certificate import Certificate, unchecked
from noisytm.degeneracy.counting import loss_factor
from noisytm.errors import CertificateError
from noisytm.problem import SynthesisProblem
from noisytm.search.tree.at_precision import ReplayAt
from noisytm.search.tree.checker import Replay
from noisytm.search.tree.claim import MinimumClaim, header_of, header_of_lists, header_of_none, of_lists
from noisytm.search.tree.confirming import Confirmer
from noisytm.search.tree.container import TreeFile, write_tree
from noisytm.search.tree.lists import CheckedLength, ListsClaim
from noisytm.search.tree.precisions import CheckedPrecision


@dataclass(frozen=True)
class CheckedMinimum(Described):
    """What a certificate has proved: no code that solves the problem has less, and one has as much; or none solves it.

    Attributes
    ----------
    problem : SynthesisProblem
        The problem.
    code : Certificate or None
        Of a code that attains the least λ, with what was asked; ``None`` if no code solves the problem.
    codes : int
        How many codes the space has.
    nodes, refuted, bounded, rows : int
        How many nodes the tree has, leaves of either kind, and how often a syndrome was shown to be fatal.
    lists : ListsClaim, optional
        What is proved of lists, length by length, where the codes are lists; the code is then the best of all.
    precision : CheckedPrecision, optional
        What is proved of the least Λ(s) at finite precision, if the certificate is of that, too.
    trees : int
        How many trees it has.
    """

    problem: SynthesisProblem
    code: Certificate | None
    codes: int
    nodes: int
    refuted: int
    bounded: int
    rows: int
    lists: ListsClaim | None = None
    precision: CheckedPrecision | None = None
    trees: int = 1

    @property
    def by_length(self) -> tuple[CheckedLength, ...] | None:
        """What is proved of the lists of each length; ``None`` of full tables."""
        return None if self.lists is None else self.lists.lengths

    @property
    def value(self) -> Fraction | None:
        """The least λ over all codes that solve the problem; ``None`` if there is none."""
        return self._best[0]

    @property
    def multiplicity(self) -> int | None:
        """The largest m of those that attain it."""
        return self._best[1]

    @property
    def _best(self) -> tuple[Fraction | None, int | None]:
        if self.lists is not None:
            return self.lists.best
        if self.code is None or self.code.multiplicity is None:
            return (None if self.code is None else self.code.value), None
        return self.code.value, int(self.code.multiplicity)

    def _summary(self) -> Summary:
        found = "no code solves the problem; none"
        if self.value is not None:
            found = f"least λ = {number(self.value)}, m = {number(self.multiplicity)}"
        if self.precision is not None:
            found += f", least Λ(s) = {self.precision.in_words()}"
        return Summary(f"{found} of {self.codes:,} codes; proved by {self._proof}")

    @property
    def _proof(self) -> str:
        nodes = counted(self.nodes, "node")
        return f"a tree of {nodes}" if self.lists is None and self.trees == 1 else f"trees of {nodes}"


def write_certificate_of_lists(
    path: str | os.PathLike[str],
    asked: Mapping[str, Any],
    unsolved: Sequence[Any],
    lengths: Sequence[Any],
    trees: Iterable[bytes],
    nodes: int,
) -> None:
    """Write the certificate of the least λ of lists of each length.

    Parameters
    ----------
    path : path
        The file; it is there as a whole or not at all.
    asked, unsolved, lengths, nodes
        As of `claim.header_of_lists`.
    trees : iterable of bytes
        The finished trees, in the order of `ListsClaim.trees`.

    Raises
    ------
    FormatError
        If the file cannot be written.
    """
    write_tree(path, header_of_lists(asked, unsolved, lengths, nodes), trees)


def write_certificate(
    path: str | os.PathLike[str],
    found: Mapping[str, Any] | SynthesisProblem,
    parts: Iterable[bytes],
    nodes: int,
    precision: Mapping[str, Any] | None = None,
) -> None:
    """Write the certificate of a minimum, or that there is none.

    Parameters
    ----------
    path : path
        The file; it is there as a whole or not at all.
    found : mapping, or SynthesisProblem
        The record of a code that attains the minimum: `LearningCoefficient.to_json`. If no code solves the problem,
        the problem.
    parts : iterable of bytes
        The finished parts of the tree, in preorder; then the trees at the kinks of the least Λ(s), where that is
        claimed, by rising s.
    nodes : int
        Their nodes.
    precision : mapping, optional
        What is claimed of the least Λ(s), as `precisions.least_of` makes it.

    Raises
    ------
    FormatError
        If the file cannot be written.
    """
    if isinstance(found, SynthesisProblem):
        header = header_of_none(found, nodes)
    else:
        header = header_of(found, nodes, precision)
    write_tree(path, header, parts)


def check_certificate(
    path: str | os.PathLike[str], *, memory: int | None = None, seconds: float | None = None
) -> CheckedMinimum:
    """Check the certificate of a minimum, from nothing but itself.

    The code is checked as any certificate is. The tree is replayed: every run that refutes a leaf, every syndrome, all
    weights, and that no child is missing; of lists, and of the least Λ(s), there are several trees, one after another.
    Memory does not grow with a tree.

    Parameters
    ----------
    path : path
        The file.
    memory : int, optional
        Bytes that the oracle may take; by default half of what is available.
    seconds : float, optional
        Most time to take; no limit by default.

    Raises
    ------
    CertificateError
        Naming the first thing that fails, and where in the tree.
    BudgetError
        If there is too little memory or time; the message says what was left unchecked.
    Interrupted
        On an interrupt from the keyboard; the message says so too.
    """
    memory = memory_of(memory)
    with _clock.limited(seconds_given(seconds)):
        with unchecked("everything"):
            file = TreeFile(path)
        with file, _progress.counted("bytes", file.size, what="verifying") as bar:
            with unchecked("everything"):
                if of_lists(file.header):
                    return _checked_lists(file, ListsClaim.checked(file.header, memory), memory, bar)
                claim = MinimumClaim.checked(file.header, memory)
            trees, nodes, refuted, bounded, rows = _replayed(file, claim, memory, bar)
    return CheckedMinimum(
        claim.problem, claim.code, claim.tables.codes, nodes, refuted, bounded, rows, None, claim.precision, trees
    )  # fmt: skip


def _checked_lists(file: TreeFile, claim: ListsClaim, memory: int | None, bar: Any) -> CheckedMinimum:
    """Replay the trees of lists, one after another."""
    blocks, done, trees = file.blocks(), [0, 0, 0, 0], 0
    for tree in claim.trees():
        try:
            replay = claim.replay(tree, memory)
            while not replay.whole and (data := next(blocks, None)) is not None:
                replay.take(data)
                bar.to(file.read)
                bar.note(f"{done[0] + replay.nodes:,} of {claim.nodes:,} nodes")
            replay.finish()
        except CertificateError as error:
            raise CertificateError(f"{claim.name(tree)}: {error}") from None
        of_tree = replay.nodes, replay.refuted, replay.bounded, replay.rows
        done, trees = [a + b for a, b in zip(done, of_tree, strict=True)], trees + 1
    if next(blocks, None) is not None:
        raise CertificateError("something follows the last of the trees")
    if done[0] != claim.nodes:
        raise CertificateError(f"the trees have {done[0]:,} nodes; the certificate says {claim.nodes:,}")
    codes = [x.code for x in claim.lengths if x.value is not None and (x.value, x.multiplicity) == claim.best]
    code, (nodes, refuted, bounded, rows) = codes[0] if codes else None, done
    return CheckedMinimum(claim.problem, code, claim.codes, nodes, refuted, bounded, rows, claim, None, trees)


def _replayed(file: TreeFile, claim: MinimumClaim, memory: int | None, bar: Any) -> tuple[int, ...]:
    """Replay the trees of full tables; return how many there are, and their nodes, leaves of either kind, and rows."""
    blocks, done, trees = file.blocks(), [0, 0, 0, 0], 0
    for name, replay in _replays(claim, memory):
        try:
            while not (name and replay.whole):
                with unchecked(f"the tree from node {done[0] + replay.nodes + 1:,} of {claim.nodes:,} on"):
                    data = next(blocks, None)
                    if data is None:
                        break
                    replay.take(data)
                    bar.to(file.read)
                    bar.note(f"{done[0] + replay.nodes:,} of {claim.nodes:,} nodes")
            replay.finish()
        except CertificateError as error:
            raise CertificateError(f"{name}: {error}" if name else str(error)) from None
        of_tree = replay.nodes, replay.refuted, replay.bounded, replay.rows
        done, trees = [a + b for a, b in zip(done, of_tree, strict=True)], trees + 1
    if next(blocks, None) is not None:
        raise CertificateError("something follows the last of the trees")
    if done[0] != claim.nodes:
        have = "the tree has" if trees == 1 else "the trees have"
        raise CertificateError(f"{have} {done[0]:,} nodes; the certificate says {claim.nodes:,}")
    return trees, *done


def _replays(claim: MinimumClaim, memory: int | None) -> Iterator[tuple[str, Replay]]:
    """Yield what checks each tree, and what that is called where there are several."""
    confirmer = Confirmer(claim.problem, claim.semantics, claim.choices, memory)
    asked = claim.choices, len(claim.problem.inputs), claim.choices.weights(claim.concentration)
    several = claim.precision is not None and claim.code is not None
    yield "the tree for λ" if several else "", Replay(*asked, claim.value, claim.multiplicity, confirmer)
    if claim.precision is not None and claim.code is not None:
        factor = loss_factor(claim.code.loss)
        for s, value in claim.precision.open_kinks(claim.code.loss):
            yield f"the tree at s = {s / factor}", ReplayAt(*asked, value, s, confirmer)
