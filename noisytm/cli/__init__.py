"""The command ``noisytm``: a verb a module; no logic of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from noisytm._lazy import Door

if TYPE_CHECKING:
    from noisytm.cli._exits import BUDGET as BUDGET
    from noisytm.cli._exits import DONE as DONE
    from noisytm.cli._exits import USAGE as USAGE
    from noisytm.cli._exits import WRONG as WRONG
    from noisytm.cli._exits import UsageError as UsageError
    from noisytm.cli._signals import interrupt_code as interrupt_code
    from noisytm.cli._signals import interrupt_words as interrupt_words
    from noisytm.cli.command import main as main
    from noisytm.cli.parser import build_app as build_app
    from noisytm.cli.registry import VERBS as VERBS
    from noisytm.cli.verb import Verb as Verb

_door = Door(
    __name__,
    {
        "_exits": ("BUDGET", "DONE", "USAGE", "UsageError", "WRONG"),
        "_signals": ("interrupt_code", "interrupt_words"),
        "command": ("main",),
        "parser": ("build_app",),
        "registry": ("VERBS",),
        "verb": ("Verb",),
    },
)
__all__ = _door.names
__getattr__ = _door.get
__dir__ = _door.listed
