"""Results as records: tags with numbers, where a result comes from, and the way to files and back."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from noisytm._json import MAX_DIGITS, load_record, save_record
from noisytm._schema import KEY, STRING, Schema, choice, either, entries, extended, nullable, require
from noisytm._summary import Described
from noisytm._text import shown
from noisytm._version import __version__
from noisytm.errors import FormatError, NoisytmError

TAG_ENTRY = "noisytm"


def provenance(
    machine_key: str | None = None,
    problem_key: str | None = None,
    options: Mapping[str, Any] | None = None,
    seed: int | None = None,
    version: str = __version__,
) -> dict[str, Any]:
    """Return where a result comes from: the entries that every record but a machine or a problem has.

    Parameters
    ----------
    machine_key : str, optional
        `TuringMachine.key`, if the result is about one machine.
    problem_key : str, optional
        `SynthesisProblem.key`, if it is about one problem.
    options : mapping, optional
        What was asked, as far as it decides the result.
    seed : int, optional
        If anything was random.
    version : str
        The version of noisytm that computed it.
    """
    return {
        "version": version,
        "machine_key": machine_key,
        "problem_key": problem_key,
        "options": dict(options or {}),
        "seed": seed,
    }


@dataclass(frozen=True)
class Kind:
    """A kind of record: its name, and what each number of it may hold.

    A key that is added raises the number. Readers take every number up to theirs.

    Parameters
    ----------
    name : str
        The kind, as in the tag ``"noisytm": "bound/1"``.
    forms : mapping of int to dict
        The schema of each number, from 1, without the tag; number 0 is a record without a tag, as version 0.1 wrote it.
    digits : int
        The most digits of an integer in such a record.

    Examples
    --------
    >>> from noisytm._schema import COUNT
    >>> kind = Kind("tally", {1: entries(found=COUNT)})
    >>> kind.tag, kind.number_of({"noisytm": "tally/1", "found": 3})
    ('tally/1', 1)
    >>> kind.number_of({"noisytm": "tally/2", "found": 3})
    Traceback (most recent call last):
    noisytm.errors.FormatError: tally record has the tag 'tally/2': it was written by a newer noisytm, and this one \
