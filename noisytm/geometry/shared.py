"""Factors that several error probabilities share, as coordinates."""

from __future__ import annotations

from typing import NamedTuple

from noisytm._summary import line_of
from noisytm._text import shown_name

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
