"""What is known of λ at one place of a series: its value, bounds, or that there is none."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, ClassVar, Self

from noisytm._digits import fraction_text
from noisytm._schema import FRACTION, Schema, choice, either, nullable
from noisytm._summary import Described, Summary, number

# Both bounds are λ, which has a certificate; it was ended before, with what is certain; K > 0, there is no λ.
STATUSES = ("proved", "bounds", "unsolved")
DRAWN = {
    "proved": "λ, exact, each with its certificate",
    "bounds": "λ is between these, which are proved; ended early",
    "unsolved": "does not solve the problem: there is no λ",
}
KNOWN: dict[str, Schema] = {
    "status": choice(*STATUSES),
    "lower_bound": nullable(FRACTION),
    "upper_bound": nullable(FRACTION),
    "multiplicity": nullable(either({"type": "integer"}, FRACTION)),
}

Bound = Fraction | None
Multiplicity = int | Fraction | None
Known = tuple[str, Bound, Bound, Multiplicity]


def words_of(status: str, lower: Bound, upper: Bound, multiplicity: Multiplicity) -> str:
    """Return what is known of λ in words.

    Examples
    --------
    >>> words_of("proved", Fraction(29, 3), Fraction(29, 3), 1), words_of("bounds", Fraction(8), None, None)
    ('λ = 29/3, m = 1', '8 ≤ λ ≤ ?')
    """
    if status == "proved":
        return f"λ = {number(lower)}, m = {number(multiplicity)}"
    if status == "unsolved":
        return "does not solve the problem"
    return f"{number(lower)} ≤ λ ≤ {'?' if upper is None else number(upper)}"


def known_json(status: str, lower: Bound, upper: Bound, multiplicity: Multiplicity) -> dict[str, Any]:
    """Return what is known of λ as entries of a record; fractions are strings.

    Examples
    --------
    >>> known_json("unsolved", None, None, None)["lower_bound"] is None
    True
    """
    m = multiplicity
    return {
        "status": status,
        "lower_bound": None if lower is None else fraction_text(lower),
        "upper_bound": None if upper is None else fraction_text(upper),
        "multiplicity": m if m is None or isinstance(m, int) else fraction_text(m),
    }


def known_of(record: Mapping[str, Any]) -> Known:
    """Return what `known_json` was given.

    Examples
    --------
    >>> known_of(known_json("proved", Fraction(2), Fraction(2), 1))
    ('proved', Fraction(2, 1), Fraction(2, 1), 1)
    """
    low, high = (None if record[name] is None else Fraction(record[name]) for name in ("lower_bound", "upper_bound"))
    m = record["multiplicity"]
    return record["status"], low, high, Fraction(m) if isinstance(m, str) else m


def height_of(status: str, lower: Bound, upper: Bound) -> tuple[float, float | None]:
    """Return where a picture has it, 0 where there is no λ, and how far from there its bounds are.

    Examples
    --------
    >>> height_of("bounds", Fraction(8), Fraction(11)), height_of("proved", Fraction(8), Fraction(8))
    ((9.5, 1.5), (8.0, None))
    """
    if status == "unsolved":
        return 0.0, None
    low = float(lower or 0)
    high = low if upper is None else float(upper)
    return (low + high) / 2, None if status == "proved" else (high - low) / 2


class KnownAt(Described):
    """What is known of λ at one place of a series, as a point of it says so.

    Attributes
    ----------
    status : {"proved", "bounds", "unsolved"}
        ``proved``: both bounds are λ, which has a certificate; ``bounds``: it was ended before, with what is certain;
        ``unsolved``: K > 0 there, so that there is no λ.
    lower, upper : Fraction or None
        λ is between these; ``None`` where nothing is known, or there is no λ.
    multiplicity : int, Fraction or None
        m, where λ is proved.
    at : str
        The field, the first, that says which place it is. Of the class.
    """

    status: str
    lower: Bound
    upper: Bound
    multiplicity: Multiplicity
    at: ClassVar[str]

    def _place(self) -> str:
        """Return which place it is in words."""
        raise NotImplementedError

    def _summary(self) -> Summary:
        return Summary(f"{self._place()}: {self.in_words()}", result=False)

    def in_words(self) -> str:
        """Return what is known of λ in words."""
        return words_of(self.status, self.lower, self.upper, self.multiplicity)

    def to_json(self) -> dict[str, Any]:
        """Return it as a JSON object."""
        return {self.at: getattr(self, self.at), **known_json(self.status, self.lower, self.upper, self.multiplicity)}

    @classmethod
    def of_record(cls, record: Mapping[str, Any]) -> Self:
        """Return the point that `to_json` gave."""
        make: Any = cls
        point: Self = make(record[cls.at], *known_of(record))
        return point
