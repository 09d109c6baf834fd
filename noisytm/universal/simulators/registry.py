"""The universal machines with one tape: to add one, write a module with its class, and a line here.

Its tuples are a machine of the library, found by the name of the class.
"""

from __future__ import annotations

from typing import Protocol

from noisytm._registry import Registry
from noisytm.errors import MachineError
from noisytm.universal.simulators.two_tag_simulator import TwoTagSimulator


class Simulator(Protocol):
    """The class of a universal machine, as far as they have something in common.

    ``name`` is that in the library, ``description`` what it is in a line, ``source`` who found it and when, ``runs``
    what it runs.
    """

    @property
    def name(self) -> str:
        """The name in the library."""

    @property
    def description(self) -> str:
        """What it is, in a line."""

    @property
    def source(self) -> str:
        """Who found it, and when."""

    @property
    def runs(self) -> str:
        """What it runs."""

    @property
    def __name__(self) -> str:
        """The name of the class."""


SIMULATORS: Registry[Simulator] = Registry(
    "universal machine",
    room=__package__,
    places=(
        "minsky_7_4.Minsky74",
        "rogozhin_4_6.Rogozhin46",
        "rogozhin_2_18.Rogozhin218",
        "neary_woods_15_2.NearyWoods152",
        "neary_woods_9_3.NearyWoods93",
        "rule110.Rule110Machine",
    ),
    error=MachineError,
)


def two_tag_simulators() -> dict[str, type[TwoTagSimulator]]:
    """Return the universal machines that run 2-tag systems, to which a Turing machine can be compiled, by name.

    Examples
    --------
    >>> list(two_tag_simulators())
    ['minsky-7-4', 'rogozhin-4-6', 'rogozhin-2-18']
    """
    return {
        name: kind for name, kind in SIMULATORS.items() if isinstance(kind, type) and issubclass(kind, TwoTagSimulator)
    }
