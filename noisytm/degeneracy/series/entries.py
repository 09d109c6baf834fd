"""λ and K on the way from a code to the one with a single entry exchanged: what was found."""

from __future__ import annotations

import contextlib
import math
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, ClassVar

from noisytm._digits import fraction_text
from noisytm._records import Kind, provenance, result_form
from noisytm._schema import BOOLEAN, COUNT, FRACTION, NUMBER, STRING, choice, either, entries, extended, items, many
from noisytm._schema import nullable as or_null
from noisytm._summary import Described, Grid, Summary, label_of, number
from noisytm._text import shown
from noisytm._timed import Timed, timed_form
from noisytm._version import __version__
from noisytm.codespace import KEYS, Coordinate, TupleCoordinate
from noisytm.degeneracy.counting import keys_asked
from noisytm.degeneracy.series.known import DRAWN, KNOWN, KnownAt, height_of
from noisytm.errors import FormatError
from noisytm.geometry import (
    ANY_CONCENTRATION,
    Concentration,
    asked,
    checked_chart,
    checked_concentration,
    coordinate_from_json,
    options_json,
    units,
)
from noisytm.losses import checked_loss
from noisytm.machine import DESCRIPTION, MACHINE, Description, listed_from_json
from noisytm.problem import PROBLEM, SynthesisProblem
from noisytm.relaxation import noise_of
from noisytm.relaxation.semantics import checked_semantics
from noisytm.show.curves import Curve, Curves, caption, save_curves

Entry = Coordinate | TupleCoordinate
FIELDS = {"in": "state"}  # what tuples call a kind of entry, where that is another name

# Where λ is asked for: at the code, between the two codes, at the other one; and which h these are.
PLACES = {"code": "h = 0", "inside": "0 < h < 1", "exchanged": "h = 1"}
# The line of the leading order is drawn up to so far from its end, where K has left it.
DRAWN_TO = 0.9
MOST = math.log(sys.float_info.max)

_ENTRY = either(
    entries(symbol=STRING, state=STRING, kind=STRING, wrong=STRING), entries(tuple=COUNT, kind=STRING, wrong=STRING)
)
_LEADING = entries(degree=COUNT, coefficient=or_null(FRACTION))
_OPTIONS = {"semantics": STRING, "loss": STRING, "chart": STRING, "prior_concentration": ANY_CONCENTRATION}
ENTRY_NOISE: Kind = Kind(
    "entry-noise",
    {
        1: timed_form(
            extended(
                result_form(entries({"keys": choice(KEYS[1])}, **_OPTIONS, entry=_ENTRY)),
                machine=either(MACHINE.schema(), DESCRIPTION.schema()),
                problem=either(PROBLEM.schema(1), PROBLEM.schema(2)),
                points=many(entries(place=choice(*PLACES), **KNOWN)),
                losses=many(items(NUMBER, NUMBER)),
                leading=or_null(_LEADING),
                leading_at_one=or_null(_LEADING),
                complete=BOOLEAN,
            )
        )
    },
)


@dataclass(frozen=True)
class CoefficientOnSegment(KnownAt):
    """λ at a place on the way from a code to the one with an entry exchanged.

    Attributes
    ----------
    place : {"code", "inside", "exchanged"}
        At h = 0, for all 0 < h < 1, or at h = 1.
    status : {"proved", "bounds", "unsolved"}
        ``proved``: both bounds are λ, which has a certificate; ``bounds``: it was ended before, with what is certain;
        ``unsolved``: K > 0 there, so that there is no λ.
    lower, upper : Fraction or None
        λ is between these; ``None`` where nothing is known, or there is no λ.
    multiplicity : int, Fraction or None
        m, where λ is proved.
    """

    place: str
    status: str
    lower: Fraction | None = None
    upper: Fraction | None = None
    multiplicity: int | Fraction | None = None

    at: ClassVar[str] = "place"

    def _place(self) -> str:
        return PLACES[self.place]


