"""The least learning coefficient of the lists of one length."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from noisytm._digits import fraction_text
from noisytm._summary import Described, Summary, count, grouped, number
from noisytm.geometry import BitFace, Face
from noisytm.machine import Description


@dataclass(frozen=True)
class LeastOfLength(Described):
    """The least λ of all lists of one length that solve a problem.

    Parameters
    ----------
    tuples : int
        The length.
    solving : int
        How many lists of so many tuples solve it; orders count where the semantics takes notice of them.
    lower_bound : Fraction
        None of them has less.
    value : Fraction or None
        λ of the best that was found: the least, once all were searched. ``None`` if none was found.
    multiplicity : int or None
        Its m: then the largest of lists of this length with that λ.
    face : Face, BitFace or None
        That list.
    complete : bool
        Whether all of them were searched.
    """

    tuples: int
    solving: int
    lower_bound: Fraction
    value: Fraction | None
    multiplicity: int | None
    face: Face | BitFace | None
    complete: bool

    def _summary(self) -> Summary:
        if self.value is None:
            said = "none found" if self.solving else "none solves it"
        elif self.complete:
            said = f"least λ = {number(self.value)}, m = {number(self.multiplicity)}"
        else:
            said = f"{number(self.lower_bound)} ≤ least λ ≤ {number(self.value)}, not complete"
        return Summary(f"{said}; {grouped(self.solving)} lists of {count(self.tuples, 'tuple')} solve it")

    @property
    def machine(self) -> Description | None:
        """The list: a machine, unless keys err or are repeated."""
        return None if self.face is None else self.face.machine

    def to_json(self) -> dict[str, Any]:
        """Return it as a JSON object."""
        value = None if self.value is None else fraction_text(self.value)
        record: dict[str, Any] = {
            "tuples": self.tuples,
            "solutions": self.solving,
            "lower_bound": fraction_text(self.lower_bound),
            "upper_bound": value,
            "multiplicity": self.multiplicity,
            "machine": None if self.face is None else self.face.machine.to_json(),
            **({} if self.face is None else self.face.to_json()),
            "complete": self.complete,
        }
        return record | ({"learning_coefficient": value} if self.complete else {})


def length_of_json(record: Mapping[str, Any], face_of: Callable[[Mapping[str, Any]], Face | BitFace]) -> LeastOfLength:
    """Return what `LeastOfLength.to_json` wrote; ``face_of`` reads the code of a record."""
    value = record["upper_bound"]
    return LeastOfLength(
        record["tuples"],
        record["solutions"],
        Fraction(record["lower_bound"]),
        None if value is None else Fraction(value),
        record["multiplicity"],
        None if record["machine"] is None else face_of(record),
        record["complete"],
    )
