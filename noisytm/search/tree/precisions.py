"""What a certificate claims of the least Λ(s) over all codes: lines with codes that have them, and where these meet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from noisytm import _clock
from noisytm._digits import fraction_text
from noisytm._fractions import exact_fraction
from noisytm._schema import ANYTHING, COUNT, FRACTION, Schema, entries, items, many
from noisytm._summary import Described, Summary
from noisytm._text import shown
from noisytm.degeneracy.certificate import Certificate, check_record
from noisytm.degeneracy.counting import loss_factor
from noisytm.degeneracy.grids import check_claim, crossings, formula, lowest, read_body
from noisytm.errors import CertificateError

Point = tuple[Fraction, Fraction]

_PAIR = items(FRACTION, FRACTION)
LEAST: Schema = entries(
    breakpoints=many(_PAIR), lines=many(entries(line=_PAIR, code=COUNT)), codes=many(ANYTHING)
)  # fmt: skip


@dataclass(frozen=True)
class CheckedLine(Described):
    """A line of the least Λ(s), and a code whose own Λ is nowhere above it.

    Attributes
    ----------
    intercept, slope : Fraction
        The line, in the unit of the loss.
    code : Certificate
        That of the code; the record of the file proves its Λ, too.
    """

    intercept: Fraction
    slope: Fraction
    code: Certificate

    def _summary(self) -> Summary:
        return Summary(f"{formula((self,))} of {self.code.machine.key[:12]}", result=False)


@dataclass(frozen=True)
class CheckedPrecision(Described):
    """The least Λ(s) over all codes that solve a problem, as it is proved.

    Attributes
    ----------
    lines : tuple of CheckedLine
        By falling slope; the least Λ is the lowest of them.
    breakpoints : tuple of (Fraction, Fraction)
        s and Λ(s) where neighbouring lines meet: no code has less there, and so none has less anywhere.
    """

    lines: tuple[CheckedLine, ...]
    breakpoints: tuple[Point, ...]

    @property
    def transversal(self) -> Fraction:
        """τ, the least value for large s."""
        return self.lines[-1].intercept

    def in_words(self) -> str:
        """Return Λ as a formula."""
        return formula(self.lines)

    def _summary(self) -> Summary:
        return Summary(f"least Λ(s) = {self.in_words()}, τ = {fraction_text(self.transversal)}", result=False)

    def open_kinks(self, loss: str) -> Iterator[Point]:
        """Yield the points that need a tree of their own, s for the log loss.

        The tree for λ proves the first one, if s is at most 1: its weights load pinning by no more than s times γ.
        """
        factor = loss_factor(loss)
        for k, (s, value) in enumerate(self.breakpoints):
            if k > 0 or s * factor > 1:
                yield s * factor, value


def least_of(points: Sequence[Point], lines: Sequence[tuple[Point, int]], codes: Sequence[Mapping[str, Any]]) -> Any:
    """Return what a header says of the least Λ(s).

    Parameters
    ----------
    points : sequence of (Fraction, Fraction)
        s and Λ(s) where lines meet.
    lines : sequence of ((Fraction, Fraction), int)
        Intercept and slope, and which of the codes has the line.
    codes : sequence of mapping
        Their records, as ``noisytm bound --precision --json`` writes them.
    """
    return {
        "breakpoints": [_texts(point) for point in points],
        "lines": [{"line": _texts(line), "code": code} for line, code in lines],
        "codes": list(codes),
    }


def checked_least(given: Mapping[str, Any], code: Certificate, memory: int | None = None) -> CheckedPrecision:
    """Check what a header says of the least Λ(s) but for its trees, and the certificates of its codes.

    Parameters
    ----------
    given : mapping
        What `least_of` made; its form is checked.
    code : Certificate
        Of the code that attains the least λ: it says what is asked, and is the first slope.
    memory : int, optional
        Bytes that the oracle may take.

    Raises
    ------
    CertificateError
        Naming the first thing that fails.
    """
    curves = [_curve(record, k, code, memory) for k, record in enumerate(given["codes"], start=1)]
    lines = []
    for k, entry in enumerate(given["lines"], start=1):
        intercept, slope = _pair(entry["line"], f"line {k}")
        if entry["code"] >= len(curves):
            raise CertificateError(f"line {k} of the least Λ is that of code {entry['code']}; there are {len(curves)}")
        own, its = curves[entry["code"]]
        if (intercept, slope) not in its:
            raise CertificateError(f"line {k} of the least Λ is none of the code that is to have it")
        lines.append(CheckedLine(intercept, slope, own))
    points = tuple(_pair(pair, "a point where lines meet") for pair in given["breakpoints"])
    found = CheckedPrecision(tuple(lines), points)
    _require_envelope(found, code.value)
    return found


def _require_envelope(found: CheckedPrecision, least: Fraction) -> None:
    lines = found.lines
    if not lines or lines[0].intercept or lines[0].slope != least:
        raise CertificateError(f"the first line of the least Λ is not {least}·s, that of the least λ")
    if lines[-1].slope:
        raise CertificateError(f"the last line of the least Λ has the slope {lines[-1].slope}; it must be 0")
    if lowest(lines) != list(lines):
        raise CertificateError("the lines of the least Λ do not fall, or one is nowhere the lowest")
    if list(found.breakpoints) != crossings(lines):
        raise CertificateError("the kinks of the least Λ are not the points where neighbouring lines meet")


def _curve(record: Any, k: int, asked: Certificate, memory: int | None) -> tuple[Certificate, set[Point]]:
    """Check the record of a code, and return it with its lines."""
    _clock.tick()
    try:
        code = check_record(record, memory)
        if "precision" not in record:
            raise CertificateError("its record has no Λ(s)")
        claim = read_body(record["precision"], code)
        check_claim(claim, memory)
        same = ("problem", "semantics", "loss", "chart", "prior_concentration")
        if any(getattr(code, name) != getattr(asked, name) for name in same):
            raise CertificateError("it is about another problem, or other options, than the code with the least λ")
        if not code.face.is_code or set(code.machine.keys) != set(asked.machine.keys):
            raise CertificateError("it is no full table of the space of the claim")
    except CertificateError as error:
        raise CertificateError(f"code {k} of the least Λ: {error}") from None
    return code, {(line.intercept, line.slope) for line in claim.lines}


def _pair(texts: Sequence[str], what: str) -> Point:
    try:
        first, second = (exact_fraction(text) for text in texts)
    except ValueError:
        raise CertificateError(f"{what} is {shown(list(texts))}; it must be two fractions") from None
    return first, second


def _texts(pair: Point) -> list[str]:
    return [fraction_text(x) for x in pair]
