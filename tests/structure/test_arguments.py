"""Every argument of everything public: what is wrong is refused in one line, and numpy's numbers are numbers."""

import dataclasses
import itertools
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from public_calls import COMPILED, calls, files, matrices

import noisytm
from noisytm.errors import NoisytmError

WRONG = (
    None, True, 1.5, float("nan"), float("inf"), "wrong words", "", b"", [1, "a"], [[]], {"a": 1}, (1,), object(),
    1 + 2j, np.array(1.5), np.array("a"), -1, 2**200, -(2**200),
)  # fmt: skip
LONGEST = 1000
TAKEN = 6  # of what is generated
NAMES = sorted(noisytm.__all__)


@pytest.fixture(autouse=True)
def _in_a_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    files()


def result_of(function, arguments):
    found = function(**arguments)
    return list(itertools.islice(found, TAKEN)) if isinstance(found, Iterator) else found


def complaint(function, arguments):
    """Return what is wrong with how a call ends: nothing if it works, or is refused in one line of noisytm's."""
    try:
        result_of(function, arguments)
    except NoisytmError as error:
        text = str(error)
        return "" if text and "\n" not in text and len(text) <= LONGEST else f"message {text!r}"
    except Exception as error:  # whatever it is, it is not noisytm's
        return f"{type(error).__name__}: {error}"
    return ""


@pytest.mark.parametrize("name", NAMES)
def test_the_examples_work(name):
    for call in calls(name):
        result_of(call.function, call.arguments)


@pytest.mark.parametrize("name", NAMES)
def test_wrong_arguments_are_refused_in_one_line(name):
    found = []
    for call in calls(name):
        for parameter in call.arguments:
            others = [value for other, value in call.arguments.items() if other != parameter]
            for wrong in (*WRONG, *matrices(), *others):
                if problem := complaint(call.function, call.arguments | {parameter: wrong}):
                    found.append(f"{call.name}({parameter}={str(wrong)[:40]!r}): {problem[:150]}")
    assert not found, "\n" + "\n".join(found)


def test_what_is_public_and_not_called_here_is_listed():
    assert {name for name in NAMES if type(getattr(noisytm, name)).__module__.startswith("numba.")} == COMPILED


@pytest.mark.parametrize("kind", [np.int64, np.uint8, np.int16, np.array], ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("name", NAMES)
def test_numbers_of_numpy_are_numbers(name, kind):
    for call in calls(name):
        if is_record(call.function):
            continue
        given = {parameter: numpy_numbers(value, kind) for parameter, value in call.arguments.items()}
        wanted, got = result_of(call.function, call.arguments), result_of(call.function, given)
        assert form_of(got) == form_of(wanted), call.name


def is_record(function: Any) -> bool:
    """Return whether something is the constructor of a result: noisytm makes these, and they hold what is given."""
    return (
        isinstance(function, type) and not hasattr(function, "__post_init__") and function is not noisytm.Rule110Machine
    )


def numpy_numbers(value: Any, kind: Any) -> Any:
    """Return a value with every number in it, where it fits, as one of numpy's."""
    if isinstance(value, bool):
        return np.array(value) if kind is np.array else np.bool_(value)
    if isinstance(value, int):
        fits = kind is np.array or np.iinfo(kind).min <= value <= np.iinfo(kind).max
        return kind(value) if fits and abs(value) < 2**62 else value
    if isinstance(value, float):
        return np.array(value) if kind is np.array else np.float64(value)
    if type(value) in (list, tuple):
        return type(value)(numpy_numbers(x, kind) for x in value)
    return value


def form_of(value: Any) -> Any:
    """Return what can be compared, types included: of an object its fields, but for times and addresses."""
    if isinstance(value, np.ndarray):
        return str(value.dtype), value.tolist()
    if isinstance(value, noisytm.CompiledLoss):  # addresses, and buffers with anything in them
        return value.steps, value.tuples, value.columns, value.codes.shape
    if dataclasses.is_dataclass(value):
        fields = {f.name: getattr(value, f.name) for f in dataclasses.fields(value)}
        return type(value), {k: form_of(x) for k, x in fields.items() if k not in ("seconds", "chart")}
    if isinstance(value, (list, tuple)):
        return type(value), [form_of(x) for x in value]
    if isinstance(value, Mapping):
        return type(value), [(form_of(k), form_of(x)) for k, x in value.items()]
    if type(value).__module__.startswith("networkx"):
        return form_of(list(value.nodes(data=True))), form_of(list(value.edges(data=True)))
    plain = (str, int, float, bool, complex, Fraction, type(None))
    return type(value), value if isinstance(value, plain) else type(value).__name__
