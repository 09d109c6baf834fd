"""Estimates of λ from anyone's samples of nK."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

import numpy as np

from noisytm._checks import fraction, real_array, whole
from noisytm._text import shown
from noisytm.errors import EstimateError, ProblemError
from noisytm.posterior.estimates import bridge, formulas
from noisytm.posterior.estimates.formulas import Estimator
from noisytm.posterior.estimates.result import Estimate, Estimates
from noisytm.posterior.estimates.samples import MOST, Drawn, Reals, drawn_at, jackknife, sizes_of, split_r_hat

# Chains that agree worse are refused. Samples that are weighted for another n: the least share of them that must count.
# Two sizes whose samples overlap less give no difference of free energies, and none farther apart are looked at.
MOST_R_HAT, LEAST_EFFECTIVE, LEAST_OVERLAP, MOST_RATIO = 1.1, 0.3, 0.03, 1e12


def estimate(
    nK: Any,
    n: Any,
    *,
    free_energy: Any = None,
    learning_coefficient: Any = None,
    multiplicity: int | None = None,
) -> Estimates:
    """Estimate the learning coefficient by all named estimators, from samples of the posterior ∝ exp(−nK).

    ``docs/posterior.md`` has the formulas with their biases, and says when not to trust them. The samples may be of any
    model: what is needed is n·K of each draw, K being the loss above its least value, and n all that stands in front of
    K (a number of observations times an inverse temperature).

    Parameters
    ----------
    nK : array_like of float, shape (chains, draws)
        n times the loss of each draw, of chains (or replicas of a population) that are independent of each other. For
        several n a list of such arrays, with as many chains in each: the i-th of one n may depend on the i-th of
        another.
    n : float or sequence of float
        The n that the samples are of; one for each array. WBIC asks for samples at n' = n/log n: those of one n that
        is reached from the given ones by weights; of samples at a single n' it is that of the n with n/log n = n'.
    free_energy : array_like of float, shape (sizes, chains), optional
        F = −log ∫ exp(−nK) of each chain at each n, for the slope; without it differences of F come from the samples,
        by Bennett's acceptance ratio, where those of neighbouring n overlap.
    learning_coefficient : Fraction or number, optional
        The exact λ, to stand beside the estimates. Nothing is computed from it.
    multiplicity : int, optional
        The exact m; the leading term of each bias is computed from it, and never fitted.

    Returns
    -------
    Estimates
        Each with its standard error: chains are left out one after another (the jackknife).

    Raises
    ------
    ProblemError
        If an argument is none of these.
    EstimateError
        If the samples do not deserve it: a single chain, chains that do not agree (split R̂ over 1.1). ``partial`` has
        the estimates, for inspection.

    Examples
    --------
    >>> import numpy as np
    >>> from noisytm import estimate
    >>> draws = np.random.default_rng(1).gamma(1.5, size=(4, 5000))  # λ = 3/2, m = 1
    >>> found = estimate(draws, 1e6, learning_coefficient="3/2", multiplicity=1)
    >>> [x.estimator for x in found.estimates]
    ['mean', 'variance', 'wbic', 'wbic-free-energy']
    >>> mean = found.of("mean")[0]
    >>> print(f"{mean.value:.1f}", mean.error < 0.02, found.learning_coefficient)
    1.5 True 3/2
    >>> estimate(draws[0], 1e6)
    Traceback (most recent call last):
    noisytm.errors.EstimateError: one chain has no standard error; give at least two that are independent of each other
    """
    sizes = sizes_of(n)
    drawn = drawn_at(nK, sizes)
    exact = None if learning_coefficient is None else fraction("learning_coefficient", learning_coefficient)
    if exact is not None and exact < 0:
        raise ProblemError(f"learning_coefficient is {shown(learning_coefficient)}; it must be at least 0")
    m = None if multiplicity is None else whole("multiplicity", multiplicity, 1)
    made = _Making(drawn, _checked(free_energy, sizes, drawn), m)
    found = tuple(made.all())
    r_hats = [split_r_hat(x.nK) for x in drawn]
    result = Estimates(
        tuple(x.n for x in drawn),
        made.chains,
        tuple(x.nK.shape[1] for x in drawn),
        tuple(r if math.isfinite(r) else None for r in r_hats),
        found,
        tuple(made.left_out),
        exact,
        m,
    )
    _require(result, r_hats)
    return result


def _require(found: Estimates, r_hats: Sequence[float]) -> None:
    if found.chains < 2:
        message = "one chain has no standard error; give at least two that are independent of each other"
        raise EstimateError(message, found)
    worst = max(r_hats)
    if worst > MOST_R_HAT:
        n = found.n[r_hats.index(worst)]
        raise EstimateError(
            f"the chains do not agree at n = {n:g}: split R̂ is {worst:.3g}, and may be {MOST_R_HAT}; run them longer,"
            " or start them from draws of the prior",
            found,
        )


def _checked(free_energy: Any, n: float | list[float], drawn: Sequence[Drawn]) -> Reals | None:
    """Return the free energies by growing n."""
    if free_energy is None:
        return None
    wanted = len(drawn), len(drawn[0].nK)
    given = real_array("free energies", free_energy, f"{wanted}: (sizes, chains)", ProblemError)
    if given.shape != wanted or not (np.abs(given) <= MOST).all():
        raise ProblemError(
            f"free energies have the shape {given.shape}; give numbers, at most {MOST:g}, {wanted}: (sizes, chains)"
        )
    order = np.argsort(n, kind="stable") if isinstance(n, list) else [0]
    return np.asarray(given, np.float64)[order]


@dataclass(frozen=True)
class _Sized:
    """Free energies of all chains at two sizes."""

    values: Reals

    def without(self, chain: int) -> _Sized:
        return replace(self, values=np.delete(self.values, chain))


@dataclass
class _Making:
    """The estimates of some samples."""

    drawn: Sequence[Drawn]
    free_energy: Reals | None
    multiplicity: int | None
    left_out: list[str] = field(default_factory=list)

    @property
    def chains(self) -> int:
        return len(self.drawn[0].nK)

    def all(self) -> Iterator[Estimate]:
        """Yield all estimates, estimator by estimator."""
        for x in self.drawn:
            yield self._made(formulas.MEAN, x.n, x.n, formulas.mean, [x])
        for x in self.drawn:
            yield self._made(formulas.VARIANCE, x.n, x.n, formulas.variance, [x])
        yield from self._slopes()
        for low, high in pairwise(self.drawn):
            if low.n > 1:
                yield self._made(formulas.TWO_SIZES, low.n, high.n, formulas.two_sizes, [low, high])
        yield from self._wbic()

    def _made(
        self, by: Estimator, low: float, high: float, value: Callable[[list[Any]], float], of: list[Any]
    ) -> Estimate:
        error = jackknife(value, of, self.chains) if self.chains > 1 else None
        bias = None
        if self.multiplicity is not None and low > 1:
            bias = by.leading(self.multiplicity - 1, low, high) + 0.0
        return Estimate(by.name, low, high, value(of), error, bias)

    def _slopes(self) -> Iterator[Estimate]:
        if len(self.drawn) == 1:
            self.left_out += ["slope, two-sizes: they need samples at two n"]
        for i, (low, high) in enumerate(pairwise(self.drawn)):
            length = math.log(high.n / low.n)
            if self.free_energy is not None:
                differences = _Sized((self.free_energy[i + 1] - self.free_energy[i]) / length)
                yield self._made(formulas.SLOPE, low.n, high.n, lambda x: float(x[0].values.mean()), [differences])
            elif (shared := 0.0 if high.n > MOST_RATIO * low.n else bridge.overlap([low, high])) < LEAST_OVERLAP:
                self.left_out.append(
                    f"slope from n = {low.n:g} to {high.n:g}: the samples overlap by {shared:.2g} only; give"
                    " free_energy, or sizes that are closer"
                )
            else:
                yield self._made(formulas.SLOPE, low.n, high.n, _slope_of(length), [low, high])

    def _wbic(self) -> Iterator[Estimate]:
        sizes = [(x.n, source) for x in self.drawn if (source := self._source(x.n)) is not None]
        if not sizes:
            size = formulas.wbic_size(self.drawn[-1].n)
            if size is None:
                self.left_out.append("wbic: it needs samples at n' = n/log n, which is e at least")
                return
            sizes = [(size, self.drawn[-1])]
        for by, factor in ((formulas.WBIC, 0), (formulas.WBIC_FREE_ENERGY, 1)):
            for n, source in sizes:
                yield self._made(by, n, n, _wbic_of(n, factor), [source])

    def _source(self, n: float) -> Drawn | None:
        """Return the samples that can be weighted for n' = n/log n."""
        if n <= math.e:
            return None
        at = n / math.log(n)
        nearest = min(self.drawn, key=lambda x: abs(math.log(x.n / at)))
        return nearest if formulas.effective(nearest, at) >= LEAST_EFFECTIVE else None


def _slope_of(length: float) -> Callable[[list[Any]], float]:
    return lambda drawn: bridge.difference(drawn) / length


def _wbic_of(n: float, power: int) -> Callable[[list[Any]], float]:
    return lambda drawn: float(formulas.reweighted_mean(drawn, n / math.log(n)) * math.log(n) ** power)
