"""Files of inputs with counts: what was observed, as CSV, TSV, or a mapping in YAML or JSON."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any, NamedTuple

from noisytm._checks import positive
from noisytm._text import file_text, shown, shown_list
from noisytm._yaml import yaml_values
from noisytm.errors import FormatError, ProblemError

DELIMITERS = {".csv": ",", ".tsv": "\t"}
MAPPINGS = (".yaml", ".yml", ".json")
INPUT, COUNT = ("input", "word"), ("count", "weight")
SCOPE = (
    "what a machine should do is said by targets, and data with labels of their own, wrong ones, or noise are out of"
    " scope"
)


class Counts(NamedTuple):
    """What a file says of inputs.

    Attributes
    ----------
    where : str
        The file, for messages.
    of_input : dict
        For each word, as text or as a tuple of symbols, its count.
    """

    where: str
    of_input: dict[str | tuple[str, ...], Any]


def counts_of_file(path: str, named: str | None = None) -> Counts:
    """Return the counts of inputs that a file holds.

    Parameters
    ----------
    path : str
        ``.csv`` or ``.tsv`` with a heading of two columns, input (or word) and count (or weight); or ``.yaml``,
        ``.yml`` or ``.json`` with a mapping input → count. A word is written as it is, symbol after symbol; of symbols
        that are longer than a character as a list in JSON.
    named : str, optional
        What the problem calls it, for the message on an ending.

    Raises
    ------
    FormatError
        If it cannot be read.
    ProblemError
        If it is not such a file, an input stands in it twice, or a count is no positive number.
    """
    ending = Path(path).suffix.lower()
    where = f"file of counts {shown(path)}"
    if ending not in (*DELIMITERS, *MAPPINGS):
        raise ProblemError(f"weights is {shown(named or path)}; end the name of a file of counts in {_endings()}")
    text = file_text(path, "file of counts")
    pairs = _rows(text, DELIMITERS[ending], where) if ending in DELIMITERS else _entries(text, ending, where)
    counts: dict[str | tuple[str, ...], Any] = {}
    for place, written, count in pairs:
        word = _word(written, where, place)
        if word in counts:
            raise ProblemError(f"{where}, {place}: the input {shown(written)} is there twice; add the counts up")
        _require_count(count, written, f"{where}, {place}")
        counts[word] = count
    if not counts:
        raise ProblemError(f"{where} has no inputs; give a line for each")
    return Counts(where, counts)


def _endings() -> str:
    return ", ".join((*DELIMITERS, *MAPPINGS[:-1])) + f" or {MAPPINGS[-1]}"


def _rows(text: str, delimiter: str, where: str) -> list[tuple[str, str, str]]:
    reader = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=delimiter, strict=True)
    try:
        rows = [(reader.line_num, row) for row in reader]
    except csv.Error as error:
        raise ProblemError(f"{where}, line {reader.line_num}: {error}") from None
    lines = [(number, row) for number, row in rows if row]
    heading = [cell.strip().lower() for cell in lines[0][1]] if lines else []
    columns = [next((i for i, cell in enumerate(heading) if cell in names), None) for names in (INPUT, COUNT)]
    if None in columns:
        raise ProblemError(f"{where} has the heading {shown_list(heading) or 'none'}; name its columns input and count")
    if len(heading) > 2:
        others = [cell for i, cell in enumerate(heading) if i not in columns]
        raise ProblemError(f"{where} has the columns {shown_list(others)} too; leave input and count alone: {SCOPE}")
    found = []
    for number, row in lines[1:]:
        if len(row) != 2:
            raise ProblemError(f"{where}, line {number}: there are {len(row)} cells; give an input and a count")
        found.append((f"line {number}", row[columns[0]], row[columns[1]].strip()))  # type: ignore[index]
    return found


def _entries(text: str, ending: str, where: str) -> list[tuple[str, Any, Any]]:
    try:
        record = json.loads(text, object_pairs_hook=list) if ending == ".json" else yaml_values(text)
    except (ValueError, RecursionError, FormatError) as error:
        raise ProblemError(f"{where}: {str(error) or 'it is nested too deeply'}") from None
    pairs = list(record.items()) if isinstance(record, dict) else record
    if not isinstance(pairs, list) or not all(isinstance(p, (list, tuple)) and len(p) == 2 for p in pairs):
        raise ProblemError(f"{where} holds {shown(record)}; give a mapping input → count")
    found = []
    for word, count in pairs:
        if isinstance(count, (list, dict)):
            raise ProblemError(f"{where}: the input {shown(word)} has {shown(count)}; give a count alone: {SCOPE}")
        found.append((f"input {shown(word)}", word, count))
    return found


def _word(written: Any, where: str, place: str) -> str | tuple[str, ...]:
    """Return a word as it is written, a list in JSON as its symbols."""
    if isinstance(written, (list, tuple)) and all(isinstance(x, str) for x in written):
        return tuple(written)
    if not isinstance(written, str):
        raise ProblemError(f"{where}, {place}: {shown(written)} is no word; quote digits")
    if written.startswith('["'):
        try:
            symbols = json.loads(written)
        except (ValueError, RecursionError):
            return written
        if isinstance(symbols, list) and all(isinstance(x, str) for x in symbols):
            return tuple(symbols)
    return written


def _require_count(count: Any, word: Any, place: str) -> None:
    try:
        positive(f"{place}: the count of {shown(word)}", count)
    except ProblemError as error:
        raise ProblemError(f"{error}; an input that never occurs is left out, in the problem too; {SCOPE}") from None
