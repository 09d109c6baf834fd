"""Every argument of everything public: what is wrong is refused in one line, and numpy's numbers are numbers."""

import ast
import dataclasses
import itertools
import re
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from house import parsed, sources
from public_calls import MACHINE, PROBLEM, SPACE, calls, files, matrices
from seeds import ALL_SEEDS, slow_where, sweep

import noisytm
from noisytm.errors import MachineError, NoisytmError

WRONG = (
    None, True, 1.5, float("nan"), float("inf"), "wrong words", "", b"", [1, "a"], [[]], {"a": 1}, (1,), object(),
    1 + 2j, np.array(1.5), np.array("a"), -1, 2**200, -(2**200),
)  # fmt: skip
LONGEST = 1000
TAKEN = 6  # of what is generated
# How the rules begin that are said in one room.
RULES = re.compile(
    r"it must be (an integer|one of|positive|True or False|a mapping|a positive number|a string( of 0 and 1)?$)"
    r"|give a list$|look swapped|numpy\.matrix|complex numbers"
)
FRACTIONS = {"prior_concentration", "factor", "bound"}
ROOMS = ["discrete", "encoding", "formats", "geometry", "problem"]
NAMES = [*sorted(noisytm.__all__), *ROOMS]


@pytest.fixture(autouse=True)
def _in_a_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    files()


def result_of(function, arguments):
    # some functions write into arrays that they are given
    found = function(**{k: v.copy() if isinstance(v, np.ndarray) else v for k, v in arguments.items()})
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


def wrong_ones(place, *, others=(), step=1):
    """Return every ``step``-th of what is wrong, or a quarter of these, other ones for the next parameters."""
    every = [*WRONG[::step], *others]
    return every if ALL_SEEDS else every[place % 4 :: 4]


@sweep
@pytest.mark.parametrize("name", NAMES)
@slow_where("output_distribution", "AnswerKey", "global_learning_coefficient", "free_energy")
def test_wrong_arguments_are_refused_in_one_line(name):
    found = []
    for call in calls(name):
        for place, (parameter, right) in enumerate(call.arguments.items()):
            others = [*matrices(), *(value for other, value in call.arguments.items() if other != parameter)]
            for wrong in without_repeats([right, *wrong_ones(place, others=others)])[1:]:
                if problem := complaint(call.function, call.arguments | {parameter: wrong}):
                    found.append(f"{call.name}({parameter}={str(wrong)[:40]!r}): {problem[:150]}")
    assert not found, "\n" + "\n".join(found)


def without_repeats(values: list[Any]) -> list[Any]:
    """Leave out what is there already: many arguments have the same default."""
    return list({(type(value), repr(value)): value for value in values}.values())


@sweep
@pytest.mark.parametrize("name", NAMES)
@slow_where("Explanation", "verify", "FreeEnergy", "Contrast")
def test_lists_with_something_wrong_in_them_are_refused_in_one_line(name):
    found = []
    for call in calls(name):
        arguments = call.arguments.items() if not is_record(call.function) else ()
        for place, (parameter, right) in enumerate(arguments):
            for wrong in wrong_ones(place, step=2):
                for spoiled in spoilt(right, wrong):
                    if problem := complaint(call.function, call.arguments | {parameter: spoiled}):
                        found.append(f"{call.name}({parameter}={str(spoiled)[:60]!r}): {problem[:150]}")
    assert not found, "\n" + "\n".join(found)


def spoilt(value: Any, wrong: Any) -> Iterator[Any]:
    """Yield a list or a mapping with something wrong as an item, in the place of one, or deeper down."""
    if type(value) in (list, tuple) and value:
        kind = type(value)
        yield from (kind([wrong, *value[1:]]), kind([*value[:-1], wrong]), kind([*value, wrong]))
        yield from (kind([item, *value[1:]]) for item in spoilt(value[0], wrong))
    elif type(value) is dict:
        for key, item in value.items():
            yield value | {key: wrong}
            yield from (value | {key: other} for other in spoilt(item, wrong))
            yield {other: value[other] for other in value if other != key}
        if getattr(wrong, "__hash__", None) is not None:
            yield value | {wrong: next(iter(value.values()), None)}


def test_a_public_name_without_an_example_is_noticed(monkeypatch):
    monkeypatch.setattr(noisytm, "other", lambda value: value, raising=False)
    with pytest.raises(KeyError, match="other"):
        calls("other")


