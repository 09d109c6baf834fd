"""What the parameters of a chart are in PyTorch, and the noisy codes that they stand for."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from noisytm.errors import MachineError, ProblemError
from noisytm.geometry import BitsChart, Chart, SimplexChart, SphereChart
from noisytm.geometry.parametrised import (
    FactorChart,
    GaussianLogits,
    LaplaceLogits,
    Parametrised,
    ProductChart,
    RectifiedChart,
    SquaredLogits,
)

if TYPE_CHECKING:
    from torch import Tensor

Array = NDArray[np.float64]

# What a code may differ from the nearest one that the parameters can stand for.
TOLERANCE = 1e-9
NEWTON_STEPS, CLOSE = 30, 1e-14


class Parameters:
    """The parameters of a chart near a code: the map to noisy codes, and back.

    Parameters
    ----------
    torch : module
        PyTorch.
    chart : Chart
        The chart.

    Attributes
    ----------
    shape : tuple of int
        Of the parameters.
    """

    shape: tuple[int, ...]

    def __init__(self, torch: Any, chart: Chart) -> None:
        self.torch, self.chart, self.space = torch, chart, chart.space
        self.shape = (chart.dimension,)

    def codes(self, weights: Tensor) -> Tensor:
        """Return the noisy codes of parameters, shape (…, N, E)."""
        raise NotImplementedError

    def weights(self, code: Array) -> Array:
        """Return parameters of a noisy code, shape (N, E).

        Raises
        ------
        MachineError, ProblemError
            If there are none.
        """
        raise NotImplementedError

    def refused(self, why: str) -> MachineError:
        """Return the error for a code that there are no parameters of."""
        return MachineError(f"a code has no parameters in chart {self.chart.name}: {why}")


class Probabilities(Parameters):
    """The probabilities of wrong entries; what is right is one minus these."""

    def __init__(self, torch: Any, chart: SimplexChart) -> None:
        super().__init__(torch, chart)
        self.wrong = chart.columns
        sums, place = self._places()
        self._sums, self._place = torch.from_numpy(sums), torch.from_numpy(place)
        self.shape = (len(self.wrong),)

    def _places(self) -> tuple[Array, NDArray[np.int64]]:
        """Return which wrong entries are of which distribution, and where each entry stands: wrong ones, then right."""
        rows, width = self.space.shape
        of_column = np.repeat(np.arange(len(self.space.blocks)), [len(values) for _, _, values in self.space.blocks])
        block = (np.arange(rows)[:, None] * len(self.space.blocks) + of_column).ravel()
        place = block + len(self.wrong)
        place[self.wrong] = np.arange(len(self.wrong))
        sums = np.zeros((len(self.wrong), rows * len(self.space.blocks)))
        sums[np.arange(len(self.wrong)), block[self.wrong]] = 1.0
        assert width == len(of_column)
        return sums, place

    def errors(self, weights: Tensor) -> Tensor:
        """Return the probabilities of the wrong entries."""
        return weights

    def codes(self, weights: Tensor) -> Tensor:
        """Return the noisy codes of parameters; see `Parameters.codes`."""
        wrong = self.errors(weights)
        right = 1.0 - wrong @ self._sums.to(wrong.device)
        entries: Tensor = self.torch.cat([wrong, right], dim=-1)[..., self._place.to(wrong.device)]
        return entries.unflatten(-1, self.space.shape)

    def weights(self, code: Array) -> Array:
        """Return the probabilities of the wrong entries; see `Parameters.weights`."""
        return code.ravel()[self.wrong]


class PositiveParts(Probabilities):
    """Wrong entries, some of them as positive parts of weights."""

    def __init__(self, torch: Any, chart: RectifiedChart) -> None:
        super().__init__(torch, chart)
        listed = self.space.coordinates(chart.face.machine)
        atoms = [chart.atoms.of(*(getattr(c, part) for part in ("symbol", "state", "kind"))) for c in listed]
        self._atoms = torch.tensor(atoms, dtype=torch.bool)

    def errors(self, weights: Tensor) -> Tensor:
        """Return max(0, w) at positive parts, and w elsewhere."""
        found: Tensor = self.torch.where(self._atoms.to(weights.device), self.torch.relu(weights), weights)
        return found


class Factors(Probabilities):
    """Wrong entries as products of powers of the absolute values of factors, which may be shared."""

    def __init__(self, torch: Any, chart: ProductChart | FactorChart) -> None:
        super().__init__(torch, chart)
        powers, table = _of_products(chart) if isinstance(chart, ProductChart) else _of_factors(chart)
        self.shape = (len(powers),)
        self._powers, self._factors = torch.from_numpy(powers), torch.from_numpy(table)
        self._plain = bool((powers == 1.0).all())
        self._exponents = np.zeros((len(table), len(powers)))
        for i, row in enumerate(table):
            for j in row[row < len(powers)]:
                self._exponents[i, j] += powers[j]

    def errors(self, weights: Tensor) -> Tensor:
        """Return the products."""
        sizes = weights.abs()
        if not self._plain:
            sizes = sizes ** self._powers.to(weights.device)
        padded = self.torch.cat([sizes, self.torch.ones_like(sizes[..., :1])], dim=-1)
        first, *more = self._factors.to(weights.device).unbind(1)
        found: Tensor = padded[..., first]
        for factor in more:
            found = found * padded[..., factor]
        return found

    def weights(self, code: Array) -> Array:
        """Return factors of the wrong entries, equally large where nothing else is asked; see `Parameters.weights`."""
        wrong = super().weights(code)
        some = wrong > 0
        logs = np.linalg.lstsq(self._exponents[some], np.log(wrong[some]), rcond=None)[0]
        needed = self._exponents[some].any(axis=0)
        found = np.where(needed, np.exp(logs), 0.0)
        if not np.allclose((found**self._exponents).prod(axis=1), wrong, rtol=TOLERANCE, atol=0.0):
            raise self.refused("its error probabilities are no products of these factors")
        return found


def _of_products(chart: ProductChart) -> tuple[Array, NDArray[np.int64]]:
    """Return the exponent of each factor, and the factors of each wrong entry; one beyond the last where none is."""
    own = [chart.exponents.of(c.symbol, c.state, c.kind) for c in chart.coordinates]  # type: ignore[union-attr]
    ends = np.cumsum([len(k) for k in own], dtype=np.int64)
    count = int(ends[-1]) if own else 0
    table = np.full((len(own), max(map(len, own), default=1)), count, dtype=np.int64)
    for row, powers, end in zip(table, own, ends.tolist(), strict=True):
        row[: len(powers)] = np.arange(end - len(powers), end)
    return np.array([float(k) for powers in own for k in powers]), table


def _of_factors(chart: FactorChart) -> tuple[Array, NDArray[np.int64]]:
    exponents = chart.exponents
    table = np.full((len(exponents), max(int(exponents.sum(axis=1).max(initial=0)), 1)), chart.dimension)
    for row, counts in zip(table, exponents, strict=True):
        row[: counts.sum()] = np.repeat(np.arange(chart.dimension), counts)
    return np.ones(chart.dimension), table


class Distributions(Parameters):
    """A parameter for every entry of a code; a distribution is a function of its own."""

    def __init__(self, torch: Any, chart: Chart) -> None:
        super().__init__(torch, chart)
        self.shape = chart.space.shape

    def codes(self, weights: Tensor) -> Tensor:
        """Return the noisy codes of parameters; see `Parameters.codes`."""
        blocks = self.space.blocks
        parts = [self.distribution(weights[..., start : start + len(values)]) for _, start, values in blocks]
        found: Tensor = self.torch.cat(parts, dim=-1)
        return found

    def distribution(self, weights: Tensor) -> Tensor:
        """Return a distribution, along the last dimension."""
        raise NotImplementedError


class Amplitudes(Distributions):
    """An amplitude θ for every entry: p = θ²/Σ θ² in each distribution."""

    def distribution(self, weights: Tensor) -> Tensor:
        """Return θ²/Σ θ²."""
        squares = weights * weights
        return squares / squares.sum(dim=-1, keepdim=True)

    def weights(self, code: Array) -> Array:
        """Return the square roots of the probabilities; see `Parameters.weights`."""
        return np.sqrt(code)


class Logits(Distributions):
    """Logits, of which a distribution is the softmax."""

    def distribution(self, weights: Tensor) -> Tensor:
        """Return the softmax."""
        found: Tensor = self.torch.softmax(weights, dim=-1)
        return found

    def weights(self, code: Array) -> Array:
        """Return the logarithms of the probabilities; see `Parameters.weights`."""
        if not (code > 0).all():
            raise ProblemError(
                f"codes with an entry that is 0 lie at infinity in chart {self.chart.name}; give start, a noisy code"
                " all of whose entries are positive"
            )
        return np.log(code)


class RootsOfLogits(Logits):
    """Weights whose squares are the logits."""

    def distribution(self, weights: Tensor) -> Tensor:
        """Return the softmax of the squares."""
        return super().distribution(weights * weights)

    def weights(self, code: Array) -> Array:
        """Return the roots of logits of which the least in a distribution is 0; see `Parameters.weights`."""
        logits = super().weights(code)
        for _, start, values in self.space.blocks:
            block = logits[:, start : start + len(values)]
            block -= block.min(axis=1, keepdims=True)
        return np.sqrt(logits)


class Flips(Parameters):
    """The probabilities that binary digits are flipped; a pattern p past the last of n values stands for p mod n."""

    def __init__(self, torch: Any, chart: BitsChart) -> None:
        super().__init__(torch, chart)
        digits = ["".join(row) for row in chart.face.digits]
        self._ones = torch.tensor([[digit == "1" for digit in row] for row in digits], dtype=torch.bool)
        self._counts = [len(kind) for kind in chart.face.digits[0]] if digits else [0] * len(self.space.blocks)

    def codes(self, weights: Tensor) -> Tensor:
        """Return the noisy codes of parameters; see `Parameters.codes`."""
        flips = weights.unflatten(-1, tuple(self._ones.shape))
        ones = self.torch.where(self._ones.to(flips.device), 1.0 - flips, flips)
        zeros = self.torch.where(self._ones.to(flips.device), flips, 1.0 - flips)
        parts, first = [], 0
        for count, (_, _, values) in zip(self._counts, self.space.blocks, strict=True):
            masses = flips.new_ones(*flips.shape[:-1], 1)
            for k in range(first, first + count):
                both = self.torch.stack([masses * zeros[..., k, None], masses * ones[..., k, None]], dim=-1)
                masses = both.flatten(-2)
            wrapped = (1 << count) - len(values)
            known, more = masses[..., : len(values)], masses[..., len(values) :]
            parts.append(self.torch.cat([known[..., :wrapped] + more, known[..., wrapped:]], dim=-1))
            first += count
        found: Tensor = self.torch.cat(parts, dim=-1)
        return found

    def weights(self, code: Array) -> Array:
        """Return the flips of a code by Newton's method, from those of the patterns below n."""
        torch, wanted = self.torch, self.torch.from_numpy(code).flatten()
        flips = torch.from_numpy(self._first(code)).flatten()
        for _ in range(NEWTON_STEPS):
            off = self.codes(flips).flatten() - wanted
            if off.abs().max() <= CLOSE:
                return flips.numpy()  # type: ignore[no-any-return]
            slopes = torch.autograd.functional.jacobian(lambda u: self.codes(u).flatten(), flips)
            flips = (flips - torch.linalg.lstsq(slopes, off[:, None], driver="gelsd").solution[:, 0]).clamp(0.0, 1.0)
        raise self.refused("its distributions are not those of independent digits")

    def _first(self, code: Array) -> Array:
        parts = []
        for count, (_, start, values) in zip(self._counts, self.space.blocks, strict=True):
            block = code[:, start : start + len(values)]
            for k in reversed(range(count)):
                parts.append(block[:, [v for v in range(len(values)) if v >> k & 1]].sum(axis=1))
        ones = np.stack(parts, axis=1)
        return np.where(self._ones.numpy(), 1.0 - ones, ones)


