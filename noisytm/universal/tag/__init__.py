"""Tag systems, bi-tag systems and elementary automata, run directly."""

from __future__ import annotations

from typing import TYPE_CHECKING

from noisytm._lazy import Door

if TYPE_CHECKING:
    from noisytm.universal.tag.automaton import ElementaryAutomaton as ElementaryAutomaton
    from noisytm.universal.tag.automaton import Row as Row
    from noisytm.universal.tag.bi_tag_systems import BiTagSystem as BiTagSystem
    from noisytm.universal.tag.cyclic_tag_systems import CyclicTagSystem as CyclicTagSystem
    from noisytm.universal.tag.tag_systems import TagSystem as TagSystem

_door = Door(
    __name__,
    {
        "automaton": ("ElementaryAutomaton", "Row"),
        "bi_tag_systems": ("BiTagSystem",),
        "cyclic_tag_systems": ("CyclicTagSystem",),
        "tag_systems": ("TagSystem",),
    },
)
__all__ = _door.names
__getattr__ = _door.get
__dir__ = _door.listed
