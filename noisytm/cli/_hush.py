"""What the command says on standard error, and ``--quiet``, which every verb has."""

from __future__ import annotations

import contextlib
import functools
import inspect
import os
import sys
from collections.abc import Callable, Iterator
from typing import Any, TextIO

from noisytm.cli import _options as option

_kept: list[TextIO | None] = []


def say(message: str) -> None:
    """Write a line on standard error, whatever is quiet: for errors, and for how to go on."""
    stream = _kept[-1] if _kept else sys.stderr
    if stream is not None:
        with contextlib.suppress(OSError):  # nobody reads it
            print(f"noisytm: {' '.join(message.split())}", file=stream, flush=True)


@contextlib.contextmanager
def hushed() -> Iterator[None]:
    """Have what is written on standard error in the block go nowhere, but for what is said with `say`."""
    _kept.append(sys.stderr)
    try:
        with open(os.devnull, "w", encoding="utf-8") as nowhere, contextlib.redirect_stderr(nowhere):
            yield
    finally:
        _kept.pop()


@contextlib.contextmanager
def notes_as_lines() -> Iterator[None]:
    """Print this package's own warnings as one line each, and each once; ``--quiet`` hides them like all notes."""
    import warnings

    from noisytm import errors

    before = warnings.showwarning
    told: set[str] = set()

    def show(message: Warning | str, category: type[Warning], *where: Any, **more: Any) -> None:
        if category not in own:
            before(message, category, *where, **more)
        elif str(message) not in told and sys.stderr is not None:
            told.add(str(message))
            with contextlib.suppress(OSError):  # nobody reads it
                print(f"noisytm: note: {message}", file=sys.stderr, flush=True)

    own = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, UserWarning)]
    with warnings.catch_warnings():
        for kind in own:
            warnings.simplefilter("always", kind)
        warnings.showwarning = show
        yield


def with_quiet(verb: Callable[..., Any]) -> Callable[..., Any]:
    """Return a verb with the option ``--quiet`` added.

    Examples
    --------
    >>> def walk(steps: int) -> int:
    ...     print("walking", file=sys.stderr)
    ...     return steps
    >>> with_quiet(walk)(3, quiet=True)
    3
    """

    @functools.wraps(verb)
    def command(*arguments: Any, quiet: bool = False, **options: Any) -> Any:
        with hushed() if quiet else contextlib.nullcontext():
            return verb(*arguments, **options)

    signature = inspect.signature(verb)
    last = inspect.Parameter("quiet", inspect.Parameter.KEYWORD_ONLY, default=False, annotation=option.Quiet)
    parameters = [*signature.parameters.values(), last]
    command.__dict__["__signature__"] = signature.replace(parameters=parameters)
    command.__annotations__ = {**verb.__annotations__, "quiet": option.Quiet}
    return command
