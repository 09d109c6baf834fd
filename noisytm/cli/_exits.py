"""What the command ends with: exit codes, the error of its arguments; and what it says before it compiles."""

from __future__ import annotations

import functools
import sys

DONE, WRONG, USAGE, BUDGET = 0, 1, 2, 3


class UsageError(Exception):
    """The arguments, taken together, do not say what to do."""


class UnknownOption(UsageError):
    """Where an argument should stand there is what looks like a misspelt option: the exception's argument."""


def announce_compiling() -> None:
    """Tell a person at a terminal why the first command takes longer."""
    if sys.stderr is not None and sys.stderr.isatty():
        from noisytm import _compile

        _compile.announce = functools.cache(lambda message: print(f"noisytm: {message}", file=sys.stderr))
