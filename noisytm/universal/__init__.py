"""Machines that run other machines, and the engine with several tapes that they need."""

from noisytm.universal.configuration import KTapeConfiguration
from noisytm.universal.cycle import relaxed_cycles
from noisytm.universal.machine import KTapeMachine, Rule
from noisytm.universal.staged import Simulated, StagedPseudoUTM

__all__ = ["KTapeConfiguration", "KTapeMachine", "Rule", "Simulated", "StagedPseudoUTM", "relaxed_cycles"]
