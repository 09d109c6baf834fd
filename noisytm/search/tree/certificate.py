"""A certificate of a minimum as a file: written, and checked again."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from noisytm import _clock, _progress
from noisytm._checks import memory_of
from noisytm._clock import seconds_given
from noisytm._summary import Described, Summary, number
from noisytm._summary import count as counted
from noisytm.degeneracy.certificate import Certificate, unchecked
from noisytm.errors import CertificateError
from noisytm.search.tree.checker import Replay
from noisytm.search.tree.claim import MinimumClaim, header_of
from noisytm.search.tree.confirming import Confirmer
from noisytm.search.tree.container import TreeFile, write_tree


@dataclass(frozen=True)
class CheckedMinimum(Described):
    """What a certificate has proved: no code that solves the problem has less, and one has as much.

    Attributes
    ----------
    code : Certificate
        Of the code that attains it, with the problem and what was asked.
    codes : int
        How many codes the space has.
    nodes, refuted, bounded, rows : int
        How many nodes the tree has, leaves of either kind, and how often a syndrome was shown to be fatal.
    """

    code: Certificate
    codes: int
    nodes: int
    refuted: int
    bounded: int
    rows: int

    @property
    def value(self) -> Fraction:
        """The least λ over all codes that solve the problem."""
        return self.code.value

    @property
    def multiplicity(self) -> int:
        """The largest m of those that attain it."""
        assert self.code.multiplicity is not None
        return self.code.multiplicity

    def _summary(self) -> Summary:
        return Summary(
            f"least λ = {number(self.value)}, m = {number(self.multiplicity)} of {self.codes:,} codes; proved by a tree"
            f" of {counted(self.nodes, 'node')}"
        )


def write_certificate(
    path: str | os.PathLike[str], bound: Mapping[str, Any], parts: Iterable[bytes], nodes: int
) -> None:
    """Write the certificate of a minimum.

    Parameters
    ----------
    path : path
        The file; it is there as a whole or not at all.
    bound : mapping
        The record of a code that attains the minimum: `LearningCoefficient.to_json`.
    parts : iterable of bytes
        The finished parts of the tree, in preorder.
    nodes : int
        Their nodes.

    Raises
    ------
    FormatError
        If the file cannot be written.
    """
    write_tree(path, header_of(bound, nodes), parts)


def check_certificate(
    path: str | os.PathLike[str], *, memory: int | None = None, seconds: float | None = None
) -> CheckedMinimum:
    """Check the certificate of a minimum, from nothing but itself.

    The code is checked as any certificate is. The tree is replayed: every run that refutes a leaf, every syndrome, all
    weights, and that no child is missing. Memory does not grow with the tree.

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
                claim = MinimumClaim.checked(file.header, memory)
            code, choices = claim.code, claim.choices
            replay = Replay(
                choices,
                len(code.problem.inputs),
                choices.weights(code.prior_concentration),
                claim.value,
                code.multiplicity or 0,
                Confirmer(code.problem, claim.semantics, choices, memory),
            )
            _replayed(file, replay, claim, bar)
    return CheckedMinimum(
        code, claim.tables.codes, replay.nodes, replay.refuted, replay.bounded, replay.rows
    )  # fmt: skip


def _replayed(file: TreeFile, replay: Replay, claim: MinimumClaim, bar: Any) -> None:
    blocks = file.blocks()
    while True:
        with unchecked(f"the tree from node {replay.nodes + 1:,} of {claim.nodes:,} on"):
            data = next(blocks, None)
            if data is None:
                break
            replay.take(data)
            bar.to(file.read)
            bar.note(f"{replay.nodes:,} of {claim.nodes:,} nodes")
    replay.finish()
    if replay.nodes != claim.nodes:
        raise CertificateError(f"the tree has {replay.nodes:,} nodes; the certificate says {claim.nodes:,}")
