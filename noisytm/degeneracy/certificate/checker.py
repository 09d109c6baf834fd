"""Check a certificate from its point and problem alone: nothing here, nor imported from here, solves a program."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from noisytm.degeneracy.certificate.claim import Claim, FatalSyndrome
from noisytm.degeneracy.oracle import Oracle, integer_costs
from noisytm.errors import CertificateError, ProblemError
from noisytm.geometry import (
    weights,
)

MAX_COST_BITS = 57
MAX_BITS_SHOWN = 200


def oracle_of(claim: Claim, memory: int | None = None) -> Oracle:
    """Return the oracle at the point of a claim; `CertificateError` if the loss does not vanish there."""
    where = claim.face, claim.semantics, claim.chart
    try:
        return Oracle(claim.problem, *where, memory)
    except ProblemError as error:
        raise CertificateError(f"the machine does not solve the problem: {error}") from None


def weights_of(claim: Claim, oracle: Oracle) -> tuple[Fraction, ...]:
    """Return γ, the weight of each coordinate; `CertificateError` if the concentration does not fit the chart."""
    try:
        return weights(claim.prior_concentration, oracle.chart)
    except ProblemError as error:
        raise CertificateError(str(error)) from None


def check(claim: Claim, oracle: Oracle) -> None:
    """Check a claim: upper bound by the oracle, lower bound by arithmetic, every syndrome by its costs.

    Parameters
    ----------
    claim : Claim
        What is claimed, with its proof.
    oracle : Oracle
        That of `oracle_of`.

    Raises
    ------
    CertificateError
        Naming the first thing that fails.
    BudgetError
        If there is too little memory.
    """
    gamma = weights_of(claim, oracle)
    _check_primal(claim, oracle, gamma)
    _check_dual(claim, gamma)
    _check_fatal(claim.dual, oracle)


def _check_primal(claim: Claim, oracle: Oracle, gamma: Sequence[Fraction]) -> None:
    v = claim.primal
    if len(v) != oracle.dimension:
        raise CertificateError(f"primal has {len(v)} values; the chart has {oracle.dimension} coordinates")
    for j, x in enumerate(v):
        if x < 0:
            raise CertificateError(f"primal value of {oracle.coordinates[j]} is {_text(x)}; it must be >= 0")
    total = sum((x * g for x, g in zip(v, gamma, strict=True)), Fraction(0))
    if total != claim.value:
        raise CertificateError(
            f"primal values sum to {_text(total)}, but the learning coefficient (log loss) is {_text(claim.value)}"
        )
    costs, scale = integer_costs(v)
    least = oracle.least(costs, enough=scale)
    if least is not None and least < scale:
        raise CertificateError(
            "primal v is not feasible: the oracle finds a fatal syndrome with"
            f" α·v = {_text(Fraction(least, scale))} < 1"
        )


def _check_dual(claim: Claim, gamma: Sequence[Fraction]) -> None:
    names = claim.coordinates
    load = [Fraction(0)] * len(names)
    for row in claim.dual:
        if row.weight <= 0:
            raise CertificateError(f"dual weight {_text(row.weight)} is not positive")
        for j, count in row.syndrome:
            load[j] += row.weight * count
    for j, x in enumerate(load):
        if x > gamma[j]:
            raise CertificateError(
                f"dual weights on {names[j]} sum to {_text(x)}, more than its prior concentration {_text(gamma[j])}"
            )
    total = sum((row.weight for row in claim.dual), Fraction(0))
    if total != claim.value:
        raise CertificateError(
            f"dual weights sum to {_text(total)}, but the learning coefficient (log loss) is {_text(claim.value)}"
        )


def _check_fatal(dual: Sequence[FatalSyndrome], oracle: Oracle) -> None:
    for row in dual:
        named = _named(row, oracle)
        if len(row.costs) != oracle.dimension:
            raise CertificateError(
                f"costs of the syndrome {named} have {len(row.costs)} entries; need {oracle.dimension}"
            )
        # Positive costs bound every count by the cost of its syndrome; at cost 0 counts could pass 2^63 unseen.
        if any(not 1 <= c < 1 << MAX_COST_BITS for c in row.costs):
            raise CertificateError(f"costs of the syndrome {named} must be integers from 1 to 2^{MAX_COST_BITS} - 1")
    for row, shown_fatal in zip(dual, oracle.return_somewhere(*_as_arrays(dual, oracle.dimension)), strict=True):
        if not shown_fatal:
            raise CertificateError(
                f"the syndrome {_named(row, oracle)} is not shown to be fatal: at its costs the oracle returns another"
            )


def _as_arrays(dual: Sequence[FatalSyndrome], dimension: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return exponents and costs; a count that no cost of a syndrome below 2^57 allows is cut down to another such."""
    counts = np.zeros((len(dual), dimension), dtype=np.int64)
    for i, row in enumerate(dual):
        for j, k in row.syndrome:
            counts[i, j] = min(k, 1 << MAX_COST_BITS)
    return counts, np.array([row.costs for row in dual], dtype=np.int64).reshape(counts.shape)


def _named(row: FatalSyndrome, oracle: Oracle) -> str:
    return " and ".join(f"{oracle.coordinates[j]} (×{k})" for j, k in row.syndrome)


def _text(x: Fraction) -> str:
    if max(x.numerator.bit_length(), x.denominator.bit_length()) <= MAX_BITS_SHOWN:
        return str(x)
    return f"a fraction near 2^{x.numerator.bit_length() - x.denominator.bit_length()}"
