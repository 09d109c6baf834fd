"""Noisy codes: the relaxed step, its readings, and what is computed with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from noisytm._lazy import Door

if TYPE_CHECKING:
    from noisytm.relaxation.evaluation import linear_part as linear_part
    from noisytm.relaxation.evaluation import loss_and_gradient as loss_and_gradient
    from noisytm.relaxation.evaluation import loss_and_gradient_in_arrays as loss_and_gradient_in_arrays
    from noisytm.relaxation.evaluation import wrong_probability as wrong_probability
    from noisytm.relaxation.history import History as History
    from noisytm.relaxation.history import simulate as simulate
    from noisytm.relaxation.marginal.compiled import CompiledLoss as CompiledLoss
    from noisytm.relaxation.marginal.compiled import compiled_loss as compiled_loss
    from noisytm.relaxation.marginal.evaluators import loss_and_gradient_at as loss_and_gradient_at
    from noisytm.relaxation.marginal.evaluators import loss_at as loss_at
    from noisytm.relaxation.marginal.evaluators import losses_and_gradients_at as losses_and_gradients_at
    from noisytm.relaxation.marginal.evaluators import losses_and_gradients_in_place as losses_and_gradients_in_place
    from noisytm.relaxation.marginal.evaluators import losses_at as losses_at
    from noisytm.relaxation.marginal.evaluators import losses_below as losses_below
    from noisytm.relaxation.marginal.evaluators import losses_below_in_place as losses_below_in_place
    from noisytm.relaxation.marginal.plans import array_seconds as array_seconds
    from noisytm.relaxation.noisy import noise_of as noise_of
    from noisytm.relaxation.noisy import noisy_code as noisy_code
    from noisytm.relaxation.noisy import noisy_run as noisy_run
    from noisytm.relaxation.pathwise.monte_carlo import SampledProbability as SampledProbability
    from noisytm.relaxation.pathwise.monte_carlo import SamplingInterrupted as SamplingInterrupted
    from noisytm.relaxation.pathwise.monte_carlo import sampled_wrong_probability as sampled_wrong_probability

_door = Door(
    __name__,
    {
        "evaluation": ("linear_part", "loss_and_gradient", "loss_and_gradient_in_arrays", "wrong_probability"),
        "history": ("History", "simulate"),
        "marginal.compiled": ("CompiledLoss", "compiled_loss"),
        "marginal.evaluators": (
            "loss_and_gradient_at",
            "loss_at",
            "losses_and_gradients_at",
            "losses_and_gradients_in_place",
            "losses_at",
            "losses_below",
            "losses_below_in_place",
        ),
        "marginal.plans": ("array_seconds",),
        "noisy": ("noise_of", "noisy_code", "noisy_run"),
        "pathwise.monte_carlo": ("SampledProbability", "SamplingInterrupted", "sampled_wrong_probability"),
    },
)
__all__ = _door.names
__getattr__ = _door.get
__dir__ = _door.listed
