"""``noisytm bound``: the exact learning coefficient of a machine's code, with bounds and a certificate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import Parameter

from noisytm.cli import UsageError, announce_compiling
from noisytm.cli._arguments import Source, Text, Whole

if TYPE_CHECKING:
    from fractions import Fraction

    from noisytm.machine import TuringMachine
    from noisytm.problem import SynthesisProblem


def bound(
    machine: Source | None = None,
    /,
    *,
    inputs: Text | None = None,
    max_length: Whole | None = None,
    words: Text | None = None,
    steps: Whole | None = None,
    readout: str | None = None,
    problem: Text | None = None,
    semantics: Literal["pseudo-utm", "mean-field"] = "pseudo-utm",
    loss: Literal["log", "brier"] = "log",
    chart: Literal["simplex"] = "simplex",
    prior_concentration: Text = "1",
    json: Annotated[bool, Parameter(negative="")] = False,
) -> None:
    """Compute which code bits a machine uses, the bounds by counting, and the exact learning coefficient.

    Most library machines carry a default problem; an option given here replaces just that part of it.

    Parameters
    ----------
    machine
        A path, else the name of a library machine, else machine text; - reads standard input. May be left out
        if the problem file names it.
    inputs
        Letters: the inputs are all words over them, with --max-length.
    max_length
        Length of the longest of these words.
    words
        The inputs one by one, separated by commas; an empty item is the empty word.
    steps
        Number of steps after which the machine is read.
    readout
        state, or tape:K for the K cells from the head rightwards.
    problem
        A problem file (YAML or JSON), instead of the options above.
    semantics
        How the step is relaxed.
    loss
        log or brier.
    chart
        Coordinates of code space.
    prior_concentration
        Dirichlet concentration of the prior on every distribution, a number or a fraction.
    json
        Print everything, with the certificate, as JSON: the input of noisytm verify.
    """
    from json import dumps

    from noisytm.degeneracy import learning_coefficient
    from noisytm.degeneracy.report import describe

    announce_compiling()
    given = {"inputs": inputs, "max_length": max_length, "words": words, "steps": steps, "readout": readout}
    given = {name: value for name, value in given.items() if value is not None}
    target, asked = _from_file(machine, problem, given) if problem is not None else _from_options(machine, given)
    result = learning_coefficient(
        asked, target, semantics=semantics, loss=loss, chart=chart,
        prior_concentration=_concentration(prior_concentration), progress=True,
    )  # fmt: skip
    print(dumps(result.to_json(), ensure_ascii=False) if json else describe(result))


def _concentration(text: str) -> Fraction:
    from noisytm.degeneracy.counting import checked_concentration
    from noisytm.errors import ProblemError

    try:
        return checked_concentration(text)
    except ProblemError as error:
        raise UsageError(str(error)) from None


def _from_file(machine: str | None, path: str, given: dict[str, Any]) -> tuple[TuringMachine, SynthesisProblem]:
    from noisytm.locate import load_machine, read_problem

    if machine == path == "-":
        raise UsageError("the machine and the problem cannot both come from standard input; give a file for one")
    if given:
        options = ", ".join(f"--{name.replace('_', '-')}" for name in given)
        raise UsageError(f"--problem replaces {options}; give one or the other")
    return read_problem(path, None if machine is None else load_machine(machine))


def _from_options(machine: str | None, given: dict[str, Any]) -> tuple[TuringMachine, SynthesisProblem]:
    from noisytm import library
    from noisytm.locate import load_machine
    from noisytm.problem import problem_from_mapping

    if machine is None:
        raise UsageError("give a machine: a path, a library name, machine text, or - for standard input")
    target = load_machine(machine)
    default = next((e.problem for e in map(library.entry, library.names()) if e.machine == target), None)
    entries = dict(default or {})
    if {"inputs", "max_length", "words"} & set(given):
        entries["inputs"] = _inputs(entries.get("inputs"), given)
        entries.pop("weights", None)
    entries |= {name: given[name] for name in ("steps", "readout") if name in given}
    if given:
        entries["targets"] = "machine"
    missing = [f"--{name}" for name in ("inputs", "steps") if name not in entries]
    if missing:
        wanted = " and ".join(missing).replace("--inputs", "--inputs with --max-length (or --words)")
        raise UsageError(f"{machine!r} has no default problem; add {wanted}, or give --problem")
    return target, problem_from_mapping(entries, target)


def _inputs(default: Any, given: dict[str, Any]) -> Any:
    if "words" in given:
        if "inputs" in given or "max_length" in given:
            raise UsageError("--words and --inputs with --max-length exclude each other; give one of them")
        return [word.strip() for word in given["words"].split(",")]
    inputs = dict(default) if isinstance(default, dict) else {}
    if "inputs" in given:
        inputs["letters"] = given["inputs"]
    if "max_length" in given:
        inputs["max_length"] = given["max_length"]
    missing = [
        option for name, option in (("letters", "--inputs"), ("max_length", "--max-length")) if name not in inputs
    ]
    if missing:
        raise UsageError(f"the inputs are incomplete; add {' and '.join(missing)}")
    return inputs
