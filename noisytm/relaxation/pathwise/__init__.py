"""The compiled sums over runs of the whole machine: annealed, quenched, and Monte Carlo."""

from __future__ import annotations

from typing import TYPE_CHECKING

from noisytm._lazy import Door

if TYPE_CHECKING:
    from noisytm.relaxation.pathwise.annealed import Pass as Pass
    from noisytm.relaxation.pathwise.annealed import allowed as allowed
    from noisytm.relaxation.pathwise.annealed import kept_graph as kept_graph
    from noisytm.relaxation.pathwise.annealed import working_bytes as working_bytes
    from noisytm.relaxation.pathwise.annealed_arrays import costs_pulled_back as costs_pulled_back
    from noisytm.relaxation.pathwise.annealed_arrays import seconds_of_pass as seconds_of_pass
    from noisytm.relaxation.pathwise.annealed_kernels import pulled_back as pulled_back
    from noisytm.relaxation.pathwise.configuration_graph import STAY as STAY
    from noisytm.relaxation.pathwise.configuration_graph import ConfigurationGraph as ConfigurationGraph
    from noisytm.relaxation.pathwise.configuration_graph import joined as joined
    from noisytm.relaxation.pathwise.configuration_graph import listed_tuples as listed_tuples
    from noisytm.relaxation.pathwise.decision_diagrams import LazyRun as LazyRun
    from noisytm.relaxation.pathwise.decision_diagrams import block_columns as block_columns
    from noisytm.relaxation.pathwise.decision_diagrams import value_counts as value_counts
    from noisytm.relaxation.pathwise.evaluation import loss_and_gradient as loss_and_gradient
    from noisytm.relaxation.pathwise.evaluation import rejected_gradient as rejected_gradient
    from noisytm.relaxation.pathwise.evaluation import runs_of as runs_of
    from noisytm.relaxation.pathwise.evaluation import wrong_probability as wrong_probability
    from noisytm.relaxation.pathwise.lazy_tables import FIELDS as FIELDS
    from noisytm.relaxation.pathwise.lazy_tables import FINISHED as FINISHED
    from noisytm.relaxation.pathwise.lazy_tables import RESULT as RESULT
    from noisytm.relaxation.pathwise.lazy_tables import cheapest as cheapest
    from noisytm.relaxation.pathwise.monte_carlo import SampledProbability as SampledProbability
    from noisytm.relaxation.pathwise.monte_carlo import SamplingInterrupted as SamplingInterrupted
    from noisytm.relaxation.pathwise.monte_carlo import sampled_wrong_probability as sampled_wrong_probability
    from noisytm.relaxation.pathwise.packed_tapes import Tapes as Tapes
    from noisytm.relaxation.pathwise.packed_tapes import packed as packed

_door = Door(
    __name__,
    {
        "annealed": ("Pass", "allowed", "kept_graph", "working_bytes"),
        "annealed_arrays": ("costs_pulled_back", "seconds_of_pass"),
        "annealed_kernels": ("pulled_back",),
        "configuration_graph": ("ConfigurationGraph", "STAY", "joined", "listed_tuples"),
        "decision_diagrams": ("LazyRun", "block_columns", "value_counts"),
        "evaluation": ("loss_and_gradient", "rejected_gradient", "runs_of", "wrong_probability"),
        "lazy_tables": ("FIELDS", "FINISHED", "RESULT", "cheapest"),
        "monte_carlo": ("SampledProbability", "SamplingInterrupted", "sampled_wrong_probability"),
        "packed_tapes": ("Tapes", "packed"),
    },
)
__all__ = _door.names
__getattr__ = _door.get
__dir__ = _door.listed