@dataclass(frozen=True)
class LeadingLoss(Described):
    """How K vanishes at an end of a segment: K ~ coefficient · h^degree, h the distance from that end.

    Attributes
    ----------
    degree : int
        The exponent.
    coefficient : Fraction or None
        The factor, exactly; ``None`` where the steps are too many for polynomials.
    """

    degree: int
    coefficient: Fraction | None

    def _summary(self) -> Summary:
        return Summary(f"K ~ {self.of('h')}", result=False)

    def of(self, h: str) -> str:
        """Return it as text, with a name for the distance.

        Examples
        --------
        >>> LeadingLoss(2, Fraction(3, 7)).of("h"), LeadingLoss(1, Fraction(1)).of("(1 − h)")
        ('3/7·h^2', '(1 − h)')
        """
        power = h if self.degree == 1 else f"{h}^{number(self.degree)}"
        if self.coefficient is None:
            return f"c·{power}"
        return power if self.coefficient == 1 else f"{number(self.coefficient)}·{power}"

    def at(self, h: Any) -> float:
        """Return coefficient · h^degree; ``nan`` where the coefficient is not known.

        Parameters
        ----------
        h : number or str
            A probability.

        Raises
        ------
        MachineError
            If it is none.

        Examples
        --------
        >>> LeadingLoss(2, Fraction(3)).at(0.5)
        0.75
        """
        c, x = self.coefficient, float(noise_of(h))
        if c is None or x == 0:
            return math.nan if c is None else 0.0
        with contextlib.suppress(OverflowError):
            return float(c) * x**self.degree
        logarithm = math.log(c.numerator) - math.log(c.denominator) + self.degree * math.log(x)
        return math.exp(logarithm) if logarithm < MOST else math.inf

    def to_json(self) -> dict[str, Any]:
        """Return it as a JSON object; the coefficient is a string."""
        c = self.coefficient
        return {"degree": self.degree, "coefficient": None if c is None else fraction_text(c)}

    @classmethod
    def of_record(cls, record: Mapping[str, Any] | None) -> LeadingLoss | None:
        """Return what `to_json` gave, where there is something."""
        if record is None:
            return None
        c = record["coefficient"]
        return cls(record["degree"], None if c is None else Fraction(c))


