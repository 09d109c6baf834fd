"""Signals that come at a bad moment: they are answered a moment later."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any

SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP")
SOON = 0.02  # seconds until a signal is sent again: what is left of the import statement takes microseconds


Handler = Callable[[int, FrameType | None], Any]


@contextlib.contextmanager
def held_back() -> Iterator[None]:
    """Hold signals back in the ``with`` block: their handlers are called a moment after it.

    Only the main thread answers signals; in others the block does nothing.
    """
    arrived: list[int] = []
    with _handled(lambda number, frame, handler: arrived.append(number)):
        yield
    for number in arrived[:1]:
        _send_soon(number)


@contextlib.contextmanager
def answered_outside(library: str) -> Iterator[None]:
    """Answer signals in the ``with`` block only where no code of a library is being run, a moment later if need be.

    An exception cannot pass through what machine code calls back, and is lost in a destructor.
    """

    def answer(number: int, frame: FrameType | None, handler: Handler) -> None:
        here = frame
        while here is not None:
            if here.f_globals.get("__name__", "").partition(".")[0] == library:
                _send_soon(number)
                return
            here = here.f_back
        handler(number, frame)

    with _handled(answer):
        yield


@contextlib.contextmanager
def _handled(answer: Callable[[int, FrameType | None, Handler], None]) -> Iterator[None]:
    """Have ``answer`` called, with the handler there was, for each signal in the ``with`` block."""
    kept: dict[int, Handler] = {}
    try:
        if threading.current_thread() is threading.main_thread():
            for number in (getattr(signal, name) for name in SIGNALS if hasattr(signal, name)):
                handler = signal.getsignal(number)
                if callable(handler):
                    kept[number] = handler
                    signal.signal(number, lambda number, frame: answer(number, frame, kept[number]))
        yield
    finally:
        while kept:  # the last one first: once interrupts from the keyboard are answered again, all the others are
            number = next(reversed(kept))
            signal.signal(number, kept[number])
            del kept[number]


def _send_soon(number: int) -> None:
    timer = threading.Timer(SOON, _send, (number,))
    timer.daemon = True
    timer.start()


def _send(number: int) -> None:
    main = threading.main_thread().ident
    if main is not None and hasattr(signal, "pthread_kill"):
        signal.pthread_kill(main, number)
    else:
        signal.raise_signal(number)
