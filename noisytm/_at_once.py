"""Signals that reach the command before its own answers to them are set, or after: one line, and the exit code.

Importing what the command needs takes a while, and Python answers Ctrl-C there with a traceback. So importing this
module, before any other, is what sets the answers, in the command alone.
"""

from __future__ import annotations

import os
import sys
from types import FrameType

WORDS = {"SIGINT": "interrupted", "SIGTERM": "terminated", "SIGHUP": "ended, because its terminal is gone"}


def is_the_command(arguments: list[str], given: list[str]) -> bool:
    """Return whether this process is the command ``noisytm``, and no program that uses the package.

    Parameters
    ----------
    arguments : list of str
        `sys.argv` while the package is imported. Workers have that of the process that started them.
    given : list of str
        What the process was started with, `sys.orig_argv`.

    Examples
    --------
    >>> is_the_command(["-m", "run", "-m"], ["python", "-W", "error", "-m", "noisytm", "run", "-m"])
    True
    >>> is_the_command(["/bin/noisytm", "run"], ["/bin/python3", "/bin/noisytm", "run"])
    True
    >>> is_the_command(["/bin/noisytm", "run"], ["/bin/python3", "-m", "joblib.worker"])
    False
    >>> is_the_command(["-m", "noisytm"], ["python", "-m", "pytest", "noisytm"])
    False
    """
    first = arguments[0] if arguments else ""
    if first == "-m":  # what follows the name of the module is in both
        return given[: len(given) - len(arguments) + 1][-1:] in (["noisytm"], ["-mnoisytm"])
    name = os.path.basename(first).lower().removesuffix(".exe").removesuffix(".py").removesuffix("-script")
    return first in given and name == "noisytm"


def install() -> None:
    """End the process at once on signals that ask for it, with a line that says so, if it is the command."""
    if not is_the_command(sys.argv, sys.orig_argv):
        return
    try:
        import signal
    except KeyboardInterrupt:
        _end(2)
    for number in (getattr(signal, name, None) for name in WORDS):
        # What the process was told to ignore, as by nohup, stays ignored.
        if number is not None and signal.getsignal(number) not in (signal.SIG_IGN, None):
            try:
                signal.signal(number, _end)
            except ValueError:  # not the main thread
                return


def _end(number: int, frame: FrameType | None = None) -> None:
    import contextlib
    import signal

    with contextlib.suppress(OSError):  # nobody reads it
        os.write(2, f"noisytm: {WORDS[signal.Signals(number).name]}\n".encode())
    os._exit(128 + number)


install()
