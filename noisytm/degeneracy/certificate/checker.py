"""Check a certificate from its point and problem alone: nothing here, nor imported from here, solves a program."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from noisytm import _clock, _progress
from noisytm.degeneracy.certificate.arithmetic import over_one, rank_at_least
from noisytm.degeneracy.certificate.claim import Claim, FatalSyndrome
from noisytm.degeneracy.certificate.form import MAX_COST_BITS, named, require_form
from noisytm.degeneracy.counting import loss_factor
from noisytm.degeneracy.oracle import Oracle
from noisytm.errors import BudgetError, CertificateError, Interrupted, ProblemError
from noisytm.geometry import weights

MAX_BITS_SHOWN = 200
ROWS_AT_ONCE = 64


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


def objective_of(claim: Claim, oracle: Oracle) -> tuple[Sequence[Fraction], Fraction]:
    """Return the weights of the coordinates in the objective, and its value in the unit of the program.

    Where the least Σ q(v) is claimed, q convex and quadratic, the weights are half its gradient at the claimed v: then
    Σ q(x) ≥ 2·weights·x − Σ q(v), so that what is least for these weights is least for q.
    """
    chart, factor = oracle.chart, loss_factor(claim.loss)
    if chart.growth:
        weights_of(claim, oracle)
        return chart.half_gradient(claim.primal), claim.value / (chart.law_factor * factor**2)
    return weights_of(claim, oracle), claim.value / factor


def check_claim(claim: Claim, memory: int | None = None) -> None:
    """Check a claim from nothing but itself; see `check`."""
    require_form(claim)
    check(claim, oracle_of(claim, memory))


def check(claim: Claim, oracle: Oracle) -> None:
    """Check a claim: λ from above by the oracle, from below by arithmetic, every syndrome by its costs, and m.

    Parameters
    ----------
    claim : Claim
        What is claimed, with its proof; its form must have been checked.
    oracle : Oracle
        That of `oracle_of`.

    Raises
    ------
    CertificateError
        Naming the first thing that fails.
    BudgetError
        If there is too little memory or time; the message says what was left unchecked.
    Interrupted
        On an interrupt; the message says so too.
    """
    checks = _Checks(claim, oracle)
    left = [
        ("that v is feasible", checks.primal),
        ("the dual weights", checks.dual),
        ("the dimension of the optimal face", checks.optimal_face),
        ("that the syndromes are fatal", checks.fatal),
    ]
    check_in_turn(left, "verifying")


def check_in_turn(parts: Sequence[tuple[str, Callable[[], None]]], what: str) -> None:
    """Make checks, each with what it checks, in turn; where one is ended it and those after it are named."""
    left = list(parts)
    with _progress.counted("checks", len(left), what=what) as bar:
        while left:
            with unchecked(", ".join(of for of, _ in left)):
                left[0][1]()
            left.pop(0)
            bar.more()


def check_fatal(claim: Claim, oracle: Oracle) -> None:
    """Check that at its costs the oracle returns each syndrome of a claim, and nothing else."""
    _Checks(claim, oracle).fatal()


@contextmanager
def unchecked(what: str) -> Iterator[None]:
    """Say, where a budget runs out in the ``with`` block, or it is interrupted, what is left unchecked."""
    try:
        yield
    except BudgetError as error:
        raise BudgetError(f"{error}; left unchecked: {what}") from None
    except KeyboardInterrupt:
        raise Interrupted(f"interrupted; left unchecked: {what}") from None


class _Checks:
    """The parts of a check, which share what is known of the point."""

    def __init__(self, claim: Claim, oracle: Oracle) -> None:
        self.claim, self.oracle = claim, oracle
        self.gamma, self.value = objective_of(claim, oracle)
        self.names = claim.coordinates
        self.what = "the least Σ q of the law" if oracle.chart.growth else "the learning coefficient (log loss)"

    def primal(self) -> None:
        """Check that v has the value claimed and is feasible."""
        self._optimal_point(self.claim.primal, "primal")

    def dual(self) -> None:
        """Check that the dual is feasible and has the value claimed."""
        self._loads(self.claim.dual, "dual weights")

    def optimal_face(self) -> None:
        """Check both bounds on the dimension of the face of optimal v."""
        proof, m = self.claim.optimal_face, self.claim.multiplicity
        if proof is None or m is None:
            return
        for i, point in enumerate(proof.points):
            self._optimal_point(point, f"optimal point {i + 1}")
        dimension = len(proof.points)
        numerators, _ = over_one([x for v in (self.claim.primal, *proof.points) for x in v], "the optimal points")
        d = len(self.names)
        first = numerators[:d]
        differences = [
            [x - y for x, y in zip(numerators[k * d : (k + 1) * d], first, strict=True)]
            for k in range(1, dimension + 1)
        ]
        if not rank_at_least(differences, dimension):
            raise CertificateError(
                f"multiplicity is {m}, but its {dimension + 1} optimal points are affinely dependent: they do not prove"
                " that much"
            )
        self._face_from_above(m, dimension, proof.dual or self.claim.dual)

    def _face_from_above(self, m: int | Fraction, dimension: int, dual: Sequence[FatalSyndrome]) -> None:
        """Check that the equations which a dual imposes on optimal v leave no more dimensions."""
        full = self._loads(dual, "dual weights of the optimal face")
        place = {j: k for k, j in enumerate(full)}
        rows = []
        for row in dual:
            rows.append([0] * len(full))
            for j, count in row.syndrome:
                if j in place:
                    rows[-1][place[j]] = count
        if not rank_at_least(rows, len(full) - dimension):
            raise CertificateError(
                f"multiplicity is {m}, but the dual of the optimal face does not show that it is not larger: more"
                f" than {dimension} dimensions are left"
            )

    def fatal(self) -> None:
        """Check that at its costs the oracle returns each syndrome."""
        proof = self.claim.optimal_face
        known = dict.fromkeys((row.syndrome, row.costs) for row in (*self.claim.dual, *(proof.dual if proof else ())))
        rows = list(known)
        for start in range(0, len(rows), ROWS_AT_ONCE):
            some = rows[start : start + ROWS_AT_ONCE]
            for (syndrome, _), shown in zip(some, self.oracle.return_somewhere(*self._arrays(some)), strict=True):
                if not shown:
                    raise CertificateError(
                        f"the syndrome {named(syndrome, self.names)} is not shown to be fatal: at its costs the oracle"
                        " returns another"
                    )

    def _arrays(
        self, rows: Sequence[tuple[tuple[tuple[int, int], ...], tuple[int, ...]]]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return exponents and costs; a count that no cost of a syndrome below 2^57 allows is cut to another such."""
        counts = np.zeros((len(rows), len(self.names)), dtype=np.int64)
        for i, (syndrome, _) in enumerate(rows):
            for j, k in syndrome:
                counts[i, j] = min(k, 1 << MAX_COST_BITS)
        return counts, np.array([costs for _, costs in rows], dtype=np.int64).reshape(counts.shape)

    def _optimal_point(self, v: Sequence[Fraction], what: str) -> None:
        """Check that v ≥ 0, γ·v is the value claimed, and no fatal syndrome has α·v < 1."""
        for j, x in enumerate(v):
            if x < 0:
                raise CertificateError(f"{what} value of {self.names[j]} is {_text(x)}; it must be >= 0")
        costs, scale = over_one(v, f"{what} v")
        gamma, unit = over_one(self.gamma, "the prior concentrations")
        total = Fraction(sum(x * g for x, g in zip(costs, gamma, strict=True)), scale * unit)
        if total != self.value:
            raise CertificateError(f"{what} values sum to {_text(total)}, but {self.what} is {_text(self.value)}")
        _clock.tick()
        least = self.oracle.least(costs, enough=scale)
        if least is not None and least < scale:
            raise CertificateError(
                f"{what} v is not feasible: the oracle finds a fatal syndrome with"
                f" α·v = {_text(Fraction(least, scale))} < 1"
            )

    def _loads(self, dual: Sequence[FatalSyndrome], what: str) -> list[int]:
        """Check that weights are positive, sum to the value claimed and load no coordinate too much.

        Returns the coordinates that are loaded in full: elsewhere every optimal v is 0.
        """
        for row in dual:
            if row.weight <= 0:
                raise CertificateError(f"{what[:-1]} {_text(row.weight)} is not positive")
        shares, scale = over_one([row.weight for row in dual], what)
        load = [0] * len(self.names)
        for row, share in zip(dual, shares, strict=True):
            for j, count in row.syndrome:
                load[j] += share * count
        for j, x in enumerate(load):
            if x > self.gamma[j] * scale:
                raise CertificateError(
                    f"{what} on {self.names[j]} sum to {_text(Fraction(x, scale))}, more than its prior concentration"
                    f" {_text(self.gamma[j])}"
                )
        total = Fraction(sum(shares), scale)
        if total != self.value:
            raise CertificateError(f"{what} sum to {_text(total)}, but {self.what} is {_text(self.value)}")
        return [j for j, x in enumerate(load) if x == self.gamma[j] * scale]


def _text(x: Fraction | int) -> str:
    x = Fraction(x)
    if max(x.numerator.bit_length(), x.denominator.bit_length()) <= MAX_BITS_SHOWN:
        return str(x)
    return f"a fraction near 2^{x.numerator.bit_length() - x.denominator.bit_length()}"
