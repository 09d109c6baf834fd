"""The relaxed step in JAX, made fast: inputs innermost, live cells only, adjoint by hand, short runs unrolled.

Steps are taken in segments. Within one the window of live cells stays the same, so that the steps of a long segment can
be a `lax.scan`; segments of one step unroll the whole run. Codes are taken one after the other (`lax.map`): arrays then
stay in the nearest cache, and mixes are plain matrix products; with a gradient that beats `vmap`. Where inputs are few,
as many codes as fill the same arrays are taken together by `vmap`, which was measured to be as fast as one array with
codes innermost.
"""

from __future__ import annotations

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from noisytm import SynthesisProblem
from peers import Floats, Forms, Shape

jax.config.update("jax_enable_x64", True)

UNROLLED_STEPS = 16
SEGMENT = 7
FEW_INPUTS, PAIRS = 32, 224  # below so many inputs, codes times inputs that are taken together

Array = jax.Array


class Segment(NamedTuple):
    """Steps ``first`` … ``last`` − 1, on the cells ``low`` … ``high``."""

    first: int
    last: int
    low: int
    high: int


class Kept(NamedTuple):
    """What the adjoint needs of one step."""

    y: Array
    z: Array
    match: Array
    later: Array
    none: Array
    move: Array
    cells: Array


