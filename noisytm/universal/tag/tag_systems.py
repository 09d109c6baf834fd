"""Tag systems: words from whose front letters are deleted and at whose end others are appended."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, ClassVar

from noisytm._checks import checked_names, listed, pairs_of, run_length, string, whole
from noisytm._records import Kind, Record
from noisytm._schema import COUNT, STRING, entries, many, mapping
from noisytm._text import shown, shown_list
from noisytm.errors import FormatError, MachineError
from noisytm.machine import Word
from noisytm.universal.tag.words import TagRun, going_on, json_entries, letter_check, words_of

TAG_SYSTEM = Kind(
    "tag-system",
    {1: entries({"name": STRING}, deletion=COUNT, letters=many(STRING), productions=mapping(many(STRING)))},
)


@dataclass(frozen=True)
class TagSystem(Record):
    """An m-tag system: delete the first m letters, append what the first of them produces.

    It halts at a word that begins with a letter without production, and stops at any other word shorter than m.

    Parameters
    ----------
    deletion : int
        The number m of letters deleted in a step, at least 1.
    letters : sequence of str
        The letters, in an order that encodings use.
    productions : mapping of letter to word, or iterable of (letter, word)
        What each letter appends. Letters that are not listed halt.
    name : str, optional
        A label; not part of the identity.

    Raises
    ------
    MachineError
        If a rule above is broken.

    Examples
    --------
    The system of De Mol (2008), which iterates the Collatz function on the length of words of the letter a.

    >>> collatz = TagSystem(2, "abc", {"a": "bc", "b": "a", "c": "aaa"})
    >>> ["".join(word) for word in collatz.trace("aaa", 3)]
    ['aaa', 'abc', 'cbc', 'caaa']
    >>> collatz.run("aaa", 100)
    TagRun(reason='short', steps=24, word=('a',))
    >>> TagSystem.from_json(collatz.to_json()) == TagSystem.parse(collatz.text()) == collatz
    True
    """

    deletion: int
    letters: tuple[str, ...]
    productions: tuple[tuple[str, Word], ...]
    name: str = field(default="", compare=False)
    kind: ClassVar[Kind] = TAG_SYSTEM

    def __post_init__(self) -> None:
        object.__setattr__(self, "deletion", whole("deletion", self.deletion, 1, error=MachineError))
        string("name", self.name)
        letters = checked_names("letter", listed("letters", self.letters))
        check = letter_check(letters)
        found: dict[str, Word] = {}
        for letter, word in pairs_of("productions", self.productions):
            if not isinstance(letter, str) or letter not in check.known:
                raise MachineError(f"production of {shown(letter)}: it is not among the letters {shown_list(letters)}")
            if letter in found:
                raise MachineError(f"letter {shown(letter)} has two productions; give one")
            found[letter] = check(word, f"production of {shown(letter)}")
        object.__setattr__(self, "letters", letters)
        object.__setattr__(self, "productions", tuple((x, found[x]) for x in letters if x in found))

    @cached_property
    def production_of(self) -> Mapping[str, Word]:
        """The word that each letter with a production appends."""
        return dict(self.productions)

    @property
    def halting(self) -> tuple[str, ...]:
        """The letters without production, in order."""
        return tuple(x for x in self.letters if x not in self.production_of)

    def word(self, word: str | Iterable[str]) -> Word:
        """Return ``word`` as a tuple of letters.

        Raises
        ------
        MachineError
            If it has other letters, or is a string though a letter is longer than one character.
        """
        return letter_check(self.letters)(word, "word")

    def stops(self, word: Word) -> str:
        """Return why there is no step from ``word``: ``short`` or ``halted``; empty if there is one."""
        word = self._known(word)
        if word and word[0] not in self.production_of:
            return "halted"
        return "short" if len(word) < self.deletion else ""

    def step(self, word: Word) -> Word:
        """Return the word after ``word``, at which the system does not stop.

        Raises
        ------
        MachineError
            If it does, or ``word`` is not one of the system.
        """
        word = going_on(self, self._known(word))
        return word[self.deletion :] + self.production_of[word[0]]

    def _known(self, word: Any) -> Word:
        """Return a word, checked letter by letter unless it begins like one that a run has come to."""
        begun = isinstance(word, tuple) and word and isinstance(word[0], str) and word[0] in self.production_of
        return word if begun else self.word(word)

    def trace(self, word: str | Iterable[str], max_steps: int) -> Iterator[Word]:
        """Yield the words of a run, the first one included, until it stops or for ``max_steps`` steps."""
        yield from words_of(self, self.word(word), max_steps)

    def run(self, word: str | Iterable[str], max_steps: int) -> TagRun:
        """Run until the system stops, or for ``max_steps`` steps.

        Examples
        --------
        >>> TagSystem(2, "abH", {"a": "bb", "b": "H"}).run("aaaa", 9)
        TagRun(reason='halted', steps=4, word=('H', 'H'))
        """
        max_steps = run_length("max_steps", max_steps)
        queue, productions, steps = deque(self.word(word)), self.production_of, 0
        while len(queue) >= self.deletion and queue[0] in productions:
            if steps >= max_steps:
                return TagRun("budget", steps, tuple(queue))
            queue.extend(productions[queue[0]])
            for _ in range(self.deletion):
                queue.popleft()
            steps += 1
        return TagRun(self.stops(tuple(queue)), steps, tuple(queue))

    def to_json(self) -> dict[str, Any]:
        """Return the system as a JSON object (``noisytm: tag-system/1``)."""
        record: dict[str, Any] = {"noisytm": TAG_SYSTEM.tag}
        if self.name:
            record["name"] = self.name
        return record | {
            "deletion": self.deletion,
            "letters": list(self.letters),
            "productions": {letter: list(word) for letter, word in self.productions},
        }

    @classmethod
    def from_json(cls, record: Any) -> TagSystem:
        """Build a tag system from its JSON object.

        Raises
        ------
        FormatError
            If the object does not have the form of ``tag-system/1``.
        MachineError
            If it has, but what it describes is not a tag system.
        """
        entries = json_entries(record, TAG_SYSTEM.tag, {"deletion": int, "letters": list, "productions": dict})
        return cls(**entries)

    def text(self) -> str:
        """Return the system as a line of text, which `parse` reads.

        Raises
        ------
        FormatError
            If a letter has a space or a semicolon, or is an arrow.

        Examples
        --------
        >>> TagSystem(2, "abH", {"a": "bb", "b": "H"}).text()
        '2: a -> b b; b -> H; H'
        """
        for letter in self.letters:
            if letter == "->" or ";" in letter or " " in letter:
                raise FormatError(f"letter {shown(letter)} cannot be written in the text form; use JSON")
        known = self.production_of
        rows = (" ".join([x, "->", *known[x]]) if x in known else x for x in self.letters)
        return f"{self.deletion}: {'; '.join(rows)}"

    @classmethod
    def parse(cls, text: str) -> TagSystem:
        """Read ``m: letter -> letters; …``, in which a letter without an arrow halts.

        Raises
        ------
        FormatError
            If the text does not have this form.
        MachineError
            If it has, but what it says is not a tag system.
        """
        deletion, colon, rest = string("text", text, FormatError).partition(":")
        if not colon or not deletion.strip().isdecimal():
            raise FormatError(f"tag system {shown(text)} does not begin with the number of letters deleted and a colon")
        letters, productions = [], []
        for row in rest.split(";"):
            words = row.split()
            if not words or (len(words) > 1 and words[1] != "->") or "->" in words[2:]:
                raise FormatError(
                    f"tag system has the entry {shown(row.strip())}; write letter -> letters, or a letter"
                )
            letters.append(words[0])
            if len(words) > 1:
                productions.append((words[0], tuple(words[2:])))
        return cls(int(deletion), tuple(letters), tuple(productions))
