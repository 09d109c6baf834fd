"""What the command ends with: exit codes, the error of its arguments."""

from __future__ import annotations

DONE, WRONG, USAGE, BUDGET = 0, 1, 2, 3


class UsageError(Exception):
    """The arguments, taken together, do not say what to do."""


class UnknownOption(UsageError):
    """Where an argument should stand there is what looks like a misspelt option: the exception's argument."""
