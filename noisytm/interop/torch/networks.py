"""The networks of the answer key in PyTorch: amplitudes that are products of weights, p = θ²/Σ θ²."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from noisytm.calibration import Network
from noisytm.geometry import Chart
from noisytm.interop.torch.parameters import Amplitudes, Array
from noisytm.machine import Description

if TYPE_CHECKING:
    from torch import Tensor


class NetworkWeights(Amplitudes):
    """One weight for the amplitude of each right value, 1 at the code, and ``layers`` for that of each wrong one, 0.

    A distribution of one value has none. The weights of a distribution stand together, that of the right value first.

    Parameters
    ----------
    torch : module
        PyTorch.
    chart : Chart
        The chart of λ and m.
    machine : TuringMachine or Description
        The code.
    layers : int
        How many weights a wrong amplitude is the product of.
    """

    def __init__(self, torch: Any, chart: Chart, machine: Description, layers: int) -> None:
        super().__init__(torch, chart)
        self._network, self._layers = Network.of(chart.space, machine, layers), layers
        count = self._network.weights
        self.shape = (count,)
        table = np.full((chart.space.embed(machine).size, layers), count)  # one beyond the last: the number 1
        for part in self._network.parts:
            table[part.column + part.right, 0] = part.first
            wrong = [part.column + j for j in range(part.values) if j != part.right]
            table[wrong] = np.arange(part.first + 1, part.weights.stop).reshape(-1, layers)
        self._table = torch.from_numpy(table)

    def codes(self, weights: Tensor) -> Tensor:
        """Return the noisy codes of parameters; see `Parameters.codes`."""
        padded = self.torch.cat([weights, self.torch.ones_like(weights[..., :1])], dim=-1)
        first, *more = self._table.to(weights.device).unbind(1)
        amplitudes = padded[..., first]
        for factor in more:
            amplitudes = amplitudes * padded[..., factor]
        return super().codes(amplitudes.unflatten(-1, self.space.shape))

    def weights(self, code: Array) -> Array:
        """Return weights of a noisy code: those of one amplitude are equally large; see `Parameters.weights`."""
        amplitudes, found = super().weights(code).ravel(), np.empty(self.shape)
        for part in self._network.parts:
            wrong = [part.column + j for j in range(part.values) if j != part.right]
            found[part.first] = amplitudes[part.column + part.right]
            found[part.first + 1 : part.weights.stop] = np.repeat(amplitudes[wrong] ** (1 / self._layers), self._layers)
        return found
