"""What a verb of the command is; each has a module of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Verb:
    """A verb of the command.

    Parameters
    ----------
    name : str
        The word after ``noisytm``.
    call : callable
        What it does, with the arguments of the command as its own, annotated for the parser. Its docstring is the
        help; it returns an exit code, or ``None`` for 0.
    renamed : mapping of str to str
        Options that had another name in the version before: the old one, which still works, and the one of now.

    Examples
    --------
    >>> from noisytm.cli import VERBS
    >>> VERBS["convert"].description
    'Write a machine in another exchange format, or say why that would change it.'
    """

    name: str
    call: Callable[..., Any]
    renamed: Mapping[str, str] = field(default_factory=dict)

    @property
    def description(self) -> str:
        """The first line of the help."""
        return (self.call.__doc__ or "").partition("\n")[0]
