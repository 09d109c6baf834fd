"""The relaxed step on tensors: what the kernels do, in an order of operations that PyTorch can differentiate.

Tensors are (chains, values, inputs), tapes (chains, cells, symbols, inputs). All that is formed are sums of products of
terms that are not negative, so that small probabilities keep their digits; the largest entry of a distribution is one
minus the others, as in the kernels.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from noisytm.codespace import KINDS, CodeSpace, NoisyKeySpace
from noisytm.problem import SynthesisProblem
from noisytm.relaxation.marginal.kernels import live_cells
from noisytm.relaxation.semantics import Head, Marginal

if TYPE_CHECKING:
    from torch import Tensor

Step = Callable[..., Any]


class Window(NamedTuple):
    """Which cells of a tape a step uses: from ``first`` to ``end``, with so many blanks at either side.

    ``at`` is the head's. One cell less on either side is left after the step.
    """

    at: int
    first: int
    end: int
    blanks_left: int
    blanks_right: int


def windows_of(cells: Sequence[tuple[int, int]]) -> list[Window]:
    """Return the windows of all steps, given the first and last live cell, seen from the head, before and after each.

    Where no cell is live there is nothing to be done, and a window of the head's cell alone.

    Examples
    --------
    >>> for window in windows_of([(0, 1), (-1, 1), (1, -1)]):
    ...     print(*window)
    0 0 2 2 1
    1 1 1 0 0
    """
    found = []
    for (low, high), (following, last) in itertools.pairwise(cells):
        if following > last:
            found.append(Window(-low, -low, -low, 0, 0))
            continue
        first, end = max(following - 1 - low, 0), min(last + 2 - low, high - low + 1)
        found.append(Window(-low, first, end, max(low - following + 1, 0), max(last + 1 - high, 0)))
    return found


def cells_of(problem: SynthesisProblem) -> list[tuple[int, int]]:
    """Return the first and last live cell, seen from the head, before each step and at the end."""
    longest, width, steps = max(map(len, problem.inputs)), problem.encoded.reach, problem.steps
    horizon = steps if width else steps - 1  # the final tape is not looked at where the state is read
    cells = (live_cells(step, longest, horizon, width) for step in range(steps + 1))  # type: ignore[no-untyped-call]
    return [(int(low), int(high)) for low, high in cells]


def first_tapes(problem: SynthesisProblem, low: int, high: int) -> NDArray[np.float64]:
    """Return the first tapes, (cells, S, inputs), from cell ``low`` to ``high``."""
    encoded = problem.encoded
    symbols = np.full((high - low + 1, len(problem.inputs)), encoded.blank)
    for i, (begin, end) in enumerate(zip(encoded.starts, encoded.starts[1:], strict=False)):
        word = encoded.words[begin:end][: high + 1]
        symbols[-low : -low + len(word), i] = word
    tapes: NDArray[np.float64] = np.eye(len(problem.space.symbols))[symbols].transpose(0, 2, 1)
    return tapes


def step_of(torch: Any, semantics: Marginal, space: CodeSpace) -> Step:
    """Return one step of a semantics: a function of (window, codes, blank, tape, z, 1 − z) that returns the last three.

    Parameters
    ----------
    torch : module
        PyTorch.
    semantics : Marginal
        How the tuples compete.
    space : CodeSpace
        The listed tuples, S symbols and |Q| states.
    """
    symbols, states = len(space.symbols), len(space.states)
    first = space.blocks[-len(KINDS)][1]

    def step(
        window: Window, codes: Tensor, blank: Tensor, tape: Tensor, z: Tensor, rest_z: Tensor
    ) -> tuple[Tensor, Tensor, Tensor]:
        y, rest_y = _with_rests(torch, tape[:, window.at])
        head = _head(semantics, space, codes, (y, rest_y, z, rest_z))
        like = y[:, 0]
        mixed = codes[:, :, first:].transpose(1, 2) @ _stacked(torch, head.match, like)
        none = torch.zeros_like(like) if isinstance(head.stay, float) else head.stay
        mixed = mixed + _stacked(torch, [*head.write, *head.next, 0.0, none, 0.0], like)
        written, following, move = mixed.split([symbols, states, 3], dim=1)
        after = _with_rests(torch, following)
        return _moved(torch, window, blank, tape, written, _shared_out(torch, move)[0]), *after

    return step


def _shared_out(torch: Any, values: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Return distributions along dimension 1 with the largest entry formed as one minus the others, which, and that."""
    numbers = torch.arange(values.shape[1], device=values.device)[None, :, None]
    largest = numbers == values.argmax(dim=1, keepdim=True)
    others = torch.where(largest, 0.0, values).sum(dim=1, keepdim=True)
    return torch.where(largest, 1.0 - others, values), largest, others