reads up to 'tally/1'; update noisytm
    """

    name: str
    forms: Mapping[int, Schema]
    digits: int = MAX_DIGITS

    @property
    def number(self) -> int:
        """The number that is written."""
        return max(self.forms)

    @property
    def tag(self) -> str:
        """The tag that is written."""
        return f"{self.name}/{self.number}"

    @property
    def what(self) -> str:
        """What a record is called in messages."""
        return f"{self.name} record"

    def tagged(self, *parts: Mapping[str, Any]) -> dict[str, Any]:
        """Return a record: the tag, then the entries of all parts."""
        record: dict[str, Any] = {TAG_ENTRY: self.tag}
        for part in parts:
            record |= part
        return record

    def schema(self, number: int | None = None) -> Schema:
        """Return the JSON Schema of a number, the newest by default; that of 0 has no tag."""
        number = self.number if number is None else number
        form = self.forms[number]
        tag = {TAG_ENTRY: choice(f"{self.name}/{number}")} if number else {}
        forms = [
            {**part, "properties": tag | part["properties"], "required": [*tag, *part["required"]]}
            for part in form.get("anyOf", [form])
        ]
        return either(*forms) if len(forms) > 1 else forms[0]

    def entries_of(self, number: int) -> set[str]:
        """Return the names that a record of a number may have."""
        form = self.schema(number)
        return {name for part in form.get("anyOf", [form]) for name in part["properties"]}

    def number_of(self, record: Any) -> int:
        """Return the number of a record that has everything its number asks for, and nothing that it does not know.

        Raises
        ------
        FormatError
            Naming the first thing that is wrong.
        """
        if not isinstance(record, dict):
            raise FormatError(f"{self.what} is {shown(record)}; it must be an object")
        number = self._tagged_number(record)
        require(self.schema(number), record, self.what)
        return number

    def _tagged_number(self, record: Mapping[str, Any]) -> int:
        tag = record.get(TAG_ENTRY)
        if TAG_ENTRY not in record and 0 in self.forms:
            return 0
        name, number = split_tag(tag)
        if name == self.name and number in self.forms and number:
            return number
        if name == self.name and number > self.number:
            raise FormatError(
                f"{self.what} has the tag {shown(tag)}: it was written by a newer noisytm, and this one reads up to"
                f" {self.tag!r}; update noisytm"
            )
        raise FormatError(f'{self.what} has "{TAG_ENTRY}": {shown(tag)}; it must be "{self.tag}"')


def split_tag(tag: Any) -> tuple[str, int]:
    """Return name and number of a tag; ``("", 0)`` if it is none.

    Examples
    --------
    >>> split_tag("bound/1"), split_tag(None)
    (('bound', 1), ('', 0))
    """
    name, slash, number = tag.partition("/") if isinstance(tag, str) else ("", "", "")
    if not (name and slash and number.isascii() and number.isdigit() and len(number) < 10):
        return "", 0
    return name, int(number)


def result_form(
    _options: Schema | None = None, _optional: Mapping[str, Schema] | None = None, /, *, seed: Schema | None = None,
    **required: Schema,
) -> Schema:  # fmt: skip
    """Return the schema of a result: `provenance`, with the given options, and entries of its own."""
    head = entries(
        version=STRING,
        machine_key=nullable(KEY),
        problem_key=nullable(KEY),
        options=_options or entries(),
        seed=seed or {"type": "null"},
    )
    return extended(head, _optional, **required)


def require_same(derived: Mapping[str, Any], record: Mapping[str, Any], what: str) -> None:
    """Raise `FormatError` at the first entry of a record that is not what its own contents give.

    Examples
    --------
    >>> require_same({"sizes": [3], "number": 1}, {"sizes": [3], "number": 2}, "tally record")
    Traceback (most recent call last):
    noisytm.errors.FormatError: tally record: number is 2, but the rest of the record gives 1
    """
    for name, value in derived.items():
        if name == "version":  # that of the writer
            continue
        if name not in record:
            raise FormatError(f"{what} lacks {name!r}; the rest of the record gives {shown(value)}")
        if not same_json(record[name], value):
            raise FormatError(
                f"{what}: {name} is {shown(record[name])}, but the rest of the record gives {shown(value)}"
            )


def same_json(found: Any, value: Any) -> bool:
    """Return whether two JSON values are the same with their types: 1, 1.0 and true are three values."""
    if type(found) is not type(value):
        return False
    if isinstance(value, dict):
        return found.keys() == value.keys() and all(same_json(found[k], x) for k, x in value.items())
    if isinstance(value, list):
        return len(found) == len(value) and all(map(same_json, found, value))
    return bool(found == value)


class Record(Described):
    """A result that goes to files and comes back.

    A class that is one has a `kind`, writes itself with ``to_json`` and is made again by ``_of_record``, which is given
    a record that fits the schema of its number. What a record says twice must agree: ``to_json`` of the result gives it
    again.
    """

    kind: ClassVar[Kind]

    def to_json(self) -> dict[str, Any]:
        """Return the result as a JSON object."""
        raise NotImplementedError

    @classmethod
    def _of_record(cls, record: dict[str, Any], number: int) -> Self:
        raise NotImplementedError

    @classmethod
    def from_json(cls, record: Any) -> Self:
        """Build the result from what `to_json` returned.

        Raises
        ------
        FormatError
            If the object has not the form of its kind, was written by a newer version, or contradicts itself.
        """
        number = cls.kind.number_of(record)
        try:
            found = cls._of_record(record, number)._with_times_of(record)
        except FormatError:
            raise
        except NoisytmError as error:
            raise FormatError(f"{cls.kind.what}: {error}") from None
        if number:
            known = cls.kind.entries_of(number) - ({TAG_ENTRY} if number < cls.kind.number else set())
            again = {name: value for name, value in found.to_json().items() if name in known}
            require_same(again, record, cls.kind.what)
        return found

    def _with_times_of(self, record: Mapping[str, Any]) -> Self:
        return self

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the result to a file as JSON: ``.json``, or compressed, ``.json.gz``.

        Raises
        ------
        FormatError
            If the path has another ending, or cannot be written.
        """
        save_record(self.to_json(), path)

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Self:
        """Read what `save` wrote.

        Raises
        ------
        FormatError
            If the file cannot be read or does not hold such a result.
        """
        return cls.from_json(load_record(path, cls.kind.what, cls.kind.digits))
