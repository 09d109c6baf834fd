"""Inputs, weights, symbols and states as problem files write them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from noisytm import _clock
from noisytm._checks import listed, mapping, require_member, whole
from noisytm._schema import STRING, entries, items, many
from noisytm._text import shown, shown_list
from noisytm.codespace import CodeSpace
from noisytm.errors import BudgetError, MachineError, ProblemError
from noisytm.machine import Description, TuringMachine, Word, words

MAX_INPUT_SYMBOLS = 10_000_000
SPACE_ENTRIES = ("symbols", "blank", "states", "start", "halting", "keys")
SPACE = entries(
    {"keys": many(items(STRING, STRING))},
    symbols=many(STRING),
    blank=STRING,
    states=many(STRING),
    start=STRING,
    halting=many(STRING),
)


def expanded_inputs(inputs: Any) -> list[Any]:
    """Return the words that the entry ``inputs`` of a problem file stands for."""
    if not isinstance(inputs, Mapping):
        if isinstance(inputs, str) or not isinstance(inputs, Sequence):
            raise ProblemError(f"inputs is {shown(inputs)}; give {{letters: AB, max_length: 2}} or a list of words")
        return list(inputs)
    if set(inputs) != {"letters", "max_length"}:
        raise ProblemError(f"inputs has entries {shown_list(map(str, inputs))}; it needs letters and max_length")
    letters, longest = inputs["letters"], inputs["max_length"]
    longest = whole("max_length", longest, 0)
    if not isinstance(letters, (str, list)) or not letters or not all(isinstance(x, str) for x in letters):
        raise ProblemError(f"letters is {shown(letters)}; it must be a string or a list of symbols, not empty")
    length, size = 0, 0
    while length <= longest and size <= MAX_INPUT_SYMBOLS:
        size += max(length, 1) * len(letters) ** length
        length += 1
    if size > MAX_INPUT_SYMBOLS:
        raise BudgetError(
            f"the words over {len(letters)} letters to length {shown(longest)} have more than"
            f" {MAX_INPUT_SYMBOLS:,} symbols together; lower max_length, or list the words"
        )
    try:
        return words(letters, longest)
    except MachineError as error:
        raise ProblemError(str(error)) from None


def checked_inputs(machine: Description, inputs: Iterable[Any]) -> tuple[Word, ...]:
    """Return the inputs as words of a machine: one or more, each once."""
    if isinstance(inputs, str):
        raise ProblemError(f"inputs is the string {shown(inputs)}; give a list of words")
    checked = []
    for word in listed("inputs", inputs, ProblemError):
        if not isinstance(word, (str, list, tuple)) or not all(isinstance(x, str) for x in word):
            raise ProblemError(f"input {shown(word)} is not a word; give a string (quote digits) or a list of symbols")
        _clock.tick()
        checked.append(machine.word(word))
    if not checked:
        raise ProblemError("the list of inputs is empty; give at least one word (the empty word counts)")
    if len(set(checked)) != len(checked):
        seen: set[Word] = set()
        twice = next(w for w in checked if w in seen or seen.add(w))  # type: ignore[func-returns-value]
        raise ProblemError(f"input {shown(machine.word_text(twice))} is listed twice; use weights instead")
    return tuple(checked)


def same_on_the_tape(space: CodeSpace, inputs: Iterable[Word]) -> list[str]:
    """Return a line if some inputs put the same symbols on the tape.

    A word stands between blanks, so that blanks at its end make no difference.
    """
    first: dict[Word, Word] = {}
    pairs = []
    for word in inputs:
        end = len(word)
        while end and word[end - 1] == space.blank:
            end -= 1
        known = first.setdefault(word[:end], word)
        if known is not word:
            pairs.append((known, word))
    if not pairs:
        return []
    one, other = (shown_word(word, space.symbols) for word in pairs[0])
    more = f" ({len(pairs) - 1:,} more are like this)" if len(pairs) > 1 else ""
    return [
        f"the inputs {one} and {other} are the same on the tape, where blanks follow a word{more};"
        " list one of them, or leave the blank out of the letters"
    ]


def shown_word(word: Word, symbols: Sequence[str]) -> str:
    """Return a word for a message: as a string if every symbol is one character."""
    return shown("".join(word) if all(len(s) == 1 for s in symbols) else list(word))


def usual_keys(space: CodeSpace, halting: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Return the keys of a full table in the usual order: by symbol, then by state, halting ones left out."""
    rows = [q for q in space.states if q not in halting]
    return tuple((s, q) for s in space.symbols for q in rows)


