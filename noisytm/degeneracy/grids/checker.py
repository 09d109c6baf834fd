"""Check what is claimed of Λ(s) from the point and the problem alone: nothing here, nor imported, solves a program."""

from __future__ import annotations

import itertools
from fractions import Fraction

from noisytm import _clock
from noisytm.degeneracy.certificate import check_fatal, check_in_turn, oracle_of, over_one, unchecked, weights_of
from noisytm.degeneracy.counting import loss_factor
from noisytm.degeneracy.grids.claim import Kink, Leaf, Line, PrecisionClaim
from noisytm.degeneracy.grids.form import require_form
from noisytm.degeneracy.grids.lines import crossings
from noisytm.degeneracy.oracle import Oracle
from noisytm.errors import CertificateError


def check_claim(claim: PrecisionClaim, memory: int | None = None) -> None:
    """Check a claim: every line by one question to the oracle, the kinks by their trees, every syndrome by its costs.

    Raises
    ------
    CertificateError
        Naming the first thing that fails.
    BudgetError
        If there is too little memory or time; the message says what was left unchecked.
    Interrupted
        On an interrupt; the message says so too.
    """
    with unchecked("everything of the finite precision"):
        require_form(claim)
        oracle = oracle_of(claim.as_claim(), memory)
    checks = _Checks(claim, oracle)
    left = [
        ("that the lines meet where it says", checks.envelope),
        ("the lines", checks.lines),
        ("the trees at the kinks", checks.trees),
        ("that their syndromes are fatal", checks.fatal),
    ]
    check_in_turn(left, "verifying precision")


class _Checks:
    """The parts of a check, which share what is known of the point."""

    def __init__(self, claim: PrecisionClaim, oracle: Oracle) -> None:
        self.claim, self.oracle = claim, oracle
        self.gamma = weights_of(claim.as_claim(), oracle)
        self.names, self.factor = claim.coordinates, loss_factor(claim.loss)

    def envelope(self) -> None:
        """Check that the lines are lowest in their order, and that the kinks are where neighbours meet."""
        lines, kinks = self.claim.lines, self.claim.kinks
        if self.claim.complete and lines[0].intercept:
            raise CertificateError(f"the first line has the intercept {lines[0].intercept}; it must be 0")
        for k, (first, second) in enumerate(itertools.pairwise(lines), start=2):
            if not (first.intercept < second.intercept and first.slope > second.slope):
                raise CertificateError(f"line {k} is not higher at 0 and less steep than the one before it")
        met = crossings(lines)
        for k, (before, after) in enumerate(itertools.pairwise(met), start=2):
            if before[0] >= after[0]:
                raise CertificateError(f"line {k} is nowhere the lowest: leave it out")
        points = [(kink.s, kink.value) for kink in kinks]
        if self.claim.complete and points != met:
            raise CertificateError("the kinks are not the points where neighbouring lines meet")
        if self.claim.complete and lines[-1].slope:
            raise CertificateError(f"the last line has the slope {lines[-1].slope}; it must be 0")
        if [point for point in met if point in points] != points:
            raise CertificateError("a kink is not where two neighbouring lines meet, or they are not in order")

    def lines(self) -> None:
        """Check that each line is what its coordinates cost, and that the oracle finds nothing cheaper than 1."""
        for k, line in enumerate(self.claim.lines, start=1):
            self._line(line, f"line {k}")

    def _line(self, line: Line, what: str) -> None:
        costs, scale = over_one(line.primal, f"{what}'s v")
        gamma, unit = over_one(self.gamma, "the prior concentrations")
        for j in line.pinned:
            if costs[j]:
                raise CertificateError(f"{what} has v > 0 at {self.names[j]}, which it pins to 0")
        intercept = Fraction(sum(gamma[j] for j in line.pinned), unit)
        if line.intercept != intercept:
            raise CertificateError(f"{what} has the intercept {line.intercept}; what it pins weighs {intercept}")
        slope = self.factor * Fraction(sum(x * g for x, g in zip(costs, gamma, strict=True)), scale * unit)
        if line.slope != slope:
            raise CertificateError(f"{what} has the slope {line.slope}; its v gives {slope}")
        for j in line.pinned:
            costs[j] = scale
        _clock.tick()
        least = self.oracle.least(costs, enough=scale)
        if least is not None and least < scale:
            raise CertificateError(
                f"{what} is not above Λ: the oracle finds a fatal syndrome that avoids what it pins, with"
                f" α·v = {Fraction(least, scale)} < 1"
            )

    def trees(self) -> None:
        """Check that each kink's tree has no gap and every leaf of it the value."""
        for kink in self.claim.kinks:
            self._tree(kink)

    def _tree(self, kink: Kink) -> None:
        """Go through a tree from its root; `left` are the parts whose node is still to come."""
        where = f"the tree at s = {kink.s}"
        left: list[tuple[frozenset[int], frozenset[int]]] = [(frozenset(), frozenset())]
        for node in kink.tree:
            _clock.tick()
            if not left:
                raise CertificateError(f"{where} has more nodes than its inner ones have room for")
            pinned, free = left.pop()
            if isinstance(node, Leaf):
                self._leaf(node, pinned, free, kink, where)
            elif node.coordinate in pinned | free:
                raise CertificateError(f"{where} is split twice at {self.names[node.coordinate]} on one path")
            else:
                chosen = {node.coordinate}
                left += [(pinned, free | chosen), (pinned | chosen, free)]
        if left:
            raise CertificateError(f"{where} lacks {len(left)} of its nodes")

    def _leaf(self, leaf: Leaf, pinned: frozenset[int], free: frozenset[int], kink: Kink, where: str) -> None:
        """Check that weights prove Λ ≥ value for all sets T that contain ``pinned`` and avoid ``free``.

        With z_i = 1 on T and v feasible off it, every syndrome that avoids ``pinned`` has Σ α_i v_i + Σ z_i ≥ 1, and
        these rows with the weights y give Σ γ_i (s v_i + z_i) ≥ γ(pinned) + s Σ y where no load is more than γ.
        """
        s = kink.s * self.factor
        fixed = sum((self.gamma[j] for j in pinned), Fraction(0))
        shares, scale = over_one([y for _, y in leaf.weights], f"the weights of a leaf of {where}")
        loads, times = [0] * len(self.names), [0] * len(self.names)
        for (i, _), share in zip(leaf.weights, shares, strict=True):
            for j, count in self.claim.syndromes[i].syndrome:
                if j in pinned:
                    raise CertificateError(f"{where} gives a weight to a syndrome with {self.names[j]}, pinned there")
                loads[j] += share * count
                times[j] += share
        for j, gamma in enumerate(self.gamma):
            if loads[j] > gamma * scale:
                raise CertificateError(f"{where} has weights that load {self.names[j]} with more than its prior's")
            if j not in free and s * times[j] > gamma * scale:
                raise CertificateError(f"{where} has weights that load pinning {self.names[j]} with more than it costs")
        proved = fixed + s * Fraction(sum(shares), scale)
        if proved != kink.value and (leaf.weights or proved < kink.value):
            raise CertificateError(f"a leaf of {where} proves {proved}, and {kink.value} is claimed")

    def fatal(self) -> None:
        """Check that at its costs the oracle returns each syndrome."""
        check_fatal(self.claim.as_claim(), self.oracle)
