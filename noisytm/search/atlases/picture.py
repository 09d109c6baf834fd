"""The picture of an atlas: λ against description length."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from fractions import Fraction
from json import dumps
from pathlib import Path
from typing import Any, Protocol

from noisytm._digits import fraction_text
from noisytm._summary import grouped
from noisytm.geometry import units
from noisytm.search.atlases.asked import AtlasUnits
from noisytm.search.atlases.groups import Alike
from noisytm.search.atlases.rows import CodeRow
from noisytm.show.curves import caption
from noisytm.show.scatter import Scatter, save_scatter


class Mapped(Protocol):
    """What a picture is made of: what an `Atlas` has."""

    @property
    def units(self) -> AtlasUnits:
        """The problem and the units."""

    @property
    def solutions(self) -> int:
        """How many codes solve the problem."""

    @property
    def codes(self) -> int:
        """How many of them are in it."""

    @property
    def sample(self) -> int | None:
        """How many were drawn."""

    @property
    def groups(self) -> Mapping[Alike, int]:
        """How many codes are alike."""

    @property
    def best(self) -> Sequence[CodeRow]:
        """The best code for each number of used tuples."""

    @property
    def named(self) -> Mapping[str, CodeRow]:
        """Machines of the library."""

    @property
    def complete(self) -> bool:
        """Whether all are there."""

    def log2_mass(self, used: int) -> float:
        """Return log2 of the mass of a cube."""


def draw(atlas: Mapped, path: Path | None) -> Any:
    """Return the picture of an atlas as a figure, written to a file where there is a path."""
    return save_scatter(scatter_of(atlas), path)


def scatter_of(atlas: Mapped) -> Scatter:
    """Return what the picture of an atlas shows."""
    dots: Counter[tuple[int, Fraction]] = Counter()
    for alike, codes in atlas.groups.items():
        dots[alike.used, alike.value] += codes
    asked, bound = atlas.units, atlas.units.used_tuple_bound
    how = units(asked.semantics, asked.loss, asked.chart, asked.prior_concentration)
    drawn = "" if atlas.sample is None else f" a sample of {grouped(atlas.codes)} of"
    unfinished = "" if atlas.complete else " (not complete)"
    return Scatter(
        title=f"λ of{drawn or ' all'} {grouped(atlas.solutions)} codes that solve the problem{unfinished}; {how}",
        x="used tuples k",
        y="learning coefficient λ",
        dots=tuple((used, float(value), codes) for (used, value), codes in sorted(dots.items())),
        what="code",
        steps=_frontier(atlas),
        stairs="least λ with at most k used tuples",
        slope=None if bound is None else float(bound),
        line="" if bound is None else f"bound {fraction_text(bound)}·k",
        names=tuple((row.used, float(row.value), name) for name, row in atlas.named.items()),
        other=("description length k·log2(3·S·|Q|) = −log2 of the mass of the cube, bits", -atlas.log2_mass(1)),
        numbers=_numbers(atlas, dots),
        about=caption(asked.problem),
    )


def _frontier(atlas: Mapped) -> tuple[tuple[float, float], ...]:
    """Return the corners of the least λ of codes with at most so many used tuples."""
    corners: list[tuple[float, float]] = []
    for row in atlas.best:
        least = min(float(row.value), corners[-1][1] if corners else float("inf"))
        corners.append((row.used, least))
    if corners:
        corners.append((corners[-1][0] + 0.5, corners[-1][1]))
    return tuple(corners)


def _numbers(atlas: Mapped, dots: Counter[tuple[int, Fraction]]) -> str:
    """Return the numbers of the picture as JSON: what it shows can be had from the file."""
    bound = atlas.units.used_tuple_bound
    return dumps(
        {
            "columns": ["used_tuples", "learning_coefficient", "codes"],
            "dots": [[used, fraction_text(value), codes] for (used, value), codes in sorted(dots.items())],
            "bound_by_used_tuple": None if bound is None else fraction_text(bound),
            "named": {name: [row.used, fraction_text(row.value)] for name, row in atlas.named.items()},
        },
        ensure_ascii=False,
    )
