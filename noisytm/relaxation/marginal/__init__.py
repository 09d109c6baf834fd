"""The compiled step of the semantics that follow marginals: traced once, differentiated, run in lanes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from noisytm._lazy import Door

if TYPE_CHECKING:
    from noisytm.relaxation.marginal.arrays.evaluate import Small as Small
    from noisytm.relaxation.marginal.arrays.evaluate import losses_and_gradients as losses_and_gradients
    from noisytm.relaxation.marginal.arrays.evaluate import rejected as rejected
    from noisytm.relaxation.marginal.arrays.oracle import cheapest as cheapest
    from noisytm.relaxation.marginal.arrays.steps import Marginals as Marginals
    from noisytm.relaxation.marginal.arrays.steps import recorded as recorded
    from noisytm.relaxation.marginal.arrays.tables import ListShape as ListShape
    from noisytm.relaxation.marginal.assemble import compiled_kernels as compiled_kernels
    from noisytm.relaxation.marginal.compiled import CompiledLoss as CompiledLoss
    from noisytm.relaxation.marginal.compiled import compiled_loss as compiled_loss
    from noisytm.relaxation.marginal.evaluators import loss_and_gradient_at as loss_and_gradient_at
    from noisytm.relaxation.marginal.evaluators import loss_at as loss_at
    from noisytm.relaxation.marginal.evaluators import losses_and_gradients_at as losses_and_gradients_at
    from noisytm.relaxation.marginal.evaluators import losses_at as losses_at
    from noisytm.relaxation.marginal.evaluators import losses_below as losses_below
    from noisytm.relaxation.marginal.kernels import rests_from as rests_from
    from noisytm.relaxation.marginal.kernels import span as span
    from noisytm.relaxation.marginal.kernels.program import Op as Op
    from noisytm.relaxation.marginal.kernels.records import Buffers as Buffers
    from noisytm.relaxation.marginal.kernels.records import Cheapest as Cheapest
    from noisytm.relaxation.marginal.kernels.records import Outputs as Outputs
    from noisytm.relaxation.marginal.lanes import LANES as LANES
    from noisytm.relaxation.marginal.lanes import LanesType as LanesType
    from noisytm.relaxation.marginal.lanes import at_most as at_most
    from noisytm.relaxation.marginal.lanes import choose as choose
    from noisytm.relaxation.marginal.lanes import larger as larger
    from noisytm.relaxation.marginal.lanes import load as load
    from noisytm.relaxation.marginal.lanes import smaller as smaller
    from noisytm.relaxation.marginal.lanes import splat as splat
    from noisytm.relaxation.marginal.lanes import store as store
    from noisytm.relaxation.marginal.plans import Plan as Plan
    from noisytm.relaxation.marginal.plans import array_seconds as array_seconds
    from noisytm.relaxation.marginal.plans import in_arrays as in_arrays
    from noisytm.relaxation.marginal.plans import lanes_of as lanes_of
    from noisytm.relaxation.marginal.plans import plan as plan
    from noisytm.relaxation.marginal.plans import small as small
    from noisytm.relaxation.marginal.plans import traced as traced
    from noisytm.relaxation.marginal.tables import TOGETHER as TOGETHER
    from noisytm.relaxation.marginal.tables import Tabling as Tabling
    from noisytm.relaxation.marginal.tables import tabling as tabling
    from noisytm.relaxation.marginal.tracer import Trace as Trace
    from noisytm.relaxation.marginal.workspace import Sizes as Sizes
    from noisytm.relaxation.marginal.workspace import aligned as aligned
    from noisytm.relaxation.marginal.workspace import allocate as allocate
    from noisytm.relaxation.marginal.workspace import last_head_step as last_head_step
    from noisytm.relaxation.marginal.workspace import require_steps as require_steps
    from noisytm.relaxation.marginal.workspace import shelf as shelf
    from noisytm.relaxation.marginal.workspace import sizes as sizes
    from noisytm.relaxation.marginal.worth import COMPILING_RUNS as COMPILING_RUNS
    from noisytm.relaxation.marginal.worth import LEDGER as LEDGER
    from noisytm.relaxation.marginal.worth import seconds_in_arrays as seconds_in_arrays

_door = Door(
    __name__,
    {
        "arrays.evaluate": ("Small", "losses_and_gradients", "rejected"),
        "arrays.oracle": ("cheapest",),
        "arrays.steps": ("Marginals", "recorded"),
        "arrays.tables": ("ListShape",),
        "assemble": ("compiled_kernels",),
        "compiled": ("CompiledLoss", "compiled_loss"),
        "evaluators": ("loss_and_gradient_at", "loss_at", "losses_and_gradients_at", "losses_at", "losses_below"),
        "kernels": ("rests_from", "span"),
        "kernels.program": ("Op",),
        "kernels.records": ("Buffers", "Cheapest", "Outputs"),
        "lanes": ("LANES", "LanesType", "at_most", "choose", "larger", "load", "smaller", "splat", "store"),
        "plans": ("Plan", "array_seconds", "in_arrays", "lanes_of", "plan", "small", "traced"),
        "tables": ("TOGETHER", "Tabling", "tabling"),
        "tracer": ("Trace",),
        "workspace": ("Sizes", "aligned", "allocate", "last_head_step", "require_steps", "shelf", "sizes"),
        "worth": ("COMPILING_RUNS", "LEDGER", "seconds_in_arrays"),
    },
)
__all__ = _door.names
__getattr__ = _door.get
__dir__ = _door.listed
