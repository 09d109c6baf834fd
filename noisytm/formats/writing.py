"""Writing machines in exchange formats."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence

from noisytm._checks import instance, listed
from noisytm._text import shown
from noisytm.errors import FormatError, MachineError
from noisytm.formats.protocol import Format
from noisytm.formats.registry import FORMATS
from noisytm.machine import TuringMachine


def write(machine: TuringMachine, format: str) -> str:
    """Write a machine as text.

    Parameters
    ----------
    machine : TuringMachine
        The machine.
    format : str
        One of `formats`.

    Returns
    -------
    str
        A text that reads back as an equal machine. (If every tuple is listed, ``undefined`` means nothing,
        and it may come back as ``stop``.)

    Raises
    ------
    FormatError
        If the format cannot express the machine: the run of some word, or the order of symbols, states or
        tuples, would change; or if the text would be taken for another format's.

    Examples
    --------
    >>> from noisytm.formats import parse
    >>> print(write(parse("1RB---_1LA0RB"), "bbchallenge"), end="")
    1RB---_1LA0RB
    >>> write(parse("1RB---_1LA0RB"), "turingmachine.io")
    Traceback (most recent call last):
        ...
    noisytm.errors.FormatError: tuple (1, A) is unlisted and the machine's convention is 'write-1'; ...
    """
    form = FORMATS.named(format)
    return _recognised(form.write(instance("machine", machine, TuringMachine)), form)


def write_all(machines: Sequence[TuringMachine], format: str) -> str:
    r"""Write several machines as one text: a line each in ``bbchallenge``, a list in ``json``.

    Raises
    ------
    FormatError
        As `write` does, and if the format holds one machine only; the message has the number of machines.

    Examples
    --------
    >>> from noisytm.formats import read_text
    >>> print(write_all(read_text("1RB---_1LA0RB # two\n0RA"), "bbchallenge"), end="")
    1RB---_1LA0RB
    0RA
    """
    return "".join(write_each(listed("machines", machines), format))


def write_each(machines: Iterable[TuringMachine], format: str) -> Iterator[str]:
    r"""Write what `write_all` writes, a piece for each machine and perhaps one before and after: a list is never held.

    Raises
    ------
    FormatError
        As `write_all` does, when the turn of the machine comes.

    Examples
    --------
    >>> from noisytm.formats import each_in_text
    >>> list(write_each(each_in_text("1RB---_1LA0RB, 0RA--- #"), "bbchallenge"))
    ['1RB---_1LA0RB\n']
    """
    form = FORMATS.named(format)
    if not isinstance(machines, Iterable):
        raise MachineError(f"machines are {shown(machines)}; give a list, or an iterator of machines")
    checked = (instance("machine", machine, TuringMachine) for machine in machines)
    first = list(itertools.islice(checked, 2))
    if not first:
        raise FormatError("there is no machine to write")
    if len(first) == 1:
        return iter([_recognised(form.write(first[0]), form)])
    if form.write_several is None:
        count = len(first) + sum(1 for _ in checked)
        holding = " or ".join(form.name for form in FORMATS.values() if form.write_several is not None)
        raise FormatError(f"there are {count} machines and a {form.name} text holds one; write {holding}, or pick one")
    return iter(form.write_several(itertools.chain(first, checked)))


def _recognised(text: str, form: Format) -> str:
    """Return ``text`` if nothing but ``form`` takes it for its own; raise `FormatError` otherwise."""
    found = [other.name for other in FORMATS.values() if other.looks_like(text)]
    if found != [form.name]:
        others = [name for name in found if name != form.name]
        taken = f"would be taken for {' or '.join(others)}" if others else "would not be recognised"
        raise FormatError(
            f"the {form.name} text {taken}, with the names it has; rename symbols or states, or write json"
        )
    return text


def renamed_for(machine: TuringMachine, format: str) -> TuringMachine:
    """Rename symbols and states to the names that a format prescribes; every order is kept.

    For ``bbchallenge`` the symbols become 0, 1, … and the states A, B, …; for ``jflap`` and ``morphett`` the
    blank becomes ``□`` and ``_``, and for ``morphett`` the halting states get names that begin with ``halt``.
    What still cannot be expressed afterwards is refused by `write`.

    Raises
    ------
    FormatError
        If the format is unknown.

    Examples
    --------
    >>> from noisytm.formats import parse
    >>> champion = parse("1RB1RZ_1LB0RC_1LC1LA")
    >>> print(write(renamed_for(champion, "morphett"), "morphett").splitlines()[2])
    A 1 1 r halt
    """
    return FORMATS.named(format).rename(instance("machine", machine, TuringMachine))