def checked_halting(space: CodeSpace, halting: Any) -> tuple[str, ...]:
    """Return halting states in the order of the states.

    Raises
    ------
    MachineError
        If one of them is no state.
    ProblemError
        If one of them has a listed tuple.
    """
    given = listed("halting states", halting)
    for state in given:
        require_member("halting state", state, "states", space.states)
    if rows := [key for key in space.keys if key[1] in given]:
        raise ProblemError(f"state {shown(rows[0][1])} is halting, but the tuple {shown(rows[0])} is listed; drop one")
    return tuple(q for q in space.states if q in given)


def alphabets_of(record: Any) -> tuple[TuringMachine, CodeSpace]:
    """Return a machine that does nothing, and the space of all full tables, of the entry ``space`` of a problem file.

    Parameters
    ----------
    record : mapping
        ``symbols``, ``states``; ``blank`` and ``start`` are by default the first of them, ``halting`` is none; ``keys``
        are the (symbol, state) of all tuples, where their order is another than by symbol, then by state.

    Raises
    ------
    ProblemError
        If an entry is missing or unknown, or the keys are not those of a full table.
    MachineError
        If there are no such symbols and states.

    Examples
    --------
    >>> alphabets_of({"symbols": ["_", "1"], "states": ["even", "odd"]})[1].dimension
    16
    """
    record = mapping("space", record, ProblemError, SPACE_ENTRIES)
    if unknown := [str(name) for name in record if name not in SPACE_ENTRIES]:
        raise ProblemError(f"space has unknown entries {shown_list(unknown)}; use {shown_list(SPACE_ENTRIES)}")
    if missing := [name for name in ("symbols", "states") if name not in record]:
        raise ProblemError(f"space lacks {shown_list(missing)}; add it")
    symbols, states = (_names(name, record[name]) for name in ("symbols", "states"))
    first = {"blank": symbols[0], "start": states[0]}
    blank, start = (record.get(name, first[name]) for name in first)
    idle = TuringMachine(symbols, blank, states, start, (), listed("halting", record.get("halting", ())))
    space = CodeSpace.of(idle)
    keys = usual_keys(space, idle.halting)
    if "keys" in record:
        given = tuple(tuple(key) if isinstance(key, list) else key for key in listed("keys", record["keys"]))
        if len(given) != len(keys) or set(map(str, given)) != set(map(str, keys)):
            raise ProblemError(f"keys are {shown(list(given))}; list each of {shown_list(map(str, keys))} once")
        keys = given
    return idle, CodeSpace(space.symbols, space.blank, space.states, space.start, keys)


def require_alphabets(machine: Description, record: Any) -> None:
    """Raise `ProblemError` unless a machine is over the symbols and states of the entry ``space``."""
    idle, _ = alphabets_of(record)
    for what in ("symbols", "blank", "states", "start", "halting"):
        its, wanted = getattr(machine, what), getattr(idle, what)
        if its != wanted:
            raise ProblemError(
                f"the machine's {what} {shown(its)} differ from those of the problem's space, {shown(wanted)}; order"
                " counts; give a machine over these"
            )


def _names(name: str, given: Any) -> tuple[Any, ...]:
    if not isinstance(given, (str, list, tuple)) or not given:
        raise ProblemError(f"{name} is {shown(given)}; give a list of names, such as [a, b]")
    return tuple(given)


def space_entries(space: CodeSpace, halting: tuple[str, ...]) -> dict[str, Any]:
    """Return the entry ``space`` of a problem that names no machine."""
    entry: dict[str, Any] = {
        "symbols": list(space.symbols),
        "blank": space.blank,
        "states": list(space.states),
        "start": space.start,
        "halting": list(halting),
    }
    if space.keys != usual_keys(space, halting):
        entry["keys"] = [list(key) for key in space.keys]
    return entry