KINDS = [np.uint8, np.array, np.int64, np.int16]


@sweep
@pytest.mark.parametrize(
    "kinds",
    [*zip(KINDS), KINDS[:2]] if ALL_SEEDS else [KINDS[:2]],
    ids=lambda kinds: "-".join(k.__name__ for k in kinds),
)
@pytest.mark.parametrize("name", NAMES)
@slow_where(
    "SpaceTime-uint8-array",
    "EntryNoise-uint8-array",
    "Regret-uint8-array",
    "Phases-uint8-array",
    "Volumes-uint8-array",
    "Estimates-uint8-array",
    "FreeEnergy-uint8-array",
)
def test_the_examples_work_and_numbers_of_numpy_are_numbers(name, kinds):
    """One kind after the other by turns."""
    turns = itertools.cycle(kinds)
    for call in calls(name):
        wanted = result_of(call.function, call.arguments)
        if is_record(call.function):
            continue
        given = {parameter: numpy_numbers(value, turns) for parameter, value in call.arguments.items()}
        assert form_of(result_of(call.function, given)) == form_of(wanted), call.name


@pytest.mark.parametrize("name", NAMES)
def test_truth_values_and_floats_are_no_integers_and_numbers_no_truth_values(name):
    for call in calls(name):
        for parameter, right in call.arguments.items() if not is_record(call.function) else ():
            wrong: tuple[Any, ...] = ()
            if isinstance(right, bool):
                wrong = (0, 1, 1.0, None, "yes", np.int64(1), np.array(1))
            elif isinstance(right, int):
                wrong = (True, np.True_, np.array(True))
                wrong += () if parameter in FRACTIONS else (float(right), np.float64(right), np.array(1.0), str(right))
            for value in wrong:
                with pytest.raises(NoisytmError):
                    result_of(call.function, call.arguments | {parameter: value})


def is_record(function: Any) -> bool:
    """Return whether something is the constructor of a result: noisytm makes these, and they hold what is given."""
    return (
        isinstance(function, type) and not hasattr(function, "__post_init__") and function is not noisytm.Rule110Machine
    )


def numpy_numbers(value: Any, turns: Iterator[Any]) -> Any:
    """Return a value with every number in it, where it fits, as one of numpy's, of the kind whose turn it is."""
    if type(value) in (list, tuple):
        return type(value)(numpy_numbers(x, turns) for x in value)
    kind = next(turns)
    if isinstance(value, bool):
        return np.array(value) if kind is np.array else np.bool_(value)
    if isinstance(value, int):
        fits = kind is np.array or np.iinfo(kind).min <= value <= np.iinfo(kind).max
        return kind(value) if fits and abs(value) < 2**62 else value
    if isinstance(value, float):
        return np.array(value) if kind is np.array else np.float64(value)
    return value


def form_of(value: Any) -> Any:
    """Return what can be compared, types included: of an object its fields, but for times and addresses."""
    if isinstance(value, np.ndarray):
        return str(value.dtype), value.tolist()
    if isinstance(value, noisytm.CompiledLoss):  # addresses, and buffers with anything in them
        return value.steps, value.tuples, value.columns, value.codes.shape
    if dataclasses.is_dataclass(value):
        fields = {f.name: getattr(value, f.name) for f in dataclasses.fields(value)}
        return type(value), {
            k: form_of(x) for k, x in fields.items() if k not in ("seconds", "compile_seconds", "chart")
        }
    if isinstance(value, (list, tuple)):
        return type(value), [form_of(x) for x in value]
    if isinstance(value, Mapping):
        return type(value), [(form_of(k), form_of(x)) for k, x in value.items()]
    if type(value).__module__.startswith("networkx"):
        return form_of(list(value.nodes(data=True))), form_of(list(value.edges(data=True)))
    plain = (str, int, float, bool, complex, Fraction, type(None))
    return type(value), value if isinstance(value, plain) else type(value).__name__


def test_each_rule_is_said_in_one_place():
    said: dict[str, set[str]] = {}
    for module, text in sources().items():
        for words in texts_of(parsed(text)):
            for rule in RULES.finditer(words):
                said.setdefault(rule[0], set()).add(module)
    assert len(said) > 8
    for rule, modules in said.items():
        assert {module.split(".")[0] for module in modules} == {"_checks"}, (rule, modules)
        assert len(modules) == 1, (rule, modules)


