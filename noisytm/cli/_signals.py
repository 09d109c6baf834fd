"""Signals that ask the command to end: each is an interrupt, so that whatever keeps partial results does so for all."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from noisytm._at_once import WORDS

# ``timeout`` and service managers send two signals at once; what comes later is a person who does not want to wait.
SAME_REQUEST_SECONDS = 1.0


class _Arrived:
    """The signal that asked this command to end, ``None`` if there was none, and when."""

    number: int | None = None
    at: float = 0.0


@contextmanager
def signals_as_interrupts() -> Iterator[None]:
    """Raise `KeyboardInterrupt` on SIGINT, SIGTERM and SIGHUP, where the platform has them, in the ``with`` block.

    A signal that the process was told to ignore, as by nohup, stays ignored.
    """
    _Arrived.number = None
    kept = {}
    if threading.current_thread() is threading.main_thread():  # no other may set handlers
        for name in WORDS:
            number = getattr(signal, name, None)
            if number is not None and signal.getsignal(number) not in (signal.SIG_IGN, None):
                kept[number] = signal.signal(number, _interrupt)
    try:
        yield
    finally:
        for number, handler in kept.items():
            signal.signal(number, handler)


def _interrupt(number: int, frame: FrameType | None) -> None:
    now = time.monotonic()
    if _Arrived.number is not None and now < _Arrived.at + SAME_REQUEST_SECONDS:
        return
    if _Arrived.number is None:
        _Arrived.number, _Arrived.at = number, now
    raise KeyboardInterrupt


def interrupt_code() -> int:
    """Return the exit code of a command that was interrupted: 130 after Ctrl-C, 143 after SIGTERM, 129 after SIGHUP."""
    return 128 + int(signal.SIGINT if _Arrived.number is None else _Arrived.number)


def interrupt_words() -> str:
    """Say what ended the command.

    Examples
    --------
    >>> interrupt_words()
    'interrupted'
    """
    return WORDS["SIGINT" if _Arrived.number is None else signal.Signals(_Arrived.number).name]
