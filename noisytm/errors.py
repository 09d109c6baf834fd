"""The exceptions of noisytm: one tree, so that one ``except NoisytmError`` catches all of them.

Every message names the value, the rule it breaks and the fix, in one line. Interrupts are no errors and stand apart.
"""

from __future__ import annotations

from typing import Any


class NoisytmError(Exception):
    """Base class of everything noisytm raises on purpose."""


class MachineError(NoisytmError):
    """A machine, or a word given to it, breaks a rule of the definition of a Turing machine."""


class FormatError(NoisytmError):
    """A text is not what its exchange format allows, or a machine cannot be expressed in a format."""


class ReadingNote(UserWarning):
    """What was decided in reading a text that leaves it open: names made distinct, wildcards closed over symbols."""


class ProbableMistake(UserWarning):
    """What is allowed, and computed as it is asked for, but is probably not what was meant."""


class StoreNote(UserWarning):
    """What became of work that is shared or kept: a file that can no longer be written to, workers not there."""


class ProblemError(NoisytmError):
    """A synthesis problem is ill-posed, or a machine does not solve it."""


class CertificateError(NoisytmError):
    """A certificate does not prove what it claims; the message names the first check that fails."""


class BudgetError(NoisytmError):
    """A limit on steps, memory, rounds or size ran out.

    Attributes
    ----------
    partial : object
        What was found before the budget ran out, or ``None``.
    """

    def __init__(self, message: str, partial: Any = None) -> None:
        super().__init__(message)
        self.partial = partial


class EstimateError(NoisytmError):
    """A statistical estimate was refused because its input is inadequate.

    Attributes
    ----------
    partial : object
        The estimate that was refused, for inspection, or ``None``.
    """

    def __init__(self, message: str, partial: Any = None) -> None:
        super().__init__(message)
        self.partial = partial


class Interrupted(KeyboardInterrupt):
    """A computation was interrupted: from the keyboard, or in the command by another signal to end.

    Attributes
    ----------
    partial : object
        What was found before, or ``None``.
    """

    def __init__(self, message: str = "interrupted", partial: Any = None) -> None:
        super().__init__(message)
        self.partial = partial
