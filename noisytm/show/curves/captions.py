"""What stands below a picture: of which machine and problem it is."""

from __future__ import annotations

from noisytm._summary import count
from noisytm._text import shown_name
from noisytm.machine import Description
from noisytm.problem import SynthesisProblem

# Of a key so many digits are shown.
DIGITS = 12


def caption(problem: SynthesisProblem, machine: Description | None = None, near: bool = False) -> tuple[str, ...]:
    """Return the lines that stand below a picture.

    Parameters
    ----------
    problem : SynthesisProblem
        The problem.
    machine : Description, optional
        The machine, if there is one.
    near : bool
        Whether it is the region near the machine that is shown, and not all codes.

    Examples
    --------
    >>> from noisytm import SynthesisProblem, library, words
    >>> machine = library.machine("detectA")
    >>> problem = SynthesisProblem.of_machine(machine, words("AB", 2), 4)
    >>> for line in caption(problem, machine, near=True):
    ...     print(line.split("; key ")[0])
    near the machine detectA: 3 symbols, 2 states, 6 listed tuples
    problem: 7 inputs, read after 4 steps: state
    """
    lines = [] if machine is None else [f"{'near the ' if near else ''}{machine_line(machine)}"]
    read = f"{count(len(problem.inputs), 'input')}, read after {count(problem.steps, 'step')}: {problem.readout}"
    return (*lines, f"problem: {read}; key {problem.key[:DIGITS]}")


def machine_line(machine: Description) -> str:
    """Return the name, the size and the key of a machine.

    Examples
    --------
    >>> from noisytm import library
    >>> machine_line(library.machine("detectA"))
    'machine detectA: 3 symbols, 2 states, 6 listed tuples; key f363fa34c66f'
    """
    counts = (
        count(len(machine.symbols), "symbol"),
        count(len(machine.states), "state"),
        count(len(machine.tuples), "listed tuple"),
    )
    name = f" {shown_name(machine.name)}" if machine.name else ""
    return f"machine{name}: {', '.join(counts)}; key {machine.key[:DIGITS]}"


def caption_of_key(problem_key: str) -> tuple[str, ...]:
    """Return what stands there of a problem of which no more than the key is known.

    Examples
    --------
    >>> caption_of_key("0123456789abcdef")
    ('problem of the key 0123456789ab',)
    """
    return (f"problem of the key {problem_key[:DIGITS]}",)
