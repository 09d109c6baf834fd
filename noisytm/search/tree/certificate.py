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
from noisytm.problem import SynthesisProblem
from noisytm.search.tree.checker import Replay
from noisytm.search.tree.claim import MinimumClaim, header_of, header_of_none
from noisytm.search.tree.confirming import Confirmer
from noisytm.search.tree.container import TreeFile, write_tree


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
    """

    problem: SynthesisProblem
    code: Certificate | None
    codes: int
    nodes: int
    refuted: int
    bounded: int
    rows: int

    @property
    def value(self) -> Fraction | None:
        """The least λ over all codes that solve the problem; ``None`` if there is none."""
        return None if self.code is None else self.code.value

    @property
    def multiplicity(self) -> int | None:
        """The largest m of those that attain it."""
        if self.code is None or self.code.multiplicity is None:
            return None
        return int(self.code.multiplicity)

    def _summary(self) -> Summary:
        found = "no code solves the problem; none"
        if self.code is not None:
            found = f"least λ = {number(self.code.value)}, m = {number(self.code.multiplicity)}"
        return Summary(f"{found} of {self.codes:,} codes; proved by a tree of {counted(self.nodes, 'node')}")


def write_certificate(
    path: str | os.PathLike[str], found: Mapping[str, Any] | SynthesisProblem, parts: Iterable[bytes], nodes: int
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
        The finished parts of the tree, in preorder.
    nodes : int
        Their nodes.

    Raises
    ------
    FormatError
        If the file cannot be written.
    """
    header = header_of_none(found, nodes) if isinstance(found, SynthesisProblem) else header_of(found, nodes)
    write_tree(path, header, parts)


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
                replay = Replay(
                    claim.choices,
                    len(claim.problem.inputs),
                    claim.choices.weights(claim.concentration),
                    claim.value,
                    claim.multiplicity,
                    Confirmer(claim.problem, claim.semantics, claim.choices, memory),
                )
            _replayed(file, replay, claim, bar)
    return CheckedMinimum(
        claim.problem, claim.code, claim.tables.codes, replay.nodes, replay.refuted, replay.bounded, replay.rows
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
