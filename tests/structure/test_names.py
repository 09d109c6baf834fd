"""What is registered by name is asked what it is: no module compares with a name. Shown to fail when one does."""

import ast
import functools
import re

import pytest
from house import house, parsed, sources

from noisytm.geometry import CHARTS
from noisytm.losses import LOSSES
from noisytm.problem import READOUTS
from noisytm.universal.simulators import SIMULATORS

TEXTS = sources()
# The registries with the files of what they hold, which may say its own name.
OWN = {
    "readout": (READOUTS, r"problem\.[a-z]+_readout"),
    "chart": (CHARTS, r"geometry\.(simplex|bits|sphere)"),
    "loss": (LOSSES, r"losses\.(log|brier)"),
    "universal machine": (SIMULATORS, r"universal\.simulators\.\w+"),
}


def strings(node):
    return {n.value for n in ast.walk(node) if isinstance(n, ast.Constant) and isinstance(n.value, str)}


def looked_at(node):
    """Return the strings that a node compares with, looks up or branches on."""
    if isinstance(node, ast.Compare):
        return strings(node)
    if isinstance(node, ast.MatchValue):
        return strings(node.value)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        if node.func.attr in ("startswith", "endswith", "removeprefix", "partition", "index", "count"):
            return strings(ast.Tuple(node.args))
        if node.func.attr == "get" and isinstance(node.func.value, ast.Dict):
            return {k.value for k in node.func.value.keys if isinstance(k, ast.Constant)}
    if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Dict):
        return {k.value for k in node.value.keys if isinstance(k, ast.Constant)}
    return set()


def comparisons(text, names):
    """Return the lines on which a text compares with one of some names, or with a form such as ``tape:3``."""
    return [line for line, value in compared(text) if isinstance(value, str) and value.partition(":")[0] in names]


@functools.cache
def compared(text):
    """Return what a text compares with, each with its line."""
    return [(node.lineno, value) for node in ast.walk(parsed(text)) for value in looked_at(node)]


@pytest.mark.parametrize("what", OWN)
def test_no_module_compares_with_a_name(what):
    registry, own = OWN[what]
    first = house().rank("problem")  # before it nobody can know what is registered, and "state" is any word
    found = {
        module: comparisons(text, set(registry))
        for module, text in TEXTS.items()
        if module and house().rank(module) >= first and not re.fullmatch(own, module)
    }
    assert {module: lines for module, lines in found.items() if lines} == {}


def test_no_module_compares_with_a_parametrisation():
    names = {form.partition(":")[0] for form in CHARTS.descriptions()} - set(CHARTS)
    assert names == {"product", "power", "shared", "relu", "softmax"}
    found = {module: comparisons(text, names) for module, text in TEXTS.items() if module}
    assert {module for module, lines in found.items() if lines} == set()


@pytest.mark.parametrize(
    "line",
    [
        'x = problem.readout == "state"',
        'x = "tape:3" != readout',
        'x = readout in ("state", "other")',
        'x = readout.startswith("tape:")',
        'x = {"state": 1}[readout]',
        'x = {"tape": 1}.get(readout)',
        'match readout:\n    case "state":\n        pass',
    ],
)
def test_a_comparison_is_found(line):
    assert comparisons(line, set(READOUTS))
