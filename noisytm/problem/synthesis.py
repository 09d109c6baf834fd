"""Synthesis problems: inputs, weights, steps, readout and accepted outcomes, and their YAML file."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import Any

from noisytm import _clock
from noisytm._checks import instance, instances, listed, step_count, string, strings, whole
from noisytm._json import load_record, save_record
from noisytm._summary import Described, Grid, Summary, count, html_of, number
from noisytm._text import shown
from noisytm.codespace import CodeSpace
from noisytm.errors import ProblemError
from noisytm.machine import DESCRIPTION, Description, Word, listed_from_json
from noisytm.problem.acceptance import REJECT, EncodedProblem, encoded_problem
from noisytm.problem.form import OF_MACHINE, PROBLEM, problem_entries, problem_key, require_entries
from noisytm.problem.inputs import (
    alphabets_of,
    checked_halting,
    checked_inputs,
    expanded_inputs,
    require_alphabets,
    same_on_the_tape,
    space_entries,
)
from noisytm.problem.outcomes import Accepted, checked_hamming, checked_targets, distance, out_of_reach
from noisytm.problem.readout import Outcome, Readout
from noisytm.problem.readouts import own_outcomes, readout_of
from noisytm.problem.weights import checked_weights

MAX_TARGETS_SHOWN = 4


@dataclass(frozen=True)
class SynthesisProblem(Described):
    """Inputs with weights, a step count, a readout, and for each input the outcomes that are accepted.

    Parameters
    ----------
    space : CodeSpace
        The noisy codes the problem is about.
    inputs : tuple of words
        Distinct words, each a tuple of symbols.
    steps : int
        Number of steps t ≥ 1 after which the machine is read.
    readout : Readout
        ``state``: the state after t steps. ``tape:K``: the K cells from the head rightwards. Or another of `READOUTS`;
        a text that says which will do, and is what it is equal to.
    targets : tuple of tuples of outcomes
        The accepted outcomes of each input, one or more: each is ``(state,)``, or the K symbols.
    weights : tuple of Fraction
        Positive, of sum 1.
    hamming : int
        For ``tape:K``: what differs from an accepted outcome in at most so many cells is accepted too.
    halting : tuple of str
        States that list nothing in any code of these symbols and states: what a search goes by. It is no part of `key`.

    Examples
    --------
    >>> from noisytm import SynthesisProblem, library, words
    >>> machine = library.machine("detectA")
    >>> problem = SynthesisProblem.of_machine(machine, inputs=words("AB", max_length=1), steps=3)
    >>> problem.targets
    ((('reject',),), (('accept',),), (('reject',),))
    """

    space: CodeSpace
    inputs: tuple[Word, ...]
    steps: int
    readout: Readout
    targets: tuple[Accepted, ...]
    weights: tuple[Fraction, ...]
    hamming: int = 0
    halting: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "readout", readout_of(self.readout))
        instance("space", self.space, CodeSpace)
        counts = [len(listed(name, getattr(self, name), ProblemError)) for name in ("inputs", "targets", "weights")]
        if len(set(counts)) != 1 or not counts[0]:
            raise ProblemError(
                "there are {} inputs, {} targets and {} weights; give one target and one weight for each input,"
                " or use SynthesisProblem.of_machine".format(*counts)
            )
        object.__setattr__(self, "steps", step_count(self.steps))
        object.__setattr__(self, "hamming", checked_hamming(self.hamming, self.readout))
        object.__setattr__(self, "halting", checked_halting(self.space, self.halting))

    @classmethod
    def of_machine(
        cls,
        machine: Description,
        inputs: Iterable[str | Sequence[str]],
        steps: int,
        readout: str = "state",
        targets: Any = "machine",
        weights: Any = "uniform",
        hamming: int = 0,
        keys: str = "exact",
    ) -> SynthesisProblem:
        """Build the problem that ``machine`` solves.

        Parameters
        ----------
        machine : TuringMachine or Description
            The machine whose code space the problem lives in, or the list of tuples.
        inputs : iterable of words
            Strings, or sequences of symbols.
        steps : int
            Number of steps, at least 1.
        readout : str
            ``state`` or ``tape:K``, or another of `READOUTS`.
        targets : "machine", mapping or sequence of pairs
            The machine's own outcomes, or word → outcome, or list of outcomes that are all accepted. For ``tape:K`` a
            list of K symbols is one outcome, any other list lists several. What the machine computes must be accepted.
        weights : "uniform" or sequence of numbers
            One positive number per input; they are divided by their sum, exactly.
        hamming : int
            For ``tape:K``, less than K: what differs from an outcome in at most so many cells is accepted too.
        keys : {"exact", "noisy"}
            Whether the keys of the listed tuples err as well; see `CodeSpace.of`.

        Raises
        ------
        ProblemError
            If a rule above is broken, or what the machine computes is not accepted; the message then names
            the word and the outcomes.
        MachineError
            If an input is not a word of the machine.
        BudgetError
            If there are more than 100 000 000 steps.
        """
        instances(machine=(machine, Description), inputs=(inputs, object))
        wanted = None if isinstance(targets, str) and targets == "machine" else targets
        if isinstance(wanted, str):
            raise ProblemError(f"targets is {shown(targets)}; it must be 'machine' or a mapping word → outcome")
        space = CodeSpace.of(machine, keys)
        problem = cls._asked(machine, space, wanted, inputs, steps, readout, weights, hamming)
        problem._require_outcomes(own_outcomes(machine.machine(), problem.inputs, problem.steps, problem.readout))
        return problem

    @classmethod
    def of_space(
        cls,
        space: Any,
        inputs: Iterable[str | Sequence[str]],
        steps: int,
        readout: str = "state",
        *,
        targets: Any,
        weights: Any = "uniform",
        hamming: int = 0,
    ) -> SynthesisProblem:
        """Build a problem that names no machine: what is wanted is given, and codes are full tables.

        Parameters
        ----------
        space : mapping
            ``symbols`` and ``states``, lists of names; ``blank`` and ``start``, by default the first of them;
            ``halting``, states that have no tuples, by default none.
        inputs, steps, readout, weights, hamming
            As of `of_machine`.
        targets : mapping or sequence of pairs
            Word → outcome, or list of outcomes that are all accepted.

        Raises
        ------
        ProblemError, MachineError
            If a rule is broken.

        Examples
        --------
        >>> space = {"symbols": "_1", "states": ["even", "odd"]}
        >>> len(SynthesisProblem.of_space(space, ["", "1"], 2, targets={"": "even", "1": "odd"}).space.keys)
        4
        """
        idle, codes = alphabets_of(space)
        if targets is None or isinstance(targets, str):
            raise ProblemError(
                f"targets is {shown(targets)}, and no machine is named; give a mapping word → outcome, or a machine"
            )
        return cls._asked(idle, codes, targets, inputs, steps, readout, weights, hamming)

    @classmethod
    def _asked(cls, of: Description, space: CodeSpace, targets: Any, inputs: Any, *asked: Any) -> SynthesisProblem:
        """Build a problem; ``asked``: steps, readout, weights, radius; ``None`` for targets: the machine's own."""
        steps, readout, weights, hamming = asked
        words_, steps, read = checked_inputs(of, inputs), step_count(steps), readout_of(readout)
        radius, shares = checked_hamming(hamming, read), checked_weights(weights, of, words_)
        if targets is None:
            accepted: tuple[Accepted, ...] = tuple((own,) for own in own_outcomes(of.machine(), words_, steps, read))
        else:
            accepted = checked_targets(of, words_, read, targets)
        return cls(space, words_, steps, read, accepted, shares, radius, of.halting)

    def _summary(self) -> Summary:
        listed = zip(self.inputs, self.targets, self.weights, strict=True)
        rows = ((shown(self._word(word)), self._listed(accepted), number(q)) for word, accepted, q in listed)
        return Summary(
            f"{count(len(self.inputs), 'input')}, {count(self.steps, 'step')}, reads {self.readout};"
            f" {count(len(self.space.symbols), 'symbol')}, {count(len(self.space.states), 'state')}",
            {"dimension": f"{self.space.dimension:,}", "hamming": self.hamming},
            Grid(("input", "accepted", "weight"), rows, len(self.inputs), "inputs"),
            result=False,
        )

    def _repr_html_(self) -> str:
        summary = self._summary()
        told = {"probably a mistake": "; ".join(self.mistakes)} if self.mistakes else {}
        return html_of(type(self).__name__, replace(summary, facts={**summary.facts, **told}))

    @cached_property
    def encoded(self) -> EncodedProblem:
        """The problem as arrays of indices."""
        return encoded_problem(self)

    @cached_property
    def _numbers(self) -> tuple[dict[str, int], ...]:
        return tuple({x: i for i, x in enumerate(names)} for names in self.readout.alphabets(self.space))

    def indices(self, outcome: Outcome) -> tuple[int, ...]:
        """Return the index of each state or symbol of an outcome."""
        given, numbers = strings("the parts of an outcome", outcome, ProblemError), self._numbers
        if len(given) != len(numbers) or not all(x in known for x, known in zip(given, numbers, strict=True)):
            raise ProblemError(f"outcome is {shown(outcome)}; the readout {self.readout} has no such outcome")
        return tuple(known[x] for x, known in zip(given, numbers, strict=True))

    def accepts(self, index: int, outcome: Outcome) -> bool:
        """Return whether ``outcome``, such as ``(state,)`` or K symbols, is accepted on input number ``index``."""
        place, given = self._place(index), strings("the parts of an outcome", outcome, ProblemError)
        if self.hamming == 0:
            return given in self.targets[place]
        wide = len(given) == len(self.readout.places)
        return wide and any(distance(given, wanted) <= self.hamming for wanted in self.targets[place])

    def sole_outcome(self, index: int) -> Outcome | None:
        """Return the outcome that is accepted on input number ``index``, or ``None`` if it is not the only one."""
        accepted = set(self.targets[self._place(index)])
        alone = self.hamming == 0 or all(len(names) == 1 for names in self.readout.alphabets(self.space))
        return accepted.pop() if len(accepted) == 1 and alone else None

    def accepts_everything(self, index: int) -> bool:
        """Return whether no outcome is rejected on input number ``index``: then f_x = 0 whatever the code."""
        automata = self.encoded.acceptance
        first, *_, end = automata.layers[automata.of_input[self._place(index)]]
        return bool((automata.nodes[first:end] != REJECT).all())

    @cached_property
    def mistakes(self) -> tuple[str, ...]:
        """What is allowed and probably not meant, a line for each: equal inputs, accepted outcomes out of reach.

        Looked at when asked for; the command, and `read_problem`, tell it as a `ProbableMistake`.

        Examples
        --------
        >>> from noisytm import SynthesisProblem, library
        >>> SynthesisProblem.of_machine(library.machine("detectA"), ["A", "A_"], 3).mistakes[0][:60]
        "the inputs 'A' and 'A_' are the same on the tape, where blan"
        """
        found = same_on_the_tape(self.space, self.inputs)
        if not self.hamming and not self.space.noisy_keys:  # any key may come to be listed
            found += out_of_reach(self.space, self.inputs, self.steps, self.readout, self.targets)
        return tuple(found)

    def _place(self, index: int) -> int:
        return whole("index", index, 0, len(self.inputs) - 1)

    def require_exact_keys(self, what: str) -> None:
        """Raise `ProblemError` if the problem is about lists whose keys err or are repeated; ``what`` is not for these.

        Examples
        --------
        >>> from noisytm import SynthesisProblem, library
        >>> machine = library.machine("detectA")
        >>> SynthesisProblem.of_machine(machine, ["A"], 2, keys="noisy").require_exact_keys("an atlas")
        Traceback (most recent call last):
        noisytm.errors.ProblemError: noisy keys: an atlas is not available; use exact keys, with no key listed twice
        """
        if string("what", what) and self.space.by_number:
            kind = "noisy keys" if self.space.noisy_keys else "repeated tuples"
            raise ProblemError(f"{kind}: {what} is not available; use exact keys, with no key listed twice")

    def require_solved_by(self, machine: Description) -> None:
        """Raise `ProblemError` unless what ``machine`` computes is accepted on every input."""
        self.space.require(machine)
        self._require_outcomes(own_outcomes(machine.machine(), self.inputs, self.steps, self.readout))

    def _require_outcomes(self, own: Sequence[Outcome]) -> None:
        for i, (word, mine) in enumerate(zip(self.inputs, own, strict=True)):
            _clock.tick()
            if not self.accepts(i, mine):
                listed = self._listed(self.targets[i])
                near = f" up to Hamming distance {self.hamming}" if self.hamming else ""
                raise ProblemError(
                    f"on {shown(self._word(word))} after {self.steps} steps the machine gives"
                    f" {shown(self._outcome(mine))}, but the target is {listed}{near};"
                    " correct the target, or the number of steps"
                )

    def _word(self, word: Word) -> str | list[str]:
        single = all(len(s) == 1 for s in self.space.symbols)
        return "".join(word) if single else list(word)

    def _outcome(self, outcome: Outcome) -> str | list[str]:
        return self.readout.written(outcome, self.space)

    def _listed(self, accepted: Accepted) -> str:
        """Return the first accepted outcomes for a message."""
        more = " or …" if len(accepted) > MAX_TARGETS_SHOWN else ""
        return " or ".join(shown(self._outcome(y)) for y in accepted[:MAX_TARGETS_SHOWN]) + more

    def _outcomes(self, accepted: Accepted) -> str | list[Any]:
        texts: list[Any] = [self._outcome(y) for y in accepted]
        return texts if len(texts) > 1 else texts[0]

    @cached_property
    def key(self) -> str:
        """SHA-256, as 64 hexadecimal digits, of the problem without a machine: what makes it the same problem.

        The text is the compact JSON in UTF-8 of `to_json` with ``space`` (symbols, blank, states, start, and the keys
        (symbol, state) of the listed tuples) in the place of ``machine``: all codes of one space have the same problem.
        """
        return problem_key(self.space, self._entries())

    def to_json(self, machine: Description | None = None) -> dict[str, Any]:
        """Return the problem, with ``machine`` inline, in the form of the problem file; nothing is left implicit.

        Without a machine its symbols and states are there instead, as ``space``: all full tables over them.

        ``targets`` is a mapping word → outcome or list of outcomes, or a list of pairs if some symbol is longer than
        a character.
        """
        if machine is None and self.space.by_number:
            raise ProblemError("the problem is about lists of tuples, which its file names; give the description")
        if machine is None:
            return {"noisytm": PROBLEM.tag, "space": space_entries(self.space, self.halting), **self._entries()}
        instance("machine", machine, Description)
        keys = {"keys": "noisy"} if self.space.noisy_keys else {}
        tag = PROBLEM.tag if keys or machine.kind is DESCRIPTION else OF_MACHINE
        return {"noisytm": tag, "machine": machine.to_json(), **keys, **self._entries()}

    @classmethod
    def from_json(cls, record: Any) -> SynthesisProblem:
        """Build the problem from what `to_json` returned; its machine, if it names one, must solve it.

        Raises
        ------
        FormatError, ProblemError, MachineError
            If the object has not the form of a problem, or is none.
        """
        PROBLEM.number_of(record)
        entries = {name: value for name, value in record.items() if name != "machine"}
        machine = listed_from_json(record["machine"]) if "machine" in record else None
        return problem_from_mapping(entries, machine)

    def save(self, path: str | os.PathLike[str], machine: Description | None = None) -> None:
        """Write the problem, as `to_json` gives it, to a file that ends in ``.json`` or ``.json.gz``."""
        save_record(self.to_json(machine), path)

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> SynthesisProblem:
        """Read what `save` wrote."""
        return cls.from_json(load_record(path, PROBLEM.what))

    def _entries(self) -> dict[str, Any]:
        return problem_entries(self)


def problem_from_mapping(record: Any, machine: Description | None) -> SynthesisProblem:
    """Build a problem from the entries of a problem file; its ``machine`` entry must be resolved already.

    A file may have ``space`` in the place of a machine; a machine that is given must be over these symbols and states.

    Raises
    ------
    ProblemError
        If an entry is missing, unknown, or breaks a rule.

    Examples
    --------
    >>> from noisytm import library
    >>> entries = {"inputs": {"letters": "AB", "max_length": 2}, "steps": 10}
    >>> len(problem_from_mapping(entries, library.machine("detectA")).inputs)
    7
    """
    require_entries(record, machine is None)
    asked = {name: record[name] for name in ("readout", "weights", "hamming", "targets", "keys") if name in record}
    asked |= {"inputs": expanded_inputs(record["inputs"]), "steps": record["steps"]}
    if machine is None and "keys" in asked:
        raise ProblemError(f"keys is {shown(asked['keys'])}, and no machine is named whose keys these are; name it")
    if machine is None:
        return SynthesisProblem.of_space(record["space"], **asked)
    if "space" in record:
        require_alphabets(machine, record["space"])
    return SynthesisProblem.of_machine(machine, **asked)
