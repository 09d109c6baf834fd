"""The leading Taylor part, at a code, of the probability of a wrong answer: a polynomial in the errors."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from noisytm._digits import fraction_text
from noisytm._summary import Described, Grid, Summary, count, number, times
from noisytm._text import shown
from noisytm.algebra import Monomial, Polynomials
from noisytm.degeneracy.syndromes.error_correction import correction
from noisytm.degeneracy.syndromes.form import SYNDROMES
from noisytm.degeneracy.syndromes.listing import MAX_SIZE, fatal_syndromes
from noisytm.errors import FormatError
from noisytm.geometry import (
    AnyBit,
    AnyCoordinate,
    Coordinates,
    SharedFactor,
    SharedTupleFactor,
    entry_values,
    error_coordinates,
)
from noisytm.machine import Description
from noisytm.problem import SynthesisProblem
from noisytm.relaxation.generic import wrong
from noisytm.relaxation.semantics import Semantics, checked_semantics

if TYPE_CHECKING:
    import sympy


@dataclass(frozen=True)
class LeadingPart(Described):
    """The homogeneous part of lowest degree of f = Σ q(x) f_x, in the error coordinates of a code.

    Attributes
    ----------
    degree : int or None
        Its degree in the chart's coordinates, the least weight of a fatal syndrome; ``None`` if f is zero near the
        code.
    coefficients : mapping of monomial to Fraction
        A monomial is the sorted tuple of its coordinates' indices, with repetition.
    coordinates : tuple of Coordinate
        The error coordinates, in order.
    names : tuple of str
        The name of each coordinate's symbol in `polynomial`.
    """

    degree: int | None
    coefficients: Mapping[Monomial, Fraction]
    coordinates: Coordinates
    names: tuple[str, ...]

    @property
    def polynomial(self) -> sympy.Expr:
        """The part as a sympy expression in symbols called ``names``; `symbols` says what they stand for."""
        import sympy

        symbol = [sympy.Symbol(name) for name in self.names]
        return sympy.Add(
            *(
                sympy.Rational(c.numerator, c.denominator) * sympy.Mul(*(symbol[j] for j in monomial))
                for monomial, c in self.coefficients.items()
            )
        )

    @property
    def symbols(self) -> dict[str, AnyCoordinate]:
        """The coordinate of every symbol that occurs in `polynomial`, by its name, in order."""
        occurring = sorted({j for monomial in self.coefficients for j in monomial})
        return {self.names[j]: self.coordinates[j] for j in occurring}

    def _summary(self) -> Summary:
        rows = (
            (number(c), times((self.coordinates[j], m.count(j)) for j in sorted(set(m))))
            for m, c in self.coefficients.items()
        )
        terms = len(self.coefficients)
        return Summary(
            "the probability of a wrong answer is 0 near the code"
            if self.degree is None
            else f"{count(terms, 'term')} of degree {number(self.degree)} in {len(self.coordinates):,} coordinates",
            grid=Grid(("coefficient", "errors"), rows, terms, "terms"),
        )

    def to_json(self) -> dict[str, Any]:
        """Return the degree, the polynomial as text and the terms as a JSON object; coefficients are strings."""
        return {
            "degree": self.degree,
            "polynomial": str(self.polynomial),
            "symbols": {name: coordinate.to_json() for name, coordinate in self.symbols.items()},
            "terms": [
                {"coefficient": fraction_text(c), "syndrome": [[self.names[j], m.count(j)] for j in sorted(set(m))]}
                for m, c in self.coefficients.items()
            ],
        }

    @classmethod
    def of_record(cls, record: Mapping[str, Any], problem: SynthesisProblem, coordinates: Coordinates) -> LeadingPart:
        """Build what `to_json` returned, of a code with these coordinates; `FormatError` if it is none."""
        names = symbol_names(coordinates, problem.space.blank)
        index = {name: j for j, name in enumerate(names)}
        coefficients: dict[Monomial, Fraction] = {}
        for term in record["terms"]:
            unknown = [name for name, _ in term["syndrome"] if name not in index]
            if unknown:
                raise FormatError(f"{SYNDROMES.what}: the leading part has {shown(unknown[0])}, no coordinate")
            monomial = tuple(index[name] for name, count in term["syndrome"] for _ in range(count))
            coefficients[monomial] = Fraction(term["coefficient"])
        return cls(record["degree"], coefficients, coordinates, names)


def symbol_names(coordinates: Coordinates, blank: str) -> tuple[str, ...]:
    """Return a name for each coordinate: an identifier that begins with its number and says what it is.

    What cannot stand in an identifier is left out of the names of symbols and states; the number keeps them apart.

    Examples
    --------
    >>> from noisytm import Coordinate
    >>> symbol_names((Coordinate("_", "q 1", "next", "accept"), Coordinate("A", "q 1", "write", "_")), "_")
    ('u0_blank_q1_next_accept', 'u1_A_q1_write_blank')
    """
    digits = len(str(max(len(coordinates) - 1, 0)))

    def plain(name: str) -> str:
        return re.sub(r"[\W_]", "", name)

    def symbol(name: str) -> str:
        return "blank" if name == blank else plain(name)

    def error(c: AnyCoordinate) -> str:
        if isinstance(c, AnyBit):
            return f"bit{c.bit}"
        if isinstance(c, (SharedFactor, SharedTupleFactor)):
            return "shared"
        return symbol(c.wrong) if c.kind in ("read", "write") else plain(c.wrong)

    def place(c: AnyCoordinate) -> list[str]:
        at = c.place
        return [f"tuple{at}"] if isinstance(at, int) else [symbol(at[0]), plain(at[1])]

    return tuple("_".join([f"u{j:0{digits}}", *place(c), c.kind, error(c)]) for j, c in enumerate(coordinates))


def leading_part(
    problem: SynthesisProblem,
    machine: Description,
    *,
    semantics: str | Semantics = "pseudo-utm",
    chart: str = "simplex",
    max_size: int = MAX_SIZE,
) -> LeadingPart:
    """Return the part of lowest degree of f = Σ q(x) f_x in the error coordinates at a code, exactly.

    f = Σ C_α(r) u^α over the fatal syndromes α, with C_α a polynomial in the right entries r = 1 − Σu that has
    non-negative coefficients. Put r = 1 − Σu: C_α(r) u^α = C_α(1) u^α + terms of degree above |α|. So up to the
    least weight D of a fatal syndrome f is Σ_{|α| = D} C_α(1) u^α, where nothing cancels as every C_α(1) > 0. That
    is: with 1 in the place of every right entry the polynomial has another tail, but the same lowest part. Its
    monomials are the syndromes of weight D, so all other coordinates may be set to zero before.

    Parameters
    ----------
    problem : SynthesisProblem
        The problem.
    machine : TuringMachine or Description
        A machine that solves it.
    semantics : str or Semantics
        How the step is relaxed: a name, or the object.
    chart : {"simplex", "bits", "sphere"}, or a parametrisation
        The coordinates of code space.
    max_size : int
        The most terms of all values together, and as of `fatal_syndromes`.

    Returns
    -------
    LeadingPart

    Raises
    ------
    ProblemError, MachineError, BudgetError
        As `fatal_syndromes` and `correction` do.

    Examples
    --------
    >>> from noisytm import SynthesisProblem, library
    >>> machine = library.machine("detectA")
    >>> problem = SynthesisProblem.of_machine(machine, inputs=["B"], steps=2)
    >>> leading_part(problem, machine, semantics="annealed").polynomial
    u02_blank_reject_next_accept + u22_B_reject_next_accept
    """
    least = correction(problem, machine, semantics=semantics, chart=chart, max_size=max_size)
    coordinates = error_coordinates(problem, machine, chart)
    names = symbol_names(coordinates, problem.space.blank)
    if least.least_weight is None:
        return LeadingPart(None, {}, coordinates, names)
    degree = least.least_weight
    found = fatal_syndromes(
        problem, machine, semantics=semantics, chart=chart, max_weight=degree, max_size=max_size
    ).syndromes  # fmt: skip
    polynomials = Polynomials(sorted({j for syndrome in found for j, _ in syndrome}), degree, max_size)
    total: dict[Monomial, Fraction] = {}
    for q, value in zip(
        problem.weights, _wrong(polynomials, problem, machine, semantics, chart, max_size), strict=True
    ):
        for monomial, coefficient in polynomials.terms(value, degree).items():
            total[monomial] = total.get(monomial, Fraction(0)) + q * coefficient
    return LeadingPart(degree, dict(sorted(total.items())), coordinates, names)


def _wrong(
    polynomials: Polynomials,
    problem: SynthesisProblem,
    machine: Description,
    semantics: str | Semantics,
    chart: str,
    max_size: int,
) -> list[Any]:
    kind = checked_semantics(semantics)
    kind.require_room(problem, max_size)
    return wrong(polynomials, problem, entry_values(polynomials, problem, machine, chart), kind, max_size)
