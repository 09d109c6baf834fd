"""The rejected mass on tensors: what flows into the rejecting sink of each input's automaton, never 1 − accepted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from noisytm.problem import ACCEPT, REJECT, STATE, EncodedProblem

if TYPE_CHECKING:
    from torch import Tensor


class Readout:
    """What is read after the last step, and how it is judged.

    Parameters
    ----------
    torch : module
        PyTorch.
    encoded : EncodedProblem
        The problem.
    """

    def __init__(self, torch: Any, encoded: EncodedProblem) -> None:
        self._torch, self._places = torch, encoded.places.tolist()
        automata = encoded.acceptance
        cells, values = encoded.read_shape
        counts = np.diff(automata.layers, axis=1)
        self._most = int(counts.max())
        # Where the mass of (node, value) of each automaton goes at each cell: to a node of the next layer, or a sink.
        to = np.full((len(counts), cells, self._most, values), self._most + 1)
        for a, c in np.ndindex(len(counts), cells):
            first, end = automata.layers[a, c], automata.layers[a, c + 1]
            going = automata.nodes[first:end]
            to[a, c, : end - first] = np.where(
                going == REJECT, self._most, np.where(going == ACCEPT, self._most + 1, going - end)
            )
        self._to = torch.from_numpy(to)
        self._automaton = torch.from_numpy(automata.of_input)
        self._sole = torch.from_numpy(automata.sole[automata.of_input] == 1)

    def marginals(self, tape: Tensor, z: Tensor, at: int) -> list[Tensor]:
        """Return the distributions of what is read, each (chains, values, inputs); the head is at cell ``at``."""
        return [z if place == STATE else tape[:, at + place] for place in self._places]

    def rejected(self, marginals: list[Tensor], numbers: Tensor) -> Tensor:
        """Return f of some inputs, shape (chains, inputs)."""
        to = self._to.to(numbers.device)[self._automaton.to(numbers.device)[numbers]]  # (inputs, cells, nodes, values)
        if self._most == 1:
            return self._along_one_node(marginals, to[:, :, 0])
        return self._through_nodes(marginals, to)

    def _along_one_node(self, marginals: list[Tensor], to: Tensor) -> Tensor:
        """Return f where there is one node a cell: all the cells before have gone on, and this one is rejected."""
        wrong: Any = 0.0
        gone: Any = 1.0
        for c, values in enumerate(marginals):
            leads = to[:, c, : values.shape[1]].transpose(0, 1)
            wrong = wrong + gone * self._torch.where(leads == 1, values, 0.0).sum(dim=1)
            gone = gone * self._torch.where(leads == 0, values, 0.0).sum(dim=1)
        found: Tensor = wrong
        return found

    def _through_nodes(self, marginals: list[Tensor], to: Tensor) -> Tensor:
        like = marginals[0]
        arriving = self._torch.zeros_like(like[:, :1]).expand(-1, self._most, -1).clone()
        arriving = self._torch.cat([self._torch.ones_like(arriving[:, :1]), arriving[:, 1:]], dim=1)
        wrong: Any = 0.0
        for c, values in enumerate(marginals):
            count = values.shape[1]
            leads = to[:, c, :, :count].permute(1, 2, 0).flatten(0, 1)
            flow = (arriving[:, :, None] * values[:, None]).flatten(1, 2)
            after = self._torch.zeros_like(like[:, :1]).expand(-1, self._most + 2, -1).clone()
            after = after.scatter_add(1, leads.expand(flow.shape), flow)
            arriving, wrong = after[:, : self._most], wrong + after[:, self._most]
        found: Tensor = wrong
        return found

    def squares(self, marginals: list[Tensor], numbers: Tensor) -> tuple[Tensor, Tensor]:
        """Return Σ p² over the rejected outcomes, by the first cell that is wrong, and where that has a meaning.

        It has where one outcome is accepted alone.
        """
        to = self._to.to(numbers.device)[self._automaton.to(numbers.device)[numbers]][:, :, 0]
        all_squares = [(values * values).sum(dim=1) for values in marginals]
        total: Any = 0.0
        right: Any = 1.0
        for c, values in enumerate(marginals):
            wrong = to[:, c, : values.shape[1]].transpose(0, 1) == self._most
            squares = values * values
            after: Any = 1.0
            for more in all_squares[c + 1 :]:
                after = after * more
            total = total + right * self._torch.where(wrong, squares, 0.0).sum(dim=1) * after
            right = right * self._torch.where(wrong, 0.0, squares).sum(dim=1)
        return total, self._sole.to(numbers.device)[numbers]
