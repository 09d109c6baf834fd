"""The machine and the problem that the options of several verbs ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from noisytm._clock import at_least
from noisytm.cli import UsageError

if TYPE_CHECKING:
    from noisytm.machine import Description, Word
    from noisytm.problem import SynthesisProblem

# What is asked is read however little time there is: what is certain of it could not be printed otherwise.
SECONDS_TO_READ = 1.0


def machine_and_problem(
    machine: str | None, problem: str | None, options: dict[str, Any], final: str | None = None, keys: str | None = None
) -> tuple[Description, SynthesisProblem]:
    """Return what a machine argument, ``--problem`` and the options of a problem, ``None`` if not given, stand for.

    The machine is a `Description` where its file is one. ``keys`` says whether keys err, whatever a problem file says.

    ``final`` says what final states with rules are in the file of the machine.

    Raises
    ------
    UsageError
        If they do not say what the problem is.
    NoisytmError
        If what they say is not a machine, or not a problem that it solves.
    """
    given = {name: value for name, value in options.items() if value is not None}
    with at_least(SECONDS_TO_READ):
        if problem is not None:
            return _from_file(machine, problem, given, final, keys)
        return _from_options(machine, given, final, keys)


def asked_problem(
    target: str | None, problem: str | None, options: dict[str, Any], final: str | None = None, keys: str | None = None
) -> tuple[Description | None, SynthesisProblem]:
    """Return what `machine_and_problem` does where the first argument may be a problem too, and need no machine.

    Raises
    ------
    UsageError
        If the arguments do not say what the problem is.
    NoisytmError
        If what they say is not a machine, or not a problem that it solves.
    """
    given = {name: value for name, value in options.items() if value is not None}
    with at_least(SECONDS_TO_READ):
        return _asked(target, problem, given, final, keys)


def require_keys(problem: SynthesisProblem, semantics: str, chart: str) -> None:
    """Refuse, as `UsageError`, a semantics or a chart in which keys cannot err."""
    from noisytm.errors import ProblemError
    from noisytm.geometry import CHARTS
    from noisytm.relaxation.semantics import checked_semantics

    if not problem.space.noisy_keys:
        return
    try:
        checked_semantics(semantics).require(problem)
    except ProblemError as error:
        raise UsageError(str(error)) from None
    if not CHARTS.named(chart).by_number:
        raise UsageError(f"noisy keys: the {chart} chart is not available; use another, such as simplex")


def _asked(
    target: str | None, problem: str | None, given: dict[str, Any], final: str | None, keys: str | None
) -> tuple[Description | None, SynthesisProblem]:
    from noisytm._text import shown
    from noisytm.problem import load_asked, load_listed, read_asked

    if problem is not None:
        _require_alone(target, problem, given, final)
        return read_asked(problem, None if target is None else load_listed(target, final=final), keys)
    if target is None:
        raise UsageError("give a problem file or a machine: a path, a library name, machine text, or - for stdin")
    machine, asked = load_asked(target, final=final, keys=keys)
    if asked is None:
        assert machine is not None
        return _from_machine(target, machine, given, keys)
    if given:
        raise UsageError(f"{shown(target)} is a problem; it replaces {_names(given)}; leave them out")
    return machine, asked


def _require_alone(machine: str | None, path: str, given: dict[str, Any], final: str | None) -> None:
    """Refuse what a problem file replaces."""
    if machine == path == "-":
        raise UsageError("the machine and the problem cannot both come from standard input; give a file for one")
    if given:
        raise UsageError(f"--problem replaces {_names(given)}; give one or the other")
    if final is not None and machine is None:
        raise UsageError("--final is for the file of a machine, and here the problem file names the machine; give it")


def _names(given: dict[str, Any]) -> str:
    return ", ".join(f"--{name.replace('_', '-')}" for name in given)


def _from_file(
    machine: str | None, path: str, given: dict[str, Any], final: str | None, keys: str | None
) -> tuple[Description, SynthesisProblem]:
    from noisytm.problem import load_listed, read_problem

    _require_alone(machine, path, given, final)
    return read_problem(path, None if machine is None else load_listed(machine, final=final), keys)


def _from_options(
    machine: str | None, given: dict[str, Any], final: str | None, keys: str | None
) -> tuple[Description, SynthesisProblem]:
    from noisytm.problem import load_listed

    if machine is None:
        raise UsageError("give a machine: a path, a library name, machine text, or - for standard input")
    return _from_machine(machine, load_listed(machine, final=final), given, keys)


def _from_machine(
    machine: str, target: Description, given: dict[str, Any], keys: str | None = None
) -> tuple[Description, SynthesisProblem]:
    """Return a machine that an argument names, and the problem of its options."""
    from noisytm import library
    from noisytm._text import shown
    from noisytm.problem import problem_from_mapping, tell_mistakes, tell_unfinished

    default = next((e.problem for e in map(library.entry, library.names()) if e.machine == target), None)
    entries = dict(default or {})
    if {"inputs", "max_length", "words"} & set(given):
        entries["inputs"] = _inputs(target, entries.get("inputs"), given)
        entries.pop("weights", None)
    entries |= {name: given[name] for name in ("steps", "readout") if name in given}
    if set(given) - {"steps"}:  # what other words, or another readout, should give only the machine can say
        entries["targets"] = "machine"
        entries.pop("hamming", None)
    missing = [f"--{name}" for name in ("inputs", "steps") if name not in entries]
    if missing:
        wanted = " and ".join(missing).replace("--inputs", "--inputs with --max-length (or --words)")
        raise UsageError(f"{shown(machine)} has no default problem; add {wanted}, or give --problem")
    problem = problem_from_mapping(entries | ({} if keys is None else {"keys": keys}), target)
    tell_mistakes(problem)
    if "steps" in given and default is not None and entries.get("targets", "machine") == "machine":
        tell_unfinished(problem, target.machine(), default["steps"])
    return target, problem


def _inputs(machine: Description, default: Any, given: dict[str, Any]) -> Any:
    if "words" in given:
        if "inputs" in given or "max_length" in given:
            raise UsageError("--words and --inputs with --max-length exclude each other; give one of them")
        return [word_of(machine, _trimmed(machine, word)) for word in given["words"].split(",")]
    inputs = dict(default) if isinstance(default, dict) else {}
    if "inputs" in given:
        inputs["letters"] = given["inputs"] if machine.single_characters else _symbols(machine, given["inputs"])
    if "max_length" in given:
        inputs["max_length"] = given["max_length"]
    missing = [
        option for name, option in (("letters", "--inputs"), ("max_length", "--max-length")) if name not in inputs
    ]
    if missing:
        raise UsageError(f"the inputs are incomplete; add {' and '.join(missing)}")
    return inputs


def word_of(machine: Description, text: str) -> Word:
    """Return the word that a command line argument stands for.

    Raises
    ------
    MachineError
        If it is not a word of the machine.

    Examples
    --------
    >>> from noisytm import TuringMachine
    >>> long = TuringMachine(["_", "one"], "_", ["go"], "go", [])
    >>> word_of(long, "one, _, one"), word_of(long, "one _")
    (('one', '_', 'one'), ('one', '_'))
    """
    return machine.word(text if machine.single_characters else _symbols(machine, text))


def _symbols(machine: Description, text: str) -> list[str]:
    """Return the symbols that a text lists, where some are longer than a character: between commas, else spaces."""
    if "," in text:
        return [symbol.strip() for symbol in text.split(",")]
    return [text] if text in machine.symbols else text.split()


def _trimmed(machine: Description, word: str) -> str:
    """Return one of several words without the spaces around it, unless they are symbols."""
    return word if " " in machine.symbols else word.strip()
