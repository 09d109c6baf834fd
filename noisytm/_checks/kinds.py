"""Objects of the package: one of a class, and arguments that look swapped."""

from __future__ import annotations

from typing import Any, TypeVar

from noisytm._text import shown
from noisytm.errors import MachineError, NoisytmError, ProblemError

Error = type[NoisytmError]

Kind = TypeVar("Kind")

# What is said where something else than one of a class is given, and the error that is raised.
KINDS: dict[str, tuple[Error, str]] = {
    "TuringMachine": (MachineError, "give a TuringMachine, e.g. library.machine('detectA')"),
    "Description": (MachineError, "give a TuringMachine, e.g. library.machine('detectA'), or a Description"),
    "SynthesisProblem": (ProblemError, "give a SynthesisProblem, e.g. SynthesisProblem.of_machine(machine, ['AB'], 4)"),
    "CodeSpace": (MachineError, "give a CodeSpace, e.g. CodeSpace.of(machine)"),
    "Face": (MachineError, "give a Face, e.g. Face.of_machine(machine)"),
    "FatalSyndromes": (ProblemError, "give the result of fatal_syndromes"),
    "CompiledLoss": (ProblemError, "give the result of compiled_loss"),
    "Configuration": (MachineError, "it must be the configuration of a result, e.g. run(machine, word).configuration"),
    "KTapeConfiguration": (MachineError, "it must be a configuration of the machine, e.g. machine.configuration()"),
    "RuleTable": (MachineError, "give a KTapeMachine"),
}


def instance(name: str, value: Any, kind: type[Kind], error: Error | None = None) -> Kind:
    """Return an object of a class; else the message says how to get one."""
    if isinstance(value, kind):
        return value
    article = "an" if kind.__name__[0].upper() in "AEIOU" else "a"
    usual, advice = KINDS.get(kind.__name__, (MachineError, f"give {article} {kind.__name__}"))
    raise (error or usual)(f"{name} is {shown(value)}; {advice}")


def instances(**given: tuple[Any, type]) -> None:
    """Check that several arguments are of their classes, and say so if two of them look swapped.

    Examples
    --------
    >>> instances(number=(1, int), word=("a", str))
    >>> instances(number=("a", int), word=(1, str))
    Traceback (most recent call last):
        ...
    noisytm.errors.MachineError: number is 'a'; give an int; number and word look swapped
    """
    for name, (value, kind) in given.items():
        try:
            instance(name, value, kind)
        except NoisytmError as error:
            other = next((x for x, (_, wanted) in given.items() if isinstance(value, wanted)), None)
            swapped = f"; {name} and {other} look swapped" if other else ""
            raise type(error)(f"{error}{swapped}") from None
