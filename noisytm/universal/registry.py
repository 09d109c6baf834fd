"""The universal machines on which any Turing machine can be run.

To add one that runs 2-tag systems, a line in `noisytm.universal.simulators.registry` is enough; for one of another kind
write a module with a `Host`, and a line here.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol, runtime_checkable

from noisytm._registry import Registry
from noisytm.errors import MachineError
from noisytm.machine import TuringMachine, Word
from noisytm.universal.compiler import TwoTagHost
from noisytm.universal.simulators import two_tag_simulators


@runtime_checkable
class Hosted(Protocol):
    """A run of a machine on a universal one, decoded, with a direct run beside it; ``str`` shows it."""

    def to_json(self) -> dict[str, Any]:
        """Return the run as a JSON object."""

    def trace_json(self) -> list[dict[str, Any]]:
        """Return every step of the trace as a JSON object."""

    def trace_lines(self) -> Iterator[str]:
        """Yield every step of the trace as text."""

    def require_agreement(self) -> None:
        """Raise `MachineError` unless every step is that of the direct run."""


class Host(Protocol):
    """A universal machine on which any Turing machine can be run.

    ``counts_steps`` says whether its own steps can be limited; if not, only those of the machine that is run are.
    """

    @property
    def name(self) -> str:
        """Its name, as in ``noisytm universal --on NAME``."""

    @property
    def description(self) -> str:
        """What it is, in a line."""

    @property
    def counts_steps(self) -> bool:
        """Whether ``max_steps`` means something."""

    def simulate(
        self, machine: TuringMachine, word: Word, cycles: int, max_steps: int | None, *, trace: bool
    ) -> Hosted:
        """Run a machine on a word; raise `BudgetError`, with the run so far as ``partial``, if a budget runs out.

        Parameters
        ----------
        machine : TuringMachine
            The machine that is run.
        word : tuple of str
            Its input.
        cycles : int
            Number of its steps at most.
        max_steps : int, optional
            Number of steps of the universal machine at most.
        trace : bool
            Whether the trace of the run will be asked for.
        """


HOSTS: Registry[Host] = Registry(
    "universal machine",
    room=__package__,
    places=("pseudo_utm.STAGED",),
    error=MachineError,
)


def hosts() -> dict[str, Host]:
    """Return the universal machines on which any Turing machine can be run, by name.

    Examples
    --------
    >>> list(hosts())
    ['staged-pseudo-utm', 'minsky-7-4', 'rogozhin-4-6', 'rogozhin-2-18']
    """
    compiled = {name: TwoTagHost(name, kind.description) for name, kind in two_tag_simulators().items()}
    return {**HOSTS, **compiled}
