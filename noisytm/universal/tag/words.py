"""What tag systems of any kind have in common: the letters of their words, their runs, their JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from noisytm._checks import run_length
from noisytm._summary import line_of
from noisytm._text import shown, shown_list
from noisytm.errors import FormatError, MachineError
from noisytm.machine import Word


class TagRun(NamedTuple):
    """How a run of a tag system ends: ``halted``, ``short`` or ``budget``; its steps; the last word."""

    reason: str
    steps: int
    word: Word

    def __repr__(self) -> str:
        return line_of(self)


def words_of(system: Any, word: Word, max_steps: int) -> Iterator[Word]:
    """Yield the words of a run of any system that has ``stops`` and ``step``."""
    most = run_length("max_steps", max_steps)
    yield word
    for _ in range(most):
        if system.stops(word):
            return
        word = system.step(word)
        yield word


def going_on(system: Any, word: Word) -> Word:
    """Return a word at which a system does not stop, or raise `MachineError`."""
    if why := system.stops(word):
        raise MachineError(f"the system stops at {shown(word)} ({why}); there is no next word")
    return word


class LetterCheck(NamedTuple):
    """Turns words into tuples of letters; `MachineError` if they have others, or their letters cannot be told."""

    letters: tuple[str, ...]
    known: frozenset[str]
    single: bool

    def __call__(self, word: Any, what: str) -> Word:
        """Return the word; ``what`` names it in the message."""
        if isinstance(word, str) and word in self.known:
            return (word,)
        if isinstance(word, str) and word and not self.single:
            raise MachineError(f"{what} {shown(word)} is a string, but some letters are longer; give a list of letters")
        try:
            found = tuple(word)
        except TypeError:
            raise MachineError(f"{what} is {shown(word)}; give a word") from None
        for position, letter in enumerate(found):
            if not isinstance(letter, str) or letter not in self.known:
                raise MachineError(
                    f"{what} has {shown(letter)} at position {position}; the letters are {shown_list(self.letters)}"
                )
        return found


def letter_check(letters: tuple[str, ...]) -> LetterCheck:
    """Return the check of words over these letters."""
    return LetterCheck(letters, frozenset(letters), all(len(x) == 1 for x in letters))


def json_entries(record: Any, tag: str, wanted: Mapping[str, type]) -> dict[str, Any]:
    """Return the entries of a JSON object of the kind ``tag``, with ``name`` if it is there; else `FormatError`."""
    kind = tag.split("/", 1)[0].replace("-", " ")
    if not isinstance(record, Mapping) or record.get("noisytm") != tag:
        raise FormatError(f'{kind} JSON is {shown(record)}; it must be an object with "noisytm": "{tag}"')
    entries = {key: value for key, value in record.items() if key != "noisytm"}
    for key, type_ in {**wanted, **({"name": str} if "name" in entries else {})}.items():
        if not isinstance(entries.get(key), type_):
            raise FormatError(f"{kind} JSON: {key} is {shown(entries.get(key))}; it must be there as {type_.__name__}")
    if unknown := sorted(set(entries) - set(wanted) - {"name"}):
        raise FormatError(f"{kind} JSON has unknown entries {shown_list(unknown)}; remove them")
    return entries
