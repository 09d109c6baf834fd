"""Progress of long computations, on a terminal or in a notebook: what is counted, how far, how long left."""

from __future__ import annotations

import functools
import os
import sys
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from typing import Any

# A computation shorter than this shows nothing; and a bar is drawn anew so often while nothing is counted.
SECONDS_BEFORE, SECONDS_BETWEEN = 1.0, 0.5
USUAL_SIZE = {"ncols": 80, "nrows": 24}

_wanted: ContextVar[bool] = ContextVar("_wanted", default=False)
_innermost: ContextVar[Bar | None] = ContextVar("_innermost", default=None)


@contextmanager
def shown() -> Iterator[None]:
    """Show the progress of all that runs in the ``with`` block, where there is somebody to see it."""
    token = _wanted.set(True)
    try:
        yield
    finally:
        _wanted.reset(token)


def shown_if(wanted: bool) -> AbstractContextManager[None]:
    """Show the progress of all that runs in the ``with`` block if it is wanted; if not, nothing changes."""
    return shown() if wanted else nullcontext()


class Bar:
    """A line on standard error that says how far a computation is; without a place for it, nothing.

    Parameters
    ----------
    drawn : tqdm or None
        What draws it.
    """

    def __init__(self, drawn: Any = None) -> None:
        self._drawn = drawn
        self._next = time.monotonic() + SECONDS_BEFORE

    def to(self, done: int) -> None:
        """Say that so much is done in all."""
        if self._drawn is not None:
            self._drawn.update(done - self._drawn.n)

    def more(self, done: int = 1) -> None:
        """Say that so much more is done."""
        if self._drawn is not None:
            self._drawn.update(done)

    def note(self, text: str) -> None:
        """Say something about what is found so far."""
        if self._drawn is not None:
            self._drawn.set_postfix_str(text, refresh=False)

    def alive(self) -> None:
        """Draw it anew if that is some time ago."""
        if self._drawn is not None and (now := time.monotonic()) >= self._next:
            self._next = now + SECONDS_BETWEEN
            self._drawn.refresh()


@contextmanager
def counted(
    unit: str, total: int | None = None, *, what: str | None = None, done: int = 0, show: bool = False
) -> Iterator[Bar]:
    """Show how far a computation is while the ``with`` block runs, once it takes longer than a second.

    Parameters
    ----------
    unit : str
        What is counted, in the plural.
    total : int, optional
        How many there are.
    what : str, optional
        What is computed.
    done : int
        How many are done already.
    show : bool
        Whether to show it, also outside a block of `shown`.

    Examples
    --------
    >>> with counted("rows", 3) as bar:
    ...     bar.more()
    """
    if not (show or _wanted.get()) or not somebody_looks():
        yield Bar()
        return
    with bars()(desc=what, total=total, initial=done, unit=f" {unit}", delay=SECONDS_BEFORE, leave=False) as drawn:
        bar = Bar(drawn)
        token = _innermost.set(bar)
        try:
            yield bar
        finally:
            _innermost.reset(token)


def bars() -> Any:
    """Return what draws bars: for a notebook its own, if ipywidgets is there; that it is not is no news."""
    import warnings

    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="IProgress not found")
        from tqdm.auto import tqdm
    return functools.partial(tqdm, **USUAL_SIZE) if _width_is_unknown() else tqdm


def _width_is_unknown() -> bool:
    """Return whether standard error is a terminal that says it has no columns, where tqdm would draw nothing."""
    try:
        return os.get_terminal_size(sys.stderr.fileno()).columns == 0
    except (AttributeError, OSError, ValueError):
        return False


def alive() -> None:
    """Let the time on the innermost bar go on; called wherever the clock is looked at."""
    if (bar := _innermost.get()) is not None:
        bar.alive()


def somebody_looks() -> bool:
    """Return whether standard error is a terminal, or this is a notebook."""
    if sys.stderr is not None and sys.stderr.isatty():
        return True
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    return type(shell).__name__ == "ZMQInteractiveShell"
