"""The result of an enumeration: counts, champions, weights, and the machines themselves on demand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

import numpy as np

from noisytm._checks import one_of
from noisytm._records import Kind, provenance
from noisytm._summary import Grid, Summary, count, grouped
from noisytm._timed import Timed
from noisytm._version import __version__
from noisytm.enumeration.options import EnumerationOptions
from noisytm.enumeration.recognisers import HALTED, HOLDOUT, UNFILLED
from noisytm.enumeration.record import ENUMERATION
from noisytm.enumeration.tally import Champions, Tally
from noisytm.enumeration.tree import listed_texts, multiplicity, root_table, text_of, weight_of_table
from noisytm.errors import FormatError, MachineError
from noisytm.formats import parse
from noisytm.machine import TuringMachine


@dataclass(frozen=True, eq=False)
class Enumeration(Timed):
    """What `enumerate_machines` found.

    Parameters
    ----------
    options : EnumerationOptions
        What was enumerated.
    tally : Tally
        The counts and the champions as the search collects them.
    version : str
        The version of noisytm that counted.
    complete : bool
        Whether the whole tree was gone through; if not, this is what was counted so far.
    """

    options: EnumerationOptions
    tally: Tally
    version: str = __version__
    complete: bool = True
    kind: ClassVar[Kind] = ENUMERATION

    def _summary(self) -> Summary:
        size = f"{count(self.options.states, 'state')} and {count(self.options.symbols, 'symbol')}"
        open_ = f"; {grouped(self.holdouts)} undecided" if self.holdouts else ", none undecided"
        return Summary(
            f"{grouped(self.machines)} machines of {size}, {grouped(self.halting)} halting{open_};"
            f" most steps {grouped(self.steps)}, highest score {grouped(self.score)},"
            f" within {count(self.options.max_steps, 'step')}",
            {"root": self.options.root},
            Grid(("class", "machines"), self.counts.items(), len(self.counts), "classes"),
        )

    @cached_property
    def counts(self) -> Mapping[str, int]:
        """Number of machines by class: ``halted``, those that a recogniser proves never to halt, ``holdout``."""
        totals = self.tally.counts.sum(axis=(1, 2, 3))
        return {name: int(n) for name, n in zip(self.options.classes, totals, strict=True)}

    @property
    def machines(self) -> int:
        """Number of machines in the tree."""
        return sum(self.counts.values())

    @property
    def halting(self) -> int:
        """Number of machines that halt within the step limit."""
        return self.counts[HALTED]

    @property
    def holdouts(self) -> int:
        """Number of machines that neither halted nor were recognised within the step limit."""
        return self.counts[HOLDOUT]

    @property
    def steps(self) -> int:
        """Most steps of a machine that halts; the busy-beaver number S if there are no holdouts."""
        return self.tally.longest.value

    @property
    def score(self) -> int:
        """Highest score (cells that are not blank) of a machine that halts: Σ if there are no holdouts."""
        return self.tally.highest.value

    @property
    def longest(self) -> tuple[TuringMachine, ...]:
        """The machines that make the most steps, the first 64 of them."""
        return self._machines(self.tally.longest)

    @property
    def highest(self) -> tuple[TuringMachine, ...]:
        """The machines with the highest score, the first 64 of them."""
        return self._machines(self.tally.highest)

    @cached_property
    def weights(self) -> Mapping[str, int]:
        """How many complete tables each class stands for; ``unfilled`` are those below a last cell left undefined.

        A complete table has one of 2·S·(Q + 1) entries in each cell, halting ones included. The sum of the weights
        is `weight_of_root`, whatever the size. That of ``halted`` is the number of complete tables that halt.

        Examples
        --------
        >>> from noisytm import enumerate_machines
        >>> result = enumerate_machines(2, 2)
        >>> result.weights["halted"], sum(result.weights.values()) == result.weight_of_root == 12**4
        (9784, True)
        """
        classes = self.options.classes
        found = dict.fromkeys([*classes, UNFILLED], 0)
        base = self.options.entries
        halting_entries = 2 * self.options.symbols
        for kind, undefined, state, symbol in np.argwhere(self.tally.counts).tolist():
            number = int(self.tally.counts[kind, undefined, state, symbol])
            number *= multiplicity(self.options, undefined, state, symbol)
            if classes[kind] != HALTED:
                found[classes[kind]] += number * base**undefined
                continue
            found[HALTED] += number * halting_entries * base ** (undefined - 1)
            if undefined == 1 and not self.options.complete:
                found[UNFILLED] += number * (base - halting_entries)
        return found

    @property
    def weight_of_root(self) -> int:
        """How many complete tables the root stands for: (2·S·(Q + 1))^(Q·S) for the empty one."""
        return weight_of_table(self.options, root_table(self.options))

    def _machines(self, champions: Champions) -> tuple[TuringMachine, ...]:
        return tuple(parse(text_of(self.options, table), "bbchallenge") for table in champions.first)

    def texts(self, kind: str) -> Iterator[str]:
        """Yield the machines of a class as bbchallenge texts, in depth-first order of the tree.

        They are not kept: the tree is gone through again, a subtree at a time.

        Parameters
        ----------
        kind : str
            The class: ``halted``, ``holdout``, or the name of a recogniser. In a machine that halts the cell at
            which it does is written ``1RZ``.

        Raises
        ------
        MachineError
            If there is no such class.

        Examples
        --------
        >>> from noisytm import enumerate_machines
        >>> list(enumerate_machines(2, 2, root="1RB").texts("cycles"))
        ['1RB0RB_0LA---', '1RB1RB_0LA---']
        """
        one_of("class", kind, self.options.classes, MachineError)
        return listed_texts(self.options, kind)

    def list_machines(self, kind: str) -> Iterator[TuringMachine]:
        """Yield the machines of a class, as `texts` does, as `TuringMachine` objects."""
        return (parse(text, "bbchallenge") for text in self.texts(kind))

    def to_json(self) -> dict[str, Any]:
        """Return the result as a JSON object; machines are bbchallenge texts."""
        body = {
            "machines": self.machines,
            "counts": dict(self.counts),
            "proved": self.holdouts == 0 and self.complete,
            "steps": self._champions_json(self.tally.longest),
            "score": self._champions_json(self.tally.highest),
            "weights": dict(self.weights),
            "weight_of_root": self.weight_of_root,
            "tally": self._tally_json(),
            "complete": self.complete,
        }
        return self.kind.tagged(provenance(options=self.options.to_json(), version=self.version), body, self.times())

    @classmethod
    def _of_record(cls, record: dict[str, Any], number: int) -> Enumeration:
        try:
            options = EnumerationOptions(**record["options"])
            # by name: which number a class has depends on what is registered
            counts = [[options.classes.index(name), *rest] for name, *rest in record["tally"]["counts"]]
            tally = Tally.from_json(options, record["tally"] | {"counts": counts})
        except (ValueError, TypeError, KeyError, IndexError, OverflowError):
            raise FormatError("enumeration record: options are none, or tally is not one of them") from None
        return cls(options, tally, record["version"], record.get("complete", True))

    def _tally_json(self) -> dict[str, Any]:
        record = self.tally.to_json()
        return record | {"counts": [[self.options.classes[kind], *rest] for kind, *rest in record["counts"]]}

    def _champions_json(self, champions: Champions) -> dict[str, Any]:
        first = [text_of(self.options, table) for table in champions.first]
        return {"most": champions.value, "machines": champions.number, "first": first}
