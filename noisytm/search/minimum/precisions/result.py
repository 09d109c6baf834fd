"""Which program wins at which precision, as a result."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, NamedTuple

from noisytm._checks import fraction
from noisytm._digits import fraction_text
from noisytm._summary import Described, Grid, Summary, grouped
from noisytm._text import shown
from noisytm.degeneracy.grids import crossings, formula
from noisytm.errors import FormatError, ProblemError
from noisytm.geometry import BitFace, Face
from noisytm.machine import TuringMachine

Point = tuple[Fraction, Fraction]
# What proves that no code has less.
LEAST_LAMBDA, SEARCH_AT = "least-coefficient", "search"


@dataclass(frozen=True)
class WinningLine(Described):
    """A line of the least Λ(s), and a code that has it.

    Parameters
    ----------
    intercept, slope : Fraction
        Λ of the code is at most intercept + slope·s everywhere, and equal to it somewhere.
    face : Face or BitFace
        The code, as the chart takes it; ``precision(problem, line.face)`` certifies its Λ.
    """

    intercept: Fraction
    slope: Fraction
    face: Face | BitFace

    def at(self, s: Any) -> Fraction:
        """Return intercept + slope·s.

        Parameters
        ----------
        s : number or str
            At least 0.
        """
        return self.intercept + self.slope * at_least_0(s)

    @property
    def machine(self) -> TuringMachine:
        """The machine."""
        return self.face.machine.machine()

    def _summary(self) -> Summary:
        return Summary(f"{self.in_words()} of {self.machine.key[:12]}", result=False)

    def in_words(self) -> str:
        """Return the line as text."""
        return formula((self,))


class PrecisionProof(NamedTuple):
    """What proves that no code has a smaller Λ at one s: a search that was done; a certificate is a file of its own.

    Attributes
    ----------
    s : Fraction or None
        Where; ``None``: beyond all s, where Λ is τ.
    value : Fraction
        The least Λ there.
    by : {"least-coefficient", "search"}
        The search for the least λ, as Λ(s) = λ·s up to s = 1; or a search at this s.
    nodes : int or None
        The nodes of the latter.
    """

    s: Fraction | None
    value: Fraction
    by: str
    nodes: int | None


@dataclass(frozen=True)
class LeastPrecision(Described):
    """The least Λ(s) of all codes that solve a problem: what `global_learning_coefficient` finds with ``precision``.

    The whole grid of b bits a weight has, with n = 2^(s·b) data, a posterior whose normalising sum is about
    2^(−Λ(s)·b), Λ being the least of all codes that solve the problem.

    Parameters
    ----------
    lines : tuple of WinningLine
        The lines found that are lowest somewhere, by falling slope: for each the code that wins there.
    breakpoints : tuple of (Fraction, Fraction)
        s and Λ(s) where neighbouring lines meet and it is certified that no code has less.
    complete : bool
        Whether that is certified everywhere.
    counts : mapping
        What the searches for it did, together, beside that for λ.
    proofs : tuple of PrecisionProof
        By which search each breakpoint, and τ, is proved; with ``certificate`` the trees of these searches are written
        down. What a line is nowhere below is proved by the certificate of its code, ``precision(problem, line.face)``.

    Examples
    --------
    >>> from noisytm import SynthesisProblem, global_learning_coefficient, library
    >>> problem = SynthesisProblem.of_machine(library.machine("parity"), ["1" * n for n in range(4)], 5)
    >>> least = global_learning_coefficient(problem, semantics="mean-field", precision=True).precision
    >>> least.in_words(), str(least.at("6/5")), str(least.transversal)
    ('min(10·s, 5 + 5·s, 12)', '11', '12')
    >>> [str(s) for s, _ in least.breakpoints], least.winner(1).machine == least.winner(2).machine
    (['1', '7/5'], False)
    """

    lines: tuple[WinningLine, ...]
    breakpoints: tuple[Point, ...]
    complete: bool
    counts: Mapping[str, int]
    proofs: tuple[PrecisionProof, ...] = ()

    @property
    def transversal(self) -> Fraction:
        """τ, the least value for large s: the least codimension of {K = 0} at any code.

        Raises
        ------
        ProblemError
            If the result is not complete.
        """
        self._require_complete()
        return self.lines[-1].intercept

    def at(self, s: Any) -> Fraction:
        """Return the least Λ(s).

        Parameters
        ----------
        s : number or str
            At least 0.

        Raises
        ------
        ProblemError
            If the result is not complete, or s is no such number.
        """
        self._require_complete()
        return self.winner(s).at(s)

    def winner(self, s: Any) -> WinningLine:
        """Return the lowest line at s: that of the code that wins there, among those found."""
        x = at_least_0(s)
        if not self.lines:
            raise ProblemError("no code was found that solves the problem; nothing wins")
        return min(self.lines, key=lambda line: line.at(x))

    def in_words(self) -> str:
        """Return Λ as a formula."""
        return formula(self.lines)

    def _require_complete(self) -> None:
        if not self.complete or not self.lines:
            raise ProblemError("the result is not complete: the least Λ is known from above only, by its lines")

    def _summary(self) -> Summary:
        known = "" if self.complete else ", not complete"
        rows = ((line.in_words(), line.machine.key[:12]) for line in self.lines)
        work = f"{grouped(self.counts.get('nodes', 0))} nodes"
        return Summary(
            f"least Λ(s) {'=' if self.complete else '≤'} {self.in_words()}{known}; {work}",
            {},
            Grid(("Λ(s)", "machine"), rows, len(self.lines), "lines"),
        )

    def to_json(self) -> dict[str, Any]:
        """Return it as a JSON object; fractions are strings."""
        lines = [
            {
                "line": [fraction_text(line.intercept), fraction_text(line.slope)],
                "machine": line.machine.to_json(),
                **line.face.to_json(),
            }
            for line in self.lines
        ]
        body: dict[str, Any] = {
            "complete": self.complete,
            "breakpoints": [[fraction_text(s), fraction_text(value)] for s, value in self.breakpoints],
            "lines": lines,
            **self.counts,
        }
        if self.proofs:
            body["proofs"] = [_proof_json(proof) for proof in self.proofs]
        return body | ({"transversal": fraction_text(self.transversal)} if self.complete and self.lines else {})


def at_least_0(s: Any) -> Fraction:
    """Return s as a fraction; raise `ProblemError` unless it is at least 0."""
    x = fraction("s", s)
    if x < 0:
        raise ProblemError(f"s is {shown(s)}; it must be at least 0")
    return x


def precision_of_json(
    record: Mapping[str, Any], face_of: Callable[[Mapping[str, Any]], Face | BitFace], counts: Sequence[str]
) -> LeastPrecision:
    """Return what `LeastPrecision.to_json` wrote; ``face_of`` reads the code of a record.

    Raises
    ------
    FormatError
        If the lines and where they meet do not belong together.
    """
    lines = tuple(
        WinningLine(Fraction(entry["line"][0]), Fraction(entry["line"][1]), face_of(entry)) for entry in record["lines"]
    )
    points = tuple((Fraction(s), Fraction(value)) for s, value in record["breakpoints"])
    proofs = tuple(_proof_of(entry) for entry in record.get("proofs", ()))
    found = LeastPrecision(lines, points, record["complete"], {name: record[name] for name in counts}, proofs)
    falling = all(a.slope > b.slope and a.intercept < b.intercept for a, b in itertools.pairwise(lines))
    met = crossings(lines) if falling else []
    if not falling or any(point not in met for point in points) or (found.complete and list(points) != met):
        raise FormatError("search record: the lines of precision do not fall, or do not meet where it says")
    proved = [(proof.s, proof.value) for proof in proofs if proof.s is not None]
    ends = {proof.value for proof in proofs if proof.s is None}
    level = {line.intercept for line in lines[-1:]}
    if "proofs" in record and (proved != list(points) or (found.complete and ends != level)):
        raise FormatError("search record: the proofs of precision are not of its breakpoints and its last line")
    tau = found.transversal if found.complete and lines else None
    if record.get("transversal") != (None if tau is None else fraction_text(tau)):
        raise FormatError("search record: the transversal of precision is not the level of its last line")
    return found


def _proof_json(proof: PrecisionProof) -> dict[str, Any]:
    s = None if proof.s is None else fraction_text(proof.s)
    return {"s": s, "value": fraction_text(proof.value), "by": proof.by, "nodes": proof.nodes}


def _proof_of(entry: Mapping[str, Any]) -> PrecisionProof:
    s = None if entry["s"] is None else Fraction(entry["s"])
    return PrecisionProof(s, Fraction(entry["value"]), entry["by"], entry["nodes"])
