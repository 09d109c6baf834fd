"""Cyclic tag systems of Cook."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from noisytm._checks import MAX_STEPS, bits, instance, listed, run_length, whole
from noisytm._summary import Described
from noisytm.errors import MachineError
from noisytm.universal.tag.tag_systems import TagSystem


@dataclass(frozen=True)
class CyclicTagSystem(Described):
    """A cyclic tag system: delete the first bit; if it was 1, append the next of a cyclic list of words.

    It stops at the empty word. Step number i, from 0, uses the word number i modulo their count.

    Parameters
    ----------
    appendants : sequence of str
        Words over 0 and 1, at least one; empty ones are allowed.

    Raises
    ------
    MachineError
        If a rule above is broken.

    Examples
    --------
    >>> list(CyclicTagSystem(["11", "01", ""]).trace("1", 5))
    ['1', '11', '101', '01', '1', '01']
    """

    appendants: tuple[str, ...]

    def __post_init__(self) -> None:
        appendants = (self.appendants,) if isinstance(self.appendants, str) else listed("appendants", self.appendants)
        for word in appendants:
            bits("appendant", word)
        if not appendants:
            raise MachineError("the cyclic tag system has no words to append; give at least one, which may be empty")
        object.__setattr__(self, "appendants", appendants)

    @classmethod
    def of_tag_system(cls, system: TagSystem) -> CyclicTagSystem:
        """Return the cyclic tag system that runs ``system``: letter i of n is n bits, with a 1 at place i.

        One step of an m-tag system is m·n steps. Letters without production append nothing.

        Examples
        --------
        >>> CyclicTagSystem.of_tag_system(TagSystem(2, "ab", {"a": "bb", "b": "a"})).appendants
        ('0101', '10', '', '')
        """
        instance("system", system, TagSystem)
        known, count = system.production_of, len(system.letters)
        productions = [unary_bits(known.get(letter, ()), system.letters) for letter in system.letters]
        return cls((*productions, *[""] * (count * (system.deletion - 1))))

    def trace(self, word: str, max_steps: int) -> Iterator[str]:
        """Yield the words of a run, the first one included, until it is empty or for ``max_steps`` steps.

        Raises
        ------
        MachineError
            If the word has other letters than 0 and 1.
        """
        most = run_length("max_steps", max_steps)
        yield bits("word", word)
        for step in range(most):
            if not word:
                return
            word = word[1:] + (self.appendants[step % len(self.appendants)] if word[0] == "1" else "")
            yield word

    def words_at_phase_zero(self, word: str, count: int) -> list[str]:
        """Return the words before the appendants begin anew, ``count`` of them at most."""
        count, cycle = whole("count", count, 1, MAX_STEPS, MachineError, top="2^62"), len(self.appendants)
        return list(islice(self.trace(word, cycle * (count - 1)), 0, None, cycle))


def unary_bits(word: Sequence[str], letters: Sequence[str]) -> str:
    """Return a word with each letter as a row of bits, of which the one at the letter's place is 1.

    Examples
    --------
    >>> unary_bits("ca", "abc")
    '001100'
    """
    return "".join("1" if mine == x else "0" for mine in word for x in letters)
