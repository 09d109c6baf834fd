"""The command ``noisytm``: it parses arguments, calls the library, prints, and turns errors into exit codes."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from noisytm.cli._exits import BUDGET, DONE, USAGE, WRONG, UsageError
from noisytm.cli._signals import interrupt_code, interrupt_words, signals_as_interrupts

TO_TRY = """Three commands to try:

  noisytm run bb4                 run a machine of the library on the blank tape
  noisytm bound detectA           how many bits a code needs: the exact learning coefficient, with its certificate
  noisytm library                 the machines there are, and the problems that come with them

noisytm --help lists all commands, noisytm COMMAND --help what one of them takes.
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code.

    Parameters
    ----------
    argv : sequence of str, optional
        The arguments; by default those of the process.

    Returns
    -------
    int
        0 done; 1 the machine, problem or certificate is wrong; 2 usage; 3 a budget ran out; 130 interrupted, 143 by
        SIGTERM, 129 by SIGHUP.
    """
    try:
        with signals_as_interrupts():
            try:
                code = _with_streams(argv)
            except KeyboardInterrupt:  # while all was being imported
                if sys.stderr is not None:
                    print(f"noisytm: {interrupt_words()}", file=sys.stderr, flush=True)
                code = interrupt_code()
    except KeyboardInterrupt:  # a second one, while the first was answered
        code = interrupt_code()
    # An interrupt that has come through a text that is executed, as where a dataclass is made, is noted by Python as
    # one that nobody answered: ``python -m`` would end by SIGINT whatever the code. The next such text clears the note.
    exec("")
    return code


def _with_streams(argv: Sequence[str] | None) -> int:
    """Import what every command needs, which takes longer than many of them do, and carry it out."""
    from noisytm.cli import _renamed, parser  # noqa: F401
    from noisytm.cli._compile_news import compile_news
    from noisytm.cli._streams import reserve_stdout

    if argv is None:
        reserve_stdout()
    with compile_news():
        return _flushed(_carried_out(sys.argv[1:] if argv is None else list(argv)))


def _carried_out(arguments: list[str]) -> int:
    """Run the command and return its exit code; what it printed may still be in the buffer."""
    from cyclopts import CycloptsError

    from noisytm import _progress
    from noisytm._layout import fitted
    from noisytm.cli._hush import notes_as_lines, say
    from noisytm.cli._renamed import with_new_names
    from noisytm.cli._streams import columns_of_stdout
    from noisytm.cli._versions import versions
    from noisytm.cli.parser import build_app, what_is_wrong
    from noisytm.errors import BudgetError, NoisytmError

    try:
        if not arguments:
            print(TO_TRY, end="")
            return DONE
        if arguments == ["--version"]:  # the parser would fold it to the width of the terminal
            print(versions())
            return DONE
        given, note = with_new_names(arguments)
        with _progress.shown(), notes_as_lines(), fitted(columns_of_stdout()):
            code = build_app(given)(given)
        if note and not code and "--quiet" not in given:  # an error has its own line
            say(note)
        return code if isinstance(code, int) else DONE
    except (CycloptsError, UsageError) as error:
        return _say(what_is_wrong(error, arguments), USAGE)
    except BudgetError as error:
        found = "" if error.partial is None else f"; found so far: {error.partial}"
        return _say(f"{error}{found}", BUDGET)
    except NoisytmError as error:
        return _say(str(error), WRONG)
    except KeyboardInterrupt as error:
        return _say(f"{interrupt_words()}{str(error).removeprefix('interrupted')}", interrupt_code())
    except SystemExit:  # from the printer of the help, when the pipe is closed
        return DONE
    except OSError as error:  # the output; what is read is checked where it is read
        return _without_output(error, DONE)


def _flushed(code: int) -> int:
    """Write what is still in the buffer of standard output, and return the exit code then."""
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
    except OSError as error:
        return _without_output(error, code)
    return code


def _without_output(error: OSError, code: int) -> int:
    """Return the exit code if standard output cannot be written to: a pipe that is closed is no error, a full disk is.

    What is still in its buffer goes nowhere, so that leaving does not fail again.
    """
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    if isinstance(error, BrokenPipeError):
        return code
    return _say(f"cannot write the output: {error.strerror}", WRONG)


def _say(message: str, code: int) -> int:
    from noisytm.cli._hush import say

    say(message)
    return code
