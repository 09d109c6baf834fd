"""The parser of the command line, made from the registry of verbs, and what is said of names that it does not know."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING, Literal, get_args, get_origin

from noisytm._text import did_you_mean, shown
from noisytm.cli._choices import with_choices
from noisytm.cli._exits import UnknownOption, UsageError
from noisytm.cli._hush import with_quiet
from noisytm.cli._streams import terminal_columns
from noisytm.cli._versions import versions
from noisytm.cli.registry import VERBS
from noisytm.errors import NoisytmError

if TYPE_CHECKING:
    from cyclopts import App

HELP = frozenset({"--help", "-h"})


def build_app(arguments: Sequence[str] = ()) -> App:
    """Return the command-line parser.

    Parameters
    ----------
    arguments : sequence of str
        The arguments that will be parsed. If they begin with a verb, the parser knows that verb only: to describe all
        of them takes longer than many a command. Only for the verb among them are the choices looked up, since a
        registry may import numpy.
    """
    verb = arguments[0] if arguments else ""
    app = _app_of([verb] if verb in VERBS else list(VERBS), arguments)
    if verb not in VERBS:
        app.command(with_choices(completion), name="completion")
    if not HELP.isdisjoint(arguments):
        _keep_legible(app)
    return app


def _app_of(verbs: Iterable[str], chosen: Collection[str]) -> App:
    """Return the parser of some verbs, and look up the choices of those that are chosen."""
    from cyclopts import App

    app = App(
        name="noisytm",
        help="Machines, noisy codes, and the exact learning coefficient of a code.",
        version=versions,
        version_format="plaintext",
        help_format="plaintext",
        exit_on_error=False,
        print_error=False,
        suppress_keyboard_interrupt=False,
        result_action="return_value",
    )
    for name in verbs:
        call = with_quiet(VERBS[name].call)
        app.command(with_choices(call) if name in chosen else call, name=name)
    return app


def _keep_legible(app: App) -> None:
    """Fold the help at a width that has room for words: what fills lines of no width never comes to an end."""
    columns = os.environ.get("COLUMNS", "")
    try:
        app.console = app.console
    except ValueError:  # of digits that make no number, such as those of exponents
        raise UsageError(f"COLUMNS in the environment is {shown(columns)}; it must be a number, or unset") from None
    app.console.width = terminal_columns()


def completion(shell: Literal["bash", "zsh", "fish"], /) -> None:
    """Print the script with which a shell completes commands, options and their values.

    For bash: noisytm completion bash > ~/.local/share/bash-completion/completions/noisytm. For zsh: a file _noisytm
    in a folder of $fpath. For fish: ~/.config/fish/completions/noisytm.fish.

    Parameters
    ----------
    shell
        The shell.
    """
    app = _app_of(VERBS, VERBS)
    app.command(with_choices(completion), name="completion")
    print(app.generate_completion(shell=shell))


def option_names(verb: str) -> list[str]:
    """Return the options of a verb, as they are written on the command line, in its order.

    Examples
    --------
    >>> option_names("encode")
    ['--final', '--json', '--quiet', '--help']
    """
    app = build_app([verb])[verb]
    names = [name for argument in app.assemble_argument_collection() for name in argument.names]
    return [*(name for name in names if name.startswith("--")), "--help"]


def what_is_wrong(error: Exception, arguments: list[str]) -> str:
    """Return what the parser, or a check of an argument, says; unknown names are answered with the nearest."""
    from cyclopts import exceptions

    if isinstance(error, exceptions.UnknownOptionError):
        return _unknown_option(error.token.keyword or error.token.value, arguments)
    if isinstance(error, UnknownOption):
        return _unknown_option(str(error), arguments)
    if isinstance(error, exceptions.UnknownCommandError):
        return _unknown_command((error.unused_tokens or arguments)[0], arguments)
    of = f"noisytm {_verb_of(arguments)}".strip()
    if isinstance(error, exceptions.MissingArgumentError) and error.argument is not None:
        name = error.argument.name
        return f"{name} {'needs a value' if name.startswith('-') else 'is missing'}; {of} --help says which"
    if isinstance(error, exceptions.RepeatArgumentError):
        return f"{error.token.keyword or error.token.value} is given twice; give it once"
    if isinstance(error, exceptions.CoercionError) and get_origin(error.target_type) is Literal and error.token:
        return _no_choice(error.token.keyword or "the argument", error.token.value, get_args(error.target_type))
    if isinstance(error, exceptions.UnusedCliTokensError) and error.unused_tokens:
        return f"{shown(error.unused_tokens[0])} is one argument too many for {of}; quote a text that has spaces"
    return str(error)


def _no_choice(name: str, value: str, names: tuple[str, ...]) -> str:
    from noisytm._checks import one_of

    try:
        return one_of(name, value, names)
    except NoisytmError as error:
        return str(error)


def _verb_of(arguments: list[str]) -> str:
    return next((argument for argument in arguments if argument in VERBS or argument == "completion"), "")


def _unknown_command(given: str, arguments: list[str]) -> str:
    if given.startswith("-"):
        return _unknown_option(given, arguments)
    meant = {name: name for name in (*VERBS, "completion")} | {"help": "noisytm --help", "version": "noisytm --version"}
    return f"there is no command {shown(given)}; noisytm --help lists them{did_you_mean(given, meant)}"


def _unknown_option(given: str, arguments: list[str]) -> str:
    name = given.partition("=")[0]
    verb = _verb_of(arguments) if _verb_of(arguments) in VERBS else ""
    known = option_names(verb) if verb else ["--help", "--version"]
    new = dict(VERBS[verb].renamed) if verb else {}
    near = did_you_mean(name, dict(zip(known, known, strict=True)) | new, "--")
    of = f"noisytm {verb}".strip()
    return f"{shown(name)} is no option of {of}; {of} --help lists them{near}"
