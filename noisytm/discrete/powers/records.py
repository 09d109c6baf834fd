"""Sums of powers in records: an object with the formula, and the logarithm, which a reader compares with it."""

from __future__ import annotations

from typing import Any

from noisytm._schema import NUMBER, STRING, Schema, either, entries
from noisytm._text import shown
from noisytm.discrete.powers.reading import read
from noisytm.discrete.powers.sums import PowerSum
from noisytm.discrete.powers.texts import text_of, tower
from noisytm.errors import FormatError

LARGE: Schema = entries(form=STRING, log10=either(NUMBER, STRING))


def written(value: Any) -> Any:
    """Return what a record holds with each sum of powers in it as an object.

    ``log10`` is the nearest float; what is not less than 10^18 is written as ``10^`` and its own logarithm.

    Examples
    --------
    >>> from noisytm.discrete.powers import power
    >>> written([5, power(10, 10**8)]), written(power(2, power(10, 10**8)))["log10"]
    ([5, {'form': '10^100000000', 'log10': 100000000.0}], '10^99999999.47860977')
    """
    if isinstance(value, PowerSum):
        height, log = tower(value)
        return {"form": text_of(value), "log10": log if height == 1 else "10^" * (height - 1) + repr(log)}
    if isinstance(value, dict):
        return {name: written(part) for name, part in value.items()}
    return [written(part) for part in value] if isinstance(value, list | tuple) else value


def read_back(value: Any) -> Any:
    """Return what a record holds with sums of powers in the place of the objects that stand for them.

    Raises
    ------
    FormatError
        If one is none.

    Examples
    --------
    >>> read_back({"form": "2^10", "log10": 3.0})
    Traceback (most recent call last):
    noisytm.errors.FormatError: form is '2^10': it is no integer of more digits than are written out; write it out
    """
    if isinstance(value, dict):
        if value.keys() == LARGE["properties"].keys():
            return _read(value)
        return {name: read_back(part) for name, part in value.items()}
    return [read_back(part) for part in value] if isinstance(value, list) else value


def _read(record: dict[str, Any]) -> PowerSum:
    try:
        value = read(record["form"])
    except ValueError as error:
        instead = "write it out" if "written out" in str(error) else "give one as noisytm writes it"
        raise FormatError(f"form is {shown(record['form'])}: {error}; {instead}") from None
    if (log := written(value)["log10"]) != record["log10"]:
        raise FormatError(f"log10 is {shown(record['log10'])}, but the form is a number with {shown(log)}")
    return value
