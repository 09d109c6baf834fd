"""The relaxed step in NumPy with its adjoint by hand: live cells only, mixes as matrix products.

Arrays end in (codes, inputs). Loops run over steps and tuples, never over cells, codes or inputs.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from noisytm import SynthesisProblem
from peers import PAIRS, Floats, Forms, Shape


class Step(NamedTuple):
    """What the adjoint needs of one step."""

    y: Floats
    z: Floats
    factors: tuple[Floats, Floats]
    match: Floats
    none: Floats
    used: Floats
    move: Floats
    cells: Floats | None


class Run:
    """Forward and backward pass of one problem."""

    def __init__(self, shape: Shape) -> None:
        self.shape = shape
        windows = [shape.live(s) for s in range(shape.steps)]
        self.windows = [*windows, (0, -1)]
        low, high = min(w[0] for w in windows), max(w[1] for w in windows)
        self.low = low
        self.tapes = np.ascontiguousarray(shape.tapes(low, high).transpose(1, 2, 0))
        self.blank = np.eye(shape.symbols)[shape.blank][:, None, None]
        self.right = np.eye(shape.states)[shape.targets].T[:, None]
        self.full = np.array_equal(shape.read * shape.states + shape.state, np.arange(shape.symbols * shape.states))

    def matches(self, y: Floats, z: Floats) -> tuple[tuple[Floats, Floats], Floats, Floats]:
        """Return y and z at the tuples' keys, λ, and the mass that no tuple from i on matches."""
        factors = y[self.shape.read], z[self.shape.state]
        match = factors[0] * factors[1]
        none = np.empty((len(match) + 1, *match.shape[1:]))
        np.subtract(1.0, match, out=none[:-1])
        none[-1] = 1.0
        for i in range(len(match) - 2, -1, -1):
            none[i] *= none[i + 1]
        return factors, match, none

    def moved(self, cells: Floats, move: Floats) -> Floats:
        """Shift a tape; the result is a cell shorter on either side."""
        result = cells[1:-1] * move[1]
        scratch = cells[:-2] * move[0]
        result += scratch
        np.multiply(cells[2:], move[2], out=scratch)
        result += scratch
        return result

    def written(self, tape: Floats, step: int, symbol: Floats) -> Floats:
        """Return the cells that the next tape is made of, with what was written in the head's."""
        (low, high), (next_low, next_high) = self.windows[step], self.windows[step + 1]
        cells = np.empty((next_high - next_low + 3, *tape.shape[1:]))
        first, last = max(low, next_low - 1), min(high, next_high + 1)
        base = next_low - 1
        cells[: first - base] = self.blank
        cells[first - base : last - base + 1] = tape[first - low : last - low + 1]
        cells[last - base + 1 :] = self.blank
        cells[-base] = symbol
        return cells

    def forward(self, codes: Floats, kept: list[Step] | None) -> Floats:
        """Return f, (codes, inputs); what the adjoint needs is appended to ``kept``."""
        shape, n = self.shape, len(codes)
        s, q = shape.symbols, shape.states
        columns = np.ascontiguousarray(codes.transpose(0, 2, 1))
        low, high = self.windows[0]
        first = self.tapes[low - self.low : high - self.low + 1, :, None]
        tape = np.broadcast_to(first, (*first.shape[:2], n, first.shape[3]))
        z = np.zeros((q, *tape.shape[2:]))
        z[shape.start] = 1.0
        for step in range(shape.steps):
            y = tape[-self.windows[step][0]]
            factors, match, none = self.matches(y, z)
            used = match * none[1:]
            mixed = np.empty((columns.shape[1], *z.shape[1:]))
            np.matmul(columns, used.transpose(1, 0, 2), out=mixed.transpose(1, 0, 2))
            mixed[:s] += none[0] * y
            mixed[s : s + q] += none[0] * z
            move = mixed[s + q :]
            move[1] += none[0]
            cells = None
            if step + 1 < shape.steps:
                cells = self.written(tape, step, mixed[:s])
                tape = self.moved(cells, move)
            if kept is not None:
                kept.append(Step(y, z, factors, match, none, used, move, cells))
            z = mixed[s : s + q]
        return (z * (1.0 - self.right)).sum(axis=0)

    def head_adjoint(self, kept: Step, used_bar: Floats, none_bar: Floats) -> tuple[Floats, Floats]:
        """Return the cotangents of y and z through the matches: of μ_i = λ_i ∏_{j>i}(1 − λ_j) and of ∏_j(1 − λ_j)."""
        shape = self.shape
        match_bar = used_bar
        for i in range(len(match_bar)):
            weighted = used_bar[i] * kept.match[i]
            match_bar[i] -= none_bar
            match_bar[i] *= kept.none[i + 1]
            none_bar = none_bar * (1.0 - kept.match[i])
            none_bar += weighted
        y_terms, z_terms = match_bar * kept.factors[1], match_bar * kept.factors[0]
        if self.full:
            grid = (shape.symbols, shape.states, *match_bar.shape[1:])
            return y_terms.reshape(grid).sum(axis=1), z_terms.reshape(grid).sum(axis=0)
        y_bar, z_bar = np.zeros_like(kept.y), np.zeros_like(kept.z)
        np.add.at(y_bar, shape.read, y_terms)
        np.add.at(z_bar, shape.state, z_terms)
        return y_bar, z_bar

    def tape_adjoint(self, kept: Step, step: int, g: Floats, mixed_bar: Floats) -> Floats:
        """Return the cotangents of the live cells before a step; the head's is that of what was written.

        The cotangent of the move is put into ``mixed_bar``.
        """
        (low, high), (next_low, next_high) = self.windows[step], self.windows[step + 1]
        cells, count = kept.cells, next_high - next_low + 1
        assert cells is not None
        for m in range(3):
            np.einsum("ksci,ksci->ci", cells[m : m + count], g, out=mixed_bar[m - 3])
        padded = np.zeros((count + 4, *g.shape[1:]))
        padded[2:-2] = g
        spread = self.moved(padded, kept.move[::-1])  # cells next_low − 1 … next_high + 1
        base = next_low - 1
        bar = np.zeros((high - low + 1, *g.shape[1:]))
        first, last = max(low, base), min(high, next_high + 1)
        bar[first - low : last - low + 1] = spread[first - base : last - base + 1]
        return bar

    def gradient(self, codes: Floats) -> tuple[Floats, Floats]:
        """Return the log loss and its gradient."""
        shape = self.shape
        s, q = shape.symbols, shape.states
        kept: list[Step] = []
        wrong = self.forward(codes, kept)
        loss = -np.log1p(-wrong) @ shape.weights
        z_bar = (1.0 - self.right) * (shape.weights / (1.0 - wrong))
        mixed_bar = np.zeros((codes.shape[2], *wrong.shape))
        code_bar = np.zeros_like(codes)
        g = np.zeros((1, s, *wrong.shape))
        for step in range(shape.steps - 1, -1, -1):
            now = kept.pop()
            if now.cells is not None:
                g = self.tape_adjoint(now, step, g, mixed_bar)
            head = -self.windows[step][0]
            mixed_bar[:s], mixed_bar[s : s + q] = g[head], z_bar
            used_bar = np.empty_like(now.used)
            by_code = mixed_bar.transpose(1, 0, 2)
            np.matmul(codes, by_code, out=used_bar.transpose(1, 0, 2))
            code_bar += np.matmul(now.used.transpose(1, 0, 2), by_code.transpose(0, 2, 1))
            none_bar = np.einsum("sci,sci->ci", g[head], now.y)
            none_bar += np.einsum("qci,qci->ci", z_bar, now.z)
            none_bar += mixed_bar[s + q + 1]
            y_bar, through_match = self.head_adjoint(now, used_bar, none_bar)
            g[head] *= now.none[0]
            g[head] += y_bar
            z_bar = z_bar * now.none[0]
            z_bar += through_match
        return loss, code_bar


def build(problem: SynthesisProblem) -> Forms:
    """Return the forms."""
    run = Run(Shape.of(problem))
    forms = Forms(lambda codes: run.forward(codes, None), run.gradient)
    return forms.in_groups(max(1, PAIRS // len(run.shape.words)))
