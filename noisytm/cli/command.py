"""The command ``noisytm``: it parses arguments, calls the library, prints, and turns errors into exit codes."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from noisytm import _progress
from noisytm._version import __version__
from noisytm.cli._arguments import with_choices
from noisytm.cli._exits import BUDGET, DONE, USAGE, WRONG, UsageError
from noisytm.cli._signals import interrupt_code, interrupt_words, signals_as_interrupts
from noisytm.cli._streams import reserve_stdout
from noisytm.cli.registry import VERBS
from noisytm.errors import BudgetError, NoisytmError

if TYPE_CHECKING:
    from cyclopts import App


def build_app(arguments: Sequence[str] = ()) -> App:
    """Return the command-line parser with every verb.

    Parameters
    ----------
    arguments : sequence of str
        The arguments that will be parsed. Only for the verb among them are the choices looked up, since a registry
        may import numpy.
    """
    from cyclopts import App

    app = App(
        name="noisytm",
        help="Machines, noisy codes, and the exact learning coefficient of a code.",
        version=__version__,
        help_format="plaintext",
        exit_on_error=False,
        print_error=False,
        suppress_keyboard_interrupt=False,
        result_action="return_value",
    )
    for name, verb in VERBS.items():
        app.command(with_choices(verb.call) if name in arguments else verb.call, name=name)
    return app


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
    if argv is None:
        reserve_stdout()
    try:
        with signals_as_interrupts():
            return _carried_out(sys.argv[1:] if argv is None else list(argv))
    except KeyboardInterrupt:  # a second one, while the first was answered
        return interrupt_code()


def _carried_out(arguments: list[str]) -> int:
    from cyclopts import CycloptsError

    try:
        if not arguments:
            raise UsageError(f"give a command: {', '.join(VERBS)}; noisytm --help explains them")
        with _progress.shown():
            code = build_app(arguments)(arguments)
        if sys.stdout is not None:
            sys.stdout.flush()
        return code if isinstance(code, int) else DONE
    except CycloptsError as error:
        return _say(f"{error}".replace("\n", " "), USAGE)
    except UsageError as error:
        return _say(str(error), USAGE)
    except BudgetError as error:
        found = "" if error.partial is None else f"; found so far: {error.partial}"
        return _say(f"{error}{found}", BUDGET)
    except NoisytmError as error:
        return _say(str(error), WRONG)
    except KeyboardInterrupt as error:
        return _say(f"{interrupt_words()}{str(error).removeprefix('interrupted')}", interrupt_code())
    except BrokenPipeError:
        _drop_output()
        return DONE
    except OSError as error:  # a full disk; what is read is checked where it is read
        _drop_output()
        return _say(f"cannot write the output: {error.strerror}", WRONG)


def _drop_output() -> None:
    """Send what is still in the buffer of standard output nowhere, so that leaving does not fail again."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _say(message: str, code: int) -> int:
    line = " ".join(message.split())
    print(f"noisytm: {line}", file=sys.stderr)
    return code
