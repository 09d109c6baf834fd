"""What an exchange format states of itself; each has a module of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from noisytm._summary import Described, Summary
from noisytm.errors import FormatError
from noisytm.machine import TuringMachine


def unchanged(machine: TuringMachine) -> TuringMachine:
    """Return the machine as it is: a format that prescribes no names."""
    return machine


@dataclass(frozen=True)
class Format(Described):
    """An exchange format: what it is called, how it is known, and how machines are read and written in it.

    Parameters
    ----------
    name : str
        Its name, as in ``noisytm convert --to NAME``.
    description : str
        What it is, in a line; without a full stop.
    endings : tuple of str
        How the names of its files usually end, the dot included. An ending of two parts, such as ``.ft.json``, is
        not taken for the shorter one of another format.
    lossy : str
        What of a machine it cannot express, in a line; empty if it keeps everything.
    looks_like : callable
        Whether a text, which is not blank, looks like one of this format.
    read : callable
        The machines of a text: a list, or one after the other. Raises `FormatError` or `MachineError`, without
        naming the format.
    write : callable
        The text of a machine. Raises `FormatError` if it would not come back the same.
    read_stream : callable, optional
        For a format with a machine a line: what comes of a text in parts of whole lines, the number of each line that
        holds a machine with the machine, or with the `FormatError` that says why it is none.
    write_several : callable, optional
        The text of several machines in pieces, one after the other, if a text can hold them.
    options : tuple of str, optional
        The keyword arguments that ``read`` takes besides the text: ``final``, if final states may have rules, and
        ``symbols``, if it has wildcards; see `read_text`.
    rename : callable
        The machine with its symbols and states renamed to the names that the format prescribes, every order kept.

    Examples
    --------
    >>> from noisytm.formats import FORMATS
    >>> FORMATS["jflap"].endings, FORMATS["jflap"].write_several
    (('.jff',), None)
    """

    name: str
    description: str
    endings: tuple[str, ...]
    lossy: str
    looks_like: Callable[[str], bool]
    read: Callable[..., Iterable[TuringMachine]]
    write: Callable[[TuringMachine], str]
    read_stream: Callable[[Iterable[str]], Iterator[tuple[int, TuringMachine | FormatError]]] | None = None
    write_several: Callable[[Iterable[TuringMachine]], Iterable[str]] | None = None
    rename: Callable[[TuringMachine], TuringMachine] = unchanged
    options: tuple[str, ...] = ()

    def _summary(self) -> Summary:
        return Summary(f"{self.name}, {self.description}; files end in {' or '.join(self.endings) or 'anything'}")
