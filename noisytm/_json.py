"""Strict JSON, and files that hold it: compressed by their ending, and written whole or not at all."""

from __future__ import annotations

import contextlib
import json
import math
import os
import secrets
from pathlib import Path
from typing import Any

from noisytm._digits import integer_text, read_integer
from noisytm._text import clipped, shown
from noisytm.errors import FormatError

MAX_DIGITS = 4000
ONE_LINE = json.JSONEncoder(ensure_ascii=False, allow_nan=False)
MAX_RECORD_BYTES = 1 << 28
ENDINGS = (".json", ".json.gz")


def loads(text: str, what: str = "the text", digits: int = MAX_DIGITS) -> Any:
    """Read JSON strictly.

    Parameters
    ----------
    text : str
        The text.
    what : str
        What it is called in messages.
    digits : int
        The most digits of an integer.

    Raises
    ------
    FormatError
        If it is not JSON, has a key twice in one object, NaN or an infinity, a number that is too large, or lists
        nested too deeply.

    Examples
    --------
    >>> loads('{"a": 1, "a": 2}', "x.json")
    Traceback (most recent call last):
    noisytm.errors.FormatError: x.json has the key 'a' twice in one object; keep one
    """

    def whole(number: str) -> int:
        if len(number) > digits:
            raise FormatError(
                f"{what} is not JSON that can be read: it has an integer of {len(number)} digits; the limit is {digits}"
            )
        return read_integer(number)

    def real(number: str) -> float:
        if not math.isfinite(value := float(number)):
            raise FormatError(f"{what} has the number {clipped(number, 30)}, which is too large for a float")
        return value

    def constant(name: str) -> None:
        raise FormatError(f"{what} has {name}, which is not JSON; give a number or null")

    def distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len(found := dict(pairs)) < len(pairs):
            seen: set[str] = set()
            twice = next(k for k, _ in pairs if k in seen or seen.add(k))  # type: ignore[func-returns-value]
            raise FormatError(f"{what} has the key {shown(twice)} twice in one object; keep one")
        return found

    try:
        return json.loads(text, parse_int=whole, parse_float=real, parse_constant=constant, object_pairs_hook=distinct)
    except RecursionError:
        raise FormatError(f"{what} has lists nested too deeply; no record needs more than a few levels") from None
    except ValueError as error:
        raise FormatError(f"{what} is not JSON: {clipped(str(error))}") from None


def dumps(record: Any, indent: int | None = None) -> str:
    """Return a record as JSON, in one line unless ``indent`` is given; integers may have any number of digits."""
    try:
        if indent is None:
            return ONE_LINE.encode(record)
        return json.dumps(record, ensure_ascii=False, allow_nan=False, indent=indent)
    except ValueError:  # an integer of thousands of digits; or nan, which fails once more
        return _written(record)


def _written(value: Any) -> str:
    """Return JSON in one line, integers exactly, whatever limit Python has on their digits."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_written(str(name))}: {_written(x)}" for name, x in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(_written, value)) + "]"
    if isinstance(value, int) and not isinstance(value, bool):
        return integer_text(value)
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def save_record(record: Any, path: str | os.PathLike[str]) -> None:
    """Write a record as JSON, compressed if the path ends in ``.json.gz``; the file is replaced as a whole.

    Raises
    ------
    FormatError
        If the path has another ending, or cannot be written.
    """
    write_record(_checked_ending(path), record)


def write_record(name: str, record: Any) -> None:
    """Write a record as `save_record` does, to a file of any name."""
    try:
        data = (dumps(record) + "\n").encode()
    except UnicodeEncodeError:
        raise FormatError(f"cannot write {shown(name)}: a name has half a surrogate pair; rename it") from None
    if name.endswith(".gz"):
        import gzip

        data = gzip.compress(data, mtime=0)
    write_whole(name, data)


def load_record(path: str | os.PathLike[str], what: str = "file", digits: int = MAX_DIGITS) -> Any:
    """Read the JSON of a file that ends in ``.json`` or ``.json.gz``, strictly, as `loads` does.

    Raises
    ------
    FormatError
        If the path has another ending, cannot be read, holds more than 2^28 bytes, or is not strict JSON in UTF-8.
    """
    return read_record(_checked_ending(path), what, digits)


def read_record(name: str, what: str = "file", digits: int = MAX_DIGITS) -> Any:
    """Read a record as `load_record` does, from a file of any name."""
    where = f"{what} {shown(name)}"
    try:
        data = _content(name)
    except (OSError, EOFError, ValueError) as error:  # ValueError: a NUL in the path; EOFError: a file cut short
        raise FormatError(f"cannot read {where}: {_reason(error)}") from None
    if len(data) > MAX_RECORD_BYTES:
        raise FormatError(f"{where} holds more than {MAX_RECORD_BYTES:,} bytes, the limit")
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        raise FormatError(f"{where} is not UTF-8 at byte {error.start}; save it as UTF-8") from None
    return loads(text, where, digits)


def write_whole(path: str | os.PathLike[str], data: bytes) -> None:
    """Write a file so that it is there as a whole or not at all.

    Raises
    ------
    FormatError
        If it cannot be written.
    """
    name = os.fspath(path)
    try:
        target = Path(os.path.realpath(name))  # a link goes on pointing to where it did
        temporary = target.with_name(f".{target.name[:100]}.{secrets.token_hex(8)}.tmp")
        try:
            with temporary.open("xb") as file:
                file.write(data)
            os.replace(temporary, target)
        finally:
            with contextlib.suppress(FileNotFoundError):
                temporary.unlink()
    except (OSError, ValueError) as error:
        raise FormatError(f"cannot write {shown(name)}: {_reason(error)}") from None


def _content(name: str) -> bytes:
    """Return the bytes of a file, of a compressed one what it holds; not more than one byte above the limit."""
    if name.endswith(".gz"):
        import gzip
        import zlib

        try:
            with gzip.open(name, "rb") as file:
                return file.read(MAX_RECORD_BYTES + 1)
        except zlib.error as error:
            raise ValueError(str(error)) from None
    with Path(name).open("rb") as plain:
        return plain.read(MAX_RECORD_BYTES + 1)


def _checked_ending(path: Any) -> str:
    if not isinstance(path, (str, os.PathLike)) or isinstance(os.fspath(path), bytes):
        raise FormatError(f"the path is {shown(path)}; give a string or a Path")
    name = str(path)
    if not name.endswith(ENDINGS):
        raise FormatError(f"the path {shown(name)} ends neither in {' nor in '.join(ENDINGS)}; give it one of these")
    return name


def _reason(error: Exception) -> str:
    return clipped(getattr(error, "strerror", None) or str(error) or "it ends too early")