def _with_rests(torch: Any, values: Tensor) -> tuple[Tensor, Tensor]:
    """Return normalised distributions, and 1 − each entry: of the largest the sum of the others."""
    found, largest, others = _shared_out(torch, values)
    return found, torch.where(largest, others, 1.0 - values)


def _moved(torch: Any, window: Window, blank: Tensor, tape: Tensor, written: Tensor, move: Tensor) -> Tensor:
    """Return the tape with the head's cell written, seen from the head after its move; blank comes in at the ends."""
    at, first, end, blanks_left, blanks_right = window
    if first == end:
        return tape[:, :0]
    parts = [tape[:, first:at], written[:, None], tape[:, at + 1 : end]]
    if blanks_left:
        parts.insert(0, blank.expand(tape.shape[0], blanks_left, *tape.shape[2:]))
    if blanks_right:
        parts.append(blank.expand(tape.shape[0], blanks_right, *tape.shape[2:]))
    cells = torch.cat(parts, dim=1)
    left, stay, right = (part[:, None, None] for part in move.unbind(1))
    return torch.addcmul(torch.addcmul(stay * cells[:, 1:-1], left, cells[:, :-2]), right, cells[:, 2:])


def _stacked(torch: Any, values: Sequence[Any], like: Tensor) -> Tensor:
    """Return values, some of them the numbers 0 and 1, as one tensor."""
    found: Tensor = torch.stack([v if isinstance(v, torch.Tensor) else torch.full_like(like, v) for v in values], dim=1)
    return found


def _head(semantics: Marginal, space: CodeSpace, codes: Tensor, marginals: tuple[Tensor, ...]) -> Head:
    y, _, z, _ = marginals
    rows, columns = list(y.unbind(1)), list(z.unbind(1))
    if isinstance(space, NoisyKeySpace):
        return semantics.scan(_KeyOperations(space, codes, marginals), rows, columns, space.tuples)
    return semantics.head(_Operations(marginals), rows, columns, space.key_indices)


class _Operations:
    """The primitives of a marginal semantics over tensors; 0 and 1 are numbers, and cost nothing."""

    zero, one = 0.0, 1.0

    def __init__(self, marginals: tuple[Tensor, ...]) -> None:
        y, rest_y, z, rest_z = marginals
        self._y, self._rest_y, self._z, self._rest_z = marginals
        rests = rest_y[:, :, None] + y[:, :, None] * rest_z[:, None]
        self._rests, self._states = rests.flatten(1, 2).unbind(1), z.shape[1]

    def plus(self, a: Any, b: Any) -> Any:
        if isinstance(a, float) and a == 0.0:
            return b
        return a if isinstance(b, float) and b == 0.0 else a + b

    def times(self, a: Any, b: Any) -> Any:
        for number, other in ((a, b), (b, a)):
            if isinstance(number, float):
                return other if number == 1.0 else 0.0
        return a * b

    def rest(self, symbol: int, state: int) -> Any:
        return self._rests[symbol * self._states + state]


class _KeyOperations(_Operations):
    """The primitives where the keys of tuples err: Σ k(σ) y(σ) of all tuples at once, and Σ k(σ) (1 − y(σ))."""

    def __init__(self, space: NoisyKeySpace, codes: Tensor, marginals: tuple[Tensor, ...]) -> None:
        super().__init__(marginals)
        (_, read, symbols), (_, state, named) = space.blocks[:2]
        self._read, self._in = codes[:, :, read : read + len(symbols)], codes[:, :, state : state + len(named)]
        self._place = {q: k for k, q in enumerate(space.named_states)}
        known = list(space.named_states)
        self._symbol, self._other_symbol = self._read @ self._y, self._read @ self._rest_y
        self._state, self._other_state = self._in @ self._z[:, known], self._in @ self._rest_z[:, known]

    def symbol(self, i: int) -> Any:
        return self._symbol[:, i]

    def other_symbol(self, i: int) -> Any:
        return self._other_symbol[:, i]

    def state(self, i: int) -> Any:
        return self._state[:, i]

    def other_state(self, i: int) -> Any:
        return self._other_state[:, i]

    def reads(self, i: int, symbol: int) -> Any:
        return self._read[:, i, symbol, None]

    def reads_another(self, i: int, symbol: int) -> Any:
        return self._but(self._read, i, symbol)

    def is_in(self, i: int, state: int) -> Any:
        return self._in[:, i, self._place[state], None] if state in self._place else self.zero

    def is_in_another(self, i: int, state: int) -> Any:
        return self._but(self._in, i, self._place.get(state))

    def _but(self, keys: Tensor, i: int, value: int | None) -> Any:
        """Return the mass of the values of a key but one: a sum, never one minus that one."""
        others = [k for k in range(keys.shape[2]) if k != value]
        return keys[:, i, others].sum(dim=1)[:, None] if others else self.zero
