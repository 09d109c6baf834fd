"""What each entry of a code costs: its part of the learning coefficient, by tuple, and the proof that these are all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from noisytm._summary import Described, number
from noisytm._text import shown_name
from noisytm.degeneracy.certificate import Claim
from noisytm.degeneracy.counting import loss_factor
from noisytm.errors import CertificateError
from noisytm.geometry import AnyCoordinate, Place, chart_at, tuple_names, weights

ALONE, SHARED, FREE = "fatal alone", "shared", "free"


@dataclass(frozen=True)
class EntryCost(Described):
    """One coordinate and what it costs.

    Attributes
    ----------
    coordinate : Coordinate, BitCoordinate or another
        Its name.
    v : Fraction
        Its value in the optimal point of the linear program.
    cost : Fraction
        Its part of the learning coefficient: v times its weight in the prior, times the factor of the loss.
    standing : str
        "fatal alone"; "shared" if it is in a syndrome of positive weight with others, or several times; "free" if in
        none, and then it costs nothing.
    rows : tuple of int
        The syndromes of positive weight that it is in, by their numbers in the certificate.
    """

    coordinate: AnyCoordinate
    v: Fraction
    cost: Fraction
    standing: str
    rows: tuple[int, ...]

    @property
    def kind(self) -> str:
        """Which distribution the coordinate is of: write, next, move, read, in or tuple."""
        name: str = getattr(self.coordinate, "kind", "tuple")
        return name

    @property
    def label(self) -> str:
        """What the coordinate is called beside its kind: the wrong value, or the digit that is flipped."""
        if (wrong := getattr(self.coordinate, "wrong", None)) is not None:
            return shown_name(wrong)
        bit = getattr(self.coordinate, "bit", None)
        return "any" if bit is None else f"digit {bit}"


@dataclass(frozen=True)
class Cell(Described):
    """One listed tuple with what its entries cost.

    Attributes
    ----------
    place : tuple of str, or int
        Its (symbol, state), or its number if keys err or are repeated.
    name : str
        What it is called.
    key : tuple of str
        The symbol it reads and the state it is in.
    action : tuple of str
        What it does: written symbol, next state, move.
    used : bool
        Whether it acts on the problem's inputs.
    entries : tuple of EntryCost
        Its coordinates in order.
    """

    place: Place
    name: str
    key: tuple[str, str]
    action: tuple[str, str, str]
    used: bool
    entries: tuple[EntryCost, ...]

    @property
    def cost(self) -> Fraction:
        """What its entries cost together."""
        return sum((entry.cost for entry in self.entries), Fraction(0))

    def by_kind(self) -> Iterator[tuple[str, list[EntryCost]]]:
        """Yield each kind of entry that has coordinates here, with these."""
        kinds: dict[str, list[EntryCost]] = {}
        for entry in self.entries:
            kinds.setdefault(entry.kind, []).append(entry)
        yield from kinds.items()


def cells_of(claim: Claim, used: tuple[Place, ...]) -> tuple[Cell, ...]:
    """Return every listed tuple with what its entries cost.

    The costs sum to the learning coefficient, and so do the weights of the syndromes, times the factor of the loss:
    both sums are formed in fractions.

    Parameters
    ----------
    claim : Claim
        A learning coefficient with its proof.
    used : tuple of places
        The used tuples.

    Raises
    ------
    CertificateError
        If a sum is another.

    Examples
    --------
    >>> from noisytm import SynthesisProblem, learning_coefficient, library, words
    >>> machine = library.machine("detectA")
    >>> problem = SynthesisProblem.of_machine(machine, inputs=words("AB", 2), steps=4)
    >>> result = learning_coefficient(problem, machine)
    >>> [str(cell.cost) for cell in cells_of(result.certificate, result.used_tuples)]
    ['2', '1/3', '5/3', '7/3', '8/3', '2/3']
    """
    space, machine = claim.problem.space, claim.machine
    costs: dict[Place, list[EntryCost]] = {}
    for entry in _entries(claim):
        costs.setdefault(entry.coordinate.place, []).append(entry)
    places: tuple[Place, ...] = tuple(range(space.tuples)) if space.by_number else machine.keys
    there = set(used)
    cells = tuple(
        Cell(place, name, t[:2], t[2:], place in there, tuple(costs.get(place, ())))
        for place, name, t in zip(places, tuple_names(space), machine.tuples, strict=True)
    )
    _require_sum("the costs of the entries", sum((cell.cost for cell in cells), Fraction(0)), claim)
    total = sum((row.weight for row in claim.dual), Fraction(0))
    _require_sum("the weights of the syndromes", loss_factor(claim.loss) * total, claim)
    return cells


def _entries(claim: Claim) -> Iterator[EntryCost]:
    chart = chart_at(claim.chart, claim.problem.space, claim.face)
    gamma, factor = weights(claim.prior_concentration, chart), loss_factor(claim.loss)
    rows: list[list[int]] = [[] for _ in gamma]
    alone = set()
    for n, row in enumerate(claim.dual):
        for j, _ in row.syndrome:
            rows[j].append(n)
        if len(row.syndrome) == 1 and row.syndrome[0][1] == chart.exponent:
            alone.add(row.syndrome[0][0])
    for j, (coordinate, v) in enumerate(zip(claim.coordinates, claim.primal, strict=True)):
        standing = ALONE if j in alone else SHARED if rows[j] else FREE
        yield EntryCost(coordinate, v, factor * gamma[j] * v, standing, tuple(rows[j]))


def _require_sum(what: str, total: Fraction, claim: Claim) -> None:
    if total != claim.value:
        raise CertificateError(
            f"{what} sum to {number(total)}, but the learning coefficient is {number(claim.value)}; compute it again"
        )
