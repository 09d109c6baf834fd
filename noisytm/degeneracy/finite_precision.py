"""Finite precision: the exponent Λ(s) of the posterior of n = 2^(s·b) data on weights of b bits each, exactly."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any, ClassVar

from noisytm._checks import flag, fraction, instances, memory_of, whole
from noisytm._partial import ENDED, carrying
from noisytm._records import provenance
from noisytm._summary import Grid, Summary, label_of, number
from noisytm._text import shown
from noisytm._timed import Timed, timed
from noisytm._version import __version__
from noisytm.codespace import KEYS
from noisytm.degeneracy.certificate import Claim
from noisytm.degeneracy.counting import keys_asked, loss_factor, transversal_of
from noisytm.degeneracy.form import PRECISION
from noisytm.degeneracy.grids import (
    Kink,
    Leaf,
    Line,
    PrecisionCertificate,
    Split,
    Tree,
    Witness,
    body_of,
    formula,
    read_body,
    zeros_cost,
)
from noisytm.degeneracy.oracle import Oracle, as_syndrome
from noisytm.degeneracy.pictures import precision_curves
from noisytm.errors import ProblemError
from noisytm.geometry import (
    CHARTS,
    asked,
    checked_chart,
    checked_concentration,
    face_in,
    options_json,
    units,
    weights,
)
from noisytm.losses import checked_loss
from noisytm.machine import Description, listed_from_json
from noisytm.problem import SynthesisProblem
from noisytm.relaxation.semantics import Semantics, checked_semantics
from noisytm.show.curves import Curves, save_curves

if TYPE_CHECKING:
    from noisytm.degeneracy.program import Envelope

Point = tuple[Fraction, Fraction]
MOST_BITS = 1 << 16


@dataclass(frozen=True)
class FinitePrecision(Timed):
    """The exponent Λ(s) of the posterior on a grid of b bits a weight, with its proof.

    On the grid of noisy codes whose entries are multiples of 2^−b, with n = 2^(s·b) data, the probability that the
    posterior's normalising sum puts near the code is 2^(−Λ(s)·b), up to powers of b. Λ is concave and piecewise
    linear: λ·s for small s, where the data are what limits, and τ for large s, where the precision is.

    Attributes
    ----------
    certificate : PrecisionCertificate
        What was asked, the lines of which Λ is the lowest, its kinks, and the proof.
    version : str
        Version of noisytm.
    seconds, compile_seconds : float
        Wall-clock time taken: without compiling, and compiling.
    """

    certificate: PrecisionCertificate
    version: str = __version__
    kind: ClassVar = PRECISION

    @property
    def problem(self) -> SynthesisProblem:
        """The problem."""
        return self.certificate.problem

    @property
    def machine(self) -> Description:
        """The machine, or that at a vertex of the face."""
        return self.certificate.machine

    @property
    def complete(self) -> bool:
        """Whether Λ is known everywhere; if not, `bracket` says what is certain."""
        return self.certificate.complete

    @property
    def lines(self) -> tuple[Line, ...]:
        """The lines, by falling slope; Λ is the lowest of them."""
        return self.certificate.lines

    @property
    def breakpoints(self) -> tuple[Point, ...]:
        """The kinks of Λ, (s, Λ(s)) by rising s; those that are proved."""
        return tuple((kink.s, kink.value) for kink in self.certificate.kinks)

    @property
    def transversal(self) -> Fraction:
        """τ, the value of Λ for large s: the least weight of coordinates that meet every fatal syndrome."""
        self._require_complete()
        return self.lines[-1].intercept

    @property
    def learning_coefficient(self) -> Fraction:
        """λ, the slope of Λ at 0."""
        self._require_complete()
        return self.lines[0].slope

    def at(self, s: Any) -> Fraction:
        """Return Λ(s).

        Parameters
        ----------
        s : number or str
            At least 0: the logarithm of n to the base 2^b.
        """
        self._require_complete()
        return self.bracket(s)[0]

    def bracket(self, s: Any) -> tuple[Fraction, Fraction | None]:
        """Return between what Λ(s) is: the two are equal where the result is complete.

        Parameters
        ----------
        s : number or str
            At least 0.

        Returns
        -------
        tuple of Fraction
            What the proved kinks say, Λ being concave, 0 at 0, and nowhere falling; and the lowest of the lines,
            ``None`` if none was found.
        """
        x = fraction("s", s)
        if x < 0:
            raise ProblemError(f"s is {shown(s)}; it must be at least 0")
        upper = min((line.at(x) for line in self.lines), default=None)
        left = max((p for p in self.breakpoints if p[0] <= x), default=(Fraction(0), Fraction(0)))
        right = min((p for p in self.breakpoints if p[0] > x), default=None)
        if right is None:
            return left[1], upper
        return left[1] + (right[1] - left[1]) * (x - left[0]) / (right[0] - left[0]), upper

    def free_energy_bound(self, bits: int) -> float:
        """Return an upper bound of the free energy F_W on the grid, in nats, for any amount of data.

        The code's K is 0 wherever the τ pinned coordinates are 0: F_W is at most −log of the prior mass of that, which
        is Σ_j log Γ(γk + N) Γ(γ(k − t)) / (Γ(γk) Γ(γ(k − t) + N)) over the distributions, k the number of values of
        one, t of which are pinned, N = 2^bits. With γ = 1 each summand is a sum of t logarithms.

        Parameters
        ----------
        bits : int
            b, from 0 to 65,536.
        """
        self._require_complete()
        bits = whole("bits", bits, 0, MOST_BITS)
        return zeros_cost(self.certificate, self.lines[-1].pinned, bits)

    def plot(self, path: str | os.PathLike[str] | None = None) -> Any:
        """Draw Λ(s) against s, ``.svg`` or ``.png``, beside λ·s and τ.

        Return the figure; it is written to a file where there is a path.

        Raises
        ------
        ProblemError
            If it has no line, as where it was ended before one was found.
        FormatError
            If the path has another ending, or cannot be written.
        NoisytmError
            If matplotlib is not installed.
        """
        return save_curves(self.curves(), path)

    def curves(self) -> Curves:
        """Return what the picture of Λ shows."""
        return precision_curves(self.certificate)

    def verify(self) -> None:
        """Check the proof again from the point and the problem alone; see `PrecisionCertificate.verify`."""
        self.certificate.verify()

    def _require_complete(self) -> None:
        if not self.complete:
            raise ProblemError("the result is not complete: Λ is known between bounds only; use bracket(s)")

    def in_words(self) -> str:
        """Return Λ as a formula, such as ``min(29/3·s, 5 + 14/3·s, 10)``."""
        return formula(self.lines)

    def _summary(self) -> Summary:
        claim = self.certificate
        options = claim.semantics, claim.loss, claim.chart, claim.prior_concentration
        kinks = ", ".join(number(s) for s, _ in self.breakpoints) or "none"
        known = f"τ = {number(self.transversal)}" if self.complete else "not complete"
        sign = "=" if self.complete else "≤"
        return Summary(
            f"Λ(s) {sign} {self.in_words()}, {known}, kinks at s = {kinks}, of {label_of(self.machine)};"
            f" {units(*options)}",
            {"lines": self.in_words(), "transversal": known, "complete": self.complete, **asked(*options)},
            Grid(("s", "Λ(s)"), self.breakpoints, len(self.breakpoints), "kinks"),
        )

    def to_json(self) -> dict[str, Any]:
        """Return everything as a JSON object, which ``noisytm verify`` reads too; fractions are strings."""
        claim = self.certificate
        options = {
            **options_json(claim.semantics, claim.loss, claim.chart, claim.prior_concentration),
            **keys_asked(claim.problem.space),
        }
        body = {
            "machine": self.machine.to_json(),
            **claim.face.to_json(),
            "problem": self.problem.to_json(self.machine),
            **options,
            "precision": body_of(claim),
        }
        return self.kind.tagged(
            provenance(self.machine.key, self.problem.key, options, version=self.version), body, self.times()
        )

    @classmethod
    def _of_record(cls, record: dict[str, Any], number: int) -> FinitePrecision:
        return cls(read_body(record["precision"], _point_of(record)), record["version"])


def _point_of(record: Mapping[str, Any]) -> Claim:
    machine, chart = listed_from_json(record["machine"]), checked_chart(record["chart"])
    problem = SynthesisProblem.from_json(record["problem"])
    return Claim(
        problem,
        face_in(chart, problem.space, CHARTS[chart].read_face(record, machine, KEYS[problem.space.noisy_keys])),
        checked_semantics(record["semantics"]).name,
        checked_loss(record["loss"]),
        chart,
        checked_concentration(record["prior_concentration"]),
        Fraction(0),
        (),
        (),
    )


@timed
def precision(
    problem: SynthesisProblem,
    machine: Any,
    *,
    semantics: str | Semantics = "pseudo-utm",
    loss: str = "log",
    chart: str = "simplex",
    prior_concentration: Any = 1,
    memory: int | None = None,
    progress: bool = False,
) -> FinitePrecision:
    """Compute the exponent Λ(s) of the posterior on a grid of finite precision, exactly, with a certificate.

    With H the minimal fatal syndromes, Λ(s) = min {Σ γ_i min(v_i, 1) : α·v ≥ s for every α in H}, the least
    Σ_T γ_i + s·λ(H∖T) over sets T of coordinates pinned to 0, H∖T the syndromes that avoid T (docs/precision.md). Sets
    are found by a branch and bound over rows that the min-plus oracle returns; its trees, in rationals, are the proof.

    Parameters
    ----------
    problem : SynthesisProblem
        The problem.
    machine : TuringMachine, Description, Face, BitFace, or array_like of float of shape (N, S + |Q| + 3)
        A machine or list of tuples that solves it; or a face on which every code does, near whose inner points Λ is
        then meant.
    semantics : str or Semantics
        How the step is relaxed: a name, or the object.
    loss : {"log", "brier"}
        The loss; Λ_brier(s) = Λ_log(s/2).
    chart : {"simplex", "bits"}
        What is a multiple of 2^−b: the entries, or the probabilities that binary digits are flipped. The sphere's
        amplitudes cannot be.
    prior_concentration : number, str or mapping
        Concentration of the prior, Dirichlet-multinomial on the grid; as of `learning_coefficient`.
    memory : int, optional
        Bytes that the oracle may take; at most what there is; by default half of what is available.
    progress : bool
        Show what is found so far on a terminal once it takes longer than a second.

    Returns
    -------
    FinitePrecision

    Raises
    ------
    ProblemError
        If an option is unknown, the chart has no grid, or some rejected outcome has positive probability.
    MachineError
        If the point is not in the problem's code space.
    BudgetError
        If the time, the rounds or the memory run out; ``partial`` is a `FinitePrecision` that is not complete, with
        the lines found and the kinks proved so far.
    Interrupted
        On an interrupt from the keyboard; with the same ``partial``.

    Examples
    --------
    >>> from noisytm import SynthesisProblem, library, precision, words
    >>> machine = library.machine("detectA")
    >>> problem = SynthesisProblem.of_machine(machine, inputs=words("AB", 2), steps=4)
    >>> result = precision(problem, machine)
    >>> result.in_words(), [str(s) for s, _ in result.breakpoints], str(result.transversal)
    ('min(29/3·s, 5 + 14/3·s, 10)', ['1', '15/14'], '10')
    >>> result.verify()
    """
    instances(problem=(problem, SynthesisProblem), machine=(machine, object))
    checked_loss(loss)
    progress, concentration = flag("progress", progress), checked_concentration(prior_concentration)
    CHARTS.named(chart).require_grid()
    oracle = Oracle(problem, machine, semantics, chart, memory_of(memory))
    gamma = weights(concentration, oracle.chart)
    used = oracle.semantics.used_keys(problem, oracle.chart.face)
    from noisytm.degeneracy.program import Envelope  # loads a solver, which reading and checking need not

    search = Envelope(oracle, gamma, transversal_of(oracle, used), progress)
    asked_of = problem, oracle.chart.face, oracle.semantics.name, loss, chart, concentration
    try:
        search.run()
        return FinitePrecision(PrecisionCertificate(*asked_of, *_found(search, oracle, loss)))
    except ENDED as error:
        found = FinitePrecision(PrecisionCertificate(*asked_of, *_found(search, None, loss), complete=False))
        raise carrying(error, found) from None


def _found(
    search: Envelope, oracle: Oracle | None, loss: str
) -> tuple[tuple[Line, ...], tuple[Kink, ...], tuple[Witness, ...]]:
    """Return lines, kinks and syndromes; without an oracle the costs that prove these fatal are as they were found."""
    from noisytm.degeneracy.program import witnesses

    factor, pool = loss_factor(loss), search.covers.pool
    lines = tuple(Line(line.intercept, line.slope * factor, line.pinned, line.primal) for line in search.lines)
    proved = search.proved
    used = sorted({i for tree in proved.values() for node in tree if isinstance(node, Leaf) for i, _ in node.weights})
    place = {i: k for k, i in enumerate(used)}
    kinks = tuple(Kink(s / factor, value, _placed(tree, place)) for (s, value), tree in proved.items())
    some = pool.some(used)
    costs = [tuple(c.tolist()) for c in some.costs] if oracle is None else witnesses(oracle, some)
    rows = tuple(Witness(as_syndrome(row), shown) for row, shown in zip(some.rows, costs, strict=True))
    return lines, kinks, rows


def _placed(tree: Tree, place: Mapping[int, int]) -> Tree:
    """Return a tree with the syndromes by their new places."""
    return tuple(
        node if isinstance(node, Split) else Leaf(tuple((place[i], y) for i, y in node.weights)) for node in tree
    )
