"""The relaxed step in PyTorch: batched over codes and inputs, autograd, live cells only."""

from __future__ import annotations

import numpy as np
import torch

from noisytm import SynthesisProblem
from peers import PAIRS, Floats, Forms, Shape


def build(problem: SynthesisProblem) -> Forms:
    """Return the forms; tensors end in (codes, inputs), mixes are batched matrix products."""
    shape = Shape.of(problem)
    s, q, steps = shape.symbols, shape.states, shape.steps
    windows = [shape.live(step) for step in range(steps)]
    low, high = windows[0]
    first = torch.tensor(shape.tapes(low, high).transpose(1, 2, 0)[:, :, None])
    inputs = first.shape[3]
    read, state = torch.tensor(shape.read), torch.tensor(shape.state)
    wrong_states = 1.0 - torch.tensor(np.eye(q)[shape.targets].T[:, None])
    weights = torch.tensor(shape.weights)
    blank = torch.tensor(np.eye(s)[shape.blank])[:, None, None]

    def mixed(columns: torch.Tensor, y: torch.Tensor, z: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        match = y[read] * z[state]
        none_from = torch.cumprod(1.0 - match.flip(0), 0).flip(0)
        used = match * torch.cat([none_from[1:], torch.ones_like(none_from[:1])])
        return torch.matmul(columns, used.transpose(0, 1)).transpose(0, 1), none_from[0]

    def moved(tape: torch.Tensor, step: int, symbol: torch.Tensor, move: torch.Tensor) -> torch.Tensor:
        (low, high), (next_low, next_high) = windows[step], windows[step + 1]
        rows = blank.expand(1, s, *symbol.shape[1:])
        parts = [tape[max(next_low - 1 - low, 0) : -low], symbol[None], tape[1 - low : next_high + 2 - low]]
        if low > next_low - 1:
            parts.insert(0, rows.expand(low - next_low + 1, *rows.shape[1:]))
        if high < next_high + 1:
            parts.append(rows.expand(next_high + 1 - high, *rows.shape[1:]))
        cells = torch.cat(parts)
        return cells[1:-1] * move[1] + cells[:-2] * move[0] + cells[2:] * move[2]

    def wrong(codes: torch.Tensor) -> torch.Tensor:
        n, columns = len(codes), codes.transpose(1, 2)
        tape = first.expand(*first.shape[:2], n, inputs)
        z = torch.zeros(q, n, inputs, dtype=torch.float64)
        z[shape.start] = 1.0
        for step in range(steps):
            y = tape[-windows[step][0]]
            mix, none = mixed(columns, y, z)
            if step + 1 < steps:
                left, stay, right = mix[s + q :]
                tape = moved(tape, step, mix[:s] + none * y, torch.stack([left, stay + none, right]))
            z = mix[s : s + q] + none * z
        return (z * wrong_states).sum(0)

    def forward(codes: Floats) -> Floats:
        with torch.inference_mode():
            return wrong(torch.from_numpy(codes)).numpy()

    def loss_and_gradient(codes: Floats) -> tuple[Floats, Floats]:
        leaf = torch.from_numpy(codes).clone().requires_grad_()
        loss = -torch.log1p(-wrong(leaf)) @ weights
        loss.sum().backward()
        assert leaf.grad is not None
        return loss.detach().numpy(), leaf.grad.numpy()

    return Forms(forward, loss_and_gradient).in_groups(max(1, PAIRS // inputs))
