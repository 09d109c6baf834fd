"""Factors that several error probabilities share, as coordinates."""

from __future__ import annotations

from typing import Any, NamedTuple

from noisytm._summary import line_of
from noisytm._text import shown_name
from noisytm.codespace import Coordinate, TupleCoordinate

WHOLE = "tuple"


class SharedFactor(NamedTuple):
    """One coordinate: a factor of all wrong entries of one distribution, or of a whole tuple.

    ``shared`` is the kind of the distribution, ``write``, ``next`` or ``move``, or ``tuple``.
    """

    symbol: str
    state: str
    shared: str

    @property
    def place(self) -> tuple[str, str]:
        """The tuple: its key."""
        return self.symbol, self.state

    @property
    def kind(self) -> str:
        """What it is shared by, as groups of a prior concentration name it."""
        return self.shared

    def __repr__(self) -> str:
        return line_of(self)

    def to_json(self) -> dict[str, str]:
        """Return the factor as a JSON object."""
        return dict(self._asdict())

    def __str__(self) -> str:
        what = "tuple" if self.shared == WHOLE else self.shared
        return f"({shown_name(self.symbol)}, {shown_name(self.state)}) errs in its {what}"


class SharedTupleFactor(NamedTuple):
    """One coordinate: such a factor where keys err or are repeated, at tuple number ``tuple``, counted from 0.

    ``shared`` may also be ``read`` or ``in``.
    """

    tuple: int
    shared: str

    @property
    def place(self) -> int:
        """The tuple: its number."""
        return self.tuple

    @property
    def kind(self) -> str:
        """What it is shared by, as groups of a prior concentration name it."""
        return self.shared

    def __repr__(self) -> str:
        return line_of(self)

    def to_json(self) -> dict[str, Any]:
        """Return the factor as a JSON object."""
        return dict(self._asdict())

    def __str__(self) -> str:
        return f"tuple {self.tuple} errs in its {self.shared}" if self.shared != WHOLE else f"tuple {self.tuple} errs"


def shared_factor(entry: Coordinate | TupleCoordinate, shared: str | None = None) -> SharedFactor | SharedTupleFactor:
    """Return the factor that an entry shares with its distribution, or with what else is named.

    Examples
    --------
    >>> print(shared_factor(TupleCoordinate(2, "in", "go")), shared_factor(Coordinate("A", "go", "move", "L"), WHOLE))
    tuple 2 errs in its in (A, go) errs in its tuple
    """
    what = entry.kind if shared is None else shared
    return SharedFactor(*entry.place, what) if isinstance(entry, Coordinate) else SharedTupleFactor(entry.tuple, what)
