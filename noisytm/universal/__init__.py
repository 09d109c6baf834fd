"""Machines that run other machines, the tag systems that some of them run, and an engine with several tapes."""

from noisytm.universal.automaton import ElementaryAutomaton, Row
from noisytm.universal.bi_tag_machines import NearyWoods93, NearyWoods152
from noisytm.universal.binary import BinaryCoding
from noisytm.universal.bitag import BiTagSystem, CyclicTagSystem
from noisytm.universal.compiled import TwoTagSimulation, simulate_on_two_tag
from noisytm.universal.configuration import KTapeConfiguration
from noisytm.universal.cycle import relaxed_cycles
from noisytm.universal.machine import KTapeMachine, Rule
from noisytm.universal.rule110 import Rule110Machine
from noisytm.universal.simulators import Seen
from noisytm.universal.staged import Simulated, StagedPseudoUTM
from noisytm.universal.tag import TagRun, TagSystem
from noisytm.universal.two_tag import TwoTagProgram
from noisytm.universal.two_tag_machines import Minsky74, Rogozhin46, Rogozhin218

__all__ = [
    "BiTagSystem",
    "BinaryCoding",
    "CyclicTagSystem",
    "ElementaryAutomaton",
    "KTapeConfiguration",
    "KTapeMachine",
    "Minsky74",
    "NearyWoods93",
    "NearyWoods152",
    "Rogozhin46",
    "Rogozhin218",
    "Row",
    "Rule",
    "Rule110Machine",
    "Seen",
    "Simulated",
    "StagedPseudoUTM",
    "TagRun",
    "TagSystem",
    "TwoTagProgram",
    "TwoTagSimulation",
    "relaxed_cycles",
    "simulate_on_two_tag",
]
