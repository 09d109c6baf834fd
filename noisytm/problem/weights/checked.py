"""Weights as exact shares of sum 1."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from noisytm._checks import listed
from noisytm._fractions import exact_fraction
from noisytm._text import shown
from noisytm.errors import ProblemError
from noisytm.machine import Description, Word
from noisytm.problem.weights.files import Counts

MAX_WEIGHT_BITS = 10_000


def checked_weights(weights: Any, machine: Description, inputs: Sequence[Word]) -> tuple[Fraction, ...]:
    """Return the weights of some inputs as fractions of sum 1.

    Parameters
    ----------
    weights : "uniform", sequence of numbers, or Counts
        One positive number for each input, in their order or as a file has them, which names every input once, and
        nothing else.
    machine : TuringMachine
        Its symbols are those of the words.
    inputs : sequence of words
        The inputs.

    Raises
    ------
    ProblemError
        If a rule is broken.

    Examples
    --------
    >>> from noisytm import library
    >>> checked_weights(["1/2", 1], library.machine("detectA"), [("A",), ("B",)])
    (Fraction(1, 3), Fraction(2, 3))
    """
    count = len(inputs)
    if isinstance(weights, str):
        if weights != "uniform":
            raise ProblemError(
                f"weights is {shown(weights)}; it must be 'uniform' or one number per input; only a problem file can"
                " name a file of counts"
            )
        return (Fraction(1, count),) * count
    if isinstance(weights, Counts):
        weights = _by_input(weights, machine, inputs)
    if not isinstance(weights, (Mapping, Sequence)) and isinstance(weights, Iterable):
        weights = listed("weights", weights, ProblemError)
    if not isinstance(weights, Sequence) or len(weights) != count:
        raise ProblemError(f"weights is {shown(weights)}; give one positive number for each of the {count} inputs")
    exact = [_exact(weight) for weight in weights]
    total = sum(exact, Fraction(0))
    shares = tuple(x / total for x in exact)
    if any(x.denominator.bit_length() > MAX_WEIGHT_BITS for x in shares):
        raise ProblemError("the weights have too many digits to be divided by their sum exactly; round them")
    return shares


def _exact(weight: Any) -> Fraction:
    try:
        value = exact_fraction(weight)
    except ValueError:
        raise ProblemError(f"weight {shown(weight)} is not a finite number") from None
    if value <= 0:
        raise ProblemError(f"weight {shown(weight)} is not positive; leave the input out instead")
    return value


def _by_input(counts: Counts, machine: Description, inputs: Sequence[Word]) -> list[Any]:
    """Return what a file says of each input, in the order of the inputs."""
    found: dict[Word, Any] = {}
    known = set(inputs)
    for given, count in counts.of_input.items():
        word = machine.word(given)
        if word not in known:
            raise ProblemError(
                f"{counts.where} has {shown(given)}, which is not among the inputs; add it there, or drop it"
            )
        found[word] = count
    for word in inputs:
        if word not in found:
            raise ProblemError(
                f"{counts.where} lacks the input {shown(machine.word_text(word))}; give its count, or leave it out of"
                " the inputs: what never occurs is not asked"
            )
    return [found[word] for word in inputs]
