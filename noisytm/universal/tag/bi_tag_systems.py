"""Bi-tag systems of Neary and Woods."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, ClassVar

from noisytm._checks import checked_names, listed, pairs_of, string
from noisytm._records import Kind, Record
from noisytm._schema import STRING, entries, items, many
from noisytm._text import shown, shown_list
from noisytm.errors import FormatError, MachineError
from noisytm.machine import Word
from noisytm.universal.tag.words import TagRun, going_on, json_entries, letter_check, words_of

BI_TAG_SYSTEM = Kind(
    "bi-tag-system",
    {
        1: entries(
            {"name": STRING},
            a_letters=many(STRING),
            e_letters=many(STRING),
            productions=many(items(STRING, STRING, many(STRING))),
        )
    },
)


@dataclass(frozen=True)
class BiTagSystem(Record):
    """A bi-tag system: words with exactly one letter of E, the others of A.

    A letter of A at the front goes to the end. A letter e of E at the front is deleted together with the letter a
    after it, and the production of (e, a) is appended. The system halts when a letter of E without productions is at
    the front; it stops at a word that is a letter of E alone.

    Parameters
    ----------
    a_letters, e_letters : sequence of str
        The two alphabets A and E, with no letter in common.
    productions : mapping of (e, a) to word, or iterable of ((e, a), word)
        Words with exactly one letter of E. Every e has one for each letter of A, or none at all: then it halts.
    name : str, optional
        A label; not part of the identity.

    Raises
    ------
    MachineError
        If a rule above is broken.

    Examples
    --------
    >>> system = BiTagSystem("ab", "ef", {("e", "a"): "bbe", ("e", "b"): "af"})
    >>> ["".join(word) for word in system.trace("aea", 20)]
    ['aea', 'eaa', 'abbe', 'bbea', 'beab', 'eabb', 'bbbbe', 'bbbeb', 'bbebb', 'bebbb', 'ebbbb', 'bbbaf', 'bbafb', \
'bafbb', 'afbbb', 'fbbba']
    >>> system.run("aea", 20).reason
    'halted'
    >>> BiTagSystem.from_json(system.to_json()) == system
    True
    """

    a_letters: tuple[str, ...]
    e_letters: tuple[str, ...]
    productions: tuple[tuple[tuple[str, str], Word], ...]
    name: str = field(default="", compare=False)
    kind: ClassVar[Kind] = BI_TAG_SYSTEM

    def __post_init__(self) -> None:
        ordinary, special = listed("letters of A", self.a_letters), listed("letters of E", self.e_letters)
        string("name", self.name)
        checked_names("letter", (*ordinary, *special))
        checked_names("letter of A", ordinary)
        object.__setattr__(self, "a_letters", ordinary)
        object.__setattr__(self, "e_letters", checked_names("letter of E", special))
        found: dict[tuple[str, str], Word] = {}
        check, in_a, in_e = letter_check((*ordinary, *special)), set(ordinary), set(special)
        for key, word in pairs_of("productions", self.productions):
            named = isinstance(key, (str, list, tuple)) and len(key) == 2 and all(isinstance(x, str) for x in key)
            if not named or key[0] not in in_e or key[1] not in in_a:
                raise MachineError(f"production of {shown(key)}: it must be a letter of E and one of A")
            pair = (key[0], key[1])
            if pair in found:
                raise MachineError(f"the pair {shown(pair)} has two productions; give one")
            what = f"production of {shown(pair)}"
            found[pair] = _one_special(check(word, what), in_e, what)
        for e in special:
            lacking = [a for a in ordinary if (e, a) not in found]
            if 0 < len(lacking) < len(ordinary):
                raise MachineError(f"letter {shown(e)} has no production with {shown_list(lacking)}; give all or none")
        order = [(e, a) for e in special for a in ordinary]
        object.__setattr__(self, "productions", tuple((pair, found[pair]) for pair in order if pair in found))

    @cached_property
    def production_of(self) -> Mapping[tuple[str, str], Word]:
        """The word that each pair (e, a) with a production appends."""
        return dict(self.productions)

    @cached_property
    def halting(self) -> tuple[str, ...]:
        """The letters of E without productions, in order."""
        return tuple(e for e in self.e_letters if (e, self.a_letters[0]) not in self.production_of)

    def word(self, word: str | Iterable[str]) -> Word:
        """Return ``word`` as a tuple of letters.

        Raises
        ------
        MachineError
            If it has other letters, or not exactly one of E.
        """
        letters = letter_check((*self.a_letters, *self.e_letters))(word, "word")
        return _one_special(letters, set(self.e_letters), "word")

    def stops(self, word: Word) -> str:
        """Return why there is no step from ``word``: ``short`` or ``halted``; empty if there is one."""
        word = self._known(word)
        if word[0] in self.halting:
            return "halted"
        return "short" if len(word) == 1 and word[0] in self.e_letters else ""

    def step(self, word: Word) -> Word:
        """Return the word after ``word``, at which the system does not stop.

        Raises
        ------
        MachineError
            If it does, or ``word`` is not one of the system.
        """
        word = going_on(self, self._known(word))
        if word[0] in self.e_letters:
            return word[2:] + self.production_of[word[0], word[1]]
        return (*word[1:], word[0])

    def _known(self, word: Any) -> Word:
        """Return a word, checked letter by letter unless it begins like one that a run has come to."""
        begun = isinstance(word, tuple) and len(word) > 1 and isinstance(word[0], str) and isinstance(word[1], str)
        return word if begun and (word[0] in self.a_letters or word[:2] in self.production_of) else self.word(word)

    def trace(self, word: str | Iterable[str], max_steps: int) -> Iterator[Word]:
        """Yield the words of a run, the first one included, until it stops or for ``max_steps`` steps."""
        yield from words_of(self, self.word(word), max_steps)

    def run(self, word: str | Iterable[str], max_steps: int) -> TagRun:
        """Run until the system stops, or for ``max_steps`` steps."""
        return _last(self, self.trace(word, max_steps))

    def to_json(self) -> dict[str, Any]:
        """Return the system as a JSON object (``noisytm: bi-tag-system/1``)."""
        record: dict[str, Any] = {"noisytm": BI_TAG_SYSTEM.tag} | ({"name": self.name} if self.name else {})
        return record | {
            "a_letters": list(self.a_letters),
            "e_letters": list(self.e_letters),
            "productions": [[e, a, list(word)] for (e, a), word in self.productions],
        }

    @classmethod
    def from_json(cls, record: Any) -> BiTagSystem:
        """Build a bi-tag system from its JSON object.

        Raises
        ------
        FormatError
            If the object does not have the form of ``bi-tag-system/1``.
        MachineError
            If it has, but what it describes is not a bi-tag system.
        """
        entries = json_entries(record, BI_TAG_SYSTEM.tag, {"a_letters": list, "e_letters": list, "productions": list})
        rows = []
        for row in entries["productions"]:
            if not isinstance(row, list) or len(row) != 3 or not isinstance(row[2], list):
                raise FormatError(f"bi-tag system JSON: production {shown(row)} must be [e, a, [letters]]")
            rows.append(((row[0], row[1]), row[2]))
        return cls(**{**entries, "productions": tuple(rows)})


def _one_special(letters: Word, special: set[str], what: str) -> Word:
    count = sum(x in special for x in letters)
    if count != 1:
        raise MachineError(f"{what} {shown(letters)} has {count} letters of E; it must have one")
    return letters


def _last(system: BiTagSystem, words: Iterator[Word]) -> TagRun:
    for steps, word in enumerate(words):  # noqa: B007
        pass
    return TagRun(system.stops(word) or "budget", steps, word)
