"""Results that say how long they took."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, ParamSpec, Self, TypeVar

from noisytm._compiling import Stopwatch
from noisytm._records import Record
from noisytm._schema import Schema, either, extended

TIME: Schema = {"type": "number", "minimum": 0}
TIMES = {"seconds": TIME, "compile_seconds": TIME}


def timed_form(form: Schema) -> Schema:
    """Return the schema of a result that says how long it took, from that of one that does not."""
    if "anyOf" in form:
        return either(*map(timed_form, form["anyOf"]))
    return extended(form, TIMES)


@dataclass(frozen=True, kw_only=True)
class Timed(Record):
    """A result that says how long it took; results are compared without that.

    Attributes
    ----------
    seconds : float, optional
        Wall-clock time of the work; compiling is not in it.
    compile_seconds : float, optional
        Wall-clock time in which something was being compiled.
    """

    seconds: float | None = field(default=None, compare=False, repr=False)
    compile_seconds: float | None = field(default=None, compare=False, repr=False)

    def times(self) -> dict[str, float]:
        """Return the times as entries of a record; what was not measured is absent."""
        return {name: value for name in TIMES if (value := getattr(self, name)) is not None}

    def timed(self, watch: Stopwatch) -> Self:
        """Return the result with what a stopwatch shows."""
        found = object.__new__(type(self))  # `dataclasses.replace` takes half as long as a short run
        compiled = watch.compile_seconds
        found.__dict__.update(self.__dict__, seconds=watch.seconds, compile_seconds=compiled)
        return found

    def _with_times_of(self, record: Mapping[str, Any]) -> Self:
        return dataclasses.replace(self, **{name: record.get(name) for name in TIMES})


Arguments = ParamSpec("Arguments")
Result = TypeVar("Result", bound=Timed)


def timed(function: Callable[Arguments, Result]) -> Callable[Arguments, Result]:
    """Have a function note in its result how long it took, and in what it found before it was stopped.

    Examples
    --------
    >>> from noisytm import library, run
    >>> result = run(library.machine("bb2"))
    >>> 0 < result.seconds < 60, sorted(result.times())
    (True, ['compile_seconds', 'seconds'])
    """

    @functools.wraps(function)
    def measured(*arguments: Arguments.args, **options: Arguments.kwargs) -> Result:
        watch = Stopwatch()
        try:
            return function(*arguments, **options).timed(watch)
        except BaseException as error:
            partial = getattr(error, "partial", None)
            if isinstance(partial, Timed):
                error.partial = partial.timed(watch)  # type: ignore[attr-defined]
            raise

    return measured
