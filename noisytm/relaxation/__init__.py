"""Noisy codes: the relaxed step, its readings, and what is computed with them."""

from noisytm.relaxation.compiled import (
    CompiledLoss,
    compiled_loss,
    loss_and_gradient_at,
    loss_at,
    losses_and_gradients_at,
    losses_at,
)
from noisytm.relaxation.evaluation import loss_and_gradient, wrong_probability
from noisytm.relaxation.history import History, simulate
from noisytm.relaxation.monte_carlo import SampledProbability, SamplingInterrupted, sampled_wrong_probability
from noisytm.relaxation.semantics import MARGINAL

__all__ = [
    "MARGINAL",
    "CompiledLoss",
    "History",
    "SampledProbability",
    "SamplingInterrupted",
    "compiled_loss",
    "loss_and_gradient",
    "loss_and_gradient_at",
    "loss_at",
    "losses_and_gradients_at",
    "losses_at",
    "sampled_wrong_probability",
    "simulate",
    "wrong_probability",
]