@functools.singledispatch
def parameters_of(chart: Chart, torch: Any) -> Parameters:
    """Return the parameters of a chart.

    Raises
    ------
    ProblemError
        If the chart has no map for tensors.
    """
    raise ProblemError(
        f"chart {chart.name} has no parameters in PyTorch; register them with parameters_of.register, or use another"
        " chart"
    )


@parameters_of.register
def _(chart: SimplexChart, torch: Any) -> Parameters:
    return Probabilities(torch, chart)


@parameters_of.register
def _(chart: SphereChart, torch: Any) -> Parameters:
    return Amplitudes(torch, chart)


@parameters_of.register
def _(chart: BitsChart, torch: Any) -> Parameters:
    return Flips(torch, chart)


@parameters_of.register
def _(chart: Parametrised, torch: Any) -> Parameters:
    raise ProblemError(
        f"chart {chart.name} has no parameters in PyTorch; register them with parameters_of.register, or use another"
    )


@parameters_of.register
def _(chart: RectifiedChart, torch: Any) -> Parameters:
    return PositiveParts(torch, chart)


@parameters_of.register(ProductChart)
@parameters_of.register(FactorChart)
def _(chart: ProductChart | FactorChart, torch: Any) -> Parameters:
    return Factors(torch, chart)


@parameters_of.register(GaussianLogits)
@parameters_of.register(LaplaceLogits)
def _(chart: GaussianLogits | LaplaceLogits, torch: Any) -> Parameters:
    return Logits(torch, chart)


@parameters_of.register
def _(chart: SquaredLogits, torch: Any) -> Parameters:
    return RootsOfLogits(torch, chart)
