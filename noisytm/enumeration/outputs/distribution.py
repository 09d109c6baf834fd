"""The output distribution of all machines of a size: how many runs leave each word, and what follows for one word."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any, ClassVar

from noisytm._checks import flag, whole
from noisytm._records import Kind, provenance, require_same
from noisytm._summary import Grid, Summary, count, grouped
from noisytm._text import shown
from noisytm._timed import Timed
from noisytm._version import __version__
from noisytm.enumeration import ROOTS, EnumerationOptions
from noisytm.enumeration.outputs.blocks import BlockEstimate, Bounds, estimate, written
from noisytm.enumeration.outputs.collecting import entries_of_a_cell
from noisytm.enumeration.outputs.record import OUTPUTS
from noisytm.enumeration.outputs.words import DIGITS, all_alike, least, number_alike, output_word
from noisytm.errors import FormatError, MachineError


@dataclass(frozen=True, eq=False)
class OutputDistribution(Timed):
    """What `output_distribution` found: D(n, k).

    Parameters
    ----------
    options : EnumerationOptions
        What was enumerated.
    classes : mapping of str to int
        How many runs leave each word, by the word that stands for all that differ in the names of symbols or in
        direction: these have the same number.
    undecided : int
        Runs that neither halted nor were proved never to halt, those not looked at included.
    version : str
        The version of noisytm that counted.
    complete : bool
        Whether the whole tree was gone through.

    Examples
    --------
    >>> from noisytm import output_distribution
    >>> found = output_distribution(2, 2)
    >>> found.machines, found.halting, found.undecided, found.count("0")
    (20000, 6088, 0, 2000)
    >>> found.share("01"), round(found.complexity("01"), 3)
    (Fraction(127, 1522), 3.583)
    """

    options: EnumerationOptions
    classes: Mapping[str, int]
    undecided: int
    version: str = __version__
    complete: bool = True
    kind: ClassVar[Kind] = OUTPUTS

    def _summary(self) -> Summary:
        size = f"{count(self.options.states, 'state')} and {count(self.options.symbols, 'symbol')}"
        open_ = f"; {grouped(self.undecided)} undecided" if self.undecided else ", none undecided"
        words = count(self.different, "word")
        return Summary(
            f"{words} from {grouped(self.halting)} halting runs of all machines of {size}{open_}",
            {"runs": self.machines, "never halting": self.never_halting, "all words up to length": self.covered},
            Grid(("word", "count", "share"), self._rows(), self.different, "words"),
        )

    def _rows(self) -> Iterable[tuple[str, int, str]]:
        return ((word, number, f"{number / self.halting:.6g}") for word, number in self.counts.items())

    @property
    def machines(self) -> int:
        """Number of runs: ((2·n + 1)·k)^(n·k) machines, each on each of the k blanks."""
        return int(self.options.symbols * entries_of_a_cell(self.options) ** self.options.cells)

    @cached_property
    def halting(self) -> int:
        """Number of runs that halt."""
        return sum(number * number_alike(word, self.options.symbols) for word, number in self.classes.items())

    @property
    def never_halting(self) -> int:
        """Number of runs that are proved never to halt."""
        return self.machines - self.halting - self.undecided

    @cached_property
    def counts(self) -> Mapping[str, int]:
        """The number of runs that leave each word, greatest first, then shortest, then in the order of digits."""
        symbols = self.options.symbols
        pairs = [(word, n) for alike, n in self.classes.items() for word in all_alike(alike, symbols)]
        return dict(sorted(pairs, key=lambda pair: (-pair[1], len(pair[0]), pair[0])))

    @cached_property
    def different(self) -> int:
        """Number of different words."""
        return sum(number_alike(word, self.options.symbols) for word in self.classes)

    @cached_property
    def covered(self) -> int:
        """The greatest length up to which every word is left by some run."""
        found: Counter[int] = Counter()
        for word in self.classes:
            found[len(word)] += number_alike(word, self.options.symbols)
        length = 0
        while found[length + 1] == self.options.symbols ** (length + 1):
            length += 1
        return length

    def count(self, word: str) -> int:
        """Return how many runs leave a word.

        Parameters
        ----------
        word : str
            The digits of its symbols, 0 to k − 1.

        Raises
        ------
        MachineError
            If it is empty, or has another symbol.
        """
        return self.classes.get(least(output_word(word, self.options.symbols)), 0)

    def share(self, word: str) -> Fraction:
        """Return D(word): the share of the halting runs that leave it."""
        return Fraction(self.count(word), self.halting)

    def share_bounds(self, word: str) -> tuple[Fraction, Fraction]:
        """Return the bounds of D(word) whatever the undecided runs do: c/(h + u) and (c + u)/(h + u).

        Here c runs leave the word, h halt, and u are undecided. The least is attained if all of these leave other
        words, the greatest if they leave this one.
        """
        number, all_ = self.count(word), self.halting + self.undecided
        return Fraction(number, all_), Fraction(number + self.undecided, all_)

    def complexity(self, word: str) -> float:
        """Return K = −log2 D(word), the coding theorem estimate of its complexity in bits; inf if no run leaves it."""
        return _bits(self.share(word))

    def complexity_bounds(self, word: str) -> Bounds:
        """Return the bounds of K from those of D: they take account of the undecided runs."""
        low, high = self.share_bounds(word)
        return _bits(high), _bits(low)

    def block_estimate(self, word: str, length: int | None = None, overlap: int = 0) -> BlockEstimate:
        """Return the block decomposition estimate, for words too long for D: Σ (K(block) + log2 times).

        Parameters
        ----------
        word : str
            The word, of any length.
        length : int, optional
            Cells of a block; by default `covered`, for which no block is missing.
        overlap : int
            How many cells of a block are in the next one too; less than ``length``.

        Raises
        ------
        MachineError
            If an argument breaks a rule above, or no run leaves one of the blocks.
        """
        text = output_word(word, self.options.symbols)
        length = self.covered if length is None else whole("length", length, 1, error=MachineError)
        overlap = whole("overlap", overlap, 0, length - 1, MachineError)
        found = estimate(text, length, overlap, self.complexity, self.complexity_bounds)
        for block in found.blocks:
            if math.isinf(block.complexity):
                raise MachineError(
                    f"no run that halts leaves the block {shown(block.word)}; all words are there up to length"
                    f" {self.covered}: make the length of a block that, or go through machines of more states"
                )
        return found

    def about(self, word: str, length: int | None = None, overlap: int = 0, *, blocks: bool = True) -> dict[str, Any]:
        """Return what is known of a word as a JSON object; an infinite K is null.

        Parameters
        ----------
        word, length, overlap
            As for `block_estimate`, and with its errors.
        blocks : bool
            Whether to give the block estimate, if no run leaves the word or ``length`` is given.

        Examples
        --------
        >>> from noisytm import output_distribution
        >>> about = output_distribution(2, 2).about("00")
        >>> about["count"], about["share"], round(about["K"], 3)
        (508, '127/1522', 3.583)
        """
        number, bits = self.count(word), self.complexity(word)
        found = {
            "word": output_word(word, self.options.symbols),
            "count": number,
            "share": str(self.share(word)),
            "share_bounds": [str(x) for x in self.share_bounds(word)],
            "K": None if math.isinf(bits) else bits,
            "K_bounds": written(self.complexity_bounds(word)),
        }
        if flag("blocks", blocks) and (not number or length is not None):
            found["block_estimate"] = self.block_estimate(word, length, overlap).to_json()
        return found

    def to_json(self) -> dict[str, Any]:
        """Return the result as a JSON object; shares are exact fractions."""
        halting = self.halting
        body = {
            "machines": self.machines,
            "halting": halting,
            "never_halting": self.never_halting,
            "undecided": self.undecided,
            "outputs": [
                {"word": word, "count": number, "share": str(Fraction(number, halting))}
                for word, number in self.counts.items()
            ],
            "complete": self.complete,
        }
        return self.kind.tagged(provenance(options=self.options.to_json(), version=self.version), body, self.times())

    @classmethod
    def _of_record(cls, record: dict[str, Any], number: int) -> OutputDistribution:
        try:
            options = EnumerationOptions(**record["options"])
        except TypeError:
            raise FormatError("outputs record: options are none") from None
        if options.root != ROOTS[0] or options.complete or not options.ordered_symbols:
            raise FormatError(f"outputs record: options go through another tree; root must be {ROOTS[0]!r}")
        classes = {}
        for output in record["outputs"]:
            word, runs = output["word"], output["count"]
            if not word or not set(word) <= set(DIGITS[: options.symbols]) or not runs:
                raise FormatError(f"outputs record: {shown(output)} is no word over {options.symbols} symbols, counted")
            classes[least(word)] = runs
        found = cls(options, classes, record["undecided"], record["version"], record["complete"])
        if not classes or found.never_halting < 0:
            raise FormatError("outputs record: the counts are not those of the runs of all machines")
        if "word" in record:
            blocks = record.get("block_estimate", {})
            asked = found.about(record["word"], blocks.get("length"), blocks.get("overlap", 0))
            require_same(asked, record, cls.kind.what)
        return found


def _bits(share: Fraction) -> float:
    return math.log2(share.denominator) - math.log2(share.numerator) if share else math.inf
