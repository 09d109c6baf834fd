"""What all machines of a size leave on the tape: output distributions, and complexities from them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from noisytm._lazy import Door

if TYPE_CHECKING:
    from noisytm.enumeration.outputs.blocks import BlockEstimate as BlockEstimate
    from noisytm.enumeration.outputs.collecting import OutputTally as OutputTally
    from noisytm.enumeration.outputs.collecting import subtree as subtree
    from noisytm.enumeration.outputs.collecting import trunk as trunk
    from noisytm.enumeration.outputs.distribution import OutputDistribution as OutputDistribution
    from noisytm.enumeration.outputs.driver import output_distribution as output_distribution
    from noisytm.enumeration.outputs.words import output_word as output_word

_door = Door(
    __name__,
    {
        "blocks": ("BlockEstimate",),
        "collecting": ("OutputTally", "subtree", "trunk"),
        "distribution": ("OutputDistribution",),
        "driver": ("output_distribution",),
        "words": ("output_word",),
    },
)
__all__ = _door.names
__getattr__ = _door.get
__dir__ = _door.listed
