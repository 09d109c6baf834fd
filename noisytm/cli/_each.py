"""What ``noisytm run --each`` does: a list of machines, run one after the other, a JSON line each."""

from __future__ import annotations

import codecs
import contextlib
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from noisytm import _progress
from noisytm._json import dumps
from noisytm._text import shown
from noisytm.cli._exits import BUDGET, DONE, WRONG
from noisytm.cli._hush import say
from noisytm.cli._problem import word_of
from noisytm.errors import BudgetError, FormatError, NoisytmError

if TYPE_CHECKING:
    from noisytm.discrete import RunResult

PART = 1 << 16  # bytes
SECONDS_BETWEEN_FLUSHES = 0.5


@dataclass
class Listed:
    """A list of machines that are run.

    Parameters
    ----------
    source : path
        The file; ``-`` is standard input.
    word : str
        The word that all run on.
    final : str, optional
        As in `noisytm.formats.read_text`.
    max_steps : int
        Number of steps to make at most.
    options : mapping
        Other options of `noisytm.run`.
    """

    source: Path
    word: str
    final: str | None
    max_steps: int
    options: dict[str, Any]
    wrong: list[str] = field(default_factory=list)
    cut_off: bool = False
    count: int = 0

    def run(self) -> int:
        """Run them, print the results, and return the exit code."""
        from noisytm.cli import interrupt_code, interrupt_words

        where, written = "none", time.monotonic()
        try:
            with _progress.counted("machines", show=not sys.stdout.isatty()) as bar:
                for place, line in self._lines():
                    sys.stdout.write(line + "\n")
                    where, self.count = place, self.count + 1
                    bar.more()
                    if time.monotonic() - written > SECONDS_BETWEEN_FLUSHES:
                        sys.stdout.flush()
                        written = time.monotonic()
        except KeyboardInterrupt:
            say(f"{interrupt_words()} after {self.count} machines, the last one at {where}; their results are complete")
            return interrupt_code()
        if self.wrong:
            say(f"{len(self.wrong)} of {self.count} could not be run; {self.wrong[0]}")
            return WRONG
        return BUDGET if self.cut_off else DONE

    def _lines(self) -> Iterator[tuple[str, str]]:
        """Yield where each machine is, and its line."""
        from noisytm.discrete import run
        from noisytm.formats import each_in_stream

        for where, found in each_in_stream(parts_of(self.source), final=self.final, symbols=self.word):
            try:
                if isinstance(found, NoisytmError):
                    raise found
                yield where, dumps(self._record(found, run))
            except NoisytmError as error:
                message = f"{where}: {error}"
                self.wrong.append(message)
                yield where, dumps({"error": message})

    def _record(self, machine: Any, run: Callable[..., RunResult]) -> dict[str, Any]:
        word = word_of(machine, self.word)
        try:
            result = run(machine, word, self.max_steps, **self.options)
        except BudgetError as error:
            if error.partial is None:
                raise
            self.cut_off = True
            return cast("RunResult", error.partial).to_json()
        self.cut_off = self.cut_off or result.reason == "budget"
        return result.to_json()


def parts_of(source: Path) -> Iterator[str]:
    """Yield a text in parts as they come; ``-`` is standard input."""
    decode = codecs.getincrementaldecoder("utf-8")().decode
    what = "standard input" if str(source) == "-" else f"the file {shown(str(source))}"
    try:
        with contextlib.ExitStack() as closing:
            stream: Any = sys.stdin.buffer if str(source) == "-" else closing.enter_context(source.open("rb"))
            while data := stream.read1(PART):
                yield decode(data)
                sys.stdout.flush()  # before waiting for more
        yield decode(b"", final=True)
    except UnicodeDecodeError:
        raise FormatError(f"{what} is not UTF-8; save it as UTF-8") from None
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        raise FormatError(f"cannot read {what}: {getattr(error, 'strerror', None) or error}") from None