def texts_of(tree: ast.AST) -> Iterator[str]:
    """Yield the texts of a module but for its docstrings."""
    docs = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)) and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
            yield node.value


def read_only(codes):
    copy = codes.copy()
    copy.setflags(write=False)
    return copy


READ = {
    "lists": lambda w: w.tolist(),
    "read only": read_only,
    "big endian": lambda w: w.astype(">f8"),
    "columns first": np.asfortranarray,
    "every other": lambda w: np.repeat(w, 2, axis=0)[::2],
    "backwards": lambda w: w[::-1].copy()[::-1],
    "objects": lambda w: w.astype(object),
    "long doubles": lambda w: w.astype(np.longdouble),
    "fractions": lambda w: [[[Fraction(x) for x in row] for row in code] for code in w.tolist()],
}


@pytest.mark.parametrize("form", READ)
@pytest.mark.parametrize("semantics", ["mean-field", "annealed"])
def test_codes_may_be_any_array_of_reals(form, semantics):
    codes = SPACE.sample(3, seed=1)
    wanted, (loss, gradient) = both(codes, semantics)
    got, (same_loss, same_gradient) = both(READ[form](codes), semantics)
    assert got.tolist() == wanted.tolist()
    assert (same_loss.tolist(), same_gradient.tolist()) == (loss.tolist(), gradient.tolist())


def both(codes, semantics):
    options = {"semantics": semantics}
    return noisytm.wrong_probability(PROBLEM, codes, **options), noisytm.loss_and_gradient(PROBLEM, codes, **options)


@pytest.mark.parametrize(("kind", "error"), [(np.float32, 1e-5), (np.float16, 0.03)])
def test_rounding_of_short_numbers_is_no_mistake(kind, error):
    codes = SPACE.sample(20, seed=2)
    rounded = codes.astype(kind)
    listed = [[list(row) for row in code] for code in rounded]
    blocks = [slice(start, start + len(values)) for _, start, values in SPACE.blocks]
    assert max(abs(rounded[..., b].astype(float).sum(axis=2) - 1).max() for b in blocks) > 1e-9
    wanted, *got = (noisytm.wrong_probability(PROBLEM, w) for w in (codes, rounded, listed))
    np.testing.assert_allclose(got, [wanted] * 2, atol=error)
    with pytest.raises(MachineError, match="sums to 1"):
        noisytm.wrong_probability(PROBLEM, (1.05 * codes).astype(kind))
    with pytest.raises(MachineError, match="sums to 1"):  # numbers that have the digits are held to them
        noisytm.wrong_probability(PROBLEM, rounded.astype(np.float64))


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (
            lambda: noisytm.wrong_probability(PROBLEM, matrices()[1]),
            "codes are a numpy.matrix of shape (3, 7); give",
        ),
        (lambda: noisytm.wrong_probability(PROBLEM, matrices()[3]), "codes are complex numbers; give real ones"),
        (lambda: noisytm.wrong_probability(PROBLEM, MACHINE), "codes are TuringMachine("),
        (lambda: noisytm.learning_coefficient(MACHINE, PROBLEM), "problem and point look swapped"),
        (lambda: noisytm.fatal_syndromes(MACHINE, PROBLEM), "problem and machine look swapped"),
        (lambda: noisytm.survey(MACHINE, PROBLEM), "problem and machine look swapped"),
        (
            lambda: noisytm.learning_coefficient("detectA", MACHINE),
            "problem is 'detectA'; give a SynthesisProblem",
        ),
        (
            lambda: noisytm.encode("detectA"),
            "give a TuringMachine, e.g. library.machine('detectA')",
        ),
        (lambda: noisytm.SynthesisProblem.of_machine([""], MACHINE, 3), "machine and inputs look swapped"),
        (lambda: noisytm.SynthesisProblem.of_machine(MACHINE, [""], True), "steps is True; it must be an integer >= 1"),
        (lambda: noisytm.learning_coefficient(PROBLEM, MACHINE, chart="simplx"), "did you mean 'simplex'?"),
        (lambda: noisytm.run(MACHINE, visited="no"), "visited is 'no'; it must be True or False"),
        (lambda: noisytm.words("AB", 2**40), "lower max_length"),
    ],
)
def test_what_the_rules_say(call, says):
    with pytest.raises(NoisytmError) as caught:
        call()
    assert says in str(caught.value)