@dataclass(frozen=True)
class EntryNoise(Timed):
    """λ and K of the codes (1 − h)·code + h·(code with one entry exchanged): what `coefficient_along_entry` returns.

    Attributes
    ----------
    problem, machine, semantics, loss, chart, prior_concentration
        What was asked.
    entry : Coordinate or TupleCoordinate
        The entry that has the wrong value with probability h.
    points : tuple of CoefficientOnSegment
        At the code, inside, and at the exchanged code, in this order.
    losses : tuple of (float, float)
        h and K, by h; those that a float cannot hold are left out.
    leading, leading_at_one : LeadingLoss or None
        How K vanishes at the two ends; ``None`` where it does not, or is 0 all along.
    complete : bool
        Whether all is there.
    version : str
        Version of noisytm.
    """

    problem: SynthesisProblem
    machine: Description
    entry: Entry
    semantics: str
    loss: str
    chart: str
    prior_concentration: Concentration
    points: tuple[CoefficientOnSegment, ...]
    losses: tuple[tuple[float, float], ...] = ()
    leading: LeadingLoss | None = None
    leading_at_one: LeadingLoss | None = None
    complete: bool = True
    version: str = __version__
    kind: ClassVar[Kind] = ENTRY_NOISE

    @property
    def harmless(self) -> bool:
        """Whether K = 0 all along: the error alone is never fatal."""
        return any(point.place == "inside" and point.status != "unsolved" for point in self.points)

    @property
    def exchanged(self) -> Description:
        """The machine, or list, at h = 1; it has no name."""
        return exchanged(self.machine, self.entry)

    def loss_in_words(self) -> str:
        """Return how K goes with h in words."""
        if self.harmless:
            return "K = 0 for all h: the error alone is never fatal"
        ends = ((self.leading, "h", "h → 0"), (self.leading_at_one, "(1 − h)", "h → 1"))
        said = [f"K ~ {found.of(h)} as {to}" for found, h, to in ends if found is not None]
        return "; ".join(said) if said else "K is not known"

    def _summary(self) -> Summary:
        options = self.semantics, self.loss, self.chart, self.prior_concentration
        said = "; ".join(f"{PLACES[point.place]}: {point.in_words()}" for point in self.points)
        ended = "" if self.complete else ", not complete"
        rows = ((PLACES[point.place], point.in_words()) for point in self.points)
        return Summary(
            f"{said or 'nothing known'}{ended}; {label_of(self.machine)}, h that {self.entry}; {units(*options)}",
            {"entry": str(self.entry), "loss along it": self.loss_in_words(), **asked(*options)},
            Grid(("h", "learning coefficient"), rows, len(self.points), "places"),
        )

    def to_json(self) -> dict[str, Any]:
        """Return everything as a JSON object; fractions are strings."""
        options = {
            **options_json(self.semantics, self.loss, self.chart, self.prior_concentration),
            **keys_asked(self.problem.space),
            "entry": self.entry.to_json(),
        }
        body = {
            "machine": self.machine.to_json(),
            "problem": self.problem.to_json(self.machine),
            "points": [point.to_json() for point in self.points],
            "losses": [list(pair) for pair in self.losses],
            "leading": None if self.leading is None else self.leading.to_json(),
            "leading_at_one": None if self.leading_at_one is None else self.leading_at_one.to_json(),
            "complete": self.complete,
        }
        head = provenance(self.machine.key, self.problem.key, options, version=self.version)
        return self.kind.tagged(head, body, self.times())

    @classmethod
    def _of_record(cls, record: dict[str, Any], number: int) -> EntryNoise:
        options, machine = record["options"], listed_from_json(record["machine"])
        problem, entry = SynthesisProblem.from_json(record["problem"]), coordinate_from_json(options["entry"])
        if not isinstance(entry, (Coordinate, TupleCoordinate)) or entry not in problem.space.coordinates(machine):
            raise FormatError(f"{cls.kind.what}: the machine has no entry that errs as {shown(options['entry'])}")
        return cls(
            problem,
            machine,
            entry,
            checked_semantics(options["semantics"]).name,
            checked_loss(options["loss"]),
            checked_chart(options["chart"]),
            checked_concentration(options["prior_concentration"]),
            tuple(map(CoefficientOnSegment.of_record, record["points"])),
            tuple((float(h), float(loss)) for h, loss in record["losses"]),
            LeadingLoss.of_record(record["leading"]),
            LeadingLoss.of_record(record["leading_at_one"]),
            record["complete"],
            record["version"],
        )

    def plot(self, path: str | os.PathLike[str] | None = None) -> Any:
        """Draw λ against h, and below it K, ``.svg`` or ``.png``.

        Return the figure; it is written to a file where there is a path.

        Raises
        ------
        FormatError
            If the path has another ending, or cannot be written.
        NoisytmError
            If matplotlib is not installed.
        """
        return save_curves(self.curves(), path)

    def curves(self) -> tuple[Curves, Curves]:
        """Return what the picture shows: λ as a step function whose open ends are hollow, and K."""
        how = units(self.semantics, self.loss, self.chart, self.prior_concentration)
        inside = {p.place: p for p in self.points}.get("inside")
        no_value = "" if inside is None or inside.status != "unsolved" else "; there is no λ for 0 < h < 1, where K > 0"
        ended = "" if self.complete else ", not complete"
        about = (*caption(self.problem, self.machine), f"h: the probability that {self.entry}; {how}; no units")
        about += (self.loss_in_words(),) if self.complete else ()
        lost = "; left out: where a float holds 0" if any(loss == 0 for _, loss in self.losses) else ""
        upper = Curves(
            f"λ of {label_of(self.machine)} against the noise of one entry{ended}",
            f"h{no_value}",
            "learning coefficient λ",
            tuple(self._steps()),
            about=about,
            with_zero=True,
        )
        return upper, Curves(
            "K against the same",
            "h" if self.harmless else f"h, both ends stretched{lost}",
            "loss K",
            tuple(self._losses()),
            logit_x=not self.harmless,
            log_y=not self.harmless,
            with_zero=self.harmless,
        )

    def _steps(self) -> list[Curve]:
        found = []
        ends = [p for p in self.points if p.place != "inside"]
        for point in self.points:
            if point.place == "inside" and point.status != "unsolved":
                height = height_of(point.status, point.lower, point.upper)
                name = f"0 < h < 1, without its ends: {point.in_words()}"
                found.append(Curve(name, tuple((h, *height) for h in (0.0, 1.0)), hollow=True))
        for status, name in DRAWN.items():
            at = tuple((float(p.place != "code"), *height_of(status, p.lower, p.upper))
                       for p in ends if p.status == status)  # fmt: skip
            if at:
                found.append(Curve(f"of a code: {name}" if status == "proved" else name, at, joined=False))
        return found

    def _losses(self) -> list[Curve]:
        drawn = tuple((h, loss, None) for h, loss in self.losses if loss > 0 or self.harmless)
        found = [Curve("K", drawn)] if drawn else []
        for leading, far, h in ((self.leading, 0.0, "h"), (self.leading_at_one, 1.0, "(1 − h)")):
            if leading is not None and leading.coefficient is not None:
                near = ((x, leading.at(abs(x - far))) for x, loss in self.losses if loss > 0)
                line = tuple((x, y, None) for x, y in near if 0 < y < math.inf and abs(x - far) <= DRAWN_TO)
                found += [Curve(leading.of(h), line, marked=False)] if line else []
        return found


def exchanged(machine: Description, entry: Entry) -> Description:
    """Return a machine, or a list, with one value in the place of another.

    Examples
    --------
    >>> from noisytm import library
    >>> other = exchanged(library.machine("detectA"), Coordinate("A", "reject", "next", "reject"))
    >>> next(t.next for t in other.tuples if (t.read, t.state) == ("A", "reject"))
    'reject'
    """
    field = FIELDS.get(entry.kind, entry.kind)
    tuples = tuple(
        t._replace(**{field: entry.wrong}) if entry.place in (i, t[:2]) else t for i, t in enumerate(machine.tuples)
    )
    return replace(machine, tuples=tuples, name="")
