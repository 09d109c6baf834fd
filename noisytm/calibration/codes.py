"""Which codes the answer key has: their machines and problems, nothing of the answers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from noisytm import library
from noisytm._summary import Described
from noisytm._transitions import TransitionTuple
from noisytm.machine import Description, TuringMachine
from noisytm.problem import SynthesisProblem
from noisytm.word import words


@dataclass(frozen=True)
class AskedCode(Described):
    """A code whose answers are to be in the key.

    Parameters
    ----------
    name, about : str
        What it is called, and a line on why it is there.
    machine : TuringMachine or Description
        The code.
    inputs : tuple of words
        The inputs of its problem; the answers are its own.
    steps : int
        After how many steps the state is read.
    semantics, loss : str
        As in `learning_coefficient`.
    keys : {"exact", "noisy"}
        Whether the keys of the tuples err.
    layers : int
        Of how many weights the amplitude of a wrong value is the product.
    """

    name: str
    about: str
    machine: Description
    inputs: tuple[str, ...]
    steps: int
    semantics: str = "pseudo-utm"
    loss: str = "log"
    keys: str = "exact"
    layers: int = 1

    @cached_property
    def problem(self) -> SynthesisProblem:
        """The problem."""
        return SynthesisProblem.of_machine(self.machine, self.inputs, self.steps, keys=self.keys)

    @property
    def chart(self) -> str:
        """The chart of λ and m: probabilities are squares of products of so many weights."""
        return chart_of(self.layers)


def chart_of(layers: int) -> str:
    """Return the chart in which probabilities are squares of products of so many weights.

    Examples
    --------
    >>> chart_of(1), chart_of(3)
    ('sphere', 'product:2*2*2')
    """
    return "sphere" if layers == 1 else "product:" + "*".join(["2"] * layers)


def _halting(rows: Iterable[Sequence[str]], symbols: str, states: str) -> TuringMachine:
    tuples = tuple(TransitionTuple._make((*row, "S")) for row in rows)
    return TuringMachine(tuple(symbols), "_", (*states, "H"), "0", tuples, halting=("H",))


def asked_codes() -> tuple[AskedCode, ...]:
    """Return the codes of the key, in its order."""
    one = _halting(["_0_H"], "_", "0")
    two = _halting(["_0_H", "_1_H"], "_", "01")
    writer = _halting(["_0AH", "A0AH"], "_A", "0")
    once = (TransitionTuple("_", "0", "_", "1", "S"),)
    lists = [Description(("_",), "_", ("0", "1"), "0", once * k) for k in (1, 2)]
    detect, acting = library.machine("detectA"), _acting(library.machine("detectA"))
    letters, ones = tuple("".join(w) for w in words("AB", 2)), tuple("".join(w) for w in words("1", 3))
    mean_field = "mean-field"
    return (
        AskedCode("halt", "one error that is fatal alone", one, ("",), 1),
        AskedCode("halt-twice", "two tries: the same error twice", one, ("",), 2, mean_field),
        AskedCode("halt-brier", "one fatal error, squared by the loss", one, ("",), 1, mean_field, "brier"),
        AskedCode("two", "two errors that are fatal alone", two, ("",), 1, mean_field),
        AskedCode("two-twice", "pairs of errors, m = 1", two, ("",), 2, mean_field),
        AskedCode("two-thrice", "triples of errors", two, ("",), 3, mean_field),
        AskedCode("two-four", "quadruples of errors", two, ("",), 4, mean_field),
        AskedCode("writer", "an error twice, or with another", writer, ("",), 2, mean_field),
        AskedCode("writer-inputs", "an error on each of two inputs", writer, ("", "A"), 1, mean_field),
        AskedCode("halt-2", "products of two weights", one, ("",), 1, layers=2),
        AskedCode("two-2", "two products of two weights", two, ("",), 1, mean_field, layers=2),
        AskedCode("writer-2", "products of two weights, and pairs of errors", writer, ("",), 2, mean_field, layers=2),
        AskedCode("two-3", "two products of three weights", two, ("",), 1, mean_field, layers=3),
        AskedCode("noisy", "a tuple whose key errs", lists[0], ("",), 3, keys="noisy"),
        AskedCode("noisy-twice", "the same tuple listed twice", lists[1], ("",), 3, keys="noisy"),
        AskedCode("acting", "the two tuples of detectA that act", acting, letters, 4),
        AskedCode("acting-three", "the same, three steps", acting, ("", "A", "B"), 3),
        AskedCode("parity", "twelve errors that are fatal alone", library.machine("parity"), ones, 4),
        AskedCode("detectA", "a full table, 18 coordinates in a fractional optimum", detect, letters, 4),
        AskedCode("bb3", "four states, six tuples", library.machine("bb3"), ("",), 3, mean_field),
    )


def _acting(machine: TuringMachine) -> TuringMachine:
    kept = tuple(t for t in machine.tuples if t.state == machine.start and t.read != machine.blank)
    return TuringMachine(machine.symbols, machine.blank, machine.states, machine.start, kept)
