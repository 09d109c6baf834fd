"""Machines that run other machines, the tag systems that some of them run, and an engine with several tapes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from noisytm._lazy import Door

if TYPE_CHECKING:
    from noisytm.universal.compiler.binary import BinaryCoding as BinaryCoding
    from noisytm.universal.compiler.simulation import TwoTagSimulation as TwoTagSimulation
    from noisytm.universal.compiler.simulation import simulate_on_two_tag as simulate_on_two_tag
    from noisytm.universal.compiler.two_tag import TwoTagProgram as TwoTagProgram
    from noisytm.universal.pseudo_utm.cycle import relaxed_cycles as relaxed_cycles
    from noisytm.universal.pseudo_utm.staged import Simulated as Simulated
    from noisytm.universal.pseudo_utm.staged import StagedPseudoUTM as StagedPseudoUTM
    from noisytm.universal.registry import HOSTS as HOSTS
    from noisytm.universal.registry import Host as Host
    from noisytm.universal.registry import Hosted as Hosted
    from noisytm.universal.registry import hosts as hosts
    from noisytm.universal.simulators.minsky_7_4 import Minsky74 as Minsky74
    from noisytm.universal.simulators.neary_woods_9_3 import NearyWoods93 as NearyWoods93
    from noisytm.universal.simulators.neary_woods_15_2 import NearyWoods152 as NearyWoods152
    from noisytm.universal.simulators.rogozhin_2_18 import Rogozhin218 as Rogozhin218
    from noisytm.universal.simulators.rogozhin_4_6 import Rogozhin46 as Rogozhin46
    from noisytm.universal.simulators.rule110 import Rule110Machine as Rule110Machine
    from noisytm.universal.simulators.tag_simulator import Seen as Seen
    from noisytm.universal.tag.automaton import ElementaryAutomaton as ElementaryAutomaton
    from noisytm.universal.tag.automaton import Row as Row
    from noisytm.universal.tag.bi_tag_systems import BiTagSystem as BiTagSystem
    from noisytm.universal.tag.cyclic_tag_systems import CyclicTagSystem as CyclicTagSystem
    from noisytm.universal.tag.tag_systems import TagSystem as TagSystem
    from noisytm.universal.tag.words import TagRun as TagRun
    from noisytm.universal.tapes.configuration import KTapeConfiguration as KTapeConfiguration
    from noisytm.universal.tapes.machine import KTapeMachine as KTapeMachine
    from noisytm.universal.tapes.rules import Rule as Rule

_door = Door(
    __name__,
    {
        "compiler.binary": ("BinaryCoding",),
        "compiler.simulation": ("TwoTagSimulation", "simulate_on_two_tag"),
        "compiler.two_tag": ("TwoTagProgram",),
        "pseudo_utm.cycle": ("relaxed_cycles",),
        "pseudo_utm.staged": ("Simulated", "StagedPseudoUTM"),
        "registry": ("HOSTS", "Host", "Hosted", "hosts"),
        "simulators.minsky_7_4": ("Minsky74",),
        "simulators.neary_woods_15_2": ("NearyWoods152",),
        "simulators.neary_woods_9_3": ("NearyWoods93",),
        "simulators.rogozhin_2_18": ("Rogozhin218",),
        "simulators.rogozhin_4_6": ("Rogozhin46",),
        "simulators.rule110": ("Rule110Machine",),
        "simulators.tag_simulator": ("Seen",),
        "tag.automaton": ("ElementaryAutomaton", "Row"),
        "tag.bi_tag_systems": ("BiTagSystem",),
        "tag.cyclic_tag_systems": ("CyclicTagSystem",),
        "tag.tag_systems": ("TagSystem",),
        "tag.words": ("TagRun",),
        "tapes.configuration": ("KTapeConfiguration",),
        "tapes.machine": ("KTapeMachine",),
        "tapes.rules": ("Rule",),
    },
)
__all__ = _door.names
__getattr__ = _door.get
__dir__ = _door.listed
