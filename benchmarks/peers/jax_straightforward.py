"""The relaxed step in JAX as one would write it first: a function of one code and one input, vmap, grad, jit."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np

from noisytm import SynthesisProblem
from peers import Floats, Forms, Shape

jax.config.update("jax_enable_x64", True)


def build(problem: SynthesisProblem) -> Forms:
    """Return the forms; the tape has 2t + 1 cells, all the head can reach, and is shifted as a whole."""
    shape = Shape.of(problem)
    s, q, steps = shape.symbols, shape.states, shape.steps
    head = steps
    tapes, targets, weights = (
        jnp.asarray(shape.tapes(-steps, steps)),
        jnp.asarray(shape.targets),
        jnp.asarray(shape.weights),
    )
    start = jnp.eye(q)[shape.start]
    stay = jnp.array([0.0, 1.0, 0.0])

    def step(code: jax.Array, tape: jax.Array, z: jax.Array) -> tuple[jax.Array, jax.Array]:
        y = tape[head]
        match = y[shape.read] * z[shape.state]
        none_from = jnp.cumprod(1.0 - match[::-1])[::-1]  # no match from tuple i on
        used, unmatched = match * jnp.append(none_from[1:], 1.0), none_from[0]
        mixed = used @ code
        move = mixed[s + q :] + unmatched * stay
        tape = tape.at[head].set(mixed[:s] + unmatched * y)
        tape = move[0] * jnp.roll(tape, 1, axis=0) + move[1] * tape + move[2] * jnp.roll(tape, -1, axis=0)
        return tape, mixed[s : s + q] + unmatched * z

    def wrong(code: jax.Array, tape: jax.Array, target: jax.Array) -> jax.Array:
        _, z = jax.lax.scan(lambda carry, _: (step(code, *carry), None), (tape, start), length=steps)[0]
        return 1.0 - z[target]

    all_inputs = jax.vmap(wrong, in_axes=(None, 0, 0))

    def loss(code: jax.Array) -> jax.Array:
        return -weights @ jnp.log1p(-all_inputs(code, tapes, targets))

    forward = jax.jit(jax.vmap(lambda code: all_inputs(code, tapes, targets)))
    both = jax.jit(jax.vmap(jax.value_and_grad(loss)))

    def loss_and_gradient(codes: Floats) -> tuple[Floats, Floats]:
        value, gradient = both(codes)
        return np.asarray(value), np.asarray(gradient)

    return Forms(lambda codes: np.asarray(forward(codes)), loss_and_gradient)
