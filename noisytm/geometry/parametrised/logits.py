"""Probabilities that are a softmax of logits: codes lie at infinity, and what is left of λ depends on the tails."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from functools import cached_property
from typing import Any, ClassVar

from noisytm._checks import positive
from noisytm._digits import fraction_text
from noisytm._text import did_you_mean
from noisytm.codespace import CodeSpace
from noisytm.errors import ProblemError
from noisytm.geometry.faces import Face
from noisytm.geometry.parametrised.factors import Entry, FactorChart
from noisytm.geometry.parametrised.family import Family, Parametrised
from noisytm.geometry.shared import shared_factor


class _Logits(Parametrised):
    """What charts of logits share: a prior of their own, and codes at infinity."""

    own_measure = True
    by_number = True
    no_search = "its codes lie at infinity; search in the simplex chart, and ask noisytm bound for single codes"
    spread: ClassVar[Fraction]

    def __init__(self, space: CodeSpace, face: Face) -> None:
        if face.free:
            raise ProblemError(
                f"the point has free entries; chart {self.name} takes codes of machines, which lie at infinity: give a"
                " machine"
            )
        super().__init__(space, face)


class GaussianLogits(_Logits):
    """Logits that are normal with standard deviation σ: there is no λ, and E[nK] grows like c log n.

    A wrong entry is u = n^{−v} when its logit is v log n below the right one; that has density exp(−(log n)² q(v)/2σ²)
    with q = Σ v² − (Σ v)²/k for a distribution of k values, the common shift of its logits at its best. So by Laplace's
    method −log Z = (log n)² Q/2σ² (1 + o(1)), Q the least Σ q over the v at which α·v ≥ 1 for every fatal syndrome α,
    and E[nK] = (Q/σ²) log n (1 + o(1)).

    Examples
    --------
    >>> from noisytm import CodeSpace, library
    >>> from noisytm.geometry import chart_at
    >>> machine = library.machine("detectA")
    >>> chart = chart_at("softmax:gaussian=1/2", CodeSpace.of(machine), machine)
    >>> [str(x) for x in chart.half_gradient([Fraction(1)] * chart.dimension)[:3]], str(chart.law_factor)
    (['1/3', '1/3', '1/2'], '4')
    """

    noun = "logit"
    growth = "log n"

    @property
    def law_factor(self) -> Fraction:
        """What the least Σ q is multiplied by in the law: 1/σ²."""
        return 1 / self.spread**2

    @cached_property
    def distributions(self) -> tuple[tuple[int, int], ...]:
        """For each coordinate the number of its distribution, and how many values that has."""
        sizes = {kind: len(values) for kind, _, values in self.space.blocks}
        numbers: dict[tuple[Any, ...], int] = {}
        return tuple((numbers.setdefault(c[:-1], len(numbers)), sizes[c.kind]) for c in self.coordinates)

    @property
    def joined(self) -> tuple[int, ...]:
        """For each coordinate the number of its distribution; see `Chart.joined`."""
        return tuple(number for number, _ in self.distributions)

    def half_gradient(self, v: Sequence[Fraction]) -> list[Fraction]:
        """Return half the gradient of Σ q at v: v_i − (Σ v)/k."""
        sums: dict[int, Fraction] = {}
        for (number, _), x in zip(self.distributions, v, strict=True):
            sums[number] = sums.get(number, Fraction(0)) + x
        return [x - sums[number] / k for (number, k), x in zip(self.distributions, v, strict=True)]


class LaplaceLogits(_Logits, FactorChart):
    """Logits of density ≍ e^{−|ℓ|/b}: a factor for each wrong entry, times one that its distribution shares.

    The right logit goes up by c log n, and a wrong one down by w log n: u = n^{−(c + w)}, of density n^{−(c + w)/b}.
    Neither a negative c nor a wrong logit that goes up is ever worth it. So λ and m are those of the program in the
    factors n^{−c} and n^{−w}, of weight 1/b each.

    Examples
    --------
    >>> from noisytm import CodeSpace, library
    >>> from noisytm.geometry import chart_at
    >>> machine = library.machine("detectA")
    >>> chart = chart_at("softmax:laplace=2", CodeSpace.of(machine), machine)
    >>> chart.dimension, str(chart.weight_of(chart.coordinates[0], Fraction(1)))
    (48, '1/2')
    """

    @classmethod
    def weight_of(cls, coordinate: Any, concentration: Fraction) -> Fraction:
        """Return 1/b; see `Chart.weight_of`."""
        return concentration / cls.spread

    def factors_of(self, entry: Entry) -> tuple[Any, ...]:
        """Return the factor of the right logit and that of the wrong one; see `FactorChart.factors_of`."""
        return shared_factor(entry), entry


class SquaredLogits(_Logits, FactorChart):
    """Logits w² with w normal of standard deviation σ: one factor for each distribution, for all its wrong entries.

    A wrong logit cannot fall below 0, so the right one goes up, to r log n, of density n^{−r/2σ²} (r log n)^{−1/2}, and
    all wrong entries of the distribution are n^{−r}. So λ is that of the program in these factors, of weight 1/2σ²
    each, and each that is positive somewhere on the optimal face takes ½ from m.

    Examples
    --------
    >>> from noisytm import CodeSpace, library
    >>> from noisytm.geometry import chart_at
    >>> machine = library.machine("detectA")
    >>> chart = chart_at("softmax:squared=1", CodeSpace.of(machine), machine)
    >>> chart.dimension, chart.multiplicity(0, [0, 1]), chart.multiplicity(0, [0])
    (18, 0, Fraction(1, 2))
    """

    halves = True

    @classmethod
    def weight_of(cls, coordinate: Any, concentration: Fraction) -> Fraction:
        """Return 1/2σ²; see `Chart.weight_of`."""
        return concentration / (2 * cls.spread**2)

    def factors_of(self, entry: Entry) -> tuple[Any, ...]:
        """Return the factor of the right logit; see `FactorChart.factors_of`."""
        return (shared_factor(entry),)

    def multiplicity(self, dimension: int, positive: Iterable[int]) -> int | Fraction:
        """Return m; see `Chart.multiplicity`."""
        found = 1 + dimension - Fraction(len(set(positive)), 2)
        return int(found) if found.denominator == 1 else found


class Softmax(Family):
    """``softmax:gaussian=S``, ``softmax:laplace=B``, ``softmax:squared=S``: logits with such a prior."""

    name = "softmax"
    form = "softmax:gaussian=S"
    description = "a softmax of logits of standard deviation S; also laplace=B, of scale B, and squared=S, of squares"

    def read(self, text: str | None) -> tuple[type[Parametrised], str, dict[str, Any]]:
        """Return the chart of some logits; see `Family.read`."""
        prior, equals, value = (text or "").partition("=")
        if prior in _FLAT:
            raise self.refused(text, f"{_FLAT[prior]}: there is nothing to compute")
        if prior not in _PRIORS or not equals:
            near = did_you_mean(prior, list(_PRIORS)) if equals else ""
            raise self.refused(
                text, f"say which logits, and how wide: {', '.join(f'{self.name}:{x}=1' for x in _PRIORS)}{near}"
            )
        spread = positive(f"{prior} of chart {self.name}", value)
        return _PRIORS[prior], f"{self.name}:{prior}={fraction_text(spread)}", {"spread": spread}


_PRIORS: dict[str, type[_Logits]] = {"gaussian": GaussianLogits, "laplace": LaplaceLogits, "squared": SquaredLogits}
_FLAT = {"student": "logits with tails of a power have the learning coefficient 0 at every code"}