class Kernel:
    """Forward pass and adjoint of one code on all inputs; arrays end in (inputs)."""

    def __init__(self, shape: Shape) -> None:
        self.shape = shape
        self.inputs = len(shape.words)
        length = 1 if shape.steps <= UNROLLED_STEPS else SEGMENT
        self.segments = [self.segment(a, min(a + length, shape.steps)) for a in range(0, shape.steps, length)]
        low, high = self.segments[0][2:]
        self.tape = jnp.asarray(shape.tapes(low, high).transpose(1, 2, 0))
        self.blank = jnp.asarray(np.eye(shape.symbols)[shape.blank][None, :, None])
        self.wrong_states = jnp.asarray(1.0 - np.eye(shape.states)[shape.targets].T)
        self.weights = jnp.asarray(shape.weights)
        self.by_symbol = jnp.asarray(np.eye(shape.symbols)[shape.read].T)
        self.by_state = jnp.asarray(np.eye(shape.states)[shape.state].T)

    def segment(self, first: int, last: int) -> Segment:
        """Return a segment whose window has every cell that is live before one of its steps, or after the last."""
        windows = [self.shape.live(step) for step in range(first, min(last + 1, self.shape.steps))]
        return Segment(first, last, min(w[0] for w in windows), max(w[1] for w in windows))

    def fitted(self, tape: Array, old: Segment, new: Segment, filling: Array) -> Array:
        """Cut or pad a tape of one window to another."""
        rows = jnp.broadcast_to(filling, (1, *tape.shape[1:]))
        left, right = max(old.low - new.low, 0), max(new.high - old.high, 0)
        kept = tape[max(new.low - old.low, 0) : len(tape) - max(old.high - new.high, 0)]
        return jnp.concatenate([jnp.repeat(rows, left, 0), kept, jnp.repeat(rows, right, 0)])

    def step(self, code: Array, head: int, tape: Array, z: Array) -> tuple[Array, Array, Kept]:
        """Make one step on a window."""
        s, q = self.shape.symbols, self.shape.states
        y = tape[head]
        match = y[self.shape.read] * z[self.shape.state]
        none_from = jnp.cumprod((1.0 - match)[::-1], axis=0)[::-1]
        later, none = jnp.concatenate([none_from[1:], jnp.ones((1, self.inputs))]), none_from[0]
        mixed = code.T @ (match * later)
        move = mixed[s + q :].at[1].add(none)
        border = jnp.broadcast_to(self.blank, (1, *tape.shape[1:]))
        cells = jnp.concatenate([border, tape[:head], (mixed[:s] + none * y)[None], tape[head + 1 :], border])
        after = move[1] * cells[1:-1] + move[0] * cells[:-2] + move[2] * cells[2:]
        return after, mixed[s : s + q] + none * z, Kept(y, z, match, later, none, move, cells)

    def step_adjoint(self, code: Array, head: int, kept: Kept, g: Array, z_bar: Array) -> tuple[Array, Array, Array]:
        """Return the cotangents of the tape, of the state and of the code from those after the step."""
        count = len(g)
        cells, (left, stay, right) = kept.cells, kept.move
        move_bar = jnp.stack([(cells[m : m + count] * g).sum((0, 1)) for m in range(3)])
        border = jnp.zeros((1, *g.shape[1:]))
        padded = jnp.concatenate([border, g, border])
        tape_bar = stay * g + left * padded[2:] + right * padded[:-2]
        written_bar = tape_bar[head]
        mixed_bar = jnp.concatenate([written_bar, z_bar, move_bar])
        used_bar = code @ mixed_bar
        none_bar = (written_bar * kept.y).sum(0) + (z_bar * kept.z).sum(0) + move_bar[1]
        match_bar = kept.later * (used_bar - self.later_adjoint(kept.match, used_bar, none_bar))
        y_bar = self.by_symbol @ (match_bar * kept.z[self.shape.state]) + kept.none * written_bar
        z_bar = self.by_state @ (match_bar * kept.y[self.shape.read]) + kept.none * z_bar
        tape_bar = jnp.concatenate([tape_bar[:head], y_bar[None], tape_bar[head + 1 :]])
        return tape_bar, z_bar, (kept.match * kept.later) @ mixed_bar.T

    @staticmethod
    def later_adjoint(match: Array, used_bar: Array, none_bar: Array) -> Array:
        """Return the cotangents P̄_i of P_i = ∏_{j≥i}(1 − λ_j), that is P̄_{i+1} = μ̄_i λ_i + (1 − λ_i) P̄_i."""
        factor = jnp.concatenate([jnp.zeros((1, match.shape[1])), 1.0 - match[:-1]])
        term = jnp.concatenate([none_bar[None], (used_bar * match)[:-1]])
        return jax.lax.associative_scan(lambda a, b: (a[0] * b[0], a[1] * b[0] + b[1]), (factor, term), axis=0)[1]

    def forward(self, code: Array) -> tuple[Array, list[Kept]]:
        """Return f, (inputs,), and what was kept of every segment."""
        tape, kept = self.tape, []
        z = jnp.zeros((self.shape.states, self.inputs)).at[self.shape.start].set(1.0)
        old = self.segments[0]
        for new in self.segments:
            tape = self.fitted(tape, old, new, self.blank)
            head, old = -new.low, new

            def one(carry: tuple[Array, Array], _: None, head: int = head) -> tuple[tuple[Array, Array], Kept]:
                tape, z, step_kept = self.step(code, head, *carry)
                return (tape, z), step_kept

            if new.last - new.first == 1:
                (tape, z), now = one((tape, z), None)
            else:
                (tape, z), now = jax.lax.scan(one, (tape, z), length=new.last - new.first)
            kept.append(now)
        return (z * self.wrong_states).sum(0), kept

    def loss_and_gradient(self, code: Array) -> tuple[Array, Array]:
        """Return the log loss and its gradient."""
        wrong, kept = self.forward(code)
        z_bar = self.wrong_states * (self.weights / (1.0 - wrong))
        old, zero = self.segments[-1], jnp.zeros((1, 1, 1))
        g = jnp.zeros((old.high - old.low + 1, self.shape.symbols, self.inputs))
        code_bar = jnp.zeros(code.shape)
        for new, now in zip(self.segments[::-1], kept[::-1], strict=True):
            g = self.fitted(g, old, new, zero)
            head, old = -new.low, new

            def one(carry: tuple[Array, Array, Array], step_kept: Kept, head: int = head) -> tuple:
                g, z_bar, code_bar = carry
                g, z_bar, more = self.step_adjoint(code, head, step_kept, g, z_bar)
                return (g, z_bar, code_bar + more), None

            if new.last - new.first == 1:
                (g, z_bar, code_bar), _ = one((g, z_bar, code_bar), now)
            else:
                (g, z_bar, code_bar), _ = jax.lax.scan(one, (g, z_bar, code_bar), now, reverse=True)
        return -self.weights @ jnp.log1p(-wrong), code_bar


def build(problem: SynthesisProblem) -> Forms:
    """Return the forms."""
    kernel = Kernel(Shape.of(problem))
    together = PAIRS // kernel.inputs if kernel.inputs < FEW_INPUTS else None
    forward = jax.jit(lambda codes: jax.lax.map(lambda code: kernel.forward(code)[0], codes, batch_size=together))
    both = jax.jit(lambda codes: jax.lax.map(kernel.loss_and_gradient, codes, batch_size=together))

    def loss_and_gradient(codes: Floats) -> tuple[Floats, Floats]:
        loss, gradient = both(codes)
        return np.asarray(loss), np.asarray(gradient)

    return Forms(lambda codes: np.asarray(forward(codes)), loss_and_gradient)
